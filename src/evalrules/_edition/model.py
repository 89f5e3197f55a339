"""What an edition says, as frozen values. Field names are the keys of the YAML; absent keys have the defaults here."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Literal, cast

from attrs import field

from evalrules._edition.keys import ScoringForm
from evalrules._edition.paper import PaperForm
from evalrules._formula.scope import ANY, Bounds
from evalrules._formula.tree import Formula, Sentence
from evalrules._numbers import RoundingMode
from evalrules._problems import Location, Severity
from evalrules._quantities import Cell, Quantity, is_money
from evalrules._quantities.names import is_denied, word_at_end
from evalrules._values import Remembering, frozen

# What the values of an edition share.


FigureKind = Literal["number", "yes_no", "choice", "date", "text"]
TargetKind = Literal["≥", ">", "≤", "<", "=", "interval", "date", "text"]
JudgedBy = Literal["claim", "review"]
"""Who may judge a row: the unit itself, by the score that it claims, or a reviewer alone."""
ScoringKind = Literal["≥", ">", "≤", "<", "=", "money", "interval", "date", "text"]
"""What `Defaults` give scorings by: the kind of the target; ``money`` is an ``=`` before an amount of money."""
Path = tuple[str, ...]


def place() -> Location | None:
    """Give the field of a place: it takes no part in equality, and is not shown."""
    return field(default=None, eq=False, repr=False)  # type: ignore[no-any-return]


@frozen
class Rounding:
    """Of each indicator's score; ``places`` 0 to 6."""

    places: int = 2
    mode: RoundingMode = "half_up"


# The base-data table: figures, grids and tables.


@frozen
class Figure:
    """One figure of the base-data table. ``grid`` is (grid, row, column) for a cell of a grid."""

    name: str
    type: FigureKind = "number"
    unit: str = ""
    integer: bool = False
    bounds: Bounds = ANY
    formula: Formula | None = None
    choices: tuple[str, ...] = ()
    required: bool = True
    where: str | None = None
    grid: tuple[str, str, str] | None = None
    location: Location | None = place()


@frozen
class Grid:
    """A fixed grid; its cells stand in `Catalogue.data` as figures named ``row_column``."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    location: Location | None = place()


@frozen
class Table:
    """Rows that the unit names itself; ``columns`` are figures with their bare names.

    The rows of one with an edition in ``results`` are the results of other forms by that edition instead; ``taken``
    are its columns that hold a figure of theirs, each with its name there.
    """

    name: str
    columns: tuple[Figure, ...]
    results: str | None = None
    taken: tuple[tuple[str, str], ...] = ()
    location: Location | None = place()


# What is decided over the whole form: grades, checks and audit settings.


@frozen
class Grade:
    """A grade; ``when`` None for the last (otherwise). ``also`` are other words in use for it."""

    title: str
    when: Formula | None = None
    also: tuple[str, ...] = ()
    location: Location | None = place()


@frozen
class GradeCap:
    """While ``when`` holds, the grade does not rise above ``at_most``; the score stays."""

    when: Formula
    at_most: str
    because: Sentence
    reference: tuple[str, ...] = ()
    location: Location | None = place()


@frozen
class Check:
    """A 勾稽关系. ``within`` is a tolerance for an ``=`` that is the whole of ``expect``."""

    name: str
    expect: Formula
    because: Sentence
    each: str | None = None
    when: Formula | None = None
    within: Quantity | None = None
    blanks_are_zero: bool = False
    severity: Severity = "error"
    reference: tuple[str, ...] = ()
    location: Location | None = place()

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """Every formula of the check, those in its sentence too."""
        conditions = (formula for formula in (self.when, self.expect) if formula is not None)
        return (*conditions, *self.because.formulas)


@frozen
class AuditSetting:
    """How the edition wants one of the engine's audit rules: another severity or threshold, or off with a reason.

    An option is a number (90% is 9/10), a text, or several texts.
    """

    code: str
    severity: Literal["error", "warning", "info", "off"] | None = None
    options: tuple[tuple[str, Fraction | str | tuple[str, ...]], ...] = ()
    because: str | None = None
    location: Location | None = place()


# Ways of scoring: the written-out forms, methods and calls of them, worked cases.


@frozen
class Let:
    """A named intermediate value."""

    name: str
    formula: Formula


@frozen
class DeductRule:
    """A rule that takes ``points`` away when it holds and is not excused by ``unless``."""

    points: Formula
    because: Sentence
    when: Formula | None = None
    unless: Formula | None = None
    location: Location | None = place()


@frozen
class AwardRow:
    """A row of bands: a number of points, or a range (low, high) inside which an assessor's score must lie."""

    points: Formula | tuple[Formula, Formula]
    when: Formula | None = None
    because: Sentence | None = None
    location: Location | None = place()


@frozen
class ChecklistItem:
    """One 评价要点 and what it is worth."""

    title: str
    points: Fraction
    location: Location | None = place()


@frozen
class Tier:
    """A tier of a judgement, as shares of the points (0 to 1), the lower edge included; ``also`` are other words."""

    title: str
    low: Fraction
    high: Fraction
    also: tuple[str, ...] = ()
    location: Location | None = place()


@frozen
class Scoring:
    """One of the four written-out forms; ``items`` are of the class that belongs to ``form``."""

    form: ScoringForm
    items: tuple[DeductRule, ...] | tuple[AwardRow, ...] | tuple[ChecklistItem, ...] | tuple[Tier, ...]
    let: tuple[Let, ...] = ()
    judged_by: JudgedBy | None = None
    location: Location | None = place()

    @property
    def is_assessed(self) -> bool:
        """Whether an assessor decides, item by item or by a tier: target and actual are only shown there."""
        return self.form in ("checklist", "judged")

    @property
    def checklist(self) -> tuple[ChecklistItem, ...]:
        """The items of a checklist; none of the other forms has any."""
        return cast("tuple[ChecklistItem, ...]", self.items) if self.form == "checklist" else ()

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The tiers of a judgement; none of the other forms has any."""
        return cast("tuple[Tier, ...]", self.items) if self.form == "judged" else ()

    @property
    def asks_for_judgement(self) -> bool:
        """Tell whether an assessor may have to choose a score: among tiers, or inside a row's range of points."""
        return any(
            isinstance(item, Tier) or (isinstance(item, AwardRow) and isinstance(item.points, tuple))
            for item in self.items
        )


@frozen
class MethodCall:
    """``scoring: 比例得分`` or ``{method: 比例得分, 底线: 60%}``; an argument is a formula or a choice.

    ``units`` are those that arguments were written with (``每: 1岁``) where the method's parameter declares none.
    """

    method: str
    arguments: tuple[tuple[str, Formula], ...] = ()
    units: tuple[tuple[str, str], ...] = ()
    judged_by: JudgedBy | None = None
    location: Location | None = place()


@frozen
class Parameter:
    """A parameter of a method. A choice (``choices`` not empty) is compared by name in the method's formulas."""

    name: str
    type: FigureKind = "number"
    unit: str = ""
    integer: bool = False
    default: Formula | None = None
    choices: tuple[str, ...] = ()
    bounds: Bounds = ANY
    location: Location | None = place()


@frozen
class Case:
    """An example beside a rule: inputs as written, and the score (None: unscored) expected.

    An input is a name of the formulas in scope, or an item of a checklist. ``judged`` is an assessor's tier and score.
    """

    inputs: tuple[tuple[str, Cell], ...]
    score: Fraction | None
    judged: tuple[str | None, Fraction | None] | None = None
    location: Location | None = place()


@frozen
class Method(Remembering):
    """A named way of scoring. ``edition`` is the edition that wrote it, ``id@edition``."""

    title: str
    scoring: Scoring
    about: str = ""
    parameters: tuple[Parameter, ...] = ()
    ranges: tuple[tuple[str, Bounds], ...] = ()
    cases: tuple[Case, ...] = ()
    reference: tuple[str, ...] = ()
    waive: tuple[tuple[str, str], ...] = ()
    edition: str = ""
    location: Location | None = place()


# The form: sections, indicators, and what an indicator gets when it says nothing.


@frozen
class Target:
    """A fixed target, ``text`` as it is shown.

    After a comparator stands either a number, kept in ``low``, or a ``formula``. Only an interval has ``high`` as well,
    both ends included. A deadline has its ``day``; a target in words has only its text.
    """

    kind: TargetKind
    low: Fraction | None = None
    high: Fraction | None = None
    unit: str = ""
    formula: Formula | None = None
    day: datetime.date | None = None
    text: str = ""

    @property
    def scored_as(self) -> ScoringKind:
        """The kind by which defaults give it its scoring."""
        return "money" if self.kind == "=" and is_money(self.unit) else self.kind


def bare_comparator(number: Fraction | None, comparator: TargetKind) -> TargetKind:
    """Give the comparator of a target that states none: that of its row, but nothing is better than a bare 0.

    >>> bare_comparator(Fraction(0), "≥"), bare_comparator(Fraction(5), "≥")
    ('≤', '≥')
    """
    return "≤" if number == 0 else comparator


@frozen
class Otherwise:
    """What becomes of an indicator that does not apply."""

    policy: Literal["full_marks", "points", "rescale", "rescale_total", "move_to"]
    points: Formula | None = None
    because: Sentence | None = None
    move_to: str | None = None
    location: Location | None = place()


@frozen
class Indicator:
    """A 三级指标: the only thing that is scored. ``path`` ends with its title; ``also`` are other words in use."""

    path: Path
    points: Fraction
    scoring: Scoring | MethodCall | None = None
    value: Formula | None = None
    unit: str = ""
    integer: bool = False
    target: Target | None = None
    applies: Formula | None = None
    otherwise: Otherwise | None = None
    ranges: tuple[tuple[str, Bounds], ...] = ()
    explain_when: Formula | None = None
    reference: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()
    waive: tuple[tuple[str, str], ...] = ()
    status: str | None = None
    also: tuple[str, ...] = ()
    origin: str = "catalogue"
    location: Location | None = place()

    @property
    def title(self) -> str:
        """The last part of the path."""
        return self.path[-1]


@frozen
class Cap:
    """A limit on the score of a section, or on the total, while ``when`` holds."""

    at_most: Fraction
    because: Sentence
    when: Formula | None = None
    reference: tuple[str, ...] = ()
    location: Location | None = place()


@frozen
class Section:
    """A 一级 or 二级指标: parts in the form's order; ``points`` None where an open section states none.

    ``also`` are other words that forms use for it.
    """

    path: Path
    points: Fraction | None = None
    parts: tuple[Section | Indicator, ...] = ()
    open: bool = False
    one_of: bool = False
    bonus: bool = False
    penalty: bool = False
    at_most: Fraction | None = None
    cap: Cap | None = None
    explain_when: Formula | None = None
    ranges: tuple[tuple[str, Bounds], ...] = ()
    judged_by: JudgedBy | None = None
    also: tuple[str, ...] = ()
    location: Location | None = place()

    @property
    def title(self) -> str:
        """The last part of the path."""
        return self.path[-1]

    def walk(self) -> Iterator[Section | Indicator]:
        """Go through everything below, in the form's order."""
        for part in self.parts:
            yield part
            if isinstance(part, Section):
                yield from part.walk()


@frozen
class SectionDefault:
    """What an indicator of this section gets when it says nothing; ``section`` is a title or a path.

    ``scoring`` is for targets of every kind, ``by_kind`` for some of them.
    """

    section: str
    scoring: Scoring | MethodCall | None = None
    bare_target: TargetKind | None = None
    explain_when: Formula | None = None
    judged_by: JudgedBy | None = None
    by_kind: tuple[tuple[ScoringKind, Scoring | MethodCall], ...] = ()
    location: Location | None = place()


@frozen
class Defaults:
    """What an indicator gets when it says nothing."""

    bare_target: TargetKind = "≥"
    bare_target_words: tuple[tuple[TargetKind, tuple[str, ...]], ...] = ()
    """Words in the name of an open row that decide what a bare target means there, by the comparator."""
    scoring: tuple[tuple[ScoringKind, Scoring | MethodCall], ...] = ()
    sections: tuple[SectionDefault, ...] = ()
    explain_when: Formula | None = None
    judged_by: JudgedBy | None = None

    def named_direction(self, name: str, *, is_rate: bool) -> TargetKind | None:
        """Give the comparator that the name of an open row gives its bare target; None where no word decides it.

        Of what is denied (无差错率, 未完成率) the opposite is better.
        """
        deciding = word_at_end(name, self._direction_words, is_rate=is_rate)
        if deciding is None:
            return None
        sign = self._direction_words[deciding]
        return _OPPOSITE.get(sign, sign) if is_denied(name, deciding) else sign

    @cached_property
    def _direction_words(self) -> Mapping[str, TargetKind]:
        return {word: sign for sign, words in self.bare_target_words for word in words}


_OPPOSITE: Mapping[TargetKind, TargetKind] = {"≥": "≤", ">": "<", "≤": "≥", "<": ">"}


# An edition as a whole, and what a department adds to it.


@frozen
class Used:
    """An edition whose methods another one may call, as it was when that one was read."""

    id: str
    edition: str
    digest: str


@frozen
class Clause:
    """A criterion that a reviewer applies by name, and the shares of 分值 that may be cut by it."""

    title: str
    cuts: tuple[Fraction, ...]
    because: str = ""
    reference: tuple[str, ...] = ()
    location: Location | None = place()


@frozen
class Catalogue(Remembering):
    """An edition. ``methods`` holds its own and, behind them, those of the editions in ``uses``, by title.

    One that is ``open`` admits sections at the top that it does not name.
    ``used`` says which those editions were; it is recorded with results and no part of the meaning. One that starts
    from another names it in ``extends``, and in ``changed`` what it added, replaced and left out; the meaning is that
    of the whole.
    """

    id: str
    edition: str
    title: str
    issuer: str = ""
    fiscal_years: tuple[int, ...] = ()
    supersedes: str | None = None
    reference: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    rounding: Rounding = Rounding()
    points: Fraction = Fraction(100)
    tolerance: Fraction = Fraction(1, 100)
    open: bool = False
    data: Mapping[str, Figure] = field(factory=dict)
    grids: Mapping[str, Grid] = field(factory=dict)
    tables: Mapping[str, Table] = field(factory=dict)
    methods: Mapping[str, Method] = field(factory=dict)
    defaults: Defaults = Defaults()
    parts: tuple[Section | Indicator, ...] = ()
    score_caps: tuple[Cap, ...] = ()
    grades: tuple[Grade, ...] = ()
    grade_caps: tuple[GradeCap, ...] = ()
    checks: tuple[Check, ...] = ()
    audit: Mapping[str, AuditSetting] = field(factory=dict)
    review: tuple[Clause, ...] = ()
    paper: PaperForm | None = field(default=None, eq=False, repr=False)
    """``form`` of the YAML: the tables on paper, which take no part in what the edition means, nor in its digest."""
    waive: tuple[tuple[str, str], ...] = ()
    digest: str = ""
    used: tuple[Used, ...] = field(default=(), eq=False, repr=False)
    extends: str = field(default="", eq=False, repr=False)
    changed: tuple[tuple[str, str], ...] = field(default=(), eq=False, repr=False)
    location: Location | None = place()
    points_location: Location | None = place()

    @property
    def name(self) -> str:
        """The edition's full name, ``id@edition``."""
        return f"{self.id}@{self.edition}"

    @property
    def form(self) -> Section:
        """The form itself as a section, without a path."""
        return Section((), self.points, self.parts, open=self.open, location=self.location)

    def called(self, name: str) -> str:
        """Give a figure's name as people say it: of a cell of a grid its row and column, 项目支出 本年决算数."""
        grid, table = self.data[name].grid if name in self.data else None, self.columns.get(name)
        if grid is not None:
            return f"{grid[1]} {grid[2]}"
        return name if table is None else f"{table} {name.removeprefix(f'{table}_')}"

    def walk(self) -> Iterator[Section | Indicator]:
        """Go through all sections and indicators, in the form's order."""
        return self.form.walk()

    @property
    def caps(self) -> tuple[Cap, ...]:
        """The caps of all sections and of the total."""
        return (*(section.cap for section in self.sections if section.cap is not None), *self.score_caps)

    @cached_property
    def columns(self) -> Mapping[str, str]:
        """The table of each column, by the name that formulas call the column."""
        return {f"{table.name}_{column.name}": table.name for table in self.tables.values() for column in table.columns}

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """All sections at every level, in the form's order."""
        return tuple(part for part in self.walk() if isinstance(part, Section))

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators that the edition itself fixes, in the form's order."""
        return tuple(part for part in self.walk() if isinstance(part, Indicator))


@frozen
class Contributed:
    """An indicator that a department adds; ``bare_target`` tells that the edition decides the target's comparator."""

    indicator: Indicator
    bare_target: bool = False


@frozen
class Contribution:
    """What a department adds to the open sections of a bureau's edition, names as the department wrote them."""

    contributes_to: str
    department: str
    indicators: tuple[Contributed, ...] = ()
    data: Mapping[str, Figure] = field(factory=dict)
    tables: Mapping[str, Table] = field(factory=dict)
    methods: Mapping[str, Method] = field(factory=dict)
    location: Location | None = place()

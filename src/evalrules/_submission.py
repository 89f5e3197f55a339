"""A submission: the figures, rows and claims of one organisation for one year, and what of it could not be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from sys import intern
from typing import Any, Final

import attrs
from attrs import field

from evalrules._documents.nodes import Place
from evalrules._problems import Location, Problem
from evalrules._quantities import BLANK, Cell, Quantity
from evalrules._values import frozen

Pair = tuple[int, int]
Sort = tuple[str, int]
"""The unit of a number as written, and its sign: -1, 0 or 1."""
ALL_SIGNS: Final = (-1, 0, 1)


class Figure:
    """One submitted figure and its place; equal where the cells are."""

    # As frozen as attrs would make it, at a third of the price: a form has a figure for each cell.
    __slots__ = ("_cell", "_fault", "_place")

    def __init__(self, cell: Cell, location: Location | Place | None = None, fault: Problem | None = None) -> None:
        self._cell = cell
        self._place = location
        self._fault = fault

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Figure) and self.cell == other.cell

    def __hash__(self) -> int:
        return hash(self.cell)

    def __repr__(self) -> str:
        return f"Figure({self.cell!r})"

    @property
    def cell(self) -> Cell:
        """The cell as it was read."""
        return self._cell

    @property
    def fault(self) -> Problem | None:
        """What is wrong with a cell that could not be read."""
        return self._fault

    @property
    def location(self) -> Location | None:
        """Where it stands; few are asked, so that it is made when it is."""
        return self._place.location if isinstance(self._place, Place) else self._place


@frozen
class Numbers:
    """Submitted figures as an edition binds them: sorted once, so that numbers of one sort are judged together.

    ``pairs`` maps a name to its plain number, ``alike`` a sort to the names of its numbers; ``others`` name the rest.
    """

    pairs: Mapping[str, Pair]
    alike: Mapping[Sort, frozenset[str]]
    others: tuple[str, ...]


def sorted_numbers(figures: Mapping[str, Figure]) -> Numbers:
    """Sort the plain numbers among figures by unit and sign.

    >>> found = sorted_numbers({"预算数": Figure(Quantity(Fraction(12), "万元")), "是否公开": Figure(BLANK)})
    >>> found.pairs, found.alike, found.others
    ({'预算数': (12, 1)}, {('万元', 1): frozenset({'预算数'})}, ('是否公开',))
    """
    pairs: dict[str, Pair] = {}
    alike: dict[Sort, list[str]] = defaultdict(list)
    others: list[str] = []
    for name, figure in figures.items():
        cell = figure.cell
        if not isinstance(cell, Quantity):
            others.append(name)
            continue
        own = intern(name) if type(name) is str else shared(name)
        pairs[own] = pair = cell.number.as_integer_ratio()
        alike[cell.unit, (pair[0] > 0) - (pair[0] < 0)].append(own)
    return Numbers(pairs, {sort: frozenset(names) for sort, names in alike.items()}, tuple(others))


def shared(name: str) -> str:
    """Give the one text of a name that submissions and editions share: the same object need not be compared."""
    return intern(str.__str__(name))  # what is only a kind of str cannot be shared


@frozen
class Judgement:
    """An assessor's choice of a tier and a score inside it; ``because`` is None where no reason was given."""

    tier: str | None = None
    score: Fraction | None = None
    because: str | None = None


@frozen
class Answer:
    """An answer to one item of a checklist: ``yes`` True or False, or a number of points with a reason."""

    item: str
    yes: bool | None = None
    points: Fraction | None = None
    because: str | None = None


def cell_of_table(table: str, number: int, column: str) -> str:
    """Name a cell of a table as people do, its rows counted from 1; ``number`` counts them from 0.

    >>> cell_of_table("专项资金", 0, "预算数")
    '专项资金第1行 预算数'
    """
    return f"{table}第{number + 1}行 {column}"


@frozen
class Adjustment:
    """A reviewer's change of the score: ``points`` more or less, a ``cut`` of 分值, or the ``score`` that was found.

    ``clause`` is the criterion that the reviewer goes by.
    """

    points: Fraction | None
    because: str
    score: Fraction | None = None
    cut: Fraction | None = None
    clause: str | None = None

    def change(self, full: Fraction) -> Fraction | None:
        """Give what it changes of a row that is worth so much; None where it names the score itself."""
        return self.points if self.cut is None else -self.cut * full


@frozen
class Entry:
    """One row of the 自评表.

    ``where`` is how people name it: ``质量指标第1行 验收合格率``; ``path`` how programs do: ``entries[11]``. ``unit``,
    ``scale`` and ``standard`` are what the form prints beside it; ``standard`` is shown, not run. ``faults`` tell what
    of the row could not be read, by its cell (``target``); what is wrong with the row as a whole stands under ``""``.
    """

    indicator: str
    section: str | None = None
    points: Fraction | None = None
    target: Cell = BLANK
    actual: Cell = BLANK
    claimed_score: Fraction | None = None
    claims_full: bool = False
    """Whether it claims 满分 in words; the edition says how much that is where the row does not."""
    judged: Judgement | None = None
    answers: tuple[Answer, ...] = ()
    not_applicable: str | None = None
    adjust: Adjustment | None = None
    deviation_reason: str | None = None
    improvement: str | None = None
    evidence: tuple[str, ...] = ()
    note: str | None = None
    standard: str | None = None
    unit: str | None = None
    scale: str | None = None
    last_year: Cell = BLANK
    where: str = field(default="", eq=False)
    path: str = field(default="", eq=False)
    location: Location | None = field(default=None, eq=False, repr=False)
    places: Mapping[str, Location] = field(factory=dict, eq=False, repr=False)
    faults: Mapping[str, Problem] = field(factory=dict, repr=False)

    def place(self, cell: str) -> Location | None:
        """Give the place of a cell, or of the row where it has none such; one cell may hold reason and improvement."""
        others = ("deviation", "deviation_reason") if cell in ("deviation_reason", "improvement") else ()
        return next((self.places[name] for name in (cell, *others) if name in self.places), self.location)

    @property
    def carries_points(self) -> bool:
        """Whether the row states points or claims any; one that does neither is shown, and neither scores nor counts.

        Points or a claim that could not be read are there all the same.
        """
        stated = bool(self.points) or self.claimed_score is not None or self.claims_full
        return stated or "points" in self.faults or "claimed_score" in self.faults


@frozen
class Claimed:
    """What the submission says of itself as a whole."""

    score: Decimal | None = None
    grade: str | None = None
    points: Fraction | None = None
    sections: Mapping[str, Fraction] = field(factory=dict)
    places: Mapping[str, Location] = field(factory=dict, eq=False, repr=False)


@frozen
class Project:
    """The project that the form is about; ``code`` tells two of one name apart."""

    name: str
    code: str | None = None


@frozen
class Goals:
    """The goals of the year as planned, and what became of them, in the words of the form."""

    planned: str | None = None
    achieved: str | None = None


@frozen
class Reviewed:
    """What a reviewer changes of one row."""

    indicator: str
    section: str | None
    adjust: Adjustment | None
    path: str = field(default="", eq=False)
    location: Location | None = field(default=None, eq=False, repr=False)


@frozen
class Review:
    """A reviewer's changes of one form, in a file of their own: the form and its digest stay as they were.

    It is of the form with the digest ``of``, else of the organisation's, and where it names a project of that one.
    """

    of: str | None
    organisation: str | None
    project: Project | None
    by: str | None
    date: str | None
    entries: tuple[Reviewed, ...] = field(repr=False)
    digest: str
    problems: tuple[Problem, ...] = field(default=(), eq=False)
    location: Location | None = field(default=None, eq=False, repr=False)


@frozen
class ResultOf:
    """One result that tables of a form are made from; without digest and edition a form that could not be read."""

    submission: str | None
    organisation: str
    project: str | None
    score: Decimal | None
    grade: str | None
    edition: str | None


def _settled(digest: str | Callable[[], str]) -> str:
    return digest if isinstance(digest, str) else digest()


@attrs.frozen
class Submission:
    """Everything that one organisation hands in.

    ``data`` maps the name of a figure to its cell; a grid's cells are flattened to ``三公经费_上年决算数``. ``tables``
    maps a table's name to its rows, each a mapping of column to cell; ``grids`` keeps the names that grids were given.
    ``left_out`` are rows that say of themselves that they do not apply (无, ``/``). ``problems`` tell everything that
    could not be read, each at its cell; what depends on it stays unscored. ``digest`` names the content, not the
    layout. ``organisation`` is empty and ``fiscal_year`` None where they could not be read.
    """

    catalogue: str | None
    organisation: str
    fiscal_year: int | None
    data: Mapping[str, Figure] = field(repr=False)
    tables: Mapping[str, tuple[Mapping[str, Figure], ...]] = field(repr=False)
    entries: tuple[Entry, ...] = field(repr=False)
    claimed: Claimed
    _digest: str | Callable[[], str] = field(eq=_settled, repr=False)
    project: Project | None = None
    competent_department: str | None = None
    implementing_unit: str | None = None
    goals: Goals | None = None
    filled_by: str | None = None
    reviewed_by: str | None = None
    date: str | None = None
    signatures: Mapping[str, str] = field(factory=dict)
    """What else stands where the form is signed, by the form's own words: 联系电话."""
    left_out: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = field(default=(), eq=False)
    review: Review | None = None
    """The review whose changes the entries hold."""
    results: tuple[ResultOf, ...] = ()
    """The results that the rows of its tables are."""
    location: Location | None = field(default=None, eq=False, repr=False)
    grids: Mapping[str, Location | None] = field(factory=dict, eq=False, repr=False)
    table_places: Mapping[str, Location | None] = field(factory=dict, eq=False, repr=False)
    numbers: Numbers = field(init=False, eq=False, repr=False)

    @property
    def digest(self) -> str:
        """The name of the content, ``sha256:`` and hex digits; worked out when first asked for."""
        if not isinstance(self._digest, str):
            object.__setattr__(self, "_digest", self._digest())
        return _settled(self._digest)

    def _repr_pretty_(self, printer: Any, _: bool) -> None:  # noqa: FBT001 - as IPython and Hypothesis ask for it
        """Show in notebooks and failing tests what it is, not every cell."""
        printer.text(repr(self))

    @numbers.default
    def _numbers(self) -> Numbers:
        return sorted_numbers(self.data)

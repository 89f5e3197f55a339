"""A scored submission under audit and its rows: what several rules ask of them, exact, each worked out once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from attrs import define, field

from evalrules._audit.agreement import Said, cell_range, days_of, interval_range, meets, target_range
from evalrules._edition.audit_codes import ActiveRule, active_rules
from evalrules._edition.model import Catalogue, Path, Target
from evalrules._edition.paper import FiguresBlock, IndicatorsBlock, RowBlock
from evalrules._edition.scopes import explain_when_of, indicator_scope, row_scope
from evalrules._evaluation import Evaluation, IndicatorResult
from evalrules._form_words import form_words, plain_word, said
from evalrules._formula.compile.programs import Job, compile_jobs
from evalrules._formula.program import ACTUAL, ATTAINMENT, EVIDENCE, POINTS, TARGET
from evalrules._formula.scope import Bounds, Scope
from evalrules._formula.tree import Fault, Formula, names
from evalrules._formula.typing import check_node, resolved
from evalrules._numbers import decimal_text
from evalrules._problems import Location, listed, phrase
from evalrules._quantities import BLANK, Blank, Cell, Interval, Quantity, as_day
from evalrules._quantities.names import denies
from evalrules._reasons.account import FormValues
from evalrules._reasons.levels import claims_sums
from evalrules._score.cells import compared, reference_unit
from evalrules._score.form import ScoredForm, ScoredRow, evidence_of, stated_actual, stated_target
from evalrules._score.ruleset import GivenFigure, Row, Ruleset
from evalrules._submission import Entry, Pair, Submission, cell_of_table
from evalrules._values import frozen, once_for_each

# ``explain_when``: the edition's conditions that ask for a deviation reason though no point was lost.


WORDS = (POINTS, TARGET, ACTUAL, ATTAINMENT)


@frozen(eq=False)
class Demand:
    """One condition, compiled: it reads the list of values with those of `WORDS` behind it."""

    condition: Formula
    compute: Callable[[list[Any]], bool]

    def holds(self, values: Sequence[Any], words: Sequence[Pair | None]) -> bool:
        """Tell whether it holds for a row with these `WORDS`; one that reaches a blank or divides by 0 does not."""
        try:
            return self.compute([*values, *words])
        except Fault:
            return False


@once_for_each
def demands(ruleset: Ruleset) -> Mapping[Path, Demand]:
    """Give the conditions of the edition's indicators and, for rows that are added, of its open sections, by path."""
    size = len(ruleset.slots)
    slots = {**ruleset.slots, **{word: size + number for number, word in enumerate(WORDS)}}
    # A condition on 完成率 says nothing of a row whose target is a date or an interval.
    found = [one for one in _conditions(ruleset) if not check_node(one[1].tree, one[2], ruleset.functions).faults]
    jobs = [Job(resolved(condition, scope), scope) for _, condition, scope in found]
    compiled = compile_jobs(jobs, slots, ruleset.functions) if jobs else ()
    return {path: Demand(condition, compute) for (path, condition, _), compute in zip(found, compiled, strict=True)}


def _conditions(ruleset: Ruleset) -> Iterator[tuple[Path, Formula, Scope]]:
    catalogue = ruleset.catalogue
    for path in ruleset.takers:
        condition = explain_when_of(catalogue, path)
        if condition is not None:
            yield path, condition, row_scope(catalogue, path)
    for row in ruleset.rows:
        condition = explain_when_of(catalogue, row.indicator.path[:-1], row.indicator)
        if condition is not None:
            yield row.indicator.path, condition, indicator_scope(catalogue, row.indicator)


@define(eq=False)
class AuditedRow:
    """One row of the form under audit: the row at ``index`` as it was scored, with its numbers as it has them."""

    evaluation: Evaluation
    index: int
    scored: ScoredRow
    asks_why: bool
    """Whether the form has a cell for a reason."""
    claimed_places: int
    """The decimal places that the form writes in its claims."""
    ruleset: Ruleset = field(init=False)
    row: Row = field(init=False)
    entry: Entry | None = field(init=False)
    units: int = field(init=False)
    computed: int | None = field(init=False)
    score: int | None = field(init=False)
    claimed: Fraction | None = field(init=False)
    """The claim in points."""
    has_points: bool = field(init=False)
    """Whether its points are known: what a row of the unit's own states may be missing or refused."""
    claims: int = field(init=False)
    """−1, 0 or 1: less than the full points are claimed, just these, or more; 0 where nothing is claimed."""

    def __attrs_post_init__(self) -> None:
        scored = self.scored
        self.ruleset, self.row, self.entry = scored.submitted.ruleset, scored.row, scored.entry
        self.units, self.computed, self.score = scored.units, scored.computed, scored.score
        self.claimed = None if self.entry is None else self.entry.claimed_score
        self.has_points = bool(self.units) or self.row.indicator.origin != "submission"
        self.claims = 0 if self.claimed is None or not self.has_points else self.against_full(self.claimed)

    def against_full(self, points: Fraction) -> int:
        """Give −1, 0 or 1 for points below, at or above the full points."""
        left, right = points.numerator * self.ruleset.place, self.units * points.denominator
        return (left > right) - (left < right)

    @property
    def path(self) -> Path:
        """The titles down to the row."""
        return self.row.indicator.path

    @property
    def where(self) -> str:
        """How findings name the row."""
        return self.entry.where if self.entry is not None else self.path[-1]

    @property
    def target(self) -> Target | None:
        """The target, as the edition or the entry gives it."""
        return self.row.target

    @property
    def cell(self) -> Cell:
        """The actual as the entry gives it; blank where figures give it."""
        return BLANK if self.entry is None or self.row.indicator.value is not None else self.entry.actual

    @property
    def days(self) -> Cell:
        """The actual as it is read beside a day: ``2024.6`` is a month there."""
        target = self.target
        return self.cell if target is None or target.day is None else as_day(self.cell, target.day.year)

    @property
    def shown(self) -> IndicatorResult:
        """The row as the evaluation shows it."""
        return self.evaluation.indicators[self.index]

    @property
    def full(self) -> Fraction:
        """The points that it carries here."""
        return self.ruleset.points(self.units)

    @property
    def full_text(self) -> str:
        """The same as it is written."""
        return self.ruleset.text(self.units)

    @property
    def applies(self) -> bool:
        """Tell whether the row is to be scored (it may still be unscored)."""
        return self.scored.state == "scored"

    @property
    def scoring(self) -> str | None:
        """The form of its scoring; an assessor decides those that are ``judged`` or a ``checklist``."""
        return None if self.row.plan is None else self.row.plan.scoring.form

    @property
    def is_assessed(self) -> bool:
        """Tell whether an assessor decides the score, not a comparison with the target."""
        return self.row.plan is not None and self.row.plan.scoring.is_assessed

    @property
    def is_outside(self) -> bool:
        """Tell whether it stands in a bonus or penalty section, where points not earned are no deduction."""
        return self.scored.is_outside

    @property
    def takes_away(self) -> bool:
        """Tell whether it stands in a penalty section, where scores are below 0 and claims have either sign."""
        return self.ruleset.takes_away(self.row)

    @property
    def loses_by_rules(self) -> bool:
        """Tell whether the rules gave less than the full points; what a reviewer took has the reviewer's reason."""
        return self.computed is not None and self.computed < self.units

    @property
    def stated(self) -> Fraction | None:
        """The score that the submission states: claimed, else the one that an assessor chose."""
        if self.claimed is not None or self.entry is None or self.entry.judged is None:
            return self.claimed
        return self.entry.judged.score

    @property
    def reason(self) -> str | None:
        """The reason given for points lost: the unit's, else the assessor's."""
        entry = self.entry
        if entry is None:
            return None
        return said(entry.deviation_reason) or (said(entry.judged.because) if entry.judged is not None else None)

    @property
    def unit(self) -> str:
        """The unit in which target and actual are compared."""
        return reference_unit(self.row, self.cell)

    @cached_property
    def target_pair(self) -> Pair | None:
        """The target as a number in the row's unit; None for words, intervals, dates and blanks."""
        target = self.target
        if target is None or target.kind in ("interval", "date", "text"):
            return None
        known = stated_target(self.scored)
        return known if isinstance(known, tuple) else None

    @cached_property
    def actual_pair(self) -> Pair | None:
        """The actual as a number in the row's unit, written or computed from figures; None for anything else."""
        known, cell = stated_actual(self.scored), self.cell
        if isinstance(known, tuple):
            return known
        return _pair(compared(self.row, cell, self.unit)) if isinstance(cell, Quantity) else None

    @property
    def target_number(self) -> Fraction | None:
        """`target_pair` as one number."""
        return None if self.target_pair is None else Fraction(*self.target_pair)

    @property
    def actual_number(self) -> Fraction | None:
        """`actual_pair` as one number."""
        return None if self.actual_pair is None else Fraction(*self.actual_pair)

    @property
    def attainment(self) -> Pair | None:
        """The actual over a target above 0."""
        target, actual = self.target_pair, self.actual_pair
        if target is None or actual is None or target[0] <= 0:
            return None
        return actual[0] * target[1], actual[1] * target[0]

    @property
    def demanded(self) -> Formula | None:
        """The edition's condition that asks for a reason though no point was lost, while it holds."""
        known = demands(self.ruleset)
        is_own = self.row.indicator.origin == "submission"  # in a section that takes rows, or in a part made below it
        places = (self.path[:depth] for depth in range(len(self.path) - 1, -1, -1)) if is_own else (self.path,)
        demand = next((known[place] for place in places if place in known), None) if known else None
        if demand is None:
            return None
        try:
            self.scored.submitted.refuse_asking(demand.condition)
        except Fault:
            return None
        words = ((self.units, self.ruleset.place), self.target_pair, self.actual_pair, self.attainment)
        values = list(self.scored.submitted.values)
        values[self.ruleset.slots[EVIDENCE]] = evidence_of(self.entry)
        return demand.condition if demand.holds(values, words) else None

    @cached_property
    def meets_target(self) -> bool | None:
        """Tell whether the actual meets the target; None where that cannot be told."""
        target = self.target
        if target is not None and target.day is not None:
            days, deadline = days_of(self.days), target.day.toordinal()
            in_time = None if days is None else {day <= deadline for day in days}
            return in_time.pop() if in_time is not None and len(in_time) == 1 else None
        if target is not None and target.kind == "text":
            return False if denies(plain_word(self.cell.text), plain_word(target.text)) else None
        wanted, actual = self._wanted(), self._actual()
        if target is None or wanted is None or actual is None:
            return None
        met = meets(wanted, actual)
        # Past an equal target, whether more is as good is for the scoring to say.
        beyond = target.kind == "=" and actual.low is not None and wanted.low is not None and actual.low > wanted.low
        return None if met is False and beyond else met

    def _wanted(self) -> Bounds | None:
        target = self.target
        if target is not None and target.kind == "interval" and target.low is not None and target.high is not None:
            return interval_range(self.row, Interval(target.low, target.high, target.unit), self.unit)
        number = self.target_number
        return None if target is None or number is None else target_range(target.kind, number)

    def _actual(self) -> Bounds | None:
        if self.row.indicator.value is None:
            return cell_range(self.row, self.cell)
        number = self.actual_number
        return None if number is None else Bounds(number, number)


def _pair(number: Fraction | None) -> Pair | None:
    return None if number is None else (number.numerator, number.denominator)


# What the rows of a submission claim together, where a stated sum must be just that.


_CONVERTED = frozenset({"rescale", "rescale_total", "move_to"})


def _paths_of_no_sum(form: ScoredForm) -> set[Path]:
    """Give the sections of which a stated score need not be the sum of what the rows below claim.

    A row that counts claims nothing there, or the sum is not plain: bonus and penalty, a cap, points that are converted
    or moved.
    """
    found = {path[:depth] for path in form.ruleset.caps for depth in range(len(path) + 1)}
    for row in form.rows:
        entry, state = row.entry, row.state
        unclaimed = state != "not_chosen" and (entry is None or entry.claimed_score is None)
        if state in _CONVERTED or unclaimed or row.is_outside:
            found.update(row.path[:depth] for depth in range(len(row.path)))
    return found | {()} if form.ruleset.score_caps else found


# A scored submission under audit.


@define(eq=False)
class AuditedForm:
    """One evaluation under audit, and the rules that speak."""

    evaluation: Evaluation

    @cached_property
    def form(self) -> ScoredForm:
        """The scored form behind the evaluation."""
        return self.evaluation._form  # noqa: SLF001 - findings are a part of the evaluation, built when it is read

    @property
    def submission(self) -> Submission:
        """What is audited."""
        return self.form.submission

    @property
    def catalogue(self) -> Catalogue:
        """The edition."""
        return self.form.ruleset.catalogue

    @property
    def rules(self) -> Mapping[str, ActiveRule]:
        """The rules that speak, as the edition wants them."""
        return self.form.ruleset.once("audit rules", lambda: active_rules(self.catalogue))

    @cached_property
    def values(self) -> dict[str, Any]:
        """The values of all figures and tables, by name."""
        return FormValues(self.form.submitted)

    def place(self, where: str) -> Location | None:
        """Give the place of a figure, a row or a claim in what was handed in."""
        submission = self.submission
        if where.startswith("claimed."):
            return submission.claimed.places.get(where.removeprefix("claimed."), submission.location)
        if where in submission.data:
            return submission.data[where].location
        return self.places.get(where)

    @cached_property
    def places(self) -> Mapping[str, Location | None]:
        """The places of rows and of cells of tables, by the names that findings give them."""
        entries = (*self.submission.entries, *self.submission.left_out)
        cells = {
            cell_of_table(name, number, column): cell.location
            for name, rows in self.submission.tables.items()
            for number, row in enumerate(rows)
            for column, cell in row.items()
        }
        return {**cells, **{entry.where: entry.place("indicator") for entry in reversed(entries)}}

    @property
    def blocks(self) -> Mapping[str, str]:
        """The block of the form in which each figure, grid and table stands."""
        return self.form.ruleset.once("blocks", lambda: _blocks(self.catalogue))

    @cached_property
    def blank_blocks(self) -> frozenset[str]:
        """The blocks in which nothing at all is filled in; computed figures do not count."""
        submission, data = self.submission, self.catalogue.data
        filled = {name for name, given in submission.data.items() if not isinstance(given.cell, Blank)}
        filled = {name for name in filled if name not in data or data[name].formula is None} | set(submission.tables)
        blocks = self.blocks
        return frozenset(blocks.values()) - {block for name, block in blocks.items() if name in filled}

    @cached_property
    def missing(self) -> list[GivenFigure]:
        """The required figures that have no value."""
        ruleset, values = self.form.ruleset, self.form.values
        required = ruleset.once("required", lambda: [given for given in ruleset.given if given.figure.required])
        return [given for given in required if values[given.slot] is None]

    @cached_property
    def required_blank(self) -> Mapping[str, list[str]]:
        """The required figures of each block that nobody filled in, where there are several."""
        found: dict[str, list[str]] = {}
        for given in self.missing:
            if self.blocks[given.name] in self.blank_blocks:
                found.setdefault(self.blocks[given.name], []).append(given.name)
        return {block: figures for block, figures in found.items() if len(figures) > 1}

    @cached_property
    def claimed_places(self) -> int:
        """The decimal places that the form writes in its claims."""
        claims = (entry.claimed_score for entry in self.submission.entries if entry.claimed_score is not None)
        return max((len(decimal_text(claim).partition(".")[2]) for claim in claims), default=0)

    @cached_property
    def _sums(self) -> Mapping[Path, Fraction]:
        sums = claims_sums(self.form)
        no_sum = _paths_of_no_sum(self.form) if sums else ()
        return {path: claims for path, claims in sums.items() if path not in no_sum}

    def comparable_sum(self, path: Path) -> Fraction | None:
        """Add up what the rows below ``path`` claim; None where a stated sum need not be just that."""
        caps = self.form.ruleset.caps
        return None if any(path[:depth] in caps for depth in range(len(path))) else self._sums.get(path)

    @cached_property
    def claims_sum(self) -> Fraction | None:
        """What all rows claim together; None where that says nothing of the total."""
        return self.comparable_sum(())

    def blanks_behind(self, name: str) -> list[str]:
        """Give the blank figures for which a figure has no value; the name itself where it is blank by itself."""
        figure = self.catalogue.data.get(name)
        fault = self.form.submitted.figure_faults.get(name)
        if figure is None or figure.formula is None or (fault is not None and fault.kind != "blank"):
            return [name]
        read = [other for other in names(figure.formula.tree) if self.values.get(other, "") is None]
        behind = list(dict.fromkeys(blank for other in read for blank in self.blanks_behind(other)))
        return behind or [fault.detail if fault is not None and fault.detail else name]

    def without(self, figures: Iterable[str]) -> str:
        """Say that figures have no value: which are blank, and which are filled with what nobody can use."""
        unread, columns = self.form.submitted.unread, self.catalogue.columns
        unusable, blank = list[str](), list[str]()
        for name in figures:
            (unusable if name in unread or columns.get(name) in unread else blank).append(self.catalogue.called(name))
        told = (("audit-without-value", blank), ("audit-unusable", unusable))
        return listed((phrase(code, figures=listed(named)) for code, named in told if named), "comma")

    def asks(self, row: ScoredRow) -> bool:
        """Tell whether the form has a cell for a row's reason; one that rows share and that is filled has it of all."""
        entry = row.entry
        if entry is None:
            return True
        if not said(entry.deviation_reason) and str(entry.place("deviation_reason")) in self._reasons_given:
            return False
        if not {"deviation", "deviation_reason"}.isdisjoint(entry.places):
            return True
        if entry.location is not None and entry.location.on_paper:  # a form on paper shows what it has cells for
            return False
        in_funds, has_column = self.form.ruleset.once("reasons asked", lambda: _reasons_asked(self.catalogue))
        return has_column and row.indicator.title not in in_funds

    @cached_property
    def _reasons_given(self) -> frozenset[str]:
        """The cells, as people know them, in which a reason stands."""
        entries = [row.entry for row in self.form.rows if row.entry is not None and said(row.entry.deviation_reason)]
        return frozenset(str(entry.place("deviation_reason")) for entry in entries)

    @cached_property
    def rows(self) -> tuple[AuditedRow, ...]:
        """All rows, in the form's order."""
        return tuple(
            [
                AuditedRow(self.evaluation, index, row, self.asks(row), self.claimed_places)
                for index, row in enumerate(self.form.rows)
            ]
        )

    @cached_property
    def own_rows(self) -> tuple[AuditedRow, ...]:
        """The rows that the submission added to the form."""
        added = (row for row in self.rows if row.row.indicator.origin == "submission")
        return tuple(row for row in added if row.scored.state != "nowhere")


# ---- what the edition alone decides ---------------------------------------------------------------------------------


def _reasons_asked(catalogue: Catalogue) -> tuple[frozenset[str], bool]:
    """Give where no reason can be given, and whether one can be given elsewhere.

    The first are the indicators that are rows of the table of funds on paper; the second is whether the edition's form
    has a column for reasons or measures, as far as it says what columns there are.
    """
    blocks = tuple(catalogue.paper.blocks) if catalogue.paper else ()
    rows = frozenset(block.indicator for block in blocks if isinstance(block, RowBlock) and block.indicator)
    words, fields = form_words().asks_why, ("deviation", "deviation_reason", "improvement")
    columns = [column for block in blocks if isinstance(block, IndicatorsBlock) for column in block.columns]
    asks = (what in fields or any(word in text for word in words) for text, what in columns)
    return rows, not columns or any(asks)


def _blocks(catalogue: Catalogue) -> Mapping[str, str]:
    found = {name: (figure.grid[0] if figure.grid else "") for name, figure in catalogue.data.items()}
    found |= {name: name for name in (*catalogue.grids, *catalogue.tables)}
    for table in catalogue.paper.tables if catalogue.paper else ():
        for block in table.blocks:
            if isinstance(block, FiguresBlock | RowBlock):
                labels = block.labels if isinstance(block, FiguresBlock) else block.cells
                found |= {name: table.name for name, _ in labels if not found.get(name)}
    return {name: block or phrase("audit-base-data") for name, block in found.items()}


# What a rule is.


Hits = Iterator[tuple[str, Said]]
FormRule = Callable[[AuditedForm, ActiveRule], Hits]
"""Finds what is wrong with a form: where, and what the sentence names."""


@frozen(eq=False)
class RowRule:
    """A rule on rows: it gives what its sentence names where it finds something.

    ``cell`` is the one that it is about, ``""`` the row as a whole. One ``without_entry`` may speak of a row that the
    submission leaves out, where that has not its full points or the edition asks for reasons all the same. One
    ``on_target`` rests on which way the target is meant: no error where that was assumed.
    """

    finds: Callable[[AuditedRow, ActiveRule], Said | None]
    cell: str = ""
    without_entry: bool = False
    on_target: bool = False

"""A row under audit: what several rules ask of it, exact, each worked out once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from attrs import define, field, frozen

from evalrules._edition.model import Path, Target, TargetKind
from evalrules._edition.scopes import explain_when_of, indicator_scope, row_scope
from evalrules._evaluation import Evaluation, IndicatorResult
from evalrules._form_words import plain_word, said
from evalrules._formula.compile.programs import Job, compile_jobs
from evalrules._formula.program import ACTUAL, ATTAINMENT, EVIDENCE, POINTS, TARGET
from evalrules._formula.scope import PERCENT, Bounds, Scope
from evalrules._formula.tree import Fault, Formula
from evalrules._formula.typing import check_node, resolved
from evalrules._formula.words import show
from evalrules._numbers import decimal_text
from evalrules._problems import phrase
from evalrules._quantities import BLANK, Bound, Cell, Date, Interval, Period, Quantity, as_day
from evalrules._quantities.names import denies
from evalrules._remembered import once_for_each
from evalrules._score.cells import compared, reference_unit
from evalrules._score.form import ScoredRow
from evalrules._score.rows import evidence_of, stated_actual, stated_target
from evalrules._score.ruleset import Row, Ruleset
from evalrules._submission import Entry, Pair

# Whether an actual meets its target: each as the range of what it admits, in the unit of the row.


def target_range(kind: TargetKind, low: Fraction, high: Fraction | None = None) -> Bounds:
    """Give the values that meet a target.

    >>> target_range(">", Fraction(5)).admits(Fraction(5))
    False
    """
    match kind:
        case "≥" | ">":
            return Bounds(low=low, low_open=kind == ">")
        case "≤" | "<":
            return Bounds(high=low, high_open=kind == "<")
    return Bounds(low, low if high is None else high)


def cell_range(row: Row, cell: Cell) -> Bounds | None:
    """Give the values that a cell admits; None for words, dates and what has another unit than the row."""
    unit = reference_unit(row, cell)
    match cell:
        case Quantity():
            number = compared(row, cell, unit)
            return None if number is None else Bounds(number, number)
        case Bound(comparator, quantity):
            number = compared(row, quantity, unit)
            return None if number is None else target_range(comparator, number)
        case Interval():
            return interval_range(row, cell, unit)
    return None


def interval_range(row: Row, interval: Interval, unit: str) -> Bounds | None:
    """Give an interval in another unit, both ends included."""
    ends = [compared(row, Quantity(end, interval.unit), unit) for end in (interval.low, interval.high)]
    return None if ends[0] is None else Bounds(ends[0], ends[1])


def meets(wanted: Bounds, actual: Bounds) -> bool | None:
    """Tell whether every value that the actual admits meets the target; that a bound misses it is never certain."""
    if _within(wanted, actual):
        return True
    return False if actual.low is not None and actual.low == actual.high else None


def _within(wanted: Bounds, actual: Bounds) -> bool:
    if wanted.low is not None:
        if actual.low is None or actual.low < wanted.low:
            return False
        if wanted.low_open and actual.low == wanted.low and not actual.low_open:
            return False
    if wanted.high is not None:
        if actual.high is None or actual.high > wanted.high:
            return False
        if wanted.high_open and actual.high == wanted.high and not actual.high_open:
            return False
    return True


def days_of(cell: Cell) -> tuple[int, int] | None:
    """Give the first and the last day that a cell names; a month or a year names all of its days."""
    match cell:
        case Date(day):
            return (cell.since or day).toordinal(), day.toordinal()
        case Period(first, last):
            return first.toordinal(), last.toordinal()
    return None


# What findings say beside plain values: parts of sentences in both languages, numbers and shares.


Said = Mapping[str, object]
"""What fills a finding's sentence."""


def difference(claimed: Fraction, computed: Fraction) -> Said:
    """Say by how much a claim differs, and which way."""
    way = "audit-too-high" if claimed > computed else "audit-too-low"
    return {"difference": decimal_text(abs(claimed - computed)), "direction": phrase(way)}


def percent(number: Fraction) -> str:
    """Write a share.

    >>> percent(Fraction(2, 3))
    '66.67%'
    """
    return show(number, PERCENT)


Compute = Callable[[list[Any]], Any]


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
    for path in ruleset.open_sections:
        condition = explain_when_of(catalogue, path)
        if condition is not None:
            yield path, condition, row_scope(catalogue, path)
    for row in ruleset.rows:
        condition = explain_when_of(catalogue, row.indicator.path[:-1], row.indicator)
        if condition is not None:
            yield row.indicator.path, condition, indicator_scope(catalogue, row.indicator)


def is_outside(row: ScoredRow) -> bool:
    """Tell whether a row stands in a bonus or penalty section, where points not earned are no deduction."""
    return row.in_bonus or row.ruleset.takes_away(row.row)


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
    claims: int = field(init=False)
    """−1, 0 or 1: less than the full points are claimed, just these, or more; 0 where nothing is claimed."""

    def __attrs_post_init__(self) -> None:
        scored = self.scored
        self.ruleset, self.row, self.entry = scored.ruleset, scored.row, scored.entry
        self.units, self.computed, self.score = scored.units, scored.computed, scored.score
        self.claimed = None if self.entry is None else self.entry.claimed_score
        self.claims = 0 if self.claimed is None else self.against_full(self.claimed)

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
        return self.scoring in ("judged", "checklist")

    @property
    def is_outside(self) -> bool:
        """Tell whether it stands in a bonus or penalty section, where points not earned are no deduction."""
        return is_outside(self.scored)

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

    @cached_property
    def demanded(self) -> Formula | None:
        """The edition's condition that asks for a reason though no point was lost, while it holds."""
        known = demands(self.ruleset)
        demand = known.get(self.path) or known.get(self.path[:-1]) if known else None
        if demand is None:
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

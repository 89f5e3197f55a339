"""A row under audit: what several rules ask of it, exact, each worked out once."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

from attrs import define, field

from evalrules._audit.demands import demands
from evalrules._audit.readings import computed_number
from evalrules._audit.targets import cell_range, day_of, interval_range, meets, target_range
from evalrules._catalogue.model import Path, Target
from evalrules._evaluation import Evaluation, IndicatorResult
from evalrules._formula.program import ACTUAL, TARGET
from evalrules._formula.scope import Bounds
from evalrules._formula.tree import Formula
from evalrules._quantities import BLANK, Cell, Quantity
from evalrules._ruleset import Pair, Row
from evalrules._scoring.cells import in_unit, reference_unit
from evalrules._scoring.form import ScoredForm
from evalrules._submission import Entry

_NOTHING = frozenset({"", "无", "没有", "暂无", "无偏差"})


@define(eq=False)
class AuditedRow:
    """One row of the form. ``units`` are the points that it carries here, in units of the last place.

    ``computed`` is the score by the rules, before a reviewer's change, and ``score`` the one that counts, in the same
    units; ``claimed`` is the claim in points.
    """

    evaluation: Evaluation
    form: ScoredForm
    index: int
    row: Row
    entry: Entry | None
    state: str
    units: int
    computed: int | None
    score: int | None
    claimed: Fraction | None
    claims: int = field(init=False)
    """−1, 0 or 1: less than the full points are claimed, just these, or more; 0 where nothing is claimed."""

    @claims.default
    def _claims(self) -> int:
        return 0 if self.claimed is None else self.against_full(self.claimed)

    def against_full(self, points: Fraction) -> int:
        """Give −1, 0 or 1 for points below, at or above the full points."""
        left, right = points.numerator * self.form.place, self.units * points.denominator
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
    def shown(self) -> IndicatorResult:
        """The row as the evaluation shows it."""
        return self.evaluation.indicators[self.index]

    @property
    def full(self) -> Fraction:
        """The points that it carries here."""
        return self.form.points(self.units)

    @property
    def full_text(self) -> str:
        """The same as it is written."""
        return self.form.text(self.units)

    @property
    def applies(self) -> bool:
        """Tell whether the row is to be scored (it may still be unscored)."""
        return self.state == "scored"

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
        outside = self.form.ruleset.bonuses, self.form.ruleset.penalties
        return any(outside) and any(self.path[:-1] in paths for paths in outside)

    @property
    def takes_away(self) -> bool:
        """Tell whether it stands in a penalty section, where scores are below 0 and claims have either sign."""
        return self.form.ruleset.takes_away(self.row)

    @property
    def loses_by_rules(self) -> bool:
        """Tell whether the rules gave less than the full points; what a reviewer took has the reviewer's reason."""
        return self.computed is not None and self.computed < self.units

    def equals_score(self, points: Fraction) -> bool:
        """Tell whether this is the score as it stands."""
        return self.score is not None and points.numerator * self.form.place == self.score * points.denominator

    def comparable(self, claimed: Fraction) -> tuple[Fraction, Fraction]:
        """Give claim and score with the same sign; there is a score."""
        assert self.score is not None
        if self.takes_away:
            return abs(claimed), self.form.points(self.units - self.score)
        return claimed, self.form.points(self.score)

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
        return told(entry.deviation_reason) or (told(entry.judged.because) if entry.judged is not None else None)

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
        known = self.form.targets[self.index]
        if isinstance(known, tuple):
            return known
        if target.low is None:
            return computed_number(self.form, self.index, TARGET)
        return _pair(in_unit(Quantity(target.low, target.unit), self.unit))

    @cached_property
    def actual_pair(self) -> Pair | None:
        """The actual as a number in the row's unit, written or computed from figures; None for anything else."""
        known = self.form.actuals[self.index]
        if isinstance(known, tuple):
            return known
        if self.row.indicator.value is not None:
            return computed_number(self.form, self.index, ACTUAL)
        cell = self.cell
        return _pair(in_unit(cell, self.unit)) if isinstance(cell, Quantity) else None

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
        known = demands(self.form.ruleset)
        demand = known.get(self.path) or known.get(self.path[:-1]) if known else None
        if demand is None:
            return None
        words = ((self.units, self.form.place), self.target_pair, self.actual_pair, self.attainment)
        return demand.condition if demand.holds(self.form.values, words) else None

    @cached_property
    def meets_target(self) -> bool | None:
        """Tell whether the actual meets the target; None where that cannot be told."""
        target = self.target
        if target is not None and target.day is not None:
            day = day_of(self.cell)
            return None if day is None else day <= target.day.toordinal()
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
            return interval_range(target.low, target.high, target.unit, self.unit)
        number = self.target_number
        return None if target is None or number is None else target_range(target.kind, number)

    def _actual(self) -> Bounds | None:
        if self.row.indicator.value is None:
            return cell_range(self.row, self.cell)
        number = self.actual_number
        return None if number is None else Bounds(number, number)


def told(text: str | None) -> str | None:
    """Give what a cell for words says; 无 says as little as a blank.

    >>> told("无。"), told("县财政资金困难")
    (None, '县财政资金困难')
    """
    return None if text is None or text.strip(" 。.") in _NOTHING else text


def _pair(number: Fraction | None) -> Pair | None:
    return None if number is None else (number.numerator, number.denominator)

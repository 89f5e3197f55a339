"""An actual that is itself a bound (``≥98%``) or a range: scored only if every value it admits earns full marks.

The interval reading decides that: it never takes for impossible what can happen, so full marks are given only where
they are certain, and where it cannot tell the row stays unscored.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from evalrules._formula.intervals import point
from evalrules._formula.program import ACTUAL, PointsBetween, Program, Rule
from evalrules._formula.ranges import Ranges
from evalrules._formula.scope import Bounds
from evalrules._quantities import Bound, Interval, Quantity
from evalrules._ruleset import Pair, Row, Ruleset
from evalrules._scoring.cells import in_reference_unit
from evalrules._scoring.misfit import Misfit
from evalrules._scoring.ranges import row_ranges


def require_full_marks(
    ruleset: Ruleset, row: Row, values: list[Any], points: Pair, target: Any, actual: Bound | Interval
) -> None:
    """Raise `Misfit` unless every value that the actual admits earns full marks."""
    assert row.plan is not None
    program, free = row.plan.program, {ACTUAL: admitted(row, actual)}
    ranges = row_ranges(ruleset, program, values, (points, target, None), free)
    if ranges is None or not _always_full(program, ranges, Fraction(*points)):
        raise Misfit("actual-bound-undecided", found=actual.text)


def admitted(row: Row, actual: Bound | Interval) -> Bounds:
    """Give the values that an actual admits, in the row's unit."""
    if isinstance(actual, Interval):
        ends = (Quantity(end, actual.unit, actual.text) for end in (actual.low, actual.high))
        low, high = (Fraction(*in_reference_unit(row, end, end)) for end in ends)
        return Bounds(low, high)
    value = Fraction(*in_reference_unit(row, actual.quantity, actual))
    match actual.comparator:
        case "≥":
            return Bounds(low=value)
        case ">":
            return Bounds(low=value, low_open=True)
        case "≤":
            return Bounds(high=value)
        case "<":
            return Bounds(high=value, high_open=True)
        case "=":
            return Bounds(value, value)


def _always_full(program: Program, ranges: Ranges, full: Fraction) -> bool:
    if program.form == "award":
        return _first_is_full(program.rules, ranges, full)
    return all(_takes_nothing(rule, ranges) for rule in program.rules)


def _first_is_full(rules: tuple[Rule, ...], ranges: Ranges, full: Fraction) -> bool:
    """Tell whether some row always holds and each that can be the first to hold gives full marks."""
    before: Ranges | None = ranges
    for rule in rules:
        if before is None:
            return True
        holding = before if rule.when is None else before.given(rule.when.tree)
        if holding is not None and not _is_full(rule, holding, full):
            return False
        before = None if rule.when is None else before.given(rule.when.tree, truth=False)
    return before is None


def _is_full(rule: Rule, holding: Ranges, full: Fraction) -> bool:
    return not isinstance(rule.points, PointsBetween) and holding.bounds(rule.points.tree) == point(full)


def _takes_nothing(rule: Rule, ranges: Ranges) -> bool:
    holding = ranges if rule.when is None else ranges.given(rule.when.tree)
    if holding is None or (rule.unless is not None and holding.truth(rule.unless.tree) is True):
        return True
    return not isinstance(rule.points, PointsBetween) and holding.bounds(rule.points.tree) == point(Fraction(0))

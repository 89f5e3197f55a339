"""An actual that is itself a bound (``≥98%``) or a range: scored only if every value it admits earns full marks.

A rule changes its mind only at its edges: the numbers it names, the same times the target, and the target. So it is
tried at the ends of what the actual admits, at each edge between them, on both sides of it, and far out.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from evalrules._binding import Misfit, actual_pair
from evalrules._formula.tree import Number, walk
from evalrules._quantities import Bound, Interval, Quantity
from evalrules._ruleset import Pair, Row

_TINY = Fraction(1, 10**9)
_FAR = Fraction(10**9)


def admitted_score(
    row: Row, values: list[Any], points: Pair, full: int, target: Any, actual: Bound | Interval
) -> int:
    """Give full marks (``full`` units), or raise `Misfit` where some value that the actual admits earns less."""
    assert row.plan is not None
    for value in _probes(row, target, *_ends(row, actual)):
        score = row.plan.score(values, points, target, (value.numerator, value.denominator), None)
        if score != full:
            raise Misfit("actual-bound-undecided", found=actual.text)
    return full


def _ends(row: Row, actual: Bound | Interval) -> tuple[Fraction, Fraction]:
    if isinstance(actual, Interval):
        low, high = (actual_pair(row, Quantity(end, actual.unit, actual.text)) for end in (actual.low, actual.high))
        return Fraction(*low), Fraction(*high)
    value = Fraction(*actual_pair(row, actual.quantity))
    match actual.comparator:
        case "≥":
            return value, value + _FAR
        case ">":
            return value + _TINY, value + _FAR
        case "≤":
            return _lowest(value), value
        case "<":
            return _lowest(value), value - _TINY
        case "=":
            return value, value


def _lowest(value: Fraction) -> Fraction:
    """Give where "at most" ends below: a count, a rate or an amount is not below 0."""
    return min(value, Fraction(0))


def _probes(row: Row, target: Any, low: Fraction, high: Fraction) -> Iterator[Fraction]:
    edges = sorted({low, high, *(edge for edge in _edges(row, target) if low < edge < high)})
    for edge in edges:
        yield from (value for value in (edge - _TINY, edge, edge + _TINY) if low <= value <= high)
    yield from ((left + right) / 2 for left, right in zip(edges, edges[1:], strict=False))


def _edges(row: Row, target: Any) -> Iterator[Fraction]:
    assert row.plan is not None
    goal = Fraction(*target) if isinstance(target, tuple) else Fraction(1)
    yield goal
    for formula in row.plan.program.formulas:
        for node in walk(formula.tree):
            if isinstance(node, Number):
                yield from (node.value, node.value * goal, (1 + node.value) * goal, (1 - node.value) * goal)

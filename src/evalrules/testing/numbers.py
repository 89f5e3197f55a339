"""Strategies for single inputs: what is at and beside an edge more often, and simple numbers that people write."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from evalrules._formula.scope import Bounds, Variable
from evalrules._laws.exploring import STEP, WHOLE, Exploring, step_of

_WIDTH = 100_000


def values_of(variable: Variable, exploring: Exploring, edges: Sequence[Any]) -> st.SearchStrategy[Any]:
    """Draw what one input of a rule can be; ``edges`` are the values at and around its edges."""
    if variable.table is not None:
        return st.sampled_from(exploring.tables(variable.name))
    bounds, step = exploring.bounds(variable), exploring.step(variable)
    others = of_kind(variable, bounds, step)
    if variable.kind == "number" and len(edges) > 1:
        others = st.one_of(numbers(_amid(edges, bounds), step), others)
    return often(edges, others)


def _amid(edges: Sequence[Any], bounds: Bounds) -> Bounds:
    """Give the range between the outermost edges but one at each end, where most of the rules' decisions lie."""
    known = sorted(edge for edge in set(edges) if edge is not None and bounds.admits(edge))
    inner = known[1:-1] or known
    return Bounds(inner[0], inner[-1]) if inner else bounds


def often(edges: Sequence[Any], others: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw edges twice as often as others."""
    known = st.sampled_from(list(dict.fromkeys(edges))) if edges else others
    return st.one_of(known, known, others)


def of_kind(variable: Variable, bounds: Bounds, step: Fraction | None = None) -> st.SearchStrategy[Any]:
    """Draw a value of the kind that a name has, within a range.

    >>> from hypothesis import find
    >>> find(of_kind(Variable("地区", "choice", choices=("东部", "西部")), Bounds()), lambda _: True)
    '东部'
    """
    match variable.kind:
        case "yes_no":
            return st.booleans()
        case "choice":
            return st.sampled_from(variable.choices)
        case "date":
            return st.dates(datetime.date(2000, 1, 1), datetime.date(2050, 12, 31))
        case "number":
            return numbers(bounds, step_of(variable) if step is None else step)
        case _:
            return st.just("已说明")


def numbers(bounds: Bounds, step: Fraction = STEP) -> st.SearchStrategy[Fraction]:
    """Draw multiples of a step within a range, simple ones first; a range that holds none gives its own number.

    >>> from hypothesis import find
    >>> find(numbers(Bounds(Fraction(0), None, low_open=True), WHOLE), lambda number: number > 5)
    Fraction(6, 1)
    """
    low, high = _ends(bounds, step)
    if low > high:
        return st.just(bounds.low if bounds.low is not None else Fraction(0))
    return st.integers(low, high).map(lambda count: count * step)


def _ends(bounds: Bounds, step: Fraction) -> tuple[int, int]:
    """Give the range in steps, of a sensible width where it has no end."""
    low = None if bounds.low is None else math.ceil(bounds.low / step) + _left_out(bounds.low, step, bounds.low_open)
    high = (
        None if bounds.high is None else math.floor(bounds.high / step) - _left_out(bounds.high, step, bounds.high_open)
    )
    if low is None:
        low = -_WIDTH if high is None else high - _WIDTH
    return low, low + 2 * _WIDTH if high is None else high


def _left_out(end: Fraction, step: Fraction, is_open: bool) -> int:  # noqa: FBT001
    return int(is_open and (end / step).denominator == 1)


__all__ = ["WHOLE", "numbers", "of_kind", "often", "values_of"]

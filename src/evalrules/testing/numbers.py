"""Strategies for single inputs: what is at and beside an edge more often, and simple numbers that people write."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from evalrules._formula.scope import Bounds, Variable
from evalrules._laws.exploring import Exploring

_WIDTH = 100_000


def values(variable: Variable, exploring: Exploring, edges: Sequence[Any]) -> st.SearchStrategy[Any]:
    """Draw what one input of a rule can be; ``edges`` are the values at and around its edges."""
    known = list(dict.fromkeys(_hashable(edges)))
    others = _others(variable, exploring)
    if not known:
        return others
    return st.one_of(st.sampled_from(known), st.sampled_from(known), others)


def _hashable(edges: Sequence[Any]) -> list[Any]:
    return [edge for edge in edges if not isinstance(edge, tuple)]


def _others(variable: Variable, exploring: Exploring) -> st.SearchStrategy[Any]:
    if variable.table is not None:
        return st.sampled_from(exploring.tables(variable.name))
    if variable.kind == "yes_no":
        return st.booleans()
    if variable.kind == "choice":
        return st.sampled_from(variable.choices)
    if variable.kind == "date":
        return st.dates(datetime.date(2000, 1, 1), datetime.date(2050, 12, 31))
    if variable.kind == "text":
        return st.just("已说明")
    return numbers(exploring.bounds(variable), exploring.step(variable))


def numbers(bounds: Bounds, step: Fraction) -> st.SearchStrategy[Fraction]:
    """Draw multiples of a step within a range, simple ones first.

    >>> numbers(Bounds(Fraction(0), Fraction(1)), Fraction(1, 4)).filter(bool).example().denominator in (1, 2, 4)
    True
    """
    low, high = _ends(bounds, step)
    exact = bounds.low if bounds.low is not None and bounds.low == bounds.high else None
    if low > high:
        return st.just(exact if exact is not None else Fraction(0))
    return st.integers(low, high).map(lambda count: count * step)


def _ends(bounds: Bounds, step: Fraction) -> tuple[int, int]:
    """Give the range in steps, of a sensible width where it has no end."""
    low = None if bounds.low is None else math.ceil(bounds.low / step) + (bounds.low_open and _hits(bounds.low, step))
    high = None if bounds.high is None else math.floor(bounds.high / step) - (bounds.high_open and _hits(bounds.high, step))
    if low is None:
        low = -_WIDTH if high is None else high - _WIDTH
    return low, low + 2 * _WIDTH if high is None else high


def _hits(number: Fraction, step: Fraction) -> bool:
    return (number / step).denominator == 1

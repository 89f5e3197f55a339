"""What comparisons say of ranges of numbers: whether they are decided, and what is left once they are known to hold."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any

from evalrules._formula.intervals import always_below, is_point, overlap
from evalrules._formula.scope import ANY, Bounds
from evalrules._formula.tree import Comparing, Comparison, Node, Number, children

_COMPARED: dict[Comparison, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "≠": operator.ne,
    "<": operator.lt,
    "≤": operator.le,
    ">": operator.gt,
    "≥": operator.ge,
}
_REVERSED: dict[Comparison, Comparison] = {"<": "≥", "≥": "<", ">": "≤", "≤": ">", "=": "≠", "≠": "="}
_TURNED: dict[Comparison, Comparison] = {"<": ">", ">": "<", "≥": "≤", "≤": "≥", "=": "=", "≠": "≠"}


def compared(first: Bounds, comparison: Comparison, second: Bounds) -> bool | None:
    """Tell whether numbers of two ranges compare so, whichever they are; None where that depends on them."""
    if first.low is first.high is not None and second.low is second.high is not None:
        return _COMPARED[comparison](first.low, second.low)
    if comparison in ("=", "≠"):
        same = is_point(first) and is_point(second) and first.low == second.low
        apart = overlap(first, second) is None
        return (comparison == "=") == same if same or apart else None
    low, high = (first, second) if comparison in ("<", "≤") else (second, first)
    or_equal = comparison in ("≤", "≥")
    if always_below(low, high, or_equal=or_equal):
        return True
    return False if always_below(high, low, or_equal=not or_equal) else None


def reversed_comparison(comparison: Comparison) -> Comparison:
    """Give the comparison that holds exactly where this one does not."""
    return _REVERSED[comparison]


def comparisons(node: Comparing) -> Iterable[tuple[Node, Comparison, Node]]:
    """Give the pairs that a chain compares: ``0 < x ≤ 10%`` is two."""
    left = node.first
    for comparison, right in node.rest:
        yield left, comparison, right
        left = right


def turned(comparison: Comparison) -> Comparison:
    """Give the comparison with its sides exchanged: ``a < b`` is ``b > a``."""
    return _TURNED[comparison]


def allowed(comparison: Comparison, other: Bounds) -> Bounds:
    """Give where a number can lie that compares so with some number of a range."""
    match comparison:
        case "<":
            return Bounds(None, other.high, False, other.high is not None)
        case "≤":
            return Bounds(None, other.high, False, other.high_open)
        case ">":
            return Bounds(other.low, None, other.low is not None)
        case "≥":
            return Bounds(other.low, None, other.low_open)
        case "=":
            return other
        case "≠":
            return ANY


def is_relative(node: Node) -> bool:
    return isinstance(node, Comparing) and not any(isinstance(part, Number) for part in children(node))


def without(bounds: Bounds, other: Bounds) -> Bounds:
    """Leave out an end of a range that is the one number it may not be."""
    if not is_point(other):
        return bounds
    number = other.low
    low_open, high_open = bounds.low_open or bounds.low == number, bounds.high_open or bounds.high == number
    return Bounds(bounds.low, bounds.high, low_open, high_open)

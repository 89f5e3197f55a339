"""Ranges of numbers: their arithmetic, comparisons and functions, with exact ends, open or closed."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from evalrules._formula.scope import ANY, Bounds
from evalrules._formula.tree import BUDGET_BITS, Comparing, Comparison, Node, Number, Operator, children

# Arithmetic on ranges of numbers: exact ends, open or closed, unbounded where None.
#
# What these functions give holds every result that numbers in the given ranges can have; it may hold more.


End = tuple[Fraction | float, bool]
"""A number or an infinity, and whether the range leaves it out."""

_Side = tuple[Fraction | None, bool]
"""A number, None where unbounded, and whether the range leaves it out."""

_UNBOUNDED: _Side = (None, False)
_INFINITY = math.inf
_ZERO = Fraction(0)
FROM_ZERO = Bounds(_ZERO)


def point(number: Fraction | int) -> Bounds:
    """Give the range that holds this number alone."""
    exact = Fraction(number)
    return Bounds(exact, exact)


def is_point(bounds: Bounds) -> bool:
    """Tell whether the range holds one number only."""
    low, high = bounds.low, bounds.high
    return low is not None and (low is high or (high is not None and not order(low, high)))


def order(one: Fraction, two: Fraction) -> int:
    """Give a whole number below 0, 0 or above 0 as the first number is below, at or above the second.

    >>> order(Fraction(1, 3), Fraction(1, 2)) < 0
    True
    """
    # Far cheaper than <, which first asks what kind of number it is given.
    return 0 if one is two else one.numerator * two.denominator - two.numerator * one.denominator


def overlap(left: Bounds, right: Bounds) -> Bounds | None:
    """Give what both ranges hold, the first itself if that is all of it; None where they have nothing in common.

    >>> overlap(Bounds(Fraction(0), None), Bounds(None, Fraction(0), high_open=True)) is None
    True
    """
    low, low_open, high, high_open = left.low, left.low_open, left.high, left.high_open
    if right.low is not None:
        above = 1 if low is None else order(right.low, low)
        if above > 0 or (above == 0 and right.low_open > low_open):
            low, low_open = right.low, right.low_open
    if right.high is not None:
        below = -1 if high is None else order(right.high, high)
        if below < 0 or (below == 0 and right.high_open > high_open):
            high, high_open = right.high, right.high_open
    if low is not None and high is not None:
        width = order(high, low)
        if width < 0 or (width == 0 and (low_open or high_open)):
            return None
    if low is left.low and high is left.high and low_open == left.low_open and high_open == left.high_open:
        return left
    return Bounds(low, high, low_open and low is not None, high_open and high is not None)


def always_below(left: Bounds, right: Bounds, *, or_equal: bool) -> bool:
    """Tell whether every number of the first range is below every one of the second, or at most equal to it."""
    if left.high is None or right.low is None:
        return False
    apart = order(right.low, left.high)
    return apart > 0 or (apart == 0 and (or_equal or left.high_open or right.low_open))


def hull(ranges: Iterable[Bounds]) -> Bounds:
    """Give the smallest range that holds all of them."""
    each = list(ranges)
    low, low_open = _outer([(bounds.low, bounds.low_open) for bounds in each], -1)
    high, high_open = _outer([(bounds.high, bounds.high_open) for bounds in each], 1)
    return Bounds(low, high, low_open, high_open)


def opposite(bounds: Bounds) -> Bounds:
    """Give the range of ``−x``."""
    low = None if bounds.high is None else -bounds.high
    high = None if bounds.low is None else -bounds.low
    return Bounds(low, high, bounds.high_open, bounds.low_open)


def total(left: Bounds, right: Bounds) -> Bounds:
    """Give the range of ``x + y``."""
    low = None if left.low is None or right.low is None else left.low + right.low
    high = None if left.high is None or right.high is None else left.high + right.high
    return Bounds(low, high, left.low_open or right.low_open, left.high_open or right.high_open)


def difference(left: Bounds, right: Bounds) -> Bounds:
    """Give the range of ``x − y``."""
    low = None if left.low is None or right.high is None else left.low - right.high
    high = None if left.high is None or right.low is None else left.high - right.low
    return Bounds(low, high, left.low_open or right.high_open, left.high_open or right.low_open)


def product(left: Bounds, right: Bounds) -> Bounds:
    """Give the range of ``x × y``.

    >>> product(Bounds(Fraction(0), None), Bounds(Fraction(-1), Fraction(2)))
    Bounds(low=None, high=None, low_open=False, high_open=False)
    """
    if _is_positive(left) and _is_positive(right):
        low = _end_product((left.low, left.low_open), (right.low, right.low_open))  # type: ignore[arg-type]
        return _range(low, _end_product(_high(left), _high(right)))
    ends = [_end_product(one, two) for one in (_low(left), _high(left)) for two in (_low(right), _high(right))]
    return _range(min(ends, key=lambda end: (end[0], end[1])), max(ends, key=lambda end: (end[0], not end[1])))


def _is_positive(bounds: Bounds) -> bool:
    return bounds.low is not None and bounds.low.numerator >= 0


def is_one_sign(bounds: Bounds) -> bool:
    """Tell whether no two numbers of the range have opposite signs."""
    return _is_positive(bounds) or _is_positive(opposite(bounds))


def quotient(left: Bounds, right: Bounds) -> Bounds:
    """Give the range of ``x ÷ y``; everything where the divisor can be 0."""
    if not excludes_zero(right):
        return ANY
    if _is_positive(left) and _is_positive(right):
        low = _end_product(_low(left), _inverse_end(_high(right)))
        return _range(low, _end_product(_high(left), _inverse_end(_low(right))))
    return product(left, _inverse(right))


def excludes_zero(bounds: Bounds) -> bool:
    """Tell whether no number of the range is 0."""
    low, high = bounds.low, bounds.high
    above = low is not None and (low.numerator > 0 or (low.numerator == 0 and bounds.low_open))
    return above or (high is not None and (high.numerator < 0 or (high.numerator == 0 and bounds.high_open)))


def distance(bounds: Bounds) -> Bounds:
    """Give the range of ``|x|``."""
    if _is_positive(bounds):
        return bounds
    other = opposite(bounds)
    if _is_positive(other):
        return other
    return Bounds(Fraction(0), None) if None in (bounds.low, bounds.high) else _from_zero(hull((bounds, other)))


def greatest(ranges: Iterable[Bounds]) -> Bounds:
    """Give the range of the greatest of several numbers."""
    each = list(ranges)
    low, low_open = _inner([(bounds.low, bounds.low_open) for bounds in each], 1)
    high, high_open = _outer([(bounds.high, bounds.high_open) for bounds in each], 1)
    return Bounds(low, high, low_open, high_open)


def least(ranges: Iterable[Bounds]) -> Bounds:
    """Give the range of the least of several numbers."""
    each = list(ranges)
    low, low_open = _outer([(bounds.low, bounds.low_open) for bounds in each], -1)
    high, high_open = _inner([(bounds.high, bounds.high_open) for bounds in each], -1)
    return Bounds(low, high, low_open, high_open)


def stepped(bounds: Bounds, step: Callable[[Fraction], Fraction], places: int = 0) -> Bounds:
    """Give the range of a function that never falls and changes by steps: rounding to whole numbers or to places.

    An end that the range leaves out counts as a number inside, nearer to it than any other at which a step is.

    >>> stepped(Bounds(Fraction(0), Fraction(1), high_open=True), lambda number: Fraction(math.floor(number))).high
    Fraction(0, 1)
    """

    def at(end: Fraction | None, inwards: int) -> Fraction | None:
        return None if end is None else step(end + Fraction(inwards, 4 * 10**places * end.denominator))

    return Bounds(at(bounds.low, int(bounds.low_open)), at(bounds.high, -int(bounds.high_open)))


def whole(bounds: Bounds) -> Bounds:
    """Give the range of the whole numbers in the range: ends closed, on whole numbers."""
    low, high = bounds.low, bounds.high
    if low is not None:
        low = Fraction(math.floor(low) + 1) if bounds.low_open else Fraction(math.ceil(low))
    if high is not None:
        high = Fraction(math.ceil(high) - 1) if bounds.high_open else Fraction(math.floor(high))
    return Bounds(low, high)


def _outer(ends: Iterable[_Side], direction: int) -> _Side:
    """Give the end that lies furthest in a direction (1 up, -1 down); one that is unbounded goes beyond all."""
    return _furthest(ends, direction, prefers_open=False) if all(end[0] is not None for end in ends) else _UNBOUNDED


def _inner(ends: Iterable[_Side], direction: int) -> _Side:
    """Give the end that lies furthest in a direction on the other side of the ranges, where unbounded says nothing."""
    bounded = [end for end in ends if end[0] is not None]
    return _furthest(bounded, direction, prefers_open=True) if bounded else _UNBOUNDED


def _furthest(ends: Iterable[Any], direction: int, *, prefers_open: bool) -> _Side:
    (number, is_open), *others = ends
    for other, other_open in others:
        further = order(other, number) * direction
        if further > 0 or (not further and other_open == prefers_open):
            number, is_open = other, other_open
    return number, is_open


def _low(bounds: Bounds) -> End:
    return (-_INFINITY, True) if bounds.low is None else (bounds.low, bounds.low_open)


def _high(bounds: Bounds) -> End:
    return (_INFINITY, True) if bounds.high is None else (bounds.high, bounds.high_open)


def _range(low: End, high: End) -> Bounds:
    first = None if isinstance(low[0], float) else low[0]
    last = None if isinstance(high[0], float) else high[0]
    return Bounds(first, last, low[1] and first is not None, high[1] and last is not None)


def _end_product(one: End, two: End) -> End:
    (first, first_open), (second, second_open) = one, two
    first_zero, second_zero = not first, not second
    if first_zero or second_zero:
        reached = (first_zero and not first_open) or (second_zero and not second_open)
        return _ZERO, not reached
    return first * second, first_open or second_open


def _inverse(bounds: Bounds) -> Bounds:
    """Give the range of ``1 ÷ x`` for a range without 0."""
    low = _inverse_end(_high(bounds))
    high = _inverse_end(_low(bounds))
    if bounds.low is not None and bounds.low >= 0:
        return _range(low, high if bounds.low > 0 else (_INFINITY, True))
    return _range(low if bounds.high is not None and bounds.high < 0 else (-_INFINITY, True), high)


def _inverse_end(end: End) -> End:
    number, is_open = end
    if isinstance(number, float):
        return _ZERO, True
    return (1 / number, is_open) if number else (_INFINITY, True)


def _from_zero(bounds: Bounds) -> Bounds:
    return Bounds(Fraction(0), bounds.high, False, bounds.high_open)


# What comparisons say of ranges of numbers: whether they are decided, and what is left once they are known to hold.


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


# Arithmetic of formulas on ranges of numbers.


_ARITHMETIC = {"+": total, "-": difference, "*": product, "/": quotient}
_EXACT: dict[Operator, Callable[[Any, Any], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def computed(sign: Operator, left: Bounds, right: Bounds) -> Bounds:
    """Compute with ranges; with two single numbers, which share one object for both ends, at once.

    A number beyond the digit budget is no value that a formula can have: as an end it says nothing.
    """
    first, second = left.low, right.low
    if first is left.high is not None and second is right.high is not None and (sign != "/" or second):
        value = _EXACT[sign](first, second)
        return Bounds(value, value) if _is_short(value) else ANY
    found = _ARITHMETIC[sign](left, right)
    if _is_short(found.low) and _is_short(found.high):
        return found
    low = (found.low, found.low_open) if _is_short(found.low) else _UNBOUNDED
    high = (found.high, found.high_open) if _is_short(found.high) else _UNBOUNDED
    return Bounds(low[0], high[0], low[1], high[1])


def _is_short(number: Fraction | None) -> bool:
    return number is None or (
        number.numerator.bit_length() <= BUDGET_BITS and number.denominator.bit_length() <= BUDGET_BITS
    )

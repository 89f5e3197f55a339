"""What the functions of formulas compute, on exact numbers: one meaning for every reading that runs.

Each raises `Fault` without a place where it has no value; the reading that called it adds the place.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final

from evalrules._formula.faults import Fault
from evalrules._formula.functions import INTERPOLATE, MEAN, SUM, TRIMMED_MEAN, WEIGHTED_MEAN
from evalrules._formula.limits import MAX_BUDGET_DIGITS, NUMBER_BUDGET
from evalrules._formula.scope import Function

_FEWEST_TO_TRIM: Final = 3
_LONGEST_REASON: Final = 200
Numbers = Sequence[Fraction]


def budgeted(number: Fraction) -> Fraction:
    """Give the number back if it is within the digit budget, else raise the fault ``digits``."""
    if -NUMBER_BUDGET < number.numerator < NUMBER_BUDGET and number.denominator < NUMBER_BUDGET:
        return number
    raise Fault("digits")


def total(numbers: Numbers) -> Fraction:
    """Add up; nothing gives 0. The budget holds for every partial sum, so many odd denominators cannot hang it."""
    result = Fraction(0)
    for number in numbers:
        result = budgeted(result + number)
    return result


def mean(numbers: Numbers) -> Fraction:
    """Give the mean of at least one number."""
    if not numbers:
        raise Fault("domain", MEAN)
    return budgeted(total(numbers) / len(numbers))


def weighted_mean(numbers: Numbers, weights: Numbers) -> Fraction:
    """Give Σ x × w ÷ Σ w; the weights may not add up to 0."""
    weight = total(weights)
    if weight == 0:
        raise Fault("domain", WEIGHTED_MEAN)
    products = [budgeted(number * share) for number, share in zip(numbers, weights, strict=True)]
    return budgeted(total(products) / weight)


def trimmed_mean(numbers: Numbers) -> Fraction:
    """Give the mean without one highest and one lowest of at least three numbers."""
    if len(numbers) < _FEWEST_TO_TRIM:
        raise Fault("domain", TRIMMED_MEAN)
    return mean(sorted(numbers)[1:-1])


def aggregate(function: str, columns: Sequence[Numbers]) -> Fraction:
    """Call an aggregate of numbers by its Chinese name; each argument of it has a value for every row."""
    if function == WEIGHTED_MEAN:
        return weighted_mean(*columns)
    return {SUM: total, MEAN: mean, TRIMMED_MEAN: trimmed_mean}[function](columns[0])


def interpolate(x: Fraction, *anchors: Fraction) -> Fraction:
    """Give the point at ``x`` on the line through (x1, y1), (x2, y2), …, constant beyond the ends; x1 < x2 < … ."""
    xs, ys = anchors[::2], anchors[1::2]
    if any(left >= right for left, right in pairwise(xs)):
        raise Fault("domain", INTERPOLATE)
    if x <= xs[0]:
        return ys[0]
    for x1, y1, x2, y2 in zip(xs, ys, xs[1:], ys[1:], strict=False):
        if x <= x2:
            return budgeted(y1 + (x - x1) * (y2 - y1) / (x2 - x1))
    return ys[-1]


def months_between(first: int, last: int) -> int:
    """Count the whole months from one day to another (ordinals); a month that is not whole does not count.

    >>> months_between(datetime.date(2024, 1, 31).toordinal(), datetime.date(2024, 3, 30).toordinal())
    1
    """
    if last < first:
        return -months_between(last, first)
    start, end = datetime.date.fromordinal(first), datetime.date.fromordinal(last)
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def call_function(function: Function, arguments: Sequence[Fraction]) -> Fraction:
    """Call a function of a plug-in; whatever it does wrong is the fault ``function`` with the reason in its detail."""
    try:
        result = function.call(*arguments)
    except Fault:
        raise
    except Exception as error:  # whatever somebody else's code raises is its own fault
        raise Fault("function", f"{function}: {type(error).__name__}: {error}"[:_LONGEST_REASON]) from error
    return budgeted(_exact(function, result))


def _exact(function: Function, result: object) -> Fraction:
    if isinstance(result, int | Fraction) and not isinstance(result, bool):
        return Fraction(result)
    if isinstance(result, Decimal) and result.is_finite():
        if abs(result.adjusted()) > MAX_BUDGET_DIGITS:
            raise Fault("digits")
        return Fraction(result)
    raise Fault("function", f"{function}: {result!r}"[:_LONGEST_REASON])

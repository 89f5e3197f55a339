"""What the functions of formulas do to ranges of numbers."""

from __future__ import annotations

import datetime
import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from evalrules._formula.intervals import (
    difference,
    distance,
    greatest,
    hull,
    is_point,
    least,
    point,
    product,
    quotient,
    stepped,
    total,
)
from evalrules._formula.scope import ANY, Bounds
from evalrules._formula.tree import Operator
from evalrules._numbers import rounded


def interpolated(subject: Bounds, anchors: list[Bounds]) -> Bounds:
    """Give the range of an interpolation: exact at one number, else that of its anchors."""
    if all(is_point(each) for each in (subject, *anchors)):
        return point(interpolate(*(each.low for each in (subject, *anchors) if each.low is not None)))
    return hull(anchors[1::2])


def _rounded(parts: list[Bounds]) -> Bounds:
    number, places = parts
    if not is_point(places) or places.low is None:
        return ANY
    digits = int(places.low)
    return stepped(number, lambda each: rounded(each, digits))


def _date(parts: list[Bounds]) -> Bounds:
    numbers = [int(part.low) for part in parts if is_point(part) and part.low is not None]
    try:
        return point(datetime.date(*numbers).toordinal())
    except (TypeError, ValueError):
        return ANY


def interpolate(subject: Fraction, *anchors: Fraction) -> Fraction:
    xs, ys = anchors[::2], anchors[1::2]
    if subject <= xs[0]:
        return ys[0]
    for (x1, y1), (x2, y2) in zip(zip(xs, ys, strict=True), zip(xs[1:], ys[1:], strict=True), strict=False):
        if subject <= x2 and x1 < x2:
            return y1 + (y2 - y1) * (subject - x1) / (x2 - x1)
    return ys[-1]


OF_RANGES: dict[str, Callable[[list[Bounds]], Bounds]] = {
    "最大": greatest,
    "最小": least,
    "绝对值": lambda parts: distance(parts[0]),
    "上取整": lambda parts: stepped(parts[0], lambda number: Fraction(math.ceil(number))),
    "下取整": lambda parts: stepped(parts[0], lambda number: Fraction(math.floor(number))),
    "四舍五入": _rounded,
    "日期": _date,
    "天数": lambda parts: difference(parts[1], parts[0]),
}

_ARITHMETIC = {"+": total, "-": difference, "*": product, "/": quotient}
_EXACT: dict[Operator, Callable[[Any, Any], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def computed(sign: Operator, left: Bounds, right: Bounds) -> Bounds:
    """Compute with ranges; with two single numbers, which share one object for both ends, at once."""
    first, second = left.low, right.low
    if first is left.high is not None and second is right.high is not None and (sign != "/" or second):
        value = _EXACT[sign](first, second)
        return Bounds(value, value)
    return _ARITHMETIC[sign](left, right)

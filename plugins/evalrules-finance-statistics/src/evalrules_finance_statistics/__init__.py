"""Functions that finance bureaus ask for in scoring rules, on exact numbers."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise

import evalrules

__version__ = "1.0"
EVALRULES_PROTOCOL = 1
PLACE, UNITS, FUNDS, RATE = "位", "家", "万元", "%"


def interpolated(value: Fraction, /, *anchors: Fraction) -> Fraction:
    """按锚点分段线性取值；锚点不分先后，两端之外取端点的值."""
    points = sorted(zip(anchors[::2], anchors[1::2], strict=True))
    for (left, _), (right, _) in pairwise(points):
        if left == right:
            raise ValueError(f"锚点 {left} 写了两次")
    if value <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in pairwise(points):
        if value <= right:
            return low + (value - left) * (high - low) / (right - left)
    return points[-1][1]


def ranked(place: Fraction, units: Fraction, first: Fraction, last: Fraction, /) -> Fraction:
    """名次折算得分：第一名得 first，最后一名得 last，其间等距；只有一家参评时得 first."""
    if place.denominator != 1 or units.denominator != 1 or not 1 <= place <= units:
        raise ValueError(f"{units} 家中没有第 {place} 名")
    if units == 1:
        return first
    return first - (place - 1) * (first - last) / (units - 1)


def weighted(*pairs: Fraction) -> Fraction:
    """多个比率按各自的资金加权平均；资金合计须大于 0."""
    rates, funds = pairs[::2], pairs[1::2]
    if min(funds) < 0 or sum(funds) == 0:
        raise ValueError("资金合计须大于 0，各项不得为负")
    return sum((rate * fund for rate, fund in zip(rates, funds, strict=True)), Fraction(0)) / sum(funds)


FUNCTIONS = (
    evalrules.Function(
        "锚点插值",
        (None, None, None, None, None),
        None,
        interpolated,
        "锚点插值(x, x1, y1, x2, y2, …)：各锚点之间按直线取值，锚点不分先后，两端之外取端点的值",
        "anchored",
        repeating=2,
    ),
    evalrules.Function(
        "名次得分",
        (PLACE, UNITS, None, None),
        None,
        ranked,
        "名次得分(名次, 家数, 第一名得分, 末名得分)：其间等距；只有一家时得第一名的分",
        "ranked",
    ),
    evalrules.Function(
        "资金加权",
        (RATE, FUNDS),
        RATE,
        weighted,
        "资金加权(比率, 资金, 比率, 资金, …)：各比率按其资金加权平均",
        "weighted_by_funds",
        repeating=2,
    ),
)


@evalrules.hookimpl
def evalrules_functions() -> Mapping[str, evalrules.Function]:
    """Give the functions by their names in formulas."""
    return {function.name: function for function in FUNCTIONS}

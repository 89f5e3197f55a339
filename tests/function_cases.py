"""What each function of formulas means, said once more: by plain arithmetic of its own, and by examples worked by hand.

A new function of the language needs its row among the functions and its case here; every test of functions goes
through both. ``plain`` takes numbers as `Fraction`, days as `date`, and of an aggregate the values that each argument
has in all rows; it raises `NoValueError` where there is no value.
"""

from __future__ import annotations

import contextlib
import datetime
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from attrs import frozen

Numbers = Sequence[Fraction]
Rows = tuple[tuple[int, int], ...]
NOTHING = ("fault", "domain")
"""An example in which the function has no value."""


class NoValueError(Exception):
    """What a formula has instead of a value: the kind and detail of its fault."""


@frozen
class Case:
    """One function: what it means, and what formulas that call it come to.

    Examples read 甲 = 3, 乙 = −7/2, 开工日 = 2024-01-31, 完工日 = 2024-02-29; those of an aggregate say the rows of the
    table 明细 as pairs of 预算 and 决算.
    """

    plain: Callable[..., Any]
    examples: Sequence[tuple[str, object]] = ()
    tables: Sequence[tuple[str, Rows, object]] = ()


def months(first: datetime.date, last: datetime.date) -> int:
    """Count whole months by going from month to month."""
    if last < first:
        return -months(last, first)
    count = 0
    while months_after(first, count + 1) <= last:
        count += 1
    return count


def months_after(first: datetime.date, count: int) -> datetime.date:
    """Give the corresponding day so many months later, or the last day of a month that lacks it."""
    year, month = divmod(first.year * 12 + first.month - 1 + count, 12)
    for day in (first.day, 30, 29, 28):
        with contextlib.suppress(ValueError):
            return datetime.date(year, month + 1, min(day, first.day))
    raise AssertionError(first)


def rounded(x: Fraction, places: Fraction) -> Fraction:
    """Round half away from zero."""
    scaled = abs(x) * 10 ** int(places)
    return Fraction(math.floor(scaled + Fraction(1, 2)), 10 ** int(places)) * (1 if x > 0 else -1)


def interpolated(x: Fraction, *anchors: Fraction) -> Fraction:
    """Interpolate, weighting the two neighbours."""
    points = list(zip(anchors[::2], anchors[1::2], strict=True))
    if any(points[place][0] >= points[place + 1][0] for place in range(len(points) - 1)):
        raise NoValueError("domain", "插值")
    below = [point for point in points if point[0] <= x]
    above = [point for point in points if point[0] >= x]
    if not below or not above:
        return (points[0] if not below else points[-1])[1]
    (x1, y1), (x2, y2) = below[-1], above[0]
    return y1 if x1 == x2 else (y1 * (x2 - x) + y2 * (x - x1)) / (x2 - x1)


def mean(name: str, numbers: Numbers) -> Fraction:
    """Divide the sum by the number of rows."""
    if not numbers:
        raise NoValueError("domain", name)
    return sum(numbers, Fraction(0)) / len(numbers)


def weighted_mean(numbers: Numbers, weights: Numbers) -> Fraction:
    """Divide the weighted sum by the sum of the weights."""
    weight = sum(weights, Fraction(0))
    if not weight:
        raise NoValueError("domain", "加权平均")
    return sum((x * w for x, w in zip(numbers, weights, strict=True)), Fraction(0)) / weight


CASES = {
    "最大": Case(max, [("最大(甲, 乙, 2)", 3), ("最大(乙, −4)", Fraction(-7, 2))]),
    "最小": Case(min, [("最小(甲, 乙, 2)", Fraction(-7, 2)), ("最小(甲, 4)", 3)]),
    "绝对值": Case(lambda x: x if x > 0 else -x, [("绝对值(乙)", Fraction(7, 2)), ("绝对值(甲)", 3)]),
    "上取整": Case(lambda x: Fraction(math.ceil(x)), [("上取整(乙)", -3), ("上取整(甲)", 3), ("上取整(7 ÷ 2)", 4)]),
    "下取整": Case(lambda x: Fraction(math.floor(x)), [("下取整(乙)", -4), ("下取整(甲)", 3), ("下取整(7 ÷ 2)", 3)]),
    "四舍五入": Case(
        rounded, [("四舍五入(乙, 0)", -4), ("四舍五入(0.125, 2)", Fraction(13, 100)), ("四舍五入(甲 ÷ 7, 0)", 0)]
    ),
    "插值": Case(
        interpolated,
        [
            ("插值(甲, 0, 0, 4, 10)", Fraction(15, 2)),
            ("插值(乙, 0, 1, 4, 10)", 1),
            ("插值(甲, 0, 0, 1, 10, 2, 7)", 7),
            ("插值(甲, 1, 0, 1, 10)", NOTHING),
            ("插值(甲, 5, 0, 4, 10)", NOTHING),
        ],
    ),
    "日期": Case(
        lambda year, month, day: datetime.date(int(year), int(month), int(day)), [("日期(2024, 2, 29)", 738945)]
    ),
    "天数": Case(lambda first, last: Fraction((last - first).days), [("天数(开工日, 完工日)", 29)]),
    "月数": Case(
        lambda first, last: Fraction(months(first, last)),
        [
            ("月数(开工日, 完工日)", 1),
            ("月数(日期(2024, 1, 31), 日期(2024, 2, 28))", 0),
            ("月数(日期(2023, 1, 31), 日期(2023, 2, 28))", 1),
            ("月数(日期(2024, 8, 31), 日期(2024, 9, 30))", 1),
            ("月数(日期(2019, 8, 30), 日期(2020, 2, 29))", 6),
            ("月数(日期(2024, 2, 29), 日期(2025, 2, 28))", 12),
            ("月数(日期(2024, 2, 29), 日期(2028, 2, 28))", 47),
            ("月数(日期(2024, 2, 29), 日期(2024, 3, 29))", 1),
            ("月数(日期(2024, 1, 30), 日期(2024, 3, 1))", 1),
            ("月数(日期(2024, 1, 15), 日期(2024, 2, 14))", 0),
            ("月数(日期(2023, 12, 31), 日期(2024, 12, 31))", 12),
            ("月数(完工日, 开工日)", -1),
            ("月数(日期(2024, 9, 30), 日期(2024, 8, 31))", -1),
            ("月数(日期(2020, 2, 29), 日期(2019, 8, 30))", -6),
            ("月数(开工日, 开工日)", 0),
        ],
    ),
    "合计": Case(
        lambda numbers: sum(numbers, Fraction(0)),
        tables=[
            ("合计(明细_预算)", ((1, 0), (3, 0)), 4),
            ("合计(明细_预算 − 甲)", ((1, 0), (3, 0)), -2),
            ("合计(甲 × 明细_预算)", (), 0),
        ],
    ),
    "计数": Case(
        lambda held: Fraction(sum(held)),
        tables=[("计数(明细_预算 > 明细_决算)", ((1, 0), (3, 3)), 1), ("计数(明细_预算 > 0)", (), 0)],
    ),
    "平均": Case(
        lambda numbers: mean("平均", numbers),
        tables=[("平均(明细_预算)", ((1, 0), (4, 0)), Fraction(5, 2)), ("平均(明细_预算)", (), NOTHING)],
    ),
    "加权平均": Case(
        weighted_mean,
        tables=[
            ("加权平均(明细_预算, 明细_决算)", ((1, 1), (4, 2)), 3),
            ("加权平均(明细_预算, 明细_决算)", ((1, 2), (0, -1)), 2),
            ("加权平均(明细_预算, 明细_决算)", ((1, 1), (0, -1)), NOTHING),
            ("加权平均(明细_预算, 明细_决算)", (), NOTHING),
        ],
    ),
    "去极值平均": Case(
        lambda numbers: mean("去极值平均", sorted(numbers)[1:-1]),
        tables=[
            ("去极值平均(明细_预算)", ((9, 0), (1, 0), (4, 0)), 4),
            ("去极值平均(明细_预算)", ((9, 0), (9, 0), (1, 0), (4, 0)), Fraction(13, 2)),
            ("去极值平均(明细_预算)", ((1, 0), (4, 0)), NOTHING),
        ],
    ),
}  # fmt: skip

"""The functions that formulas may call: names, arguments, and what they compute on exact numbers."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from attrs import field, frozen

from evalrules._formula.scope import Function, Functions
from evalrules._formula.tree import MAX_BUDGET_DIGITS, NUMBER_BUDGET, Fault

# The functions that formulas may call: their names, how many arguments they take, and what they mean.


@frozen
class Signature:
    """What the parser needs to know of a function: its spellings and how many arguments it takes.

    ``most`` is None where there is no upper bound; beyond ``least`` arguments come in groups of ``step``.
    """

    name: str
    english: str | None
    least: int
    most: int | None
    step: int = 1

    def takes(self, count: int) -> bool:
        """Tell whether the function can be called with so many arguments."""
        return (
            self.least <= count and (self.most is None or count <= self.most) and (count - self.least) % self.step == 0
        )

    @property
    def expected(self) -> str:
        """Say how many arguments are expected: ``2``, ``≥ 2``, ``5, 7, 9…``."""
        if self.most == self.least:
            return str(self.least)
        if self.step == 1:
            return f"≥ {self.least}"
        return ", ".join(str(self.least + self.step * times) for times in range(3)) + "…"


@frozen
class Builtin(Signature):
    """A function of the language itself; ``usage`` shows its arguments, ``about`` says what it means."""

    usage: str = field(default="", kw_only=True)
    about: str = field(default="", kw_only=True)


IF: Final = "若"
MAXIMUM, MINIMUM, ABSOLUTE = "最大", "最小", "绝对值"
CEILING, FLOOR, ROUND, INTERPOLATE = "上取整", "下取整", "四舍五入", "插值"
DATE, DAYS, MONTHS = "日期", "天数", "月数"
FILLED, BLANK = "已填", "未填"
SUM, COUNT, MEAN, WEIGHTED_MEAN, TRIMMED_MEAN = "合计", "计数", "平均", "加权平均", "去极值平均"
AGGREGATES: Final = frozenset({SUM, COUNT, MEAN, WEIGHTED_MEAN, TRIMMED_MEAN})
PLAIN: Final = frozenset({MAXIMUM, MINIMUM, ABSOLUTE, CEILING, FLOOR, ROUND, INTERPOLATE, DATE, DAYS, MONTHS})
"""The functions that read nothing but the values of their arguments."""

BUILTINS: Final = (
    Builtin(IF, None, 3, 3, usage="若(条件, a, b)", about="条件成立时取 a，否则取 b；只计算选中的一个"),
    Builtin(MAXIMUM, "max", 2, None, usage="最大(a, b, …)", about="各数中最大的"),
    Builtin(MINIMUM, "min", 2, None, usage="最小(a, b, …)", about="各数中最小的"),
    Builtin(ABSOLUTE, "abs", 1, 1, usage="绝对值(x)", about="去掉正负号"),
    Builtin(CEILING, "ceil", 1, 1, usage="上取整(x)", about="不小于 x 的最小整数"),
    Builtin(FLOOR, "floor", 1, 1, usage="下取整(x)", about="不大于 x 的最大整数"),
    Builtin(ROUND, "round", 2, 2, usage="四舍五入(x, 位数)", about="保留若干位小数，逢五远离零；位数写 0 到 12 的整数"),
    Builtin(
        INTERPOLATE, "interp", 5, None, 2, usage="插值(x, x1, y1, x2, y2, …)",
        about="各点之间按直线取值，两端之外取端点的值；x1、x2… 须从小到大",
    ),
    Builtin(DATE, "date", 3, 3, usage="日期(年, 月, 日)", about="一个日期；年月日写整数"),
    Builtin(DAYS, "days", 2, 2, usage="天数(d1, d2)", about="从 d1 到 d2 的天数，d2 较早时为负"),
    Builtin(MONTHS, "months", 2, 2, usage="月数(d1, d2)",
        about="从 d1 到 d2 的整月数，到对应日（没有对应日的到月末）满一月，不满不计，d2 较早时为负"),
    Builtin(FILLED, "filled", 1, 1, usage="已填(名称)", about="该数据已填写；分组有任一行填写即为已填"),
    Builtin(BLANK, "blank", 1, 1, usage="未填(名称)", about="该数据未填写"),
    Builtin(SUM, "sum", 1, 1, usage="合计(x)", about="明细表各行之和；没有行时为 0"),
    Builtin(COUNT, "count", 1, 1, usage="计数(条件)", about="明细表中条件成立的行数；没有行时为 0"),
    Builtin(MEAN, "mean", 1, 1, usage="平均(x)", about="明细表各行的平均数；没有行时无值"),
    Builtin(WEIGHTED_MEAN, "weighted_mean", 2, 2, usage="加权平均(x, w)",
        about="以 w 为权数的平均数；权数之和为 0 时无值"),
    Builtin(TRIMMED_MEAN, "trimmed_mean", 1, 1, usage="去极值平均(x)",
        about="去掉一个最大值和一个最小值后的平均数；不足三行时无值"),
)  # fmt: skip

BY_SPELLING: Final = MappingProxyType(
    {spelling: builtin for builtin in BUILTINS for spelling in (builtin.name, builtin.english) if spelling}
)
# What people write out of habit, from spreadsheets or from speech, and what they mean.
HABITS: Final = MappingProxyType(
    {
        "if": IF, "iif": IF, "如果": IF, "最大值": MAXIMUM, "最小值": MINIMUM, "取绝对值": ABSOLUTE,
        "int": FLOOR, "trunc": FLOOR, "取整": FLOOR, "向下取整": FLOOR, "rounddown": FLOOR,
        "ceiling": CEILING, "向上取整": CEILING, "roundup": CEILING, "线性插值": INTERPOLATE, "datedif": MONTHS,
        "求和": SUM, "总和": SUM, "sumif": SUM, "countif": COUNT, "个数": COUNT,
        "average": MEAN, "avg": MEAN, "平均值": MEAN, "平均数": MEAN,
        "isblank": BLANK, "为空": BLANK, "非空": FILLED,
    }
)  # fmt: skip


def signatures(functions: Functions) -> frozenset[Signature]:
    """Give the signatures of functions from plug-ins, as the parser takes them."""
    return frozenset(_signature(function) for function in functions.values())


def _signature(function: Function) -> Signature:
    least, step = len(function.arguments), function.repeating
    return Signature(function.name, function.english, least, None if step else least, step or 1)


# What the functions of formulas compute, on exact numbers: one meaning for every reading that runs.
#
# Each raises `Fault` without a place where it has no value; the reading that called it adds the place.


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

    A month is whole on the corresponding day, or on the last day of a month that has no such day. Days before the year
    1 or behind the year 9999 are no days: the fault ``domain``.

    >>> months_between(datetime.date(2024, 1, 31).toordinal(), datetime.date(2024, 2, 29).toordinal())
    1
    """
    if last < first:
        return -months_between(last, first)
    try:
        start, end = datetime.date.fromordinal(first), datetime.date.fromordinal(last)
    except (ValueError, OverflowError):
        raise Fault("domain", MONTHS) from None
    begun = (end.year - start.year) * 12 + end.month - start.month
    return begun - (end.day < min(start.day, calendar.monthrange(end.year, end.month)[1]))


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

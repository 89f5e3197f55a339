"""The functions over the rows of a table: sums, counts and means; one row each, in every reading."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from evalrules._formula.functions.row import (
    CONDITION,
    GREATEST,
    LEAST,
    UNFIT,
    WEIGHT,
    Aggregate,
    Aggregating,
    Numbers,
    X,
    budgeted,
)
from evalrules._formula.intervals import FROM_ZERO, is_one_sign, is_point, opposite, point
from evalrules._formula.scope import ANY, BARE, Bounds
from evalrules._formula.tree import Arithmetic, Call, Fault, If, Node, Number

_FEWEST_TO_TRIM: Final = 3
_ZERO, _ONE = Number(Fraction(0)), Number(Fraction(1))


def total(numbers: Sequence[Fraction]) -> Fraction:
    """Add up; nothing gives 0. The budget holds for every partial sum, so many odd denominators cannot hang it."""
    result = Fraction(0)
    for number in numbers:
        result = budgeted(result + number)
    return result


def _second_total(numbers: Sequence[Fraction]) -> Fraction:
    return sum(numbers, Fraction(0))


def _written_total(column: Sequence[Node]) -> Node:
    found = column[0] if column else _ZERO
    for part in column[1:]:
        found = Arithmetic("+", found, part)
    return found


def _range_of_total(part: Bounds) -> Bounds:
    """Any number of rows, none as well: a sum has the sign of what is added."""
    if part == point(0):
        return part
    if part.low is not None and part.low >= 0:
        return FROM_ZERO
    return opposite(FROM_ZERO) if part.high is not None and part.high <= 0 else ANY


SUM: Final = Aggregate(
    name="合计",
    english="sum",
    usage="合计(x)",
    about="明细表各行之和；没有行时为 0",
    habits=("求和", "总和", "sumif"),
    arguments=(X,),
    unit="x",
    exact=total,
    second=_second_total,
    ranges=_range_of_total,
    written=_written_total,
    repeated=lambda count, value: Arithmetic("*", count, value),
    solver=lambda table, values: table.total(values),
)
COUNT: Final = Aggregate(
    name="计数",
    english="count",
    usage="计数(条件)",
    about="明细表中条件成立的行数；没有行时为 0",
    habits=("countif", "个数"),
    arguments=(CONDITION,),
    unit=BARE,
    exact=sum,
    second=lambda held: len([one for one in held if one]),
    ranges=lambda _: FROM_ZERO,
    written=lambda held: _written_total([If(condition, _ONE, _ZERO) for condition in held]),
    repeated=lambda count, condition: If(condition, count, _ZERO),
    solver=lambda table, conditions: table.held(conditions),
)


# ---- means ---------------------------------------------------------------------------------------------------------


def mean(numbers: Sequence[Fraction]) -> Fraction:
    """Give the mean of at least one number."""
    if not numbers:
        raise Fault(UNFIT, MEAN.name)
    return budgeted(total(numbers) / len(numbers))  # type: ignore[no-any-return]


def _second_mean(numbers: Sequence[Fraction]) -> Fraction:
    """Go towards each number by the share that it has of those so far."""
    if not numbers:
        raise Fault(UNFIT, MEAN.name)
    found = numbers[0]
    for count, number in enumerate(numbers[1:], 2):
        found += (number - found) / count
    return found


def _written_mean(column: Sequence[Node]) -> Node | None:
    return Arithmetic("/", _written_total(column), Number(Fraction(len(column)))) if column else None


def _mean_term(table: Aggregating, values: Numbers) -> Any:
    table.fail(UNFIT, MEAN.name, table.count == 0)
    return table.quotient(MEAN.name, table.total(values), table.count, table.range_of(values))


MEAN: Final = Aggregate(
    name="平均",
    english="mean",
    usage="平均(x)",
    about="明细表各行的平均数；没有行时无值",
    habits=("average", "avg", "平均值", "平均数"),
    arguments=(X,),
    unit="x",
    exact=mean,
    second=_second_mean,
    ranges=lambda part: part,
    written=_written_mean,
    solver=_mean_term,
)


def _weighted_mean(numbers: Sequence[Fraction], weights: Sequence[Fraction]) -> Fraction:
    weight = total(weights)
    if weight == 0:
        raise Fault(UNFIT, WEIGHTED_MEAN.name)
    products = [budgeted(number * share) for number, share in zip(numbers, weights, strict=True)]
    return budgeted(total(products) / weight)  # type: ignore[no-any-return]


def _second_weighted_mean(numbers: Sequence[Fraction], weights: Sequence[Fraction]) -> Fraction:
    """Add up each number by its share of all weights."""
    whole = sum(weights)
    if not whole:
        raise Fault(UNFIT, WEIGHTED_MEAN.name)
    return sum((number * (weight / whole) for number, weight in zip(numbers, weights, strict=True)), Fraction(0))


def _written_weighted_mean(column: Sequence[Node], weights: Sequence[Node]) -> Node | None:
    if not column:
        return None
    shares: list[Node] = [Arithmetic("*", number, weight) for number, weight in zip(column, weights, strict=True)]
    return Arithmetic("/", _written_total(shares), _written_total(weights))


def _range_of_weighted_mean(part: Bounds, weights: Bounds) -> Bounds:
    """Give the range of the numbers, unless weights of both signs can carry the mean beyond it."""
    return part if is_one_sign(weights) or is_point(part) else ANY


def _weighted_mean_term(table: Aggregating, products: Numbers, weights: Numbers, values: Numbers) -> Any:
    weight = table.total(weights)
    table.fail(UNFIT, WEIGHTED_MEAN.name, weight == 0)
    bounds = _range_of_weighted_mean(table.range_of(values), table.range_of(weights))
    return table.quotient(WEIGHTED_MEAN.name, table.total(products), weight, bounds)


WEIGHTED_MEAN: Final = Aggregate(
    name="加权平均",
    english="weighted_mean",
    usage="加权平均(x, w)",
    about="以 w 为权数的平均数；权数之和为 0 时无值",
    arguments=(X, WEIGHT),
    unit="x",
    exact=_weighted_mean,
    second=_second_weighted_mean,
    ranges=_range_of_weighted_mean,
    written=_written_weighted_mean,
    solver=_weighted_mean_term,
    added=lambda number, weight: (number * weight, weight, number),
)


def _trimmed_mean(numbers: Sequence[Fraction]) -> Fraction:
    if len(numbers) < _FEWEST_TO_TRIM:
        raise Fault(UNFIT, TRIMMED_MEAN.name)
    return mean(sorted(numbers)[1:-1])


def _second_trimmed_mean(numbers: Sequence[Fraction]) -> Fraction:
    """Leave one highest and one lowest out of the sum."""
    rest = len(numbers) - 2
    if rest < 1:
        raise Fault(UNFIT, TRIMMED_MEAN.name)
    return (sum(numbers, Fraction(0)) - max(numbers) - min(numbers)) / rest


def _written_trimmed_mean(column: Sequence[Node]) -> Node | None:
    if len(column) < _FEWEST_TO_TRIM:
        return None
    kept: Node = _written_total(column)
    for end in (GREATEST, LEAST):
        kept = Arithmetic("-", kept, Call(end, tuple(column)))
    return Arithmetic("/", kept, Number(Fraction(len(column) - 2)))


def _trimmed_mean_term(table: Aggregating, values: Numbers) -> Any:
    """Let a lowest and a highest value lie on either side of the mean; tables worth looking for have equal values."""
    count, bounds = table.count, table.range_of(values)
    enough = count >= _FEWEST_TO_TRIM
    table.fail(UNFIT, TRIMMED_MEAN.name, table.terms.no(enough))
    lowest, mean_of_rest, highest = (
        table.within(f"{TRIMMED_MEAN.name}{word}", bounds, enough) for word in ("最低", "", "最高")
    )
    added = table.total(values) == mean_of_rest * (count - 2) + lowest + highest
    between = (lowest <= mean_of_rest, mean_of_rest <= highest, added)
    table.know(table.terms.any_of((table.terms.no(enough), table.terms.all_of(between))))
    table.alike(table.terms.all_of((lowest == highest, count <= _FEWEST_TO_TRIM)))
    return mean_of_rest


TRIMMED_MEAN: Final = Aggregate(
    name="去极值平均",
    english="trimmed_mean",
    usage="去极值平均(x)",
    about="去掉一个最大值和一个最小值后的平均数；不足三行时无值",
    arguments=(X,),
    unit="x",
    exact=_trimmed_mean,
    second=_second_trimmed_mean,
    ranges=lambda part: part,
    written=_written_trimmed_mean,
    solver=_trimmed_mean_term,
)
ROWS: Final = (SUM, COUNT, MEAN, WEIGHTED_MEAN, TRIMMED_MEAN)

__all__ = ["ROWS", "Numbers"]

"""An independent evaluator of formulas and programs: plain recursion over `fractions.Fraction`, nothing shared.

It says by itself what the language means, so that the two running readings are not only held to each other.
"""

from __future__ import annotations

import contextlib
import datetime
import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from evalrules._formula.program import PointsBetween, Program
from evalrules._formula.tree import (
    Arithmetic,
    Both,
    Call,
    Choice,
    Comparing,
    Either,
    If,
    Name,
    Negative,
    Node,
    Not,
    Number,
)

Lookup = Callable[[str], Any]
DIGITS = 10**1000


class NoValueError(Exception):
    """What a formula has instead of a value: the kind and detail of its fault."""


def held(number: Fraction) -> Fraction:
    """Hold a number to the digit budget."""
    if abs(number.numerator) >= DIGITS or number.denominator >= DIGITS:
        raise NoValueError("digits", "")
    return number


def plain_value(node: Node, lookup: Lookup, tables: Mapping[str, Any]) -> Any:  # noqa: C901
    """Give the value of a tree."""

    def value(part: Node) -> Any:
        return plain_value(part, lookup, tables)

    match node:
        case Number(number) | Choice(number):
            return number
        case Name(name):
            found = lookup(name)
            if found is None:
                raise NoValueError("blank", name)
            return found
        case Negative(operand):
            return -value(operand)
        case Not(operand):
            return not value(operand)
        case Both(operands):
            return all(value(operand) for operand in operands)
        case Either(operands):
            return any(value(operand) for operand in operands)
        case If(condition, then, otherwise):
            return value(then) if value(condition) else value(otherwise)
        case Comparing(first, rest):
            left = value(first)
            for sign, operand in rest:
                right = value(operand)
                if not compare(left, sign, right):
                    return False
                left = right
            return True
        case Arithmetic(sign, left_node, right_node):
            return arithmetic(sign, value(left_node), value(right_node))
        case Call(function, arguments):
            return call(function, arguments, lookup, tables)


def compare(left: Any, sign: str, right: Any) -> bool:
    """Compare two values."""
    if sign in "=≠":
        return bool((left == right) == (sign == "="))
    if sign in "<≤":
        return bool(left < right or (sign == "≤" and left == right))
    return bool(left > right or (sign == "≥" and left == right))


def arithmetic(sign: str, left: Any, right: Any) -> Fraction:
    """Reckon with two numbers, or subtract two dates."""
    if isinstance(left, datetime.date):
        return Fraction((left - right).days)
    if sign == "/" and right == 0:
        raise NoValueError("zero-division", "")
    results = {
        "+": lambda: left + right,
        "-": lambda: left - right,
        "*": lambda: left * right,
        "/": lambda: left / right,
    }
    return held(results[sign]())


def call(function: str, arguments: tuple[Node, ...], lookup: Lookup, tables: Mapping[str, Any]) -> Any:  # noqa: C901
    """Give the value of a call."""
    if function in ("已填", "未填"):
        return is_filled(arguments[0], lookup, tables) == (function == "已填")
    if function in ("合计", "计数", "平均", "加权平均", "去极值平均"):
        return aggregate(function, arguments, lookup, tables)
    values = [plain_value(argument, lookup, tables) for argument in arguments]
    match function, values:
        case "最大", _:
            return max(values)
        case "最小", _:
            return min(values)
        case "绝对值", [x]:
            return x if x > 0 else -x
        case "下取整", [x]:
            return Fraction(math.floor(x))
        case "上取整", [x]:
            return Fraction(math.ceil(x))
        case "四舍五入", [x, places]:
            scaled = abs(x) * 10 ** int(places)
            return held(Fraction(math.floor(scaled + Fraction(1, 2)), 10 ** int(places)) * (1 if x > 0 else -1))
        case "日期", [year, month, day]:
            return datetime.date(int(year), int(month), int(day))
        case "天数", [first, last]:
            return Fraction((last - first).days)
        case "月数", [first, last]:
            return months(first, last)
        case "插值", [x, *anchors]:
            return interpolated(x, list(zip(anchors[::2], anchors[1::2], strict=True)))
    raise AssertionError(function)


def months(first: datetime.date, last: datetime.date) -> Fraction:
    """Count whole months by going from month to month."""
    if last < first:
        return -months(last, first)
    count = 0
    while months_after(first, count + 1) <= last:
        count += 1
    return Fraction(count)


def months_after(first: datetime.date, count: int) -> datetime.date:
    """Give the corresponding day so many months later, or the last day of a month that lacks it."""
    year, month = divmod(first.year * 12 + first.month - 1 + count, 12)
    for day in (first.day, 30, 29, 28):
        with contextlib.suppress(ValueError):
            return datetime.date(year, month + 1, min(day, first.day))
    raise AssertionError(first)


def interpolated(x: Fraction, anchors: list[tuple[Fraction, Fraction]]) -> Fraction:
    """Interpolate, weighting the two neighbours."""
    if any(anchors[place][0] >= anchors[place + 1][0] for place in range(len(anchors) - 1)):
        raise NoValueError("domain", "插值")
    below = [anchor for anchor in anchors if anchor[0] <= x]
    above = [anchor for anchor in anchors if anchor[0] >= x]
    if not below or not above:
        return (anchors[0] if not below else anchors[-1])[1]
    (x1, y1), (x2, y2) = below[-1], above[0]
    return y1 if x1 == x2 else held((y1 * (x2 - x) + y2 * (x - x1)) / (x2 - x1))


def is_filled(subject: Node, lookup: Lookup, tables: Mapping[str, Any]) -> bool:
    """Tell whether a name has a value."""
    assert isinstance(subject, Name)
    if subject.name in tables and isinstance(tables[subject.name], tuple):
        return True
    try:
        return lookup(subject.name) is not None
    except NoValueError as fault:
        if fault.args[0] != "blank":
            raise
        return False


def in_row(row: Mapping[str, Any], lookup: Lookup, name: str) -> Any:
    """Read a name where a row is at hand."""
    return row[name] if name in row else lookup(name)


def aggregate(function: str, arguments: tuple[Node, ...], lookup: Lookup, tables: Mapping[str, Any]) -> Fraction:
    """Give the value of an aggregate over the only table there is."""
    rows = tables["明细"]
    if rows is None:
        raise NoValueError("blank", "明细")
    lists: list[list[Any]] = [[] for _ in arguments]
    for row in rows:
        for values, argument in zip(lists, arguments, strict=True):
            values.append(plain_value(argument, partial(in_row, row, lookup), tables))
    first = lists[0]
    if function in ("合计", "计数"):
        return held(sum((Fraction(value) for value in first), Fraction(0)))
    if function == "加权平均":
        weight = sum(lists[1], Fraction(0))
        if not weight:
            raise NoValueError("domain", function)
        return held(sum((x * w for x, w in zip(*lists, strict=True)), Fraction(0)) / weight)
    if function == "去极值平均":
        first = sorted(first)[1:-1]
    if not first:
        raise NoValueError("domain", function)
    return held(sum(first, Fraction(0)) / len(first))


# ---- programs ------------------------------------------------------------------------------------------------------


def plain_score(program: Program, values: Mapping[str, Any]) -> Fraction:
    """Give the exact score of a program."""
    names = [binding.name for binding in program.bindings]

    def lookup(name: str, limit: int) -> Any:
        found = [place for place in range(limit) if names[place] == name]
        if found:
            tree = program.bindings[found[-1]].formula.tree
            return plain_value(tree, lambda inner: lookup(inner, found[-1]), values)
        if name == "完成率":
            quotient = Arithmetic("/", Name("完成值"), Name("指标值"))
            return plain_value(quotient, lambda inner: lookup(inner, limit), values)
        return values[name]

    def value(tree: Node) -> Any:
        return plain_value(tree, lambda name: lookup(name, len(names)), values)

    for requirement in program.requirements:
        if not requirement.bounds.admits(value(Name(requirement.name))):
            raise NoValueError("outside-range", requirement.name)
    return (deducted if program.form == "deduct" else awarded)(program, values, value)


def deducted(program: Program, values: Mapping[str, Any], value: Callable[[Node], Any]) -> Fraction:
    """Take points away, rule by rule."""
    running: Fraction = values["分值"]
    for rule in program.rules:
        if rule.when is not None and not value(rule.when.tree):
            continue
        if rule.unless is not None and value(rule.unless.tree):
            continue
        assert not isinstance(rule.points, PointsBetween)
        amount = value(rule.points.tree)
        if amount < 0:
            raise NoValueError("points-out-of-bounds", rule.label)
        running = held(max(Fraction(0), running - amount))
    return running


def awarded(program: Program, values: Mapping[str, Any], value: Callable[[Node], Any]) -> Fraction:
    """Give the points of the first row that holds."""
    rule = next((rule for rule in program.rules if rule.when is None or value(rule.when.tree)), None)
    if rule is None:
        raise NoValueError("undecided", "")
    if isinstance(rule.points, PointsBetween):
        score = values["评判得分"]
        if score is None:
            raise NoValueError("not-judged", rule.label)
        low, high = value(rule.points.low.tree), value(rule.points.high.tree)
        if not low <= score <= high or (rule.points.high_open and score == high):
            raise NoValueError("judged-outside", rule.label)
    else:
        score = value(rule.points.tree)
    if not 0 <= score <= values["分值"]:
        raise NoValueError("points-out-of-bounds", rule.label)
    return score  # type: ignore[no-any-return]

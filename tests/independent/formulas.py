"""Formulas: their text read to tuples, and the value of those, by the grammar of the language and nothing else."""

from __future__ import annotations

import calendar
import datetime
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any, Protocol

Tree = tuple[Any, ...]
Value = Any
"""A `Fraction`, a bool, a day, the text of a choice."""

AGGREGATES = frozenset({"合计", "计数", "平均", "加权平均", "去极值平均"})
ENGLISH = {
    "max": "最大", "min": "最小", "abs": "绝对值", "ceil": "上取整", "floor": "下取整", "round": "四舍五入",
    "interp": "插值", "date": "日期", "days": "天数", "months": "月数", "filled": "已填", "blank": "未填",
    "sum": "合计", "count": "计数", "mean": "平均", "weighted_mean": "加权平均", "trimmed_mean": "去极值平均",
}  # fmt: skip
WORDS = {"and": "且", "or": "或", "not": "非", "if": "若"}
SIGNS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "-": "−", "*": "×", "/": "÷", "（": "(", "）": ")", "，": ","}
TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?%?)|([^\W\d]\w*)|(==|!=|<=|>=|[=≠<≤>≥+−×÷*/(),，（）-]))")


class NoValueError(Exception):
    """A formula met a blank, a division by zero or a function without a value: what reads it is unscored."""


class BlankError(NoValueError):
    """A blank was met, and nothing worse."""


class Names(Protocol):
    """What formulas read: names, whether something is filled, and the rows of a table."""

    def value(self, name: str) -> Value:
        """Give the value of a name; a blank raises `BlankError`."""

    def filled(self, name: str) -> bool:
        """Tell whether a figure, a text or a section is filled."""

    def rows(self, names: Sequence[str]) -> Sequence[Mapping[str, Value]]:
        """Give the rows of the table that has these columns, a blank cell as None; a blank table has no value."""


# ---- reading -------------------------------------------------------------------------------------------------------


def tokens(text: str) -> Iterator[tuple[str, str]]:
    """Cut a formula into numbers, names and signs."""
    place, end = 0, len(text.rstrip())
    while place < end:
        found = TOKEN.match(text, place)
        assert found is not None, text[place:]
        number, name, sign = found.groups()
        if number:
            yield "number", number
        elif name:
            yield "name", WORDS.get(name, name)
        else:
            yield "sign", SIGNS.get(sign, sign)
        place = found.end()
    yield "end", ""


class Reader:
    """Goes through the tokens, from what binds loosest to what binds tightest."""

    def __init__(self, text: str) -> None:
        self.tokens = list(tokens(text))
        self.place = 0

    def at(self, *texts: str) -> bool:
        """Tell whether one of these comes next."""
        kind, text = self.tokens[self.place]
        return kind != "number" and text in texts

    def take(self, *texts: str) -> str | None:
        """Take one of these where it comes next."""
        return self.next()[1] if self.at(*texts) else None

    def next(self) -> tuple[str, str]:
        """Take whatever comes next."""
        self.place += 1
        return self.tokens[self.place - 1]

    def expect(self, text: str) -> None:
        """Take what has to come next."""
        assert self.take(text), (text, self.tokens[self.place :])

    def whole(self) -> Tree:
        """Read the formula to its end."""
        tree = self.choice()
        assert self.tokens[self.place][0] == "end", self.tokens[self.place :]
        return tree

    def choice(self) -> Tree:
        """Read ``a if 条件 else b``, or what binds tighter."""
        first = self.joined("或", lambda: self.joined("且", self.negation))
        if not self.at("若"):
            return first
        self.next()
        condition = self.joined("或", lambda: self.joined("且", self.negation))
        self.expect("else")
        return ("if", condition, first, self.choice())

    def joined(self, word: str, part: Callable[[], Tree]) -> Tree:
        """Read parts that 且 or 或 joins."""
        parts = [part()]
        while self.take(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else (word, tuple(parts))

    def negation(self) -> Tree:
        """Read 非, which binds looser than a comparison."""
        return ("非", self.negation()) if self.take("非") else self.comparison()

    def comparison(self) -> Tree:
        """Read a comparison, which may be chained."""
        first = self.sums()
        rest = []
        while sign := self.take("=", "≠", "<", "≤", ">", "≥"):
            rest.append((sign, self.sums()))
        return ("compare", first, tuple(rest)) if rest else first

    def sums(self) -> Tree:
        """Read what + and − join."""
        tree = self.products()
        while sign := self.take("+", "−"):
            tree = (sign, tree, self.products())
        return tree

    def products(self) -> Tree:
        """Read what × and ÷ join."""
        tree = self.atom()
        while sign := self.take("×", "÷"):
            tree = (sign, tree, self.atom())
        return tree

    def atom(self) -> Tree:
        """Read a number, a name, a call, something in brackets, or a negative of those."""
        if self.take("−"):
            return ("negative", self.atom())
        if self.take("("):
            tree = self.choice()
            self.expect(")")
            return tree
        kind, text = self.next()
        if kind == "number":
            return ("number", Fraction(text.rstrip("%")) / (100 if text.endswith("%") else 1))
        assert kind == "name", (kind, text)
        if not self.take("("):
            return ("name", text)
        arguments = [self.choice()]
        while self.take(","):
            arguments.append(self.choice())
        self.expect(")")
        return ("if", *arguments) if text == "若" else ("call", ENGLISH.get(text, text), tuple(arguments))


@cache
def read(text: str) -> Tree:
    """Read a formula."""
    return Reader(text).whole()


def parts(tree: Tree) -> Iterator[Tree]:
    """Go through a tree, itself first."""
    yield tree
    kind = tree[0]
    if kind in ("且", "或"):
        inside: Sequence[Tree] = tree[1]
    elif kind == "compare":
        inside = (tree[1], *(operand for _, operand in tree[2]))
    elif kind == "call":
        inside = tree[2]
    else:
        inside = () if kind in ("number", "name") else tree[1:]
    for part in inside:
        yield from parts(part)


def names_in(tree: Tree) -> set[str]:
    """Give the names that a formula reads."""
    return {part[1] for part in parts(tree) if part[0] == "name"}


# ---- values --------------------------------------------------------------------------------------------------------


def value_of(tree: Tree, names: Names) -> Value:  # noqa: C901 - one arm for each kind of part
    """Give the value of a formula, reading no more than is needed to decide it."""
    kind = tree[0]
    if kind == "number":
        return tree[1]
    if kind == "name":
        return names.value(tree[1])
    if kind == "negative":
        return -value_of(tree[1], names)
    if kind == "非":
        return not value_of(tree[1], names)
    if kind == "且":
        return all(value_of(part, names) for part in tree[1])
    if kind == "或":
        return any(value_of(part, names) for part in tree[1])
    if kind == "if":
        return value_of(tree[2] if value_of(tree[1], names) else tree[3], names)
    if kind == "compare":
        left = value_of(tree[1], names)
        for sign, operand in tree[2]:
            right = value_of(operand, names)
            if not COMPARE[sign](left, right):
                return False
            left = right
        return True
    if kind == "call":
        return called(tree[1], tree[2], names)
    left, right = value_of(tree[1], names), value_of(tree[2], names)
    if kind == "÷" and right == 0:
        raise NoValueError("division by zero")
    return {"+": lambda: left + right, "−": lambda: left - right, "×": lambda: left * right, "÷": lambda: left / right}[
        kind
    ]()


COMPARE: Mapping[str, Callable[[Value, Value], bool]] = {
    "=": lambda left, right: left == right,
    "≠": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "≤": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    "≥": lambda left, right: left >= right,
}


def called(function: str, arguments: Sequence[Tree], names: Names) -> Value:
    """Give the value of a call."""
    if function in ("已填", "未填"):
        return names.filled(arguments[0][1]) == (function == "已填")
    if function in AGGREGATES:
        return aggregated(function, arguments, names)
    return FUNCTIONS[function](*(value_of(argument, names) for argument in arguments))


def rounded_away(number: Fraction, places: Fraction) -> Fraction:
    """Round, a half away from zero."""
    scale = 10 ** int(places)
    return Fraction(math.floor(abs(number) * scale + Fraction(1, 2)), scale) * (-1 if number < 0 else 1)


def interpolated(number: Fraction, *anchors: Fraction) -> Fraction:
    """Go straight from anchor to anchor, constant beyond the ends."""
    points = list(zip(anchors[::2], anchors[1::2], strict=True))
    if any(left[0] >= right[0] for left, right in pairwise(points)):
        raise NoValueError("anchors out of order")
    if number <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in pairwise(points):
        if number <= right:
            return low + (high - low) * (number - left) / (right - left)
    return points[-1][1]


def day_after_months(day: datetime.date, months: int) -> datetime.date:
    """Give the corresponding day so many months on, or the last day of a month that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def whole_months(first: datetime.date, last: datetime.date) -> Fraction:
    """Count the months that are complete; backwards they count below 0."""
    if last < first:
        return -whole_months(last, first)
    months = (last.year - first.year) * 12 + last.month - first.month
    return Fraction(months if day_after_months(first, months) <= last else months - 1)


def a_day(year: Fraction, month: Fraction, day: Fraction) -> datetime.date:
    """Give a day of the calendar."""
    return datetime.date(int(year), int(month), int(day))


FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "最大": max,
    "最小": min,
    "绝对值": abs,
    "上取整": lambda number: Fraction(math.ceil(number)),
    "下取整": lambda number: Fraction(math.floor(number)),
    "四舍五入": rounded_away,
    "插值": interpolated,
    "日期": a_day,
    "天数": lambda first, last: Fraction((last - first).days),
    "月数": whole_months,
}


class AtRow:
    """Names where a row of a table is at hand."""

    def __init__(self, row: Mapping[str, Value], names: Names) -> None:
        self.row, self.names = row, names

    def value(self, name: str) -> Value:
        """Give a cell of the row, or what the name means outside."""
        if name not in self.row:
            return self.names.value(name)
        if self.row[name] is None:
            raise BlankError(name)
        return self.row[name]

    def filled(self, name: str) -> bool:
        """Tell whether a cell of the row, or something outside, is filled."""
        return self.row[name] is not None if name in self.row else self.names.filled(name)

    def rows(self, names: Sequence[str]) -> Sequence[Mapping[str, Value]]:
        """Give the rows of a table."""
        return self.names.rows(names)


def aggregated(function: str, arguments: Sequence[Tree], names: Names) -> Fraction:
    """Give the value of an aggregate over the rows of a table."""
    rows = names.rows(sorted({name for argument in arguments for name in names_in(argument)}))
    columns = [[value_of(argument, AtRow(row, names)) for row in rows] for argument in arguments]
    first = columns[0]
    if function == "计数":
        return Fraction(sum(first))
    if function == "合计":
        return sum(first, Fraction(0))
    if function == "加权平均":
        weight = sum(columns[1], Fraction(0))
        if not weight:
            raise NoValueError("no weight")
        return sum((value * factor for value, factor in zip(*columns, strict=True)), Fraction(0)) / weight
    if function == "去极值平均":
        first = sorted(first)[1:-1]
    if not first:
        raise NoValueError("a mean of nothing")
    return sum(first, Fraction(0)) / len(first)

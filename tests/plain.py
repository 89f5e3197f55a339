"""An independent evaluator of formulas and programs: plain recursion over `fractions.Fraction`, nothing shared.

It says by itself what the language means, so that the two running readings are not only held to each other.
"""

from __future__ import annotations

import datetime
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
from function_cases import CASES, NoValueError

Lookup = Callable[[str], Any]
DIGITS = 10**1000


def held(number: Any) -> Any:
    """Hold a number to the digit budget."""
    if isinstance(number, Fraction) and (abs(number.numerator) >= DIGITS or number.denominator >= DIGITS):
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


def arithmetic(sign: str, left: Any, right: Any) -> Any:
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


def call(function: str, arguments: tuple[Node, ...], lookup: Lookup, tables: Mapping[str, Any]) -> Any:
    """Give the value of a call."""
    if function in ("已填", "未填"):
        return is_filled(arguments[0], lookup, tables) == (function == "已填")
    if CASES[function].tables:
        return aggregate(function, arguments, lookup, tables)
    return held(CASES[function].plain(*(plain_value(argument, lookup, tables) for argument in arguments)))


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


def aggregate(function: str, arguments: tuple[Node, ...], lookup: Lookup, tables: Mapping[str, Any]) -> Any:
    """Give the value of an aggregate over the only table there is."""
    rows = tables["明细"]
    if rows is None:
        raise NoValueError("blank", "明细")
    lists: list[list[Any]] = [[] for _ in arguments]
    for row in rows:
        for values, argument in zip(lists, arguments, strict=True):
            values.append(plain_value(argument, partial(in_row, row, lookup), tables))
    return held(CASES[function].plain(*lists))


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

"""Small strategies that tests compose: formula trees that have types, programs, and values for their names."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any, Literal

from hypothesis import strategies as st

from evalrules._formula.functions import BUILTINS
from evalrules._formula.functions.numbers import INTERPOLATE
from evalrules._formula.functions.row import Aggregate, Plain
from evalrules._formula.program import PointsBetween, Program, Requirement, Rule
from evalrules._formula.scope import Bounds, Scope, Variable
from evalrules._formula.tree import (
    Arithmetic,
    Binding,
    Both,
    Call,
    Choice,
    Comparing,
    Either,
    Formula,
    If,
    Name,
    Negative,
    Node,
    Not,
    Number,
)

NUMBERS = ("甲", "乙", "丙")
CONDITIONS, DATES, CHOICES, TABLE = ("是否公开",), ("开工日", "完工日"), ("东部", "西部"), "明细"
COLUMNS = (f"{TABLE}_预算", f"{TABLE}_决算")
ROW_WORDS = ("分值", "指标值", "完成值", "完成率", "评判得分")
SCOPE: Scope = {
    **{name: Variable(name, "number") for name in (*NUMBERS, *ROW_WORDS)},
    **{name: Variable(name, "number", table=TABLE) for name in COLUMNS},
    **{name: Variable(name, "yes_no") for name in CONDITIONS},
    **{name: Variable(name, "date") for name in DATES},
    "地区": Variable("地区", "choice", choices=CHOICES),
}
SLOTS = {name: place for place, name in enumerate((*NUMBERS, *CONDITIONS, *DATES, "地区", TABLE))}
BINDINGS = ("首", "次", "末")
CALLED = tuple(row for row in BUILTINS if isinstance(row, Plain) and row.unit is not None)
OVER_ROWS = tuple(row for row in BUILTINS if isinstance(row, Aggregate))

literals = st.builds(
    lambda digits, places, percent: Number(Fraction(digits, 10**places), percent),
    st.one_of(st.integers(0, 12), st.integers(0, 10**6)),
    st.integers(2, 4),
    st.booleans(),
)
small_literals = st.builds(lambda whole: Number(Fraction(whole)), st.integers(0, 6))
months = st.builds(lambda year, month: datetime.date(year, month, 1), st.integers(1990, 2060), st.integers(1, 12))
days = st.one_of(
    st.dates(datetime.date(1990, 1, 1), datetime.date(2060, 12, 31)),
    st.builds(lambda first, away: first + datetime.timedelta(away), months, st.integers(-3, 1)),
)
"""Days of the calendar, every second one at the turn of a month."""
date_literals = days.map(
    lambda day: Call("日期", tuple(Number(Fraction(part)) for part in (day.year, day.month, day.day)))
)
dates = st.one_of(st.sampled_from(DATES).map(Name), date_literals)
choices = st.one_of(st.just(Name("地区")), st.sampled_from(CHOICES).map(Choice))
filled = st.builds(
    lambda function, name: Call(function, (Name(name),)),
    st.sampled_from(("已填", "未填")),
    st.sampled_from(tuple(SLOTS)),
)


@lru_cache
def simple_numbers(names: tuple[str, ...]) -> st.SearchStrategy[Node]:
    """Trees of a few nodes, as stand inside aggregates."""
    leaves: st.SearchStrategy[Node] = st.one_of(st.sampled_from(names).map(Name), literals)
    condition = st.builds(lambda left, right: Comparing(left, (("<", right),)), leaves, leaves)
    return st.one_of(
        leaves, st.builds(Arithmetic, st.sampled_from("+-*/"), leaves, leaves), st.builds(If, condition, leaves, leaves)
    )


@lru_cache
def numbers(names: tuple[str, ...] = NUMBERS, depth: int = 4) -> st.SearchStrategy[Node]:
    """Trees of numbers over these names."""
    leaves: st.SearchStrategy[Node] = st.one_of(st.sampled_from(names).map(Name), small_literals, literals)
    if depth == 0:
        return leaves
    inner = st.deferred(lambda: numbers(names, depth - 1))
    nodes = st.one_of(
        leaves,
        st.builds(Arithmetic, st.sampled_from("+-*/"), inner, inner),
        st.builds(Arithmetic, st.sampled_from("+-*/"), inner, inner),
        st.builds(Negative, inner),
        st.builds(If, conditions(names, depth - 1), inner, inner),
        st.sampled_from(CALLED).flatmap(lambda row: calls(row, inner)),
        st.sampled_from(CALLED).flatmap(lambda row: calls(row, inner)),
        st.sampled_from(OVER_ROWS).flatmap(lambda row: aggregates(row, names)),
        st.builds(Arithmetic, st.just("-"), dates, dates),
    )
    return st.deferred(lambda: nodes)  # its description stays short


def calls(row: Plain, inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Give calls of a function with arguments of the kinds that it takes, in and out of its domain."""
    kinds = {"number": inner, "date": dates, "whole": small_literals}
    counts = (len(row.arguments), len(row.arguments) + row.repeating)
    made = (st.tuples(*(kinds[row.argument(place).kind] for place in range(count))) for count in counts)
    called: st.SearchStrategy[Call] = st.one_of(*(each.map(partial(Call, row.name)) for each in made))
    if row is INTERPOLATE:  # few anchors that are drawn are in order
        called = called | inner.map(lambda node: Call(row.name, (node, *steady_anchors())))
    return called.filter(lambda call: row.refused(call) is None)


def aggregates(row: Aggregate, names: tuple[str, ...] = NUMBERS) -> st.SearchStrategy[Node]:
    """Give calls of a function over the rows of the table, whose first argument reads a column."""
    row_wise = simple_numbers((*names, *COLUMNS))
    column = st.sampled_from(COLUMNS).map(Name)
    reading = st.one_of(column, st.builds(Arithmetic, st.sampled_from("+-*"), column, row_wise))
    kinds: dict[str, st.SearchStrategy[Node]] = {
        "number": reading,
        "condition": st.builds(lambda left, right: Comparing(left, ((">", right),)), reading, row_wise),
    }
    return st.tuples(*(kinds[argument.kind] for argument in row.arguments)).map(partial(Call, row.name))


def steady_anchors() -> tuple[Node, ...]:
    """Anchors in order, as editions write them."""
    return tuple(Number(Fraction(part)) for part in (0, 0, Fraction(1, 2), 3, 1, 10))


@lru_cache
def conditions(names: tuple[str, ...] = NUMBERS, depth: int = 3) -> st.SearchStrategy[Node]:
    """Trees of conditions over these names."""
    order = st.sampled_from(("=", "≠", "<", "≤", ">", "≥"))
    number = numbers(names, max(0, depth - 1))
    leaves: st.SearchStrategy[Node] = st.one_of(
        st.sampled_from(CONDITIONS).map(Name),
        filled,
        st.builds(Comparing, number, st.lists(st.tuples(order, number), min_size=1, max_size=3).map(tuple)),
        st.builds(lambda first, sign, second: Comparing(first, ((sign, second),)), dates, order, dates),
        st.builds(
            lambda sign, second: Comparing(Name("地区"), ((sign, second),)), st.sampled_from(("=", "≠")), choices
        ),
    )
    if depth == 0:
        return leaves
    inner = st.deferred(lambda: conditions(names, depth - 1))
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    nodes = st.one_of(leaves, st.builds(Both, several), st.builds(Either, several), st.builds(Not, inner))
    return st.deferred(lambda: nodes)


trees = st.one_of(numbers(), conditions())


def formula(tree: Node) -> Formula:
    """Wrap a tree in a formula whose text plays no part."""
    return Formula("…", tree)


def unresolved(node: Node) -> Node:
    """Give the tree as the parser leaves it, where a choice is a name like any other."""
    return rebuilt(node, lambda leaf: Name(leaf.value) if isinstance(leaf, Choice) else leaf)


def put_in(node: Node, name: str, other: Node) -> Node:
    """Put another tree in wherever a name stands."""
    return rebuilt(node, lambda leaf: other if leaf == Name(name) else leaf)


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """Give the tree with its leaves changed."""

    def again(part: Node) -> Node:
        return rebuilt(part, change)

    match node:
        case Negative(operand):
            return Negative(again(operand))
        case Not(operand):
            return Not(again(operand))
        case Arithmetic(operator, left, right):
            return Arithmetic(operator, again(left), again(right))
        case Comparing(first, rest):
            return Comparing(again(first), tuple((sign, again(operand)) for sign, operand in rest))
        case Both(operands):
            return Both(tuple(map(again, operands)))
        case Either(operands):
            return Either(tuple(map(again, operands)))
        case If(condition, then, otherwise):
            return If(again(condition), again(then), again(otherwise))
        case Call(function, arguments):
            return Call(function, tuple(map(again, arguments)))
        case Number() | Name() | Choice():
            return change(node)


# ---- programs ------------------------------------------------------------------------------------------------------


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Programs over the names of a row and bindings that read one another."""
    bindings: list[Binding] = []
    seen: tuple[str, ...] = (*NUMBERS, "分值", "指标值", "完成值", "完成率")
    for name in draw(st.lists(st.sampled_from((*BINDINGS, "完成值")), max_size=3, unique=True)):
        bindings.append(Binding(name, formula(draw(numbers(seen, 2)))))
        seen = (*seen, name)
    number, condition = numbers(seen, 2).map(formula), conditions(seen, 1).map(formula)
    form: Literal["deduct", "award"] = draw(st.sampled_from(("deduct", "award")))
    points = st.one_of(number, st.just(formula(Name("分值"))), small_literals.map(formula))
    if form == "award":
        points = st.one_of(points, st.builds(PointsBetween, number, number, st.booleans()))
    rules = st.builds(Rule, points, st.sampled_from(("一", "二")), st.none() | condition, st.none())
    if form == "deduct":
        rules = st.builds(Rule, points, st.sampled_from(("一", "二")), st.none() | condition, st.none() | condition)
    bounds = st.sampled_from(
        (Bounds(Fraction(0)), Bounds(Fraction(0), low_open=True), Bounds(None, Fraction(3), False, True))
    )
    required = st.lists(st.builds(Requirement, st.sampled_from(("完成值", "指标值", "甲")), bounds), max_size=2)
    return Program(form, tuple(draw(st.lists(rules, max_size=4))), tuple(bindings), tuple(draw(required)))


def program_scope(program: Program) -> Scope:
    """Give the scope with the program's bindings, which are numbers here."""
    return {**SCOPE, **{binding.name: Variable(binding.name, "number") for binding in program.bindings}}


# ---- values --------------------------------------------------------------------------------------------------------

decimals = st.builds(lambda digits, places: Fraction(digits, 10**places), st.integers(-500, 500), st.integers(0, 3))
quantities = st.one_of(
    st.just(Fraction(0)), st.integers(0, 12).map(Fraction), decimals, st.fractions(max_denominator=30)
)
maybe = st.one_of(quantities, quantities, quantities, st.none())


def value_maps(*, blanks: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    """Values of all names, blanks among them."""
    number, blank = (maybe, st.none()) if blanks else (quantities, st.nothing())
    rows = st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, number)), max_size=4).map(tuple)
    return st.fixed_dictionaries(
        {
            **dict.fromkeys((*NUMBERS, "指标值", "完成值", "评判得分"), number),
            "分值": st.sampled_from((Fraction(10), Fraction(5), Fraction(15, 2))),
            **{name: blank | st.booleans() for name in CONDITIONS},
            **dict.fromkeys(DATES, blank | days),
            "地区": blank | st.sampled_from(CHOICES),
            TABLE: blank | rows,
        }
    )


ENDS = [
    (None, False),
    *((Fraction(width), is_open) for width in (0, 1, Fraction(1, 2), 5) for is_open in (False, True)),
]


def spreads(count: int) -> st.SearchStrategy[list[tuple[tuple[Fraction | None, bool], ...]]]:
    """How far ranges reach below and above what they hold, and whether the ends are left out."""
    return st.lists(st.tuples(st.sampled_from(ENDS), st.sampled_from(ENDS)), min_size=count, max_size=count)


def around(low: Fraction, high: Fraction, spread: tuple[tuple[Fraction | None, bool], ...]) -> Bounds:
    """Give a range that holds two numbers, and reaches beyond them as it is told."""
    (below, low_open), (above, high_open) = spread
    first = None if below is None else low - below
    last = None if above is None else high + above
    return Bounds(first, last, low_open and bool(below), high_open and bool(above))


def in_slots(values: Mapping[str, Any]) -> list[Any]:
    """Give the same values as the exact reading takes them."""
    return [stored(values[name]) for name in SLOTS]


def stored(value: Any) -> Any:
    """One value as the exact reading takes it; numbers on purpose not in lowest terms."""
    if isinstance(value, Fraction):
        return (value.numerator * 3, value.denominator * 3)
    if isinstance(value, datetime.date):
        return value.toordinal()
    if isinstance(value, tuple):
        return tuple({column: stored(cell) for column, cell in row.items()} for row in value)
    return value

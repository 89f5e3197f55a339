"""The functions of the language, each by its row and its case: what holds of every one of them, in every reading."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from editions import edition, row, scored
from evalrules._formula.edges import edge_terms, thresholds
from evalrules._formula.functions import BUILTINS, BY_NAME
from evalrules._formula.functions.calendar import months_between
from evalrules._formula.functions.row import Aggregate, Plain, Valued, X
from evalrules._formula.intervals import point
from evalrules._formula.parser import read_tree
from evalrules._formula.ranges import Ranges
from evalrules._formula.scope import ANY, Bounds
from evalrules._formula.solver import Inputs, Meaningless, Terms, read_term
from evalrules._formula.solver.terms import settled
from evalrules._formula.tree import Call, Fault, Name, Node
from evalrules._formula.typing import check_node
from evalrules._formula.words import formula_words
from evalrules._laws.law import verdicts
from function_cases import CASES, Rows
from solved import constants
from strategies import (
    COLUMNS,
    DATES,
    NUMBERS,
    SCOPE,
    SLOTS,
    TABLE,
    aggregates,
    around,
    calls,
    numbers,
    spreads,
    unresolved,
    value_maps,
)
from test_formula_readings import Outcome, of_exact, of_plain, of_steps

VALUED = tuple(each for each in BUILTINS if isinstance(each, Valued))
PLAIN = tuple(each for each in VALUED if isinstance(each, Plain))
GIVEN = {
    "甲": Fraction(3),
    "乙": Fraction(-7, 2),
    "开工日": datetime.date(2024, 1, 31),
    "完工日": datetime.date(2024, 2, 29),
}
every = pytest.mark.parametrize("function", VALUED, ids=lambda row: row.name)
plain = pytest.mark.parametrize("function", PLAIN, ids=lambda row: row.name)


few = settings(max_examples=max(10, settings().max_examples // 8))
"""So many examples of each function."""


def any_call(function: Valued, depth: int = 1) -> st.SearchStrategy[Node]:
    """Give calls of a function with arguments that are formulas themselves."""
    if isinstance(function, Plain):
        return calls(function, numbers(NUMBERS, depth))
    assert isinstance(function, Aggregate)
    return aggregates(function)


def of_solver(tree: Node, values: Mapping[str, Any]) -> Outcome | None:
    """Give the outcome of the solver's reading, with the values put in; None where it has none."""
    terms = Terms()
    inputs = Inputs(terms, SCOPE, optional=SLOTS)
    try:
        meaning = read_term(tree, inputs.words)
    except Meaningless:
        return None
    put_in = constants(terms, inputs, values)
    fault = next((each for each in meaning.faults if settled(each.condition, put_in)), None)
    return ("value", settled(meaning.value, put_in)) if fault is None else ("fault", fault.kind, fault.detail)


# ---- every function, by its case -----------------------------------------------------------------------------------


def test_every_function_has_a_case() -> None:
    """What has a value has a meaning that the tests state by themselves, and examples."""
    assert {each.name for each in VALUED} == CASES.keys()
    for name, case in CASES.items():
        assert bool(case.tables) == isinstance(BY_NAME[name], Aggregate)


EXAMPLES: list[tuple[str, Rows, object]] = [
    (text, (), value) for case in CASES.values() for text, value in case.examples
]
EXAMPLES += [example for case in CASES.values() for example in case.tables]


@pytest.mark.parametrize(("text", "rows", "expected"), EXAMPLES)
def test_examples_come_out_in_every_reading(text: str, rows: Rows, expected: object) -> None:
    """What was worked out by hand is what each reading gives."""
    table = tuple(dict(zip(COLUMNS, map(Fraction, each), strict=True)) for each in rows)
    values = {**dict.fromkeys(SLOTS), **GIVEN, TABLE: table}
    tree = read_tree(text)
    found = [of_exact(tree, values), of_steps(tree, values), of_plain(tree, values), of_solver(tree, values)]
    wanted = expected if isinstance(expected, tuple) else ("value", expected)
    assert {each[: len(wanted)] for each in found if each is not None} == {wanted}
    assert (found[-1] is None) == isinstance(BY_NAME[_function(tree)], Aggregate)


def _function(tree: Node) -> str:
    assert isinstance(tree, Call)
    return tree.function


# ---- every function, by its row ------------------------------------------------------------------------------------


@every
@few
@given(data=st.data(), values=value_maps())
def test_every_reading_gives_the_same(function: Valued, data: st.DataObject, values: dict[str, Any]) -> None:
    """Exact, second and the case's own meaning agree on any arguments, faults and their places included."""
    tree = data.draw(any_call(function))
    exact = of_exact(tree, values)
    assert exact == of_steps(tree, values)
    assert exact[:3] == of_plain(tree, values)


@plain
@few
@given(data=st.data(), values=value_maps())
def test_the_solver_gives_the_same(function: Plain, data: st.DataObject, values: dict[str, Any]) -> None:
    """The term of a call comes to the exact value, or to the same fault, once values are put in."""
    tree = data.draw(any_call(function))
    assert of_solver(tree, values) in (None, of_exact(tree, values)[:3])


@every
@few
@given(data=st.data())
def test_the_range_holds_whatever_a_function_gives(function: Valued, data: st.DataObject) -> None:
    """Wherever the arguments lie, negative weights among them, the range of the value holds the value."""
    tree, values = data.draw(any_call(function)), data.draw(value_maps(blanks=False))
    exact = of_exact(tree, values)
    assume(exact[0] == "value")
    held = {name: [values[name]] for name in NUMBERS} | {name: [values[name].toordinal()] for name in DATES}
    held |= {column: [cells[column] for cells in values[TABLE]] or [Fraction(0)] for column in COLUMNS}
    spread = data.draw(spreads(len(held)))
    ranges = {
        name: around(Fraction(min(found)), Fraction(max(found)), beyond)
        for (name, found), beyond in zip(held.items(), spread, strict=True)
    }
    assert Ranges(ranges).bounds(tree).admits(Fraction(exact[1]))


@plain
@few
@given(data=st.data(), values=value_maps(blanks=False))
def test_the_range_of_single_values_is_the_value(function: Plain, data: st.DataObject, values: dict[str, Any]) -> None:
    """Where every argument is one value the range is what the function gives."""
    tree = data.draw(calls(function, st.sampled_from(NUMBERS).map(Name)))
    exact = of_exact(tree, values)
    assume(exact[0] == "value")
    known = {name: point(values[name]) for name in NUMBERS}
    known |= {name: point(values[name].toordinal()) for name in DATES}
    assert Ranges(known).bounds(tree) == point(Fraction(exact[1]))


@pytest.mark.parametrize("function", [each for each in PLAIN if each.arguments[0] == X], ids=lambda row: row.name)
@few
@given(data=st.data(), values=value_maps(blanks=False))
def test_between_edges_a_function_is_straight(function: Plain, data: st.DataObject, values: dict[str, Any]) -> None:
    """Between two neighbouring values at which the row says that something changes, the middle has the middle value."""
    others = st.sampled_from([name for name in NUMBERS if name != "甲"]).map(Name)
    drawn = data.draw(calls(function, others))
    assert isinstance(drawn, Call)
    tree = Call(drawn.function, (Name("甲"), *drawn.arguments[1:]))  # what moves is what the row's edges are about
    known = Ranges({name: point(values[name]) for name in NUMBERS})
    marks = [edge for edge in thresholds("甲", edge_terms([tree], {}), known) if edge > 0] or [Fraction(1)]
    low, high = data.draw(st.sampled_from(list(pairwise([Fraction(0), *marks]))))  # of many steps the first are told
    quarters = [low + (high - low) * part / 4 for part in (1, 2, 3)]
    found = [of_exact(tree, {**values, "甲": x}) for x in quarters]
    assert found[0][0] == "fault" or found[1][1] * 2 == found[0][1] + found[2][1]


@every
@few
@given(data=st.data())
def test_a_call_reads_back_from_its_words_and_has_a_type(function: Valued, data: st.DataObject) -> None:
    """Names, brackets and commas are written so that the same call is read, and it is a number or a date."""
    tree = data.draw(any_call(function))
    assert read_tree(formula_words(tree)) == unresolved(tree)
    typing = check_node(tree, SCOPE)
    assert not any(fault.code.endswith("-expected") for fault in typing.faults)
    assert typing.kind == ("date" if function.unit is None else "number")


@every
def test_no_two_readings_share_their_arithmetic(function: Valued) -> None:
    """The second reading of a function is other code than the exact one."""
    exact, second = function.exact, function.second
    assert exact is not second
    named = {*getattr(getattr(second, "__code__", None), "co_names", ())}
    assert getattr(exact, "__name__", "") not in named


# ---- what is no day ------------------------------------------------------------------------------------------------


def test_what_is_no_day_has_no_months() -> None:
    """A trial may try days that no calendar has: they are a fault of the formula, not of the program."""
    for ordinal in (0, -400, datetime.date.max.toordinal() + 1, 10**20):
        with pytest.raises(Fault) as fault:
            months_between(datetime.date(2024, 1, 31).toordinal(), ordinal)
        assert (fault.value.kind, fault.value.detail) == ("domain", "月数")


def test_rules_on_two_dates_are_explained_and_tried(tmp_path: Path) -> None:
    """What would have avoided a deduction is looked for among days alone, and the laws are held against such a rule."""
    catalogue = edition(
        tmp_path,
        """
        data: {期限: {type: date}, 完成日: {type: date}}
        sections:
          甲:
            points: 10
            scoring:
              deduct:
                - {when: "月数(期限, 完成日) > 2", points: 4, because: "晚 {月数(期限, 完成日)}"}
                - {when: "天数(期限, 完成日) > 100", points: 1, because: "晚 {天数(期限, 完成日)}"}
        """,
    )
    evaluation = scored(catalogue, "data: {期限: 2024-01-31, 完成日: 2024-05-30}")
    assert [lost.because for lost in row(evaluation, "甲").deductions] == ["晚 3月", "晚 120天"]
    assert {verdict.outcome for verdict in verdicts(catalogue.ruleset)} == {"holds"}


# ---- negative weights ----------------------------------------------------------------------------------------------


def test_weights_of_both_signs_know_no_bounds() -> None:
    """With weights of one sign a weighted mean lies among its numbers, else anywhere."""
    numbers, tree = Bounds(Fraction(0), Fraction(1)), read_tree("加权平均(明细_预算, 明细_决算)")
    found = [
        Ranges({"明细_预算": numbers, "明细_决算": weights}).bounds(tree)
        for weights in (Bounds(Fraction(0)), Bounds(None, Fraction(0)), ANY, Bounds(Fraction(-1), Fraction(5)))
    ]
    assert found == [numbers, numbers, ANY, ANY]


def test_a_weighted_mean_beyond_its_numbers_is_in_reach(tmp_path: Path) -> None:
    """A row for it is no row that is never reached."""
    catalogue = edition(
        tmp_path,
        """
        data: {表: {type: table, columns: {分: {min: 0, max: 1}, 权: {}}}}
        sections:
          甲:
            points: 10
            scoring:
              award:
                - {when: "加权平均(表_分, 表_权) > 1", points: 5, because: 超过}
                - {points: 10}
        """,
    )
    evaluation = scored(catalogue, "data: {表: [{分: 1, 权: 2}, {分: 0, 权: -1}]}")
    assert row(evaluation, "甲").score == 5

"""The interval reading: what it excludes cannot happen, and with single numbers it is the exact value."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evalrules._formula.edges import edge_terms, thresholds
from evalrules._formula.intervals import (
    allowed,
    always_below,
    compared,
    difference,
    distance,
    excludes_zero,
    greatest,
    hull,
    least,
    opposite,
    order,
    overlap,
    point,
    product,
    quotient,
    total,
    whole,
)
from evalrules._formula.parser import read_tree
from evalrules._formula.program import dependencies
from evalrules._formula.ranges import Lineage, Ranges, Values
from evalrules._formula.scope import ANY, Bounds
from evalrules._formula.second import evaluate_node
from evalrules._formula.tree import Choice, Comparing, Comparison, Fault, Name, Node
from strategies import NUMBERS, conditions, numbers, put_in

FROM_ZERO = Bounds(Fraction(0))
ABOVE_ZERO = Bounds(Fraction(0), low_open=True)
fractions = st.fractions(min_value=-20, max_value=20, max_denominator=6)


@st.composite
def bounds_around(draw: st.DrawFn, number: Fraction) -> Bounds:
    """Draw a range that holds a number."""
    low = draw(st.none() | st.fractions(min_value=0, max_value=5, max_denominator=3))
    high = draw(st.none() | st.fractions(min_value=0, max_value=5, max_denominator=3))
    low_open, high_open = draw(st.booleans()), draw(st.booleans())
    return Bounds(
        None if low is None else number - low,
        None if high is None else number + high,
        low_open and bool(low),
        high_open and bool(high),
    )


@st.composite
def members(draw: st.DrawFn) -> tuple[Fraction, Bounds]:
    """Draw a number and a range that holds it."""
    number = draw(fractions)
    return number, draw(bounds_around(number))


def bounds(low: int | None, high: int | None, *, low_open: bool = False, high_open: bool = False) -> Bounds:
    """Make a range with whole ends."""
    first, last = (None if end is None else Fraction(end) for end in (low, high))
    return Bounds(first, last, low_open, high_open)


# ---- arithmetic ----------------------------------------------------------------------------------------------------


@given(members(), members())
def test_ranges_hold_the_results_of_arithmetic(one: tuple[Fraction, Bounds], two: tuple[Fraction, Bounds]) -> None:
    """Whatever numbers two ranges hold, the range of the result holds the result."""
    (x, first), (y, second) = one, two
    assert total(first, second).admits(x + y)
    assert difference(first, second).admits(x - y)
    assert product(first, second).admits(x * y)
    assert y == 0 or quotient(first, second).admits(x / y)
    assert opposite(first).admits(-x)
    assert distance(first).admits(abs(x))
    assert greatest((first, second)).admits(max(x, y))
    assert least((first, second)).admits(min(x, y))
    assert hull((first, second)).admits(x)
    assert hull((first, second)).admits(y)


@given(fractions, fractions)
def test_numbers_are_ordered_as_they_compare(one: Fraction, two: Fraction) -> None:
    """The sign of the order tells what the comparison of two numbers tells."""
    assert (order(one, two) < 0, order(one, two) == 0) == (one < two, one == two)


@given(members(), members(), st.sampled_from(["<", "≤", ">", "≥"]))
def test_comparisons_are_decided_where_no_number_says_otherwise(
    one: tuple[Fraction, Bounds], two: tuple[Fraction, Bounds], sign: Comparison
) -> None:
    """A comparison is always false exactly where no number of the first range compares so with one of the second."""
    never = overlap(one[1], allowed(sign, two[1])) is None
    assert (compared(one[1], sign, two[1]) is False) == never
    if sign in ("<", "≤"):
        always = compared(one[1], sign, two[1]) is True
        assert always_below(one[1], two[1], or_equal=sign == "≤") == always


@given(members(), members(), fractions)
def test_overlap_is_what_both_hold(
    one: tuple[Fraction, Bounds], two: tuple[Fraction, Bounds], number: Fraction
) -> None:
    """A number lies in the overlap if and only if it lies in both ranges."""
    both = overlap(one[1], two[1])
    inside = both is not None and both.admits(number)
    assert inside == (one[1].admits(number) and two[1].admits(number))


@given(members())
def test_excluding_zero_is_exact(member: tuple[Fraction, Bounds]) -> None:
    """A range excludes 0 exactly where it does not admit it."""
    assert excludes_zero(member[1]) == (not member[1].admits(Fraction(0)))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (product(bounds(0, None), bounds(2, 3)), bounds(0, None)),
        (product(bounds(-1, 2), bounds(-3, 4)), bounds(-6, 8)),
        (quotient(bounds(1, 2), bounds(0, None, low_open=True)), bounds(0, None, low_open=True)),
        (quotient(bounds(1, 2), bounds(-1, 1)), ANY),
        (quotient(bounds(1, 2), bounds(-2, -1)), Bounds(Fraction(-2), Fraction(-1, 2))),
        (distance(bounds(-3, 2)), bounds(0, 3)),
        (whole(bounds(0, 5, low_open=True, high_open=True)), bounds(1, 4)),
        (total(bounds(0, 1, low_open=True), bounds(2, 3)), bounds(2, 4, low_open=True)),
    ],
)
def test_ends_are_as_narrow_as_they_can_be(found: Bounds, expected: Bounds) -> None:
    """Ends are open where they cannot be reached, and unbounded only where there is no bound."""
    assert found == expected


RISING = (
    *("甲", "−甲", "绝对值(甲)", "最大(甲, 1)", "最小(甲 × 2, 3)", "上取整(甲)", "下取整(甲)", "四舍五入(甲, 0)"),
    *("四舍五入(甲, 1)", "下取整(甲 ÷ 3) − 1", "插值(甲, 0, 0, 5, 10)", "插值(甲, −2, 7, 0, 7, 1, 3, 4, 3, 9, 8)"),
    *("插值(甲, 1, 5, 2, 5)", "若(甲 > 2, 5, 1)", "若(甲 ≤ 2, 下取整(甲), 3)"),
)


HALVES = st.none() | st.integers(-6, 14).map(lambda number: Fraction(number, 2))
ENDS = st.tuples(HALVES, st.booleans()).map(lambda end: (end[0], end[0] is not None and end[1]))


@pytest.mark.parametrize("text", RISING)
@given(ENDS, ENDS)
def test_a_function_of_one_number_comes_to_both_ends_of_its_range(
    text: str, low: tuple[Fraction | None, bool], high: tuple[Fraction | None, bool]
) -> None:
    """A closed end is had, an open one is neared and never had: no more is held possible than is."""
    within, near = Bounds(low[0], high[0], low[1], high[1]), Fraction(1, 10**6)
    places = (Fraction(step, 4) + way * near for step in range(-80, 81) for way in (-1, 0, 1))
    admitted = [place for place in places if within.admits(place)]
    assume(admitted)
    tree = read_tree(text)
    found = [number_of(tree, {"甲": number}) for number in admitted]
    told = Ranges({"甲": within}, {}).bounds(tree)
    for end, is_open, nearest in ((told.low, told.low_open, min(found)), (told.high, told.high_open, max(found))):
        if end is None:
            assert abs(nearest) > 4  # it goes on
        else:
            assert (nearest != end) == is_open
            assert abs(end - nearest) <= 5 * near


# ---- formulas ------------------------------------------------------------------------------------------------------

values = st.fixed_dictionaries({name: st.one_of(st.integers(-3, 12).map(Fraction), fractions) for name in NUMBERS})


def exact(node: Node, numbers: Mapping[str, Fraction]) -> Fraction | bool | None:
    """Give the value by the second reading, a date as its ordinal; None where there is none."""
    try:
        found = evaluate_node(node, {**numbers, "是否公开": True, "地区": "东部"})
    except Fault:
        return None
    return Fraction(found.toordinal()) if isinstance(found, datetime.date) else found


def number_of(node: Node, numbers: Mapping[str, Fraction]) -> Fraction:
    """Give the value of a number; an example without one is passed over."""
    value = exact(node, numbers)
    assume(isinstance(value, Fraction))
    return Fraction(value or 0)


def at(numbers: Mapping[str, Fraction]) -> Ranges:
    """Make ranges of single values."""
    flags: dict[str, Values] = {"是否公开": frozenset({True}), "地区": frozenset({"东部"})}
    return Ranges({name: Bounds(number, number) for name, number in numbers.items()}, flags)


@given(numbers(), values)
def test_value_lies_in_the_range_at_single_numbers(node: Node, inputs: dict[str, Fraction]) -> None:
    """With single numbers the range holds the exact value."""
    value = number_of(node, inputs)
    assert at(inputs).bounds(node).admits(value)


@given(numbers(), values, st.data())
def test_value_lies_in_the_range_of_ranges(node: Node, inputs: dict[str, Fraction], data: st.DataObject) -> None:
    """With ranges for inputs the range of the result holds the value of every input in them."""
    value = number_of(node, inputs)
    wider = {name: data.draw(bounds_around(number)) for name, number in inputs.items()}
    known = Ranges(wider, {"是否公开": frozenset({True, False}), "地区": frozenset({"东部", "西部"})})
    assert known.bounds(node).admits(value)


@given(conditions(), values, st.data())
def test_decided_conditions_are_true(node: Node, inputs: dict[str, Fraction], data: st.DataObject) -> None:
    """What is decided for ranges is so for every input in them, and what is known to hold does not exclude it."""
    value = exact(node, inputs)
    assume(value is not None)
    wider = {name: data.draw(bounds_around(number)) for name, number in inputs.items()}
    known = Ranges(wider, {"是否公开": frozenset({True, False}), "地区": frozenset({"东部", "西部"})})
    assert known.truth(node) in (value, None)
    narrowed = known.given(node, bool(value))
    assert narrowed is not None
    for name, number in inputs.items():
        assert narrowed.numbers.get(name, ANY).admits(number)
    assert True in narrowed.values["是否公开"]
    assert "东部" in narrowed.values["地区"]


BOUND = ("首", "次", "末")


@st.composite
def computed_names(draw: st.DrawFn) -> dict[str, Node]:
    """Draw formulas of names that read one another and the inputs."""
    made: dict[str, Node] = {}
    for name in BOUND:
        made[name] = draw(numbers((*NUMBERS, *made), 1))
    return made


def inlined(node: Node, formulas: Mapping[str, Node]) -> Node:
    """Put the formulas of computed names in their places."""
    for name in reversed(BOUND):
        node = put_in(node, name, formulas[name])
    return node


@given(computed_names(), conditions((*NUMBERS, *BOUND), 1), values, st.integers(0, 30), st.data())
def test_what_is_known_of_computed_names_is_true(
    formulas: dict[str, Node], condition: Node, inputs: dict[str, Fraction], cases: int, data: st.DataObject
) -> None:
    """However few cases may be told apart, no value is excluded that computed names can have under a condition."""
    held = exact(inlined(condition, formulas), inputs)
    assume(held is not None)
    wider = {name: data.draw(bounds_around(number)) for name, number in inputs.items()}
    flags: dict[str, Values] = {"是否公开": frozenset({True, False}), "地区": frozenset({"东部", "西部"})}
    known = Ranges(wider, flags, formulas, lineage=Lineage(formulas, cases))
    assert known.truth(condition) in (held, None)
    narrowed = known.case(condition, bool(held))
    assert narrowed is not None
    for name in BOUND:
        value = exact(inlined(Name(name), formulas), inputs)
        assert value is None or narrowed.bounds_of(name).admits(Fraction(value))


@given(computed_names(), conditions((*NUMBERS, *BOUND), 1), st.booleans(), values, st.data())
def test_what_is_kept_is_what_would_be_worked_out_anew(
    formulas: dict[str, Node],
    condition: Node,
    truth: bool,  # noqa: FBT001
    inputs: dict[str, Fraction],
    data: st.DataObject,
) -> None:
    """Once more is known, each computed name has the range that it has where nothing was worked out before."""
    known = Ranges({name: data.draw(bounds_around(number)) for name, number in inputs.items()}, {}, formulas)
    before = [known.bounds_of(name) for name in BOUND]
    narrowed = known.given(condition, truth)
    assume(narrowed is not None)
    assert narrowed is not None
    anew = Ranges(narrowed.numbers, narrowed.values, formulas, narrowed.facts)
    assert [narrowed.bounds_of(name) for name in BOUND] == [anew.bounds_of(name) for name in BOUND]
    assert [known.bounds_of(name) for name in BOUND] == before


def test_numbers_beyond_the_digit_budget_are_no_ends() -> None:
    """What squares itself again and again has no value in the end, and its range no number of a million digits."""
    formulas = {"数1": read_tree("甲 × 甲"), **{f"数{n}": read_tree(f"数{n - 1} × 数{n - 1}") for n in range(2, 40)}}
    assert Ranges({"甲": point(3)}, formulas=formulas).bounds_of("数39") == ANY
    assert Ranges({"甲": bounds(2, 3)}, formulas=formulas).bounds_of("数39") == ANY
    assert Ranges({"甲": bounds(0, 1)}, formulas=formulas).bounds_of("数39") == bounds(0, 1)


def test_names_that_are_computed_are_followed() -> None:
    """What is known of a computed name narrows what it is computed from."""
    known = Ranges({"完成值": FROM_ZERO, "起点": point(1)}, formulas={"超出": read_tree("完成值 − 起点")})
    narrowed = known.given(read_tree("超出 > 0"))
    assert narrowed is not None
    assert narrowed.numbers["完成值"] == Bounds(Fraction(1), None, low_open=True)
    assert known.given(read_tree("超出 < −1")) is None


def test_comparisons_of_two_quantities_are_remembered() -> None:
    """Once a quantity is known to exceed another, their difference is above 0 and their quotient above 1."""
    known = Ranges({"完成值": FROM_ZERO, "指标值": ABOVE_ZERO}).given(read_tree("完成值 > 指标值"))
    assert known is not None
    assert known.bounds(read_tree("完成值 − 指标值")) == ABOVE_ZERO
    assert known.bounds(read_tree("指标值 − 完成值")).high_open
    assert known.bounds(read_tree("完成值 ÷ 指标值")) == Bounds(Fraction(1), None, low_open=True)
    assert known.truth(read_tree("完成值 ≤ 指标值")) is False
    assert known.given(read_tree("完成值 = 指标值")) is None


@pytest.mark.parametrize(
    ("condition", "holds", "expected"),
    [
        ("甲 ≠ 0", True, ABOVE_ZERO),
        ("甲 = 0", False, ABOVE_ZERO),
        ("非 甲 > 5", True, bounds(0, 5)),
        ("甲 > 3 且 甲 ≤ 5", True, bounds(3, 5, low_open=True)),
        ("甲 < 3 或 甲 = 5", True, bounds(0, 5)),
        ("甲 < 3 或 甲 > 5", False, bounds(3, 5)),
        ("1 < 甲 < 2", True, bounds(1, 2, low_open=True, high_open=True)),
        ("2 × 甲 ≤ 10", True, bounds(0, 5)),
        ("10 ÷ 甲 ≥ 2", True, bounds(0, 5, low_open=True)),
        ("最大(甲, 3) ≤ 5", True, bounds(0, 5)),
        ("−甲 ≥ −4", True, bounds(0, 4)),
    ],
)
def test_conditions_narrow_inputs(condition: str, holds: bool, expected: Bounds) -> None:  # noqa: FBT001
    """A condition that is known to hold, or not to, narrows what it reads."""
    narrowed = Ranges({"甲": FROM_ZERO}).given(read_tree(condition), holds)
    assert narrowed is not None
    assert narrowed.numbers["甲"] == expected


def test_choices_are_narrowed() -> None:
    """A choice that is excluded is left out, and a choice that cannot be is no case."""
    known = Ranges(values={"地区": frozenset({"东部", "西部"})})
    is_east = Comparing(Name("地区"), (("=", Choice("东部")),))
    east, west = known.given(is_east), known.given(is_east, False)
    assert east is not None
    assert west is not None
    assert (east.values["地区"], west.values["地区"]) == (frozenset({"东部"}), frozenset({"西部"}))
    assert west.given(is_east) is None
    assert (east.truth(is_east), west.truth(is_east), known.truth(is_east)) == (True, False, None)


# ---- edges ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("完成值 > 100%", [1]),
        ("60% ≤ 完成值 < 90%", [Fraction(3, 5), Fraction(9, 10)]),
        ("完成值 ÷ 指标值 ≥ 130%", [13]),
        ("指标值 ÷ 完成值 ≤ 50%", [20]),
        ("完成值 ≥ 指标值 × 80%", [8]),
        ("最大(0, 完成值 − 3) > 1", [3, 4]),
        ("绝对值(完成值 − 指标值) > 0", [10]),
        ("0.5 × 下取整((完成值 − 100%) ÷ 1%)", [1, Fraction(101, 100), Fraction(51, 50)]),
        ("插值(完成值, 0, 0, 5, 10) > 99", [0, 5]),
        ("指标值 > 5", []),
    ],
)
def test_thresholds_are_exact(text: str, expected: list[Fraction]) -> None:
    """The values at which a condition turns, a kink lies or a step begins are found exactly."""
    terms = edge_terms([read_tree(text)], {})
    known = Ranges({"完成值": point(7), "指标值": point(10)})
    assert thresholds("完成值", terms, known) == expected


def test_thresholds_follow_computed_names() -> None:
    """An input of a computed quantity has the edges of what is computed."""
    formulas = {"完成值": read_tree("在职 ÷ 编制"), "超出": read_tree("完成值 − 100%")}
    terms = edge_terms([read_tree("超出 > 10%")], formulas)
    known = Ranges({"在职": point(1), "编制": point(60)}, formulas=formulas)
    assert thresholds("在职", terms, known) == [66]
    assert dependencies(read_tree("超出"), formulas) == {"超出", "完成值", "在职", "编制"}

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalrules._formula.compile.programs import Job, compile_formula, compile_jobs, compile_program, compile_recorded
from evalrules._formula.lines import Known, StepLines
from evalrules._formula.parser import read_formula as formula
from evalrules._formula.parser import read_tree
from evalrules._formula.program import PointsBetween, Program, Requirement, Rule
from evalrules._formula.scope import PERCENT, Bounds, Unit, Variable
from evalrules._formula.second import Trace, evaluate_node, trace_program
from evalrules._formula.tree import Binding, Fault
from evalrules._formula.words import Showing, as_shown, formula_words, show, shown_pair
from evalrules._formula.words import shown as words
from strategies import SCOPE, SLOTS, stored

RATES = {**SCOPE, **{name: Variable(name, "number", PERCENT) for name in ("指标值", "完成值", "超出")}}
OVER = Program(
    "deduct",
    (Rule(formula("0.5 × 下取整(超出 ÷ 每)"), "超标", formula("完成值 > 100%"), formula("是否公开")),),
    (Binding("完成值", formula("甲 ÷ 乙")), Binding("每", formula("1%")), Binding("超出", formula("完成值 − 100%"))),
)


class KnownByName(Known):
    """What one run knows, with the inputs in a mapping."""

    __slots__ = ("_inputs",)

    def __init__(self, computed: Mapping[int, Any], inputs: Mapping[str, Any]) -> None:
        super().__init__(computed)
        self._inputs = inputs

    def given(self, name: str) -> Any:
        """Give an input."""
        return self._inputs.get(name)


def traced(program: Program, **values: Any) -> Trace:
    """Run a program of 5 points over these values."""
    return trace_program(program, {"分值": Fraction(5), **values})


def lines(program: Program, **values: Any) -> tuple[str, ...]:
    """Give the lines of the one rule of a program of 5 points that holds over these values."""
    known = {name: stored(value) for name, value in {"分值": Fraction(5), **values}.items()}
    row = [known.get(name) for name in ("分值", "指标值", "完成值", "评判得分")]
    computed, ((number, n, d, *_),) = compile_recorded(program, RATES, SLOTS)([known.get(name) for name in SLOTS], *row)
    assert n is not None
    assert d is not None
    return StepLines(program, RATES).of_rule(number).texts(KnownByName(computed, known), (n, d))


# ---- lines ---------------------------------------------------------------------------------------------------------


def test_lines_show_each_binding_and_the_points() -> None:
    """A line for each binding that the rule reads, with values put in, then one for its points."""
    values = {"甲": Fraction(1032), "乙": Fraction(1000), "是否公开": False}
    assert lines(OVER, **values) == (
        "完成值 = 1032 ÷ 1000 = 103.2%",
        "超出 = 103.2% − 100% = 3.2%",
        "0.5 × 下取整(3.2% ÷ 1%) = 1.5",
    )
    (rule,) = traced(OVER, **values).rules
    assert [rule.amount, rule.before, rule.after, rule.uncollected] == [Fraction(3, 2), 5, Fraction(7, 2), 0]


def test_line_says_where_it_is_rounded() -> None:
    """≈ stands where the result, or a value that was put in, is not shown whole."""
    program = Program("award", (Rule(formula("分值 × 完成值 ÷ 指标值"), "比例"),))
    assert lines(program, 完成值=Fraction(95, 100), 指标值=Fraction(1)) == ("5 × 95% ÷ 100% = 4.75",)
    assert lines(program, 完成值=Fraction(1, 3), 指标值=Fraction(1)) == ("5 × 33.33% ÷ 100% ≈ 1.6667",)


def test_line_holds_exactly_where_the_values_as_shown_give_what_is_shown() -> None:
    """A value that is rounded where it is shown does no harm where the same comes of it: then = stands."""
    steps = Program("deduct", (Rule(formula("2 × 上取整((完成值 − 1) ÷ 5%)"), "每超5%"),))
    assert lines(steps, 完成值=Fraction(1047, 1035)) == ("2 × 上取整((101.16% − 1) ÷ 5%) = 2",)
    near = Fraction(1050001, 1000000)  # 105.0001% is not shown as 105%, which gives 2
    assert lines(steps, 完成值=near) == ("2 × 上取整((105.0001% − 1) ÷ 5%) = 4",)
    nearer = Fraction(105, 100) + Fraction(1, 10**12)  # this one is
    assert lines(steps, 完成值=nearer) == ("2 × 上取整((105% − 1) ÷ 5%) ≈ 4",)


def test_excused_rule_is_told_with_what_it_would_have_taken() -> None:
    """A rule that is excused takes nothing, and its amount is known."""
    (rule,) = traced(OVER, 甲=Fraction(11), 乙=Fraction(10), 是否公开=True).rules
    assert rule.excused
    assert [rule.amount, rule.before, rule.after] == [5, 5, 5]


def test_amount_of_an_excused_rule_that_has_no_value_is_none() -> None:
    """Whatever the points of an excused rule would have needed, the score does not need it."""
    program = Program("deduct", (Rule(formula("1 ÷ 甲"), "一", None, formula("是否公开")),))
    (rule,) = traced(program, 甲=Fraction(0), 是否公开=True).rules
    assert rule.amount is None


def test_what_is_not_left_cannot_be_taken() -> None:
    """扣完为止: the rest of an amount is told as uncollected."""
    program = Program("deduct", (Rule(formula("3"), "一"), Rule(formula("4"), "二"), Rule(formula("1"), "三")))
    rules = traced(program).rules
    assert [rule.after for rule in rules] == [2, 0, 0]
    assert [rule.uncollected for rule in rules] == [0, 2, 1]


def test_binding_that_nothing_reads_cannot_fail() -> None:
    """A binding is computed when it is first read: a division by zero in one that is not read does no harm."""
    program = Program(
        "award",
        (Rule(formula("0"), "一", formula("甲 = 0")), Rule(formula("商"), "二")),
        (Binding("商", formula("1 ÷ 甲")),),
    )
    assert traced(program, 甲=Fraction(0)).score == 0
    score = compile_program(program, RATES | {"商": Variable("商", "number")}, SLOTS)
    assert score([(0, 1)], (5, 1), None, None, None) == 0


def test_binding_hides_an_input_from_those_behind_it_only() -> None:
    """A binding may have the name of an input and read it."""
    program = Program("award", (Rule(formula("完成值"), "一"),), (Binding("完成值", formula("完成值 + 1")),))
    assert traced(program, 完成值=Fraction(2)).score == 3
    assert compile_program(program, SCOPE, SLOTS)([], (5, 1), None, (2, 1), None) == 300


# ---- faults --------------------------------------------------------------------------------------------------------

JUDGED = Program("award", (Rule(PointsBetween(formula("2"), formula("4"), high_open=True), "一档"),))
BOTH = Program(
    "award", (Rule(formula("分值"), "一", formula("甲 > 1")),), (), (Requirement("甲", Bounds(Fraction(0))),)
)


@pytest.mark.parametrize(
    ("program", "values", "kind", "detail"),
    [
        (OVER, {"甲": None, "乙": Fraction(1)}, "blank", "甲"),
        (OVER, {"甲": Fraction(1), "乙": Fraction(0)}, "zero-division", ""),
        (Program("deduct", (Rule(formula("甲"), "一"),)), {"甲": Fraction(-1)}, "points-out-of-bounds", "一"),
        (Program("award", (Rule(formula("甲"), "一"),)), {"甲": Fraction(6)}, "points-out-of-bounds", "一"),
        (Program("award", (Rule(formula("甲"), "一"),)), {"甲": Fraction(-1)}, "points-out-of-bounds", "一"),
        (BOTH, {"甲": Fraction(-1)}, "outside-range", "甲"),
        (BOTH, {"甲": None}, "blank", "甲"),
        (BOTH, {"甲": Fraction(1)}, "undecided", ""),
        (JUDGED, {"评判得分": None}, "not-judged", "一档"),
        (JUDGED, {"评判得分": Fraction(4)}, "judged-outside", "一档"),
        (JUDGED, {"评判得分": Fraction(1)}, "judged-outside", "一档"),
        (Program("award", (Rule(formula("平均(明细_预算)"), "一"),)), {"明细": ()}, "domain", "平均"),
        (
            Program("award", (Rule(formula("插值(甲, 1, 0, 乙, 1)"), "一"),)),
            {"甲": Fraction(1), "乙": Fraction(1)}, "domain", "插值",
        ),
    ],
)  # fmt: skip
def test_fault_is_the_same_in_both_readings(program: Program, values: dict[str, Any], kind: str, detail: str) -> None:
    """Kind, detail, place and formula of a fault do not depend on the reading."""
    given = {"分值": Fraction(5), "是否公开": False, **values}
    with pytest.raises(Fault) as steps:
        trace_program(program, given)
    stored = {
        name: (value.numerator, value.denominator) if isinstance(value, Fraction) else value
        for name, value in given.items()
    }
    row = [stored.get(name) for name in ("分值", "指标值", "完成值", "评判得分")]
    with pytest.raises(Fault) as exact:
        compile_program(program, SCOPE, SLOTS)([stored.get(name) for name in SLOTS], *row)
    for fault in (steps.value, exact.value):
        assert (fault.kind, fault.detail) == (kind, detail)
    assert (steps.value.span, steps.value.formula) == (exact.value.span, exact.value.formula)


def test_fault_of_a_formula_knows_its_characters() -> None:
    """The divisor is pointed at, whichever name it hides behind."""
    with pytest.raises(Fault) as caught:
        evaluate_node(read_tree("1 + 甲 ÷ (乙 − 乙)"), {"甲": Fraction(1), "乙": Fraction(1)})
    assert caught.value.span == (9, 14)


# ---- jobs ----------------------------------------------------------------------------------------------------------


def test_formula_of_a_row_sees_the_names_of_its_program() -> None:
    """A condition such as 完成率 ≥ 130% is compiled with the bindings of the row."""
    (holds,) = compile_jobs([Job(formula("完成率 ≥ 130%"), SCOPE, OVER)], SLOTS)
    assert holds([(13, 1), (10, 1)], (5, 1), (1, 1), None, None) is True
    assert holds([(12, 1), (10, 1)], (5, 1), (1, 1), None, None) is False


def test_blank_is_reached_only_where_it_is_read() -> None:
    """且, 或 and 若 stop once they are decided."""
    for text, value in (("甲 > 0 或 乙 > 0", True), ("甲 < 0 且 乙 > 0", False), ("若(甲 > 0, 1, 乙) = 1", True)):
        assert compile_formula(formula(text), SCOPE, SLOTS)([(1, 1), None]) is value
        assert evaluate_node(read_tree(text), {"甲": Fraction(1), "乙": None}) is value


def test_filled_is_never_blank_itself() -> None:
    """已填 asks for inputs, bindings, texts, sections and columns, and gives yes or no."""
    scope = {**SCOPE, "说明": Variable("说明", "text"), "成本指标": Variable("成本指标", "section")}
    slots = {"说明": 0, "成本指标": 1, "明细": 2}
    jobs = [Job(formula(text), scope) for text in ("已填(说明)", "未填(成本指标)", "计数(已填(明细_预算))")]
    asked = [run(["无", None, ({"明细_预算": None}, {"明细_预算": (1, 2)})]) for run in compile_jobs(jobs, slots)]
    assert asked == [True, True, (1, 1)]


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**4), st.integers(0, 4))
def test_rounding_goes_away_from_zero_on_a_tie(numerator: int, denominator: int, places: int) -> None:
    """四舍五入 is half up by amount, for both signs, in the exact reading too."""
    number = Fraction(numerator, denominator)
    rounded = Fraction(*compile_formula(formula(f"四舍五入(甲, {places})"), SCOPE, SLOTS)([(numerator, denominator)]))
    assert abs(rounded - number) <= Fraction(1, 2 * 10**places)
    assert (rounded * 10**places).denominator == 1
    if abs(rounded - number) == Fraction(1, 2 * 10**places):
        assert abs(rounded) > abs(number)


# ---- words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a*(b+c)/d", "a × (b + c) ÷ d"),
        ("a-(b-c)", "a − (b − c)"),
        ("(a-b)-c", "a − b − c"),
        ("a*(-b)", "a × (−b)"),
        ("-(a+b)", "−(a + b)"),
        ("not (a and b) or c", "非 (a 且 b) 或 c"),
        ("x if a>=60% else y", "若(a ≥ 60%, x, y)"),
        ("max(0.50, 100)", "最大(0.5, 100)"),
    ],
)
def test_formula_is_written_as_an_official_writes_it(text: str, words: str) -> None:
    """Signs are typographic, brackets only where they are needed."""
    assert formula_words(read_tree(text)) == words


def test_negative_value_is_put_in_brackets() -> None:
    """A value with a sign does not stand behind another sign."""
    assert formula_words(read_tree("a − b × c"), {"b": "−3"}) == "a − (−3 × c)"
    assert formula_words(read_tree("b − a"), {"b": "−3"}) == "−3 − a"


@pytest.mark.parametrize(
    ("value", "unit", "shown", "whole"),
    [
        (Fraction(19, 20), PERCENT, "95%", True),
        (Fraction(56, 65), PERCENT, "86.15%", False),
        (Fraction(1538), Unit((("万元", 1),)), "1538万元", True),
        (Fraction(2, 3), None, "0.6667", False),
        (Fraction(-1, 8), None, "−0.125", True),
        (True, None, "是", True),
        (datetime.date(2024, 12, 31), None, "2024年12月31日", True),
        ("东部", None, "东部", True),
        (None, None, "未填", True),
    ],
)
def test_value_is_shown_as_people_read_it(value: object, unit: Unit | None, shown: str, whole: bool) -> None:  # noqa: FBT001
    """Rates have %, other values their unit; it is known whether all of the value is shown."""
    assert show(value, unit) == shown
    assert words(value, Showing.of(unit)) == (shown, whole)


@given(st.integers(-300, 300), st.fractions("1/1000000", "1/3", max_denominator=10**7))
def test_what_is_no_whole_number_is_not_shown_as_one(whole: int, part: Fraction) -> None:
    """30.0001% is not told as 30%, nor 99.9999% as 100%; a step computed from what is shown goes by the same digits."""
    for showing, scale in ((Showing(), 1), (Showing(percent=True), 100)):
        number = (whole + part) / scale
        pair = (number.numerator, number.denominator)
        text, is_whole = shown_pair(*pair, showing)
        digits = text.removesuffix("%").replace("−", "-")
        assert "." in digits
        assert Fraction(digits) / scale == Fraction(*as_shown(pair, showing))
        assert is_whole == (Fraction(digits) / scale == number)

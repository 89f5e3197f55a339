"""Kinds and units of formulas: what fits together, what does not, and what is told of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalrules._formula.functions import signatures
from evalrules._formula.meant import did_you_mean
from evalrules._formula.parser import read_formula, read_tree
from evalrules._formula.scope import (
    BARE,
    PERCENT,
    PURE,
    Function,
    Unit,
    Variable,
    common,
    fits,
    layered,
    product,
    quotient,
    read_unit,
    unit_text,
)
from evalrules._formula.tree import Both, Choice, Comparing, Name
from evalrules._formula.typing import check_node, resolved


def number(name: str, unit: str, table: str | None = None) -> Variable:
    """Make a figure with a unit."""
    return Variable(name, "number", read_unit(unit), table=table)


SCOPE = {
    variable.name: variable
    for variable in (
        number("在职人员数", "人"),
        number("编制数", "人"),
        number("经费", "万元"),
        number("预算", "万元"),
        number("控制率", "%"),
        number("次数", ""),
        Variable("未知", "number", None),
        Variable("公开", "yes_no"),
        Variable("开工", "date"),
        Variable("完工", "date"),
        Variable("地区", "choice", choices=("东部", "西部")),
        Variable("片区", "choice", choices=("东部", "西部")),
        Variable("措施", "text"),
        Variable("成本指标", "section"),
        number("专项_预算", "万元", "专项"),
        number("专项_人数", "人", "专项"),
        Variable("专项_类别", "choice", choices=("基建", "采购"), table="专项"),
        number("其他_预算", "万元", "其他"),
    )
}
units = st.sampled_from([BARE, PERCENT, PURE, *map(read_unit, ("人", "万元", "元/人", "万元/人·月"))])


def codes(text: str) -> list[str]:
    """Give what is told of a formula."""
    return [fault.code for fault in check_node(read_tree(text), SCOPE).faults]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("在职人员数 + 编制数", "人"),
        ("在职人员数 ÷ 编制数", ""),
        ("经费 ÷ 在职人员数", "万元/人"),
        ("经费 ÷ 在职人员数 × 编制数", "万元"),
        ("经费 × 控制率", "万元"),
        ("经费 ÷ 控制率", "万元"),
        ("经费 × 2", "万元"),
        ("1 ÷ 经费", "1/万元"),
        ("控制率 × 控制率", "%"),
        ("控制率 ÷ 2", "%"),
        ("1 − 控制率", "%"),
        ("最大(0, 控制率 − 100%)", "%"),
        ("若(公开, 经费, 0)", "万元"),
        ("绝对值(经费 − 预算)", "万元"),
        ("插值(控制率, 60%, 0, 100%, 经费)", "万元"),
        ("四舍五入(经费, 2)", "万元"),
        ("天数(开工, 完工)", "天"),
        ("完工 − 开工", "天"),
        ("月数(开工, 完工)", "月"),
        ("合计(专项_预算)", "万元"),
        ("合计(专项_预算 ÷ 专项_人数)", "万元/人"),
        ("加权平均(专项_预算, 专项_人数)", "万元"),
    ],
)
def test_units_combine(text: str, unit: str) -> None:
    """A number has the unit that its parts make."""
    typing = check_node(read_tree(text), SCOPE)
    assert typing.faults == ()
    assert (typing.kind, unit_text(typing.unit)) == ("number", unit)


@pytest.mark.parametrize(
    "text",
    [
        "在职人员数 ÷ 编制数 ≤ 100%",
        "在职人员数 ÷ 编制数 ≤ 1",
        "在职人员数 ÷ 编制数 > 5",
        "控制率 > 0",
        "0 < 控制率 ≤ 10%",
        "经费 > 100",
        "次数 ≥ 3",
        "次数 + 经费 > 3",
        "未知 > 控制率 且 未知 > 经费",
        "公开 或 非 公开",
        "若(公开, 公开, 经费 > 1)",
        "开工 < 完工 ≤ 日期(2024, 12, 31)",
        "地区 = 东部 或 东部 ≠ 片区",
        "地区 = 片区",
        "已填(措施) 且 未填(成本指标) 且 已填(经费) 且 已填(地区)",
        "计数(专项_预算 > 10) ≥ 2",
        "计数(已填(专项_预算)) > 0",
    ],
)
def test_conditions_fit(text: str) -> None:
    """A condition whose sides fit each other is told nothing of."""
    typing = check_node(read_tree(text), SCOPE)
    assert (typing.kind, typing.faults) == ("condition", ())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("在职人员数 + 经费", ["units-differ"]),
        ("在职人员数 > 经费", ["units-differ"]),
        ("在职人员数 ÷ 编制数 + 经费", ["units-differ"]),
        ("控制率 > 5", ["rate-beside-number"]),
        ("最大(控制率, 50)", ["rate-beside-number"]),
        ("若(公开, 控制率, 5)", ["rate-beside-number"]),
        ("控制率 > 次数", ["units-differ"]),
        ("经费 + 公开", ["number-expected"]),
        ("非 经费", ["condition-expected"]),
        ("若(经费, 1, 2)", ["condition-expected"]),
        ("若(公开, 1, 公开)", ["number-expected"]),
        ("公开 = 公开", ["condition-compared"]),
        ("开工 + 1", ["date-arithmetic"]),
        ("开工 > 5", ["date-beside-number"]),
        ("天数(开工, 经费)", ["date-expected"]),
        ("地区 > 东部", ["choice-has-no-order"]),
        ("地区 = 中部", ["unknown-choice"]),
        ("地区 = 1", ["unknown-choice"]),
        ("地区 × 2", ["choice-only-compared"]),
        ("措施 = 经费", ["text-only-filled"]),
        ("成本指标 > 0", ["section-only-filled"]),
        ("已填(经费 + 1)", ["filled-needs-name"]),
        ("经弗 + 1", ["unknown-name"]),
        ("甲 + 乙", ["unknown-name", "unknown-name"]),
        ("专项_预算 + 1", ["column-outside-aggregate"]),
        ("合计(专项_预算 + 其他_预算)", ["columns-of-two-tables"]),
        ("合计(合计(专项_预算))", ["aggregate-in-aggregate", "aggregate-without-column"]),
        ("合计(经费)", ["aggregate-without-column"]),
        ("合计(专项_预算) + 专项_预算", ["column-outside-aggregate"]),
        ("专项_类别 = 基建", ["column-outside-aggregate"]),
        ("计数(专项_类别 = 基建 且 其他_预算 > 0)", ["columns-of-two-tables"]),
    ],
)
def test_what_does_not_fit_is_told(text: str, told: list[str]) -> None:
    """Each part that does not fit is told once, and nothing else because of it."""
    assert codes(text) == told


def test_every_fault_is_told_with_its_part() -> None:
    """Two faults of one formula are told both, each with the span of its part."""
    text = "在职人员数 + 经费 > 0 且 控制率 > 5"
    faults = check_node(read_tree(text), SCOPE).faults
    assert [text[slice(*fault.span)] for fault in faults] == ["在职人员数 + 经费", "5"]
    assert dict(faults[1].arguments) == {"number": "5", "suggestion": "5%"}


def test_misspelt_name_is_suggested() -> None:
    """An unknown name brings the known one that is nearest, or all that are equally near."""
    (fault,) = check_node(read_tree("编制人数"), SCOPE).faults
    assert dict(fault.arguments)["suggestion"] == "编制数"
    assert did_you_mean("完成直", ["完成值", "完成率"]) == "完成值 / 完成率"
    assert did_you_mean("完全不同的词", ["完成值"]) is None


def test_choice_values_are_resolved() -> None:
    """A value of a choice is a name until its formula is checked; another choice stays a name."""
    tree = read_tree("地区 = 东部")
    assert check_node(tree, SCOPE).node == Comparing(Name("地区"), (("=", Choice("东部")),))
    assert resolved(read_formula("地区 ≠ 片区"), SCOPE).tree == Comparing(Name("地区"), (("≠", Name("片区")),))
    assert resolved(read_formula("经费 > 1"), SCOPE).tree == read_tree("经费 > 1")


def test_plugin_functions_have_units() -> None:
    """A function of a plug-in holds its arguments to its units and gives its own."""
    functions = {"人均": Function("人均", ("万元", "人"), "万元/人", call=lambda money, people: money / people)}
    extra = signatures(functions)
    good = check_node(read_tree("人均(经费, 编制数)", extra), SCOPE, functions)
    assert (unit_text(good.unit), good.faults) == ("万元/人", ())
    bad = check_node(read_tree("人均(编制数, 经费)", extra), SCOPE, functions)
    assert [fault.code for fault in bad.faults] == ["units-differ", "units-differ"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("元/人·月", "元/人·月"), ("元/人、天", "元/人·天"), (" 万元 ", "万元"), ("％", "%"), ("", ""), ("1/人", "1/人")],
)
def test_units_are_read_and_written(text: str, shown: str) -> None:
    """A unit is read as people write it, and written one way."""
    assert unit_text(read_unit(text)) == shown


@given(units, units)
def test_fitting_is_mutual(left: Unit, right: Unit) -> None:
    """Fitting does not depend on the side, and what fits has one common unit."""
    assert fits(left, right) == fits(right, left)
    if fits(left, right):
        assert common(left, right) == common(right, left)


@given(units, units)
def test_division_undoes_multiplication(left: Unit, right: Unit) -> None:
    """What is multiplied by a unit and divided by it again fits what it was."""
    there = product(left, right)
    assert product(right, left) == there
    assert fits(quotient(there, right), left)


@given(units)
def test_quotient_of_equal_units_is_pure(unit: Unit) -> None:
    """A quotient of equal units fits a rate and a plain number."""
    assert quotient(unit, unit) == PURE
    assert fits(PURE, PERCENT)
    assert fits(PURE, BARE)


def test_only_0_and_1_stand_bare_beside_a_rate() -> None:
    """No other bare number fits a rate, whichever it is."""
    assert codes("控制率 ≤ 1") == codes("控制率 ≥ 0") == []
    assert all(codes(f"控制率 ≤ {bare}") == ["rate-beside-number"] for bare in (2, 10, 99, "0.5"))


# ---- scopes in layers ----------------------------------------------------------------------------------------------


def test_the_first_layer_that_has_a_name_decides_it() -> None:
    """Layers answer as one scope, in which a name of an earlier layer hides the same name of a later one."""
    own, other = number("经费", "元"), number("人数", "人")
    scope = layered({"经费": own}, layered({"人数": other}, SCOPE))
    assert (scope["经费"], scope.get("人数"), scope["预算"]) == (own, other, SCOPE["预算"])
    assert "人数" in scope
    assert scope.get("没有") is None
    assert "没有" not in scope
    assert dict(scope) == {**SCOPE, "人数": other, "经费": own}
    assert len(scope) == len(SCOPE) + 1
    with pytest.raises(KeyError):
        scope["没有"]


def test_a_name_that_is_added_to_a_layer_is_in_scope() -> None:
    """Layers are looked at and not copied: a name that comes later counts from then on."""
    lets: dict[str, Variable] = {}
    scope = layered(lets, SCOPE)
    lets["超支"] = number("超支", "万元")
    assert scope["超支"] == lets["超支"]


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ("在职除以编制 > 1", "unknown-name", "在职 ÷ 编制"),
        ("在职加编制减3 > 1", "unknown-name", "在职 + 编制 − 3"),
        ("在职不超过编制", "unknown-name", "在职 ≤ 编制"),
        ("在职且编制", "unknown-name", None),
        ("在职90以上", "unknown-name", "在职 ≥ 90"),
        ("80-90", "formula-bound", "80 ≤ … < 90"),
        ("60% − 80%", "formula-bound", "60% ≤ … < 80%"),
        ("90", "formula-bound", "… ≥ 90"),
        ("90 - 80", "condition-expected", None),
    ],
)
def test_what_was_meant_by_words_and_bounds_is_told(text: str, code: str, suggestion: str | None) -> None:
    """Names with words for signs between them, and numbers where a condition belongs, are seen through."""
    people = {name: Variable(name, "number", read_unit("人")) for name in ("在职", "编制")}
    typing = check_node(Both((read_tree("1 = 1"), read_tree(text))), people)
    found = next(fault for fault in typing.faults if fault.code == code)
    assert dict(found.arguments).get("suggestion") == suggestion

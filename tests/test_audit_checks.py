"""The edition's own checks: what fails, what cannot be verified, and which blanks counted as 0."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

import evalrules
from audited import edition, findings, found, submission, told, with_data, with_entry

SUM = {
    "each": "经费",
    "expect": "三公 = 车辆 + 接待",
    "blanks": "zero",
    "because": "三公 {三公}，两项之和 {车辆 + 接待}",
}
TRAINING, QUALITY = 1, 2


def checks(**written: dict[str, Any]) -> dict[str, Any]:
    """Give the edition with these checks."""
    return edition(checks=written)


def money(**rows: dict[str, Any]) -> dict[str, Any]:
    """Give the submission with these rows of the grid."""
    return with_data(经费=rows)


def test_a_check_that_holds_says_nothing() -> None:
    """The clean submission agrees in both columns."""
    assert findings(submission(), checks(合计=SUM)) == ()


def test_a_failing_check_says_the_bureaus_sentence_for_its_column() -> None:
    """Each column of a grid is checked by itself."""
    submitted = money(三公={"预算": 10, "决算": 9.5}, 车辆={"预算": 6, "决算": 5}, 接待={"预算": 4, "决算": 4})
    assert told("check-failed", submitted, checks(合计=SUM)) == ["合计 决算: 三公 9.5万元，两项之和 9万元"]


def test_blank_addends_count_as_zero_and_are_named() -> None:
    """Where each side has a filled figure a blank is 0, and the finding says which."""
    submitted = money(三公={"预算": 10, "决算": 9}, 车辆={"预算": 10}, 接待={"决算": 4})
    assert told("check-failed", submitted, checks(合计=SUM)) == [
        "合计 决算: 三公 9万元，两项之和 4万元（空格按 0 计：车辆）"
    ]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"名称": "甲", "金额": 10}, {"名称": "乙", "金额": "约3"}], "专项: 不能核对：专项 金额 填的不能用"),
        (
            [{"名称": "甲", "金额": 10}, {"名称": "乙", "金额": "3人"}, {"名称": "丙"}],
            "专项: 不能核对：专项 金额 填的不能用",
        ),
    ],
)
def test_a_cell_that_cannot_be_used_is_no_zero(rows: list[dict[str, Any]], said: str) -> None:
    """It is filled: it neither counts as 0 nor is called blank; so of a table, and of a grid."""
    by = checks(专项={**TABLE, "expect": "合计(专项_金额) = 10"})
    assert (told("check-not-checkable", with_data(专项=rows), by), told("check-failed", with_data(专项=rows), by)) == (
        [said],
        [],
    )
    submitted = money(三公={"预算": 10, "决算": 9}, 车辆={"预算": 10, "决算": "约5"}, 接待={"决算": 9})
    assert told("check-not-checkable", submitted, checks(合计=SUM)) == ["合计 决算: 不能核对：车辆 决算 填的不能用"]
    assert not found("check-failed", submitted, checks(合计=SUM))


def test_blanks_on_a_whole_side_are_not_zero() -> None:
    """A side without any filled figure cannot be verified, and is never told as passed or failed."""
    submitted = money(三公={"预算": 10}, 车辆={"决算": 5}, 接待={"决算": 4})
    found_here = told("check-not-checkable", submitted, checks(合计=SUM))
    assert found_here == ["合计 预算: 不能核对：车辆 预算、接待 预算 未填", "合计 决算: 不能核对：三公 决算 未填"]
    assert not found("check-failed", submitted, checks(合计=SUM))


def test_without_zero_every_blank_prevents_the_check() -> None:
    """By default a blank is a blank."""
    strict = {**SUM, "blanks": None}
    submitted = money(三公={"预算": 10, "决算": 9}, 车辆={"预算": 10, "决算": 5}, 接待={"决算": 4})
    by = checks(合计={key: value for key, value in strict.items() if value})
    assert told("check-not-checkable", submitted, by) == ["合计 预算: 不能核对：接待 预算 未填"]


def test_a_check_on_a_figure_that_has_no_value_names_the_blank_behind_it() -> None:
    """Not the rate is blank, but what it is computed from."""
    by = checks(控制率={"expect": "在职人员控制率 ≤ 100%", "because": "控制率 {在职人员控制率}"})
    submitted = with_data(编制数=None, 在职人员控制率=None)
    assert told("check-not-checkable", submitted, by) == ["控制率: 不能核对：编制数 未填"]
    zero = with_data(编制数=0, 在职人员控制率=None)
    assert told("check-not-checkable", zero, by) == ["控制率: 不能核对：在职人员控制率 没有数值"]


def test_a_check_on_the_total_needs_a_total() -> None:
    """While a row is unscored there is no 总分, and the check says so."""
    by = checks(总分={"expect": "总分 ≥ 60", "because": "总分 {总分}"})
    assert told("check-not-checkable", with_entry(TRAINING, actual=None), by) == ["总分: 不能核对：总分 没有数值"]
    assert not found("check-not-checkable", submission(), by)


def test_a_check_that_is_not_asked_for_says_nothing() -> None:
    """``when`` that does not hold leaves the check out; one that reads a blank makes it not checkable."""
    by = checks(基建={"when": "有基建", "expect": "执行数 > 1000", "because": "有基建"})
    assert findings(submission(), by) == ()
    assert told("check-failed", with_data(有基建="是"), by) == ["基建: 有基建"]
    assert told("check-not-checkable", with_data(有基建=None), by) == ["基建: 不能核对：有基建 未填"]


@pytest.mark.parametrize(
    ("within", "spent", "fails"),
    [(None, 100.001, True), ("50元", 100.005, False), ("50元", 100.0051, True), ("0.005万元", 99.995, False)],
)
def test_a_tolerance_is_converted(within: str | None, spent: float, *, fails: bool) -> None:
    """The tolerance is included, in whichever unit of money it is written."""
    check = {"expect": "预算数 = 执行数", "because": "预算 {预算数}，执行 {执行数}"}
    by = checks(平衡=check if within is None else {**check, "within": within})
    assert bool(found("check-failed", with_data(执行数=spent), by)) is fails


def test_severity_is_that_of_the_check() -> None:
    """Each check says how serious it is; an error where it says nothing."""
    failing = {"expect": "执行数 > 1000", "because": "少"}
    by = checks(甲=failing, 乙={**failing, "severity": "info"})
    assert [(one.where, one.severity) for one in found("check-failed", submission(), by)] == [
        ("甲", "error"),
        ("乙", "info"),
    ]


def test_checks_that_cannot_be_verified_can_be_turned_off() -> None:
    """An edition may want to hear of failures only."""
    by = checks(合计=SUM)
    by["audit"] = {"check-not-checkable": {"severity": "off", "because": "空表常见"}}
    assert not found("check-not-checkable", money(三公={"预算": 10}), by)


def test_titles_of_the_form_stand_in_checks() -> None:
    """Scores and actuals of indicators, and whether a section is filled."""
    by = checks(
        得分={"expect": "执行率_得分 < 10", "because": "得分 {执行率_得分}"},
        完成={"expect": "执行率_完成值 < 100%", "because": "完成值 {执行率_完成值}"},
        目标={"expect": "执行率_指标值 < 100%", "because": "指标值 {执行率_指标值}"},
        已填={"expect": "未填(效益指标)", "because": "效益指标已填"},
    )
    assert told("check-failed", submission(), by) == [
        "得分: 得分 10",
        "完成: 完成值 100%",
        "目标: 指标值 100%",
        "已填: 效益指标已填",
    ]


# ---- once per row of a section -------------------------------------------------------------------------------------

ROWS = {
    "each": "数量指标",
    "expect": "指标值 ≠ 执行数",
    "because": "指标值 {指标值} 等于执行数 {执行数}，自评 {自评得分}",
}


@pytest.mark.parametrize(
    ("target", "fails"),
    [("100", True), ("100万元", True), ("1000000元", True), ("≤100万元", True), ("100元", False), ("101万元", False)],
)
def test_a_check_is_put_to_each_row_of_a_section(target: str, *, fails: bool) -> None:
    """Target and actual of a row are read in the unit of the figures that they are compared with."""
    submitted = with_entry(TRAINING, target=target, actual="1")
    assert bool(found("check-failed", submitted, checks(事后=ROWS))) is fails


def test_a_check_on_a_row_names_the_row() -> None:
    """The finding names check and row, and shows the row's values with their unit."""
    submitted = with_entry(TRAINING, target="1000000元", actual="1元")
    assert told("check-failed", submitted, checks(事后=ROWS)) == [
        "事后 数量指标第1行 培训: 指标值 100万元 等于执行数 100万元，自评 30"
    ]


@pytest.mark.parametrize("target", ["100元/亩", "100件", "完成100件任务", "2024年12月31日"])
def test_a_check_does_not_speak_of_rows_that_it_cannot_compare(target: str) -> None:
    """元/亩 is not compared with 万元, nor words, nor days."""
    submitted = with_entry(TRAINING, target=target, actual=None)
    by = checks(事后=ROWS)
    assert not found("check-failed", submitted, by)
    assert not found("check-not-checkable", submitted, by)


def test_a_blank_cell_of_a_row_is_not_checkable() -> None:
    """A row without a target cannot be verified."""
    submitted = with_entry(TRAINING, target=None, actual="1万元")
    assert told("check-not-checkable", submitted, checks(事后=ROWS)) == [
        "事后 数量指标第1行 培训: 不能核对：指标值 未填"
    ]


# ---- tables --------------------------------------------------------------------------------------------------------

TABLE = {"expect": "合计(专项_金额) ≤ 三公_预算", "blanks": "zero", "because": "专项合计 {合计(专项_金额)}"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"名称": "甲", "金额": 6}, {"名称": "乙", "金额": 5}], ["专项: 专项合计 11万元"]),
        ([{"名称": "甲", "金额": 11}, {"名称": "乙"}], ["专项: 专项合计 11万元（空格按 0 计：专项 金额）"]),
        ([{"名称": "甲", "金额": 10}, {"名称": "乙"}], []),
        ([], []),
    ],
)
def test_a_sum_over_a_table_is_checked(rows: list[dict[str, Any]], said: list[str]) -> None:
    """A blank cell of a column counts as 0 like any other addend; no rows add up to 0."""
    assert told("check-failed", with_data(专项=rows), checks(专项=TABLE)) == said


def test_a_column_without_any_cell_is_not_checkable() -> None:
    """Rows without any amount are no 0."""
    submitted = with_data(专项=[{"名称": "甲"}])
    assert told("check-not-checkable", submitted, checks(专项=TABLE)) == ["专项: 不能核对：专项 金额 未填"]


def test_a_division_by_zero_is_not_checkable() -> None:
    """A check that divides by a figure that is 0 has no answer."""
    by = checks(率={"expect": "执行数 ÷ 预算数 ≤ 100%", "when": "有基建", "because": "超支"})
    submitted = with_data(预算数=0, 有基建="是")
    assert told("check-not-checkable", submitted, by) == ["率: 不能核对：除数为 0"]


def test_choices_stand_in_checks() -> None:
    """A value of a choice is compared by name, in condition, expectation and sentence."""
    by = checks(
        甲={"expect": "地区 = 东部 且 执行数 ≤ 1000", "because": "地区 {地区}，上限 {若(地区 = 东部, 1, 2)}"},
        乙={"expect": "执行数 > 1000", "when": "地区 = 东部", "because": "少"},
    )
    by["data"]["地区"] = {"type": "choice", "choices": ["东部", "中部"]}
    assert told("check-failed", with_data(地区="中部"), by) == ["甲: 地区 中部，上限 2"]
    assert told("check-failed", with_data(地区="东部"), by) == ["乙: 少"]
    assert told("check-not-checkable", with_data(地区=None), by) == [
        "甲: 不能核对：地区 未填",
        "乙: 不能核对：地区 未填",
    ]


def test_dates_stand_in_checks() -> None:
    """Days are compared and shown as days."""
    by = checks(竣工={"expect": "完成日期 ≤ 日期(2024, 12, 31)", "because": "完成于 {完成日期}"})
    assert told("check-failed", with_data(完成日期="2025-01-02"), by) == ["竣工: 完成于 2025年1月2日"]
    assert not found("check-failed", with_data(完成日期="2024-12-31"), by)


def test_what_is_outside_a_function_is_not_checkable() -> None:
    """The mean of no rows has no value."""
    by = checks(平均={"expect": "平均(专项_金额) ≤ 5", "because": "平均 {平均(专项_金额)}"})
    assert told("check-not-checkable", with_data(专项=[]), by) == ["平均: 不能核对：平均 没有数值"]


def test_a_blank_that_decides_nothing_does_no_harm() -> None:
    """``when`` that is false lets blanks in the expectation be."""
    by = checks(甲={"when": "有基建", "expect": "三公_预算 = 车辆_预算", "blanks": "zero", "because": "不等"})
    assert not found("check-not-checkable", money(), by)


ASKING = """evalrules: 1
id: asking
edition: "1"
title: 示例
points: 10
data:
  甲: {unit: 万元, required: false}
  倍: {unit: 万元, formula: 甲 × 2, required: false}
  表: {type: grid, required: false, columns: [上年], rows: [乙]}
sections:
  项: {points: 10, target: ≥ 1, scoring: {award: [{when: 完成值 ≥ 1, points: 分值}, {points: 0, because: 无}]}}
"""
ASKED: dict[str, dict[str, Any]] = {
    "check": {"checks": {"查": {"expect": "已填(NAME)", "because": "没有填"}}},
    "when": {"checks": {"查": {"when": "未填(NAME)", "expect": "1 = 2", "because": "没有填"}}},
    "grid": {"checks": {"查": {"each": "表", "expect": "已填(乙)", "because": "没有填"}}},
    "explain_when": {"defaults": {"explain_when": "未填(NAME)"}},
    "value": {"项": {"value": "若(已填(NAME), 1, 0)"}},
    "target": {"项": {"target": "若(已填(NAME), 1, 0)"}},
}


@pytest.mark.parametrize("name", ["甲", "倍"])
@pytest.mark.parametrize("asked", ASKED)
def test_what_cannot_be_read_is_not_called_blank(asked: str, name: str) -> None:
    """A figure that is filled with what nobody can use is neither filled nor blank: nothing that asks is told."""
    source = yaml.safe_load(ASKING)
    for key, value in yaml.safe_load(yaml.safe_dump(ASKED[asked], allow_unicode=True).replace("NAME", name)).items():
        target = source["sections"] if key == "项" else source
        target[key] = {**target.get(key, {}), **value}
    catalogue = evalrules.load_catalogue(source, plugins=())
    told = {}
    for written in ("", "约1", "1"):
        data = {"甲": written, "表": {"乙": {"上年": written}}}
        form = {
            "organisation": "某局",
            "fiscal_year": 2024,
            "data": data,
            "entries": [{"indicator": "项", "actual": 1}],
        }
        result = evalrules.evaluate(catalogue, evalrules.load_submission(form))
        accusing = {"check-failed", "deviation-reason-missing", "actual-differs"}
        told[written] = [each.code for each in result.findings if each.code in accusing]
        not_checkable = [each.code for each in result.findings if each.code == "check-not-checkable"]
        assert not_checkable == ["check-not-checkable"] * (written == "约1" and "checks" in ASKED[asked])
    assert told["约1"] == told["1"] == []
    assert bool(told[""]) == (asked != "target")

"""What stands in cells and still says the wrong thing, and what a form has no cell for."""

from __future__ import annotations

from typing import Any

import pytest

from audited import edition, findings, found, submission, told, with_entry
from evalrules._audit.contents import _names_year

TRAINING, QUALITY = 1, 2
WORDS = "保障机关工作正常有序运转"


@pytest.mark.parametrize(
    ("target", "actual", "is_told"),
    [
        (WORDS, WORDS, True),
        (WORDS, f"{WORDS}。", True),
        (WORDS, "已保障", False),
        ("及时", "及时", False),
        ("完成1部宣传片,2套方案", "完成1部宣传片,2套方案", True),
    ],
)
def test_words_copied_from_the_target_are_told(target: str, actual: str, *, is_told: bool) -> None:
    """A sentence that only repeats the target says nothing; a short word may be what was reached."""
    assert bool(found("actual-words-copied", with_entry(QUALITY, target=target, actual=actual))) is is_told


@pytest.mark.parametrize(
    ("name", "target", "actual", "is_told"),
    [
        ("参训率", "95%", "735人", True),
        ("参训率（%）", "735人", "735人", True),
        ("培训覆盖率≥90%", "≥90%", "12场", True),
        ("群众满意度", "满意", "完成", True),
        ("参训率", "95%", "96%", False),
        ("参训人数", "735人", "735人", False),
        ("人均补助标准", "3000元", "3000元", False),
        ("效率提升", "提升", "明显提升", False),
    ],
)
def test_a_rate_that_is_answered_otherwise_is_told(name: str, target: str, actual: str, *, is_told: bool) -> None:
    """A count, or words beside words; words beside a number are told as such."""
    submitted = with_entry(QUALITY, indicator=name, target=target, actual=actual)
    assert bool(found("not-a-rate", submitted)) is is_told


def test_a_deadline_answered_with_a_rate_is_told() -> None:
    """100% is no day."""
    submitted = with_entry(QUALITY, indicator="完成时间", target="2024年12月底前", actual="100%")
    assert told("actual-not-numeric", submitted) == [
        "质量指标第1行 完成时间: 指标值 `2024年12月底前` 是日期，完成值 `100%` 不是"
    ]


@pytest.mark.parametrize(
    ("target", "head", "is_told"),
    [
        ("2023年12月底前", {}, True),
        ("2024年12月底前", {}, False),
        ("12月底前", {}, False),
        ("2025年6月30日", {"project": "道路改造（2024—2025年）"}, False),
        ("2025年6月30日", {"goals": {"planned": "跨年度实施"}}, False),
        ("2025年6月30日", {"project": "道路改造"}, True),
    ],
)
def test_a_deadline_of_another_year_is_told(target: str, head: dict[str, Any], *, is_told: bool) -> None:
    """Not where the form itself says that the project runs longer."""
    submitted = {**with_entry(QUALITY, indicator="完成时间", target=target, actual="2024年11月3日"), **head}
    assert bool(found("deadline-year", submitted)) is is_told


@pytest.mark.parametrize(
    ("name", "target", "is_told"),
    [
        ("救助标准(<**元/户)", "<=5300元/户", True),
        ("发放人数(≥**人)", ">=7人", False),
        ("发放人数(>=**人)", "≥7人", False),
        ("发放人数", "≥7人", False),
        ("发放人数(≥**人)", "按月发放", False),
    ],
)
def test_another_sign_in_the_name_than_in_the_target_is_told(name: str, target: str, *, is_told: bool) -> None:
    """The template prints the sign in the name."""
    submitted = with_entry(QUALITY, indicator=name, target=target, actual="5人")
    assert bool(found("sign-differs", submitted)) is is_told


@pytest.mark.parametrize(
    ("standard", "claimed", "is_told"),
    [
        ("达到指标值得30分，每低1个百分点扣2分，扣完为止", 28, False),
        ("达到指标值得10分，每低1个百分点扣2分，扣完为止", 30, True),  # the row has 30 points
        ("≥95%，计30分；90%（含）-95%，计20分；低于90%不得分", 20, False),
        ("≥95%，计30分；90%（含）-95%，计20分；低于90%不得分", 0, False),
        ("≥95%，计30分；90%（含）-95%，计20分；低于90%不得分", 25, True),
        ("满意度90分以上为满意", 30, False),
        ("按完成比例计分", 7, False),
    ],
)
def test_what_the_printed_standard_does_not_give_is_told(standard: str, claimed: int, *, is_told: bool) -> None:
    """The most that it gives are the points of the row, and in bands alone a claim is one of them."""
    assert bool(found("against-standard", with_entry(QUALITY, standard=standard, claimed_score=claimed))) is is_told


@pytest.mark.parametrize(("actual", "is_told"), [("95%", False), ("95.0%", False), ("96%", True), ("", False)])
def test_a_rate_of_execution_is_held_to_the_table_of_funds(actual: str, *, is_told: bool) -> None:
    """Where departments write the rate as a row of their own, the edition says which figure it is."""
    by = edition(data={**edition()["data"], "资金执行": {"unit": "%", "formula": "执行数 ÷ 预算数", "required": False}})
    submitted = with_entry(QUALITY, indicator="部门预算执行率", target="100%", actual=actual)
    submitted["data"]["执行数"] = 95
    assert not found("execution-differs", submitted, by)
    by["audit"] = {"execution-differs": {"figure": "资金执行"}}
    assert bool(found("execution-differs", submitted, by)) is is_told


@pytest.mark.parametrize("reason", ["0", "已完成", "无偏差", "正常。", "无"])
def test_what_is_no_reason_is_told_as_it_is_written(reason: str) -> None:
    """It stands in the cell, and says nothing of points lost."""
    submitted = with_entry(TRAINING, actual="19期", claimed_score=28.5, deviation_reason=reason)
    assert told("deviation-reason-missing", submitted) == [
        f"数量指标第1行 培训: 得分 28.5，低于分值 30，未填偏差原因（写的是 `{reason}`）"
    ]


def test_a_sum_of_claims_is_not_called_a_stated_total() -> None:
    """What the form does not state is the sum of its rows."""
    submitted = {**with_entry(TRAINING, claimed_score=20), "claimed": None}
    assert told("claimed-score-differs", submitted) == [
        "claimed.score: 各行自评得分之和 90，按规则计 100，自评偏低 10 分"
    ]


# ---- what the form has no cell for -----------------------------------------------------------------------------------

PAPER = {
    "tables": {
        "自评表": {
            "blocks": [
                {"row": {"label": "资金", "cells": {"预算数": "预算数", "执行数": "执行数"}, "indicator": "执行率"}},
                {"indicators": ["一级指标", "二级指标", "三级指标", "指标值", "完成值", "分值", "得分", "偏差原因"]},
            ]
        }
    }
}  # fmt: skip


def lacking(*, column: bool = True) -> dict[str, Any]:
    """Give the edition with a form on which the row of funds is no row of the table of indicators."""
    paper = edition(form=PAPER)
    if not column:
        paper["form"]["tables"]["自评表"]["blocks"][1]["indicators"].pop()
    return paper


def test_a_row_of_funds_has_no_cell_for_a_reason() -> None:
    """It stands in the table of funds; where the row brings a cell of its own, a reason is missed."""
    submitted = submission(data={**submission()["data"], "执行数": 90})
    assert [one.where for one in found("deviation-reason-missing", submitted)] == ["执行率"]
    assert not found("deviation-reason-missing", submitted, lacking())
    submitted["entries"][0]["deviation_reason"] = None
    assert found("deviation-reason-missing", submitted, lacking())


def test_a_form_without_a_column_for_reasons_is_not_asked_for_any() -> None:
    """The edition says which columns its form has."""
    submitted = with_entry(TRAINING, actual="19期", claimed_score=28.5)
    assert found("deviation-reason-missing", submitted, lacking())
    assert not found("deviation-reason-missing", submitted, lacking(column=False))


def test_a_cell_that_the_form_does_not_have_is_not_blank() -> None:
    """A row has neither target nor actual where the form has standards instead."""
    submitted = submission()
    row = submitted["entries"][QUALITY]
    row["target"], row["actual"] = None, None
    assert [one.message for one in found("row-blank", submitted)] == ["指标值、完成值未填"]
    del row["target"], row["actual"]
    assert not found("row-blank", submitted)


# ---- blocks that nobody filled in ------------------------------------------------------------------------------------


def test_a_block_that_nobody_filled_in_is_told_once() -> None:
    """Neither each of its figures, nor each check that reads them."""
    by = edition(checks={
        "合计": {"each": "经费", "expect": "三公 = 车辆 + 接待", "because": "不一致"},
        "超编": {"expect": "在职人员数 ≤ 编制数", "because": "超编"},
        "超支": {"expect": "执行数 ≤ 预算数", "because": "超支"},
    })  # fmt: skip
    blank = findings(submission(data={}), by)
    told_of = ("block-blank", "figure-missing", "check-not-checkable")
    assert [(one.code, one.where) for one in blank if one.code in told_of] == [("block-blank", "基础数据")]
    (whole,) = (one for one in blank if one.code == "block-blank")
    assert whole.message == "整块没有填：编制数、在职人员数、预算数、执行数、有基建 等 5 项"
    part = findings(submission(data={**submission()["data"], "在职人员数": None, "经费": None}), by)
    assert [one.where for one in part if one.code == "figure-missing"] == ["在职人员数"]
    assert [one.where for one in part if one.code == "check-not-checkable"] == ["超编"]


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("2022年", True), ("2022 年底", True), ("2020—2022", True), ("2022、2023年", True), ("（2022）", True),
        ("2022.12.31", True), ("2022人次", False), ("2022 人次", False), ("12022", False), ("2022.5万元", False),
    ],
)  # fmt: skip
def test_a_count_is_no_year(text: str, is_named: bool) -> None:  # noqa: FBT001
    """A number that happens to be that of a year names none."""
    assert _names_year(2022, f"治理{text}") == is_named

"""Rules on sections, total and grade; targets that are all just met; money against results."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audited import edition, found, submission, told, with_claims, with_entry

EXECUTION, TRAINING, QUALITY = range(3)


def test_a_section_claim_that_is_not_the_sum_of_its_rows_is_told() -> None:
    """What is stated for a section must be what its rows claim."""
    assert told("claimed-section-differs", with_claims(sections={"产出指标": 57})) == [
        "产出指标: 填报的自评得分 57 与各行自评得分之和 60 不一致，相差 3"
    ]
    assert not found("claimed-section-differs", with_claims(sections={"产出指标": 60.01}))


def test_a_section_claim_cannot_be_added_up_while_a_row_claims_nothing() -> None:
    """A blank claim is no 0."""
    submitted = with_entry(TRAINING, claimed_score=None)
    submitted["claimed"] = {"sections": {"产出指标": 57}}
    assert not found("claimed-section-differs", submitted)


def test_a_claim_for_no_section_is_told() -> None:
    """A misspelt section is told; one that is named as entries name it is known, also without its closing 指标."""
    assert told("claimed-section-unknown", with_claims(sections={"产量指标": 60})) == [
        "claimed.sections: 自评得分中的 `产量指标` 不是指标体系的一个部分"
    ]
    for known in ({"产出": 60}, {"产出指标/数量指标": 30, "质量指标": 30}):
        assert not found("claimed-section-unknown", with_claims(sections=known))


def test_a_total_that_is_not_the_sum_of_the_rows_is_told() -> None:
    """93 added up, 94 written."""
    submitted = with_claims(score=99, sections={})
    assert told("claimed-total-differs", submitted) == [
        "claimed.score: 填报的自评总分 99 与各行自评得分之和 100 不一致，相差 1"
    ]
    assert not found("claimed-total-differs", submission())


@pytest.mark.parametrize(
    ("claimed", "said"),
    [
        (100, "自评总分 100，按规则计 98.5，自评偏高 1.5 分"),
        (98, "自评总分 98，按规则计 98.5，自评偏低 0.5 分"),
    ],
)
def test_a_total_that_differs_from_the_rules_is_told(claimed: int, said: str) -> None:
    """Over-scored and under-scored alike."""
    submitted = with_entry(TRAINING, actual="19期", claimed_score=30)
    submitted["claimed"] = {"score": claimed}
    assert told("claimed-score-differs", submitted) == [f"claimed.score: {said}"]


def test_a_total_that_is_not_stated_is_that_of_the_rows() -> None:
    """Where each row claims, their sum is the claim; where one does not, there is none."""
    submitted = with_entry(TRAINING, actual="19期", claimed_score=30)
    submitted["claimed"] = {}
    assert len(found("claimed-score-differs", submitted)) == 1
    submitted["entries"][QUALITY]["claimed_score"] = None
    assert not found("claimed-score-differs", submitted)


@given(claims=st.lists(st.integers(0, 100), min_size=5, max_size=5), total=st.integers(0, 100))
def test_the_sum_of_the_claims_is_told_exactly_where_it_differs(claims: list[int], total: int) -> None:
    """Whatever is claimed in the rows, only a total that is not their sum is told."""
    submitted = submission(claimed={"score": total})
    for entry, claimed in zip(submitted["entries"], claims, strict=True):
        entry["claimed_score"] = claimed
    assert bool(found("claimed-total-differs", submitted)) is (sum(claims) != total)


def test_bonus_claims_are_not_added_to_the_total() -> None:
    """How a form adds bonus points into its total is its own matter; the sum is not held against it."""
    bonus = {"section": "加分", "indicator": "表彰", "points": 5, "target": "≥1次", "actual": "1次", "claimed_score": 5}
    submitted = submission(entries=[*submission()["entries"], bonus], claimed={"score": 100})
    assert not found("claimed-total-differs", submitted)


# ---- the grade -----------------------------------------------------------------------------------------------------


def test_an_unknown_grade_is_told() -> None:
    """A grade that the edition does not have."""
    assert told("claimed-grade-unknown", with_claims(grade="甲")) == [
        "claimed.grade: 自评等级 `甲` 不是指标体系的等级：优秀、良好、差"
    ]
    assert not found("claimed-grade-unknown", with_claims(grade="优"))


def test_another_word_for_a_grade_is_told_as_such() -> None:
    """优 is accepted for 优秀, and told."""
    assert told("grade-word", with_claims(grade="优")) == ["claimed.grade: 自评等级写作 `优`，指标体系的名称是 `优秀`"]
    assert not found("grade-word", submission())


def test_a_grade_that_its_own_total_does_not_have_is_told() -> None:
    """90 is 良好 here, whatever the rules come to."""
    assert told("claimed-grade-differs", with_claims(score=90)) == [
        "claimed.grade: 自评等级 `优秀`，自评总分 90 应为 `良好`"
    ]
    assert not found("claimed-grade-differs", with_claims(score=90.1))


def test_a_grade_that_the_rules_do_not_come_to_is_told() -> None:
    """The claim is right in itself, but the rules come to another grade."""
    submitted = with_entry(TRAINING, actual="12期", claimed_score=30)
    assert told("claimed-grade-differs", submitted) == ["claimed.grade: 自评等级 `优秀`，按规则计总分 88 应为 `良好`"]


def test_a_grade_cap_holds_for_the_claim_too() -> None:
    """Under a cap the claimed total does not have the grade of its points."""
    by = edition(grade_caps=[{"when": "有基建", "at_most": "良好", "because": "有基建"}])
    submitted = with_claims(score=100)
    assert not found("claimed-grade-differs", submitted, by)
    submitted["data"]["有基建"] = "是"
    assert [one.split("，")[1] for one in told("claimed-grade-differs", submitted, by)] == [
        "自评总分 100 应为 `良好`",
        "按规则计总分 100 应为 `良好`",
    ]


# ---- targets that are all just met ---------------------------------------------------------------------------------


def _equal_rows(equal: int, rows: int, *, target: str = "≥20期") -> dict[str, Any]:
    entries = [
        {
            "section": "产出指标/数量指标",
            "indicator": f"工作{number}",
            "points": 5,
            "target": target,
            "actual": target.removeprefix("≥") if number < equal else "21期",
        }
        for number in range(rows)
    ]
    others = submission()["entries"]
    others[QUALITY]["points"] = 60 - 5 * rows
    return submission(entries=[others[0], *entries, *others[2:]], claimed={})


def test_actuals_that_all_equal_their_targets_are_told() -> None:
    """Nine rows of ten in a section, told for the section alone."""
    assert told("all-targets-met", _equal_rows(9, 10)) == [
        "产出指标/数量指标: 10 个定量指标中有 9 个完成值与指标值完全相同（90%），应核实完成值是否照指标值填写"
    ]


@pytest.mark.parametrize(("equal", "rows"), [(8, 10), (4, 4)])
def test_some_equal_actuals_are_fine(equal: int, rows: int) -> None:
    """Below the share, or too few rows to say anything."""
    assert not found("all-targets-met", _equal_rows(equal, rows))


def test_all_of_the_whole_is_no_copy() -> None:
    """100% of 100% cannot be more, so it says nothing about copying."""
    assert not found("all-targets-met", _equal_rows(10, 10, target="≥100%"))


def test_thresholds_of_equal_actuals_can_be_set() -> None:
    """Share and number of rows belong to the edition."""
    by = edition(audit={"all-targets-met": {"share": "80%", "rows": 10}})
    assert found("all-targets-met", _equal_rows(8, 10), by)
    assert not found("all-targets-met", _equal_rows(7, 7), by)


def test_where_the_whole_form_is_equal_it_is_told_once() -> None:
    """The outermost level that is equal throughout is told, not each section of it again."""
    submitted = _equal_rows(10, 10)
    for place in (-3, -2):
        submitted["entries"][place] |= {"actual": submitted["entries"][place]["target"].removeprefix("≥")}
    assert [one.where for one in found("all-targets-met", submitted)] == [""]


# ---- money and results ---------------------------------------------------------------------------------------------

_MONEY = {"execution-low": {"indicator": "执行率"}, "results-above-execution": {"indicator": "执行率"}}


@pytest.mark.parametrize(("spent", "is_told"), [(79.9, True), (80, False), (100, False)])
def test_money_left_over_is_told(spent: float, *, is_told: bool) -> None:
    """More than a fifth unspent, where the edition names the indicator of execution."""
    submitted = submission()
    submitted["data"]["执行数"] = spent
    assert bool(found("execution-low", submitted, edition(audit=_MONEY))) is is_told
    assert not found("execution-low", submitted)


@pytest.mark.parametrize(("spent", "is_told"), [(94, True), (95, False)])
def test_results_above_the_money_are_told(spent: int, *, is_told: bool) -> None:
    """All results with 94% of the money: the gap is above 5%."""
    submitted = submission()
    submitted["data"]["执行数"] = spent
    assert bool(found("results-above-execution", submitted, edition(audit=_MONEY))) is is_told
    assert not found("results-above-execution", submitted)


def test_a_claimed_grade_is_not_held_to_what_cannot_be_told() -> None:
    """A cap that reads a blank leaves the grade of any total open."""
    by = edition(grade_caps=[{"when": "有基建", "at_most": "良好", "because": "有基建"}])
    submitted = with_claims(score=50)
    submitted["data"]["有基建"] = None
    assert not found("claimed-grade-differs", submitted, by)


def test_a_claimed_grade_is_held_to_the_claimed_total_where_a_row_is_unscored() -> None:
    """Without a computed total the claim is still held to itself, unless the grades read scores."""
    submitted = with_entry(TRAINING, actual=None)
    submitted["claimed"] = {"score": 85, "grade": "优秀"}
    assert len(found("claimed-grade-differs", submitted)) == 1
    grades = {"优秀": "总分 > 90 且 执行率_得分 > 5", "良好": "总分 ≥ 80 且 执行率_得分 > 5", "差": "otherwise"}
    assert not found("claimed-grade-differs", submitted, edition(grades=grades))

"""Rules on rows: what stands in a cell, and what a row claims and why."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audited import edition, findings, found, submission, told, with_entry

EXECUTION, TRAINING, QUALITY, SATISFACTION, CHECKLIST = range(5)


def test_a_submission_without_a_fault_has_no_finding() -> None:
    """The submission from which all others are made is clean."""
    assert findings(submission()) == ()


# ---- cells ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"actual": None}, "完成值未填"),
        ({"target": "-", "actual": "/"}, "指标值、完成值未填"),
    ],
)
def test_a_row_with_blank_cells_is_told(cells: dict[str, Any], said: str) -> None:
    """A blank cell of a row that counts is named, whichever way blank is written."""
    assert told("row-blank", with_entry(TRAINING, **cells)) == [f"数量指标第1行 培训: {said}"]


def test_unanswered_items_are_blank() -> None:
    """A checklist without answers is a blank row."""
    submitted = with_entry(CHECKLIST, answers={})
    assert told("row-blank", submitted) == ["制度健全性: 评价要点未填"]


def test_a_row_that_figures_fill_is_not_blank() -> None:
    """An indicator with a value of its own needs no actual in its entry."""
    assert not found("row-blank", with_entry(EXECUTION, actual=None))


def test_not_applicable_is_contradicted_by_figures() -> None:
    """An indicator declared 不适用 although its condition holds is told with the condition."""
    submitted = with_entry(EXECUTION, not_applicable="没有预算")
    assert told("not-applicable-contradicted", submitted) == [
        "执行率: 填报不适用（没有预算），而按填报的数据 预算数 > 0 成立，该指标适用"
    ]


def test_not_applicable_that_figures_bear_out_is_fine() -> None:
    """With a budget of 0 the indicator does not apply."""
    submitted = with_entry(EXECUTION, not_applicable="没有预算")
    submitted["data"] |= {"预算数": 0, "执行数": 0}
    assert not found("not-applicable-contradicted", submitted)


@pytest.mark.parametrize("actual", ["≥95%", "不低于96%", "95%-97%"])
def test_an_actual_written_as_a_bound_is_told(actual: str) -> None:
    """A bound or a range is what was wanted, not what was achieved."""
    assert len(found("actual-is-bound", with_entry(QUALITY, actual=actual))) == 1


@pytest.mark.parametrize("actual", ["96%", "=96%"])
def test_an_exact_actual_is_no_bound(actual: str) -> None:
    """An equal sign before a number leaves it exact."""
    assert not found("actual-is-bound", with_entry(QUALITY, actual=actual))


@pytest.mark.parametrize(
    ("target", "actual", "is_told"),
    [
        ("≥95%", "96", True),
        ("≥95%", "1.5", True),
        ("≥95%", "0.96", False),
        ("≥95%", "0.96%", False),
        ("≥95%", "0", False),
    ],
)
def test_a_rate_that_lacks_its_percent_sign_is_told(target: str, actual: str, *, is_told: bool) -> None:
    """A number above 1 takes the sign; 0.96 could be two things, and is a problem of the row instead."""
    said = told("rate-without-percent", with_entry(QUALITY, target=target, actual=actual))
    assert bool(said) is is_told
    assert not is_told or said[0].endswith(f"`{actual}` 没有写百分号，按 {actual}% 计")


@pytest.mark.parametrize(
    ("target", "actual", "is_copied"),
    [
        ("≥95%", "≥95%", False),  # a bound, of which that it is one is told, and that it is copied with it
        ("=95%", "=95%", True),
        ("12月底前", "12月底前", True),
        ("95%", "95%", False),
        ("≥95%", "≥96%", False),
        ("2024年11月30日", "2024年11月30日", False),
        ("及时", "及时", False),
    ],
)
def test_a_copied_target_is_told(target: str, actual: str, *, is_copied: bool) -> None:
    """Only a copied sign or deadline betrays the copy; an equal number, day or word may be what was achieved."""
    submitted = with_entry(QUALITY, target=target, actual=actual, judged={"tier": "达成年度指标", "score": 30})
    if target != "及时":
        del submitted["entries"][QUALITY]["judged"]
    assert bool(found("actual-copied", submitted)) is is_copied


@pytest.mark.parametrize(("target", "is_copied"), [("≥95%", True), ("≥ 95%", True), ("≥94%", False)])
def test_a_copied_bound_is_told_once(target: str, *, is_copied: bool) -> None:
    """One cell, one finding: the bound says whether it is written like the target."""
    submitted = with_entry(QUALITY, target=target, actual="≥95%")
    (bound,) = found("actual-is-bound", submitted)
    assert bound.message.endswith("，与指标值的写法一样") is is_copied
    assert not found("actual-copied", submitted)


@pytest.mark.parametrize(
    ("target", "actual", "said"),
    [
        ("≥20期", "完成", "指标值 `≥20期` 是数值，完成值 `完成` 不是"),
        ("2024年11月30日", "完成", "指标值 `2024年11月30日` 是日期，完成值 `完成` 不是"),
    ],
)
def test_words_for_a_number_are_told(target: str, actual: str, said: str) -> None:
    """Where the target is a number or a day, the actual has to be one."""
    assert told("actual-not-numeric", with_entry(TRAINING, target=target, actual=actual)) == [
        f"数量指标第1行 培训: {said}"
    ]


@pytest.mark.parametrize(("target", "actual"), [("完成", "完成"), ("≥20期", "21期"), ("≥20期", None)])
def test_words_for_words_are_fine(target: str, actual: str | None) -> None:
    """A target in words may be answered in words, and a blank is another finding."""
    submitted = with_entry(TRAINING, target=target, actual=actual)
    if target == "完成":
        submitted["entries"][TRAINING]["judged"] = {"tier": "达成年度指标", "score": 30}
    assert not found("actual-not-numeric", submitted)


@pytest.mark.parametrize(
    ("actual", "differs"),
    [
        ("90%", True),
        ("99.5%", True),
        ("99.35%", False),
        ("99.4%", False),
        ("99%", False),
        ("99.35", False),
        ("99.35万元", True),
        ("≥90%", True),
        ("已完成", True),
        ("-", False),
    ],
)
def test_an_actual_that_figures_give_otherwise_is_told(actual: str, *, differs: bool) -> None:
    """The figures count, and what stands beside them must agree as exactly as it is written."""
    submitted = with_entry(0, actual=actual)
    submitted["data"] |= {"预算数": 155, "执行数": 154}
    said = told("actual-differs", submitted)
    assert bool(said) is differs
    if actual == "90%":
        assert said == [
            "执行率: 完成值填 `90%`，按 执行数 ÷ 预算数 计算为 99.35%，以计算的为准",
        ]


def test_an_actual_beside_blank_figures_cannot_be_compared() -> None:
    """Without a value of the figures there is nothing to differ from."""
    assert not found("actual-differs", with_entry(0, actual="90%") | {"data": {"预算数": 100}})


def test_a_share_above_the_whole_is_told() -> None:
    """No more than all can be accepted, content or in time."""
    assert told("rate-above-bound", with_entry(QUALITY, actual="100.5%")) == [
        "质量指标第1行 验收合格率: 完成值 `100.5%` 超过 100%，合格率不可能大于 100%"
    ]


@pytest.mark.parametrize(
    ("indicator", "actual"), [("验收合格率", "100%"), ("任务完成率", "120%"), ("验收合格率", "120件")]
)
def test_a_rate_that_can_be_above_the_whole_is_fine(indicator: str, actual: str) -> None:
    """100% is not above the whole, a task can be more than done, and a number of pieces is no rate."""
    assert not found("rate-above-bound", with_entry(QUALITY, indicator=indicator, actual=actual))


def test_words_of_shares_can_be_set() -> None:
    """An edition says itself which rates are shares of a whole."""
    submitted = with_entry(QUALITY, indicator="任务完成率", actual="120%")
    by = edition(audit={"rate-above-bound": {"words": ["完成率"]}})
    assert len(found("rate-above-bound", submitted, by)) == 1


def test_a_unit_that_does_not_belong_in_a_section_is_told() -> None:
    """Where the edition says so, 年 is no measure of quantity; elsewhere and otherwise nothing is said."""
    by = edition(audit={"unit-in-section": {"数量指标": ["年", "天"]}})
    submitted = with_entry(TRAINING, target="1年", actual="1年")
    assert told("unit-in-section", submitted, by) == ["数量指标第1行 培训: `1年` 以“年”计量，不是数量指标的计量单位"]
    assert not found("unit-in-section", submitted)
    assert not found("unit-in-section", with_entry(QUALITY, target="1年", actual="1年"), by)
    assert not found("unit-in-section", submission(), by)


@pytest.mark.parametrize(
    ("year", "target", "actual", "is_told"),
    [
        (2024, "365天", "365天", True),
        (2023, "366天", "366天", True),
        (2024, "366天", "366天", False),
        (2023, "≥365天", "365天", False),
        (2024, "365天", "360天", False),
        (2024, "365次", "365次", False),
    ],
)
def test_every_day_of_the_year_fits_the_calendar(year: int, target: str, actual: str, *, is_told: bool) -> None:
    """365天 in a leap year is not every day; a time limit that was not used up is another matter."""
    submitted = with_entry(TRAINING, target=target, actual=actual)
    submitted["fiscal_year"] = year
    assert bool(found("calendar", submitted)) is is_told


def test_a_target_far_exceeded_is_told() -> None:
    """From 130% on the target may be too low; a reason or a threshold set by the edition settles it."""
    submitted = with_entry(TRAINING, actual="26期")
    assert told("over-completion", submitted) == [
        "数量指标第1行 培训: 完成值 26期 为指标值 ≥20期 的 130%，达到 130%，指标值可能偏低，应说明原因"
    ]
    assert not found("over-completion", with_entry(TRAINING, actual="25.9期"))
    assert not found("over-completion", with_entry(TRAINING, actual="26期", deviation_reason="新增两个乡镇"))
    assert not found("over-completion", submitted, edition(audit={"over-completion": {"share": "150%"}}))


@pytest.mark.parametrize(("target", "actual"), [("≤20万元", "5万元"), ("0期", "40期"), ("12月底前", "6月底")])
def test_exceeding_is_only_of_targets_that_are_lower_bounds(target: str, actual: str) -> None:
    """A cost far below its limit, a target of 0 and a deadline are not exceeded."""
    assert not found("over-completion", with_entry(TRAINING, target=target, actual=actual))


def test_evidence_is_asked_for_where_the_edition_wants_it() -> None:
    """Off by default; an edition that names the rule asks for evidence of satisfaction."""
    by = edition(audit={"evidence-missing": "warning"})
    assert not found("evidence-missing", submission())
    assert [one.severity for one in found("evidence-missing", submission(), by)] == ["warning"]
    assert not found("evidence-missing", with_entry(SATISFACTION, evidence=["问卷 200 份"]), by)


# ---- claims --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("claimed", [30.5, -1])
def test_a_claim_outside_the_points_is_told(claimed: float) -> None:
    """A claim lies between 0 and the points."""
    submitted = with_entry(TRAINING, claimed_score=claimed)
    assert told("claim-out-of-range", submitted)[0].endswith("不在 0 至 30 之间")


@pytest.mark.parametrize("claimed", [0, 30])
def test_a_claim_at_the_ends_is_in_range(claimed: int) -> None:
    """Nothing and full points can be claimed."""
    assert not found("claim-out-of-range", with_entry(TRAINING, claimed_score=claimed))


@pytest.mark.parametrize(
    ("claimed", "said"),
    [
        (30, "自评得分 30，按规则计 28.5，自评偏高 1.5 分"),
        (28, "自评得分 28，按规则计 28.5，自评偏低 0.5 分"),
    ],
)
def test_a_claim_that_differs_is_told_with_its_direction(claimed: int, said: str) -> None:
    """Over-scored and under-scored alike."""
    submitted = with_entry(TRAINING, actual="19期", claimed_score=claimed)
    assert told("claim-differs", submitted) == [f"数量指标第1行 培训: {said}"]


def test_a_claim_within_the_tolerance_is_fine() -> None:
    """The edition's tolerance is still no difference."""
    submitted = with_entry(TRAINING, actual="19期", claimed_score=28)
    assert not found("claim-differs", submitted, edition(tolerance=0.5))
    assert found("claim-differs", submitted, edition(tolerance=0.49))


def test_the_direction_is_said_in_english_too() -> None:
    """A finding's parts are worded in both languages."""
    (one,) = found("claim-differs", with_entry(TRAINING, actual="19期", claimed_score=30))
    assert one.in_language("en").message == "claimed 30, the rules give 28.5: the claim is too high by 1.5"


def test_full_marks_for_a_missed_target_are_told() -> None:
    """B5: the target was missed, full marks are claimed; a reason does not help.

    Told where `claim-differs` does not say by how much: that vanishes at the places of the claims, or is not known.
    """
    nearly = with_entry(TRAINING, target="≥2000期", actual="1999期", claimed_score=30, deviation_reason="疫情")
    assert told("claim-differs", with_entry(TRAINING, actual="19期", claimed_score=30))
    assert not found("full-marks-claimed-target-missed", with_entry(TRAINING, actual="19期", claimed_score=30))
    assert not found("full-marks-claimed-target-missed", nearly)  # the rules give 30.0
    hundredth = edition(rounding={"places": 2, "mode": "half_up"})
    assert told("full-marks-claimed-target-missed", nearly, hundredth) == [
        "数量指标第1行 培训: 完成值 1999期 没有达到指标值 ≥2000期，自评仍得满分 30，按规则计 29.99"
    ]
    assert not found("claim-differs", nearly, hundredth)


def test_a_difference_that_vanishes_at_the_places_written_is_no_accusation() -> None:
    """A form that claims whole points may round; one that writes tenths anywhere may not."""
    submitted = with_entry(TRAINING, actual="19期", claimed_score=29)
    (rounded,) = found("claim-differs", submitted)
    assert (rounded.severity, rounded.message) == ("info", "自评得分 29，按规则计 28.5，自评偏高 0.5 分")
    submitted["entries"][QUALITY]["claimed_score"] = "29.5"
    assert [one.severity for one in found("claim-differs", submitted)] == ["error", "error"]


@pytest.mark.parametrize(
    "cells",
    [
        {"actual": "20期"},
        {"actual": "19期", "claimed_score": 28.5},
        {"target": "≥20000期", "actual": "19999期"},  # loses less than half of the last place
    ],
)
def test_full_marks_that_the_rules_give_are_fine(cells: dict[str, Any]) -> None:
    """Neither a target just met, nor a claim that already loses, nor what rounding gives back."""
    assert not found("full-marks-claimed-target-missed", with_entry(TRAINING, **cells))


def test_points_lost_though_the_target_is_met_are_told() -> None:
    """B6: an under-scored row without a reason."""
    assert told("points-lost-target-met", with_entry(TRAINING, claimed_score=28)) == [
        "数量指标第1行 培训: 完成值 22期 达到指标值 ≥20期，仍只得 28（分值 30），没有说明原因"
    ]


@pytest.mark.parametrize(
    "cells",
    [
        {"claimed_score": 30},
        {"claimed_score": 28, "deviation_reason": "指标值偏低"},
        {"claimed_score": 28, "actual": "19期"},
        {"claimed_score": 28, "actual": "完成"},
    ],
)
def test_points_lost_with_cause_are_fine(cells: dict[str, Any]) -> None:
    """Nothing was lost, or a reason is given, or the target was missed, or nobody can tell."""
    assert not found("points-lost-target-met", with_entry(TRAINING, **cells))


def test_a_bound_that_admits_only_met_targets_meets_it() -> None:
    """``≥95%`` for ``≥90%`` meets the target; ``≥85%`` may not."""
    judged = {"tier": "达成年度指标", "score": 18}
    assert found("points-lost-target-met", with_entry(SATISFACTION, actual="≥95%", judged=judged, claimed_score=18))
    assert not found("points-lost-target-met", with_entry(SATISFACTION, actual="≥85%", judged=judged, claimed_score=18))


@pytest.mark.parametrize("reason", ["无", "无。", "没有", " 暂无 ", "无偏差"])
def test_a_reason_that_says_nothing_is_none(reason: str) -> None:
    """无 in the cell for reasons explains no points lost, and asks for no measure."""
    submitted = with_entry(TRAINING, actual="19期", claimed_score=28.5, deviation_reason=reason)
    assert found("deviation-reason-missing", submitted)
    assert not found("improvement-missing", submitted)
    assert not found("deviation-reason-missing", with_entry(TRAINING, actual="19期", deviation_reason="无场地"))


def test_a_missing_reason_is_told() -> None:
    """B7: points are lost by the rules, or by the claim alone."""
    assert told("deviation-reason-missing", with_entry(TRAINING, actual="19期", claimed_score=28.5)) == [
        "数量指标第1行 培训: 得分 28.5，低于分值 30，未填偏差原因"
    ]
    assert told("deviation-reason-missing", with_entry(TRAINING, claimed_score=28)) == [
        "数量指标第1行 培训: 自评得分 28，低于分值 30，未填偏差原因"
    ]


@pytest.mark.parametrize(
    ("place", "cells"),
    [
        (TRAINING, {"actual": "19期", "claimed_score": 28.5, "deviation": "疫情，下年补足"}),
        (SATISFACTION, {"judged": {"tier": "达成年度指标", "score": 18, "because": "样本偏少"}, "claimed_score": 18}),
        (
            CHECKLIST,
            {"answers": {"有制度": "是", "制度执行": {"points": 5, "because": "一项未按期修订"}}, "claimed_score": 9},
        ),
        (TRAINING, {"adjust": {"points": -1, "because": "佐证不足"}}),
    ],
)
def test_a_reason_may_stand_in_several_places(place: int, cells: dict[str, Any]) -> None:
    """The unit's reason, the assessor's, the one beside an item; what a reviewer took has the reviewer's reason."""
    assert not found("deviation-reason-missing", with_entry(place, **cells))


def test_a_plain_no_in_a_checklist_needs_a_reason() -> None:
    """否 says what is missing, not why."""
    submitted = with_entry(CHECKLIST, answers={"有制度": "是", "制度执行": "否"}, claimed_score=4)
    assert found("deviation-reason-missing", submitted)


def test_a_bonus_that_is_not_earned_needs_no_reason() -> None:
    """Points outside the form are no deduction when they are not earned."""
    bonus = {
        "section": "加分",
        "indicator": "表彰",
        "points": 5,
        "target": "≥2次",
        "actual": "1次",
        "claimed_score": 2.5,
    }
    submitted = submission(entries=[*submission()["entries"], bonus], claimed={"score": 102.5, "grade": "优秀"})
    assert findings(submitted) == ()


def test_the_edition_may_demand_a_reason_without_a_deduction() -> None:
    """``explain_when`` holds for a row: the demand is the finding, and over-completion is not told again."""
    by = edition()
    by["defaults"] |= {"explain_when": "完成率 ≥ 120%"}
    submitted = with_entry(TRAINING, actual="26期")
    assert told("deviation-reason-missing", submitted, by) == [
        "数量指标第1行 培训: 符合“完成率 ≥ 120%”，应当说明，未填偏差原因"
    ]
    assert not found("over-completion", submitted, by)
    assert not found("deviation-reason-missing", with_entry(TRAINING, actual="23.9期"), by)
    assert not found("deviation-reason-missing", with_entry(TRAINING, actual="26期", deviation_reason="新增乡镇"), by)


def test_a_reason_without_a_measure_is_told() -> None:
    """B8: the unit explains, but promises nothing."""
    submitted = with_entry(TRAINING, actual="19期", claimed_score=28.5, deviation_reason="资金困难")
    assert told("improvement-missing", submitted) == ["数量指标第1行 培训: 填了偏差原因（资金困难），未填改进措施"]
    submitted["entries"][TRAINING]["improvement"] = "列入下年计划"
    assert not found("improvement-missing", submitted)


def test_a_reason_for_what_is_not_lost_needs_no_measure() -> None:
    """Who explains a surplus has nothing to improve."""
    assert not found("improvement-missing", with_entry(TRAINING, actual="26期", deviation_reason="新增乡镇"))


# ---- settings ------------------------------------------------------------------------------------------------------


def test_a_rule_can_be_turned_off_with_a_reason() -> None:
    """An edition may not want a rule."""
    by = edition(audit={"claim-differs": {"severity": "off", "because": "本表不要求自评得分"}})
    assert not found("claim-differs", with_entry(TRAINING, claimed_score=28), by)


def test_severity_can_be_set() -> None:
    """An edition may take a rule less seriously."""
    by = edition(audit={"claim-differs": "info"})
    assert [one.severity for one in found("claim-differs", with_entry(TRAINING, claimed_score=28), by)] == ["info"]


# ---- properties ----------------------------------------------------------------------------------------------------


@given(target=st.integers(10, 5000), share=st.integers(100, 129))
def test_rows_that_meet_their_targets_have_no_finding(target: int, share: int) -> None:
    """Whatever the target, meeting it and claiming full marks is clean up to the threshold of over-completion."""
    actual = -(-target * share // 100)
    if actual * 100 < target * 130:
        assert findings(with_entry(TRAINING, target=f"≥{target}期", actual=f"{actual}期")) == ()


@given(actual=st.integers(0, 40), claimed=st.integers(0, 300))
def test_a_claim_is_told_exactly_where_it_differs(actual: int, claimed: int) -> None:
    """The finding stands where claim and score differ by more than the tolerance, and nowhere else."""
    score = min(300, (2 * 300 * actual + 20) // 40)  # half up, in tenths of a point
    submitted = with_entry(TRAINING, actual=f"{actual}期", claimed_score=claimed / 10)
    assert bool(found("claim-differs", submitted)) is (score != claimed)


@given(order=st.permutations(range(5)))
def test_the_order_of_entries_is_irrelevant(order: list[int]) -> None:
    """The same findings, whichever order the entries have; only their numbers differ."""
    spoilt = with_entry(TRAINING, actual="19期", claimed_score=30)
    spoilt["entries"][QUALITY]["actual"] = "≥95%"
    mixed = {**spoilt, "entries": [spoilt["entries"][place] for place in order]}
    assert [(one.code, one.message) for one in findings(mixed)] == [(one.code, one.message) for one in findings(spoilt)]


CELLS = st.sampled_from(
    [
        "",
        "",
        "-",
        "20期",
        "≥20期",
        "=20期",
        "19–21期",
        "0",
        "-5期",
        "95%",
        "≥95%",
        "105%",
        "2024年12月31日",
        "12月底前",
        "2024.1.1-12.31",
        "完成",
        "365天",
        "20万",
        "20元/亩",
        "不超过5次",
        "400多篇",
        "完成1部宣传片,2套方案",
    ]
)
EVERYTHING_ON = {
    "evidence-missing": "info",
    "unit-in-section": {"数量指标": ["年", "天"]},
    "execution-low": {"indicator": "执行率"},
    "results-above-execution": {"indicator": "执行率"},
}


@given(target=CELLS, actual=CELLS, claimed=st.none() | st.decimals(-1, 31, places=1), reason=st.none() | st.just("无"))
def test_no_cell_makes_the_audit_fail(target: str, actual: str, claimed: Any, reason: str | None) -> None:
    """Whatever stands in a row, there are findings or none, twice the same, and each can be said in English."""
    by = edition(audit=EVERYTHING_ON)
    by["checks"] = {
        "逐行": {"each": "产出指标", "expect": "指标值 ≤ 完成值 或 得分 < 自评得分", "because": "{指标值} {得分}"}
    }
    by["defaults"] |= {"explain_when": "完成率 ≥ 120%"}
    cells = {"target": target, "actual": actual, "claimed_score": claimed, "deviation_reason": reason}
    submitted = with_entry(TRAINING, **{name: value if value is None else str(value) for name, value in cells.items()})
    submitted["entries"][TRAINING]["judged"] = {"tier": "达成年度指标", "score": 28}
    if target not in ("完成", "完成1部宣传片,2套方案", "400多篇"):  # only words are judged
        del submitted["entries"][TRAINING]["judged"]
    first = findings(submitted, by)
    assert first == findings(submitted, by)
    assert all("{" not in one.in_language("en").message for one in first)


@pytest.mark.parametrize("points", ["10.555", "十分", 0, None, -1])
@pytest.mark.parametrize("claimed", [-1, 0, 3])
def test_claim_is_compared_with_no_points_that_nobody_knows(points: object, claimed: int) -> None:
    """A row whose points cannot be read is told of those; its claim is neither below nor at "0 points"."""
    submitted = with_entry(QUALITY, points=points, claimed_score=claimed, actual="1%", target="≥ 90%")
    of_row = [each for each in findings(submitted) if "质量指标" in (each.where or "")]
    claims = ("full-marks-claimed-target-missed", "points-lost-target-met", "claim-out-of-range")
    assert not [each.message for each in of_row if each.code in ("deviation-reason-missing", *claims)]

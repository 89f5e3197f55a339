"""Judged rows: forms have no column for a tier, so the claimed score stands for the judgement, and the row says so."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from subprocess import run
from sys import executable
from typing import Any

import pytest

import evalrules
from audited import edition as audited_edition
from audited import found, told, with_entry
from editions import edition, row, scored

ROOT = Path(__file__).parents[1]
SATISFACTION = 3
TIERS = """
      judged:
        好: {range: 80% – 100%, also: [优, 达成预期指标]}
        中: {range: 60% – 80%, also: 部分达成}
        差: 0% – 60%
"""
RANGES = """
      award:
        - {when: 完成值 ≥ 100%, points: 10}
        - {when: 完成值 ≥ 80%, points: [6, 9], because: 达到八成}
        - {points: 0, because: 不到八成}
"""
INSIDE = "sections:\n  效益:\n    points: 10\n    indicators:\n      甲: {points: 10, scoring: 三档评判}\n"


def of(scoring: str, more: str = "") -> str:
    """Give an edition of one indicator of 10 points."""
    return f'sections:\n  甲:\n    points: 10\n    unit: "%"\n    target: 100%\n    scoring:{scoring}{more}\n'


@pytest.mark.parametrize(
    ("cells", "score", "by", "tier"),
    [
        ("claimed_score: 10", "10.0", "claim", "好"),
        ("claimed_score: 8", "8.0", "claim", "好"),
        ("claimed_score: 7.9", "7.9", "claim", "中"),
        ("claimed_score: 0", "0.0", "claim", "差"),
        ("claimed_score: 10.1", None, None, "judgement-outside"),
        ("claimed_score: ", None, None, "judgement-missing"),
        ("claimed_score: 10, judged: {tier: 好, score: 9}", "9.0", "review", ""),
        ("claimed_score: 9, judged: {tier: 优}", "9.0", "claim", ""),
        ("claimed_score: 7, judged: {tier: 优}", None, None, "judgement-outside"),
        ("claimed_score: 7, adjust: {score: 6, because: 复核}", "6.0", "review", "中"),
    ],
)
def test_the_claim_is_the_judgement_where_nobody_else_judged(
    tmp_path: Path, cells: str, score: str | None, by: str | None, tier: str
) -> None:
    """Its tier is the one whose range holds it; the row and the form say by what it was scored."""
    evaluation = scored(edition(tmp_path, of(TIERS)), f"entries: [{{indicator: 甲, actual: 较好, {cells}}}]")
    result = row(evaluation, "甲")
    assert (None if result.score is None else str(result.score), result.scored_by) == (score, by)
    assert [problem.code for problem in result.problems] == ([tier] if score is None else [])
    says = [note for note in result.notes if note.startswith("没有另行评判")]
    assert bool(says) == (score is not None and bool(tier))
    assert all(f"认定为“{tier}”" in note for note in says)
    whole = "满分 10 分的指标没有另行评判，按自评认定" in evaluation.notes
    assert whole == (by == "claim")
    assert evaluation.to_dict()["indicators"][0]["scored_by"] == by


@pytest.mark.parametrize(
    ("actual", "claim", "score", "by"),
    [
        ("100%", 7, "10.0", "rule"),
        ("90%", 7, "7.0", "claim"),
        ("90%", 9.5, None, None),
        ("70%", 7, "0.0", "rule"),
    ],
)
def test_a_range_of_points_takes_the_claim_where_its_row_holds(
    tmp_path: Path, actual: str, claim: float, score: str | None, by: str | None
) -> None:
    """A row of bands that leaves nothing to an assessor is scored by its rule, whatever was claimed."""
    entries = f"entries: [{{indicator: 甲, actual: {actual}, claimed_score: {claim}}}]"
    result = row(scored(edition(tmp_path, of(RANGES)), entries), "甲")
    assert (None if result.score is None else str(result.score), result.scored_by) == (score, by)


@pytest.mark.parametrize(
    "body",
    [
        of(TIERS, "      judged_by: review\n"),
        of(RANGES, "      judged_by: review\n"),
        of(TIERS) + "defaults: {judged_by: review}\n",
        "defaults: {sections: {效益: {judged_by: review}}}\n" + INSIDE,
        INSIDE.replace("10\n", "10\n    judged_by: review\n", 1),
        "defaults: {judged_by: claim}\nsections:\n  甲: {points: 10, scoring: {method: 三档评判, judged_by: review}}\n",
    ],
)
def test_an_edition_may_want_more_than_a_claim(tmp_path: Path, body: str) -> None:
    """``judged_by: review`` of a scoring, a section or the defaults leaves the row unscored until somebody judges."""
    catalogue = edition(tmp_path, body)
    evaluation = scored(catalogue, "entries: [{indicator: 甲, actual: 90%, claimed_score: 9}]")
    assert [problem.code for problem in row(evaluation, "甲").problems] == ["judgement-missing"]
    low, high = ("6.0", "9.0") if "points: 0" in body else ("0.0", "10.0")
    assert evaluation.possible == (Decimal(low), Decimal(high))
    judged = "judged: {tier: 达成年度指标, score: 9}" if "三档" in body else "judged: {tier: 好, score: 9}"
    judged = "judged: {score: 9}" if "points: 0" in body else judged
    judgement = scored(catalogue, f"entries: [{{indicator: 甲, actual: 90%, claimed_score: 9, {judged}}}]")
    assert (row(judgement, "甲").score, row(judgement, "甲").scored_by) == (Decimal("9.0"), "review")


def test_the_deduction_has_the_reason_of_the_form_or_says_that_there_is_none(tmp_path: Path) -> None:
    """The unit's own reason stands behind the tier; 无 is none."""
    catalogue = edition(tmp_path, of(TIERS))
    for reason, end in (("经费未到位", "：经费未到位"), ("无", "，未说明扣分原因"), ("", "，未说明扣分原因")):
        entries = f"entries: [{{indicator: 甲, actual: 一般, claimed_score: 7, deviation_reason: {reason}}}]"
        lost = row(scored(catalogue, entries), "甲").deductions
        assert [(one.points, one.because) for one in lost] == [(Decimal("3.0"), f"评判为“中”，得 7 分{end}")]


@pytest.mark.parametrize(
    ("actual", "claim", "expected"),
    [
        ("部分达成年度指标并具有一定效果", 20, True),
        ("部分达成年度指标并具有一定效果。", 20, True),
        ("部分达成年度指标并具有一定效果", 13, False),
        ("达成年度指标", 20, False),
        ("达成年度指标", 11, True),
        ("基本达成", 20, True),
        ("达成情况较好", 20, False),
    ],
)
def test_words_of_another_tier_than_the_claim_are_told(actual: str, claim: int, *, expected: bool) -> None:
    """``tier-differs``: the whole cell is the word of a tier, and the claim lies in another."""
    cells: dict[str, Any] = {"target": "提高", "actual": actual, "claimed_score": claim, "judged": None}
    assert bool(found("tier-differs", with_entry(SATISFACTION, **cells))) == expected


def test_the_top_tier_beside_numbers_that_miss_the_target_is_told() -> None:
    """``judged-against-numbers``, once, by whomever it was judged; a lower tier is in order."""
    missed = with_entry(SATISFACTION, actual="89%", judged=None)
    assert told("judged-against-numbers", missed) == [
        "效益指标第1行 群众满意度: 完成值 89% 未达到指标值 ≥90%，仍评为“达成年度指标”"
    ]
    assert not found("full-marks-claimed-target-missed", missed)
    assert found("judged-against-numbers", with_entry(SATISFACTION, actual="89%"))
    assert not found("judged-against-numbers", with_entry(SATISFACTION, actual="90%"))
    lower = with_entry(SATISFACTION, actual="89%", judged=None, claimed_score=13)
    assert not found("judged-against-numbers", lower)


def test_another_word_for_a_tier_can_be_chosen() -> None:
    """An edition lists words in use, which judge as the title does."""
    by = audited_edition(defaults={**audited_edition()["defaults"], "sections": {"效益指标": {"scoring": {"judged": {
        "达到": {"range": "80% – 100%", "also": ["优秀", "完成"]}, "没有达到": "0% – 80%"}}}}})  # fmt: skip
    cells = {"target": "提高", "actual": "优秀", "judged": {"tier": "完成", "score": 18}, "claimed_score": 18}
    assert not found("tier-differs", with_entry(SATISFACTION, **cells), by)
    low = {**cells, "judged": {"tier": "没有达到", "score": 3}, "claimed_score": 3}
    assert found("tier-differs", with_entry(SATISFACTION, **low), by)


def test_the_word_form_of_suining_evaluates_as_the_facts_do(tmp_path: Path) -> None:
    """A form read from Word has no tier; scores, deductions and findings are those of the report typed as YAML."""
    written = tmp_path / "自评表.docx"
    run([executable, str(ROOT / "examples" / "make_suining.py"), str(written)], check=True)
    catalogue = evalrules.load_catalogue("suining-department@2024")
    (form,) = evalrules.load_submissions(written, catalogue="suining-department@2024")
    of_word, of_facts = (
        evalrules.evaluate(catalogue, each)
        for each in (form, evalrules.load_submission(ROOT / "examples" / "suining-2024.yaml"))
    )
    assert (of_word.score, of_word.grade) == (Decimal("95.0"), "优秀") == (of_facts.score, of_facts.grade)
    for word, facts in zip(of_word.indicators, of_facts.indicators, strict=True):
        lost = [[(each.points, each.because) for each in one.deductions] for one in (word, facts)]
        assert (word.path, word.score, lost[0]) == (facts.path, facts.score, lost[1])
    assert {row.name for row in of_word.indicators if row.scored_by == "claim"} == {
        "全县人民受益度",
        "保障县域经济可持续发展",
    }
    told = [[(one.code, one.severity, one.where, one.message) for one in each.findings] for each in (of_word, of_facts)]
    assert told[0] == told[1]

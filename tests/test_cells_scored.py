"""Cells as departments write them, scored in the form that the whole country uses: targets, actuals, what is told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from evalrules import evaluate, load_catalogue, load_submission

FORM = load_catalogue("mof-project@2020")
SECTIONS = {
    "数量": "产出指标/数量指标",
    "质量": "产出指标/质量指标",
    "时效": "产出指标/时效指标",
    "成本": "产出指标/成本指标",
    "社会": "效益指标/社会效益指标",
}


class Told(NamedTuple):
    """What became of one row: its score, what the row says, and the codes of its findings and of what is wrong."""

    score: Decimal | None
    notes: tuple[str, ...]
    found: frozenset[str]
    problems: tuple[str, ...]


def scored(section: str, name: str, target: Any, actual: Any, **more: Any) -> Told:
    """Score one row of 10 points, beside nothing else."""
    entry = {"section": SECTIONS[section], "indicator": name, "points": 10, "target": target, "actual": actual, **more}
    form = {"organisation": "县水利局", "fiscal_year": 2022, "entries": [entry]}
    result = evaluate(FORM, load_submission(form))
    row = next(row for row in result.indicators if row.path[0] != "预算执行率")
    found = frozenset(each.code for each in result.findings if name and name in each.where)
    problems = tuple(each.code for each in result.problems if each.path.startswith("entries"))
    return Told(row.score, row.notes, found, problems)


def points(text: str | None) -> Decimal | None:
    """Give points as results have them."""
    return None if text is None else Decimal(text)


@pytest.mark.parametrize(
    ("section", "name", "target", "actual", "score"),
    [
        # a target of 0 is met in full or missed in full; a bare 0 asks for nothing
        ("质量", "安全事故", "0次", "0次", "10"),
        ("质量", "安全事故", "≤0次", "0次", "10"),
        ("质量", "安全事故", "≤0次", "1次", "0"),
        ("质量", "安全事故", "0次", "2次", "0"),
        ("数量", "拖欠工资", "0", "3", "0"),
        ("质量", "差错率", "0%", "0%", "10"),
        ("质量", "差错率", "0%", "0.5%", "0"),
        ("质量", "差错率", "=0%", "0%", "10"),
        ("质量", "差错率", "=0%", "1%", "0"),
        ("成本", "超支", "0万元", "0万元", "10"),
        ("成本", "超支", "=0万元", "0.1万元", "0"),
        ("数量", "新增", "≥0户", "0户", "10"),
        ("数量", "新增", ">0户", "0户", "0"),
        ("数量", "新增", ">0户", "1户", "10"),
        # of = money, and whatever = in 成本, closer is better on both sides; elsewhere more is as good
        ("成本", "工程造价", "=6万元", "7万元", "8.33"),
        ("成本", "工程造价", "=6万元", "5万元", "8.33"),
        ("成本", "工程造价", "=6万元", "60000元", "10"),
        ("成本", "人均用工", "=10", "12", "8"),
        ("数量", "发放补助", "=3000元/人", "3300元/人", "9"),
        ("数量", "下达资金", "=200万元", "400万元", "0"),
        ("数量", "培训", "=4次", "5次", "10"),
        ("数量", "培训", "=4次", "3次", "7.5"),
        ("质量", "达标率", "=100%", "50%", "5"),
        # inside an interval is best, outside the nearer end counts
        ("质量", "入住率", "80%-90%", "80%", "10"),
        ("质量", "入住率", "80%-90%", "85%", "10"),
        ("质量", "入住率", "80%-90%", "90%", "10"),
        ("质量", "入住率", "80%-90%", "99%", "9"),
        ("质量", "入住率", "80%-90%", "40%", "5"),
        ("数量", "参训人员年龄", "18—54周岁", "30周岁", "10"),
        ("成本", "每亩补助", "100-200元", "0.03万元", "5"),
    ],
)  # fmt: skip
def test_targets_are_met_as_they_say(section: str, name: str, target: str, actual: str, score: str) -> None:
    """Targets of 0, equal targets and intervals score as the language says."""
    assert scored(section, name, target, actual).score == points(score)


EXCEEDED = {"equal-exceeded"}


@pytest.mark.parametrize(
    ("section", "name", "target", "actual", "told"),
    [
        ("数量", "培训", "=4次", "5次", EXCEEDED),
        ("质量", "达标率", "=90%", "91%", EXCEEDED),
        ("数量", "培训", "=4次", "4次", set()),
        ("数量", "培训", "=4次", "3次", set()),
        ("数量", "培训", "≥4次", "5次", set()),
        ("成本", "工程造价", "=6万元", "7万元", set()),
        ("社会", "下达资金", "=6元", "7元", set()),
    ],
)
def test_an_equal_target_that_is_exceeded_is_told(
    section: str, name: str, target: str, actual: str, told: set[str]
) -> None:
    """Exceeding an equal target keeps full marks, and is told; where it costs points, those are."""
    assert scored(section, name, target, actual).found & EXCEEDED == told


# Which way a target without a sign is meant: by the words of the row's name, else by the defaults, and then it is told.


ASSUMED = {"direction-assumed"}


@pytest.mark.parametrize(
    ("section", "name", "target", "actual", "score"),
    [
        ("质量", "预算调整率", "3%", "0%", "10"),
        ("质量", "三公经费控制率", "100%", "80%", "10"),
        ("质量", "群众投诉件数", "5件", "0件", "10"),
        ("质量", "群众投诉件数", "5件", "10件", "5"),
        ("成本", "达标率", "100%", "60%", "6"),
        ("成本", "成本节约率", "10%", "2%", "2"),
        ("成本", "补助标准", "3000元/人", "2600元/人", "8.67"),
        ("质量", "产品不合格率", "5%", "20%", "2.5"),
        ("质量", "产品不合格率", "5%", "0%", "10"),
        ("社会", "不满意率", "5%", "1%", "10"),
        ("质量", "事故发生率", "2%", "0%", "10"),
        ("质量", "事故处置率", "100%", "50%", "5"),  # the word that ends furthest right
        ("质量", "投诉办结率", "100%", "90%", "9"),
        ("质量", "投诉次数（合格率按年统计）", "4次", "0次", "10"),  # brackets are left out
        ("质量", "验收 合格率（%）", "100%", "90%", "9"),
        ("时效", "审批用时", "10天", "5天", "10"),
        ("时效", "施工工期", "10天", "20天", "5"),
        ("社会", "上访人次", "10人次", "2人次", "10"),
        ("成本", "项目超支", "5万元", "0万元", "10"),
        ("成本", "群众满意度", "90%", "45%", "5"),
        ("数量", "资金结转结余率", "10%", "20%", "5"),
    ],
)
def test_words_of_the_name_say_which_way_a_target_is_meant(
    section: str, name: str, target: str, actual: str, score: str
) -> None:
    """A direction that the name gives is known: it is scored by, and nobody is told that it was assumed."""
    told = scored(section, name, target, actual)
    assert told.score == points(score)
    assert not told.found & ASSUMED
    assert not told.notes


@pytest.mark.parametrize(
    ("section", "name", "target", "actual", "score", "told"),
    [
        ("数量", "举办培训", "20期", "10期", "5", ASSUMED),
        ("数量", "举办培训", "20期", "30期", "10", ASSUMED),
        ("数量", "举办培训", "20期", "20期", "10", set()),
        ("数量", "举办培训", "≥20期", "10期", "5", set()),
        ("质量", "投诉处理情况", "100%", "90%", "9", ASSUMED),  # of dealing with them, not how many there are
        ("质量", "事故处理", "100%", "100%", "10", set()),
        ("成本", "工程造价", "20万元", "40万元", "5", ASSUMED),
        ("成本", "工程造价", "20万元", "10万元", "10", ASSUMED),
        ("成本", "工程造价", "≤20万元", "10万元", "10", set()),
        ("质量", "重大问题", "0个", "1个", "0", set()),
    ],
)
def test_a_direction_that_was_assumed_is_told_where_it_matters(
    section: str, name: str, target: str, actual: str, score: str, told: set[str]
) -> None:
    """Where nothing but the defaults says which way is better, row and findings say so, and accuse nobody."""
    found = scored(section, name, target, actual, claimed_score=10)
    assert found.score == points(score)
    assert found.found & ASSUMED == told
    assert any("没有写明" in note for note in found.notes) is bool(told)


def test_no_finding_that_rests_on_an_assumed_direction_is_an_error() -> None:
    """What only follows from the direction is a warning at most; beside a sign it is an error."""
    entry = {"section": SECTIONS["数量"], "indicator": "举办培训", "points": 10, "actual": "10期", "claimed_score": 10}
    for target, severities in (("20期", {"info", "warning"}), ("≥20期", {"error"})):
        form = {"organisation": "县水利局", "fiscal_year": 2022, "entries": [{**entry, "target": target}]}
        found = evaluate(FORM, load_submission(form)).findings
        assert {each.severity for each in found if "举办培训" in each.where} == severities

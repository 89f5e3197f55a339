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
    problems = tuple(
        each.code for each in result.problems if each.path.startswith("entries") and each.code != "section-points-sum"
    )
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
        # words for none, beside a target that wants few or none; never beside one that wants many
        ("数量", "投诉次数", "≤5次", "无", "10"),
        ("质量", "安全事故", "0起", "未发生", "10"),
        ("数量", "投诉次数", "=0次", "没有发生。", "10"),
        ("数量", "投诉次数", "≤5次", "零投诉", "10"),
        ("数量", "培训次数", "≥5次", "没有发生", None),
        ("质量", "差错率", "0%", "无", "10"),
        ("数量", "培训", "≥3次", "无", None),
        ("成本", "印刷费", "≤3万元", "无", None),
        # one thing in two ways of writing
        ("数量", "培训", "三次", "2次", "6.67"),
        ("数量", "惠及村", "8村", "6个村", "7.5"),
        ("数量", "惠及村", "8村", "6个乡镇", None),
        ("数量", "购置设备", "10台（套）", "9台", "9"),
        ("成本", "补助标准", "3000元/人·年", "2700元/人年", "9"),
        ("成本", "工程款", "≤￥100万", "人民币125万元整", "8"),
        ("时效", "完成时间", "2022年内", "2022年12月31日", "10"),
        ("时效", "完成时间", "本年度内", "2023年1月", "0"),
        # what may be a day or a number in a deadline is neither; beside a number of days it is one
        ("时效", "完成时间", "6.30", "12.25", None),
        ("时效", "完成时间", "12-31", "12-25", None),
        ("时效", "完成时间", "2022年6月30日", "6/25", None),
        ("时效", "办理时限", "≤3天", "2.5", "10"),
        ("时效", "完成时间", "十二月底", "十二月", "10"),
        ("时效", "施工期限", "三个月", "四个月", "7.5"),
        # a bare number of days in 时效 is how long something may take
        ("时效", "审批办结", "30天", "25天", "10"),
        ("时效", "审批办结", "30天", "40天", "7.5"),
        ("时效", "工作进度", "100%", "95%", "9.5"),
        ("数量", "开放天数", "300天", "310天", "10"),
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
        ("质量", "项目延误率", "5%", "4%", "10"),
        ("质量", "账目无差错率", "98%", "100%", "10"),
        ("质量", "任务未完成率", "2%", "1%", "10"),
        ("数量", "零事故天数", "300天", "320天", "10"),
        ("质量", "不动产登记率", "90%", "95%", "10"),
        ("质量", "设备故障率", "5%", "1%", "10"),
        ("成本", "单位能耗", "10", "20", "5"),
        ("社会", "不满意率", "5%", "1%", "10"),
        ("质量", "事故发生率", "2%", "0%", "10"),
        ("质量", "事故处置率", "100%", "50%", "5"),  # the word that ends furthest right
        ("质量", "投诉办结率", "100%", "90%", "9"),
        ("质量", "投诉次数（合格率按年统计）", "4次", "0次", "10"),  # brackets are left out
        ("质量", "验收 合格率（%）", "100%", "90%", "9"),
        ("时效", "审批用时", "10天", "5天", "10"),
        ("时效", "施工工期", "10天", "20天", "5"),
        ("时效", "项目完成时间", "12个月", "10个月", "10"),
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


def test_a_rule_that_does_not_read_the_actual_rests_on_no_direction() -> None:
    """A bare target beside a blank actual is scored by figures alone: nothing was assumed, and nothing is told."""
    body = {"points": 100, "scoring": {"deduct": [{"when": "甲 > 1", "points": 5, "because": "甲 {甲}"}]}}
    edition = {
        "evalrules": 1, "id": "a", "edition": "1", "title": "示例", "points": 100,
        "data": {"甲": {"min": 0}}, "sections": {"一项": body},
    }  # fmt: skip
    entries = [{"indicator": "一项", "target": "90%"}]
    form = {"organisation": "某单位", "fiscal_year": 2024, "data": {"甲": 2}, "entries": entries}
    result = evaluate(load_catalogue(edition, plugins=()), load_submission(form))
    assert (result.score, [each.code for each in result.findings if each.code in ASSUMED]) == (Decimal(95), [])


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


# What a cell says: signs and blanks that mean nothing, days in deadlines, words that hold a number.


@pytest.mark.parametrize(
    ("target", "actual", "score"),
    [
        ("≥95%（含）", "99%", "10"),
        ("≥95%（含95%）", "94%", "9.89"),
        ("≥100%。", "99%", "9.9"),
        ("≥98%;", "99%", "10"),
        ("≥98%；", "49%", "5"),
        ("≥98%,", "98%、", "10"),
        ("≥1 000人", "1000人", "10"),
        ("≥1 234 567元", "1,234,567元", "10"),
        (">=98%(百分比)", "99%（百分比）", "10"),
        ("98（%）", "49(百分比)", "5"),
        ("═100%", "100%", "10"),
        ("﹦100%", "50%", "5"),
        ("≥50（人）", "25人", "5"),
        ("100%", "９０．０％。", "9"),
    ],
)
def test_signs_that_say_nothing_more_are_left_out(target: str, actual: str, score: str) -> None:
    """A full stop, blanks between thousands, 含 and units in brackets change nothing."""
    told = scored("质量", "完成率", target, actual)
    assert told.score == points(score)
    assert not told.problems


@pytest.mark.parametrize(
    ("section", "name", "target", "actual", "score"),
    [
        ("时效", "项目完工", "2024.6", "2024.12", "0"),
        ("时效", "项目完工", "2022.12", "2023.3", "0"),
        ("时效", "项目完工", "6月", "12月", "0"),
        ("时效", "项目完工", "12月", "10月", "10"),
        ("时效", "项目完工", "12月底前", "10月", "10"),
        ("时效", "项目完工", "2022年12月", "2022.11", "10"),
        ("时效", "项目完工", "2022.12.31", "2023.1.1", "0"),
        ("时效", "项目完工", "20221231", "20221230", "10"),
        ("时效", "项目完工", "2022", "2023", "0"),
        ("时效", "项目完工", "第三季度", "第四季度", "0"),
        ("时效", "项目完工", "1-12月", "1-12月", "10"),
        ("时效", "项目完工", "2022/6", "2022/7", "0"),
        ("时效", "项目完工", "2022-6", "2022.6月", "10"),
        ("时效", "项目完工", "十二月底前", "10月", "10"),
        ("时效", "项目完工", "3月1日-6月30日", "2022-07-01", "0"),
        ("时效", "及时发放", "2000", "1000", "5"),
        ("时效", "项目完工", "不晚于2022年10月31日", "2022年11月", "0"),
        ("质量", "验收时间", "2022.9", "2022.10", "0"),
        ("质量", "验收", "2022年9月底前", "2022.8", "10"),  # a date in the other cell
        ("质量", "验收", "6月", "2022-07-01", "0"),
        ("社会", "见效时限", "9月", "8月", "10"),
        ("时效", "审批用时", "≤6月", "5月", "10"),  # months that are counted
        ("时效", "审批用时", "6个月", "5月", "10"),
        ("成本", "每亩成本", "2024.6", "1012.3", "10"),  # no dates in 成本, and none beside money
        ("时效", "赔付金额", "2024.6", "1012.3元", "5"),
        # what is written as a month or a year is all of its days
        ("时效", "项目完工", "2022-06-15", "2022年6月", None),
        ("时效", "项目完工", "2022-06-15", "2022年5月", "10"),
        ("时效", "项目完工", "2022-06-15", "2022年7月", "0"),
        ("时效", "项目完工", "2022-06-15", "2022年", None),
        ("时效", "项目完工", "2021-12-31", "2022年", "0"),
        ("时效", "项目完工", "2022-06-15", "2022年6月上旬", "10"),
        ("时效", "项目完工", "2022-06-15", "2022年6月底", "0"),
        ("时效", "项目完工", "2022-06-15", "2022.6.1-6.30", None),
        # elsewhere two such numbers are none
        ("数量", "在建项目", "2024.6", "2024.12", None),
        ("数量", "在建项目", "6月", "12月", None),
    ],
)
def test_days_are_days_in_deadlines(section: str, name: str, target: str, actual: str, score: str | None) -> None:
    """In a deadline a month is no number, and as an actual it is scored where each of its days scores alike."""
    assert scored(section, name, target, actual).score == points(score)


@pytest.mark.parametrize(
    ("target", "actual", "is_said"),
    [
        ("6月", "2022年5月", True),
        ("12月底前", "2022-11-30", True),
        ("2022年6月", "5月", True),
        ("2022.6", "2022.5", False),
    ],
)
def test_a_year_that_was_taken_is_said(target: str, actual: str, is_said: bool) -> None:  # noqa: FBT001
    """A month without a year takes the fiscal year, and the row says so."""
    assert any("按 2022 年计" in note for note in scored("时效", "项目完工", target, actual).notes) is is_said


@pytest.mark.parametrize(
    ("actual", "told"),
    [
        ("2022年6月", set()),  # before and after the day
        ("2022年7月", {"claim-differs"}),
        ("2022年5月", set()),
    ],
)
def test_nobody_is_accused_of_a_month_that_may_be_in_time(actual: str, told: set[str]) -> None:
    """What was done in a month has missed the day only where every day of the month has."""
    found = scored("时效", "项目完工", "2022-06-15", actual, claimed_score=10).found
    assert found & {"full-marks-claimed-target-missed", "claim-differs"} == told


WORDS = {"number-in-words"}


@pytest.mark.parametrize(
    ("target", "actual", "told"),
    [
        ("合格率≥90%", "50%", WORDS),
        ("100%覆盖", "30%覆盖", WORDS),
        ("完成时间为2022年12月30日", "完成时间为2023年3月1日", WORDS),
        ("1-6期培训结束后及时考核", "1-2期未能及时培训", WORDS),
        ("及时", "完成培训10期", WORDS),
        ("完成1部宣传片,2套方案", "已完成", WORDS),
        ("覆盖率达到百分之九十", "已覆盖", WORDS),
        ("完成2022年度任务", "2022年任务已完成", set()),
        ("1.建成制度；2.执行制度", "已建成", set()),
        ("按财预〔2020〕10号执行", "已执行", set()),
        ("完成时间为二〇二二年十二月三十日", "已完成", WORDS),
        ("十二月三十日以前完成任务", "已完成", WORDS),
        ("逐步提升", "有所提升", set()),
    ],
)
def test_words_that_hold_a_number_stay_words_and_are_told(target: str, actual: str, told: set[str]) -> None:
    """Nothing is read out of a sentence: it is judged as words are, and a finding says so."""
    found = scored("质量", "工作开展情况", target, actual, claimed_score=10)
    assert found.score == points("10")
    assert found.found & WORDS == told
    assert not found.found & {"actual-is-bound"}


# Units: other words that count alike, rates with and without a sign.


DIFFERS, BARE = {"unit-differs"}, {"rate-without-percent"}


@pytest.mark.parametrize(
    ("name", "target", "actual", "score", "told"),
    [
        ("新建学校", "8个", "8所", "10", DIFFERS),
        ("新建学校", "≥8所学校", "4个", "5", DIFFERS),
        ("培训", "735人次", "735人", "10", DIFFERS),
        ("培训", "≥10名", "5位", "5", DIFFERS),
        ("培训", "≥10人", "5名", "5", DIFFERS),
        ("培训", "≥2万人次", "10000人", "5", DIFFERS),
        ("检查", "≥4次", "2场次", "5", DIFFERS),
        ("下乡", "≥4场/月", "2次/月", "5", DIFFERS),
        ("检查", "≥4个", "2个乡镇", "5", set()),
        ("新建学校", "8个", "8人", None, set()),
        ("补助", "≥8户", "8人", None, set()),
        ("补助", "≥8个村", "8个乡镇", None, set()),
        ("工期", "≥8个", "8个月", None, set()),
        ("用工", "≥8人", "8人天", None, set()),
        # a bare 100, or a bare number that its name calls a rate, beside a rate
        ("验收", "100", "98%", "9.8", DIFFERS),
        ("验收合格率", "95", "95%", "10", DIFFERS),
        ("覆盖比例", "≥80", "40%", "5", DIFFERS),
        ("群众满意度", "90", "45%", "5", DIFFERS),
        ("验收", "90", "95%", None, set()),
        ("年度任务", "90", "95%", None, set()),
        # 分 beside % of satisfaction, and of nothing else
        ("群众满意度", "95%", "96分", "10", DIFFERS),
        ("群众满意度", "≥90分", "45%", "5", DIFFERS),
        ("验收情况", "95%", "96分", None, set()),
        # a rate without its sign: above 1 it takes it, up to 1 it could be two things
        ("验收合格率", "≥95%", "96", "10", BARE),
        ("验收合格率", "≥90%", "45", "5", BARE),
        ("验收合格率", "≥90%", "0.95", None, set()),
        ("验收合格率", "≥90%", "1", None, set()),
        ("验收合格率", "≥90%", "0", "0", set()),
        ("验收合格率", "≥0.9", "95%", None, set()),
        ("验收合格率", "≥90%", "≥0.95", None, set()),
        ("验收合格率", "≥90%", "≥95", "10", BARE),
        ("验收合格率", "≥90%", "0.9-0.95", None, set()),
        ("验收合格率", "0.8-0.9", "85%", None, set()),
        ("验收合格率", "80-90", "85%", "10", DIFFERS),
        ("验收合格率", "80%-90%", "0.85", None, set()),
    ],
)
def test_units_are_compared_where_they_are_of_one_kind(
    name: str, target: str, actual: str, score: str | None, told: set[str]
) -> None:
    """Words of one family count alike and are told, those of two never; a rate may lack its sign where it is clear."""
    found = scored("数量", name, target, actual)
    assert found.score == points(score)
    assert found.found & (DIFFERS | BARE) == told


@pytest.mark.parametrize(
    ("value", "codes", "found", "score"),
    [
        ("0.9", ["rate-ambiguous"], [], None),
        ("1", ["rate-ambiguous"], [], None),
        ("90", [], ["rate-without-percent"], "9"),
        ("90%", [], [], "9"),
        ("0", [], [], "0"),
        ("0.9%", [], [], "0.1"),
        ("-0.9", ["rate-ambiguous"], [], None),
        ("-90", [], ["rate-without-percent"], "9"),
        ("-90%", [], [], "9"),
    ],
)
@pytest.mark.parametrize("place", ["figure", "grid", "table"])
def test_a_bare_rate_means_the_same_wherever_it_stands(
    place: str, value: str, codes: list[str], found: list[str], score: str | None
) -> None:
    """Up to 1 it could be two things and is a problem, above 1 it takes the sign and is told; so below 0."""
    data, read, given = {
        "figure": ({"率": {"unit": "%"}}, "率", {"率": value}),
        "grid": (
            {"表": {"type": "grid", "unit": "%", "columns": ["率"], "rows": ["甲"]}},
            "甲_率",
            {"表": {"甲": {"率": value}}},
        ),
        "table": (
            {"表": {"type": "table", "columns": {"率": {"unit": "%"}}}},
            "合计(表_率)",
            {"表": [{"率": value}]},
        ),
    }[place]
    scoring = {
        "award": [
            {"when": f"绝对值({read}) ≥ 100%", "points": "分值"},
            {"points": f"分值 × 绝对值({read})", "because": "按率"},
        ]
    }
    head = {"evalrules": 1, "id": "a", "edition": "1", "title": "甲", "points": 10, "rounding": {"places": 1}}
    edition = load_catalogue({**head, "data": data, "sections": {"乙": {"points": 10, "scoring": scoring}}})
    result = evaluate(edition, load_submission({"organisation": "县水利局", "fiscal_year": 2022, "data": given}))
    assert result.indicators[0].score == points(score)
    assert [each.code for each in result.problems if each.code != "figure-blank"][:1] == codes
    assert [each.code for each in result.findings if each.code.startswith("rate")] == found


# An actual that is itself a bound: decided over the values that it admits, everything else as it is at hand.


HAND = {
    "有": {"type": "yes_no", "required": False},
    "满": {"unit": "%", "min": 0, "required": False},
    "限": {"unit": "人", "min": 0, "required": False},
    "地": {"type": "choice", "choices": ["东", "西"], "required": False},
    "表": {"type": "table", "columns": {"数": {"unit": "人", "min": 0, "required": False}}},
}
ELSE = {"points": 0, "because": "未达到"}
FULL = {"when": "完成值 ≥ 80%", "points": "分值"}
SUM = {"when": "完成值 ≥ 合计(表_数)", "points": "分值"}
LINE = {"points": "插值(完成值, 80%, 0, 95%, 分值)", "because": "按点"}
STEPS = {"points": "最大(0, 分值 − 下取整(完成值 ÷ 10))", "because": "每满十人扣 1 分"}
TURNS = {"points": "最大(0, 分值 − 四舍五入(完成值 ÷ 10, 0))", "because": "五人起扣 1 分"}
SHARE = {"points": "分值 × 完成值 ÷ 最大(限, 1)", "because": "按比例"}


@pytest.mark.parametrize(
    ("unit", "rows", "data", "actual", "score"),
    [
        # what a rule reads and is blank leaves the row unscored, as it would leave a number
        ("人", [{"when": "完成值 ≥ 若(有, 30, 40)", "points": "分值"}, ELSE], {}, "≥50人", None),
        ("人", [{"when": "完成值 ≥ 若(有, 30, 40)", "points": "分值"}, ELSE], {"有": "是"}, "≥35人", "10"),
        ("人", [{"when": "完成值 ≥ 若(有, 30, 40)", "points": "分值"}, ELSE], {"有": "否"}, "≥35人", None),
        ("人", [{"when": "完成值 ≥ 限", "points": "分值"}, ELSE], {}, "≥50人", None),
        ("人", [{"when": "完成值 ≥ 限 × 2 + 1", "points": "分值"}, ELSE], {"限": 20}, "≥41人", "10"),
        ("人", [{"when": "完成值 ≥ 限", "points": "分值"}, ELSE], {"限": 50}, ">50人", "10"),
        ("人", [{"when": "完成值 ≥ 最大(限, 10)", "points": "分值"}, ELSE], {"限": 50}, "60–70人", "10"),
        # what is filled is filled
        ("%", [{"when": "未填(满)", "points": 5, "because": "未填"}, FULL, ELSE], {"满": "50%"}, "≥91%", "10"),
        ("%", [{"when": "未填(满)", "points": 5, "because": "未填"}, FULL, ELSE], {}, "≥91%", None),
        ("%", [{"when": "已填(满) 且 完成值 ≥ 满", "points": "分值"}, ELSE], {"满": "50%"}, "≥91%", "10"),
        ("%", [{"when": "已填(满) 且 完成值 ≥ 满", "points": "分值"}, ELSE], {}, "≥91%", None),
        # choices, tables and what is computed from them
        ("%", [{"when": "地 = 东 且 完成值 ≥ 90%", "points": "分值"}, ELSE], {"地": "东"}, "≥91%", "10"),
        ("%", [{"when": "地 = 东 且 完成值 ≥ 90%", "points": "分值"}, ELSE], {"地": "西"}, "≥91%", None),
        ("人", [SUM, ELSE], {"表": [{"数": 3}, {"数": 4}]}, "≥7人", "10"),
        ("人", [SUM, ELSE], {"表": [{"数": 3}, {"数": 5}]}, "≥7人", None),
        ("人", [SUM, ELSE], {}, "≥7人", None),
        # a blank that no value reaches does no harm, one that some value reaches does
        ("人", [{"when": "完成值 ≥ 30 或 完成值 ≥ 限", "points": "分值"}, ELSE], {}, "≥50人", "10"),
        ("人", [{"when": "完成值 ≥ 60 且 完成值 ≥ 限", "points": "分值"}, {"points": "分值"}], {}, "≥50人", None),
        # full marks at the ends alone are not full marks
        ("%", [{"when": "完成值 = 85%", "points": 9, "because": "缺"}, FULL, ELSE], {}, "≥81%", None),
        ("%", [{"when": "完成值 = 85%", "points": 9, "because": "缺"}, FULL, ELSE], {}, "≥86%", "10"),
        ("人", [{"when": "完成值 ≥ 限", "points": "分值"}, SHARE], {"限": 5}, "≤4人", None),
        # what loses no more than rounding takes away is shown with full marks
        ("人", [{"when": "完成值 ≥ 限", "points": "分值"}, SHARE], {"限": 1538}, "≥1537人", "10"),
        ("人", [{"when": "完成值 ≥ 限", "points": "分值"}, SHARE], {"限": 1538}, "≥1531人", "10"),
        ("人", [{"when": "完成值 ≥ 限", "points": "分值"}, SHARE], {"限": 1538}, "≥1530人", None),
        # beyond the last anchor of a line points stay as they are
        ("%", [LINE], {}, "≥98%", "10"), ("%", [LINE], {}, ">95%", "10"), ("%", [LINE], {}, "95%–97%", "10"),
        ("%", [LINE], {}, "≥94%", None), ("%", [LINE], {}, "≤80%", None),
        # fewer than a step is no step, the step itself is one
        ("人", [STEPS], {}, "<10人", "10"), ("人", [STEPS], {}, "≤9.9人", "10"), ("人", [STEPS], {}, "≤10人", None),
        ("人", [TURNS], {}, "<5人", "10"), ("人", [TURNS], {}, "≤5人", None),
    ],
)  # fmt: skip
def test_a_bound_is_decided_with_everything_else_at_hand(
    unit: str, rows: list[dict[str, Any]], data: dict[str, Any], actual: str, score: str | None
) -> None:
    """Scored, as full marks, if every value that it admits earns them with the other values as they are."""
    head = {"evalrules": 1, "id": "a", "edition": "1", "title": "甲", "points": 10, "rounding": {"places": 1}}
    row = {"points": 10, "unit": unit, "ranges": {"完成值": {"min": 0}}, "scoring": {"award": rows}}
    edition = load_catalogue({**head, "data": HAND, "sections": {"乙": row}})
    entry = {"indicator": "乙", "actual": actual}
    form = {"organisation": "县水利局", "fiscal_year": 2022, "data": data, "entries": [entry]}
    assert evaluate(edition, load_submission(form)).indicators[0].score == points(score)


@pytest.mark.parametrize(("actual", "score"), [("≤8人", "10"), ("≤9人", "10"), ("≤11人", None), ("≥5人", None)])
def test_a_bound_from_which_rounding_alone_takes_has_full_marks(actual: str, score: str | None) -> None:
    """What two rules take is added up: 0.005 each, twice, for each person above 5."""
    head = {"evalrules": 1, "id": "a", "edition": "1", "title": "甲", "points": 10, "rounding": {"places": 1}}
    taking = [{"when": "完成值 > 5", "points": f"{each} × (完成值 − 5)", "because": "超过"} for each in (0.005, 0.005)]
    row = {"points": 10, "unit": "人", "ranges": {"完成值": {"min": 0}}, "scoring": {"deduct": taking}}
    edition = load_catalogue({**head, "sections": {"乙": row}})
    entries = [{"indicator": "乙", "actual": actual}]
    form = load_submission({"organisation": "县水利局", "fiscal_year": 2022, "entries": entries})
    assert evaluate(edition, form).indicators[0].score == points(score)


@pytest.mark.parametrize(
    ("mode", "actual", "score"),
    [("up", "≥3人", "1"), ("half_up", "≥3人", None), ("down", "≥3人", None), ("up", "3-7人", "1"), ("up", "≥0人", "1")],
)
def test_points_that_are_never_reached_do_not_count(mode: str, actual: str, score: str | None) -> None:
    """The more people the nearer to 0 points, which no number of them comes to: rounded up it is always 1."""
    head = {"evalrules": 1, "id": "a", "edition": "1", "title": "甲", "points": 1}
    rows = [{"when": "完成值 ≤ 5", "points": "分值"}, {"points": "分值 × 5 ÷ 完成值", "because": "超过"}]
    row = {"points": 1, "unit": "人", "ranges": {"完成值": {"min": 0}}, "scoring": {"award": rows}}
    edition = load_catalogue({**head, "rounding": {"places": 0, "mode": mode}, "sections": {"乙": row}})
    entries = [{"indicator": "乙", "actual": actual}]
    form = load_submission({"organisation": "县水利局", "fiscal_year": 2022, "entries": entries})
    assert evaluate(edition, form).indicators[0].score == points(score)


def test_a_bound_whose_rule_reads_a_blank_names_the_blank() -> None:
    """The figure is what is missing, not a better actual."""
    head = {"evalrules": 1, "id": "a", "edition": "1", "title": "甲", "points": 10, "rounding": {"places": 1}}
    rule = {"let": {"线": "若(有, 30, 40)"}, "award": [{"when": "完成值 ≥ 线", "points": "分值"}, ELSE]}
    row = {"points": 10, "unit": "人", "target": "= 50人", "ranges": {"完成值": {"min": 0}}, "scoring": rule}
    edition = load_catalogue({**head, "data": {"有": HAND["有"]}, "sections": {"乙": row}})
    entries = [{"indicator": "乙", "actual": "≥50人"}]
    result = evaluate(edition, load_submission({"organisation": "县水利局", "fiscal_year": 2022, "entries": entries}))
    assert [(found.code, "有" in found.message) for found in result.problems] == [("figure-blank", True)]


@pytest.mark.parametrize(
    ("target", "actual", "score"),
    [
        ("80%-90%", "≥85%", None),
        ("80%-90%", "85%-90%", "10"),
        ("80%-90%", "85%-95%", None),
        ("≤5%", "≤4%", "10"),
        ("≤5%", "<5%", "10"),
        ("≤5%", "≤6%", None),
        ("≤0次", "≤0次", "10"),
        ("=95%", "≥95%", "10"),
        ("=95%", "≥94%", None),
    ],
)
def test_bounds_meet_open_targets(target: str, actual: str, score: str | None) -> None:
    """The same where the department states the target."""
    assert scored("质量", "验收情况", target, actual).score == points(score)


@pytest.mark.parametrize(
    ("rule", "actual", "score"),
    [
        ("绝对值(完成值 − 指标值) > 2", "3-32", "10"),
        ("绝对值(完成值 − 指标值) > 2", "2.9-30", None),
        ("绝对值(完成值 − 指标值) > 2", "5-32.1", None),
        ("绝对值(完成值 − 指标值) > 2", "31-32", "10"),
        ("绝对值(完成值 − 指标值) > 2", "≤32", None),
        ("完成值 < 7.5", "8-31", "10"),
        ("完成值 < 7.5", ">7.5", "10"),
        ("完成值 < 7.5", "7-8", None),
    ],
)
def test_a_bound_beyond_an_interval_is_held_to_its_nearest_end(rule: str, actual: str, score: str | None) -> None:
    """Some rules forgive what lies beside the target: every value that is admitted decides, not where it lies."""
    head = {"evalrules": 1, "id": "a", "edition": "1", "title": "甲", "points": 10}
    method = {"ranges": {"完成值": {"min": 0}}, "deduct": [{"when": rule, "points": "分值", "because": "偏离"}]}
    given = {"methods": {"容忍": method}, "defaults": {"scoring": {"interval": "容忍"}}}
    edition = load_catalogue({**head, **given, "sections": {"乙": {"points": 10, "open": True}}})
    entries = [{"section": "乙", "indicator": "丙", "points": 10, "target": "5-30", "actual": actual}]
    form = load_submission({"organisation": "县水利局", "fiscal_year": 2022, "entries": entries})
    assert evaluate(edition, form).indicators[0].score == points(score)


@pytest.mark.parametrize(
    ("target", "actual", "says"),
    [("2022-06-30", "2022-07-02", "晚 2 天"), ("6月", "2022-07-01", "晚 1 天"), ("2022.6.30", "2022年8月", "晚 62 天")],
)
def test_a_day_that_is_missed_is_late(target: str, actual: str, says: str) -> None:
    """Days are told in words of days."""
    entry = {"section": SECTIONS["时效"], "indicator": "完工", "points": 10, "target": target, "actual": actual}
    result = evaluate(FORM, load_submission({"organisation": "县水利局", "fiscal_year": 2022, "entries": [entry]}))
    (lost,) = next(row for row in result.indicators if row.name == "完工").deductions
    assert str(lost.enough).endswith(says)


@pytest.mark.parametrize(
    ("target", "actual", "misses"),
    [
        ("是", "否", True),
        ("是", "是", False),
        ("验收通过", "验收未通过", True),
        ("不发生", "发生", True),
        ("有", "无", True),
        ("有效提升", "不断提升", False),
    ],
)
def test_words_that_say_the_opposite_of_the_target_miss_it(target: str, actual: str, *, misses: bool) -> None:
    """Full marks are claimed for a row whose actual denies the very words of its target."""
    told = scored("质量", "是否验收", target, actual, claimed_score=10)
    assert told.score == points("10")
    assert ("judged-against-numbers" in told.found) is misses


NUMBERS = {"award": [{"when": "完成值 ≥ 5", "points": "分值"}, {"points": 0, "because": "少"}]}
DAYS = {"award": [{"when": "完成值 ≤ 期限", "points": "分值"}, {"points": 0, "because": "迟"}]}


@pytest.mark.parametrize(
    ("row", "actual", "score"),
    [
        ({"scoring": NUMBERS}, "2024年6月", None),
        ({"scoring": NUMBERS}, "2024-06-30", None),
        ({"scoring": NUMBERS}, "6", "10"),
        ({"scoring": DAYS}, "6", None),
        ({"scoring": DAYS}, "2024年6月", "10"),
        ({"scoring": "按期得分", "target": "≤ 期限"}, "2024年6月", "10"),
        ({"scoring": "按期得分", "target": "≤ 期限"}, "2024-08-30", "0"),
        ({"scoring": "按期得分", "target": "≤ 期限"}, "30", None),
        ({"scoring": "按期得分", "target": "≤ 期限"}, "≥30", None),
    ],
)
def test_a_fixed_row_takes_a_day_where_its_rule_does(row: dict[str, Any], actual: str, score: str | None) -> None:
    """A day where a number belongs, and a number where a day does, leave the row unscored, with the cell named."""
    edition = {"evalrules": 1, "id": "kinds", "edition": "1", "title": "示例", "points": 10}
    edition |= {"uses": ["standard-methods@1"], "data": {"期限": {"type": "date"}}}
    catalogue = load_catalogue({**edition, "sections": {"甲": {"points": 10, **row}}}, plugins=())
    entries = [{"indicator": "甲", "actual": actual}]
    form = {"organisation": "县水利局", "fiscal_year": 2024, "data": {"期限": "2024-06-30"}, "entries": entries}
    result = evaluate(catalogue, load_submission(form))
    assert result.score == points(score)
    assert [each.path for each in result.problems] == ([] if score else ["entries[0].actual"])


@pytest.mark.parametrize(
    "section", ["产出指标/数量指标", "产出指标", "产出指标/其他指标", "满意度指标", "效益指标/其他"]
)
def test_a_row_has_what_the_sections_around_it_demand_wherever_it_stands(section: str) -> None:
    """A row of the first level, or of a part that the edition does not list, is to explain 130% like any other."""
    entry = {"section": section, "indicator": "培训人数", "points": 10, "target": "≥10人", "actual": "13人"}
    for actual, told in (("13人", True), ("12人", False)):
        form = {"organisation": "县水利局", "fiscal_year": 2022, "entries": [{**entry, "actual": actual}]}
        found = evaluate(FORM, load_submission(form)).findings
        assert ("deviation-reason-missing" in [each.code for each in found if "培训人数" in each.where]) is told


@pytest.mark.parametrize(
    ("name", "claim", "told"),
    [
        *((name, 50, set()) for name in ("产出指标", "产出", "项目产出", "产出/数量", "数量", "产出指标／数量指标")),
        *((name, 49, {"claimed-section-differs"}) for name in ("产出指标", "产出", "产出/数量", "数量指标")),
        ("预算执行率", 9, set()),
        ("预算执行率", 8, {"claimed-section-differs"}),
        ("其他", 50, {"claimed-section-unknown"}),
        ("过程/数量指标", 50, {"claimed-section-unknown"}),
    ],
)
def test_a_claim_of_a_section_names_it_like_an_entry(name: str, claim: int, told: set[str]) -> None:
    """By any of its names, whether the sum agrees or not; an indicator of the first level stands where sections do."""
    entry = {"section": "产出/数量", "indicator": "培训人数", "points": 50, "target": "≥10人", "actual": "10人"}
    entries = [{**entry, "claimed_score": 50}, {"indicator": "预算执行率", "claimed_score": 9}]
    form = {"organisation": "县水利局", "fiscal_year": 2022, "entries": entries, "claimed": {"sections": {name: claim}}}
    found = {each.code for each in evaluate(FORM, load_submission(form)).findings}
    assert {code for code in found if code.startswith("claimed-section")} == told

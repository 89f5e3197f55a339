"""The editions that come with the package, and the submissions beside them, score as the documents say."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

import evalrules
from case_runner import expected, indicators, score_beside_indicator, score_beside_method
from evalrules._check import check
from evalrules._edition.read import read_edition

ROOT = Path(__file__).parent.parent
EDITIONS = sorted(path for path in (ROOT / "catalogue").glob("*/*.yaml"))
CASES = sorted((ROOT / "catalogue").glob("*/*.cases/*.yaml"))
PUBLISHED = sorted((ROOT / "examples" / "cases").glob("*.yaml"))
STANDARD = ROOT / "catalogue" / "standard-methods" / "1.yaml"
METHODS = yaml.load((ROOT / "catalogue/standard-methods/1.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)[
    "methods"
]
SUINING = ROOT / "examples" / "suining-2024.yaml"


def name_of(path: Path) -> str:
    """Name a file in a test's title by its folder and stem."""
    return f"{path.parent.name}/{path.stem}"


def evaluated(path: Path) -> Any:
    """Score a submission by the edition that it names."""
    submission = evalrules.load_submission(path)
    assert submission.catalogue is not None
    return evalrules.evaluate(evalrules.load_catalogue(submission.catalogue), submission)


@pytest.fixture(scope="module")
def suining() -> Any:
    """Give the evaluation of the Suining report."""
    return evaluated(SUINING)


@pytest.mark.parametrize("path", EDITIONS, ids=name_of)
def test_the_edition_has_nothing_wrong(path: Path) -> None:
    """Reading and checking a shipped edition finds nothing, not even a warning, and it is filed under its name."""
    catalogue, problems = read_edition(path)
    assert problems == ()
    assert catalogue is not None
    assert check(catalogue) == ()
    assert catalogue.name == f"{path.parent.name}@{path.stem}"


@pytest.mark.parametrize("path", EDITIONS, ids=name_of)
def test_the_cases_beside_the_indicators_score_as_they_say(path: Path) -> None:
    """Every case beside an indicator of the edition gets the score that it states."""
    edition = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    for title, indicator in indicators(edition.get("sections", {})):
        for case in indicator.get("cases", ()):
            assert score_beside_indicator(edition, indicator, case) == expected(case), (title, case)


@pytest.mark.parametrize("method", METHODS)
def test_the_cases_beside_the_methods_score_as_they_say(method: str) -> None:
    """Every standard method states cases, and each gets the score that it states."""
    assert METHODS[method]["cases"]
    for case in METHODS[method]["cases"]:
        assert score_beside_method(method, case) == expected(case), case


@pytest.mark.parametrize("path", [*CASES, *PUBLISHED], ids=name_of)
def test_the_submission_comes_out_as_it_expects(path: Path) -> None:
    """Score, grade, sections, indicators and findings of a submission are those in its ``expect`` block."""
    wanted = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)["expect"]
    evaluation = evaluated(path)
    assert evaluation.score == expected(wanted)
    assert evaluation.grade == wanted.get("grade")
    sections = {"/".join(section.path): section.score for section in evaluation.sections}
    for section, score in wanted.get("sections", {}).items():
        assert sections[section] == expected({"score": score}), section
    results = {result.name: result for result in evaluation.indicators}
    for indicator, score in wanted.get("indicators", {}).items():
        if score == "not_applicable":
            assert results[indicator].status == score, indicator
        else:
            assert results[indicator].score == expected({"score": score}), indicator
    if "findings" in wanted:
        assert [finding.code for finding in evaluation.findings] == wanted["findings"]


def test_the_report_of_suining_scores_95_and_excellent(suining: Any) -> None:
    """The rules give 95.0 and 优秀 where the report claims 93 and 优."""
    assert (suining.score, suining.grade) == (Decimal("95.0"), "优秀")
    assert (suining.claimed_score, suining.claimed_grade) == (93, "优")


def test_the_report_of_suining_loses_five_points_on_four_rows(suining: Any) -> None:
    """Half a point each on two rates, and two points on each of the two judged rows; nothing anywhere else."""
    lost = {result.name: result.points - result.score for result in suining.indicators if result.score != result.points}
    assert lost == {
        "验收合格率": Decimal("0.5"),
        "资金拨付及时率": Decimal("0.5"),
        "全县人民受益度": Decimal(2),
        "保障县域经济可持续发展": Decimal(2),
    }


def test_deductions_of_suining_add_up_at_every_level(suining: Any) -> None:
    """What the reasons take is points − score, for each row, each section and the whole."""
    taken = {result.path: sum(lost.points for lost in result.deductions) for result in suining.indicators}
    for result in suining.indicators:
        assert taken[result.path] == result.points - result.score
    for section in suining.sections:
        inside = sum(lost for path, lost in taken.items() if path[: len(section.path)] == section.path)
        assert inside + sum(lost.points for lost in section.deductions) == section.points - section.score
    assert sum(taken.values()) == suining.points - suining.score


@pytest.mark.parametrize(
    ("code", "where", "words"),
    [
        ("reported-differs", "在职人员控制率", "86.15%"),
        ("zero-denominator", "规模控制率", "0"),
        ("zero-denominator", "投资概算控制率", "0"),
        ("check-failed", "正文与表基本支出", "1524万元"),
        ("check-failed", "正文支出合计", "1533万元"),
        ("check-failed", "政府性基金列支口径", "9万元"),
        ("check-failed", "项目支出决算填报", "220万元"),
        ("check-failed", "公用经费超预算", "295.19%"),
        ("check-failed", "会议培训费超预算", "500%"),
        ("check-failed", "水电差旅费无预算支出", "135万元"),
        ("check-failed", "预算调整填报", "468万元"),
        ("check-failed", "政府采购金额填报", "政府采购执行率"),
        ("check-failed", "按收入性质合计", "1537万元"),
        ("claim-differs", "验收合格率", "9.5"),
        ("deviation-reason-missing", "验收合格率", ""),
        ("claim-differs", "资金拨付及时率", "4.5"),
        ("improvement-missing", "资金拨付及时率", ""),
        ("deviation-reason-missing", "全县人民受益度", ""),
        ("points-lost-target-met", "全县人民受益度", ""),
        ("deviation-reason-missing", "保障县域经济可持续发展", ""),
        ("actual-is-bound", "保障县域经济可持续发展", "≥98%"),
        ("actual-is-bound", "受益对象满意度", "≥98%"),
        ("actual-is-bound", "社会公众满意度", "≥98%"),
        ("actual-is-bound", "受益对象满意度", "与指标值的写法一样"),
        ("evidence-missing", "社会公众满意度", ""),
        ("check-failed", "成本指标值事后设定", "1537"),
        ("all-targets-met", "产出指标/数量指标", "10"),
        ("unit-in-section", "促进楠竹产业发展提质增效工作", "1年"),
        ("calendar", "24小时值班值守和信息报送", "366"),
        ("grade-word", "claimed.grade", "优秀"),
        ("claimed-score-differs", "claimed.score", "95"),
    ],
)
def test_the_report_of_suining_has_the_findings_known_by_hand(suining: Any, code: str, where: str, words: str) -> None:
    """Every inconsistency found by hand that the figures can show is found, at its place and with its figures."""
    messages = [found.message for found in suining.findings if found.code == code and where in str(found.where)]
    assert any(words in message for message in messages)


def test_what_was_not_read_in_the_original_is_marked() -> None:
    """Only the rows of the Hunan table that were read in the original go without ``status: unconfirmed``."""
    catalogue = evalrules.load_catalogue("hunan-department@2017")
    confirmed = [indicator.title for indicator in catalogue.indicators if indicator.status is None]
    assert confirmed == [
        "在职人员控制率",
        "三公经费变动率",
        "预算完成率",
        "预算控制率",
        "新建楼堂馆所面积控制率",
        "新建楼堂馆所投资概算控制率",
    ]

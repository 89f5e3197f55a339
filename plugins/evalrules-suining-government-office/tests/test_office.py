from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import evalrules_suining_government_office as plugin
import pytest

import evalrules
from evalrules.testing import check_plugin

SUBMISSION = Path(__file__).parent.parent / "submissions" / "office-2024.yaml"
OFFICE, CENTRE = "绥宁县人民政府办公室", "绥宁县楠竹产业发展中心"
SATISFACTION = "满意度指标/服务对象满意度指标"
BAMBOO = ("新增竹制品项目", "新建楠竹加工厂", "组建合作社")


@pytest.fixture(scope="module")
def plugins() -> evalrules.Plugins:
    """Load the plug-in by itself, whatever else is installed."""
    return evalrules.load_plugins(names=[], objects=[plugin])


def test_plugin_keeps_the_contract() -> None:
    """Names, hooks, points and laws are as evalrules demands."""
    check_plugin(plugin)


def test_submission_needs_not_restate_the_indicators(plugins: evalrules.Plugins) -> None:
    """The office's submission gives actuals alone and scores as the report's full form does."""
    catalogue = evalrules.load_catalogue("suining-department@2024", plugins=plugins)
    evaluation = evalrules.evaluate(catalogue, evalrules.load_submission(SUBMISSION))
    assert (evaluation.score, evaluation.grade) == (Decimal("95.0"), "优秀")
    own = [result for result in evaluation.indicators if result.origin == plugin.__name__]
    assert sum(result.points for result in own) == 50
    assert {result.status for result in evaluation.indicators} == {"scored"}


def test_other_organisations_see_the_form_of_the_bureau(plugins: evalrules.Plugins) -> None:
    """What the office adds counts for the office alone."""
    catalogue = evalrules.load_catalogue("suining-department@2024", plugins=plugins)
    assert set(catalogue.departments) == {OFFICE}
    assert "绥宁政报编撰" not in {indicator.title for indicator in catalogue.indicators}


def project(**actuals: object) -> dict[str, object]:
    """Make a project of the centre; everything but the three bamboo indicators is made up for this test."""
    return {
        "catalogue": "mof-project@2020",
        "organisation": CENTRE,
        "fiscal_year": 2024,
        "data": {"年度资金总额": {"资金总额": {"年初预算数": 9, "全年预算数": 9, "全年执行数": 9}}},
        "entries": [
            {"indicator": "预算执行率"},
            *(
                {"section": "产出指标/数量指标", "indicator": name, "actual": actual}
                for name, actual in actuals.items()
            ),
            {"section": "产出指标/质量指标", "indicator": "例一", "points": 25, "target": "100%", "actual": "100%"},
            {"section": "效益指标/社会效益指标", "indicator": "例二", "points": 30, "target": "1次", "actual": "1次"},
            {"section": SATISFACTION, "indicator": "例三", "points": 10, "target": "90%", "actual": "90%"},
        ],
    }  # fmt: skip


def test_bamboo_indicators_score_what_the_report_tells(plugins: evalrules.Plugins) -> None:
    """26 products, 20 factories and 23 cooperatives earn full marks; half of them earn half."""
    catalogue = evalrules.load_catalogue("mof-project@2020", plugins=plugins)
    full = evalrules.evaluate(
        catalogue, evalrules.load_submission(project(**dict(zip(BAMBOO, (26, 20, 23), strict=True))))
    )
    half = evalrules.evaluate(
        catalogue, evalrules.load_submission(project(**dict(zip(BAMBOO, (13, 10, 23), strict=True))))
    )
    assert full.score == Decimal("100.00")
    scores = {result.name: result.score for result in half.indicators}
    assert [scores[name] for name in BAMBOO] == [Decimal("5.00"), Decimal("5.00"), Decimal("5.00")]


def test_bamboo_indicators_name_their_evidence(plugins: evalrules.Plugins) -> None:
    """Each of the three says what it rests on and what proves it."""
    centre = evalrules.load_catalogue("mof-project@2020", plugins=plugins).departments[CENTRE]
    bamboo = [indicator for indicator in centre.catalogue.indicators if indicator.title in BAMBOO]
    assert len(bamboo) == 3
    assert all(indicator.evidence and indicator.reference for indicator in bamboo)

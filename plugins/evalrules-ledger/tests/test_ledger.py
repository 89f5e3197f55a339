from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import evalrules_ledger as plugin
import pytest
from evalrules_ledger import reading

import evalrules
from evalrules.testing import check_plugin

UNIT = "绥宁县人民政府办公室"
EXPECTED = {
    "全年预算数": "1538万元",
    "全年执行数": "1537万元",
    "公车运行维护_上年决算数": "13.7万元",
    "公车运行维护_本年预算数": "12万元",
    "公车运行维护_本年决算数": "8.36万元",
    "公务接待_上年决算数": "1.06万元",
    "公务接待_本年预算数": "2万元",
    "公务接待_本年决算数": "1.55万元",
    "公务用车购置和维护经费_上年决算数": "13.7万元",
    "公务用车购置和维护经费_本年预算数": "12万元",
    "公务用车购置和维护经费_本年决算数": "8.36万元",
    "三公经费_上年决算数": "14.76万元",
    "三公经费_本年预算数": "14万元",
    "三公经费_本年决算数": "9.91万元",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the ledger of the report's figures, in each of the two databases."""
    url: str = request.getfixturevalue(request.param)
    monkeypatch.setenv(reading.URL, url)
    return url


@pytest.fixture(scope="module")
def catalogue() -> evalrules.Catalogue:
    """Load the bureau's edition with this plug-in alone."""
    return evalrules.load_catalogue(
        "suining-department@2024", plugins=evalrules.load_plugins(names=[], objects=[plugin])
    )


def submitted(**data: object) -> evalrules.Submission:
    """Make a submission of the first indicator with these figures; made-up rows fill the open sections."""
    rows = {"产出指标/数量指标": 50, "效益指标/社会效益指标": 30, "满意度指标/服务对象满意度指标": 10}
    judged = {"judged": {"tier": "达成年度指标", "score": 30}}
    return evalrules.load_submission(
        {
            "organisation": UNIT,
            "fiscal_year": 2024,
            "data": data,
            "entries": [
                {"indicator": "预算执行率"},
                *(
                    {"section": section, "indicator": "例", "points": points, "target": "1次", "actual": "1次"}
                    | (judged if section.startswith("效益") else {})
                    for section, points in rows.items()
                ),
            ],
        }
    )


def codes(evaluation: evalrules.Evaluation) -> dict[str, str]:
    """Give the findings that come from figures of plug-ins, by code."""
    return {found.code: found.message for found in evaluation.findings if found.code.startswith("plugin-")}


@pytest.mark.usefixtures("ledger")
def test_plugin_keeps_the_contract() -> None:
    """Hooks are known, and the same question twice gives the same answer."""
    check_plugin(plugin, organisation=UNIT, fiscal_year=2024)


@pytest.mark.usefixtures("ledger")
def test_figures_are_those_of_the_report(catalogue: evalrules.Catalogue) -> None:
    """Sums by subject and year, in 万元, of this unit alone; subjects without entries stay blank."""
    assert plugin.evalrules_data(UNIT, 2024, catalogue) == EXPECTED
    assert plugin.evalrules_data("没有账的单位", 2024, catalogue) == {}


@pytest.mark.usefixtures("ledger")
def test_blanks_are_filled_from_the_ledger(catalogue: evalrules.Catalogue) -> None:
    """Without figures in the submission the budget indicator is scored on those of the ledger, and it is said so."""
    evaluation = evalrules.evaluate(catalogue, submitted())
    assert evaluation.indicators[0].score == Decimal("10.0")
    assert evaluation.score == Decimal("100.0")
    assert "全年执行数" in codes(evaluation)["plugin-figures-used"]


@pytest.mark.usefixtures("ledger")
def test_submission_wins_and_a_difference_names_both(catalogue: evalrules.Catalogue) -> None:
    """1400 counts as submitted, and the finding tells 1400 and 1537."""
    evaluation = evalrules.evaluate(catalogue, submitted(全年预算数=1538, 全年执行数=1400))
    assert evaluation.indicators[0].score == Decimal("9.1")
    told = codes(evaluation)["plugin-figure-differs"]
    assert "1400" in told
    assert "1537万元" in told
    assert "evalrules_ledger 1.0" in told


def test_ledger_that_cannot_be_reached_harms_nothing_else(
    catalogue: evalrules.Catalogue, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The budget indicator is unscored, the others are scored, and the plug-in is named with the fault."""
    monkeypatch.setenv(reading.URL, f"sqlite:///{tmp_path / 'no' / 'such.sqlite'}")
    evaluation = evalrules.evaluate(catalogue, submitted())
    assert [result.status for result in evaluation.indicators] == ["unscored", "scored", "scored", "scored"]
    assert "evalrules_ledger 1.0" in codes(evaluation)["plugin-data-failed"]


def test_without_a_ledger_nothing_is_read(
    catalogue: evalrules.Catalogue, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No URL and no embedded file: no figures, no fault."""
    monkeypatch.delenv(reading.URL, raising=False)
    monkeypatch.setattr(reading, "EMBEDDED", tmp_path / "ledger.sqlite")
    assert plugin.evalrules_data(UNIT, 2024, catalogue) == {}


def test_embedded_ledger_is_the_default(
    catalogue: evalrules.Catalogue, monkeypatch: pytest.MonkeyPatch, sqlite: str
) -> None:
    """A file in the usual place needs no URL."""
    monkeypatch.delenv(reading.URL, raising=False)
    monkeypatch.setattr(reading, "EMBEDDED", Path(sqlite.removeprefix("sqlite:///")))
    assert plugin.evalrules_data(UNIT, 2024, catalogue)["全年预算数"] == "1538万元"

"""Roll-up: a department's form whose tables are made from the results of its projects' forms."""

from __future__ import annotations

import json
import pickle
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import evalrules
from evalrules import Catalogue, Evaluation
from evalrules._cli.commands import root

EXAMPLES = Path(__file__).parent.parent / "examples"
EDITIONS, FORM, PROJECTS = (
    EXAMPLES / "editions",
    EXAMPLES / "rollup" / "department.yaml",
    EXAMPLES / "rollup" / "projects",
)


@pytest.fixture(scope="module")
def department() -> Catalogue:
    """Give the department's edition."""
    return evalrules.load_catalogue("county-department@2024", path=[EDITIONS])


@pytest.fixture(scope="module")
def projects() -> list[Evaluation]:
    """Give the results of the ten projects."""
    catalogue = evalrules.load_catalogue("mof-project@2020")
    return [evalrules.evaluate(catalogue, form) for form in evalrules.load_submissions(PROJECTS)]


def evaluated(department: Catalogue, results: Any) -> Evaluation:
    """Evaluate the department by these results."""
    return evalrules.evaluate(department, evalrules.load_submission(FORM), results=results)


def test_ten_projects_make_the_score_that_was_reckoned_by_hand(
    department: Catalogue, projects: list[Evaluation]
) -> None:
    """Weighted by budget: 5297.5 ÷ 55 = 96.3181…, so 40 × 3.6818…% = 1.47 is lost; 49 of 50 for the rest."""
    scores = ["97.50", "95.00", "92.50", "100.00", "97.50", "95.00", "92.50", "100.00", "97.50", "95.00"]
    assert [str(each.score) for each in projects] == scores
    evaluation = evaluated(department, projects)
    assert [str(each.score) for each in evaluation.indicators] == ["38.53", "10.00", "49.00"]
    assert (evaluation.score, evaluation.grade) == (Decimal("97.53"), "优")


def test_reasons_name_the_forms_and_the_result_their_digests(department: Catalogue, projects: list[Evaluation]) -> None:
    """Each row that reads the table says by which results; rows that do not, say nothing of them."""
    evaluation = evaluated(department, projects)
    row, _, other = evaluation.indicators
    assert row.notes[0].startswith("由 10 份评价结果汇总：项目01 97.50、项目02 95.00、项目03 92.50")
    assert not any("汇总" in note for note in other.notes)
    told = evaluation.to_dict()["results"]
    assert [each["submission"] for each in told] == [each.submission.digest for each in projects]
    assert told[3] == {
        "submission": projects[3].submission.digest,
        "organisation": "某县水利局",
        "project": "项目04",
        "score": Decimal("100.00"),
        "grade": "优",
        "edition": "mof-project@2020",
    }


def test_the_order_of_results_and_a_result_given_twice_change_nothing(
    department: Catalogue, projects: list[Evaluation]
) -> None:
    """The same bytes; a pickled evaluation is the same one."""
    evaluation = evaluated(department, projects)
    assert evaluated(department, [*projects[::-1], projects[0]]).to_json() == evaluation.to_json()
    assert pickle.loads(pickle.dumps(evaluation)) == evaluation  # noqa: S301 - our own


def test_without_results_what_reads_them_is_unscored(department: Catalogue) -> None:
    """Nothing is taken for nothing: the rest is scored and the total has a range."""
    evaluation = evaluated(department, ())
    assert [each.status for each in evaluation.indicators] == ["unscored", "unscored", "scored"]
    assert evaluation.possible == (Decimal("49.00"), Decimal("99.00"))
    assert "results" not in evaluation.to_dict()


def test_a_form_that_cannot_be_read_or_has_no_total_is_a_row_of_blanks(
    department: Catalogue, projects: list[Evaluation]
) -> None:
    """What reads the row is unscored, never scored without it."""
    unread = evaluated(department, [*projects, None])
    assert [each.status for each in unread.indicators][:2] == ["unscored", "unscored"]
    assert unread.to_dict()["results"][-1]["submission"] is None
    form = evalrules.load_submission(
        {"organisation": "某县水利局", "fiscal_year": 2024, "project": "新", "entries": []}
    )
    without_total = evalrules.evaluate(evalrules.load_catalogue("mof-project@2020"), form)
    assert without_total.score is None
    assert evaluated(department, [*projects, without_total]).indicators[0].status == "unscored"


def test_results_of_other_editions_and_the_form_itself_are_no_rows(
    department: Catalogue, projects: list[Evaluation]
) -> None:
    """The table takes those of its edition alone."""
    own = evaluated(department, projects)
    assert evaluated(department, [*projects, own]).to_json() == own.to_json()


def test_what_a_form_writes_into_the_table_itself_does_not_count(
    department: Catalogue, projects: list[Evaluation]
) -> None:
    """A department cannot give itself the scores of its projects; it is told so."""
    rows = [{"项目": "甲", "得分": 100, "等级": "优", "全年预算数": 100}]
    form = {"catalogue": department.name, "organisation": "某局", "fiscal_year": 2024, "data": {"项目": rows}}
    submission = evalrules.load_submission({**form, "entries": []})
    alone = evalrules.evaluate(department, submission)
    assert "results-filled-in" in [each.code for each in alone.problems]
    assert alone.indicators[0].status == "unscored"
    assert str(evalrules.evaluate(department, submission, results=projects).indicators[0].score) == "38.53"


PROJECT: dict[str, Any] = {
    "evalrules": 1, "id": "project", "edition": "1", "title": "项目", "points": 10, "uses": ["standard-methods@1"],
    "data": {
        "执行": {"unit": "万元", "min": 0}, "三分": {"unit": "万元", "formula": "执行 ÷ 3"},
        "率": {"unit": "%", "formula": "执行 ÷ (执行 × 7 + 1)"}, "完工": {"type": "date", "required": False},
        "新": {"type": "yes_no", "required": False}, "地区": {"type": "choice", "choices": ["东", "西"]},
    },
    "sections": {"执行率": {"points": 10, "unit": "%", "target": "100%", "scoring": "比例得分"}},
}  # fmt: skip
ROLLED: dict[str, Any] = {
    "evalrules": 1, "id": "rolled", "edition": "1", "title": "部门", "points": 10,
    "data": {
        "表": {"type": "table", "from": "results", "edition": "project@1", "columns": {
            "得分": {"required": False}, "三分": {"unit": "元", "figure": "三分"}, "率": {"unit": "%", "figure": "率"},
            "完工": {"type": "date", "figure": "完工"}, "新": {"type": "yes_no", "figure": "新"},
            "地区": {"type": "choice", "choices": ["东", "西"], "figure": "地区"},
        }},
        "旧": {"type": "table", "from": "results", "edition": "project@0", "columns": {"得分": {"required": False}}},
        "和": {"unit": "元", "formula": "合计(表_三分)", "required": False},
    },
}  # fmt: skip


def rolled(condition: str, given: list[Evaluation | None]) -> Evaluation:
    """Evaluate a form whose one row has full marks where a condition on the table holds."""
    rule = [{"when": condition, "points": "分值"}, {"points": 0, "because": "不是"}]
    sections = {"行": {"points": 10, "scoring": {"award": rule}}}
    catalogue = evalrules.load_catalogue({**ROLLED, "sections": sections})
    form = evalrules.load_submission({"organisation": "部", "fiscal_year": 2024})
    return evalrules.evaluate(catalogue, form, None, given)


def project(name: str, edition: str = "1", **data: Any) -> Evaluation:
    """Evaluate a project with these figures."""
    head = {"organisation": "部", "project": name, "fiscal_year": 2024, "data": data}
    entries = [{"indicator": "执行率", "actual": "50%"}]
    form = evalrules.load_submission({**head, "entries": entries})
    return evalrules.evaluate(evalrules.load_catalogue({**PROJECT, "edition": edition}), form)


@pytest.mark.parametrize(
    ("condition", "figures"),
    [
        ("和 = 10000", [{"执行": 1}] * 3),  # a third of 1 is no 0.3333
        ("和 = 30000.01", [{"执行": "3.000003"}, {"执行": 3}, {"执行": 3}]),
        ("合计(表_率) = 2 ÷ 8", [{"执行": 1}] * 2),
        ("合计(表_率) = 2 ÷ 8 且 计数(表_得分 = 5) = 2", [{"执行": 1}] * 2),
        ("计数(表_完工 ≤ 日期(2024, 6, 30)) = 1", [{"完工": "2024年6月30日"}, {"完工": "2024.7.1"}]),
        ("计数(表_新) = 1", [{"新": "是"}, {"新": "否"}]),
        ("计数(表_地区 = 东) = 1", [{"地区": "东"}, {"地区": "西"}]),
    ],
)
def test_a_figure_of_a_result_is_taken_with_every_digit(condition: str, figures: list[dict[str, Any]]) -> None:
    """As its own form's formulas read it, in the unit of the column, of whatever type."""
    given = [project(str(number), **each) for number, each in enumerate(figures)]
    evaluation = rolled(condition, [*given])
    assert evaluation.score == 10
    assert evaluation.indicators[0].notes[0].startswith(f"由 {len(given)} 份评价结果汇总：")


def test_of_results_of_one_form_the_reviewed_one_counts_in_any_order() -> None:
    """Whoever gives both means the review to be known."""
    form = project("甲", 执行=1).submission
    catalogue = evalrules.load_catalogue(PROJECT)
    change = {"entries": [{"indicator": "执行率", "adjust": {"score": 3, "because": "核减"}}]}
    review = {"review_of": {"organisation": "部"}, "date": "2025-03-01", **change}
    both = [evalrules.evaluate(catalogue, form), evalrules.evaluate(catalogue, form, review)]
    assert [rolled("合计(表_得分) = 3", [*each]).score for each in (both, both[::-1])] == [10, 10]


def test_each_row_names_the_results_of_its_table_and_what_no_table_takes_is_told() -> None:
    """Two tables of two editions; a third edition is left out, and not in silence."""
    given = [project("甲"), project("乙", "0"), project("丙", "2"), project("丁", "2"), None]
    evaluation = rolled("计数(表_得分 = 5) + 计数(旧_得分 = 5) = 2", [*given[:4]])
    assert evaluation.indicators[0].notes == ("由 2 份评价结果汇总：甲 5.00、乙 5.00",)
    told = [each.message for each in evaluation.problems if each.code == "results-not-taken"]
    assert told == ["有 2 份评价结果是按 project@2 评的，没有哪张表汇总它，没有计入"]
    one = rolled("合计(旧_得分) = 5", [*given[:2]])
    assert one.indicators[0].notes == ("由 1 份评价结果汇总：乙 5.00",)
    assert [each["edition"] for each in one.to_dict()["results"]] == ["project@1", "project@0"]


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> Result:
    """Run the command with the examples' editions on the path."""
    monkeypatch.setenv("EVALRULES_PATH", str(EDITIONS))
    return CliRunner().invoke(root, [str(word) for word in words], catch_exceptions=False)


def test_the_command_rolls_up_a_folder_and_replays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With the same forms it is identical; with others it tells what differs."""
    file = tmp_path / "result.json"
    assert run(monkeypatch, "evaluate", FORM, "--results", PROJECTS, "-o", file).exit_code == 0
    assert json.loads(file.read_text("utf-8"))["score"] == 97.53
    again = run(monkeypatch, "replay", file, FORM, "--results", PROJECTS)
    assert (again.exit_code, "完全一致" in again.stdout) == (0, True)
    fewer = run(monkeypatch, "replay", file, FORM, "--results", PROJECTS / "01.yaml")
    assert (fewer.exit_code, "score" in fewer.stdout) == (1, True)


def test_an_edition_that_is_made_from_results_has_its_own_digest(department: Catalogue) -> None:
    """Of which edition its rows are results is a part of what it means."""
    text = (EDITIONS / "county-department" / "2024.yaml").read_text("utf-8")
    other = evalrules.load_catalogue(text.replace("edition: mof-project@2020", "edition: hubei-project@2020"))
    assert other.digest != department.digest

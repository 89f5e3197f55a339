"""A review in a file of its own: put to the rows of its form, told where it does not fit, the form as it was."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import evalrules
from evalrules._cli.commands import root
from evalrules._submission import Submission

EDITION = """evalrules: 1
id: reviewed
edition: "1"
title: 复核
rounding: {places: 1}
points: 30
data: {数: {min: 0}}
sections:
  固定:
    points: 10
    indicators:
      甲:
        points: 10
        value: 数
        target: ≥ 10
        scoring: {award: [{when: 完成值 ≥ 10, points: 分值}, {points: 5, because: 不足}]}
  自设:
    points: 20
    sections: {数量指标: {open: true}, 质量指标: {open: true}}
defaults: {scoring: {"≥": {award: [{when: 完成值 ≥ 指标值, points: 分值}, {points: 0, because: 不足}]}}}
"""
FORM: dict[str, Any] = {
    "catalogue": "reviewed@1",
    "organisation": "某单位",
    "fiscal_year": 2024,
    "data": {"数": 10},
    "entries": [
        {"section": "自设/数量指标", "indicator": "乙", "points": 6, "target": "≥ 5", "actual": 5},
        {
            "section": "自设/质量指标",
            "indicator": "丙",
            "points": 10,
            "target": "≥ 5",
            "actual": 5,
            "claimed_score": 10,
        },
        {"section": "自设/质量指标", "indicator": "乙", "points": 4, "target": "≥ 5"},
    ],
}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> evalrules.Catalogue:
    """Give an edition with a fixed row and open ones."""
    file = tmp_path_factory.mktemp("library") / "reviewed" / "1.yaml"
    file.parent.mkdir()
    file.write_text(EDITION, "utf-8")
    return evalrules.load_catalogue(file, plugins=())


@pytest.fixture(scope="module")
def form() -> Submission:
    """Give a form: three rows of its own, one of them without an actual."""
    return evalrules.load_submission(FORM)


def of(entries: list[dict[str, Any]], **head: Any) -> dict[str, Any]:
    """Give a review of the form."""
    return {"review_of": {"organisation": "某单位"}, "by": "李四", "date": "2025-03-12", "entries": entries, **head}


def change(indicator: str, section: str | None = None, **adjust: Any) -> dict[str, Any]:
    """Give one row of a review."""
    where = {} if section is None else {"section": section}
    return {"indicator": indicator, **where, "adjust": {"because": "复核发现", **adjust}}


def test_each_way_to_change_a_row(catalogue: evalrules.Catalogue, form: Submission) -> None:
    """Points more or less, the score that was found, a share of 分值: rounded, and told with both scores."""
    review = of([change("甲", points=-2), change("丙", cut="33%"), change("乙", "质量指标", score=3)])
    evaluation = evalrules.evaluate(catalogue, form, review)
    assert evaluation.problems == ()
    scores = {result.path[1:]: (result.rule_score, result.score) for result in evaluation.indicators}
    assert {path: (str(rule), str(score)) for path, (rule, score) in scores.items()} == {
        ("甲",): ("10.0", "8.0"),
        ("数量指标", "乙"): ("6.0", "6.0"),
        ("质量指标", "丙"): ("10.0", "6.7"),
        ("质量指标", "乙"): ("None", "3.0"),
    }
    assert evaluation.score == Decimal("23.7")  # 8 + 6 + 6.7 + 3
    assert evaluation.indicators[0].deductions[0].because == "复核调减 2 分：复核发现"


CALLED = """evalrules: 1
id: called
edition: "1"
title: 复核
rounding: {places: 1}
points: 10
sections:
  产出指标: {points: 8, sections: {数量指标: {open: true, also: [产出数量]}, 质量指标: {open: true}}}
  控制率: {points: 2, target: ≥ 1, also: [人员控制率], scoring: 达标}
methods: {达标: {award: [{when: 完成值 ≥ 指标值, points: 分值}, {points: 0, because: 不足}]}}
defaults: {scoring: {"≥": 达标}}
"""
SECTIONS = [
    "数量指标",
    "数量",
    "产出数量",
    "产出指标/数量指标",
    "产出/数量",
    "产出指标／数量指标",
    "产出 / 数量 指标",
    "数量指标/",
]


@pytest.mark.parametrize("stated", ["数量指标", "产出指标/数量指标", "产出数量"])
@pytest.mark.parametrize("named", SECTIONS)
def test_a_row_is_meant_by_its_place_however_its_section_is_called(stated: str, named: str) -> None:
    """Form and review may each call a section in any way that the language knows; the namesake elsewhere stays."""
    rows = [
        {"section": section, "indicator": "甲", "points": 4, "target": "≥1", "actual": 1}
        for section in (stated, "质量")
    ]
    form = evalrules.load_submission({"organisation": "某单位", "fiscal_year": 2024, "entries": rows})
    catalogue = evalrules.load_catalogue(CALLED, plugins=())
    result = evalrules.evaluate(catalogue, form, of([change("甲", named, points=-1)]))
    assert [str(row.score) for row in result.indicators if row.name == "甲"] == ["3.0", "4.0"]
    assert not [each for each in result.problems if "review" in each.code]


@pytest.mark.parametrize("stated", ["控制率", "人员控制率", "控制 率", None])
@pytest.mark.parametrize("named", ["控制率", "人员控制率", " 控制率"])
def test_a_fixed_row_is_meant_by_any_of_its_names(stated: str | None, named: str) -> None:
    """The title, or another word in use, in the form and in the review; or no entry in the form at all."""
    entries = [{"indicator": stated, "actual": 1}] if stated else []
    form = evalrules.load_submission({"organisation": "某单位", "fiscal_year": 2024, "entries": entries})
    catalogue = evalrules.load_catalogue(CALLED, plugins=())
    result = evalrules.evaluate(catalogue, form, of([change(named, score=1)]))
    assert [str(row.score) for row in result.indicators if row.name == "控制率"] == ["1.0"]
    assert not [each for each in result.problems if "re" in each.code.split("-")[0]]


def test_a_section_that_is_another_one_is_told() -> None:
    """The only row of a name is not changed where the review says that it stands elsewhere."""
    rows = [{"section": "数量", "indicator": "甲", "points": 4, "target": "≥1", "actual": 1}]
    form = evalrules.load_submission({"organisation": "某单位", "fiscal_year": 2024, "entries": rows})
    catalogue = evalrules.load_catalogue(CALLED, plugins=())
    for change_of in (change("甲", "质量", points=-1), change("控制率", "产出", points=-1)):
        result = evalrules.evaluate(catalogue, form, of([change_of]))
        assert "review-entry-unknown" in [each.code for each in result.problems]
        assert [row.score for row in result.indicators if row.name == "甲"] == [Decimal("4.0")]


@pytest.mark.parametrize(
    ("mode", "found", "cut"),
    [("half_up", "8.3", "9.3"), ("half_even", "8.2", "9.4"), ("down", "8.2", "9.4"), ("up", "8.3", "9.3")],
)
def test_what_a_reviewer_found_is_rounded_as_the_edition_rounds(mode: str, found: str, cut: str) -> None:
    """8.25 found, and a cut of 6.5% of 10 points."""
    text = EDITION.replace("{places: 1}", f"{{places: 1, mode: {mode}}}")
    catalogue = evalrules.load_catalogue(text, plugins=())
    for adjust, score in (({"score": 8.25}, found), ({"cut": "6.5%"}, cut)):
        result = evalrules.evaluate(catalogue, evalrules.load_submission(FORM), of([change("甲", **adjust)]))
        assert str(result.indicators[0].score) == score


def test_the_form_and_its_digest_stay(catalogue: evalrules.Catalogue, form: Submission) -> None:
    """The same form without the review scores as before; with it the result names the review."""
    before = evalrules.evaluate(catalogue, form).to_json()
    review = evalrules.load_review(of([change("甲", points=-2)]))
    told = evalrules.evaluate(catalogue, form, review).to_dict()
    assert told["submission"]["digest"] == form.digest
    assert told["review"] == {"digest": review.digest, "by": "李四", "date": "2025-03-12"}
    assert evalrules.evaluate(catalogue, form).to_json() == before
    assert json.loads(before)["review"] is None


def test_what_is_told_of_a_review_is_at_the_row_of_the_form(form: Submission) -> None:
    """The first change of the review is of the second row: a finding names that row, in the file of the review.

    A problem of the review itself names no row of the form.
    """
    edition = evalrules.load_catalogue(f"{EDITION}review: {{无佐证: {{cut: 30%}}}}\n", plugins=())
    changes = [
        change("丙", clause="无佐证", cut="50%"),
        change("甲", clause="无佐证", cut="10%"),
        change("不在", cut="1%"),
    ]
    found = evalrules.evaluate(edition, form, of(changes))
    differs = [each.path for each in found.findings if each.code == "review-cut-differs"]
    assert differs == ["entries[3]", "entries[1].adjust"]
    assert [each.path for each in found.problems if each.code == "review-entry-unknown"] == ["review.entries[2]"]


@pytest.mark.parametrize(
    ("claimed", "adjust", "says"),
    [("良", {"cut": "100%"}, "复核后总分 10 应为 `中`"), ("中", {"points": 0}, "按规则计总分 30 应为 `良`")],
)
def test_a_grade_is_held_to_the_total_that_is_named(claimed: str, adjust: dict[str, Any], says: str) -> None:
    """Where a reviewer moved the total, it is not the rules that give it; where nothing moved, it is."""
    edition = evalrules.load_catalogue(f"{EDITION}grades: {{良: 总分 ≥ 18, 中: otherwise}}\n", plugins=())
    row = {**FORM["entries"][1], "points": 20}
    form = evalrules.load_submission({**FORM, "entries": [row], "claimed": {"grade": claimed}})
    found = evalrules.evaluate(edition, form, of([change("丙", **adjust)])).findings
    assert [says in each.message for each in found if each.code == "claimed-grade-differs"] == [True]


def test_a_review_by_digest_is_of_that_form_alone(catalogue: evalrules.Catalogue, form: Submission) -> None:
    """A changed form has another digest; the review of another form changes nothing and is told."""
    review = of([change("甲", points=-2)], review_of=form.digest)
    assert evalrules.evaluate(catalogue, form, review).indicators[0].score == 8
    other = evalrules.load_submission({**FORM, "data": {"数": 11}})
    found = evalrules.evaluate(catalogue, other, review)
    assert [problem.code for problem in found.problems if problem.code.startswith("review")] == ["review-of-another"]
    assert found.indicators[0].score == 10
    assert found.to_dict()["review"] is None


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (change("乙", points=-1), "review-entry-several"),
        (change("没有", points=-1), "review-entry-unknown"),
        (change("甲"), "adjustment-incomplete"),
        (change("甲", points=-1, cut="10%"), "adjustment-incomplete"),
        (change("甲", cut="130%"), "adjustment-cut"),
        (change("甲", cut="三成"), "adjustment-cut"),
        ({"indicator": "甲"}, "missing-key"),
        ({"indicator": "甲", "adjust": {"points": -1}}, "missing-key"),
    ],
)
def test_what_does_not_fit_is_told_and_changes_nothing(
    catalogue: evalrules.Catalogue, form: Submission, entry: dict[str, Any], code: str
) -> None:
    """The other rows of the review are applied."""
    evaluation = evalrules.evaluate(catalogue, form, of([entry, change("丙", points=-1)]))
    assert code in {problem.code for problem in evaluation.problems}
    assert [result.score for result in evaluation.indicators if result.name in ("甲", "丙")] == [10, 9]


def test_a_row_is_changed_once(catalogue: evalrules.Catalogue) -> None:
    """What the form holds already, and the first of two, stand."""
    twice = of([change("丙", points=-1), change("丙", points=-2)])
    evaluation = evalrules.evaluate(catalogue, evalrules.load_submission(FORM), twice)
    assert "review-entry-twice" in {problem.code for problem in evaluation.problems}
    assert [result.score for result in evaluation.indicators if result.name == "丙"] == [9]


GONE = {"not_applicable": "没有"}
LIMITED = "复核评定 7 分，得分应在 0 至 5 分之间，计 5 分"


@pytest.mark.parametrize("adjust", [{"score": 2}, {"points": -1}, {"cut": "50%"}, {"score": 99}])
@pytest.mark.parametrize("otherwise", ["rescale", "rescale_total", {"move_to": "甲"}])
def test_points_that_others_have_are_nobodys_to_give(otherwise: Any, adjust: dict[str, Any]) -> None:
    """A change of a row that does not apply changes nothing, and the row says so."""
    plain, evaluation = (beside(otherwise, GONE, change) for change in (None, adjust))
    row = evaluation.indicators[1]
    assert (row.score, row.deductions, row.scored_by) == (None, (), None)
    assert any("没有采用" in note for note in row.notes)
    assert (evaluation.score, evaluation.sections) == (plain.score, plain.sections)


@pytest.mark.parametrize(
    ("row", "adjust", "score", "note"),
    [  # 5 points, of which the rule gives 2.5 for 50%
        ({"actual": "50%"}, {"score": 2}, "2.00", ""),
        ({"actual": "50%"}, {"score": 5}, "5.00", ""),
        ({"actual": "50%"}, {"score": 7}, "5.00", LIMITED),
        ({"actual": "50%"}, {"score": -1}, "0.00", "复核评定 −1 分，得分应在 0 至 5 分之间，计 0 分"),
        ({"actual": "50%"}, {"cut": "60%"}, "0.00", "复核调整 3 分，得分应在 0 至 5 分之间，其中 0.5 分不计"),
        (
            {"actual": "？"},
            {"score": 7},
            "5.00",
            "按规则不能计分，复核评定 5 分：复核发现复核评定 7 分，得分应在 0 至 5 分之间，计 5 分",
        ),
        ({"actual": ""}, {"points": -1}, None, "这一行没有得分可以复核，复核改动没有采用：复核发现"),
        ({"actual": ""}, {"cut": "50%"}, None, "这一行没有得分可以复核，复核改动没有采用：复核发现"),
        (GONE, {"cut": "40%"}, "3.00", "不适用，按规定得满分：没有"),
    ],
)
def test_what_of_a_change_has_no_effect_is_told(
    row: dict[str, Any], adjust: dict[str, Any], score: str | None, note: str
) -> None:
    """A score stays within 0 and its points, and nothing that a reviewer wrote goes unsaid."""
    found = beside("full_marks", row, adjust).indicators[1]
    assert (None if found.score is None else str(found.score), "".join(found.notes)) == (score, note)
    assert found.score is None or found.points - found.score == sum(each.points for each in found.deductions)


def beside(otherwise: Any, row: dict[str, Any], adjust: dict[str, Any] | None) -> evalrules.Evaluation:
    """Evaluate two rows, of which the second is reviewed."""
    rate = {"points": 5, "target": "100%", "unit": "%", "scoring": "比例得分"}
    edition = {
        "evalrules": 1, "id": "beside", "edition": "1", "title": "示例", "points": 10, "uses": ["standard-methods@1"],
        "sections": {"行": {"points": 10, "indicators": {"甲": rate, "乙": {**rate, "otherwise": otherwise}}}},
    }  # fmt: skip
    entries = [{"indicator": "甲", "actual": "50%"}, {"indicator": "乙", **row}]
    form = evalrules.load_submission({"organisation": "某单位", "fiscal_year": 2024, "entries": entries})
    review = None if adjust is None else of([change("乙", **adjust)])
    return evalrules.evaluate(evalrules.load_catalogue(edition), form, review)


@pytest.mark.parametrize(
    ("unit", "of_project", "project", "is_of"),
    [
        ("某单位（本级）", None, None, True),
        ("某单位(本级)", None, "治理", True),
        ("某单位", None, None, False),
        ("某单位 (本级)", "治 理", "治理", True),
        ("某单位(本级)", "治理", {"name": "治理", "code": "A"}, True),
        ("某单位(本级)", {"name": "别名", "code": "A"}, {"name": "治理", "code": "A"}, True),
        ("某单位(本级)", {"name": "治理", "code": "B"}, {"name": "治理", "code": "A"}, False),
        ("某单位(本级)", {"name": "治理", "code": "B"}, "治理", True),
        ("某单位(本级)", "治理", None, False),
    ],
)
def test_whose_a_review_is_goes_by_code_then_name_in_any_width(
    catalogue: evalrules.Catalogue,
    unit: str,
    of_project: Any,
    project: Any,
    is_of: bool,  # noqa: FBT001
) -> None:
    """As forms belong together."""
    form = evalrules.load_submission({**FORM, "organisation": "某单位（本级）", "project": project})
    found = evalrules.evaluate(catalogue, form, of([], review_of={"organisation": unit, "project": of_project}))
    assert (found.to_dict()["review"] is not None) is is_of


@pytest.mark.parametrize("project", [["治理"], {"code": []}])
def test_a_review_of_a_project_that_cannot_be_read_is_refused(project: Any) -> None:
    """It would be put to whatever project of the unit comes first."""
    with pytest.raises(evalrules.SubmissionError):
        evalrules.load_review(of([], review_of={"organisation": "某单位", "project": project}))


@pytest.mark.parametrize("source", [{}, {"review_of": ""}, {"review_of": {}}, {"by": "李四"}])
def test_a_review_says_of_which_form_it_is(source: dict[str, Any]) -> None:
    """Without that it is none."""
    with pytest.raises(evalrules.SubmissionError, match="review-of-nothing"):
        evalrules.load_review(source)


@pytest.mark.parametrize("source", ["a: [\n", {"organisation": "某单位", "fiscal_year": 2024}, Path("nowhere.yaml")])
def test_what_is_no_review_is_refused(source: Any) -> None:
    """What cannot be read, and a document of another kind."""
    with pytest.raises(evalrules.SubmissionError):
        evalrules.load_review(source)


@given(st.integers(0, 100), st.sampled_from(["甲", "丙"]))
def test_a_cut_is_its_share_of_the_points(catalogue: evalrules.Catalogue, share: int, name: str) -> None:
    """Never below 0, rounded as scores are, and the deductions of the row add up."""
    form = evalrules.load_submission(FORM)
    evaluation = evalrules.evaluate(catalogue, form, of([change(name, cut=f"{share}%")]))
    (result,) = [each for each in evaluation.indicators if each.name == name]
    assert result.score is not None
    assert result.score == 10 - Decimal(share) / 10
    assert sum(lost.points for lost in result.deductions) == result.points - result.score


def test_the_command_finds_the_form_of_each_review(tmp_path: Path) -> None:
    """Of two forms each gets its own; a review of neither is told; replay needs the review again."""
    (tmp_path / "library" / "reviewed").mkdir(parents=True)
    edition = tmp_path / "library" / "reviewed" / "1.yaml"
    edition.write_text(EDITION, "utf-8")
    forms = []
    for name in ("某单位", "另一单位"):
        forms.append(tmp_path / f"{name}.json")
        forms[-1].write_text(json.dumps({**FORM, "organisation": name}), "utf-8")
    review = tmp_path / "review.yaml"
    review.write_text(json.dumps(of([change("甲", points=-2)])), "utf-8")
    stray = tmp_path / "stray.yaml"
    stray.write_text(json.dumps(of([], review_of="sha256:0")), "utf-8")
    result = tmp_path / "result.json"

    def run(*words: object) -> Any:
        return CliRunner().invoke(root, [*map(str, words), "--catalogue", str(edition)], catch_exceptions=False)

    reviews = tmp_path / "reviews"
    reviews.mkdir()
    for file in (review, stray):
        (reviews / file.name).write_bytes(file.read_bytes())
    (reviews / "~$review.xlsx").write_bytes(b"")  # what an office program leaves while a sheet is open
    again = reviews / "second.yaml"
    again.write_text(json.dumps(of([change("甲", points=-3)])), "utf-8")
    for asked in (("--review", review, "--review", again, "--review", stray), ("--review", reviews)):
        done = run("evaluate", *forms, *asked, "--format", "json")
        first, second = (each["result"] for each in json.loads(done.stdout)["submissions"])
        assert (first["indicators"][0]["score"], second["indicators"][0]["score"]) == (8.0, 10.0)
        assert "review-of-none" in done.stderr
        assert "review-second" in done.stderr
    other = tmp_path / "other.json"
    other.write_text(json.dumps({**FORM, "project": "治理"}), "utf-8")
    exact = tmp_path / "exact.yaml"
    exact.write_text(
        json.dumps(of([change("甲", points=-4)], review_of={"organisation": "某单位", "project": "治理"})), "utf-8"
    )
    for files, scores in (((review,), [8, 10]), ((review, exact), [8, 6]), ((exact, review), [8, 6])):
        reviewed = [word for each in files for word in ("--review", each)]
        done = run("evaluate", forms[0], other, *reviewed, "--format", "json")
        told = [each["result"]["indicators"][0]["score"] for each in json.loads(done.stdout)["submissions"]]
        assert (told, "review-of-several" in done.stderr) == (scores, len(files) == 1)
    assert run("evaluate", forms[0], "--review", review, "-o", result).exit_code == 0
    assert run("replay", result, forms[0], "--review", review).exit_code == 0
    assert run("replay", result, forms[0]).exit_code == 1

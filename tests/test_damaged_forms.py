"""A form as departments hand it in: each defect is told at its cell, and everything else is scored."""

from __future__ import annotations

import datetime
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import evalrules
from evalrules import Evaluation
from evalrules._engine import LoadedCatalogue
from evalrules._report.evaluation import number_text
from evalrules._report.formats import PAGES

Form = dict[str, Any]

EDITION = {
    "evalrules": 1,
    "id": "damaged",
    "edition": "1",
    "title": "有缺陷的表",
    "uses": ["standard-methods@1"],
    "data": {
        "资金": {
            "type": "grid",
            "unit": "万元",
            "min": 0,
            "required": False,
            "columns": ["预算数", "执行数"],
            "rows": ["总额", "拨款"],
        },
        "违规": {"type": "yes_no", "required": False},
        "说明": {"type": "text", "required": False},
        "明细": {"type": "table", "required": False, "columns": {"名称": {"type": "text"}, "金额": {"unit": "万元"}}},
    },
    "defaults": {
        "bare_target": "≥",
        "scoring": {
            "≥": "比例得分",
            ">": "比例得分",
            "≤": "反向线性",
            "<": "反向线性",
            "=": "等值得分",
            "date": "按期得分",
            "text": "三档评判",
        },
    },
    "sections": {
        "预算执行率": {
            "points": 10,
            "value": "总额_执行数 ÷ 总额_预算数",
            "unit": "%",
            "target": "100%",
            "scoring": "比例得分",
            "applies": "总额_预算数 > 0",
            "otherwise": {"points": 0, "because": "没有预算"},
        },
        "产出指标": {
            "points": 60,
            "sections": {"数量指标": {"open": True}, "质量指标": {"open": True}, "时效指标": {"open": True}},
            "cap": {"when": "违规", "at_most": 30, "because": "有违规"},
        },
        "效益指标": {"points": 20, "sections": {"社会效益指标": {"open": True}}},
        "满意度指标": {"points": 10, "sections": {"服务对象满意度指标": {"open": True}}},
    },
    "grades": {"优": "总分 ≥ 90", "良": "总分 ≥ 80", "中": "总分 ≥ 60", "差": "otherwise"},
    "grade_caps": [{"when": "违规", "at_most": "中", "because": "有违规"}],
}


@pytest.fixture(scope="module")
def catalogue() -> LoadedCatalogue:
    """Load an edition with open sections, a section's cap and a cap of the grade."""
    return evalrules.load_catalogue(EDITION)


def row(section: str, indicator: str, points: object, target: str, actual: str) -> dict[str, Any]:
    """Give one row of a form."""
    return {"section": section, "indicator": indicator, "points": points, "target": target, "actual": actual}


def clean() -> Form:
    """Give a form of six rows in which everything is filled in as it should be."""
    return {
        "catalogue": "damaged@1",
        "organisation": "某局",
        "fiscal_year": 2024,
        "data": {
            "资金": {"总额": {"预算数": "100", "执行数": "90"}, "拨款": {"预算数": "100", "执行数": "90"}},
            "违规": "否",
        },
        "entries": [
            row("产出指标/数量指标", "培训期数", 20, "≥10期", "8期"),
            row("产出指标/数量指标", "参训人数", 10, "≥1000人", "1200人"),
            row("产出指标/质量指标", "验收合格率", 20, "≥95%", "96%"),
            row("产出指标/时效指标", "完成时间", 10, "2024年12月31日", "2024年12月20日"),
            row("效益指标/社会效益指标", "受益人数", 20, "≥500人", "400人"),
            row("满意度指标/服务对象满意度指标", "学员满意度", 10, "≥90%", "95%"),
        ],
    }


SCORES = [Decimal(text) for text in ("16.00", "10.00", "20.00", "10.00", "16.00", "10.00")]


def evaluated(catalogue: LoadedCatalogue, form: Form) -> Evaluation:
    """Evaluate a form as it stands."""
    return evalrules.evaluate(catalogue, evalrules.load_submission(form))


def own_scores(evaluation: Evaluation) -> list[Decimal | None]:
    """Give the scores of the rows that the form itself has, in its order."""
    return [result.score for result in evaluation.indicators if result.origin == "submission"]


def test_the_clean_form_is_clean(catalogue: LoadedCatalogue) -> None:
    """Nothing is wrong with it, and it has its total."""
    evaluation = evaluated(catalogue, clean())
    assert (evaluation.score, evaluation.problems) == (Decimal("91.00"), ())
    assert own_scores(evaluation) == SCORES
    assert (evaluation.possible, evaluation.possible_grades) == ((Decimal("91.00"),) * 2, ("优",))
    assert evaluation.scored_points == evaluation.points


# ---- single defects ------------------------------------------------------------------------------------------------


def with_row(index: int, **cells: object) -> Form:
    """Put cells into one row of the clean form."""
    form = clean()
    form["entries"][index].update(cells)
    return form


def with_added(**cells: object) -> Form:
    """Put one more row behind the first of the clean form."""
    form = clean()
    form["entries"].insert(1, {"section": "产出指标/数量指标", **cells})
    return form


def with_figure(value: object, name: str = "执行数") -> Form:
    """Put one cell into the row of all funds."""
    form = clean()
    form["data"]["资金"]["总额"][name] = value
    return form


@pytest.mark.parametrize(
    ("index", "cells", "code", "path", "lost"),
    [
        (2, {"target": "≥"}, "cell-comparator", "entries[2].target", 20),
        (2, {"actual": "96.5.1"}, "cell-number", "entries[2].actual", 20),
        (2, {"actual": ["96%"]}, "cell-not-single", "entries[2].actual", 20),
        (3, {"actual": "2024年13月5日"}, "cell-date", "entries[3].actual", 10),
        (2, {"actual": ""}, "actual-blank", "entries[2].actual", 20),
        (2, {"actual": "合格"}, "actual-not-a-number", "entries[2].actual", 20),
        (2, {"分值": 20}, "unknown-key", "entries[2].分值", 20),
        (2, {"points": "二十", "claimed_score": 20}, "expected-number", "entries[2].points", 20),
        (2, {"points": "", "claimed_score": 20}, "points-missing", "entries[2].points", 20),
        (2, {"points": -20}, "entry-points-not-positive", "entries[2].points", 20),
        (2, {"section": "其他指标/质量指标"}, "section-unknown", "entries[2].section", 20),
        (2, {"section": ["质量指标"]}, "expected-text", "entries[2].section", 20),
        (2, {"section": None}, "entry-section-missing", "entries[2].section", 20),
    ],
)
def test_one_defect_leaves_one_row_unscored(
    catalogue: LoadedCatalogue, index: int, cells: dict[str, object], code: str, path: str, lost: int
) -> None:
    """The row is named by its cell, the five others keep their scores, and the range is what the row may add."""
    evaluation = evaluated(catalogue, with_row(index, **cells))
    (found,) = evaluation.problems
    assert (found.code, found.path) == (code, path)
    scores = {result.name: result.score for result in evaluation.indicators if result.origin == "submission"}
    names = [each["indicator"] for each in clean()["entries"]]
    assert [scores[name] for name in names] == [*SCORES[:index], None, *SCORES[index + 1 :]]
    least = Decimal("91.00") - SCORES[index]
    assert (evaluation.score, evaluation.grade, evaluation.possible) == (None, None, (least, least + lost))
    assert evaluation.scored_points == evaluation.points - lost
    (unscored,) = (result for result in evaluation.indicators if result.status == "unscored")
    assert unscored.problems == (found,)


@pytest.mark.parametrize(
    "form",
    [
        with_added(indicator="指标2：", points="", target="", actual=""),
        with_added(indicator="……", target="……"),
        with_added(indicator="", points="-", target="—", actual=""),
        with_added(indicator="/", points="/", target="/", actual="/"),
        with_added(indicator="指标3：/", target="/", actual="/"),
        with_added(indicator="外出考察", target="无", actual="无"),
        with_added(indicator="另一指标", target="5次", actual="5次"),
        with_row(2, indicator="合格/验收率"),
        with_row(1, indicator="培训期数"),
        with_row(4, section="社会效益"),
        with_row(4, section="社会效益指标"),
        with_row(2, section="质量 指标"),
        with_row(2, indicator="指标1：验收合格率"),
        with_row(2, points="20（分）", claimed_score="满分"),
        with_row(2, points="20 (分)", claimed_score="20分"),
        with_row(2, points="２０", claimed_score="满分。"),
    ],
    ids=str,
)
def test_what_is_no_defect_takes_nothing(catalogue: LoadedCatalogue, form: Form) -> None:
    """Blank rows, rows that say that they do not apply, slashes and repeated names, shorter names of sections."""
    evaluation = evaluated(catalogue, form)
    assert (evaluation.score, [found.code for found in evaluation.problems]) == (Decimal("91.00"), [])


def test_a_row_that_says_it_does_not_apply_is_kept_apart(catalogue: LoadedCatalogue) -> None:
    """It is no row of the form, and not lost either."""
    evaluation = evaluated(catalogue, with_added(indicator="外出考察", target="无", actual="/", points=""))
    (left_out,) = evaluation.submission.left_out
    assert (left_out.indicator, left_out.path) == ("外出考察", "entries[1]")
    assert len(evaluation.indicators) == 7
    (told,) = (found for found in evaluation.findings if found.code == "row-not-applicable")
    assert (told.where, told.path, told.severity) == ("数量指标第2行 外出考察", "entries[1].indicator", "info")


def test_a_claim_of_full_points_is_the_points_that_there_are(catalogue: LoadedCatalogue) -> None:
    """In a row of the unit's own those that it states, in one of the edition those that the edition fixes."""
    form = with_row(0, claimed_score="满分")
    form["entries"].append({"indicator": "预算执行率", "claimed_score": "满分"})
    evaluation = evaluated(catalogue, form)
    claims = {result.name: result.claimed_score for result in evaluation.indicators if result.claimed_score is not None}
    assert claims == {"培训期数": Decimal(20), "预算执行率": Decimal(10)}
    told = {found.path for found in evaluation.findings if found.code == "claim-differs"}
    assert told == {"entries[0].claimed_score", "entries[6].claimed_score"}


def test_rows_of_one_name_are_told_once(catalogue: LoadedCatalogue) -> None:
    """Each is scored; the second is where the name is told, and rows of other parts may have it too."""
    form = with_row(1, indicator="培训期数")
    form["entries"][2]["indicator"] = "培训期数"
    told = [found for found in evaluated(catalogue, form).findings if found.code == "name-repeated"]
    assert [(found.where, found.path) for found in told] == [("数量指标第2行 培训期数", "entries[1].indicator")]
    assert "有 2 行都叫 `培训期数`" in told[0].message


def test_a_row_without_points_is_shown_and_does_not_count(catalogue: LoadedCatalogue) -> None:
    """It has neither points nor a claim."""
    evaluation = evaluated(catalogue, with_added(indicator="另一指标", target="5次", actual="5次", points=0))
    (found,) = (result for result in evaluation.indicators if result.name == "另一指标")
    assert (found.status, found.score, found.points, found.scored_by) == ("unweighted", None, Decimal(0), None)


def test_a_claim_without_points_is_not_told_to_be_too_high(catalogue: LoadedCatalogue) -> None:
    """The row has no points that the claim could exceed; that they are missing is the problem."""
    evaluation = evaluated(catalogue, with_row(2, points="", claimed_score=20))
    assert [found.code for found in evaluation.problems] == ["points-missing"]
    assert not [found for found in evaluation.findings if found.code.startswith("claim-")]


@pytest.mark.parametrize(
    ("rows", "code"), [([], "form-without-rows"), ([{"points": "", "claimed_score": ""}] * 6, "form-without-points")]
)
def test_a_form_without_points_is_checked_and_not_scored(
    catalogue: LoadedCatalogue, rows: list[dict[str, str]], code: str
) -> None:
    """What can be scored from figures is; that nothing else is there is told once, and rows are audited."""
    form = clean()
    form["entries"] = [{**entry, **cells} for entry, cells in zip(form["entries"], rows, strict=False)]
    evaluation = evaluated(catalogue, form)
    (told,) = evaluation.problems
    assert (told.code, "产出指标、效益指标、满意度指标" in told.message) == (code, not rows)
    assert (evaluation.score, evaluation.possible) == (None, (Decimal("9.00"), Decimal("99.00")))
    missed = [found.where for found in evaluation.findings if found.code == "deviation-reason-missing"]
    assert missed == ["预算执行率"] + (["数量指标第1行 培训期数", "社会效益指标第1行 受益人数"] if rows else [])


@pytest.mark.parametrize(("points", "least", "most"), [(30, "55.00", "95.00"), (10, "83.00", "93.00")])
def test_points_that_do_not_add_up_cost_no_row_its_score(
    catalogue: LoadedCatalogue, points: int, least: str, most: str
) -> None:
    """Too many leave the section anything up to its points, too few add what is missing to its most."""
    evaluation = evaluated(catalogue, with_row(0, points=points))
    (found,) = evaluation.problems
    assert (found.code, found.path) == ("section-points-sum", "entries[0].points")
    assert own_scores(evaluation)[1:] == SCORES[1:]
    assert own_scores(evaluation)[0] == Decimal(points) * 8 / 10
    expected = (Decimal("35.00"), Decimal("95.00")) if points == 30 else (Decimal(least), Decimal(most))
    assert (evaluation.score, evaluation.possible) == (None, expected)
    section = next(section for section in evaluation.sections if section.path == ("产出指标",))
    assert (section.points, section.score) == (Decimal(60), None)


@pytest.mark.parametrize(
    "value",
    ["无", "90人", "九十", "-5", ["90"], {"数": 90}, "9.0.1", object()],
    ids=lambda value: "an object" if type(value) is object else str(value),
)
def test_a_figure_that_cannot_be_used_is_told_at_its_cell(catalogue: LoadedCatalogue, value: object) -> None:
    """What reads it is unscored, and nothing that only follows is told."""
    evaluation = evaluated(catalogue, with_figure(value))
    (found,) = evaluation.problems
    assert found.path == "data.资金.总额_执行数"
    assert own_scores(evaluation) == SCORES
    assert evaluation.possible == (Decimal("82.00"), Decimal("92.00"))


def test_a_figure_that_decides_whether_a_row_applies_leaves_it_open(catalogue: LoadedCatalogue) -> None:
    """Without the budget nobody knows whether the rate applies; its points may be had or not."""
    evaluation = evaluated(catalogue, with_figure("若干", "预算数"))
    assert [found.path for found in evaluation.problems] == ["data.资金.总额_预算数"]
    assert evaluation.possible == (Decimal("82.00"), Decimal("92.00"))


def test_a_cap_that_reads_a_spoilt_figure_may_or_may_not_hold(catalogue: LoadedCatalogue) -> None:
    """The section has no score, the least has the cap and the most has it not; so with the grade."""
    form = clean()
    form["data"]["违规"] = "也许"
    evaluation = evaluated(catalogue, form)
    assert [found.code for found in evaluation.problems] == ["figure-not-yes-or-no", "cap-undecided"]
    assert own_scores(evaluation) == SCORES
    assert evaluation.possible == (Decimal("65.00"), Decimal("91.00"))
    assert evaluation.possible_grades == ("优", "良", "中")


def test_the_same_twice_is_one(catalogue: LoadedCatalogue) -> None:
    """A figure or a fixed row that is given twice counts where both say the same, and is told either way."""
    form = clean()
    form["data"]["总额_执行数"] = "90"
    assert evaluated(catalogue, form).score == Decimal("91.00")
    form["data"]["总额_执行数"] = "91"
    assert [found.code for found in evaluated(catalogue, form).problems] == ["figure-twice"]
    assert evaluated(catalogue, form).score is None
    rate = {"indicator": "预算执行率", "claimed_score": 9}
    form = clean()
    form["entries"] += [rate, {**rate}]
    assert [found.code for found in evaluated(catalogue, form).problems] == ["entry-repeated"]
    assert evaluated(catalogue, form).score == Decimal("91.00")
    form["entries"][-1]["claimed_score"] = 8
    assert evaluated(catalogue, form).possible == (Decimal("82.00"), Decimal("92.00"))


def test_what_the_edition_fixes_wins(catalogue: LoadedCatalogue) -> None:
    """A row that restates other points or another target is told, and scored by the edition."""
    form = clean()
    form["entries"].append({"indicator": "预算执行率", "points": 20, "target": "≥90%"})
    evaluation = evaluated(catalogue, form)
    assert [found.code for found in evaluation.problems] == ["entry-points-differ", "entry-target-differs"]
    assert evaluation.score == Decimal("91.00")


def test_a_reviewer_scores_what_the_rules_cannot(catalogue: LoadedCatalogue) -> None:
    """The score that was found counts, with its reason; the rules still give none."""
    evaluation = evaluated(catalogue, with_row(2, actual="合格", adjust={"score": 15, "because": "查验合格率为 71%"}))
    (found,) = (result for result in evaluation.indicators if result.name == "验收合格率")
    assert (found.status, found.score, found.rule_score) == ("scored", Decimal("15.00"), None)
    assert (found.scored_by, evaluation.score, evaluation.rule_score) == ("review", Decimal("86.00"), None)
    assert [(lost.points, lost.because) for lost in found.deductions] == [
        (Decimal("5.00"), "按规则不能计分，复核评定 15 分：查验合格率为 71%")
    ]


def test_a_change_is_told_beside_what_the_rules_give(catalogue: LoadedCatalogue) -> None:
    """Row, section and total keep both scores."""
    evaluation = evaluated(catalogue, with_row(2, adjust={"points": -2, "because": "口径不符"}))
    (found,) = (result for result in evaluation.indicators if result.name == "验收合格率")
    assert (found.score, found.rule_score, found.scored_by) == (Decimal("18.00"), Decimal("20.00"), "review")
    assert (evaluation.score, evaluation.rule_score) == (Decimal("89.00"), Decimal("91.00"))
    section = next(section for section in evaluation.sections if section.path == ("产出指标",))
    assert (section.score, section.rule_score) == (Decimal("54.00"), Decimal("56.00"))


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (20, "自评得分 20，复核改为 18，自评偏高 2 分"),
        (19, "自评得分 19，按规则计 20，自评偏低 1 分；复核改为 18"),
        (18, "自评得分 18，按规则计 20，自评偏低 2 分；复核改为 18"),
    ],
)
def test_a_claim_is_compared_with_the_rules_and_the_change_stands_beside_it(
    catalogue: LoadedCatalogue, claim: int, said: str
) -> None:
    """What a reviewer took was not claimed too much by the rules."""
    form = with_row(2, claimed_score=claim, adjust={"points": -2, "because": "口径不符"})
    assert [found.message for found in evaluated(catalogue, form).findings if found.code == "claim-differs"] == [said]


def test_a_section_that_the_edition_does_not_list_is_made(catalogue: LoadedCatalogue) -> None:
    """Below a section that has open parts, with that section's defaults; so is a row that names only that section."""
    form = with_row(2, section="产出指标/社会成本指标")
    form["entries"][4]["section"] = "效益指标"
    evaluation = evaluated(catalogue, form)
    assert (evaluation.score, evaluation.problems) == (Decimal("91.00"), ())
    made = next(section for section in evaluation.sections if section.path == ("产出指标", "社会成本指标"))
    assert (made.points, made.score) == (Decimal(20), Decimal("20.00"))
    assert [result.section for result in evaluation.indicators if result.name == "受益人数"] == [("效益指标",)]
    told = [(found.where, found.severity) for found in evaluation.findings if found.code == "section-unlisted"]
    assert told == [("社会成本指标第1行 验收合格率", "info"), ("效益指标第1行 受益人数", "info")]


def test_a_section_of_a_form_that_lists_none_is_told_without_a_list() -> None:
    """Where departments set their own first level there is nothing to list, in either language."""
    catalogue = evalrules.load_catalogue("mof-department@2020")
    row = {"section": "绿色发展", "indicator": "覆盖率", "points": 100, "target": "≥ 90%", "actual": "95%"}
    form = evalrules.load_submission({"organisation": "某局", "fiscal_year": 2024, "entries": [row]})
    (told,) = [each for each in evalrules.evaluate(catalogue, form).findings if each.code == "section-unlisted"]
    assert told.message == "表式没有列出 `绿色发展` 这一部分，作为单独的一部分计分"
    assert told.in_language("en").message.endswith("which is scored as a part of its own")


def test_a_form_of_the_units_own_levels_is_told_once() -> None:
    """Where the edition lists nothing, all that the unit wrote instead is named in one finding."""
    rows = [row(f"{first}/{second}", "覆盖率", 25, "≥ 90%", "95%") for first in "甲乙" for second in "丙丁"]
    form = evalrules.load_submission({"organisation": "某局", "fiscal_year": 2024, "entries": rows})
    found = evalrules.evaluate(evalrules.load_catalogue("mof-department@2020"), form).findings
    (told,) = [each.message for each in found if each.code == "section-unlisted"]
    assert told == "表式没有列出 `甲/丙`、`甲/丁`、`乙/丙`、`乙/丁` 这一部分，作为单独的一部分计分"


def test_a_form_that_is_open_takes_sections_of_the_first_level() -> None:
    """An edition for departments lists what is usual; what a form calls otherwise is a part of its own, and told."""
    rows = [
        row("预算执行", "预算执行率", 10, "100%", "95%"),
        row("履职效能/重点工作", "办结率", 60, "≥95%", "96%"),
        row("服务对象满意度", "满意度", 30, "≥90%", "95%"),
    ]
    form = {"catalogue": "mof-department@2020", "organisation": "某局", "fiscal_year": 2024, "entries": rows}
    evaluation = evaluated(evalrules.load_catalogue("mof-department@2020"), form)
    assert (str(evaluation.score), evaluation.problems) == ("99.50", ())
    assert [result.section for result in evaluation.indicators] == [
        ("履职效能", "重点工作"),
        ("满意度指标",),
        ("预算执行",),
    ]
    told = [found.message for found in evaluation.findings if found.code == "section-unlisted"]
    assert [message.count("列出的有") for message in told] == [1, 0]


# ---- places --------------------------------------------------------------------------------------------------------


def test_places_are_those_that_people_know(catalogue: LoadedCatalogue) -> None:
    """A problem has the place of its cell, else of its row; a program finds it by its path."""
    form = with_figure("无")
    form["entries"][1]["actual"] = "1,2"
    form["entries"][4]["target"] = "≥"
    places = {
        "entries[1]": "自评表.docx 表2 第5行",
        "entries[4].target": "自评表.docx 表2 第9行“年度指标值”",
        "data.资金.总额.执行数": "自评表.docx 表1 第3行“执行数”",
    }
    evaluation = evalrules.evaluate(catalogue, evalrules.load_submission(form, places=places))
    assert {found.path: str(found.location) for found in evaluation.problems} == {
        "data.资金.总额_执行数": "自评表.docx 表1 第3行“执行数”",
        "entries[1].actual": "自评表.docx 表2 第5行",
        "entries[4].target": "自评表.docx 表2 第9行“年度指标值”",
    }
    told = evaluation.to_dict()["problems"]
    assert {each["path"]: each["location"] for each in told} == {
        found.path: str(found.location) for found in evaluation.problems
    }


def test_a_file_has_lines_and_paths(catalogue: LoadedCatalogue) -> None:
    """In a YAML text the place is a line, and the path is the same as in a mapping; keys that stand twice are told."""
    text = (
        "organisation: 某局\nfiscal_year: 2024\nentries:\n"
        "  - {section: 数量指标, indicator: 甲, points: 30, points: 30, target: 10次, actual: 10次}\n"
        "  - {section: 质量指标, indicator: 乙, points: 30, target: 10次, target: 20次, actual: 10次}\n"
        "  - {section: 社会效益, indicator: 丙, points: 20, target: 10次, actual: 1\u200b0次}\n"
        "  - {section: 服务对象满意度, indicator: 丁, points: 10, target: 10次, actual: 10次}\n"
    )
    submission = evalrules.load_submission(text)
    assert [(found.code, found.path, str(found.location)) for found in submission.problems] == [
        ("key-duplicate", "entries[0].points", "submission:4:47"),
        ("key-duplicate", "entries[1].target", "submission:5:60"),
        ("forbidden-character", "entries[2].actual", "submission:6:69"),
    ]
    scores = {result.name: result.score for result in evalrules.evaluate(catalogue, submission).indicators}
    assert scores == {
        "预算执行率": None, "甲": Decimal("30.00"), "乙": None, "丙": None, "丁": Decimal("10.00"),
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_report_tells_the_range(catalogue: LoadedCatalogue, name: str) -> None:
    """What was scored, what was not, and between what the total lies, in the language asked for."""
    evaluation = evaluated(catalogue, with_row(2, actual=""))
    page = PAGES[name]
    shown = repr(page.document(evaluation, "zh"))
    assert "已计 71 分（满分 80），另有 20 分未计：总分在 71 至 91 之间" in shown


# ---- drawn damage --------------------------------------------------------------------------------------------------

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**6),
    st.floats(),
    st.text("中a1.%≥-/。；×（） \u200b\ufffd", max_size=6),
    st.sampled_from(
        ["无", "/", "不适用", "≥", "1,2", "……", "10（分）", "满分", "2024.6", "95", "0.95", "≥95%（含）", "完成"]
    ),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["points", "value", "甲"]), st.integers(), max_size=2),
    st.builds(object),
)
CELLS = ["section", "indicator", "points", "target", "actual", "claimed_score", "judged", "adjust", "evidence", "错键"]


@st.composite
def damage(draw: st.DrawFn) -> tuple[Form, frozenset[int]]:
    """Spoil any number of cells and rows of the clean form; give it with the rows that were not touched."""
    form = clean()
    touched = draw(st.sets(st.integers(0, 5), max_size=4))
    for index in sorted(touched):
        if draw(st.booleans()):
            form["entries"][index] = draw(JUNK)
        else:
            for cell in draw(st.lists(st.sampled_from(CELLS), min_size=1, max_size=3)):
                form["entries"][index][cell] = draw(JUNK)
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(form["entries"])))
        form["entries"].insert(place, draw(st.one_of(JUNK, st.sampled_from(clean()["entries"]).map(deepcopy))))
    for name in sorted(draw(st.sets(st.sampled_from(["预算数", "执行数"])))):
        form["data"]["资金"]["总额"][name] = draw(JUNK)
    for name in sorted(draw(st.sets(st.sampled_from(["违规", "说明", "明细", "没有的"])))):
        form["data"][name] = draw(JUNK)
    for key in sorted(draw(st.sets(st.sampled_from(["claimed", "project", "goals", "没有的键", "fiscal_year"])))):
        form[key] = draw(JUNK)
    return form, frozenset(range(6)) - touched


@given(damage())
def test_damage_costs_nothing_but_what_it_hit(catalogue: LoadedCatalogue, drawn: tuple[Form, frozenset[int]]) -> None:
    """Nothing raises, rows that were not spoilt keep their scores, and sums and range are right."""
    form, whole = drawn
    evaluation = evaluated(catalogue, form)
    rows = [(result.name, result.section, result.score) for result in evaluation.indicators]
    for index in whole:
        entry = clean()["entries"][index]
        assert (entry["indicator"], tuple(entry["section"].split("/")), SCORES[index]) in rows
    assert all(found.code and found.message for found in evaluation.problems)
    evaluation.to_json()
    least, most = evaluation.possible
    assert 0 <= least <= most <= evaluation.points
    if evaluation.score is None:
        assert evaluation.grade is None
        assert evaluation.problems
    else:
        assert least == most == evaluation.score
        counted = [result.score for result in evaluation.indicators if result.status == "scored"]
        lost = sum((each.points for each in evaluation.sections[0].deductions), Decimal(0))
        assert evaluation.score == sum((score for score in counted if score is not None), Decimal(0)) - lost


@given(st.data())
def test_every_completion_lies_in_the_range(catalogue: LoadedCatalogue, data: st.DataObject) -> None:
    """Blank or spoil cells, then fill them with anything that can be read: the total is never outside the range."""
    blank = data.draw(st.sets(st.sampled_from([(index, cell) for index in range(6) for cell in ("actual", "points")])))
    figures = data.draw(st.sets(st.sampled_from(["预算数", "执行数", "违规"])))
    form, filled = clean(), clean()
    for index, cell in sorted(blank):
        form["entries"][index].update({cell: data.draw(st.sampled_from(["", "1,2"])), "claimed_score": 1})
        if cell == "actual":
            kept = filled["entries"][index]
            days = st.dates(datetime.date(2000, 1, 1), datetime.date(2050, 12, 31)).map(str)
            kept["actual"] = data.draw(days if index == 3 else st.integers(0, 2000).map(str))
            if "%" in kept["target"]:
                kept["actual"] += "%"
    for name in sorted(figures):
        spoilt = data.draw(st.sampled_from(["", "若干"]))
        if name == "违规":
            form["data"][name], filled["data"][name] = spoilt, data.draw(st.sampled_from(["是", "否"]))
        else:
            form["data"]["资金"]["总额"][name] = spoilt
            filled["data"]["资金"]["总额"][name] = str(data.draw(st.integers(0, 200)))
    before, after = evaluated(catalogue, form), evaluated(catalogue, filled)
    assert after.score is not None
    assert before.possible[0] <= after.score <= before.possible[1]
    assert after.grade in before.possible_grades
    assert number_text(after.score)


def test_a_fixed_row_of_a_form_without_rows_of_its_own_has_its_reason() -> None:
    """Where a form lists none of its indicators, what the edition fixes is scored, and its reasons add up."""
    data = {"年初预算数": "100万元", "全年预算数": "120万元", "全年执行数": "108万元"}
    form = evalrules.load_submission({"organisation": "某单位", "fiscal_year": 2024, "data": data})
    row = evalrules.evaluate(evalrules.load_catalogue("suining-department@2024"), form).indicators[0]
    assert (row.score, row.rule_score) == (Decimal("9.0"), Decimal("9.0"))
    assert [lost.points for lost in row.deductions] == [Decimal("1.0")]

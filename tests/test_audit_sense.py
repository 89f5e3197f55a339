"""What reviewers look at that no arithmetic shows: costs, payments, hollow rates, surveys, acceptance, clauses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

import evalrules

SENSE = {
    "cost-not-capped", "payment-as-quantity", "percentage-of-words", "survey-missing", "not-accepted",
    "indicator-twice",
}  # fmt: skip
QUANTITY, QUALITY, COST = "产出指标/数量指标", "产出指标/质量指标", "产出指标/成本指标"
BENEFIT, CONTENT = "效益指标/社会效益指标", "满意度指标/服务对象满意度指标"


def row(section: str, name: str, target: str, actual: str, **more: Any) -> dict[str, Any]:
    """Write a row that claims its full points unless told."""
    written = {"section": section, "indicator": name, "points": 10, "target": target, "actual": actual}
    return {**written, "claimed_score": 10, **more}


def told(*rows: dict[str, Any]) -> list[tuple[str, str]]:
    """Give what the rules of sense say of a project's rows, with the rows that they say it of."""
    form = {"organisation": "某站", "fiscal_year": 2024, "entries": list(rows)}
    found = evalrules.evaluate(evalrules.load_catalogue("mof-project@2020"), evalrules.load_submission(form)).findings
    return [(each.code, each.where.split(" ")[-1]) for each in found if each.code in SENSE]


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("cost-not-capped", row(COST, "项目总投入", "≥17.4万元", "38.6万元")),
        ("payment-as-quantity", row(QUANTITY, "支付工程款", "≥100万元", "100万元")),
        ("percentage-of-words", row(BENEFIT, "成效显著", "≥95%", "96%")),
        ("percentage-of-words", row(BENEFIT, "有效促进乡村振兴", "100%", "100%")),
        ("not-accepted", row(QUALITY, "验收", "合格", "待验收")),
        ("not-accepted", row(QUANTITY, "修路", "≥5公里", "5公里", note="工程尚未验收")),
    ],
)
def test_what_makes_no_sense_is_told(code: str, wrong: dict[str, Any]) -> None:
    """Each is told of its row, once."""
    assert told(wrong) == [(code, wrong["indicator"])]


@pytest.mark.parametrize(
    "right",
    [
        row(COST, "项目总投入", "≤17.4万元", "16万元"),
        row(COST, "每户补助标准", "≥3000元", "3000元"),
        row(COST, "成本节约率", "≥5%", "6%"),
        row(QUANTITY, "发放补助人数", "≥100人", "100人"),
        row(COST, "发放补助", "≤100万元", "90万元"),
        row(BENEFIT, "就业带动率", "≥95%", "96%"),
        row(BENEFIT, "群众收入提高幅度", "≥5%", "6%"),
        row(QUALITY, "验收合格率", "100%", "100%"),
        row(QUANTITY, "修路", "≥5公里", "4公里", note="工程尚未验收", claimed_score=8),
        row(CONTENT, "群众满意度", "≥90%", "95%"),
    ],
)
def test_what_is_sound_is_not_told(right: dict[str, Any]) -> None:
    """People and cases paid, standards of aid, savings, rates by name, work that does not claim full marks."""
    assert told(right) == []


def test_a_satisfaction_needs_a_survey_where_evidence_is_listed() -> None:
    """On a form that lists evidence; a note that names the survey serves, a note that names none does not."""
    listed = row(QUANTITY, "修路", "≥5公里", "5公里", evidence=["验收单"])
    bare, noted = (row(CONTENT, "群众满意度", "≥90%", "95%", note=note) for note in ("没有依据", "见问卷汇总"))
    assert told(listed, bare) == [("survey-missing", "群众满意度")]
    assert told(listed, noted) == told(bare) == []
    assert told(listed, bare | {"evidence": ["满意度调查表 120 份"]}) == []


def test_one_result_in_two_parts_is_told() -> None:
    """The same name, target and actual; another actual is another result."""
    first, second = (row(section, "培训农民", "≥100人", "120人") for section in (QUANTITY, BENEFIT))
    assert told(first, second) == [("indicator-twice", "培训农民")]
    assert told(first, second | {"actual": "130人"}) == []


CLAUSES = {
    "无佐证资料": {"cut": "100%", "because": "没有佐证"},
    "达标程度无法核实": {"cut": ["30%", "60%", "100%"]},
}


def edition(**more: Any) -> evalrules.Catalogue:
    """Give an edition of one row of 15 points, scored without decimals."""
    award = [{"when": "完成值 ≥ 100%", "points": "分值"}, {"points": 5, "because": "未完成"}]
    content = {
        "evalrules": 1,
        "id": "clauses",
        "edition": "1",
        "title": "小表",
        "points": 15,
        "rounding": {"places": 0, "mode": "half_up"},
        "sections": {"甲": {"points": 15, "target": "100%", "unit": "%", "scoring": {"award": award}}},
        "grades": {"好": "总分 ≥ 9", "差": "otherwise"},
    }
    return evalrules.load_catalogue({**content, **more}, plugins=())


@pytest.mark.parametrize(
    ("actual", "adjust", "score", "is_told"),
    [
        ("100%", {"clause": "无佐证资料", "cut": "100%"}, 0, False),
        ("100%", {"clause": "无佐证资料", "cut": "60%"}, 6, True),
        ("100%", {"clause": "达标程度无法核实", "cut": "60%"}, 6, False),
        ("100%", {"clause": "达标程度无法核实", "points": -5}, 10, False),
        ("100%", {"clause": "达标程度无法核实", "score": 9}, 9, True),
        ("100%", {"clause": "达标程度无法核实", "points": -4}, 11, True),
        ("90%", {"clause": "无佐证资料", "score": 0}, 0, False),
        ("100%", {"clause": "重复计算", "cut": "100%"}, 0, True),
        ("100%", {"cut": "50%"}, 7, False),
    ],
)
def test_a_change_is_held_to_its_clause(actual: str, adjust: dict[str, Any], score: int, is_told: bool) -> None:  # noqa: FBT001
    """A cut of 分值 that the clause has, rounded and not below 0, however it is written; an unknown clause is told."""
    form = evalrules.load_submission(
        {"organisation": "某局", "fiscal_year": 2024, "entries": [{"indicator": "甲", "actual": actual}]}
    )
    entry = {"indicator": "甲", "adjust": {**adjust, "because": "抽查"}}
    review = {"review_of": {"organisation": "某局"}, "by": "李四", "entries": [entry]}
    found = evalrules.evaluate(edition(review=CLAUSES), form, review)
    assert found.score == Decimal(score)
    assert [each.code for each in found.findings].count("review-cut-differs") == is_told
    without = evalrules.evaluate(edition(), form, review)
    assert "review-cut-differs" not in {each.code for each in without.findings}


def test_clauses_are_part_of_the_edition() -> None:
    """They are read, explained with the whole edition, and belong to what it means; a wrong cut is told."""
    whole = edition(review=CLAUSES)
    assert whole.digest != edition().digest
    parts = {part.title: [fact.text for fact in part.facts] for part in evalrules.explain(whole).parts}
    assert "30%、60%、100%" in parts["达标程度无法核实"]
    content = {"evalrules": 1, "id": "a", "edition": "1", "title": "小表", "review": {"甲": {"cut": "两成"}, "乙": {}}}
    assert {each.code for each in evalrules.check(content, plugins=())} == {"adjustment-cut", "missing-key"}


@pytest.mark.parametrize(
    ("evidence", "told_of"),
    [
        (["编制批复（2024 年）", "花名册"], None),
        ([{"kind": "批复", "title": "编制批复", "date": "2024-03-01"}, "花名册"], None),
        (["花名册"], "：编制批复"),
        ([], "：编制批复、花名册"),
        (["无"], "：编制批复、花名册"),
    ],
)
def test_what_an_indicator_asks_for_is_missed_by_name(evidence: list[Any], told_of: str | None) -> None:
    """Each piece that the edition names and nothing listed does; a note is no evidence, and 无 is none."""
    award = [{"when": "完成值 ≥ 100%", "points": "分值"}, {"points": 5, "because": "未完成"}]
    part = {
        "points": 15,
        "target": "100%",
        "unit": "%",
        "evidence": ["编制批复", "花名册"],
        "scoring": {"award": award},
    }
    by = edition(sections={"甲": part}, audit={"evidence-missing": "warning"})
    entry = {"indicator": "甲", "actual": "100%", "note": "无佐证资料", "evidence": evidence}
    form = {"organisation": "某局", "fiscal_year": 2024, "entries": [entry]}
    found = evalrules.evaluate(by, evalrules.load_submission(form)).findings
    messages = [each.message for each in found if each.code == "evidence-missing"]
    assert messages == ([] if told_of is None else [f"没有列出佐证材料{told_of}"])
    del entry["evidence"]
    without = evalrules.evaluate(by, evalrules.load_submission(form)).findings
    assert "evidence-missing" not in {each.code for each in without}  # the form has no cell for it

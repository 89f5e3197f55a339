"""Rules that read how many pieces of evidence a row lists: scores, reasons, laws, proofs, cases and columns."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given

import evalrules
from evalrules import batch, testing
from evalrules._cases import case_results
from evalrules.prove import prove

EDITION = """
evalrules: 1
id: evidence
edition: "1"
title: 佐证
points: 100
sections:
  产出:
    points: 70
    indicators:
      制度健全:
        points: 60
        explain_when: 佐证数 < 3
        scoring:
          award:
            - {when: 佐证数 ≥ 2, points: 分值}
            - {when: 佐证数 ≥ 1, points: 分值 ÷ 2, because: "只有 {佐证数} 份佐证"}
            - {points: 0, because: 没有佐证}
        cases:
          - {佐证数: 1, score: 30}
          - {佐证数: 2, score: 60}
      方案:
        points: 10
        scoring: {award: [{when: 完成值 ≥ 1, points: 分值}, {points: 0, because: 没有方案}]}
  其他:
    points: 30
    open: true
methods:
  有据达标:
    waive: {full_marks_at_target: 没有佐证的不得分}
    award: [{when: 完成值 ≥ 指标值 且 佐证数 ≥ 1, points: 分值}, {points: 0, because: "佐证 {佐证数} 份"}]
defaults:
  scoring: {"≥": {method: 有据达标}}
"""


def edition(text: str = EDITION) -> evalrules.Catalogue:
    """Load an edition from its text."""
    return evalrules.load_catalogue(text, plugins=())


def form(*evidence: Any, actual: str = "5", **more: Any) -> dict[str, Any]:
    """Give a form whose first row lists this evidence, and the second and third none and one piece."""
    return {
        "organisation": "某局",
        "fiscal_year": 2024,
        "entries": [
            {"indicator": "制度健全", "evidence": list(evidence), **more},
            {"indicator": "方案", "actual": "1"},
            {
                "section": "其他",
                "indicator": "走访",
                "points": "30",
                "target": "≥5次",
                "actual": actual,
                "evidence": ["记录"],
            },
        ],
    }


def scored(document: dict[str, Any]) -> evalrules.Evaluation:
    """Evaluate a form."""
    return evalrules.evaluate(edition(), evalrules.load_submission(document))


@pytest.mark.parametrize(
    ("evidence", "score"),
    [
        ((), 0),
        (("无",), 0),
        (("编制批复",), 30),
        (("编制批复", "无"), 30),
        (({"kind": "文件", "title": "办法"}, "纪要"), 60),
        (tuple(f"材料{n}" for n in range(1200)), 60),
    ],
)
def test_evidence_is_counted_row_by_row(evidence: tuple[Any, ...], score: int) -> None:
    """无 is none; the evidence of one row is not that of another."""
    evaluation = scored(form(*evidence))
    assert [result.score for result in evaluation.indicators] == [score, 10, 30]
    assert evaluation.points - (evaluation.score or 0) == 60 - score
    deductions = evaluation.indicators[0].deductions
    assert sum(lost.points for lost in deductions) == 60 - score


def test_the_reason_says_how_many_and_how_many_are_enough() -> None:
    """Both in the sentence and in what would have been enough."""
    (lost,) = scored(form("批复")).indicators[0].deductions
    assert (lost.because, lost.steps) == ("只有 1 份佐证", ("60 ÷ 2 = 30",))
    assert "佐证数 ≥ 2" in (lost.enough or "")


def test_a_note_is_no_evidence() -> None:
    """Whatever the note says."""
    assert scored(form(note="佐证材料见附件")).indicators[0].score == 0


def test_a_row_without_its_actual_may_still_get_all() -> None:
    """The bounds of an unscored row leave room for evidence that is filled in later."""
    evaluation = scored(form("甲", "乙", actual=""))
    assert evaluation.score is None
    assert tuple(map(int, evaluation.possible)) == (70, 100)


def test_a_condition_for_a_reason_may_ask_for_evidence() -> None:
    """``explain_when`` sees the row's own evidence."""
    for count, is_told in ((2, True), (3, False)):
        found = [each.code for each in scored(form(*(f"材料{n}" for n in range(count)))).findings]
        assert ("deviation-reason-missing" in found) == is_told


def test_cases_laws_and_proofs_know_it() -> None:
    """Cases give it; its laws are proved; a rule that takes for evidence what it has not is found out."""
    catalogue = edition()
    assert [each.problems for each in case_results(catalogue.ruleset, forms=False)] == [(), ()]
    assert {proof.verdict for proof in prove(catalogue) if proof.waived is None} == {"proved"}
    text = EDITION.replace("{when: 佐证数 ≥ 2, points: 分值}", "{when: 佐证数 ≥ 2, points: 10 × 佐证数, because: 多}")
    assert "amount-above-points" in [each.code for each in evalrules.check(text)]


def test_no_figure_can_be_called_so() -> None:
    """The word is the row's."""
    found = evalrules.check(EDITION.replace("sections:", "data: {佐证数: {unit: 份}}\nsections:", 1))
    assert "name-of-language" in [each.code for each in found]


@given(testing.submissions(edition()))
def test_drawn_forms_list_evidence(submission: evalrules.Submission) -> None:
    """Forms are drawn with evidence around every edge, and reasons add up to what they lost."""
    evaluation = evalrules.evaluate(edition(), submission)
    for result in evaluation.indicators:
        if result.score is not None:
            assert result.points - result.score == sum(lost.points for lost in result.deductions)


def test_columns_give_what_the_engine_gives() -> None:
    """Whichever of them scores the form."""
    forms = [
        form(*evidence, actual=actual)
        for evidence in ((), ("批复",), ("无", "甲", "乙"))
        for actual in ("", "4", "6次")
    ]
    rows = [
        {**each, "entries": [{**row, "evidence": [*row.get("evidence", ())]}
                             for row in each["entries"]]} for each in forms
    ]  # fmt: skip
    table = pa.Table.from_pylist(rows, schema=batch.input_schema(edition()))
    found = batch.evaluate(edition(), table, reasons=False).to_pylist()
    alone = [scored(row) for row in rows]
    assert [each["score"] for each in found] == [evaluation.score for evaluation in alone]
    assert [[one["score"] for one in each["indicators"]] for each in found] == [
        [result.score for result in evaluation.indicators] for evaluation in alone
    ]

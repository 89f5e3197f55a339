"""What is decided over the whole form: grades, caps, checks, and what their names stand for."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from editions import edition, scored
from evalrules._compare.diff import difference
from evalrules._edition.levels import totals
from evalrules._engine import load_catalogue
from evalrules._evaluation import Evaluation
from evalrules._formula.ranges import Ranges

# What a name stands for is answered once, for caps, grades and checks alike.

ASKED = """\
data: {{数: {{min: 0, required: false}}, 日: {{type: date, required: false}}, 有: {{type: yes_no, required: false}}}}
sections:
  受限:
    points: 10
    cap: {{when: "{asked}", at_most: 4, because: 受限}}
    indicators: {{丙: {{points: 10, value: 1, target: ≥ 1, scoring: 比例得分}}}}
  成本:
    points: 10
    indicators:
      甲: {row}
checks:
  问: {{expect: "非 ({asked})", because: 成立}}
"""
COMPUTED = "{points: 10, value: 数, target: ≥ 10, scoring: 比例得分}"
GIVEN = "{points: 10, target: ≥ 10, scoring: 比例得分}"
DEADLINE = """{points: 10, scoring: {award: [
        {when: "完成值 ≤ 日期(2024, 12, 31)", points: 10}, {points: 0, because: 晚}]}}"""
TICKED = "{points: 10, target: ≥ 10, scoring: {checklist: {有制度: 10}}}"
UNREAD = "{points: 10, target: ≥ 10, scoring: {award: [{when: 数 > 0, points: 10}, {points: 0, because: 无}]}}"
NOWHERE = "{points: 10, value: 数, target: ≥ 10, scoring: 比例得分, applies: 有, otherwise: rescale_total}"


def answers(evaluation: Evaluation) -> tuple[str, str]:
    """Give what the cap and what the check made of the same question: yes, no, or no answer."""
    codes = {problem.code for problem in evaluation.problems} | {found.code for found in evaluation.findings}
    capped = any(section.name == "受限" and section.deductions for section in evaluation.sections)
    of_cap = "none" if "cap-undecided" in codes else "yes" if capped else "no"
    of_check = "none" if "check-not-checkable" in codes else "yes" if "check-failed" in codes else "no"
    return of_cap, of_check


@pytest.mark.parametrize(
    ("asked", "row", "body", "answer"),
    [
        # Any entry with an actual fills a section or an indicator, whether that actual scores it or a figure does.
        ("未填(成本)", COMPUTED, "data: {数: 5}\nentries: [{indicator: 甲, actual: 5}]", "no"),
        ("未填(成本)", COMPUTED, "data: {数: 5}", "yes"),
        ("未填(成本)", COMPUTED, "entries: [{indicator: 甲, actual: 5}]", "no"),
        ("未填(成本)", GIVEN, "entries: [{indicator: 甲, actual: 5}]", "no"),
        ("未填(成本)", GIVEN, "entries: [{indicator: 甲, claimed_score: 5}]", "yes"),
        ("未填(甲)", GIVEN, "entries: [{indicator: 甲, actual: 5}]", "no"),
        ("未填(甲)", TICKED, "entries: [{indicator: 甲, actual: 5, answers: {有制度: 是}}]", "no"),
        # An actual is what the row states, whatever its rules read of it.
        ("甲_完成值 < 8", COMPUTED, "data: {数: 5}", "yes"),
        ("甲_完成值 < 8", COMPUTED, "data: {数: 9}\nentries: [{indicator: 甲, actual: 5}]", "no"),
        ("甲_完成值 < 8", GIVEN, "entries: [{indicator: 甲, actual: 5}]", "yes"),
        ("甲_完成值 < 8", UNREAD, "data: {数: 5}\nentries: [{indicator: 甲, actual: 5}]", "yes"),
        ("甲_完成值 < 8", TICKED, "entries: [{indicator: 甲, actual: 5, answers: {有制度: 是}}]", "yes"),
        ("甲_完成值 < 8", GIVEN, "entries: [{indicator: 甲, actual: ≥12}]", "none"),
        ("甲_完成值 < 8", GIVEN, "entries: [{indicator: 甲, actual: 已完成}]", "none"),
        ("甲_完成值 < 8", NOWHERE, "data: {数: 5, 有: 否}", "yes"),
        ("甲_完成值 > 日期(2024, 6, 30)", DEADLINE, "entries: [{indicator: 甲, actual: 2024-12-01}]", "yes"),
        ("甲_指标值 > 8", COMPUTED, "", "yes"),
        ("甲_指标值 > 8", TICKED, "", "yes"),
        # A score is the one that is shown; a row that has none is a blank, never 0.
        ("甲_得分 < 6", COMPUTED, "data: {数: 5}", "yes"),
        ("甲_得分 < 6", COMPUTED, "", "none"),
        ("甲_得分 < 6", NOWHERE, "data: {数: 5, 有: 否}", "none"),
    ],
)
def test_caps_and_checks_answer_alike(tmp_path: Path, asked: str, row: str, body: str, answer: str) -> None:
    """The same question put to a cap and to a check has one answer, wherever the row has its actual from."""
    catalogue = edition(tmp_path, ASKED.format(asked=asked, row=row), points=20)
    assert answers(scored(catalogue, body)) == (answer, answer)


# Grades: over all totals that there are.

BONUS = """\
rounding: {{places: 1, mode: half_up}}
points: 100
sections:
  正文: {{points: 100, value: 数, target: ≥ 1, scoring: 比例得分}}
  加分:
    bonus: true
    at_most: 10
    indicators: {{奖: {{points: 10, value: 数, target: ≥ 1, scoring: 比例得分}}}}
data: {{数: {{min: 0}}}}
grades: {grades}
"""


def graded(folder: Path, grades: str) -> Path:
    """Write an edition with a bonus and these grades."""
    folder.mkdir()
    file = folder / "1.yaml"
    head = 'evalrules: 1\nid: graded\nedition: "1"\ntitle: 示例\nuses: [standard-methods@1]\n'
    file.write_text(head + BONUS.format(grades=grades), encoding="utf-8")
    return file


def test_a_difference_of_grades_tells_totals_above_the_points(tmp_path: Path) -> None:
    """A bonus leads above the points, and a grade that begins there is compared as well."""
    old = load_catalogue(graded(tmp_path / "old", "{特优: 总分 ≥ 102, 优: 总分 ≥ 90, 差: otherwise}"))
    new = load_catalogue(graded(tmp_path / "new", "{特优: 总分 ≥ 106, 优: 总分 ≥ 90, 差: otherwise}"))
    shifts = difference(old.ruleset, new.ruleset).grades
    assert [(each.totals, each.old, each.new) for each in shifts] == [("102–105.9", "特优", "优")]


def test_all_totals_are_those_that_forms_can_have(tmp_path: Path) -> None:
    """There is one list of totals: from 0 to the points and what a bonus adds, thinned out where it is too long."""
    catalogue = load_catalogue(graded(tmp_path / "one", "{特优: 总分 ≥ 102, 优: 总分 × 2 ≥ 180, 差: otherwise}"))
    assert catalogue.ruleset.grading is not None
    programs = [catalogue.ruleset.grading.program]
    every = totals(catalogue, programs, Ranges())
    assert every == list(range(1101))
    few = totals(catalogue, programs, Ranges(), most=100)
    assert few == [0, 899, 900, 901, 902, 1019, 1020, 1021, 1022, 1100]
    assert {Fraction(units, 10) for units in few} <= {Fraction(units, 10) for units in every}

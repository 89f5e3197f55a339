"""What is decided over the whole form: grades, caps, checks, and what their names stand for."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, assume, given, settings

from editions import edition, scored
from evalrules._compare.diff import difference
from evalrules._edition.levels import totals
from evalrules._engine import evaluate, load_catalogue, load_submission
from evalrules._evaluation import Evaluation
from evalrules._formula.ranges import Ranges
from evalrules._laws.fillings import form_breach
from evalrules._laws.law import verdicts
from evalrules._laws.reasoned import _form_tried
from evalrules._plugins import NONE
from evalrules._problems import CatalogueError
from evalrules._score.score import score_form
from evalrules.prove import prove
from test_independent import editions_with_forms
from test_scoring import lost

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


# The form is a section: what a section can do, the form can.

TOP = """\
data: {{数: {{min: 0}}, 乙数: {{min: 0}}, 有: {{type: yes_no}}, 大: {{type: yes_no}}}}
sections:
  甲: {{points: 75, value: 数, target: ≥ 10, scoring: 比例得分}}
  乙: {{points: 25, value: 乙数, target: ≥ 10, scoring: 比例得分, applies: 有, otherwise: {otherwise}}}
"""


@pytest.mark.parametrize("otherwise", ["rescale", "rescale_total"])
def test_the_rest_of_the_form_stands_for_a_row_at_its_top(tmp_path: Path, otherwise: str) -> None:
    """At the top of the form there is no section but the form itself."""
    catalogue = edition(tmp_path, TOP.format(otherwise=otherwise), points=100)
    full = scored(catalogue, "data: {数: 10, 乙数: 0, 有: 否}")
    assert (full.score, full.deductions) == (Decimal("100.0"), ())
    less = scored(catalogue, "data: {数: 9, 乙数: 0, 有: 否}")
    assert (less.score, [lost.steps for lost in less.deductions]) == (Decimal("90.0"), [("67.5 ÷ 75 × 100 = 90",)])
    assert less.points - (less.score or 0) == lost(less)


NESTED = """\
data: {数: {min: 0}, 有: {type: yes_no}, 大: {type: yes_no}}
sections:
  外:
    points: 70
    sections:
      内:
        points: 30
        indicators:
          甲: {points: 10, value: 数, target: ≥ 10, scoring: 比例得分}
          乙: {points: 10, value: 数, target: ≥ 10, scoring: 比例得分, applies: 有, otherwise: rescale}
          丙: {points: 10, value: 1, target: ≥ 1, scoring: 比例得分}
      旁: {points: 40, indicators: {丁: {points: 40, value: 1, target: ≥ 1, scoring: 比例得分}}}
  戊: {points: 30, value: 1, target: ≥ 1, scoring: 比例得分, applies: 大, otherwise: rescale_total}
"""


def test_a_conversion_inside_another_is_rounded_once(tmp_path: Path) -> None:
    """Each level shows its own rounded score; what converts again takes the inner one before it was rounded."""
    catalogue = edition(tmp_path, NESTED, points=100)
    inner = scored(catalogue, "data: {数: 3.33, 有: 否, 大: 是}")
    # (3.3 + 10) × 30 ÷ 20 = 19.95, shown as 20.0, and the sum of what is shown is the total.
    assert [section.score for section in inner.sections] == [Decimal("60.0"), Decimal("20.0"), Decimal("40.0")]
    assert inner.score == Decimal("90.0")
    both = scored(catalogue, "data: {数: 3.33, 有: 否, 大: 否}")
    # (19.95 + 40) × 100 ÷ 70 = 85.642…, where 60.0 × 100 ÷ 70 would be 85.7.
    assert both.score == Decimal("85.6")
    assert [lost.steps for lost in both.deductions] == [("59.95 ÷ 70 × 100 = 85.6",)]
    assert all(evaluation.points - (evaluation.score or 0) == lost(evaluation) for evaluation in (inner, both))


OUTSIDE = """\
data: {{数: {{min: 0}}, 有: {{type: yes_no}}}}
sections:
  甲: {{points: 10, value: 数, target: ≥ 10, scoring: 比例得分}}
  旁:
    {kind}: true
    at_most: 5
    indicators:
      乙: {{points: 5, value: 数, target: ≥ 10, scoring: 比例得分, applies: 有, otherwise: {otherwise}}}
      丙: {{points: 5, value: 数, target: ≥ 10, scoring: 比例得分}}
"""


@pytest.mark.parametrize("otherwise", ["rescale", "rescale_total", "{move_to: 丙}", "full_marks"])
@pytest.mark.parametrize("kind", ["bonus", "penalty"])
def test_what_does_not_apply_outside_the_points_adds_and_takes_nothing(
    tmp_path: Path, kind: str, otherwise: str
) -> None:
    """A bonus or penalty that does not apply leaves the form's points as they are."""
    catalogue = edition(tmp_path, OUTSIDE.format(kind=kind, otherwise=otherwise))
    evaluation = scored(catalogue, "data: {数: 10, 有: 否}")
    earned = Decimal(5) if kind == "bonus" else Decimal(0)
    assert (evaluation.points, evaluation.score) == (Decimal(10), Decimal(10) + earned)
    low = scored(catalogue, "data: {数: 0, 有: 否}")
    assert low.score is not None
    assert low.score >= 0


def test_a_cap_limits_what_a_bonus_adds(tmp_path: Path) -> None:
    """While it holds a bonus adds no more; what is not earned is told, and is no deduction."""
    body = """\
    data: {数: {min: 0}, 违纪: {type: yes_no}}
    sections:
      甲: {points: 10, value: 数, target: ≥ 10, scoring: 比例得分}
      加分:
        bonus: true
        at_most: 5
        cap: {when: 违纪, at_most: 1, because: "有违纪，{数} 也不加"}
        indicators: {乙: {points: 5, value: 数, target: ≥ 10, scoring: 比例得分}}
    """
    catalogue = edition(tmp_path, body)
    held, free = (scored(catalogue, f"data: {{数: 8, 违纪: {word}}}") for word in ("是", "否"))
    assert (held.score, free.score) == (Decimal("9.0"), Decimal("12.0"))
    (section,) = held.sections
    assert (section.score, section.deductions) == (Decimal("1.0"), ())
    assert section.notes == ("有违纪，8 也不加，加分不超过 1 分",)


# One of several: an entry chooses, else figures; the chosen one tells its own problem.

EITHER = """\
data: {甲数: {min: 0, required: false}, 乙数: {min: 0, required: false}, 共用: {above: 0, required: false}}
sections:
  择一:
    points: 10
    one_of: true
    indicators:
      甲: {points: 10, value: 甲数 ÷ 共用, target: ≥ 1, scoring: {award: [
        {when: 完成值 ≥ 指标值, points: 10}, {when: 乙数 > 5, points: 5, because: 少}, {points: 0, because: 少}]}}
      乙: {points: 10, value: 乙数 ÷ 共用, target: ≥ 1, scoring: 比例得分}
      丙: {points: 10, target: ≥ 10, scoring: 比例得分}
"""


@pytest.mark.parametrize(
    ("body", "codes", "score"),
    [
        ("data: {甲数: 2, 共用: 1}", [], "10.0"),
        ("data: {乙数: 1, 共用: 2}", [], "5.0"),
        ("data: {甲数: 1, 共用: 2}", ["figure-blank"], None),  # 甲 was chosen, and its rule asks for 乙数
        ("data: {甲数: 1}", ["one-of-none"], None),
        ("data: {共用: 1}", ["one-of-none"], None),
        ("", ["one-of-none"], None),
        ("data: {甲数: 1, 乙数: 1, 共用: 1}", ["one-of-several"], None),
        ("data: {甲数: 1, 乙数: 1, 共用: 1}\nentries: [{indicator: 甲, claimed_score: 10}]", [], "10.0"),
        ("data: {甲数: 1, 乙数: 1, 共用: 1}\nentries: [{indicator: 丙, actual: 5}]", [], "5.0"),
        ("data: {乙数: 1, 共用: 2}\nentries: [{indicator: 甲, note: 无}, {indicator: 丙}]", [], "5.0"),
        ("entries: [{indicator: 丙, actual: 好}]", ["actual-not-a-number"], None),
        ("entries: [{indicator: 丙, claimed_score: 5}]", ["actual-blank"], None),
        ("entries: [{indicator: 甲, claimed_score: 5}, {indicator: 丙, actual: 5}]", ["one-of-several"], None),
    ],
)
def test_one_of_several_is_chosen(tmp_path: Path, body: str, codes: list[str], score: str | None) -> None:
    """An entry that says anything chooses, else the figures do; why the chosen one has no score is what is told."""
    evaluation = scored(edition(tmp_path, EITHER), body)
    assert list(dict.fromkeys(problem.code for problem in evaluation.problems)) == codes
    assert evaluation.score == (None if score is None else Decimal(score))


def test_what_does_not_apply_is_not_chosen(tmp_path: Path) -> None:
    """Of several the one that applies is answered and its points stay; where none does, the first gives them away."""
    body = """\
    data: {数: {min: 0}, 有: {type: yes_no}, 也有: {type: yes_no}}
    sections:
      择一:
        points: 10
        one_of: true
        indicators:
          甲: {points: 10, value: 数, target: ≥ 10, scoring: 比例得分, applies: 有, otherwise: {move_to: 旁}}
          乙: {points: 10, value: 数, target: ≥ 10, scoring: 比例得分, applies: 也有, otherwise: full_marks}
      旁: {points: 10, value: 数, target: ≥ 10, scoring: 比例得分}
    """
    catalogue = edition(tmp_path, body, points=20)
    one = scored(catalogue, "data: {数: 5, 有: 否, 也有: 是}")
    assert (one.sections[0].score, one.score) == (Decimal("5.0"), Decimal("10.0"))
    neither = scored(catalogue, "data: {数: 5, 有: 否, 也有: 否}")
    assert ([each.score for each in neither.indicators], neither.score) == (
        [None, None, Decimal("10.0")],
        Decimal("10.0"),
    )


def test_nothing_chosen_in_an_open_section_is_no_nought(tmp_path: Path) -> None:
    """A section that takes one of the departments' own rows and got none has no score."""
    body = """\
    sections:
      择一: {points: 10, one_of: true, open: true}
    defaults: {scoring: {"≥": 比例得分}}
    """
    evaluation = scored(edition(tmp_path, body))
    assert evaluation.score is None
    assert [problem.code for problem in evaluation.problems] == ["one-of-none"]


# Caps of the total: after everything else, before the grade.

LIMITED = """\
data: {{数: {{min: 0}}, 违纪: {{type: yes_no, required: false}}, 迟报: {{type: yes_no}}, 有: {{type: yes_no}}}}
sections:
  产出:
    points: 60
    cap: {{when: 迟报, at_most: 50, because: 迟报}}
    indicators:
      甲: {{points: 30, value: 数, target: ≥ 10, scoring: 比例得分}}
      乙: {{points: 30, value: 数, target: ≥ 10, scoring: 比例得分, applies: 有, otherwise: rescale}}
  效益: {{points: 40, value: 数, target: ≥ 10, scoring: 比例得分}}
  加分: {{bonus: true, at_most: 5, indicators: {{奖: {{points: 5, value: 数, target: ≥ 10, scoring: 比例得分}}}}}}
  减分: {{penalty: true, at_most: 3, indicators: {{错: {{points: 5, value: 数, target: ≥ 10, scoring: 比例得分}}}}}}
score_caps:
  - {{when: 违纪, at_most: 89, because: "有违纪，总分不超过 89 分，产出 {{产出_得分}} 分", reference: 某办法第九条}}
  - {{when: {condition}, at_most: 70, because: 效益不足}}
"""


def test_the_lowest_cap_of_the_total_holds(tmp_path: Path) -> None:
    """Of several caps the lowest that holds is one deduction of the form, and the grade is that of the capped total."""
    catalogue = edition(tmp_path, LIMITED.format(condition="效益_完成值 < 10"), points=100)
    free, one, both = (
        scored(catalogue, f"data: {{数: {number}, 违纪: {word}, 迟报: 否, 有: 是}}")
        for number, word in ((10, "否"), (10, "是"), (9, "是"))
    )
    assert (free.score, free.deductions) == (Decimal("105.0"), ())
    (lost_to_it,) = one.deductions
    assert (one.score, one.grade, lost_to_it.points, lost_to_it.steps) == (
        Decimal("89.0"), "优", Decimal("16.0"), ("105 → 89",)
    )  # fmt: skip
    assert lost_to_it.because == "有违纪，总分不超过 89 分，产出 60 分"
    assert (lost_to_it.rule, lost_to_it.reference) == ("sample@1 score_caps[0]", ("某办法第九条",))
    # 90 by the rows, 4.5 earned and 0.5 taken: 94, of which the lower cap leaves 70.
    assert [(each.points, each.because) for each in both.deductions] == [(Decimal("24.0"), "效益不足")]
    assert (both.score, both.grade) == (Decimal("70.0"), "差")


def test_a_cap_of_the_total_that_reads_a_blank_leaves_no_total(tmp_path: Path) -> None:
    """Whether it holds cannot be told, so that there is no total and no grade."""
    catalogue = edition(tmp_path, LIMITED.format(condition="效益_完成值 < 10"), points=100)
    evaluation = scored(catalogue, "data: {数: 10, 迟报: 否, 有: 是}")
    assert (evaluation.score, evaluation.grade) == (None, None)
    assert [problem.code for problem in evaluation.problems] == ["score-cap-undecided"]


@pytest.mark.parametrize("number", ["10", "9.99", "7", "0.4", "0"])
@pytest.mark.parametrize("late", ["是", "否"])
@pytest.mark.parametrize("built", ["是", "否"])
@pytest.mark.parametrize("fined", ["是", "否"])
def test_what_is_lost_adds_up_at_the_form(tmp_path: Path, number: str, late: str, built: str, fined: str) -> None:
    """Conversions, a cap, bonus, penalty and caps of the total: the points and what bonuses earned less the score."""
    catalogue = edition(tmp_path, LIMITED.format(condition="效益_得分 < 20"), points=100)
    evaluation = scored(catalogue, f"data: {{数: {number}, 违纪: {fined}, 迟报: {late}, 有: {built}}}")
    earned = sum(section.score or Decimal(0) for section in evaluation.sections if section.name == "加分")
    assert evaluation.score is not None
    assert evaluation.points + earned - evaluation.score == lost(evaluation)


@pytest.mark.parametrize(("condition", "verdict"), [("效益_得分 < 20", "proved"), ("效益_得分 > 40", "refuted")])
def test_a_cap_of_the_total_must_be_able_to_hold(tmp_path: Path, condition: str, verdict: str) -> None:
    """It is proved that it can hold, or told that it cannot; the laws of the rules do without the form around them."""
    catalogue = edition(tmp_path, LIMITED.format(condition=condition), points=100)
    assert [each.verdict for each in prove(catalogue, laws=["reachable"]) if each.title == catalogue.title] == [verdict]
    assert {each.outcome for each in verdicts(catalogue.ruleset)} <= {"holds", "vacuous"}


def test_a_cap_of_the_total_that_may_hold_is_in_the_range(tmp_path: Path) -> None:
    """While a cap of the total cannot be decided, the least total has it and the most has not."""
    catalogue = edition(tmp_path, LIMITED.format(condition="效益_完成值 < 10"), points=100)
    open_cap = scored(catalogue, "data: {数: 10, 迟报: 否, 有: 是}")
    assert open_cap.possible == (Decimal("89.0"), Decimal("105.0"))
    held = scored(catalogue, "data: {数: 10, 违纪: 是, 迟报: 否}")  # whether 乙 applies is not known
    assert (held.score, held.possible) == (None, (Decimal("89.0"), Decimal("89.0")))


MOVING = """\
data: {{数: {{min: 0}}, 有: {{type: yes_no}}}}
sections:
  组: {{points: 30, indicators: {{甲: {{points: 30, value: 数, target: ≥ 10, scoring: 比例得分}}}}}}
  乙: {{points: 10, value: 数, target: ≥ 10, scoring: 比例得分, applies: 有, otherwise: {{move_to: {goal}}}}}
score_caps: [{{when: {part}_得分 > 30, at_most: 35, because: 受限}}]
"""


@pytest.mark.parametrize("goal", ["组", "甲"])
@pytest.mark.parametrize("part", ["组", "甲"])
def test_points_that_move_in_widen_the_range_of_a_score(tmp_path: Path, goal: str, part: str) -> None:
    """A part may score more than its own points; a condition that asks for that is not told to hold never."""
    catalogue = edition(tmp_path, MOVING.format(goal=goal, part=part), points=40)
    evaluation = scored(catalogue, "data: {数: 10, 有: 否}")
    reached = (goal, part) != ("组", "甲")  # a section that gains points scales its score, not its rows
    assert evaluation.score == (Decimal("35.0") if reached else Decimal("40.0"))
    (verdict,) = [each for each in prove(catalogue, laws=["reachable"]) if each.title == catalogue.title]
    assert verdict.verdict == ("proved" if reached else "refuted")


# Conservation: what is lost is told, at every level of every form.


def test_the_law_of_reasons_speaks_of_the_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversion that took without telling would break it, and so would a cap of the total that is passed over."""
    by = edition(tmp_path, LIMITED.format(condition="效益_完成值 < 10"), points=100)
    laws = [verdict for verdict in verdicts(by.ruleset) if verdict.law == "reasoned" and verdict.title == by.title]
    assert [verdict.outcome for verdict in laws] == ["holds"]
    with monkeypatch.context() as untold:
        untold.setattr("evalrules._reasons.levels._tell_conversion", lambda *_: None)
        assert _form_tried(by.ruleset).result == "refuted"
    passed_over = evolve(by.ruleset.score_caps[1], score=lambda _, score, *__: score[0])
    assert _form_tried(evolve(by.ruleset, score_caps=(by.ruleset.score_caps[0], passed_over))).result == "refuted"


@settings(suppress_health_check=list(HealthCheck))
@given(editions_with_forms())
def test_what_drawn_forms_lose_is_told(drawn: tuple[dict[str, Any], list[dict[str, Any]]]) -> None:
    """In rows, sections and the form the deductions are the points not scored, whatever converts, caps or takes."""
    written, forms = drawn
    try:
        catalogue = load_catalogue(written, plugins=NONE)
    except CatalogueError:
        assume(False)
    for form in forms:
        found = score_form(catalogue.ruleset, load_submission(form))
        assert form_breach(found) is None
        evaluation = evaluate(catalogue, load_submission(form)).to_dict()
        if evaluation["score"] is not None:
            parts = [*evaluation["indicators"], *evaluation["sections"], evaluation]
            told = sum(Fraction(each["points"]) for part in parts for each in part["deductions"])
            bonuses = [part for part in evaluation["sections"] if part["path"] == ["加分项"]]
            earned = sum(Fraction(part["score"]) for part in bonuses)
            assert Fraction(evaluation["points"]) + earned - Fraction(evaluation["score"]) == told

"""Scoring of whole forms: applicability, conversions, choices, caps, bonus and penalty, bounds, reviewers' changes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from editions import edition, row, scored
from evalrules._evaluation import Evaluation


def lost(evaluation: Evaluation) -> Decimal:
    """Add up every deduction of the evaluation."""
    of_rows = [lost.points for result in evaluation.indicators for lost in result.deductions]
    of_levels = [lost.points for section in evaluation.sections for lost in section.deductions]
    return sum((*of_rows, *of_levels, *(lost.points for lost in evaluation.deductions)), Decimal(0))


TWO = """\
data:
  甲数: {min: 0}
  乙数: {min: 0}
  有项目: {type: yes_no}
sections:
  组:
    points: 10
    indicators:
      甲: {points: 4, value: 甲数, target: ≥ 10, scoring: 比例得分}
      乙:
        points: 6
        value: 乙数
        target: ≥ 10
        scoring: 比例得分
        applies: 有项目
        otherwise: OTHERWISE
"""


def two(otherwise: str) -> str:
    """Give an edition of two indicators, the second of which may not apply."""
    return TWO.replace("OTHERWISE", otherwise)


def test_an_indicator_that_does_not_apply_can_have_full_marks(tmp_path: Path) -> None:
    """What does not apply is not divided by: it has its full marks and says why."""
    catalogue = edition(tmp_path, two("full_marks"))
    evaluation = scored(catalogue, "data: {甲数: 5, 有项目: 否}")
    assert row(evaluation, "乙").status == "not_applicable"
    assert (row(evaluation, "乙").score, evaluation.score) == (Decimal("6.0"), Decimal("8.0"))
    assert "满分" in row(evaluation, "乙").notes[0]


def test_the_others_can_stand_for_the_points_of_a_section(tmp_path: Path) -> None:
    """Rescaling multiplies the section's other scores up, and the section tells what the conversion cost."""
    catalogue = edition(tmp_path, two("rescale"))
    evaluation = scored(catalogue, "data: {甲数: 5, 有项目: 否}")
    section = evaluation.sections[0]
    assert row(evaluation, "乙").score is None
    assert (section.points, section.score) == (Decimal(10), Decimal("5.0"))
    assert [one.points for one in section.deductions] == [Decimal("3.0")]
    assert section.deductions[0].steps == ("2 ÷ 4 × 10 = 5",)
    assert evaluation.points - (evaluation.score or 0) == lost(evaluation)


def test_the_whole_form_can_stand_for_the_points(tmp_path: Path) -> None:
    """Rescaling over the whole form is the 换算后得分: Σ applicable score ÷ Σ applicable points × points."""
    body = """\
    data: {有项目: {type: yes_no}}
    sections:
      甲: {points: 92, value: 全部, target: ≥ 92, scoring: 比例得分}
      乙: {points: 8, value: 1, target: ≥ 1, scoring: 比例得分, applies: 有项目, otherwise: rescale_total}
    """.replace("data: {", "data: {全部: {min: 0}, ")
    catalogue = edition(tmp_path, body, points=100, places=2)
    evaluation = scored(catalogue, "data: {全部: 80, 有项目: 否}")
    assert evaluation.score == Decimal("86.96")
    assert evaluation.points - (evaluation.score or 0) == lost(evaluation)


def test_nothing_applicable_left_means_no_score(tmp_path: Path) -> None:
    """A section none of whose indicators applies is not scored, and neither is the form."""
    body = """\
    data: {有项目: {type: yes_no}}
    sections:
      组:
        points: 10
        indicators:
          甲: {points: 4, value: 1, target: ≥ 1, scoring: 比例得分, applies: 有项目, otherwise: rescale}
          乙: {points: 6, value: 1, target: ≥ 1, scoring: 比例得分, applies: 有项目, otherwise: rescale}
    """
    evaluation = scored(edition(tmp_path, body), "data: {有项目: 否}")
    assert evaluation.score is None
    assert [found.code for found in evaluation.problems] == ["nothing-applicable"]


def test_points_can_move_to_a_sibling(tmp_path: Path) -> None:
    """The points of an indicator that does not apply raise those of the one that it names."""
    catalogue = edition(tmp_path, two("{move_to: 甲}"))
    evaluation = scored(catalogue, "data: {甲数: 5, 有项目: 否}")
    assert (row(evaluation, "甲").points, row(evaluation, "甲").score) == (Decimal(10), Decimal("5.0"))
    assert (row(evaluation, "乙").points, row(evaluation, "乙").score) == (Decimal(0), None)
    assert evaluation.score == Decimal("5.0")
    assert evaluation.points - (evaluation.score or 0) == lost(evaluation)


def test_points_can_move_to_a_section(tmp_path: Path) -> None:
    """A section that gains points has its score scaled, and the rounding of that is shown as its own loss."""
    body = """\
    data: {甲数: {min: 0}, 有项目: {type: yes_no}}
    sections:
      效益:
        points: 30
        indicators:
          甲: {points: 30, value: 甲数, target: ≥ 3, scoring: 比例得分}
      满意度: {points: 10, value: 1, target: ≥ 1, scoring: 比例得分, applies: 有项目, otherwise: {move_to: 效益}}
    """
    evaluation = scored(edition(tmp_path, body, points=40), "data: {甲数: 2, 有项目: 否}")
    section = evaluation.sections[0]
    assert (section.points, section.score, evaluation.score) == (Decimal(40), Decimal("26.7"), Decimal("26.7"))
    assert evaluation.points - (evaluation.score or 0) == lost(evaluation)


def test_fixed_points_of_what_does_not_apply_give_a_reason(tmp_path: Path) -> None:
    """Points that the edition fixes for the case are a deduction with the edition's sentence."""
    catalogue = edition(tmp_path, two('{points: 分值 × 50%, because: "没有项目，按一半计 {分值 × 50%} 分"}'))
    result = row(scored(catalogue, "data: {甲数: 10, 有项目: 否}"), "乙")
    assert (result.score, result.deductions[0].because) == (Decimal("3.0"), "没有项目，按一半计 3 分")


def test_an_entry_may_declare_what_it_may_not_say_otherwise(tmp_path: Path) -> None:
    """不适用 is taken only where the indicator has `otherwise`."""
    body = """\
    sections:
      甲: {points: 4, target: ≥ 10, scoring: 比例得分, otherwise: full_marks}
      乙: {points: 6, target: ≥ 10, scoring: 比例得分}
    """
    catalogue = edition(tmp_path, body)
    entries = "entries:\n  - {indicator: 甲, not_applicable: 没有这项工作}\n  - {indicator: 乙, actual: 10}"
    assert scored(catalogue, entries).score == Decimal("10.0")
    declared = scored(catalogue, entries.replace("乙, actual: 10", "乙, not_applicable: 没有"))
    assert [found.code for found in declared.problems] == ["not-applicable-not-allowed"]
    assert row(declared, "乙").problems == declared.problems
    beside = scored(catalogue, entries.replace("乙, actual: 10", "乙, actual: 10, not_applicable: 没有"))
    assert ([found.code for found in beside.problems], beside.score) == (
        ["not-applicable-not-allowed"],
        Decimal("10.0"),
    )


CHOICE = """\
data: {甲数: {min: 0, required: false}, 乙数: {min: 0, required: false}}
sections:
  二者择其一:
    points: 10
    one_of: true
    indicators:
      甲: {points: 10, value: 甲数, target: ≥ 10, scoring: 比例得分}
      乙: {points: 10, value: 乙数, target: ≥ 10, scoring: 比例得分}
"""


@pytest.mark.parametrize(("figures", "score"), [("甲数: 5", "5.0"), ("乙数: 8", "8.0")])
def test_exactly_one_of_several_is_answered(tmp_path: Path, figures: str, score: str) -> None:
    """The one that is answered carries the section."""
    evaluation = scored(edition(tmp_path, CHOICE), f"data: {{{figures}}}")
    assert evaluation.score == Decimal(score)
    assert {result.status for result in evaluation.indicators} == {"scored", "not_applicable"}


@pytest.mark.parametrize(("figures", "code"), [("", "one-of-none"), ("甲数: 5, 乙数: 8", "one-of-several")])
def test_none_or_several_of_one_are_unscored(tmp_path: Path, figures: str, code: str) -> None:
    """Neither none nor both is guessed about."""
    evaluation = scored(edition(tmp_path, CHOICE), f"data: {{{figures}}}")
    assert evaluation.score is None
    assert {found.code for found in evaluation.problems} == {code}


CHOICE_OF_FIGURES = """\
data:
  数: {min: 0, required: false}
  底数: {above: 0, required: false}
  有: {type: yes_no, required: false}
  率: {formula: 数 ÷ 底数, required: false}
  表: {type: table, required: false, columns: {钱: {min: 0}}}
sections:
  多者择其一:
    points: 10
    one_of: true
    indicators:
      甲: {points: 10, value: 率, target: ≥ 4, scoring: 比例得分}
      乙: {points: 10, scoring: {award: [{when: 有, points: 分值}, {points: 0, because: 没有}]}}
      丙: {points: 10, value: 合计(表_钱), target: ≥ 4, scoring: 比例得分}
"""


@pytest.mark.parametrize(
    ("figures", "score", "codes"),
    [
        ("数: 2, 底数: 1", "5.0", set()),
        ("有: 否", "0.0", set()),
        ("有: 是, 数: 2", "10.0", set()),
        ("表: []", "0.0", set()),
        ("数: 2", None, {"one-of-none"}),
        ("数: 2, 底数: 1, 有: 是", None, {"one-of-several"}),
        # filled, though nothing can be made of it: that is the problem
        ("数: 2, 底数: 0", None, {"figure-out-of-range"}),
        ("数: 约2, 底数: 1", None, {"figure-not-a-number"}),
        ("有: 大概", None, {"figure-not-yes-or-no"}),
        ("表: [{钱: 一些}]", None, {"figure-not-a-number"}),
    ],
)
def test_figures_that_are_filled_answer_one_of_several(
    tmp_path: Path, figures: str, score: str | None, codes: set[str]
) -> None:
    """Whatever rule reads them; where the one that they answer cannot be scored, nobody is told that none is."""
    evaluation = scored(edition(tmp_path, CHOICE_OF_FIGURES), f"data: {{{figures}}}")
    assert evaluation.score == (None if score is None else Decimal(score))
    assert {found.code for found in evaluation.problems} == codes


OUTSIDE = """\
data: {基础: {min: 0, max: 10}, 通报: {integer: true, min: 0}, 表彰: {integer: true, min: 0}}
sections:
  基础: {points: 10, value: 基础, target: ≥ 10, scoring: 比例得分}
  加分:
    bonus: true
    at_most: 1
    indicators:
      表彰:
        points: 2
        scoring:
          award:
            - {when: 表彰 ≥ 4, points: 分值}
            - {points: 0.5 × 表彰, because: "表彰 {表彰} 次"}
  扣分:
    penalty: true
    at_most: 3
    indicators:
      通报:
        points: 5
        scoring:
          deduct:
            - {when: 通报 > 0, points: 2 × 通报, because: "被通报 {通报} 次，每次扣 2 分"}
"""


@pytest.mark.parametrize(
    ("basis", "praised", "blamed", "total"),
    [
        (10, 0, 0, "10.0"),
        (10, 1, 0, "10.5"),
        (10, 4, 0, "11.0"),
        (10, 0, 1, "8.0"),
        (10, 0, 2, "7.0"),
        (1, 0, 2, "0.0"),
    ],
)
def test_bonus_and_penalty_stand_outside(tmp_path: Path, basis: int, praised: int, blamed: int, total: str) -> None:
    """A bonus adds and a penalty subtracts, each up to its limit, and the total stays within 0 and points + bonus."""
    evaluation = scored(edition(tmp_path, OUTSIDE), f"data: {{基础: {basis}, 表彰: {praised}, 通报: {blamed}}}")
    assert evaluation.score == Decimal(total)


def test_a_bonus_that_is_left_blank_adds_nothing(tmp_path: Path) -> None:
    """A bonus starts at 0: who claims none has a total, and the row says that it is blank."""
    evaluation = scored(edition(tmp_path, OUTSIDE), "data: {基础: 10, 通报: 1}")
    assert (evaluation.score, evaluation.sections[0].score) == (Decimal("8.0"), Decimal("0.0"))
    assert (row(evaluation, "表彰").status, row(evaluation, "表彰").score) == ("unscored", None)
    assert [found.code for found in evaluation.problems] == ["figure-blank"]
    assert scored(edition(tmp_path, OUTSIDE), "data: {基础: 10, 表彰: 1}").score is None


def test_what_a_bonus_does_not_earn_is_no_deduction(tmp_path: Path) -> None:
    """Only what a penalty takes is a deduction."""
    evaluation = scored(edition(tmp_path, OUTSIDE), "data: {基础: 10, 表彰: 0, 通报: 1}")
    assert row(evaluation, "表彰").deductions == ()
    assert [one.because for one in row(evaluation, "通报").deductions] == ["被通报 1 次，每次扣 2 分"]
    assert (row(evaluation, "通报").points, row(evaluation, "通报").score) == (Decimal(0), Decimal("-2.0"))


@pytest.mark.parametrize(("basis", "blamed"), [(10, 1), (10, 2), (1, 2)])
def test_what_a_penalty_takes_adds_up_at_its_limit(tmp_path: Path, basis: int, blamed: int) -> None:
    """What a rule takes beyond the limit of its section, or below a total of 0, is given back where it is told."""
    evaluation = scored(edition(tmp_path, OUTSIDE), f"data: {{基础: {basis}, 表彰: 0, 通报: {blamed}}}")
    assert evaluation.points - (evaluation.score or 0) == lost(evaluation)


def test_everything_in_which_an_entry_does_not_fit_is_told(tmp_path: Path) -> None:
    """Points, target, and a judgement that nobody asked for: one reading of the problems is enough."""
    catalogue = edition(tmp_path, "sections: {甲: {points: 10, target: ≥ 10, scoring: 比例得分}}")
    entry = "entries: [{indicator: 甲, points: 9, target: ≥ 8, actual: 1, judged: {tier: 好}}]"
    evaluation = scored(catalogue, entry)
    assert [found.code for found in evaluation.problems] == [
        "entry-points-differ",
        "entry-target-differs",
        "judged-not-asked",
    ]
    assert evaluation.score == Decimal("1.0"), "what the edition fixes counts"


def test_everything_in_which_an_added_indicator_does_not_fit_is_told(tmp_path: Path) -> None:
    """Points, and a declaration that only fixed indicators may make; a title may hold a slash."""
    catalogue = edition(tmp_path, "defaults: {scoring: {text: 三档评判}}\nsections: {甲: {points: 10, open: true}}")
    evaluation = scored(catalogue, "entries: [{section: 甲, indicator: 乙/丙, points: 0.001, not_applicable: 没有}]")
    assert [found.code for found in evaluation.problems] == ["not-applicable-not-allowed", "entry-points-too-fine"]
    assert row(evaluation, "乙/丙").status == "unscored"


def test_a_change_without_effect_is_told(tmp_path: Path) -> None:
    """A reviewer sees how much of a change did not count."""
    catalogue = edition(tmp_path, "sections: {甲: {points: 10, target: ≥ 10, scoring: 比例得分}}")
    entry = "entries: [{{indicator: 甲, actual: {}, adjust: {{points: {}, because: 口径不符}}}}]"
    down, up = scored(catalogue, entry.format(8, -20)), scored(catalogue, entry.format(10, 1))
    assert any("其中 12 分不计" in note for note in row(down, "甲").notes)
    assert any("其中 1 分不计" in note for note in row(up, "甲").notes)


def test_a_cap_limits_a_section_while_its_condition_holds(tmp_path: Path) -> None:
    """What a cap takes is a deduction of the section, with the edition's sentence."""
    body = """\
    data: {甲数: {min: 0}}
    sections:
      成本指标:
        points: 10
        cap: {when: 甲数 < 10, at_most: 5, because: "甲数 {甲数}，本组最多 5 分"}
        indicators:
          甲: {points: 10, value: 甲数, target: ≥ 8, scoring: 比例得分}
    """
    catalogue = edition(tmp_path, body)
    capped, free = scored(catalogue, "data: {甲数: 8}"), scored(catalogue, "data: {甲数: 10}")
    assert (capped.score, free.score) == (Decimal("5.0"), Decimal("10.0"))
    assert [one.because for one in capped.sections[0].deductions] == ["甲数 8，本组最多 5 分"]
    assert capped.points - (capped.score or 0) == lost(capped)


def test_a_cap_that_reads_a_blank_leaves_the_section_unscored(tmp_path: Path) -> None:
    """Whether the cap holds is not guessed."""
    body = """\
    data: {甲数: {min: 0}, 乙数: {min: 0, required: false}}
    sections:
      成本指标:
        points: 10
        cap: {when: 乙数 < 10, at_most: 5, because: "乙数 {乙数}，本组最多 5 分"}
        indicators:
          甲: {points: 10, value: 甲数, target: ≥ 8, scoring: 比例得分}
    """
    evaluation = scored(edition(tmp_path, body), "data: {甲数: 8}")
    assert (evaluation.score, row(evaluation, "甲").score) == (None, Decimal("10.0"))
    assert [found.code for found in evaluation.problems] == ["cap-undecided"]


def test_a_reviewer_changes_a_score_within_its_points(tmp_path: Path) -> None:
    """An adjustment is a deduction, or gives points back, and never leaves 0…points."""
    body = "sections: {甲: {points: 10, target: ≥ 10, scoring: 比例得分}}"
    catalogue = edition(tmp_path, body)
    entry = "entries: [{{indicator: 甲, actual: 8, adjust: {{points: {}, because: 复核发现口径不符}}}}]"
    down, up = scored(catalogue, entry.format(-0.5)), scored(catalogue, entry.format(5))
    assert (down.score, up.score) == (Decimal("7.5"), Decimal("10.0"))
    assert [one.points for one in row(down, "甲").deductions] == [Decimal("2.0"), Decimal("0.5")]
    assert [one.points for one in row(up, "甲").deductions] == [Decimal("2.0"), Decimal("-2.0")]


@pytest.mark.parametrize(
    ("actual", "score"),
    [
        ("≥98%", "10.0"),
        ("≥90%", "10.0"),
        (">90%", "10.0"),
        ("≥89.99%", "10.0"),  # as 89.99% by itself: what it loses is rounded away
        ("≥89%", None),
        ("<90%", None),
        ("95% – 99%", "10.0"),
    ],
)
def test_an_actual_that_is_a_bound_is_scored_only_with_certainty(
    tmp_path: Path, actual: str, score: str | None
) -> None:
    """Only where every value that the bound admits earns full marks."""
    catalogue = edition(tmp_path, "sections: {甲: {points: 10, target: ≥ 90%, scoring: 比例得分}}")
    evaluation = scored(catalogue, f"entries: [{{indicator: 甲, actual: '{actual}'}}]")
    assert evaluation.score == (None if score is None else Decimal(score))


def test_blank_zero_and_not_applicable_are_three_things(tmp_path: Path) -> None:
    """A blank leaves the row unscored, zero is a number, and a divisor of 0 gives no value."""
    body = """\
    data: {完成: {min: 0, required: false}, 计划: {min: 0}, 比率: {unit: "%", formula: 完成 ÷ 计划}}
    sections:
      甲:
        points: 10
        value: 比率
        unit: "%"
        target: ≥ 100%
        scoring: 比例得分
        applies: 计划 > 0
        otherwise: full_marks
    """
    catalogue = edition(tmp_path, body)
    blank, zero = scored(catalogue, "data: {完成: , 计划: 5}"), scored(catalogue, "data: {完成: 0, 计划: 5}")
    without = scored(catalogue, "data: {完成: 0, 计划: 0}")
    assert (blank.score, zero.score, without.score) == (None, Decimal("0.0"), Decimal("10.0"))
    assert [found.code for found in blank.problems] == ["figure-blank"]


def test_the_order_of_entries_changes_no_score(tmp_path: Path) -> None:
    """The form has its own order."""
    body = """\
    sections:
      甲: {points: 4, target: ≥ 10, scoring: 比例得分}
      乙: {points: 6, target: ≥ 10, scoring: 比例得分}
    """
    catalogue = edition(tmp_path, body)
    entries = ["{indicator: 甲, actual: 3}", "{indicator: 乙, actual: 7}"]
    one, two = (scored(catalogue, f"entries: [{', '.join(order)}]") for order in (entries, entries[::-1]))
    assert [(result.name, result.score) for result in one.indicators] == [
        (result.name, result.score) for result in two.indicators
    ]


def test_amounts_in_other_units_are_converted(tmp_path: Path) -> None:
    """15000 元 is 1.5 万元; another kind of unit is a problem."""
    body = """\
    data: {甲数: {unit: 万元, min: 0}}
    sections: {甲: {points: 10, value: 甲数, unit: 万元, target: ≥ 3万元, scoring: 比例得分}}
    """
    catalogue = edition(tmp_path, body)
    assert scored(catalogue, "data: {甲数: 15000元}").score == Decimal("5.0")
    wrong = scored(catalogue, "data: {甲数: 15人}")
    assert [found.code for found in wrong.problems] == ["figure-unit"]
    assert row(wrong, "甲").problems == wrong.problems


def test_an_entry_may_bring_the_deadline(tmp_path: Path) -> None:
    """Rules that read days as well as numbers take the kind of the entry's target."""
    catalogue = edition(tmp_path, "sections: {甲: {points: 10, scoring: 按期得分}}")
    on_time = scored(catalogue, "entries: [{indicator: 甲, target: 2024-12-31, actual: 2024-12-30}]")
    assert on_time.score == Decimal("10.0")
    ratio = edition(tmp_path, "sections: {甲: {points: 10, scoring: 比例得分}}")
    assert scored(ratio, "entries: [{indicator: 甲, target: 10, actual: 5}]").score == Decimal("5.0")
    assert scored(ratio, "entries: [{indicator: 甲, target: 2024-12-31, actual: 2024-12-30}]").score is None


def test_a_deadline_is_a_target(tmp_path: Path) -> None:
    """A date is scored against a deadline, that day included."""
    body = "sections: {甲: {points: 10, target: 2024年12月31日, scoring: 按期得分}}"
    catalogue = edition(tmp_path, body)
    assert scored(catalogue, "entries: [{indicator: 甲, actual: 2024-12-31}]").score == Decimal("10.0")
    late = scored(catalogue, "entries: [{indicator: 甲, actual: 2025年1月1日}]")
    assert late.score is not None
    assert late.score < Decimal(10)

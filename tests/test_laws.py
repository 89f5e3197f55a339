"""The laws: each holds for what is lawful, and tells an input in the bureau's words for what is not."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from evalrules._formula.compile.programs import Recorded
from evalrules._formula.tree import Sentence
from evalrules._laws.law import law_words, laws, verdicts, waiver_of
from evalrules._laws.subjects import Subject, subjects
from evalrules._laws.trials import attempt, profiles
from evalrules._reasons.account import ready_plan
from evalrules._score.ruleset import Plan, Ruleset, Score
from rulesets import broken, broken_in_all, outcomes, ruleset

RATE = """\
sections:
  满意度:
    points: 10
    unit: "%"
    target: {target}
    ranges: {{完成值: {{min: 0, max: 1}}}}
    scoring:
      award:
{rows}
"""

LOWEST = "points: 0, because: 低"


def banded(folder: Path, *rows: str, target: str = "≥ 90%") -> Ruleset:
    """Compile an edition whose one indicator has these rows."""
    lines = "\n".join(f"        - {{{row}}}" for row in rows)
    return ruleset(folder, RATE.format(target=target, rows=lines))


def test_lawful_bands_keep_every_law(tmp_path: Path) -> None:
    """Rows in their order, the last one deciding the rest, break nothing."""
    found = outcomes(
        banded(
            tmp_path,
            "when: 完成值 ≥ 90%, points: 10",
            "when: 完成值 ≥ 60%, points: 6, because: 不到",
            "points: 0, because: 低",
        )
    )
    assert {law: verdict.outcome for law, verdict in found.items()} == dict.fromkeys(laws(), "holds")


def test_a_better_actual_that_scores_less_is_told_side_by_side(tmp_path: Path) -> None:
    """The message shows the two neighbouring values, written alike, each with its score, and nothing further."""
    rows = (
        "when: 完成值 ≥ 90%, points: 6, because: 高",
        "when: 完成值 ≥ 60%, points: 8, because: 中",
        "points: 0, because: 低",
    )
    told = broken(banded(tmp_path, *rows, target="≥ 60%"))
    assert told["monotone"] == "`满意度`：完成值 89.99% 得 8 分，90.00% 得 6 分，完成得更好，得分反而更低"


def test_a_computed_actual_is_told_with_the_figure_that_makes_it(tmp_path: Path) -> None:
    """What stays the same stands before, and beside each actual the figure that is another."""
    body = """\
    data: {在职人员数: {unit: 人, integer: true, min: 0}, 编制数: {unit: 人, integer: true, above: 0}}
    sections:
      控制率:
        points: 10
        value: 在职人员数 ÷ 编制数
        unit: "%"
        target: ≤ 100%
        scoring:
          award:
            - {when: 完成值 ≤ 100%, points: 8, because: 够}
            - {when: 完成值 ≤ 110%, points: 10}
            - {points: 0, because: 超}
    """
    told = broken(ruleset(tmp_path, body))
    assert told["monotone"] == (
        "`控制率`：编制数 100人 时，完成值 100%（在职人员数 100人） 得 8 分，101%（在职人员数 101人） 得 10 分，"
        "完成得更好，得分反而更低"
    )


def test_a_target_just_met_without_full_marks_is_told(tmp_path: Path) -> None:
    """An edge on the wrong side costs whoever meets the target exactly."""
    told = broken(banded(tmp_path, "when: 完成值 > 90%, points: 10", "points: 4, because: 低"))
    assert told["full_marks_at_target"] == "`满意度`：完成值 90%，刚好达到指标值，得 4 分，不是满分 10 分"


def test_more_than_the_points_is_told(tmp_path: Path) -> None:
    """A row without a limit gives more than the points to somebody."""
    told = broken(banded(tmp_path, "points: 分值 × 完成值 ÷ 90%, because: 按比例"))
    assert told["bounded"].startswith("`满意度`：完成值 ")
    assert "超出 0 到分值" in told["bounded"]


def test_a_negative_deduction_is_told(tmp_path: Path) -> None:
    """A deduction that forgets its condition gives points where it should take none."""
    body = """\
    sections:
      差错:
        points: 10
        unit: 例
        target: ≤ 5例
        ranges: {完成值: {min: 0}}
        scoring: {deduct: [{points: 完成值 − 5, because: 超过}]}
    """
    assert "bounded" in broken(ruleset(tmp_path, body))


def test_a_division_by_zero_is_told(tmp_path: Path) -> None:
    """An input in the declared range that cannot be scored names the inputs."""
    body = """\
    data: {甲: {min: 0}, 乙: {min: 0}}
    sections:
      比:
        points: 10
        value: 甲 ÷ 乙
        target: ≥ 1
        scoring: {award: [{when: 完成值 ≥ 1, points: 10}, {points: 0, because: 低}]}
    """
    told = broken(ruleset(tmp_path, body))
    assert "乙 0" in told["decided"]
    assert "不能计分" in told["decided"]


def test_a_row_out_of_reach_is_told(tmp_path: Path) -> None:
    """A row whose range is taken by those above it is never reached."""
    rows = ("when: 完成值 ≥ 90%, points: 10", "when: 完成值 ≥ 95%, points: 8, because: 高", LOWEST)
    assert broken(banded(tmp_path, *rows))["reachable"] == "`满意度`：没有数据能用到第 2 条（完成值 ≥ 95%）"


def test_full_marks_that_cannot_be_had_are_told(tmp_path: Path) -> None:
    """The best row gives less than the points, as in a table whose weight and whose standard disagree."""
    rows = ("when: 完成值 ≥ 90%, points: 8, because: 满", LOWEST)
    assert broken(banded(tmp_path, *rows))["reachable"] == "`满意度`：没有数据能得满分"


def test_a_rule_reached_by_two_figures_together_is_found(tmp_path: Path) -> None:
    """Where only several inputs together reach a rule, varying from new places finds them."""
    body = """\
    data: {甲: {min: 0}, 乙: {min: 0}, 丙: {type: yes_no}}
    sections:
      合规:
        points: 10
        scoring:
          award:
            - {when: 甲 < 3 且 乙 > 2000 且 丙, points: 2, because: 少而多}
            - {points: 10}
    """
    assert outcomes(ruleset(tmp_path, body))["reachable"].outcome == "holds"


def test_a_reason_left_empty_is_told(tmp_path: Path) -> None:
    """A deduction whose sentence says nothing is no reason."""
    made = banded(tmp_path, "when: 完成值 ≥ 90%, points: 10", LOWEST)
    (row,) = made.rows
    assert row.plan is not None
    rules = tuple(evolve(rule, because=Sentence(" ", (" ",))) for rule in row.plan.program.rules)
    silent = evolve(row, plan=evolve(row.plan, program=evolve(row.plan.program, rules=rules)))
    told = broken(evolve(made, rows=(silent,)))
    assert (
        told["reasoned"].startswith("`满意度`：完成值 89.99% 时扣 10.00 分，没有理由") or "没有理由" in told["reasoned"]
    )


# ---- directions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "best", "good"),
    [
        ("= 50%", "完成值 = 50%", "绝对值(完成值 − 50%) ≤ 10%"),
        ("40% – 60%", "40% ≤ 完成值 ≤ 60%", "30% ≤ 完成值 ≤ 70%"),
    ],
)
def test_each_side_of_a_target_is_judged_by_itself(tmp_path: Path, target: str, best: str, good: str) -> None:
    """For a target in the middle closer is better from both sides."""
    rows = (f"when: {best}, points: 10", f"when: '{good}', points: 5, because: 近", LOWEST)
    assert broken(banded(tmp_path, *rows, target=target)) == {}


def test_the_wrong_side_of_a_middle_target_is_found(tmp_path: Path) -> None:
    """Farther from the target on one side may not score more."""
    rows = ("when: 完成值 = 50%, points: 10", "when: 完成值 ≥ 80%, points: 8, because: 高", "points: 5, because: 近")
    assert "79.99% 得 5 分，80.00% 得 8 分" in broken(banded(tmp_path, *rows, target="= 50%"))["monotone"]


def test_outside_an_interval_may_not_score_more_than_inside(tmp_path: Path) -> None:
    """Inside an interval is best."""
    rows = ("when: 完成值 = 50%, points: 4, because: 中", "when: 完成值 ≥ 40%, points: 10", LOWEST)
    assert "monotone" in broken(banded(tmp_path, *rows, target="40% – 60%"))


DEADLINE = """\
sections:
  完成时间:
    points: 10
    target: 2024-11-30
    scoring:
      award:
        - {when: 完成值 ≤ 指标值, points: %s, because: 按期}
        - {points: %s, because: 逾期}
"""


def test_a_deadline_is_better_met_earlier(tmp_path: Path) -> None:
    """Days are written as days, and the day after the deadline may not score more than the deadline."""
    assert broken(ruleset(tmp_path, DEADLINE % ("10", "0"))) == {}
    told = broken(ruleset(tmp_path, DEADLINE % ("5", "10")))
    assert "完成值 2024年11月30日 得 5 分，2024年12月1日 得 10 分" in told["monotone"]


def test_above_a_whole_number_the_next_one_earns_full_marks(tmp_path: Path) -> None:
    """For ``>`` the target is just met by the next integer, and only where nothing lies between."""
    body = """\
    data: {次数: {unit: 次, integer: true, min: 0}}
    sections:
      公开:
        points: 10
        value: 次数
        unit: 次
        target: "> 5次"
        scoring: {award: [{when: 完成值 > %s, points: 10}, {points: 0, because: 少}]}
    """
    assert broken(ruleset(tmp_path, body % "5")) == {}
    assert "完成值 6次" in broken(ruleset(tmp_path, body % "6"))["full_marks_at_target"]
    assert "full_marks_at_target" not in outcomes(ruleset(tmp_path, (body % "6").replace(", integer: true", "")))


def test_a_target_that_no_value_can_equal_is_told(tmp_path: Path) -> None:
    """Where the figures cannot make the actual equal the target the law says that it was not tried."""
    body = """\
    data: {次数: {integer: true, min: 0}}
    sections:
      公开:
        points: 10
        value: 次数
        target: ≥ 5.5
        scoring: {award: [{when: 完成值 ≥ 5.5, points: 10}, {points: 0, because: 少}]}
    """
    verdict = outcomes(ruleset(tmp_path, body))["full_marks_at_target"]
    assert verdict.outcome == "vacuous"
    assert verdict.problem is not None
    assert verdict.problem.code == "target-never-met"


def test_a_figure_that_the_rule_reads_besides_is_moved_too(tmp_path: Path) -> None:
    """A smaller budget is a better rate of spending, and loses the points that the large budget had."""
    body = """\
    data: {执行数: {unit: 万元, min: 0}, 预算数: {unit: 万元, above: 0}, 大额: {type: yes_no, formula: 预算数 > 500}}
    sections:
      执行率:
        points: 10
        value: 执行数 ÷ 预算数
        unit: "%"
        target: ≥ 100%
        scoring:
          award:
            - {when: 完成值 ≥ 100%, points: 10}
            - {when: 大额, points: 5, because: 大额}
            - {points: 0, because: 低}
    """
    assert broken(ruleset(tmp_path, body)) == {
        "monotone": "`执行率`：执行数 100万元 时，完成值 19.9996%（预算数 500.01万元） 得 5 分，"
        "20.0000%（预算数 500万元） 得 0 分，完成得更好，得分反而更低"
    }


# ---- waivers -------------------------------------------------------------------------------------------------------


def test_a_waived_law_is_shown_with_its_reason(tmp_path: Path) -> None:
    """What a policy means to break is no failure, and is told."""
    body = """\
    sections:
      人数: {points: 10, unit: 人, target: ≥ 100人, scoring: 超额调减得分, waive: {monotone: 超额视为指标值偏低}}
    """
    verdict = outcomes(ruleset(tmp_path, body))["monotone"]
    assert (verdict.outcome, verdict.waived, verdict.stands) == ("refuted", "超额视为指标值偏低", True)
    assert waiver_of(verdict).code == "law-waived"


def test_a_method_s_waiver_reaches_whoever_calls_it(tmp_path: Path) -> None:
    """A method waives a law once, for every indicator that calls it."""
    body = "sections: {人数: {points: 10, unit: 人, target: ≥ 100人, scoring: 超额调减得分}}\n"
    assert outcomes(ruleset(tmp_path, body))["monotone"].waived == "超额完成过多视为指标值定得偏低，按偏离程度调减"


def test_a_waiver_without_need_is_worth_a_line(tmp_path: Path) -> None:
    """A waived law that in fact holds is told as such."""
    body = """\
    sections:
      人数: {points: 10, unit: 人, target: ≥ 100人, scoring: 比例得分, waive: {monotone: 怕有问题}}
    """
    verdict = outcomes(ruleset(tmp_path, body))["monotone"]
    assert (waiver_of(verdict).code, waiver_of(verdict).severity) == ("waiver-unneeded", "info")


# ---- grades --------------------------------------------------------------------------------------------------------

PLAIN = "sections: {人数: {points: 10, unit: 人, target: ≥ 100人, scoring: 比例得分}}\n"


def test_a_total_in_no_grade_is_told(tmp_path: Path) -> None:
    """Whole-numbered bands leave the totals between them without a grade."""
    grades = "grades: {优: 总分 ≥ 9, 良: 8 ≤ 总分 ≤ 8.9, 差: 总分 < 8}\n"
    assert broken(ruleset(tmp_path, PLAIN, grades=grades))["graded"] == "总分 8.91 分没有等级"


def test_a_higher_total_with_a_lower_grade_is_told(tmp_path: Path) -> None:
    """Grades that are turned are told with the two totals."""
    grades = "grades: {优: 总分 < 6, 良: 总分 ≥ 8, 差: otherwise}\n"
    assert broken(ruleset(tmp_path, PLAIN, grades=grades))["graded"] == "总分 5.99 分为“优”，6 分反而为“差”"


CAPPED = "grades: {优: 总分 ≥ 8, 良: 总分 ≥ 6, 差: otherwise}\ngrade_caps: [{when: %s, at_most: 良, because: 违纪}]\n"
VETO = "data: {违纪: {type: yes_no}, 笔数: {integer: true, min: 0, max: 3}}\n" + PLAIN


@pytest.mark.parametrize("when", ["违纪", "笔数 > 2", "违纪 或 笔数 = 3"])
def test_a_veto_that_can_hold_does_what_it_says(tmp_path: Path, when: str) -> None:
    """Under every answer and figure the grade stays at or below the cap while it holds."""
    assert outcomes(ruleset(tmp_path, VETO, grades=CAPPED % when))["graded"].outcome == "holds"


def test_a_veto_that_never_holds_is_told(tmp_path: Path) -> None:
    """A condition that no figure in its range meets protects nobody."""
    told = broken(ruleset(tmp_path, VETO, grades=CAPPED % "笔数 > 5"))
    assert told["graded"] == "没有数据能使等级上限的条件 `笔数 > 5` 成立"


def test_an_edition_may_waive_the_law_of_grades(tmp_path: Path) -> None:
    """The waiver of ``graded`` stands on the edition."""
    grades = "grades: {优: 总分 < 6, 良: 总分 ≥ 8, 差: otherwise}\nwaive: {graded: 试行}\n"
    assert outcomes(ruleset(tmp_path, PLAIN, grades=grades))["graded"].stands


def test_grades_may_read_parts_of_the_form(tmp_path: Path) -> None:
    """A grade that also asks for the score of an indicator keeps the law for each such score by itself."""
    grades = "grades: {优: 总分 ≥ 8 且 人数_得分 ≥ 5 且 已填(人数), 差: otherwise}\n"
    assert broken(ruleset(tmp_path, PLAIN, grades=grades)) == {}


def passed_over(_: list[Any], score: tuple[int, int], *__: Any) -> int:
    """Give what comes to a cap as it is, in units of two places."""
    return score[0] * 100 // score[1]


def test_a_cap_that_the_engine_would_not_keep_is_found(tmp_path: Path) -> None:
    """The condition of a cap is read a second way, so a cap that is passed over shows."""
    made = ruleset(tmp_path, VETO, grades=CAPPED % "违纪")
    careless = evolve(made, grade_caps=tuple(evolve(cap, score=passed_over) for cap in made.grade_caps))
    assert broken(careless)["graded"] == "`违纪` 成立时等级不得高于“良”，总分 8 分却为“优”"


def test_a_score_that_the_reasons_do_not_explain_is_found(tmp_path: Path) -> None:
    """Deductions come from another reading than the score; where the two part, the sums show it."""
    made = ruleset(tmp_path, PLAIN)
    (row,) = made.rows
    assert row.plan is not None
    wrong = evolve(row, plan=evolve(row.plan, score=lambda *_: 2_00))
    assert "扣 8.00 分，说明了的只有" in broken(evolve(made, rows=(wrong,)))["reasoned"]


def test_a_reading_that_parts_from_the_second_one_is_found(tmp_path: Path) -> None:
    """What is told of a score is read a second way, by other code, so a fault of the compiler shows."""
    made = ruleset(tmp_path, PLAIN)
    subject = next(iter(subjects(made)))
    ready = ready_plan(attempt(subject, {"完成值": Fraction(1)}).row)

    def told(values: list[Any], points: Any, *cells: Any) -> Recorded:
        computed, rules = ready.record(values, points, *cells)
        return computed, [(number, 9, 10, left, of) for number, _, _, left, of in rules]

    assert broken(made) == {}
    ready.plan.made["人"] = evolve(ready, record=told)
    assert "两种互不相干的算法" in broken(made)["reasoned"]


TABLE = """\
data:
  明细:
    type: table
    columns: {名称: {type: text}, 金额: {unit: 万元, min: 0}, 完成日: {type: date}, 公开: {type: yes_no}}
  期限: {type: date}
sections:
  支出:
    points: 10
    scoring:
      award:
        - {when: 合计(明细_金额) > 100 且 计数(明细_公开) ≥ 1, points: POINTS, because: "合计 {合计(明细_金额)}"}
        - {when: "期限 > 日期(2024, 6, 30)", points: 5, because: 迟}
        - {points: 10}
"""


def test_tables_and_days_are_tried(tmp_path: Path) -> None:
    """Rules over the rows of a table, and over a day that is a figure, are reached; tables are told by their rows."""
    assert broken(ruleset(tmp_path, TABLE.replace("POINTS", "2"))) == {}
    told = broken(ruleset(tmp_path, TABLE.replace("POINTS", "12")))
    assert re.search(r"明细 2 行（.*金额 100.*）、期限 \d+年\d+月\d+日 时，得分超出 0 到分值", told["bounded"])


def _halved(plan: Plan) -> Score:
    return lambda *cells: plan.score(*cells) // 2


def test_items_and_tiers_are_called_as_on_the_form(tmp_path: Path) -> None:
    """A checklist's items are told by their titles, a judgement by its tier."""
    body = """\
    sections:
      制度: {points: 4, scoring: {checklist: {有制度: 3, 有执行: 1}}}
      效益: {points: 6, scoring: 三档评判}
    """
    made = ruleset(tmp_path, body)
    plans = [(row, row.plan) for row in made.rows if row.plan is not None]
    rows = tuple(
        evolve(row, plan=evolve(plan, score=lambda *cells, plan=plan: plan.score(*cells) // 2)) for row, plan in plans
    )
    told = " ".join(broken_in_all(evolve(made, rows=rows)))
    assert "有制度 " in told
    assert "档次 " in told


# ---- what laws are held to -----------------------------------------------------------------------------------------


def subject_names(made: Ruleset) -> list[str]:
    """Name everything that laws are held to."""
    return [subject.name for subject in subjects(made)]


def test_open_rows_scored_alike_are_one_subject(tmp_path: Path) -> None:
    """Two open sections with the same defaults are held to the laws once for each kind of target."""
    body = """\
    defaults: {scoring: {"≥": 比例得分, date: 按期得分, text: 三档评判}}
    sections: {数量: {points: 5, open: true}, 质量: {points: 5, open: true}}
    """
    assert subject_names(ruleset(tmp_path, body)) == [
        "开放分组的行：指标值“≥”，比例得分",
        "开放分组的行：指标值“date”，按期得分",
        "开放分组的行：三档评判",
    ]


def test_an_indicator_without_a_target_is_held_for_each_kind_of_target(tmp_path: Path) -> None:
    """Where the entry gives the target, the default of each kind counts."""
    body = """\
    defaults: {scoring: {"≥": 比例得分, "≤": 反向线性}}
    sections: {人数: {points: 10}}
    """
    assert subject_names(ruleset(tmp_path, body)) == ["人数，指标值“≥”", "人数，指标值“≤”"]
    assert broken(ruleset(tmp_path, body)) == {}


def test_a_method_is_held_in_every_setting_of_its_cases(tmp_path: Path) -> None:
    """A row that one setting cannot reach is reached by another; one that none reaches is told of the method."""
    body = """\
    methods:
      看情况:
        parameters: {线: {unit: "%%", default: 0%%}}
        ranges: {完成值: {min: 0}}
        award:
          - {when: 完成值 < 线, points: 0, because: 低}
          - {points: 分值}
        cases: [{分值: 10, 完成值: 50%%, score: 10}%s]
    sections: {人数: {points: 10, unit: 人, target: ≥ 100人, scoring: 比例得分}}
    """
    (told,) = broken_in_all(ruleset(tmp_path, body % ""))
    assert told == "`方法 看情况`：没有数据能用到第 1 条（完成值 < 线）"
    assert broken_in_all(ruleset(tmp_path, body % ", {分值: 10, 完成值: 50%, 线: 60%, score: 0}")) == []


def test_an_edition_without_rules_or_grades_has_no_verdicts(tmp_path: Path) -> None:
    """There is nothing to hold."""
    made = ruleset(tmp_path, "methods: {}\n", grades="")
    assert list(verdicts(made)) == []


def test_every_law_has_words() -> None:
    """Each law is worded in both languages."""
    for law in laws():
        assert law_words(law, "zh") != law
        assert law_words(law, "en") not in (law, law_words(law, "zh"))


@pytest.fixture(scope="module")
def proportional(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    """Give an open row scored by 比例得分."""
    body = 'defaults: {scoring: {"≥": 比例得分}}\nsections: {数量: {points: 10, open: true}}\n'
    return subjects(ruleset(tmp_path_factory.mktemp("edition"), body))[0]


def test_every_trial_lies_in_the_declared_ranges(proportional: Subject) -> None:
    """Nothing outside what the method declares is tried, so nothing is left unscored for that."""
    trials = [trial for profile in profiles(proportional) for trial in profile.trials]
    assert trials
    assert {trial.problem for trial in trials} == {None}


@given(whole=st.integers(0, 10**6), places=st.integers(0, 4), target=st.integers(1, 10**4))
def test_a_row_by_itself_scores_as_its_formula_says(
    proportional: Subject, whole: int, places: int, target: int
) -> None:
    """A row scored without its form gives the rounded share of its points."""
    actual = Fraction(whole, 10**places)
    trial = attempt(proportional, {"完成值": actual, "指标值": Fraction(target), "分值": Fraction(10)})
    exact = min(Fraction(10), 10 * actual / target)
    assert trial.units == (2 * exact * 100 + 1) // 2
    assert (trial.actual, trial.target) == (actual, Fraction(target))

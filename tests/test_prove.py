from __future__ import annotations

import re
import sys
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

import settled
from editions import edition
from evalrules import hookimpl, load_plugins
from evalrules._cli.editions import prove as command
from evalrules._engine import LoadedCatalogue, load_catalogue
from evalrules._formula.scope import Function
from evalrules._laws.law import Verdict, laws, verdicts
from evalrules._laws.proof.comparing import compare_rules
from evalrules._laws.subjects import Subject, subjects
from evalrules._plugins import NONE
from evalrules.prove import prove
from rulesets import slow_but

CATALOGUE = Path(__file__).parent.parent / "catalogue"
SHIPPED = sorted(f"{file.parent.name}@{file.stem}" for file in CATALOGUE.glob("*/*.yaml"))

RATIO = """
data:
  计划数: {unit: 项, integer: true, above: 0}
  完成数: {unit: 项, integer: true, min: 0}
sections:
  完成率指标:
    points: 10
    value: 完成数 ÷ 计划数
    unit: "%"
    target: TARGET
    scoring: SCORING
"""


def ratio(folder: Path, target: str, scoring: str) -> LoadedCatalogue:
    """Give an edition with one indicator whose actual is a quotient of two figures."""
    return edition(folder, RATIO.replace("TARGET", target).replace("SCORING", scoring))


def proved(catalogue: LoadedCatalogue, law: str, **options: Any) -> Verdict:
    """Give the only proof of one law of the edition's only rule."""
    (proof,) = (found for found in prove(catalogue, laws=[law], **options) if not found.title.startswith("方法"))
    return proof


def told(proof: Verdict) -> str:
    """Give what a proof says in words."""
    assert proof.problem is not None
    return proof.problem.message


# ---- shipped editions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", slow_but("hunan-department@2017", SHIPPED))
def test_every_shipped_edition_is_proved(name: str) -> None:
    """Every law of every rule is proved, or waived with a reason; of none it is left open."""
    proofs = prove(load_catalogue(name, plugins=NONE))
    assert len(proofs) > 40
    assert [proof for proof in proofs if proof.verdict != "proved" and proof.waived is None] == []


def test_what_an_edition_waives_is_told_with_a_counterexample() -> None:
    """The waiver of a method is shown with its reason, and with the inputs by which the law would be broken."""
    (proof,) = prove(load_catalogue("standard-methods@1", plugins=NONE), laws=["monotone"])
    assert (proof.title, proof.verdict, proof.stands) == ("方法 超额调减得分", "refuted", True)
    assert proof.waived == "超额完成过多视为指标值定得偏低，按偏离程度调减"
    assert "完成得更好，得分反而更低" in told(proof)


def test_only_the_laws_asked_for_are_proved_and_progress_is_told(tmp_path: Path) -> None:
    """One law of one rule is one proof."""
    steps: list[tuple[int, int]] = []
    catalogue = ratio(tmp_path, "≥ 100%", "比例得分")
    proofs = prove(catalogue, laws=["bounded"], progress=lambda done, of: steps.append((done, of)))
    assert [(proof.law, proof.verdict) for proof in proofs] == [("bounded", "proved")]
    assert steps == [(1, 1)]


# ---- counterexamples -----------------------------------------------------------------------------------------------


def test_a_score_that_falls_is_shown_by_two_inputs_near_each_other(tmp_path: Path) -> None:
    """The counterexample of a computed actual names the figure that makes it so, with both scores of the engine."""
    scoring = """
      deduct:
        - {when: 完成值 < 100%, points: 10 × (1 − 完成值), because: 未完成}
        - {when: 完成值 > 130%, points: 1, because: 指标值偏低}
    """
    proof = proved(ratio(tmp_path, "≥ 100%", scoring), "monotone")
    assert proof.verdict == "refuted"
    assert "得 10 分" in told(proof)
    assert "得 9 分，完成得更好，得分反而更低" in told(proof)
    assert not proof.stands


def test_the_better_side_of_an_upper_limit_is_below(tmp_path: Path) -> None:
    """A rule that rewards excess where the target is an upper limit is refuted, and one that takes for it is proved."""
    upward, downward = (
        f"{{award: [{{when: 完成值 {sign} 100%, points: 10}}, {{points: 5, because: 越线}}]}}" for sign in "≥≤"
    )
    assert proved(ratio(tmp_path, "≤ 100%", upward), "monotone").verdict == "refuted"
    assert proved(ratio(tmp_path, "≤ 100%", downward), "monotone").verdict == "proved"


def test_of_an_exact_target_each_side_is_looked_at_by_itself(tmp_path: Path) -> None:
    """Losing on both sides is lawful; losing at first and less further off is not."""
    fair = "{method: 偏离扣分, 每: 5%, 扣: 2, 不足一步: 不计}"
    unfair = """
      award:
        - {when: 完成值 = 100%, points: 10}
        - {when: 完成值 < 120%, points: 5, because: 偏离}
        - {points: 6, because: 偏离}
    """
    assert proved(ratio(tmp_path, "= 100%", fair), "monotone").verdict == "proved"
    assert proved(ratio(tmp_path, "= 100%", unfair), "monotone").verdict == "refuted"


def test_within_an_interval_nothing_is_better_than_anything(tmp_path: Path) -> None:
    """Both ends earn full marks, and outside it the nearer is the better."""
    fair = "{award: [{when: 80% ≤ 完成值 ≤ 90%, points: 10}, {points: 5, because: 不在区间内}]}"
    open_end = "{award: [{when: 80% ≤ 完成值 < 90%, points: 10}, {points: 5, because: 不在区间内}]}"
    assert proved(ratio(tmp_path, "80% – 90%", fair), "monotone").verdict == "proved"
    assert proved(ratio(tmp_path, "80% – 90%", fair), "full_marks_at_target").verdict == "proved"
    assert "完成值 90%" in told(proved(ratio(tmp_path, "80% – 90%", open_end), "full_marks_at_target"))


def test_a_target_that_is_met_without_full_marks_is_shown(tmp_path: Path) -> None:
    """The engine's own score stands in the sentence."""
    scoring = "{award: [{when: 完成值 ≥ 95%, points: 10}, {points: 8, because: 未达标}]}"
    proof = proved(ratio(tmp_path, "≥ 90%", scoring), "full_marks_at_target")
    assert proof.verdict == "refuted"
    assert "完成值 90%" in told(proof)
    assert "得 8 分，不是满分 10 分" in told(proof)


def test_a_target_that_nothing_can_just_meet_is_told(tmp_path: Path) -> None:
    """A number of items is never half an item."""
    body = """
    data: {次数: {unit: 次, integer: true, min: 0}}
    sections:
      次数指标: {points: 10, value: 次数, unit: 次, target: ≥ 2.5次, scoring: 比例得分}
    """
    proof = proved(edition(tmp_path, body), "full_marks_at_target")
    assert (proof.verdict, proof.stands) == ("vacuous", True)
    assert "没有数据能刚好达到指标值" in told(proof)


def test_a_rule_whose_conditions_exclude_each_other_is_shown(tmp_path: Path) -> None:
    """That no input whatever reaches a rule is known only to a proof."""
    scoring = """
      deduct:
        - {when: 完成数 > 计划数 × 2 且 计划数 > 完成数 + 1, points: 1, because: 不可能}
    """
    proof = proved(ratio(tmp_path, "≥ 100%", scoring), "reachable")
    assert proof.verdict == "refuted"
    assert "没有任何数据能用到第 1 条" in told(proof)


def test_a_reason_that_has_no_value_is_shown(tmp_path: Path) -> None:
    """Points are lost where what the sentence says cannot be computed."""
    scoring = """
      award:
        - {when: 完成值 ≥ 100%, points: 10}
        - {points: 0, because: "按内插计 {插值(完成数, 计划数, 0, 完成数, 10)}"}
    """
    proof = proved(ratio(tmp_path, "≥ 100%", scoring), "reasoned")
    assert proof.verdict == "refuted"
    assert "（未填）" in told(proof)


BANDS = """
data:
  一线: {min: 0}
  二线: {min: 0}
sections:
  满意度指标:
    points: 10
    target: ≥ 90
    scoring:
      award:
        - {points: "插值(完成值, 一线, 0, 二线, 10)", because: 按内插}
    waive: WAIVE
"""


def test_a_function_outside_its_domain_leaves_an_input_undecided(tmp_path: Path) -> None:
    """Anchors out of order are found among the figures."""
    proof = proved(edition(tmp_path, BANDS.replace("WAIVE", "{reachable: 试行}")), "decided")
    assert proof.verdict == "refuted"
    assert "不能计分" in told(proof)


def test_what_is_waived_is_refuted_all_the_same(tmp_path: Path) -> None:
    """The verdict and the reason of the waiver are both told, and the edition may stand."""
    scoring = "{award: [{points: 分值 × 完成值, because: 按完成值}]}"
    catalogue = ratio(tmp_path, "≥ 100%", scoring + "\n    waive: {bounded: 试行}")
    proof = proved(catalogue, "bounded")
    assert (proof.verdict, proof.waived, proof.stands) == ("refuted", "试行", True)
    assert "超出 0 到分值" in told(proof)


def test_grades_that_depend_on_a_figure_are_proved_for_all_its_values(tmp_path: Path) -> None:
    """A higher total has a lower grade where a condition says so; told with two totals."""
    body = """
    data: {扣减: {min: 0, max: 5}}
    sections:
      一项: {points: 10, target: ≥ 10, scoring: 比例得分}
    waive: {graded: 试行}
    """
    catalogue = edition(tmp_path, body)
    text = Path(str(catalogue.location.file if catalogue.location else "")).read_text("utf-8")
    turned = text.replace("优: 总分 ≥ 8", "优: 总分 ≥ 8 且 总分 + 扣减 ≤ 12")
    (tmp_path / "sample" / "1.yaml").write_text(turned, "utf-8")
    (proof,) = prove(load_catalogue(tmp_path / "sample" / "1.yaml", plugins=NONE), laws=["graded"])
    assert proof.verdict == "refuted"
    assert "分反而为“差”" in told(proof)


CAPS = """
data: {存在违纪: {type: yes_no}, 违纪数: {min: 0}}
sections:
  一级:
    points: 10
    cap: {when: SECTION, at_most: 5, because: 违纪}
    indicators:
      一项: {points: 10, target: ≥ 10, scoring: 比例得分}
grade_caps:
  - {when: GRADE, at_most: 差, because: 违纪}
"""


@pytest.mark.parametrize(
    ("section", "grade", "never"),
    [
        ("存在违纪", "存在违纪 且 总分 > 3", ""),
        ("违纪数 × 违纪数 < 0 − 1", "存在违纪", "违纪数 × 违纪数 < 0 − 1"),
        ("存在违纪", "总分 > 违纪数 + 10 且 存在违纪", "总分 > 违纪数 + 10 且 存在违纪"),
    ],
)
def test_a_cap_that_can_never_hold_is_shown(section: str, grade: str, never: str, tmp_path: Path) -> None:
    """A veto that no data can cast is no veto, be it on the grade or on a section."""
    catalogue = edition(tmp_path, CAPS.replace("SECTION", section).replace("GRADE", grade))
    proof = next(found for found in prove(catalogue, laws=["reachable"]) if found.title == "示例")
    assert proof.verdict == ("refuted" if never else "proved")
    assert not never or f"上限条件 `{never}` 成立" in told(proof)


def test_a_veto_that_another_cap_forestalls_is_not_proved(tmp_path: Path) -> None:
    """Whoever has broken the rules has no more than 5 points of the section, and so never more in all."""
    catalogue = edition(tmp_path, CAPS.replace("SECTION", "存在违纪").replace("GRADE", "存在违纪 且 总分 > 5"))
    (found,) = [proof for proof in prove(catalogue, laws=["reachable"]) if proof.title == catalogue.title]
    assert found.verdict == "undecided"


TOGETHER = """
    data:
      甲: {integer: true, min: 0, max: 1}
      乙: {integer: true, min: 0, max: 1}
    sections:
      一项:
        points: 10
        value: 甲 + 2 × 乙
        target: ≥ 3
        scoring:
          award:
            - {when: 完成值 ≥ 3, points: 10}
            - {when: 完成值 ≥ 2, points: 4, because: 未完成}
            - {when: 完成值 ≥ 1, points: 5, because: 未完成}
            - {points: 0, because: 未完成}
"""


def test_one_figure_moves_at_a_time(tmp_path: Path) -> None:
    """Where a score could only fall by moving two figures against each other, no figure alone makes it fall."""
    assert proved(edition(tmp_path, TOGETHER), "monotone").verdict == "proved"


def test_a_figure_that_the_rule_reads_besides_moves_all_the_same(tmp_path: Path) -> None:
    """More spent is a better rate of spending, and the rule that takes all points for it is told by that figure."""
    body = """
    data: {执行: {min: 0}, 预算: {above: 0}}
    sections:
      执行率:
        points: 10
        value: 执行 ÷ 预算
        unit: "%"
        target: ≥ 90%
        scoring:
          award:
            - {when: 执行 > 预算, points: 0, because: 超预算}
            - {when: 完成值 ≥ 90%, points: 分值}
            - {points: 0, because: 不到}
    """
    catalogue = edition(tmp_path, body)
    proof = proved(catalogue, "monotone")
    assert proof.verdict == "refuted"
    assert re.search(r"完成值 .*%（(执行|预算) [\d.]+） 得 10 分，.*%（(执行|预算) [\d.]+） 得 0 分", told(proof))
    (tried,) = [found for found in verdicts(catalogue.ruleset) if found.law == "monotone"]
    assert tried.outcome == "refuted"


BLANK = """
data: {空: {required: false, min: 0}}
sections:
  一项: {points: 10, scoring: {deduct: [{when: CONDITION, points: 2, because: 空缺}]}}
"""


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("空 > 5 或 未填(空)", "refuted"),
        ("未填(空) 或 空 > 5", "proved"),
        ("已填(空) 且 空 > 5", "proved"),
        ("空 > 5", "proved"),
    ],
)
def test_what_a_rule_asks_about_is_tried_blank(condition: str, expected: str, tmp_path: Path) -> None:
    """A blank that the rule itself asks about must not stand in its way; any other blank is no complete form."""
    catalogue = edition(tmp_path, BLANK.replace("CONDITION", condition))
    proof = proved(catalogue, "decided")
    assert proof.verdict == expected
    (tried,) = [found for found in verdicts(catalogue.ruleset) if found.law == "decided"]
    assert tried.outcome == ("refuted" if expected == "refuted" else "holds")
    if expected == "refuted":
        assert "空 未填 时不能计分" in told(proof)


def test_a_figure_that_is_asked_about_first_may_be_blank(tmp_path: Path) -> None:
    """The first row is for whoever left the figure blank; laws are tried with it blank and filled."""
    scoring = (
        "{award: [{when: 未填(甲), points: 5, because: 未填}, {when: 甲 ≥ 60, points: 10}, {points: 0, because: 低}]}"
    )
    body = f"data: {{甲: {{min: 0}}}}\nsections: {{一项: {{points: 10, scoring: {scoring}}}}}\n"
    catalogue = edition(tmp_path, body)
    assert {found.outcome for found in verdicts(catalogue.ruleset)} == {"holds"}
    assert {found.outcome for found in prove(catalogue)} == {"proved"}


LEAVING = """
data: {率: {unit: "%", min: 0}, 甲: {min: 0}}
sections: {一项: {points: 10, BODY}}
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('unit: "%", target: ≥ 100%, scoring: {method: 比例得分, 底线: 率}', "refuted"),
        ('unit: "%", target: ≥ 100%, scoring: {method: 比例得分, 底线: "最小(率, 1)"}', "proved"),
        ('value: 甲 ÷ 10, unit: "%", target: ≥ 90%, ranges: {完成值: {max: 1}}, scoring: 比例得分', "refuted"),
        ('unit: "%", target: ≥ 90%, ranges: {完成值: {max: 1}}, scoring: 比例得分', "proved"),
        ("target: ≥ 甲 − 5, scoring: 比例得分", "refuted"),
    ],
)
def test_what_is_computed_has_to_stay_in_the_ranges(body: str, expected: str, tmp_path: Path) -> None:
    """A range excuses what people write in the row; a value or a parameter that figures decide must lie in it."""
    catalogue = edition(tmp_path, LEAVING.replace("BODY", body))
    assert proved(catalogue, "decided").verdict == expected
    (tried,) = [found for found in verdicts(catalogue.ruleset) if found.law == "decided"]
    assert tried.outcome == ("refuted" if expected == "refuted" else "holds")


def test_inside_an_interval_full_marks_are_due(tmp_path: Path) -> None:
    """Who lies between the ends has met the target, as who lies at one has."""
    scoring = "{award: [{when: 完成值 = 80% 或 完成值 = 90%, points: 10}, {points: 0, because: 不在两端}]}"
    catalogue = ratio(tmp_path, "80% – 90%", scoring)
    proof = proved(catalogue, "full_marks_at_target")
    assert proof.verdict == "refuted"
    (tried,) = [found for found in verdicts(catalogue.ruleset) if found.law == "full_marks_at_target"]
    assert tried.outcome == "refuted"


MOVED = """
data: {有: {type: yes_no}}
sections:
  甲:
    points: 10
    unit: "%"
    target: ≥ 90%
    scoring: {award: [{when: 完成值 ≥ 90%, points: FULL}, {points: 0, because: 低}]}
  乙: {points: 5, applies: 有, otherwise: {move_to: 甲}, unit: "%", target: ≥ 90%, scoring: 比例得分}
"""


@pytest.mark.parametrize(("full", "expected"), [("10", "refuted"), ("分值", "proved")])
def test_points_that_move_in_are_tried(full: str, expected: str, tmp_path: Path) -> None:
    """A row of 10 points earns no full marks where 5 more have moved to its indicator, and gives no reason for it."""
    catalogue = edition(tmp_path, MOVED.replace("FULL", full), points=15)
    proofs = {proof.law: proof for proof in prove(catalogue) if proof.title == "甲"}
    assert proofs["full_marks_at_target"].verdict == expected
    assert proofs["reasoned"].verdict == expected
    if expected == "refuted":
        assert "分值 15" in told(proofs["full_marks_at_target"])
    tried = {found.law: found.outcome for found in verdicts(catalogue.ruleset) if found.title == "甲"}
    assert tried["full_marks_at_target"] == ("refuted" if expected == "refuted" else "holds")


LINKED = """
data: {人数: {integer: true, min: 0}}
sections:
  甲:
    points: 10
    scoring: {award: [{when: WHEN, points: 10}, {points: 分值 × 60%, because: "人数 {人数}"}]}
  乙: {points: 5, value: 人数, target: ≥ 5, scoring: 比例得分, applies: 人数 > 3, otherwise: {move_to: 甲}}
"""


@pytest.mark.parametrize(("when", "expected"), [("人数 > 3", "proved"), ("人数 > 2", "refuted")])
def test_points_move_in_only_with_the_figures_that_let_them(when: str, expected: str, tmp_path: Path) -> None:
    """With more than 3 people nothing moves in, so a row for them that gives 10 points gives all; not with 3."""
    catalogue = edition(tmp_path, LINKED.replace("WHEN", when), points=15)
    (proof,) = [each for each in prove(catalogue, laws=["reasoned"]) if each.title == "甲"]
    assert proof.verdict == expected
    (tried,) = [each for each in verdicts(catalogue.ruleset) if (each.law, each.title) == ("reasoned", "甲")]
    assert tried.outcome == {"proved": "holds"}.get(expected, expected)


# ---- months ----


MONTHS = """
data: {开工日: {type: date}, 完工日: {type: date}}
sections:
  一项:
    points: 10
    value: 月数(开工日, 完工日)
    unit: 月
    target: ≤ 6月
    scoring:
      award:
        - {when: 完成值 ≤ 6, points: 分值}
        - {when: 完成值 ≤ 18, points: 分值 × (18 − 完成值) ÷ 12, because: "工期 {完成值}"}
        - {points: 0, because: 工期过长}
"""


def test_rules_on_months_are_settled(tmp_path: Path) -> None:
    """Whatever the two days are; and a month too many in a condition is shown by days."""
    assert {found.verdict for found in prove(edition(tmp_path, MONTHS))} == {"proved"}
    home = tmp_path / "b"
    home.mkdir()
    proofs = {found.law: found for found in prove(edition(home, MONTHS.replace("分值 × (18 −", "分值 × (20 −")))}
    assert [law for law, found in proofs.items() if found.verdict != "proved"] == ["bounded"]
    assert "完成值 7月、开工日 20" in told(proofs["bounded"])


# ---- tables ----


TABLE = """
data:
  明细:
    type: table
    columns: {合格: {type: yes_no}, 预算: {above: 0}, 支出: {min: 0}, 率: {min: 0, max: 1}, 权: {min: 0}}
sections:
  一项: {points: 10, BODY}
"""
COUNTED = "scoring: {deduct: [{when: COUNT > 0, points: 2 × COUNT − LESS, because: 少}]}"
HIGH = (
    "value: 'VALUE', target: ≥ 0.9, applies: 计数(明细_率 ≥ 0) ≥ LEAST, otherwise: full_marks,"
    " scoring: {award: [{when: '完成值 ≥ 0.9', points: 分值}, {points: 5, because: 低}]}"
)
NEVER = "scoring: {award: [{when: 合计(明细_率) > 计数(明细_率 ≥ 0), points: 5, because: 多}, {points: 分值}]}"
OVERSPENT = (
    "value: 合计(明细_支出), target: ≥ 10, scoring: {award: [{when: 计数(明细_支出 > 明细_预算) > 0, points: 0,"
    " because: 超支}, {when: 完成值 ≥ 10, points: 分值}, {points: 5, because: 低}]}"
)


@pytest.mark.parametrize(
    ("body", "broken"),
    [
        (COUNTED.replace("COUNT", "计数(明细_率 < 0.8)").replace("LESS", "3"), "bounded"),
        (COUNTED.replace("COUNT", "计数(明细_合格)").replace("LESS", "1"), ""),
        (HIGH.replace("VALUE", "平均(明细_率)").replace("计数(明细_率 ≥ 0) ≥ LEAST", "计数(明细_合格) = 0"), "decided"),
        (HIGH.replace("VALUE", "加权平均(明细_率, 明细_权)").replace("LEAST", "1"), "decided"),
        (HIGH.replace("VALUE", "去极值平均(明细_率)").replace("LEAST", "2"), "decided"),
        (HIGH.replace("VALUE", "去极值平均(明细_率)").replace("LEAST", "3"), ""),
        (NEVER, "reachable"),
        (OVERSPENT, "full_marks_at_target monotone"),
    ],
)
def test_rules_on_tables_are_settled_for_any_number_of_rows(body: str, broken: str, tmp_path: Path) -> None:
    """What breaks a law is shown by a table that the engine scored; all else is proved."""
    proofs = prove(edition(tmp_path, TABLE.replace("BODY", body)))
    assert " ".join(found.law for found in proofs if found.verdict not in ("proved", "vacuous")) == broken
    assert {found.verdict for found in proofs} <= {"proved", "refuted", "vacuous"}


@pytest.mark.slow
def test_the_page_tells_which_rules_on_months_and_tables_are_settled() -> None:
    """The table is that of the command, and most of it says proved."""
    written = settled.table(settled.verdicts())
    assert written in settled.PAGE.read_text("utf-8"), "python tests/settled.py writes the table"
    assert written.count("证明") >= 98


BESIDE = "scoring: {award: [{when: WHEN, points: 10}, {points: 0, because: 低}]}"


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("合计(明细_支出) ≥ 合计(明细_预算)", "合计(明细_支出 − 明细_预算) ≥ 0", "equal"),
        ("计数(明细_支出 ≥ 明细_预算) ≥ 1", "计数(明细_支出 > 明细_预算) ≥ 1", "stricter"),
        ("计数(明细_率 ≥ 0) > 0 且 平均(明细_率) ≥ 0.5", "合计(明细_率) ≥ 0.5 × 计数(明细_率 ≥ 0)", "looser"),
        ("合计(明细_支出) ≥ 1", "合计(若(明细_率 < 2, 明细_支出, 0)) ≥ 1", "unlike"),  # a blank 率
    ],
)
def test_rules_over_the_same_table_are_compared(old: str, new: str, change: str, tmp_path: Path) -> None:
    """Both read one table: equal only where every table, blanks in it included, comes to the same."""
    found: list[Subject] = []
    for when in (old, new):
        home = tmp_path / str(len(found))
        home.mkdir()
        body = BESIDE.replace("WHEN", f'"{when}"')
        found.append(subjects(edition(home, TABLE.replace("BODY", body)).ruleset)[0])
    assert compare_rules(*found).change == change


# ---- undecided -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_rows_of_too_many_sorts_leave_their_rule_undecided(tmp_path: Path) -> None:
    """What cannot be read is told, with what would settle it; other rules are proved all the same."""
    counted = " + ".join(f"计数(明细_金额 × 明细_数 > {edge} 或 明细_数 > {edge})" for edge in range(6))
    body = f"""
    data: {{明细: {{type: table, columns: {{金额: {{min: 0}}, 数: {{min: 0}}}}}}}}
    sections:
      一项: {{points: 5, value: {counted}, target: ≥ 10, scoring: 比例得分}}
      二项: {{points: 5, target: ≥ 10, scoring: 比例得分}}
    """
    first, second = prove(edition(tmp_path, body), laws=["bounded"])
    assert (first.verdict, second.verdict) == ("undecided", "proved")
    assert told(first).startswith("`一项`“得分不小于 0、不大于分值”：求解器读不了 `计数`，没有证明")
    assert first.problem is not None
    assert "条件" in str(first.problem.hint)


def test_a_question_without_an_answer_in_time_is_undecided(tmp_path: Path) -> None:
    """Three cubes that add up to 114 nobody has found."""
    body = """
    data:
      甲: {integer: true}
      乙: {integer: true}
      丙: {integer: true}
    sections:
      一项:
        points: 10
        scoring:
          deduct:
            - {when: 甲 × 甲 × 甲 + 乙 × 乙 × 乙 + 丙 × 丙 × 丙 = 114, points: 1, because: 巧合}
    """
    proof = proved(edition(tmp_path, body), "reachable", seconds=0.05)
    assert proof.verdict == "undecided"
    assert "求解 0.05 秒没有定论" in told(proof)


PLUGIN = """
data: {计划数: {above: 0}}
sections:
  一项:
    points: 10
    target: ≥ 1
    ranges: {完成值: {min: 0}}
    scoring: {award: [{when: 完成值 ≥ 计划数, points: 10}, {points: "10 × 占比(完成值, 计划数)", because: 按比例}]}
"""


def with_function(folder: Path, solver: Any) -> LoadedCatalogue:
    """Give an edition whose only rule calls a function of a plug-in, which has this meaning for the solver."""
    share = Function("占比", ("", ""), "", lambda part, whole, /: part / whole, "甲占乙的比例", solver=solver)
    functions = hookimpl(lambda: {"占比": share})
    plugin = SimpleNamespace(__name__="shares", __version__="1.0", evalrules_functions=functions)
    plain = edition(folder, "sections: {一项: {points: 10, target: ≥ 10, scoring: 比例得分}}")
    file = folder / "sample" / "1.yaml"
    head = file.read_text("utf-8").partition("sections:")[0]
    file.write_text(head + PLUGIN, "utf-8")
    assert plain.name == "sample@1"
    return load_catalogue(file, plugins=load_plugins([], objects=[plugin]))


def test_a_function_of_a_plugin_is_named_where_it_has_no_meaning(tmp_path: Path) -> None:
    """Its rule is undecided, and the plug-in is told."""
    proof = proved(with_function(tmp_path, None), "monotone")
    assert proof.verdict == "undecided"
    assert "求解器读不了 `占比（shares" in told(proof)


def test_a_function_of_a_plugin_is_proved_by_its_meaning(tmp_path: Path) -> None:
    """What it brings for the solver is enough for every law."""
    proofs = prove(with_function(tmp_path, lambda part, whole: part / whole), laws=["bounded", "monotone", "decided"])
    assert [proof.verdict for proof in proofs] == ["proved"] * 3


def test_what_a_wrong_meaning_refutes_the_engine_does_not_confirm(tmp_path: Path) -> None:
    """No counterexample is told that the engine does not score so."""
    proof = proved(with_function(tmp_path, lambda part, whole: part / whole - 1), "bounded")
    assert proof.verdict == "undecided"
    assert "计分引擎复算后并不违反" in told(proof)


# ---- two rules -----------------------------------------------------------------------------------------------------


def rule(folder: Path, scoring: str, target: str = "≥ 100%", name: str = "a") -> Subject:
    """Give the only rule of an edition."""
    home = folder / name
    home.mkdir()
    return subjects(ratio(home, target, scoring).ruleset)[0]


STEPS = "{method: 超标扣分, 起点: 100%, 每: 1%, 扣: 0.5, 不足一步: ROUNDING}"


READS = """
data: {{甲: {{{甲}}}, 乙: {{}}}}
sections:
  一项: {{points: 10, {more}scoring: {{deduct: [{{when: {when}, points: 2, because: 多}}]}}}}
"""


def reading(folder: Path, when: str, name: str, range_: str = "", more: str = "") -> Subject:
    """Give the only rule of an edition, which takes 2 points under a condition on two figures."""
    home = folder / name
    home.mkdir()
    return subjects(edition(home, READS.format(甲=range_, when=when, more=more)).ruleset)[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("甲 > 5 或 乙 > 3", ""), ("乙 > 3 或 甲 > 5", "")),  # of two conditions the second may be blank
        (("甲 > 5", ""), ("甲 > 5", "max: 100")),  # 101 is no value of the new figure
        (("甲 > 5", ""), ("甲 > 5 且 (乙 > 1 或 乙 ≤ 1)", "")),  # what is always so has to be known all the same
        (("未填(甲) 或 甲 > 5", ""), ("未填(甲) 或 甲 > 5", "max: 100")),  # a blank lies in no range and out of none
    ],
)
def test_rules_are_equal_only_where_both_score_the_same_inputs(
    old: tuple[str, str], new: tuple[str, str], tmp_path: Path
) -> None:
    """Inputs that one rule alone can score are shown: blanks, and what only one edition admits."""
    one, two = reading(tmp_path, old[0], "a", old[1]), reading(tmp_path, new[0], "b", new[1])
    found = compare_rules(one, two)
    assert (found.change, found.fewer, found.more) == ("unlike", None, None)
    assert found.apart is not None
    assert None in (found.apart.old.units, found.apart.new.units)
    assert compare_rules(two, one).change == "unlike"
    assert compare_rules(one, one).change == "equal"


TYPED = """
sections:
  一项:
    points: 10
    unit: "%"
    target: ≥ 90%
    ranges: RANGES
    scoring: {award: [{when: 完成值 ≥ 90%, points: 10}, {points: 0, because: 低}]}
"""


def test_a_rule_that_scores_what_the_other_leaves_unscored_is_not_equal(tmp_path: Path) -> None:
    """The old rule has no score for what lies below 0, the new one has."""
    found: list[Subject] = []
    for ranges in ("{完成值: {min: 0}}", "{完成值: {min: -1}}"):
        home = tmp_path / str(len(found))
        home.mkdir()
        found.append(subjects(edition(home, TYPED.replace("RANGES", ranges)).ruleset)[0])
    assert compare_rules(*found).change == "unlike"
    assert compare_rules(found[1], found[1]).change == "equal"


OF_KINDS = """
data: {评价: {type: choice, choices: [好, 中, 差]}, 完成: {type: date}, 人: {unit: 人, integer: true}}
sections: {一项: {points: 10, scoring: {award: [ROWS]}}}
"""


def test_rows_in_another_order_are_equal_over_choices_dates_and_whole_numbers(tmp_path: Path) -> None:
    """Both rules hold their figures to what is declared of them: no choice outside the list tells them apart."""
    rows = (
        "{when: 评价 = 好 且 人 > 2, points: 10}",
        "{when: '评价 = 中 且 完成 ≤ 日期(2024, 6, 30)', points: 6, because: 中}",
    )
    found: list[Subject] = []
    for order in (rows, rows[::-1]):
        home = tmp_path / str(len(found))
        home.mkdir()
        made = OF_KINDS.replace("ROWS", ", ".join([*order, "{points: 0, because: 差}"]))
        found.append(subjects(edition(home, made).ruleset)[0])
    assert compare_rules(*found).change == "equal"


def test_rules_that_are_written_differently_can_be_equal(tmp_path: Path) -> None:
    """Another way of writing the same rule is proved to be the same rule."""
    one = rule(tmp_path, "{award: [{when: 完成值 ≥ 100%, points: 10}, {points: 分值 × 完成值, because: 按比例}]}")
    two = rule(tmp_path, "{deduct: [{when: 完成值 < 1, points: 10 − 10 × 完成值, because: 按比例}]}", name="b")
    found = compare_rules(one, two)
    assert (found.change, found.fewer, found.more) == ("equal", None, None)


def test_a_stricter_rule_is_shown_by_an_input_with_both_scores(tmp_path: Path) -> None:
    """Counting every begun step never gives more points than counting whole ones; looser is the other way round."""
    lenient = rule(tmp_path, STEPS.replace("ROUNDING", "不计"), "≤ 100%")
    strict = rule(tmp_path, STEPS.replace("ROUNDING", "按一步"), "≤ 100%", "b")
    found = compare_rules(lenient, strict)
    assert (found.change, found.more) == ("stricter", None)
    assert found.fewer is not None
    old, new = found.fewer.scores
    assert old - new == Fraction(1, 2)
    assert {"完成数", "计划数"} == set(found.fewer.inputs)
    assert compare_rules(strict, lenient).change == "looser"


def test_rules_can_each_give_more_than_the_other(tmp_path: Path) -> None:
    """Both inputs are given."""
    one = rule(tmp_path, "{award: [{when: 完成值 ≥ 90%, points: 10}, {points: 0, because: 低}]}", "≥ 90%")
    two = rule(tmp_path, "{award: [{when: 完成值 ≥ 100%, points: 10}, {points: 3, because: 低}]}", "≥ 90%", "b")
    found = compare_rules(one, two)
    assert found.change == "neither"
    assert found.fewer is not None
    assert found.more is not None
    assert found.fewer.scores == (Fraction(10), Fraction(3))
    assert found.more.scores == (Fraction(0), Fraction(3))


def test_a_figure_with_another_name_is_the_same_figure(tmp_path: Path) -> None:
    """Told how an input was renamed, the two rules are equal; untold, they read other inputs and are not."""
    one = rule(tmp_path, "比例得分")
    home = tmp_path / "b"
    home.mkdir()
    renamed = RATIO.replace("TARGET", "≥ 100%").replace("SCORING", "比例得分").replace("完成数", "办结数")
    two = subjects(edition(home, renamed).ruleset)[0]
    assert compare_rules(one, two, called={"完成数": "办结数"}).change == "equal"
    assert compare_rules(one, two).change == "neither"


def test_where_a_rule_does_not_apply_what_stands_instead_is_compared(tmp_path: Path) -> None:
    """Full marks for those without a plan are more than nothing."""
    old, new = (
        subjects(
            edition(
                tmp_path,
                f"""
    data:
      计划数: {{min: 0}}
      完成数: {{min: 0}}
    sections:
      一项:
        points: 10
        value: 完成数 ÷ 计划数
        target: ≥ 1
        applies: 计划数 > 0
        otherwise: {otherwise}
        scoring: 比例得分
    """,
            ).ruleset
        )[0]
        for otherwise in ("{points: 0, because: 没有计划}", "full_marks")
    )
    found = compare_rules(old, new)
    assert found.change == "looser"
    assert found.more is not None
    assert found.more.scores == (Fraction(0), Fraction(10))


OF_ITSELF = """
data:
  明细: {type: table, columns: {金额: {unit: 万元, min: 0}}}
  半数: {unit: 万元, formula: 合计(明细_金额) ÷ 2}
sections:
  一项: {points: 10, value: 计数(明细_金额 > 半数), unit: 项, target: ≥ 1项, scoring: 比例得分}
"""
"""Rows are held against what the same table comes to."""


def test_rules_that_cannot_be_read_are_not_compared(tmp_path: Path) -> None:
    """The part that the solver cannot read is told."""
    (subject,) = subjects(edition(tmp_path, OF_ITSELF).ruleset)
    assert (compare_rules(subject, subject).change, compare_rules(subject, subject).why) == ("undecided", "计数")


def test_all_laws_have_a_proof(tmp_path: Path) -> None:
    """No law of the language is left out."""
    proofs = prove(ratio(tmp_path, "≥ 100%", "比例得分"))
    assert {proof.law for proof in proofs} == set(laws())
    assert {proof.verdict for proof in proofs} == {"proved"}


# ---- the command ---------------------------------------------------------------------------------------------------


def run(*arguments: str) -> Any:
    """Run the command."""
    return CliRunner().invoke(command, [*arguments, "--lang", "zh"])


@pytest.mark.slow
def test_the_command_counts_what_is_proved() -> None:
    """Nothing is left to be told of an edition that is proved."""
    result = run("suining-department@2024")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "suining-department@2024：定律 57 条，证明 57\n"


def test_the_command_tells_waivers_with_their_reason() -> None:
    """And what would be true without them."""
    result = run("standard-methods@1")
    _, waiver, counterexample = result.stdout.splitlines()
    assert result.exit_code == 0
    assert waiver.strip().startswith("`方法 超额调减得分` 豁免“完成得更好，得分不会更低”：超额完成过多")
    assert "得分反而更低" in counterexample


def test_the_command_fails_on_a_counterexample(tmp_path: Path) -> None:
    """It goes to standard error, with the place of the rule."""
    ratio(tmp_path, "≥ 90%", "{award: [{when: 完成值 ≥ 95%, points: 10}, {points: 8, because: 未达标}]}")
    result = run(str(tmp_path / "sample" / "1.yaml"))
    assert result.exit_code == 1
    assert "得 8 分，不是满分 10 分" in result.stderr
    assert "1.yaml:" in result.stderr
    assert "反例 1" in result.stdout


def test_the_command_lets_what_is_undecided_fail_when_asked(tmp_path: Path) -> None:
    """An undecided law is told; it fails with ``--strict`` alone."""
    edition(tmp_path, OF_ITSELF)
    file = str(tmp_path / "sample" / "1.yaml")
    assert run(file).exit_code == 0
    assert run(file, "--strict").exit_code == 1
    assert "求解器读不了 `计数`" in run(file).stdout


@pytest.mark.slow
def test_the_command_goes_on_after_an_edition_with_errors(tmp_path: Path) -> None:
    """What cannot be loaded is told and fails; the others are proved."""
    file = tmp_path / "1.yaml"
    file.write_text("evalrules: 1\nid: a\n", "utf-8")
    result = run(str(file), "hubei-project@2020")
    assert result.exit_code == 1
    assert "有错误，没有求证" in result.stdout
    assert "hubei-project@2020：定律 57 条，证明 57" in result.stdout


def test_without_the_solver_the_command_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named, and nothing is shown of Python."""
    monkeypatch.setitem(sys.modules, "evalrules.prove", None)
    result = run("hubei-project@2020")
    assert result.exit_code == 1
    assert 'pip install "evalrules[prove]"' in result.stderr

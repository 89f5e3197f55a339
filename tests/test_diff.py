from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest
import simplejson
from click.testing import CliRunner, Result
from rich.text import Text as RichText

from editions import edition
from evalrules._cli.commands import root
from evalrules._compare import diff
from evalrules._compare.diff import EditionDifference, RuleChange, difference
from evalrules._compare.rules import Compared, Proving
from evalrules._edition.model import Catalogue, Check, Figure, Grade, Indicator, Method, Section
from evalrules._engine import LoadedCatalogue, load_catalogue
from evalrules._laws.proof.comparing import compare_rules
from evalrules._problems import Phrases
from evalrules._report.compare import relation_text

HEAD = """\
data:
  在职人员数: {unit: 人, integer: true, min: 0}
  编制数: {unit: 人, integer: true, above: 0}
"""
RATE = """\
sections:
  在职人员控制率:
    points: 10
    value: 在职人员数 ÷ 编制数
    unit: "%"
    target: ≤ 100%
    scoring: {method: 超标扣分, 起点: 100%, 每: 1%, 扣: 0.5, 不足一步: 不计}
"""


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVALRULES_LANG", "zh")


def loaded(folder: Path, name: str, body: str, *, points: int = 10) -> LoadedCatalogue:
    """Write an edition into a folder of its own and load it."""
    home = folder / name
    home.mkdir(exist_ok=True)
    return edition(home, body, points=points)


def between(folder: Path, old: str, new: str, *, points: int = 10, prover: Proving | None = None) -> EditionDifference:
    """Compare two editions with these bodies."""
    before, after = loaded(folder, "old", old, points=points), loaded(folder, "new", new, points=points)
    return difference(before.ruleset, after.ruleset, prover=prover)


def only_rule(found: EditionDifference) -> RuleChange:
    """Give the only rule that changed."""
    assert len(found.rules) == 1
    return found.rules[0]


def told(found: EditionDifference) -> list[str]:
    """Write the changes."""
    return [f"{change.told.where}: {change.told.message}" for change in found.changes]


# ---- relations -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "relation"),
    [
        (("扣: 0.5", "扣: 1"), "stricter"),
        (("扣: 0.5", "扣: 0.2"), "looser"),
        (("不足一步: 不计", "不足一步: 按一步"), "stricter"),
        (("起点: 100%", "起点: 110%"), "looser"),
        (("每: 1%, 扣: 0.5", "每: 5%, 扣: 4"), "neither"),
    ],
)
def test_relation_is_proved(tmp_path: Path, change: tuple[str, str], relation: str) -> None:
    """A changed rule is stricter, looser or neither over all inputs, with inputs that the engine scores so."""
    rule = only_rule(between(tmp_path, HEAD + RATE, HEAD + RATE.replace(*change), prover=compare_rules))
    assert (rule.comparison.relation, rule.comparison.proved) == (relation, True)
    sorts = {"stricter": {"fewer"}, "looser": {"more"}, "neither": {"fewer", "more"}}[relation]
    assert {witness.sort for witness in rule.comparison.witnesses} == sorts
    for witness in rule.comparison.witnesses:
        assert (witness.new.points < witness.old.points) == (witness.sort == "fewer")


def test_without_a_prover_the_search_says_how_much_it_tried(tmp_path: Path) -> None:
    """The relation is that of the inputs tried, and is not called proved."""
    comparison = only_rule(between(tmp_path, HEAD + RATE, HEAD + RATE.replace("扣: 0.5", "扣: 1"))).comparison
    assert (comparison.relation, comparison.proved, comparison.why) == ("stricter", False, None)
    assert comparison.tried > 50


WAYS = {"": "", "满分": "    otherwise: full_marks\n", "两分": "    otherwise: {points: 2, because: 酌情}\n"}


@pytest.mark.parametrize("cut", ["0.5", "1"])
@pytest.mark.parametrize(("old", "new"), [("", "满分"), ("满分", "两分"), ("两分", ""), ("两分", "两分"), ("", "")])
def test_what_units_declare_not_to_apply_is_no_input_and_nothing_is_proved_of_it(
    tmp_path: Path, old: str, new: str, cut: str
) -> None:
    """A row that is declared not to apply can come to more where the rule is the same, or is stricter."""
    before, after = (HEAD + RATE + WAYS[way] for way in (old, new))
    found = between(tmp_path, before, after.replace("扣: 0.5", f"扣: {cut}"), prover=compare_rules)
    assert [rule.comparison.proved for rule in found.rules] == [old == new] * len(found.rules)
    assert bool(found.rules) is (old != new or cut == "1")


def test_rewritten_rule_that_scores_alike_is_proved_equal(tmp_path: Path) -> None:
    """Another way to write the same rule has no witness, and the prover says that there is none."""
    written = """\
    scoring:
      deduct:
        - when: 完成值 − 100% > 0
          points: 下取整((完成值 − 100%) ÷ 1%) ÷ 2
          because: "完成值 {完成值} 超过 100%"
"""
    rewritten = RATE[: RATE.index("    scoring")] + written
    comparison = only_rule(between(tmp_path, HEAD + RATE, HEAD + rewritten, prover=compare_rules)).comparison
    assert (comparison.relation, comparison.proved, comparison.witnesses) == ("equal", True, ())


def test_witness_carries_both_scores_and_both_reasons(tmp_path: Path) -> None:
    """The input is written in the bureau's words, and each edition says why it scored so."""
    witness = only_rule(between(tmp_path, HEAD + RATE, HEAD + RATE.replace("扣: 0.5", "扣: 1"))).comparison.witnesses[0]
    assert "在职人员数" in witness.inputs
    assert "编制数" in witness.inputs
    assert witness.change == witness.new.points - witness.old.points < 0
    assert "扣 1 分" in witness.new.result.deductions[0].because
    assert "扣 0.5 分" in witness.old.result.deductions[0].because


def test_changed_figure_is_a_changed_rule(tmp_path: Path) -> None:
    """A rule whose text is the same and whose figure is computed otherwise scores otherwise."""
    computed = HEAD + '  控制率: {unit: "%", formula: 在职人员数 ÷ 编制数}\n'
    rate = RATE.replace("value: 在职人员数 ÷ 编制数", "value: 控制率")
    other = computed.replace("formula: 在职人员数 ÷ 编制数", "formula: (在职人员数 + 1) ÷ 编制数")
    found = between(tmp_path, computed + rate, other + rate)
    assert only_rule(found).comparison.relation == "stricter"
    assert "控制率: `formula` 由 在职人员数 ÷ 编制数 改为 (在职人员数 + 1) ÷ 编制数" in told(found)


def test_figure_in_another_unit_is_converted_for_the_witness(tmp_path: Path) -> None:
    """The same money in 元 and 万元 scores the same, so there is no witness."""
    indicator = "{points: 10, value: 支出, unit: 万元, target: ≤ 100万元, scoring: 反向线性}"
    old = f"data:\n  支出: {{unit: 万元, min: 0}}\nsections:\n  支出额: {indicator}\n"
    new = old.replace("万元", "元").replace("≤ 100元", "≤ 1000000元")
    comparison = only_rule(between(tmp_path, old, new, prover=compare_rules)).comparison
    assert (comparison.relation, comparison.witnesses, comparison.proved) == ("equal", (), False)


# ---- what changed --------------------------------------------------------------------------------------------------


def test_same_meaning_is_no_difference(tmp_path: Path) -> None:
    """Comments, layout and the way a formula is typed change nothing."""
    retyped = (HEAD + RATE).replace("在职人员数 ÷ 编制数", "(在职人员数 / 编制数)  # 比例")
    found = between(tmp_path, HEAD + RATE, retyped)
    assert found.is_empty
    assert found.old.digest == found.new.digest


def test_renamed_indicator_is_no_other_indicator(tmp_path: Path) -> None:
    """The same rule under another title is told as renamed, and nothing else."""
    found = between(tmp_path, HEAD + RATE, HEAD + RATE.replace("  在职人员控制率:\n", "  人员控制率:\n"))
    assert told(found) == ["人员控制率: 原名“在职人员控制率”"]
    assert found.rules == ()


def test_what_is_still_called_as_it_was_is_the_same_part(tmp_path: Path) -> None:
    """A new name beside the old one is a new name, whatever else changes; one that stands by itself stays itself."""
    groups = "sections:\n  {}:\n    points: 10\n    indicators:\n      {}\n      乙: {}\n"
    rate = "{{points: {}, target: 100%, unit: '%', scoring: 比例得分{}}}"
    first = HEAD + groups.format("产出", "甲: " + rate.format(6, ""), rate.format(4, ""))
    second = HEAD + groups.format("产出指标", "新: " + rate.format(7, ", also: [甲]"), rate.format(3, ", also: [丙]"))
    second = second.replace("    points: 10", "    points: 10\n    also: [产出]")
    found = between(tmp_path, first, second)
    assert [each for each in told(found) if "原名" in each] == [
        "产出指标: 原名“产出”",
        "产出指标/新: 原名“产出/甲”",
    ]
    kept = between(tmp_path, first, first.replace("甲: {points: 6", "甲: {also: [乙], points: 6"))
    assert not [each for each in told(kept) if "原名" in each or "新增" in each]


def test_renamed_figure_is_followed_into_rules(tmp_path: Path) -> None:
    """A figure that is only called otherwise changes no rule."""
    found = between(tmp_path, HEAD + RATE, (HEAD + RATE).replace("编制数", "核定编制"))
    assert told(found) == ["核定编制: 原名“编制数”"]
    assert found.rules == ()


def test_moved_indicator_is_found_elsewhere(tmp_path: Path) -> None:
    """The same title in another section is told as moved; its rule is compared all the same."""
    groups = "sections:\n  甲:\n    points: 5\n    indicators:\n{}  乙:\n    points: 5\n    indicators:\n{}"
    rule = '      {}: {{points: {}, target: 100%, unit: "%", scoring: 比例得分}}\n'
    first, second = rule.format("一", 2.5) + rule.format("二", 2.5), rule.format("三", 5)
    moved = rule.format("二", 2.5) + rule.format("三", 2.5)
    found = between(tmp_path, groups.format(first, second), groups.format(rule.format("一", 5), moved))
    assert "乙/二: 由“甲”移到“乙”" in told(found)
    assert {rule.pair.title for rule in found.rules} == {"甲/一", "乙/三"}


def test_added_and_removed_indicators_are_told(tmp_path: Path) -> None:
    """What only one edition has is told with its points."""
    two = RATE.replace("points: 10", "points: 5")
    added = two + '  满意度: {points: 5, target: 90%, unit: "%", scoring: 比例得分}\n'
    found = between(tmp_path, HEAD + RATE, HEAD + added)
    assert told(found) == [
        "在职人员控制率: `points` 由 10 改为 5",
        "满意度: 新增，分值 5",
        "满意度: `unit` 为 %",
        "满意度: `target` 为 90%",
        "满意度: `scoring` 为 比例得分",
    ]
    back = difference(load_catalogue(tmp_path / "new" / "sample" / "1.yaml").ruleset,
                      load_catalogue(tmp_path / "old" / "sample" / "1.yaml").ruleset)  # fmt: skip
    assert "满意度: 删去，原分值 5" in told(back)


BEFORE = """
data: {数: {min: 0}, 明细: {type: table, columns: {金额: {unit: 万元, min: 0}}}}
sections: {甲: {points: 10, target: ≥ 10, scoring: 比例得分}}
"""
AFTER = """
data:
  数: {min: 0}
  率: {unit: "%", min: 0, max: 1}
  经费: {type: grid, unit: 万元, min: 0, columns: [上年, 本年], rows: [甲费, 乙费]}
  明细: {type: table, columns: {金额: {unit: 万元, min: 1}, 类: {type: choice, choices: [东, 西]}}}
methods:
  我法:
    parameters: {线: {unit: "%", default: 80%}}
    award: [{when: 完成值 ≥ 线, points: 分值}, {points: 0, because: 低}]
sections:
  甲: {points: 5, target: ≥ 10, scoring: 比例得分}
  组:
    points: 5
    also: [小组]
    cap: {when: 率 < 50%, at_most: 3, because: 率低}
    indicators:
      乙: {points: 5, unit: "%", target: ≥ 90%, applies: 数 > 0, otherwise: full_marks, scoring: 我法}
grade_caps: [{when: 数 > 3, at_most: 差, because: 多}]
checks: {查: {expect: 数 > 0, because: 为零}}
"""


def test_all_of_what_is_new_is_told(tmp_path: Path) -> None:
    """Caps and scorings of new sections and indicators, what a new figure, method, grade, cap or check says."""
    lines = {line.replace(": ", "：", 1) for line in told(between(tmp_path, BEFORE, AFTER))}
    assert {
        "率：`unit` 为 %", "率：`bounds` 为 0 ≤ … ≤ 1", "经费：`unit` 为 万元", "经费：`bounds` 为 0 ≤ …",
        "明细_金额：`bounds` 由 0 ≤ … 改为 1 ≤ …", "明细_类：`choices` 为 东、西",
        "我法：`parameters` 为 线（unit %，default 80%）", "我法：`scoring` 为 award: 完成值 ≥ 线 → 分值； → 0",
        "组：新增，分值 5", "组：`cap` 为 at_most: 3, when: 率 < 50%, because: 率低", "组：`also` 为 小组",
        "组/乙：新增，分值 5", "组/乙：`target` 为 ≥90%", "组/乙：`scoring` 为 我法", "组/乙：`applies` 为 数 > 0",
        "组/乙：`otherwise` 为 full_marks",
        "数 > 3 → 差：新增", "数 > 3 → 差：`because` 为 多",
        "查：`expect` 为 数 > 0", "查：`because` 为 为零",
    } <= lines  # fmt: skip
    assert not [line for line in lines if "=" in line or "Fraction" in line]


ASIDE = {
    "Catalogue": {"id", "edition", "data", "grids", "tables", "methods", "defaults", "parts", "score_caps", "grades",
                  "grade_caps", "checks", "audit", "review", "paper", "waive", "digest", "used",
                  "extends", "changed", "points_location"},
    "Figure": {"name", "grid"}, "Section": {"path", "parts"}, "Indicator": {"path", "cases", "origin"},
    "Method": {"title", "cases", "edition"}, "Grade": {"title"}, "Check": {"name"},
}  # fmt: skip
"""What names a thing, is told by itself, or is no meaning of it."""


@pytest.mark.parametrize(
    "of", [Catalogue, Figure, Section, Indicator, Method, Grade, Check], ids=lambda of: of.__name__
)
def test_no_field_of_an_edition_is_left_out_in_silence(of: type[Any]) -> None:
    """Whatever the model holds is compared, or named as what is not."""
    parts = {"Catalogue": "EDITION"}.get(of.__name__, of.__name__.upper())
    names = {each.name for each in attrs.fields(of)} - {"location"}
    assert names == {*getattr(diff, f"_OF_{parts}"), *ASIDE[of.__name__]}


def test_other_words_for_a_reason_are_told_apart_from_scores(tmp_path: Path) -> None:
    """A reason that says it otherwise is no rule that scores otherwise."""
    written = """\
sections:
  甲:
    points: 10
    target: 100%
    unit: "%"
    scoring:
      deduct:
        - {when: 完成值 < 100%, points: 5, because: "完成值 {完成值} 不到 100%"}
"""
    found = between(tmp_path, written, written.replace("不到 100%", "低于 100%"))
    assert (found.rules, [line.text for line in found.reasons[0].lines]) == (
        (),
        ["完成值 {完成值} 不到 100%", "完成值 {完成值} 低于 100%"],
    )


def test_open_rows_that_score_alike_are_told_once(tmp_path: Path) -> None:
    """A default that many open sections share is one changed rule, with all of its sections."""
    open_sections = "".join(f"  {title}: {{points: 5, open: true}}\n" for title in "甲乙")
    body = 'defaults:\n  scoring: {"≥": 比例得分}\nsections:\n' + open_sections
    found = between(tmp_path, body, body.replace("比例得分", "{method: 比例得分, 底线: 60%}"))
    rule = only_rule(found)
    assert rule.pair.paths == (("甲",), ("乙",))
    assert rule.comparison.relation == "stricter"


def test_method_of_its_own_is_compared(tmp_path: Path) -> None:
    """An edition that only brings methods is compared by them."""
    text = Path("catalogue/standard-methods/1.yaml")
    old = (Path(__file__).parent.parent / text).read_text("utf-8")
    new = old.replace("points: 分值 × 指标值 ÷ 完成值", "points: 分值 × 指标值 ÷ 完成值 ÷ 2")
    for name, content in (("old", old), ("new", new)):
        home = tmp_path / name / "standard-methods"
        home.mkdir(parents=True)
        (home / "1.yaml").write_text(content, "utf-8")
    before, after = (load_catalogue(tmp_path / name / "standard-methods" / "1.yaml") for name in ("old", "new"))
    assert only_rule(difference(before.ruleset, after.ruleset)).pair.title == "方法 反向比例"


# ---- grades and whole forms ----------------------------------------------------------------------------------------


def test_totals_with_another_grade_are_told(tmp_path: Path) -> None:
    """An edge that moved is told as the totals in between."""
    old = loaded(tmp_path, "old", HEAD + RATE)
    file = tmp_path / "old" / "sample" / "1.yaml"
    file.write_text(file.read_text("utf-8").replace("总分 ≥ 8", "总分 > 9"), "utf-8")
    shifts = difference(old.ruleset, load_catalogue(file).ruleset).grades
    found = [(shift.low, shift.high, shift.old, shift.new) for shift in shifts]
    assert found == [(Fraction(8), Fraction(9), "优", "差")]


CAPPED = """\
data:
  有违规: {type: yes_no}
sections:
  甲:
    points: 10
    cap: {when: 有违规, at_most: 4, because: 有违规的不超过 4 分}
    indicators:
      一: {points: 5, target: 100%, unit: "%", scoring: 比例得分}
      二: {points: 5, target: 100%, unit: "%", scoring: 比例得分}
"""


def test_dropped_cap_has_a_whole_form_for_a_witness(tmp_path: Path) -> None:
    """A cap of a section touches no row, so a form shows what it does."""
    dropped = "\n".join(line for line in CAPPED.split("\n") if "cap:" not in line)
    found = between(tmp_path, CAPPED, dropped)
    assert found.rules == ()
    witness = found.forms[0]
    assert (witness.where, witness.cell, witness.scores) == ("甲", "有违规 是", (Fraction(4), Fraction(10)))
    assert witness.grades == ("差", "优")


def test_other_policy_for_what_does_not_apply_has_a_witness(tmp_path: Path) -> None:
    """Full marks instead of a conversion is shown on a form where the indicator does not apply."""
    body = CAPPED.replace("    cap: {when: 有违规, at_most: 4, because: 有违规的不超过 4 分}\n", "")
    body = body.replace("      一: {", "      一: {applies: 有违规, otherwise: rescale, ")
    found = between(tmp_path, body, body.replace("otherwise: rescale", "otherwise: full_marks"))
    assert any(rule.comparison.witnesses for rule in found.rules)


# ---- the command ---------------------------------------------------------------------------------------------------


def run(*arguments: object) -> Result:
    """Run the command as a user would, and let any exception through."""
    return CliRunner().invoke(root, ["diff", *map(str, arguments)], catch_exceptions=False)


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Write two editions and give their files."""
    loaded(tmp_path, "old", HEAD + RATE)
    loaded(tmp_path, "new", HEAD + RATE.replace("扣: 0.5", "扣: 1"))
    return tmp_path / "old" / "sample" / "1.yaml", tmp_path / "new" / "sample" / "1.yaml"


def test_text_tells_relation_lines_and_both_reasons(two: tuple[Path, Path]) -> None:
    """The text holds what an official asks: which line, stricter or looser, an example with both reasons."""
    text = run(*two).stdout
    lines = ("− 完成值 > 100% 时，扣 0.5 × 步数 分", "+ 完成值 > 100% 时，扣 1 × 步数 分")
    for part in ("在职人员控制率：更严（已证明）", *lines, "旧：", "新：", "`scoring` 由"):
        assert part in text


def test_markdown_and_english(two: tuple[Path, Path]) -> None:
    """Markdown has headings; in English the frame is English and the bureau's words stay."""
    text = run("--format", "markdown", "--lang", "en", *two).stdout
    assert text.startswith(
        "# sample@1 → sample@1\n\n## Rules that score differently\n\n- 在职人员控制率: stricter (proved)"
    )


def test_json_holds_exact_numbers(two: tuple[Path, Path], tmp_path: Path) -> None:
    """JSON has relation, lines, inputs and both scores; ``-o`` writes it to a file."""
    file = tmp_path / "out" / "diff.json"
    result = run("--format", "json", "--no-prove", "-o", file, *two)
    assert (result.exit_code, result.stdout) == (0, "")
    rule = simplejson.loads(file.read_text("utf-8"), use_decimal=True)["rules"][0]
    assert (rule["relation"], rule["proved"], rule["lines"]) == (
        "stricter",
        False,
        ["− 扣 = 0.5", "+ 扣 = 1"],
    )
    witness = rule["witnesses"][0]
    assert witness["new"]["score"] < witness["old"]["score"]


def test_equal_editions_say_so(two: tuple[Path, Path]) -> None:
    """Nothing to tell is told."""
    assert "含义没有变化" in run(two[0], two[0]).stdout


def test_faulty_edition_is_told_with_status_2(tmp_path: Path, two: tuple[Path, Path]) -> None:
    """Problems of either edition go to standard error."""
    bad = tmp_path / "bad.yaml"
    bad.write_text("evalrules: 1\n", "utf-8")
    result = run(two[0], bad)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "[" in result.stderr


OPPOSITE = {"stricter": "looser", "looser": "stricter", "neither": "neither", "unlike": "unlike", "equal": "equal"}


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new"), [("2015", "2017"), ("2017", "2018"), ("2015", "2018")])
def test_the_way_back_is_the_opposite(old: str, new: str) -> None:
    """What is stricter one way is looser the other, rule by rule, and the same parts come that went."""
    before, after = (load_catalogue(f"hunan-department@{number}").ruleset for number in (old, new))
    there, back = difference(before, after, prover=compare_rules), difference(after, before, prover=compare_rules)
    relations = {rule.pair.title: rule.comparison.relation for rule in there.rules}
    assert {rule.pair.title: OPPOSITE[rule.comparison.relation] for rule in back.rules} == relations
    assert relations
    came = {change.told.where for change in there.changes if change.told.code == "diff-part-added"}
    assert came == {change.told.where for change in back.changes if change.told.code == "diff-part-removed"}


def test_text_tells_grades_forms_and_reasons(tmp_path: Path) -> None:
    """Each kind of change has its part of the text, and only where there is something to tell."""
    first, second = loaded(tmp_path, "old", CAPPED), loaded(tmp_path, "new", CAPPED)
    file = tmp_path / "new" / "sample" / "1.yaml"
    text = file.read_text("utf-8").replace("总分 ≥ 8", "总分 ≥ 9").replace("at_most: 4", "at_most: 3")
    file.write_text(text, "utf-8")
    assert first.digest == second.digest
    told = run(tmp_path / "old" / "sample" / "1.yaml", file).stdout
    assert "\n等级变了的总分\n  8–8.9 分：优 → 差\n" in told
    assert "\n合计、换算、封顶变了\n  有违规 是：甲 4 分 → 3 分\n" in told
    assert "计分变了的规则" not in told
    forms = simplejson.loads(run("--format", "json", tmp_path / "old" / "sample" / "1.yaml", file).stdout)["forms"]
    assert (forms[0]["cell"], forms[0]["section"], forms[0]["new"]["score"]) == ("有违规 是", "甲", 3)


def test_other_words_are_told_by_line(tmp_path: Path) -> None:
    """Reasons that say it otherwise are told with the words before and after."""
    body = (
        'sections:\n  甲:\n    points: 10\n    target: 100%\n    unit: "%"\n    scoring:\n      deduct:\n'
        '        - {when: 完成值 < 100%, points: 5, because: "不到 {指标值}"}\n'
    )
    loaded(tmp_path, "old", body)
    loaded(tmp_path, "new", body.replace("不到", "低于"))
    told = run(*(tmp_path / name / "sample" / "1.yaml" for name in ("old", "new"))).stdout
    assert "只改了说法的规则\n  甲  [" in told
    assert "    − 完成值 < 100% 时，扣 5 分；理由：不到 {指标值}\n" in told
    assert "    + 完成值 < 100% 时，扣 5 分；理由：低于 {指标值}\n" in told


@pytest.mark.parametrize(("why", "told"), [(None, ""), ("", "；求解超时"), ("合计", "；求解器读不了 合计")])
def test_what_is_not_proved_says_why(why: str | None, told: str) -> None:
    """How many inputs were tried is told, and what kept the prover from an answer."""
    text = relation_text(Compared("stricter", tried=12, why=why), Phrases("zh", "report"))
    assert text == f"更严（未证明，试了 12 组数据{told}）"


def test_progress_is_shown_on_a_terminal_alone(two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """The bar goes to standard error and leaves the output as it is."""
    plain = run("--no-prove", *two)
    assert plain.stderr == ""
    monkeypatch.setattr("rich.console.Console.is_terminal", True)
    shown = RichText.from_ansi(run("--no-prove", *two).stdout).plain
    assert "".join(shown.split()) == "".join(plain.stdout.split())


def test_output_that_cannot_be_written_is_told(two: tuple[Path, Path], tmp_path: Path) -> None:
    """A folder is no file to write to."""
    result = CliRunner().invoke(root, ["diff", "--no-prove", "-o", str(tmp_path), *map(str, two)])
    assert result.exit_code == 3
    assert str(tmp_path) in result.stderr

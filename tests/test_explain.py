"""``evalrules explain``: the rule in words, examples at and on both sides of every edge, and what-if by the engine."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import evalrules
from evalrules._cli.commands import root
from evalrules._engine import LoadedCatalogue
from evalrules._explain.explanation import RuleExplanation, explain
from evalrules._explain.lookup import GivenInputs
from evalrules._problems import CatalogueError
from evalrules._report.explanation import explanation_document
from evalrules._report.terminal import renderable, text

ROOT = Path(__file__).parent.parent
EDITIONS = sorted(f"{path.parent.name}@{path.stem}" for path in (ROOT / "catalogue").glob("*/*.yaml"))
HUNAN = "hunan-department@2017"
SUINING = "suining-department@2024"
STANDARD = "standard-methods@1"
ROW = {"完成值": "actual", "指标值": "target"}


@pytest.fixture(scope="module")
def editions() -> dict[str, LoadedCatalogue]:
    """Give the shipped editions by name."""
    return {name: evalrules.load_catalogue(name, plugins=()) for name in EDITIONS}


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVALRULES_LANG", "zh")


def one(catalogue: LoadedCatalogue, name: str, **question: Any) -> RuleExplanation:
    """Explain what has one rule."""
    (explanation,) = explain(catalogue.ruleset, name, GivenInputs(**question)).rules
    return explanation


def facts(explanation: RuleExplanation) -> dict[str, str]:
    """Give the facts by their heads."""
    return {fact.name: fact.text for fact in explanation.facts}


def scores(explanation: RuleExplanation, table: int = 0) -> dict[str, str]:
    """Give the scores of a table of examples by the values."""
    return {row.value: row.score for row in explanation.examples[table].rows}


def run(*arguments: str) -> Result:
    """Run the command as a user would."""
    return CliRunner().invoke(root, ["explain", *arguments], catch_exceptions=False)


# ---- the rule in words ----


def test_a_called_method_is_told_with_its_parameters_put_in(editions: dict[str, LoadedCatalogue]) -> None:
    """Choices are decided, numbers stand in the formula, and what is left is what an official would write."""
    explanation = one(editions[HUNAN], "在职人员控制率")
    assert explanation.rule.lets == ("其中 超出 = 完成值 − 100%", "其中 步数 = 下取整(超出 ÷ 1%)")
    (line,) = explanation.rule.lines
    assert line.text == "完成值 > 100% 时，扣 0.5 × 步数 分"
    told = facts(explanation)
    assert told["分值"] == "5"
    assert told["完成值"] == "在职人员数 ÷ 编制数"
    assert "起点 100%，每 1%，扣 0.5，不足一步 不计" in told["计分方法"]
    assert told["依据"].startswith("以100%为标准")


def test_bands_are_told_row_by_row(editions: dict[str, LoadedCatalogue]) -> None:
    """Full points are 满分, no points are 不得分, the last row is 其余情形."""
    lines = [line.text for line in one(editions[HUNAN], "预算控制率").rule.lines]
    assert lines[0] == "完成值 = 0 时，得满分"
    assert lines[1] == "完成值 ≤ 10% 时，得 4 分"
    assert lines[-1] == "其余情形，不得分"


def test_an_excuse_is_told_with_its_rule(editions: dict[str, LoadedCatalogue]) -> None:
    """What does not apply, and what an excused rule is excused by, are both said."""
    catalogue = edition(
        data="{超编人数: {unit: 人, min: 0}, 因政策调整: {type: yes_no}}",
        scoring="{deduct: [{when: 完成值 > 0, unless: 因政策调整, points: 1, because: 超编}]}",
    )
    (line,) = one(catalogue, "指标").rule.lines
    assert line.text == "完成值 > 0 时，扣 1 分，但 因政策调整 的不扣"
    assert facts(one(editions[HUNAN], "新建楼堂馆所面积控制率"))["不适用时"] == "得满分"


def test_a_row_that_the_parameters_leave_unreached_says_so(editions: dict[str, LoadedCatalogue]) -> None:
    """A floor of 0% is never fallen below; with a floor of its own the row is like any other."""
    told = {line.text.partition("时")[0]: line.text for line in one(editions[SUINING], "预算执行率").rule.lines}
    assert told["完成值 < 指标值 × 0% "].endswith("（按这里的参数和取值范围用不到）")
    assert all("用不到" not in line.text for line in one(editions[HUNAN], "预算控制率").rule.lines)


def test_an_unconfirmed_indicator_says_so(editions: dict[str, LoadedCatalogue]) -> None:
    """What was not compared with the original is never told as if it were."""
    assert facts(one(editions[HUNAN], "管理制度健全性"))["状态"] == "待与文件原文核对"


def test_an_open_section_is_told_by_the_kind_of_target(editions: dict[str, LoadedCatalogue]) -> None:
    """Kinds that are scored alike stand together; a target picks its own."""
    titles = [each.title for each in explain(editions[SUINING].ruleset, "质量指标").rules]
    assert titles[:3] == [f"产出指标/质量指标：指标值为 {kinds} 的行" for kinds in ("≥", ">", "≤、<")]
    assert one(editions[SUINING], "质量指标", target="≤5次").title.endswith("≤ 的行")


# ---- examples ----


def test_examples_stand_at_and_on_both_sides_of_every_edge(editions: dict[str, LoadedCatalogue]) -> None:
    """Each band has its edge, and the smallest rate on either side of it."""
    found = scores(one(editions[HUNAN], "预算控制率"))
    wanted = {
        "0%": "5.00", "0.01%": "4.00", "9.99%": "4.00", "10%": "4.00", "10.01%": "3.00", "20%": "3.00",
        "20.01%": "2.00", "30%": "2.00", "30.01%": "0.00",
    }  # fmt: skip
    assert wanted.items() <= found.items()
    assert "−0.01%" not in found


def test_examples_show_where_nothing_is_left_to_deduct(editions: dict[str, LoadedCatalogue]) -> None:
    """The value from which on a stepwise rule costs everything is found, though no condition names it."""
    found = scores(one(editions[HUNAN], "在职人员控制率"))
    assert (found["109.99%"], found["110%"]) == ("0.50", "0.00")


def test_examples_of_a_judgement_show_each_tier_and_what_lies_outside(editions: dict[str, LoadedCatalogue]) -> None:
    """The upper edge belongs to the top tier alone."""
    explanation = one(editions[STANDARD], "三档评判")
    top, middle = scores(explanation, 0), scores(explanation, 1)
    assert (top["12"], top["15"], top["15.001"]) == ("12.000", "15.000", "不计分")
    assert (middle["9"], middle["11.999"], middle["12"]) == ("9.000", "11.999", "不计分")


def test_examples_of_a_checklist_take_each_item_away(editions: dict[str, LoadedCatalogue]) -> None:
    """All answered yes is full; one no costs its points; one not answered leaves the indicator unscored."""
    rows = one(editions[HUNAN], "管理制度健全性").examples[0].rows
    assert [row.score for row in rows] == ["8.00", "6.00", "6.00", "6.00", "6.00", "不计分"]


def test_figures_beside_the_actual_have_examples_of_their_own(editions: dict[str, LoadedCatalogue]) -> None:
    """A condition of ``applies`` is an edge as well."""
    tables = {table.name: table for table in one(editions[HUNAN], "新建楼堂馆所面积控制率").examples}
    assert "不适用" in tables["批复规模"].rows[0].because


def test_dates_have_the_days_around_the_deadline(editions: dict[str, LoadedCatalogue]) -> None:
    """The deadline itself, the day before and the day after."""
    found = scores(one(editions[STANDARD], "按期得分"))
    assert found == {"2024年12月30日": "5.000", "2024年12月31日": "5.000", "2025年1月1日": "0.000"}


@pytest.mark.parametrize("name", EDITIONS)
def test_every_rule_of_a_shipped_edition_can_be_explained(name: str, editions: dict[str, LoadedCatalogue]) -> None:
    """Every indicator, open section and own method has lines, examples that differ, and a page."""
    ruleset = editions[name].ruleset
    own = [title for title, method in ruleset.catalogue.methods.items() if method.edition in ("", name)]
    for path in (*map("/".join, ruleset.row_at), *map("/".join, ruleset.open_sections), *own):
        found = explain(ruleset, path)
        tables = [table for rule in found.rules for table in rule.examples]
        assert found.rules
        assert all(rule.rule.lines for rule in found.rules)
        assert len({row.score for table in tables for row in table.rows}) > 1, path
        page = text(renderable(explanation_document(found)), 2000)
        assert all(rule.title in page for rule in found.rules)


@pytest.mark.parametrize("name", EDITIONS)
def test_what_if_agrees_with_every_case_of_the_edition(name: str, editions: dict[str, LoadedCatalogue]) -> None:
    """Asked for the inputs of a case, it tells the score that the case states."""
    catalogue = editions[name]
    for indicator in catalogue.indicators:
        for case in (case for case in indicator.cases if case.judged is None):
            inputs = {called: cell.text for called, cell in case.inputs if called not in ("完成值", "指标值")}
            row = {ROW[called]: cell.text for called, cell in case.inputs if called in ROW}
            tried = one(catalogue, "/".join(indicator.path), inputs=inputs, **row).tried
            assert tried is not None
            found = None if tried.outcome.score == "不计分" else Fraction(tried.outcome.score)
            assert found == case.score, (indicator.title, case)


# ---- what if ----


def test_a_given_actual_is_scored_by_the_engine_with_its_reason(editions: dict[str, LoadedCatalogue]) -> None:
    """The figures behind 完成值 need not be known; the deduction is a real one with its steps."""
    tried = one(editions[HUNAN], "在职人员控制率", actual="103.2%").tried
    assert tried is not None
    assert (tried.outcome.score, tried.given) == ("3.50", "完成值 103.2%")
    assert tried.deductions[0].points == Decimal("1.50")
    assert "下取整(3.2% ÷ 1%) = 3" in " ".join(tried.deductions[0].steps)


def test_given_figures_are_scored_as_those_of_a_submission(editions: dict[str, LoadedCatalogue]) -> None:
    """67 of 65 posts cost 1.5 points, as the case of the edition says; units are converted as in a cell."""
    asked = {"在职人员数": "67人", "编制数": "65"}
    tried = one(editions[HUNAN], "在职人员控制率", inputs=asked).tried
    assert tried is not None
    assert tried.outcome.score == "3.50"
    assert "103.08%" in tried.outcome.because


def test_another_target_moves_every_example(editions: dict[str, LoadedCatalogue]) -> None:
    """A row of an open section with a target of 95% is full at 95%, and so are fixed targets exchanged for it."""
    assert scores(one(editions[SUINING], "质量指标", target="95%"))["95%"] == "10.0"
    fixed = one(editions[SUINING], "预算执行率", target="≥90%", actual="90%").tried
    assert fixed is not None
    assert fixed.outcome.score == "10.0"


def test_a_judgement_can_be_tried(editions: dict[str, LoadedCatalogue]) -> None:
    """The tier and the score inside it are inputs by the names that the examples give them."""
    asked = {"档次": "达成年度指标", "评分": "8.5"}
    tried = one(editions[SUINING], "质量指标", target="定性", inputs=asked).tried
    assert tried is not None
    assert tried.outcome.score == "8.5"


def test_a_checklist_item_can_be_tried(editions: dict[str, LoadedCatalogue]) -> None:
    """An item is answered 否 or with points; the others count as 是."""
    for answer, score in (("否", "6.00"), ("1", "7.00"), ("", "不计分")):
        tried = one(editions[HUNAN], "管理制度健全性", inputs={"有厉行节约制度": answer}).tried
        assert tried is not None
        assert tried.outcome.score == score


def test_a_blank_figure_leaves_it_unscored(editions: dict[str, LoadedCatalogue]) -> None:
    """A blank is tried as a blank, never as 0."""
    tried = one(editions[HUNAN], "在职人员控制率", inputs={"编制数": ""}).tried
    assert tried is not None
    assert tried.outcome.score == "不计分"
    assert "编制数" in tried.outcome.because


@pytest.mark.parametrize(
    ("name", "question", "codes"),
    [
        ("在职人员控制", {}, {"explain-unknown"}),
        ("在职人员控制率", {"inputs": {"在职": "1", "编制数": "六"}}, {"explain-input-unknown", "figure-not-a-number"}),
        ("在职人员控制率", {"inputs": {"编制数": "0"}}, {"figure-out-of-range"}),
        ("在职人员控制率", {"actual": "1..2"}, {"cell-number"}),
        ("在职人员控制率", {"target": "1..2"}, {"cell-number"}),
    ],
)
def test_what_does_not_fit_is_told_all_at_once(
    name: str, question: dict[str, Any], codes: set[str], editions: dict[str, LoadedCatalogue]
) -> None:
    """A name or a value that the edition cannot take is a problem with its option, never a traceback."""
    with pytest.raises(CatalogueError) as refused:
        explain(editions[HUNAN].ruleset, name, GivenInputs(**question))
    assert {found.code for found in refused.value.problems} == codes


def test_a_title_that_stands_in_two_places_asks_for_the_path() -> None:
    """Both paths are told; either is then understood."""
    parts = "{甲: {points: 50, indicators: {同名: %s}}, 乙: {points: 50, indicators: {同名: %s}}}"
    rows = "[{when: 完成值 ≥ 指标值, points: 分值}, {points: 0, because: 未达到}]"
    row = f"{{points: 50, target: ≥1, scoring: {{award: {rows}}}}}"
    catalogue = evalrules.load_catalogue(written(f"sections: {parts % (row, row)}\n"), plugins=())
    with pytest.raises(CatalogueError) as refused:
        explain(catalogue.ruleset, "同名")
    assert [found.code for found in refused.value.problems] == ["explain-several"]
    assert one(catalogue, "乙/同名").title == "乙/同名"


def test_a_target_without_a_rule_is_refused() -> None:
    """An open section that has no scoring for days says so where a day is asked for."""
    head = "methods: {甲法: {award: [{when: 完成值 ≥ 指标值, points: 分值}, {points: 0, because: 未达到}]}}\n"
    form = 'defaults: {scoring: {"≥": 甲法}}\nsections: {甲: {points: 100, open: true}}\n'
    catalogue = evalrules.load_catalogue(written(head + form), plugins=())
    with pytest.raises(CatalogueError) as refused:
        explain(catalogue.ruleset, "甲", GivenInputs(target="2024年12月31日"))
    assert [found.code for found in refused.value.problems] == ["explain-target-kind"]


def written(body: str) -> Any:
    """Give the mapping of a small edition."""
    import yaml  # noqa: PLC0415 - only these tests write editions as text

    head = 'evalrules: 1\nid: small\nedition: "1"\ntitle: 小表\npoints: 100\n'
    return yaml.safe_load(head + body)


def edition(data: str, scoring: str) -> LoadedCatalogue:
    """Load an edition of one indicator."""
    row = f"{{points: 100, value: 超编人数, scoring: {scoring}}}"
    return evalrules.load_catalogue(written(f"data: {data}\nsections: {{指标: {row}}}\n"), plugins=())


# ---- the command ----


def test_the_command_tells_rule_examples_and_trial() -> None:
    """Everything stands on standard output, in words that a person who edits the edition reads."""
    result = run(HUNAN, "在职人员控制率", "--set", "在职人员数=67", "--set", "编制数＝65")
    assert result.exit_code == 0
    for words in ("试算", "得分：3.50", "怎样计分", "扣 0.5 × 步数 分", "用到的数据", "算例", "109.99%"):
        assert words in result.stdout


def test_the_command_tells_what_is_wrong_on_standard_error() -> None:
    """The exit status is 1, standard output stays empty."""
    for arguments in ((HUNAN, "没有这个指标"), (HUNAN, "在职人员控制率", "--set", "x"), ("no-such@1", "甲")):
        result = run(*arguments)
        assert result.exit_code == 1
        assert result.stdout == ""
        assert "error" in result.stderr


def test_the_command_speaks_english() -> None:
    """The frame is English; the words of the edition stay as they are."""
    result = run(HUNAN, "预算控制率", "--lang", "en")
    assert "where 完成值 ≤ 10%: 4 points" in result.stdout
    assert "otherwise: no points" in result.stdout
    assert "预算控制率 10.01%，在 10%—20%（含）之间" in result.stdout


def test_an_explanation_has_plain_values(editions: dict[str, LoadedCatalogue]) -> None:
    """``to_dict`` gives what other tools can use, the trial with its deductions included."""
    told = one(editions[HUNAN], "在职人员控制率", actual="103.2%").to_dict()
    assert told["title"] == "投入/预算配置/在职人员控制率"
    assert told["tried"]["deductions"][0]["points"] == Fraction(3, 2)

"""Scopes and lowering: which names stand where, and how every way of scoring comes to deductions or rows."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from evalrules._edition.forms import ITEM, TIER, item_name
from evalrules._edition.lower import in_order, lower, target_formula, written_out
from evalrules._edition.model import Catalogue, Indicator, MethodCall
from evalrules._edition.read import read_edition
from evalrules._edition.scopes import (
    bare_target_of,
    cap_scope,
    check_scope,
    data_scope,
    default_scoring,
    explain_when_of,
    grade_scope,
    indicator_scope,
    is_scored_between,
    method_scope,
    program_scope,
    ranges_of,
    row_scope,
    scoring_of,
    sections_around,
    target_scope,
    total_bounds,
)
from evalrules._formula.parser import read_formula, read_tree
from evalrules._formula.program import ALWAYS, NEVER, PointsBetween, Program, Requirement, Rule, settle, settled
from evalrules._formula.scope import BARE, PERCENT, Bounds, read_unit, unit_text
from evalrules._formula.tree import Binding, Both, Choice, Comparing, Formula, Name, Node, Number

OVERRUN = {
    "parameters": {
        "起点": {"default": "指标值"},
        "每": {"above": 0},
        "扣": {"min": 0},
        "不足一步": {"type": "choice", "choices": ["不计", "按一步", "折算"], "default": "折算"},
    },
    "ranges": {"完成值": {"min": 0}},
    "let": {"步数": "若(不足一步 = 不计, 下取整(超出 ÷ 每), 超出 ÷ 每)", "超出": "完成值 − 起点"},
    "deduct": [{"when": "超出 > 0", "points": "扣 × 步数", "because": "超出 {超出}，不足一步的{不足一步}"}],
}
RATIO = {"award": [{"when": "完成值 ≥ 指标值", "points": "分值"}, {"points": "0", "because": "未达到"}]}
ON_TIME = {"award": [{"when": "天数(指标值, 完成值) ≤ 0", "points": "分值"}, {"points": "0", "because": "逾期"}]}


def edition(indicator: dict[str, Any], **keys: Any) -> Catalogue:
    """Make an edition with one indicator of 10 points under 产出/数量."""
    document: dict[str, Any] = {
        "evalrules": 1,
        "id": "test",
        "edition": "1",
        "title": "测试",
        "points": 10,
        "data": {
            "在职人员数": {"unit": "人", "integer": True, "min": 0},
            "编制数": {"unit": "人", "integer": True, "above": 0},
            "地区": {"type": "choice", "choices": ["东部", "西部"]},
            "经费": {"type": "grid", "unit": "万元", "columns": ["预算", "决算"], "rows": ["三公", "会议"]},
            "专项": {"type": "table", "columns": {"金额": {"unit": "万元"}}},
        },
        "methods": {"超标扣分": OVERRUN, "比例": RATIO, "按期": ON_TIME},
        "sections": {"产出": {"points": 10, "sections": {"数量": {"points": 10, "indicators": {"甲": indicator}}}}},
    }
    catalogue, problems = read_edition({**document, **keys})
    assert problems == ()
    assert catalogue is not None
    return catalogue


def lowered(indicator: dict[str, Any], **keys: Any) -> Program:
    """Give the program of the one indicator."""
    catalogue = edition({"points": 10, **indicator}, **keys)
    (only,) = catalogue.indicators
    scoring = scoring_of(catalogue, only)
    assert scoring is not None
    return lower(catalogue, only, scoring)


def bindings(program: Program) -> dict[str, Node]:
    """Give what a program binds."""
    return {binding.name: binding.formula.tree for binding in program.bindings}


def tree_of(formula: Formula | PointsBetween | None) -> Node:
    """Give the tree of what must be one formula."""
    assert isinstance(formula, Formula)
    return formula.tree


# ---- methods -------------------------------------------------------------------------------------------------------


def test_call_binds_parameters_and_lets_in_the_order_they_are_read() -> None:
    """Arguments, defaults and ``let`` names become bindings, each behind those it reads."""
    program = lowered({"unit": "%", "scoring": {"method": "超标扣分", "起点": "100%", "每": "1%", "扣": 0.5}})
    assert list(bindings(program)) == ["起点", "每", "扣", "超出", "步数"]
    assert bindings(program)["起点"] == Number(Fraction(1), percent=True)
    assert [rule.label for rule in program.rules] == ["test@1 超标扣分 deduct[0]"]
    assert program.form == "deduct"


def test_default_of_a_parameter_may_be_a_formula() -> None:
    """A parameter that is not given has its default, which may read the row."""
    program = lowered({"target": "≤ 20人", "unit": "人", "scoring": {"method": "超标扣分", "每": 1, "扣": 1}})
    assert bindings(program)["起点"] == Name("指标值")
    assert bindings(program)["指标值"] == Number(Fraction(20))


def test_choice_of_a_call_decides_branches_before_anything_runs() -> None:
    """A choice is put in: only the arithmetic it selects is left, and a sentence shows its value."""
    program = lowered(
        {"unit": "%", "scoring": {"method": "超标扣分", "起点": "1", "每": "1%", "扣": 1, "不足一步": "不计"}}
    )
    assert bindings(program)["步数"] == read_tree("下取整(超出 ÷ 每)")
    assert "不足一步" not in bindings(program)
    sentence = program.rules[0].because
    assert sentence is not None
    assert sentence.parts[-1].formula.tree == Choice("不计")  # type: ignore[union-attr]


def test_choice_that_depends_on_a_figure_stays_open() -> None:
    """A choice figure with the same choices may be given, and is compared when it is known."""
    method = {
        "parameters": {"区域": {"type": "choice", "choices": ["东部", "西部"]}},
        "award": [{"when": "区域 = 东部 且 完成值 > 1", "points": "分值"}, {"points": "0", "because": "不足"}],
    }
    program = lowered({"scoring": {"method": "分区", "区域": "地区"}}, methods={"分区": method})
    condition = tree_of(program.rules[0].when)
    assert isinstance(condition, Both)
    assert condition.operands[0] == Comparing(Name("地区"), (("=", Choice("东部")),))


def test_choice_that_is_compared_with_a_figure_stays_open() -> None:
    """A parameter's value is compared with a choice figure when that is known, not with the figure's name."""
    method = {
        "parameters": {"区域": {"type": "choice", "choices": ["东部", "西部"]}},
        "award": [{"when": "地区 = 区域", "points": "分值"}, {"points": "0", "because": "不在区域内"}],
    }
    program = lowered({"scoring": {"method": "分区", "区域": "西部"}}, methods={"分区": method})
    assert tree_of(program.rules[0].when) == Comparing(Name("地区"), (("=", Choice("西部")),))


def test_rows_that_a_choice_excludes_are_left_out_and_keep_their_numbers() -> None:
    """A row whose condition a choice makes false is gone; the labels of the others stay."""
    method = {
        "parameters": {"从严": {"type": "choice", "choices": ["是的", "不是"]}},
        "award": [
            {"when": "从严 = 是的 且 完成值 < 90%", "points": "0", "because": "从严"},
            {"when": "从严 = 不是", "points": "分值"},
            {"points": "0", "because": "其他"},
        ],
    }
    program = lowered({"unit": "%", "scoring": {"method": "严", "从严": "不是"}}, methods={"严": method})
    assert [(rule.label, rule.when) for rule in program.rules] == [
        ("test@1 严 award[1]", None),
        ("test@1 严 award[2]", None),
    ]


def test_figure_with_the_name_of_a_parameter_is_not_captured() -> None:
    """A figure that an argument reads stays that figure, though the method has a parameter of the same name."""
    data = {"起点": {"unit": "人", "min": 0}, "超出": {"unit": "人"}}
    indicator = {"value": "超出", "scoring": {"method": "超标扣分", "起点": "起点 + 1", "每": 1, "扣": 1}}
    program = lowered(indicator, data=data)
    bound = bindings(program)
    assert bound["超标扣分·起点"] == read_tree("起点 + 1")
    assert bound["完成值"] == Name("超出")
    assert bound["超标扣分·超出"] == settled(read_tree("完成值 − 起点"), {"起点": Name("超标扣分·起点")})
    assert tree_of(program.rules[0].when) == settled(read_tree("超出 > 0"), {"超出": Name("超标扣分·超出")})


def test_ranges_of_row_method_and_parameters_are_required() -> None:
    """What indicator, sections, method and parameters declare is required of the inputs."""
    indicator = {
        "unit": "%",
        "ranges": {"指标值": {"above": 0}},
        "scoring": {"method": "超标扣分", "起点": "100%", "每": "1%", "扣": 0.5},
    }
    assert lowered(indicator).requirements == (
        Requirement("指标值", Bounds(Fraction(0), low_open=True)),
        Requirement("完成值", Bounds(Fraction(0))),
        Requirement("每", Bounds(Fraction(0), low_open=True)),
        Requirement("扣", Bounds(Fraction(0))),
    )


# ---- checklists, judgements, rows ----------------------------------------------------------------------------------


def test_checklist_takes_away_what_an_item_was_not_given() -> None:
    """Each item is a rule that takes away its points less those given, and asks for no more than they are."""
    program = lowered({"scoring": {"checklist": {"有制度": 4, "能执行": 6}}})
    assert program.form == "deduct"
    assert [tree_of(rule.points) for rule in program.rules] == [
        settled(read_tree("4 − 给分"), {"给分": Name(item_name(0))}),
        settled(read_tree("6 − 给分"), {"给分": Name(item_name(1))}),
    ]
    assert program.requirements[0] == Requirement(f"{ITEM}[0]", Bounds(Fraction(0), Fraction(4)))
    assert [rule.label for rule in program.rules] == ["test@1 甲 checklist[0]", "test@1 甲 checklist[1]"]


def test_judgement_is_rows_whose_upper_edge_belongs_to_the_top_tier_alone() -> None:
    """Each tier is a row with a range of shares of the points; only the top tier includes its upper edge."""
    program = lowered({"scoring": {"judged": {"好": "80% – 100%", "差": "0% – 80%"}}})
    assert program.form == "award"
    (best, worst) = program.rules
    assert tree_of(best.when) == Comparing(Name(TIER), (("=", Choice("好")),))
    assert isinstance(best.points, PointsBetween)
    assert isinstance(worst.points, PointsBetween)
    assert (best.points.high_open, worst.points.high_open) == (False, True)
    assert tree_of(best.points.low) == read_tree("分值 × 80%")


def test_range_of_points_of_a_row_includes_both_ends() -> None:
    """A row with two points leaves the score between them to an assessor."""
    scoring = {"award": [{"when": "完成值 > 1", "points": "分值"}, {"points": [2, 3], "because": "不足"}]}
    points = lowered({"scoring": scoring}).rules[1].points
    assert isinstance(points, PointsBetween)
    assert (tree_of(points.low), tree_of(points.high), points.high_open) == (
        Number(Fraction(2)),
        Number(Fraction(3)),
        False,
    )


@pytest.mark.parametrize(
    ("indicator", "expected"),
    [
        ({"target": "95%", "unit": "%"}, Number(Fraction(19, 20), percent=True)),
        ({"target": "20000元", "unit": "万元"}, Number(Fraction(2))),
        ({"target": "≤ 编制数", "unit": "人"}, Name("编制数")),
        ({"target": "2024-12-31"}, read_tree("日期(2024, 12, 31)")),
        ({"target": "及时完成"}, None),
        ({"target": "80% – 90%", "unit": "%"}, None),
        ({}, None),
    ],
)
def test_target_is_bound_where_the_edition_fixes_it(indicator: dict[str, Any], expected: Node | None) -> None:
    """A number comes in the indicator's unit, a day as a date; an interval and words bind nothing."""
    (only,) = edition({"points": 10, "scoring": {"judged": {"好": "0% – 100%"}}, **indicator}).indicators
    found = target_formula(only)
    assert (found.tree if found is not None else None) == expected


def test_unknown_method_is_a_key_error() -> None:
    """Only a checked edition is lowered."""
    catalogue = edition({"points": 10, "scoring": "比例"})
    with pytest.raises(KeyError):
        written_out(catalogue, MethodCall("没有"))
    assert written_out(catalogue, MethodCall("比例")) is catalogue.methods["比例"].scoring


def test_bindings_of_a_cycle_are_kept() -> None:
    """What a cycle makes impossible to order is still there."""
    cycle = (
        Binding("甲", read_formula("乙 + 1")),
        Binding("乙", read_formula("甲 + 1")),
        Binding("丙", read_formula("1")),
    )
    assert {binding.name for binding in in_order(cycle)} == {"甲", "乙", "丙"}


# ---- settling ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("方式 = 甲法", True),
        ("甲法 ≠ 方式", False),
        ("非 方式 = 甲法", False),
        ("方式 = 甲法 或 x > 1", True),
        ("方式 = 乙法 且 x > 1", False),
        ("方式 = 甲法 且 x > 1", "x > 1"),
        ("方式 = 乙法 或 x > 1", "x > 1"),
        ("x > 1 或 方式 = 乙法 或 x > 2", "x > 1 或 x > 2"),
        ("若(方式 = 甲法, x, y)", "x"),
        ("若(x > 1, 若(方式 = 乙法, x, y), 0)", "若(x > 1, y, 0)"),
        ("最大(若(方式 = 甲法, x, y), −x)", "最大(x, −x)"),
        ("x + y", "x + y"),
    ],
)
def test_known_choices_settle_conditions(text: str, expected: str | bool) -> None:  # noqa: FBT001
    """What a known choice decides is decided, and nothing else changes."""
    found = settle(read_tree(text), {"方式": Choice("甲法")})
    assert found == (read_tree(expected) if isinstance(expected, str) else expected)


def test_decided_condition_that_must_stay_a_formula() -> None:
    """Where a formula has to stand, a decided condition becomes one that always or never holds."""
    assert settled(read_tree("方式 = 甲法"), {"方式": Choice("甲法")}) == ALWAYS
    assert settled(read_tree("方式 = 乙法"), {"方式": Choice("甲法")}) == NEVER
    assert settled(read_tree("x > 1"), {}) == read_tree("x > 1")


# ---- scopes --------------------------------------------------------------------------------------------------------


def test_data_scope_has_figures_cells_and_columns() -> None:
    """Figures have their unit and range, cells of a grid are row_column, columns know their table."""
    scope = data_scope(edition({"points": 10, "scoring": "比例"}))
    assert unit_text(scope["三公_预算"].unit) == "万元"
    assert scope["编制数"].bounds == Bounds(Fraction(0), low_open=True)
    assert (scope["专项_金额"].table, scope["地区"].choices) == ("专项", ("东部", "西部"))


def test_row_has_the_unit_of_its_value_and_the_points() -> None:
    """完成值 has the unit that the indicator declares or its value has; 分值 is the indicator's."""
    catalogue = edition({"points": 10, "value": "在职人员数 + 编制数", "target": "≤ 20人", "scoring": "比例"})
    (only,) = catalogue.indicators
    scope = indicator_scope(catalogue, only)
    assert scope["完成值"].unit == read_unit("人")
    assert scope["指标值"].bounds == Bounds(Fraction(20), Fraction(20))
    assert scope["分值"].bounds == Bounds(Fraction(10), Fraction(10))
    assert scope["完成率"].unit == PERCENT
    assert "指标值" not in target_scope(catalogue, only)


def test_interval_has_no_single_target() -> None:
    """Where the target is an interval, no formula can read 指标值 or 完成率."""
    catalogue = edition({"points": 10, "unit": "%", "target": "80% – 90%", "scoring": {"judged": {"好": "0% – 100%"}}})
    (only,) = catalogue.indicators
    assert not {"指标值", "完成率"} & set(indicator_scope(catalogue, only))


@pytest.mark.parametrize(
    ("indicator", "kind"),
    [
        ({"target": "2024-12-31", "scoring": "按期"}, "date"),
        ({"scoring": "按期"}, "date"),
        ({"scoring": "比例"}, "number"),
        (
            {
                "value": "在职人员数 > 编制数",
                "scoring": {"award": [{"when": "完成值", "points": "分值"}, {"points": "分值"}]},
            },
            "yes_no",
        ),
        ({"scoring": {"award": [{"when": "完成值", "points": "分值"}, {"points": "分值"}]}}, "yes_no"),
        ({"target": "及时", "scoring": {"judged": {"好": "0% – 100%"}}}, "text"),
    ],
)
def test_kind_of_the_actual_is_what_value_target_or_scoring_say(indicator: dict[str, Any], kind: str) -> None:
    """完成值 is a number, a date, a yes or no, or a text."""
    catalogue = edition({"points": 10, **indicator})
    (only,) = catalogue.indicators
    assert indicator_scope(catalogue, only)["完成值"].kind == kind


def test_method_does_not_know_units_until_it_is_used() -> None:
    """In a method 完成值, 指标值 and parameters without a unit have none; it sees no figures of other editions."""
    catalogue = edition({"points": 10, "scoring": "比例"})
    scope = method_scope(catalogue.methods["超标扣分"], catalogue)
    assert (scope["完成值"].unit, scope["起点"].unit, scope["分值"].unit) == (None, None, BARE)
    assert "编制数" in scope
    assert "编制数" not in method_scope(catalogue.methods["超标扣分"])
    assert method_scope(catalogue.methods["按期"])["完成值"].kind == "date"


def test_program_adds_its_bindings_to_the_scope() -> None:
    """Parameters and ``let`` names have the kind and unit of their formulas."""
    catalogue = edition(
        {"points": 10, "unit": "%", "scoring": {"method": "超标扣分", "起点": "1", "每": "1%", "扣": 1}}
    )
    (only,) = catalogue.indicators
    scoring = scoring_of(catalogue, only)
    assert scoring is not None
    scope = program_scope(indicator_scope(catalogue, only), lower(catalogue, only, scoring))
    assert scope["超出"].unit == PERCENT
    assert scope["编制数"].kind == "number"


def test_form_scopes_have_scores_and_the_total() -> None:
    """Unique titles have scores in range; 总分 is for grades and checks, not for caps."""
    catalogue = edition({"points": 10, "scoring": "比例"})
    assert cap_scope(catalogue)["数量_得分"].bounds == Bounds(Fraction(0), Fraction(10))
    assert {"甲_得分", "甲_完成值", "甲_指标值"} <= set(cap_scope(catalogue))
    assert "总分" not in cap_scope(catalogue)
    assert grade_scope(catalogue)["总分"].bounds == total_bounds(catalogue) == Bounds(Fraction(0), Fraction(10))


def test_check_put_to_each_has_bare_row_names() -> None:
    """A check over a grid's columns has its rows, one over a section's entries the words of a row."""
    because = "不符"
    checks = {
        "列": {"each": "经费", "expect": "三公 ≥ 会议", "because": because},
        "行": {"each": "产出/数量", "expect": "得分 ≤ 分值", "because": because},
        "总": {"expect": "总分 > 0", "because": because},
    }
    catalogue = edition({"points": 10, "scoring": "比例"}, checks=checks)
    columns, rows, whole = (check_scope(catalogue, check) for check in catalogue.checks)
    assert unit_text(columns["三公"].unit) == "万元"
    assert {"得分", "自评得分", "指标值"} <= set(rows)
    assert "得分" not in whole


# ---- inheritance ---------------------------------------------------------------------------------------------------

SECTIONS = {
    "产出": {
        "points": 10,
        "ranges": {"完成值": {"min": 0}, "指标值": {"min": 0}},
        "explain_when": "完成值 > 130%",
        "sections": {"数量": {"open": True, "ranges": {"指标值": {"above": 0}}}, "成本": {"open": True}},
    }
}
DEFAULTS = {
    "scoring": {"≥": "比例", "date": "按期"},
    "sections": {"产出": {"scoring": "超标"}, "产出/成本": {"bare_target": "≤"}, "数量": {"scoring": "比例"}},
    "explain_when": "完成值 > 150%",
}


@pytest.fixture(name="form")
def _form() -> Catalogue:
    """Make an edition with open sections and defaults at three levels."""
    methods = {"比例": RATIO, "按期": ON_TIME, "超标": RATIO}
    return edition({}, sections=SECTIONS, defaults=DEFAULTS, methods=methods)


@pytest.mark.parametrize(
    ("section", "kind", "method"),
    [
        (("产出", "数量"), "≥", "比例"),
        (("产出", "成本"), "≥", "超标"),
        (("产出", "成本"), "date", "超标"),
        (("别处",), "date", "按期"),
        (("别处",), "≤", None),
    ],
)
def test_innermost_default_wins_over_the_kind_of_target(form: Catalogue, section: Any, kind: Any, method: Any) -> None:
    """A section's own default comes before that of an outer section, and before what the target's kind gets."""
    found = default_scoring(form, section, kind)
    assert (found.method if isinstance(found, MethodCall) else None) == method


@pytest.mark.parametrize(
    ("section", "kind", "method"),
    [
        ("数量", "=", "超标"),
        ("数量", "money", "按期"),  # an amount of money has its own
        ("数量", "≥", "比例"),
        ("成本", "=", "按期"),  # the section says this kind, and money is one of it
        ("成本", "money", "按期"),
        ("成本", "≥", "比例"),  # and leaves the others
        ("成本", "interval", None),
    ],
)
def test_a_section_may_say_only_some_kinds_of_target(section: str, kind: Any, method: str | None) -> None:
    """What it does not say comes from outside; money that has nothing of its own is an ``=`` like any other."""
    by_kind = {"≥": "比例", "=": "超标", "money": "按期"}
    defaults = {"scoring": by_kind, "sections": {"成本": {"scoring": {"=": "按期"}}}}
    form = edition({}, sections=SECTIONS, defaults=defaults, methods={"比例": RATIO, "按期": ON_TIME, "超标": RATIO})
    found = default_scoring(form, ("产出", section), kind)
    assert (found.method if isinstance(found, MethodCall) else None) == method
    assert not is_scored_between(form, ("产出", section))


def test_sections_hand_down_what_they_say(form: Catalogue) -> None:
    """Ranges, the meaning of a bare target and when to explain come from the innermost section that says so."""
    assert [section.title for section in sections_around(form, ("产出", "数量", "某指标"))] == ["产出", "数量"]
    assert ranges_of(form, ("产出", "数量")) == {
        "完成值": Bounds(Fraction(0)),
        "指标值": Bounds(Fraction(0), low_open=True),
    }
    assert (bare_target_of(form, ("产出", "成本")), bare_target_of(form, ("产出", "数量"))) == ("≤", "≥")
    outer, inner = explain_when_of(form, ("别处",)), explain_when_of(form, ("产出", "数量"))
    assert (outer.text if outer else None, inner.text if inner else None) == ("完成值 > 150%", "完成值 > 130%")
    own = Indicator(("产出", "数量", "乙"), Fraction(1), explain_when=read_formula("完成值 > 2"))
    assert explain_when_of(form, ("产出", "数量"), own) is own.explain_when
    assert row_scope(form, ("产出", "数量"))["完成值"].bounds == Bounds(Fraction(0))


def test_rules_without_condition_always_hold() -> None:
    """A rule of a program without ``when`` has none after lowering either."""
    rule = lowered({"scoring": {"deduct": [{"points": 1, "because": "一律扣一分"}]}}).rules[0]
    assert isinstance(rule, Rule)
    assert rule.when is None

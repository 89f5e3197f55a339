"""The edition checker beyond its smallest examples: what is right is told nothing of, and all that is wrong is told."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import evalrules
from evalrules._check import DEEP_OF_EDITIONS, DEEP_OF_SCORINGS, RULES, check
from evalrules._check.dependence import cycles
from evalrules._check.names import skeleton
from evalrules._edition.model import Catalogue
from evalrules._edition.read import read_edition
from evalrules._formula.program import in_reading_order
from evalrules._problems import Problem, all_wordings, problem

FULL: dict[str, Any] = {"award": [{"points": "分值"}]}
DATA: dict[str, Any] = {
    "执行数": {"unit": "万元", "min": 0},
    "预算数": {"unit": "万元", "min": 0},
    "项目数": {"unit": "个", "min": 0, "integer": True},
    "有项目": {"type": "yes_no", "formula": "项目数 > 0"},
    "地区": {"type": "choice", "choices": ["东部", "西部"]},
}


def edition(sections: Mapping[str, Any], **keys: Any) -> Catalogue:
    """Make an edition of 10 points."""
    document = {"evalrules": 1, "id": "test", "edition": "1", "title": "测试", "points": 10, "data": DATA}
    catalogue, problems = read_edition({**document, "sections": sections, **keys})
    assert problems == ()
    assert catalogue is not None
    return catalogue


def told(indicator: Mapping[str, Any], **keys: Any) -> list[str]:
    """Give the codes of what is told of an edition with one indicator of 10 points."""
    return [found.code for found in check(edition({"甲": {"points": 10, **indicator}}, **keys))]


def award(*rows: tuple[str | None, Any]) -> dict[str, Any]:
    """Make an award of rows, each a condition and points; reasons stand wherever points are lost."""
    made = [({"when": when} if when else {}) | {"points": points, "because": "依档得分"} for when, points in rows]
    return {"award": made}


def deduct(when: str, points: str, **keys: Any) -> dict[str, Any]:
    """Make a deduction of one rule."""
    return {"deduct": [{"when": when, "points": points, "because": "扣分", **keys}]}


# ---- divisors ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "indicator",
    [
        {"value": "执行数 ÷ 预算数", "applies": "预算数 > 0", "otherwise": "full_marks"},
        {"value": "执行数 ÷ 预算数", "applies": "预算数 ≠ 0", "otherwise": "full_marks"},
        {"value": "执行数 ÷ 预算数", "applies": "非 预算数 = 0", "otherwise": "full_marks"},
        {"value": "执行数 ÷ 预算数", "applies": "预算数 > 0 且 执行数 > 0", "otherwise": "full_marks"},
        {"value": "预算数 ÷ 项目数", "applies": "有项目", "otherwise": "full_marks"},
        {"value": "若(预算数 > 0, 执行数 ÷ 预算数, 0)"},
        {"value": "执行数 ÷ 最大(预算数, 1)"},
        {"value": "执行数 ÷ (预算数 + 1)"},
        {"value": "执行数 ÷ (−1 − 预算数)"},
    ],
)
def test_divisor_that_cannot_be_zero_is_right(indicator: dict[str, Any]) -> None:
    """A divisor above or below 0 by its range or by what is known where it is read needs no more."""
    assert told({**indicator, "scoring": FULL}) == []


@pytest.mark.parametrize(
    "scoring",
    [
        award(("预算数 = 0", 0), ("执行数 ÷ 预算数 ≥ 1", "分值"), (None, 0)),
        award(("预算数 > 0 且 执行数 ÷ 预算数 ≥ 1", "分值"), (None, 0)),
        award(("预算数 = 0 或 执行数 ÷ 预算数 < 1", 0), (None, "分值")),
        deduct("预算数 > 0", "最小(执行数 ÷ 预算数, 分值)"),
    ],
)
def test_divisor_that_rows_or_conditions_exclude_is_right(scoring: dict[str, Any]) -> None:
    """A row is reached only where those above do not hold, and a condition stops once it is decided."""
    assert told({"scoring": scoring}) == []


@pytest.mark.parametrize(
    "indicator",
    [
        {"value": "执行数 ÷ 预算数"},
        {"value": "执行数 ÷ 预算数", "applies": "执行数 > 0", "otherwise": "full_marks"},
        {"value": "执行数 ÷ (预算数 − 执行数)"},
        {"value": "若(预算数 > 0, 0, 执行数 ÷ 预算数)"},
        {"scoring": award(("执行数 ÷ 预算数 ≥ 1", "分值"), (None, 0))},
        {"scoring": award(("执行数 ÷ 预算数 ≥ 1 且 预算数 > 0", "分值"), (None, 0))},
        {"scoring": award(("预算数 = 0", "分值"), (None, "最小(分值, 1 ÷ (预算数 − 1))"))},
        {"applies": "执行数 ÷ 预算数 > 0", "otherwise": "full_marks"},
        {"scoring": {"let": {"率": "执行数 ÷ 预算数"}, **deduct("率 > 1", "1")}},
    ],
)
def test_divisor_that_can_be_zero_is_told_once(indicator: dict[str, Any]) -> None:
    """A divisor that nothing keeps from 0 where it is computed is told, once."""
    assert [code for code in told({"scoring": FULL, **indicator}) if code != "amount-below-zero"] == [
        "divisor-can-be-zero"
    ]


def test_divisor_of_a_figure_is_demanded_only_where_points_depend_on_it() -> None:
    """A computed figure may have no value; an indicator that reads it may not."""
    data = {**DATA, "执行率": {"unit": "%", "formula": "执行数 ÷ 预算数"}}
    assert told({"scoring": FULL}, data=data) == []
    assert told({"value": "执行率", "scoring": FULL}, data=data) == ["divisor-can-be-zero"]


TWO_GRADES = {"优": "总分 ≥ 8", "良": "otherwise"}
SAID = "执行率 {执行数 ÷ 预算数}"


@pytest.mark.parametrize(
    "scoring",
    [
        {"award": [{"when": "执行数 ≥ 1", "points": 5, "because": SAID}, {"points": "分值"}]},
        {"award": [{"when": "执行数 ≥ 1", "points": "分值"}, {"points": "最小(分值, 预算数)", "because": SAID}]},
        deduct("执行数 > 1", "1", because=SAID),
        {"let": {"率": "执行数 ÷ 预算数"}, **deduct("执行数 > 1", "1", because="执行率 {率}")},
    ],
)
def test_divisor_that_can_be_zero_in_a_reason_is_told(scoring: dict[str, Any]) -> None:
    """A reason must be told whenever points are lost: what it divides by is held like what the points divide by."""
    assert told({"scoring": scoring}) == ["divisor-can-be-zero"]


@pytest.mark.parametrize(
    "scoring",
    [
        {"award": [{"when": "预算数 = 0", "points": 0, "because": "无预算"}, {"points": 5, "because": SAID}]},
        {"award": [{"when": "执行数 ≥ 1", "points": "分值", "because": SAID}, {"points": 0, "because": "未执行"}]},
        deduct("执行数 < 预算数", "1", because=SAID),
        deduct("执行数 > 1", "0.01 × 预算数", because=SAID),
    ],
)
def test_divisor_of_a_reason_that_is_never_told_or_never_zero_is_right(scoring: dict[str, Any]) -> None:
    """A reason is told only where its rule holds and points are lost."""
    assert "divisor-can-be-zero" not in told({"scoring": scoring})


@pytest.mark.parametrize(
    "keys",
    [
        {"grade_caps": [{"when": "WHEN", "at_most": "良", "because": SAID}], "grades": TWO_GRADES},
        {"score_caps": [{"when": "WHEN", "at_most": 8, "because": SAID}]},
        {"checks": {"执行": {"expect": "非 (WHEN)", "because": SAID}}},
    ],
)
def test_divisor_in_a_reason_of_the_form_is_told(keys: dict[str, Any]) -> None:
    """Caps of every kind and checks say why as rules do, where their conditions hold."""

    def told_where(condition: str) -> list[str]:
        return told({"scoring": FULL}, **ast.literal_eval(str(keys).replace("WHEN", condition)))

    assert told_where("执行数 > 1") == ["divisor-can-be-zero"]
    assert told_where("执行数 > 1 且 预算数 > 0") == []


def test_divisor_of_what_stands_instead_is_told() -> None:
    """Points and reason of a row that does not apply are held to what is known then."""
    row = {"applies": "预算数 > 0", "scoring": FULL}
    for instead in ({"points": "1 ÷ 预算数", "because": "无预算"}, {"points": 5, "because": SAID}):
        assert told({**row, "otherwise": instead}) == ["divisor-can-be-zero"]
        assert told({**row, "applies": "预算数 = 0", "otherwise": instead}) == []


def test_a_check_that_could_not_be_made_says_nothing() -> None:
    """What a check divides by has been worked out before it says anything, and a figure without a value is told."""
    data = {**DATA, "执行率": {"unit": "%", "formula": "执行数 ÷ 预算数"}}
    checks = {
        "执行": {"expect": "执行数 ÷ 预算数 ≤ 1", "because": SAID},
        "进度": {"expect": "执行率 ≤ 1", "because": "执行率 {执行率}"},
    }
    assert told({"scoring": FULL}, data=data, checks=checks) == []


def test_method_needs_the_range_of_what_it_divides_by() -> None:
    """A method divides only by what its ranges or its rows keep from 0."""
    rows = award(("完成值 ≥ 指标值", "分值"), (None, "分值 × 完成值 ÷ 指标值"))
    for ranges in (
        {"指标值": {"above": 0}},
        {"完成值": {"min": 0}},
    ):  # below the target, what is not below 0 is below it
        found = told({"scoring": "比例"}, methods={"比例": {**rows, "ranges": ranges}})
        assert "divisor-can-be-zero" not in found
    assert "divisor-can-be-zero" in told({"scoring": "比例"}, methods={"比例": rows})


# ---- amounts, rows and full points ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scoring",
    [
        award(("完成值 ≥ 100%", "分值"), ("完成值 < 0", 0), (None, "分值 × 完成值")),
        award(("完成值 ≥ 100%", "分值"), (None, "最大(0, 分值 × 完成值)")),
        award(("完成值 > 指标值 且 指标值 > 0", "分值 × 指标值 ÷ 完成值"), (None, "分值")),
        deduct("完成值 > 100%", "0.5 × 下取整((完成值 − 100%) ÷ 1%)"),
        deduct("完成值 > 指标值", "(完成值 − 指标值) ÷ 1%"),
        award(("地区 = 东部", "分值"), ("地区 = 西部 且 完成值 > 0", 5), (None, 0)),
    ],
)
def test_amounts_within_the_points_are_right(scoring: dict[str, Any]) -> None:
    """Amounts that lie between 0 and the points wherever their row is reached are told nothing of."""
    assert told({"unit": "%", "scoring": scoring}) == []


@pytest.mark.parametrize(
    ("scoring", "expected"),
    [
        (award(("完成值 ≥ 90%", "分值 × 完成值"), (None, 0)), "amount-above-points"),
        (award(("完成值 ≥ 100%", "分值"), (None, "分值 × 完成值")), "amount-below-zero"),
        (deduct("完成值 > 90%", "(完成值 − 100%) ÷ 1%"), "amount-below-zero"),
        (award(("地区 = 东部", "分值"), (None, "若(地区 = 西部 且 完成值 > 500%, 12, 0)")), "amount-above-points"),
        (award(("完成值 > 0", 12), (None, 0)), "award-above-points"),
        (deduct("完成值 > 0", "−1"), "deduction-below-zero"),
        (award(("完成值 > 0", 9), (None, 0)), "full-points-never-had"),
        ({"deduct": [{"points": 1, "because": "一律扣分"}]}, "full-points-never-had"),
        (award(("完成值 > 0", "分值"), ("完成值 > 1", 5), (None, 0)), "row-never-reached"),
        (award(("完成值 > 0", "分值"), ("非 完成值 > 0", 5), (None, 0)), "last-row-never-reached"),
        (award(("地区 = 东部", "分值"), ("地区 = 西部", 5), (None, 0)), "last-row-never-reached"),
        (deduct("0 < 完成值 < 0", "1"), "rule-never-applies"),
    ],
)
def test_what_a_rule_cannot_do_is_told(scoring: dict[str, Any], expected: str) -> None:
    """An amount outside the points, points out of reach and rows out of reach are told, and nothing besides."""
    assert told({"unit": "%", "scoring": scoring}) == [expected]


@pytest.mark.parametrize(
    ("law", "scoring"),
    [
        ("bounded", award(("完成值 ≥ 90%", "分值 × 完成值"), (None, 0))),
        ("reachable", award(("完成值 > 0", "分值"), ("完成值 > 1", 5), (None, 0))),
        ("full_marks_at_target", award(("完成值 > 0", 9), (None, 0))),
    ],
)
def test_waived_law_is_not_demanded(law: str, scoring: dict[str, Any]) -> None:
    """A policy that means to break a law says so, and is not told."""
    assert told({"unit": "%", "scoring": scoring, "waive": {law: "政策另有规定"}}) == []


def test_example_of_a_wrong_amount_names_its_inputs() -> None:
    """What is refuted by an example shows the example, with units."""
    (found,) = check(
        edition({"甲": {"points": 10, "unit": "%", "scoring": award(("完成值 ≥ 90%", "分值 × 完成值"), (None, 0))}})
    )
    assert dict(found.arguments)["inputs"].startswith("完成值 = ")
    assert dict(found.arguments)["inputs"].endswith("%")


# ---- bands ---------------------------------------------------------------------------------------------------------

edges = st.lists(st.integers(1, 99), min_size=2, max_size=5, unique=True).map(sorted)


def bands(cuts: list[int], *, without: int | None = None, closed: bool = False) -> dict[str, Any]:
    """Make bands from 100 down to the lowest cut, each with its lower edge, perhaps one left out or both edges in."""
    upper = "≤" if closed else "<"
    points = range(len(cuts), 0, -1)
    rows = [
        (f"{low}% ≤ 完成值 {upper} {high}%", number)
        for number, (low, high) in zip(points, reversed(list(pairwise(cuts))), strict=False)
    ]
    kept = [row for number, row in enumerate(rows) if number != without]
    return award((f"完成值 ≥ {cuts[-1]}%", "分值"), *kept, (None, 0))


@given(edges)
def test_bands_that_follow_each_other_are_right(cuts: list[int]) -> None:
    """Bands whose edges belong to one of them each leave nothing to tell."""
    assert told({"unit": "%", "scoring": bands(cuts)}) == []


@given(st.lists(st.integers(1, 99), min_size=3, max_size=5, unique=True).map(sorted), st.data())
def test_band_that_is_missing_is_a_gap(cuts: list[int], data: st.DataObject) -> None:
    """A band that is left out between two others falls to the last row, and is told."""
    without = data.draw(st.integers(0, len(cuts) - 3))
    assert told({"unit": "%", "scoring": bands(cuts, without=without)}) == ["bands-gap"]


@given(edges)
def test_edge_of_two_bands_is_an_overlap(cuts: list[int]) -> None:
    """An edge that two bands claim is told for each of them."""
    found = told({"unit": "%", "scoring": bands(cuts, closed=True)})
    assert found == ["bands-overlap"] * (len(cuts) - 1)


@pytest.mark.parametrize(
    "scoring",
    [
        award(("完成值 = 0", "分值"), ("完成值 ≤ 10%", 4), ("完成值 ≤ 20%", 3), (None, 0)),
        award(("绝对值(完成值 − 指标值) ≤ 10%", "分值"), ("绝对值(完成值 − 指标值) ≤ 15%", 3), (None, 0)),
        award(("完成值 > 90%", "分值"), ("指标值 > 90%", 3), (None, 0)),
        award(("90% ≤ 完成值", "分值"), ("80% ≤ 完成值 且 完成值 < 90%", 3), (None, 0)),
    ],
)
def test_rows_that_cut_in_other_ways_are_right(scoring: dict[str, Any]) -> None:
    """One-sided rows follow each other as written, and rows of different quantities are no bands."""
    assert told({"unit": "%", "scoring": scoring}) == []


def test_whole_numbers_leave_no_gap_between() -> None:
    """Between 1 and 2 of what is counted there is nothing."""
    scoring = award(("项目数 ≥ 4", "分值"), ("2 ≤ 项目数 ≤ 3", 5), (None, 0))
    assert told({"scoring": scoring}) == []


# ---- grades --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        ({"优": "总分 > 9", "良": "总分 ≥ 8", "差": "otherwise"}, []),
        ({"优": "总分 > 9", "差": "总分 ≤ 9"}, []),
        ({"优": "总分 > 9", "差": "总分 ≤ 8.99"}, ["grade-gap"]),
        ({"优": "总分 > 8.995", "差": "总分 ≤ 8.99"}, []),
        ({"优": "总分 ≥ 9", "良": "总分 < 5", "差": "otherwise"}, ["grades-turned"]),
        ({"优": "总分 > 11", "差": "otherwise"}, ["grade-never-reached"]),
        ({"优": "总分 > 9 且 有项目", "差": "otherwise"}, []),
    ],
)
def test_grades_cover_every_total_in_order(grades: dict[str, str], expected: list[str]) -> None:
    """Totals are multiples of the last place; grades over other figures are left to the proofs."""
    assert told({"scoring": FULL}, grades=grades) == expected


def test_bonus_lifts_the_highest_total() -> None:
    """A grade above the points can be had where a bonus may add to them."""
    bonus = {"points": 5, "bonus": True, "at_most": 5, "indicators": {"乙": {"points": 5, "scoring": FULL}}}
    sections = {"甲": {"points": 10, "scoring": FULL}, "加分": bonus}
    grades = {"优": "总分 > 12", "差": "otherwise"}
    assert check(edition(sections, grades=grades)) == ()


def test_waived_order_of_grades_is_not_demanded() -> None:
    """An edition may mean its grades to turn, and says so."""
    grades = {"优": "总分 ≥ 9", "良": "总分 < 5", "差": "otherwise"}
    assert told({"scoring": FULL}, grades=grades, waive={"graded": "另有规定"}) == []


# ---- ranges and explanations -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"defaults": {"explain_when": "完成率 ≥ 130%"}}, []),
        ({"defaults": {"explain_when": "完成率 ≥ 130"}}, ["rate-beside-number"]),
        ({"defaults": {"explain_when": "完成量"}}, ["unknown-name"]),
        ({"methods": {"甲法": {**FULL, "ranges": {"指标直": {"min": 0}}}}}, ["unknown-name"]),
    ],
)
def test_demands_and_ranges_of_defaults_and_methods_are_checked(keys: dict[str, Any], expected: list[str]) -> None:
    """What defaults demand and methods declare reads names that are there, in units that fit."""
    assert told({"scoring": FULL}, **keys) == expected


@pytest.mark.parametrize("keys", [{"explain_when": "完成率 > 5"}, {"ranges": {"完成直": {"min": 0}}}])
def test_demands_and_ranges_of_sections_are_checked(keys: dict[str, Any]) -> None:
    """What a section hands down is checked where it stands."""
    section = {"points": 10, "indicators": {"甲": {"points": 10, "scoring": FULL}}, **keys}
    (found,) = check(edition({"产出": section}))
    assert found.code in ("rate-beside-number", "unknown-name")


# ---- names and cycles ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "two"), [("期末数", "期未数"), ("经费A", "经费А"), ("总数0", "总数O"), ("收入", "收人")]
)
def test_names_that_look_alike_have_one_skeleton(one: str, two: str) -> None:
    """What the eye takes for the same name is told."""
    assert skeleton(one) == skeleton(two)
    data = {**DATA, one: {"unit": "人"}, two: {"unit": "人"}}
    assert told({"scoring": FULL}, data=data) == ["names-look-alike"]


graphs = st.dictionaries(st.integers(0, 7).map(str), st.lists(st.integers(0, 7).map(str), max_size=3), max_size=8)


@given(graphs)
def test_cycles_are_found_where_there_are_some(graph: dict[str, list[str]]) -> None:
    """Each cycle told is one, and where none is told the graph can be put in order."""
    found = list(cycles(graph))
    for cycle in found:
        assert cycle[0] == cycle[-1]
        assert all(after in graph[before] for before, after in pairwise(cycle))
    remaining = dict(graph)
    while ready := [name for name, reads in remaining.items() if not any(other in remaining for other in reads)]:
        for name in ready:
            del remaining[name]
    assert bool(found) == bool(remaining)


def test_long_chain_is_no_cycle_and_no_overflow() -> None:
    """A chain of thousands of figures, each computed from the next, is checked like any other."""
    chain = {str(number): [str(number + 1)] for number in range(5000)}
    assert list(cycles(chain)) == []


def test_chain_of_thousands_of_figures_is_told_and_nothing_breaks() -> None:
    """An edition whose figures are computed from each other without end is refused, not followed."""
    data: dict[str, Any] = {"甲0": {"unit": "人"}}
    data |= {f"甲{number}": {"unit": "人", "formula": f"甲{number - 1} + 1"} for number in range(1, 2000)}
    assert told({"value": "甲1999", "scoring": FULL}, data=data) == ["chain-too-deep"]


@given(graphs)
def test_reading_order_puts_names_behind_those_they_read(graph: dict[str, list[str]]) -> None:
    """Each name stands once, and without a cycle behind everything it reads."""
    order = in_reading_order(graph)
    assert sorted(order) == sorted(graph)
    if not list(cycles(graph)):
        assert all(order.index(read) < order.index(name) for name in graph for read in graph[name] if read in graph)


# ---- the whole -----------------------------------------------------------------------------------------------------


def test_everything_is_told_at_once() -> None:
    """An edition with several mistakes is told all of them, sorted by place."""
    sections = {
        "甲": {"points": 4, "unit": "%", "scoring": award(("完成值 > 5", "分值"), (None, 0))},
        "乙": {"points": 5, "value": "执行书", "scoring": FULL},
        "丙": {"points": 5, "scoring": "没有的方法"},
    }
    found = {each.code for each in check(edition(sections))}
    assert found == {"points-do-not-add-up", "rate-beside-number", "unknown-name", "unknown-method"}


def test_cases_run_only_on_a_sound_edition() -> None:
    """Who scores the cases is asked only where nothing else is wrong, and what they tell is told."""
    asked: list[str] = []

    def run(catalogue: Catalogue, *, forms: bool) -> list[Problem]:
        assert forms
        asked.append(catalogue.name)
        return [problem("year-twice", year=2024)]

    sound, unsound = edition({"甲": {"points": 10, "scoring": FULL}}), edition({"甲": {"points": 10}})
    assert [found.code for found in check(sound, run)] == ["year-twice"]
    assert [found.code for found in check(unsound, run)] == ["indicator-without-scoring"]
    assert asked == ["test@1"]


def test_cases_run_while_points_do_not_add_up() -> None:
    """Who gives points anew sees at once which cases that changes; whole forms, without a total then, are not run."""
    short = edition({"甲": {"points": 9, "scoring": FULL}})
    asked: list[bool] = []

    def run(_: Catalogue, *, forms: bool) -> list[Problem]:
        asked.append(forms)
        return [problem("year-twice", year=2024)]

    found = check(short, run)
    assert asked == [False]
    assert {each.code for each in found} == {"year-twice", "points-do-not-add-up"}


def test_deep_rules_can_be_left_out() -> None:
    """Without the deep rules only what stands in the edition is checked, not what values can do."""
    catalogue = edition({"甲": {"points": 10, "value": "执行数 ÷ 预算数", "scoring": FULL}})
    assert [found.code for found in check(catalogue)] == ["divisor-can-be-zero"]
    assert check(catalogue, deep=False) == ()


def test_every_rule_says_what_it_demands() -> None:
    """The docstring of a rule is its statement, and no rule stands twice."""
    rules = (*RULES, *DEEP_OF_EDITIONS, *DEEP_OF_SCORINGS)
    assert len(set(rules)) == len(rules)
    assert all((rule.__doc__ or "").strip().endswith(".") for rule in rules)


def test_problems_are_worded_in_both_languages() -> None:
    """What is told in Chinese can be told in English with the same values."""
    for found in check(edition({"甲": {"points": 9, "unit": "%", "scoring": deduct("完成直 > 5", "1")}})):
        english = found.in_language("en")
        assert english.message != found.message
        assert "{" not in english.message
        assert all_wordings()[found.code].severity == "error"


@pytest.mark.parametrize(
    ("row", "scoring", "count"),
    [
        ("award", {"award": [{"points": "10"}]}, 1),
        ("range", {"award": [{"points": ["8", "10"], "because": "评"}]}, 1),
        ("full", {"award": [{"points": "分值"}]}, 0),
        ("less", {"award": [{"when": "数 > 1", "points": "分值"}, {"points": "5", "because": "少"}]}, 0),
        ("deduct", {"deduct": [{"when": "数 > 1", "points": "10", "because": "多"}]}, 0),
        ("method", "十分", 1),
    ],
)
def test_full_points_as_a_number_do_not_follow_points_that_move_in(row: str, scoring: Any, count: int) -> None:
    """A number stays when the indicator gets the points of another; 分值 follows."""
    mover = {"points": "5", "scoring": {"award": [{"points": "分值"}]}, "applies": "有", "otherwise": {"move_to": "甲"}}
    catalogue = edition(
        {"甲": {"points": "10", "scoring": scoring}, "乙": mover},
        points="15",
        data={"数": {}, "有": {"type": "yes_no"}},
        methods={"十分": {"award": [{"points": "10", "because": "定额"}]}},
    )
    assert [found.code for found in check(catalogue)].count("literal-points-moved") == count, row


@pytest.mark.parametrize(
    ("mode", "amount", "points", "count"),
    [
        ("half_up", "数", "8", 1),  # 10 ÷ 2 = 5 times
        ("half_up", "数", "5", 0),  # twice: half a unit becomes one
        ("half_up", "数", "6", 1),
        ("down", "数", "1", 1),  # nearly a unit is lost, and more than that once it is multiplied
        ("half_up", "1.5", "8", 0),  # nothing is rounded
        ("half_up", "分值", "8", 0),
    ],
)
def test_what_rounding_can_move_is_told(mode: str, amount: str, points: str, count: int) -> None:
    """A conversion that multiplies what the rounding of a row takes to more than a unit of the last place."""
    rest = str(10 - int(points))
    row = {"points": rest, "scoring": {"award": [{"points": amount, "because": "按数"}]}}
    mover = {"points": points, "scoring": {"award": [{"points": "分值"}]}, "applies": "有", "otherwise": "rescale"}
    inner = {"组": {"points": "10", "indicators": {"甲": row, "乙": mover}}}
    for sections in (inner, {"甲": row, "乙": mover}):
        catalogue = edition(
            sections,
            points="10",
            rounding={"places": "2", "mode": mode},
            data={"数": {"min": "0", "max": "1"}, "有": {"type": "yes_no"}},
        )
        assert [found.code for found in check(catalogue)].count("rounding-amplified") == count


def told_of_rows(form: str, *rows: tuple[str | None, str, str | None], **keys: Any) -> list[str]:
    """Check one indicator with rows of a condition, points and a reason; give the codes of what is told."""
    items = [
        {key: text for key, text in zip(("when", "points", "because"), row, strict=True) if text is not None}
        for row in rows
    ]
    indicator = {"points": "10", "unit": "%", "scoring": {form: items}, **keys}
    return [found.code for found in check(edition({"甲": indicator}, points="10"))]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("完成值在 60%（含）—90% 之间，每低 1 个百分点扣 0.5 分", 0),
        ("完成值低于 90%，在 60% 以上", 0),
        ("依据〔2024〕6 号第 10 条，2024年6月30日前满 3 年", 0),
        ("满分为 10 分，低于 5 分的另行说明", 0),
        ("完成值在 60%—95% 之间", 1),
        ("完成值 50%以上", 1),
        ("低于 80%", 1),
        ("不足 9%", 1),
    ],
)
def test_an_edge_that_a_reason_names_is_one_of_its_row(text: str, told: int) -> None:
    """Points, steps and dates are no edges."""
    rows = [("完成值 ≥ 90%", "分值", None), ("完成值 ≥ 60%", "5", text), (None, "0", "低于 60%")]
    assert told_of_rows("award", *rows).count("reason-edge-differs") == told
    deducted = ("完成值 < 90% 且 完成值 ≥ 60%", "1", text)
    assert told_of_rows("deduct", deducted).count("reason-edge-differs") == told


def test_an_edge_that_is_a_target_a_range_or_a_number_of_the_rule_is_right() -> None:
    """So is a step that the rule reads, and where nothing is compared no edge is known."""
    rows = [("完成值 ≥ 指标值", "分值", None), (None, "0", "低于 95%")]
    assert told_of_rows("award", *rows, target="≥ 95%") == []
    step = ("完成值 > 100%", "上取整((完成值 − 100%) ÷ 5%)", "每超过 5% 扣 1 分")
    assert told_of_rows("deduct", step, target="≤ 100%") == []
    assert told_of_rows("deduct", (None, "1", "低于 60%")) == ["full-points-never-had"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("完成值 ≥ 90%", "分值"), ("完成值 ≥ 80%", "5"), ("完成值 ≥ 60%", "5"), (None, "0")], 1),
        ([("80% ≤ 完成值 < 90%", "5"), ("60% ≤ 完成值 < 80%", "5"), (None, "0")], 1),
        ([("完成值 ≥ 90%", "分值"), ("完成值 ≥ 60%", "0"), (None, "0")], 1),
        ([("完成值 ≥ 90%", "分值"), ("完成值 ≥ 60%", "5"), (None, "0")], 0),
        ([("90% ≤ 完成值 ≤ 110%", "分值"), ("完成值 > 110%", "5"), (None, "5")], 0),  # on either side of the target
    ],
)
def test_neighbouring_rows_give_different_points(rows: list[tuple[str | None, str]], told: int) -> None:
    """Rows that do not lie side by side may give the same."""
    reasoned = [(when, points, "如此") for when, points in rows]
    assert told_of_rows("award", *reasoned).count("rows-score-alike") == told


def test_anchors_rise_wherever_they_stand() -> None:
    """In points, values, figures, reasons and what a method is called with; what figures decide is left to the laws."""
    falling = "插值(数, 0, 0, 6, 5, 3, 10)"
    row = {"points": "10", "scoring": {"award": [{"points": "分值"}]}}
    reasoned = {"award": [{"when": "数 > 1", "points": "分值"}, {"points": "0", "because": f"{{{falling}}}"}]}
    figures: dict[str, Any] = {"数": {"min": "0"}, "线": {"min": "0"}}

    def told(indicator: dict[str, Any], **more: Any) -> int:
        found = check(edition({"甲": {**row, **indicator}}, points="10", data={**figures, **more}))
        return [each.code for each in found].count("anchors-not-rising")

    assert told({"scoring": {"award": [{"points": falling, "because": "低"}]}}) == 1
    assert told({"scoring": reasoned}) == 1
    assert told({"value": falling}) == 1
    assert told({}, 算={"formula": falling}) == 1
    assert told({"value": falling.replace("3, 10", "线, 10")}) == 0
    assert told({"value": falling.replace("3, 10", "9, 10")}) == 0


def test_a_check_of_a_grid_without_columns_is_told_what_the_grid_lacks() -> None:
    """An edition with faults is checked to its end: the check asks each column of a grid that has none."""
    grid = {"type": "grid", "unit": "万元", "columns": [], "rows": ["三公"]}
    check = {"each": "经费", "expect": "三公 ≥ 0", "because": "少"}
    head = {"evalrules": 1, "id": "a", "edition": "1", "title": "甲", "points": 1}
    section = {"points": 1, "target": "100%", "scoring": {"award": [{"points": "分值"}]}}
    told = evalrules.check({**head, "data": {"经费": grid}, "sections": {"乙": section}, "checks": {"丙": check}})
    assert told
    assert all(found.location is not None for found in told)

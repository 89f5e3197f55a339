"""Reading editions: what each key becomes, what is refused, and that nothing else can happen."""

from __future__ import annotations

import datetime
import pickle
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from evalrules._edition.keys import EDITION_KINDS
from evalrules._edition.model import (
    AuditSetting,
    AwardRow,
    Catalogue,
    DeductRule,
    Indicator,
    MethodCall,
    Otherwise,
    Scoring,
    Section,
    Target,
)
from evalrules._edition.read import read_edition
from evalrules._formula.scope import Bounds
from evalrules._formula.tree import Name, Number, Placeholder
from evalrules._problems import Problem
from evalrules._quantities import Quantity

SHIPPED = Path(__file__).parent.parent / "catalogue"
HEAD = {"evalrules": 1, "id": "a", "edition": "1", "title": "甲"}


def edition(text: str = "", **keys: object) -> Catalogue:
    """Read an edition that has no problems."""
    catalogue, problems = read_edition({**HEAD, **(yaml.safe_load(text) or {}), **keys})
    assert problems == ()
    assert catalogue is not None
    return catalogue


def problems_of(text: str, folder: Path) -> tuple[Problem, ...]:
    """Read an edition from a file and give its problems."""
    path = folder / "edition.yaml"
    path.write_text('evalrules: 1\nid: a\nedition: "1"\ntitle: 甲\n' + text, "utf-8")
    return read_edition(path)[1]


def codes(text: str, folder: Path) -> list[str]:
    """Give the codes of the problems of an edition."""
    return [found.code for found in problems_of(text, folder)]


def the_indicator(text: str) -> Indicator:
    """Read the one indicator of an edition."""
    (indicator,) = edition("sections: {甲: {points: 10, " + text + "}}").indicators
    return indicator


# ---- the edition itself --------------------------------------------------------------------------------------------


def test_absent_keys_have_their_defaults() -> None:
    """An edition that says only its name counts to 100 in two places with a tolerance of a hundredth."""
    catalogue = edition()
    assert (catalogue.points, catalogue.tolerance, catalogue.rounding.places) == (Fraction(100), Fraction(1, 100), 2)
    assert (catalogue.parts, catalogue.grades, catalogue.defaults.bare_target) == ((), (), "≥")


def test_numbers_are_exact() -> None:
    """0.1 is one tenth."""
    assert edition("tolerance: 0.1").tolerance == Fraction(1, 10)


def test_every_shipped_edition_is_read() -> None:
    """No shipped edition has a problem that reading can find."""
    found = {path.name: read_edition(path)[1] for path in SHIPPED.glob("*/*.yaml")}
    assert found
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_all_problems_of_an_edition_are_told_in_order(tmp_path: Path) -> None:
    """Reading does not stop at the first problem."""
    text = "isuer: 财政局\npoints: 一百\nsections:\n  甲: {points: 10, value: 1 +, socring: 比例得分}\n"
    found = problems_of(text, tmp_path)
    lines = [one.location.line for one in found if one.location]
    assert lines == [5, 6, 8, 8]
    assert {"unknown-key", "expected-number"} <= {one.code for one in found}


def test_an_edition_that_lost_nothing_is_given_with_its_problems(tmp_path: Path) -> None:
    """An unknown key is an error, and the checker can go on beside it."""
    path = tmp_path / "edition.yaml"
    path.write_text("evalrules: 1\nid: a\nedition: '1'\ntitle: 甲\nisuer: 某局\n", "utf-8")
    catalogue, problems = read_edition(path)
    assert catalogue is not None
    assert [(found.code, found.hint) for found in problems] == [("unknown-key", "是否应为 `issuer`")]


def test_an_edition_that_lost_something_is_not_given(tmp_path: Path) -> None:
    """A formula that cannot be read leaves no edition to be scored by."""
    path = tmp_path / "edition.yaml"
    path.write_text("evalrules: 1\nid: a\nedition: '1'\ntitle: 甲\ndata: {人数: {formula: 1 +}}\n", "utf-8")
    assert read_edition(path)[0] is None


@pytest.mark.parametrize("kind", EDITION_KINDS, ids=lambda kind: str(kind.name))
def test_no_kind_of_object_names_a_key_twice(kind: Any) -> None:
    """The table of keys is sound."""
    assert len(kind.names) == len([key for key in kind.keys if key.name != "*"])


# ---- data ----------------------------------------------------------------------------------------------------------


def test_figures_have_type_unit_and_range() -> None:
    """A figure's range is read in its own unit, open where ``above`` and ``below`` say so."""
    data = edition(
        "data: {编制数: {unit: 人, integer: true, above: 0, max: 500}, 预算: {unit: 万元, min: 5000元}}"
    ).data
    assert data["编制数"].bounds == Bounds(Fraction(0), Fraction(500), low_open=True)
    assert (data["编制数"].unit, data["编制数"].integer, data["编制数"].required) == ("人", True, True)
    assert data["预算"].bounds == Bounds(Fraction(1, 2))


def test_a_rate_takes_its_range_bare_or_in_percent() -> None:
    """1 and 100% are the same bound of a rate."""
    data = edition('data: {甲: {unit: "%", max: 1}, 乙: {unit: "%", max: 100%}}').data
    assert data["甲"].bounds == data["乙"].bounds


def test_choices_make_a_choice() -> None:
    """A figure with choices need not say its type."""
    assert edition("data: {地区: {choices: [东部, 西部]}}").data["地区"].type == "choice"


def test_a_grid_gives_a_figure_a_cell() -> None:
    """The cells of a grid are figures named row_column, row by row."""
    catalogue = edition("data: {经费: {type: grid, unit: 万元, min: 0, columns: [上年, 本年], rows: [三公, 公车]}}")
    assert list(catalogue.data) == ["三公_上年", "三公_本年", "公车_上年", "公车_本年"]
    assert catalogue.data["公车_上年"].grid == ("经费", "公车", "上年")
    assert catalogue.data["公车_上年"].bounds == Bounds(Fraction(0))
    assert catalogue.grids["经费"].columns == ("上年", "本年")


def test_a_table_keeps_its_columns_under_their_bare_names() -> None:
    """Columns are no figures of the edition."""
    catalogue = edition("data: {专项: {type: table, columns: {名称: {type: text}, 预算数: {unit: 万元}}}}")
    assert [column.name for column in catalogue.tables["专项"].columns] == ["名称", "预算数"]
    assert not catalogue.data


def test_names_are_brought_to_one_form() -> None:
    """Full-width letters in a name are the same letters (NFKC)."""
    assert list(edition("data: {Ａ类人数: {unit: 人}}").data) == ["A类人数"]


@pytest.mark.parametrize("name", ["人 数", "x+1", "数%", "2024年", "人数（在编）", "且", "若"])
def test_a_name_that_formulas_cannot_use_is_refused(name: str, tmp_path: Path) -> None:
    """What cannot stand in a formula cannot name a figure."""
    (code,) = codes(f'data: {{"{name}": {{unit: 人}}}}\n', tmp_path)
    assert code in ("name-not-identifier", "name-reserved")


# ---- the form ------------------------------------------------------------------------------------------------------


def test_a_part_is_a_section_by_the_keys_that_only_sections_have() -> None:
    """An indicator may stand among sections, at any level."""
    catalogue = edition("""
sections:
  执行率: {points: 10}
  产出: {points: 50, sections: {数量: {open: true}, 时效: {points: 5}}}
  效益: {points: 40, indicators: {甲: {points: 40}}}
""")
    kinds = {"/".join(part.path): type(part) for part in catalogue.walk()}
    assert kinds == {
        "执行率": Indicator,
        "产出": Section,
        "产出/数量": Section,
        "产出/时效": Indicator,
        "效益": Section,
        "效益/甲": Indicator,
    }


def test_a_key_of_an_indicator_in_a_section_is_misplaced(tmp_path: Path) -> None:
    """The right key at the wrong level is told where it belongs."""
    (found,) = problems_of("sections: {甲: {points: 10, open: true, scoring: 比例得分}}", tmp_path)
    assert found.code == "key-misplaced"
    assert found.hint is not None
    assert "三级指标" in found.hint


def test_blanks_inside_titles_are_dropped() -> None:
    """数量   指标 is 数量指标, as a title and in a path."""
    catalogue = edition("sections: {数量   指标: {open: true}}\ndefaults: {sections: {数 量 指标: {bare_target: '≤'}}}")
    assert catalogue.sections[0].path == ("数量指标",)
    assert catalogue.defaults.sections[0].section == "数量指标"


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("≤ 100%", Target("≤", Fraction(1), unit="%", text="≤100%")),
        ("'>= 98%'", Target("≥", Fraction(98, 100), unit="%", text=">=98%")),
        ("10期", Target("≥", Fraction(10), unit="期", text="10期")),
        ("不少于 5次", Target("≥", Fraction(5), unit="次", text="不少于5次")),
        ("80% – 90%", Target("interval", Fraction(4, 5), Fraction(9, 10), "%", text="80%–90%")),
        ("2024-12-31", Target("date", day=datetime.date(2024, 12, 31), text="2024-12-31")),
        ("及时", Target("text", text="及时")),
        ("完成年度任务", Target("text", text="完成年度任务")),
    ],
)
def test_targets_are_read_by_what_they_hold(written: str, target: Target) -> None:
    """Comparator and quantity, interval, deadline or words."""
    assert the_indicator(f"target: {written}").target == target


def test_a_target_that_names_figures_is_computed() -> None:
    """A formula as a target has its comparator, or the default one."""
    text = "data: {{预算: {{unit: 万元}}}}\nsections: {{甲: {{points: 10, target: {}}}}}"
    for written, kind in (("≤ 预算", "≤"), ("预算", "≥"), ("预算 × 2", "≥")):
        target = edition(text.format(written)).indicators[0].target
        assert target is not None
        assert target.kind == kind
        assert target.formula is not None


def test_a_bare_target_takes_the_comparator_of_its_section() -> None:
    """The innermost section's default decides."""
    catalogue = edition("""
defaults: {bare_target: "≥", sections: {成本: {bare_target: "≤"}}}
sections: {成本: {points: 10, indicators: {甲: {points: 10, target: 5万元}}}}
""")
    target = catalogue.indicators[0].target
    assert target is not None
    assert target.kind == "≤"


def test_otherwise_is_a_word_or_says_what_becomes_of_the_points() -> None:
    """All five policies are read."""
    assert the_indicator("applies: 甲 > 0, otherwise: rescale_total").otherwise == Otherwise("rescale_total")
    moved = the_indicator("applies: 甲 > 0, otherwise: {move_to: 满意 度}").otherwise
    assert moved == Otherwise("move_to", move_to="满意度")
    given_points = the_indicator("applies: 甲 > 0, otherwise: {points: 分值 × 80%, because: 按八成计}").otherwise
    assert given_points is not None
    assert (given_points.policy, given_points.points is not None) == ("points", True)


def test_references_are_one_text_or_several() -> None:
    """A single clause needs no list."""
    assert the_indicator("reference: 第三条").reference == ("第三条",)
    assert the_indicator("reference: [第三条, 第四条]").reference == ("第三条", "第四条")


# ---- scoring -------------------------------------------------------------------------------------------------------


def test_a_method_is_called_by_its_title_with_formulas_as_parameters() -> None:
    """A number with a unit is a parameter too."""
    call = the_indicator("scoring: {method: 超标 扣分, 起点: 100%, 每: 1岁, 不足一步: 不计}").scoring
    assert isinstance(call, MethodCall)
    assert call.method == "超标扣分"
    trees = {name: formula.tree for name, formula in call.arguments}
    assert trees == {"起点": Number(Fraction(1), percent=True), "每": Number(Fraction(1)), "不足一步": Name("不计")}


def test_a_parameter_is_brought_to_the_unit_that_the_method_declares() -> None:
    """5000元 is 0.5 where 万元 is declared; without a declared unit the written one is kept beside the number."""
    text = """
methods:
  甲法: {{parameters: {{每: {{unit: 万元, default: 2000元}}, 扣: {{}}}}, deduct: [{{points: 扣, because: 扣}}]}}
sections: {{甲: {{points: 10, scoring: {{method: 甲法, 每: {}, 扣: 1分}}}}}}
"""
    catalogue = edition(text.format("5000元"))
    call = catalogue.indicators[0].scoring
    assert isinstance(call, MethodCall)
    assert {name: formula.tree for name, formula in call.arguments} == {
        "每": Number(Fraction(1, 2)),
        "扣": Number(Fraction(1)),
    }
    assert call.units == (("扣", "分"),)
    default = catalogue.methods["甲法"].parameters[0].default
    assert default is not None
    assert default.tree == Number(Fraction(1, 5))
    _, (found,) = read_edition({**HEAD, **yaml.safe_load(text.format("3人"))})
    assert found.code == "unit-does-not-convert"


def test_each_written_out_form_has_its_rows() -> None:
    """Deductions, bands, checklists and tiers."""
    forms = {
        "deduct: [{points: 1, because: 扣}]": DeductRule,
        "award: [{points: '0', because: 无}]": AwardRow,
        "checklist: {有制度: 2}": object,
        "judged: {好: 80% – 100%}": object,
    }
    for text, row in forms.items():
        scoring = the_indicator(f"scoring: {{{text}}}").scoring
        assert isinstance(scoring, Scoring)
        assert scoring.form == text.partition(":")[0]
        assert isinstance(scoring.items[0], row)


def test_a_range_of_points_has_two_edges() -> None:
    """An assessor scores inside a range of points."""
    scoring = the_indicator("scoring: {award: [{points: [2, 分值], because: 酌情}]}").scoring
    assert isinstance(scoring, Scoring)
    points = scoring.items[0].points  # type: ignore[union-attr]  # an award has rows with points
    assert isinstance(points, tuple)
    assert [edge.tree for edge in points] == [Number(Fraction(2)), Name("分值")]


def test_cases_keep_inputs_as_cells() -> None:
    """A blank score, or ``unscored``, is a case that cannot be scored."""
    cases = the_indicator("cases: [{完成值: 56人, score: 9.5}, {完成值: , score: }, {score: unscored}]").cases
    assert cases[0].inputs == (("完成值", Quantity(Fraction(56), "人")),)
    assert [case.score for case in cases] == [Fraction(19, 2), None, None]


def test_a_case_may_hold_a_judgement() -> None:
    """Tier and score of an assessor."""
    (case,) = the_indicator("cases: [{judged: {tier: 好, score: 9}, score: 9}]").cases
    assert case.judged == ("好", Fraction(9))


# ---- rules ---------------------------------------------------------------------------------------------------------


def test_grades_are_conditions_with_other_words() -> None:
    """The last grade says otherwise, in either form."""
    grades = edition("grades: {优秀: {when: 总分 > 90, also: [优]}, 良好: 总分 ≥ 60, 差: otherwise}").grades
    assert [(grade.title, grade.when is None, grade.also) for grade in grades] == [
        ("优秀", False, ("优",)),
        ("良好", False, ()),
        ("差", True, ()),
    ]


def test_a_check_keeps_its_tolerance_with_its_unit() -> None:
    """``within`` is a quantity."""
    (check,) = edition("checks: {甲: {expect: 1 = 1, within: 0.005万元, because: 不符, blanks: zero}}").checks
    assert check.within == Quantity(Fraction(5, 1000), "万元")
    assert check.blanks_are_zero
    assert check.severity == "error"


def test_audit_settings_hold_severity_and_options() -> None:
    """A share is a number, a list of words a tuple."""
    audit = edition("audit: {a: warning, b: {share: 90%, severity: info}, c: {数量指标: [年, 天]}}").audit
    assert audit == {
        "a": AuditSetting("a", "warning"),
        "b": AuditSetting("b", "info", (("share", Fraction(9, 10)),)),
        "c": AuditSetting("c", None, (("数量指标", ("年", "天")),)),
    }


# ---- places and slips ----------------------------------------------------------------------------------------------


def test_a_formula_knows_the_place_of_each_character(tmp_path: Path) -> None:
    """A problem inside a formula points into the file."""
    (found,) = problems_of("data:\n  率: {formula: '1 + + + 2)'}\n", tmp_path)
    assert found.location is not None
    assert found.location.line == 6
    assert found.location.column > 15


FOLDED = """\
evalrules: 1
id: a
edition: "1"
title: 甲
checks:
  合计:
    expect: >-
      甲 =
      乙 + 丙
    because: 甲与各项之和
      {乙 + 丙} 不一致
"""


def test_a_folded_text_knows_the_place_of_each_character(tmp_path: Path) -> None:
    """A formula or a reason over several lines is found on the line where it stands."""
    path = tmp_path / "folded.yaml"
    path.write_text(FOLDED, "utf-8")
    catalogue, problems = read_edition(path)
    assert catalogue is not None, problems
    (check,) = catalogue.checks
    assert str(check.expect.at((4, 5))).endswith("folded.yaml:9:7")
    placeholder = check.because.parts[1]
    assert isinstance(placeholder, Placeholder)
    assert str(placeholder.formula.at((0, 1))).endswith("folded.yaml:11:8")
    assert pickle.loads(pickle.dumps(check)).expect.at((4, 5)) == check.expect.at((4, 5))  # noqa: S301  # our own


@pytest.mark.parametrize(
    "slip",
    [
        "data: {甲: {formula: 最大(乙, 1)}}",
        "data:\n  甲:\n    formula: (乙 #注\n",
        "grades: {优: , 差: otherwise}",
        "checks:\n  甲: {expect: 1 = 1, because: }\n",
        "checks:\n  甲:\n    expect: > 1\n    because: 不符\n",
        "sections:\n  甲: {points：10}\n",
        "methods:\n  甲:\n    deduct:\n      - points:\n        because: 扣\n",
        "methods:\n  甲:\n    deduct:\n      - {points: 1, because: {完成值} 不足}\n",
    ],
)
def test_an_editors_slip_is_told_with_a_hint(slip: str, tmp_path: Path) -> None:
    """Blank values, cut texts and signs that YAML takes for its own are each named, with what to do."""
    found = problems_of(slip, tmp_path)
    assert any(one.hint is not None for one in found)


_WORDS = st.sampled_from(
    sorted(
        {key for kind in EDITION_KINDS for key in kind.names} | {"甲", "乙/丙", "且", "人 数", "number", "grid", "*"}
    )
)
_LEAVES = st.one_of(st.none(), st.integers(-5, 200), st.booleans(), _WORDS, st.text(max_size=8))
_TREES = st.recursive(
    _LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_WORDS, inner, max_size=5))
)


@given(st.dictionaries(_WORDS, _TREES, max_size=8))
def test_any_mapping_gives_an_edition_or_problems(mapping: dict[str, object]) -> None:
    """Whatever the shape of a document, reading says what is wrong and does nothing else."""
    mapping.pop("uses", None)
    catalogue, problems = read_edition({**HEAD, **mapping})
    assert catalogue is not None or problems


# ---- parts of a large edition --------------------------------------------------------------------------------------


def large_edition(folder: Path, **parts: str) -> tuple[Catalogue | None, list[str]]:
    """Lay down an edition in parts and read it."""
    names = ", ".join(f"{name}.yaml" for name in parts)
    head = f'evalrules: 1\nid: a\nedition: "1"\ntitle: 甲\nparts: [{names}]\n'
    (folder / "catalogue.yaml").write_text(head, "utf-8")
    for name, text in parts.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    catalogue, problems = read_edition(folder)
    return catalogue, [found.code for found in problems]


def test_parts_are_joined_in_order(tmp_path: Path) -> None:
    """Sections and figures of all parts make one edition, equal to the one in a single file."""
    catalogue, problems = large_edition(
        tmp_path,
        first="data: {甲数: {unit: 人}}\nsections: {甲: {points: 40}}\nreference: [一]\n",
        second="data: {乙数: {unit: 人}}\nsections: {乙: {points: 60}}\nreference: [二]\n",
    )
    data, sections = "data: {甲数: {unit: 人}, 乙数: {unit: 人}}", "sections: {甲: {points: 40}, 乙: {points: 60}}"
    whole = edition(f"{data}\n{sections}\nreference: [一, 二]")
    assert problems == []
    assert catalogue == whole


def test_a_part_cannot_say_what_another_has_said(tmp_path: Path) -> None:
    """A section in two parts is reported, not replaced."""
    _, problems = large_edition(
        tmp_path, first="sections: {甲: {points: 40}}\n", second="sections: {甲: {points: 60}}\n"
    )
    assert problems == ["part-repeats"]


def test_a_part_has_no_head(tmp_path: Path) -> None:
    """Id and points stand in ``catalogue.yaml`` alone."""
    _, problems = large_edition(tmp_path, first="points: 90\n")
    assert problems == ["key-misplaced"]


def test_parts_stay_inside_the_folder(tmp_path: Path) -> None:
    """No ``..`` and no link leads out."""
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "outside.yaml").write_text("sections: {甲: {points: 40}}\n", "utf-8")
    (inside / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    head = 'evalrules: 1\nid: a\nedition: "1"\ntitle: 甲\nparts: [../outside.yaml, link.yaml, absent.yaml]\n'
    (inside / "catalogue.yaml").write_text(head, "utf-8")
    assert [found.code for found in read_edition(inside)[1]] == ["part-outside", "part-outside", "part-missing"]

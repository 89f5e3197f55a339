"""What those who write editions ask of the package: what is wrong with one, and what it means."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import evalrules
from evalrules._explain.explanation import KINDS

ROOT = Path(__file__).parent.parent
SUINING = ROOT / "catalogue" / "suining-department" / "2024.yaml"
HUNAN = "hunan-department@2017"
SMALL = """evalrules: 1
id: small
edition: "1"
title: 小表
data: {人: {unit: 人, min: 0}}
sections:
  甲:
    points: 60
    cap: {when: 未填(人), at_most: 30, because: 未填人数}
    indicators:
      同名:
        {points: 60, value: 人, unit: 人, scoring: {deduct: [{when: 完成值 > 0, points: 2 × 完成值, because: 有人}]}}
  乙:
    points: 40
    indicators:
      同名:
        points: 40
        target: ≥ 90%
        unit: "%"
        scoring: {award: [{when: 完成值 ≥ 90%, points: 分值}, {points: 0, because: 不足}]}
grades: {优: {when: 总分 ≥ 90, also: [优秀]}, 差: otherwise}
grade_caps: [{when: 人 > 5, at_most: 差, because: 人多}]
score_caps: [{when: 人 > 3, at_most: 80, because: 人多}]
checks: {非负: {expect: 人 ≥ 0, because: 负数}}
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> evalrules.Catalogue:
    """Give an edition with one of everything."""
    file = tmp_path_factory.mktemp("small") / "1.yaml"
    file.write_text(SMALL, "utf-8")
    return evalrules.load_catalogue(file, plugins=())


# ---- check ----


def test_a_text_is_checked_before_it_is_saved() -> None:
    """The text of a shipped edition has no problem; where it belongs, a changed one differs from its release."""
    text = SUINING.read_text("utf-8")
    assert evalrules.check(text, plugins=()) == ()
    changed = text.replace("points: 100", "points: 110", 1) if "points: 100" in text else f"{text}\npoints: 110\n"
    told = evalrules.check(changed, file=SUINING, plugins=())
    assert all(found.location is not None and found.location.file == str(SUINING) for found in told)
    assert {"points-do-not-add-up", "edition-changed"} <= {found.code for found in told}


def test_a_text_finds_editions_and_cases_where_it_belongs(tmp_path: Path) -> None:
    """What it uses lies beside its file, which need not be there; elsewhere it is not found."""
    folder = tmp_path / "own" / "1.yaml"
    folder.parent.mkdir()
    folder.write_text("evalrules: 1\nid: own\nedition: '1'\ntitle: 方法\n", "utf-8")
    text = "evalrules: 1\nid: user\nedition: '1'\ntitle: 用户\nuses: [own@1]\n"
    assert evalrules.check(text, file=tmp_path / "user" / "1.yaml", plugins=()) == ()
    assert [found.code for found in evalrules.check(text, plugins=())] == ["edition-missing"]


@pytest.mark.parametrize(
    "source", ["", "no-such@1", "无此文件.yaml", "a: [\n", "\n", "\0\n", {}, {"id": 1}, {1: 2}, Path("nowhere")]
)
def test_nothing_that_an_edition_says_is_raised(source: Any) -> None:
    """Whatever is given as an edition, something is wrong with it, and that is told."""
    assert evalrules.check(source, plugins=())


def test_problems_are_worded_in_the_language_asked_for() -> None:
    """Codes stay; warnings are told as well as errors."""
    told = evalrules.check("evalrules: 1\nid: a\nedition: '1'\ntitle: 甲\npoint: 1\n", lang="en", plugins=())
    assert [(found.code, found.message) for found in told] == [("unknown-key", "unknown key `point`")]


# ---- explain ----


@pytest.mark.parametrize(
    ("name", "kind", "title"),
    [
        (None, "edition", "小表"),
        ("甲", "section", "甲"),
        ("甲/同名", "indicator", "甲/同名"),
        ("人", "figure", "人"),
        ("优秀", "grade", "优"),
        ("等级上限", "cap", "等级上限"),
        ("总分上限", "cap", "总分上限"),
    ],
)
def test_everything_of_an_edition_can_be_explained(
    small: evalrules.Catalogue, name: str | None, kind: str, title: str
) -> None:
    """Each by its name or path, with something known of it, as plain values too."""
    found = evalrules.explain(small, name, lang="zh")
    assert (found.kind, found.title) == (kind, title)
    assert found.facts
    assert found.to_dict()["kind"] == kind


def test_the_cap_of_a_section_is_asked_for_by_its_kind(small: evalrules.Catalogue) -> None:
    """A section tells its cap in a line; as a cap it is told with its reason."""
    told = {fact.name: fact.text for fact in evalrules.explain(small, "甲", kind="cap", lang="zh").facts}
    assert (told["最多"], told["理由"]) == ("30", "未填人数")
    assert any("最多 30" in fact.text for fact in evalrules.explain(small, "甲", lang="zh").facts)


def test_what_is_called_alike_is_told_apart(small: evalrules.Catalogue) -> None:
    """Several of one kind are refused with their paths; nothing of a kind, and nothing at all, with what is near."""
    for name, kind, code in (
        ("同名", None, "explain-several"),
        ("甲", "method", "explain-unknown"),
        ("已", None, "explain-unknown"),
    ):
        with pytest.raises(evalrules.CatalogueError) as refused:
            evalrules.explain(small, name, kind=kind)  # type: ignore[arg-type]
        assert [found.code for found in refused.value.problems] == [code]
    assert evalrules.explain(evalrules.load_catalogue(HUNAN), "在职人员控制率", kind="indicator").kind == "indicator"


def test_what_scores_nothing_cannot_be_tried(small: evalrules.Catalogue) -> None:
    """An actual for a grade, a cap, a figure or the whole edition is refused rather than passed over."""
    for name in (None, "优", "人", "总分上限"):
        with pytest.raises(evalrules.CatalogueError, match="explain-nothing-to-try"):
            evalrules.explain(small, name, actual="5")


def test_the_whole_edition_is_its_scoring_standard(small: evalrules.Catalogue) -> None:
    """Every indicator has its row with points, target and rule; all other things are parts."""
    whole = evalrules.explain(small, lang="zh")
    assert [(row.section, row.name, row.points, row.target) for row in whole.standards] == [
        (("甲",), "同名", "60", ""), (("乙",), "同名", "40", "≥90%"),
    ]  # fmt: skip
    assert whole.standards[1].rule == ("完成值 ≥ 90% 时，得满分", "其余情形，不得分")
    assert [part.kind for part in whole.parts] == ["figure", "section", "grade", "grade", "cap", "cap", "check"]


@pytest.mark.parametrize("steps", [2, 4, 5, 10, 20, 25, 50])
def test_a_curve_stands_at_every_edge_and_on_both_sides(steps: int) -> None:
    """However many steps of a whole percentage point there are, each value scores what the engine gives it."""
    text = (ROOT / "catalogue/hunan-department/2017.yaml").read_text("utf-8")
    lost = Decimal(5) / steps
    catalogue = evalrules.load_catalogue(text.replace("每: 1%, 扣: 0.5", f"每: 1%, 扣: {lost}"), plugins=())
    curve = dict(evalrules.explain(catalogue, "在职人员控制率").curve())
    for step in range(1, int(5 / lost) + 1):
        edge = 1 + Decimal(step) / 100
        assert curve[edge] == 5 - lost * step
        assert curve[edge - Decimal("0.0001")] == 5 - lost * (step - 1)
    assert list(curve) == sorted(curve)


def test_a_curve_of_what_is_computed_is_over_its_values(small: evalrules.Catalogue) -> None:
    """A computed actual, a given one, and what reads none."""
    computed = dict(evalrules.explain(small, "甲/同名").curve())
    assert computed[Decimal(0)] == 60
    assert computed[Decimal(30)] == 0
    given = dict(evalrules.explain(small, "乙/同名").curve())
    assert (str(given[Decimal("0.8999")]), str(given[Decimal("0.9")])) == ("0.00", "40.00")
    assert evalrules.explain(small, "优").curve() == ()


def test_kinds_are_those_that_a_command_takes() -> None:
    """Each kind but the whole edition can be asked for."""
    assert set(KINDS) == {"indicator", "section", "method", "figure", "grade", "cap"}


# ---- wrong arguments, rows ----


def test_wrong_arguments_are_type_errors(small: evalrules.Catalogue) -> None:
    """A name, a mapping, or arguments in the wrong order: told what is wanted."""
    form = evalrules.load_submission({"organisation": "某单位", "fiscal_year": 2024})
    wrong: list[tuple[Any, Any]] = [
        ("small@1", form),
        (form, small),
        (small, {"organisation": "某单位"}),
        (small, None),
    ]
    for first, second in wrong:
        with pytest.raises(TypeError, match="load_catalogue and load_submission"):
            evalrules.evaluate(first, second)
    with pytest.raises(TypeError, match="load_catalogue"):
        evalrules.explain("small@1")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="check takes"):
        evalrules.check(5)  # type: ignore[arg-type]


def test_rows_are_flat_and_add_up() -> None:
    """One row an indicator: points less score is what was lost, and every value is a text, a whole number or None."""
    catalogue = evalrules.load_catalogue("suining-department@2024", plugins=())
    evaluation = evalrules.evaluate(catalogue, evalrules.load_submission(ROOT / "examples" / "suining-2024.yaml"))
    rows = evaluation.to_rows()
    assert len(rows) == len(evaluation.indicators)
    for row in rows:
        assert all(value is None or isinstance(value, str | int) for value in row.values())
        assert Decimal(str(row["points"])) - Decimal(str(row["score"])) == Decimal(str(row["lost"]))

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import evalrules
from evalrules._laws.fillings import form_breach
from evalrules._score.score import score_form
from independent.drawing import Pen
from independent.editions import Edition
from independent.filling import Filler
from independent.forms import MOST_UNKNOWN, Result, evaluate
from independent.kinds import KINDS, kinds_of

ENOUGH = 200
"""From so many drawn editions on there are forms of every kind."""
FORMS = 20
"""How many forms are drawn to each edition."""


@st.composite
def editions_with_forms(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Draw an edition and forms to it, some full and some with gaps."""
    pen = Pen(draw)
    pen.places = pen.pick(2, 1, 0, 3)
    edition = pen.edition()
    return edition, [Filler(pen, Edition(edition), pen.pick(200, 200, 10)).submission() for _ in range(FORMS)]


def told(found: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the engine makes of a form, in the shape of `expected`."""
    return {
        "score": found["score"],
        "grade": found["grade"],
        "rows": {
            (*row["section"], row["name"]): (row["points"], row["status"], row["score"], amounts(row))
            for row in found["indicators"]
        },
        "sections": {
            tuple(level["path"]): (level["score"], None if level["score"] is None else amounts(level))
            for level in found["sections"]
        },
        "lost": None if found["score"] is None else sum(amounts(found)),
    }


def amounts(part: Mapping[str, Any]) -> list[Fraction]:
    """Give the points of each deduction."""
    return [Fraction(each["points"]) for each in part["deductions"]]


def expected(found: Result) -> dict[str, Any]:
    """Give what the independent evaluator makes of a form."""
    return {
        "score": found.score,
        "grade": found.grade,
        "rows": {row.path: (row.points, row.status, row.score, list(row.lost)) for row in found.rows},
        "sections": {
            level.path: (level.score, None if level.score is None else list(level.lost)) for level in found.sections
        },
        "lost": found.lost,
    }


def test_an_evaluator_from_the_description_alone_agrees() -> None:
    """Scores of rows, sections and the total, each deduction, the grade, and what is unscored; forms of every kind."""
    counted: Counter[str] = Counter()

    @settings(suppress_health_check=list(HealthCheck))
    @given(editions_with_forms())
    def agrees(drawn: tuple[dict[str, Any], list[dict[str, Any]]]) -> None:
        edition, forms = drawn
        try:
            catalogue = evalrules.load_catalogue(edition, plugins=())
        except evalrules.CatalogueError:
            assume(False)
        for form in forms:
            own = evaluate(edition, form)
            counted.update(("forms", *kinds_of(edition, form, own)))
            assert_agrees(catalogue, form, own)

    agrees()
    print(*(f"{kind}: {counted[kind]}" for kind in ("forms", *KINDS)), sep=", ")  # noqa: T201 - shown by pytest -s
    examples = settings.default.max_examples if settings.default else 0
    assert counted["forms"] >= FORMS * examples
    assert examples < ENOUGH or set(KINDS) <= counted.keys()


def assert_agrees(catalogue: evalrules.Catalogue, form: dict[str, Any], own: Result) -> None:
    """Hold one form to the independent evaluator, and to the law that what was lost is told at every level."""
    evaluation = evalrules.evaluate(catalogue, evalrules.load_submission(form))
    found = evaluation.to_dict()
    assert told(found) == expected(own)
    assert_range(found, own)
    assert_all_points_lost_are_told(found)
    breach = form_breach(score_form(catalogue.ruleset, evaluation.submission))
    assert breach is None, breach.problem


def assert_range(found: Mapping[str, Any], own: Result) -> None:
    """Hold what the total can be: as wide as ours, or wider where a rule asks whether something is filled."""
    low, high = map(Fraction, found["possible"])
    if own.score is not None:
        assert low == high == own.score
    elif own.asks or own.unknown > MOST_UNKNOWN:
        assert low <= own.possible[0] <= own.possible[1] <= high
    else:
        assert (low, high) == own.possible
        assert not own.grades or tuple(found["possible_grades"]) == own.grades


def assert_all_points_lost_are_told(found: Mapping[str, Any]) -> None:
    """Points less score are the deductions, of each row, each section, and the form with what a bonus earned."""
    for row in found["indicators"]:
        outside = row["section"] and row["section"][0] == "加分项"
        if row["score"] is not None and not outside:
            assert sum(amounts(row)) == Fraction(row["points"]) - Fraction(row["score"])
    every = sum((sum(amounts(part)) for part in (*found["indicators"], *found["sections"], found)), Fraction(0))
    for level in found["sections"]:
        path = level["path"]
        below = [
            *(row for row in found["indicators"] if row["section"][: len(path)] == path),
            *(other for other in found["sections"] if other["path"][: len(path)] == path),
        ]
        if level["score"] is not None and path[0] != "加分项":
            assert sum(sum(amounts(part)) for part in below) == Fraction(level["points"]) - Fraction(level["score"])
    if found["score"] is not None:
        earned = sum(level["score"] for level in found["sections"] if level["path"] == ["加分项"])
        assert every == Fraction(found["points"]) + Fraction(earned) - Fraction(found["score"])

"""The 44 scoring shapes of ``docs/shapes.md``: each snippet is a sound edition, and each case scores as written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from textwrap import indent

import pytest
import yaml
from attrs import frozen

import evalrules
from case_runner import expected, indicators, score_beside_indicator
from evalrules._engine import LoadedCatalogue

Load = Callable[["Fence"], LoadedCatalogue]
PAGE = Path(__file__).parent.parent / "docs" / "shapes.md"
HEAD = """\
evalrules: 1
id: {id}
edition: "1"
title: 计分办法 {id}
uses: [standard-methods@1]
rounding: {{places: 3, mode: half_up}}
points: {points}
"""
OUTSIDE_THE_INDICATOR = ("data", "methods")


@frozen
class Fence:
    """One snippet of the page: its shape, what it is, and its text."""

    shape: str
    kind: str
    text: str


def fences() -> Iterator[Fence]:
    """Go through the snippets of the page, in its order."""
    for section in re.split(r"^### ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        shape = section.split("\n", 1)[0].strip()
        for kind, text in re.findall(r"^```yaml (\w+)\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL):
            yield Fence(shape, kind, text)


def indicator_edition(fence: Fence) -> str:
    """Write the edition around one indicator, its ``data`` and ``methods`` beside it."""
    blocks = re.findall(r"^(\w+):(.*?)(?=^\w+:|\Z)", fence.text, flags=re.MULTILINE | re.DOTALL)
    outside = "".join(f"{key}:{body}" for key, body in blocks if key in OUTSIDE_THE_INDICATOR)
    inside = "".join(f"{key}:{body}" for key, body in blocks if key not in OUTSIDE_THE_INDICATOR)
    points = dict(blocks)["points"].strip()
    head = HEAD.format(id=fence.shape.lower(), points=points)
    return f"{head}{outside}sections:\n  指标:\n{indent(inside, '    ')}"


def edition_text(fence: Fence) -> str:
    """Write the whole edition of a snippet."""
    if fence.kind == "indicator":
        return indicator_edition(fence)
    return HEAD.format(id=fence.shape.lower(), points=100) + fence.text


def editions() -> list[tuple[Fence, list[Fence]]]:
    """Give each edition of the page with the submissions that follow it."""
    found: list[tuple[Fence, list[Fence]]] = []
    for fence in fences():
        if fence.kind == "submission":
            found[-1][1].append(fence)
        else:
            found.append((fence, []))
    return found


EDITIONS = editions()
INDICATORS = [fence for fence, _ in EDITIONS if fence.kind == "indicator"]
SUBMISSIONS = [(edition, submission) for edition, submissions in EDITIONS for submission in submissions]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Give a function that checks and loads the edition of a snippet."""

    def loaded(fence: Fence) -> LoadedCatalogue:
        path = tmp_path / fence.shape.lower() / "1.yaml"
        path.parent.mkdir()
        path.write_text(edition_text(fence), encoding="utf-8")
        return evalrules.load_catalogue(path)

    return loaded


def test_every_shape_has_a_snippet_and_a_row_in_the_table() -> None:
    """S1 to S44 each have a row in the table and at least one snippet."""
    wanted = {f"S{number}" for number in range(1, 45)}
    rows = set(re.findall(r"^\| \[(S\d+)\]\(#s\d+\) \|", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert rows == wanted
    assert {fence.shape for fence, _ in EDITIONS} == wanted


def test_every_edition_of_the_page_has_a_case() -> None:
    """An indicator states cases; a whole edition is followed by a submission."""
    for fence, submissions in EDITIONS:
        assert submissions if fence.kind == "edition" else "\ncases:" in fence.text, fence


@pytest.mark.parametrize("fence", [fence for fence, _ in EDITIONS], ids=lambda fence: fence.shape)
def test_the_snippet_is_a_sound_edition(fence: Fence, load: Load) -> None:
    """The snippet passes every check of an edition."""
    assert load(fence).id == fence.shape.lower()


@pytest.mark.parametrize("fence", INDICATORS, ids=lambda fence: fence.shape)
def test_the_cases_of_the_snippet_score_as_they_say(fence: Fence) -> None:
    """Every case beside the indicator gets the score that it states."""
    edition = yaml.load(edition_text(fence), yaml.BaseLoader)
    for _, indicator in indicators(edition["sections"]):
        for case in indicator["cases"]:
            assert score_beside_indicator(edition, indicator, case) == expected(case), case


@pytest.mark.parametrize(("edition", "submission"), SUBMISSIONS, ids=lambda fence: fence.shape)
def test_the_submission_scores_as_it_says(edition: Fence, submission: Fence, load: Load) -> None:
    """The submission behind a snippet gets the score, grade and indicator scores that it expects."""
    document = yaml.load(submission.text, yaml.BaseLoader)
    wanted = document.pop("expect")
    document = {"organisation": "示例单位", "fiscal_year": "2024", **document}
    evaluation = evalrules.evaluate(load(edition), evalrules.load_submission(document))
    assert evaluation.score == Decimal(wanted["score"])
    if "grade" in wanted:
        assert evaluation.grade == wanted["grade"]
    scores = {result.name: result.score for result in evaluation.indicators}
    for name, score in wanted.get("indicators", {}).items():
        assert scores[name] == Decimal(score)

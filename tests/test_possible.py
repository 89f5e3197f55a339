"""The range of a total holds whatever a form with defects may turn out to say."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, MutableSequence
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import evalrules
from evalrules._engine import LoadedCatalogue
from evalrules._problems import Phrases
from evalrules._report.evaluation import range_sentence
from independent.drawing import Pen
from independent.editions import Edition
from independent.filling import Filler

FORMS = 4
"""How many forms are drawn to each edition."""


@st.composite
def editions_with_forms(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Draw an edition and full forms to it."""
    pen = Pen(draw)
    pen.places = pen.pick(2, 1, 0, 3)
    edition = pen.edition()
    return edition, [Filler(pen, Edition(edition), 200).submission() for _ in range(FORMS)]


def cells(form: dict[str, Any], catalogue: LoadedCatalogue) -> Iterator[tuple[Any, Any, str]]:
    """Go through the cells of a form that can be spoilt, each with what is never understood in its place."""
    for name, figure in form["data"].items():
        declared = catalogue.data.get(name)
        if isinstance(figure, MutableMapping):
            yield from ((columns, column, "若干") for columns in figure.values() for column in columns)
        elif isinstance(figure, MutableSequence):
            yield from ((row, column, "1,2") for row in figure for column in row)
        elif declared is not None and declared.formula is None and declared.type != "text":
            yield form["data"], name, "若干"
    for entry in form["entries"]:
        yield from ((entry, cell, "1,2") for cell in ("actual", "points") if cell in entry)
        yield from ((entry["answers"], item, "") for item in entry.get("answers", ()))
        if "judged" in entry:
            yield entry["judged"], "score", ""
        yield entry, "错键", "1"
        if "section" in entry and "points" in entry:
            yield entry, "section", "没有这一部分"


@settings(suppress_health_check=list(HealthCheck))
@given(editions_with_forms(), st.data())
def test_what_a_form_says_lies_in_the_range_of_what_is_left_of_it(
    drawn: tuple[dict[str, Any], list[dict[str, Any]]], data: st.DataObject
) -> None:
    """Cells spoilt, rows refused or gone: the total and grade of the whole form are among those that are possible."""
    edition, forms = drawn
    try:
        catalogue = evalrules.load_catalogue(edition, plugins=())
    except evalrules.CatalogueError:
        assume(False)
    for form in forms:
        whole = evalrules.evaluate(catalogue, evalrules.load_submission(form))
        spoilt = deepcopy(form)
        places = list(cells(spoilt, catalogue))
        for place in data.draw(st.lists(st.integers(0, max(len(places), 1) - 1), max_size=4 if places else 0)):
            holder, key, text = places[place]
            holder[key] = text
        own = [entry for entry in spoilt["entries"] if "points" in entry]
        if data.draw(st.booleans()) and own:
            spoilt["entries"].remove(data.draw(st.sampled_from(own)))
        left = evalrules.evaluate(catalogue, evalrules.load_submission(spoilt))
        least, most = left.possible
        assert least <= most
        if left.score is None and whole.score is not None:
            assert least <= whole.score <= most
            assert whole.grade is None or whole.grade in left.possible_grades


JUDGED = {
    "evalrules": 1,
    "id": "judged",
    "edition": "1",
    "title": "示例",
    "points": 17,
    "sections": {
        "甲": {"points": 17, "scoring": {"judged": {"好": "80% – 100%", "中": "60% – 80%", "差": "0% – 60%"}}}
    },
}


@pytest.mark.parametrize(
    ("mode", "least", "most"), [("half_up", 10, 14), ("half_even", 10, 14), ("down", 10, 13), ("up", 11, 14)]
)
def test_the_ends_of_a_tier_are_rounded_as_scores_are(mode: str, least: int, most: int) -> None:
    """60% to 80% of 17 points are 10.2 to just below 13.6; a judgement of 13.5 is 14 where it is rounded to wholes."""
    edition = {**JUDGED, "rounding": {"places": 0, "mode": mode}}
    catalogue = evalrules.load_catalogue(edition, plugins=())
    form = {"organisation": "某单位", "fiscal_year": 2024, "entries": [{"indicator": "甲", "judged": {"tier": "中"}}]}
    found = evalrules.evaluate(catalogue, evalrules.load_submission(form))
    assert found.possible == (Decimal(least), Decimal(most))


def test_a_rule_that_asks_an_assessor_is_the_one_that_holds() -> None:
    """Of a row that waits for a judgement a rule without one does not hold, though a sum of a table decides it."""
    table = {"type": "table", "columns": {"比率": {"unit": "%", "min": "0%", "max": "100%"}}}
    rows = [
        {"when": "完成值 − 合计(明细_比率) ≥ 50%", "points": ["分值 × 30%", "分值 × 60%"], "because": "酌情"},
        {"when": "完成值 ≥ 30%", "points": "分值"},
        {"points": "分值 × 95%", "because": "其余"},
    ]
    row = {"points": 10, "unit": "%", "target": "≥ 90%", "scoring": {"award": rows}}
    edition = {**JUDGED, "points": 10, "data": {"明细": table}, "sections": {"甲": row}}
    edition["rounding"] = {"places": 1, "mode": "half_up"}
    form = {"organisation": "某单位", "fiscal_year": 2024, "data": {"明细": [{"比率": "10%"}]}}
    entries = [{"indicator": "甲", "actual": "80%", "judged": {"score": 1, "because": "酌情"}}]
    found = evalrules.evaluate(
        evalrules.load_catalogue(edition, plugins=()), evalrules.load_submission({**form, "entries": entries})
    )
    assert (found.score, found.possible) == (None, (Decimal("3.0"), Decimal("6.0")))


def test_rows_with_points_too_many_are_not_told_as_some_that_are_missing() -> None:
    """Where a section's rows have more points than it, every row is scored, and nothing is "left out" of the total."""
    catalogue = evalrules.load_catalogue("mof-project@2020")
    rows = [
        ("产出指标/数量指标", "里程", 60),
        ("效益指标/社会效益指标", "出行", 30),
        ("满意度指标/服务对象满意度指标", "满意度", 10),
    ]
    entries = [
        {"section": section, "indicator": name, "points": points, "target": "≥90%", "actual": "95%"}
        for section, name, points in rows
    ]
    funds = {"年度资金总额": {"资金总额": {"全年预算数": 100, "全年执行数": 100}}}
    form = {"organisation": "某单位", "fiscal_year": 2023, "data": funds, "entries": entries}
    evaluation = evalrules.evaluate(catalogue, evalrules.load_submission(form))
    assert evaluation.score is None
    told = range_sentence(evaluation, Phrases("zh", "report"))
    assert "另有" not in told
    assert "分值之和与规定不符" in told

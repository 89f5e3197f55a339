"""The made-up county: every planted error is found where it is, and of those kinds nothing else is."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import evalrules
from evalrules._review import is_of

SCRIPT = Path(__file__).parent.parent / "examples" / "county" / "make.py"
Place = tuple[str, str | None, str]
"""The code of a finding, whose form it is in, and where there."""
TWICE = {"totals-crowd"}
"""Told of claimed and of computed totals alike."""


def county_maker() -> ModuleType:
    """Load the script."""
    spec = spec_from_file_location("county_maker", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKER = county_maker()
EDITION = evalrules.load_catalogue("county-reviewed@2024", path=[SCRIPT.parent.parent / "editions"], plugins=())


def planted(county: Any, year: int) -> list[Place]:
    """Give what was planted in a year."""
    return sorted(
        (each["code"], form["organisation"], form["path"])
        for each in county.planted
        if each["year"] == year
        for form in each["forms"]
    )


def found(county: Any, year: int) -> list[Place]:
    """Give what is found in a year, of the kinds that were planted."""
    forms = [evalrules.load_submission(form) for form in county.forms[year] if form]
    reviews = [evalrules.load_review(review) for review in county.reviews[year]]
    evaluations = [
        evalrules.evaluate(EDITION, form, next((each for each in reviews if is_of(each, form)), None)) for form in forms
    ]
    assert sum(each.submission.review is not None for each in evaluations) == len(reviews)
    alone = [(each.code, of.organisation, each.path) for of in evaluations for each in of.findings]
    earlier = [evalrules.load_submission(form) for form in county.forms.get(year - 1, ()) if form]
    approved = [evalrules.load_submission(form) for form in county.approved[year]]
    across = evalrules.audit_batch(evaluations, expected=county.expected[year], baseline=approved, last_year=earlier)
    together = {
        (number if each.code not in TWICE else 0, each.code, form.organisation, form.path, form.submission)
        for number, each in enumerate(across)
        for form in each.forms
    }
    kinds = {each["code"] for each in county.planted}
    return sorted(each for each in (*alone, *(place[1:4] for place in together)) if each[0] in kinds)


@pytest.mark.parametrize("seed", [2024, 1, 7])
@pytest.mark.parametrize("year", MAKER.YEARS)
def test_every_planted_error_is_found_where_it_is_and_nothing_else(seed: int, year: int) -> None:
    """Thirty kinds and more, half of them across forms, each at its form and place; all other forms have none."""
    county = MAKER.made(seed)
    assert found(county, year) == planted(county, year)
    assert len({each["code"] for each in county.planted}) >= 32


def test_a_county_without_planted_errors_has_no_finding_of_their_kinds() -> None:
    """Two years of forty units together: the same unit's forms of two years are no copies of each other."""
    county = MAKER.County(2024, 40)
    kinds = {each["code"] for each in MAKER.made().planted}
    forms = [evalrules.load_submission(form) for year in MAKER.YEARS for form in county.forms[year]]
    evaluations = [evalrules.evaluate(EDITION, form) for form in forms]
    assert [each for of in evaluations for each in of.findings if each.code in kinds] == []
    assert evalrules.audit_batch(evaluations, expected=county.units) == ()


def test_the_script_writes_the_same_county_for_the_same_seed(tmp_path: Path) -> None:
    """Forms that are read from their files, the lists, and the manifest."""
    for name in ("甲", "乙"):
        subprocess.run([sys.executable, SCRIPT, tmp_path / name, "--seed", "3"], check=True)
    one, other = ({f.relative_to(tmp_path / n): f.read_bytes() for f in (tmp_path / n).rglob("*.*")} for n in "甲乙")
    assert one == other
    assert json.loads((tmp_path / "甲" / "埋下的错误.json").read_text("utf-8")) == MAKER.made(3).planted
    read = evalrules.load_submissions(tmp_path / "甲" / "2024")
    assert len(read) == sum(1 for form in MAKER.made(3).forms[2024] if form)

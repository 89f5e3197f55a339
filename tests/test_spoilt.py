"""Valid documents that are spoilt, a few of each kind; ``make fuzz`` goes on with them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import evalrules
from spoiling import TARGETS, at_each_place, dumped, once, tree_of

SEEDS = 4_000 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 25
FOUND = {
    "editions": [1789296771, 2480833840, 3242939510, 2481649348, 2638913444],
    "submissions": [642901973, 1701503938, 2534533345, 3363583693],
    "contributions": [1467487722],
    "arguments": [1681604233, 1272200457],
    "results": [1207867252],
}
"""Seeds that once led to a traceback."""


@pytest.mark.parametrize("name", TARGETS)
def test_spoilt_documents_are_told_and_nothing_else(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every door answers with problems or results: no traceback, no status beyond 3, nothing hidden on the terminal."""
    monkeypatch.setenv("EVALRULES_LANG", "zh")
    for seed in (*range(SEEDS), *FOUND.get(name, [])):
        once(name, seed, tmp_path / name)


HOLLOW: list[Any] = [
    None, "", [], {}, "0", "-1", "①", "甲", "<=", "{0}", "9" * 40, ["甲"], [None], {"甲": None}, ...,
]  # fmt: skip
"""What is put where something else belongs; ``...`` takes the place itself away."""
EDITION = Path(__file__).parent / "mutated/county-form/1.yaml"


@pytest.mark.parametrize("turn", [pytest.param(turn, marks=pytest.mark.slow) for turn in range(1, len(HOLLOW))] + [0])
def test_an_edition_hollow_at_any_place_is_checked_to_its_end(turn: int) -> None:
    """Each place of an edition in turn, each time with another odd value; what still loads is explained and scored."""
    loaded = 0
    for number, (place, put) in enumerate(at_each_place(tree_of(EDITION))):
        text = dumped(put(HOLLOW[(number + turn) % len(HOLLOW)])).decode()
        problems = evalrules.check(text)
        try:
            catalogue = evalrules.load_catalogue(text, plugins=())
        except evalrules.CatalogueError:
            assert any(each.severity == "error" for each in problems), place
            continue
        loaded += 1
        evalrules.explain(catalogue)
        blank = evalrules.load_submission({"catalogue": "county-form@1", "organisation": "甲", "fiscal_year": 2024})
        assert evalrules.evaluate(catalogue, blank).to_dict()["score"] is None, place
    assert loaded

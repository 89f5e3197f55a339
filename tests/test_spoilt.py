"""Valid documents that are spoilt, a few of each kind; ``make fuzz`` goes on with them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from spoiling import TARGETS, once

SEEDS = 4_000 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 25
FOUND = {
    "editions": [1789296771, 2480833840],
    "submissions": [642901973, 1701503938],
    "arguments": [1681604233],
    "results": [1207867252],
}
"""Seeds that once led to a traceback."""


@pytest.mark.parametrize("name", TARGETS)
def test_spoilt_documents_are_told_and_nothing_else(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every door answers with problems or results: no traceback, no status beyond 3, nothing hidden on the terminal."""
    monkeypatch.setenv("EVALRULES_LANG", "zh")
    for seed in (*range(SEEDS), *FOUND.get(name, [])):
        once(name, seed, tmp_path / name)

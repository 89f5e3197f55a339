"""The page on limits names each limit as it is, and what is said beyond it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evalrules._check import dependence
from evalrules._documents import files, nodes
from evalrules._edition import read_data
from evalrules._forms import cells, package, sheets
from evalrules._formula import parser, tree
from evalrules._numbers import MAX_DIGITS
from evalrules._problems import all_wordings

PAGE = Path(__file__).parent.parent / "docs" / "limits.md"
ROW = re.compile(r"^\|[^|]+\| (\d+) [^|]+\| \[`([a-z-]+)`\][^|]+\| (.+?) \|$", re.MULTILINE)
ROWS = {code: (int(most), said) for most, code, said in ROW.findall(PAGE.read_text("utf-8"))}
LIMITS = {
    "file-too-large": files.MAX_BYTES // 1_000_000,
    "yaml-too-deep": nodes.MAX_DEPTH,
    "yaml-too-many-nodes": nodes.MAX_NODES,
    "grid-too-large": read_data.MAX_CELLS,
    "chain-too-deep": dependence.MAX_CHAIN,
    "cell-digits": MAX_DIGITS,
    "formula-too-long": tree.MAX_CHARACTERS,
    "formula-too-large": tree.MAX_NODES,
    "formula-too-deep": tree.MAX_DEPTH,
    "formula-too-many-names": tree.MAX_NAMES,
    "formula-number-too-long": MAX_DIGITS,
    "sentence-too-long": parser.MAX_SENTENCE,
    "form-too-many-cells": cells.MAX_CELLS,
    "uses-too-deep": nodes.MAX_DEPTH,
    "form-too-many-rows": cells.MAX_ROWS,
    "form-file-large": sheets.MAX_OLD_FILE // 1_000_000,
    "form-file-expands": package.MAX_UNPACKED // 1_000_000,
}


@pytest.mark.parametrize("code", LIMITS)
def test_page_names_the_limit_and_its_message(code: str) -> None:
    """The number and the words are those of the program."""
    wording = all_wordings()[code]
    assert ROWS[code] == (LIMITS[code], wording.message["zh"])


def test_page_names_every_limit() -> None:
    """Whatever can be too much of something stands on it."""
    assert ROWS.keys() == LIMITS.keys()
    known = {code for code in all_wordings() if re.search("-too-(many|deep|long|large)", code)}
    elsewhere = {"cli-use-too-many", "workbench-too-large"}  # arguments of a command; what a browser sends
    assert known - elsewhere <= ROWS.keys()

from __future__ import annotations

import re
from pathlib import Path

from evalrules._formula.functions import BUILTINS
from evalrules._formula.parser import read_tree
from evalrules._formula.program import ACTUAL, ATTAINMENT, JUDGED, POINTS, TARGET
from evalrules._formula.tokens import RESERVED
from evalrules._formula.tree import MAX_BUDGET_DIGITS, MAX_CHARACTERS, MAX_DEPTH, MAX_NAMES, MAX_NODES
from evalrules._numbers import MAX_DIGITS

PAGE = (Path(__file__).parent.parent / "docs" / "formulas.md").read_text("utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("|")]


def test_every_function_stands_on_the_page_as_it_is() -> None:
    """Usage, English spelling and meaning of each function are those of the table the parser reads, in its order."""
    expected = [
        [f"`{builtin.usage}`", f"`{builtin.english}`" if builtin.english else "", builtin.about] for builtin in BUILTINS
    ]
    start = ROWS.index(["函数", "也可写", "意思"]) + 2
    assert ROWS[start : start + len(expected)] == expected


def test_every_limit_stands_on_the_page() -> None:
    """The table of limits has the numbers that are held."""
    start = ROWS.index(["限度", "数目"]) + 2
    numbers = [int(re.match(r"[\d,]+", row[1])[0].replace(",", "")) for row in ROWS[start : start + 6]]  # type: ignore[index]
    assert numbers == [MAX_CHARACTERS, MAX_NODES, MAX_DEPTH, MAX_NAMES, MAX_DIGITS, MAX_BUDGET_DIGITS]


def test_every_name_of_the_language_stands_on_the_page() -> None:
    """The words of a row and the reserved words are listed."""
    listed = set(re.findall(r"`([^`]+)`", PAGE))
    assert {POINTS, TARGET, ACTUAL, ATTAINMENT, JUDGED, "总分", "得分", "自评得分", *RESERVED} <= listed


def test_every_other_spelling_on_the_page_is_read() -> None:
    """What the page says may be written instead is read as the same formula."""
    start = ROWS.index(["写法", "也可写", "意思"]) + 2
    table = {row[0]: re.findall(r"`([^`]+)`", row[1]) for row in ROWS[start : start + 8]}
    for sign in table["`a + b`、`a − b`、`a × b`、`a ÷ b`"]:
        assert read_tree(f"a {sign} b") in [read_tree(f"a {plain} b") for plain in "+−×÷"]
    equal, ordered = table["`a = b`、`a ≠ b`"], table["`a < b`、`a ≤ b`、`a > b`、`a ≥ b`"]
    for sign, plain in zip([*equal, *ordered], "=≠≤≥≤≥≤≥", strict=True):
        assert read_tree(f"a {sign} b") == read_tree(f"a {plain} b")
    words = zip(table["`a 且 b`、`a 或 b`、`非 a`"], ("a 且 b", "a 或 b", "非 a"), strict=True)
    assert all(read_tree(plain.replace(plain.strip("ab "), word)) == read_tree(plain) for word, plain in words)
    assert read_tree("a if b else c") == read_tree("若(b, a, c)")

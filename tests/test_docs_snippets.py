"""The pages of the docs do what they say: their files are written, their changes made, their commands run."""

from __future__ import annotations

import ast
import doctest
import re
from itertools import pairwise
from pathlib import Path

import pytest

from docs_runner import FENCE, fits, followed

DOCS = Path(__file__).parent.parent / "docs"
FOLLOWED = [DOCS / "catalogue.md", DOCS / "review-year.md", *sorted((DOCS / "en").glob("*.md"))]
CONSOLE_PARTS = {"console", "diff", "diff 写错", "yaml", "python", "text", "json", "toml", "sql"}


@pytest.mark.parametrize("page", FOLLOWED, ids=lambda page: str(page.relative_to(DOCS)))
def test_following_the_page_shows_what_it_says(page: Path, tmp_path: Path) -> None:
    """Every command shows what the page says; write it anew with ``python tests/docs_runner.py PAGE``."""
    text = page.read_text("utf-8")
    assert followed(text, tmp_path) == text


@pytest.mark.parametrize("page", FOLLOWED, ids=lambda page: str(page.relative_to(DOCS)))
def test_every_block_is_of_a_kind_that_is_run(page: Path) -> None:
    """No block of yaml stands outside a file that the page writes, but for pieces named as such."""
    for fence in FENCE.finditer(page.read_text("utf-8")):
        assert fence["kind"] in CONSOLE_PARTS, fence["kind"]
        if fence["kind"] == "yaml":
            assert fence["path"], fence["text"]


@pytest.mark.parametrize("page", FOLLOWED, ids=lambda page: str(page.relative_to(DOCS)))
def test_python_of_the_page_runs(page: Path) -> None:
    """Python is a session that the doctests of the docs run, or at least can be read."""
    for fence in FENCE.finditer(page.read_text("utf-8")):
        if fence["kind"] == "python" and not doctest.DocTestParser().get_examples(fence["text"]):
            ast.parse(fence["text"])


def test_the_guide_shows_ten_mistakes() -> None:
    """Each mistake of the guide is undone, and told with file, line and column before that."""
    kinds = [(fence["kind"], fence["text"]) for fence in FENCE.finditer((DOCS / "catalogue.md").read_text("utf-8"))]
    told = [after for (kind, _), (_, after) in pairwise(kinds) if kind == "diff 写错"]
    assert len(told) >= 10
    assert all(re.search(r"\.yaml:\d+:\d+: error: ", text) for text in told)


def test_the_guide_leads_to_a_released_edition() -> None:
    """It begins with a file of a few lines and ends with a release and the edition of the next year."""
    page = (DOCS / "catalogue.md").read_text("utf-8")
    for command in ("schema", "check", "explain", "test", "evaluate", "release", "diff"):
        assert f"$ evalrules {command} " in page


def test_any_lines_stand_for_lines_alone() -> None:
    """An ellipsis leaves out whole lines, in the place where it stands."""
    assert fits("a\nb\nc\n", "a\n…\nc\n")
    assert fits("a\nc\n", "a\n…\nc\n")
    assert not fits("a\nb\n", "a\n…\nc\n")
    assert not fits("x\na\n", "a\n")

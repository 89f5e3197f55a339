"""The story of ``docs/policy-testing.md`` is followed as its reader would, from the faulty edition to the next year."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs_runner import FENCE, followed

PAGE = Path(__file__).parent.parent / "docs" / "policy-testing.md"


@pytest.fixture(scope="module")
def page() -> str:
    """Read the page."""
    return PAGE.read_text("utf-8")


@pytest.mark.slow
def test_following_the_story_shows_what_it_says(page: str, tmp_path: Path) -> None:
    """Every command shows what the page says; write it anew with ``python tests/docs_runner.py PAGE``."""
    assert followed(page, tmp_path) == page


def test_each_mistake_is_told_by_the_tool_that_the_page_says(page: str) -> None:
    """The mistakes of real documents are told: points above the weight, grades with a gap, negative rates undefined."""
    for told in ("[award-above-points]", "[grades-turned]", "[law-monotone]", "[edition-changed]"):
        assert told in page


@pytest.mark.parametrize("command", ["check", "test", "prove", "diff", "impact", "replay", "release"])
def test_every_tool_is_run(page: str, command: str) -> None:
    """The table at the top promises no tool that the story does not use."""
    assert f"`evalrules {command}`" in page
    consoles = (fence["text"] for fence in FENCE.finditer(page) if fence["kind"] == "console")
    assert any(f"$ evalrules {command} " in text for text in consoles)

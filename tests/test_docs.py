from __future__ import annotations

import re
import runpy
from pathlib import Path

import click
import pytest

from evalrules._cli.commands import COMMANDS, root

DOCS = Path(__file__).parent.parent / "docs"
INDEX = (DOCS / "index.md").read_text("utf-8")


def test_every_code_that_can_be_reported_is_listed() -> None:
    """``docs/problems.md`` is what ``make docs`` writes: every code with its wording as it is now."""
    page: str = runpy.run_path(str(DOCS / "make_problems.py"))["page"]()
    assert (DOCS / "problems.md").read_text("utf-8") == page


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_is_documented(name: str) -> None:
    """The index has a row for each command, and names each of its options."""
    assert f"| `evalrules {name} " in INDEX
    command = root.get_command(click.Context(root), name)
    assert command is not None
    options = [option for option in command.params if isinstance(option, click.Option)]
    for option in options:
        assert any(re.search(rf"{re.escape(spelling)}\b", INDEX) for spelling in option.opts)


def test_only_commands_that_exist_are_documented() -> None:
    """No page promises a command that the program does not have."""
    texts = [file.read_text("utf-8") for file in (*DOCS.glob("**/*.md"), DOCS.parent / "README.md")]
    named = {found for text in texts for found in re.findall(r"(?:`|\$ )evalrules ([a-z]+)\b", text)}
    assert named <= set(COMMANDS)


def test_every_page_can_be_reached() -> None:
    """Each page of the docs is linked from the index."""
    assert {file.name for file in DOCS.glob("*.md")} - {"index.md"} <= set(re.findall(r"\]\(([\w.-]+\.md)\)", INDEX))


def test_links_between_pages_lead_somewhere() -> None:
    """No page links to a file that is not there."""
    for page in (*DOCS.glob("**/*.md"), *DOCS.parent.glob("*.md")):
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"

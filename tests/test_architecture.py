from __future__ import annotations

import re
import runpy
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "evalrules"
PAGE = (ROOT / "docs" / "en" / "architecture.md").read_text("utf-8")
WRITTEN = re.compile(r"`([\w./]+(?:\.py|\.yaml|\.toml|\.md|/))`")
"""How the page writes a file or a folder."""


def rows(section: str) -> list[tuple[str, str]]:
    """Give the rows of the table in a section of the page: the first cell, and the others as one text."""
    text = PAGE.split(f"## {section}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line.strip("| ").split(" | ", 1) for line in text.splitlines() if line.startswith("| ")]
    return [(first, rest) for first, rest in lines[1:] if first != "---"]


FOLDERS = {first.strip("`"): holds for first, holds in rows("Which folder holds what")}


def has_files(folder: Path) -> bool:
    """Tell whether a folder holds files of ours."""
    return any(file.is_file() for file in folder.iterdir()) and folder.name != "__pycache__"


def test_every_folder_and_every_module_has_a_line() -> None:
    """A newcomer finds each folder in the table and each module outside them; a folder speaks for its modules."""
    modules = {file.name for file in SOURCE.glob("*.py")}
    folders = {
        f"{folder.relative_to(SOURCE)}/" for folder in SOURCE.rglob("*") if folder.is_dir() and has_files(folder)
    }
    templates = {folder for folder in folders if folder.startswith("_plugin_template/") and folder.count("/") > 1}
    assert FOLDERS.keys() == modules | (folders - templates)


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_a_line_names_stands_in_its_folder(folder: str) -> None:
    """A module that was moved or merged is no longer named where it was."""
    for name in WRITTEN.findall(FOLDERS[folder]):
        assert (SOURCE / folder / name).exists() or (SOURCE / name).exists(), f"{folder}: {name}"


def test_lines_stand_in_the_order_of_imports() -> None:
    """The table goes from the ground up, as the contract of the imports has it."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = {contract["id"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}
    layers = [set(re.split(r" [:|] ", layer)) for layer in reversed(contracts["direction"]["layers"])]
    height = {name: place for place, layer in enumerate(layers) for name in layer}
    named = [name.split("/", 1)[0].removesuffix(".py") for name in FOLDERS]
    heights = [height[name] for name in named if name in height]
    assert heights == sorted(heights)
    assert height.keys() <= set(named)


@pytest.mark.parametrize("section", ["One formula, several readings", "One meaning, one home", "To add X, touch Y"])
def test_every_file_that_is_named_exists(section: str) -> None:
    """Each row names what is there, under the sources, the tests or the docs."""
    for first, rest in rows(section):
        named = WRITTEN.findall(rest)
        assert named, first
        for name in named:
            assert (SOURCE / name).exists() or (ROOT / name).exists(), f"{first}: {name}"


def test_what_people_come_to_add_is_told() -> None:
    """Each thing of which there will be more has its row."""
    asked = {"formula function", "scoring form", "audit rule", "law", "hook", "report format", "key of YAML"}
    assert asked <= {re.sub(r"^an? ", "", first) for first, _ in rows("To add X, touch Y")}


@pytest.mark.slow
def test_sizes_are_those_that_are_measured() -> None:
    """The table of sizes has a row for everything that ``benchmarks/size.py`` measures, and no other."""
    measured = runpy.run_path(str(ROOT / "benchmarks" / "size.py"))["Measured"](ROOT / "src")
    assert [first for first, _ in rows("Sizes")] == list(measured.rows())

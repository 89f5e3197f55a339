"""``evalrules new``: a new edition from an old one, with its cases, written where it belongs and over nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import evalrules
from evalrules._cli.commands import root
from evalrules._edition.find import FOLDER_FILE, Library

OLD = """evalrules: 1
id: small
edition: "2023"   # 去年
title: 小表
fiscal_years: [2022,
  2023]
# 分值合计十分
points: 10
sections:
  甲:
    points: 10
    indicators: {乙: {points: 10, scoring: {award: [{points: 分值}]}}}
"""
CASE = """catalogue: small@2023
organisation: 某单位
fiscal_year: 2023
entries: [{indicator: 乙, actual: 1}]
expect: {score: 10}
"""


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a library with one edition and a case of it."""
    home = tmp_path / "library" / "small"
    (home / "2023.cases").mkdir(parents=True)
    (home / "2023.yaml").write_text(OLD, "utf-8")
    (home / "2023.cases" / "full.yaml").write_text(CASE, "utf-8")
    monkeypatch.setenv("EVALRULES_PATH", str(home.parent))
    monkeypatch.setenv("EVALRULES_LANG", "zh")
    return home.parent


def new(*words: object) -> Result:
    """Run the command."""
    return CliRunner().invoke(root, ["new", *map(str, words)], catch_exceptions=False)


def test_head_is_set_and_all_else_stays(library: Path) -> None:
    """Edition, years and what it supersedes are new, comments between and the rules are as they were."""
    assert new("small@2024", "--from", "small@2023").exit_code == 0
    text = (library / "small" / "2024.yaml").read_text("utf-8")
    head = OLD.replace('"2023"   # 去年', '"2024"\nsupersedes: "2023"')
    assert text == head.replace("fiscal_years: [2022,\n  2023]", "fiscal_years: [2024]")
    assert evalrules.load_catalogue("small", fiscal_year=2024, plugins=()).supersedes == "2023"


def test_cases_come_along_and_hold(library: Path) -> None:
    """They name the new edition and its year."""
    new("small@2024", "--from", "small@2023")
    assert "small@2024" in (library / "small" / "2024.cases" / "full.yaml").read_text("utf-8")
    done = CliRunner().invoke(root, ["test", "small@2024"])
    assert done.exit_code == 0, done.output


def test_an_edition_of_another_body_supersedes_nothing(library: Path) -> None:
    """Another id begins a line of its own."""
    assert new("other@1", "--from", library / "small" / "2023.yaml").exit_code == 0
    assert evalrules.load_catalogue("other@1", plugins=()).supersedes is None


def test_a_folder_comes_with_its_parts(library: Path) -> None:
    """Every part of an edition in several files is copied."""
    folder = library / "parted" / "1"
    folder.mkdir(parents=True)
    (folder / "catalogue.yaml").write_text(
        "evalrules: 1\nid: parted\nedition: '1'\ntitle: 分文件\nparts: [a.yaml]\n", "utf-8"
    )
    (folder / "a.yaml").write_text("data: {甲: {}}\n", "utf-8")
    assert new("parted@2", "--from", "parted@1").exit_code == 0
    assert set(evalrules.load_catalogue("parted@2", plugins=()).data) == {"甲"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("small", "--from", "small@2023"), "new-name"),
        (("small@20 24", "--from", "small@2023"), "new-name"),
        (("small@2023", "--from", "small@2023"), "new-exists"),
        (("small@2024", "--from", "small@1999"), "edition-missing"),
    ],
)
def test_what_cannot_be_written_is_told(library: Path, words: tuple[str, ...], code: str) -> None:
    """Nothing is written, least of all over what is there."""
    before = sorted(library.rglob("*"))
    done = new(*words)
    assert (done.exit_code, f"[{code}]" in done.output) == (1, True)
    assert sorted(library.rglob("*")) == before


def test_nothing_is_written_into_the_installed_package(
    library: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An edition that came with the program goes to the first folder of the user's own; without one that is told."""
    monkeypatch.setattr("evalrules._cli.editions.is_installed", lambda folder: folder != library)
    assert new("suining-department@2031", "--from", "suining-department@2024").exit_code == 0
    assert (library / "suining-department" / "2031.yaml").is_file()
    monkeypatch.setattr("evalrules._cli.editions.is_installed", lambda _folder: True)
    assert "[new-without-library]" in new("suining-department@2032", "--from", "suining-department@2024").output
    assert new("suining-department@2032", "--from", "suining-department@2024", "-o", tmp_path).exit_code == 0


@pytest.mark.parametrize("name", sorted(found.name for found in Library.standard().editions()))
def test_a_new_year_of_a_shipped_edition_begins_without_errors(name: str, tmp_path: Path) -> None:
    """Who starts a year is told of no error that is not their own; days in cases go with the year."""
    identifier = name.partition("@")[0]
    assert new(f"{identifier}@2031", "--from", name, "-o", tmp_path).exit_code == 0
    found = evalrules.check(tmp_path / identifier / "2031.yaml", plugins=())
    assert [each for each in found if each.severity == "error"] == []


def test_a_file_may_be_named(library: Path, tmp_path: Path) -> None:
    """What ends in .yaml is the edition's file; its cases lie beside it, and an edition of parts becomes a folder."""
    file = tmp_path / "mine" / "small" / "2024.yaml"
    assert new("small@2024", "--from", "small@2023", "-o", file).exit_code == 0
    assert sorted(path for path in file.parent.parent.rglob("*") if path.is_file()) == [
        file.parent / "2024.cases" / "full.yaml",
        file,
    ]
    parts = library / "parted" / "1"
    parts.mkdir(parents=True)
    (parts / FOLDER_FILE).write_text(OLD.replace("id: small", "id: parted").replace('2023"', '1"'), "utf-8")
    assert new("parted@2", "--from", "parted@1", "-o", tmp_path / "parted" / "2.yaml").exit_code == 0
    assert (tmp_path / "parted" / "2" / FOLDER_FILE).is_file()


def test_a_head_that_is_not_written_in_lines_is_left_alone(library: Path) -> None:
    """An edition in one line of brackets is not taken apart."""
    file = library / "flow" / "1.yaml"
    file.parent.mkdir()
    file.write_text('{evalrules: 1, id: flow, edition: "1", title: 一行}\n', "utf-8")
    assert "[new-not-in-lines]" in new("flow@2", "--from", "flow@1").output

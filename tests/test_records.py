"""Results as records: lines of JSON and a database, from which a result is had again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import evalrules
from evalrules._cli import root

ROOT = Path(__file__).parent.parent
SUINING = ROOT / "examples" / "suining-2024.yaml"
HUNAN = ROOT / "examples" / "suining-2024-hunan.yaml"
POSTS = ROOT / "examples" / "cases" / "hunan-143-posts-2018.yaml"


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVALRULES_LANG", "zh")


def run(*arguments: object) -> Result:
    """Run the command as a user would, and let any exception through."""
    return CliRunner().invoke(root, [str(argument) for argument in arguments], catch_exceptions=False)


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    """Ask a database."""
    with closing(sqlite3.connect(database)) as opened:
        return opened.execute(query).fetchall()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    """Put two results into a database, one after the other."""
    file = tmp_path / "结果.sqlite"
    run("evaluate", SUINING, "-o", file)
    run("evaluate", HUNAN, "-o", file)
    yield file
    assert {one.name for one in tmp_path.iterdir() if not one.name.startswith(".")} >= {"结果.sqlite"}


def test_tables_hold_what_the_results_say(database: Path) -> None:
    """Each table has a row for each thing, and the points of the deductions are exact."""
    assert rows(database, "SELECT count(*) FROM results") == [(2,)]
    assert rows(database, "SELECT DISTINCT id FROM editions ORDER BY id") == [
        ("hunan-department",),
        ("suining-department",),
    ]
    evaluation = evalrules.evaluate(
        evalrules.load_catalogue("suining-department@2024", plugins=()), evalrules.load_submission(SUINING)
    )
    number, score = rows(database, "SELECT number, score FROM results WHERE score = '95.0'")[0]
    assert Decimal(score) == evaluation.score
    told = {name: rows(database, f"SELECT count(*) FROM {name} WHERE result = {number}")[0][0] for name in _BELOW}  # noqa: S608
    lost = [one for result in evaluation.indicators for one in result.deductions]
    assert told == dict(zip(_BELOW, (len(evaluation.indicators), len(lost), len(evaluation.findings)), strict=True))
    points = rows(database, f"SELECT points FROM deductions WHERE result = {number} ORDER BY number")  # noqa: S608
    assert [Decimal(text) for (text,) in points] == [one.points for one in lost]


_BELOW = ("indicators", "deductions", "findings")


def test_one_result_is_put_in_once(database: Path) -> None:
    """The same evaluation again leaves every table as it was."""
    before = [rows(database, f"SELECT * FROM {name}") for name in ("results", *_BELOW)]  # noqa: S608
    run("evaluate", SUINING, HUNAN, "-o", database)
    assert [rows(database, f"SELECT * FROM {name}") for name in ("results", *_BELOW)] == before  # noqa: S608


def test_another_file_is_left_as_it_is(tmp_path: Path) -> None:
    """What is no database is not written over, and the command says so with its own status."""
    file = tmp_path / "结果.sqlite"
    file.write_text("这不是数据库" * 100, "utf-8")
    result = run("evaluate", SUINING, "-o", file)
    assert (result.exit_code, "output-no-database" in result.stderr) == (3, True)
    assert file.read_text("utf-8") == "这不是数据库" * 100


def test_a_database_needs_a_file() -> None:
    """A database is not written to standard output."""
    result = run("evaluate", SUINING, "--format", "sqlite")
    assert result.exit_code == 2
    assert "-o" in result.stderr


def test_each_line_is_a_result(tmp_path: Path) -> None:
    """Results and files that could not be scored are lines of their own."""
    broken = tmp_path / "坏.yaml"
    broken.write_text("catalogue: suining-department@2024\norganisation: [", "utf-8")
    file = tmp_path / "结果.jsonl"
    run("evaluate", SUINING, broken, HUNAN, "-o", file)
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [line.get("organisation", line.get("file")) for line in lines] == [
        "绥宁县人民政府办公室",
        str(broken),
        "绥宁县人民政府办公室",
    ]
    assert lines[1]["problems"][0]["code"] == "yaml-syntax"


@pytest.mark.parametrize("ending", [".sqlite", ".jsonl"])
def test_a_result_among_many_is_had_again(tmp_path: Path, ending: str) -> None:
    """Of many results the one of the submission is compared, found by its digest."""
    file = tmp_path / f"结果{ending}"
    run("evaluate", HUNAN, SUINING, "-o", file)
    for submission in (SUINING, HUNAN):
        told = run("replay", file, submission)
        assert (told.exit_code, "完全一致" in told.stdout) == (0, True)


@pytest.mark.parametrize("ending", [".sqlite", ".jsonl"])
def test_a_changed_submission_is_compared_with_its_own_result(tmp_path: Path, ending: str) -> None:
    """A form that was changed since has another digest; its result is found by whose it is."""
    file, changed = tmp_path / f"结果{ending}", tmp_path / "改.yaml"
    run("evaluate", SUINING, "-o", file)
    changed.write_text(SUINING.read_text("utf-8").replace("actual: 95%", "actual: 96%"), "utf-8")
    told = run("replay", file, changed)
    assert told.exit_code == 1
    assert "自评表内容不同" in told.stdout
    assert "indicators" in told.stdout


@pytest.mark.parametrize("ending", [".sqlite", ".jsonl"])
def test_a_result_that_is_not_there_is_told(tmp_path: Path, ending: str) -> None:
    """Where no result is of the submission, that is said, with how many were looked through."""
    file = tmp_path / f"结果{ending}"
    run("evaluate", SUINING, "-o", file)
    told = run("replay", file, POSTS)
    assert (told.exit_code, "replay-not-among" in told.stderr) == (2, True)


def test_another_database_is_no_result(tmp_path: Path) -> None:
    """A database of something else is told as unreadable."""
    file = tmp_path / "别的.sqlite"
    with closing(sqlite3.connect(file)) as opened, opened:
        opened.execute("CREATE TABLE t (a)")
    told = run("replay", file, SUINING)
    assert (told.exit_code, "replay-unreadable" in told.stderr) == (2, True)

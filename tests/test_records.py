"""Results as records: lines of JSON and a database, from which a result is had again."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from click.testing import CliRunner, Result
from pyarrow import parquet

import evalrules
from evalrules._cli.commands import root
from evalrules._report.records import RECORDS, FileResult

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
    number, score = rows(database, "SELECT digest, score FROM results WHERE score = '95.0'")[0]
    assert Decimal(score) == evaluation.score
    told = {name: rows(database, f"SELECT count(*) FROM {name} WHERE result = '{number}'")[0][0] for name in _BELOW}  # noqa: S608
    lost = [one for result in evaluation.indicators for one in result.deductions]
    assert told == dict(zip(_BELOW, (len(evaluation.indicators), len(lost), len(evaluation.findings)), strict=True))
    points = rows(database, f"SELECT points FROM deductions WHERE result = '{number}' ORDER BY number")  # noqa: S608
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


def test_the_form_of_a_project_is_kept_with_its_name(tmp_path: Path) -> None:
    """Whose form it is stands beside its digest, and the result of a project is had again as any other."""
    file, relief = tmp_path / "结果.sqlite", ROOT / "examples" / "cases" / "suixi-temporary-relief-2019.yaml"
    assert run("evaluate", relief, "-o", file).exit_code == 0
    assert rows(file, "SELECT organisation, project, fiscal_year FROM submissions") == [
        ("濉溪县民政局", "临时救助", 2019)
    ]
    assert run("replay", file, relief).exit_code == 0


@pytest.mark.parametrize("ending", [".sqlite", ".jsonl"])
def test_a_result_among_many_is_had_again(tmp_path: Path, ending: str) -> None:
    """Of many results the one of the submission is compared, found by its digest."""
    file = tmp_path / f"结果{ending}"
    run("evaluate", HUNAN, SUINING, "-o", file)
    for submission in (SUINING, HUNAN):
        told = run("replay", file, submission)
        assert (told.exit_code, "完全一致" in told.stdout) == (0, True)


@pytest.mark.parametrize("ending", [".sqlite", ".json"])
def test_a_form_that_does_not_say_its_edition_is_had_again(tmp_path: Path, ending: str) -> None:
    """A document is read by the edition that scored it, so that its result is the same once more."""
    file, form = tmp_path / f"结果{ending}", ROOT / "examples" / "suining-2024.docx"
    run("evaluate", form, "--catalogue", "suining-department@2024", "-o", file)
    told = run("replay", file, form)
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


# ---- into other databases --------------------------------------------------------------------------------------------


def server_programs() -> Path | None:
    """Find the folder of PostgreSQL's server programs."""
    found = shutil.which("initdb")
    known = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in known if (folder / "postgres").exists()), None)


def as_server(*command: object) -> None:
    """Run a program of the server, which refuses to be run by root."""
    words = [str(word) for word in command]
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*user, *words], check=True, capture_output=True, cwd="/")


@pytest.fixture
def postgresql() -> Iterator[str]:
    """Give the address of a server that is started for one test and stopped after it."""
    server = server_programs()
    if server is None:
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    with tempfile.TemporaryDirectory() as folder, socket.socket() as listener:
        home = Path(folder)
        if os.geteuid() == 0:
            shutil.chown(home, "postgres")
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        listener.close()
        made = ("-U", "tester", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        as_server(server / "initdb", "-D", home / "data", *made)
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home} -c fsync=off"
        as_server(server / "pg_ctl", "-D", home / "data", "-l", home / "log", "-o", options, "-w", "start")
        try:
            yield f"postgresql://tester@127.0.0.1:{port}/postgres"
        finally:
            as_server(server / "pg_ctl", "-D", home / "data", "-m", "immediate", "-w", "stop")


@pytest.mark.slow
def test_results_go_into_postgresql_once(database: Path, postgresql: str) -> None:
    """The example copies every row, points as numbers that add up, and a second run adds nothing."""
    copied = runpy.run_path(str(COPYING))
    counts = {name: rows(database, f"SELECT count(*) FROM {name}")[0][0] for name in copied["TABLES"]}  # noqa: S608
    assert copied["copy"](database, postgresql) == counts
    assert set(copied["copy"](database, postgresql).values()) == {0}
    query = (
        "SELECT sum(d.points) FROM evalrules.deductions d JOIN evalrules.results r ON r.digest = d.result "
        "WHERE r.score = 95"
    )
    with psycopg.connect(postgresql) as opened:
        assert opened.execute(query).fetchone() == (Decimal("5.0"),)
        told = opened.execute("SELECT result -> 'grade' FROM evalrules.results WHERE score = 95").fetchone()
    assert told == ("优秀",)


@pytest.mark.slow
def test_the_page_on_embedding_scores_a_table_of_postgresql(postgresql: str) -> None:
    """The code of the page scores figures from a table into another one; a second run finds nothing new."""
    page = (ROOT / "docs" / "en" / "embedding.md").read_text("utf-8")
    code = page.split("## PostgreSQL", 1)[1].split("```python\n", 1)[1].split("```", 1)[0]
    names: dict[str, Any] = {}
    exec(compile(code, "embedding.md", "exec"), names)  # noqa: S102 - the page's own code is what is tested
    head = {
        "evalrules": 1,
        "id": "small",
        "edition": "1",
        "title": "小表",
        "points": 10,
        "uses": ["standard-methods@1"],
    }
    figures = {"预算数": {"unit": "万元", "above": 0}, "执行数": {"unit": "万元", "min": 0}}
    rate = {"points": 10, "value": "执行数 ÷ 预算数", "unit": "%", "target": "100%", "scoring": "比例得分"}
    catalogue = evalrules.load_catalogue({**head, "data": figures, "sections": {"预算执行率": rate}}, plugins=())
    with psycopg.connect(postgresql) as opened:
        opened.execute("CREATE TABLE figures (单位 text, 年度 int, 预算数 numeric, 执行数 numeric)")
        opened.execute(
            "INSERT INTO figures VALUES ('甲局', 2025, 100, 95.5), ('乙局', 2025, 200, NULL), ('丙局', 2025, 3, 1)"
        )
    assert names["score_all"](postgresql, catalogue) == 3
    assert names["score_all"](postgresql, catalogue) == 0
    with psycopg.connect(postgresql) as opened:
        told = opened.execute("SELECT organisation, score, result -> 'score' FROM scored ORDER BY score").fetchall()
    assert [(unit, score) for unit, score, _ in told] == [
        ("丙局", Decimal("3.33")),
        ("甲局", Decimal("9.55")),
        ("乙局", None),
    ]


COPYING = ROOT / "examples" / "results_to_postgresql.py"


def test_a_parquet_table_has_a_row_for_each_indicator(tmp_path: Path) -> None:
    """The rows are those of ``to_rows``; numbers are exact decimals however long, and the bytes are the same."""
    catalogue = evalrules.load_catalogue("suining-department@2024")
    document = yaml.safe_load(SUINING.read_text("utf-8"))
    document["entries"][0]["claimed_score"] = "9.1234567890123456789012345678901234567"
    evaluation = evalrules.evaluate(catalogue, evalrules.load_submission(document))
    content = RECORDS["parquet"]([FileResult("甲", evaluation), FileResult("乙", None)])
    file = tmp_path / "结果.parquet"
    file.write_bytes(content)
    read = parquet.read_table(file).to_pylist()
    expected = evaluation.to_rows()
    assert [row["indicator"] for row in read] == [row["indicator"] for row in expected]
    for name in ("points", "score", "claimed_score", "lost"):
        assert [row[name] for row in read] == [row[name] and Decimal(str(row[name])) for row in expected]
    assert read[0]["fiscal_year"] == 2024
    assert RECORDS["parquet"]([FileResult("甲", evaluation)]) == content

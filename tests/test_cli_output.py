from __future__ import annotations

import cProfile
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evalrules._cli.commands import root
from evalrules._documents.files import MAX_BYTES

ROOT = Path(__file__).parent.parent
SUINING = ROOT / "examples" / "suining-2024.yaml"
FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVALRULES_LANG", "zh")


def run(*arguments: object) -> Result:
    """Run the command as a user would, and let any exception through."""
    return CliRunner().invoke(root, [str(argument) for argument in arguments], catch_exceptions=False)


def start(*arguments: object, **how: object) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a process of its own, in which also the end of the process counts."""
    command = [sys.executable, "-m", "evalrules", *map(str, arguments)]
    return subprocess.run(command, check=False, **{"stderr": subprocess.PIPE, **how})  # type: ignore[call-overload, no-any-return]  # as run's own


# ---- where the result cannot be written ------------------------------------------------------------------------------


@needs_full
@pytest.mark.parametrize(
    "arguments",
    [("evaluate", SUINING), ("evaluate", SUINING, "--format", "json"), ("schema",), ("--help",), ("plugins",)],
    ids=lambda arguments: " ".join(arguments[:1]),
)
def test_full_disk_behind_standard_output_is_told_with_its_own_status(arguments: tuple[object, ...]) -> None:
    """No traceback, not even at the end of the process; the exit status is 3."""
    with FULL.open("wb") as full:
        done = start(*arguments, stdout=full)
    assert done.returncode == 3
    assert done.stderr.decode().startswith("error: 标准输出写不进去（ENOSPC）")
    assert "Traceback" not in done.stderr.decode()
    assert "Exception ignored" not in done.stderr.decode()


def test_reader_that_goes_away_is_no_fault() -> None:
    """Behind ``| head`` the command ends quietly."""
    reading, writing = os.pipe()
    os.close(reading)
    done = start("evaluate", SUINING, stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (3, b"")


@needs_full
def test_standard_error_that_cannot_be_written_to_changes_no_status() -> None:
    """Where nobody can be told, the exit status still says that the form could not be read."""
    with FULL.open("wb") as full:
        assert start("evaluate", "none.yaml", stdout=subprocess.DEVNULL, stderr=full).returncode == 2


def test_output_that_may_not_be_written_is_told_with_its_own_status(tmp_path: Path) -> None:
    """Whatever command writes a file: exit status 3 and a message with its name."""
    (tmp_path / "file").touch()
    below = tmp_path / "file" / "r.json"
    for command in (("evaluate", SUINING), ("diff", "mof-project@2020", "mof-project@2020", "--no-prove")):
        result = run(*command, "-o", below)
        assert result.exit_code == 3
        assert str(below) in result.stderr


BROKEN = """
import sys
import evalrules._cli.evaluate
from evalrules._cli import main

def broken(*_):
    raise KeyError("甲")

sys.modules["evalrules._cli.evaluate"].score = broken
main()
"""


def test_unexpected_error_is_told_as_a_fault_of_evalrules() -> None:
    """The last wall names the place and asks for a report; there is no traceback."""
    done = subprocess.run([sys.executable, "-c", BROKEN, "evaluate", SUINING], capture_output=True, check=False)
    told = done.stderr.decode()
    assert done.returncode == 3
    assert "[fault-of-evalrules]" in told
    assert "KeyError: '甲'" in told
    assert "_cli/evaluate.py:" in told
    assert "Traceback" not in told


# ---- the output is what its name says --------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("evaluate", SUINING), ("diff", "mof-project@2020", "mof-project@2020")])
@pytest.mark.parametrize("ending", [".pdf", ".csv", ".doc", ".jsn"])
def test_ending_that_is_no_format_is_wrong_use(tmp_path: Path, command: tuple[object, ...], ending: str) -> None:
    """Nothing is written under a name that promises something else."""
    result = run(*command, "-o", tmp_path / f"r{ending}")
    assert result.exit_code == 2
    assert ending in result.stderr
    assert not list(tmp_path.iterdir())


def test_ending_of_another_format_than_is_chosen_is_wrong_use(tmp_path: Path) -> None:
    """``.txt`` and a name without an ending hold any format; another format's ending is refused."""
    assert run("evaluate", SUINING, "--format", "json", "-o", tmp_path / "r.html").exit_code == 2
    for name in ("r.txt", "r"):
        assert run("evaluate", SUINING, "--format", "json", "-o", tmp_path / name).exit_code == 0
        assert json.loads((tmp_path / name).read_bytes())["score"] == 95.0


def test_report_never_takes_the_place_of_a_form(tmp_path: Path) -> None:
    """Neither by the name that is given nor by the one that is made."""
    form = tmp_path / "a.json"
    form.write_bytes(SUINING.read_bytes())
    result = run("evaluate", form, "-o", form)
    assert result.exit_code == 3
    assert "output-is-input" in result.stderr
    assert run("evaluate", form, "--format", "json", "-o", tmp_path).exit_code == 0
    assert run("evaluate", form, form, "--format", "json", "-o", tmp_path).exit_code == 0
    assert form.read_bytes() == SUINING.read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a-2.json", "a-3.json", "a.json", "index.json"]


def test_finding_a_name_for_a_report_takes_no_more_than_there_are_names_taken(tmp_path: Path) -> None:
    """Two forms into a folder: the calls of everything together are fewer than names could be thought of."""
    profile = cProfile.Profile()
    profile.runcall(run, "evaluate", SUINING, SUINING, "--format", "json", "-o", tmp_path)
    assert len(list(tmp_path.iterdir())) == 3
    assert sum(entry.callcount for entry in profile.getstats()) < 10**6


# ---- UTF-8 whatever the console is -----------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["json", "markdown", "html"])
def test_machine_formats_are_utf8_on_a_gbk_console(tmp_path: Path, shape: str) -> None:
    """What goes into a file by ``>`` is what ``-o`` writes, with every character."""
    form = tmp_path / "a.yaml"
    form.write_text(SUINING.read_text("utf-8").replace("绥宁县人民政府办公室", "𠮷县人民政府办公室"), "utf-8")
    printed = start("evaluate", form, "--format", shape, stdout=subprocess.PIPE, env=gbk())
    start("evaluate", form, "--format", shape, "-o", tmp_path / "r.txt", env=gbk())
    assert "𠮷" in printed.stdout.decode("utf-8")
    assert printed.stdout == (tmp_path / "r.txt").read_bytes()


def test_schema_is_utf8_on_a_gbk_console() -> None:
    """And the table for people is in the encoding of the console."""
    assert json.loads(start("schema", stdout=subprocess.PIPE, env=gbk()).stdout.decode("utf-8"))
    assert "评价等级：优秀" in start("evaluate", SUINING, stdout=subprocess.PIPE, env=gbk()).stdout.decode("gbk")


def gbk() -> dict[str, str]:
    """Give the environment of a console in GBK."""
    return {**os.environ, "PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"}


# ---- standard input --------------------------------------------------------------------------------------------------


def test_standard_input_has_a_limit(tmp_path: Path) -> None:
    """What never ends is refused once it is too large, and what is closed is empty."""
    (tmp_path / "long").write_bytes(b"#" * (MAX_BYTES + 2))
    with (tmp_path / "long").open("rb") as long:
        done = start("evaluate", "-", stdin=long)
        assert long.seek(0, os.SEEK_CUR) <= MAX_BYTES + 2
    assert done.returncode == 2
    assert "file-too-large" in done.stderr.decode()


# ---- more problems than anybody reads --------------------------------------------------------------------------------


def test_a_hundred_problems_are_told_and_the_others_counted(tmp_path: Path) -> None:
    """An edition with 150 unknown keys."""
    keys = "".join(f"xyzzy{number}: 1\n" for number in range(150))
    (tmp_path / "a.yaml").write_text(f'evalrules: 1\nid: a\nedition: "1"\ntitle: 甲\n{keys}', "utf-8")
    result = run("check", tmp_path / "a.yaml")
    assert result.exit_code == 1
    assert result.stderr.count("[unknown-key]") == 100
    assert "另有 5" in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("shape", "library", "extra"),
    [("docx", "docx", "office"), ("xlsx", "openpyxl", "office"), ("parquet", "pyarrow", "parquet")],
)
def test_a_format_whose_extra_is_missing_names_it(
    shape: str, library: str, extra: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without the library there is a message with what to install, and no file."""
    monkeypatch.setitem(sys.modules, library, None)
    for name in ("word", "excel", "office"):
        monkeypatch.delitem(sys.modules, f"evalrules._report.{name}", raising=False)
    result = run("evaluate", SUINING, "-o", tmp_path / f"out.{shape}")
    assert result.exit_code == 3
    assert "format-extra-missing" in result.stderr
    assert f"evalrules[{extra}]" in result.stderr
    assert list(tmp_path.iterdir()) == []

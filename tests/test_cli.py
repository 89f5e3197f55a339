from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import simplejson
from click.testing import CliRunner, Result

from evalrules._cli.commands import COMMANDS, root
from evalrules._edition.schema import SUBJECTS

ROOT = Path(__file__).parent.parent
SUINING = ROOT / "examples" / "suining-2024.yaml"


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVALRULES_LANG", "zh")


def run(*arguments: object, stdin: str | bytes | None = None) -> Result:
    """Run the command as a user would, and let any exception through."""
    return CliRunner().invoke(root, [str(argument) for argument in arguments], input=stdin, catch_exceptions=False)


def variant(folder: Path, name: str, old: str = "", new: str = "") -> Path:
    """Write the example with one text exchanged."""
    text = SUINING.read_text("utf-8")
    assert old in text
    file = folder / name
    file.write_text(text.replace(old, new) if old else text, "utf-8")
    return file


def test_the_example_is_scored_with_table_rationale_and_findings() -> None:
    """The table shows the score, each lost point's sentence, and what does not agree; the exit status is 0."""
    result = run("evaluate", SUINING)
    assert result.exit_code == 0
    assert "得分：95.0 / 100  评价等级：优秀  自评得分：93  自评等级：优" in result.stdout
    for told in ("验收合格率 −0.5", "要得满分", "86.15%"):
        assert told in result.stdout
    assert "deviation-reason-missing" not in result.stdout
    assert "[deviation-reason-missing]" in run("evaluate", SUINING, "--codes").stdout
    assert result.stderr == ""


def test_output_in_a_pipe_has_no_colour() -> None:
    """Where no terminal reads, nothing but text is written."""
    assert "\x1b" not in run("evaluate", SUINING).output


def test_strict_makes_findings_to_correct_count() -> None:
    """Findings of severity error turn the exit status to 1 only when that is asked for."""
    assert run("evaluate", "--strict", SUINING).exit_code == 1


def test_json_holds_exact_numbers() -> None:
    """JSON keeps the keys in their order and the numbers exact, and so does reading it back."""
    result = run("evaluate", "--format", "json", SUINING)
    told: dict[str, Any] = simplejson.loads(result.stdout, use_decimal=True)
    assert list(told)[:5] == ["format", "catalogue", "engine", "submission", "organisation"]
    assert (told["score"], told["grade"], told["claimed_score"]) == (Decimal("95.0"), "优秀", 93)


def test_the_same_file_gives_the_same_bytes() -> None:
    """Evaluating twice writes the same JSON."""
    assert run("evaluate", "--format", "json", SUINING).stdout == run("evaluate", "--format", "json", SUINING).stdout


def test_a_dash_reads_standard_input() -> None:
    """``-`` scores what comes in, to the same result as the file."""
    result = run("evaluate", "--format", "json", "-", stdin=SUINING.read_bytes())
    assert result.exit_code == 0
    assert json.loads(result.stdout)["score"] == 95


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "document-empty"),
        (b"\xff\xfe\x00", "file-not-utf8"),
        (b"a:\n\tb: 1\n", "yaml-tab"),
        (b"organisation: x\nfiscal_year: 2024\n", "catalogue-not-named"),
        (b"organisation: x\nfiscal_year: 2024\ncatalogue: no-such@1\n", "edition-missing"),
    ],
)
def test_bad_input_is_told_with_its_code(content: bytes, code: str) -> None:
    """What cannot be scored is a problem on standard error and exit status 2, never a traceback."""
    result = run("evaluate", "-", stdin=content)
    assert result.exit_code == 2
    assert f"[{code}]" in result.stderr
    assert result.stdout == ""


def test_an_edition_that_is_not_there_is_told_with_its_submission(tmp_path: Path) -> None:
    """Among several submissions it is clear which one names it; one named on the command line has no such place."""
    file = variant(tmp_path, "甲局.yaml", "suining-department@2024", "suining-department@2023")
    assert f"{file}:4:1: error: " in run("evaluate", file).stderr
    assert run("evaluate", file, "--catalogue", "suining-department@2022").stderr.startswith("error: ")


def test_a_missing_file_is_a_problem() -> None:
    """A file that is not there is told as such."""
    result = run("evaluate", "no-such-file.yaml")
    assert result.exit_code == 2
    assert "no-such-file.yaml" in result.stderr
    assert "[file-missing]" in result.stderr


def test_all_problems_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    """A misspelt key and a text in place of a number are told together, each with its line and what to write."""
    text = (
        SUINING.read_text("utf-8")
        .replace("organisation:", "organization:", 1)
        .replace("fiscal_year: 2024", "fiscal_year: 二四", 1)
    )
    file = tmp_path / "bad.yaml"
    file.write_text(text, "utf-8")
    result = run("evaluate", file)
    assert result.exit_code == 0
    told = "".join(result.stdout.split())
    assert f"{file.name}:5:1：未知的键`organization`（是否应为`organisation`）" in told
    assert f"{file.name}:6:14：`二四`不是数" in told


def test_what_cannot_be_read_and_what_does_not_fit_are_told_together(tmp_path: Path) -> None:
    """A misspelt key, an unknown indicator and a sum that is wrong do not hide one another."""
    file = tmp_path / "all.yaml"
    text = SUINING.read_text("utf-8")
    text = text.replace("claimed_score: 8\n", "claimed_scroe: 8\n").replace(
        "indicator: 预算执行率", "indicator: 预算执行律"
    )
    file.write_text(text.replace("points: 10\n", "points: 11\n", 1), encoding="utf-8")
    result = run("evaluate", "--format", "json", file)
    assert (result.exit_code, run("evaluate", "--strict", file).exit_code) == (0, 1)
    told = simplejson.loads(result.stdout)
    assert {found["code"] for found in told["problems"]} == {"unknown-key", "entry-unknown", "section-points-sum"}
    assert told["score"] is None


def test_messages_come_in_english_too() -> None:
    """``--lang en`` words problems and frame in English; codes stay."""
    assert "there is no file" in run("evaluate", "--lang", "en", "nowhere.yaml").stderr
    assert "claimed score" in run("evaluate", "--lang", "en", SUINING).stdout


def test_the_ending_of_the_output_chooses_the_format(tmp_path: Path) -> None:
    """``-o`` writes the report to a file, in the format that its ending names, and nothing to standard output."""
    for name, beginning in (("a.html", "<!doctype html>"), ("a.md", "# "), ("a.json", "{"), ("a.txt", "绥宁县")):
        result = run("evaluate", SUINING, "-o", tmp_path / name)
        assert (result.exit_code, result.stdout) == (0, "")
        assert (tmp_path / name).read_text("utf-8").startswith(beginning)


def test_an_output_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file in place of the output's folder is a message, not a traceback."""
    (tmp_path / "file").write_text("", "utf-8")
    result = run("evaluate", SUINING, "-o", tmp_path / "file" / "report.html")
    assert result.exit_code != 0
    assert "report.html" in result.stderr


def test_another_edition_can_be_chosen() -> None:
    """``--catalogue`` wins over the submission's own; one that does not exist is a problem."""
    assert run("evaluate", "--catalogue", "suining-department@2024", SUINING).exit_code == 0
    result = run("evaluate", "--catalogue", "suining-departmet@2024", SUINING)
    assert result.exit_code == 2
    assert "suining-department@2024" in result.stderr


@pytest.fixture
def several(tmp_path: Path) -> tuple[Path, list[Path]]:
    """Give two good submissions, the better one last, and a bad one between them."""
    low = variant(tmp_path, "甲局.yaml", "actual: 95%", "actual: 50%")
    bad = tmp_path / "乙局.yaml"
    bad.write_text("organisation: 乙局\nfiscal_year: 今年\n", "utf-8")
    return tmp_path, [low, bad, variant(tmp_path, "丙局.yaml")]


def test_several_submissions_are_summed_up(several: tuple[Path, list[Path]]) -> None:
    """Several files give one table, best first; a bad one is named with its problems and does not stop the others."""
    _, files = several
    result = run("evaluate", *files)
    assert result.exit_code == 2
    assert result.stdout.index("95.0") < result.stdout.index("90.5")
    assert "乙局.yaml" in result.stdout
    assert "乙局.yaml:2:14:" in result.stderr


@pytest.mark.parametrize(
    ("shape", "ending"), [("html", "html"), ("markdown", "md"), ("json", "json"), ("table", "txt")]
)
def test_a_folder_gets_a_report_for_each_and_an_index(
    several: tuple[Path, list[Path]], shape: str, ending: str
) -> None:
    """``-o folder`` holds one report a submission and an index that links to them and names what failed."""
    folder, files = several
    out = folder / "out"
    assert run("evaluate", *files, "--format", shape, "-o", out).exit_code == 2
    assert {file.name for file in out.iterdir()} == {f"甲局.{ending}", f"丙局.{ending}", f"index.{ending}"}
    assert "乙局.yaml" in (out / f"index.{ending}").read_text("utf-8")


def test_reports_of_files_with_one_name_are_kept_apart(tmp_path: Path) -> None:
    """Two submissions of the same file name in different folders give two reports."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        variant(tmp_path / folder, "index.yaml")
    run(
        "evaluate",
        tmp_path / "a" / "index.yaml",
        tmp_path / "b" / "index.yaml",
        "--format",
        "json",
        "-o",
        tmp_path / "out",
    )
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"index.json", "index-2.json", "index-3.json"}


def test_several_results_are_one_json_document(several: tuple[Path, list[Path]]) -> None:
    """With ``--format json`` each file has its result or its problems, in the order given."""
    _, files = several
    told = json.loads(run("evaluate", "--format", "json", *files).stdout)["submissions"]
    assert [entry["file"] for entry in told] == [str(file) for file in files]
    assert [sorted(entry) for entry in told] == [["file", "result"], ["file", "problems"], ["file", "result"]]


def test_check_finds_nothing_wrong_with_what_is_shipped() -> None:
    """Every shipped edition passes the checker."""
    result = run("check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "suining-department" in result.stdout


def test_check_tells_each_problem_with_its_place(tmp_path: Path) -> None:
    """A misspelt key is told with file, line, column, caret and suggestion, and the exit status is 1."""
    file = tmp_path / "1.yaml"
    file.write_text('evalrules: 1\nid: a\nedition: "1"\ntitel: 甲\n', "utf-8")
    result = run("check", file)
    assert result.exit_code == 1
    assert f"{file}:4:1:" in result.stderr
    assert "`title`" in result.stderr


@pytest.mark.parametrize("subject", SUBJECTS)
def test_schema_is_json_schema(subject: str) -> None:
    """Each document's schema is written as JSON that names its draft."""
    result = run("schema", subject)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["$schema"].endswith("2020-12/schema")


def test_help_names_every_command() -> None:
    """The help page lists the commands and is in Chinese unless English is asked for."""
    result = run("--help")
    assert result.exit_code == 0
    for name in COMMANDS:
        assert name in result.stdout

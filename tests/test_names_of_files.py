"""Who may name a file: the caller; what others wrote, forms, editions and results, names editions and parts only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import evalrules
import evalrules._edition.read as reading
from editions import edition
from evalrules._cli.commands import root
from evalrules._documents import Problems
from evalrules._edition.find import Library
from evalrules._edition.read import read_edition
from evalrules._problems import is_unseen, visible

ROOT = Path(__file__).parent.parent
SUINING = ROOT / "examples" / "suining-2024.yaml"
BODY = """\
sections:
  甲:
    points: 10
    target: 100%
    unit: "%"
    scoring: 比例得分
"""


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVALRULES_LANG", "zh")


def run(*arguments: object) -> Result:
    """Run the command as a user would, and let any exception through."""
    return CliRunner().invoke(root, [str(argument) for argument in arguments], catch_exceptions=False)


def form(folder: Path, catalogue: str) -> Path:
    """Write a form that names this edition."""
    file = folder / "form.yaml"
    file.write_text(f"catalogue: {catalogue}\norganisation: 甲\nfiscal_year: 2024\n", "utf-8")
    return file


# ---- a form names an edition -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["/etc/passwd", "./sample/1.yaml", "sample/1.yaml", "../x.yaml", "a.yaml", "x/y"])
def test_path_in_a_form_is_never_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Neither by the command nor by the functions; what lies there is not shown."""
    monkeypatch.chdir(tmp_path)
    edition(tmp_path, BODY)
    (tmp_path / "a.yaml").write_text("secret: 1", "utf-8")
    told = run("evaluate", form(tmp_path, name))
    assert told.exit_code == 2
    assert "[edition-name]" in told.stderr
    assert "root:" not in told.output
    assert "secret" not in told.output
    submission = evalrules.load_submission(form(tmp_path, name))
    assert submission.catalogue is None
    assert [(found.code, found.path) for found in submission.problems] == [("edition-name", "catalogue")]


def test_file_in_the_current_folder_takes_the_name_of_no_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sends a form may send an edition beside it; a name is found in the library all the same."""
    monkeypatch.chdir(tmp_path)
    false = (
        (ROOT / "catalogue" / "suining-department" / "2024.yaml").read_text("utf-8").replace("总分 > 90", "总分 > 95")
    )
    (tmp_path / "suining-department@2024").write_text(false, "utf-8")
    (tmp_path / "suining-department").mkdir()
    (tmp_path / "suining-department" / "catalogue.yaml").write_text(false, "utf-8")
    real = evalrules.load_catalogue("suining-department@2024")
    assert real.digest != evalrules.load_catalogue(tmp_path / "suining-department@2024").digest
    assert evalrules.load_catalogue("suining-department", fiscal_year=2024).digest == real.digest
    for given_name in ("suining-department@2024", "suining-department"):
        told = run("evaluate", "--format", "json", variant(tmp_path, given_name))
        assert real.digest in told.stdout


def variant(folder: Path, name: str) -> Path:
    """Write the example so that it names this edition."""
    file = folder / "example.yaml"
    file.write_text(SUINING.read_text("utf-8").replace("suining-department@2024", name, 1), "utf-8")
    return file


# ---- names that no file can have -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x" * 300, "x" * 300 + "@1", "a\0b", "x@" + "1" * 300, "甲" * 200, "a/" + "b" * 300])
def test_edition_that_no_file_can_hold_is_missing(tmp_path: Path, name: str) -> None:
    """As an argument, in a form and in ``uses``: a problem, never an error of the system."""
    with pytest.raises(evalrules.CatalogueError):
        evalrules.load_catalogue(name)
    with pytest.raises(evalrules.CatalogueError):
        evalrules.load_catalogue(Path(name))
    for command in ("check", "test", "explain", "release"):
        assert run(command, name, *(["甲"] if command == "explain" else [])).exit_code == 1
    assert run("evaluate", SUINING, "--catalogue", name).exit_code == 2
    assert run("evaluate", name).exit_code == 2
    shown = name.replace("\0", "\\0")
    assert run("evaluate", form(tmp_path, f'"{shown}"')).exit_code == 2
    file = tmp_path / "sample" / "1.yaml"
    file.parent.mkdir()
    file.write_text(f'evalrules: 1\nid: sample\nedition: "1"\ntitle: 甲\nuses: ["{shown}"]\n', "utf-8")
    assert run("check", file).exit_code == 1


@pytest.mark.parametrize("part", ["a\\0b.yaml", "x" * 300, "/etc/passwd", "../../secret.yaml", "link.yaml", "."])
def test_parts_stay_inside_the_folder_of_their_edition(tmp_path: Path, part: str) -> None:
    """By no name and by no link does a part lead elsewhere."""
    (tmp_path / "secret.yaml").write_text("secret: 1", "utf-8")
    home = tmp_path / "sample" / "1"
    home.mkdir(parents=True)
    (home / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (home / "catalogue.yaml").write_text(
        f'evalrules: 1\nid: sample\nedition: "1"\ntitle: 甲\nparts: ["{part}"]\n', "utf-8"
    )
    codes = {found.code for found in read_edition(home)[1]}
    assert codes & {"part-outside", "part-missing"}
    assert "unknown-key" not in codes


def test_part_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    """And told: a thousand names of one large part cost no more than one."""
    home = tmp_path / "sample" / "1"
    home.mkdir(parents=True)
    (home / "a.yaml").write_text(BODY, "utf-8")
    head = 'evalrules: 1\nid: sample\nedition: "1"\ntitle: 甲\npoints: 10\nuses: [standard-methods@1]\n'
    (home / "catalogue.yaml").write_text(f"{head}parts: [{', '.join(['a.yaml'] * 3)}]\n", "utf-8")
    assert [found.code for found in read_edition(home)[1]] == ["part-twice", "part-twice"]


# ---- the search path -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["check", "test"])
@pytest.mark.parametrize("state", ["missing", "empty"])
def test_search_path_that_leads_nowhere_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, state: str
) -> None:
    """With a typing error in ``EVALRULES_PATH`` not all editions were seen: all that were asked for are not sound."""
    folder = tmp_path / "catalog"
    if state == "empty":
        folder.mkdir()
    monkeypatch.setenv("EVALRULES_PATH", str(folder))
    monkeypatch.setattr("evalrules._edition.find.shipped_folder", lambda: ROOT / "tests" / "none")
    told = run(command)
    assert told.exit_code == 1
    assert f"[path-folder-{state}]" in told.stderr
    assert str(folder) in told.stderr


def test_search_path_that_leads_nowhere_stops_no_edition_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told, and what was asked for by name is checked."""
    monkeypatch.setenv("EVALRULES_PATH", "/none/such")
    told = run("check", "standard-methods@1")
    assert told.exit_code == 0
    assert told.stderr.count("[path-folder-missing]") == 1


def test_folder_that_may_not_be_looked_into_holds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No permission is no error of ours."""

    def refuse(_: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert Library((tmp_path,)).editions() == ()


# ---- copies of an edition --------------------------------------------------------------------------------------------


def test_copies_that_mean_the_same_are_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy with another layout is the same edition; one that means something else makes the name ambiguous."""
    for name in "ab":
        (tmp_path / name).mkdir()
    edition(tmp_path / "a", BODY)
    edition(tmp_path / "b", "# 抄件\n" + BODY.replace("100%", "100.0%"))
    monkeypatch.setenv("EVALRULES_PATH", os.pathsep.join(str(tmp_path / name) for name in "ab"))
    assert evalrules.load_catalogue("sample@1").name == "sample@1"
    edition(tmp_path / "b", BODY.replace("100%", "99%"))
    with pytest.raises(evalrules.CatalogueError) as caught:
        evalrules.load_catalogue("sample@1")
    assert [found.code for found in caught.value.problems] == ["edition-ambiguous"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("≥ 90%", "≥ 90.0%"), ("≥ 90%", "≥90.00%"), ("≥ 90%", ">= ９０％"), ("100%", "100.0%"), ("≥ 5人", "≥ 5.0人")],
)
def test_target_with_more_digits_is_the_same_target(one: str, other: str) -> None:
    """How a number is written is no part of its meaning."""
    digests = {evalrules.load_catalogue(mapping(target)).digest for target in (one, other)}
    assert len(digests) == 1


def mapping(target: str) -> dict[str, object]:
    """Give an edition with this target."""
    unit = "人" if "人" in target else "%"
    row = {"points": 10, "unit": unit, "target": target, "scoring": "比例得分"}
    head = {"evalrules": 1, "id": "a", "edition": "1", "title": "甲", "points": 10, "uses": ["standard-methods@1"]}
    return {**head, "sections": {"甲": row}}


# ---- release ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["sample.yaml", "other/1.yaml", "sample/2.yaml", "sample/x.yaml"])
def test_release_writes_only_where_the_library_of_the_edition_is(tmp_path: Path, place: str) -> None:
    """An edition in any other place is not released, and nothing is written anywhere."""
    edition(tmp_path, BODY)
    inner = tmp_path / "inner" / place
    inner.parent.mkdir(parents=True)
    (tmp_path / "sample" / "1.yaml").rename(inner)
    before = sorted(tmp_path.rglob("*"))
    told = run("release", inner)
    assert told.exit_code == 1
    assert "release-without-library" in told.stderr
    assert sorted(tmp_path.rglob("*")) == before


RELEASING = """
import sys
from pathlib import Path
from typing import Any
from evalrules._cli import main
main()
"""


@pytest.mark.slow
def test_eight_releases_at_once_lose_none(tmp_path: Path) -> None:
    """Each waits for the others, and every digest is recorded."""
    for number in range(8):
        edition(tmp_path, BODY)
        text = (tmp_path / "sample" / "1.yaml").read_text("utf-8")
        home = tmp_path / "catalogue" / f"sample-{number}"
        home.mkdir(parents=True)
        (home / "1.yaml").write_text(text.replace("id: sample", f"id: sample-{number}"), "utf-8")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", RELEASING, "release", tmp_path / "catalogue" / f"sample-{number}" / "1.yaml"]
        )
        for number in range(8)
    ]
    assert [process.wait() for process in processes] == [0] * 8
    recorded = (tmp_path / "catalogue" / "releases.yaml").read_text("utf-8")
    assert [f"sample-{number}@1: sha256:" in recorded for number in range(8)] == [True] * 8


LIMITED = """
import resource
from evalrules._cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
main()
"""


def test_release_on_a_full_disk_keeps_the_record(tmp_path: Path) -> None:
    """What was released before stays released, byte for byte."""
    edition(tmp_path, BODY)
    assert run("release", tmp_path / "sample" / "1.yaml").exit_code == 0
    recorded = (tmp_path / "releases.yaml").read_bytes()
    text = (tmp_path / "sample" / "1.yaml").read_text("utf-8")
    (tmp_path / "sample" / "2.yaml").write_text(text.replace('edition: "1"', 'edition: "2"'), "utf-8")
    command = [sys.executable, "-c", LIMITED, "release", str(tmp_path / "sample" / "2.yaml")]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 3
    assert b"[output-disk-full]" in done.stderr
    assert (tmp_path / "releases.yaml").read_bytes() == recorded


# ---- what a name may do to a terminal --------------------------------------------------------------------------------

HOSTILE = "a\x1b[31m\u202eb\u200b\x07"


@pytest.mark.parametrize("command", ["check", "test", "explain", "evaluate", "release", "replay", "diff"])
def test_name_of_a_file_reaches_the_terminal_as_codes_only(tmp_path: Path, command: str) -> None:
    """Escape sequences, direction and invisible characters are shown and do nothing."""
    file = tmp_path / f"{HOSTILE}.yaml"
    file.write_text(f'evalrules: 1\nid: a\nedition: "1"\ntitle: 甲\n{BODY}', "utf-8")
    more: dict[str, list[object]] = {"explain": ["甲"], "replay": [SUINING], "diff": [file]}
    told = run(command, file, *more.get(command, []))
    assert "\\x1b[31m\\u202eb\\u200b" in told.output
    assert not [character for character in told.output if is_unseen(character) and character != "\n"]


@pytest.mark.parametrize(
    "arguments", [[HOSTILE], ["check", f"--{HOSTILE}"], ["schema", HOSTILE], ["replay", "a", "b", HOSTILE]]
)
def test_wrong_use_repeats_no_control_character(arguments: list[str]) -> None:
    """What is wrong with the arguments is told without what they would do to the terminal."""
    told = run(*arguments)
    assert told.exit_code == 2
    assert not [character for character in told.output if is_unseen(character) and character != "\n"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_visible_text_hides_nothing(text: str) -> None:
    """Whatever stood in a text, what is shown can be seen; what could be seen stays."""
    shown = visible(text)
    assert not any(map(is_unseen, shown))
    if not any(is_unseen(character) for character in text):
        assert shown == text


# ---- editions that use each other ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sample", "sample@1"])
@pytest.mark.parametrize("copies", [1, 2])
def test_edition_on_the_way_to_itself_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, copies: int
) -> None:
    """With and without its edition in the name; of copies nobody can tell whether they mean the same."""
    for number in range(copies):
        file = tmp_path / str(number) / "sample" / "1.yaml"
        file.parent.mkdir(parents=True)
        file.write_text(f'evalrules: 1\nid: sample\nedition: "1"\ntitle: 甲\nuses: [{name}]\n{"#" * number}', "utf-8")
    monkeypatch.setenv("EVALRULES_PATH", os.pathsep.join(str(tmp_path / str(number)) for number in range(copies)))
    expected = "uses-circle" if copies == 1 else "edition-ambiguous"
    assert [found.code for found in read_edition("sample@1")[1]] == [expected]


def test_edition_that_calls_itself_otherwise_is_read_once(tmp_path: Path) -> None:
    """A file that says another name than it lies under, and uses the one it lies under, is told as a circle."""
    file = tmp_path / "a" / "1.yaml"
    file.parent.mkdir()
    file.write_text('evalrules: 1\nid: b\nedition: "1"\ntitle: 甲\nuses: [a@1]\n', "utf-8")
    codes = {found.code for found in read_edition("a@1", library=Library((tmp_path,)))[1]}
    assert codes == {"uses-circle"}


def test_editions_that_many_use_are_read_once_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve editions, each using the next two, are twelve files to read."""
    for number in range(12):
        file = tmp_path / f"a-{number}" / "1.yaml"
        file.parent.mkdir()
        uses = ", ".join(f"a-{number + more}@1" for more in (1, 2) if number + more < 12)
        file.write_text(f'evalrules: 1\nid: a-{number}\nedition: "1"\ntitle: 甲\nuses: [{uses}]\n', "utf-8")
    read: list[Path] = []
    whole = reading.read_whole

    def noted(path: Path, problems: Problems) -> Any:
        read.append(path)
        return whole(path, problems)

    monkeypatch.setattr(reading, "read_whole", noted)
    read_edition("a-0@1", library=Library((tmp_path,)))
    assert len(read) == 12

"""Whatever is written in the place of an argument or after an option, of every command that there is."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from evalrules._cli.commands import COMMANDS, root
from evalrules._problems import visible

EDITION = """\
evalrules: 1
id: sample
edition: "{edition}"
title: 示例
uses: [standard-methods@1]
rounding: {{places: 1, mode: half_up}}
points: 10
grades: {{优: 总分 ≥ 8, 差: otherwise}}
sections:
  产出:
    points: 10
    indicators:
      甲: {{points: 10, unit: "%", scoring: 比例得分, target: ≥ 90%}}
"""
FORM = "organisation: 某单位\nfiscal_year: 2024\nentries:\n- {indicator: 甲, actual: 80%}\n"
HOSTILE = {
    "long": "字" * 300,
    "NUL": "a\0b",
    "empty": "",
    "here": ".",
    "above": "..",
    "folder": "empty",
    "bytes": os.fsdecode(b"a\xff\x80.yaml"),
    "no encoding": "\ud800",
    "number": "9" * 5000,
    "escapes": "\x1b[31m\u202e甲",
    "lines": "a\nb: c",
    "through a file": "form.yaml/x.docx",
    "not there": "没有/这个.xlsx",
    "pipe": "pipe",
}
NO_NUMBERS = ("nan", "inf", "1e999")
SOUND = {
    "evaluate": ["form.yaml", "--catalogue=sample/1.yaml"],
    "read": ["form.csv", "--catalogue=sample/1.yaml"],
    "sample": ["form.yaml", "--catalogue=sample/1.yaml", "--seed=1"],
    "replay": ["result.json", "form.yaml", "--catalogue=sample/1.yaml"],
    "diff": ["sample/1.yaml", "sample/2.yaml"],
    "impact": ["sample/1.yaml", "sample/2.yaml", "form.yaml"],
    "explain": ["sample/1.yaml", "甲"],
    "form": ["sample/1.yaml", "--output=blank.docx"],
    "new": ["x@1", "--from=sample/1.yaml"],
    "plugin new": ["bureau"],
    "release": ["sample/1.yaml"],
    "workbench": ["empty", "--no-open"],
    "check": ["sample/1.yaml"],
    "test": ["sample/1.yaml"],
    "prove": ["sample/1.yaml"],
    "lsp": [],
    "plugins": [],
    "schema": [],
}
"""Of each command how it is called where nothing is wrong; one of its words is then exchanged."""


def commands(of: click.Group = root, above: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Give every command with its subcommands, by what is written for it."""
    context = click.Context(of)
    for name in of.list_commands(context):
        found = of.get_command(context, name)
        if isinstance(found, click.Group):
            yield from commands(found, (*above, name))
        elif found is not None:
            yield " ".join((*above, name)), found


COMMAND = dict(commands())
ONCE = ("language", "no_plugin")
"""Options that one function reads for every command: one command is enough."""


def places() -> Iterator[tuple[str, click.Parameter]]:
    """Give every argument and every option that takes a value, with its command."""
    met = set()
    for name, one in COMMAND.items():
        for param in one.params:
            if not getattr(param, "is_flag", False) and param.name not in met:
                yield name, param
            met |= {param.name} & {*ONCE}


@pytest.fixture(autouse=True)
def _at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVALRULES_LANG", "zh")
    monkeypatch.delenv("EVALRULES_PATH", raising=False)
    for serves in ("uvicorn.Server.run", "pygls.lsp.server.LanguageServer.start_io"):
        monkeypatch.setattr(serves, lambda *_, **__: None)
    monkeypatch.setattr("socket.create_server", lambda *_: _Listening())


class _Listening:
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...
    def getsockname(self) -> tuple[str, int]:
        return ("127.0.0.1", 1)


def run(*arguments: str) -> Result:
    """Run the command as a user would, and let any exception through; nothing stands on standard input."""
    return CliRunner().invoke(root, arguments, catch_exceptions=False)


def lay_out(folder: Path) -> None:
    """Put into a folder what the sound calls name."""
    (folder / "empty").mkdir(parents=True)
    (folder / "sample").mkdir()
    for edition in "12":
        (folder / "sample" / f"{edition}.yaml").write_text(EDITION.format(edition=edition), "utf-8")
    (folder / "form.yaml").write_text(FORM, "utf-8")
    (folder / "form.csv").write_text("单位：某单位\n三级指标,指标值,完成值,分值,得分\n甲,≥90%,80%,10,9\n", "utf-8")
    os.mkfifo(folder / "pipe")


def calls(name: str, param: click.Parameter, value: str) -> list[str]:
    """Give the sound call with one thing exchanged: the option, or the argument at its place."""
    words = SOUND[name]
    if isinstance(param, click.Option):
        option = max(param.opts, key=len)
        kept = [word for word in words if word.partition("=")[0] not in param.opts]
        return [*name.split(), *kept, f"{option}={value}"]
    place = [other.name for other in COMMAND[name].params if isinstance(other, click.Argument)].index(param.name)
    arguments = [word for word in words if not word.startswith("-")]
    exchanged = [*arguments[:place], value, *arguments[place + 1 :]]
    return [*name.split(), *(word for word in words if word.startswith("-")), "--", *exchanged]


@pytest.mark.parametrize("name", COMMAND)
def test_sound_call_is_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """What the other test exchanges one word of has nothing wrong with it, or it would try nothing."""
    lay_out(tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    run("evaluate", "form.yaml", "--catalogue=sample/1.yaml", "--output=result.json")
    done = run(*name.split(), *SOUND[name])
    assert (done.exit_code, "error" in done.stderr) == (0, False), done.output
    assert {word for one in COMMAND for word in one.split()[:1]} == set(COMMANDS)


@pytest.mark.parametrize(("name", "param"), [*places()], ids=lambda each: getattr(each, "name", each))
def test_anything_may_stand_in_any_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, param: click.Parameter
) -> None:
    """The command ends with a status that it knows; where that is not 0, it says what is wrong and with which word."""
    lay_out(tmp_path / "a" / "sound")
    monkeypatch.chdir(tmp_path / "a" / "sound")
    if "result" in {each.name for each in COMMAND[name].params}:
        run("evaluate", "form.yaml", "--catalogue=sample/1.yaml", "--output=result.json")
    for number, value in enumerate(
        (*HOSTILE.values(), *(("nan", "inf", "1e999") if "Range" in repr(param.type) else ()))
    ):
        here = tmp_path / "a" / str(number)
        shutil.copytree("../sound", here, copy_function=_copied)
        monkeypatch.chdir(here)
        done = run(*calls(name, param, value))
        assert done.exit_code in {0, 1, 2, 3}
        assert "Traceback" not in done.output
        if done.exit_code:
            assert _is_named(done.stderr, param, value), (value[:20], done.exit_code, done.stderr)
            assert not re.search(r"(?i)\b(is|not|does|invalid|must|errno)\b", _without(done.stderr, value)), done.stderr
        monkeypatch.chdir("../sound")
        shutil.rmtree(here)


def _copied(one: str, other: str) -> Any:
    return shutil.copy2(one, other) if Path(one).is_file() else os.mkfifo(other)


def _is_named(told: str, param: click.Parameter, value: str) -> bool:
    """Tell whether a message says what it is about: the value as it can be shown, or the place where it stands."""
    places = [*param.opts, str(getattr(param, "metavar", "") or "")]
    if param.name in {"forms", "submissions"} and value in {HOSTILE["here"], HOSTILE["above"]}:
        return ".yaml" in told  # what is wrong is wrong with the files in the folder
    return (bool(value) and visible(value) in told) or any(each in told for each in places)


def _without(told: str, value: str) -> str:
    return re.sub(r"\[[a-z-]+\]", "", told.replace(value, "") if value else told)


@pytest.mark.parametrize("where", ["evaluate", "sample", "read", "impact", "--review", "--results", "--baseline"])
def test_folder_without_forms_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """Where forms are wanted, an empty folder and one that holds only our own reports are no silent nothing."""
    lay_out(tmp_path / "a")
    monkeypatch.chdir(tmp_path / "a")
    Path("empty/~$form.docx").touch()
    for folder in ("empty", "reports") if where in {"evaluate", "sample", "--results"} else ("empty",):
        run("evaluate", "form.yaml", "--catalogue=sample/1.yaml", "--output=reports/a.xlsx")
        command = "evaluate" if where.startswith("-") else where
        words = [folder if word.startswith("form.") else word for word in SOUND[command]]
        done = run(*([command, *SOUND[command], where, folder] if where.startswith("-") else [command, *words]))
        assert (done.exit_code, "[folder-without-files]" in done.stderr) == (2, True), done.output


def test_folder_that_is_no_edition_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever names the folder of the editions learns what to name."""
    lay_out(tmp_path / "a")
    monkeypatch.chdir(tmp_path / "a")
    done = run("check", "sample")
    assert (done.exit_code, "[edition-folder]" in done.stderr) == (1, True)


def test_dash_reads_an_edition_or_a_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of every kind: the text of an edition, of a form, and what is in a Word file."""
    lay_out(tmp_path / "a")
    monkeypatch.chdir(tmp_path / "a")
    edition, form = (Path(name).read_bytes() for name in ("sample/1.yaml", "form.yaml"))
    paper = (Path(__file__).parent.parent / "examples" / "suining-2024.docx").read_bytes()
    for content, words in (
        (edition, ["check", "-"]),
        (edition, ["explain", "-", "甲"]),
        (edition, ["evaluate", "form.yaml", "--catalogue=-"]),
        (form, ["evaluate", "-", "--catalogue=sample/1.yaml"]),
        (form, ["evaluate", "-", "--catalogue=sample/1.yaml", "--output=result.json"]),
        (form, ["impact", "sample/1.yaml", "sample/2.yaml", "-"]),
        (form, ["replay", "result.json", "-", "--catalogue=sample/1.yaml"]),
        (paper, ["evaluate", "-", "--catalogue=suining-department@2024"]),
        (paper, ["read", "-"]),
    ):
        done = CliRunner().invoke(root, words, input=content, catch_exceptions=False)
        assert (done.exit_code, "error" in done.stderr) == (0, False), (words, done.output)
    wrong = CliRunner().invoke(root, ["check", "-"], input=b"\xff\xfe\x00", catch_exceptions=False)
    assert (wrong.exit_code, "[file-not-utf8]" in wrong.stderr) == (2, True)


def test_help_page_has_no_english_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an option takes, its default and its bounds are told in Chinese."""
    monkeypatch.setenv("EVALRULES_LANG", "zh")
    for name in COMMAND:
        page = run(*name.split(), "--help").stdout
        assert not re.search(r"\b(TEXT|PATH|INTEGER|FLOAT|RANGE|FILE|DIRECTORY|default|required)\b", page), page


def test_stroke_after_a_name_makes_it_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where there is one form only, as behind a pattern of names; what is one file is never written there."""
    lay_out(tmp_path / "a")
    monkeypatch.chdir(tmp_path / "a")
    sound = ["form.yaml", "--catalogue=sample/1.yaml"]
    assert run("evaluate", *sound, "-o", "reports/", "--format", "html").exit_code == 0
    assert [file.name for file in Path("reports").iterdir()] == ["form.html"]
    assert run("read", *SOUND["read"], "-o", "texts/").exit_code == 0
    assert [file.name for file in Path("texts").iterdir()] == ["form.yaml"]
    assert run("explain", "sample/1.yaml", "-o", "rules/", "--format", "html").exit_code == 3
    assert not Path("rules").exists()

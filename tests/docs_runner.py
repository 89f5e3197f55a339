"""Goes through a page of the docs as its reader would: writes its files, makes its changes, runs its commands.

What is run, in the order of the page:

- a ``yaml`` block under a line that is only a path in backticks and a colon: the whole file, written there;
- a ``diff`` block: a change of the file written last; ``diff 写错``: one that is undone after the next commands;
- a ``console`` block: commands behind ``$``, each with what it shows; a line ``…`` stands for any lines.

``python tests/docs_runner.py PAGE…`` writes what the commands show now into the pages.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from unittest.mock import patch

from attrs import define, field
from click.testing import CliRunner

from evalrules._cli.commands import root

FENCE = re.compile(
    r"(?:^(?:`(?P<path>[^`\n]+)`：)\n\n)?^```(?P<kind>[^\n]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
ANY_LINES = "…"


@define
class Reader:
    """Somebody who follows a page in a folder of their own."""

    file: Path | None = None
    before: str | None = None
    environment: dict[str, str] = field(factory=dict)

    def follow(self, fence: re.Match[str]) -> str:
        """Do what a block says, and give the block with what its commands show now."""
        kind, text = fence["kind"], fence["text"]
        if kind == "console":
            shown = "".join(self.run(command, expected) for command, expected in commands(text))
            self.undo()
            return fence[0].replace(text, shown)
        if fence["path"]:
            self.file = Path(fence["path"])
        if kind.startswith("diff"):
            self.change(text, for_now=kind != "diff")
        elif fence["path"]:
            self.write(text)
        return fence[0]

    def write(self, text: str) -> None:
        """Write the file that is worked on."""
        assert self.file is not None
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(text, "utf-8")

    def change(self, text: str, *, for_now: bool) -> None:
        """Change the file that is worked on; the lines taken away must stand in it once."""
        assert self.file is not None
        whole = self.file.read_text("utf-8")
        lines = text.splitlines(keepends=True)
        old, new = ("".join(line[1:] for line in lines if line[0] in signs) for signs in (" -", " +"))
        assert whole.count(old) == 1, f"{self.file} has {whole.count(old)} times:\n{old}"
        self.before = whole if for_now else None
        self.write(whole.replace(old, new))

    def undo(self) -> None:
        """Take back a change that was made for now."""
        if self.before is not None:
            self.write(self.before)
            self.before = None

    def run(self, command: str, expected: str) -> str:
        """Run a command; give it with what is expected of it where that fits, else with what it shows."""
        output = self._output(command.removeprefix("$ "))
        return f"{command}\n{expected if fits(output, expected) else output}"

    def _output(self, command: str) -> str:
        name, *arguments = shlex.split(command, comments=True)
        if name == "cp":
            shutil.copy(*arguments)
            self.file = Path(arguments[1])
        elif name == "export":
            variable, _, value = arguments[0].partition("=")
            self.environment[variable] = value
        elif name == "evalrules":
            return self._evalrules(arguments)
        elif name == "pytest":
            return self._pytest(arguments)
        else:
            raise AssertionError(command)
        return ""

    def _pytest(self, arguments: list[str]) -> str:
        """Run tests that the reader wrote; how long they took is left out."""
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
        environment = {**os.environ, **self.environment, "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
        done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8", env=environment)
        return re.sub(r"(?m) in [0-9.]+s.*$", "", done.stdout)

    def _evalrules(self, arguments: list[str]) -> str:
        target = Path(arguments[-1]) if len(arguments) > 1 and arguments[-2] == ">" else None
        with patch.dict(os.environ, self.environment):
            result = CliRunner().invoke(root, arguments[:-2] if target else arguments, catch_exceptions=False)
        if target is None:
            return result.output
        target.write_text(result.stdout, "utf-8")
        return ""


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Part a console block into commands and what each shows."""
    for found in re.finditer(r"^(\$ .*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
        yield found[1], found[2]


def fits(output: str, expected: str) -> bool:
    """Tell whether an output is what a page says."""
    parts = [re.escape(part) for part in re.split(rf"^{ANY_LINES}\n", expected, flags=re.MULTILINE)]
    return re.fullmatch("(?:.*\n)*?".join(parts), output) is not None


def followed(page: str, folder: Path) -> str:
    """Follow a page in a folder, and give it as it would have to be."""
    reader = Reader()
    with chdir(folder), patch.dict(os.environ, {"EVALRULES_LANG": "zh", "EVALRULES_NO_PLUGINS": "1"}):
        return FENCE.sub(reader.follow, page)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as place:
            Path(name).write_text(followed(Path(name).read_text("utf-8"), Path(place)), "utf-8")

"""The command ``evalrules``, which only knows its subcommands; each has the exit status that its help names."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from evalrules._cli.compare import diff, impact_command, replay
from evalrules._cli.editions import check, explain, new, prove, release, schema, test
from evalrules._cli.evaluate import evaluate
from evalrules._cli.form import form
from evalrules._cli.output import NOT_WRITTEN
from evalrules._cli.plugins import plugin, plugins
from evalrules._cli.read import read
from evalrules._cli.speech import let_go_of, said, tell
from evalrules._cli.usage import ToldGroup, group, tell_wrong_use
from evalrules._documents import OutputError, stream_problem
from evalrules._edition.find import path_problems
from evalrules._problems import Problem, chosen_language, problem
from evalrules._version import __version__

# The command itself, which only knows its subcommands.


class _Root(ToldGroup):
    def make_context(self, *given: Any, **how: Any) -> click.Context:
        """Read the arguments; what is wrong with them is told in the user's language."""
        with _use_told():
            return super().make_context(*given, **how)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a subcommand; a result that could not be written is told, with an exit status of its own."""
        tell(path_problems(), chosen_language())
        try:
            with _use_told():
                return super().invoke(ctx)
        except OutputError as refused:
            tell(refused.problems, chosen_language())
            sys.exit(NOT_WRITTEN)


@contextmanager
def _use_told() -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.ClickException as wrong:
        tell_wrong_use(wrong)
        raise click.exceptions.Exit(wrong.exit_code) from None


@group(
    cls=_Root,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=said("root"),
)
@click.version_option(__version__, prog_name="evalrules", message="%(prog)s %(version)s", help=said("version"))
def root() -> None:
    """Hold the subcommands together."""


for command in (
    check, diff, evaluate, explain, form, impact_command, new, plugin, plugins, prove, read, release, replay, schema,
    test,
):  # fmt: skip
    root.add_command(command)


def main() -> None:
    """Run the command; text that the terminal cannot show is written as codes rather than failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        root(prog_name="evalrules")
    except Exception as unexpected:  # noqa: BLE001 - the last wall: no user is left with a traceback
        _tell_at_last(unexpected)
        sys.exit(NOT_WRITTEN)


def _tell_at_last(unexpected: Exception) -> None:
    """Tell what no command dealt with: help that could not be written, or else a fault of evalrules itself."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            let_go_of(stream)
    tell([_last_problem(unexpected)], chosen_language())


def _last_problem(unexpected: Exception) -> Problem:
    frames = traceback.extract_tb(unexpected.__traceback__)
    package = Path(__file__).parent.parent
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(package)]
    if isinstance(unexpected, OSError) and Path(click.__file__).parent in Path(frames[-1].filename).parents:
        return stream_problem(unexpected)
    places = (f"{Path(frame.filename).relative_to(package).as_posix()}:{frame.lineno}" for frame in own[-3:])
    fault = f"{type(unexpected).__name__}: {unexpected}"
    return problem("fault-of-evalrules", None, place=" → ".join(places), fault=fault, version=__version__)


__all__ = ["main"]

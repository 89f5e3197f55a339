"""The commands by name; each is imported when it is asked for, and has the exit status that its help names."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from evalrules._cli.speech import NOT_WRITTEN, let_go_of, said, tell
from evalrules._cli.usage import LocalisedGroup, first_thought, group, tell_wrong_use
from evalrules._documents import OutputError, stream_problem
from evalrules._edition.find import path_problems
from evalrules._problems import Problem, chosen_language, problem
from evalrules._version import __version__

COMMANDS: Final = {
    "check": "editions.check",
    "diff": "compare.diff",
    "evaluate": "evaluate.evaluate",
    "explain": "editions.explain",
    "form": "form.form",
    "impact": "compare.impact_command",
    "lsp": "serving.lsp_command",
    "new": "editions.new",
    "plugin": "plugins.plugin",
    "plugins": "plugins.plugins",
    "prove": "editions.prove",
    "read": "form.read",
    "release": "editions.release",
    "replay": "compare.replay",
    "sample": "sample.sample_command",
    "schema": "editions.schema",
    "test": "editions.test",
    "workbench": "serving.workbench_command",
}
"""Where each command is made: a module beside this one, and its name there."""


class _Root(LocalisedGroup):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click asks
        """Give the names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as click asks
        """Import a command."""
        module, _, name = COMMANDS.get(cmd_name, "").partition(".")
        found: click.Command | None = getattr(import_module(f"evalrules._cli.{module}"), name) if module else None
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called; of one that there is not, click knows none that it may be."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx)
        return super().resolve_command(ctx, args)

    def thoughts(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Give the first thought of the help of each command, which is worded under its name; none is imported."""
        return [(name, first_thought(said(name))) for name in self.list_commands(ctx)]

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


def run() -> None:
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


__all__ = ["COMMANDS", "root", "run"]

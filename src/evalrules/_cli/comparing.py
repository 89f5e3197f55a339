"""What the commands share that put two editions side by side."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import Progress

from evalrules._cli.plugins_in_use import load_with_plugins
from evalrules._cli.speech import tell
from evalrules._compare.relations import Prover
from evalrules._engine import LoadedCatalogue
from evalrules._problems import CatalogueError
from evalrules._wording import Language

UNREADABLE = 2
Result = TypeVar("Result")
Told = Callable[[int, int], None]
"""Is told how many of how many are done."""


def load_both(old: str, new: str, language: Language) -> tuple[LoadedCatalogue, LoadedCatalogue]:
    """Load two editions; what is wrong with either is told and ends the command with status 2."""
    try:
        return load_with_plugins(old), load_with_plugins(new)
    except CatalogueError as refused:
        tell(refused.problems, language)
        sys.exit(UNREADABLE)


def installed_prover() -> Prover | None:
    """Give the prover where the extra ``prove`` is installed."""
    try:
        from evalrules.prove import compare_rules  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    return compare_rules


def with_progress(work: Callable[[Told], Result]) -> Result:
    """Do work that tells how far it is, with a progress bar on a terminal and none in a pipe."""
    console = Console(stderr=True)
    if not console.is_terminal:
        return work(lambda _done, _of: None)
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("")
        return work(lambda done, of: bar.update(task, completed=done, total=of))


def write_out(text: str, output: Path | None) -> None:
    """Write to the file, else to standard output."""
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, "utf-8", newline="\n")
    except OSError as refused:
        raise click.FileError(str(output), hint=refused.strerror) from refused

"""``evalrules form``: the blank form of an edition, to fill in with Word or Excel; what comes back is read exactly."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Final

import click

from evalrules._cli.output import put, shape_of
from evalrules._cli.speech import given, language_option, load_with_plugins, plugins_option, said, tell
from evalrules._cli.usage import command
from evalrules._documents import OutputError
from evalrules._problems import CatalogueError, Language, problem
from evalrules._report.blank import Blank, blank_form

_BY_SUFFIX: Final = {".docx": "docx", ".xlsx": "xlsx"}
_WRITERS: Final = {"docx": "blank_word", "xlsx": "blank_excel"}
_MOST_ROWS: Final = 50
REFUSED: Final = 1


@command(help=said("form"))
@click.argument("edition", metavar=said("meta-edition"))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help=said("form-output"))
@click.option("--year", type=click.IntRange(1990, 2199), metavar=said("meta-year"), help=said("form-year"))
@click.option("--rows", type=click.IntRange(1, _MOST_ROWS), default=3, show_default=True, help=said("form-rows"))
@plugins_option
@language_option
def form(edition: str, output: Path, year: int | None, rows: int, language: Language) -> None:
    """Lay out the blank form of an edition and write it."""
    shape = shape_of(output, None, _BY_SUFFIX, "")
    if not shape:
        raise click.BadParameter(said("form-ending"), param_hint="-o")
    try:
        catalogue = load_with_plugins(given(edition), year)
    except CatalogueError as refused:
        tell(refused.problems, language)
        sys.exit(REFUSED)
    blank = blank_form(catalogue.ruleset, year=year, rows=rows, language=language)
    put(_written(shape)(blank), output, (edition,))


def _written(shape: str) -> Callable[[Blank], bytes]:
    """Give the writer of a kind of file; without the extra that it needs, say how to install it."""
    try:
        writer: Callable[[Blank], bytes] = import_module(f"evalrules._report.{_WRITERS[shape]}").write
    except ModuleNotFoundError:
        raise OutputError([problem("format-extra-missing", None, format=shape, extra="office")]) from None
    return writer

"""``evalrules form``: the blank form of an edition, to fill in with Word or Excel; what comes back is read exactly."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Final

import click

from evalrules._cli.output import put, put_page, shape_of
from evalrules._cli.speech import given, language_option, load_with_plugins, plugins_option, said, tell, tell_once
from evalrules._cli.usage import command
from evalrules._documents import OutputError
from evalrules._edition.model import Indicator
from evalrules._engine import LoadedCatalogue, evaluate, load_submission
from evalrules._plugins.departments import contributions_of
from evalrules._problems import CatalogueError, Language, SubmissionError, problem
from evalrules._report.blank import Blank, blank_form
from evalrules._report.blocks import Document
from evalrules._report.review_sheet import review_sheet

_BY_SUFFIX: Final = {".docx": "docx", ".xlsx": "xlsx"}
_WRITERS: Final = {"docx": "blank_word", "xlsx": "blank_excel"}
_MOST_ROWS: Final = 50
REFUSED: Final = 1


@command(help=said("form"))
@click.argument("edition", metavar=said("meta-edition"))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help=said("form-output"))
@click.option("--year", type=click.IntRange(1990, 2199), metavar=said("meta-year"), help=said("form-year"))
@click.option("--rows", type=click.IntRange(1, _MOST_ROWS), default=3, show_default=True, help=said("form-rows"))
@click.option(
    "--contribution",
    "contributions",
    multiple=True,
    type=click.Path(path_type=Path),
    help=said("form-contribution"),
)
@click.option("--review", type=click.Path(path_type=Path), metavar=said("meta-form"), help=said("form-review"))
@plugins_option
@language_option
def form(
    edition: str,
    output: Path,
    year: int | None,
    rows: int,
    contributions: tuple[Path, ...],
    review: Path | None,
    language: Language,
) -> None:
    """Lay out the blank form of an edition, or the sheet for a review of a form, and write it."""
    shape = shape_of(output, None, _BY_SUFFIX, "")
    if not shape:
        raise click.BadParameter(said("form-ending"), param_hint="-o")
    try:
        catalogue = load_with_plugins(given(edition), year, contributions)
    except CatalogueError as refused:
        tell(refused.problems, language)
        sys.exit(REFUSED)
    if review is not None:
        put_page(_sheet(catalogue, review, language), shape, output, (edition, review))
        return
    own = _own(catalogue, contributions) if contributions else ()
    blank = blank_form(catalogue.ruleset, year=year, rows=rows, language=language, own=own)
    put(_written(shape)(blank), output, (edition, *contributions))


def _sheet(catalogue: LoadedCatalogue, form: Path, language: Language) -> Document:
    """Lay out the sheet for a review of a form; one that cannot be read ends the command."""
    try:
        submission = load_submission(form, catalogue=catalogue, lang=language)
    except SubmissionError as refused:
        tell(refused.problems, language)
        sys.exit(REFUSED)
    return review_sheet(evaluate(catalogue, submission), language)


def _own(catalogue: LoadedCatalogue, files: tuple[Path, ...]) -> tuple[Indicator, ...]:
    """Give the indicators that files contribute; a form is of one department, and what was refused is told."""
    read = {file.resolve() for file in files}
    brought = [one for one in contributions_of(catalogue.plugins).all if one.source.path.resolve() in read]
    departments = dict.fromkeys(one.department for one in brought)
    if len(departments) != 1 or not all(one.readable and one.department for one in brought):
        raise click.BadParameter(said("form-of-one"), param_hint="--contribution")
    (department,) = departments
    tell_once(catalogue.problems_for(department))
    indicators = catalogue.ruleset_for(department).catalogue.indicators
    return tuple(one for one in indicators if one.origin != "catalogue")


def _written(shape: str) -> Callable[[Blank], bytes]:
    """Give the writer of a kind of file; without the extra that it needs, say how to install it."""
    try:
        writer: Callable[[Blank], bytes] = import_module(f"evalrules._report.{_WRITERS[shape]}").write
    except ModuleNotFoundError:
        raise OutputError([problem("format-extra-missing", None, format=shape, extra="office")]) from None
    return writer

"""``evalrules form``, the blank form of an edition for Word or Excel, and ``evalrules read``, filled ones as YAML."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from evalrules._cli.speech import (
    edition_by,
    given,
    is_for_folder,
    language_option,
    load_with_plugins,
    machine_text,
    plugins_option,
    put,
    put_page,
    said,
    shape_of,
    tell,
    tell_once,
)
from evalrules._cli.usage import PATH, PathName, command
from evalrules._documents import OutputError, Problems, file_name, is_folder, read_stream, write_document
from evalrules._edition.model import Indicator
from evalrules._engine import LoadedCatalogue, evaluate, load_submission
from evalrules._handed_in import empty_folder, form_files, is_filled_form
from evalrules._plugins.departments import contributions_of
from evalrules._problems import CatalogueError, Language, SubmissionError, problem
from evalrules._report.blank import PrintableForm, blank_form
from evalrules._report.blocks import Document
from evalrules._report.review_sheet import review_sheet

if TYPE_CHECKING:
    from evalrules._forms.filled import EditionOf
    from evalrules._forms.mapping import FilledForm

_BY_SUFFIX: Final = {".docx": "docx", ".xlsx": "xlsx"}
_WRITERS: Final = {"docx": "blank_word", "xlsx": "blank_excel"}
_MOST_ROWS: Final = 50
REFUSED: Final = 1


@command(help=said("form"))
@click.argument("edition", metavar=said("meta-edition"))
@click.option("-o", "--output", type=PATH, required=True, help=said("form-output"))
@click.option("--year", type=click.IntRange(1990, 2199), metavar=said("meta-year"), help=said("form-year"))
@click.option("--rows", type=click.IntRange(1, _MOST_ROWS), default=3, show_default=True, help=said("form-rows"))
@click.option(
    "--contribution",
    "contributions",
    multiple=True,
    type=PathName("file"),
    help=said("form-contribution"),
)
@click.option("--review", type=PATH, metavar=said("meta-form"), help=said("form-review"))
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
    edition_read = catalogue.ruleset.catalogue
    if not edition_read.parts and not edition_read.open:
        tell([problem("edition-without-indicators", edition_read.location, title=edition_read.title)], language)
        sys.exit(REFUSED)
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


def _written(shape: str) -> Callable[[PrintableForm], bytes]:
    """Give the writer of a kind of file; without the extra that it needs, say how to install it."""
    try:
        writer: Callable[[PrintableForm], bytes] = import_module(f"evalrules._report.{_WRITERS[shape]}").write
    except ModuleNotFoundError:
        raise OutputError([problem("format-extra-missing", None, format=shape, extra="office")]) from None
    return writer


READ, WITH_PROBLEMS, NO_FORM = 0, 1, 2


@command(help=said("read"))
@click.argument("forms", nargs=-1, required=True, metavar=said("meta-forms"))
@click.option(
    "-o",
    "--output",
    type=PATH,
    help=said("read-output"),
)
@click.option("--catalogue", help=said("evaluate-catalogue"))
@plugins_option
@language_option
def read(forms: tuple[str, ...], output: Path | None, catalogue: str | None, language: Language) -> None:
    """Read forms, write them, and leave with the status that the help names."""
    problems, edition = Problems(), edition_by(catalogue)
    found: list[FilledForm] = []
    try:
        for path in forms:
            inside = [Path(path)] if path == "-" else form_files(Path(path))
            if is_folder(path):  # what is YAML already needs no reading
                inside = [file for file in inside if is_filled_form(file)]
            if not inside:
                problems.append(empty_folder(Path(path)))
            for file in inside:
                found += _found(file, problems, edition)
    except CatalogueError as refused:  # the edition that a form or the caller names
        tell(refused.problems, language)
        sys.exit(NO_FORM)
    told = (*problems, *(one for form in found for one in form.problems))
    tell(told, language)
    write(found, output, forms)
    if not found:
        sys.exit(NO_FORM)
    sys.exit(WITH_PROBLEMS if any(one.severity == "error" for one in told) else READ)


def _found(file: Path, problems: Problems, edition: EditionOf) -> Sequence[FilledForm]:
    from evalrules._forms.filled import filled_in, read_filled  # noqa: PLC0415 - no other command needs it to start

    if str(file) != "-":
        return read_filled(file, problems, edition=edition)
    content = read_stream(sys.stdin, problems)
    return () if content is None else filled_in(content, "-", problems, edition=edition)


def write(forms: Sequence[FilledForm], output: Path | None, inputs: Sequence[str]) -> None:
    """Write one form to a file or to standard output; several each to a file of a folder, or one after the other."""
    texts = [machine_text(write_document(form.content)) for form in forms]
    if output is None:
        put(b"---\n".join(texts))
    elif len(forms) == 1 and not is_for_folder(output):
        put(texts[0], output, inputs)
    else:
        for name, text in zip(_names(forms), texts, strict=True):
            put(text, output / f"{name}.yaml", inputs)


def _names(forms: Sequence[FilledForm]) -> Iterator[str]:
    """Name each form after its file, and after its project where the file holds several; no name twice."""
    files = [form.file for form in forms]
    taken: set[str] = set()
    for form in forms:
        project = form.content.get("project") if files.count(form.file) > 1 else None
        stem = file_name(f"{Path(form.file).stem} {project}" if isinstance(project, str) else Path(form.file).stem)
        names = (stem if count == 1 else f"{stem}-{count}" for count in range(1, len(forms) + 2))
        name = next(name for name in names if name.casefold() not in taken)
        taken.add(name.casefold())
        yield name

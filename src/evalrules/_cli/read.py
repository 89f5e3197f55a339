"""``evalrules read``: the forms of Word, Excel and other files as submissions in YAML, with what was not understood."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evalrules._cli.output import machine_text, put
from evalrules._cli.speech import edition_by, language_option, plugins_option, said, tell
from evalrules._cli.usage import command
from evalrules._documents import Problems, file_name, is_folder, write_document
from evalrules._handed_in import form_files
from evalrules._problems import CatalogueError, Language

if TYPE_CHECKING:
    from evalrules._forms import FilledForm

READ, WITH_PROBLEMS, NO_FORM = 0, 1, 2


@command(help=said("read"))
@click.argument("forms", nargs=-1, required=True, metavar=said("meta-forms"))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help=said("read-output"),
)
@click.option("--catalogue", help=said("evaluate-catalogue"))
@plugins_option
@language_option
def read(forms: tuple[str, ...], output: Path | None, catalogue: str | None, language: Language) -> None:
    """Read forms, write them, and leave with the status that the help names."""
    from evalrules._forms import read_filled  # noqa: PLC0415 - no other command needs it to start

    problems, edition = Problems(), edition_by(catalogue)
    files = [file for path in forms for file in form_files(Path(path))]
    try:
        found = [form for file in files for form in read_filled(file, problems, edition=edition)]
    except CatalogueError as refused:  # the edition that a form or the caller names
        tell(refused.problems, language)
        sys.exit(NO_FORM)
    told = (*problems, *(one for form in found for one in form.problems))
    tell(told, language)
    write(found, output, forms)
    if not found:
        sys.exit(NO_FORM)
    sys.exit(WITH_PROBLEMS if any(one.severity == "error" for one in told) else READ)


def write(forms: Sequence[FilledForm], output: Path | None, inputs: Sequence[str]) -> None:
    """Write one form to a file or to standard output; several each to a file of a folder, or one after the other."""
    texts = [machine_text(write_document(form.content)) for form in forms]
    if output is None:
        put(b"---\n".join(texts))
    elif len(forms) == 1 and not is_folder(output):
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

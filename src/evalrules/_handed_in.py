"""Submissions as they are handed in: files of every kind, one form or several in each, folders of them."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attrs import evolve, field

from evalrules._documents import Mapping, Problems, as_texts, decode, is_file, is_folder, read_file
from evalrules._edition.find import Library
from evalrules._edition.keys import KINDS
from evalrules._problems import Location, Phrase, Problem, SubmissionError, problem
from evalrules._submission import Submission
from evalrules._submission_reading import read_submission
from evalrules._values import frozen

if TYPE_CHECKING:
    from evalrules._forms.filled import EditionOf
    from evalrules._forms.mapping import FilledForm

_REPORT = "form-is-report"
_ENDINGS: Final = frozenset(
    f".{ending}"
    for endings in (
        ("docx", "docm", "dotx", "dotm", "doc", "dot", "wps", "wpt", "rtf", "odt", "fodt"),
        ("xlsx", "xlsm", "xltx", "xltm", "xlsb", "xls", "xlt", "et", "ett", "ods", "fods", "csv", "tsv", "txt"),
        ("htm", "html", "mht", "mhtml", "pdf", "png", "jpg", "jpeg", "bmp", "gif", "tif", "tiff"),
    )
    for ending in endings
)
_BEGINNINGS = (b"PK", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"%PDF")
_PASSED_OVER = ("~$", ".", "Thumbs.db", "desktop.ini")


def is_filled_form(path: Path) -> bool:
    """Tell a file that is read as a form, Word, Excel or other, from a text of the language: by ending or beginning."""
    if path.suffix.lower() in _ENDINGS:
        return True
    if not is_file(path):
        return False
    try:
        with path.open("rb") as file:
            return file.read(8).startswith(_BEGINNINGS)
    except OSError:
        return False


def form_files(path: Path) -> list[Path]:
    """Give the file, or those of a folder and of the folders in it by name, without office programs' lock files."""
    if not is_folder(path):
        return [path]
    files = sorted(file for file in path.rglob("*") if is_file(file))
    return [file for file in files if not any(part.startswith(_PASSED_OVER) for part in file.relative_to(path).parts)]


@frozen
class HandedIn:
    """One form of a file, ``name`` being how people call it: its submission, or why there is none."""

    name: str
    submission: Submission | None
    problems: tuple[Problem, ...] = ()
    spots: AnyMapping[str, str] = field(factory=dict)
    """Where the cell of each path is in a Word or Excel file, for programs."""

    def taken(self) -> Submission:
        """Give the submission; raises `SubmissionError` where there is none."""
        if self.submission is None:
            raise SubmissionError(self.problems)
        return self.submission

    @property
    def is_report(self) -> bool:
        """Whether it is a report of ours, which runs over folders pass over."""
        return [found.code for found in self.problems] == [_REPORT]


def handed_in(path: Path, edition: EditionOf | None = None) -> Iterator[HandedIn]:
    """Give every form of a file, or of the files in a folder and below it, by name; what cannot be read is told.

    ``edition`` gives the edition by which a Word or Excel form is read; without one its figures have the form's words.
    In a folder, lock files and our own reports are passed over.
    """
    whole = is_folder(path)
    for file in form_files(path):
        yield from (form for form in _of_file(file, edition) if not (whole and form.is_report))


def _of_file(file: Path, edition: EditionOf | None) -> Iterator[HandedIn]:
    if not is_filled_form(file):
        try:
            yield HandedIn(str(file), read_submission(file))
        except SubmissionError as refused:
            yield HandedIn(str(file), None, refused.problems)
        return
    from evalrules._forms.filled import read_filled  # noqa: PLC0415 - of use to those alone who hand in such files

    problems = Problems()
    yield from _of_forms(str(file), read_filled(file, problems, edition=edition), problems)


def _of_forms(file: str, forms: tuple[FilledForm, ...], problems: Problems) -> Iterator[HandedIn]:
    if not forms:
        yield HandedIn(file, None, tuple(problems))
    for form in forms:
        name = file if len(forms) == 1 else f"{file} {_called(form, forms)}"
        yield HandedIn(name, submission_of(form), spots=form.spots)


def handed_in_content(content: bytes, name: str, edition: EditionOf | None = None) -> Iterator[HandedIn]:
    """Give every form of what came without a file, as `handed_in` does of one that has no ending."""
    problems = Problems()
    if content.startswith(_BEGINNINGS):
        from evalrules._forms.filled import filled_in  # noqa: PLC0415 - as above

        yield from _of_forms(name, filled_in(content, name, problems, edition=edition), problems)
        return
    text = decode(content, name, problems)
    if text is None:
        yield HandedIn(name, None, tuple(problems))
        return
    try:
        yield HandedIn(name, read_submission(f"{text}\n", name=name))
    except SubmissionError as refused:
        yield HandedIn(name, None, refused.problems)


def empty_folder(path: Path) -> Problem:
    """Tell that a folder holds nothing that a run over folders reads."""
    return problem("folder-without-files", Location(str(path)), file=path)


def _called(form: FilledForm, forms: tuple[FilledForm, ...]) -> str:
    """Name one of several forms of a file: by its project, else by its number."""
    project = form.content.get("project")
    name = project.get("name") if isinstance(project, dict) else project
    return str(name) if name else f"({forms.index(form) + 1})"


def editions_that_fit(submission: Submission, library: Library) -> tuple[str, ...]:
    """Give the names of the editions that could score a form that names none, those first that have its sections.

    They govern its fiscal year, where both say one; of a folder's editions only the beginning is looked at.
    """
    written = {entry.section.split("/")[0] for entry in submission.entries if entry.section}
    fitting: dict[str, int] = {}
    for found in library.editions():
        document = read_file(found.path, Problems())
        sections = document.get("sections") if document is not None else None
        if document is None or not isinstance(sections, Mapping):
            continue
        years = as_texts(document.get("fiscal_years"), Problems())
        if years and submission.fiscal_year and str(submission.fiscal_year) not in years:
            continue
        fitting.setdefault(found.name, len(written & {key.text for key, _ in sections.pairs}))
    most = max(fitting.values(), default=0)
    return tuple(name for name, shared in fitting.items() if shared == most)


def submission_of(form: FilledForm) -> Submission:
    """Give the submission of a form that was read, with what was told in reading it."""
    submission = read_submission(form.content, name=form.file, places=form.places)
    return evolve(submission, problems=(*form.problems, *map(_on_paper, submission.problems)))


def _on_paper(found: Problem) -> Problem:
    """Name what the head of a form lacks in words: whoever fills in a paper knows no keys."""
    titles = {key.name: key.title for key in KINDS["submission"].keys}
    key = dict(found.arguments).get("key", "")
    if found.code != "missing-key" or key not in titles:
        return found
    return problem("form-head-missing", found.location, what=Phrase(titles[key], partial(str, key.replace("_", " "))))

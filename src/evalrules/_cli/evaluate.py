"""``evalrules evaluate``: one submission in full or several side by side, and where the reports go."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from sqlite3 import DatabaseError
from typing import Final

import click
from attrs import define, evolve, field, frozen
from rich.console import Console
from rich.progress import track

from evalrules._cli.annotate import write_copies
from evalrules._cli.output import put, put_page, shape_of
from evalrules._cli.speech import (
    edition_by,
    given,
    language_option,
    load_with_plugins,
    plugins_in_use,
    plugins_option,
    said,
    tell,
    tell_once,
)
from evalrules._cli.usage import command
from evalrules._documents import (
    OutputError,
    Problems,
    decode,
    file_name,
    is_folder,
    is_same_file,
    locked,
    read_stream,
    written_whole,
)
from evalrules._edition.find import Library
from evalrules._engine import LoadedCatalogue
from evalrules._engine import evaluate as score
from evalrules._handed_in import HandedIn, editions_that_fit, form_files, handed_in
from evalrules._problems import EvalrulesError, Language, Problem, SubmissionError, listed, problem, render_problem
from evalrules._report.blocks import Document
from evalrules._report.formats import PAGES, suffixes
from evalrules._report.records import RECORDS, put_into
from evalrules._report.summary import Review, failed, summary_document
from evalrules._review import is_of, load_review
from evalrules._submission import Review as FormReview
from evalrules._submission import Submission
from evalrules._submission_reading import read_submission

# Where reports go: to standard output, to a file, or one file a submission in a folder with an index.


DATABASE: Final = "sqlite"
"""The one format that results are added to: what the file holds of others stays."""
SHAPES: Final = (*PAGES, *RECORDS, DATABASE)
_BY_SUFFIX: Final = {**suffixes(), **{f".{name}": name for name in (*RECORDS, DATABASE)}}
_SUFFIXES: Final = {name: suffix for suffix, name in _BY_SUFFIX.items()}


@frozen
class Destination:
    """Where reports go: to standard output (``path`` None), to a file or into a folder; never over what was read."""

    path: Path | None
    shape: str
    language: Language
    inputs: tuple[str, ...]
    codes: bool = False

    @property
    def is_file(self) -> bool:
        """Whether everything goes into one file, however many submissions there are."""
        return self.path is not None and self.path.suffix.lower() in _BY_SUFFIX and not is_folder(self.path)


def write_one(review: Review, to: Destination) -> None:
    """Write the report of one submission to the output, a file or a folder, or to standard output."""
    if review.evaluation is None:
        return
    into = to.path / _name(review, to, taken_in(to.path, to)) if to.path and is_folder(to.path) else to.path
    _write([review], to, into)


def write_all(reviews: Sequence[Review], to: Destination) -> None:
    """Write the summary; with a folder also one report a submission, to which the summary then links."""
    if to.path is None or to.is_file:
        _write(reviews, to, to.path)
        return
    linked = _write_reports(reviews, to.path, to)
    _write(linked, to, to.path / f"index{_SUFFIXES[to.shape]}")


def _write_reports(reviews: Sequence[Review], folder: Path, to: Destination) -> list[Review]:
    taken = {f"index{_SUFFIXES[to.shape]}", *taken_in(folder, to)}
    linked = []
    for review in reviews:
        name = "" if review.evaluation is None else _name(review, to, taken)
        if review.evaluation is not None:
            _write([review], to, folder / name)
        linked.append(evolve(review, report=name))
    return linked


def taken_in(folder: Path, to: Destination) -> set[str]:
    """Give the names of what was read from this folder, which no report may take."""
    return {Path(file).name.casefold() for file in to.inputs if is_same_file(Path(file).parent, folder)}


def _name(review: Review, to: Destination, taken: set[str]) -> str:
    """Name the report after its submission; a second one of the same name, in whatever case, gets a number."""
    stem = file_name("stdin" if review.file == "-" else Path(review.file).stem)
    names = (f"{stem}{number}{_SUFFIXES[to.shape]}" for number in ("", *(f"-{count}" for count in range(2, 10**6))))
    name = next(name for name in names if name.casefold() not in taken)
    taken.add(name.casefold())
    return name


def _write(reviews: Sequence[Review], to: Destination, into: Path | None) -> None:
    """Write results: one in full, several as a summary, or all of them as records."""
    if to.shape == DATABASE:
        _add(reviews, to, into)
    elif to.shape in RECORDS:
        put(RECORDS[to.shape](reviews), into, to.inputs)
    else:
        put_page(_page(reviews, to), to.shape, into, to.inputs)


def _page(reviews: Sequence[Review], to: Destination) -> Document:
    shape = PAGES[to.shape]
    if len(reviews) == 1 and reviews[0].evaluation is not None:
        return shape.document(reviews[0].evaluation, to.language, codes=to.codes)
    explain = partial(render_problem, language=to.language)
    return summary_document(reviews, to.language, explain, detailed=shape.is_detailed)


def _add(reviews: Sequence[Review], to: Destination, into: Path | None) -> None:
    """Put results into the database, which others may be doing too."""
    if into is None:
        raise click.BadParameter(said("database-needs-file"), param_hint="--format")
    into.parent.mkdir(parents=True, exist_ok=True)
    with locked(into), written_whole(into, to.inputs) as beside:
        try:
            put_into(into, beside, reviews)
        except DatabaseError:
            raise OutputError([problem("output-no-database", None, file=into)]) from None


# ``evalrules evaluate``: one submission in full, or several side by side.


Load = Callable[[str | Path, int | None], LoadedCatalogue]
EVALUATED, DISPUTED, UNREAD = 0, 1, 2


@command(help=said("evaluate"))
@click.argument("submissions", nargs=-1, required=True, metavar=said("meta-submissions"))
@click.option(
    "--format",
    "shape",
    type=click.Choice(("table", *SHAPES)),
    help=said("evaluate-format"),
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help=said("evaluate-output"),
)
@click.option("--catalogue", help=said("evaluate-catalogue"))
@click.option(
    "--contribution",
    "contributions",
    multiple=True,
    type=click.Path(path_type=Path),
    help=said("evaluate-contribution"),
)
@click.option("--review", "reviews_of", multiple=True, type=click.Path(path_type=Path), help=said("evaluate-review"))
@click.option("--strict", is_flag=True, help=said("evaluate-strict"))
@click.option(
    "--codes",
    is_flag=True,
    help=said("evaluate-codes"),
)
@click.option("--annotate", type=click.Path(path_type=Path), help=said("evaluate-annotate"))
@plugins_option
@language_option
def evaluate(  # noqa: PLR0913, PLR0917 - an argument for each option
    submissions: tuple[str, ...],
    shape: str | None,
    output: Path | None,
    catalogue: str | None,
    contributions: tuple[Path, ...],
    reviews_of: tuple[Path, ...],
    annotate: Path | None,
    language: Language,
    *,
    strict: bool,
    codes: bool,
) -> None:
    """Score submissions, write the reports and leave with the status that the help names."""
    asked = "text" if shape == "table" else shape
    named = output if len(submissions) == 1 or (output and output.suffix.lower() in _BY_SUFFIX) else None
    chosen = shape_of(named, asked, _BY_SUFFIX, "text")  # the ending of a folder's name says nothing else
    inputs = (*submissions, *([catalogue] if catalogue else ()), *map(str, (*contributions, *reviews_of)))
    to = Destination(output, chosen, language, inputs, codes)
    load = partial(load_with_plugins, contributions=contributions)
    changes = _Changes.read(reviews_of, language)
    reviews = list(_reviews(submissions, catalogue, load, changes))
    for review in reviews:
        tell(review.problems, language)
    tell(changes.unused(), language)
    if len(reviews) > 1:
        write_all(reviews, to)
    else:
        write_one(reviews[0], to)
    if annotate is not None:
        write_copies(reviews, annotate, inputs, language)
    sys.exit(_status(reviews, strict=strict))


@define(slots=False)
class _Changes:
    """The reviews in files of their own, each to be put to the form that it is of."""

    known: list[FormReview]
    used: list[FormReview] = field(factory=list)

    @classmethod
    def read(cls, files: Iterable[Path], language: Language) -> _Changes:
        """Read them; one that cannot be read ends the command."""
        try:
            return cls([load_review(file, lang=language) for file in files])
        except SubmissionError as refused:
            tell(refused.problems, language)
            sys.exit(UNREAD)

    def of(self, submission: Submission) -> FormReview | None:
        """Give the review of a form."""
        found = next((each for each in self.known if is_of(each, submission)), None)
        self.used += [] if found is None else [found]
        return found

    def unused(self) -> list[Problem]:
        """Tell the reviews that none of the forms is meant by."""
        return [problem("review-of-none", each.location) for each in self.known if each not in self.used]


def _reviews(files: Sequence[str], catalogue: str | None, loading: Load, changes: _Changes) -> Iterator[Review]:
    load, edition = cache(loading), edition_by(catalogue)
    inside = [(file, one) for file in files for one in ([file] if file == "-" else map(str, form_files(Path(file))))]
    for asked, file in _with_progress(inside):
        try:
            forms = list(_standard_input() if file == "-" else handed_in(Path(file), edition))
        except EvalrulesError as refused:  # the edition that a form or the caller names
            forms = [HandedIn(file, None, refused.problems)]
        for form in forms:
            if asked == file or not form.is_report:
                yield evolve(_review(form, catalogue, load, changes), of=file, spots=form.spots)


def _with_progress(files: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    console = Console(stderr=True)
    if len(files) == 1 or not console.is_terminal:
        return iter(files)
    return iter(track(files, description="", console=console, transient=True))


def _review(form: HandedIn, catalogue: str | None, load: Load, changes: _Changes) -> Review:
    """Score one submission, or tell why it cannot be read, or why its edition cannot be used."""
    submission = form.submission
    if submission is None:
        return Review(form.name, problems=form.problems)
    reference = given(catalogue) if catalogue else submission.catalogue  # what a form names is never a path
    if reference is None:
        fitting = editions_that_fit(submission, Library.standard(of_plugins=plugins_in_use().catalogue_folders))
        missing = problem("catalogue-not-named", submission.location, editions=listed(fitting) or "id@edition")
        return Review(form.name, problems=SubmissionError([*submission.problems, missing]).problems)
    named_at = None if catalogue else submission.location
    try:
        loaded = load(reference, submission.fiscal_year)
        tell_once(loaded.problems_for(submission.organisation))
        return Review(form.name, score(loaded, submission, changes.of(submission)))
    except EvalrulesError as refused:
        placed = (evolve(found, location=found.location or named_at) for found in refused.problems)
        return Review(form.name, problems=tuple(placed))


def _standard_input() -> Iterator[HandedIn]:
    problems = Problems()
    content = read_stream(sys.stdin, problems)
    text = None if content is None else decode(content, "-", problems)
    if text is None:
        raise SubmissionError(problems)
    yield HandedIn("-", read_submission(f"{text}\n", name="-"))


def _status(reviews: Sequence[Review], *, strict: bool) -> int:
    if failed(reviews):
        return UNREAD
    evaluations = [review.evaluation for review in reviews if review.evaluation is not None]
    disputed = any(
        evaluation.score is None or any(found.severity == "error" for found in evaluation.findings)
        for evaluation in evaluations
    )
    return DISPUTED if strict and disputed else EVALUATED

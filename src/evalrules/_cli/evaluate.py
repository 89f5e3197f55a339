"""``evalrules evaluate``: one submission in full or several side by side, and where the reports go."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from attrs import define, evolve, field

from evalrules._cli.speech import (
    UNREAD,
    edition_by,
    given,
    is_for_folder,
    language_option,
    load_with_plugins,
    plugins_in_use,
    plugins_option,
    put,
    put_page,
    said,
    shape_of,
    tell,
    tell_once,
)
from evalrules._cli.tables import evaluate_table, is_table, refuse_others
from evalrules._cli.usage import PATH, PathName, command
from evalrules._documents import (
    OutputError,
    Problems,
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
from evalrules._evaluation import Evaluation
from evalrules._handed_in import HandedIn, editions_that_fit, empty_folder, form_files, handed_in, handed_in_content
from evalrules._problems import (
    EvalrulesError,
    Finding,
    Language,
    Location,
    Problem,
    SubmissionError,
    listed,
    problem,
    render_problem,
)
from evalrules._report.formats import PAGES, suffixes
from evalrules._report.records import RECORDS, FileResult, failed, put_into
from evalrules._review import is_of, load_review
from evalrules._submission import Review, Submission
from evalrules._values import frozen

if TYPE_CHECKING:
    from evalrules._forms.filled import EditionOf
    from evalrules._report.blocks import Document

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
        return self.path is not None and self.path.suffix.lower() in _BY_SUFFIX and not is_for_folder(self.path)


def write_one(verdict: FileResult, to: Destination) -> None:
    """Write the report of one submission to the output, a file or a folder, or to standard output."""
    if verdict.evaluation is None:
        return
    into = to.path / _name(verdict, to, taken_in(to.path, to)) if to.path and is_for_folder(to.path) else to.path
    _write([verdict], to, into)


def write_all(verdicts: Sequence[FileResult], to: Destination, across: Sequence[Finding] = ()) -> None:
    """Write the summary; with a folder also one report a submission, to which the summary then links."""
    if to.path is None or to.is_file:
        _write(verdicts, to, to.path, across)
        return
    linked = _write_reports(verdicts, to.path, to)
    _write(linked, to, to.path / f"index{_SUFFIXES[to.shape]}", across)


def _write_reports(verdicts: Sequence[FileResult], folder: Path, to: Destination) -> list[FileResult]:
    taken = {f"index{_SUFFIXES[to.shape]}", *taken_in(folder, to)}
    linked = []
    for verdict in verdicts:
        name = "" if verdict.evaluation is None else _name(verdict, to, taken)
        if verdict.evaluation is not None:
            _write([verdict], to, folder / name)
        linked.append(evolve(verdict, report=name))
    return linked


def taken_in(folder: Path, to: Destination) -> set[str]:
    """Give the names of what was read from this folder, which no report may take."""
    return {Path(file).name.casefold() for file in to.inputs if is_same_file(Path(file).parent, folder)}


def _name(verdict: FileResult, to: Destination, taken: set[str]) -> str:
    """Name the report after its submission; a second one of the same name, in whatever case, gets a number."""
    stem = file_name("stdin" if verdict.file == "-" else Path(verdict.file).stem)
    numbers = chain([""], (f"-{number}" for number in count(2)))
    names = (f"{stem}{number}{_SUFFIXES[to.shape]}" for number in numbers)
    name = next(name for name in names if name.casefold() not in taken)
    taken.add(name.casefold())
    return name


def _write(verdicts: Sequence[FileResult], to: Destination, into: Path | None, across: Sequence[Finding] = ()) -> None:
    """Write results: one in full, several as a summary, or all of them as records."""
    if to.shape == DATABASE:
        _add(verdicts, to, into)
    elif to.shape in RECORDS:
        put(RECORDS[to.shape](verdicts, across), into, to.inputs)
    else:
        put_page(_page(verdicts, to, across), to.shape, into, to.inputs)


def _page(verdicts: Sequence[FileResult], to: Destination, across: Sequence[Finding]) -> Document:
    from evalrules._report.summary import summary_document, with_findings  # noqa: PLC0415 - records need no pages

    shape = PAGES[to.shape]
    if len(verdicts) == 1 and verdicts[0].evaluation is not None:
        report = shape.document(verdicts[0].evaluation, to.language, codes=to.codes)
        return with_findings(report, verdicts[0].evaluation, across, codes=to.codes) if across else report
    explain = partial(render_problem, language=to.language)
    return summary_document(verdicts, to.language, explain, detailed=shape.is_detailed, across=across, codes=to.codes)


def _add(verdicts: Sequence[FileResult], to: Destination, into: Path | None) -> None:
    """Put results into the database, which others may be doing too."""
    if into is None:
        raise click.BadParameter(said("database-needs-file"), param_hint="--format")
    into.parent.mkdir(parents=True, exist_ok=True)
    with locked(into), written_whole(into, to.inputs) as beside:
        put_into(into, beside, verdicts)


# ``evalrules evaluate``: one submission in full, or several side by side.


Load = Callable[[str | Path, int | None], LoadedCatalogue]
EVALUATED, DISPUTED = 0, 1


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
    type=PATH,
    help=said("evaluate-output"),
)
@click.option("--catalogue", help=said("evaluate-catalogue"))
@click.option(
    "--contribution",
    "contributions",
    multiple=True,
    type=PathName("file"),
    help=said("evaluate-contribution"),
)
@click.option("--review", "reviews_of", multiple=True, type=PATH, help=said("evaluate-review"))
@click.option("--results", multiple=True, type=PATH, help=said("evaluate-results"))
@click.option("--baseline", multiple=True, type=PATH, help=said("evaluate-baseline"))
@click.option("--last-year", multiple=True, type=PATH, help=said("evaluate-last-year"))
@click.option("--expected", type=PATH, help=said("evaluate-expected"))
@click.option("--strict", is_flag=True, help=said("evaluate-strict"))
@click.option(
    "--codes",
    is_flag=True,
    help=said("evaluate-codes"),
)
@click.option("--annotate", type=PATH, help=said("evaluate-annotate"))
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
    results: tuple[Path, ...],
    baseline: tuple[Path, ...],
    last_year: tuple[Path, ...],
    expected: Path | None,
    language: Language,
    *,
    strict: bool,
    codes: bool,
) -> None:
    """Score submissions, write the reports and leave with the status that the help names."""
    asked = "text" if shape == "table" else shape
    named = output if len(submissions) == 1 or (output and output.suffix.lower() in _BY_SUFFIX) else None
    chosen = shape_of(named, asked, _BY_SUFFIX, "text")  # the ending of a folder's name says nothing else
    read = (*contributions, *reviews_of, *results, *baseline, *last_year, *([expected] if expected else ()))
    inputs = (*submissions, *([catalogue] if catalogue else ()), *map(str, read))
    to = Destination(output, chosen, language, inputs, codes)
    load = partial(load_with_plugins, contributions=contributions)
    if any(map(is_table, submissions)):
        asked_for: dict[str, object] = {
            "--review": reviews_of,
            "--results": results,
            "--baseline": baseline,
            "--last-year": last_year,
        }
        asked_for |= {"--expected": expected, "--annotate": annotate, "--codes": codes}
        refuse_others(name for name, value in asked_for.items() if value)
        edition = None if catalogue is None else load(given(catalogue), None)
        sys.exit(DISPUTED if not evaluate_table(submissions, edition, output) and strict else EVALUATED)
    changes = Changes.read(reviews_of, language)
    awaited = _awaited(expected, language)
    approved, last = (_earlier(paths, catalogue, language) for paths in (baseline, last_year))
    rolled = results_in(results, load, language)
    verdicts = list(verdicts_of_files(submissions, catalogue, load, changes, rolled))
    for verdict in verdicts:
        tell(verdict.problems, language)
    tell(changes.unused(), language)
    across = _across(verdicts, awaited, approved, last)
    if len(verdicts) > 1 or across:
        write_all(verdicts, to, across)
    else:
        write_one(verdicts[0], to)
    if annotate is not None:
        _write_copies(verdicts, annotate, inputs, language)
    sys.exit(UNREAD if None in rolled else _status(verdicts, across, strict=strict))


def results_in(paths: Sequence[Path], load: Load, language: Language) -> tuple[Evaluation | None, ...]:
    """Score the forms that tables are made from; None for each that cannot be read, which is told."""
    scored = list(verdicts_of_files(list(map(str, paths)), None, load, Changes([])))
    for verdict in scored:
        tell(verdict.problems, language)
    return tuple(verdict.evaluation for verdict in scored)


def _awaited(file: Path | None, language: Language) -> tuple[tuple[str, str], ...]:
    """Read the list of those that are to report; one that cannot be read ends the command."""
    if file is None:
        return ()
    from evalrules._forms.filled import load_expected  # noqa: PLC0415 - it reads sheets, which most have none of

    try:
        return load_expected(file)
    except SubmissionError as refused:
        tell(refused.problems, language)
        sys.exit(UNREAD)


def _earlier(paths: Sequence[Path], catalogue: str | None, language: Language) -> tuple[Submission, ...]:
    """Read earlier forms; one that cannot be read ends the command, and what is wrong in the others is told."""
    edition = edition_by(catalogue)
    files = files_in(paths, language)
    forms = [form for file in files for form in handed_in(file, edition)]
    read = [form.submission for form in forms if not form.is_report and form.submission is not None]
    tell((found for form in forms for found in form.problems), language)
    tell((found for each in read for found in each.problems if found.severity == "error"), language)
    if any(form.submission is None and not form.is_report for form in forms):
        sys.exit(UNREAD)
    return tuple(read)


def files_in(paths: Iterable[Path], language: Language) -> list[Path]:
    """Give the files that are named and those of folders; a folder that holds none ends the command."""
    files = {path: form_files(path) for path in paths}
    empty = [empty_folder(path) for path, inside in files.items() if not inside]
    if empty:
        tell(empty, language)
        sys.exit(UNREAD)
    return [file for inside in files.values() for file in inside]


def _across(
    verdicts: Sequence[FileResult],
    awaited: Sequence[tuple[str, str]],
    approved: Sequence[Submission],
    last: Sequence[Submission],
) -> tuple[Finding, ...]:
    """Give what is seen only across the forms; of one form alone only beside a list or earlier forms."""
    if len(verdicts) == 1 and not (awaited or approved or last):
        return ()
    from evalrules._audit.batch import audit_batch  # noqa: PLC0415 - of use to those alone who hand in several

    evaluations = [verdict.evaluation for verdict in verdicts if verdict.evaluation is not None]
    return audit_batch(evaluations, expected=awaited, baseline=approved, last_year=last)


@define(slots=False)
class Changes:
    """The reviews in files of their own, each to be put to the form that it is of."""

    known: list[Review]
    of_form: dict[int, str] = field(factory=dict)
    """The form that each was put to, by its number here."""
    second: dict[int, Review] = field(factory=dict)
    """Those of a form that has one already, each with that one."""
    several: set[int] = field(factory=set)
    """Those that another form is meant by as well, as far as they say."""

    @classmethod
    def read(cls, files: Iterable[Path], language: Language) -> Changes:
        """Read them, of folders each file in them; one that cannot be read ends the command."""
        try:
            return cls([load_review(file, lang=language) for file in files_in(files, language)])
        except SubmissionError as refused:
            tell(refused.problems, language)
            sys.exit(UNREAD)

    def of(self, submission: Submission) -> Review | None:
        """Give the review of a form: of several that which says most exactly what it is of, the first of such.

        A review is of one form; which of several was meant by one that fits them, nobody knows.
        """
        found = [number for number, each in enumerate(self.known) if is_of(each, submission)]
        free = [number for number in found if self.of_form.get(number, submission.digest) == submission.digest]
        self.several.update(found if not free else ())
        free.sort(key=lambda number: (self.known[number].of is None, self.known[number].project is None))
        self.second.update((number, self.known[free[0]]) for number in free[1:])
        self.of_form.update((number, submission.digest) for number in free[:1])
        return next((self.known[number] for number in free), None)

    def unused(self) -> list[Problem]:
        """Tell the reviews that none of the forms is meant by, or several, and those of a form that has another."""
        return [found for number in range(len(self.known)) if (found := self._unused(number)) is not None]

    def _unused(self, number: int) -> Problem | None:
        place = self.known[number].location
        if number in self.several:
            return problem("review-of-several", place, organisation=self.known[number].organisation)
        if number in self.of_form:
            return None
        if number in self.second:
            return problem("review-second", place, known=str(self.second[number].location))
        return problem("review-of-none", place)


def verdicts_of_files(
    files: Sequence[str],
    catalogue: str | None,
    loading: Load,
    changes: Changes,
    results: Sequence[Evaluation | None] = (),
) -> Iterator[FileResult]:
    """Score every form in files and folders, in their order; what cannot be read has its problems instead."""
    load, edition = cache(loading), edition_by(catalogue)
    inside = [(file, one) for file in files for one in ([file] if file == "-" else map(str, form_files(Path(file))))]
    without = {file: None for file in files if file != "-" and is_folder(file)}
    for asked, file in _with_progress(inside):
        try:
            forms = list(forms_in(file, edition))
        except EvalrulesError as refused:  # the edition that a form or the caller names
            forms = [HandedIn(file, None, refused.problems)]
        for form in forms:
            if asked == file or not form.is_report:
                without.pop(asked, None)
                yield evolve(_verdict(form, catalogue, load, changes, results), of=file, spots=form.spots)
    for folder in without:
        yield FileResult(folder, problems=(empty_folder(Path(folder)),), of=folder)


def _with_progress(files: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    if len(files) <= 1:
        return iter(files)
    from rich.console import Console  # noqa: PLC0415 - who scores one form sees no progress
    from rich.progress import track  # noqa: PLC0415

    console = Console(stderr=True)
    if not console.is_terminal:
        return iter(files)
    return iter(track(files, description="", console=console, transient=True))


def _verdict(
    form: HandedIn, catalogue: str | None, load: Load, changes: Changes, results: Sequence[Evaluation | None]
) -> FileResult:
    """Score one submission, or tell why it cannot be read, or why its edition cannot be used."""
    submission = form.submission
    if submission is None:
        return FileResult(form.name, problems=form.problems)
    reference = given(catalogue) if catalogue else submission.catalogue  # what a form names is never a path
    if reference is None:
        fitting = editions_that_fit(submission, Library.standard(of_plugins=plugins_in_use().catalogue_folders))
        missing = problem("catalogue-not-named", submission.location, editions=listed(fitting) or "id@edition")
        return FileResult(form.name, problems=SubmissionError([*submission.problems, missing]).problems)
    named_at = None if catalogue else submission.location
    try:
        loaded = load(reference, submission.fiscal_year)
        tell_once(loaded.problems_for(submission.organisation))
        return FileResult(form.name, score(loaded, submission, changes.of(submission), results))
    except EvalrulesError as refused:
        placed = (evolve(found, location=found.location or named_at) for found in refused.problems)
        return FileResult(form.name, problems=tuple(placed))


def forms_in(file: str, edition: EditionOf | None) -> Iterator[HandedIn]:
    """Give every form of a file, or of what stands on standard input, ``-``; raises `SubmissionError` of a stream."""
    if file != "-":
        yield from handed_in(Path(file), edition)
        return
    problems = Problems()
    content = read_stream(sys.stdin, problems)
    if content is None:
        raise SubmissionError(problems)
    yield from handed_in_content(content, "-", edition)


def _status(verdicts: Sequence[FileResult], across: Sequence[Finding], *, strict: bool) -> int:
    if failed(verdicts):
        return UNREAD
    evaluations = [verdict.evaluation for verdict in verdicts if verdict.evaluation is not None]
    disputed = any(
        evaluation.score is None or any(found.severity == "error" for found in evaluation.findings)
        for evaluation in evaluations
    ) or any(found.severity == "error" for found in across)
    return DISPUTED if strict and disputed else EVALUATED


# Copies of departments' own files with a comment on each cell that a finding is about: ``--annotate``.


def _write_copies(verdicts: Sequence[FileResult], output: Path, inputs: Sequence[str], language: Language) -> None:
    """Write a copy of each file that was scored: to ``output``, or into it where that is a folder or there are several.

    What has no cell in the file is told. Raises `OutputError`.
    """
    scored = [verdict for verdict in verdicts if verdict.evaluation is not None]
    files = list(dict.fromkeys(verdict.of for verdict in scored))
    for file in files:
        single = len(files) == 1 and not is_for_folder(output)
        into = output if single else output / Path(file).name
        _write_copy(file, [verdict for verdict in scored if verdict.of == file], into, inputs, language)


def _write_copy(
    file: str, verdicts: Iterable[FileResult], into: Path, inputs: Sequence[str], language: Language
) -> None:
    try:
        from evalrules._report.annotate import annotated, comments_of  # noqa: PLC0415 - lxml comes with an extra
    except ModuleNotFoundError:
        missing = problem("format-extra-missing", None, format="--annotate", extra="office")
        raise OutputError([missing]) from None
    comments, elsewhere = comments_of(verdicts, language)
    if file == "-" or Path(file).suffix.lower() != into.suffix.lower():
        raise OutputError([problem("annotate-kind", Location(file))])
    content = annotated(Path(file).read_bytes(), Path(file).name, comments)
    put(content, into, inputs)
    if elsewhere:
        tell([problem("annotate-elsewhere", Location(Path(file).name), count=elsewhere)], language)

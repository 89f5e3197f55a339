"""``evalrules evaluate``: one submission in full or several side by side, and where the reports go."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import click
from attrs import evolve
from rich.console import Console, RenderableType
from rich.progress import track

from evalrules._cli.speech import explained, language_option, load_with_plugins, plugins_option, said, tell, tell_once
from evalrules._documents import Problems, decode
from evalrules._engine import LoadedCatalogue
from evalrules._engine import evaluate as score
from evalrules._evaluation import Evaluation
from evalrules._problems import EvalrulesError, Language, Problem, SubmissionError, problem
from evalrules._report.html import html_report
from evalrules._report.markdown import markdown_report
from evalrules._report.summary import Review, failed, summary_html, summary_json, summary_markdown, summary_table
from evalrules._report.table import PIPE_WIDTH, table_report, table_text
from evalrules._score.score import misfits
from evalrules._submission import Submission
from evalrules._submission_reading import read_in_part

# Where reports go: to standard output, to a file, or one file a submission in a folder with an index.


Shape = Literal["table", "json", "markdown", "html"]
SHAPES: tuple[Shape, ...] = get_args(Shape)
_SUFFIXES: dict[Shape, str] = {"table": ".txt", "json": ".json", "markdown": ".md", "html": ".html"}
_UNFIT_FOR_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


def shape_of(output: Path | None) -> Shape:
    """Tell the format from the ending of the output file; a table where it tells nothing."""
    suffix = output.suffix.lower() if output else ""
    return next((shape for shape, known in _SUFFIXES.items() if known == suffix), "table")


def write_one(review: Review, shape: Shape, output: Path | None, language: Language) -> None:
    """Write the report of one submission to the output, a file or a folder, or to standard output."""
    if review.evaluation is None:
        return
    report = _report(review.evaluation, shape, language)
    if output is None:
        _print(report)
    else:
        _save(output / _name(review, shape, set()) if output.is_dir() else output, _text(report))


def write_all(reviews: Sequence[Review], shape: Shape, folder: Path | None, language: Language) -> None:
    """Write the summary; with a folder also one report a submission, to which the summary then links."""
    if folder is None:
        _print(_summary(reviews, shape, language))
        return
    linked = _write_reports(reviews, shape, folder, language)
    _save(folder / f"index{_SUFFIXES[shape]}", _text(_summary(linked, shape, language)))


def _write_reports(reviews: Sequence[Review], shape: Shape, folder: Path, language: Language) -> list[Review]:
    taken = {f"index{_SUFFIXES[shape]}"}
    linked = []
    for review in reviews:
        name = "" if review.evaluation is None else _name(review, shape, taken)
        if review.evaluation is not None:
            _save(folder / name, _text(_report(review.evaluation, shape, language)))
        linked.append(evolve(review, report=name))
    return linked


def _name(review: Review, shape: Shape, taken: set[str]) -> str:
    """Name the report after its submission; a second one of the same name gets a number."""
    stem = _UNFIT_FOR_NAMES.sub("-", "stdin" if review.file == "-" else Path(review.file).stem)
    names = (f"{stem}{number}{_SUFFIXES[shape]}" for number in ("", *(f"-{count}" for count in range(2, 10**6))))
    name = next(name for name in names if name not in taken)
    taken.add(name)
    return name


def _report(evaluation: Evaluation, shape: Shape, language: Language) -> RenderableType:
    match shape:
        case "table":
            return table_report(evaluation, language)
        case "json":
            return f"{evaluation.to_json()}\n"
        case "markdown":
            return markdown_report(evaluation, language)
        case "html":
            return html_report(evaluation, language)


def _summary(reviews: Sequence[Review], shape: Shape, language: Language) -> RenderableType:
    def explain(found: Problem) -> str:
        return explained(found, language)

    match shape:
        case "table":
            return summary_table(reviews, language)
        case "json":
            return f"{summary_json(reviews)}\n"
        case "markdown":
            return summary_markdown(reviews, language, explain)
        case "html":
            return summary_html(reviews, language, explain)


def _text(report: RenderableType) -> str:
    return report if isinstance(report, str) else table_text(report)


def _print(report: RenderableType) -> None:
    console = Console()
    if isinstance(report, str):
        click.echo(report, nl=False)
    elif console.is_terminal:
        console.print(report)
    else:
        click.echo(table_text(report, PIPE_WIDTH), nl=False)


def _save(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8", newline="\n")
    except OSError as refused:
        raise click.FileError(str(file), hint=refused.strerror) from refused


# ``evalrules evaluate``: one submission in full, or several side by side.


SCORED, DISPUTED, UNSCORED = 0, 1, 2


@click.command(
    help=said(
        "给自评表计分，显示计分表、每一处扣分的理由和复核发现；`-` 从标准输入读取。\n\n"
        "退出码：0 已计分；1 已计分，但有须更正的发现（仅 --strict）；2 有自评表不能计分。",
        "Score submissions: the form, the reason for every point lost, and the findings; `-` reads standard input.\n\n"
        "Exit status: 0 scored; 1 scored, with findings to correct (only with --strict); 2 some could not be scored.",
    )
)
@click.argument("submissions", nargs=-1, required=True, metavar=said("自评表…", "SUBMISSION…"))
@click.option("--format", "shape", type=click.Choice(SHAPES), help=said("输出格式，默认 table", "default: table"))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help=said("写到此文件；多份自评表时为文件夹", "write to this file; a folder for several submissions"),
)
@click.option(
    "--catalogue", help=said("指标体系，如 suining-department@2024 或文件路径", "edition (id@edition) or its path")
)
@click.option("--strict", is_flag=True, help=said("有须更正的发现时退出码为 1", "exit with 1 on findings to correct"))
@plugins_option
@language_option
def evaluate(
    submissions: tuple[str, ...],
    shape: Shape | None,
    output: Path | None,
    catalogue: str | None,
    language: Language,
    *,
    strict: bool,
) -> None:
    """Score submissions, write the reports and leave with the status that the help names."""
    chosen = shape or shape_of(output)
    reviews = list(_reviews(submissions, catalogue))
    for review in reviews:
        tell(review.problems, language)
    if len(reviews) > 1:
        write_all(reviews, chosen, output, language)
    else:
        write_one(reviews[0], chosen, output, language)
    sys.exit(_status(reviews, strict=strict))


def _reviews(files: Sequence[str], catalogue: str | None) -> Iterator[Review]:
    load = cache(load_with_plugins)
    for file in _with_progress(files):
        yield _review(file, catalogue, load)


def _with_progress(files: Sequence[str]) -> Iterator[str]:
    console = Console(stderr=True)
    if len(files) == 1 or not console.is_terminal:
        return iter(files)
    return iter(track(files, description="", console=console, transient=True))


def _review(file: str, catalogue: str | None, load: Callable[[str, int], LoadedCatalogue]) -> Review:
    """Score one submission, or gather all that is wrong with it: what cannot be read and what does not fit."""
    submission, problems = _standard_input() if file == "-" else read_in_part(Path(file))
    if submission is None:
        return Review(file, problems=problems)
    reference = catalogue or submission.catalogue
    if reference is None:
        return Review(file, problems=(*problems, problem("catalogue-not-named", submission.location)))
    try:
        loaded = load(reference, submission.fiscal_year)
        tell_once(loaded.problems_for(submission.organisation))
        if not problems:
            return Review(file, score(loaded, submission))
        problems = (*problems, *misfits(loaded.ruleset_for(submission.organisation), submission))
    except EvalrulesError as refused:
        named_at = None if catalogue else submission.location
        problems = (*problems, *(evolve(found, location=found.location or named_at) for found in refused.problems))
    return Review(file, problems=SubmissionError(problems).problems)


def _standard_input() -> tuple[Submission | None, tuple[Problem, ...]]:
    problems = Problems()
    text = decode(sys.stdin.buffer.read(), "-", problems)
    return (None, tuple(problems)) if text is None else read_in_part(f"{text}\n", name="-")


def _status(reviews: Sequence[Review], *, strict: bool) -> int:
    evaluations = [review.evaluation for review in reviews if review.evaluation is not None]
    if failed(reviews) or any(evaluation.score is None for evaluation in evaluations):
        return UNSCORED
    errors = any(found.severity == "error" for evaluation in evaluations for found in evaluation.findings)
    return DISPUTED if strict and errors else SCORED

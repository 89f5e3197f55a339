"""``evalrules evaluate``: one submission in full, or several side by side."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import click
from attrs import evolve
from rich.console import Console
from rich.progress import track

from evalrules._cli.output import SHAPES, Shape, shape_of, write_all, write_one
from evalrules._cli.plugins_in_use import load_with_plugins, plugins_option, tell_once
from evalrules._cli.speech import language_option, said, tell
from evalrules._documents import Problems, decode
from evalrules._engine import LoadedCatalogue
from evalrules._engine import evaluate as score
from evalrules._problems import EvalrulesError, Problem, SubmissionError, problem
from evalrules._report.summary import Review, failed
from evalrules._scoring.score import misfits
from evalrules._submission import Submission
from evalrules._submission_reading import read_in_part
from evalrules._wording import Language

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

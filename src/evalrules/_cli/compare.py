"""The commands that put two side by side: ``diff``, ``impact``, ``replay``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import click
from rich.console import Console
from rich.progress import Progress

from evalrules._cli.evaluate import files_in, forms_in, results_in
from evalrules._cli.speech import (
    given,
    language_option,
    load_with_plugins,
    machine_text,
    on_standard_input,
    plugins_option,
    put,
    put_page,
    said,
    shape_of,
    tell,
)
from evalrules._cli.usage import PATH, PathName, command
from evalrules._compare.diff import difference
from evalrules._compare.impact import Impact, changed_places, impact
from evalrules._compare.replay import recorded_of
from evalrules._compare.replay import replay as compare
from evalrules._compare.rules import Proving
from evalrules._documents import Problems
from evalrules._engine import LoadedCatalogue, evaluate, load_submission
from evalrules._problems import CatalogueError, EvalrulesError, Language, SubmissionError, render_problem
from evalrules._report.compare import (
    difference_document,
    difference_json,
    impact_document,
    impact_json,
    replay_document,
)
from evalrules._report.formats import PAGES, suffixes
from evalrules._review import load_review
from evalrules._submission import Submission
from evalrules._submission_reading import read_submission

# What the commands share that put two editions side by side.


UNREADABLE = 2
Result = TypeVar("Result")
Told = Callable[[int, int], None]
"""Is told how many of how many are done."""


def load_both(old: str, new: str, language: Language) -> tuple[LoadedCatalogue, LoadedCatalogue]:
    """Load two editions; what is wrong with either is told and ends the command with status 2."""
    try:
        return load_with_plugins(given(old)), load_with_plugins(given(new))
    except CatalogueError as refused:
        tell(refused.problems, language)
        sys.exit(UNREADABLE)


def installed_prover() -> Proving | None:
    """Give the prover where the extra ``prove`` is installed."""
    try:
        from evalrules._laws.proof.comparing import compare_rules  # noqa: PLC0415 - an extra
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


# ``evalrules diff``: what changed in meaning from one edition to another.


_SHAPES: Final = (*PAGES, "json")
_BY_SUFFIX: Final = {**suffixes(), ".json": "json"}


@command(help=said("diff"))
@click.argument("old", metavar=said("meta-old"))
@click.argument("new", metavar=said("meta-new"))
@click.option("--format", "shape", type=click.Choice(_SHAPES), help=said("format"))
@click.option("-o", "--output", type=PATH, help=said("output"))
@click.option("--no-prove", is_flag=True, help=said("diff-no-prove"))
@plugins_option
@language_option
def diff(old: str, new: str, shape: str | None, output: Path | None, language: Language, *, no_prove: bool) -> None:
    """Compare two editions and write what changed."""
    chosen = shape_of(output, shape, _BY_SUFFIX, "text")
    before, after = load_both(old, new, language)
    prover = None if no_prove else installed_prover()
    found = with_progress(lambda told: difference(before.ruleset, after.ruleset, prover=prover, progress=told))
    if chosen == "json":
        put(machine_text(f"{difference_json(found, language)}\n"), output, (old, new))
    else:
        put_page(difference_document(found, language), chosen, output, (old, new))


# ``evalrules impact``: whom a new edition touches, how much, and because of which line.


@command(
    "impact",
    help=said("impact"),
)
@click.argument("old", metavar=said("meta-old"))
@click.argument("new", metavar=said("meta-new"))
@click.argument(
    "submissions",
    nargs=-1,
    required=True,
    type=PathName("any"),
    metavar=said("meta-submissions"),
)
@click.option("--format", "shape", type=click.Choice(_SHAPES), help=said("format"))
@click.option("-o", "--output", type=PATH, help=said("output"))
@plugins_option
@language_option
def impact_command(
    old: str,
    new: str,
    submissions: tuple[Path, ...],
    shape: str | None,
    output: Path | None,
    language: Language,
) -> None:
    """Evaluate submissions by two editions and write what became of them."""
    chosen = shape_of(output, shape, _BY_SUFFIX, "text")
    before, after = load_both(old, new, language)
    files = files_in(submissions, language)
    found = with_progress(partial(_impact, before, after, files))
    if chosen == "json":
        put(machine_text(f"{impact_json(found)}\n"), output, (old, new, *files))
    else:
        put_page(
            impact_document(found, partial(render_problem, language=language), language),
            chosen,
            output,
            (old, new, *files),
        )
    sys.exit(0)


def _impact(old: LoadedCatalogue, new: LoadedCatalogue, files: Sequence[Path], told: Told) -> Impact:
    def waiting() -> Iterator[tuple[str, Callable[[], Submission]]]:
        for number, file in enumerate(files):
            told(number, len(files))
            for form in forms_in(str(file), lambda _said, _year: old):
                if not form.is_report:
                    yield form.name, form.taken

    places = changed_places(old.ruleset, new.ruleset)
    return impact((old, partial(evaluate, old)), (new, partial(evaluate, new)), waiting(), places)


# ``evalrules replay``: evaluates again and says whether a recorded result can still be had.


@command(help=said("replay"))
@click.argument("result", type=PathName("file"), metavar=said("meta-result"))
@click.argument("submission", type=PathName("any"), metavar=said("meta-submission"))
@click.option("--catalogue", help=said("replay-catalogue"))
@click.option("--review", type=PathName("any"), help=said("replay-review"))
@click.option("--results", multiple=True, type=PathName("any"), help=said("evaluate-results"))
@plugins_option
@language_option
def replay(
    result: Path,
    submission: Path,
    catalogue: str | None,
    review: Path | None,
    results: tuple[Path, ...],
    language: Language,
) -> None:
    """Evaluate again and compare field by field."""
    problems = Problems()
    try:
        typed = read_submission(on_standard_input(), name="-") if str(submission) == "-" else None
        handed_in = typed or load_submission(submission)
        recorded = recorded_of(result, handed_in, problems)
        if recorded is None:
            raise SubmissionError(tuple(problems))
        edition = load_with_plugins(given(catalogue) if catalogue else recorded.edition)
        if (
            handed_in.catalogue is None and typed is None
        ):  # a form that does not say its edition is read by the one that scored it
            handed_in = load_submission(submission, catalogue=edition)
            recorded = recorded_of(result, handed_in, problems) or recorded
        changes = None if review is None else load_review(review)
        rolled = results_in(results, partial(load_with_plugins, contributions=()), language)
        found = compare(recorded, evaluate(edition, handed_in, changes, rolled))
    except EvalrulesError as refused:
        tell(refused.problems, language)
        sys.exit(UNREADABLE)
    put_page(replay_document(found, recorded.edition, partial(render_problem, language=language), language), "text")
    sys.exit(0 if found.is_identical else 1)

"""What is told of several submissions: who scored what, best first, and which files could not be scored and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from evalrules._evaluation import Evaluation
from evalrules._problems import Language, Phrases, Problem
from evalrules._report.blocks import (
    Block,
    Column,
    Document,
    Heading,
    Item,
    Items,
    Line,
    Row,
    Table,
    Text,
    line,
    row,
    under,
)
from evalrules._report.evaluation import SEVERITIES, Told, number_text, total_text
from evalrules._report.lists import DEDUCTIONS, FINDINGS, INDICATORS

Explain = Callable[[Problem], str]
"""Writes a problem in full: place, excerpt, hint."""


@frozen
class Review:
    """What became of one file: an evaluation, or the problems that kept it from being scored."""

    file: str
    evaluation: Evaluation | None = None
    problems: tuple[Problem, ...] = ()
    report: str = ""  # the file that its own report was written to, beside the index
    of: str = ""  # the file that was read, which may hold several forms
    spots: Mapping[str, str] = field(factory=dict)  # where the cell of each path is in that file, for programs


def sorted_reviews(reviews: Sequence[Review]) -> list[Review]:
    """Order the reviews: by score, highest first; then those without a total; then those that could not be read."""
    return sorted(reviews, key=_rank)


def _rank(review: Review) -> tuple[int, Any]:
    if review.evaluation is None:
        return 2, 0
    score = review.evaluation.score
    return (1, 0) if score is None else (0, -score)


def failed(reviews: Sequence[Review]) -> list[Review]:
    """Give the reviews of the files that could not be read or did not fit their edition."""
    return [review for review in reviews if review.evaluation is None]


def summary_document(
    reviews: Sequence[Review], language: Language, explain: Explain, *, detailed: bool = False
) -> Document:
    """Build the summary, with links to the reports that stand beside it.

    ``detailed`` adds every row, every deduction and every finding of all of them, to be sorted and filtered.
    """
    said = Phrases(language, "report")
    failures = refused(_told_failures(reviews), said("failed"), explain)
    scored = (review.evaluation for review in sorted_reviews(reviews) if review.evaluation is not None)
    tolds = [Told(evaluation, said) for evaluation in scored] if detailed else []
    lists = (block for each in (INDICATORS, DEDUCTIONS, FINDINGS) for block in each.of(tolds))
    return Document(said("summary"), (_table(reviews, said), *failures, *lists), language)


def _told_failures(reviews: Sequence[Review]) -> Iterator[tuple[str, tuple[Problem, ...]]]:
    yield from ((review.file, review.problems) for review in failed(reviews))


def refused(files: Iterator[tuple[str, tuple[Problem, ...]]], title: str, explain: Explain) -> Iterator[Block]:
    """Tell files with the problems that kept them from being scored."""
    items = tuple(Item(line(Text(file, "strong")), (Items(tuple(_problems(found, explain))),)) for file, found in files)
    yield from under(Heading(line(title)), (Items(items),) if items else ())


def _problems(problems: Sequence[Problem], explain: Explain) -> Iterator[Item]:
    """Tell problems, each with the lines of its excerpt below it."""
    for found in problems:
        first, *others = explain(found).split("\n")
        yield Item(
            line(Text(first, "lost")),
            (Items(tuple(Item(line(Text(each, "source"))) for each in others)),) if others else (),
        )


_WIDTHS = {
    "organisation": 6,
    "fiscal-year": 2,
    "edition": 5,
    "score": 3,
    "grade": 2,
    "claimed-score": 2,
    "claimed-grade": 2,
}
_NUMBERS = ("score", "claimed-score")


def _table(reviews: Sequence[Review], said: Phrases) -> Table:
    columns = [Column(said(name), name in _NUMBERS, width) for name, width in _WIDTHS.items()]
    counts = [Column(said(severity), is_number=True, width=2) for severity in SEVERITIES]
    rows = (_row(each.evaluation, each.report, said) for each in sorted_reviews(reviews) if each.evaluation is not None)
    return Table((*columns, *counts), tuple(rows), said("summary"))


def _row(evaluation: Evaluation, report: str, said: Phrases) -> Row:
    severities = [found.severity for found in evaluation.findings]
    shown: tuple[str | Line, ...] = (
        line(Text(evaluation.organisation, link=report)),
        evaluation.year_text,
        evaluation.catalogue.name,
        total_text(evaluation, said),
        evaluation.grade or said("no-grade"),
        number_text(evaluation.claimed_score),
        evaluation.claimed_grade or "",
        *(str(severities.count(severity)) for severity in SEVERITIES),
    )
    return row(*shown, head=True)

"""What is told of several submissions: who scored what, best first, and which files could not be scored and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from attrs import evolve

from evalrules._evaluation import Evaluation
from evalrules._problems import Finding, Language, Phrases, Problem
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
from evalrules._report.records import FileResult, failed

Explain = Callable[[Problem], str]
"""Writes a problem in full: place, excerpt, hint."""


def sorted_verdicts(verdicts: Sequence[FileResult]) -> list[FileResult]:
    """Order the verdicts: by score, highest first; then those without a total; then those that could not be read."""
    return sorted(verdicts, key=_rank)


def _rank(verdict: FileResult) -> tuple[int, Any]:
    if verdict.evaluation is None:
        return 2, 0
    score = verdict.evaluation.score
    return (1, 0) if score is None else (0, -score)


def summary_document(
    verdicts: Sequence[FileResult],
    language: Language,
    explain: Explain,
    *,
    detailed: bool = False,
    across: Sequence[Finding] = (),
    codes: bool = False,
) -> Document:
    """Build the summary, with links to the reports that stand beside it.

    ``across`` are the findings that are seen only across the forms. ``detailed`` adds every row, every deduction and
    every finding of all of them, to be sorted and filtered.
    """
    from evalrules._report.batch import Batch  # noqa: PLC0415 - of use to those alone who hand in several

    said = Phrases(language, "report")
    failures = refused(_told_failures(verdicts), said("failed"), explain)
    scored = [verdict for verdict in sorted_verdicts(verdicts) if verdict.evaluation is not None]
    evaluations = [verdict.evaluation for verdict in scored if verdict.evaluation is not None]
    reports = {
        evaluation.submission.digest: verdict.report for verdict, evaluation in zip(scored, evaluations, strict=True)
    }
    batch = Batch(evaluations, across, reports, said, codes)
    tolds = [Told(evaluation, said) for evaluation in evaluations] if detailed else []
    lists = (block for each in (INDICATORS, DEDUCTIONS, FINDINGS) for block in each.of(tolds))
    table = _table(verdicts, said)
    named = (Heading(line(said("batch-each"))), table) if len(scored) > 1 else (table,)
    seen = (*batch.pictures(), *batch.findings())
    outcome = tuple(batch.outcome())  # a workbook begins with what is sorted and filtered most
    first = (table, *outcome, *seen) if detailed else (*outcome, *seen, *named)
    parts = (*first, *batch.units(), *batch.kinds())
    return Document(said("summary"), (*parts, *failures, *lists), language)


def with_findings(report: Document, evaluation: Evaluation, across: Sequence[Finding], *, codes: bool) -> Document:
    """Add to the report of one form what is seen only beside a list and earlier forms."""
    from evalrules._report.batch import Batch  # noqa: PLC0415 - of use to those alone who hand in several

    batch = Batch([evaluation], across, {}, Phrases(report.language, "report"), codes)
    return evolve(report, blocks=(*report.blocks, *batch.findings()))


def _told_failures(verdicts: Sequence[FileResult]) -> Iterator[tuple[str, tuple[Problem, ...]]]:
    yield from ((verdict.file, verdict.problems) for verdict in failed(verdicts))


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


def _table(verdicts: Sequence[FileResult], said: Phrases) -> Table:
    columns = [Column(said(name), name in _NUMBERS, width) for name, width in _WIDTHS.items()]
    counts = [Column(said(severity), is_number=True, width=2) for severity in SEVERITIES]
    rows = (
        _row(each.evaluation, each.report, said) for each in sorted_verdicts(verdicts) if each.evaluation is not None
    )
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

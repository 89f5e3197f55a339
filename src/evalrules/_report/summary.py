"""Several submissions at once: who scored what, best first, and which files could not be scored and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import simplejson
from attrs import frozen
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from evalrules._evaluation import Evaluation
from evalrules._problems import Language, Problem, Severity, visible
from evalrules._report.escape import cell, markdown
from evalrules._report.html import render
from evalrules._report.layout import SEVERITIES, number_text
from evalrules._report.markdown import table_lines
from evalrules._report.words import Words, words

Explain = Callable[[Problem], str]
"""Writes a problem in full: place, excerpt, hint."""


@frozen
class Review:
    """What became of one file: an evaluation, or the problems that kept it from being scored."""

    file: str
    evaluation: Evaluation | None = None
    problems: tuple[Problem, ...] = ()
    report: str = ""  # the file that its own report was written to, beside the index


@frozen
class Line:
    """One submission in the summary, ready to be shown."""

    organisation: str
    fiscal_year: str
    edition: str
    score: str
    grade: str
    claimed_score: str
    claimed_grade: str
    counts: tuple[tuple[Severity, int], ...]
    report: str


def sorted_reviews(reviews: Sequence[Review]) -> list[Review]:
    """Order the reviews: by score, highest first; then those without a total; then those that could not be read."""
    return sorted(reviews, key=_rank)


def _rank(review: Review) -> tuple[int, Any]:
    if review.evaluation is None:
        return 2, 0
    score = review.evaluation.score
    return (1, 0) if score is None else (0, -score)


def summary_table(reviews: Sequence[Review], language: Language) -> RenderableType:
    """Give the summary for a terminal; what kept a file from being scored goes to standard error instead."""
    said = words(language)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", title=said.summary)
    for number, name in enumerate(_header(said)):
        table.add_column(name, justify="right" if _is_number(number) else "left", overflow="fold")
    for line in _lines(reviews, said):
        table.add_row(*(Text(cell(text)) for text in _cells(line)))
    failures = [Text(visible(f"{said.failed}{said.colon}{review.file}"), style="red") for review in failed(reviews)]
    return Group(table, *failures)


def summary_markdown(reviews: Sequence[Review], language: Language, explain: Explain) -> str:
    """Write the summary as Markdown, with links to the reports that stand beside it."""
    said = words(language)
    rows = [(_linked(line), *(markdown(cell(text)) for text in _cells(line)[1:])) for line in _lines(reviews, said)]
    lines = [f"# {said.summary}", "", *table_lines(_header(said), rows, right=_is_number)]
    if failed(reviews):
        lines += [f"## {said.failed}", ""]
    for review in failed(reviews):
        lines += [f"- {markdown(review.file)}"]
        lines += [f"    - {markdown(explain(found).splitlines()[0])}" for found in review.problems]
    return "\n".join(lines).rstrip("\n") + "\n"


def summary_html(reviews: Sequence[Review], language: Language, explain: Explain) -> str:
    """Write the summary as a page with links to the reports that stand beside it."""
    said = words(language)
    failures = [(review.file, [explain(found).split("\n") for found in review.problems]) for review in failed(reviews)]
    return render("index.html", language, {"lines": list(_lines(reviews, said)), "failures": failures})


def summary_json(reviews: Sequence[Review]) -> str:
    """Write JSON with ``submissions``: for each file its result, or the problems that kept it from being scored."""
    submissions = [_as_dict(review) for review in reviews]
    text: str = simplejson.dumps({"submissions": submissions}, use_decimal=True, ensure_ascii=False, indent=2)
    return text


def _as_dict(review: Review) -> dict[str, Any]:
    if review.evaluation is not None:
        return {"file": review.file, "result": review.evaluation.to_dict()}
    problems = [
        {"code": found.code, "severity": found.severity, "message": found.message, "where": str(found.location or "")}
        for found in review.problems
    ]
    return {"file": review.file, "problems": problems}


def failed(reviews: Sequence[Review]) -> list[Review]:
    """Give the reviews of the files that could not be read or did not fit their edition."""
    return [review for review in reviews if review.evaluation is None]


def _lines(reviews: Sequence[Review], said: Words) -> Iterator[Line]:
    for review in sorted_reviews(reviews):
        if review.evaluation is not None:
            yield _line(review.evaluation, review.report, said)


def _line(evaluation: Evaluation, report: str, said: Words) -> Line:
    severities = [found.severity for found in evaluation.findings]
    return Line(
        organisation=evaluation.organisation,
        fiscal_year=str(evaluation.fiscal_year),
        edition=evaluation.catalogue.name,
        score=said.unscored if evaluation.score is None else f"{evaluation.score:f}",
        grade=evaluation.grade or said.no_grade,
        claimed_score=number_text(evaluation.claimed_score),
        claimed_grade=evaluation.claimed_grade or "",
        counts=tuple((severity, severities.count(severity)) for severity in SEVERITIES),
        report=report,
    )


def _header(said: Words) -> tuple[str, ...]:
    own = (said.organisation, said.fiscal_year, said.edition, said.score, said.grade)
    return (*own, said.claimed_score, said.claimed_grade, *(said.severity(severity) for severity in SEVERITIES))


def _cells(line: Line) -> tuple[str, ...]:
    own = (line.organisation, line.fiscal_year, line.edition, line.score, line.grade)
    return (*own, line.claimed_score, line.claimed_grade, *(str(count) for _, count in line.counts))


def _is_number(column: int) -> bool:
    return column in {3, 5, 7, 8, 9}


def _linked(line: Line) -> str:
    name = markdown(cell(line.organisation))
    return f"[{name}](<{line.report}>)" if line.report else name

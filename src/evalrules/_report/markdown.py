"""The report as Markdown: text of the edition and the submission is escaped and can make no markup of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from evalrules._evaluation import Evaluation
from evalrules._problems import Language
from evalrules._reasons.rows import Deduction
from evalrules._report.escape import cell, markdown
from evalrules._report.layout import (
    Block,
    Row,
    blocks,
    by_severity,
    details,
    facts,
    losses,
    notes,
    number_text,
    outcome,
    score_text,
    signed,
)
from evalrules._report.words import Words, words


def markdown_report(evaluation: Evaluation, language: Language = "zh") -> str:
    """Write the whole report: outcome, form, what was lost and why, findings."""
    said = words(language)
    parts = (
        _head(evaluation, said),
        _form(evaluation, said),
        _rationale(evaluation, said),
        _unscored(evaluation, said, language),
        _findings(evaluation, said, language),
    )
    return "\n".join(line for part in parts for line in part).rstrip("\n") + "\n"


def table_lines(header: Iterable[str], rows: Iterable[Iterable[str]], right: Callable[[int], bool]) -> Iterator[str]:
    """Write a table; ``right`` tells which columns hold numbers. Cells must be escaped already."""
    names = tuple(header)
    yield _line(names)
    yield _line("--:" if right(number) else "---" for number in range(len(names)))
    yield from map(_line, rows)
    yield ""


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _head(evaluation: Evaluation, said: Words) -> Iterator[str]:
    yield f"# {markdown(f'{evaluation.organisation} {said.title(evaluation.fiscal_year)}')}"
    yield ""
    yield from (f"- **{name}**{said.colon}{markdown(value)}" for name, value in outcome(evaluation, said))
    if evaluation.score is None:
        yield f"- {said.no_score}"
    yield from (f"- {markdown(note)}" for note in evaluation.notes)
    yield from (f"- {name}{said.colon}{markdown(value)}" for name, value in facts(evaluation, said))
    yield ""


def _form(evaluation: Evaluation, said: Words) -> Iterator[str]:
    yield f"## {said.form}"
    yield ""
    levels = (said.first_level, said.second_level, said.indicator, said.target, said.actual)
    rows = [row for block in blocks(evaluation) for row in _block(block, said)]
    score = said.unscored if evaluation.score is None else f"{evaluation.score:f}"
    totals = (number_text(evaluation.points), score, number_text(evaluation.claimed_score))
    rows.append((f"**{said.total}**", "", "", "", "", *(f"**{text}**" if text else "" for text in totals)))
    yield from table_lines((*levels, said.points, said.score, said.claimed_score), rows, len(levels).__le__)


def _block(block: Block, said: Words) -> Iterator[tuple[str, ...]]:
    first = _cell(block.title)
    for part in block.parts:
        second = _cell(part.title)
        for row in part.rows:
            yield (first, second, *_row(row, said))
            first = second = ""
    if block.section is not None:
        points, claim = number_text(block.section.points), number_text(block.section.claimed_score)
        yield (first, "", f"*{said.subtotal}*", "", "", points, score_text(block.section, said), claim)


def _row(row: Row, said: Words) -> tuple[str, ...]:
    result = row.result
    shown = (result.name if result.section else "", result.target or "", result.actual or "")
    numbers = (number_text(result.points), score_text(result, said), number_text(result.claimed_score))
    return (*map(_cell, shown), *numbers)


def _cell(text: str) -> str:
    return markdown(cell(text))


def _rationale(evaluation: Evaluation, said: Words) -> Iterator[str]:
    yield f"## {said.lost}"
    yield ""
    lost = losses(evaluation, said)
    if not lost and evaluation.score is not None:
        yield said.lost_none
        yield ""
    for loss in lost:
        yield f"### {markdown(loss.name)} {signed(-loss.points)}"
        yield ""
        yield from (line for deduction in loss.deductions for line in _deduction(deduction, said))
        yield ""
    remarks = [f"- {markdown(name)}{said.colon}{markdown(note)}" for name, note in notes(evaluation)]
    yield from (*remarks, "") if remarks else ()


def _deduction(lost: Deduction, said: Words) -> Iterator[str]:
    yield f"- **{signed(-lost.points)}** {markdown(lost.because)}"
    for detail in details(lost, said):
        yield f"    - {markdown(detail.name)}{said.colon}{markdown(detail.value)}"


def _unscored(evaluation: Evaluation, said: Words, language: Language) -> Iterator[str]:
    if evaluation.problems:
        yield f"## {said.problems}"
        yield ""
        yield from (f"- {markdown(str(found.in_language(language)))}" for found in evaluation.problems)
        yield ""


def _findings(evaluation: Evaluation, said: Words, language: Language) -> Iterator[str]:
    yield f"## {said.findings}"
    yield ""
    if not evaluation.findings:
        yield said.findings_none
    for severity, group in by_severity(evaluation.findings):
        yield f"### {said.severity(severity)} ({len(group)})"
        yield ""
        for found in group:
            where = f"{markdown(found.where)}{said.colon}" if found.where else ""
            yield f"- {where}{markdown(found.in_language(language).message)} `{found.code}`"
        yield ""

"""The report for a terminal: the form, then why each point was lost, then what does not agree."""

from __future__ import annotations

import io
from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.text import Text

from evalrules._evaluation import Evaluation
from evalrules._rationale.deductions import Deduction
from evalrules._report.escape import visible
from evalrules._report.form_table import FormTable
from evalrules._report.heading import facts, verdict
from evalrules._report.layout import by_severity, details, losses, notes, signed
from evalrules._report.prose import Prose
from evalrules._report.words import Words, words
from evalrules._wording import Language

PIPE_WIDTH = 120
_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}


def table_report(evaluation: Evaluation, language: Language = "zh") -> RenderableType:
    """Give the report as something that rich prints; nothing in it is read as rich's markup."""
    said = words(language)
    return Group(*_parts(evaluation, said, language))


def table_text(report: RenderableType, width: int = PIPE_WIDTH) -> str:
    """Render a report as plain text without colour, for pipes and files."""
    page = io.StringIO()
    Console(file=page, width=width, color_system=None, force_terminal=False, emoji=False).print(report, crop=False)
    return "\n".join(line.rstrip() for line in page.getvalue().split("\n"))


def _parts(evaluation: Evaluation, said: Words, language: Language) -> Iterator[RenderableType]:
    yield Prose(f"{evaluation.organisation} {said.title(evaluation.fiscal_year)}", "bold")
    yield from (Prose(f"{name}{said.colon}{value}", "dim") for name, value in facts(evaluation, said))
    yield Text()
    yield FormTable(evaluation, said)
    yield Prose(verdict(evaluation, said), "bold")
    yield from (Prose(f"· {note}") for note in evaluation.notes)
    yield from _rationale(evaluation, said)
    yield from _unscored(evaluation, said, language)
    yield from _findings(evaluation, said, language)


def _rationale(evaluation: Evaluation, said: Words) -> Iterator[RenderableType]:
    yield from _heading(said.lost)
    lost = losses(evaluation, said)
    if not lost and evaluation.score is not None:
        yield Text(said.lost_none)
    for loss in lost:
        yield Text.assemble((visible(loss.name), "bold"), (f"  {signed(-loss.points)}", "red"))
        for deduction in loss.deductions:
            yield from _deduction(deduction, said, alone=len(loss.deductions) == 1)
    yield from (Prose(f"{name}{said.colon}{note}") for name, note in notes(evaluation))


def _deduction(lost: Deduction, said: Words, *, alone: bool) -> Iterator[RenderableType]:
    points = "" if alone else f"{signed(-lost.points)} "  # stands beside the name already
    yield Prose(f"{points}{lost.because}", indent=2)
    for detail in details(lost, said):
        style = "green" if detail.kind == "enough" else "dim"
        yield Prose(f"{detail.name}{said.colon}{detail.value}", style, indent=4)


def _unscored(evaluation: Evaluation, said: Words, language: Language) -> Iterator[RenderableType]:
    if not evaluation.problems:
        return
    yield from _heading(said.problems)
    yield from (Prose(str(found.in_language(language)), "red") for found in evaluation.problems)


def _findings(evaluation: Evaluation, said: Words, language: Language) -> Iterator[RenderableType]:
    yield from _heading(said.findings)
    if not evaluation.findings:
        yield Text(said.findings_none)
    for severity, group in by_severity(evaluation.findings):
        yield Text(f"{said.severity(severity)} ({len(group)})", style=f"bold {_COLOURS[severity]}")
        for found in group:
            where = f"{found.where}{said.colon}" if found.where else ""
            yield Prose(f"{where}{found.in_language(language).message} [{found.code}]", indent=2)


def _heading(text: str) -> Iterator[RenderableType]:
    yield Text()
    yield Text(text, style="bold underline")

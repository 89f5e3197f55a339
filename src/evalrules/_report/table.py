"""The report for a terminal: the form, then why each point was lost, then what does not agree."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from attrs import frozen
from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from evalrules._evaluation import Evaluation
from evalrules._problems import Language, visible
from evalrules._reasons.rows import Deduction
from evalrules._report.escape import Prose, cell
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
    score_text,
    signed,
    verdict,
)
from evalrules._report.words import Words, words

# The form as a table for a terminal: with its three levels side by side, or indented where there is little room.


ROOM_FOR_LEVELS = 100
"""Columns of a terminal from which on the three levels stand side by side."""


@frozen
class FormTable:
    """The form of an evaluation; how it is laid out is decided when the width is known."""

    evaluation: Evaluation
    said: Words

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> Iterator[Table]:
        """Lay the form out for the width that there is."""
        yield self._side_by_side() if options.max_width >= ROOM_FOR_LEVELS else self._indented()

    def _side_by_side(self) -> Table:
        said = self.said
        table = _table((said.first_level, said.second_level, said.indicator), said)
        for block in blocks(self.evaluation):
            first = block.title
            for part in block.parts:
                second = part.title
                for row in part.rows:
                    name = row.result.name if row.result.section else ""
                    table.add_row(_text(first), _text(second), _text(name), *_cells(row, said))
                    first = second = ""
            if block.section is not None:
                _add_subtotal(table, block, (_text(first), Text(), Text(said.subtotal)), said)
        self._add_total(table, levels=3)
        return table

    def _indented(self) -> Table:
        said = self.said
        table = _table((said.indicator,), said)
        for block in blocks(self.evaluation):
            if block.section is not None:
                table.add_row(Text(cell(block.title), style="bold"))
            for part in block.parts:
                if part.title:
                    table.add_row(_under(part.title, 1))
                for row in part.rows:
                    table.add_row(_under(row.result.name, min(2, len(row.result.section))), *_cells(row, said))
            if block.section is not None:
                _add_subtotal(table, block, (Text(said.subtotal),), said)
        self._add_total(table, levels=1)
        return table

    def _add_total(self, table: Table, levels: int) -> None:
        evaluation = self.evaluation
        score = self.said.unscored if evaluation.score is None else f"{evaluation.score:f}"
        totals = (number_text(evaluation.points), score, number_text(evaluation.claimed_score))
        table.add_row(self.said.total, *[""] * (levels + 1), *totals, style="bold")


def _table(levels: Sequence[str], said: Words) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for name in (*levels, said.target, said.actual):
        table.add_column(name, overflow="fold")
    for name in (said.points, said.score, said.claimed_score):
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _add_subtotal(table: Table, block: Block, names: Sequence[Text], said: Words) -> None:
    if block.section is not None:
        points, claim = number_text(block.section.points), number_text(block.section.claimed_score)
        score = score_text(block.section, said)
        table.add_row(*names, "", "", points, score, claim, style="italic", end_section=True)


def _cells(row: Row, said: Words) -> tuple[Text, ...]:
    result = row.result
    score = Text(score_text(result, said), style="bold red" if result.deductions or result.score is None else "")
    shown = (result.target or "", result.actual or "", number_text(result.points))
    return (*map(_text, shown), score, Text(number_text(result.claimed_score)))


def _text(text: str) -> Text:
    return Text(cell(text))


def _under(text: str, level: int) -> Padding:
    return Padding(_text(text), (0, 0, 0, 2 * level))


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

"""The form as a table for a terminal: with its three levels side by side, or indented where there is little room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen
from rich import box
from rich.console import Console, ConsoleOptions
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from evalrules._evaluation import Evaluation
from evalrules._report.escape import cell
from evalrules._report.layout import Block, Row, blocks, number_text, score_text
from evalrules._report.words import Words

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

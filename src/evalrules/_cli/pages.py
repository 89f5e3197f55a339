"""The layout of a help page, set by the width of its signs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text


def help_page(call: str, text: str, lists: Iterable[tuple[str, Sequence[tuple[str, str]]]], width: int) -> str:
    """Write how a command is called, what it does, and under a heading each list of names and what they mean."""
    page = StringIO()
    console = Console(file=page, width=width, color_system=None, force_terminal=False, highlight=False)
    console.print(Text(call))
    console.print()
    console.print(Padding(Text(text), (0, 0, 0, 2)))
    for heading, rows in lists:
        if rows:
            console.print()
            console.print(Text(heading))
            console.print(Padding(_table(rows, width), (0, 0, 0, 2)))
    return "\n".join(line.rstrip() for line in page.getvalue().rstrip("\n").split("\n"))


def _table(rows: Sequence[tuple[str, str]], width: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(max_width=width * 2 // 5, overflow="fold")
    table.add_column(overflow="fold")
    for left, right in rows:
        table.add_row(Text(left), Text(right))
    return table

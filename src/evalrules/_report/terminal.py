"""Reports for a terminal, a pipe or a text file: tables fit the width, sentences wrap on a terminal only."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text as RichText

from evalrules._patterns import regex
from evalrules._problems import Phrases, visible
from evalrules._report.blocks import (
    Bars,
    Block,
    Cell,
    Chart,
    Document,
    Facts,
    Heading,
    Items,
    Line,
    Paragraph,
    Row,
    Table,
    Text,
    Tone,
    cell,
    line,
)
from evalrules._values import frozen

PIPE_WIDTH: Final = 120
ROOM_FOR_LEVELS: Final = 100
"""Columns of a terminal from which on titles within titles stand side by side."""
_STYLES: Final[dict[Tone, str]] = {
    "strong": "bold",
    "quiet": "dim",
    "lost": "red",
    "good": "green",
    "error": "bold red",
    "warning": "bold yellow",
    "info": "bold cyan",
    "code": "dim",
}
_SUMS: Final = {"": "", "subtotal": "italic", "total": "bold"}


def write(document: Document) -> str:
    """Write a report as plain text without colour, for pipes and files.

    >>> print(write(Document("题", (Heading(line("节")), Paragraph(line("甲"))))), end="")
    题
    <BLANKLINE>
    节
    甲
    """
    return text(renderable(document))


def show(document: Document) -> None:
    """Show a report on standard output: with colours on a terminal, as text for a pipe."""
    console = Console()
    if console.is_terminal:
        console.print(renderable(document))
    else:
        sys.stdout.write(write(document))


def text(shown: RenderableType, width: int = PIPE_WIDTH) -> str:
    """Write what rich shows as plain text of this width."""
    page = io.StringIO()
    Console(file=page, width=width, color_system=None, force_terminal=False, emoji=False).print(shown, crop=False)
    return "\n".join(each.rstrip() for each in page.getvalue().split("\n"))


def renderable(document: Document) -> RenderableType:
    """Give a report as something that rich prints; nothing in it is read as rich's markup."""
    colon = Phrases(document.language, "report").sign("colon")
    title = Prose(line(Text(document.full_title, "strong")))
    return Group(title, *(part for block, indent in _placed(document.blocks) for part in _shown(block, indent, colon)))


def _placed(blocks: Iterable[Block]) -> Iterator[tuple[Block, int]]:
    """Give blocks with how far in each stands: sentences and facts of a part stand below its heading."""
    below = 0
    for block in blocks:
        below = 2 if isinstance(block, Heading) else below
        yield (
            block,
            below if isinstance(block, Paragraph) or (isinstance(block, Facts) and block.kind == "details") else 0,
        )


def _shown(block: Block, indent: int, colon: str) -> Iterator[RenderableType]:
    match block:
        case Heading(shown, level):
            yield from _heading(shown, level, indent)
        case Paragraph(shown):
            yield Prose(shown, indent)
        case Facts(pairs, "outcome"):
            facts = (line("  ", f"{name}{colon}", *value) for name, value in pairs)
            yield Prose(tuple(chain.from_iterable(facts))[1:], indent, "bold")
        case Facts(pairs, kind):
            yield from [RichText()] if kind == "foot" else ()
            yield from (Prose(line(f"{name}{colon}", *value), indent) for name, value in pairs)
        case Items(items, is_numbered):
            for number, item in enumerate(items, 1):
                yield Prose(line(f"{number}. " if is_numbered else "", *item.text), indent + 2)
                yield from (part for each in item.below for part in _shown(each, indent + 2 + _inset(each), colon))
        case Table():
            yield FittedTable(block)
        case Bars(_, bars):
            yield from (Prose(line(*bar.name, f" {bar.change} ", bar.left), indent + 2) for bar in bars)
        case Chart(_, _, groups):
            counted = (each for each in groups if each.old or each.new)
            yield from (Prose(line(f"{each.label}{colon}{each.old} → {each.new}"), indent + 2) for each in counted)


def _inset(block: Block) -> int:
    return 0 if isinstance(block, Items) else 2


def _heading(shown: Line, level: int, indent: int) -> Iterator[RenderableType]:
    if level > 2:  # noqa: PLR2004 - the head of a group inside a part
        yield Prose(shown, indent, "bold")
    else:
        yield RichText()
        yield Prose(shown, indent, "bold underline")


# ---- tables --------------------------------------------------------------------------------------------------------


@frozen
class FittedTable:
    """A table that is laid out when the width is known: titles within titles side by side, or indented."""

    table: Table

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> Iterator[RichTable]:
        """Lay the table out for the width that there is."""
        levels = self.table.levels if options.max_width < ROOM_FOR_LEVELS else 0
        laid = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_header=self.table.has_head)
        for column in self.table.columns[max(0, levels - 1) :]:
            alignment = "right" if column.is_number else "left"
            laid.add_column(cell(column.name), justify=alignment, no_wrap=column.is_number, overflow="fold")  # type: ignore[arg-type]
        for each in self.table.rows:
            for cells in _indented(each, levels) if levels else [_beside(each.cells)]:
                laid.add_row(*cells, style=_SUMS[each.kind], end_section=each.kind == "subtotal")
        yield laid


def _beside(cells: Iterable[Cell | None]) -> list[RichText]:
    return [RichText() if each is None else _in_cell(each.text) for each in cells]


def _indented(each: Row, levels: int) -> Iterator[list[RichText]]:
    """Give a row for every title that begins here, then the row itself under its titles."""
    head = each.cells[0]
    is_nested = head is None or head.columns == 1
    for depth, title in enumerate(each.cells[: levels - 1] if is_nested else ()):
        if title is not None and title.text:
            yield [_in_cell(title.text, depth), *[RichText()] * (len(each.cells) - levels)]
    own = each.cells[levels - 1] if is_nested else head
    depth = sum(map(_is_deep, each.cells[: levels - 1])) if is_nested else 0
    yield [_in_cell(own.text if own is not None else (), depth), *_beside(each.cells[levels:])]


def _is_deep(title: Cell | None) -> bool:
    return title is None or bool(title.text)


def _in_cell(shown: Line, depth: int = 0) -> RichText:
    found = RichText("  " * depth)
    for piece in shown:
        found.append(cell(piece.text), _STYLES.get(piece.tone))
    return found


# ---- sentences: Chinese text breaks between any two characters, not only at its rare blanks ------------------------


# Repetitions are bounded so that no text, however odd, takes longer than its length.
_PIECE = regex(
    r"[（“‘《【〔]{0,3}"
    r"(?:[\w.,%‰`@\-\[\]/]{0,60}[A-Za-z0-9`\]]|\S|\s)"
    r"(?:\s{0,2}[，。：；、）”’》】〕？！]){0,9}",
    re.ASCII,
)


@frozen
class Prose:
    """A text of one paragraph. It is wrapped on a terminal only: in a pipe or a file a sentence stays one line."""

    shown: Line
    indent: int = 0
    style: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RichText]:
        """Give the lines for the width that there is; lines after the first stand two columns further in."""
        whole = RichText(style=self.style, no_wrap=True, overflow="ignore")
        for piece in self.shown:
            whole.append(visible(piece.text), _STYLES.get(piece.tone))
        for number, each in enumerate(self._lines(whole, console, options)):
            yield RichText(" " * (self.indent + 2 * bool(number)), no_wrap=True, overflow="ignore") + each

    def _lines(self, whole: RichText, console: Console, options: ConsoleOptions) -> Iterator[RichText]:
        if not console.is_terminal:
            yield whole
            return
        at = 0
        for each in wrapped(whole.plain, options.max_width - self.indent - 2):
            at = whole.plain.index(each, at)
            yield whole[at : at + len(each)]
            at += len(each)


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines of at most ``width`` columns, where one piece is not wider by itself.

    Words, numbers and codes stay whole; closing punctuation stays with what it closes, opening with what it opens.

    >>> wrapped("完成值 95% 为指标值 100% 的 95%，按比例得分", 20)
    ['完成值 95% 为指标值', '100% 的 95%，按比例', '得分']
    """
    lines, current = [], ""
    for piece in _PIECE.findall(text):
        if current and cell_len(current + piece.rstrip()) > width:
            lines.append(current.rstrip())
            current = ""
        current += piece if current else piece.lstrip()
    return [*lines, current.rstrip()]

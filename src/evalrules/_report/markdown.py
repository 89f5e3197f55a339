"""Reports as Markdown: text of the edition and the submission is escaped and can make no markup of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from evalrules._patterns import regex
from evalrules._problems import Phrases, visible
from evalrules._report.blocks import (
    Bars,
    Block,
    Chart,
    Document,
    Facts,
    Heading,
    Item,
    Items,
    Line,
    Paragraph,
    Row,
    RowKind,
    Table,
    Text,
    cell,
    line,
    row,
)

_MARKUP = regex(r"[\\`*_{}\[\]<>#|~$&]")
_LIST_NUMBER = regex(r"^([0-9]+)([.)])(?=\s|$)")
_SUMS: Final[dict[RowKind, str]] = {"": "", "subtotal": "*", "total": "**"}


def write(document: Document) -> str:
    """Write a report as Markdown."""
    colon = Phrases(document.language, "report").sign("colon")
    blocks = (Heading(line(document.full_title), 1), *document.blocks)
    return "\n".join(text for block in blocks for text in _block(block, colon)).rstrip("\n") + "\n"


def _block(block: Block, colon: str) -> Iterator[str]:
    """Write a block and the blank line that ends it."""
    match block:
        case Heading(shown, level):
            yield f"{'#' * level} {_line(shown)}"
        case Paragraph(shown):
            yield _line(shown)
        case Facts(pairs, _, leading):
            yield from (_fact(name, value, colon, is_strong=n < leading) for n, (name, value) in enumerate(pairs))
        case Items(items, is_numbered):
            for number, item in enumerate(items, 1):
                yield from _item(item, colon, f"{number}." if is_numbered else "-")
        case Table():
            yield from _table(block)
        case Bars(heads, bars):
            yield from _rows(heads, (row(bar.name, bar.change, bar.left) for bar in bars), {1, 2})
        case Chart(name, series, groups):
            yield from _rows(
                (name, *series), (row(each.label, str(each.old), str(each.new)) for each in groups), {1, 2}
            )
    yield ""


def _fact(name: str, value: Line, colon: str, *, is_strong: bool) -> str:
    mark = "**" if is_strong else ""
    return f"- {mark}{markdown(name)}{mark}{colon}{_line(value)}"


def _item(item: Item, colon: str, mark: str) -> Iterator[str]:
    yield f"{mark} {_line(item.text)}"
    for block in item.below:
        yield from (f"{' ' * len(mark)} {text}" for text in _block(block, colon) if text)


# ---- tables --------------------------------------------------------------------------------------------------------


def _table(table: Table) -> Iterator[str]:
    numbers = {place for place, column in enumerate(table.columns) if column.is_number}
    yield from _rows([column.name for column in table.columns], table.rows, numbers)


def _rows(names: Iterable[str], rows: Iterable[Row], numbers: set[int]) -> Iterator[str]:
    heads = [markdown(cell(name)) for name in names]
    yield _joined(heads)
    yield _joined("--:" if place in numbers else "---" for place in range(len(heads)))
    yield from (_joined(_cells(each)) for each in rows)


def _joined(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(each: Row) -> Iterator[str]:
    mark = _SUMS[each.kind]
    for found in each.cells:
        shown = "" if found is None else _line(tuple(Text(cell(p.text), p.tone, p.link) for p in found.text))
        yield f"{mark}{shown}{mark}" if shown else ""


# ---- text ----------------------------------------------------------------------------------------------------------


def _line(shown: Line) -> str:
    """Write a line; only what may begin a line is escaped at its beginning."""
    return "".join(_piece(piece, begins=not place) for place, piece in enumerate(shown)).strip()


def _piece(piece: Text, *, begins: bool) -> str:
    shown = markdown(piece.text) if begins else _escaped(visible(piece.text))
    if piece.link and not piece.link.startswith("#"):
        return f"[{shown}](<{piece.link}>)"
    return f"**{shown}**" if piece.tone in ("strong", "lost") and shown.strip() == shown and shown else shown


def markdown(text: str) -> str:
    r"""Make text fit for one line of Markdown: its markup, HTML and table signs stand for themselves.

    >>> markdown("a|b *c* <script>")
    'a\\|b \\*c\\* \\<script\\>'
    """
    escaped = _LIST_NUMBER.sub(r"\1\\\2", _escaped(visible(text).strip()))
    return f"\\{escaped}" if escaped[:1] in tuple("-+=:") else escaped


def _escaped(text: str) -> str:
    return _MARKUP.sub(lambda found: f"\\{found[0]}", text)

"""What reports are made of: headings, paragraphs, facts, lists, tables, pictures; each format has one writer of them.

The contents of a report are built once as blocks; a writer knows blocks and nothing of what they tell. Texts are as
edition and submission have them: a writer makes them harmless for
its format by what stands at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Literal

import attrs

from evalrules._patterns import regex
from evalrules._problems import Language, visible
from evalrules._values import frozen

Tone = Literal["", "strong", "quiet", "lost", "good", "error", "warning", "info", "code", "source"]
"""How a piece of text is meant; ``code`` is a stable code, ``source`` an excerpt that keeps its blanks."""


@frozen
class Text:
    """A piece of text; ``link`` leads to an anchor (``#…``) of the same report, or to a file beside it."""

    text: str
    tone: Tone = ""
    link: str = ""


Line = tuple[Text, ...]
"""What stands in one line or cell."""
RowKind = Literal["", "subtotal", "total"]
BarKind = Literal["whole", "down", "up"]


def line(*parts: str | Text) -> Line:
    """Make a line of its pieces; empty ones are left out.

    >>> line("甲", Text("−1", "lost"), "")
    (Text(text='甲', tone='', link=''), Text(text='−1', tone='lost', link=''))
    """
    pieces = (part if isinstance(part, Text) else Text(part) for part in parts)
    return tuple(piece for piece in pieces if piece.text)


def plain(shown: Line) -> str:
    """Give the text of a line alone."""
    return "".join(piece.text for piece in shown)


@frozen
class Heading:
    """The head of what follows. Level 2 is a part of the report, 3 a part of that; 1 is the report's title.

    On paper the parts are numbered, but for annexes, which begin a page of their own.
    """

    text: Line
    level: int = 2
    anchor: str = ""
    is_annex: bool = False


@frozen
class Paragraph:
    """A paragraph."""

    text: Line


@frozen
class Facts:
    """Names with their values; the first ``leading`` of a report's outcome are what a reader looks for."""

    pairs: tuple[tuple[str, Line], ...]
    kind: Literal["outcome", "details", "foot"] = "details"
    leading: int = 0


@frozen
class Item:
    """One point of a list, with what stands below it; ``is_folded`` where a page may hide that until it is asked."""

    text: Line
    below: tuple[Block, ...] = ()
    anchor: str = ""
    is_folded: bool = False


@frozen
class Items:
    """A list; its points are numbered from 1 where their order counts."""

    items: tuple[Item, ...]
    is_numbered: bool = False


@frozen
class Column:
    """A column; ``width`` is its share of a page.

    One ``to_fill`` is to be filled in by whoever gets the paper, with one of the ``choices`` where there are any.
    """

    name: str
    is_number: bool = False
    width: int = 2
    to_fill: bool = False
    choices: tuple[str, ...] = ()


@frozen
class Cell:
    """A cell, which may take several rows or columns; ``height`` is room for so many lines of writing by hand."""

    text: Line = ()
    rows: int = 1
    columns: int = 1
    is_head: bool = False
    height: int = 1


@frozen
class Row:
    """A row: of each column its cell, None where one from above or from the left reaches.

    ``below`` is what is to be said of the row; a format that can show it there does, all others are given the same
    blocks in a part of their own.
    """

    cells: tuple[Cell | None, ...]
    kind: RowKind = ""
    anchor: str = ""
    below: tuple[Block, ...] = ()


@frozen
class Table:
    """A table. Its first ``levels`` columns are titles within titles, which a narrow screen shows one under another.

    A table without a name in any column has no head.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    name: str = ""
    levels: int = 0

    @property
    def has_head(self) -> bool:
        """Whether its columns have names."""
        return any(column.name for column in self.columns)


def row(*texts: str | Line, head: bool = False) -> Row:
    """Make a row of plain cells; with ``head`` the first is the row's name."""
    lines = [line(text) if isinstance(text, str) else text for text in texts]
    return Row(tuple(Cell(text, is_head=head and not number) for number, text in enumerate(lines)))


@frozen
class Bar:
    """A bar from ``low`` to ``high`` in percent of the picture's width, with the words beside it."""

    name: Line
    low: Decimal
    high: Decimal
    kind: BarKind
    change: str
    left: str


@frozen
class Bars:
    """Bars below one another; ``heads`` name what stands beside them: the name, the change, what is left."""

    heads: tuple[str, str, str]
    bars: tuple[Bar, ...]
    name: str
    note: str = ""


@frozen
class Group:
    """How many before and how many after of one kind."""

    label: str
    old: int
    new: int


@frozen
class Chart:
    """Counts before and after side by side; ``series`` names the two."""

    name: str
    series: tuple[str, str]
    groups: tuple[Group, ...]

    @property
    def most(self) -> int:
        """The count at the top, at least 1."""
        return max(1, *(max(group.old, group.new) for group in self.groups))


Block = Heading | Paragraph | Facts | Items | Table | Bars | Chart


@frozen
class Document:
    """A whole report. ``about`` names what it is of, ``title`` what it is; ``skip`` is the anchor of its main table.

    ``mark`` is what an office file says inside that it is: a report, unless told.
    """

    title: str
    blocks: tuple[Block, ...]
    language: Language = "zh"
    about: str = ""
    skip: str = ""
    mark: str = ""
    is_wide: bool = False
    """Whether its pages lie on their long side."""

    @property
    def full_title(self) -> str:
        """What it is, and of whom."""
        return f"{self.about} {self.title}" if self.about else self.title


def under(heading: Heading, blocks: Iterable[Block]) -> Iterator[Block]:
    """Give blocks under a heading, or nothing where there are none."""
    found = tuple(blocks)
    if found:
        yield heading
        yield from found


# Text made fit for where it is shown: harmless in cells of a spreadsheet, in quotation marks on paper.


_QUANTITY = regex(r"[=＝]?\s*+[+\-−]?\s*+[0-9][0-9,.]*+\s*+[%‰％]?\w*+|[-—/]*+")


def inert(text: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula: an apostrophe stands before it, as spreadsheets do it.

    Quantities as people write them, also signed and with ``=``, are left alone.

    >>> inert("=HYPERLINK(A1)"), inert("-5%"), inert("=100%"), inert("合格")
    ("'=HYPERLINK(A1)", '-5%', '=100%', '合格')
    """
    return f"'{text}" if text[:1] in tuple("=+-@") and not _QUANTITY.fullmatch(text) else text


def cell(text: str) -> str:
    """Make text fit for a cell: its unseen characters are shown, and no spreadsheet takes it for a formula."""
    return inert(visible(text).strip())


# What messages quote stands in backticks, which are for a screen; paper has quotation marks.


_QUOTED = {"zh": regex(r" ?`([^`]*)` ?"), "en": regex(r"`([^`]*)`")}


def in_marks(text: str, language: Language) -> str:
    """Put what a message quotes into quotation marks; Chinese has no blanks around them.

    >>> in_marks("填报 `100%`，计算为 86.15%", "zh"), in_marks("`a` is `b`", "en")
    ('填报“100%”，计算为 86.15%', '“a” is “b”')
    """
    return _QUOTED[language].sub(r"“\1”", text)


def on_paper(document: Document) -> Document:
    """Give a report with quotation marks in all that it says."""
    return attrs.evolve(document, blocks=_each(document.blocks, document.language))


def _each(value: Any, language: Language) -> Any:
    if isinstance(value, Text):
        return attrs.evolve(value, text=in_marks(value.text, language)) if "`" in value.text else value
    if isinstance(value, tuple):
        return tuple(_each(each, language) for each in value)
    if not attrs.has(type(value)):
        return value
    names = [field.name for field in attrs.fields(type(value))]
    return attrs.evolve(value, **{name: _each(getattr(value, name), language) for name in names})

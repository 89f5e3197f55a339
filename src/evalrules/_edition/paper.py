"""The form on paper: which words stand on the tables of an edition, in their order, for reading and for writing.

Nothing here has a meaning for scores: it takes no part in the digest. A text may name the fiscal year as ``{year}``,
others as ``{year-1}``; the first of several words for one thing is the one that is printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from attrs import field

from evalrules._patterns import regex
from evalrules._problems import Location
from evalrules._values import frozen

_YEAR = regex(r"\{year\s*(?P<offset>[-+−]\s*[0-9]+)?\}")
Labels = tuple[tuple[str, tuple[str, ...]], ...]
"""What stands for what: a name of the edition, or a key, and its words on the form."""


@frozen
class FiguresBlock:
    """Single figures, each with its words; of ``kind`` ``prose`` they stand in sentences, a number behind the words."""

    labels: Labels
    kind: str = "figures"
    heading: str | None = None
    location: Location | None = field(default=None, repr=False)


@frozen
class GridBlock:
    """A fixed grid; ``columns`` and ``rows`` hold every name, with its words."""

    grid: str
    columns: Labels
    rows: Labels
    heading: str | None = None
    location: Location | None = field(default=None, repr=False)
    kind: ClassVar[str] = "grid"


@frozen
class TableBlock:
    """Rows that the unit names itself, below the rows before them; ``columns`` hold every name, with its words.

    They stand behind the row ``after`` of the grid before where that is given; ``blank_rows`` are printed.
    """

    table: str
    columns: Labels
    after: str | None = None
    blank_rows: int = 2
    heading: str | None = None
    location: Location | None = field(default=None, repr=False)
    kind: ClassVar[str] = "table"


@frozen
class RowBlock:
    """One row with a label and figures by their columns, and the points and score of an ``indicator``."""

    label: tuple[str, ...]
    cells: Labels
    indicator: str | None = None
    heading: str | None = None
    location: Location | None = field(default=None, repr=False)
    kind: ClassVar[str] = "row"


@frozen
class HeadBlock:
    """What the form says of itself: organisation, project and the like, each with its words; or the goals."""

    labels: Labels
    kind: str = "head"
    heading: str | None = None
    location: Location | None = field(default=None, repr=False)


@frozen
class IndicatorsBlock:
    """The table of the indicators: its columns in order, each with what it holds where the words do not tell."""

    columns: tuple[tuple[str, str | None], ...]
    heading: str | None = None
    location: Location | None = field(default=None, repr=False)
    kind: ClassVar[str] = "indicators"


Block = FiguresBlock | GridBlock | TableBlock | RowBlock | HeadBlock | IndicatorsBlock


@frozen
class PaperTable:
    """One table: the name of the annex, its title, its blocks from top to bottom, and the notes below it."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()
    location: Location | None = field(default=None, repr=False)


@frozen
class PaperForm:
    """The tables of an edition in their order, and who signs."""

    tables: tuple[PaperTable, ...]
    signatures: tuple[str, ...] = ()
    location: Location | None = field(default=None, repr=False)

    @property
    def blocks(self) -> Iterator[Block]:
        """All blocks, in the order of the paper."""
        return (block for table in self.tables for block in table.blocks)


def printed(text: str, year: int | None) -> str:
    """Put the years into a text of the form; without a year a blank stands for them.

    >>> printed("{year-1}年决算数", 2024), printed("{year}年度自评表", None)
    ('2023年决算数', '    年度自评表')
    """

    def put(found: re.Match[str]) -> str:
        offset = (found["offset"] or "0").replace("−", "-").replace(" ", "")
        return " " * 4 if year is None else str(year + int(offset))

    return _YEAR.sub(put, text)

"""What stands on the pages of a file, whatever its kind: lines of text and grids of cells, each with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property

from attrs import define, evolve, field

from evalrules._patterns import regex
from evalrules._values import frozen

MAX_CELLS = 200_000
"""Cells with something in them, in a whole file; a form has some hundred."""
MAX_ROWS = 20_000
MAX_COLUMNS = 400
PICTURE = "form-cell-picture"
"""The fault of a cell in which there is a picture and no text."""

_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…（）《》、，。；：！？％≥≤＝"
_BREAK = regex(r"(?<![ \t\xa0\u3000])[ \t\xa0\u3000]*+\n[ \t\xa0\u3000]*+")
_SPACES = regex(r"[ \t\xa0\u3000\u2002-\u200a]+")
_UNSEEN = regex(r"[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\x00-\x08\x0b-\x1f\x7f]")
_SENTENCE_END = regex(r"[。；;！？!?：:.]\s*$")


@frozen
class Cell:
    """One cell as it is shown. It covers ``rows`` × ``columns`` of its grid from its first row and column, from 0.

    ``fault`` is the code of what is wrong with it: a formula that was never calculated, or that gives an
    error, or a picture.
    ``mark`` says in a blank form of ours what the cell is for; ``number`` counts the cells of a Word document from 0.
    """

    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    fault: str | None = None
    mark: str = ""
    number: int = -1

    @cached_property
    def words(self) -> str:
        """The text in one line: a break inside a word is none."""
        return in_one_line(self.text)

    @cached_property
    def key(self) -> str:
        """The text as words are compared: one width, no blanks."""
        return compact(self.text)

    @property
    def is_blank(self) -> bool:
        """Whether nothing is shown."""
        return not self.key and self.fault is None


@define(eq=False)
class Grid:
    """The cells of a table or of a sheet, as they lie on the page; hidden rows and columns are not on it.

    ``row_names`` and ``column_names`` are those that a person sees at the edge of a sheet, of a table row 1, 2, ….
    ``edges`` are the left edges of a table's columns where the file tells them.
    """

    name: str
    cells: tuple[Cell, ...]
    sheet: bool = False
    row_names: tuple[int, ...] = ()
    column_names: tuple[str, ...] = ()
    edges: tuple[int, ...] = ()
    _at: dict[tuple[int, int], Cell] = field(init=False, repr=False)

    @_at.default
    def _covered(self) -> dict[tuple[int, int], Cell]:
        at: dict[tuple[int, int], Cell] = {}
        for cell in self.cells:
            for row in range(cell.row, cell.row + cell.rows):
                for column in range(cell.column, cell.column + cell.columns):
                    at.setdefault((row, column), cell)
        return at

    @cached_property
    def height(self) -> int:
        """The number of rows with a cell in them or below them."""
        return max((cell.row + cell.rows for cell in self.cells), default=0)

    @cached_property
    def width(self) -> int:
        """The number of columns."""
        return max((cell.column + cell.columns for cell in self.cells), default=0)

    def at(self, row: int, column: int) -> Cell | None:
        """Give the cell that covers this place."""
        return self._at.get((row, column))

    @cached_property
    def lines(self) -> tuple[tuple[Cell, ...], ...]:
        """The cells of each row from left to right: those that begin in it, and those that reach into it from above."""
        rows: list[dict[int, Cell]] = [{} for _ in range(self.height)]
        for cell in self.cells:
            for row in range(cell.row, cell.row + cell.rows):
                rows[row].setdefault(cell.column, cell)
        return tuple(tuple(line[column] for column in sorted(line)) for line in rows)

    def own(self, row: int) -> Iterator[Cell]:
        """Give the cells with something in them that begin in a row."""
        return (cell for cell in self.lines[row] if cell.row == row and not cell.is_blank)

    def shares(self, cell: Cell, first: int, last: int) -> bool:
        """Tell whether a cell stands in these columns: over half of them, or with half of itself.

        Rows are not always flush with those above them, and a cell that reaches a little too far is not meant to.
        """
        end = cell.column + cell.columns - 1
        left, right = max(first, cell.column), min(last, end)
        if right < left:
            return False
        return 2 * self._breadth(left, right) >= min(self._breadth(first, last), self._breadth(cell.column, end))

    def _breadth(self, first: int, last: int) -> int:
        """Give how broad columns are: as the file tells, else by their number."""
        known = last + 1 < len(self.edges)
        return self.edges[last + 1] - self.edges[first] if known else (last - first + 1) * self._usual

    @cached_property
    def _usual(self) -> int:
        return max(1, self.edges[-1] // (len(self.edges) - 1)) if len(self.edges) > 1 else 1

    def part(self, rows: range, columns: range) -> Grid:
        """Give the cells that lie within these rows and columns, at the places that they have."""
        inside = (cell for cell in self.cells if cell.row in rows and cell.column in columns)
        return evolve(self, cells=tuple(cell for cell in inside if cell.column + cell.columns - 1 in columns))

    def row_name(self, row: int) -> int:
        """Give the number of a row as a person counts it."""
        return self.row_names[row] if row < len(self.row_names) else row + 1

    def address(self, cell: Cell) -> str:
        """Name a cell as sheets do: ``H14``."""
        column = self.column_names[cell.column] if cell.column < len(self.column_names) else letters(cell.column)
        return f"{column}{self.row_name(cell.row)}"

    def spot(self, row: int, column: int) -> str:
        """Tell where a cell is in its file, for programs: ``附件1-2!H14`` of a sheet, the number of a table's cell."""
        if not self.sheet:
            cell = self.at(row, column)
            return "" if cell is None or cell.number < 0 else str(cell.number)
        name = self.column_names[column] if column < len(self.column_names) else letters(column)
        return f"{self.name}!{name}{self.row_name(row)}"

    def place(self, cell: Cell, word: str = "") -> str:
        """Tell where a cell is: ``附件1-2!H14`` of a sheet, ``表2 第14行“得分”`` of a table, by its header ``word``."""
        if self.sheet:
            return f"{self.name}!{self.address(cell)}" if self.name else self.address(cell)
        within = f"“{word}”" if word else f"第{self._position(cell)}格"
        return f"{self.name} 第{self.row_name(cell.row)}行{within}"

    def empty_place(self, row: int, column: int, word: str) -> str:
        """Tell where nothing stands: where a cell would."""
        if self.sheet:
            name = self.column_names[column] if column < len(self.column_names) else letters(column)
            return f"{self.name}!{name}{self.row_name(row)}" if self.name else f"{name}{self.row_name(row)}"
        return f"{self.row_place(row)}“{word}”"

    def _position(self, cell: Cell) -> int:
        return 1 + sum(other.column < cell.column for other in self.lines[cell.row])

    def row_place(self, row: int) -> str:
        """Tell where a row is: ``表2 第14行``."""
        name = f"{self.name} " if self.name else ""
        return f"{name}第{self.row_name(row)}行"


@frozen
class Line:
    """A line of text outside of all tables."""

    text: str


Block = Line | Grid


def letters(column: int) -> str:
    """Name a column, counted from 0, as sheets do.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def in_one_line(text: str) -> str:
    r"""Give a text in one line: a break in a word is dropped, one between Latin words or numbers is a blank.

    >>> in_one_line("年初预\n算数"), in_one_line("Win 10\nPro"), in_one_line("　56 ")
    ('年初预算数', 'Win 10 Pro', '56')
    """
    text = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n")).strip()
    if "\n" in text:
        text = _BREAK.sub("\n", text)
        text = re.sub(rf"(?<=[{_WIDE}])\n+|\n+(?=[{_WIDE}])", "", text).replace("\n", " ")
    return _SPACES.sub(" ", text).strip()


def in_paragraphs(text: str) -> str:
    r"""Give a longer text with its paragraphs: a break stays where a sentence ends before it, or a line is left blank.

    >>> in_paragraphs("1.完成甲。\n2.完成\n乙。")
    '1.完成甲。\n2.完成乙。'
    """
    parts: list[str] = []
    for part in text.replace("\r", "\n").split("\n"):
        if parts and parts[-1] and part.strip() and not _SENTENCE_END.search(parts[-1]):
            parts[-1] = f"{parts[-1]}\n{part}"
        else:
            parts.append(part)
    return "\n".join(line for line in map(in_one_line, parts) if line)


def compact(text: str) -> str:
    """Give a text as words are compared: of one width, without blanks and signs that are not seen.

    >>> compact("数量   指标（50分）")
    '数量指标(50分)'
    """
    return "".join(_UNSEEN.sub("", unicodedata.normalize("NFKC", text)).split())

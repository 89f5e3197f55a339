"""What was found of one form while its file is gone through: head, funds, base data, rows of indicators, totals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from attrs import define, evolve, field

from evalrules._forms.cells import Cell, Grid, in_one_line, in_paragraphs
from evalrules._problems import Location, Problem, problem
from evalrules._values import frozen

Kind = Literal["head", "funds", "base", "goals", "indicators"]
_SHORT: Final = 20


@frozen
class Value:
    """What stands in one cell, and where a person finds it; ``fault`` as of `Cell`, ``spot`` as of `Grid.spot`."""

    text: str
    place: str
    fault: str | None = None
    spot: str = ""

    @property
    def line(self) -> str:
        """The text in one line."""
        return in_one_line(self.text)

    @property
    def paragraphs(self) -> str:
        """The text with its paragraphs."""
        return in_paragraphs(self.text)


@frozen
class Row:
    """A row of the indicators' table: the sections that it stands in, and its cells by column.

    ``units`` are those that the headers of columns state.
    """

    section: tuple[str, ...]
    cells: dict[str, Value]
    units: dict[str, str]
    place: str


@frozen
class AreaRow:
    """A row of funds or base data: its label, and its cells by the number of their column."""

    label: str
    cells: dict[int, Value]
    place: str


@frozen
class Pair:
    """A figure that has a label of its own: beside it, above it, or before a colon in its cell."""

    label: str
    value: Value


@define
class Area:
    """A block of figures below one header: ``columns`` are the header's labels, ``block`` what stands at its side.

    ``table`` is the number of the grid that it stands in.
    """

    kind: Literal["funds", "base"]
    block: str
    columns: tuple[str, ...]
    table: int
    rows: list[AreaRow] = field(factory=list)
    pairs: list[Pair] = field(factory=list)


@define
class Draft:
    """One form in the making."""

    file: str
    title: str = ""
    year: int | None = None
    money: str = ""
    head: dict[str, Value] = field(factory=dict)
    goals: dict[str, Value] = field(factory=dict)
    areas: list[Area] = field(factory=list)
    rows: list[Row] = field(factory=list)
    total: dict[str, Value] = field(factory=dict)
    subtotals: dict[str, Value] = field(factory=dict)
    kinds: set[Kind] = field(factory=set)
    tables: set[int] = field(factory=set)
    told: list[Problem] = field(factory=list)

    def tell(self, code: str, place: str = "", /, **arguments: object) -> None:
        """Keep a problem of this form, at a place of its file."""
        self.told.append(problem(code, Location(f"{self.file} {place}".rstrip()), **arguments))

    @property
    def is_complete(self) -> bool:
        """Whether it has rows of indicators, or their total."""
        return "indicators" in self.kinds and bool(self.rows or self.total)


@define(eq=False)
class Page:
    """A grid being read: ``used`` are the cells that were understood. ``number`` counts the grids of a file."""

    file: str
    grid: Grid
    number: int
    used: set[Cell] = field(factory=set)

    def own(self, row: int) -> list[Cell]:
        """Give the cells with something in them that begin in a row."""
        return list(self.grid.own(row))

    def part(self, rows: range, columns: range | None = None) -> Page:
        """Give a part of the page, what is understood of which is understood of the page."""
        return evolve(self, grid=self.grid.part(rows, range(self.grid.width) if columns is None else columns))

    def use(self, cells: Iterable[Cell]) -> None:
        """Remember that cells were understood."""
        self.used.update(cells)

    def value(self, cells: Iterable[Cell], word: str = "") -> Value:
        """Give what stands in cells that make one entry, one after the other, and remember that it was read."""
        known = list(cells)
        self.use(known)
        text = known[0].text if len(known) == 1 else "".join(cell.words for cell in known)
        fault = next((cell.fault for cell in known if cell.fault), None)
        spot = self.grid.spot(known[0].row, known[0].column)
        return Value(text, f"{self.file} {self.grid.place(known[0], word)}", fault, spot)

    def blank(self, row: int, column: int, word: str) -> Value:
        """Give an entry with nothing in it, at the place where a person would fill it in.

        Where a cell that is filled in reaches down from a row before, that is the place: it stands for both rows.
        """
        cell = self.grid.at(row, column)
        own = cell is not None and (cell.row == row or not cell.is_blank)
        place = self.grid.place(cell, word) if cell and own else self.grid.empty_place(row, column, word)
        spot = self.grid.spot(cell.row, cell.column) if cell and own else self.grid.spot(row, column)
        return Value("", f"{self.file} {place}", spot=spot)

    def unread(self, is_nothing: Iterable[Cell]) -> list[list[Cell]]:
        """Give the cells that have something in them and were not understood, those of one column together."""
        passed = self.used | set(is_nothing)
        columns: dict[int, list[Cell]] = {}
        for cell in self.grid.cells:
            if not cell.is_blank and cell not in passed:
                columns.setdefault(cell.column, []).append(cell)
        return [columns[column] for column in sorted(columns)]


def short(cell: Cell) -> str:
    """Give the beginning of what stands in a cell, for a message."""
    return cell.words if len(cell.words) <= _SHORT else f"{cell.words[: _SHORT - 1]}…"

"""The headers of tables known by their words: which column holds what, and which cells of a row stand in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final

from attrs import evolve, field

from evalrules._forms.cells import Cell, Grid
from evalrules._forms.words import Words, unit_of, yearless
from evalrules._patterns import regex
from evalrules._values import frozen

_LONGEST_LABEL: Final = 40
_SHARE = 0.6
_MOST_ROWS: Final = 3
_MOST_CELLS: Final = 60
"""Cells of a header, those of tables side by side together."""
_MOST_LOOKED_AT: Final = 40
_RESULTS: Final = frozenset(
    {"target", "actual", "both", "points", "claimed_score", "deviation", "deviation_reason", "standard"}
)
_OF_SECTIONS: Final = {"points": "section_points", "claimed_score": "section_score"}
_IN_PARTS: Final = frozenset({"indicator", "operator", "target", "actual"})
UNITS: Final = frozenset({"organisation", "implementing_unit", "competent_department"})
_WHOSE: Final = frozenset({"project", "organisation", "implementing_unit"})
_NUMBER = regex(r"\d[\d,]*(?:\.\d+)?分?")
_YEARS = regex(r"(?<!\d)(?:19|20)\d{2}(?=年|\))")
_CHINESE = regex(r"[\u4e00-\u9fff]")


def may_be_label(cell: Cell) -> bool:
    """Tell whether a cell is short enough for a label and has words."""
    return len(cell.key) <= _LONGEST_LABEL and _CHINESE.search(cell.key) is not None


@frozen
class Column:
    """A column of the indicators' table: what it holds, the header's word, a unit in the header, where it lies.

    ``year`` is the one that the header says it is of.
    """

    field: str
    word: str
    unit: str
    first: int
    last: int
    year: int | None = None


@frozen
class Header:
    """The header of an indicators' table: ``levels`` are its sections, the outermost first; ``name`` its indicators.

    ``depth`` is the number of rows that it takes, ``cells`` are those of its cells that were understood,
    ``guessed`` those of them that only a word in them told. Where each of several projects has rows of its own,
    ``beside`` are the columns that tell which: labels of a form's head, and of funds.
    """

    levels: tuple[Column, ...]
    name: Column
    columns: tuple[Column, ...]
    depth: int = 1
    cells: tuple[Cell, ...] = field(default=(), eq=False)
    guessed: tuple[Cell, ...] = field(default=(), eq=False)
    beside: tuple[Column, ...] = ()

    @property
    def all(self) -> tuple[Column, ...]:
        """Every column, levels and name first."""
        return (*self.levels, self.name, *self.columns)

    def get(self, wanted: str) -> Column | None:
        """Give the column that holds this."""
        return next((column for column in self.columns if column.field == wanted), None)

    def moved(self, before: tuple[int, ...], after: tuple[int, ...]) -> Header | None:
        """Give the header for a table whose columns begin elsewhere; None where they are not known or do not fit."""
        if not before or not after or max(column.last for column in self.all) >= len(before):
            return None

        def put(column: Column) -> Column:
            first, last = (_nearest(before[at], after) for at in (column.first, column.last))
            return evolve(column, first=first, last=max(first, last))

        levels, columns, beside = (tuple(map(put, part)) for part in (self.levels, self.columns, self.beside))
        moved = Header(levels, put(self.name), columns, beside=beside)
        return moved if len({column.first for column in moved.all}) == len(moved.all) else None


def _nearest(edge: int, edges: tuple[int, ...]) -> int:
    return min(range(len(edges)), key=lambda at: abs(edges[at] - edge))


def header_at(words: Words, grid: Grid, row: int) -> Header | None:
    """Read the header of an indicators' table that begins in this row, of up to three rows."""
    named = _meanings(words, grid, row)
    if not _is_header(named) and not _is_header(_parted(words, grid, row, named)):
        return None
    cells, end = list(named), row + 1
    while end < row + _MOST_ROWS and (below := _below(words, grid, end, named)):
        covered = {column for cell in below for column in range(cell.column, last_of(grid, cell) + 1)}
        named = {
            cell: found for cell, found in named.items() if cell.row + cell.rows > end or cell.column not in covered
        }
        named |= below
        cells += below
        end += 1
    pieces, guessed = _hinted(words, sorted(named.items(), key=lambda piece: piece[0].column))
    header = _arranged(words, grid, pieces)
    if header is None or not header.columns:
        return None
    starts = {column.first for column in header.all}
    depth = max(end, *(cell.row + cell.rows for cell in named if cell.column in starts)) - row
    known = [cell for cell in cells if cell.column in starts or cell.column < min(starts)]
    guesses = tuple(cell for cell in guessed if cell.column in starts)
    header = _with_sections(words, grid, row + depth, header, pieces)
    beside = _of_projects(words, pieces, header)
    known += [cell for cell in cells if any(cell.column == column.first for column in beside)]
    return evolve(header, depth=depth, cells=tuple(known), guessed=guesses, beside=beside)


def _of_projects(words: Words, pieces: list[tuple[Cell, str | None]], header: Header) -> tuple[Column, ...]:
    """Give the columns that say of which project or unit a row is, where one does before the first of the others."""
    taken = {column.first for column in header.all}
    said = [
        (cell, "project" if cell.key == "项目" else words.label(cell.text) or words.fund(cell.text))
        for cell, _ in pieces
    ]
    columns = [
        _column(cell, meaning, cell.column)
        for cell, meaning in said
        if meaning not in (None, "other") and cell.column not in taken
    ]
    whose = any(column.field in ("project", "organisation") and column.first < min(taken) for column in columns)
    return tuple(columns) if whose else ()


def lists_projects(words: Words, cells: list[Cell]) -> bool:
    """Tell the header of a list that has a row for each project: beside their names stands what is said of each."""
    labels = {words.label(cell.text) for cell in cells}
    said = [cell for cell in cells if (words.column(cell.text) or words.hinted_column(cell.text)) in _RESULTS]
    said += [cell for cell in cells if words.fund(cell.text) or words.section_level(cell.text) is not None]
    return "project" in labels and len(said) > 1


def _meanings(words: Words, grid: Grid, row: int) -> dict[Cell, str | None]:
    """Give the cells of a row, each with the column that it names as a header."""
    return {cell: words.column(cell.text) if may_be_label(cell) else None for cell in grid.own(row)}


def _parted(words: Words, grid: Grid, row: int, named: Mapping[Cell, str | None]) -> dict[Cell, str | None]:
    """Give the cells of a header whose words say enough only with those below, where a level reaches down there."""
    tall = {cell: found for cell, found in named.items() if cell.rows > 1}
    if not any(found and found.isdigit() for found in tall.values()) or row + 1 >= grid.height:
        return {}
    return tall | _meanings(words, grid, row + 1)


def _below(words: Words, grid: Grid, row: int, named: Mapping[Cell, str | None]) -> dict[Cell, str | None]:
    """Read a further row of a header, whose words stand below cells of the rows before.

    A row that would be a header by itself is one, unless its cells part those above them.
    """
    below = _meanings(words, grid, row) if row < grid.height else {}
    above = {cell: _over(grid, cell, named) for cell in below}
    parting = [over is not None and last_of(grid, over) - over.column >= cell.columns for cell, over in above.items()]
    said = {cell for cell, found in below.items() if found or words.says_same(cell.text)}
    if not said or (len(said) < _SHARE * len(below) and not (all(parting) and all(map(may_be_label, below)))):
        return {}
    if _is_header(below) and not any(parting):
        return {}
    if any(over is None and _stands(grid, row - 1, cell.column) for cell, over in above.items()):
        return {}
    told = {above[cell] for cell in said}  # beside 全年 below 完成值, 上半年 is something else
    return {
        cell: found or (named.get(above[cell] or cell) if cell in said or above[cell] not in told else None)
        for cell, found in below.items()
    }


def _stands(grid: Grid, row: int, column: int) -> bool:
    """Tell whether something stands at this place."""
    cell = grid.at(row, column)
    return cell is not None and not cell.is_blank


def _over(grid: Grid, cell: Cell, named: Iterable[Cell]) -> Cell | None:
    """Give the cell of a header that ends right above this one; in a sheet the last one reaches on to the edge."""
    ending = [over for over in named if over.row + over.rows == cell.row and over.column <= cell.column]
    nearest = max(ending, key=lambda over: over.column, default=None)
    if nearest is None or cell.column <= last_of(grid, nearest):
        return nearest
    return nearest if grid.sheet and all(grid.at(nearest.row, at) is None for at in _between(nearest, cell)) else None


def _between(left: Cell, right: Cell) -> range:
    return range(left.column + left.columns, right.column + 1)


def last_of(grid: Grid, cell: Cell) -> int:
    """Give the last column of a header's cell: in a sheet it may reach on, without being merged, to the next one."""
    last = cell.column + cell.columns - 1
    if grid.at(cell.row, last + 1) is not None:
        return last
    further = [other.column for other in grid.own(cell.row) if other.column > last] if grid.sheet else []
    while further and last + 1 < min(further) and grid.at(cell.row, last + 1) is None:
        last += 1
    return last


def header_beside(words: Words, grid: Grid, row: int) -> int | None:
    """Give the column from which a second header stands beside the first: both have the same outermost column."""
    named = _meanings(words, grid, row)
    first = next((found for found in named.values() if found and (found.isdigit() or found == "indicator")), None)
    again = [cell.column for cell, found in named.items() if found and found == first][1:2]
    halves = [
        [cell for cell in named if (cell.column >= column) is after] for column in again for after in (False, True)
    ]
    if not halves or not all(_is_header({cell: named[cell] for cell in half}) for half in halves):
        return None
    return again[0]


def _hinted(words: Words, pieces: list[tuple[Cell, str | None]]) -> tuple[list[tuple[Cell, str | None]], list[Cell]]:
    """Give the cells whose words are not known the meaning that a word in them hints at, and tell which they are.

    Nothing at the side of the table is guessed, and nothing that a column with known words holds already.
    """
    known = {found for _, found in pieces if found}
    first = min((cell.column for cell, found in pieces if found), default=0)
    guesses: dict[Cell, str] = {}
    for cell, found in pieces:
        hint = words.hinted_column(cell.text) if not found and may_be_label(cell) and cell.column > first else None
        if hint is not None and hint not in known:
            guesses[cell] = hint
    return [(cell, guesses.get(cell, found)) for cell, found in pieces], list(guesses)


def _is_header(named: Mapping[Cell, str | None]) -> bool:
    """Tell whether enough cells of a row are words of a header: a name or level, and something that is said of it.

    Two levels beside each other are enough where the other words are not known.
    """
    if len(named) > _MOST_CELLS:
        return False
    fields = {found for found in named.values() if found}
    levels = {found for found in fields if found.isdigit()}
    known = sum(found is not None for found in named.values())
    if len(levels) > 1 and len(named) > len(levels) and all(may_be_label(cell) for cell in named):
        return True
    names = levels or fields & {"indicator"}
    return bool(names) and bool(fields & _RESULTS) and len(fields) > 2 and known >= _SHARE * len(named)  # noqa: PLR2004


def _arranged(words: Words, grid: Grid, pieces: list[tuple[Cell, str | None]]) -> Header | None:
    """Give each header cell its meaning beside the others: which column is the name, whose points are whose."""
    known = [
        evolve(_column(cell, found, last_of(grid, cell)), year=_year(grid, cell)) for cell, found in pieces if found
    ]
    levels = [column for column in known if column.field.isdigit()]
    names = [column for column in known if column.field == "indicator"]
    if not levels:  # 评价内容 before 评价指标 is what the indicators are sorted by
        outer = [column for column in names[:-1] if not words.is_block(column.word)]
        levels = [evolve(column, field=str(depth)) for depth, column in enumerate(outer)]
    name = _name_column(pieces, levels, names)
    if name is None:
        return None
    levels = [column for column in levels if column.first < name.first]
    first = min(column.first for column in (*levels, name))
    others = [column for column in known if not column.field.isdigit() and column.field != "indicator"]
    others = [column for column in others if column.first > first]  # what stands before them is at the form's side
    return Header(tuple(levels), name, tuple(_chosen(others, levels, name)))


def _with_sections(words: Words, grid: Grid, row: int, header: Header, pieces: list[tuple[Cell, str | None]]) -> Header:
    """Add the columns that no word of the header tells to be levels: names of sections stand in them.

    They lie before the name under words that are not known, or with the name under one word over all of them.
    """
    name = header.name
    unknown = [cell for cell, found in pieces if found in (None, "indicator") and cell.column < name.first]
    unknown = [cell for cell in unknown if all(level.first != cell.column for level in header.levels)]
    places = {cell.column: (cell.words, cell.column + cell.columns - 1) for cell in unknown}
    if not header.levels and name.last > name.first:
        parts = [
            cell
            for cell in _cells_below(grid, row)
            if name.first <= cell.column and cell.columns < name.last - name.first + 1
        ]
        places |= {
            cell.column: (name.word, cell.column + cell.columns - 1) for cell in parts if cell.column < name.last
        }
    levels = list(header.levels)
    for column, (word, last) in sorted(places.items()):
        depth = _section_depth(words, grid, row, column, last)
        if depth is not None:
            depth = max(depth, *(int(level.field) + 1 for level in levels if level.first < column), 0)
            levels.append(Column(str(depth), word, "", column, last))
    if len(levels) == len(header.levels):
        return header
    inside = [level.last for level in levels if level.last >= name.first]
    return evolve(
        header,
        levels=tuple(sorted(levels, key=lambda level: level.first)),
        name=evolve(name, first=max([name.first, *(last + 1 for last in inside)])),
    )


def _cells_below(grid: Grid, row: int) -> Iterator[Cell]:
    """Give the cells of the first rows below a header."""
    return (cell for at in range(row, min(grid.height, row + _MOST_LOOKED_AT)) for cell in grid.own(at))


def _section_depth(words: Words, grid: Grid, row: int, first: int, last: int) -> int | None:
    """Tell at which level the sections stand that are named in a column below a header; None where none is."""
    inside = [
        cell for cell in _cells_below(grid, row) if cell.column == first and cell.column + cell.columns - 1 <= last
    ]
    depths = Counter(depth for cell in inside if (depth := words.section_level(cell.text)) is not None)
    return min(depths, key=lambda depth: (-depths[depth], depth)) if depths else None


def _column(cell: Cell, found: str, last: int) -> Column:
    last = last if found in _IN_PARTS or found.isdigit() else cell.column + cell.columns - 1
    return Column(found, cell.words, unit_of(cell.text), cell.column, last)


def _name_column(pieces: list[tuple[Cell, str | None]], levels: list[Column], names: list[Column]) -> Column | None:
    """Choose the column of names: one so called behind the levels, an unknown one there, else the deepest level."""
    if not levels:
        return names[-1] if names else None
    deepest = max(levels, key=lambda column: (int(column.field), column.first))
    behind = [column for column in names if column.first > deepest.last]
    if behind:
        return behind[0]
    if deepest.field in "01" and len(deepest.field) == 1:
        unknown = next((cell for cell, found in pieces if not found and cell.column == deepest.last + 1), None)
        if unknown is not None and unknown.key:
            return _column(unknown, "indicator", unknown.column + unknown.columns - 1)
    return deepest


def _year(grid: Grid, cell: Cell) -> int | None:
    """Give the year that a header cell states, or the one right above it."""
    before = [one for one in grid.own(cell.row - 1) if one.column <= cell.column] if cell.row else []
    over = grid.at(cell.row - 1, cell.column) or (before[-1] if before and grid.sheet else None)
    said = (set(_YEARS.findall(one.key)) for one in (cell, over) if one is not None)
    return next((int(years.pop()) for years in said if len(years) == 1), None)


def _chosen(others: list[Column], levels: list[Column], name: Column) -> Iterator[Column]:
    """Of columns that hold the same, give the one of the row: points behind the name, scores that the unit gave."""
    beside_levels = {column.last + 1 for column in levels}
    taken: dict[str, Column] = {}
    reported = max((column.year for column in others if column.field == "actual" and column.year), default=None)
    for column in others:
        known = taken.get(column.field)
        if column.field in _OF_SECTIONS and column.first < name.first and column.first in beside_levels:
            beside_levels.add(column.last + 1)
            yield evolve(column, field=_OF_SECTIONS[column.field])
            continue
        if column.field == "reviewed_score":  # not what the unit says of itself: told as not read
            continue
        if known is None or _better(column, known, name, reported):
            taken[column.field] = column
    yield from taken.values()


def _better(column: Column, known: Column, name: Column, reported: int | None) -> bool:
    """Tell the better of two columns that hold the same; of several years the latest of which there is an actual."""
    if column.field in ("target", "actual"):
        return reported is not None and column.year == reported != known.year
    if column.field == "points":
        return known.first < name.first < column.first or ("分值" in column.word and "分值" not in known.word)
    return column.field == "claimed_score" and "自评" in column.word and "自评" not in known.word


# ---- cells of a row ------------------------------------------------------------------------------------------------


def cells_of(grid: Grid, row: int, header: Header) -> dict[str, list[Cell]]:
    """Give the cells of a row by the field of the column that they stand in, those that reach into it included.

    A cell over several columns belongs to the name where it covers that, else to the first of them.
    """
    found: dict[str, list[Cell]] = {}
    for cell in grid.lines[row]:
        covered = [column for column in header.all if grid.shares(cell, column.first, column.last)]
        if covered:
            wanted = header.name if header.name in covered else covered[0]
            found.setdefault(_key(wanted), []).append(cell)
    return found


def scored_cells(grid: Grid, row: int, header: Header) -> list[Cell]:
    """Give the numbers of a row where points and scores stand: 年度 may be a label, and an indicator's name."""
    found = cells_of(grid, row, header)
    return [cell for key in ("points", "claimed_score") for cell in found.get(key, []) if is_number(cell)]


def is_number(cell: Cell) -> bool:
    """Tell a cell with a number of points, and nothing else, in it."""
    return _NUMBER.fullmatch(cell.key) is not None


def _key(column: Column) -> str:
    return f"level{column.first}" if column.field.isdigit() else column.field


def level_key(column: Column) -> str:
    """Name a level in what `cells_of` gives."""
    return f"level{column.first}"


def name_key(header: Header) -> str:
    """Name the column of names in what `cells_of` gives."""
    return _key(header.name)


def first_section(words: Words, grid: Grid, row: int, header: Header) -> str:
    """Give the outermost section of the first row below a header; empty where none stands there."""
    if row >= grid.height or not header.levels:
        return ""
    cells = cells_of(grid, row, header).get(level_key(header.levels[0]), [])
    return next(("/".join(words.section_path(cell.text)) for cell in cells if not cell.is_blank), "")


# ---- several projects in a table -------------------------------------------------------------------------------------


@frozen
class ProjectRows:
    """The rows of one project; ``sum`` is that of their sum, -1 where they have none.

    ``of`` are the cells that say whose they are, by column: those that stand in its first row, and those of the unit
    that go on from a project before.
    """

    rows: range
    of: Mapping[Column, Cell]
    sum: int = -1


def project_rows(words: Words, grid: Grid, row: int, header: Header) -> list[ProjectRows]:
    """Give the rows of each project below a header; a sum below the last is of all projects where not all have one."""
    starts: list[tuple[int, dict[Column, Cell]]] = []
    known: dict[Column, Cell] = {}
    end = row
    while end < grid.height and not _ends_projects(words, grid, end, header):
        told = {column: cell for column in header.beside if (cell := _told(words, grid, end, column))}
        if any(column.field in _WHOSE and _is_other(known.get(column), cell) for column, cell in told.items()):
            known = {column: cell for column, cell in known.items() if column.field in UNITS} | told
            starts.append((end, known))
        end += 1
    parts = [range(first, after) for (first, _), (after, _) in pairwise([*starts, (end, known)])]
    sums = [next((at for at in part if is_sum(words, grid, at, header)), -1) for part in parts]
    if all(found >= 0 for found in sums):
        parts = [range(part.start, found + 1) for part, found in zip(parts, sums, strict=True)]
    else:
        parts[-1] = range(parts[-1].start, sums[-1] if sums[-1] >= 0 else parts[-1].stop)
        sums = [-1] * len(parts)
    return [ProjectRows(part, of, found) for part, (_, of), found in zip(parts, starts, sums, strict=True)]


def _told(words: Words, grid: Grid, row: int, column: Column) -> Cell | None:
    """Give the cell in a row of what is said of a project; sums and words at the side say nothing of it."""
    cell = grid.at(row, column.first)
    if cell is None or cell.is_blank or words.is_block(cell.text) or words.says_nothing(cell.text):
        return None
    return None if _is_label_of_sum(words, cell) else cell


def _is_other(before: Cell | None, cell: Cell) -> bool:
    return before is None or before.key != cell.key


def _is_label_of_sum(words: Words, cell: Cell) -> bool:
    return words.is_total(cell.text) or (words.is_subtotal(cell.text) and not words.summed(cell.text))


def is_sum(words: Words, grid: Grid, row: int, header: Header) -> bool:
    """Tell a row that adds up, of a project or of all of them."""
    return any(_is_label_of_sum(words, cell) for cell in grid.own(row) if cell.column <= header.name.last)


def _ends_projects(words: Words, grid: Grid, row: int, header: Header) -> bool:
    """Tell a row that is of none of the projects: a header, a note, a label with its value, a line across the table."""
    cells = list(grid.own(row))
    if not cells or is_sum(words, grid, row, header):
        return False
    across = len(cells) == 1 and cells[0].column + cells[0].columns > header.name.last + 1
    labelled = words.label(cells[0].text) is not None or words.head_labels.match(cells[0].text.strip()) is not None
    return across or labelled or words.is_note(cells[0].text) or header_at(words, grid, row) is not None


# ---- labels --------------------------------------------------------------------------------------------------------


def goal_labels(words: Words, cells: list[Cell]) -> dict[str, Cell]:
    """Give the labels of planned and achieved goals where both stand in a row."""
    found: dict[str, Cell] = {}
    for cell in cells:
        kind = words.goal(cell.text) if may_be_label(cell) else None
        if kind:
            found[kind] = cell  # the last of each: the first may be the words at the side
    return found if len(found) == 2 else {}  # noqa: PLR2004 - planned and achieved


def is_figure_column(words: Words, cell: Cell, extra: frozenset[str]) -> bool:
    """Tell the header cell of a column of figures; ``extra`` are further words for it."""
    return words.fund(cell.text) is not None or words.base_column(cell.text) or yearless(cell.text) in extra

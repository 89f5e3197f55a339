"""``data``: figures, grids and tables."""

from __future__ import annotations

from typing import Final, get_args

from attrs import evolve, field

from evalrules._documents import Fields, Node, Problems, Scalar, Sequence, as_mapping, as_text, closest
from evalrules._edition.model import Figure, FigureKind, Grid, Table
from evalrules._edition.reading import bounds_of, entries, formula, name_of, names_of, opened, unit_of
from evalrules._problems import Location
from evalrules._values import frozen

MAX_CELLS: Final = 20_000
"""Figures that the grids of an edition make together, rows times columns: a few words can name millions."""
_KINDS: tuple[FigureKind, ...] = get_args(FigureKind)
_NUMBERS_ONLY = ("unit", "integer", "min", "max", "above", "below")


@frozen
class Data:
    """Everything under ``data``, by name; the cells of grids stand among the figures."""

    figures: dict[str, Figure] = field(factory=dict)
    grids: dict[str, Grid] = field(factory=dict)
    tables: dict[str, Table] = field(factory=dict)

    def names(self) -> frozenset[str]:
        """Give all names that are taken."""
        columns = (f"{table.name}_{column.name}" for table in self.tables.values() for column in table.columns)
        return frozenset((*self.figures, *self.grids, *self.tables, *columns))


def read_data(node: Node | None, problems: Problems) -> Data:
    """Read the base-data table."""
    data, taken = Data(), dict[str, Scalar]()
    for key, value in entries(node, problems):
        name = name_of(key, problems)
        kind = _kind(value, problems)
        if kind == "grid":
            _add_grid(name, key, value, data, problems, taken)
        elif kind == "table":
            data.tables[name] = _table(name, key, value, problems)
            for column in data.tables[name].columns:
                _take(f"{name}_{column.name}", key, taken, problems)
        else:
            data.figures.setdefault(name, _figure(name, key, value, problems))
        _take(name, key, taken, problems)
    return data


def _take(name: str, key: Scalar, taken: dict[str, Scalar], problems: Problems) -> None:
    first = taken.setdefault(name, key)
    if first is not key:
        problems.report("name-taken", key, name=name, first=first.location)


def _kind(node: Node, problems: Problems) -> str | None:
    mapping = as_mapping(node, Problems())
    return as_text(mapping.get("type"), problems) if mapping else None


def _figure(name: str, key: Scalar, node: Node, problems: Problems) -> Figure:
    return read_figure(name, key.location, opened(node, "figure", problems))


def read_figure(name: str, location: Location | None, fields: Fields) -> Figure:
    """Read a figure, or the column of a table, from its opened fields."""
    kind, unit = figure_kind(fields), unit_of(fields)
    return Figure(
        name=name,
        type=kind,
        unit=unit,
        integer=fields.boolean("integer") or False,
        bounds=bounds_of(fields, unit),
        formula=fields.read("formula", formula),
        choices=names_of(fields, "choices"),
        required=fields.boolean("required") is not False,
        where=fields.text("where"),
        location=location,
    )


def figure_kind(fields: Fields) -> FigureKind:
    """Read ``type``; with ``choices`` it is a choice. Keys of numbers beside another type are reported."""
    word = fields.choice("type", _KINDS)
    kind: FigureKind = "choice" if word is None and fields.has("choices") else _literal(word)
    if kind == "choice" and not fields.has("choices"):
        fields.problems.report("choices-missing", fields.location)
    elif kind != "choice" and fields.has("choices"):
        fields.problems.report("key-not-for-type", fields.place("choices"), key="choices", type=kind)
    for key in _NUMBERS_ONLY if kind != "number" else ():
        if fields.has(key):
            fields.problems.report("key-not-for-type", fields.place(key), key=key, type=kind)
    return kind


def _literal(word: str | None) -> FigureKind:
    return next((kind for kind in _KINDS if kind == word), "number")


def _add_grid(name: str, key: Scalar, node: Node, data: Data, problems: Problems, taken: dict[str, Scalar]) -> None:
    fields = opened(node, "grid", problems)
    grid = Grid(name, names_of(fields, "columns"), names_of(fields, "rows"), key.location)
    data.grids[name] = grid
    if sum(len(each.rows) * len(each.columns) for each in data.grids.values()) > MAX_CELLS:
        problems.report("grid-too-large", key, limit=MAX_CELLS)
        return
    unit = unit_of(fields)
    cell = Figure(
        name="",
        unit=unit,
        integer=fields.boolean("integer") or False,
        bounds=bounds_of(fields, unit),
        where=fields.text("where"),
        location=key.location,
    )
    required = _required_rows(fields, grid)
    for row in grid.rows:
        for column in grid.columns:
            cell_name, needed = f"{row}_{column}", row in required
            _take(cell_name, key, taken, problems)
            one = evolve(cell, name=cell_name, required=needed, grid=(name, row, column))
            data.figures.setdefault(cell_name, one)


def _required_rows(fields: Fields, grid: Grid) -> frozenset[str]:
    """Give the rows that have to be filled in: all of them, none, or those that are listed."""
    node = fields.get("required")
    if not isinstance(node, Sequence):
        return frozenset(() if fields.boolean("required") is False else grid.rows)
    listed_rows = names_of(fields, "required")
    for name, item in zip(listed_rows, node.items, strict=False):
        if name not in grid.rows:
            near = closest(name, grid.rows)
            fields.problems.report("grid-row-unknown", item, row=name, grid=grid.name, suggestion=near)
    return frozenset(listed_rows)


def _table(name: str, key: Scalar, node: Node, problems: Problems) -> Table:
    fields = opened(node, "table", problems)
    required = fields.boolean("required")
    opened_columns = [
        (name_of(column, problems), column, opened(value, "column", problems))
        for column, value in entries(fields.get("columns"), problems)
    ]
    columns = tuple(read_figure(of, column.location, inside) for of, column, inside in opened_columns)
    if required is False:
        columns = tuple(evolve(column, required=False) for column in columns)
    edition = fields.text("edition")
    if fields.choice("from", ("results",)) is None:
        return Table(name, columns, location=key.location)
    taken = tuple((of, figure) for of, _, inside in opened_columns if (figure := inside.text("figure")))
    if not edition:
        problems.report("results-without-edition", key, table=name)
    for of, column, _ in opened_columns:
        if of not in (*OF_RESULTS, *dict(taken)):
            problems.report("results-column-unknown", column, column=of)
    return Table(name, columns, edition or "", taken, location=key.location)


OF_RESULTS: Final = ("单位", "项目", "得分", "分值", "等级", "自评得分")
"""The columns that every result can fill; others name a figure of its form."""

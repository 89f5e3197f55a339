"""The base-data table: figures, grids and tables."""

from __future__ import annotations

from attrs import frozen

from evalrules._catalogue.model.common import FigureKind, place
from evalrules._formula.scope import ANY, Bounds
from evalrules._formula.tree import Formula
from evalrules._problems import Location


@frozen
class Figure:
    """One figure of the base-data table. ``grid`` is (grid, row, column) for a cell of a grid."""

    name: str
    type: FigureKind = "number"
    unit: str = ""
    integer: bool = False
    bounds: Bounds = ANY
    formula: Formula | None = None
    choices: tuple[str, ...] = ()
    required: bool = True
    where: str | None = None
    grid: tuple[str, str, str] | None = None
    location: Location | None = place()


@frozen
class Grid:
    """A fixed grid; its cells stand in `Catalogue.data` as figures named ``row_column``."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    location: Location | None = place()


@frozen
class Table:
    """Rows that the unit names itself; ``columns`` are figures with their bare names."""

    name: str
    columns: tuple[Figure, ...]
    location: Location | None = place()

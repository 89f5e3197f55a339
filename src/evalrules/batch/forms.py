"""Forms as rows of a table: what their columns are called and hold, and a row as the submission that it stands for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import pyarrow as pa

from evalrules._callers import hold
from evalrules._edition.keys import KINDS
from evalrules._edition.model import Catalogue, Figure
from evalrules._quantities import Cell, Date, Quantity, Text
from evalrules._submission import Claimed, Submission
from evalrules._submission import Figure as Given

# What a row may hold.


CELL: Final = pa.string()
_JUDGED: Final = pa.struct({"tier": pa.string(), "score": pa.string(), "because": pa.string()})
ENTRY: Final = pa.struct(
    {
        **dict.fromkeys(("section", "indicator"), pa.string()),
        **dict.fromkeys(("points", "target", "actual", "unit", "claimed_score"), CELL),
        "judged": _JUDGED,
        "answers": pa.map_(pa.string(), pa.string()),
        **dict.fromkeys(("not_applicable", "deviation_reason", "improvement", "note"), pa.string()),
        "evidence": pa.list_(pa.string()),
    }
)
HEAD: Final = frozenset(KINDS["submission"].names) - {"data", "expect"}
"""The columns beside the figures that are read; ``id`` goes through as it is."""
_TYPES: Final = {
    "number": pa.decimal128(38, 10),
    "yes_no": pa.bool_(),
    "choice": pa.string(),
    "date": pa.date32(),
    "text": pa.string(),
}


def given_figures(catalogue: Catalogue) -> dict[str, Figure]:
    """Give the figures that a row has a column for: those of the edition that it does not compute itself."""
    return {name: figure for name, figure in catalogue.data.items() if figure.formula is None}


def input_schema(catalogue: Catalogue) -> pa.Schema:
    """Give the columns that a table of forms may have, with types that hold every value exactly.

    A figure's column holds the number itself, 0.9 for 90%. Other types do as well: integers, doubles (read by their
    shortest text), decimals of other widths, or texts as people write cells. A column may be left out, and is blank
    then; others than these are not read.

    >>> import evalrules
    >>> input_schema(evalrules.load_catalogue("hunan-department@2015")).names[:4]
    ['id', 'organisation', 'fiscal_year', '编制数']
    """
    hold("batch.input_schema", "what load_catalogue gives", catalogue, Catalogue)
    fields = {"id": pa.string(), "organisation": pa.string(), "fiscal_year": pa.int32()}
    fields |= {name: _TYPES[figure.type] for name, figure in given_figures(catalogue).items()}
    for name, table in catalogue.tables.items():
        fields[name] = pa.list_(pa.struct({column.name: _TYPES[column.type] for column in table.columns}))
    fields["entries"] = pa.list_(ENTRY)
    return pa.schema(fields)


# A row as the mapping that `load_submission` reads.


def with_plain_types(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Give the same columns with types that rows can be taken of, and the ``id`` as text, whatever it is."""
    for place, field in enumerate(batch.schema):
        if field.name == "id":
            batch = batch.set_column(place, "id", _as_texts(batch.column(place)))
        elif pa.types.is_string_view(field.type):
            batch = batch.set_column(place, field.name, batch.column(place).cast(pa.string()))
    return batch


def _as_texts(column: pa.Array) -> pa.Array:
    try:
        return column.cast(pa.string())
    except pa.ArrowException:
        return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())


def forms_of(catalogue: Catalogue, batch: pa.RecordBatch | pa.Table) -> Iterator[dict[str, Any]]:
    """Give each row as the mapping that `load_submission` reads: what the batch makes of a row is what that means.

    A typed number is the number itself: 0.9 in a column of a rate is written 90%.
    """
    figures, tables = given_figures(catalogue), catalogue.tables
    wanted = [name for name in batch.column_names if name in figures or name in tables or name in catalogue.grids]
    head = [name for name in batch.column_names if name in HEAD and name not in wanted]
    for row in batch.select([*head, *wanted]).to_pylist(maps_as_pydicts="lossy"):
        form = {name: without_nulls(row[name]) for name in head if row[name] is not None}
        data: dict[str, Any] = {}
        for name in wanted:
            value = row[name]
            if value is None:
                continue
            if name in tables:
                columns = {column.name: column for column in tables[name].columns}
                data[name] = [_cells(columns, each) for each in value]
            elif name in figures:
                data[name] = cell(figures[name], value)
            else:
                data[name] = {
                    line: _cells({column: figures.get(f"{line}_{column}") for column in cells or ()}, cells)
                    for line, cells in value.items()
                }
        yield {**form, "data": data} if data else form


def _cells(columns: Mapping[str, Figure | None], row: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: cell(columns.get(name), value) for name, value in (row or {}).items() if value is not None}


def without_nulls(value: Any) -> Any:
    """Leave out the fields of structs that have no value, and write numbers as people do."""
    if isinstance(value, Mapping):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [without_nulls(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():  # a year, where a blank among years made them doubles
        return int(value)
    return cell(None, value)


def cell(figure: Figure | None, value: Any) -> Any:
    """Give a value as the cell that a person would have written for it.

    >>> cell(Figure("执行率", unit="%"), 0.9), cell(Figure("预算数", unit="万元"), Decimal("12.50"))
    ('90%', '12.50')
    """
    if isinstance(value, float):
        value = None if math.isnan(value) else Decimal(repr(value)) if math.isfinite(value) else str(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return value if value is None or isinstance(value, bool | str | date | Mapping | list) else str(value)
    rate = figure is not None and figure.type == "number" and figure.unit == "%"
    return f"{_hundredfold(Decimal(value))}%" if rate else f"{value:f}" if isinstance(value, Decimal) else value


def _hundredfold(number: Decimal) -> str:
    """Write a hundred times a number, whatever the decimal context is; what follows the point is kept as it is."""
    sign, digits, exponent = number.as_tuple()
    text = f"{Decimal((sign, digits, int(exponent) + 2)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# A row of which nothing is to be told, without reading it as people write.


def plain_submissions(catalogue: Catalogue, forms: pa.RecordBatch) -> Iterator[Submission]:
    """Give each row as a submission of its figures alone; for rows that columns scored, which hold nothing else.

    It has no places, for no problem arises that would need one.
    """
    figures = given_figures(catalogue)
    wanted = [name for name in forms.schema.names if name in figures]
    for row in forms.select(["organisation", "fiscal_year", *wanted]).to_pylist():
        cells = {name: plain_cell(figures[name], row[name]) for name in wanted}
        yield Submission(
            catalogue=None,
            organisation=row["organisation"],
            fiscal_year=row["fiscal_year"],
            data={name: Given(found) for name, found in cells.items() if found is not None},
            tables={},
            entries=(),
            claimed=Claimed(),
            digest="",
        )


def plain_cell(figure: Figure, value: Any) -> Cell | None:
    """Give a value that columns can hold as the cell that is read of it; None for a blank."""
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return None
    if figure.type == "number":
        return Quantity(Fraction(Decimal(repr(value)) if isinstance(value, float) else value), figure.unit)
    if isinstance(value, bool):
        return Text("true" if value else "false")
    return Date(value) if isinstance(value, date) else Text(value)

"""The figures and tables of a submission as formulas read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

from independent.cells import in_range, in_unit, read_cell
from independent.editions import Document, Edition
from independent.formulas import BlankError, NoValueError, Value, names_in, read, value_of

Filled = Mapping[tuple[str, ...], bool]


@frozen
class Unusable:
    """A cell with something in it that cannot be read as what is asked for."""


UNUSABLE = Unusable()


def given(declared: Document, written: Any) -> Value:
    """Read a figure; a blank is None."""
    if isinstance(written, bool):
        written = "是" if written else "否"
    cell = read_cell(written)
    if cell.kind == "blank":
        return None
    kind = declared.get("type", "number")
    if kind == "yes_no":
        return {"是": True, "否": False, "有": True, "无": False}.get(cell.text, UNUSABLE)
    if kind == "choice":
        return cell.text if cell.text in declared["choices"] else UNUSABLE
    if kind == "date":
        return cell.first if cell.kind == "date" and cell.first == cell.last else UNUSABLE
    if kind == "text":
        return cell.text
    if cell.kind != "number" or cell.low is None:
        return UNUSABLE
    unit = str(declared.get("unit", ""))
    number = in_unit(cell.low, cell.unit, unit)
    return number if number is not None and in_range(number, declared, unit) else UNUSABLE


@frozen
class Data:
    """What a submission gives and what the edition computes from it.

    ``sections`` tells of each title of a section whether an entry of it has an actual; ``others`` are further names
    that a condition may read, each worked out when it is read.
    """

    edition: Edition
    written: Mapping[str, Any]
    sections: Mapping[str, bool] = field(factory=dict)
    others: Mapping[str, Any] = field(factory=dict)
    known: dict[str, Value] = field(factory=dict)

    def cell(self, name: str) -> Any:
        """Give what was written for a figure, in a grid or by itself."""
        for grid, keys in self.edition.keys.get("data", {}).items():
            if keys.get("type") == "grid" and name in self.edition.figures:
                row, _, column = name.rpartition("_")
                if row in keys["rows"] and column in keys["columns"]:
                    return ((self.written.get(grid) or {}).get(row) or {}).get(column)
        return self.written.get(name)

    def value(self, name: str) -> Value:
        """Give the value of a name."""
        if name in self.others:
            return self.others[name]()
        if name not in self.edition.figures:
            if name in self.edition.choices:
                return name
            raise NoValueError(name)  # a column where no row is at hand
        if name not in self.known:
            self.known[name] = self.worked_out(name)
        found = self.known[name]
        if isinstance(found, Unusable):
            raise NoValueError(name)
        if found is None:
            raise BlankError(name)
        return found

    def worked_out(self, name: str) -> Value:
        """Work a figure out: by its formula where it has one, else as it was written."""
        declared = self.edition.figures[name]
        if "formula" not in declared:
            return given(declared, self.cell(name))
        try:
            return value_of(read(str(declared["formula"])), self)
        except BlankError:
            return None
        except NoValueError:
            return UNUSABLE

    def filled(self, name: str) -> bool:
        """Tell whether a figure, a text, a table or a section is filled."""
        if name in self.edition.figures:
            try:
                self.value(name)
            except NoValueError:
                return False
            return True
        if name in self.edition.tables:
            return self.table(name) is not None
        return self.sections[name]

    def has_value(self, formula: str) -> bool:
        """Tell whether a formula comes to a value."""
        try:
            value_of(read(formula), self)
        except NoValueError:
            return False
        return True

    def all_filled(self, formulas: Sequence[str]) -> bool:
        """Tell whether formulas read figures, and all of these are filled, with whatever."""
        reading, read_by = [*formulas], set[str]()
        while reading:
            for name in names_in(read(reading.pop())) - read_by:
                read_by.add(name)
                if "formula" in self.edition.figures.get(name, {}):
                    reading.append(str(self.edition.figures[name]["formula"]))
        figures = self.edition.figures
        given_ones = [name for name in read_by if name in figures and "formula" not in figures[name]]
        tables = [table for table in self.edition.tables for name in read_by if name.startswith(f"{table}_")]
        filled = [given(figures[name], self.cell(name)) is not None for name in given_ones]
        filled += [self.table(table) is not None for table in tables]
        return bool(filled) and all(filled)

    def table(self, name: str) -> Sequence[Mapping[str, Value]] | None:
        """Give the rows of a table; None where it is blank."""
        written = self.written.get(name)
        if written is None:
            return None
        columns = self.edition.tables[name]
        return [
            {f"{name}_{column}": given(declared, row.get(column)) for column, declared in columns.items()}
            for row in written
        ]

    def rows(self, names: Sequence[str]) -> Sequence[Mapping[str, Value]]:
        """Give the rows of the table that has one of these columns."""
        for table, columns in self.edition.tables.items():
            if any(f"{table}_{column}" in names for column in columns):
                found = self.table(table)
                if found is None:
                    raise BlankError(table)
                return [
                    {name: None if isinstance(value, Unusable) else value for name, value in row.items()}
                    for row in found
                ]
        raise AssertionError(names)

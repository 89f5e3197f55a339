"""What the edition's checks read: the list of stored values for compiled formulas, the same by name for sentences."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import evolve, frozen

from evalrules._audit.compiled_checks import ROW_WORDS, CompiledChecks, PlacedCheck, read_names
from evalrules._audit.figures import blanks_behind
from evalrules._audit.review import Review
from evalrules._audit.row import AuditedRow
from evalrules._catalogue.model import Figure
from evalrules._catalogue.scopes import check_scope
from evalrules._formula.program import ACTUAL, TARGET
from evalrules._formula.scope import Scope, layered
from evalrules._formula.tree import Formula, names
from evalrules._formula.units import read_unit
from evalrules._quantities import Blank, Quantity, convert
from evalrules._rationale.sentences import Saying
from evalrules._scoring.aggregate import Aggregation
from evalrules._scoring.levels import aggregation

_ZERO = (0, 1)
_UNITS_OF_ROW = frozenset({TARGET, ACTUAL})


@frozen(eq=False)
class CheckValues:
    """The values at one place. ``names`` maps what the check calls a value to its slot; ``row_unit`` is a row's."""

    review: Review
    compiled: CompiledChecks
    stored: list[Any]
    names: Mapping[str, int]
    row_unit: str | None = None

    @classmethod
    def of_form(cls, review: Review, compiled: CompiledChecks) -> CheckValues:
        """Give the figures of the form and what its titles stand for."""
        sums = aggregation(review.form) if compiled.titles else None
        titles = [_title_value(review, name, compiled, sums) for name in compiled.titles]
        stored = [*review.form.values, *titles, *(None for _ in ROW_WORDS)]
        return cls(review, compiled, stored, compiled.slots)

    def at(self, placed: PlacedCheck) -> CheckValues:
        """Give the same values with the bare names of a grid's column."""
        if not placed.figures:
            return self
        slots = self.compiled.slots
        return evolve(self, names={**slots, **{row: slots[figure] for row, figure in placed.figures.items()}})

    def of_row(self, placed: PlacedCheck, row: AuditedRow) -> CheckValues | None:
        """Give the values with a row's words; None where the check cannot speak of the row.

        That is so where target and actual are no numbers, or in a unit that no figure of the check has: 元/亩 is not
        compared with 万元.
        """
        read = {name for formula in placed.formulas for name in read_names(formula.tree)}
        if read & _UNITS_OF_ROW and row.target is not None and row.target.kind in ("date", "text", "interval"):
            return None
        unit = _common_unit(self.review, read, row.unit) if read & _UNITS_OF_ROW else row.unit
        if unit is None:
            return None
        target, actual = (_in(number, row.unit, unit) for number in (row.target_number, row.actual_number))
        score = None if row.score is None else row.form.points(row.score)
        words = (row.full, target, actual, row.attainment, score, row.claimed)
        stored = [*self.stored[: -len(ROW_WORDS)], *map(_pair, words)]
        return evolve(self, stored=stored, row_unit=unit)

    # ---- blanks

    def with_zeros(self, placed: PlacedCheck) -> tuple[CheckValues, tuple[str, ...]]:
        """Count blanks as 0 in comparisons whose sides each have a filled figure; give the names so counted."""
        zeros: dict[str, None] = {}
        for sides in placed.equations:
            if all(not side or any(not self._has_blank(name, every=True) for name in side) for side in sides):
                zeros |= dict.fromkeys(name for side in sides for name in side if self._counts_zero(name))
        if not zeros:
            return self, ()
        stored = list(self.stored)
        for name in zeros:
            slot, column = self._place(name)
            stored[slot] = _ZERO if column is None else _filled_column(stored[slot], column)
        return evolve(self, stored=stored), tuple(zeros)

    def _counts_zero(self, name: str) -> bool:
        """A blank that the submission left counts as 0, never a figure or score that has no value."""
        figure = self._figure(name)
        is_given = figure is not None and figure.formula is None and figure.type == "number"
        return (is_given or self._place(name)[1] is not None) and self._has_blank(name)

    def _has_blank(self, name: str, *, every: bool = False) -> bool:
        slot, column = self._place(name)
        if column is None:
            return self.stored[slot] is None
        cells = [row[column] is None for row in self.stored[slot] or ()]
        return bool(cells) and (all(cells) if every else any(cells))

    def _place(self, name: str) -> tuple[int, str | None]:
        """Give the slot of a name; of a table's column that of the table, and the column."""
        if name in self.names:
            return self.names[name], None
        table = next(
            table for table in self.review.catalogue.tables.values() if name in _columns(table.name, table.columns)
        )
        return self.names[table.name], name

    def _figure(self, name: str) -> Figure | None:
        data = self.review.catalogue.data
        slot = self.names.get(name)
        return data.get(name) or next(
            (data[one] for one, place in self.compiled.slots.items() if place == slot and one in data), None
        )

    def blanks(self, placed: PlacedCheck, formula: Formula) -> list[str]:
        """Name the blank figures that a formula reads; of one that is computed those that it is computed from."""
        found = [name for name in read_names(formula.tree) if self._has_blank(name)]
        known = [blanks_behind(self.review, placed.figures.get(name, name)) for name in found]
        return list(dict.fromkeys(name for names_behind in known for name in names_behind))

    # ---- sentences

    def scope(self, placed: PlacedCheck) -> Scope:
        """Give the names of the check with their units; a row's target and actual have the unit of the row."""
        scope = check_scope(self.review.catalogue, placed.check)
        if self.row_unit is None:
            return scope
        unit = read_unit(self.row_unit)
        return layered({name: evolve(scope[name], unit=unit) for name in _UNITS_OF_ROW}, scope)

    def saying(self, placed: PlacedCheck) -> Saying:
        """Give what the check's sentence is filled from."""
        scope = self.scope(placed)
        read = {name for formula in placed.formulas for name in names(formula.tree)}
        values = dict(self.review.values)
        for name in read & self.names.keys():
            values[name] = _by_name(self.stored[self.names[name]], scope[name].kind)
        for table in self.review.catalogue.tables.values():
            kinds = {column: scope[column].kind for column in _columns(table.name, table.columns)}
            rows = self.stored[self.names[table.name]] or ()
            values[table.name] = tuple(
                {name: _by_name(row[name], kind) for name, kind in kinds.items()} for row in rows
            )
        return Saying(scope, values, self.review.form.ruleset.functions)


def _title_value(review: Review, name: str, compiled: CompiledChecks, sums: Aggregation | None) -> Any:
    """Give what a title's word stands for: a score, target or actual as a pair, True for a section with an actual."""
    word = compiled.titles[name]
    if word.asks == "filled":
        below = (row for row in review.rows if row.path[: len(word.path)] == word.path)
        return True if any(not isinstance(row.cell, Blank) for row in below) else None
    if word.asks == "score":
        assert sums is not None
        outcome = sums.outcome(review.form.ruleset.parts[word.path])
        return None if outcome.score is None else (outcome.score + outcome.outside, review.form.place)
    row = next(row for row in review.rows if row.path == word.path)
    return _pair(row.target_number if word.asks == "target" else row.actual_number)


def _common_unit(review: Review, read: set[str], unit: str) -> str | None:
    """Give the unit in which a row's words are compared with the figures read; None where there is none."""
    data = review.catalogue.data
    units = [data[name].unit for name in sorted(read) if name in data and data[name].type == "number"]
    if not unit or not units or unit in units:
        return unit
    return next((known for known in units if convert(Quantity(Fraction(1), unit), known) is not None), None)


def _in(number: Fraction | None, unit: str, wanted: str) -> Fraction | None:
    return None if number is None else convert(Quantity(number, unit), wanted)


def _columns(table: str, columns: tuple[Figure, ...]) -> tuple[str, ...]:
    return tuple(f"{table}_{column.name}" for column in columns)


def _filled_column(rows: tuple[Mapping[str, Any], ...], column: str) -> tuple[Mapping[str, Any], ...]:
    return tuple({**row, column: _ZERO} if row[column] is None else row for row in rows)


def _pair(number: Fraction | None) -> tuple[int, int] | None:
    return None if number is None else (number.numerator, number.denominator)


def _by_name(stored: Any, kind: str) -> Any:
    if stored is None:
        return None
    if kind == "number":
        return Fraction(*stored)
    return datetime.date.fromordinal(stored) if kind == "date" else stored

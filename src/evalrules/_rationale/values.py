"""The names of formulas with their values, as the readings that explain a score read them: exact, by name."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from attrs import evolve

from evalrules._formula.program import ACTUAL, TARGET
from evalrules._formula.scope import Kind, Scope, layered
from evalrules._formula.units import read_unit
from evalrules._quantities import BLANK
from evalrules._scoring.cells import reference_unit
from evalrules._scoring.form import ScoredForm


class FormValues(dict[str, Any]):
    """The values of figures and tables, each read when it is first asked for.

    A number is a `Fraction`, a date a date, a table a tuple of rows; a blank is None.
    """

    def __init__(self, form: ScoredForm) -> None:
        super().__init__()
        self._form = form

    def __missing__(self, name: str) -> Any:
        catalogue, slots = self._form.ruleset.catalogue, self._form.ruleset.slots
        if name in catalogue.data:
            value = _value(catalogue.data[name].type, self._form.values[slots[name]])
        else:
            kinds = {f"{name}_{column.name}": column.type for column in catalogue.tables[name].columns}
            rows = self._form.values[slots[name]] or ()
            value = tuple({column: _value(kinds[column], row[column]) for column in kinds} for row in rows)
        self[name] = value
        return value

    def __contains__(self, name: object) -> bool:
        catalogue = self._form.ruleset.catalogue
        return super().__contains__(name) or name in catalogue.data or name in catalogue.tables

    def get(self, name: str, default: Any = None) -> Any:
        """Read a name; ``default`` where there is none of it."""
        return self[name] if name in self else default  # noqa: SIM401 - this is `get`


def row_unit(form: ScoredForm, index: int) -> str:
    """Give the unit in which the row's target and actual are compared."""
    entry = form.filled.entries[index]
    return reference_unit(form.rows[index], BLANK if entry is None else entry.actual)


def row_scope(form: ScoredForm, index: int) -> Scope:
    """Give the scope of a row with the unit in which its target and actual are compared."""
    plan, unit = form.rows[index].plan, row_unit(form, index)
    assert plan is not None
    if not unit or plan.scope[ACTUAL].kind != "number":
        return plan.scope
    return _scope_in(plan.scope, unit)


def _scope_in(scope: Scope, unit: str) -> Scope:
    return layered(
        {name: evolve(scope[name], unit=read_unit(unit)) for name in (ACTUAL, TARGET) if name in scope}, scope
    )


_READ: dict[Kind, Callable[[Any], Any]] = {
    "number": lambda pair: Fraction(*pair),
    "date": datetime.date.fromordinal,
}


def _value(kind: Kind, stored: Any) -> Any:
    if stored is None or kind not in _READ:
        return stored
    return _READ[kind](stored)

"""The names of formulas with their values, as the readings that explain a score read them: exact, by name."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from attrs import evolve

from evalrules._catalogue.lower import TIER, item_name
from evalrules._formula.program import ACTUAL, ATTAINMENT, JUDGED, POINTS, TARGET, Binding
from evalrules._formula.scope import Functions, Kind, Scope, layered
from evalrules._formula.steps import evaluate_node
from evalrules._formula.units import read_unit
from evalrules._quantities import BLANK
from evalrules._scoring.cells import reference_unit
from evalrules._scoring.form import ScoredForm
from evalrules._submission import Answer


class RowValues(dict[str, Any]):
    """The values of a row's names; those that the program computes are computed when they are first read."""

    def __init__(self, given: Mapping[str, Any], bindings: tuple[Binding, ...], functions: Functions) -> None:
        super().__init__(given)
        self._bindings = {binding.name: binding.formula.tree for binding in bindings}
        self._functions = functions

    def __missing__(self, name: str) -> Any:
        if name == ATTAINMENT and name not in self._bindings:
            value: Any = None if None in (self[ACTUAL], self[TARGET]) else self[ACTUAL] / self[TARGET]
        else:
            value = evaluate_node(self._bindings[name], self, self._functions)
        self[name] = value
        return value

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self._bindings or name == ATTAINMENT

    def get(self, name: str, default: Any = None) -> Any:
        """Read a name, computing it where the program says how."""
        return self[name] if name in self else default  # noqa: SIM401 - this is `get`


def form_values(form: ScoredForm) -> dict[str, Any]:
    """Give the values of all figures and tables: `Fraction`, bool, date, text, rows of a table; None for a blank."""
    catalogue = form.ruleset.catalogue
    slots = form.ruleset.slots
    values = {name: _value(figure.type, form.values[slots[name]]) for name, figure in catalogue.data.items()}
    for name, table in catalogue.tables.items():
        kinds = {f"{name}_{column.name}": column.type for column in table.columns}
        rows = form.values[slots[name]] or ()
        values[name] = tuple({column: _value(kinds[column], row[column]) for column in kinds} for row in rows)
    return values


def row_values(form: ScoredForm, index: int) -> RowValues:
    """Give the values that the row's rules read."""
    row = form.rows[index]
    assert row.plan is not None
    kind = row.plan.scope[ACTUAL].kind if ACTUAL in row.plan.scope else "number"
    given: dict[str, Any] = form_values(form)
    given[POINTS] = form.points(form.units[index])
    bound = {binding.name for binding in row.plan.program.bindings}
    if TARGET not in bound:
        given[TARGET] = _value(kind, form.targets[index])
    if ACTUAL not in bound:
        given[ACTUAL] = _value(kind, form.actuals[index])
    given[JUDGED] = _value("number", form.judged[index])
    given.update(_answers(form, index))
    return RowValues(given, row.plan.program.bindings, form.ruleset.functions)


def _answers(form: ScoredForm, index: int) -> dict[str, Any]:
    entry, plan = form.filled.entries[index], form.rows[index].plan
    assert plan is not None
    if entry is None:
        return {}
    if plan.scoring.form == "judged":
        return {TIER: None if entry.judged is None else entry.judged.tier}
    if plan.scoring.form != "checklist":
        return {}
    answers = {answer.item: answer for answer in entry.answers}
    return {
        item_name(number): _given_points(answers.get(item.title), item.points)
        for number, item in enumerate(plan.scoring.checklist)
    }


def _given_points(answer: Answer | None, full: Fraction) -> Fraction | None:
    if answer is None:
        return None
    return answer.points if answer.points is not None else full * bool(answer.yes)


def row_scope(form: ScoredForm, index: int) -> Scope:
    """Give the scope of a row with the unit in which its target and actual are compared."""
    row = form.rows[index]
    assert row.plan is not None
    entry = form.filled.entries[index]
    unit = reference_unit(row, BLANK if entry is None else entry.actual)
    if not unit or row.plan.scope[ACTUAL].kind != "number":
        return row.plan.scope
    known = {
        name: evolve(row.plan.scope[name], unit=read_unit(unit)) for name in (ACTUAL, TARGET) if name in row.plan.scope
    }
    return layered(known, row.plan.scope)


_READ: dict[Kind, Callable[[Any], Any]] = {
    "number": lambda pair: Fraction(*pair),
    "date": datetime.date.fromordinal,
}


def _value(kind: Kind, stored: Any) -> Any:
    if stored is None or kind not in _READ:
        return stored
    return _READ[kind](stored)

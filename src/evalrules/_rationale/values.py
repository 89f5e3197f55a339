"""The names of formulas with their values, as the readings that explain a score read them: exact, by name."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from contextlib import suppress
from fractions import Fraction
from typing import Any

from attrs import evolve

from evalrules._catalogue.lower import TIER, item_name
from evalrules._formula.edges import dependencies
from evalrules._formula.faults import Fault
from evalrules._formula.program import ACTUAL, JUDGED, POINTS, TARGET, Program
from evalrules._formula.scope import Kind, Scope, layered
from evalrules._formula.steps import evaluate_node
from evalrules._formula.tree import Name
from evalrules._formula.units import read_unit
from evalrules._quantities import BLANK, Bound, Interval
from evalrules._scoring.cells import reference_unit
from evalrules._scoring.form import ScoredForm
from evalrules._submission import Answer


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


class RowValues(FormValues):
    """The values that a row's rules read; those that the rules compute are computed when they are first read."""

    def __init__(self, form: ScoredForm, program: Program, given: Mapping[str, Any]) -> None:
        super().__init__(form)
        self.update(given)
        self._bindings = {binding.name: binding.formula.tree for binding in program.all_bindings}

    def __missing__(self, name: str) -> Any:
        if name not in self._bindings:
            return super().__missing__(name)
        self._compute_before(name)
        self[name] = value = evaluate_node(self._bindings[name], self, self._form.ruleset.functions)
        return value

    def _compute_before(self, name: str) -> None:
        """Compute what a binding reads in their order, so that a long chain of them needs no deep stack."""
        needed = dependencies(Name(name), self._bindings)
        for earlier in self._bindings:
            if earlier == name:
                return
            if earlier in needed and not dict.__contains__(self, earlier):
                with suppress(Fault):
                    self[earlier] = evaluate_node(self._bindings[earlier], self, self._form.ruleset.functions)

    def __contains__(self, name: object) -> bool:
        return name in self._bindings or super().__contains__(name)


def row_values(form: ScoredForm, index: int) -> RowValues:
    """Give the values that the row's rules read; an actual that is a bound or a range has no one value."""
    row = form.rows[index]
    assert row.plan is not None
    kind = row.plan.scope[ACTUAL].kind if ACTUAL in row.plan.scope else "number"
    given: dict[str, Any] = {
        POINTS: form.points(form.units[index]),
        JUDGED: _value("number", form.judged[index]),
        **_answers(form, index),
    }
    bound = {binding.name for binding in row.plan.program.bindings}
    for name, stored in ((TARGET, form.targets[index]), (ACTUAL, form.actuals[index])):
        if name not in bound:
            given[name] = None if isinstance(stored, Bound | Interval) else _value(kind, stored)
    return RowValues(form, row.plan.program, given)


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
    return form.ruleset.once(("scope", id(plan), unit), lambda: _scope_in(plan.scope, unit))


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

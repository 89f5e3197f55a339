"""Calls of methods: what each parameter is given, in the unit that the method declares for it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from attrs import evolve

from evalrules._catalogue.model import Method, MethodCall
from evalrules._catalogue.reading import cell_of, entries, formula, name_of, path_text
from evalrules._documents import Fields, Node, Problems, as_scalar
from evalrules._formula.tree import Formula, Number
from evalrules._problems import Problem, problem
from evalrules._quantities import Quantity, convert

_NUMBER_WITH_UNIT = re.compile(r"[0-9][0-9.,]*[^\W\d_]+")


def read_call(fields: Fields, methods: Mapping[str, Method]) -> MethodCall | None:
    """Read a call of a method with its parameters."""
    problems, arguments, units = fields.problems, list[tuple[str, Formula]](), list[tuple[str, str]]()
    for key, value in entries(fields.node, Problems()):
        if key.text == "method":
            continue
        given, unit = _argument(value, problems)
        if given is not None:
            arguments.append((name_of(key, problems), given))
        if unit:
            units.append((name_of(key, problems), unit))
    title = fields.text("method")
    if title is None:
        return None
    call = MethodCall(path_text(title), tuple(arguments), tuple(units), fields.location)
    settled, misfits = settle_units(call, methods)
    problems.extend(misfits)
    return settled


def _argument(node: Node, problems: Problems) -> tuple[Formula | None, str]:
    scalar = as_scalar(node, problems)
    if scalar is not None and _NUMBER_WITH_UNIT.fullmatch(scalar.text):
        cell = cell_of(scalar, problems)
        if isinstance(cell, Quantity):
            return Formula(scalar.text, Number(cell.number), scalar.location), cell.unit
    return formula(scalar, problems), ""


def settle_units(call: MethodCall, methods: Mapping[str, Method]) -> tuple[MethodCall, tuple[Problem, ...]]:
    """Bring arguments that were written with a unit to the unit that the method's parameter declares."""
    if not call.units or call.method not in methods:
        return call, ()
    declared = {parameter.name: parameter.unit for parameter in methods[call.method].parameters if parameter.unit}
    arguments, kept, misfits = dict(call.arguments), list[tuple[str, str]](), list[Problem]()
    for name, unit in call.units:
        if name not in declared:
            kept.append((name, unit))
            continue
        settled = _in_unit(arguments[name], unit, declared[name])
        if settled is None:
            given = {"text": arguments[name].text, "unit": declared[name]}
            misfits.append(problem("unit-differs", arguments[name].location, **given))
        else:
            arguments[name] = settled
    return evolve(call, arguments=tuple(arguments.items()), units=tuple(kept)), tuple(misfits)


def _in_unit(written: Formula, unit: str, declared: str) -> Formula | None:
    number = written.tree.value if isinstance(written.tree, Number) else None
    converted = None if number is None else convert(Quantity(number, unit), declared)
    return None if converted is None else evolve(written, tree=Number(converted, percent=declared == "%"))


def read_default(node: Node, declared: str, problems: Problems) -> Formula | None:
    """Read the default of a parameter, in the unit that it declares."""
    written, unit = _argument(node, problems)
    settled = _in_unit(written, unit, declared) if written is not None and unit else written
    if settled is None and written is not None:
        problems.report("unit-differs", node, text=written.text, unit=declared)
    return settled

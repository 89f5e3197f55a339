"""Methods where they are used: what a call gives fits the parameters, and the rules fit the units at hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from attrs import evolve

from evalrules._catalogue.check.calls import calls
from evalrules._catalogue.check.edition import Edition, Scored
from evalrules._catalogue.check.kinds import argument_typing, scoring_faults
from evalrules._catalogue.check.names import ROW_WORDS
from evalrules._catalogue.model import Method, MethodCall
from evalrules._catalogue.scopes import method_scope, parameter_variable
from evalrules._formula.intervals import overlap
from evalrules._formula.ranges import Ranges
from evalrules._formula.scope import Kind, Unit, Variable, layered
from evalrules._formula.tree import Choice, Name
from evalrules._formula.units import bound_unit, did_you_mean, read_unit
from evalrules._problems import Problem, problem


class _Use(NamedTuple):
    """What decides whether a method's rules fit: the kinds and units of what they read."""

    method: str
    words: tuple[tuple[str, Kind, Unit | None], ...]


def arguments_fit(edition: Edition) -> Iterator[Problem]:
    """What a call gives is a value of its parameter, in a unit that fits; and with it the method's rules fit."""
    known: dict[_Use, tuple[Problem, ...]] = {}
    for scored, call in calls(edition):
        method = edition.catalogue.methods.get(call.method)
        if method is None:
            continue
        found: list[Problem] = []
        variables = _variables(edition, scored, call, method, found)
        yield from found
        if not found:
            yield from _rules_fit(edition, scored, method, variables, known)


def _variables(
    edition: Edition, scored: Scored, call: MethodCall, method: Method, found: list[Problem]
) -> dict[str, Variable]:
    """Give the method's parameters with the units that the call gives them."""
    given, units = dict(call.arguments), dict(call.units)
    variables = {parameter.name: parameter_variable(parameter) for parameter in method.parameters}
    for name, formula in given.items():
        variable = variables.get(name)
        if variable is None:
            continue
        if variable.kind == "choice":
            found.extend(_choice(scored, call, variable))
            continue
        typing = argument_typing(formula, variable, scored.scope, edition.functions, found, units.get(name))
        if not found and overlap(Ranges().bounds(formula.tree), variable.bounds) is None:
            arguments = {"method": method.title, "name": name, "part": formula.text}
            found.append(problem("argument-outside-range", formula.location or call.location, **arguments))
        if variable.unit is None and variable.kind == "number":
            variables[name] = evolve(variable, unit=read_unit(units[name]) if name in units else bound_unit(typing))
    return variables


def _choice(scored: Scored, call: MethodCall, parameter: Variable) -> Iterator[Problem]:
    """Hold what is given for a choice to its choices; a choice figure with the same choices will do."""
    formula = dict(call.arguments)[parameter.name]
    tree = formula.tree
    value = tree.name if isinstance(tree, Name) else tree.value if isinstance(tree, Choice) else formula.text
    figure = scored.scope.get(value)
    if value not in parameter.choices and (figure is None or figure.choices != parameter.choices):
        suggestion = did_you_mean(value, parameter.choices)
        choices = "、".join(parameter.choices)
        yield problem("unknown-choice", formula.location or call.location, choices=choices, suggestion=suggestion)


def _rules_fit(
    edition: Edition,
    scored: Scored,
    method: Method,
    variables: dict[str, Variable],
    known: dict[_Use, tuple[Problem, ...]],
) -> Iterator[Problem]:
    """Type the method's rules with the kinds and units of this use; each kind of use once."""
    words = {name: scored.scope[name] for name in ROW_WORDS if name in scored.scope}
    read = {**words, **variables}
    use = _Use(method.title, tuple((name, read[name].kind, read[name].unit) for name in sorted(read)))
    if use not in known:
        scope = layered(read, method_scope(method, edition.catalogue))
        known[use] = tuple(scoring_faults(method.scoring, scope, edition.functions))
    faults = known[use]
    if faults and not scoring_faults(method.scoring, method_scope(method, edition.catalogue), edition.functions):
        yield problem(
            "method-does-not-fit",
            scored.location or (scored.indicator.location if scored.indicator is not None else None),
            method=method.title,
            part=dict(faults[0].arguments).get("part", ""),
            place=faults[0].location,
        )

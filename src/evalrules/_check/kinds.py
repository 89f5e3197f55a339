"""Kinds and units: every formula is what its place needs, in a unit that fits, methods where they are used included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from attrs import evolve

from evalrules._check.edition import Edition, Scored
from evalrules._check.form import calls
from evalrules._check.names import ROW_WORDS
from evalrules._edition.lower import in_order
from evalrules._edition.model import (
    AwardRow,
    DeductRule,
    Figure,
    Indicator,
    Method,
    MethodCall,
    Scoring,
    Section,
    Target,
)
from evalrules._edition.scopes import (
    cap_scope,
    check_scope,
    data_scope,
    grade_scope,
    method_scope,
    parameter_variable,
    row_scope,
    target_scope,
    variable_kind,
)
from evalrules._formula.intervals import overlap
from evalrules._formula.meant import did_you_mean
from evalrules._formula.program import ATTAINMENT, POINTS, TARGET
from evalrules._formula.ranges import Ranges
from evalrules._formula.scope import (
    BARE,
    PERCENT,
    Functions,
    Kind,
    Scope,
    Unit,
    Variable,
    common,
    fits,
    layered,
    read_unit,
    unit_text,
)
from evalrules._formula.tree import Binding, Choice, Formula, Name, Number, Placeholder, Sentence, names
from evalrules._formula.typing import FormulaKind, TypeFault, Typing, bound_meant, bound_unit, check_node
from evalrules._numbers import decimal_text
from evalrules._problems import Location, Problem, listed, phrase, problem
from evalrules._quantities import Quantity, convert

# Kinds and units: every formula of the edition is what its place needs, in a unit that fits.


_KIND_OF_FIGURE: dict[str, FormulaKind] = {"yes_no": "condition"}
_EXPECTED = {"number": "number-expected", "condition": "condition-expected", "date": "date-expected"}
_LETS_KINDS: tuple[FormulaKind, ...] = ("number", "condition", "date")


def fault_problem(fault: TypeFault, formula: Formula) -> Problem:
    """Give the problem of a fault, with the part of the formula that is at fault and its place."""
    part = formula.text[fault.span[0] : fault.span[1]]
    return problem(fault.code, formula.at(fault.span), part=part, **dict(fault.arguments))


def typed(
    formula: Formula, scope: Scope, kinds: tuple[FormulaKind, ...], functions: Functions, found: list[Problem]
) -> Typing:
    """Type a formula where one of these kinds may stand, and tell what is wrong with it."""
    typing = check_node(formula.tree, scope, functions)
    found.extend(fault_problem(fault, formula) for fault in typing.faults)
    if not typing.faults and typing.kind not in kinds:
        meant = bound_meant(formula.tree, scope) if kinds == ("condition",) else None
        if meant is not None:
            found.append(problem("formula-bound", formula.location, text=formula.text, suggestion=meant))
        else:
            found.append(problem(_EXPECTED[kinds[0]], formula.location, part=formula.text))
    return typing


def sentence_faults(sentence: Sentence | None, scope: Scope, functions: Functions) -> Iterator[Problem]:
    """Tell what is wrong with the placeholders of a sentence."""
    for part in sentence.parts if sentence is not None else ():
        if isinstance(part, Placeholder):
            typing = check_node(part.formula.tree, scope, functions)
            yield from (fault_problem(fault, part.formula) for fault in typing.faults)
            if not typing.faults and part.percent and not _can_be_rate(typing):
                unit = unit_text(typing.unit)
                yield problem("placeholder-no-rate", part.formula.location, part=part.formula.text, unit=unit)


def figures(edition: Edition) -> Iterator[Problem]:
    """A computed figure is of its declared type, in a unit that fits."""
    scope = data_scope(edition.catalogue)
    for figure in edition.catalogue.data.values():
        if figure.formula is not None:
            yield from _figure(figure, figure.formula, scope, edition.functions)


def indicators(edition: Edition) -> Iterator[Problem]:
    """Value, target and conditions of an indicator are what they have to be, in units that fit."""
    for indicator in edition.catalogue.indicators:
        found: list[Problem] = []
        _value_and_target(indicator, edition, found)
        data = data_scope(edition.catalogue)
        if indicator.applies is not None:
            typed(indicator.applies, data, ("condition",), edition.functions, found)
        if indicator.explain_when is not None:
            typed(indicator.explain_when, edition.scopes[indicator.path], ("condition",), edition.functions, found)
        if indicator.otherwise is not None and indicator.otherwise.points is not None:
            scope = target_scope(edition.catalogue, indicator)
            typed(indicator.otherwise.points, scope, ("number",), edition.functions, found)
            found.extend(sentence_faults(indicator.otherwise.because, scope, edition.functions))
        yield from found


def scorings(edition: Edition) -> Iterator[Problem]:
    """Every rule that the edition writes out compares and computes what fits together."""
    for scored in edition.scored:
        if isinstance(scored.scoring, Scoring):
            yield from scoring_faults(scored.scoring, scored.scope, edition.functions)


def methods(edition: Edition) -> Iterator[Problem]:
    """A method by itself compares and computes what can fit together, whatever it is put to."""
    for method in edition.methods:
        scope = edition.method_scopes[method.title]
        found: list[Problem] = []
        for parameter in method.parameters:
            if parameter.default is not None and not parameter.choices:
                variable = parameter_variable(parameter)
                argument_typing(parameter.default, variable, scope, edition.functions, found)
        yield from found
        yield from scoring_faults(method.scoring, scope, edition.functions)


def sections(edition: Edition) -> Iterator[Problem]:
    """What limits a section or the total is a condition over names in scope there."""
    scope = cap_scope(edition.catalogue)
    for cap in edition.catalogue.caps:
        found: list[Problem] = []
        if cap.when is not None:
            typed(cap.when, scope, ("condition",), edition.functions, found)
        yield from found
        yield from sentence_faults(cap.because, scope, edition.functions)


def explanations(edition: Edition) -> Iterator[Problem]:
    """What demands a deviation reason in sections and defaults is a condition over the words of a row."""
    catalogue, found = edition.catalogue, list[Problem]()
    demands = [(section.explain_when, section.path) for section in catalogue.sections]
    demands += [
        (catalogue.defaults.explain_when, ()),
        *((each.explain_when, ()) for each in catalogue.defaults.sections),
    ]
    for demand, path in demands:
        if demand is not None:
            typed(demand, row_scope(catalogue, path), ("condition",), edition.functions, found)
    yield from found


def ranges(edition: Edition) -> Iterator[Problem]:
    """A range is declared of a name that is in scope where it stands."""
    catalogue = edition.catalogue
    owners: list[tuple[Method | Section | Indicator, Scope]] = [
        *((method, edition.method_scopes[method.title]) for method in edition.methods if method.ranges),
        *((part, edition.scopes[part.path]) for part in catalogue.indicators if part.ranges),
        *((part, row_scope(catalogue, part.path)) for part in catalogue.sections if part.ranges),
    ]
    for owner, scope in owners:
        for name, _ in owner.ranges:
            if name not in scope:
                yield problem("unknown-name", owner.location, name=name, suggestion=did_you_mean(name, scope))


def grades(edition: Edition) -> Iterator[Problem]:
    """Grades and their caps are conditions over figures, scores and 总分."""
    catalogue, found = edition.catalogue, list[Problem]()
    scope = grade_scope(catalogue)
    conditions = (*(grade.when for grade in catalogue.grades), *(cap.when for cap in catalogue.grade_caps))
    for condition in conditions:
        if condition is not None:
            typed(condition, scope, ("condition",), edition.functions, found)
    for cap in catalogue.grade_caps:
        found.extend(sentence_faults(cap.because, scope, edition.functions))
    yield from found


def checks(edition: Edition) -> Iterator[Problem]:
    """A check is a condition, and its sentence can be filled in."""
    for check in edition.catalogue.checks:
        found: list[Problem] = []
        scope = check_scope(edition.catalogue, check)
        for condition in (check.expect, check.when):
            if condition is not None:
                typed(condition, scope, ("condition",), edition.functions, found)
        yield from found
        yield from sentence_faults(check.because, scope, edition.functions)


def scoring_faults(scoring: Scoring, scope: Scope, functions: Functions) -> list[Problem]:
    """Tell what is wrong with the formulas and sentences of a scoring that is written out."""
    found: list[Problem] = []
    # A name in a cycle has no kind; what is said of the cycle is enough.
    lets = {let.name: Variable(let.name, "number", None) for let in scoring.let}
    scope = layered(lets, scope)
    for let in in_order(Binding(let.name, let.formula) for let in scoring.let):
        typing = typed(let.formula, scope, _LETS_KINDS, functions, found)
        lets[let.name] = Variable(let.name, variable_kind(typing), bound_unit(typing))
    for item in scoring.items:
        if isinstance(item, DeductRule | AwardRow):
            _rule(item, scope, functions, found)
    return found


def argument_typing(
    formula: Formula,
    parameter: Variable,
    scope: Scope,
    functions: Functions,
    found: list[Problem],
    unit: str | None = None,
) -> Typing:
    """Type what a parameter is given, ``unit`` as written behind a number, and hold it to the declaration."""
    kind = _KIND_OF_FIGURE.get(parameter.kind, parameter.kind)
    typing = typed(formula, scope, (kind,), functions, found)  # type: ignore[arg-type]
    if not typing.faults and kind == "number":
        given = bound_unit(typing) if unit is None else read_unit(unit)
        found.extend(_unit_fits(formula, given, parameter.unit, parameter.name))
    return typing


def _rule(item: DeductRule | AwardRow, scope: Scope, functions: Functions, found: list[Problem]) -> None:
    unless = item.unless if isinstance(item, DeductRule) else None
    for condition in (item.when, unless):
        if condition is not None:
            typed(condition, scope, ("condition",), functions, found)
    for points in item.points if isinstance(item.points, tuple) else (item.points,):
        typed(points, scope, ("number",), functions, found)
    found.extend(sentence_faults(item.because, scope, functions))


def _figure(figure: Figure, formula: Formula, scope: Scope, functions: Functions) -> Iterable[Problem]:
    found: list[Problem] = []
    kind = _KIND_OF_FIGURE.get(figure.type, figure.type)
    typing = typed(formula, scope, (kind,), functions, found)  # type: ignore[arg-type]
    if not typing.faults and kind == "number":
        found.extend(_unit_fits(formula, bound_unit(typing), read_unit(figure.unit), figure.name))
    return found


def _value_and_target(indicator: Indicator, edition: Edition, found: list[Problem]) -> None:
    """Hold value and target to the unit of the indicator."""
    scope = target_scope(edition.catalogue, indicator)
    unit = read_unit(indicator.unit) if indicator.unit else None
    if indicator.value is not None:
        data = layered(scope, {TARGET: edition.scopes[indicator.path].get(TARGET, scope[POINTS])})
        typing = typed(indicator.value, data, _LETS_KINDS, edition.functions, found)
        if not typing.faults and typing.kind == "number":
            found.extend(_unit_fits(indicator.value, bound_unit(typing), unit, indicator.title))
            unit = common(unit, typing.unit) if fits(unit, typing.unit) else unit
            if indicator.target is not None and indicator.target.kind == "text":
                texts = {"title": indicator.title, "target": indicator.target.text}
                found.append(problem("target-in-words", indicator.location, **texts))
    target = indicator.target
    if target is not None and not found:
        found.extend(_of_one_kind(indicator, target, scope))
    if target is not None and target.formula is not None:
        typing = typed(target.formula, scope, ("number", "date"), edition.functions, found)
        if not typing.faults and typing.kind == "number":
            found.extend(_unit_fits(target.formula, bound_unit(typing), unit, indicator.title))
    elif target is not None and target.low is not None:
        found.extend(_fixed_target(indicator, unit))


def _of_one_kind(indicator: Indicator, target: Target, scope: Scope) -> Iterator[Problem]:
    """A value and its target are both numbers or both dates."""
    computed = None if target.formula is None else check_node(target.formula.tree, scope).kind
    kind = computed or ("date" if target.day is not None else "number" if target.low is not None else None)
    value = None if indicator.value is None else check_node(indicator.value.tree, scope).kind
    if {kind, value} == {"date", "number"}:
        yield problem("target-kind-differs", indicator.location, title=indicator.title, target=target.text)


def _fixed_target(indicator: Indicator, unit: Unit | None) -> Iterator[Problem]:
    """Hold a target that is a number to the indicator's unit: a bare one takes it, but 5 is no 5%."""
    target = indicator.target
    if target is None or target.low is None or unit is None:
        return
    if not target.unit and unit == PERCENT and target.low not in (0, 1):
        yield problem("target-no-rate", indicator.location, target=target.text, suggestion=target.text + "%")
    elif target.unit and not _target_fits(Quantity(target.low, target.unit), unit):
        yield problem(
            "target-unit-differs", indicator.location, title=indicator.title, found=target.unit, unit=_shown(unit)
        )


def _target_fits(target: Quantity, unit: Unit) -> bool:
    return convert(target, unit_text(unit)) is not None if unit.factors else fits(read_unit(target.unit), unit)


def _unit_fits(formula: Formula, found: Unit | None, declared: Unit | None, name: str) -> Iterator[Problem]:
    """Hold a formula's unit to a declared one; a plain figure takes any."""
    if declared is None or declared == BARE or fits(found, declared):
        return
    if declared == PERCENT and isinstance(formula.tree, Number):
        written = decimal_text(formula.tree.value)
        told = {"name": name, "number": written, "suggestion": f"{written}%"}
        yield problem("rate-without-sign", formula.location, **told)
        return
    yield problem("unit-not-declared", formula.location, name=name, found=_shown(found), unit=_shown(declared))


def _shown(unit: Unit | None) -> str:
    return unit_text(unit) or phrase("unit-none")


def _can_be_rate(typing: Typing) -> bool:
    return typing.kind in ("number", "unknown") and (typing.unit is None or not typing.unit.factors)


# Methods where they are used: what a call gives fits the parameters, and the rules fit the units at hand.


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
        reading = None if TARGET in scored.scope else _reads_target(edition, method, call)
        if reading is not None:
            yield problem("method-reads-target", scored.location or call.location, method=method.title, place=reading)
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
        choices = listed(parameter.choices)
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


def _reads_target(edition: Edition, method: Method, call: MethodCall) -> Location | None:
    """Give the place where a method reads 指标值 as it is called; None where it does not."""
    scope = {name: word for name, word in method_scope(method, edition.catalogue).items() if name not in _OF_TARGET}
    faults = scoring_faults(method.scoring, scope, edition.functions)
    read = [fault.location for fault in faults if dict(fault.arguments).get("name") in _OF_TARGET]
    for each in method.parameters:
        if each.default is not None and each.name not in dict(call.arguments):
            read += [each.location] * (not _OF_TARGET.isdisjoint(names(each.default.tree)))
    asked = [method.location] if TARGET in dict(method.ranges) else []
    return next(iter([*read, *asked]), None)


_OF_TARGET = frozenset({TARGET, ATTAINMENT})

"""Every way of scoring brought to one core: names computed in order, then rules that take or give points.

A method call becomes the method's rules with its parameters bound, a checklist deductions, a judgement bands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from attrs import evolve, field

from evalrules._edition.forms import item_name, item_rule, tier_rule
from evalrules._edition.model import (
    AwardRow,
    Catalogue,
    ChecklistItem,
    DeductRule,
    Indicator,
    Method,
    MethodCall,
    Parameter,
    Path,
    Scoring,
    Target,
    Tier,
)
from evalrules._edition.scopes import data_scope, ranges_of, scoring_of
from evalrules._formula.program import (
    ACTUAL,
    TARGET,
    PointsBetween,
    Program,
    Replacements,
    Requirement,
    Rule,
    in_reading_order,
    settle,
    settled,
)
from evalrules._formula.scope import ANY, Bounds, Scope, Variable, layered, read_unit
from evalrules._formula.tree import Binding, Call, Choice, Formula, Name, Number, Placeholder, Sentence, names
from evalrules._formula.typing import resolved
from evalrules._quantities import Quantity, convert
from evalrules._values import frozen, once_for_each


def lower(
    catalogue: Catalogue, indicator: Indicator | None, scoring: Scoring | MethodCall, *, section: Path = ()
) -> Program:
    """Bring a scoring to its core, for an indicator of the edition or for any row of the open ``section``.

    Inputs are figures, 分值, and 指标值 and 完成值 where the edition does not compute them; `item_name` for each item
    of a checklist (the points given), `TIER` and 评判得分 for a judgement. An unknown method is a `KeyError`.
    """
    written = _written(catalogue, indicator, section, scoring)
    around = section if indicator is None else indicator.path[:-1]
    return Program(
        form="award" if written.scoring.form in ("award", "judged") else "deduct",
        rules=_rules(written),
        bindings=in_order((*_row_bindings(indicator, written), *written.bindings)),
        requirements=_requirements(ranges_of(catalogue, around, indicator), written),
    )


@once_for_each
def programs(catalogue: Catalogue) -> Mapping[Path, Program]:
    """Give the core of every indicator's own scoring, by path, for an edition whose methods are all known.

    Checking and compiling ask for the same.
    """
    scored = ((part, scoring_of(catalogue, part)) for part in catalogue.indicators)
    return {part.path: lower(catalogue, part, scoring) for part, scoring in scored if scoring is not None}


def written_out(catalogue: Catalogue, scoring: Scoring | MethodCall) -> Scoring:
    """Give the scoring that is written out: that of the method where one is called. An unknown one is a `KeyError`."""
    return scoring if isinstance(scoring, Scoring) else catalogue.methods[scoring.method].scoring


def in_order(bindings: Iterable[Binding]) -> tuple[Binding, ...]:
    """Put each binding behind those it reads, else in the order written; a cycle stays where it was met."""
    named = {binding.name: binding for binding in bindings}
    return tuple(
        named[name] for name in in_reading_order({name: names(each.formula.tree) for name, each in named.items()})
    )


# ---- names ---------------------------------------------------------------------------------------------------------


@frozen
class _Written:
    """A scoring that is written out: its label, what replaces its names, the scope of its choices, what it binds."""

    scoring: Scoring
    label: str
    replacements: Replacements = field(factory=dict)
    choosing: Scope | None = None
    bindings: tuple[Binding, ...] = ()
    requirements: tuple[Requirement, ...] = ()

    def formula(self, formula: Formula) -> Formula:
        """Put in what replaces names, and resolve the values of choices."""
        if self.replacements:
            formula = evolve(formula, tree=settled(formula.tree, self.replacements))
        return formula if self.choosing is None else resolved(formula, self.choosing)

    def optional(self, formula: Formula | None) -> Formula | None:
        return None if formula is None else self.formula(formula)

    def excuse(self, unless: Formula | None) -> Formula | None:
        """Leave out an excuse that a choice decides against."""
        decided = None if unless is None else settle(unless.tree, self.replacements)
        return None if decided is False else self.optional(unless)

    def sentence(self, sentence: Sentence | None) -> Sentence | None:
        if sentence is None or not (self.replacements or self.choosing):
            return sentence
        return evolve(sentence, parts=tuple(self._part(part) for part in sentence.parts))

    def _part(self, part: str | Placeholder) -> str | Placeholder:
        return part if isinstance(part, str) else evolve(part, formula=self.formula(part.formula))

    def bound(self, name: str) -> str:
        """Give the name under which the program binds a name of the scoring."""
        replacement = self.replacements.get(name)
        return replacement.name if isinstance(replacement, Name) else name


def _written(
    catalogue: Catalogue, indicator: Indicator | None, section: Path, scoring: Scoring | MethodCall
) -> _Written:
    choosing = data_scope(catalogue) if _has_choices(catalogue) else None
    if isinstance(scoring, MethodCall):
        return _called(catalogue, catalogue.methods[scoring.method], scoring, indicator, choosing)
    title = "/".join(section) if indicator is None else indicator.title
    written = _Written(scoring, f"{catalogue.name} {title} {scoring.form}", choosing=choosing)
    return evolve(written, bindings=_lets(written))


@once_for_each
def _has_choices(catalogue: Catalogue) -> bool:
    return any(variable.kind == "choice" for variable in data_scope(catalogue).values())


def _called(
    catalogue: Catalogue, method: Method, call: MethodCall, indicator: Indicator | None, choosing: Scope | None
) -> _Written:
    """Bind the method's parameters; a choice is put in instead."""
    given, units = dict(call.arguments), dict(call.units)
    formulas = {parameter.name: given.get(parameter.name, parameter.default) for parameter in method.parameters}
    chosen = _chosen(method.parameters, formulas)
    replacements = {**(_kept_apart(choosing) if chosen else {}), **_renamed(method, call, indicator), **chosen}
    label = f"{method.edition or catalogue.name} {method.title} {method.scoring.form}"
    written = _Written(method.scoring, label, replacements, _shadowed(method, choosing))
    own = evolve(written, replacements={}, choosing=choosing)
    bindings = tuple(
        Binding(
            written.bound(parameter.name),
            (own if parameter.name in given else written).formula(formula),
            read_unit(unit) if (unit := parameter.unit or units.get(parameter.name)) else None,
        )
        for parameter in method.parameters
        if (formula := formulas[parameter.name]) is not None and not parameter.choices
    )
    required = (*method.ranges, *((each.name, each.bounds) for each in method.parameters if each.bounds != ANY))
    requirements = tuple(Requirement(written.bound(name), bounds) for name, bounds in required)
    return evolve(written, bindings=(*bindings, *_lets(written)), requirements=requirements)


def _bound_by(method: Method) -> set[str]:
    return {*(parameter.name for parameter in method.parameters), *(let.name for let in method.scoring.let)}


def _renamed(method: Method, call: MethodCall, indicator: Indicator | None) -> dict[str, Name | Choice]:
    """Keep a figure apart from a parameter or ``let`` of the method that happens to have the same name."""
    outside = [formula for _, formula in call.arguments]
    if indicator is not None:
        outside += [indicator.value] if indicator.value is not None else []
        outside += [indicator.target.formula] if indicator.target is not None and indicator.target.formula else []
    used = {name for formula in outside for name in names(formula.tree)}
    return {name: Name(f"{method.title}·{name}") for name in _bound_by(method) & used}


def _chosen(parameters: Iterable[Parameter], formulas: Mapping[str, Formula | None]) -> dict[str, Name | Choice]:
    """Give the value, or the choice figure, that each parameter with choices stands for."""
    chosen: dict[str, Name | Choice] = {}
    for parameter in parameters:
        formula = formulas[parameter.name]
        if parameter.choices and formula is not None and isinstance(formula.tree, Name | Choice):
            tree = formula.tree
            is_value = isinstance(tree, Name) and tree.name in parameter.choices
            chosen[parameter.name] = Choice(tree.name) if is_value and isinstance(tree, Name) else tree
    return chosen


def _kept_apart(choosing: Scope | None) -> dict[str, Name | Choice]:
    """Say of each choice figure that it stands for itself: beside a choice it is no value of that choice."""
    return {name: Name(name) for name, each in (choosing or {}).items() if each.kind == "choice"}


def _shadowed(method: Method, choosing: Scope | None) -> Scope | None:
    if choosing is None:
        return None
    return layered({name: Variable(name, "number", None) for name in _bound_by(method)}, choosing)


def _lets(written: _Written) -> tuple[Binding, ...]:
    return tuple(Binding(written.bound(let.name), written.formula(let.formula)) for let in written.scoring.let)


def _row_bindings(indicator: Indicator | None, written: _Written) -> Iterator[Binding]:
    """Bind 指标值 and 完成值 where the edition says what they are."""
    if indicator is None:
        return
    unit = read_unit(indicator.unit) if indicator.unit else None
    own = evolve(written, replacements={}) if written.replacements else written
    formula = target_formula(indicator)
    if formula is not None:
        yield Binding(TARGET, own.formula(formula), unit)
    if indicator.value is not None:
        yield Binding(ACTUAL, own.formula(indicator.value), unit)


def target_formula(indicator: Indicator) -> Formula | None:
    """Give what 指标值 is where the edition fixes it: a number in the indicator's unit, a day, or a formula."""
    target = indicator.target
    if target is None or target.kind in ("interval", "text"):
        return None
    if target.formula is not None:
        return target.formula
    if target.day is not None:
        parts = (target.day.year, target.day.month, target.day.day)
        return Formula(target.text, Call("日期", tuple(Number(Fraction(part)) for part in parts)), indicator.location)
    return None if target.low is None else Formula(target.text, _target_number(indicator, target), indicator.location)


def _target_number(indicator: Indicator, target: Target) -> Number:
    low = target.low or Fraction(0)
    if indicator.unit and target.unit not in ("", indicator.unit):
        low = convert(Quantity(low, target.unit), indicator.unit) or low
    return Number(low, percent="%" in (target.unit, indicator.unit))


def _requirements(ranges: Mapping[str, Bounds], written: _Written) -> tuple[Requirement, ...]:
    items = (
        Requirement(item_name(number), Bounds(Fraction(0), item.points))
        for number, item in enumerate(written.scoring.items)
        if isinstance(item, ChecklistItem)
    )
    if written.scoring.is_assessed:
        return tuple(items)
    return (*(Requirement(name, bounds) for name, bounds in ranges.items()), *written.requirements, *items)


# ---- rules ---------------------------------------------------------------------------------------------------------


def _rules(written: _Written) -> tuple[Rule, ...]:
    items: tuple[DeductRule | AwardRow | ChecklistItem | Tier, ...] = written.scoring.items
    rules = (_rule(number, item, written) for number, item in enumerate(items))
    return tuple(rule for rule in rules if rule is not None)


def _rule(number: int, item: DeductRule | AwardRow | ChecklistItem | Tier, written: _Written) -> Rule | None:
    label = f"{written.label}[{number}]"
    match item:
        case ChecklistItem():
            return item_rule(number, item, label)
        case Tier():
            return tier_rule(item, label)
    when = written.optional(item.when)
    if item.when is not None and written.replacements:
        decided = settle(item.when.tree, written.replacements)
        if decided is False:
            return None
        when = None if decided is True else when
    unless = written.excuse(item.unless) if isinstance(item, DeductRule) else None
    return Rule(_points(item, written), label, when, unless, written.sentence(item.because), item.location)


def _points(item: DeductRule | AwardRow, written: _Written) -> Formula | PointsBetween:
    if isinstance(item.points, tuple):
        low, high = item.points
        return PointsBetween(written.formula(low), written.formula(high))
    return written.formula(item.points)

"""A rule that is written out, read with ranges: what is known of its inputs, and the way through its rules."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import cast

from attrs import define, evolve, frozen

from evalrules._catalogue.check.edition import Edition
from evalrules._catalogue.lower import lower, programs
from evalrules._catalogue.model import Indicator, Method, Path, Scoring
from evalrules._catalogue.scopes import program_scope
from evalrules._formula.intervals import excludes_zero, overlap
from evalrules._formula.program import ACTUAL, ATTAINMENT, POINTS, TARGET, PointsBetween, Program, Rule
from evalrules._formula.ranges import Ranges, ranges_of_scope
from evalrules._formula.scope import ANY, Scope
from evalrules._formula.tree import (
    Arithmetic,
    Both,
    Call,
    Either,
    Formula,
    If,
    Name,
    Node,
    Number,
    children,
    names,
)
from evalrules._formula.units import resolved

_ATTAINMENT = Formula(ATTAINMENT, Arithmetic("/", Name(ACTUAL), Name(TARGET)))


@define(slots=False, eq=False)
class Reading:
    """A program with the scope of its row; ``applies`` is what is known where it is scored at all."""

    program: Program
    scope: Scope
    figures: Mapping[str, Formula]
    applies: Formula | None = None

    @cached_property
    def formulas(self) -> Mapping[str, Formula]:
        """Every name that is computed: figures, 完成率, and what the program binds."""
        bound = {binding.name: binding.formula for binding in self.program.bindings}
        # A form has as many readings as rows, and maybe as many figures: no reading copies them.
        return ChainMap(bound, cast("dict[str, Formula]", self.figures), {ATTAINMENT: _ATTAINMENT})

    @cached_property
    def trees(self) -> dict[str, Node]:
        """The trees of the computed names."""
        return {name: formula.tree for name, formula in self.formulas.items()}

    @cached_property
    def read(self) -> tuple[str, ...]:
        """The names that are read, by way of computed ones too, in the order of first use."""
        return _read_names(self._nodes(), self.formulas)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names that are read and not computed."""
        return tuple(name for name in self.read if name not in self.formulas)

    @cached_property
    def known(self) -> Ranges | None:
        """What declarations and ``applies`` tell of the inputs; None where they contradict each other."""
        declared = self._declared()
        numbers = dict(declared.numbers)
        for requirement in self.program.requirements:
            kept = overlap(numbers.get(requirement.name, ANY), requirement.bounds)
            numbers[requirement.name] = kept or requirement.bounds
        ranges: Ranges | None = Ranges(numbers, declared.values, declared.formulas)
        if self.applies is not None and ranges is not None:
            ranges = ranges.given(self.applies.tree)
        return ranges

    def _declared(self) -> Ranges:
        """Give what declarations tell of the inputs and of what is computed from them.

        分值 and what the program binds are known whether a rule reads them or not: others ask for them too.
        """
        unread = (Name(binding.name) for binding in self.program.bindings if binding.name not in self.read)
        known = (*self.read, *_read_names(unread, self.formulas))
        trees = {name: self.formulas[name].tree for name in known if name in self.formulas}
        return ranges_of_scope(self.scope, (POINTS, *self.inputs, *trees), trees)

    @cached_property
    def way(self) -> tuple[tuple[Rule, Ranges | None, Ranges | None], ...]:
        """Every rule with what is known when one is asked, and when it holds; None where it cannot be.

        A deduction is asked whatever those before it did; a row only where those before it do not hold.
        """
        return tuple(self._way())

    def _way(self) -> Iterator[tuple[Rule, Ranges | None, Ranges | None]]:
        asked = self.known
        for rule in self.program.rules:
            holds = asked if rule.when is None or asked is None else asked.given(rule.when.tree)
            yield rule, asked, holds
            if self.program.form == "award" and asked is not None:
                asked = None if rule.when is None else asked.given(rule.when.tree, False)

    def _nodes(self) -> Iterator[Node]:
        for rule in self.program.rules:
            yield from (formula.tree for formula in formulas_of(rule))
        yield from (Name(requirement.name) for requirement in self.program.requirements)
        if self.applies is not None:
            yield self.applies.tree


def reading_of(
    edition: Edition, scoring: Scoring, scope: Scope, indicator: Indicator | None, section: Path = ()
) -> Reading:
    """Read a scoring that is written out, for an indicator or for the rows of open sections."""
    if indicator is None:
        return Reading(lower(edition.catalogue, None, scoring, section=section), scope, edition.computed)
    return Reading(programs(edition.catalogue)[indicator.path], scope, edition.computed, indicator.applies)


def method_reading(edition: Edition, method: Method) -> Reading:
    """Read a method by itself: its parameters are inputs, whatever their defaults."""
    scope = edition.method_scopes[method.title]
    program = lower(edition.catalogue, None, method.scoring)
    whole_scope = program_scope(scope, program, edition.functions)
    bindings = tuple(evolve(each, formula=resolved(each.formula, whole_scope)) for each in program.bindings)
    rules = tuple(_resolved_rule(rule, whole_scope) for rule in program.rules)
    return Reading(evolve(program, bindings=bindings, rules=rules), scope, edition.computed)


def _resolved_rule(rule: Rule, scope: Scope) -> Rule:
    conditions = (None if each is None else resolved(each, scope) for each in (rule.when, rule.unless))
    when, unless = conditions
    ends = tuple(resolved(each, scope) for each in points_of(rule))
    points = ends[0] if len(ends) == 1 else PointsBetween(ends[0], ends[1])
    return evolve(rule, when=when, unless=unless, points=points)


def formulas_of(rule: Rule) -> Iterator[Formula]:
    """Go through the formulas of a rule that decide points."""
    yield from (condition for condition in (rule.when, rule.unless) if condition is not None)
    yield from points_of(rule)


def points_of(rule: Rule) -> tuple[Formula, ...]:
    """Give what the points of a rule are computed from: one formula, or both ends of a range."""
    return (rule.points.low, rule.points.high) if isinstance(rule.points, PointsBetween) else (rule.points,)


def zero_divisors(
    formula: Formula, known: Ranges, formulas: Mapping[str, Formula], read: set[tuple[str, int]] | None = None
) -> Iterator[tuple[Formula, Node]]:
    """Go through the divisors that may be 0 when a formula is computed, each with the formula it is written in."""
    search = _Divisors(formula, formulas, set() if read is None else read)
    yield from search.of(formula.tree, known)


@frozen(eq=False)
class _Divisors:
    """A search of one formula; ``read`` are the computed names that were searched with the same knowledge."""

    formula: Formula
    formulas: Mapping[str, Formula]
    read: set[tuple[str, int]]

    def of(self, node: Node, known: Ranges) -> Iterator[tuple[Formula, Node]]:
        match node:
            case Number():
                return
            case Name(name):
                yield from self._of_name(name, known)
            case Arithmetic(sign, left, right):
                yield from self.of(left, known)
                yield from self.of(right, known)
                if sign == "/" and not excludes_zero(known.bounds(right)):
                    yield self.formula, right
            case Both(operands):
                yield from self._one_by_one(operands, known, truth=True)
            case Either(operands):
                yield from self._one_by_one(operands, known, truth=False)
            case If(condition, then, otherwise):
                yield from self.of(condition, known)
                for arm, truth in ((then, True), (otherwise, False)):
                    inside = known.given(condition, truth)
                    yield from self.of(arm, inside) if inside is not None else ()
            case Call("已填" | "未填"):
                return
            case _:
                for child in children(node):
                    yield from self.of(child, known)

    def _of_name(self, name: str, known: Ranges) -> Iterator[tuple[Formula, Node]]:
        if name in self.formulas and (name, id(known)) not in self.read:
            self.read.add((name, id(known)))
            yield from zero_divisors(self.formulas[name], known, self.formulas, self.read)

    def _one_by_one(self, operands: tuple[Node, ...], known: Ranges, *, truth: bool) -> Iterator[tuple[Formula, Node]]:
        """Search operands that are computed only while those before them have not decided."""
        for operand in operands:
            yield from self.of(operand, known)
            following = known.given(operand, truth)
            if following is None:
                return
            known = following


def ranges_for(edition: Edition, nodes: Iterable[Node], scope: Scope) -> Ranges:
    """Give what the declarations tell of the names that formulas read, by way of computed figures too."""
    read = _read_names(nodes, edition.computed)
    trees = {name: edition.computed[name].tree for name in read if name in edition.computed}
    return ranges_of_scope(scope, read, trees)


def _read_names(nodes: Iterable[Node], formulas: Mapping[str, Formula]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    waiting = list(nodes)
    for node in waiting:
        for name in names(node):
            if name not in found and name in formulas:
                waiting.append(formulas[name].tree)
            found[name] = None
    return tuple(found)

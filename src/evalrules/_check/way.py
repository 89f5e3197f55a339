"""A rule that is written out, read with ranges: what is known of its inputs, and the way through its rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from attrs import define, evolve

from evalrules._check.edition import Edition
from evalrules._edition.lower import lower, programs
from evalrules._edition.model import Indicator, Method, Path, Scoring
from evalrules._edition.scopes import program_scope
from evalrules._formula.intervals import excludes_zero, overlap
from evalrules._formula.program import ACTUAL, ATTAINMENT, POINTS, TARGET, PointsBetween, Program, Rule, free_names
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
    Sentence,
    children,
    names,
)
from evalrules._formula.typing import resolved
from evalrules._values import frozen

_OF_ROWS = {ATTAINMENT: Formula(ATTAINMENT, Arithmetic("/", Name(ACTUAL), Name(TARGET)))}


@define(slots=False, eq=False)
class RuleReading:
    """A program with the scope of its row; ``applies`` is what is known where it is scored at all."""

    program: Program
    scope: Scope
    figures: Mapping[str, Formula]
    applies: Formula | None = None

    @cached_property
    def formulas(self) -> dict[str, Formula]:
        """The computed names that matter here: what the program binds, and what the rules read by way of each other.

        A form has as many readings as rows, and maybe as many computed figures: no reading copies them all.
        """
        bound = {binding.name: binding.formula for binding in self.program.bindings}
        nodes = (*self._nodes(), *self._said(), *(formula.tree for formula in bound.values()))
        return {**_reached(nodes, bound, self.figures, _OF_ROWS), **bound}

    @cached_property
    def trees(self) -> dict[str, Node]:
        """The trees of all computed names, whether the rules read them or not."""
        return {name: formula.tree for name, formula in {**_OF_ROWS, **self.figures, **self.formulas}.items()}

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names that are read and not computed."""
        return free_names(self._nodes(), _trees_of(self.formulas))

    @cached_property
    def known(self) -> Ranges | None:
        """What declarations and ``applies`` tell of the inputs; None where they contradict each other."""
        trees = _trees_of(self.formulas)
        # 分值 is known whether a rule reads it or not: what a row gives is held against it.
        said = free_names(self._said(), trees)
        declared = ranges_of_scope(self.scope, (POINTS, *self.inputs, *said, *trees), trees)
        numbers = dict(declared.numbers)
        for requirement in self.program.requirements:
            kept = overlap(numbers.get(requirement.name, ANY), requirement.bounds)
            numbers[requirement.name] = kept or requirement.bounds
        ranges: Ranges | None = Ranges(numbers, declared.values, trees)
        if self.applies is not None and ranges is not None:
            ranges = ranges.given(self.applies.tree)
        return ranges

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

    def _said(self) -> Iterator[Node]:
        yield from (formula.tree for rule in self.program.rules for formula in said_by(rule.because))


def reading_of(
    edition: Edition, scoring: Scoring, scope: Scope, indicator: Indicator | None, section: Path = ()
) -> RuleReading:
    """Read a scoring that is written out, for an indicator or for the rows of open sections."""
    if indicator is None:
        return RuleReading(lower(edition.catalogue, None, scoring, section=section), scope, edition.computed)
    return RuleReading(programs(edition.catalogue)[indicator.path], scope, edition.computed, indicator.applies)


def method_reading(edition: Edition, method: Method) -> RuleReading:
    """Read a method by itself: its parameters are inputs, whatever their defaults."""
    scope = edition.method_scopes[method.title]
    program = lower(edition.catalogue, None, method.scoring)
    whole_scope = program_scope(scope, program, edition.functions)
    bindings = tuple(evolve(each, formula=resolved(each.formula, whole_scope)) for each in program.bindings)
    rules = tuple(_resolved_rule(rule, whole_scope) for rule in program.rules)
    return RuleReading(evolve(program, bindings=bindings, rules=rules), scope, edition.computed)


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


def said_by(sentence: Sentence | None) -> tuple[Formula, ...]:
    """Give the formulas in a sentence."""
    parts = () if sentence is None else sentence.parts
    return tuple(part.formula for part in parts if not isinstance(part, str))


def zero_divisors(formula: Formula, known: Ranges, formulas: Mapping[str, Formula]) -> tuple[tuple[Formula, Node], ...]:
    """Give the divisors that may be 0 when a formula is computed, each with the formula it is written in."""
    found: list[tuple[Formula, Node]] = []
    _Divisors(formula, formulas, {}, found).search(formula.tree, known)
    return tuple(found)


@frozen(eq=False)
class _Divisors:
    """A search of one formula; ``read`` are the computed names that were searched, by what was known of what they read.

    The knowledge is kept there: another one could have its identity once it is gone.
    """

    formula: Formula
    formulas: Mapping[str, Formula]
    read: dict[tuple[object, ...], Ranges]
    found: list[tuple[Formula, Node]]

    def search(self, node: Node, known: Ranges) -> None:
        match node:
            case Number():
                return
            case Name(name):
                self._search_name(name, known)
            case Arithmetic(sign, left, right):
                self.search(left, known)
                self.search(right, known)
                if sign == "/" and not excludes_zero(known.bounds(right)):
                    self.found.append((self.formula, right))
            case Both(operands):
                self._one_by_one(operands, known, truth=True)
            case Either(operands):
                self._one_by_one(operands, known, truth=False)
            case If(condition, then, otherwise):
                self.search(condition, known)
                for arm, truth in ((then, True), (otherwise, False)):
                    inside = known.case(condition, truth)
                    if inside is not None:
                        self.search(arm, inside)
            case Call("已填" | "未填"):
                return
            case _:
                for child in children(node):
                    self.search(child, known)

    def _search_name(self, name: str, known: Ranges) -> None:
        formula = self.formulas.get(name)
        key = () if formula is None else known.knowledge_of(name)
        if formula is not None and key not in self.read:
            self.read[key] = known
            _Divisors(formula, self.formulas, self.read, self.found).search(formula.tree, known)

    def _one_by_one(self, operands: tuple[Node, ...], known: Ranges, *, truth: bool) -> None:
        """Search operands that are computed only while those before them have not decided."""
        for operand in operands:
            self.search(operand, known)
            following = known.case(operand, truth)
            if following is None:
                return
            known = following


def ranges_for(edition: Edition, nodes: Iterable[Node], scope: Scope) -> Ranges:
    """Give what the declarations tell of the names that formulas read, by way of computed figures too."""
    read = tuple(nodes)
    trees = _trees_of(_reached(read, edition.computed))
    return ranges_of_scope(scope, (*trees, *free_names(read, trees)), trees)


def _trees_of(formulas: Mapping[str, Formula]) -> dict[str, Node]:
    return {name: formula.tree for name, formula in formulas.items()}


def _reached(nodes: Iterable[Node], *known: Mapping[str, Formula]) -> dict[str, Formula]:
    """Give the computed names that are read, by way of each other too; the first that knows a name decides it."""
    found: dict[str, Formula] = {}
    waiting = list(nodes)
    for node in waiting:
        for name in names(node):
            formula = None if name in found else _first(name, known)
            if formula is not None:
                found[name] = formula
                waiting.append(formula.tree)
    return found


def _first(name: str, known: Iterable[Mapping[str, Formula]]) -> Formula | None:
    for formulas in known:
        formula = formulas.get(name)
        if formula is not None:
            return formula
    return None

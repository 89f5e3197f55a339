"""The steps reading: the same value as the exact reading, by simpleeval, with what the rationale shows of the way.

The tree is lowered to Python's `ast`, and simpleeval evaluates it with nodes, operators and functions of our own and
none of its defaults. A name's value is a `fractions.Fraction`, bool, `datetime.date`, str, or for a table a tuple of
mappings from the columns' full names; None is a blank.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from attrs import frozen

from evalrules._formula.evaluator import Evaluator
from evalrules._formula.faults import Fault
from evalrules._formula.meaning import budgeted
from evalrules._formula.program import (
    ATTAINMENT,
    ATTAINMENT_BINDING,
    JUDGED,
    POINTS,
    Binding,
    PointsBetween,
    Program,
    Requirement,
    Rule,
)
from evalrules._formula.scope import PERCENT, Functions, Scope, Unit
from evalrules._formula.tree import Choice, Formula, Name, Node, Number, names
from evalrules._formula.words import formula_words, show, shown_exactly

Value = Any
_NONE: Final[Functions] = MappingProxyType({})
_MOST_NESTED: Final = 2


def evaluate_node(node: Node, values: Mapping[str, Value], functions: Functions | None = None) -> Value:
    """Give the value of a formula: a Fraction, bool, date or str. Raises `Fault`; a name without a value is a blank.

    >>> from evalrules._formula.syntax import read_tree
    >>> evaluate_node(read_tree("分值 × 95%"), {"分值": Fraction(10)})
    Fraction(19, 2)
    """
    return Evaluator(values.get, values, functions or _NONE).value(node)


@frozen
class Computed:
    """A binding that was read, with its value and the line that shows how it came about, if it is worth one."""

    name: str
    formula: Formula
    value: Value
    step: str | None


@frozen
class Traced:
    """A rule that gave, took, or would have taken points.

    ``amount`` is what it says, exact (None where an excused rule has no value); of it, ``uncollected`` could not be
    taken because nothing was left. ``before`` and ``after`` are the running score, exact.
    """

    rule: Rule
    amount: Fraction | None
    before: Fraction
    after: Fraction
    excused: bool = False
    uncollected: Fraction = Fraction(0)
    steps: tuple[str, ...] = ()


@frozen
class Trace:
    """How a program came to its score: the bindings it read and the rules that held, in order; the score, exact."""

    bindings: tuple[Computed, ...]
    rules: tuple[Traced, ...]
    score: Fraction


def trace_program(
    program: Program, scope: Scope, values: Mapping[str, Value], functions: Functions | None = None
) -> Trace:
    """Run a program step by step. Raises the same `Fault` as the exact reading."""
    return _Run(program, scope, values, functions or _NONE).trace()


class _Postponed(Exception):
    """A binding is to be computed first, from the top: however long a chain of bindings is, the stack stays short."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


class _Run:
    """One run of one program; a binding is computed when it is first read."""

    def __init__(self, program: Program, scope: Scope, values: Mapping[str, Value], functions: Functions) -> None:
        self.program = program
        self.scope = scope
        self.values = values
        self.functions = functions
        self.bindings = program.all_bindings
        self.computed: dict[int, Computed] = {}
        self.nesting = 0

    def trace(self) -> Trace:
        for requirement in self.program.requirements:
            self._require(requirement)
        run = self._deduct if self.program.form == "deduct" else self._award
        rules = run()
        score = rules[-1].after if rules else self.read(POINTS)
        return Trace(tuple(self.computed.values()), tuple(rules), score)

    # ---- values ----

    def evaluate(self, formula: Formula) -> Value:
        """Evaluate a formula of a rule."""
        return self._from_the_top(partial(self._evaluated, formula, len(self.bindings)))

    def _from_the_top(self, attempt: Callable[[], Value]) -> Value:
        """Try again, each time that a binding is postponed, when it has been computed."""
        waiting: list[int] = []
        while True:
            try:
                if not waiting:
                    return attempt()
                self._compute(waiting[-1])
                waiting.pop()
            except _Postponed as postponed:
                waiting.append(postponed.place)

    def _evaluated(self, formula: Formula, limit: int) -> Value:
        lookup = partial(self.lookup, limit=limit)
        return Evaluator(lookup, self.values, self.functions, formula).value(formula.tree)

    def lookup(self, name: str, limit: int) -> Value:
        """Give the value of a name: of its last binding, else as given; None for a blank."""
        place = self._place(name, limit)
        if place is not None:
            return self._compute(place).value
        if name == ATTAINMENT:
            return self._evaluated(ATTAINMENT_BINDING.formula, limit)
        return self.values.get(name)

    def _place(self, name: str, limit: int) -> int | None:
        return next((place for place in reversed(range(limit)) if self.bindings[place].name == name), None)

    def read(self, name: str) -> Value:
        """Give the value of a name that must have one."""
        value = self._from_the_top(partial(self.lookup, name, len(self.bindings)))
        if value is None:
            raise Fault("blank", name)
        return value

    def _compute(self, place: int) -> Computed:
        if place not in self.computed:
            if self.nesting == _MOST_NESTED:
                raise _Postponed(place)
            binding = self.bindings[place]
            self.nesting += 1
            try:
                value = self._evaluated(binding.formula, place)
            finally:
                self.nesting -= 1
            step = self._binding_step(binding, value, place)
            self.computed[place] = Computed(binding.name, binding.formula, value, step)
        return self.computed[place]

    def _require(self, requirement: Requirement) -> None:
        if not requirement.bounds.admits(self.read(requirement.name)):
            raise Fault("outside-range", requirement.name)

    # ---- rules ----

    def _deduct(self) -> list[Traced]:
        running, traced = self.read(POINTS), []
        for rule in self.program.rules:
            if rule.when is None or self.evaluate(rule.when):
                traced.append(self._taken(rule, running))
                running = traced[-1].after
        return traced

    def _taken(self, rule: Rule, before: Fraction) -> Traced:
        points = rule.points
        assert isinstance(points, Formula)
        if rule.unless is not None and self.evaluate(rule.unless):
            return Traced(rule, self._amount_excused(points), before, before, excused=True)
        amount = self.evaluate(points)
        if amount < 0:
            raise Fault("points-out-of-bounds", rule.label, points.tree.span, points)
        after = self._budgeted(max(Fraction(0), before - amount), points)
        return Traced(
            rule, amount, before, after, False, amount - (before - after), self._rule_steps(rule, points, amount)
        )

    def _amount_excused(self, points: Formula) -> Fraction | None:
        try:
            return self.evaluate(points)  # type: ignore[no-any-return]
        except Fault:
            return None

    def _budgeted(self, running: Fraction, points: Formula) -> Fraction:
        try:
            return budgeted(running)
        except Fault as fault:
            raise Fault(fault.kind, "", points.tree.span, points) from None

    def _award(self) -> list[Traced]:
        for rule in self.program.rules:
            if rule.when is None or self.evaluate(rule.when):
                return [self._given(rule)]
        raise Fault("undecided")

    def _given(self, rule: Rule) -> Traced:
        if isinstance(rule.points, PointsBetween):
            score, span, formula = self._judged(rule.label, rule.points), (0, 0), None
            steps: tuple[str, ...] = ()
        else:
            score, span, formula = self.evaluate(rule.points), rule.points.tree.span, rule.points
            steps = self._rule_steps(rule, rule.points, score)
        points = self.read(POINTS)
        if not 0 <= score <= points:
            raise Fault("points-out-of-bounds", rule.label, span, formula)
        return Traced(rule, score, points, score, steps=steps)

    def _judged(self, label: str, between: PointsBetween) -> Fraction:
        score = self.lookup(JUDGED, len(self.bindings))
        if score is None:
            raise Fault("not-judged", label)
        low, high = self.evaluate(between.low), self.evaluate(between.high)
        if score < low or score > high or (between.high_open and score == high):
            raise Fault("judged-outside", label)
        return score  # type: ignore[no-any-return]

    # ---- lines ----

    def _rule_steps(self, rule: Rule, points: Formula, amount: Fraction) -> tuple[str, ...]:
        """Give a line for each binding that the rule reads, and one for its points."""
        places = sorted(self._read_by(rule.when, points))
        lines = [step for step in (self.computed[place].step for place in places) if step is not None]
        line = self._step(points, amount, None, len(self.bindings))
        return (*lines, line) if line is not None else tuple(lines)

    def _read_by(self, *formulas: Formula | None) -> set[int]:
        """Find the bindings that were read, by these formulas or by one another."""
        found: set[int] = set()
        waiting = [(formula, len(self.bindings)) for formula in formulas]
        while waiting:
            formula, limit = waiting.pop()
            for name in () if formula is None else names(formula.tree):
                place = self._place(name, limit)
                if place is not None and place in self.computed and place not in found:
                    found.add(place)
                    waiting.append((self.bindings[place].formula, place))
        return found

    def _binding_step(self, binding: Binding, value: Value, place: int) -> str | None:
        line = self._step(binding.formula, value, self._unit(binding.name, binding.unit), place)
        return None if line is None else f"{binding.name} = {line}"

    def _step(self, formula: Formula, value: Value, unit: Unit | None, limit: int) -> str | None:
        """Write ``formula with values put in = value``; None where nothing was computed."""
        if isinstance(formula.tree, Number | Name | Choice):
            return None
        texts, exact = {}, shown_exactly(value, unit)
        for name in names(formula.tree):
            known = self._known(name, limit)
            if known is not None:
                own = self._unit(name, None)
                texts[name] = show(known, own)
                exact = exact and shown_exactly(known, own)
        return f"{formula_words(formula.tree, texts)} {'=' if exact else '≈'} {show(value, unit)}"

    def _known(self, name: str, limit: int) -> Value:
        """Give the value of a name where it has been read and can be shown."""
        place = self._place(name, limit)
        if place is not None:
            return self.computed[place].value if place in self.computed else None
        value = None if name == ATTAINMENT else self.values.get(name)
        return None if isinstance(value, tuple) else value

    def _unit(self, name: str, own: Unit | None) -> Unit | None:
        """Give the unit to show in steps: rates keep their %, other units would only be in the way."""
        variable = self.scope.get(name)
        unit = own if own is not None or variable is None else variable.unit
        if unit is not None and unit.percent:
            return unit
        place = self._place(name, len(self.bindings))
        literal = None if place is None else self.bindings[place].formula.tree
        return PERCENT if isinstance(literal, Number) and literal.percent else None

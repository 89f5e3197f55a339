"""An actual that is itself a bound (``≥98%``) or a range: scored only if every value that it admits earns full marks.

Everything else stands at the values at hand, so all of a rule that does not read the actual is worked out first. What
is left is decided by the interval reading: it never takes for impossible what can happen, so full marks are given only
where they are certain. Values that are admitted are tried as well; a blank that one of them reaches is what is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any

from attrs import evolve

from evalrules._formula.compile.programs import Job, compile_jobs
from evalrules._formula.functions import BY_NAME
from evalrules._formula.functions.row import Aggregate
from evalrules._formula.intervals import difference, hull, overlap, point, total
from evalrules._formula.program import ACTUAL, ALWAYS, NEVER, PointsBetween, Program, Rule, dependencies
from evalrules._formula.ranges import Ranges
from evalrules._formula.scope import ANY, Bounds
from evalrules._formula.tree import (
    Call,
    Choice,
    Fault,
    Formula,
    Name,
    Node,
    Number,
    children,
    names,
    walk,
    with_children,
)
from evalrules._numbers import rounded_units
from evalrules._quantities import Bound, Interval, Quantity
from evalrules._score.cells import Misfit, in_reference_unit, interval_ends
from evalrules._score.ruleset import Plan, Row, Ruleset
from evalrules._submission import Pair
from evalrules._values import frozen

_UNKNOWN = Name("·")
"""What stands for a part that has no value: a figure that it reads is blank."""
_NEAR, _FAR = Fraction(1, 1000), 10**9


def require_full_marks(
    ruleset: Ruleset, row: Row, values: list[Any], points: Pair, target: Any, actual: Bound | Interval
) -> None:
    """Raise `Misfit` unless every value that the actual admits earns full marks, `Fault` where one has no score."""
    plan, undecided = row.plan, Misfit("actual-bound-undecided", found=actual.text)
    assert plan is not None
    within = _within(plan.program, admitted(row, actual))
    if within is None:
        raise undecided
    between = interval_ends(row, actual) if row.between and row.target and row.target.kind == "interval" else None
    full = Fraction(*points) * ruleset.place
    for value in _tried(plan, within, between or ()):
        aim = target if between is None else _pair(min(max(value, between[0]), between[1]))
        try:
            score = plan.score(values, points, aim, _pair(value), None)
        except Fault as fault:
            if fault.kind != "not-judged":
                raise
            raise undecided from None  # whatever an assessor said: which row it is about cannot be told
        if score != full:
            raise undecided
    for part, aim in ((within, target),) if between is None else _beyond(within, *between):
        if not _always_full(ruleset, plan, part, values, (points, aim)):
            raise undecided


def _pair(value: Fraction) -> Pair:
    return value.numerator, value.denominator


def _beyond(within: Bounds, low: Fraction, high: Fraction) -> Iterator[tuple[Bounds, Pair]]:
    """Give what is admitted outside of a target that is an interval, with the end of it that counts there.

    Inside, an actual is its own target; the values tried there have shown what a rule gives for that.
    """
    for side, end in ((Bounds(high=low, high_open=True), low), (Bounds(low=high, low_open=True), high)):
        part = overlap(within, side)
        if part is not None:
            yield part, _pair(end)


def admitted(row: Row, actual: Bound | Interval) -> Bounds:
    """Give the values that an actual admits, in the row's unit."""
    if isinstance(actual, Interval):
        ends = (Quantity(end, actual.unit, actual.text) for end in (actual.low, actual.high))
        low, high = (Fraction(*in_reference_unit(row, end, end)) for end in ends)
        return Bounds(low, high)
    value = Fraction(*in_reference_unit(row, actual.quantity, actual))
    match actual.comparator:
        case "≥" | ">":
            return Bounds(low=value, low_open=actual.comparator == ">")
        case "≤" | "<":
            return Bounds(high=value, high_open=actual.comparator == "<")
        case "=":
            return Bounds(value, value)


def _within(program: Program, bounds: Bounds | None) -> Bounds | None:
    """Keep of the values those in the ranges that the rule requires; None where none is."""
    for requirement in program.requirements:
        if requirement.name == ACTUAL and bounds is not None:
            bounds = overlap(bounds, requirement.bounds)
    return bounds


def _tried(plan: Plan, within: Bounds, between: tuple[Fraction, ...]) -> Iterator[Fraction]:
    """Give values to try: the ends, the target's too, near them, far off, and around each number in the rules."""
    trees = [formula.tree for formula in plan.program.formulas]
    trees += [binding.formula.tree for binding in plan.program.all_bindings]
    found = {node.value for tree in trees for node in walk(tree) if isinstance(node, Number)}
    found |= {end for end in (within.low, within.high, *between) if end is not None} | {Fraction(-_FAR), Fraction(_FAR)}
    around = {value + step for value in found for step in (-1, -_NEAR, 0, _NEAR, 1)}
    yield from sorted(value for value in around if within.admits(value))


# The rule with all that does not read the actual worked out, and the interval reading of what is left.


@frozen(eq=False)
class _Parts:
    """The parts of a plan's formulas that do not read the actual, by identity, and each compiled."""

    moving: frozenset[str]
    found: tuple[Node, ...]
    compiled: tuple[Callable[..., Any], ...]


def _parts(ruleset: Ruleset, plan: Plan) -> _Parts:
    bound = {binding.name: binding.formula.tree for binding in plan.program.all_bindings}
    moving = frozenset({ACTUAL} | {name for name, tree in bound.items() if ACTUAL in dependencies(tree, bound)})
    trees = [formula.tree for formula in plan.program.formulas] + [bound[name] for name in moving if name in bound]
    found = tuple(part for tree in trees for part in _still(tree, moving))
    jobs = [Job(Formula("", part), plan.scope, plan.program) for part in found]
    return _Parts(moving, found, compile_jobs(jobs, ruleset.slots, ruleset.functions))


def _still(node: Node, moving: frozenset[str]) -> Iterator[Node]:
    """Give the largest parts that read nothing that moves; what is computed row by row is one or none."""
    if isinstance(node, Number | Choice):
        return
    if moving.isdisjoint(names(node)):
        yield node
    elif not (isinstance(node, Call) and isinstance(BY_NAME.get(node.function), Aggregate)):
        for child in children(node):
            yield from _still(child, moving)


def _always_full(ruleset: Ruleset, plan: Plan, within: Bounds, values: list[Any], cells: tuple[Pair, Any]) -> bool:
    parts = ruleset.once(("parts of a rule", plan), lambda: _parts(ruleset, plan))
    known = {
        id(part): _worked_out(compute, values, cells) for part, compute in zip(parts.found, parts.compiled, strict=True)
    }
    program, full = plan.program, _Full(Fraction(*cells[0]), ruleset)
    rules = [_put(rule, known) for rule in program.rules]
    bound = {each.name: each.formula.tree for each in program.all_bindings if each.name in parts.moving}
    ranges = Ranges({ACTUAL: within}, {}, {name: _with(tree, known) for name, tree in bound.items() if name != ACTUAL})
    if program.form == "award":
        return _first_is_full(rules, ranges, full)
    taken = [_taken(rule, ranges) for rule in rules]
    return all(each is not None for each in taken) and full.is_left_by(filter(None, taken))


def _worked_out(compute: Callable[..., Any], values: list[Any], cells: tuple[Pair, Any]) -> Node:
    try:
        value = compute(values, *cells, None, None)
    except Fault:
        return _UNKNOWN
    if isinstance(value, bool):
        return ALWAYS if value else NEVER
    return Number(Fraction(*value) if isinstance(value, tuple) else Fraction(value))


def _put(rule: Rule, known: Mapping[int, Node]) -> Rule:
    def put(formula: Formula | None) -> Formula | None:
        return None if formula is None else evolve(formula, tree=_with(formula.tree, known))

    given = rule.points
    points = given if isinstance(given, PointsBetween) else evolve(given, tree=_with(given.tree, known))
    return evolve(rule, points=points, when=put(rule.when), unless=put(rule.unless))


def _with(node: Node, known: Mapping[int, Node]) -> Node:
    if id(node) in known:
        return known[id(node)]
    below = children(node)
    return with_children(node, [_with(child, known) for child in below]) if below else node


@frozen
class _Full:
    """Full marks as they are shown: what loses no more than rounding takes away has them too."""

    points: Fraction
    ruleset: Ruleset

    def _units(self, points: Fraction) -> int:
        rounding = self.ruleset.catalogue.rounding
        return rounded_units(points.numerator, points.denominator, rounding.places, rounding.mode)

    def is_given_by(self, given: Bounds) -> bool:
        """Tell whether all points between two ends are shown as full marks."""
        ends = (
            self._inside(given.low, 1 if given.low_open else 0),
            self._inside(given.high, -1 if given.high_open else 0),
        )
        return all(end is not None and self._units(end) == self._units(self.points) for end in ends)

    def is_left_by(self, taken: Iterable[Bounds]) -> bool:
        """Tell whether full marks are shown whatever of this is taken."""
        return self.is_given_by(difference(point(self.points), reduce(total, taken, point(Fraction(0)))))

    def _inside(self, end: Fraction | None, side: int) -> Fraction | None:
        """Give an end; of one that is not reached a number beside it, nearer than any at which rounding turns."""
        return None if end is None else end + Fraction(side, 4 * self.ruleset.place * end.denominator)


def _first_is_full(rules: list[Rule], ranges: Ranges, full: _Full) -> bool:
    """Tell whether some row always holds and each that can be the first to hold gives full marks."""
    before: Ranges | None = ranges
    for rule in rules:
        if before is None:
            return True
        if rule.when is not None and _is_unsure(rule.when, before):
            return False
        holding = before if rule.when is None else before.given(rule.when.tree)
        if holding is not None and not full.is_given_by(_points(rule, holding)):
            return False
        before = None if rule.when is None else before.given(rule.when.tree, truth=False)
    return before is None


def _taken(rule: Rule, ranges: Ranges) -> Bounds | None:
    """Give what a rule can take, None where that is not known, or it could give."""
    if rule.when is not None and _is_unsure(rule.when, ranges):
        return None
    holding = ranges if rule.when is None else ranges.given(rule.when.tree)
    if holding is None or (rule.unless is not None and holding.truth(rule.unless.tree) is True):
        return point(Fraction(0))
    taken = _points(rule, holding)
    if taken.low is None or taken.low < 0 or taken.high is None:
        return None
    return taken if rule.when is None else hull((point(Fraction(0)), taken))


def _is_unsure(condition: Formula, ranges: Ranges) -> bool:
    """Tell a condition that may read a blank: nothing else decides it."""
    return _UNKNOWN.name in names(condition.tree) and ranges.truth(condition.tree) is None


def _points(rule: Rule, holding: Ranges) -> Bounds:
    return ANY if isinstance(rule.points, PointsBetween) else holding.bounds(rule.points.tree)

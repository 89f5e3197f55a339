"""The inputs of a rule that could have been another, each with the rule compiled so that it can be tried."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import Any

from attrs import evolve, field, frozen

from evalrules._formula.edges import free_names
from evalrules._formula.exact import compile_program
from evalrules._formula.program import ACTUAL, POINTS, TARGET, Program
from evalrules._formula.scope import PERCENT, Kind, Scope
from evalrules._formula.words import Showing
from evalrules._rationale.profile import Outlook, Profile
from evalrules._ruleset import Plan, Ruleset, Score

_MOST_REMEMBERED = 256


@frozen(eq=False)
class Tried:
    """What the values of an input score, and the words of what was found in it."""

    profile: Profile
    words: dict[tuple[Any, ...], tuple[str, str]] = field(factory=dict, init=False)
    _levels: list[int] = field(init=False)
    _outlooks: dict[int, Outlook] = field(factory=dict, init=False)

    @_levels.default
    def _scores(self) -> list[int]:
        return sorted({score for _, score in self.profile if score is not None})

    def level(self, wanted: int) -> int | None:
        """Give the least score of at least so many units; None where there is none."""
        place = bisect_left(self._levels, wanted)
        return None if place == len(self._levels) else self._levels[place]

    def outlook(self, level: int) -> Outlook:
        """Give where at least so much is scored."""
        if level not in self._outlooks:
            self._outlooks[level] = Outlook(self.profile, level)
        return self._outlooks[level]


@frozen(eq=False)
class TrialProgram:
    """A rule, or the bands together, compiled so that one of its inputs can be another.

    ``alone`` tells that what it scores depends on no figure but that input: then it is tried once for each target.
    """

    name: str
    program: Program
    score: Score
    alone: bool
    kind: Kind
    showing: Showing
    is_rate: bool
    _tried: dict[tuple[int, Any], Tried] = field(factory=dict, init=False)

    def tried(self, units: int, target: Any, make: Callable[[], Profile]) -> Tried:
        """Give what the input's values score for so many points and this target; remembered while there are few."""
        if not self.alone:
            return Tried(make())
        known = self._tried.get((units, target))
        if known is None:
            if len(self._tried) >= _MOST_REMEMBERED:  # entries state their own targets: there is no end of them
                self._tried.clear()
            known = self._tried[units, target] = Tried(make())
        return known


def trials(ruleset: Ruleset, plan: Plan, program: Program, scope: Scope) -> Iterator[TrialProgram]:
    """Go through the inputs that could be another: 完成值 alone where the rules read it, else the figures they read."""
    trees = [formula.tree for formula in program.formulas]
    bound = {binding.name: binding.formula.tree for binding in program.all_bindings}
    without_actual = {name: tree for name, tree in bound.items() if name != ACTUAL}
    if ACTUAL in free_names(trees, without_actual):
        yield _trial(ruleset, plan, program, scope, ACTUAL)
        return
    figures = {figure.name: figure.formula.tree for _, figure, _ in ruleset.computed if figure.formula}
    for name in free_names(trees, {**figures, **bound}):
        if name in ruleset.catalogue.data and scope[name].kind in ("number", "date", "yes_no"):
            yield _trial(ruleset, plan, program, scope, name)


def _trial(ruleset: Ruleset, plan: Plan, program: Program, scope: Scope, name: str) -> TrialProgram:
    kept = tuple(binding for binding in program.bindings if binding.name != name)
    program = evolve(program, bindings=kept)
    rounding = ruleset.catalogue.rounding
    score = compile_program(
        program, plan.scope, ruleset.slots, ruleset.functions, places=rounding.places, mode=rounding.mode
    )
    bound = {binding.name: binding.formula.tree for binding in program.all_bindings if binding.name != name}
    read = free_names([formula.tree for formula in program.formulas], bound)
    unit = scope[name].unit
    return TrialProgram(
        name,
        program,
        score,
        alone=set(read) <= {POINTS, TARGET, ACTUAL} and name == ACTUAL,
        kind=scope[name].kind,
        showing=Showing.of(unit),
        is_rate=unit == PERCENT,
    )

"""Trials: inputs of a subject with what the engine made of them, and profiles of trials that differ in one input."""

from __future__ import annotations

import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

from attrs import define, frozen

from evalrules._evaluation import IndicatorResult, indicator_results
from evalrules._formula.faults import Fault
from evalrules._formula.program import ACTUAL, TARGET
from evalrules._laws.alone import Values, scored_alone
from evalrules._laws.subjects import Subject
from evalrules._problems import Problem
from evalrules._scoring.form import ScoredForm

Measure = Fraction | None
"""What a target or an actual is compared by: a number, or a day's ordinal."""


@define(slots=False, eq=False, repr=False)
class Trial:
    """One input of a subject and what it scored; ``units`` None where it has no score, in units of the last place."""

    subject: Subject
    values: Values
    form: ScoredForm

    @property
    def units(self) -> int | None:
        """The score."""
        return self.form.scores[0]

    @property
    def points(self) -> Fraction:
        """The score in points; only of a trial that is scored."""
        assert self.units is not None
        return self.form.points(self.units)

    @property
    def is_full(self) -> bool:
        """Whether it earned full marks."""
        return self.units == self.form.units[0]

    @property
    def is_scored(self) -> bool:
        """Whether the rules scored it: it applies, and nothing stood in the way."""
        return self.form.states[0] == "scored" and self.units is not None

    @property
    def problem(self) -> Problem | None:
        """Why it has no score."""
        return self.form.problems.get(0)

    @cached_property
    def actual(self) -> Measure:
        """What 完成值 is, given or computed."""
        return self._measured(ACTUAL)

    @cached_property
    def target(self) -> Measure:
        """What 指标值 is, given or computed."""
        return self._measured(TARGET)

    @cached_property
    def applied(self) -> tuple[int, ...]:
        """The numbers of the rules that gave or took points."""
        if not self.is_scored:
            return ()
        try:
            return tuple(self.subject.applied(self.form))
        except Fault:
            return ()

    @property
    def result(self) -> IndicatorResult:
        """The result that the engine shows, with its deductions."""
        return indicator_results(self.form)[0]

    @property
    def region(self) -> tuple[object, ...]:
        """What came of the input: which rules applied, or what stood in the way."""
        code = None if self.problem is None else self.problem.code
        return (self.applied, code, self.form.states[0], self.units == 0)

    @property
    def comparisons(self) -> tuple[bool | None, ...]:
        """Which comparisons of the conditions hold here."""
        return self.subject.decided(self.form) if self.form.states[0] == "scored" else ()

    def _measured(self, word: str) -> Measure:
        if self.form.states[0] != "scored" or not self.subject.has(word):
            return None
        try:
            return _measure(self.subject.measure(word, self.form))
        except Fault:
            return None


def _measure(stored: Any) -> Measure:
    if isinstance(stored, tuple):
        return Fraction(*stored)
    return Fraction(stored) if isinstance(stored, int) and not isinstance(stored, bool) else None


def attempt(subject: Subject, values: Values) -> Trial:
    """Put one input to the engine."""
    return Trial(subject, values, scored_alone(subject.ruleset, subject.row, values))


@frozen(eq=False, repr=False)
class Profile:
    """Trials that differ in one input alone, in the order of its values."""

    name: str
    trials: tuple[Trial, ...]


def profile(subject: Subject, base: Values, name: str, others: list[Any]) -> Profile:
    """Put an input to the engine with one of its values exchanged for others, all else as it is."""
    return Profile(name, tuple(attempt(subject, {**base, name: other}) for other in sorted(others, key=_order)))


def _order(value: Any) -> tuple[int, Any]:
    if isinstance(value, bool) or value is None:
        return (0, bool(value))
    if isinstance(value, Fraction):
        return (1, value)
    if isinstance(value, datetime.date):
        return (1, value.toordinal())
    return (2, str(value))

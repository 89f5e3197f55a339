"""The inputs worth trying: each input at every edge of every rule, beside it, between edges and far beyond them.

All others stay as they are. Where an input leads to other rules, everything is varied anew from there, so rules that
only several inputs together can reach are reached as well.
"""

from __future__ import annotations

import datetime
import math
from collections import deque
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import islice, pairwise, product
from typing import Any

from attrs import define, field

from evalrules._formula.edges import edge_terms, thresholds
from evalrules._formula.intervals import overlap, point, whole
from evalrules._formula.program import ACTUAL, JUDGED, POINTS, TARGET, PointsBetween
from evalrules._formula.ranges import Ranges
from evalrules._formula.ranges import Values as Truths
from evalrules._formula.scope import ANY, PERCENT, Bounds, Variable
from evalrules._formula.tree import Arithmetic, Call, Name, Node, Number, walk
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Profile, Trial, Value, Values, attempt, profile

MOST_STARTS, MOST_VALUES = 12, 60
_FAR = 10
_DAYS = (-400, -30, -1, 0, 1, 30, 400)
RATE_STEP, STEP, WHOLE = Fraction(1, 10_000), Fraction(1, 100), Fraction(1)


def profiles(subject: Subject) -> Iterator[Profile]:
    """Go through the profiles of a subject, starting from usual inputs."""
    exploring, waiting = Exploring(subject), _Waiting()
    for usual in exploring.starts():
        waiting.note(attempt(subject, usual))
    for start in waiting.taken(MOST_STARTS):
        for variable in subject.inputs:
            found = profile(subject, start, variable.name, exploring.values(variable, start))
            yield found
            for trial in found.trials:
                waiting.note(trial)
    if not subject.inputs:
        yield Profile("", (attempt(subject, {}),))


@define
class _Waiting:
    """Inputs to start from: one for each outcome first, then one for each other way in which comparisons come out.

    So a rule is found that several conditions together must lead to.
    """

    seen: set[tuple[object, ...]] = field(factory=set)
    outcomes: deque[Values] = field(factory=deque)
    others: deque[Values] = field(factory=deque)

    def note(self, trial: Trial) -> None:
        """Keep an input where something is other than seen so far."""
        for queue, mark in ((self.outcomes, trial.region), (self.others, trial.comparisons)):
            if mark not in self.seen:
                self.seen |= {trial.region, trial.comparisons}
                queue.append(trial.values)

    def taken(self, most: int) -> Iterator[Values]:
        """Take so many, also of those that are noted meanwhile."""
        while most and (self.outcomes or self.others):
            most -= 1
            yield (self.outcomes or self.others).popleft()


@define(slots=False, eq=False)
class Exploring:
    """What values the inputs of a subject can have."""

    subject: Subject

    def starts(self) -> Iterator[dict[str, Value]]:
        """Give usual inputs, for every combination of choices and answers (the first 16)."""
        inputs = self.subject.inputs
        usual = [self._several(variable) or (self._usual(variable),) for variable in inputs]
        for values in islice(product(*usual), 16):
            yield {variable.name: value for variable, value in zip(inputs, values, strict=True)}

    def values(self, variable: Variable, start: Mapping[str, Value]) -> list[Any]:
        """Give what one input can be while the others are as they are."""
        blank: list[Any] = [None] if variable.name in self._may_be_blank else []
        several = self._several(variable)
        if variable.table is not None:
            return [*self.tables(variable.name)]
        if several:
            return [*several, *blank]
        if variable.kind == "text":
            return ["已说明", *blank]
        bounds, step = self.bounds(variable), self.step(variable)
        edges = self.turns(variable, start)
        if variable.kind == "date":
            return [_day(number) for number in _days(edges, start[variable.name])] + blank
        return [*_numbers(edges, bounds, step), *blank]

    def turns(self, variable: Variable, start: Mapping[str, Value]) -> list[Fraction]:
        """Give the numbers of one input, a day's ordinal for a date, at which a rule can change, lowest first."""
        return thresholds(variable.name, self.terms, self._at(start))

    def edges(self) -> dict[str, list[Any]]:
        """Give the values of every input at and around its edges, seen from all usual inputs."""
        found: dict[str, list[Any]] = {variable.name: [] for variable in self.subject.inputs}
        for start in self.starts():
            for variable in self.subject.inputs:
                found[variable.name] += self.values(variable, start)
        return found

    def bounds(self, variable: Variable) -> Bounds:
        """Give the declared range of an input, that of the rule's requirements included."""
        found = whole(variable.bounds) if variable.integer else variable.bounds
        for requirement in self.subject.program.requirements:
            if requirement.name == variable.name:
                found = overlap(found, requirement.bounds) or found
        return found

    def step(self, variable: Variable) -> Fraction:
        """Give the smallest difference that is tried: one last place of points, else what people write."""
        if variable.name == POINTS:
            return Fraction(1, 10**self.subject.ruleset.catalogue.rounding.places)
        return step_of(variable)

    @cached_property
    def terms(self) -> tuple[Node, ...]:
        """What is 0 where something can change, the target included."""
        return (*edge_terms(self.subject.nodes, self.subject.reading.trees), *self._of_target(), *self._of_judgement())

    def _of_target(self) -> Iterator[Node]:
        subject, target = self.subject, self.subject.indicator.target
        if not subject.has(ACTUAL) or subject.direction is None:
            return
        if subject.has(TARGET):
            yield Arithmetic("-", Name(ACTUAL), Name(TARGET))
        elif target is not None and target.kind == "interval":
            ends = (end for end in (target.low, target.high) if end is not None)
            yield from (Arithmetic("-", Name(ACTUAL), Number(end)) for end in ends)

    def _of_judgement(self) -> Iterator[Node]:
        for rule in self.subject.program.rules:
            if isinstance(rule.points, PointsBetween):
                for end in (rule.points.low, rule.points.high):
                    yield Arithmetic("-", Name(JUDGED), end.tree)

    @cached_property
    def _may_be_blank(self) -> frozenset[str]:
        asked = (part for node in self.subject.nodes for part in walk(node) if isinstance(part, Call))
        names = (part.arguments[0] for part in asked if part.function in ("已填", "未填"))
        return frozenset(part.name for part in names if isinstance(part, Name))

    def _several(self, variable: Variable) -> tuple[Value, ...]:
        if variable.kind == "yes_no":
            return (False, True)
        return variable.choices if variable.kind == "choice" else ()

    def _usual(self, variable: Variable) -> Value:
        if variable.table is not None:
            return self.tables(variable.name)[-1]
        if variable.kind == "date":
            return self._usual_day()
        if variable.kind == "text":
            return "已说明"
        bounds = self.bounds(variable)
        wished = [self.subject.indicator.points] if variable.name in (POINTS, JUDGED) else []
        wished += [end for end in (bounds.high,) if end is not None and variable.name not in (ACTUAL, TARGET)]
        wished += [WHOLE if variable.unit == PERCENT else Fraction(100), WHOLE, Fraction(0)]
        return next((number for number in wished if bounds.admits(number)), _inside(bounds))

    def _usual_day(self) -> datetime.date:
        target, years = self.subject.indicator.target, self.subject.ruleset.catalogue.fiscal_years
        if target is not None and target.day is not None:
            return target.day
        return datetime.date(years[0] if years else 2024, 12, 31)

    def tables(self, name: str) -> tuple[tuple[Mapping[str, Value], ...], ...]:
        """Give tables of no row, of one and of two."""
        table = self.subject.ruleset.catalogue.tables[name]
        rows = [
            {column.name: self._cell(Variable(column.name, column.type, bounds=column.bounds), number)}
            for column in table.columns
            for number in (0, 1)
        ]
        first = {name: value for row in rows[::2] for name, value in row.items()}
        second = {name: value for row in rows[1::2] for name, value in row.items()}
        return (), (first,), (first, second)

    def _cell(self, column: Variable, number: int) -> Value:
        if column.kind != "number":
            values = (*self._several(column), self._usual(column))
            return values[number % len(values)]
        wished = (Fraction(100), Fraction(40))[number]
        return wished if column.bounds.admits(wished) else _inside(column.bounds)

    def _at(self, start: Mapping[str, Value]) -> Ranges:
        """Give what the start says, every number at one value, so that each formula has one too."""
        subject = self.subject
        numbers = {name: point(number) for name, value in start.items() if (number := _number(value)) is not None}
        numbers.setdefault(POINTS, point(subject.indicator.points))
        truths: dict[str, Truths] = {
            name: frozenset({value}) for name, value in start.items() if isinstance(value, bool | str)
        }
        return Ranges(numbers, truths, subject.reading.trees)


def step_of(variable: Variable) -> Fraction:
    """Give the step by which people write an input: one of a count, 0.01% of a rate, a hundredth of others."""
    if variable.integer:
        return WHOLE
    return RATE_STEP if variable.unit == PERCENT else STEP


def _number(value: Value) -> Fraction | None:
    if isinstance(value, datetime.date):
        return Fraction(value.toordinal())
    return value if isinstance(value, Fraction) else None


def _numbers(edges: list[Fraction], bounds: Bounds, step: Fraction) -> list[Fraction]:
    """Give numbers at and beside every edge and end, between each two, and far beyond; only such as people write."""
    ends = [end for end in (bounds.low, bounds.high) if end is not None]
    marks = sorted({*_spread(edges), *ends, Fraction(0), WHOLE})
    beside = {near + away for mark in marks for near in _near(mark, step) for away in (-step, 0, step)}
    between = {_near((low + high) / 2, step)[0] for low, high in pairwise(marks)}
    far = {_near(marks[-1] * _FAR + step, step)[0], _near(marks[0] * _FAR - step, step)[0]}
    return sorted(number for number in {*beside, *between, *far} if bounds.admits(number))


def _spread(edges: list[Fraction]) -> list[Fraction]:
    """Keep edges from the whole of a long list."""
    most = MOST_VALUES // 4
    return edges if len(edges) <= most else [edges[len(edges) * number // most] for number in range(most)] + edges[-1:]


def _near(number: Fraction, step: Fraction) -> tuple[Fraction, Fraction]:
    """Give the multiples of a step at or beside a number."""
    return math.floor(number / step) * step, math.ceil(number / step) * step


def _days(edges: list[Fraction], usual: Value) -> list[int]:
    assert isinstance(usual, datetime.date)
    around = {math.floor(edge) + away for edge in edges for away in (-1, 0, 1)}
    far = {usual.toordinal() + away for away in _DAYS}
    low, high = datetime.date(1949, 1, 1).toordinal(), datetime.date(2999, 12, 31).toordinal()
    return sorted(number for number in {*around, *far} if low <= number <= high)


def _day(number: int) -> datetime.date:
    return datetime.date.fromordinal(number)


def _inside(bounds: Bounds) -> Fraction:
    if bounds.low is not None and bounds.high is not None:
        return (bounds.low + bounds.high) / 2
    if bounds.low is not None:
        return bounds.low + 1
    return ANY.low or Fraction(0) if bounds.high is None else bounds.high - 1

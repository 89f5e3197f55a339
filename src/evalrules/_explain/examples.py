"""Worked examples of a rule, scored by the engine: one input at and on both sides of every edge, others as they are."""

from __future__ import annotations

import datetime
import math
from collections import deque
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import islice, pairwise
from typing import Any

from attrs import define, evolve

from evalrules._edition.forms import item_name
from evalrules._formula.program import ACTUAL, JUDGED, POINTS, TARGET
from evalrules._formula.scope import Bounds, Variable
from evalrules._formula.tree import names
from evalrules._formula.worth_trying import RATE_STEP, WorthTrying
from evalrules._formula.worth_trying import Value as Plain
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Trial, Value, Values, attempt, input_name, input_text, input_words
from evalrules._numbers import as_decimal, decimal_of, is_decimal, plain_decimal, rounded_units
from evalrules._problems import Phrases, listed
from evalrules._quantities import Bound, Cell, Date, Quantity
from evalrules._values import frozen

_MOST_STARTS, _MOST_TABLES, _MOST_EDGES = 8, 4, 8
_FAR, _POWERS = 2, (4, 8, 12)
_FINE, _MOST_POINTS = 12, 1_200
_SHARES = (Fraction(6, 13), Fraction(11, 17))
"""Where to look between two values: equal steps lie on a line where a share meets their edges, fewer than 221 never."""


@frozen
class Example:
    """A value of the input, what it scores, and why."""

    value: str
    score: str
    because: str


@frozen
class Examples:
    """Examples that differ in ``name`` alone; ``given`` tells what everything else is."""

    name: str
    given: str
    rows: tuple[Example, ...]


def examples(subject: Subject, said: Phrases, given: Values) -> tuple[Examples, ...]:
    """Give the examples of a rule, those of 完成值 first; inputs in ``given`` stay as they are given."""
    return tuple(_Showing(subject, said, given).all())


Abscissa = Decimal | datetime.date
Point = tuple[Abscissa, Decimal | None]
"""A 完成值 and what it scores; None where it is not scored."""


def curve(subject: Subject, given: Values) -> tuple[Point, ...]:
    """Give what a rule scores at and between all edges of 完成值, the lowest value first; others usual, or as given.

    Of a 完成值 that is computed and cannot be set by itself, the figures behind it move, one at a time. A rule that
    does not read 完成值 (a checklist, a judgement) has no curve.
    """
    start = base_values(subject, {name: value for name, value in given.items() if name != ACTUAL})
    moved = [each for each in subject.inputs if each.name == ACTUAL] or [
        each for each in subject.inputs if each.name in subject.moving and each.table is None
    ]
    showing = _Showing(subject, Phrases("zh", "explain"), {})
    trials = (trial for each in moved for trial in _refined(subject, each, start, showing.trials(each, start)))
    points = {value: _score_of(trial) for trial in trials if (value := _abscissa(trial)) is not None}
    return tuple(sorted(points.items()))


def edges(subject: Subject, given: Values) -> tuple[Abscissa, ...]:
    """Give the 完成值 at which formulas of a rule turn, others usual, or as given, the lowest first."""
    actual = next((each for each in subject.inputs if each.name == ACTUAL), None)
    if actual is None or actual.kind not in ("number", "date"):
        return ()
    start = base_values(subject, {name: value for name, value in given.items() if name != ACTUAL})
    turns = subject.trying.turns(ACTUAL, {name: _plain(value) for name, value in start.items()})[:_MOST_EDGES]
    values = turns if actual.kind == "number" else [_day(turn) for turn in turns if turn >= 1]
    trials = (attempt(subject, {**start, ACTUAL: value}) for value in values)
    return tuple(sorted({value for trial in trials if (value := _abscissa(trial)) is not None}))


def _day(turn: Fraction) -> datetime.date:
    return datetime.date.fromordinal(math.floor(turn))


def _refined(subject: Subject, moved: Variable, start: Values, trials: list[Trial]) -> Iterator[Trial]:
    """Give trials with others between two of different scores, down to a step, until they lie on a line."""
    yield from trials
    if moved.kind != "number":
        return
    step = subject.trying.domains[moved.name].step
    waiting, left = deque(pairwise(trials)), _MOST_POINTS
    while waiting and left > 0:
        low, high = waiting.popleft()
        if low.units == high.units:
            continue
        ends = _number(low, moved.name), _number(high, moved.name)
        values = sorted({_on_grid(ends[0] + (ends[1] - ends[0]) * share, step, 0) for share in _SHARES} - {*ends})
        between = [attempt(subject, {**start, moved.name: value}) for value in values if ends[0] < value < ends[1]]
        left -= len(between)
        yield from between
        if not all(_is_straight(low, each, high, moved.name) for each in between):
            waiting += pairwise((low, *between, high))


def _is_straight(low: Trial, between: Trial, high: Trial, name: str) -> bool:
    """Tell whether three scores lie on a line, but for their rounding."""
    if low.units is None or between.units is None or high.units is None:
        return False
    first, share = _number(low, name), _number(between, name)
    part = (share - first) / (_number(high, name) - first)
    return abs(low.units + (high.units - low.units) * part - between.units) <= 1


def _number(trial: Trial, name: str) -> Fraction:
    value = trial.values[name]
    assert isinstance(value, Fraction)
    return value


def _abscissa(trial: Trial) -> Abscissa | None:
    value = trial.values.get(ACTUAL, trial.actual)
    if isinstance(value, datetime.date):
        return value
    if not isinstance(value, Fraction | int):
        return None
    exact = Fraction(value)
    return (
        decimal_of(exact)
        if is_decimal(exact)
        else plain_decimal(rounded_units(*exact.as_integer_ratio(), _FINE), _FINE)
    )


def _score_of(trial: Trial) -> Decimal | None:
    places = trial.subject.ruleset.catalogue.rounding.places
    return None if trial.units is None else as_decimal(trial.units, places)


def example(trial: Trial, said: Phrases, value: str = "") -> Example:
    """Give what a trial scored and why."""
    return Example(value, _score(trial, said), _because(trial, said))


def base_values(subject: Subject, given: Values) -> dict[str, Value]:
    """Give usual inputs, with what is given in their place."""
    return {**subject.trying.usual(), **given}


def others_text(trial: Trial, but: Iterable[str] = ()) -> str:
    """Tell the inputs of a trial but for some."""
    left_out = set(but)
    kept = ((name, value) for name, value in trial.values.items() if name not in left_out)
    return listed(input_words(trial, name, value) for name, value in kept)


@define(slots=False, eq=False)
class _Showing:
    """The tables of one rule."""

    subject: Subject
    said: Phrases
    given: Values

    def all(self) -> Iterator[Examples]:
        if self.subject.plan.scoring.form == "checklist":
            yield self._checklist()
            return
        inputs = self._shown_inputs()
        for variable in inputs:
            leading = variable.name in (ACTUAL, JUDGED)
            yield from self._led(variable) if leading else self._beside(variable)
        if not inputs:
            row = example(attempt(self.subject, base_values(self.subject, self.given)), self.said, self.said("any"))
            yield Examples(self.said("inputs"), "", (row,))

    def _shown_inputs(self) -> list[Variable]:
        """Leave out 分值, the tier (each has a table of scores), whole tables, and a target that only 完成值 meets."""
        inputs = [each for each in self.subject.inputs if each.table is None and each.name not in self.given]
        judged = any(each.name == JUDGED for each in inputs)
        kept = [each for each in inputs if each.name != POINTS and not (judged and each.kind == "choice")]
        kept = [each for each in kept if each.name != TARGET or self._own_edges(each)]
        return sorted(kept, key=lambda each: each.name not in (ACTUAL, JUDGED))

    def _own_edges(self, target: Variable) -> bool:
        terms = (term for term in self._trying.terms if ACTUAL not in names(term))
        return any(target.name in names(term) for term in terms)

    @property
    def _trying(self) -> WorthTrying:
        return self.subject.trying

    def _starts(self) -> list[Values]:
        found = list(islice(self._trying.starts(), _MOST_STARTS))
        return list({str(start): start for start in ({**start, **self.given} for start in found)}.values())

    # ---- tables ----

    def _led(self, variable: Variable) -> Iterator[Examples]:
        """Give a table for every combination of the other inputs that makes a difference."""
        seen: set[tuple[Example, ...]] = set()
        for start in self._starts():
            table = self._table(variable, self.trials(variable, start))
            if table.rows and table.rows not in seen and len(seen) < _MOST_TABLES:
                seen.add(table.rows)
                yield table

    def _beside(self, variable: Variable) -> Iterator[Examples]:
        """Give one table, where the input makes a difference at all: from inputs that show most of it."""
        found = [self.trials(variable, start) for start in self._bases(variable)]
        best = max(found, key=lambda trials: len({_outcome(trial) for trial in trials}), default=[])
        if len({_outcome(trial) for trial in best}) > 1:
            yield self._table(variable, best)

    def _bases(self, variable: Variable) -> Iterator[Values]:
        starts = self._starts()
        yield from starts
        leading = [each for each in self.subject.inputs if each.name in (ACTUAL, JUDGED) and each.name != variable.name]
        for each in leading:
            yield from (trial.values for trial in self.trials(each, starts[0]))

    def _table(self, variable: Variable, trials: list[Trial]) -> Examples:
        name = variable.name
        rows = tuple(example(each, self.said, input_text(each, name, each.values[name])) for each in _telling(trials))
        if not rows:
            return Examples(name, "", ())
        if name == JUDGED and len({(row.score, row.because) for row in rows}) == 1:
            rows = (evolve(rows[0], value=self.said("any")),)
        return Examples(input_name(trials[0], name), others_text(trials[0], (name,)), rows)

    def _checklist(self) -> Examples:
        """Take every item away by itself, then leave the first one out."""
        items = self.subject.plan.scoring.checklist
        full: dict[str, Value] = {item_name(number): item.points for number, item in enumerate(items)}
        base = {**base_values(self.subject, {}), **full}
        tried: list[tuple[str, dict[str, Value]]] = [(self.said("all-yes"), {})]
        tried += [(self.said("item-no", item=each.title), {item_name(n): Fraction(0)}) for n, each in enumerate(items)]
        tried.append((self.said("item-blank", item=items[0].title), {item_name(0): None}))
        rows = (example(attempt(self.subject, {**base, **change}), self.said, told) for told, change in tried)
        return Examples(self.said("items"), "", tuple(rows))

    # ---- values of one input ----

    def trials(self, variable: Variable, start: Values) -> list[Trial]:
        """Give the trials of one input at and between its edges, all else as it is in ``start``."""
        return [attempt(self.subject, {**start, variable.name: value}) for value in self._values(variable, start)]

    def _values(self, variable: Variable, start: Values) -> list[Value]:
        plain = {name: _plain(value) for name, value in start.items()}
        if variable.kind not in ("number", "date"):
            return [*self._trying.values(variable.name, plain)]
        edges = self._trying.turns(variable.name, plain)[:_MOST_EDGES]
        if variable.kind == "date":
            days = sorted({math.floor(edge) + away for edge in edges for away in (-1, 0, 1)})
            return [datetime.date.fromordinal(day) for day in days if day > 0]
        return [*self._numbers(variable, start, edges)]

    def _numbers(self, variable: Variable, start: Values, edges: list[Fraction]) -> list[Fraction]:
        bounds, step = self._trying.domains[variable.name].bounds, self._step(variable)

        def score(number: Fraction) -> int | None:
            return attempt(self.subject, {**start, variable.name: number}).units

        ends = [end for end in (bounds.low, bounds.high) if end is not None]
        marks = sorted({*edges, *ends} or {Fraction(0)})
        marks += _settling(marks[-1], step, bounds, score) or _onward(marks[-1], step, score)
        around = {_on_grid(mark, step, away) for mark in marks for away in (-1, 0, 1)}
        between = {
            _on_grid((low + high) / 2, step, 0) for low, high in pairwise(marks) if _changes(low, high, step, score)
        }
        return sorted(number for number in {*around, *between} if bounds.admits(number))

    def _step(self, variable: Variable) -> Fraction:
        """Give the step by which people write the input; beside a target in % that is a hundredth of a point."""
        stated = self.given.get(TARGET)
        if variable.name == ACTUAL and isinstance(stated, Quantity | Bound) and "%" in stated.text:
            return RATE_STEP
        return self._trying.domains[variable.name].step


def _on_grid(number: Fraction, step: Fraction, away: int) -> Fraction:
    """Give the number itself, or the multiple of a step that lies before or behind it."""
    if away == 0:
        return number if (number / step).denominator == 1 else math.floor(number / step) * step
    return (math.ceil(number / step) - 1) * step if away < 0 else (math.floor(number / step) + 1) * step


def _changes(low: Fraction, high: Fraction, step: Fraction, score: Any) -> bool:
    """Tell whether the score changes between two marks, away from them."""
    return high - low > _FAR * step and score(_on_grid(low, step, 1)) != score(_on_grid(high, step, -1))


def _settling(last: Fraction, step: Fraction, bounds: Bounds, score: Any) -> list[Fraction]:
    """Find the value from which on a score that falls or rises step by step stays the same: 扣完为止."""
    if bounds.high is not None and bounds.high <= last:
        return []
    for power in _POWERS:
        far = _on_grid(max(abs(last), Fraction(1)) * _FAR**power + last, step, 0)
        far = far if bounds.high is None else min(far, bounds.high)
        end = score(far)
        if end is not None and end == score(_on_grid(last + (far - last) * 3 / 4, step, 0)):
            break
    else:
        return []
    if end == score(_on_grid(last, step, 1)):
        return []
    low, high = math.floor(last / step) + 1, math.floor(far / step)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if score(middle * step) == end else (middle, high)
    return [high * step]


def _onward(last: Fraction, step: Fraction, score: Any) -> list[Fraction]:
    """Give a value beyond the last edge where the score goes on changing without an end."""
    far = _on_grid(max(last, step) * _FAR, step, 0)
    return [far] if score(far) not in (None, score(_on_grid(last, step, 1))) else []


def _plain(value: Value) -> Plain:
    """Give a cell that is given in place of a number or a day as that number or day, any other as its text."""
    match value:
        case Quantity(number) | Bound(_, Quantity(number)):
            return number
        case Date(day):
            return day
    return value.text if isinstance(value, Cell) else value


# ---- what a trial came to ------------------------------------------------------------------------------------------


def _outcome(trial: Trial) -> tuple[object, ...]:
    return (trial.units, trial.row.state, None if trial.problem is None else trial.problem.code)


def _telling(trials: list[Trial]) -> list[Trial]:
    """Of trials without a score in a row keep those beside one with a score, or the first where there is none."""
    scored = [trial.units is not None for trial in trials]
    if not any(scored):
        return trials[:1]
    return [trial for place, trial in enumerate(trials) if any(scored[max(0, place - 1) : place + 2])]


def _score(trial: Trial, said: Phrases) -> str:
    if trial.units is not None:
        return f"{as_decimal(trial.units, trial.subject.ruleset.catalogue.rounding.places):f}"
    return said("no-score" if trial.problem is not None else "elsewhere")


def _because(trial: Trial, said: Phrases) -> str:
    if trial.problem is not None:
        return trial.problem.in_language(said.language).message
    result = trial.result
    told = said.joined((*(lost.because for lost in result.deductions), *result.notes), "stop")
    if trial.is_full and not result.deductions:
        return said("rounded-to-full", notes=told) if told else said("full")
    return told

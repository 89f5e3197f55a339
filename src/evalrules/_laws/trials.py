"""Trials: the inputs worth trying with what the engine made of them, one row scored by itself, and their words."""

from __future__ import annotations

import datetime
import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, cast

from attrs import define, evolve, field

from evalrules._edition.forms import ITEM, TIER, item_name
from evalrules._edition.model import Indicator, Target
from evalrules._evaluation import IndicatorResult, indicator_results
from evalrules._formula.program import ACTUAL, EVIDENCE, JUDGED, POINTS, TARGET, dependencies
from evalrules._formula.scope import Unit, unit_text
from evalrules._formula.tree import Fault
from evalrules._formula.words import show
from evalrules._formula.worth_trying import Value as Worth
from evalrules._formula.worth_trying import Values as Inputs
from evalrules._formula.worth_trying import as_number
from evalrules._laws.subjects import Subject
from evalrules._numbers import as_decimal, is_decimal, rounded_units
from evalrules._problems import Location, Problem, listed, phrase, problem
from evalrules._quantities import BLANK, Blank, Bound, Cell, Date, Interval, Period, Quantity, Several, Text
from evalrules._reasons.account import row_scope
from evalrules._score.bind import Filled, Placed
from evalrules._score.cells import target_of
from evalrules._score.figures import Unread, bind_figures, compute_figures, figure_value
from evalrules._score.form import ScoredForm, ScoredRow, Submitted
from evalrules._score.rows import score_row, settle_applicability
from evalrules._score.ruleset import Row, Ruleset
from evalrules._submission import Answer, Claimed, Entry, Figure, Judgement, Submission
from evalrules._values import frozen

# One row scored by itself, through the engine's own stages, without the form around it.


_CELLS = (Blank, Quantity, Bound, Interval, Date, Period, Several, Text)
_COMPARATORS = ("≥", ">", "≤", "<", "=", "interval")

Value = Worth | Cell
Values = Mapping[str, Value]
"""Inputs by name, as the formulas of a row call them: values, or cells as written; an item of a checklist is
`item_name`."""


def scored_alone(ruleset: Ruleset, row: Row, values: Values) -> ScoredForm:
    """Score one row on these inputs. The form has this row only, and neither sections nor a total.

    Points that would move elsewhere stay out of sight here: such a row counts as one that does not apply.
    """
    row = _with_own(_unmoving(row), values)
    submission = _submission(ruleset, values)
    unread: Unread = {}
    figures = bind_figures(ruleset, submission, [], unread)
    faults = compute_figures(ruleset, figures, unread)
    _put_computed(ruleset, values, figures, faults)
    filled = Filled([Placed(row, _entry(row, values))])
    form = ScoredForm(Submitted(ruleset, submission, figures, faults, unread), filled)
    settle_applicability(form)
    score_row(form.rows[0])
    return form


def cell_of(value: Value, unit: str = "") -> Cell:
    """Write a value as the cell that a submission would hold; a cell stays as it is."""
    if value is None:
        return BLANK
    if isinstance(value, _CELLS):
        return value
    if isinstance(value, bool):
        return Text(show(value))
    if isinstance(value, Fraction):
        return Quantity(value, unit, show(value * 100 if unit == "%" else value) + unit)
    return Date(value, show(value)) if isinstance(value, datetime.date) else Text(str(value))


def _put_computed(ruleset: Ruleset, values: Values, figures: list[Any], faults: dict[str, Fault]) -> None:
    """Let a computed figure that is among the inputs stand as given: a case may begin there."""
    for slot, figure, _ in ruleset.computed:
        if figure.name in values:
            figures[slot] = figure_value(figure, cell_of(values[figure.name], figure.unit))
            faults.pop(figure.name, None)


def _unmoving(row: Row) -> Row:
    otherwise = row.indicator.otherwise
    if otherwise is None or otherwise.policy != "move_to":
        return row
    return evolve(row, indicator=evolve(row.indicator, otherwise=evolve(otherwise, policy="rescale")))


def _with_own(row: Row, values: Values) -> Row:
    """Give the row the points and the target that stand among the inputs."""
    points, target = values.get(POINTS), values.get(TARGET)
    if isinstance(points, Fraction):
        scale = Fraction(row.units * row.points[1], row.points[0])
        indicator = evolve(row.indicator, points=points)
        pair = (points.numerator, points.denominator)
        row = evolve(row, indicator=indicator, points=pair, units=int(points * scale))
    return row if target is None else evolve(row, target=_target(row.target or Target("="), target, row.indicator))


def _target(given: Target, value: Value, indicator: Indicator) -> Target:
    bare = given.kind if given.kind in _COMPARATORS else "="
    found = target_of(cell_of(value, indicator.unit or given.unit), bare)
    if found is None:
        return given
    return evolve(found, text=bare + found.text) if found.low is not None and bare != "=" else found


def _entry(row: Row, values: Values) -> Entry:
    """Fill the cells of the row that the inputs name."""
    tier, judged = values.get(TIER), values.get(JUDGED)
    score = judged if isinstance(judged, Fraction) else None
    return Entry(
        row.indicator.title,
        actual=cell_of(values.get(ACTUAL), row.indicator.unit or (row.target.unit if row.target else "")),
        judged=None if tier is None and score is None else Judgement(None if tier is None else str(tier), score),
        answers=tuple(_answers(row, values)),
        evidence=tuple(_evidence(values.get(EVIDENCE))),
    )


def _evidence(count: Value) -> Iterator[str]:
    """List so many pieces of evidence."""
    number = count.number if isinstance(count, Quantity) else count
    return (show(place) for place in range(1, math.floor(number) + 1)) if isinstance(number, Fraction) else iter(())


def _answers(row: Row, values: Values) -> list[Answer]:
    items = () if row.plan is None else row.plan.scoring.checklist
    given = [(item.title, values.get(item_name(number))) for number, item in enumerate(items)]
    return [Answer(title, points=points) for title, points in given if isinstance(points, Fraction)]


def _submission(ruleset: Ruleset, values: Values) -> Submission:
    catalogue = ruleset.catalogue
    data: dict[str, Figure] = {}
    tables: dict[str, tuple[Mapping[str, Figure], ...]] = {}
    for name, value in values.items():
        if name in catalogue.data:
            data[name] = Figure(cell_of(value, catalogue.data[name].unit))
        elif name in catalogue.tables and isinstance(value, tuple):
            units = {column.name: column.unit for column in catalogue.tables[name].columns}
            tables[name] = tuple(_cells(row, units) for row in value)
    return Submission(catalogue.name, "", 0, data, tables, (), Claimed(), "")


def _cells(row: Mapping[str, Any], units: Mapping[str, str]) -> Mapping[str, Figure]:
    return {column: Figure(cell_of(cell, units[column])) for column, cell in row.items()}


# Trials: inputs of a subject with what the engine made of them, and profiles of trials that differ in one input.


Measure = Fraction | None
"""What a target or an actual is compared by: a number, or a day's ordinal."""


@define(slots=False, eq=False, repr=False)
class Trial:
    """One input of a subject and what it scored; ``units`` None where it has no score, in units of the last place."""

    subject: Subject
    values: Values
    form: ScoredForm

    @property
    def row(self) -> ScoredRow:
        """The row that was scored."""
        return self.form.rows[0]

    @property
    def units(self) -> int | None:
        """The score."""
        return self.row.score

    @property
    def points(self) -> Fraction:
        """The score in points; only of a trial that is scored."""
        assert self.units is not None
        return self.form.ruleset.points(self.units)

    @property
    def is_full(self) -> bool:
        """Whether it earned full marks."""
        return self.units == self.row.units

    @property
    def is_scored(self) -> bool:
        """Whether the rules scored it: it applies, and nothing stood in the way."""
        return self.row.state == "scored" and self.units is not None

    @property
    def problem(self) -> Problem | None:
        """Why it has no score."""
        return self.row.problem

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
        """What came of the input: which rules applied, or what stood in the way, and whether all or nothing was had."""
        code = None if self.problem is None else self.problem.code
        return (self.applied, code, self.row.state, self.units == 0, self.is_full)

    @property
    def comparisons(self) -> tuple[bool | None, ...]:
        """Which comparisons of the conditions hold here."""
        return self.subject.decided(self.form) if self.row.state == "scored" else ()

    def _measured(self, word: str) -> Measure:
        if self.row.state != "scored" or not self.subject.has(word):
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


def trials_of(profiles: Iterable[Profile]) -> Iterator[Trial]:
    """Go through the trials of profiles."""
    for each in profiles:
        yield from each.trials


def reason_of(trial: Trial) -> str:
    """Say why a trial has no score."""
    return "" if trial.problem is None else trial.problem.message


def profile(subject: Subject, base: Values, name: str, others: list[Any]) -> Profile:
    """Put an input to the engine with one of its values exchanged for others, all else as it is."""
    tried = (attempt(subject, {**base, name: other}) for other in sorted(others, key=_order))
    return Profile(name, tuple(trial for trial in tried if subject.may_carry(trial.form)))


def _order(value: Any) -> tuple[int, Any]:
    number = as_number(value)
    if number is not None:
        return (1, number)
    return (0, bool(value)) if isinstance(value, bool) or value is None else (2, str(value))


# The inputs worth trying: each input at every edge of every rule, beside it, between edges and far beyond them.
#
# All others stay as they are. Where an input leads to other rules, everything is varied anew from there, so rules that
# only several inputs together can reach are reached as well.


MOST_STARTS = 12


def profiles(subject: Subject, most: int = MOST_STARTS) -> Iterator[Profile]:
    """Go through the profiles of a subject, starting from usual inputs; from so many inputs in all."""
    trying, waiting = subject.trying, _Waiting()
    for usual in trying.starts():
        waiting.note(attempt(subject, usual))
    for start in waiting.taken(most):
        for variable in subject.inputs:
            found = profile(subject, start, variable.name, trying.values(variable.name, start))
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
    outcomes: deque[Inputs] = field(factory=deque)
    others: deque[Inputs] = field(factory=deque)

    def note(self, trial: Trial) -> None:
        """Keep an input where something is other than seen so far."""
        for queue, mark in ((self.outcomes, trial.region), (self.others, trial.comparisons)):
            if mark not in self.seen:
                self.seen |= {trial.region, trial.comparisons}
                queue.append(cast("Inputs", trial.values))

    def taken(self, most: int) -> Iterator[Inputs]:
        """Take so many, also of those that are noted meanwhile."""
        while most and (self.outcomes or self.others):
            most -= 1
            yield (self.outcomes or self.others).popleft()


# Inputs in the bureau's words: ``完成值 89.99% 得 8 分，90.00% 得 6 分``, each in its own unit.


_MOST_PLACES, _USUAL_PLACES, _FEW_ROWS = 4, 2, 3


def scored_pair(first: Trial, second: Trial, name: str) -> str:
    """Tell two trials that differ in one input, with what each scored."""
    shared = [(known, value) for known, value in first.values.items() if known not in (name, ACTUAL)]
    scores = {"first": first.points, "second": second.points}
    one, other = _differing(first, second, name), _differing(second, first, name)
    told = phrase("trial-pair", name=_word(first, name), one=one, other=other, **scores)
    if not shared:
        return told
    return phrase("trial-with", inputs=listed(input_words(first, *each) for each in shared), told=told)


def inputs_of(trial: Trial) -> str:
    """Tell the inputs of a trial: ``在职人员数 67人、编制数 65人``; 完成值 first, also where it is computed."""
    return listed(input_parts(trial)) or phrase("trial-any")


def input_parts(trial: Trial) -> list[str]:
    """Give the inputs of a trial one by one."""
    parts = [input_words(trial, name, value) for name, value in trial.values.items()]
    if trial.actual is not None and ACTUAL not in trial.values:
        parts.insert(0, f"{ACTUAL} {_measured(trial, trial.actual)}")
    return parts


def input_words(trial: Trial, name: str, value: Value) -> str:
    """Tell one input: ``编制数 65人``."""
    return phrase("trial-input", name=input_name(trial, name), value=input_text(trial, name, value))


def _word(trial: Trial, name: str) -> str:
    return ACTUAL if trial.actual is not None else input_name(trial, name)


def input_name(trial: Trial, name: str) -> str:
    """Give the name that the form has for an input."""
    for number, item in enumerate(trial.subject.plan.scoring.checklist):
        if name == item_name(number):
            return item.title
    if name == TIER:
        return phrase("trial-tier")
    return phrase("trial-judged") if name.startswith(ITEM) else name


def _differing(trial: Trial, beside: Trial, name: str) -> str:
    """Tell what 完成值 is here, and where it is computed, the figure that makes it so."""
    if trial.actual is None or beside.actual is None:
        return input_text(trial, name, trial.values[name])
    text = _measured(trial, trial.actual, beside.actual)
    if name == ACTUAL:
        return text
    return phrase("trial-behind", text=text, name=name, value=input_text(trial, name, trial.values[name]))


def _measured(trial: Trial, actual: Fraction, beside: Fraction | None = None) -> str:
    variable = row_scope(trial.row)[ACTUAL]
    if variable.kind == "date":
        return show(datetime.date.fromordinal(int(actual)))
    return _number(actual, variable.unit, beside)


def _number(number: Fraction, unit: Unit | None, beside: Fraction | None = None) -> str:
    """Write a number with its unit, with as many decimals as the one beside it, or telling them apart, needs."""
    size, mark = (100, "%") if unit is not None and unit.percent else (1, "" if unit is None else unit_text(unit))
    shown = [size * each for each in (number, beside) if each is not None]
    places = max(_places(each) for each in shown)
    while len(set(shown)) > len({_rounded(each, places) for each in shown}):
        places += 1
    return f"{as_decimal(_rounded(shown[0], places), places)}{mark}".replace("-", "−")


def _rounded(number: Fraction, places: int) -> int:
    return rounded_units(number.numerator, number.denominator, places)


def _places(number: Fraction) -> int:
    if not is_decimal(number):
        return _USUAL_PLACES
    return next((places for places in range(_MOST_PLACES) if (number * 10**places).denominator == 1), _MOST_PLACES)


def input_text(trial: Trial, name: str, value: Value) -> str:
    """Write a value of an input with the unit that it has there."""
    if isinstance(value, Cell):
        return value.text or show(None)
    if isinstance(value, tuple):
        return _rows_text(trial, name, value)
    scope = row_scope(trial.row)
    return show(value, scope[name].unit if name in scope else None)


def _rows_text(trial: Trial, name: str, rows: Sequence[Mapping[str, Value]]) -> str:
    """Tell how many rows a table has, and, of few, the cells that the rule reads; rows that are alike once."""
    count, scope = phrase("trial-rows", count=len(rows)), row_scope(trial.row)
    nodes, trees = trial.subject.nodes, trial.subject.reading.trees
    read = {each for node in nodes for each in dependencies(node, trees)}
    told = {
        listed(
            phrase("trial-input", name=column, value=show(cell, scope[f"{name}_{column}"].unit))
            for column, cell in row.items()
            if f"{name}_{column}" in read
        )
        for row in rows
    }
    if not rows or len(told) > _FEW_ROWS:
        return count
    return phrase("trial-cells", rows=count, cells=listed(sorted(told), "stop"))


# A law that does not hold: which, where, and the inputs that show it.


@frozen
class Breach:
    """What breaks a law; ``code`` names the wording in ``messages/laws.yaml``, ``arguments`` what belongs in it."""

    code: str
    title: str
    arguments: tuple[tuple[str, str], ...] = ()
    location: Location | None = field(default=None, eq=False, repr=False)

    @property
    def problem(self) -> Problem:
        """The same as a problem, at the place of the rule."""
        return problem(self.code, self.location, title=self.title, **dict(self.arguments))

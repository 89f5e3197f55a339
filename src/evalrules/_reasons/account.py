"""One scored row being explained: its values, what its rules went through, and how its score depends on each input."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from attrs import evolve, field

from evalrules._edition.forms import TIER, item_name
from evalrules._edition.model import MethodCall
from evalrules._formula.compile.programs import Record, Recorded, compile_program, compile_recorded
from evalrules._formula.lines import Known, RuleLines, StepLines, Word
from evalrules._formula.program import (
    ACTUAL,
    EVIDENCE,
    JUDGED,
    POINTS,
    TARGET,
    PointsBetween,
    Program,
    Rule,
    free_names,
)
from evalrules._formula.scope import PERCENT, Kind, Scope, layered, read_unit
from evalrules._formula.tree import Fault, Formula, Name, Placeholder, Sentence
from evalrules._formula.words import Showing, formula_words, shown_stored
from evalrules._problems import phrase
from evalrules._quantities import BLANK, Bound, Interval
from evalrules._reasons.sentences import NOTHING, Asked, Asking, Reading
from evalrules._score.cells import answered, reference_unit
from evalrules._score.form import ScoredRow, Submitted, evidence_of
from evalrules._score.ruleset import Plan, Ruleset, Score
from evalrules._submission import Pair
from evalrules._values import frozen

# The names of formulas with their values, as the readings that explain a score read them: exact, by name.


class FormValues(dict[str, Any]):
    """The values of figures and tables, each read when it is first asked for.

    A number is a `Fraction`, a date a date, a table a tuple of rows; a blank is None.
    """

    def __init__(self, submitted: Submitted) -> None:
        super().__init__()
        self._stored, self._ruleset = submitted.values, submitted.ruleset

    def __missing__(self, name: str) -> Any:
        catalogue, slots = self._ruleset.catalogue, self._ruleset.slots
        if name in catalogue.data:
            value = _value(catalogue.data[name].type, self._stored[slots[name]])
        else:
            kinds = {f"{name}_{column.name}": column.type for column in catalogue.tables[name].columns}
            rows = self._stored[slots[name]]
            value = rows and tuple({column: _value(kinds[column], row[column]) for column in kinds} for row in rows)
        self[name] = value
        return value

    def __contains__(self, name: object) -> bool:
        catalogue = self._ruleset.catalogue
        return super().__contains__(name) or name in catalogue.data or name in catalogue.tables

    def get(self, name: str, default: Any = None) -> Any:
        """Read a name; ``default`` where there is none of it."""
        return self[name] if name in self else default  # noqa: SIM401 - this is `get`


def row_unit(row: ScoredRow) -> str:
    """Give the unit in which the row's target and actual are compared."""
    return reference_unit(row.row, BLANK if row.entry is None else row.entry.actual)


def row_scope(row: ScoredRow) -> Scope:
    """Give the scope of a row with the unit in which its target and actual are compared."""
    plan, unit = row.row.plan, row_unit(row)
    assert plan is not None
    if not unit or plan.scope[ACTUAL].kind != "number":
        return plan.scope
    return layered(
        {name: evolve(plan.scope[name], unit=read_unit(unit)) for name in (ACTUAL, TARGET) if name in plan.scope},
        plan.scope,
    )


_READ: dict[Kind, Callable[[Any], Any]] = {
    "number": lambda pair: Fraction(*pair),
    "date": datetime.date.fromordinal,
}


def _value(kind: Kind, stored: Any) -> Any:
    if stored is None or kind not in _READ:
        return stored
    return _READ[kind](stored)


# How a score depends on one input, all others as they are: tried at every edge, beside it, and between edges.
#
# Nothing is guessed from the shape of a rule: the compiled rule itself says what each value scores.


Scoring = Callable[[Fraction], int | None]
"""The score in units for a value, None where the value has none."""


@frozen
class Stretch:
    """A single value (``low == high``), or the values strictly between two; None is no end."""

    low: Fraction | None
    high: Fraction | None

    @property
    def sample(self) -> Fraction:
        """A value in the stretch."""
        if self.low is None:
            return Fraction(0) if self.high is None else self.high - 1
        return self.low + 1 if self.high is None else (self.low + self.high) / 2


def stretches(edges: Sequence[Fraction]) -> Iterator[Stretch]:
    """Cut the line at the edges: each edge by itself, and what lies between."""
    before: Fraction | None = None
    for edge in edges:
        yield Stretch(before, edge)
        yield Stretch(edge, edge)
        before = edge
    yield Stretch(before, None)


@frozen(eq=False)
class Sufficing:
    """The nearest values that score at least ``score``: ``comparison`` and ``edge`` (``≥ 100%``)."""

    comparison: str
    edge: Fraction
    score: int
    _pair: Pair = field(init=False)

    @_pair.default
    def _edge_pair(self) -> Pair:
        return self.edge.as_integer_ratio()

    def beyond(self, actual: Pair) -> Pair:
        """Give how far the edge lies above the actual, below 0 where it lies below."""
        numerator, denominator = self._pair
        return numerator * actual[1] - actual[0] * denominator, denominator * actual[1]


Profile = tuple[tuple[Stretch, int | None], ...]
"""Every stretch with its score in units, from the lowest; None where it has none."""


def profile(edges: Sequence[Fraction], scoring: Scoring) -> Profile:
    """Score a value of every stretch."""
    return tuple((stretch, scoring(stretch.sample)) for stretch in stretches(edges))


class Outlook:
    """Where at least so many units are scored, as seen from every stretch: the nearest such values on either side."""

    def __init__(self, tried: Profile, wanted: int) -> None:
        self._tried = tried
        self._good = [score is not None and score >= wanted for _, score in tried]
        edges = (stretch.low for stretch, _ in tried if stretch.low is not None and stretch.low == stretch.high)
        self._edges = [edge.as_integer_ratio() for edge in edges]
        self._from: dict[int, tuple[Sufficing, ...]] = {}

    def nearest(self, actual: Pair) -> Sufficing | None:
        """Find the values nearest to the actual; None where there are none."""
        numerator, denominator = actual
        place = 0
        for above, below in self._edges:
            beyond = numerator * below - above * denominator
            if beyond <= 0:
                place += beyond == 0
                break
            place += 2
        seen = self._from.get(place)
        if seen is None:
            seen = self._from[place] = _seen(self._tried, self._good, place)
        if len(seen) > 1:
            return min(seen, key=lambda answer: abs(Fraction(*answer.beyond(actual))))
        return seen[0] if seen else None


def _seen(tried: Profile, good: Sequence[bool], place: int) -> tuple[Sufficing, ...]:
    """Give the nearest answers below a stretch, in it, and above it."""
    here = tried[place][0].sample
    ways = (range(place - 1, -1, -1), (place,), range(place + 1, len(tried)))
    answers = (
        next(filter(None, (_answer(tried, good, other, here) for other in way if good[other])), None) for way in ways
    )
    return tuple(answer for answer in answers if answer is not None)


def _answer(tried: Profile, good: Sequence[bool], place: int, actual: Fraction) -> Sufficing | None:
    stretch, score = tried[place][0], tried[place][1] or 0
    low, high = stretch.low, stretch.high
    if low is not None and low == high:
        return Sufficing(_comparison(good, place, low, actual), low, score)
    near = low if high is None or (low is not None and low >= actual) else high
    if near is None:
        return None
    beside = place - 1 if near == low else place + 1
    return None if good[beside] else Sufficing(">" if near == low else "<", near, score)


def _comparison(good: Sequence[bool], place: int, edge: Fraction, actual: Fraction) -> str:
    """Say ``≥`` or ``≤`` where the values beyond the edge, as seen from the actual, do as well."""
    if edge > actual and good[place + 1]:
        return "≥"
    return "≤" if edge < actual and good[place - 1] else "="


# The inputs of a rule that could have been another, each with the rule compiled so that it can be tried.


_MOST_REMEMBERED = 256


Other = tuple[str, Fraction] | None
"""Where values that are enough end again: how the name is compared with that end."""


@frozen(eq=False)
class Held:
    """An answer as a value that can be written, where such values end again, and the words of it by its side."""

    answer: Sufficing
    other: Other
    words: dict[bool, tuple[str, str]] = field(factory=dict, init=False)


@frozen(eq=False)
class Tried:
    """What the values of an input score, and what was found in it."""

    profile: Profile
    held: dict[tuple[str, Sufficing, bool], Held] = field(factory=dict, init=False)
    """What was found, as it is told."""
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
    """Go through the inputs that could be another: 完成值 alone where the rules read it, else what else they read.

    That are figures, and how many pieces of evidence the row lists.
    """
    trees = [formula.tree for formula in program.formulas]
    bound = {binding.name: binding.formula.tree for binding in program.all_bindings}
    without_actual = {name: tree for name, tree in bound.items() if name != ACTUAL}
    if ACTUAL in free_names(trees, without_actual):
        yield _trial(ruleset, plan, program, scope, ACTUAL)
        return
    figures = {figure.name: figure.formula.tree for _, figure, _ in ruleset.computed if figure.formula}
    for name in free_names(trees, {**figures, **bound}):
        moves = name in ruleset.catalogue.data or name == EVIDENCE
        if moves and scope[name].kind in ("number", "date", "yes_no"):
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


# What explaining rows by one plan needs, made ready once: the recorded rules, their lines and their sentences.


_MOST_UNITS = 64
Part = str | Word | Asked
"""A part of a sentence: text, a name that the lines show too, or a formula."""


@frozen(eq=False, slots=False)
class ReadyRule:
    """One rule of a plan: its formula in words, its lines and its sentence."""

    plan: ReadyPlan
    number: int
    rule: Rule
    lines: RuleLines
    formula: str
    because: tuple[Part, ...] | None

    @cached_property
    def trials(self) -> tuple[TrialProgram, ...]:
        """The inputs of the rule that can be tried at other values."""
        whole = self.plan.plan.program
        program = whole if whole.form == "award" else evolve(whole, rules=(self.rule,))
        return tuple(trials(self.plan.ruleset, self.plan.plan, program, self.plan.scope))

    @cached_property
    def amount(self) -> Reading:
        """The points by themselves: an excused rule does not come to them."""
        assert isinstance(self.rule.points, Formula)
        return self.plan.reading(self.rule.points)


@frozen(eq=False, slots=False)
class ReadyPlan:
    """A plan made ready; ``scope`` has the unit in which a row's target and actual are compared."""

    ruleset: Ruleset
    plan: Plan
    scope: Scope
    lines: StepLines
    record: Record
    method_reference: tuple[str, ...]
    is_assessed: bool
    """Whether an assessor's answers count, or the evidence: they lie in slots that all rows share."""
    _asked: dict[int, Part] = field(factory=dict, init=False)
    _bindings: dict[str, Reading] = field(factory=dict, init=False)

    @cached_property
    def rules(self) -> tuple[ReadyRule, ...]:
        """The rules, in order."""
        return tuple(self._rule(number, rule) for number, rule in enumerate(self.plan.program.rules))

    @cached_property
    def actual(self) -> Word:
        """完成值 as it is shown."""
        return self.lines.word(ACTUAL, Showing.of(self.scope[ACTUAL].unit))

    def _rule(self, number: int, rule: Rule) -> ReadyRule:
        because = None if rule.because is None else self.sentence(rule.because)
        return ReadyRule(self, number, rule, self.lines.of_rule(number), self._formula(rule), because)

    def _formula(self, rule: Rule) -> str:
        """Write what a rule gives or takes; the items of a checklist by their own words."""
        if isinstance(rule.points, PointsBetween):
            low, high = (formula_words(each.tree) for each in (rule.points.low, rule.points.high))
            return phrase("formula-between", low=low, high=high)
        return formula_words(rule.points.tree, self._item_words)

    @cached_property
    def _item_words(self) -> Mapping[str, str]:
        """What the items of a checklist are called in formulas."""
        items = enumerate(self.plan.scoring.checklist)
        return {item_name(place): f"“{item.title}”" for place, item in items}

    def sentence(self, sentence: Sentence) -> tuple[Part, ...]:
        """Make the parts of a sentence ready."""
        return tuple(
            part if isinstance(part, str) else self.asked(part.formula, percent=part.percent) for part in sentence.parts
        )

    def asked(self, formula: Formula, *, percent: bool = False) -> Part:
        """Make a formula ready that is shown with its own unit or as a rate; the edition keeps the formula alive."""
        key = id(formula) * 2 + percent
        if key not in self._asked:
            self._asked[key] = self._made(Placeholder(formula, percent))
        return self._asked[key]

    def _made(self, placeholder: Placeholder) -> Part:
        tree = placeholder.formula.tree
        if isinstance(tree, Name):
            return self.lines.word(tree.name, self._asking.showing(placeholder))
        return self._asking.asked(placeholder)

    @cached_property
    def _asking(self) -> Asking:
        ruleset, plan = self.ruleset, self.plan
        return Asking(self.scope, ruleset.slots, ruleset.functions, plan.program, plan.scope)

    def reading(self, formula: Formula) -> Reading:
        """Compile a formula that sees what the rules see."""
        return self._asking.reading(formula)

    def binding(self, name: str) -> Reading:
        """Give the reading of a name that the rules compute."""
        if name not in self._bindings:
            self._bindings[name] = self.reading(Formula(name, Name(name)))
        return self._bindings[name]


def ready_plan(row: ScoredRow) -> ReadyPlan:
    """Give the plan of a row that has one, made ready in the row's unit."""
    plan, unit = row.row.plan, row.row.indicator.unit or row_unit(row)
    assert plan is not None
    known: ReadyPlan | None = plan.made.get(unit)
    if known is None:
        if len(plan.made) >= _MOST_UNITS:  # rows of units' own are in whatever unit they write
            plan.made.clear()
        known = plan.made[unit] = _ready(row.ruleset, plan, row_scope(row))
    return known


def _ready(ruleset: Ruleset, plan: Plan, scope: Scope) -> ReadyPlan:
    called = plan.called
    method = ruleset.catalogue.methods.get(called.method) if isinstance(called, MethodCall) else None
    return ReadyPlan(
        ruleset,
        plan,
        scope,
        StepLines(plan.program, scope),
        compile_recorded(plan.program, plan.scope, ruleset.slots, ruleset.functions),
        () if method is None else method.reference,
        plan.scoring.is_assessed or plan.reads_evidence,
    )


# One scored row being explained: its cells as the compiled rules read them, and what the rules went through.


_CELLS = {name: place for place, name in enumerate((POINTS, TARGET, ACTUAL, JUDGED))}
_WIDE = frozenset({Bound, Interval})


class RowAccount(Known):
    """A row that has a plan. Values are stored as compiled rules read them; what has none, or is blank, is None.

    ``told`` are the rules that held; nothing was computed, and none held, in a row that the rules did not score.
    """

    __slots__ = ("cells", "is_wide", "ready", "row", "stored", "told")

    def __init__(self, row: ScoredRow) -> None:
        self.row = row
        self.ready: ReadyPlan = ready_plan(row)
        actual = row.actual
        self.is_wide: bool = actual.__class__ in _WIDE
        """Whether the actual is a bound or a range, which has no one value."""
        points = (row.units, row.submitted.ruleset.place)
        self.cells = (points, row.target, None if self.is_wide else actual, row.judged)
        self.stored: list[Any] = _own_values(row, self.ready) if self.ready.is_assessed else row.submitted.values
        is_scored = row.is_scored and not self.is_wide
        recorded: Recorded = self.ready.record(self.stored, *self.cells) if is_scored else ({}, [])
        super().__init__(recorded[0])
        self.told = recorded[1]

    def given(self, name: str) -> Any:
        """Give a cell of the row or a figure; a table has no value to be shown."""
        place = _CELLS.get(name)
        if place is not None:
            return self.cells[place]
        slot = self.ready.ruleset.slots.get(name)
        value = None if slot is None else self.stored[slot]
        is_table = value.__class__ is tuple and not (value and value[0].__class__ is int)
        return None if is_table else value

    def value_of(self, name: str) -> Any:
        """Give the value of a name as the rules read it, also where they did not come to read it."""
        place = self.ready.lines.place(name)
        if place is None:
            return self.given(name)
        return self.computed[place] if place in self.computed else self.read(self.ready.binding(name))

    def read(self, reading: Reading) -> Any:
        """Give what a compiled formula comes to; None where it has no value."""
        try:
            return reading(self.stored, *self.cells)
        except Fault:
            return None

    # ---- as people read it ----

    def part(self, part: Part) -> str | None:
        """Show what stands in a sentence; None for a blank and for what has no value."""
        if isinstance(part, Word):
            known = self[part]
            if known is not None or part.place is None:
                return None if known is None else known[0]
            value = self.read(self.ready.binding(part.name))
            return None if value is None else shown_stored(value, part.showing)[0]
        return part if isinstance(part, str) else part.text(self.stored, *self.cells)

    def sentence(self, parts: Sequence[Part]) -> str:
        """Put the values into a sentence; a blank, or what has no value, says so."""
        return "".join([NOTHING if text is None else text for text in map(self.part, parts)])

    def formula(self, formula: Formula) -> str | None:
        """Show the value of a formula that sees what the rules see."""
        return self.part(self.ready.asked(formula))


def _own_values(row: ScoredRow, ready: ReadyPlan) -> list[Any]:
    """Give the values by slot with what an assessor said of this row; the slots for that serve all rows in turn.

    So does that for how many pieces of evidence it lists.
    """
    values, slots, entry = list(row.submitted.values), row.ruleset.slots, row.entry
    values[slots[EVIDENCE]] = evidence_of(entry)
    values[slots[TIER]] = None if row.judgement is None else row.judgement.tier
    for name, points in answered(ready.plan.scoring, () if entry is None else entry.answers):
        values[slots[name]] = points
    return values

"""A rule as terms of the solver, a claim put to it, and every refutation put to the engine before it counts."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Literal

from attrs import define, frozen

from evalrules._formula.edges import dependencies
from evalrules._formula.program import ACTUAL, POINTS, TARGET
from evalrules._formula.scope import ANY, Variable
from evalrules._formula.solver import (
    Failing,
    Inputs,
    Meaning,
    Model,
    Question,
    Scored,
    Term,
    Terms,
    read_program,
    read_term,
    rounded_term,
)
from evalrules._formula.solver.formulas import within
from evalrules._formula.tree import Call, Name, Node, walk
from evalrules._laws.rules import LAWS as ON_TRIALS
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Breach, Profile, Trial, Value, attempt

# A rule as terms of the solver: its inputs unknown, its score, and what stands in the way of one.


WITHOUT_VALUE = frozenset({"zero-division", "digits", "undecided", "domain", "function", "figure"})
"""Faults that leave an input in its declared range without a score; a figure that has no value is one."""


@define(slots=False, eq=False)
class Sheet:
    """One filling-in of a rule. ``free_actual`` leaves 完成值 unknown even where the rule computes it.

    Raises `Unreadable` when a part is asked for that the solver cannot read.
    """

    subject: Subject
    inputs: Inputs
    free_actual: bool = False

    @cached_property
    def terms(self) -> Terms:
        """The vocabulary."""
        return self.inputs.terms

    @cached_property
    def scored(self) -> Scored:
        """The program with its faults."""
        kept = frozenset({ACTUAL}) if self.free_actual else frozenset[str]()
        asked = (word for word in (ACTUAL, TARGET) if is_directed(self.subject) and self.subject.has(word))
        return read_program(self.subject.program, self.inputs, kept, asked)

    @cached_property
    def applying(self) -> Meaning:
        """The condition that the rule applies at all, and what stands in the way of telling."""
        applies = self.subject.indicator.applies
        if applies is None:
            return Meaning(self.terms.truth(True))
        return read_term(applies.tree, self.inputs.words)

    def declared(self) -> list[Term]:
        """Give the conditions that the inputs read so far lie in their declared ranges."""
        found = list(self.inputs.conditions)
        if POINTS in self.inputs.given:
            units = self.inputs.given[POINTS] * 10**self.subject.ruleset.catalogue.rounding.places
            found.append(self.terms.floor(units) == units)
        return found

    def applied(self) -> list[Term]:
        """Give the conditions that the rule is put to inputs it is made for: in range, and it applies."""
        return [*self._told_whether(), self.applying.value]

    def not_applied(self) -> list[Term]:
        """Give the conditions that it does not apply; without a condition of its own the entry may say so at will."""
        if self.subject.indicator.applies is None:
            return self.declared()
        return [*self._told_whether(), self.terms.no(self.applying.value)]

    def met(self) -> list[Term]:
        """Give the conditions that the rule is scored."""
        faults = self.scored.faults  # before the ranges are asked for: reading makes the inputs
        return [*self.applied(), *(self.terms.no(fault.condition) for fault in faults)]

    def _told_whether(self) -> list[Term]:
        faults = self.applying.faults  # before the ranges are asked for: reading makes the inputs
        return [*self.declared(), *(self.terms.no(fault.condition) for fault in faults)]

    def first(self, faults: Iterable[Failing], kinds: frozenset[str]) -> Term:
        """Give the condition that the fault that arises is one of these kinds."""
        found: list[Term] = []
        before: list[Term] = []
        for fault in faults:
            is_figure = fault.kind == "blank" and fault.detail in self._figures
            if ("figure" if is_figure else fault.kind) in kinds:
                found.append(self.terms.all_of((fault.condition, *before)))
            before.append(self.terms.no(fault.condition))
        return self.terms.any_of(found)

    def rounded(self, score: Term) -> Term:
        """Round a score as the edition says."""
        rounding = self.subject.ruleset.catalogue.rounding
        return rounded_term(self.terms, score, rounding.places, rounding.mode)

    def word(self, word: str) -> Term:
        """Give 完成值 or 指标值; where it has no value the rule may have none either: see `has_word`."""
        self.scored  # noqa: B018 - what the program binds can be read afterwards
        return self.inputs.meaning(word).value

    def has_word(self, word: str) -> list[Term]:
        """Give the conditions that 完成值 or 指标值 has a value."""
        self.scored  # noqa: B018 - as above
        return [self.terms.no(fault.condition) for fault in self.inputs.meaning(word).faults]

    @cached_property
    def _figures(self) -> frozenset[str]:
        return frozenset(figure.name for _, figure, _ in self.subject.ruleset.computed)

    def beside(self, moved: Iterable[str]) -> Sheet:
        """Give the same rule once more with other values of some inputs and all else equal."""
        other = Sheet(self.subject, self.inputs.beside(moved), self.free_actual)
        other.prepare("′")
        return other

    def prepare(self, suffix: str = "") -> None:
        """Make known to the inputs what is not theirs to choose: fixed points, computed figures, a free 完成值."""
        subject, inputs = self.subject, self.inputs
        if POINTS not in subject.free:
            inputs.put(POINTS, self.terms.number(subject.indicator.points))
        if self.free_actual:
            self._free_actual(suffix)
        needed = _needed(subject)
        for _, figure, _ in subject.ruleset.computed:
            if figure.name in needed and figure.formula is not None:
                inputs.compute(figure.name, figure.formula)

    def _free_actual(self, suffix: str) -> None:
        word, called = self.subject.plan.scope[ACTUAL], f"{ACTUAL}{suffix}"
        is_whole = word.kind == "date" or self.subject.indicator.integer
        term = self.terms.whole_named(called) if is_whole else self.terms.real_named(called)
        number = term if word.kind == "date" else self.terms.as_number(term)
        self.inputs.put(ACTUAL, number)
        self.inputs.conditions += within(self.terms, number, ANY if word.kind == "date" else word.bounds)


def sheet_of(subject: Subject, *, free_actual: bool = False) -> Sheet:
    """Give a rule with all inputs unknown, in a context of its own."""
    inputs = Inputs(Terms(), subject.plan.scope, subject.ruleset.functions, may_be_blank(subject.nodes))
    return sheet_on(subject, inputs, free_actual=free_actual)


def sheet_on(subject: Subject, inputs: Inputs, *, free_actual: bool = False) -> Sheet:
    """Give a rule over inputs of which some may be known by others already."""
    sheet = Sheet(subject, inputs, free_actual)
    sheet.prepare()
    return sheet


def may_be_blank(nodes: Iterable[Node]) -> frozenset[str]:
    """Give the names of which some formula asks whether they are filled in; of all others laws assume that they are."""
    asked = (part for node in nodes for part in walk(node) if isinstance(part, Call) and part.function in _ASKING)
    return frozenset(name.name for part in asked if isinstance(name := part.arguments[0], Name))


_ASKING = frozenset({"已填", "未填"})


def _needed(subject: Subject) -> frozenset[str]:
    """Give the names that its formulas and sentences come to read."""
    trees = [*subject.nodes, *(said.tree for said in subject.program.said)]
    return frozenset(name for tree in trees for name in dependencies(tree, subject.reading.trees))


def is_directed(subject: Subject) -> bool:
    """Tell whether what is better can be told of the rule's actual."""
    if subject.direction is None or not subject.has(ACTUAL):
        return False
    return subject.direction == "interval" or subject.has(TARGET)


def is_percent(variable: Variable | None) -> bool:
    """Tell whether a number is shown in %."""
    return variable is not None and variable.unit is not None and variable.unit.percent


# A claim put to the solver, and every refutation put to the engine before it counts.


Verdict = Literal["proved", "refuted", "undecided", "vacuous"]
Reason = Literal["time", "part", "unconfirmed"]
Confirm = Callable[[Model], Breach | None]
"""Puts what the solver found to the engine; None where the engine does not agree."""
_NICE_SECONDS = 0.4
_MOST, _MOST_RATE = 1000, 10


@frozen(eq=False)
class Outcome:
    """What became of a claim: ``breach`` refutes it, ``why`` says why it is undecided, ``part`` what was unreadable.

    ``vacuous`` is what says nothing: a target that nothing just meets.
    """

    verdict: Verdict
    breach: Breach | None = None
    why: Reason | None = None
    part: str = ""


PROVED = Outcome("proved")


@frozen(eq=False)
class Claim:
    """That no input meets these conditions. ``closer`` are further ones, as of the rounded score, that tell more."""

    conditions: Sequence[Term]
    sheets: Sequence[Sheet]
    confirm: Confirm
    closer: Sequence[Term] = ()


def settle(claim: Claim, seconds: float) -> Outcome:
    """Prove a claim, refute it, or say why neither can be done."""
    question = Question(claim.sheets[0].terms, seconds)
    verdict, model = question.answer(claim.conditions)
    if verdict == "none":
        return PROVED
    breach = None if model is None else _confirmed(claim, claim.conditions, model)
    if breach is None and claim.closer:
        conditions = [*claim.conditions, *claim.closer]
        verdict, model = question.answer(conditions)
        if verdict == "none":
            return PROVED
        breach = None if model is None else _confirmed(claim, conditions, model)
    if breach is not None:
        return Outcome("refuted", breach)
    return Outcome("undecided", why="time" if verdict == "unknown" else "unconfirmed")


def _confirmed(claim: Claim, conditions: Sequence[Term], model: Model) -> Breach | None:
    """Find values that people write, and let the engine say what they score."""
    for nice in _nicely(claim.sheets):
        verdict, found = Question(claim.sheets[0].terms, _NICE_SECONDS).answer([*conditions, *nice])
        if verdict == "some" and found is not None:
            breach = claim.confirm(found)
            if breach is not None:
                return breach
    return claim.confirm(model)


def _nicely(sheets: Sequence[Sheet]) -> Iterator[list[Term]]:
    """Give conditions for numbers that are short and, of two that differ, near each other; the nicest first."""
    for fine in (False, True):
        on_grid = [condition for sheet in sheets for condition in _short(sheet, fine=fine)]
        near = [*_near(sheets[0], sheets[1], fine=fine)] if len(sheets) > 1 else []
        if near:
            yield [*on_grid, *near]
        yield on_grid


def step_of(variable: Variable | None, *, fine: bool) -> Fraction:
    """Give the step of numbers that people write: 1 or 0.01, of a rate 1% or 0.01%."""
    if is_percent(variable):
        return Fraction(1, 10_000 if fine else 100)
    return Fraction(1, 100 if fine else 1)


def _short(sheet: Sheet, *, fine: bool) -> Iterator[Term]:
    terms, years = sheet.terms, sheet.subject.ruleset.catalogue.fiscal_years or (2024,)
    for name, term in sheet.inputs.given.items():
        variable = sheet.inputs.scope.get(name)
        kind = "section" if variable is None else variable.kind
        if kind == "number":
            number = terms.as_number(term)
            units = number / terms.number(step_of(variable, fine=fine))
            most = _MOST_RATE if is_percent(variable) else _MOST
            yield from (number <= most, number >= -most, terms.floor(units) == units)
        elif kind == "date":
            yield term >= datetime.date(years[0], 1, 1).toordinal()
            yield term <= datetime.date(years[-1] + 1, 12, 31).toordinal()


def _near(one: Sheet, other: Sheet, *, fine: bool) -> Iterator[Term]:
    terms = one.terms
    for name, term in one.inputs.given.items():
        beside, variable = other.inputs.given.get(name), one.inputs.scope.get(name)
        if beside is not None and beside is not term and variable is not None and variable.kind in ("number", "date"):
            step = terms.number(1 if variable.kind == "date" or variable.integer else step_of(variable, fine=fine))
            apart = terms.as_number(term) - terms.as_number(beside)
            yield from (apart <= step, apart >= -step)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Give what becomes of a law that makes several claims: one refuted refutes it, one undecided leaves it so."""
    found = list(outcomes)
    for verdict in ("refuted", "undecided", "vacuous"):
        for outcome in found:
            if outcome.verdict == verdict:
                return outcome
    return PROVED


# What the solver found, put to the engine.


def values_of(sheet: Sheet, model: Model) -> dict[str, Value]:
    """Give the inputs of a rule in a model."""
    return dict(model.values(sheet.inputs))


def tried(sheet: Sheet, model: Model) -> Trial:
    """Put the inputs of a model to the engine."""
    return attempt(sheet.subject, values_of(sheet, model))


def one_input(sheet: Sheet, law: str, conditions: list[Term], closer: Sequence[Term] = ()) -> Claim:
    """Claim that no single input breaks a law; whether one does, the law says as it is held against trials."""

    def confirm(model: Model) -> Breach | None:
        return ON_TRIALS[law](sheet.subject, [Profile("", (tried(sheet, model),))])

    return Claim(conditions, (sheet,), confirm, closer)

"""A claim put to the solver, and every refutation put to the engine before it counts."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Literal

from attrs import frozen

from evalrules._formula.scope import Variable
from evalrules._formula.solver import Model, Question, Term
from evalrules._laws.breaches import Breach
from evalrules._proving.sheets import Sheet, is_percent

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

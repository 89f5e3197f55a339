"""The laws of the whole edition: every total has one grade, a higher one never a lower grade; a veto can be cast."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from attrs import frozen

from evalrules._catalogue.scopes import TOTAL, cap_scope, grade_scope
from evalrules._formula.faults import Fault
from evalrules._formula.scope import Scope
from evalrules._formula.solver import Inputs, Model, Question, Term, Terms, read_term
from evalrules._formula.solver.inputs import Value
from evalrules._formula.tree import Formula
from evalrules._laws.breaches import Breach
from evalrules._numbers import decimal_text
from evalrules._proving.asking import PROVED, Outcome, worst
from evalrules._proving.sheets import may_be_blank
from evalrules._ruleset import Ruleset


@frozen(eq=False)
class _Total:
    """A total with the other inputs of the grades: the place of its grade in the order, and when it has any."""

    inputs: Inputs
    place: Term
    conditions: list[Term]
    score: Term


def graded(ruleset: Ruleset, seconds: float) -> Outcome:
    """Every total has a grade, and a higher total never a lower one, all else equal."""
    if not ruleset.grades:
        return PROVED
    inputs = _inputs(ruleset, grade_scope(ruleset.catalogue), [grade.when for grade, _ in ruleset.grades])
    lower = _total(ruleset, inputs)
    higher = _total(ruleset, inputs.beside({TOTAL}))
    question = Question(inputs.terms, seconds)
    none = len(ruleset.grades)
    gap = question.answer([*lower.conditions, lower.place == none])
    falls = [*lower.conditions, *higher.conditions, lower.score < higher.score, lower.place < higher.place]
    fall = question.answer([*falls, higher.place < none])
    return worst(
        (
            _outcome(gap, lambda model: _gap(ruleset, lower, model)),
            _outcome(fall, lambda model: _fall(ruleset, lower, higher, model)),
        )
    )


def castable(ruleset: Ruleset, seconds: float) -> Outcome:
    """Every condition of a cap, on the grade or on a section, can hold."""
    catalogue = ruleset.catalogue
    found = [_can_hold(ruleset, grade_scope(catalogue), cap.when, seconds) for cap, _ in ruleset.grade_caps]
    conditions = (section.cap.when for section in catalogue.sections if section.cap is not None)
    found += [_can_hold(ruleset, cap_scope(catalogue), when, seconds) for when in conditions if when is not None]
    return worst(found)


def _can_hold(ruleset: Ruleset, scope: Scope, when: Formula, seconds: float) -> Outcome:
    inputs = _inputs(ruleset, scope, [when])
    meaning = read_term(when.tree, inputs.words)
    faults = [inputs.terms.no(fault.condition) for fault in meaning.faults]
    verdict, _ = Question(inputs.terms, seconds).answer([*inputs.conditions, *faults, meaning.value])
    if verdict == "some":
        return PROVED
    if verdict == "unknown":
        return Outcome("undecided", why="time")
    return Outcome("refuted", Breach("proof-cap-unreachable", when.text, (), when.location))


def _inputs(ruleset: Ruleset, scope: Scope, formulas: Sequence[Formula | None]) -> Inputs:
    trees = [formula.tree for formula in formulas if formula is not None]
    inputs = Inputs(Terms(), scope, ruleset.functions, may_be_blank(trees))
    _compute(ruleset, inputs)
    return inputs


def _compute(ruleset: Ruleset, inputs: Inputs) -> None:
    for _, figure, _ in ruleset.computed:
        if figure.formula is not None:
            inputs.compute(figure.name, figure.formula)


def _total(ruleset: Ruleset, inputs: Inputs) -> _Total:
    terms, score = inputs.terms, inputs.meaning(TOTAL).value
    if not inputs.computed:
        _compute(ruleset, inputs)
    meanings = [None if grade.when is None else read_term(grade.when.tree, inputs.words) for grade, _ in ruleset.grades]
    place = terms.number(len(meanings))
    for number, meaning in reversed(list(enumerate(meanings))):
        place = terms.number(number) if meaning is None else terms.choose(meaning.value, terms.number(number), place)
    faults = [fault for meaning in meanings if meaning is not None for fault in meaning.faults]
    units = score * 10**ruleset.catalogue.rounding.places
    conditions = [*inputs.conditions, terms.floor(units) == units, *(terms.no(fault.condition) for fault in faults)]
    return _Total(inputs, place, conditions, score)


# ---- putting what was found to the compiled grades -----------------------------------------------------------------


def _outcome(answer: tuple[str, Model | None], confirm: Callable[[Model], Breach | None]) -> Outcome:
    verdict, model = answer
    if verdict == "none":
        return PROVED
    breach = None if model is None else confirm(model)
    if breach is not None:
        return Outcome("refuted", breach)
    return Outcome("undecided", why="time" if verdict == "unknown" else "unconfirmed")


def _gap(ruleset: Ruleset, total: _Total, model: Model) -> Breach | None:
    score, grade = _graded(ruleset, total, model)
    return None if grade is not None else _breach(ruleset, "law-grade-gap", total=score)


def _fall(ruleset: Ruleset, lower: _Total, higher: _Total, model: Model) -> Breach | None:
    (one, first), (other, second) = (_graded(ruleset, total, model) for total in (lower, higher))
    order = [grade.title for grade, _ in ruleset.grades]
    if first is None or second is None or order.index(first) >= order.index(second):
        return None
    return _breach(ruleset, "law-grade-falls", total=one, grade=first, higher=other, other=second)


def _breach(ruleset: Ruleset, code: str, /, **arguments: str) -> Breach:
    catalogue = ruleset.catalogue
    return Breach(code, catalogue.title, tuple(arguments.items()), catalogue.grades[0].location)


def _graded(ruleset: Ruleset, total: _Total, model: Model) -> tuple[str, str | None]:
    """Give the total and what the compiled conditions grade it."""
    score = model.number(total.score)
    assert score is not None
    values: list[Any] = [None] * len(ruleset.slots)
    for name, value in model.values(total.inputs).items():
        if name in ruleset.slots:
            values[ruleset.slots[name]] = _stored(value)
    try:
        for slot, _, compute in ruleset.computed:
            values[slot] = compute(values)
        grade = next((grade.title for grade, holds in ruleset.grades if holds is None or holds(values)), None)
    except Fault:
        return decimal_text(score), ruleset.grades[0][0].title
    return decimal_text(score), grade


def _stored(value: Value) -> Any:
    match value:
        case Fraction():
            return value.numerator, value.denominator
        case datetime.date():
            return value.toordinal()
    return value

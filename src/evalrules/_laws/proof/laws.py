"""What each law claims, as questions to the solver: of rules, of their order, of what is in reach, of grades."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import Any

from attrs import evolve, frozen

from evalrules._edition.model import Scoring
from evalrules._edition.scopes import TOTAL, cap_scope, grade_scope
from evalrules._formula.program import ACTUAL, POINTS, TARGET, Rule
from evalrules._formula.scope import Scope
from evalrules._formula.solver import Applied, Inputs, Model, Question, Term, Terms, read_term
from evalrules._formula.solver.formulas import Value
from evalrules._formula.tree import Fault, Formula
from evalrules._laws.proof.sheets import (
    PROVED,
    WITHOUT_VALUE,
    Claim,
    Outcome,
    Sheet,
    may_be_blank,
    one_input,
    settle,
    sheet_of,
    tried,
    values_of,
    worst,
)
from evalrules._laws.rules import LAWS as ON_TRIALS
from evalrules._laws.rules import counts_whole, rule_words
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Breach, Profile, Trial, attempt, inputs_of
from evalrules._numbers import decimal_text
from evalrules._reasons.account import NOTHING
from evalrules._score.bind import compute_figures
from evalrules._score.levels import ranks
from evalrules._score.ruleset import Ruleset

# The laws about targets: what just meets one earns full marks, and what is better never scores less.


# ---- targets -------------------------------------------------------------------------------------------------------


def full_marks_at_target(subject: Subject, seconds: float) -> Outcome:
    """Claim that a target that is just met earns full marks; ``vacuous`` where none can be met exactly."""
    sheet = sheet_of(subject)
    score, points = sheet.scored.score, sheet.scored.points
    met = [*sheet.met(), *sheet.has_word(ACTUAL)]
    found: list[Outcome] = []
    for just_met in _just_met(sheet):
        closer = [sheet.rounded(score) != points]
        claim = one_input(sheet, "full_marks_at_target", [*met, just_met, score != points], closer)
        found.append(settle(claim, seconds))
    outcome = worst(found)
    if outcome is PROVED and not _can_meet(sheet, [*met], seconds):
        return Outcome("vacuous")
    return outcome


def _can_meet(sheet: Sheet, met: list[Term], seconds: float) -> bool:
    question = Question(sheet.terms, seconds)
    return any(question.answer([*met, just_met])[0] != "none" for just_met in _just_met(sheet))


def _just_met(sheet: Sheet) -> Iterator[Term]:
    """Give the conditions that the target is just met; for ``>`` and ``<`` with whole numbers, by the next one."""
    subject, target, terms = sheet.subject, sheet.subject.indicator.target, sheet.terms
    actual = sheet.word(ACTUAL)
    if subject.direction == "interval":
        ends = () if target is None else (target.low, target.high)
        yield from (actual == terms.number(end) for end in ends if end is not None)
        return
    wanted = sheet.word(TARGET)
    if subject.direction in (">", "<"):
        if not counts_whole(subject):
            return
        wanted = terms.floor(wanted) + 1 if subject.direction == ">" else terms.ceiling(wanted) - 1
    yield terms.all_of([*sheet.has_word(TARGET), actual == wanted])


# ---- order ---------------------------------------------------------------------------------------------------------


def monotone(subject: Subject, seconds: float) -> Outcome:
    """Claim that a better actual never scores less: for any 完成值 at all, else for those that the figures can make.

    Of two fillings-in, only figures differ that the rules read by way of 完成值 alone; where there are none, one of
    its figures at a time.
    """
    if not subject.moving:
        return _never_falls(subject, frozenset({ACTUAL}), seconds)
    alone = subject.moving - subject.read_beside
    if alone and _never_falls(subject, frozenset(), seconds) is PROVED:
        return PROVED
    found = worst(_never_falls(subject, frozenset({name}), seconds) for name in sorted(alone or subject.moving))
    if found.verdict == "refuted" or len(alone) <= 1:
        return found
    return _never_falls(subject, alone, seconds)


def _never_falls(subject: Subject, moved: frozenset[str], seconds: float) -> Outcome:
    """Claim that of two fillings-in that differ in ``moved`` alone the better never scores less.

    With nothing to move, 完成值 itself is left free, whatever it is computed from.
    """
    worse = sheet_of(subject, free_actual=not moved)
    met = [*worse.met(), *worse.has_word(ACTUAL)]
    better = worse.beside(moved)
    met += [*better.met(), *better.has_word(ACTUAL)]
    falls = worse.scored.score > better.scored.score
    closer = [worse.rounded(worse.scored.score) > better.rounded(better.scored.score)]
    confirm = partial(_fall, worse, better, moved)
    claims = (Claim([*met, falls, order], (worse, better), confirm, closer) for order in _orders(worse, better))
    return worst(settle(claim, seconds) for claim in claims)


def _fall(worse: Sheet, better: Sheet, moved: frozenset[str], model: Model) -> Breach | None:
    """Let the engine score both; what leaves 完成值 free is no filling-in that the engine knows."""
    if not moved:
        return None
    values = values_of(worse, model)
    trials = (attempt(worse.subject, values), attempt(worse.subject, {**values, **values_of(better, model)}))
    name = next(iter(moved)) if len(moved) == 1 else ACTUAL
    breach = ON_TRIALS["monotone"](worse.subject, [Profile(name, trials)])
    return breach if breach is None or len(moved) == 1 else evolve(breach, arguments=(("pair", _both(trials)),))


def _both(trials: Iterable[Trial]) -> str:
    """Tell two trials that differ in several inputs, each with all of them."""
    rising = sorted(trials, key=lambda trial: trial.actual or 0)
    return "，".join(f"{inputs_of(trial)} 得 {decimal_text(trial.points)} 分" for trial in rising)


def _orders(worse: Sheet, better: Sheet) -> Iterator[Term]:
    """Give, for each side of the target, the condition that the second actual is the better one."""
    terms, subject, target = worse.terms, worse.subject, worse.subject.indicator.target
    one, other = worse.word(ACTUAL), better.word(ACTUAL)
    if subject.direction == "interval":
        if target is not None and target.low is not None and target.high is not None:
            yield from _towards(worse, (one, other), (terms.number(target.low), terms.number(target.high)))
        return
    wanted = worse.word(TARGET)
    same = [*worse.has_word(TARGET), *better.has_word(TARGET), wanted == better.word(TARGET)]
    match subject.direction:
        case "≥" | ">":
            yield terms.all_of([*same, one < other])
        case "≤" | "<" | "date":
            yield terms.all_of([*same, one > other])
        case "=":
            yield from (terms.all_of([*same, side]) for side in _towards(worse, (one, other), (wanted, wanted)))


def _towards(sheet: Sheet, actuals: tuple[Term, Term], ends: tuple[Term, Term]) -> Iterator[Term]:
    """From each side towards the target; what lies within it is no better or worse."""
    (one, other), (low, high), all_of = actuals, ends, sheet.terms.all_of
    yield all_of((one < other, other <= low))
    yield all_of((one > other, other >= high))
    if low is not high:
        yield all_of((sheet.terms.any_of((one < low, one > high)), other > low, other < high))


# The law that nothing is written in vain: every rule can apply, and full marks can be had.


def reachable(family: Sequence[Subject], seconds: float) -> Outcome:
    """Every row and every rule can apply to some input, and full marks can be had.

    An indicator that calls a method need not use every rule of it; the method does, in one setting or another.
    """
    sheets = [sheet_of(subject) for subject in family]
    rules = _own_rules(family)
    found = [_reached(sheets, number, rule, seconds) for number, rule in enumerate(rules.values(), 1)]
    return worst([*found, _full(sheets, seconds)])


def _own_rules(family: Sequence[Subject]) -> dict[str, Rule]:
    written = (each for each in family if each.is_method or isinstance(each.plan.called, Scoring))
    return {rule.label: rule for subject in written for rule in subject.program.rules}


def _reached(sheets: Sequence[Sheet], number: int, rule: Rule, seconds: float) -> Outcome:
    subject = sheets[0].subject
    arguments = {"number": str(number), "rule": rule_words(rule)}
    unreached = Breach("proof-rule-unreachable", subject.family, tuple(arguments.items()), subject.location)

    def attempts() -> Iterable[Outcome]:
        for sheet in sheets:
            places = [place for place, each in enumerate(sheet.scored.rules) if each.rule.label == rule.label]
            for place in places:
                conditions = [*sheet.met(), sheet.scored.rules[place].condition]
                yield _found(sheet, conditions, partial(_applies, place), seconds)

    return _any(attempts(), unreached)


def _applies(place: int, trial: Trial) -> bool:
    return place in trial.applied


def _full(sheets: Sequence[Sheet], seconds: float) -> Outcome:
    subject = sheets[0].subject
    unreached = Breach("proof-full-unreachable", subject.family, (), subject.location)

    def attempts() -> Iterable[Outcome]:
        for exact in (True, False):  # few scores are full marks only once they are rounded
            for sheet in sheets:
                score = sheet.scored.score if exact else sheet.rounded(sheet.scored.score)
                yield _found(sheet, [*sheet.met(), score == sheet.scored.points], lambda trial: trial.is_full, seconds)

    return _any(attempts(), unreached)


def _found(sheet: Sheet, conditions: list[Term], confirm: Callable[[Trial], bool], seconds: float) -> Outcome:
    """Tell whether there is an input that the engine confirms: proved, if so; refuted, if there is none."""
    shown = Breach("", sheet.subject.name)
    claim = Claim(conditions, (sheet,), lambda model: shown if confirm(tried(sheet, model)) else None)
    found = settle(claim, seconds)
    match found.verdict:
        case "refuted":
            return PROVED
        case "proved":
            return Outcome("refuted")
    return found


def _any(attempts: Iterable[Outcome], unreached: Breach) -> Outcome:
    """Give what becomes of a claim that one of several inputs has to bear out."""
    undecided: Outcome | None = None
    for outcome in attempts:
        if outcome is PROVED:
            return PROVED
        if outcome.verdict == "undecided":
            undecided = outcome
    return undecided or Outcome("refuted", unreached)


# What each law claims of a rule, or of one method in several settings.


Proving = Callable[[Sequence[Subject], float], Outcome]


def bounded(subject: Subject, seconds: float) -> Outcome:
    """No rule takes less than 0 or gives what 分值 does not hold; nor does what stands instead where none applies."""
    sheet = sheet_of(subject)
    outside = sheet.first(sheet.scored.faults, frozenset({"points-out-of-bounds"}))
    claims = [one_input(sheet, "bounded", [outside, *sheet.applied()])]
    points = _otherwise(sheet)
    if points is not None:
        value, _, not_applied = points
        most = sheet.inputs.meaning(POINTS).value
        claims.append(one_input(sheet, "bounded", [*not_applied, sheet.terms.any_of((value < 0, value > most))]))
    return _settled(claims, seconds)


def decided(subject: Subject, seconds: float) -> Outcome:
    """Whatever is in range is scored; so is the question whether the rule applies, and what stands instead."""
    sheet = sheet_of(subject)
    applying = sheet.first(sheet.applying.faults, WITHOUT_VALUE)
    claims = [
        one_input(sheet, "decided", [sheet.first(sheet.scored.faults, WITHOUT_VALUE), *sheet.applied()]),
        one_input(sheet, "decided", [applying, *sheet.declared()]),
    ]
    points = _otherwise(sheet)
    if points is not None:
        _, undecided, not_applied = points
        claims.append(one_input(sheet, "decided", [*not_applied, undecided]))
    return _settled(claims, seconds)


def reasoned(subject: Subject, seconds: float) -> Outcome:
    """Whatever loses points has a sentence, and everything that the sentence says has a value then.

    That the reasons add up needs no proof: each deduction is the difference of two scores that follow one another.
    """
    if subject.indicator.path[:-1] in subject.ruleset.bonuses:
        return PROVED
    sheet = sheet_of(subject)
    return _settled((_explained(sheet, applied) for applied in sheet.scored.rules), seconds)


def _each(law: Callable[[Subject, float], Outcome]) -> Proving:
    """Hold a method to a law in every one of its settings."""
    return lambda family, seconds: worst(law(subject, seconds) for subject in family)


LAWS: Mapping[str, Proving] = MappingProxyType(
    {
        "bounded": _each(bounded),
        "full_marks_at_target": _each(full_marks_at_target),
        "monotone": _each(monotone),
        "decided": _each(decided),
        "reachable": reachable,
        "reasoned": _each(reasoned),
    }
)
"""The laws of a rule by name, in the order in which they are told."""


def _settled(claims: Iterable[Claim], seconds: float) -> Outcome:
    return worst(settle(claim, seconds) for claim in claims)


def _otherwise(sheet: Sheet) -> tuple[Term, Term, list[Term]] | None:
    """Give the points that stand where the rule does not apply, what leaves them without a value, and when that is."""
    otherwise = sheet.subject.indicator.otherwise
    if otherwise is None or otherwise.points is None:
        return None
    found = read_term(otherwise.points.tree, sheet.inputs.words)
    return found.value, sheet.first(found.faults, WITHOUT_VALUE), sheet.not_applied()


# ---- reasons -------------------------------------------------------------------------------------------------------


def _explained(sheet: Sheet, applied: Applied) -> Claim:
    """Claim that a rule that loses points says why, with every placeholder filled in."""
    met = [*sheet.met(), applied.condition, applied.before > applied.after]
    closer = [sheet.rounded(applied.before) > sheet.rounded(applied.after)]
    sentence = applied.rule.because
    if sentence is None or not sentence.text.strip():
        return one_input(sheet, "reasoned", met, closer)
    said = [read_term(formula.tree, sheet.inputs.words) for formula in sentence.formulas]
    unsaid = sheet.terms.any_of(fault.condition for meaning in said for fault in meaning.faults)
    return Claim([*met, unsaid], (sheet,), partial(_unsaid, sheet))


def _unsaid(sheet: Sheet, model: Model) -> Breach | None:
    trial = tried(sheet, model)
    deductions = trial.result.deductions if trial.is_scored else ()
    silent = next((lost for lost in deductions if NOTHING in lost.because), None)
    if silent is None:
        return None
    arguments = {"because": silent.because, "rule": silent.rule}
    return Breach("proof-reason-unsaid", sheet.subject.name, tuple(arguments.items()), sheet.subject.location)


# The laws of the whole edition: every total has one grade, a higher one never a lower grade; a veto can be cast.


@frozen(eq=False)
class _Total:
    """A total with the other inputs of the grades: the place of its grade in the order, and when it has any."""

    inputs: Inputs
    place: Term
    conditions: list[Term]
    score: Term


def graded(ruleset: Ruleset, seconds: float) -> Outcome:
    """Every total has a grade, and a higher total never a lower one, all else equal."""
    if not ruleset.catalogue.grades:
        return PROVED
    inputs = _inputs(ruleset, grade_scope(ruleset.catalogue), [grade.when for grade in ruleset.catalogue.grades])
    lower = _total(ruleset, inputs)
    higher = _total(ruleset, inputs.beside({TOTAL}))
    question = Question(inputs.terms, seconds)
    none = len(ruleset.catalogue.grades)
    gap = question.answer([*lower.conditions, lower.place == none])
    falls = [*lower.conditions, *higher.conditions, lower.score < higher.score, lower.place < higher.place]
    fall = question.answer([*falls, higher.place < none])
    return worst(
        (
            _outcome(gap, lambda model: _gap(ruleset, lower, model)),
            _outcome(fall, lambda model: _grade_fall(ruleset, lower, higher, model)),
        )
    )


def castable(ruleset: Ruleset, seconds: float) -> Outcome:
    """Every condition of a cap, on the grade or on a section, can hold."""
    catalogue = ruleset.catalogue
    found = [_can_hold(ruleset, grade_scope(catalogue), cap.when, seconds) for cap in catalogue.grade_caps]
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
    meanings = [
        None if grade.when is None else read_term(grade.when.tree, inputs.words) for grade in ruleset.catalogue.grades
    ]
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


def _grade_fall(ruleset: Ruleset, lower: _Total, higher: _Total, model: Model) -> Breach | None:
    (one, first), (other, second) = (_graded(ruleset, total, model) for total in (lower, higher))
    order = [grade.title for grade in ruleset.catalogue.grades]
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
    compute_figures(ruleset, values)
    try:
        (rank,) = ranks(evolve(ruleset, grade_caps=()), values)
    except Fault as fault:
        return decimal_text(score), None if fault.kind == "undecided" else ruleset.titles[-1]
    return decimal_text(score), ruleset.titles[rank]


def _stored(value: Value) -> Any:
    match value:
        case Fraction():
            return value.numerator, value.denominator
        case datetime.date():
            return value.toordinal()
    return value

"""The laws about targets: what just meets one earns full marks, and what is better never scores less."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from attrs import evolve

from evalrules._formula.program import ACTUAL, TARGET
from evalrules._formula.solver import Model, Question, Term
from evalrules._laws.breaches import Breach
from evalrules._laws.rules import LAWS as ON_TRIALS
from evalrules._laws.rules import counts_whole
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Profile, Trial, attempt
from evalrules._laws.words import inputs_of
from evalrules._numbers import decimal_text
from evalrules._proving.asking import PROVED, Claim, Outcome, settle, worst
from evalrules._proving.confirming import one_input, values_of
from evalrules._proving.sheets import Sheet, sheet_of

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

"""What each law claims of a rule, or of one method in several settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from evalrules._formula.program import POINTS
from evalrules._formula.solver import Applied, Model, Term, placeholders, read_term
from evalrules._laws.breaches import Breach
from evalrules._laws.subjects import Subject
from evalrules._proving.asking import PROVED, Claim, Outcome, settle, worst
from evalrules._proving.confirming import one_input, tried
from evalrules._proving.order import full_marks_at_target, monotone
from evalrules._proving.reach import reachable
from evalrules._proving.sheets import WITHOUT_VALUE, Sheet, sheet_of
from evalrules._rationale.sentences import NOTHING

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
    said = [read_term(formula.tree, sheet.inputs.words) for formula in placeholders(applied.rule)]
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

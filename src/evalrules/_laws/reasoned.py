"""The law ``reasoned``: whatever loses points gives a reason, and the reasons add up to the points lost.

What is told of a score is also read a second way, by other code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from evalrules._edition.forms import TIER, item_name
from evalrules._formula.program import ACTUAL, EVIDENCE, JUDGED, POINTS, TARGET
from evalrules._formula.second import trace_program
from evalrules._formula.tree import Fault
from evalrules._laws.fillings import BlankForm, cap_breach, native, sum_breach
from evalrules._laws.law import HOLDS, Law, Outcome, breach_of, each_proved, each_tried, worst
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Breach, Profile, Trial, inputs_of, trials_of
from evalrules._numbers import rounded
from evalrules._reasons.account import FormValues, RowAccount
from evalrules._reasons.sentences import NOTHING, Deduction
from evalrules._score.form import ScoredForm
from evalrules._score.ruleset import Ruleset
from evalrules._score.score import score_form

if TYPE_CHECKING:
    from evalrules._formula.solver import Applied, Model
    from evalrules._laws.proof.prover import Claim, Prover
    from evalrules._laws.proof.sheets import Sheet

_MOST_EXPLAINED, _MOST_FORMS = 24, 60


def _tried(subject: Subject, profiles: Sequence[Profile]) -> Outcome:
    explained: dict[tuple[object, ...], Trial] = {}
    for trial in trials_of(profiles):
        if trial.units is not None and not trial.is_full:
            explained.setdefault((*trial.region, trial.units), trial)
    return worst(_unreasoned(subject, trial) for trial in list(explained.values())[:_MOST_EXPLAINED])


def _unreasoned(subject: Subject, trial: Trial) -> Outcome:
    result = trial.result
    lost = result.points - (result.score or Decimal(0))
    told = sum((deduction.points for deduction in result.deductions), Decimal(0))
    if told != lost:
        numbers = {"lost": f"{lost:f}", "told": f"{told:f}"}
        return breach_of(subject, "law-reasons-sum", inputs=inputs_of(trial), **numbers)
    silent = next((deduction for deduction in result.deductions if _is_silent(subject, deduction)), None)
    if silent is not None:
        numbers = {"lost": f"{silent.points:f}", "rule": silent.rule}
        return breach_of(subject, "law-reason-empty", inputs=inputs_of(trial), **numbers)
    other = differs(RowAccount(trial.row)) if trial.is_scored else None
    if other is not None:
        return breach_of(subject, "law-reason-differs", inputs=inputs_of(trial), rule=other)
    return HOLDS


def _is_silent(subject: Subject, deduction: Deduction) -> bool:
    """Tell whether the edition gives no reason; the engine's own words for a rule without one are none."""
    rules = (rule for rule in subject.program.rules if rule.label == deduction.rule)
    return not deduction.because.strip() or any(rule.because is None for rule in rules)


def _earns_nothing_beside(subject: Subject) -> bool:
    """Tell whether what is not earned is lost: a bonus starts at 0."""
    return subject.indicator.path[:-1] not in subject.ruleset.bonuses


def _proved(prover: Prover, subject: Subject) -> Outcome:
    """Whatever loses points has a sentence, and everything that the sentence says has a value then.

    That the reasons add up needs no proof: each deduction is the difference of two scores that follow one another.
    """
    sheet = prover.sheet(subject)
    return prover.settle(_explained(prover, sheet, applied) for applied in sheet.scored.rules)


def _explained(prover: Prover, sheet: Sheet, applied: Applied) -> Claim:
    """Claim that a rule that loses points says why, with every placeholder filled in."""
    met = [*sheet.met(), applied.condition, applied.before > applied.after]
    sentence = applied.rule.because
    if sentence is None or not sentence.text.strip():
        closer = [sheet.rounded(applied.before) > sheet.rounded(applied.after)]
        return prover.claim(sheet, LAW, met, [], closer)
    return prover.claim_of((sheet,), partial(_unsaid, sheet), met, [prover.unsaid(sheet, applied.rule)])


def _unsaid(sheet: Sheet, model: Model) -> Breach | None:
    trial = sheet.tried(model)
    deductions = trial.result.deductions if trial.is_scored else ()
    silent = next((lost for lost in deductions if NOTHING in lost.because), None)
    if silent is None:
        return None
    arguments = {"because": silent.because, "rule": silent.rule}
    return Breach("proof-reason-unsaid", sheet.subject.name, tuple(arguments.items()), sheet.subject.location)


def _form_tried(ruleset: Ruleset) -> Outcome:
    """At every level of whole forms the reasons add up to the points lost, and caps hold what they say."""
    unlike: dict[tuple[object, ...], ScoredForm] = {}
    for each in BlankForm(ruleset).fillings():
        form = score_form(ruleset, each.submission)
        breach = cap_breach(form)
        if breach is not None:
            return Outcome("refuted", breach)
        rows = ((row.state, row.units, row.score) for row in form.rows)
        unlike.setdefault((*rows, form.total, form.score_cap), form)
    breach = next(filter(None, map(sum_breach, islice(unlike.values(), _MOST_FORMS))), None)
    return HOLDS if breach is None else Outcome("refuted", breach)


def _has_levels(ruleset: Ruleset) -> bool:
    return not ruleset.plain or bool(ruleset.score_caps)


LAW = Law(
    "reasoned",
    each_tried(_tried),
    each_proved(_proved),
    form_tried=_form_tried,
    concerns=_earns_nothing_beside,
    concerns_form=_has_levels,
)


# The second opinion on a row: what its rules come to by the second reading, which shares the tree with the compiled
# one and nothing else.
#
# Scores and reasons come from compiled rules. simpleeval goes through the same rules here, so that no fault of the
# compiler, and no function of a plug-in that wavers, can pass for a lawful score.


Told = tuple[str, Fraction | None, Fraction]
"""A rule that held: its label, its amount (None where it was excused), and what was left behind it."""


def differs(account: RowAccount) -> str | None:
    """Name the first rule of which the two readings tell another thing; None where they agree, the score as well."""
    first, (second, score) = tuple(_recorded(account)), _traced(account)
    if first != second:
        pairs = zip(first, second, strict=False)
        other = next((one[0] for one, other in pairs if one != other), None)
        return other or (*first, *second)[min(len(first), len(second))][0]
    rounding = account.row.ruleset.catalogue.rounding
    units = None if score is None else rounded(score, rounding.places, rounding.mode) * 10**rounding.places
    if units == account.row.computed:
        return None
    return first[-1][0] if first else POINTS


def _recorded(account: RowAccount) -> Iterator[Told]:
    for number, n, d, left, of in account.told:
        rule = account.ready.rules[number]
        after = Fraction(max(left, 0), of)
        yield rule.rule.label, None if n is None or d is None else Fraction(n, d), after


def _traced(account: RowAccount) -> tuple[tuple[Told, ...], Fraction | None]:
    ready = account.ready
    try:
        trace = trace_program(ready.plan.program, _by_name(account), ready.ruleset.functions)
    except Fault as fault:
        return ((f"{fault.kind} {fault.detail}", None, Fraction(0)),), None
    told = ((one.rule.label, None if one.excused else one.amount, one.after) for one in trace.rules)
    return tuple(told), trace.score


def _by_name(account: RowAccount) -> FormValues:
    """Give the values of the row by name, as the second reading takes them."""
    values, slots = FormValues(account.row.submitted), account.ready.ruleset.slots
    values.update(zip((POINTS, TARGET, ACTUAL, JUDGED), map(native, account.cells), strict=True))
    assessed = (TIER, EVIDENCE, *(item_name(number) for number in range(len(account.ready.plan.scoring.checklist))))
    values.update((name, native(account.stored[slots[name]])) for name in assessed)
    return values

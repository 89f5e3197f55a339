"""What each law says of a rule, on trials, the second opinion on a row among them."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from evalrules._edition.forms import TIER, item_name
from evalrules._edition.model import Scoring
from evalrules._formula.program import ACTUAL, JUDGED, POINTS, TARGET, Rule
from evalrules._formula.second import trace_program
from evalrules._formula.tree import Fault, Name
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Breach, Profile, Trial, inputs_of, scored_pair
from evalrules._numbers import decimal_text, rounded
from evalrules._reasons.account import FormValues, RowAccount

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
    assessed = (TIER, *(item_name(number) for number in range(len(account.ready.plan.scoring.checklist))))
    values.update((name, native(account.values[slots[name]])) for name in assessed)
    return values


def native(stored: Any) -> Any:
    """Give a stored value as the second reading takes it: a Fraction, a date, a bool, a text."""
    if isinstance(stored, tuple):
        return Fraction(*stored)
    is_day = isinstance(stored, int) and not isinstance(stored, bool)
    return datetime.date.fromordinal(stored) if is_day else stored


# What each law says of a rule, on trials. A law gives the first breach that it finds, None where it finds none.


Law = Callable[[Subject, Sequence[Profile]], Breach | None]
_MOST_EXPLAINED = 24
_OUT_OF_BOUNDS = "unscored-points-out-of-bounds"
_UNDECIDED = frozenset(
    {"unscored-zero-division", "unscored-digits", "unscored-undecided", "unscored-domain", "unscored-function"}
) | {"figure-without-value"}


def bounded(subject: Subject, profiles: Sequence[Profile]) -> Breach | None:
    """0 ≤ score ≤ points, whatever the input: a rule that gives more or takes less than 0 leaves the row unscored."""
    broken = (
        trial for trial in _trials(profiles) if trial.problem is not None and trial.problem.code == _OUT_OF_BOUNDS
    )
    return next(
        (_breach(subject, "law-bounded", inputs=inputs_of(trial), reason=_reason(trial)) for trial in broken), None
    )


def decided(subject: Subject, profiles: Sequence[Profile]) -> Breach | None:
    """Every input in the declared ranges is scored: no gap, no division by zero. A blank is no such input."""
    broken = (trial for trial in _trials(profiles) if trial.problem is not None and trial.problem.code in _UNDECIDED)
    return next(
        (_breach(subject, "law-decided", inputs=inputs_of(trial), reason=_reason(trial)) for trial in broken), None
    )


def full_marks_at_target(subject: Subject, profiles: Sequence[Profile]) -> Breach | None:
    """Full marks for a target that is just met; for ``>`` and ``<`` the next integer, where only those can be."""
    broken = (trial for trial in _trials(profiles) if meets_target(subject, trial) and not trial.is_full)
    return next(
        (
            _breach(
                subject,
                "law-full-marks",
                inputs=inputs_of(trial),
                score=decimal_text(trial.points),
                points=decimal_text(trial.form.ruleset.points(trial.row.units)),
            )
            for trial in broken
        ),
        None,
    )


def monotone(subject: Subject, profiles: Sequence[Profile]) -> Breach | None:
    """Never less for a better actual, all else equal; for ``=`` and intervals on each side by itself."""
    for profile in profiles:
        if _moves_only_actual(subject, profile.name):
            for worse, better in _ordered_pairs(subject, profile.trials):
                if worse.points > better.points:
                    pair = sorted((worse, better), key=lambda trial: trial.actual or Fraction(0))
                    return _breach(subject, "law-monotone", pair=scored_pair(pair[0], pair[1], profile.name))
    return None


def reachable(subject: Subject, profiles: Sequence[Profile]) -> Breach | None:
    """Every row and every rule can apply to some input, and full marks can be had.

    An indicator that calls a method need not use every row of it; the method does, with one setting or another.
    """
    trials = list(_trials(profiles))
    reached = {trial.subject.program.rules[number].label for trial in trials for number in trial.applied}
    for number, rule in enumerate(_own_rules(subject, trials).values(), 1):
        if rule.label not in reached:
            return _breach(subject, "law-rule-unreached", number=str(number), rule=rule_words(rule))
    if any(trial.is_scored and trial.is_full for trial in trials):
        return None
    return _breach(subject, "law-full-unreached")


def _own_rules(subject: Subject, trials: Iterable[Trial]) -> dict[str, Rule]:
    if not subject.is_method and not isinstance(subject.plan.called, Scoring):
        return {}
    tried = dict.fromkeys((subject, *(trial.subject for trial in trials)))
    return {rule.label: rule for each in tried for rule in each.program.rules}


def reasoned(subject: Subject, profiles: Sequence[Profile]) -> Breach | None:
    """Whatever loses points gives a reason, the reasons add up to the points lost, and a second reading agrees."""
    if subject.indicator.path[:-1] in subject.ruleset.bonuses:
        return None
    explained: dict[tuple[object, ...], Trial] = {}
    for trial in _trials(profiles):
        if trial.units is not None and not trial.is_full:
            explained.setdefault((*trial.region, trial.units), trial)
    found = (_unreasoned(subject, trial) for trial in list(explained.values())[:_MOST_EXPLAINED])
    return next((breach for breach in found if breach is not None), None)


LAWS: Mapping[str, Law] = MappingProxyType(
    {
        "bounded": bounded,
        "full_marks_at_target": full_marks_at_target,
        "monotone": monotone,
        "decided": decided,
        "reachable": reachable,
        "reasoned": reasoned,
    }
)
"""The laws of a rule by name; ``graded`` is a law of the whole edition."""
DIRECTED_LAWS = frozenset({"full_marks_at_target", "monotone"})
"""What can only be said where the target tells what is better."""


def rule_words(rule: Rule) -> str:
    """Name a rule by its condition."""
    return "其余情形" if rule.when is None else rule.when.text


# ---- targets -------------------------------------------------------------------------------------------------------


def meets_target(subject: Subject, trial: Trial) -> bool:
    """Tell whether the actual just meets the target."""
    if not trial.is_scored or trial.actual is None:
        return False
    if subject.direction == "interval":
        target = subject.indicator.target
        ends = (None, None) if target is None else (target.low, target.high)
        return trial.actual in ends
    if trial.target is None:
        return False
    if subject.direction in (">", "<"):
        beyond = math.floor(trial.target) + 1 if subject.direction == ">" else math.ceil(trial.target) - 1
        return counts_whole(subject) and trial.actual == beyond
    return trial.actual == trial.target


def counts_whole(subject: Subject) -> bool:
    """Tell whether 完成值 can only be an integer, by its declaration or that of the figure it is."""
    value, data = subject.indicator.value, subject.ruleset.catalogue.data
    if subject.indicator.integer or value is None or not isinstance(value.tree, Name):
        return subject.indicator.integer
    figure = data.get(value.tree.name)
    return figure is not None and figure.integer


# ---- order ---------------------------------------------------------------------------------------------------------


def _moves_only_actual(subject: Subject, name: str) -> bool:
    """Tell whether the profile varies 完成值 alone: itself, or a figure that nothing else in the rule reads.

    Where every figure of 完成值 is read otherwise too, each of them counts.
    """
    if name == ACTUAL:
        return True
    moving = subject.moving
    return name in (moving - subject.read_beside or moving)


def _ordered_pairs(subject: Subject, trials: Iterable[Trial]) -> Iterator[tuple[Trial, Trial]]:
    """Go through neighbouring trials with the same target, the worse actual first."""
    scored = [trial for trial in trials if trial.is_scored and trial.actual is not None]
    for target in dict.fromkeys(trial.target for trial in scored):
        same = sorted((trial for trial in scored if trial.target == target), key=lambda trial: trial.actual or 0)
        yield from _in_direction(subject, same, target)


def _in_direction(subject: Subject, rising: Sequence[Trial], target: Fraction | None) -> Iterator[tuple[Trial, Trial]]:
    match subject.direction:
        case "≥" | ">":
            yield from pairwise(rising)
        case "≤" | "<" | "date":
            yield from pairwise(rising[::-1])
        case "=" if target is not None:
            yield from _towards(rising, target, target)
        case "interval":
            own = subject.indicator.target
            if own is not None and own.low is not None and own.high is not None:
                yield from _towards(rising, own.low, own.high)


def _towards(rising: Sequence[Trial], low: Fraction, high: Fraction) -> Iterator[tuple[Trial, Trial]]:
    """From each side towards the target; what lies within it is no better or worse."""
    yield from pairwise([trial for trial in rising if trial.actual is not None and trial.actual <= low])
    yield from pairwise([trial for trial in rising if trial.actual is not None and trial.actual >= high][::-1])
    inside = [trial for trial in rising if trial.actual is not None and low < trial.actual < high]
    outside = [trial for trial in rising if trial.actual is not None and not low <= trial.actual <= high]
    yield from ((worse, better) for worse in outside for better in inside)


# ---- reasons -------------------------------------------------------------------------------------------------------


def _unreasoned(subject: Subject, trial: Trial) -> Breach | None:
    result = trial.result
    lost = result.points - (result.score or Decimal(0))
    told = sum((deduction.points for deduction in result.deductions), Decimal(0))
    if told != lost:
        numbers = {"lost": f"{lost:f}", "told": f"{told:f}"}
        return _breach(subject, "law-reasons-sum", inputs=inputs_of(trial), **numbers)
    silent = next((deduction for deduction in result.deductions if not deduction.because.strip()), None)
    if silent is not None:
        numbers = {"lost": f"{silent.points:f}", "rule": silent.rule}
        return _breach(subject, "law-reason-empty", inputs=inputs_of(trial), **numbers)
    other = differs(RowAccount(trial.row)) if trial.is_scored else None
    return None if other is None else _breach(subject, "law-reason-differs", inputs=inputs_of(trial), rule=other)


# ---- shared --------------------------------------------------------------------------------------------------------


def _trials(profiles: Iterable[Profile]) -> Iterator[Trial]:
    for profile in profiles:
        yield from profile.trials


def _reason(trial: Trial) -> str:
    return "" if trial.problem is None else trial.problem.message


def _breach(subject: Subject, code: str, /, **arguments: str) -> Breach:
    return Breach(code, subject.name, tuple(arguments.items()), subject.location)

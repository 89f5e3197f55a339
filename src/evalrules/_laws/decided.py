"""The law ``decided``: every complete form in the declared ranges is scored, without a gap or a division by zero.

A figure is filled in, except where the rule itself asks whether it is: then it is tried blank too. Ranges excuse what
people write in a cell of the row; a computed value, or a parameter that figures decide, has to stay in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evalrules._laws.law import HOLDS, VACUOUS, Law, Outcome, breach_of, each_proved, each_tried
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Profile, Trial, inputs_of, reason_of, trials_of
from evalrules._score.form import LEFT_BLANK

if TYPE_CHECKING:
    from evalrules._laws.proof.prover import Prover

_OUTSIDE = "unscored-outside-range"
_UNDECIDED = LEFT_BLANK | {
    "figure-without-value",
    "unscored-zero-division",
    "unscored-digits",
    "unscored-undecided",
    "unscored-domain",
    "unscored-function",
}
_BROKEN = frozenset({"zero-division", "digits", "undecided", "domain", "function", "blank"})


def _tried(subject: Subject, profiles: Sequence[Profile]) -> Outcome:
    found = VACUOUS
    for trial in trials_of(profiles):
        if _is_undecided(trial):
            return breach_of(subject, "law-decided", inputs=inputs_of(trial), reason=reason_of(trial))
        if trial.units is not None:
            found = HOLDS
    return found


def _is_undecided(trial: Trial) -> bool:
    """Tell whether something stands in the way of a score that no range excuses: nothing is blank but by a rule."""
    if trial.problem is None:
        return False
    if trial.problem.code == _OUTSIDE:
        return not trial.subject.excuses(dict(trial.problem.arguments)["detail"])
    return trial.problem.code in _UNDECIDED


def _proved(prover: Prover, subject: Subject) -> Outcome:
    """Whatever is in range is scored; so is the question whether the rule applies, and what stands instead."""
    sheet = prover.sheet(subject)
    kept = frozenset(each.name for each in subject.program.requirements if not subject.excuses(each.name))
    unscored = sheet.first(sheet.scored.faults, _BROKEN, outside=kept)
    claims = [
        prover.claim(sheet, LAW, sheet.applied(), [unscored]),
        prover.claim(sheet, LAW, sheet.declared(), [sheet.first(sheet.applying.faults, _BROKEN)]),
    ]
    instead = sheet.otherwise
    if instead is not None:
        claims.append(prover.claim(sheet, LAW, sheet.not_applied(), [sheet.first(instead.faults, _BROKEN)]))
    return prover.settle(claims)


LAW = Law("decided", each_tried(_tried), each_proved(_proved))

"""The law ``bounded``: 0 ≤ score ≤ points, whatever the input in the declared ranges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evalrules._formula.program import POINTS
from evalrules._laws.law import HOLDS, VACUOUS, Law, Outcome, breach_of, each_proved, each_tried
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Profile, inputs_of, reason_of, trials_of

if TYPE_CHECKING:
    from evalrules._laws.proof.prover import Prover

_OUTSIDE = "unscored-points-out-of-bounds"


def _tried(subject: Subject, profiles: Sequence[Profile]) -> Outcome:
    """Look for rows that are unscored because a rule gave more than the points or took less than 0."""
    found = VACUOUS
    for trial in trials_of(profiles):
        if trial.problem is not None and trial.problem.code == _OUTSIDE:
            return breach_of(subject, "law-bounded", inputs=inputs_of(trial), reason=reason_of(trial))
        if trial.units is not None:
            found = HOLDS
    return found


def _proved(prover: Prover, subject: Subject) -> Outcome:
    """No rule takes less than 0 or gives what 分值 does not hold; nor does what stands instead where none applies."""
    sheet = prover.sheet(subject)
    outside = sheet.first(sheet.scored.faults, frozenset({"points-out-of-bounds"}))
    claims = [prover.claim(sheet, LAW, sheet.applied(), [outside])]
    instead = sheet.otherwise
    if instead is not None:
        most = sheet.inputs.meaning(POINTS).value
        wrong = sheet.terms.any_of((instead.value < 0, instead.value > most))
        claims.append(prover.claim(sheet, LAW, sheet.not_applied(), [wrong]))
    return prover.settle(claims)


LAW = Law("bounded", each_tried(_tried), each_proved(_proved))

"""The law ``full_marks_at_target``: a target that is just met earns full marks, and so does all within an interval.

For ``>`` and ``<`` the next whole number just meets it, where only whole numbers can be. Not said of what is judged.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from evalrules._formula.program import ACTUAL, TARGET
from evalrules._formula.tree import Name
from evalrules._laws.law import HOLDS, VACUOUS, Law, Outcome, breach_of, each_proved, each_tried
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Profile, Trial, inputs_of, trials_of
from evalrules._numbers import decimal_text

if TYPE_CHECKING:
    from evalrules._formula.solver import Term
    from evalrules._laws.proof.prover import Prover
    from evalrules._laws.proof.sheets import Sheet


def _tried(subject: Subject, profiles: Sequence[Profile]) -> Outcome:
    met = [trial for trial in trials_of(profiles) if meets_target(subject, trial)]
    for trial in met:
        if not trial.is_full:
            numbers = {"score": trial.points, "points": trial.form.ruleset.points(trial.row.units)}
            texts = {name: decimal_text(number) for name, number in numbers.items()}
            return breach_of(subject, "law-full-marks", inputs=inputs_of(trial), **texts)
    return HOLDS if met else VACUOUS


def meets_target(subject: Subject, trial: Trial) -> bool:
    """Tell whether the actual just meets the target, or lies within it."""
    if not trial.is_scored or trial.actual is None:
        return False
    if subject.direction == "interval":
        target = subject.indicator.target
        ends = (None, None) if target is None else (target.low, target.high)
        return ends[0] is not None and ends[1] is not None and ends[0] <= trial.actual <= ends[1]
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


def _concerns(subject: Subject) -> bool:
    return subject.is_directed and (subject.direction not in (">", "<") or counts_whole(subject))


def _proved(prover: Prover, subject: Subject) -> Outcome:
    """Whatever just meets the target, and is scored, earns full marks."""
    sheet = prover.sheet(subject)
    score, points = sheet.scored.score, sheet.scored.points
    closer = [sheet.rounded(score) != points]
    met = [*sheet.met(), *sheet.has_word(ACTUAL)]
    return prover.settle([prover.claim(sheet, LAW, [*met, *_just_met(sheet)], [score != points], closer)])


def _just_met(sheet: Sheet) -> Iterator[Term]:
    """Give the conditions that the target is just met."""
    subject, target, terms = sheet.subject, sheet.subject.indicator.target, sheet.terms
    actual = sheet.word(ACTUAL)
    if subject.direction == "interval":
        assert target is not None
        assert target.low is not None
        assert target.high is not None
        yield from (actual >= terms.number(target.low), actual <= terms.number(target.high))
        return
    wanted = sheet.word(TARGET)
    yield from sheet.has_word(TARGET)
    if subject.direction in (">", "<"):
        wanted = terms.floor(wanted) + 1 if subject.direction == ">" else terms.ceiling(wanted) - 1
    yield actual == wanted


LAW = Law(
    "full_marks_at_target", each_tried(_tried), each_proved(_proved), concerns=_concerns, vacuous="target-never-met"
)

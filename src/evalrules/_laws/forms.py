"""What holds of every whole form: deductions add up at every level, caps and grades say what they do."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evalrules._edition.model import Cap, Path
from evalrules._evaluation import Evaluation, IndicatorResult
from evalrules._formula.program import TOTAL
from evalrules._formula.second import evaluate_node
from evalrules._formula.tree import Fault
from evalrules._laws.trials import Breach
from evalrules._numbers import decimal_text
from evalrules._reasons.account import FormValues
from evalrules._reasons.levels import SectionResult
from evalrules._reasons.sentences import Deduction
from evalrules._score.form import ScoredForm
from evalrules._score.levels import aggregation, form_values
from evalrules._score.ruleset import Compiled

_NOTHING = Decimal(0)


def form_breach(form: ScoredForm) -> Breach | None:
    """Give the first law that a scored form breaks: caps, then sums of indicators, sections and total."""
    return cap_breach(form) or sum_breach(form)


def sum_breach(form: ScoredForm) -> Breach | None:
    """Give the first level at which the deductions are not what was lost."""
    return next(_sums(form, Evaluation(form, audit=lambda _: ())), None)


def cap_breach(form: ScoredForm) -> Breach | None:
    """Give the first score that is above a cap that holds."""
    return next(_caps(form), None)


def _sums(form: ScoredForm, evaluation: Evaluation) -> Iterator[Breach]:
    """Hold each level to its sum: what is told as lost in it is what its score falls short of its points.

    A bonus has nothing to lose, and a penalty 0 points. At the form what bonuses earned counts beside the points.
    """
    bonuses, penalties = form.ruleset.bonuses, form.ruleset.penalties
    parts: list[IndicatorResult | SectionResult] = [*evaluation.indicators, *evaluation.sections]
    told = {part.path: _told(part.deductions) for part in parts if not _lies_in(bonuses, part)}

    def lost_in(path: Path) -> Decimal:
        inside = (other for other in told if other[: len(path)] == path)
        return sum((told[other] for other in inside if penalty_of(other) == penalty_of(path)), _NOTHING)

    def penalty_of(path: Path) -> Path | None:
        return next((path[:depth] for depth in range(1, len(path) + 1) if path[:depth] in penalties), None)

    for part in parts:
        if part.path in told:
            title = "/".join(part.path) if isinstance(part, SectionResult) else part.name
            yield from _unequal(title, part.points, part.score, lost_in(part.path))
    earned = sum((part.score or _NOTHING for part in evaluation.sections if part.path in bonuses), _NOTHING)
    lost = sum(told.values(), _told(evaluation.deductions))
    yield from _unequal(evaluation.catalogue.title, evaluation.points + earned, evaluation.score, lost)


def _lies_in(paths: frozenset[Path], part: IndicatorResult | SectionResult) -> bool:
    return any(part.path[:depth] in paths for depth in range(1, len(part.path) + 1))


def _told(deductions: Iterable[Deduction]) -> Decimal:
    return sum((lost.points for lost in deductions), _NOTHING)


def _unequal(title: str, points: Decimal, score: Decimal | None, told: Decimal) -> Iterator[Breach]:
    if score is not None and points - score != told:
        numbers = {"score": score, "points": points, "told": told}
        yield Breach("law-form-sum", title, tuple((name, f"{number:f}") for name, number in numbers.items()))


def _caps(form: ScoredForm) -> Iterator[Breach]:
    ruleset, sums = form.ruleset, aggregation(form)
    for section in ruleset.catalogue.sections:
        if section.cap is not None:
            outcome = sums.outcome(section)
            score = outcome.outside if section.bonus else outcome.score
            yield from _above("/".join(section.path), section.cap, ruleset.caps[section.path], form, score)
    for cap, level in zip(ruleset.catalogue.score_caps, ruleset.score_caps, strict=True):
        yield from _above(ruleset.catalogue.title, cap, level, form, form.total.score)


def _above(title: str, cap: Cap, level: Compiled, form: ScoredForm, units: int | None) -> Iterator[Breach]:
    if units is not None and form.ruleset.points(units) > cap.at_most and holds(form, level):
        limits = (("at_most", decimal_text(cap.at_most)), ("score", f"{form.ruleset.decimal(units):f}"))
        yield Breach("law-section-cap", title, limits, cap.location)


def holds(form: ScoredForm, cap: Compiled) -> bool:
    """Tell by the second reading whether the condition of a cap holds, of a section, the total or the grade."""
    (rule,), names, slots = cap.program.rules, cap.titles, form.ruleset.slots
    if rule.when is None:
        return True
    stored, values = form_values(form, names), FormValues(form.submitted)
    values.update((name, native(stored[slots[name]])) for name in names)
    values[TOTAL] = None if form.total.score is None else form.ruleset.points(form.total.score)
    try:
        return bool(evaluate_node(rule.when.tree, values, form.ruleset.functions))
    except Fault:
        return False


def native(stored: Any) -> Any:
    """Give a stored value as the second reading takes it: a Fraction, a date, a bool, a text."""
    if isinstance(stored, tuple):
        return Fraction(*stored)
    is_day = isinstance(stored, int) and not isinstance(stored, bool)
    return datetime.date.fromordinal(stored) if is_day else stored

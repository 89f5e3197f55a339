"""What holds of every whole form: deductions add up at every level, caps and grades say what they do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain

from attrs import frozen

from evalrules._edition.model import Cap, Path
from evalrules._evaluation import Evaluation, IndicatorResult
from evalrules._formula.second import evaluate_node
from evalrules._formula.tree import Fault
from evalrules._laws.reasoned import native
from evalrules._laws.trials import Breach
from evalrules._numbers import decimal_text
from evalrules._reasons.account import FormValues, form_values
from evalrules._reasons.levels import SectionResult
from evalrules._reasons.rows import Deduction
from evalrules._score.form import ScoredForm
from evalrules._score.ruleset import Compiled

_NOTHING = Decimal(0)


def form_breach(form: ScoredForm) -> Breach | None:
    """Give the first law that a scored form breaks: sums of indicators, sections and total, then caps of sections."""
    evaluation = Evaluation(form, audit=lambda _: ())
    return next(chain(_sums(form, evaluation), _caps(form, evaluation)), None)


def _sums(form: ScoredForm, evaluation: Evaluation) -> Iterator[Breach]:
    levels = _Levels(form, evaluation)
    for result in evaluation.indicators:
        if result.section not in form.ruleset.bonuses:
            yield from _unequal(result.name, result.points, result.score, _told(result.deductions))
    for section in evaluation.sections:
        if section.path not in levels.outside:
            yield from _unequal("/".join(section.path), section.points, section.score, levels.told_in(section.path))
    beside = sum((section.score or _NOTHING for section in levels.outer_outside()), _NOTHING)
    told = levels.told_in(()) + _told(evaluation.deductions) - beside
    yield from _unequal(evaluation.catalogue.title, evaluation.points, evaluation.score, told)


@frozen
class _Levels:
    """The results of a form by where they stand; ``outside`` are bonus and penalty sections and all within them."""

    form: ScoredForm
    evaluation: Evaluation

    @property
    def outside(self) -> frozenset[Path]:
        return self.form.ruleset.bonuses | self.form.ruleset.penalties

    def told_in(self, path: Path) -> Decimal:
        """Add up the deductions of everything in a section that counts in its points."""
        results: list[IndicatorResult | SectionResult] = [
            result for result in self.evaluation.indicators if result.section not in self.outside
        ]
        results += [section for section in self.evaluation.sections if section.path not in self.outside]
        return sum((_told(result.deductions) for result in results if result.path[: len(path)] == path), _NOTHING)

    def outer_outside(self) -> Iterator[SectionResult]:
        """Go through the bonus and penalty sections, without those inside them."""
        for section in self.evaluation.sections:
            if section.path in self.outside and section.path[:-1] not in self.outside:
                yield section


def _told(deductions: Iterable[Deduction]) -> Decimal:
    return sum((lost.points for lost in deductions), _NOTHING)


def _unequal(title: str, points: Decimal, score: Decimal | None, told: Decimal) -> Iterator[Breach]:
    if score is not None and points - score != told:
        numbers = {"score": score, "points": points, "told": told}
        yield Breach("law-form-sum", title, tuple((name, f"{number:f}") for name, number in numbers.items()))


def _caps(form: ScoredForm, evaluation: Evaluation) -> Iterator[Breach]:
    results, caps = {section.path: section for section in evaluation.sections}, form.ruleset.caps
    for section in form.ruleset.catalogue.sections:
        score = results[section.path].score
        if (
            section.cap is not None
            and score is not None
            and score > section.cap.at_most
            and _holds(form, caps[section.path])
        ):
            yield _above("/".join(section.path), section.cap, score)
    for cap, level in zip(form.ruleset.catalogue.score_caps, form.ruleset.score_caps, strict=True):
        score = evaluation.score
        if score is not None and score > cap.at_most and _holds(form, level):
            yield _above(evaluation.catalogue.title, cap, score)


def _above(title: str, cap: Cap, score: Decimal) -> Breach:
    limits = (("at_most", decimal_text(cap.at_most)), ("score", f"{score:f}"))
    return Breach("law-section-cap", title, limits, cap.location)


def _holds(form: ScoredForm, cap: Compiled) -> bool:
    """Tell by the second reading whether the condition of a cap holds."""
    (rule,), names, slots = cap.program.rules, cap.titles, form.ruleset.slots
    if rule.when is None:
        return True
    stored, values = form_values(form, names), FormValues(form.submitted)
    values.update((name, native(stored[slots[name]])) for name in names)
    try:
        return bool(evaluate_node(rule.when.tree, values, form.ruleset.functions))
    except Fault:
        return False

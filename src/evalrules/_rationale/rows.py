"""Why a row scored what it did: each deduction with sentence, rule, formula, steps, and what would have been enough.

The running score is exact; after each rule its rounded value is taken, and a deduction is the difference between two
rounded values. So deductions add up to points − score whatever is rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from attrs import frozen

from evalrules._catalogue.model import MethodCall
from evalrules._formula.exact import compile_program
from evalrules._formula.program import ACTUAL, PointsBetween, Rule
from evalrules._formula.steps import Trace, Traced, trace_program
from evalrules._formula.tree import Formula, Name
from evalrules._formula.words import formula_words
from evalrules._numbers import decimal_text, rounded_units
from evalrules._quantities import Blank, Bound, Interval
from evalrules._rationale.deductions import Deduction, Rationale
from evalrules._rationale.enough import enough
from evalrules._rationale.reasons import said
from evalrules._rationale.sentences import Saying
from evalrules._rationale.values import row_scope, row_unit, row_values
from evalrules._ruleset import Plan, Ruleset
from evalrules._scoring.form import ScoredForm
from evalrules._submission import Answer

_WIDE = frozenset({Bound, Interval})
_ACTUAL = Formula(ACTUAL, Name(ACTUAL))


def explain_row(form: ScoredForm, index: int, saying: Saying) -> Rationale:
    """Give the deductions and notes of one row; ``saying`` is that of `row_saying`."""
    if index in form.problems:
        return Rationale()
    notes = [*_gained(form, index), *_unadjusted(form, index)]
    if _is_plainly_full(form, index):
        return Rationale(notes=tuple(notes))
    if form.states[index] != "scored":
        rationale = _explain_inapplicable(form, index, saying)
    elif isinstance(form.actuals[index], Bound | Interval):
        rationale = Rationale(notes=(said("note-bound", actual=form.actuals[index].text),))
    else:
        rationale = _Explaining(form, index, saying).rationale()
    if form.rows[index].indicator.path[:-1] in form.ruleset.bonuses:
        return Rationale(notes=(*notes, *rationale.notes, said("note-bonus")))
    adjusted = _adjustment(form, index)
    return Rationale((*rationale.deductions, *adjusted), (*notes, *rationale.notes))


def _is_plainly_full(form: ScoredForm, index: int) -> bool:
    """Tell a row with exactly full marks by rules that excuse nothing: there is nothing to explain."""
    row, entry = form.rows[index], form.filled.entries[index]
    if (
        row.plan is None
        or row.direct is None
        or form.states[index] != "scored"
        or form.actuals[index].__class__ in _WIDE
    ):
        return False
    program = row.plan.program
    if form.scores[index] != form.units[index] or any(rule.unless is not None for rule in program.rules):
        return False
    if entry is not None and entry.adjust is not None:
        return False
    points = (form.units[index], form.place)
    score = exact_score(form.ruleset, row.plan)
    numerator, denominator = score(form.values, points, form.targets[index], form.actuals[index], form.judged[index])
    return bool(numerator * points[1] == points[0] * denominator)


def exact_score(ruleset: Ruleset, plan: Plan) -> Callable[..., tuple[int, int]]:
    """Give the rules of a plan compiled without rounding, as a pair."""

    def make() -> Callable[..., Any]:
        return compile_program(plan.program, plan.scope, ruleset.slots, ruleset.functions, places=None)

    return ruleset.once(("exact", id(plan)), make)


def _gained(form: ScoredForm, index: int) -> Iterator[str]:
    gained = form.units[index] - form.rows[index].units
    if gained > 0:
        yield said("note-points-gained", points=form.points(gained))


def _unadjusted(form: ScoredForm, index: int) -> Iterator[str]:
    """Tell how much of a reviewer's change had no effect, because a score stays within 0 and its points."""
    entry, computed, score = form.filled.entries[index], form.computed[index], form.scores[index]
    if entry is None or entry.adjust is None or computed is None or score is None:
        return
    rest = abs(entry.adjust.points) - abs(form.points(score - computed))
    if rest > 0:
        limit = form.points(form.units[index])
        yield said("note-unadjusted", points=abs(entry.adjust.points), rest=rest, limit=limit)


# ---- rows that do not apply ----------------------------------------------------------------------------------------


def _explain_inapplicable(form: ScoredForm, index: int, saying: Saying) -> Rationale:
    state, otherwise = form.states[index], form.rows[index].indicator.otherwise
    if state == "not_chosen" or otherwise is None:
        return Rationale(notes=(said("note-not-chosen"),))
    because = _why_inapplicable(form, index)
    if state != "points":
        code = f"note-{state.replace('_', '-')}"
        return Rationale(notes=(said(code, because=because, target=otherwise.move_to),))
    lost = form.units[index] - (form.computed[index] or 0)
    assert otherwise.points is not None
    sentence = because if otherwise.because is None else saying.sentence(otherwise.because)
    rule = f"{form.ruleset.catalogue.name} {form.rows[index].indicator.title} otherwise"
    reference = form.rows[index].indicator.reference
    formula = formula_words(otherwise.points.tree)
    deduction = Deduction(form.decimal(lost), sentence, rule, formula, (), reference, None, otherwise.location)
    return Rationale((deduction,) if lost else (), (said("note-not-applicable", because=because),))


def _why_inapplicable(form: ScoredForm, index: int) -> str:
    entry, applies = form.filled.entries[index], form.rows[index].indicator.applies
    if entry is not None and entry.not_applicable:
        return entry.not_applicable
    return "" if applies is None else f"不符合“{formula_words(applies.tree)}”"


def row_saying(form: ScoredForm, index: int) -> Saying:
    """Give what the sentences about a row are filled from; values that were read once are kept in it."""
    plan = form.rows[index].plan
    if plan is None:
        return Saying({}, {}, form.ruleset.functions)
    scope, unit = row_scope(form, index), row_unit(form, index)
    units: dict[int, Any] = form.ruleset.once(("units", id(plan), unit), dict)
    return Saying(scope, row_values(form, index), form.ruleset.functions, units)


def _adjustment(form: ScoredForm, index: int) -> Iterator[Deduction]:
    entry, computed, score = form.filled.entries[index], form.computed[index], form.scores[index]
    if entry is None or entry.adjust is None or computed is None or score is None or computed == score:
        return  # a change that its limits leave without effect is told by `_unadjusted`
    lost = computed - score
    code = "reason-adjusted-down" if lost > 0 else "reason-adjusted-up"
    sentence = said(code, points=form.points(abs(lost)), because=entry.adjust.because)
    before, after = decimal_text(form.points(computed)), decimal_text(form.points(score))
    yield Deduction(form.decimal(lost), sentence, "复核调整", steps=(f"{before} → {after}",), location=entry.location)


# ---- rows scored by their rules ------------------------------------------------------------------------------------


@frozen(eq=False)
class _Explaining:
    """One row being explained."""

    form: ScoredForm
    index: int
    saying: Saying

    def rationale(self) -> Rationale:
        trace = self.trace()
        deductions, notes = [], []
        before = self.form.units[self.index]
        for traced in trace.rules:
            after = before if traced.excused else self._units(traced.after)
            if traced.excused:
                notes.append(self._excused(traced))
            if after != before:
                deductions.append(self._deduction(traced, before - after))
            if traced.uncollected:
                notes.append(said("note-uncollected", points=traced.uncollected))
            before = after
        notes += self._rounding(trace, deductions)
        return Rationale(tuple(deductions), tuple(notes))

    def trace(self) -> Trace:
        plan = self.form.rows[self.index].plan
        assert plan is not None
        saying = self.saying
        return trace_program(plan.program, saying.scope, saying.values, saying.functions)

    def _units(self, exact: Fraction) -> int:
        rounding = self.form.ruleset.catalogue.rounding
        return rounded_units(exact.numerator, exact.denominator, rounding.places, rounding.mode)

    def _deduction(self, traced: Traced, units: int) -> Deduction:
        rule = traced.rule
        return Deduction(
            points=self.form.decimal(units),
            because=self._because(traced),
            rule=rule.label,
            formula=_formula(rule),
            steps=(*traced.steps, *self._rounded_step(traced)),
            reference=self._reference(),
            enough=enough(self.form, self.index, traced, self.saying),
            location=rule.location,
        )

    def _because(self, traced: Traced) -> str:
        rule = traced.rule
        if rule.because is None:
            sentence = said("reason-band", score=traced.after)
        else:
            sentence = self.saying.sentence(rule.because)
        plan, entry = self.form.rows[self.index].plan, self.form.filled.entries[self.index]
        if plan is None or entry is None:
            return sentence
        if isinstance(rule.points, PointsBetween):
            because = None if entry.judged is None else entry.judged.because
            code = "reason-because" if because else "reason-judged-without-reason"
            return said(code, sentence=sentence, because=because)
        answer = self._answer(traced, entry.answers) if plan.scoring.form == "checklist" else None
        return (
            sentence
            if answer is None or not answer.because
            else said("reason-because", sentence=sentence, because=answer.because)
        )

    def _answer(self, traced: Traced, answers: tuple[Answer, ...]) -> Answer | None:
        plan = self.form.rows[self.index].plan
        assert plan is not None
        item = plan.scoring.checklist[plan.program.rules.index(traced.rule)]
        return next((answer for answer in answers if answer.item == item.title), None)

    def _excused(self, traced: Traced) -> str:
        rule = traced.rule
        excuse = "" if rule.unless is None else formula_words(rule.unless.tree)
        points = "" if traced.amount is None else decimal_text(traced.amount)
        return said("note-excused", points=points, excuse=excuse, sentence=self._because(traced))

    def _reference(self) -> tuple[str, ...]:
        row = self.form.rows[self.index]
        called = None if row.plan is None else row.plan.called
        method = self.form.ruleset.catalogue.methods.get(called.method) if isinstance(called, MethodCall) else None
        return (*row.indicator.reference, *(() if method is None else method.reference))

    def _rounded_step(self, traced: Traced) -> Iterator[str]:
        units = self._units(traced.after)
        if self.form.points(units) != traced.after:
            yield self._rounding_words(traced.after, units)

    def _rounding(self, trace: Trace, deductions: list[Deduction]) -> Iterator[str]:
        """Tell of points that rounding gave back altogether."""
        units = self._units(trace.score)
        if not deductions and self.form.points(units) != trace.score:
            yield self._rounding_words(trace.score, units)

    def _rounding_words(self, exact: Fraction, units: int) -> str:
        places = self.form.ruleset.catalogue.rounding.places
        return said("reason-rounding", exact=exact, places=places, rounded=str(self.form.decimal(units)))


def _formula(rule: Rule) -> str:
    if isinstance(rule.points, PointsBetween):
        return f"{formula_words(rule.points.low.tree)} 至 {formula_words(rule.points.high.tree)}"
    return formula_words(rule.points.tree)


# ---- target and actual as shown ------------------------------------------------------------------------------------


def shown_target(form: ScoredForm, index: int, saying: Saying) -> str | None:
    """Give the target as written; a computed one as its value."""
    row, entry = form.rows[index], form.filled.entries[index]
    if entry is not None and not isinstance(entry.target, Blank):
        return entry.target.text
    target = row.target
    if target is None:
        return None
    if target.formula is None or row.plan is None:
        return target.text
    comparator = target.kind if target.kind in "≥>≤<=" else ""
    shown = saying.shown_or_none(target.formula)
    return None if shown is None else comparator + shown


def shown_actual(form: ScoredForm, index: int, saying: Saying) -> str | None:
    """Give the actual as written; one that the edition computes from figures as its value."""
    row, entry = form.rows[index], form.filled.entries[index]
    if row.indicator.value is not None and row.plan is not None:
        return saying.shown_or_none(_ACTUAL, unit=saying.scope[ACTUAL].unit)
    if entry is None or isinstance(entry.actual, Blank):
        return None
    return entry.actual.text

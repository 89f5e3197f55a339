"""What would have avoided a deduction: the nearest value of one input at which the rule costs nothing.

Nothing is guessed from the shape of a rule. The edges of the input are found exactly, and the compiled rule itself
says what each edge and the values between score.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from attrs import evolve, frozen

from evalrules._formula.edges import edge_terms, free_names, thresholds
from evalrules._formula.exact import compile_program
from evalrules._formula.faults import Fault
from evalrules._formula.program import ACTUAL, POINTS, TARGET, Program
from evalrules._formula.scope import ANY, PERCENT
from evalrules._formula.steps import Traced
from evalrules._formula.words import show
from evalrules._rationale.profile import Answer, Profile, nearest, profile
from evalrules._rationale.reasons import said
from evalrules._rationale.sentences import Saying
from evalrules._ruleset import Plan, Ruleset, Score
from evalrules._scoring.figures import compute_figures
from evalrules._scoring.form import ScoredForm
from evalrules._scoring.ranges import row_ranges


def enough(form: ScoredForm, index: int, traced: Traced, saying: Saying) -> str | None:
    """Say what would have avoided the deduction, for a band also what reaches the next one; None where nothing can.

    For a rule that reads 完成值 that is the nearest 完成值; else the nearest value of one figure that it reads.
    """
    plan = form.rows[index].plan
    assert plan is not None
    if plan.scoring.form == "checklist":
        item = plan.scoring.checklist[plan.program.rules.index(traced.rule)]
        return said("enough-item", item=item.title, points=item.points)
    if plan.scoring.form == "judged":
        return said("enough-judged", points=form.points(form.units[index]))
    number = plan.program.rules.index(traced.rule) if plan.program.form == "deduct" else None
    trials = form.ruleset.once(("trials", id(plan), number), lambda: tuple(_trials(form.ruleset, plan, number)))
    tried = (_Trial(form, index, trial, saying).text() for trial in trials)
    return next((text for text in tried if text is not None), None)


@frozen(eq=False)
class TrialProgram:
    """A rule, or the bands together, compiled so that one of its inputs can be another.

    ``alone`` tells that what it scores depends on no figure but that input: then it is tried once for each target.
    """

    name: str
    program: Program
    score: Score
    alone: bool


def _trials(ruleset: Ruleset, plan: Plan, number: int | None) -> Iterator[TrialProgram]:
    """Go through the inputs that could be another: 完成值 alone where the rule reads it, else the figures it reads."""
    whole = plan.program
    program = whole if number is None else evolve(whole, rules=(whole.rules[number],))
    trees = [formula.tree for formula in program.formulas]
    bound = {binding.name: binding.formula.tree for binding in program.all_bindings}
    without_actual = {name: tree for name, tree in bound.items() if name != ACTUAL}
    if ACTUAL in free_names(trees, without_actual):
        yield _trial(ruleset, plan, program, ACTUAL)
        return
    figures = {figure.name: figure.formula.tree for _, figure, _ in ruleset.computed if figure.formula}
    for name in free_names(trees, {**figures, **bound}):
        if name in ruleset.catalogue.data and plan.scope[name].kind in ("number", "date", "yes_no"):
            yield _trial(ruleset, plan, program, name)


def _trial(ruleset: Ruleset, plan: Plan, program: Program, name: str) -> TrialProgram:
    kept = tuple(binding for binding in program.bindings if binding.name != name)
    program = evolve(program, bindings=kept)
    rounding = ruleset.catalogue.rounding
    score = compile_program(
        program, plan.scope, ruleset.slots, ruleset.functions, places=rounding.places, mode=rounding.mode
    )
    bound = {binding.name: binding.formula.tree for binding in program.all_bindings if binding.name != name}
    read = free_names([formula.tree for formula in program.formulas], bound)
    return TrialProgram(name, program, score, alone=set(read) <= {POINTS, TARGET, ACTUAL} and name == ACTUAL)


class _Trial:
    """One input of one rule tried at other values, everything else as it is."""

    def __init__(self, form: ScoredForm, index: int, trial: TrialProgram, saying: Saying) -> None:
        self.form, self.index, self.trial, self.name = form, index, trial, trial.name
        self.scope, self.values = saying.scope, saying.values
        self.kind = self.scope[trial.name].kind

    def text(self) -> str | None:
        present = self.values.get(self.name)
        if present is None:
            return None
        if isinstance(present, bool):
            turned = self._turned(present=present)
            return None if turned is None else self._said(turned)
        actual = Fraction(present.toordinal()) if isinstance(present, datetime.date) else present
        tried = self._profile()
        best = nearest(tried, actual, self.form.units[self.index])
        return None if best is None else self._said(self._condition(best, actual)) + self._next(tried, actual)

    def _said(self, condition: str) -> str:
        return said("enough-full" if self.trial.program.form == "award" else "enough-rule", condition=condition)

    def _next(self, tried: Profile, actual: Fraction) -> str:
        """Say where the next band begins, where that is not full marks already."""
        present = self.form.computed[self.index]
        if self.trial.program.form == "deduct" or present is None:
            return ""
        band = nearest(tried, actual, present + 1)
        if band is None or band.score >= self.form.units[self.index] or band.gap(actual) == 0:
            return ""
        return said("enough-next", condition=self._condition(band, actual), points=self.form.points(band.score))

    # ---- other values ----

    def _profile(self) -> Profile:
        form, index = self.form, self.index
        if not self.trial.alone:
            return profile(self._edges(), self._score)
        key = ("profile", id(self.trial), form.units[index], form.targets[index])
        return form.ruleset.once(key, lambda: profile(self._edges(), self._score))

    def _edges(self) -> list[Fraction]:
        form, index, program = self.form, self.index, self.trial.program
        cells = ((form.units[index], form.place), form.targets[index], form.actuals[index])
        ranges = row_ranges(form.ruleset, program, form.values, cells, {self.name: ANY})
        if ranges is None:
            return []
        return thresholds(self.name, edge_terms([one.tree for one in program.formulas], ranges.formulas), ranges)

    def _score(self, value: Any) -> int | None:
        """Give the score in units if the input were ``value``; None where it would have none."""
        form, index = self.form, self.index
        values, actual = form.values, form.actuals[index]
        if self.name == ACTUAL:
            actual = self._stored(value)
        else:
            values = list(values)
            values[form.ruleset.slots[self.name]] = self._stored(value)
            compute_figures(form.ruleset, values)
        points = (form.units[index], form.place)
        try:
            return self.trial.score(values, points, form.targets[index], actual, form.judged[index])
        except Fault:
            return None

    def _stored(self, value: Any) -> Any:
        if isinstance(value, bool):
            return value
        return math.floor(value) if self.kind == "date" else (value.numerator, value.denominator)

    def _turned(self, *, present: bool) -> str | None:
        return None if self._score(not present) != self.form.units[self.index] else f"{self.name}为{show(not present)}"

    # ---- words ----

    def _condition(self, answer: Answer, actual: Fraction) -> str:
        edge = self._shown(answer.edge)
        gap = self._gap(answer.gap(actual))
        code = "enough-above" if answer.edge >= actual else "enough-below"
        return said(code, name=self.name, comparison=answer.comparison, edge=edge, gap=gap)

    def _shown(self, number: Fraction) -> str:
        if self.kind == "date":
            return show(datetime.date.fromordinal(math.floor(number)))
        return show(number, self.scope[self.name].unit)

    def _gap(self, gap: Fraction) -> str:
        if self.kind == "date":
            return f"{show(gap)} 天"
        unit = self.scope[self.name].unit
        shown = show(gap, unit)
        return f"{shown.removesuffix('%')} 个百分点" if unit == PERCENT else shown

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

from attrs import evolve

from evalrules._formula.edges import edge_terms, free_names, thresholds
from evalrules._formula.exact import compile_program
from evalrules._formula.faults import Fault
from evalrules._formula.program import ACTUAL, PointsBetween, Program
from evalrules._formula.scope import ANY, PERCENT
from evalrules._formula.steps import Traced
from evalrules._formula.words import show
from evalrules._rationale.profile import Answer, Scoring, nearest
from evalrules._rationale.reasons import said
from evalrules._rationale.values import row_scope, row_values
from evalrules._ruleset import Plan
from evalrules._scoring.figures import compute_figures
from evalrules._scoring.form import ScoredForm
from evalrules._scoring.ranges import row_ranges


def enough(form: ScoredForm, index: int, traced: Traced) -> str | None:
    """Say what would have avoided the deduction, for a band also what reaches the next one; None where nothing can.

    For a rule that reads 完成值 that is the nearest 完成值; else the nearest value of one figure that it reads.
    """
    plan = form.rows[index].plan
    assert plan is not None
    if plan.scoring.form == "checklist":
        item = plan.scoring.checklist[plan.program.rules.index(traced.rule)]
        return said("enough-item", item=item.title, points=item.points)
    if isinstance(traced.rule.points, PointsBetween):
        return said("enough-judged", points=form.points(form.units[index]))
    program = evolve(plan.program, rules=(traced.rule,)) if plan.program.form == "deduct" else plan.program
    tried = (_Trial(form, index, program, name).text() for name in _inputs(form, plan, program))
    return next((text for text in tried if text is not None), None)


def _inputs(form: ScoredForm, plan: Plan, program: Program) -> Iterator[str]:
    """Go through the inputs that could be another: 完成值 alone where the rule reads it, else the figures it reads."""
    trees = [formula.tree for formula in program.formulas]
    bound = {binding.name: binding.formula.tree for binding in program.all_bindings}
    if ACTUAL in free_names(trees, {name: tree for name, tree in bound.items() if name != ACTUAL}):
        yield ACTUAL
        return
    figures = {figure.name: figure.formula.tree for _, figure, _ in form.ruleset.computed if figure.formula}
    for name in free_names(trees, {**figures, **bound}):
        if name in form.ruleset.catalogue.data and plan.scope[name].kind in ("number", "date", "yes_no"):
            yield name


class _Trial:
    """One input of one program tried at other values, everything else as it is."""

    def __init__(self, form: ScoredForm, index: int, program: Program, name: str) -> None:
        self.form, self.index, self.name = form, index, name
        self.scope = row_scope(form, index)
        self.kind = self.scope[name].kind
        kept = tuple(binding for binding in program.bindings if binding.name != name)
        self.program = evolve(program, bindings=kept)

    def text(self) -> str | None:
        present = row_values(self.form, self.index).get(self.name)
        if present is None:
            return None
        scoring = self._scoring()
        if isinstance(present, bool):
            turned = self._turned(scoring, present=present)
            return None if turned is None else self._said(turned)
        actual = Fraction(present.toordinal()) if isinstance(present, datetime.date) else present
        edges = self._edges()
        full = self.form.units[self.index]
        best = nearest(edges, scoring, actual, full)
        return None if best is None else self._said(self._condition(best, actual)) + self._next(edges, scoring, actual)

    def _said(self, condition: str) -> str:
        return said("enough-full" if self.program.form == "award" else "enough-rule", condition=condition)

    def _next(self, edges: list[Fraction], scoring: Scoring, actual: Fraction) -> str:
        """Say where the next band begins, where that is not full marks already."""
        present = scoring(actual)
        if self.program.form == "deduct" or present is None:
            return ""
        band = nearest(edges, scoring, actual, present + 1)
        if band is None or band.score >= self.form.units[self.index] or band.gap(actual) == 0:
            return ""
        return said("enough-next", condition=self._condition(band, actual), points=self.form.points(band.score))

    # ---- other values ----

    def _edges(self) -> list[Fraction]:
        form, index = self.form, self.index
        cells = ((form.units[index], form.place), form.targets[index], form.actuals[index])
        ranges = row_ranges(form.ruleset, self.program, form.values, cells, {self.name: ANY})
        if ranges is None:
            return []
        return thresholds(self.name, edge_terms([one.tree for one in self.program.formulas], ranges.formulas), ranges)

    def _scoring(self) -> Scoring:
        form, index = self.form, self.index
        ruleset, rounding = form.ruleset, form.ruleset.catalogue.rounding
        score = compile_program(
            self.program, self.scope, ruleset.slots, ruleset.functions, places=rounding.places, mode=rounding.mode
        )
        points = (form.units[index], form.place)

        def at(value: Any) -> int | None:
            values, actual = list(form.values), form.actuals[index]
            if self.name == ACTUAL:
                actual = self._stored(value)
            else:
                values[ruleset.slots[self.name]] = self._stored(value)
                compute_figures(ruleset, values)
            try:
                return score(values, points, form.targets[index], actual, form.judged[index])
            except Fault:
                return None

        return at

    def _stored(self, value: Any) -> Any:
        if isinstance(value, bool):
            return value
        return math.floor(value) if self.kind == "date" else (value.numerator, value.denominator)

    def _turned(self, scoring: Any, *, present: bool) -> str | None:
        if scoring(not present) != self.form.units[self.index]:
            return None
        return f"{self.name}为{show(not present)}"

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

"""The bureau's sentences with values and units put in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from evalrules._catalogue.model import Cap, GradeCap
from evalrules._catalogue.scopes import TOTAL, cap_scope, grade_scope
from evalrules._formula.faults import Fault
from evalrules._formula.scope import PERCENT, Functions, Scope, Unit
from evalrules._formula.sentence import Sentence
from evalrules._formula.steps import evaluate_node
from evalrules._formula.tree import Formula, Name, Node
from evalrules._formula.units import check_node
from evalrules._formula.words import show
from evalrules._rationale.values import FormValues
from evalrules._scoring.form import ScoredForm
from evalrules._scoring.levels import aggregation, title_value

NOTHING = "（未填）"


@frozen
class Saying:
    """What sentences are filled from: names with their units and their values."""

    scope: Scope
    values: Mapping[str, Any]
    functions: Functions
    units: dict[int, Unit | None] = field(factory=dict)
    """The units of formulas that were asked for before, by the identity of the formula; the edition keeps it alive."""

    def shown(self, formula: Formula, *, percent: bool = False) -> str:
        """Give the value of a formula as a reader sees it, with its unit; a blank, or what has no value, says so."""
        shown = self.shown_or_none(formula, unit=PERCENT if percent else None)
        return NOTHING if shown is None else shown

    def shown_or_none(self, formula: Formula, *, unit: Unit | None = None) -> str | None:
        """Give the value with ``unit``, or else with the formula's own; None for a blank and for what has no value."""
        try:
            value = self._value(formula.tree)
        except Fault:
            return None
        return None if value is None else show(value, unit or self._unit(formula))

    def _value(self, tree: Node) -> Any:
        return (
            self.values.get(tree.name) if isinstance(tree, Name) else evaluate_node(tree, self.values, self.functions)
        )

    def _unit(self, formula: Formula) -> Unit | None:
        key = id(formula)
        if key not in self.units:
            self.units[key] = check_node(formula.tree, self.scope, self.functions).unit
        return self.units[key]

    def sentence(self, sentence: Sentence) -> str:
        """Put the values into a sentence."""
        return "".join(
            part if isinstance(part, str) else self.shown(part.formula, percent=part.percent) for part in sentence.parts
        )


def form_saying(form: ScoredForm, scope: Scope, names: tuple[str, ...]) -> Saying:
    """Give what sentences about a section or the total are filled from."""
    sums = aggregation(form)
    values = FormValues(form)
    for name in names:
        pair = title_value(form, name, sums)
        values[name] = form.points(pair[0]) if isinstance(pair, tuple) else pair
    if form.total.score is not None:
        values[TOTAL] = form.points(form.total.score)
    return Saying(scope, values, form.ruleset.functions)


def cap_sentence(form: ScoredForm, cap: Cap) -> str:
    """Say why a section is capped."""
    names = tuple(name for read in form.ruleset.read_by_caps.values() for name in read)
    return form_saying(form, cap_scope(form.ruleset.catalogue), names).sentence(cap.because)


def grade_cap_sentence(form: ScoredForm, cap: GradeCap) -> str:
    """Say why the grade is capped."""
    return form_saying(form, grade_scope(form.ruleset.catalogue), form.ruleset.read_by_grades).sentence(cap.because)

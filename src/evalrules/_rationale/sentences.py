"""The sentences of editions with values and units put in: their formulas compiled once, run for each sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import frozen

from evalrules._catalogue.model import Cap, Catalogue, GradeCap
from evalrules._catalogue.scopes import cap_scope, grade_scope
from evalrules._formula.exact import Job, compile_jobs
from evalrules._formula.faults import Fault
from evalrules._formula.program import Program
from evalrules._formula.scope import PERCENT, Functions, Scope
from evalrules._formula.sentence import Placeholder, Sentence
from evalrules._formula.tree import Formula
from evalrules._formula.units import check_node, resolved
from evalrules._formula.words import Showing, shown_stored
from evalrules._scoring.form import ScoredForm
from evalrules._scoring.levels import aggregation, title_value

NOTHING = "（未填）"
Reading = Callable[..., Any]
"""A compiled formula: of what it is given to its value, as compiled readings hold values."""


@frozen(eq=False)
class Asked:
    """A formula in a sentence, compiled, and how its value is shown."""

    read: Reading
    showing: Showing

    def text(self, *values: Any) -> str | None:
        """Show the value; None for a blank and for what has no value."""
        try:
            value = self.read(*values)
        except Fault:
            return None
        return None if value is None else shown_stored(value, self.showing)[0]


ReadySentence = tuple[str | Asked, ...]


@frozen(eq=False)
class Asking:
    """Where the formulas of sentences stand: their names with units, and where the values of these lie.

    With ``program`` they see what the rules of a row see.
    """

    scope: Scope
    slots: Mapping[str, int]
    functions: Functions
    program: Program | None = None
    compile_scope: Scope | None = None
    """The scope to compile in, where ``scope`` only tells other units."""

    def asked(self, placeholder: Placeholder) -> Asked:
        """Make a placeholder ready: shown as a rate where it says so, else with the formula's own unit."""
        return Asked(self.reading(placeholder.formula), self.showing(placeholder))

    def showing(self, placeholder: Placeholder) -> Showing:
        """Give how the value of a placeholder is shown."""
        if placeholder.percent:
            return Showing.of(PERCENT)
        return Showing.of(check_node(placeholder.formula.tree, self.scope, self.functions).unit)

    def reading(self, formula: Formula) -> Reading:
        """Compile a formula."""
        job = Job(resolved(formula, self.scope), self.compile_scope or self.scope, self.program)
        return compile_jobs([job], self.slots, self.functions)[0]

    def sentence(self, sentence: Sentence) -> ReadySentence:
        """Make a sentence ready."""
        return tuple(part if isinstance(part, str) else self.asked(part) for part in sentence.parts)


def filled(sentence: Sequence[str | Asked], *values: Any) -> str:
    """Put the values into a sentence; a blank, or what has no value, says so."""
    texts = (part if isinstance(part, str) else part.text(*values) for part in sentence)
    return "".join([NOTHING if text is None else text for text in texts])


# ---- of sections and the total -------------------------------------------------------------------------------------


def form_values(form: ScoredForm, names: Sequence[str]) -> list[Any]:
    """Give the values of the form by slot, with what these names that speak of its parts stand for."""
    sums, values = aggregation(form), list(form.values)
    for name in names:
        values[form.ruleset.slots[name]] = title_value(form, name, sums)
    return values


def cap_sentence(form: ScoredForm, cap: Cap) -> str:
    """Say why a section is capped."""
    names = tuple(name for read in form.ruleset.read_by_caps.values() for name in read)
    return _of_form(form, cap.because, cap_scope, names)


def grade_cap_sentence(form: ScoredForm, cap: GradeCap) -> str:
    """Say why the grade is capped."""
    return _of_form(form, cap.because, grade_scope, form.ruleset.read_by_grades)


def _of_form(form: ScoredForm, sentence: Sentence, scope: Callable[[Catalogue], Scope], names: Sequence[str]) -> str:
    def ready() -> ReadySentence:
        ruleset = form.ruleset
        return Asking(scope(ruleset.catalogue), ruleset.slots, ruleset.functions).sentence(sentence)

    return filled(form.ruleset.once(("sentence", id(sentence)), ready), form_values(form, names))

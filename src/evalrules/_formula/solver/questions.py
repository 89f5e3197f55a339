"""Questions to the solver, each whether some input meets several conditions at once."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Literal

from attrs import frozen

from evalrules._formula.solver.inputs import Inputs, Value
from evalrules._formula.solver.terms import Term, Terms, ask, in_model, without_floors

Verdict = Literal["none", "some", "unknown"]


@frozen(eq=False)
class Model:
    """Inputs that the solver found."""

    found: Any

    def number(self, term: Term) -> Fraction | None:
        """Give what a number is here."""
        value = in_model(self.found, term)
        return value if isinstance(value, Fraction) else None

    def holds(self, term: Term) -> bool:
        """Tell whether a condition holds here."""
        return in_model(self.found, term) is True

    def values(self, inputs: Inputs) -> dict[str, Value]:
        """Give the inputs by name; a blank is None."""
        return {name: self._value(inputs, name) for name in inputs.given}

    def _value(self, inputs: Inputs, name: str) -> Value:
        present = inputs.present.get(name)
        if present is not None and not self.holds(present):
            return None
        value, kind = in_model(self.found, inputs.given[name]), inputs.kind(name)
        if isinstance(value, Fraction) and kind == "date":
            return datetime.date.fromordinal(int(value))
        if isinstance(value, Fraction) and kind == "choice":
            return inputs.choice(int(value))
        return "已说明" if kind == "text" else value


@frozen(eq=False)
class Question:
    """Conditions, and how long one answer may take, in seconds."""

    terms: Terms
    seconds: float = 2.0

    def answer(self, conditions: Iterable[Term]) -> tuple[Verdict, Model | None]:
        """Tell whether some input meets all conditions, with one that does.

        >>> terms = Terms()
        >>> x = terms.real_named("x")
        >>> verdict, model = Question(terms).answer([x * x == 4, x > 0])
        >>> verdict, model.number(x)
        ('some', Fraction(2, 1))
        """
        asked = list(conditions)
        if self.terms.floors:
            loosely, _ = ask(without_floors(self.terms, asked), self.terms.context, self.seconds)
            if loosely == "unsat":
                return "none", None
        answer, model = ask(asked, self.terms.context, self.seconds)
        if answer == "sat":
            return "some", Model(model)
        return ("none" if answer == "unsat" else "unknown"), None

"""What formulas read, as unknowns of the solver within their declared ranges."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, Final

from evalrules._formula.scope import ANY, Bounds, Functions, Kind, Scope, Variable
from evalrules._formula.solver.reading import Failing, Meaning, Unreadable, Words, first_of_each_kind, read_term
from evalrules._formula.solver.terms import Term, Terms
from evalrules._formula.tree import Formula

FIRST_DAY: Final = datetime.date(1900, 1, 1).toordinal()
LAST_DAY: Final = datetime.date(2199, 12, 31).toordinal()
Value = Fraction | bool | str | datetime.date | None


class Inputs:
    """Unknowns by name, made when they are first read, and what is computed from them.

    ``optional`` are the names that may be blank. ``figures`` are computed in order; a formula sees None of a figure
    that has no value. An input keeps within its declared range: see `conditions`.
    """

    def __init__(
        self, terms: Terms, scope: Scope, functions: Functions | None = None, optional: Iterable[str] = ()
    ) -> None:
        self.terms = terms
        self.scope = scope
        self.optional = frozenset(optional)
        self.given: dict[str, Term] = {}
        self.present: dict[str, Term] = {}
        self.conditions: list[Term] = []
        self.computed: dict[str, Meaning | Unreadable] = {}
        self.codes: dict[str, int] = {}
        self.words = Words(terms, self.meaning, self.code, functions or {})
        self._suffix = ""

    def beside(self, moved: Iterable[str], suffix: str = "′") -> Inputs:
        """Give the same inputs once more: those of ``moved`` are others, all else is equal. Nothing is computed yet."""
        other = Inputs(self.terms, self.scope, self.words.functions, self.optional)
        left_out = frozenset(moved)
        other.given = {name: term for name, term in self.given.items() if name not in left_out}
        other.present = {name: term for name, term in self.present.items() if name not in left_out}
        other.codes = self.codes
        other._suffix = suffix
        return other

    def code(self, choice: str) -> int:
        """Give the number that stands for a choice."""
        return self.codes.setdefault(choice, len(self.codes))

    def choice(self, code: int) -> str | None:
        """Give the choice that a number stands for."""
        return next((choice for choice, known in self.codes.items() if known == code), None)

    def kind(self, name: str) -> Kind:
        """Give what an input is; a table, like a section, can only be asked whether it is filled in."""
        variable = self.scope.get(name)
        return "section" if variable is None else variable.kind

    # ---- names ----

    def meaning(self, name: str) -> Meaning:
        """Give what a name stands for."""
        found = self.computed.get(name)
        if isinstance(found, Unreadable):
            raise found
        return found if found is not None else self._input(name)

    def compute(self, name: str, formula: Formula) -> None:
        """Compute a figure; whoever reads it finds it blank where it has no value, which its own name tells."""
        try:
            found = read_term(formula.tree, self.words)
        except Unreadable as part:
            self.computed[name] = part
            return
        faults = first_of_each_kind(self.terms, found.faults)
        blank = tuple(fault for fault in faults if fault.kind == "blank")
        missing = self.terms.any_of(fault.condition for fault in faults if fault.kind != "blank")
        without_value = () if self.terms.is_impossible(missing) else (Failing("blank", name, missing),)
        self.computed[name] = Meaning(found.value, (*blank, *without_value))

    def bind(self, name: str, formula: Formula) -> None:
        """Bind a name for the formulas that are read from now on; its faults are theirs where they read it."""
        try:
            found = read_term(formula.tree, self.words)
        except Unreadable as part:
            self.computed[name] = part
            return
        self.computed[name] = Meaning(found.value, first_of_each_kind(self.terms, found.faults))

    def put(self, name: str, term: Term) -> None:
        """Let a name stand for a term, whatever it is computed from."""
        self.computed[name] = Meaning(term)

    def _input(self, name: str) -> Meaning:
        variable = self.scope.get(name)
        if name not in self.given:
            self.given[name] = self._unknown(name, variable)
        if name in self.optional and name not in self.present:
            self.present[name] = self.terms.truth_named(f"{name}{self._suffix}·已填")
        faults = (Failing("blank", name, self.terms.no(self.present[name])),) if name in self.present else ()
        return Meaning(self._as_read(name), faults)

    def _as_read(self, name: str) -> Term:
        term = self.given[name]
        return self.terms.as_number(term) if self.kind(name) == "number" else term

    def _unknown(self, name: str, variable: Variable | None) -> Term:
        terms, called = self.terms, f"{name}{self._suffix}"
        if variable is not None and variable.table is not None:
            raise Unreadable(name)
        match self.kind(name):
            case "number":
                assert variable is not None
                term = terms.whole_named(called) if variable.integer else terms.real_named(called)
                self.conditions += within(terms, terms.as_number(term), variable.bounds)
            case "date":
                term = terms.whole_named(called)
                self.conditions += [term >= FIRST_DAY, term <= LAST_DAY]
            case "choice":
                term = terms.whole_named(called)
                assert variable is not None
                self.conditions.append(terms.any_of(term == self.code(choice) for choice in variable.choices))
            case _:
                term = terms.truth_named(called)
        return term


def within(terms: Terms, term: Term, bounds: Bounds) -> list[Term]:
    """Give the conditions that a number lies in a range."""
    found: list[Term] = []
    if bounds is ANY:
        return found
    if bounds.low is not None:
        low = terms.number(bounds.low)
        found.append(term > low if bounds.low_open else term >= low)
    if bounds.high is not None:
        high = terms.number(bounds.high)
        found.append(term < high if bounds.high_open else term <= high)
    return found


def constants(terms: Terms, inputs: Inputs, values: Mapping[str, Any]) -> dict[Term, Term]:
    """Give the values of inputs as what may be put in for the unknowns that were made for them."""
    put_in: dict[Term, Term] = {}
    for name, present in inputs.present.items():
        put_in[present] = terms.truth(values.get(name) is not None)
    for name, term in inputs.given.items():
        value = values.get(name)
        if value is not None:
            put_in[term] = _constant(terms, inputs, inputs.kind(name), value)
    return put_in


def _constant(terms: Terms, inputs: Inputs, kind: str, value: Any) -> Term:
    match kind:
        case "number":
            return terms.number(value)
        case "date":
            return terms.whole(value.toordinal())
        case "choice":
            return terms.whole(inputs.code(value))
    return terms.truth(value is not False)

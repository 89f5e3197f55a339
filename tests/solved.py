"""What the solver's terms come to when values are put in for their unknowns, to hold them to the exact reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evalrules._formula.solver import Inputs, Term, Terms


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

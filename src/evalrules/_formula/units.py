"""Types and units of formulas, decided when an edition is checked: a formula that passes cannot fail on types.

A number or a condition is never mixed with the other; dates are compared or subtracted; a choice is compared
with its own choices; a text or a section is only asked whether it is filled; a column stands inside an aggregate.
"""

from __future__ import annotations

from attrs import evolve, frozen

from evalrules._formula.measures import read_unit, unit_text
from evalrules._formula.nearest import did_you_mean
from evalrules._formula.scope import Functions, Scope, Unit
from evalrules._formula.tree import Formula, Node, names
from evalrules._formula.typist import FormulaKind, Part, TypeFault, Typist, is_loose

__all__ = [
    "FormulaKind",
    "TypeFault",
    "Typing",
    "bound_unit",
    "check_node",
    "did_you_mean",
    "read_unit",
    "resolved",
    "unit_text",
]


@frozen
class Typing:
    """What a formula is: its kind, the unit of a number (None: not known), and its tree with choices resolved."""

    kind: FormulaKind
    unit: Unit | None
    node: Node
    faults: tuple[TypeFault, ...] = ()


def check_node(node: Node, scope: Scope, functions: Functions | None = None) -> Typing:
    """Decide kind and unit of a formula; every fault is told, not only the first.

    >>> from evalrules._formula.scope import PURE, Variable
    >>> from evalrules._formula.tree import Arithmetic, Name
    >>> people = {name: Variable(name, "number", read_unit("人")) for name in ("在职人员数", "编制数")}
    >>> check_node(Arithmetic("/", Name("在职人员数"), Name("编制数")), people).unit == PURE
    True
    """
    typist = Typist(scope, functions or {})
    part = typist.typed(node)
    return Typing(part.kind, part.unit, part.node, tuple(typist.faults))


def bound_unit(typing: Typing) -> Unit | None:
    """Give the unit of a name that stands for a formula: a bare 0 or 1 fits every unit by name too."""
    return None if is_loose(Part("number", typing.unit, typing.node)) else typing.unit


def resolved(formula: Formula, scope: Scope) -> Formula:
    """Give the formula with the values of choices resolved: what the running readings take."""
    variables = (scope.get(name) for name in names(formula.tree))
    if not any(variable is not None and variable.kind == "choice" for variable in variables):
        return formula
    return evolve(formula, tree=check_node(formula.tree, scope).node)

"""Types and units of formulas, decided when an edition is checked: a formula that passes cannot fail on types."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Literal, NamedTuple

from attrs import evolve

from evalrules._formula.functions import BY_NAME
from evalrules._formula.functions.row import Aggregate, Argument, Valued
from evalrules._formula.meant import did_you_mean, spelt_out
from evalrules._formula.program import ACTUAL, TOTAL
from evalrules._formula.scope import (
    BARE,
    PERCENT,
    PURE,
    Functions,
    Scope,
    Unit,
    common,
    fits,
    product,
    quotient,
    read_unit,
    unit_text,
)
from evalrules._formula.tree import (
    Arithmetic,
    Both,
    Call,
    Choice,
    Comparing,
    Either,
    Formula,
    If,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Span,
    names,
)
from evalrules._formula.words import formula_words
from evalrules._problems import listed, phrase
from evalrules._values import frozen

# The work of typing one formula: every construct and every function, part by part.


FormulaKind = Literal["number", "condition", "date", "choice", "text", "section", "unknown"]
_KINDS: dict[str, FormulaKind] = {"yes_no": "condition"}
_LIKELY_SHARE = 2
_ABOUT = (ACTUAL, TOTAL)
"""What a condition is probably about that names nothing."""
_DAYS = read_unit("天")
_EXPECTED = {"number": "number-expected", "condition": "condition-expected", "date": "date-expected"}
_ONLY = {"text": "text-only-filled", "section": "section-only-filled", "choice": "choice-only-compared"}


@frozen
class TypeFault:
    """Why a formula has no type: a code of ``messages/``, the part of the formula, and what the wording names."""

    code: str
    span: Span
    arguments: tuple[tuple[str, str], ...] = ()


class TypedNode(NamedTuple):
    kind: FormulaKind
    unit: Unit | None
    node: Node


class Typist:
    """One typing of one formula; ``table`` is the table of the aggregate that is being read."""

    def __init__(self, scope: Scope, functions: Functions) -> None:
        self.scope = scope
        self.functions = functions
        self.faults: list[TypeFault] = []
        self.inside = False
        self.tables: dict[str, None] = {}

    def fault(self, code: str, span: Span, **arguments: str | None) -> None:
        given = tuple((name, value) for name, value in arguments.items() if value is not None)
        self.faults.append(TypeFault(code, span, given))

    def typed(self, node: Node) -> TypedNode:
        match node:
            case Number(_, percent):
                return TypedNode("number", PERCENT if percent else BARE, node)
            case Name():
                return self.name(node)
            case Choice():
                return TypedNode("choice", None, node)
            case Negative(operand, span):
                part = self.need("number", operand)
                return TypedNode("number", part.unit, Negative(part.node, span))
            case Arithmetic():
                return self.arithmetic(node)
            case Comparing():
                return self.comparing(node)
            case Not(operand, span):
                return TypedNode("condition", None, Not(self.need("condition", operand).node, span))
            case Both(operands, span):
                return TypedNode("condition", None, Both(self.conditions(operands), span))
            case Either(operands, span):
                return TypedNode("condition", None, Either(self.conditions(operands), span))
            case If():
                return self.choosing(node)
            case Call():
                return self.call(node)

    def need(self, kind: FormulaKind, node: Node) -> TypedNode:
        """Type a part where only this kind may stand."""
        part = self.typed(node)
        if part.kind not in (kind, "unknown"):
            bound = bound_meant(part.node, self.scope) if kind == "condition" else None
            if bound is not None:
                self.fault("formula-bound", node.span, text=formula_words(node), suggestion=bound)
                return TypedNode(kind, None, part.node)
            self.fault(_ONLY.get(part.kind, _EXPECTED[kind]), node.span)
            return TypedNode(kind, None, part.node)
        return part

    def conditions(self, operands: tuple[Node, ...]) -> tuple[Node, ...]:
        return tuple(self.need("condition", operand).node for operand in operands)

    def name(self, node: Name) -> TypedNode:
        variable = self.scope.get(node.name)
        if variable is None:
            meant = spelt_out(node.name, self.scope) or did_you_mean(node.name, self.scope)
            self.fault("unknown-name", node.span, name=node.name, suggestion=meant)
            return TypedNode("unknown", None, node)
        if variable.table is not None:
            self.column(variable.table, node)
        return TypedNode(_KINDS.get(variable.kind, variable.kind), variable.unit, node)  # type: ignore[arg-type]

    def column(self, table: str, node: Name) -> None:
        if not self.inside:
            self.fault("column-outside-aggregate", node.span, name=node.name)
        elif self.tables and table not in self.tables:
            self.fault("columns-of-two-tables", node.span, name=node.name, table=next(iter(self.tables)))
        else:
            self.tables[table] = None

    def arithmetic(self, node: Arithmetic) -> TypedNode:
        left, right = self.typed(node.left), self.typed(node.right)
        if node.operator == "-" and left.kind == right.kind == "date":
            return TypedNode("number", _DAYS, Arithmetic("-", left.node, right.node, node.span))
        for part in (left, right):
            if part.kind not in ("number", "unknown"):
                self.fault(_not_a_number(part.kind), part.node.span)
        same = left.node is node.left and right.node is node.right
        built = node if same else Arithmetic(node.operator, left.node, right.node, node.span)
        if left.kind != "number" or right.kind != "number":
            return TypedNode("unknown", None, built)
        if node.operator in "+-":
            return TypedNode("number", self.joined(left, right, node.span), built)
        return TypedNode("number", (product if node.operator == "*" else quotient)(left.unit, right.unit), built)

    def joined(self, left: TypedNode, right: TypedNode, span: Span) -> Unit | None:
        """Give the common unit of two numbers that are added, compared or chosen between."""
        first, second = _loosened(left), _loosened(right)
        if fits(first, second):
            return common(first, second) or common(left.unit, right.unit)
        literal = right if right.unit == BARE else left
        if PERCENT in (first, second) and isinstance(literal.node, Number):
            value = literal.node.value
            share = value * 100 if value <= _LIKELY_SHARE else value  # 0.9 beside a rate is 90%, 90 is too
            number, suggestion = _digits(value), f"{_digits(share)}%"
            self.fault("rate-beside-number", literal.node.span, number=number, suggestion=suggestion)
        else:
            names = {"left_unit": _named(first), "right_unit": _named(second)}
            self.fault("units-differ", span, **names)
        return None

    def comparing(self, node: Comparing) -> TypedNode:
        operands = (node.first, *(operand for _, operand in node.rest))
        choices = next((found for found in map(self.choices, operands) if found is not None), None)
        if choices is None:
            parts = [self.typed(operand) for operand in operands]
            for left, right in pairwise(parts):
                self.pair(left, right, (left.node.span[0], right.node.span[1]))
        else:
            parts = [TypedNode("choice", None, self.chosen(operand, choices)) for operand in operands]
            self.equality_only(node)
        rest = tuple((comparison, part.node) for (comparison, _), part in zip(node.rest, parts[1:], strict=True))
        return TypedNode("condition", None, Comparing(parts[0].node, rest, node.span))

    def choices(self, node: Node) -> tuple[str, ...] | None:
        variable = self.scope.get(node.name) if isinstance(node, Name) else None
        return variable.choices if variable is not None and variable.kind == "choice" else None

    def equality_only(self, node: Comparing) -> None:
        if any(comparison not in ("=", "≠") for comparison, _ in node.rest):
            self.fault("choice-has-no-order", node.span)

    def chosen(self, node: Node, choices: tuple[str, ...]) -> Node:
        """Read an operand beside a choice: a choice of the same choices, or one of its values."""
        if isinstance(node, Name) and self.choices(node) == choices:
            return self.name(node).node
        value = node.name if isinstance(node, Name) else node.value if isinstance(node, Choice) else None
        if value in choices:
            return Choice(str(value), node.span)
        suggestion = did_you_mean(str(value), choices) if value is not None else None
        self.fault("unknown-choice", node.span, choices=listed(choices), suggestion=suggestion)
        return node

    def pair(self, left: TypedNode, right: TypedNode, span: Span) -> None:
        kinds = {left.kind, right.kind} - {"unknown"}
        special = next((part for part in (left, right) if part.kind in _ONLY), None)
        if special is not None:
            self.fault(_ONLY[special.kind], special.node.span)
        elif "condition" in kinds:
            condition = left if left.kind == "condition" else right
            self.fault("condition-compared", condition.node.span)
        elif len(kinds) > 1:
            self.fault("date-beside-number", span)
        elif kinds == {"number"} and left.kind == right.kind:
            self.joined(left, right, span)

    def choosing(self, node: If) -> TypedNode:
        condition = self.need("condition", node.condition).node
        then = self.typed(node.then)
        kind = then.kind if then.kind in _EXPECTED else "number"
        if then.kind in _ONLY:
            self.fault(_ONLY[then.kind], node.then.span)
        otherwise = self.need(kind, node.otherwise)
        unit = self.joined(then, otherwise, node.span) if kind == "number" else None
        return TypedNode(kind, unit, If(condition, then.node, otherwise.node, node.span))

    def call(self, node: Call) -> TypedNode:
        row = BY_NAME.get(node.function)
        if isinstance(row, Aggregate):
            return self.aggregate(row, node)
        if isinstance(row, Valued):
            return self.valued(row, node)
        if row is not None:
            return self.filled(node)
        parts = [self.need("number", part) for part in node.arguments]
        # Without its unit where a reading only asks for kinds and knows no plug-in.
        unit = self.plugin_unit(node, parts) if node.function in self.functions else None
        return TypedNode("number", unit, self.rebuilt(node, parts))

    def valued(self, row: Valued, node: Call) -> TypedNode:
        """Type a call by the row of its function: the kind of each argument, and which units must fit each other."""
        parts: list[TypedNode] = []
        alike: dict[str, list[TypedNode]] = {}
        for place, part in enumerate(node.arguments):
            argument = row.argument(place)
            parts.append(self.need(_kind(argument), part))
            alike.setdefault(argument.unit, []).append(parts[-1])
        units = {letter: self.all_joined(same, node.span) for letter, same in alike.items() if letter}
        if row.unit is None:
            return TypedNode("date", None, self.rebuilt(node, parts))
        return TypedNode(
            "number", units[row.unit] if isinstance(row.unit, str) else row.unit, self.rebuilt(node, parts)
        )

    def rebuilt(self, node: Call, parts: list[TypedNode]) -> Call:
        return Call(node.function, tuple(part.node for part in parts), node.span)

    def plugin_unit(self, node: Call, parts: list[TypedNode]) -> Unit | None:
        function = self.functions[node.function]
        for wanted, part in zip(function.units_of(len(parts)), parts, strict=False):
            unit = None if wanted is None else read_unit(wanted)
            self.joined(TypedNode("number", unit, part.node), part, part.node.span)
        return None if function.unit is None else read_unit(function.unit)

    def all_joined(self, parts: list[TypedNode], span: Span) -> Unit | None:
        joined = parts[0]
        for part in parts[1:]:
            joined = TypedNode(
                "number", self.joined(joined, part, span), part.node if is_loose(joined) else joined.node
            )
        return joined.unit

    def filled(self, node: Call) -> TypedNode:
        (subject,) = node.arguments[:1]
        if isinstance(subject, Name):
            self.name(subject)
        else:
            self.fault("filled-needs-name", subject.span)
        return TypedNode("condition", None, node)

    def aggregate(self, row: Aggregate, node: Call) -> TypedNode:
        if self.inside:
            self.fault("aggregate-in-aggregate", node.span)
            return TypedNode(_kind(row.argument(0)), None, node)
        self.inside, self.tables = True, {}
        part = self.valued(row, node)
        self.inside = False
        if not self.tables:
            self.fault("aggregate-without-column", node.span)
        return part


def _kind(argument: Argument) -> FormulaKind:
    return "number" if argument.kind in ("whole", "name") else argument.kind  # type: ignore[return-value]


def bound_meant(node: Node, scope: Scope) -> str | None:
    """Give the comparison that was meant by a number (``90``) or two (``80-90``) where a condition belongs."""
    about = next((name for name in _ABOUT if name in scope), "…")
    match node:
        case Number():
            return f"{about} ≥ {formula_words(node)}"
        case Arithmetic("-", Number(low) as left, Number(high) as right) if low < high:
            return f"{formula_words(left)} ≤ {about} < {formula_words(right)}"
    return None


def _not_a_number(kind: str) -> str:
    return "date-arithmetic" if kind == "date" else _ONLY.get(kind, "number-expected")


def is_loose(part: TypedNode) -> bool:
    return isinstance(part.node, Number) and not part.node.percent and part.node.value in (0, 1)


def _loosened(part: TypedNode) -> Unit | None:
    """Give the unit of a part beside another number: a bare 0 or 1 fits every unit."""
    return None if is_loose(part) else part.unit


def _digits(number: Fraction) -> str:
    return f"{float(number):g}" if number.denominator != 1 else str(number.numerator)


def _named(unit: Unit | None) -> str:
    return phrase("unit-none") if unit in (BARE, PURE) else unit_text(unit)


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
    return None if is_loose(TypedNode("number", typing.unit, typing.node)) else typing.unit


def resolved(formula: Formula, scope: Scope) -> Formula:
    """Give the formula with the values of choices resolved: what the running readings take."""
    variables = (scope.get(name) for name in names(formula.tree))
    if not any(variable is not None and variable.kind == "choice" for variable in variables):
        return formula
    return evolve(formula, tree=check_node(formula.tree, scope).node)

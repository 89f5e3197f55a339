"""A generated function while it is written: its lines, its names, and its arithmetic over pairs of integers."""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from attrs import define, field

from evalrules._formula.scope import Functions, Scope
from evalrules._formula.tree import (
    BUDGET_BITS,
    NUMBER_BUDGET,
    Arithmetic,
    Binding,
    Call,
    FaultKind,
    Formula,
    Name,
    Node,
    Span,
    walk,
)

# Numbers in generated code: pairs of expressions for a numerator and a denominator above 0, never in lowest terms.
#
# What is known when the code is made is used: constants are folded, a denominator of 1 is left out, and the most bits
# that a value can have tell where the digit budget could be exceeded at all.


INPUT_BITS: Final = 128  # a cell has at most 28 digits; conversion between units adds a few
_PYTHON: Final[Mapping[str, Callable[[Fraction, Fraction], bool]]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


class Pair(NamedTuple):
    """``n`` and ``d`` are names, literals, or products of them; ``value`` is given where it is a constant."""

    n: str
    d: str
    n_bits: int
    d_bits: int
    value: Fraction | None = None
    positive: bool = False


Emitted = Pair | str
"""A number, or the expression of anything else: a condition, a date's ordinal, a choice."""


def constant(value: Fraction) -> Pair:
    """Make the pair of a number that is known."""
    n, d = value.numerator, value.denominator
    return Pair(str(n), str(d), n.bit_length(), d.bit_length(), value, n > 0)


ZERO: Final = constant(Fraction(0))


def times(left: str, right: str) -> str:
    """Write a product without its ones."""
    if left == "1":
        return right
    return left if right == "1" else f"{left}*{right}"


def product(left: Pair, right: Pair) -> Pair:
    """Multiply; nothing needs to be computed before."""
    if left.value is not None and right.value is not None:
        return constant(left.value * right.value)
    if left.value == 0 or right.value == 0:
        return ZERO
    positive = left.positive and right.positive
    bits = (left.n_bits + right.n_bits, left.d_bits + right.d_bits)
    return Pair(times(left.n, right.n), times(left.d, right.d), *bits, None, positive)


def compared(left: Pair, sign: str, right: Pair) -> str:
    """Write the comparison of two numbers; ``sign`` as Python spells it."""
    if left.value is not None and right.value is not None:
        return str(_PYTHON[sign](left.value, right.value))
    if left.d == right.d:
        return f"{left.n} {sign} {right.n}"
    if right.value == 0:
        return f"{left.n} {sign} 0"
    if left.value == 0:
        return f"0 {sign} {right.n}"
    return f"{times(left.n, right.d)} {sign} {times(right.n, left.d)}"


def returned(value: Emitted) -> str:
    """Write a value as generated functions return it: a number as a tuple of two."""
    return value if isinstance(value, str) else f"({value.n}, {value.d})"


def assignment(target: Emitted, value: Emitted) -> str:
    """Write that a name, or the names of a pair, get a value."""
    if isinstance(target, str) or isinstance(value, str):
        return f"{target} = {value}"
    return f"{target.n} = {value.n}" if target.d == "1" else f"{target.n} = {value.n}; {target.d} = {value.d}"


def half_up_of_positive(pair: Pair, scale: int) -> str:
    """Write ``pair × scale`` rounded half up to an integer, for a pair of at least 0."""
    if pair.d == "1":
        return f"{scale}*{pair.n}"
    return f"({2 * scale}*{pair.n} + {pair.d})//({times('2', pair.d)})"


def half_up(pair: Pair, scale: int) -> str:
    """Write ``pair × scale`` rounded to an integer, ties away from zero."""
    negative = f"-(({pair.d} - {2 * scale}*{pair.n})//({times('2', pair.d)}))"
    return f"{half_up_of_positive(pair, scale)} if {pair.n} >= 0 else {negative}"


def is_atom(text: str) -> bool:
    """Tell whether an expression is a name or a literal, and may be repeated at no cost."""
    return text.isidentifier() or text.isdigit()


# The body of one generated function while it is written: its lines, its temporary names, its arithmetic.


@define
class Compilation:
    """What a job computes with, and what its functions have in common.

    ``bits`` are the most bits of numbers that earlier jobs computed; ``remembered`` are the bindings that are functions
    of their own, by their places. ``recording`` keeps the value of every binding that is computed in ``m``, by place.
    """

    scope: Scope
    slots: Mapping[str, int]
    functions: Functions
    bits: Mapping[str, tuple[int, int]]
    bindings: Sequence[Binding] = ()
    formulas: Sequence[Formula] = ()
    of_row: bool = False
    recording: bool = False
    constants: list[object] = field(factory=list)
    remembered: dict[int, str] = field(factory=dict)
    _uses: Counter[str] | None = None
    _places: dict[str, list[int]] | None = None

    @property
    def parameters(self) -> str:
        """The parameters of its functions."""
        return "v, points, target, actual, judged" if self.of_row else "v"

    def constant(self, value: object) -> str:
        """Keep a value for the generated code and give the name it has there."""
        self.constants.append(value)
        return f"k{len(self.constants) - 1}"

    def place(self, name: str, limit: int) -> int | None:
        """Find the last of the first ``limit`` bindings that has this name."""
        if self._places is None:
            self._places = {}
            for place, binding in enumerate(self.bindings):
                self._places.setdefault(binding.name, []).insert(0, place)
        return next((place for place in self._places.get(name, ()) if place < limit), None)

    def uses(self, name: str) -> int:
        """Count where a name is read."""
        if self._uses is None:
            formulas = (*self.formulas, *(binding.formula for binding in self.bindings))
            parts = (part for formula in formulas for part in walk(formula.tree))
            self._uses = Counter(part.name for part in parts if isinstance(part, Name))
        return self._uses[name]


class Captured(NamedTuple):
    """Lines that were emitted for a part that may not run, and its value."""

    lines: list[str]
    value: Emitted


class Frame(ABC):
    """Lines so far, and what is known behind them. ``maybe`` counts the conditions under which the next line stands."""

    def __init__(self, subject: Compilation) -> None:
        self.subject = subject
        self.formula: Formula | None = None
        self.lines: list[str] = []
        self.indent = "  "
        self.known: dict[int | str, Emitted] = {}
        self.rows: dict[str, str] = {}
        self.maybe = 0
        self.temporaries = 0

    @abstractmethod
    def emit(self, node: Node) -> Emitted:
        """Emit what a node needs and give its value; it may be read anywhere behind."""

    def number(self, node: Node) -> Pair:
        """Emit a node that is a number."""
        value = self.emit(node)
        if isinstance(value, str):
            raise TypeError(node)
        return value

    def condition(self, node: Node) -> str:
        """Emit a node that is not a number."""
        value = self.emit(node)
        if isinstance(value, Pair):
            raise TypeError(node)
        return value

    # ---- lines and names ----

    def line(self, text: str) -> None:
        """Add a line."""
        self.lines.append(self.indent + text)

    def temporary(self) -> str:
        """Give a name of its own in this function."""
        self.temporaries += 1
        return f"t{self.temporaries}"

    def kept(self, text: str) -> str:
        """Emit that an expression gets a name, and give the name."""
        name = self.temporary()
        self.line(f"{name} = {text}")
        return name

    def given(self, call: str) -> Pair:
        """Emit a call that gives a number."""
        n, d = self.temporary(), self.temporary()
        self.line(f"{n}, {d} = {call}")
        return Pair(n, d, BUDGET_BITS + 1, BUDGET_BITS + 1)

    def called(self, node: Call, function: Callable[..., object], values: Sequence[Emitted]) -> Pair:
        """Emit a call of a function of exact numbers and days that gives a number."""
        arguments = (self.fault("function", "", node.span), self.subject.constant(function), *map(returned, values))
        return self.given(f"called({', '.join(arguments)})")

    def atomic(self, value: Emitted) -> Emitted:
        """Make sure that a value can be read often at no cost."""
        return self.atomic_pair(value) if isinstance(value, Pair) else value if is_atom(value) else self.kept(value)

    def atomic_pair(self, pair: Pair) -> Pair:
        """Make sure that a number can be read often at no cost."""
        if pair.value is not None or (is_atom(pair.n) and is_atom(pair.d)):
            return pair
        n = pair.n if is_atom(pair.n) else self.kept(pair.n)
        return pair._replace(n=n, d=pair.d if is_atom(pair.d) else self.kept(pair.d))

    def captured(self, make: Callable[[], Emitted], *, maybe: bool = True) -> Captured:
        """Emit a part one level deeper, to be placed later; what it loads is not known behind it."""
        outer, known = self.lines, self.known
        self.lines, self.known, self.indent = [], dict(known), self.indent + " "
        self.maybe += maybe
        value = make()
        self.maybe -= maybe
        lines, self.lines, self.known, self.indent = self.lines, outer, known, self.indent[1:]
        return Captured(lines, value)

    def common(self, *values: Emitted) -> Emitted:
        """Give new names that can hold any of these values."""
        pairs = [value for value in values if isinstance(value, Pair)]
        if len(pairs) < len(values):
            return self.temporary()
        d = "1" if all(pair.d == "1" for pair in pairs) else self.temporary()
        bits = max(pair.n_bits for pair in pairs), max(pair.d_bits for pair in pairs)
        return Pair(self.temporary(), d, *bits, None, all(pair.positive for pair in pairs))

    def assigned(self, target: Emitted, part: Captured) -> None:
        """Place captured lines and give their value to a name."""
        self.lines += part.lines
        self.line(" " + assignment(target, part.value))

    # ---- faults ----

    def fault(self, kind: FaultKind, detail: str = "", span: Span = (0, 0)) -> str:
        """Keep what a fault says as a constant."""
        return self.subject.constant((kind, detail, span, self.formula))

    def fail(self, kind: FaultKind, detail: str = "", span: Span = (0, 0)) -> str:
        """Write the statement that raises this fault."""
        return f"raise F(*{self.fault(kind, detail, span)})"

    # ---- arithmetic ----

    def total(self, left: Pair, sign: str, right: Pair) -> Pair:
        """Emit ``left + right`` or ``left - right``."""
        if left.value is not None and right.value is not None:
            return constant(left.value + right.value if sign == "+" else left.value - right.value)
        if right.value == 0:
            return left
        if left.value == 0:
            return right if sign == "+" else right._replace(n="-" + right.n, positive=False)
        positive = sign == "+" and left.positive and right.positive
        if left.d == right.d:
            bits = max(left.n_bits, right.n_bits) + 1
            return Pair(self.kept(f"{left.n} {sign} {right.n}"), left.d, bits, left.d_bits, None, positive)
        n = self.kept(f"{times(left.n, right.d)} {sign} {times(right.n, left.d)}")
        d = times(left.d, right.d)
        bits = max(left.n_bits + right.d_bits, right.n_bits + left.d_bits) + 1
        return Pair(n, d if is_atom(d) else self.kept(d), bits, left.d_bits + right.d_bits, None, positive)

    def quotient(self, left: Pair, right: Pair, divisor: Span) -> Pair:
        """Emit ``left ÷ right``, and the fault where the divisor can be 0."""
        if right.value == 0:
            self.line(self.fail("zero-division", "", divisor))
            return ZERO
        if right.value is not None:
            return product(left, constant(1 / right.value))
        n, d = times(left.n, right.d), times(left.d, right.n)
        bits = (left.n_bits + right.d_bits, left.d_bits + right.n_bits)
        if not right.positive:
            n, d = self.kept(n), self.kept(d)
            self.line(f"if {d} <= 0: {n}, {d} = turn({n}, {d}, {self.fault('zero-division', '', divisor)})")
        return Pair(n, d, *bits, None, right.positive and left.positive)

    def budgeted(self, pair: Pair, span: Span) -> Pair:
        """Hold a result to the digit budget, where it can exceed it at all."""
        if pair.n_bits <= BUDGET_BITS and pair.d_bits <= BUDGET_BITS:
            return pair
        if pair.value is not None:
            if abs(pair.value.numerator) < NUMBER_BUDGET and pair.value.denominator < NUMBER_BUDGET:
                return pair
            self.line(self.fail("digits", "", span))
            return ZERO
        n, d = self.kept(pair.n), self.kept(pair.d)
        self.line(f"if not -L < {n} < L or {d} >= L: {n}, {d} = shrink({n}, {d}, {self.fault('digits', '', span)})")
        return Pair(n, d, BUDGET_BITS + 1, BUDGET_BITS + 1, None, pair.positive)

    def arithmetic(self, node: Arithmetic) -> Pair:
        """Emit an operation; the difference of two dates is a number of days."""
        left, right = self.emit(node.left), self.emit(node.right)
        if isinstance(left, str) or isinstance(right, str):
            return Pair(f"({left} - {right})", "1", BUDGET_BITS, 1)
        if node.operator == "*":
            result = product(left, right)
        elif node.operator == "/":
            result = self.quotient(left, right, node.right.span)
        else:
            result = self.total(left, node.operator, right)
        return self.budgeted(result, node.span)

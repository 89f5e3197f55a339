"""Numbers in generated code: pairs of expressions for a numerator and a denominator above 0, never in lowest terms.

What is known when the code is made is used: constants are folded, a denominator of 1 is left out, and the most bits
that a value can have tell where the digit budget could be exceeded at all.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final, NamedTuple

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

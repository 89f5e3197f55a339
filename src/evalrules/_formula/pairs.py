"""Numbers in generated code: pairs of expressions for a numerator and a denominator above 0, never in lowest terms.

What is known when the code is made is used: constants are folded, a denominator of 1 is left out, and the most bits
that a value can have tell where the digit budget could be exceeded at all.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final, NamedTuple

INPUT_BITS: Final = 128  # a cell has at most 28 digits; conversion between units adds a few


class Pair(NamedTuple):
    """``n`` and ``d`` are names, literals, or products of them; ``value`` is given where it is a constant."""

    n: str
    d: str
    n_bits: int
    d_bits: int
    value: Fraction | None = None
    positive: bool = False


def constant(value: Fraction) -> Pair:
    """Make the pair of a number that is known."""
    n, d = value.numerator, value.denominator
    return Pair(str(n), str(d), n.bit_length(), d.bit_length(), value, value > 0)


ZERO: Final = constant(Fraction(0))


def times(*factors: str) -> str:
    """Write a product without its ones."""
    return "*".join(factor for factor in factors if factor != "1") or "1"


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
        return str(_SIGNS[sign](left.value, right.value))
    if left.d == right.d:
        return f"{left.n} {sign} {right.n}"
    if right.value == 0:
        return f"{left.n} {sign} 0"
    if left.value == 0:
        return f"0 {sign} {right.n}"
    return f"{times(left.n, right.d)} {sign} {times(right.n, left.d)}"


_SIGNS: Final = {
    "==": Fraction.__eq__, "!=": lambda left, right: left != right, "<": Fraction.__lt__, "<=": Fraction.__le__,
    ">": Fraction.__gt__, ">=": Fraction.__ge__,
}  # fmt: skip

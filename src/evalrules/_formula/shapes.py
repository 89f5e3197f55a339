"""Source made into functions, once for each shape.

Rules of the same kind differ in numbers, slots and the places of their faults. These are taken out of the source and
handed in, so that the rules of an edition, of which there are few kinds, need few compilations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import gcd
from typing import Any, Final, NamedTuple

from evalrules._formula.faults import Fault
from evalrules._formula.limits import NUMBER_BUDGET
from evalrules._formula.meaning import aggregate, call_function, interpolate, months_between
from evalrules._formula.scope import Function
from evalrules._formula.tree import Formula
from evalrules._numbers import rounded_units

IntegerPair = tuple[int, int]
Place = tuple[str, str, tuple[int, int], Formula | None]
MAIN: Final = "main"
_CONSTANT: Final = re.compile(r"(?<!\w)[kn][0-9]+(?!\w)")
_LITERAL: Final = re.compile(r"(?<!\w)(?:[2-9]|[1-9][0-9]+)(?!\w)")


class Body(NamedTuple):
    """A function of the source: its name, its parameters, and its lines."""

    name: str
    parameters: str
    lines: Sequence[str]


def made(bodies: Sequence[Body], constants: Sequence[object]) -> Callable[..., Any]:
    """Give the last of these functions, in which ``k0``, ``k1``… are the constants."""
    numbers: list[int] = []

    def name(found: re.Match[str]) -> str:
        numbers.append(int(found[0]))
        return f"n{len(numbers) - 1}"

    shape = "\n ".join(_written(body, _LITERAL.sub(name, "\n ".join(body.lines))) for body in bodies)
    return _factory(shape, len(constants), len(numbers))(*constants, *numbers)  # type: ignore[no-any-return]


def _written(body: Body, lines: str) -> str:
    """Write a function; the constants that it reads are defaults of parameters, not cells of a closure.

    A cell is an object that Python's collector visits, and an edition of thousands of rules would have ten for each.
    """
    read = dict.fromkeys(_CONSTANT.findall(lines))
    return f"def {body.name}({', '.join([body.parameters, *(f'{each}={each}' for each in read)])}):\n {lines}"


@lru_cache(maxsize=4096)
def _factory(shape: str, constants: int, numbers: int) -> Callable[..., Any]:
    names = ", ".join([*(f"k{place}" for place in range(constants)), *(f"n{place}" for place in range(numbers))])
    space: dict[str, Any] = {"__builtins__": {}, **_RUNTIME}
    source = f"def make({names}):\n {shape}\n return {MAIN}"
    exec(compile(source, "<formula>", "exec"), space)  # noqa: S102 - generated from checked trees alone
    return space["make"]  # type: ignore[no-any-return]


# ---- what generated code may call ----------------------------------------------------------------------------------


def _blank(place: Place) -> IntegerPair:
    """Raise the fault of a blank."""
    raise Fault(*place)  # type: ignore[arg-type]


def _turn(n: int, d: int, place: Place) -> IntegerPair:
    """Give the sign of a denominator to the numerator; a denominator of 0 is the fault."""
    if d == 0:
        raise Fault(*place)  # type: ignore[arg-type]
    return -n, -d


def _shrink(n: int, d: int, place: Place) -> IntegerPair:
    """Bring to lowest terms; what is too long even then is the fault."""
    common = gcd(n, d)
    n, d = n // common, d // common
    if not -NUMBER_BUDGET < n < NUMBER_BUDGET or d >= NUMBER_BUDGET:
        raise Fault(*place)  # type: ignore[arg-type]
    return n, d


def _called(place: Place, function: Callable[..., Fraction], *pairs: IntegerPair) -> IntegerPair:
    _, _, span, formula = place
    try:
        result = function(*(Fraction(*pair) for pair in pairs))
    except Fault as fault:
        raise Fault(fault.kind, fault.detail, span, formula) from fault.__cause__
    return result.numerator, result.denominator


def _aggregated(place: Place, *lists: Sequence[IntegerPair]) -> IntegerPair:
    _, name, span, formula = place
    try:
        result = aggregate(name, [[Fraction(*pair) for pair in pairs] for pairs in lists])
    except Fault as fault:
        raise Fault(fault.kind, fault.detail, span, formula) from None
    return result.numerator, result.denominator


def _plugin(function: Function) -> Callable[..., Fraction]:
    return lambda *arguments: call_function(function, arguments)


def _not_blank(fault: Fault) -> bool:
    """Tell a blank from other faults, which go on."""
    if fault.kind != "blank":
        raise fault
    return False


_RUNTIME: Final[Mapping[str, object]] = {
    "F": Fault,
    "L": NUMBER_BUDGET,
    "blank": _blank,
    "turn": _turn,
    "shrink": _shrink,
    "called": _called,
    "aggregated": _aggregated,
    "plugin": _plugin,
    "interpolate": interpolate,
    "months": months_between,
    "count": sum,
    "not_blank": _not_blank,
    "rounded": rounded_units,
}

"""What a name in a formula stands for, its kind, unit and declared range, and the algebra of units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

from attrs import field

from evalrules._patterns import regex
from evalrules._values import frozen

# What a name in a formula stands for: its kind, unit and declared range.


Kind = Literal["number", "yes_no", "choice", "date", "text", "section"]


@frozen
class Unit:
    """A unit of measure as written in formulas.

    ``factors`` holds each atomic unit with its power (``元/人`` is ``(("人", -1), ("元", 1))``, sorted).
    ``percent`` marks a rate shown in %; ``bare`` marks a plain number, which fits any unit but %; neither and no
    factors is a pure quotient (人 ÷ 人), which fits both.
    """

    factors: tuple[tuple[str, int], ...] = ()
    percent: bool = False
    bare: bool = False


BARE = Unit(bare=True)
PERCENT = Unit(percent=True)
PURE = Unit()


@frozen
class Bounds:
    """A declared range; None is no bound on that side; ``*_open`` excludes the bound itself."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False

    def admits(self, number: Fraction) -> bool:
        """Tell whether the number lies in the range."""
        if self.low is not None and (number < self.low or (self.low_open and number == self.low)):
            return False
        return self.high is None or not (number > self.high or (self.high_open and number == self.high))


ANY = Bounds()


@frozen
class Variable:
    """A name that formulas may use.

    ``unit`` is None where it is not known until the method is used (指标值 and 完成值 of a method). ``table`` names
    the table whose column this is: such a name stands only inside an aggregate.
    """

    name: str
    kind: Kind
    unit: Unit | None = BARE
    integer: bool = False
    bounds: Bounds = ANY
    choices: tuple[str, ...] = ()
    table: str | None = None


Scope = Mapping[str, Variable]


def layered(*scopes: Scope) -> Scope:
    """Give the names of several scopes as one, without copying any; the first scope that has a name decides it."""
    flat = (layer for scope in scopes for layer in (scope.layers if isinstance(scope, _Layered) else (scope,)))
    return _Layered(tuple(flat))


class _Layered(Mapping[str, Variable]):
    """Several scopes one over the other; a `collections.ChainMap` answers the same with three calls more for each."""

    __slots__ = ("layers",)

    def __init__(self, layers: tuple[Scope, ...]) -> None:
        self.layers = layers

    def __getitem__(self, name: str) -> Variable:
        for layer in self.layers:
            if name in layer:
                return layer[name]
        raise KeyError(name)

    def get(self, name: str, default: Any = None) -> Any:
        for layer in self.layers:
            found = layer.get(name)
            if found is not None:
                return found
        return default

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter({name: None for layer in reversed(self.layers) for name in layer})

    def __len__(self) -> int:
        return len(set().union(*self.layers))


@frozen
class Function:
    """A function for formulas that a plug-in adds: exact numbers in, one exact number out.

    ``call`` takes as many `fractions.Fraction` as ``arguments`` has units and gives an int, Fraction or finite
    Decimal; the last ``repeating`` of the arguments may be given again and again. A unit that is None is not known and
    fits any. ``solver``, where given, builds the same meaning over the terms of a solver. ``origin`` names the plug-in.

    >>> ranked = Function("名次得分", ("位", "家"), "", lambda rank, of, /: 1 - (rank - 1) / of, "名次越前得分越高")
    >>> ranked.call(Fraction(1), Fraction(8))
    Fraction(1, 1)
    """

    name: str
    arguments: tuple[str | None, ...]
    unit: str | None
    call: Callable[..., object] = field(eq=False)
    about: str = ""
    english: str | None = None
    solver: Callable[..., object] | None = field(default=None, eq=False)
    repeating: int = field(default=0, kw_only=True)
    origin: str = field(default="", kw_only=True, eq=False)

    def units_of(self, count: int) -> tuple[str | None, ...]:
        """Give the unit of each of so many arguments."""
        repeated = self.arguments[len(self.arguments) - self.repeating :]
        groups = (count - len(self.arguments)) // self.repeating if self.repeating else 0
        return self.arguments + repeated * groups

    def __str__(self) -> str:
        return f"{self.name}（{self.origin}）" if self.origin else self.name


Functions = Mapping[str, Function]


# The algebra of units: what ×, ÷, + and comparison make of two units of measure.
#
# An unknown unit (None, as 指标值 has in a method by itself) fits every other one.


_RATES = frozenset({"%", "‰"})
_SEPARATORS = regex(r"[/·*×、]")
_POWERS = {2: "²", 3: "³"}
_NO_UNIT = frozenset({"", "1"})


@lru_cache(maxsize=4096)
def read_unit(text: str) -> Unit:
    """Read a unit as an edition writes it; everything behind the first ``/`` stands below the line.

    >>> read_unit("元/人·月").factors
    (('人', -1), ('元', 1), ('月', -1))
    >>> read_unit("%") == PERCENT, read_unit("") == BARE
    (True, True)
    """
    text = "".join(text.split()).replace("％", "%").replace("／", "/")
    if not text:
        return BARE
    if text in _RATES:
        return PERCENT
    above, _, below = text.partition("/")
    powers = Counter(_SEPARATORS.split(above))
    powers.subtract(_SEPARATORS.split(below))
    return _unit(powers.items())


def unit_text(unit: Unit | None) -> str:
    """Write the unit as an edition would; a plain number has none, and an unknown unit is ``?``.

    >>> unit_text(read_unit("元/人·月"))
    '元/人·月'
    """
    if unit is None:
        return "?"
    if unit.percent:
        return "%"
    above = "·".join(_power_text(name, power) for name, power in unit.factors if power > 0)
    below = "·".join(_power_text(name, -power) for name, power in unit.factors if power < 0)
    return (above or "1") + "/" + below if below else above


def _power_text(name: str, power: int) -> str:
    return name if power == 1 else name + _POWERS.get(power, f"^{power}")


def fits(left: Unit | None, right: Unit | None) -> bool:
    """Tell whether two values of these units may be added or compared, whatever the values are."""
    if left is None or right is None or left == right:
        return True
    if left.factors or right.factors:
        return left.bare or right.bare
    return PURE in (left, right)


def common(left: Unit | None, right: Unit | None) -> Unit | None:
    """Give the unit of the sum of two values whose units fit: the one that says more."""
    if left is None or right is None:
        return left or right
    return max(left, right, key=_says)


@lru_cache(maxsize=4096)
def product(left: Unit | None, right: Unit | None) -> Unit | None:
    """Give the unit of ``left × right``: a rate or a plain number keeps the other side's unit."""
    if left is None or right is None:
        return None
    if left.factors or right.factors:
        return _unit((*left.factors, *right.factors))
    return left if left == right else PURE


@lru_cache(maxsize=4096)
def quotient(left: Unit | None, right: Unit | None) -> Unit | None:
    """Give the unit of ``left ÷ right``; a quotient of equal units is a pure number."""
    if left is None or right is None:
        return None
    if right.factors:
        return _unit((*left.factors, *((name, -power) for name, power in right.factors)))
    if left.factors or (left.percent and right.bare):
        return left
    return PURE


def _says(unit: Unit) -> int:
    return 3 if unit.factors else 2 if unit.percent else int(unit.bare)


def _unit(factors: Iterable[tuple[str, int]]) -> Unit:
    powers: Counter[str] = Counter()
    for name, power in factors:
        powers[name] += power
    return Unit(tuple(sorted((name, power) for name, power in powers.items() if power and name not in _NO_UNIT)))

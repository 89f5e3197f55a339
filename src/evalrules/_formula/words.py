"""The words reading: a formula as an official writes it, with names or values put in; values as people read them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from evalrules._formula.functions import ASKING, IF
from evalrules._formula.scope import Unit, unit_text
from evalrules._formula.tree import (
    Arithmetic,
    Both,
    Call,
    Choice,
    Comparing,
    Either,
    If,
    Name,
    Negative,
    Node,
    Not,
    Number,
)
from evalrules._numbers import decimal_of, decimal_words, is_decimal, rounded_units

_EITHER, _BOTH, _NOT, _COMPARING, _SUM, _PRODUCT, _SIGNED, _ATOM = range(1, 9)
_SIGNS: Final = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_RATE_PLACES, _EXACT_PLACES, _PLACES, _MORE = 2, 6, 4, 6
_EXACT_SCALE: Final = 10**_EXACT_PLACES


def formula_words(node: Node, values: Mapping[str, str] | None = None) -> str:
    """Write a formula with ``× ÷ − ≤ 且`` and no bracket too many; ``values`` are texts that stand for names.

    Without values, what is written reads back as the same tree.

    >>> from evalrules._formula.parser import read_tree
    >>> tree = read_tree("分值*(完成值/指标值)")
    >>> formula_words(tree), formula_words(tree, {"分值": "10", "完成值": "95%", "指标值": "100%"})
    ('分值 × (完成值 ÷ 指标值)', '10 × (95% ÷ 100%)')
    """
    return _Printer(_NOTHING if values is None else values).write(node, _EITHER)


class _Printer:
    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    def write(self, node: Node, tightness: int) -> str:
        """Write a node where it must hold together at least so tightly."""
        text, own = self.text(node)
        return f"({text})" if own < tightness else text

    def unsigned(self, node: Node, tightness: int) -> str:
        """Write a node behind another sign, where it may not begin with one of its own."""
        text = self.write(node, tightness)
        return f"({text})" if text.startswith("−") else text

    def text(self, node: Node) -> tuple[str, int]:
        """Write a node and tell how tightly its text holds together."""
        match node:
            case Number():
                return _number(node)
            case Name(name):
                return self.values.get(name, name), _ATOM
            case Choice(value):
                return value, _ATOM
            case If(condition, then, otherwise):
                return self.call(IF.name, (condition, then, otherwise)), _ATOM
            case Call(function, (Name(name),)) if function in ASKING:
                return f"{function}({name})", _ATOM
            case Call(function, arguments):
                return self.call(function, arguments), _ATOM
            case _:
                return self.joined(node)

    def joined(self, node: Negative | Arithmetic | Comparing | Not | Both | Either) -> tuple[str, int]:
        match node:
            case Negative(operand):
                return "−" + self.unsigned(operand, _ATOM), _SIGNED
            case Arithmetic(operator, left, right):
                own = _SUM if operator in "+-" else _PRODUCT
                return f"{self.write(left, own)} {_SIGNS[operator]} {self.unsigned(right, own + 1)}", own
            case Comparing(first, rest):
                parts = [self.write(first, _SUM)]
                parts += [f"{sign} {self.write(operand, _SUM)}" for sign, operand in rest]
                return " ".join(parts), _COMPARING
            case Not(operand):
                return "非 " + self.write(operand, _NOT), _NOT
            case Both(operands):
                return " 且 ".join(self.write(operand, _NOT) for operand in operands), _BOTH
            case Either(operands):
                return " 或 ".join(self.write(operand, _BOTH) for operand in operands), _EITHER

    def call(self, function: str, arguments: tuple[Node, ...]) -> str:
        return f"{function}({', '.join(self.write(argument, _EITHER) for argument in arguments)})"


def _number(node: Number) -> tuple[str, int]:
    value = node.value * 100 if node.percent else node.value
    if not is_decimal(value):
        return f"{value.numerator} ÷ {value.denominator}".replace("-", "−") + " × 1%" * node.percent, _PRODUCT
    text = format(decimal_of(value), "f").replace("-", "−") + "%" * node.percent
    return text, _SIGNED if value < 0 else _ATOM


# ---- values --------------------------------------------------------------------------------------------------------


def show(value: object, unit: Unit | None = None) -> str:
    """Write a value with its unit as people read it; what takes more places is rounded half up.

    >>> show(Fraction(56, 65), Unit(percent=True)), show(Fraction(56), Unit((("人", 1),))), show(True)
    ('86.15%', '56人', '是')
    """
    return shown(value, Showing.of(unit))[0]


class Showing(NamedTuple):
    """How numbers of a unit are shown: as a rate, or with these characters behind."""

    percent: bool = False
    suffix: str = ""

    @classmethod
    def of(cls, unit: Unit | None) -> Showing:
        """Give it for a unit; without one a number stands by itself."""
        return cls() if unit is None else cls(unit.percent, "" if unit.percent else unit_text(unit))


def shown(value: object, showing: Showing) -> tuple[str, bool]:
    """Write a value as `show` does, and tell whether that is the whole value."""
    if isinstance(value, Fraction):
        return shown_pair(value.numerator, value.denominator, showing)
    if isinstance(value, bool):
        return "是" if value else "否", True
    if isinstance(value, int):
        return shown_pair(value, 1, showing)
    if isinstance(value, datetime.date):
        return f"{value.year}年{value.month}月{value.day}日", True
    return "未填" if value is None else str(value), True


def shown_stored(value: Any, showing: Showing) -> tuple[str, bool]:
    """Write a value as the compiled readings hold it: a pair, a day's ordinal, a bool, a text.

    >>> shown_stored((28, 32), Showing(percent=True)), shown_stored(738886, Showing())
    (('87.5%', True), ('2024年1月1日', True))
    """
    if value.__class__ is tuple:
        numerator, denominator = value
        return shown_pair(numerator, denominator, showing)
    return shown(datetime.date.fromordinal(value) if value.__class__ is int else value, showing)


def shown_pair(numerator: int, denominator: int, showing: Showing) -> tuple[str, bool]:
    """Write a number given as a pair, which need not be in lowest terms."""
    percent, suffix = showing
    if percent:
        text, whole = _in_decimals(numerator * 100, denominator, _RATE_PLACES)
        return text + "%", whole
    whole = not numerator * _EXACT_SCALE % denominator
    return _in_decimals(numerator, denominator, _EXACT_PLACES if whole else _PLACES)[0] + suffix, whole


def _in_decimals(numerator: int, denominator: int, places: int) -> tuple[str, bool]:
    """Write a pair with so many decimals, or with as many as `_places` gives, and tell whether that is the whole."""
    text, whole = decimal_words(numerator, denominator, places)
    if whole or "." in text:
        return text, whole
    return decimal_words(numerator, denominator, _places(numerator, denominator, places))


def _places(numerator: int, denominator: int, places: int) -> int:
    """Give the decimals with which a number is written: more than usual where rounding would make it a whole one.

    30.0001% is not told as 30%, nor 99.9999% as 100%.

    >>> _places(300001, 10000, 2), _places(861538, 10000, 2), _places(30, 1, 2)
    (4, 2, 2)
    """
    if not numerator % denominator:
        return places
    for more in range(places, places + _MORE):
        if rounded_units(numerator, denominator, more) % 10**more:
            return more
    return places


def as_shown(value: Any, showing: Showing) -> Any:
    """Give a stored value as `shown_stored` writes it: a number rounded as it is shown.

    >>> as_shown((56, 65), Showing(percent=True)), as_shown((1, 3), Showing())
    ((8615, 10000), (3333, 10000))
    """
    if value.__class__ is not tuple:
        return value
    numerator, denominator = value
    if showing.percent:
        places = _places(numerator * 100, denominator, _RATE_PLACES) + 2
        return rounded_units(numerator, denominator, places), 10**places
    if not numerator * _EXACT_SCALE % denominator:
        return value
    places = _places(numerator, denominator, _PLACES)
    return rounded_units(numerator, denominator, places), 10**places


def same_stored(one: Any, other: Any) -> bool:
    """Tell whether two stored values are the same; pairs need not be in lowest terms."""
    if one.__class__ is tuple and other.__class__ is tuple:
        return bool(one[0] * other[1] == other[0] * one[1])
    return bool(one == other)

"""The algebra of units: what ×, ÷, + and comparison make of two units of measure.

An unknown unit (None, as 指标值 has in a method by itself) fits every other one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from evalrules._formula.scope import BARE, PERCENT, PURE, Unit

_RATES = frozenset({"%", "‰"})
_SEPARATORS = re.compile(r"[/·*×、]")
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

"""Writing a cell back as text."""

from __future__ import annotations

from fractions import Fraction

from evalrules._numbers import decimal_text, is_decimal
from evalrules._quantities.values import Blank, Bound, Cell, Date, Interval, Period, Quantity, Text

_PER = {"%": 100, "‰": 1000}


def dump(cell: Cell) -> str:
    """Write a cell: as it was written, or, for one made in a program, so that reading it gives an equal cell.

    A number that has no finite decimals cannot be written: `ValueError`.

    >>> dump(Bound("≥", Quantity(Fraction(49, 50), "%")))
    '≥98%'
    """
    if cell.text or isinstance(cell, Blank | Text):
        return cell.text
    if isinstance(cell, Quantity):
        return _quantity(cell.number, cell.unit)
    if isinstance(cell, Bound):
        return cell.comparator + dump(cell.quantity)
    if isinstance(cell, Interval):
        return f"{_quantity(cell.low, cell.unit)}–{_quantity(cell.high, cell.unit)}"
    if isinstance(cell, Date):
        return cell.day.isoformat()
    if isinstance(cell, Period):
        return f"{cell.first.isoformat()}至{cell.last.isoformat()}"
    return ";".join(dump(part) for part in cell.parts)


def _quantity(number: Fraction, unit: str) -> str:
    shown = number * _PER.get(unit, 1)
    if not is_decimal(shown):
        raise ValueError(number)
    return f"{decimal_text(shown, 28)}{unit}"

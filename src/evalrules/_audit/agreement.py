"""Whether one cell agrees with another, or with a computed value, and by how much they differ."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from evalrules._edition.model import Figure, TargetKind
from evalrules._formula.scope import PERCENT, Bounds
from evalrules._formula.words import show
from evalrules._numbers import decimal_text
from evalrules._patterns import regex
from evalrules._problems import phrase
from evalrules._quantities import Bound, Cell, Date, Interval, Period, Quantity, convert, is_rate, yes_or_no
from evalrules._score.cells import compared, reference_unit
from evalrules._score.ruleset import Row

# Whether an actual meets its target: each as the range of what it admits, in the unit of the row.


def target_range(kind: TargetKind, number: Fraction) -> Bounds:
    """Give the values that meet a target.

    >>> target_range(">", Fraction(5)).admits(Fraction(5))
    False
    """
    match kind:
        case "≥" | ">":
            return Bounds(low=number, low_open=kind == ">")
        case "≤" | "<":
            return Bounds(high=number, high_open=kind == "<")
    return Bounds(number, number)


def cell_range(row: Row, cell: Cell) -> Bounds | None:
    """Give the values that a cell admits; None for words, dates and what has another unit than the row."""
    unit = reference_unit(row, cell)
    match cell:
        case Quantity():
            number = compared(row, cell, unit)
            return None if number is None else Bounds(number, number)
        case Bound(comparator, quantity):
            number = compared(row, quantity, unit)
            return None if number is None else target_range(comparator, number)
        case Interval():
            return interval_range(row, cell, unit)
    return None


def interval_range(row: Row, interval: Interval, unit: str) -> Bounds | None:
    """Give an interval in another unit, both ends included."""
    ends = [compared(row, Quantity(end, interval.unit), unit) for end in (interval.low, interval.high)]
    return None if ends[0] is None else Bounds(ends[0], ends[1])


def meets(wanted: Bounds, actual: Bounds) -> bool | None:
    """Tell whether every value that the actual admits meets the target; that a bound misses it is never certain."""
    if _within(wanted, actual):
        return True
    return False if actual.low is not None and actual.low == actual.high else None


def _within(wanted: Bounds, actual: Bounds) -> bool:
    if wanted.low is not None:
        if actual.low is None or actual.low < wanted.low:
            return False
        if wanted.low_open and actual.low == wanted.low and not actual.low_open:
            return False
    if wanted.high is not None:
        if actual.high is None or actual.high > wanted.high:
            return False
        if wanted.high_open and actual.high == wanted.high and not actual.high_open:
            return False
    return True


def days_of(cell: Cell) -> tuple[int, int] | None:
    """Give the first and the last day that a cell names; a month or a year names all of its days."""
    match cell:
        case Date(day):
            return (cell.since or day).toordinal(), day.toordinal()
        case Period(first, last):
            return first.toordinal(), last.toordinal()
    return None


# What findings say beside plain values: parts of sentences in both languages, numbers and shares.


Said = Mapping[str, object]
"""What fills a finding's sentence."""


def difference(claimed: Fraction, computed: Fraction) -> Said:
    """Say by how much a claim differs, and which way."""
    way = "audit-too-high" if claimed > computed else "audit-too-low"
    return {"difference": decimal_text(abs(claimed - computed)), "direction": phrase(way)}


def percent(number: Fraction) -> str:
    """Write a share.

    >>> percent(Fraction(2, 3))
    '66.67%'
    """
    return show(number, PERCENT)


# Whether what was reported is what was computed, as exactly as it was written.


_NUMERAL = regex(r"[0-9][0-9,]*(?:\.(?P<part>[0-9]+))?")


def agrees(cell: Cell, value: Any, figure: Figure) -> bool:
    """Tell whether what was reported is the computed value, as exactly as it was written: 99.9% is 99.935%."""
    if isinstance(value, bool):
        return yes_or_no(cell.text) is value
    if figure.type == "date":
        return getattr(cell, "day", None) == date.fromordinal(value)
    if figure.type != "number":
        return bool(cell.text.strip() == value)
    return agrees_in(cell, Fraction(*value), figure.unit)


def agrees_in(cell: Cell, value: Fraction, unit: str) -> bool:
    """Tell whether what was reported is this number of ``unit``, as exactly as it was written."""
    quantity = cell.quantity if isinstance(cell, Bound) and cell.comparator == "=" else cell
    if not isinstance(quantity, Quantity):
        return False
    if is_rate(unit) and not quantity.unit and abs(quantity.number - value) <= half_last_digit(quantity, ""):
        return True  # 0.86 is 86.15% but for the sign
    reported = convert(quantity, unit)
    return reported is not None and bool(abs(reported - value) <= half_last_digit(quantity, unit))


def half_last_digit(quantity: Quantity, unit: str) -> Fraction:
    """Give half a unit of the last written digit, in ``unit``.

    >>> half_last_digit(Quantity(Fraction(999, 1000), "%", "99.9%"), "%")
    Fraction(1, 2000)
    >>> half_last_digit(Quantity(Fraction(15000), "元", "15,000元"), "万元")
    Fraction(1, 20000)
    """
    numeral = _NUMERAL.search(quantity.text)
    if numeral is None:
        return Fraction(0)
    one = convert(Quantity(Fraction(1, 100) if quantity.unit == "%" else Fraction(1), quantity.unit), unit)
    return Fraction(0) if one is None else one / 10 ** len(numeral["part"] or "") / 2

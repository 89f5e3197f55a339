"""Whether an actual meets its target: each as the range of what it admits, in the unit of the row."""

from __future__ import annotations

from fractions import Fraction

from evalrules._catalogue.model import TargetKind
from evalrules._formula.scope import Bounds
from evalrules._quantities import Bound, Cell, Date, Interval, Period, Quantity
from evalrules._ruleset import Row
from evalrules._scoring.cells import in_unit, reference_unit


def target_range(kind: TargetKind, low: Fraction, high: Fraction | None = None) -> Bounds:
    """Give the values that meet a target.

    >>> target_range(">", Fraction(5)).admits(Fraction(5))
    False
    """
    match kind:
        case "≥" | ">":
            return Bounds(low=low, low_open=kind == ">")
        case "≤" | "<":
            return Bounds(high=low, high_open=kind == "<")
    return Bounds(low, low if high is None else high)


def cell_range(row: Row, cell: Cell) -> Bounds | None:
    """Give the values that a cell admits; None for words, dates and what has another unit than the row."""
    unit = reference_unit(row, cell)
    match cell:
        case Quantity():
            number = in_unit(cell, unit)
            return None if number is None else Bounds(number, number)
        case Bound(comparator, quantity):
            number = in_unit(quantity, unit)
            return None if number is None else target_range(comparator, number)
        case Interval():
            return interval_range(cell.low, cell.high, cell.unit, unit)
    return None


def interval_range(low: Fraction, high: Fraction, written: str, unit: str) -> Bounds | None:
    """Give an interval in another unit, both ends included."""
    ends = [in_unit(Quantity(end, written), unit) for end in (low, high)]
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


def day_of(cell: Cell) -> int | None:
    """Give the day that a cell names, of a period its last."""
    match cell:
        case Date(day) | Period(_, day):
            return day.toordinal()
    return None

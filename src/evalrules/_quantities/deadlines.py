"""Target and actual of one row beside each other: what is a number elsewhere can be a day in a deadline."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from evalrules._patterns import regex
from evalrules._quantities.dates import read_day_number, read_month
from evalrules._quantities.names import says_deadline
from evalrules._quantities.units import convert, is_money
from evalrules._quantities.values import Blank, Bound, Cell, Date, Interval, Period, Quantity, Text, Unclear, normalised

_ANY_YEAR, _YEARS = 2000, 10
_DAY_OR_NUMBER = regex(r"(?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12][0-9]|3[01])")
"""A day of the year or a number, or from one number to another: ``12.31``, ``12-31``."""


def with_days(section: str, name: str, cells: Sequence[Cell], year: int | None) -> tuple[tuple[Cell, ...], str | None]:
    """Read ``2024.6`` and ``6月`` as the months that they are in a deadline; ``year`` is that of one that names none.

    A deadline is told by the section (时效), by the name of the row, or by a date in the other cell; there is none in
    成本 and beside money. Elsewhere two such numbers beside each other are none: they are unclear, and the code of
    the problem comes with them.

    >>> from fractions import Fraction
    >>> cells, _ = with_days("时效指标", "", (Quantity(Fraction(6), "月", "6月"), Text("未完成")), 2024)
    >>> cells[0].day.isoformat()
    '2024-06-30'
    """
    if "成本" in section or any(is_money(_unit(cell)) for cell in cells):
        return tuple(cells), None
    can_be = [*map(can_be_month, cells)]
    if any(isinstance(cell, Date | Period) for cell in cells) or says_deadline(section, name):
        if any(_is_duration(cell) for cell, month in zip(cells, can_be, strict=True) if not month):
            return tuple(cells), None
        counted = any(_unit(cell) for cell in cells)  # then the other is a number of the same
        days = [cell if counted and _may_be_day(cell) else as_day(cell, year) for cell in cells]
        unclear = [cell for cell, day in zip(cells, days, strict=True) if isinstance(day, Unclear)]
        code = "cell-month-or-number" if any(map(_may_be_day, unclear)) else "cell-date"
        return tuple(days), code if unclear else None
    if all(can_be):
        return tuple(Unclear(cell.text) for cell in cells), "cell-month-or-number"
    return tuple(cells), None


def can_be_month(cell: Cell) -> bool:
    """Tell whether a cell is a month where it is about when something is done."""
    return _month(cell, _ANY_YEAR) is not None


def can_be_day(cell: Cell) -> bool:
    """Tell whether a cell is a day, a month or a year there, or may be one.

    >>> can_be_day(Quantity(Fraction(61, 10), "", "6.10")), can_be_day(Quantity(Fraction(610), "", "610"))
    (True, False)
    """
    number = isinstance(cell, Quantity | Text) and read_day_number(normalised(cell.text), cell.text) is not None
    return number or can_be_month(cell) or _may_be_day(cell)


def _unit(cell: Cell) -> str:
    match cell:
        case Bound(_, quantity):
            return quantity.unit
        case Quantity() | Interval():
            return cell.unit
    return ""


def _month(cell: Cell, year: int | None) -> Date | None:
    return read_month(normalised(cell.text), cell.text, year) if isinstance(cell, Quantity | Text) else None


def as_day(cell: Cell, year: int | None) -> Cell:
    """Give a number as the day that it is in a deadline; unclear where it may be a day without its year as well.

    >>> as_day(Quantity(Fraction(10), "月", "10月"), 2024).day.isoformat()
    '2024-10-31'
    """
    if _may_be_day(cell):
        return Unclear(cell.text)
    if not isinstance(cell, Quantity | Text):
        return cell
    day = _month(cell, year) or read_day_number(normalised(cell.text), cell.text)
    if day is not None and day.since is not None and year is not None and abs(day.day.year - year) > _YEARS:
        return cell  # 1949 beside 2024 is hardly when something is done
    return day or (cell if _month(cell, _ANY_YEAR) is None else Unclear(cell.text))


def _may_be_day(cell: Cell) -> bool:
    return _DAY_OR_NUMBER.fullmatch(normalised(cell.text)) is not None


def _is_duration(cell: Cell) -> bool:
    """Tell a number of months, which makes the ``6月`` beside it one as well."""
    return (
        not isinstance(cell, Blank | Text)
        and bool(_unit(cell))
        and convert(Quantity(Fraction(1), _unit(cell)), "个月") is not None
    )

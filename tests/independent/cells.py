"""What people write in a cell, in the spellings that the drawn forms use."""

from __future__ import annotations

import calendar
import datetime
import re
import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal

from attrs import frozen

BLANKS = frozenset({"", "-", "—", "/"})
MONEY = {"元": Fraction(1), "万元": Fraction(10_000), "亿元": Fraction(10**8)}
FAMILIES = (
    frozenset(["个", "项", "件", "处", "座", "家", "所", "台", "套", "份", "篇", "期", "次", "场", "批"]),
    frozenset(["人", "名", "位", "人次"]),
)
"""Counting words that say the same of a number."""
SIGNS = {
    "≥": "≥", ">=": "≥", "不低于": "≥", "不少于": "≥", ">": ">", "大于": ">", "超过": ">",
    "≤": "≤", "<=": "≤", "不超过": "≤", "不高于": "≤", "<": "<", "小于": "<", "低于": "<", "=": "=",
}  # fmt: skip
_SIGN = "|".join(sorted(SIGNS, key=len, reverse=True))
_NUMBER = r"[-−]?\d[\d,]*(?:\.\d+)?"
AMOUNT = re.compile(rf"({_SIGN})?\s*({_NUMBER})\s*([^\d\s].*)?")
BETWEEN = re.compile(rf"({_NUMBER})\s*([^\d\s–~-]*)\s*[–~-]\s*({_NUMBER})\s*(\D*)")
DAY = re.compile(r"(\d{4})(?:年|-|/|\.)(\d{1,2})(?:月|-|/|\.)(\d{1,2})日?前?")
MONTH = re.compile(r"(\d{4})年(\d{1,2})月(?:底)?前?")
LOOSE_MONTH = re.compile(r"(?:((?:19|20)\d{2})\.)?(\d{1,2})(?<=\d)(月?)(?:底)?前?")
YEAR = re.compile(r"(\d{4})年(?:底)?前?")


@frozen
class Cell:
    """What stands in a cell.

    ``low`` and ``high`` are the ends of an interval; a number has both alike. A bound has its ``sign`` and one of
    them. ``first`` and ``last`` are the days of a period; a day has both alike.
    """

    kind: Literal["blank", "number", "bound", "interval", "date", "words"]
    text: str = ""
    sign: str = ""
    low: Fraction | None = None
    high: Fraction | None = None
    unit: str = ""
    first: datetime.date | None = None
    last: datetime.date | None = None


def read_cell(written: Any, year: int | None = None) -> Cell:
    """Read a cell; one of a deadline, for which the fiscal year is given, may be a month alone, or `2024.6`."""
    text = "" if written is None else unicodedata.normalize("NFKC", str(written)).strip()
    if text in BLANKS:
        return Cell("blank")
    day = a_day(text) or (None if year is None else a_month(text, year))
    if day is not None:
        return Cell("date", text, first=day[0], last=day[1])
    if found := BETWEEN.fullmatch(text):
        low, unit, high, last_unit = found.groups()
        return Cell("interval", text, low=a_number(low), high=a_number(high), unit=(unit or last_unit).strip())
    if found := AMOUNT.fullmatch(text):
        sign, number, unit = found.groups()
        if unit and unit.startswith("%") and unit.strip() != "%":
            return Cell("words", text)
        read = a_number(number)
        return Cell("bound" if sign else "number", text, SIGNS.get(sign, ""), read, read, (unit or "").strip())
    return Cell("words", text)


def a_number(text: str) -> Fraction:
    """Read a number with its commas."""
    return Fraction(text.replace(",", "").replace("−", "-"))


def a_month(text: str, year: int) -> tuple[datetime.date, datetime.date] | None:
    """Read a month of a deadline, of the fiscal year where none is written."""
    found = LOOSE_MONTH.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 12 or (found[1] is None) == (found[3] == ""):
        return None
    written, month = int(found[1] or year), int(found[2])
    return datetime.date(written, month, 1), datetime.date(written, month, calendar.monthrange(written, month)[1])


def a_day(text: str) -> tuple[datetime.date, datetime.date] | None:
    """Read a day, a month or a year as its first and last day."""
    if found := DAY.fullmatch(text):
        day = datetime.date(*map(int, found.groups()))
        return day, day
    if found := MONTH.fullmatch(text):
        year, month = map(int, found.groups())
        return datetime.date(year, month, 1), datetime.date(year, month, calendar.monthrange(year, month)[1])
    if found := YEAR.fullmatch(text):
        return datetime.date(int(found[1]), 1, 1), datetime.date(int(found[1]), 12, 31)
    return None


def in_unit(number: Fraction, unit: str, wanted: str, *, bound: bool = False) -> Fraction | None:
    """Give a number written with a unit in the unit that is wanted; None where that cannot be said.

    A bare number above 0 and at most 1 where a rate is wanted can mean two things; a bound on a typed range may.
    """
    if wanted == "%":
        if unit == "%" or (not unit and number > 1 and not bound):
            return number / 100
        return number if not unit and (number == 0 or bound) else None
    if unit in ("", wanted) or any(unit in family and wanted in family for family in FAMILIES):
        return number
    if unit in MONEY and wanted in MONEY:
        return number * MONEY[unit] / MONEY[wanted]
    return None


def in_range(number: Fraction, declared: Mapping[str, Any], unit: str) -> bool:
    """Tell whether a number lies in a declared range."""
    ends = {key: end(declared[key], unit) for key in ("min", "max", "above", "below") if key in declared}
    return (
        ("min" not in ends or number >= ends["min"])
        and ("max" not in ends or number <= ends["max"])
        and ("above" not in ends or number > ends["above"])
        and ("below" not in ends or number < ends["below"])
        and not (declared.get("integer") and number.denominator != 1)
    )


def end(written: Any, unit: str) -> Fraction:
    """Read the end of a declared range."""
    cell = read_cell(written)
    assert cell.low is not None, written
    found = in_unit(cell.low, cell.unit, unit, bound=True)
    assert found is not None, written
    return found

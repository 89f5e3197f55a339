"""What people write in a cell: numbers with a word, bounds, dates, words; and which units convert to which."""

from __future__ import annotations

from evalrules._quantities.cells import dump, holds_number, is_blank_text, read_cell, yes_or_no
from evalrules._quantities.deadlines import as_day, with_days
from evalrules._quantities.units import convert, is_money, is_rate, is_unit, parted
from evalrules._quantities.values import (
    BLANK,
    Blank,
    Bound,
    Cell,
    CellError,
    Comparator,
    Date,
    Interval,
    Period,
    Quantity,
    Several,
    Text,
    Unclear,
    normalised,
)

__all__ = [
    "BLANK",
    "Blank",
    "Bound",
    "Cell",
    "CellError",
    "Comparator",
    "Date",
    "Interval",
    "Period",
    "Quantity",
    "Several",
    "Text",
    "Unclear",
    "as_day",
    "convert",
    "dump",
    "holds_number",
    "is_blank_text",
    "is_money",
    "is_rate",
    "is_unit",
    "normalised",
    "parted",
    "read_cell",
    "with_days",
    "yes_or_no",
]

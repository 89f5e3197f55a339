"""What people write in a cell, as values; `text` is always the cell as written."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import Literal

from attrs import field, frozen

Comparator = Literal["≥", ">", "≤", "<", "="]


@frozen
class Blank:
    """Nothing was entered: empty, ``-``, ``—`` or ``/``. Never zero."""

    text: str = field(default="", eq=False)


@frozen
class Quantity:
    """A number with the word after it: ``56人``, ``95%`` (the number is 0.95), ``38.5万人口`` (unit 万人口)."""

    number: Fraction
    unit: str = ""
    text: str = field(default="", eq=False)


@frozen
class Bound:
    """A comparator before a quantity: ``≥98%``, ``不超过5次``, ``小于5次``, ``=100%``."""

    comparator: Comparator
    quantity: Quantity
    text: str = field(default="", eq=False)


@frozen
class Interval:
    """``80% – 90%``, ``18—54周岁``: both ends included."""

    low: Fraction
    high: Fraction
    unit: str = ""
    text: str = field(default="", eq=False)


@frozen
class Date:
    """A day or a deadline: ``2024-12-31``, ``2024年12月底前``; a month or year stands for its last day."""

    day: datetime.date
    text: str = field(default="", eq=False)


@frozen
class Period:
    """From one day to another, both included: ``2021.1.1-12.31``."""

    first: datetime.date
    last: datetime.date
    text: str = field(default="", eq=False)


@frozen
class Several:
    """Several values in one cell: ``完成1部宣传片,2套方案``; kept and shown, not scored as one number."""

    parts: tuple[Quantity | Bound | Date | Text, ...]
    text: str = field(default="", eq=False)


@frozen
class Text:
    """Words: ``及时``, ``完成``, ``无``."""

    text: str


Cell = Blank | Quantity | Bound | Interval | Date | Period | Several | Text
BLANK = Blank()

"""What people write in a cell, as values with the text as written, and the one spelling of its characters."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import Literal

from attrs import field

from evalrules._patterns import regex
from evalrules._values import frozen

# What people write in a cell, as values; `text` is always the cell as written.


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
    """A day or a deadline: ``2024-12-31``, ``2024年12月底前``; a month or year stands for its last day.

    ``since`` is the first day of one that names no day, ``year_taken`` tells that it names no year either.
    """

    day: datetime.date
    text: str = field(default="", eq=False)
    since: datetime.date | None = field(default=None, eq=False)
    year_taken: bool = field(default=False, eq=False)


@frozen
class Period:
    """From one day to another, both included: ``2021.1.1-12.31``; ``year_taken`` as of a `Date`."""

    first: datetime.date
    last: datetime.date
    text: str = field(default="", eq=False)
    year_taken: bool = field(default=False, eq=False)


@frozen
class Several:
    """Several values in one cell: ``完成1部宣传片,2套方案``; kept and shown, not scored as one number."""

    parts: tuple[Quantity | Bound | Date | Text, ...]
    text: str = field(default="", eq=False)


@frozen
class Text:
    """Words: ``及时``, ``完成``, ``无``."""

    text: str


@frozen
class Unclear:
    """Something that is not understood: ``1,2``, ``≥``. Never a value, never a blank; what reads it is unscored."""

    text: str


Cell = Blank | Quantity | Bound | Interval | Date | Period | Several | Text | Unclear
BLANK = Blank()


# What is wrong with a cell that cannot be understood.


class CellError(ValueError):
    """A cell that looks like a number, bound or date and is none: the code and arguments of its problem."""

    def __init__(self, code: str, /, **arguments: str) -> None:
        super().__init__(code, arguments)
        self.code = code
        self.arguments = arguments


# One spelling for the characters of a cell: full-width digits and signs, look-alikes of ``≥``, ``%`` and blanks.
#
# Only what means the same is brought together (NFKC would turn ``①`` into a number and ``㎡`` into ``m2``).


_SAME = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord(written): plain
    for plain, many in {
        " ": "\u3000\u00a0\u2002\u2003\u2009\u202f\t\r\n",
        "≥": "≧⩾≮",
        "≤": "≦⩽≯",
        ">": "﹥〉",
        "<": "﹤〈",
        "=": "═﹦",
        "%": "﹪",
        "−": "﹣",
        "~": "〜∼",
    }.items()
    for written in many
}
_SIGNS = ((">=", "≥"), ("=>", "≥"), ("<=", "≤"), ("=<", "≤"), ("==", "="))
_GAPS = regex(r" {2,}")
_APART = regex(r"(?<=[<>=]) (?=[<>=])")


def normalised(text: str) -> str:
    """Bring a cell to one spelling, without blanks around it.

    >>> normalised(" ＞＝９８．５％ ")
    '≥98.5%'
    """
    plain = _APART.sub("", _GAPS.sub(" ", text.translate(_SAME)).strip())
    for written, sign in _SIGNS:
        plain = plain.replace(written, sign)
    return plain

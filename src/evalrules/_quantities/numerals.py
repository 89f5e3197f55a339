"""A number with the word after it: ``56人``, ``215,457.6元``, ``95 %``, ``400元/人、天``."""

from __future__ import annotations

import re
from fractions import Fraction

from evalrules._numbers import MAX_DIGITS, read_decimal
from evalrules._quantities.values import CellError, Quantity

NUMBER = r"[-+−]?(?:[0-9]{1,3}(?:,[0-9]{3})+|0|[1-9][0-9]*)(?:\.[0-9]+)?"
_LETTER = r"[^\W\d_]|[㎡㎥℃°]"
_WORD = rf"(?:{_LETTER})(?:(?:{_LETTER})|(?<=m)[23]\b|[²³])*"
_QUANTITY = re.compile(rf"(?P<number>{NUMBER}) ?(?P<unit>[%‰]?|(?:{_WORD})(?: ?[/·*×⋅、∙] ?(?:{_WORD}))*)")
_NO_UNIT = re.compile(  # about so many; a time of the year; what somebody does or did
    r"[多余].*|.*(?:左右|上下|不等|前)|[年月][^/·*]+|.{13,}"
    r"|.*(?:完成|及时|结束|开展|进行|到位|达到|落实|实现|提升|提高|未能|未达|期间|之内|之前|之后|以前|以后|以来).*"
)
_RUN = re.compile(r"[-+−]?(?:0[xob][0-9a-fA-F]+|[0-9.][0-9.,_'’]*(?:[eE][-+]?[0-9]+)?(?: [0-9.,]+)*)")
_OUTLINE = re.compile(r"[0-9]{1,2}[.、)] ?[^\W\d_]|[0-9]+(?:\.[0-9]+){2,} ?[^\W\d_]")
_PER = {"%": 100, "‰": 1000}


def read_quantity(text: str, written: str) -> Quantity | None:
    """Read a quantity from normalised text; None where it is not one. ``written`` is what the value keeps as text.

    The unit is the word as written, without blanks. ``95%`` is the number 0.95. ``400多篇``, ``5次左右`` and
    ``12月底`` are none.

    >>> read_quantity("1,537.5万元", "1,537.5万元")
    Quantity(number=Fraction(3075, 2), unit='万元', text='1,537.5万元')
    """
    found = _QUANTITY.fullmatch(text)
    if found is None or _NO_UNIT.fullmatch(found["unit"]):
        return None
    unit = found["unit"].replace(" ", "")
    return Quantity(read_numeral(found["number"], written) / _PER.get(unit, 1), unit, written)


def read_numeral(text: str, written: str) -> Fraction:
    """Read what matches `NUMBER`, zero without a sign; more than 28 digits are a `CellError`."""
    digits = text.replace(",", "").lstrip("-+−")
    number = None if len(digits.replace(".", "")) > MAX_DIGITS else read_decimal(digits)
    if number is None:
        raise CellError("cell-digits", text=written, limit=str(MAX_DIGITS))
    return -number if text[0] in "-−" else number


def refuse_broken_number(text: str, written: str) -> None:
    """Raise `CellError` for what begins like a number and is none, so that it is never taken for words.

    ``1_000``, ``1e3``, ``7.50.``, ``1,2``, ``0123``, digits of other scripts, a number that was cut off. Outline
    numbers (``1.完成初稿``) are words.
    """
    if _OUTLINE.match(text):
        return
    run = _RUN.match(text)
    foreign = text[:1].isdecimal() and not text[:1].isascii()
    if foreign or (run and not re.fullmatch(NUMBER, run[0].rstrip(","))):
        raise CellError("cell-number", text=written)
    if run and text.endswith(("…", "...")):
        raise CellError("cell-cut-off", text=written)

"""A number with the word after it: ``56人``, ``215,457.6元``, ``95 %``, ``400元/人、天``."""

from __future__ import annotations

import re
from fractions import Fraction

from evalrules._numbers import MAX_DIGITS, read_decimal
from evalrules._patterns import regex
from evalrules._quantities.values import CellError, Quantity

NUMBER = r"[-+−]?(?:[0-9]{1,3}(?:,[0-9]{3})+|0|[1-9][0-9]*)(?:\.[0-9]+)?"
_LETTER = r"(?![²³¹¼-¾⁰-ₜ⅐-↏①-⓿❶-➓〇○])[^\W\d_]|[㎡㎥℃°]"  # ½, ② and Ⅲ are parts of numbers
_WORD = rf"(?:{_LETTER})(?:(?:{_LETTER})|(?<=[mM])[23]\b|[²³])*"
_QUANTITY = regex(
    rf"(?P<money>[¥￥]|人民币)? ?(?P<number>{NUMBER}) ?(?P<unit>[%‰]?|(?:{_WORD})(?: ?[/·*×⋅、∙] ?(?:{_WORD}))*)"
)
COUNTING = r"(?:[个项件处座家所台套份篇次场批起例人名位户]|人次|场次)"
_DIGIT, _DIGITS = (
    "[一二两三四五六七八九]",
    {digit: index for index, digit in enumerate("零一二三四五六七八九")} | {"两": 2},
)
_TENS = rf"{_DIGIT}?十{_DIGIT}?"
_HUNDREDS = rf"{_DIGIT}百(?:零{_DIGIT}|{_TENS})?"  # 一百五 may be 150 or 105: a place is left out with 零 alone
_SPELT = rf"{_DIGIT}千(?:零(?:{_TENS}|{_DIGIT})|{_HUNDREDS})?|{_HUNDREDS}|{_TENS}|{_DIGIT}"
_IN_WORDS = regex(
    rf"(?P<rate>百分之|千分之)?(?P<number>零|{_SPELT})"
    rf"(?P<unit>[万亿]?(?:{COUNTING}|元)|个月|年|天|个?工作日|)"
)
_PLACE = regex(rf"(?P<digit>{_DIGIT}?)(?P<place>[十百千]?)")
_PLACES = {"": 1, "十": 10, "百": 100, "千": 1000}
_NO_UNIT = regex(  # about so many; more of the number; a time of the year; what somebody does or did
    r"[万亿千百]?[多余].*|[万亿千百十]*[零一二两三四五六七八九].*|.*(?:左右|上下|不等|前)|[年月][^/·*]+|.{13,}"
    r"|.*(?:完成|及时|结束|开展|进行|到位|达到|落实|实现|提升|提高|未能|未达|期间|之内|之前|之后|以前|以后|以来).*"
)
_RUN = regex(r"[-+−]?(?:0[xob][0-9a-fA-F]+|[0-9.][0-9.,_'’]*(?:[eE][-+]?[0-9]+)?(?: [0-9.,]+)*)")
_OUTLINE = regex(r"[0-9]{1,2}[.、)] ?[^\W\d_]|[0-9]+(?:\.[0-9]+){2,} ?[^\W\d_]")
_PER = {"%": 100, "‰": 1000}
_RATES, _LARGE = {"百分之": "%", "千分之": "‰"}, ("", "万", "十万", "百万", "千万", "亿")


def read_quantity(text: str, written: str) -> Quantity | None:
    """Read a quantity from normalised text; None where it is not one. ``written`` is what the value keeps as text.

    The unit is the word as written, without blanks. ``95%`` is the number 0.95. ``400多篇``, ``5次左右`` and
    ``12月底`` are none.

    >>> read_quantity("1,537.5万元", "1,537.5万元")
    Quantity(number=Fraction(3075, 2), unit='万元', text='1,537.5万元')
    """
    found = _QUANTITY.fullmatch(_in_digits(text))
    if found is None or _NO_UNIT.fullmatch(found["unit"]):
        return None
    unit = found["unit"].replace(" ", "")
    if found["money"] and unit in _LARGE:
        unit += "元"
    if found["money"] and "元" not in unit:
        return None
    if "元" in unit:
        unit = unit.removesuffix("整").removesuffix("人民币")
    return Quantity(read_numeral(found["number"], written) / _PER.get(unit, 1), unit, written)


def _in_digits(text: str) -> str:
    """Write a number in Chinese numerals that counts something, or a rate, in digits; all else stays as it is.

    >>> _in_digits("三次"), _in_digits("一百零五人"), _in_digits("百分之九十八"), _in_digits("一次性")
    ('3次', '105人', '98%', '一次性')
    """
    found = _IN_WORDS.fullmatch(text.replace("百分之百", "百分之一百"))
    if found is None or bool(found["rate"]) == bool(found["unit"] or text == "零"):
        return text
    parts = (part for part in _PLACE.finditer(found["number"]) if part[0])
    number = sum(_DIGITS.get(part["digit"], 1) * _PLACES[part["place"]] for part in parts)
    return f"{number}{_RATES.get(found['rate'], found['unit'])}"


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

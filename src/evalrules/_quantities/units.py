"""Which units convert to which, exactly: families of units, 万 and 亿 before any word, compound units."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from math import prod
from typing import Final

from evalrules._patterns import regex
from evalrules._quantities.values import Quantity
from evalrules._values import frozen

_FAMILIES: Final = {
    "money": {"元": "1", "人民币元": "1", "角": "1/10"},
    "people": {"人": "1", "名": "1", "人口": "1"},
    "time": {"秒": "1", "分钟": "60", "小时": "3600", "天": "86400", "日": "86400", "周": "604800"},
    "working_days": {"工作日": "1", "个工作日": "1"},
    "months": {"月": "1", "个月": "1", "季度": "3", "个季度": "3", "年": "12"},
    "length": {"米": "1", "m": "1", "厘米": "1/100", "cm": "1/100", "毫米": "1/1000",
        "mm": "1/1000", "千米": "1000", "公里": "1000", "km": "1000", "里": "500"},
    "area": {"平方米": "1", "㎡": "1", "m²": "1", "m2": "1", "亩": "2000/3", "公顷": "10000",
        "平方公里": "1000000", "平方千米": "1000000", "km²": "1000000", "km2": "1000000"},
    "volume": {"立方米": "1", "方": "1", "㎥": "1", "m³": "1", "m3": "1", "升": "1/1000",
        "l": "1/1000", "毫升": "1/1000000", "ml": "1/1000000"},
    "mass": {"克": "1", "g": "1", "斤": "500", "千克": "1000", "公斤": "1000", "kg": "1000",
        "吨": "1000000", "t": "1000000"},
    "energy": {"度": "1", "千瓦时": "1", "kwh": "1"},
    "times": {"次": "1", "回": "1"},
}  # fmt: skip
"""Units that convert into one another: each family gives the size of a word in its smallest or usual word, exactly.

千, 万, 亿 and the like before any word are known beside this list (万元 is 10000 元). A word that is not here converts
only to itself.
"""
_SCALES = {"万亿": 10**12, "亿": 10**8, "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "千": 10**3}
_TIMES = regex(r"[·*×⋅、∙]")
WORDS_FOR_RATES = ("百分比", "百分数", "百分率")
"""What people call a rate; its unit is ``%``."""
_RATES = {"%": Fraction(1, 100), "‰": Fraction(1, 1000)}


@frozen
class _Measure:
    """A unit, taken apart: the families above and below the line, the sizes of their words, and 万 or 亿 above."""

    above: tuple[str, ...]
    scale: Fraction
    size: Fraction
    below: tuple[str, ...]
    below_size: Fraction


def convert(quantity: Quantity, unit: str) -> Fraction | None:
    """Give the number of the quantity in ``unit``; None where it is of another kind.

    A bare number takes the unit (``95`` where ``%`` is declared is 0.95). 万 by itself fits every word: ``200万`` is
    200 in 万元 and 2000000 in 元. A rate is a pure number and fits a bare unit.

    >>> convert(Quantity(Fraction(15000), "元"), "万元"), convert(Quantity(Fraction(77, 2), "万人口"), "人口")
    (Fraction(3, 2), Fraction(385000, 1))
    """
    if quantity.unit == unit:
        return quantity.number
    if not quantity.unit:
        return quantity.number * _RATES.get(unit, Fraction(1))
    if quantity.unit in _RATES:
        return quantity.number if unit in _RATES or not unit else None
    factor = None if unit in _RATES else _factor(_measure(quantity.unit), _measure(unit))
    return None if factor is None else quantity.number * factor


def _factor(given: _Measure, wanted: _Measure) -> Fraction | None:
    if given.below != wanted.below:
        return None
    shared = wanted.below_size / given.below_size * given.scale / wanted.scale
    if given.above == wanted.above:
        return shared * given.size / wanted.size
    return None if given.above else shared  # 万 alone counts in the word that is wanted


def is_rate(unit: str) -> bool:
    """Tell whether a unit is one of rates: ``%`` or ``‰``."""
    return unit in _RATES


def is_money(unit: str) -> bool:
    """Tell whether a unit is one of money, by itself or for each of something.

    >>> is_money("万元"), is_money("元/人"), is_money("人")
    (True, True, False)
    """
    return "(money)" in _measure(unit).above


def parted(unit: str) -> tuple[int, str, str]:
    """Give the 万 or 亿 before a unit as a number, its word, and what it is for each of: ``万人次/月``.

    >>> parted("万人次/月"), parted("人")
    ((10000, '人次', '月'), (1, '人', ''))
    """
    upper, _, lower = unit.partition("/")
    scale = (
        1
        if upper.casefold() in _families()
        else next((size for word, size in _SCALES.items() if upper.startswith(word)), 1)
    )
    word = upper if scale == 1 else next(upper.removeprefix(each) for each, size in _SCALES.items() if size == scale)
    return scale, word, lower


def is_unit(word: str) -> bool:
    """Tell whether a word stands in the list of units, 万 or 亿 before it or not.

    >>> is_unit("万元"), is_unit("人"), is_unit("编制数")
    (True, True, False)
    """
    return _word(word)[2] in {family for _, family in _families().values()}


@cache
def _measure(unit: str) -> _Measure:
    upper, _, lower = unit.partition("/")
    above = [_word(word) for word in _TIMES.split(upper) if word]
    below = [_word(word) for each in re.split(rf"/|{_TIMES.pattern}", lower) for word in _apart(each) if word]
    return _Measure(
        above=tuple(sorted(family for _, _, family in above if family)),
        scale=prod((Fraction(scale) for scale, _, _ in above), start=Fraction(1)),
        size=prod((size for _, size, _ in above), start=Fraction(1)),
        below=tuple(sorted(family for _, _, family in below)),
        below_size=prod((scale * size for scale, size, _ in below), start=Fraction(1)),
    )


def _apart(word: str) -> tuple[str, ...]:
    """Take what is written together apart: 元/人年 is 元/人·年."""
    together = len(word) > 1 and word[-1] in "年月天日" and word.casefold() not in _families()
    return (word[:-1], word[-1]) if together else (word,)


def _word(word: str) -> tuple[int, Fraction, str]:
    """Give the 万 or 亿 before a word, the size of the word itself, and its family (the word, where it has none)."""
    known = _families().get(word.casefold())
    if known:
        return 1, *known
    for prefix, scale in _SCALES.items():
        if word.startswith(prefix):
            rest = word.removeprefix(prefix)
            return scale, *_families().get(rest.casefold(), (Fraction(1), rest))
    return 1, Fraction(1), word


@cache
def _families() -> dict[str, tuple[Fraction, str]]:
    named = ((f"({family})", words) for family, words in _FAMILIES.items())
    return {word: (Fraction(size), family) for family, words in named for word, size in words.items()}

"""What was probably meant: signs, words, functions and names that people write out of habit, and what to write."""

from __future__ import annotations

import calendar
import re
from collections.abc import Container, Iterable, Iterator
from difflib import SequenceMatcher
from fractions import Fraction
from typing import Final

from evalrules._formula.functions import BY_SPELLING, HABITS
from evalrules._nearest import nearest
from evalrules._numbers import decimal_text
from evalrules._patterns import regex

Suggested = dict[str, str]
"""The argument ``suggestion`` of a problem's wording, or nothing."""

_CHOOSING: Final = "若(…, a, b)"
_SIGNS: Final = {
    "–": "−", "—": "−", "‐": "−", "‑": "−", "―": "−", "·": "×", "•": "×", "✕": "×", "✖": "×", "∗": "×", "⋅": "×",
    "∕": "÷", "⁄": "÷", "&": "且", "∧": "且", "|": "或", "∨": "或", "!": "非", "¬": "非", "~": "非", ";": ",",
    "{": "(", "【": "(", "〔": "(", "}": ")", "】": ")", "〕": ")", "≈": "=", "?": _CHOOSING,
}  # fmt: skip
_WORDS: Final = {
    "并且": "且", "而且": "且", "同时": "且", "与": "且", "和": "且", "AND": "且", "或者": "或", "OR": "或",
    "等于": "=", "是": "=", "is": "=", "不是": "≠", "不等于": "≠", "大于": ">", "高于": ">", "超过": ">",
    "小于": "<", "低于": "<", "不足": "<", "未满": "<", "不满": "<",
    "大于等于": "≥", "不小于": "≥", "不低于": "≥", "不少于": "≥", "小于等于": "≤", "不大于": "≤", "不超过": "≤",
    "不高于": "≤",
    "的": "×", "x": "×", "X": "×", "乘": "×", "乘以": "×", "除以": "÷", "加": "+", "加上": "+", "减": "−", "减去": "−",
    "IF": _CHOOSING, "then": _CHOOSING, "若": _CHOOSING, "如果": _CHOOSING,
}  # fmt: skip
_BEHIND: Final = {"以上": "≥", "及以上": "≥", "以下": "≤", "及以下": "≤", "以内": "≤", "之内": "≤"}
"""Words behind a number: 以上, 以下 and 以内 have the number itself among them."""
_PAIRS: Final = {("<", ">"): "≠", ("=", "<"): "≤", ("=", ">"): "≥"}
_NEAREST, _SHORT = 3, 2
_LONGEST_FIRST: Final = sorted((word for word in _WORDS if not word.isascii()), key=len, reverse=True)
_NUMBER: Final = r"[0-9]+(?:\.[0-9]+)?%?"
_BOUND: Final = regex(rf"({_NUMBER})[^\W\d_]{{0,2}}?({'|'.join(sorted(_BEHIND, key=len, reverse=True))})\Z")
_BETWEEN: Final = regex(rf"({_NUMBER})(?:\(含\))?[^\W\d_]{{0,2}}?\s*[~∼〜–—至到-]\s*({_NUMBER})")
_NAMED_BOUND: Final = regex(rf"(\D+?)({_NUMBER}.*)\Z", re.DOTALL)


# ---- signs and words -----------------------------------------------------------------------------------------------


def meant_sign(plain: str, position: int) -> Suggested:
    """Give what was meant by a character that formulas do not have."""
    character, before = plain[position], plain[:position]
    if character == "、":
        return {"suggestion": "," if _is_in_call(before) else "+ / 且"}
    number = re.search(rf"(?<!\w)({_NUMBER})\s*\Z", before)
    if character == "‰" and number and "%" not in number[1]:
        return {"suggestion": decimal_text(Fraction(number[1]) / 10) + "%"}
    return {"suggestion": _SIGNS[character]} if character in _SIGNS else {}


def _is_in_call(before: str) -> bool:
    """Tell whether the innermost bracket that is open is one of a call."""
    depth = 0
    for place in range(len(before) - 1, -1, -1):
        depth += (before[place] == ")") - (before[place] == "(")
        if depth < 0:
            return before[:place].rstrip()[-1:].isalnum()
    return False


def near_function(name: str, known: Iterable[str]) -> Suggested:
    """Give the function that was probably meant."""
    spellings = tuple(known)
    meant = HABITS.get(name.lower()) or (name.lower() if name.lower() in spellings else None)
    near = [meant] if meant else nearest(name, spellings, 0.5)
    return {"suggestion": near[0]} if near else {}


def near_word(first: tuple[str, str], second: tuple[str, str]) -> Suggested:
    """Give the sign that was probably meant where two operands touch, each told by its kind and text."""
    for kind, text in (second, first):
        if kind == "name" and text in _WORDS:
            return {"suggestion": _WORDS[text]}
    if first[0] == "name" and first[1] in BY_SPELLING:
        return {"suggestion": f"{first[1]}(…)"}
    names = first[0] == second[0] == "name" and not (first[1] + second[1]).isascii()
    if names and 1 in (len(first[1]), len(second[1])):  # a blank within a name: 执 行 数
        return {"suggestion": first[1] + second[1]}
    if second[0] == "(" or (first[0] in ("number", ")") and second[0] != "number"):
        return {"suggestion": "×"}
    return {}


def near_sign(first: str, second: str, written: str) -> Suggested:
    """Give what two signs in a row were probably meant to be; ``written`` is the second as it was written."""
    if (first, second) in _PAIRS:
        return {"suggestion": _PAIRS[first, second]}
    return {"suggestion": f"({written}…)"} if second in "+-" else {}


# ---- bounds and days -----------------------------------------------------------------------------------------------


def bound_in_words(text: str) -> str | None:
    """Give the comparison that a bound in words means: ``90分以上`` is ``… ≥ 90``; None for anything else.

    >>> bound_in_words("90分以上"), bound_in_words("80~90"), bound_in_words("90分")
    ('… ≥ 90', '80 ≤ … < 90', None)
    """
    between = _BETWEEN.match(text)
    if between:
        return f"{between[1]} ≤ … < {between[2]}"
    bound = _BOUND.match(text)
    return None if bound is None else f"… {_BEHIND[bound[2]]} {bound[1]}"


def comparison_in_words(text: str) -> str | None:
    """Give the comparison of a name with a number that is written in words; None for anything else.

    >>> comparison_in_words("完成值不低于95%"), comparison_in_words("完成值95%")
    ('完成值 ≥ 95%', None)
    """
    named = _NAMED_BOUND.fullmatch(text)
    for word in _LONGEST_FIRST if named else ():
        if named and named[1].endswith(word) and named[1] != word and re.fullmatch(_NUMBER, named[2]):
            return f"{named[1].removesuffix(word)} {_WORDS[word]} {named[2]}"
    return None


def day_written(year: str, month: str, day: str | None) -> str:
    """Write a day as formulas do; a month stands for its last day.

    >>> day_written("2024", "02", None)
    '日期(2024, 2, 29)'
    """
    last = calendar.monthrange(int(year), int(month))[1]
    return f"日期({int(year)}, {int(month)}, {last if day is None else int(day)})"


# ---- names ---------------------------------------------------------------------------------------------------------


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Give the known word that is nearest to a misspelt one, or None; words that are equally near are all given.

    >>> did_you_mean("完成直", ["完成值", "完成率", "分值"])
    '完成值 / 完成率'
    """
    near = nearest(word, known, 0.5 if len(word) <= _SHORT else 0.6, _NEAREST)
    likeness = [SequenceMatcher(None, other, word).ratio() for other in near]
    best = sorted(other for other, ratio in zip(near, likeness, strict=True) if ratio == likeness[0])
    return " / ".join(best) or None


def spelt_out(word: str, known: Container[str]) -> str | None:
    """Give the formula that was written without blanks, in words for signs; None where it is none of known names.

    >>> spelt_out("在职人员数除以编制数", {"在职人员数", "编制数"}), spelt_out("总分90分以上", {"总分"})
    ('在职人员数 ÷ 编制数', '总分 ≥ 90')
    """
    named = _NAMED_BOUND.match(word)
    bound = bound_in_words(named[2]) if named and named[1] in known else None
    if named and bound and bound.startswith("… "):
        return named[1] + bound.removeprefix("…")
    return next(_readings(word, known), None)


def _readings(word: str, known: Container[str]) -> Iterator[str]:
    """Go through the ways to part a word into known names and numbers, with signs for the words between them."""
    for sign in _LONGEST_FIRST:
        place = word.find(sign, 1)
        if place > 0 and _stands_alone(word[:place], known):
            rest = word[place + len(sign) :]
            others = [rest] if _stands_alone(rest, known) else _readings(rest, known)
            yield from (f"{word[:place]} {_WORDS[sign]} {other}" for other in others)


def _stands_alone(word: str, known: Container[str]) -> bool:
    return word in known or re.fullmatch(_NUMBER, word) is not None

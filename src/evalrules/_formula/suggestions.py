"""What was probably meant: hints for the problems of formulas."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from evalrules._formula.functions import HABITS
from evalrules._formula.tokens import Token

IF_FORM: Final = "若(条件, a, b)"
_WORDS: Final = {
    "并且": "且", "而且": "且", "同时": "且", "与": "且", "和": "且", "AND": "且", "或者": "或", "OR": "或",
    "等于": "=", "是": "=", "is": "=", "不是": "≠", "不等于": "≠", "大于": ">", "高于": ">", "小于": "<", "低于": "<",
    "大于等于": "≥", "不小于": "≥", "不低于": "≥", "小于等于": "≤", "不大于": "≤", "不超过": "≤", "不高于": "≤",
    "x": "×", "X": "×", "乘": "×", "乘以": "×", "除以": "÷", "加": "+", "减": "−", "IF": IF_FORM, "then": IF_FORM,
}  # fmt: skip
_PAIRS: Final = {("<", ">"): "≠", ("=", "<"): "≤", ("=", ">"): "≥"}


def near_function(name: str, known: Iterable[str]) -> dict[str, str]:
    """Give the function that was probably meant, as the argument ``suggestion``, or nothing."""
    spellings = tuple(known)
    meant = HABITS.get(name.lower()) or (name.lower() if name.lower() in spellings else None)
    near = [meant] if meant else get_close_matches(name, spellings, 1, 0.5)
    return {"suggestion": near[0]} if near else {}


def near_word(first: Token, second: Token) -> dict[str, str]:
    """Give the sign that was probably meant where two operands touch, as the argument ``suggestion``, or nothing."""
    for token in (second, first):
        if token.kind == "name" and token.text in _WORDS:
            return {"suggestion": _WORDS[token.text]}
    if second.kind == "(" or (first.kind in ("number", ")") and second.kind != "number"):
        return {"suggestion": "×"}
    return {}


def near_sign(first: Token, second: Token) -> dict[str, str]:
    """Give what two signs in a row were probably meant to be, as the argument ``suggestion``, or nothing."""
    if (first.kind, second.kind) in _PAIRS:
        return {"suggestion": _PAIRS[first.kind, second.kind]}
    return {"suggestion": f"({second.text}…)"} if second.kind in "+-" else {}

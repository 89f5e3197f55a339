"""What was probably meant: hints for the problems of formulas."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from evalrules._formula.functions import HABITS
from evalrules._formula.tokens import Token

_WORDS: Final = {
    "并且": "且", "而且": "且", "同时": "且", "与": "且", "和": "且", "或者": "或", "不是": "≠", "等于": "=", "不等于": "≠",
    "大于": ">", "小于": "<", "大于等于": "≥", "小于等于": "≤", "不小于": "≥", "不大于": "≤", "不低于": "≥", "不超过": "≤",
    "is": "=", "in": "=", "mod": "÷", "x": "×", "X": "×", "乘": "×", "乘以": "×", "除以": "÷", "加": "+", "减": "−", "AND": "且",
    "OR": "或", "IF": "若(条件, a, b)", "then": "若(条件, a, b)",
}  # fmt: skip


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

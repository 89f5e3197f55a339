"""Values of the model in few words, as a difference shows them beside one another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from evalrules._catalogue.model import (
    AwardRow,
    Cap,
    ChecklistItem,
    DeductRule,
    MethodCall,
    Otherwise,
    Rounding,
    Scoring,
    Target,
    Tier,
)
from evalrules._formula.scope import ANY, Bounds
from evalrules._formula.sentence import Sentence
from evalrules._formula.tree import Formula
from evalrules._formula.words import formula_words
from evalrules._numbers import decimal_text
from evalrules._quantities import Quantity

NOTHING = "—"


def shown(value: Any) -> str:
    """Write any value of the model; what is not there is a dash.

    >>> shown(Fraction(5, 2)), shown(None), shown(("a", "b")), shown(Bounds(Fraction(0), Fraction(1), high_open=True))
    ('2.5', '—', 'a、b', '0 ≤ … < 1')
    """
    if value is None or value in ((), ""):
        return NOTHING
    return _SHOWN.get(type(value), str)(value)


def bounds_words(bounds: Bounds, name: str = "…") -> str:
    """Write a range with the name that lies in it."""
    if bounds == ANY:
        return NOTHING
    low = "" if bounds.low is None else f"{decimal_text(bounds.low)} {'<' if bounds.low_open else '≤'} "
    high = "" if bounds.high is None else f" {'<' if bounds.high_open else '≤'} {decimal_text(bounds.high)}"
    return f"{low}{name}{high}"


def sentence_words(sentence: Sentence | None) -> str:
    """Write a reason as the edition has it."""
    return NOTHING if sentence is None or not sentence.text else sentence.text


def _target(target: Target) -> str:
    return target.text or target.kind


def _otherwise(otherwise: Otherwise) -> str:
    if otherwise.policy == "move_to":
        return f"move_to: {otherwise.move_to}"
    return otherwise.policy if otherwise.points is None else f"points: {shown(otherwise.points)}"


def _cap(cap: Cap) -> str:
    return f"at_most: {shown(cap.at_most)}" + (f", when: {shown(cap.when)}" if cap.when else "")


def _call(call: MethodCall) -> str:
    given = "，".join(f"{name} {shown(formula)}" for name, formula in call.arguments)
    return f"{call.method}（{given}）" if given else call.method


def _scoring(scoring: Scoring) -> str:
    return f"{scoring.form}: {'；'.join(map(_item, scoring.items))}"


def _item(item: DeductRule | AwardRow | ChecklistItem | Tier) -> str:
    match item:
        case ChecklistItem():
            return f"{item.title} {shown(item.points)}"
        case Tier():
            return f"{item.title} {shown(item.low * 100)}%–{shown(item.high * 100)}%"
    points = item.points if isinstance(item.points, tuple) else (item.points,)
    return f"{'' if item.when is None else shown(item.when)} → {'–'.join(map(shown, points))}"


_SHOWN: Mapping[type, Callable[[Any], str]] = {
    bool: lambda value: "是" if value else "否",
    Fraction: decimal_text,
    Formula: lambda formula: formula_words(formula.tree),
    Sentence: sentence_words,
    Bounds: bounds_words,
    Rounding: lambda rounding: f"{rounding.places} {rounding.mode}",
    Target: _target,
    Otherwise: _otherwise,
    Cap: _cap,
    MethodCall: _call,
    Scoring: _scoring,
    Quantity: lambda quantity: quantity.text or f"{decimal_text(quantity.number)}{quantity.unit}",
    tuple: lambda values: "、".join(map(shown, values)),
}

"""What assessors enter: the tier and score of a judgement, the points given for each item of a checklist."""

from __future__ import annotations

from fractions import Fraction
from typing import cast

from evalrules._edition.model import ChecklistItem, Scoring, Tier
from evalrules._formula.program import JUDGED, POINTS, PointsBetween, Rule
from evalrules._formula.scope import Bounds, Scope, Variable
from evalrules._formula.tree import Arithmetic, Choice, Comparing, Formula, Name, Number, Placeholder, Sentence
from evalrules._numbers import decimal_text

ITEM, TIER = "评价要点", "评判档次"
_WHOLE = Fraction(1)


def item_name(number: int) -> str:
    """Give the name of the points given for an item of a checklist, counted from 0."""
    return f"{ITEM}[{number}]"


def answer_scope(scoring: Scoring) -> Scope:
    """Give what an assessor enters: the tier of a judgement, or the points given for each item of a checklist."""
    if scoring.form == "judged":
        return {
            TIER: Variable(
                TIER, "choice", None, choices=tuple(tier.title for tier in cast("tuple[Tier, ...]", scoring.items))
            )
        }
    if scoring.form != "checklist":
        return {}
    items = enumerate(cast("tuple[ChecklistItem, ...]", scoring.items))
    named = ((item_name(number), Bounds(Fraction(0), item.points)) for number, item in items)
    return {name: Variable(name, "number", bounds=bounds) for name, bounds in named}


def item_rule(number: int, item: ChecklistItem, label: str) -> Rule:
    """Take away what an item was not given."""
    given, whole = Name(item_name(number)), Number(item.points)
    points = decimal_text(item.points)
    sentence = _sentence(f"评价要点“{item.title}”得 ", given, f" 分，满分 {points} 分")
    lost = Formula(f"{points} − {given.name}", Arithmetic("-", whole, given), item.location)
    when = Formula(f"{given.name} < {points}", Comparing(given, (("<", whole),)), item.location)
    return Rule(lost, label, when, None, sentence, item.location)


def tier_rule(tier: Tier, label: str) -> Rule:
    """Hold an assessor's score to the tier chosen; the upper edge belongs to the top tier alone."""
    when = Formula(f"{TIER} = {tier.title}", Comparing(Name(TIER), (("=", Choice(tier.title)),)), tier.location)
    edges = PointsBetween(_share(tier.low, tier), _share(tier.high, tier), high_open=tier.high != _WHOLE)
    return Rule(edges, label, when, None, _sentence(f"评判为“{tier.title}”，得 ", Name(JUDGED), " 分"), tier.location)


def _share(share: Fraction, tier: Tier) -> Formula:
    text = f"{POINTS} × {decimal_text(share * 100)}%"
    return Formula(text, Arithmetic("*", Name(POINTS), Number(share, percent=True)), tier.location)


def _sentence(before: str, name: Name, behind: str) -> Sentence:
    placeholder = Placeholder(Formula(name.name, name))
    return Sentence(f"{before}{{{name.name}}}{behind}", (before, placeholder, behind))

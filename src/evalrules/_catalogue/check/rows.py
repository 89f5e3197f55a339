"""Rules as written: rows that decide every case, reasons wherever points are lost, parts that make a whole."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from evalrules._catalogue.check.edition import Edition
from evalrules._catalogue.lower import written_out
from evalrules._catalogue.model import AwardRow, ChecklistItem, Indicator, MethodCall, Scoring, Tier
from evalrules._formula.program import POINTS
from evalrules._formula.tree import Name, Number
from evalrules._numbers import decimal_text
from evalrules._problems import Problem, problem

_WHOLE = Fraction(1)


def last_rows(edition: Edition) -> Iterator[Problem]:
    """The last row of an award has no condition, and only the last: every case is decided by some row."""
    for scoring, _ in _written(edition):
        if scoring.form != "award" or not scoring.items:
            continue
        rows = [item for item in scoring.items if isinstance(item, AwardRow)]
        if rows[-1].when is not None:
            yield problem("award-without-last-row", rows[-1].location or scoring.location)
        for number, row in enumerate(rows[:-1]):
            if row.when is None:
                yield problem("row-behind-last", rows[number + 1].location or scoring.location, row=number + 1)


def reasons(edition: Edition) -> Iterator[Problem]:
    """A row that gives less than full points gives a reason; only literally full points need none."""
    for scoring, indicator in _written(edition):
        for item in scoring.items:
            if isinstance(item, AwardRow) and item.because is None and not _is_full(item, indicator):
                yield problem("reason-missing", item.location or scoring.location)


def ranges_of_points(edition: Edition) -> Iterator[Problem]:
    """A range of points begins below its end."""
    for scoring, _ in _written(edition):
        for item in scoring.items:
            if isinstance(item, AwardRow) and isinstance(item.points, tuple):
                low, high = (each.tree for each in item.points)
                if isinstance(low, Number) and isinstance(high, Number) and low.value > high.value:
                    yield problem("range-turned", item.location, low=item.points[0].text, high=item.points[1].text)


def tiers(edition: Edition) -> Iterator[Problem]:
    """The tiers of a judgement go from 0 to the full points, without gap or overlap."""
    for scoring, _ in _written(edition):
        found = sorted(
            (item for item in scoring.items if isinstance(item, Tier)), key=lambda tier: (tier.low, tier.high)
        )
        for lower, upper in pairwise(found):
            if lower.high != upper.low:
                code = "tiers-gap" if lower.high < upper.low else "tiers-overlap"
                edges = {"high": _rate(lower.high), "low": _rate(upper.low)}
                yield problem(code, upper.location, tier=upper.title, other=lower.title, **edges)
        if found and (found[0].low != 0 or found[-1].high != _WHOLE):
            edges = {"low": _rate(found[0].low), "high": _rate(found[-1].high)}
            yield problem("tiers-not-whole", scoring.location or found[0].location, **edges)


def checklists(edition: Edition) -> Iterator[Problem]:
    """The items of a checklist are worth the indicator's points together, and each is worth something."""
    for scored in edition.scored:
        if isinstance(scored.scoring, MethodCall) and scored.scoring.method not in edition.catalogue.methods:
            continue
        scoring = written_out(edition.catalogue, scored.scoring)
        items = [item for item in scoring.items if isinstance(item, ChecklistItem)]
        total = sum((item.points for item in items), Fraction(0))
        indicator = scored.indicator
        if items and indicator is not None and total != indicator.points:
            numbers = {"total": decimal_text(total), "points": decimal_text(indicator.points)}
            yield problem("checklist-sum", scored.location or indicator.location, title=indicator.title, **numbers)


def items_are_worth_points(edition: Edition) -> Iterator[Problem]:
    """An item of a checklist is worth more than 0 points."""
    for scoring, _ in _written(edition):
        for item in scoring.items:
            if isinstance(item, ChecklistItem) and item.points <= 0:
                yield problem("item-without-points", item.location or scoring.location, item=item.title)


def _written(edition: Edition) -> Iterator[tuple[Scoring, Indicator | None]]:
    """Go through the scorings that this edition writes out, with the indicator that one belongs to."""
    yield from ((method.scoring, None) for method in edition.methods)
    for scored in edition.scored:
        if isinstance(scored.scoring, Scoring):
            yield scored.scoring, scored.indicator


def _is_full(row: AwardRow, indicator: Indicator | None) -> bool:
    if isinstance(row.points, tuple):
        return False
    tree = row.points.tree
    if isinstance(tree, Name):
        return tree.name == POINTS
    return indicator is not None and isinstance(tree, Number) and not tree.percent and tree.value == indicator.points


def _rate(share: Fraction) -> str:
    return decimal_text(share * 100) + "%"

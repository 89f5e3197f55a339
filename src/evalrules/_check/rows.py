"""Rules as written: every case is decided, losses have reasons, bands have no gaps, rates are no numbers times 100."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from heapq import heappop, heappush
from itertools import pairwise
from typing import NamedTuple

from evalrules._check.edition import Edition
from evalrules._check.reach import WrittenRules
from evalrules._edition.lower import written_out
from evalrules._edition.model import AwardRow, ChecklistItem, DeductRule, Indicator, MethodCall, Scoring, Tier
from evalrules._edition.scopes import most_carried
from evalrules._form_words import plain_word
from evalrules._formula.intervals import allowed, comparisons, hull, is_point, overlap, turned, whole
from evalrules._formula.program import POINTS, Rule
from evalrules._formula.ranges import Ranges
from evalrules._formula.scope import ANY, Bounds
from evalrules._formula.tree import Arithmetic, Both, Comparing, Formula, Name, Node, Number
from evalrules._formula.words import formula_words
from evalrules._numbers import decimal_text
from evalrules._problems import Location, Problem, problem

# Rules as written: rows that decide every case, reasons wherever points are lost, parts that make a whole.


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


def full_points_follow(edition: Edition) -> Iterator[Problem]:
    """Where points of others can move in, full points are not written as a number: it would stay as it is."""
    for scored in edition.scored:
        scoring, indicator = _written_out(edition, scored.scoring), scored.indicator
        for item in scoring.items if scoring is not None and indicator is not None else ():
            if isinstance(item, AwardRow) and indicator is not None and _most(item) == indicator.points:
                place = item.location if isinstance(scored.scoring, Scoring) else scored.location
                yield from _moved_in(edition, indicator, place)


def _most(row: AwardRow) -> Fraction | None:
    """Give the points of a row, or the most that it leaves to an assessor, where they are a number."""
    tree = (row.points[-1] if isinstance(row.points, tuple) else row.points).tree
    return tree.value if isinstance(tree, Number) else None


def _moved_in(edition: Edition, indicator: Indicator, place: Location | None) -> Iterator[Problem]:
    most = most_carried(edition.catalogue, indicator)
    if most > indicator.points:
        numbers = {"points": decimal_text(indicator.points), "most": decimal_text(most)}
        yield problem("literal-points-moved", place or indicator.location, title=indicator.title, **numbers)


def ranges_of_points(edition: Edition) -> Iterator[Problem]:
    """A range of points begins below its end."""
    for scoring, _ in _written(edition):
        for item in scoring.items:
            if isinstance(item, AwardRow) and isinstance(item.points, tuple):
                low, high = (each.tree for each in item.points)
                if isinstance(low, Number) and isinstance(high, Number) and low.value > high.value:
                    yield problem("range-turned", item.location, low=item.points[0].text, high=item.points[1].text)


def tiers(edition: Edition) -> Iterator[Problem]:
    """The tiers of a judgement go from 0 to the full points, without gap or overlap; each word is that of one tier."""
    for scoring, _ in _written(edition):
        known: dict[str, str] = {}
        for tier in scoring.tiers:
            for word in (tier.title, *tier.also):
                other = known.setdefault(plain_word(word), tier.title)
                if other != tier.title:
                    yield problem("tier-word-twice", tier.location, word=word, tier=other)
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
        indicator, scoring = scored.indicator, _written_out(edition, scored.scoring)
        items = [] if scoring is None else scoring.checklist
        total = sum((item.points for item in items), Fraction(0))
        if items and indicator is not None and total != indicator.points:
            numbers = {"total": decimal_text(total), "points": decimal_text(indicator.points)}
            yield problem("checklist-sum", scored.location or indicator.location, title=indicator.title, **numbers)


def items_are_worth_points(edition: Edition) -> Iterator[Problem]:
    """An item of a checklist is worth more than 0 points."""
    for scoring, _ in _written(edition):
        for item in scoring.items:
            if isinstance(item, ChecklistItem) and item.points <= 0:
                yield problem("item-without-points", item.location or scoring.location, item=item.title)


def _written_out(edition: Edition, scoring: Scoring | MethodCall) -> Scoring | None:
    """Give the scoring that is written out; None where the method that is called is not known."""
    known = isinstance(scoring, Scoring) or scoring.method in edition.catalogue.methods
    return written_out(edition.catalogue, scoring) if known else None


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


# Rates as people are used to write them: × 100 for a %, and a share of the points for points.


_HUNDRED = Number(Fraction(100))
Factors = tuple[tuple[Node, ...], tuple[Node, ...]]


def rates_are_not_times_hundred(edition: Edition) -> Iterator[Problem]:
    """A quotient that is declared in % is not multiplied by 100 as well: 95 ÷ 100 is 95% as it stands."""
    catalogue = edition.catalogue
    declared = [(figure.unit, figure.formula) for figure in catalogue.data.values()]
    declared += [(indicator.unit or "", indicator.value) for indicator in catalogue.indicators]
    for unit, formula in declared:
        if unit == "%" and formula is not None:
            above, below = _factors(formula.tree)
            hundred = next((part for part in above if part == _HUNDRED), None)
            if hundred is not None and below:
                yield problem("rate-times-hundred", formula.at(hundred.span), formula=formula_words(formula.tree))


def _factors(node: Node) -> Factors:
    """Give what is multiplied, and what it is divided by, at the top of a formula."""
    if not isinstance(node, Arithmetic) or node.operator not in ("*", "/"):
        return (node,), ()
    left, right = _factors(node.left), _factors(node.right)
    right = right if node.operator == "*" else (right[1], right[0])
    return left[0] + right[0], left[1] + right[1]


def points_are_no_rates(edition: Edition) -> Iterator[Problem]:
    """Points that are written as a bare % are next to none: a share of the points is ``分值 × 60%``."""
    scorings = [method.scoring for method in edition.methods]
    scorings += [one.scoring for one in edition.scored if not isinstance(one.scoring, MethodCall)]
    for scoring in scorings:
        for item in scoring.items:
            for formula in _points(item) if isinstance(item, AwardRow | DeductRule) else ():
                if isinstance(formula.tree, Number) and formula.tree.percent and formula.tree.value:
                    points = decimal_text(formula.tree.value)
                    yield problem("points-are-rate", formula.location, rate=formula.text.strip(), points=points)


def _points(item: AwardRow | DeductRule) -> tuple[Formula, ...]:
    return item.points if isinstance(item.points, tuple) else (item.points,)


# Bands: rows that cut one quantity into ranges, which must neither leave a gap nor claim a value twice.


class Band(NamedTuple):
    """A row, the quantity that its condition bounds, and between which values."""

    rule: Rule
    subject: Node
    bounds: Bounds


def bands_fit_together(written: WrittenRules) -> Iterator[Problem]:
    """Bands of one quantity follow each other without a gap, and an edge belongs to one of them."""
    if written.reading.program.form == "award":
        bands = bands_of(written)
        reached = {rule.label for rule, _, holds in written.reading.way if holds is not None}
        yield from _overlaps([band for band in bands if band.rule.label in reached])
        yield from _gaps(bands, written)


def bands_of(written: WrittenRules) -> list[Band]:
    """Give the rows as bands where every condition bounds the same quantity, else nothing."""
    known = written.reading.known
    found = [
        _band(rule, rule.when.tree, known)
        for rule in written.reading.program.rules
        if rule.when is not None and known is not None
    ]
    bands = [band for band in found if band is not None]
    same = len({band.subject for band in bands}) == 1
    return bands if same and len(bands) == len(found) else []


def _band(rule: Rule, condition: Node, known: Ranges) -> Band | None:
    operands = condition.operands if isinstance(condition, Both) else (condition,)
    pairs = [pair for operand in operands if isinstance(operand, Comparing) for pair in comparisons(operand)]
    if len(pairs) < len(operands):
        return None
    subject: Node | None = None
    bounds: Bounds | None = ANY
    for left, sign, right in pairs:
        if is_point(known.bounds(left)):
            left, sign, right = right, turned(sign), left  # noqa: PLW2901 - the quantity stands on the left from here on
        edge = known.bounds(right)
        if not is_point(edge) or sign == "≠" or subject not in (None, left):
            return None
        subject, bounds = left, overlap(bounds, allowed(sign, edge)) if bounds is not None else None
    return Band(rule, subject, bounds) if subject is not None and bounds is not None else None


def _overlaps(bands: list[Band]) -> Iterator[Problem]:
    """Tell a row whose own edge lies inside a row above it: of that edge, both rows speak."""
    ends = [
        (_end(band.bounds.low, -1, band.bounds.low_open), _end(band.bounds.high, 1, band.bounds.high_open))
        for band in bands
    ]
    first = _first_at(ends)
    for number, (band, own) in enumerate(zip(bands, ends, strict=True)):
        above = bands[min(first[end] if end[0] == 0 else number for end in own)]
        if above is not band and band.rule.when is not None and above.rule.when is not None:
            texts = {"condition": band.rule.when.text, "other": above.rule.when.text}
            yield problem("bands-overlap", band.rule.when.location or band.rule.location, **texts)


End = tuple[int, Fraction, int]
"""Where a band ends: a value, or what lies directly below (−1) or above it (1); before it −1 or 1 for no end."""


def _end(value: Fraction | None, side: int, is_open: bool) -> End:  # noqa: FBT001
    return (side, Fraction(0), 0) if value is None else (0, value, -side if is_open else 0)


def _first_at(ends: Sequence[tuple[End, End]]) -> dict[End, int]:
    """Give the first band that holds each place where some band ends, going once along the line."""
    order = sorted(range(len(ends)), key=lambda number: ends[number][0], reverse=True)
    found: dict[End, int] = {}
    holding: list[int] = []
    for place in sorted({end for pair in ends for end in pair}):
        while order and ends[order[-1]][0] <= place:
            heappush(holding, order.pop())
        while ends[holding[0]][1] < place:
            heappop(holding)
        found[place] = holding[0]
    return found


def _gaps(bands: list[Band], written: WrittenRules) -> Iterator[Problem]:
    """Tell where two neighbouring bands leave values between them to the last row, which is for what lies beyond."""
    if not bands or not _goes_beyond(bands, written):
        return
    ordered = sorted(bands, key=lambda band: (band.bounds.low is not None, band.bounds.low or 0, band.bounds.low_open))
    reached: Bounds | None = None
    for lower, upper in pairwise(ordered):
        reached = lower.bounds if reached is None else hull((reached, lower.bounds))
        between = _between(reached, upper.bounds)
        if between is None or not _is_possible(between, upper.subject, written):
            continue
        if lower.rule.when is not None and upper.rule.when is not None:
            texts = {"condition": upper.rule.when.text, "other": lower.rule.when.text}
            yield problem("bands-gap", upper.rule.when.location or upper.rule.location, **texts)


def _goes_beyond(bands: list[Band], written: WrittenRules) -> bool:
    """Tell whether values below all bands or above all of them are left to the last row."""
    covered = hull(band.bounds for band in bands)
    below = None if covered.low is None else Bounds(None, covered.low, False, not covered.low_open)
    above = None if covered.high is None else Bounds(covered.high, None, not covered.high_open)
    return any(_is_possible(end, bands[0].subject, written) for end in (below, above) if end is not None)


def _between(lower: Bounds, upper: Bounds) -> Bounds | None:
    """Give what lies above one range and below another; None where they meet."""
    if lower.high is None or upper.low is None:
        return None
    above = Bounds(lower.high, None, not lower.high_open)
    return overlap(above, Bounds(None, upper.low, False, not upper.low_open))


def _is_possible(bounds: Bounds, subject: Node, written: WrittenRules) -> bool:
    """Tell whether the quantity can have a value there: what is counted in whole numbers may have none."""
    known, reading = written.reading.known, written.reading
    variable = reading.scope.get(subject.name) if isinstance(subject, Name) else None
    if variable is not None and variable.integer:
        bounds = whole(bounds)
    return known is not None and overlap(bounds, known.bounds(subject)) is not None

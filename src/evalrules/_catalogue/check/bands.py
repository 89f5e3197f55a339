"""Bands: rows that cut one quantity into ranges, which must neither leave a gap nor claim a value twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from evalrules._catalogue.check.reach import Written
from evalrules._formula.intervals import hull, is_point, opposite, overlap, whole
from evalrules._formula.program import Rule
from evalrules._formula.range_comparisons import allowed, comparisons, turned
from evalrules._formula.ranges import Ranges
from evalrules._formula.scope import ANY, Bounds
from evalrules._formula.tree import Both, Comparing, Name, Node
from evalrules._problems import Problem, problem


class Band(NamedTuple):
    """A row, the quantity that its condition bounds, and between which values."""

    rule: Rule
    subject: Node
    bounds: Bounds


def bands_fit_together(written: Written) -> Iterator[Problem]:
    """Bands of one quantity follow each other without a gap, and an edge belongs to one of them."""
    if written.scoring.form == "award":
        bands = _bands(written)
        reached = {rule.label for rule, _, holds in written.reading.way if holds is not None}
        yield from _overlaps([band for band in bands if band.rule.label in reached])
        yield from _gaps(bands, written)


def _bands(written: Written) -> list[Band]:
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
    for number, band in enumerate(bands):
        above = next((other for other in bands[:number] if _reaches_into(band.bounds, other.bounds)), None)
        if above is not None and band.rule.when is not None and above.rule.when is not None:
            texts = {"condition": band.rule.when.text, "other": above.rule.when.text}
            yield problem("bands-overlap", band.rule.when.location or band.rule.location, **texts)


def _reaches_into(band: Bounds, other: Bounds) -> bool:
    """Tell whether an end of a band, or what lies directly inside of it, belongs to another band too."""
    return _begins_inside(band, other) or _begins_inside(opposite(band), opposite(other))


def _begins_inside(band: Bounds, other: Bounds) -> bool:
    if band.low is None:
        return False
    if not band.low_open:
        return other.admits(band.low)
    return (other.low is None or other.low <= band.low) and (other.high is None or other.high > band.low)


def _gaps(bands: list[Band], written: Written) -> Iterator[Problem]:
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


def _goes_beyond(bands: list[Band], written: Written) -> bool:
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


def _is_possible(bounds: Bounds, subject: Node, written: Written) -> bool:
    """Tell whether the quantity can have a value there: what is counted in whole numbers may have none."""
    known, reading = written.reading.known, written.reading
    variable = reading.scope.get(subject.name) if isinstance(subject, Name) else None
    if variable is not None and variable.integer:
        bounds = whole(bounds)
    return known is not None and overlap(bounds, known.bounds(subject)) is not None

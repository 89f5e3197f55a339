"""Slips in rows and reasons: edges that moved, quotes left open, neighbours that score alike, falling anchors."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Final

from evalrules._check.edition import Edition
from evalrules._check.reach import WrittenRules
from evalrules._check.rows import bands_of
from evalrules._check.way import formulas_of, ranges_for, said_by
from evalrules._edition.scopes import data_scope
from evalrules._formula.functions.calendar import DATE
from evalrules._formula.functions.numbers import INTERPOLATE
from evalrules._formula.intervals import comparisons, is_point, overlap
from evalrules._formula.program import ACTUAL, POINTS, TARGET, PointsBetween, Rule, dependencies
from evalrules._formula.ranges import Ranges
from evalrules._formula.scope import Bounds
from evalrules._formula.tree import Call, Comparing, Formula, Name, Node, Number, Sentence, walk
from evalrules._formula.words import formula_words
from evalrules._patterns import regex
from evalrules._problems import Location, Problem, listed, problem

# Numbers that a reason names as the edge of a range: 低于 60%, 在 10%—20% 之间, 80%（含）以上.

# No repetition is tried again with fewer characters, and a number begins where its digits do.
_NUMBER: Final = r"(?<![\d.])(\d++(?:\.\d++)?)\s*+([%％]?)"
_NO_MEASURE: Final = r"(?![\d.]|\s*+(?:个?百分点|分|年|月|日|条|款|号))"
_BEFORE: Final = r"(?:低于|高于|超过|不足|大于|小于|达到|未达|不到|介于)\s*+"
_AFTER: Final = r"\s*+(?:（含）|\(含\)|及?以上|及?以下|以内|之间)"
_TO: Final = r"\s*+(?:——?|[–~～至到-])\s*+"
_EDGES: Final = tuple(
    regex(pattern)
    for pattern in (
        rf"{_NUMBER}{_TO}{_NUMBER}{_NO_MEASURE}",
        rf"{_BEFORE}{_NUMBER}{_NO_MEASURE}",
        rf"{_NUMBER}{_AFTER}",
    )
)


def reasons_name_edges(written: WrittenRules) -> Iterator[Problem]:
    """An edge that a reason names is one of its row: where the row begins or ends, or a number that its rule reads."""
    rules = written.reading.program.rules
    naming = [_named(rule.because) for rule in rules]
    if not any(naming):
        return
    conditions = [rule.when.tree for rule in rules if rule.when is not None]
    written_out = {part.value for tree in conditions for part in walk(tree) if isinstance(part, Number)}
    subjects = dict.fromkeys(side for tree in conditions for side in _compared(tree, written.reading.known))
    for (rule, _, holds), named in zip(written.reading.way, naming, strict=True):
        if not named or holds is None or any(_is_day(written, subject) for subject in subjects):
            continue
        edges = {end for subject in subjects for end in _ends(holds.bounds(subject))}
        if not edges:
            continue
        beside = written_out if rule.when is None else set[Fraction]()  # the last row begins where others end
        known = {*edges, *beside, *_read(written, rule)}
        for text, number in named.items():
            if number not in known:
                shown = listed(_written(edge, percent="%" in text) for edge in sorted(edges))
                place = (rule.because and rule.because.location) or rule.location
                yield problem("reason-edge-differs", place, found=text, edges=shown)


def _named(reason: Sentence | None) -> dict[str, Fraction]:
    """Give the numbers that a reason names as edges; of a range ``10—20%`` both ends are rates."""
    found: dict[str, Fraction] = {}
    text = "".join(part for part in (reason.parts if reason else ()) if isinstance(part, str))
    for pattern in _EDGES:
        for match in pattern.finditer(text):
            parts = match.groups()
            percent = parts[-1]
            for digits in parts[::2]:
                number = Fraction(digits) / (100 if percent else 1)
                found.setdefault(f"{digits}{'%' if percent else ''}", number)
    return found


def _written(edge: Fraction, *, percent: bool) -> str:
    return formula_words(Number(edge, percent))


def _compared(tree: Node, known: Ranges | None) -> Iterator[Node]:
    """Give what conditions hold against numbers that are known."""
    if known is None:
        return
    for part in walk(tree):
        for left, _, right in comparisons(part) if isinstance(part, Comparing) else ():
            points = [is_point(known.bounds(side)) for side in (left, right)]
            if points[0] != points[1]:
                yield right if points[0] else left


def _is_day(written: WrittenRules, subject: Node) -> bool:
    scope = written.reading.scope
    named = (scope.get(part.name) for part in walk(subject) if isinstance(part, Name))
    dated = any(each is not None and each.kind == "date" for each in named)
    return dated or any(isinstance(part, Call) and part.function == DATE.name for part in walk(subject))


def _ends(bounds: Bounds) -> Iterator[Fraction]:
    yield from (end for end in (bounds.low, bounds.high) if end is not None)


def _read(written: WrittenRules, rule: Rule) -> Iterator[Fraction]:
    """Give the numbers that a rule reads, those of computed names included, and the target."""
    formulas, known = written.reading.formulas, written.reading.known
    trees = [formula.tree for formula in formulas_of(rule)]
    named = {name for tree in trees for name in dependencies(tree, written.reading.trees)} - {ACTUAL}
    trees += [formulas[name].tree for name in named if name in formulas]
    yield from (part.value for tree in trees for part in walk(tree) if isinstance(part, Number))
    yield from _ends(known.bounds_of(TARGET)) if known is not None and TARGET in written.reading.scope else ()


# Quotes in reasons. YAML knows only straight ones, so curly ones are part of the text that the report shows.

_PAIRS: Final = ("“”", "‘’", "「」", "『』", '""')


def reasons_close_their_quotes(written: WrittenRules) -> Iterator[Problem]:
    """Quotes in a reason come in pairs, and do not stand around the whole of it."""
    for rule in written.reading.program.rules:
        yield from _loose_quotes(rule.because, rule.location)


def sentences_close_their_quotes(edition: Edition) -> Iterator[Problem]:
    """So do those in what checks and caps say."""
    catalogue = edition.catalogue
    said = [(check.because, check.location) for check in catalogue.checks]
    said += [(cap.because, cap.location) for cap in (*catalogue.caps, *catalogue.score_caps)]
    said += [(cap.because, cap.location) for cap in catalogue.grade_caps]
    for sentence, place in said:
        yield from _loose_quotes(sentence, place)


def _loose_quotes(said: Sentence | None, place: Location | None) -> Iterator[Problem]:
    if said is not None:
        text = "".join(part if isinstance(part, str) else "…" for part in said.parts).strip()
        if any(_left_open(text, *pair) or _around(text, *pair) for pair in _PAIRS):
            yield problem("reason-quotes", said.location or place, text=text)


def _left_open(text: str, opening: str, closing: str) -> bool:
    return text.count(opening) % 2 == 1 if opening == closing else text.count(opening) != text.count(closing)


def _around(text: str, opening: str, closing: str) -> bool:
    return text[:1] == opening and text.find(closing, 1) == len(text) - 1


# Neighbouring rows, and anchors.


def neighbours_differ(written: WrittenRules) -> Iterator[Problem]:
    """Two bands that lie side by side give different points: else one was meant to be another."""
    if written.reading.program.form != "award":
        return
    bands = bands_of(written)
    way = [
        (rule, holds.bounds(bands[0].subject)) for rule, _, holds in written.reading.way if holds is not None and bands
    ]
    for number, ((above, reached), (rule, left)) in enumerate(pairwise(way)):
        if (
            _gives_alike(above, rule, written.points)
            and _touch(reached, left)
            and not any(overlap(earlier, left) is not None for _, earlier in way[:number])
        ):
            yield problem("rows-score-alike", rule.location, points=formula_words(_points(rule)))


def _touch(one: Bounds, other: Bounds) -> bool:
    """Tell whether one range begins where the other ends."""
    return any(end is not None and end == begin for end, begin in ((one.high, other.low), (other.high, one.low)))


def _gives_alike(one: Rule, other: Rule, all_points: Fraction | None) -> bool:
    """Tell whether two rows give the same number, which 分值 is where the indicator's points are known."""
    if isinstance(one.points, PointsBetween) or isinstance(other.points, PointsBetween):
        return False
    trees = (_points(one), _points(other))
    given = [all_points if tree == Name(POINTS) else getattr(tree, "value", None) for tree in trees]
    return None not in given and given[0] == given[1]


def _points(rule: Rule) -> Node:
    return rule.points.high.tree if isinstance(rule.points, PointsBetween) else rule.points.tree


def anchors_rise(written: WrittenRules) -> Iterator[Problem]:
    """The anchors of 插值 rise from left to right: else it has no value."""
    reading = written.reading
    formulas = [formula for rule in reading.program.rules for formula in (*formulas_of(rule), *said_by(rule.because))]
    if reading.known is not None:
        yield from _falling([*formulas, *reading.formulas.values()], reading.known)


def anchors_of_the_edition_rise(edition: Edition) -> Iterator[Problem]:
    """So do those in values and figures."""
    values = [indicator.value for indicator in edition.catalogue.indicators if indicator.value is not None]
    formulas = [*values, *edition.computed.values()]
    calling = [each for each in formulas if any(_interpolates(part) for part in walk(each.tree))]
    if calling:
        known = ranges_for(edition, [each.tree for each in calling], data_scope(edition.catalogue))
        yield from _falling(calling, known)


def _interpolates(part: Node) -> bool:
    return isinstance(part, Call) and part.function == INTERPOLATE.name


def _falling(formulas: list[Formula], known: Ranges) -> Iterator[Problem]:
    for formula in formulas:
        for part in walk(formula.tree):
            if isinstance(part, Call) and _interpolates(part):
                for left, right in pairwise(part.arguments[1::2]):
                    low, high = known.bounds(left).low, known.bounds(right).high
                    if low is not None and high is not None and low >= high:
                        texts = {"left": formula_words(left), "right": formula_words(right)}
                        yield problem("anchors-not-rising", formula.at(right.span), **texts)

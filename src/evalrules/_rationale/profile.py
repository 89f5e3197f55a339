"""How a score depends on one input, all others as they are: tried at every edge, beside it, and between edges.

Nothing is guessed from the shape of a rule: the compiled rule itself says what each value scores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from attrs import frozen

Pair = tuple[int, int]
"""A number: numerator, and denominator above 0."""
Scoring = Callable[[Fraction], int | None]
"""The score in units for a value, None where the value has none."""


@frozen
class Stretch:
    """A single value (``low == high``), or the values strictly between two; None is no end."""

    low: Fraction | None
    high: Fraction | None

    @property
    def sample(self) -> Fraction:
        """A value in the stretch."""
        if self.low is None:
            return Fraction(0) if self.high is None else self.high - 1
        return self.low + 1 if self.high is None else (self.low + self.high) / 2


def stretches(edges: Sequence[Fraction]) -> Iterator[Stretch]:
    """Cut the line at the edges: each edge by itself, and what lies between."""
    before: Fraction | None = None
    for edge in edges:
        yield Stretch(before, edge)
        yield Stretch(edge, edge)
        before = edge
    yield Stretch(before, None)


@frozen(eq=False)
class Answer:
    """The nearest values that score at least ``score``: ``comparison`` and ``edge`` (``≥ 100%``)."""

    comparison: str
    edge: Fraction
    score: int

    def beyond(self, actual: Pair) -> int:
        """Give −, 0 or + for an edge below, at or above the actual."""
        return self.edge.numerator * actual[1] - actual[0] * self.edge.denominator

    def gap(self, actual: Pair) -> Pair:
        """Give how far the actual is from the edge."""
        return abs(self.beyond(actual)), self.edge.denominator * actual[1]


Profile = tuple[tuple[Stretch, int | None], ...]
"""Every stretch with its score in units, from the lowest; None where it has none."""


def profile(edges: Sequence[Fraction], scoring: Scoring) -> Profile:
    """Score a value of every stretch."""
    return tuple((stretch, scoring(stretch.sample)) for stretch in stretches(edges))


class Outlook:
    """Where at least so many units are scored, as seen from every stretch: the nearest such values on either side."""

    def __init__(self, tried: Profile, wanted: int) -> None:
        good = [score is not None and score >= wanted for _, score in tried]
        self._edges = [stretch.low for stretch, _ in tried if stretch.low is not None and stretch.low == stretch.high]
        self._seen = [_seen(tried, good, place) for place in range(len(tried))]

    def nearest(self, actual: Pair) -> Answer | None:
        """Find the values nearest to the actual; None where there are none."""
        numerator, denominator = actual
        place = 0
        for edge in self._edges:
            beyond = numerator * edge.denominator - edge.numerator * denominator
            if beyond <= 0:
                place += beyond == 0
                break
            place += 2
        seen = self._seen[place]
        if len(seen) > 1:
            return min(seen, key=lambda answer: Fraction(*answer.gap(actual)))
        return seen[0] if seen else None


def _seen(tried: Profile, good: Sequence[bool], place: int) -> tuple[Answer, ...]:
    """Give the nearest answers below a stretch, in it, and above it."""
    here = tried[place][0].sample
    answers = [_answer(tried, good, other, here) if good[other] else None for other in range(len(tried))]
    below = next((answer for answer in reversed(answers[:place]) if answer is not None), None)
    above = next((answer for answer in answers[place + 1 :] if answer is not None), None)
    return tuple(answer for answer in (below, answers[place], above) if answer is not None)


def _answer(tried: Profile, good: Sequence[bool], place: int, actual: Fraction) -> Answer | None:
    stretch, score = tried[place][0], tried[place][1] or 0
    low, high = stretch.low, stretch.high
    if low is not None and low == high:
        return Answer(_comparison(good, place, low, actual), low, score)
    near = low if high is None or (low is not None and low >= actual) else high
    if near is None:
        return None
    beside = place - 1 if near == low else place + 1
    return None if good[beside] else Answer(">" if near == low else "<", near, score)


def _comparison(good: Sequence[bool], place: int, edge: Fraction, actual: Fraction) -> str:
    """Say ``≥`` or ``≤`` where the values beyond the edge, as seen from the actual, do as well."""
    if edge > actual and good[place + 1]:
        return "≥"
    return "≤" if edge < actual and good[place - 1] else "="

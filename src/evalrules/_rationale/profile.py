"""How a score depends on one input, all others as they are: tried at every edge, beside it, and between edges.

Nothing is guessed from the shape of a rule: the compiled rule itself says what each value scores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from attrs import frozen

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


@frozen
class Answer:
    """The nearest values that score at least ``score``: ``comparison`` and ``edge`` (``≥ 100%``), and how far it is."""

    comparison: str
    edge: Fraction
    score: int

    def gap(self, actual: Fraction) -> Fraction:
        """Give how far the actual is from the edge."""
        return abs(self.edge - actual)


Profile = tuple[tuple[Stretch, int | None], ...]
"""Every stretch with its score in units, from the lowest; None where it has none."""


def profile(edges: Sequence[Fraction], scoring: Scoring) -> Profile:
    """Score a value of every stretch."""
    return tuple((stretch, scoring(stretch.sample)) for stretch in stretches(edges))


def nearest(tried: Profile, actual: Fraction, wanted: int) -> Answer | None:
    """Find the values nearest to ``actual`` that score at least ``wanted`` units; None where none does."""
    good = [score is not None and score >= wanted for _, score in tried]
    found = (_answer(tried, good, place, actual) for place in range(len(tried)) if good[place])
    return min((answer for answer in found if answer is not None), key=lambda answer: answer.gap(actual), default=None)


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

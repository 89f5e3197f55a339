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

    @property
    def is_point(self) -> bool:
        """Whether it is a single value."""
        return self.low is not None and self.low == self.high


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


def nearest(edges: Sequence[Fraction], scoring: Scoring, actual: Fraction, wanted: int) -> Answer | None:
    """Find the values nearest to ``actual`` that score at least ``wanted`` units; None where none does."""
    cut = list(stretches(edges))
    scores = [scoring(stretch.sample) for stretch in cut]
    good = [score is not None and score >= wanted for score in scores]
    found = [_answer(cut, good, place, scores, actual) for place in range(len(cut)) if good[place]]
    return min((answer for answer in found if answer is not None), key=lambda answer: answer.gap(actual), default=None)


def _answer(
    cut: Sequence[Stretch], good: Sequence[bool], place: int, scores: Sequence[int | None], actual: Fraction
) -> Answer | None:
    stretch, score = cut[place], scores[place] or 0
    if stretch.is_point:
        assert stretch.low is not None
        return Answer(_comparison(good, place, stretch.low, actual), stretch.low, score)
    near = stretch.low if stretch.high is None or (stretch.low is not None and stretch.low >= actual) else stretch.high
    if near is None:
        return None
    beside = place - 1 if near == stretch.low else place + 1
    return None if good[beside] else Answer(">" if near == stretch.low else "<", near, score)


def _comparison(good: Sequence[bool], place: int, edge: Fraction, actual: Fraction) -> str:
    """Say ``≥`` or ``≤`` where the values beyond the edge, as seen from the actual, do as well."""
    if edge > actual and good[place + 1]:
        return "≥"
    return "≤" if edge < actual and good[place - 1] else "="

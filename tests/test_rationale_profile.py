"""What would have been enough: the nearest values that score as much as is wanted, wherever they lie."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from evalrules._reasons.account import Outlook, Profile, Stretch, Tried, profile

numbers = st.fractions(-5, 5, max_denominator=4)
edges = st.lists(numbers, min_size=1, max_size=4, unique=True).map(sorted)


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    """Draw a profile: what every edge scores, and every stretch between; some score nothing at all."""
    scores = st.one_of(st.none(), st.integers(0, 3))
    return profile(draw(edges), lambda _: draw(scores))


def holds(stretch: Stretch, number: Fraction) -> bool:
    """Tell whether a number lies in a stretch."""
    if stretch.low is not None and stretch.low == stretch.high:
        return number == stretch.low
    return (stretch.low is None or stretch.low < number) and (stretch.high is None or number < stretch.high)


def distance(stretch: Stretch, number: Fraction) -> Fraction:
    """Give how far a number is from a stretch."""
    below = Fraction(0) if stretch.low is None else stretch.low - number
    above = Fraction(0) if stretch.high is None else number - stretch.high
    return max(Fraction(0), below, above)


@given(profiles(), numbers, st.integers(0, 3))
def test_nothing_nearer_scores_as_much(tried: Profile, actual: Fraction, wanted: int) -> None:
    """Where the actual does not score enough, the answer is the edge of the nearest values that do."""
    good = [stretch for stretch, score in tried if score is not None and score >= wanted]
    here = next(stretch for stretch, _ in tried if holds(stretch, actual))
    answer = Outlook(tried, wanted).nearest((actual.numerator, actual.denominator))
    if here in good:
        return
    if answer is None:
        assert good == []
        return
    away = abs(Fraction(*answer.beyond((actual.numerator, actual.denominator))))
    assert away == min(distance(one, actual) for one in good)


@given(profiles(), numbers, st.integers(0, 3))
def test_what_the_answer_says_is_so(tried: Profile, actual: Fraction, wanted: int) -> None:
    """The values that the comparison names beside the edge score enough: the edge, those beyond it, or both."""
    answer = Outlook(tried, wanted).nearest((actual.numerator, actual.denominator))
    if answer is None:
        return
    good = [stretch for stretch, score in tried if score is not None and score >= wanted]
    place = next(place for place, (stretch, _) in enumerate(tried) if stretch == Stretch(answer.edge, answer.edge))
    above, at, below = (tried[place + step][0] in good for step in (1, 0, -1))
    named = {"≥": at and above, ">": above and not at, "=": at, "≤": at and below, "<": below and not at}
    assert named[answer.comparison]
    assert answer.score >= wanted


@given(profiles(), st.integers(0, 3))
def test_a_level_is_the_least_score_that_will_do(tried: Profile, wanted: int) -> None:
    """Whoever wants more than nothing scores must take the next that something does."""
    enough = [score for _, score in tried if score is not None and score >= wanted]
    assert Tried(tried).level(wanted) == min(enough, default=None)

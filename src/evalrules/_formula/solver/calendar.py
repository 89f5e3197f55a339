"""What the solver is told of the calendar: each day by the number of its month and the day in it.

A day's month is a formula of divisions that the solver cannot turn round. Instead of it the solver gets unknowns with
facts about them: ``loosely`` only the order of days and about how long months are, all linear, which settles most
questions at once; ``exactly`` the calendar itself, year by year, for finding days.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import accumulate, combinations
from typing import Final

from evalrules._formula.solver.terms import Day, Term, Terms, replaced, value_of
from evalrules._values import frozen

FIRST_YEAR, LAST_YEAR = 1900, 2199
FIRST_DAY: Final = datetime.date(FIRST_YEAR, 1, 1).toordinal()
LAST_DAY: Final = datetime.date(LAST_YEAR, 12, 31).toordinal()
_YEAR, _SHORTEST, _LONGEST = 12, 28, 31
_FEBRUARY, _MARCH, _LAST_OF_FOUR = 1, 2, 3
_MEAN: Final = Fraction(146_097, 4_800)
"""The days of a month, on the mean of 400 years."""
_BEFORE: Final = (0, *accumulate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30)))
"""The days of a year before each month, without a leap day."""


@frozen(eq=False)
class _Known:
    """A day as unknowns: its month counted through all years, the day in it, and how many days the month has."""

    ordinal: Term
    month: Term
    day: Term
    length: Term

    @property
    def before(self) -> Term:
        """The day before the month begins."""
        return self.ordinal - self.day


def loosely(terms: Terms, conditions: Sequence[Term]) -> list[Term]:
    """Put unknown months and days into conditions, with facts that hold of all days and decide nothing by division."""
    return _told(terms, conditions, exact=False)


def exactly(terms: Terms, conditions: Sequence[Term]) -> list[Term]:
    """Put unknown months and days into conditions, with the whole calendar."""
    return _told(terms, conditions, exact=True)


def _told(terms: Terms, conditions: Sequence[Term], *, exact: bool) -> list[Term]:
    days = terms.days_in(conditions)
    if not days:
        return list(conditions)
    known = [_unknown(terms, day, str(place)) for place, day in enumerate(days)]
    unknown = [one for day, one in zip(days, known, strict=True) if value_of(day.ordinal) is None]
    pairs = [pair for day, one in zip(days, known, strict=True) for pair in _instead(day, one)]
    facts = [fact for one in unknown for fact in _facts(terms, one)]
    facts += [fact for one, other in combinations(known, 2) for fact in _order(terms, one, other)]
    if exact:
        facts += [fact for place, one in enumerate(unknown) for fact in _by_year(terms, one, str(place))]
    return [*replaced(conditions, pairs), *facts]


def _unknown(terms: Terms, day: Day, place: str) -> _Known:
    known = value_of(day.ordinal)
    if known is not None:
        date = datetime.date.fromordinal(int(known))
        parts = (date.year * _YEAR + date.month - 1, date.day, calendar.monthrange(date.year, date.month)[1])
        return _Known(day.ordinal, *map(terms.whole, parts))
    names = (f"{word} {place}" for word in ("month", "day", "length"))
    return _Known(day.ordinal, *map(terms.whole_named, names))


def _instead(day: Day, known: _Known) -> Iterator[tuple[Term, Term]]:
    yield day.month, known.month
    yield day.day, known.day
    yield day.goes_on, known.day < known.length


def _facts(terms: Terms, one: _Known) -> Iterator[Term]:
    yield from (one.ordinal >= FIRST_DAY, one.ordinal <= LAST_DAY)
    yield from (one.month >= FIRST_YEAR * _YEAR, one.month < (LAST_YEAR + 1) * _YEAR)
    yield from (one.day >= 1, one.day <= one.length, one.length >= _SHORTEST, one.length <= _LONGEST)
    low, high = _beside_mean()
    off = terms.as_number(one.before) - terms.as_number(one.month) * terms.number(_MEAN)
    yield from (off >= terms.number(low), off <= terms.number(high))


@cache
def _beside_mean() -> tuple[Fraction, Fraction]:
    """Give how far the beginnings of months lie from where they would if all months were alike."""
    months = [(year, month) for year in range(FIRST_YEAR, LAST_YEAR + 1) for month in range(_YEAR)]
    off = [datetime.date(year, month + 1, 1).toordinal() - 1 - (year * _YEAR + month) * _MEAN for year, month in months]
    return min(off), max(off)


def _order(terms: Terms, one: _Known, other: _Known) -> Iterator[Term]:
    """Tell of two days that months follow one another, each as long as it is."""
    same = one.month == other.month
    yield terms.any_of((terms.no(same), terms.all_of((one.before == other.before, one.length == other.length))))
    for first, second in ((one, other), (other, one)):
        between = second.month - first.month - 1
        gap = second.before - first.before - first.length
        follows = [between >= 0, gap >= _SHORTEST * between, gap <= _LONGEST * between]
        yield terms.any_of((second.month <= first.month, terms.all_of(follows)))


def _by_year(terms: Terms, one: _Known, place: str) -> Iterator[Term]:
    """Tell of a day its year, the month of the year, and all days before it."""
    year, month, fours, rest = (terms.whole_named(f"{word} {place}") for word in ("year", "month of", "fours", "rest"))
    yield from (one.month == year * _YEAR + month, month >= 0, month < _YEAR)
    yield from (year - 1 == fours * 4 + rest, rest >= 0, rest <= _LAST_OF_FOUR)
    centuries = _step(terms, year, ((1900, 18), (2000, 19), (2100, 20)), 21)
    fourth = _step(terms, year, ((2000, 4),), 5)
    leap = terms.all_of((rest == _LAST_OF_FOUR, *(year != each for each in (1900, 2100))))
    one_more, none = terms.whole(1), terms.whole(0)
    leap_day = terms.choose(terms.all_of((leap, month >= _MARCH)), one_more, none)
    before_year = (year - 1) * 365 + fours - centuries + fourth
    starts = _step(terms, month, tuple(enumerate(_BEFORE[:-1])), _BEFORE[-1])
    yield one.before == before_year + starts + leap_day
    short = _step(terms, month, tuple(enumerate(_lengths()[:-1])), _LONGEST)
    yield one.length == short + terms.choose(terms.all_of((leap, month == _FEBRUARY)), one_more, none)


def _lengths() -> tuple[int, ...]:
    return tuple(calendar.monthrange(1999, month + 1)[1] for month in range(_YEAR))


def _step(terms: Terms, term: Term, steps: Sequence[tuple[int, int]], last: int) -> Term:
    """Give the value of the first step that a whole number does not go beyond."""
    found = terms.whole(last)
    for until, value in reversed(steps):
        found = terms.choose(term <= until, terms.whole(value), found)
    return found

"""Days of the calendar as terms of the solver: year, month and day of an ordinal."""

from __future__ import annotations

from evalrules._formula.solver.terms import Term, Terms

# Days are counted from 1 March of the year 0, so that the day of a leap year comes last; all eras are alike.
_SHIFT, _ERA, _CENTURY, _FOUR_YEARS, _YEAR = 305, 146_097, 36_524, 1_460, 365


def months_term(terms: Terms, first: Term, last: Term) -> Term:
    """Count the whole months from one day to another, below 0 where the second is the earlier."""
    forward = _months(terms, first, last)
    return terms.choose(last < first, -_months(terms, last, first), forward)


def _months(terms: Terms, first: Term, last: Term) -> Term:
    start, end = _month_and_day(first), _month_and_day(last)
    return end[0] - start[0] - terms.choose(end[1] < start[1], terms.whole(1), terms.whole(0))


def _month_and_day(ordinal: Term) -> tuple[Term, Term]:
    """Give the number of the month, counted through all years, and the day in it."""
    days = ordinal + _SHIFT
    era, of_era = days / _ERA, days % _ERA
    year = (of_era - of_era / _FOUR_YEARS + of_era / _CENTURY - of_era / (_ERA - 1)) / _YEAR
    of_year = of_era - (_YEAR * year + year / 4 - year / 100)
    month = (5 * of_year + 2) / 153
    day = of_year - (153 * month + 2) / 5
    return (era * 400 + year) * 12 + month, day

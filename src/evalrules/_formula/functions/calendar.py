"""The functions of days: a day of the calendar, days and whole months between two; one row each, in every reading."""

from __future__ import annotations

import calendar
import datetime
import math
from fractions import Fraction
from typing import Any, Final

from evalrules._formula.frame import Frame, Pair
from evalrules._formula.functions.row import DAY, UNFIT, WHOLE, Plain, Solving
from evalrules._formula.intervals import difference, point, stepped
from evalrules._formula.scope import Bounds, read_unit
from evalrules._formula.tree import Call, Fault, literal

_DAY_BITS: Final = 24
_LAST_DAY: Final = datetime.date.max.toordinal()


# ---- 日期 ----------------------------------------------------------------------------------------------------------


def _written_day(call: Call) -> datetime.date | None:
    parts = [literal(argument) for argument in call.arguments]
    try:
        return datetime.date(*(-1 if part is None else part for part in parts))
    except (ValueError, OverflowError):
        return None


def _emit_date(_: Frame, node: Call) -> str:
    """Write the ordinal itself."""
    day = _written_day(node)
    assert day is not None
    return str(day.toordinal())


def _ordinal(year: Any, month: Any, day: Any) -> int:
    return datetime.date(int(year), int(month), int(day)).toordinal()


def _range_of_date(*parts: Bounds) -> Bounds:
    return point(_ordinal(*(part.low for part in parts)))


DATE: Final = Plain(
    name="日期",
    english="date",
    usage="日期(年, 月, 日)",
    about="一个日期；年月日写整数",
    arguments=(WHOLE, WHOLE, WHOLE),
    refused=lambda call: "no-such-date" if _written_day(call) is None else None,
    unit=None,
    exact=_ordinal,
    second=lambda year, month, day: datetime.date.fromisoformat(f"{int(year):04}-{int(month):02}-{int(day):02}"),
    emit=_emit_date,
    ranges=_range_of_date,
    solver=lambda solving, *parts: solving.terms.whole(_ordinal(*parts)),
)


# ---- 天数 ----------------------------------------------------------------------------------------------------------


def _emit_days(frame: Frame, node: Call) -> Pair:
    first, last = (frame.emit(argument) for argument in node.arguments)
    return Pair(f"({last} - {first})", "1", _DAY_BITS, 1)


DAYS: Final = Plain(
    name="天数",
    english="days",
    usage="天数(d1, d2)",
    about="从 d1 到 d2 的天数，d2 较早时为负",
    arguments=(DAY, DAY),
    unit=read_unit("天"),
    exact=lambda first, last: last - first,
    second=lambda first, last: (last - first).days,
    emit=_emit_days,
    ranges=lambda first, last: difference(last, first),
    solver=lambda solving, first, last: solving.terms.as_number(last - first),
)


# ---- 月数 ----------------------------------------------------------------------------------------------------------


def months_between(first: int, last: int) -> int:
    """Count the whole months from one day to another (ordinals); a month that is not whole does not count.

    A month is whole on the corresponding day, or on the last day of a month that has no such day. Days before the year
    1 or behind the year 9999 are no days: the fault ``domain``.

    >>> months_between(datetime.date(2024, 1, 31).toordinal(), datetime.date(2024, 2, 29).toordinal())
    1
    """
    if last < first:
        return -months_between(last, first)
    try:
        start, end = datetime.date.fromordinal(first), datetime.date.fromordinal(last)
    except (ValueError, OverflowError):
        raise Fault(UNFIT, MONTHS.name) from None
    begun = (end.year - start.year) * 12 + end.month - start.month
    return begun - (end.day < min(start.day, calendar.monthrange(end.year, end.month)[1]))


def _second_months(first: datetime.date, last: datetime.date) -> int:
    """Count the months whose corresponding days lie between, the day after a month's end standing for none beyond."""
    if first > last:
        return -_second_months(last, first)
    following = last + datetime.timedelta(1) if last < datetime.date.max else last
    ends_month = following.month != last.month or last == datetime.date.max
    whole = last.day >= first.day or ends_month
    return 12 * last.year + last.month - 12 * first.year - first.month - (0 if whole else 1)


def _range_of_months(first: Bounds, last: Bounds) -> Bounds:
    """Go by the ends: a later first day gives no more months, a later last day no fewer."""
    first, last = (stepped(day, lambda number: Fraction(math.floor(number))) for day in (first, last))
    fewest = None if first.high is None or last.low is None else _months_of(first.high, last.low)
    most = None if first.low is None or last.high is None else _months_of(first.low, last.high)
    return Bounds(fewest, most)


def _months_of(first: Any, last: Any) -> Any:
    days = (min(max(int(day), 1), _LAST_DAY) for day in (first, last))
    return point(months_between(*days)).low


# Days are counted from 1 March of the year 0, so that the day of a leap year comes last; all eras are alike.
_SHIFT, _ERA, _CENTURY, _FOUR_YEARS, _YEAR = 305, 146_097, 36_524, 1_460, 365


def _months_term(solving: Solving, first: Any, last: Any) -> Any:
    terms = solving.terms
    forward = _whole_months(terms, first, last)
    return terms.as_number(terms.choose(last < first, -_whole_months(terms, last, first), forward))


def _whole_months(terms: Any, first: Any, last: Any) -> Any:
    """Count them where the first day is not behind the last: the last day of a month stands for days it lacks."""
    start, end = _by_month(terms, first), _by_month(terms, last)
    begun = terms.all_of((end.day < start.day, end.goes_on))
    return end.month - start.month - terms.choose(begun, terms.whole(1), terms.whole(0))


def _by_month(terms: Any, ordinal: Any) -> Any:
    """Tell a day by its month, so that the solver can be told of months what it would not find by dividing."""
    (month, day), (month_of_next, _) = _month_and_day(ordinal), _month_and_day(ordinal + 1)
    return terms.told_by_month(ordinal, month, day, month_of_next == month)


def _month_and_day(ordinal: Any) -> tuple[Any, Any]:
    """Give the number of the month, counted through all years, and the day in it."""
    days = ordinal + _SHIFT
    era, of_era = days / _ERA, days % _ERA
    year = (of_era - of_era / _FOUR_YEARS + of_era / _CENTURY - of_era / (_ERA - 1)) / _YEAR
    of_year = of_era - (_YEAR * year + year / 4 - year / 100)
    month = (5 * of_year + 2) / 153
    day = of_year - (153 * month + 2) / 5
    return (era * 400 + year) * 12 + month, day


MONTHS: Final = Plain(
    name="月数",
    english="months",
    usage="月数(d1, d2)",
    about="从 d1 到 d2 的整月数，到对应日（没有对应日的到月末）满一月，不满不计，d2 较早时为负",
    habits=("datedif",),
    arguments=(DAY, DAY),
    unit=read_unit("月"),
    exact=months_between,
    second=_second_months,
    ranges=_range_of_months,
    solver=_months_term,
    steps=True,
)
ROWS: Final = (DATE, DAYS, MONTHS)

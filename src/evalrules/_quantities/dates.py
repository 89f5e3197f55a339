"""Days, deadlines and periods as people write them. A month or a year stands for its last day."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable

from attrs import evolve

from evalrules._patterns import regex
from evalrules._quantities.values import CellError, Date, Period, normalised
from evalrules._values import frozen

_YEAR = r"(?P<year>(?:19|20|21)[0-9]{2})"
_MONTH, _DAY = r"(?P<month>[0-9]{1,2})", r"(?P<day>[0-9]{1,2})"
_THIS = r"(?:当年|本年|今年)?"
_BEFORE = r"(?:截至|截止|于|不晚于|不迟于|最迟|最晚|≤)? ?"
_AFTER = r" ?(?:底|末)? ?(?:之前|以前|及以前|前|[以之]?内)? ?(?:完成)?"
_PART = r"(?P<part>上旬|中旬|下旬|第?[一二三四1-4]季度|上半年|下半年|年)"
_WITH_YEAR = tuple(
    regex(_BEFORE + form + _AFTER)
    for form in (
        rf"{_YEAR} ?年 ?{_MONTH} ?月 ?{_DAY} ?[日号]",
        rf"{_YEAR}(?P<sign>[-./]){_MONTH}(?P=sign){_DAY}日?",
        rf"{_YEAR} ?年 ?{_MONTH} ?月份? ?(?P<part>上旬|中旬|下旬)?",
        rf"{_YEAR}-{_MONTH}",
        rf"{_YEAR}[./] ?{_MONTH} ?月份?",
        rf"{_YEAR} ?年度? ?{_PART}?",
    )
)
_WITHOUT_YEAR = tuple(
    regex(_BEFORE + form)
    for form in (
        rf"{_THIS} ?{_MONTH} ?月 ?{_DAY} ?[日号]{_AFTER}",
        rf"{_THIS} ?{_MONTH} ?月(?:份|份? ?[底末前]){_AFTER}",
        rf"{_THIS} ?{_MONTH} ?月份? ?(?P<part>上旬|中旬|下旬){_AFTER}",
        rf"{_THIS} ?{_PART}[底末前]{_AFTER}",
        r"[本当今]?(?P<part>年)度?[以之]?内(?:完成)?",
        rf"{_THIS} ?(?P<part>第?[一二三四1-4]季度|上半年|下半年)(?:[以之]?内)?(?:完成)?",
    )
)
_STARTS = tuple(
    regex(form)
    for form in (
        rf"{_YEAR} ?年 ?{_MONTH} ?月 ?{_DAY} ?[日号]?",
        rf"{_YEAR}(?P<sign>[-./]){_MONTH}(?P=sign){_DAY}日?",
        rf"{_YEAR} ?(?:[./]|年) ?{_MONTH} ?月?",
        rf"{_YEAR} ?年",
    )
)
_STARTS_IN_YEAR = (regex(rf"{_MONTH} ?月 ?{_DAY} ?[日号]"),)
_ENDS = tuple(
    regex(form)
    for form in (
        rf"{_MONTH} ?月 ?{_DAY} ?[日号]",
        rf"{_MONTH}[./-]{_DAY}日?",
        rf"{_MONTH} ?月份?底?",
        rf"{_DAY} ?[日号]",
        r"(?P<bare>[0-9]{1,2})",
    )
)
_YEARS = regex(r"(?P<first>(?:19|20|21)[0-9]{2}) ?年?度? ?[-–—~至到]{1,2} ?(?P<last>(?:19|20|21)[0-9]{2}) ?年度?")
_MONTH_ALONE = regex(r"(?P<year>(?:19|20)[0-9]{2})[./](?P<month>[0-9]{1,2})|(?P<only>[0-9]{1,2}) ?月份?")
_MONTHS = regex(r"(?P<first>[0-9]{1,2}) ?月?份? ?(?:[-–—~至到]{1,2}) ?(?P<last>[0-9]{1,2}) ?月份?")
_NAMED_END = regex(r"[底末前]")
_DAY_NUMBER = regex(r"(?P<year>(?:19|20)[0-9]{2})(?:(?P<month>[0-9]{2})(?P<day>[0-9]{2}))?")
_SEPARATOR = regex(r" ?(?:[-–—~]{1,2}|至|到) ?")
_FISCAL_YEAR = regex(r"([0-9]{4})(?: ?年度?)?")
_DIGITS = dict(zip("〇○零一二三四五六七八九", (0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_TO_99 = r"[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九]"
_CHINESE_YEAR = regex(r"(?:一九|二[〇○零一])[〇○零一二三四五六七八九]{2} ?(?=年)")
_CHINESE_MONTH_OR_DAY = regex(rf"(?<![一二三四五六七八九十])(?:{_TO_99}) ?(?=月|[日号])")
_LAST_MONTHS = {"上半年": 6, "下半年": 12, "年": 12} | {
    f"{ordinal}{digit}季度": 3 * (index % 4 + 1) for ordinal in ("", "第") for index, digit in enumerate("一二三四1234")
}
_FIRST_DAYS = {"上旬": 1, "中旬": 11, "下旬": 21}
_LAST_DAYS = {"上旬": 10, "中旬": 20}
_LONGEST = 40


@frozen
class _Point:
    """A day, month or year, as far as it was written."""

    year: int
    month: int | None = None
    day: int | None = None
    year_taken: bool = False
    begins: tuple[int, int] | None = None
    """The month and day with which a part of a year or month begins: 第四季度, 下旬."""

    def first(self) -> datetime.date:
        month, day = self.begins or (1 if self.month is None else self.month, 1 if self.day is None else self.day)
        return datetime.date(self.year, month, day)

    def last(self) -> datetime.date:
        month = 12 if self.month is None else self.month
        return datetime.date(self.year, month, self._last_of(month) if self.day is None else self.day)

    def _last_of(self, month: int) -> int:
        return calendar.monthrange(self.year, month)[1]


def read_date(text: str, written: str, year: int | None) -> Date | None:
    """Read a day or deadline from normalised text; ``year`` is that of one that names none (else it is not read).

    A day that the calendar lacks is a `CellError`.

    >>> read_date("2024年12月底前", "", None).day, read_date("9月份", "", 2024).day, read_date("9月份", "", None)
    (datetime.date(2024, 12, 31), datetime.date(2024, 9, 30), None)
    """
    if len(text) > _LONGEST:
        return None
    text = _with_digits(text)
    for form in _WITH_YEAR if year is None else (*_WITH_YEAR, *_WITHOUT_YEAR):
        found = form.fullmatch(text)
        if found:
            return _date(_point(found, year, written), written, whole=_NAMED_END.search(text) is None)
    return None


def _date(point: _Point, written: str, *, whole: bool) -> Date:
    """Give a day; a month or a year is all its days, but not where its end is named (月底, 年底前)."""
    last = _day(point.last, written)
    since = _day(point.first, written) if whole and (point.day is None or point.begins) else None
    return Date(last, written, since, point.year_taken)


def read_month(text: str, written: str, year: int | None) -> Date | None:
    """Read what is a month where days are meant, and a number elsewhere: ``2024.6``, ``6月``.

    >>> read_month("2024.6", "", None).day, read_month("6月", "", 2024).since, read_month("2024.13", "", 2024)
    (datetime.date(2024, 6, 30), datetime.date(2024, 6, 1), None)
    """
    found = _MONTH_ALONE.fullmatch(_with_digits(text))
    if found is None or not 1 <= int(found["month"] or found["only"]) <= 12 or not (found["year"] or year):  # noqa: PLR2004
        return None
    taken = found["year"] is None
    return _date(
        _Point(int(found["year"] or year or 0), int(found["month"] or found["only"]), None, taken), written, whole=True
    )


def read_day_number(text: str, written: str) -> Date | None:
    """Read a year or a day written as one number: ``2024``, ``20241231``.

    >>> read_day_number("20241231", "").day, read_day_number("2024", "").since, read_day_number("20241331", "")
    (datetime.date(2024, 12, 31), datetime.date(2024, 1, 1), None)
    """
    found = _DAY_NUMBER.fullmatch(text)
    if found is None:
        return None
    month, day = found["month"], found["day"]
    try:
        return _date(
            _Point(int(found["year"]), int(month) if month else None, int(day) if day else None), written, whole=True
        )
    except CellError:
        return None


def read_period(text: str, written: str, year: int | None = None) -> Period | None:
    """Read a period from normalised text: ``2021.1.1-12.31``, ``2023.07-2024.01``, ``2024年1-12月``, ``2018-2020年``.

    What the end leaves out, it takes from the beginning; months alone (``1-12月``) are those of ``year``.

    >>> read_period("2021.1.1-12.31", "").last
    datetime.date(2021, 12, 31)
    """
    if len(text) > _LONGEST:
        return None
    text = _with_digits(text)
    years = _YEARS.fullmatch(text)
    if years and "年" in text:
        return _period(_Point(int(years["first"])), _Point(int(years["last"])), written)
    months = _MONTHS.fullmatch(text)
    if months and year and all(1 <= int(months[end]) <= 12 for end in ("first", "last")):  # noqa: PLR2004
        return _period(_Point(year, int(months["first"]), None, True), _Point(year, int(months["last"])), written)
    for separator in _SEPARATOR.finditer(text):
        start = _match(_STARTS if year is None else (*_STARTS, *_STARTS_IN_YEAR), text[: separator.start()])
        end = _match((*_STARTS, *_ENDS), text[separator.end() :])
        if start and end:
            first = _point(start, year, written)
            return _period(first, _completed(first, end, written), written)
    return None


def year_in(text: str) -> int | None:
    """Give the fiscal year that a cell holds, with or without its word; None where it holds anything else.

    >>> year_in("2024年度"), year_in("二〇二四年"), year_in("２０２４"), year_in("2024-2025年"), year_in("24年")
    (2024, 2024, 2024, None, None)
    """
    found = _FISCAL_YEAR.fullmatch(_with_digits(normalised(text).strip()))
    return int(found[1]) if found else None


def _with_digits(text: str) -> str:
    """Write years, months and days in digits: ``十二月底`` as ``12月底``.

    >>> _with_digits("二〇二四年十二月三十一日前")
    '2024年12月31日前'
    """
    years = _CHINESE_YEAR.sub(lambda found: "".join(str(_DIGITS[digit]) for digit in found[0].rstrip()), text)
    return _CHINESE_MONTH_OR_DAY.sub(lambda found: str(_below_hundred(found[0].rstrip())), years)


def _below_hundred(numeral: str) -> int:
    tens, ten, ones = numeral.rpartition("十")
    return (10 * _DIGITS.get(tens, 1) if ten else 0) + _DIGITS.get(ones, 0)


def _match(forms: tuple[re.Pattern[str], ...], text: str) -> re.Match[str] | None:
    return next((found for form in forms if (found := form.fullmatch(text))), None)


def _period(first: _Point, last: _Point, written: str) -> Period:
    beginning, end = _day(first.first, written), _day(last.last, written)
    if beginning > end:
        raise CellError("cell-reversed", text=written)
    return Period(beginning, end, written, first.year_taken)


def _completed(first: _Point, end: re.Match[str], written: str) -> _Point:
    bare = end.groupdict().get("bare")
    if bare:
        return evolve(first, month=int(bare)) if first.day is None else evolve(first, day=int(bare))
    last = _point(end, first.year, written)
    return evolve(last, month=first.month) if last.day is not None and last.month is None else last


def _point(found: re.Match[str], year: int | None, written: str) -> _Point:
    named = found.groupdict()
    part, month, day = named.get("part"), named.get("month"), named.get("day")
    chosen = named.get("year") or year
    if chosen is None:
        raise CellError("cell-date", text=written)
    return _Point(
        int(chosen),
        int(month) if month else _LAST_MONTHS.get(part or ""),
        int(day) if day else _LAST_DAYS.get(part or ""),
        named.get("year") is None,
        _begins(part or "", int(month) if month else None),
    )


def _begins(part: str, month: int | None) -> tuple[int, int] | None:
    if part in _FIRST_DAYS and month:
        return month, _FIRST_DAYS[part]
    last = _LAST_MONTHS.get(part)
    if last is None:
        return None
    return {"上半年": 1, "下半年": 7, "年": 1}.get(part, last - 2), 1


def _day(make: Callable[[], datetime.date], written: str) -> datetime.date:
    try:
        return make()
    except ValueError:
        raise CellError("cell-date", text=written) from None

"""Reading a cell, and writing it back as text."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Final

from attrs import evolve

from evalrules._numbers import decimal_text, is_decimal
from evalrules._patterns import regex
from evalrules._quantities.dates import read_date, read_period
from evalrules._quantities.numerals import COUNTING, NUMBER, read_quantity, refuse_broken_number
from evalrules._quantities.values import (
    Blank,
    Bound,
    Cell,
    CellError,
    Comparator,
    Date,
    Interval,
    Period,
    Quantity,
    Several,
    Text,
    Unclear,
    normalised,
)

# Reading a cell.
#
# What is a number, bound or date is read as one; what looks like one and is none is an error; the rest are words.
# Nothing is guessed.


_PLAIN_NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]{0,14}))(?:\.([0-9]{1,9}))?(%?)")  # asked of every cell
_BLANK = regex(r"[-–—―−]{0,4}|/")
_PREFIXES: tuple[tuple[str, Comparator], ...] = (
    ("≥", "≥"), ("≤", "≤"), (">", ">"), ("<", "<"), ("=", "="),
    ("不少于", "≥"), ("不低于", "≥"), ("不小于", "≥"), ("不短于", "≥"), ("至少", "≥"), ("最少", "≥"), ("最低", "≥"),
    *((f"不{may}{word}", "≥") for may in ("得", "应", "能", "可") for word in ("少于", "低于", "小于")),
    ("大于等于", "≥"), ("大于或等于", "≥"), ("高于或等于", "≥"),
    ("不超过", "≤"), ("不超出", "≤"), ("不高于", "≤"), ("不大于", "≤"), ("不多于", "≤"), ("不长于", "≤"), ("不超", "≤"),
    *((f"不{may}{word}", "≤") for may in ("得", "应", "能", "可") for word in ("超过", "高于", "多于", "大于")),
    ("至多", "≤"), ("最多", "≤"), ("最高", "≤"), ("小于等于", "≤"), ("小于或等于", "≤"), ("低于或等于", "≤"),
    ("大于", ">"), ("高于", ">"), ("超过", ">"), ("多于", ">"),
    ("小于", "<"), ("低于", "<"), ("少于", "<"), ("不满", "<"), ("不足", "<"), ("未满", "<"), ("不到", "<"),
    ("等于", "="),
)  # fmt: skip
_SUFFIXES: tuple[tuple[str, Comparator], ...] = (
    ("(含)以上", "≥"), ("及其以上", "≥"), ("及以上", "≥"), ("以上(含)", "≥"), ("以上", "≥"),
    ("(含)以下", "≤"), ("及其以下", "≤"), ("及以下", "≤"), ("以下(含)", "≤"), ("以下", "≤"),
    ("(含)以内", "≤"), ("以内", "≤"), ("之内", "≤"),
    ("以外", ">"),
)  # fmt: skip
_WITHIN = regex(r"(?P<core>.*(?:天|日|小时|分钟|月|年|工作日|元))内")
_LEADS = ("达到", "达", "控制在", "保持在", "稳定在")
_INTERVAL = regex(rf"(?P<low>{NUMBER}) ?(?P<unit>[^-–—~至到0-9,;。]*?) ?(?:[-–—~]{{1,2}}|至|到) ?(?P<high>{NUMBER}.*)")
_SPLIT = regex(r" ?[;。] ?|(?<![0-9]) ?, ?|,(?![0-9]) ?")  # a comma between digits is no separator
_MONTH_FIRST = regex(r"(?P<when>[0-9]{1,2}月)份?(?P<rest>[^\W\d_].*)")
_DONE = regex(rf"完成(?P<rest>{NUMBER}.*)")
_SIGNS = "≥≤><="
_THOUSANDS = regex(r"(?<![0-9.,] )(?<![0-9.,])[0-9]{1,3}(?: [0-9]{3})+(?![0-9])(?! [0-9])")
_ASIDE = regex(r"(?P<core>[^()]*[^()\s]) ?\((?P<inner>[^()]+)\)")
_INCLUDED = regex(r"含|含本数|包含|含等于|含[0-9].{0,8}")
_PERCENT = ("%", "百分比", "百分数")
_UNIT = regex(r"[^\W\d_]{1,6}(?:/[^\W\d_]{1,4})?")
_TWO_WORDS = regex(rf".*[0-9] ?(?:{COUNTING}\({COUNTING}|[万亿]\(元)\)")  # 台(套), 人(次), 万(元)
_LONGEST = 200
_DOING = regex(r"参加|参与|[^/·*]{7}")


def read_cell(text: str, year: int | None = None) -> Cell:
    """Read what somebody wrote in a cell; ``year`` is that of a deadline that names none (``12月底前``).

    以上, 以下 and 以内 include the number, 超过, 不满 and 以外 do not. A deadline without a year, when none is given,
    is words. Raises `CellError` for what begins like a number, bound or date and is none.

    >>> read_cell("不少于12 种")
    Bound(comparator='≥', quantity=Quantity(number=Fraction(12, 1), unit='种', text='12种'), text='不少于12 种')
    >>> read_cell("-"), read_cell("及时"), read_cell("1年").unit, read_cell("2024年").day.isoformat()
    (Blank(text='-'), Text(text='及时'), '年', '2024-12-31')
    """
    return _known(text, year) if len(text) <= _LONGEST else _read(text, year)


def _read(text: str, year: int | None) -> Cell:
    number = _PLAIN_NUMBER.fullmatch(text)
    return _read_any(text, year) if number is None else _plain_number(number)


def _plain_number(found: re.Match[str]) -> Quantity:
    """Give what most figures are, a decimal as programs write it, without asking for all else that a cell may be."""
    whole, part, rate = found.groups("")
    below = 10 ** (len(part) + (2 if rate else 0))
    return Quantity(Fraction(int(whole + part), below), rate, found[0])


def _read_any(text: str, year: int | None) -> Cell:
    written = text.strip()
    plain = normalised(text)
    if is_blank_text(text):
        return Blank(written)
    if len(plain) > _LONGEST:
        return Text(written)
    return _one(plain, written, year) or _words(plain, written, year)


_known: Final = lru_cache(maxsize=4096)(_read)
"""What was read lately: the units of a county write ``100%``, ``≥95%`` and ``-`` thousands of times."""


def yes_or_no(text: str) -> bool | None:
    """Read an answer; None for what is none.

    >>> yes_or_no("是"), yes_or_no(" False "), yes_or_no("有")
    (True, False, None)
    """
    return {"是": True, "否": False, "true": True, "false": False}.get(text.strip().lower())


def is_blank_text(text: str) -> bool:
    """Tell whether a cell says nothing: empty, a dash or a slash.

    >>> is_blank_text(" — "), is_blank_text("无")
    (True, False)
    """
    return _BLANK.fullmatch(normalised(text)) is not None


def _one(plain: str, written: str, year: int | None) -> Cell | None:
    plain = _without_asides(plain)
    return (
        read_period(plain, written, year)
        or read_date(plain, written, year)
        or _bound(plain, written)
        or read_quantity(plain, written)
        or _interval(plain, written)
    )


def _without_asides(plain: str) -> str:
    """Leave out what says nothing more: a full stop, blanks between thousands, ``(含)``; a unit loses its brackets.

    >>> _without_asides("≥1 000人。"), _without_asides("≥95%(含)"), _without_asides("50(万元)")
    ('≥1000人', '≥95%', '50万元')
    """
    plain = _THOUSANDS.sub(lambda found: found[0].replace(" ", ""), plain.rstrip(" 。;,、"))
    if plain.endswith(".") and plain[-2:-1] not in "0123456789.":
        plain = plain[:-1]
    aside = _ASIDE.fullmatch(plain)
    if aside is None:
        return plain
    core, inner = aside["core"].rstrip(), aside["inner"].strip()
    percent = inner in _PERCENT
    if _INCLUDED.fullmatch(inner) or core.endswith("%" if percent else inner):
        return core
    if _TWO_WORDS.fullmatch(plain) or (core[-1:].isdigit() and (percent or _UNIT.fullmatch(inner))):
        return f"{core}{'%' if percent else inner}"
    return plain


def _bound(plain: str, written: str) -> Bound | None:
    core, before = _prefix(plain)
    core, after = _suffix(core)
    if before is None and after is None:
        return None
    if before and after and before != after:
        raise CellError("cell-contradiction", text=written, first=before, second=after)
    core = _without_asides(core) if after else core  # 12台(套)以上
    quantity = read_quantity(core, core.replace(" ", ""))
    return Bound(before or after or "=", quantity, written) if quantity else None


def _prefix(plain: str) -> tuple[str, Comparator | None]:
    for word, comparator in _PREFIXES:
        if plain.startswith(word):
            rest = plain[len(word) :].strip()
            return rest.removeprefix("(含)").strip() if comparator in "≥≤" else rest, comparator
    return plain, None


def _suffix(core: str) -> tuple[str, Comparator | None]:
    for word, comparator in _SUFFIXES:
        if core.endswith(word):
            return _without_lead(core[: -len(word)].strip()), comparator
    within = _WITHIN.fullmatch(core)
    return (_without_lead(within["core"]), "≤") if within else (core, None)


def _without_lead(core: str) -> str:
    return next((core[len(lead) :].strip() for lead in _LEADS if core.startswith(lead)), core)


def _interval(plain: str, written: str) -> Interval | None:
    found = _INTERVAL.fullmatch(plain)
    high = read_quantity(found["high"], written) if found else None
    if found is None or high is None:
        return None
    low = read_quantity(f"{found['low']}{found['unit'] or high.unit}", written)
    if low is None or low.unit != high.unit or _DOING.search(high.unit):
        return None
    if low.number > high.number:
        raise CellError("cell-reversed", text=written)
    return Interval(low.number, high.number, high.unit, written)


def _words(plain: str, written: str, year: int | None) -> Several | Text:
    parts = [part for part in _SPLIT.split(plain) if part]
    if len(parts) > 1:
        read = tuple(_part(part, year) for part in parts)
        if any(_MONTH_FIRST.fullmatch(part.text) or not isinstance(part, Text) for part in read):
            return Several(read, written)
    return _text(plain, written)


def _text(plain: str, written: str) -> Text:
    core, comparator = _prefix(plain)
    refuse_broken_number(core, written)
    if comparator and plain[0] in _SIGNS and not (comparator == "=" and core):  # =下降: what is to come about
        raise CellError("cell-comparator", text=written, sign=plain[0])
    return Text(written)


def _part(part: str, year: int | None) -> Quantity | Bound | Date | Text:
    done = _DONE.fullmatch(part)
    milestone = _MONTH_FIRST.fullmatch(part)
    if milestone and year is not None:
        date = read_date(f"{milestone['when']}份", part, year)
        return evolve(date, text=part) if date else Text(part)
    cell = _one(done["rest"] if done else part, part, year)
    return cell if isinstance(cell, Quantity | Bound | Date) else _text(part, part)


_SAYS_NO_VALUE = regex(
    r"(?:^|[;。,]) ?[(（]?[0-9]{1,2}[.、)）](?![0-9])|〔[0-9]+〕[0-9]*号?|第[0-9]+号"
    r"|(?:19|20)[0-9]{2} ?(?:年度?|[-–—~至到]+)?(?! ?[0-9]{1,2} ?月|[-./0-9])"
)
_VALUE = regex(
    r"(?<![A-Za-z0-9.])[0-9]+(?![A-Za-z0-9])|百分之|[〇○零一二三四五六七八九十][年月][一二三四五六七八九十]{1,3}[月日号]"
)


def holds_number(cell: Cell) -> bool:
    """Tell words in which a number or a date stands; outline numbers, years and letters of codes are none.

    >>> holds_number(Text("合格率≥90%")), holds_number(Text("1.完成初稿")), holds_number(Text("完成2024年任务"))
    (True, False, False)
    """
    if not isinstance(cell, Text | Several):
        return False
    return _VALUE.search(_SAYS_NO_VALUE.sub("", normalised(cell.text))) is not None


# Writing a cell back as text.


_PER = {"%": 100, "‰": 1000}


def dump(cell: Cell) -> str:
    """Write a cell: as it was written, or, for one made in a program, so that reading it gives an equal cell.

    A number that has no finite decimals cannot be written: `ValueError`.

    >>> dump(Bound("≥", Quantity(Fraction(49, 50), "%")))
    '≥98%'
    """
    if cell.text or isinstance(cell, Blank | Text | Unclear):
        return cell.text
    if isinstance(cell, Quantity):
        return _quantity(cell.number, cell.unit)
    if isinstance(cell, Bound):
        return cell.comparator + dump(cell.quantity)
    if isinstance(cell, Interval):
        return f"{_quantity(cell.low, cell.unit)}–{_quantity(cell.high, cell.unit)}"
    if isinstance(cell, Date):
        return cell.day.isoformat()
    if isinstance(cell, Period):
        return f"{cell.first.isoformat()}至{cell.last.isoformat()}"
    return ";".join(dump(part) for part in cell.parts)


def _quantity(number: Fraction, unit: str) -> str:
    shown = number * _PER.get(unit, 1)
    if not is_decimal(shown):
        raise ValueError(number)
    return f"{decimal_text(shown, 28)}{unit}"

"""A number as a sheet shows it by its format: 0.999 with ``0.0%`` is ``99.9%``, 56 with ``0"人"`` is ``56人``."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache
from typing import Final

from attrs import field

from evalrules._patterns import regex
from evalrules._values import frozen

GENERAL: Final = "General"
# Formats that a file names by a number alone, as a Chinese sheet shows them.
BUILT_IN: Final = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: 'AM/PMh"时"mm"分"', 35: 'AM/PMh"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"', 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
    50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"',
    55: 'AM/PMh"时"mm"分"', 56: 'AM/PMh"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
_AS_THE_SYSTEM_HAS_THEM: Final = {"mm-dd-yy": "yyyy/m/d", "m/d/yyyy": "yyyy/m/d", "m/d/yy": "yyyy/m/d"}
_LONG_DATE = 'yyyy"年"m"月"d"日"'
_DIGITS = 15
_GENERAL_DIGITS = 10
_LAST_DAY = 2_958_466
_TOKEN = regex(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|_(?P<blank>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<half>AM/PM|A/P|上午/下午)|(?P<exponent>E[+-]0+)"
    r"|(?P<clock>y+|m+|d+|h+|s+|a{3,4}|e+|g+)|(?P<digit>[0#?])|(?P<sign>[.,%/@])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = regex(r"(?P<sign><=|>=|<>|=|<|>)\s*(?P<number>-?\d+(?:\.\d+)?)")
_CURRENCY = regex(r"\$(?P<sign>[^-]*)(?:-[0-9A-Fa-f]+)?")
_ELAPSED = regex(r"(?i)h+|m+|s+")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


@frozen
class _Token:
    kind: str
    text: str


@frozen
class _Section:
    """One of the up to four parts of a format, with the condition that it stands under."""

    tokens: tuple[_Token, ...]
    condition: tuple[str, Decimal] | None = None
    kinds: frozenset[str] = field(init=False)

    @kinds.default
    def _kinds(self) -> frozenset[str]:
        return frozenset(token.kind for token in self.tokens)

    @property
    def is_date(self) -> bool:
        return bool(self.kinds & {"clock", "half", "long"})


def shown_number(text: str, style: str, *, since_1904: bool = False) -> str:
    """Give a number, written as a file keeps it, as a sheet shows it.

    Beyond 15 digits a sheet knows nothing; halves are rounded away from 0. A date counts days from 1900, or 1904.

    >>> shown_number("0.93500000000000005", "0.0%"), shown_number("3049.6", '"≥"0"亩"')
    ('93.5%', '≥3050亩')
    >>> shown_number("45291", "yyyy/m/d")
    '2023/12/31'
    """
    try:
        number = _within(Decimal(text))
    except (ArithmeticError, ValueError):
        return text
    sections = _sections(_AS_THE_SYSTEM_HAS_THEM.get(style, style))
    section, minus = _chosen(sections, number)
    if section is None:
        return _general(number)
    if not section.tokens:
        return ""
    if section.is_date:
        return _date(section, number, since_1904=since_1904)
    shown = _number(section, abs(number))
    return f"-{shown}" if minus and re.search("[1-9]", shown) else shown


def shown_text(text: str, style: str) -> str:
    """Give a text as a sheet shows it: a format may put words around it, or hide it.

    >>> shown_text("56", '@"人"'), shown_text("密", ";;;")
    ('56人', '')
    """
    sections = _sections(style)
    of_texts = sections[3] if len(sections) > 3 else next((one for one in sections if _has_text(one)), None)  # noqa: PLR2004
    if of_texts is None:
        return text
    return "".join(text if token.text == "@" else _literal(token) for token in of_texts.tokens)


def _has_text(section: _Section) -> bool:
    return any(token.kind == "sign" and token.text == "@" for token in section.tokens)


def _within(number: Decimal) -> Decimal:
    """Keep the digits that a sheet keeps."""
    if not number.is_finite() or abs(number.adjusted()) > 30:  # noqa: PLR2004 - nothing that a form states
        raise ValueError
    with localcontext(prec=_DIGITS, rounding=ROUND_HALF_UP):
        return +number


# ---- reading a format ----------------------------------------------------------------------------------------------


@cache
def _sections(style: str) -> tuple[_Section, ...]:
    sections: list[list[_Token]] = [[]]
    conditions: list[tuple[str, Decimal] | None] = [None]
    for found in _TOKEN.finditer(style[:255]):
        kind, text = found.lastgroup or "other", found[found.lastgroup or 0]
        if kind == "other" and text == ";":
            sections.append([])
            conditions.append(None)
        elif kind == "bracket":
            condition, token = _bracket(text)
            conditions[-1] = condition or conditions[-1]
            sections[-1] += [token] if token else []
        elif kind not in ("blank", "fill"):
            sections[-1].append(_Token(kind, text))
    return tuple(_Section(tuple(one), rule) for one, rule in zip(sections, conditions, strict=True))


def _bracket(text: str) -> tuple[tuple[str, Decimal] | None, _Token | None]:
    """Read what stands in square brackets: a condition, a currency, an elapsed time; a colour or locale is nothing."""
    condition, currency = _CONDITION.fullmatch(text), _CURRENCY.fullmatch(text)
    if condition:
        return (condition["sign"], Decimal(condition["number"])), None
    if text.upper().startswith("$-F8"):
        return None, _Token("long", _LONG_DATE)
    if currency:
        return None, _Token("quoted", currency["sign"]) if currency["sign"] else None
    return None, _Token("clock", f"[{text}]") if _ELAPSED.fullmatch(text) else None


def _chosen(sections: tuple[_Section, ...], number: Decimal) -> tuple[_Section | None, bool]:
    """Choose the section for a number, and tell whether it is shown with a minus."""
    if any(section.condition for section in sections):
        return _by_condition(sections, number)
    if len(sections) == 1 or (number >= 0 and not (number == 0 and len(sections) > 2)):  # noqa: PLR2004
        return sections[0], number < 0
    return (sections[1], False) if number < 0 else (sections[2], False)


def _by_condition(sections: tuple[_Section, ...], number: Decimal) -> tuple[_Section | None, bool]:
    for section in sections[:3]:
        if section.condition is None or _holds(*section.condition, number):
            return section, number < 0
    return None, False


def _holds(sign: str, bound: Decimal, number: Decimal) -> bool:
    return {
        "<": number < bound,
        ">": number > bound,
        "<=": number <= bound,
        ">=": number >= bound,
        "=": number == bound,
        "<>": number != bound,
    }[sign]


def _literal(token: _Token) -> str:
    return token.text if token.kind in ("quoted", "escaped", "other") else ""


# ---- numbers -------------------------------------------------------------------------------------------------------


def _holds_all(token: _Token) -> bool:
    """Tell the place of a whole number: that of a text serves as well, where a program put a number there."""
    return token.kind == "general" or token.text == "@"


def _general(number: Decimal) -> str:
    """Show a number as it is, with the ten digits that a cell has room for; whole numbers with all of theirs."""
    if number == number.to_integral_value():
        return format(number.quantize(Decimal(1)), "f")
    with localcontext(prec=max(_GENERAL_DIGITS, number.adjusted() + 1), rounding=ROUND_HALF_UP):
        return format(+number, "f").rstrip("0").rstrip(".")


def _number(section: _Section, number: Decimal) -> str:
    if "general" in section.kinds or (_has_text(section) and "digit" not in section.kinds):
        return "".join(_general(number) if _holds_all(token) else _literal(token) for token in section.tokens)
    if "exponent" in section.kinds or any(token.text == "/" and token.kind == "sign" for token in section.tokens):
        return _general(number)  # a fraction or a power of ten is a way of writing that no form of ours reads
    tokens, scaled, grouped = _scaled(section.tokens, number)
    whole, decimals = _split(tokens)
    places = sum(token.kind == "digit" for token in decimals)
    rounded = scaled.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    before, _, after = format(rounded, "f").partition(".")
    left = _filled_whole(whole, before.lstrip("0"), grouped=grouped)
    return left + "".join(_filled_decimals(decimals, after))


def _scaled(tokens: tuple[_Token, ...], number: Decimal) -> tuple[list[_Token], Decimal, bool]:
    """Take percents and commas into account: commas behind the last digit divide, others group by thousands."""
    kept: list[_Token] = []
    last = max((at for at, token in enumerate(tokens) if token.kind == "digit"), default=-1)
    first = min((at for at, token in enumerate(tokens) if token.kind == "digit"), default=-1)
    grouped = False
    for at, token in enumerate(tokens):
        if token.kind == "sign" and token.text == ",":
            if at > last >= 0:
                number = number.scaleb(-3)
            grouped = grouped or first < at < last
        elif token.kind == "sign" and token.text == "%":
            number = number.scaleb(2)
            kept.append(_Token("quoted", "%"))
        else:
            kept.append(token)
    return kept, number, grouped


def _split(tokens: list[_Token]) -> tuple[list[_Token], list[_Token]]:
    point = next((at for at, token in enumerate(tokens) if token.kind == "sign" and token.text == "."), None)
    return (tokens, []) if point is None else (tokens[:point], tokens[point:])


def _filled_whole(tokens: list[_Token], digits: str, *, grouped: bool) -> str:
    """Put the digits before the point into their places, from the right; the first place takes all that are left."""
    places = [at for at, token in enumerate(tokens) if token.kind == "digit"]
    out: list[str] = []
    taken = 0
    for at in range(len(tokens) - 1, -1, -1):
        token = tokens[at]
        if token.kind != "digit":
            out.append(_literal(token))
            continue
        count = len(digits) - taken if at == places[0] else 1
        for _ in range(max(count, 1)):
            digit = digits[len(digits) - 1 - taken] if taken < len(digits) else {"0": "0", "?": " "}.get(token.text, "")
            if digit.strip() and grouped and taken and taken % 3 == 0:
                out.append(",")
            out.append(digit)
            taken += 1
    return "".join(reversed(out))


def _filled_decimals(tokens: list[_Token], digits: str) -> Iterator[str]:
    at = 0
    needed = len(digits.rstrip("0"))
    for token in tokens:
        if token.kind == "digit":
            optional = token.text in "#?" and at >= needed
            yield "" if optional else digits[at]
            at += 1
        elif token.kind == "sign" and token.text == ".":
            yield "."
        else:
            yield _literal(token)


# ---- dates ---------------------------------------------------------------------------------------------------------


def _date(section: _Section, number: Decimal, *, since_1904: bool) -> str:
    moment = _moment(number, since_1904=since_1904)
    if moment is None:
        return _general(number)
    tokens = list(_sections(_LONG_DATE)[0].tokens if "long" in section.kinds else section.tokens)
    half = "half" in section.kinds
    return "".join(_part(tokens, at, moment, number, half=half) for at in range(len(tokens)))


def _moment(number: Decimal, *, since_1904: bool) -> datetime.datetime | None:
    if not 0 <= number < _LAST_DAY:
        return None
    days, rest = divmod(number, 1)
    day = int(days)
    # Sheets that count from 1900 know a 29 February 1900; before it they are a day off.
    start = datetime.datetime(1904, 1, 1) if since_1904 else datetime.datetime(1899, 12, 30 if day > 60 else 31)  # noqa: DTZ001, PLR2004
    seconds = (rest * 86400).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return start + datetime.timedelta(days=day, seconds=int(seconds))


def _part(tokens: list[_Token], at: int, moment: datetime.datetime, number: Decimal, *, half: bool) -> str:
    token = tokens[at]
    if token.kind == "half":
        morning, afternoon = ("AM", "PM") if "M" in token.text.upper() else ("上午", "下午")
        return morning if moment.hour < 12 else afternoon  # noqa: PLR2004
    if token.kind == "clock":
        return _clock(token.text.lower(), moment, number, minutes=_is_minutes(tokens, at), half=half)
    if token.kind == "digit" or (token.kind == "sign" and token.text == "."):
        return ""  # parts of a second
    return token.text if token.kind == "sign" else _literal(token)


def _is_minutes(tokens: list[_Token], at: int) -> bool:
    """Tell whether ``m`` stands for minutes: behind hours, or before seconds."""
    clocks = [(place, token.text.lower().strip("[]")) for place, token in enumerate(tokens) if token.kind == "clock"]
    index = next(number for number, (place, _) in enumerate(clocks) if place == at)
    before = clocks[index - 1][1][:1] if index else ""
    after = clocks[index + 1][1][:1] if index + 1 < len(clocks) else ""
    return before == "h" or after == "s"


def _clock(text: str, moment: datetime.datetime, number: Decimal, *, minutes: bool, half: bool) -> str:
    if text.startswith("["):
        per_day = {"h": 24, "m": 1440, "s": 86400}[text[1]]
        return str(int(number * per_day))
    long = len(text) > 1
    match text[0]:
        case "y" | "e":
            return f"{moment.year:04}" if len(text) > 2 or text[0] == "e" else f"{moment.year % 100:02}"  # noqa: PLR2004
        case "m" if minutes:
            return f"{moment.minute:02}" if long else str(moment.minute)
        case "m":
            return _MONTHS[moment.month - 1] if len(text) == 3 else f"{moment.month:02}" if long else str(moment.month)  # noqa: PLR2004
        case "d":
            return _day(text, moment)
        case "a":
            return _DAYS[moment.weekday()] if len(text) > 3 else _DAYS[moment.weekday()][-1]  # noqa: PLR2004
        case "h":
            hour = (moment.hour % 12 or 12) if half else moment.hour
            return f"{hour:02}" if long else str(hour)
        case "s":
            return f"{moment.second:02}" if long else str(moment.second)
    return ""


def _day(text: str, moment: datetime.datetime) -> str:
    if len(text) > 2:  # noqa: PLR2004
        return _DAYS[moment.weekday()]
    return f"{moment.day:02}" if len(text) > 1 else str(moment.day)

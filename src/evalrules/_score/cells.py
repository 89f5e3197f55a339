"""Target and actual of a row, as written in cells and as its compiled rule takes them; what does not fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

from evalrules._edition.forms import item_name
from evalrules._edition.model import Scoring, Target, TargetKind, Tier, bare_comparator
from evalrules._form_words import form_words, plain_word
from evalrules._formula.program import ACTUAL
from evalrules._numbers import decimal_text
from evalrules._problems import phrase
from evalrules._quantities import (
    Blank,
    Bound,
    Cell,
    Date,
    Interval,
    Period,
    Quantity,
    Text,
    Unclear,
    as_day,
    convert,
    is_rate,
    is_unit,
    parted,
)
from evalrules._quantities.names import says_rate, says_satisfaction
from evalrules._score.ruleset import Row
from evalrules._submission import Answer, Pair
from evalrules._values import frozen

# A cell or entry that does not fit what is declared for it.


class Misfit(Exception):
    """A cell that does not fit what is declared for it: a problem code and what its wording names."""

    def __init__(self, code: str, **arguments: object) -> None:
        super().__init__(code, arguments)
        self.code = code
        self.arguments = arguments


# Target and actual of a row, as written in cells and as its compiled rule takes them.


def target_of(cell: Cell, bare: TargetKind) -> Target | None:
    """Read the target that a cell states; a bare quantity is compared as ``bare`` says.

    None for a blank, and for what is not understood.
    """
    match cell:
        case Blank() | Unclear():
            return None
        case Bound(comparator, quantity):
            return Target(comparator, quantity.number, unit=quantity.unit, text=cell.text)
        case Quantity(number, unit):
            return Target(bare_comparator(number, bare), number, unit=unit, text=cell.text)
        case Interval(low, high, unit):
            return Target("interval", low, high, unit, text=cell.text)
        case Date(day):
            return Target("date", day=day, text=cell.text)
        case Period(_, last):
            return Target("date", day=last, text=cell.text)
        case _:
            return Target("text", text=cell.text)


def target_value(row: Row, actual: Cell) -> Any:
    """Give the row's target as its plan reads it: a pair, a day's ordinal, or None (words, blank).

    Of an interval it is the end that the actual lies beyond, and the actual itself where it lies inside; None where
    the row's scoring is not meant for intervals.
    """
    target = row.target
    if target is None:
        return None
    if target.kind == "interval":
        return _nearest(row, actual) if row.between and isinstance(actual, Quantity) else None
    if target.day is not None:
        return target.day.toordinal()
    if target.low is None:
        return None
    written, unit = Quantity(target.low, target.unit, target.text), reference_unit(row, actual)
    _refuse_ambiguous_target(row, written, unit)
    number = compared(row, written, unit)
    if number is None:
        raise Misfit("target-unit", found=target.text, unit=row.indicator.unit)
    return number.numerator, number.denominator


def _refuse_ambiguous_target(row: Row, stated: Quantity, unit: str) -> None:
    """Raise `Misfit` for a target of the form that is a bare number and may be two rates; in an edition 1 is 100%."""
    if row.indicator.origin == "submission" or row.indicator.target is None:
        refuse_ambiguous(stated, unit, "target")


def interval_ends(row: Row, actual: Cell) -> tuple[Fraction, Fraction]:
    """Give the ends of an interval that is the row's target, in the row's unit."""
    target, unit = row.target, reference_unit(row, actual)
    assert target is not None
    stated = [Quantity(end, target.unit, target.text) for end in (target.low, target.high) if end is not None]
    for end in stated:
        _refuse_ambiguous_target(row, end, unit)
    ends = [compared(row, end, unit) for end in stated]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:  # noqa: PLR2004 - two ends
        raise Misfit("target-unit", found=target.text, unit=unit)
    return ends[0], ends[1]


def _nearest(row: Row, actual: Quantity) -> Pair:
    low, high = interval_ends(row, actual)
    number = min(max(Fraction(*in_reference_unit(row, actual, actual)), low), high)
    return number.numerator, number.denominator


def reference_unit(row: Row, actual: Cell) -> str:
    """Give the unit in which target and actual are compared: the indicator's, else the one the target is written in.

    A target that only says 万 (``200万``) is read in the unit that the actual is written in (万元), where it fits.
    """
    if row.indicator.unit or row.target is None:
        return row.indicator.unit
    unit = row.target.unit
    written = actual.quantity if isinstance(actual, Bound) else actual
    if not unit and isinstance(written, Quantity) and is_rate(written.unit):
        means_rate = row.target.low == _HUNDRED or says_rate(row.indicator.title)
        return written.unit if means_rate else unit
    if row.target.low is None or not isinstance(written, Quantity) or convert(written, unit) is not None:
        return unit
    return unit if convert(Quantity(row.target.low, unit), written.unit) is None else written.unit


_HUNDRED = 100


def compared(row: Row, quantity: Quantity, unit: str) -> Fraction | None:
    """Give a number in the unit in which the row compares; None where it is of another kind.

    Different counting words of one family count alike (``8所`` beside ``8个``, ``735人`` beside ``735人次``), and so
    do 分 and ``%`` of satisfaction.
    """
    number = in_unit(quantity, unit)
    return number if number is not None else _alike(row, quantity, unit)


def _alike(row: Row, quantity: Quantity, unit: str) -> Fraction | None:
    written, wanted = counted(quantity.unit), counted(unit)
    if written is not None and wanted is not None:
        factor = Fraction(written.scale, wanted.scale)
        tails = {written.tail, wanted.tail} - {""}
        return (
            quantity.number * factor
            if written.family == wanted.family and len(tails) <= 1 and written.per == wanted.per
            else None
        )
    if written is not None or wanted is not None:
        return _of_the_same(quantity, unit)
    if {quantity.unit, unit} == {"分", "%"} and any(map(says_satisfaction, row.indicator.path)):
        return quantity.number / _HUNDRED if unit == "%" else quantity.number * _HUNDRED
    return None


def _of_the_same(quantity: Quantity, unit: str) -> Fraction | None:
    """Give the number where one side counts what the other only names: 8村 beside 8个村."""
    (scale, tail, per), (wanted, other, for_each) = map(_thing, (quantity.unit, unit))
    return quantity.number * Fraction(scale, wanted) if tail == other and per == for_each else None


def _thing(unit: str) -> tuple[int, str, str]:
    """Give the 万 before a unit, what it counts or names, and what it is for each of."""
    taken = counted(unit)
    return parted(unit) if taken is None else (taken.scale, taken.tail, taken.per)


@frozen
class Counted:
    """A unit that counts things: its counting word and family, what it counts (个 **村**), 万, and for each what."""

    word: str
    family: str
    tail: str
    scale: int
    per: str


@lru_cache(maxsize=1024)
def counted(unit: str) -> Counted | None:
    """Take a unit that begins with a counting word apart; None for every other unit.

    >>> counted("万人次").family == counted("人").family, counted("个月"), counted("个乡镇").tail
    (True, None, '乡镇')
    """
    scale, word, per = parted(unit)
    known = form_words().counting
    counting = max((each for each in known if word.startswith(each)), key=len, default=None)
    if counting is None:
        return None
    tail = word.removeprefix(counting)
    if tail and (is_unit(word) or is_unit(tail)):  # 个月, 人天; but 场次 counts what 场 counts
        if tail != "次":
            return None
        tail = ""
    return Counted(
        counting + ("次" if word.endswith("次") and not counting.endswith("次") else ""),
        known[counting],
        tail,
        scale,
        per,
    )


def differing_words(row: Row, actual: Cell) -> tuple[str, str] | None:
    """Give the words that target and actual are counted in, where they are others but counted alike; else None."""
    target = row.target
    quantity = actual.quantity if isinstance(actual, Bound) else actual
    if not isinstance(quantity, Quantity | Interval) or target is None or target.low is None:
        return None
    stated, written = target.unit if target.text else row.indicator.unit, quantity.unit
    if stated == written or compared(row, _first(quantity), reference_unit(row, actual)) is None:
        return None
    one, other = counted(stated), counted(written)
    of_words = one is not None and other is not None and one.word != other.word
    of_rates = (
        is_rate(written) != is_rate(stated) and written != "" and (stated == "" or {stated, written} == {"分", "%"})
    )
    return (stated, written) if of_words or of_rates else None


def _first(quantity: Quantity | Interval) -> Quantity:
    return Quantity(quantity.low, quantity.unit) if isinstance(quantity, Interval) else quantity


def refuse_ambiguous(quantity: Quantity, unit: str, cell: str) -> None:
    """Raise `Misfit` for a bare number up to 1, or down to -1, where a rate is meant: 0.95 may be 0.95% or 95%."""
    if is_rate(unit) and not quantity.unit and 0 < abs(quantity.number) <= 1:
        taken, meant = (f"{decimal_text(number)}%" for number in (quantity.number, quantity.number * _HUNDRED))
        raise Misfit("rate-ambiguous", cell=cell, found=quantity.text, taken=taken, meant=meant)


def in_unit(quantity: Quantity, unit: str) -> Fraction | None:
    """Convert to the reference unit; where the reference has none, the number counts as it is, but never a rate."""
    if unit or not quantity.unit:
        return convert(quantity, unit)
    return None if quantity.unit == "%" else quantity.number


def actual_value(row: Row, cell: Cell) -> Any:
    """Give the actual as the plan reads it: a pair or a day's ordinal, None for a blank.

    Raises `Misfit` for an actual of another kind than the target, and returns a `Bound`, `Interval` or `Period` (also
    for a month or a year) as it is: what it is worth has to be tried on every value it admits.
    """
    if isinstance(cell, Blank):
        return None
    if isinstance(cell, Unclear):
        raise Misfit("actual-not-a-number", found=cell.text)
    if row.target is not None and row.target.day is not None:
        return _day_value(row.target.day.year, cell)
    if row.plan is not None and row.plan.scope[ACTUAL].kind == "date":
        return _day_value(None, cell)
    match cell:
        case Quantity():
            return in_reference_unit(row, cell, cell)
        case Bound() | Interval():
            return cell
        case Text() if means_none(row, cell):
            return 0, 1
    raise Misfit("actual-not-a-number", found=cell.text)


def means_none(row: Row, actual: Cell) -> bool:
    """Tell whether the words of an actual say that there was none of what a target wants few or none of: 无, 未发生."""
    target = row.target
    if target is None or target.low is None or not isinstance(actual, Text):
        return False
    wants_few = target.low == 0 or (target.kind in ("≤", "<") and counted(target.unit) is not None)
    return wants_few and target.kind in ("≤", "<", "=") and plain_word(actual.text) in form_words().none


def in_reference_unit(row: Row, quantity: Quantity, actual: Cell) -> Pair:
    """Convert a quantity of the actual to the row's reference unit, as a pair; another kind of unit is a `Misfit`."""
    unit = reference_unit(row, actual)
    refuse_ambiguous(quantity, unit, "actual")
    number = compared(row, quantity, unit)
    if number is None:
        raise Misfit("actual-unit", found=actual.text, unit=unit or phrase("bounds-bare"))
    return number.numerator, number.denominator


def _day_value(year: int | None, cell: Cell) -> int | Period:
    cell = as_day(cell, year)
    if isinstance(cell, Date | Period):
        return _days(cell)
    raise Misfit("actual-not-a-date", found=cell.text)


def _days(cell: Date | Period) -> int | Period:
    """Give a day's ordinal; a month, a year or a period as all its days."""
    if isinstance(cell, Date) and cell.since is not None:
        return Period(cell.since, cell.day, cell.text)
    return cell.day.toordinal() if isinstance(cell, Date) else cell


def tier_named(scoring: Scoring, word: str | None) -> Tier | None:
    """Give the tier that a word names, by its title or another word in use; None for anything else."""
    if word is None:
        return None
    plain = plain_word(word)
    return next((tier for tier in scoring.tiers if plain in map(plain_word, (tier.title, *tier.also))), None)


def tier_at(scoring: Scoring, share: Fraction) -> Tier | None:
    """Give the tier in which a share of the points lies; the upper edge belongs to the top tier alone."""
    return next((tier for tier in scoring.tiers if tier.low <= share < tier.high or share == tier.high == 1), None)


def answered(scoring: Scoring, answers: Iterable[Answer]) -> Iterator[tuple[str, Pair | None]]:
    """Give the points of each item of a checklist by the name that rules read it by; None where it is not answered.

    是 is worth all points of the item, 否 none.
    """
    given = {answer.item: answer for answer in answers}
    for number, item in enumerate(scoring.checklist):
        answer = given.get(item.title)
        points = None
        if answer is not None:
            points = answer.points if answer.points is not None else item.points * bool(answer.yes)
        yield item_name(number), None if points is None else (points.numerator, points.denominator)

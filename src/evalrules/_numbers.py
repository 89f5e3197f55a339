"""Exact numbers: reading, rounding and showing; nothing here knows a float."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import gcd
from typing import Literal

from evalrules._patterns import regex

RoundingMode = Literal["half_up", "half_even", "down", "up"]
MAX_DIGITS = 28
_MOST_DECIMALS = 20_000
_DECIMAL = regex(r"(?P<whole>[0-9]+)(?:\.(?P<part>[0-9]+))?")


def read_decimal(text: str) -> Fraction | None:
    """Read plain decimal digits (``12``, ``0.5``) exactly; None for anything else or beyond 28 digits.

    >>> read_decimal("0.1")
    Fraction(1, 10)
    """
    found = _DECIMAL.fullmatch(text)
    if found is None or len(text) > MAX_DIGITS + 1:
        return None
    part = found["part"] or ""
    return Fraction(int(found["whole"] + part), 10 ** len(part))


def rounded_units(numerator: int, denominator: int, places: int, mode: RoundingMode = "half_up") -> int:
    """Round ``numerator / denominator`` (denominator above 0) to ``places`` and give it in units of the last place.

    ``half_up`` rounds a tie away from zero, ``half_even`` to the even neighbour; ``down`` cuts off towards zero and
    ``up`` goes away from zero.

    >>> rounded_units(1, 8, 2), rounded_units(-1, 8, 2), rounded_units(1, 8, 2, "half_even")
    (13, -13, 12)
    """
    scaled, sign = abs(numerator) * 10**places, -1 if numerator < 0 else 1
    whole, rest = divmod(scaled, denominator)
    if mode == "up":
        whole += rest > 0
    elif mode == "half_up":
        whole += 2 * rest >= denominator
    elif mode == "half_even":
        whole += 2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1)
    return int(sign * whole)


def rounded(number: Fraction, places: int, mode: RoundingMode = "half_up") -> Fraction:
    """Round to ``places`` decimals, exactly.

    >>> rounded(Fraction(2675, 1000), 2)
    Fraction(67, 25)
    """
    return Fraction(rounded_units(number.numerator, number.denominator, places, mode), 10**places)


def as_decimal(units: int, places: int) -> Decimal:
    """Give units of the last place as a Decimal with that many places, whatever the decimal context is.

    >>> as_decimal(950, 1)
    Decimal('95.0')
    """
    return Decimal(f"{units}E-{places}")


class Decimals(dict[int, Decimal]):
    """Units of the last place as Decimals with that many places, made when they are first asked for.

    >>> Decimals(2)[950]
    Decimal('9.50')
    """

    __slots__ = ("places",)

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def __missing__(self, units: int) -> Decimal:
        if len(self) >= _MOST_DECIMALS:  # whoever states points of their own could go on for ever
            self.clear()
        made = self[units] = as_decimal(units, self.places)
        return made


@lru_cache(maxsize=4096)
def units_text(units: int, places: int) -> str:
    """Write units of the last place as points, without trailing zeros.

    >>> units_text(950, 2), units_text(-1000, 2)
    ('9.5', '−10')
    """
    return decimal_words(units, 10**places, places)[0]


@lru_cache(maxsize=4096)
def plain_decimal(units: int, places: int) -> Decimal:
    """Give units of the last place as a Decimal without needless zeros.

    >>> plain_decimal(950, 2), plain_decimal(1000, 2)
    (Decimal('9.5'), Decimal('10'))
    """
    return decimal_of(Fraction(units, 10**places))


def decimal_of(number: Fraction) -> Decimal:
    """Give a number that is finite in decimals as a Decimal without needless zeros, exactly.

    Raises ValueError for a number like 1/3, which no Decimal holds.

    >>> decimal_of(Fraction(17, 2)), decimal_of(Fraction(100))
    (Decimal('8.5'), Decimal('100'))
    """
    units, rest, places = number.numerator, number.denominator, 0
    while rest != 1:
        shared = gcd(rest, 10)
        if shared == 1:
            raise ValueError(number)
        units, rest, places = units * (10 // shared), rest // shared, places + 1
    return as_decimal(units, places)


def is_decimal(number: Fraction) -> bool:
    """Tell whether the number can be written with finitely many decimals."""
    return ends(number.numerator, number.denominator)


def ends(numerator: int, denominator: int) -> bool:
    """Tell whether the decimals of a pair end; it need not be in lowest terms.

    >>> ends(3, 12), ends(4, 12)
    (True, False)
    """
    return not numerator * 10 ** denominator.bit_length() % denominator


def decimal_text(number: Fraction, places: int | None = None) -> str:
    """Write the number in decimals without trailing zeros, rounded half up to ``places`` (default: 4) where needed.

    With ``places=None`` a number that can be written exactly in 12 decimals is written exactly.

    >>> decimal_text(Fraction(17, 2)), decimal_text(Fraction(2, 3)), decimal_text(Fraction(2, 3), 2)
    ('8.5', '0.6667', '0.67')
    """
    if places is None:
        return pair_text(number.numerator, number.denominator)
    return decimal_words(number.numerator, number.denominator, places)[0]


def pair_text(numerator: int, denominator: int) -> str:
    """Write a pair, which need not be in lowest terms, as `decimal_text` writes the number.

    >>> pair_text(34, 4), pair_text(4, 6)
    ('8.5', '0.6667')
    """
    places = 4 if numerator * 10**12 % denominator else 12
    return decimal_words(numerator, denominator, places)[0]


def decimal_words(numerator: int, denominator: int, places: int) -> tuple[str, bool]:
    """Write a pair as `decimal_text` does, and tell whether that is the whole number; it need not be in lowest terms.

    >>> decimal_words(34, 4, 2), decimal_words(-2, 3, 2)
    (('8.5', True), ('−0.67', False))
    """
    scale = 10**places
    units, rest = divmod(numerator * scale if numerator >= 0 else -numerator * scale, denominator)
    if rest and 2 * rest >= denominator:
        units += 1
    whole, part = divmod(units, scale)
    text = f"{whole}.{str(part).zfill(places).rstrip('0')}" if part else str(whole)
    return (f"−{text}" if numerator < 0 and units else text), not rest

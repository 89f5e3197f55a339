"""What findings say beside plain values: parts of sentences in both languages, numbers and shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from evalrules._formula.scope import PERCENT
from evalrules._formula.words import show
from evalrules._numbers import decimal_text
from evalrules._wording import wording

Said = Mapping[str, object]
"""What fills a finding's sentence; a part that differs between languages stands there twice, ``x`` and ``x_en``."""


def phrase(name: str, code: str, /, **arguments: object) -> Said:
    """Give the part of a sentence that this code words, as ``name`` in Chinese and ``name_en`` in English.

    >>> phrase("direction", "audit-too-high")
    {'direction': '偏高', 'direction_en': 'too high'}
    """
    known = wording(code)
    if known is None:
        raise KeyError(code)
    texts = {key: str(value) for key, value in arguments.items()}
    return {name: known.say("zh", texts), f"{name}_en": known.say("en", texts)}


def phrases(name: str, codes: Iterable[str]) -> Said:
    """Give several parts as a list, ``、`` between them in Chinese."""
    found = [phrase(name, code) for code in codes]
    return {
        name: "、".join(str(one[name]) for one in found),
        f"{name}_en": ", ".join(str(one[f"{name}_en"]) for one in found),
    }


def difference(claimed: Fraction, computed: Fraction) -> Said:
    """Say by how much a claim differs, and which way."""
    way = "audit-too-high" if claimed > computed else "audit-too-low"
    return {"difference": decimal_text(abs(claimed - computed)), **phrase("direction", way)}


def percent(number: Fraction) -> str:
    """Write a share.

    >>> percent(Fraction(2, 3))
    '66.67%'
    """
    return show(number, PERCENT)


def as_percent(number: Fraction) -> dict[str, str]:
    """Write what a number without a sign counts as where percent is meant, and what it would be as a share.

    >>> as_percent(Fraction("0.999"))
    {'taken': '0.999%', 'meant': '99.9%'}
    """
    return {"taken": f"{decimal_text(number)}%", "meant": f"{decimal_text(number * 100)}%"}

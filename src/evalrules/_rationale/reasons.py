"""The engine's own sentences of a rationale, worded in ``messages/reasons.yaml``."""

from __future__ import annotations

from fractions import Fraction

from evalrules._numbers import decimal_text
from evalrules._wording import wording


def said(code: str, /, **arguments: object) -> str:
    """Give the sentence of this code with its values put in; numbers are written as exact decimals."""
    known = wording(code)
    if known is None:
        raise KeyError(code)
    texts = {
        name: decimal_text(value) if isinstance(value, Fraction) else str(value) for name, value in arguments.items()
    }
    return known.say("zh", texts)

"""The engine's own words for a rule, worded in ``messages/explain.yaml``."""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from evalrules._numbers import decimal_text
from evalrules._wording import Language, wording


@frozen
class Phrases:
    """Words in one language; what the edition says stays as it is.

    >>> Phrases("zh")("deducts", points=Fraction(1, 2))
    '扣 0.5 分'
    """

    language: Language

    def __call__(self, code: str, /, **arguments: object) -> str:
        """Give the phrase ``explain-<code>`` with its values put in."""
        known = wording(f"explain-{code}")
        if known is None:
            raise KeyError(code)
        texts = {
            name: decimal_text(value) if isinstance(value, Fraction) else str(value)
            for name, value in arguments.items()
        }
        return known.fill(self.language, texts)[0]

"""Sentences with placeholders: ``完成值 {完成值} 为指标值 {指标值} 的 {完成值 ÷ 指标值:%}``.

A placeholder holds a formula, read by the same parser as any other; ``:%`` shows its value as a rate. There is no
other format, and `str.format` is never used. ``{{`` and ``}}`` stand for the braces themselves.
"""

from __future__ import annotations

from collections.abc import Callable

from attrs import field, frozen

from evalrules._formula.tree import Formula
from evalrules._problems import Location


@frozen
class Placeholder:
    """One ``{formula}`` or ``{formula:%}`` of a sentence."""

    formula: Formula
    percent: bool = False


@frozen
class Sentence:
    """A sentence as written and its parts, text and placeholders in order."""

    text: str
    parts: tuple[str | Placeholder, ...]
    location: Location | None = field(default=None, eq=False, repr=False)


def sentence_text(sentence: Sentence, show: Callable[[Placeholder], str]) -> str:
    """Put in the text that ``show`` gives for each placeholder."""
    return "".join(part if isinstance(part, str) else show(part) for part in sentence.parts)

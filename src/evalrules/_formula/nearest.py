"""What was probably meant by a misspelt word."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_NEAREST, _SHORT = 3, 2


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Give the known word that is nearest to a misspelt one, or None; words that are equally near are all given.

    >>> did_you_mean("完成直", ["完成值", "完成率", "分值"])
    '完成值 / 完成率'
    """
    near = difflib.get_close_matches(word, list(known), _NEAREST, 0.5 if len(word) <= _SHORT else 0.6)
    likeness = [difflib.SequenceMatcher(None, other, word).ratio() for other in near]
    best = sorted(other for other, ratio in zip(near, likeness, strict=True) if ratio == likeness[0])
    return " / ".join(best) or None

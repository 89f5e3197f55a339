"""What formulas of grades and caps read of the form: ``预算执行率_得分``, ``…_完成值``, a section's own title."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from evalrules._catalogue.model import Catalogue, Path
from evalrules._catalogue.scopes import ACTUAL_SUFFIX, SCORE_SUFFIX, TARGET_SUFFIX

Asking = Literal["score", "target", "actual", "filled"]
_SUFFIXES: dict[str, Asking] = {SCORE_SUFFIX: "score", TARGET_SUFFIX: "target", ACTUAL_SUFFIX: "actual"}


@frozen
class TitleWord:
    """One such name: the part of the form it speaks of and what it asks of that part."""

    path: Path
    asks: Asking


def title_word(catalogue: Catalogue, name: str) -> TitleWord | None:
    """Find the part of the form that a name speaks of; None for any other name."""
    by_title = {part.title: part.path for part in catalogue.walk()}
    for suffix, asks in _SUFFIXES.items():
        title = name.removesuffix(suffix)
        if title != name and title in by_title:
            return TitleWord(by_title[title], asks)
    return TitleWord(by_title[name], "filled") if name in by_title else None

"""What formulas of grades, caps and checks read of the form: ``预算执行率_得分``, ``…_完成值``, a section's own title."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen

from evalrules._aggregate import Aggregation
from evalrules._catalogue.model import Catalogue, Path
from evalrules._catalogue.scopes import ACTUAL_SUFFIX, SCORE_SUFFIX, TARGET_SUFFIX
from evalrules._quantities import Blank

if TYPE_CHECKING:
    from evalrules._scored import ScoredForm

_SUFFIXES = {SCORE_SUFFIX: "score", TARGET_SUFFIX: "target", ACTUAL_SUFFIX: "actual"}


@frozen
class TitleWord:
    """One such name: the part of the form it speaks of and what it asks of that part."""

    path: Path
    asks: Literal["score", "target", "actual", "filled"]

    def value(self, form: ScoredForm, sums: Aggregation) -> Any:
        """Give a pair for a number, True for a section with anything filled in, None for a blank."""
        if self.asks == "filled":
            return True if self._is_filled(form) else None
        if self.asks == "score":
            part = form.ruleset.parts[self.path]
            outcome = sums.outcome(part)
            return None if outcome.score is None else (outcome.score + outcome.outside, form.place)
        index = form.index_of(self.path)
        return form.target_of(index) if self.asks == "target" else form.actual_of(index)

    def _is_filled(self, form: ScoredForm) -> bool:
        depth = len(self.path)
        return any(
            entry is not None and not isinstance(entry.actual, Blank)
            for row, entry in zip(form.rows, form.filled.entries, strict=True)
            if row.indicator.path[:depth] == self.path
        )


def title_word(catalogue: Catalogue, name: str) -> TitleWord | None:
    """Find the part of the form that a name speaks of; None for any other name."""
    by_title = {part.title: part.path for part in catalogue.walk()}
    for suffix, asks in _SUFFIXES.items():
        title = name.removesuffix(suffix)
        if title != name and title in by_title:
            return TitleWord(by_title[title], asks)  # type: ignore[arg-type]
    return TitleWord(by_title[name], "filled") if name in by_title else None

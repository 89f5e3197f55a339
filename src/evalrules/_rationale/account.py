"""One scored row being explained: its cells as the compiled rules read them, and what the rules went through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evalrules._catalogue.lower import TIER
from evalrules._formula.exact import Recorded
from evalrules._formula.faults import Fault
from evalrules._formula.program import ACTUAL, JUDGED, POINTS, TARGET
from evalrules._formula.step_lines import Known, Word
from evalrules._formula.tree import Formula
from evalrules._formula.words import shown_stored
from evalrules._quantities import Bound, Interval
from evalrules._rationale.ready import Part, ReadyPlan, ready_plan
from evalrules._rationale.sentences import NOTHING, Reading
from evalrules._scoring.cells import answered
from evalrules._scoring.form import ScoredForm

_CELLS = {name: place for place, name in enumerate((POINTS, TARGET, ACTUAL, JUDGED))}
_WIDE = frozenset({Bound, Interval})


class RowAccount(Known):
    """A row that has a plan. Values are stored as compiled rules read them; what has none, or is blank, is None.

    ``told`` are the rules that held; nothing was computed, and none held, in a row that the rules did not score.
    """

    __slots__ = ("cells", "form", "index", "is_wide", "ready", "row", "told", "values")

    def __init__(self, form: ScoredForm, index: int) -> None:
        self.form = form
        self.index = index
        self.row = form.rows[index]
        self.ready: ReadyPlan = ready_plan(form, index)
        actual = form.actuals[index]
        self.is_wide: bool = actual.__class__ in _WIDE
        """Whether the actual is a bound or a range, which has no one value."""
        points = (form.units[index], form.ruleset.place)
        self.cells = (points, form.targets[index], None if self.is_wide else actual, form.judged[index])
        self.values: list[Any] = _own_values(form, index, self.ready) if self.ready.is_assessed else form.values
        is_scored = form.states[index] == "scored" and not self.is_wide and index not in form.problems
        recorded: Recorded = self.ready.record(self.values, *self.cells) if is_scored else ({}, [])
        super().__init__(recorded[0])
        self.told = recorded[1]

    def given(self, name: str) -> Any:
        """Give a cell of the row or a figure; a table has no value to be shown."""
        place = _CELLS.get(name)
        if place is not None:
            return self.cells[place]
        slot = self.ready.ruleset.slots.get(name)
        value = None if slot is None else self.values[slot]
        return None if value.__class__ is tuple and not _is_pair(value) else value

    def value_of(self, name: str) -> Any:
        """Give the value of a name as the rules read it, also where they did not come to read it."""
        place = self.ready.lines.place(name)
        if place is None:
            return self.given(name)
        return self.computed[place] if place in self.computed else self.read(self.ready.binding(name))

    def read(self, reading: Reading) -> Any:
        """Give what a compiled formula comes to; None where it has no value."""
        try:
            return reading(self.values, *self.cells)
        except Fault:
            return None

    # ---- as people read it ----

    def part(self, part: Part) -> str | None:
        """Show what stands in a sentence; None for a blank and for what has no value."""
        if isinstance(part, str):
            return part
        if isinstance(part, Word):
            known = self.shown(part)
            if known is not None or part.place is None:
                return None if known is None else known[0]
            value = self.read(self.ready.binding(part.name))
            return None if value is None else shown_stored(value, part.showing)[0]
        return part.text(self.values, *self.cells)

    def sentence(self, parts: Sequence[Part]) -> str:
        """Put the values into a sentence; a blank, or what has no value, says so."""
        texts = []
        for part in parts:
            text = self.part(part)
            texts.append(NOTHING if text is None else text)
        return "".join(texts)

    def formula(self, formula: Formula) -> str | None:
        """Show the value of a formula that sees what the rules see."""
        return self.part(self.ready.asked(formula))


def _is_pair(value: tuple[Any, ...]) -> bool:
    return len(value) == 2 and value[0].__class__ is int  # noqa: PLR2004 - numerator and denominator


def _own_values(form: ScoredForm, index: int, ready: ReadyPlan) -> list[Any]:
    """Give the values by slot with what an assessor said of this row; the slots for that serve all rows in turn."""
    values, slots, entry = list(form.values), form.ruleset.slots, form.filled.entries[index]
    values[slots[TIER]] = None if entry is None or entry.judged is None else entry.judged.tier
    for name, points in answered(ready.plan.scoring, () if entry is None else entry.answers):
        values[slots[name]] = points
    return values

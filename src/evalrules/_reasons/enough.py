"""What would have avoided a deduction: the nearest value of one input at which the rule costs nothing."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import partial
from typing import Any

from evalrules._formula.edges import edge_terms, thresholds
from evalrules._formula.program import ACTUAL
from evalrules._formula.scope import ANY
from evalrules._formula.tree import Fault
from evalrules._formula.words import Showing, show, shown_pair, shown_stored
from evalrules._problems import Phrase, in_language, phrase
from evalrules._reasons.account import Answer, Pair, Profile, ReadyRule, RowAccount, TrialProgram, Tried, profile
from evalrules._score.figures import compute_figures
from evalrules._score.rows import row_ranges

_GAP = "\0"
_PLAIN = Showing()


def enough(account: RowAccount, rule: ReadyRule) -> str | None:
    """Say what would have avoided the deduction, for a band also what reaches the next one; None where nothing can.

    For a rule that reads 完成值 that is the nearest 完成值; else the nearest value of one figure that it reads.
    """
    scoring = account.ready.plan.scoring
    if scoring.form == "checklist":
        item = scoring.checklist[rule.number]
        return phrase("enough-item", item=item.title, points=item.points)
    if scoring.form == "judged":
        return phrase("enough-judged", points=account.row.ruleset.points(account.row.units))
    for trial in rule.trials:
        text = _Trial(account, trial).text()
        if text is not None:
            return text
    return None


class _Trial:
    """One input of one rule tried at other values, everything else as it is."""

    def __init__(self, account: RowAccount, trial: TrialProgram) -> None:
        self.account, self.trial = account, trial
        self.row, self.ruleset = account.row, account.row.ruleset
        self.units = self.row.units

    def text(self) -> str | None:
        present = self.account.value_of(self.trial.name)
        if present is None:
            return None
        if isinstance(present, bool):
            return self._turned(present=present)
        actual: Pair = present if isinstance(present, tuple) else (present, 1)
        tried = self.trial.tried(self.units, self.row.target, self._profile)
        level = tried.level(self.units)
        best = None if level is None else tried.outlook(level).nearest(actual)
        if best is None:
            return None
        told, band = self._said(tried, self._code, best, actual), self._next(tried, actual)
        return told if band is None else phrase("enough-or-next", full=told, next=band)

    @property
    def _code(self) -> str:
        return "enough-full" if self.trial.program.form == "award" else "enough-rule"

    def _next(self, tried: Tried, actual: Pair) -> str | None:
        """Say where the next band begins, where that is not full marks already."""
        present = self.row.computed
        if self.trial.program.form == "deduct" or present is None:
            return None
        level = tried.level(present + 1)
        if level is None or level >= self.units:
            return None
        band = tried.outlook(level).nearest(actual)
        if band is None or band.score >= self.units or band.beyond(actual) == 0:
            return None
        return self._said(tried, "enough-next", band, actual)

    # ---- other values ----

    def _profile(self) -> Profile:
        return profile(self._edges(), self._score)

    def _edges(self) -> list[Fraction]:
        program, name = self.trial.program, self.trial.name
        cells = (self.account.cells[0], self.row.target, self.row.actual)
        ranges = row_ranges(self.ruleset, program, self.account.values, cells, {name: ANY})
        if ranges is None:
            return []
        return thresholds(name, edge_terms([one.tree for one in program.formulas], ranges.formulas), ranges)

    def _score(self, value: Any) -> int | None:
        """Give the score in units if the input were ``value``; None where it would have none."""
        points, target, actual, judged = self.account.cells
        values = self.account.values
        if self.trial.name == ACTUAL:
            actual = self._stored(value)
        else:
            values = list(values)
            values[self.ruleset.slots[self.trial.name]] = self._stored(value)
            compute_figures(self.ruleset, values)
        try:
            return self.trial.score(values, points, target, actual, judged)
        except Fault:
            return None

    def _stored(self, value: Any) -> Any:
        if isinstance(value, bool):
            return value
        return math.floor(value) if self.trial.kind == "date" else (value.numerator, value.denominator)

    def _turned(self, *, present: bool) -> str | None:
        if self._score(not present) != self.units:
            return None
        return phrase(self._code, condition=phrase("enough-is", name=self.trial.name, value=show(not present)))

    # ---- words ----

    def _said(self, tried: Tried, code: str, answer: Answer, actual: Pair) -> str:
        """Say an answer; all but the gap is worded once."""
        beyond, parts = answer.beyond(actual), answer.edge.denominator * actual[1]
        key = code, answer, beyond >= 0
        words = tried.words.get(key)
        if words is None:
            words = tried.words[key] = self._worded(code, answer, above=beyond >= 0)
        gap = self._gap(abs(beyond), parts)
        whole = partial(self._whole, code, answer, gap, above=beyond >= 0)
        return Phrase(f"{words[0]}{gap}{words[1]}", lambda: in_language(whole(), "en"))

    def _worded(self, code: str, answer: Answer, *, above: bool) -> tuple[str, str]:
        before, _, after = self._whole(code, answer, _GAP, above=above).partition(_GAP)
        return before, after

    def _whole(self, code: str, answer: Answer, gap: str, *, above: bool) -> Phrase:
        name, edge = self.trial.name, self._shown(answer.edge)
        way = "enough-above" if above else "enough-below"
        if self.trial.kind == "date":
            way = "enough-early" if above else "enough-late"
        condition = phrase(way, name=name, comparison=answer.comparison, edge=edge, gap=gap)
        return phrase(code, condition=condition, points=self.ruleset.points(answer.score))

    def _shown(self, number: Fraction) -> str:
        return shown_stored(self._stored(number), self.trial.showing)[0]

    def _gap(self, numerator: int, denominator: int) -> str:
        if self.trial.kind == "date":
            return phrase("enough-days", number=shown_pair(numerator, denominator, _PLAIN)[0])
        text = shown_pair(numerator, denominator, self.trial.showing)[0]
        return phrase("enough-rate", number=text.removesuffix("%")) if self.trial.is_rate else text

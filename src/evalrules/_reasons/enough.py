"""What would have avoided a deduction: the nearest value of one input at which the rule costs nothing."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

from attrs import evolve

from evalrules._form_words import form_words
from evalrules._formula.edges import edge_terms, thresholds
from evalrules._formula.program import ACTUAL
from evalrules._formula.scope import ANY, Bounds, Variable
from evalrules._formula.tree import Fault
from evalrules._formula.words import Showing, show, shown_pair, shown_stored
from evalrules._formula.worth_trying import WHOLE, on_grid, step_of
from evalrules._numbers import decimal_text, is_decimal
from evalrules._problems import Phrase, in_language, phrase
from evalrules._reasons.account import Answer, Pair, Profile, ReadyRule, RowAccount, TrialProgram, Tried, profile
from evalrules._score.figures import compute_figures
from evalrules._score.rows import row_ranges

_GAP = "\0"
Other = tuple[str, Fraction] | None
"""Where values that are enough end again: how the name is compared with that end."""
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
        if best is None or level is None:
            return None
        told, band = self._said(tried, self._code, best, actual, level), self._next(tried, actual)
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
        return self._said(tried, "enough-next", band, actual, level)

    # ---- other values ----

    def _profile(self) -> Profile:
        return profile(self._edges(), self._score)

    def _edges(self) -> list[Fraction]:
        program, name = self.trial.program, self.trial.name
        cells = (self.account.cells[0], self.row.target, self.row.actual)
        ranges = row_ranges(self.ruleset, program, self.account.values, cells, {name: ANY})
        if ranges is None:
            return []
        found = thresholds(name, edge_terms([one.tree for one in program.formulas], ranges.formulas), ranges)
        ends = [end for bounds in self._bounds for end in (bounds.low, bounds.high) if end is not None]
        return sorted({*found, *ends})

    def _score(self, value: Any) -> int | None:
        """Give the score in units if the input were ``value``; None where it would have none."""
        if isinstance(value, Fraction) and not all(bounds.admits(value) for bounds in self._bounds):
            return None
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

    # ---- values that a submission can hold ----

    @cached_property
    def _variable(self) -> Variable:
        return self.account.ready.scope[self.trial.name]

    @cached_property
    def _bounds(self) -> tuple[Bounds, ...]:
        """The declared ranges in which the input has to lie."""
        required = (each.bounds for each in self.trial.program.requirements if each.name == self.trial.name)
        return (self._variable.bounds, *required)

    @cached_property
    def _step(self) -> Fraction:
        """The step by which people write the input: what is counted, they count in whole numbers."""
        return WHOLE if self.trial.showing.suffix in form_words().counting else step_of(self._variable)

    def _held(self, answer: Answer, actual: Pair, wanted: int) -> Answer:
        """Bring an answer to a value that can be written: whole where it must be, the least where rounding helps."""
        if self.trial.kind != "number" or answer.comparison == "=":
            return answer
        step, here = self._step, Fraction(*actual)
        away = 1 if answer.edge >= here and answer.comparison in ("≥", ">") else -1
        is_strict, is_whole = answer.comparison in ("<", ">"), step == WHOLE
        if is_strict and not is_whole and is_decimal(answer.edge):
            return answer
        inside = on_grid(answer.edge, step)[away > 0]
        inside += away * step * (is_strict and inside == answer.edge)
        near = answer.edge if is_decimal(answer.edge) and not (is_whole or is_strict) else inside
        if not self._is_enough(near, wanted):
            return answer
        if self._is_enough(on_grid(near - away * step, step)[away > 0], wanted):
            near = self._least(near, here, away * step, wanted)
        return evolve(answer, comparison="≥" if away > 0 else "≤", edge=near)

    def _least(self, good: Fraction, here: Fraction, step: Fraction, wanted: int) -> Fraction:
        """Go from what is enough towards what is not, as far as rounding still makes it enough."""
        good, low, high = on_grid(good, abs(step))[step > 0], 0, math.floor((good - here) / step)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._is_enough(good - middle * step, wanted) else (low, middle)
        return good - low * step

    def _is_enough(self, value: Fraction, wanted: int) -> bool:
        score = self._score(value)
        return score is not None and score >= wanted

    def _other_end(self, tried: Tried, answer: Answer, actual: Pair, wanted: int) -> tuple[str, Fraction] | None:
        """Give where what is enough ends again on the far side; None where it goes on as far as the input can."""
        way = 1 if answer.comparison in ("≥", ">") and answer.beyond(actual) >= 0 else -1
        places = [place for place, (each, _) in enumerate(tried.profile) if each.low == each.high == answer.edge]
        if not places or answer.comparison == "=" or self.trial.kind != "number":
            return None
        place = places[0] + way * (answer.comparison in ("<", ">"))
        while 0 <= place < len(tried.profile) and (tried.profile[place][1] or 0) >= wanted:
            place += way
        if not 0 <= place < len(tried.profile) or tried.profile[place][1] is None:
            return None
        stretch = tried.profile[place][0]
        if stretch.low is not None and stretch.low == stretch.high:
            return "<", stretch.low
        end = stretch.low if way > 0 else stretch.high
        return None if end is None else ("≤", end)

    # ---- words ----

    def _said(self, tried: Tried, code: str, answer: Answer, actual: Pair, wanted: int) -> str:
        """Say an answer; all but the gap is worded once."""
        known = (code, answer, answer.beyond(actual) >= 0)
        if known not in tried.held:
            other = self._other_end(tried, answer, actual, wanted)
            tried.held[known] = self._held(answer, actual, wanted), other
        answer, other = tried.held[known]
        beyond, parts = answer.beyond(actual), answer.edge.denominator * actual[1]
        key = code, answer, other, beyond >= 0
        if beyond == 0:
            return phrase(code, condition=self._condition(answer, other), points=self.ruleset.points(answer.score))
        words = tried.words.get(key)
        if words is None:
            words = tried.words[key] = self._worded(code, answer, other, above=beyond >= 0)
        gap = self._gap(abs(beyond), parts)
        whole = partial(self._whole, code, answer, other, gap, above=beyond >= 0)
        return Phrase(f"{words[0]}{gap}{words[1]}", lambda: in_language(whole(), "en"))

    def _worded(self, code: str, answer: Answer, other: Other, *, above: bool) -> tuple[str, str]:
        before, _, after = self._whole(code, answer, other, _GAP, above=above).partition(_GAP)
        return before, after

    def _condition(self, answer: Answer, other: Other) -> str:
        """Write which values are enough: one side, or both: ``90% ≤ 完成值 < 130%``."""
        name, edge = self.trial.name, self._shown(answer.edge)
        if other is None:
            return f"{name} {answer.comparison} {edge}"
        sign, end = other[0], self._shown(other[1])
        if answer.comparison in ("≥", ">"):
            return f"{edge} {'≤' if answer.comparison == '≥' else '<'} {name} {sign} {end}"
        return f"{end} {sign} {name} {answer.comparison} {edge}"

    def _whole(self, code: str, answer: Answer, other: Other, gap: str, *, above: bool) -> Phrase:
        way = "enough-above" if above else "enough-below"
        if self.trial.kind == "date":
            way = "enough-early" if above else "enough-late"
        condition = phrase(way, condition=self._condition(answer, other), gap=gap)
        return phrase(code, condition=condition, points=self.ruleset.points(answer.score))

    def _shown(self, number: Fraction) -> str:
        if self.trial.kind == "date":
            return shown_stored(self._stored(number), self.trial.showing)[0]
        return self._in_full(number.numerator, number.denominator)

    def _in_full(self, numerator: int, denominator: int) -> str:
        """Write a number with all its decimals, where they end."""
        text, is_whole = shown_pair(numerator, denominator, self.trial.showing)
        number = Fraction(numerator, denominator)
        if is_whole or not is_decimal(number):
            return text
        percent = self.trial.showing.percent
        return decimal_text(number * 100 if percent else number) + ("%" if percent else self.trial.showing.suffix)

    def _gap(self, numerator: int, denominator: int) -> str:
        if self.trial.kind == "date":
            return phrase("enough-days", number=shown_pair(numerator, denominator, _PLAIN)[0])
        text = self._in_full(numerator, denominator)
        return phrase("enough-rate", number=text.removesuffix("%")) if self.trial.is_rate else text

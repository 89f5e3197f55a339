"""Why a row scored what it did: each deduction with sentence, rule, steps, and what would have been enough."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property, partial
from itertools import chain
from typing import Any, Final

from attrs import evolve

from evalrules._edition.forms import item_name
from evalrules._form_words import form_words, said
from evalrules._formula.compile.programs import RuleTold
from evalrules._formula.edges import edge_terms, thresholds
from evalrules._formula.program import ACTUAL, PointsBetween, free_names
from evalrules._formula.scope import ANY, Bounds, Variable
from evalrules._formula.tree import Fault, names
from evalrules._formula.words import Showing, formula_words, show, shown_pair, shown_stored
from evalrules._formula.worth_trying import WHOLE, on_grid, step_of
from evalrules._numbers import decimal_text, ends, is_decimal, pair_text, rounded_units
from evalrules._problems import Phrase, in_language, listed, phrase, phrase_as
from evalrules._quantities import Blank, Date, Period
from evalrules._reasons.account import (
    Held,
    Other,
    Profile,
    ReadyRule,
    RowAccount,
    Sufficing,
    TrialProgram,
    Tried,
    profile,
)
from evalrules._reasons.sentences import NO_REASONS, Deduction, Rationale, level_sentence
from evalrules._score.cells import means_none
from evalrules._score.figures import compute_figures
from evalrules._score.form import ScoredRow
from evalrules._score.rows import row_ranges
from evalrules._submission import Answer, Pair

# Why a row scored what it did: each deduction with sentence, rule, formula, steps, and what would have been enough.
#
# The running score is exact; after each rule its rounded value is taken, and a deduction is the difference between
# two rounded values. So deductions add up to points − score whatever is rounded.


def explain_row(row: ScoredRow, account: RowAccount | None) -> Rationale:
    """Give the deductions and notes of one row; ``account`` is what it is explained by."""
    if row.problem is not None or row.state in ("unweighted", "nowhere"):
        return Rationale(notes=tuple(_unadjusted(row)))
    if row.computed is None and row.score is not None:
        return _of_review(row, row.score)
    if row.state == "scored":
        assert account is not None
        rationale = _of_bound(account) if account.is_wide else _by_rules(account)
        if row.submitted.submission.results:
            rationale = Rationale(rationale.deductions, (*rationale.notes, *_from_results(row)))
    else:
        rationale = _explain_inapplicable(row)
    is_bonus = row.in_bonus
    if row.entry is None and row.units == row.row.units and not is_bonus:
        return rationale
    taken = (*_gained(row), *_assumed(row), *_year_taken(row), *_none(row), *_by_claim(row), *_unadjusted(row))
    notes = (*taken, *rationale.notes)
    if is_bonus:
        return Rationale(notes=(*notes, phrase("note-bonus")) if rationale.deductions else notes)
    return Rationale((*rationale.deductions, *_adjustment(row)), notes)


_NAMED: Final = 12


def _from_results(row: ScoredRow) -> Iterator[str]:
    """Say which forms the results are of that a row is scored by, each with its score."""
    results, catalogue, plan = row.submitted.submission.results, row.ruleset.catalogue, row.row.plan
    if plan is None:
        return
    program, value = plan.program, row.indicator.value
    formulas = {name: figure.formula.tree for name, figure in catalogue.data.items() if figure.formula is not None}
    asked = [
        *program.formulas,
        *program.said,
        *(each.formula for each in program.bindings),
        *([value] if value else ()),
    ]
    trees = [formula.tree for formula in asked]
    read = {catalogue.columns.get(name) for name in (*free_names(trees, formulas), *chain(*map(names, trees)))}
    editions = {catalogue.tables[table].results for table in read if table is not None} - {None}
    own = [each for each in results if each.edition in editions or (each.edition is None and editions)]
    if own:
        told = [
            phrase(
                "note-result",
                form=each.project or each.organisation or phrase("note-result-unread"),
                score="—" if each.score is None else f"{each.score:f}",
            )
            for each in own[:_NAMED]
        ]
        yield phrase("note-results", count=len(own), forms=listed(told))


def _of_bound(account: RowAccount) -> Rationale:
    return Rationale(notes=(phrase("note-bound", actual=account.row.actual.text),))


def _of_review(row: ScoredRow, score: int) -> Rationale:
    """Explain a row that the rules leave unscored and a reviewer scored."""
    assert row.entry is not None
    assert row.entry.adjust is not None
    ruleset, lost = row.ruleset, row.units - score
    sentence = phrase("reason-reviewed", score=ruleset.points(score), because=row.entry.adjust.because)
    if not lost or row.in_bonus:
        return Rationale(notes=(sentence, *_unadjusted(row)))
    deduction = Deduction(ruleset.decimal(lost), sentence, phrase("rule-review"), location=row.entry.place("adjust"))
    return Rationale((deduction,), tuple(_unadjusted(row)))


def _assumed(row: ScoredRow) -> Iterator[str]:
    if row.rests_on_direction and row.row.target is not None:
        yield phrase("note-direction-assumed", target=row.row.target.text, sign=row.row.target.kind)


def _gained(row: ScoredRow) -> Iterator[str]:
    gained = row.units - row.row.units
    if gained > 0:
        yield phrase("note-points-gained", points=row.ruleset.points(gained))


def _year_taken(row: ScoredRow) -> Iterator[str]:
    """Tell that a month without a year was taken for one of the fiscal year."""
    entry, target = row.entry, row.row.target
    if entry is None or target is None or target.day is None:
        return
    cells = [cell for cell in (entry.target, entry.actual) if isinstance(cell, Date | Period) and cell.year_taken]
    if cells:
        yield phrase(
            "note-year-taken", texts=listed(cell.text for cell in cells), year=row.submitted.submission.fiscal_year
        )


def _none(row: ScoredRow) -> Iterator[str]:
    if row.entry is not None and row.indicator.value is None and means_none(row.row, row.entry.actual):
        yield phrase("note-none", actual=row.entry.actual.text)


def _by_claim(row: ScoredRow) -> Iterator[str]:
    """Tell that the claimed score stands for an assessor's, where nobody else judged."""
    if row.judgement is not None and row.entry is not None and row.entry.judged is None:
        tier, score = row.judgement.tier, row.judgement.score
        yield phrase("note-claim-tier" if tier else "note-claim", tier=tier, score=score)


def _unadjusted(row: ScoredRow) -> Iterator[str]:
    """Tell what of a reviewer's change had no effect: a score stays within 0 and its points, and there may be none."""
    entry, computed, score, limit = row.entry, row.computed, row.score, row.ruleset.points(row.units)
    if entry is None or entry.adjust is None or "adjust" in entry.faults:
        return
    found, change = entry.adjust.score, entry.adjust.change(limit)
    if score is None:
        yield phrase("note-review-unused", because=entry.adjust.because)
    elif found is not None and not 0 <= found <= limit:
        yield phrase("note-found-limited", found=found, limit=limit, score=row.ruleset.points(score))
    elif change is not None and computed is not None:
        rest = abs(change) - abs(row.ruleset.points(score - computed))
        if rest > 0:
            yield phrase("note-unadjusted", points=abs(change), rest=rest, limit=limit)


# ---- rows that do not apply ----------------------------------------------------------------------------------------


def _explain_inapplicable(row: ScoredRow) -> Rationale:
    state, otherwise = row.state, row.indicator.otherwise
    if state == "not_chosen" or otherwise is None:
        return Rationale(notes=(phrase("note-not-chosen"),))
    because = _why_inapplicable(row)
    if state != "points":
        code = f"note-{state.replace('_', '-')}"
        return Rationale(notes=(phrase(code, because=because, target=otherwise.move_to),))
    lost, level = row.units - (row.computed or 0), row.row.otherwise
    assert otherwise.points is not None
    assert level is not None
    sentence = level_sentence(row.ruleset, level, row.submitted.values, row.points) or because
    (rule,), reference, formula = level.program.rules, row.indicator.reference, formula_words(otherwise.points.tree)
    deduction = Deduction(
        row.ruleset.decimal(lost), sentence, rule.label, formula, (), reference, None, otherwise.location
    )
    return Rationale((deduction,) if lost else (), (phrase("note-not-applicable", because=because),))


def _why_inapplicable(row: ScoredRow) -> str:
    entry, applies = row.entry, row.indicator.applies
    if entry is not None and entry.not_applicable:
        return entry.not_applicable
    return "" if applies is None else phrase("reason-not-met", condition=formula_words(applies.tree))


def _adjustment(row: ScoredRow) -> Iterator[Deduction]:
    entry, computed, score, ruleset = row.entry, row.computed, row.score, row.ruleset
    if entry is None or entry.adjust is None or computed is None or score is None or computed == score:
        return  # a change that its limits leave without effect is told by `_unadjusted`
    lost = computed - score
    code = "reason-adjusted-down" if lost > 0 else "reason-adjusted-up"
    sentence = phrase(code, points=ruleset.points(abs(lost)), because=entry.adjust.because)
    before, after = decimal_text(ruleset.points(computed)), decimal_text(ruleset.points(score))
    yield Deduction(
        ruleset.decimal(lost), sentence, phrase("rule-review"), steps=(f"{before} → {after}",), location=entry.location
    )


# ---- rows scored by their rules ------------------------------------------------------------------------------------


def _by_rules(account: RowAccount) -> Rationale:
    """Explain a row by what its rules went through; where they took nothing there is nothing to explain."""
    told = account.told
    if told and account.ready.plan.program.form == "award":
        _, numerator, denominator, *_ = told[0]
        points = account.cells[0]
        if numerator is not None and denominator is not None and numerator * points[1] == points[0] * denominator:
            return NO_REASONS
    return _Explaining(account).rationale() if told else NO_REASONS


class _Explaining:
    """One row being explained."""

    def __init__(self, account: RowAccount) -> None:
        self.account = account
        self.row, self.ruleset = account.row, account.row.ruleset
        self.answers: dict[str, Answer] | None = None
        self.deductions: list[Deduction] = []
        self.notes: list[str] = []

    def rationale(self) -> Rationale:
        before, exact = self.row.units, self.account.cells[0]
        rounding = self.ruleset.catalogue.rounding
        for told in self.account.told:
            rule = self.account.ready.rules[told[0]]
            if told[1] is None:
                self.notes.append(self._excused(rule))
                continue
            left = (told[3], told[4]) if told[3] > 0 else (0, 1)
            after = rounded_units(*left, rounding.places, rounding.mode)
            if after != before:
                self.deductions.append(self._deduction(rule, told, left, before, after))
            if told[3] <= 0:
                self._tell_uncollected(told, exact)
            before, exact = after, left
        if not self.deductions and not self._is_shown(exact, before):
            self.notes.append(self._rounding_words(exact, before))
        return Rationale(tuple(self.deductions), tuple(self.notes))

    def _deduction(self, rule: ReadyRule, told: RuleTold, left: Pair, before: int, after: int) -> Deduction:
        assert told[1] is not None
        assert told[2] is not None
        steps = rule.lines.texts(self.account, (told[1], told[2]))
        return Deduction(
            points=self.ruleset.decimals[before - after],
            because=self._because(rule, left),
            rule=rule.rule.label,
            formula=rule.formula,
            steps=steps if self._is_shown(left, after) else (*steps, self._rounding_words(left, after)),
            reference=(*self.row.row.indicator.reference, *self.account.ready.method_reference),
            enough=enough(self.account, rule),
            location=rule.rule.location,
        )

    def _because(self, rule: ReadyRule, left: Pair | None) -> str:
        if rule.because is not None:
            sentence = self._sentence(rule, left)
        else:
            sentence = phrase("reason-band", score="" if left is None else pair_text(*left))
        entry = self.row.entry
        if entry is None:
            return sentence
        if isinstance(rule.rule.points, PointsBetween):
            because = said(entry.deviation_reason) if entry.judged is None else entry.judged.because
            code = "reason-because" if because else "reason-judged-without-reason"
            return phrase(code, sentence=sentence, because=because)
        answer = self._answer(rule, entry.answers)
        if answer is None or not answer.because:
            return sentence
        return phrase("reason-because", sentence=sentence, because=answer.because)

    def _sentence(self, rule: ReadyRule, left: Pair | None) -> str:
        """Say the sentence of a rule; that of a tier or an item is the engine's own, and is had in English too."""
        assert rule.because is not None
        sentence, scoring = self.account.sentence(rule.because), self.account.ready.plan.scoring
        if scoring.form == "judged":
            score = "" if left is None else pair_text(*left)
            return phrase_as(sentence, "reason-tier", tier=scoring.tiers[rule.number].title, score=score)
        if scoring.form == "checklist":
            item, given = scoring.checklist[rule.number], self.account.value_of(item_name(rule.number))
            shown = pair_text(*given) if isinstance(given, tuple) else ""
            return phrase_as(sentence, "reason-item", item=item.title, given=shown, points=item.points)
        return sentence

    def _answer(self, rule: ReadyRule, answers: tuple[Answer, ...]) -> Answer | None:
        """Find the answer to the item of a checklist that the rule stands for."""
        scoring = self.account.ready.plan.scoring
        if scoring.form != "checklist":
            return None
        item = scoring.checklist[rule.number]
        if self.answers is None:
            self.answers = {answer.item: answer for answer in reversed(answers)}
        return self.answers.get(item.title)

    def _excused(self, rule: ReadyRule) -> str:
        excuse = "" if rule.rule.unless is None else formula_words(rule.rule.unless.tree)
        amount = self.account.read(rule.amount)
        points = "" if amount is None else pair_text(*amount)
        return phrase("note-excused", points=points, excuse=excuse, sentence=self._because(rule, None))

    def _tell_uncollected(self, told: RuleTold, before: Pair) -> None:
        """Tell what a rule could not take because nothing was left."""
        _, numerator, denominator, _, _ = told
        if numerator is None or denominator is None:
            return
        if self.account.ready.plan.program.form == "deduct" and numerator * before[1] > before[0] * denominator:
            rest = Fraction(numerator, denominator) - Fraction(*before)
            self.notes.append(phrase("note-uncollected", points=rest))

    # ---- rounding ----

    def _is_shown(self, exact: Pair, units: int) -> bool:
        """Tell whether a score of so many units is the whole of the exact one."""
        return exact[0] * self.ruleset.place == units * exact[1]

    def _rounding_words(self, exact: Pair, units: int) -> str:
        places, rounded = self.ruleset.catalogue.rounding.places, self.ruleset.decimals[units]
        return phrase("reason-rounding", exact=pair_text(*exact), places=places, rounded=rounded)


# ---- target and actual as shown ------------------------------------------------------------------------------------


def shown_target(row: ScoredRow, account: RowAccount | None) -> str | None:
    """Give the target as written; a computed one as its value."""
    entry, target = row.entry, row.row.target
    if entry is not None and not isinstance(entry.target, Blank):
        return entry.target.text
    if target is None:
        return None
    if target.formula is None or account is None:
        return target.text
    comparator = target.kind if target.kind in "≥>≤<=" else ""
    shown = account.formula(target.formula)
    return None if shown is None else comparator + shown


def shown_actual(row: ScoredRow, account: RowAccount | None) -> str | None:
    """Give the actual as written; one that the edition computes from figures as its value."""
    entry = row.entry
    if account is not None and row.row.indicator.value is not None:
        return account.part(account.ready.actual)
    if entry is None or isinstance(entry.actual, Blank):
        return None
    return entry.actual.text


# What would have avoided a deduction: the nearest value of one input at which the rule costs nothing.


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
        if band is None or band.score >= self.units or band.beyond(actual)[0] == 0:
            return None
        return self._said(tried, "enough-next", band, actual, level)

    # ---- other values ----

    def _profile(self) -> Profile:
        return profile(self._edges(), self._score)

    def _edges(self) -> list[Fraction]:
        program, name = self.trial.program, self.trial.name
        cells = (self.account.cells[0], self.row.target, self.row.actual)
        ranges = row_ranges(self.ruleset, program, self.account.stored, cells, {name: ANY})
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
        values = self.account.stored
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

    def _held(self, answer: Sufficing, actual: Pair, wanted: int) -> Sufficing:
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

    def _other_end(self, tried: Tried, answer: Sufficing, actual: Pair, wanted: int) -> tuple[str, Fraction] | None:
        """Give where what is enough ends again on the far side; None where it goes on as far as the input can."""
        way = 1 if answer.comparison in ("≥", ">") and answer.beyond(actual)[0] >= 0 else -1
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

    def _said(self, tried: Tried, code: str, answer: Sufficing, actual: Pair, wanted: int) -> str:
        """Say an answer; all but the number of the gap is worded once."""
        found = (code, answer, answer.beyond(actual)[0] >= 0)
        held = tried.held.get(found)
        if held is None:
            other = self._other_end(tried, answer, actual, wanted)
            held = tried.held[found] = Held(self._held(answer, actual, wanted), other)
        answer, other = held.answer, held.other
        beyond, denominator = answer.beyond(actual)
        if beyond == 0:
            return phrase(code, condition=self._condition(answer, other), points=self.ruleset.points(answer.score))
        above = beyond > 0
        words = held.words.get(above)
        if words is None:
            before, _, after = self._whole(code, answer, other, _GAP, above=above).partition(_GAP)
            words = held.words[above] = before, after
        gap = self._gap(abs(beyond), denominator)
        whole = partial(self._whole, code, answer, other, gap, above=above)
        return Phrase(f"{words[0]}{gap}{words[1]}", lambda: in_language(whole(), "en"))

    def _condition(self, answer: Sufficing, other: Other) -> str:
        """Write which values are enough: one side, or both: ``90% ≤ 完成值 < 130%``."""
        name, edge = self.trial.name, self._shown(answer.edge)
        if other is None:
            return f"{name} {answer.comparison} {edge}"
        sign, end = other[0], self._shown(other[1])
        if answer.comparison in ("≥", ">"):
            return f"{edge} {'≤' if answer.comparison == '≥' else '<'} {name} {sign} {end}"
        return f"{end} {sign} {name} {answer.comparison} {edge}"

    def _whole(self, code: str, answer: Sufficing, other: Other, gap: str, *, above: bool) -> Phrase:
        way = "enough-above" if above else "enough-below"
        if self.trial.kind == "date":
            way = "enough-early" if above else "enough-late"
        condition = phrase(way, condition=self._condition(answer, other), gap=self._measured(gap))
        return phrase(code, condition=condition, points=self.ruleset.points(answer.score))

    def _shown(self, number: Fraction) -> str:
        if self.trial.kind == "date":
            return shown_stored(self._stored(number), self.trial.showing)[0]
        return self._in_full(number.numerator, number.denominator)

    def _in_full(self, numerator: int, denominator: int) -> str:
        """Write a number with all its decimals, where they end."""
        text, is_whole = shown_pair(numerator, denominator, self.trial.showing)
        if is_whole or not ends(numerator, denominator):
            return text
        percent = self.trial.showing.percent
        written = pair_text(numerator * 100 if percent else numerator, denominator)
        return written + ("%" if percent else self.trial.showing.suffix)

    def _gap(self, numerator: int, denominator: int) -> str:
        if self.trial.kind == "date":
            return shown_pair(numerator, denominator, _PLAIN)[0]
        text = self._in_full(numerator, denominator)
        return text.removesuffix("%") if self.trial.is_rate else text

    def _measured(self, gap: str) -> str:
        if self.trial.kind == "date":
            return phrase("enough-days", number=gap)
        return phrase("enough-rate", number=gap) if self.trial.is_rate else gap

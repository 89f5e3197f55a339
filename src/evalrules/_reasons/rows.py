"""Why a row scored what it did: each deduction with sentence, rule, steps, and what would have been enough."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from evalrules._edition.forms import item_name
from evalrules._form_words import said
from evalrules._formula.compile.programs import RuleTold
from evalrules._formula.program import PointsBetween, free_names
from evalrules._formula.tree import names
from evalrules._formula.words import formula_words
from evalrules._numbers import decimal_text, pair_text, rounded_units
from evalrules._problems import listed, phrase, phrase_as
from evalrules._quantities import Blank, Date, Period
from evalrules._reasons.account import NO_REASONS, Deduction, Rationale, ReadyRule, RowAccount, level_sentence
from evalrules._reasons.enough import enough
from evalrules._score.cells import means_none
from evalrules._score.form import ScoredRow
from evalrules._submission import Answer

# Why a row scored what it did: each deduction with sentence, rule, formula, steps, and what would have been enough.
#
# The running score is exact; after each rule its rounded value is taken, and a deduction is the difference between
# two rounded values. So deductions add up to points − score whatever is rounded.


def row_account(row: ScoredRow) -> RowAccount | None:
    """Give what a row is explained by; None where the edition has no scoring for it."""
    return None if row.row.plan is None else RowAccount(row)


def explain_row(row: ScoredRow, account: RowAccount | None) -> Rationale:
    """Give the deductions and notes of one row; ``account`` is that of `row_account`."""
    if row.problem is not None or row.state in ("unweighted", "nowhere"):
        return NO_REASONS
    if row.computed is None and row.score is not None:
        return _of_review(row, row.score)
    if row.state == "scored":
        assert account is not None
        rationale = _of_bound(account) if account.is_wide else _by_rules(account)
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
    submission, catalogue, value = row.submitted.submission, row.ruleset.catalogue, row.indicator.value
    if not submission.results or value is None:
        return
    formulas = {name: figure.formula.tree for name, figure in catalogue.data.items() if figure.formula is not None}
    read = {catalogue.columns.get(name) for name in (*free_names([value.tree], formulas), *names(value.tree))}
    if any(table is not None and catalogue.tables[table].results is not None for table in read):
        told = [
            phrase(
                "note-result",
                form=each.project or each.organisation or phrase("note-result-unread"),
                score="—" if each.score is None else f"{each.score:f}",
            )
            for each in submission.results[:_NAMED]
        ]
        yield phrase("note-results", count=len(submission.results), forms=listed(told))


def _of_bound(account: RowAccount) -> Rationale:
    return Rationale(notes=(phrase("note-bound", actual=account.row.actual.text),))


def _of_review(row: ScoredRow, score: int) -> Rationale:
    """Explain a row that the rules leave unscored and a reviewer scored."""
    assert row.entry is not None
    assert row.entry.adjust is not None
    ruleset, lost = row.ruleset, row.units - score
    sentence = phrase("reason-reviewed", score=ruleset.points(score), because=row.entry.adjust.because)
    if not lost or row.in_bonus:
        return Rationale(notes=(sentence,))
    place = row.entry.place("adjust")
    return Rationale((Deduction(ruleset.decimal(lost), sentence, phrase("rule-review"), location=place),))


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
    """Tell how much of a reviewer's change had no effect, because a score stays within 0 and its points."""
    entry, computed, score = row.entry, row.computed, row.score
    change = None if entry is None or entry.adjust is None else entry.adjust.change(row.ruleset.points(row.units))
    if change is None or computed is None or score is None:
        return
    rest = abs(change) - abs(row.ruleset.points(score - computed))
    if rest > 0:
        limit = row.ruleset.points(row.units)
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
        for told in self.account.told:
            rule = self.account.ready.rules[told[0]]
            if told[1] is None:
                self.notes.append(self._excused(rule))
                continue
            left = _left(told)
            after = self._units(left)
            if after != before:
                self.deductions.append(self._deduction(rule, told, before, after))
            self._tell_uncollected(told, exact)
            before, exact = after, left
        if not self.deductions and not self._is_shown(exact, before):
            self.notes.append(self._rounding_words(exact, before))
        return Rationale(tuple(self.deductions), tuple(self.notes))

    def _units(self, exact: tuple[int, int]) -> int:
        rounding = self.ruleset.catalogue.rounding
        return rounded_units(exact[0], exact[1], rounding.places, rounding.mode)

    def _deduction(self, rule: ReadyRule, told: RuleTold, before: int, after: int) -> Deduction:
        return Deduction(
            points=self.ruleset.decimal(before - after),
            because=self._because(rule, _left(told)),
            rule=rule.rule.label,
            formula=rule.formula,
            steps=self._steps(rule, told, after),
            reference=(*self.row.indicator.reference, *self.account.ready.method_reference),
            enough=enough(self.account, rule),
            location=rule.rule.location,
        )

    def _steps(self, rule: ReadyRule, told: RuleTold, units: int) -> tuple[str, ...]:
        assert told[1] is not None
        assert told[2] is not None
        lines, left = rule.lines.texts(self.account, (told[1], told[2])), _left(told)
        return lines if self._is_shown(left, units) else (*lines, self._rounding_words(left, units))

    def _because(self, rule: ReadyRule, left: tuple[int, int] | None) -> str:
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

    def _sentence(self, rule: ReadyRule, left: tuple[int, int] | None) -> str:
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

    def _tell_uncollected(self, told: RuleTold, before: tuple[int, int]) -> None:
        """Tell what a rule could not take because nothing was left."""
        _, numerator, denominator, left, _ = told
        if left > 0 or numerator is None or denominator is None:
            return
        rest = Fraction(numerator, denominator) - Fraction(*before)
        if self.account.ready.plan.program.form == "deduct" and rest > 0:
            self.notes.append(phrase("note-uncollected", points=rest))

    # ---- rounding ----

    def _is_shown(self, exact: tuple[int, int], units: int) -> bool:
        """Tell whether a score of so many units is the whole of the exact one."""
        return exact[0] * self.ruleset.place == units * exact[1]

    def _rounding_words(self, exact: tuple[int, int], units: int) -> str:
        places, rounded = self.ruleset.catalogue.rounding.places, self.ruleset.decimal(units)
        return phrase("reason-rounding", exact=pair_text(*exact), places=places, rounded=rounded)


def _left(told: RuleTold) -> tuple[int, int]:
    """Give what was left behind a rule: never below 0."""
    return (told[3], told[4]) if told[3] > 0 else (0, 1)


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
    if account is not None and row.indicator.value is not None:
        return account.part(account.ready.actual)
    if entry is None or isinstance(entry.actual, Blank):
        return None
    return entry.actual.text

"""The least and most that a total can be while something is unscored, and the grades in between.

A sound bound: whatever is filled in where the form has a blank or a defect, the total lies in it. Each end is summed as
the total itself is, by conversions, caps, bonus and penalty, from the least or most that each row can score.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import product

from attrs import field

from evalrules._edition.model import Cap, Path, Section
from evalrules._formula.functions import asked_names
from evalrules._formula.program import EVIDENCE, JUDGED, TOTAL, PointsBetween, Rule
from evalrules._formula.scope import Bounds
from evalrules._formula.tree import Fault, Formula, names
from evalrules._numbers import rounded_units
from evalrules._quantities import Blank, Unclear
from evalrules._score.bind import balances
from evalrules._score.cells import tier_named
from evalrules._score.form import Aggregation, Outcome, ScoredForm, ScoredRow, sum_of, total_outcome
from evalrules._score.levels import aggregation, fill_titles, limited, outcomes
from evalrules._score.rows import row_ranges, score_rows, settle
from evalrules._score.ruleset import Compiled, Plan
from evalrules._values import frozen

_MOST_UNDECIDED = 4


@frozen
class Possible:
    """What a total can be, in units of the last place, and the grades in between, the best first.

    ``scored`` are the points of the rows that have a score, ``earned`` what they scored together.
    """

    least: int
    most: int
    grades: tuple[str, ...]
    scored: int
    earned: int


def possible(form: ScoredForm) -> Possible:
    """Give the range of the total; where there is one, both ends are the total itself."""
    total, points = form.total.score, int(form.ruleset.catalogue.points * form.place)
    if total is not None:
        grades = (form.grade,) if form.grade is not None else _grades(form, total, total)
        return Possible(total, total, grades, points, total)
    least, most = _range(form)
    counted = [row for row in form.rows if row.score is not None and not row.is_outside]
    units = sum(row.units for row in counted)
    earned = sum(row.score for row in counted if row.score is not None)
    return Possible(least, most, _grades(form, least, most), units, earned)


# ---- what is still to be filled in ---------------------------------------------------------------------------------


@frozen(eq=False)
class _Open:
    """What of a form may still turn: ``blamed`` are the figures for which something is unscored."""

    form: ScoredForm
    blamed: frozenset[str] = field(init=False)
    computed: tuple[str, ...] = field(init=False)
    """The computed figures that ask of one of these whether it is filled."""

    @blamed.default
    def _blamed(self) -> frozenset[str]:
        told = (*self.form.problems, *self.form.level_problems)
        figures = (dict(found.arguments).get("figure") for found in told)
        return frozenset((*filter(None, figures), *self.form.submitted.unread))

    @computed.default
    def _computed(self) -> tuple[str, ...]:
        found: list[str] = []
        for _, figure, _ in self.form.ruleset.computed:  # each behind those that it reads
            if figure.formula is not None:
                read = names(figure.formula.tree)
                if asked_names([figure.formula]) & self.blamed or any(name in found for name in read):
                    found.append(figure.name)
        return tuple(found)

    def may_turn(self, level: Compiled) -> bool:
        """Tell whether a program that can be run already may come to something else."""
        if level.asks & self.blamed or any(level.program.reads(name) for name in self.computed):
            return True
        asked = (self.form.ruleset.title_words[name] for name in level.titles)
        return any(word.asks == "filled" and self._may_be_filled(word.path) for word in asked)

    def _may_be_filled(self, path: Path) -> bool:
        """Tell whether a part without any actual may yet get one."""
        form = self.form
        inside = [row for row in form.rows if row.path[: len(path)] == path and row.state != "nowhere"]
        if any(row.entry is not None and not isinstance(row.entry.actual, Blank | Unclear) for row in inside):
            return False
        return form.filled.may_lack(path) or path in form.wrong or any(row.problem is not None for row in inside)

    def undecided(self) -> list[Path]:
        """Give the rows of which it cannot be told whether they apply."""
        return [row.path for row in self.form.rows if row.is_undecided or self._may_apply_otherwise(row)]

    def _may_apply_otherwise(self, row: ScoredRow) -> bool:
        applies = row.indicator.applies
        return applies is not None and bool(asked_names([applies]) & self.blamed)


# ---- the ends ------------------------------------------------------------------------------------------------------


def _range(form: ScoredForm) -> tuple[int, int]:
    """Give the ends, whichever rows of those that may or may not apply do so."""
    undecided = _Open(form).undecided()
    if len(undecided) > _MOST_UNDECIDED:
        return 0, int(form.ruleset.catalogue.points * form.place) + form.ruleset.bonus_limit
    decided = [form]
    if undecided:
        ways = product((True, False), repeat=len(undecided))
        decided = [_rescored(form, dict(zip(undecided, way, strict=True))) for way in ways]
    ends = [(_end(each, is_most=False), _end(each, is_most=True)) for each in decided]
    return min(least for least, _ in ends), max(most for _, most in ends)


def _rescored(form: ScoredForm, applies: dict[Path, bool]) -> ScoredForm:
    """Score the form again, as if it were known which rows apply."""
    again = ScoredForm(form.submitted, form.filled, form.defects)
    settle(again, applies)
    again.wrong = {each.section.path: each for each in balances(form.ruleset, form.filled, again.moved)}
    score_rows(again)
    return again


def _end(form: ScoredForm, *, is_most: bool) -> int:
    """Give one end of the total's range."""
    plain, still_open = aggregation(form), _Open(form)
    fixed, own = outcomes(form, lambda row: _score(still_open, row, is_most=is_most))
    sums = _Ends(
        plain.mode,
        fixed,
        own,
        form.moved,
        form.ruleset.at_most,
        partial(_capped, still_open, plain, is_most),
        form.wrong,
        plain.unsure,
        is_most=is_most,
    )
    total = total_outcome(sums.outcome(form.filled.form), form.ruleset.bonus_limit).score
    assert total is not None
    caps = zip(form.ruleset.score_caps, form.ruleset.catalogue.score_caps, strict=True)
    left = [_limited(still_open, plain, is_most, level, cap, total) for level, cap in caps]
    return min([total, *left])


@frozen(eq=False)
class _Ends(Aggregation):
    """Sums one end: every row has a score."""

    is_most: bool = field(kw_only=True)

    def _summed(self, section: Section, parts: Sequence[Outcome]) -> Outcome:
        """Add what is missing of a section's points; where there are too many, nothing is known of its score."""
        total, balance = sum_of(parts), self.wrong.get(section.path)
        if balance is None or total.score is None:
            return total
        missing = balance.expected - balance.found
        if missing < 0:
            score = min(total.score, balance.expected) if self.is_most else 0
        else:
            score = total.score + (missing if self.is_most else 0)
        return total._replace(points=balance.expected, score=score, exact=None)

    def _chosen(self, total: Outcome, parts: Sequence[Outcome]) -> Outcome:
        """Give the end of the one that counts, whichever it is."""
        counting = [part for part in parts if part.counts]
        points = max((part.points for part in counting or parts), default=0)
        if not counting:
            return total._replace(points=points, score=points if self.is_most else 0, absent=0)
        scores = [part.score for part in counting if part.score is not None]
        return total._replace(points=points, score=(max if self.is_most else min)(scores, default=0))

    def _outside(self, section: Section, total: Outcome) -> Outcome:
        """Let a section that may lack rows reach its limit."""
        if section.path in self.unsure and section.bonus == self.is_most:
            limit = self.at_most(section)
            return Outcome(0, 0, outside=limit if section.bonus else -limit)
        return super()._outside(section, total)

    def _converted(self, section: Section, total: Outcome) -> Outcome:
        """Let a section in which nothing applies have any score."""
        found = super()._converted(section, total)
        return found if found.score is not None else found._replace(score=found.points if self.is_most else 0)


def _capped(still_open: _Open, plain: Aggregation, is_most: bool, _: Aggregation, path: Path, score: int) -> int:  # noqa: FBT001
    """Give what a cap leaves of one end; of one that may or may not hold, the least has it and the most has not."""
    level, section = still_open.form.ruleset.caps.get(path), still_open.form.ruleset.parts.get(path)
    if level is None or not isinstance(section, Section) or section.cap is None:
        return score
    return _limited(still_open, plain, is_most, level, section.cap, score)


def _limited(
    still_open: _Open,
    plain: Aggregation,
    is_most: bool,  # noqa: FBT001
    level: Compiled,
    cap: Cap,
    score: int,
) -> int:
    form = still_open.form
    try:
        if not still_open.may_turn(level):
            return limited(form, level, score, plain)
    except Fault:
        pass  # it reads a blank
    return score if is_most else min(score, int(cap.at_most * form.place))


def possible_of(form: ScoredForm, row: ScoredRow) -> tuple[int, int] | None:
    """Give the range of one row's score as it is shown, in units; None where it does not apply."""
    if row.score is None and row.problem is None:
        return None
    still_open, away = _Open(form), row.units if row.ruleset.takes_away(row.row) else 0
    least, most = (_score(still_open, row, is_most=is_most) or 0 for is_most in (False, True))
    return least - away, most - away


# ---- the ends of a row ---------------------------------------------------------------------------------------------


def _score(still_open: _Open, row: ScoredRow, *, is_most: bool) -> int | None:
    """Give the least or most that a row can score; a known tier or a range of points holds it."""
    plan, entry = row.row.plan, row.entry
    if row.score is not None and (plan is None or not still_open.may_turn(plan)):
        return row.score
    low, high = _held(row) or (0, row.units)
    change = None if entry is None or entry.adjust is None else entry.adjust.change(row.ruleset.points(row.units))
    if change is not None:
        rounding = row.ruleset.catalogue.rounding
        moved = rounded_units(change.numerator, change.denominator, rounding.places, rounding.mode)
        low, high = (min(max(end + moved, 0), row.units) for end in (low, high))
    return high if is_most else low


def _held(row: ScoredRow) -> tuple[int, int] | None:
    """Give the range in which an assessor's score has to lie, in units, as far as it is known."""
    problem, plan = row.problem, row.row.plan
    if problem is None or plan is None or problem.code not in ("judgement-missing", "judgement-outside"):
        return None
    judged = None if row.entry is None else row.entry.judged
    tier = tier_named(plan.scoring, None if judged is None else judged.tier)
    if tier is not None:
        return _in_units(row, row.units * tier.low, row.units * tier.high, high_open=tier.high != 1)
    if plan.scoring.tiers:
        return None
    bounds = [each for rule in _reached(row, plan) for each in rule]
    lows, highs = [each.low for each in bounds], [each.high for each in bounds]
    if not bounds or None in lows or None in highs:
        return None
    place = row.ruleset.place
    low, high = min(low for low in lows if low is not None), max(high for high in highs if high is not None)
    return _in_units(row, max(low * place, Fraction(0)), min(high * place, Fraction(row.units)))


def _reached(row: ScoredRow, plan: Plan) -> Iterator[list[Bounds]]:
    """Go through the rules that can be the first to hold, and give the points of each as ranges.

    One that holds asks an assessor, else nothing would be missing: only evidence may yet let another hold.
    """
    cells = row.points, row.target, row.actual
    free = {JUDGED: Bounds(Fraction(0)), EVIDENCE: plan.scope[EVIDENCE].bounds}
    before = row_ranges(row.ruleset, plan.program, row.submitted.values, cells, free)
    for rule in plan.program.rules:
        if before is None:
            return
        holding = before if rule.when is None else before.given(rule.when.tree)
        if holding is not None and (plan.reads_evidence or isinstance(rule.points, PointsBetween)):
            yield [holding.bounds(formula.tree) for formula in _points(rule)]
        before = None if rule.when is None else before.given(rule.when.tree, truth=False)


def _points(rule: Rule) -> tuple[Formula, ...]:
    return (rule.points.low, rule.points.high) if isinstance(rule.points, PointsBetween) else (rule.points,)


def _in_units(row: ScoredRow, low: Fraction, high: Fraction, *, high_open: bool = False) -> tuple[int, int]:
    """Round the ends of a judgement as the judgement itself is: one below an open end may be rounded up to it."""
    mode = row.ruleset.catalogue.rounding.mode
    least, most = (rounded_units(end.numerator, end.denominator, 0, mode) for end in (low, high))
    return least, max(most - (high_open and mode == "down" and most == high), least)


# ---- grades --------------------------------------------------------------------------------------------------------


def _grades(form: ScoredForm, least: int, most: int) -> tuple[str, ...]:
    """Give the grades of the totals between two ends; all of them where something else decides that is not known."""
    ruleset = form.ruleset
    if ruleset.grading is None:
        return ()
    waived = any(law == "graded" for law, _ in ruleset.catalogue.waive)
    totals = range(least, most + 1) if waived else (least, most)
    try:
        found = [_ranks(form, total) for total in totals]
    except Fault:
        return tuple(reversed(ruleset.titles))
    reached = {rank for _, rank in found} | {rank for rank, _ in found}
    if not waived:
        reached |= set(range(min(rank for _, rank in found), max(rank for rank, _ in found) + 1))
    return tuple(ruleset.titles[rank] for rank in sorted(reached, reverse=True))


def _ranks(form: ScoredForm, total: int) -> tuple[int, int]:
    """Give the highest and the lowest rank that a total can have: a cap that may turn holds or does not."""
    ruleset, still_open = form.ruleset, _Open(form)
    assert ruleset.grading is not None
    fill_titles(form, ruleset.read_by_grades)
    values = list(form.values)
    values[ruleset.slots[TOTAL]] = (total, form.place)
    if still_open.may_turn(ruleset.grading):
        raise Fault("blank")
    reached = ruleset.grading.score(values, (len(ruleset.titles) - 1, 1), None, None, None)
    highest = lowest = reached // form.place
    for level, cap in zip(ruleset.grade_caps, ruleset.catalogue.grade_caps, strict=True):
        at_most = ruleset.titles.index(cap.at_most)
        try:
            held = level.score(values, (reached, form.place), None, None, None) // form.place
            sure = not still_open.may_turn(level)
        except Fault:
            held, sure = at_most, False
        lowest = min(lowest, held if sure else at_most)
        highest = min(highest, held) if sure else highest
    return highest, lowest

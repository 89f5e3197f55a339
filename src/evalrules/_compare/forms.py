"""Whole forms and grades under two editions, and the blank forms to try them on."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby
from typing import Any

from attrs import evolve

from evalrules._compare.matching import Matching
from evalrules._edition.digest import meaning
from evalrules._edition.levels import grade_program, totals
from evalrules._edition.model import Catalogue, Path
from evalrules._edition.scopes import total_bounds
from evalrules._formula.program import TOTAL
from evalrules._formula.ranges import Ranges
from evalrules._laws.fillings import BlankForm
from evalrules._numbers import decimal_text
from evalrules._score.form import ScoredForm
from evalrules._score.levels import aggregation, grade_of
from evalrules._score.ruleset import Ruleset
from evalrules._score.score import score_form
from evalrules._submission import Entry, Submission
from evalrules._values import frozen

# Whole forms under two editions: what changed above the rows, in sums, caps, conversions and grades.


MOST_SHOWN = 3


@frozen(eq=False)
class FormWitness:
    """A form whose rows score alike under both editions while a section, the total or the grade does not.

    ``cell`` is what it fills in otherwise than usual; ``where`` the section, empty for the total.
    """

    cell: str
    where: str
    old: ScoredForm
    new: ScoredForm
    scores: tuple[Fraction | None, Fraction | None]

    @property
    def grades(self) -> tuple[str | None, str | None]:
        """The grade before and after."""
        return self.old.grade, self.new.grade


def form_witnesses(old: Ruleset, new: Ruleset, matching: Matching) -> tuple[FormWitness, ...]:
    """Look for forms that the levels above the rows score differently, one for each section; empty where none may."""
    if _above_rows(old.catalogue) == _above_rows(new.catalogue):
        return ()
    found: dict[str, FormWitness] = {}
    for witness in _witnesses(old, new, matching):
        known = found.get(witness.where)
        if known is None or (None in known.scores and None not in witness.scores):
            found[witness.where] = witness
    return tuple(found.values())[:MOST_SHOWN]


def _above_rows(catalogue: Catalogue) -> object:
    """Give all that decides a score besides the rules of the rows."""
    sections = [meaning(evolve(section, parts=(), explain_when=None, ranges=())) for section in catalogue.sections]
    otherwise = [(indicator.path, meaning(indicator.otherwise)) for indicator in catalogue.indicators]
    return catalogue.points, sections, otherwise, meaning(catalogue.score_caps), meaning(catalogue.grade_caps)


def _witnesses(old: Ruleset, new: Ruleset, matching: Matching) -> Iterator[FormWitness]:
    for first, second in ((old, new), (new, old)):
        for filling in BlankForm(first).fillings():
            here = filling.submission
            there = _led(here, matching) if first is old else here
            forms = score_form(first, here), score_form(second, there)
            if any(form.defects for form in forms):
                continue
            before, after = forms if first is old else reversed(forms)
            yield from _differing(filling.cell, before, after, matching)


def _led(submission: Submission, matching: Matching) -> Submission:
    """Bring a form to the names of the new edition."""
    data = {matching.called.get(name, name): figure for name, figure in submission.data.items()}
    return evolve(submission, data=data, entries=tuple(_entry(entry, matching) for entry in submission.entries))


def _entry(entry: Entry, matching: Matching) -> Entry:
    section: Path = tuple((entry.section or "").split("/")) if entry.section else ()
    path = matching.indicators.get((*section, entry.indicator))
    if path is None:
        path = (*matching.sections.get(section, section), entry.indicator)
    return evolve(entry, indicator=path[-1], section="/".join(path[:-1]) or None)


def _differing(cell: str, old: ScoredForm, new: ScoredForm, matching: Matching) -> Iterator[FormWitness]:
    if _rows(old) != _rows(new):
        return
    before, after = aggregation(old), aggregation(new)
    for path, now in matching.sections.items():
        units = before.outcome(old.ruleset.parts[path]).score, after.outcome(new.ruleset.parts[now]).score
        scores = _points(old, units[0]), _points(new, units[1])
        if scores[0] != scores[1]:
            yield FormWitness(cell, "/".join(now), old, new, scores)
    totals = _points(old, old.total.score), _points(new, new.total.score)
    if totals[0] != totals[1] or old.grade != new.grade:
        yield FormWitness(cell, "", old, new, totals)


def _rows(form: ScoredForm) -> list[tuple[object, ...]]:
    """Give what every row scored, whatever it is called."""
    return [
        (_points(form, row.units), None if row.state == "not_chosen" else _points(form, row.score)) for row in form.rows
    ]


def _points(form: ScoredForm, units: int | None) -> Fraction | None:
    return None if units is None else form.ruleset.points(units)


# The grades of two editions over all totals: where a total earns another grade now.


@frozen
class GradeShift:
    """Totals from ``low`` to ``high``, both included, and their grade in either edition; None is no grade."""

    low: Fraction
    high: Fraction
    old: str | None
    new: str | None

    @property
    def totals(self) -> str:
        """The totals as text."""
        low, high = decimal_text(self.low), decimal_text(self.high)
        return low if low == high else f"{low}–{high}"


def grade_shifts(old: Ruleset, new: Ruleset) -> tuple[GradeShift, ...]:
    """Give the totals that earn another grade, lowest first.

    Only the total decides here: caps of the grade are left out, and where a condition reads a figure, which is blank
    here, there is no grade.
    """
    if not (old.grading and new.grading) or old.catalogue.grades == new.catalogue.grades:
        return ()
    before, after = evolve(old, grade_caps=()), evolve(new, grade_caps=())
    graded = [(total, _grade_of(before, total), _grade_of(after, total)) for total in _totals(old, new)]
    return tuple(_shifts(graded))


def _totals(old: Ruleset, new: Ruleset) -> list[Fraction]:
    """Give the totals worth trying that both editions have."""
    editions = old.catalogue, new.catalogue
    programs = [grade_program(edition) for edition in editions]
    found = {
        Fraction(units, 10**each.rounding.places) for each in editions for units in totals(each, programs, Ranges())
    }
    bounds = [total_bounds(edition) for edition in editions]
    return sorted(total for total in found if all(each.admits(total) for each in bounds))


def _grade_of(ruleset: Ruleset, total: Fraction) -> str | None:
    """Give the grade of a total by itself."""
    values: list[Any] = [None] * len(ruleset.slots)
    values[ruleset.slots[TOTAL]] = (total.numerator, total.denominator)
    return grade_of(ruleset, values)


def _shifts(graded: list[tuple[Fraction, str | None, str | None]]) -> Iterator[GradeShift]:
    for (before, after), run in groupby(graded, key=lambda each: each[1:]):
        totals = [total for total, _, _ in run]
        if before != after:
            yield GradeShift(totals[0], totals[-1], before, after)

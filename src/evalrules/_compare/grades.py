"""The grades of two editions over all totals: where a total earns another grade now."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby
from typing import Any

from attrs import evolve, frozen

from evalrules._numbers import decimal_text
from evalrules._ruleset import Ruleset
from evalrules._scoring.aggregate import Outcome
from evalrules._scoring.entries import Filled
from evalrules._scoring.form import ScoredForm
from evalrules._scoring.grade import find_grade
from evalrules._submission import Claimed, Submission

MOST_TOTALS = 200_000


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
    """Give the totals that earn another grade, in steps of the finer of the two roundings, lowest first.

    Only the total decides here: caps of the grade are left out, and where a condition reads a figure, which is blank
    here, there is no grade.
    """
    if not (old.grades and new.grades) or old.catalogue.grades == new.catalogue.grades:
        return ()
    before, after = _by_total_alone(old), _by_total_alone(new)
    graded = [(total, _grade_of(before, total), _grade_of(after, total)) for total in _totals(old, new)]
    return tuple(_shifts(graded))


def _by_total_alone(ruleset: Ruleset) -> Ruleset:
    return evolve(ruleset, read_by_grades=(), grade_caps=())


def _grade_of(ruleset: Ruleset, total: Fraction) -> str | None:
    """Give the grade of a total by itself."""
    place = 10**ruleset.catalogue.rounding.places
    values: list[Any] = [None] * len(ruleset.slots)
    nobody = Submission(ruleset.catalogue.name, "", 0, {}, {}, (), Claimed(), "")
    form = ScoredForm(ruleset, nobody, values, Filled((), ()), {}, [], [])
    form.total = Outcome(int(ruleset.catalogue.points * place), int(total * place))
    try:
        find_grade(form)
    except StopIteration:
        return None
    return form.grade


def _totals(old: Ruleset, new: Ruleset) -> list[Fraction]:
    place = 10 ** max(edition.catalogue.rounding.places for edition in (old, new))
    most = max(edition.catalogue.points for edition in (old, new)) * place
    step = 1 if most <= MOST_TOTALS else int(most) // MOST_TOTALS + 1
    return [Fraction(units, place) for units in range(0, int(most) + 1, step)]


def _shifts(graded: list[tuple[Fraction, str | None, str | None]]) -> Iterator[GradeShift]:
    for (before, after), run in groupby(graded, key=lambda each: each[1:]):
        totals = [total for total, _, _ in run]
        if before != after:
            yield GradeShift(totals[0], totals[-1], before, after)

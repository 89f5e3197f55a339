"""The grade of a total, and the caps that hold it down."""

from __future__ import annotations

from evalrules._catalogue.scopes import TOTAL
from evalrules._formula.faults import Fault
from evalrules._problems import problem
from evalrules._scoring.form import ScoredForm
from evalrules._scoring.levels import fill_titles


def find_grade(form: ScoredForm) -> None:
    """Find the grade of the total; none in an edition without grades, without a total, or where a cap reads a blank."""
    ruleset = form.ruleset
    if form.total.score is None or not ruleset.grades:
        return
    form.values[ruleset.slots[TOTAL]] = (form.total.score, form.place)
    if ruleset.read_by_grades:
        fill_titles(form, ruleset.read_by_grades)
    try:
        form.grade = _first_that_holds(form)
        if ruleset.grade_caps and form.grade is not None:
            _cap_grade(form)
    except Fault as fault:
        form.grade = None
        form.grade_problems = (problem("grade-undecided", form.submission.location, figure=fault.detail),)


def _first_that_holds(form: ScoredForm) -> str | None:
    for grade, holds in form.ruleset.grades:
        if holds is None or holds(form.values):
            return grade.title
    return None


def _cap_grade(form: ScoredForm) -> None:
    order = [grade.title for grade, _ in form.ruleset.grades]
    held = [cap for cap, holds in form.ruleset.grade_caps if holds(form.values)]
    assert form.grade is not None
    lowest = max([order.index(form.grade), *(order.index(cap.at_most) for cap in held)])
    form.grade_caps = tuple(cap for cap in held if order.index(cap.at_most) > order.index(form.grade))
    form.grade = order[lowest]

"""One row scored: its cells as the compiled rule takes them, its score, or the problem that leaves it unscored."""

from __future__ import annotations

from typing import Any

from evalrules._catalogue.lower import TIER
from evalrules._formula.faults import Fault
from evalrules._numbers import rounded_units
from evalrules._quantities import Bound, Interval
from evalrules._ruleset import Row
from evalrules._scoring.admitted import require_full_marks
from evalrules._scoring.cells import actual_value, answered, target_value
from evalrules._scoring.form import ScoredForm
from evalrules._scoring.misfit import Misfit
from evalrules._scoring.unscored import fault_problem, misfit_problem
from evalrules._submission import Entry, Judgement


def score_row(form: ScoredForm, index: int) -> None:
    """Score the row at this index and put what was found into the form's lists."""
    target = actual = judged = computed = None
    if index not in form.problems:
        try:
            if form.states[index] == "scored":
                target, actual, judged = _cells(form, form.filled.rows[index], form.filled.entries[index])
                computed = _score(form, index, target, actual, judged)
            else:
                computed = _points_otherwise(form, index)
        except Fault as fault:
            form.problems[index] = fault_problem(form, index, fault)
        except Misfit as misfit:
            form.problems[index] = misfit_problem(form, index, misfit)
    form.targets[index], form.actuals[index], form.judged[index] = target, actual, judged
    form.computed[index] = computed
    form.scores[index] = _adjusted(form, index, computed)


def score_rows(form: ScoredForm) -> None:
    """Score every row; where nothing but figures decides it, straight by its compiled rule."""
    if not _score_directly(form):
        _score_each(form)


def _score_directly(form: ScoredForm) -> bool:
    """Score the whole form by its compiled rules, where figures alone decide every row and none of them fails."""
    direct, values = form.ruleset.direct, form.values
    if direct is None or form.submission.entries:
        return False
    try:
        form.scores = [score(values, points, None, None, None) for score, points in direct]
    except Fault:
        return False
    form.computed = form.scores.copy()
    return True


def _score_each(form: ScoredForm) -> None:
    values, entries, conditional = form.values, form.filled.entries, form.ruleset.conditional
    for index, row in enumerate(form.filled.rows):
        if conditional or row.direct is None or entries[index] is not None:
            score_row(form, index)
            continue
        try:
            form.computed[index] = form.scores[index] = row.direct(values, row.points, None, None, None)
        except Fault as fault:
            form.problems[index] = fault_problem(form, index, fault)


def _score(form: ScoredForm, index: int, target: Any, actual: Any, judged: Any) -> int:
    row, points = form.filled.rows[index], _points(form, index)
    assert row.plan is not None
    if isinstance(actual, Bound | Interval):
        require_full_marks(form.ruleset, row, form.values, points, target, actual)
        return form.units[index]
    return row.plan.score(form.values, points, target, actual, judged)


def _points(form: ScoredForm, index: int) -> tuple[int, int]:
    row, units = form.filled.rows[index], form.units[index]
    return row.points if units == row.units else (units, form.place)


def _cells(form: ScoredForm, row: Row, entry: Entry | None) -> tuple[Any, Any, Any]:
    """Give target, actual and the assessor's score as the plan reads them, and fill the slots of tier and answers."""
    if row.plan is None:
        raise Misfit("no-scoring", target=row.target.text) if row.target else Misfit("target-missing")
    written = row.plan.scoring.form
    if written == "checklist":
        for name, points in answered(row.plan.scoring, () if entry is None else entry.answers):
            form.values[form.ruleset.slots[name]] = points
        return None, None, None
    judged = None if entry is None or entry.judged is None else _judged(form, entry, entry.judged)
    if written == "judged":
        if judged is None:
            raise Fault("not-judged")
        return None, None, judged
    if entry is None:
        return None, None, None
    given = row.indicator.value is None and row.plan.reads_actual
    actual = actual_value(row, entry.actual) if given else None
    return target_value(row, entry.actual), actual, judged


def _judged(form: ScoredForm, entry: Entry, judgement: Judgement) -> tuple[int, int] | None:
    """Give the assessor's score, and put the tier into its slot; a tier without a score stands by the claimed score."""
    form.values[form.ruleset.slots[TIER]] = judgement.tier
    score = judgement.score if judgement.score is not None else entry.claimed_score
    return None if score is None else (score.numerator, score.denominator)


def _points_otherwise(form: ScoredForm, index: int) -> int | None:
    """Give what an indicator that does not apply scores: full marks, fixed points, or nothing (it stands elsewhere)."""
    state = form.states[index]
    if state == "full_marks":
        return form.units[index]
    if state != "points":
        return None
    compute = form.rows[index].points_otherwise
    assert compute is not None
    numerator, denominator = compute(form.values, _points(form, index), None, None, None)
    rounding = form.ruleset.catalogue.rounding
    units = rounded_units(numerator, denominator, rounding.places, rounding.mode)
    if not 0 <= units <= form.units[index]:
        raise Fault("points-out-of-bounds", "otherwise")
    return units


def _adjusted(form: ScoredForm, index: int, computed: int | None) -> int | None:
    entry = form.filled.entries[index]
    if computed is None or entry is None or entry.adjust is None:
        return computed
    change = entry.adjust.points
    units = computed + rounded_units(change.numerator, change.denominator, form.ruleset.catalogue.rounding.places)
    return min(max(units, 0), form.units[index])

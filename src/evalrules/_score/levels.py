"""Sections and total of a form, its grade, and the caps that hold them down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any, cast

from evalrules._edition.model import Path, Section
from evalrules._edition.scopes import TOTAL
from evalrules._formula.tree import Fault
from evalrules._problems import Problem, problem
from evalrules._quantities import Blank
from evalrules._score.form import ELSEWHERE, Aggregation, Outcome, ScoredForm, ScoredRow, total_outcome
from evalrules._score.rows import LEFT_BLANK

# Sections and total of a form, and what formulas of caps and grades read of them.


def _outcome(row: ScoredRow) -> Outcome:
    units, score = row.units, row.score
    match row.state:
        case "rescale":
            return Outcome(units, 0, absent=units)
        case "rescale_total":
            return Outcome(0, 0, absent_total=units)
        case "move_to" | "not_chosen":
            return ELSEWHERE
    return Outcome(units, 0 if score is None and _is_unclaimed(row) else score)


def _is_unclaimed(row: ScoredRow) -> bool:
    """Tell a bonus for which nothing was filled in: a bonus starts at 0, and who claims none has a total all the same.

    The row itself stays unscored and says what is blank.
    """
    return row.in_bonus and row.problem is not None and row.problem.code in LEFT_BLANK


def aggregation(form: ScoredForm) -> Aggregation:
    """Give the sums of the form, from which the outcome of each section is read."""
    fixed: dict[Path, Outcome] = {}
    own: dict[Path, list[Outcome]] = {}
    for row in form.rows:
        if row.indicator.origin == "submission":
            own.setdefault(row.path[:-1], []).append(_outcome(row))
        else:
            fixed[row.path] = _outcome(row)

    mode, capped_at = form.ruleset.catalogue.rounding.mode, partial(_capped_at, form)
    return Aggregation(mode, fixed, own, form.moved, form.ruleset.at_most, capped_at)


def _capped_at(form: ScoredForm, sums: Aggregation, section: Section) -> int | None:
    """Give the limit of a section's cap while it holds; None where there is none or it does not hold."""
    if section.cap is None:
        return None
    holds = form.ruleset.caps[section.path]
    fill_titles(form, form.ruleset.read_by_caps[section.path], sums)
    if holds is not None and not holds(form.values):
        return None
    return int(section.cap.at_most * form.place)


def sum_up(form: ScoredForm) -> None:
    """Find the total."""
    ruleset = form.ruleset
    if ruleset.plain:
        scores = form.scores
        if None not in scores:
            units = ruleset.units if form.direct is not None else [row.units for row in form.rows]
            form.total = Outcome(sum(units), sum(cast("Sequence[int]", scores)))
            return
    sums = aggregation(form)
    tops = [sums.outcome(part) for part in ruleset.catalogue.parts]
    form.total = total_outcome(tops, ruleset.bonus_limit, ruleset.catalogue.rounding.mode)
    form.level_problems = tuple(_level_problems(form, sums))


def _level_problems(form: ScoredForm, sums: Aggregation) -> Iterator[Problem]:
    """Name the sections whose cap reads a blank; where every row has a score, also those that nothing stands for."""
    place = form.submission.location
    for path, fault in sums.undecided.items():
        yield problem("cap-undecided", place, section="/".join(path), figure=fault.detail)
    if form.problems or sums.undecided:
        return
    without = [section for section in form.ruleset.catalogue.sections if sums.outcome(section).score is None]
    for section in without:
        if not any(inner in without for inner in section.walk()):
            yield problem("nothing-applicable", place, section="/".join(section.path))
    if not without and form.total.score is None:
        yield problem("nothing-applicable", place, section=form.ruleset.catalogue.title)


def fill_titles(form: ScoredForm, names: Iterable[str], sums: Aggregation | None = None) -> None:
    """Fill the slots of the names that speak of parts of the form: ``预算执行率_得分``, a section's own title."""
    for name in names:
        form.values[form.ruleset.slots[name]] = title_value(form, name, sums or aggregation(form))


def title_value(form: ScoredForm, name: str, sums: Aggregation) -> Any:
    """Give what a name that speaks of a part stands for: a pair, True for a section with anything filled in, None."""
    word = form.ruleset.title_words[name]
    if word.asks == "filled":
        return True if _is_filled(form, word.path) else None
    if word.asks == "score":
        outcome = sums.outcome(form.ruleset.parts[word.path])
        return None if outcome.score is None else (outcome.score + outcome.outside, form.place)
    row = form.row_at(word.path)
    reading = form.ruleset.title_readings.get(name)
    if reading is None:
        return row.target if word.asks == "target" else row.actual
    try:
        return reading(form.values, row.row.points, None, None, None)
    except Fault:
        return None


def _is_filled(form: ScoredForm, path: Path) -> bool:
    return any(
        row.entry is not None and not isinstance(row.entry.actual, Blank)
        for row in form.rows
        if row.path[: len(path)] == path
    )


# The grade of a total, and the caps that hold it down.


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

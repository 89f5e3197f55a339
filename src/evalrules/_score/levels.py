"""Sections and total of a form, its grade, and the caps that hold them down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from operator import attrgetter
from typing import Any, cast

from attrs import evolve

from evalrules._edition.model import Path, Section
from evalrules._formula.program import TOTAL
from evalrules._formula.tree import Fault
from evalrules._problems import Problem, problem
from evalrules._quantities import Blank, Unclear
from evalrules._score.figures import refuse_asking
from evalrules._score.form import (
    LEFT_BLANK,
    NOT_CHOSEN,
    Aggregation,
    Loss,
    Outcome,
    ScoredForm,
    ScoredRow,
    stated_actual,
    stated_target,
    total_outcome,
)
from evalrules._score.ruleset import Compiled, Ruleset

# Sections and total of a form, and what formulas of caps and grades read of them.


def outcome_of(row: ScoredRow, score: int | None) -> Outcome:
    """Give what a row with this score adds to its section."""
    units = row.units
    match row.state:
        case "rescale":
            return Outcome(units, 0, absent=units)
        case "rescale_total":
            return Outcome(0, 0, absent_total=units)
        case "move_to" | "unweighted":
            return Outcome(0, 0)
        case "not_chosen":
            return NOT_CHOSEN
    return Outcome(units, 0 if score is None and _is_unclaimed(row) else score)


def _is_unclaimed(row: ScoredRow) -> bool:
    """Tell a bonus for which nothing was filled in: a bonus starts at 0, and who claims none has a total all the same.

    The row itself stays unscored and says what is blank.
    """
    return row.in_bonus and row.problem is not None and row.problem.code in LEFT_BLANK


Outcomes = tuple[dict[Path, Outcome], dict[Path, list[Outcome]]]
"""Of the rows that the edition fixes, by path, and of those that the submission adds, by section."""


def outcomes(form: ScoredForm, score: Callable[[ScoredRow], int | None]) -> Outcomes:
    """Give what the rows of the form add to their sections, each with the score that is asked for."""
    fixed: dict[Path, Outcome] = {}
    own: dict[Path, list[Outcome]] = {}
    for row in form.rows:
        if row.state == "nowhere":
            continue
        if row.indicator.origin == "submission":
            own.setdefault(row.path[:-1], []).append(outcome_of(row, score(row)))
        else:
            fixed[row.path] = outcome_of(row, score(row))
    return fixed, own


def aggregation(form: ScoredForm, score: Callable[[ScoredRow], int | None] = attrgetter("score")) -> Aggregation:
    """Give the sums of the form, from which the outcome of each section is read; ``score`` is that of a row."""
    ruleset, mode = form.ruleset, form.ruleset.catalogue.rounding.mode
    unsure = frozenset(filter(form.filled.may_lack, ruleset.outside))
    limits = ruleset.at_most, partial(capped, form)
    return Aggregation(mode, *outcomes(form, score), form.moved, *limits, form.wrong, unsure)


def capped(form: ScoredForm, sums: Aggregation, path: Path, score: int) -> int:
    """Give what the cap of a section leaves of its score; raises `Fault` where it reads a blank."""
    cap = form.ruleset.caps.get(path)
    return score if cap is None else limited(form, cap, score, sums)


def limited(form: ScoredForm, cap: Compiled, score: int, sums: Aggregation) -> int:
    """Give what a cap leaves of a score, in units of the last place; raises `Fault` where it reads a blank."""
    refuse_asking(form.submitted.unread, cap.asks)
    fill_titles(form, cap.titles, sums)
    return cap.score(form.values, (score, form.place), None, None, None)


def sum_up(form: ScoredForm) -> None:
    """Find the total, and hold it to the lowest of its caps that holds."""
    _add_up(form)
    if form.ruleset.score_caps and form.total.score is not None:
        _cap_total(form, form.total.score)


def _cap_total(form: ScoredForm, reached: int) -> None:
    caps, sums = form.ruleset.score_caps, aggregation(form)
    try:
        left = [limited(form, cap, reached, sums) for cap in caps]
    except Fault as fault:
        place = form.submission.location
        form.level_problems = (*form.level_problems, problem("score-cap-undecided", place, figure=fault.detail))
        form.total = form.total._replace(score=None)
        return
    lowest = min(left)
    if lowest < reached:
        form.score_cap = left.index(lowest)
        losses = (*form.total.losses, Loss("cap", reached - lowest))
        form.total = form.total._replace(score=lowest, losses=losses)


def _add_up(form: ScoredForm) -> None:
    ruleset = form.ruleset
    if ruleset.plain and not form.wrong:
        scores = form.scores
        if None not in scores:
            units = ruleset.units if form.direct is not None else [row.units for row in form.rows]
            form.total = Outcome(sum(units), sum(cast("Sequence[int]", scores)))
            return
    sums = aggregation(form)
    form.total = total_of(form, sums)
    form.level_problems = tuple(_level_problems(form, sums))


def total_of(form: ScoredForm, sums: Aggregation) -> Outcome:
    """Give the total of these sums."""
    return total_outcome(sums.outcome(form.filled.form), form.ruleset.bonus_limit)


def _level_problems(form: ScoredForm, sums: Aggregation) -> Iterator[Problem]:
    """Name the sections whose cap reads a blank; where every row has a score, also those that nothing stands for."""
    place = form.submission.location
    for path, fault in sums.undecided.items():
        yield problem("cap-undecided", place, section="/".join(path), figure=fault.detail)
    if form.problems or form.wrong or sums.undecided:
        return
    without = [section for section in form.filled.sections if sums.outcome(section).score is None]
    for section in without:
        if not any(inner in without for inner in section.walk()):
            code = "one-of-none" if section.one_of else "nothing-applicable"
            yield problem(code, place, section="/".join(section.path))
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
        return _is_filled(form, word.path)
    part = form.filled.part_at[word.path]
    if word.asks == "score" and isinstance(part, Section):
        outcome = sums.outcome(part)
        return None if outcome.score is None else (outcome.score + outcome.outside, form.place)
    row = form.row_at(word.path)
    if word.asks == "score":
        return None if row.shown_score is None else (row.shown_score, form.place)
    return stated_target(row) if word.asks == "target" else stated_actual(row)


def _is_filled(form: ScoredForm, path: Path) -> bool | None:
    """Tell whether any entry below has an actual, whether the edition scores it by that or by figures.

    None where none has; raises `Fault` where that cannot be told, since the only one could not be read.
    """
    inside = (row.entry for row in form.rows if row.path[: len(path)] == path and row.state != "nowhere")
    actuals = [entry.actual for entry in inside if entry is not None]
    if any(not isinstance(actual, Blank | Unclear) for actual in actuals):
        return True
    if any(isinstance(actual, Unclear) for actual in actuals):
        raise Fault("blank", path[-1])
    return None


# The grade of a total, and the caps that hold it down.


def find_grade(form: ScoredForm) -> None:
    """Find the grade of the total; none in an edition without grades, without a total, or where a cap reads a blank."""
    ruleset = form.ruleset
    if form.total.score is None or ruleset.grading is None:
        return
    form.values[ruleset.slots[TOTAL]] = (form.total.score, form.place)
    try:
        fill_titles(form, ruleset.read_by_grades)
        for level in (ruleset.grading, *ruleset.grade_caps):
            refuse_asking(form.submitted.unread, level.asks)
        found = ranks(ruleset, form.values)
    except Fault as fault:
        form.grade_problems = (problem("grade-undecided", form.submission.location, figure=fault.detail),)
        return
    form.grade = ruleset.titles[min(found)]
    form.grade_caps = tuple(
        cap for cap, rank in zip(ruleset.catalogue.grade_caps, found[1:], strict=True) if rank < found[0]
    )


def ranks(ruleset: Ruleset, values: list[Any]) -> list[int]:
    """Give the rank of the total among these values, 0 the last, and what each cap of the grade leaves of it.

    Raises `Fault` where one of them reads a blank or, of the grades, none holds.
    """
    assert ruleset.grading is not None
    place = ruleset.place
    reached = ruleset.grading.score(values, (len(ruleset.titles) - 1, 1), None, None, None)
    held = [cap.score(values, (reached, place), None, None, None) for cap in ruleset.grade_caps]
    return [rank // place for rank in (reached, *held)]


def grade_of(ruleset: Ruleset, values: list[Any]) -> str | None:
    """Give the grade of the total among these values, caps included; None where it cannot be told."""
    try:
        return ruleset.titles[min(ranks(ruleset, values))]
    except Fault:
        return None


def grading_by_total(ruleset: Ruleset) -> Callable[[Fraction], str | None]:
    """Give what tells the grade of a total by itself, caps left out.

    Where a condition reads anything else, which is blank here, there is none.
    """
    alone, slot = evolve(ruleset, grade_caps=()), ruleset.slots[TOTAL]

    def grade(total: Fraction) -> str | None:
        values: list[Any] = [None] * len(alone.slots)
        values[slot] = (total.numerator, total.denominator)
        return grade_of(alone, values)

    return grade


def form_values(form: ScoredForm, names: Sequence[str]) -> list[Any]:
    """Give the values of the form by slot, with what these names that speak of its parts stand for."""
    values = list(form.values)
    if names:
        sums = aggregation(form)
        values_of = {form.ruleset.slots[name]: title_value(form, name, sums) for name in names}
        values = [values_of.get(slot, value) for slot, value in enumerate(values)]
    return values

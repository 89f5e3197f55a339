"""Scoring, start to end. Pure: no clock, no file, no randomness; the same inputs give the same form in any thread.

Only numbers are worked out here; what explains them is worked out when it is read, from the same frozen inputs.
"""

from __future__ import annotations

from evalrules._problems import Problem, SubmissionError
from evalrules._score.bind import bind_entries, bind_figures, compute_figures, sum_problems
from evalrules._score.form import ScoredForm, Submitted
from evalrules._score.levels import find_grade, sum_up
from evalrules._score.rows import move_points, score_rows, settle_applicability, settle_choices
from evalrules._score.ruleset import Ruleset
from evalrules._submission import Submission


def score_form(ruleset: Ruleset, submission: Submission) -> ScoredForm:
    """Score every row, sum them and find the grade; raises `SubmissionError` with all misfits of the submission."""
    form, problems = _bound(ruleset, submission)
    if problems:
        raise SubmissionError(problems)
    score_rows(form)
    sum_up(form)
    find_grade(form)
    return form


def misfits(ruleset: Ruleset, submission: Submission) -> tuple[Problem, ...]:
    """Give all that does not fit the edition in a submission that could be read in part only.

    What is missing because it could not be read is no misfit: a row without points is passed over, and so are sums
    that it would belong to.
    """
    unread = any(entry.points is None and "points" in entry.places for entry in submission.entries)
    passed_over = {"entry-points-missing", "section-points-sum"} if unread else set[str]()
    return tuple(found for found in _bound(ruleset, submission)[1] if found.code not in passed_over)


def _bound(ruleset: Ruleset, submission: Submission) -> tuple[ScoredForm, list[Problem]]:
    problems: list[Problem] = []
    values = bind_figures(ruleset, submission, problems)
    filled = bind_entries(ruleset, submission, problems)
    faults = compute_figures(ruleset, values) if ruleset.computed else {}
    form = ScoredForm(Submitted(ruleset, submission, values, faults), filled)
    if ruleset.conditional:
        settle_applicability(form)
    if ruleset.choices:
        settle_choices(form)
    if ruleset.conditional:
        move_points(form)
    if ruleset.open_sections:
        problems += sum_problems(ruleset, submission, filled, form.moved)
    return form, problems

"""Scoring, start to end. Pure: no clock, no file, no randomness; the same inputs give the same form in any thread.

Only numbers are worked out here; what explains them is worked out when it is read, from the same frozen inputs.
"""

from __future__ import annotations

from evalrules._problems import Problem
from evalrules._score.bind import balance_problems, balances, bind_entries
from evalrules._score.figures import Unread, bind_figures, compute_figures
from evalrules._score.form import ScoredForm, Submitted
from evalrules._score.levels import find_grade, sum_up
from evalrules._score.rows import gainers, score_rows, settle
from evalrules._score.ruleset import Ruleset
from evalrules._submission import Submission


def score_form(ruleset: Ruleset, submission: Submission) -> ScoredForm:
    """Score every row that can be scored, sum them and find the grade.

    What does not fit the form is among its ``defects``, behind what could not be read; what depends on it has no score.
    """
    problems: list[Problem] = [*submission.problems]
    unread: Unread = {}
    values = bind_figures(ruleset, submission, problems, unread)
    faults = compute_figures(ruleset, values, unread) if ruleset.computed else {}
    filled = bind_entries(ruleset, submission, problems)
    form = ScoredForm(Submitted(ruleset, submission, values, faults, unread), filled)
    settle(form)
    if ruleset.takers or not ruleset.rows:
        wrong = list(balances(ruleset, filled, form.moved))
        if wrong:
            gaining = [path for row in form.rows if row.is_undecided for path in gainers(form, row)]
            problems += balance_problems(ruleset, submission, filled, wrong, gaining)
        form.wrong = {balance.section.path: balance for balance in wrong}
    form.defects = tuple(dict.fromkeys(problems))
    score_rows(form)
    sum_up(form)
    find_grade(form)
    return form

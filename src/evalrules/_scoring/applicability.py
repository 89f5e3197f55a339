"""Which rows apply, where the points of the others go, and which of several was chosen."""

from __future__ import annotations

from evalrules._catalogue.model import Section
from evalrules._formula.faults import Fault
from evalrules._ruleset import Row
from evalrules._scoring.form import ScoredForm
from evalrules._scoring.misfit import Misfit
from evalrules._scoring.unscored import fault_problem, misfit_problem
from evalrules._submission import Entry

BLANKS = frozenset({"figure-blank", "figure-without-value", "actual-blank", "answers-missing", "judgement-missing"})


def settle_applicability(form: ScoredForm) -> None:
    """Decide for each row whether it applies, and move the points of those that give them to another part."""
    for index, (row, entry) in enumerate(zip(form.rows, form.filled.entries, strict=True)):
        otherwise = row.indicator.otherwise
        if otherwise is None:
            continue
        try:
            if _applies(form, row, entry):
                continue
        except Fault as fault:
            form.problems[index] = fault_problem(form, index, fault)
            continue
        form.states[index] = otherwise.policy
    for index, state in enumerate(form.states):
        if state == "move_to":
            _move(form, index)


def _applies(form: ScoredForm, row: Row, entry: Entry | None) -> bool:
    if row.applies is not None:
        return bool(row.applies(form.values, row.points, None, None, None))
    return entry is None or entry.not_applicable is None


def _move(form: ScoredForm, index: int) -> None:
    """Give the row's points to where its `otherwise` says, on through parts that do not apply either."""
    units, form.units[index] = form.units[index], 0
    place = index
    while True:
        otherwise = form.rows[place].indicator.otherwise
        assert otherwise is not None
        assert otherwise.move_to is not None
        path = form.ruleset.part_named(otherwise.move_to)
        if isinstance(form.ruleset.parts[path], Section):
            form.moved[path] = form.moved.get(path, 0) + units
            return
        place = form.index_of(path)
        if form.states[place] != "move_to":
            form.units[place] += units
            return


def settle_choices(form: ScoredForm) -> None:
    """Keep the one row that was answered where a section takes exactly one; else none of them has a score."""
    for section in form.ruleset.choices:
        inside = [index for index, row in enumerate(form.rows) if row.indicator.path[:-1] == section.path]
        named = [index for index in inside if form.filled.entries[index] is not None] or inside
        answered = [index for index in named if not _is_blank(form, index)]
        if len(answered) == 1:
            for index in inside:
                if index != answered[0]:
                    form.states[index], form.scores[index] = "not_chosen", None
                    form.problems.pop(index, None)
            continue
        for index in inside:
            form.computed[index] = form.scores[index] = None
            code = "one-of-several" if answered else "one-of-none"
            form.problems[index] = misfit_problem(form, index, Misfit(code, section="/".join(section.path)))


def _is_blank(form: ScoredForm, index: int) -> bool:
    found = form.problems.get(index)
    return found is not None and found.code in BLANKS

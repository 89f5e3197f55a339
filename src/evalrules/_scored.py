"""A ruleset and a submission make a scored form: for each row its points and score, or why it has none.

Pure: no clock, no file, no randomness; the same inputs give the same form in whichever thread. Only numbers are
worked out here; what explains them is worked out when it is read, from the same frozen inputs.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from attrs import define, field

from evalrules._admitted import admitted_score
from evalrules._aggregate import ELSEWHERE, Aggregation, Outcome, total_outcome
from evalrules._binding import (
    Filled,
    Misfit,
    actual_value,
    bind_entries,
    bind_figures,
    compute_figures,
    section_path,
    target_value,
    unknown_figures,
)
from evalrules._catalogue.lower import TIER, item_name
from evalrules._catalogue.model import Grade, GradeCap, Otherwise, Path, Section
from evalrules._formula.faults import Fault
from evalrules._numbers import as_decimal, rounded_units
from evalrules._problems import Problem, SubmissionError, problem
from evalrules._quantities import Blank, Bound, Interval
from evalrules._ruleset import Row, Ruleset
from evalrules._submission import Entry, Submission
from evalrules._sums import sum_problems
from evalrules._unscored import fault_problem, misfit_problem

State = Literal["scored", "full_marks", "points", "rescale", "rescale_total", "move_to", "not_chosen"]


@define(eq=False)
class ScoredForm:
    """The form with its scores; filled by `score_form` and never changed afterwards.

    Lists run along ``filled.rows``. ``units`` are the points that a row carries here, ``computed`` the score by the
    rules and ``scores`` that after a reviewer's change, all in units of the last place; None while unscored.
    """

    ruleset: Ruleset
    submission: Submission
    values: list[Any]
    filled: Filled
    figure_faults: dict[str, Fault]
    units: list[int]
    states: list[State]
    targets: list[Any] = field(factory=list)
    actuals: list[Any] = field(factory=list)
    judged: list[Any] = field(factory=list)
    computed: list[int | None] = field(factory=list)
    scores: list[int | None] = field(factory=list)
    problems: dict[int, Problem] = field(factory=dict)
    moved: dict[Path, int] = field(factory=dict)
    total: Outcome = ELSEWHERE
    grade: str | None = None
    grade_caps: tuple[GradeCap, ...] = ()
    level_problems: tuple[Problem, ...] = ()
    grade_problems: tuple[Problem, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows in the form's order."""
        return self.filled.rows

    @property
    def place(self) -> int:
        """How many units one point has."""
        return int(10**self.ruleset.catalogue.rounding.places)

    def points(self, units: int) -> Fraction:
        """Give units of the last place as points."""
        return Fraction(units, self.place)

    def decimal(self, units: int) -> Decimal:
        """Give units of the last place as a Decimal with the edition's places."""
        return as_decimal(units, self.ruleset.catalogue.rounding.places)

    @property
    def total_score(self) -> Decimal | None:
        """The total with the edition's places."""
        return None if self.total.score is None else self.decimal(self.total.score)

    def points_of(self, index: int) -> Decimal:
        """Give the points that a row carries; a row of a penalty section carries none."""
        return self.decimal(0 if self.ruleset.takes_away(self.rows[index]) else self.units[index])

    def score_of(self, index: int) -> Decimal | None:
        """Give the score of a row; in a penalty section what it takes away, as a number below 0."""
        score = self.scores[index]
        if score is None:
            return None
        return self.decimal(score - self.units[index] if self.ruleset.takes_away(self.rows[index]) else score)

    def index_of(self, path: Path) -> int:
        """Give the index of the row with this path."""
        return next(index for index, row in enumerate(self.rows) if row.indicator.path == path)


def score_form(ruleset: Ruleset, submission: Submission) -> ScoredForm:
    """Score every row, sum them and find the grade; raises `SubmissionError` with all misfits of the submission."""
    problems: list[Problem] = []
    values = bind_figures(ruleset, submission, problems)
    filled = bind_entries(ruleset, submission, problems)
    faults = compute_figures(ruleset, values)
    form = ScoredForm(
        ruleset,
        submission,
        values,
        filled,
        faults,
        [row.units for row in filled.rows],
        ["scored"] * len(filled.rows),
    )
    if ruleset.conditional or any(entry is not None and entry.not_applicable for entry in filled.entries):
        _settle_applicability(form)
    problems += unknown_figures(ruleset, submission)
    if ruleset.open_sections:
        problems += sum_problems(ruleset, submission, filled, form.moved)
    if problems:
        raise SubmissionError(problems)
    for index in range(len(filled.rows)):
        _score_row(form, index)
    _settle_choices(form)
    _sum_up(form)
    _find_grade(form)
    return form


# ---- applicability -------------------------------------------------------------------------------------------------


def _settle_applicability(form: ScoredForm) -> None:
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
        return row.applies(form.values)
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


# ---- rows ----------------------------------------------------------------------------------------------------------


def _score_row(form: ScoredForm, index: int) -> None:
    row, entry = form.filled.rows[index], form.filled.entries[index]
    target = actual = judged = computed = None
    if index not in form.problems:
        try:
            if form.states[index] != "scored":
                computed = _points_otherwise(form, index)
            elif row.plan is None:
                raise Misfit("no-scoring", target=row.target.text if row.target else "")
            elif entry is None:
                computed = row.plan.score(form.values, _points(form, index), None, None, None)
            else:
                target, actual, judged = _cells(form, row, entry)
                if isinstance(actual, Bound | Interval):
                    points, full = _points(form, index), form.units[index]
                    computed = admitted_score(row, form.values, points, full, target, actual)
                else:
                    computed = row.plan.score(form.values, _points(form, index), target, actual, judged)
        except Fault as fault:
            form.problems[index] = fault_problem(form, index, fault)
        except Misfit as misfit:
            form.problems[index] = misfit_problem(form, index, misfit)
    form.targets.append(target)
    form.actuals.append(actual)
    form.judged.append(judged)
    form.computed.append(computed)
    form.scores.append(computed if entry is None or entry.adjust is None else _adjusted(form, index, computed, entry))


def _points(form: ScoredForm, index: int) -> tuple[int, int]:
    row, units = form.filled.rows[index], form.units[index]
    return row.points if units == row.units else (units, form.place)


def _cells(form: ScoredForm, row: Row, entry: Entry) -> tuple[Any, Any, Any]:
    """Give target, actual and the assessor's score as the plan reads them, and fill the slots of tier and answers."""
    assert row.plan is not None
    scoring = row.plan.scoring
    judgement = entry.judged
    judged = None
    if judgement is not None:
        score = judgement.score if judgement.score is not None else entry.claimed_score
        judged = None if score is None else (score.numerator, score.denominator)
        form.values[form.ruleset.slots[TIER]] = judgement.tier
    if scoring.form == "judged":
        if judgement is None or judgement.tier is None:
            raise Fault("not-judged")
        return None, None, judged
    if scoring.form == "checklist":
        _answer(form, row, entry)
        return None, None, None
    actual = None if row.indicator.value is not None else actual_value(row, entry.actual)
    return target_value(row), actual, judged


def _answer(form: ScoredForm, row: Row, entry: Entry) -> None:
    assert row.plan is not None
    given = {answer.item: answer for answer in entry.answers}
    for number, item in enumerate(row.plan.scoring.items):
        answer = given.get(item.title)  # type: ignore[union-attr]
        points = None
        if answer is not None:
            full = item.points  # type: ignore[union-attr]
            points = answer.points if answer.points is not None else (full if answer.yes else full * 0)
        slot = form.ruleset.slots[item_name(number)]
        form.values[slot] = None if points is None else (points.numerator, points.denominator)


def _points_otherwise(form: ScoredForm, index: int) -> int | None:
    """Give what an indicator that does not apply scores: full marks, fixed points, or nothing (it stands elsewhere)."""
    state = form.states[index]
    if state == "full_marks":
        return form.units[index]
    if state != "points":
        return None
    compute = form.rows[index].points_otherwise
    assert compute is not None
    numerator, denominator = compute(form.values)
    rounding = form.ruleset.catalogue.rounding
    units = rounded_units(numerator, denominator, rounding.places, rounding.mode)
    if not 0 <= units <= form.units[index]:
        raise Fault("points-out-of-bounds", "otherwise")
    return units


def _adjusted(form: ScoredForm, index: int, computed: int | None, entry: Entry) -> int | None:
    if computed is None or entry.adjust is None:
        return computed
    change = entry.adjust.points
    units = computed + rounded_units(change.numerator, change.denominator, form.ruleset.catalogue.rounding.places)
    return min(max(units, 0), form.units[index])


# ---- one of --------------------------------------------------------------------------------------------------------


def _settle_choices(form: ScoredForm) -> None:
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
    return found is not None and found.code in ("figure-blank", "actual-blank", "answers-missing", "judgement-missing")


# ---- sums ----------------------------------------------------------------------------------------------------------


def _outcome(form: ScoredForm, index: int) -> Outcome:
    units, score = form.units[index], form.scores[index]
    match form.states[index]:
        case "rescale":
            return Outcome(units, 0, absent=units)
        case "rescale_total":
            return Outcome(0, 0, absent_total=units)
        case "move_to" | "not_chosen":
            return ELSEWHERE
    return Outcome(units, score)


def aggregation(form: ScoredForm) -> Aggregation:
    """Give the sums of the form, from which the outcome of each section is read."""
    fixed: dict[Path, Outcome] = {}
    own: dict[Path, list[Outcome]] = {}
    for index, row in enumerate(form.rows):
        if row.indicator.origin == "submission":
            own.setdefault(row.indicator.path[:-1], []).append(_outcome(form, index))
        else:
            fixed[row.indicator.path] = _outcome(form, index)

    def capped_at(section: Section) -> int | None:
        return _capped_at(form, section, sums)

    sums = Aggregation(form.ruleset.catalogue.rounding.mode, fixed, own, form.moved, form.ruleset.at_most, capped_at)
    return sums


def _capped_at(form: ScoredForm, section: Section, sums: Aggregation) -> int | None:
    """Give the limit of a section's cap while it holds; None where there is none, it does not hold, or a blank is read."""
    if section.cap is None:
        return None
    holds = form.ruleset.caps[section.path]
    _fill_titles(form, form.ruleset.read_by_caps[section.path], sums)
    if holds is not None and not holds(form.values):
        return None
    return int(section.cap.at_most * form.place)


def _sum_up(form: ScoredForm) -> None:
    ruleset = form.ruleset
    if ruleset.plain and None not in form.scores:
        form.total = Outcome(sum(form.units), sum(score for score in form.scores if score is not None))
        return
    sums = aggregation(form)
    tops = [sums.outcome(part) for part in ruleset.catalogue.parts]
    form.total = total_outcome(tops, ruleset.bonus_limit, ruleset.catalogue.rounding.mode)
    if not form.problems:
        form.level_problems = tuple(_nothing_applicable(form, sums))


def _nothing_applicable(form: ScoredForm, sums: Aggregation) -> Iterable[Problem]:
    """Name the sections, or the form, whose points nothing stands for."""
    sections = [section for section in form.ruleset.catalogue.sections if sums.outcome(section).score is None]
    for section in sections:
        if not any(inner in sections for inner in section.walk()):
            yield problem("nothing-applicable", form.submission.location, section="/".join(section.path))
    if not sections and form.total.score is None:
        yield problem("nothing-applicable", form.submission.location, section=form.ruleset.catalogue.title)


def _fill_titles(form: ScoredForm, names: Iterable[str], sums: Aggregation | None = None) -> None:
    """Fill the slots of the names that speak of parts of the form: ``预算执行率_得分``, a section's own title."""
    for name in names:
        form.values[form.ruleset.slots[name]] = form.ruleset.title_words[name].value(form, sums or aggregation(form))


# ---- grade ---------------------------------------------------------------------------------------------------------


def _find_grade(form: ScoredForm) -> None:
    ruleset = form.ruleset
    if form.total.score is None:
        return
    form.values[ruleset.slots["总分"]] = (form.total.score, form.place)
    _fill_titles(form, ruleset.read_by_grades)
    try:
        form.grade = next(grade.title for grade, holds in ruleset.grades if holds is None or holds(form.values))
        _cap_grade(form)
    except Fault as fault:
        form.grade = None
        form.grade_problems = (problem("grade-undecided", None, figure=fault.detail),)


def _cap_grade(form: ScoredForm) -> None:
    order = [grade.title for grade, _ in form.ruleset.grades]
    held = [cap for cap, holds in form.ruleset.grade_caps if holds(form.values)]
    assert form.grade is not None
    lowest = max([order.index(form.grade), *(order.index(cap.at_most) for cap in held)])
    form.grade_caps = tuple(cap for cap in held if order.index(cap.at_most) > order.index(form.grade))
    form.grade = order[lowest]

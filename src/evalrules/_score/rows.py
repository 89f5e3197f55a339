"""Rows scored one by one: which apply, what a bound as actual admits, and why a row has no score."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from attrs import evolve

from evalrules._edition.forms import ITEM, TIER
from evalrules._edition.model import Path, Section
from evalrules._edition.scopes import judged_by_of
from evalrules._formula.intervals import overlap, point
from evalrules._formula.program import (
    ACTUAL,
    EVIDENCE,
    JUDGED,
    POINTS,
    TARGET,
    Program,
    free_names,
)
from evalrules._formula.ranges import Ranges
from evalrules._formula.scope import ANY, Bounds, read_unit
from evalrules._formula.tree import Fault, Node
from evalrules._formula.words import show
from evalrules._numbers import decimal_text, rounded_units
from evalrules._problems import Location, Problem, listed, problem
from evalrules._quantities import Blank, Bound, Interval, Period
from evalrules._score.bounds import require_full_marks
from evalrules._score.cells import Misfit, actual_value, answered, target_value, tier_at, tier_named
from evalrules._score.figures import refuse_asking
from evalrules._score.form import ScoredForm, ScoredRow, evidence_of, stated_actual
from evalrules._score.ruleset import Plan, Ruleset
from evalrules._submission import Judgement, Pair

# Why a row has no score: faults of formulas and misfits of cells, as problems that name the cell or figure.


_MOST_DAYS = 4000
_CELLS = {ACTUAL: "actual", TARGET: "target"}
_CODES = {
    "zero-division": "unscored-zero-division",
    "digits": "unscored-digits",
    "points-out-of-bounds": "unscored-points-out-of-bounds",
    "outside-range": "unscored-outside-range",
    "not-judged": "judgement-missing",
    "judged-outside": "judgement-outside",
    "undecided": "unscored-undecided",
    "domain": "unscored-domain",
    "function": "unscored-function",
}


def fault_problem(row: ScoredRow, fault: Fault) -> Problem:
    """Word a fault of the row's formulas: which figure is blank, what was divided by zero, which rule gave too much."""
    if fault.kind == "blank":
        return _blank_problem(row, fault.detail)
    judged = "claimed_score" if row.entry is None or row.entry.judged is None else "judged"
    place = _place(row, _CELLS.get(fault.detail, judged if fault.kind.startswith("judged") else "actual"))
    hint = _range(row, fault.detail) if fault.kind == "outside-range" else _tiers(row, fault.kind)
    return problem(_CODES[fault.kind], place, indicator=row.indicator.title, detail=fault.detail, **hint)


def _range(row: ScoredRow, name: str) -> dict[str, str]:
    """Give the range in which a cell is declared to lie: ``≥ 0%，≤ 100%``."""
    plan = row.row.plan
    requirements = plan.program.requirements if plan is not None else ()
    bounds = next((one.bounds for one in requirements if one.name == name), ANY)
    unit = read_unit(row.indicator.unit or "")
    low, high = (None if end is None else show(end, unit) for end in (bounds.low, bounds.high))
    ends = (low and f"{'>' if bounds.low_open else '≥'} {low}", high and f"{'<' if bounds.high_open else '≤'} {high}")
    return {"range": listed(filter(None, ends), "comma")} if any(ends) else {}


def _tiers(row: ScoredRow, kind: str) -> dict[str, str]:
    """Give what a hint says of the tiers, where an assessor's choice is missing or lies outside its tier."""
    plan, entry = row.row.plan, row.entry
    tiers = plan.scoring.tiers if plan is not None else ()
    if kind == "not-judged":
        return {"choices": listed(tier.title for tier in tiers)} if tiers else {}
    chosen = entry.judged.tier if entry is not None and entry.judged is not None else None
    tier = None if plan is None else tier_named(plan.scoring, chosen)
    if kind != "judged-outside" or tier is None:
        return {}
    low, high = (f"{decimal_text(100 * share)}%" for share in (tier.low, tier.high))
    return {"tier": tier.title, "low": low, "high": high, "below": "≤" if tier.high == 1 else "<"}


def _blank_problem(row: ScoredRow, name: str) -> Problem:
    title = row.indicator.title
    unread = row.submitted.unread.get(name)
    if unread is not None:
        return unread
    if name in (TIER, JUDGED):
        return problem("judgement-missing", _place(row, "judged"), indicator=title, **_tiers(row, "not-judged"))
    if name in _CELLS:
        return problem(f"{_CELLS[name]}-blank", _place(row, _CELLS[name]), indicator=title)
    if name.startswith(ITEM):
        return problem("answers-missing", _place(row, "answers"), indicator=title, item=_item(row, name))
    behind = row.submitted.figure_faults.get(name)
    if behind is not None and behind.kind == "blank" and behind.detail != name:
        return _blank_problem(row, behind.detail)
    submission = row.submitted.submission
    given = submission.data.get(name)
    place = given.location if given is not None else submission.location
    if behind is not None:
        return problem("figure-without-value", place, indicator=title, figure=name)
    return problem("figure-blank", place, indicator=title, figure=name)


def _item(row: ScoredRow, name: str) -> str:
    plan = row.row.plan
    number = int(name[name.index("[") + 1 : -1])
    return name if plan is None else str(plan.scoring.items[number].title)  # type: ignore[union-attr]


def misfit_problem(row: ScoredRow, misfit: Misfit) -> Problem:
    """Word a cell that is not what the row needs; of one that could not be read this has been told already."""
    cell = str(misfit.arguments.pop("cell", "target" if misfit.code.startswith("target") else "actual"))
    if row.entry is not None and cell in row.entry.faults:
        return row.entry.faults[cell]
    return problem(misfit.code, _place(row, cell), indicator=row.indicator.title, **misfit.arguments)


def _place(row: ScoredRow, cell: str) -> Location | None:
    entry = row.entry
    if entry is None:
        return row.submitted.submission.location
    return entry.place(cell)


# What is known of a row's names as ranges: each at its one number, but for those left free.


def row_ranges(
    ruleset: Ruleset,
    program: Program,
    values: list[Any],
    cells: tuple[Pair, Any, Any],
    free: Mapping[str, Bounds],
) -> Ranges | None:
    """Give the ranges of the names that a program reads; None where a declared range leaves a free name no value.

    ``cells`` are points, target and actual as the compiled rule takes them, ``values`` the figures by slot. A computed
    figure that may depend on a free name is given by its formula.
    """
    formulas: dict[str, Node] = {}
    if not ruleset.catalogue.data.keys().isdisjoint(free):
        formulas = {figure.name: figure.formula.tree for _, figure, _ in ruleset.computed if figure.formula}
    formulas |= {binding.name: binding.formula.tree for binding in program.all_bindings if binding.name not in free}
    given = dict(zip((POINTS, TARGET, ACTUAL), cells, strict=True))
    for name in free_names([formula.tree for formula in program.formulas], formulas):
        if name in ruleset.slots:
            given[name] = values[ruleset.slots[name]]
    numbers = {name: point(_fraction(value)) for name, value in given.items() if _is_number(value)}
    numbers.update(free)
    for requirement in program.requirements:
        within = overlap(numbers.get(requirement.name, ANY), requirement.bounds)
        if within is None:
            return None
        numbers[requirement.name] = within
    truths = {name: frozenset({value}) for name, value in given.items() if isinstance(value, bool | str)}
    return Ranges(numbers, truths, formulas)


def _is_number(value: Any) -> bool:
    """Tell a pair or a day's ordinal from truth, text, table and blank."""
    if isinstance(value, tuple):
        return len(value) == 2 and isinstance(value[0], int)  # noqa: PLR2004 - numerator and denominator
    return isinstance(value, int) and not isinstance(value, bool)


def _fraction(value: Any) -> Fraction:
    return Fraction(*value) if isinstance(value, tuple) else Fraction(value)


# One row scored: its cells as the compiled rule takes them, its score, or the problem that leaves it unscored.


def score_row(row: ScoredRow) -> None:
    """Score a row that has no problem yet, and put what was found into it.

    What a reviewer found counts also where the rules find nothing.
    """
    if row.problem is None:
        try:
            if row.state == "scored":
                row.target, row.actual, row.judged = cells = _cells(row)
                row.computed = _score(row, *cells)
            else:
                row.computed = _points_otherwise(row)
        except Fault as fault:
            row.problem = fault_problem(row, fault)
        except Misfit as misfit:
            row.problem = misfit_problem(row, misfit)
        if row.doubt is not None and row.problem is not None and row.problem.code in BLANKS:
            row.problem = row.doubt  # it says what is wrong; the blank only follows
    row.score = _adjusted(row)
    if row.score is not None:
        row.problem = None


def score_rows(form: ScoredForm) -> None:
    """Score every row; where nothing but figures decides it, straight by its compiled rule."""
    if not _score_directly(form):
        _score_each(form)


def _score_directly(form: ScoredForm) -> bool:
    """Score the whole form by its compiled rules, where figures alone decide every row and none of them fails."""
    direct, values = form.ruleset.direct, form.values
    if direct is None or form.submission.entries or form.submitted.unread:
        return False
    try:
        form.take([score(values, points, None, None, None) for score, points in direct])
    except Fault:
        return False
    return True


def _score_each(form: ScoredForm) -> None:
    values, unread = form.values, form.submitted.unread
    for scored in form.rows:
        row = scored.row
        apart = scored.problem is not None or scored.state != "scored" or scored.units != row.units
        if apart or unread or row.direct is None or scored.entry is not None:
            score_row(scored)
            continue
        try:
            scored.computed = scored.score = row.direct(values, row.points, None, None, None)
        except Fault as fault:
            scored.problem = fault_problem(scored, fault)


def _score(row: ScoredRow, target: Any, actual: Any, judged: Any) -> int:
    points, values = row.points, row.submitted.values
    plan = row.row.plan
    assert plan is not None
    if isinstance(actual, Bound | Interval):
        require_full_marks(row.ruleset, row.row, values, points, target, actual)
        return row.units
    if judged is None or plan.scoring.form == "judged":
        return plan.score(values, points, target, actual, judged)
    try:
        score = plan.score(values, points, target, actual, None)
    except Fault as fault:
        if fault.kind != "not-judged":
            raise
        return plan.score(values, points, target, actual, judged)
    row.judged = row.judgement = None  # the rule that held leaves nothing to an assessor
    return score


def _cells(scored: ScoredRow) -> tuple[Any, Any, Any]:
    """Give target, actual and the assessor's score as the plan reads them, and fill the slots of tier and answers."""
    row, entry, plan = scored.row, scored.entry, scored.row.plan
    if plan is None:
        raise Misfit("no-scoring", target=row.target.text) if row.target else Misfit("target-missing")
    if scored.submitted.unread:
        refuse_asking(scored.submitted.unread, plan.asks)
    if plan.reads_evidence:
        scored.submitted.values[scored.ruleset.slots[EVIDENCE]] = evidence_of(entry)
    written = plan.scoring.form
    if written == "checklist":
        values, slots = scored.submitted.values, scored.ruleset.slots
        for name, points in answered(plan.scoring, () if entry is None else entry.answers):
            values[slots[name]] = points
        return None, None, None
    scored.judgement = _judgement(scored, plan)
    judged = None if scored.judgement is None else _judged(scored, scored.judgement)
    if written == "judged":
        if judged is None:
            raise Fault("not-judged")
        return None, None, judged
    if entry is None:
        return None, None, None
    given = row.indicator.value is None and plan.reads_actual
    actual = actual_value(row, entry.actual) if given else None
    target = target_value(row, entry.actual)
    if isinstance(actual, Period):
        values, points = scored.submitted.values, scored.points
        actual = _any_day(actual, lambda day: plan.score(values, points, target, day, judged))
    return target, actual, judged


def _any_day(period: Period, score: Callable[[int], int]) -> int:
    """Give the last day of a period every day of which scores alike; else too little is known of when it was."""
    first, last = period.first.toordinal(), period.last.toordinal()
    scores = {score(day) for day in range(first, last + 1)} if last - first < _MOST_DAYS else set()
    if len(scores) != 1:
        raise Misfit("actual-period-undecided", found=period.text)
    return last


def _judgement(row: ScoredRow, plan: Plan) -> Judgement | None:
    """Give what an assessor chose; forms have no column for that, so else the claimed score is the judgement.

    Its tier is the one whose range holds it. A tier alone stands by the claimed score. An edition may want more.
    """
    entry, scoring = row.entry, plan.scoring
    if entry is None or not scoring.asks_for_judgement:
        return None
    if entry.judged is not None:
        tier = tier_named(scoring, entry.judged.tier)
        score = entry.claimed_score if entry.judged.score is None else entry.judged.score
        return evolve(entry.judged, tier=entry.judged.tier if tier is None else tier.title, score=score)
    claimed, called = entry.claimed_score, plan.called.judged_by or scoring.judged_by
    if claimed is None or (called or judged_by_of(row.ruleset.catalogue, row.path[:-1])) == "review":
        return None
    tier = tier_at(scoring, claimed * row.ruleset.place / row.units) if scoring.tiers and row.units else None
    if scoring.tiers and tier is None:
        raise Fault("judged-outside")
    return Judgement(None if tier is None else tier.title, claimed)


def _judged(row: ScoredRow, judgement: Judgement) -> Pair | None:
    """Give the assessor's score, and put the tier into its slot."""
    row.submitted.values[row.ruleset.slots[TIER]] = judgement.tier
    score = judgement.score
    return None if score is None else (score.numerator, score.denominator)


def _points_otherwise(row: ScoredRow) -> int | None:
    """Give what an indicator that does not apply scores: full marks, fixed points, or nothing (it stands elsewhere)."""
    if row.state == "full_marks":
        return row.units
    if row.state != "points":
        return None
    assert row.row.otherwise is not None
    return row.row.otherwise.score(row.submitted.values, row.points, None, None, None)


def _adjusted(row: ScoredRow) -> int | None:
    entry, computed = row.entry, row.computed
    if entry is None or entry.adjust is None or "adjust" in entry.faults:
        return computed
    found, change = entry.adjust.score, entry.adjust.change(row.ruleset.points(row.units))
    rounding = row.ruleset.catalogue.rounding
    if found is not None and row.units and row.state not in _ELSEWHERE:
        units = rounded_units(found.numerator, found.denominator, rounding.places, rounding.mode)
    elif computed is not None and change is not None:
        units = computed + rounded_units(change.numerator, change.denominator, rounding.places, rounding.mode)
    else:
        return computed
    return min(max(units, 0), row.units)


_ELSEWHERE = frozenset({"rescale", "rescale_total", "move_to", "not_chosen"})
"""States of a row whose points others have: there are none that a reviewer could give."""


# Which rows apply, where the points of the others go, and which of several was chosen.


NOTHING_KNOWN: Final[Mapping[Path, bool]] = MappingProxyType({})
BLANKS = frozenset({"figure-blank", "figure-without-value", "actual-blank", "answers-missing", "judgement-missing"})
"""What is told of a row that could be scored if nothing were left blank."""


def settle(form: ScoredForm, known: Mapping[Path, bool] = NOTHING_KNOWN) -> None:
    """Decide which rows apply and which of several is answered, and move the points of those that give theirs away.

    ``known`` tells whether rows apply for which it cannot be told.
    """
    ruleset = form.ruleset
    if ruleset.conditional:
        settle_applicability(form, known)
    if ruleset.choices:
        settle_choices(form)
    if ruleset.conditional:
        move_points(form)


def settle_applicability(form: ScoredForm, known: Mapping[Path, bool] = NOTHING_KNOWN) -> None:
    """Decide for each row whether it applies, and else what becomes of its points."""
    for row in form.rows:
        otherwise = row.indicator.otherwise
        if otherwise is None or row.problem is not None:
            continue
        try:
            if not (known[row.path] if row.path in known else _applies(row)):
                row.state = otherwise.policy
        except Fault as fault:
            row.problem, row.is_undecided = fault_problem(row, fault), True


def move_points(form: ScoredForm) -> None:
    """Give the points of the rows that say so to another part."""
    for row in form.rows:
        if row.state == "move_to":
            _move(form, row)


def _applies(row: ScoredRow) -> bool:
    applies, entry = row.row.applies, row.entry
    if applies is not None:
        if row.indicator.applies is not None:
            row.submitted.refuse_asking(row.indicator.applies)
        return bool(applies(row.submitted.values, row.row.points, None, None, None))
    return entry is None or entry.not_applicable is None


def _move(form: ScoredForm, row: ScoredRow) -> None:
    """Give the row's points to where its `otherwise` says, on through parts that do not apply either."""
    units, row.units = row.units, 0
    while True:
        otherwise = row.indicator.otherwise
        assert otherwise is not None
        assert otherwise.move_to is not None
        path = form.ruleset.part_named(otherwise.move_to)
        if isinstance(form.ruleset.parts[path], Section):
            form.moved[path] = form.moved.get(path, 0) + units
            return
        row = form.row_at(path)
        if row.state != "move_to":
            row.units += units
            return


def gainers(form: ScoredForm, row: ScoredRow) -> tuple[Path, ...]:
    """Give the part that gets the points of a row where it does not apply."""
    otherwise = row.indicator.otherwise
    moved = None if otherwise is None else otherwise.move_to
    return () if moved is None else (form.ruleset.part_named(moved),)


def settle_choices(form: ScoredForm) -> None:
    """Keep the one row that is answered where a section takes exactly one; else none of them has a score.

    An entry chooses; only where no entry says anything, figures do. Rows that do not apply cannot be chosen; where none
    applies, the first says what becomes of the section's points.
    """
    for section in form.ruleset.choices:
        inside = [row for row in form.rows if row.path[:-1] == section.path]
        applying = [row for row in inside if row.state == "scored"]
        answered = [row for row in applying if _is_answered(row)] or [row for row in applying if _is_computed(row)]
        chosen = answered if applying else inside[:1]
        if len(chosen) == 1:
            for row in inside:
                if row is not chosen[0]:
                    row.state, row.problem = "not_chosen", None
            continue
        misfit = Misfit("one-of-several" if chosen else "one-of-none", section="/".join(section.path))
        for row in inside:
            row.state, row.problem = "scored", misfit_problem(row, misfit)


def _is_computed(row: ScoredRow) -> bool:
    """Tell whether the figures that say what the row's actual is are filled, whatever can be made of them.

    A row without a `value` whose rule reads figures and no actual is answered by those.
    """
    value, plan, data = row.indicator.value, row.row.plan, row.ruleset.catalogue.data
    computed = {name: figure.formula.tree for name, figure in data.items() if figure.formula is not None}
    if value is not None:
        return stated_actual(row) is not None or _are_filled(row, free_names([value.tree], computed))
    if plan is None or plan.reads_actual or plan.scoring.is_assessed:
        return False
    bound = {binding.name: binding.formula.tree for binding in plan.program.bindings}
    return _are_filled(row, free_names([formula.tree for formula in plan.program.formulas], {**computed, **bound}))


def _are_filled(row: ScoredRow, names: tuple[str, ...]) -> bool:
    """Tell whether all of these that are figures or columns are filled, also with what nobody can use."""
    catalogue, submitted = row.ruleset.catalogue, row.submitted
    slots = {name: catalogue.columns.get(name, name) for name in names}
    read = {name: slot for name, slot in slots.items() if slot in row.ruleset.slots}
    filled = (
        submitted.values[row.ruleset.slots[slot]] is not None or not submitted.unread.keys().isdisjoint({slot, name})
        for name, slot in read.items()
    )
    return bool(read) and all(filled)


def _is_answered(row: ScoredRow) -> bool:
    entry = row.entry
    if entry is None:
        return False
    return bool(
        not isinstance(entry.actual, Blank)
        or entry.judged is not None
        or entry.answers
        or entry.claimed_score is not None
    )

"""Why a row has no score: faults of formulas and misfits of cells, as problems that name the cell or figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalrules._catalogue.lower import ITEM, TIER
from evalrules._formula.faults import Fault
from evalrules._formula.program import ACTUAL, JUDGED, TARGET
from evalrules._formula.scope import ANY
from evalrules._formula.units import read_unit
from evalrules._formula.words import show
from evalrules._numbers import decimal_text
from evalrules._problems import Location, Problem, problem
from evalrules._scoring.misfit import Misfit

if TYPE_CHECKING:
    from evalrules._scoring.form import ScoredForm

LEFT_BLANK = frozenset({"figure-blank", "actual-blank", "answers-missing", "judgement-missing"})
"""What is told of a row for which nothing was filled in."""
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


def fault_problem(form: ScoredForm, index: int, fault: Fault) -> Problem:
    """Word a fault of the row's formulas: which figure is blank, what was divided by zero, which rule gave too much."""
    title = form.rows[index].indicator.title
    if fault.kind == "blank":
        return _blank_problem(form, index, fault.detail)
    place = _place(form, index, _CELLS.get(fault.detail, "judged" if fault.kind.startswith("judged") else "actual"))
    return problem(_CODES[fault.kind], place, indicator=title, detail=fault.detail, **_hint(form, index, fault))


def _hint(form: ScoredForm, index: int, fault: Fault) -> dict[str, str]:
    return _range(form, index, fault.detail) if fault.kind == "outside-range" else _tiers(form, index, fault.kind)


def _range(form: ScoredForm, index: int, name: str) -> dict[str, str]:
    """Give the range in which a cell is declared to lie: ``≥ 0%，≤ 100%``."""
    row = form.rows[index]
    requirements = row.plan.program.requirements if row.plan is not None else ()
    bounds = next((one.bounds for one in requirements if one.name == name), ANY)
    unit = read_unit(row.indicator.unit or "")
    low, high = (None if end is None else show(end, unit) for end in (bounds.low, bounds.high))
    ends = (low and f"{'>' if bounds.low_open else '≥'} {low}", high and f"{'<' if bounds.high_open else '≤'} {high}")
    return {"range": "，".join(filter(None, ends))} if any(ends) else {}


def _tiers(form: ScoredForm, index: int, kind: str) -> dict[str, str]:
    """Give what a hint says of the tiers, where an assessor's choice is missing or lies outside its tier."""
    plan, entry = form.rows[index].plan, form.filled.entries[index]
    tiers = plan.scoring.tiers if plan is not None else ()
    if kind == "not-judged":
        return {"choices": "、".join(tier.title for tier in tiers)} if tiers else {}
    chosen = entry.judged.tier if entry is not None and entry.judged is not None else None
    tier = next((tier for tier in tiers if tier.title == chosen), None)
    if kind != "judged-outside" or tier is None:
        return {}
    low, high = (f"{decimal_text(100 * share)}%" for share in (tier.low, tier.high))
    return {"tier": tier.title, "low": low, "high": high, "below": "≤" if tier.high == 1 else "<"}


def _blank_problem(form: ScoredForm, index: int, name: str) -> Problem:
    title = form.rows[index].indicator.title
    if name in (TIER, JUDGED):
        asked = _tiers(form, index, "not-judged")
        return problem("judgement-missing", _place(form, index, "judged"), indicator=title, **asked)
    if name in _CELLS:
        return problem(f"{_CELLS[name]}-blank", _place(form, index, _CELLS[name]), indicator=title)
    if name.startswith(ITEM):
        return problem(
            "answers-missing", _place(form, index, "answers"), indicator=title, item=_item(form, index, name)
        )
    behind = form.figure_faults.get(name)
    if behind is not None and behind.kind == "blank" and behind.detail != name:
        return _blank_problem(form, index, behind.detail)
    given = form.submission.data.get(name)
    place = given.location if given is not None else form.submission.location
    if behind is not None:
        return problem("figure-without-value", place, indicator=title, figure=name)
    return problem("figure-blank", place, indicator=title, figure=name)


def _item(form: ScoredForm, index: int, name: str) -> str:
    plan = form.rows[index].plan
    number = int(name[name.index("[") + 1 : -1])
    return name if plan is None else str(plan.scoring.items[number].title)  # type: ignore[union-attr]


def misfit_problem(form: ScoredForm, index: int, misfit: Misfit) -> Problem:
    """Word a cell that is not what the row needs."""
    cell = "target" if misfit.code.startswith("target") else "actual"
    title = form.rows[index].indicator.title
    return problem(misfit.code, _place(form, index, cell), indicator=title, **misfit.arguments)


def _place(form: ScoredForm, index: int, cell: str) -> Location | None:
    entry = form.filled.entries[index]
    if entry is None:
        return form.submission.location
    return entry.places.get(cell, entry.location)

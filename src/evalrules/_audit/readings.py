"""Targets and actuals that the edition itself computes, as compiled readings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from evalrules._catalogue.model import Path
from evalrules._catalogue.scopes import target_scope
from evalrules._formula.exact import Job, compile_jobs
from evalrules._formula.faults import Fault
from evalrules._formula.program import ACTUAL, POINTS, TARGET
from evalrules._formula.tree import Formula
from evalrules._formula.units import resolved
from evalrules._once import once_for_each
from evalrules._ruleset import Pair, Row, Ruleset
from evalrules._scoring.form import ScoredForm

Compute = Callable[[list[Any]], Any]


def computed_number(form: ScoredForm, index: int, word: str) -> Pair | None:
    """Give 指标值 or 完成值 of a row for which the edition has a formula; None without a value or a number."""
    compute = readings(form.ruleset).get((form.rows[index].indicator.path, word))
    if compute is None:
        return None
    try:
        value = compute([*form.values, (form.units[index], form.place)])
    except Fault:
        return None
    return value if isinstance(value, tuple) else None


@once_for_each
def readings(ruleset: Ruleset) -> Mapping[tuple[Path, str], Compute]:
    """Give the formulas of targets and values by row and word; they read the figures and, behind them, 分值."""
    found = [one for row in ruleset.rows for one in _formulas(row)]
    scopes = [target_scope(ruleset.catalogue, row.indicator) for row, _, _ in found]
    jobs = [Job(resolved(formula, scope), scope) for (_, _, formula), scope in zip(found, scopes, strict=True)]
    slots = {**ruleset.slots, POINTS: len(ruleset.slots)}
    compiled = compile_jobs(jobs, slots, ruleset.functions) if jobs else ()
    return {(row.indicator.path, word): compute for (row, word, _), compute in zip(found, compiled, strict=True)}


def _formulas(row: Row) -> Iterator[tuple[Row, str, Formula]]:
    target, value = row.indicator.target, row.indicator.value
    if target is not None and target.formula is not None:
        yield row, TARGET, target.formula
    if value is not None:
        yield row, ACTUAL, value

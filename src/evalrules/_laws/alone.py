"""One row scored by itself, through the engine's own stages, without the form around it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import evolve

from evalrules._catalogue.lower import TIER, item_name
from evalrules._catalogue.model import Indicator, Target
from evalrules._formula.faults import Fault
from evalrules._formula.program import ACTUAL, JUDGED, POINTS, TARGET
from evalrules._formula.words import show
from evalrules._quantities import BLANK, Blank, Bound, Cell, Date, Interval, Period, Quantity, Several, Text
from evalrules._ruleset import Row, Ruleset
from evalrules._scoring.applicability import settle_applicability
from evalrules._scoring.cells import target_of
from evalrules._scoring.entries import Filled
from evalrules._scoring.figures import bind_figures, compute_figures, figure_value
from evalrules._scoring.form import ScoredForm
from evalrules._scoring.rows import score_row
from evalrules._submission import Answer, Claimed, Entry, Figure, Judgement, Submission

_CELLS = (Blank, Quantity, Bound, Interval, Date, Period, Several, Text)
_COMPARATORS = ("≥", ">", "≤", "<", "=", "interval")

Value = Fraction | bool | str | datetime.date | tuple[Mapping[str, Any], ...] | Cell | None
Values = Mapping[str, Value]
"""Inputs by name, as the formulas of a row call them: values, or cells as written.

A table is a tuple of mappings from column to value, an item of a checklist is `item_name`, None is a blank.
"""


def scored_alone(ruleset: Ruleset, row: Row, values: Values) -> ScoredForm:
    """Score one row on these inputs. The form has this row only, and neither sections nor a total.

    Points that would move elsewhere stay out of sight here: such a row counts as one that does not apply.
    """
    row = _with_own(_unmoving(row), values)
    submission = _submission(ruleset, values)
    figures = bind_figures(ruleset, submission, [])
    faults = compute_figures(ruleset, figures)
    _put_computed(ruleset, values, figures, faults)
    filled = Filled((row,), (_entry(row, values),))
    form = ScoredForm(ruleset, submission, figures, filled, faults, [row.units], ["scored"])
    settle_applicability(form)
    score_row(form, 0)
    return form


def cell_of(value: Value, unit: str = "") -> Cell:
    """Write a value as the cell that a submission would hold; a cell stays as it is."""
    if value is None:
        return BLANK
    if isinstance(value, _CELLS):
        return value
    if isinstance(value, bool):
        return Text(show(value))
    if isinstance(value, Fraction):
        return Quantity(value, unit, show(value * 100 if unit == "%" else value) + unit)
    return Date(value, show(value)) if isinstance(value, datetime.date) else Text(str(value))


def _put_computed(ruleset: Ruleset, values: Values, figures: list[Any], faults: dict[str, Fault]) -> None:
    """Let a computed figure that is among the inputs stand as given: a case may begin there."""
    for slot, figure, _ in ruleset.computed:
        if figure.name in values:
            figures[slot] = figure_value(figure, cell_of(values[figure.name], figure.unit))
            faults.pop(figure.name, None)


def _unmoving(row: Row) -> Row:
    otherwise = row.indicator.otherwise
    if otherwise is None or otherwise.policy != "move_to":
        return row
    return evolve(row, indicator=evolve(row.indicator, otherwise=evolve(otherwise, policy="rescale")))


def _with_own(row: Row, values: Values) -> Row:
    """Give the row the points and the target that stand among the inputs."""
    points, target = values.get(POINTS), values.get(TARGET)
    if isinstance(points, Fraction):
        scale = Fraction(row.units * row.points[1], row.points[0])
        indicator = evolve(row.indicator, points=points)
        pair = (points.numerator, points.denominator)
        row = evolve(row, indicator=indicator, points=pair, units=int(points * scale))
    return row if target is None else evolve(row, target=_target(row.target or Target("="), target, row.indicator))


def _target(given: Target, value: Value, indicator: Indicator) -> Target:
    bare = given.kind if given.kind in _COMPARATORS else "="
    found = target_of(cell_of(value, indicator.unit or given.unit), bare)
    if found is None:
        return given
    return evolve(found, text=bare + found.text) if found.low is not None and bare != "=" else found


def _entry(row: Row, values: Values) -> Entry:
    """Fill the cells of the row that the inputs name."""
    tier, judged = values.get(TIER), values.get(JUDGED)
    score = judged if isinstance(judged, Fraction) else None
    return Entry(
        row.indicator.title,
        actual=cell_of(values.get(ACTUAL), row.indicator.unit or (row.target.unit if row.target else "")),
        judged=None if tier is None and score is None else Judgement(None if tier is None else str(tier), score),
        answers=tuple(_answers(row, values)),
    )


def _answers(row: Row, values: Values) -> list[Answer]:
    items = () if row.plan is None else row.plan.scoring.checklist
    given = [(item.title, values.get(item_name(number))) for number, item in enumerate(items)]
    return [Answer(title, points=points) for title, points in given if isinstance(points, Fraction)]


def _submission(ruleset: Ruleset, values: Values) -> Submission:
    catalogue = ruleset.catalogue
    data: dict[str, Figure] = {}
    tables: dict[str, tuple[Mapping[str, Figure], ...]] = {}
    for name, value in values.items():
        if name in catalogue.data:
            data[name] = Figure(cell_of(value, catalogue.data[name].unit))
        elif name in catalogue.tables and isinstance(value, tuple):
            units = {column.name: column.unit for column in catalogue.tables[name].columns}
            tables[name] = tuple(_cells(row, units) for row in value)
    return Submission(catalogue.name, "", 0, data, tables, (), Claimed(), "")


def _cells(row: Mapping[str, Any], units: Mapping[str, str]) -> Mapping[str, Figure]:
    return {column: Figure(cell_of(cell, units[column])) for column, cell in row.items()}

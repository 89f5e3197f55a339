"""Rules on figures: blanks that are required, and computed figures that are reported all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from evalrules._audit.agreement import Said, agrees, half_last_digit, percent
from evalrules._audit.audited import AuditedForm, FormRule
from evalrules._edition.audit_codes import ActiveRule
from evalrules._edition.model import Catalogue, Figure
from evalrules._formula.scope import read_unit
from evalrules._formula.tree import names
from evalrules._formula.words import formula_words, show
from evalrules._problems import listed
from evalrules._quantities import Blank, Cell, Quantity, Text, Unclear

Hits = Iterator[tuple[str, Said]]

_MOST_NAMED = 5


def figure_missing(audited: AuditedForm, _: ActiveRule) -> Hits:
    """A required figure, table, or column in a row of one is blank; figures not in a block that nobody filled in.

    What is filled in and cannot be used is a problem of its own.
    """
    values, blank_blocks, unread = audited.form.values, audited.required_blank.keys(), audited.form.submitted.unread
    nothing = blank_blocks and audited.blank_blocks.issuperset(audited.blocks.values())  # which is told as a block
    for given in audited.missing:
        if given.name not in unread and audited.blocks[given.name] not in blank_blocks:
            yield given.name, {"figure": given.name}
    for name, table in audited.catalogue.tables.items():
        required = [column for column in table.columns if column.required]
        rows = values[audited.form.ruleset.slots[name]]
        if required and rows is None and name not in unread and not nothing:
            yield name, {"figure": name}
        for number, row in enumerate(rows or ()):
            written = audited.submission.tables.get(name, ())[number : number + 1]
            filled = {one for cells in written for one, cell in cells.items() if not isinstance(cell.cell, Blank)}
            empty = (one.name for one in required if row[f"{name}_{one.name}"] is None)
            blank = (column for column in empty if column not in filled)
            yield from ((f"{name}[{number}] {column}", {"figure": column}) for column in blank)


def block_blank(audited: AuditedForm, _: ActiveRule) -> Hits:
    """Nothing is filled in of a block with several required figures: that is told once."""
    for block, figures in audited.required_blank.items():
        shown = listed(figures[:_MOST_NAMED])
        yield block, {"figures": shown, "count": len(figures)}


def reported_differs(audited: AuditedForm, _: ActiveRule) -> Hits:
    """A computed figure is reported with a value that differs by more than half a unit of its last written digit."""
    for figure, value, cell in _reported(audited):
        if value is not None and not agrees(cell, value, figure):
            said = {"reported": cell.text, "computed": shown_figure(figure, value)}
            yield figure.name, {**said, "formula": _arithmetic(audited, figure)}


def reported_not_checkable(audited: AuditedForm, _: ActiveRule) -> Hits:
    """A computed figure is reported, but what it is computed from is blank."""
    for figure, value, cell in _reported(audited):
        fault = audited.form.submitted.figure_faults.get(figure.name)
        if value is None and fault is not None and fault.kind == "blank":
            yield figure.name, {"reported": cell.text, "figures": listed(audited.blanks_behind(figure.name))}


def zero_denominator(audited: AuditedForm, _: ActiveRule) -> Hits:
    """A computed figure divides by 0, so it has no value, but a number is reported for it; words (不适用) are none."""
    for figure, value, cell in _reported(audited):
        fault = audited.form.submitted.figure_faults.get(figure.name)
        if value is None and fault is not None and fault.kind == "zero-division" and not isinstance(cell, Text):
            yield figure.name, {"reported": cell.text, "formula": _arithmetic(audited, figure)}


def rate_without_percent(audited: AuditedForm, _: ActiveRule) -> Hits:
    """A rate is reported without a %; one up to 1 could be two things, and is a problem where it is read."""
    for name, figure, cell in _bare_rates(audited):
        if abs(cell.number) > 1:
            yield name, {"text": cell.text, "taken": percent(cell.number / 100)}
        elif figure.formula is not None and _is_computed(audited, figure, cell):
            yield name, {"text": cell.text, "taken": percent(cell.number)}


def _bare_rates(audited: AuditedForm) -> Iterator[tuple[str, Figure, Quantity]]:
    data, given = audited.catalogue.data, audited.submission.data
    for name in audited.form.ruleset.once("rates", lambda: [one for one in data if data[one].unit == "%"]):
        cell = given[name].cell if name in given else None
        if isinstance(cell, Quantity) and not cell.unit and cell.number != 0:
            yield name, data[name], cell
    for table in audited.catalogue.tables.values():
        rates = [column for column in table.columns if column.unit == "%"]
        for number, row in enumerate(audited.submission.tables.get(table.name, ()) if rates else ()):
            cells = ((column, row[column.name].cell) for column in rates if column.name in row)
            yield from (
                (f"{table.name}[{number}].{column.name}", column, cell)
                for column, cell in cells
                if isinstance(cell, Quantity) and not cell.unit and abs(cell.number) > 1
            )


def _is_computed(audited: AuditedForm, figure: Figure, cell: Quantity) -> bool:
    """Tell whether a bare number is the computed rate itself, as exactly as it was written: 0.86 is 86.15%."""
    value = audited.values.get(figure.name)
    return value is not None and bool(abs(cell.number - value) <= half_last_digit(cell, ""))


def _reported(audited: AuditedForm) -> Iterator[tuple[Figure, Any, Cell]]:
    """Go through the computed figures that the submission reports as well."""
    data = audited.submission.data
    for slot, figure, _ in audited.form.ruleset.computed:
        given = data.get(figure.name)
        if given is not None and not isinstance(given.cell, Blank | Unclear):
            yield figure, audited.form.values[slot], given.cell


# ---- as people read it ---------------------------------------------------------------------------------------------


def shown_figure(figure: Figure, value: Any) -> str:
    """Write a stored value with the figure's unit."""
    if figure.type == "number":
        return show(Fraction(*value), read_unit(figure.unit))
    return show(date.fromordinal(value) if figure.type == "date" else value)


def _arithmetic(audited: AuditedForm, figure: Figure) -> str:
    """Write the figure's formula with the values put in: ``56人 ÷ 65人``."""
    assert figure.formula is not None
    return formula_words(figure.formula.tree, _shown_values(audited, names(figure.formula.tree)))


def _shown_values(audited: AuditedForm, read: tuple[str, ...]) -> dict[str, str]:
    data: Catalogue = audited.catalogue
    known = (name for name in read if audited.values.get(name) is not None and name in data.data)
    return {name: show(audited.values[name], read_unit(data.data[name].unit)) for name in known}


BLOCKS: Mapping[str, FormRule] = {
    "block-blank": block_blank,
}
FIGURES: Mapping[str, FormRule] = {
    "figure-missing": figure_missing,
    "reported-differs": reported_differs,
    "reported-not-checkable": reported_not_checkable,
    "zero-denominator": zero_denominator,
    "rate-without-percent": rate_without_percent,
}

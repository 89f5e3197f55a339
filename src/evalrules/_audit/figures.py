"""Rules on figures: blanks that are required, and computed figures that are reported all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from evalrules._audit.form import AuditedForm
from evalrules._audit.row import Said, percent
from evalrules._edition.audit_codes import ActiveRule
from evalrules._edition.model import Catalogue, Figure
from evalrules._formula.scope import read_unit
from evalrules._formula.tree import Fault, names
from evalrules._formula.words import formula_words, show
from evalrules._problems import listed
from evalrules._quantities import Blank, Bound, Cell, Quantity, Text, Unclear, convert, is_rate
from evalrules._score.figures import YES_NO

_NUMERAL = re.compile(r"[0-9][0-9,]*(?:\.(?P<part>[0-9]+))?")
Hits = Iterator[tuple[str, Said]]

_MOST_NAMED = 5


def figure_missing(audited: AuditedForm, _: ActiveRule) -> Hits:
    """A required figure, table, or column in a row of one is blank; figures not in a block that nobody filled in.

    What is filled in and cannot be used is a problem of its own.
    """
    values, blank_blocks, unread = audited.form.values, audited.required_blank.keys(), audited.form.submitted.unread
    nothing = blank_blocks and audited.blank_blocks.issuperset(audited.blocks.values())  # which is told as a block
    for given in audited.form.ruleset.given:
        if not given.figure.required or values[given.slot] is not None or given.name in unread:
            continue
        if audited.blocks[given.name] not in blank_blocks:
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
            yield figure.name, {"reported": cell.text, "figures": listed(blanks_behind(audited, figure.name))}


def zero_denominator(audited: AuditedForm, _: ActiveRule) -> Hits:
    """A computed figure divides by 0, so it has no value, but a number is reported for it; words (不适用) are none."""
    for figure, value, cell in _reported(audited):
        fault = audited.form.submitted.figure_faults.get(figure.name)
        if value is None and fault is not None and fault.kind == "zero-division" and not isinstance(cell, Text):
            yield figure.name, {"reported": cell.text, "formula": _arithmetic(audited, figure)}


def rate_without_percent(audited: AuditedForm, _: ActiveRule) -> Hits:
    """A rate is reported without a %; one up to 1 could be two things, and is a problem where it is read."""
    for name, figure, cell in _bare_rates(audited):
        if cell.number > 1:
            yield name, {"text": cell.text, "taken": percent(cell.number / 100)}
        elif figure.formula is not None and _is_computed(audited, figure, cell):
            yield name, {"text": cell.text, "taken": percent(cell.number)}


def _bare_rates(audited: AuditedForm) -> Iterator[tuple[str, Figure, Quantity]]:
    for name, figure in audited.catalogue.data.items():
        cell = audited.submission.data[name].cell if name in audited.submission.data else None
        if figure.unit == "%" and isinstance(cell, Quantity) and not cell.unit and cell.number > 0:
            yield name, figure, cell
    for table in audited.catalogue.tables.values():
        rates = [column for column in table.columns if column.unit == "%"]
        for number, row in enumerate(audited.submission.tables.get(table.name, ()) if rates else ()):
            cells = ((column, row[column.name].cell) for column in rates if column.name in row)
            yield from (
                (f"{table.name}[{number}].{column.name}", column, cell)
                for column, cell in cells
                if isinstance(cell, Quantity) and not cell.unit and cell.number > 1
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


# ---- agreement -----------------------------------------------------------------------------------------------------


def agrees(cell: Cell, value: Any, figure: Figure) -> bool:
    """Tell whether what was reported is the computed value, as exactly as it was written: 99.9% is 99.935%."""
    if isinstance(value, bool):
        return YES_NO.get(cell.text.strip().lower()) is value
    if figure.type == "date":
        return getattr(cell, "day", None) == date.fromordinal(value)
    if figure.type != "number":
        return bool(cell.text.strip() == value)
    return agrees_in(cell, Fraction(*value), figure.unit)


def agrees_in(cell: Cell, value: Fraction, unit: str) -> bool:
    """Tell whether what was reported is this number of ``unit``, as exactly as it was written."""
    quantity = cell.quantity if isinstance(cell, Bound) and cell.comparator == "=" else cell
    if not isinstance(quantity, Quantity):
        return False
    if is_rate(unit) and not quantity.unit and abs(quantity.number - value) <= half_last_digit(quantity, ""):
        return True  # 0.86 is 86.15% but for the sign
    reported = convert(quantity, unit)
    return reported is not None and bool(abs(reported - value) <= half_last_digit(quantity, unit))


def half_last_digit(quantity: Quantity, unit: str) -> Fraction:
    """Give half a unit of the last written digit, in ``unit``.

    >>> half_last_digit(Quantity(Fraction(999, 1000), "%", "99.9%"), "%")
    Fraction(1, 2000)
    >>> half_last_digit(Quantity(Fraction(15000), "元", "15,000元"), "万元")
    Fraction(1, 20000)
    """
    numeral = _NUMERAL.search(quantity.text)
    if numeral is None:
        return Fraction(0)
    one = convert(Quantity(Fraction(1, 100) if quantity.unit == "%" else Fraction(1), quantity.unit), unit)
    return Fraction(0) if one is None else one / 10 ** len(numeral["part"] or "") / 2


def blanks_behind(audited: AuditedForm, name: str) -> list[str]:
    """Give the blank figures for which a figure has no value; the name itself where it is blank by itself."""
    figure = audited.catalogue.data.get(name)
    if figure is None or figure.formula is None:
        return [name]
    fault = audited.form.submitted.figure_faults.get(name)
    if fault is not None and fault.kind != "blank":
        return [name]
    read = [other for other in names(figure.formula.tree) if audited.values.get(other, "") is None]
    return list(dict.fromkeys(blank for other in read for blank in blanks_behind(audited, other))) or [
        _detail(fault, name)
    ]


def _detail(fault: Fault | None, name: str) -> str:
    return fault.detail if fault is not None and fault.detail else name


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

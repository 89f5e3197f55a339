"""The figures of a submission in their slots, as formulas read them; every misfit a problem with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from operator import attrgetter
from typing import Any

from evalrules._catalogue.model import Catalogue, Figure, Table
from evalrules._formula.faults import Fault
from evalrules._numbers import decimal_text
from evalrules._problems import Location, Problem, problem
from evalrules._quantities import Blank, Cell, Date, Quantity, convert
from evalrules._ruleset import Pair, Ruleset
from evalrules._scoring.misfit import Misfit
from evalrules._submission import Figure as Given
from evalrules._submission import Submission

YES_NO = {"是": True, "否": False, "true": True, "false": False}


def bind_figures(ruleset: Ruleset, submission: Submission, problems: list[Problem]) -> list[Any]:
    """Give the list of values with the submitted figures in their slots; blanks, and what was not given, are None.

    What the edition does not know is a problem, as is a figure that is not what the edition declares.
    A number is a pair (numerator, denominator above 0), a date its ordinal, a table a tuple of rows.
    """
    numbers, given = submission.numbers, ruleset.figures
    apart = given.not_taken(numbers)
    values: list[Any] = given.values(numbers, whole=not apart)
    if apart:
        _bind_each(ruleset, submission, apart, values, problems)
    for name, table in ruleset.catalogue.tables.items():
        rows = submission.tables.get(name, ())
        values[ruleset.slots[name]] = tuple(_table_row(table, row, problems) for row in rows)
    if apart or submission.grids or submission.tables:
        problems += _unknown_figures(ruleset, submission)
    return values


def _bind_each(
    ruleset: Ruleset, submission: Submission, names: set[str], values: list[Any], problems: list[Problem]
) -> None:
    """Bind figures one by one, in the edition's order; what it computes itself or does not have is not bound."""
    for name in names & ruleset.slots.keys():
        values[ruleset.slots[name]] = None
    by_name = ruleset.figures.by_name
    for place in sorted((by_name[name] for name in names if name in by_name), key=attrgetter("slot")):
        values[place.slot] = _bound(place.figure, submission.data[place.name], problems)


def _bound(figure: Figure, given: Given, problems: list[Problem]) -> Any:
    try:
        return figure_value(figure, given.cell)
    except Misfit as misfit:
        problems.append(problem(misfit.code, given.location, figure=figure.name, **misfit.arguments))
        return None


def _table_row(table: Table, row: Mapping[str, Given], problems: list[Problem]) -> dict[str, Any]:
    return {
        f"{table.name}_{column.name}": _bound(column, row[column.name], problems) if column.name in row else None
        for column in table.columns
    }


def figure_value(figure: Figure, cell: Cell) -> Any:
    """Give the cell as formulas read it, or raise `Misfit` where it is not what the figure declares."""
    if isinstance(cell, Blank):
        return None
    return _READERS[figure.type](figure, cell)


def _number(figure: Figure, cell: Cell) -> Pair:
    if not isinstance(cell, Quantity):
        raise Misfit("figure-not-a-number", found=cell.text)
    number = convert(cell, figure.unit)
    if number is None:
        raise Misfit("figure-unit", found=cell.text, unit=figure.unit or "无单位的数")
    if figure.integer and number.denominator != 1:
        raise Misfit("figure-not-whole", found=cell.text)
    if not figure.bounds.admits(number):
        raise Misfit("figure-out-of-range", found=cell.text, range=bounds_words(figure))
    return number.numerator, number.denominator


def bounds_words(figure: Figure) -> str:
    """Write a figure's declared range: ``大于 0，不大于 100``."""
    bounds, words = figure.bounds, []
    if bounds.low is not None:
        words.append(("大于 " if bounds.low_open else "不小于 ") + decimal_text(bounds.low))
    if bounds.high is not None:
        words.append(("小于 " if bounds.high_open else "不大于 ") + decimal_text(bounds.high))
    return "，".join(words)


def _yes_no(_: Figure, cell: Cell) -> bool:
    answer = YES_NO.get(cell.text.strip().lower())
    if answer is None:
        raise Misfit("figure-not-yes-or-no", found=cell.text)
    return answer


def _choice(figure: Figure, cell: Cell) -> str:
    if cell.text.strip() not in figure.choices:
        raise Misfit("figure-not-a-choice", found=cell.text, choices="、".join(figure.choices))
    return cell.text.strip()


def _date(_: Figure, cell: Cell) -> int:
    if isinstance(cell, Date):
        return cell.day.toordinal()
    raise Misfit("figure-not-a-date", found=cell.text)


def _text(_: Figure, cell: Cell) -> str:
    return cell.text


_READERS: dict[str, Callable[[Figure, Cell], Any]] = {
    "number": _number,
    "yes_no": _yes_no,
    "choice": _choice,
    "date": _date,
    "text": _text,
}


def compute_figures(ruleset: Ruleset, values: list[Any]) -> dict[str, Fault]:
    """Fill the slots of computed figures, in their order; those that have no value stay None and give their fault."""
    faults: dict[str, Fault] = {}
    for slot, figure, compute in ruleset.computed:
        try:
            values[slot] = compute(values)
        except Fault as fault:
            values[slot] = None
            faults[figure.name] = fault.with_traceback(None)  # else its frames would hold the whole submission
    return faults


def _is_blank_whole(catalogue: Catalogue, name: str, given: Given) -> bool:
    """Tell a grid or table that was left blank as a whole."""
    return isinstance(given.cell, Blank) and (name in catalogue.grids or name in catalogue.tables)


def _unknown_figures(ruleset: Ruleset, submission: Submission) -> list[Problem]:
    """Name every submitted figure, grid, table or column of a table that the edition does not have."""
    catalogue = ruleset.catalogue
    found: list[Problem] = []
    if not submission.data.keys() <= catalogue.data.keys():
        for name, given in submission.data.items():
            if name not in catalogue.data and not _is_blank_whole(catalogue, name, given):
                found.append(_unknown(catalogue, name, given.location, catalogue.data))
    for name, place in submission.grids.items():
        if name not in catalogue.grids:
            found.append(_unknown(catalogue, name, place, catalogue.grids))
    for name, rows in submission.tables.items():
        found += _unknown_table(catalogue, name, rows, submission.location)
    return found


def _unknown_table(
    catalogue: Catalogue, name: str, rows: tuple[Mapping[str, Given], ...], whole: Location | None
) -> list[Problem]:
    table = catalogue.tables.get(name)
    if table is None:
        place = next((cell.location for row in rows for cell in row.values()), whole)
        return [_unknown(catalogue, name, place, catalogue.tables)]
    known = [column.name for column in table.columns]
    return [
        _unknown(catalogue, f"{name}_{column}", cell.location, [f"{name}_{own}" for own in known])
        for row in rows
        for column, cell in row.items()
        if column not in known
    ]


def _unknown(catalogue: Catalogue, name: str, place: Location | None, known: Iterable[str]) -> Problem:
    """Say that there is no such figure, or that it is written otherwise than the edition has it."""
    if name in catalogue.grids:
        grid = catalogue.grids[name]
        return problem("figure-is-grid", place, figure=name, row=grid.rows[0], column=grid.columns[0])
    if name in catalogue.tables:
        return problem("figure-is-table", place, figure=name, column=catalogue.tables[name].columns[0].name)
    if name in catalogue.data:
        return problem("figure-is-single", place, figure=name)
    for grid in catalogue.grids.values():
        if name in grid.rows:
            return problem("figure-is-row", place, figure=name, grid=grid.name, column=grid.columns[0])
    near = [full for full in known if full.endswith(f"_{name}")] or get_close_matches(name, known, 1)
    return problem("figure-unknown", place, figure=name, suggestion=near[0] if near else None)

"""The figures of a submission in their slots, as formulas read them; every misfit a problem with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final

from evalrules._edition.model import Catalogue, Figure, Grid, Table
from evalrules._form_words import plain_word
from evalrules._formula.functions import asked_names
from evalrules._formula.tree import Fault
from evalrules._nearest import nearest
from evalrules._problems import Location, Problem, listed, phrase, problem
from evalrules._quantities import Blank, Cell, Date, Quantity, as_day, convert, is_blank_text, yes_or_no
from evalrules._score.cells import Misfit, refuse_ambiguous
from evalrules._score.ruleset import Ruleset
from evalrules._submission import Figure as Given
from evalrules._submission import Pair, Submission
from evalrules._values import frozen

NOTHING: Final[Mapping[str, Problem]] = MappingProxyType({})
Unread = dict[str, Problem]
"""The figures (of a table its columns, ``表_列``) whose cell cannot be used, each with the problem.

They have no value, but nobody may say that they are blank.
"""


def bind_figures(ruleset: Ruleset, submission: Submission, problems: list[Problem], unread: Unread) -> list[Any]:
    """Give the list of values with the submitted figures in their slots; blanks, and what was not given, are None.

    What the edition does not know is a problem, as is a figure that is not what the edition declares; that goes to
    ``unread`` as well. A number is a pair (numerator, denominator above 0), a date its ordinal, a table a tuple of
    rows.
    """
    numbers, given = submission.numbers, ruleset.figures
    apart = given.not_taken(numbers)
    values: list[Any] = given.values(numbers, whole=not apart)
    misfits = _Misfits(problems, unread)
    if apart:
        _bind_each(ruleset, submission, apart, values, misfits)
    for name, table in ruleset.catalogue.tables.items():
        rows = submission.tables.get(name)
        if rows is not None:
            said = () if _has_no_rows(table, rows) else rows
            values[ruleset.slots[name]] = tuple(_table_row(table, row, misfits) for row in said)
    if apart or submission.grids or submission.tables:
        _tell_unknown(ruleset, submission, misfits)
    return values


@frozen
class _Misfits:
    """Where misfits go while figures are bound."""

    problems: list[Problem]
    unread: Unread

    def value(self, figure: Figure, name: str, given: Given) -> Any:
        """Give the value of a figure, None for one that cannot be used."""
        if given.fault is not None:
            self.unread[name] = given.fault
            return None
        try:
            return figure_value(figure, given.cell)
        except Misfit as misfit:
            self.problems.append(problem(misfit.code, given.location, figure=figure.name, **misfit.arguments))
            self.unread[name] = self.problems[-1]
            return None


def _bind_each(ruleset: Ruleset, submission: Submission, names: set[str], values: list[Any], misfits: _Misfits) -> None:
    """Bind figures one by one, in the edition's order; what it computes itself or does not have is not bound."""
    for name in names & ruleset.slots.keys():
        values[ruleset.slots[name]] = None
    by_name = ruleset.figures.by_name
    for place in sorted((by_name[name] for name in names if name in by_name), key=attrgetter("slot")):
        values[place.slot] = misfits.value(place.figure, place.name, submission.data[place.name])
    for name in names & ruleset.catalogue.tables.keys():
        fault = submission.data[name].fault
        if fault is not None:
            misfits.unread[name] = fault


def _has_no_rows(table: Table, rows: tuple[Mapping[str, Given], ...]) -> bool:
    """Tell a table whose one row says 0 where a name belongs; a row of numbers may be all 0."""
    texts = {name: plain_word(given.cell.text) for row in rows for name, given in row.items()}
    named = any(texts.get(column.name) == "0" for column in table.columns if column.type == "text")
    return named and len(rows) == 1 and all(text == "0" or is_blank_text(text) for text in texts.values())


def _table_row(table: Table, row: Mapping[str, Given], misfits: _Misfits) -> dict[str, Any]:
    """Bind a row; one that could not be read as a row spoils every column."""
    whole = row.get("")
    if whole is not None and whole.fault is not None:
        misfits.unread.update({f"{table.name}_{column.name}": whole.fault for column in table.columns})
    named = ((column, f"{table.name}_{column.name}", row.get(column.name)) for column in table.columns)
    return {name: None if given is None else misfits.value(column, name, given) for column, name, given in named}


def figure_value(figure: Figure, cell: Cell) -> Any:
    """Give the cell as formulas read it, or raise `Misfit` where it is not what the figure declares."""
    if isinstance(cell, Blank):
        return None
    return _READERS[figure.type](figure, cell)


def _number(figure: Figure, cell: Cell) -> Pair:
    if not isinstance(cell, Quantity):
        raise Misfit("figure-not-a-number", found=cell.text)
    refuse_ambiguous(cell, figure.unit, figure.name)
    number = convert(cell, figure.unit)
    if number is None:
        raise Misfit("figure-unit", found=cell.text, unit=figure.unit or phrase("bounds-bare"))
    if figure.integer and number.denominator != 1:
        raise Misfit("figure-not-whole", found=cell.text)
    if not figure.bounds.admits(number):
        raise Misfit("figure-out-of-range", found=cell.text, range=bounds_words(figure))
    return number.numerator, number.denominator


def bounds_words(figure: Figure) -> str:
    """Write a figure's declared range: ``大于 0，不大于 100``."""
    bounds = figure.bounds
    ends = (
        ("above" if bounds.low_open else "least", bounds.low),
        ("below" if bounds.high_open else "most", bounds.high),
    )
    return listed((phrase(f"bounds-{way}", bound=end) for way, end in ends if end is not None), "comma")


def _yes_no(_: Figure, cell: Cell) -> bool:
    answer = yes_or_no(cell.text)
    if answer is None:
        raise Misfit("figure-not-yes-or-no", found=cell.text)
    return answer


def _choice(figure: Figure, cell: Cell) -> str:
    if cell.text.strip() not in figure.choices:
        raise Misfit("figure-not-a-choice", found=cell.text, choices=listed(figure.choices))
    return cell.text.strip()


def _date(_: Figure, cell: Cell) -> int:
    cell = as_day(cell, None)
    if not isinstance(cell, Date):
        raise Misfit("figure-not-a-date", found=cell.text)
    if cell.since is not None and cell.since != cell.day:
        raise Misfit("figure-not-one-day", found=cell.text)
    return cell.day.toordinal()


def _text(_: Figure, cell: Cell) -> str:
    return cell.text


_READERS: dict[str, Callable[[Figure, Cell], Any]] = {
    "number": _number,
    "yes_no": _yes_no,
    "choice": _choice,
    "date": _date,
    "text": _text,
}


# ---- computed figures ----------------------------------------------------------------------------------------------


def compute_figures(ruleset: Ruleset, values: list[Any], unread: Unread | None = None) -> dict[str, Fault]:
    """Fill the slots of computed figures, in their order; those that have no value stay None and give their fault.

    What is computed from a figure that could not be read joins the ``unread``: nobody may say that it is blank either.
    """
    faults: dict[str, Fault] = {}
    for slot, figure, compute in ruleset.computed:
        try:
            if unread and figure.formula is not None:
                refuse_asking(unread, asked_names([figure.formula]))
            values[slot] = compute(values)
        except Fault as fault:
            values[slot] = None
            faults[figure.name] = fault.with_traceback(None)  # else its frames would hold the whole submission
            if unread and fault.kind == "blank" and fault.detail in unread:
                unread[figure.name] = unread[fault.detail]
    return faults


def refuse_asking(unread: Mapping[str, Problem], names: Iterable[str]) -> None:
    """Raise the fault of a blank where it is asked of a figure that could not be read whether it is filled."""
    for name in names:
        if name in unread:
            raise Fault("blank", name)


# ---- what the edition does not know --------------------------------------------------------------------------------


def _is_settled_whole(catalogue: Catalogue, name: str, given: Given) -> bool:
    """Tell a grid or table that was left blank as a whole, or of which it is told already that nobody can use it."""
    is_whole = name in catalogue.grids or name in catalogue.tables
    return is_whole and (isinstance(given.cell, Blank) or given.fault is not None)


def _tell_unknown(ruleset: Ruleset, submission: Submission, misfits: _Misfits) -> None:
    """Name every submitted figure, grid, table or column of a table that the edition does not have."""
    catalogue = ruleset.catalogue
    if not submission.data.keys() <= catalogue.data.keys():
        for name, given in submission.data.items():
            if name not in catalogue.data and not _is_settled_whole(catalogue, name, given):
                _tell(ruleset, name, given.location, catalogue.data, misfits)
    for name, place in submission.grids.items():
        if name not in catalogue.grids:
            _tell(ruleset, name, place, catalogue.grids, misfits)
    for name, rows in submission.tables.items():
        _tell_unknown_table(ruleset, name, rows, submission.table_places.get(name, submission.location), misfits)


def _tell_unknown_table(
    ruleset: Ruleset, name: str, rows: tuple[Mapping[str, Given], ...], whole: Location | None, misfits: _Misfits
) -> None:
    catalogue = ruleset.catalogue
    table = catalogue.tables.get(name)
    if table is None:
        fault = next((row[""].fault for row in rows if "" in row), None)
        place = next((cell.location for row in rows for cell in row.values()), whole)
        _tell(ruleset, name, place, catalogue.tables, misfits, fault)
        return
    known = {column.name: f"{name}_{column.name}" for column in table.columns}
    own = tuple(known.values())
    for row in rows:
        for column, cell in row.items():
            if column and column not in known:
                _tell(ruleset, f"{name}_{column}", cell.location, own, misfits)


def _tell(
    ruleset: Ruleset,
    name: str,
    place: Location | None,
    known: Iterable[str],
    misfits: _Misfits,
    fault: Problem | None = None,
) -> None:
    """Say that there is no such figure, or that it is written otherwise than the edition has it: then it is unread.

    ``fault`` tells what has been said of it already.
    """
    told, meant = _unknown(ruleset, name, place, known)
    if fault is None:
        misfits.problems.append(told)
    misfits.unread.update(dict.fromkeys(meant, fault or told))


def _unknown(
    ruleset: Ruleset, name: str, place: Location | None, known: Iterable[str]
) -> tuple[Problem, tuple[str, ...]]:
    """Give the problem, and the names of the figures that are meant."""
    catalogue = ruleset.catalogue
    if name in catalogue.grids:
        grid = catalogue.grids[name]
        cells = tuple(f"{row}_{column}" for row in grid.rows for column in grid.columns)
        return problem("figure-is-grid", place, figure=name, row=grid.rows[0], column=grid.columns[0]), cells
    if name in catalogue.tables:
        columns = catalogue.tables[name].columns
        meant = (name, *(f"{name}_{column.name}" for column in columns))
        return problem("figure-is-table", place, figure=name, column=columns[0].name), meant
    if name in catalogue.data:
        return problem("figure-is-single", place, figure=name), (name,)
    grid_of = ruleset.once("grids by row", lambda: _grids_by_row(catalogue)).get(name)
    if grid_of is not None:
        cells = tuple(f"{name}_{column}" for column in grid_of.columns)
        return problem("figure-is-row", place, figure=name, grid=grid_of.name, column=grid_of.columns[0]), cells
    full = (
        ruleset.once("figures by ending", lambda: _by_ending(catalogue)).get(name) if known is catalogue.data else None
    )
    near = [full] if full is not None else nearest(name, known)
    return problem("figure-unknown", place, figure=name, suggestion=near[0] if near else None), ()


def _grids_by_row(catalogue: Catalogue) -> dict[str, Grid]:
    return {row: grid for grid in reversed([*catalogue.grids.values()]) for row in grid.rows}


def _by_ending(catalogue: Catalogue) -> dict[str, str]:
    """Give the first figure that ends with each word behind a ``_``."""
    names = reversed([*catalogue.data])
    return {name[at + 1 :]: name for name in names for at, sign in enumerate(name) if sign == "_"}

"""The list of the units and projects that are to report, as a table in a file of any kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from evalrules._documents import Problems, read_bytes
from evalrules._forms.cells import Grid, compact
from evalrules._forms.filled import pages_of
from evalrules._forms.package import MAX_FILE, Unreadable
from evalrules._forms.sheets import decoded
from evalrules._problems import Location, SubmissionError, chosen_language

_UNITS: Final = ("单位", "单位名称", "预算单位", "填报单位", "部门", "部门名称", "organisation")
_PROJECTS: Final = ("项目", "项目名称", "project")


def load_expected(file: Path, *, lang: str | None = None) -> tuple[tuple[str, str], ...]:
    """Read a list: of each row the unit and, where there is a column for it, the project, else ``""``.

    A table of any kind that forms are read from, headed 单位 and perhaps 项目; a text may have one column only. Each
    pair is given once, in the order of the list. Raises `SubmissionError` for a file that cannot be read or has no such
    column.
    """
    problems = Problems()
    content = read_bytes(file, str(file), problems, most=MAX_FILE)
    rows: Sequence[Sequence[str]] = ()
    try:
        rows = () if content is None else _rows(content, file.name)
    except Unreadable as refused:
        problems.report(refused.code, Location(file.name), **refused.arguments)
    found = None if problems else _listed(rows)
    if found is None:
        if not problems:
            problems.report("expected-without-units", Location(file.name))
        raise SubmissionError(problems, chosen_language(lang))
    return found


def _rows(content: bytes, name: str) -> list[list[str]]:
    try:
        grids = [block for block in pages_of(content, name).blocks if isinstance(block, Grid)]
    except Unreadable as refused:
        if refused.code != "form-file-other":
            raise
        return [[line] for line in decoded(content).splitlines()]  # a table of one column has nothing between columns
    return [[*_across(grid, row)] for grid in grids for row in range(grid.height)]


def _across(grid: Grid, row: int) -> Iterator[str]:
    for column in range(grid.width):
        cell = grid.at(row, column)
        yield "" if cell is None else cell.text


def _listed(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...] | None:
    """Give what stands below the first row that names a column of units."""
    for number, row in enumerate(rows):
        heads = [compact(text) for text in row]
        unit = next((place for place, head in enumerate(heads) if head in _UNITS), None)
        if unit is not None:
            project = next((place for place, head in enumerate(heads) if head in _PROJECTS), None)
            below = (_pair(each, unit, project) for each in rows[number + 1 :])
            return tuple(dict.fromkeys(pair for pair in below if pair[0]))
    return None


def _pair(row: Sequence[str], unit: int, project: int | None) -> tuple[str, str]:
    texts = [row[place].strip() if place is not None and place < len(row) else "" for place in (unit, project)]
    return texts[0], texts[1]

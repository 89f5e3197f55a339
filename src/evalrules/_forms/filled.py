"""A file, whatever kind it is of, read to the forms in it, or to the list of those that are to report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from attrs import evolve

from evalrules._documents import Problems, read_bytes
from evalrules._edition.model import Catalogue
from evalrules._forms.cells import Block, Grid, Line, compact
from evalrules._forms.convert import converted
from evalrules._forms.drafts import Draft
from evalrules._forms.issued import Issued, IssuedForm, completed
from evalrules._forms.layout import Layout
from evalrules._forms.mapping import FilledForm, filled_form
from evalrules._forms.naming import Naming
from evalrules._forms.package import MARK, MAX_FILE, REPORT, Kind, Package, Unreadable, kind_of_content
from evalrules._forms.reading import read_forms
from evalrules._forms.sheets import (
    Sheet,
    decoded,
    grids,
    read_old_workbook,
    read_open_sheets,
    read_separated,
    read_workbook,
)
from evalrules._forms.tables import lists_projects
from evalrules._forms.word import has_pictures, read_word
from evalrules._forms.words import Words, words_of
from evalrules._problems import Location, Problem, SubmissionError, chosen_language, problem
from evalrules._values import frozen

_SUFFIXES = ((b"{\\rtf", ".rtf"), (b"\xd0\xcf\x11\xe0", ".doc"))
EditionOf = Callable[[str | None, int | None], Catalogue | None]
"""Gives the edition of a form by what the form says that it is, and its fiscal year; None where there is none."""


def read_filled(path: Path, problems: Problems, *, edition: EditionOf | None = None) -> tuple[FilledForm, ...]:
    """Read the forms of a Word, Excel or other file; what it is, its content tells.

    Gives them in their order; none where the file holds no form or cannot be read, and then ``problems`` tell why.
    Where there is an ``edition`` the figures have its names; else the words of the form.
    """
    content = read_bytes(path, str(path), problems, most=MAX_FILE)
    return () if content is None else filled_in(content, path.name, problems, edition=edition)


def filled_in(
    content: bytes, name: str, problems: Problems, *, edition: EditionOf | None = None
) -> tuple[FilledForm, ...]:
    """Read the forms of a file of this content, as `read_filled` does."""
    known = words_of()
    try:
        page = pages_of(content, name)
    except Unreadable as refused:
        problems.report(refused.code, Location(name), **refused.arguments)
        return ()
    page = evolve(page, told=(*known.problems, *page.told))
    drafts = read_forms(name, page.blocks, known)
    year = next((draft.year for draft in drafts if draft.year is not None), None)
    issued = page.issued
    year = issued.year if issued is not None and issued.year is not None else year
    catalogue = edition(issued.name if issued is not None else None, year) if edition is not None else None
    if issued is not None and catalogue is not None:
        grids = [block for block in page.blocks if isinstance(block, Grid)]
        if issued.digest == catalogue.digest and any(cell.mark for grid in grids for cell in grid.cells):
            form = IssuedForm(name, issued, catalogue, known)
            read = form.filled(grids, page.told)
            others = () if form.is_whole else _by_words(name, page.blocks, Layout(catalogue, known))
            return (completed(read, others[0], catalogue) if len(others) == 1 else read,)
        if issued.digest == catalogue.digest:
            page = evolve(page, told=(*page.told, problem("form-marks-lost", Location(name))))
        elif issued.digest:
            page = evolve(page, told=(*page.told, problem("form-edition-changed", Location(name), edition=issued.name)))
    layout = None if catalogue is None else Layout(catalogue, known)
    if layout is not None:
        drafts = read_forms(name, page.blocks, layout.words, layout.figures)
    if not drafts:
        problems.report(_why_none(page, known), Location(name))
        return ()
    drafts[0].told[:0] = page.told
    if layout is None:
        return tuple(filled_form(draft, known) for draft in drafts)
    return _named(drafts, page.blocks, layout)


def _why_none(page: Pages, words: Words) -> str:
    """Give the code of why there is no form on these pages."""
    grids = [block for block in page.blocks if isinstance(block, Grid)]
    if any(lists_projects(words, list(grid.own(row))) for grid in grids for row in range(grid.height - 1)):
        return "form-projects-listed"
    return "form-not-found-pictures" if page.only_pictures else "form-not-found"


def _by_words(name: str, blocks: tuple[Block, ...], layout: Layout) -> tuple[FilledForm, ...]:
    return _named(read_forms(name, blocks, layout.words, layout.figures), blocks, layout)


def _named(drafts: Sequence[Draft], blocks: tuple[Block, ...], layout: Layout) -> tuple[FilledForm, ...]:
    lines = [block for block in blocks if isinstance(block, Line)] if len(drafts) == 1 else []
    return tuple(Naming(draft, layout).filled(lines) for draft in drafts)


@frozen
class Pages:
    """What is on the pages of a file and what is hidden in it; ``issued`` is what a blank form of ours says it is."""

    blocks: tuple[Block, ...]
    told: tuple[Problem, ...] = ()
    only_pictures: bool = False
    issued: Issued | None = None


def pages_of(content: bytes, name: str) -> Pages:
    """Read what is on the pages of a file. Raises `Unreadable`."""
    kind = kind_of_content(content)
    if kind in ("convert-text", "convert-sheets"):
        content, kind = converted(content, kind, _suffix(content, kind))
    mark = None if kind not in ("word", "sheets") else Package(content).marks.get(MARK)
    if mark == REPORT:
        raise Unreadable("form-is-report")
    issued = Issued.read(mark) if mark else None
    if kind == "word":
        package = Package(content)
        blocks = read_word(package)
        pictures = has_pictures(package) and not any(isinstance(block, Grid) for block in blocks)
        return Pages(tuple(blocks), only_pictures=pictures, issued=issued)
    pages, told = grids(name, _SHEETS[kind](content))
    return Pages(tuple(pages), tuple(told), issued=issued)


_SHEETS: dict[Kind, Callable[[bytes], list[Sheet]]] = {
    "sheets": lambda content: read_workbook(Package(content)),
    "open-sheets": lambda content: read_open_sheets(Package(content)),
    "old-sheets": read_old_workbook,
    "text": lambda content: [read_separated(content)],
}


def _suffix(content: bytes, kind: Kind) -> str:
    """Give the ending by which LibreOffice knows what the content is."""
    known = next((suffix for mark, suffix in _SUFFIXES if content.startswith(mark)), None)
    if known or content.startswith(b"PK"):
        return known or (".odt" if kind == "convert-text" else ".xlsb")
    return ".html" if b"<html" in content[:4096].lower() or b"<table" in content[:4096].lower() else ".xml"


# The list of the units and projects that are to report, as a table in a file of any kind.


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
        rows = () if content is None else _rows_of(content, file.name)
    except Unreadable as refused:
        problems.report(refused.code, Location(file.name), **refused.arguments)
    found = None if problems else _listed_below(rows)
    if found is None:
        if not problems:
            problems.report("expected-without-units", Location(file.name))
        raise SubmissionError(problems, chosen_language(lang))
    return found


def _rows_of(content: bytes, name: str) -> list[list[str]]:
    try:
        grids = [block for block in pages_of(content, name).blocks if isinstance(block, Grid)]
    except Unreadable as refused:
        if refused.code != "form-file-other":
            raise
        return [[line] for line in decoded(content).splitlines()]  # a table of one column has nothing between columns
    return [[*_texts(grid, row)] for grid in grids for row in range(grid.height)]


def _texts(grid: Grid, row: int) -> Iterator[str]:
    for column in range(grid.width):
        cell = grid.at(row, column)
        yield "" if cell is None else cell.text


def _listed_below(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...] | None:
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

"""The form on paper: its blocks name what the edition has, each once, and a word of a table means one thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evalrules._check.edition import Edition
from evalrules._documents import closest
from evalrules._edition.model import Catalogue
from evalrules._edition.paper import Block, FiguresBlock, GridBlock, PaperTable, RowBlock, TableBlock
from evalrules._problems import Location, Problem, problem


def form_names_exist(edition: Edition) -> Iterator[Problem]:
    """What a block of the form names is a figure, grid, table, row, column or indicator of the edition."""
    catalogue = edition.catalogue
    for block in catalogue.paper.blocks if catalogue.paper else ():
        for kind, name, known in _named(block, catalogue):
            if name not in known:
                suggestion = closest(name, known)
                yield problem(f"form-{kind}-unknown", block.location, name=name, suggestion=suggestion)


def form_words_mean_one_thing(edition: Edition) -> Iterator[Problem]:
    """A word stands for one figure within its table, and a figure stands in one place of the form."""
    form = edition.catalogue.paper
    placed: dict[str, Location | None] = {}
    for table in form.tables if form else ():
        words: dict[str, str] = {}
        for name, word, location in _words(table):
            other = words.setdefault(word, name)
            if other != name:
                yield problem("form-word-twice", location, word=word, first=other, second=name)
        for name, location in _placed(table):
            if name in placed:
                yield problem("form-figure-twice", location, name=name)
            placed[name] = location


def _named(block: Block, catalogue: Catalogue) -> Iterator[tuple[str, str, Iterable[str]]]:
    """Give what a block names: the kind of thing, its name, and the names that there are."""
    single = [name for name, figure in catalogue.data.items() if figure.grid is None]
    match block:
        case FiguresBlock():
            yield from (("figure", name, single) for name, _ in block.labels)
        case RowBlock():
            yield from (("figure", name, catalogue.data) for name, _ in block.cells)
            titles = [indicator.title for indicator in catalogue.indicators]
            yield from [("indicator", block.indicator, titles)] if block.indicator else ()
        case GridBlock():
            grid = catalogue.grids.get(block.grid)
            yield "grid", block.grid, catalogue.grids
            yield from (("column", name, grid.columns) for name, _ in block.columns if grid)
            yield from (("row", name, grid.rows) for name, _ in block.rows if grid)
        case TableBlock():
            table = catalogue.tables.get(block.table)
            yield "table", block.table, catalogue.tables
            yield from (("column", name, [one.name for one in table.columns]) for name, _ in block.columns if table)
            rows = [row for grid in catalogue.grids.values() for row in grid.rows]
            yield from [("row", block.after, rows)] if block.after else ()


def _words(table: PaperTable) -> Iterator[tuple[str, str, Location | None]]:
    """Give the words of single figures in a table: those of rows and columns only hold with each other."""
    for block in table.blocks:
        if isinstance(block, FiguresBlock) and block.kind != "prose":
            yield from ((name, word, block.location) for name, words in block.labels for word in words)


def _placed(table: PaperTable) -> Iterator[tuple[str, Location | None]]:
    """Give the figures, grids and tables that stand in a table."""
    for block in table.blocks:
        match block:
            case FiguresBlock():
                yield from ((name, block.location) for name, _ in block.labels)
            case RowBlock():
                yield from ((name, block.location) for name, _ in block.cells)
            case GridBlock():
                yield block.grid, block.location
            case TableBlock():
                yield block.table, block.location

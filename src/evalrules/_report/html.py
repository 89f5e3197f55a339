"""Reports as one HTML page that needs nothing else: no script, no file, no network."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from evalrules._patterns import regex
from evalrules._problems import Language, Phrases, visible
from evalrules._report.blocks import Block, Cell, Chart, Column, Document, Row, Table, Text, cell
from evalrules._values import frozen

_QUOTED = regex(r"`([^`]*)`")


def write(document: Document) -> str:
    """Write a report as a page; every text put in is escaped and its unseen characters are shown as codes."""
    return _environment(document.language).get_template("page.html").render(document=document)


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=PackageLoader("evalrules._report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    environment.globals["said"] = Phrases(language, "report")
    environment.filters.update(
        kind=_kind, laid=_laid, quoting=_quoting, cell=lambda piece: cell(piece.text), bars=_chart_bars, labels=_labels
    )
    return environment


def _harmless(value: object) -> object:
    return value if isinstance(value, Markup) or not isinstance(value, str) else visible(value)


def _kind(block: Block) -> str:
    return type(block).__name__.lower()


def _quoting(text: str) -> Markup:
    """Show what a message quotes in backticks as code."""
    return Markup(_QUOTED.sub(r"<code>\1</code>", str(escape(visible(text)))))  # noqa: S704 - escaped just here


# ---- tables: what is said of a row stands in a row of its own below it ---------------------------------------------


@frozen
class LaidCell:
    """A cell with its column, its place among them, and the rows of the page that it takes."""

    cell: Cell
    column: Column
    place: int
    rows: int


@frozen
class LaidRow:
    """A row with the cells that begin in it; what is said of it leaves out the first ``inset`` columns."""

    row: Row
    cells: tuple[LaidCell, ...]
    begins: bool
    inset: int


def _laid(table: Table) -> Iterator[LaidRow]:
    heights = [2 if each.below else 1 for each in table.rows]
    for number, each in enumerate(table.rows):
        is_nested = table.levels > 0 and (each.cells[0] is None or each.cells[0].columns == 1)
        inset = table.levels - 1 if is_nested else 0
        cells = (
            LaidCell(found, column, place, sum(heights[number : number + found.rows]) if place < inset else found.rows)
            for place, (column, found) in enumerate(zip(table.columns, each.cells, strict=True))
            if found is not None
        )
        yield LaidRow(each, tuple(cells), each.cells[0] is not None, inset)


# ---- counts before and after, as bars side by side -----------------------------------------------------------------


WIDTH: Final = 720
HEIGHT: Final = 200


@frozen
class DrawnBar:
    """One bar of an image, in its units."""

    x: float
    y: float
    width: float
    height: float
    is_new: bool
    count: int


def _chart_bars(chart: Chart) -> Iterator[DrawnBar]:
    slot = WIDTH / len(chart.groups)
    for place, group in enumerate(chart.groups):
        for is_new, number in ((False, group.old), (True, group.new)):
            height = round(HEIGHT * number / chart.most, 1)
            x = round(place * slot + slot * (0.5 if is_new else 0.12), 1)
            yield DrawnBar(x, HEIGHT - height, round(slot * 0.36, 1), height, is_new, number)


def _labels(chart: Chart) -> Iterator[Text]:
    """Give where each label stands, as a text's link, and what it says; not every one of many."""
    slot, every = WIDTH / len(chart.groups), max(1, len(chart.groups) // 10)
    for place, group in enumerate(chart.groups):
        if place % every == 0:
            yield Text(group.label, link=f"{round((place + 0.5) * slot, 1)}")

"""An edition's form on paper as the reader needs it: which words name which figure, in which of its tables.

An edition without ``form:`` has a plain layout: its figures, grids and tables under their own names.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from attrs import evolve, field

from evalrules._edition.model import Catalogue
from evalrules._edition.paper import (
    Block,
    FiguresBlock,
    GridBlock,
    HeadBlock,
    IndicatorsBlock,
    Labels,
    PaperForm,
    PaperTable,
    RowBlock,
    TableBlock,
)
from evalrules._forms.words import Words, core, label_key, yearless
from evalrules._patterns import regex
from evalrules._values import frozen

_LAST_WORD: Final = regex(r"[:：]|其中")


@frozen
class Layout:
    """The tables of an edition with the words of forms, extended by its own."""

    catalogue: Catalogue
    general: Words
    paper: PaperForm = field(init=False)
    words: Words = field(init=False)

    @paper.default
    def _paper(self) -> PaperForm:
        return self.catalogue.paper or plain_paper(self.catalogue)

    @words.default
    def _extended(self) -> Words:
        return extended(self.general, self.paper)

    @cached_property
    def figures(self) -> frozenset[str]:
        """The words of single figures and of columns of figures, without years: what a header of figures may say."""
        said = (word for block in self.paper.blocks for word in _figure_words(block))
        return frozenset(yearless(word) for word in said)

    def unit(self, name: str) -> str:
        """Give the declared unit of a figure."""
        figure = self.catalogue.data.get(name)
        return figure.unit if figure is not None else ""


def _figure_words(block: Block) -> Iterator[str]:
    match block:
        case FiguresBlock(kind="figures" | "text"):
            yield from (word for _, words in block.labels for word in words)
        case GridBlock() | TableBlock():
            yield from (word for _, words in block.columns for word in words)
        case RowBlock():
            yield from (word for _, words in block.cells for word in words)


def extended(words: Words, paper: PaperForm) -> Words:
    """Add the words of an edition's head, goals and columns to those of all forms."""
    head, goals, columns = dict(words.head), dict(words.goals), dict(words.columns)
    for block in paper.blocks:
        if isinstance(block, HeadBlock):
            into = head if block.kind == "head" else goals
            into |= {core(word): name for name, said in block.labels for word in said}
        elif isinstance(block, IndicatorsBlock):
            columns |= {core(word): name for word, name in block.columns if name}
    return evolve(words, head=head, goals=goals, columns=columns)


def plain_paper(catalogue: Catalogue) -> PaperForm:
    """Give the layout of an edition that has none of its own."""
    single = tuple(
        (name, (name,))
        for name, figure in catalogue.data.items()
        if figure.grid is None and not (figure.formula is not None and not figure.required)
    )
    grids = (
        GridBlock(grid.name, _same(grid.columns), _same(grid.rows), heading=grid.name)
        for grid in catalogue.grids.values()
    )
    tables = (
        TableBlock(table.name, _same(tuple(column.name for column in table.columns)), heading=table.name)
        for table in catalogue.tables.values()
    )
    figures = (FiguresBlock(single),) if single else ()
    return PaperForm((PaperTable("", catalogue.title, (*figures, *grids, *tables)),))


def _same(names: tuple[str, ...]) -> Labels:
    return tuple((name, (name,)) for name in names)


# ---- labels of a form, looked up -----------------------------------------------------------------------------------


def named(labels: Labels, text: str, year: int | None) -> str | None:
    """Give the name that a label of a form stands for: by the whole label, else by the last word in it.

    >>> labels = (("编制数", ("编制数",)), ("业务工作经费", ("业务工作专项",)))
    >>> named(labels, "编制数（人）", 2024), named(labels, "项目支出：1、业务工作专项", 2024)
    ('编制数', '业务工作经费')
    """
    known = {label_key(word, year): name for name, words in reversed(labels) for word in words}
    keys = [label_key(text, year), label_key(_LAST_WORD.split(text)[-1], year)]
    return next((known[key] for key in keys if key in known), None)

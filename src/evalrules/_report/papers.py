"""The tables of the form on paper, filled as the submission fills them, in the layout of the edition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from attrs import define

from evalrules._edition.paper import Block as PaperBlock
from evalrules._edition.paper import (
    FiguresBlock,
    GridBlock,
    HeadBlock,
    IndicatorsBlock,
    Labels,
    PaperForm,
    PaperTable,
    RowBlock,
    TableBlock,
    printed,
)
from evalrules._forms.layout import plain_paper
from evalrules._report.blocks import Block, Column, Facts, Heading, Line, Paragraph, Row, Table, line, row
from evalrules._report.evaluation import Told, number_text, score_text

_ACROSS: Final = 6
"""How many single figures stand beside one another."""
DIFFERS: Final = frozenset({"reported-differs", "zero-denominator"})
"""The findings about a figure that is reported otherwise than it is computed."""


def paper_of(told: Told) -> PaperForm:
    """Give the layout of the edition's form, a plain one where it has none of its own."""
    return told.evaluation.catalogue.paper or plain_paper(told.evaluation.catalogue)


@define(slots=False)
class PaperWriter:
    """Writes tables of the form as blocks."""

    told: Told

    def tables(self) -> Iterator[PaperTable]:
        """Give the tables that hold more than figures in sentences and indicators."""
        for table in paper_of(self.told).tables:
            if any(block.kind != "prose" for block in table.blocks):
                yield table

    def title(self, table: PaperTable) -> str:
        """Give the title of a table for the year, with the name of the annex."""
        return " ".join(filter(None, (table.name, self.printed(table.title))))

    def printed(self, text: str) -> str:
        """Put the years into a text of the form."""
        return printed(text, self.told.evaluation.fiscal_year)

    def blocks(self, blocks: Sequence[PaperBlock]) -> Iterator[Block]:
        """Write blocks, but for the indicators; rows of the unit's own stand among those of the grid before them."""
        for place, block in enumerate(blocks):
            after = blocks[place + 1] if place + 1 < len(blocks) else None
            inside = after if isinstance(after, TableBlock) and after.after and isinstance(block, GridBlock) else None
            before = blocks[place - 1] if place else None
            is_told = isinstance(block, TableBlock) and block.after and isinstance(before, GridBlock)
            found = [] if is_told else list(self._block(block, inside))
            if found and block.heading:
                yield Heading(line(self.printed(block.heading)), 3)
            yield from found

    def _block(self, block: PaperBlock, inside: TableBlock | None) -> Iterator[Block]:
        match block:
            case FiguresBlock(labels, "text"):
                yield from self._texts(labels)
            case FiguresBlock(labels, "figures"):
                yield from self._figures(labels)
            case GridBlock():
                yield self._grid(block, inside)
            case TableBlock():
                yield from self._table(block)
            case RowBlock():
                yield self._row(block)
            case HeadBlock(labels, "goals"):
                yield from self._goals(labels)

    # ---- figures ----

    def _figures(self, labels: Labels) -> Iterator[Block]:
        """Show single figures side by side, their words above them; texts each under its own."""
        data = self.told.evaluation.catalogue.data
        texts = tuple(each for each in labels if each[0] in data and data[each[0]].type == "text")
        others = tuple(each for each in labels if each not in texts)
        for start in range(0, len(others), _ACROSS):
            some = others[start : start + _ACROSS]
            values = row(*(self.figure(name) for name, _ in some))
            yield Table(tuple(Column(self._word(words)) for _, words in some), (values,))
        yield from self._texts(texts)

    def _texts(self, labels: Labels) -> Iterator[Block]:
        if labels:
            rows = tuple(row(self._word(words), self.figure(name), head=True) for name, words in labels)
            yield Table((Column("", width=3), Column("", width=9)), rows)

    def _word(self, words: tuple[str, ...]) -> str:
        return self.printed(words[0])

    def written(self, name: str) -> str:
        """Give a figure as the form has it."""
        return _cell_text(self.told.evaluation.submission.data.get(name))

    def figure(self, name: str) -> str:
        """Give a figure as the form has it, with what it is computed as where that is something else, or alone."""
        declared, written = self.told.evaluation.catalogue.data.get(name), self.written(name)
        computed = "" if declared is None or declared.formula is None else self.told.evaluation.figure_text(name) or ""
        if not written:
            return computed
        findings = (found for _, group in self.told.findings for found in group)
        if computed and any(found.code in DIFFERS and found.where == name for found in findings):
            return self.told.said("computed-as", written=written, computed=computed)
        return written

    # ---- grids and rows of the unit's own ----

    def _grid(self, block: GridBlock, inside: TableBlock | None) -> Table:
        numbers = (Column(self._word(words), is_number=True) for _, words in block.columns)
        columns = (Column(self.told.said("row"), width=4), *numbers)
        names = [name for name, _ in block.columns]
        rows: list[Row] = []
        for name, words in block.rows:
            rows.append(row(self._word(words), *(self.written(f"{name}_{column}") for column in names), head=True))
            if inside is not None and inside.after == name:
                rows += self._own_rows(inside, names)
        return Table(columns, tuple(rows), block.grid)

    def _own_rows(self, block: TableBlock, names: list[str]) -> Iterator[Row]:
        """Give the rows of the unit's own as rows of a grid: their texts before the numbers."""
        table = self.told.evaluation.catalogue.tables[block.table]
        titles = [column.name for column in table.columns if column.name not in names]
        for given in self.told.evaluation.submission.tables.get(block.table, ()):
            title = " ".join(filter(None, (_cell_text(given.get(name)) for name in titles)))
            yield row(title, *(_cell_text(given.get(name)) for name in names), head=True)

    def _table(self, block: TableBlock) -> Iterator[Block]:
        given = self.told.evaluation.submission.tables.get(block.table, ())
        declared = {column.name: column for column in self.told.evaluation.catalogue.tables[block.table].columns}
        numbers = {name for name, column in declared.items() if column.type == "number"}
        columns = tuple(Column(self._word(words), name in numbers) for name, words in block.columns)
        rows = tuple(row(*(_cell_text(each.get(name)) for name, _ in block.columns), head=True) for each in given)
        if rows:
            yield Table(columns, rows, block.table)

    def _row(self, block: RowBlock) -> Table:
        """Show the row of funds: its figures, and the points and scores of its indicator."""
        said = self.told.said
        results = self.told.evaluation.indicators if block.indicator else ()
        found = next((each for each in results if each.name == block.indicator), None)
        names = ("points", "claimed-score", "score") if found is not None else ()
        scores: tuple[str | Line, ...] = ()
        if found is not None:
            scores = (number_text(found.points), number_text(found.claimed_score), score_text(found, said))
        heads = [Column(self._word(words), is_number=True) for _, words in block.cells]
        heads += [Column(said(name), is_number=True, width=1) for name in names]
        cells = [self.figure(name) for name, _ in block.cells]
        return Table((Column("", width=3), *heads), (row(self._word(block.label), *cells, *scores, head=True),))

    def _goals(self, labels: Labels) -> Iterator[Block]:
        goals = self.told.evaluation.submission.goals
        given = ((words, getattr(goals, name, None)) for name, words in labels)
        rows = tuple(row(self._word(words), text or "", head=True) for words, text in given)
        yield Table((Column("", width=3), Column("", width=9)), rows)

    # ---- whole tables ----

    def annex(self, table: PaperTable, form: Iterable[Block]) -> Iterator[Block]:
        """Write a table on a page of its own; ``form`` is that of the indicators, where the table has them."""
        yield Heading(line(self.title(table)), is_annex=True, anchor="")
        for block in table.blocks:
            if isinstance(block, HeadBlock) and block.kind == "head":
                yield from self._head(block.labels)
        place = next((n for n, block in enumerate(table.blocks) if isinstance(block, IndicatorsBlock)), None)
        yield from self.blocks(table.blocks[:place])
        if place is not None:
            yield from form
            yield from self.blocks(table.blocks[place + 1 :])
        yield from (Paragraph(line(self.printed(note))) for note in table.notes)

    def _head(self, labels: Labels) -> Iterator[Block]:
        facts = tuple((self._word(words), line(text)) for name, words in labels if (text := self.told.head(name)))
        if facts:
            yield Facts(facts)

    def prose(self) -> tuple[tuple[str, str], ...]:
        """Give the figures that stand in the sentences of the report, each with its words."""
        blocks = (block for block in paper_of(self.told).blocks if block.kind == "prose")
        pairs = (pair for block in blocks if isinstance(block, FiguresBlock) for pair in block.labels)
        return tuple((self._word(words), text) for name, words in pairs if (text := self.written(name)))


def _cell_text(figure: object) -> str:
    return getattr(getattr(figure, "cell", None), "text", "")

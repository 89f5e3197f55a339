"""What a paper to hand in has beside scores and reasons: who, funds, base data, improvements, opinion, signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
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
from evalrules._evaluation import Evaluation, IndicatorResult
from evalrules._forms.layout import plain_paper
from evalrules._forms.words import words_of
from evalrules._numbers import decimal_of
from evalrules._problems import Phrases
from evalrules._reasons.levels import SectionResult
from evalrules._report.blocks import (
    Block,
    Cell,
    Column,
    Document,
    Facts,
    Heading,
    Item,
    Items,
    Line,
    Paragraph,
    Row,
    Table,
    Text,
    line,
    row,
    under,
)
from evalrules._report.evaluation import (
    ACTUAL,
    CLAIM,
    DEVIATION,
    PARTS,
    POINTS,
    SCORE,
    TARGET,
    Told,
    form_table,
    number_text,
    score_text,
    signed,
    total_text,
)
from evalrules._report.lists import DEDUCTIONS, FINDINGS
from evalrules._submission import Adjustment

_MONEY: Final = frozenset({"元", "千元", "万元", "百万元", "亿元"})


_HEAD = ("organisation", "project", "competent_department", "implementing_unit")


def who(told: Told) -> Iterator[Block]:
    """Tell whose form it is, of which year and by which edition it is scored, and what the report's sentences count."""
    said, evaluation = told.said, told.evaluation
    facts = [(said(name.replace("_", "-")), told.head(name)) for name in _HEAD]
    facts += [(said("fiscal-year"), evaluation.year_text)]
    facts += [(said("edition"), evaluation.catalogue.title or evaluation.catalogue.name)]
    yield Heading(line(said("who")))
    yield Facts(tuple((name, line(text)) for name, text in facts if text))
    prose = PaperWriter(told).prose()
    if prose:
        counted = (f"{name} {text}" for name, text in prose)
        yield Paragraph(line(said("prose", counted=said.joined(counted))))


def head(told: Told) -> Iterator[Block]:
    """Tell what the form says of itself beside its unit: project, departments, goals, who filled it in."""
    said = told.said
    names = (*_HEAD[1:], "filled_by", "reviewed_by", "date")
    facts = tuple((said(name.replace("_", "-")), line(text)) for name in names if (text := told.head(name)))
    if facts:
        yield Facts(facts)
    yield from goals(told)


def goals(told: Told) -> Iterator[Block]:
    """Show the goals of the year and what became of them, where the form has no place of its own for them."""
    stated, said = told.evaluation.submission.goals, told.said
    if stated is not None and (stated.planned or stated.achieved) and not _asks_for_goals(told):
        texts = (("goals-planned", stated.planned), ("goals-achieved", stated.achieved))
        rows = tuple(row(said(name), text or "", head=True) for name, text in texts)
        yield Table((Column("", width=3), Column("", width=9)), rows, said("goals"))


def _asks_for_goals(told: Told) -> bool:
    """Tell whether the form's layout shows the goals, as such or among its figures."""
    words = words_of()
    shown = (block for block in paper_of(told).blocks if isinstance(block, HeadBlock | FiguresBlock))
    return any(block.kind == "goals" or words.goal(said[0]) for block in shown for _, said in block.labels)


# ---- figures --------------------------------------------------------------------------------------------------------


def funds(told: Told) -> Iterator[Block]:
    """Show the funds as the form has them: what stands above its indicators; else the amounts that stand alone."""
    writer, paper = PaperWriter(told), paper_of(told)
    rows = next((table for table in paper.tables if any(isinstance(block, RowBlock) for block in table.blocks)), None)
    if rows is None:
        labels = tuple(
            (name, (name,))
            for name, figure in told.evaluation.catalogue.data.items()
            if figure.grid is None and figure.unit in _MONEY
        )
        blocks: tuple[PaperBlock, ...] = (FiguresBlock(labels),)
    else:
        last = next((n for n, block in enumerate(rows.blocks) if isinstance(block, IndicatorsBlock)), None)
        blocks = rows.blocks[:last]
    yield from under(Heading(line(told.said("funds"))), writer.blocks(blocks))


def base(told: Told) -> Iterator[Block]:
    """Show the tables of the form beside that of the indicators."""
    writer = PaperWriter(told)
    for table in writer.tables():
        if not any(isinstance(block, IndicatorsBlock | RowBlock) for block in table.blocks):
            yield from writer.annex(table, ())


def annexes(told: Told) -> Iterator[Block]:
    """Show all tables of the form, each on a page of its own, with the scores beside what is claimed."""
    writer = PaperWriter(told)
    form = form_table(told, (TARGET, ACTUAL, POINTS, CLAIM, SCORE, DEVIATION))
    tables = tuple(writer.tables())
    has_form = any(isinstance(block, IndicatorsBlock) for table in tables for block in table.blocks)
    for table in tables:
        yield from writer.annex(table, (form,))
    if not has_form:
        yield Heading(line(told.said("annex-form", year=told.evaluation.year_text)), is_annex=True)
        yield form


# ---- scores by section, problems and what is done about them -------------------------------------------------------


def scores(told: Told) -> Iterator[Block]:
    """Show what each 一级指标 scored, with the total."""
    said, evaluation = told.said, told.evaluation
    names = (("section", 4), ("points", 2), ("claimed-score", 2), ("score", 2), ("deduction", 2))
    columns = tuple(Column(said(name), name != "section", width) for name, width in names)
    tops = {result.name: result for result in evaluation.indicators if not result.section}
    parts = ((title, told.heads.get(title) or tops.get(title)) for title in told.tops)
    rows = tuple(_scored(told, title, part) for title, part in parts if part is not None)
    score = total_text(evaluation, said)
    lost = "" if evaluation.score is None else signed(evaluation.score - evaluation.points)
    texts = (said("total"), number_text(evaluation.points), number_text(evaluation.claimed_score), score, lost)
    total = Row(tuple(Cell(line(text), is_head=not place) for place, text in enumerate(texts)), "total")
    yield Heading(line(said("scores")))
    yield Table(columns, (*rows, total), said("scores"))


def _scored(told: Told, title: str, result: IndicatorResult | SectionResult) -> Row:
    lost = "" if result.score is None else signed(result.score - result.points)
    claim = number_text(result.claimed_score)
    return row(title, number_text(result.points), claim, score_text(result, told.said), lost, head=True)


def issues(told: Told) -> Iterator[Block]:
    """Put to every loss what the form says of it: why, and what is done about it."""
    said = told.said
    names = (("indicator", 4), ("deduction", 2), ("issue", 7), ("deviation-reason", 5), ("improvement", 5))
    rows = tuple(_issue(told, each) for each in told.evaluation.indicators if each.deductions or each.deviation_reason)
    yield Heading(line(said("issues")))
    if rows:
        yield Table(
            tuple(Column(said(name), name == "deduction", width) for name, width in names), rows, said("issues")
        )
    else:
        yield Paragraph(line(said("issues-none")))


def _issue(told: Told, result: IndicatorResult) -> Row:
    none = line(Text(told.said("none"), "quiet"))
    lost = sum((each.points for each in result.deductions), start=result.points * 0)
    why = told.said.joined((each.because for each in result.deductions), "stop")
    reason = line(result.deviation_reason or "") or none
    return row(result.name, signed(-lost), why, reason, line(result.improvement or "") or none, head=True)


# ---- what is written by hand ---------------------------------------------------------------------------------------


def review(told: Told) -> Iterator[Block]:
    """Tell what a reviewer changed, and leave room for the opinion and the signature."""
    said = told.said
    yield Heading(line(said("review")))
    changed = tuple(_changes(told))
    if changed:
        yield Items(changed)
    opinion = Row((Cell(line(said("review")), is_head=True), Cell(columns=3, height=6), None, None))
    signed_by = (
        Cell(line(said("reviewer")), is_head=True),
        Cell(height=2),
        Cell(line(said("review-date")), is_head=True),
        Cell(),
    )
    yield Table(
        (Column("", width=2), Column("", width=4), Column("", width=2), Column("", width=3)), (opinion, Row(signed_by))
    )


def _changes(told: Told) -> Iterator[Item]:
    for result in told.evaluation.indicators:
        adjust = None if result.entry is None else result.entry.adjust
        if adjust is not None and (change := _change(adjust)):
            clause = () if adjust.clause is None else (adjust.clause, told.said.sign("colon"))
            yield Item(told.named(result.name, Text(change, "strong"), " ", *clause, adjust.because))


def _change(adjust: Adjustment) -> str:
    """Show what a reviewer changed: points more or less, or the score that was found."""
    if adjust.score is not None:
        return f"→ {number_text(decimal_of(adjust.score))}"
    if adjust.cut is not None:
        return f"−{number_text(decimal_of(adjust.cut * 100))}%"
    return "" if adjust.points is None else signed(decimal_of(adjust.points))


def signatures(told: Told) -> Iterator[Block]:
    """Leave room for those who answer for the form."""
    said = told.said
    keys = {"filled-by": "filled_by", "responsible-person": "reviewed_by", "telephone": "", "date": "date"}
    names = {said(name): key for name, key in keys.items()}
    labels = list(paper_of(told).signatures or names)
    known, words = told.evaluation.submission.signatures, words_of()
    filled = ((label, known.get(label) or told.head(names.get(label) or words.label(label) or "")) for label in labels)
    cells = [(Cell(line(label), is_head=True), Cell(line(text), height=2)) for label, text in filled]
    pairs = [(*cells[n], *(cells[n + 1] if n + 1 < len(cells) else (Cell(), Cell()))) for n in range(0, len(cells), 2)]
    yield Heading(line(said("signatures")))
    widths = (Column("", width=2), Column("", width=4), Column("", width=2), Column("", width=3))
    yield Table(widths, tuple(map(Row, pairs)))


ANNEXES: Final[dict[str, Callable[[Told], Iterator[Block]]]] = {
    "who": who,
    "head": head,
    "goals": goals,
    "funds": funds,
    "base": base,
    "annexes": annexes,
    "scores": scores,
    "issues": issues,
    "review": review,
    "signatures": signatures,
}
"""The parts of a paper, by name."""
_LISTS: Final = {"deduction-list": DEDUCTIONS.part, "finding-list": FINDINGS.part}
_PARTS: Final = {**PARTS, **ANNEXES, **_LISTS}


def report(evaluation: Evaluation, said: Phrases, parts: Iterable[str], title: str, *, codes: bool) -> Document:
    """Build a report of these parts, in their order; ``codes`` adds what only programmers look for."""
    told = Told(evaluation, said, codes)
    blocks = tuple(block for part in parts for block in _PARTS[part](told))
    shown = told.said(title, year=evaluation.year_text)
    return Document(shown, blocks, said.language, about=evaluation.organisation, skip="form")


# The tables of the form on paper, filled as the submission fills them, in the layout of the edition.


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

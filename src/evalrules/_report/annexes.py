"""What a paper to hand in has beside scores and reasons: who, funds, base data, improvements, opinion, signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from evalrules._edition.paper import Block as PaperBlock
from evalrules._edition.paper import FiguresBlock, HeadBlock, IndicatorsBlock, RowBlock
from evalrules._evaluation import Evaluation, IndicatorResult
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
from evalrules._report.papers import PaperWriter, paper_of
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

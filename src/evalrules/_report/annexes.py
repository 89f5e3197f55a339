"""What a paper to hand in has beside scores and reasons: who, funds, base data, improvements, opinion, signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Final

from evalrules._edition.model import Figure, Grid
from evalrules._edition.model import Table as DataTable
from evalrules._evaluation import IndicatorResult
from evalrules._numbers import decimal_of
from evalrules._reasons.levels import SectionResult
from evalrules._report.blocks import (
    Block,
    Cell,
    Column,
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
from evalrules._report.evaluation import Told, number_text, score_text, signed
from evalrules._submission import Adjustment

_MONEY: Final = frozenset({"元", "千元", "万元", "百万元", "亿元"})


def who(told: Told) -> Iterator[Block]:
    """Tell whose form it is, of which year, and by which edition it is scored."""
    said, evaluation = told.said, told.evaluation
    facts = (
        ("organisation", evaluation.organisation),
        ("fiscal-year", evaluation.year_text),
        ("edition", evaluation.catalogue.title or evaluation.catalogue.name),
    )
    yield Heading(line(said("who")))
    yield Facts(tuple((said(name), line(text)) for name, text in facts))


# ---- figures -------------------------------------------------------------------------------------------------------


def funds(told: Told) -> Iterator[Block]:
    """Show the amounts of money that stand by themselves."""
    figures = [figure for figure in told.evaluation.catalogue.data.values() if _is_money(figure)]
    yield from under(Heading(line(told.said("funds"))), _figures(told, figures))


def _is_money(figure: Figure) -> bool:
    return figure.grid is None and figure.unit in _MONEY


def base(told: Told) -> Iterator[Block]:
    """Show all other figures of the base-data table in the edition's order, with grids and the unit's own rows."""
    heading = Heading(line(told.said("annex-base", year=told.evaluation.year_text)), is_annex=True)
    yield from under(heading, _base(told))


def _base(told: Told) -> Iterator[Block]:
    catalogue = told.evaluation.catalogue
    others = (figure for figure in catalogue.data.values() if not _is_money(figure))
    for grid, figures in groupby(others, key=lambda figure: "" if figure.grid is None else figure.grid[0]):
        yield from _grid(told, catalogue.grids[grid]) if grid else _figures(told, figures)
    for table in catalogue.tables.values():
        yield from _rows(told, table)


def _figures(told: Told, figures: Iterable[Figure]) -> Iterator[Block]:
    """Show figures below one another, those that are filled in or computed; texts behind them, each with its name."""
    said, known = told.said, tuple(figures)
    found = (_figure(told, figure) for figure in known if figure.type != "text")
    rows = tuple(each for each in found if each is not None)
    columns = (("name", 5), ("value", 3), ("computed", 3), ("unit", 2), ("where", 5))
    if rows:
        shown = tuple(Column(said(name), name in ("value", "computed"), width) for name, width in columns)
        yield Table(shown, rows)
    written = ((figure.name, _written(told, figure.name)) for figure in known if figure.type == "text")
    facts = tuple((name, line(text)) for name, text in written if text)
    if facts:
        yield Facts(facts)


def _figure(told: Told, figure: Figure) -> Row | None:
    written = _written(told, figure.name)
    computed = told.evaluation.figure_text(figure.name) if figure.formula is not None else ""
    if not written and not computed:
        return None
    return row(figure.name, written, computed or "", figure.unit, figure.where or "", head=True)


def _written(told: Told, name: str) -> str:
    """Give a figure as the form has it."""
    given = told.evaluation.submission.data.get(name)
    return getattr(given.cell, "text", "") if given is not None else ""


def _grid(told: Told, grid: Grid) -> Iterator[Block]:
    first = told.evaluation.catalogue.data[f"{grid.rows[0]}_{grid.columns[0]}"]
    columns = (Column(told.said("row"), width=4), *(Column(name, is_number=True) for name in grid.columns))
    rows = tuple(
        row(name, *(_written(told, f"{name}_{column}") for column in grid.columns), head=True) for name in grid.rows
    )
    yield Heading(line(_with_unit(told, grid.name, first.unit)), 3)
    yield Table(columns, rows, grid.name)


def _rows(told: Told, table: DataTable) -> Iterator[Block]:
    given = told.evaluation.submission.tables.get(table.name, ())
    columns = tuple(Column(_with_unit(told, each.name, each.unit), each.type == "number") for each in table.columns)
    blank = Cell()
    rows = tuple(
        row(
            *(getattr(each[column.name].cell, "text", "") if column.name in each else "" for column in table.columns),
            head=True,
        )
        for each in given
    )
    if rows:
        yield Heading(line(table.name), 3)
        yield Table(columns, rows or (Row((blank,) * len(columns)),), table.name)


def _with_unit(told: Told, name: str, unit: str) -> str:
    return name + told.said.bracketed(unit) if unit else name


# ---- scores by section, problems and what is done about them -------------------------------------------------------


def scores(told: Told) -> Iterator[Block]:
    """Show what each 一级指标 scored, with the total."""
    said, evaluation = told.said, told.evaluation
    names = (("section", 4), ("points", 2), ("claimed-score", 2), ("score", 2), ("deduction", 2))
    columns = tuple(Column(said(name), name != "section", width) for name, width in names)
    tops = {result.name: result for result in evaluation.indicators if not result.section}
    rows = tuple(_scored(told, title, told.heads.get(title) or tops[title]) for title in told.tops)
    score = said("unscored") if evaluation.score is None else f"{evaluation.score:f}"
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
            yield Item(told.named(result.name, Text(change, "strong"), " ", adjust.because))


def _change(adjust: Adjustment) -> str:
    """Show what a reviewer changed: points more or less, or the score that was found."""
    if adjust.score is not None:
        return f"→ {number_text(decimal_of(adjust.score))}"
    return "" if adjust.points is None else signed(decimal_of(adjust.points))


def signatures(told: Told) -> Iterator[Block]:
    """Leave room for those who answer for the form."""
    said = told.said
    names = ("filled-by", "responsible-person", "telephone", "date")
    cells = [(Cell(line(said(name)), is_head=True), Cell(height=2)) for name in names]
    yield Heading(line(said("signatures")))
    widths = (Column("", width=2), Column("", width=4), Column("", width=2), Column("", width=3))
    yield Table(widths, (Row((*cells[0], *cells[1])), Row((*cells[2], *cells[3]))))


ANNEXES: Final[dict[str, Callable[[Told], Iterator[Block]]]] = {
    "who": who,
    "funds": funds,
    "base": base,
    "scores": scores,
    "issues": issues,
    "review": review,
    "signatures": signatures,
}
"""The parts of a paper, by name."""

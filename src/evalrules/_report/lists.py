"""Rows, deductions and findings as lists that can be sorted and filtered: of one evaluation, or of many together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from evalrules._report.blocks import Block, Column, Heading, Line, Row, Table, line, row
from evalrules._report.evaluation import (
    Told,
    lost_because,
    number_text,
    rule_text,
    score_text,
    section_of,
)
from evalrules._values import frozen


@frozen
class List:
    """A list: the key of its title, its columns (key, share of a page, whether numbers), and its rows."""

    title: str
    columns: tuple[tuple[str, int, bool], ...]
    rows: Callable[[Told], Iterator[Sequence[str | Line]]]

    def part(self, told: Told) -> Iterator[Block]:
        """Give the list of one evaluation."""
        yield from self.of([told], named=False)

    def of(self, many: Iterable[Told], *, named: bool = True) -> Iterator[Block]:
        """Give the list of several; ``named`` rows begin with whose they are."""
        tolds = tuple(many)
        if not tolds:
            return
        said = tolds[0].said
        columns = (("organisation", 4, False), *self.columns) if named else self.columns
        rows = tuple(_row(told, texts, named=named) for told in tolds for texts in self.rows(told))
        if rows:
            yield Heading(line(said(self.title)))
            yield Table(
                tuple(Column(said(key), is_number, width) for key, width, is_number in columns), rows, said(self.title)
            )


def _row(told: Told, texts: Sequence[str | Line], *, named: bool) -> Row:
    return row(*((told.evaluation.organisation, *texts) if named else texts))


def _indicators(told: Told) -> Iterator[Sequence[str | Line]]:
    for result in told.evaluation.indicators:
        first, second = section_of(result)
        shown = (result.target or "", result.actual or "", number_text(result.points))
        scores = (number_text(result.claimed_score), score_text(result, told.said))
        yield (first, second, result.name, *shown, *scores, lost_because(told, result))


def _deductions(told: Told) -> Iterator[Sequence[str | Line]]:
    said = told.said
    for loss in told.losses():
        for lost in loss.deductions:
            lists = (said.joined(lost.steps, "stop"), said.joined(lost.reference, "stop"))
            basis = (rule_text(lost, said, codes=told.codes), said.text(lost.formula), *lists)
            yield (loss.name, number_text(lost.points), said.text(lost.because), *basis, said.text(lost.enough or ""))


def _findings(told: Told) -> Iterator[Sequence[str | Line]]:
    for severity, group in told.findings:
        for found in group:
            yield (told.said(severity), told.where(found), line(found.message, told.coded(found.code)))


INDICATORS: Final = List(
    "rows",
    (
        *(("first-level", 3, False), ("second-level", 3, False), ("indicator", 6, False)),
        *(("target", 4, False), ("actual", 4, False), ("points", 2, True), ("claimed-score", 2, True)),
        *(("score", 2, True), ("because", 10, False)),
    ),
    _indicators,
)
DEDUCTIONS: Final = List(
    "lost",
    (
        *(("indicator", 6, False), ("deduction", 2, True), ("because", 9, False), ("rule", 6, False)),
        *(("formula", 6, False), ("steps", 6, False), ("reference", 5, False), ("enough", 7, False)),
    ),
    _deductions,
)
FINDINGS: Final = List(
    "findings", (("severity", 2, False), ("finding-where", 7, False), ("finding", 16, False)), _findings
)

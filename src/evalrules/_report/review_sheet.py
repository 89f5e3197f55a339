"""The sheet on which a reviewer writes: every row of a form with what it claims and scores, and cells for a change.

`evalrules._forms.review_sheet` reads it back; both have their words from one place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from evalrules._edition.model import Clause
from evalrules._evaluation import Evaluation
from evalrules._forms.review_sheet import mark_of, sheet_words
from evalrules._numbers import decimal_text
from evalrules._problems import Language, Phrases
from evalrules._report.blocks import Block, Column, Document, Facts, Item, Items, Paragraph, Row, Table, line, row

_WIDTHS: Final = {"section": 4, "indicator": 7, "because": 8, "score": 3, "cut": 3, "opinion": 8, "clause": 5}
_NARROW, _USUAL = 2, 4
_NUMBERS: Final = frozenset({"points", "claimed", "by-rules", "score", "cut"})
_TO_FILL: Final = ("score", "cut", "clause", "opinion")


def review_sheet(evaluation: Evaluation, language: Language) -> Document:
    """Lay out the sheet of one form; what it is a review of stands inside it, by the digest of the form."""
    clauses, said = evaluation.catalogue.review, sheet_words(language)
    return Document(
        said("title"),
        tuple(_blocks(evaluation, said)),
        language,
        about=evaluation.organisation,
        is_wide=True,
        mark=mark_of(evaluation.submission.digest, {clause.title: _only(clause) for clause in clauses}),
    )


def _only(clause: Clause) -> str:
    """Give the share that a clause cuts where it is but one."""
    return f"{decimal_text(100 * clause.cuts[0])}%" if len(clause.cuts) == 1 else ""


def _blocks(evaluation: Evaluation, said: Phrases) -> Iterator[Block]:
    submission, clauses = evaluation.submission, evaluation.catalogue.review
    project = "" if submission.project is None else submission.project.name
    heads = (("organisation", evaluation.organisation), ("project", project), ("year", evaluation.year_text))
    yield Facts(tuple((said(name), line(text)) for name, text in heads if text))
    yield Paragraph(line(said("how")))
    names = ("section", "indicator", "points", "target", "actual", "claimed", "by-rules", "because", *_TO_FILL)
    titles = tuple(clause.title for clause in clauses)
    columns = (
        Column(
            said(name),
            name in _NUMBERS,
            _WIDTHS.get(name, _NARROW if name in _NUMBERS else _USUAL),
            name in _TO_FILL,
            titles if name == "clause" else (),
        )
        for name in names
    )
    yield Table(tuple(columns), tuple(_row(told) for told in evaluation.to_dict()["indicators"]), said("title"))
    yield from _clauses(clauses, said)
    signed = row(said("by"), "", said("date"), "")
    yield Table((Column("", width=3), Column("", width=5, to_fill=True)) * 2, (signed,))


def _row(told: dict[str, Any]) -> Row:
    because = "\n".join(lost["because"] for lost in told["deductions"])
    cells = (told["points"], told["target"], told["actual"], told["claimed_score"], told["rule_score"])
    return row(
        told["section"][-1] if told["section"] else "", told["name"], *map(_text, cells), because, "", "", "", ""
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _clauses(clauses: tuple[Clause, ...], said: Phrases) -> Iterator[Block]:
    if clauses:
        yield Paragraph(line(said("clauses")))
        yield Items(tuple(Item(line(_clause(clause, said))) for clause in clauses))


def _clause(clause: Clause, said: Phrases) -> str:
    cuts = said.joined(f"{decimal_text(100 * cut)}%" for cut in clause.cuts)
    because = f"{said.sign('colon')}{clause.because}" if clause.because else ""
    return f"{clause.title}{said.bracketed(said('cuts', cuts=cuts))}{because}"

"""What is told of a rule: what is known of it, its lines, the figures it reads, and examples as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from evalrules._explain.examples import Example, Examples
from evalrules._explain.explanation import Explanation, RuleExplanation, Standard, WhatIf
from evalrules._explain.words import Fact, RuleWords
from evalrules._problems import Language, Phrases
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
)
from evalrules._report.evaluation import LEVELS, details

_HEADS = {
    "sections": "section",
    "data": "figure",
    "grades": "grade",
    "limits": "cap",
    "checks": "check",
    "clauses": "clause",
}
_WIDTHS = {
    "first-level": 2, "second-level": 2, "third-level": 3, "points": 1, "target": 2, "standard": 10, "reference": 4
}  # fmt: skip


def explanation_document(explanation: Explanation, language: Language = "zh") -> Document:
    """Build the page of what was asked: of one rule, of several in a section, of a part, or of the whole edition."""
    teller = _Teller(language)
    if len(explanation.rules) == 1:
        rule = explanation.rules[0]
        return Document(rule.title, tuple(teller.rule(rule, 2)), language)
    if explanation.rules:
        blocks = (block for rule in explanation.rules for block in (Heading(line(rule.title)), *teller.rule(rule, 3)))
        return Document(explanation.title, (teller.facts(explanation.facts), *blocks), language)
    return Document(explanation.title, tuple(teller.part(explanation)), language)


class _Teller:
    def __init__(self, language: Language) -> None:
        self.said, self.report = Phrases(language, "explain"), Phrases(language, "report")

    def part(self, explanation: Explanation) -> Iterator[Block]:
        """Tell what does not score by itself: what is known of it, the standard below it, its parts by their kinds."""
        if explanation.facts:
            yield self.facts(explanation.facts)
        if explanation.standards:
            yield self._heading("standards", 2)
            yield self._standards(explanation.standards)
        for name, kind in _HEADS.items():
            parts = [part for part in explanation.parts if part.kind == kind]
            if parts:
                yield self._heading(name, 2)
                yield Items(tuple(Item(line(part.title), (self.facts(part.facts),)) for part in parts))

    def _standards(self, standards: Iterable[Standard]) -> Table:
        names = ("first-level", "second-level", "third-level", "points", "target", "standard", "reference")
        columns = (Column(self.said(name), name == "points", _WIDTHS[name]) for name in names)
        return Table(tuple(columns), tuple(self._of_standards(standards)), self.said("standards"), LEVELS)

    def _of_standards(self, standards: Iterable[Standard]) -> Iterator[Row]:
        """Give a row for each, its sections where they begin."""
        for _, group in groupby(standards, key=lambda each: each.section[:1]):
            of_top = list(group)
            first: Cell | None = Cell(line("".join(of_top[0].section[:1])), rows=len(of_top), is_head=True)
            for title, inner in groupby(of_top, key=lambda each: "/".join(each.section[1:])):
                rows = list(inner)
                second: Cell | None = Cell(line(title), rows=len(rows))
                for each in rows:
                    yield self._of_standard(each, (first, second))
                    first = second = None

    def _of_standard(self, standard: Standard, titles: tuple[Cell | None, Cell | None]) -> Row:
        own = Cell(line(standard.name), columns=1 if standard.section else LEVELS, is_head=True)
        heads = (*titles, own) if standard.section else (own, None, None)
        rule, reference = self.said.joined(standard.rule, "stop"), self.said.joined(standard.reference, "stop")
        others = (standard.points, standard.target, rule, reference)
        return Row((*heads, *(Cell(line(text)) for text in others)))

    def rule(self, explanation: RuleExplanation, level: int) -> Iterator[Block]:
        """Tell all that is known of one rule."""
        if explanation.tried is not None:
            yield from self._tried(explanation.tried, level)
            yield self._heading("known", level)
        yield self.facts(explanation.facts)
        yield from self._rule(explanation.rule, level)
        if explanation.figures:
            yield self._heading("figures", level)
            yield self.facts(explanation.figures)
        if explanation.examples:
            yield self._heading("examples", level)
            yield from (block for each in explanation.examples for block in self._examples(each))

    def _heading(self, key: str, level: int) -> Heading:
        return Heading(line(self.said(key)), level)

    def facts(self, facts: Iterable[Fact]) -> Facts:
        """Tell what is known of something."""
        return Facts(tuple((fact.name, line(fact.text)) for fact in facts))

    def _rule(self, rule: RuleWords, level: int) -> Iterator[Block]:
        yield self._heading("rule", level)
        yield Paragraph(line(rule.form))
        yield from (Paragraph(line(let)) for let in rule.lets)
        yield Items(tuple(self._line(each.text, each.because) for each in rule.lines), is_numbered=True)

    def _line(self, text: str, because: str) -> Item:
        reason = (Paragraph(line(Text(self.said("reason", because=because), "quiet"))),) if because else ()
        return Item(line(text), reason)

    def _examples(self, examples: Examples) -> Iterator[Block]:
        if examples.given:
            yield Paragraph(line(self.said("given", given=examples.given)))
        yield self._table(examples.name, examples.rows)

    def _table(self, name: str, rows: Iterable[Example]) -> Table:
        columns = (
            Column(name),
            Column(self.said("score"), is_number=True, width=1),
            Column(self.said("because"), width=6),
        )
        return Table(columns, tuple(row(each.value, each.score, each.because, head=True) for each in rows), name)

    def _tried(self, tried: WhatIf, level: int) -> Iterator[Block]:
        yield self._heading("trial", level)
        yield Paragraph(line(tried.given))
        outcome = [("score", tried.outcome.score)]
        outcome += [] if tried.deductions else [("because", tried.outcome.because)]
        yield Facts(tuple((self.said(name), line(text)) for name, text in outcome))
        for lost in tried.deductions:
            why = self.said.text(f"{self.said('because')}{self.said.sign('colon')}{lost.because}")
            yield Items((Item(line(why), (Facts(details(lost, self.report, codes=True)),)),))

"""What is told of a rule: what is known of it, its lines, the figures it reads, and examples as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evalrules._explain.examples import Example, Examples
from evalrules._explain.explanation import Explanation, Tried
from evalrules._explain.words import Fact, RuleWords
from evalrules._problems import Language, Phrases
from evalrules._report.blocks import (
    Block,
    Column,
    Document,
    Facts,
    Heading,
    Item,
    Items,
    Paragraph,
    Table,
    Text,
    line,
    row,
)
from evalrules._report.evaluation import details


def explanation_document(explanations: Iterable[Explanation], title: str, language: Language = "zh") -> Document:
    """Build the page of what was asked; where that is one rule alone, the rule's name is the title."""
    found, teller = tuple(explanations), _Teller(language)
    if len(found) == 1:
        return Document(found[0].title, tuple(teller.blocks(found[0], 2)), language)
    blocks = (block for each in found for block in (Heading(line(each.title)), *teller.blocks(each, 3)))
    return Document(title, tuple(blocks), language)


class _Teller:
    def __init__(self, language: Language) -> None:
        self.said, self.report = Phrases(language, "explain"), Phrases(language, "report")

    def blocks(self, explanation: Explanation, level: int) -> Iterator[Block]:
        if explanation.tried is not None:
            yield from self._tried(explanation.tried, level)
            yield self._heading("known", level)
        yield self._facts(explanation.facts)
        yield from self._rule(explanation.rule, level)
        if explanation.figures:
            yield self._heading("figures", level)
            yield self._facts(explanation.figures)
        if explanation.examples:
            yield self._heading("examples", level)
            yield from (block for each in explanation.examples for block in self._examples(each))

    def _heading(self, key: str, level: int) -> Heading:
        return Heading(line(self.said(key)), level)

    def _facts(self, facts: Iterable[Fact]) -> Facts:
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

    def _tried(self, tried: Tried, level: int) -> Iterator[Block]:
        yield self._heading("trial", level)
        yield Paragraph(line(tried.given))
        outcome = [("score", tried.outcome.score)]
        outcome += [] if tried.deductions else [("because", tried.outcome.because)]
        yield Facts(tuple((self.said(name), line(text)) for name, text in outcome))
        for lost in tried.deductions:
            why = self.said.text(f"{self.said('because')}{self.said.sign('colon')}{lost.because}")
            yield Items((Item(line(why), (Facts(details(lost, self.report, codes=True)),)),))

"""An explanation for a terminal: what is known of a rule, its lines, and its examples as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from evalrules._explain.examples import Example, Examples
from evalrules._explain.explanation import Explanation, Tried
from evalrules._explain.words import Fact, Phrases, RuleWords
from evalrules._problems import Language, visible
from evalrules._report.escape import Prose, cell
from evalrules._report.layout import details
from evalrules._report.words import Words, words


def explanation_report(explanations: Iterable[Explanation], language: Language = "zh") -> RenderableType:
    """Give the explanations as something that rich prints; nothing in them is read as rich's markup."""
    writer = _Page(Phrases(language), words(language))
    return Group(*(part for each in explanations for part in writer.parts(each)))


class _Page:
    def __init__(self, said: Phrases, frame: Words) -> None:
        self.said, self.frame = said, frame

    def parts(self, explanation: Explanation) -> Iterator[RenderableType]:
        yield Text(visible(explanation.title), style="bold")
        if explanation.tried is not None:
            yield from self._tried(explanation.tried)
        yield from self._facts(explanation.facts)
        yield from self._rule(explanation.rule)
        if explanation.figures:
            yield from self._heading("figures")
            yield from self._facts(explanation.figures)
        if explanation.examples:
            yield from self._heading("examples")
            yield from (part for each in explanation.examples for part in self._examples(each))
        yield Text()

    def _heading(self, code: str) -> Iterator[RenderableType]:
        yield Text()
        yield Text(self.said(code), style="bold underline")

    def _facts(self, facts: Iterable[Fact]) -> Iterator[RenderableType]:
        yield from (Prose(f"{fact.name}{self.frame.colon}{fact.text}", indent=2) for fact in facts)

    def _rule(self, rule: RuleWords) -> Iterator[RenderableType]:
        yield from self._heading("rule")
        yield Prose(rule.form, indent=2)
        yield from (Prose(let, indent=2) for let in rule.lets)
        for number, line in enumerate(rule.lines, 1):
            yield Prose(f"{number}. {line.text}", indent=2)
            if line.because:
                yield Prose(self.said("reason", because=line.because), "dim", indent=5)

    def _examples(self, examples: Examples) -> Iterator[RenderableType]:
        if examples.given:
            yield Prose(self.said("given", given=examples.given), indent=2)
        yield self._table(examples.name, examples.rows)

    def _table(self, name: str, rows: Iterable[Example]) -> Table:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=True, header_style="bold")
        table.add_column(cell(name), justify="right", overflow="fold")
        table.add_column(self.said("score"), justify="right", no_wrap=True)
        table.add_column(self.said("because"), overflow="fold")
        for row in rows:
            table.add_row(*(Text(cell(text)) for text in (row.value, row.score, row.because)))
        return table

    def _tried(self, tried: Tried) -> Iterator[RenderableType]:
        yield from self._heading("trial")
        yield Prose(tried.given, indent=2)
        yield Prose(f"{self.said('score')}{self.frame.colon}{tried.outcome.score}", "bold", indent=2)
        yield Prose(f"{self.said('because')}{self.frame.colon}{tried.outcome.because}", indent=2)
        for lost in tried.deductions:
            for detail in details(lost, self.frame):
                yield Prose(f"{detail.name}{self.frame.colon}{detail.value}", "dim", indent=4)
        yield Text()

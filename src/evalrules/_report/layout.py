"""The form as its readers know it: 一级 blocks, 二级 parts, 三级 rows; and what was lost, in the form's order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from pathlib import PurePath
from typing import Literal

from attrs import frozen

from evalrules._evaluation import Evaluation, IndicatorResult
from evalrules._problems import Finding, Severity
from evalrules._rationale.deductions import Deduction
from evalrules._rationale.levels import SectionResult
from evalrules._report.words import Words

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@frozen
class Row:
    """One 三级指标 and the name that links point to."""

    anchor: str
    result: IndicatorResult


@frozen
class Part:
    """The rows under one 二级指标 (deeper titles joined by ``/``); the title is empty where there is none."""

    title: str
    rows: tuple[Row, ...]


@frozen
class Block:
    """A 一级指标 with its parts; ``section`` is None for an indicator that stands at the top by itself."""

    title: str
    anchor: str
    section: SectionResult | None
    parts: tuple[Part, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows of the block, in the form's order."""
        return tuple(row for part in self.parts for row in part.rows)


@frozen
class Loss:
    """Everything lost in one place: an indicator, a section's cap, or the total."""

    name: str
    anchor: str
    deductions: tuple[Deduction, ...]

    @property
    def points(self) -> Decimal:
        """What was lost here together."""
        return sum((lost.points for lost in self.deductions), Decimal(0))


@frozen
class Detail:
    """One line of what stands behind a deduction; ``enough`` tells what would have avoided it."""

    name: str
    value: str
    kind: Literal["basis", "enough"] = "basis"


def blocks(evaluation: Evaluation) -> tuple[Block, ...]:
    """Arrange sections and indicators as the form does."""
    rows = [Row(f"indicator-{number}", result) for number, result in enumerate(evaluation.indicators)]
    heads = {section.path[0]: section for section in evaluation.sections if len(section.path) == 1}
    titles = dict.fromkeys([*(row.result.path[0] for row in rows), *heads])
    return tuple(_block(number, title, heads.get(title), rows) for number, title in enumerate(titles))


def _block(number: int, title: str, section: SectionResult | None, rows: Iterable[Row]) -> Block:
    own = [row for row in rows if row.result.path[0] == title]
    parts = groupby(own, key=lambda row: "/".join(row.result.section[1:]))
    return Block(title, f"section-{number}", section, tuple(Part(name, tuple(group)) for name, group in parts))


def losses(evaluation: Evaluation, words: Words) -> tuple[Loss, ...]:
    """List what was lost, each place once: indicators in the form's order, then sections, then the total."""
    return tuple(loss for loss in _places(evaluation, words) if loss.deductions)


def _places(evaluation: Evaluation, words: Words) -> Iterator[Loss]:
    anchors = {block.title: block.anchor for block in blocks(evaluation)}
    for number, result in enumerate(evaluation.indicators):
        yield Loss(result.name, f"indicator-{number}", result.deductions)
    for section in evaluation.sections:
        yield Loss("/".join(section.path), anchors[section.path[0]], section.deductions)
    yield Loss(words.total, "total", evaluation.deductions)


def details(lost: Deduction, words: Words) -> tuple[Detail, ...]:
    """List what stands behind a deduction: rule, formula, steps, references, and what would have been enough."""
    listed = (
        (words.rule, _rule(lost)),
        (words.formula, lost.formula),
        *((words.steps, step) for step in lost.steps),
        *((words.reference, clause) for clause in lost.reference),
    )
    basis = (Detail(name, value) for name, value in listed if value)
    return (*basis, *((_enough(lost.enough, words),) if lost.enough else ()))


def _rule(lost: Deduction) -> str:
    """Name the rule with its file and line; the folder and name of the file, which are the same on every machine."""
    place = lost.location
    if place is None or not place.line:
        return lost.rule
    return f"{lost.rule} ({'/'.join(PurePath(place.file).parts[-2:])}:{place.line})"


def _enough(text: str, words: Words) -> Detail:
    """Take the sentence apart at its colon: it says itself what it would be enough for."""
    lead, _, condition = text.partition(words.colon)
    return Detail(lead, condition, "enough") if condition else Detail(words.enough, text, "enough")


def notes(evaluation: Evaluation) -> tuple[tuple[str, str], ...]:
    """List what cost nothing but should be known, each with the indicator or section that it stands at."""
    rows = ((result.name, note) for result in evaluation.indicators for note in result.notes)
    sections = (("/".join(section.path), note) for section in evaluation.sections for note in section.notes)
    return (*rows, *sections)


def by_severity(findings: Iterable[Finding]) -> tuple[tuple[Severity, tuple[Finding, ...]], ...]:
    """Group findings, the gravest first, each group in the order they were made; empty groups are left out."""
    found = tuple(findings)
    groups = ((severity, tuple(one for one in found if one.severity == severity)) for severity in SEVERITIES)
    return tuple((severity, group) for severity, group in groups if group)


def score_text(result: IndicatorResult | SectionResult, words: Words) -> str:
    """Show a score, or why there is none."""
    if result.score is not None:
        return f"{result.score:f}"
    if isinstance(result, IndicatorResult) and result.status == "not_applicable":
        return words.not_applicable
    return words.unscored


def number_text(number: Decimal | None) -> str:
    """Show points or a claim without trailing zeros; nothing for None.

    >>> number_text(Decimal("10.00")), number_text(Decimal("0.50")), number_text(None)
    ('10', '0.5', '')
    """
    if number is None:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def signed(number: Decimal) -> str:
    """Write a change with its sign; nothing for no change.

    >>> signed(Decimal("-0.50")), signed(Decimal(2)), signed(Decimal(0))
    ('−0.5', '+2', '')
    """
    sign = "+" if number > 0 else "−"
    return f"{sign}{number_text(abs(number))}" if number else ""

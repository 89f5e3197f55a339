"""The form as its readers know it, the head of every report, and where points were lost, as bars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from pathlib import PurePath
from typing import Literal

from attrs import frozen

from evalrules._compare.impact import Effect, Impact, Standing
from evalrules._evaluation import Evaluation, IndicatorResult
from evalrules._problems import Finding, Severity
from evalrules._reasons.levels import SectionResult
from evalrules._reasons.rows import Deduction
from evalrules._report.words import CompareWords, Words
from evalrules._version import __version__

# The form as its readers know it: 一级 blocks, 二级 parts, 三级 rows; and what was lost, in the form's order.


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


# What stands at the head of every report: what was evaluated with what, and the outcome in one line.


def facts(evaluation: Evaluation, said: Words) -> tuple[tuple[str, str], ...]:
    """List what was evaluated, with which edition, digests and engine, as pairs of name and value."""
    catalogue = evaluation.catalogue
    plugins = ", ".join(f"{name} {version}" for name, version in evaluation.plugins)
    return (
        (said.edition, f"{catalogue.title} ({catalogue.name})" if catalogue.title else catalogue.name),
        (said.edition_digest, catalogue.digest),
        (said.submission_digest, evaluation.submission.digest),
        (said.engine, f"evalrules {__version__}"),
        *(((said.plugins, plugins),) if plugins else ()),
    )


def outcome(evaluation: Evaluation, said: Words) -> tuple[tuple[str, str], ...]:
    """List score, grade and what was claimed of them, as pairs of name and value."""
    score = evaluation.score
    return (
        (said.score, said.unscored if score is None else f"{score:f} / {number_text(evaluation.points)}"),
        (said.grade, evaluation.grade or said.no_grade),
        (said.claimed_score, number_text(evaluation.claimed_score) or said.none),
        (said.claimed_grade, evaluation.claimed_grade or said.none),
    )


def verdict(evaluation: Evaluation, said: Words) -> str:
    """Say the outcome in one line."""
    line = "  ".join(f"{name}{said.colon}{value}" for name, value in outcome(evaluation, said))
    return line if evaluation.score is not None else f"{line}  {said.no_score}"


def difference(evaluation: Evaluation) -> Decimal | None:
    """Give score − claimed score; None where either is missing."""
    if evaluation.score is None or evaluation.claimed_score is None:
        return None
    return evaluation.score - evaluation.claimed_score


# The way from full marks down to the score, as bars: one for each place where points were lost.


_NARROWEST = Decimal("0.8")  # a bar of a hundredth of a point would not be seen


@frozen
class Step:
    """A change from ``before`` to ``after``; a step that stays is full marks or the score itself."""

    name: str
    anchor: str
    before: Decimal
    after: Decimal

    @property
    def kind(self) -> Literal["whole", "down", "up"]:
        """How the step is drawn."""
        if self.before == self.after:
            return "whole"
        return "down" if self.after < self.before else "up"

    @property
    def change(self) -> str:
        """The change with its sign; nothing for a step that stays."""
        return signed(self.after - self.before)

    @property
    def left(self) -> str:
        """What is left after the step."""
        return number_text(self.after)


@frozen
class Waterfall:
    """Steps in the form's order and the range of points that is drawn."""

    steps: tuple[Step, ...]
    low: Decimal
    high: Decimal

    def drawn(self, step: Step) -> tuple[Decimal, Decimal]:
        """Give left edge and width of the step's bar in percent of the drawn range."""
        low, high = sorted((step.before, step.after)) if step.kind != "whole" else (self.low, step.after)
        scale = 100 / (self.high - self.low)
        width = max(_NARROWEST, (high - low) * scale)
        return round(min((low - self.low) * scale, 100 - width), 2), round(width, 2)


def waterfall(evaluation: Evaluation, words: Words) -> Waterfall | None:
    """Draw what was lost; None where nothing was."""
    steps = tuple(_steps(evaluation, words))
    if not steps:
        return None
    full, score = evaluation.points, evaluation.score
    end = () if score is None else (Step(words.score, "total", score, score),)
    whole = (Step(words.start, "", full, full), *steps, *end)
    heights = [step.after for step in whole]
    return Waterfall(whole, _round_below(min(heights), max(heights)), max(heights))


def _steps(evaluation: Evaluation, words: Words) -> Iterator[Step]:
    left = evaluation.points
    for loss in losses(evaluation, words):
        yield Step(loss.name, loss.anchor, left, left - loss.points)
        left -= loss.points
    if evaluation.score is not None and evaluation.score != left:  # sections beside the 100 points
        yield Step(words.other, "total", left, evaluation.score)


def _round_below(lowest: Decimal, highest: Decimal) -> Decimal:
    """Give a round number to begin the axis at, so that the falls take about half of the width."""
    return max(Decimal(0), (2 * lowest - highest) // 5 * 5)


# Scores and grades before and after, as bars side by side.


_BARS = 20
WIDTH, HEIGHT = 720, 200


@frozen
class Bar:
    """One bar of an SVG image, in its units."""

    x: float
    y: float
    width: float
    height: float
    is_new: bool
    count: int


@frozen
class Group:
    """What stands over one label: how many before, how many after."""

    label: str
    old: int
    new: int


@frozen
class Chart:
    """Groups with their bars, ready to be drawn; ``most`` is the count at the top."""

    groups: tuple[Group, ...]
    most: int

    @property
    def bars(self) -> Iterator[Bar]:
        """All bars, from left to right."""
        slot = WIDTH / len(self.groups)
        for place, group in enumerate(self.groups):
            for is_new, count in ((False, group.old), (True, group.new)):
                height = round(HEIGHT * count / self.most, 1)
                x = place * slot + slot * (0.5 if is_new else 0.12)
                yield Bar(round(x, 1), HEIGHT - height, round(slot * 0.36, 1), height, is_new, count)

    @property
    def labels(self) -> Iterator[tuple[float, str]]:
        """Where each label stands, and what it says; not every one of many."""
        slot, every = WIDTH / len(self.groups), max(1, len(self.groups) // 10)
        for place, group in enumerate(self.groups):
            if place % every == 0:
                yield round((place + 0.5) * slot, 1), group.label


def score_chart(found: Impact) -> Chart | None:
    """Count scores by ranges of equal width; None where nothing was scored."""
    most = max(found.old.points, found.new.points)
    scored = [(effect.old.score, effect.new.score) for effect in found.effects]
    reached = [score for pair in scored for score in pair if score is not None]
    if not reached:
        return None
    step = Decimal(max(1, int(most))) / _BARS
    lowest = int(min(*reached, Decimal(int(most))) / step)
    ranges = [step * number for number in range(min(lowest, _BARS - 4), _BARS)]
    groups = tuple(_group(low, step, scored, is_last=low == ranges[-1], is_first=low == ranges[0]) for low in ranges)
    return Chart(groups, max(max(group.old, group.new) for group in groups) or 1)


def _group(
    low: Decimal, step: Decimal, scored: Sequence[tuple[Decimal | None, ...]], *, is_last: bool, is_first: bool
) -> Group:
    """Count the scores of one range, the lower edge included; the outermost take what lies beyond them."""

    def count(side: int) -> int:
        scores = (pair[side] for pair in scored)
        return sum(
            score is not None and (is_first or low <= score) and (is_last or score < low + step) for score in scores
        )

    return Group(f"{low.normalize():f}–", count(0), count(1))


def grade_chart(found: Impact, said: CompareWords) -> Chart | None:
    """Count submissions by grade, the best first; those without one last."""
    titles = dict.fromkeys(grade.title for edition in (found.new, found.old) for grade in edition.grades)
    groups = [
        Group(
            title or said.no_grade,
            _graded([effect.old for effect in found.effects], title),
            _graded([effect.new for effect in found.effects], title),
        )
        for title in (*titles, None)
    ]
    kept = tuple(group for group in groups if group.old or group.new)
    return Chart(kept, max(max(group.old, group.new) for group in kept)) if kept else None


def _graded(standings: Sequence[Standing], title: str | None) -> int:
    return sum(standing.grade == title for standing in standings)


def largest_first(effects: Sequence[Effect]) -> list[Effect]:
    """Order submissions by how much they change, those whose grade changes first; then those without a total."""
    return sorted(effects, key=_rank)


def _rank(effect: Effect) -> tuple[bool, bool, Decimal]:
    return not effect.crosses, effect.change is None, -abs(effect.change or Decimal(0))

"""The way from full marks down to the score, as bars: one for each place where points were lost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from attrs import frozen

from evalrules._evaluation import Evaluation
from evalrules._report.layout import losses, number_text, signed
from evalrules._report.words import Words

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

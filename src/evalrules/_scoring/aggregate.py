"""From the scores of the rows to those of the sections and the total: sums, conversions, caps, bonus and penalty.

Everything counts in units of the last place, so nothing is rounded but what a conversion rounds, and each level's
``points − score`` is what its parts lost plus what it lost itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

from attrs import field, frozen

from evalrules._catalogue.model import Indicator, Path, Section
from evalrules._formula.faults import Fault
from evalrules._numbers import RoundingMode, rounded_units

LossKind = Literal["cap", "conversion", "moved", "limit"]


@frozen
class Loss:
    """What a level loses by itself, in units; ``basis`` holds the sums (score, points, full points) behind it."""

    kind: LossKind
    units: int
    basis: tuple[int, int, int] = (0, 0, 0)


class Outcome(NamedTuple):
    """Points and score of a row or level, in units of the last place.

    ``score`` is None where something that counts is unscored. ``absent`` are points that stay with the section while
    its other parts stand for them, ``absent_total`` points for which the rest of the whole form stands. ``outside`` is
    what bonus and penalty sections below add to the total, past the points of the form.
    """

    points: int
    score: int | None
    absent: int = 0
    absent_total: int = 0
    outside: int = 0
    losses: tuple[Loss, ...] = ()
    counts: bool = True

    @property
    def lost(self) -> int:
        """What the level lost by itself."""
        return sum(loss.units for loss in self.losses)


ELSEWHERE = Outcome(0, 0, counts=False)
"""A row that is not answered or whose points moved away."""


@frozen(eq=False)
class Aggregation:
    """Sums rows by section. ``moved`` are the points that a section gains from indicators that do not apply.

    ``own`` gives the outcomes of the rows that a submission added to an open section. ``capped_at`` tells a section's
    limit in units, None while no limit holds; it may ask for the outcome of other sections. ``undecided`` gathers the
    sections whose cap reads a blank: they have no score.
    """

    mode: RoundingMode
    fixed: Mapping[Path, Outcome]
    own: Mapping[Path, Sequence[Outcome]]
    moved: Mapping[Path, int]
    at_most: Callable[[Section], int]
    capped_at: Callable[[Aggregation, Section], int | None]
    undecided: dict[Path, Fault] = field(factory=dict, init=False)
    _known: dict[Path, Outcome] = field(factory=dict, init=False)

    def outcome(self, part: Section | Indicator) -> Outcome:
        """Give the outcome of a section or an indicator of the edition."""
        if isinstance(part, Indicator):
            return self.fixed[part.path]
        if part.path not in self._known:
            self._known[part.path] = self._section(part)
        return self._known[part.path]

    def _section(self, section: Section) -> Outcome:
        parts = [self.outcome(part) for part in section.parts]
        parts += self.own.get(section.path, ())
        total = _sum(parts)
        if section.bonus or section.penalty:
            return self._outside(section, total)
        if total.score is None:
            return total._replace(points=max(part.points for part in parts)) if section.one_of else total
        return self._cap(section, self._grow(section, convert(total, self.mode)))

    def _outside(self, section: Section, total: Outcome) -> Outcome:
        """Add what a bonus earns or take what a penalty lost, neither more than ``at_most``."""
        if total.score is None:
            return total._replace(points=0)
        limit = self.at_most(section)
        amount = total.score if section.bonus else total.points - total.score
        taken = min(amount, limit)
        losses = (Loss("limit", amount - taken),) if taken < amount else ()
        return Outcome(0, 0, outside=taken if section.bonus else -taken, losses=losses)

    def _grow(self, section: Section, outcome: Outcome) -> Outcome:
        """Scale a section that gained points of another; an open one took them into its own sum already."""
        gained = self.moved.get(section.path, 0)
        if not gained or section.open or outcome.score is None or not outcome.points:
            return outcome
        points = outcome.points + gained
        return _scaled(outcome, outcome.points, points, self.mode, "moved")

    def _cap(self, section: Section, outcome: Outcome) -> Outcome:
        try:
            limit = self.capped_at(self, section)
        except Fault as fault:
            self.undecided[section.path] = fault
            return outcome._replace(score=None)
        if limit is None or outcome.score is None or outcome.score <= limit:
            return outcome
        loss = Loss("cap", outcome.score - limit)
        return outcome._replace(score=limit, losses=(*outcome.losses, loss))


def _sum(parts: Sequence[Outcome]) -> Outcome:
    scores = [part.score for part in parts if part.counts]
    score = None if None in scores else sum(score for score in scores if score is not None)
    return Outcome(
        sum(part.points for part in parts),
        score,
        sum(part.absent for part in parts),
        sum(part.absent_total for part in parts),
        sum(part.outside for part in parts),
    )


def convert(total: Outcome, mode: RoundingMode) -> Outcome:
    """Let the parts that apply stand for the points of those that do not; unscored where none applies."""
    if not total.absent or total.score is None:
        return total
    if total.absent == total.points:
        return total._replace(score=None, absent=0)
    return _scaled(total, total.points - total.absent, total.points, mode, "conversion")


def _scaled(outcome: Outcome, share: int, points: int, mode: RoundingMode, kind: LossKind) -> Outcome:
    assert outcome.score is not None
    score = rounded_units(outcome.score * points, share, 0, mode)
    lost = (points - score) - (share - outcome.score)
    loss = Loss(kind, lost, (outcome.score, share, points))
    return outcome._replace(points=points, score=score, absent=0, losses=(*outcome.losses, loss))


def total_outcome(parts: Sequence[Outcome], bonus_limit: int, mode: RoundingMode) -> Outcome:
    """Give the total of the top level, kept within 0 and the points plus what bonus sections may add."""
    summed = _sum(parts)
    whole = summed._replace(points=summed.points + summed.absent_total, absent=summed.absent_total, absent_total=0)
    total = convert(whole, mode)
    if total.score is None:
        return total
    reached = total.score + total.outside
    score = min(max(reached, 0), total.points + bonus_limit)
    losses = (*total.losses, Loss("limit", reached - score)) if score != reached else total.losses
    return total._replace(score=score, losses=losses)

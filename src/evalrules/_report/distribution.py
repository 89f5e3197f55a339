"""Scores and grades before and after, as bars side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from attrs import frozen

from evalrules._compare.impact import Effect, Impact, Standing
from evalrules._report.compare_words import CompareWords

_BARS = 20
WIDTH, HEIGHT, FOOT = 720, 200, 24


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

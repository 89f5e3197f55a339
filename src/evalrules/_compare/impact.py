"""Whom a new edition touches, and which changed rule is responsible for how much, shared out exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from decimal import Decimal
from operator import attrgetter
from types import MappingProxyType
from typing import TypeVar

from attrs import Factory, field

from evalrules._compare.matching import Matching, pairs
from evalrules._compare.rules import is_same_rule
from evalrules._edition.model import Catalogue, Path
from evalrules._evaluation import Evaluation, IndicatorResult
from evalrules._problems import EvalrulesError, Location, Problem
from evalrules._score.ruleset import Ruleset
from evalrules._submission import Submission
from evalrules._values import frozen

# What each part of a form adds to the total, so that the change of a total is shared out exactly.


Part = tuple[Path, int]
"""A part of a form: its path, and which of those of this path it is; a unit may call several rows alike."""
Parts = Mapping[Part, Decimal]
_Value = TypeVar("_Value")
TOTAL: Path = ()
_NOTHING = Decimal(0)
_NOTHING_AT_ALL = (_NOTHING, _NOTHING)


@frozen
class Share:
    """How many points of a change one part is responsible for: an indicator, a section by itself, or the total.

    From ``points`` to ``most``, where a row has no score under one of the editions; the same elsewhere. ``is_level``
    marks what a section or the total does beyond its rows: a cap, a conversion, a limit.
    """

    path: Path
    points: Decimal
    is_level: bool = False
    is_own: bool = False
    most: Decimal = field(default=Factory(attrgetter("points"), takes_self=True))

    @property
    def where(self) -> str:
        """The part as text; empty for the total."""
        return "/".join(self.path)


def shares(old: Evaluation, new: Evaluation, matching: Matching) -> tuple[Share, ...]:
    """Share out the change of the total, in the form's order; the points add up to it exactly.

    Only of two evaluations that both have a total.
    """
    rows = _changes(_scores(old, matching), _scores(new))
    own = {result.path for result in (*old.indicators, *new.indicators) if result.origin == "submission"}
    return (
        *(Share(path, points, is_own=path in own) for (path, _), points in rows),
        *(Share(path, points, is_level=True) for (path, _), points in _changes(_levels(old, matching), _levels(new))),
    )


def row_shares(old: Evaluation, new: Evaluation, matching: Matching, changed: Container[Path]) -> tuple[Share, ...]:
    """Share out what is known of a change without a total, row by row, in the form's order.

    What has no score lies between its least and its most. A row that has none under either edition, by rules that are
    not ``changed``, its own or those of the section in which a unit names it, is left out; so is all that sections and
    the total do beyond their rows.
    """
    before, after = _ranges(old, matching), _ranges(new)
    own = {result.path for result in (*old.indicators, *new.indicators) if result.origin == "submission"}
    found: list[Share] = []
    for row in dict.fromkeys((*after, *before)):
        path, _ = row
        (low, high), (least, most) = before.get(row, _NOTHING_AT_ALL), after.get(row, _NOTHING_AT_ALL)
        alike = (low, high) == (least, most) and not any(path[:end] in changed for end in range(1, len(path) + 1))
        if not alike and (least - high, most - low) != _NOTHING_AT_ALL:
            found.append(Share(path, least - high, is_own=path in own, most=most - low))
    return tuple(found)


def _ranges(evaluation: Evaluation, matching: Matching | None = None) -> dict[Part, tuple[Decimal, Decimal]]:
    """Give the least and most of every row; nothing of one that does not apply."""
    return _by_row(evaluation, matching, lambda result: result.possible or _NOTHING_AT_ALL)


def _scores(evaluation: Evaluation, matching: Matching | None = None) -> Parts:
    return _by_row(evaluation, matching, lambda result: result.score or _NOTHING)


def _by_row(
    evaluation: Evaluation, matching: Matching | None, value: Callable[[IndicatorResult], _Value]
) -> dict[Part, _Value]:
    """Give a value of every row, the rows of an old edition by what the new one calls them."""
    found: dict[Part, _Value] = {}
    used = Counter[Path]()
    for result in evaluation.indicators:
        path = result.path if matching is None else _led(result.path, matching)
        found[path, used[path]] = value(result)
        used[path] += 1
    return found


def _changes(old: Parts, new: Parts) -> Iterator[tuple[Part, Decimal]]:
    for part in dict.fromkeys((*new, *old)):
        change = new.get(part, _NOTHING) - old.get(part, _NOTHING)
        if change:
            yield part, change


def _led(path: Path, matching: Matching) -> Path:
    """Bring the path of a row to the new edition's."""
    return matching.indicators.get(path, (*matching.sections.get(path[:-1], path[:-1]), path[-1]))


def _levels(evaluation: Evaluation, matching: Matching | None = None) -> Parts:
    """Give what each section and the total adds to the sum of its parts; nothing where the total is a plain sum."""
    rows = [(result.path, result.score or _NOTHING) for result in evaluation.indicators]
    if not _is_special(evaluation):
        return {}
    scores = {section.path: section.score or _NOTHING for section in evaluation.sections}
    beside = _outside(evaluation)
    added = {path: score - _inside(path, rows, scores, beside) for path, score in scores.items()}
    added[TOTAL] = (evaluation.score or _NOTHING) - _inside(TOTAL, rows, scores, beside)
    led = {} if matching is None else matching.sections
    return {(led.get(path, path), 0): points for path, points in added.items()}


def _is_special(evaluation: Evaluation) -> bool:
    """Tell whether some section or the total may be other than the sum of its parts."""
    catalogue = evaluation.catalogue
    sections = (part.cap or part.bonus or part.penalty for part in catalogue.sections)
    conditional = any(indicator.otherwise is not None for indicator in catalogue.indicators)
    return any(sections) or conditional or bool(catalogue.score_caps)


def _outside(evaluation: Evaluation) -> frozenset[Path]:
    """Give the bonus and penalty sections, which add to the total and not to the section around them."""
    return frozenset(part.path for part in evaluation.catalogue.sections if part.bonus or part.penalty)


def _inside(
    path: Path, rows: Iterable[tuple[Path, Decimal]], scores: Mapping[Path, Decimal], beside: frozenset[Path]
) -> Decimal:
    """Add up the parts directly below; below the total also the sections that stand outside the points."""
    below = [points for row, points in rows if row[:-1] == path]
    below += [score for part, score in scores.items() if part[:-1] == path and part not in beside]
    if path == TOTAL:
        below += [score for part, score in scores.items() if part in beside]
    return sum(below, _NOTHING)


# Whom a new edition touches: every submission under both, and which changed rule is responsible for how much.


Evaluate = Callable[[Submission], Evaluation]
NO_PLACES: Mapping[Path, Location] = MappingProxyType({})


@frozen
class Standing:
    """What a submission comes to under one edition; without a score ``problems`` say why.

    ``possible`` is the least and most that its total can be, and ``possible_grades`` are the grades in between.
    """

    score: Decimal | None
    grade: str | None
    possible: tuple[Decimal, Decimal]
    possible_grades: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@frozen
class Effect:
    """One submission under both editions; ``possible`` is the least and the most that its change can be.

    The points of ``shares`` add up to ``change`` exactly; where one of the two gives no total they are those of the
    rows alone, each as far as it is known.
    """

    file: str
    organisation: str
    fiscal_year: int | None
    old: Standing
    new: Standing
    possible: tuple[Decimal, Decimal]
    shares: tuple[Share, ...] = ()

    @property
    def change(self) -> Decimal | None:
        """How many points more the new edition gives; None where one of the two gives no total."""
        if self.old.score is None or self.new.score is None:
            return None
        return self.new.score - self.old.score

    @property
    def crosses(self) -> bool:
        """Whether the grade is another; a total that is not known has none that could be."""
        return self.old.grade is not None and self.new.grade is not None and self.old.grade != self.new.grade


@frozen
class LeftOut:
    """A submission that could not be read, or does not fit one of the editions."""

    file: str
    problems: tuple[Problem, ...]


@frozen
class Responsible:
    """What a part of the form is responsible for, over all submissions: in how many, and points given and taken.

    Of ``unknown`` of them only is known that they lie between ``least`` and ``most`` points together.
    """

    share: Share
    touched: int
    gained: Decimal
    lost: Decimal
    unknown: int = 0
    least: Decimal = _NOTHING
    most: Decimal = _NOTHING
    place: Location | None = field(default=None, eq=False, repr=False)


@frozen
class Impact:
    """All submissions under both editions, in the order given."""

    old: Catalogue
    new: Catalogue
    effects: tuple[Effect, ...]
    refused: tuple[LeftOut, ...]
    responsible: tuple[Responsible, ...]

    @property
    def gaining(self) -> int:
        """How many have more points now."""
        return sum(effect.change is not None and effect.change > 0 for effect in self.effects)

    @property
    def losing(self) -> int:
        """How many have fewer points now."""
        return sum(effect.change is not None and effect.change < 0 for effect in self.effects)

    @property
    def crossing(self) -> tuple[Effect, ...]:
        """Those whose grade is another now."""
        return tuple(effect for effect in self.effects if effect.crosses)


def impact(
    old: tuple[Catalogue, Evaluate],
    new: tuple[Catalogue, Evaluate],
    submissions: Iterable[tuple[str, Callable[[], Submission]]],
    places: Mapping[Path, Location] = NO_PLACES,
) -> Impact:
    """Evaluate every submission by both editions; one that cannot be is told among ``refused`` and stops nothing.

    A submission is the name of its file and a function that reads it. ``places`` are those of `changed_places`.
    """
    matching = Matching(old[0], new[0])
    effects: list[Effect] = []
    refused: list[LeftOut] = []
    for file, read in submissions:
        try:
            submission = read()
            effects.append(_effect(file, old[1](submission), new[1](submission), matching, places))
        except EvalrulesError as error:
            refused.append(LeftOut(file, error.problems))
    return Impact(old[0], new[0], tuple(effects), tuple(refused), tuple(_responsible(effects, new[0], places)))


def _effect(file: str, old: Evaluation, new: Evaluation, matching: Matching, changed: Container[Path]) -> Effect:
    both = old.score is not None and new.score is not None
    found = shares(old, new, matching) if both else row_shares(old, new, matching, changed)
    (low, high), (least, most) = old.possible, new.possible
    possible = least - high, most - low
    if _is_sum_of_rows(old) and _is_sum_of_rows(new):  # what lacks a score by the same rule lacks it in both alike
        possible = sum((each.points for each in found), _NOTHING), sum((each.most for each in found), _NOTHING)
    return Effect(file, new.organisation, new.fiscal_year, _standing(old), _standing(new), possible, found)


def _is_sum_of_rows(evaluation: Evaluation) -> bool:
    """Tell whether a total is the sum of its rows, whatever is still filled in."""
    ends = zip(*_ranges(evaluation).values(), strict=True)
    return not _is_special(evaluation) and tuple(sum(end, _NOTHING) for end in ends) == evaluation.possible


def _standing(evaluation: Evaluation) -> Standing:
    possible, grades = evaluation.possible, evaluation.possible_grades
    return Standing(evaluation.score, evaluation.grade, possible, grades, evaluation.problems)


def changed_places(old: Ruleset, new: Ruleset) -> dict[Path, Location]:
    """Give where the rules stand that changed, by the indicator or the open section that they score."""
    matching = Matching(old.catalogue, new.catalogue)
    found: dict[Path, Location] = {}
    for pair in pairs(old, new, matching):
        if pair.new.location is not None and not is_same_rule(pair.old, pair.new, matching.called):
            found |= {path: pair.new.location for path in pair.paths if path not in found}
    return found


def _responsible(effects: Iterable[Effect], new: Catalogue, places: Mapping[Path, Location]) -> Iterator[Responsible]:
    """Add up what each part is responsible for, the largest first; rows of units' own count by their section."""
    known: dict[Share, list[Share]] = {}
    for effect in effects:
        for share in effect.shares:
            path = share.path[:-1] if share.is_own else share.path
            known.setdefault(Share(path, _NOTHING, share.is_level, share.is_own), []).append(share)
    parts = {part.path: part.location for part in new.walk()}
    for part, found in sorted(known.items(), key=lambda each: -sum(abs(share.points) for share in each[1])):
        points = [share.points for share in found if share.points == share.most]
        gained = sum((each for each in points if each > 0), _NOTHING)
        lost = sum(points, _NOTHING) - gained
        wide = [share for share in found if share.points != share.most]
        least, most = (sum((getattr(share, end) for share in wide), _NOTHING) for end in ("points", "most"))
        place = places.get(part.path, parts.get(part.path, new.location))
        yield Responsible(part, len(found), gained, lost, len(wide), least, most, place)

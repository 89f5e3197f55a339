"""What each part of a form adds to the total, so that the change of a total is shared out exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from attrs import frozen

from evalrules._catalogue.model import Path
from evalrules._compare.matching import Matching
from evalrules._evaluation import Evaluation

Parts = Mapping[Path, Decimal]
TOTAL: Path = ()
_NOTHING = Decimal(0)


@frozen
class Share:
    """How many points of a change one part is responsible for: an indicator, a section by itself, or the total.

    ``is_level`` marks what a section or the total does beyond its rows: a cap, a conversion, a limit.
    """

    path: Path
    points: Decimal
    is_level: bool = False
    is_own: bool = False

    @property
    def where(self) -> str:
        """The part as text; empty for the total."""
        return "/".join(self.path)


def shares(old: Evaluation, new: Evaluation, matching: Matching) -> tuple[Share, ...]:
    """Share out the change of the total, in the form's order; the points add up to it exactly.

    Only of two evaluations that both have a total.
    """
    before = {_led(path, matching): points for path, points in _rows(old).items()}
    own = {result.path for result in (*old.indicators, *new.indicators) if result.origin == "submission"}
    return (
        *(Share(path, points, is_own=path in own) for path, points in _change(before, _rows(new))),
        *(Share(path, points, is_level=True) for path, points in _change(_levels(old, matching), _levels(new))),
    )


def _change(old: Parts, new: Parts) -> Iterator[tuple[Path, Decimal]]:
    for path in dict.fromkeys((*new, *old)):
        change = new.get(path, _NOTHING) - old.get(path, _NOTHING)
        if change:
            yield path, change


def _led(path: Path, matching: Matching) -> Path:
    """Bring the path of a row to the new edition's."""
    return matching.indicators.get(path, (*matching.sections.get(path[:-1], path[:-1]), path[-1]))


def _rows(evaluation: Evaluation) -> dict[Path, Decimal]:
    return {result.path: result.score or _NOTHING for result in evaluation.indicators}


def _levels(evaluation: Evaluation, matching: Matching | None = None) -> Parts:
    """Give what each section and the total adds to the sum of its parts; nothing where the total is a plain sum."""
    rows = _rows(evaluation)
    if not _is_special(evaluation):
        return {}
    scores = {section.path: section.score or _NOTHING for section in evaluation.sections}
    beside = _outside(evaluation)
    added = {path: score - _inside(path, rows, scores, beside) for path, score in scores.items()}
    added[TOTAL] = (evaluation.score or _NOTHING) - _inside(TOTAL, rows, scores, beside)
    led = {} if matching is None else matching.sections
    return {led.get(path, path): points for path, points in added.items()}


def _is_special(evaluation: Evaluation) -> bool:
    """Tell whether some section or the total may be other than the sum of its parts."""
    catalogue = evaluation.catalogue
    sections = (part.cap or part.bonus or part.penalty for part in catalogue.sections)
    return any(sections) or any(indicator.otherwise is not None for indicator in catalogue.indicators)


def _outside(evaluation: Evaluation) -> frozenset[Path]:
    """Give the bonus and penalty sections, which add to the total and not to the section around them."""
    return frozenset(part.path for part in evaluation.catalogue.sections if part.bonus or part.penalty)


def _inside(path: Path, rows: Parts, scores: Parts, beside: frozenset[Path]) -> Decimal:
    """Add up the parts directly below; below the total also the sections that stand outside the points."""
    below = [points for row, points in rows.items() if row[:-1] == path]
    below += [score for part, score in scores.items() if part[:-1] == path and part not in beside]
    if path == TOTAL:
        below += [score for part, score in scores.items() if part in beside]
    return sum(below, _NOTHING)

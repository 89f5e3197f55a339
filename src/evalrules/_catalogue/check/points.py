"""Points: the parts of a whole add up, and each can be written with the places of the score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from evalrules._catalogue.check.edition import Edition, shown
from evalrules._catalogue.model import Indicator, Section
from evalrules._numbers import decimal_text
from evalrules._problems import Location, Problem, problem

Part = Section | Indicator


def points_of_form(edition: Edition) -> Iterator[Problem]:
    """The points of the top level add up to those of the edition; bonus and penalty stand outside."""
    catalogue = edition.catalogue
    if catalogue.parts:
        yield from _sum(catalogue.parts, catalogue.points, catalogue.title, catalogue.location, is_open=False)


def points_of_sections(edition: Edition) -> Iterator[Problem]:
    """The points of a section's parts add up to its own; in an open section they may leave room for more."""
    for section in edition.catalogue.sections:
        if section.points is not None and section.parts and not (section.one_of or section.bonus or section.penalty):
            yield from _sum(section.parts, section.points, shown(section.path), section.location, is_open=section.open)


def points_of_choice(edition: Edition) -> Iterator[Problem]:
    """Where one of several is answered, each carries the section's full points."""
    for section in edition.catalogue.sections:
        for part in section.parts if section.one_of else ():
            if part.points != section.points:
                yield problem(
                    "one-of-points",
                    part.location,
                    title=part.title,
                    points=_text(part.points),
                    section=shown(section.path),
                    whole=_text(section.points),
                )


def points_fit_places(edition: Edition) -> Iterator[Problem]:
    """Points are above 0 and multiples of the last place of a score, else no score could be full."""
    places = edition.catalogue.rounding.places
    for part in edition.parts:
        if part.points is not None and part.points <= 0:
            yield problem("points-not-positive", part.location, title=part.title, points=_text(part.points))
        elif part.points is not None and (part.points * 10**places).denominator != 1:
            yield problem(
                "points-finer-than-score", part.location, title=part.title, points=_text(part.points), places=places
            )


def sections_hold_something(edition: Edition) -> Iterator[Problem]:
    """A section has parts, or takes rows of the departments."""
    for section in edition.catalogue.sections:
        if not section.parts and not section.open:
            yield problem("section-empty", section.location, title=shown(section.path))


def bonus_and_penalty(edition: Edition) -> Iterator[Problem]:
    """What stands outside the 100 says how much it may add or take, and only that does."""
    for section in edition.catalogue.sections:
        title, place = shown(section.path), section.location
        outside = section.bonus or section.penalty
        if section.bonus and section.penalty:
            yield problem("bonus-and-penalty", place, title=title)
        if outside and section.at_most is None:
            yield problem("at-most-missing", place, title=title)
        if section.at_most is not None and not outside:
            yield problem("at-most-without-bonus", place, title=title)


def caps_limit_something(edition: Edition) -> Iterator[Problem]:
    """A cap lies below the points of its section, else it limits nothing."""
    for section in edition.catalogue.sections:
        cap = section.cap
        if cap is not None and section.points is not None and cap.at_most >= section.points:
            place = cap.location or section.location
            at_most, points = _text(cap.at_most), _text(section.points)
            yield problem("cap-limits-nothing", place, title=shown(section.path), at_most=at_most, points=points)


def _sum(
    parts: Iterable[Part], points: Fraction, title: str, location: Location | None, *, is_open: bool
) -> Iterator[Problem]:
    inside = [part for part in parts if isinstance(part, Indicator) or not (part.bonus or part.penalty)]
    known = {part.title: stated for part in inside if (stated := _points(part)) is not None}
    total = sum(known.values(), Fraction(0))
    fixed = len(known) == len(inside) and not is_open
    if total > points or (fixed and total != points):
        addends = " + ".join(f"{part} {_text(stated)}" for part, stated in known.items())
        arguments = {"title": title, "points": _text(points), "total": _text(total), "addends": addends}
        yield problem("points-do-not-add-up" if fixed else "points-exceed-section", location, **arguments)


def _points(part: Part) -> Fraction | None:
    """Give the points of a part: stated, else those of its own parts where they are fixed."""
    if part.points is not None or isinstance(part, Indicator) or part.open:
        return part.points
    each = [_points(inner) for inner in part.parts]
    known = [points for points in each if points is not None]
    return sum(known, Fraction(0)) if len(known) == len(each) else None


def _text(points: Fraction | None) -> str:
    return "" if points is None else decimal_text(points)

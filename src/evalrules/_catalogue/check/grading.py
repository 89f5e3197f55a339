"""Grades: every total has one, a higher total never has a lower one, and each can be had."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from evalrules._catalogue.check.edition import Edition
from evalrules._catalogue.model import Grade
from evalrules._catalogue.scopes import TOTAL, total_bounds
from evalrules._formula.ranges import Ranges
from evalrules._formula.tree import Node, Number, names, walk
from evalrules._formula.units import did_you_mean
from evalrules._numbers import decimal_text
from evalrules._problems import Problem, problem


def grades_cover_totals(edition: Edition) -> Iterator[Problem]:
    """Every total in range has a grade, none is out of reach, and the grade does not fall as the total rises."""
    grades = edition.catalogue.grades
    if not grades or not all(grade.when is None or names(grade.when.tree) == (TOTAL,) for grade in grades):
        return
    totals = _totals(edition)
    ranks = [_rank(grades, total) for total in totals]
    yield from _gaps(edition, totals, ranks)
    yield from _turns(edition, totals, ranks)
    for number, grade in enumerate(grades):
        if number not in ranks:
            yield problem("grade-never-reached", grade.location or edition.catalogue.location, grade=grade.title)


def grades_are_known(edition: Edition) -> Iterator[Problem]:
    """A grade and each of its other words name one grade, and a cap names a grade that can still be lowered."""
    catalogue = edition.catalogue
    known: dict[str, str] = {}
    for grade in catalogue.grades:
        for word in (grade.title, *grade.also):
            other = known.setdefault(word, grade.title)
            if other != grade.title:
                yield problem("grade-word-twice", grade.location, word=word, grade=other)
    titles = [grade.title for grade in catalogue.grades]
    for cap in catalogue.grade_caps:
        if cap.at_most not in titles:
            suggestion = did_you_mean(cap.at_most, titles)
            yield problem("unknown-grade", cap.location, grade=cap.at_most, suggestion=suggestion)
        elif cap.at_most == titles[0]:
            yield problem("grade-cap-limits-nothing", cap.location, grade=cap.at_most)


def _totals(edition: Edition) -> list[Fraction]:
    """Give every total at which a grade can change, and those one last place beside it, lowest first."""
    bounds = total_bounds(edition.catalogue)
    unit = Fraction(1, 10**edition.catalogue.rounding.places)
    low, high = bounds.low or Fraction(0), bounds.high or edition.catalogue.points
    edges = (low, high, *_numbers(edition))
    units = {math.floor(edge / unit) + step for edge in edges for step in (-1, 0, 1, 2)}
    return sorted(total for total in (unit * number for number in units) if low <= total <= high)


def _numbers(edition: Edition) -> Iterator[Fraction]:
    nodes: list[Node] = [grade.when.tree for grade in edition.catalogue.grades if grade.when is not None]
    yield from (part.value for node in nodes for part in walk(node) if isinstance(part, Number))


def _rank(grades: tuple[Grade, ...], total: Fraction) -> int | None:
    ranges = Ranges().at(TOTAL, total)
    return next((n for n, grade in enumerate(grades) if grade.when is None or ranges.truth(grade.when.tree)), None)


def _gaps(edition: Edition, totals: list[Fraction], ranks: list[int | None]) -> Iterator[Problem]:
    open_totals = [total for total, rank in zip(totals, ranks, strict=True) if rank is None]
    if open_totals:
        place = edition.catalogue.grades[-1].location or edition.catalogue.location
        yield problem("grade-gap", place, total=decimal_text(open_totals[0]), last=decimal_text(open_totals[-1]))


def _turns(edition: Edition, totals: list[Fraction], ranks: list[int | None]) -> Iterator[Problem]:
    """Tell each pair of neighbouring totals where the higher one has the lower grade."""
    grades = edition.catalogue.grades
    if "graded" in dict(edition.catalogue.waive):
        return
    graded = [(total, rank) for total, rank in zip(totals, ranks, strict=True) if rank is not None]
    for (total, rank), (higher, other) in pairwise(graded):
        if other > rank:
            numbers = {"total": decimal_text(total), "higher": decimal_text(higher)}
            titles = {"grade": grades[rank].title, "other": grades[other].title}
            yield problem("grades-turned", grades[other].location or edition.catalogue.location, **numbers, **titles)

"""What is told of an edition of which something could not be read: what does not follow from that.

A formula that does not read leaves an indicator without its rule; that this indicator now lacks one is no second
mistake. So what the checker finds is told only where it stands in another entry (an indicator, a figure, a method),
does not name what was lost, and is no sum over points that are not known.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from attrs import field

from evalrules._problems import Problem, Source
from evalrules._values import frozen

_KEY = re.compile(r"\s*+(?:- ++)*+[\"']?([^:\"'{}\[\],#]++)[\"']?\s*+:")
_OF_ENTRIES = frozenset({"sections", "indicators", "data", "methods", "checks", "grades"})
"""Keys under which each entry stands for itself."""
_ELSEWHERE = frozenset({"evalrules", "uses", "defaults", "parts", "rounding", "extends"})
"""Keys that all entries depend on: where one of them is lost, nothing else can be told."""
_OF_ALL_GRADES = frozenset({"grade-gap", "grade-never-reached", "grades-turned"})
SUMS = frozenset({"points-do-not-add-up", "points-exceed-section"})
OF_NEW_POINTS = SUMS | {"case-score-outside"}
"""What comes of giving points anew, and keeps nobody from following a rule or scoring a case."""


@frozen
class _Outline:
    """The lines of a document as a tree: for each, counted from 1, the line that it stands under, 0 for none."""

    source: Source
    above: tuple[int, ...] = field(init=False)

    @above.default
    def _above(self) -> tuple[int, ...]:
        parents, way = [0], list[tuple[int, int]]()
        for number, line in enumerate(self.source.lines, 1):
            text = line.lstrip(" ")
            indent = len(line) - len(text)
            if text and text[0] != "#":
                while way and way[-1][0] >= indent:
                    way.pop()
            parents.append(way[-1][1] if way else 0)
            if text and text[0] != "#":
                way.append((indent, number))
        return tuple(parents)

    def way(self, line: int) -> Iterator[int]:
        """Go from a line up to the top of the document."""
        while 0 < line < len(self.above):
            yield line
            line = self.above[line]

    def key(self, line: int) -> str:
        """Give the key that a line begins with, or nothing."""
        found = _KEY.match(self.source.line(line))
        return found[1].strip() if found else ""

    def entry(self, line: int) -> int:
        """Give the line of the entry that a line belongs to; outside of entries that of the key at the top.

        A section is no entry for what it holds: a key of its own stands for itself.
        """
        below = inside = line
        for each in self.way(line):
            if each != line and self.key(each) in _OF_ENTRIES:
                return inside if below in self.holding else below
            inside, below = below, each
        return below

    @cached_property
    def holding(self) -> frozenset[int]:
        """The lines of sections: parts stand under them."""
        return frozenset(above for line, above in enumerate(self.above) if self.key(line) in ("sections", "indicators"))


def apart_from(lost: Collection[Problem], found: Iterable[Problem]) -> tuple[Problem, ...]:
    """Give those of the problems found that do not follow from what could not be read."""
    places = [each.location for each in lost]
    sources = {place.source for place in places if place is not None and place.line}
    source = next(iter(sources), None)
    if source is None or len(sources) != 1 or any(place is None or not place.line for place in places):
        return ()
    outline = _Outline(source)
    lines = [place.line for place in places if place is not None]
    if any(_is_everywhere(each, outline) for each in lost):
        return ()
    entries = {outline.entry(line) for line in lines}
    gone = {outline.entry(place.line) for each in lost if each.code != "key-duplicate" and (place := each.location)}
    names = {outline.key(entry) for entry in gone if outline.key(outline.above[entry]) in _OF_ENTRIES} - {""}
    without_parts = {above for entry in entries for above in outline.way(entry)}
    among_grades = any(outline.key(outline.above[entry]) == "grades" for entry in entries)
    without_points = {outline.entry(line) for line in lines if _hides_points(outline, line)}
    unsure = {above for entry in without_points for above in outline.way(entry)}
    whole = any(not outline.above[entry] for entry in without_points)  # the points of the form itself
    return tuple(
        each
        for each in found
        if each.location is not None
        and each.location.source == source
        and entries.isdisjoint(outline.way(each.location.line))
        and not _names(each, source, names)
        and not (each.code == "section-empty" and each.location.line in without_parts)
        and not (each.code in _OF_ALL_GRADES and among_grades)
        and not (each.code in SUMS and unsure and (whole or each.location.line in unsure or _is_at_top(outline, each)))
    )


def _is_everywhere(lost: Problem, outline: _Outline) -> bool:
    """Tell whether all entries may depend on what was lost; a key that is missing is told of the first line."""
    line = 0 if lost.location is None else lost.location.line
    return lost.code != "missing-key" and any(outline.key(each) in _ELSEWHERE for each in outline.way(line))


def _hides_points(outline: _Outline, line: int) -> bool:
    """Tell whether the points of an entry may be among what was lost: a whole line of it, or its key for points."""
    return line == outline.entry(line) or outline.key(line) not in _WITHOUT_POINTS


_WITHOUT_POINTS = frozenset({
    "when", "because", "award", "deduct", "checklist", "judged", "let", "scoring", "value", "unit", "target", "applies",
    "explain_when", "reference", "evidence", "score", "also", "title",
})  # fmt: skip


def _is_at_top(outline: _Outline, found: Problem) -> bool:
    return found.location is not None and not outline.above[found.location.line]


def _names(found: Problem, source: Source, names: Iterable[str]) -> bool:
    """Tell whether a problem, or the line that it is on, names something."""
    line = source.line(found.location.line) if found.location is not None else ""
    said = (line, *(str(value) for _, value in found.arguments))
    return any(name in text for name in names for text in said)

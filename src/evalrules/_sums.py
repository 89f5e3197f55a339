"""Points that must add up once the submission has added its own rows to open sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from evalrules._binding import Filled
from evalrules._catalogue.model import Indicator, Path, Section
from evalrules._numbers import decimal_text
from evalrules._problems import Location, Problem, problem
from evalrules._ruleset import Ruleset
from evalrules._submission import Submission


def sum_problems(
    ruleset: Ruleset, submission: Submission, filled: Filled, moved: Mapping[Path, int]
) -> Iterator[Problem]:
    """Name every section with open parts whose rows' points are not the section's, the innermost first."""
    own: dict[Path, list[int]] = {}
    for number, row in enumerate(filled.rows):
        if row.indicator.origin == "submission":
            own.setdefault(row.indicator.path[:-1], []).append(number)
    place = 10**ruleset.catalogue.rounding.places

    def found(part: Section | Indicator) -> int:
        if isinstance(part, Indicator):
            return int(part.points * place)
        if part.bonus or part.penalty:
            return 0
        if part.one_of:
            return int((part.points or 0) * place)
        return sum(found(inner) for inner in part.parts) + sum(filled.rows[number].units for number in own.get(part.path, ()))

    def gained(part: Section) -> int:
        inside = (inner for inner in (part, *part.walk()) if isinstance(inner, Section) and inner.open)
        return sum(moved.get(inner.path, 0) for inner in inside)

    def place_of(part: Section) -> Location | None:
        for number, row in enumerate(filled.rows):
            entry = filled.entries[number]
            if entry is not None and row.indicator.path[: len(part.path)] == part.path:
                return entry.places.get("points", entry.location)
        return submission.location

    for section in reversed(ruleset.catalogue.sections):
        if section.points is None or not ruleset.is_open(section) or section.bonus or section.penalty:
            continue
        expected, sum_of_rows = int(section.points * place) + gained(section), found(section)
        if sum_of_rows != expected:
            yield problem(
                "section-points-sum",
                place_of(section),
                section="/".join(section.path),
                found=decimal_text(Fraction(sum_of_rows, place)),
                expected=decimal_text(Fraction(expected, place)),
            )


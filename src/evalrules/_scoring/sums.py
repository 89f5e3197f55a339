"""Points that must add up once the submission has added its own rows to open sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from attrs import field, frozen

from evalrules._catalogue.model import Indicator, Path, Section
from evalrules._numbers import decimal_text
from evalrules._problems import Location, Problem, problem
from evalrules._ruleset import Ruleset
from evalrules._scoring.entries import Filled
from evalrules._submission import Submission


def sum_problems(
    ruleset: Ruleset, submission: Submission, filled: Filled, moved: Mapping[Path, int]
) -> Iterator[Problem]:
    """Name every section with open parts whose rows' points are not the section's, the innermost first."""
    sums = _Sums(ruleset, submission, filled, moved)
    for section in reversed(ruleset.catalogue.sections):
        if section.points is None or not ruleset.is_open(section) or section.bonus or section.penalty:
            continue
        if any(path[: len(section.path)] == section.path for path in filled.incomplete):
            continue
        found, place = sums.units_in(section), ruleset.place
        expected = section.points * place + sums.gained(section)
        if found != expected:
            yield problem(
                "section-points-sum",
                sums.place(section),
                section="/".join(section.path),
                found=decimal_text(Fraction(found, place)),
                expected=decimal_text(expected / place),
            )


@frozen(eq=False)
class _Sums:
    ruleset: Ruleset
    submission: Submission
    filled: Filled
    moved: Mapping[Path, int]
    own: dict[Path, int] = field(init=False)

    @own.default
    def _own(self) -> dict[Path, int]:
        sums: dict[Path, int] = {}
        for row in self.filled.rows:
            if row.indicator.origin == "submission":
                path = row.indicator.path[:-1]
                sums[path] = sums.get(path, 0) + row.units
        return sums

    def units_in(self, part: Section | Indicator) -> int:
        """Add up the points of the rows below a part, in units of the last place."""
        if isinstance(part, Indicator):
            return self.ruleset.row_at[part.path].units
        if part.bonus or part.penalty:
            return 0
        if part.one_of:
            return int((part.points or 0) * self.ruleset.place)
        return sum((self.units_in(inner) for inner in part.parts), self.own.get(part.path, 0))

    def gained(self, section: Section) -> int:
        """Give the units that open sections here gain from indicators that do not apply."""
        inside = (part for part in (section, *section.walk()) if isinstance(part, Section) and part.open)
        return sum(self.moved.get(part.path, 0) for part in inside)

    def place(self, section: Section) -> Location | None:
        """Give the place of the first entry below the section."""
        depth = len(section.path)
        for row, entry in zip(self.filled.rows, self.filled.entries, strict=True):
            if entry is not None and row.indicator.path[:depth] == section.path:
                return entry.places.get("points", entry.location)
        return self.submission.location

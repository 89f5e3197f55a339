"""The form: sections, indicators, and what an indicator gets when it says nothing."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from attrs import frozen

from evalrules._catalogue.model.common import Path, TargetKind, place
from evalrules._catalogue.model.scoring import Case, MethodCall, Scoring
from evalrules._formula.scope import Bounds
from evalrules._formula.sentence import Sentence
from evalrules._formula.tree import Formula
from evalrules._problems import Location


@frozen
class Target:
    """A fixed target, ``text`` as it is shown.

    After a comparator stands either a number, kept in ``low``, or a ``formula``. Only an interval has ``high`` as well,
    both ends included. A deadline has its ``day``; a target in words has only its text.
    """

    kind: TargetKind
    low: Fraction | None = None
    high: Fraction | None = None
    unit: str = ""
    formula: Formula | None = None
    day: datetime.date | None = None
    text: str = ""


@frozen
class Otherwise:
    """What becomes of an indicator that does not apply."""

    policy: Literal["full_marks", "points", "rescale", "rescale_total", "move_to"]
    points: Formula | None = None
    because: Sentence | None = None
    move_to: str | None = None
    location: Location | None = place()


@frozen
class Indicator:
    """A 三级指标: the only thing that is scored. ``path`` ends with its title."""

    path: Path
    points: Fraction
    scoring: Scoring | MethodCall | None = None
    value: Formula | None = None
    unit: str = ""
    integer: bool = False
    target: Target | None = None
    applies: Formula | None = None
    otherwise: Otherwise | None = None
    ranges: tuple[tuple[str, Bounds], ...] = ()
    explain_when: Formula | None = None
    reference: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()
    waive: tuple[tuple[str, str], ...] = ()
    status: str | None = None
    origin: str = "catalogue"
    location: Location | None = place()

    @property
    def title(self) -> str:
        """The last part of the path."""
        return self.path[-1]


@frozen
class Cap:
    """A limit on a section's score while ``when`` holds."""

    at_most: Fraction
    because: Sentence
    when: Formula | None = None
    location: Location | None = place()


@frozen
class Section:
    """A 一级 or 二级指标: parts in the form's order; ``points`` None where an open section states none."""

    path: Path
    points: Fraction | None = None
    parts: tuple[Section | Indicator, ...] = ()
    open: bool = False
    one_of: bool = False
    bonus: bool = False
    penalty: bool = False
    at_most: Fraction | None = None
    cap: Cap | None = None
    explain_when: Formula | None = None
    ranges: tuple[tuple[str, Bounds], ...] = ()
    location: Location | None = place()

    @property
    def title(self) -> str:
        """The last part of the path."""
        return self.path[-1]

    def walk(self) -> Iterator[Section | Indicator]:
        """Go through everything below, in the form's order."""
        for part in self.parts:
            yield part
            if isinstance(part, Section):
                yield from part.walk()


@frozen
class SectionDefault:
    """What an indicator of this section gets when it says nothing; ``section`` is a title or a path."""

    section: str
    scoring: Scoring | MethodCall | None = None
    bare_target: TargetKind | None = None
    explain_when: Formula | None = None
    location: Location | None = place()


@frozen
class Defaults:
    """What an indicator gets when it says nothing."""

    bare_target: TargetKind = "≥"
    scoring: tuple[tuple[TargetKind, Scoring | MethodCall], ...] = ()
    sections: tuple[SectionDefault, ...] = ()
    explain_when: Formula | None = None

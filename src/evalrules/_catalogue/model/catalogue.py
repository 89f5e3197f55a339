"""An edition as a whole, and what a department adds to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property

from attrs import field, frozen

from evalrules._catalogue.model.common import Rounding, place
from evalrules._catalogue.model.data import Figure, Grid, Table
from evalrules._catalogue.model.form import Defaults, Indicator, Section
from evalrules._catalogue.model.rules import AuditSetting, Check, Grade, GradeCap
from evalrules._catalogue.model.scoring import Method
from evalrules._problems import Location


@frozen
class Catalogue:
    """An edition. ``methods`` holds its own and, behind them, those of the editions in ``uses``, by title."""

    id: str
    edition: str
    title: str
    issuer: str = ""
    fiscal_years: tuple[int, ...] = ()
    supersedes: str | None = None
    reference: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    rounding: Rounding = Rounding()
    points: Fraction = Fraction(100)
    tolerance: Fraction = Fraction(1, 100)
    data: Mapping[str, Figure] = field(factory=dict)
    grids: Mapping[str, Grid] = field(factory=dict)
    tables: Mapping[str, Table] = field(factory=dict)
    methods: Mapping[str, Method] = field(factory=dict)
    defaults: Defaults = Defaults()
    parts: tuple[Section | Indicator, ...] = ()
    grades: tuple[Grade, ...] = ()
    grade_caps: tuple[GradeCap, ...] = ()
    checks: tuple[Check, ...] = ()
    audit: Mapping[str, AuditSetting] = field(factory=dict)
    waive: tuple[tuple[str, str], ...] = ()
    digest: str = ""
    location: Location | None = place()

    @property
    def name(self) -> str:
        """The edition's full name, ``id@edition``."""
        return f"{self.id}@{self.edition}"

    def walk(self) -> Iterator[Section | Indicator]:
        """Go through all sections and indicators, in the form's order."""
        for part in self.parts:
            yield part
            if isinstance(part, Section):
                yield from part.walk()

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """All sections at every level, in the form's order."""
        return tuple(part for part in self.walk() if isinstance(part, Section))

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators that the edition itself fixes, in the form's order."""
        return tuple(part for part in self.walk() if isinstance(part, Indicator))


@frozen
class Contributed:
    """An indicator that a department adds; ``bare_target`` tells that the edition decides the target's comparator."""

    indicator: Indicator
    bare_target: bool = False


@frozen
class Contribution:
    """What a department adds to the open sections of a bureau's edition, names as the department wrote them."""

    contributes_to: str
    department: str
    indicators: tuple[Contributed, ...] = ()
    data: Mapping[str, Figure] = field(factory=dict)
    tables: Mapping[str, Table] = field(factory=dict)
    methods: Mapping[str, Method] = field(factory=dict)
    location: Location | None = place()

"""Ways of scoring: the written-out forms, methods and calls of them, worked cases."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from attrs import frozen

from evalrules._catalogue.model.common import FigureKind, place
from evalrules._formula.scope import ANY, Bounds
from evalrules._formula.sentence import Sentence
from evalrules._formula.tree import Formula
from evalrules._problems import Location
from evalrules._quantities import Cell


@frozen
class Let:
    """A named intermediate value."""

    name: str
    formula: Formula


@frozen
class DeductRule:
    """A rule that takes ``points`` away when it holds and is not excused by ``unless``."""

    points: Formula
    because: Sentence
    when: Formula | None = None
    unless: Formula | None = None
    location: Location | None = place()


@frozen
class AwardRow:
    """A row of bands: a number of points, or a range (low, high) inside which an assessor's score must lie."""

    points: Formula | tuple[Formula, Formula]
    when: Formula | None = None
    because: Sentence | None = None
    location: Location | None = place()


@frozen
class ChecklistItem:
    """One 评价要点 and what it is worth."""

    title: str
    points: Fraction
    location: Location | None = place()


@frozen
class Tier:
    """A tier of a judgement, as shares of the points (0 to 1), the lower edge included."""

    title: str
    low: Fraction
    high: Fraction
    location: Location | None = place()


@frozen
class Scoring:
    """One of the four written-out forms; ``items`` are of the class that belongs to ``form``."""

    form: Literal["deduct", "award", "checklist", "judged"]
    items: tuple[DeductRule, ...] | tuple[AwardRow, ...] | tuple[ChecklistItem, ...] | tuple[Tier, ...]
    let: tuple[Let, ...] = ()
    location: Location | None = place()

    @property
    def checklist(self) -> tuple[ChecklistItem, ...]:
        """The items of a checklist; none of the other forms has any."""
        return tuple(item for item in self.items if isinstance(item, ChecklistItem))

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The tiers of a judgement; none of the other forms has any."""
        return tuple(item for item in self.items if isinstance(item, Tier))

    @property
    def asks_for_judgement(self) -> bool:
        """Tell whether an assessor may have to choose a score: among tiers, or inside a row's range of points."""
        return any(
            isinstance(item, Tier) or (isinstance(item, AwardRow) and isinstance(item.points, tuple))
            for item in self.items
        )


@frozen
class MethodCall:
    """``scoring: 比例得分`` or ``{method: 比例得分, 底线: 60%}``; an argument is a formula or a choice.

    ``units`` are those that arguments were written with (``每: 1岁``) where the method's parameter declares none.
    """

    method: str
    arguments: tuple[tuple[str, Formula], ...] = ()
    units: tuple[tuple[str, str], ...] = ()
    location: Location | None = place()


@frozen
class Parameter:
    """A parameter of a method. A choice (``choices`` not empty) is compared by name in the method's formulas."""

    name: str
    type: FigureKind = "number"
    unit: str = ""
    integer: bool = False
    default: Formula | None = None
    choices: tuple[str, ...] = ()
    bounds: Bounds = ANY
    location: Location | None = place()


@frozen
class Case:
    """An example beside a rule: inputs as written, and the score (None: unscored) expected.

    An input is a name of the formulas in scope, or an item of a checklist. ``judged`` is an assessor's tier and score.
    """

    inputs: tuple[tuple[str, Cell], ...]
    score: Fraction | None
    judged: tuple[str | None, Fraction | None] | None = None
    location: Location | None = place()


@frozen
class Method:
    """A named way of scoring. ``edition`` is the edition that wrote it, ``id@edition``."""

    title: str
    scoring: Scoring
    about: str = ""
    parameters: tuple[Parameter, ...] = ()
    ranges: tuple[tuple[str, Bounds], ...] = ()
    cases: tuple[Case, ...] = ()
    reference: tuple[str, ...] = ()
    waive: tuple[tuple[str, str], ...] = ()
    edition: str = ""
    location: Location | None = place()

"""A submission: the figures, rows and claims of one organisation for one year."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from sys import intern
from typing import Final

from attrs import field, frozen

from evalrules._problems import Location
from evalrules._quantities import BLANK, Cell, Quantity

Pair = tuple[int, int]
Sort = tuple[str, int]
"""The unit of a number as written, and its sign: -1, 0 or 1."""
ALL_SIGNS: Final = (-1, 0, 1)


@frozen
class Figure:
    """One submitted figure and its place."""

    cell: Cell
    location: Location | None = field(default=None, eq=False)


@frozen
class Numbers:
    """Submitted figures as an edition binds them: sorted once, so that numbers of one sort are judged together.

    ``pairs`` maps a name to its plain number, ``alike`` a sort to the names of its numbers; ``others`` name the rest.
    """

    pairs: Mapping[str, Pair]
    alike: Mapping[Sort, frozenset[str]]
    others: tuple[str, ...]


def sorted_numbers(figures: Mapping[str, Figure]) -> Numbers:
    """Sort the plain numbers among figures by unit and sign.

    >>> found = sorted_numbers({"预算数": Figure(Quantity(Fraction(12), "万元")), "是否公开": Figure(BLANK)})
    >>> found.pairs, found.alike, found.others
    ({'预算数': (12, 1)}, {('万元', 1): frozenset({'预算数'})}, ('是否公开',))
    """
    plain = {shared(name): figure.cell for name, figure in figures.items() if isinstance(figure.cell, Quantity)}
    alike: dict[Sort, list[str]] = {}
    for name, cell in plain.items():
        alike.setdefault((cell.unit, (cell.number > 0) - (cell.number < 0)), []).append(name)
    return Numbers(
        pairs={name: (cell.number.numerator, cell.number.denominator) for name, cell in plain.items()},
        alike={sort: frozenset(names) for sort, names in alike.items()},
        others=tuple(name for name in figures if name not in plain),
    )


def shared(name: str) -> str:
    """Give the one text of a name that submissions and editions share: the same object need not be compared."""
    return intern(str.__str__(name))  # what is only a kind of str cannot be shared


@frozen
class Judgement:
    """An assessor's choice of a tier and a score inside it; ``because`` is None where no reason was given."""

    tier: str | None = None
    score: Fraction | None = None
    because: str | None = None


@frozen
class Answer:
    """An answer to one item of a checklist: ``yes`` True or False, or a number of points with a reason."""

    item: str
    yes: bool | None = None
    points: Fraction | None = None
    because: str | None = None


@frozen
class Adjustment:
    """A reviewer's change of the computed score."""

    points: Fraction
    because: str


@frozen
class Entry:
    """One row of the 自评表. ``where`` is how findings name it: ``entries[11] 验收合格率`` (counted from 0)."""

    indicator: str
    section: str | None = None
    points: Fraction | None = None
    target: Cell = BLANK
    actual: Cell = BLANK
    claimed_score: Fraction | None = None
    judged: Judgement | None = None
    answers: tuple[Answer, ...] = ()
    not_applicable: str | None = None
    adjust: Adjustment | None = None
    deviation_reason: str | None = None
    improvement: str | None = None
    evidence: tuple[str, ...] = ()
    note: str | None = None
    where: str = ""
    location: Location | None = field(default=None, eq=False, repr=False)
    places: Mapping[str, Location] = field(factory=dict, eq=False, repr=False)


@frozen
class Claimed:
    """What the submission says of itself as a whole."""

    score: Decimal | None = None
    grade: str | None = None
    sections: Mapping[str, Fraction] = field(factory=dict)


@frozen
class Submission:
    """Everything that one organisation hands in.

    ``data`` maps the name of a figure to its cell; a grid's cells are flattened to ``三公经费_上年决算数``. ``tables``
    maps a table's name to its rows, each a mapping of column to cell; ``grids`` keeps the names that grids were given.
    ``digest`` names the content, not the layout.
    """

    catalogue: str | None
    organisation: str
    fiscal_year: int
    data: Mapping[str, Figure]
    tables: Mapping[str, tuple[Mapping[str, Figure], ...]]
    entries: tuple[Entry, ...]
    claimed: Claimed
    digest: str
    location: Location | None = field(default=None, eq=False, repr=False)
    grids: Mapping[str, Location | None] = field(factory=dict, eq=False, repr=False)
    numbers: Numbers = field(init=False, eq=False, repr=False)

    @numbers.default
    def _numbers(self) -> Numbers:
        return sorted_numbers(self.data)

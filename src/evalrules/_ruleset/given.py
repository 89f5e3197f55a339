"""The figures that a submission gives, arranged so that most of its numbers are held to what is declared in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from itertools import product
from operator import itemgetter

from attrs import field, frozen

from evalrules._catalogue.model import Figure
from evalrules._quantities import Quantity, convert
from evalrules._submission import ALL_SIGNS, Numbers, Pair, Sort, shared


@lru_cache(maxsize=1024)
def _as_it_is(unit: str) -> frozenset[str]:
    """Give the units in which a number is one of this unit without conversion."""
    return frozenset({unit, ""} if convert(Quantity(Fraction(1)), unit) == 1 else {unit})


@frozen(eq=False)
class GivenFigure:
    """A figure that the submission gives, and its slot; a number in one of ``units`` needs no conversion."""

    slot: int
    figure: Figure
    name: str = field(init=False)
    units: frozenset[str] = field(init=False)
    least_sign: int | None = field(init=False)
    """The least sign (0, or 1) of a number in the range, where that alone decides it; -1 without a range, else None."""

    @name.default
    def _name(self) -> str:
        return shared(self.figure.name)

    @units.default
    def _units(self) -> frozenset[str]:
        return _as_it_is(self.figure.unit) if self.figure.type == "number" else frozenset()

    @least_sign.default
    def _least_sign(self) -> int | None:
        figure, bounds = self.figure, self.figure.bounds
        if figure.integer or bounds.high is not None or bounds.low not in (None, 0):
            return None
        return -1 if bounds.low is None else int(bounds.low_open)

    def takes(self, sign: int) -> bool:
        """Tell whether numbers with this sign are in the declared range, as far as the sign alone tells."""
        return self.least_sign is None or sign >= self.least_sign

    def admits(self, numerator: int, denominator: int) -> bool:
        """Tell whether a number lies in the declared range."""
        figure, bounds = self.figure, self.figure.bounds
        if figure.integer and numerator % denominator:
            return False
        low, high = bounds.low, bounds.high
        if low is not None:
            beyond = numerator * low.denominator - low.numerator * denominator
            if beyond < 0 or (beyond == 0 and bounds.low_open):
                return False
        if high is None:
            return True
        beyond = numerator * high.denominator - high.numerator * denominator
        return beyond < 0 or (beyond == 0 and not bounds.high_open)


def _all_shared(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(shared, names))


@frozen(eq=False)
class GivenFigures:
    """All figures that a submission gives, in the edition's order.

    ``taken`` maps a unit and a sign to the names of the figures that take such a number as it is; ``ranged`` are those
    whose range needs the number itself. Their slots are the first of ``slots``.
    """

    figures: tuple[GivenFigure, ...]
    slots: tuple[str, ...] = field(converter=_all_shared)
    by_name: Mapping[str, GivenFigure] = field(init=False)
    taken: Mapping[Sort, frozenset[str]] = field(init=False)
    ranged: tuple[GivenFigure, ...] = field(init=False)
    _pick: Callable[[Mapping[str, Pair]], Iterable[Pair]] = field(init=False, repr=False)
    _others: tuple[None, ...] = field(init=False, repr=False)

    @by_name.default
    def _by_name(self) -> Mapping[str, GivenFigure]:
        return {figure.name: figure for figure in self.figures}

    @taken.default
    def _taken(self) -> Mapping[Sort, frozenset[str]]:
        names: dict[Sort, set[str]] = {}
        for figure in self.figures:
            for sort in product(figure.units, filter(figure.takes, ALL_SIGNS)):
                names.setdefault(sort, set()).add(figure.name)
        return {sort: frozenset(taking) for sort, taking in names.items()}

    @ranged.default
    def _ranged(self) -> tuple[GivenFigure, ...]:
        return tuple(figure for figure in self.figures if figure.units and figure.least_sign is None)

    @_pick.default
    def _made_pick(self) -> Callable[[Mapping[str, Pair]], Iterable[Pair]]:
        names = self.slots[: len(self.figures)]
        return itemgetter(*names) if len(names) > 1 else lambda pairs: [pairs[name] for name in names]

    @_others.default
    def _made_others(self) -> tuple[None, ...]:
        return (None,) * (len(self.slots) - len(self.figures))

    def values(self, numbers: Numbers, *, whole: bool) -> list[Pair | None]:
        """Give the numbers in their slots, None for all else; ``whole`` where nothing but figures of these is there."""
        pairs = numbers.pairs
        if whole and len(pairs) == len(self.figures):
            return [*self._pick(pairs), *self._others]
        return [*map(pairs.get, self.slots)]

    def not_taken(self, numbers: Numbers) -> set[str]:
        """Name the submitted figures that have to be looked at one by one: blanks, dates, other units, misfits."""
        apart = set(numbers.others)
        for sort, names in numbers.alike.items():
            taking = self.taken.get(sort)
            if taking is None or not names <= taking:
                apart |= names - (taking or frozenset())
        for figure in self.ranged:
            pair = numbers.pairs.get(figure.name)
            if pair is not None and not figure.admits(*pair):
                apart.add(figure.name)
        return apart

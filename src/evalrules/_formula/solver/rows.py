"""A row of a table as the solver has it: numbers that are linear in its cells, conditions that are decided of it.

Rows are of one sort where every condition on their cells comes out alike. Within a sort everything that is added up is
linear in the cells: a product, a quotient or a rounding of cells is a cell of its own, of which some is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from attrs import define, field

from evalrules._formula.intervals import excludes_zero, overlap, point, product, quotient, total, whole
from evalrules._formula.scope import ANY, Bounds, Scope
from evalrules._formula.solver.calendar import FIRST_DAY, LAST_DAY
from evalrules._formula.solver.terms import Term, Terms, value_of
from evalrules._values import frozen

FILLED: Final = "已填"
"""Begins the key of what is decided of a cell that may be blank."""
_DAYS: Final = Bounds(Fraction(FIRST_DAY), Fraction(LAST_DAY))


class Split(Exception):
    """What has to be decided of a row before a formula can be read: the sorts on either side are read by themselves."""

    def __init__(self, key: Any, answers: Sequence[Any], linear: Linear | None = None) -> None:
        super().__init__(key)
        self.key, self.answers, self.linear = key, answers, linear


# ---- numbers of a row ----------------------------------------------------------------------------------------------


@frozen(eq=False)
class Linear:  # noqa: PLW1641 - equality is a condition, as of terms
    """A number of a row: so many times each cell, and a rest that is the same for all rows."""

    sort: Sort
    parts: Mapping[str, Term]
    rest: Term

    def __add__(self, other: Any) -> Linear:
        """Add."""
        other, terms = self.sort.number(other), self.sort.terms
        parts = dict(self.parts)
        for name, times in other.parts.items():
            parts[name] = terms.simplified(parts[name] + times) if name in parts else times
        kept = {name: times for name, times in parts.items() if value_of(times) != 0}
        return Linear(self.sort, kept, terms.simplified(self.rest + other.rest))

    def __neg__(self) -> Linear:
        """Turn the sign."""
        return self.times(self.sort.terms.number(-1))

    def __sub__(self, other: Any) -> Linear:
        """Subtract."""
        return self + -self.sort.number(other)

    def __mul__(self, other: Any) -> Linear:
        """Multiply; a product of cells is a cell of its own."""
        other = self.sort.number(other)
        if not other.parts:
            return self.times(other.rest)
        return other.times(self.rest) if not self.parts else self.sort.multiplied(self, other)

    def __truediv__(self, other: Any) -> Linear:
        """Divide; a quotient by a cell is a cell of its own."""
        other = self.sort.number(other)
        return self.sort.divided(self, other) if other.parts else self.times(self.sort.terms.number(1) / other.rest)

    def __radd__(self, other: Any) -> Linear:
        """Add."""
        return self.sort.number(other) + self

    def __rsub__(self, other: Any) -> Linear:
        """Subtract."""
        return self.sort.number(other) - self

    def __rmul__(self, other: Any) -> Linear:
        """Multiply."""
        return self.sort.number(other) * self

    def __gt__(self, other: Any) -> Term:
        """Compare."""
        return self.sort.is_positive(self - other)

    def __lt__(self, other: Any) -> Term:
        """Compare."""
        return self.sort.is_positive(self.sort.number(other) - self)

    def __ge__(self, other: Any) -> Term:
        """Compare."""
        return self.sort.terms.no(self < other)

    def __le__(self, other: Any) -> Term:
        """Compare."""
        return self.sort.terms.no(self > other)

    def __eq__(self, other: object) -> Any:
        """Compare."""
        return self.sort.terms.all_of((self <= other, self >= other))

    def __ne__(self, other: object) -> Any:
        """Compare."""
        return self.sort.terms.no(self == other)

    def times(self, factor: Term) -> Linear:
        """Multiply by what is the same for all rows."""
        simplified = self.sort.terms.simplified
        parts = {name: simplified(times * factor) for name, times in self.parts.items()}
        kept = {name: times for name, times in parts.items() if value_of(times) != 0}
        return Linear(self.sort, kept, simplified(self.rest * factor))

    @property
    def key(self) -> tuple[object, ...]:
        """What tells one number of a row from another."""
        return (*((name, self.parts[name].sexpr()) for name in sorted(self.parts)), self.rest.sexpr())

    def totalled(self, sums: Mapping[str, Term], count: Term) -> Term:
        """Add it up over so many rows with these sums of their cells."""
        found = self.rest * count
        for name, times in self.parts.items():
            found = found + times * sums[name]
        return found


Answers = dict[Any, tuple[Any, Linear | None]]
"""What is decided of the rows of a sort, by key: whether a number is positive, which choice a cell is, if any."""


@define(eq=False)
class Sort:
    """Rows of which the same is decided. It is the vocabulary for formulas that are read within such a row."""

    terms: Terms
    scope: Scope
    decided: Answers
    bounds: dict[str, Bounds] = field(factory=dict, init=False)
    """The ranges of the cells, those included that stand for products, quotients and roundings."""
    whole_cells: set[str] = field(factory=set, init=False)
    known: list[tuple[Linear, bool]] = field(factory=list, init=False)
    """Numbers that are at least 0 in every row, above 0 where told."""
    equal: list[tuple[Linear, Linear, Linear]] = field(factory=list, init=False)
    """A number that is the product of two others in every row."""
    rounded: list[tuple[str, Linear]] = field(factory=list, init=False)
    """A cell that is a number rounded down."""
    is_loose: bool = field(default=False, init=False)
    """Whether a cell stands for what is not told in full."""

    # ---- the vocabulary ----

    def number(self, value: Any) -> Linear:
        """Give a number that is the same for all rows; one of a row as it is."""
        if isinstance(value, Linear):
            return value
        term = self.terms.number(value) if isinstance(value, int | Fraction) else self.terms.as_number(value)
        return Linear(self, {}, term)

    whole = as_number = number

    def floor(self, value: Linear) -> Linear:
        """Round down: a whole cell of its own."""
        if not value.parts:
            return self.number(self.terms.floor(value.rest))
        name = f"⌊{value.key}⌋"
        if name not in self.bounds:
            cell = self._own(name, ANY)
            self.whole_cells.add(name)
            self.rounded.append((name, value))
            self.known += [(value - cell, False), (cell + 1 - value, True)]
        return self._cell(name)

    def ceiling(self, value: Linear) -> Linear:
        """Round up."""
        return -self.floor(-value)

    def truth(self, value: bool) -> Term:  # noqa: FBT001
        """Give true or false."""
        return self.terms.truth(value)

    def all_of(self, conditions: Iterable[Term]) -> Term:
        """Tell whether all conditions hold."""
        return self.terms.all_of(conditions)

    def any_of(self, conditions: Iterable[Term]) -> Term:
        """Tell whether one of the conditions holds."""
        return self.terms.any_of(conditions)

    def no(self, condition: Term) -> Term:
        """Tell whether a condition does not hold."""
        return self.terms.no(condition)

    def is_impossible(self, condition: Term) -> bool:
        """Tell whether a condition is seen to be false without asking."""
        return self.terms.is_impossible(condition)

    def choose(self, condition: Term, then: Any, otherwise: Any) -> Any:
        """Give one of two values; a condition of the row is decided."""
        if not isinstance(then, Linear) and not isinstance(otherwise, Linear):
            return self.terms.choose(condition, then, otherwise)
        known = value_of(condition)
        if known is not None:
            return then if known else otherwise
        one, other, zero = self.number(then), self.number(otherwise), self.terms.number(0)
        parts = {
            name: self.terms.choose(condition, one.parts.get(name, zero), other.parts.get(name, zero))
            for name in {**one.parts, **other.parts}
        }
        return Linear(self, parts, self.terms.choose(condition, one.rest, other.rest))

    # ---- what is decided ----

    def picked(self, key: Any, answers: Sequence[Any]) -> Any:
        """Give what is decided of a cell that can be one of few."""
        if key not in self.decided:
            raise Split(key, answers)
        return self.decided[key][0]

    def is_positive(self, value: Linear) -> Term:
        """Tell whether a number is above 0; that of a row is decided."""
        if not value.parts:
            return self.terms.simplified(value.rest > 0)
        first = value_of(value.parts[min(value.parts)])
        if isinstance(first, Fraction) and abs(first) != 1:
            value = value.times(self.terms.number(1 / abs(first)))
        if value.key not in self.decided:
            raise Split(value.key, (True, False), value)
        return self.terms.truth(self.decided[value.key][0])

    # ---- cells ----

    def cell(self, name: str) -> Linear:
        """Give a number or a day of the row."""
        variable = self.scope[name]
        if variable.kind == "date" or variable.integer:
            self.whole_cells.add(name)
        declared = _DAYS if variable.kind == "date" else variable.bounds
        self.bounds.setdefault(name, whole(declared) if variable.integer else declared)
        return self._cell(name)

    def _cell(self, name: str) -> Linear:
        return Linear(self, {name: self.terms.number(1)}, self.terms.number(0))

    def _own(self, name: str, bounds: Bounds) -> Linear:
        self.bounds[name] = bounds
        return self._cell(name)

    def multiplied(self, one: Linear, other: Linear) -> Linear:
        """Give a product of cells: of two numbers within ranges it lies between planes."""
        name = f"{one.key} × {other.key}"
        if name not in self.bounds:
            ranges = self.range_of(one), self.range_of(other)
            found = self._own(name, product(*ranges))
            self.equal.append((found, one, other))
            self._between(found, (one, ranges[0]), (other, ranges[1]))
        return self._cell(name)

    def divided(self, over: Linear, under: Linear) -> Linear:
        """Give a quotient of cells: what the dividend is the product of, with the divisor, unless that can be 0."""
        name, divisor = f"{over.key} ÷ {under.key}", self.range_of(under)
        if name in self.bounds or not excludes_zero(divisor):
            return self._cell(name) if name in self.bounds else self._own(name, ANY)
        ranges = quotient(self.range_of(over), divisor)
        found = self._own(name, ranges)
        self.equal.append((over, found, under))
        self._between(over, (found, ranges), (under, divisor))
        return found

    def apart(self, name: str, bounds: Bounds) -> Linear:
        """Give a whole number of the row of which no more is known."""
        if name not in self.bounds:
            self._own(name, bounds)
            self.whole_cells.add(name)
            self.is_loose = True
        return self._cell(name)

    def _between(self, result: Linear, one: tuple[Linear, Bounds], other: tuple[Linear, Bounds]) -> None:
        for first in _distances(*one):
            for second in _distances(*other):
                (a, turn), (b, turned) = first, second  # both at least 0, so their product is
                sign = self.terms.number(turn * turned)
                left, right = one[0], other[0]
                expanded = result - left * b - right * a + self.number(a * b)
                self.known.append((expanded.times(sign), False))

    def range_of(self, value: Linear) -> Bounds:
        """Give the range of a number of the row."""
        found: Bounds = ANY if (rest := value_of(value.rest)) is None else point(Fraction(rest))
        for name, times in value.parts.items():
            factor = value_of(times)
            part = ANY if factor is None else product(point(Fraction(factor)), self._range_of_cell(name))
            found = total(found, part)
        return found

    def _range_of_cell(self, name: str) -> Bounds:
        found = self.bounds[name]
        for answer, linear in self.decided.values():
            if linear is None or set(linear.parts) != {name}:
                continue
            times, rest = value_of(linear.parts[name]), value_of(linear.rest)
            if times is not None and rest is not None:
                edge = -Fraction(rest) / Fraction(times)
                above = (times > 0) == answer
                decided = Bounds(low=edge, low_open=answer) if above else Bounds(high=edge, high_open=answer)
                found = overlap(found, decided) or found
        return found

    @property
    def picked_cells(self) -> dict[str, Any]:
        """The cells that are decided: a choice, yes or no, or (None) blank; by the names of their columns."""
        found = {name: answer for name, (answer, _) in self.decided.items() if isinstance(name, str)}
        blank = [key[1] for key, (answer, _) in self.decided.items() if key[0] == FILLED and not answer]
        return {**found, **dict.fromkeys(blank)}

    # ---- what bounds each row ----

    def facts(self) -> Iterator[tuple[Linear, bool]]:
        """Give the numbers that are at least 0 in every row of the sort, above 0 where told."""
        for answer, linear in self.decided.values():
            if linear is not None:
                yield (linear, True) if answer else (-linear, False)
        for name, bounds in self.bounds.items():
            if bounds.low is not None:
                yield self._cell(name) - bounds.low, bounds.low_open
            if bounds.high is not None:
                yield self.number(bounds.high) - self._cell(name), bounds.high_open
        yield from self.known


def _distances(_: Linear, bounds: Bounds) -> Iterator[tuple[Fraction, int]]:
    """Give the ends of a range, with 1 where a number less the end is at least 0, −1 the other way round."""
    if bounds.low is not None:
        yield bounds.low, 1
    if bounds.high is not None:
        yield bounds.high, -1

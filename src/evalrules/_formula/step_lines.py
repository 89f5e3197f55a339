"""The lines that show how points came about: ``超出 = 103.2% − 100% = 3.2%``, ``0.5 × 3 = 1.5``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from evalrules._formula.program import ATTAINMENT, Binding
from evalrules._formula.scope import PERCENT, Scope, Unit
from evalrules._formula.tree import Choice, Formula, Name, Number, names
from evalrules._formula.words import formula_words, show, shown_exactly

Value = Any


class Reached:
    """The names of one run: the bindings, which of them have been computed, and the values that were given."""

    def __init__(self, bindings: tuple[Binding, ...], scope: Scope, given: Mapping[str, Value]) -> None:
        self.bindings = bindings
        self.scope = scope
        self.given = given
        self.computed: dict[int, Value] = {}
        self._places: dict[str, list[int]] = {}
        for place, binding in enumerate(bindings):
            self._places.setdefault(binding.name, []).insert(0, place)

    def place(self, name: str, limit: int) -> int | None:
        """Find the last of the first ``limit`` bindings that has this name."""
        for place in self._places.get(name, ()):
            if place < limit:
                return place
        return None

    def lines(self, points: Formula, amount: Fraction, when: Formula | None = None) -> tuple[str, ...]:
        """Give a line for each binding that the points or their condition read, in order, and one for the points."""
        return (*self._binding_lines(when, points), *self._line(points, amount, None, len(self.bindings)))

    def _binding_lines(self, *formulas: Formula | None) -> Iterator[str]:
        for place in sorted(self._read_by(*formulas)):
            binding = self.bindings[place]
            unit = self._unit(binding.name, binding.unit)
            for line in self._line(binding.formula, self.computed[place], unit, place):
                yield f"{binding.name} = {line}"

    def _read_by(self, *formulas: Formula | None) -> set[int]:
        """Find the bindings that were read, by these formulas or by one another."""
        found: set[int] = set()
        waiting = [(formula, len(self.bindings)) for formula in formulas]
        while waiting:
            formula, limit = waiting.pop()
            for name in () if formula is None else names(formula.tree):
                place = self.place(name, limit)
                if place is not None and place in self.computed and place not in found:
                    found.add(place)
                    waiting.append((self.bindings[place].formula, place))
        return found

    def _line(self, formula: Formula, value: Value, unit: Unit | None, limit: int) -> Iterator[str]:
        """Write ``formula with values put in = value``, where anything was computed at all."""
        if isinstance(formula.tree, Number | Name | Choice):
            return
        texts, exact = {}, shown_exactly(value, unit)
        for name in names(formula.tree):
            known = self._known(name, limit)
            if known is not None:
                own = self._unit(name, None)
                texts[name] = show(known, own)
                exact = exact and shown_exactly(known, own)
        yield f"{formula_words(formula.tree, texts)} {'=' if exact else '≈'} {show(value, unit)}"

    def _known(self, name: str, limit: int) -> Value:
        """Give the value of a name where it has been read and can be shown."""
        place = self.place(name, limit)
        if place is not None:
            return self.computed.get(place)
        value = None if name == ATTAINMENT else self.given.get(name)
        return None if isinstance(value, tuple) else value

    def _unit(self, name: str, own: Unit | None) -> Unit | None:
        """Give the unit to show in a line: rates keep their %, other units would only be in the way."""
        variable = self.scope.get(name)
        unit = own if own is not None or variable is None else variable.unit
        if unit is not None and unit.percent:
            return unit
        place = self.place(name, len(self.bindings))
        literal = None if place is None else self.bindings[place].formula.tree
        return PERCENT if isinstance(literal, Number) and literal.percent else None

"""Where something can change: the values of an input at which a condition turns, a kink lies or a step begins."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from evalrules._formula.functions import BY_NAME
from evalrules._formula.functions.numbers import minus
from evalrules._formula.functions.row import Plain
from evalrules._formula.intervals import comparisons, is_point
from evalrules._formula.ranges import Ranges
from evalrules._formula.tree import Call, Choice, Comparing, Node, names, walk

_DAYS = range(1, datetime.date.max.toordinal() + 1)


def edge_terms(nodes: Iterable[Node], formulas: Mapping[str, Node]) -> tuple[Node, ...]:
    """Give the terms that are 0 exactly where something can change, those of computed names included."""
    found: dict[Node, None] = {}
    for node in _reached(nodes, formulas):
        for part in walk(node):
            found.update(dict.fromkeys(_terms(part)))
    return tuple(found)


def thresholds(name: str, terms: Iterable[Node], at: Ranges) -> list[Fraction]:
    """Give the values of one input at which a term is 0 while every other input stays at its number, lowest first.

    A term is solved where it is linear in the input, or a number over the input, or steps with the days; one that is
    none of these is passed over.

    >>> from evalrules._formula.intervals import point
    >>> from evalrules._formula.tree import Arithmetic, Name, Number
    >>> overrun = Arithmetic("-", Arithmetic("/", Name("在职人员数"), Name("编制数")), Number(Fraction(1)))
    >>> thresholds("在职人员数", [overrun], Ranges({"在职人员数": point(1), "编制数": point(65)}))
    [Fraction(65, 1)]
    """
    reading = (term for term in terms if name in names(term) or any(name in at.reads(read) for read in names(term)))
    inputs = _Inputs(name, at)
    return sorted({root for term in reading for root in inputs.roots(term)})


def _reached(nodes: Iterable[Node], formulas: Mapping[str, Node]) -> Iterator[Node]:
    seen: set[str] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop(0)
        yield node
        for name in names(node):
            if name in formulas and name not in seen:
                seen.add(name)
                waiting.append(formulas[name])


def _terms(part: Node) -> Iterator[Node]:
    match part:
        case Comparing():
            pairs = ((left, right) for left, _, right in comparisons(part))
            yield from (minus(left, right) for left, right in pairs if not isinstance(right, Choice))
        case Call(function, arguments):
            row = BY_NAME.get(function)
            if isinstance(row, Plain):
                yield from row.edges(*arguments)


class _Inputs:
    """One input at several numbers, all else as it is; what is worked out for a number serves all terms."""

    def __init__(self, name: str, at: Ranges) -> None:
        self.name = name
        self.at = at
        known = at.numbers.get(name)
        self.here = (known and known.low) or Fraction(0)
        self.known: dict[Fraction, Ranges] = {}

    def value(self, term: Node, number: Fraction) -> Fraction | None:
        """Give the value of a term; None where it has none."""
        known = self.known.get(number)
        if known is None:
            known = self.known[number] = self.at.at(self.name, number)
        bounds = known.bounds(term)
        return bounds.low if is_point(bounds) else None

    def roots(self, term: Node) -> tuple[Fraction, ...]:
        """Give the numbers at which a term is 0, or steps across it."""
        x1, x2 = self.here + 1, self.here + 2
        y1, y2 = self.value(term, x1), self.value(term, x2)
        if y1 is None or y2 is None:
            return ()
        for first, second in ((y1, y2), (y1 * x1, y2 * x2)):
            if first == second:
                continue
            root = x1 - first * (x2 - x1) / (second - first)
            if self.value(term, root) == 0:
                return (root,)
        return self._turns(term) if _steps(term) else ()

    def _turns(self, term: Node) -> tuple[Fraction, ...]:
        """Give the days at which a term that steps in one direction, as whole months do, becomes 0 and leaves it."""
        first, last = self.value(term, Fraction(_DAYS[0])), self.value(term, Fraction(_DAYS[-1]))
        if first is None or last is None or first == last:
            return ()
        sign = 1 if first < last else -1
        sides = (bisect_left(_DAYS, goal, key=lambda day: self._side(term, day) * sign) for goal in (0, 1))
        return tuple(Fraction(_DAYS[place]) for place in sides if 0 < place < len(_DAYS))

    def _side(self, term: Node, day: int) -> int:
        """Give −1, 0 or 1 for a term below, at or above 0."""
        value = self.value(term, Fraction(day)) or Fraction(0)
        return (value > 0) - (value < 0)


def _steps(term: Node) -> bool:
    """Tell whether a term steps with the days."""
    rows = (BY_NAME.get(part.function) for part in walk(term) if isinstance(part, Call))
    return any(isinstance(row, Plain) and row.steps for row in rows)

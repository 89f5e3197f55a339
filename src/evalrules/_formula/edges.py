"""Where something can change: the values of an input at which a condition turns, a kink lies or a step begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from evalrules._formula.functions import BY_NAME
from evalrules._formula.functions.numbers import minus
from evalrules._formula.functions.row import Plain
from evalrules._formula.intervals import comparisons, is_point
from evalrules._formula.ranges import Ranges
from evalrules._formula.tree import Call, Choice, Comparing, Node, names, walk

_ONE = Fraction(1)


def edge_terms(nodes: Iterable[Node], formulas: Mapping[str, Node]) -> tuple[Node, ...]:
    """Give the terms that are 0 exactly where something can change, those of computed names included."""
    found: dict[Node, None] = {}
    for node in _reached(nodes, formulas):
        for part in walk(node):
            found.update(dict.fromkeys(_terms(part)))
    return tuple(found)


def thresholds(name: str, terms: Iterable[Node], at: Ranges) -> list[Fraction]:
    """Give the values of one input at which a term is 0 while every other input stays at its number, lowest first.

    A term is solved where it is linear in the input, or a number over the input; one that is neither is passed over.

    >>> from evalrules._formula.intervals import point
    >>> from evalrules._formula.tree import Arithmetic, Name, Number
    >>> overrun = Arithmetic("-", Arithmetic("/", Name("在职人员数"), Name("编制数")), Number(Fraction(1)))
    >>> thresholds("在职人员数", [overrun], Ranges({"在职人员数": point(1), "编制数": point(65)}))
    [Fraction(65, 1)]
    """
    roots = (_root(name, term, at) for term in terms if name in dependencies(term, at.formulas))
    return sorted({root for root in roots if root is not None})


def dependencies(node: Node, formulas: Mapping[str, Node]) -> frozenset[str]:
    """Give every name that the value of a term depends on, by way of computed names too."""
    found: set[str] = set()
    waiting = list(names(node))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(names(formulas[name]) if name in formulas else ())
    return frozenset(found)


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


def _root(name: str, term: Node, at: Ranges) -> Fraction | None:
    here = at.numbers[name].low or Fraction(0)
    for times in (0, 1):
        points = [(x, _value(term, at.at(name, x), x**times)) for x in (here + 1, here + 2)]
        (x1, y1), (x2, y2) = points
        if y1 is None or y2 is None or y1 == y2:
            continue
        root = x1 - y1 * (x2 - x1) / (y2 - y1)
        if _value(term, at.at(name, root), _ONE) == 0:
            return root
    return None


def _value(term: Node, at: Ranges, factor: Fraction) -> Fraction | None:
    bounds = at.bounds(term)
    return bounds.low * factor if is_point(bounds) and bounds.low is not None else None


def free_names(nodes: Iterable[Node], formulas: Mapping[str, Node]) -> tuple[str, ...]:
    """Give the names that are read and not computed, in the order of first use."""
    found: dict[str, None] = {}
    waiting = list(nodes)
    for node in waiting:
        for name in names(node):
            if name not in found and name in formulas:
                waiting.append(formulas[name])
            found[name] = None
    return tuple(name for name in found if name not in formulas)

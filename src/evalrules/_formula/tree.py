"""The checked tree of a formula: what every reading reads.

Numbers are exact, operators are spelt one way (``+ - * /``, ``= ≠ < ≤ > ≥``), every node knows the span of
characters it was read from. Spans take no part in equality: a formula read back from words is the same tree.
Hashes are kept, so that what is made of a tree can be remembered by the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, Literal

from attrs import field, frozen

from evalrules._problems import Location

Operator = Literal["+", "-", "*", "/"]
Comparison = Literal["=", "≠", "<", "≤", ">", "≥"]
Span = tuple[int, int]


@frozen
class Number:
    """A literal; ``percent`` tells that it was written with a % sign (``60%`` has the value 3/5)."""

    value: Fraction
    percent: bool = False
    span: Span = field(default=(0, 0), eq=False)


@frozen
class Name:
    """A name, NFKC-normalised; what it stands for is decided by the scope it is checked in."""

    name: str
    span: Span = field(default=(0, 0), eq=False)


@frozen
class Choice:
    """A value of a choice figure (``东部``); made by the checker from a `Name`, never by the parser."""

    value: str
    span: Span = field(default=(0, 0), eq=False)


@frozen(cache_hash=True)
class Negative:
    """``−x``. A leading ``+`` is read and dropped."""

    operand: Node
    span: Span = field(default=(0, 0), eq=False)


@frozen(cache_hash=True)
class Arithmetic:
    """``left operator right``."""

    operator: Operator
    left: Node
    right: Node
    span: Span = field(default=(0, 0), eq=False)


@frozen(cache_hash=True)
class Comparing:
    """``first op second op third …``: chained, each operand evaluated once, stops at the first false."""

    first: Node
    rest: tuple[tuple[Comparison, Node], ...]
    span: Span = field(default=(0, 0), eq=False)


@frozen(cache_hash=True)
class Both:
    """``a 且 b 且 …``: stops at the first false."""

    operands: tuple[Node, ...]
    span: Span = field(default=(0, 0), eq=False)


@frozen(cache_hash=True)
class Either:
    """``a 或 b 或 …``: stops at the first true."""

    operands: tuple[Node, ...]
    span: Span = field(default=(0, 0), eq=False)


@frozen(cache_hash=True)
class Not:
    """``非 a``."""

    operand: Node
    span: Span = field(default=(0, 0), eq=False)


@frozen(cache_hash=True)
class If:
    """``若(condition, then, otherwise)``: only the chosen arm is evaluated."""

    condition: Node
    then: Node
    otherwise: Node
    span: Span = field(default=(0, 0), eq=False)


@frozen(cache_hash=True)
class Call:
    """A call; ``function`` is the Chinese name of the function, whichever spelling was used."""

    function: str
    arguments: tuple[Node, ...]
    span: Span = field(default=(0, 0), eq=False)


Node = Number | Name | Choice | Negative | Arithmetic | Comparing | Both | Either | Not | If | Call


@frozen(cache_hash=True)
class Formula:
    """A formula as it was written, its tree, and the place of its first character."""

    text: str
    tree: Node
    location: Location | None = field(default=None, eq=False, repr=False)

    def at(self, span: Span) -> Location | None:
        """Give the place where this span begins."""
        return None if self.location is None else self.location.moved(span[0])


def children(node: Node) -> tuple[Node, ...]:
    """Give the nodes directly below, in the order they were written."""
    below = _BELOW.get(type(node))
    return () if below is None else below(node)


_BELOW: Final[Mapping[type, Callable[[Any], tuple[Node, ...]]]] = {
    Negative: lambda node: (node.operand,),
    Not: lambda node: (node.operand,),
    Arithmetic: lambda node: (node.left, node.right),
    Comparing: lambda node: (node.first, *(operand for _, operand in node.rest)),
    Both: lambda node: node.operands,
    Either: lambda node: node.operands,
    If: lambda node: (node.condition, node.then, node.otherwise),
    Call: lambda node: node.arguments,
}


def walk(node: Node) -> Iterator[Node]:
    """Go through the node and everything below it, in the order written."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        yield part
        below = _BELOW.get(type(part))
        if below is not None:
            waiting.extend(reversed(below(part)))


@lru_cache(maxsize=16384)
def names(node: Node) -> tuple[str, ...]:
    """Give the names that stand in the node, each once, in the order of first use."""
    return tuple(dict.fromkeys(part.name for part in walk(node) if isinstance(part, Name)))

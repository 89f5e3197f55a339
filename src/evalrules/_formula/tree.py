"""The checked tree of formulas and sentences, its limits, and the faults that running it can meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, Literal

from attrs import evolve, field, frozen

from evalrules._formula.scope import Unit
from evalrules._problems import Location

# The checked tree of a formula: what every reading reads.
#
# Numbers are exact, operators are spelt one way (``+ - * /``, ``= ≠ < ≤ > ≥``), every node knows the span of
# characters it was read from. Spans take no part in equality: a formula read back from words is the same tree. Hashes
# are kept, so that what is made of a tree can be remembered by the tree.


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


@frozen
class Binding:
    """A name computed before the rules, in order: 完成值 from ``value``, parameters, ``let`` names.

    It is computed when it is first read: a binding that no rule reached reads cannot fail.
    """

    name: str
    formula: Formula
    unit: Unit | None = None


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


def literal(node: Node) -> int | None:
    """Give the whole number that a node is, as written without %; None for anything else."""
    if isinstance(node, Number) and not node.percent and node.value.denominator == 1:
        return node.value.numerator
    return None


def with_children(node: Node, below: Sequence[Node]) -> Node:
    """Give a node with other nodes directly below, as many as `children` gives of it.

    >>> with_children(Negative(Name("甲")), [Name("乙")])
    Negative(operand=Name(name='乙', span=(0, 0)), span=(0, 0))
    """
    match node:
        case Negative() | Not():
            return evolve(node, operand=below[0])
        case Arithmetic():
            return evolve(node, left=below[0], right=below[1])
        case Comparing():
            rest = ((comparison, operand) for (comparison, _), operand in zip(node.rest, below[1:], strict=True))
            return evolve(node, first=below[0], rest=tuple(rest))
        case Both() | Either():
            return evolve(node, operands=tuple(below))
        case If():
            return evolve(node, condition=below[0], then=below[1], otherwise=below[2])
        case Call():
            return evolve(node, arguments=tuple(below))
    return node


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


# Sentences with placeholders: ``完成值 {完成值} 为指标值 {指标值} 的 {完成值 ÷ 指标值:%}``.
#
# A placeholder holds a formula, read by the same parser as any other; ``:%`` shows its value as a rate. There is no
# other format, and `str.format` is never used. ``{{`` and ``}}`` stand for the braces themselves.


@frozen
class Placeholder:
    """One ``{formula}`` or ``{formula:%}`` of a sentence."""

    formula: Formula
    percent: bool = False


@frozen
class Sentence:
    """A sentence as written and its parts, text and placeholders in order."""

    text: str
    parts: tuple[str | Placeholder, ...]
    location: Location | None = field(default=None, eq=False, repr=False)

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """The formulas of the placeholders, in order."""
        return tuple(part.formula for part in self.parts if not isinstance(part, str))


# What can happen to a formula on data that its check could not exclude: a typed outcome, never a bare Python error.


FaultKind = Literal[
    "blank",  # a blank figure was reached; detail: its name
    "zero-division",  # detail: "" ; span: the divisor
    "digits",  # an intermediate result outgrew the digit budget; span: the operation
    "points-out-of-bounds",  # a rule deducts less than 0 or awards outside 0…分值; detail: the rule's label
    "outside-range",  # a declared range (`Requirement`) does not hold; detail: the name
    "not-judged",  # a range of points without an assessor's score
    "judged-outside",  # the assessor's score lies outside the range; detail: the rule's label
    "undecided",  # no row of an award holds
    "domain",  # a function was called outside its domain (mean of nothing, anchors out of order); detail: the function
    "function",  # a plug-in's function failed or gave what it must not; detail: the function and its fault
]


class Fault(Exception):
    """Raised by both running readings; caught by the evaluator, which leaves the indicator unscored.

    ``span`` are characters of ``formula``, where the fault arose in one.
    """

    def __init__(self, kind: FaultKind, detail: str = "", span: Span = (0, 0), formula: Formula | None = None) -> None:
        super().__init__(kind, detail, span, formula)
        self.kind: FaultKind = kind
        self.detail = detail
        self.span = span
        self.formula = formula

    @property
    def placed(self) -> bool:
        """Whether it is known where the fault arose."""
        return self.formula is not None or self.span != (0, 0)


# What a formula may not exceed. Held before anything is built or run, and the same wherever it is called from.
#
# The limits keep the cost of every reading small and known: no formula can hang or exhaust its host.


MAX_CHARACTERS = 2_000
MAX_NODES = 400
MAX_DEPTH = 50
MAX_NAMES = 60
MAX_BUDGET_DIGITS = 1_000

# A numerator or denominator in lowest terms must stay below this; `Fault` of kind ``digits`` otherwise.
NUMBER_BUDGET: int = 10**MAX_BUDGET_DIGITS
# Numbers with fewer bits than this are certainly below the budget.
BUDGET_BITS: int = NUMBER_BUDGET.bit_length() - 1

"""What one row of the table of functions says: a function's spellings, its arguments, and its meaning in each reading.

A row is all that is to be known of a function; the readings ask it and know no function by name. Each hands over what
it knows of the arguments: the exact one a `Fraction` or a day's ordinal, the second one a `Fraction` or a date, the
ranges `Bounds`, the solver its terms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Literal, Protocol

from attrs import field

from evalrules._formula.frame import Emitted, Frame
from evalrules._formula.scope import Bounds, Unit
from evalrules._formula.tree import NUMBER_BUDGET, Call, Fault, FaultKind, Node
from evalrules._values import frozen

Numbers = Sequence[Any]
"""One value of an argument for each row of a table: exact numbers, or whether a condition holds."""


@frozen
class Signature:
    """What the parser needs to know of a function: its spellings and how many arguments it takes.

    The last ``repeating`` of ``least`` arguments may be given again and again.
    """

    name: str
    english: str | None
    least: int
    repeating: int = 0

    def takes(self, count: int) -> bool:
        """Tell whether the function can be called with so many arguments."""
        more = count - self.least
        return more == 0 or (more > 0 and self.repeating > 0 and more % self.repeating == 0)

    @property
    def expected(self) -> str:
        """Say how many arguments are expected: ``2``, ``≥ 2``, ``5, 7, 9…``."""
        if not self.repeating:
            return str(self.least)
        if self.repeating == 1:
            return f"≥ {self.least}"
        return ", ".join(str(self.least + self.repeating * times) for times in range(3)) + "…"


@frozen
class Argument:
    """What stands for an argument; ``unit`` is a letter: numbers with the same letter must fit each other.

    ``whole`` is a whole number as written, ``name`` a name that may be blank.
    """

    kind: Literal["number", "date", "condition", "whole", "name"]
    unit: str = ""


X, Y, WEIGHT = Argument("number", "x"), Argument("number", "y"), Argument("number", "w")
DAY, CONDITION, WHOLE, NAME = Argument("date"), Argument("condition"), Argument("whole"), Argument("name")


@frozen(kw_only=True)
class Builtin(Signature):
    """A function of the language itself: how it is written, what it means, what people write out of habit instead.

    A row of this class itself is part of the grammar (若, 已填, 未填): it depends on more than values, and each reading
    says by itself what it means.
    """

    name: str
    english: str | None = None
    usage: str
    about: str
    arguments: tuple[Argument, ...]
    repeating: int = 0
    habits: tuple[str, ...] = ()
    least: int = field(init=False)
    refused: Callable[[Call], str | None] = field(default=lambda _: None, repr=False)
    """Gives the code of a problem with arguments as written, which no check of kinds would find."""

    @least.default
    def _least(self) -> int:
        return len(self.arguments)

    def argument(self, place: int) -> Argument:
        """Give what the argument at a place is to be."""
        known = len(self.arguments)
        return self.arguments[place if place < known else known + (place - known) % self.repeating - self.repeating]


class Solving(Protocol):
    """What the solver's reading of one formula offers to the row of a function."""

    terms: Any
    """The vocabulary: numbers, truths, choice between terms, rounding down."""

    def fail(self, kind: FaultKind, detail: str, condition: Any) -> None:
        """Note that a fault arises where the condition holds."""


class Aggregating(Protocol):
    """What the solver's reading of a table offers to the row of an aggregate: sums over any number of rows.

    An argument is what stands in each sort of rows.
    """

    terms: Any
    """The vocabulary."""

    @property
    def count(self) -> Any:
        """How many rows there are."""

    def fail(self, kind: FaultKind, detail: str, condition: Any) -> None:
        """Note that a fault arises where the condition holds."""

    def total(self, values: Sequence[Any]) -> Any:
        """Add up a number of all rows."""

    def held(self, conditions: Sequence[Any]) -> Any:
        """Count the rows in which a condition holds."""

    def range_of(self, values: Sequence[Any]) -> Bounds:
        """Give the range of a number of the rows."""

    def quotient(self, name: str, over: Any, under: Any, bounds: Bounds) -> Any:
        """Give a quotient that is known to lie in a range wherever its divisor is not 0."""

    def within(self, name: str, bounds: Bounds, where: Any) -> Any:
        """Give a number of which no more is known than that it lies in a range under a condition."""

    def know(self, fact: Any) -> None:
        """Note what holds of every table."""

    def alike(self, condition: Any) -> None:
        """Note what holds of some tables only, such as are worth looking for."""


@frozen(kw_only=True)
class Valued(Builtin):
    """A function that comes to a value: of the values of its arguments, or of those that they have in every row.

    ``unit`` is the letter of the arguments whose unit the value has, or a unit of its own; None for a date.
    ``exact`` and ``second`` compute the same and share no arithmetic. ``ranges`` holds whatever values in the ranges
    of the arguments come to.
    """

    unit: str | Unit | None
    exact: Callable[..., Any] = field(repr=False)
    second: Callable[..., Any] = field(repr=False)
    ranges: Callable[..., Bounds] = field(repr=False)


@frozen(kw_only=True)
class Plain(Valued):
    """A function that depends on nothing but the values of its arguments.

    ``emit`` writes it out in generated code; without it ``exact`` is called. ``solver`` gets terms, for a ``whole``
    argument the number itself, and gives the term of the value. ``edges`` gives the terms, over the arguments, that are
    0 where the function bends or steps; ``steps`` tells that it steps with the days, in one direction for each of them.
    ``inverse`` gives the range of every argument, told that of the value.
    """

    emit: Callable[[Frame, Call], Emitted] | None = field(default=None, repr=False)
    solver: Callable[..., Any] = field(repr=False)
    edges: Callable[..., Iterator[Node]] = field(default=lambda *_: iter(()), repr=False)
    steps: bool = False
    inverse: Callable[[Bounds], Bounds] | None = field(default=None, repr=False)


@frozen(kw_only=True)
class Aggregate(Valued):
    """A function over all rows of a table: ``exact`` and ``second`` get for each argument its values in all rows.

    ``ranges`` gets the range of the values that an argument can have in a row, and holds for any number of rows.
    ``written`` writes the same without an aggregate, of what stands for each argument in rows that are known; None
    where it has no value. ``repeated`` does so for a number of rows that are all alike. ``solver`` gives the term of
    the value from what is ``added`` up of each row, by default the arguments themselves.
    """

    written: Callable[..., Node | None] = field(repr=False)
    solver: Callable[..., Any] = field(repr=False)
    added: Callable[..., tuple[Any, ...]] = field(default=lambda *arguments: arguments, repr=False)
    repeated: Callable[..., Node] = field(default=lambda _, value, *__: value, repr=False)


def budgeted(number: Any) -> Any:
    """Give the number back if it is within the digit budget, else raise the fault ``digits``."""
    if -NUMBER_BUDGET < number.numerator < NUMBER_BUDGET and number.denominator < NUMBER_BUDGET:
        return number
    raise Fault("digits")


UNFIT: Final = "domain"
GREATEST, LEAST = "最大", "最小"
"""The functions that the meaning of others is written with."""
"""The kind of the fault of arguments for which a function has no value."""

"""A tree as a term of the solver, with what stands in the way of its value."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from typing import Final, cast

from attrs import frozen

from evalrules._formula import functions as known
from evalrules._formula.faults import FaultKind
from evalrules._formula.scope import Functions
from evalrules._formula.solver.days import months_term
from evalrules._formula.solver.terms import Term, Terms
from evalrules._formula.tree import (
    Arithmetic,
    Both,
    Call,
    Choice,
    Comparing,
    Comparison,
    Either,
    If,
    Name,
    Negative,
    Node,
    Not,
    Number,
)


class Unreadable(Exception):
    """What has no meaning for the solver: ``part`` names it in the language of formulas."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@frozen(eq=False)
class Failing:
    """A fault and the condition under which it arises, provided that none before it does."""

    kind: FaultKind
    detail: str
    condition: Term


@frozen(eq=False)
class Meaning:
    """The value of a tree, which it has unless one of the faults arises; the first that does is the fault."""

    value: Term
    faults: tuple[Failing, ...] = ()


Names = Callable[[str], Meaning]
Codes = Callable[[str], int]


@frozen(eq=False)
class Words:
    """What names and choices mean to the solver, and which functions plug-ins add."""

    terms: Terms
    meaning: Names
    code: Codes
    functions: Functions


def read_term(node: Node, words: Words) -> Meaning:
    """Read a checked tree; raises `Unreadable` for a table, and for a function that has no meaning for the solver.

    >>> from evalrules._formula.solver.inputs import Inputs
    >>> from evalrules._formula.solver.terms import settled
    >>> from evalrules._formula.syntax import read_tree
    >>> words = Inputs(Terms(), {}).words
    >>> settled(read_term(read_tree("上取整(7 ÷ 2)"), words).value)
    Fraction(4, 1)
    """
    return _Reader(words).read(node)


class _Reader:
    """Reads one formula; faults are gathered in the order in which the running readings meet them."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.terms = words.terms
        self.reached: Term = words.terms.truth(True)
        self.faults: list[Failing] = []

    def read(self, node: Node) -> Meaning:
        """Give the meaning of the whole formula."""
        value = self.value(node)
        return Meaning(value, tuple(self.faults))

    def fail(self, kind: FaultKind, detail: str, condition: Term) -> None:
        """Note that a fault arises where the condition holds and the place is reached at all."""
        guarded = self.terms.all_of((self.reached, condition))
        if not self.terms.is_impossible(guarded):
            self.faults.append(Failing(kind, detail, guarded))

    def value_where(self, condition: Term, node: Node) -> Term:
        """Give the value of a part that is only reached under a condition."""
        outside = self.reached
        self.reached = self.terms.all_of((outside, condition))
        found = self.value(node)
        self.reached = outside
        return found

    def value(self, node: Node) -> Term:
        """Give the value of a part."""
        match node:
            case Number(value):
                return self.terms.number(value)
            case Choice(value):
                return self.terms.whole(self.words.code(value))
            case Name(name):
                return self.name(name)
            case Negative(operand):
                return -self.value(operand)
            case Not(operand):
                return self.terms.no(self.value(operand))
            case Arithmetic(sign, left, right):
                return self.arithmetic(sign, self.value(left), self.value(right))
            case Comparing():
                return self.compared(node)
            case Both(operands):
                return self.stopping(operands, stop=False)
            case Either(operands):
                return self.stopping(operands, stop=True)
            case If(condition, then, otherwise):
                decided = self.value(condition)
                arms = (self.value_where(decided, then), self.value_where(self.terms.no(decided), otherwise))
                return self.terms.choose(decided, *arms)
            case Call():
                return self.call(node)

    def name(self, name: str) -> Term:
        """Give what a name stands for; its faults are met here."""
        found = self.words.meaning(name)
        for fault in found.faults:
            self.fail(fault.kind, fault.detail, fault.condition)
        return found.value

    def arithmetic(self, sign: str, left: Term, right: Term) -> Term:
        """Reckon with two numbers; two dates give the days between them."""
        match sign:
            case "+":
                return left + right
            case "-":
                return self.terms.as_number(left - right)
            case "*":
                return left * right
        self.fail("zero-division", "", right == self.terms.number(0))
        return left / right

    def compared(self, node: Comparing) -> Term:
        """Compare from left to right, as far as the first comparison that fails."""
        left, holds = self.value(node.first), self.terms.truth(True)
        for sign, operand in node.rest:
            right = self.value_where(holds, operand)
            holds = self.terms.all_of((holds, _COMPARED[sign](left, right)))
            left = right
        return holds

    def stopping(self, operands: Sequence[Node], *, stop: bool) -> Term:
        """Go through conditions as far as the first that is decisive."""
        terms = self.terms
        combined, going = (terms.any_of, terms.no) if stop else (terms.all_of, lambda term: term)
        found: list[Term] = []
        for operand in operands:
            found.append(self.value_where(terms.all_of(going(each) for each in found), operand))
        return combined(found)

    # ---- calls ----

    def call(self, node: Call) -> Term:
        """Give the value of a call."""
        function = node.function
        if function in (known.FILLED, known.BLANK):
            return self.is_filled(node.arguments[0], function == known.FILLED)
        if function in known.AGGREGATES:
            raise Unreadable(function)
        if function in self.words.functions:
            return self.plugin(function, [self.value(argument) for argument in node.arguments])
        if function == known.DATE:
            return self.terms.whole(_ordinal(node))
        if function == known.ROUND:
            return self.rounded(self.value(node.arguments[0]), node.arguments[1])
        return self.builtin(function, [self.value(argument) for argument in node.arguments])

    def builtin(self, function: str, values: list[Term]) -> Term:
        """Give the value of a function of numbers or dates."""
        terms = self.terms
        match function:
            case known.MAXIMUM:
                return reduce(lambda one, other: terms.choose(one >= other, one, other), values)
            case known.MINIMUM:
                return reduce(lambda one, other: terms.choose(one <= other, one, other), values)
            case known.ABSOLUTE:
                return terms.choose(values[0] >= 0, values[0], -values[0])
            case known.FLOOR:
                return terms.floor(values[0])
            case known.CEILING:
                return terms.ceiling(values[0])
            case known.INTERPOLATE:
                return self.interpolated(values[0], values[1::2], values[2::2])
            case known.DAYS:
                return terms.as_number(values[1] - values[0])
            case known.MONTHS:
                return terms.as_number(months_term(terms, *values))
        raise Unreadable(function)

    def rounded(self, value: Term, places: Node) -> Term:
        """Round half away from zero."""
        terms, power = self.terms, self.terms.number(10 ** int(cast("Number", places).value))
        size = terms.choose(value >= 0, value, -value)
        found = terms.floor(size * power + terms.number(Fraction(1, 2))) / power
        return terms.choose(value >= 0, found, -found)

    def interpolated(self, x: Term, xs: list[Term], ys: list[Term]) -> Term:
        """Give the point on the line through the anchors, which must be in order."""
        self.fail("domain", known.INTERPOLATE, self.terms.any_of(left >= right for left, right in pairwise(xs)))
        found = ys[-1]
        for place in range(len(xs) - 2, -1, -1):
            slope = (ys[place + 1] - ys[place]) / (xs[place + 1] - xs[place])
            found = self.terms.choose(x <= xs[place + 1], ys[place] + (x - xs[place]) * slope, found)
        return self.terms.choose(x <= xs[0], ys[0], found)

    def is_filled(self, node: Node, wanted: bool) -> Term:  # noqa: FBT001
        """Tell whether a name has a value; other faults than that it is blank arise here as well."""
        found = self.words.meaning(cast("Name", node).name)
        blank: list[Term] = []
        before: list[Term] = []
        for fault in found.faults:
            here = self.terms.all_of((*map(self.terms.no, before), fault.condition))
            if fault.kind == "blank":
                blank.append(here)
            else:
                self.fail(fault.kind, fault.detail, here)
            before.append(fault.condition)
        missing = self.terms.any_of(blank)
        return self.terms.no(missing) if wanted else missing

    def plugin(self, name: str, values: list[Term]) -> Term:
        """Call a function of a plug-in by the meaning that it brings for the solver."""
        function = self.words.functions[name]
        if function.solver is None:
            raise Unreadable(str(function))
        try:
            return self.terms.as_number(function.solver(*values))
        except Exception as error:  # whatever somebody else's code raises is its own fault
            raise Unreadable(f"{function}: {type(error).__name__}: {error}") from error


def _ordinal(node: Call) -> int:
    return datetime.date(*(int(cast("Number", part).value) for part in node.arguments)).toordinal()


def first_of_each_kind(terms: Terms, faults: Iterable[Failing]) -> tuple[Failing, ...]:
    """Bring faults to one of each sort, so that formulas that read one another stay short; no two arise at once."""
    conditions: dict[tuple[FaultKind, str], list[Term]] = {}
    for fault in faults:
        sort = (fault.kind, fault.detail)
        others = (terms.any_of(found) for known_sort, found in conditions.items() if known_sort != sort)
        here = terms.all_of((fault.condition, *(terms.no(other) for other in others)))
        conditions.setdefault(sort, []).append(here)
    return tuple(Failing(kind, detail, terms.any_of(found)) for (kind, detail), found in conditions.items())


_COMPARED: Final[dict[Comparison, Callable[[Term, Term], Term]]] = {
    "=": lambda left, right: left == right,
    "≠": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "≤": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    "≥": lambda left, right: left >= right,
}

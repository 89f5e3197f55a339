"""Formulas as numpy source over whole columns: exact, or not at all.

A number is a column of integer numerators over one of denominators above 0. Everything is computed in every row; a
mask tells in which rows a value can be had, and is asked where the value is reached. What faults in a row makes that
row one for the engine, which words the fault. Beside each number stands the most that its parts can be, in whole
Python numbers, so that no column is made that could not hold it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from typing import Any, Final

from attrs import evolve

from evalrules._formula.compile.formulas import COMPARISONS
from evalrules._formula.functions import ASKING, FILLED
from evalrules._formula.functions.calendar import DATE, DAYS
from evalrules._formula.functions.numbers import ABSOLUTE, CEILING, FLOOR, INTERPOLATE, MAXIMUM, MINIMUM, ROUND
from evalrules._formula.program import ATTAINMENT, ATTAINMENT_BINDING
from evalrules._formula.scope import Scope
from evalrules._formula.tree import (
    Arithmetic,
    Binding,
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
    literal,
)
from evalrules._values import frozen


class NotByColumnsError(Exception):
    """What a formula asks for that columns do not give; ``reason`` is the name of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


LARGEST_CONSTANT: Final = 2**40
ALWAYS: Final = "True"
"""The mask of what can be had in every row."""


@frozen
class NumberColumn:
    """A number: names or literals of its numerators and denominators, and of the most that these can be.

    ``value`` is given where it is one number; ``least`` is 0 where it is never below, 1 where it is above 0.
    """

    n: str
    d: str
    n_most: str
    d_most: str
    ok: str = ALWAYS
    value: Fraction | None = None
    least: int = -1


@frozen
class Truth:
    """A condition; ``value`` is given where it is the same in all rows."""

    text: str
    ok: str = ALWAYS
    value: bool | None = None


@frozen
class ChoiceColumn:
    """A choice: the number that it has among all choices of the edition."""

    text: str
    ok: str = ALWAYS


Value = NumberColumn | Truth | ChoiceColumn
Factor = tuple[str, str]
"""A factor of a denominator, and the most that it can be."""


def constant(value: Fraction | int) -> NumberColumn:
    """Make the column of a number that is known."""
    value = Fraction(value)
    if max(abs(value.numerator), value.denominator) >= LARGEST_CONSTANT:
        raise NotByColumnsError("digits")
    n, d = str(value.numerator), str(value.denominator)
    return NumberColumn(n, d, str(abs(value.numerator)), d, ALWAYS, value, (value >= 0) + (value > 0) - 1)


def times(left: str, right: str) -> str:
    """Write a product without its ones."""
    return right if left == "1" else left if right == "1" else f"{left}*{right}"


def both(*masks: str) -> str:
    """Write the mask of rows that are in all of these."""
    parts = dict.fromkeys(mask for mask in masks if mask != ALWAYS)
    return f"({' & '.join(parts)})" if len(parts) > 1 else next(iter(parts), ALWAYS)


class KernelSource:
    """Lines of a function over columns, and of the one that tells how large its numbers can be."""

    def __init__(self, choices: Mapping[str, int]) -> None:
        self.lines: list[str] = []
        self.most: list[str] = []
        self.choices = choices
        self._names: dict[str, str] = {}
        self._factors: dict[str, tuple[Factor, ...]] = {}
        self._limits: dict[str, frozenset[str]] = {}
        """Of a number others that it never exceeds, unless 0 is more."""
        self._gaps: dict[str, tuple[str, str]] = {}
        """The two numbers between which a difference is, or what has its sign: above 0, 0 or below."""

    def kept(self, text: str) -> str:
        """Give an expression a name, unless it is one or a literal; what is written twice is computed once."""
        if text.isidentifier() or text.lstrip("-").isdigit():
            return text
        if text not in self._names:
            self._names[text] = f"t{len(self._names)}"
            self.lines.append(f"{self._names[text]} = {text}")
        return self._names[text]

    def reaching(self, text: str) -> str:
        """Give the most that a number can be a name; it counts for what columns have to hold."""
        if text.isidentifier() or text.isdigit():
            return text
        known = f"most {text}"
        if known not in self._names:
            self._names[known] = f"m{len(self._names)}"
            self.most.append(f"{self._names[known]} = {text}")
        return self._names[known]

    def number(self, n: str, d: str, n_most: str, d_most: str, *oks: str, least: int = -1) -> NumberColumn:
        """Keep a number."""
        most = self.reaching(n_most), self.reaching(d_most)
        return NumberColumn(self.kept(n), self.kept(d), *most, self.kept(both(*oks)), None, least)

    # ---- numbers ----

    def on_one(self, left: NumberColumn, right: NumberColumn) -> tuple[str, str, str, str, str, str]:
        """Bring two numbers to one denominator: both numerators, it, and the most of each."""
        if left.d == right.d or right.value == 0:
            return left.n, right.n, left.d, left.n_most, right.n_most, left.d_most
        if left.value == 0:
            return left.n, right.n, right.d, left.n_most, right.n_most, right.d_most
        mine, theirs = self._without_shared(left, right)
        ones = [self._widened(*each) for each in ((left.n, left.n_most, theirs), (right.n, right.n_most, mine))]
        (one, one_most), (other, other_most) = ones
        d, d_most = self._denominator(*self._factors_of(left), *theirs)
        return one, other, d, one_most, other_most, d_most

    def _widened(self, n: str, most: str, factors: Sequence[Factor]) -> tuple[str, str]:
        """Multiply a numerator with factors of a denominator."""
        n, most = (reduce(times, parts) for parts in zip((n, most), *factors, strict=True))
        return self.kept(n), self.reaching(most)

    def _denominator(self, *factors: Factor) -> tuple[str, str]:
        """Give a denominator of factors, by one name whatever their order, and the most that it can be."""
        known = str(math.prod(int(each) for each, _ in factors if each.isdigit()))
        factors = ((known, known), *sorted(each for each in factors if not each[0].isdigit()))
        d, most = (reduce(times, parts) for parts in zip(("1", "1"), *factors, strict=True))
        d, most = self.kept(d), self.reaching(most)
        self._factors[d] = factors
        return d, most

    def sum(self, left: NumberColumn, sign: str, right: NumberColumn) -> NumberColumn:
        """Add or subtract."""
        if left.value is not None and right.value is not None:
            return constant(left.value + right.value if sign == "+" else left.value - right.value)
        if right.value == 0:
            return left
        one, other, d, one_most, other_most, d_most = self.on_one(left, right)
        least = min(left.least, right.least) if sign == "+" else -1
        found = self.number(
            f"{one} {sign} {other}", d, f"{one_most} + {other_most}", d_most, left.ok, right.ok, least=least
        )
        if sign == "-":
            self._gaps[found.n] = one, other
        return found

    def product(self, left: NumberColumn, right: NumberColumn) -> NumberColumn:
        """Multiply."""
        if left.value is not None and right.value is not None:
            return constant(left.value * right.value)
        n, n_most = times(left.n, right.n), times(left.n_most, right.n_most)
        d, d_most = self._denominator(*self._factors_of(left), *self._factors_of(right))
        found = self.number(n, d, n_most, d_most, left.ok, right.ok, least=min(left.least, right.least))
        for known, other in ((left, right), (right, left)):
            if known.value is not None and other.n in self._gaps:
                more, less = self._gaps[other.n]
                self._gaps[found.n] = (more, less) if known.value > 0 else (less, more)
        return found

    def follows(self, number: NumberColumn, test: Truth) -> bool:
        """Tell whether a number is at least 0 where a test holds, and at most 0 where it does not."""
        more, less = self._gaps.get(number.n, ("", ""))
        tests = (f"{more} > {less}", f"{more} >= {less}", f"{less} < {more}", f"{less} <= {more}")
        return test.text in {self._names.get(each) for each in tests}

    def is_within(self, number: NumberColumn, limit: NumberColumn) -> bool:
        """Tell whether a number never exceeds one that is at least 0; False where that is not known."""
        if number.value is not None and limit.value is not None:
            return number.value <= limit.value
        one, other, *_ = self.on_one(number, limit)
        return limit.least >= 0 and other in self._limits.get(one, ())

    def _factors_of(self, column: NumberColumn) -> tuple[Factor, ...]:
        """Give the factors of a denominator."""
        return self._factors.get(column.d, ((column.d, column.d_most),))

    def _without_shared(self, left: NumberColumn, right: NumberColumn) -> tuple[list[Factor], list[Factor]]:
        """Give the factors of two denominators but for what both have: numbers stay small without it."""
        mine, theirs = list(self._factors_of(left)), []
        for factor in self._factors_of(right):
            if factor in mine:
                mine.remove(factor)
            else:
                theirs.append(factor)
        known = [math.prod(int(d) for d, _ in factors if d.isdigit()) for factors in (mine, theirs)]
        left_over = [str(each // math.gcd(*known)) for each in known]
        return tuple(  # type: ignore[return-value]
            [*(each for each in factors if not each[0].isdigit()), (rest, rest)]
            for factors, rest in zip((mine, theirs), left_over, strict=True)
        )

    def quotient(self, left: NumberColumn, right: NumberColumn) -> NumberColumn:
        """Divide; there is no value where the divisor is 0."""
        if right.value is not None:
            if right.value == 0:
                raise NotByColumnsError("zero-division")
            return self.product(left, constant(1 / right.value))
        mine, theirs = self._without_shared(left, right)
        n, n_most = self._widened(left.n, left.n_most, theirs)
        d, d_most = self._denominator((right.n, right.n_most), *mine)
        least = left.least if right.least >= 0 else -1
        if right.least > 0:
            return self.number(n, d, n_most, d_most, left.ok, right.ok, least=least)
        divisible = self.kept(f"{d} != 0")
        if right.least < 0:
            n = self.kept(f"np.where({d} < 0, -({n}), {n})")
        d = self.kept(f"np.where({divisible}, {d if right.least == 0 else f'np.abs({d})'}, 1)")
        return self.number(n, d, n_most, d_most, left.ok, right.ok, divisible, least=least)

    def extreme(self, which: str, columns: Sequence[NumberColumn]) -> NumberColumn:
        """Take the greatest or the least; every argument is evaluated."""
        found = columns[0]
        for column in columns[1:]:
            if found.value is not None and column.value is not None:
                found = constant((max if which == "maximum" else min)(found.value, column.value))
                continue
            least = (max if which == "maximum" else min)(found.least, column.least)
            one, other, d, one_most, other_most, d_most = self.on_one(found, column)
            most = f"max({one_most}, {other_most})"
            found = self.number(f"np.{which}({one}, {other})", d, most, d_most, found.ok, column.ok, least=least)
            limits = [self._limits.get(each, frozenset()) | {each} for each in (one, other) if each != "0"]
            self._limits[found.n] = frozenset.union(*limits) if which == "minimum" else frozenset.intersection(*limits)
        return found

    def floored(self, column: NumberColumn, *, up: bool = False) -> NumberColumn:
        """Round down, or up, to whole numbers."""
        if column.d == "1":
            return column
        if column.value is not None:
            return constant(-(-column.value // 1) if up else column.value // 1)
        n = f"-floor(-({column.n}), {column.d})" if up else f"floor({column.n}, {column.d})"
        self.reaching(f"{column.n_most} + {column.d_most}")
        found = self.number(n, "1", f"{column.n_most} + 1", "1", column.ok, least=min(column.least, 0))
        if column.n in self._gaps:
            self._gaps[found.n] = self._gaps[column.n]
        return found

    def rounded(self, column: NumberColumn, places: int, mode: str = "half_up") -> NumberColumn:
        """Round to so many places; the numerator is in units of the last of them."""
        scale = 10**places
        n, d = self.kept(f"np.abs({column.n})" if column.least < 0 else column.n), column.d
        self.reaching(f"{2 * scale}*{column.n_most} + 3*{column.d_most}")
        if mode == "half_up":
            found = f"{scale}*{n}" if d == "1" else f"floor({2 * scale}*{n} + {d}, {times('2', d)})"
        elif mode == "half_even":
            whole = self.kept(f"floor({scale}*{n}, {d})")
            rest = self.kept(f"2*({scale}*{n} - {times(whole, d)})")
            found = f"{whole} + (({rest} > {d}) | (({rest} == {d}) & ({whole} % 2 == 1)))"
        else:
            found = f"floor({scale}*{n}, {d})" if mode == "down" else f"-floor(-({scale}*{n}), {d})"
        if column.least < 0:
            found = f"np.sign({column.n})*({found})"
        most = f"{scale}*{column.n_most} + 1"
        return self.number(found, str(scale), most, str(scale), column.ok, least=min(column.least, 0))

    def chosen(self, condition: Truth, then: NumberColumn, otherwise: NumberColumn) -> NumberColumn:
        """Take one where a condition holds, else the other; only that which is taken has to have a value."""
        if condition.value is not None:
            return then if condition.value else otherwise
        one, other, d, one_most, other_most, d_most = self.on_one(then, otherwise)
        reached = ALWAYS
        if then.ok != ALWAYS or otherwise.ok != ALWAYS:
            reached = self.kept(f"np.where({condition.text}, {then.ok}, {otherwise.ok})")
        return self.number(
            f"np.where({condition.text}, {one}, {other})",
            d,
            f"max({one_most}, {other_most})",
            d_most,
            condition.ok,
            reached,
            least=min(then.least, otherwise.least),
        )

    # ---- conditions ----

    def compared(self, left: Value, sign: Comparison, right: Value) -> Truth:
        """Compare two values."""
        ok = both(left.ok, right.ok)
        python = COMPARISONS[sign]
        if isinstance(left, NumberColumn) and isinstance(right, NumberColumn):
            if left.value is not None and right.value is not None:
                return self.known(bool(eval(f"a {python} b", {}, {"a": left.value, "b": right.value})))  # noqa: S307 - of our own table
            if right.value == 0 and ((sign == "≥" and left.least >= 0) or (sign == ">" and left.least > 0)):
                return Truth("True", ok, True) if ok == ALWAYS else Truth(f"({left.n} == {left.n})", ok)
            one, other, *_ = self.on_one(left, right)
            return Truth(self.kept(f"{one} {python} {other}"), self.kept(ok))
        if isinstance(left, ChoiceColumn) and isinstance(right, ChoiceColumn):
            return Truth(self.kept(f"{left.text} {python} {right.text}"), self.kept(ok))
        raise NotByColumnsError("comparison")

    @staticmethod
    def known(value: bool) -> Truth:  # noqa: FBT001 - the value itself
        """Give a condition that is the same in all rows."""
        return Truth(str(value), ALWAYS, value)

    def joined(self, left: Truth, right: Truth, *, either: bool) -> Truth:
        """Join two conditions, the second of which is reached only where the first does not decide."""
        if left.value is not None:
            return left if left.value is either else right
        if right.value is either:  # it decides, but the first has to have a value
            return right if left.ok == ALWAYS else Truth(f"np.full_like({left.text}, {right.value})", left.ok)
        if right.value is not None:
            return left
        text = self.kept(f"{left.text} {'|' if either else '&'} {right.text}")
        if right.ok == ALWAYS:
            return Truth(text, left.ok)
        decided = left.text if either else f"~{left.text}"
        return Truth(text, self.kept(both(left.ok, f"({decided} | {right.ok})")))

    def denied(self, truth: Truth) -> Truth:
        """Turn a condition round."""
        if truth.value is not None:
            return self.known(not truth.value)
        return evolve(truth, text=self.kept(f"~{truth.text}"))


class Formulas:
    """Emits formulas that see some names: ``given`` are values by name, ``bindings`` are computed when first read."""

    def __init__(
        self, source: KernelSource, scope: Scope, given: Mapping[str, Value], bindings: Sequence[Binding] = ()
    ) -> None:
        self.source, self.scope, self.given, self.bindings = source, scope, given, bindings
        self.limit = len(bindings)
        self._bound: dict[int, Value] = {}

    def number(self, node: Node) -> NumberColumn:
        """Emit a number."""
        value = self.value(node)
        if not isinstance(value, NumberColumn):
            raise NotByColumnsError("number")
        return value

    def truth(self, node: Node) -> Truth:
        """Emit a condition."""
        value = self.value(node)
        if not isinstance(value, Truth):
            raise NotByColumnsError("condition")
        return value

    def value(self, node: Node) -> Value:
        """Emit any node."""
        source = self.source
        match node:
            case Number(value):
                return constant(value)
            case Name(name):
                return self._name(name)
            case Choice(value):
                return ChoiceColumn(str(source.choices.get(value, -1)))
            case Negative(operand):
                return source.product(constant(-1), self.number(operand))
            case Arithmetic():
                return self._arithmetic(node)
            case Comparing():
                return self._comparing(node)
            case Both(operands) | Either(operands):
                found = self.truth(operands[0])
                for operand in operands[1:]:
                    found = source.joined(found, self.truth(operand), either=isinstance(node, Either))
                return found
            case Not(operand):
                return source.denied(self.truth(operand))
            case If(condition, then, otherwise):
                return source.chosen(self.truth(condition), self.number(then), self.number(otherwise))
            case Call():
                return self._call(node)

    def _arithmetic(self, node: Arithmetic) -> NumberColumn:
        left, right = self.number(node.left), self.number(node.right)
        if node.operator == "*":
            return self.source.product(left, right)
        if node.operator == "/":
            return self.source.quotient(left, right)
        return self.source.sum(left, node.operator, right)

    def _comparing(self, node: Comparing) -> Truth:
        left, found = self.value(node.first), None
        for sign, operand in node.rest:
            right = self.value(operand)
            test = self.source.compared(left, sign, right)
            found = test if found is None else self.source.joined(found, test, either=False)
            left = right
        assert found is not None
        return found

    def _name(self, name: str) -> Value:
        places = [place for place, binding in enumerate(self.bindings[: self.limit]) if binding.name == name]
        if places:
            return self._binding(places[-1])
        if name in self.given:
            return self.given[name]
        if name == ATTAINMENT and self.bindings:
            return self.value(ATTAINMENT_BINDING.formula.tree)
        raise NotByColumnsError(name)

    def _binding(self, place: int) -> Value:
        if place not in self._bound:
            outer, self.limit = self.limit, place
            self._bound[place] = self.value(self.bindings[place].formula.tree)
            self.limit = outer
        return self._bound[place]

    def _call(self, node: Call) -> Value:
        if node.function in ASKING:
            return self._asked(node)
        call = _CALLS.get(node.function)
        if call is None:
            raise NotByColumnsError(node.function)
        return call(self, node)

    def _asked(self, node: Call) -> Truth:
        """Emit 已填 or 未填 of what was given; of what is computed here, faults would have to be told apart."""
        subject = node.arguments[0]
        bound = isinstance(subject, Name) and any(binding.name == subject.name for binding in self.bindings)
        if not isinstance(subject, Name) or bound or subject.name not in self.given:
            raise NotByColumnsError(node.function)
        ok = self.given[subject.name].ok
        filled = self.source.known(True) if ok == ALWAYS else Truth(ok)
        return filled if node.function == FILLED.name else self.source.denied(filled)


def _interpolated(formulas: Formulas, node: Call) -> NumberColumn:
    """Emit 插值 between anchors that are known and in order."""
    source = formulas.source
    subject, *anchors = (formulas.number(argument) for argument in node.arguments)
    known = [anchor.value for anchor in anchors if anchor.value is not None]
    xs, ys = known[::2], known[1::2]
    if len(known) < len(anchors) or any(left >= right for left, right in pairwise(xs)):
        raise NotByColumnsError(node.function)
    found = constant(ys[-1])
    for x1, y1, x2, y2 in reversed(list(zip(xs, ys, xs[1:], ys[1:], strict=False))):
        slope = (y2 - y1) / (x2 - x1)
        line = source.sum(source.product(constant(slope), subject), "+", constant(y1 - slope * x1))
        found = source.chosen(source.compared(subject, "≤", constant(x2)), line, found)
    found = source.chosen(source.compared(subject, "≤", constant(xs[0])), constant(ys[0]), found)
    return evolve(found, ok=source.kept(both(found.ok, subject.ok)), least=min(0, *(_sign(y) for y in ys)))


def _sign(number: Fraction) -> int:
    return (number > 0) - (number < 0)


def _absolute(formulas: Formulas, node: Call) -> NumberColumn:
    column = formulas.number(node.arguments[0])
    if column.value is not None:
        return constant(abs(column.value))
    return evolve(column, n=formulas.source.kept(f"np.abs({column.n})"), least=max(0, column.least))


def _rounded(formulas: Formulas, node: Call) -> NumberColumn:
    places, column = literal(node.arguments[1]), formulas.number(node.arguments[0])
    assert places is not None
    return column if column.d == "1" else formulas.source.rounded(column, int(places))


def _day(_: Formulas, node: Call) -> NumberColumn:
    parts = [literal(argument) for argument in node.arguments]
    return constant(int(DATE.exact(*parts)))


def _days(formulas: Formulas, node: Call) -> NumberColumn:
    first, last = (formulas.number(argument) for argument in node.arguments)
    return formulas.source.sum(last, "-", first)


def _extreme(which: str) -> Callable[[Formulas, Call], NumberColumn]:
    return lambda formulas, node: formulas.source.extreme(which, [*map(formulas.number, node.arguments)])


_CALLS: Final[Mapping[str, Callable[[Formulas, Call], Value]]] = {
    MAXIMUM.name: _extreme("maximum"),
    MINIMUM.name: _extreme("minimum"),
    ABSOLUTE.name: _absolute,
    CEILING.name: lambda formulas, node: formulas.source.floored(formulas.number(node.arguments[0]), up=True),
    FLOOR.name: lambda formulas, node: formulas.source.floored(formulas.number(node.arguments[0])),
    ROUND.name: _rounded,
    INTERPOLATE.name: _interpolated,
    DATE.name: _day,
    DAYS.name: _days,
}


def made(name: str, parameters: Sequence[str], lines: Sequence[str], result: str, **known: Any) -> Callable[..., Any]:
    """Make a function of lines."""
    space: dict[str, Any] = {"__builtins__": {"max": max, "True": True, "False": False}, **known}
    body = "\n ".join([*lines, f"return {result}"])
    exec(compile(f"def {name}({', '.join(parameters)}):\n {body}", "<columns>", "exec"), space)  # noqa: S102 - generated from checked trees alone
    return space[name]  # type: ignore[no-any-return]

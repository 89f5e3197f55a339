"""The interval reading: between which numbers a formula's value lies, under conditions that are known to hold.

With every input at one number it is the exact value. It is never too small: what it excludes cannot happen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

from attrs import define, field

from evalrules._formula.functions import BY_NAME
from evalrules._formula.functions.row import Aggregate, Plain, Valued
from evalrules._formula.intervals import (
    allowed,
    compared,
    comparisons,
    computed,
    difference,
    excludes_zero,
    hull,
    is_point,
    is_relative,
    opposite,
    overlap,
    point,
    product,
    quotient,
    reversed_comparison,
    total,
    turned,
    whole,
    without,
)
from evalrules._formula.program import dependencies
from evalrules._formula.scope import ANY, Bounds, Scope
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
    names,
)
from evalrules._values import frozen

Known = TypeVar("Known")
Values = frozenset[str | bool]
_YES_NO: Values = frozenset({True, False})
_NOTHING: frozenset[str] = frozenset()
MOST_CASES, CASES_MORE = 2_000, 20
"""So many cases are told apart by what was known at first, and so many more for each condition that is given."""


@define(eq=False)
class Lineage:
    """What a knowledge and all that is derived from it have in common.

    Conditions within computed names within conditions can part into more cases than can be gone through: so many are
    told apart (``cases``), and then only what holds of all of them together is known.
    """

    formulas: Mapping[str, Node]
    cases: int = MOST_CASES
    _reads: dict[str, frozenset[str]] = field(factory=dict, init=False)

    def may_split(self) -> bool:
        """Tell whether one more case may be told apart, and count it."""
        self.cases -= 1
        return self.cases >= 0

    def reads(self, name: str) -> frozenset[str]:
        """Give every name that the formula of a name depends on."""
        known = self._reads.get(name)
        if known is None:
            known = self._reads[name] = dependencies(self.formulas[name], self.formulas)
        return known

    def unmoved(self, known: Mapping[str, Known], moved: Iterable[str]) -> dict[str, Known]:
        """Keep what was worked out of names that do not depend on those of which more is known now."""
        return {name: found for name, found in known.items() if self.reads(name).isdisjoint(moved)}


@frozen(eq=False)
class Ranges:
    """What is known of the names in formulas.

    ``numbers`` holds the range of each number (a date is its ordinal), ``values`` what a choice or yes/no can still
    be, ``formulas`` the names that are computed, ``facts`` the range of whole terms that conditions compared. What was
    worked out of a name is kept, also by what is derived from here, as long as nothing more is known of what it reads.
    """

    numbers: Mapping[str, Bounds] = field(factory=dict)
    values: Mapping[str, Values] = field(factory=dict)
    formulas: Mapping[str, Node] = field(factory=dict)
    facts: Mapping[Node, Bounds] = field(factory=dict)
    lineage: Lineage = field(kw_only=True, repr=False)
    computed: dict[str, Bounds] = field(factory=dict, kw_only=True, repr=False)
    """The ranges that the formulas of computed names give."""
    decided: dict[str, bool | None] = field(factory=dict, kw_only=True, repr=False)
    """Whether computed conditions hold."""
    terms: dict[int, tuple[Node, Bounds]] = field(factory=dict, init=False, repr=False)
    """The ranges of terms, by the identity of the term, which is kept beside its range."""

    @lineage.default
    def _lineage(self) -> Lineage:
        return Lineage(self.formulas)

    def bounds(self, node: Node) -> Bounds:
        """Give the range of a number; that of a term is worked out once, however many rules ask for it."""
        if isinstance(node, Name):
            return self.bounds_of(node.name)
        if isinstance(node, Number):
            return Bounds(node.value, node.value)
        known = self.terms.get(id(node))
        if known is None or known[0] is not node:
            known = self.terms[id(node)] = (node, self._bounds(node))
        return known[1]

    def _bounds(self, node: Node) -> Bounds:
        match node:
            case Arithmetic(sign, left, right):
                found = computed(sign, self.bounds(left), self.bounds(right))
                return self._by_facts(node, found) if self.facts else found
            case Call():
                return self._call(node)
            case Negative(operand):
                return opposite(self.bounds(operand))
            case If(condition, then, otherwise):
                return self._choosing(condition, then, otherwise)
            case _:
                return ANY

    def truth(self, node: Node) -> bool | None:
        """Tell whether a condition holds whatever the inputs are; None where that depends on them."""
        match node:
            case Not(operand):
                inner = self.truth(operand)
                return None if inner is None else not inner
            case Both(operands):
                return _all(self.truth(operand) for operand in operands)
            case Either(operands):
                found = _all(None if (known := self.truth(operand)) is None else not known for operand in operands)
                return None if found is None else not found
            case Comparing():
                return _all(self._compare(left, comparison, right) for left, comparison, right in comparisons(node))
            case If(condition, then, otherwise):
                decided = self.truth(condition)
                arms = (then, otherwise) if decided is None else (then if decided else otherwise,)
                found_arms = {self.truth(arm) for arm in arms}
                return found_arms.pop() if len(found_arms) == 1 else None
            case Name(name):
                return self._truth_of(name)
            case _:
                return None

    def _truth_of(self, name: str) -> bool | None:
        formula = self.formulas.get(name)
        if formula is None or name in self.values:
            return _one_of(self.values.get(name, _YES_NO))
        if name not in self.decided:
            self.decided[name] = self.truth(formula)
        return self.decided[name]

    def given(self, node: Node, truth: bool = True) -> Ranges | None:  # noqa: FBT001, FBT002
        """Give what is known once a condition is known to hold (or not to); None where that cannot be.

        >>> ranges = Ranges({"批复规模": Bounds(Fraction(0))})
        >>> above = ranges.given(Comparing(Name("批复规模"), (("≠", Number(Fraction(0))),)))
        >>> above.numbers["批复规模"].low_open
        True
        """
        self.lineage.cases += CASES_MORE
        return self.case(node, truth)

    def case(self, node: Node, truth: bool = True) -> Ranges | None:  # noqa: FBT001, FBT002
        """Give the same for one of the cases that a search goes through: beyond so many, nothing more is known."""
        if not self.lineage.may_split():
            return self
        if isinstance(node, Comparing) and len(node.rest) == 1:
            ((comparison, right),) = node.rest
            return self.given_pair(node.first, comparison if truth else reversed_comparison(comparison), right)
        known = self.truth(node)
        if known is not None:
            return self if known == truth else None
        match node:
            case Not(operand):
                return self.case(operand, not truth)
            case Both(operands):
                return self._all(operands, truth=True) if truth else self._any(operands, truth=False)
            case Either(operands):
                return self._any(operands, truth=True) if truth else self._all(operands, truth=False)
            case Comparing():
                return self._given_comparison(node, truth=truth)
            case Name(name):
                inside = self.case(self.formulas[name], truth) if name in self.formulas else self
                return inside and inside._with({name}, values={**inside.values, name: frozenset({truth})})  # noqa: SLF001
            case _:
                return self

    def reads(self, name: str) -> frozenset[str]:
        """Give every name that a computed name depends on."""
        return self.lineage.reads(name) if name in self.formulas else _NOTHING

    def at(self, name: str, number: Fraction) -> Ranges:
        """Give what is known once a number is known."""
        return self._with({name}, numbers={**self.numbers, name: Bounds(number, number)})

    def knowledge_of(self, name: str) -> tuple[object, ...]:
        """Give all that is known of what the formula of a name reads, by identity: it holds while this value lives."""
        reads = self.lineage.reads(name)
        facts = (known for node, known in self.facts.items() if not reads.isdisjoint(names(node)))
        held = (self.numbers.get(read) or self.values.get(read) for read in reads)
        return (name, *map(id, held), *map(id, facts))

    def _with(
        self,
        moved: Iterable[str],
        numbers: Mapping[str, Bounds] | None = None,
        values: Mapping[str, Values] | None = None,
        facts: Mapping[Node, Bounds] | None = None,
    ) -> Ranges:
        """Give the same with more known of the names ``moved``."""
        lineage = self.lineage
        return Ranges(
            numbers or self.numbers,
            values or self.values,
            self.formulas,
            facts or self.facts,
            lineage=lineage,
            computed=lineage.unmoved(self.computed, moved),
            decided=lineage.unmoved(self.decided, moved),
        )

    # ---- values ----

    def _by_facts(self, node: Arithmetic, found: Bounds) -> Bounds:
        """Narrow a term by what is known of it, and ``x × y ÷ z`` by what is known of ``y ÷ z`` or ``x ÷ z``."""
        known = self.facts.get(node)
        if known is not None:
            found = overlap(found, known) or found
        factors = node.left
        if node.operator == "/" and isinstance(factors, Arithmetic) and factors.operator == "*":
            for over, other in ((factors.right, factors.left), (factors.left, factors.right)):
                known = self.facts.get(Arithmetic("/", over, node.right))
                if known is not None:
                    found = overlap(found, product(self.bounds(other), known)) or found
        return found

    def bounds_of(self, name: str) -> Bounds:
        """Give the range of the number that a name stands for."""
        known = self.numbers.get(name, ANY)
        formula = self.formulas.get(name)
        if formula is None or is_point(known):
            return known
        found = self._computed(name, formula)
        return overlap(known, found) or found

    def _computed(self, name: str, formula: Node) -> Bounds:
        """Give the range that the formula of a name gives."""
        found = self.computed.get(name)
        if found is None:
            found = self.computed[name] = self.bounds(formula)
        return found

    def _choosing(self, condition: Node, then: Node, otherwise: Node) -> Bounds:
        decided = self.truth(condition)
        if decided is not None:
            return self.bounds(then if decided else otherwise)
        arms = ((self.case(condition), then), (self.case(condition, False), otherwise))
        return hull(known.bounds(arm) for known, arm in arms if known is not None)

    def _call(self, node: Call) -> Bounds:
        row = BY_NAME.get(node.function)
        if not isinstance(row, Valued):
            return ANY
        if node in self.facts:
            return self.facts[node]
        return row.ranges(*(self.bounds(argument) for argument in node.arguments))

    def _compare(self, left: Node, comparison: Comparison, right: Node) -> bool | None:
        if isinstance(left, Choice) or isinstance(right, Choice):
            return self._compare_values(left, comparison, right)
        first, second = self.bounds(left), self.bounds(right)
        if self.facts and not (is_point(first) and is_point(second)):
            first, second = self.bounds(Arithmetic("-", left, right)), point(0)
        return compared(first, comparison, second)

    def _compare_values(self, left: Node, comparison: Comparison, right: Node) -> bool | None:
        first, second = (self._values(operand) for operand in (left, right))
        if first is None or second is None:
            return None
        if not first & second:
            return comparison == "≠"
        return comparison == "=" if len(first) == len(second) == 1 else None

    def _values(self, node: Node) -> Values | None:
        match node:
            case Choice(value):
                return frozenset({value})
            case Name(name):
                return self.values.get(name)
            case _:
                return None

    # ---- conditions ----

    def _all(self, operands: Iterable[Node], *, truth: bool) -> Ranges | None:
        """Give what is known once each operand has this truth; those that compare with a number go first."""
        known: Ranges | None = self
        for operand in sorted(operands, key=is_relative):
            known = known.case(operand, truth) if known is not None else None
        return known

    def _any(self, operands: Iterable[Node], *, truth: bool) -> Ranges | None:
        """Give what is known once some operand has this truth, and those before it have not."""
        cases: list[Ranges] = []
        rest: Ranges | None = self
        for operand in operands:
            if rest is None:
                break
            here = rest.case(operand, truth)
            cases += [here] if here is not None else []
            rest = rest.case(operand, not truth)
        return self._either(cases) if cases else None

    def _either(self, cases: Sequence[Ranges]) -> Ranges:
        """Give what is known where one of several cases holds."""
        if len(cases) == 1:
            return cases[0]
        numbers = {name: _hull([case.numbers.get(name, ANY) for case in cases]) for name in cases[0].numbers}
        values = {
            name: found.union(*(case.values.get(name, _YES_NO | found) for case in cases[1:]))
            for name, found in cases[0].values.items()
        }
        common = (node for node in cases[0].facts if all(node in case.facts for case in cases))
        facts = {node: _hull([case.facts[node] for case in cases]) for node in common}
        moved = {name for name, bounds in numbers.items() if bounds is not self.numbers.get(name)}
        moved |= {name for name, held in values.items() if held != self.values.get(name)}
        moved |= {read for node, bounds in facts.items() if bounds is not self.facts.get(node) for read in names(node)}
        return self._with(moved, numbers, values, facts)

    def _given_comparison(self, node: Comparing, *, truth: bool) -> Ranges | None:
        pairs = list(comparisons(node))
        if not truth and len(pairs) > 1:
            return self._any([Comparing(left, ((sign, right),)) for left, sign, right in pairs], truth=False)
        known: Ranges | None = self
        for left, comparison, right in pairs:
            if known is not None:
                known = known.given_pair(left, comparison if truth else reversed_comparison(comparison), right)
        return known

    def given_pair(self, left: Node, comparison: Comparison, right: Node) -> Ranges | None:
        """Give what is known once two terms are known to compare so."""
        known = self._compare(left, comparison, right)
        if known is not None:
            return self if known else None
        if isinstance(left, Choice) or isinstance(right, Choice):
            return self._given_value(left, comparison, right)
        for term, sign, other in ((left, comparison, right), (right, turned(comparison), left)):
            bounds = self.bounds(other)
            if isinstance(other, Number) or (isinstance(term, Name) and is_point(bounds)):
                return self._beside(term, sign, bounds)
        narrowed = self._beside(left, comparison, self.bounds(right))
        narrowed = narrowed._beside(right, turned(comparison), narrowed.bounds(left)) if narrowed else None  # noqa: SLF001
        return narrowed if narrowed is None or comparison == "≠" else narrowed.related(left, comparison, right)

    def _beside(self, node: Node, comparison: Comparison, other: Bounds) -> Ranges | None:
        """Narrow a term by what it is compared with."""
        known = self.bounds(node)
        return self.narrowed(node, without(known, other) if comparison == "≠" else allowed(comparison, other), known)

    def _given_value(self, left: Node, comparison: Comparison, right: Node) -> Ranges | None:
        name, choice = (left, right) if isinstance(right, Choice) else (right, left)
        values = self._values(name)
        if not isinstance(name, Name) or values is None or not isinstance(choice, Choice):
            return self
        kept = values & {choice.value} if comparison == "=" else values - {choice.value}
        return self._with({name.name}, values={**self.values, name.name: kept}) if kept else None

    def related(self, left: Node, comparison: Comparison, right: Node) -> Ranges:
        """Remember how two terms compare: by their difference, and by their quotient where the divisor is above 0."""
        zero, one = point(0), point(1)
        facts: dict[Node, Bounds] = {
            **self.facts,
            Arithmetic("-", left, right): allowed(comparison, zero),
            Arithmetic("-", right, left): allowed(turned(comparison), zero),
        }
        for over, sign, under in ((left, comparison, right), (right, turned(comparison), left)):
            divisor = self.bounds(under)
            if divisor.low is not None and divisor.low >= 0 and excludes_zero(divisor):
                facts[Arithmetic("/", over, under)] = allowed(sign, one)
        return self._with((*names(left), *names(right)), facts=facts)

    def narrowed(self, node: Node, bounds: Bounds, known: Bounds | None = None) -> Ranges | None:
        """Give what is known once the value of a term is known to lie in a range; None where it cannot.

        ``known`` is the term's range as it is, for a caller that has asked for it.
        """
        known = self.bounds(node) if known is None else known
        kept = overlap(known, bounds)
        if kept is None or kept is known:
            return None if kept is None else self
        match node:
            case Name(name):
                named = self._with({name}, numbers={**self.numbers, name: kept})
                formula = self.formulas.get(name)
                if formula is None or not self.lineage.may_split():
                    return named
                return named.narrowed(formula, kept, named._computed(name, formula))  # noqa: SLF001 - one of its kind
            case Negative(operand):
                return self.narrowed(operand, opposite(kept))
            case Arithmetic(sign, left, right):
                return self._narrowed_operands(sign, left, right, kept)
            case Call(function, arguments):
                row = BY_NAME.get(function)
                if isinstance(row, Plain) and row.inverse is not None:
                    return self._each_narrowed(arguments, row.inverse(kept))
                known_of_rows = isinstance(row, Aggregate)
                return self._with(names(node), facts={**self.facts, node: kept}) if known_of_rows else self
            case _:
                return self

    def _narrowed_operands(self, sign: str, left: Node, right: Node, kept: Bounds) -> Ranges | None:
        first, second = self.bounds(left), self.bounds(right)
        match sign:
            case "+":
                sides = difference(kept, second), difference(kept, first)
            case "-":
                sides = total(kept, second), difference(first, kept)
            case "*":
                sides = quotient(kept, second), quotient(kept, first)
            case _:
                sides = product(kept, second), quotient(first, kept)
        known = self if isinstance(left, Number) else self.narrowed(left, sides[0], first)
        return known if known is None or isinstance(right, Number) else known.narrowed(right, sides[1])

    def _each_narrowed(self, nodes: Iterable[Node], bounds: Bounds) -> Ranges | None:
        known: Ranges | None = self
        for node in nodes:
            known = known.narrowed(node, bounds) if known is not None else None
        return known


def ranges_of_scope(scope: Scope, read: Iterable[str], formulas: Mapping[str, Node]) -> Ranges:
    """Give what the declarations say of these names."""
    variables = [scope[name] for name in read if name in scope]
    numbers = {each.name: whole(each.bounds) if each.integer else each.bounds for each in variables}
    values: dict[str, Values] = {each.name: frozenset(each.choices) for each in variables if each.kind == "choice"}
    return Ranges(numbers, values, formulas)


def _all(truths: Iterable[bool | None]) -> bool | None:
    found = list(truths)
    return False if False in found else None if None in found else True


def _one_of(values: Values) -> bool | None:
    return next(iter(values)) is True if len(values) == 1 else None


def _hull(ranges: Sequence[Bounds]) -> Bounds:
    """Give the smallest range that holds all of them, the same one where it is all of them."""
    return ranges[0] if all(each is ranges[0] for each in ranges) else hull(ranges)

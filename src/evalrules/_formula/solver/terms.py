"""The vocabulary of the solver: the only module that knows z3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations
from typing import Any

from evalrules._values import frozen

try:
    import z3
except ImportError as missing:
    raise ImportError("proofs need the extra `prove`: pip install 'evalrules[prove]'") from missing

Term = Any
"""A term of the solver. z3 has no types, so neither have these."""


@frozen(eq=False)
class Day:
    """A day with its month, counted through all years, the day in it, and whether the month goes on behind it."""

    ordinal: Term
    month: Term
    day: Term
    goes_on: Term


class Terms:
    """Terms of one context of their own, so that several can be worked with at once.

    ``floors`` holds every number that was rounded down with its result, ``days`` every day that was told by month and
    day, for what the solver is told about them.
    """

    def __init__(self) -> None:
        self.context = z3.Context()
        self.floors: dict[Term, Term] = {}
        self.days: dict[Term, Day] = {}

    # ---- numbers ----

    def number(self, value: Fraction | int) -> Term:
        """Give an exact number."""
        return z3.RealVal(str(Fraction(value)), self.context)

    def whole(self, value: int) -> Term:
        """Give a whole number: a date, a choice."""
        return z3.IntVal(value, self.context)

    def real_named(self, name: str) -> Term:
        """Give a number that is not known."""
        return z3.Real(name, self.context)

    def whole_named(self, name: str) -> Term:
        """Give a whole number that is not known."""
        return z3.Int(name, self.context)

    def as_number(self, term: Term) -> Term:
        """Give a whole number as a number; what comes from a plug-in may also be a number of Python."""
        if not isinstance(term, z3.ExprRef):
            return self.number(Fraction(term))
        return z3.ToReal(term) if z3.is_int(term) else term

    def floor(self, term: Term) -> Term:
        """Round down to a whole number."""
        if term not in self.floors:
            self.floors[term] = z3.ToReal(z3.ToInt(term))
        return self.floors[term]

    def ceiling(self, term: Term) -> Term:
        """Round up to a whole number."""
        return -self.floor(-term)

    # ---- days ----

    def told_by_month(self, ordinal: Term, month: Term, day: Term, goes_on: Term) -> Day:
        """Keep how a day is told by its month."""
        return self.days.setdefault(ordinal, Day(ordinal, month, day, goes_on))

    def days_in(self, conditions: Iterable[Term]) -> list[Day]:
        """Give the days of which conditions read the month."""
        read = {part.get_id() for part in _parts(list(conditions))} if self.days else set()
        return [each for each in self.days.values() if each.month.get_id() in read]

    # ---- truths ----

    def truth(self, value: bool) -> Term:  # noqa: FBT001
        """Give true or false."""
        return z3.BoolVal(value, self.context)

    def truth_named(self, name: str) -> Term:
        """Give a truth that is not known."""
        return z3.Bool(name, self.context)

    def all_of(self, conditions: Iterable[Term]) -> Term:
        """Tell whether all conditions hold."""
        kept = [condition for condition in conditions if not z3.is_true(condition)]
        if any(z3.is_false(condition) for condition in kept):
            return self.truth(False)
        return z3.And(*kept) if len(kept) > 1 else kept[0] if kept else self.truth(True)

    def any_of(self, conditions: Iterable[Term]) -> Term:
        """Tell whether one of the conditions holds."""
        kept = [condition for condition in conditions if not z3.is_false(condition)]
        if any(z3.is_true(condition) for condition in kept):
            return self.truth(True)
        return z3.Or(*kept) if len(kept) > 1 else kept[0] if kept else self.truth(False)

    def no(self, condition: Term) -> Term:
        """Tell whether a condition does not hold."""
        if z3.is_true(condition) or z3.is_false(condition):
            return self.truth(z3.is_false(condition))
        return z3.Not(condition)

    def choose(self, condition: Term, then: Term, otherwise: Term) -> Term:
        """Give one of two terms."""
        if z3.is_true(condition) or z3.is_false(condition):
            return then if z3.is_true(condition) else otherwise
        return z3.If(condition, then, otherwise)

    def is_impossible(self, condition: Term) -> bool:
        """Tell whether a condition is seen to be false without asking."""
        return bool(z3.is_false(condition))

    def simplified(self, term: Term) -> Term:
        """Give the same term in a shorter form."""
        return z3.simplify(term)

    def is_truth(self, term: Term) -> bool:
        """Tell a truth from a number."""
        return bool(z3.is_bool(term))

    def is_number(self, term: Term) -> bool:
        """Tell a number from a whole number (a date, a choice) and from a truth."""
        return bool(z3.is_real(term))


def settled(term: Term, values: Mapping[Term, Term] | None = None) -> Fraction | bool | None:
    """Give what a term is once values are put in for what is not known; None where it is still not known."""
    pairs = list((values or {}).items())
    found = z3.simplify(z3.substitute(term, *pairs) if pairs else term)
    return value_of(found)


def value_of(found: Term) -> Fraction | bool | None:
    """Give a value of the solver as one of ours; None where it is no rational number."""
    if z3.is_true(found) or z3.is_false(found):
        return bool(z3.is_true(found))
    if z3.is_int_value(found):
        return Fraction(found.as_long())
    if z3.is_rational_value(found):
        return Fraction(found.numerator_as_long(), found.denominator_as_long())
    return None


def about(found: Term) -> Fraction | bool | None:
    """Give a value of the solver; of one that is no rational number, a rational number very near."""
    return value_of(found.approx(20)) if z3.is_algebraic_value(found) else value_of(found)


# ---- asking --------------------------------------------------------------------------------------------------------


_LONGEST = (1 << 32) - 1
"""The longest time in milliseconds that the solver knows, which to it means without end."""


def ask(conditions: list[Term], context: Any, seconds: float) -> tuple[str, Any]:
    """Ask for values with which all conditions hold: ``sat`` and a model, ``unsat`` or ``unknown`` and None."""
    solver = z3.Solver(ctx=context)
    solver.set("timeout", int(min(max(1, seconds * 1000), _LONGEST)))
    solver.add(*conditions)
    answer = str(solver.check())
    return answer, solver.model() if answer == "sat" else None


def in_model(model: Any, term: Term) -> Fraction | bool | None:
    """Give what a term is in a model."""
    return about(model.eval(term, model_completion=True))


def without_floors(terms: Terms, conditions: Iterable[Term]) -> list[Term]:
    """Replace each rounding by a number of which only the order is known: k ≤ x < k + 1, and x ≤ y gives k ≤ l.

    What follows from so little follows in truth; and without whole numbers the solver decides every question in the
    end. What does not follow may follow all the same.
    """
    asked = list(conditions)
    reached = _reached(terms, asked)
    names = [z3.Real(f"floor {place}", terms.context) for place in range(len(reached))]
    pairs = [(terms.floors[term], name) for term, name in zip(reached, names, strict=True)]
    if not pairs:
        return asked
    under = [z3.substitute(term, *pairs) for term in reached]
    facts = [fact for term, name in zip(under, names, strict=True) for fact in (name <= term, term < name + 1)]
    facts += [
        fact
        for (first, k), (second, m) in combinations(zip(under, names, strict=True), 2)
        for fact in (z3.Implies(first <= second, k <= m), z3.Implies(second <= first, m <= k))
    ]
    return [*(z3.substitute(condition, *pairs) for condition in asked), *facts]


def replaced(conditions: Iterable[Term], pairs: Iterable[tuple[Term, Term]]) -> list[Term]:
    """Put terms in the place of others."""
    kept = list(pairs)
    return [z3.substitute(condition, *kept) for condition in conditions]


def _reached(terms: Terms, conditions: list[Term]) -> list[Term]:
    """Find the rounded numbers that stand in the conditions, those inside others included."""
    results = {result.get_id(): term for term, result in terms.floors.items()}
    return [results[part.get_id()] for part in _parts(conditions) if part.get_id() in results]


def _parts(conditions: list[Term]) -> Iterator[Term]:
    waiting, seen = list(conditions), set[int]()
    while waiting:
        part = waiting.pop()
        if part.get_id() not in seen:
            seen.add(part.get_id())
            yield part
            waiting.extend(part.children())

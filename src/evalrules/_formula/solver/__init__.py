"""The solver reading: what formulas and programs mean, as terms of an SMT solver (extra ``prove``, z3).

Numbers are reals, dates and choices integers, conditions truths; a term has its value only where none of the faults
that stand beside it arises. A table is any number of rows. Functions of plug-ins that bring none have no meaning here.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from evalrules._formula.program import JUDGED, POINTS, PointsBetween, Program, Requirement, Rule, dependencies
from evalrules._formula.solver.formulas import (
    Failing,
    Found,
    Inputs,
    Meaning,
    Meaningless,
    Model,
    Question,
    first_of_each_kind,
    read_term,
    within,
)
from evalrules._formula.solver.terms import Term, Terms
from evalrules._formula.tree import Formula, Name, Node
from evalrules._numbers import RoundingMode
from evalrules._values import frozen

__all__ = [
    "Applied",
    "Failing",
    "Found",
    "Inputs",
    "Meaning",
    "Meaningless",
    "Model",
    "Question",
    "ScoreTerm",
    "Term",
    "Terms",
    "read_program",
    "read_term",
    "rounded_term",
]


@frozen(eq=False)
class Applied:
    """A rule: the condition under which it gives or takes points, and the running score before and after."""

    rule: Rule
    condition: Term
    before: Term
    after: Term


@frozen(eq=False)
class ScoreTerm:
    """The exact score before it is rounded; the faults that leave it unscored; what each rule did."""

    score: Term
    faults: tuple[Failing, ...]
    rules: tuple[Applied, ...]
    points: Term


def read_program(
    program: Program, inputs: Inputs, kept: frozenset[str] = frozenset(), asked: Iterable[str] = ()
) -> ScoreTerm:
    """Read a program whose inputs are unknown; what it binds can be read from the inputs afterwards.

    The names in ``kept`` keep their meaning: a proof may leave 完成值 free that the program computes. Only what the
    rules, their sentences or ``asked`` need is bound.
    """
    needed = _needed(program, asked)
    for binding in program.all_bindings:
        if binding.name in needed and binding.name not in kept:
            inputs.bind(binding.name, binding.formula)
    return _Run(program, inputs).scored()


def _needed(program: Program, asked: Iterable[str]) -> frozenset[str]:
    trees = {binding.name: binding.formula.tree for binding in program.all_bindings}
    read: list[Node] = [Name(name) for name in (*asked, *(required.name for required in program.requirements))]
    read += [formula.tree for formula in program.formulas]
    read += [said.tree for said in program.said]
    return frozenset(name for node in read for name in dependencies(node, trees))


class _Run:
    def __init__(self, program: Program, inputs: Inputs) -> None:
        self.program = program
        self.inputs = inputs
        self.terms = inputs.terms
        self.faults: list[Failing] = []
        self.rules: list[Applied] = []

    def scored(self) -> ScoreTerm:
        for requirement in self.program.requirements:
            self._require(requirement)
        points = self._met(self.inputs.meaning(POINTS), self.terms.truth(True))
        score = self._deduct(points) if self.program.form == "deduct" else self._award(points)
        return ScoreTerm(score, tuple(self.faults), tuple(self.rules), points)

    def _require(self, requirement: Requirement) -> None:
        always = self.terms.truth(True)
        value = self._met(self.inputs.meaning(requirement.name), always)
        outside = self.terms.no(self.terms.all_of(within(self.terms, value, requirement.bounds)))
        self._fail("outside-range", requirement.name, outside)

    def _deduct(self, points: Term) -> Term:
        terms, running = self.terms, points
        for rule in self.program.rules:
            holds = terms.truth(True) if rule.when is None else self._read(rule.when, terms.truth(True))
            if rule.unless is not None:
                holds = terms.all_of((holds, terms.no(self._read(rule.unless, holds))))
            assert isinstance(rule.points, Formula)
            amount = self._read(rule.points, holds)
            self._fail("points-out-of-bounds", rule.label, terms.all_of((holds, amount < 0)))
            left = running - amount
            after = terms.choose(holds, terms.choose(left >= 0, left, terms.number(0)), running)
            self.rules.append(Applied(rule, holds, running, after))
            running = after
        return running

    def _award(self, points: Term) -> Term:
        terms, going = self.terms, self.terms.truth(True)
        for rule in self.program.rules:
            holds = going if rule.when is None else terms.all_of((going, self._read(rule.when, going)))
            given = self._given(rule, holds)
            outside = terms.any_of((given < 0, given > points))
            self._fail("points-out-of-bounds", rule.label, terms.all_of((holds, outside)))
            self.rules.append(Applied(rule, holds, points, given))
            going = terms.all_of((going, terms.no(holds)))
        self._fail("undecided", "", going)
        score = points
        for applied in reversed(self.rules):
            score = terms.choose(applied.condition, applied.after, score)
        return score

    def _given(self, rule: Rule, holds: Term) -> Term:
        if not isinstance(rule.points, PointsBetween):
            return self._read(rule.points, holds)
        judged = self.inputs.meaning(JUDGED)
        for fault in judged.faults:
            self._fail("not-judged", rule.label, self.terms.all_of((holds, fault.condition)))
        low, high = self._read(rule.points.low, holds), self._read(rule.points.high, holds)
        above = judged.value >= high if rule.points.high_open else judged.value > high
        outside = self.terms.any_of((judged.value < low, above))
        self._fail("judged-outside", rule.label, self.terms.all_of((holds, outside)))
        return judged.value

    def _read(self, formula: Formula, reached: Term) -> Term:
        return self._met(read_term(formula.tree, self.inputs.words), reached)

    def _met(self, meaning: Meaning, reached: Term) -> Term:
        """Give the value, and keep the faults where the place is reached."""
        for fault in first_of_each_kind(self.terms, meaning.faults):
            self._fail(fault.kind, fault.detail, self.terms.all_of((reached, fault.condition)))
        return meaning.value

    def _fail(self, kind: object, detail: str, condition: Term) -> None:
        if not self.terms.is_impossible(condition):
            self.faults.append(Failing(kind, detail, condition))  # type: ignore[arg-type]


def rounded_term(terms: Terms, score: Term, places: int, mode: RoundingMode) -> Term:
    """Round a number that is at least 0 to so many places."""
    power = terms.number(10**places)
    size = score * power
    half = terms.number(Fraction(1, 2))
    match mode:
        case "down":
            return terms.floor(size) / power
        case "up":
            return terms.ceiling(size) / power
        case "half_up":
            return terms.floor(size + half) / power
    below, above = terms.floor(size + half), terms.ceiling(size - half)
    # The two differ on a tie alone; of them the even one counts.
    return terms.choose(terms.floor(below / 2) * 2 == below, below, above) / power

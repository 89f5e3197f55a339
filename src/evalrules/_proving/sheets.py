"""A rule as terms of the solver: its inputs unknown, its score, and what stands in the way of one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from attrs import define

from evalrules._formula.edges import dependencies
from evalrules._formula.program import ACTUAL, POINTS, TARGET
from evalrules._formula.scope import ANY, Variable
from evalrules._formula.solver import (
    Failing,
    Inputs,
    Meaning,
    Scored,
    Term,
    Terms,
    placeholders,
    read_program,
    read_term,
    rounded_term,
)
from evalrules._formula.solver.inputs import within
from evalrules._formula.tree import Call, Name, Node, walk
from evalrules._laws.subjects import Subject

WITHOUT_VALUE = frozenset({"zero-division", "digits", "undecided", "domain", "function", "figure"})
"""Faults that leave an input in its declared range without a score; a figure that has no value is one."""


@define(slots=False, eq=False)
class Sheet:
    """One filling-in of a rule. ``free_actual`` leaves 完成值 unknown even where the rule computes it.

    Raises `Unreadable` when a part is asked for that the solver cannot read.
    """

    subject: Subject
    inputs: Inputs
    free_actual: bool = False

    @cached_property
    def terms(self) -> Terms:
        """The vocabulary."""
        return self.inputs.terms

    @cached_property
    def scored(self) -> Scored:
        """The program with its faults."""
        kept = frozenset({ACTUAL}) if self.free_actual else frozenset[str]()
        asked = (word for word in (ACTUAL, TARGET) if is_directed(self.subject) and self.subject.has(word))
        return read_program(self.subject.program, self.inputs, kept, asked)

    @cached_property
    def applying(self) -> Meaning:
        """The condition that the rule applies at all, and what stands in the way of telling."""
        applies = self.subject.indicator.applies
        if applies is None:
            return Meaning(self.terms.truth(True))
        return read_term(applies.tree, self.inputs.words)

    def declared(self) -> list[Term]:
        """Give the conditions that the inputs read so far lie in their declared ranges."""
        found = list(self.inputs.conditions)
        if POINTS in self.inputs.given:
            units = self.inputs.given[POINTS] * 10**self.subject.ruleset.catalogue.rounding.places
            found.append(self.terms.floor(units) == units)
        return found

    def applied(self) -> list[Term]:
        """Give the conditions that the rule is put to inputs it is made for: in range, and it applies."""
        return [*self._told_whether(), self.applying.value]

    def not_applied(self) -> list[Term]:
        """Give the conditions that it does not apply; without a condition of its own the entry may say so at will."""
        if self.subject.indicator.applies is None:
            return self.declared()
        return [*self._told_whether(), self.terms.no(self.applying.value)]

    def met(self) -> list[Term]:
        """Give the conditions that the rule is scored."""
        faults = self.scored.faults  # before the ranges are asked for: reading makes the inputs
        return [*self.applied(), *(self.terms.no(fault.condition) for fault in faults)]

    def _told_whether(self) -> list[Term]:
        faults = self.applying.faults  # before the ranges are asked for: reading makes the inputs
        return [*self.declared(), *(self.terms.no(fault.condition) for fault in faults)]

    def first(self, faults: Iterable[Failing], kinds: frozenset[str]) -> Term:
        """Give the condition that the fault that arises is one of these kinds."""
        found: list[Term] = []
        before: list[Term] = []
        for fault in faults:
            is_figure = fault.kind == "blank" and fault.detail in self._figures
            if ("figure" if is_figure else fault.kind) in kinds:
                found.append(self.terms.all_of((fault.condition, *before)))
            before.append(self.terms.no(fault.condition))
        return self.terms.any_of(found)

    def rounded(self, score: Term) -> Term:
        """Round a score as the edition says."""
        rounding = self.subject.ruleset.catalogue.rounding
        return rounded_term(self.terms, score, rounding.places, rounding.mode)

    def word(self, word: str) -> Term:
        """Give 完成值 or 指标值; where it has no value the rule may have none either: see `has_word`."""
        self.scored  # noqa: B018 - what the program binds can be read afterwards
        return self.inputs.meaning(word).value

    def has_word(self, word: str) -> list[Term]:
        """Give the conditions that 完成值 or 指标值 has a value."""
        self.scored  # noqa: B018 - as above
        return [self.terms.no(fault.condition) for fault in self.inputs.meaning(word).faults]

    @cached_property
    def _figures(self) -> frozenset[str]:
        return frozenset(figure.name for _, figure, _ in self.subject.ruleset.computed)

    def beside(self, moved: Iterable[str]) -> Sheet:
        """Give the same rule once more with other values of some inputs and all else equal."""
        other = Sheet(self.subject, self.inputs.beside(moved), self.free_actual)
        other.prepare("′")
        return other

    def prepare(self, suffix: str = "") -> None:
        """Make known to the inputs what is not theirs to choose: fixed points, computed figures, a free 完成值."""
        subject, inputs = self.subject, self.inputs
        if POINTS not in subject.free:
            inputs.put(POINTS, self.terms.number(subject.indicator.points))
        if self.free_actual:
            self._free_actual(suffix)
        needed = _needed(subject)
        for _, figure, _ in subject.ruleset.computed:
            if figure.name in needed and figure.formula is not None:
                inputs.compute(figure.name, figure.formula)

    def _free_actual(self, suffix: str) -> None:
        word, called = self.subject.plan.scope[ACTUAL], f"{ACTUAL}{suffix}"
        is_whole = word.kind == "date" or self.subject.indicator.integer
        term = self.terms.whole_named(called) if is_whole else self.terms.real_named(called)
        number = term if word.kind == "date" else self.terms.as_number(term)
        self.inputs.put(ACTUAL, number)
        self.inputs.conditions += within(self.terms, number, ANY if word.kind == "date" else word.bounds)


def sheet_of(subject: Subject, *, free_actual: bool = False) -> Sheet:
    """Give a rule with all inputs unknown, in a context of its own."""
    inputs = Inputs(Terms(), subject.plan.scope, subject.ruleset.functions, may_be_blank(subject.nodes))
    return sheet_on(subject, inputs, free_actual=free_actual)


def sheet_on(subject: Subject, inputs: Inputs, *, free_actual: bool = False) -> Sheet:
    """Give a rule over inputs of which some may be known by others already."""
    sheet = Sheet(subject, inputs, free_actual)
    sheet.prepare()
    return sheet


def may_be_blank(nodes: Iterable[Node]) -> frozenset[str]:
    """Give the names of which some formula asks whether they are filled in; of all others laws assume that they are."""
    asked = (part for node in nodes for part in walk(node) if isinstance(part, Call) and part.function in _ASKING)
    return frozenset(name.name for part in asked if isinstance(name := part.arguments[0], Name))


_ASKING = frozenset({"已填", "未填"})


def _needed(subject: Subject) -> frozenset[str]:
    """Give the names that its formulas and sentences come to read."""
    trees = [*subject.nodes, *(said.tree for rule in subject.program.rules for said in placeholders(rule))]
    return frozenset(name for tree in trees for name in dependencies(tree, subject.reading.trees))


def is_directed(subject: Subject) -> bool:
    """Tell whether what is better can be told of the rule's actual."""
    if subject.direction is None or not subject.has(ACTUAL):
        return False
    return subject.direction == "interval" or subject.has(TARGET)


def is_percent(variable: Variable | None) -> bool:
    """Tell whether a number is shown in %."""
    return variable is not None and variable.unit is not None and variable.unit.percent

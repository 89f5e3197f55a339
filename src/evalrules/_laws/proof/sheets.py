"""A rule as terms of the solver: its inputs unknown, its score, and what stands in the way of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import product
from typing import cast

from attrs import define

from evalrules._formula.program import ACTUAL, POINTS, TARGET, Rule, dependencies
from evalrules._formula.scope import ANY
from evalrules._formula.solver import (
    Failing,
    Inputs,
    Meaning,
    Model,
    ScoreTerm,
    Term,
    Terms,
    read_program,
    read_term,
    rounded_term,
)
from evalrules._formula.solver.formulas import within
from evalrules._formula.tree import Formula, Node
from evalrules._formula.worth_trying import rows_of
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Trial, Value, attempt


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
    def scored(self) -> ScoreTerm:
        """The program with its faults."""
        kept = frozenset({ACTUAL}) if self.free_actual else frozenset[str]()
        asked = (word for word in (ACTUAL, TARGET) if self.subject.is_directed and self.subject.has(word))
        return read_program(self.subject.program, self.inputs, kept, asked)

    @cached_property
    def applying(self) -> Meaning:
        """The condition that the rule applies at all, and what stands in the way of telling."""
        applies = self.subject.indicator.applies
        if applies is None:
            return Meaning(self.terms.truth(True))
        return read_term(applies.tree, self.inputs.words)

    @cached_property
    def otherwise(self) -> Meaning | None:
        """The points that stand where the rule does not apply, where they are computed."""
        otherwise = self.subject.indicator.otherwise
        if otherwise is None or otherwise.points is None:
            return None
        return read_term(otherwise.points.tree, self.inputs.words)

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

    def first(self, faults: Iterable[Failing], kinds: frozenset[str], outside: frozenset[str] = frozenset()) -> Term:
        """Give the condition that the fault that arises is one of these kinds, or a name ``outside`` its range."""
        found: list[Term] = []
        before: list[Term] = []
        for fault in faults:
            if fault.kind in kinds or (fault.kind == "outside-range" and fault.detail in outside):
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

    def beside(self, moved: Iterable[str]) -> Sheet:
        """Give the same rule once more with other values of some inputs and all else equal."""
        other = Sheet(self.subject, self.inputs.beside(moved), self.free_actual)
        other.prepare("′")
        return other

    def prepare(self, suffix: str = "") -> None:
        """Make known to the inputs what is not theirs to choose: fixed points, computed figures, a free 完成值."""
        subject, inputs = self.subject, self.inputs
        if POINTS not in subject.free:
            self._carried_points()
        if self.free_actual:
            self._free_actual(suffix)
        needed = _needed(subject)
        inputs.expect(_read(subject), subject.reading.trees)
        for _, figure, _ in subject.ruleset.computed:
            if figure.name in needed and figure.formula is not None:
                inputs.compute(figure.name, figure.formula)

    def _carried_points(self) -> None:
        """Let 分值 be what the row carries: its own, or with what moves to it."""
        carried = [self.terms.number(points) for points in self.subject.carried]
        if len(carried) == 1:
            self.inputs.put(POINTS, carried[0])
            return
        known = POINTS in self.inputs.given  # beside another filling-in with the same points
        points = self.inputs.meaning(POINTS).value
        if not known:
            self.inputs.conditions.append(self.terms.any_of(points == each for each in carried))
        self.inputs.conditions += self._linked(points)

    def _linked(self, points: Term) -> Iterator[Term]:
        """Give the conditions that what others move to the row goes with the figures that both read."""
        linked = self.subject.linked
        told = [read_term(applies.tree, self.inputs.words) for applies in linked.values()]
        yield from (self.terms.no(fault.condition) for meaning in told for fault in meaning.faults)
        for way in product((True, False), repeat=len(linked)) if linked else ():
            carried = self.subject.carried_where(dict(zip(linked, way, strict=True)))
            unlike = (self.terms.no(each.value) if held else each.value for each, held in zip(told, way, strict=True))
            yield self.terms.any_of([*unlike, *(points == self.terms.number(each) for each in carried)])

    def values(self, model: Model) -> dict[str, Value]:
        """Give the inputs of the rule in a model; what it does not read of a table is as usual."""
        found: dict[str, Value] = dict(model.values(self.inputs))
        for name, table in self.subject.trying.domains.items():
            if table.kind == "table" and name in found and found[name] is not None:
                usual = rows_of(table)[0]
                rows = found[name] if name in self.inputs.tables else ({},)
                found[name] = tuple({**usual, **row} for row in cast("tuple[Mapping[str, Value], ...]", rows))
        return found

    def tried(self, model: Model) -> Trial:
        """Put the inputs of a model to the engine."""
        return attempt(self.subject, self.values(model))

    def _free_actual(self, suffix: str) -> None:
        word, called = self.subject.plan.scope[ACTUAL], f"{ACTUAL}{suffix}"
        is_whole = word.kind == "date" or self.subject.indicator.integer
        term = self.terms.whole_named(called) if is_whole else self.terms.real_named(called)
        number = term if word.kind == "date" else self.terms.as_number(term)
        self.inputs.put(ACTUAL, number)
        self.inputs.conditions += within(self.terms, number, ANY if word.kind == "date" else word.bounds)


def sheet_of(
    subject: Subject, *, free_actual: bool = False, blank: frozenset[str] | None = None, beside: Subject | None = None
) -> Sheet:
    """Give a rule with all inputs unknown, in a context of its own; ``blank`` are those that may be blank.

    Without it that are those of which a formula asks whether they are filled in. ``beside`` is a rule that will be read
    over the same tables.
    """
    optional = subject.may_be_blank if blank is None else blank
    inputs = Inputs(Terms(), subject.plan.scope, subject.ruleset.functions, optional)
    if beside is not None:
        inputs.expect(_read(beside), beside.reading.trees)
    return sheet_on(subject, inputs, free_actual=free_actual)


def sheet_on(subject: Subject, inputs: Inputs, *, free_actual: bool = False) -> Sheet:
    """Give a rule over inputs of which some may be known by others already."""
    sheet = Sheet(subject, inputs, free_actual)
    sheet.prepare()
    return sheet


def _read(subject: Subject) -> list[Node]:
    """Give every formula that a sheet can come to read."""
    said = [formula.tree for rule in subject.program.rules for formula in _said(rule)]
    needed = _needed(subject)
    linked = (applies.tree for applies in subject.linked.values())
    return [*subject.nodes, *linked, *(tree for name, tree in subject.reading.trees.items() if name in needed), *said]


def _said(rule: Rule) -> tuple[Formula, ...]:
    return () if rule.because is None else rule.because.formulas


def _needed(subject: Subject) -> frozenset[str]:
    """Give the names that its formulas and sentences come to read."""
    linked = (applies.tree for applies in subject.linked.values())
    trees = [*subject.nodes, *linked, *(said.tree for said in subject.program.said)]
    return frozenset(name for tree in trees for name in dependencies(tree, subject.reading.trees))

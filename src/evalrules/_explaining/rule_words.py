"""A rule in words: what its conditions are and what each takes or gives, as an official would write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property

from attrs import define, frozen

from evalrules._catalogue.model import MethodCall
from evalrules._explaining.phrases import Phrases
from evalrules._formula.faults import Fault
from evalrules._formula.program import ACTUAL, POINTS, TARGET, PointsBetween, Rule
from evalrules._formula.steps import evaluate_node
from evalrules._formula.tree import Comparing, Formula, Name, Node, Number, children
from evalrules._formula.words import formula_words, show
from evalrules._laws.subjects import Subject


@frozen
class RuleLine:
    """One row or rule: what it does, what it says when points are lost, and what it excuses."""

    text: str
    because: str = ""


@frozen
class RuleWords:
    """``form`` says how the lines are read, ``lets`` are the names that they use."""

    form: str
    lets: tuple[str, ...]
    lines: tuple[RuleLine, ...]


@define(slots=False, eq=False)
class RuleWriter:
    """Writes the rule of a subject."""

    subject: Subject
    said: Phrases

    def words(self) -> RuleWords:
        """Give the rule, its parameters put in where they are numbers or names."""
        lines = tuple(self._line(rule, last=rule is self.subject.program.rules[-1]) for rule in self._rules())
        return RuleWords(self.said(self.subject.plan.scoring.form), tuple(self._lets()), lines)

    def parameters(self) -> tuple[str, ...]:
        """Give the parameters of the method with what they are here."""
        called = self.subject.plan.called
        if not isinstance(called, MethodCall):
            return ()
        method = self.subject.ruleset.catalogue.methods[called.method]
        given = dict(called.arguments)
        values = {each.name: given.get(each.name, each.default) for each in method.parameters}
        return tuple(
            self.said("parameter", name=name, value=_constant(value.tree) or formula_words(value.tree))
            for name, value in values.items()
            if value is not None
        )

    def written(self, formula: Formula) -> str:
        """Write a formula with the parameters put in."""
        return formula_words(formula.tree, self._inlined())

    def _rules(self) -> tuple[Rule, ...]:
        return self.subject.program.rules

    def _inlined(self) -> Mapping[str, str]:
        bindings = {binding.name: binding.formula.tree for binding in self.subject.program.bindings}
        return {name: _plain(name) if not _is_plain(tree) else formula_words(tree) for name, tree in _own(bindings)}

    def _lets(self) -> Iterator[str]:
        for binding in self.subject.program.bindings:
            if binding.name not in (ACTUAL, TARGET) and not _is_plain(binding.formula.tree):
                formula = _constant(binding.formula.tree) or self.written(binding.formula)
                yield self.said("let", name=_plain(binding.name), formula=formula)

    # ---- one line ----

    def _line(self, rule: Rule, *, last: bool) -> RuleLine:
        text = self.said("line", when=self._when(rule, last=last), what=self._what(rule))
        if rule.unless is not None:
            text = self.said("line", when=text, what=self.said("unless", excuse=self.written(rule.unless)))
        if rule in self._unreached:
            text = self.said("unreached", line=text)
        return RuleLine(text, "" if self._is_assessed or rule.because is None else rule.because.text)

    @cached_property
    def _unreached(self) -> tuple[Rule, ...]:
        """The rules that the parameters and ranges leave without any input."""
        return tuple(rule for rule, _, holds in self.subject.reading.way if holds is None)

    @property
    def _is_assessed(self) -> bool:
        return self.subject.plan.scoring.form in ("checklist", "judged")

    def _when(self, rule: Rule, *, last: bool) -> str:
        scoring, number = self.subject.plan.scoring, self._rules().index(rule)
        if scoring.form == "checklist":
            return self.said("item", item=scoring.checklist[number].title)
        if scoring.form == "judged":
            return self.said("tier", tier=scoring.tiers[number].title)
        if rule.when is not None:
            return self.said("when", condition=self.written(rule.when))
        return self.said("otherwise-row" if last and self.subject.program.form == "award" and number else "always")

    def _what(self, rule: Rule) -> str:
        points = rule.points
        if isinstance(points, PointsBetween):
            code = "awards-below" if points.high_open else "awards-between"
            return self.said(code, low=self._amount(points.low), high=self._amount(points.high))
        if self.subject.plan.scoring.form == "checklist":
            worth = self.subject.plan.scoring.checklist[self._rules().index(rule)].points
            return self.said("awards", points=worth)
        if self.subject.program.form == "deduct":
            return self.said("deducts", points=self.written(points))
        if self._is_full(points.tree):
            return self.said("full-marks")
        return self.said("awards-none" if _is_number(points.tree, 0) else "awards", points=self.written(points))

    def _is_full(self, tree: Node) -> bool:
        return tree == Name(POINTS) or (POINTS not in self.subject.free and _is_number(tree, self._points))

    @property
    def _points(self) -> Fraction:
        return self.subject.indicator.points

    def _amount(self, formula: Formula) -> str:
        """Give an edge of a range of points as a number where only 分值 decides it."""
        if POINTS in self.subject.free:
            return self.written(formula)
        try:
            value = evaluate_node(formula.tree, {POINTS: self._points})
        except Fault:
            return self.written(formula)
        return formula_words(Number(value)) if isinstance(value, Fraction) else self.written(formula)


def _own(bindings: Mapping[str, Node]) -> Iterator[tuple[str, Node]]:
    """Leave out the names of the row: an official writes 指标值, whatever it is here."""
    return ((name, tree) for name, tree in bindings.items() if name not in (ACTUAL, TARGET))


def _plain(name: str) -> str:
    """Drop what keeps a method's name apart from a figure that is called alike."""
    return name.rpartition("·")[2]


def _constant(tree: Node) -> str | None:
    """Write a comparison of numbers, which is how 是 and 否 stand in a formula, as what it says."""
    if not isinstance(tree, Comparing) or any(not isinstance(part, Number) for part in children(tree)):
        return None
    return show(evaluate_node(tree, {}))


def _is_plain(tree: Node) -> bool:
    return isinstance(tree, Name) or (isinstance(tree, Number) and tree.value >= 0)


def _is_number(tree: Node, number: Fraction | int) -> bool:
    return isinstance(tree, Number) and tree.value == number

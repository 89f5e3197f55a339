"""A scoring rule brought to its core: names computed in order, then rules that take or give points.

Every way of scoring is lowered to one of two forms. ``deduct`` starts from 分值 and takes points away, rule by rule,
never below 0; ``award`` gives the points of the first row that holds. A checklist is lowered to ``deduct`` (one rule
an item), a judgement to ``award`` (one row a tier). Every reading of a formula has a reading of a program.
"""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

from evalrules._formula.scope import PERCENT, Bounds, Unit
from evalrules._formula.sentence import Sentence
from evalrules._formula.tree import Arithmetic, Formula, Name, names
from evalrules._problems import Location

POINTS, TARGET, ACTUAL, ATTAINMENT, JUDGED = "分值", "指标值", "完成值", "完成率", "评判得分"


@frozen
class Binding:
    """A name computed before the rules, in order: 完成值 from ``value``, parameters, ``let`` names.

    It is computed when it is first read: a binding that no rule reached reads cannot fail.
    """

    name: str
    formula: Formula
    unit: Unit | None = None


ATTAINMENT_BINDING = Binding(
    ATTAINMENT,
    Formula(f"{ACTUAL} ÷ {TARGET}", Arithmetic("/", Name(ACTUAL, (0, 3)), Name(TARGET, (6, 9)), (0, 9))),
    PERCENT,
)


@frozen
class PointsBetween:
    """A range of points: the assessor's score (`JUDGED`) must lie in it; ``high_open`` leaves the upper edge out."""

    low: Formula
    high: Formula
    high_open: bool = False


@frozen
class Rule:
    """One deduction or one row. Without ``when`` it always holds; ``unless`` excuses a rule that holds."""

    points: Formula | PointsBetween
    label: str
    when: Formula | None = None
    unless: Formula | None = None
    because: Sentence | None = None
    location: Location | None = field(default=None, eq=False)


@frozen
class Requirement:
    """What an input must hold for the program to be run; outside it the indicator is unscored."""

    name: str
    bounds: Bounds


@frozen
class Program:
    """Everything that decides the points of one indicator.

    Inputs are the names that are neither bound here nor functions. The exact running score is kept without rounding.
    """

    form: Literal["deduct", "award"]
    rules: tuple[Rule, ...]
    bindings: tuple[Binding, ...] = ()
    requirements: tuple[Requirement, ...] = ()

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """The formulas of the rules, in the order written."""
        found: list[Formula | None] = []
        for rule in self.rules:
            edges = (rule.points.low, rule.points.high) if isinstance(rule.points, PointsBetween) else (rule.points,)
            found += [rule.when, rule.unless, *edges]
        return tuple(formula for formula in found if formula is not None)

    def reads(self, name: str) -> bool:
        """Tell whether a rule, its sentence or a requirement reads this input, itself or through a binding."""
        bound = {binding.name: names(binding.formula.tree) for binding in self.all_bindings}
        said = (
            part.formula
            for rule in self.rules
            if rule.because is not None
            for part in rule.because.parts
            if not isinstance(part, str)
        )
        waiting = [requirement.name for requirement in self.requirements]
        waiting += [read for formula in (*self.formulas, *said) for read in names(formula.tree)]
        seen: set[str] = set()
        while waiting:
            read = waiting.pop()
            if read not in seen:
                seen.add(read)
                waiting += bound.get(read, ())
        return name in seen

    @property
    def all_bindings(self) -> tuple[Binding, ...]:
        """The bindings, each of which sees those before it; 完成率 = 完成值 ÷ 指标值 is added unless it is bound."""
        bound = [binding.name for binding in self.bindings]
        if ATTAINMENT in bound:
            return self.bindings
        place = max((bound.index(name) + 1 for name in (ACTUAL, TARGET) if name in bound), default=0)
        return (*self.bindings[:place], ATTAINMENT_BINDING, *self.bindings[place:])

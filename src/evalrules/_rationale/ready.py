"""What explaining rows by one plan needs, made ready once: the recorded rules, their lines and their sentences."""

from __future__ import annotations

from functools import cached_property

from attrs import evolve, field, frozen

from evalrules._catalogue.model import MethodCall
from evalrules._formula.exact import Record, compile_recorded
from evalrules._formula.program import ACTUAL, PointsBetween, Rule
from evalrules._formula.scope import Scope
from evalrules._formula.sentence import Placeholder, Sentence
from evalrules._formula.step_lines import RuleLines, StepLines, Word
from evalrules._formula.tree import Formula, Name
from evalrules._formula.words import Showing, formula_words
from evalrules._rationale.sentences import Asked, Asking, Reading
from evalrules._rationale.trials import TrialProgram, trials
from evalrules._rationale.values import row_scope, row_unit
from evalrules._ruleset import Plan, Ruleset
from evalrules._scoring.form import ScoredForm

_MOST_UNITS = 64
Part = str | Word | Asked
"""A part of a sentence: text, a name that the lines show too, or a formula."""


@frozen(eq=False, slots=False)
class ReadyRule:
    """One rule of a plan: its formula in words, its lines and its sentence."""

    plan: ReadyPlan
    number: int
    rule: Rule
    lines: RuleLines
    formula: str
    because: tuple[Part, ...] | None

    @cached_property
    def trials(self) -> tuple[TrialProgram, ...]:
        """The inputs of the rule that can be tried at other values."""
        whole = self.plan.plan.program
        program = whole if whole.form == "award" else evolve(whole, rules=(self.rule,))
        return tuple(trials(self.plan.ruleset, self.plan.plan, program, self.plan.scope))

    @cached_property
    def amount(self) -> Reading:
        """The points by themselves: an excused rule does not come to them."""
        assert isinstance(self.rule.points, Formula)
        return self.plan.reading(self.rule.points)


@frozen(eq=False, slots=False)
class ReadyPlan:
    """A plan made ready; ``scope`` has the unit in which a row's target and actual are compared."""

    ruleset: Ruleset
    plan: Plan
    scope: Scope
    lines: StepLines
    record: Record
    method_reference: tuple[str, ...]
    is_assessed: bool
    """Whether an assessor's answers count, which lie in slots that all rows share."""
    _asked: dict[int, Part] = field(factory=dict, init=False)
    _bindings: dict[str, Reading] = field(factory=dict, init=False)

    @cached_property
    def rules(self) -> tuple[ReadyRule, ...]:
        """The rules, in order."""
        return tuple(self._rule(number, rule) for number, rule in enumerate(self.plan.program.rules))

    @cached_property
    def actual(self) -> Word:
        """完成值 as it is shown."""
        return self.lines.word(ACTUAL, Showing.of(self.scope[ACTUAL].unit))

    def _rule(self, number: int, rule: Rule) -> ReadyRule:
        because = None if rule.because is None else self.sentence(rule.because)
        return ReadyRule(self, number, rule, self.lines.of_rule(number), _formula(rule), because)

    def sentence(self, sentence: Sentence) -> tuple[Part, ...]:
        """Make the parts of a sentence ready."""
        return tuple(
            part if isinstance(part, str) else self.asked(part.formula, percent=part.percent) for part in sentence.parts
        )

    def asked(self, formula: Formula, *, percent: bool = False) -> Part:
        """Make a formula ready that is shown with its own unit or as a rate; the edition keeps the formula alive."""
        key = id(formula) * 2 + percent
        if key not in self._asked:
            self._asked[key] = self._made(Placeholder(formula, percent))
        return self._asked[key]

    def _made(self, placeholder: Placeholder) -> Part:
        tree = placeholder.formula.tree
        if isinstance(tree, Name):
            return self.lines.word(tree.name, self._asking.showing(placeholder))
        return self._asking.asked(placeholder)

    @cached_property
    def _asking(self) -> Asking:
        ruleset, plan = self.ruleset, self.plan
        return Asking(self.scope, ruleset.slots, ruleset.functions, plan.program, plan.scope)

    def reading(self, formula: Formula) -> Reading:
        """Compile a formula that sees what the rules see."""
        return self._asking.reading(formula)

    def binding(self, name: str) -> Reading:
        """Give the reading of a name that the rules compute."""
        if name not in self._bindings:
            self._bindings[name] = self.reading(Formula(name, Name(name)))
        return self._bindings[name]


def ready_plan(form: ScoredForm, index: int) -> ReadyPlan:
    """Give the plan of a row that has one, made ready in the row's unit."""
    plan, unit = form.rows[index].plan, row_unit(form, index)
    assert plan is not None
    known: ReadyPlan | None = plan.made.get(unit)
    if known is None:
        if len(plan.made) >= _MOST_UNITS:  # rows of units' own are in whatever unit they write
            plan.made.clear()
        known = plan.made[unit] = _ready(form.ruleset, plan, row_scope(form, index))
    return known


def _ready(ruleset: Ruleset, plan: Plan, scope: Scope) -> ReadyPlan:
    called = plan.called
    method = ruleset.catalogue.methods.get(called.method) if isinstance(called, MethodCall) else None
    return ReadyPlan(
        ruleset,
        plan,
        scope,
        StepLines(plan.program, scope),
        compile_recorded(plan.program, plan.scope, ruleset.slots, ruleset.functions),
        () if method is None else method.reference,
        plan.scoring.form in ("judged", "checklist"),
    )


def _formula(rule: Rule) -> str:
    if isinstance(rule.points, PointsBetween):
        return f"{formula_words(rule.points.low.tree)} 至 {formula_words(rule.points.high.tree)}"
    return formula_words(rule.points.tree)

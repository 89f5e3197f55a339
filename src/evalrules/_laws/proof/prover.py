"""Claims put to the solver, every refutation put to the engine before it counts, and all that is to be proved."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial

from attrs import evolve, field

from evalrules._formula.program import Rule
from evalrules._formula.scope import Scope, Variable
from evalrules._formula.solver import (
    Found,
    Inputs,
    Meaning,
    Meaningless,
    Model,
    Question,
    Term,
    Terms,
    read_term,
)
from evalrules._formula.tree import Node
from evalrules._formula.worth_trying import RATE_STEP, STEP, WHOLE, may_be_blank
from evalrules._laws.law import PROVED, VACUOUS, Law, Outcome, Verdict, families, laws, laws_of, verdict_of, worst
from evalrules._laws.proof.sheets import Sheet, sheet_of
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Breach, Profile, profiles
from evalrules._problems import Location
from evalrules._score.ruleset import Ruleset
from evalrules._values import frozen

Confirm = Callable[[Model], Breach | None]
"""Puts what the solver found to the engine; None where the engine does not agree."""
_NICE_SECONDS = 0.4
_MOST, _MOST_RATE = 1000, 10


@frozen(eq=False)
class Claim:
    """That no input which meets ``given`` meets ``broken`` as well: where none meets ``given``, it says nothing.

    ``closer`` are further conditions, as of the rounded score, that tell more.
    """

    given: Sequence[Term]
    broken: Sequence[Term]
    sheets: Sequence[Sheet]
    confirm: Confirm
    closer: Sequence[Term] = ()

    @property
    def terms(self) -> Terms:
        """The vocabulary."""
        return self.sheets[0].terms


@frozen
class Prover:
    """Asks the solver; one question takes at most ``seconds``."""

    seconds: float

    # ---- what laws ask about ----

    def sheet(self, subject: Subject, *, free_actual: bool = False) -> Sheet:
        """Give a rule with all inputs unknown, in a context of its own."""
        return sheet_of(subject, free_actual=free_actual)

    def form_inputs(self, ruleset: Ruleset, scope: Scope, conditions: Sequence[Node]) -> Inputs:
        """Give what conditions of the form read, all unknown but what is computed."""
        formulas = {figure.name: figure.formula.tree for _, figure, _ in ruleset.computed if figure.formula is not None}
        inputs = Inputs(Terms(), scope, ruleset.functions, may_be_blank(conditions, formulas))
        inputs.expect([*conditions, *formulas.values()], formulas)
        return self.with_figures(ruleset, inputs)

    def with_figures(self, ruleset: Ruleset, inputs: Inputs) -> Inputs:
        """Let the computed figures of an edition be computed from inputs."""
        for _, figure, _ in ruleset.computed:
            if figure.formula is not None:
                inputs.compute(figure.name, figure.formula)
        return inputs

    def read(self, node: Node, inputs: Inputs) -> Meaning:
        """Give what a formula means over inputs."""
        return read_term(node, inputs.words)

    def unsaid(self, sheet: Sheet, rule: Rule) -> Term:
        """Give the condition that something in the sentence of a rule has no value."""
        formulas = () if rule.because is None else rule.because.formulas
        said = [read_term(formula.tree, sheet.inputs.words) for formula in formulas]
        return sheet.terms.any_of(fault.condition for meaning in said for fault in meaning.faults)

    def claim(
        self, sheet: Sheet, law: Law, given: Sequence[Term], broken: Sequence[Term], closer: Sequence[Term] = ()
    ) -> Claim:
        """Claim that no single input breaks a law; whether one does, the law says as it is held against trials."""

        def confirm(model: Model) -> Breach | None:
            return law.breach(sheet.subject, [Profile("", (sheet.tried(model),))])

        return Claim(given, broken, (sheet,), confirm, closer)

    def claim_of(
        self,
        sheets: Sequence[Sheet],
        confirm: Confirm,
        given: Sequence[Term],
        broken: Sequence[Term],
        closer: Sequence[Term] = (),
    ) -> Claim:
        """Claim something that the engine confirms in another way."""
        return Claim(given, broken, sheets, confirm, closer)

    # ---- answers ----

    def ask(self, terms: Terms, conditions: Sequence[Term]) -> tuple[Found, Model | None]:
        """Tell whether some input meets all conditions, with one that does."""
        return Question(terms, self.seconds).answer(conditions)

    def settle(self, claims: Iterable[Claim]) -> Outcome:
        """Prove claims, refute one, or say why neither can be done; ``vacuous`` where none says anything."""
        asked = list(claims)
        found = worst(self.answer(claim) for claim in asked)
        if found is not PROVED:
            return found
        said = (self.ask(claim.terms, claim.given)[0] for claim in asked)
        met: set[Found] = set()
        for answer in said:
            if answer == "some":
                return PROVED
            met.add(answer)
        return Outcome("undecided", why="time") if "unknown" in met else VACUOUS

    def answer(self, claim: Claim) -> Outcome:
        """Prove a claim, refute it, or say why neither can be done."""
        conditions = [*claim.given, *claim.broken]
        verdict, model = self.ask(claim.terms, conditions)
        if verdict == "none":
            return PROVED
        breach = None if model is None else self._confirmed(claim, conditions, model)
        if breach is None and claim.closer:
            conditions += claim.closer
            verdict, model = self.ask(claim.terms, conditions)
            if verdict == "none":
                return PROVED
            breach = None if model is None else self._confirmed(claim, conditions, model)
        if breach is not None:
            return Outcome("refuted", breach)
        return Outcome("undecided", why="time" if verdict == "unknown" else "unconfirmed")

    def _confirmed(self, claim: Claim, conditions: Sequence[Term], model: Model) -> Breach | None:
        """Find values that people write, and let the engine say what they score."""
        for nice in _nicely(claim.sheets):  # nicest first
            verdict, found = Question(claim.terms, _NICE_SECONDS).answer([*conditions, *nice])
            if verdict == "some" and found is not None:
                breach = claim.confirm(found)
                if breach is not None:
                    return breach
        return claim.confirm(model)


def _nicely(sheets: Sequence[Sheet]) -> Iterator[list[Term]]:
    """Give conditions for numbers that are short and, of two that differ, near each other; the nicest first."""
    for fine in (False, True):
        on_grid = [condition for sheet in sheets for condition in (*_short(sheet, fine=fine), *_alike(sheet))]
        near = [*_near(sheets[0], sheets[1], fine=fine)] if len(sheets) > 1 else []
        if near:
            yield [*on_grid, *near]
        yield on_grid
    if any(sheet.inputs.tables for sheet in sheets):
        yield [condition for sheet in sheets for condition in _alike(sheet)]


def _alike(sheet: Sheet) -> Iterator[Term]:
    """Give conditions for tables whose rows can be written down."""
    for table in sheet.inputs.tables.values():
        yield from table.alike


def _step(variable: Variable | None, *, fine: bool) -> Fraction:
    """Give the step of numbers that people write: 1 or 0.01, of a rate 1% or 0.01%."""
    if _is_percent(variable):
        return RATE_STEP if fine else STEP
    return STEP if fine else WHOLE


def _is_percent(variable: Variable | None) -> bool:
    return variable is not None and variable.unit is not None and variable.unit.percent


def _short(sheet: Sheet, *, fine: bool) -> Iterator[Term]:
    terms, years = sheet.terms, sheet.subject.ruleset.catalogue.fiscal_years or (2024,)
    for name, term in sheet.inputs.given.items():
        variable = sheet.inputs.scope.get(name)
        kind = "section" if variable is None else variable.kind
        if kind == "number":
            number = terms.as_number(term)
            units = number / terms.number(_step(variable, fine=fine))
            most = _MOST_RATE if _is_percent(variable) else _MOST
            yield from (number <= most, number >= -most, terms.floor(units) == units)
        elif kind == "date":
            yield term >= datetime.date(years[0], 1, 1).toordinal()
            yield term <= datetime.date(years[-1] + 1, 12, 31).toordinal()
    for table in sheet.inputs.tables.values():
        yield from table.short()


def _near(one: Sheet, other: Sheet, *, fine: bool) -> Iterator[Term]:
    terms = one.terms
    for name, term in one.inputs.given.items():
        beside, variable = other.inputs.given.get(name), one.inputs.scope.get(name)
        if beside is not None and beside is not term and variable is not None and variable.kind in ("number", "date"):
            step = terms.number(1 if variable.kind == "date" or variable.integer else _step(variable, fine=fine))
            apart = terms.as_number(term) - terms.as_number(beside)
            yield from (apart <= step, apart >= -step)


# Everything that is to be proved of an edition: each law of each rule, and those of the form.


Settle = Callable[[Prover], Outcome]


@frozen(eq=False)
class Task:
    """One law of one rule, or of the form, that is still to be proved."""

    law: Law
    title: str
    settle: Settle = field(repr=False)
    waive: Mapping[str, str]
    location: Location | None = field(default=None, repr=False)

    def prove(self, seconds: float) -> Verdict:
        """Ask the solver; each question takes at most so many seconds."""
        try:
            found = self.settle(Prover(seconds))
        except Meaningless as unreadable:
            found = Outcome("undecided", why="part", part=unreadable.part)
        return verdict_of(self.law, self.title, found, self.waive, self.location, seconds=seconds)


def tasks(ruleset: Ruleset, wanted: Iterable[str]) -> tuple[Task, ...]:
    """Give what is to be proved of an edition, in its order."""
    names = frozenset(wanted)
    found = (*(task for family in families(ruleset) for task in _of_family(family)), *_of_form(ruleset))
    return tuple(task for task in found if task.law.name in names)


def _of_family(family: Sequence[Subject]) -> Iterator[Task]:
    first = family[0]
    asked = laws_of(first)
    for law in asked:
        if law.proving is not None:
            yield _task(law, family, partial(_of_rules, law, family))
    if first.is_method:
        for law in laws().values():
            if law.name in first.waive and law not in asked:
                yield _task(law, family, partial(_in_some_direction, law, family))


def _task(law: Law, family: Sequence[Subject], settle: Settle) -> Task:
    return Task(law, family[0].family, settle, family[0].waive, family[0].location)


def _of_rules(law: Law, family: Sequence[Subject], prover: Prover) -> Outcome:
    """Prove a law; what the solver leaves open the inputs worth trying may break, or bear out."""
    assert law.proving is not None
    try:
        found = law.proving(prover, family)
    except Meaningless as unreadable:
        found = Outcome("undecided", why="part", part=unreadable.part)
    if found.result != "undecided" or law.tried is None:
        return found
    tried = law.tried([(subject, list(profiles(subject))) for subject in family])
    if tried.result == "holds" and law.together:
        return PROVED
    return tried if tried.result == "refuted" and not law.together else found


def _of_ruleset(law: Law, ruleset: Ruleset, prover: Prover) -> Outcome:
    assert law.form_proving is not None
    return law.form_proving(prover, ruleset)


def _in_some_direction(law: Law, family: Sequence[Subject], prover: Prover) -> Outcome:
    """Tell whether a law that a method waives would hold in all its settings, were more better or less."""
    found = VACUOUS
    for kind in ("≥", "≤"):
        turned = [evolve(subject, direction=kind) for subject in family]
        outcome = _of_rules(law, turned, prover) if all(map(law.concerns, turned)) else VACUOUS
        if outcome.result == "proved":
            return outcome
        found = found if found.result == "refuted" else outcome
    return found


def _of_form(ruleset: Ruleset) -> Iterator[Task]:
    catalogue = ruleset.catalogue
    place = catalogue.grades[0].location if catalogue.grades else catalogue.location
    for law in reversed(tuple(laws().values())):
        if law.form_proving is not None and law.concerns_form(ruleset):
            yield Task(law, catalogue.title, partial(_of_ruleset, law, ruleset), dict(catalogue.waive), place)

"""The law ``graded``: every total has one grade, a higher total never a lower one, and a cap does what it says."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

from attrs import define, evolve

from evalrules._edition.levels import MOST_TOTALS, grade_cap_programs, grade_program, totals
from evalrules._edition.scopes import grade_scope
from evalrules._formula.edges import edge_terms
from evalrules._formula.program import TOTAL, free_names
from evalrules._formula.scope import Variable
from evalrules._formula.tree import Fault, Node
from evalrules._formula.worth_trying import Domain, Values, WorthTrying, domain, may_be_blank
from evalrules._laws.law import HOLDS, PROVED, Law, Outcome, worst
from evalrules._laws.trials import Breach
from evalrules._numbers import decimal_text
from evalrules._score.figures import compute_figures
from evalrules._score.levels import grade_of, ranks
from evalrules._score.ruleset import Ruleset
from evalrules._values import frozen

if TYPE_CHECKING:
    from evalrules._formula.solver import Inputs, Model, Term
    from evalrules._laws.proof.prover import Prover

_MOST_SETTINGS = 400


def _tried(ruleset: Ruleset) -> Outcome:
    """Try the totals under everything else that the conditions read; a cap holds the grade down while it says so."""
    breach = _broken(_Grading(ruleset))
    return HOLDS if breach is None else Outcome("refuted", breach)


def _broken(grading: _Grading) -> Breach | None:
    held: set[str] = set()
    for setting in islice(grading.settings(), _MOST_SETTINGS):
        found = [(total, grading.rank(setting, total)) for total in grading.totals(setting)]
        breach = grading.broken(setting, found, held)
        if breach is not None:
            return breach
    waiting = (cap.when.text for cap in grading.ruleset.catalogue.grade_caps if cap.when.text not in held)
    return next((grading.breach("law-cap-unreached", title=text) for text in waiting), None)


@define(slots=False, eq=False)
class _Grading:
    """The grades of one edition, asked for totals as they stand, whatever rows would lead to them."""

    ruleset: Ruleset

    def settings(self) -> Iterator[Values]:
        """Give what else the conditions read: usual values, then each input at its edges, and beside them."""
        for start in self.trying.starts():
            yield start
            for name in self.trying.domains:
                yield from ({**start, name: value} for value in self.trying.values(name, start))

    @cached_property
    def trying(self) -> WorthTrying:
        """The inputs of the conditions worth trying, but for the total itself."""
        catalogue = self.ruleset.catalogue
        scope = grade_scope(catalogue)
        formulas = {figure.name: figure.formula.tree for _, figure, _ in self.ruleset.computed if figure.formula}
        grades = [grade.when.tree for grade in catalogue.grades if grade.when is not None]
        trees: list[Node] = [*grades, *(cap.when.tree for cap in catalogue.grade_caps)]
        read = [name for name in free_names(trees, formulas) if name != TOTAL and name in scope]
        asked = may_be_blank(trees, formulas)
        domains = {name: _domain(scope[name], asked) for name in read}
        return WorthTrying(domains, edge_terms(trees, formulas), formulas, {TOTAL: scope[TOTAL].bounds.high})

    def totals(self, setting: Values) -> list[int]:
        """Give the totals worth trying under one setting, in units of the last place, lowest first."""
        catalogue = self.ruleset.catalogue
        programs = (grade_program(catalogue), *grade_cap_programs(catalogue))
        return totals(catalogue, programs, self.trying.at(setting), 0 if self.trying.domains else MOST_TOTALS)

    def rank(self, setting: Values, total: int) -> int | None:
        """Give the place of the grade that the engine finds, 0 the best; None where it finds none."""
        values = _stored_values(self.ruleset, setting)
        values[self.ruleset.slots[TOTAL]] = (total, self.ruleset.place)
        grade = grade_of(self.ruleset, values)
        return None if grade is None else self.titles.index(grade)

    def broken(self, setting: Values, found: Sequence[tuple[int, int | None]], held: set[str]) -> Breach | None:
        """Give what is wrong with the grades of all totals under one setting; note the caps that held."""
        gap = next((total for total, rank in found if rank is None), None)
        if gap is not None:
            return self.breach("law-grade-gap", total=self.shown(gap))
        known = [(total, rank) for total, rank in found if rank is not None]
        for (total, rank), (higher, other) in pairwise(known):
            if other > rank:
                grades = {"grade": self.titles[rank], "other": self.titles[other]}
                return self.breach("law-grade-falls", total=self.shown(total), higher=self.shown(higher), **grades)
        return self._uncapped(setting, known, held)

    def breach(self, code: str, /, **arguments: str) -> Breach:
        """Make a breach at the place of the grades."""
        title = arguments.pop("title", self.ruleset.catalogue.title)
        return Breach(code, title, tuple(arguments.items()), self.ruleset.catalogue.grades[0].location)

    def shown(self, total: int) -> str:
        """Write a total in points."""
        return decimal_text(self.ruleset.points(total))

    def _uncapped(self, setting: Values, known: Sequence[tuple[int, int]], held: set[str]) -> Breach | None:
        for cap in self.ruleset.catalogue.grade_caps:
            for total, rank in known:
                if not self.trying.at({**setting, TOTAL: self.ruleset.points(total)}).truth(cap.when.tree):
                    continue
                held.add(cap.when.text)
                if rank < self.titles.index(cap.at_most):
                    told = {"at_most": cap.at_most, "total": self.shown(total), "grade": self.titles[rank]}
                    return self.breach("law-grade-cap", title=cap.when.text, **told)
        return None

    @property
    def titles(self) -> list[str]:
        return [grade.title for grade in self.ruleset.catalogue.grades]


def _domain(variable: Variable, asked: frozenset[str]) -> Domain:
    """Give what a condition can read: of a section only whether anything in it is filled in."""
    if variable.kind == "section":
        return domain(variable, listed=(True, None))
    return domain(variable, wished=(variable.bounds.high,), may_be_blank=variable.name in asked)


def _stored_values(ruleset: Ruleset, values: Values) -> list[Any]:
    """Give values in their slots, as compiled formulas read them, with what is computed from them."""
    stored: list[Any] = [None] * len(ruleset.slots)
    for name, value in values.items():
        if name in ruleset.slots:
            stored[ruleset.slots[name]] = _stored(value, name)
    compute_figures(ruleset, stored)
    return stored


def _stored(value: Any, name: str) -> Any:
    match value:
        case tuple():
            return tuple({f"{name}_{column}": _stored(cell, column) for column, cell in row.items()} for row in value)
        case Fraction():
            return value.numerator, value.denominator
        case datetime.date():
            return value.toordinal()
    return value


# Over all totals, by the solver.


@frozen(eq=False)
class _Total:
    """A total with the other inputs of the grades: the place of its grade in the order, and when it has any."""

    inputs: Inputs
    place: Term
    conditions: list[Term]
    score: Term


def _proved(prover: Prover, ruleset: Ruleset) -> Outcome:
    """Every total has a grade, and a higher total never a lower one, all else equal."""
    grades = ruleset.catalogue.grades
    conditions = [grade.when.tree for grade in grades if grade.when is not None]
    inputs = prover.form_inputs(ruleset, grade_scope(ruleset.catalogue), conditions)
    lower = _total(prover, ruleset, inputs)
    higher = _total(prover, ruleset, prover.with_figures(ruleset, inputs.beside({TOTAL})))
    gap = prover.ask(inputs.terms, [*lower.conditions, lower.place == len(grades)])
    falls = [*lower.conditions, *higher.conditions, lower.score < higher.score, lower.place < higher.place]
    fall = prover.ask(inputs.terms, [*falls, higher.place < len(grades)])
    return worst(
        (
            _outcome(gap, lambda model: _gap(ruleset, lower, model)),
            _outcome(fall, lambda model: _grade_fall(ruleset, lower, higher, model)),
        )
    )


def _total(prover: Prover, ruleset: Ruleset, inputs: Inputs) -> _Total:
    terms, score, grades = inputs.terms, inputs.meaning(TOTAL).value, ruleset.catalogue.grades
    meanings = [None if grade.when is None else prover.read(grade.when.tree, inputs) for grade in grades]
    place = terms.number(len(meanings))
    for number, meaning in reversed(list(enumerate(meanings))):
        place = terms.number(number) if meaning is None else terms.choose(meaning.value, terms.number(number), place)
    faults = [fault for meaning in meanings if meaning is not None for fault in meaning.faults]
    units = score * ruleset.place
    conditions = [*inputs.conditions, terms.floor(units) == units, *(terms.no(fault.condition) for fault in faults)]
    return _Total(inputs, place, conditions, score)


def _outcome(answer: tuple[str, Model | None], confirm: Callable[[Model], Breach | None]) -> Outcome:
    result, model = answer
    if result == "none":
        return PROVED
    breach = None if model is None else confirm(model)
    if breach is not None:
        return Outcome("refuted", breach)
    return Outcome("undecided", why="time" if result == "unknown" else "unconfirmed")


def _gap(ruleset: Ruleset, total: _Total, model: Model) -> Breach | None:
    score, grade = _graded(ruleset, total, model)
    return None if grade is not None else _Grading(ruleset).breach("law-grade-gap", total=score)


def _grade_fall(ruleset: Ruleset, lower: _Total, higher: _Total, model: Model) -> Breach | None:
    (one, first), (other, second) = (_graded(ruleset, total, model) for total in (lower, higher))
    order = [grade.title for grade in ruleset.catalogue.grades]
    if first is None or second is None or order.index(first) >= order.index(second):
        return None
    return _Grading(ruleset).breach("law-grade-falls", total=one, grade=first, higher=other, other=second)


def _graded(ruleset: Ruleset, total: _Total, model: Model) -> tuple[str, str | None]:
    """Give the total and what the compiled conditions grade it."""
    score = model.number(total.score)
    assert score is not None
    try:
        (rank,) = ranks(evolve(ruleset, grade_caps=()), _stored_values(ruleset, model.values(total.inputs)))
    except Fault as fault:
        return decimal_text(score), None if fault.kind == "undecided" else ruleset.titles[-1]
    return decimal_text(score), ruleset.titles[rank]


LAW = Law("graded", form_tried=_tried, form_proving=_proved, concerns_form=lambda ruleset: bool(ruleset.titles))

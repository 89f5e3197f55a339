"""Two rules over the same inputs: does one ever give less than the other."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from attrs import frozen

from evalrules._formula.program import POINTS
from evalrules._formula.solver import Inputs, Model, Term, Unreadable, read_term
from evalrules._formula.solver.formulas import within
from evalrules._laws.law import Outcome
from evalrules._laws.proof.prover import Claim, Prover
from evalrules._laws.proof.sheets import Sheet, sheet_of, sheet_on
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Breach, Trial, Value, attempt

Change = Literal["equal", "stricter", "looser", "neither", "undecided"]
_CHANGES: Mapping[tuple[str, str], Change] = MappingProxyType(
    {
        ("proved", "proved"): "equal",
        ("refuted", "proved"): "stricter",
        ("proved", "refuted"): "looser",
        ("refuted", "refuted"): "neither",
    }
)
"""By whether the new rule never gives fewer points, and whether it never gives more."""
_SAME: Mapping[str, str] = MappingProxyType({})


@frozen(eq=False)
class Difference:
    """Inputs by which two rules score differently, named as the new one names them, with both scores in points.

    ``old`` and ``new`` are what the engine made of them, with their deductions in ``result``.
    """

    inputs: Mapping[str, Value]
    old: Trial
    new: Trial

    @property
    def scores(self) -> tuple[Fraction, Fraction]:
        """The scores before and after."""
        return self.old.points, self.new.points


@frozen(eq=False)
class Comparison:
    """How a new rule stands to an old one over all inputs that both score.

    ``stricter`` never gives more points and sometimes fewer, ``looser`` the other way round, ``neither`` does both;
    ``fewer`` and ``more`` are inputs that show it. An ``undecided`` comparison has what was found all the same, and
    ``why``: the part of the language that the solver cannot read, or "" where it found no answer in time.
    """

    change: Change
    fewer: Difference | None = None
    more: Difference | None = None
    why: str = ""


def compare_rules(old: Subject, new: Subject, *, called: Mapping[str, str] = _SAME, seconds: float = 2.0) -> Comparison:
    """Compare two rules over all inputs that lie in the declared ranges of both.

    ``called`` gives the names that inputs of the old rule have in the new one, where they differ. Where a rule does
    not apply, the points count that stand instead; where those are found elsewhere in the form, nothing is compared.
    """
    try:
        after = sheet_of(new)
        before = _beside(old, after, called)
        claims = [_Less(before, after, called), _Less(before, after, called, more=True)]
        outcomes = [Prover(seconds).answer(claim.claim()) for claim in claims]
    except Unreadable as unreadable:
        return Comparison("undecided", why=unreadable.part)
    return _comparison(outcomes, claims)


def _comparison(outcomes: list[Outcome], claims: list[_Less]) -> Comparison:
    change = _CHANGES.get((outcomes[0].result, outcomes[1].result), "undecided")
    return Comparison(change, claims[0].difference, claims[1].difference)


class _Less:
    """The claim that the new rule never gives fewer points than the old one, or never more."""

    def __init__(self, old: Sheet, new: Sheet, called: Mapping[str, str], *, more: bool = False) -> None:
        self.old, self.new, self.called, self.more = old, new, called, more
        self.difference: Difference | None = None

    def claim(self) -> Claim:
        before, conditions = _result(self.old)
        after, others = _result(self.new)
        exactly = self.old.rounded(before), self.new.rounded(after)
        apart = self._apart(before, after) if _round_alike(self.old, self.new) else self._apart(*exactly)
        return Claim([*conditions, *others], [apart], (self.new, self.old), self.confirm, [self._apart(*exactly)])

    def _apart(self, before: Term, after: Term) -> Term:
        return after > before if self.more else after < before

    def confirm(self, model: Model) -> Breach | None:
        """Let the engine score both; what only the old rule reads stands among the inputs by its old name."""
        given, now = self.old.values(model), self.new.values(model)
        inputs = {**{self.called.get(name, name): value for name, value in given.items()}, **now}
        old, new = attempt(self.old.subject, given), attempt(self.new.subject, now)
        if old.units is None or new.units is None:
            return None
        found = Difference(inputs, old, new)
        before, after = found.scores
        if before == after or (after > before) != self.more:
            return None
        self.difference = found
        return Breach("", self.new.subject.name)


def _round_alike(old: Sheet, new: Sheet) -> bool:
    return old.subject.ruleset.catalogue.rounding == new.subject.ruleset.catalogue.rounding


def _beside(old: Subject, after: Sheet, called: Mapping[str, str]) -> Sheet:
    """Give the old rule over the inputs of the new one, by their old names."""
    _result(after)  # reading makes the inputs
    inputs = Inputs(after.terms, old.plan.scope, old.ruleset.functions, old.may_be_blank)
    inputs.codes = after.inputs.codes
    for variable in old.inputs:
        name = called.get(variable.name, variable.name)
        if name in after.inputs.given:
            _share(inputs, variable.name, after.inputs, name)
    return sheet_on(old, inputs)


def _share(old: Inputs, old_name: str, new: Inputs, name: str) -> None:
    if old.kind(old_name) != new.kind(name):
        raise Unreadable(name)
    term = old.given[old_name] = new.given[name]
    if name in new.present:
        old.present[old_name] = new.present[name]
    if old.kind(old_name) == "number":
        number, variable = old.terms.as_number(term), old.scope[old_name]
        old.conditions += within(old.terms, number, variable.bounds)
        if variable.integer:
            old.conditions.append(old.terms.floor(number) == number)


def _result(sheet: Sheet) -> tuple[Term, list[Term]]:
    """Give what a row scores before it is rounded, what stands where it does not apply included, and when that is."""
    terms, scored, otherwise = sheet.terms, sheet.scored, sheet.subject.indicator.otherwise
    if otherwise is None or sheet.subject.indicator.applies is None:
        return scored.score, sheet.met()
    if otherwise.policy not in ("full_marks", "points"):
        return scored.score, sheet.met()
    applies = sheet.applying
    if otherwise.points is None:
        instead, failing = sheet.inputs.meaning(POINTS).value, terms.truth(False)
    else:
        meaning = read_term(otherwise.points.tree, sheet.inputs.words)
        instead, failing = meaning.value, terms.any_of(fault.condition for fault in meaning.faults)
    unscored = terms.any_of(fault.condition for fault in scored.faults)
    told = terms.no(terms.any_of(fault.condition for fault in applies.faults))
    met = [*sheet.declared(), told, terms.no(terms.choose(applies.value, unscored, failing))]
    return terms.choose(applies.value, scored.score, instead), met

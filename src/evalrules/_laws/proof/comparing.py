"""Two rules over the same inputs: does one ever give less than the other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from evalrules._formula.program import POINTS, TARGET, dependencies
from evalrules._formula.solver import Inputs, Meaningless, Model, Term, read_term
from evalrules._formula.words import formula_words
from evalrules._laws.law import PROVED, Outcome
from evalrules._laws.proof.prover import Claim, Prover
from evalrules._laws.proof.sheets import Sheet, sheet_of, sheet_on
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Breach, Trial, Value, attempt
from evalrules._values import frozen

Change = Literal["equal", "stricter", "looser", "neither", "unlike", "undecided"]
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
_ELSEWHERE = frozenset({"rescale", "rescale_total", "move_to"})
"""What becomes of the points of a row that does not apply: found elsewhere in the form."""


@frozen(eq=False)
class Difference:
    """Inputs by which two rules come to different outcomes, named as the new one names them.

    ``old`` and ``new`` are what the engine made of them, with their deductions in ``result``.
    """

    inputs: Mapping[str, Value]
    old: Trial
    new: Trial

    @property
    def scores(self) -> tuple[Fraction, Fraction]:
        """The scores before and after; only where both give one."""
        return self.old.points, self.new.points


@frozen(eq=False)
class Comparison:
    """How a new rule stands to an old one over all inputs that both score.

    ``stricter`` never gives more points and sometimes fewer, ``looser`` the other way round, ``neither`` does both;
    ``fewer`` and ``more`` are inputs that show it. Rules are ``equal`` only where all inputs, blanks and what lies out
    of range included, have the same outcome; where one rule alone scores some, which ``apart`` shows, they are
    ``unlike``. An ``undecided`` comparison has what was found all the same, and ``why``: the part of the language that
    the solver cannot read, or "" where it found no answer in time.
    """

    change: Change
    fewer: Difference | None = None
    more: Difference | None = None
    apart: Difference | None = None
    why: str = ""


def compare_rules(old: Subject, new: Subject, *, called: Mapping[str, str] = _SAME, seconds: float = 2.0) -> Comparison:
    """Compare two rules over all inputs that lie in the declared ranges of both, equal ones over all inputs at all.

    ``called`` gives the names that inputs of the old rule have in the new one, where they differ. Where a rule does
    not apply, the points count that stand instead; where those are found elsewhere in the form, nothing is compared.
    """
    prover = Prover(seconds)
    try:
        after = sheet_of(new, beside=old)
        before = _beside(old, after, called, old.may_be_blank)
        claims = [_Less(before, after, called), _Less(before, after, called, more=True)]
        outcomes = [prover.answer(claim.claim()) for claim in claims]
        change = _CHANGES.get((outcomes[0].result, outcomes[1].result), "undecided")
        apart, told = _apart(prover, old, new, called) if change == "equal" else (None, PROVED)
    except Meaningless as unreadable:
        return Comparison("undecided", why=unreadable.part)
    change = {"refuted": "unlike", "undecided": "undecided"}.get(told.result, change)  # type: ignore[assignment]
    found = claims[0].found, claims[1].found
    if change not in ("neither", "undecided") and _where_declared(old, called) != _where_declared(new, {}):
        return Comparison("undecided", *found, apart, "otherwise")
    return Comparison(change, *found, apart)


def _where_declared(subject: Subject, called: Mapping[str, str]) -> object:
    """Give what a row comes to that a unit declares not to apply, which is no input of its rule."""
    otherwise = subject.indicator.otherwise
    if otherwise is None or subject.indicator.applies is not None:
        return None
    points = None if otherwise.points is None else formula_words(otherwise.points.tree, called)
    return otherwise.policy, points, otherwise.move_to


def _apart(prover: Prover, old: Subject, new: Subject, called: Mapping[str, str]) -> tuple[Difference | None, Outcome]:
    """Look for inputs that one of the two rules scores alone: now each may be blank, or out of a declared range."""
    policies = [None if each.indicator.otherwise is None else each.indicator.otherwise.policy for each in (old, new)]
    if policies[0] != policies[1] and not _ELSEWHERE.isdisjoint(policies):
        return None, Outcome("undecided", why="part")
    after = sheet_of(new, blank=_cells(new), beside=old)
    claim = _Unlike(_beside(old, after, called, _cells(old)), after, called)
    outcome = prover.answer(claim.claim())
    return claim.found, outcome


def _cells(subject: Subject) -> frozenset[str]:
    """Give the inputs that a submission can leave blank: a row without points or target is another row."""
    scope = subject.plan.scope
    read = {name for node in subject.nodes for name in dependencies(node, subject.reading.trees)}
    cells = {name for name in read if name in scope and scope[name].table is not None}
    return frozenset({variable.name for variable in subject.inputs} | cells) - {POINTS, TARGET}


class _Comparing(ABC):
    """A claim about what two rules come to; ``found`` is what refutes it."""

    def __init__(self, old: Sheet, new: Sheet, called: Mapping[str, str]) -> None:
        self.old, self.new, self.called = old, new, called
        self.found: Difference | None = None

    @abstractmethod
    def claim(self) -> Claim:
        """Give what is claimed, as terms."""

    @abstractmethod
    def tells(self, found: Difference) -> bool:
        """Tell whether two trials bear the difference out."""

    def confirm(self, model: Model) -> Breach | None:
        """Let the engine score both; what only the old rule reads stands among the inputs by its old name."""
        given, now = self.old.values(model), self.new.values(model)
        inputs = {**{self.called.get(name, name): value for name, value in given.items()}, **now}
        found = Difference(inputs, attempt(self.old.subject, given), attempt(self.new.subject, now))
        if not self.tells(found):
            return None
        self.found = found
        return Breach("", self.new.subject.name)


class _Less(_Comparing):
    """The claim that the new rule never gives fewer points than the old one, or never more."""

    def __init__(self, old: Sheet, new: Sheet, called: Mapping[str, str], *, more: bool = False) -> None:
        super().__init__(old, new, called)
        self.more = more

    def claim(self) -> Claim:
        before, conditions = _result(self.old)
        after, others = _result(self.new)
        exactly = self.old.rounded(before), self.new.rounded(after)
        apart = self._apart(before, after) if _round_alike(self.old, self.new) else self._apart(*exactly)
        return Claim([*conditions, *others], [apart], (self.new, self.old), self.confirm, [self._apart(*exactly)])

    def _apart(self, before: Term, after: Term) -> Term:
        return after > before if self.more else after < before

    def tells(self, found: Difference) -> bool:
        if found.old.units is None or found.new.units is None:
            return False
        before, after = found.scores
        return before != after and (after > before) == self.more


class _Unlike(_Comparing):
    """The claim that no input is scored by one of the two rules alone."""

    def claim(self) -> Claim:
        terms = self.new.terms
        scored = [terms.all_of(_result(sheet)[1]) for sheet in (self.old, self.new)]
        unlike = [scored[0] != scored[1]]
        otherwise = self.new.subject.indicator.otherwise
        if otherwise is not None and otherwise.policy in _ELSEWHERE:
            applied = [terms.all_of(sheet.applied()) for sheet in (self.old, self.new)]
            unlike.append(applied[0] != applied[1])
        return Claim([], [terms.any_of(unlike)], (self.new, self.old), self.confirm)

    def tells(self, found: Difference) -> bool:
        return found.old.units is not found.new.units and None in (found.old.units, found.new.units)


def _round_alike(old: Sheet, new: Sheet) -> bool:
    return old.subject.ruleset.catalogue.rounding == new.subject.ruleset.catalogue.rounding


def _beside(old: Subject, after: Sheet, called: Mapping[str, str], blank: frozenset[str]) -> Sheet:
    """Give the old rule over the inputs of the new one, by their old names."""
    _result(after)  # reading makes the inputs
    inputs = Inputs(after.terms, old.plan.scope, old.ruleset.functions, blank)
    inputs.codes = after.inputs.codes
    inputs.share_tables(after.inputs)
    for variable in old.inputs:
        name = called.get(variable.name, variable.name)
        if name in after.inputs.given:
            _share(inputs, variable.name, after.inputs, name)
    return sheet_on(old, inputs)


def _share(old: Inputs, old_name: str, new: Inputs, name: str) -> None:
    if old.kind(old_name) != new.kind(name):
        raise Meaningless(name)
    term = old.given[old_name] = new.given[name]
    if name in new.present:
        old.present[old_name] = new.present[name]
    old.conditions += old.declared(old_name, term)


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

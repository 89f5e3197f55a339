"""Everything that is to be proved of an edition: each law of each rule, and those of the form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from attrs import evolve, field

from evalrules._formula.solver import Unreadable
from evalrules._laws.law import PROVED, VACUOUS, Law, Outcome, Verdict, families, laws, laws_of, verdict_of
from evalrules._laws.proof.prover import Prover
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import profiles
from evalrules._problems import Location
from evalrules._score.ruleset import Ruleset
from evalrules._values import frozen

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
        except Unreadable as unreadable:
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
    except Unreadable as unreadable:
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

"""Everything that is to be proved of an edition: each law of each rule, and those of the form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from attrs import evolve, field, frozen

from evalrules._formula.solver import Unreadable
from evalrules._laws.proof.laws import LAWS, castable, graded
from evalrules._laws.proof.sheets import Outcome, Verdict, is_directed
from evalrules._laws.subjects import Subject
from evalrules._laws.verdicts import families, law_words, laws_of
from evalrules._problems import Location, Problem, problem
from evalrules._score.ruleset import Ruleset

ALL_LAWS = (*LAWS, "graded")
_DIRECTED = frozenset({"full_marks_at_target", "monotone"})


@frozen
class Proof:
    """What became of one law of one rule, over all inputs in the declared ranges.

    ``proved``: no input breaks it. ``refuted``: ``problem`` tells inputs that do, as the engine scored them.
    ``undecided``: ``problem`` tells why neither was found. ``vacuous``: nothing can just meet the target, so that the
    law says nothing. ``waived`` is the reason of an edition that means to break the law; the verdict is told all the
    same.
    """

    law: str
    title: str
    verdict: Verdict
    problem: Problem | None = None
    waived: str | None = None
    location: Location | None = field(default=None, eq=False, repr=False)

    @property
    def stands(self) -> bool:
        """Whether nothing breaks the law, or the edition waives it."""
        return self.verdict != "refuted" or self.waived is not None


@frozen(eq=False)
class Task:
    """One law of one rule that is still to be proved."""

    law: str
    title: str
    settle: Callable[[float], Outcome] = field(repr=False)
    waived: str | None = None
    location: Location | None = field(default=None, repr=False)

    def prove(self, seconds: float) -> Proof:
        """Ask the solver; each question takes at most so many seconds."""
        try:
            found = self.settle(seconds)
        except Unreadable as unreadable:
            found = Outcome("undecided", why="part", part=unreadable.part)
        told = self._problem(found, seconds)
        return Proof(self.law, self.title, found.verdict, told, self.waived, self.location)

    def _problem(self, found: Outcome, seconds: float) -> Problem | None:
        if found.breach is not None:
            return found.breach.problem
        words = {"title": self.title, "law": self.law, "words": law_words(self.law)}
        if found.verdict == "vacuous":
            return problem("proof-target-never-met", self.location, **words)
        if found.why is None:
            return None
        words["seconds"] = f"{seconds:g}"
        return problem(f"proof-undecided-{found.why}", self.location, **words, part=found.part or None)


def tasks(ruleset: Ruleset, laws: Iterable[str] = ALL_LAWS) -> tuple[Task, ...]:
    """Give what is to be proved of an edition, in its order."""
    wanted = frozenset(laws)
    found = (*(task for family in families(ruleset) for task in _of_family(family)), *_of_form(ruleset))
    return tuple(task for task in found if task.law in wanted)


def _of_family(family: Sequence[Subject]) -> Iterator[Task]:
    first = family[0]
    for law in laws_of(first):
        if law not in _DIRECTED or is_directed(first):
            yield _task(law, family, partial(LAWS[law], family))
    if first.is_method:
        for law in first.waive.keys() & _DIRECTED:
            yield _task(law, family, partial(_in_some_direction, law, family))


def _task(law: str, family: Sequence[Subject], settle: Callable[[float], Outcome]) -> Task:
    first = family[0]
    return Task(law, first.family, settle, first.waive.get(law), first.location)


def _in_some_direction(law: str, family: Sequence[Subject], seconds: float) -> Outcome:
    """Tell whether a law that a method waives would hold in all its settings, were more better or less."""
    found = Outcome("vacuous")
    for kind in ("≥", "≤"):
        turned = [evolve(subject, direction=kind) for subject in family]
        outcome = LAWS[law](turned, seconds) if all(map(is_directed, turned)) else found
        if outcome.verdict == "proved":
            return outcome
        found = found if found.verdict == "refuted" else outcome
    return found


def _of_form(ruleset: Ruleset) -> Iterator[Task]:
    catalogue, waived = ruleset.catalogue, dict(ruleset.catalogue.waive)
    place = catalogue.grades[0].location if catalogue.grades else catalogue.location
    if catalogue.grades:
        yield Task("graded", catalogue.title, partial(graded, ruleset), waived.get("graded"), place)
    if catalogue.grade_caps or any(section.cap is not None for section in catalogue.sections):
        yield Task("reachable", catalogue.title, partial(castable, ruleset), waived.get("reachable"), place)

"""What a law is and what can become of one: the same on inputs that are tried and over all inputs by a solver.

A law is a file of its own, named like the law; its sentence is ``about-<law>`` in ``messages/laws.yaml``, and that
list of sentences is the table of laws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from attrs import field

from evalrules._edition.reading import law_names
from evalrules._laws.subjects import Subject, subjects
from evalrules._laws.trials import Breach, Profile, profiles
from evalrules._problems import Language, Location, Problem, problem, wording
from evalrules._score.ruleset import Ruleset
from evalrules._values import frozen

if TYPE_CHECKING:  # the solver is an extra
    from evalrules._laws.proof.prover import Prover

Result = Literal["holds", "proved", "refuted", "undecided", "vacuous"]
Why = Literal["time", "part", "unconfirmed"]
Tried = tuple[Subject, Sequence[Profile]]
"""A rule with what was tried of it."""


@frozen(eq=False)
class Outcome:
    """What became of a law: it ``holds`` for all that was tried, or is ``proved``; ``breach`` refutes it.

    ``why`` says why it is undecided, ``part`` what the solver cannot read. What nothing was tried for is ``vacuous``.
    """

    result: Result
    breach: Breach | None = None
    why: Why | None = None
    part: str = ""


HOLDS, PROVED, VACUOUS = Outcome("holds"), Outcome("proved"), Outcome("vacuous")


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Give what becomes of a law that makes several claims: one refuted refutes it, one undecided leaves it so.

    It says nothing only where none of the claims says anything.
    """
    found = {outcome.result: outcome for outcome in reversed(list(outcomes))}
    return next((found[result] for result in ("refuted", "undecided", "proved", "holds") if result in found), VACUOUS)


@frozen
class Verdict:
    """What became of one law for one rule, or for the grades of an edition.

    ``holds``: for every input that was tried. ``proved``: for all inputs in the declared ranges. ``refuted``:
    ``problem`` tells inputs that break it, as the engine scored them. ``undecided``: ``problem`` tells why neither was
    found. ``vacuous``: no input says anything of it. ``waived`` is the reason of an edition that means to break the
    law; the outcome is told all the same.
    """

    law: str
    title: str
    outcome: Result
    problem: Problem | None = None
    waived: str | None = None
    location: Location | None = field(default=None, eq=False, repr=False)

    @property
    def verdict(self) -> Result:
        """The outcome."""
        return self.outcome

    @property
    def stands(self) -> bool:
        """Whether nothing breaks the law, or the edition waives it."""
        return self.outcome != "refuted" or self.waived is not None


def _always(_: object) -> bool:
    return True


@frozen(eq=False)
class Law:
    """One law: of rules, of a whole form with its grades, or of both.

    ``tried`` judges one method in all its settings, or one rule, by what was tried of it, and ``proving`` by a solver;
    ``form_tried`` and ``form_proving`` do so for an edition; ``concerns`` and ``concerns_form`` tell of which it says
    anything. ``vacuous`` is the code of what is told where nothing was tried. ``together`` is a law that speaks of all
    that was tried at once, not of each input.
    """

    name: str
    tried: Callable[[Sequence[Tried]], Outcome] | None = None
    proving: Callable[[Prover, Sequence[Subject]], Outcome] | None = None
    form_tried: Callable[[Ruleset], Outcome] | None = None
    form_proving: Callable[[Prover, Ruleset], Outcome] | None = None
    concerns: Callable[[Subject], bool] = _always
    concerns_form: Callable[[Ruleset], bool] = _always
    vacuous: str = "law-vacuous"
    together: bool = False

    def breach(self, subject: Subject, profiles: Sequence[Profile]) -> Breach | None:
        """Give what breaks the law among what was tried of one rule."""
        return None if self.tried is None else self.tried([(subject, profiles)]).breach


def each_tried(law: Callable[[Subject, Sequence[Profile]], Outcome]) -> Callable[[Sequence[Tried]], Outcome]:
    """Hold a method to a law in every one of its settings."""
    return lambda family: worst(law(subject, profiles) for subject, profiles in family)


def each_proved(law: Callable[[Prover, Subject], Outcome]) -> Callable[[Prover, Sequence[Subject]], Outcome]:
    """Prove a law of a method in every one of its settings."""
    return lambda prover, family: worst(law(prover, subject) for subject in family)


@cache
def laws() -> Mapping[str, Law]:
    """Give the laws by name, in the order in which they are told."""
    found: dict[str, Law] = {name: import_module(f"evalrules._laws.{name}").LAW for name in law_names()}
    return MappingProxyType(found)


def law_words(law: str, language: Language = "zh") -> str:
    """Say what a law says.

    >>> law_words("monotone")
    '完成得更好，得分不会更低'
    """
    known = wording(f"about-{law}")
    return law if known is None else known.message[language]


def breach_of(subject: Subject, code: str, /, **arguments: str) -> Outcome:
    """Refute a law by inputs of a rule, worded by this code."""
    return Outcome("refuted", Breach(code, subject.name, tuple(arguments.items()), subject.location))


def verdict_of(
    law: Law, title: str, found: Outcome, waive: Mapping[str, str], location: Location | None, *, seconds: float = 0
) -> Verdict:
    """Word what became of a law; ``seconds`` is how long one question to the solver could take."""
    told = _told(law, title, found, location, seconds)
    return Verdict(law.name, title, found.result, told, waive.get(law.name), location)


def _told(law: Law, title: str, found: Outcome, location: Location | None, seconds: float) -> Problem | None:
    if found.breach is not None:
        return found.breach.problem
    words = {"title": title, "law": law.name, "words": law_words(law.name)}
    if found.result == "vacuous":
        return problem(law.vacuous, location, **words)
    if found.why is None:
        return None
    return problem(f"proof-undecided-{found.why}", location, **words, seconds=f"{seconds:g}", part=found.part or None)


def waiver_of(verdict: Verdict) -> Problem:
    """Tell the waiver of a law with its reason, and where the law holds all the same, that it can go."""
    needless = {"holds": "waiver-unneeded", "proved": "proof-waiver-needless"}
    words = {"title": verdict.title, "law": verdict.law, "words": law_words(verdict.law), "reason": verdict.waived}
    return problem(needless.get(verdict.outcome, "law-waived"), verdict.location, **words)


Search = Callable[[Subject, Sequence[Profile], Mapping[str, Law]], Sequence[Profile]]
"""Looks for inputs by which laws are broken that no profile broke; gives those that it found."""


def verdicts(ruleset: Ruleset, search: Search | None = None) -> Iterator[Verdict]:
    """Hold every rule and the grades of an edition to the laws, one after the other."""
    for family in families(ruleset):
        yield from family_verdicts(family, search)
    yield from form_verdicts(ruleset)


def families(ruleset: Ruleset) -> tuple[tuple[Subject, ...], ...]:
    """Give what laws are held to, the settings of one method together."""
    found: dict[str, list[Subject]] = {}
    for subject in subjects(ruleset):
        found.setdefault(subject.family, []).append(subject)
    return tuple(tuple(family) for family in found.values())


def laws_of(subject: Subject) -> tuple[Law, ...]:
    """Give the laws that can be said of a rule."""
    return tuple(law for law in laws().values() if law.tried is not None and law.concerns(subject))


def family_verdicts(family: Sequence[Subject], search: Search | None = None) -> Iterator[Verdict]:
    """Hold one rule, or one method in all its settings, to the laws."""
    first, asked = family[0], laws_of(family[0])
    tried = [_tried(subject, asked, search) for subject in family]
    for law in asked:
        assert law.tried is not None
        yield verdict_of(law, first.family, law.tried(tried), first.waive, first.location)


def _tried(subject: Subject, asked: Sequence[Law], search: Search | None) -> Tried:
    found = tuple(profiles(subject))
    if search is None:
        return subject, found
    whole = {law.name: law for law in asked if not law.together and law.breach(subject, found) is None}
    return subject, (*found, *search(subject, found, whole))


def form_verdicts(ruleset: Ruleset) -> Iterator[Verdict]:
    """Hold the form of an edition, its grades first of all, to the laws that speak of it."""
    catalogue = ruleset.catalogue
    for law in laws().values():
        if law.form_tried is not None and law.concerns_form(ruleset):
            found = law.form_tried(ruleset)
            yield verdict_of(law, catalogue.title, found, dict(catalogue.waive), catalogue.location)

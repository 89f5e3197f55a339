"""An edition held to every law: what holds, what does not and the input that shows it, what is waived and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from attrs import frozen

from evalrules._laws.grades import graded
from evalrules._laws.inputs import profiles
from evalrules._laws.rules import DIRECTED_LAWS, LAWS, Law, counts_whole, meets_target
from evalrules._laws.subjects import Subject, subjects
from evalrules._laws.trials import Breach, Profile
from evalrules._problems import Language, Location, Problem, problem, wording
from evalrules._score.ruleset import Ruleset

Outcome = Literal["holds", "broken", "waived", "untested"]
Search = Callable[[Subject, Sequence[Profile], Mapping[str, Law]], Mapping[str, Breach]]
"""Looks for more breaches of laws that no profile broke, by name."""


@frozen
class Verdict:
    """What became of one law for one rule, or for the grades. ``reason`` is that of a waiver.

    ``problem`` says what is broken, or what should be known: a waiver, one that is not needed, a target never met.
    """

    law: str
    title: str
    outcome: Outcome
    problem: Problem | None = None
    reason: str | None = None


def law_words(law: str, language: Language = "zh") -> str:
    """Say what a law says.

    >>> law_words("monotone")
    '完成得更好，得分不会更低'
    """
    known = wording(f"about-{law}")
    return law if known is None else known.message[language]


def verdicts(ruleset: Ruleset, search: Search | None = None) -> Iterator[Verdict]:
    """Hold every rule and the grades of an edition to the laws, one after the other."""
    for family in families(ruleset):
        yield from family_verdicts(family, search)
    yield from grade_verdicts(ruleset)


def families(ruleset: Ruleset) -> tuple[tuple[Subject, ...], ...]:
    """Give what laws are held to, the settings of one method together."""
    found: dict[str, list[Subject]] = {}
    for subject in subjects(ruleset):
        found.setdefault(subject.family, []).append(subject)
    return tuple(tuple(family) for family in found.values())


def family_verdicts(family: Sequence[Subject], search: Search | None = None) -> Iterator[Verdict]:
    """Hold one rule, or one method in all its settings, to the laws."""
    tried = [(subject, tuple(profiles(subject))) for subject in family]
    first = family[0]
    together = tuple(profile for _, found in tried for profile in found)
    broken: dict[str, Breach] = {}
    for subject, found in tried:
        broken = {**_broken(subject, found, search), **broken}
    breach = LAWS["reachable"](first, together)
    if breach is not None:
        broken["reachable"] = breach
    for law in laws_of(first):
        yield _verdict(law, first.family, first.waive, broken.get(law), first.location, _untested(law, first, together))


def laws_of(subject: Subject) -> tuple[str, ...]:
    """Give the laws that can be said of a rule."""
    unsaid: set[str] = set()
    if subject.direction is None:
        unsaid |= DIRECTED_LAWS
    if subject.direction in (">", "<") and not counts_whole(subject):
        unsaid.add("full_marks_at_target")
    return tuple(law for law in LAWS if law not in unsaid)


def _broken(subject: Subject, found: Sequence[Profile], search: Search | None) -> dict[str, Breach]:
    asked = {law: LAWS[law] for law in laws_of(subject) if law != "reachable"}
    breaches = {law: breach for law, rule in asked.items() if (breach := rule(subject, found)) is not None}
    if search is not None:
        breaches |= search(subject, found, {law: rule for law, rule in asked.items() if law not in breaches})
    return breaches


def grade_verdicts(ruleset: Ruleset) -> Iterator[Verdict]:
    """Hold the grades of an edition to their law, where it has any."""
    catalogue = ruleset.catalogue
    if catalogue.grades:
        yield _verdict("graded", catalogue.title, dict(catalogue.waive), graded(ruleset), catalogue.location)


def _verdict(
    law: str,
    title: str,
    waive: Mapping[str, str],
    breach: Breach | None,
    location: Location | None,
    untested: Problem | None = None,
) -> Verdict:
    reason = waive.get(law)
    if reason is not None and untested is None:
        code = "waiver-unneeded" if breach is None else "law-waived"
        told = problem(code, location, title=title, law=law, words=law_words(law), reason=reason)
        return Verdict(law, title, "waived", told, reason)
    if breach is not None:
        return Verdict(law, title, "broken", breach.problem)
    return Verdict(law, title, "holds" if untested is None else "untested", untested, reason)


def _untested(law: str, subject: Subject, found: Sequence[Profile]) -> Problem | None:
    """Tell where the value can never equal the target."""
    if law != "full_marks_at_target":
        return None
    if any(meets_target(subject, trial) for profile in found for trial in profile.trials):
        return None
    return problem("target-never-met", subject.location, title=subject.family, law=law, words=law_words(law))

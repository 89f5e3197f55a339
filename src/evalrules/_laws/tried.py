"""An edition held to every law on the inputs worth trying: what holds, and what does not with what shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from evalrules._laws.law import Law, Tried, Verdict, laws, verdict_of
from evalrules._laws.subjects import Subject, subjects
from evalrules._laws.trials import Breach, Profile, profiles
from evalrules._score.ruleset import Ruleset

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


def first_breach(laws: Mapping[str, Law], subject: Subject, found: Sequence[Profile]) -> tuple[str, Breach] | None:
    """Give the first law that inputs break, with what shows it."""
    broken = ((name, law.breach(subject, found)) for name, law in laws.items())
    return next(((name, breach) for name, breach in broken if breach is not None), None)

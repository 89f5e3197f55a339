"""Applicability: an indicator that may not apply says what becomes of its points."""

from __future__ import annotations

from collections.abc import Iterator

from evalrules._catalogue.check.edition import Edition, names_section, shown
from evalrules._catalogue.model import Section
from evalrules._formula.units import did_you_mean
from evalrules._problems import Problem, problem


def otherwise_is_said(edition: Edition) -> Iterator[Problem]:
    """What ``applies`` only under a condition says what becomes of its points otherwise."""
    for indicator in edition.catalogue.indicators:
        if indicator.applies is not None and indicator.otherwise is None:
            yield problem("otherwise-missing", indicator.applies.location or indicator.location, title=indicator.title)


def moves_lead_somewhere(edition: Edition) -> Iterator[Problem]:
    """Points move to one other indicator or section of the form."""
    known = {name for part in edition.parts for name in (part.title, shown(part.path))}
    for indicator in edition.catalogue.indicators:
        otherwise = indicator.otherwise
        if otherwise is None or otherwise.move_to is None:
            continue
        name, place = otherwise.move_to, otherwise.location or indicator.location
        found = [part for part in edition.parts if names_section(name, part)]
        if not found:
            yield problem("move-to-unknown", place, name=name, suggestion=did_you_mean(name, known))
        elif len(found) > 1:
            yield problem("move-to-several", place, name=name, paths="、".join(shown(part.path) for part in found))
        elif found[0].path == indicator.path[: len(found[0].path)]:
            yield problem("move-to-itself", place, name=name, title=indicator.title)


def rescaling_has_others(edition: Edition) -> Iterator[Problem]:
    """A section's other indicators can stand for one that does not apply only where there are others."""
    sections = {section.path: section for section in edition.catalogue.sections}
    for indicator in edition.catalogue.indicators:
        if indicator.otherwise is None or indicator.otherwise.policy != "rescale":
            continue
        section: Section | None = sections.get(indicator.path[:-1])
        parts = section.parts if section is not None else edition.catalogue.parts
        if len(parts) == 1 and not (section is not None and section.open):
            place = indicator.otherwise.location or indicator.location
            yield problem("rescale-without-others", place, title=indicator.title)

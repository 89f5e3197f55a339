"""Method calls and defaults: what is named exists, what a method needs is given, nothing stays without a scoring."""

from __future__ import annotations

from collections.abc import Iterator

from evalrules._catalogue.check.edition import Edition, Scored, names_section, shown
from evalrules._catalogue.inherit import default_scoring, scoring_of
from evalrules._catalogue.model import MethodCall
from evalrules._formula.units import did_you_mean
from evalrules._problems import Problem, problem


def methods_exist(edition: Edition) -> Iterator[Problem]:
    """A method that is called is one of this edition or of those it uses."""
    for scored, call in calls(edition):
        if call.method not in edition.catalogue.methods:
            suggestion = did_you_mean(call.method, edition.catalogue.methods)
            yield problem("unknown-method", scored.location, method=call.method, suggestion=suggestion)


def parameters_exist(edition: Edition) -> Iterator[Problem]:
    """A call gives a method only what it has parameters for."""
    for scored, call in calls(edition):
        method = edition.catalogue.methods.get(call.method)
        known = [parameter.name for parameter in method.parameters] if method is not None else []
        for name, formula in call.arguments if method is not None else ():
            if name not in known:
                place, suggestion = formula.location or scored.location, did_you_mean(name, known)
                yield problem("unknown-parameter", place, name=name, method=call.method, suggestion=suggestion)


def parameters_given(edition: Edition) -> Iterator[Problem]:
    """A call gives every parameter that has no default."""
    for scored, call in calls(edition):
        method = edition.catalogue.methods.get(call.method)
        given = {name for name, _ in call.arguments}
        for parameter in method.parameters if method is not None else ():
            if parameter.default is None and parameter.name not in given:
                choices = "、".join(parameter.choices) or None
                given_as = {"name": parameter.name, "method": call.method, "choices": choices}
                yield problem("parameter-not-given", scored.location, **given_as)


def indicators_have_scoring(edition: Edition) -> Iterator[Problem]:
    """Every indicator has a scoring, its own or a default."""
    for indicator in edition.catalogue.indicators:
        if scoring_of(edition.catalogue, indicator) is None:
            yield problem("indicator-without-scoring", indicator.location, title=shown(indicator.path))


def open_sections_have_scoring(edition: Edition) -> Iterator[Problem]:
    """The defaults say how the rows of an open section are scored."""
    catalogue = edition.catalogue
    for section in catalogue.sections:
        if section.open and default_scoring(catalogue, section.path, None) is None and not catalogue.defaults.scoring:
            yield problem("open-section-without-scoring", section.location, title=shown(section.path))


def default_sections_exist(edition: Edition) -> Iterator[Problem]:
    """A default for a section names a section of the form."""
    sections = edition.catalogue.sections
    known = {name for part in sections for name in (part.title, shown(part.path))}
    for default in edition.catalogue.defaults.sections:
        if not any(names_section(default.section, part) for part in sections):
            suggestion = did_you_mean(default.section, known)
            yield problem("unknown-section", default.location, section=default.section, suggestion=suggestion)


def calls(edition: Edition) -> Iterator[tuple[Scored, MethodCall]]:
    """Go through every method call that is put to use."""
    for scored in edition.scored:
        if isinstance(scored.scoring, MethodCall):
            yield scored, scored.scoring

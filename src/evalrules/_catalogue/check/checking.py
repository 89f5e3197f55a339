"""Checks, audit settings, the edition itself: what they name exists and can do its work."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from evalrules._catalogue.audit_codes import RULES
from evalrules._catalogue.check.edition import Edition, shown
from evalrules._catalogue.model import Check, Indicator
from evalrules._catalogue.scopes import check_scope
from evalrules._formula.measures import fits
from evalrules._formula.scope import BARE
from evalrules._formula.tree import Comparing
from evalrules._formula.units import check_node, did_you_mean, read_unit, unit_text
from evalrules._problems import Problem, problem
from evalrules._quantities import convert


def each_is_known(edition: Edition) -> Iterator[Problem]:
    """What a check is put to, one by one, is a grid or a section."""
    catalogue = edition.catalogue
    known = {*catalogue.grids, *(name for part in catalogue.sections for name in (part.title, shown(part.path)))}
    for check in catalogue.checks:
        if check.each is not None and check.each not in known:
            suggestion = did_you_mean(check.each, known)
            yield problem("unknown-each", check.location, check=check.name, each=check.each, suggestion=suggestion)


def tolerances_belong_to_equations(edition: Edition) -> Iterator[Problem]:
    """A tolerance stands beside one equation that is the whole check, in a unit that fits it."""
    for check in edition.catalogue.checks:
        if check.within is None:
            continue
        tree = check.expect.tree
        if not (isinstance(tree, Comparing) and [comparison for comparison, _ in tree.rest] == ["="]):
            yield problem("within-without-equation", check.location, check=check.name)
        else:
            yield from _tolerance_unit(edition, check, tree)


def audit_rules_exist(edition: Edition) -> Iterator[Problem]:
    """An audit setting names one of the engine's rules, and sets what that rule has."""
    sections = {name for part in edition.catalogue.sections for name in (part.title, shown(part.path))}
    for code, setting in edition.catalogue.audit.items():
        rule = RULES.get(code)
        if rule is None:
            yield problem("unknown-audit", setting.location, audit=code, suggestion=did_you_mean(code, RULES))
            continue
        known = sections if rule.sections else rule.options
        for option, value in setting.options:
            if option not in known:
                suggestion = did_you_mean(option, known)
                yield problem("unknown-audit-option", setting.location, audit=code, name=option, suggestion=suggestion)
            elif not rule.sections and isinstance(rule.options[option], Fraction) != isinstance(value, Fraction):
                yield problem("audit-option-kind", setting.location, audit=code, name=option)
        missing = [option for option in rule.needs if option not in dict(setting.options)]
        for option in missing if setting.severity != "off" else ():
            yield problem("audit-option-missing", setting.location, audit=code, name=option)


def edition_is_sound(edition: Edition) -> Iterator[Problem]:
    """An edition does not supersede itself, and governs each year once."""
    catalogue = edition.catalogue
    if catalogue.supersedes in (catalogue.edition, catalogue.name):
        yield problem("supersedes-itself", catalogue.location, edition=catalogue.name)
    for year in {year for year in catalogue.fiscal_years if catalogue.fiscal_years.count(year) > 1}:
        yield problem("year-twice", catalogue.location, year=year)


def cases_name_inputs(edition: Edition) -> Iterator[Problem]:
    """The inputs of a case are names of the formulas or items of the checklist."""
    for scored in edition.scored:
        indicator = scored.indicator
        if indicator is not None and indicator.cases:
            items = getattr(scored.scoring, "items", ())
            yield from _cases(indicator, {*scored.scope, *(getattr(item, "title", "") for item in items)})
    for method in edition.methods:
        names = {*edition.method_scopes[method.title], *(getattr(item, "title", "") for item in method.scoring.items)}
        for case in method.cases:
            for name, _ in case.inputs:
                if name not in names:
                    yield problem("case-input-unknown", case.location, name=name, suggestion=did_you_mean(name, names))


def cases_are_within_points(edition: Edition) -> Iterator[Problem]:
    """A case of an indicator expects a score between 0 and its points."""
    for indicator in edition.catalogue.indicators:
        for case in indicator.cases:
            if case.score is not None and not Fraction(0) <= case.score <= indicator.points:
                yield problem("case-score-outside", case.location, title=indicator.title, points=indicator.points)


def _cases(indicator: Indicator, names: set[str]) -> Iterator[Problem]:
    for case in indicator.cases:
        for name, _ in case.inputs:
            if name not in names:
                yield problem("case-input-unknown", case.location, name=name, suggestion=did_you_mean(name, names))


def _tolerance_unit(edition: Edition, check: Check, equation: Comparing) -> Iterator[Problem]:
    unit = check_node(equation.first, check_scope(edition.catalogue, check), edition.functions).unit
    within = check.within
    if within is None or not within.unit or unit is None or unit == BARE:
        return
    if not fits(read_unit(within.unit), unit) and convert(within, unit_text(unit)) is None:
        yield problem("within-unit", check.location, check=check.name, found=within.unit, unit=unit_text(unit) or "1")

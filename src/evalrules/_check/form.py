"""The form: points add up, what is named exists, checks and settings can do their work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from evalrules._check.edition import Edition, Scored, names_section, shown
from evalrules._edition.audit_codes import rules
from evalrules._edition.model import (
    Case,
    Catalogue,
    Check,
    FigureKind,
    Indicator,
    Method,
    MethodCall,
    Scoring,
    Section,
)
from evalrules._edition.scopes import (
    check_scope,
    default_scoring,
    movers,
    scoring_formulas,
    scoring_of,
    section_defaults,
    sections_around,
    total_bounds,
)
from evalrules._formula.meant import did_you_mean
from evalrules._formula.program import POINTS
from evalrules._formula.scope import BARE, PERCENT, Scope, fits, read_unit, unit_text
from evalrules._formula.tree import Comparing, Name, Number
from evalrules._formula.typing import check_node
from evalrules._numbers import decimal_text
from evalrules._problems import Location, Problem, listed, phrase, problem
from evalrules._quantities import Cell, Date, Quantity, convert, yes_or_no

# Points: the parts of a whole add up, and each can be written with the places of the score.


Part = Section | Indicator


def points_of_form(edition: Edition) -> Iterator[Problem]:
    """The points of the top level add up to those of the edition; bonus and penalty stand outside.

    An edition without indicators only lends others its methods: it has no form and no grades.
    """
    catalogue, place = edition.catalogue, edition.catalogue.points_location
    if catalogue.parts:
        yield from _sum(catalogue.parts, catalogue.points, catalogue.title, place, is_open=False)
    elif not catalogue.open and (catalogue.grades or catalogue.score_caps or catalogue.paper):
        yield problem("edition-without-indicators", place, title=catalogue.title)


def points_of_sections(edition: Edition) -> Iterator[Problem]:
    """The points of a section's parts add up to its own; in an open section they may leave room for more."""
    for section in edition.catalogue.sections:
        if section.points is not None and section.parts and not (section.one_of or section.bonus or section.penalty):
            yield from _sum(section.parts, section.points, shown(section.path), section.location, is_open=section.open)


def points_of_choice(edition: Edition) -> Iterator[Problem]:
    """Where one of several is answered, each is an indicator and carries the section's full points."""
    for section in edition.catalogue.sections:
        for part in section.parts if section.one_of else ():
            if isinstance(part, Section):
                yield problem("one-of-holds-section", part.location, title=part.title, section=shown(section.path))
            elif part.points != section.points:
                yield problem(
                    "one-of-points",
                    part.location,
                    title=part.title,
                    points=_text(part.points),
                    section=shown(section.path),
                    whole=_text(section.points),
                )


def points_fit_places(edition: Edition) -> Iterator[Problem]:
    """Points are above 0 and multiples of the last place of a score, else no score could be full."""
    places = edition.catalogue.rounding.places
    for part in edition.parts:
        if part.points is not None and part.points <= 0:
            yield problem("points-not-positive", part.location, title=part.title, points=_text(part.points))
        elif part.points is not None and (part.points * 10**places).denominator != 1:
            yield problem(
                "points-finer-than-score", part.location, title=part.title, points=_text(part.points), places=places
            )


def sections_hold_something(edition: Edition) -> Iterator[Problem]:
    """A section has parts, or takes rows of the departments."""
    for section in edition.catalogue.sections:
        if not section.parts and not section.open:
            yield problem("section-empty", section.location, title=shown(section.path))


def bonus_and_penalty(edition: Edition) -> Iterator[Problem]:
    """What stands outside the 100 says how much it may add or take, and only that does."""
    for section in edition.catalogue.sections:
        title, place = shown(section.path), section.location
        outside = section.bonus or section.penalty
        if section.bonus and section.penalty:
            yield problem("bonus-and-penalty", place, title=title)
        if outside and section.at_most is None:
            yield problem("at-most-missing", place, title=title)
        if section.at_most is not None and not outside:
            yield problem("at-most-without-bonus", place, title=title)
        if section.penalty and section.cap is not None:
            yield problem("cap-on-penalty", section.cap.location or place, title=title)
        around = sections_around(edition.catalogue, section.path[:-1]) if outside else ()
        outer = next((each for each in around if each.bonus or each.penalty), None)
        if outer is not None:
            yield problem("bonus-within-bonus", place, title=title, outer=shown(outer.path))


def caps_limit_something(edition: Edition) -> Iterator[Problem]:
    """A cap lies below the points of its section, or of the form, else it limits nothing."""
    for section in edition.catalogue.sections:
        cap, most = section.cap, section.at_most if section.bonus else section.points
        if cap is not None and most is not None and cap.at_most >= most:
            place = cap.location or section.location
            at_most, points = _text(cap.at_most), _text(most)
            yield problem("cap-limits-nothing", place, title=shown(section.path), at_most=at_most, points=points)
    total = total_bounds(edition.catalogue).high
    for cap in edition.catalogue.score_caps:
        if total is not None and cap.at_most >= total:
            place, at_most, points = cap.location, _text(cap.at_most), _text(total)
            yield problem("score-cap-limits-nothing", place, at_most=at_most, points=points)


def limits_fit_places(edition: Edition) -> Iterator[Problem]:
    """A limit of a score is not below 0 and a multiple of its last place, else no score could just reach it."""
    catalogue = edition.catalogue
    limits = [(cap.at_most, cap.location) for cap in catalogue.caps]
    limits += [(part.at_most, part.location) for part in catalogue.sections if part.at_most is not None]
    for at_most, place in limits:
        if at_most < 0 or (at_most * 10**catalogue.rounding.places).denominator != 1:
            yield problem("limit-not-a-score", place, at_most=_text(at_most), places=catalogue.rounding.places)


def _sum(
    parts: Iterable[Part], points: Fraction, title: str, location: Location | None, *, is_open: bool
) -> Iterator[Problem]:
    inside = [part for part in parts if isinstance(part, Indicator) or not (part.bonus or part.penalty)]
    known = {part.title: stated for part in inside if (stated := _points(part)) is not None}
    total = sum(known.values(), Fraction(0))
    fixed = len(known) == len(inside) and not is_open
    if total > points or (fixed and total != points):
        addends = " + ".join(f"{part} {_text(stated)}" for part, stated in known.items())
        arguments = {"title": title, "points": _text(points), "total": _text(total), "addends": addends}
        arguments["difference"] = _text(abs(total - points))
        yield problem("points-do-not-add-up" if fixed else "points-exceed-section", location, **arguments)


def _points(part: Part) -> Fraction | None:
    """Give the points of a part: stated, else those of its own parts where they are fixed."""
    if part.points is not None or isinstance(part, Indicator) or part.open:
        return part.points
    each = [_points(inner) for inner in part.parts]
    known = [points for points in each if points is not None]
    return sum(known, Fraction(0)) if len(known) == len(each) else None


def _text(points: Fraction | None) -> str:
    return "" if points is None else decimal_text(points)


# Applicability: an indicator that may not apply says what becomes of its points.


def otherwise_is_said(edition: Edition) -> Iterator[Problem]:
    """What ``applies`` only under a condition says what becomes of its points otherwise."""
    for indicator in edition.catalogue.indicators:
        if indicator.applies is not None and indicator.otherwise is None:
            yield problem("otherwise-missing", indicator.applies.location or indicator.location, title=indicator.title)


def moves_lead_somewhere(edition: Edition) -> Iterator[Problem]:
    """Points move to one other indicator or section of the form."""
    for indicator in edition.catalogue.indicators:
        otherwise = indicator.otherwise
        if otherwise is None or otherwise.move_to is None:
            continue
        name, place = otherwise.move_to, otherwise.location or indicator.location
        found = edition.named.get(name, ())
        if not found:
            yield problem("move-to-unknown", place, name=name, suggestion=did_you_mean(name, edition.named))
        elif len(found) > 1:
            yield problem("move-to-several", place, name=name, paths=listed(shown(part.path) for part in found))
        elif found[0].path == indicator.path[: len(found[0].path)]:
            yield problem("move-to-itself", place, name=name, title=indicator.title)


def rescaling_has_others(edition: Edition) -> Iterator[Problem]:
    """A section's other indicators can stand for one that does not apply only where there are others."""
    catalogue = edition.catalogue
    alone = {section.path for section in (catalogue.form, *catalogue.sections) if _has_one_part(section)}
    for indicator in catalogue.indicators:
        otherwise = indicator.otherwise
        if otherwise is not None and otherwise.policy == "rescale" and indicator.path[:-1] in alone:
            place = otherwise.location or indicator.location
            yield problem("rescale-without-others", place, title=indicator.title)


def _has_one_part(section: Section) -> bool:
    parts = [part for part in section.parts if isinstance(part, Indicator) or not (part.bonus or part.penalty)]
    return len(parts) == 1 and not section.open


def rounding_stays_small(edition: Edition) -> Iterator[Problem]:
    """No conversion makes of what the rounding of one row takes or gives more than a unit of the last place."""
    catalogue = edition.catalogue
    limit = 2 if catalogue.rounding.mode in ("half_up", "half_even") else 1  # a half of a unit, or nearly one
    factors: dict[tuple[str, ...], Fraction] = {
        (): _factor(catalogue.form, _absent(catalogue.indicators, "rescale_total"), Fraction(0))
    }
    gained = {path: sum((mover.points for mover in found), Fraction(0)) for path, found in movers(catalogue).items()}
    for section in catalogue.sections:  # each behind the one around it
        own = _factor(section, _absent(section.parts, "rescale_total"), gained.get(section.path, Fraction(0)))
        factors[section.path] = factors[section.path[:-1]] * (1 if section.bonus or section.penalty else own)
    for section in (catalogue.form, *catalogue.sections):
        rounded = any(isinstance(part, Indicator) and _is_rounded(edition, part) for part in section.parts)
        if factors[section.path] > limit and (rounded or section.open):
            times = {"factor": decimal_text(factors[section.path], 2)}
            title = shown(section.path) or catalogue.title
            yield problem("rounding-amplified", section.location, section=title, **times)


def _factor(section: Section, absent: Fraction, gained: Fraction) -> Fraction:
    """Give by how much the scores of a section are multiplied at most; ``absent`` leave its points altogether."""
    points = _points(section)
    if points is None or section.one_of or (section.open and not section.path):
        return Fraction(1)
    staying = _absent(section.parts, "rescale")
    whole = points if not section.path else points - absent
    share = points - absent - staying
    if share <= 0:  # one of them has to apply
        share = min((part.points for part in section.parts if isinstance(part, Indicator)), default=points)
    if share <= 0:  # points that are 0 are told by themselves
        return Fraction(1)
    return max((whole + (0 if section.open else gained)) / share, Fraction(1))


def _absent(parts: Iterable[Part], policy: str) -> Fraction:
    """Add up the points of the indicators among the parts that leave them to others by this policy."""
    inside = (part for part in parts if isinstance(part, Indicator) and part.otherwise is not None)
    return sum((part.points for part in inside if part.otherwise and part.otherwise.policy == policy), Fraction(0))


def _is_rounded(edition: Edition, indicator: Indicator) -> bool:
    """Tell whether the rules can come to points that are finer than the score."""
    scoring = scoring_of(edition.catalogue, indicator)
    method = edition.catalogue.methods.get(scoring.method) if isinstance(scoring, MethodCall) else None
    written = scoring if isinstance(scoring, Scoring) else None if method is None else method.scoring
    if written is None:
        return False
    place = 10**edition.catalogue.rounding.places
    amounts = (formula.tree for formula, is_condition in scoring_formulas(written) if not is_condition)
    plain = (tree == Name(POINTS) or (isinstance(tree, Number) and not tree.value * place % 1) for tree in amounts)
    return not all(plain)


# Method calls and defaults: what is named exists, what a method needs is given, nothing stays without a scoring.


def methods_exist(edition: Edition) -> Iterator[Problem]:
    """A method that is called is one of this edition or of those it uses."""
    for scored, call in calls(edition):
        if call.method not in edition.catalogue.methods:
            suggestion = did_you_mean(call.method, edition.catalogue.methods)
            meant = phrase("method-meant", suggestion=suggestion) if suggestion else None
            if not edition.catalogue.methods:
                meant = phrase("methods-none")
            told = {"method": call.method, "suggestion": suggestion, "meant": meant}
            yield problem("unknown-method", scored.location, **told)


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
                choices = listed(parameter.choices) or None
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
        if (
            section.open
            and default_scoring(catalogue, section.path, None) is None
            and not _by_kinds(catalogue, section)
        ):
            yield problem("open-section-without-scoring", section.location, title=shown(section.path))


def _by_kinds(catalogue: Catalogue, section: Section) -> bool:
    """Tell whether rows of a section have a scoring for some kind of target."""
    return bool(catalogue.defaults.scoring) or any(each.by_kind for each in section_defaults(catalogue, section.path))


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


# Checks, audit settings, the edition itself: what they name exists and can do its work.


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
        rule = rules().get(code)
        if rule is None:
            yield problem("unknown-audit", setting.location, audit=code, suggestion=did_you_mean(code, rules()))
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
            yield from _bare_rates(indicator.cases, scored.scope)
    for method in edition.methods:
        scope = edition.method_scopes[method.title]
        names = {*scope, *(getattr(item, "title", "") for item in method.scoring.items)}
        yield from _bare_rates(method.cases, scope)
        for case in method.cases:
            yield from _parameters_of(case, method)
            for name, cell in case.inputs:
                if name not in names:
                    yield problem("case-input-unknown", case.location, name=name, suggestion=did_you_mean(name, names))
                elif name in scope and scope[name].choices and cell.text not in scope[name].choices:
                    yield problem("unknown-choice", case.location, choices=listed(scope[name].choices), suggestion=None)


def _parameters_of(case: Case, method: Method) -> Iterator[Problem]:
    """A case of a method gives each parameter that has no default, and each as what it is; points are a number."""
    given = dict(case.inputs)
    points = given.get(POINTS)
    if points is not None and not isinstance(points, Quantity):
        yield problem("case-input-kind", case.location, name=POINTS, text=points.text)
    for parameter in method.parameters:
        cell, place = given.get(parameter.name), case.location
        if cell is None and parameter.default is None:
            choices = listed(parameter.choices) or None
            yield problem("parameter-not-given", place, name=parameter.name, method=method.title, choices=choices)
        elif cell is not None and not parameter.choices and not _is_of_kind(cell, parameter.type):
            yield problem("case-input-kind", place, name=parameter.name, text=cell.text)


def _is_of_kind(cell: Cell, kind: FigureKind) -> bool:
    if kind in ("number", "date"):
        return isinstance(cell, Quantity if kind == "number" else Date)
    return kind != "yes_no" or yes_or_no(cell.text) is not None


def _bare_rates(cases: Iterable[Case], scope: Scope) -> Iterator[Problem]:
    """Rates in cases have a %; in an edition 1 is 100%, on a form it could be 1%, so only 0 and 1 may stand bare."""
    for case in cases:
        for name, cell in case.inputs:
            is_bare = isinstance(cell, Quantity) and not cell.unit and cell.number not in (0, 1)
            if is_bare and name in scope and scope[name].unit == PERCENT:
                yield problem("case-rate-bare", case.location, name=name, text=cell.text)


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

"""What rules can do, by ranges: divisors that can be 0, rows out of reach, points that cannot be had."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property

from attrs import define

from evalrules._catalogue.check.edition import Edition
from evalrules._catalogue.check.reading import (
    Reading,
    formulas_of,
    method_reading,
    points_of,
    ranges_for,
    reading_of,
    zero_divisors,
)
from evalrules._catalogue.model import AwardRow, DeductRule, Indicator, Scoring
from evalrules._catalogue.scopes import data_scope, grade_scope, target_scope
from evalrules._formula.program import Rule
from evalrules._formula.ranges import Ranges
from evalrules._formula.tree import Formula, Node
from evalrules._numbers import decimal_text
from evalrules._problems import Location, Problem, problem


@define(slots=False, eq=False)
class Written:
    """A scoring of rules that is written out, where it stands, and its reading; ``points`` None for a method."""

    scoring: Scoring
    reading: Reading
    location: Location | None
    waived: frozenset[str]
    points: Fraction | None = None

    @cached_property
    def impossible(self) -> tuple[tuple[str, Problem], ...]:
        """Each rule, by its label, whose amount is wrong whenever it applies."""
        return tuple(
            (rule.label, found)
            for rule, _, holds in self.reading.way
            for formula in (points_of(rule) if holds is not None else ())
            for found in _amount(self, rule, formula, holds)
        )


def divisors_of_rules(written: Written) -> Iterator[Problem]:
    """No divisor of a rule can be 0: by its declared range, or because a condition excludes it."""
    found: dict[tuple[int, Node], Problem] = {}
    for rule, asked, holds in written.reading.way:
        condition = rule.when.tree if rule.when is not None else None
        for formula in formulas_of(rule):
            known = asked if formula.tree is condition else holds
            _note(formula, known, written.reading.formulas, found)
    yield from found.values()


def divisors_of_rows(edition: Edition) -> Iterator[Problem]:
    """No divisor of a value, a target or a condition can be 0 where the indicator applies."""
    found: dict[tuple[int, Node], Problem] = {}
    for indicator in edition.catalogue.indicators:
        own = (indicator.value, indicator.target.formula if indicator.target is not None else None)
        scope = target_scope(edition.catalogue, indicator)
        formulas = [formula for formula in own if formula is not None]
        known: Ranges | None = ranges_for(edition, (each.tree for each in (*formulas, *_applies(indicator))), scope)
        for condition in _applies(indicator):
            _note(condition, known, edition.computed, found)
            known = known.given(condition.tree) if known is not None else None
        for formula in formulas:
            _note(formula, known, edition.computed, found)
    yield from found.values()


def divisors_of_the_form(edition: Edition) -> Iterator[Problem]:
    """No divisor of a grade's or a cap's condition can be 0: there would be no grade."""
    catalogue, scope = edition.catalogue, grade_scope(edition.catalogue)
    conditions = [grade.when for grade in catalogue.grades] + [cap.when for cap in catalogue.grade_caps]
    conditions += [section.cap.when for section in catalogue.sections if section.cap is not None]
    found: dict[tuple[int, Node], Problem] = {}
    for condition in conditions:
        if condition is not None:
            _note(condition, ranges_for(edition, [condition.tree], scope), edition.computed, found)
    yield from found.values()


def rules_are_reached(written: Written) -> Iterator[Problem]:
    """Every rule and row can apply to some input in the declared ranges."""
    if "reachable" in written.waived or written.reading.known is None:
        return
    code = "row-never-reached" if written.scoring.form == "award" else "rule-never-applies"
    for rule, _, holds in written.reading.way:
        if holds is None and rule.when is not None:
            yield problem(code, rule.when.location or rule.location, condition=rule.when.text)
        elif holds is None:
            yield problem("last-row-never-reached", rule.location or written.location)


def applicability_is_possible(edition: Edition) -> Iterator[Problem]:
    """A condition of applicability can hold and can fail, else it should not stand there."""
    for indicator in edition.catalogue.indicators:
        for condition in _applies(indicator):
            decided = ranges_for(edition, [condition.tree], data_scope(edition.catalogue)).truth(condition.tree)
            if decided is not None:
                code = "applies-always" if decided else "applies-never"
                yield problem(code, condition.location or indicator.location, title=indicator.title)


def points_are_possible(written: Written) -> Iterator[Problem]:
    """No row gives more than the points or less than 0, and no rule takes away less than 0."""
    if "bounded" not in written.waived:
        yield from (problem for _, problem in written.impossible)


def full_points_are_possible(written: Written) -> Iterator[Problem]:
    """The best row gives the points; and nothing is taken away from every input alike."""
    if written.points is None or written.waived & {"reachable", "full_marks_at_target"}:
        return
    best = _best(written)
    if best is not None and best != written.points:
        numbers = {"best": decimal_text(best), "points": decimal_text(written.points)}
        yield problem("full-points-never-had", written.location, **numbers)


def written_rules(edition: Edition) -> Iterator[Written]:
    """Go through the rules that this edition writes out, of methods by themselves, of indicators and of defaults."""
    for method in edition.methods:
        if _has_rules(method.scoring):
            reading = method_reading(edition, method)
            yield Written(method.scoring, reading, method.location, frozenset(dict(method.waive)))
    for scored in edition.scored:
        scoring, indicator = scored.scoring, scored.indicator
        if isinstance(scoring, Scoring) and _has_rules(scoring):
            reading = reading_of(edition, scoring, scored.scope, indicator, scored.section)
            place = scoring.location or (indicator.location if indicator is not None else None)
            waived = frozenset(dict(indicator.waive)) if indicator is not None else frozenset[str]()
            points = indicator.points if indicator is not None else None
            yield Written(scoring, reading, place, waived, points)


def _has_rules(scoring: Scoring) -> bool:
    return all(isinstance(item, DeductRule | AwardRow) for item in scoring.items)


def _applies(indicator: Indicator) -> tuple[Formula, ...]:
    return () if indicator.applies is None else (indicator.applies,)


def _note(
    formula: Formula, known: Ranges | None, formulas: Mapping[str, Formula], found: dict[tuple[int, Node], Problem]
) -> None:
    """Tell each divisor once, where it is written; what cannot come about (None) divides nothing."""
    for origin, divisor in zero_divisors(formula, known, formulas) if known is not None else ():
        key = (id(origin), divisor)
        if key not in found:
            part = origin.text[divisor.span[0] : divisor.span[1]] or origin.text
            found[key] = problem("divisor-can-be-zero", origin.at(divisor.span), part=part)


def _amount(written: Written, rule: Rule, formula: Formula, holds: Ranges | None) -> Iterator[Problem]:
    if holds is None:
        return
    bounds, place = holds.bounds(formula.tree), formula.location or rule.location
    if bounds.high is not None and (bounds.high < 0 or (bounds.high == 0 and bounds.high_open)):
        code = "award-below-zero" if written.scoring.form == "award" else "deduction-below-zero"
        yield problem(code, place, amount=formula.text)
    elif written.scoring.form == "award" and _is_above(bounds.low, written.points):
        numbers = {"least": _digits(bounds.low), "points": _digits(written.points)}
        yield problem("award-above-points", place, amount=formula.text, **numbers)


def _digits(number: Fraction | None) -> str:
    return "" if number is None else decimal_text(number)


def _is_above(number: Fraction | None, points: Fraction | None) -> bool:
    return number is not None and points is not None and number > points


def _best(written: Written) -> Fraction | None:
    """Give the most that can be had where ranges tell it, None where they do not."""
    if written.scoring.form == "deduct":
        always = [rule for rule in written.reading.program.rules if rule.when is None and rule.unless is None]
        known = written.reading.known
        taken = [known.bounds(points_of(rule)[0].tree).low for rule in always if known is not None]
        total = sum((amount for amount in taken if amount is not None and amount > 0), Fraction(0))
        return (written.points or Fraction(0)) - total if total else None
    highs = [holds.bounds(points_of(rule)[-1].tree).high for rule, _, holds in written.reading.way if holds is not None]
    known_highs = [high for high in highs if high is not None]
    best = max(known_highs, default=None) if len(known_highs) == len(highs) else None
    return best if best is not None and written.points is not None and best < written.points else None

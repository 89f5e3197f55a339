"""What rules and grades can do: by ranges, and where ranges cannot decide, by examples at every edge and between."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import islice, pairwise

from attrs import define

from evalrules._check.edition import Edition
from evalrules._check.way import (
    RuleReading,
    formulas_of,
    method_reading,
    points_of,
    ranges_for,
    reading_of,
    said_by,
    zero_divisors,
)
from evalrules._edition.model import AwardRow, DeductRule, Grade, Indicator, Scoring
from evalrules._edition.scopes import check_scope, data_scope, grade_scope, target_scope, total_bounds
from evalrules._formula.edges import edge_terms
from evalrules._formula.intervals import is_point
from evalrules._formula.meant import did_you_mean
from evalrules._formula.program import POINTS, TOTAL, PointsBetween, Rule
from evalrules._formula.ranges import Ranges
from evalrules._formula.scope import ANY, Bounds
from evalrules._formula.tree import Arithmetic, Formula, Name, Node, Number, names, walk
from evalrules._formula.words import show
from evalrules._formula.worth_trying import Values, WorthTrying, domain
from evalrules._numbers import decimal_text
from evalrules._problems import Location, Problem, listed, problem

# What rules can do, by ranges: divisors that can be 0, rows out of reach, points that cannot be had.


@define(slots=False, eq=False)
class WrittenRules:
    """A scoring of rules that is written out, where it stands, and its reading; ``points`` None for a method."""

    reading: RuleReading
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


def divisors_of_rules(written: WrittenRules) -> Iterator[Problem]:
    """No divisor of a rule or of its reason can be 0: by its declared range, or because a condition excludes it."""
    found: dict[tuple[int, Node], Problem] = {}
    for rule, asked, holds in written.reading.way:
        condition = rule.when.tree if rule.when is not None else None
        for formula in formulas_of(rule):
            known = asked if formula.tree is condition else holds
            _note(formula, known, written.reading.formulas, found)
        for formula in said_by(rule.because):
            if holds is not None and zero_divisors(formula, holds, written.reading.formulas):
                _note(formula, _losing(written, rule, holds), written.reading.formulas, found)
    yield from found.values()


def _losing(written: WrittenRules, rule: Rule, holds: Ranges) -> Ranges | None:
    """Give what is known where a rule holds and loses points: only then its reason is given."""
    if isinstance(rule.points, PointsBetween):
        return holds
    points = rule.points.tree
    least, most = (points, Name(POINTS)) if written.reading.program.form == "award" else (Number(Fraction(0)), points)
    return holds.given_pair(least, "<", most)


def divisors_of_rows(edition: Edition) -> Iterator[Problem]:
    """No divisor of a value, a target or a condition can be 0 where the indicator applies, nor of what stands else."""
    found: dict[tuple[int, Node], Problem] = {}
    for indicator in edition.catalogue.indicators:
        own = (indicator.value, indicator.target.formula if indicator.target is not None else None)
        scope = target_scope(edition.catalogue, indicator)
        formulas, instead = [formula for formula in own if formula is not None], _instead(indicator)
        trees = (each.tree for each in (*formulas, *_applies(indicator), *instead))
        known: Ranges | None = ranges_for(edition, trees, scope)
        otherwise = known
        for condition in _applies(indicator):
            _note(condition, known, edition.computed, found)
            known, otherwise = (known and known.given(condition.tree, truth) for truth in (True, False))
        for formula in formulas:
            _note(formula, known, edition.computed, found)
        for formula in instead:
            _note(formula, otherwise, edition.computed, found)
    yield from found.values()


def _instead(indicator: Indicator) -> tuple[Formula, ...]:
    otherwise = indicator.otherwise
    if otherwise is None:
        return ()
    return (*([otherwise.points] if otherwise.points is not None else []), *said_by(otherwise.because))


def divisors_of_the_form(edition: Edition) -> Iterator[Problem]:
    """No divisor of a grade's or a cap's condition can be 0: there would be no grade; nor one of a cap's reason."""
    catalogue, scope = edition.catalogue, grade_scope(edition.catalogue)
    conditions: list[tuple[Formula | None, tuple[Formula, ...]]] = [(grade.when, ()) for grade in catalogue.grades]
    conditions += [(cap.when, said_by(cap.because)) for cap in catalogue.grade_caps]
    conditions += [(cap.when, said_by(cap.because)) for cap in catalogue.caps]
    found: dict[tuple[int, Node], Problem] = {}
    for condition, said in conditions:
        read = (*([condition] if condition is not None else []), *said)
        known: Ranges | None = ranges_for(edition, [formula.tree for formula in read], scope)
        if condition is not None:
            _note(condition, known, edition.computed, found)
            known = known and known.given(condition.tree)
        for formula in said:
            _note(formula, known, edition.computed, found)
    yield from found.values()


def divisors_of_checks(edition: Edition) -> Iterator[Problem]:
    """No divisor that stands in the sentence of a check alone can be 0 where the check fails."""
    found: dict[tuple[int, Node], Problem] = {}
    for check in edition.catalogue.checks:
        said, asked = said_by(check.because), (check.expect, *([check.when] if check.when is not None else []))
        scope = check_scope(edition.catalogue, check)
        known: Ranges | None = ranges_for(edition, [each.tree for each in (*said, *asked)], scope)
        if check.when is not None:
            known = known and known.given(check.when.tree)
        known = known and known.given(check.expect.tree, truth=False)
        for formula in said:  # a figure without a value is a finding of its own, and what is asked has been worked out
            _note(formula, known, {}, found)
        for divisor in (part.right for formula in asked for part in walk(formula.tree) if isinstance(part, Arithmetic)):
            found = {key: problem for key, problem in found.items() if key[1] != divisor}
    yield from found.values()


def rules_are_reached(written: WrittenRules) -> Iterator[Problem]:
    """Every rule and row can apply to some input in the declared ranges."""
    if "reachable" in written.waived or written.reading.known is None:
        return
    code = "row-never-reached" if written.reading.program.form == "award" else "rule-never-applies"
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


def points_are_possible(written: WrittenRules) -> Iterator[Problem]:
    """No row gives more than the points or less than 0, and no rule takes away less than 0."""
    if "bounded" not in written.waived:
        yield from (problem for _, problem in written.impossible)


def full_points_are_possible(written: WrittenRules) -> Iterator[Problem]:
    """The best row gives the points; and nothing is taken away from every input alike."""
    if written.points is None or written.waived & {"reachable", "full_marks_at_target"}:
        return
    best = _best(written)
    if best is not None and best != written.points:
        numbers = {"best": decimal_text(best), "points": decimal_text(written.points)}
        yield problem("full-points-never-had", written.location, **numbers)


def written_rules(edition: Edition) -> Iterator[WrittenRules]:
    """Go through the rules that this edition writes out, of methods by themselves, of indicators and of defaults."""
    for method in edition.methods:
        if _has_rules(method.scoring):
            reading = method_reading(edition, method)
            yield WrittenRules(reading, method.location, frozenset(dict(method.waive)))
    for scored in edition.scored:
        scoring, indicator = scored.scoring, scored.indicator
        if isinstance(scoring, Scoring) and _has_rules(scoring):
            reading = reading_of(edition, scoring, scored.scope, indicator, scored.section)
            place = scoring.location or (indicator.location if indicator is not None else None)
            waived = frozenset(dict(indicator.waive)) if indicator is not None else frozenset[str]()
            points = indicator.points if indicator is not None else None
            yield WrittenRules(reading, place, waived, points)


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


def _amount(written: WrittenRules, rule: Rule, formula: Formula, holds: Ranges | None) -> Iterator[Problem]:
    if holds is None:
        return
    bounds, place = holds.bounds(formula.tree), formula.location or rule.location
    if bounds.high is not None and (bounds.high < 0 or (bounds.high == 0 and bounds.high_open)):
        code = "award-below-zero" if written.reading.program.form == "award" else "deduction-below-zero"
        yield problem(code, place, amount=formula.text)
    elif written.reading.program.form == "award" and _is_above(bounds.low, written.points):
        numbers = {"least": _digits(bounds.low), "points": _digits(written.points)}
        yield problem("award-above-points", place, amount=formula.text, **numbers)


def _digits(number: Fraction | None) -> str:
    return "" if number is None else decimal_text(number)


def _is_above(number: Fraction | None, points: Fraction | None) -> bool:
    return number is not None and points is not None and number > points


def _best(written: WrittenRules) -> Fraction | None:
    """Give the most that can be had where ranges tell it, None where they do not."""
    if written.reading.program.form == "deduct":
        always = [rule for rule in written.reading.program.rules if rule.when is None and rule.unless is None]
        known = written.reading.known
        taken = [known.bounds(points_of(rule)[0].tree).low for rule in always if known is not None]
        total = sum((amount for amount in taken if amount is not None and amount > 0), Fraction(0))
        return (written.points or Fraction(0)) - total if total else None
    highs = [holds.bounds(points_of(rule)[-1].tree).high for rule, _, holds in written.reading.way if holds is not None]
    known_highs = [high for high in highs if high is not None]
    best = max(known_highs, default=None) if len(known_highs) == len(highs) else None
    return best if best is not None and written.points is not None and best < written.points else None


# Rules tried at every edge and between: amounts that ranges cannot decide, refuted by an example.


_MOST_SAMPLES, _MOST_VALUES, _USUAL_POINTS = 200, 12, Fraction(10)


def amounts_at_edges(written: WrittenRules) -> Iterator[Problem]:
    """At every edge and between, a row gives from 0 to the points, and no rule takes away less than 0."""
    told = {label for label, _ in written.impossible}
    if "bounded" not in written.waived and _is_open(written, told):
        for sample in islice(samples(written.reading), _MOST_SAMPLES):
            yield from _wrong_amounts(written, sample, told)


def _is_open(written: WrittenRules, told: set[str]) -> bool:
    """Tell whether ranges leave it open that some rule gives or takes what it must not."""
    for rule, _, holds in written.reading.way:
        for formula in points_of(rule) if holds is not None and rule.label not in told else ():
            bounds = holds.bounds(formula.tree) if holds is not None else ANY
            if (
                bounds.low is None
                or bounds.low < 0
                or (written.reading.program.form == "award" and not _is_within(formula, holds))
            ):
                return True
    return False


def _is_within(formula: Formula, holds: Ranges | None) -> bool:
    """Tell whether an award is never above the points."""
    if holds is None:
        return False
    high, points = holds.bounds(formula.tree).high, holds.bounds_of(POINTS).low
    if formula.tree == Name(POINTS) or (high is not None and points is not None and high <= points):
        return True
    above = holds.bounds(Arithmetic("-", formula.tree, Name(POINTS)))  # by what conditions say of the two together
    return above.high is not None and above.high <= 0


def samples(reading: RuleReading) -> Iterator[Ranges]:
    """Give inputs within the declared ranges: each input at its edges and between, together with those of the next.

    Every number is one number and every choice one value, so that a formula has one value too.
    """
    if reading.known is None:
        return
    trying = _trying(reading, reading.known)
    for start in islice(trying.starts(), _MOST_VALUES):
        yield from (sample for values in _varied(trying, start) for sample in _fitting(reading, trying.at(values)))


def _trying(reading: RuleReading, known: Ranges) -> WorthTrying:
    """Give the inputs of a rule that are worth trying, within what is known where it is scored at all."""
    scope, inputs = reading.scope, [name for name in reading.inputs if name in reading.scope]
    varied = [name for name in inputs if name != POINTS or not is_point(scope[name].bounds)]
    domains = {
        name: domain(
            scope[name], wished=(_USUAL_POINTS,) if name == POINTS else (), within=known.numbers.get(name, ANY)
        )
        for name in varied
        if scope[name].table is None
    }
    terms = (*edge_terms(_nodes(reading), known.formulas), *_amounts(reading))
    points = scope[POINTS].bounds.low if is_point(scope[POINTS].bounds) else _USUAL_POINTS
    return WorthTrying(domains, terms, known.formulas, {POINTS: points})


def _varied(trying: WorthTrying, start: Values) -> Iterator[Values]:
    """Vary two inputs at a time, the edges of the second for each value of the first."""
    numbers = [name for name, tried in trying.domains.items() if not tried.listed and name != POINTS]
    if not numbers:
        yield start
    for first, second in zip(numbers, [*numbers[1:], None][: len(numbers)], strict=True):
        for value in trying.few(first, start):
            here = {**start, first: value}
            if second is None:
                yield here
            else:
                yield from ({**here, second: other} for other in trying.few(second, here))


def _fitting(reading: RuleReading, sample: Ranges) -> Iterator[Ranges]:
    """Give the sample if it lies in the declared ranges, those of computed names included, and the row applies."""
    for requirement in reading.program.requirements:
        bounds = sample.bounds_of(requirement.name)
        if not is_point(bounds) or bounds.low is None or not requirement.bounds.admits(bounds.low):
            return
    if reading.applies is None or sample.truth(reading.applies.tree):
        yield sample


def _wrong_amounts(written: WrittenRules, sample: Ranges, told: set[str]) -> Iterator[Problem]:
    for rule in written.reading.program.rules:
        holds = rule.when is None or sample.truth(rule.when.tree)
        if holds is None:
            return
        if holds and (rule.unless is None or sample.truth(rule.unless.tree) is False) and rule.label not in told:
            for formula in points_of(rule):
                yield from _wrong_amount(written, rule, formula, sample, told)
        if holds and written.reading.program.form == "award":
            return


def _wrong_amount(
    written: WrittenRules, rule: Rule, formula: Formula, sample: Ranges, told: set[str]
) -> Iterator[Problem]:
    found, points = sample.bounds(formula.tree), sample.numbers[POINTS].low or _USUAL_POINTS
    if not is_point(found) or found.low is None or rule.label in told:
        return
    above = written.reading.program.form == "award" and found.low > points
    if above or found.low < 0:
        told.add(rule.label)
        arguments = {
            "inputs": _inputs(written.reading, sample),
            "amount": formula.text,
            "number": decimal_text(found.low),
        }
        code = "amount-above-points" if above else "amount-below-zero"
        yield problem(code, formula.location or rule.location, points=decimal_text(points), **arguments)


def _inputs(reading: RuleReading, sample: Ranges) -> str:
    """Write the inputs of a sample: ``完成值 = 120%，指标值 = 100%``."""
    texts: list[str] = []
    for name in reading.inputs:
        variable = reading.scope.get(name)
        value = sample.numbers.get(name)
        if value is not None and value.low is not None and not (name == POINTS and _has_points(reading)):
            texts.append(f"{name} = {show(value.low, variable.unit if variable is not None else None)}")
        elif name in sample.values:
            texts.append(f"{name} = {next(iter(sample.values[name]))}")
    return listed(texts, "comma")


def _has_points(reading: RuleReading) -> bool:
    """Tell whether the points are the indicator's own, which need no mention."""
    variable = reading.scope.get(POINTS)
    return variable is not None and is_point(variable.bounds)


def _nodes(reading: RuleReading) -> Iterator[Node]:
    for rule in reading.program.rules:
        yield from (formula.tree for formula in formulas_of(rule))


def _amounts(reading: RuleReading) -> Iterator[Node]:
    """Give what is 0 where an amount begins to be wrong."""
    for rule in reading.program.rules:
        for formula in points_of(rule):
            yield formula.tree
            if reading.program.form == "award":
                yield Arithmetic("-", formula.tree, Name(POINTS))


# Grades: every total has one, a higher total never has a lower one, and each can be had.


def grades_cover_totals(edition: Edition) -> Iterator[Problem]:
    """Every total in range has a grade, none is out of reach, and the grade does not fall as the total rises."""
    grades = edition.catalogue.grades
    if not grades or not all(grade.when is None or names(grade.when.tree) == (TOTAL,) for grade in grades):
        return
    totals = _totals(edition)
    ranks = _ranks(grades, totals)
    yield from _gaps(edition, totals, ranks)
    yield from _turns(edition, totals, ranks)
    for number, grade in enumerate(grades):
        if number not in ranks:
            yield problem("grade-never-reached", grade.location or edition.catalogue.location, grade=grade.title)


def grades_are_known(edition: Edition) -> Iterator[Problem]:
    """A grade and each of its other words name one grade, and a cap names a grade that can still be lowered."""
    catalogue = edition.catalogue
    known: dict[str, str] = {}
    for grade in catalogue.grades:
        for word in (grade.title, *grade.also):
            other = known.setdefault(word, grade.title)
            if other != grade.title:
                yield problem("grade-word-twice", grade.location, word=word, grade=other)
    titles = [grade.title for grade in catalogue.grades]
    for cap in catalogue.grade_caps:
        if cap.at_most not in titles:
            suggestion = did_you_mean(cap.at_most, titles)
            yield problem("unknown-grade", cap.location, grade=cap.at_most, suggestion=suggestion)
        elif cap.at_most == titles[0]:
            yield problem("grade-cap-limits-nothing", cap.location, grade=cap.at_most)


_STRETCHES = 16


def _totals(edition: Edition) -> list[Fraction]:
    """Give every total at which a grade can change, and those one last place beside it, lowest first."""
    bounds = total_bounds(edition.catalogue)
    unit = Fraction(1, 10**edition.catalogue.rounding.places)
    low, high = bounds.low or Fraction(0), bounds.high or edition.catalogue.points
    edges = (low, high, *_numbers(edition))
    units = {math.floor(edge / unit) + step for edge in edges for step in (-1, 0, 1, 2)}
    return sorted(total for total in (unit * number for number in units) if low <= total <= high)


def _numbers(edition: Edition) -> Iterator[Fraction]:
    nodes: list[Node] = [grade.when.tree for grade in edition.catalogue.grades if grade.when is not None]
    yield from (part.value for node in nodes for part in walk(node) if isinstance(part, Number))


def _ranks(grades: tuple[Grade, ...], totals: list[Fraction]) -> list[int | None]:
    """Give the first grade that holds at each total: of a stretch of totals where one does for all, at once."""
    found: list[int | None] = [None] * len(totals)
    waiting: list[tuple[int, int, Sequence[int]]] = [(0, len(totals), range(len(grades)))] if totals else []
    while waiting:
        begin, end, open_ = waiting.pop()
        ranges = Ranges({TOTAL: Bounds(totals[begin], totals[end - 1])})
        possible: list[int] = []
        for number in open_:
            when = grades[number].when
            holds = True if when is None else ranges.truth(when.tree)
            possible += [number] if holds is not False else []
            if holds:
                break
        else:
            holds = False
        if holds and (len(possible) == 1 or end - begin == 1):
            found[begin:end] = possible[-1:] * (end - begin)
        elif possible and end - begin > 1:
            step = -(-(end - begin) // _STRETCHES)
            waiting += [(start, min(start + step, end), possible) for start in range(begin, end, step)]
    return found


def _gaps(edition: Edition, totals: list[Fraction], ranks: list[int | None]) -> Iterator[Problem]:
    open_totals = [total for total, rank in zip(totals, ranks, strict=True) if rank is None]
    if open_totals:
        place = edition.catalogue.grades[-1].location or edition.catalogue.location
        yield problem("grade-gap", place, total=decimal_text(open_totals[0]), last=decimal_text(open_totals[-1]))


def _turns(edition: Edition, totals: list[Fraction], ranks: list[int | None]) -> Iterator[Problem]:
    """Tell each pair of neighbouring totals where the higher one has the lower grade."""
    grades = edition.catalogue.grades
    if "graded" in dict(edition.catalogue.waive):
        return
    graded = [(total, rank) for total, rank in zip(totals, ranks, strict=True) if rank is not None]
    for (total, rank), (higher, other) in pairwise(graded):
        if other > rank:
            numbers = {"total": decimal_text(total), "higher": decimal_text(higher)}
            titles = {"grade": grades[rank].title, "other": grades[other].title}
            yield problem("grades-turned", grades[other].location or edition.catalogue.location, **numbers, **titles)

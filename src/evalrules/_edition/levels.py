"""What is decided over the whole form brought to programs, as scorings are: grades, caps, points that stand instead.

A program starts from 分值: of grades that is the rank of the best one, of a cap the score or rank that comes to it, of
an indicator that does not apply its points.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from fractions import Fraction

from attrs import evolve

from evalrules._edition.model import Cap, Catalogue, Check, Indicator
from evalrules._edition.scopes import cap_scope, data_scope, grade_scope, total_bounds
from evalrules._formula.edges import edge_terms, thresholds
from evalrules._formula.program import POINTS, TOTAL, Program, Rule
from evalrules._formula.ranges import Ranges
from evalrules._formula.scope import BARE, Bounds, Functions, Scope, Variable, layered, unit_text
from evalrules._formula.tree import Arithmetic, Call, Comparing, Formula, Name, Node, Number, Placeholder, Sentence
from evalrules._formula.typing import check_node, resolved
from evalrules._numbers import decimal_text
from evalrules._problems import Location
from evalrules._quantities import convert
from evalrules._values import once_for_each


def level_scope(scope: Scope) -> Scope:
    """Give the names of such a program: those of its formulas, and 分值, which the formulas themselves do not know."""
    return layered({POINTS: Variable(POINTS, "number", BARE, bounds=Bounds(Fraction(0)))}, scope)


@once_for_each
def grade_program(catalogue: Catalogue) -> Program:
    """Bring the grades to one program: the first that holds gives its rank, 0 the last; 分值 is that of the best."""
    scope, last = grade_scope(catalogue), len(catalogue.grades) - 1
    rules = (
        Rule(
            _number(Fraction(last - place)),
            f"{catalogue.name} grades[{place}]",
            None if grade.when is None else resolved(grade.when, scope),
            location=grade.location,
        )
        for place, grade in enumerate(catalogue.grades)
    )
    return Program("award", tuple(rules))


@once_for_each
def grade_cap_programs(catalogue: Catalogue) -> tuple[Program, ...]:
    """Give what each cap of the grade takes of a rank while it holds."""
    scope, order = grade_scope(catalogue), [grade.title for grade in reversed(catalogue.grades)]
    return tuple(
        _limit(
            Fraction(order.index(cap.at_most)),
            resolved(cap.when, scope),
            _resolved(cap.because, scope),
            f"{catalogue.name} grade_caps[{place}]",
            cap.location,
        )
        for place, cap in enumerate(catalogue.grade_caps)
    )


@once_for_each
def cap_programs(catalogue: Catalogue) -> dict[tuple[str, ...], Program]:
    """Give what the cap of each section takes of its score while it holds, by path."""
    return {
        section.path: _cap(catalogue, section.cap, f"{'/'.join(section.path)} cap")
        for section in catalogue.sections
        if section.cap is not None
    }


@once_for_each
def score_cap_programs(catalogue: Catalogue) -> tuple[Program, ...]:
    """Give what each cap of the total takes of it while it holds."""
    return tuple(_cap(catalogue, cap, f"score_caps[{place}]") for place, cap in enumerate(catalogue.score_caps))


def _cap(catalogue: Catalogue, cap: Cap, label: str) -> Program:
    scope = cap_scope(catalogue)
    when = None if cap.when is None else resolved(cap.when, scope)
    return _limit(cap.at_most, when, _resolved(cap.because, scope), f"{catalogue.name} {label}", cap.location)


def otherwise_program(catalogue: Catalogue, indicator: Indicator) -> Program | None:
    """Give the points that an indicator scores where it does not apply; None where it states none."""
    otherwise = indicator.otherwise
    if otherwise is None or otherwise.points is None:
        return None
    scope = data_scope(catalogue)
    because = None if otherwise.because is None else _resolved(otherwise.because, scope)
    label = f"{catalogue.name} {indicator.title} otherwise"
    return Program("award", (Rule(resolved(otherwise.points, scope), label, None, None, because, otherwise.location),))


def expected(check: Check, scope: Scope, functions: Functions | None = None) -> Formula:
    """Give what a check expects as one condition; a tolerance in the unit that the left side has in this scope."""
    tree, within = check.expect.tree, check.within
    if within is None or not isinstance(tree, Comparing) or [sign for sign, _ in tree.rest] != ["="]:
        return check.expect
    left, right = tree.first, tree.rest[0][1]
    unit = check_node(left, scope, functions).unit
    converted = None if unit is None else convert(within, unit_text(unit))
    tolerance = Number(within.number if converted is None else converted)
    apart = Call("绝对值", (Arithmetic("-", left, right),))
    return evolve(check.expect, tree=Comparing(apart, (("≤", tolerance),)))


def _limit(limit: Fraction, when: Formula | None, because: Sentence, label: str, location: Location | None) -> Program:
    above = Call("最大", (Arithmetic("-", Name(POINTS), Number(limit)), Number(Fraction(0))))
    points = Formula(f"最大({POINTS} − {decimal_text(limit)}, 0)", above, location)
    return Program("deduct", (Rule(points, label, when, None, because, location),))


def _number(number: Fraction) -> Formula:
    return Formula(decimal_text(number), Number(number))


def _resolved(sentence: Sentence, scope: Scope) -> Sentence:
    parts = (
        evolve(part, formula=resolved(part.formula, scope)) if isinstance(part, Placeholder) else part
        for part in sentence.parts
    )
    return evolve(sentence, parts=tuple(parts))


# The totals that a form can have, as far as they differ for its grades.


MOST_TOTALS = 20_000


def totals(catalogue: Catalogue, programs: Iterable[Program], at: Ranges, most: int = MOST_TOTALS) -> list[int]:
    """Give the totals worth trying in units of the last place, lowest first.

    All that there are; where those are more than ``most``, each at which one of the programs can turn, those beside it,
    and both ends. ``at`` has a number for whatever else the programs read.
    """
    place, bounds = int(10**catalogue.rounding.places), total_bounds(catalogue)
    low, high = (int((end or Fraction(0)) * place) for end in (bounds.low, bounds.high))
    if high - low < most:
        return list(range(low, high + 1))
    edges = thresholds(TOTAL, edge_terms(_conditions(programs), at.formulas), at.at(TOTAL, Fraction(0)))
    units = {math.floor(edge * place) + step for edge in edges for step in (-1, 0, 1, 2)}
    return sorted(total for total in {low, high, *units} if low <= total <= high)


def _conditions(programs: Iterable[Program]) -> Iterator[Node]:
    for program in programs:
        yield from (rule.when.tree for rule in program.rules if rule.when is not None)

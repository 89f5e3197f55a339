"""Rates as people are used to write them: × 100 for a %, and a share of the points for points."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from evalrules._catalogue.check.edition import Edition
from evalrules._catalogue.model import AwardRow, DeductRule, MethodCall
from evalrules._formula.tree import Arithmetic, Formula, Node, Number
from evalrules._formula.words import formula_words
from evalrules._numbers import decimal_text
from evalrules._problems import Problem, problem

_HUNDRED = Number(Fraction(100))
Factors = tuple[tuple[Node, ...], tuple[Node, ...]]


def rates_are_not_times_hundred(edition: Edition) -> Iterator[Problem]:
    """A quotient that is declared in % is not multiplied by 100 as well: 95 ÷ 100 is 95% as it stands."""
    catalogue = edition.catalogue
    declared = [(figure.unit, figure.formula) for figure in catalogue.data.values()]
    declared += [(indicator.unit or "", indicator.value) for indicator in catalogue.indicators]
    for unit, formula in declared:
        if unit == "%" and formula is not None:
            above, below = _factors(formula.tree)
            hundred = next((part for part in above if part == _HUNDRED), None)
            if hundred is not None and below:
                yield problem("rate-times-hundred", formula.at(hundred.span), formula=formula_words(formula.tree))


def _factors(node: Node) -> Factors:
    """Give what is multiplied, and what it is divided by, at the top of a formula."""
    if not isinstance(node, Arithmetic) or node.operator not in ("*", "/"):
        return (node,), ()
    left, right = _factors(node.left), _factors(node.right)
    right = right if node.operator == "*" else (right[1], right[0])
    return left[0] + right[0], left[1] + right[1]


def points_are_no_rates(edition: Edition) -> Iterator[Problem]:
    """Points that are written as a bare % are next to none: a share of the points is ``分值 × 60%``."""
    scorings = [method.scoring for method in edition.methods]
    scorings += [one.scoring for one in edition.scored if not isinstance(one.scoring, MethodCall)]
    for scoring in scorings:
        for item in scoring.items:
            for formula in _points(item) if isinstance(item, AwardRow | DeductRule) else ():
                if isinstance(formula.tree, Number) and formula.tree.percent and formula.tree.value:
                    points = decimal_text(formula.tree.value)
                    yield problem("points-are-rate", formula.location, rate=formula.text.strip(), points=points)


def _points(item: AwardRow | DeductRule) -> tuple[Formula, ...]:
    return item.points if isinstance(item.points, tuple) else (item.points,)

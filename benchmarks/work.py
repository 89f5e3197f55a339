"""The work that all engines are given: a form of 20 indicators over 38 figures, and submissions of it.

Indicators take turns between five rules that self-evaluations use: a proportion, a deduction for each percent over, one
for each begun 5%, bands, and a line that falls. Each is written once for the edition and once as plain `Fraction`
arithmetic, which uses nothing of the package and judges all engines. In a growing form every indicator has a factor of
its own in its rule, so that no two formulas are the same.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from fractions import Fraction

from attrs import frozen

POINTS = 5
GRADES = (("优", 90), ("良", 80), ("中", 60), ("差", 0))
_ONE = Fraction(1)

_SCORINGS = (
    ("≥ 100%", "award:", '- points: "最小(分值, BY分值 × 完成值 ÷ 指标值)"', '  because: "{完成值}"'),
    ("≤ 100%", "deduct:", '- {when: 完成值 > 指标值, points: BY0.5 × (完成值 − 指标值) ÷ 1%, because: "{完成值}"}'),
    (
        "≤ 100%",
        "deduct:",
        '- {when: 完成值 > 指标值, points: 2 × 上取整(BY(完成值 − 指标值) ÷ 5%), because: "{完成值}"}',
    ),
    (
        "≥ 90%",
        "award:",
        "- {when: 完成值 ≥ 90%, points: 5}",
        '- {when: 完成值 ≥ BY80%, points: 4, because: "{完成值}"}',
        '- {when: 完成值 ≥ 70%, points: 3, because: "{完成值}"}',
        '- {points: 0, because: "{完成值}"}',
    ),
    ("≤ 100%", "award:", '- points: "最大(0, 最小(分值, 分值 × (BY200% − 完成值)))"', '  because: "{完成值}"'),
)
"""The five rules as an edition writes them: the target, then the lines of ``scoring``; ``BY`` is the own factor."""


def _exact_bands(ratio: Fraction, by: Fraction) -> Fraction:
    bands = ((Fraction(9, 10), 5), (by * Fraction(8, 10), 4), (Fraction(7, 10), 3))
    return Fraction(next((points for edge, points in bands if ratio >= edge), 0))


EXACT: tuple[Callable[[Fraction, Fraction], Fraction], ...] = (
    lambda ratio, by: min(Fraction(POINTS), by * POINTS * ratio),
    lambda ratio, by: max(Fraction(0), POINTS - by * 50 * max(ratio - _ONE, Fraction(0))),
    lambda ratio, by: max(Fraction(0), Fraction(POINTS - 2 * max(math.ceil(by * (ratio - _ONE) * 20), 0))),
    _exact_bands,
    lambda ratio, by: max(Fraction(0), min(Fraction(POINTS), POINTS * (2 * by - ratio))),
)
"""The five rules: the ratio of actual to planned and the own factor → the score, before rounding."""


@frozen
class Indicator:
    """One indicator: which of the five rules scores it, the two figures that it divides, and its own factor."""

    rule: int
    figure: int
    by: Fraction = _ONE

    @property
    def actual(self) -> str:
        """The name of the figure above the line."""
        return f"实际{self.figure}"

    @property
    def planned(self) -> str:
        """The name of the figure below the line."""
        return f"计划{self.figure}"


@frozen
class Scores:
    """What an engine gave for one submission: cents of each indicator, cents of the total, and the grade."""

    cents: tuple[int, ...]
    total: int
    grade: str


def indicators(count: int = 20, *, distinct: bool = False) -> tuple[Indicator, ...]:
    """Give the indicators of a form; the last two share their figures, so that 20 read 38."""
    factors = [1 + Fraction(number + 1, 100_000) if distinct else _ONE for number in range(count)]
    return tuple(Indicator(number % len(EXACT), min(number, count - 2), by) for number, by in enumerate(factors))


def edition(count: int = 20, *, distinct: bool = False) -> str:
    """Write the edition as the YAML that a finance officer would write."""
    form = indicators(count, distinct=distinct)
    figures = dict.fromkeys(indicator.figure for indicator in form)
    lines = ["evalrules: 1", "id: benchmark", 'edition: "1"', "title: 基准", f"points: {POINTS * count}"]
    lines += ["rounding: {places: 2, mode: half_up}", "data:"]
    for figure in figures:
        lines += [f"  实际{figure}: {{unit: 万元, min: 0}}", f"  计划{figure}: {{unit: 万元, above: 0}}"]
    lines.append("sections:")
    for number, indicator in enumerate(form):
        lines += _indicator_lines(number, indicator)
    share = Fraction(POINTS * count, 100)
    steps = [f"{grade}: 总分 ≥ {float(least * share):g}" for grade, least in GRADES[:-1]]
    return "\n".join([*lines, f"grades: {{{', '.join(steps)}, {GRADES[-1][0]}: otherwise}}", ""])


def _indicator_lines(number: int, indicator: Indicator) -> Iterator[str]:
    target, form, *rules = _SCORINGS[indicator.rule]
    yield f"  指标{number}:"
    yield f"    points: {POINTS}"
    yield f"    value: {indicator.actual} ÷ {indicator.planned}"
    yield '    unit: "%"'
    yield f"    target: {target}"
    yield "    scoring:"
    yield f"      {form}"
    factor = "" if indicator.by == 1 else f"{float(indicator.by):.5f} × "
    yield from (f"        {rule}".replace("BY", factor) for rule in rules)


def figures(chosen: random.Random, count: int = 20) -> dict[str, Fraction]:
    """Draw the figures of one submission: a third of the ratios are whole percents, as in reports."""
    drawn: dict[str, Fraction] = {}
    for figure in dict.fromkeys(indicator.figure for indicator in indicators(count)):
        planned = Fraction(chosen.randint(900, 1100), 10)
        whole = chosen.random() < 1 / 3
        actual = planned * chosen.randint(60, 130) / 100 if whole else Fraction(chosen.randint(600, 1300), 10)
        drawn[f"实际{figure}"], drawn[f"计划{figure}"] = actual, planned
    return drawn


def cents(score: Fraction) -> int:
    """Round half up to cents."""
    return math.floor(score * 100 + Fraction(1, 2))


def grade_of(total: int, whole: int = 100) -> str:
    """Give the grade of a total in cents, of a form with this many points."""
    return next(grade for grade, least in GRADES if total >= least * whole)


def exact_scores(drawn: dict[str, Fraction], count: int = 20, *, distinct: bool = False) -> Scores:
    """Score a submission by `Fraction` alone."""
    form = indicators(count, distinct=distinct)
    found = tuple(cents(EXACT[one.rule](drawn[one.actual] / drawn[one.planned], one.by)) for one in form)
    return Scores(found, sum(found), grade_of(sum(found), POINTS * count))

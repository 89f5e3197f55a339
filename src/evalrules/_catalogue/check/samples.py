"""Rules tried at every edge and between: amounts that ranges cannot decide, refuted by an example."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice, product

from evalrules._catalogue.check.reach import Written
from evalrules._catalogue.check.reading import Reading, formulas_of, points_of
from evalrules._formula.edges import around, edge_terms, thresholds
from evalrules._formula.intervals import is_point
from evalrules._formula.program import POINTS, Rule
from evalrules._formula.ranges import Ranges
from evalrules._formula.scope import ANY, Bounds
from evalrules._formula.tree import Arithmetic, Formula, Name, Node
from evalrules._formula.words import show
from evalrules._numbers import decimal_text
from evalrules._problems import Problem, problem

_MOST_SAMPLES, _MOST_VALUES, _USUAL_POINTS = 200, 12, Fraction(10)


def amounts_at_edges(written: Written) -> Iterator[Problem]:
    """At every edge and between, a row gives from 0 to the points, and no rule takes away less than 0."""
    told = {label for label, _ in written.impossible}
    if "bounded" not in written.waived and _is_open(written, told):
        for sample in islice(samples(written.reading), _MOST_SAMPLES):
            yield from _wrong_amounts(written, sample, told)


def _is_open(written: Written, told: set[str]) -> bool:
    """Tell whether ranges leave it open that some rule gives or takes what it must not."""
    for rule, _, holds in written.reading.way:
        for formula in points_of(rule) if holds is not None and rule.label not in told else ():
            bounds = holds.bounds(formula.tree) if holds is not None else ANY
            if (
                bounds.low is None
                or bounds.low < 0
                or (written.scoring.form == "award" and not _is_within(formula, holds))
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


def samples(reading: Reading) -> Iterator[Ranges]:
    """Give inputs within the declared ranges: each input at and beside its edges, together with those of the next.

    Every number is one number and every choice one value, so that a formula has one value too.
    """
    known = reading.known
    if known is None:
        return
    start = _start(reading, known)
    terms = (*edge_terms(_nodes(reading), known.formulas), *_amounts(reading))
    for chosen in _choices(reading, start):
        yield from _varied(reading, chosen, terms)


def _varied(reading: Reading, start: Ranges, terms: tuple[Node, ...]) -> Iterator[Ranges]:
    """Vary two inputs at a time, the edges of the second for each value of the first."""
    numbers = [name for name in reading.inputs if name in start.numbers and name != POINTS]
    if not numbers:
        yield from _fitting(reading, start)
    for first, second in zip(numbers, [*numbers[1:], None][: len(numbers)], strict=True):
        for value in _values(reading, first, terms, start):
            here = start.at(first, value)
            if second is None:
                yield from _fitting(reading, here)
            else:
                others = _values(reading, second, terms, here)
                yield from (sample for other in others for sample in _fitting(reading, here.at(second, other)))


def _values(reading: Reading, name: str, terms: tuple[Node, ...], at: Ranges) -> list[Fraction]:
    variable = reading.scope.get(name)
    bounds = reading.known.numbers.get(name, ANY) if reading.known is not None else ANY
    edges = thresholds(name, terms, at)[:_MOST_VALUES]
    return around(edges, bounds, integer=variable is not None and variable.integer)


def _start(reading: Reading, known: Ranges) -> Ranges:
    """Put every number at one within its range."""
    numbers = {name: known.numbers.get(name, ANY) for name in reading.inputs if _is_number(reading, name)}
    at = {name: _inside(bounds) for name, bounds in numbers.items()}
    points = reading.scope[POINTS].bounds
    at[POINTS] = points.low if is_point(points) and points.low is not None else _USUAL_POINTS
    single = {name: Bounds(value, value) for name, value in at.items()}
    return Ranges(single, known.values, known.formulas)


def _choices(reading: Reading, start: Ranges) -> Iterator[Ranges]:
    """Go through the values of choices and yes/no figures, all combinations."""
    open_values = {name: values for name, values in start.values.items() if name in reading.inputs}
    for name in reading.inputs:
        if name not in start.numbers and name not in open_values:
            open_values[name] = frozenset({True, False})
    combinations = product(*(sorted(values, key=str) for values in open_values.values()))
    for chosen in islice(combinations, _MOST_VALUES):
        values = {name: frozenset({value}) for name, value in zip(open_values, chosen, strict=True)}
        yield Ranges(start.numbers, values, start.formulas)


def _fitting(reading: Reading, sample: Ranges) -> Iterator[Ranges]:
    """Give the sample if it lies in the declared ranges, those of computed names included, and the row applies."""
    for requirement in reading.program.requirements:
        bounds = sample.bounds_of(requirement.name)
        if not is_point(bounds) or bounds.low is None or not requirement.bounds.admits(bounds.low):
            return
    if reading.applies is None or sample.truth(reading.applies.tree):
        yield sample


def _wrong_amounts(written: Written, sample: Ranges, told: set[str]) -> Iterator[Problem]:
    for rule in written.reading.program.rules:
        holds = rule.when is None or sample.truth(rule.when.tree)
        if holds is None:
            return
        if holds and (rule.unless is None or sample.truth(rule.unless.tree) is False) and rule.label not in told:
            for formula in points_of(rule):
                yield from _wrong_amount(written, rule, formula, sample, told)
        if holds and written.scoring.form == "award":
            return


def _wrong_amount(written: Written, rule: Rule, formula: Formula, sample: Ranges, told: set[str]) -> Iterator[Problem]:
    found, points = sample.bounds(formula.tree), sample.numbers[POINTS].low or _USUAL_POINTS
    if not is_point(found) or found.low is None or rule.label in told:
        return
    above = written.scoring.form == "award" and found.low > points
    if above or found.low < 0:
        told.add(rule.label)
        arguments = {
            "inputs": _inputs(written.reading, sample),
            "amount": formula.text,
            "number": decimal_text(found.low),
        }
        code = "amount-above-points" if above else "amount-below-zero"
        yield problem(code, formula.location or rule.location, points=decimal_text(points), **arguments)


def _inputs(reading: Reading, sample: Ranges) -> str:
    """Write the inputs of a sample: ``完成值 = 120%，指标值 = 100%``."""
    texts: list[str] = []
    for name in reading.inputs:
        variable = reading.scope.get(name)
        value = sample.numbers.get(name)
        if value is not None and value.low is not None and not (name == POINTS and _has_points(reading)):
            texts.append(f"{name} = {show(value.low, variable.unit if variable is not None else None)}")
        elif name in sample.values:
            texts.append(f"{name} = {next(iter(sample.values[name]))}")
    return "，".join(texts)


def _has_points(reading: Reading) -> bool:
    """Tell whether the points are the indicator's own, which need no mention."""
    variable = reading.scope.get(POINTS)
    return variable is not None and is_point(variable.bounds)


def _is_number(reading: Reading, name: str) -> bool:
    variable = reading.scope.get(name)
    return variable is None or variable.kind in ("number", "date")


def _inside(bounds: Bounds) -> Fraction:
    if bounds.low is not None and bounds.high is not None:
        return (bounds.low + bounds.high) / 2
    if bounds.low is not None:
        return bounds.low + 1
    return Fraction(1) if bounds.admits(Fraction(1)) else (bounds.high or Fraction(0)) - 1


def _nodes(reading: Reading) -> Iterator[Node]:
    for rule in reading.program.rules:
        yield from (formula.tree for formula in formulas_of(rule))


def _amounts(reading: Reading) -> Iterator[Node]:
    """Give what is 0 where an amount begins to be wrong."""
    for rule in reading.program.rules:
        for formula in points_of(rule):
            yield formula.tree
            if reading.program.form == "award":
                yield Arithmetic("-", formula.tree, Name(POINTS))

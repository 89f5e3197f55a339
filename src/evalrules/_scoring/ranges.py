"""What is known of a row's names as ranges: each at its one number, but for those left free."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from evalrules._formula.edges import free_names
from evalrules._formula.intervals import overlap, point
from evalrules._formula.program import ACTUAL, POINTS, TARGET, Program
from evalrules._formula.ranges import Ranges
from evalrules._formula.scope import ANY, Bounds
from evalrules._formula.tree import Node
from evalrules._ruleset import Pair, Ruleset


def row_ranges(
    ruleset: Ruleset,
    program: Program,
    values: list[Any],
    cells: tuple[Pair, Any, Any],
    free: Mapping[str, Bounds],
) -> Ranges | None:
    """Give the ranges of the names that a program reads; None where a declared range leaves a free name no value.

    ``cells`` are points, target and actual as the compiled rule takes them, ``values`` the figures by slot. A computed
    figure that may depend on a free name is given by its formula.
    """
    formulas: dict[str, Node] = {}
    if not ruleset.catalogue.data.keys().isdisjoint(free):
        formulas = {figure.name: figure.formula.tree for _, figure, _ in ruleset.computed if figure.formula}
    formulas |= {binding.name: binding.formula.tree for binding in program.all_bindings if binding.name not in free}
    given = dict(zip((POINTS, TARGET, ACTUAL), cells, strict=True))
    for name in free_names([formula.tree for formula in program.formulas], formulas):
        if name in ruleset.slots:
            given[name] = values[ruleset.slots[name]]
    numbers = {name: point(_fraction(value)) for name, value in given.items() if _is_number(value)}
    numbers.update(free)
    for requirement in program.requirements:
        within = overlap(numbers.get(requirement.name, ANY), requirement.bounds)
        if within is None:
            return None
        numbers[requirement.name] = within
    truths = {name: frozenset({value}) for name, value in given.items() if isinstance(value, bool | str)}
    return Ranges(numbers, truths, formulas)


def _is_number(value: Any) -> bool:
    """Tell a pair or a day's ordinal from truth, text, table and blank."""
    if isinstance(value, tuple):
        return len(value) == 2 and isinstance(value[0], int)  # noqa: PLR2004 - numerator and denominator
    return isinstance(value, int) and not isinstance(value, bool)


def _fraction(value: Any) -> Fraction:
    return Fraction(*value) if isinstance(value, tuple) else Fraction(value)

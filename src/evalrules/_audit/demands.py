"""``explain_when``: the edition's conditions that ask for a deviation reason though no point was lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from evalrules._catalogue.inherit import explain_when_of
from evalrules._catalogue.model import Path
from evalrules._catalogue.scopes import indicator_scope, row_scope
from evalrules._formula.exact import Job, compile_jobs
from evalrules._formula.faults import Fault
from evalrules._formula.program import ACTUAL, ATTAINMENT, POINTS, TARGET
from evalrules._formula.scope import Scope
from evalrules._formula.tree import Formula
from evalrules._formula.units import check_node, resolved
from evalrules._once import once_for_each
from evalrules._ruleset import Pair, Ruleset

WORDS = (POINTS, TARGET, ACTUAL, ATTAINMENT)


@frozen(eq=False)
class Demand:
    """One condition, compiled: it reads the list of values with those of `WORDS` behind it."""

    condition: Formula
    compute: Callable[[list[Any]], bool]

    def holds(self, values: Sequence[Any], words: Sequence[Pair | None]) -> bool:
        """Tell whether it holds for a row with these `WORDS`; one that reaches a blank or divides by 0 does not."""
        try:
            return self.compute([*values, *words])
        except Fault:
            return False


@once_for_each
def demands(ruleset: Ruleset) -> Mapping[Path, Demand]:
    """Give the conditions of the edition's indicators and, for rows that are added, of its open sections, by path."""
    size = len(ruleset.slots)
    slots = {**ruleset.slots, **{word: size + number for number, word in enumerate(WORDS)}}
    # A condition on 完成率 says nothing of a row whose target is a date or an interval.
    found = [one for one in _conditions(ruleset) if not check_node(one[1].tree, one[2], ruleset.functions).faults]
    jobs = [Job(resolved(condition, scope), scope) for _, condition, scope in found]
    compiled = compile_jobs(jobs, slots, ruleset.functions) if jobs else ()
    return {path: Demand(condition, compute) for (path, condition, _), compute in zip(found, compiled, strict=True)}


def _conditions(ruleset: Ruleset) -> Iterator[tuple[Path, Formula, Scope]]:
    catalogue = ruleset.catalogue
    for path in ruleset.open_sections:
        condition = explain_when_of(catalogue, path)
        if condition is not None:
            yield path, condition, row_scope(catalogue, path)
    for row in ruleset.rows:
        condition = explain_when_of(catalogue, row.indicator.path[:-1], row.indicator)
        if condition is not None:
            yield row.indicator.path, condition, indicator_scope(catalogue, row.indicator)

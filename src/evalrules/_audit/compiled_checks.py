"""An edition's ``checks``, compiled once: each at every place it is put to, a grid's column or a section's rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import evolve, frozen

from evalrules._catalogue.model import Catalogue, Check, Path
from evalrules._catalogue.scopes import CLAIMED, SCORE, check_scope
from evalrules._formula.exact import Job, compile_jobs
from evalrules._formula.faults import Fault
from evalrules._formula.functions import BLANK, FILLED
from evalrules._formula.program import ACTUAL, ATTAINMENT, JUDGED, POINTS, TARGET
from evalrules._formula.scope import Scope
from evalrules._formula.sentence import Placeholder
from evalrules._formula.tree import Call, Comparing, Formula, Name, Node, children, names, walk
from evalrules._formula.units import resolved
from evalrules._once import once_for_each
from evalrules._ruleset import Ruleset
from evalrules._ruleset.titles import TitleWord, title_word

Compute = Callable[[list[Any]], Any]
ROW_WORDS = (POINTS, TARGET, ACTUAL, ATTAINMENT, SCORE, CLAIMED, JUDGED)
Side = tuple[str, ...]


@frozen(eq=False)
class PlacedCheck:
    """A check where it is put: to the form, to one column of a grid, or to each row below ``section``.

    ``figures`` maps the bare names of a grid's rows to the figures of the column, ``slots`` every name that the check
    may read to its place. ``expect`` gives a bool, or where the check has a tolerance each side of the equation.
    ``equations`` are the names that each side of each comparison reads, where blanks count as 0.
    """

    check: Check
    column: str | None
    section: Path | None
    figures: Mapping[str, str]
    slots: Mapping[str, int]
    when: Compute | None
    expect: tuple[Compute, ...]
    equations: tuple[tuple[Side, ...], ...]

    def holds_plainly(self, stored: list[Any]) -> bool:
        """Tell whether there is nothing to say: it holds, or is not asked for, and no blank was read on the way."""
        try:
            if self.when is not None and not self.when(stored):
                return True
            first, *others = (side(stored) for side in self.expect)
        except Fault:
            return False
        if not others:
            return bool(first)
        (other,) = others
        return bool(first[0] * other[1] == other[0] * first[1])

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """Every formula of the check, those in its sentence too."""
        return tuple(formulas_of(self.check))

    @property
    def left(self) -> Node:
        """The left side of what is expected."""
        tree = self.check.expect.tree
        return tree.first if isinstance(tree, Comparing) else tree


@frozen(eq=False)
class CompiledChecks:
    """The checks of an edition in order; ``slots`` extends that of the ruleset by titles' words and a row's words.

    ``columns`` tells the table of each column.
    """

    placed: tuple[PlacedCheck, ...]
    slots: Mapping[str, int]
    titles: Mapping[str, TitleWord]
    columns: Mapping[str, str]


@once_for_each
def compiled_checks(ruleset: Ruleset) -> CompiledChecks:
    """Compile the checks of an edition."""
    catalogue = ruleset.catalogue
    titles = _title_words(catalogue)
    extended = [*titles, *ROW_WORDS]
    size = len(ruleset.slots)
    slots = {**ruleset.slots, **{name: size + number for number, name in enumerate(extended)}}
    placed = tuple(_compiled(ruleset, slots, *place) for check in catalogue.checks for place in _places(ruleset, check))
    tables = catalogue.tables.values()
    columns = {f"{table.name}_{column.name}": table.name for table in tables for column in table.columns}
    return CompiledChecks(placed, slots, titles, columns)


def _places(ruleset: Ruleset, check: Check) -> Iterator[tuple[Check, str | None, Path | None]]:
    if check.each is None:
        yield check, None, None
    elif check.each in ruleset.catalogue.grids:
        yield from ((check, column, None) for column in ruleset.catalogue.grids[check.each].columns)
    else:
        yield check, None, ruleset.part_named(check.each)


def _compiled(
    ruleset: Ruleset, slots: Mapping[str, int], check: Check, column: str | None, section: Path | None
) -> PlacedCheck:
    grid = ruleset.catalogue.grids.get(check.each or "") if column is not None else None
    figures = {row: f"{row}_{column}" for row in grid.rows} if grid is not None else {}
    here = {**slots, **{row: slots[name] for row, name in figures.items()}} if figures else slots
    scope = check_scope(ruleset.catalogue, check)
    check = _resolved(check, scope)
    sides = _sides(check.expect)
    formulas = sides if check.within is not None and sides else (check.expect,)
    jobs = [Job(formula, scope) for formula in (*formulas, *(() if check.when is None else (check.when,)))]
    made = compile_jobs(jobs, here, ruleset.functions)
    when = None if check.when is None else made[-1]
    equations = _equations(check.expect) if check.blanks_are_zero else ()
    return PlacedCheck(check, column, section, figures, here, when, made[: len(formulas)], equations)


def _resolved(check: Check, scope: Scope) -> Check:
    """Give the check with the values of choices known as such in every formula."""

    def part(written: str | Placeholder) -> str | Placeholder:
        return written if isinstance(written, str) else evolve(written, formula=resolved(written.formula, scope))

    because = evolve(check.because, parts=tuple(map(part, check.because.parts)))
    when = None if check.when is None else resolved(check.when, scope)
    return evolve(check, expect=resolved(check.expect, scope), when=when, because=because)


def _sides(expect: Formula) -> tuple[Formula, ...]:
    """Give the two sides of an equation."""
    tree = expect.tree
    if not isinstance(tree, Comparing) or [sign for sign, _ in tree.rest] != ["="]:
        return ()
    return tuple(Formula(expect.text, side, expect.location) for side in (tree.first, tree.rest[0][1]))


def _equations(expect: Formula) -> tuple[tuple[Side, ...], ...]:
    comparing = [node for node in walk(expect.tree) if isinstance(node, Comparing)]
    return tuple(tuple(read_names(side) for side in children(node)) for node in comparing)


def read_names(node: Node) -> tuple[str, ...]:
    """Give the names whose value is read, each once; to ask whether one is filled is no reading."""
    return tuple(dict.fromkeys(_read(node)))


def _read(node: Node) -> Iterator[str]:
    if isinstance(node, Name):
        yield node.name
    elif not (isinstance(node, Call) and node.function in (FILLED, BLANK)):
        for child in children(node):
            yield from _read(child)


def _title_words(catalogue: Catalogue) -> dict[str, TitleWord]:
    """Give what the checks read of the form beside figures."""
    read = dict.fromkeys(
        name for check in catalogue.checks for formula in formulas_of(check) for name in names(formula.tree)
    )
    words = {name: title_word(catalogue, name) for name in read if name not in catalogue.data}
    return {name: word for name, word in words.items() if word is not None}


def formulas_of(check: Check) -> Iterator[Formula]:
    """Go through every formula of a check, those in its sentence too."""
    yield from (formula for formula in (check.when, check.expect) if formula is not None)
    yield from (part.formula for part in check.because.parts if isinstance(part, Placeholder))

"""The law of grades: every total has one, a higher total never a lower one, and a cap does what it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice, pairwise, product
from typing import Any

from attrs import define

from evalrules._edition.levels import MOST_TOTALS, grade_cap_programs, grade_program, totals
from evalrules._edition.scopes import TOTAL, grade_scope
from evalrules._formula.edges import edge_terms, free_names, thresholds
from evalrules._formula.intervals import point
from evalrules._formula.ranges import Ranges
from evalrules._formula.scope import Variable
from evalrules._formula.tree import Node
from evalrules._laws.trials import Breach
from evalrules._numbers import decimal_text
from evalrules._score.bind import compute_figures
from evalrules._score.levels import grade_of
from evalrules._score.ruleset import Ruleset

MOST_SETTINGS = 200
Setting = Mapping[str, Fraction | bool | str | None]


def graded(ruleset: Ruleset) -> Breach | None:
    """Every total has one grade and a higher total never a lower one; a cap holds the grade down while it says so."""
    grading = _Grading(ruleset)
    held: set[str] = set()
    for setting in grading.settings():
        ranks = [(total, grading.rank(setting, total)) for total in grading.totals(setting)]
        breach = grading.broken(setting, ranks, held)
        if breach is not None:
            return breach
    waiting = (cap.when.text for cap in ruleset.catalogue.grade_caps if cap.when.text not in held)
    return next((grading.breach("law-cap-unreached", title=text) for text in waiting), None)


@define(slots=False, eq=False)
class _Grading:
    """The grades of one edition, asked for totals as they stand, whatever rows would lead to them."""

    ruleset: Ruleset

    def settings(self) -> Iterator[Setting]:
        """Give what else the conditions read: every choice, every answer, numbers at and between their edges."""
        names = free_names(self.trees, self.formulas)
        variables = [self.scope[name] for name in names if name != TOTAL and name in self.scope]
        values = [self._values(variable) for variable in variables]
        for chosen in islice(product(*values), MOST_SETTINGS):
            yield {variable.name: value for variable, value in zip(variables, chosen, strict=True)}

    def totals(self, setting: Setting) -> list[int]:
        """Give the totals worth trying under one setting, in units of the last place, lowest first."""
        catalogue = self.ruleset.catalogue
        programs = (grade_program(catalogue), *grade_cap_programs(catalogue))
        most = 0 if any(True for _ in self._others()) else MOST_TOTALS
        return totals(catalogue, programs, self._ranges(setting, 0), most)

    def rank(self, setting: Setting, total: int) -> int | None:
        """Give the place of the grade that the engine finds, 0 the best; None where it finds none."""
        grade = grade_of(self.ruleset, self._values_of(setting, total))
        return None if grade is None else self.titles.index(grade)

    def broken(self, setting: Setting, ranks: Sequence[tuple[int, int | None]], held: set[str]) -> Breach | None:
        """Give what is wrong with the grades of all totals under one setting; note the caps that held."""
        gap = next((total for total, rank in ranks if rank is None), None)
        if gap is not None:
            return self.breach("law-grade-gap", total=self.shown(gap))
        known = [(total, rank) for total, rank in ranks if rank is not None]
        for (total, rank), (higher, other) in pairwise(known):
            if other > rank:
                grades = {"grade": self.titles[rank], "other": self.titles[other]}
                return self.breach("law-grade-falls", total=self.shown(total), higher=self.shown(higher), **grades)
        return self._uncapped(setting, known, held)

    def breach(self, code: str, /, **arguments: str) -> Breach:
        """Make a breach at the place of the grades."""
        catalogue = self.ruleset.catalogue
        place = catalogue.grades[0].location if catalogue.grades else catalogue.location
        title = arguments.pop("title", catalogue.title)
        return Breach(code, title, tuple(arguments.items()), place)

    def shown(self, total: int) -> str:
        """Write a total in points."""
        return decimal_text(Fraction(total, self.place))

    def _uncapped(self, setting: Setting, known: Sequence[tuple[int, int]], held: set[str]) -> Breach | None:
        for cap in self.ruleset.catalogue.grade_caps:
            for total, rank in known:
                if not self._ranges(setting, total).truth(cap.when.tree):
                    continue
                held.add(cap.when.text)
                if rank < self.titles.index(cap.at_most):
                    told = {"at_most": cap.at_most, "total": self.shown(total), "grade": self.titles[rank]}
                    return self.breach("law-grade-cap", title=cap.when.text, **told)
        return None

    def _values_of(self, setting: Setting, total: int) -> list[Any]:
        values: list[Any] = [None] * len(self.ruleset.slots)
        for name, value in setting.items():
            pair = (value.numerator, value.denominator) if isinstance(value, Fraction) else value
            values[self.ruleset.slots[name]] = pair
        compute_figures(self.ruleset, values)
        values[self.ruleset.slots[TOTAL]] = (total, self.place)
        return values

    def _ranges(self, setting: Setting, total: int) -> Ranges:
        numbers = {name: point(value) for name, value in setting.items() if isinstance(value, Fraction)}
        numbers[TOTAL] = point(Fraction(total, self.place))
        truths = {name: frozenset({value}) for name, value in setting.items() if isinstance(value, bool | str)}
        return Ranges(numbers, truths, self.formulas)

    def _others(self) -> Iterator[str]:
        yield from (name for name in free_names(self.trees, self.formulas) if name != TOTAL)

    def _values(self, variable: Variable) -> tuple[Any, ...]:
        if variable.kind == "yes_no":
            return (False, True)
        if variable.kind == "section":
            return (None, True)  # asked only whether anything is filled in
        if variable.kind == "choice":
            return variable.choices
        usual = variable.bounds.high or variable.bounds.low or Fraction(1)
        others = {name: point(Fraction(1)) for name in (*self._others(), TOTAL)}
        ranges = Ranges({**others, variable.name: point(usual)}, {}, self.formulas)
        edges = thresholds(variable.name, edge_terms(self.trees, self.formulas), ranges)[:3]
        near = {edge + away for edge in (*edges, usual) for away in (-1, 0, 1)}
        return tuple(sorted(number for number in near if variable.bounds.admits(number))) or (usual,)

    @property
    def place(self) -> int:
        return int(10**self.ruleset.catalogue.rounding.places)

    @property
    def titles(self) -> list[str]:
        return [grade.title for grade in self.ruleset.catalogue.grades]

    @property
    def scope(self) -> Mapping[str, Variable]:
        return grade_scope(self.ruleset.catalogue)

    @property
    def formulas(self) -> dict[str, Node]:
        return {figure.name: figure.formula.tree for _, figure, _ in self.ruleset.computed if figure.formula}

    @property
    def trees(self) -> list[Node]:
        catalogue = self.ruleset.catalogue
        grades = [grade.when.tree for grade in catalogue.grades if grade.when is not None]
        return [*grades, *(cap.when.tree for cap in catalogue.grade_caps)]

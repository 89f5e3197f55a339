"""What the edition's checks read: the list of stored values for compiled formulas, the same by name for sentences."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import evolve, frozen

from evalrules._audit.compiled_checks import ROW_WORDS, CompiledChecks, PlacedCheck, read_names
from evalrules._audit.figures import blanks_behind
from evalrules._audit.review import Review
from evalrules._audit.row import AuditedRow
from evalrules._catalogue.scopes import SCORE, SCORE_SUFFIX, TOTAL, check_scope
from evalrules._formula.program import ACTUAL, TARGET
from evalrules._formula.scope import Scope, layered
from evalrules._formula.tree import Formula
from evalrules._formula.units import read_unit
from evalrules._quantities import Blank, Quantity, convert
from evalrules._rationale.sentences import Asking, ReadySentence, filled
from evalrules._scoring.aggregate import Aggregation
from evalrules._scoring.levels import aggregation

_ZERO = (0, 1)
_UNITS_OF_ROW = frozenset({TARGET, ACTUAL})


@frozen(eq=False)
class CheckValues:
    """The values at one place, by slot; ``row_unit`` is the unit of target and actual where the place is a row."""

    review: Review
    compiled: CompiledChecks
    stored: list[Any]
    row_unit: str | None = None

    @classmethod
    def of_form(cls, review: Review, compiled: CompiledChecks) -> CheckValues:
        """Give the figures of the form and what its titles stand for."""
        sums = aggregation(review.form) if compiled.titles else None
        titles = [_title_value(review, name, compiled, sums) for name in compiled.titles]
        stored = [*review.form.values, *titles, *[None] * len(ROW_WORDS)]
        return cls(review, compiled, stored)

    def of_row(self, placed: PlacedCheck, row: AuditedRow) -> CheckValues | None:
        """Give the values with a row's words; None where the check cannot speak of the row.

        That is so where target and actual are no numbers, or in a unit that no figure of the check has: 元/亩 is not
        compared with 万元.
        """
        read = {name for formula in placed.formulas for name in read_names(formula.tree)}
        if read & _UNITS_OF_ROW and row.target is not None and row.target.kind in ("date", "text", "interval"):
            return None
        unit = _common_unit(self.review, read, row.unit) if read & _UNITS_OF_ROW else row.unit
        if unit is None:
            return None
        target, actual = (_in(number, row.unit, unit) for number in (row.target_number, row.actual_number))
        score = None if row.score is None else row.form.points(row.score)
        judged = None if row.entry is None or row.entry.judged is None else row.entry.judged.score
        full, wanted, reached, *scores = map(_pair, (row.full, target, actual, score, row.claimed, judged))
        stored = [*self.stored[: -len(ROW_WORDS)], full, wanted, reached, row.attainment, *scores]
        return evolve(self, stored=stored, row_unit=unit)

    # ---- blanks

    def with_zeros(self, placed: PlacedCheck) -> tuple[CheckValues, tuple[str, ...]]:
        """Count blanks as 0 in comparisons whose sides each have a filled figure; give the names so counted."""
        zeros: dict[str, None] = {}
        for sides in placed.equations:
            if all(not side or any(not self._is_blank(placed, name) for name in side) for side in sides):
                zeros |= dict.fromkeys(name for side in sides for name in side if self._counts_zero(placed, name))
        if not zeros:
            return self, ()
        stored = list(self.stored)
        for name in zeros:
            slot = self._slot(placed, name)
            stored[slot] = _ZERO if name in placed.slots else _filled_column(stored[slot], name)
        return evolve(self, stored=stored), tuple(zeros)

    def _counts_zero(self, placed: PlacedCheck, name: str) -> bool:
        """A blank number of the submission counts as 0, never a computed figure or a score that has no value."""
        figure = self.review.catalogue.data.get(placed.figures.get(name, name))
        is_number = figure is not None and figure.formula is None and figure.type == "number"
        return (is_number or name in self.compiled.columns) and self._has_blank(placed, name)

    def _is_blank(self, placed: PlacedCheck, name: str) -> bool:
        """Tell whether nothing is filled: of a table's column that it has rows, and no row anything."""
        cells = self._cells(placed, name)
        return bool(cells) and all(cell is None for cell in cells)

    def _has_blank(self, placed: PlacedCheck, name: str) -> bool:
        return None in self._cells(placed, name)

    def _cells(self, placed: PlacedCheck, name: str) -> list[Any]:
        stored = self.stored[self._slot(placed, name)]
        return [stored] if name in placed.slots else [row[name] for row in stored or ()]

    def _slot(self, placed: PlacedCheck, name: str) -> int:
        """Give the place of a name; of a table's column that of the table."""
        return placed.slots[name if name in placed.slots else self.compiled.columns[name]]

    def without_value(self, placed: PlacedCheck, formula: Formula) -> tuple[list[str], list[str]]:
        """Name what a formula reads and has no value: what was left blank, and computed figures and scores.

        Instead of a computed figure, the blanks that it is computed from are named.
        """
        found = [placed.figures.get(name, name) for name in read_names(formula.tree) if self._has_blank(placed, name)]
        behind = dict.fromkeys(blank for name in found for blank in blanks_behind(self.review, name))
        left = [name for name in behind if self._is_left_blank(name)]
        return left, [name for name in behind if name not in left]

    def _is_left_blank(self, name: str) -> bool:
        figure = self.review.catalogue.data.get(name)
        is_score = name in (TOTAL, SCORE) or name.endswith(SCORE_SUFFIX)
        return figure.formula is None if figure is not None else not is_score

    # ---- sentences

    def scope(self, placed: PlacedCheck) -> Scope:
        """Give the names of the check with their units; a row's target and actual have the unit of the row."""
        scope = check_scope(self.review.catalogue, placed.check)
        if self.row_unit is None:
            return scope
        unit = read_unit(self.row_unit)
        return layered({name: evolve(scope[name], unit=unit) for name in _UNITS_OF_ROW}, scope)

    def sentence(self, placed: PlacedCheck) -> str:
        """Say what the check says with the values put in."""
        ruleset = self.review.form.ruleset

        def ready() -> ReadySentence:
            return Asking(self.scope(placed), placed.slots, ruleset.functions).sentence(placed.check.because)

        return filled(ruleset.once(("check", id(placed), self.row_unit), ready), self.stored)


def _title_value(review: Review, name: str, compiled: CompiledChecks, sums: Aggregation | None) -> Any:
    """Give what a title's word stands for: a score, target or actual as a pair, True for a section with an actual."""
    word = compiled.titles[name]
    if word.asks == "filled":
        below = (row for row in review.rows if row.path[: len(word.path)] == word.path)
        return True if any(not isinstance(row.cell, Blank) for row in below) else None
    if word.asks == "score":
        assert sums is not None
        outcome = sums.outcome(review.form.ruleset.parts[word.path])
        return None if outcome.score is None else (outcome.score + outcome.outside, review.form.place)
    row = next(row for row in review.rows if row.path == word.path)
    return _pair(row.target_number if word.asks == "target" else row.actual_number)


def _common_unit(review: Review, read: set[str], unit: str) -> str | None:
    """Give the unit in which a row's words are compared with the figures read; None where there is none."""
    data = review.catalogue.data
    units = [data[name].unit for name in sorted(read) if name in data and data[name].type == "number"]
    if not unit or not units or unit in units:
        return unit
    return next((known for known in units if convert(Quantity(Fraction(1), unit), known) is not None), None)


def _in(number: Fraction | None, unit: str, wanted: str) -> Fraction | None:
    return None if number is None else convert(Quantity(number, unit), wanted)


def _filled_column(rows: tuple[Mapping[str, Any], ...], column: str) -> tuple[Mapping[str, Any], ...]:
    return tuple({**row, column: _ZERO} if row[column] is None else row for row in rows)


def _pair(number: Fraction | None) -> tuple[int, int] | None:
    return None if number is None else (number.numerator, number.denominator)

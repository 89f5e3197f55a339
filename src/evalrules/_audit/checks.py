"""The edition's own checks (勾稽关系), compiled once and put to a submission: what fails, what cannot be verified."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from attrs import evolve

from evalrules._audit.agreement import Said
from evalrules._audit.audited import AuditedForm, AuditedRow
from evalrules._edition.audit_codes import CHECK_FAILED
from evalrules._edition.levels import expected
from evalrules._edition.model import Check, Path
from evalrules._edition.scopes import CLAIMED, SCORE, check_scope
from evalrules._formula.compile.programs import Job, compile_jobs
from evalrules._formula.functions import ASKING, asked_names
from evalrules._formula.program import ACTUAL, ATTAINMENT, JUDGED, POINTS, SCORE_SUFFIX, TARGET, TOTAL
from evalrules._formula.scope import Scope, layered, read_unit
from evalrules._formula.tree import Call, Comparing, Fault, Formula, Name, Node, children, names, walk
from evalrules._formula.typing import resolved
from evalrules._problems import Finding, finding, listed, phrase
from evalrules._quantities import Quantity, convert
from evalrules._reasons.sentences import Asking, ReadySentence, filled
from evalrules._score.figures import refuse_asking
from evalrules._score.levels import form_values
from evalrules._score.ruleset import Ruleset
from evalrules._values import frozen, once_for_each

# An edition's ``checks``, compiled once: each at every place it is put to, a grid's column or a section's rows.


Compute = Callable[[list[Any]], Any]
ROW_WORDS = (POINTS, TARGET, ACTUAL, ATTAINMENT, SCORE, CLAIMED, JUDGED)
Side = tuple[str, ...]


@frozen(eq=False)
class PlacedCheck:
    """A check where it is put: to the form, to one column of a grid, or to each row below ``section``.

    ``figures`` maps the bare names of a grid's rows to the figures of the column, ``slots`` every name that the check
    may read to its place. ``equations`` are the names that each side of each comparison reads, where blanks count as 0.
    """

    ruleset: Ruleset
    check: Check
    column: str | None
    section: Path | None
    figures: Mapping[str, str]
    slots: Mapping[str, int]
    when: Compute | None
    equations: tuple[tuple[Side, ...], ...]

    def expected(self, row_unit: str | None) -> Compute:
        """Give what is expected, compiled, where a row's target and actual have this unit."""
        ruleset = self.ruleset

        def compiled() -> Compute:
            scope = self.scope(row_unit)
            job = Job(expected(self.check, scope, ruleset.functions), scope)
            return compile_jobs([job], self.slots, ruleset.functions)[0]

        return ruleset.once(("check", id(self), row_unit), compiled)

    def scope(self, row_unit: str | None) -> Scope:
        """Give the names of the check with their units."""
        scope = check_scope(self.ruleset.catalogue, self.check)
        if row_unit is None:
            return scope
        unit = read_unit(row_unit)
        return layered({name: evolve(scope[name], unit=unit) for name in _UNITS_OF_ROW}, scope)


@frozen(eq=False)
class CompiledChecks:
    """The checks of an edition in order, and the titles of its form that they read."""

    placed: tuple[PlacedCheck, ...]
    titles: tuple[str, ...]


@once_for_each
def compiled_checks(ruleset: Ruleset) -> CompiledChecks:
    """Compile the checks of an edition."""
    catalogue = ruleset.catalogue
    read = dict.fromkeys(
        name for check in catalogue.checks for formula in check.formulas for name in names(formula.tree)
    )
    titles = tuple(name for name in read if name in ruleset.title_words)
    size = len(ruleset.slots)
    slots = {**ruleset.slots, **{name: size + number for number, name in enumerate(ROW_WORDS)}}
    placed = tuple(_compiled(ruleset, slots, *place) for check in catalogue.checks for place in _places(ruleset, check))
    return CompiledChecks(placed, titles)


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
    scope, when = check_scope(ruleset.catalogue, check), None
    check = evolve(check, expect=resolved(check.expect, scope))
    if check.when is not None:
        condition = resolved(check.when, scope)
        check, when = evolve(check, when=condition), compile_jobs([Job(condition, scope)], here, ruleset.functions)[0]
    equations = _equations(check.expect) if check.blanks_are_zero else ()
    return PlacedCheck(ruleset, check, column, section, figures, here, when, equations)


def _equations(expect: Formula) -> tuple[tuple[Side, ...], ...]:
    comparing = [node for node in walk(expect.tree) if isinstance(node, Comparing)]
    return tuple(tuple(read_names(side) for side in children(node)) for node in comparing)


def read_names(node: Node) -> tuple[str, ...]:
    """Give the names whose value is read, each once; to ask whether one is filled is no reading."""
    return tuple(dict.fromkeys(_read(node)))


def _read(node: Node) -> Iterator[str]:
    if isinstance(node, Name):
        yield node.name
    elif not (isinstance(node, Call) and node.function in ASKING):
        for child in children(node):
            yield from _read(child)


# What the edition's checks read: the list of stored values for compiled formulas, the same by name for sentences.


_ZERO = (0, 1)
_UNITS_OF_ROW = frozenset({TARGET, ACTUAL})


@frozen(eq=False)
class CheckValues:
    """The values at one place, by slot; ``row_unit`` is the unit of target and actual where the place is a row."""

    audited: AuditedForm
    stored: list[Any]
    row_unit: str | None = None

    @classmethod
    def of_form(cls, audited: AuditedForm, compiled: CompiledChecks) -> CheckValues:
        """Give the figures of the form and what its titles stand for."""
        stored = [*form_values(audited.form, compiled.titles), *[None] * len(ROW_WORDS)]
        return cls(audited, stored)

    def of_row(self, placed: PlacedCheck, row: AuditedRow) -> CheckValues | None:
        """Give the values with a row's words; None where the check cannot speak of the row.

        That is so where target and actual are no numbers, or in a unit that no figure of the check has: 元/亩 is not
        compared with 万元.
        """
        read = {name for formula in placed.check.formulas for name in read_names(formula.tree)}
        if read & _UNITS_OF_ROW and row.target is not None and row.target.kind in ("date", "text", "interval"):
            return None
        unit = _common_unit(self.audited, read, row.unit) if read & _UNITS_OF_ROW else row.unit
        if unit is None:
            return None
        target, actual = (_in(number, row.unit, unit) for number in (row.target_number, row.actual_number))
        shown = row.scored.shown_score
        score = None if shown is None else row.ruleset.points(shown)
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
        """A blank number of the submission counts as 0, never a computed figure or a score that has no value.

        Nor what is filled with something that cannot be used: of that nobody knows how much it is.
        """
        catalogue, unread = self.audited.catalogue, self.audited.form.submitted.unread
        figure = catalogue.data.get(placed.figures.get(name, name))
        if not unread.keys().isdisjoint({placed.figures.get(name, name), catalogue.columns.get(name, name)}):
            return False
        is_number = figure is not None and figure.formula is None and figure.type == "number"
        return (is_number or name in catalogue.columns) and self._has_blank(placed, name)

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
        return placed.slots[name if name in placed.slots else placed.ruleset.catalogue.columns[name]]

    def without_value(self, placed: PlacedCheck, formula: Formula) -> tuple[list[str], list[str]]:
        """Name what a formula reads and has no value: what was left blank, and computed figures and scores.

        Instead of a computed figure, the blanks that it is computed from are named.
        """
        found = [placed.figures.get(name, name) for name in read_names(formula.tree) if self._has_blank(placed, name)]
        behind = dict.fromkeys(blank for name in found for blank in self.audited.blanks_behind(name))
        left = [name for name in behind if self._is_left_blank(name)]
        return left, [name for name in behind if name not in left]

    def _is_left_blank(self, name: str) -> bool:
        figure = self.audited.catalogue.data.get(name)
        is_score = name in (TOTAL, SCORE) or name.endswith(SCORE_SUFFIX)
        return figure.formula is None if figure is not None else not is_score

    # ---- sentences

    def holds(self, placed: PlacedCheck) -> bool:
        """Tell whether the check holds; raises `Fault` where it reaches a blank."""
        self._refuse_asking(placed, placed.check.expect)
        return bool(placed.expected(self.row_unit)(self.stored))

    def is_asked(self, placed: PlacedCheck) -> bool:
        """Tell whether the check is to be made here; raises `Fault` where its condition reaches a blank."""
        if placed.when is None or placed.check.when is None:
            return True
        self._refuse_asking(placed, placed.check.when)
        return bool(placed.when(self.stored))

    def _refuse_asking(self, placed: PlacedCheck, formula: Formula) -> None:
        unread = self.audited.form.submitted.unread
        if unread:
            refuse_asking(unread, (placed.figures.get(name, name) for name in asked_names([formula])))

    def holds_plainly(self, placed: PlacedCheck) -> bool:
        """Tell whether there is nothing to say: it holds, or is not asked for, and no blank was read on the way."""
        try:
            return self.holds(placed) if self.is_asked(placed) else True
        except Fault:
            return False

    def sentence(self, placed: PlacedCheck) -> str:
        """Say what the check says with the values put in."""
        ruleset = placed.ruleset

        def ready() -> ReadySentence:
            return Asking(placed.scope(self.row_unit), placed.slots, ruleset.functions).sentence(placed.check.because)

        return filled(ruleset.once(("sentence", id(placed), self.row_unit), ready), self.stored)


def _common_unit(audited: AuditedForm, read: set[str], unit: str) -> str | None:
    """Give the unit in which a row's words are compared with the figures read; None where there is none."""
    data = audited.catalogue.data
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


# The edition's own checks (勾稽关系) put to a submission: what fails, and what cannot be verified for a blank.
#
# A check that needs a blank figure is never passed over: it is told as not checkable. Where blanks count as 0, they
# do so only in a comparison each side of which has a filled figure, and the finding says which were counted so.


NOT_CHECKABLE = "check-not-checkable"


def check_findings(audited: AuditedForm) -> Iterator[Finding]:
    """Put every check to the submission, in the edition's order."""
    compiled = compiled_checks(audited.form.ruleset)
    values = CheckValues.of_form(audited, compiled)
    for placed in compiled.placed:
        if placed.section is not None:
            yield from _at_rows(audited, placed, placed.section, values)
        elif not values.holds_plainly(placed):
            yield from _Checking(audited, placed, values).findings()


def _at_rows(audited: AuditedForm, placed: PlacedCheck, section: Path, values: CheckValues) -> Iterator[Finding]:
    for row in audited.rows:
        here = values.of_row(placed, row) if row.path[: len(section)] == section else None
        if here is not None and not here.holds_plainly(placed):
            yield from _Checking(audited, placed, here, row.where).findings()


@frozen(eq=False)
class _Checking:
    """One check at one place."""

    audited: AuditedForm
    placed: PlacedCheck
    values: CheckValues
    row: str = ""

    @property
    def where(self) -> str:
        return " ".join(part for part in (self.placed.check.name, self.placed.column, self.row) if part)

    def findings(self) -> Iterator[Finding]:
        """Tell that it fails or cannot be verified; nothing where it holds or its ``when`` does not."""
        placed, check = self.placed, self.placed.check
        formula: Formula = check.expect
        try:
            formula = check.when or check.expect
            if not self.values.is_asked(placed):
                return
            formula = check.expect
            counted, zeros = self.values.with_zeros(placed)
            if counted.holds(placed):
                return
        except Fault as fault:
            yield from self._not_checkable(formula, fault)
            return
        because = counted.sentence(placed)
        yield finding(CHECK_FAILED, self.where, severity=check.severity, because=because, **self._blanks(zeros))

    def _not_checkable(self, formula: Formula, fault: Fault) -> Iterator[Finding]:
        active = self.audited.rules.get(NOT_CHECKABLE)
        if active is not None and not self._lies_in_blank_block(formula, fault):
            yield finding(NOT_CHECKABLE, self.where, severity=active.severity, **self._why(formula, fault))

    def _lies_in_blank_block(self, formula: Formula, fault: Fault) -> bool:
        """Tell a check of a block in which nothing at all is filled in: that is told of the block, if at all."""
        blanks = self.values.without_value(self.placed, formula)[0] if fault.kind == "blank" else []
        named = (self.audited.catalogue.columns.get(name, name) for name in (*blanks, fault.detail))
        return any(self.audited.blocks.get(name) in self.audited.blank_blocks for name in named)

    def _why(self, formula: Formula, fault: Fault) -> Said:
        if fault.kind == "blank":
            blanks, scores = self.values.without_value(self.placed, formula)
            if fault.detail in self.audited.form.submitted.unread:  # asked of, not read
                blanks = blanks or [fault.detail]
            if blanks:
                return {"reason": self.audited.without(blanks)}
            return {"reason": phrase("audit-no-value", figures=listed(map(self._called, scores or [fault.detail])))}
        if fault.kind == "zero-division":
            return {"reason": phrase("audit-zero-division")}
        return {"reason": phrase("audit-no-value", figures=self._called(fault.detail) or formula.text)}

    def _called(self, name: str) -> str:
        return self.audited.catalogue.called(name)

    def _blanks(self, zeros: tuple[str, ...]) -> Said:
        return {"blanks": phrase("audit-blanks", figures=listed(map(self._called, zeros))) if zeros else ""}

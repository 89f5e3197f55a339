"""The edition's own checks (勾稽关系) put to a submission: what fails, and what cannot be verified for a blank.

A check that needs a blank figure is never passed over: it is told as not checkable. Where blanks count as 0, they do
so only in a comparison each side of which has a filled figure, and the finding says which were counted so.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from attrs import frozen

from evalrules._audit.check_values import CheckValues
from evalrules._audit.compiled_checks import PlacedCheck, compiled_checks
from evalrules._audit.phrases import Said, phrase
from evalrules._audit.review import Review
from evalrules._catalogue.audit_codes import CHECK_FAILED
from evalrules._catalogue.model import Path
from evalrules._formula.faults import Fault
from evalrules._formula.tree import Formula
from evalrules._formula.units import check_node, unit_text
from evalrules._problems import Finding, finding
from evalrules._quantities import convert

NOT_CHECKABLE = "check-not-checkable"


def check_findings(review: Review) -> Iterator[Finding]:
    """Put every check to the submission, in the edition's order."""
    compiled = compiled_checks(review.form.ruleset)
    values = CheckValues.of_form(review, compiled)
    for placed in compiled.placed:
        if placed.section is not None:
            yield from _at_rows(review, placed, placed.section, values)
        elif not placed.holds_plainly(values.stored):
            yield from _Checking(review, placed, values).findings()


def _at_rows(review: Review, placed: PlacedCheck, section: Path, values: CheckValues) -> Iterator[Finding]:
    for row in review.rows:
        here = values.of_row(placed, row) if row.path[: len(section)] == section else None
        if here is not None and not placed.holds_plainly(here.stored):
            yield from _Checking(review, placed, here, row.where).findings()


@frozen(eq=False)
class _Checking:
    """One check at one place."""

    review: Review
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
            if placed.when is not None and check.when is not None:
                formula = check.when
                if not placed.when(self.values.stored):
                    return
            formula = check.expect
            counted, zeros = self.values.with_zeros(placed)
            if self._holds(counted.stored):
                return
        except Fault as fault:
            yield from self._not_checkable(formula, fault)
            return
        because = counted.sentence(placed)
        yield finding(CHECK_FAILED, self.where, severity=check.severity, because=because, **_blanks(zeros))

    def _holds(self, stored: list[Any]) -> bool:
        check, expect = self.placed.check, self.placed.expect
        if check.within is None or len(expect) == 1:
            return bool(expect[0](stored))
        left, right = (Fraction(*side(stored)) for side in expect)
        return abs(left - right) <= self._tolerance()

    def _tolerance(self) -> Fraction:
        """Give the tolerance in the unit of the equation's left side."""
        check = self.placed.check
        assert check.within is not None
        left = check_node(self.placed.left, self.values.scope(self.placed), self.review.form.ruleset.functions)
        converted = convert(check.within, unit_text(left.unit)) if left.unit is not None else None
        return check.within.number if converted is None else converted

    def _not_checkable(self, formula: Formula, fault: Fault) -> Iterator[Finding]:
        active = self.review.rules.get(NOT_CHECKABLE)
        if active is not None:
            yield finding(NOT_CHECKABLE, self.where, severity=active.severity, **self._why(formula, fault))

    def _why(self, formula: Formula, fault: Fault) -> Said:
        if fault.kind == "blank":
            blanks, scores = self.values.without_value(self.placed, formula)
            if blanks:
                return phrase("reason", "audit-without-value", figures="、".join(blanks))
            return phrase("reason", "audit-no-value", figures="、".join(scores or [fault.detail]))
        if fault.kind == "zero-division":
            return phrase("reason", "audit-zero-division")
        return phrase("reason", "audit-no-value", figures=fault.detail or formula.text)


def _blanks(zeros: tuple[str, ...]) -> Said:
    return phrase("blanks", "audit-blanks", figures="、".join(zeros)) if zeros else {"blanks": "", "blanks_en": ""}

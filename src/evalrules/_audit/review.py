"""A scored submission under audit."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

from attrs import define

from evalrules._audit.claimed import comparable_sum
from evalrules._audit.row import AuditedRow
from evalrules._catalogue.audit_codes import ActiveRule, active_rules
from evalrules._catalogue.model import Catalogue
from evalrules._evaluation import Evaluation
from evalrules._rationale.values import FormValues
from evalrules._scoring.form import ScoredForm
from evalrules._submission import Submission


@define(eq=False)
class Review:
    """One evaluation under audit, and the rules that speak."""

    evaluation: Evaluation

    @cached_property
    def form(self) -> ScoredForm:
        """The scored form behind the evaluation."""
        return self.evaluation._form  # noqa: SLF001 - findings are a part of the evaluation, built when it is read

    @property
    def submission(self) -> Submission:
        """What is audited."""
        return self.form.submission

    @property
    def catalogue(self) -> Catalogue:
        """The edition."""
        return self.form.ruleset.catalogue

    @cached_property
    def rules(self) -> Mapping[str, ActiveRule]:
        """The rules that speak, as the edition wants them."""
        return active_rules(self.catalogue)

    @cached_property
    def values(self) -> dict[str, Any]:
        """The values of all figures and tables, by name."""
        return FormValues(self.form)

    @cached_property
    def claims_sum(self) -> Fraction | None:
        """What all rows claim together; None where that says nothing of the total."""
        return comparable_sum(self.form, ())

    @cached_property
    def rows(self) -> tuple[AuditedRow, ...]:
        """All rows, in the form's order."""
        return tuple([self._row(index) for index in range(len(self.form.rows))])

    def _row(self, index: int) -> AuditedRow:
        form, entry = self.form, self.form.filled.entries[index]
        return AuditedRow(
            self.evaluation,
            form,
            index,
            form.rows[index],
            entry,
            form.states[index],
            form.units[index],
            form.computed[index],
            form.scores[index],
            None if entry is None else entry.claimed_score,
        )

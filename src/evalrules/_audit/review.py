"""A scored submission under audit, and what its rows claim together."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

from attrs import define

from evalrules._audit.row import AuditedRow, is_outside
from evalrules._edition.audit_codes import ActiveRule, active_rules
from evalrules._edition.model import Catalogue, Path
from evalrules._evaluation import Evaluation
from evalrules._problems import Location
from evalrules._reasons.account import FormValues
from evalrules._reasons.levels import claims_sum
from evalrules._score.form import ScoredForm
from evalrules._submission import Submission

# What the rows of a submission claim together, where a stated sum must be just that.


_CONVERTED = frozenset({"rescale", "rescale_total", "move_to"})


def comparable_sum(form: ScoredForm, path: Path) -> Fraction | None:
    """Add up what the rows below ``path`` claim, where a stated sum must be just that.

    None where a row that counts claims nothing, and where the sum is not plain: bonus and penalty, a cap, points that
    are converted or moved.
    """
    below = [row for row in form.rows if row.path[: len(path)] == path]
    if any(map(is_outside, below)) or _is_capped(form, path):
        return None
    for row in below:
        entry, state = row.entry, row.state
        if state in _CONVERTED or (state != "not_chosen" and (entry is None or entry.claimed_score is None)):
            return None
    return claims_sum(form, path)


def _is_capped(form: ScoredForm, path: Path) -> bool:
    if not path and form.ruleset.score_caps:
        return True
    return any(one[: len(path)] == path or path[: len(one)] == one for one in form.ruleset.caps)


# A scored submission under audit.


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
        return FormValues(self.form.submitted)

    def place(self, where: str) -> Location | None:
        """Give the place of a figure, a row or a claim in what was handed in."""
        submission = self.submission
        if where.startswith("claimed."):
            return submission.claimed.places.get(where.removeprefix("claimed."), submission.location)
        if where in submission.data:
            return submission.data[where].location
        return self.places.get(where)

    @cached_property
    def places(self) -> Mapping[str, Location | None]:
        """The places of rows, by the name that findings give them."""
        entries = (*self.submission.entries, *self.submission.left_out)
        return {entry.where: entry.place("indicator") for entry in reversed(entries)}

    @cached_property
    def claims_sum(self) -> Fraction | None:
        """What all rows claim together; None where that says nothing of the total."""
        return comparable_sum(self.form, ())

    @cached_property
    def rows(self) -> tuple[AuditedRow, ...]:
        """All rows, in the form's order."""
        return tuple([AuditedRow(self.evaluation, index, row) for index, row in enumerate(self.form.rows)])

"""The result of one 三级指标: what it scored, and why not more."""

from __future__ import annotations

from decimal import Decimal
from itertools import count, repeat
from typing import Any, Literal

from evalrules._catalogue.model import Path
from evalrules._numbers import decimal_of
from evalrules._problems import Location, Problem
from evalrules._rationale.account import RowAccount
from evalrules._rationale.deductions import Deduction, Rationale
from evalrules._rationale.rows import explain_row, row_account, shown_actual, shown_target
from evalrules._ruleset import Row
from evalrules._scoring.form import ScoredForm
from evalrules._submission import Entry

Status = Literal["scored", "not_applicable", "unscored"]


class IndicatorResult:
    """One 三级指标, scored or not: a view of one row of the scored form.

    ``points − score`` is the sum of the deductions' points, exactly, unless the indicator stands in a bonus section,
    where points that are not earned are no deduction.
    """

    # Every public name is a property that cannot be set: as frozen as attrs would make it, at a third of the price,
    # which is half of what scoring a row costs.
    __slots__ = ("_form", "_index", "_known_account", "_known_rationale", "_score")

    def __init__(self, form: ScoredForm, index: int, score: Decimal | None) -> None:
        self._form = form
        self._index = index
        self._score = score
        self._known_account: RowAccount | None = None
        self._known_rationale: Rationale | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IndicatorResult) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.path, self.score))

    def __repr__(self) -> str:
        return f"<IndicatorResult {'/'.join(self.path)} {self.status} {self.score}>"

    @property
    def _row(self) -> Row:
        return self._form.filled.rows[self._index]

    @property
    def path(self) -> Path:
        """The titles from the top of the form to this indicator."""
        return self._row.indicator.path

    @property
    def name(self) -> str:
        """The title of the indicator."""
        return self.path[-1]

    @property
    def section(self) -> Path:
        """The titles of the sections around it, the outermost first."""
        return self.path[:-1]

    @property
    def origin(self) -> str:
        """Who gave the indicator: ``catalogue``, ``submission``, or the name of a plug-in."""
        return self._row.indicator.origin

    @property
    def points(self) -> Decimal:
        """The points it carries here, with those moved to it from an indicator that does not apply."""
        return self._form.points_of(self._index)

    @property
    def score(self) -> Decimal | None:
        """The rounded score; None while unscored and where other indicators stand for its points."""
        return self._score

    @property
    def status(self) -> Status:
        """Whether it was scored, did not apply, or could not be scored."""
        if self._index in self._form.problems:
            return "unscored"
        return "scored" if self._form.states[self._index] == "scored" else "not_applicable"

    @property
    def entry(self) -> Entry | None:
        """The row of the submission, None where the submission has none."""
        return self._form.filled.entries[self._index]

    @property
    def where(self) -> str:
        """How findings name the row."""
        return self.entry.where if self.entry is not None else self.name

    @property
    def location(self) -> Location | None:
        """The place of its row in the submission, else of its rule in the edition."""
        return self.entry.location if self.entry is not None else self._form.rows[self._index].indicator.location

    @property
    def target(self) -> str | None:
        """The target as written."""
        return shown_target(self._form, self._index, self._account)

    @property
    def actual(self) -> str | None:
        """The actual as written, or as computed from figures."""
        return shown_actual(self._form, self._index, self._account)

    @property
    def claimed_score(self) -> Decimal | None:
        """What the submission claims for it."""
        claimed = None if self.entry is None else self.entry.claimed_score
        return None if claimed is None else decimal_of(claimed)

    @property
    def deviation_reason(self) -> str | None:
        """The reason that the submission gives."""
        return None if self.entry is None else self.entry.deviation_reason

    @property
    def improvement(self) -> str | None:
        """The measure that the submission promises."""
        return None if self.entry is None else self.entry.improvement

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why it is unscored; empty otherwise."""
        found = self._form.problems.get(self._index)
        return () if found is None else (found,)

    @property
    def _account(self) -> RowAccount | None:
        if self._known_account is None:
            self._known_account = row_account(self._form, self._index)
        return self._known_account

    @property
    def rationale(self) -> Rationale:
        """The deductions and notes, worked out when first read."""
        if self._known_rationale is None:
            self._known_rationale = explain_row(self._form, self._index, self._account)
        return self._known_rationale

    @property
    def deductions(self) -> tuple[Deduction, ...]:
        """What was lost, in the order of the rules; empty for full marks and while there is no score."""
        return self.rationale.deductions

    @property
    def notes(self) -> tuple[str, ...]:
        """What cost nothing but should be known: excused rules, what 扣完为止 left, conversions, rounding."""
        return self.rationale.notes

    def to_dict(self) -> dict[str, Any]:
        """Give the indicator in the shape of the result JSON."""
        form, index, account, rationale = self._form, self._index, self._account, self.rationale
        indicator, entry = form.rows[index].indicator, form.filled.entries[index]
        return {
            "name": indicator.path[-1],
            "section": list(indicator.path[:-1]),
            "origin": indicator.origin,
            "points": form.points_of(index),
            "target": shown_target(form, index, account),
            "actual": shown_actual(form, index, account),
            "status": self.status,
            "score": self._score,
            "claimed_score": None if entry is None else self.claimed_score,
            "deductions": [lost.to_dict() for lost in rationale.deductions],
            "notes": list(rationale.notes),
            "problems": [problem_dict(found) for found in self.problems],
            "deviation_reason": None if entry is None else entry.deviation_reason,
        }


def indicator_results(form: ScoredForm) -> tuple[IndicatorResult, ...]:
    """Give the views of all rows, in the form's order."""
    return tuple(map(IndicatorResult, repeat(form), count(), form.decimals()))


def problem_dict(found: Problem) -> dict[str, Any]:
    """Give a problem in the shape of the result JSON."""
    place = None if found.location is None else str(found.location)
    return {"code": found.code, "message": found.message, "location": place}

"""The result of a whole submission, whose scores are known before it exists."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cached_property
from typing import Any

import simplejson
from attrs import field, frozen

from evalrules._catalogue.model import Catalogue
from evalrules._evaluation.indicator import IndicatorResult, indicator_results, problem_dict
from evalrules._numbers import decimal_of
from evalrules._problems import Finding, Problem
from evalrules._rationale.claims import claimed_total
from evalrules._rationale.deductions import Deduction, Rationale
from evalrules._rationale.levels import SectionResult, section_results, total_losses
from evalrules._ruleset import Ruleset
from evalrules._scoring.form import ScoredForm
from evalrules._scoring.score import score_form
from evalrules._submission import Submission
from evalrules._version import __version__

Brought = tuple[tuple[str, str], ...]
"""Name and version of each plug-in in use."""


@frozen(eq=False, repr=False)
class Evaluation:
    """What evaluating one submission by one edition gave.

    ``score`` is a Decimal with the edition's places and ``grade`` its word; both are None while anything that counts
    is unscored. ``points − score`` is the sum of all deductions, of indicators, sections and total, less what bonus
    sections earned.

    Pickled, it is what it was made from, edition and submission, and is scored again when it is unpickled: an equal
    one. Those pickled together share their edition, which is compiled once.
    """

    _form: ScoredForm
    _audit: Callable[[Evaluation], tuple[Finding, ...]] = field(alias="audit")
    plugins: Brought = ()
    _rows: tuple[IndicatorResult, ...] | None = field(default=None, init=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Evaluation) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.catalogue.digest, self.submission.digest))

    def __repr__(self) -> str:
        return f"<Evaluation {self.organisation} {self.fiscal_year} {self.score} {self.grade}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _scored_again, (self._form.ruleset, self._form.submission, self._audit, self.plugins)

    @property
    def catalogue(self) -> Catalogue:
        """The edition."""
        return self._form.ruleset.catalogue

    @property
    def submission(self) -> Submission:
        """What was evaluated."""
        return self._form.submission

    @property
    def organisation(self) -> str:
        """Whose submission it is."""
        return self._form.submission.organisation

    @property
    def fiscal_year(self) -> int:
        """The year it is for."""
        return self._form.submission.fiscal_year

    @property
    def points(self) -> Decimal:
        """The points of the whole form."""
        return self._form.ruleset.once("points", lambda: decimal_of(self.catalogue.points))

    @property
    def score(self) -> Decimal | None:
        """The total, rounded as the edition says; None while anything that counts is unscored."""
        return self._form.total_score

    @property
    def grade(self) -> str | None:
        """The grade of the total, after grade caps."""
        return self._form.grade

    @cached_property
    def claimed_score(self) -> Decimal | None:
        """The total that the submission claims: as stated, else the sum of its entries' claims."""
        return claimed_total(self._form)

    @property
    def claimed_grade(self) -> str | None:
        """The grade that the submission claims."""
        return self._form.submission.claimed.grade

    @property
    def indicators(self) -> tuple[IndicatorResult, ...]:
        """All rows, in the form's order."""
        rows = self._rows
        if rows is None:
            rows = indicator_results(self._form)
            object.__setattr__(self, "_rows", rows)  # for a third of what a cached property takes where all look first
        return rows

    @cached_property
    def sections(self) -> tuple[SectionResult, ...]:
        """All sections at every level, in the form's order."""
        return section_results(self._form)

    @cached_property
    def rationale(self) -> Rationale:
        """What was lost at the level of the total, and what should be known of it (conversion, grade caps)."""
        return total_losses(self._form)

    @property
    def deductions(self) -> tuple[Deduction, ...]:
        """What was lost at the level of the total."""
        return self.rationale.deductions

    @property
    def notes(self) -> tuple[str, ...]:
        """Conversions of the total and caps of the grade."""
        return self.rationale.notes

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why indicators are unscored or the grade is not decided."""
        form = self._form
        of_rows = (form.problems[index] for index in sorted(form.problems))
        return tuple(dict.fromkeys((*of_rows, *form.level_problems, *form.grade_problems)))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the submission still gets wrong, worked out when first read."""
        return self._audit(self)

    def to_dict(self) -> dict[str, Any]:
        """Give the evaluation in the shape of the result JSON, keys in its order, numbers as int and Decimal."""
        return {
            "catalogue": {"id": self.catalogue.id, "edition": self.catalogue.edition, "digest": self.catalogue.digest},
            "engine": {
                "version": __version__,
                "plugins": [{"name": name, "version": version} for name, version in self.plugins],
            },
            "submission": {"digest": self.submission.digest},
            "organisation": self.organisation,
            "fiscal_year": self.fiscal_year,
            "points": self.points,
            "score": self.score,
            "grade": self.grade,
            "claimed_score": self.claimed_score,
            "claimed_grade": self.claimed_grade,
            "deductions": [lost.to_dict() for lost in self.deductions],
            "notes": list(self.notes),
            "sections": [section.to_dict() for section in self.sections],
            "indicators": [result.to_dict() for result in self.indicators],
            "problems": [problem_dict(found) for found in self.problems],
            "findings": [
                {"code": found.code, "severity": found.severity, "message": found.message, "where": found.where}
                for found in self.findings
            ],
        }

    def to_json(self, *, indent: int | None = 2) -> str:
        """Write `to_dict` as JSON: numbers as exact decimal text, Chinese as it is."""
        text: str = simplejson.dumps(self.to_dict(), use_decimal=True, ensure_ascii=False, indent=indent)
        return text


def _scored_again(
    ruleset: Ruleset, submission: Submission, audit: Callable[[Evaluation], tuple[Finding, ...]], plugins: Brought
) -> Evaluation:
    return Evaluation(score_form(ruleset, submission), audit=audit, plugins=plugins)

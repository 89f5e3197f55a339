"""The result of an evaluation: frozen values, equal when what they say is equal.

Scores are computed before an `Evaluation` exists; deductions, sentences and findings are worked out when they are
first read, from the same frozen inputs, so reading early or late, or from several threads, gives the same.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import count, repeat
from typing import Any, Literal

import simplejson
from attrs import asdict, field

from evalrules._edition.model import Catalogue, Path
from evalrules._formula.scope import read_unit
from evalrules._formula.words import Showing, shown_stored
from evalrules._numbers import decimal_of, plain_decimal
from evalrules._problems import Finding, Location, Problem
from evalrules._quantities import BLANK, Cell, Quantity, Text, read_cell
from evalrules._reasons.account import RowAccount
from evalrules._reasons.levels import SectionResult, claimed_total, rule_total, section_results, total_losses
from evalrules._reasons.rows import explain_row, shown_actual, shown_target
from evalrules._reasons.sentences import Deduction, Rationale
from evalrules._score.form import ScoredBy, ScoredForm, ScoredRow
from evalrules._score.possible import Possible, possible, possible_of
from evalrules._score.ruleset import Ruleset
from evalrules._score.score import score_form
from evalrules._submission import Entry, Submission
from evalrules._values import frozen
from evalrules._version import __version__

# The result of one 三级指标: what it scored, and why not more.


Status = Literal["scored", "not_applicable", "unscored", "unweighted"]


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
    def _row(self) -> ScoredRow:
        return self._form.rows[self._index]

    @property
    def path(self) -> Path:
        """The titles from the top of the form to this indicator."""
        return self._row.path

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
        """The points it carries here, with those moved to it; a row of a penalty section carries none."""
        return _points(self._row)

    @property
    def score(self) -> Decimal | None:
        """The rounded score; None while unscored and where other indicators stand for its points."""
        return self._score

    @property
    def rule_score(self) -> Decimal | None:
        """What the rules give, before a reviewer's change; None where they leave it unscored."""
        return _rule_score(self._row)

    @property
    def scored_by(self) -> ScoredBy | None:
        """By what it has its score: the rules, what the submission claims, or a reviewer; None without a score."""
        return self._row.scored_by

    @property
    def possible(self) -> tuple[Decimal, Decimal] | None:
        """The least and most that it can score; twice the score where it has one, None where it does not apply."""
        found, ruleset = possible_of(self._form, self._row), self._form.ruleset
        return None if found is None else (ruleset.decimal(found[0]), ruleset.decimal(found[1]))

    @property
    def status(self) -> Status:
        """Whether it was scored, did not apply, could not be scored, or carries no points and does not count."""
        return _status(self._row)

    @property
    def entry(self) -> Entry | None:
        """The row of the submission, None where the submission has none."""
        return self._row.entry

    @property
    def where(self) -> str:
        """How findings name the row."""
        return self.entry.where if self.entry is not None else self.name

    @property
    def location(self) -> Location | None:
        """The place of its row in the submission, else of its rule in the edition."""
        return self.entry.location if self.entry is not None else self._row.indicator.location

    @property
    def target(self) -> str | None:
        """The target as written."""
        return shown_target(self._row, self._account)

    @property
    def actual(self) -> str | None:
        """The actual as written, or as computed from figures."""
        return shown_actual(self._row, self._account)

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
        found = self._row.problem
        return () if found is None else (found,)

    @property
    def _account(self) -> RowAccount | None:
        """What the row is explained by; None where the edition has no scoring for it."""
        if self._known_account is None and self._row.row.plan is not None:
            self._known_account = RowAccount(self._row)
        return self._known_account

    @property
    def rationale(self) -> Rationale:
        """The deductions and notes, worked out when first read."""
        if self._known_rationale is None:
            self._known_rationale = explain_row(self._row, self._account)
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
        rationale = self.rationale
        row, account = self._row, self._known_account  # which the rationale was made by
        indicator, entry = row.row.indicator, row.entry
        return {
            "name": indicator.path[-1],
            "section": list(indicator.path[:-1]),
            "origin": indicator.origin,
            "points": _points(row),
            "target": shown_target(row, account),
            "actual": shown_actual(row, account),
            "status": _status(row),
            "score": self._score,
            "rule_score": _rule_score(row),
            "scored_by": row.scored_by,
            "claimed_score": None if entry is None else self.claimed_score,
            "deductions": [lost.to_dict() for lost in rationale.deductions],
            "notes": list(map(str, rationale.notes)),
            "problems": [] if row.problem is None else [problem_dict(row.problem)],
            "deviation_reason": None if entry is None else entry.deviation_reason,
            "improvement": None if entry is None else entry.improvement,
        }

    def to_row(self) -> Row:
        """Give the indicator as one flat row: numbers as exact text, sentences one a line."""
        told = self.to_dict()
        names = ("target", "actual", "status", "score", "rule_score", "scored_by", "claimed_score")
        return {
            "section": "/".join(told["section"]),
            "indicator": told["name"],
            "origin": told["origin"],
            "points": str(self.points),
            **{name: None if told[name] is None else str(told[name]) for name in names},
            "lost": f"{sum((lost.points for lost in self.deductions), Decimal(0)):f}",
            "because": "\n".join(lost.because for lost in self.deductions),
            "problems": "\n".join(found.message for found in self.problems),
            "deviation_reason": self.deviation_reason,
            "improvement": self.improvement,
        }


def _points(row: ScoredRow) -> Decimal:
    ruleset = row.submitted.ruleset
    away = ruleset.penalties and ruleset.takes_away(row.row)
    return plain_decimal(0 if away else row.units, ruleset.catalogue.rounding.places)


def _rule_score(row: ScoredRow) -> Decimal | None:
    if row.computed is None:
        return None
    ruleset = row.submitted.ruleset
    away = row.units if ruleset.penalties and ruleset.takes_away(row.row) else 0
    return ruleset.decimals[row.computed - away]


def _status(row: ScoredRow) -> Status:
    if row.problem is not None:
        return "unscored"
    return row.state if row.state in ("scored", "unweighted") else "not_applicable"


def indicator_results(form: ScoredForm) -> tuple[IndicatorResult, ...]:
    """Give the views of all rows, in the form's order."""
    return tuple(map(IndicatorResult, repeat(form), count(), form.decimals()))


def problem_dict(found: Problem) -> dict[str, Any]:
    """Give a problem in the shape of the result JSON."""
    return {"code": found.code, "message": found.message, **_place(found)}


def finding_dict(found: Finding) -> dict[str, Any]:
    """Give a finding in the shape of the result JSON; one across forms also has them."""
    said = {name: getattr(found, name) for name in ("code", "severity", "message", "where")}
    forms = {"forms": [asdict(form) for form in found.forms]} if found.forms else {}
    return {**said, **_place(found), **forms}


def _place(found: Problem | Finding) -> dict[str, str | None]:
    return {"path": found.path or None, "location": None if found.location is None else str(found.location)}


# The result of a whole submission, whose scores are known before it exists.


FORMAT = 1
"""The shape of the result JSON."""
Brought = tuple[tuple[str, str], ...]
Row = dict[str, str | int | None]
"""One flat row of a table: JSON-safe values by the names of columns."""
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
    def fiscal_year(self) -> int | None:
        """The year it is for; None where that could not be read."""
        return self._form.submission.fiscal_year

    @property
    def year_text(self) -> str:
        """The year as reports write it; empty where it could not be read."""
        return "" if self.fiscal_year is None else str(self.fiscal_year)

    @property
    def points(self) -> Decimal:
        """The points of the whole form."""
        return self._form.ruleset.once("points", lambda: decimal_of(self.catalogue.points))

    @property
    def score(self) -> Decimal | None:
        """The total, rounded as the edition says; None while anything that counts is unscored."""
        return self._form.total_score

    @cached_property
    def rule_score(self) -> Decimal | None:
        """The total by the rules, before a reviewer's changes."""
        return rule_total(self._form)

    @cached_property
    def _possible(self) -> Possible:
        return possible(self._form)

    @property
    def possible(self) -> tuple[Decimal, Decimal]:
        """The least and most that the total can be while something is unscored; twice the total otherwise.

        A sound bound: whatever is filled in where the form has a blank or a defect, the total lies in it.
        """
        found, ruleset = self._possible, self._form.ruleset
        return ruleset.decimal(found.least), ruleset.decimal(found.most)

    @property
    def possible_grades(self) -> tuple[str, ...]:
        """The grades that the total can have, the best first; empty in an edition without grades."""
        return self._possible.grades

    @property
    def scored_points(self) -> Decimal:
        """The points of what was scored; all points of the form where there is a total."""
        return decimal_of(self._form.ruleset.points(self._possible.scored))

    @property
    def earned(self) -> Decimal:
        """What the rows that were scored have together, before anything is done with the sum."""
        return self._form.ruleset.decimal(self._possible.earned)

    @property
    def grade(self) -> str | None:
        """The grade of the total, after grade caps."""
        return self._form.grade

    def figure_text(self, name: str) -> str | None:
        """Give a figure as people read it: the value that formulas read; None while it has none."""
        value = self._form.values[self._form.ruleset.slots[name]]
        showing = Showing.of(read_unit(self.catalogue.data[name].unit))
        return None if value is None else shown_stored(value, showing)[0]

    def figure(self, name: str) -> Cell:
        """Give a figure as a cell: the value that formulas read, with every digit of it."""
        value, text = self._form.values[self._form.ruleset.slots[name]], self.figure_text(name)
        if value.__class__ is tuple:
            return Quantity(Fraction(*value), self.catalogue.data[name].unit or "", text or "")
        if text is None:
            return BLANK
        return read_cell(text) if value.__class__ is int else Text(text)  # a day, else a choice, an answer, words

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
        """What could not be read or does not fit, why indicators are unscored, why the grade is not decided."""
        form = self._form
        return tuple(dict.fromkeys((*form.defects, *form.problems, *form.level_problems, *form.grade_problems)))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the submission still gets wrong, worked out when first read."""
        return self._audit(self)

    def to_dict(self) -> dict[str, Any]:
        """Give the evaluation in the shape of the result JSON, keys in its order, numbers as int and Decimal."""
        submission = self.submission
        return {
            "format": FORMAT,
            "catalogue": {
                "id": self.catalogue.id,
                "edition": self.catalogue.edition,
                "digest": self.catalogue.digest,
                "uses": [asdict(used) for used in self.catalogue.used],
            },
            "engine": {
                "version": __version__,
                "plugins": [{"name": name, "version": version} for name, version in self.plugins],
            },
            "submission": {"digest": self.submission.digest},
            "organisation": self.organisation,
            "fiscal_year": self.fiscal_year,
            **_head(submission),
            "points": self.points,
            "score": self.score,
            "rule_score": self.rule_score,
            "grade": self.grade,
            "possible": list(self.possible),
            "possible_grades": list(self.possible_grades),
            "scored_points": self.scored_points,
            "claimed_score": self.claimed_score,
            "claimed_grade": self.claimed_grade,
            "deductions": [lost.to_dict() for lost in self.deductions],
            "notes": list(map(str, self.notes)),
            "sections": [section.to_dict() for section in self.sections],
            "indicators": [result.to_dict() for result in self.indicators],
            "problems": [problem_dict(found) for found in self.problems],
            "findings": [finding_dict(found) for found in self.findings],
            **({"results": [asdict(result) for result in submission.results]} if submission.results else {}),
        }

    def to_rows(self) -> list[Row]:
        """Give one flat row an indicator, for tables of other systems: JSON-safe, exact numbers as text.

        Each begins with what the rows of several results are told apart by: edition, submission, organisation, project,
        year. ``lost`` is the sum of the deductions, ``because`` their sentences, one a line; ``score`` is None where
        the row is unscored.

        >>> import evalrules
        >>> catalogue = evalrules.load_catalogue("suining-department@2024")
        >>> form = evalrules.load_submission("examples/suining-2024.yaml")
        >>> row = evalrules.evaluate(catalogue, form).to_rows()[0]
        >>> row["indicator"], row["points"], row["score"], row["lost"]
        ('预算执行率', '10', '10.0', '0')
        """
        project = self.submission.project
        head: Row = {
            "edition": self.catalogue.name,
            "edition_digest": self.catalogue.digest,
            "submission_digest": self.submission.digest,
            "organisation": self.organisation,
            "project": None if project is None else project.name,
            "fiscal_year": self.fiscal_year,
        }
        return [{**head, "number": number, **result.to_row()} for number, result in enumerate(self.indicators, 1)]

    def to_json(self, *, indent: int | None = 2) -> str:
        """Write `to_dict` as JSON: numbers as exact decimal text, Chinese as it is."""
        text: str = simplejson.dumps(self.to_dict(), use_decimal=True, ensure_ascii=False, indent=indent)
        return text


def _head(submission: Submission) -> dict[str, Any]:
    """Give the head of the form under the submission's own keys."""
    project, goals, review = submission.project, submission.goals, submission.review
    named: object = None if project is None else project.name
    if project is not None and project.code is not None:
        named = {"name": project.name, "code": project.code}
    return {
        "project": named,
        "competent_department": submission.competent_department,
        "implementing_unit": submission.implementing_unit,
        "goals": None if goals is None else {"planned": goals.planned, "achieved": goals.achieved},
        "filled_by": submission.filled_by,
        "reviewed_by": submission.reviewed_by,
        "date": submission.date,
        "signatures": dict(submission.signatures),
        "review": None if review is None else {"digest": review.digest, "by": review.by, "date": review.date},
    }


def _scored_again(
    ruleset: Ruleset, submission: Submission, audit: Callable[[Evaluation], tuple[Finding, ...]], plugins: Brought
) -> Evaluation:
    return Evaluation(score_form(ruleset, submission), audit=audit, plugins=plugins)

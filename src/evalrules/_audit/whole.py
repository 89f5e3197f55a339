"""Rules on the submission as a whole: its edition and year, targets that are all just met, money against results."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from evalrules._audit.phrases import Said, percent
from evalrules._audit.review import Review
from evalrules._audit.row import AuditedRow
from evalrules._catalogue.audit_codes import ActiveRule
from evalrules._catalogue.model import Path
from evalrules._quantities import Bound, Interval
from evalrules._scoring.entries import section_path

Hits = Iterator[tuple[str, Said]]


def catalogue_differs(review: Review, _: ActiveRule) -> Hits:
    """The submission names another edition than the one that scored it."""
    stated = review.submission.catalogue
    if stated is not None and stated != review.catalogue.name:
        yield "catalogue", {"stated": stated, "used": review.catalogue.name}


def fiscal_year_outside(review: Review, _: ActiveRule) -> Hits:
    """The edition does not govern the year of the submission."""
    years, year = review.catalogue.fiscal_years, review.submission.fiscal_year
    if years and year not in years:
        yield "fiscal_year", {"year": year, "edition": review.catalogue.name, "years": "、".join(map(str, years))}


# ---- targets that are all just met ---------------------------------------------------------------------------------


def all_targets_met(review: Review, rule: ActiveRule) -> Hits:
    """In the form, or else in a section of it, nearly all actuals are equal to their targets.

    An actual of 100% for a target of 100% cannot be more, so it counts among the rows but not as equal. Of sections
    inside each other only the outermost is told.
    """
    counted: dict[Path, list[bool]] = {}
    for row in review.rows:
        if _is_quantitative(row):
            for depth in range(len(row.path)):
                counted.setdefault(row.path[:depth], []).append(_is_equal(row))
    told: list[Path] = []
    for path, rows in counted.items():
        if any(path[: len(outer)] == outer for outer in told):
            continue
        if len(rows) >= rule.number("rows") and sum(rows) >= rule.number("share") * len(rows):
            told.append(path)
            share = percent(Fraction(sum(rows), len(rows)))
            yield "/".join(path), {"rows": len(rows), "equal": sum(rows), "share": share}


def _is_quantitative(row: AuditedRow) -> bool:
    if row.entry is None or row.row.indicator.value is not None or row.target_pair is None:
        return False
    return row.actual_pair is not None or isinstance(row.cell, Bound | Interval)


def _is_equal(row: AuditedRow) -> bool:
    assert row.entry is not None
    if isinstance(row.cell, Bound | Interval):
        return "".join(row.cell.text.split()) == "".join(row.entry.target.text.split())
    wanted, actual, target = row.target_pair, row.actual_pair, row.target
    assert wanted is not None
    assert actual is not None
    is_whole = target is not None and target.unit == "%" and wanted[0] == wanted[1]
    return not is_whole and wanted[0] * actual[1] == actual[0] * wanted[1]


# ---- money and results ---------------------------------------------------------------------------------------------


def execution_low(review: Review, rule: ActiveRule) -> Hits:
    """More of the budget is unspent than the limit; the edition names the indicator of execution."""
    row = _named(review, rule)
    rate = None if row is None else row.actual_number
    if row is not None and rate is not None and 1 - rate > rule.number("share"):
        limit = rule.number("share")
        yield row.where, {"rate": percent(rate), "unspent": percent(1 - rate), "limit": percent(limit)}


def results_above_execution(review: Review, rule: ActiveRule) -> Hits:
    """The other indicators earn a share of their points that is well above that of execution."""
    row, total = _named(review, rule), review.form.total
    if row is None or row.score is None or total.score is None or total.points <= row.units:
        return
    results = Fraction(total.score - row.score, total.points - row.units)
    execution = Fraction(row.score, row.units)
    gap = (results - execution) / results if results else Fraction(0)
    if gap > rule.number("share"):
        shown = {"results": percent(results), "execution": percent(execution), "gap": percent(gap)}
        yield row.where, {**shown, "limit": percent(rule.number("share"))}


def _named(review: Review, rule: ActiveRule) -> AuditedRow | None:
    path = section_path(rule.text("indicator"))
    return next((row for row in review.rows if row.path == path or row.path[-1:] == path), None)

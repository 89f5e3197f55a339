"""Rules on the submission as a whole: sums, claims and grade, edition and year, money against results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from evalrules._audit.agreement import Said, difference, percent
from evalrules._audit.audited import AuditedForm, AuditedRow, FormRule
from evalrules._edition.audit_codes import ActiveRule
from evalrules._edition.model import Path
from evalrules._formula.program import TOTAL as TOTAL_NAME
from evalrules._numbers import decimal_text
from evalrules._problems import listed, phrase
from evalrules._quantities import Bound, Interval
from evalrules._reasons.levels import stated_section_claims
from evalrules._score.bind import section_path
from evalrules._score.form import ScoredForm
from evalrules._score.levels import grade_of

# Rules on what a submission claims as a whole: sections, total and grade, against its rows and the rules.


TOTAL, GRADE, SECTIONS = "claimed.score", "claimed.grade", "claimed.sections"
Hits = Iterator[tuple[str, Said]]


def claimed_section_unknown(audited: AuditedForm, _: ActiveRule) -> Hits:
    """A section score is claimed for what is no section of the edition, or for a title that several have."""
    stated = stated_section_claims(audited.form)
    known = {"/".join(path[start:]) for path in stated for start in range(len(path))}
    for name in audited.submission.claimed.sections:
        title = "".join(name.split())
        if title not in known:
            yield SECTIONS, {"section": name}


def claimed_section_differs(audited: AuditedForm, _: ActiveRule) -> Hits:
    """The score claimed for a section is not the sum of what its rows claim."""
    for path, stated in stated_section_claims(audited.form).items():
        claims = audited.comparable_sum(path)
        if claims is not None and abs(stated - claims) > audited.catalogue.tolerance:
            yield "/".join(path), _against_sum(stated, claims)


def claimed_total_differs(audited: AuditedForm, _: ActiveRule) -> Hits:
    """The claimed total is not the sum of what the rows claim."""
    stated, claims = audited.submission.claimed.score, audited.claims_sum
    if stated is not None and claims is not None and abs(Fraction(stated) - claims) > audited.catalogue.tolerance:
        yield TOTAL, _against_sum(Fraction(stated), claims)


def _against_sum(stated: Fraction, claims: Fraction) -> Said:
    numbers = {"stated": stated, "sum": claims, "difference": abs(stated - claims)}
    return {name: decimal_text(number) for name, number in numbers.items()}


def claimed_score_differs(audited: AuditedForm, _: ActiveRule) -> Hits:
    """The claimed total differs from the computed one by more than the tolerance, whichever way."""
    claimed, score, by_rules = claimed_total(audited), audited.evaluation.score, audited.evaluation.rule_score
    if claimed is None or score is None:
        return
    computed = Fraction(score if by_rules is None else by_rules)
    if abs(claimed - computed) > audited.catalogue.tolerance:
        reviewed = "" if by_rules == score else phrase("audit-then-review", score=Fraction(score))
        stated = audited.submission.claimed.score is not None
        what = phrase("audit-stated-total" if stated else "audit-claims-sum")
        said = {"what": what, "claimed": decimal_text(claimed), "score": decimal_text(computed), "review": reviewed}
        yield TOTAL, {**said, **difference(claimed, computed)}


def claimed_total(audited: AuditedForm) -> Fraction | None:
    """Give the claimed total: as stated, else the sum of the rows where each of them claims."""
    stated = audited.submission.claimed.score
    return audited.claims_sum if stated is None else Fraction(stated)


# ---- the grade -----------------------------------------------------------------------------------------------------


def claimed_grade_unknown(audited: AuditedForm, _: ActiveRule) -> Hits:
    """The claimed grade is no grade of the edition, nor another word in use for one."""
    claimed = audited.submission.claimed.grade
    if claimed and audited.catalogue.grades and _title(audited, claimed) is None:
        titles = listed(grade.title for grade in audited.catalogue.grades)
        yield GRADE, {"grade": claimed, "grades": titles}


def grade_word(audited: AuditedForm, _: ActiveRule) -> Hits:
    """The claim uses another word for a grade than the edition."""
    claimed = audited.submission.claimed.grade
    title = _title(audited, claimed) if claimed else None
    if title is not None and title != claimed:
        yield GRADE, {"grade": claimed, "title": title}


def claimed_grade_differs(audited: AuditedForm, _: ActiveRule) -> Hits:
    """The claimed grade is not that of the claimed total, or not that of the computed one."""
    claimed = audited.submission.claimed.grade
    title = _title(audited, claimed) if claimed else None
    if title is None:
        return
    total, form = claimed_total(audited), audited.form
    expected = None if total is None else grade_at(form, total)
    if total is not None and expected is not None and expected != title:
        said = {"grade": claimed, "score": decimal_text(total), "expected": expected}
        yield GRADE, {**said, "basis": phrase("audit-of-claimed")}
    if form.grade is not None and form.total.score is not None and title != form.grade:
        said = {"grade": claimed, "score": decimal_text(form.ruleset.points(form.total.score)), "expected": form.grade}
        is_by_rules = audited.evaluation.rule_score in (None, audited.evaluation.score)
        yield GRADE, {**said, "basis": phrase("audit-of-computed" if is_by_rules else "audit-of-reviewed")}


def _title(audited: AuditedForm, word: str) -> str | None:
    """Give the edition's title for a grade's word."""
    grades = audited.catalogue.grades
    return next((grade.title for grade in grades if word == grade.title or word in grade.also), None)


def grade_at(form: ScoredForm, total: Fraction) -> str | None:
    """Give the grade that another total would have, caps included; None where it cannot be told."""
    ruleset = form.ruleset
    if ruleset.grading is None or (form.total.score is None and ruleset.read_by_grades):
        return None
    values = list(form.values)
    values[ruleset.slots[TOTAL_NAME]] = (total.numerator, total.denominator)
    return grade_of(ruleset, values)


# Rules on the submission as a whole: its edition and year, targets that are all just met, money against results.


def catalogue_differs(audited: AuditedForm, _: ActiveRule) -> Hits:
    """The submission names another edition than the one that scored it."""
    stated = audited.submission.catalogue
    if stated is not None and stated != audited.catalogue.name:
        yield "catalogue", {"stated": stated, "used": audited.catalogue.name}


def fiscal_year_outside(audited: AuditedForm, _: ActiveRule) -> Hits:
    """The edition does not govern the year of the submission."""
    years, year = audited.catalogue.fiscal_years, audited.submission.fiscal_year
    if years and year is not None and year not in years:
        yield "fiscal_year", {"year": year, "edition": audited.catalogue.name, "years": listed(map(str, years))}


# ---- targets that are all just met ---------------------------------------------------------------------------------


def all_targets_met(audited: AuditedForm, rule: ActiveRule) -> Hits:
    """In the form, or else in a section of it, nearly all actuals are equal to their targets.

    An actual of 100% for a target of 100% cannot be more, so it counts among the rows but not as equal. Of sections
    inside each other only the outermost is told.
    """
    counted: dict[Path, list[bool]] = {}
    for row in audited.rows:
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


def execution_low(audited: AuditedForm, rule: ActiveRule) -> Hits:
    """More of the budget is unspent than the limit; the edition names the indicator of execution."""
    row = _named(audited, rule)
    rate = None if row is None else row.actual_number
    if row is not None and rate is not None and 1 - rate > rule.number("share"):
        limit = rule.number("share")
        yield row.where, {"rate": percent(rate), "unspent": percent(1 - rate), "limit": percent(limit)}


def results_above_execution(audited: AuditedForm, rule: ActiveRule) -> Hits:
    """The other indicators earn a share of their points that is well above that of execution."""
    row, total = _named(audited, rule), audited.form.total
    if row is None or row.score is None or total.score is None or total.points <= row.units:
        return
    results = Fraction(total.score - row.score, total.points - row.units)
    execution = Fraction(row.score, row.units)
    gap = (results - execution) / results if results else Fraction(0)
    if gap > rule.number("share"):
        shown = {"results": percent(results), "execution": percent(execution), "gap": percent(gap)}
        yield row.where, {**shown, "limit": percent(rule.number("share"))}


def _named(audited: AuditedForm, rule: ActiveRule) -> AuditedRow | None:
    path = section_path(rule.text("indicator"))
    return next((row for row in audited.rows if row.path == path or row.path[-1:] == path), None)


SUBMISSION: Mapping[str, FormRule] = {
    "catalogue-differs": catalogue_differs,
    "fiscal-year-outside": fiscal_year_outside,
}
LEVELS: Mapping[str, FormRule] = {
    "all-targets-met": all_targets_met,
    "claimed-section-unknown": claimed_section_unknown,
    "claimed-section-differs": claimed_section_differs,
    "claimed-total-differs": claimed_total_differs,
    "claimed-score-differs": claimed_score_differs,
    "claimed-grade-unknown": claimed_grade_unknown,
    "claimed-grade-differs": claimed_grade_differs,
    "grade-word": grade_word,
    "execution-low": execution_low,
    "results-above-execution": results_above_execution,
}

"""Rules on the submission as a whole: sums, claims and grade, edition and year, money against results, its figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from evalrules._audit.agreement import Said, agrees, difference, half_last_digit, percent
from evalrules._audit.audited import AuditedForm, AuditedRow, FormRule, Hits
from evalrules._edition.audit_codes import ActiveRule
from evalrules._edition.model import Catalogue, Figure, Path
from evalrules._formula.program import TOTAL as TOTAL_NAME
from evalrules._formula.scope import read_unit
from evalrules._formula.tree import names
from evalrules._formula.words import formula_words, show
from evalrules._numbers import decimal_text
from evalrules._problems import listed, phrase
from evalrules._quantities import Blank, Bound, Cell, Interval, Quantity, Text, Unclear
from evalrules._reasons.levels import claimed_sections, stated_section_claims
from evalrules._score.bind import section_path
from evalrules._score.form import ScoredForm
from evalrules._score.levels import grade_of
from evalrules._submission import cell_of_table

# Rules on what a submission claims as a whole: sections, total and grade, against its rows and the rules.


TOTAL, GRADE, SECTIONS = "claimed.score", "claimed.grade", "claimed.sections"


def claimed_section_unknown(audited: AuditedForm, _: ActiveRule) -> Hits:
    """A section score is claimed for what is no section of the edition, or for a title that several have."""
    yield from ((SECTIONS, {"section": name}) for name, path in claimed_sections(audited.form).items() if path is None)


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
            equal = _is_equal(row)
            for depth in range(len(row.path)):
                counted.setdefault(row.path[:depth], []).append(equal)
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


# Rules on figures: blanks that are required, computed figures that are reported all the same, rates.


_MOST_NAMED = 5


def figure_missing(audited: AuditedForm, _: ActiveRule) -> Hits:
    """A required figure, table, or column in a row of one is blank; figures not in a block that nobody filled in.

    What is filled in and cannot be used is a problem of its own.
    """
    values, blank_blocks, unread = audited.form.values, audited.required_blank.keys(), audited.form.submitted.unread
    nothing = blank_blocks and audited.blank_blocks.issuperset(audited.blocks.values())  # which is told as a block
    for given in audited.missing:
        if given.name not in unread and audited.blocks[given.name] not in blank_blocks:
            yield given.name, {"figure": given.name}
    for name, table in audited.catalogue.tables.items():
        required = [column for column in table.columns if column.required]
        rows = values[audited.form.ruleset.slots[name]]
        if required and rows is None and name not in unread and not nothing:
            yield name, {"figure": name}
        for number, row in enumerate(rows or ()):
            written = audited.submission.tables.get(name, ())[number : number + 1]
            filled = {one for cells in written for one, cell in cells.items() if not isinstance(cell.cell, Blank)}
            empty = (one.name for one in required if row[f"{name}_{one.name}"] is None)
            blank = (column for column in empty if column not in filled)
            yield from ((cell_of_table(name, number, column), {"figure": column}) for column in blank)


def block_blank(audited: AuditedForm, _: ActiveRule) -> Hits:
    """Nothing is filled in of a block with several required figures: that is told once."""
    for block, figures in audited.required_blank.items():
        shown = listed(map(audited.catalogue.called, figures[:_MOST_NAMED]))
        yield block, {"figures": shown, "count": len(figures)}


def reported_differs(audited: AuditedForm, _: ActiveRule) -> Hits:
    """A computed figure is reported with a value that differs by more than half a unit of its last written digit."""
    for figure, value, cell in _reported(audited):
        if value is not None and not agrees(cell, value, figure):
            said = {"reported": cell.text, "computed": shown_figure(figure, value)}
            yield figure.name, {**said, "formula": _arithmetic(audited, figure)}


def reported_not_checkable(audited: AuditedForm, _: ActiveRule) -> Hits:
    """A computed figure is reported, but what it is computed from is blank."""
    for figure, value, cell in _reported(audited):
        fault = audited.form.submitted.figure_faults.get(figure.name)
        if value is None and fault is not None and fault.kind == "blank":
            yield figure.name, {"reported": cell.text, "reason": audited.without(audited.blanks_behind(figure.name))}


def zero_denominator(audited: AuditedForm, _: ActiveRule) -> Hits:
    """A computed figure divides by 0, so it has no value, but a number is reported for it; words (不适用) are none."""
    for figure, value, cell in _reported(audited):
        fault = audited.form.submitted.figure_faults.get(figure.name)
        if value is None and fault is not None and fault.kind == "zero-division" and not isinstance(cell, Text):
            yield figure.name, {"reported": cell.text, "formula": _arithmetic(audited, figure)}


def rate_without_percent(audited: AuditedForm, _: ActiveRule) -> Hits:
    """A rate is reported without a %; one up to 1 could be two things, and is a problem where it is read."""
    for name, figure, cell in _bare_rates(audited):
        if abs(cell.number) > 1:
            yield name, {"text": cell.text, "taken": percent(cell.number / 100)}
        elif figure.formula is not None and _is_computed(audited, figure, cell):
            yield name, {"text": cell.text, "taken": percent(cell.number)}


def _bare_rates(audited: AuditedForm) -> Iterator[tuple[str, Figure, Quantity]]:
    data, given = audited.catalogue.data, audited.submission.data
    for name in audited.form.ruleset.once("rates", lambda: [one for one in data if data[one].unit == "%"]):
        cell = given[name].cell if name in given else None
        if isinstance(cell, Quantity) and not cell.unit and cell.number != 0:
            yield name, data[name], cell
    for table in audited.catalogue.tables.values():
        rates = [column for column in table.columns if column.unit == "%"]
        for number, row in enumerate(audited.submission.tables.get(table.name, ()) if rates else ()):
            cells = ((column, row[column.name].cell) for column in rates if column.name in row)
            yield from (
                (cell_of_table(table.name, number, column.name), column, cell)
                for column, cell in cells
                if isinstance(cell, Quantity) and not cell.unit and abs(cell.number) > 1
            )


def _is_computed(audited: AuditedForm, figure: Figure, cell: Quantity) -> bool:
    """Tell whether a bare number is the computed rate itself, as exactly as it was written: 0.86 is 86.15%."""
    value = audited.values.get(figure.name)
    return value is not None and bool(abs(cell.number - value) <= half_last_digit(cell, ""))


def _reported(audited: AuditedForm) -> Iterator[tuple[Figure, Any, Cell]]:
    """Go through the computed figures that the submission reports as well."""
    data = audited.submission.data
    for slot, figure, _ in audited.form.ruleset.computed:
        given = data.get(figure.name)
        if given is not None and not isinstance(given.cell, Blank | Unclear):
            yield figure, audited.form.values[slot], given.cell


# ---- as people read it ---------------------------------------------------------------------------------------------


def shown_figure(figure: Figure, value: Any) -> str:
    """Write a stored value with the figure's unit."""
    if figure.type == "number":
        return show(Fraction(*value), read_unit(figure.unit))
    return show(date.fromordinal(value) if figure.type == "date" else value)


def _arithmetic(audited: AuditedForm, figure: Figure) -> str:
    """Write the figure's formula with the values put in: ``56人 ÷ 65人``."""
    assert figure.formula is not None
    return formula_words(figure.formula.tree, _shown_values(audited, names(figure.formula.tree)))


def _shown_values(audited: AuditedForm, read: tuple[str, ...]) -> dict[str, str]:
    data: Catalogue = audited.catalogue
    known = (name for name in read if audited.values.get(name) is not None and name in data.data)
    return {name: show(audited.values[name], read_unit(data.data[name].unit)) for name in known}


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
BLOCKS: Mapping[str, FormRule] = {
    "block-blank": block_blank,
}
FIGURES: Mapping[str, FormRule] = {
    "figure-missing": figure_missing,
    "reported-differs": reported_differs,
    "reported-not-checkable": reported_not_checkable,
    "zero-denominator": zero_denominator,
    "rate-without-percent": rate_without_percent,
}

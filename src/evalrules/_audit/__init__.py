"""What a scored submission still gets wrong: sums, claims, reasons, copied targets, and the edition's own checks.

One small function a rule; which rules speak, how severe they are and their thresholds is in
`evalrules._edition.audit_codes`, where an edition may set them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from evalrules._audit import contents, figures, rows, whole
from evalrules._audit.agreement import Said
from evalrules._audit.audited import AuditedForm, AuditedRow
from evalrules._audit.checks import check_findings
from evalrules._edition.audit_codes import ActiveRule
from evalrules._evaluation import Evaluation
from evalrules._problems import Finding, finding

__all__ = ["audit"]


# The audit: every rule put to a scored submission, in the order in which people read the form.


RowRule = Callable[[AuditedRow, ActiveRule], Said | None]
FormRule = Callable[[AuditedForm, ActiveRule], Iterable[tuple[str, Said]]]

SUBMISSION: Mapping[str, FormRule] = {
    "catalogue-differs": whole.catalogue_differs,
    "fiscal-year-outside": whole.fiscal_year_outside,
}
BLOCKS: Mapping[str, FormRule] = {"block-blank": figures.block_blank}
FIGURES: Mapping[str, FormRule] = {
    "figure-missing": figures.figure_missing,
    "reported-differs": figures.reported_differs,
    "reported-not-checkable": figures.reported_not_checkable,
    "zero-denominator": figures.zero_denominator,
    "rate-without-percent": figures.rate_without_percent,
}
PLACED: Mapping[str, FormRule] = {
    "section-unlisted": rows.section_unlisted,
    "name-repeated": rows.name_repeated,
    "indicator-twice": rows.indicator_twice,
    "row-not-applicable": rows.row_not_applicable,
    "whether-by-number": rows.whether_by_number,
}
ROWS: Mapping[str, RowRule] = {
    "row-blank": rows.row_blank,
    "not-applicable-contradicted": rows.not_applicable_contradicted,
    "actual-is-bound": rows.actual_is_bound,
    "actual-copied": rows.actual_copied,
    "actual-words-copied": contents.actual_words_copied,
    "actual-not-numeric": rows.actual_not_numeric,
    "number-in-words": rows.number_in_words,
    "not-a-rate": contents.not_a_rate,
    "deadline-year": contents.deadline_year,
    "sign-differs": contents.sign_differs,
    "actual-differs": rows.actual_differs,
    "rate-above-bound": rows.rate_above_bound,
    "rate-without-percent": rows.rate_without_percent,
    "unit-differs": rows.unit_differs,
    "unit-in-section": rows.unit_in_section,
    "calendar": rows.calendar_days,
    "over-completion": rows.over_completion,
    "equal-exceeded": rows.equal_exceeded,
    "direction-assumed": rows.direction_assumed,
    "execution-differs": contents.execution_differs,
    "against-standard": contents.against_standard,
    "claim-out-of-range": rows.claim_out_of_range,
    "claim-differs": rows.claim_differs,
    "full-marks-claimed-target-missed": rows.full_marks_claimed_target_missed,
    "tier-differs": rows.tier_differs,
    "judged-against-numbers": rows.judged_against_numbers,
    "points-lost-target-met": rows.points_lost_target_met,
    "deviation-reason-missing": rows.deviation_reason_missing,
    "improvement-missing": rows.improvement_missing,
    "evidence-missing": rows.evidence_missing,
    "cost-not-capped": contents.cost_not_capped,
    "payment-as-quantity": contents.payment_as_quantity,
    "percentage-of-words": contents.percentage_of_words,
    "survey-missing": contents.survey_missing,
    "not-accepted": contents.not_accepted,
    "review-cut-differs": contents.review_cut_differs,
}
CELLS: Mapping[str, str] = {
    **dict.fromkeys(
        ("row-blank", "actual-is-bound", "actual-copied", "actual-not-numeric", "actual-differs"), "actual"
    ),
    **dict.fromkeys(
        (
            "rate-above-bound",
            "rate-without-percent",
            "calendar",
            "over-completion",
            "equal-exceeded",
            "tier-differs",
            "unit-differs",
        ),
        "actual",
    ),
    **dict.fromkeys(("claim-out-of-range", "claim-differs", "full-marks-claimed-target-missed"), "claimed_score"),
    **dict.fromkeys(("judged-against-numbers", "points-lost-target-met"), "claimed_score"),
    **dict.fromkeys(("actual-words-copied", "not-a-rate", "execution-differs"), "actual"),
    **dict.fromkeys(("deadline-year", "sign-differs", "number-in-words"), "target"),
    "against-standard": "standard",
    "not-applicable-contradicted": "not_applicable",
    "unit-in-section": "target",
    "direction-assumed": "target",
    "deviation-reason-missing": "deviation_reason",
    "improvement-missing": "improvement",
    "evidence-missing": "evidence",
    "survey-missing": "evidence",
    **dict.fromkeys(("cost-not-capped", "payment-as-quantity", "percentage-of-words"), "target"),
    "not-accepted": "actual",
    "review-cut-differs": "adjust",
}
"""The cell of the row that each rule is about; where there is none it is about the row as a whole."""
WITHOUT_ENTRY = frozenset({"row-blank", "deviation-reason-missing"})
"""The rules on rows that may speak of one that the submission leaves out; all others speak of what it says there."""
ON_TARGET = frozenset(
    {
        "claim-differs",
        "deviation-reason-missing",
        "full-marks-claimed-target-missed",
        "judged-against-numbers",
        "points-lost-target-met",
    }
)
"""The rules on rows that rest on which way the target is meant: no errors where that was only assumed."""
LEVELS: Mapping[str, FormRule] = {
    "all-targets-met": whole.all_targets_met,
    "claimed-section-unknown": whole.claimed_section_unknown,
    "claimed-section-differs": whole.claimed_section_differs,
    "claimed-total-differs": whole.claimed_total_differs,
    "claimed-score-differs": whole.claimed_score_differs,
    "claimed-grade-unknown": whole.claimed_grade_unknown,
    "claimed-grade-differs": whole.claimed_grade_differs,
    "grade-word": whole.grade_word,
    "execution-low": whole.execution_low,
    "results-above-execution": whole.results_above_execution,
}


def audit(evaluation: Evaluation) -> tuple[Finding, ...]:
    """Give what a scored submission still gets wrong.

    In a stable order: the submission as a whole, figures in the edition's order, rows in the form's, sections and the
    total, the edition's own checks. Over-scored and under-scored alike; pure, as the evaluation is.
    """
    return tuple(_findings(AuditedForm(evaluation)))


def _findings(audited: AuditedForm) -> Iterator[Finding]:
    yield from _of_form(audited, SUBMISSION)
    yield from _of_form(audited, BLOCKS)
    yield from sorted(_of_form(audited, FIGURES), key=_place_of_figure(audited))
    yield from _of_form(audited, PLACED)
    yield from _of_rows(audited)
    yield from _of_form(audited, LEVELS)
    yield from check_findings(audited)


def _of_form(audited: AuditedForm, table: Mapping[str, FormRule]) -> Iterator[Finding]:
    for code, rule in table.items():
        active = audited.rules.get(code)
        if active is not None:
            for where, said in rule(audited, active):
                yield finding(code, where, audited.place(where), severity=active.severity, **said)


def _place_of_figure(audited: AuditedForm) -> Callable[[Finding], int]:
    names = audited.catalogue.data, audited.catalogue.tables
    order = audited.form.ruleset.once("order of figures", lambda: {name: at for at, name in enumerate(chain(*names))})
    return lambda found: order[found.where.split("[", 1)[0]]


def _of_rows(audited: AuditedForm) -> Iterator[Finding]:
    active, without_entry = audited.form.ruleset.once("audit of rows", lambda: _active_rows(audited.rules))
    for row in audited.rows:
        for code, rule, setting in without_entry if row.entry is None else active:
            said = rule(row, setting)
            if said is not None:
                place = None if row.entry is None else row.entry.place(CELLS.get(code, ""))
                mild = setting.severity == "error" and code in ON_TARGET and row.scored.rests_on_direction
                severity = "info" if said.get("vanishes") else "warning" if mild else setting.severity
                yield finding(code, row.where, place, severity=severity, **said)


_ActiveRows = list[tuple[str, RowRule, ActiveRule]]


def _active_rows(rules: Mapping[str, ActiveRule]) -> tuple[_ActiveRows, _ActiveRows]:
    """Give the rules on rows that speak, and those of them that may speak of a row that was left out."""
    active = [(code, rule, rules[code]) for code, rule in ROWS.items() if code in rules]
    return active, [one for one in active if one[0] in WITHOUT_ENTRY]

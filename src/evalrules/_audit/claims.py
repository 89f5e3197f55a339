"""Rules on what a row claims and why: claims against scores, points against targets, reasons and measures."""

from __future__ import annotations

from evalrules._audit.phrases import Said, difference, phrase
from evalrules._audit.row import AuditedRow, told
from evalrules._catalogue.audit_codes import ActiveRule
from evalrules._formula.words import formula_words
from evalrules._numbers import decimal_text


def claim_out_of_range(row: AuditedRow, _: ActiveRule) -> Said | None:
    """The claim is below 0 or above the points; in a penalty section the sign is free."""
    claimed = row.claimed
    if claimed is None or not row.applies:
        return None
    size = abs(claimed) if row.takes_away else claimed
    if row.against_full(size) <= 0 and size >= 0:
        return None
    return {"claimed": decimal_text(claimed), "points": row.full_text}


def claim_differs(row: AuditedRow, _: ActiveRule) -> Said | None:
    """The claim differs from the score by more than the edition's tolerance, whichever way."""
    claimed = row.claimed
    if claimed is None or row.score is None or (row.equals_score(claimed) and not row.takes_away):
        return None
    claimed, score = row.comparable(claimed)
    if abs(claimed - score) <= row.form.ruleset.catalogue.tolerance:
        return None
    return {"claimed": decimal_text(claimed), "score": decimal_text(score), **difference(claimed, score)}


def full_marks_claimed_target_missed(row: AuditedRow, _: ActiveRule) -> Said | None:
    """Full marks are claimed though the target is missed; not where the rules themselves come to full marks."""
    if row.claimed is None or row.claims or row.is_outside or not row.applies:
        return None
    if not row.is_assessed and row.computed == row.units:
        return None
    if row.meets_target is not False:
        return None
    return {"actual": row.shown.actual, "target": row.shown.target, "points": row.full_text}


def points_lost_target_met(row: AuditedRow, _: ActiveRule) -> Said | None:
    """The target is met, yet points are taken off without a reason; not where the rules themselves take them."""
    stated = row.stated
    if stated is None or row.against_full(stated) >= 0 or row.is_outside or not row.applies or row.reason:
        return None
    if not row.is_assessed and row.computed is not None and row.computed < row.units:
        return None
    if not row.meets_target:
        return None
    points = {"stated": decimal_text(stated), "points": row.full_text}
    return {"actual": row.shown.actual, "target": row.shown.target, **points}


def deviation_reason_missing(row: AuditedRow, _: ActiveRule) -> Said | None:
    """Points are lost, or the edition asks for a reason, and none is given."""
    if row.is_outside or not row.applies or row.reason:
        return None
    if row.loses_by_rules:
        assert row.computed is not None
        return None if _answers_explain(row) else _why(row, "audit-why-score", row.form.text(row.computed))
    if row.claims < 0:
        assert row.claimed is not None
        return _why(row, "audit-why-claim", decimal_text(row.claimed))
    condition = row.demanded
    return None if condition is None else phrase("why", "audit-why-condition", condition=formula_words(condition.tree))


def _why(row: AuditedRow, code: str, score: str) -> Said:
    return phrase("why", code, score=score, points=row.full_text)


def _answers_explain(row: AuditedRow) -> bool:
    """In a checklist a reason beside each number of points says why points are missing; a plain 否 does not."""
    answers = () if row.entry is None else row.entry.answers
    lost = [answer for answer in answers if answer.yes is not True]
    return row.scoring == "checklist" and all(answer.because for answer in lost)


def improvement_missing(row: AuditedRow, _: ActiveRule) -> Said | None:
    """The unit explains why points are lost, but promises no measure."""
    entry = row.entry
    if entry is None or not told(entry.deviation_reason) or told(entry.improvement):
        return None
    if row.is_outside or not row.applies:
        return None
    return {"reason": entry.deviation_reason} if row.loses_by_rules or row.claims < 0 else None

"""Rules on rows: blanks, copied targets, bounds, impossible rates, claims against scores, reasons and measures."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from fractions import Fraction

from evalrules._audit.agreement import Said, agrees_in, difference, percent
from evalrules._audit.audited import AuditedForm, AuditedRow, FormRule, Hits, RowRule
from evalrules._edition.audit_codes import ActiveRule
from evalrules._edition.model import Path, Tier
from evalrules._form_words import said
from evalrules._formula.words import formula_words
from evalrules._numbers import decimal_text, rounded_units
from evalrules._patterns import regex
from evalrules._problems import listed, phrase
from evalrules._quantities import (
    Blank,
    Bound,
    Cell,
    Date,
    Interval,
    Period,
    Quantity,
    Several,
    Text,
    Unclear,
    holds_number,
)
from evalrules._score.bind import section_path
from evalrules._score.cells import differing_words, means_none, tier_named

# Rules on where rows stand.


def section_unlisted(audited: AuditedForm, _: ActiveRule) -> Hits:
    """Rows stand in parts that the edition does not list; of each such part the first row is told.

    Parts of a first level of the unit's own, where the edition lists nothing at all, are told together.
    """
    opened, found = audited.form.ruleset.open_sections, dict[Path, AuditedRow]()
    for row in audited.own_rows:
        if row.path[:-1] not in opened:
            found.setdefault(row.path[:-1], row)
    firsts = {path[:1] for path in opened}
    own = [section for section in found if section[:1] not in firsts]
    for section, row in found.items():
        if section in own[1:]:
            continue
        above = listed("/".join(path) for path in opened if path[:1] == section[:1])
        told = own if section in own else [section]
        said = listed(f"`{'/'.join(each)}`" for each in told)
        yield row.where, {"section": said, "listed": phrase("audit-section-listed", listed=above) if above else ""}


def name_repeated(audited: AuditedForm, _: ActiveRule) -> Hits:
    """Several rows of a part have one name; each is a row of its own."""
    rows: dict[Path, list[AuditedRow]] = {}
    for row in audited.own_rows:
        if row.path[-1]:
            rows.setdefault(row.path, []).append(row)
    for path, alike in rows.items():
        if len(alike) > 1:
            yield alike[1].where, {"name": path[-1], "count": len(alike)}


def whether_by_number(audited: AuditedForm, rule: ActiveRule) -> Hits:
    """Names ask whether something is so (是否), and target and actual are numbers; all such rows are told together."""
    words = rule.texts("words")
    asking = dict.fromkeys(row for row in audited.rows for word in words if word in row.path[-1])
    found = [row for row in asking if row.target_number is not None and row.actual_number is not None]
    if found:
        names = listed(row.path[-1] for row in found)
        yield found[0].where, {"names": names, "count": len(found), "actual": found[0].shown.actual}


def indicator_twice(audited: AuditedForm, _: ActiveRule) -> Hits:
    """One result stands in two parts of the form, with the same target and actual; it counts once."""
    rows: dict[tuple[str, str, str], AuditedRow] = {}
    for row in audited.own_rows:
        entry = row.entry
        if entry is None or isinstance(entry.target, Blank) or isinstance(entry.actual, Blank):
            continue
        target, actual = ("".join(cell.text.split()) for cell in (entry.target, entry.actual))
        key = (row.path[-1], target, actual)
        first = rows.setdefault(key, row)
        if first.path[:-1] != row.path[:-1]:
            yield row.where, {"first": first.where}


def row_not_applicable(audited: AuditedForm, _: ActiveRule) -> Hits:
    """A row without points says 无, ``/`` or 不适用 in all its cells: it is no row."""
    for entry in audited.submission.left_out:
        yield entry.where, {}


# Rules on what stands in a row: blanks, copied targets, bounds, words for numbers, impossible rates, measures.


_IN_NAME = regex(r"(?<![0-9])[0-9]++(?:\.[0-9]++)?[%％]")
_DAYS = ("天", "日")
_YEAR, _LEAP_YEAR = 365, 366
_DEADLINE_ENDS = ("前", "底", "末", "内")
_BLANK_CELLS = {
    "actual-blank": "audit-cell-actual",
    "answers-missing": "audit-cell-answers",
    "judgement-missing": "audit-cell-judged",
}


def row_blank(row: AuditedRow, _: ActiveRule) -> Said | None:
    """A row that counts leaves cells blank that its form or its scoring needs."""
    if not row.applies or (row.scored.problem is None and row.row.indicator.origin != "submission"):
        return None
    cells = list(dict.fromkeys(_blank_cells(row)))
    number = _IN_NAME.search(row.path[-1]) if "audit-cell-target" in cells else None
    named = phrase("audit-in-name", number=number[0]) if number else ""
    return {"cells": listed(map(phrase, cells)), "named": named} if cells else None


def _blank_cells(row: AuditedRow) -> Iterator[str]:
    entry = row.entry
    if entry is not None and row.row.indicator.origin == "submission":
        if isinstance(entry.target, Blank) and "target" in entry.places:
            yield "audit-cell-target"
        if isinstance(entry.actual, Blank) and ("actual" in entry.places or "target" in entry.places):
            yield "audit-cell-actual"
    unscored = row.scored.problem
    if unscored is not None and unscored.code in _BLANK_CELLS and not (unscored.code == "judgement-missing" and entry):
        yield _BLANK_CELLS[unscored.code]


def not_applicable_contradicted(row: AuditedRow, _: ActiveRule) -> Said | None:
    """The entry says 不适用, but on the submitted figures the indicator applies."""
    entry, applies = row.entry, row.row.indicator.applies
    if entry is None or entry.not_applicable is None or applies is None or not row.applies:
        return None
    return {"reason": entry.not_applicable, "condition": formula_words(applies.tree)}


def actual_is_bound(row: AuditedRow, _: ActiveRule) -> Said | None:
    """The actual is written as a bound or a range; ``=95%`` is exact."""
    cell = row.cell
    if not _is_bound(cell):
        return None
    return {"actual": cell.text, "copied": phrase("audit-copied") if _is_copied(row) else ""}


def _is_bound(cell: Cell) -> bool:
    return isinstance(cell, Interval) or (isinstance(cell, Bound) and cell.comparator != "=")


def _is_copied(row: AuditedRow) -> bool:
    return row.entry is not None and "".join(row.cell.text.split()) == "".join(row.entry.target.text.split())


def actual_copied(row: AuditedRow, _: ActiveRule) -> Said | None:
    """The actual has the text of the target, sign and all; an equal plain number or word may well be an actual.

    Of a bound `actual_is_bound` says so.
    """
    cell = row.cell
    if isinstance(cell, Blank | Quantity | Text) or _is_bound(cell) or not _is_wish(cell):
        return None
    return {"actual": cell.text} if _is_copied(row) else None


def _is_wish(cell: Cell) -> bool:
    return isinstance(cell, Bound | Interval) or (isinstance(cell, Date) and cell.text.endswith(_DEADLINE_ENDS))


def actual_not_numeric(row: AuditedRow, _: ActiveRule) -> Said | None:
    """The target is a number or a date, the actual is words."""
    target, cell = row.target, row.cell
    if target is None or target.kind == "text" or row.scoring == "checklist" or isinstance(cell, Blank):
        return None
    if isinstance(row.days, Unclear):
        return None  # a problem of the cell
    if target.kind == "date":
        fits, kind = isinstance(row.days, Date | Period), "audit-date"
    else:
        none = means_none(row.row, cell)
        fits, kind = none or not isinstance(cell, Text | Several | Date | Period), "audit-number"
    return None if fits else {"target": row.shown.target or "", "actual": cell.text, "kind": phrase(kind)}


def actual_differs(row: AuditedRow, _: ActiveRule) -> Said | None:
    """The entry gives an actual where figures give it, and another one than they do; that of the figures counts."""
    formula, computed = row.row.indicator.value, row.actual_number
    if formula is None or computed is None or row.entry is None or isinstance(row.entry.actual, Blank):
        return None
    if agrees_in(row.entry.actual, computed, row.unit):
        return None
    shown = {"actual": row.entry.actual.text, "computed": row.shown.actual}
    return {**shown, "formula": formula_words(formula.tree)}


def rate_above_bound(row: AuditedRow, rule: ActiveRule) -> Said | None:
    """A share of a whole, told by a word in the indicator's title, is above 100%."""
    cell = row.cell.quantity if isinstance(row.cell, Bound) else row.cell
    if not isinstance(cell, Quantity) or cell.unit != "%" or cell.number <= 1:
        return None
    word = next((word for word in rule.texts("words") if word in row.path[-1]), None)
    return None if word is None else {"actual": row.cell.text, "word": word}


def rate_without_percent(row: AuditedRow, _: ActiveRule) -> Said | None:
    """An actual that is a rate is written without a %; one up to 1 could be two things, and is a problem instead."""
    cell = row.cell.quantity if isinstance(row.cell, Bound) else row.cell
    if not isinstance(cell, Quantity) or cell.unit or abs(cell.number) <= 1 or row.unit != "%":
        return None
    return {"text": row.cell.text, "taken": percent(cell.number / 100)}


def unit_differs(row: AuditedRow, _: ActiveRule) -> Said | None:
    """Target and actual are counted in different words of one family, or one of them alone is written as a rate."""
    words = None if row.row.indicator.value is not None else differing_words(row.row, row.cell)
    if words is None or row.is_assessed or row.computed is None:
        return None
    return {"target": row.shown.target, "actual": row.shown.actual}


def unit_in_section(row: AuditedRow, rule: ActiveRule) -> Said | None:
    """A row of a section named by the edition is measured in a unit that does not belong there."""
    for section in rule.options:
        if _is_below(row, section):
            found = next((cell for cell in _measures(row) if cell.unit in rule.texts(section)), None)
            if found is not None:
                return {"text": found.text, "unit": found.unit, "section": section_path(section)[-1]}
    return None


def _is_below(row: AuditedRow, section: str) -> bool:
    path = section_path(section)
    return path[0] in row.path[:-1] if len(path) == 1 else row.path[: len(path)] == path


def _measures(row: AuditedRow) -> Iterator[Quantity]:
    for cell in () if row.entry is None else (row.entry.target, row.entry.actual):
        quantity = cell.quantity if isinstance(cell, Bound) else cell
        if isinstance(quantity, Quantity):
            yield quantity


def calendar_days(row: AuditedRow, _: ActiveRule) -> Said | None:
    """Target and actual are every day of a year, but the year has another number of days."""
    measures = list(_measures(row))
    days = {cell.number for cell in measures if cell.unit in _DAYS}
    year = row.scored.submitted.submission.fiscal_year
    if year is None:
        return None
    right, wrong = (_LEAP_YEAR, _YEAR) if calendar.isleap(year) else (_YEAR, _LEAP_YEAR)
    if days != {wrong} or len(measures) != 2:  # noqa: PLR2004 - target and actual
        return None
    return {"text": measures[1].text, "year": year, "days": right}


def over_completion(row: AuditedRow, rule: ActiveRule) -> Said | None:
    """The actual is far above a target that is a lower bound, and no reason is given; the target may be too low.

    Where the edition's own ``explain_when`` holds, that demand is the finding.
    """
    target = row.target
    if target is None or target.kind not in ("≥", ">", "=") or not isinstance(row.cell, Quantity) or row.reason:
        return None
    share, limit = row.attainment, rule.number("share")
    if share is None or share[0] * limit.denominator < limit.numerator * share[1]:
        return None
    if row.is_outside or row.demanded is not None:
        return None
    shown = {"actual": row.shown.actual, "target": row.shown.target}
    return {**shown, "share": percent(Fraction(*share)), "limit": percent(limit)}


def direction_assumed(row: AuditedRow, _: ActiveRule) -> Said | None:
    """Nothing but the defaults says which way a bare target is meant, and the score depends on it."""
    target = row.target
    if target is None or not row.scored.rests_on_direction:
        return None
    return {"target": row.shown.target, "actual": row.shown.actual, "sign": target.kind}


def number_in_words(row: AuditedRow, _: ActiveRule) -> Said | None:
    """A number or a date stands among words, where no rule compares it."""
    entry, fixed = row.entry, row.row.indicator
    if entry is None:
        return None
    cells = [entry.target] if fixed.target is None or fixed.origin == "submission" else []
    cells += [entry.actual] if fixed.value is None else []
    texts = list(dict.fromkeys(cell.text for cell in cells if holds_number(cell)))
    return {"texts": listed(texts, "quoted")} if texts else None


def equal_exceeded(row: AuditedRow, _: ActiveRule) -> Said | None:
    """The target says ``=``, the actual is above it, and the rules give full marks all the same."""
    target, number, actual = row.target, row.target_number, row.actual_number
    if target is None or target.kind != "=" or row.is_assessed or row.row.plan is None or not row.row.plan.reads_target:
        return None
    if number is None or actual is None or actual <= number or row.computed is None or row.computed < row.units:
        return None
    return {"actual": row.shown.actual, "target": row.shown.target}


def evidence_missing(row: AuditedRow, rule: ActiveRule) -> Said | None:
    """A row that needs evidence lists none, or not all that the edition names for it; a note is no evidence.

    What the edition names is missed only on a form that has a cell for evidence.
    """
    entry = row.entry
    if entry is None or not row.applies:
        return None
    listed_ = [text for text in entry.evidence if said(text)]
    asked = row.row.indicator.evidence if _has_evidence(row) else ()
    missing = [name for name in asked if not any(name in text for text in listed_)]
    if missing:
        return {"indicator": row.path[-1], "which": phrase("audit-evidence-asked", missing=listed(missing))}
    named = any(word in title for word in rule.texts("words") for title in row.path)
    return {"indicator": row.path[-1], "which": ""} if named and not listed_ else None


def _has_evidence(row: AuditedRow) -> bool:
    entries = row.scored.submitted.submission.entries
    return any(entry.evidence or "evidence" in entry.places for entry in entries)


# Rules on what a row claims and why: claims against scores, points against targets, reasons and measures.


def claim_out_of_range(row: AuditedRow, _: ActiveRule) -> Said | None:
    """The claim is below 0 or above the points; in a penalty section the sign is free."""
    claimed = row.claimed
    if claimed is None or not row.applies or not row.has_points:
        return None
    size = abs(claimed) if row.takes_away else claimed
    if row.against_full(size) <= 0 and size >= 0:
        return None
    return {"claimed": decimal_text(claimed), "points": row.full_text}


def claim_differs(row: AuditedRow, _: ActiveRule) -> Said | None:
    """The claim differs from what the rules or an assessor give by more than the edition's tolerance, whichever way.

    A reviewer's change stands beside it. A difference that vanishes at the places that the form
    writes is only worth knowing; of full marks for a missed target `full_marks_claimed_target_missed` speaks then.
    """
    found = _claim_differs(row)
    if found is not None and found.get("vanishes") and _is_full_for_missed(row):
        return None
    return found


def _claim_differs(row: AuditedRow) -> Said | None:
    claimed, computed, score = row.claimed, row.computed, row.score
    if claimed is None or score is None:
        return None
    found = _difference(row, claimed, score if computed is None else computed)
    if score == computed:
        return found and {**found, "basis": _basis(row, found["score"]), "review": ""}
    reviewed = _difference(row, claimed, score)
    if found is None or computed is None:
        return reviewed and {**reviewed, "basis": phrase("audit-by-review", score=reviewed["score"]), "review": ""}
    said = phrase("audit-then-review", score=row.ruleset.text(score))
    return {**found, "basis": _basis(row, found["score"]), "review": said}


def _difference(row: AuditedRow, claimed: Fraction, units: int) -> Said | None:
    """Say by how much a claim differs from a score; None where it does not by more than the tolerance."""
    score = row.ruleset.points(row.units - units if row.takes_away else units)
    claimed = abs(claimed) if row.takes_away else claimed
    if abs(claimed - score) <= row.ruleset.catalogue.tolerance:
        return None
    rounded = Fraction(rounded_units(score.numerator, score.denominator, row.claimed_places), 10**row.claimed_places)
    vanishes = {"vanishes": True} if rounded == claimed else {}
    return {"claimed": decimal_text(claimed), "score": decimal_text(score), **difference(claimed, score), **vanishes}


def _basis(row: AuditedRow, score: object) -> str:
    """Say what gives the score: the rules, or an assessor."""
    return phrase("audit-by-assessor" if row.scored.judgement else "audit-by-rules", score=score)


def full_marks_claimed_target_missed(row: AuditedRow, _: ActiveRule) -> Said | None:
    """Full marks are claimed though the target is missed; not where the rules themselves come to full marks.

    Silent where `claim_differs` tells by how much, and of a judgement, of which `judged_against_numbers` speaks.
    """
    if not _is_full_for_missed(row):
        return None
    differs = _claim_differs(row)
    if differs is not None and not differs.get("vanishes"):
        return None
    computed = None if row.computed is None or row.is_assessed else row.ruleset.text(row.computed)
    said = {"actual": row.shown.actual, "target": row.shown.target, "points": row.full_text}
    return {**said, "score": phrase("audit-then-rules", score=computed) if computed else ""}


def _is_full_for_missed(row: AuditedRow) -> bool:
    if row.claimed is None or row.claims or row.is_outside or not row.applies or not row.has_points:
        return False
    if row.scoring == "judged" or (not row.is_assessed and row.computed == row.units):
        return False
    return row.meets_target is False


def tier_differs(row: AuditedRow, _: ActiveRule) -> Said | None:
    """The words of the actual name another tier than the score."""
    chosen, plan, judgement = _tier(row), row.row.plan, row.scored.judgement
    named = tier_named(plan.scoring, row.cell.text) if plan is not None and row.cell.text else None
    if chosen is None or named is None or named is chosen or judgement is None or judgement.score is None:
        return None
    return {"actual": row.cell.text, "named": named.title, "score": decimal_text(judgement.score), "tier": chosen.title}


def judged_against_numbers(row: AuditedRow, _: ActiveRule) -> Said | None:
    """A row is judged to be in the top tier, but its numbers miss the target."""
    tier = _tier(row)
    if tier is None or tier.high != 1 or row.meets_target is not False or row.is_outside:
        return None
    return {"actual": row.shown.actual, "target": row.shown.target, "tier": tier.title}


def _tier(row: AuditedRow) -> Tier | None:
    """Give the tier that an assessor, or the claim, puts a row in."""
    plan, judgement = row.row.plan, row.scored.judgement
    return None if plan is None or judgement is None else tier_named(plan.scoring, judgement.tier)


def points_lost_target_met(row: AuditedRow, _: ActiveRule) -> Said | None:
    """The target is met, yet points are taken off without a reason; not where the rules themselves take them."""
    stated = row.stated
    if stated is None or not row.has_points or row.against_full(stated) >= 0 or row.is_outside:
        return None
    if not row.applies or row.reason:
        return None
    if not row.is_assessed and row.computed is not None and row.computed < row.units:
        return None
    if not row.meets_target:
        return None
    points = {"stated": decimal_text(stated), "points": row.full_text}
    return {"actual": row.shown.actual, "target": row.shown.target, **points}


def deviation_reason_missing(row: AuditedRow, _: ActiveRule) -> Said | None:
    """Points are lost, or the edition asks for a reason, and none is given; without points, the target is missed."""
    if row.is_outside or row.reason or not row.asks_why:
        return None
    if row.scored.state == "unweighted" and row.meets_target is False:
        return {"empty": "", "why": phrase("audit-why-missed", actual=row.shown.actual, target=row.shown.target)}
    if not row.applies:
        return None
    if row.loses_by_rules:
        assert row.computed is not None
        return None if _answers_explain(row) else _why(row, "audit-why-score", row.ruleset.text(row.computed))
    if row.claims < 0:
        assert row.claimed is not None
        return _why(row, "audit-why-claim", decimal_text(row.claimed))
    condition = row.demanded
    return (
        None
        if condition is None
        else {"empty": "", "why": phrase("audit-why-condition", condition=formula_words(condition.tree))}
    )


def _why(row: AuditedRow, code: str, score: str) -> Said:
    written = None if row.entry is None else row.entry.deviation_reason
    empty = phrase("audit-empty-reason", reason=written) if written else ""
    return {"why": phrase(code, score=score, points=row.full_text), "empty": empty}


def _answers_explain(row: AuditedRow) -> bool:
    """In a checklist a reason beside each number of points says why points are missing; a plain 否 does not."""
    if row.scoring != "checklist":
        return False
    answers = () if row.entry is None else row.entry.answers
    return all(answer.because for answer in answers if answer.yes is not True)


def improvement_missing(row: AuditedRow, _: ActiveRule) -> Said | None:
    """The unit explains why points are lost, but promises no measure."""
    entry = row.entry
    if entry is None or not said(entry.deviation_reason) or said(entry.improvement):
        return None
    if row.is_outside or not row.applies:
        return None
    return {"reason": entry.deviation_reason} if row.loses_by_rules or row.claims < 0 else None


PLACED: Mapping[str, FormRule] = {
    "section-unlisted": section_unlisted,
    "name-repeated": name_repeated,
    "indicator-twice": indicator_twice,
    "row-not-applicable": row_not_applicable,
}
"""The rules on where the rows stand that a submission gives."""
TOGETHER: Mapping[str, FormRule] = {
    "whether-by-number": whether_by_number,
}
"""The rules on rows of which several are told together."""
ROWS: Mapping[str, RowRule] = {
    "row-blank": RowRule(row_blank, "actual", without_entry=True),
    "not-applicable-contradicted": RowRule(not_applicable_contradicted, "not_applicable"),
    "actual-is-bound": RowRule(actual_is_bound, "actual"),
    "actual-copied": RowRule(actual_copied, "actual"),
    "actual-not-numeric": RowRule(actual_not_numeric, "actual"),
    "number-in-words": RowRule(number_in_words, "target"),
    "actual-differs": RowRule(actual_differs, "actual"),
    "rate-above-bound": RowRule(rate_above_bound, "actual"),
    "rate-without-percent": RowRule(rate_without_percent, "actual"),
    "unit-differs": RowRule(unit_differs, "actual"),
    "unit-in-section": RowRule(unit_in_section, "target"),
    "calendar": RowRule(calendar_days, "actual"),
    "over-completion": RowRule(over_completion, "actual"),
    "equal-exceeded": RowRule(equal_exceeded, "actual"),
    "direction-assumed": RowRule(direction_assumed, "target"),
    "claim-out-of-range": RowRule(claim_out_of_range, "claimed_score"),
    "claim-differs": RowRule(claim_differs, "claimed_score", on_target=True),
    "full-marks-claimed-target-missed": RowRule(full_marks_claimed_target_missed, "claimed_score", on_target=True),
    "tier-differs": RowRule(tier_differs, "actual"),
    "judged-against-numbers": RowRule(judged_against_numbers, "claimed_score", on_target=True),
    "points-lost-target-met": RowRule(points_lost_target_met, "claimed_score", on_target=True),
    "deviation-reason-missing": RowRule(
        deviation_reason_missing, "deviation_reason", without_entry=True, on_target=True
    ),
    "improvement-missing": RowRule(improvement_missing, "improvement"),
    "evidence-missing": RowRule(evidence_missing, "evidence"),
}

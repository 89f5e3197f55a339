"""Rules on what stands in cells that are read as they should be, and still say the wrong thing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from fractions import Fraction

from evalrules._audit.agreement import Said, agrees_in, percent
from evalrules._audit.audited import AuditedRow, RowRule
from evalrules._edition.audit_codes import ActiveRule
from evalrules._form_words import form_words, plain_word, points_named
from evalrules._numbers import decimal_text, rounded_units
from evalrules._patterns import regex
from evalrules._problems import listed, phrase
from evalrules._quantities import Blank, Bound, Date, Quantity, Several, Text, is_money

_ASIDE = regex(r"[(\[].*?[)\]]")
_RATE = "%"
_SIGN = regex(r"(?P<sign>[<>]=|[≥≤≧≦<>])\s*\*\*")
_SIGNS = {"≧": "≥", "≦": "≤", ">=": "≥", "<=": "≤"}
_BEHIND = regex(r"(?<![0-9.%≥≤<>=])[0-9.%≥≤<>=]++$")


def actual_words_copied(row: AuditedRow, rule: ActiveRule) -> Said | None:
    """The actual repeats the words of the target; a short word (及时, 通过) may well be what was reached."""
    entry, cell = row.entry, row.cell
    if entry is None or not isinstance(cell, Text | Several) or not isinstance(entry.target, Text | Several):
        return None
    copied = plain_word(cell.text)
    if copied != plain_word(entry.target.text) or len(copied) < rule.number("length"):
        return None
    return {"actual": cell.text}


def not_a_rate(row: AuditedRow, rule: ActiveRule) -> Said | None:
    """The name is that of a rate, and the actual counts heads or pieces, or is words beside a target in words."""
    cell = row.cell.quantity if isinstance(row.cell, Bound) else row.cell
    counted = isinstance(cell, Quantity) and cell.unit in form_words().counting
    in_words = isinstance(cell, Text) and row.target is not None and row.target.kind == "text"
    if not counted and not in_words:
        return None
    name = _BEHIND.sub("", _ASIDE.sub("", _one_width(row)))
    word = next((word for word in rule.texts("words") if name.endswith(word)), None)
    return None if word is None else {"actual": row.cell.text, "word": word}


def _one_width(row: AuditedRow) -> str:
    return unicodedata.normalize("NFKC", row.path[-1])


def sign_differs(row: AuditedRow, _: ActiveRule) -> Said | None:
    """The name prints the sign of the target (``≥**人``), and the target has another."""
    printed = _SIGN.search(_one_width(row))
    if printed is None or row.target is None or row.target.kind not in ("≥", ">", "≤", "<", "="):
        return None
    named = _SIGNS.get(printed["sign"], printed["sign"])
    return None if named == row.target.kind else {"named": named, "target": row.shown.target}


_DECIMALS = regex(r"\.[0-9]++(?!\.)")


def _names_year(year: int, text: str) -> bool:
    """Tell whether a text names a year; 2022人次 and 12022 are other numbers."""
    for found in re.finditer(rf"(?<![0-9.]){year}(?![0-9])", text):
        rest = text[found.end() :].lstrip()
        counts = any(rest.startswith(word) for word in form_words().counting)
        if not counts and not _DECIMALS.match(rest):
            return True
    return False


def deadline_year(row: AuditedRow, rule: ActiveRule) -> Said | None:
    """The deadline lies in another year than the form; not where the form says that the project runs longer."""
    entry, submission = row.entry, row.scored.submitted.submission
    year, target = submission.fiscal_year, None if entry is None else entry.target
    if year is None or not isinstance(target, Date) or target.day.year == year or entry is None:
        return None
    goals, project = submission.goals, submission.project
    told = (goals and goals.planned, goals and goals.achieved, project and project.name, entry.indicator)
    around = " ".join(text for text in told if text)
    if _names_year(target.day.year, around) or any(word in around for word in rule.texts("words")):
        return None
    return {"target": target.text, "year": year}


def execution_differs(row: AuditedRow, rule: ActiveRule) -> Said | None:
    """A row of the unit's own gives another rate of execution than the table of funds; the edition names the figure."""
    slot, name = row.ruleset.slots.get(rule.text("figure")), _one_width(row)
    value = None if slot is None else row.scored.submitted.values[slot]
    if not isinstance(value, tuple) or row.row.indicator.origin != "submission" or isinstance(row.cell, Blank):
        return None
    if not any(name.endswith(word) for word in rule.texts("words")) or agrees_in(row.cell, Fraction(*value), _RATE):
        return None
    return {"actual": row.cell.text, "computed": percent(Fraction(*value))}


def against_standard(row: AuditedRow, _: ActiveRule) -> Said | None:
    """The points or the claim are not among those that the standard printed beside the row gives."""
    entry = row.entry
    if entry is None or not entry.standard:
        return None
    named, banded = points_named(entry.standard)
    full, claimed = row.full if entry.points is None else entry.points, row.claimed
    shown = listed(decimal_text(points) for points in sorted(named, reverse=True))
    most = max(named, default=Fraction(0))
    if most not in (0, full):
        return {"given": decimal_text(full), "named": shown}
    if banded and claimed is not None and claimed not in named:
        return {"given": decimal_text(claimed), "named": shown}
    return None


# What reviewers look at that no arithmetic shows: what kind of thing stands in a row, and what speaks for it.


def cost_not_capped(row: AuditedRow, rule: ActiveRule) -> Said | None:
    """A cost has a target that it must reach: more cost scores better. Not where the edition knows the word so."""
    target = row.target
    if target is None or target.kind not in ("≥", ">") or not _named(row.path[:-1], rule.texts("words")):
        return None
    is_rate = target.unit == _RATE
    known = row.ruleset.catalogue.defaults.named_direction(row.path[-1], is_rate=is_rate)
    return None if known in ("≥", ">") else {"target": row.shown.target}


def payment_as_quantity(row: AuditedRow, rule: ActiveRule) -> Said | None:
    """Money paid stands among the quantities: what was spent is no output. People and cases paid are."""
    cell = row.cell.quantity if isinstance(row.cell, Bound) else row.cell
    unit = cell.unit if isinstance(cell, Quantity) else ""
    if (
        not is_money(unit)
        or not _named(row.path[:-1], rule.texts("parts"))
        or not _named(row.path[-1:], rule.texts("words"))
    ):
        return None
    return {"actual": row.cell.text}


def percentage_of_words(row: AuditedRow, rule: ActiveRule) -> Said | None:
    """A percentage is given of what cannot be counted: 成效显著 ≥95%."""
    target, name = row.target, row.path[-1]
    if target is None or target.unit != _RATE or _named([name], rule.texts("rates")):
        return None
    word = next((word for word in rule.texts("words") if word in name), None)
    return None if word is None else {"target": row.shown.target, "word": word}


def survey_missing(row: AuditedRow, rule: ActiveRule) -> Said | None:
    """A satisfaction with its number, and no survey among the evidence, on a form that lists evidence."""
    entry = row.entry
    if entry is None or not row.applies or isinstance(row.cell, Blank) or not _named(row.path, rule.texts("words")):
        return None
    if not any(each.evidence for each in row.scored.submitted.submission.entries):
        return None
    told = (*entry.evidence, entry.note or "")
    return None if _named(told, rule.texts("evidence")) else {"indicator": row.path[-1]}


def not_accepted(row: AuditedRow, rule: ActiveRule) -> Said | None:
    """Work is said not to be accepted or finished, and the row has or claims full marks."""
    entry = row.entry
    full = row.claimed is not None and row.claims >= 0 and row.units
    if entry is None or not row.applies or not (full or (row.units and row.score == row.units)):
        return None
    told = (row.cell.text, entry.note, entry.deviation_reason, entry.improvement, *entry.evidence)
    word = next((word for word in rule.texts("words") for text in told if text and word in text), None)
    return None if word is None else {"word": word}


def review_cut_differs(row: AuditedRow, _: ActiveRule) -> Said | None:
    """A reviewer's change names a clause of the edition and is not what that says, or names one that it has not."""
    entry, clauses = row.entry, {clause.title: clause for clause in row.ruleset.catalogue.review}
    adjust = None if entry is None else entry.adjust
    if adjust is None or adjust.clause is None or not clauses:
        return None
    clause = clauses.get("".join(adjust.clause.split()))
    if clause is None:
        return {"clause": adjust.clause, "what": phrase("audit-clause-unknown", known=listed(clauses))}
    taken = adjust.cut if adjust.cut is not None else None if row.score is None or not row.units else _taken(row)
    is_same = adjust.cut is None and taken is not None and _rounds_alike(row, clause.cuts)
    if taken in clause.cuts or is_same:
        return None
    cuts = listed(percent(cut) for cut in clause.cuts)
    return {"clause": clause.title, "what": phrase("audit-clause-cuts", cuts=cuts)}


def _taken(row: AuditedRow) -> Fraction:
    """Give the share of 分值 that a reviewer took."""
    return Fraction((row.computed or 0) - (row.score or 0), row.units)


def _rounds_alike(row: AuditedRow, cuts: Iterable[Fraction]) -> bool:
    """Tell whether the score is that of one of these cuts, rounded and not below 0."""
    rounding, computed = row.ruleset.catalogue.rounding, row.computed or 0
    taken = (cut * row.full for cut in cuts)
    units = (rounded_units(each.numerator, each.denominator, rounding.places, rounding.mode) for each in taken)
    return any(row.score == max(computed - each, 0) for each in units)


def _named(texts: Iterable[str], words: Iterable[str]) -> bool:
    """Tell whether some text holds one of these words."""
    known = tuple(words)
    return any(word in text for text in texts for word in known)


ROWS: Mapping[str, RowRule] = {
    "actual-words-copied": RowRule(actual_words_copied, "actual"),
    "not-a-rate": RowRule(not_a_rate, "actual"),
    "deadline-year": RowRule(deadline_year, "target"),
    "sign-differs": RowRule(sign_differs, "target"),
    "execution-differs": RowRule(execution_differs, "actual"),
    "against-standard": RowRule(against_standard, "standard"),
    "cost-not-capped": RowRule(cost_not_capped, "target"),
    "payment-as-quantity": RowRule(payment_as_quantity, "target"),
    "percentage-of-words": RowRule(percentage_of_words, "target"),
    "survey-missing": RowRule(survey_missing, "evidence"),
    "not-accepted": RowRule(not_accepted, "actual"),
    "review-cut-differs": RowRule(review_cut_differs, "adjust"),
}

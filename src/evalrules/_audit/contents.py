"""Rules on what stands in cells that are read as they should be, and still say the wrong thing."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from evalrules._audit.figures import agrees_in
from evalrules._audit.row import AuditedRow, Said, percent
from evalrules._edition.audit_codes import ActiveRule
from evalrules._form_words import form_words, plain_word, points_named
from evalrules._numbers import decimal_text
from evalrules._problems import listed
from evalrules._quantities import Blank, Bound, Date, Quantity, Several, Text

_ASIDE = re.compile(r"[(\[].*?[)\]]")
_RATE = "%"
_SIGN = re.compile(r"(?P<sign>[<>]=|[≥≤≧≦<>])\s*\*\*")
_SIGNS = {"≧": "≥", "≦": "≤", ">=": "≥", "<=": "≤"}
_BEHIND = re.compile(r"(?<![0-9.%≥≤<>=])[0-9.%≥≤<>=]++$")


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


def deadline_year(row: AuditedRow, rule: ActiveRule) -> Said | None:
    """The deadline lies in another year than the form; not where the form says that the project runs longer."""
    entry, submission = row.entry, row.scored.submitted.submission
    year, target = submission.fiscal_year, None if entry is None else entry.target
    if year is None or not isinstance(target, Date) or target.day.year == year or entry is None:
        return None
    goals, project = submission.goals, submission.project
    told = (goals and goals.planned, goals and goals.achieved, project and project.name, entry.indicator)
    around = " ".join(text for text in told if text)
    if str(target.day.year) in around or any(word in around for word in rule.texts("words")):
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

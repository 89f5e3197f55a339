"""Of which kinds a drawn form is: so that it can be told how many of each were scored twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from independent.cells import read_cell
from independent.editions import Document, Edition, read_target
from independent.forms import Form, Result

KINDS = (
    "sections in sections", "open sections", "conversions", "points moved", "caps of sections", "caps of the total",
    "caps of grades", "one of several", "bonus", "penalty", "tables", "dates", "periods", "bounds", "targets of 0",
    "intervals", "equal targets", "words", "judgements", "checklists", "reviews", "tables left out", "blanks", "totals",
)  # fmt: skip


def kinds_of(edition: Document, submission: Document, found: Result) -> Iterator[str]:
    """Tell the kinds of a form, each once."""
    form = Form(Edition(edition), submission)
    sections = [(part.path, part.keys) for part in form.edition.sections]
    written = str(edition["sections"])
    cells = [form.cells(row.path, row.entry) for row in form.rows]
    asked: Mapping[str, bool] = {
        "sections in sections": any(len(path) > 1 for path, _ in sections),
        "open sections": any(row.open for row in form.rows),
        "conversions": any(not row.counts and row.points for row in found.rows if row.status == "not_applicable"),
        "points moved": bool(form.moved_in()),
        "caps of sections": any("cap" in keys for _, keys in sections),
        "caps of the total": "score_caps" in edition,
        "caps of grades": "grade_caps" in edition,
        "one of several": any("one_of" in keys for _, keys in sections),
        "bonus": any("bonus" in keys for _, keys in sections),
        "penalty": any("penalty" in keys for _, keys in sections),
        "tables": "明细_" in written,
        "dates": "月数(" in written or any(actual.kind == "date" for _, actual in cells),
        "periods": any(actual.first != actual.last for _, actual in cells),
        "bounds": any(actual.kind in ("bound", "interval") for _, actual in cells),
        "targets of 0": any(_target(row.keys, row.entry).low == Fraction(0) for row in form.rows),
        "intervals": any(_target(row.keys, row.entry).kind == "interval" for row in form.rows),
        "equal targets": any(_target(row.keys, row.entry).sign == "=" for row in form.rows),
        "words": any(target.kind == "words" for target, _ in cells),
        "judgements": any(row.entry.get("judged") for row in form.rows),
        "checklists": any(row.entry.get("answers") for row in form.rows),
        "reviews": any(row.entry.get("adjust") for row in form.rows),
        "tables left out": "明细" not in submission["data"],
        "blanks": any(row.blank for row in found.rows),
        "totals": found.score is not None,
    }
    yield from (kind for kind in KINDS if asked[kind])


def _target(keys: Document, entry: Document) -> Any:
    """Read the target of a row, the edition's or its own."""
    return read_cell(keys["target"]) if "target" in keys else read_target(entry.get("target"))

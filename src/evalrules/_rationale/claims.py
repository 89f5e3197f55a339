"""What a submission claims of itself: stated, or added up from its entries."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from evalrules._catalogue.model import Path, Section
from evalrules._numbers import decimal_of
from evalrules._scoring.entries import section_path
from evalrules._scoring.form import ScoredForm


def claims_sum(form: ScoredForm, path: Path = ()) -> Fraction | None:
    """Add up what the entries below ``path`` claim; None where none of them claims anything."""
    claims = [
        entry.claimed_score
        for row, entry in zip(form.rows, form.filled.entries, strict=True)
        if entry is not None and entry.claimed_score is not None and row.indicator.path[: len(path)] == path
    ]
    return sum(claims, Fraction(0)) if claims else None


def stated_section_claims(form: ScoredForm) -> dict[Path, Fraction]:
    """Give the section scores that the submission states, by path; a section is named by title or path."""
    stated = {}
    for name, claim in form.submission.claimed.sections.items():
        path = section_path(name)
        found = [
            known
            for known, part in form.ruleset.parts.items()
            if isinstance(part, Section) and path in (known, known[-1:])
        ]
        if len(found) == 1:
            stated[found[0]] = claim
    return stated


def claimed_of_section(form: ScoredForm, path: Path) -> Decimal | None:
    """Give the claim for a section: as stated, else the sum of its entries' claims."""
    claim = stated_section_claims(form).get(path)
    return _decimal(claim if claim is not None else claims_sum(form, path))


def claimed_total(form: ScoredForm) -> Decimal | None:
    """Give the claimed total: as stated, else the sum of the entries' claims."""
    stated = form.submission.claimed.score
    return stated if stated is not None else _decimal(claims_sum(form))


def _decimal(number: Fraction | None) -> Decimal | None:
    return None if number is None else decimal_of(number)

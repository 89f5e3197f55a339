"""Rules on what a submission claims as a whole: sections, total and grade, against its rows and the rules."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from evalrules._audit.claimed import comparable_sum
from evalrules._audit.phrases import Said, difference, phrase
from evalrules._audit.review import Review
from evalrules._catalogue.audit_codes import ActiveRule
from evalrules._catalogue.scopes import TOTAL as TOTAL_NAME
from evalrules._formula.faults import Fault
from evalrules._numbers import decimal_text
from evalrules._rationale.claims import stated_section_claims
from evalrules._scoring.form import ScoredForm

TOTAL, GRADE, SECTIONS = "claimed.score", "claimed.grade", "claimed.sections"
Hits = Iterator[tuple[str, Said]]


def claimed_section_unknown(review: Review, _: ActiveRule) -> Hits:
    """A section score is claimed for what is no section of the edition, or for a title that several have."""
    known = ["/".join(path) for path in stated_section_claims(review.form)]
    for name in review.submission.claimed.sections:
        title = "".join(name.split())
        if not any(path == title or path.endswith(f"/{title}") for path in known):
            yield SECTIONS, {"section": name}


def claimed_section_differs(review: Review, _: ActiveRule) -> Hits:
    """The score claimed for a section is not the sum of what its rows claim."""
    for path, stated in stated_section_claims(review.form).items():
        claims = comparable_sum(review.form, path)
        if claims is not None and abs(stated - claims) > review.catalogue.tolerance:
            yield "/".join(path), _against_sum(stated, claims)


def claimed_total_differs(review: Review, _: ActiveRule) -> Hits:
    """The claimed total is not the sum of what the rows claim."""
    stated, claims = review.submission.claimed.score, review.claims_sum
    if stated is not None and claims is not None and abs(Fraction(stated) - claims) > review.catalogue.tolerance:
        yield TOTAL, _against_sum(Fraction(stated), claims)


def _against_sum(stated: Fraction, claims: Fraction) -> Said:
    numbers = {"stated": stated, "sum": claims, "difference": abs(stated - claims)}
    return {name: decimal_text(number) for name, number in numbers.items()}


def claimed_score_differs(review: Review, _: ActiveRule) -> Hits:
    """The claimed total differs from the computed one by more than the tolerance, whichever way."""
    claimed, score = claimed_total(review), review.form.total.score
    if claimed is None or score is None:
        return
    computed = review.form.points(score)
    if abs(claimed - computed) > review.catalogue.tolerance:
        yield (
            TOTAL,
            {"claimed": decimal_text(claimed), "score": decimal_text(computed), **difference(claimed, computed)},
        )


def claimed_total(review: Review) -> Fraction | None:
    """Give the claimed total: as stated, else the sum of the rows where each of them claims."""
    stated = review.submission.claimed.score
    return review.claims_sum if stated is None else Fraction(stated)


# ---- the grade -----------------------------------------------------------------------------------------------------


def claimed_grade_unknown(review: Review, _: ActiveRule) -> Hits:
    """The claimed grade is no grade of the edition, nor another word in use for one."""
    claimed = review.submission.claimed.grade
    if claimed and review.catalogue.grades and _title(review, claimed) is None:
        titles = "、".join(grade.title for grade in review.catalogue.grades)
        yield GRADE, {"grade": claimed, "grades": titles}


def grade_word(review: Review, _: ActiveRule) -> Hits:
    """The claim uses another word for a grade than the edition."""
    claimed = review.submission.claimed.grade
    title = _title(review, claimed) if claimed else None
    if title is not None and title != claimed:
        yield GRADE, {"grade": claimed, "title": title}


def claimed_grade_differs(review: Review, _: ActiveRule) -> Hits:
    """The claimed grade is not that of the claimed total, or not that of the computed one."""
    claimed = review.submission.claimed.grade
    title = _title(review, claimed) if claimed else None
    if title is None:
        return
    total, form = claimed_total(review), review.form
    expected = None if total is None else grade_at(form, total)
    if total is not None and expected is not None and expected != title:
        said = {"grade": claimed, "score": decimal_text(total), "expected": expected}
        yield GRADE, {**said, **phrase("basis", "audit-of-claimed")}
    if form.grade is not None and form.total.score is not None and title != form.grade:
        said = {"grade": claimed, "score": decimal_text(form.points(form.total.score)), "expected": form.grade}
        yield GRADE, {**said, **phrase("basis", "audit-of-computed")}


def _title(review: Review, word: str) -> str | None:
    """Give the edition's title for a grade's word."""
    grades = review.catalogue.grades
    return next((grade.title for grade in grades if word == grade.title or word in grade.also), None)


def grade_at(form: ScoredForm, total: Fraction) -> str | None:
    """Give the grade that another total would have, caps included; None where it cannot be told."""
    ruleset = form.ruleset
    if form.total.score is None and ruleset.read_by_grades:
        return None
    values = list(form.values)
    values[ruleset.slots[TOTAL_NAME]] = (total.numerator, total.denominator)
    try:
        reached = next((grade.title for grade, holds in ruleset.grades if holds is None or holds(values)), None)
        held = [cap.at_most for cap, holds in ruleset.grade_caps if holds(values)]
    except Fault:
        return None
    order = [grade.title for grade, _ in ruleset.grades]
    return None if reached is None else order[max(order.index(title) for title in (reached, *held))]

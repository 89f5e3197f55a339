"""Sections and the total as people read them: what each level lost by itself and why, and what is claimed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from operator import attrgetter
from typing import Any

from evalrules._edition.model import Cap, Path, Section
from evalrules._formula.words import formula_words
from evalrules._numbers import decimal_of, decimal_text
from evalrules._problems import phrase
from evalrules._reasons.sentences import Deduction, Rationale, level_sentence
from evalrules._score.bind import names_of, section_path
from evalrules._score.form import Loss, Outcome, ScoredForm
from evalrules._score.levels import aggregation, form_values, total_of
from evalrules._score.ruleset import Compiled
from evalrules._values import frozen

# What a submission claims of itself: stated, or added up from its entries.


def claims_sums(form: ScoredForm) -> dict[Path, Fraction]:
    """Add up what the entries at and below each path claim; there is none where nothing is claimed."""
    sums: dict[Path, Fraction] = {}
    for row in form.rows:
        claim = None if row.entry is None else row.entry.claimed_score
        for depth in range(0 if claim is None else len(row.path) + 1):
            path = row.path[:depth]
            sums[path] = sums.get(path, Fraction(0)) + (claim or 0)
    return sums


def claimed_sections(form: ScoredForm) -> dict[str, Path | None]:
    """Give the section that each claim of a section's score means, named as in entries; None where it means none.

    An indicator of the first level stands on forms where sections stand, with a score of its own.
    """
    found: dict[str, Path | None] = {}
    names = names_of(form.ruleset)
    for name in form.submission.claimed.sections:
        path = section_path(name)
        meant = names.find(path) or tuple(part.path for part in form.filled.sections if part.path[-1:] == path)
        meant = meant or tuple(row for row in form.ruleset.paths_by_title.get("/".join(path), ()) if len(row) == 1)
        found[name] = meant[0] if len(meant) == 1 else None
    return found


def stated_section_claims(form: ScoredForm) -> dict[Path, Fraction]:
    """Give the section scores that the submission states, by path."""
    claims = form.submission.claimed.sections
    return {path: claims[name] for name, path in claimed_sections(form).items() if path is not None}


def claimed_total(form: ScoredForm) -> Decimal | None:
    """Give the claimed total: as stated, else the sum of the entries' claims."""
    stated = form.submission.claimed.score
    return stated if stated is not None else _decimal(claims_sums(form).get(()))


def _decimal(number: Fraction | None) -> Decimal | None:
    return None if number is None else decimal_of(number)


# Sections and the total as people read them: what each level lost by itself, and why.


@frozen
class SectionResult:
    """A 一级 or 二级指标: its points and score, and what was lost at its own level (cap, conversion).

    ``points`` of a bonus section are what it may add at most; a penalty section has 0 points and a score below 0.
    """

    path: Path
    points: Decimal
    score: Decimal | None
    claimed_score: Decimal | None
    deductions: tuple[Deduction, ...] = ()
    notes: tuple[str, ...] = ()
    rule_score: Decimal | None = None
    """What the rules give, before a reviewer's changes."""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path[-1]

    def to_dict(self) -> dict[str, Any]:
        """Give the section in the shape of the result JSON."""
        return {
            "path": list(self.path),
            "points": self.points,
            "score": self.score,
            "rule_score": self.rule_score,
            "claimed_score": self.claimed_score,
            "deductions": [lost.to_dict() for lost in self.deductions],
            "notes": list(map(str, self.notes)),
        }


def section_results(form: ScoredForm) -> tuple[SectionResult, ...]:
    """Give the result of every section, in the form's order."""
    sections = form.filled.sections
    if not sections:
        return ()
    sums = aggregation(form)
    by_rules = aggregation(form, attrgetter("computed")) if was_reviewed(form) else sums
    claims = {**claims_sums(form), **stated_section_claims(form)}
    return tuple(
        _result(form, section, sums.outcome(section), by_rules.outcome(section), claims.get(section.path))
        for section in sections
    )


def was_reviewed(form: ScoredForm) -> bool:
    """Tell whether a reviewer changed any score."""
    return form.direct is None and any(row.score != row.computed for row in form.rows)


def rule_total(form: ScoredForm) -> Decimal | None:
    """Give the total by the rules, before a reviewer's changes."""
    if not was_reviewed(form):
        return form.total_score
    score = total_of(form, aggregation(form, attrgetter("computed"))).score
    return None if score is None else form.ruleset.decimal(score)


def _units(section: Section, outcome: Outcome) -> int | None:
    """Give the score of a section; what stands outside the form's points adds to the total or takes from it."""
    if outcome.score is None:
        return None
    return outcome.outside if section.bonus or section.penalty else outcome.score


def _result(
    form: ScoredForm, section: Section, outcome: Outcome, by_rules: Outcome, claimed: Fraction | None
) -> SectionResult:
    """Give the result of a section; what is claimed for it is stated, else the sum of its entries' claims."""
    rationale = _rationale(form, section, outcome)
    units, of_rules = _units(section, outcome), _units(section, by_rules)
    points = form.ruleset.at_most(section) if section.bonus else outcome.points
    return SectionResult(
        section.path,
        decimal_of(form.ruleset.points(points)),
        None if units is None else form.ruleset.decimal(units),
        _decimal(claimed),
        rationale.deductions,
        rationale.notes,
        None if of_rules is None else form.ruleset.decimal(of_rules),
    )


def _rationale(form: ScoredForm, section: Section, outcome: Outcome) -> Rationale:
    deductions, notes = list[Deduction](), list[str]()
    for loss in outcome.losses:
        if loss.kind == "cap" and section.bonus:
            notes.append(_bonus_cap(form, section))
        elif loss.kind == "cap" and section.cap is not None:
            deductions.append(_cap_deduction(form, section.cap, form.ruleset.caps[section.path], loss))
        elif loss.kind == "limit":
            _tell_limit(form, section, loss, deductions, notes)
        else:
            _tell_conversion(form, loss, "/".join(section.path), deductions, notes)
    return Rationale(tuple(deductions), tuple(notes))


def _tell_limit(form: ScoredForm, section: Section, loss: Loss, deductions: list[Deduction], notes: list[str]) -> None:
    """Tell what a bonus or penalty section reached beyond its limit; a penalty gives back what it took beyond."""
    limit = form.ruleset.at_most(section)
    sentence = phrase(
        "note-bonus-limit", reached=form.ruleset.points(limit + loss.units), limit=form.ruleset.points(limit)
    )
    if section.bonus:
        notes.append(sentence)
        return
    rule = f"{form.ruleset.catalogue.name} {'/'.join(section.path)} at_most"
    deductions.append(Deduction(form.ruleset.decimal(-loss.units), sentence, rule, location=section.location))


def _bonus_cap(form: ScoredForm, section: Section) -> str:
    """Say why a bonus adds no more: what is not earned is no deduction."""
    assert section.cap is not None
    because = _sentence(form, form.ruleset.caps[section.path])
    return phrase("note-bonus-cap", because=because, limit=section.cap.at_most)


def _cap_deduction(form: ScoredForm, cap: Cap, level: Compiled, loss: Loss) -> Deduction:
    """Say what a cap of a section or of the total took."""
    return Deduction(
        form.ruleset.decimal(loss.units),
        _sentence(form, level),
        rule=level.program.rules[0].label,
        formula="" if cap.when is None else formula_words(cap.when.tree),
        steps=(f"{decimal_text(form.ruleset.points(loss.units) + cap.at_most)} → {decimal_text(cap.at_most)}",),
        reference=cap.reference,
        location=cap.location,
    )


def _sentence(form: ScoredForm, level: Compiled) -> str:
    return level_sentence(form.ruleset, level, form_values(form, level.titles))


def _tell_conversion(form: ScoredForm, loss: Loss, where: str, deductions: list[Deduction], notes: list[str]) -> None:
    score, share, points, converted = (Fraction(units) / form.place for units in loss.basis)
    values = {"score": score, "share": share, "points": points, "converted": converted}
    if not loss.units:
        notes.append(phrase("note-conversion", **values))
        return
    step = f"{decimal_text(score)} ÷ {decimal_text(share)} × {decimal_text(points)} = {decimal_text(converted)}"
    deductions.append(
        Deduction(
            form.ruleset.decimal(loss.units),
            phrase(f"reason-{loss.kind}", lost=form.ruleset.points(loss.units), **values),
            rule=phrase("rule-level", edition=form.ruleset.catalogue.name, where=where, kind=loss.kind),
            formula=phrase("formula-conversion"),
            steps=(step,),
        )
    )


def total_losses(form: ScoredForm) -> Rationale:
    """Give what was lost at the level of the total, and the grade caps that held."""
    deductions, notes, catalogue = list[Deduction](), list[str](), form.ruleset.catalogue
    for loss in form.total.losses:
        if loss.kind == "limit":
            limit = form.ruleset.points(form.total.points + form.ruleset.bonus_limit)
            sentence = phrase("reason-total-limit", limit=limit, points=form.ruleset.points(abs(loss.units)))
            rule = phrase("rule-total", edition=catalogue.name)
            deductions.append(Deduction(form.ruleset.decimal(loss.units), sentence, rule))
        elif loss.kind == "cap" and form.score_cap is not None:
            cap, level = catalogue.score_caps[form.score_cap], form.ruleset.score_caps[form.score_cap]
            deductions.append(_cap_deduction(form, cap, level, loss))
        else:
            _tell_conversion(form, loss, phrase("total"), deductions, notes)
    held = set(map(id, form.grade_caps))
    notes += [
        phrase("note-grade-cap", because=_sentence(form, level), grade=cap.at_most)
        for cap, level in zip(catalogue.grade_caps, form.ruleset.grade_caps, strict=True)
        if id(cap) in held
    ]
    by_claim = sum(row.units for row in form.rows if row.entry is not None and row.scored_by == "claim")
    if by_claim:
        notes.append(phrase("note-claimed-points", points=form.ruleset.points(by_claim)))
    return Rationale(tuple(deductions), tuple(notes))

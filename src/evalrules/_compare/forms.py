"""Whole forms under two editions: what changed above the rows, in sums, caps, conversions and grades."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from attrs import evolve, frozen

from evalrules._catalogue.digest import meaning
from evalrules._catalogue.model import Catalogue, Path
from evalrules._compare.blank_forms import BlankForm
from evalrules._compare.matching import Matching
from evalrules._problems import SubmissionError
from evalrules._ruleset import Ruleset
from evalrules._scoring.form import ScoredForm
from evalrules._scoring.levels import aggregation
from evalrules._scoring.score import score_form
from evalrules._submission import Entry, Submission

MOST_SHOWN = 3


@frozen(eq=False)
class FormWitness:
    """A form whose rows score alike under both editions while a section, the total or the grade does not.

    ``cell`` is what it fills in otherwise than usual; ``where`` the section, empty for the total.
    """

    cell: str
    where: str
    old: ScoredForm
    new: ScoredForm
    scores: tuple[Fraction | None, Fraction | None]

    @property
    def grades(self) -> tuple[str | None, str | None]:
        """The grade before and after."""
        return self.old.grade, self.new.grade


def form_witnesses(old: Ruleset, new: Ruleset, matching: Matching) -> tuple[FormWitness, ...]:
    """Look for forms that the levels above the rows score differently, one for each section; empty where none may."""
    if _above_rows(old.catalogue) == _above_rows(new.catalogue):
        return ()
    found: dict[str, FormWitness] = {}
    for witness in _witnesses(old, new, matching):
        known = found.get(witness.where)
        if known is None or (None in known.scores and None not in witness.scores):
            found[witness.where] = witness
    return tuple(found.values())[:MOST_SHOWN]


def _above_rows(catalogue: Catalogue) -> object:
    """Give all that decides a score besides the rules of the rows."""
    sections = [meaning(evolve(section, parts=(), explain_when=None, ranges=())) for section in catalogue.sections]
    otherwise = [(indicator.path, meaning(indicator.otherwise)) for indicator in catalogue.indicators]
    return catalogue.points, sections, otherwise, meaning(catalogue.grade_caps)


def _witnesses(old: Ruleset, new: Ruleset, matching: Matching) -> Iterator[FormWitness]:
    for first, second in ((old, new), (new, old)):
        for filling in BlankForm(first).fillings():
            here = filling.submission
            there = _led(here, matching) if first is old else here
            try:
                forms = score_form(first, here), score_form(second, there)
            except SubmissionError:
                continue
            before, after = forms if first is old else reversed(forms)
            yield from _differing(filling.cell, before, after, matching)


def _led(submission: Submission, matching: Matching) -> Submission:
    """Bring a form to the names of the new edition."""
    data = {matching.called.get(name, name): figure for name, figure in submission.data.items()}
    return evolve(submission, data=data, entries=tuple(_entry(entry, matching) for entry in submission.entries))


def _entry(entry: Entry, matching: Matching) -> Entry:
    section: Path = tuple((entry.section or "").split("/")) if entry.section else ()
    path = matching.indicators.get((*section, entry.indicator))
    if path is None:
        path = (*matching.sections.get(section, section), entry.indicator)
    return evolve(entry, indicator=path[-1], section="/".join(path[:-1]) or None)


def _differing(cell: str, old: ScoredForm, new: ScoredForm, matching: Matching) -> Iterator[FormWitness]:
    if _rows(old) != _rows(new):
        return
    before, after = aggregation(old), aggregation(new)
    for path, now in matching.sections.items():
        units = before.outcome(old.ruleset.parts[path]).score, after.outcome(new.ruleset.parts[now]).score
        scores = _points(old, units[0]), _points(new, units[1])
        if scores[0] != scores[1]:
            yield FormWitness(cell, "/".join(now), old, new, scores)
    totals = _points(old, old.total.score), _points(new, new.total.score)
    if totals[0] != totals[1] or old.grade != new.grade:
        yield FormWitness(cell, "", old, new, totals)


def _rows(form: ScoredForm) -> list[tuple[object, ...]]:
    """Give what every row scored, whatever it is called."""
    scored = zip(form.states, form.units, form.scores, strict=True)
    return [
        (_points(form, units), None if state == "not_chosen" else _points(form, score))
        for state, units, score in scored
    ]


def _points(form: ScoredForm, units: int | None) -> Fraction | None:
    return None if units is None else form.points(units)

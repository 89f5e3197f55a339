"""Whole forms and grades under two editions, and the blank forms to try them on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from typing import Any

from attrs import define, evolve, frozen

from evalrules._compare.matching import Matching
from evalrules._edition.digest import meaning
from evalrules._edition.levels import grade_program, totals
from evalrules._edition.model import Catalogue, Indicator, Path, Section
from evalrules._edition.model import Figure as Declared
from evalrules._edition.scopes import TOTAL, total_bounds
from evalrules._formula.program import ACTUAL, JUDGED, TARGET
from evalrules._formula.ranges import Ranges
from evalrules._formula.words import show
from evalrules._laws.subjects import Subject, open_rows, subjects
from evalrules._laws.trials import Value, Values, attempt, cell_of
from evalrules._numbers import decimal_text
from evalrules._problems import phrase
from evalrules._quantities import BLANK, Cell, CellError, read_cell
from evalrules._score.form import ScoredForm
from evalrules._score.levels import aggregation, grade_of
from evalrules._score.ruleset import Ruleset
from evalrules._score.score import score_form
from evalrules._submission import Claimed, Entry, Figure, Submission

# Whole forms to try editions on: one that fills every row as usual, and others that differ from it in one cell.


_COMPARATORS = ("≥", ">", "≤", "<", "=")
_MOST_VALUES = 12


@frozen
class Filling:
    """A submission and the one cell in which it differs from the usual one; empty for the usual one itself."""

    submission: Submission
    cell: str = ""


@define(slots=False, eq=False)
class BlankForm:
    """The form of an edition, waiting to be filled."""

    ruleset: Ruleset

    def fillings(self) -> Iterator[Filling]:
        """Give the usual filling, then every cell of it at and beside the edges of its rule, and blank."""
        usual = self.usual()
        yield Filling(usual)
        for name, declared in self.ruleset.catalogue.data.items():
            yield from self._with_figure(usual, name, declared)
        for number, entry in enumerate(usual.entries):
            yield from self._with_entry(usual, number, entry)

    def usual(self) -> Submission:
        """Fill every row as usual: targets just met, choices at their first."""
        catalogue = self.ruleset.catalogue
        data: dict[str, Figure] = {}
        tables: dict[str, tuple[Mapping[str, Figure], ...]] = {}
        for subject, values in self._starts():
            given = attempt(subject, values).form.submission
            data.update({name: figure for name, figure in given.data.items() if name not in data})
            tables.update(given.tables)
        data.update({name: Figure(cell) for name, cell in self._unread() if name not in data})
        year = catalogue.fiscal_years[0] if catalogue.fiscal_years else 2024
        return Submission(catalogue.name, "某单位", year, data, tables, tuple(self._entries()), Claimed(), "")

    def _unread(self) -> Iterator[tuple[str, Cell]]:
        """Give usual values for figures that no row reads: a cap or a grade may."""
        for name, declared in self.ruleset.catalogue.data.items():
            value = _plain_value(declared)
            if declared.formula is None and value is not None:
                yield name, cell_of(value, declared.unit)

    def _starts(self) -> Iterator[tuple[Subject, Values]]:
        for subject in self._rows.values():
            yield subject, subject.trying.usual()

    @cached_property
    def _rows(self) -> Mapping[Path, Subject]:
        """One rule for each indicator that the edition fixes."""
        fixed = [each for each in subjects(self.ruleset) if not each.is_method and each.indicator.origin == "catalogue"]
        return {subject.indicator.path: subject for subject in reversed(fixed)}

    # ---- rows

    def _entries(self) -> Iterator[Entry]:
        answered: set[Path] = set()
        choices = {section.path for section in self.ruleset.choices}
        for subject, values in reversed([*self._starts()]):
            path = subject.indicator.path
            if path[:-1] not in choices or path[:-1] not in answered:
                answered.add(path[:-1])
                yield self._entry(subject, values, path[:-1])
        catalogue = self.ruleset.catalogue
        yield from self._open_entries(catalogue.parts, catalogue.points, ())

    def _open_entries(self, parts: Sequence[Section | Indicator], points: Fraction, path: Path) -> Iterator[Entry]:
        """Give the points that are left to the first section without points, or to rows of this one."""
        counted = [part for part in parts if isinstance(part, Indicator) or not (part.bonus or part.penalty)]
        left = points - sum((part.points for part in counted if part.points is not None), Fraction(0))
        for part in counted:
            if isinstance(part, Section) and not part.one_of:
                own, left = (left, Fraction(0)) if part.points is None else (part.points, left)
                yield from self._open_entries(part.parts, own, part.path)
        rows = open_rows(self.ruleset, path) if path in self.ruleset.open_sections and left > 0 else {}
        if rows:
            subject = next(iter(rows.values()))
            start = subject.trying.usual()
            entry = self._entry(subject, {**start, JUDGED: left} if JUDGED in start else start, path)
            yield evolve(entry, indicator="自设指标", points=left)

    def _entry(self, subject: Subject, values: Values, section: Path) -> Entry:
        entry = attempt(subject, values).row.entry
        assert entry is not None
        target = _target(subject, values.get(TARGET)) if TARGET in subject.free else entry.target
        return evolve(entry, section="/".join(section) or None, target=target, where=entry.indicator)

    # ---- variations

    def _with_figure(self, usual: Submission, name: str, declared: Declared) -> Iterator[Filling]:
        if declared.formula is not None:
            return
        for value in self._values(name, declared):
            cell = cell_of(value, declared.unit)
            told = f"{name} {cell.text or show(None)}"
            yield Filling(evolve(usual, data={**usual.data, name: Figure(cell)}), told)

    def _values(self, name: str, declared: Declared) -> list[Value]:
        if declared.type == "yes_no":
            return [True, False]
        if declared.type == "choice":
            return [*declared.choices]
        found: dict[Value, None] = {None: None}
        for subject in self._rows.values():
            if name in subject.trying.domains:
                values = subject.trying.values(name, subject.trying.usual())
                found.update(dict.fromkeys(values[:: max(1, len(values) // _MOST_VALUES)]))
        return [*found]

    def _with_entry(self, usual: Submission, number: int, entry: Entry) -> Iterator[Filling]:
        before, after = usual.entries[:number], usual.entries[number + 1 :]
        title = f"{entry.section}/{entry.indicator}" if entry.section else entry.indicator
        changed = [(evolve(entry, actual=BLANK), f"{title} {ACTUAL} {show(None)}")]
        changed += [(evolve(entry, actual=_zero(entry)), f"{title} {ACTUAL} 0")]
        changed += [(evolve(entry, not_applicable="本年无此事项"), phrase("form-not-applicable", title=title))]
        yield from (Filling(evolve(usual, entries=(*before, other, *after)), told) for other, told in changed)


def _plain_value(declared: Declared) -> Value:
    """Give a harmless value: no, the first choice, 0 or the least that is allowed and written."""
    if declared.type in ("yes_no", "choice"):
        return next(iter(declared.choices), False)
    least = declared.bounds.low or Fraction(0)
    wished = (Fraction(0), least, least + 1) if declared.type == "number" else ()
    return next((number for number in wished if declared.bounds.admits(number)), None)


def _zero(entry: Entry) -> Cell:
    return cell_of(Fraction(0), getattr(entry.actual, "unit", ""))


def _target(subject: Subject, value: Value) -> Cell:
    """Write a target of the row's kind."""
    kind = subject.row.target.kind if subject.row.target is not None else "text"
    text = cell_of(value, subject.indicator.unit).text if value is not None else "达到要求"
    try:
        return read_cell(f"{kind if kind in _COMPARATORS else ''}{text}")
    except CellError:
        return BLANK


# Whole forms under two editions: what changed above the rows, in sums, caps, conversions and grades.


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
    return catalogue.points, sections, otherwise, meaning(catalogue.score_caps), meaning(catalogue.grade_caps)


def _witnesses(old: Ruleset, new: Ruleset, matching: Matching) -> Iterator[FormWitness]:
    for first, second in ((old, new), (new, old)):
        for filling in BlankForm(first).fillings():
            here = filling.submission
            there = _led(here, matching) if first is old else here
            forms = score_form(first, here), score_form(second, there)
            if any(form.defects for form in forms):
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
    return [
        (_points(form, row.units), None if row.state == "not_chosen" else _points(form, row.score)) for row in form.rows
    ]


def _points(form: ScoredForm, units: int | None) -> Fraction | None:
    return None if units is None else form.ruleset.points(units)


# The grades of two editions over all totals: where a total earns another grade now.


@frozen
class GradeShift:
    """Totals from ``low`` to ``high``, both included, and their grade in either edition; None is no grade."""

    low: Fraction
    high: Fraction
    old: str | None
    new: str | None

    @property
    def totals(self) -> str:
        """The totals as text."""
        low, high = decimal_text(self.low), decimal_text(self.high)
        return low if low == high else f"{low}–{high}"


def grade_shifts(old: Ruleset, new: Ruleset) -> tuple[GradeShift, ...]:
    """Give the totals that earn another grade, lowest first.

    Only the total decides here: caps of the grade are left out, and where a condition reads a figure, which is blank
    here, there is no grade.
    """
    if not (old.grading and new.grading) or old.catalogue.grades == new.catalogue.grades:
        return ()
    before, after = evolve(old, grade_caps=()), evolve(new, grade_caps=())
    graded = [(total, _grade_of(before, total), _grade_of(after, total)) for total in _totals(old, new)]
    return tuple(_shifts(graded))


def _totals(old: Ruleset, new: Ruleset) -> list[Fraction]:
    """Give the totals worth trying that both editions have."""
    editions = old.catalogue, new.catalogue
    programs = [grade_program(edition) for edition in editions]
    found = {
        Fraction(units, 10**each.rounding.places) for each in editions for units in totals(each, programs, Ranges())
    }
    bounds = [total_bounds(edition) for edition in editions]
    return sorted(total for total in found if all(each.admits(total) for each in bounds))


def _grade_of(ruleset: Ruleset, total: Fraction) -> str | None:
    """Give the grade of a total by itself."""
    values: list[Any] = [None] * len(ruleset.slots)
    values[ruleset.slots[TOTAL]] = (total.numerator, total.denominator)
    return grade_of(ruleset, values)


def _shifts(graded: list[tuple[Fraction, str | None, str | None]]) -> Iterator[GradeShift]:
    for (before, after), run in groupby(graded, key=lambda each: each[1:]):
        totals = [total for total, _, _ in run]
        if before != after:
            yield GradeShift(totals[0], totals[-1], before, after)

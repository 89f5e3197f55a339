"""Whole forms to try an edition on, filled as usual or in part and others beside, and what holds of every one."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import islice
from typing import Any

from attrs import define, evolve

from evalrules._edition.model import Cap, Indicator, Path, Section
from evalrules._edition.model import Figure as Declared
from evalrules._edition.scopes import grade_scope
from evalrules._evaluation import Evaluation, IndicatorResult
from evalrules._formula.edges import edge_terms
from evalrules._formula.program import ACTUAL, JUDGED, TARGET, TOTAL, free_names
from evalrules._formula.second import evaluate_node
from evalrules._formula.tree import Fault, Node
from evalrules._formula.words import show
from evalrules._formula.worth_trying import WorthTrying, domain
from evalrules._laws.subjects import Subject, open_rows, subjects
from evalrules._laws.trials import Breach, Value, Values, attempt, cell_of
from evalrules._numbers import decimal_text
from evalrules._problems import phrase
from evalrules._quantities import BLANK, Cell, CellError, read_cell
from evalrules._reasons.account import FormValues
from evalrules._reasons.levels import SectionResult
from evalrules._reasons.sentences import Deduction
from evalrules._score.form import ScoredForm
from evalrules._score.levels import aggregation, form_values
from evalrules._score.ruleset import Compiled, Ruleset
from evalrules._submission import Claimed, Entry, Figure, Submission
from evalrules._values import frozen

_COMPARATORS = ("≥", ">", "≤", "<", "=")
_MOST_VALUES, _MOST_ATTEMPTS = 12, 40
MOST_ROWS = 12_000
"""So many rows are scored to vary the cells of a form: of one that is so large that these are fewer than its cells
times its rows, cells at even distances are varied."""
_OWN_LEVEL = ("自设一级指标",)


@frozen
class Filling:
    """A submission and in what it differs from the usual one; empty for the usual one itself."""

    submission: Submission
    cell: str = ""


@define(slots=False, eq=False)
class BlankForm:
    """The form of an edition, waiting to be filled."""

    ruleset: Ruleset

    def fillings(self) -> Iterator[Filling]:
        """Give the usual filling, then every cell of it at and beside the edges of its rules, and blank.

        Then the same with rows that score a part of their points, where they can.
        """
        yield from self._variations(self.filled(self._usual))
        for each in self._variations(self.filled(self._partial)):
            yield evolve(each, cell=phrase("form-partly", cell=each.cell) if each.cell else phrase("form-partly-alone"))

    def _variations(self, form: Submission) -> Iterator[Filling]:
        yield Filling(form)
        figures, entries = self.ruleset.catalogue.data, form.entries
        varied = [*figures.values(), *range(len(entries))]
        for each in varied[:: 1 + len(varied) * len(entries) // MOST_ROWS]:
            if isinstance(each, int):
                yield from self._with_entry(form, each, entries[each])
            else:
                yield from self._with_figure(form, each.name, each)

    def filled(self, rows: Mapping[Path, Values]) -> Submission:
        """Fill every row with these values, and figures that no row reads as harmless as they can be."""
        catalogue = self.ruleset.catalogue
        data: dict[str, Figure] = {}
        tables: dict[str, tuple[Mapping[str, Figure], ...]] = {}
        for path, values in rows.items():
            subject = self._rows[path]
            given = attempt(subject, values).form.submission
            data.update({name: figure for name, figure in given.data.items() if name not in data})
            tables.update(given.tables)
        data.update({name: Figure(cell) for name, cell in self._unread() if name not in data})
        year = catalogue.fiscal_years[0] if catalogue.fiscal_years else 2024
        return Submission(catalogue.name, "某单位", year, data, tables, tuple(self._entries(rows)), Claimed(), "")

    def _unread(self) -> Iterator[tuple[str, Cell]]:
        """Give usual values for figures that no row reads: a cap or a grade may."""
        for name, declared in self.ruleset.catalogue.data.items():
            value = _plain_value(declared)
            if declared.formula is None and value is not None:
                yield name, cell_of(value, declared.unit)

    @cached_property
    def _usual(self) -> Mapping[Path, Values]:
        """Usual values of each row: targets just met, choices at their first."""
        return {path: subject.trying.usual() for path, subject in self._rows.items()}

    @cached_property
    def _partial(self) -> Mapping[Path, Values]:
        """Values with which each row scores a part of its points; the usual ones where none were found."""
        return {path: self._partly(subject) or self._usual[path] for path, subject in self._rows.items()}

    def _partly(self, subject: Subject) -> Values | None:
        usual = subject.trying.usual()
        others = ({**usual, name: value} for name in usual for value in subject.trying.values(name, usual))
        tried = (attempt(subject, values) for values in islice(others, _MOST_ATTEMPTS))
        return next((trial.values for trial in tried if trial.is_scored and trial.units and not trial.is_full), None)

    @cached_property
    def _conditions(self) -> WorthTrying:
        """What caps, grades and applicability read of the figures."""
        catalogue = self.ruleset.catalogue
        scope = {name: each for name, each in grade_scope(catalogue).items() if name in catalogue.data}
        trees: list[Node] = [part.applies.tree for part in catalogue.indicators if part.applies is not None]
        conditions = [cap.when for cap in catalogue.caps] + [grade.when for grade in catalogue.grades]
        conditions += [cap.when for cap in catalogue.grade_caps]
        trees += [condition.tree for condition in conditions if condition is not None]
        formulas = {figure.name: figure.formula.tree for _, figure, _ in self.ruleset.computed if figure.formula}
        read = [name for name in free_names(trees, formulas) if name in scope]
        others = {name: Fraction(1) for name in free_names(trees, formulas) if name not in scope}
        return WorthTrying({name: domain(scope[name]) for name in read}, edge_terms(trees, formulas), formulas, others)

    @cached_property
    def _reading(self) -> Mapping[str, Sequence[WorthTrying]]:
        """What rows and conditions read of each figure."""
        found: dict[str, list[WorthTrying]] = {}
        for trying in (*(subject.trying for subject in self._rows.values()), self._conditions):
            for name in trying.domains:
                found.setdefault(name, []).append(trying)
        return found

    @cached_property
    def _rows(self) -> Mapping[Path, Subject]:
        """One rule for each indicator that the edition fixes."""
        fixed = [each for each in subjects(self.ruleset) if not each.is_method and each.indicator.origin == "catalogue"]
        return {subject.indicator.path: subject for subject in reversed(fixed)}

    # ---- rows

    def _entries(self, rows: Mapping[Path, Values]) -> Iterator[Entry]:
        answered: set[Path] = set()
        choices = {section.path for section in self.ruleset.choices}
        for path, values in reversed([*rows.items()]):
            if path[:-1] not in choices or path[:-1] not in answered:
                answered.add(path[:-1])
                yield self._entry(self._rows[path], values, path[:-1])
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
        rows = open_rows(self.ruleset, path) if path in self.ruleset.open_parts and left > 0 else {}
        if rows:
            subject = next(iter(rows.values()))
            start = subject.trying.usual()
            entry = self._entry(subject, {**start, JUDGED: left} if JUDGED in start else start, path or _OWN_LEVEL)
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
        for trying in self._reading.get(name, ()):
            values = trying.values(name, trying.usual())
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
    unit = subject.indicator.unit or ("" if subject.row.target is None else subject.row.target.unit)
    text = cell_of(value, unit).text if value is not None else "达到要求"
    try:
        return read_cell(f"{kind if kind in _COMPARATORS else ''}{text}")
    except CellError:
        return BLANK


_NOTHING = Decimal(0)


def form_breach(form: ScoredForm) -> Breach | None:
    """Give the first law that a scored form breaks: caps, then sums of indicators, sections and total."""
    return cap_breach(form) or sum_breach(form)


def sum_breach(form: ScoredForm) -> Breach | None:
    """Give the first level at which the deductions are not what was lost."""
    return next(_sums(form, Evaluation(form, audit=lambda _: ())), None)


def cap_breach(form: ScoredForm) -> Breach | None:
    """Give the first score that is above a cap that holds."""
    return next(_caps(form), None)


def _sums(form: ScoredForm, evaluation: Evaluation) -> Iterator[Breach]:
    """Hold each level to its sum: what is told as lost in it is what its score falls short of its points.

    A bonus has nothing to lose, and a penalty 0 points. At the form what bonuses earned counts beside the points.
    """
    bonuses, penalties = form.ruleset.bonuses, form.ruleset.penalties
    parts: list[IndicatorResult | SectionResult] = [*evaluation.indicators, *evaluation.sections]
    told = {part.path: _told(part.deductions) for part in parts if not _lies_in(bonuses, part)}

    def lost_in(path: Path) -> Decimal:
        inside = (other for other in told if other[: len(path)] == path)
        return sum((told[other] for other in inside if penalty_of(other) == penalty_of(path)), _NOTHING)

    def penalty_of(path: Path) -> Path | None:
        return next((path[:depth] for depth in range(1, len(path) + 1) if path[:depth] in penalties), None)

    for part in parts:
        if part.path in told:
            title = "/".join(part.path) if isinstance(part, SectionResult) else part.name
            yield from _unequal(title, part.points, part.score, lost_in(part.path))
    earned = sum((part.score or _NOTHING for part in evaluation.sections if part.path in bonuses), _NOTHING)
    lost = sum(told.values(), _told(evaluation.deductions))
    yield from _unequal(evaluation.catalogue.title, evaluation.points + earned, evaluation.score, lost)


def _lies_in(paths: frozenset[Path], part: IndicatorResult | SectionResult) -> bool:
    return any(part.path[:depth] in paths for depth in range(1, len(part.path) + 1))


def _told(deductions: Iterable[Deduction]) -> Decimal:
    return sum((lost.points for lost in deductions), _NOTHING)


def _unequal(title: str, points: Decimal, score: Decimal | None, told: Decimal) -> Iterator[Breach]:
    if score is not None and points - score != told:
        numbers = {"score": score, "points": points, "told": told}
        yield Breach("law-form-sum", title, tuple((name, f"{number:f}") for name, number in numbers.items()))


def _caps(form: ScoredForm) -> Iterator[Breach]:
    ruleset, sums = form.ruleset, aggregation(form)
    for section in ruleset.catalogue.sections:
        if section.cap is not None:
            outcome = sums.outcome(section)
            score = outcome.outside if section.bonus else outcome.score
            yield from _above("/".join(section.path), section.cap, ruleset.caps[section.path], form, score)
    for cap, level in zip(ruleset.catalogue.score_caps, ruleset.score_caps, strict=True):
        yield from _above(ruleset.catalogue.title, cap, level, form, form.total.score)


def _above(title: str, cap: Cap, level: Compiled, form: ScoredForm, units: int | None) -> Iterator[Breach]:
    if units is not None and form.ruleset.points(units) > cap.at_most and holds(form, level):
        limits = (("at_most", decimal_text(cap.at_most)), ("score", f"{form.ruleset.decimal(units):f}"))
        yield Breach("law-section-cap", title, limits, cap.location)


def holds(form: ScoredForm, cap: Compiled) -> bool:
    """Tell by the second reading whether the condition of a cap holds, of a section, the total or the grade."""
    (rule,), names, slots = cap.program.rules, cap.titles, form.ruleset.slots
    if rule.when is None:
        return True
    stored, values = form_values(form, names), FormValues(form.submitted)
    values.update((name, native(stored[slots[name]])) for name in names)
    values[TOTAL] = None if form.total.score is None else form.ruleset.points(form.total.score)
    try:
        return bool(evaluate_node(rule.when.tree, values, form.ruleset.functions))
    except Fault:
        return False


def native(stored: Any) -> Any:
    """Give a stored value as the second reading takes it: a Fraction, a date, a bool, a text."""
    if isinstance(stored, tuple):
        return Fraction(*stored)
    is_day = isinstance(stored, int) and not isinstance(stored, bool)
    return datetime.date.fromordinal(stored) if is_day else stored

"""The difference between two editions in meaning: what was declared otherwise, and what scores otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import groupby
from typing import Any

from attrs import evolve, field

from evalrules._compare.matching import Match, Matching, Paths, pairs
from evalrules._compare.rules import (
    NOTHING,
    ChangedLine,
    Compared,
    Names,
    Proving,
    changed_lines,
    compare,
    is_same_rule,
    reason_lines,
    rule_lines,
    shown,
)
from evalrules._edition.digest import meaning
from evalrules._edition.levels import grade_program, totals
from evalrules._edition.model import Cap, Catalogue, Figure, GradeCap, Indicator, Path, Section
from evalrules._edition.scopes import total_bounds
from evalrules._formula.ranges import Ranges
from evalrules._formula.tree import Formula
from evalrules._formula.words import formula_words
from evalrules._laws.fillings import BlankForm
from evalrules._numbers import decimal_text
from evalrules._problems import Finding, Location, finding
from evalrules._score.form import ScoredForm
from evalrules._score.levels import aggregation, grading_by_total
from evalrules._score.ruleset import Ruleset
from evalrules._score.score import score_form
from evalrules._submission import Entry, Submission
from evalrules._values import frozen

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
        scores = _exactly(old, units[0]), _exactly(new, units[1])
        if scores[0] != scores[1]:
            yield FormWitness(cell, "/".join(now), old, new, scores)
    totals = _exactly(old, old.total.score), _exactly(new, new.total.score)
    if totals[0] != totals[1] or old.grade != new.grade:
        yield FormWitness(cell, "", old, new, totals)


def _rows(form: ScoredForm) -> list[tuple[object, ...]]:
    """Give what every row scored, whatever it is called."""
    return [
        (_exactly(form, row.units), None if row.state == "not_chosen" else _exactly(form, row.score))
        for row in form.rows
    ]


def _exactly(form: ScoredForm, units: int | None) -> Fraction | None:
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
    before, after = grading_by_total(old), grading_by_total(new)
    graded = [(total, before(total), after(total)) for total in _totals(old, new)]
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


def _shifts(graded: list[tuple[Fraction, str | None, str | None]]) -> Iterator[GradeShift]:
    for (before, after), run in groupby(graded, key=lambda each: each[1:]):
        totals = [total for total, _, _ in run]
        if before != after:
            yield GradeShift(totals[0], totals[-1], before, after)


# What changed in meaning besides how the rules score: parts come and gone, declarations, grades, checks, settings.


_OF_EDITION = (
    "title", "issuer", "fiscal_years", "supersedes", "points", "open", "rounding", "tolerance", "reference", "uses",
)  # fmt: skip
_OF_FIGURE = ("type", "unit", "integer", "bounds", "formula", "choices", "required", "where")
_OF_SECTION = (
    "points", "open", "one_of", "bonus", "penalty", "at_most", "cap", "explain_when", "ranges", "judged_by", "also",
)  # fmt: skip
_OF_INDICATOR = (
    "points", "unit", "integer", "value", "target", "scoring", "applies", "otherwise", "ranges", "explain_when",
    "reference", "evidence", "status", "waive", "also",
)  # fmt: skip
_OF_METHOD = ("about", "parameters", "scoring", "ranges", "reference", "waive")
_OF_GRADE = ("when", "also")
_OF_CHECK = ("each", "expect", "when", "within", "blanks_are_zero", "severity", "because", "reference")
_OF_AUDIT = ("severity", "options", "because")


@frozen
class EditionChange:
    """One change, worded in either language; ``place`` is where the new edition says so, else where the old one did."""

    told: Finding
    place: Location | None = field(default=None, eq=False, repr=False)


def changes(matching: Matching) -> tuple[EditionChange, ...]:
    """Give everything that changed, in the order of an edition's file."""
    return tuple(_changes(matching))


def _changes(matching: Matching) -> Iterator[EditionChange]:
    old, new = matching.old, matching.new
    yield from _fields(old.title, old, new, _OF_EDITION)
    yield from _figures(matching)
    yield from _named(old.grids, new.grids, ("columns", "rows"))
    yield from _cells(matching)
    yield from _named(old.tables, new.tables, ())
    yield from _named(_columns(old), _columns(new), _OF_FIGURE)
    yield from _named(_own(old), _own(new), _OF_METHOD)
    yield from _fields(
        "defaults",
        old.defaults,
        new.defaults,
        ("bare_target", "bare_target_words", "scoring", "sections", "explain_when", "judged_by"),
    )
    yield from _parts(old.sections, new.sections, matching.sections, _OF_SECTION)
    yield from _parts(old.indicators, new.indicators, matching.indicators, _OF_INDICATOR, matching.called)
    yield from _named(_by_title(old.grades), _by_title(new.grades), _OF_GRADE)
    yield from _order(old, new)
    yield from _caps(old.score_caps, new.score_caps)
    yield from _caps(old.grade_caps, new.grade_caps)
    yield from _named(_by_name(old.checks), _by_name(new.checks), _OF_CHECK)
    yield from _named(old.audit, new.audit, _OF_AUDIT)
    yield from _named(_by_title(old.review), _by_title(new.review), ("cuts", "because", "reference"))
    yield from _fields(old.title, old, new, ("waive",))


# ---- what comes and goes -------------------------------------------------------------------------------------------


def _figures(matching: Matching) -> Iterator[EditionChange]:
    called, old, new = matching.called, dict(matching.old.data), dict(matching.new.data)
    for before, after in called.items():
        yield _change("diff-renamed", after, new[after].location, old=before)
    kept_old = {called.get(name, name): figure for name, figure in old.items() if not _in_new_grid(name, old, new)}
    kept_new = {name: figure for name, figure in new.items() if not _in_new_grid(name, new, old)}
    yield from _named(kept_old, kept_new, _OF_FIGURE, called)


def _cells(matching: Matching) -> Iterator[EditionChange]:
    """Tell what the cells of a new grid are: of all at once, where they are alike."""
    for name, grid in matching.new.grids.items():
        if name in matching.old.grids:
            continue
        cells = [figure for figure in matching.new.data.values() if figure.grid is not None and figure.grid[0] == name]
        for part in _OF_FIGURE:
            alike = len({shown(getattr(cell, part)) for cell in cells}) == 1
            for cell in cells[:1] if alike else cells:
                yield from (
                    evolve(told, place=grid.location) for told in _told_of(name if alike else cell.name, cell, [part])
                )


def _in_new_grid(name: str, here: Mapping[str, Figure], there: Mapping[str, Figure]) -> bool:
    """Tell whether a cell belongs to a grid that the other edition has no cell of: the grid itself is told then."""
    grid = here[name].grid
    return grid is not None and not any(other.grid is not None and other.grid[0] == grid[0] for other in there.values())


def _named(
    old: Mapping[str, Any], new: Mapping[str, Any], parts: tuple[str, ...], called: Names | None = None
) -> Iterator[EditionChange]:
    """Tell what is gone, what is new, and what changed in what both have."""
    yield from (_change("diff-removed", name, old[name].location) for name in old if name not in new)
    for name, part in new.items():
        if name not in old:
            yield _change("diff-added", name, part.location)
            yield from _told_of(name, part, parts)
    for name in old:
        if name in new:
            yield from _fields(name, old[name], new[name], parts, called)


def _parts(
    old: Iterable[Any], new: Iterable[Any], matched: Paths, parts: tuple[str, ...], called: Names | None = None
) -> Iterator[EditionChange]:
    before, after = {part.path: part for part in old}, {part.path: part for part in new}
    gone = (part for path, part in before.items() if path not in matched)
    yield from (_change("diff-part-removed", _title(part.path), part.location, points=_points(part)) for part in gone)
    for path, part in after.items():
        source = next((was for was, now in matched.items() if now == path), None)
        if source is None:
            yield _change("diff-part-added", _title(path), part.location, points=_points(part))
            yield from _told_of(_title(path), part, [each for each in parts if each != "points"])
        else:
            yield from _led_elsewhere(source, path, part.location)
            yield from _fields(_title(path), before[source], part, parts, called)


_USUAL = (("type", "number"), ("required", True))


def _told_of(where: str, new: Any, parts: Iterable[str]) -> Iterator[EditionChange]:
    """Tell all that is said of something new."""
    for part in parts:
        value = getattr(new, part)
        text = shown(value)
        if value is not False and text != NOTHING and (part, value) not in _USUAL:
            yield _change("diff-has", where, getattr(value, "location", None) or new.location, part=part, new=text)


def _columns(catalogue: Catalogue) -> dict[str, Figure]:
    """Give the columns of tables by their full names."""
    return {f"{table.name}_{each.name}": each for table in catalogue.tables.values() for each in table.columns}


def _led_elsewhere(source: Path, path: Path, place: Location | None) -> Iterator[EditionChange]:
    if source[-1] != path[-1]:
        yield _change("diff-renamed", _title(path), place, old=_title(source))
    elif source != path:
        yield _change("diff-moved", _title(path), place, old=_title(source[:-1]), new=_title(path[:-1]))


def _points(part: Section | Indicator) -> str:
    return shown(part.points)


def _title(path: Path) -> str:
    return "/".join(path)


# ---- what changed in what both have --------------------------------------------------------------------------------


def _fields(
    where: str, old: Any, new: Any, parts: tuple[str, ...], called: Names | None = None
) -> Iterator[EditionChange]:
    for part in parts:
        before, after = getattr(old, part), getattr(new, part)
        if _meant(before, called) != _meant(after, {}):
            place = getattr(after, "location", None) or new.location if hasattr(new, "location") else None
            texts = _texts(before, after)
            yield _change("diff-changed", where, place, part=part, old=texts[0], new=texts[1])


def _meant(value: Any, called: Names | None) -> Any:
    if isinstance(value, Formula):
        return formula_words(value.tree, called or {})
    return meaning(value)


def _texts(old: Any, new: Any) -> tuple[str, str]:
    """Write two values; of lists of named things only those that differ."""
    if isinstance(old, tuple) and isinstance(new, tuple) and old and new:
        kept = tuple(value for value in old if value not in new), tuple(value for value in new if value not in old)
        old, new = kept if any(kept) else (old, new)
    return shown(old), shown(new)


def _order(old: Catalogue, new: Catalogue) -> Iterator[EditionChange]:
    before, after = [grade.title for grade in old.grades], [grade.title for grade in new.grades]
    if set(before) == set(after) and before != after:
        yield _change("diff-changed", new.title, new.grades[0].location, part="grades", old=shown(tuple(before)),
                      new=shown(tuple(after)))  # fmt: skip


def _caps(old: Iterable[Cap | GradeCap], new: Iterable[Cap | GradeCap]) -> Iterator[EditionChange]:
    before, after = ({f"{shown(cap.when)} → {shown(cap.at_most)}": cap for cap in caps} for caps in (old, new))
    yield from _named(before, after, ("because", "reference"))


def _own(catalogue: Catalogue) -> dict[str, Any]:
    return {title: method for title, method in catalogue.methods.items() if method.edition in ("", catalogue.name)}


def _by_title(parts: Iterable[Any]) -> dict[str, Any]:
    return {part.title: part for part in parts}


def _by_name(parts: Iterable[Any]) -> dict[str, Any]:
    return {part.name: part for part in parts}


def _change(code: str, where: str, place: Location | None, /, **arguments: Any) -> EditionChange:
    return EditionChange(finding(code, where, **arguments), place)


@frozen(eq=False)
class RuleChange:
    """A rule that is written otherwise, or reads figures that are; ``lines`` are those that only one edition has."""

    pair: Match
    lines: tuple[ChangedLine, ...]
    comparison: Compared


@frozen(eq=False)
class EditionDifference:
    """All that changed from ``old`` to ``new``; two editions with the same digest differ in nothing.

    ``reasons`` are rules that score alike and say so in other words.
    """

    old: Catalogue
    new: Catalogue
    changes: tuple[EditionChange, ...] = ()
    rules: tuple[RuleChange, ...] = ()
    reasons: tuple[RuleChange, ...] = ()
    grades: tuple[GradeShift, ...] = ()
    forms: tuple[FormWitness, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Whether the editions mean the same."""
        return not (self.changes or self.rules or self.reasons or self.grades or self.forms)


Progress = Callable[[int, int], None]


def difference(
    old: Ruleset, new: Ruleset, *, prover: Proving | None = None, progress: Progress | None = None
) -> EditionDifference:
    """Compare two checked editions.

    Each changed rule is put to inputs at all edges of both, and to the prover where there is one. ``progress`` is told
    how many rules of how many are done.
    """
    matching = Matching(old.catalogue, new.catalogue)
    rules: list[RuleChange] = []
    reasons: list[RuleChange] = []
    waiting = list(pairs(old, new, matching))
    for number, pair in enumerate(waiting):
        if not is_same_rule(pair.old, pair.new, matching.called):
            rules.append(_rule_change(pair, matching, prover))
        elif reason_lines(pair.old) != reason_lines(pair.new):
            lines = changed_lines(reason_lines(pair.old), reason_lines(pair.new))
            reasons.append(RuleChange(pair, lines, Compared("equal", proved=True)))
        if progress is not None:
            progress(number + 1, len(waiting))
    return EditionDifference(
        old.catalogue,
        new.catalogue,
        changes(matching),
        tuple(rules),
        tuple(reasons),
        grade_shifts(old, new),
        form_witnesses(old, new, matching),
    )


def _rule_change(pair: Match, matching: Matching, prover: Proving | None) -> RuleChange:
    lines = changed_lines(rule_lines(pair.old, matching.called), rule_lines(pair.new, {}))
    return RuleChange(pair, lines, compare(pair.old, pair.new, matching.called, prover))

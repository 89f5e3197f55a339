"""A submission put to the form: its entries to rows, its figures to slots, its points to sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from operator import attrgetter
from typing import Any

from attrs import evolve, field, frozen

from evalrules._edition.model import Catalogue, Figure, Indicator, Path, Section, Table, Target
from evalrules._formula.tree import Fault
from evalrules._numbers import decimal_text
from evalrules._problems import Location, Problem, listed, phrase, problem
from evalrules._quantities import Blank, Cell, Date, Quantity, convert
from evalrules._score.cells import Misfit, target_of
from evalrules._score.ruleset import Plan, Row, Ruleset
from evalrules._submission import Answer, Entry, Judgement, Pair, Submission
from evalrules._submission import Figure as Given

# The entries of a submission put to the rows of the form; every misfit a problem with its place.


@frozen(eq=False)
class Filled:
    """The form as this submission fills it: its rows in the form's order, each with its entry."""

    rows: Sequence[tuple[Row, Entry | None]]
    incomplete: frozenset[Path] = frozenset()
    """The open sections of which an entry was refused, so that their points cannot be added up."""


def bind_entries(ruleset: Ruleset, submission: Submission, problems: list[Problem]) -> Filled:
    """Put every entry to its row; an entry of an open section that fills no fixed row becomes a row of its own."""
    if not submission.entries:
        return ruleset.once("unfilled", lambda: Filled([(row, None) for row in ruleset.rows]))
    matched: dict[Path, Entry] = {}
    own: dict[Path, list[tuple[Row, Entry]]] = {}
    incomplete: set[Path] = set()
    for entry in submission.entries:
        found = list(_bind(ruleset, entry, matched, own))
        for misfit in found:
            place = entry.places.get(str(misfit.arguments.pop("cell", "indicator")), entry.location)
            problems.append(problem(misfit.code, place, indicator=entry.indicator, **misfit.arguments))
        if found:
            incomplete.add(section_path(entry.section or ""))
    return evolve(_in_order(ruleset, matched, own), incomplete=frozenset(incomplete))


def _bind(
    ruleset: Ruleset, entry: Entry, matched: dict[Path, Entry], own: dict[Path, list[tuple[Row, Entry]]]
) -> Iterator[Misfit]:
    """Put an entry to its row, and give everything in which it does not fit."""
    try:
        path = _path_of(ruleset, entry)
    except Misfit as misfit:
        yield misfit
        return
    if path is None:
        refused = list(_against_own(ruleset, entry))
        if refused:
            yield from refused
            return
        row = _own_row(ruleset, entry)
        path = row.indicator.path
        own.setdefault(path[:-1], []).append((row, entry))
    else:
        row = ruleset.row_at[path]
        yield from _against_fixed(row, entry)
    if path in matched:
        yield Misfit("entry-repeated", first=matched[path].where)
    matched.setdefault(path, entry)
    yield from _against_plan(row, entry)


def _in_order(ruleset: Ruleset, matched: Mapping[Path, Entry], own: Mapping[Path, list[tuple[Row, Entry]]]) -> Filled:
    pairs = [_with_entry(row, matched.get(row.indicator.path)) for row in ruleset.rows]
    if ruleset.open_sections:
        pairs = _among(ruleset, {row.indicator.path: (row, entry) for row, entry in pairs}, own)
    return Filled(pairs)


def _with_entry(row: Row, entry: Entry | None) -> tuple[Row, Entry | None]:
    """Take the entry's target, and the scoring for its kind, where the edition fixes none."""
    if entry is None or row.target is not None or entry.target.__class__ is Blank:
        return row, entry
    target = target_of(entry.target, row.bare_target)
    return evolve(row, target=target, plan=row.plan if target is None else row.plans[target.kind]), entry


def _among(
    ruleset: Ruleset, fixed: Mapping[Path, tuple[Row, Entry | None]], own: Mapping[Path, list[tuple[Row, Entry]]]
) -> list[tuple[Row, Entry | None]]:
    """Put the rows that the submission adds behind those that the edition fixes, section by section."""
    return list(_in_parts(ruleset.catalogue.parts, fixed, own))


def _in_parts(
    parts: tuple[Section | Indicator, ...],
    fixed: Mapping[Path, tuple[Row, Entry | None]],
    own: Mapping[Path, list[tuple[Row, Entry]]],
) -> Iterator[tuple[Row, Entry | None]]:
    for part in parts:
        if isinstance(part, Indicator):
            yield fixed[part.path]
        else:
            yield from _in_parts(part.parts, fixed, own)
            yield from own.get(part.path, ())


def _path_of(ruleset: Ruleset, entry: Entry) -> Path | None:
    """Give the path of the row that the entry names; None for an open section's own row."""
    title = without_blanks(entry.indicator)
    if entry.section is None:
        return _by_title(ruleset, entry, title)
    section = section_path(entry.section)
    if (*section, title) in ruleset.row_at:
        return (*section, title)
    if section not in ruleset.open_sections:
        near = listed(_open_near(ruleset, section), "quoted") or None
        raise Misfit("entry-section-unknown", cell="section", section=entry.section, suggestion=near)
    return None


def _open_near(ruleset: Ruleset, section: Path) -> list[str]:
    """Give the open sections that may be meant: those below the section named, or the one most like it."""
    below = ["/".join(path) for path in ruleset.open_sections if path[: len(section)] == section]
    return below or get_close_matches("/".join(section), ["/".join(path) for path in ruleset.open_sections], 1, 0.4)


def _by_title(ruleset: Ruleset, entry: Entry, title: str) -> Path:
    paths = ruleset.paths_by_title.get(title, ())
    if not paths:
        near = get_close_matches(title, ruleset.paths_by_title, 1)
        if not near and ruleset.open_sections and _is_own(entry):
            raise Misfit("entry-section-missing", sections=listed("/".join(path) for path in ruleset.open_sections))
        raise Misfit("entry-unknown", suggestion=near[0] if near else None)
    if len(paths) > 1:
        raise Misfit("entry-ambiguous", sections=listed("/".join(path[:-1]) for path in paths))
    return paths[0]


def _is_own(entry: Entry) -> bool:
    """Tell an entry that states what the edition states of its own indicators."""
    return entry.points is not None and not isinstance(entry.target, Blank)


def without_blanks(title: str) -> str:
    """Drop the blanks inside a title: ``数量   指标`` is 数量指标."""
    return "".join(title.split())


def section_path(text: str) -> Path:
    """Read ``产出指标/质量指标`` as a path."""
    return tuple(without_blanks(part) for part in text.split("/"))


def _against_fixed(row: Row, entry: Entry) -> Iterator[Misfit]:
    """Refuse an entry that restates other points or another target than the edition fixes, or what it may not say."""
    indicator = row.indicator
    if entry.points is not None and entry.points != indicator.points:
        stated, fixed = decimal_text(entry.points), decimal_text(indicator.points)
        yield Misfit("entry-points-differ", cell="points", stated=stated, fixed=fixed)
    fixed_target = indicator.target
    if fixed_target is not None and fixed_target.formula is None and not isinstance(entry.target, Blank):
        stated_target = target_of(entry.target, fixed_target.kind)
        if stated_target is None or not _same_target(stated_target, fixed_target):
            yield Misfit("entry-target-differs", cell="target", stated=entry.target.text, fixed=fixed_target.text)
    if entry.not_applicable is not None and indicator.otherwise is None:
        yield Misfit("not-applicable-not-allowed", cell="not_applicable")


def _against_plan(row: Row, entry: Entry) -> Iterator[Misfit]:
    """Refuse a tier or answers that the row's scoring does not ask for."""
    if row.plan is None or (entry.judged is None and not entry.answers):
        return
    if entry.judged is not None:
        yield from _against_tiers(row.plan, entry.judged)
    items = {item.title: item.points for item in row.plan.scoring.checklist}
    if entry.answers and not items:
        yield Misfit("answers-not-asked", cell="answers")
        return
    for answer in entry.answers:
        yield from _against_item(answer, items)


def _against_tiers(plan: Plan, judged: Judgement) -> Iterator[Misfit]:
    tiers = [tier.title for tier in plan.scoring.tiers]
    if not plan.scoring.asks_for_judgement:
        yield Misfit("judged-not-asked", cell="judged")
    elif tiers and judged.tier not in (None, *tiers):
        yield Misfit("tier-unknown", cell="judged", tier=judged.tier, choices=listed(tiers))


def _against_item(answer: Answer, items: Mapping[str, Fraction]) -> Iterator[Misfit]:
    if answer.item not in items:
        near = get_close_matches(answer.item, items, 1)
        yield Misfit("answer-unknown", cell="answers", item=answer.item, suggestion=near[0] if near else None)
    elif answer.points is not None and not 0 <= answer.points <= items[answer.item]:
        points, full = decimal_text(answer.points), decimal_text(items[answer.item])
        yield Misfit("answer-points-outside", cell="answers", item=answer.item, points=points, full=full)


def _same_target(stated: Target, fixed: Target) -> bool:
    def meaning(target: Target) -> tuple[object, ...]:
        if target.low is None:
            return (target.kind, target.day, target.text if target.kind == "text" else "")
        low = convert(Quantity(target.low, target.unit), fixed.unit)
        high = None if target.high is None else convert(Quantity(target.high, target.unit), fixed.unit)
        return (target.kind, low, high)

    return meaning(stated) == meaning(fixed)


def _against_own(ruleset: Ruleset, entry: Entry) -> Iterator[Misfit]:
    """Refuse an indicator of a department's own without proper points, or that says what only fixed ones may say."""
    places, points = ruleset.catalogue.rounding.places, entry.points
    if points is None:
        yield Misfit("entry-points-missing")
    elif points <= 0:
        yield Misfit("entry-points-not-positive", cell="points", points=decimal_text(points))
    elif 10**places % points.denominator:
        yield Misfit("entry-points-too-fine", cell="points", points=decimal_text(points), places=places)
    if entry.not_applicable is not None:
        yield Misfit("not-applicable-not-allowed", cell="not_applicable")
    if "/" in entry.indicator:
        yield Misfit("title-slash", title=without_blanks(entry.indicator))


def _own_row(ruleset: Ruleset, entry: Entry) -> Row:
    """Make the row of an indicator that a department adds; its points and title are fit."""
    assert entry.section is not None
    assert entry.points is not None
    section = ruleset.open_sections[section_path(entry.section)]
    target = target_of(entry.target, section.bare_target)
    path = (*section.section.path, without_blanks(entry.indicator))
    indicator = Indicator(path, entry.points, target=target, origin="submission", location=entry.location)
    plan = section.plans[target.kind if target else None]
    points, places = (entry.points.numerator, entry.points.denominator), ruleset.catalogue.rounding.places
    return Row(indicator, plan, points, points[0] * 10**places // points[1], target)


# The figures of a submission in their slots, as formulas read them; every misfit a problem with its place.


YES_NO = {"是": True, "否": False, "true": True, "false": False}


def bind_figures(ruleset: Ruleset, submission: Submission, problems: list[Problem]) -> list[Any]:
    """Give the list of values with the submitted figures in their slots; blanks, and what was not given, are None.

    What the edition does not know is a problem, as is a figure that is not what the edition declares.
    A number is a pair (numerator, denominator above 0), a date its ordinal, a table a tuple of rows.
    """
    numbers, given = submission.numbers, ruleset.figures
    apart = given.not_taken(numbers)
    values: list[Any] = given.values(numbers, whole=not apart)
    if apart:
        _bind_each(ruleset, submission, apart, values, problems)
    for name, table in ruleset.catalogue.tables.items():
        rows = submission.tables.get(name, ())
        values[ruleset.slots[name]] = tuple(_table_row(table, row, problems) for row in rows)
    if apart or submission.grids or submission.tables:
        problems += _unknown_figures(ruleset, submission)
    return values


def _bind_each(
    ruleset: Ruleset, submission: Submission, names: set[str], values: list[Any], problems: list[Problem]
) -> None:
    """Bind figures one by one, in the edition's order; what it computes itself or does not have is not bound."""
    for name in names & ruleset.slots.keys():
        values[ruleset.slots[name]] = None
    by_name = ruleset.figures.by_name
    for place in sorted((by_name[name] for name in names if name in by_name), key=attrgetter("slot")):
        values[place.slot] = _bound(place.figure, submission.data[place.name], problems)


def _bound(figure: Figure, given: Given, problems: list[Problem]) -> Any:
    try:
        return figure_value(figure, given.cell)
    except Misfit as misfit:
        problems.append(problem(misfit.code, given.location, figure=figure.name, **misfit.arguments))
        return None


def _table_row(table: Table, row: Mapping[str, Given], problems: list[Problem]) -> dict[str, Any]:
    return {
        f"{table.name}_{column.name}": _bound(column, row[column.name], problems) if column.name in row else None
        for column in table.columns
    }


def figure_value(figure: Figure, cell: Cell) -> Any:
    """Give the cell as formulas read it, or raise `Misfit` where it is not what the figure declares."""
    if isinstance(cell, Blank):
        return None
    return _READERS[figure.type](figure, cell)


def _number(figure: Figure, cell: Cell) -> Pair:
    if not isinstance(cell, Quantity):
        raise Misfit("figure-not-a-number", found=cell.text)
    number = convert(cell, figure.unit)
    if number is None:
        raise Misfit("figure-unit", found=cell.text, unit=figure.unit or phrase("bounds-bare"))
    if figure.integer and number.denominator != 1:
        raise Misfit("figure-not-whole", found=cell.text)
    if not figure.bounds.admits(number):
        raise Misfit("figure-out-of-range", found=cell.text, range=bounds_words(figure))
    return number.numerator, number.denominator


def bounds_words(figure: Figure) -> str:
    """Write a figure's declared range: ``大于 0，不大于 100``."""
    bounds = figure.bounds
    ends = (
        ("above" if bounds.low_open else "least", bounds.low),
        ("below" if bounds.high_open else "most", bounds.high),
    )
    return listed((phrase(f"bounds-{way}", bound=end) for way, end in ends if end is not None), "comma")


def _yes_no(_: Figure, cell: Cell) -> bool:
    answer = YES_NO.get(cell.text.strip().lower())
    if answer is None:
        raise Misfit("figure-not-yes-or-no", found=cell.text)
    return answer


def _choice(figure: Figure, cell: Cell) -> str:
    if cell.text.strip() not in figure.choices:
        raise Misfit("figure-not-a-choice", found=cell.text, choices=listed(figure.choices))
    return cell.text.strip()


def _date(_: Figure, cell: Cell) -> int:
    if isinstance(cell, Date):
        return cell.day.toordinal()
    raise Misfit("figure-not-a-date", found=cell.text)


def _text(_: Figure, cell: Cell) -> str:
    return cell.text


_READERS: dict[str, Callable[[Figure, Cell], Any]] = {
    "number": _number,
    "yes_no": _yes_no,
    "choice": _choice,
    "date": _date,
    "text": _text,
}


def compute_figures(ruleset: Ruleset, values: list[Any]) -> dict[str, Fault]:
    """Fill the slots of computed figures, in their order; those that have no value stay None and give their fault."""
    faults: dict[str, Fault] = {}
    for slot, figure, compute in ruleset.computed:
        try:
            values[slot] = compute(values)
        except Fault as fault:
            values[slot] = None
            faults[figure.name] = fault.with_traceback(None)  # else its frames would hold the whole submission
    return faults


def _is_blank_whole(catalogue: Catalogue, name: str, given: Given) -> bool:
    """Tell a grid or table that was left blank as a whole."""
    return isinstance(given.cell, Blank) and (name in catalogue.grids or name in catalogue.tables)


def _unknown_figures(ruleset: Ruleset, submission: Submission) -> list[Problem]:
    """Name every submitted figure, grid, table or column of a table that the edition does not have."""
    catalogue = ruleset.catalogue
    found: list[Problem] = []
    if not submission.data.keys() <= catalogue.data.keys():
        for name, given in submission.data.items():
            if name not in catalogue.data and not _is_blank_whole(catalogue, name, given):
                found.append(_unknown(catalogue, name, given.location, catalogue.data))
    for name, place in submission.grids.items():
        if name not in catalogue.grids:
            found.append(_unknown(catalogue, name, place, catalogue.grids))
    for name, rows in submission.tables.items():
        found += _unknown_table(catalogue, name, rows, submission.location)
    return found


def _unknown_table(
    catalogue: Catalogue, name: str, rows: tuple[Mapping[str, Given], ...], whole: Location | None
) -> list[Problem]:
    table = catalogue.tables.get(name)
    if table is None:
        place = next((cell.location for row in rows for cell in row.values()), whole)
        return [_unknown(catalogue, name, place, catalogue.tables)]
    known = [column.name for column in table.columns]
    return [
        _unknown(catalogue, f"{name}_{column}", cell.location, [f"{name}_{own}" for own in known])
        for row in rows
        for column, cell in row.items()
        if column not in known
    ]


def _unknown(catalogue: Catalogue, name: str, place: Location | None, known: Iterable[str]) -> Problem:
    """Say that there is no such figure, or that it is written otherwise than the edition has it."""
    if name in catalogue.grids:
        grid = catalogue.grids[name]
        return problem("figure-is-grid", place, figure=name, row=grid.rows[0], column=grid.columns[0])
    if name in catalogue.tables:
        return problem("figure-is-table", place, figure=name, column=catalogue.tables[name].columns[0].name)
    if name in catalogue.data:
        return problem("figure-is-single", place, figure=name)
    for grid in catalogue.grids.values():
        if name in grid.rows:
            return problem("figure-is-row", place, figure=name, grid=grid.name, column=grid.columns[0])
    near = [full for full in known if full.endswith(f"_{name}")] or get_close_matches(name, known, 1)
    return problem("figure-unknown", place, figure=name, suggestion=near[0] if near else None)


# Points that must add up once the submission has added its own rows to open sections.


def sum_problems(
    ruleset: Ruleset, submission: Submission, filled: Filled, moved: Mapping[Path, int]
) -> Iterator[Problem]:
    """Name every section with open parts whose rows' points are not the section's, the innermost first."""
    sums = _Sums(ruleset, submission, filled, moved)
    for section in reversed(ruleset.catalogue.sections):
        if section.points is None or not ruleset.is_open(section) or section.bonus or section.penalty:
            continue
        if any(path[: len(section.path)] == section.path for path in filled.incomplete):
            continue
        found, place = sums.units_in(section), ruleset.place
        expected = section.points * place + sums.gained(section)
        if found != expected:
            yield problem(
                "section-points-sum",
                sums.place(section),
                section="/".join(section.path),
                found=decimal_text(Fraction(found, place)),
                expected=decimal_text(expected / place),
            )


@frozen(eq=False)
class _Sums:
    ruleset: Ruleset
    submission: Submission
    filled: Filled
    moved: Mapping[Path, int]
    own: dict[Path, int] = field(init=False)

    @own.default
    def _own(self) -> dict[Path, int]:
        sums: dict[Path, int] = {}
        for row, _ in self.filled.rows:
            if row.indicator.origin == "submission":
                path = row.indicator.path[:-1]
                sums[path] = sums.get(path, 0) + row.units
        return sums

    def units_in(self, part: Section | Indicator) -> int:
        """Add up the points of the rows below a part, in units of the last place."""
        if isinstance(part, Indicator):
            return self.ruleset.row_at[part.path].units
        if part.bonus or part.penalty:
            return 0
        if part.one_of:
            return int((part.points or 0) * self.ruleset.place)
        return sum((self.units_in(inner) for inner in part.parts), self.own.get(part.path, 0))

    def gained(self, section: Section) -> int:
        """Give the units that open sections here gain from indicators that do not apply."""
        inside = (part for part in (section, *section.walk()) if isinstance(part, Section) and part.open)
        return sum(self.moved.get(part.path, 0) for part in inside)

    def place(self, section: Section) -> Location | None:
        """Give the place of the first entry below the section."""
        depth = len(section.path)
        for row, entry in self.filled.rows:
            if entry is not None and row.indicator.path[:depth] == section.path:
                return entry.places.get("points", entry.location)
        return self.submission.location

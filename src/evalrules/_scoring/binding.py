"""A submission put to an edition: figures in slots, entries to rows, every misfit a problem with its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from attrs import evolve, frozen

from evalrules._catalogue.model import Figure, Indicator, Path, Section, Table, Target, TargetKind
from evalrules._formula.faults import Fault
from evalrules._numbers import decimal_text
from evalrules._problems import Problem, problem
from evalrules._quantities import Blank, Bound, Cell, Date, Interval, Period, Quantity, convert
from evalrules._ruleset import Pair, Row, Ruleset
from evalrules._submission import Entry, Submission
from evalrules._submission import Figure as Given

YES_NO = {"是": True, "否": False, "true": True, "false": False}


class Misfit(Exception):
    """A cell that does not fit what is declared for it: a problem code and what its wording names."""

    def __init__(self, code: str, **arguments: object) -> None:
        super().__init__(code, arguments)
        self.code = code
        self.arguments = arguments


# ---- figures -------------------------------------------------------------------------------------------------------


def bind_figures(ruleset: Ruleset, submission: Submission, problems: list[Problem]) -> list[Any]:
    """Give the list of values with the submitted figures in their slots; blanks, and what was not given, are None.

    A number is a pair (numerator, denominator above 0), a date its ordinal, a table a tuple of rows.
    """
    values: list[Any] = [None] * len(ruleset.slots)
    data = submission.data
    for slot, figure in ruleset.given:
        given = data.get(figure.name)
        if given is not None:
            values[slot] = _bound(figure, given, problems)
    for name, table in ruleset.catalogue.tables.items():
        rows = submission.tables.get(name, ())
        values[ruleset.slots[name]] = tuple(_table_row(table, row, problems) for row in rows)
    return values


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
        raise Misfit("figure-unit", found=cell.text, unit=figure.unit or "无单位的数")
    if figure.integer and number.denominator != 1:
        raise Misfit("figure-not-whole", found=cell.text)
    if not figure.bounds.admits(number):
        raise Misfit("figure-out-of-range", found=cell.text, range=bounds_words(figure))
    return number.numerator, number.denominator


def bounds_words(figure: Figure) -> str:
    """Write a figure's declared range: ``大于 0，不大于 100``."""
    bounds, words = figure.bounds, []
    if bounds.low is not None:
        words.append(("大于 " if bounds.low_open else "不小于 ") + decimal_text(bounds.low))
    if bounds.high is not None:
        words.append(("小于 " if bounds.high_open else "不大于 ") + decimal_text(bounds.high))
    return "，".join(words)


def _yes_no(_: Figure, cell: Cell) -> bool:
    answer = YES_NO.get(cell.text.strip().lower())
    if answer is None:
        raise Misfit("figure-not-yes-or-no", found=cell.text)
    return answer


def _choice(figure: Figure, cell: Cell) -> str:
    if cell.text.strip() not in figure.choices:
        raise Misfit("figure-not-a-choice", found=cell.text, choices="、".join(figure.choices))
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
            faults[figure.name] = fault
    return faults


def unknown_figures(ruleset: Ruleset, submission: Submission) -> list[Problem]:
    """Name every submitted figure or table that the edition does not have."""
    catalogue = ruleset.catalogue
    found: list[Problem] = []
    if submission.data.keys() <= catalogue.data.keys() and submission.tables.keys() <= catalogue.tables.keys():
        return found
    for name, given in submission.data.items():
        if name not in catalogue.data:
            near = get_close_matches(name, catalogue.data, 1)
            found.append(problem("figure-unknown", given.location, figure=name, suggestion=near[0] if near else None))
    for name, rows in submission.tables.items():
        if name not in catalogue.tables:
            place = next((cell.location for row in rows for cell in row.values()), submission.location)
            found.append(problem("figure-unknown", place, figure=name))
    return found


# ---- entries -------------------------------------------------------------------------------------------------------


@frozen(eq=False)
class Filled:
    """The form as this submission fills it: its rows in the form's order, each with its entry."""

    rows: tuple[Row, ...]
    entries: tuple[Entry | None, ...]


def bind_entries(ruleset: Ruleset, submission: Submission, problems: list[Problem]) -> Filled:
    """Put every entry to its row; an entry of an open section that fills no fixed row becomes a row of its own."""
    fixed = _FixedRows(ruleset)
    matched: dict[Path, Entry] = {}
    own: dict[Path, list[tuple[Row, Entry]]] = {}
    for entry in submission.entries:
        try:
            path = fixed.path_of(entry)
            if path is None:
                row = _own_row(ruleset, entry)
                path = row.indicator.path
                own.setdefault(path[:-1], []).append((row, entry))
            else:
                row = fixed.rows[path]
                _hold_to_fixed(row, entry)
            _hold_once(path, entry, matched)
            _hold_to_plan(row, entry)
        except Misfit as misfit:
            places = entry.places
            place = places.get(str(misfit.arguments.pop("cell", "indicator")), entry.location)
            problems.append(problem(misfit.code, place, indicator=entry.indicator, **misfit.arguments))
    return _in_order(ruleset, matched, own)


def _in_order(ruleset: Ruleset, matched: Mapping[Path, Entry], own: Mapping[Path, list[tuple[Row, Entry]]]) -> Filled:
    pairs = [_with_entry(row, matched.get(row.indicator.path)) for row in ruleset.rows]
    if ruleset.open_sections:
        pairs = _among(ruleset, {row.indicator.path: (row, entry) for row, entry in pairs}, own)
    return Filled(tuple([row for row, _ in pairs]), tuple([entry for _, entry in pairs]))


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
    pairs: list[tuple[Row, Entry | None]] = []

    def visit(parts: tuple[Section | Indicator, ...]) -> None:
        for part in parts:
            if isinstance(part, Indicator):
                pairs.append(fixed[part.path])
            else:
                visit(part.parts)
                pairs.extend(own.get(part.path, ()))

    visit(ruleset.catalogue.parts)
    return pairs


class _FixedRows:
    """The rows that the edition fixes, found by path, or by title where the title is unique."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.rows = {row.indicator.path: row for row in ruleset.rows}
        self._open = ruleset.open_sections
        self._paths: dict[str, list[Path]] = {}
        for path in self.rows:
            self._paths.setdefault(path[-1], []).append(path)

    def path_of(self, entry: Entry) -> Path | None:
        """Give the path of the row that the entry names; None for an open section's own row."""
        title = without_blanks(entry.indicator)
        if entry.section is None:
            return self._by_title(title)
        section = section_path(entry.section)
        if (*section, title) in self.rows:
            return (*section, title)
        if section not in self._open:
            raise Misfit("entry-section-unknown", cell="section", section=entry.section, suggestion=self._near(section))
        return None

    def _by_title(self, title: str) -> Path:
        paths = self._paths.get(title, [])
        if not paths:
            near = get_close_matches(title, self._paths, 1)
            raise Misfit("entry-unknown", suggestion=near[0] if near else None)
        if len(paths) > 1:
            raise Misfit("entry-ambiguous", sections="、".join("/".join(path[:-1]) for path in paths))
        return paths[0]

    def _near(self, section: Path) -> str | None:
        near = get_close_matches("/".join(section), ["/".join(path) for path in self._open], 1, 0.4)
        return near[0] if near else None


def without_blanks(title: str) -> str:
    """Drop the blanks inside a title: ``数量   指标`` is 数量指标."""
    return "".join(title.split())


def section_path(text: str) -> Path:
    """Read ``产出指标/质量指标`` as a path."""
    return tuple(without_blanks(part) for part in text.split("/"))


def _hold_once(path: Path, entry: Entry, matched: dict[Path, Entry]) -> None:
    if path in matched:
        raise Misfit("entry-repeated", first=matched[path].where)
    matched[path] = entry


def _hold_to_fixed(row: Row, entry: Entry) -> None:
    """Refuse an entry that restates other points or another target than the edition fixes, or what it may not say."""
    indicator = row.indicator
    if entry.points is not None and entry.points != indicator.points:
        stated, fixed = decimal_text(entry.points), decimal_text(indicator.points)
        raise Misfit("entry-points-differ", cell="points", stated=stated, fixed=fixed)
    fixed_target = indicator.target
    if fixed_target is not None and fixed_target.formula is None and not isinstance(entry.target, Blank):
        stated_target = target_of(entry.target, fixed_target.kind)
        if stated_target is None or not _same_target(stated_target, fixed_target):
            raise Misfit("entry-target-differs", cell="target", stated=entry.target.text, fixed=fixed_target.text)
    if entry.not_applicable is not None and indicator.otherwise is None:
        raise Misfit("not-applicable-not-allowed", cell="not_applicable")


def _hold_to_plan(row: Row, entry: Entry) -> None:
    """Refuse a tier or an answer that the row's scoring does not ask for."""
    if row.plan is None:
        return
    tiers = [tier.title for tier in row.plan.scoring.tiers]
    if tiers and entry.judged is not None and entry.judged.tier not in (None, *tiers):
        raise Misfit("tier-unknown", cell="judged", tier=entry.judged.tier, choices="、".join(tiers))
    items = {item.title: item.points for item in row.plan.scoring.checklist}
    if entry.answers and not items:
        raise Misfit("answers-not-asked", cell="answers")
    for answer in entry.answers:
        if answer.item not in items:
            near = get_close_matches(answer.item, items, 1)
            raise Misfit("answer-unknown", cell="answers", item=answer.item, suggestion=near[0] if near else None)
        if answer.points is not None and not 0 <= answer.points <= items[answer.item]:
            points, full = decimal_text(answer.points), decimal_text(items[answer.item])
            raise Misfit("answer-points-outside", cell="answers", item=answer.item, points=points, full=full)


def _same_target(stated: Target, fixed: Target) -> bool:
    def meaning(target: Target) -> tuple[object, ...]:
        if target.low is None:
            return (target.kind, target.day, target.text if target.kind == "text" else "")
        low = convert(Quantity(target.low, target.unit), fixed.unit)
        high = None if target.high is None else convert(Quantity(target.high, target.unit), fixed.unit)
        return (target.kind, low, high)

    return meaning(stated) == meaning(fixed)


def _own_row(ruleset: Ruleset, entry: Entry) -> Row:
    assert entry.section is not None
    section = ruleset.open_sections[section_path(entry.section)]
    units = _points_units(ruleset, entry)
    if entry.not_applicable is not None:
        raise Misfit("not-applicable-not-allowed", cell="not_applicable")
    target = target_of(entry.target, section.bare_target)
    path = (*section.section.path, without_blanks(entry.indicator))
    assert entry.points is not None
    indicator = Indicator(path, entry.points, target=target, origin="submission", location=entry.location)
    plan = section.plans[target.kind if target else None]
    return Row(indicator, plan, (entry.points.numerator, entry.points.denominator), units, target)


def _points_units(ruleset: Ruleset, entry: Entry) -> int:
    if entry.points is None:
        raise Misfit("entry-points-missing")
    units = entry.points * 10**ruleset.catalogue.rounding.places
    if entry.points <= 0:
        raise Misfit("entry-points-not-positive", cell="points", points=decimal_text(entry.points))
    if units.denominator != 1:
        places = ruleset.catalogue.rounding.places
        raise Misfit("entry-points-too-fine", cell="points", points=decimal_text(entry.points), places=places)
    return int(units)


# ---- targets and actuals -------------------------------------------------------------------------------------------


def target_of(cell: Cell, bare: TargetKind) -> Target | None:
    """Read the target that a cell states; a bare quantity is compared as ``bare`` says; None for a blank."""
    match cell:
        case Blank():
            return None
        case Bound(comparator, quantity):
            return Target(comparator, quantity.number, unit=quantity.unit, text=cell.text)
        case Quantity(number, unit):
            return Target(bare, number, unit=unit, text=cell.text)
        case Interval(low, high, unit):
            return Target("interval", low, high, unit, text=cell.text)
        case Date(day):
            return Target("date", day=day, text=cell.text)
        case Period(_, last):
            return Target("date", day=last, text=cell.text)
        case _:
            return Target("text", text=cell.text)


def target_value(row: Row, actual: Cell) -> Any:
    """Give the row's target as its plan reads it: a pair, a day's ordinal, or None (words, interval, blank)."""
    target = row.target
    if target is None or target.kind == "interval":
        return None
    if target.day is not None:
        return target.day.toordinal()
    if target.low is None:
        return None
    number = in_unit(Quantity(target.low, target.unit), reference_unit(row, actual))
    if number is None:
        raise Misfit("target-unit", found=target.text, unit=row.indicator.unit)
    return number.numerator, number.denominator


def reference_unit(row: Row, actual: Cell) -> str:
    """Give the unit in which target and actual are compared: the indicator's, else the one the target is written in.

    A target that only says 万 (``200万``) is read in the unit that the actual is written in (万元), where it fits.
    """
    if row.indicator.unit or row.target is None:
        return row.indicator.unit
    unit = row.target.unit
    written = actual.quantity if isinstance(actual, Bound) else actual
    if row.target.low is None or not isinstance(written, Quantity) or convert(written, unit) is not None:
        return unit
    return unit if convert(Quantity(row.target.low, unit), written.unit) is None else written.unit


def in_unit(quantity: Quantity, unit: str) -> Fraction | None:
    """Convert to the reference unit; where the reference has none, the number counts as it is, but never a rate."""
    if unit or not quantity.unit:
        return convert(quantity, unit)
    return None if quantity.unit == "%" else quantity.number


def actual_value(row: Row, cell: Cell) -> Any:
    """Give the actual as the plan reads it: a pair or a day's ordinal, None for a blank.

    Raises `Misfit` for an actual of another kind than the target, and returns a `Bound` or `Interval` as it is: what
    it is worth has to be tried on every value it admits.
    """
    if isinstance(cell, Blank):
        return None
    if row.target is not None and row.target.day is not None:
        return _day_value(cell)
    match cell:
        case Quantity():
            return in_reference_unit(row, cell, cell)
        case Bound() | Interval():
            return cell
        case Date(day) | Period(_, day) if row.target is None:
            return day.toordinal()
    raise Misfit("actual-not-a-number", found=cell.text)


def in_reference_unit(row: Row, quantity: Quantity, actual: Cell) -> Pair:
    """Convert a quantity of the actual to the row's reference unit, as a pair; another kind of unit is a `Misfit`."""
    unit = reference_unit(row, actual)
    number = in_unit(quantity, unit)
    if number is None:
        raise Misfit("actual-unit", found=actual.text, unit=unit or "无单位的数")
    return number.numerator, number.denominator


def _day_value(cell: Cell) -> int:
    match cell:
        case Date(day) | Period(_, day):
            return day.toordinal()
    raise Misfit("actual-not-a-date", found=cell.text)

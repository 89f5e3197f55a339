"""The entries of a submission put to the rows of the form; every misfit a problem with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from fractions import Fraction

from attrs import evolve, frozen

from evalrules._catalogue.model import Indicator, Path, Section, Target
from evalrules._numbers import decimal_text
from evalrules._problems import Problem, problem
from evalrules._quantities import Blank, Quantity, convert
from evalrules._ruleset import Plan, Row, Ruleset
from evalrules._scoring.cells import target_of
from evalrules._scoring.misfit import Misfit
from evalrules._submission import Answer, Entry, Judgement, Submission


@frozen(eq=False)
class Filled:
    """The form as this submission fills it: its rows in the form's order, each with its entry."""

    rows: tuple[Row, ...]
    entries: tuple[Entry | None, ...]
    incomplete: frozenset[Path] = frozenset()
    """The open sections of which an entry was refused, so that their points cannot be added up."""


def bind_entries(ruleset: Ruleset, submission: Submission, problems: list[Problem]) -> Filled:
    """Put every entry to its row; an entry of an open section that fills no fixed row becomes a row of its own."""
    if not submission.entries:
        return ruleset.once("unfilled", lambda: Filled(ruleset.rows, (None,) * len(ruleset.rows)))
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
        near = "`、`".join(_open_near(ruleset, section)) or None
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
            raise Misfit("entry-section-missing", sections="、".join("/".join(path) for path in ruleset.open_sections))
        raise Misfit("entry-unknown", suggestion=near[0] if near else None)
    if len(paths) > 1:
        raise Misfit("entry-ambiguous", sections="、".join("/".join(path[:-1]) for path in paths))
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
        yield Misfit("tier-unknown", cell="judged", tier=judged.tier, choices="、".join(tiers))


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

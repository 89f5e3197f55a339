"""The entries of a submission put to the rows of the form: whose section is found, what fits, whose points add up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import product
from operator import itemgetter
from typing import Literal, NamedTuple

from attrs import evolve, field

from evalrules._edition.model import Catalogue, Indicator, Path, Section, Target, TargetKind
from evalrules._form_words import is_nameless
from evalrules._nearest import nearest
from evalrules._numbers import decimal_text
from evalrules._problems import Location, Problem, listed, problem
from evalrules._quantities import Blank, Quantity, Unclear, convert, is_rate
from evalrules._quantities.names import says_how_long
from evalrules._score.cells import Misfit, target_of, tier_named
from evalrules._score.ruleset import OpenSection, Plan, Row, Ruleset
from evalrules._submission import Entry, Submission
from evalrules._values import frozen

# How people name the parts of a form.


def without_blanks(title: str) -> str:
    """Drop the blanks inside a title: ``数量   指标`` is 数量指标."""
    return "".join(title.split())


def section_path(text: str) -> Path:
    """Read ``产出指标/质量指标`` as a path, with a ``/`` of either width; what is left empty is no part of it."""
    return tuple(filter(None, (without_blanks(part) for part in re.split("[/／]", text))))


def section_word(title: str) -> str:
    """Give the word by which a part is known: of one width, without blanks, without the closing 指标.

    >>> section_word("数量 指标"), section_word("指标")
    ('数量', '指标')
    """
    plain = without_blanks(unicodedata.normalize("NFKC", title))
    return plain.removesuffix("指标") or plain


@frozen(eq=False)
class SectionNames:
    """What the sections of an edition are called: by a path, by any ending of it, by words in use beside its titles.

    ``endings`` maps the words of an ending to the sections that have it, those first that it names most closely.
    """

    endings: Mapping[Path, tuple[tuple[tuple[int, int], Path], ...]]

    def find(self, path: Path) -> tuple[Path, ...]:
        """Give the sections that a path can mean: one where it is clear, several where it is not, or none."""
        found = self.endings.get(tuple(map(section_word, path)), ())
        return tuple(section for rank, section in found if rank == found[0][0])


def section_names(catalogue: Catalogue) -> SectionNames:
    """Gather what sections are called; a whole path comes before an ending, a title before another word in use."""
    found: dict[Path, dict[Path, tuple[int, int]]] = {}
    words: dict[Path, dict[str, int]] = {(): {}}
    for section in catalogue.sections:
        words[section.path] = {**{section_word(word): 1 for word in section.also}, section_word(section.title): 0}
        around = [words[section.path[: depth + 1]] for depth in range(len(section.path))]
        for start in range(len(around)):
            for named in product(*(each.items() for each in around[start:])):
                ending, rank = tuple(word for word, _ in named), (sum(other for _, other in named), start)
                known = found.setdefault(ending, {})
                known[section.path] = min(rank, known.get(section.path, rank))
    ordered = {ending: sorted(known.items(), key=itemgetter(1)) for ending, known in found.items()}
    return SectionNames({ending: tuple((rank, path) for path, rank in known) for ending, known in ordered.items()})


def names_of(ruleset: Ruleset) -> SectionNames:
    """Give what the sections of a compiled edition are called."""
    return ruleset.once("section names", lambda: section_names(ruleset.catalogue))


# The entries of a submission put to the rows of the form; every misfit a problem with its place.


class Placed(NamedTuple):
    """A row with its entry: the first thing that keeps it from being scored, and the first that does not.

    One that carries no points neither scores nor counts (``unweighted``); one that belongs ``nowhere`` in the form is
    only shown.
    """

    row: Row
    entry: Entry | None
    refused: Problem | None = None
    doubted: Problem | None = None
    state: Literal["scored", "unweighted", "nowhere"] = "scored"


@frozen(eq=False)
class Filled:
    """The form as this submission fills it: its rows in the form's order, each with its entry.

    ``form`` is that of the edition with the sections that entries made for themselves. Behind the rows of the form
    come those that belong nowhere in it. ``incomplete`` are the sections of which some entry's points are not known.
    """

    rows: Sequence[Placed]
    form: Section = Section(())
    incomplete: frozenset[Path] = frozenset()
    part_at: Mapping[Path, Section | Indicator] = field(init=False, repr=False)

    @part_at.default
    def _part_at(self) -> Mapping[Path, Section | Indicator]:
        return {part.path: part for part in (self.form, *self.form.walk())}

    def may_lack(self, section: Path) -> bool:
        """Tell whether the points of some entry below a section are not known."""
        return any(is_below(path, section) for path in self.incomplete)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """All sections at every level, in the form's order."""
        return tuple(part for part in self.form.walk() if isinstance(part, Section))


def bind_entries(ruleset: Ruleset, submission: Submission, problems: list[Problem]) -> Filled:
    """Put every entry to its row; an entry of an open section that fills no fixed row becomes a row of its own."""
    if not submission.entries:
        return ruleset.once(
            "unfilled", lambda: Filled([Placed(row, None) for row in ruleset.rows], ruleset.catalogue.form)
        )
    return _Binding(ruleset, problems).filled(submission)


def home_of(ruleset: Ruleset, section: str | None, indicator: str) -> tuple[Path, bool] | None:
    """Give the path of the row that a section and a name mean, and whether the edition fixes it; None for nowhere."""
    try:
        path, own = _Binding(ruleset, []).home(Entry(indicator, section))
    except Misfit:
        return None
    return (path, True) if own is None else ((*path, without_blanks(indicator)), False)


def without_points(submission: Submission) -> Problem:
    """Tell a form whose rows have no points at all."""
    return problem("form-without-points", submission.location)


class _Binding:
    """One submission being bound."""

    def __init__(self, ruleset: Ruleset, problems: list[Problem]) -> None:
        self.ruleset = ruleset
        self.problems = problems
        self.names = names_of(ruleset)
        self.fixed: dict[Path, Placed] = {}
        self.own: dict[Path, list[Placed]] = {}
        self.nowhere: list[Placed] = []
        self.made: dict[Path, dict[Path, None]] = {}
        self.incomplete: set[Path] = set()
        self.pointless: Problem | None = None

    def filled(self, submission: Submission) -> Filled:
        entries = submission.entries
        own = [entry for entry in entries if entry.section is not None]
        if own and not any(entry.points is not None or "points" in entry.faults for entry in own):
            self.pointless = without_points(submission)
        for entry in entries:
            self._place(entry)
        ruleset = self.ruleset
        form = ruleset.catalogue.form
        if self.made:
            form = evolve(form, parts=self._with_made((), form.parts))
        rows = self._in_order(form.parts) if self.own else self._fixed(ruleset.rows)
        return Filled([*rows, *self.nowhere], form, frozenset(self.incomplete))

    def _fixed(self, rows: Iterable[Row]) -> Iterator[Placed]:
        return (self.fixed.get(row.indicator.path) or Placed(row, None) for row in rows)

    def _in_order(self, parts: Iterable[Section | Indicator]) -> Iterator[Placed]:
        """Put the rows that the submission adds behind those that the edition fixes, section by section."""
        for part in parts:
            if isinstance(part, Indicator):
                yield from self._fixed([self.ruleset.row_at[part.path]])
            else:
                yield from self._in_order(part.parts)
                yield from self.own.get(part.path, ())

    def _with_made(self, path: Path, parts: tuple[Section | Indicator, ...]) -> tuple[Section | Indicator, ...]:
        """Put the sections that entries made for themselves behind those that the edition has."""
        known = tuple(
            evolve(part, parts=self._with_made(part.path, part.parts)) if isinstance(part, Section) else part
            for part in parts
        )
        made = (Section(inner, open=True, parts=self._with_made(inner, ())) for inner in self.made.get(path, ()))
        return (*known, *made)

    # ---- one entry

    def _place(self, entry: Entry) -> None:
        try:
            path, section = self.home(entry)
        except Misfit as misfit:
            self._nowhere(entry, self._told(entry, misfit))
            return
        if section is None:
            self._put_to_fixed(path, entry)
        else:
            self._put_to_own(path, section, entry)

    def _told(self, entry: Entry, misfit: Misfit) -> Problem:
        """Report a misfit at its cell; where that cell could not be read, this has been said already."""
        cell = str(misfit.arguments.pop("cell", "indicator"))
        known = entry.faults.get(cell)
        if known is not None:
            return known
        name = entry.indicator or entry.where
        self.problems.append(problem(misfit.code, entry.place(cell), indicator=name, **misfit.arguments))
        return self.problems[-1]

    def _nowhere(self, entry: Entry, refused: Problem) -> None:
        section = section_path(entry.section) if entry.section else ()
        indicator = Indicator(
            (*section, without_blanks(entry.indicator)),
            max(entry.points or Fraction(0), Fraction(0)),
            origin="submission",
            location=entry.location,
        )
        self.nowhere.append(Placed(Row(indicator, None, (0, 1), 0, None), entry, refused, state="nowhere"))
        self.incomplete.add(())

    def home(self, entry: Entry) -> tuple[Path, OpenSection | None]:
        """Find the fixed row of an entry, or the section in which it is a row of its own; else raise why not."""
        title = without_blanks(entry.indicator)
        if "section" in entry.faults:
            raise Misfit("section-unknown", cell="section")
        if entry.section is None:
            return self._by_title(title), None
        named = section_path(entry.section)
        found = self.names.find(named)
        fixed = [path for path in found if self._fixed_in(path, title) is not None]
        if len(fixed) == 1:
            return self._fixed_in(fixed[0], title) or (), None
        if len(found) > 1:
            choices = listed("/".join(path) for path in found)
            raise Misfit("section-ambiguous", cell="section", section=entry.section, choices=choices)
        return self._taker(entry, named, found)

    def _fixed_in(self, section: Path, title: str) -> Path | None:
        """Give the path of the fixed row of this title, or of the one that is also called so."""
        if (*section, title) in self.ruleset.row_at:
            return (*section, title)
        return next((path for path in self.ruleset.paths_by_word.get(title, ()) if path[:-1] == section), None)

    def _taker(self, entry: Entry, named: Path, found: tuple[Path, ...]) -> tuple[Path, OpenSection]:
        """Give the open section that takes the entry; one that the edition does not list is made for it."""
        ruleset = self.ruleset
        if found and found[0] in ruleset.takers:
            return found[0], ruleset.takers[found[0]]
        above = self.names.find(named[:-1]) if len(named) > 1 else ()
        if not found and len(above) == 1 and above[0] in ruleset.takers:
            if above[0] in ruleset.open_sections and section_word(named[-1]) == section_word(above[0][-1]):
                return above[0], ruleset.takers[above[0]]  # a form that has one level says its name twice
            return self._make(above[0], named[-1:]), ruleset.takers[above[0]]
        if not found and not above and () in ruleset.takers:
            return self._make((), named), ruleset.takers[()]
        near = listed(_near(ruleset, named, found), "quoted") or None
        raise Misfit("section-unknown", cell="section", section=entry.section, suggestion=near)

    def _make(self, above: Path, names: Path) -> Path:
        """Make the sections of these names below another one, each once."""
        for name in names:
            self.made.setdefault(above, {})[*above, name] = None
            above = (*above, name)
        return above

    def _by_title(self, title: str) -> Path:
        ruleset = self.ruleset
        paths = ruleset.paths_by_title.get(title) or ruleset.paths_by_word.get(title, ())
        if len(paths) == 1:
            return paths[0]
        if paths:
            raise Misfit("entry-ambiguous", sections=listed("/".join(path[:-1]) for path in paths))
        near = nearest(title, ruleset.paths_by_title)
        if not near and ruleset.takers:
            open_ones = listed("/".join(path) for path in ruleset.open_sections)
            raise Misfit("entry-section-missing", cell="section", sections=open_ones or None)
        raise Misfit("entry-unknown", suggestion=near[0] if near else None)

    # ---- rows that the edition fixes

    def _put_to_fixed(self, path: Path, entry: Entry) -> None:
        row = self.ruleset.row_at[path]
        before = self.fixed.get(path)
        if before is not None:
            repeated = self._told(entry, Misfit("entry-repeated"))
            if entry != before.entry:
                self.fixed[path] = before._replace(refused=before.refused or repeated)
            return
        row = _with_target(row, entry)
        if entry.claims_full:
            entry = evolve(entry, claimed_score=row.indicator.points)
        doubts = [self._told(entry, misfit) for misfit in _against_fixed(row, entry)]
        refusals = [*_spoilt(row, entry), *(self._told(entry, misfit) for misfit in _against_plan(row.plan, entry))]
        doubts += [self._told(entry, misfit) for misfit in _beside_plan(row.plan, entry)]
        self.fixed[path] = Placed(row, entry, next(iter(refusals), None), next(iter(doubts), None))

    # ---- rows that the submission adds

    def _put_to_own(self, path: Path, section: OpenSection, entry: Entry) -> None:
        doubts, refusals = list[Problem](), list[Problem]()
        if is_nameless(entry.indicator) and "indicator" not in entry.faults:
            doubts.append(self._told(entry, Misfit("name-missing")))
        if entry.not_applicable is not None:
            doubts.append(self._told(entry, Misfit("not-applicable-not-allowed", cell="not_applicable")))
        if entry.carries_points and self.pointless is not None:
            self.problems += [] if self.pointless in self.problems else [self.pointless]
            refusals.append(self.pointless)
        elif entry.carries_points:
            refusals += [self._told(entry, misfit) for misfit in _against_points(self.ruleset, entry)]
        points = Fraction(0) if refusals or entry.points is None else entry.points
        if refusals:
            self.incomplete.add(path)
        row = own_row(self.ruleset, path, section, entry, points)
        if entry.carries_points:
            refusals = [*_spoilt(row, entry), *refusals]
            refusals += [self._told(entry, misfit) for misfit in _against_plan(row.plan, entry)]
            doubts += [self._told(entry, misfit) for misfit in _beside_plan(row.plan, entry)]
        state: Literal["scored", "unweighted"] = "scored" if entry.carries_points else "unweighted"
        placed = Placed(row, entry, next(iter(refusals), None), next(iter(doubts), None), state)
        self.own.setdefault(path, []).append(placed)


def _near(ruleset: Ruleset, named: Path, found: tuple[Path, ...]) -> list[str]:
    """Give the open sections that may be meant: those below the section named, or the one most like it."""
    below = ["/".join(path) for path in ruleset.open_sections if found and path[: len(found[0])] == found[0]]
    return below or nearest("/".join(named), ruleset.once("open sections", lambda: _open_names(ruleset)), 0.4)


def _open_names(ruleset: Ruleset) -> tuple[str, ...]:
    return tuple("/".join(path) for path in ruleset.open_sections)


def _with_target(row: Row, entry: Entry) -> Row:
    """Take the entry's target, and the scoring for its kind, where the edition fixes none."""
    if row.target is not None or isinstance(entry.target, Blank | Unclear):
        return row
    target = target_of(entry.target, row.bare_target)
    assumed = isinstance(entry.target, Quantity) and bool(entry.target.number)
    return evolve(row, target=target, plan=row.plan if target is None else row.plans[target.scored_as], assumed=assumed)


def own_row(ruleset: Ruleset, path: Path, section: OpenSection, entry: Entry, points: Fraction) -> Row:
    """Make the row of an indicator that a department adds; ``path`` is that of its section."""
    unread = isinstance(entry.target, Unclear)
    bare, assumed = section.bare_target, False
    if isinstance(entry.target, Quantity):
        named = ruleset.catalogue.defaults.named_direction(entry.indicator, is_rate=is_rate(entry.target.unit))
        limit: TargetKind | None = "≤" if says_how_long(path[-1], entry.target.unit) else None
        bare, assumed = named or limit or bare, named is None and bool(entry.target.number)
    target = None if unread else target_of(entry.target, bare)
    indicator = Indicator(
        (*path, without_blanks(entry.indicator)), points, target=target, origin="submission", location=entry.location
    )
    plan = section.plans[target.scored_as if target else None]
    units = int(points * ruleset.place)
    return Row(
        indicator, plan, (points.numerator, points.denominator), units, target, between=section.between, assumed=assumed
    )


# What of an entry keeps its row from being scored, and what is told beside its score.


def _spoilt(row: Row, entry: Entry) -> Iterator[Problem]:
    """Give what could not be read of an entry as far as its row needs it; an actual is looked at where it is read."""
    faults = entry.faults
    if not faults:
        return
    fixed, plan = row.indicator.origin != "submission", row.plan
    needed = ["", "indicator", "section", "adjust"]
    if not fixed:
        needed.append("points")
    if row.indicator.target is None and (plan is None or not fixed or plan.reads_target):
        needed.append("target")
    if plan is not None and plan.scoring.asks_for_judgement:
        needed.append("judged")
    if plan is not None and plan.scoring.form == "checklist":
        needed.append("answers")
    if row.indicator.otherwise is not None and row.applies is None:
        needed.append("not_applicable")
    yield from (faults[cell] for cell in needed if cell in faults)


def _against_fixed(row: Row, entry: Entry) -> Iterator[Misfit]:
    """Doubt an entry that restates other points or another target than the edition fixes: the edition counts."""
    indicator = row.indicator
    if entry.points is not None and entry.points != indicator.points:
        stated, fixed = decimal_text(entry.points), decimal_text(indicator.points)
        yield Misfit("entry-points-differ", cell="points", stated=stated, fixed=fixed)
    fixed_target = indicator.target
    if fixed_target is not None and fixed_target.formula is None and not isinstance(entry.target, Blank | Unclear):
        stated_target = target_of(entry.target, fixed_target.kind)
        if stated_target is None or not _same_target(stated_target, fixed_target):
            yield Misfit("entry-target-differs", cell="target", stated=entry.target.text, fixed=fixed_target.text)
    if entry.not_applicable is not None and indicator.otherwise is None:
        yield Misfit("not-applicable-not-allowed", cell="not_applicable")


def _same_target(stated: Target, fixed: Target) -> bool:
    def meaning(target: Target) -> tuple[object, ...]:
        if target.low is None:
            return (target.kind, target.day, target.text if target.kind == "text" else "")
        low = convert(Quantity(target.low, target.unit), fixed.unit)
        high = None if target.high is None else convert(Quantity(target.high, target.unit), fixed.unit)
        return (target.kind, low, high)

    return meaning(stated) == meaning(fixed)


def _against_points(ruleset: Ruleset, entry: Entry) -> Iterator[Misfit]:
    """Refuse a row of a department's own without proper points."""
    points = entry.points
    if "points" in entry.faults or points is None:
        yield Misfit("points-missing", cell="points")
    elif points <= 0:
        yield Misfit("entry-points-not-positive", cell="points", points=decimal_text(points))
    elif ruleset.place % points.denominator:
        places = ruleset.catalogue.rounding.places
        yield Misfit("entry-points-too-fine", cell="points", points=decimal_text(points), places=places)


def _against_plan(plan: Plan | None, entry: Entry) -> Iterator[Misfit]:
    """Refuse a tier that the row's scoring does not have, and points for an item beyond what it is worth."""
    if plan is None or (entry.judged is None and not entry.answers):
        return
    tiers = [tier.title for tier in plan.scoring.tiers]
    tier = None if entry.judged is None else entry.judged.tier
    if entry.judged is not None and tiers and tier is not None and tier_named(plan.scoring, tier) is None:
        yield Misfit("tier-unknown", cell="judged", tier=tier, choices=listed(tiers))
    items = {item.title: item.points for item in plan.scoring.checklist}
    for answer in entry.answers:
        if answer.item in items and answer.points is not None and not 0 <= answer.points <= items[answer.item]:
            points, full = decimal_text(answer.points), decimal_text(items[answer.item])
            yield Misfit("answer-points-outside", cell="answers", item=answer.item, points=points, full=full)


def _beside_plan(plan: Plan | None, entry: Entry) -> Iterator[Misfit]:
    """Doubt a judgement or answers that the row's scoring does not ask for."""
    if plan is None:
        return
    if entry.judged is not None and not plan.scoring.asks_for_judgement:
        yield Misfit("judged-not-asked", cell="judged")
    items = [item.title for item in plan.scoring.checklist]
    if entry.answers and not items:
        yield Misfit("answers-not-asked", cell="answers")
        return
    for answer in entry.answers:
        if answer.item not in items:
            near = nearest(answer.item, items)
            yield Misfit("answer-unknown", cell="answers", item=answer.item, suggestion=near[0] if near else None)


# Points that must add up once the submission has added its own rows to open sections.


@frozen(eq=False)
class Balance:
    """How the points of a section's rows stand to the section's own, in units of the last place."""

    section: Section
    found: int
    expected: int


def balances(ruleset: Ruleset, filled: Filled, moved: Mapping[Path, int]) -> Iterator[Balance]:
    """Give every section with open parts, the innermost first, whose points are fixed and whose rows' are others.

    The form itself comes last, as a section without a path.
    """
    sums = _Sums(ruleset, filled, moved)
    for section in (*reversed(filled.sections), filled.form):
        beside = section.bonus or section.penalty or section.one_of
        if section.points is None or beside or (section.parts and not sums.is_open(section)):
            continue
        found, expected = sums.found(section), sums.expected(section)
        if found != expected:
            yield Balance(section, found, expected)


def balance_problems(
    ruleset: Ruleset, submission: Submission, filled: Filled, wrong: Iterable[Balance], gaining: Iterable[Path]
) -> Iterator[Problem]:
    """Name the sections whose points do not add up, but not where that only follows from another problem.

    It does where points are missing and those of some row are not known, where a part of the section does not add up,
    and where the section is ``gaining`` points, or not, as soon as it is known what applies. Where no row of the unit's
    own has points at all, that is told once.
    """
    told: list[Path] = []
    wrong, own = tuple(wrong), [placed for placed in filled.rows if placed.row.indicator.origin == "submission"]
    if all(placed.state == "unweighted" for placed in own):
        empty = [each.section for each in reversed(wrong) if not each.found and each.section.path]
        if empty:
            titles = listed("/".join(section.path) for section in empty)
            missing = problem("form-without-rows", submission.location, sections=titles)
            yield without_points(submission) if own else missing
        told += [section.path for section in empty]
    for balance in wrong:
        path, section = balance.section.path, balance.section
        if not path and not section.parts:
            yield problem("edition-without-indicators", submission.location, title=ruleset.catalogue.title)
            continue
        short = balance.found < balance.expected
        if (short and filled.may_lack(path)) or any(is_below(each, path) for each in (*told, *gaining)):
            continue
        told.append(path)
        yield problem(
            "section-points-sum",
            _first_place(submission, filled, path),
            section="/".join(section.path) or ruleset.catalogue.title,
            found=decimal_text(Fraction(balance.found, ruleset.place)),
            expected=decimal_text(Fraction(balance.expected, ruleset.place)),
        )


def is_below(path: Path, above: Path) -> bool:
    """Tell whether a section is another or lies in it; an entry that belongs nowhere may lie in any."""
    return not path or path[: len(above)] == above


def _first_place(submission: Submission, filled: Filled, section: Path) -> Location | None:
    """Give the place of the points of the first entry below the section."""
    for placed in filled.rows:
        if placed.entry is not None and placed.row.indicator.path[: len(section)] == section:
            return placed.entry.place("points")
    return submission.location


@frozen(eq=False)
class _Sums:
    ruleset: Ruleset
    filled: Filled
    moved: Mapping[Path, int]
    own: dict[Path, int] = field(init=False)

    @own.default
    def _own(self) -> dict[Path, int]:
        sums: dict[Path, int] = {}
        for row, _, _, _, state in self.filled.rows:
            if row.indicator.origin == "submission" and state != "nowhere":
                path = row.indicator.path[:-1]
                sums[path] = sums.get(path, 0) + row.units
        return sums

    def is_open(self, section: Section) -> bool:
        """Tell whether the section, or one below it, takes rows of a submission."""
        inside = (part for part in section.parts if isinstance(part, Section))
        return section.open or any(self.is_open(part) for part in inside)

    def found(self, section: Section) -> int:
        """Add up the points of the parts of a section, in units of the last place."""
        return sum(map(self._worth, section.parts), self.own.get(section.path, 0))

    def expected(self, section: Section) -> int:
        """Give the points that a section should have, with what moves in."""
        return int((section.points or 0) * self.ruleset.place) + self._gained(section)

    def _worth(self, part: Section | Indicator) -> int:
        """Give the points of a part: its own where it has any, whatever its rows add up to."""
        if isinstance(part, Indicator):
            return self.ruleset.row_at[part.path].units
        if part.bonus or part.penalty:
            return 0
        return self.found(part) if part.points is None else self.expected(part)

    def _gained(self, section: Section) -> int:
        """Give the units that open sections here gain from indicators that do not apply."""
        inside = (part for part in (section, *section.walk()) if isinstance(part, Section) and part.open)
        return sum(self.moved.get(part.path, 0) for part in inside)

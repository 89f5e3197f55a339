"""What scoring needs of an edition, as frozen values: a slot for every name, a plan for every row."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import product
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from attrs import field

from evalrules._edition.model import (
    Catalogue,
    Figure,
    Indicator,
    MethodCall,
    Path,
    Scoring,
    ScoringKind,
    Section,
    Target,
    TargetKind,
)
from evalrules._formula.functions import asked_names
from evalrules._formula.program import ACTUAL, ACTUAL_SUFFIX, EVIDENCE, SCORE_SUFFIX, TARGET, TARGET_SUFFIX, Program
from evalrules._formula.scope import Functions, Scope
from evalrules._numbers import Decimals, units_text
from evalrules._quantities import Quantity, convert
from evalrules._submission import ALL_SIGNS, Numbers, Pair, Sort, shared
from evalrules._values import Remembering, frozen

# The figures that a submission gives, arranged so that most of its numbers are held to what is declared in one go.


@lru_cache(maxsize=1024)
def _as_it_is(unit: str) -> frozenset[str]:
    """Give the units in which a number is one of this unit without conversion."""
    return frozenset({unit, ""} if convert(Quantity(Fraction(1)), unit) == 1 else {unit})


@frozen(eq=False)
class GivenFigure:
    """A figure that the submission gives, and its slot; a number in one of ``units`` needs no conversion."""

    slot: int
    figure: Figure
    name: str = field(init=False)
    units: frozenset[str] = field(init=False)
    least_sign: int | None = field(init=False)
    """The least sign (0, or 1) of a number in the range, where that alone decides it; -1 without a range, else None."""

    @name.default
    def _name(self) -> str:
        return shared(self.figure.name)

    @units.default
    def _units(self) -> frozenset[str]:
        return _as_it_is(self.figure.unit) if self.figure.type == "number" else frozenset()

    @least_sign.default
    def _least_sign(self) -> int | None:
        figure, bounds = self.figure, self.figure.bounds
        if figure.integer or bounds.high is not None or bounds.low not in (None, 0):
            return None
        return -1 if bounds.low is None else int(bounds.low_open)

    def takes(self, sign: int) -> bool:
        """Tell whether numbers with this sign are in the declared range, as far as the sign alone tells."""
        return self.least_sign is None or sign >= self.least_sign

    def admits(self, numerator: int, denominator: int) -> bool:
        """Tell whether a number lies in the declared range."""
        figure, bounds = self.figure, self.figure.bounds
        if figure.integer and numerator % denominator:
            return False
        low, high = bounds.low, bounds.high
        if low is not None:
            beyond = numerator * low.denominator - low.numerator * denominator
            if beyond < 0 or (beyond == 0 and bounds.low_open):
                return False
        if high is None:
            return True
        beyond = numerator * high.denominator - high.numerator * denominator
        return beyond < 0 or (beyond == 0 and not bounds.high_open)


def _all_shared(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(shared, names))


@frozen(eq=False)
class GivenFigures:
    """All figures that a submission gives, in the edition's order.

    ``taken`` maps a unit and a sign to the names of the figures that take such a number as it is; ``ranged`` are those
    whose range needs the number itself. Their slots are the first of ``slots``.
    """

    figures: tuple[GivenFigure, ...]
    slots: tuple[str, ...] = field(converter=_all_shared)
    by_name: Mapping[str, GivenFigure] = field(init=False)
    taken: Mapping[Sort, frozenset[str]] = field(init=False)
    ranged: tuple[GivenFigure, ...] = field(init=False)
    _pick: Callable[[Mapping[str, Pair]], Iterable[Pair]] = field(init=False, repr=False)
    _others: tuple[None, ...] = field(init=False, repr=False)

    @by_name.default
    def _by_name(self) -> Mapping[str, GivenFigure]:
        return {figure.name: figure for figure in self.figures}

    @taken.default
    def _taken(self) -> Mapping[Sort, frozenset[str]]:
        names: dict[Sort, set[str]] = {}
        for figure in self.figures:
            for sort in product(figure.units, filter(figure.takes, ALL_SIGNS)):
                names.setdefault(sort, set()).add(figure.name)
        return {sort: frozenset(taking) for sort, taking in names.items()}

    @ranged.default
    def _ranged(self) -> tuple[GivenFigure, ...]:
        return tuple(figure for figure in self.figures if figure.units and figure.least_sign is None)

    @_pick.default
    def _made_pick(self) -> Callable[[Mapping[str, Pair]], Iterable[Pair]]:
        names = self.slots[: len(self.figures)]
        return itemgetter(*names) if len(names) > 1 else lambda pairs: [pairs[name] for name in names]

    @_others.default
    def _made_others(self) -> tuple[None, ...]:
        return (None,) * (len(self.slots) - len(self.figures))

    def values(self, numbers: Numbers, *, whole: bool) -> list[Pair | None]:
        """Give the numbers in their slots, None for all else; ``whole`` where nothing but figures of these is there."""
        pairs = numbers.pairs
        if whole and len(pairs) == len(self.figures):
            return [*self._pick(pairs), *self._others]
        return [*map(pairs.get, self.slots)]

    def not_taken(self, numbers: Numbers) -> set[str]:
        """Name the submitted figures that have to be looked at one by one: blanks, dates, other units, misfits."""
        apart = set(numbers.others)
        for sort, names in numbers.alike.items():
            taking = self.taken.get(sort)
            if taking is None or not names <= taking:
                apart |= names - (taking or frozenset())
        for figure in self.ranged:
            pair = numbers.pairs.get(figure.name)
            if pair is not None and not figure.admits(*pair):
                apart.add(figure.name)
        return apart


# What formulas of grades and caps read of the form: ``预算执行率_得分``, ``…_完成值``, a section's own title.


Asking = Literal["score", "target", "actual", "filled"]
_SUFFIXES: dict[str, Asking] = {SCORE_SUFFIX: "score", TARGET_SUFFIX: "target", ACTUAL_SUFFIX: "actual"}


@frozen
class TitleWord:
    """One such name: the part of the form it speaks of and what it asks of that part."""

    path: Path
    asks: Asking


def title_word(catalogue: Catalogue, name: str) -> TitleWord | None:
    """Find the part of the form that a name speaks of; None for any other name."""
    by_title = {part.title: part.path for part in catalogue.walk()}
    for suffix, asks in _SUFFIXES.items():
        title = name.removesuffix(suffix)
        if title != name and title in by_title:
            return TitleWord(by_title[title], asks)
    return TitleWord(by_title[name], "filled") if name in by_title else None


T = TypeVar("T")
_MOST_MADE = 4096
Reading = Callable[..., Any]
"""``(values)`` of a formula of the form, ``(values, points, None, None, None)`` of one of a row."""
Score = Callable[..., int]
"""``(values, points, target, actual, judged) -> score`` in units of the last place; raises `Fault`."""


NO_WORDS: Mapping[str, TitleWord] = MappingProxyType({})


@frozen(eq=False)
class Compiled:
    """A program with the names that it sees, and compiled; ``titles`` are the names by which it speaks of the form."""

    program: Program
    scope: Scope
    score: Score
    titles: tuple[str, ...] = ()
    asks: frozenset[str] = field(init=False)
    """The figures of which it asks whether they are filled."""

    @asks.default
    def _asks(self) -> frozenset[str]:
        bound = (binding.formula for binding in self.program.bindings)
        return asked_names((*self.program.formulas, *bound))


@frozen(eq=False, kw_only=True)
class Plan(Compiled):
    """How an indicator is scored: the rule as written, what called it, the same brought to its core, and compiled."""

    called: Scoring | MethodCall
    scoring: Scoring
    reads_actual: bool = field(init=False)
    """Whether the actual matters; where it does not, anything may stand in its cell."""
    reads_target: bool = field(init=False)
    """The same for the target."""
    reads_evidence: bool = field(init=False)
    """Whether it matters how many pieces of evidence the row lists."""
    made: dict[str, Any] = field(factory=dict, init=False, repr=False)
    """What explaining needs of the plan, for each unit of a row; made when it is first needed."""

    @reads_actual.default
    def _reads_actual(self) -> bool:
        return self.program.reads(ACTUAL)

    @reads_target.default
    def _reads_target(self) -> bool:
        return self.program.reads(TARGET)

    @reads_evidence.default
    def _reads_evidence(self) -> bool:
        return self.program.reads(EVIDENCE)


@frozen(eq=False)
class Row:
    """A row of the form; ``units`` are its points in units of the last place, ``points`` the same as a pair.

    Where the edition fixes no target the entry's is used, with the plan that ``plans`` has for its kind.
    """

    indicator: Indicator
    plan: Plan | None
    points: Pair
    units: int
    target: Target | None
    plans: Mapping[ScoringKind, Plan | None] = field(factory=dict)
    bare_target: TargetKind = "≥"
    between: bool = False
    """Whether the defaults say how a target that is an interval is scored."""
    assumed: bool = False
    """Whether the comparator of the target is no more than what the defaults take a bare number for."""
    applies: Reading | None = None
    otherwise: Compiled | None = None
    direct: Score | None = field(init=False)
    """The compiled rule, where it can be run on the figures alone: nothing is judged."""

    @direct.default
    def _direct(self) -> Score | None:
        if (
            self.plan is None
            or self.plan.scoring.is_assessed
            or self.plan.reads_evidence
            or self.indicator.otherwise is not None
        ):
            return None
        return self.plan.score


@frozen(eq=False)
class OpenSection:
    """A section that takes rows, or has a part that does: a plan for each kind of target, None where it has none."""

    section: Section
    plans: Mapping[ScoringKind | None, Plan | None]
    bare_target: TargetKind
    between: bool = False


@frozen(eq=False)
class Ruleset(Remembering):
    """What scoring needs of an edition. ``slots`` maps a name to its place in the list of values."""

    catalogue: Catalogue
    functions: Functions
    slots: Mapping[str, int]
    given: tuple[GivenFigure, ...]
    computed: tuple[tuple[int, Figure, Reading], ...]
    rows: tuple[Row, ...]
    takers: Mapping[Path, OpenSection]
    """The sections that take rows of a submission, or parts with such rows; the form itself is ``()``."""
    caps: Mapping[Path, Compiled]
    """What the cap of each section takes of its score."""
    score_caps: tuple[Compiled, ...]
    """What each cap of the total takes of it, in the edition's order."""
    grading: Compiled | None
    """The rank of a total among the grades, 0 for the last; None in an edition without grades."""
    grade_caps: tuple[Compiled, ...]
    """What each cap of the grade takes of a rank, in the edition's order."""
    title_words: Mapping[str, TitleWord]
    """Every name by which grades, caps and checks speak of a part of the form."""
    figures: GivenFigures = field(init=False)
    titles: tuple[str, ...] = field(init=False)
    """The grades, the last one first: each at its rank."""
    read_by_grades: tuple[str, ...] = field(init=False)
    """The names by which grades and their caps speak of the form."""
    parts: Mapping[Path, Section | Indicator] = field(init=False)
    row_at: Mapping[Path, Row] = field(init=False)
    paths_by_title: Mapping[str, tuple[Path, ...]] = field(init=False)
    paths_by_word: Mapping[str, tuple[Path, ...]] = field(init=False)
    """The fixed indicators by the other words in use for them."""
    open_sections: Mapping[Path, OpenSection] = field(init=False)
    open_parts: Mapping[Path, OpenSection] = field(init=False)
    """The open sections, and the form itself, which is ``()``, where departments set their own first level."""
    choices: tuple[Section, ...] = field(init=False)
    bonuses: frozenset[Path] = field(init=False)
    penalties: frozenset[Path] = field(init=False)
    aside: frozenset[Path] = field(init=False)
    """The bonus and penalty sections, and all inside them."""
    outside: frozenset[Path] = field(init=False)
    """The bonus and penalty sections that take rows of a submission."""
    bonus_limit: int = field(init=False)
    place: int = field(init=False)
    """How many units one point has."""
    decimals: Decimals = field(init=False, repr=False)
    """Units as Decimals with the edition's places."""
    units: tuple[int, ...] = field(init=False)
    """The points of the rows, in units."""
    conditional: bool = field(init=False)
    """True where some indicator may not apply."""
    direct: tuple[tuple[Score, Pair], ...] | None = field(init=False)
    """The compiled rules and points of all rows, where each can be run on the figures alone and all of them count."""
    plain: bool = field(init=False)
    """True where the total is the sum of the rows: no bonus, penalty, cap, conversion or choice of one."""

    _made: dict[Hashable, Any] = field(factory=dict, init=False, repr=False)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Give what ``make`` makes of the edition and the key alone, made when it is first asked for.

        Two threads may make it twice; either result serves. What was made is forgotten where there is too much of it:
        keys can hold what submissions write, a unit for instance.
        """
        known: T | None = self._made.get(key)
        if known is None:
            if len(self._made) >= _MOST_MADE:
                self._made.clear()
            known = self._made[key] = make()
        return known

    @figures.default
    def _figures(self) -> GivenFigures:
        return GivenFigures(self.given, self.slots)

    @titles.default
    def _titles(self) -> tuple[str, ...]:
        return tuple(grade.title for grade in reversed(self.catalogue.grades))

    @read_by_grades.default
    def _read_by_grades(self) -> tuple[str, ...]:
        levels = self.grade_caps if self.grading is None else (self.grading, *self.grade_caps)
        return tuple(dict.fromkeys(name for level in levels for name in level.titles))

    @parts.default
    def _parts(self) -> Mapping[Path, Section | Indicator]:
        return {part.path: part for part in self.catalogue.walk()}

    @row_at.default
    def _row_at(self) -> Mapping[Path, Row]:
        return {row.indicator.path: row for row in self.rows}

    @paths_by_title.default
    def _paths_by_title(self) -> Mapping[str, tuple[Path, ...]]:
        paths: dict[str, tuple[Path, ...]] = {}
        for path in self.row_at:
            paths[path[-1]] = (*paths.get(path[-1], ()), path)
        return paths

    @paths_by_word.default
    def _paths_by_word(self) -> Mapping[str, tuple[Path, ...]]:
        paths: dict[str, tuple[Path, ...]] = {}
        for row in self.rows:
            for word in row.indicator.also:
                plain = "".join(word.split())
                paths[plain] = (*paths.get(plain, ()), row.indicator.path)
        return paths

    @open_sections.default
    def _open_sections(self) -> Mapping[Path, OpenSection]:
        return {path: taker for path, taker in self.takers.items() if path and taker.section.open}

    @open_parts.default
    def _open_parts(self) -> Mapping[Path, OpenSection]:
        form = {path: taker for path, taker in self.takers.items() if not path}
        return {**form, **self.open_sections}

    @choices.default
    def _choices(self) -> tuple[Section, ...]:
        return tuple(section for section in self.catalogue.sections if section.one_of)

    @bonuses.default
    def _bonuses(self) -> frozenset[Path]:
        return _within(self.catalogue, lambda section: section.bonus)

    @penalties.default
    def _penalties(self) -> frozenset[Path]:
        return _within(self.catalogue, lambda section: section.penalty)

    @aside.default
    def _aside(self) -> frozenset[Path]:
        return self.bonuses | self.penalties

    @outside.default
    def _outside(self) -> frozenset[Path]:
        takers = (taker.section for path, taker in self.takers.items() if path)
        return frozenset(section.path for section in takers if section.bonus or section.penalty)

    @bonus_limit.default
    def _bonus_limit(self) -> int:
        return sum(self.at_most(section) for section in self.catalogue.sections if section.bonus)

    @place.default
    def _place(self) -> int:
        return int(10**self.catalogue.rounding.places)

    @decimals.default
    def _decimals(self) -> Decimals:
        return Decimals(self.catalogue.rounding.places)

    @units.default
    def _units(self) -> tuple[int, ...]:
        return tuple(row.units for row in self.rows)

    @direct.default
    def _direct(self) -> tuple[tuple[Score, Pair], ...] | None:
        rules = tuple((row.direct, row.points) for row in self.rows if row.direct is not None)
        return rules if len(rules) == len(self.rows) and not self.choices else None

    @conditional.default
    def _conditional(self) -> bool:
        return any(row.indicator.otherwise is not None for row in self.rows)

    @plain.default
    def _plain(self) -> bool:
        special = (
            section.bonus or section.penalty or section.cap or section.one_of for section in self.catalogue.sections
        )
        return not self.conditional and not any(special)

    def points(self, units: int) -> Fraction:
        """Give units of the last place as points."""
        return Fraction(units, self.place)

    def decimal(self, units: int) -> Decimal:
        """Give units of the last place as a Decimal with the edition's places."""
        return self.decimals[units]

    def text(self, units: int) -> str:
        """Write units of the last place as points."""
        return units_text(units, self.catalogue.rounding.places)

    def at_most(self, section: Section) -> int:
        """Give the limit of a bonus or penalty section in units."""
        return int((section.at_most or 0) * 10**self.catalogue.rounding.places)

    def takes_away(self, row: Row) -> bool:
        """Tell whether the row stands in a penalty section."""
        return bool(self.penalties) and lies_in(self.penalties, row.indicator.path)

    def part_named(self, name: str) -> Path:
        """Find a part by its path ``产出指标/质量指标`` or its title; the check has made sure that there is one."""
        path = tuple("".join(part.split()) for part in name.split("/"))
        return path if path in self.parts else next(known for known in self.parts if known[-1:] == path)


def lies_in(sections: frozenset[Path], path: Path) -> bool:
    """Tell whether a row lies in one of these sections, or in a part that was made in one."""
    return any(path[:depth] in sections for depth in range(len(path) - 1, 0, -1))


def _within(catalogue: Catalogue, is_such: Callable[[Section], bool]) -> frozenset[Path]:
    """Give the sections of a sort and all sections inside them."""
    outer = [section for section in catalogue.sections if is_such(section)]
    inner = (part for section in outer for part in section.walk() if isinstance(part, Section))
    return frozenset(section.path for section in (*outer, *inner))

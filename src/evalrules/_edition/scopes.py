"""Which names are in scope where, and what an indicator gets from its sections and from ``defaults``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType

from attrs import evolve

from evalrules._edition.model import (
    AwardRow,
    Catalogue,
    Check,
    DeductRule,
    Figure,
    Indicator,
    JudgedBy,
    Method,
    MethodCall,
    Parameter,
    Path,
    Scoring,
    ScoringKind,
    Section,
    SectionDefault,
    TargetKind,
)
from evalrules._formula.program import (
    ACTUAL,
    ACTUAL_SUFFIX,
    ATTAINMENT,
    EVIDENCE,
    JUDGED,
    MOST_EVIDENCE,
    POINTS,
    SCORE_SUFFIX,
    TARGET,
    TARGET_SUFFIX,
    TOTAL,
    Program,
)
from evalrules._formula.scope import (
    ANY,
    BARE,
    PERCENT,
    Bounds,
    Functions,
    Kind,
    Scope,
    Unit,
    Variable,
    layered,
    read_unit,
)
from evalrules._formula.tree import Formula
from evalrules._formula.typing import Typing, bound_unit, check_node
from evalrules._values import once_for_each

# What an indicator gets from its sections and from ``defaults`` when it says nothing itself; the innermost wins.


def sections_around(catalogue: Catalogue, path: Path) -> tuple[Section, ...]:
    """Give the sections that lie on this path, the outermost first; the last may be the path's own."""
    known = _sections_by_path(catalogue)
    around = (known.get(path[:depth]) for depth in range(1, len(path) + 1))
    return tuple(section for section in around if section is not None)


@once_for_each
def _sections_by_path(catalogue: Catalogue) -> Mapping[Path, Section]:
    return {section.path: section for section in reversed(catalogue.sections)}


def section_defaults(catalogue: Catalogue, section: Path) -> Iterator[SectionDefault]:
    """Go through the section defaults that reach a row of this section, the innermost first."""
    for depth in range(len(section), 0, -1):
        names = (section[depth - 1], "/".join(section[:depth]))
        yield from (default for default in catalogue.defaults.sections if default.section in names)


def default_scoring(catalogue: Catalogue, section: Path, kind: ScoringKind | None) -> Scoring | MethodCall | None:
    """Give the scoring of a row of this section whose target has this kind; a section's own default comes first."""
    for default in section_defaults(catalogue, section):
        given = default.scoring or _by_kind(default.by_kind, kind)
        if given is not None:
            return given
    return _by_kind(catalogue.defaults.scoring, kind)


def _by_kind(
    given: tuple[tuple[ScoringKind, Scoring | MethodCall], ...], kind: ScoringKind | None
) -> Scoring | MethodCall | None:
    """Give the scoring for a kind of target; money that has none of its own is an ``=`` like any other."""
    known: dict[ScoringKind | None, Scoring | MethodCall] = dict(given)
    return known.get(kind) or (known.get("=") if kind == "money" else None)


def is_scored_between(catalogue: Catalogue, section: Path) -> bool:
    """Tell whether the defaults say how rows of this section are scored whose target is an interval, not any target."""
    given = default_scoring(catalogue, section, "interval")
    return given is not None and given is not default_scoring(catalogue, section, None)


def scoring_of(catalogue: Catalogue, indicator: Indicator) -> Scoring | MethodCall | None:
    """Give the scoring of an indicator: its own, else what the defaults give it."""
    kind = indicator.target.scored_as if indicator.target is not None else None
    return indicator.scoring or default_scoring(catalogue, indicator.path[:-1], kind)


def bare_target_of(catalogue: Catalogue, section: Path) -> TargetKind:
    """Give the comparator that a bare number has as the target of a row of this section."""
    for default in section_defaults(catalogue, section):
        if default.bare_target is not None:
            return default.bare_target
    return catalogue.defaults.bare_target


def explain_when_of(catalogue: Catalogue, section: Path, indicator: Indicator | None = None) -> Formula | None:
    """Give the condition that demands a deviation reason of a row of this section."""
    if indicator is not None and indicator.explain_when is not None:
        return indicator.explain_when
    for around in reversed(sections_around(catalogue, section)):
        if around.explain_when is not None:
            return around.explain_when
    for default in section_defaults(catalogue, section):
        if default.explain_when is not None:
            return default.explain_when
    return catalogue.defaults.explain_when


def judged_by_of(catalogue: Catalogue, section: Path) -> JudgedBy:
    """Give who judges a row of this section whose scoring does not say so itself."""
    sections = (around.judged_by for around in reversed(sections_around(catalogue, section)))
    defaults = (default.judged_by for default in section_defaults(catalogue, section))
    said = (*sections, *defaults, catalogue.defaults.judged_by)
    return next((judge for judge in said if judge is not None), "claim")


def ranges_of(catalogue: Catalogue, section: Path, indicator: Indicator | None = None) -> dict[str, Bounds]:
    """Give the declared ranges of a row of this section by name, the innermost declaration of each name."""
    ranges: dict[str, Bounds] = {}
    for around in sections_around(catalogue, section):
        ranges.update(around.ranges)
    if indicator is not None:
        ranges.update(indicator.ranges)
    return ranges


# Which names are in scope where: the figures of the edition, the words of a row, the scores of the form.
#
# Data names and titles are separate. A title enters formulas as ``<title>_得分``, and by itself only to be asked
# whether anything is filled in.


SCORE, CLAIMED = "得分", "自评得分"
_FORMULA_KINDS: dict[str, Kind] = {"condition": "yes_no", "date": "date", "choice": "choice", "text": "text"}
_TARGET_KINDS: dict[ScoringKind | None, Kind] = {"date": "date", "text": "text"}
_ROW_KINDS: tuple[Kind, ...] = ("number", "date", "yes_no")


@once_for_each
def data_scope(catalogue: Catalogue) -> Scope:
    """Give the figures of the edition, and each table's columns as ``table_column``."""
    scope = {name: _figure(figure) for name, figure in catalogue.data.items()}
    for table in catalogue.tables.values():
        for column in table.columns:
            name = f"{table.name}_{column.name}"
            scope[name] = evolve(_figure(column), name=name, table=table.name)
    return scope


def row_scope(catalogue: Catalogue, section: Path, target_kind: ScoringKind | None = None) -> Scope:
    """Give the names for the scoring of any row that an open section takes, by the kind of the row's target."""
    words = _row_words(_TARGET_KINDS.get(target_kind, "number"), tuple(ranges_of(catalogue, section).items()))
    return layered(words, data_scope(catalogue))


def indicator_scope(catalogue: Catalogue, indicator: Indicator) -> Scope:
    """Give the names for the scoring of an indicator; 指标值 is no name where the target is an interval."""
    base = data_scope(catalogue)
    ranges = ranges_of(catalogue, indicator.path[:-1], indicator)
    kind, unit = _row_kind_and_unit(catalogue, indicator, base)
    words = dict(_row_words(kind, tuple(ranges.items()), unit, indicator.integer))
    words[POINTS] = _points(indicator.points, most_carried(catalogue, indicator))
    if indicator.target is not None:
        words[TARGET] = _target(words[TARGET], indicator)
    if indicator.target is not None and indicator.target.kind == "interval":
        words = {name: word for name, word in words.items() if name not in (TARGET, ATTAINMENT)}
    return layered(words, base)


@lru_cache(maxsize=256)
def _points(*points: Fraction) -> Variable:
    return Variable(POINTS, "number", BARE, bounds=Bounds(min(points), max(points)))


def carried_points(
    catalogue: Catalogue, indicator: Indicator, applies: Callable[[Indicator], bool | None] = lambda _: None
) -> tuple[Fraction, ...]:
    """Give the points that an indicator can carry where it applies, its own first: others may move theirs to it.

    ``applies`` tells of the others whether they do, as far as that is known.
    """
    gains = _gains(indicator.path, movers(catalogue), frozenset(), applies)
    return tuple(indicator.points + gained for gained in sorted(gains))


def movers_to(catalogue: Catalogue, path: Path) -> tuple[Indicator, ...]:
    """Give the indicators whose points can come to a part, by way of others too."""
    moving, found = movers(catalogue), dict.fromkeys(movers(catalogue).get(path, ()))
    waiting = list(found)
    for mover in waiting:
        more = [other for other in moving.get(mover.path, ()) if other not in found]
        found.update(dict.fromkeys(more))
        waiting += more
    return tuple(found)


def most_carried(catalogue: Catalogue, indicator: Indicator) -> Fraction:
    """Give the most of these: with all that can come to it."""
    return indicator.points + _most_gained(indicator.path, movers(catalogue), frozenset())


def _most_gained(path: Path, moving: Mapping[Path, tuple[Indicator, ...]], behind: frozenset[Path]) -> Fraction:
    coming = (mover for mover in moving.get(path, ()) if mover.path not in behind)
    gains = (one.points + _most_gained(one.path, moving, behind | {path}) for one in coming)
    return sum((gain for gain in gains if gain > 0), Fraction(0))


@once_for_each
def movers(catalogue: Catalogue) -> Mapping[Path, tuple[Indicator, ...]]:
    """Give the indicators that move their points when they do not apply, by the path that the points go to."""
    paths = [part.path for part in catalogue.walk()]
    known = {path[-1:]: path for path in reversed(paths)} | {path: path for path in paths}
    found: dict[Path, list[Indicator]] = {}
    for mover in catalogue.indicators:
        name = None if mover.otherwise is None else mover.otherwise.move_to
        receiver = None if name is None else known.get(tuple("".join(part.split()) for part in name.split("/")))
        if receiver is not None:
            found.setdefault(receiver, []).append(mover)
    return {path: tuple(moving) for path, moving in found.items()}


def _gains(
    path: Path,
    moving: Mapping[Path, tuple[Indicator, ...]],
    behind: frozenset[Path],
    applies: Callable[[Indicator], bool | None],
) -> frozenset[Fraction]:
    """Give all that can come to a part: each mover gives nothing, or its own points with all that came to it."""
    gains = frozenset({Fraction(0)})
    for mover in moving.get(path, ()):
        stays = applies(mover)
        if mover.path not in behind and stays is not True:  # moves in a circle are refused, but asked about before that
            passed = {mover.points + gained for gained in _gains(mover.path, moving, behind | {path}, applies)}
            moved = {gained + more for gained in gains for more in passed}
            gains = frozenset(moved) if stays is False else gains | moved
    return gains


@once_for_each
def indicator_scopes(catalogue: Catalogue) -> Mapping[Path, Scope]:
    """Give the scope of each indicator that the edition fixes, by path: checking and compiling ask for the same."""
    return {part.path: indicator_scope(catalogue, part) for part in catalogue.indicators}


def target_scope(catalogue: Catalogue, indicator: Indicator) -> Scope:
    """Give the names for a target's and a value's own formula: the figures and 分值."""
    return layered({POINTS: _points(indicator.points)}, data_scope(catalogue))


def method_scope(method: Method, catalogue: Catalogue | None = None) -> Scope:
    """Give the names for a method by itself: units of what it is put to are not known yet.

    A method sees the figures of ``catalogue`` only where that edition wrote it.
    """
    own = catalogue is not None and method.edition in ("", catalogue.name)
    base = data_scope(catalogue) if own and catalogue is not None else {}
    return layered(_method_words(method, _method_kind(method)), base)


def grade_scope(catalogue: Catalogue) -> Scope:
    """Give the names for grades and grade caps: figures, the scores of the form, 总分."""
    total = Variable(TOTAL, "number", BARE, bounds=total_bounds(catalogue))
    return layered({TOTAL: total}, cap_scope(catalogue))


def cap_scope(catalogue: Catalogue) -> Scope:
    """Give the names for a section's cap: figures and the scores of the form, without 总分."""
    return layered(data_scope(catalogue), _titles(catalogue))


def check_scope(catalogue: Catalogue, check: Check) -> Scope:
    """Give the names for a check; one put to a grid's columns has its bare rows, one put to a section a row's words."""
    return layered(_each_words(catalogue, check.each), grade_scope(catalogue))


def _each_words(catalogue: Catalogue, each: str | None) -> dict[str, Variable]:
    if each is None:
        return {}
    if each in catalogue.grids:
        grid, figures = catalogue.grids[each], data_scope(catalogue)
        column = next(iter(grid.columns), None)  # one that is wrong may have none
        return {row: evolve(figures[f"{row}_{column}"], name=row) for row in grid.rows if column is not None}
    scores = {name: Variable(name, "number", BARE) for name in (SCORE, CLAIMED)}
    return {**_row_words("number"), **scores}


def program_scope(scope: Scope, program: Program, functions: Functions | None = None) -> Scope:
    """Add to a row's scope what its program binds: parameters, 指标值, 完成值, and ``let`` names, in order."""
    whole = dict[str, Variable]()
    for binding in program.bindings:
        typing = check_node(binding.formula.tree, layered(whole, scope), functions)
        unit = binding.unit if binding.unit is not None else bound_unit(typing)
        known = scope.get(binding.name)
        bounds = known.bounds if known is not None else ANY
        whole[binding.name] = Variable(binding.name, variable_kind(typing), unit, bounds=bounds)
    return layered(whole, scope)


def total_bounds(catalogue: Catalogue) -> Bounds:
    """Give the range of the total: 0 to the points and what bonus sections may add."""
    bonus = sum((part.at_most or Fraction(0) for part in catalogue.sections if part.bonus), Fraction(0))
    return Bounds(Fraction(0), catalogue.points + bonus)


def parameter_variable(parameter: Parameter) -> Variable:
    """Give the variable of a parameter; without a unit of its own it has that of what a call gives."""
    kind: Kind = "choice" if parameter.choices else parameter.type
    unit = read_unit(parameter.unit) if parameter.unit else None
    return Variable(parameter.name, kind, unit, parameter.integer, parameter.bounds, parameter.choices)


def variable_kind(typing: Typing) -> Kind:
    """Give the kind of the variable that holds the value of a formula."""
    return _FORMULA_KINDS.get(typing.kind, "number")


def scoring_formulas(scoring: Scoring) -> Iterator[tuple[Formula, bool]]:
    """Go through the formulas of a scoring that is written out, each with whether it is a condition."""
    for item in scoring.items:
        if isinstance(item, DeductRule | AwardRow):
            yield from ((condition, True) for condition in _conditions(item) if condition is not None)
            points = item.points if isinstance(item.points, tuple) else (item.points,)
            yield from ((amount, False) for amount in points)


def _conditions(item: DeductRule | AwardRow) -> tuple[Formula | None, ...]:
    return (item.when, item.unless) if isinstance(item, DeductRule) else (item.when,)


def _figure(figure: Figure) -> Variable:
    unit = read_unit(figure.unit) if figure.type == "number" else None
    return Variable(figure.name, figure.type, unit, figure.integer, figure.bounds, figure.choices)


@lru_cache(maxsize=256)
def _row_words(
    kind: Kind,
    declared: tuple[tuple[str, Bounds], ...] = (),
    unit: Unit | None = None,
    integer: bool = False,  # noqa: FBT001, FBT002
) -> Mapping[str, Variable]:
    """Give 分值, 指标值, 完成值, 完成率, 评判得分 and 佐证数; most rows of a form have the same."""
    ranges, number = dict(declared), kind == "number"
    words = {
        POINTS: Variable(POINTS, "number", BARE, bounds=ranges.get(POINTS, Bounds(Fraction(0), None, low_open=True))),
        TARGET: Variable(TARGET, kind, unit, bounds=ranges.get(TARGET, ANY)),
        ACTUAL: Variable(ACTUAL, kind, unit, integer, ranges.get(ACTUAL, ANY)),
        JUDGED: Variable(JUDGED, "number", BARE),
        EVIDENCE: Variable(EVIDENCE, "number", BARE, True, Bounds(Fraction(0), Fraction(MOST_EVIDENCE))),
    }
    if number:
        words[ATTAINMENT] = Variable(ATTAINMENT, "number", PERCENT, bounds=ranges.get(ATTAINMENT, ANY))
    return MappingProxyType(words)


def _row_kind_and_unit(catalogue: Catalogue, indicator: Indicator, base: Scope) -> tuple[Kind, Unit | None]:
    """Decide what actual and target are; the unit is as declared, else that of the value, else of the target."""
    unit = read_unit(indicator.unit) if indicator.unit else None
    if indicator.value is not None:
        typing = check_node(indicator.value.tree, base)
        return variable_kind(typing), typing.unit if unit is None else unit
    target = indicator.target
    if unit is None and target is not None and target.low is not None:
        unit = read_unit(target.unit)
    return _row_kind(catalogue, indicator, base), unit


def _row_kind(catalogue: Catalogue, indicator: Indicator, base: Scope) -> Kind:
    """Decide what the actual is where it has no value of its own: as the target says, else as the scoring reads it."""
    if indicator.target is not None:
        formula = indicator.target.formula
        computed = None if formula is None else check_node(formula.tree, base).kind
        return "date" if computed == "date" else _TARGET_KINDS.get(indicator.target.kind, "number")
    scoring = scoring_of(catalogue, indicator)
    method = catalogue.methods.get(scoring.method) if isinstance(scoring, MethodCall) else None
    if method is not None:
        return method_scope(method, catalogue)[ACTUAL].kind
    return _kind_that_fits(lambda kind: layered(_row_words(kind), base), scoring)


def _kind_that_fits(scope: Callable[[Kind], Scope], scoring: Scoring | MethodCall | None) -> Kind:
    """Give the kind of 完成值 with which the rules have types; a number where none or several do."""
    if not isinstance(scoring, Scoring):
        return "number"
    return next((kind for kind in _ROW_KINDS if _types(scoring, scope(kind))), "number")


def _types(scoring: Scoring, scope: Scope) -> bool:
    lets: dict[str, Variable] = {}
    names = layered(lets, scope)
    for let in scoring.let:
        typing = check_node(let.formula.tree, names)
        lets[let.name] = Variable(let.name, variable_kind(typing), bound_unit(typing))
    typings = ((check_node(formula.tree, names), is_condition) for formula, is_condition in scoring_formulas(scoring))
    return all(
        typing.kind == ("condition" if is_condition else "number") and not typing.faults
        for typing, is_condition in typings
    )


@once_for_each
def _method_kind(method: Method) -> Kind:
    return _kind_that_fits(lambda kind: _method_words(method, kind), method.scoring)


def _method_words(method: Method, kind: Kind) -> dict[str, Variable]:
    parameters = {parameter.name: parameter_variable(parameter) for parameter in method.parameters}
    return {**_row_words(kind, tuple(method.ranges)), **parameters}


def _target(word: Variable, indicator: Indicator) -> Variable:
    target = indicator.target
    if target is None or target.low is None:
        return word
    return evolve(word, bounds=Bounds(target.low, target.high if target.high is not None else target.low))


@once_for_each
def _titles(catalogue: Catalogue) -> Scope:
    return _Titles(catalogue)


class _Titles(Mapping[str, Variable]):
    """What titles that are unique and can stand in a formula are called there; each worked out when it is asked for."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        parts = list(catalogue.walk())
        counts = Counter(part.title for part in parts)
        self.parts = {part.title: part for part in parts if counts[part.title] == 1 and part.title.isidentifier()}

    def __getitem__(self, name: str) -> Variable:
        part = self.parts.get(name)
        if part is not None:
            return Variable(name, "section")
        title, separator, word = name.rpartition("_")
        return _word_of(self.parts[title], separator + word, self.catalogue)

    def __iter__(self) -> Iterator[str]:
        for title, part in self.parts.items():
            yield title
            suffixes = (SCORE_SUFFIX,) if isinstance(part, Section) else (SCORE_SUFFIX, TARGET_SUFFIX, ACTUAL_SUFFIX)
            yield from (title + suffix for suffix in suffixes if title + suffix in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _score_bounds(part: Section | Indicator, catalogue: Catalogue) -> Bounds:
    """Give the range of a score as it is shown: what a penalty takes away is below 0."""
    around = sections_around(catalogue, part.path)
    if any(section.penalty for section in around):
        most = part.at_most if isinstance(part, Section) else part.points
        return Bounds(None if most is None else -most, Fraction(0))
    if isinstance(part, Section):
        return Bounds(Fraction(0), part.at_most if part.bonus else _most_points(part, catalogue))
    return Bounds(Fraction(0), most_carried(catalogue, part))


def _most_points(section: Section, catalogue: Catalogue) -> Fraction | None:
    """Give the most that a section can carry: its own points, and those of others that may move into it."""
    if section.points is None:
        return None
    depth, moving = len(section.path), movers(catalogue)
    points = {mover.path: mover.points for found in moving.values() for mover in found}
    outside = {path for path in points if path[:depth] != section.path}
    inward = {mover.path for path, found in moving.items() if path[:depth] == section.path for mover in found}
    # Any of the others may have moved to the one that comes in.
    return section.points + (sum((points[path] for path in outside), Fraction(0)) if inward & outside else 0)


def _word_of(part: Section | Indicator, suffix: str, catalogue: Catalogue) -> Variable:
    """Give the score, target or actual of a title; a `KeyError` where there is none."""
    if suffix == SCORE_SUFFIX:
        return Variable(part.title + suffix, "number", BARE, bounds=_score_bounds(part, catalogue))
    word = {TARGET_SUFFIX: TARGET, ACTUAL_SUFFIX: ACTUAL}[suffix]
    if isinstance(part, Section):
        raise KeyError(suffix)
    return evolve(indicator_scope(catalogue, part)[word], name=part.title + suffix)

"""What depends on what: no score on what may be left blank, nothing on itself, no chain deeper than can be followed."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping

from evalrules._check.edition import Edition, shown
from evalrules._check.names import written_scorings
from evalrules._edition.model import (
    AwardRow,
    Catalogue,
    DeductRule,
    Indicator,
    MethodCall,
    Path,
    Scoring,
    Section,
)
from evalrules._edition.scopes import (
    scoring_formulas,
    scoring_of,
    sections_around,
)
from evalrules._formula.functions import ASKING, asked_names
from evalrules._formula.program import SCORE_SUFFIX, depths
from evalrules._formula.tree import Both, Call, Either, Formula, If, Name, Node, children, names
from evalrules._problems import Location, Problem, listed, problem

# Figures: what a score needs is not left to choice.


def needed_figures_are_required(edition: Edition) -> Iterator[Problem]:
    """What a score cannot do without is not `required: false`: blank it would be missed by nobody but the score.

    Only what is read in any case counts: not what an arm of 若 or the second part of 且 reads, nor what the rule itself
    asks whether it is filled, nor a row that need not apply, of several of which one is answered, or of a bonus or
    penalty.
    """
    catalogue = edition.catalogue
    computed = {name: figure.formula for name, figure in catalogue.data.items() if figure.formula is not None}
    asked_on_the_way, trees = asked_names(computed.values()), _trees(computed)
    for indicator in catalogue.indicators:
        around = sections_around(catalogue, indicator.path[:-1])
        if indicator.otherwise is not None:
            continue
        if any(section.one_of or section.bonus or section.penalty for section in around):
            continue
        asked, lets = _asked_by(catalogue, indicator)
        formulas = ChainMap(lets, trees)
        read = dict.fromkeys(name for tree in _always_read(catalogue, indicator) for name in _certain(tree, formulas))
        unasked = [name for name in read if name not in asked and name not in asked_on_the_way]
        optional = [name for name in unasked if _is_optional(catalogue, name)]
        if optional:
            figures = listed(optional, "quoted")
            yield problem("optional-figure-read", indicator.location, title=indicator.title, figures=figures)


def _always_read(catalogue: Catalogue, indicator: Indicator) -> Iterator[Node]:
    """Give what is evaluated of an indicator whatever its figures are."""
    if indicator.value is not None:
        yield indicator.value.tree
    if indicator.target is not None and indicator.target.formula is not None:
        yield indicator.target.formula.tree
    scoring = scoring_of(catalogue, indicator)
    if isinstance(scoring, MethodCall):
        yield from (formula.tree for _, formula in scoring.arguments)
    elif scoring is not None:
        first = scoring.items[:1] if scoring.form == "award" else scoring.items
        rules = [item for item in first if isinstance(item, DeductRule | AwardRow)]
        yield from (rule.when.tree for rule in rules if rule.when is not None)
        yield from (rule.points.tree for rule in rules if rule.when is None and isinstance(rule.points, Formula))


def _asked_by(catalogue: Catalogue, indicator: Indicator) -> tuple[frozenset[str], dict[str, Node]]:
    """Give the figures that an indicator asks whether they are filled, and what it names on the way."""
    scoring = scoring_of(catalogue, indicator)
    own = scoring if isinstance(scoring, Scoring) else None
    formulas = [formula for formula, _ in scoring_formulas(own)] if own is not None else []
    formulas += [indicator.value] if indicator.value is not None else []
    lets = {} if own is None else {let.name: let.formula for let in own.let}
    return asked_names([*formulas, *lets.values()]), _trees(lets)


def _trees(formulas: Mapping[str, Formula]) -> dict[str, Node]:
    return {name: formula.tree for name, formula in formulas.items()}


def _certain(node: Node, formulas: Mapping[str, Node]) -> Iterator[str]:
    """Give the names that a formula reads in any case, those behind computed ones instead of these."""
    waiting, behind = [node], set[str]()
    while waiting:
        match waiting.pop():
            case Name(name) if name in formulas:
                waiting += [] if name in behind else [formulas[name]]
                behind.add(name)
            case Name(name):
                yield name
            case Both(operands) | Either(operands):
                waiting.append(operands[0])
            case If(condition):
                waiting.append(condition)
            case Call(function) if function in ASKING:
                pass
            case other:
                waiting += reversed(children(other))


def _is_optional(catalogue: Catalogue, name: str) -> bool:
    """Tell a figure or column that need not be filled in."""
    figure, table = catalogue.data.get(name), catalogue.columns.get(name)
    if table is not None:
        return any(f"{table}_{one.name}" == name and not one.required for one in catalogue.tables[table].columns)
    return figure is not None and not figure.required


# Cycles: nothing depends on itself, and where something does, the way round is told.


MAX_CHAIN = 100
Graph = Mapping[str, Iterable[str]]


def figures_depend_on_others(edition: Edition) -> Iterator[Problem]:
    """A computed figure is not computed from itself."""
    figures = edition.catalogue.data
    graph = {name: names(figure.formula.tree) for name, figure in figures.items() if figure.formula is not None}
    for cycle in cycles(graph):
        figure = figures[cycle[0]]
        place = figure.formula.location if figure.formula is not None else None
        yield _told("cycle-of-figures", cycle, place or figure.location)


def lets_depend_on_others(edition: Edition) -> Iterator[Problem]:
    """A ``let`` name or a parameter's default is not computed from itself."""
    for scoring in written_scorings(edition):
        graph = {let.name: names(let.formula.tree) for let in scoring.let}
        for cycle in cycles(graph):
            yield _told("cycle-of-lets", cycle, scoring.location)
    for method in edition.methods:
        defaults = {each.name: names(each.default.tree) for each in method.parameters if each.default is not None}
        for cycle in cycles(defaults):
            yield _told("cycle-of-parameters", cycle, method.location)


def points_move_on(edition: Edition) -> Iterator[Problem]:
    """Points that move to another indicator or section do not come back."""
    movers = [part for part in edition.catalogue.indicators if part.otherwise is not None and part.otherwise.move_to]
    within: dict[Path, list[Indicator]] = {}
    for mover in movers:
        for depth in range(len(mover.path) + 1):
            within.setdefault(mover.path[:depth], []).append(mover)
    graph = {shown(mover.path): list(_targets(edition, mover, within)) for mover in movers}
    places = {shown(mover.path): mover.otherwise.location if mover.otherwise else None for mover in movers}
    for cycle in cycles(graph):
        yield _told("cycle-of-moves", cycle, places[cycle[0]])


def caps_read_others(edition: Edition) -> Iterator[Problem]:
    """A cap does not read the score that it limits, not even by way of another cap."""
    sections = edition.catalogue.sections
    graph = {shown(section.path): list(_read_by(edition, section)) for section in sections}
    for cycle in cycles(graph):
        section = next(each for each in sections if shown(each.path) == cycle[0])
        yield _told("cycle-of-caps", cycle, section.cap.location if section.cap is not None else section.location)


def chains_are_short(edition: Edition) -> Iterator[Problem]:
    """What is computed from what is computed goes no deeper than can be followed from any caller's stack."""
    yield from _too_deep(edition.computed)
    for scoring in written_scorings(edition):
        yield from _too_deep({let.name: let.formula for let in scoring.let})


def _too_deep(formulas: Mapping[str, Formula]) -> Iterator[Problem]:
    """Tell the first name beyond the limit; those that read it would be told for nothing else."""
    found = depths({name: formula.tree for name, formula in formulas.items()})
    name = next((name for name, depth in found.items() if depth > MAX_CHAIN), None)
    if name is not None:
        yield problem("chain-too-deep", formulas[name].location, name=name, limit=MAX_CHAIN)


def cycles(graph: Graph) -> Iterator[list[str]]:
    """Give each cycle once, as the names on the way round, the first repeated at the end."""
    done: set[str] = set()
    for start in graph:
        if start not in done:
            yield from _search(graph, start, done)


def _search(graph: Graph, start: str, done: set[str]) -> Iterator[list[str]]:
    """Search depth first without recursion: a chain of thousands of figures is no cycle and no overflow."""
    stack, way = [(start, iter(graph[start]))], {start: None}
    while stack:
        name, onward = stack[-1]
        following = next(onward, None)
        if following is None:
            done.add(name)
            way.popitem()
            stack.pop()
        elif following in way:
            names_on_way = list(way)
            yield [*names_on_way[names_on_way.index(following) :], following]
        elif following in graph and following not in done:
            way[following] = None
            stack.append((following, iter(graph[following])))


def _targets(edition: Edition, mover: Indicator, within: Mapping[Path, list[Indicator]]) -> Iterator[str]:
    """Give the movers that receive the points of another: the one named, or those inside the section named."""
    name = mover.otherwise.move_to if mover.otherwise is not None else None
    for part in edition.named.get(name, ()) if name is not None else ():
        yield from (shown(each.path) for each in within.get(part.path, ()) if each is not mover)


def _read_by(edition: Edition, section: Section) -> Iterator[str]:
    """Give the sections whose capped score a section's score needs: its own parts, and what its cap reads."""
    yield from (shown(part.path) for part in section.parts if isinstance(part, Section))
    read = names(section.cap.when.tree) if section.cap is not None and section.cap.when is not None else ()
    for name in read:
        title = name.removesuffix(SCORE_SUFFIX)
        parts = edition.named.get(title, ()) if title != name else ()
        yield from (shown(part.path) for part in parts if isinstance(part, Section) and part.title == title)


def _told(code: str, cycle: list[str], location: Location | None) -> Problem:
    return problem(code, location, name=cycle[0], path=" → ".join(cycle))

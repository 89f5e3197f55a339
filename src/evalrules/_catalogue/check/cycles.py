"""Cycles: nothing depends on itself, and where something does, the way round is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from evalrules._catalogue.check.edition import Edition, names_section, shown
from evalrules._catalogue.check.names import written_scorings
from evalrules._catalogue.model import Indicator, Section
from evalrules._catalogue.scopes import SCORE_SUFFIX
from evalrules._formula.order import depths
from evalrules._formula.tree import Formula, names
from evalrules._problems import Location, Problem, problem

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
    graph = {shown(mover.path): list(_targets(edition, mover, movers)) for mover in movers}
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


def _targets(edition: Edition, mover: Indicator, movers: list[Indicator]) -> Iterator[str]:
    """Give the movers that receive the points of another: the one named, or those inside the section named."""
    name = mover.otherwise.move_to if mover.otherwise is not None else None
    for part in edition.parts:
        if name is not None and names_section(name, part):
            inside = (each for each in movers if each.path[: len(part.path)] == part.path)
            yield from (shown(each.path) for each in inside if each is not mover)


def _read_by(edition: Edition, section: Section) -> Iterator[str]:
    """Give the sections whose capped score a section's score needs: its own parts, and what its cap reads."""
    yield from (shown(part.path) for part in section.parts if isinstance(part, Section))
    read = names(section.cap.when.tree) if section.cap is not None and section.cap.when is not None else ()
    for part in edition.catalogue.sections:
        if part.title + SCORE_SUFFIX in read:
            yield shown(part.path)


def _told(code: str, cycle: list[str], location: Location | None) -> Problem:
    return problem(code, location, name=cycle[0], path=" → ".join(cycle))

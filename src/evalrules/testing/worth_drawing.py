"""What is worth drawing of each rule of an edition: inputs at every edge of it, and for each way that it comes out."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import islice
from typing import cast

from attrs import field

from evalrules._edition.levels import cap_programs, grade_cap_programs, grade_program, score_cap_programs
from evalrules._edition.model import Path
from evalrules._edition.scopes import data_scope
from evalrules._formula.edges import edge_terms, thresholds
from evalrules._formula.intervals import point
from evalrules._formula.program import free_names
from evalrules._formula.tree import Node
from evalrules._formula.worth_trying import Value, Values, WorthTrying, domain, may_be_blank
from evalrules._laws.subjects import Subject, open_rows, subjects
from evalrules._laws.trials import Trial, attempt, profiles, trials_of
from evalrules._score.ruleset import Ruleset
from evalrules._values import frozen, once_for_each

_MOST_STARTS, _MOST_TRIALS, _MOST_OF_A_KIND = 4, 1500, 24


@frozen(eq=False)
class Worth:
    """What is worth drawing of some inputs.

    ``edges`` holds inputs for each term that is 0 with them, ``outcomes`` those for each way that the rule comes out.
    ``full`` earn full marks, ``least`` as little as any; both are empty where nothing is scored.
    """

    trying: WorthTrying
    edges: tuple[tuple[Node, tuple[Values, ...]], ...]
    outcomes: tuple[tuple[Values, ...], ...]
    full: tuple[Values, ...] = ()
    least: tuple[Values, ...] = ()
    kinds: tuple[tuple[Node | None, tuple[Values, ...]], ...] = field(init=False)

    @kinds.default
    def _kinds(self) -> tuple[tuple[Node | None, tuple[Values, ...]], ...]:
        """Give each group once, with a term that is 0 there: several may be 0 with the same inputs."""
        groups = (*self.edges, *((None, found) for found in self.outcomes))
        return tuple({str(sorted(map(str, found[:2]))): (term, found) for term, found in reversed(groups)}.values())

    def at_edge(self, term: Node, name: str, start: Values) -> Iterator[Value]:
        """Give the values of one input with which a term is 0 while the others are as they are."""
        tried, place = self.trying.domains[name], self.trying.terms.index(term)
        if tried.kind == "table":
            for rows in self.trying.values(name, start):
                here = {**start, name: rows}
                if self.trying.at(here).bounds(self.trying.terms_over(here)[place]) == point(0):
                    yield rows
        elif not tried.listed and tried.kind in ("number", "date"):
            at = self.trying.at({**start, name: tried.usual if start[name] is None else start[name]})
            turns = thresholds(name, [self.trying.terms_over(start)[place]], at)
            written = (value for turn in turns for value in _written(tried.kind, turn))
            yield from (value for value in written if tried.admits(value))


@once_for_each
def rules_of(ruleset: Ruleset) -> Mapping[Path, tuple[Subject, ...]]:
    """Give the rules of each indicator that the edition fixes, one for each kind of target that may be given."""
    found: dict[Path, tuple[Subject, ...]] = {}
    for subject in subjects(ruleset):
        if not subject.is_method and subject.indicator.origin == "catalogue":
            path = subject.indicator.path
            found[path] = (*found.get(path, ()), subject)
    return found


@once_for_each
def open_rules(ruleset: Ruleset) -> Mapping[Path, tuple[Subject, ...]]:
    """Give the rules of the rows that each open section takes."""
    return {path: tuple(open_rows(ruleset, path).values()) for path in ruleset.open_parts}


@once_for_each
def _known(_: Ruleset) -> dict[Subject, Worth]:
    return {}


def worth_of(subject: Subject) -> Worth:
    """Give what is worth drawing of a rule, found when it is first asked for."""
    known = _known(subject.ruleset)
    if subject not in known:
        known[subject] = _worth(subject)
    return known[subject]


def _worth(subject: Subject) -> Worth:
    """Find what is worth drawing; what the rule leaves unscored is not."""
    at_edges = {term: [*_scored(subject, _at_edge(subject, term))] for term in subject.trying.terms}
    outcomes: dict[object, list[Trial]] = {}
    for trial in islice(trials_of(profiles(subject, _MOST_STARTS)), _MOST_TRIALS):
        if trial.problem is None:
            outcomes.setdefault(trial.region, []).append(trial)
    known = [trial for found in (*at_edges.values(), *outcomes.values()) for trial in found]
    scored = [trial for trial in known if trial.units is not None]
    least = min((trial.units for trial in scored if trial.units is not None), default=None)
    return Worth(
        subject.trying,
        tuple((term, _inputs(found)) for term, found in at_edges.items() if found),
        tuple(_inputs(found) for found in outcomes.values()),
        _inputs(trial for trial in scored if trial.is_full),
        _inputs(trial for trial in scored if trial.units == least),
    )


@once_for_each
def worth_of_the_form(ruleset: Ruleset) -> Worth:
    """Find what is worth drawing of the figures that caps and grades read."""
    catalogue, scope = ruleset.catalogue, data_scope(ruleset.catalogue)
    formulas = {figure.name: figure.formula.tree for _, figure, _ in ruleset.computed if figure.formula is not None}
    programs = [*cap_programs(catalogue).values(), *score_cap_programs(catalogue), *grade_cap_programs(catalogue)]
    programs += [grade_program(catalogue)] if catalogue.grades else []
    trees = [rule.when.tree for program in programs for rule in program.rules if rule.when is not None]
    asked = may_be_blank(trees, formulas)
    read = [name for name in free_names(trees, formulas) if name in scope and scope[name].table is None]
    domains = {name: domain(scope[name], may_be_blank=name in asked) for name in read}
    trying = WorthTrying(domains, edge_terms(trees, formulas), formulas, {})
    found = [
        {**start, name: value} for start in trying.starts() for name in domains for value in trying.values(name, start)
    ]
    return Worth(trying, (), ((*found, trying.usual()),))


def _at_edge(subject: Subject, term: Node) -> Iterator[Values]:
    """Give inputs with which a term is 0."""
    worth = Worth(subject.trying, (), ())
    for start in islice(subject.trying.starts(), _MOST_STARTS):
        for name in subject.trying.domains:
            yield from ({**start, name: value} for value in worth.at_edge(term, name, start))


def _written(kind: str, number: Fraction) -> Iterator[Value]:
    if kind != "date":
        yield number
    elif datetime.date.min.toordinal() <= number <= datetime.date.max.toordinal():
        yield datetime.date.fromordinal(math.floor(number))


def _scored(subject: Subject, found: Iterable[Values]) -> Iterator[Trial]:
    """Keep what the rule does not leave unscored."""
    tried = (attempt(subject, values) for values in islice(found, _MOST_OF_A_KIND))
    yield from (trial for trial in tried if trial.problem is None)


def _inputs(trials: Iterable[Trial]) -> tuple[Values, ...]:
    found = [cast("Values", trial.values) for trial in trials]
    return tuple(found[:: max(1, len(found) // _MOST_OF_A_KIND)])

"""The edition checker: everything an edition can get wrong, one function a rule, all of it told at once.

A rule takes an `Edition`, or one scoring of it after the other, and gives its problems. Rules never score anything;
cases are run by who can score them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from evalrules._catalogue.check import (
    applying,
    bands,
    calls,
    checking,
    cycles,
    grading,
    kinds,
    names,
    points,
    rates,
    reach,
    rows,
    samples,
    uses,
)
from evalrules._catalogue.check.edition import Edition
from evalrules._catalogue.model import Catalogue
from evalrules._formula.scope import Functions
from evalrules._problems import Location, Problem

__all__ = ["DEEP_RULES", "RULES", "check"]

Subject = TypeVar("Subject")
Rule = Callable[[Subject], Iterable[Problem]]

RULES: tuple[Rule[Edition], ...] = (
    names.data_names,
    names.names_of_rules,
    names.names_look_alike,
    names.titles_are_unique,
    points.points_of_form,
    points.points_of_sections,
    points.points_of_choice,
    points.points_fit_places,
    points.sections_hold_something,
    points.bonus_and_penalty,
    points.caps_limit_something,
    calls.methods_exist,
    calls.parameters_exist,
    calls.parameters_given,
    calls.indicators_have_scoring,
    calls.open_sections_have_scoring,
    calls.default_sections_exist,
    cycles.figures_depend_on_others,
    cycles.lets_depend_on_others,
    cycles.points_move_on,
    cycles.caps_read_others,
    cycles.chains_are_short,
    rows.last_rows,
    rows.reasons,
    rows.ranges_of_points,
    rows.tiers,
    rows.checklists,
    rows.items_are_worth_points,
    applying.otherwise_is_said,
    applying.moves_lead_somewhere,
    applying.rescaling_has_others,
    rates.rates_are_not_times_hundred,
    rates.points_are_no_rates,
    kinds.figures,
    kinds.indicators,
    kinds.scorings,
    kinds.methods,
    kinds.sections,
    kinds.explanations,
    kinds.ranges,
    kinds.grades,
    kinds.checks,
    uses.arguments_fit,
    grading.grades_cover_totals,
    grading.grades_are_known,
    checking.each_is_known,
    checking.tolerances_belong_to_equations,
    checking.audit_rules_exist,
    checking.edition_is_sound,
    checking.cases_name_inputs,
    checking.cases_are_within_points,
)


_DEEP_OF_EDITIONS: tuple[Rule[Edition], ...] = (
    reach.divisors_of_rows,
    reach.divisors_of_the_form,
    reach.applicability_is_possible,
)

_DEEP_OF_SCORINGS: tuple[Rule[reach.Written], ...] = (
    reach.divisors_of_rules,
    reach.rules_are_reached,
    reach.points_are_possible,
    reach.full_points_are_possible,
    bands.bands_fit_together,
    samples.amounts_at_edges,
)

DEEP_RULES = (*_DEEP_OF_EDITIONS, *_DEEP_OF_SCORINGS)


def check(
    catalogue: Catalogue,
    run_cases: Callable[[Catalogue], Iterable[Problem]] | None = None,
    functions: Functions | None = None,
    *,
    deep: bool = True,
) -> tuple[Problem, ...]:
    """Give everything that is wrong with an edition, sorted by place.

    Rules that follow values through formulas are tried only where those before found no error: they need formulas
    that have types and no cycles. They take most of the time; ``deep=False`` leaves them out. ``run_cases`` scores
    the cases and gives a problem for each that fails; it is called only where nothing else is wrong, since only a
    sound edition can be scored.
    """
    edition = Edition(catalogue, functions or {})
    found = _told_by(RULES, edition)
    if deep and not _has_errors(found):
        found |= _told_by(_DEEP_OF_EDITIONS, edition)
        for written in reach.written_rules(edition):  # one by one: what is worked out of each is not kept for the next
            found |= _told_by(_DEEP_OF_SCORINGS, written)
    if run_cases is not None and not _has_errors(found):
        found |= dict.fromkeys(run_cases(catalogue))
    return tuple(sorted(found, key=lambda problem: (problem.location or Location(""), problem.code)))


def _told_by(rules: Iterable[Rule[Subject]], subject: Subject) -> dict[Problem, None]:
    return dict.fromkeys(problem for rule in rules for problem in rule(subject))


def _has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)

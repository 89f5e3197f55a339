"""The edition checker: everything an edition can get wrong, one function a rule, all of it told at once.

A rule takes an `Edition`, or one scoring of it after the other, and gives its problems. Rules never score anything;
cases are run by who can score them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from evalrules._check import form, kinds, names, reach, rows, telling
from evalrules._check.beside import OF_NEW_POINTS, SUMS
from evalrules._check.edition import Edition
from evalrules._edition.model import Catalogue
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
    form.points_of_form,
    form.points_of_sections,
    form.points_of_choice,
    form.points_fit_places,
    form.sections_hold_something,
    form.bonus_and_penalty,
    form.caps_limit_something,
    form.limits_fit_places,
    form.methods_exist,
    form.parameters_exist,
    form.parameters_given,
    form.indicators_have_scoring,
    form.open_sections_have_scoring,
    form.default_sections_exist,
    form.figures_depend_on_others,
    form.lets_depend_on_others,
    form.points_move_on,
    form.caps_read_others,
    form.chains_are_short,
    rows.last_rows,
    rows.reasons,
    rows.full_points_follow,
    rows.ranges_of_points,
    rows.tiers,
    rows.checklists,
    rows.items_are_worth_points,
    form.otherwise_is_said,
    form.moves_lead_somewhere,
    form.rescaling_has_others,
    form.rounding_stays_small,
    rows.rates_are_not_times_hundred,
    rows.points_are_no_rates,
    kinds.figures,
    kinds.indicators,
    kinds.scorings,
    kinds.methods,
    kinds.sections,
    kinds.explanations,
    kinds.ranges,
    kinds.grades,
    kinds.checks,
    kinds.arguments_fit,
    reach.grades_cover_totals,
    reach.grades_are_known,
    form.each_is_known,
    form.tolerances_belong_to_equations,
    form.audit_rules_exist,
    form.edition_is_sound,
    names.form_names_exist,
    names.form_words_mean_one_thing,
    form.cases_name_inputs,
    form.cases_are_within_points,
)


_DEEP_OF_EDITIONS: tuple[Rule[Edition], ...] = (
    reach.divisors_of_rows,
    reach.divisors_of_the_form,
    reach.divisors_of_checks,
    reach.applicability_is_possible,
    telling.anchors_of_the_edition_rise,
    telling.sentences_close_their_quotes,
)

_DEEP_OF_SCORINGS: tuple[Rule[reach.Written], ...] = (
    reach.divisors_of_rules,
    reach.rules_are_reached,
    reach.points_are_possible,
    reach.full_points_are_possible,
    rows.bands_fit_together,
    reach.amounts_at_edges,
    telling.reasons_name_edges,
    telling.reasons_close_their_quotes,
    telling.neighbours_differ,
    telling.anchors_rise,
)

DEEP_RULES = (*_DEEP_OF_EDITIONS, *_DEEP_OF_SCORINGS)


class RunCases(Protocol):
    """What scores the cases of an edition and gives what they get otherwise than they say."""

    def __call__(self, catalogue: Catalogue, /, *, forms: bool) -> Iterable[Problem]:
        """Run the cases; whole forms only where asked, for where points do not add up none has a total."""


def check(
    catalogue: Catalogue,
    run_cases: RunCases | None = None,
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
    if deep and not _hinder(found):
        found |= _told_by(_DEEP_OF_EDITIONS, edition)
        for written in reach.written_rules(edition):  # one by one: what is worked out of each is not kept for the next
            found |= _told_by(_DEEP_OF_SCORINGS, written)
    if run_cases is not None and not _hinder(found):
        ran = dict.fromkeys(run_cases(catalogue, forms=all(each.code not in SUMS for each in found)))
        failed = {each.location for each in ran}  # what such a case gives is said with what it should have given
        found = ran | {each: None for each in found if each.code not in OF_NEW_POINTS or each.location not in failed}
    return tuple(sorted(found, key=lambda problem: (problem.location or Location(""), problem.code)))


def _told_by(rules: Iterable[Rule[Subject]], subject: Subject) -> dict[Problem, None]:
    return dict.fromkeys(problem for rule in rules for problem in rule(subject))


def _hinder(problems: Iterable[Problem]) -> bool:
    """Tell whether a rule cannot be followed or scored; that points do not add up keeps nobody from either."""
    return any(problem.severity == "error" and problem.code not in OF_NEW_POINTS for problem in problems)

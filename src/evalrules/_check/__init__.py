"""The edition checker: everything an edition can get wrong, one function a rule, all of it told at once.

A rule takes an `Edition`, or one scoring of it after the other, and gives its problems. Rules never score anything;
cases are run by who can score them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property
from typing import Protocol, TypeVar

from attrs import field

from evalrules._check import dependence, form, kinds, names, reach, rows, telling
from evalrules._check.edition import Edition
from evalrules._edition.keys import SCORING_FORMS
from evalrules._edition.model import Catalogue
from evalrules._formula.scope import Functions
from evalrules._patterns import regex
from evalrules._problems import Location, Problem, Source
from evalrules._values import frozen

# What is told of an edition of which something could not be read: what does not follow from that.
#
# A formula that does not read leaves an indicator without its rule; that this indicator now lacks one is no second
# mistake. So what the checker finds is told only where it stands in another entry (an indicator, a figure, a method),
# does not name what was lost, and is no sum over points that are not known.


_KEY = regex(r"\s*+(?:- ++)*+[\"']?([^:\"'{}\[\],#]++)[\"']?\s*+:")
_OF_ENTRIES = frozenset({"sections", "indicators", "data", "methods", "checks", "grades"})
"""Keys under which each entry stands for itself."""
_ELSEWHERE = frozenset({"evalrules", "uses", "defaults", "parts", "rounding", "extends"})
"""Keys that all entries depend on: where one of them is lost, nothing else can be told."""
_OF_ALL_GRADES = frozenset({"grade-gap", "grade-never-reached", "grades-turned"})
SUMS = frozenset({"points-do-not-add-up", "points-exceed-section"})
OF_NEW_POINTS = SUMS | {"case-score-outside"}
"""What comes of giving points anew, and keeps nobody from following a rule or scoring a case."""


@frozen
class _Outline:
    """The lines of a document as a tree: for each, counted from 1, the line that it stands under, 0 for none."""

    source: Source
    above: tuple[int, ...] = field(init=False)

    @above.default
    def _above(self) -> tuple[int, ...]:
        parents, way = [0], list[tuple[int, int]]()
        for number, line in enumerate(self.source.lines, 1):
            text = line.lstrip(" ")
            indent = len(line) - len(text)
            if text and text[0] != "#":
                while way and way[-1][0] >= indent:
                    way.pop()
            parents.append(way[-1][1] if way else 0)
            if text and text[0] != "#":
                way.append((indent, number))
        return tuple(parents)

    def way(self, line: int) -> Iterator[int]:
        """Go from a line up to the top of the document."""
        while 0 < line < len(self.above):
            yield line
            line = self.above[line]

    def key(self, line: int) -> str:
        """Give the key that a line begins with, or nothing."""
        found = _KEY.match(self.source.line(line))
        return found[1].strip() if found else ""

    def entry(self, line: int) -> int:
        """Give the line of the entry that a line belongs to; outside of entries that of the key at the top.

        A section is no entry for what it holds: a key of its own stands for itself.
        """
        below = inside = line
        for each in self.way(line):
            if each != line and self.key(each) in _OF_ENTRIES:
                return inside if below in self.holding else below
            inside, below = below, each
        return below

    @cached_property
    def holding(self) -> frozenset[int]:
        """The lines of sections: parts stand under them."""
        return frozenset(above for line, above in enumerate(self.above) if self.key(line) in ("sections", "indicators"))


def apart_from(lost: Collection[Problem], found: Iterable[Problem]) -> tuple[Problem, ...]:
    """Give those of the problems found that do not follow from what could not be read."""
    places = [each.location for each in lost]
    sources = {place.source for place in places if place is not None and place.line}
    source = next(iter(sources), None)
    if source is None or len(sources) != 1 or any(place is None or not place.line for place in places):
        return ()
    outline = _Outline(source)
    lines = [place.line for place in places if place is not None]
    if any(_is_everywhere(each, outline) for each in lost):
        return ()
    entries = {outline.entry(line) for line in lines}
    gone = {outline.entry(place.line) for each in lost if each.code != "key-duplicate" and (place := each.location)}
    names = {outline.key(entry) for entry in gone if outline.key(outline.above[entry]) in _OF_ENTRIES} - {""}
    without_parts = {above for entry in entries for above in outline.way(entry)}
    among_grades = any(outline.key(outline.above[entry]) == "grades" for entry in entries)
    without_points = {
        outline.entry(line) for each, line in zip(lost, lines, strict=True) if _hides_points(outline, each, line)
    }
    unsure = {above for entry in without_points for above in outline.way(entry)}
    whole = any(not outline.above[entry] for entry in without_points)  # the points of the form itself
    return tuple(
        each
        for each in found
        if each.location is not None
        and each.location.source == source
        and entries.isdisjoint(outline.way(each.location.line))
        and not _names(each, source, names)
        and not (each.code == "section-empty" and each.location.line in without_parts)
        and not (each.code in _OF_ALL_GRADES and among_grades)
        and not (each.code in SUMS and unsure and (whole or each.location.line in unsure or _is_at_top(outline, each)))
    )


def _is_everywhere(lost: Problem, outline: _Outline) -> bool:
    """Tell whether all entries may depend on what was lost; a key that is missing is told of the first line."""
    line = 0 if lost.location is None else lost.location.line
    return lost.code != "missing-key" and any(outline.key(each) in _ELSEWHERE for each in outline.way(line))


def _hides_points(outline: _Outline, lost: Problem, line: int) -> bool:
    """Tell whether the points of an entry may be among what was lost: a whole line of it, or its key for points."""
    if lost.code == "missing-key" and dict(lost.arguments).get("key") == "points":
        return True  # told of the first line that is there
    return line == outline.entry(line) or outline.key(line) not in _WITHOUT_POINTS


_WITHOUT_POINTS = frozenset({
    *SCORING_FORMS, "when", "because", "let", "scoring", "value", "unit", "target", "applies", "explain_when",
    "reference", "evidence", "score", "also", "title",
})  # fmt: skip


def _is_at_top(outline: _Outline, found: Problem) -> bool:
    return found.location is not None and not outline.above[found.location.line]


def _names(found: Problem, source: Source, names: Iterable[str]) -> bool:
    """Tell whether a problem, or the line that it is on, names something."""
    line = source.line(found.location.line) if found.location is not None else ""
    said = (line, *(str(value) for _, value in found.arguments))
    return any(name in text for name in names for text in said)


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
    dependence.figures_depend_on_others,
    dependence.lets_depend_on_others,
    dependence.points_move_on,
    dependence.caps_read_others,
    dependence.chains_are_short,
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
    dependence.needed_figures_are_required,
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


DEEP_OF_EDITIONS: tuple[Rule[Edition], ...] = (
    reach.divisors_of_rows,
    reach.divisors_of_the_form,
    reach.divisors_of_checks,
    reach.applicability_is_possible,
    telling.anchors_of_the_edition_rise,
    telling.sentences_close_their_quotes,
)

DEEP_OF_SCORINGS: tuple[Rule[reach.WrittenRules], ...] = (
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
        found |= _told_by(DEEP_OF_EDITIONS, edition)
        for written in reach.written_rules(edition):  # one by one: what is worked out of each is not kept for the next
            found |= _told_by(DEEP_OF_SCORINGS, written)
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

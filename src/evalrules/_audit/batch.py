"""What is seen only across forms: full marks everywhere, edges, copies, cuts unlike, earlier forms, who is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import prod
from operator import attrgetter
from typing import Final

from attrs import define, evolve

from evalrules._audit.audited import AuditedForm
from evalrules._audit.before import (
    Beside,
    Comparing,
    Earlier,
    budget_grew,
    budgets_changed,
    points_changed,
    rows_left_out,
    targets_changed,
)
from evalrules._audit.copies import Passage, clusters, compared, own_names, passages
from evalrules._callers import each_of, hold_language
from evalrules._edition.audit_codes import ActiveRule, active_rules, rules
from evalrules._edition.scopes import total_bounds
from evalrules._evaluation import Evaluation, IndicatorResult
from evalrules._form_words import plain_word
from evalrules._numbers import decimal_text
from evalrules._problems import Finding, Form, Language, finding, listed, phrase
from evalrules._quantities import Quantity
from evalrules._score.levels import grading_by_total
from evalrules._score.ruleset import Ruleset
from evalrules._submission import Submission
from evalrules._submission_reading import owner_of
from evalrules._values import frozen

Expected = tuple[str, str]
"""A unit and its project that are to report; without a project ``""``."""


def audit_batch(
    evaluations: Iterable[Evaluation],
    *,
    expected: Iterable[Expected | str] = (),
    baseline: Iterable[Submission] = (),
    last_year: Iterable[Submission] = (),
    lang: Language | None = None,
) -> tuple[Finding, ...]:
    """Give what is seen only across forms, each finding with all forms that it is about (`Finding.forms`).

    ``expected`` names the units that are to report, each alone or with its project. ``baseline`` are forms as they were
    approved at the start of the year, ``last_year`` those of the year before; each stands beside the form of the same
    unit and project (its code, else its name). The work grows with the size of
    the forms, not with the number of pairs. The order of forms decides only which is named first. Severities and
    thresholds are those of the editions; a form takes part in a rule that its edition leaves on. Pure; worded in
    Chinese, or as ``lang`` says.

    >>> import evalrules
    >>> catalogue = evalrules.load_catalogue("suining-department@2024")
    >>> form = evalrules.load_submission("examples/suining-2024.yaml")
    >>> evaluation = evalrules.evaluate(catalogue, form)
    >>> for found in audit_batch([evaluation], expected=["绥宁县人民政府办公室", "绥宁县财政局"]):
    ...     print(found.code, found.severity, found.message)
    form-missing warning 名单上的绥宁县财政局没有报送自评表
    """
    what = "units, or pairs of unit and project, as expected"
    listed_ = tuple(_pair(each, what) for each in each_of("audit_batch", what, expected, str, tuple, list))
    before = "what load_submissions gives as baseline and last_year"
    batch = _Batch(
        each_of("audit_batch", "evaluations", evaluations, Evaluation),
        listed_,
        each_of("audit_batch", before, baseline, Submission),
        each_of("audit_batch", before, last_year, Submission),
    )
    hold_language(lang)
    found = (each for code, rule in ACROSS.items() for each in _of_rule(batch, code, rule))
    return tuple(each if lang is None else each.in_language(lang) for each in found)


def _pair(listed_: str | Sequence[object], what: str) -> Expected:
    unit, *others = each_of("audit_batch", what, listed_, str) or ("", "", "")
    if len(others) > 1:
        raise TypeError(f"audit_batch takes {what}, not {len(listed_)} of them together")
    return unit, others[0] if others else ""


@frozen
class Hit:
    """What one finding says: the forms with their places, and the values of its wording."""

    forms: tuple[Form, ...]
    said: Mapping[str, object]


@define(eq=False)
class _Batch:
    evaluations: tuple[Evaluation, ...]
    expected: tuple[Expected, ...] = ()
    baseline: tuple[Submission, ...] = ()
    last_year: tuple[Submission, ...] = ()

    @cached_property
    def identities(self) -> tuple[tuple[str | int, str], ...]:
        """Whose each form is, as words are compared: unit and project, by the project's code wherever it is known.

        A form that names no unit is nobody else's.
        """
        words = [owner_of(each.submission) for each in self.evaluations]
        codes: dict[tuple[str, str | None], str] = {}
        for unit, project, code in words:
            if code:
                codes.setdefault((unit, project), code)
        return tuple(
            (unit or number, code or codes.get((unit, project)) or f"{_NAMED}{project or ''}")
            for number, (unit, project, code) in enumerate(words)
        )

    @cached_property
    def named(self) -> tuple[Expected, ...]:
        """Whose each form is, as it says."""
        return tuple(whose(each) for each in self.evaluations)

    @cached_property
    def approved(self) -> Earlier | None:
        """What was approved, by whose it is."""
        return Earlier(self.baseline) if self.baseline else None

    @cached_property
    def last(self) -> Earlier | None:
        """Last year's forms, by whose they are."""
        return Earlier(self.last_year) if self.last_year else None

    def form(self, number: int, path: str = "") -> Form:
        """Name a form of the batch, and a place in it."""
        organisation, project = self.named[number]
        return Form(self.evaluations[number].submission.digest, organisation, project or None, path)

    def name(self, number: int) -> str:
        """Name a form as people do: the unit, where it has several the project, where years differ the year."""
        organisation, project = self.named[number]
        named = in_brackets(organisation, project if self._projects[self.identities[number][0]] > 1 else "")
        year = self.evaluations[number].year_text
        return phrase("audit-form-of-year", form=named, year=year) if year and self._has_several_years else named

    @cached_property
    def _projects(self) -> Counter[str | int]:
        return Counter(unit for unit, _ in set(self.identities))

    @cached_property
    def _has_several_years(self) -> bool:
        return len({each.fiscal_year for each in self.evaluations}) > 1

    def by_edition(self, numbers: Iterable[int]) -> list[list[int]]:
        """Group forms by edition and year."""
        groups: dict[object, list[int]] = {}
        for number in numbers:
            each = self.evaluations[number]
            groups.setdefault((each.catalogue.name, each.fiscal_year), []).append(number)
        return list(groups.values())

    @cached_property
    def organisations(self) -> int:
        """How many units there are."""
        return len({unit for unit, _ in self.identities})

    def is_common(self, numbers: Iterable[int]) -> bool:
        """Tell whether most units have it, from four units on: then it is nobody's own."""
        holders = len({self.identities[number][0] for number in numbers})
        return holders >= _FEWEST and 2 * holders > self.organisations

    @cached_property
    def copied_forms(self) -> Mapping[int, int]:
        """The first form with the same contents, for each that is a copy as a whole, and for the first itself."""
        groups: dict[object, list[int]] = {}
        together: list[list[int]] = []
        for number, each in enumerate(self.evaluations):
            rows = [*own_rows(each)]
            if len(rows) >= _FEWEST_ROWS:
                keys = [tuple(sorted(way)) for way in zip(*rows, strict=True)]
                held = next((groups[key] for key in keys if key in groups), [])
                together += [] if held else [held]
                held.append(number)
                groups.update(dict.fromkeys(keys, held))
        several = (held for held in together if len({self.identities[number] for number in held}) > 1)
        return {number: held[0] for held in several for number in held}


_NAMED: Final = "\0"
"""Stands before the name of a project without a code, which is no code."""
_FEWEST: Final = 4
"""From how many forms or units on they are enough for a statistic."""
_FEWEST_ROWS: Final = 3
"""From how many rows on a form can be told from others by them."""
Rule = Callable[[_Batch, Sequence[int], ActiveRule], Iterator[Hit]]


def _of_rule(batch: _Batch, code: str, rule: Rule) -> Iterator[Finding]:
    active = {number: active_rules(each.catalogue).get(code) for number, each in enumerate(batch.evaluations)}
    partaking = [number for number, setting in active.items() if setting is not None]
    setting = active[partaking[0]] if partaking else None
    if setting is None and not batch.evaluations:
        setting = ActiveRule(rules()[code].severity, rules()[code].options)
    if setting is not None:
        for hit in rule(batch, partaking, setting):
            where = listed(dict.fromkeys(each.organisation for each in hit.forms[:3]))
            yield evolve(finding(code, where, severity=setting.severity, **hit.said), forms=hit.forms)


def whose(evaluation: Evaluation) -> Expected:
    """Give the unit and the project of a form; ``""`` for what it does not name."""
    project = evaluation.submission.project
    return evaluation.organisation.strip(), (project.name or "").strip() if project else ""


def in_brackets(organisation: str, project: str) -> str:
    """Name a unit with its project, where it has one."""
    return phrase("audit-form-of-project", organisation=organisation, project=project) if project else organisation


# ---- scores ----------------------------------------------------------------------------------------------------------


def all_claim_full(batch: _Batch, numbers: Sequence[int], rule: ActiveRule) -> Iterator[Hit]:
    """All forms of an edition claim full marks, or else all forms of one unit do."""
    for group in batch.by_edition(numbers):
        claiming = [number for number in group if batch.evaluations[number].claimed_score is not None]
        if _all_full(batch, claiming, rule):
            yield _full(batch, claiming, phrase("audit-of-all"), len(group))
            continue
        units: dict[object, list[int]] = {}
        for number in group:
            units.setdefault(batch.identities[number][0], []).append(number)
        for held in units.values():
            claimed = [number for number in held if number in claiming]
            if _all_full(batch, claimed, rule):
                yield _full(batch, claimed, batch.named[held[0]][0], len(held))


def _all_full(batch: _Batch, numbers: Sequence[int], rule: ActiveRule) -> bool:
    each = [batch.evaluations[number] for number in numbers]
    return len(each) >= rule.number("forms") and all((one.claimed_score or 0) >= one.points for one in each)


def _full(batch: _Batch, numbers: Sequence[int], of: str, forms: int) -> Hit:
    """Say how many claim full marks, of how many where others claim nothing."""
    count = len(numbers)
    code = "audit-forms-all" if count == forms else "audit-forms-claiming"
    return Hit(tuple(map(batch.form, numbers)), {"of": of, "forms": phrase(code, count=count, forms=forms)})


def totals_crowd(batch: _Batch, numbers: Sequence[int], rule: ActiveRule) -> Iterator[Hit]:
    """Many totals, claimed or computed, lie just above a grade's edge, and few just below it.

    Many are at least ``forms``, a tenth of all, and three times as many as lie as far below.
    """
    width, fewest = rule.number("width"), rule.number("forms")
    for group in batch.by_edition(numbers):
        for code, total in (("claimed", _claimed), ("score", _score)):
            totals = {number: total(batch.evaluations[number]) for number in group}
            known = {number: Fraction(found) for number, found in totals.items() if found is not None}
            for edge, grade in edges(AuditedForm(batch.evaluations[group[0]]).form.ruleset):
                above = [number for number, found in known.items() if edge <= found <= edge + width]
                below = sum(edge - width <= found < edge for found in known.values())
                if len(above) >= max(fewest, Fraction(len(known), 10), Fraction(3 * below)):
                    said = {
                        "what": phrase(f"audit-total-{code}"),
                        "count": len(above),
                        "of": len(known),
                        "grade": grade,
                    }
                    ends = {"grade": grade, "edge": edge, "above": edge + width, "width": width, "below": below}
                    yield Hit(tuple(map(batch.form, above)), {**said, **ends})


def _claimed(evaluation: Evaluation) -> Decimal | None:
    return evaluation.claimed_score


def _score(evaluation: Evaluation) -> Decimal | None:
    return evaluation.score


def edges(ruleset: Ruleset) -> tuple[tuple[Fraction, str], ...]:
    """Give the least total of each grade but the lowest, with the grade, where totals alone decide; highest first."""
    if ruleset.grading is None or ruleset.read_by_grades:
        return ()
    places, bounds = ruleset.catalogue.rounding.places, total_bounds(ruleset.catalogue)
    return _edges(grading_by_total(ruleset), Fraction(1, 10**places), bounds.high or Fraction(0))


def _edges(grade: Callable[[Fraction], str | None], step: Fraction, most: Fraction) -> tuple[tuple[Fraction, str], ...]:
    found: list[tuple[Fraction, str]] = []
    low, last = Fraction(0), grade(Fraction(0))
    while last != grade(most):
        high = most
        while high - low > step:  # the grades are in order, so that the place of a change can be halved down to
            middle = low + step * ((high - low) / step // 2)
            low, high = (middle, high) if grade(middle) == last else (low, middle)
        low, last = high, grade(high)
        found += [(high, last)] if last else []  # none is told where something else than the total decides
    return tuple(reversed(found))


# ---- copies ----------------------------------------------------------------------------------------------------------


def handed_in_twice(batch: _Batch, numbers: Sequence[int], _: ActiveRule) -> Iterator[Hit]:
    """A unit handed in two forms for one project and year by one edition, equal or not."""
    held: dict[object, list[int]] = {}
    for number in numbers:
        each = batch.evaluations[number]
        held.setdefault((batch.identities[number], each.catalogue.id, each.fiscal_year), []).append(number)
    for several in held.values():
        if len(several) > 1:
            is_same = len({batch.evaluations[number].submission.digest for number in several}) == 1
            same = phrase("audit-forms-equal" if is_same else "audit-forms-unequal")
            said = {"form": batch.name(several[0]), "count": len(several), "same": same}
            yield Hit(tuple(map(batch.form, several)), said)


def form_copied(batch: _Batch, numbers: Sequence[int], _: ActiveRule) -> Iterator[Hit]:
    """All rows of a form that its unit filled in itself are those of another unit's or project's form."""
    groups: dict[int, list[int]] = {}
    for number in numbers:
        if number in batch.copied_forms:
            groups.setdefault(batch.copied_forms[number], []).append(number)
    for several in groups.values():
        if len(several) > 1:
            first, second, *others = several
            rows = len(list(own_rows(batch.evaluations[first])))
            said = {"first": batch.name(first), "second": batch.name(second), "rows": rows, "others": _others(others)}
            yield Hit(tuple(map(batch.form, several)), said)


def _others(others: Sequence[object]) -> str:
    return phrase("audit-and-others", count=len(others)) if others else ""


Contents = tuple[str, ...]
"""All that a row says, as it is compared."""


def own_rows(evaluation: Evaluation) -> Iterator[tuple[Contents, Contents]]:
    """Give the whole contents of each row that a unit named itself: without its names, and with them.

    Whoever copies either puts in the own name or leaves that of the other.
    """
    names = own_names(evaluation.submission)
    for result in evaluation.indicators:
        if result.origin == "submission" and result.entry is not None:
            yield contents_of(result, names), contents_of(result, ())


def contents_of(result: IndicatorResult, names: Sequence[str]) -> Contents:
    """Give all that a row says: its name, target and actual with their numbers, and what was written beside them."""
    entry = result.entry
    assert entry is not None
    words = (entry.deviation_reason, entry.improvement, entry.note)
    cells = ("".join(cell.text.split()) for cell in (entry.target, entry.actual))
    return (compared(result.name, names), *cells, *(compared(text or "", names) for text in words))


_HOLDERS: Final = 8
"""With how many earlier forms that have a row a later one is compared."""
_MANY: Final = 100
"""From how many forms on the rows of two are weighed: before that chance explains little."""
_BY_CHANCE: Final = Fraction(1, 10)
"""How many pairs of forms may be expected to have the same rows by chance where that they have them is told."""
Shared = dict[str, tuple[IndicatorResult, IndicatorResult, int]]
"""Rows that two forms share by their path in the second: the one there, the one here, how many forms have it."""


def row_copied(batch: _Batch, numbers: Sequence[int], rule: ActiveRule) -> Iterator[Hit]:
    """Several whole rows of a form are those of another unit's form, their numbers included, and not by chance."""
    for (first, second), rows in _shared_rows(batch, numbers).items():
        is_told = len(rows) >= rule.number("rows") and not _is_one_form(batch, first, second)
        if is_told and not _meet_by_chance([holders for *_, holders in rows.values()], len(numbers)):
            yield _rows_hit(batch, first, second, [(there, here) for there, here, _ in rows.values()])


def _shared_rows(batch: _Batch, numbers: Sequence[int]) -> Mapping[tuple[int, int], Shared]:
    """Give the rows that forms of two units share, but for what most units have."""
    held: dict[Contents, list[tuple[int, IndicatorResult]]] = {}
    for number in numbers:
        names = own_names(batch.evaluations[number].submission)
        for result in batch.evaluations[number].indicators:
            if result.origin == "submission" and result.entry is not None:
                for key in {contents_of(result, names), contents_of(result, ())}:
                    held.setdefault(key, []).append((number, result))
    pairs: dict[tuple[int, int], Shared] = {}
    for holders in held.values():
        if batch.is_common(number for number, _ in holders):
            continue
        for place, (number, result) in enumerate(holders):
            for earlier, other in holders[:place][:_HOLDERS]:
                if batch.identities[earlier][0] != batch.identities[number][0] and result.entry is not None:
                    pairs.setdefault((earlier, number), {})[result.entry.path] = other, result, len(holders)
    return pairs


def _meet_by_chance(holders: Iterable[int], forms: int) -> bool:
    """Tell whether rows that so many forms have each would meet in some pair of forms if nobody copied."""
    pairs = Fraction(forms * (forms - 1), 2)
    return forms >= _MANY and pairs * prod(Fraction(each, forms) for each in holders) >= _BY_CHANCE


def _rows_hit(batch: _Batch, first: int, second: int, rows: Sequence[tuple[IndicatorResult, IndicatorResult]]) -> Hit:
    places = [(first, one) for one, _ in rows] + [(second, other) for _, other in rows]
    forms = tuple(batch.form(number, each.entry.path if each.entry else "") for number, each in places)
    one, other = rows[0]
    said = {"first": batch.name(first), "second": batch.name(second), "count": len(rows)}
    there = {"there": one.entry.where if one.entry else "", "here": other.entry.where if other.entry else ""}
    return Hit(forms, {**said, **there, "row": f"{other.name} {other.target or ''} {other.actual or ''}".strip()})


def _is_one_form(batch: _Batch, first: int, second: int) -> bool:
    """Whether the two are told as copies as a whole, or as one form that was handed in twice."""
    copied = batch.copied_forms
    is_copy = first in copied and copied[first] == copied.get(second)
    return is_copy or batch.identities[first] == batch.identities[second]


def text_copied(batch: _Batch, numbers: Sequence[int], rule: ActiveRule) -> Iterator[Hit]:
    """Sentences of two or more units or projects are the same but for names, numbers and a little."""
    length = int(rule.number("length"))
    found = (each for number in numbers for each in passages(number, batch.evaluations[number], length))
    shared: dict[tuple[int, ...], list[list[Passage]]] = {}
    for cluster in clusters(found, rule.number("share")):
        holders = tuple(dict.fromkeys(each.form for each in cluster))
        if len({batch.identities[number] for number in holders}) > 1 and not batch.is_common(holders):
            shared.setdefault(holders, []).append(cluster)
    for holders, several in shared.items():
        if not all(_is_one_form(batch, holders[0], each) for each in holders[1:]):
            yield _texts_hit(batch, holders, several)


def _texts_hit(batch: _Batch, holders: tuple[int, ...], several: Sequence[Sequence[Passage]]) -> Hit:
    longest = max(several, key=lambda cluster: len(cluster[0].compared))
    one = longest[0]
    whose_one = batch.identities[one.form]
    other = next(each for each in longest if batch.identities[each.form] != whose_one)
    forms = tuple(batch.form(each.form, each.path) for cluster in several for each in cluster)
    said = {"first": batch.name(one.form), "second": batch.name(other.form), "others": _others(holders[2:])}
    places = {"there": one.where, "here": other.where, "text": one.text, "again": other.text}
    more = phrase("audit-more-texts", count=len(several) - 1) if len(several) > 1 else ""
    return Hit(forms, {**said, **places, "more": more})


def indicator_in_two_forms(batch: _Batch, numbers: Sequence[int], _: ActiveRule) -> Iterator[Hit]:
    """Two projects of a unit claim the same result: an indicator with the same target and actual, not all of it."""
    held: dict[object, list[tuple[int, IndicatorResult]]] = {}
    for number in numbers:
        each = batch.evaluations[number]
        for result in each.indicators:
            entry = result.entry
            if result.origin == "submission" and entry is not None and _is_particular(entry.actual):
                texts = tuple("".join(cell.text.split()) for cell in (entry.target, entry.actual))
                key = (batch.identities[number][0], each.fiscal_year, plain_word(result.name), *texts)
                held.setdefault(key, []).append((number, result))
    for several in held.values():
        projects = {batch.identities[number][1]: (number, result) for number, result in reversed(several)}
        places = list(reversed(projects.values()))
        numbers_of = [number for number, _ in places]
        if len(places) > 1 and not all(_is_one_form(batch, numbers_of[0], each) for each in numbers_of[1:]):
            yield _indicator_hit(batch, places)


def _is_particular(cell: object) -> bool:
    """Whether a number says something of one project: a count or an amount of more than a few."""
    return isinstance(cell, Quantity) and bool(cell.unit) and cell.unit != "%" and cell.number > _FEW


_FEW: Final = 10


def _indicator_hit(batch: _Batch, places: Sequence[tuple[int, IndicatorResult]]) -> Hit:
    forms = tuple(batch.form(number, result.entry.path if result.entry else "") for number, result in places)
    first = places[0][1]
    said = {"indicator": first.name, "target": first.target or "", "actual": first.actual or ""}
    return Hit(forms, {**said, "forms": listed(batch.name(number) for number, _ in places[:3]), "count": len(places)})


# ---- like cases ------------------------------------------------------------------------------------------------------


def cut_unlike(batch: _Batch, numbers: Sequence[int], _: ActiveRule) -> Iterator[Hit]:
    """Reviewers cut different shares of the points by one clause and for the same reason."""
    cases: dict[tuple[str, str], list[tuple[Fraction, int, IndicatorResult]]] = {}
    for number in numbers:
        for result in batch.evaluations[number].indicators:
            adjust, share = result.entry.adjust if result.entry else None, _cut(result)
            if adjust is not None and share is not None and plain_word(adjust.because):
                cases.setdefault((adjust.clause or "", plain_word(adjust.because)), []).append((share, number, result))
    for (clause, _because), several in cases.items():
        shares = Counter(share for share, _, _ in several)
        if len(shares) > 1 and len({number for _, number, _ in several}) > 1:
            first = several[0]
            other = next(each for each in several if each[0] != first[0])
            yield _cut_hit(batch, clause, several, (first, other))


def _cut(result: IndicatorResult) -> Fraction | None:
    """Give the share of the points that a reviewer took, in whole percent; None where that cannot be told."""
    adjust = result.entry.adjust if result.entry else None
    if adjust is None or not result.points:
        return None
    if adjust.cut is not None:
        return adjust.cut
    if result.score is None or result.rule_score is None:
        return None
    return Fraction(round(100 * Fraction(result.rule_score - result.score) / Fraction(result.points)), 100)


def _cut_hit(
    batch: _Batch,
    clause: str,
    several: Sequence[tuple[Fraction, int, IndicatorResult]],
    two: tuple[tuple[Fraction, int, IndicatorResult], tuple[Fraction, int, IndicatorResult]],
) -> Hit:
    forms = tuple(batch.form(number, result.entry.path if result.entry else "") for _, number, result in several)
    (share, first, one), (other_share, second, other) = two
    adjust = one.entry.adjust if one.entry else None
    because = adjust.because if adjust else ""
    named = phrase("audit-by-clause", clause=clause) if clause else ""
    cuts = {"cut": f"{decimal_text(100 * share)}%", "other_cut": f"{decimal_text(100 * other_share)}%"}
    places = {"first": batch.name(first), "there": one.name, "second": batch.name(second), "here": other.name}
    return Hit(forms, {"clause": named, "because": because, **places, **cuts, "count": len(several)})


# ---- the list of those that are to report ----------------------------------------------------------------------------


def _plain(named: Expected) -> Expected:
    return plain_word(named[0]), plain_word(named[1])


def form_missing(batch: _Batch, _numbers: Sequence[int], _: ActiveRule) -> Iterator[Hit]:
    """A unit, or one of its projects, that is on the list has handed in nothing."""
    there = set(map(_plain, batch.named))
    units = {unit for unit, _ in there}
    asked = {_plain(each): (each[0].strip(), each[1].strip()) for each in reversed(batch.expected)}
    for (plain, plain_project), (unit, project) in reversed(asked.items()):
        if plain and ((plain, plain_project) not in there if plain_project else plain not in units):
            yield Hit((Form(None, unit, project or None, ""),), {"form": in_brackets(unit, project)})


def form_unexpected(batch: _Batch, numbers: Sequence[int], _: ActiveRule) -> Iterator[Hit]:
    """A form is of a unit or project that is not on the list."""
    listed_ = set(map(_plain, batch.expected))
    whole, units = {unit for unit, project in listed_ if not project}, {unit for unit, _ in listed_}
    for number in numbers if listed_ else ():
        unit, project = _plain(batch.named[number])
        if unit not in whole and (unit, project) not in listed_ and (project or unit not in units):
            yield Hit((batch.form(number),), {"form": batch.name(number)})


# ---- forms beside earlier ones ---------------------------------------------------------------------------------------


def _beside(earlier: Callable[[_Batch], Earlier | None], comparing: Comparing) -> Rule:
    """Make a rule of what two forms of one unit and project say differently."""

    def rule(batch: _Batch, numbers: Sequence[int], setting: ActiveRule) -> Iterator[Hit]:
        others = earlier(batch)
        for number in numbers:
            form = batch.evaluations[number].submission
            before = None if others is None else others.of(form)
            if before is None:
                continue
            ruleset = AuditedForm(batch.evaluations[number]).form.ruleset
            for change in comparing(Beside(form, before, setting, ruleset)):
                forms = (batch.form(number, change.path), _form_of(before, change.before))
                yield Hit(forms, {"form": batch.name(number), **change.said})

    return rule


def _form_of(submission: Submission, path: str = "") -> Form:
    project = submission.project.name if submission.project else None
    return Form(submission.digest, submission.organisation.strip(), project, path)


def baseline_missing(batch: _Batch, numbers: Sequence[int], _: ActiveRule) -> Iterator[Hit]:
    """What a form was to be held to was not handed in with the others that were approved."""
    approved = batch.approved
    for number in numbers:
        if approved is not None and approved.of(batch.evaluations[number].submission) is None:
            yield Hit((batch.form(number),), {"form": batch.name(number)})


def approved_not_reported(batch: _Batch, _numbers: Sequence[int], _: ActiveRule) -> Iterator[Hit]:
    """A unit or project of which something was approved has handed in nothing."""
    there = Earlier([each.submission for each in batch.evaluations])
    for approved in batch.baseline:
        if there.of(approved) is None:
            form = _form_of(approved)
            yield Hit((form,), {"form": in_brackets(form.organisation, form.project or "")})


ACROSS: Mapping[str, Rule] = {
    "form-missing": form_missing,
    "form-unexpected": form_unexpected,
    "handed-in-twice": handed_in_twice,
    "all-claim-full": all_claim_full,
    "totals-crowd": totals_crowd,
    "form-copied": form_copied,
    "row-copied": row_copied,
    "text-copied": text_copied,
    "indicator-in-two-forms": indicator_in_two_forms,
    "cut-unlike": cut_unlike,
    "approved-not-reported": approved_not_reported,
    "baseline-missing": baseline_missing,
    "baseline-target-changed": _beside(attrgetter("approved"), targets_changed),
    "baseline-points-changed": _beside(attrgetter("approved"), points_changed),
    "baseline-budget-changed": _beside(attrgetter("approved"), budgets_changed),
    "baseline-row-left-out": _beside(attrgetter("approved"), rows_left_out),
    "budget-grew": _beside(attrgetter("last"), budget_grew),
}
"""The rules on several forms together."""

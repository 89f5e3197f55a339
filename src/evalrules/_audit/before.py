"""A form beside an earlier one of the same unit and project: what was approved for the year, and what last year's said.

Source: what reviewers compare; no published rule fixes how much may change.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from operator import attrgetter
from typing import Any, NamedTuple

from evalrules._audit.agreement import percent
from evalrules._edition.audit_codes import ActiveRule
from evalrules._form_words import plain_word
from evalrules._numbers import decimal_text
from evalrules._problems import phrase
from evalrules._quantities import Blank, Bound, Cell, Date, Period, Quantity, convert, is_rate
from evalrules._score.bind import home_of, section_word
from evalrules._score.ruleset import Ruleset
from evalrules._submission import Entry, Submission
from evalrules._submission_reading import owner_of
from evalrules._values import frozen


class Change(NamedTuple):
    """What one finding says, with its places in this form and in the earlier one."""

    path: str
    before: str
    said: Mapping[str, Any]


@frozen
class Beside:
    """A form and an earlier one of the same unit and project, as a rule reads them, by the edition of the form."""

    form: Submission
    before: Submission
    rule: ActiveRule
    ruleset: Ruleset

    def pairs(self) -> Iterator[tuple[Entry, Entry]]:
        """Give each row with the earlier one that it is."""
        return paired(self.form, self.before, self.ruleset)

    def fixes(self, entry: Entry, part: str) -> bool:
        """Whether the edition fixes this of a row, whatever its entries say or leave out."""
        home = home_of(self.ruleset, entry.section, entry.indicator)
        return home is not None and home[1] and getattr(self.ruleset.row_at[home[0]].indicator, part) is not None


Comparing = Callable[[Beside], Iterator[Change]]


class Earlier:
    """Earlier forms by whose they are: the first of the same unit and project, at the price of one look.

    By the code of the project where both have one, else by its name.

    >>> import evalrules
    >>> form = {"organisation": "某局", "project": {"name": "河道治理", "code": "A1"}}
    >>> read = [evalrules.load_submission({**form, "fiscal_year": year}) for year in (2023, 2024)]
    >>> Earlier(read[:1]).of(read[1]).fiscal_year
    2023
    """

    def __init__(self, forms: Sequence[Submission]) -> None:
        """Take them in their order."""
        self._forms = forms
        self._first: dict[tuple[object, ...], int] = {}
        for place, form in enumerate(forms):
            organisation, name, code = owner_of(form)
            own = ("code", organisation, code) if code else ("name without a code", organisation, name)
            for key in (own, ("name", organisation, name)) if form.organisation else ():
                self._first.setdefault(key, place)

    def of(self, form: Submission) -> Submission | None:
        """Give the one of a form."""
        organisation, name, code = owner_of(form)
        coded = (("code", organisation, code), ("name without a code", organisation, name))
        asked = coded if code else (("name", organisation, name),)
        found = [self._first[key] for key in asked if key in self._first]
        return self._forms[min(found)] if found else None


# ---- against what was approved ---------------------------------------------------------------------------------------


def targets_changed(both: Beside) -> Iterator[Change]:
    """A target is not the one that was approved."""
    for row, old in both.pairs():
        if not (_is_same(_target(row), _target(old)) or both.fixes(row, "target")):
            yield Change(
                f"{row.path}.target", f"{old.path}.target", {"row": row.where, **_texts(old.target, row.target)}
            )


def points_changed(both: Beside) -> Iterator[Change]:
    """The points of a row are not those that were approved."""
    for row, old in both.pairs():
        if row.points is None or old.points is None or row.points == old.points:
            continue
        if not both.fixes(row, "points"):
            said = {"row": row.where, "before": decimal_text(old.points), "now": decimal_text(row.points)}
            yield Change(f"{row.path}.points", f"{old.path}.points", said)


def budgets_changed(both: Beside) -> Iterator[Change]:
    """A budget is not the one that was approved."""
    for name, now, old in _budgets(both):
        if not _is_same(now, old):
            yield Change(f"data.{name}", f"data.{name}", {"figure": name, **_texts(old, now)})


def rows_left_out(both: Beside) -> Iterator[Change]:
    """A row that was approved is no longer there; one that the edition fixes always is."""
    kept = {id(old) for _, old in both.pairs()}
    for old in both.before.entries:
        if id(old) not in kept and not both.fixes(old, "points"):
            yield Change("", old.path, {"row": old.where, "target": old.target.text or phrase("report-none")})


# ---- against last year -----------------------------------------------------------------------------------------------


def budget_grew(both: Beside) -> Iterator[Change]:
    """A budget grew while no target did: amounts and counts decide, where there are none also rates.

    A total of budgets speaks for all; without one any budget does. Deadlines move with the year and say nothing.
    """
    rows = [(row, old) for row, old in both.pairs() if _tells(row.target) and _tells(old.target)]
    counted = [pair for pair in rows if not (_is_rate(pair[0].target) and _is_rate(pair[1].target))]
    is_lost = not counted and any(_tells(each.target) and not _is_rate(each.target) for each in both.before.entries)
    weighed = counted or rows  # where the counts of last year stand no more, targets did not stay
    if is_lost or not weighed or not all(_is_same(_target(row), _target(old)) for row, old in weighed):
        return
    budgets = list(_budgets(both))
    totals = [each for each in budgets if any(word in each[0] for word in both.rule.texts("totals"))]
    for name, now, old in totals or budgets:
        share = _growth(now, old)
        if share is not None and share > both.rule.number("growth"):
            grown = {"growth": percent(share), "rows": len(weighed), "row": weighed[0][0].where}
            yield Change(f"data.{name}", f"data.{name}", {"figure": name, **_texts(old, now), **grown})
            return


def _growth(now: Cell, old: Cell) -> Fraction | None:
    if not isinstance(now, Quantity) or not isinstance(old, Quantity) or old.number <= 0:
        return None
    number = convert(now, old.unit)
    return None if number is None else number / old.number - 1


def _tells(target: Cell) -> bool:
    return not isinstance(target, Blank | Date | Period)


def _is_rate(target: Cell) -> bool:
    quantity = target.quantity if isinstance(target, Bound) else target
    return not isinstance(quantity, Quantity) or is_rate(quantity.unit)


# ---- what belongs together -------------------------------------------------------------------------------------------


def paired(form: Submission, before: Submission, ruleset: Ruleset) -> Iterator[tuple[Entry, Entry]]:
    """Give each row with the earlier one that it is.

    First those of the same place, name and target, then of the same place, then of the same target elsewhere, then of
    the same name; of several in their order.
    """
    rows, olds = ([_seen(entry, ruleset) for entry in each.entries] for each in (form, before))
    found: dict[int, int] = {}
    for seen in (("place", "name", "target"), ("place", "name"), ("name", "target"), ("name",)):
        key = attrgetter(*seen)
        waiting: dict[object, deque[int]] = {}
        for number in sorted({*range(len(olds))}.difference(found.values())):
            waiting.setdefault(key(olds[number]), deque()).append(number)
        for number, row in enumerate(rows):
            if number not in found and waiting.get(key(row)):
                found[number] = waiting[key(row)].popleft()
    for number in sorted(found):
        yield form.entries[number], before.entries[found[number]]


class _Seen(NamedTuple):
    """What tells rows apart, as words are compared."""

    place: tuple[str, ...]
    name: str
    target: str


def _seen(entry: Entry, ruleset: Ruleset) -> _Seen:
    """Give what a row is by, in the form of its edition; of a row that has no place there by its own words."""
    home = home_of(ruleset, entry.section, entry.indicator)
    path = (*(entry.section or "").split("/")[-1:], entry.indicator) if home is None else home[0]
    return _Seen(tuple(map(section_word, path[:-1])), plain_word(path[-1]), plain_word(entry.target.text))


def _budgets(both: Beside) -> Iterator[tuple[str, Cell, Cell]]:
    """Give the budgets that both forms fill in, by the words of their names."""
    words, others = both.rule.texts("words"), both.rule.texts("others")
    for name, given in both.form.data.items():
        old = both.before.data.get(name)
        is_budget = any(word in name for word in words) and not any(word in name for word in others)
        if is_budget and old is not None and not (isinstance(given.cell, Blank) or isinstance(old.cell, Blank)):
            yield name, given.cell, old.cell


def _target(entry: Entry) -> Cell:
    """Give a target with the unit that the form prints beside it."""
    target, unit = entry.target, entry.unit or ""
    if isinstance(target, Quantity) and not target.unit and unit:
        return Quantity(target.number, unit, target.text)
    if isinstance(target, Bound) and not target.quantity.unit and unit:
        return Bound(target.comparator, Quantity(target.quantity.number, unit, target.quantity.text), target.text)
    return target


def _is_same(one: Cell, other: Cell) -> bool:
    """Tell whether two cells say the same, whatever their spelling and unit; ``=100`` is ``100``."""
    one, other = (
        each.quantity if isinstance(each, Bound) and each.comparator == "=" else each for each in (one, other)
    )
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return convert(one, other.unit) == other.number
    if isinstance(one, Bound) and isinstance(other, Bound):
        return one.comparator == other.comparator and _is_same(one.quantity, other.quantity)
    return one == other or plain_word(one.text) == plain_word(other.text)


def _texts(before: Cell, now: Cell) -> dict[str, str]:
    return {"before": before.text or phrase("report-none"), "now": now.text or phrase("report-none")}

"""A form beside an earlier one of the same unit and project: what was approved for the year, and what last year's said.

Source: what reviewers compare; no published rule fixes how much may change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from evalrules._audit.agreement import percent
from evalrules._edition.audit_codes import ActiveRule
from evalrules._form_words import plain_word
from evalrules._numbers import decimal_text
from evalrules._problems import phrase
from evalrules._quantities import Blank, Bound, Cell, Date, Period, Quantity, convert, is_rate
from evalrules._submission import Entry, Submission


class Change(NamedTuple):
    """What one finding says, with its places in this form and in the earlier one."""

    path: str
    before: str
    said: Mapping[str, Any]


Comparing = Callable[[Submission, Submission, ActiveRule], Iterator[Change]]


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
            organisation, name, code = words_of(form)
            own = ("code", organisation, code) if code else ("name without a code", organisation, name)
            for key in (own, ("name", organisation, name)) if form.organisation else ():
                self._first.setdefault(key, place)

    def of(self, form: Submission) -> Submission | None:
        """Give the one of a form."""
        organisation, name, code = words_of(form)
        coded = (("code", organisation, code), ("name without a code", organisation, name))
        asked = coded if code else (("name", organisation, name),)
        found = [self._first[key] for key in asked if key in self._first]
        return self._forms[min(found)] if found else None


def words_of(form: Submission) -> tuple[str, str | None, str]:
    """Give the unit, the project's name (None where there is no project) and its code, as words are compared."""
    project = form.project
    name, code = (None, "") if project is None else (plain_word(project.name), plain_word(project.code or ""))
    return plain_word(form.organisation), name, code


# ---- against what was approved ---------------------------------------------------------------------------------------


def targets_changed(form: Submission, approved: Submission, _: ActiveRule) -> Iterator[Change]:
    """A target is not the one that was approved."""
    for row, old in paired(form, approved):
        if not _is_same(_target(row), _target(old)):
            yield Change(
                f"{row.path}.target", f"{old.path}.target", {"row": row.where, **_texts(old.target, row.target)}
            )


def points_changed(form: Submission, approved: Submission, _: ActiveRule) -> Iterator[Change]:
    """The points of a row are not those that were approved."""
    for row, old in paired(form, approved):
        if row.points is not None and old.points is not None and row.points != old.points:
            said = {"row": row.where, "before": decimal_text(old.points), "now": decimal_text(row.points)}
            yield Change(f"{row.path}.points", f"{old.path}.points", said)


def budgets_changed(form: Submission, approved: Submission, rule: ActiveRule) -> Iterator[Change]:
    """A budget is not the one that was approved."""
    for name, now, old in _budgets(form, approved, rule):
        if not _is_same(now, old):
            yield Change(f"data.{name}", f"data.{name}", {"figure": name, **_texts(old, now)})


def rows_left_out(form: Submission, approved: Submission, _: ActiveRule) -> Iterator[Change]:
    """A row that was approved is no longer there."""
    kept = {id(old) for _, old in paired(form, approved)}
    for old in approved.entries:
        if id(old) not in kept:
            yield Change("", old.path, {"row": old.where, "target": old.target.text or phrase("report-none")})


# ---- against last year -----------------------------------------------------------------------------------------------


def budget_grew(form: Submission, last: Submission, rule: ActiveRule) -> Iterator[Change]:
    """A budget grew while no target did: amounts and counts decide, where there are none also rates.

    A total of budgets speaks for all; without one any budget does. Deadlines move with the year and say nothing.
    """
    rows = [(row, old) for row, old in paired(form, last) if _tells(row.target) and _tells(old.target)]
    counted = [pair for pair in rows if not (_is_rate(pair[0].target) and _is_rate(pair[1].target))]
    is_lost = not counted and any(_tells(each.target) and not _is_rate(each.target) for each in last.entries)
    weighed = counted or rows  # where the counts of last year stand no more, targets did not stay
    if is_lost or not weighed or not all(_is_same(_target(row), _target(old)) for row, old in weighed):
        return
    budgets = list(_budgets(form, last, rule))
    totals = [each for each in budgets if any(word in each[0] for word in rule.texts("totals"))]
    for name, now, old in totals or budgets:
        share = _growth(now, old)
        if share is not None and share > rule.number("growth"):
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


def paired(form: Submission, before: Submission) -> Iterator[tuple[Entry, Entry]]:
    """Give each row with the earlier one of its name: of several in the same section, else in their order."""
    waiting: dict[str, list[Entry]] = {}
    for old in before.entries:
        waiting.setdefault(plain_word(old.indicator), []).append(old)
    for row in form.entries:
        alike = waiting.get(plain_word(row.indicator), [])
        found = next((old for old in alike if _section(old) == _section(row)), alike[0] if alike else None)
        if found is not None:
            alike.remove(found)
            yield row, found


def _section(entry: Entry) -> str:
    return plain_word((entry.section or "").rpartition("/")[2])


def _budgets(form: Submission, before: Submission, rule: ActiveRule) -> Iterator[tuple[str, Cell, Cell]]:
    """Give the budgets that both forms fill in, by the words of their names."""
    words, others = rule.texts("words"), rule.texts("others")
    for name, given in form.data.items():
        old = before.data.get(name)
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

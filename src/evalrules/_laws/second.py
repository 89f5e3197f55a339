"""The second opinion on a row: what its rules come to by the steps reading, which shares no code with the compiled one.

Scores and reasons come from compiled rules. simpleeval goes through the same rules here, so that no fault of the
compiler, and no function of a plug-in that wavers, can pass for a lawful score.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from evalrules._catalogue.lower import TIER, item_name
from evalrules._formula.faults import Fault
from evalrules._formula.program import ACTUAL, JUDGED, POINTS, TARGET
from evalrules._formula.steps import trace_program
from evalrules._rationale.account import RowAccount
from evalrules._rationale.values import FormValues

Told = tuple[str, Fraction | None, Fraction, tuple[str, ...]]
"""A rule that held: its label, its amount (None where it was excused), what was left behind it, and its lines."""


def differs(account: RowAccount) -> str | None:
    """Name the first rule of which the two readings tell another thing; None where they agree."""
    first, second = tuple(_recorded(account)), _traced(account)
    if first == second:
        return None
    pairs = zip(first, second, strict=False)
    return next((one[0] for one, other in pairs if one != other), (*first, *second)[min(len(first), len(second))][0])


def _recorded(account: RowAccount) -> Iterator[Told]:
    for number, n, d, left, of in account.told:
        rule = account.ready.rules[number]
        after = Fraction(max(left, 0), of)
        if n is None or d is None:
            yield rule.rule.label, None, after, ()
        else:
            yield rule.rule.label, Fraction(n, d), after, rule.lines.texts(account, (n, d))


def _traced(account: RowAccount) -> tuple[Told, ...]:
    ready = account.ready
    try:
        trace = trace_program(ready.plan.program, ready.scope, _by_name(account), ready.ruleset.functions)
    except Fault as fault:
        return ((f"{fault.kind} {fault.detail}", None, Fraction(0), ()),)
    return tuple(
        (told.rule.label, None if told.excused else told.amount, told.after, told.steps) for told in trace.rules
    )


def _by_name(account: RowAccount) -> FormValues:
    """Give the values of the row by name, as the steps reading takes them."""
    values, slots = FormValues(account.form), account.ready.ruleset.slots
    values.update(zip((POINTS, TARGET, ACTUAL, JUDGED), map(native, account.cells), strict=True))
    assessed = (TIER, *(item_name(number) for number in range(len(account.ready.plan.scoring.checklist))))
    values.update((name, native(account.values[slots[name]])) for name in assessed)
    return values


def native(stored: Any) -> Any:
    """Give a stored value as the steps reading takes it: a Fraction, a date, a bool, a text."""
    if isinstance(stored, tuple):
        return Fraction(*stored)
    is_day = isinstance(stored, int) and not isinstance(stored, bool)
    return datetime.date.fromordinal(stored) if is_day else stored

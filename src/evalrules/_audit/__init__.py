"""What a scored submission still gets wrong: sums, claims, reasons, copied targets, and the edition's own checks.

One small function a rule, listed at the end of its module. The codes of ``messages/audit.yaml``, in their order, are
the table of rules, with their thresholds, which an edition may set (`evalrules._edition.audit_codes`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Final

from evalrules._audit import contents, rows, whole
from evalrules._audit.audited import AuditedForm, FormRule, RowRule, demands
from evalrules._audit.checks import check_findings
from evalrules._edition.audit_codes import ActiveRule
from evalrules._evaluation import Evaluation
from evalrules._patterns import regex
from evalrules._problems import Finding, finding

# The audit: every rule put to a scored submission, in the order in which people read the form.


ROWS: Mapping[str, RowRule] = {**rows.ROWS, **contents.ROWS}


def audit(evaluation: Evaluation) -> tuple[Finding, ...]:
    """Give what a scored submission still gets wrong.

    In a stable order: the submission as a whole, figures in the edition's order, rows in the form's, sections and the
    total, the edition's own checks. Over-scored and under-scored alike; pure, as the evaluation is.
    """
    return tuple(_findings(AuditedForm(evaluation)))


def _findings(audited: AuditedForm) -> Iterator[Finding]:
    yield from _of_form(audited, whole.SUBMISSION)
    yield from _of_form(audited, whole.BLOCKS)
    yield from sorted(_of_form(audited, whole.FIGURES), key=_place_of_figure(audited))
    if audited.submission.entries or audited.submission.left_out:
        yield from _of_form(audited, rows.PLACED)
    yield from _of_form(audited, rows.TOGETHER)
    yield from _of_rows(audited)
    yield from _of_form(audited, whole.LEVELS)
    yield from check_findings(audited)


def _of_form(audited: AuditedForm, table: Mapping[str, FormRule]) -> Iterator[Finding]:
    rules = audited.rules
    for code, rule in table.items():
        active = rules.get(code)
        if active is not None:
            for where, said in rule(audited, active):
                yield finding(code, where, audited.place(where), severity=active.severity, **said)


def _place_of_figure(audited: AuditedForm) -> Callable[[Finding], int]:
    names = audited.catalogue.data, audited.catalogue.tables
    order = audited.form.ruleset.once("order of figures", lambda: {name: at for at, name in enumerate(chain(*names))})
    return lambda found: order[_OF_ROW.split(found.where, maxsplit=1)[0]]


_OF_ROW: Final = regex("第[0-9]+行 ")


def _of_rows(audited: AuditedForm) -> Iterator[Finding]:
    ruleset = audited.form.ruleset
    active, without_entry = ruleset.once("audit of rows", lambda: _active_rows(audited.rules))
    asks_of_full = bool(demands(ruleset))
    for row in audited.rows:
        if row.entry is None and row.score == row.units and not asks_of_full:
            continue
        for code, rule, setting in without_entry if row.entry is None else active:
            said = rule.finds(row, setting)
            if said is not None:
                place = None if row.entry is None else row.entry.place(rule.cell)
                mild = setting.severity == "error" and rule.on_target and row.scored.rests_on_direction
                severity = "info" if said.get("vanishes") else "warning" if mild else setting.severity
                yield finding(code, row.where, place, severity=severity, **said)


_ActiveRows = list[tuple[str, RowRule, ActiveRule]]


def _active_rows(rules: Mapping[str, ActiveRule]) -> tuple[_ActiveRows, _ActiveRows]:
    """Give the rules on rows that speak, and those of them that may speak of a row that was left out."""
    active = [(code, ROWS[code], setting) for code, setting in rules.items() if code in ROWS]
    return active, [one for one in active if one[1].without_entry]

"""The report as one HTML page that needs nothing else: no script, no file, no network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache, partial
from typing import Any

from attrs import frozen
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from evalrules._evaluation import Evaluation
from evalrules._problems import Finding, Language, Severity, visible
from evalrules._reasons.levels import SectionResult
from evalrules._report import layout
from evalrules._report.escape import cell
from evalrules._report.layout import difference, facts, outcome, waterfall
from evalrules._report.words import words

_QUOTED = re.compile(r"`([^`]*)`")


@frozen
class ShownFinding:
    """A finding with the row it belongs to, where it belongs to one."""

    anchor: str
    row: str
    where: str
    message: str
    code: str
    severity: Severity


def html_report(evaluation: Evaluation, language: Language = "zh") -> str:
    """Write the whole report as one page."""
    said = words(language)
    findings = _findings(evaluation, language)
    context = {
        "evaluation": evaluation,
        "outcome": outcome(evaluation, said),
        "difference": layout.signed(difference(evaluation) or Decimal(0)),
        "facts": facts(evaluation, said),
        "blocks": layout.blocks(evaluation),
        "total": said.unscored if evaluation.score is None else f"{evaluation.score:f}",
        "waterfall": waterfall(evaluation, said),
        "problems": [str(found.in_language(language)) for found in evaluation.problems],
        "findings": findings,
        "flagged": _by_row(findings),
    }
    return render("report.html", language, context)


def render(template: str, language: Language, context: Mapping[str, Any]) -> str:
    """Fill a template; every text put in is escaped and its unseen characters are shown as codes."""
    return _environment(language).get_template(template).render(said=words(language), **context)


@cache
def _environment(language: Language) -> Environment:
    said = words(language)
    environment = Environment(
        loader=PackageLoader("evalrules._report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    environment.filters.update(
        cell=lambda text: cell(text or ""),
        change=layout.signed,
        details=partial(layout.details, words=said),
        height=_height,
        message=lambda found: found.in_language(language).message,
        number=layout.number_text,
        own_remarks=_own_remarks,
        quoting=_quoting,
        score=partial(layout.score_text, words=said),
    )
    return environment


def _harmless(value: object) -> object:
    return value if isinstance(value, Markup) or not isinstance(value, str) else visible(value)


def _quoting(text: str) -> Markup:
    """Show what a message quotes in backticks as code."""
    return Markup(_QUOTED.sub(r"<code>\1</code>", str(escape(visible(text)))))  # noqa: S704 - escaped just here


def _height(row: layout.Row) -> int:
    result = row.result
    told = (result.deductions, result.problems, result.notes, result.deviation_reason, result.improvement)
    return 2 if any(told) else 1


def _own_remarks(block: layout.Block, evaluation: Evaluation) -> list[SectionResult]:
    own = (section for section in evaluation.sections if section.path[0] == block.title)
    return [section for section in own if section.deductions or section.notes]


def _findings(evaluation: Evaluation, language: Language) -> list[tuple[Severity, list[ShownFinding]]]:
    rows = {row.result.where: row.anchor for block in layout.blocks(evaluation) for row in block.rows}
    return [
        (severity, [_shown(f"{severity}-{number}", found, rows) for number, found in enumerate(group)])
        for severity, group in layout.by_severity(found.in_language(language) for found in evaluation.findings)
    ]


def _shown(anchor: str, found: Finding, rows: Mapping[str, str]) -> ShownFinding:
    # A check put to a row names itself before the row.
    row = next((anchor for where, anchor in rows.items() if where and found.where.endswith(where)), "")
    return ShownFinding(anchor, row, found.where, found.message, found.code, found.severity)


def _by_row(findings: list[tuple[Severity, list[ShownFinding]]]) -> dict[str, list[ShownFinding]]:
    rows: dict[str, list[ShownFinding]] = {}
    for _, group in findings:
        for found in group:
            if found.row:
                rows.setdefault(found.row, []).append(found)
    return rows

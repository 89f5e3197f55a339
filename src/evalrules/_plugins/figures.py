"""Figures from a department's own systems: put below those of the submission, which win."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from attrs import evolve, frozen

from evalrules._audit.figures import agrees
from evalrules._catalogue.model import Catalogue
from evalrules._catalogue.model import Figure as Declared
from evalrules._plugins.guard import PluginFault, Watch, described, guarded
from evalrules._plugins.values import Plugin, Plugins, named
from evalrules._problems import Finding, Problem, finding
from evalrules._quantities import Blank
from evalrules._scoring.figures import figure_value
from evalrules._scoring.misfit import Misfit
from evalrules._submission import Figure, Submission
from evalrules._submission_reading import read_in_part

HOOK = "evalrules_data"
_NAME = re.compile(r"data\.([^.\[]+)")
Rows = tuple[Mapping[str, Figure], ...]


@frozen
class _Given:
    """What one plug-in gave that can be used."""

    plugin: Plugin
    data: Mapping[str, Figure]
    tables: Mapping[str, Rows]


def with_figures(
    plugins: Plugins, catalogue: Catalogue, submission: Submission
) -> tuple[Submission, tuple[Finding, ...]]:
    """Fill what the submission leaves blank with the figures of plug-ins; gives findings on what they gave.

    A figure that the submission fills stays; a value that differs from it is a finding, by the same measure as a
    computed figure that is reported: half a unit of its last written digit. Plug-ins that differ from each other
    count for nothing there.
    """
    findings: list[Finding] = []
    with Watch() as watch:
        given = [_ask(plugin, watch, catalogue, submission, findings) for plugin in plugins.implementing(HOOK)]
    data, tables = dict(submission.data), dict(submission.tables)
    used: dict[Plugin, list[str]] = {}
    for name, offers in _by_name((one.plugin, one.data) for one in given):
        submitted = data.get(name)
        if submitted is not None and not isinstance(submitted.cell, Blank):
            findings += _differences(catalogue.data[name], submitted, offers)
        elif _agree(catalogue.data[name], offers, findings):
            data[name] = offers[0][1]
            used.setdefault(offers[0][0], []).append(name)
    for name, offers in _by_name((one.plugin, one.tables) for one in given):
        if not tables.get(name) and _agree_on_rows(name, offers, findings):
            tables[name] = offers[0][1]
            used.setdefault(offers[0][0], []).append(name)
    findings += [
        finding("plugin-figures-used", plugin=plugin, count=len(names), figures="、".join(names))
        for plugin, names in sorted(used.items())
    ]
    return evolve(submission, data=data, tables=tables), tuple(findings)


# ---- asking ---------------------------------------------------------------------------------------------------------


def _ask(plugin: Plugin, watch: Watch, catalogue: Catalogue, submission: Submission, findings: list[Finding]) -> _Given:
    asked = {
        "organisation": submission.organisation,
        "fiscal_year": submission.fiscal_year,
        "catalogue": catalogue,
    }
    try:
        with watch.over(plugin, HOOK):
            result = guarded(lambda: _as_mapping(plugin.calls[HOOK](**asked)), "plugin-data-failed")
    except PluginFault as fault:
        findings.append(finding(fault.code, plugin=plugin, **fault.arguments))
        return _Given(plugin, {}, {})
    data, tables = _read(result, plugin, submission, findings)
    data = {name: figure for name, figure in data.items() if _usable(name, figure, catalogue, plugin, findings)}
    tables = {name: rows for name, rows in tables.items() if _usable_rows(name, rows, catalogue, plugin, findings)}
    return _Given(plugin, data, tables)


def _as_mapping(result: Any) -> dict[str, Any]:
    if not isinstance(result, Mapping):
        raise PluginFault("plugin-data-failed", fault=described(result))
    return {name: list(value) if isinstance(value, list | tuple) else value for name, value in result.items()}


def _read(
    result: Mapping[str, Any], plugin: Plugin, submission: Submission, findings: list[Finding]
) -> tuple[dict[str, Figure], dict[str, Rows]]:
    """Read what was given as a submission's ``data`` is read; all that cannot be read is told, the rest goes on."""
    document = {"organisation": submission.organisation, "fiscal_year": submission.fiscal_year, "data": result}
    if not result:
        del document["data"]
    read, problems = read_in_part(document, name=str(plugin))
    told = (f"{found.location}: {found.message}" for found in problems)
    findings += [finding("plugin-data-failed", plugin=plugin, fault=fault) for fault in told]
    if read is None:
        return {}, {}
    spoilt = _named_in(problems)
    data = {name: figure for name, figure in read.data.items() if name not in spoilt}
    return data, {name: rows for name, rows in read.tables.items() if name not in spoilt}


def _named_in(problems: Iterable[Problem]) -> frozenset[str]:
    """Give the figures and tables in which something could not be read: of a table no row counts without the others."""
    found = (_NAME.match(problem.location.path) for problem in problems if problem.location)
    return frozenset(unicodedata.normalize("NFKC", name[1].strip()) for name in found if name)


def _usable(name: str, figure: Figure, catalogue: Catalogue, plugin: Plugin, findings: list[Finding]) -> bool:
    declared = catalogue.data.get(name)
    if declared is None:
        findings.append(finding("plugin-figure-unknown", name, plugin=plugin, figure=name))
        return False
    return not isinstance(figure.cell, Blank) and _fits(declared, name, figure, plugin, findings)


def _usable_rows(name: str, rows: Rows, catalogue: Catalogue, plugin: Plugin, findings: list[Finding]) -> bool:
    table = catalogue.tables.get(name)
    if table is None:
        findings.append(finding("plugin-figure-unknown", name, plugin=plugin, figure=name))
        return False
    columns = {column.name: column for column in table.columns}
    fitting = True
    for number, row in enumerate(rows):
        for column, figure in row.items():
            place = f"{name}[{number}] {column}"
            if column not in columns:
                findings.append(finding("plugin-figure-unknown", name, plugin=plugin, figure=place))
                fitting = False
            elif not _fits(columns[column], place, figure, plugin, findings):
                fitting = False
    return fitting


def _fits(declared: Declared, place: str, figure: Figure, plugin: Plugin, findings: list[Finding]) -> bool:
    try:
        figure_value(declared, figure.cell)
    except Misfit as misfit:
        told: dict[str, Any] = {"plugin": plugin, "figure": place, "given": figure.cell.text}
        findings.append(finding("plugin-figure-refused", place, **told, reason=_reason(misfit, declared)))
        return False
    return True


def _reason(misfit: Misfit, declared: Declared) -> str:
    """Say what a submission would be told of the same cell."""
    arguments: dict[str, Any] = misfit.arguments
    return finding(misfit.code, figure=declared.name, **arguments).message


# ---- comparing ------------------------------------------------------------------------------------------------------


def _by_name(given: Iterable[tuple[Plugin, Mapping[str, Any]]]) -> Iterator[tuple[str, list[tuple[Plugin, Any]]]]:
    offers: dict[str, list[tuple[Plugin, Any]]] = {}
    for plugin, values in given:
        for name, value in values.items():
            offers.setdefault(name, []).append((plugin, value))
    yield from sorted(offers.items())


def _differences(declared: Declared, submitted: Figure, offers: list[tuple[Plugin, Figure]]) -> Iterator[Finding]:
    for plugin, offered in offers:
        value = figure_value(declared, offered.cell)
        if not agrees(submitted.cell, value, declared):
            said: dict[str, Any] = {"submitted": submitted.cell.text, "given": offered.cell.text}
            yield finding("plugin-figure-differs", declared.name, figure=declared.name, plugin=plugin, **said)


def _agree(declared: Declared, offers: list[tuple[Plugin, Figure]], findings: list[Finding]) -> bool:
    values = {_comparable(figure_value(declared, figure.cell)) for _, figure in offers}
    if len(values) > 1:
        given = "、".join(f"{plugin} 给出 {figure.cell.text}" for plugin, figure in offers)
        findings.append(finding("plugin-figure-twice", declared.name, figure=declared.name, given=given))
    return len(values) == 1


def _agree_on_rows(name: str, offers: list[tuple[Plugin, Rows]], findings: list[Finding]) -> bool:
    same = all(rows == offers[0][1] for _, rows in offers)
    if not same:
        given = named(plugin for plugin, _ in offers)
        findings.append(finding("plugin-figure-twice", name, figure=name, given=given))
    return same


def _comparable(value: Any) -> Any:
    return Fraction(*value) if isinstance(value, tuple) else value

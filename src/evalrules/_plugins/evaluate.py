"""An evaluation with plug-ins: their figures below the submission's, their findings behind the engine's."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, TypeVar

from attrs import evolve, fields

from evalrules._audit import audit
from evalrules._audit.agreement import agrees
from evalrules._edition.contributions import name_prefix
from evalrules._edition.model import Catalogue
from evalrules._edition.model import Figure as Declared
from evalrules._evaluation import Evaluation
from evalrules._patterns import regex
from evalrules._plugins import Plugin, Plugins, named
from evalrules._plugins.departments import plain_contributions
from evalrules._plugins.guard import PluginFault, described, guarded
from evalrules._problems import Finding, Location, Problem, finding, listed, phrase, wording
from evalrules._quantities import Blank
from evalrules._score.cells import Misfit
from evalrules._score.figures import figure_value
from evalrules._score.ruleset import Ruleset
from evalrules._score.score import score_form
from evalrules._submission import Figure, Submission, cell_of_table
from evalrules._submission_reading import read_submission
from evalrules._values import frozen, once_for_each

# Figures from a department's own systems: put below those of the submission, which win.


DATA_HOOK = "evalrules_data"
_NAME = regex(r"data\.([^.\[]+)")
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
    given = [_ask(plugin, catalogue, submission, findings) for plugin in plugins.implementing(DATA_HOOK)]
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
        finding("plugin-figures-used", plugin=plugin, count=len(names), figures=listed(names))
        for plugin, names in sorted(used.items())
    ]
    return evolve(submission, data=data, tables=tables), tuple(findings)


# ---- asking ---------------------------------------------------------------------------------------------------------


def _ask(plugin: Plugin, catalogue: Catalogue, submission: Submission, findings: list[Finding]) -> _Given:
    asked = {
        "organisation": submission.organisation,
        "fiscal_year": submission.fiscal_year,
        "catalogue": catalogue,
    }
    try:
        read = guarded(
            lambda: _read(plugin.calls[DATA_HOOK](**asked), plugin, submission), "plugin-data-failed", plugin, DATA_HOOK
        )
    except PluginFault as fault:
        findings.append(finding(fault.code, plugin=plugin, **fault.arguments))
        return _Given(plugin, {}, {})
    data, tables, unread = read
    findings += unread
    vetting = _Vetting(plugin, catalogue, submission.organisation, findings)
    data = {name: figure for name, figure in data.items() if vetting.figure(name, figure)}
    tables = {name: rows for name, rows in tables.items() if vetting.rows(name, rows)}
    return _Given(plugin, data, tables)


def _read(
    result: Any, plugin: Plugin, submission: Submission
) -> tuple[dict[str, Figure], dict[str, Rows], list[Finding]]:
    """Read what was given as a submission's ``data`` is read; all that cannot be read is told, the rest goes on.

    What is read holds nothing of the plug-in's own classes.
    """
    if not isinstance(result, Mapping):
        raise PluginFault("plugin-data-failed", fault=described(result))
    document = {"organisation": submission.organisation, "fiscal_year": submission.fiscal_year, "data": result}
    if not result:
        del document["data"]
    read = read_submission(document, name=str(plugin))
    told = (f"{found.location}: {found.message}" for found in read.problems)
    findings = [finding("plugin-data-failed", plugin=plugin, fault=fault) for fault in told]
    spoilt = _named_in(read.problems)
    data = {name: figure for name, figure in read.data.items() if name not in spoilt}
    return data, {name: rows for name, rows in read.tables.items() if name not in spoilt}, findings


def _named_in(problems: Iterable[Problem]) -> frozenset[str]:
    """Give the figures and tables in which something could not be read: of a table no row counts without the others."""
    found = (_NAME.match(problem.location.path) for problem in problems if problem.location)
    return frozenset(unicodedata.normalize("NFKC", name[1].strip()) for name in found if name)


@frozen
class _Vetting:
    """Holds what a plug-in gave to the edition; what cannot be used is a finding."""

    plugin: Plugin
    catalogue: Catalogue
    organisation: str
    findings: list[Finding]

    def figure(self, name: str, figure: Figure) -> bool:
        """Tell whether a figure is one of the edition, filled and fitting."""
        declared = self.catalogue.data.get(name)
        if declared is None:
            return self._refuse_unknown(name, name, self.catalogue.data)
        return not isinstance(figure.cell, Blank) and self._fits(declared, name, figure)

    def rows(self, name: str, rows: Rows) -> bool:
        """Tell whether all cells of a table fit; what does not is told cell by cell."""
        table = self.catalogue.tables.get(name)
        if table is None:
            return self._refuse_unknown(name, name, self.catalogue.tables)
        columns = {column.name: column for column in table.columns}
        cells = [
            (column, cell_of_table(name, number, column), figure)
            for number, row in enumerate(rows)
            for column, figure in row.items()
        ]
        fitting = [
            self._fits(columns[column], place, figure)
            if column in columns
            else self._refuse_unknown(name, place, columns)
            for column, place, figure in cells
        ]
        return all(fitting)

    def _refuse_unknown(self, name: str, place: str, known: Collection[str]) -> bool:
        """Tell a name that the edition does not have; a department's own figure stands under the department's name."""
        own = f"{name_prefix(self.organisation)}_{name}"
        code = "plugin-figure-own" if own in known else "plugin-figure-unknown"
        self.findings.append(finding(code, name, plugin=self.plugin, figure=place, own=own))
        return False

    def _fits(self, declared: Declared, place: str, figure: Figure) -> bool:
        try:
            figure_value(declared, figure.cell)
        except Misfit as misfit:
            told: dict[str, Any] = {"plugin": self.plugin, "figure": place, "given": figure.cell.text}
            self.findings.append(finding("plugin-figure-refused", place, **told, reason=_reason(misfit, declared)))
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
        given = listed(phrase("plugin-gives", plugin=plugin, value=figure.cell.text) for plugin, figure in offers)
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


# Findings that plug-ins add to those of the engine.


_FINDINGS_HOOK: Final = "evalrules_findings"
MOST_FINDINGS: Final = 1000
_CODE: Final = regex(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_SEVERITIES: Final = ("error", "warning", "info")


@frozen(eq=False)
class AuditWithPlugins:
    """The engine's audit, what plug-ins' figures gave rise to, and the findings of plug-ins, in this order.

    ``again`` makes an evaluation of the same form for a plug-in to look at: what it may do to it stays with it.
    """

    plugins: Plugins
    of_figures: tuple[Finding, ...]
    again: Callable[[], Evaluation]

    def __call__(self, evaluation: Evaluation) -> tuple[Finding, ...]:
        """Give all findings on an evaluation."""
        added = [found for plugin in self.plugins.implementing(_FINDINGS_HOOK) for found in _of(plugin, self.again())]
        return (*audit(evaluation), *self.of_figures, *added)


def _of(plugin: Plugin, evaluation: Evaluation) -> list[Finding]:
    asked = {"evaluation": evaluation, "submission": evaluation.submission}
    try:
        return guarded(
            lambda: _vetted(plugin, plugin.calls[_FINDINGS_HOOK](**asked)),
            "plugin-findings-failed",
            plugin,
            _FINDINGS_HOOK,
        )
    except PluginFault as fault:
        return [finding(fault.code, plugin=plugin, **fault.arguments)]


def _vetted(plugin: Plugin, given: Any) -> list[Finding]:
    """Give the findings that are sound; of the others their number, and what is wrong with the first."""
    if given is None or isinstance(given, str | Finding):
        raise PluginFault("plugin-findings-failed", fault=described(given))
    sound, refused = list[Finding](), list[tuple[int, str, object]]()
    for number, found in enumerate(given, 1):
        if number > MOST_FINDINGS:
            raise PluginFault("plugin-findings-failed", fault=f"> {MOST_FINDINGS}")
        wrong = _wrong_field(found)
        if wrong is None:
            sound.append(evolve(found, arguments=()))
        else:
            refused.append((number, *wrong))
    if refused:
        number, field, value = refused[0]
        told: dict[str, Any] = {"count": len(refused), "number": number, "field": field}
        told["found"] = described(value).strip("`")
        sound.append(finding("plugin-finding-refused", plugin=plugin, **told))
    return sound


def _wrong_field(found: Any) -> tuple[str, object] | None:
    """Name the field of a finding that is not what it must be, with what it holds; None where all are."""
    if type(found) is not Finding:
        return "Finding", found
    for name in ("code", "severity", "message", "where"):
        if type(getattr(found, name)) is not str:
            return name, getattr(found, name)
    if _CODE.fullmatch(found.code) is None or wording(found.code) is not None:
        return "code", found.code
    if found.severity not in _SEVERITIES:
        return "severity", found.severity
    if not found.message.strip():
        return "message", found.message
    return None if found.location is None or type(found.location) is Location else ("location", found.location)


T = TypeVar("T")


def evaluate_with(
    plugins: Plugins, ruleset: Ruleset, submission: Submission, refused: tuple[Problem, ...] = ()
) -> Evaluation:
    """Score a submission with the figures of plug-ins; scoring itself is as pure as without them.

    Where the submission does not fit the form, or a row rests on what is not used, the defects also tell what was
    ``refused`` of plug-ins, since that may be why.
    """
    submitted, findings = submission, tuple[Finding, ...]()
    if plugins.implementing(DATA_HOOK) and submission.fiscal_year is not None:
        submitted, findings = with_figures(plugins, read_only_catalogue(ruleset.catalogue), submission)
    form = score_form(ruleset, submitted)
    is_wanting = any(found.code == "unscored-function" for found in form.problems)
    if is_wanting or len(form.defects) > len(submitted.problems):
        form.defects = (*form.defects, *(found for found in refused if found.severity != "info"))
    again = _Again(plugins, ruleset, submitted)
    plain = plain_contributions(plugins, ruleset.catalogue, submission.organisation)
    brought = (*plugins.plugins, *plain)
    return Evaluation(form, audit=AuditWithPlugins(plugins, findings, again), plugins=brought)


@frozen(eq=False)
class _Again:
    """Makes an evaluation for a plug-in to look at; a value, not a closure, so that it can be pickled."""

    plugins: Plugins
    ruleset: Ruleset
    submission: Submission

    def __call__(self) -> Evaluation:
        seen = evolve(self.ruleset, catalogue=read_only_catalogue(self.ruleset.catalogue))
        form = score_form(seen, read_only_submission(self.submission))
        return Evaluation(form, audit=audit, plugins=self.plugins.plugins)


@once_for_each
def read_only_catalogue(catalogue: Catalogue) -> Catalogue:
    """Give an edition for a plug-in to read: nothing that it may do to it reaches the one that scores."""
    values = {part.name: getattr(catalogue, part.name) for part in fields(Catalogue)}
    return Catalogue(**{name: _read_only(value) for name, value in values.items()})


def read_only_submission(submission: Submission) -> Submission:
    """Give a submission for a plug-in to read."""
    return evolve(
        submission,
        data=_read_only(submission.data),
        tables=_read_only({name: tuple(map(_read_only, rows)) for name, rows in submission.tables.items()}),
        entries=tuple(evolve(entry, places=_read_only(entry.places)) for entry in submission.entries),
        claimed=evolve(submission.claimed, sections=_read_only(submission.claimed.sections)),
    )


def _read_only(value: T) -> T:
    return MappingProxyType(value) if isinstance(value, dict) else value  # type: ignore[return-value]

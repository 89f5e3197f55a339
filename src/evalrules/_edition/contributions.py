"""A department's contribution: its own indicators for open sections, under names that never meet the bureau's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from attrs import evolve, fields, has

from evalrules._documents import Fields, Scalar, closest, document_from, read_file
from evalrules._documents import Mapping as Document
from evalrules._edition.model import (
    Case,
    Catalogue,
    Contributed,
    Contribution,
    Figure,
    Indicator,
    Method,
    MethodCall,
    Scoring,
    Section,
    bare_comparator,
)
from evalrules._edition.read_data import read_data
from evalrules._edition.read_form import Around, is_bare, read_indicator
from evalrules._edition.read_scoring import read_methods, settle_units
from evalrules._edition.reading import Reading, entries, opened, path_text
from evalrules._edition.scopes import bare_target_of
from evalrules._formula.functions import signatures
from evalrules._formula.scope import Functions
from evalrules._formula.tree import Name
from evalrules._problems import Location, Problem, listed, problem
from evalrules._quantities import is_rate
from evalrules._values import frozen

# Names under a department: what a contribution calls its own never meets a name of the bureau's.


T = TypeVar("T")


def name_prefix(department: str) -> str:
    """Give what stands before a department's own names, so that formulas can read it.

    >>> name_prefix("某局（本级）")
    '某局_本级'
    """
    return re.sub(r"\W+", "_", department).strip("_")


def under_department(contribution: Contribution) -> Contribution:
    """Put the names of figures under ``<department>_`` and the titles of methods under ``<department>/``.

    Formulas keep their text as the department wrote it; their trees hold the full names.
    """
    prefix = name_prefix(contribution.department)
    tables = contribution.tables.values()
    columns = [f"{table.name}_{column.name}" for table in tables for column in table.columns]
    names = {name: f"{prefix}_{name}" for name in (*contribution.data, *contribution.tables, *columns)}
    titles = {title: f"{contribution.department}/{title}" for title in contribution.methods}
    own = _Own(names, titles)
    return evolve(
        contribution,
        indicators=own.named(contribution.indicators),
        data={names[name]: evolve(own.named(figure), name=names[name]) for name, figure in contribution.data.items()},
        tables={names[name]: evolve(table, name=names[name]) for name, table in contribution.tables.items()},
        methods={
            titles[title]: evolve(own.named(method), title=titles[title])
            for title, method in contribution.methods.items()
        },
    )


@frozen
class _Own:
    """The department's own names and titles, each with the full one."""

    names: Mapping[str, str]
    titles: Mapping[str, str]

    def named(self, value: T) -> T:
        """Give the value with every one of these names replaced, in formulas, calls and cases."""
        renamed: Any = self._named(value)
        return renamed  # type: ignore[no-any-return]  # a value is replaced by one of its own type

    def _named(self, value: Any) -> Any:
        match value:
            case Name():
                return evolve(value, name=self.names.get(value.name, value.name))
            case tuple():
                return tuple(self._named(part) for part in value)
            case Case():
                return evolve(value, inputs=tuple((self.names.get(name, name), cell) for name, cell in value.inputs))
            case MethodCall():
                call = evolve(value, method=self.titles.get(value.method, value.method))
                return self.inside(call)
            case Method():
                return self._without(parameter.name for parameter in value.parameters).inside(value)
            case Scoring():
                return self._without(let.name for let in value.let).inside(value)
        return self.inside(value)

    def _without(self, bound: Any) -> _Own:
        kept = set(self.names).difference(bound)
        return _Own({name: self.names[name] for name in kept}, self.titles)

    def inside(self, value: Any) -> Any:
        """Give a value of the model with the names in its parts replaced."""
        if not has(type(value)) or isinstance(value, Location):
            return value
        changed = {}
        for part in fields(type(value)):
            before = getattr(value, part.name)
            after = self._named(before) if part.eq else before
            if after is not before and after != before:
                changed[part.name] = after
        return evolve(value, **changed) if changed else value


# A department's contribution: its own indicators for the open sections of a bureau's edition.


HARMLESS = frozenset({"unknown-key", "key-misplaced"})


def read_contribution(
    source: str | Path | Mapping[str, object], *, functions: Functions | None = None, origin: str = "contribution"
) -> tuple[Contribution | None, tuple[Problem, ...]]:
    """Read a contribution from a file or a mapping; ``origin`` is the name of the plug-in that brings it."""
    problems = Reading(signatures(functions or {}))
    if isinstance(source, Mapping):
        document = document_from(source, problems, "contribution")
    else:
        document = read_file(Path(source), problems)
    contribution = None if document is None else _contribution(document, origin, problems)
    lost = any(found.severity == "error" and found.code not in HARMLESS for found in problems)
    return None if lost else contribution, tuple(problems.told())


def _contribution(document: Document, origin: str, problems: Reading) -> Contribution:
    fields = opened(document, "contribution", problems)
    data = read_data(fields.get("data"), problems)
    for grid in data.grids.values():
        problems.report("contribution-grid", grid.location, name=grid.name)
    department = fields.text("department") or ""
    to = fields.text("contributes_to") or ""
    methods = read_methods(fields.get("methods"), origin, problems)
    form = Around(Catalogue("", "", "", methods=methods), data.names(), origin)
    return Contribution(
        to,
        department,
        tuple(_indicators(fields, form)),
        data.figures,
        data.tables,
        methods,
        fields.place("contributes_to"),
    )


def _indicators(fields: Fields, form: Around) -> list[Contributed]:
    problems, read = fields.problems, list[Contributed]()
    for section, indicators in entries(fields.get("indicators"), problems):
        above = tuple(path_text(section.text).split("/"))
        for key, node in entries(indicators, problems):
            indicator = read_indicator(key, node, form, problems, above)
            target = node.get("target") if isinstance(node, Document) else None
            bare = isinstance(target, Scalar) and is_bare(target, form.names)
            if indicator is not None:
                read.append(Contributed(indicator, bare))
    return read


# ---- merging -------------------------------------------------------------------------------------------------------


def merge(catalogue: Catalogue, contribution: Contribution) -> tuple[Catalogue | None, tuple[Problem, ...]]:
    """Add a contribution to the edition that it names; the edition's name and digest stay.

    Names of figures become ``<department>_<name>`` in the formulas of the contribution, titles of methods
    ``<department>/<title>``, so that neither can meet one of the bureau's. Nothing that the bureau wrote changes.
    """
    problems = [*_misfits(catalogue, contribution)]
    if problems:
        return None, tuple(problems)
    renamed = under_department(contribution)
    parts = tuple(_filled(part, renamed, catalogue) if isinstance(part, Section) else part for part in catalogue.parts)
    merged = evolve(
        catalogue,
        parts=parts,
        data={**catalogue.data, **renamed.data},
        tables={**catalogue.tables, **renamed.tables},
        methods={**catalogue.methods, **renamed.methods},
    )
    return merged, ()


def _misfits(catalogue: Catalogue, contribution: Contribution) -> list[Problem]:
    if contribution.contributes_to != catalogue.name:
        wanted, place = contribution.contributes_to, contribution.location
        return [problem("contribution-edition", place, wanted=wanted, name=catalogue.name)]
    found = [_misfit(catalogue, added.indicator) for added in contribution.indicators]
    found += [wrong for added in contribution.indicators for wrong in _settled_scoring(added.indicator, catalogue)[1]]
    repeated = [*_repeats(catalogue.data, contribution.data), *_repeats(catalogue.methods, contribution.methods)]
    return [one for one in found if one is not None] + [
        problem("contribution-repeats", place, name=name, edition=catalogue.name) for name, place in repeated
    ]


def _repeats(
    known: Mapping[str, Figure] | Mapping[str, Method], added: Mapping[str, Figure] | Mapping[str, Method]
) -> list[tuple[str, Location | None]]:
    return [(name, value.location) for name, value in added.items() if name in known]


def _misfit(catalogue: Catalogue, indicator: Indicator) -> Problem | None:
    path, place = indicator.path[:-1], indicator.location
    sections = {section.path: section for section in catalogue.sections}
    if path not in sections:
        names = ["/".join(known) for known in sections]
        suggestion = closest("/".join(path), names)
        return problem(
            "contribution-section", place, section="/".join(path), edition=catalogue.name, suggestion=suggestion
        )
    if not sections[path].open:
        known = listed("/".join(section.path) for section in catalogue.sections if section.open)
        return problem("contribution-closed", place, section="/".join(path), open=known)
    if any(part.path == indicator.path for part in sections[path].parts):
        return problem("contribution-repeats", place, name="/".join(indicator.path), edition=catalogue.name)
    return None


def _filled(section: Section, contribution: Contribution, catalogue: Catalogue) -> Section:
    parts = tuple(
        _filled(part, contribution, catalogue) if isinstance(part, Section) else part for part in section.parts
    )
    own = tuple(
        _settled(added, catalogue) for added in contribution.indicators if added.indicator.path[:-1] == section.path
    )
    return section if parts == section.parts and not own else evolve(section, parts=(*parts, *own))


def _settled(added: Contributed, catalogue: Catalogue) -> Indicator:
    indicator = _settled_scoring(added.indicator, catalogue)[0]
    if not added.bare_target or indicator.target is None:
        return indicator
    target, section = indicator.target, indicator.path[:-1]
    named = catalogue.defaults.named_direction(indicator.title, is_rate=is_rate(target.unit))
    kind = bare_comparator(target.low, named or bare_target_of(catalogue, section))
    return evolve(indicator, target=evolve(target, kind=kind))


def _settled_scoring(indicator: Indicator, catalogue: Catalogue) -> tuple[Indicator, tuple[Problem, ...]]:
    if not isinstance(indicator.scoring, MethodCall):
        return indicator, ()
    call, misfits = settle_units(indicator.scoring, catalogue.methods)
    return evolve(indicator, scoring=call), misfits

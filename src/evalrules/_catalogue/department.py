"""Names under a department: what a contribution calls its own never meets a name of the bureau's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import evolve, fields, frozen, has

from evalrules._catalogue.model import Case, Contribution, Method, MethodCall, Scoring
from evalrules._formula.tree import Name
from evalrules._problems import Location

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

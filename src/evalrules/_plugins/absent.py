"""Stand-ins for what a refused plug-in would have brought: what needs it is unscored, and everything else is scored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn, TypeVar

from attrs import evolve, frozen

from evalrules._catalogue.model import AwardRow, Contributed, Contribution, Indicator, Scoring
from evalrules._catalogue.reading import path_text
from evalrules._documents import Mapping, Node, Problems, Scalar, as_decimal, as_mapping, as_text, read_file
from evalrules._formula.faults import Fault
from evalrules._formula.scope import Function, Functions
from evalrules._formula.syntax import read_sentence
from evalrules._formula.tree import Call, Formula
from evalrules._plugins.values import Plugins
from evalrules._problems import Problem, problem

T = TypeVar("T")
Read = Callable[[Functions], tuple[T | None, tuple[Problem, ...]]]


@frozen
class _Absent:
    """What a stand-in does when it is called: it has no value, and says why."""

    reason: str

    def __call__(self, *_: object) -> NoReturn:
        raise Fault("function", self.reason)


def read_with_stand_ins(read: Read[T], plugins: Plugins) -> tuple[T | None, tuple[Problem, ...], Functions]:
    """Read a document that may call functions of plug-ins that are not in use.

    Where some plug-in was refused or blocked, a function that nobody brings gets a stand-in, which is told as a
    warning; where none was, it is the error that it always is.
    """
    functions = dict(plugins.functions)
    told: list[Problem] = []
    document, problems = read(functions)
    while plugins.absent and (missing := _missing(problems) - functions.keys()):
        labels = "、".join(plugins.absent)
        for name in sorted(missing):
            functions[name] = stand_in(name, f"{name}：{labels}")
            told.append(problem("function-absent", name=name, plugins=labels))
        document, problems = read(functions)
    return document, (*problems, *told), functions


def _missing(problems: tuple[Problem, ...]) -> set[str]:
    return {dict(found.arguments)["name"] for found in problems if found.code == "unknown-function"}


def stand_in(name: str, reason: str) -> Function:
    """Make a function that takes whatever it is given and never has a value."""
    return Function(name, (), None, _Absent(reason), "（未启用）", repeating=1)


def without_scoring(indicator: Indicator, function: str) -> Indicator:
    """Give an indicator with its points and its place in the form, which can only be unscored."""
    never = Formula(f"{function}()", Call(function, ()), indicator.location)
    row = AwardRow(never, because=read_sentence("未启用", indicator.location))
    return evolve(
        indicator,
        scoring=Scoring("award", (row,)),
        value=None,
        target=None,
        applies=None,
        otherwise=None,
        explain_when=None,
        ranges=(),
        cases=(),
        waive=(),
    )


def outline_of(path: Path, origin: str) -> Contribution:
    """Read of a contribution with errors what the form needs: for whom it is, and titles and points of indicators."""
    ignored = Problems()
    document = read_file(path, ignored)
    indicators = as_mapping(document.get("indicators"), ignored) if document else None
    rows = [row for pair in (indicators.pairs if indicators else ()) for row in _outlined(*pair, origin)]
    to, department = (
        as_text(document.get(key), ignored) if document else None for key in ("contributes_to", "department")
    )
    return Contribution(to or "", department or "", tuple(Contributed(row) for row in rows))


def _outlined(section: Scalar, indicators: Node, origin: str) -> Iterator[Indicator]:
    ignored = Problems()
    mapping = as_mapping(indicators, ignored)
    for title, node in mapping.pairs if mapping else ():
        points = as_decimal(node.get("points"), ignored) if isinstance(node, Mapping) else None
        if points is not None and points > 0:
            path = (*path_text(section.text).split("/"), path_text(title.text))
            yield Indicator(path, points, origin=origin, location=title.location)

"""Stand-ins for what a refused plug-in would have brought: what needs it is unscored, and everything else is scored."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeVar

from attrs import evolve, frozen

from evalrules._catalogue.model import AwardRow, Indicator, Scoring
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

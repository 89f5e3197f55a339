"""What an editor asks: what this 完成值, this 指标值, these figures would score, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import field, frozen

from evalrules._catalogue.lower import TIER, item_name
from evalrules._documents import closest
from evalrules._formula.program import ACTUAL, JUDGED, POINTS, TARGET
from evalrules._laws.alone import Value
from evalrules._laws.subjects import Subject
from evalrules._problems import CatalogueError, Location, Problem, problem
from evalrules._quantities import Cell, CellError, Quantity, read_cell
from evalrules._scoring.figures import YES_NO, bind_figures
from evalrules._submission import Claimed, Figure, Submission

_CALLED = {"档次": TIER, "评分": JUDGED}


@frozen
class Question:
    """What is asked: 完成值, 指标值 and other inputs by name, each as it would stand in a cell."""

    actual: str | None = None
    target: str | None = None
    inputs: Mapping[str, str] = field(factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked but the rule itself; a target alone asks for examples with it."""
        return self.actual is None and not self.inputs

    def target_cell(self) -> Cell | None:
        """Read 指标值; raises `CatalogueError` where it cannot be read."""
        problems: list[Problem] = []
        cell = None if self.target is None else _cell(self.target, "--target", problems)
        if problems:
            raise CatalogueError(problems)
        return cell


def values_asked(subject: Subject, question: Question) -> dict[str, Value]:
    """Give the inputs of a question as the engine takes them; raises `CatalogueError` with all that cannot be read."""
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    if question.actual is not None:
        values[ACTUAL] = _cell(question.actual, "--actual", problems)
    if question.target is not None:
        values[TARGET] = _cell(question.target, "--target", problems)
    for called, text in question.inputs.items():
        name = _named(subject, called, problems)
        cell = _cell(text, f"--set {called}", problems)
        if name is not None:
            values[name] = _as_input(subject, name, cell)
    problems += _misfits(subject, values)
    if problems:
        raise CatalogueError(problems)
    return values


def _cell(text: str, option: str, problems: list[Problem]) -> Cell:
    try:
        return read_cell(text)
    except CellError as error:
        problems.append(problem(error.code, Location(option), **error.arguments))
        return read_cell("")


def _named(subject: Subject, called: str, problems: list[Problem]) -> str | None:
    """Find the input that an editor names: a figure, an item of a checklist, 档次, 评分, 分值 of an open row."""
    known = dict(_known(subject))
    name = known.get("".join(called.split()))
    if name is None:
        given = {"name": called, "title": subject.name, "known": "、".join(known), "suggestion": closest(called, known)}
        problems.append(problem("explain-input-unknown", Location("--set"), **given))
    return name


def _known(subject: Subject) -> Iterator[tuple[str, str]]:
    items = {item_name(number): item.title for number, item in enumerate(subject.plan.scoring.checklist)}
    called = {name: word for word, name in _CALLED.items()}
    catalogue = subject.ruleset.catalogue
    for variable in subject.inputs:
        if variable.table is None:
            yield items.get(variable.name, called.get(variable.name, variable.name)), variable.name
    for name in subject.moving:
        if name in catalogue.data:
            yield name, name


def _as_input(subject: Subject, name: str, cell: Cell) -> Value:
    items = {item_name(number): item.points for number, item in enumerate(subject.plan.scoring.checklist)}
    if name in items and not isinstance(cell, Quantity):
        answer = YES_NO.get(cell.text.strip().lower())
        return None if answer is None else items[name] * answer
    if name == TIER:
        return cell.text.strip()
    if name in (*items, JUDGED, POINTS):
        return cell.number if isinstance(cell, Quantity) else None
    return cell


def _misfits(subject: Subject, values: Mapping[str, Value]) -> list[Problem]:
    """Hold the figures to what the edition declares, as those of a submission are."""
    catalogue = subject.ruleset.catalogue
    figures = {
        name: Figure(value, Location(f"--set {name}"))
        for name, value in values.items()
        if name in catalogue.data and isinstance(value, Cell)
    }
    problems: list[Problem] = []
    bind_figures(subject.ruleset, Submission(catalogue.name, "", 0, figures, {}, (), Claimed(), ""), problems)
    return problems

"""What a name means that an editor asks about, and what these values would score, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import evolve, field

from evalrules._documents import closest
from evalrules._edition.forms import TIER, item_name
from evalrules._edition.model import Path, ScoringKind
from evalrules._formula.compile.programs import compile_program
from evalrules._formula.intervals import overlap
from evalrules._formula.program import ACTUAL, JUDGED, POINTS, TARGET
from evalrules._formula.scope import ANY, Bounds, layered
from evalrules._formula.tree import Name
from evalrules._laws.subjects import Subject, open_rows, subjects
from evalrules._laws.trials import Value
from evalrules._problems import CatalogueError, Location, Problem, listed, phrase, problem
from evalrules._quantities import Cell, CellError, Quantity, read_cell, yes_or_no
from evalrules._score.cells import target_of
from evalrules._score.figures import bind_figures
from evalrules._score.ruleset import Plan, Ruleset
from evalrules._submission import Claimed, Figure, Submission
from evalrules._values import frozen

# What a name means that an editor asks about: an indicator, an open section or a method of an edition.


Group = tuple[Subject, tuple[ScoringKind | None, ...]]
"""A rule, and the kinds of target that it scores in an open section; none where that does not matter."""


def looked_up(ruleset: Ruleset, name: str, target: Cell | None = None) -> tuple[Group, ...]:
    """Give the rules that a path or a title names; in an open section only those for ``target``, where it is given.

    Raises `CatalogueError` where nothing is called so, several parts are, or nothing scores it.
    """
    path = _as_path(name)
    found = paths_named(name, _paths(ruleset))
    if len(found) > 1:
        paths = ["/".join(each) for each in found]
        raise CatalogueError([problem("explain-several", None, name=name, paths=listed(paths), first=paths[0])])
    groups = _groups(ruleset, found[0], target) if found else _methods(ruleset, path[-1])
    if not groups:
        raise CatalogueError([_not_found(ruleset, name, found, target)])
    return groups


def paths_named(name: str, paths: Iterable[Path]) -> list[Path]:
    """Give those of some paths that a path or a title names; a whole path goes before its title."""
    path = _as_path(name)
    found = [known for known in paths if path in (known, known[-1:])]
    return [path] if path in found else found


def _as_path(name: str) -> Path:
    return tuple("".join(part.split()) for part in name.split("/"))


def _all(ruleset: Ruleset) -> tuple[Subject, ...]:
    return ruleset.once(("subjects",), lambda: subjects(ruleset))


def _paths(ruleset: Ruleset) -> Iterator[Path]:
    yield from ruleset.row_at
    yield from ruleset.open_sections


def _groups(ruleset: Ruleset, path: Path, target: Cell | None) -> tuple[Group, ...]:
    if path in ruleset.open_sections:
        return tuple(_grouped(ruleset, path, target))
    title = "/".join(path)
    named = (title, *(phrase("subject-kind", title=title, kind=kind) for kind in ruleset.row_at[path].plans))
    return tuple((subject, ()) for subject in _all(ruleset) if subject.name in named and not subject.is_method)


def _grouped(ruleset: Ruleset, path: Path, target: Cell | None) -> Iterator[Group]:
    """Put the kinds of target together that are scored by the same rule."""
    rows = open_rows(ruleset, path)
    stated = None if target is None else target_of(target, ruleset.open_sections[path].bare_target)
    if stated is not None:
        wanted = stated.scored_as if stated.scored_as in rows else stated.kind
        rows = {kind: subject for kind, subject in rows.items() if kind == wanted}
    known: dict[object, list[ScoringKind | None]] = {}
    for kind, subject in rows.items():
        known.setdefault(subject.plan.called, []).append(kind)
    for kinds in known.values():
        yield evolve(rows[kinds[0]], name="/".join(path), family="/".join(path)), tuple(kinds)


def _methods(ruleset: Ruleset, title: str) -> tuple[Group, ...]:
    """Give a method at the first setting of its cases, at each where only the setting decides."""
    settings = (subject for subject in _all(ruleset) if subject.is_method)
    found = [subject for subject in settings if subject.family == phrase("subject-method", method=title)]
    shown = found[:1] if found and found[0].inputs else found
    return tuple((_as_itself(subject, title), ()) for subject in shown)


def _as_itself(subject: Subject, title: str) -> Subject:
    """Let the form that the method is put to use in call it by its own title."""
    return evolve(subject, row=evolve(subject.row, indicator=evolve(subject.indicator, path=(title,))))


def _not_found(ruleset: Ruleset, name: str, found: list[Path], target: Cell | None) -> Problem:
    if found and target is not None:
        return problem("explain-target-kind", None, name=name, target=target.text)
    if found:
        return problem("explain-no-rule", None, name=name)
    known = ["/".join(path) for path in _paths(ruleset)]
    titles = [path.rpartition("/")[2] for path in known]
    suggestion = closest(name, sorted({*known, *titles, *ruleset.catalogue.methods}))
    return problem("explain-unknown", None, edition=ruleset.catalogue.name, name=name, suggestion=suggestion)


# A rule whose 完成值 or 指标值 is entered where the edition computes or fixes it: editors ask about these.


def with_free_actual(subject: Subject) -> Subject:
    """Let 完成值 be an input, unless the rules also read the figures that it is computed from."""
    if not _is_bound(subject, ACTUAL) or subject.moving & subject.read_beside:
        return subject
    row = evolve(subject.row, indicator=evolve(subject.indicator, value=None))
    known = subject.reading.known
    bounds = ANY if known is None else known.bounds(Name(ACTUAL))
    return _without(evolve(subject, row=row), ACTUAL, bounds)


def with_free_target(subject: Subject) -> Subject:
    """Let 指标值 be an input."""
    freed = evolve(subject, free=subject.free | {TARGET})
    return _without(freed, TARGET) if _is_bound(subject, TARGET) else freed


def _is_bound(subject: Subject, word: str) -> bool:
    return any(binding.name == word for binding in subject.program.bindings)


def _without(subject: Subject, word: str, bounds: Bounds = ANY) -> Subject:
    """Leave a binding out. The plan lives as long as the edition, which remembers what it worked out of a plan."""
    plan = subject.ruleset.once(("plan without", id(subject.plan), word), lambda: _plan_without(subject, word, bounds))
    return evolve(subject, plan=plan, row=evolve(subject.row, plan=plan))


def _plan_without(subject: Subject, word: str, bounds: Bounds) -> Plan:
    """Compile the rule anew; ``bounds`` are what the figures of the name allow it to be."""
    kept = tuple(binding for binding in subject.program.bindings if binding.name != word)
    program = evolve(subject.program, bindings=kept)
    scope = subject.plan.scope
    scope = layered({word: evolve(scope[word], bounds=overlap(scope[word].bounds, bounds) or bounds)}, scope)
    ruleset, rounding = subject.ruleset, subject.ruleset.catalogue.rounding
    score = compile_program(
        program, scope, ruleset.slots, ruleset.functions, places=rounding.places, mode=rounding.mode
    )
    return evolve(subject.plan, program=program, scope=scope, score=score)


# What an editor asks: what this 完成值, this 指标值, these figures would score, and why.


@frozen
class GivenInputs:
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


def values_asked(subject: Subject, question: GivenInputs) -> dict[str, Value]:
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
        given = {"name": called, "title": subject.name, "known": listed(known), "suggestion": closest(called, known)}
        problems.append(problem("explain-input-unknown", Location("--set"), **given))
    return name


def _known(subject: Subject) -> Iterator[tuple[str, str]]:
    items = {item_name(number): item.title for number, item in enumerate(subject.plan.scoring.checklist)}
    called = {TIER: phrase("trial-tier"), JUDGED: phrase("trial-judged")}
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
        answer = yes_or_no(cell.text)
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
    bind_figures(subject.ruleset, Submission(catalogue.name, "", 0, figures, {}, (), Claimed(), ""), problems, {})
    return problems

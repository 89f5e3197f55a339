"""What a name means that an editor asks about: an indicator, an open section or a method of an edition."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from evalrules._catalogue.model import Path, TargetKind
from evalrules._documents import closest
from evalrules._laws.subjects import Subject, open_rows, subjects
from evalrules._problems import CatalogueError, Problem, problem
from evalrules._quantities import Cell
from evalrules._ruleset import Ruleset
from evalrules._scoring.cells import target_of

Group = tuple[Subject, tuple[TargetKind | None, ...]]
"""A rule, and the kinds of target that it scores in an open section; none where that does not matter."""


def looked_up(ruleset: Ruleset, name: str, target: Cell | None = None) -> tuple[Group, ...]:
    """Give the rules that a path or a title names; in an open section only those for ``target``, where it is given.

    Raises `CatalogueError` where nothing is called so, several parts are, or nothing scores it.
    """
    path = tuple("".join(part.split()) for part in name.split("/"))
    found = [known for known in _paths(ruleset) if path in (known, known[-1:])]
    if path in found:
        found = [path]
    if len(found) > 1:
        paths = ["/".join(each) for each in found]
        raise CatalogueError([problem("explain-several", None, name=name, paths="、".join(paths), first=paths[0])])
    groups = _groups(ruleset, found[0], target) if found else _methods(ruleset, path[-1])
    if not groups:
        raise CatalogueError([_not_found(ruleset, name, found, target)])
    return groups


def _all(ruleset: Ruleset) -> tuple[Subject, ...]:
    return ruleset.once(("subjects",), lambda: subjects(ruleset))


def _paths(ruleset: Ruleset) -> Iterator[Path]:
    yield from ruleset.row_at
    yield from ruleset.open_sections


def _groups(ruleset: Ruleset, path: Path, target: Cell | None) -> tuple[Group, ...]:
    if path in ruleset.open_sections:
        return tuple(_grouped(ruleset, path, target))
    title = "/".join(path)
    named = (title, *(f"{title}，指标值“{kind}”" for kind in ruleset.row_at[path].plans))
    return tuple((subject, ()) for subject in _all(ruleset) if subject.name in named and not subject.is_method)


def _grouped(ruleset: Ruleset, path: Path, target: Cell | None) -> Iterator[Group]:
    """Put the kinds of target together that are scored by the same rule."""
    rows = open_rows(ruleset, path)
    stated = None if target is None else target_of(target, ruleset.open_sections[path].bare_target)
    if stated is not None:
        rows = {kind: subject for kind, subject in rows.items() if kind == stated.kind}
    known: dict[object, list[TargetKind | None]] = {}
    for kind, subject in rows.items():
        known.setdefault(subject.plan.called, []).append(kind)
    for kinds in known.values():
        yield _at_home(rows[kinds[0]], path), tuple(kinds)


def _at_home(subject: Subject, path: Path) -> Subject:
    return evolve(subject, name="/".join(path), family="/".join(path))


def _methods(ruleset: Ruleset, title: str) -> tuple[Group, ...]:
    """Give a method at the first setting of its cases, at each where only the setting decides."""
    settings = (subject for subject in _all(ruleset) if subject.is_method)
    found = [subject for subject in settings if subject.family == f"方法 {title}"]
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

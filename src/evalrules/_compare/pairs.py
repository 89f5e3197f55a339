"""The rules of two editions, side by side."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from evalrules._catalogue.model import Path, TargetKind
from evalrules._compare.matching import Matching
from evalrules._laws.subjects import Subject, open_rows, subjects
from evalrules._ruleset import Ruleset

Kind = TargetKind | None


@frozen(eq=False)
class Pair:
    """A rule of each edition that is the same indicator, the same kind of row of open sections, or the same method.

    ``paths`` are the indicator, or all open sections that take such rows; of a method there are none.
    """

    title: str
    old: Subject
    new: Subject
    paths: tuple[Path, ...] = field(default=())


def pairs(old: Ruleset, new: Ruleset, matching: Matching) -> Iterator[Pair]:
    """Go through the rules that both editions have: methods, indicators, rows of open sections."""
    before, after = subjects(old), subjects(new)
    yield from _methods(before, after)
    yield from _indicators(before, after, matching)
    yield from _open_rows(old, new, matching)


def _methods(old: tuple[Subject, ...], new: tuple[Subject, ...]) -> Iterator[Pair]:
    known = {subject.name: subject for subject in new if subject.is_method}
    for subject in old:
        if subject.is_method and subject.name in known:
            yield Pair(subject.name, subject, known[subject.name])


def _indicators(old: tuple[Subject, ...], new: tuple[Subject, ...], matching: Matching) -> Iterator[Pair]:
    before, after = _by_path(old), _by_path(new)
    for path, now in matching.indicators.items():
        for first, second in _by_kind(before.get(path, {}), after.get(now, {})):
            yield Pair(second.name, first, second, (now,))


def _by_path(found: tuple[Subject, ...]) -> dict[Path, dict[Kind, Subject]]:
    """Give the rules of each indicator: one, or one for each kind of target that an entry may state."""
    rules: dict[Path, dict[Kind, Subject]] = {}
    for subject in found:
        if not subject.is_method and subject.indicator.origin == "catalogue":
            target = subject.row.target if subject.indicator.target is None else None
            rules.setdefault(subject.indicator.path, {})[None if target is None else target.kind] = subject
    return rules


def _by_kind(old: dict[Kind, Subject], new: dict[Kind, Subject]) -> Iterator[tuple[Subject, Subject]]:
    same = [kind for kind in old if kind in new]
    yield from ((old[kind], new[kind]) for kind in same)
    if not same and old and new:
        yield next(iter(old.values())), next(iter(new.values()))


def _open_rows(old: Ruleset, new: Ruleset, matching: Matching) -> Iterator[Pair]:
    """Give one pair for all open sections whose rows are scored alike, before as well as now."""
    known: dict[tuple[object, ...], list[tuple[Path, Subject, Subject]]] = {}
    for path, now in matching.sections.items():
        if path in old.open_sections and now in new.open_sections:
            before, after = open_rows(old, path), open_rows(new, now)
            for kind in before:
                if kind in after:
                    plans = before[kind].plan, after[kind].plan
                    key = (kind, *(str((plan.called, plan.program.requirements)) for plan in plans))
                    known.setdefault(key, []).append((now, before[kind], after[kind]))
    for rows in known.values():
        yield Pair(rows[0][2].name, rows[0][1], rows[0][2], tuple(path for path, _, _ in rows))

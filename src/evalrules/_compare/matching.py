"""Which part of one edition is which part of another, and their rules side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

from attrs import define, field

from evalrules._compare.rules import Names
from evalrules._edition.digest import meaning
from evalrules._edition.model import Catalogue, Figure, Indicator, Path, Section, TargetKind
from evalrules._formula.words import formula_words
from evalrules._laws.subjects import Subject, open_rows, subjects
from evalrules._score.ruleset import Ruleset
from evalrules._values import frozen

# Which part of one edition is which part of another: by its place, else by its title elsewhere, else by its rule.


Paths = Mapping[Path, Path]
_Key = TypeVar("_Key", Path, str)
_ASIDE = frozenset({"path", "also", "cases", "reference", "evidence", "waive", "status"})


@define(slots=False, eq=False)
class Matching:
    """The parts of two editions, matched: each value maps what the old edition calls a part to what the new calls it.

    Only parts that both have are matched.
    """

    old: Catalogue
    new: Catalogue

    @cached_property
    def called(self) -> Names:
        """Figures that have another name now: gone, while a new one is declared just alike."""
        gone = {name: figure for name, figure in self.old.data.items() if name not in self.new.data}
        come = {name: figure for name, figure in self.new.data.items() if name not in self.old.data}
        return _alike(gone, come, _declaration)

    @cached_property
    def sections(self) -> Paths:
        """Sections of both editions."""
        old = {section.path: section for section in self.old.sections}
        new = {section.path: section for section in self.new.sections}
        return _in_turn(old, new, _in_place(old, new), (lambda section: section.title, _inside))

    @cached_property
    def indicators(self) -> Paths:
        """Indicators of both editions."""
        old = {indicator.path: indicator for indicator in self.old.indicators}
        new = {indicator.path: indicator for indicator in self.new.indicators}
        homes = {path: self.sections.get(path[:-1], path[:-1]) for path in old} | {path: path[:-1] for path in new}
        ways: tuple[Callable[[Indicator], Any], ...] = (
            lambda indicator: indicator.title,
            lambda indicator: (homes[indicator.path], self._rule(indicator)),
            self._rule,
        )
        return _in_turn(old, new, _in_place(old, new, self.sections), ways)

    def _rule(self, indicator: Indicator) -> str:
        """Write what an indicator means besides its name, figures by their new names."""
        kept = {key: value for key, value in meaning(indicator).items() if key not in _ASIDE}
        if indicator.value is not None:
            kept["value"] = formula_words(indicator.value.tree, self.called)
        return str(kept)


def _in_place(
    old: Mapping[Path, Section] | Mapping[Path, Indicator],
    new: Mapping[Path, Section] | Mapping[Path, Indicator],
    sections: Paths | None = None,
) -> dict[Path, Path]:
    """Match what stands in the same place by its title, else what is still called there as it was, by `also`."""
    words = {(*path[:-1], word): path for path, part in new.items() for word in part.also}
    same: dict[Path, Path] = {}
    for path in old:  # what is around a section stands before it
        led = (*(same if sections is None else sections).get(path[:-1], path[:-1]), path[-1])
        called = words.get(led, ())
        if led in new:
            same[path] = led
        elif called and (*path[:-1], called[-1]) not in old and called not in same.values():
            same[path] = called
    return same


def _in_turn(
    old: Mapping[Path, Any], new: Mapping[Path, Any], same: Paths, ways: tuple[Callable[[Any], Any], ...]
) -> Paths:
    """Match what is left over, one way after the other."""
    matched = dict(same)
    for way in ways:
        taken = set(matched.values())
        gone = {path: part for path, part in old.items() if path not in matched}
        come = {path: part for path, part in new.items() if path not in taken}
        matched |= _alike(gone, come, way)
    return {path: matched[path] for path in old if path in matched}


def _alike(gone: Mapping[_Key, Any], come: Mapping[_Key, Any], described: Callable[[Any], Any]) -> dict[_Key, _Key]:
    """Pair parts that are described alike, where no other is."""
    before, after = _by_description(gone, described), _by_description(come, described)
    return {paths[0]: after[text][0] for text, paths in before.items() if len(paths) == 1 == len(after.get(text, ()))}


def _by_description(parts: Mapping[_Key, Any], described: Callable[[Any], Any]) -> dict[str, list[_Key]]:
    found: dict[str, list[_Key]] = {}
    for key, part in parts.items():
        found.setdefault(str(described(part)), []).append(key)
    return found


def _declaration(figure: Figure) -> object:
    return {key: value for key, value in meaning(figure).items() if key not in ("name", "where", "grid")}


def _inside(section: Section) -> object:
    return (section.points, *(part.title for part in section.parts))


# The rules of two editions, side by side.


Kind = TargetKind | None


@frozen(eq=False)
class Match:
    """A rule of each edition that is the same indicator, the same kind of row of open sections, or the same method.

    ``paths`` are the indicator, or all open sections that take such rows; of a method there are none.
    """

    title: str
    old: Subject
    new: Subject
    paths: tuple[Path, ...] = field(default=())


def pairs(old: Ruleset, new: Ruleset, matching: Matching) -> Iterator[Match]:
    """Go through the rules that both editions have: methods, indicators, rows of open sections."""
    before, after = subjects(old), subjects(new)
    yield from _methods(before, after)
    yield from _indicators(before, after, matching)
    yield from _open_rows(old, new, matching)


def _methods(old: tuple[Subject, ...], new: tuple[Subject, ...]) -> Iterator[Match]:
    known = {subject.name: subject for subject in new if subject.is_method}
    for subject in old:
        if subject.is_method and subject.name in known:
            yield Match(subject.name, subject, known[subject.name])


def _indicators(old: tuple[Subject, ...], new: tuple[Subject, ...], matching: Matching) -> Iterator[Match]:
    before, after = _by_path(old), _by_path(new)
    for path, now in matching.indicators.items():
        for first, second in _by_kind(before.get(path, {}), after.get(now, {})):
            yield Match(second.name, first, second, (now,))


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


def _open_rows(old: Ruleset, new: Ruleset, matching: Matching) -> Iterator[Match]:
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
        yield Match(rows[0][2].name, rows[0][1], rows[0][2], tuple(path for path, _, _ in rows))

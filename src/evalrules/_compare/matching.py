"""Which part of one edition is which part of another: by its place, else by its title elsewhere, else by its rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, TypeVar

from attrs import define

from evalrules._catalogue.digest import meaning
from evalrules._catalogue.model import Catalogue, Figure, Indicator, Path, Section
from evalrules._compare.rule_lines import Names
from evalrules._formula.words import formula_words

Paths = Mapping[Path, Path]
_Key = TypeVar("_Key", Path, str)
_ASIDE = frozenset({"path", "cases", "reference", "evidence", "waive", "status"})


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
        return _in_turn(old, new, {path: path for path in old if path in new}, (lambda section: section.title, _inside))

    @cached_property
    def indicators(self) -> Paths:
        """Indicators of both editions."""
        old = {indicator.path: indicator for indicator in self.old.indicators}
        new = {indicator.path: indicator for indicator in self.new.indicators}
        home = {path: (*self.sections.get(path[:-1], path[:-1]), path[-1]) for path in old}
        same = {path: led for path, led in home.items() if led in new}
        homes = {**{path: led[:-1] for path, led in home.items()}, **{path: path[:-1] for path in new}}
        ways: tuple[Callable[[Indicator], Any], ...] = (
            lambda indicator: indicator.title,
            lambda indicator: (homes[indicator.path], self._rule(indicator)),
            self._rule,
        )
        return _in_turn(old, new, same, ways)

    def _rule(self, indicator: Indicator) -> str:
        """Write what an indicator means besides its name, figures by their new names."""
        kept = {key: value for key, value in meaning(indicator).items() if key not in _ASIDE}
        if indicator.value is not None:
            kept["value"] = formula_words(indicator.value.tree, self.called)
        return str(kept)


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

"""An edition that starts from another: what it says is added to the other's document, or takes its place by name."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final, Literal

from attrs import define, evolve, field

from evalrules._documents import Mapping, Node, Problems, Scalar, Sequence, as_scalar, shown

Kind = Literal["added", "replaced", "left-out"]
Changed = tuple[Kind, str]
"""What an edition did to the one that it extends, and to what of it: ``data/编制数``, ``产出指标/数量指标``."""

_OWN: Final = frozenset(
    {"evalrules", "id", "edition", "title", "fiscal_years", "supersedes", "extends", "without", "parts"}
)
"""What every edition says for itself, and is never taken over."""
_BY_NAME: Final = frozenset({"data", "methods", "checks", "audit", "review", "tables", "waive"})
_LISTS: Final = frozenset({"uses", "reference", "score_caps", "grade_caps"})
_HOLDS_PARTS: Final = frozenset({"sections", "indicators", "open"})
_SCORES: Final = frozenset({"scoring", "value"})
_UNCHANGED_KEYS: Final = frozenset({"sections", "indicators"})


def extended(base: Mapping, own: Mapping, problems: Problems) -> tuple[Mapping, tuple[Changed, ...]]:
    """Give the document of an edition that extends another, and what it changed.

    Every node keeps the place of the file in which it is written. What ``without`` names and is not there is a problem.
    """
    merging = _Merging(problems)
    left = merging.without(base, own.get("without"))
    kept = evolve(left, pairs=tuple(pair for pair in left.pairs if pair[0].text not in _OWN))
    merged = merging.together(kept, own, (), merging.of_edition)
    return merged, tuple(dict.fromkeys(merging.changed))


Way = Callable[[str, Node, Node, tuple[str, ...]], Node]
"""How what two documents say under one key comes together: the key, both nodes, the names above."""


@define
class _Merging:
    problems: Problems
    changed: list[Changed] = field(factory=list)

    def together(self, base: Mapping, own: Mapping, names: tuple[str, ...], way: Way) -> Mapping:
        """Put two mappings together, in the order of the base, what is new behind it."""
        said = {_plain(key.text): (key, node) for key, node in own.pairs}
        known = {_plain(key.text) for key, _ in base.pairs}
        pairs: list[tuple[Scalar, Node]] = []
        for key, node in base.pairs:
            found = said.get(_plain(key.text))
            pairs.append((key, node) if found is None else (found[0], way(key.text, node, found[1], names)))
        for name, (key, node) in said.items():
            if name not in known:
                pairs.append((key, node))
                self._added(key.text, node, names)
        return evolve(own, pairs=tuple(pairs))

    def _added(self, key: str, node: Node, names: tuple[str, ...]) -> None:
        if not names and key in _OWN:
            return
        if not names and key in (*_BY_NAME, "sections", "form") and isinstance(node, Mapping):
            top = () if key == "sections" else (key,)
            self.changed += [("added", "/".join((*top, name.text))) for name, _ in node.pairs]
        elif names[-1:] == (_KEYS,):
            below = node.pairs if key in _UNCHANGED_KEYS and isinstance(node, Mapping) else ()
            self.changed += [("added", "/".join((*names[:-1], name.text))) for name, _ in below]
        else:
            self.changed.append(("added", "/".join((*names, key))))

    def replaced(self, key: str, _: Node, own: Node, names: tuple[str, ...]) -> Node:
        """Let what is said anew take the place of the thing of the same name."""
        self.changed.append(("replaced", "/".join((*names, key))))
        return own

    def of_edition(self, key: str, base: Node, own: Node, _: tuple[str, ...]) -> Node:
        """Put together what stands under one key of the edition itself."""
        if key in _LISTS and not isinstance(base, Mapping) and not isinstance(own, Mapping):
            return self._listed(key, base, own)
        if not (isinstance(base, Mapping) and isinstance(own, Mapping)):
            return self.replaced(key, base, own, ())
        if key in _BY_NAME:
            return self.together(base, own, (key,), self.replaced)
        if key == "sections":
            return self.together(base, own, (), self.part)
        if key == "form":
            return self.together(base, own, (key,), self.of_form)
        return self.replaced(key, base, own, ())

    def of_form(self, key: str, base: Node, own: Node, names: tuple[str, ...]) -> Node:
        """Put together what stands under one key of the form on paper: its tables by name."""
        if key == "tables" and isinstance(base, Mapping) and isinstance(own, Mapping):
            return self.together(base, own, names, self.replaced)
        return self.replaced(key, base, own, names)

    def _listed(self, key: str, base: Node, own: Node) -> Node:
        """Put two lists behind one another; a text by itself is a list of one."""
        known, said = (each.items if isinstance(each, Sequence) else (each,) for each in (base, own))
        there = {item.text for item in known if isinstance(item, Scalar)}
        more = tuple(item for item in said if not (isinstance(item, Scalar) and item.text in there))
        self.changed += [("added", key)] if more else []
        return Sequence(own.source, own.line, own.column, own.start, own.end, own.path, items=(*known, *more))

    def part(self, key: str, base: Node, own: Node, names: tuple[str, ...]) -> Node:
        """Put a section together key by key; an indicator, or what becomes one, is taken as a whole."""
        if isinstance(base, Mapping) and isinstance(own, Mapping) and _is_section(base) and not _scores(own):
            own_keys = [name.text for name, _ in own.pairs if name.text not in _UNCHANGED_KEYS]
            if own_keys:
                self.changed.append(("replaced", "/".join((*names, key))))
            return self.together(base, own, (*names, key, _KEYS), self.of_section)
        return self.replaced(key, base, own, names)

    def of_section(self, key: str, base: Node, own: Node, names: tuple[str, ...]) -> Node:
        """Put together what stands under one key of a section."""
        if key in _UNCHANGED_KEYS and isinstance(base, Mapping) and isinstance(own, Mapping):
            return self.together(base, own, names[:-1], self.part if key == "sections" else self.replaced)
        return own

    # ---- what is left out ----

    def without(self, base: Mapping, named: Node | None) -> Mapping:
        """Leave out what ``without`` names: ``data/编制数``, or the path of a section or indicator."""
        items = named.items if isinstance(named, Sequence) else () if named is None else (named,)
        for item in items:
            scalar = as_scalar(item, self.problems)
            if scalar is None:
                continue
            names = tuple(_plain(name) for name in scalar.text.split("/"))
            found = _cut(base, names) if names[0] in _BY_KEY else _cut_part(base, names)
            if found is None:
                self.problems.report("without-nothing", scalar, path=shown(scalar.text))
            else:
                base = found
                self.changed.append(("left-out", "/".join(names)))
        return base


_KEYS: Final = "\0"
"""Stands at the end of names where the keys of a section itself are put together, which are told as the section's."""
_BY_KEY: Final = frozenset({*_BY_NAME, *_LISTS, "grades", "defaults", "rounding", "form"})


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _is_section(node: Mapping) -> bool:
    return any(key.text in _HOLDS_PARTS for key, _ in node.pairs)


def _scores(node: Mapping) -> bool:
    return any(key.text in _SCORES for key, _ in node.pairs)


def _cut(node: Node, names: tuple[str, ...]) -> Mapping | None:
    """Give the mapping without what is found by these keys, one below the other; None where nothing is."""
    return _put(node, names, _cut) if isinstance(node, Mapping) else None


def _cut_part(node: Node, names: tuple[str, ...]) -> Mapping | None:
    """Give the mapping without the section or indicator of this path."""
    for key in ("sections", "indicators"):
        below = node.get(key) if isinstance(node, Mapping) else None
        cut = _put(below, names, _cut_part) if isinstance(below, Mapping) else None
        if cut is not None and isinstance(node, Mapping):
            return _with(node, key, cut)
    return None


def _put(
    node: Mapping, names: tuple[str, ...], below: Callable[[Node, tuple[str, ...]], Mapping | None]
) -> Mapping | None:
    key = next((key for key, _ in node.pairs if _plain(key.text) == names[0]), None)
    if key is None:
        return None
    if len(names) == 1:
        return evolve(node, pairs=tuple(pair for pair in node.pairs if pair[0] is not key))
    inner = node.get(key.text)
    cut = None if inner is None else below(inner, names[1:])
    return None if cut is None else _with(node, key.text, cut)


def _with(node: Mapping, key: str, inner: Mapping) -> Mapping:
    return evolve(node, pairs=tuple((name, inner if name.text == key else each) for name, each in node.pairs))

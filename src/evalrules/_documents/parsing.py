"""YAML text → nodes.

The events of the parser are taken one by one onto a stack of our own, so nothing recurses and the limits hold before
anything is built; tags, anchors, aliases and merge keys are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from attrs import define, field

from evalrules._documents.characters import FORBIDDEN, character_name, shown
from evalrules._documents.collecting import Problems
from evalrules._documents.nodes import Mapping, Node, Place, Scalar, Sequence
from evalrules._documents.slips import missing_colon, slip
from evalrules._problems import Location, Source

MAX_DEPTH = 20
MAX_NODES = 250_000
MAX_CHARACTERS = 10_000_000
_NOT_TEXT = re.compile(
    r"|~|null|Null|NULL|true|True|TRUE|false|False|FALSE|[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9_]+)(?:[eE][-+]?[0-9]+)?"
    r"|0[xob][0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)


def read_document(text: str, name: str, problems: Problems) -> Mapping | None:
    r"""Read the text of a YAML file to its mapping, with every place kept; what is wrong goes to ``problems``.

    At most 10 million characters, 250,000 nodes and 20 levels. The mapping is None where nothing useful could be
    read; otherwise it holds what could, beside the problems found.

    >>> document = read_document("组织: 县政府办\n金额: 0.1", "a.yaml", Problems())
    >>> document.get("金额").location.column
    5
    """
    source = Source(name, text)
    if len(text) > MAX_CHARACTERS:
        problems.report("file-too-large", Location(name), limit=MAX_CHARACTERS // 1_000_000)
        return None
    if not _only_visible(source, problems):
        return None
    return _whole(_Builder(source, problems).build(), source, problems)


def _only_visible(source: Source, problems: Problems) -> bool:
    for found in FORBIDDEN.finditer(source.text):
        before = source.text[: found.start()]
        place = Location(source.name, before.count("\n") + 1, found.start() - before.rfind("\n"), source=source)
        problems.report("forbidden-character", place, character=character_name(found[0]))
        return False
    return True


def _whole(root: Node | None, source: Source, problems: Problems) -> Mapping | None:
    if isinstance(root, Mapping) or (root is None and problems):
        return root
    if root is None or (isinstance(root, Scalar) and root.is_blank):
        problems.report("document-empty", Location(source.name, 1, 1, source=source))
    elif not isinstance(root, Scalar) or not missing_colon(root, problems):
        problems.report("document-not-mapping", root)
    return None


@define
class _Open:
    """A list or mapping whose end has not come yet; of a mapping, keys and values take turns in ``nodes``."""

    is_mapping: bool
    flow: bool
    place: Place
    nodes: list[Node] = field(factory=list)


class _Stop(Exception):
    """A limit was reached: nothing further is read."""


class _Builder:
    def __init__(self, source: Source, problems: Problems) -> None:
        self._source = source
        self._problems = problems
        self._open: list[_Open] = []
        self._root: Node | None = None
        self._count = 0

    def build(self) -> Node | None:
        try:
            for event in self._events():
                self._take(event)
        except _Stop:
            return None
        return self._root

    def _events(self) -> Iterator[yaml.Event]:
        try:
            yield from yaml.parse(self._source.text, Loader=yaml.CSafeLoader)
        except yaml.YAMLError as error:
            slip(error, self._source, self._problems)
            raise _Stop from None

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event))
        elif isinstance(event, yaml.CollectionStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()
        elif isinstance(event, yaml.AliasEvent):
            place = self._place(event)
            self._problems.report("yaml-alias", place.location, text=self._source.text[place.start : place.end])
            self._add(Scalar("", True, place))
        elif isinstance(event, yaml.DocumentStartEvent):
            self._begin_document(event)

    def _place(self, event: yaml.Event) -> Place:
        start: Any = event.start_mark  # the types allow None, which the parser never gives
        end: Any = event.end_mark
        return Place(self._source, start.line + 1, start.column + 1, start.index, end.index)

    def _begin_document(self, event: yaml.DocumentStartEvent) -> None:
        place = self._place(event)
        if event.version or event.tags:
            self._problems.report("yaml-directive", place.location)
        if self._root is not None:
            self._problems.report("yaml-several-documents", place.location)
            raise _Stop

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        node = Scalar(event.value, not event.style, self._place(event))
        if event.tag is not None or event.anchor is not None:
            self._refuse(event, node.place)
        elif event.style in (">", "|") and node.is_blank:  # `target: >5` opens a text that never comes
            self._problems.report("yaml-unquoted-sign", node.location, text=self._written(node.place))
        hidden = FORBIDDEN.search(node.text) if event.style == '"' else None
        if hidden:
            place = node.locate(hidden.start())
            self._problems.report("forbidden-character", place, character=character_name(hidden[0]))
        return node

    def _refuse(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, place: Place) -> None:
        if event.tag is not None:
            self._problems.report("yaml-tag", place.location, text=shown(self._written(place).split()[0]))
        if event.anchor is not None:
            self._problems.report("yaml-anchor", place.location, text=f"&{event.anchor}")

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        opened = _Open(isinstance(event, yaml.MappingStartEvent), bool(event.flow_style), self._place(event))
        if event.tag is not None or event.anchor is not None:
            self._refuse(event, opened.place)
        self._open.append(opened)
        if len(self._open) > MAX_DEPTH:
            self._problems.report("yaml-too-deep", opened.place.location, limit=MAX_DEPTH)
            raise _Stop

    def _end(self) -> None:
        done = self._open.pop()
        if not done.is_mapping:
            self._add(Sequence(tuple(done.nodes), done.place))
            return
        keys, values = done.nodes[0::2], done.nodes[1::2]
        first_places: dict[str, Scalar] = {}
        pairs = tuple(
            (key, value)
            for key, value in zip(keys, values, strict=True)
            if self._is_key(key, value, flow=done.flow) and self._is_first(key, first_places)
        )
        self._add(Mapping(pairs, done.place))  # type: ignore[arg-type]  # _is_key has let scalars through only

    def _is_key(self, key: Node, value: Node, *, flow: bool) -> bool:
        if not isinstance(key, Scalar):
            self._problems.report("key-not-text", key.location, text=self._written(key.place))
        elif key.plain and key.text == "<<":
            self._problems.report("yaml-merge", key.location)
        elif flow and key.place.end == value.place.start == value.place.end and isinstance(value, Scalar):
            if not missing_colon(key, self._problems):
                self._problems.report("key-without-value", key, key=shown(key.text))
        elif not key.text.strip():
            self._problems.report("key-empty", key.location)
        elif key.plain and _NOT_TEXT.fullmatch(key.text):
            self._problems.report("key-not-text", key.location, text=key.text)
        else:
            return True
        return False

    def _written(self, place: Place) -> str:
        return shown(self._source.text[place.start : place.start + 60].splitlines()[0])

    def _is_first(self, key: Node, seen: dict[str, Scalar]) -> bool:
        if not isinstance(key, Scalar):
            return False
        first = seen.setdefault(key.text, key)
        if first is not key:
            place = key.location
            self._problems.report("key-duplicate", place, key=shown(key.text), line=place.line, first=first.place.line)
        return first is key

    def _add(self, node: Node) -> None:
        self._count += 1
        if self._count > MAX_NODES:
            self._problems.report("yaml-too-many-nodes", node.location, limit=MAX_NODES)
            raise _Stop
        if self._open:
            self._open[-1].nodes.append(node)
        else:
            self._root = node

"""YAML files and texts read to nodes; whatever is wrong with the file itself is a problem too."""

from __future__ import annotations

from collections import abc
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import yaml
from attrs import field

from evalrules._documents.files import decode, read_bytes
from evalrules._documents.nodes import (
    FORBIDDEN,
    MAX_DEPTH,
    MAX_NODES,
    Mapping,
    Node,
    Place,
    Problems,
    Scalar,
    Sequence,
    character_name,
    shown,
)
from evalrules._documents.slips import missing_colon, slip
from evalrules._patterns import regex
from evalrules._problems import Location, Source
from evalrules._values import frozen

# YAML text → nodes.
#
# The events of the parser are taken one by one onto a stack of our own, so nothing recurses and the limits hold
# before anything is built; tags, anchors, aliases and merge keys are refused.


MAX_CHARACTERS = 10_000_000
MOST_HIDDEN = 100
UNSEEN = "\ufffd"
"""What stands for a character that no document may hold."""
_NOT_TEXT = regex(
    r"|~|null|Null|NULL|true|True|TRUE|false|False|FALSE|[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9_]+)(?:[eE][-+]?[0-9]+)?"
    r"|0[xob][0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)

_PlaceParts = tuple[Source, int, int, int, int]


def read_document(text: str, name: str, problems: Problems, *, lenient: bool = False) -> Mapping | None:
    r"""Read the text of a YAML file to its mapping, with every place kept; what is wrong goes to ``problems``.

    At most 10 million characters, 250,000 nodes and 20 levels. The mapping is None where nothing useful could be
    read; otherwise it holds what could, beside the problems found. A character that no document may hold ends the
    reading, or, where it is ``lenient``, is read as `UNSEEN`.

    >>> document = read_document("组织: 县政府办\n金额: 0.1", "a.yaml", Problems())
    >>> document.get("金额").location.column
    5
    """
    source = Source(name, text)
    if len(text) > MAX_CHARACTERS:
        problems.report("file-too-large", Location(name), limit=MAX_CHARACTERS // 1_000_000)
        return None
    hidden = _tell_hidden(source, problems, most=MOST_HIDDEN if lenient else 1)
    if hidden:
        if not lenient:
            return None
        source = Source(name, FORBIDDEN.sub(UNSEEN, text))
    return _whole(_Builder(source, problems).build(), source, problems)


def _tell_hidden(source: Source, problems: Problems, most: int) -> bool:
    """Report the first characters that no document may hold, and tell whether there is any."""
    line, start, found = 1, 0, None
    for found in islice(FORBIDDEN.finditer(source.text), most):
        line += source.text.count("\n", start, found.start())
        start = found.start()
        column = start - source.text.rfind("\n", 0, start)
        place = Location(source.name, line, column, source=source)
        problems.report("forbidden-character", place, character=character_name(found[0]))
    return found is not None


def _whole(root: Node | None, source: Source, problems: Problems) -> Mapping | None:
    if isinstance(root, Mapping) or (root is None and problems):
        return root
    if root is None or (isinstance(root, Scalar) and root.is_blank):
        problems.report("document-empty", Location(source.name, 1, 1, source=source))
    elif not isinstance(root, Scalar) or not missing_colon(root, problems):
        problems.report("document-not-mapping", root)
    return None


@frozen
class _Open:
    """A list or mapping whose end has not come yet; of a mapping, keys and values take turns in ``nodes``."""

    place: _PlaceParts
    flow: bool
    nodes: list[Node] = field(factory=list)


class _Stop(Exception):
    """A limit was reached: nothing further is read."""


class _Builder:
    def __init__(self, source: Source, problems: Problems) -> None:
        self._source = source
        self._problems = problems
        self._open: list[_Open] = []
        self._roots: list[Node] = []
        self._into = self._roots
        self._count = 0
        self._keys: set[str] = set()
        self._takes: dict[type[yaml.Event], Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._begin,
            yaml.SequenceStartEvent: self._begin,
            yaml.MappingEndEvent: self._end_mapping,
            yaml.SequenceEndEvent: self._end_sequence,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._begin_document,
        }

    def build(self) -> Node | None:
        try:
            for event in self._events():
                take = self._takes.get(type(event))
                if take is not None:
                    take(event)
        except _Stop:
            return None
        return self._roots[0] if self._roots else None

    def _events(self) -> Iterator[yaml.Event]:
        try:
            yield from iter(yaml.CSafeLoader(self._source.text).get_event, None)  # it gives None behind the last event
        except yaml.YAMLError as error:
            slip(error, self._source, self._problems)
            raise _Stop from None

    def _begin_document(self, event: yaml.DocumentStartEvent) -> None:
        place = Place(*self._place(event))
        if event.version or event.tags:
            self._problems.report("yaml-directive", place.location)
        if self._roots:
            self._problems.report("yaml-several-documents", place.location)
            raise _Stop

    def _place(self, event: yaml.Event) -> _PlaceParts:
        start: Any = event.start_mark  # the types allow None, which the parser never gives
        end: Any = event.end_mark
        return self._source, start.line + 1, start.column + 1, start.index, end.index

    def _add(self, node: Node) -> None:
        self._count += 1
        if self._count > MAX_NODES:
            self._problems.report("yaml-too-many-nodes", node.location, limit=MAX_NODES)
            raise _Stop
        self._into.append(node)

    # ---- texts

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        source, line, column, start, end = self._place(event)
        style = event.style
        node = Scalar(source, line, column, start, end, "", event.value, not style)
        if event.tag is not None or event.anchor is not None:
            self._refuse(event, node)
        elif style in (">", "|") and node.is_blank:  # `target: >5` opens a text that never comes
            self._problems.report("yaml-unquoted-sign", node.location, text=self._written(node))
        if style == '"':
            self._refuse_hidden(node)
        self._add(node)

    def _refuse_hidden(self, node: Scalar) -> None:
        hidden = FORBIDDEN.search(node.text)
        if hidden:
            place = node.locate(hidden.start())
            self._problems.report("forbidden-character", place, character=character_name(hidden[0]))

    def _alias(self, event: yaml.AliasEvent) -> None:
        node = Scalar(*self._place(event), text="", plain=True)
        self._problems.report("yaml-alias", node.location, text=self._source.text[node.start : node.end])
        self._add(node)

    def _refuse(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, place: Place) -> None:
        if event.tag is not None:
            self._problems.report("yaml-tag", place.location, text=shown(self._written(place).split()[0]))
        if event.anchor is not None:
            self._problems.report("yaml-anchor", place.location, text=f"&{event.anchor}")

    def _written(self, place: Place) -> str:
        return shown(self._source.text[place.start : place.start + 60].splitlines()[0])

    # ---- lists and mappings

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        opened = _Open(self._place(event), bool(event.flow_style))
        if event.tag is not None or event.anchor is not None:
            self._refuse(event, Place(*opened.place))
        self._open.append(opened)
        self._into = opened.nodes
        if len(self._open) > MAX_DEPTH:
            self._problems.report("yaml-too-deep", Place(*opened.place).location, limit=MAX_DEPTH)
            raise _Stop

    def _end(self) -> _Open:
        done = self._open.pop()
        self._into = self._open[-1].nodes if self._open else self._roots
        return done

    def _end_sequence(self, _: yaml.SequenceEndEvent) -> None:
        done = self._end()
        self._add(Sequence(*done.place, items=tuple(done.nodes)))

    def _end_mapping(self, _: yaml.MappingEndEvent) -> None:
        done = self._end()
        dropped: list[tuple[Node, Node]] = []
        pairs = tuple(self._pairs(done, dropped))
        self._add(Mapping(*done.place, pairs=pairs, dropped=tuple(dropped)))

    def _pairs(self, done: _Open, dropped: list[tuple[Node, Node]]) -> Iterator[tuple[Scalar, Node]]:
        seen: dict[str, Scalar] = {}
        turns = iter(done.nodes)
        for key, value in zip(turns, turns, strict=True):
            if not isinstance(key, Scalar):
                self._problems.report("key-not-text", key, text=self._written(key))
            elif self._is_key(key, value, flow=done.flow):
                if seen.setdefault(key.text, key) is key:
                    yield key, value
                    continue
                first = seen[key.text].line
                self._problems.report("key-duplicate", key, key=shown(key.text), line=key.line, first=first)
            dropped.append((key, value))

    def _is_key(self, key: Scalar, value: Node, *, flow: bool) -> bool:
        if flow and key.end == value.start == value.end and isinstance(value, Scalar) and not _is_merge(key):
            if not missing_colon(key, self._problems):
                self._problems.report("key-without-value", key, key=shown(key.text))
            return False
        if key.text not in self._keys and not self._may_be_key(key):
            return False
        if key.plain:  # the same few keys stand in every object
            self._keys.add(key.text)
        return True

    def _may_be_key(self, key: Scalar) -> bool:
        if _is_merge(key):
            self._problems.report("yaml-merge", key.location)
        elif not key.text.strip():
            self._problems.report("key-empty", key.location)
        elif key.plain and key.text[0].isspace():  # to YAML a wide blank is a letter like any other
            self._problems.report("yaml-wide-blank", key.location)
        elif key.plain and _NOT_TEXT.fullmatch(key.text):
            self._problems.report("key-not-text", key.location, text=key.text)
        else:
            return True
        return False


def _is_merge(key: Scalar) -> bool:
    return key.plain and key.text == "<<"


# Reading a file to its nodes: whatever is wrong with the file itself is a problem too.


def read_file(
    path: Path | str, problems: Problems, name: str | None = None, *, lenient: bool = False
) -> Mapping | None:
    """Read a YAML file of at most 10 MB in UTF-8; ``name`` is how problems call it (default: the path as given)."""
    label = name or str(path)
    content = read_bytes(Path(path), label, problems)
    text = None if content is None else decode(content, label, problems)
    return None if text is None else read_document(text, label, problems, lenient=lenient)


# Values → YAML text that is read back as the same texts.


class _Writer(yaml.SafeDumper):
    """Writes texts and numbers plain where that is read back the same here and by other readers of YAML."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything in full: our reader knows no aliases."""
        _ = data
        return True


_NUMBER_TEXT = regex(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]+)?")


def _write_text(writer: yaml.SafeDumper, text: str) -> yaml.Node:
    if _NUMBER_TEXT.fullmatch(text):  # a decimal, which loses nothing by standing plain
        return writer.represent_scalar("tag:yaml.org,2002:float" if "." in text else "tag:yaml.org,2002:int", text)
    lines = text.split("\n")
    block = len(lines) > 1 and all(line and line == line.strip() for line in lines)
    style = "|" if block else '"' if len(lines) > 1 or text != text.strip() else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Writer.add_representer(str, _write_text)
_Writer.add_representer(type(None), lambda writer, _: writer.represent_scalar("tag:yaml.org,2002:null", ""))


def write_document(content: abc.Mapping[str, object]) -> str:
    r"""Write a mapping of texts, whole numbers, lists and mappings as YAML, in the order given; None is a blank.

    >>> write_document({"指标": "合格率", "得分": "10.00", "原因": None, "期": "2024-01"})
    '指标: 合格率\n得分: 10.00\n原因:\n期: 2024-01\n'
    """
    written: str = yaml.dump(content, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=1_000_000)
    return written

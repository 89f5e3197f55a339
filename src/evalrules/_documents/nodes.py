"""The nodes of a document: texts, lists and mappings, each with its place, and the characters that none may hold.

A file gives them, and so do Python's mappings.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections import abc
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import define, field

from evalrules._numbers import MAX_DIGITS, decimal_text, is_decimal
from evalrules._patterns import regex
from evalrules._problems import Location, Problem, Source, problem

# Where a character of a scalar stands in the source, whatever the quoting, folding and indentation between them.


MAX_DEPTH = 20
MAX_NODES = 250_000
_ESCAPE = regex(r"\\(?:x..|u.{4}|U.{8}|.)")
_BLOCK_HEADER = regex(r"[|>][^\n]*\n")


def aligned(written: str, text: str, offset: int) -> int:
    r"""Give the offset in ``written`` (the source with its quotes) of the character ``text[offset]``.

    Line folding turns any run of blanks into one; an escape stands for one character. Where the two cannot be
    brought together the answer is 0, the beginning.

    >>> aligned("'it''s ok'", "it's ok", 5), aligned('"a\\u4e2db"', "a中b", 2)
    (7, 8)
    """
    quote, at = _opening(written)
    index = 0
    while index < min(offset, len(text)):
        step = _step(written, at, text, index, quote)
        if step is None:
            return 0
        at, index = step
    return _past_indent(written, at, text, index)


def _opening(written: str) -> tuple[str, int]:
    if written[:1] in ("'", '"'):
        return written[0], 1
    header = _BLOCK_HEADER.match(written)
    return "", header.end() if header else 0


def _step(written: str, at: int, text: str, index: int, quote: str) -> tuple[int, int] | None:
    found, wanted = written[at : at + 1], text[index]
    escape = _ESCAPE.match(written, at) if quote == '"' else None
    if escape:
        return escape.end(), index + 1
    if found == wanted:
        return at + (2 if found == quote == "'" else 1), index + 1
    if wanted.isspace():
        return _past_blanks(written, at), _past_blanks(text, index)
    return (at + 1, index) if found.isspace() else None


def _past_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _past_indent(written: str, at: int, text: str, index: int) -> int:
    return at if text[index : index + 1].isspace() else min(_past_blanks(written, at), max(len(written) - 1, 0))


# The nodes of a document: texts, lists and mappings, each with its place. Nothing is typed yet: a number is a text.
#
# Nodes are not changed once they are made. They are not frozen, though: of a large document there are a hundred
# thousand for as long as it is read, and a frozen one takes four times as long to make.


_BLANK_TEXTS = frozenset({"", "~", "null", "Null", "NULL"})


@define(eq=False)
class Place:
    """Where a node stands: ``start`` and ``end`` count characters of the source, line and column count from 1.

    A document that was given as Python values has no lines (``line`` 0), only a ``path`` such as ``entries[3].actual``.
    Every node is its own place: a large document has a node for each word, and not two objects for each.
    """

    source: Source = field(repr=False)
    line: int = field(default=0, repr=False)
    column: int = field(default=0, repr=False)
    start: int = field(default=0, repr=False)
    end: int = field(default=0, repr=False)
    path: str = field(default="", repr=False)

    @property
    def location(self) -> Location:
        """The place as problems name it: that of the first character, or of the bracket or brace."""
        return Location(self.source.name, self.line, self.column, self.path, self.source)

    def further(self, characters: int) -> Location:
        """Give the place so many characters further in the line."""
        return Location(self.source.name, self.line, self.column + characters, self.path, self.source)


@define(eq=False)
class Scalar(Place):
    """A text as written, without its quotes. ``plain`` tells that it stood unquoted (in Python: was not a str).

    >>> source = Source("a.yaml", "目标: ~")
    >>> Scalar(source, 1, 5, 4, 5, text="~", plain=True).is_blank, Scalar(source, text="~", plain=False).is_blank
    (True, False)
    """

    text: str = ""
    plain: bool = True

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written: no text at all, or a plain ``null`` or ``~``."""
        return self.text in _BLANK_TEXTS if self.plain else not self.text.strip()

    def locate(self, offset: int) -> Location:
        """Give the place of the character at this offset of ``text``; where escapes hide it, that of the node."""
        if not self.line:
            return self.location
        written = self.source.text[self.start : self.end]
        at = aligned(written, self.text, offset)
        before = written[:at]
        if "\n" not in before:
            return self.location.moved(at)
        column = at - before.rindex("\n")
        return Location(self.source.name, self.line + before.count("\n"), column, self.path, self.source)


@define(eq=False)
class Sequence(Place):
    """A list of nodes."""

    items: tuple[Node, ...] = field(kw_only=True)


@define(eq=False)
class Mapping(Place):
    """Pairs of a key and a node, in the order of the document; no key stands twice.

    ``dropped`` are the pairs that are told as problems instead: a key that stood before, or that is none.
    """

    pairs: tuple[tuple[Scalar, Node], ...] = field(kw_only=True)
    dropped: tuple[tuple[Node, Node], ...] = field(default=(), kw_only=True)

    def get(self, key: str) -> Node | None:
        """Give the node under this key; None where there is none."""
        return next((node for found, node in self.pairs if found.text == key), None)

    def __iter__(self) -> Iterator[tuple[str, Node]]:
        return ((key.text, node) for key, node in self.pairs)


Node = Scalar | Sequence | Mapping


def walk_named(node: Node, path: str = "") -> Iterator[Node]:
    """Go through a document in its order, and give every node the path that a problem with it has."""
    node.path = path
    yield node
    if isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from walk_named(item, f"{path}[{index}]")
    elif isinstance(node, Mapping):
        for key, value in (*node.pairs, *node.dropped):
            name = key.text if isinstance(key, Scalar) else ""
            key.path = inside = f"{path}.{name}" if path else name
            yield key
            yield from walk_named(value, inside)


def is_blank(node: Node | None) -> bool:
    """Tell whether there is no node, or one that says nothing."""
    return node is None or (type(node) is Scalar and node.is_blank)


# Characters that no document may hold: they hide text, reorder it on the screen, or end it early.


FORBIDDEN = re.compile(  # asked of every text
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_CONTROLS = {"\x00": "NUL", "\x1b": "ESCAPE", "\x7f": "DELETE", "\x85": "NEXT LINE"}


def character_name(character: str) -> str:
    r"""Name a character that cannot be shown.

    >>> character_name("\u202e"), character_name("\x01")
    ('U+202E RIGHT-TO-LEFT OVERRIDE', 'U+0001')
    """
    name = _CONTROLS.get(character) or unicodedata.name(character, "")
    return f"U+{ord(character):04X} {name}".rstrip()


def shown(text: str, length: int = 40) -> str:
    """Give the text for a message: on one line, cut after ``length`` characters.

    >>> shown("一二三四五", 3)
    '一二三…'
    """
    line = " ".join(text[: 4 * length + 4].split())
    return line if len(line) <= length else f"{line[:length]}…"


# Gathering the problems of a document while reading goes on.


class Problems(list[Problem]):
    """The problems found so far; reading passes it along, and reports to it instead of raising."""

    def report(self, code: str, where: Node | Location | None, /, **arguments: object) -> None:
        """Add the problem of this code at a node or place; ``arguments`` are the values that its wording names."""
        location = where if where is None or isinstance(where, Location) else where.location
        self.append(problem(code, location, **arguments))


# Python mappings as the same nodes that a file gives, so that both are read by the same code.


_BOUND = 10**MAX_DIGITS


def document_from(
    value: object, problems: Problems, name: str = "(mapping)", places: abc.Mapping[str, str] | None = None
) -> Mapping | None:
    """Read a mapping of str to str, int, bool, None, Decimal, Fraction, float, date, and lists and mappings of these.

    A float counts as its shortest text (``0.1`` is one tenth), a scalar of numpy as what it holds, a ``datetime`` at
    midnight as its day; NaN, NaT and ``pandas.NA`` are blanks. Infinity, numbers beyond 28 digits and everything else
    are reported with their path; the result is None only where ``value`` is not a mapping. ``places`` are those of
    `Source`.

    >>> document_from({"entries": [{"actual": 0.1}]}, Problems()).get("entries").items[0].get("actual").path
    'entries[0].actual'
    """
    if not isinstance(value, abc.Mapping):
        problems.report("document-not-mapping", Place(Source(name, "")).location)
        return None
    node = _Walk(Source(name, "", places or {}), problems).node(value, "", 1)
    return node if isinstance(node, Mapping) else None


@define
class _Walk:
    source: Source
    problems: Problems
    count: int = 0

    def node(self, value: object, path: str, depth: int) -> Node:
        self.count += 1
        if depth > MAX_DEPTH or self.count > MAX_NODES:
            return self._refuse_size(path, depth)
        if isinstance(value, str):  # first, as most are
            return self._written(value, path)
        if isinstance(value, list | tuple):
            items = (self.node(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value))
            return Sequence(self.source, path=path, items=tuple(items))
        if isinstance(value, abc.Mapping):
            pairs = self._texts(value, path, depth) or self._pairs(value, path, depth)
            return Mapping(self.source, path=path, pairs=tuple(pairs))
        return self._plain(value, path)

    def _written(self, text: str, path: str) -> Scalar:
        found = FORBIDDEN.search(text)
        if found:
            self._report("forbidden-character", path, character=character_name(found[0]))
        own = text if type(text) is str else str.__str__(text)  # what is only a kind of str is not kept
        return Scalar(self.source, 0, 0, 0, 0, path, own, plain=False)

    def _plain(self, value: object, path: str) -> Scalar:
        text = scalar_text(value)
        if text is None:
            self._report("value-not-readable", path, text=_described(value))
        return Scalar(self.source, path=path, text=text or "", plain=True)

    def _refuse_size(self, path: str, depth: int) -> Scalar:
        code, limit = ("yaml-too-deep", MAX_DEPTH) if depth > MAX_DEPTH else ("yaml-too-many-nodes", MAX_NODES)
        if not any(found.code == code for found in self.problems):
            self._report(code, path, limit=limit)
        return Scalar(self.source, path=path, text="", plain=True)

    def _texts(self, value: abc.Mapping[Any, Any], path: str, depth: int) -> list[tuple[Scalar, Node]] | None:
        """Read a mapping of texts, as figures come, all looked through at once; None where one is something else."""
        texts = [*value, *value.values()]
        if set(map(type, texts)) != {str} or depth >= MAX_DEPTH or self.count + len(value) > MAX_NODES:
            return None
        if not all(map(str.strip, value)) or FORBIDDEN.search("".join(texts)):
            return None
        self.count += len(value)
        source, before = self.source, f"{path}." if path else ""
        return [
            (
                Scalar(source, 0, 0, 0, 0, inside := before + key, key, False),
                Scalar(source, 0, 0, 0, 0, inside, text, False),
            )
            for key, text in value.items()
        ]

    def _pairs(self, value: abc.Mapping[object, object], path: str, depth: int) -> Iterable[tuple[Scalar, Node]]:
        for key, inner in value.items():
            inside = f"{path}.{key}" if path else str(key)
            if not isinstance(key, str):
                self._report("key-not-text", inside, text=_described(key))
            elif not key.strip():
                self._report("key-empty", inside)
            elif self.count <= MAX_NODES:
                yield self._written(key, inside), self.node(inner, inside, depth + 1)

    def _report(self, code: str, path: str, **arguments: object) -> None:
        self.problems.report(code, Place(self.source, path=path).location, **arguments)


def scalar_text(value: object) -> str | None:
    """Write a Python value as it would stand in a file; None for what cannot stand there exactly.

    >>> scalar_text(1e-07), scalar_text(Decimal("1E+3")), scalar_text(float("nan")), scalar_text(True)
    ('0.0000001', '1000', '', 'true')
    """
    value = _unpacked(value)
    if value is None or _is_missing(value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value)) if abs(value) < _BOUND else None
    if isinstance(value, datetime.date):
        return _day_text(value)
    if isinstance(value, Fraction):
        small = abs(value.numerator) < _BOUND**2 and is_decimal(value) and value.denominator < _BOUND
        return decimal_text(value, MAX_DIGITS).replace("−", "-") if small else None
    if isinstance(value, float):
        return _decimal_text(Decimal(float.__repr__(value)))
    return _decimal_text(value) if isinstance(value, Decimal) else None


def _unpacked(value: object) -> object:
    """Give what a scalar of numpy holds; numpy itself is not needed for it."""
    kind = type(value)
    return value.item() if kind.__module__ == "numpy" and hasattr(value, "item") else value


def _is_missing(value: object) -> bool:
    """Tell NaN, and the words that pandas has for a missing value."""
    if isinstance(value, Decimal):
        return value.is_nan()
    if isinstance(value, float):
        return value != value  # noqa: PLR0124 - NaN alone differs from itself
    return type(value).__name__ in ("NAType", "NaTType")


def _day_text(value: datetime.date) -> str | None:
    if not isinstance(value, datetime.datetime):
        return value.isoformat()
    return value.date().isoformat() if value.time() == datetime.time() else None


def _decimal_text(value: Decimal) -> str | None:
    if not value.is_finite() or abs(value.adjusted()) > MAX_DIGITS or len(value.as_tuple().digits) > MAX_DIGITS:
        return None
    return format(value, "f")


def _described(value: object) -> str:
    if isinstance(value, int):
        return shown(str(value)) if abs(value) < _BOUND else f"{'-' if value < 0 else ''}{MAX_DIGITS}+"
    return shown(str(value)) if isinstance(value, float | Decimal | Fraction | datetime.date) else type(value).__name__

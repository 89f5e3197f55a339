"""The nodes of a document: texts, lists and mappings, each with its place. Nothing is typed yet: a number is a text.

Nodes are not changed once they are made. They are not frozen, though: of a large document there are a hundred thousand
for as long as it is read, and a frozen one takes four times as long to make.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field

from evalrules._documents.alignment import aligned
from evalrules._problems import Location, Source

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
        return self.further(0)

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

    text: str = field(kw_only=True)
    plain: bool = field(kw_only=True)

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
    """Pairs of a key and a node, in the order of the document; no key stands twice."""

    pairs: tuple[tuple[Scalar, Node], ...] = field(kw_only=True)

    def get(self, key: str) -> Node | None:
        """Give the node under this key; None where there is none."""
        return next((node for found, node in self.pairs if found.text == key), None)

    def __iter__(self) -> Iterator[tuple[str, Node]]:
        return ((key.text, node) for key, node in self.pairs)


Node = Scalar | Sequence | Mapping


def is_blank(node: Node | None) -> bool:
    """Tell whether there is no node, or one that says nothing."""
    return node is None or (type(node) is Scalar and node.is_blank)

"""The nodes of a document: texts, lists and mappings, each with its place. Nothing is typed yet: a number is a text."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from evalrules._documents.alignment import aligned
from evalrules._problems import Location, Source

_BLANK_TEXTS = frozenset({"", "~", "null", "Null", "NULL"})


@frozen
class Place:
    """Where a node stands: ``start`` and ``end`` count characters of the source, line and column count from 1.

    A document that was given as Python values has no lines (``line`` 0), only a ``path`` such as ``entries[3].actual``.
    """

    source: Source = field(repr=False)
    line: int = 0
    column: int = 0
    start: int = 0
    end: int = 0
    path: str = ""

    @property
    def location(self) -> Location:
        """The place as problems name it."""
        return Location(self.source.name, self.line, self.column, self.path, self.source)


@frozen
class Scalar:
    """A text as written, without its quotes. ``plain`` tells that it stood unquoted (in Python: was not a str).

    >>> place = Place(Source("a.yaml", "目标: ~"), 1, 5, 4, 5)
    >>> Scalar("~", True, place).is_blank, Scalar("~", False, place).is_blank
    (True, False)
    """

    text: str
    plain: bool
    place: Place = field(eq=False, repr=False)

    @property
    def location(self) -> Location:
        """The place of the first character."""
        return self.place.location

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written: no text at all, or a plain ``null`` or ``~``."""
        return self.text in _BLANK_TEXTS if self.plain else not self.text.strip()

    def locate(self, offset: int) -> Location:
        """Give the place of the character at this offset of ``text``; where escapes hide it, that of the node."""
        place = self.place
        if not place.line:
            return place.location
        written = place.source.text[place.start : place.end]
        at = aligned(written, self.text, offset)
        before = written[:at]
        if "\n" not in before:
            return place.location.moved(at)
        column = at - before.rindex("\n")
        return Location(place.source.name, place.line + before.count("\n"), column, place.path, place.source)


@frozen
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    place: Place = field(eq=False, repr=False)

    @property
    def location(self) -> Location:
        """The place of the first item, or of the bracket."""
        return self.place.location


@frozen
class Mapping:
    """Pairs of a key and a node, in the order of the document; no key stands twice."""

    pairs: tuple[tuple[Scalar, Node], ...]
    place: Place = field(eq=False, repr=False)

    @property
    def location(self) -> Location:
        """The place of the first key, or of the brace."""
        return self.place.location

    def get(self, key: str) -> Node | None:
        """Give the node under this key; None where there is none."""
        return next((node for found, node in self.pairs if found.text == key), None)

    def __iter__(self) -> Iterator[tuple[str, Node]]:
        return ((key.text, node) for key, node in self.pairs)


Node = Scalar | Sequence | Mapping


def is_blank(node: Node | None) -> bool:
    """Tell whether there is no node, or one that says nothing."""
    return node is None or (isinstance(node, Scalar) and node.is_blank)

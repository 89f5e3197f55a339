"""Reading a mapping key by key: the allowed keys stand in one place, and each value is asked for by its type."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TypeVar

from attrs import field, frozen

from evalrules._documents import typed
from evalrules._documents.characters import shown
from evalrules._documents.collecting import Problems
from evalrules._documents.nodes import Mapping, Node, Scalar, is_blank
from evalrules._problems import Location

T = TypeVar("T")


@frozen
class Fields:
    r"""The values of one mapping.

    A key that is absent or blank gives None (or an empty tuple) quietly; a wrong value is reported and gives the same.

    >>> from evalrules._documents.parsing import read_document
    >>> problems = Problems()
    >>> found = fields(read_document("points: 10\nsocring: x", "a.yaml", problems), problems, ["points", "scoring"])
    >>> found.decimal("points"), problems[0].code, problems[0].hint
    (Fraction(10, 1), 'unknown-key', '是否应为 `scoring`')
    """

    node: Node | None
    problems: Problems = field(repr=False)
    nodes: dict[str, Node] = field(repr=False)

    @property
    def location(self) -> Location | None:
        """The place of the mapping."""
        return None if self.node is None else self.node.location

    def has(self, key: str) -> bool:
        """Tell whether the key stands there and says something."""
        return not is_blank(self.nodes.get(key))

    def get(self, key: str) -> Node | None:
        """Give the node of this key; None where it is absent or blank."""
        node = self.nodes.get(key)
        return None if node is None or is_blank(node) else node

    def place(self, key: str) -> Location | None:
        """Give the place of this key's value, or of the mapping where the key is absent."""
        node = self.nodes.get(key)
        return self.location if node is None else node.location

    def read(self, key: str, reader: Callable[[Node, Problems], T]) -> T | None:
        """Read the key's node with ``reader(node, problems)``."""
        node = self.nodes.get(key)  # most keys that are asked for are absent
        return None if node is None or is_blank(node) else reader(node, self.problems)

    def scalar(self, key: str) -> Scalar | None:
        """Read a text with its place, as formulas need it."""
        return self.read(key, typed.as_scalar)

    def text(self, key: str) -> str | None:
        """Read a text."""
        return self.read(key, typed.as_text)

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a list of texts, or one text."""
        return self.read(key, typed.as_texts) or ()

    def decimal(self, key: str, *, percent: bool = False) -> Fraction | None:
        """Read a number exactly."""
        node = self.get(key)
        return None if node is None else typed.as_decimal(node, self.problems, percent=percent)

    def integer(self, key: str, *, low: int | None = None, high: int | None = None) -> int | None:
        """Read a whole number between ``low`` and ``high``, both included."""
        node = self.get(key)
        return None if node is None else typed.as_int(node, self.problems, low=low, high=high)

    def boolean(self, key: str) -> bool | None:
        """Read ``true``/``false`` or 是/否."""
        return self.read(key, typed.as_bool)

    def choice(self, key: str, allowed: Iterable[str]) -> str | None:
        """Read one of a few words."""
        node = self.get(key)
        return None if node is None else typed.as_choice(node, self.problems, allowed)

    def items(self, key: str) -> tuple[Node, ...]:
        """Read a list."""
        return self.read(key, typed.as_list) or ()

    def each(self, key: str, reader: Callable[[Node, Problems], T | None]) -> tuple[T, ...]:
        """Read a list, each item with ``reader``."""
        node = self.get(key)
        return () if node is None else typed.each(node, self.problems, reader)

    def mapping(self, key: str) -> Mapping | None:
        """Read a mapping of free keys."""
        return self.read(key, typed.as_mapping)


def fields(
    node: Node | None,
    problems: Problems,
    allowed: Iterable[str],
    required: Iterable[str] = (),
    example: str | None = None,
) -> Fields:
    """Open a mapping whose keys are known: ``unknown-key`` and ``missing-key`` are reported at once.

    ``required`` keys are allowed as well. Something that is not a
    mapping is reported, with an ``example`` of what belongs there, and has no keys.
    """
    mapping, needed = typed.as_mapping(node, problems, example), tuple(required)
    known = dict.fromkeys((*needed, *allowed))
    if mapping is None:
        return Fields(node, problems, {})
    _refuse_others(mapping, known, problems)
    found = Fields(mapping, problems, dict(mapping))
    for key in needed:
        if not found.has(key):
            problems.report("missing-key", found.place(key), key=key)
    return found


def _refuse_others(mapping: Mapping, known: Iterable[str], problems: Problems) -> None:
    for key, _ in mapping.pairs:
        if key.text not in known:
            problems.report("unknown-key", key, key=shown(key.text), suggestion=typed.closest(key.text, known))

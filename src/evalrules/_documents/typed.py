"""Typed readings of nodes, one by one and key by key; what is wrong is reported, and nothing gives None quietly."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from fractions import Fraction
from typing import TypeVar

from attrs import field

from evalrules._documents.nodes import Mapping, Node, Problems, Scalar, Sequence, is_blank, shown
from evalrules._documents.slips import missing_colon
from evalrules._nearest import nearest
from evalrules._numbers import MAX_DIGITS, read_decimal
from evalrules._patterns import regex
from evalrules._problems import Location, listed
from evalrules._values import frozen

# Typed readings of nodes: each gives the value, or None after reporting what is wrong. No node gives None quietly.


T = TypeVar("T")
_NUMBER = regex(r"(?P<sign>[-+−]?)(?P<digits>(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)(?P<percent>%?)")
_BOOLEANS = {"true": True, "false": False, "是": True, "否": False}


def as_scalar(node: Node | None, problems: Problems) -> Scalar | None:
    """Read one text or number with its place; a list or mapping is ``expected-text``."""
    if is_blank(node):
        return None
    if isinstance(node, Scalar):
        return node
    problems.report("expected-text", node, found=kind_of(node))
    return None


def as_text(node: Node | None, problems: Problems) -> str | None:
    """Read a text, without blanks around it; a number or ``true`` is read as it is written."""
    scalar = as_scalar(node, problems)
    return None if scalar is None else scalar.text.strip()


def as_texts(node: Node | None, problems: Problems) -> tuple[str, ...]:
    """Read a list of texts, or one text as a list of one."""
    nodes = node.items if isinstance(node, Sequence) else (node,)
    return tuple(text for text in (as_text(item, problems) for item in nodes) if text is not None)


def as_decimal(node: Node | None, problems: Problems, *, percent: bool = False) -> Fraction | None:
    """Read a number exactly: ASCII digits with a sign and one point, at most 28; with ``percent`` also ``90%``.

    ``1_000``, ``1e3``, ``0x1F``, ``.inf`` and ``0123`` are ``expected-number``.
    """
    scalar = as_scalar(node, problems)
    if scalar is None:
        return None
    number = read_number(scalar.text, percent=percent)
    if number is None and not missing_colon(scalar, problems):
        problems.report("expected-number", scalar, text=shown(scalar.text))
    return number


def read_number(text: str, *, percent: bool = False) -> Fraction | None:
    """Read a number as `as_decimal` does; None for anything else.

    >>> read_number("-0.5"), read_number("90%", percent=True), read_number("1e3")
    (Fraction(-1, 2), Fraction(9, 10), None)
    """
    found = _NUMBER.fullmatch(text)
    if found is None or (found["percent"] and not percent) or len(found["digits"]) > MAX_DIGITS:
        return None
    number = read_decimal(found["digits"])
    if number is None:
        return None
    signed = -number if found["sign"] in ("-", "−") else number
    return signed / 100 if found["percent"] else signed


def as_int(node: Node | None, problems: Problems, *, low: int | None = None, high: int | None = None) -> int | None:
    """Read a whole number; outside ``low`` to ``high`` (both included) it is ``number-out-of-range``."""
    number = as_decimal(node, problems)
    if number is None:
        return None
    if number.denominator != 1:
        problems.report("expected-integer", node, text=kind_of(node))
    elif (low is not None and number.numerator < low) or (high is not None and number.numerator > high):
        problems.report("number-out-of-range", node, text=kind_of(node), low=low, high=high)
    else:
        return number.numerator
    return None


def as_bool(node: Node | None, problems: Problems) -> bool | None:
    """Read ``true`` or ``false``, 是 or 否; ``yes``, ``NO`` and ``on`` are not among them."""
    scalar = as_scalar(node, problems)
    if scalar is None:
        return None
    if scalar.text not in _BOOLEANS:
        problems.report("expected-yes-no", scalar, text=shown(scalar.text))
    return _BOOLEANS.get(scalar.text)


def as_choice(node: Node | None, problems: Problems, allowed: Iterable[str]) -> str | None:
    """Read one of a few words; another one is ``expected-one-of`` with the nearest."""
    words, scalar = tuple(allowed), as_scalar(node, problems)
    if scalar is None:
        return None
    if scalar.text in words:
        return scalar.text
    given = {"text": shown(scalar.text), "choices": listed(words), "suggestion": closest(scalar.text, words)}
    problems.report("expected-one-of", scalar, **given)
    return None


def as_list(node: Node | None, problems: Problems) -> tuple[Node, ...]:
    """Read a list; a blank node is an empty one."""
    if is_blank(node):
        return ()
    if isinstance(node, Sequence):
        return node.items
    problems.report("expected-list", node, found=kind_of(node))
    return ()


def as_mapping(node: Node | None, problems: Problems, example: str | None = None) -> Mapping | None:
    """Read a mapping; a plain text that has lost its colon is told as such, anything else with an ``example``."""
    if is_blank(node):
        return None
    if isinstance(node, Mapping):
        return node
    if not (isinstance(node, Scalar) and missing_colon(node, problems)):
        problems.report("expected-mapping", node, found=kind_of(node), example=example)
    return None


def each(node: Node | None, problems: Problems, read: Callable[[Node, Problems], T | None]) -> tuple[T, ...]:
    """Read a list, each item by ``read``; items that could not be read are left out."""
    return tuple(value for value in (read(item, problems) for item in as_list(node, problems)) if value is not None)


def closest(text: str, words: Iterable[str]) -> str | None:
    """Give the word that was probably meant, or None.

    >>> closest("socring", ["points", "scoring"])
    'scoring'
    """
    return next(iter(nearest(text, words, 0.5)), None)


def kind_of(node: Node | None) -> str:
    """Name what stands in a node, for a message: the text itself, or ``[…]`` or ``{…}``."""
    if isinstance(node, Scalar):
        return shown(node.text)
    return "[…]" if isinstance(node, Sequence) else "{…}"


# Reading a mapping key by key: the allowed keys stand in one place, and each value is asked for by its type.


@frozen
class Fields:
    r"""The values of one mapping.

    A key that is absent or blank gives None (or an empty tuple) quietly; a wrong value is reported and gives the same.

    >>> from evalrules._documents.yaml import read_document
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
        return self.read(key, as_scalar)

    def text(self, key: str) -> str | None:
        """Read a text."""
        return self.read(key, as_text)

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a list of texts, or one text."""
        return self.read(key, as_texts) or ()

    def decimal(self, key: str, *, percent: bool = False) -> Fraction | None:
        """Read a number exactly."""
        node = self.get(key)
        return None if node is None else as_decimal(node, self.problems, percent=percent)

    def integer(self, key: str, *, low: int | None = None, high: int | None = None) -> int | None:
        """Read a whole number between ``low`` and ``high``, both included."""
        node = self.get(key)
        return None if node is None else as_int(node, self.problems, low=low, high=high)

    def boolean(self, key: str) -> bool | None:
        """Read ``true``/``false`` or 是/否."""
        return self.read(key, as_bool)

    def choice(self, key: str, allowed: Iterable[str]) -> str | None:
        """Read one of a few words."""
        node = self.get(key)
        return None if node is None else as_choice(node, self.problems, allowed)

    def items(self, key: str) -> tuple[Node, ...]:
        """Read a list."""
        return self.read(key, as_list) or ()

    def each(self, key: str, reader: Callable[[Node, Problems], T | None]) -> tuple[T, ...]:
        """Read a list, each item with ``reader``."""
        node = self.get(key)
        return () if node is None else each(node, self.problems, reader)

    def mapping(self, key: str) -> Mapping | None:
        """Read a mapping of free keys."""
        return self.read(key, as_mapping)


def fields(
    node: Node | None,
    problems: Problems,
    allowed: Collection[str],
    required: Iterable[str] = (),
    example: str | None = None,
) -> Fields:
    """Open a mapping whose keys are known: ``unknown-key`` and ``missing-key`` are reported at once.

    ``required`` keys are allowed as well. Something that is not a
    mapping is reported, with an ``example`` of what belongs there, and has no keys.
    """
    mapping, needed = as_mapping(node, problems, example), tuple(required)
    if mapping is None:
        return Fields(node, problems, {})
    for key, _ in mapping.pairs:
        if key.text not in allowed and key.text not in needed:
            near = closest(key.text.lower(), dict.fromkeys((*needed, *allowed)))
            problems.report("unknown-key", key, key=shown(key.text), suggestion=near)
    found = Fields(mapping, problems, dict(mapping))
    for name in needed:
        if not found.has(name):
            problems.report("missing-key", found.place(name), key=name)
    return found

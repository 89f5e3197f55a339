"""Typed readings of nodes: each gives the value, or None after reporting what is wrong. No node gives None quietly."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TypeVar

from evalrules._documents.characters import shown
from evalrules._documents.collecting import Problems
from evalrules._documents.nodes import Mapping, Node, Scalar, Sequence, is_blank
from evalrules._documents.slips import missing_colon
from evalrules._numbers import MAX_DIGITS, read_decimal

T = TypeVar("T")
_NUMBER = re.compile(r"(?P<sign>[-+−]?)(?P<digits>(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)(?P<percent>%?)")
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
    return (-number if found["sign"] in ("-", "−") else number) / (100 if found["percent"] else 1)


def as_int(node: Node | None, problems: Problems, *, low: int | None = None, high: int | None = None) -> int | None:
    """Read a whole number; outside ``low`` to ``high`` (both included) it is ``number-out-of-range``."""
    number = as_decimal(node, problems)
    if number is None:
        return None
    if number.denominator != 1:
        problems.report("expected-integer", node, text=kind_of(node))
    elif (low is not None and number < low) or (high is not None and number > high):
        problems.report("number-out-of-range", node, text=kind_of(node), low=low, high=high)
    else:
        return int(number)
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
    given = {"text": shown(scalar.text), "choices": "、".join(words), "suggestion": closest(scalar.text, words)}
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
    return next(iter(difflib.get_close_matches(text, list(words), 1, 0.5)), None)


def kind_of(node: Node | None) -> str:
    """Name what stands in a node, for a message: the text itself, or ``[…]`` or ``{…}``."""
    if isinstance(node, Scalar):
        return shown(node.text)
    return "[…]" if isinstance(node, Sequence) else "{…}"

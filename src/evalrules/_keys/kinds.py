"""What kinds of objects our documents are made of: one table for the readers, the JSON Schema and ``docs/keys.md``.

A shape is written in a few signs: ``[x]`` is a list of x, ``{x}`` a mapping whose keys are the editor's own,
``a | b`` either, ``'word'`` that very word; anything else names a kind of the tables or a scalar (`SCALARS`).
"""

from __future__ import annotations

import re
from difflib import get_close_matches

from attrs import field, frozen

# fmt: off
SCALARS = frozenset([
    "text", "title", "name", "id", "year", "whole", "number", "points", "score", "flag", "formula", "condition",
    "sentence", "cell", "quantity", "target", "edition_name", "comparator", "share_range", "decimal", "digest", "null",
])
# fmt: on
ANY_KEY = "*"
_SHOWN = 3
_SIGN = re.compile(r"\s*(?:(?P<word>\w+)|'(?P<constant>[^']*)'|(?P<sign>[\[\]{}|]))")


@frozen
class Key:
    """One key of an object: its shape, what an official calls it, and what it means."""

    name: str
    shape: str
    title: str
    about: str = ""
    required: bool = False


@frozen
class Kind:
    """One kind of object. A key named `ANY_KEY` stands for the keys that the editor chooses."""

    name: str
    title: str
    keys: tuple[Key, ...]
    names: frozenset[str] = field(init=False)
    required: tuple[str, ...] = field(init=False)
    takes_any: bool = field(init=False)
    example: str | None = field(init=False)
    """How the object is written, by its first keys: ``{tier: …, score: …, because: …}``."""

    def meant(self, text: str) -> str | None:
        """Give the key that is meant by what an official calls it, ``points`` by 分值, or None."""
        titles = {key.title: key.name for key in self.keys if key.name != ANY_KEY}
        near = get_close_matches(text, titles, 1)
        return titles[near[0]] if near else None

    @names.default
    def _names(self) -> frozenset[str]:
        return frozenset(key.name for key in self.keys if key.name != ANY_KEY)

    @required.default
    def _required(self) -> tuple[str, ...]:
        return tuple(key.name for key in self.keys if key.required)

    @takes_any.default
    def _takes_any(self) -> bool:
        return any(key.name == ANY_KEY for key in self.keys)

    @example.default
    def _example(self) -> str | None:
        keys = [f"{key.name}: …" for key in self.keys if key.name != ANY_KEY]
        return f"{{{', '.join(keys[:_SHOWN])}}}" if keys else None


def kind(name: str, title: str, *keys: Key) -> Kind:
    """Make a kind of object from its keys, in the order in which an editor writes them."""
    return Kind(name, title, keys)


# ---- shapes --------------------------------------------------------------------------------------------------------


@frozen
class Named:
    """A scalar or a kind, by name."""

    name: str


@frozen
class Word:
    """That very word."""

    text: str


@frozen
class ListOf:
    """A list."""

    item: Shape


@frozen
class MappingOf:
    """A mapping whose keys are the editor's own names or titles."""

    value: Shape


@frozen
class AnyOf:
    """One of several shapes."""

    shapes: tuple[Shape, ...]


Shape = Named | Word | ListOf | MappingOf | AnyOf


def read_shape(text: str) -> Shape:
    """Read the notation of a shape.

    >>> read_shape("text | [text]")
    AnyOf(shapes=(Named(name='text'), ListOf(item=Named(name='text'))))
    """
    shape, rest = _either(text)
    if rest.strip():
        raise ValueError(text)
    return shape


def _either(text: str) -> tuple[Shape, str]:
    first, rest = _one(text)
    shapes = [first]
    while rest.lstrip().startswith("|"):
        another, rest = _one(rest.lstrip()[1:])
        shapes.append(another)
    return (AnyOf(tuple(shapes)) if len(shapes) > 1 else first), rest


def _one(text: str) -> tuple[Shape, str]:
    found = _SIGN.match(text)
    if found is None:
        raise ValueError(text)
    rest = text[found.end() :]
    if found["word"]:
        return Named(found["word"]), rest
    if found["constant"] is not None:
        return Word(found["constant"]), rest
    inner, rest = _either(rest)
    closing = {"[": "]", "{": "}"}.get(found["sign"])
    if closing is None or not rest.lstrip().startswith(closing):
        raise ValueError(text)
    return ListOf(inner) if closing == "]" else MappingOf(inner), rest.lstrip()[1:]

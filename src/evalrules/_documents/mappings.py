"""Python mappings → the same nodes that a file gives, so that both are read by the same code."""

from __future__ import annotations

import datetime
from collections import abc
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import define

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
from evalrules._numbers import MAX_DIGITS, decimal_text, is_decimal
from evalrules._problems import Source

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

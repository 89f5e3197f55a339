"""The digest of an edition: what it means, in one line that is the same on every machine.

Comments, layout, places, worked cases and the order of keys that have no order do not count; formulas count by their
tree. A field at its default is left out, so that a later version of the language does not change older digests.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from attrs import Attribute, fields, has

from evalrules._catalogue.model import Catalogue, Defaults, Indicator, MethodCall
from evalrules._formula.sentence import Sentence
from evalrules._formula.tree import (
    Arithmetic,
    Both,
    Call,
    Choice,
    Comparing,
    Either,
    Formula,
    If,
    Name,
    Negative,
    Node,
    Not,
    Number,
    children,
)

_LEFT_OUT = frozenset({"cases", "digest", "methods"})
_UNORDERED = frozenset(
    {"waive", "ranges", "arguments", "units", "parameters", "options", "fiscal_years", "uses", "checks"}
)
_BY_NAME = frozenset({("Defaults", "scoring"), ("Defaults", "sections"), ("Table", "columns")})


def digest(catalogue: Catalogue) -> str:
    """Give ``sha256:`` and 64 hexadecimal digits over the edition's meaning.

    The methods it wrote itself count, and of the editions in ``uses`` those that it calls.
    """
    methods = {
        title: meaning(method)
        for title, method in catalogue.methods.items()
        if method.edition == catalogue.name or title in _called(catalogue)
    }
    return digest_of({"edition": meaning(catalogue), "methods": methods})


def digest_of(value: object) -> str:
    """Give the digest of plain texts, lists and mappings, whatever the order of a mapping's keys."""
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode('ascii')).hexdigest()}"


def _called(catalogue: Catalogue) -> frozenset[str]:
    scorings = [part.scoring for part in catalogue.walk() if isinstance(part, Indicator)]
    return frozenset(
        call.method for call in (*scorings, *_default_scorings(catalogue.defaults)) if isinstance(call, MethodCall)
    )


def _default_scorings(defaults: Defaults) -> Iterator[object]:
    yield from (scoring for _, scoring in defaults.scoring)
    yield from (section.scoring for section in defaults.sections)


def meaning(value: Any) -> Any:
    """Bring a value of the model to plain texts, lists and mappings that hold what it means and nothing else."""
    known = _PLAIN.get(type(value))
    if known is not None:
        return known(value)
    return _parts(value) if has(type(value)) else str(value)


def _itself(value: Any) -> Any:
    return value


def _all(values: tuple[Any, ...]) -> list[Any]:
    return [meaning(value) for value in values]


def _by_name(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: meaning(value) for name, value in values.items()}


def _exactly(number: Fraction) -> str:
    return f"{number.numerator}/{number.denominator}"


def _of_formula(formula: Formula) -> str:
    return tree_text(formula.tree)


def _of_sentence(sentence: Sentence) -> list[Any]:
    return [part if isinstance(part, str) else [tree_text(part.formula.tree), part.percent] for part in sentence.parts]


_PLAIN: Mapping[type, Callable[[Any], Any]] = {
    **dict.fromkeys((type(None), str, int, bool), _itself),
    tuple: _all,
    dict: _by_name,
    Fraction: _exactly,
    Formula: _of_formula,
    Sentence: _of_sentence,
}


def _parts(value: Any) -> dict[str, Any]:
    name = "Catalogue" if isinstance(value, Catalogue) else type(value).__name__
    parts: dict[str, Any] = {"": name}
    for part, default in _counting(type(value)):  # type: ignore[arg-type]  # a class can be hashed
        inner = getattr(value, part)
        if inner is not default and inner != default:
            plain = meaning(inner)
            unordered = part in _UNORDERED or (name, part) in _BY_NAME
            parts[part] = sorted(plain, key=_text) if unordered else plain
    return parts


def _text(plain: object) -> str:
    return json.dumps(plain, sort_keys=True)


def tree_text(node: Node) -> str:
    """Write a tree in prefix form, the same for equal trees however they were typed.

    >>> from evalrules._formula.syntax import read_tree
    >>> tree_text(read_tree("(a＋ 60%)×b")), tree_text(read_tree("a > 1 且 b"))
    ('(* (+ a 3/5%) b)', '(both (> a 1/1) b)')
    """
    match node:
        case Name(name):
            return name
        case Number(value, percent):
            return f"{value.numerator}/{value.denominator}{'%' if percent else ''}"
        case Arithmetic(operator, left, right):
            return f"({operator} {tree_text(left)} {tree_text(right)})"
        case Comparing(first, ((operator, second),)):
            return f"({operator} {tree_text(first)} {tree_text(second)})"
        case Comparing(first, rest):
            chain = " ".join(f"{operator} {tree_text(operand)}" for operator, operand in rest)
            return f"(chain {tree_text(first)} {chain})"
        case Choice(value):
            return f"'{value}'"
    head = node.function if isinstance(node, Call) else _HEADS[type(node)]
    return f"({' '.join((head, *map(tree_text, children(node))))})"


_HEADS: Mapping[type, str] = {Negative: "negative", Not: "not", Both: "both", Either: "either", If: "if"}


@cache
def _counting(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((part.name, _default(part)) for part in fields(kind) if part.eq and part.name not in _LEFT_OUT)


def _default(part: Attribute[Any]) -> Any:
    factory = getattr(part.default, "factory", None)
    return part.default if factory is None else factory()

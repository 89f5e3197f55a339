"""The digest of an edition: what it means, in one line that is the same on every machine.

Comments, layout, places, worked cases and the order of keys that have no order do not count; formulas count by their
tree. A field at its default is left out, so that a later version of the language does not change older digests.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from json.encoder import encode_basestring_ascii as _quoted
from operator import attrgetter
from typing import Any

from attrs import Attribute, evolve, fields, has

from evalrules._edition.model import Catalogue, Defaults, Indicator, MethodCall, Target
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
    Sentence,
    children,
)
from evalrules._patterns import regex
from evalrules._quantities.values import normalised

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
        title: method
        for title, method in catalogue.methods.items()
        if method.edition == catalogue.name or title in _called(catalogue)
    }
    text = f'{{"edition":{meaning_text(catalogue)},"methods":{meaning_text(methods)}}}'
    return f"sha256:{hashlib.sha256(text.encode('ascii')).hexdigest()}"


def _called(catalogue: Catalogue) -> frozenset[str]:
    scorings = [part.scoring for part in catalogue.walk() if isinstance(part, Indicator)]
    return frozenset(
        call.method for call in (*scorings, *_default_scorings(catalogue.defaults)) if isinstance(call, MethodCall)
    )


def _default_scorings(defaults: Defaults) -> Iterator[object]:
    yield from (scoring for _, scoring in defaults.scoring)
    for section in defaults.sections:
        yield from (section.scoring, *(scoring for _, scoring in section.by_kind))


def meaning(value: Any) -> Any:
    """Bring a value of the model to plain texts, lists and mappings that hold what it means and nothing else."""
    return json.loads(meaning_text(value))


def meaning_text(value: Any) -> str:
    r"""Write what a value of the model means as JSON: in ASCII, without blanks, the keys of every mapping sorted.

    >>> meaning_text({"b": Fraction(1, 2), "a": (True, None, "甲")})
    '{"a":[true,null,"\\u7532"],"b":"1/2"}'
    """
    write = _WRITTEN.get(type(value))
    if write is not None:
        return write(value)
    return _object(value) if has(type(value)) else _quoted(str(value))


def _list(values: Iterable[Any]) -> str:
    return f"[{','.join(map(meaning_text, values))}]"


def _mapping(values: Mapping[str, Any]) -> str:
    return f"{{{','.join(f'{_quoted(name)}:{meaning_text(values[name])}' for name in sorted(values))}}}"


def _fraction(number: Fraction) -> str:
    return f'"{number.numerator}/{number.denominator}"'


def _formula(formula: Formula) -> str:
    return _quoted(tree_text(formula.tree))


def _sentence(sentence: Sentence) -> str:
    parts = (part if isinstance(part, str) else (tree_text(part.formula.tree), part.percent) for part in sentence.parts)
    return _list(parts)


_LAST_ZEROS = regex(r"(?<=[0-9])(\.[0-9]*?)0+(?![0-9])")


def _target(target: Target) -> str:
    """Write a target: its text counts as it is shown, but 90.0% is the number that 90% is, in either width."""
    if target.kind == "text":
        return _object(target)
    text = _LAST_ZEROS.sub(lambda found: found[1].rstrip("."), normalised(target.text))
    return _object(evolve(target, text="".join(text.split())))


_WRITTEN: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "null",
    bool: lambda value: "true" if value else "false",
    int: str,
    str: _quoted,
    tuple: _list,
    dict: _mapping,
    Fraction: _fraction,
    Formula: _formula,
    Sentence: _sentence,
    Target: _target,
}


def _object(value: Any) -> str:
    """Write the class of a value and those of its parts that are not what they are by default."""
    kind = type(value)
    parts = [f'"":"{_class_name(kind)}"']
    for part, default, unordered in _counting(kind):  # type: ignore[arg-type]  # a class can be hashed
        inner = getattr(value, part)
        if inner is not default and inner != default:
            text = f"[{','.join(sorted(map(meaning_text, inner)))}]" if unordered else meaning_text(inner)
            parts.append(f'"{part}":{text}')
    return f"{{{','.join(parts)}}}"


def _class_name(kind: type[Any]) -> str:
    return "Catalogue" if issubclass(kind, Catalogue) else kind.__name__


def tree_text(node: Node) -> str:
    """Write a tree in prefix form, the same for equal trees however they were typed.

    >>> from evalrules._formula.parser import read_tree
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
def _counting(kind: type[Any]) -> tuple[tuple[str, Any, bool], ...]:
    """Give the parts of a class that count, sorted by name: its default, and whether its items have no order."""
    name = _class_name(kind)
    counting = sorted((part for part in fields(kind) if part.eq and part.name not in _LEFT_OUT), key=attrgetter("name"))
    return tuple(
        (part.name, _default(part), part.name in _UNORDERED or (name, part.name) in _BY_NAME) for part in counting
    )


def _default(part: Attribute[Any]) -> Any:
    factory = getattr(part.default, "factory", None)
    return part.default if factory is None else factory()

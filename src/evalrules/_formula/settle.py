"""Putting choices and other names into a formula before it runs.

A method's parameter that is a choice is known as soon as the method is called. So the branches it decides are decided
then, and a rationale shows only the arithmetic that was really done.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from evalrules._formula.tree import (
    Arithmetic,
    Both,
    Call,
    Choice,
    Comparing,
    Either,
    If,
    Name,
    Negative,
    Node,
    Not,
    Number,
)

Replacements = Mapping[str, Name | Choice]
_ONE, _ZERO = Number(Fraction(1)), Number(Fraction(0))
ALWAYS: Node = Comparing(_ONE, (("=", _ONE),))
NEVER: Node = Comparing(_ONE, (("=", _ZERO),))


def settle(node: Node, replacements: Replacements) -> Node | bool:
    """Put names and choices in; a condition that they decide becomes True or False, an 若 that they decide its arm.

    >>> rounding = If(Comparing(Name("不足一步"), (("=", Name("不计")),)), Name("甲"), Name("乙"))
    >>> settle(rounding, {"不足一步": Choice("不计")})
    Name(name='甲', span=(0, 0))
    """
    match node:
        case Name(name):
            return replacements.get(name, node)
        case Not(operand, span):
            inner = settle(operand, replacements)
            return not inner if isinstance(inner, bool) else Not(inner, span)
        case Both(operands) | Either(operands):
            return _combined(node, [settle(operand, replacements) for operand in operands])
        case If(condition, then, otherwise, span):
            decided = settle(condition, replacements)
            if isinstance(decided, bool):
                return settle(then if decided else otherwise, replacements)
            return If(decided, _put(then, replacements), _put(otherwise, replacements), span)
        case Comparing():
            return _compared(node, replacements)
        case _:
            return _rebuilt(node, replacements)


def settled(node: Node, replacements: Replacements) -> Node:
    """Settle a formula that has to stay one: a decided condition becomes ``1 = 1`` or ``1 = 0``."""
    return _put(node, replacements) if replacements else node


def _put(node: Node, replacements: Replacements) -> Node:
    done = settle(node, replacements)
    return done if not isinstance(done, bool) else ALWAYS if done else NEVER


def _combined(node: Both | Either, parts: list[Node | bool]) -> Node | bool:
    decisive = isinstance(node, Either)
    if any(part is decisive for part in parts):
        return decisive
    open_parts = tuple(part for part in parts if not isinstance(part, bool))
    if len(open_parts) > 1:
        return Either(open_parts, node.span) if decisive else Both(open_parts, node.span)
    return open_parts[0] if open_parts else not decisive


def _compared(node: Comparing, replacements: Replacements) -> Node | bool:
    """Decide a comparison of a chosen parameter with one of its values; any other one is only rebuilt."""
    operands = [_put(operand, replacements) for operand in (node.first, *(operand for _, operand in node.rest))]
    if any(isinstance(operand, Choice) for operand in operands):
        values = [
            operand.value if isinstance(operand, Choice) else _value(operand, replacements) for operand in operands
        ]
        if None not in values:
            pairs = zip(values, values[1:], node.rest, strict=False)
            return all((left == right) == (comparison == "=") for left, right, (comparison, _) in pairs)
    rest = tuple((comparison, operand) for (comparison, _), operand in zip(node.rest, operands[1:], strict=True))
    return Comparing(operands[0], rest, node.span)


def _value(node: Node, replacements: Replacements) -> str | None:
    """Give the value that a bare word beside a choice means; a word that was put in is a figure, not a value."""
    put_in = {found.name for found in replacements.values() if isinstance(found, Name)}
    return node.name if isinstance(node, Name) and node.name not in put_in else None


def _rebuilt(node: Node, replacements: Replacements) -> Node:
    match node:
        case Negative(operand, span):
            return Negative(_put(operand, replacements), span)
        case Arithmetic(operator, left, right, span):
            return Arithmetic(operator, _put(left, replacements), _put(right, replacements), span)
        case Call(function, arguments, span):
            return Call(function, tuple(_put(argument, replacements) for argument in arguments), span)
        case _:
            return node

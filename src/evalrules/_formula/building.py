"""Operands and signs that were read, joined into nodes; what a call must hold is checked here, for all readings."""

from __future__ import annotations

import datetime
from typing import Final, NamedTuple, cast

from evalrules._formula.functions import COUNT, DATE, IF, ROUND, Signature
from evalrules._formula.tokens import FormulaSyntaxError, Token
from evalrules._formula.tree import (
    Arithmetic,
    Both,
    Call,
    Comparing,
    Comparison,
    Either,
    If,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Operator,
    Span,
)

MAX_PLACES: Final = 12


class Operand(NamedTuple):
    """A node with its height and the characters it takes, brackets included."""

    node: Node
    height: int
    start: int
    end: int


def build_prefix(sign: str, start: int, operand: Operand) -> Node:
    """Put ``-``, ``+`` or 非 before an operand; ``+`` changes nothing."""
    if sign == "+":
        return operand.node
    return (Negative if sign == "-" else Not)(operand.node, (start, operand.end))


def build_chain(signs: list[str], operands: list[Operand]) -> Node:
    """Join operands by signs of one tightness."""
    nodes = tuple(operand.node for operand in operands)
    span = (operands[0].start, operands[-1].end)
    if signs[0] in "+-*/":
        return Arithmetic(cast("Operator", signs[0]), nodes[0], nodes[1], span)
    if signs[0] == "且":
        return Both(nodes, span)
    if signs[0] == "或":
        return Either(nodes, span)
    return Comparing(nodes[0], tuple(zip(cast("list[Comparison]", signs), nodes[1:], strict=True)), span)


def build_call(function: Signature, called: Token, operands: list[Operand], span: Span) -> Node:
    """Make a call, or refuse arguments that no check of types would refuse."""
    _check_count(function, called, operands, span)
    nodes = tuple(operand.node for operand in operands)
    if function.name == IF:
        return If(nodes[0], nodes[1], nodes[2], span)
    if function.name != COUNT:
        _refuse_keyword(nodes)
    call = Call(function.name, nodes, span)
    if function.name in _CHECKS:
        _CHECKS[function.name](call, called.text)
    return call


def _check_count(function: Signature, called: Token, operands: list[Operand], span: Span) -> None:
    if not function.takes(len(operands)):
        arguments = {"function": called.text, "count": str(len(operands)), "expected": function.expected}
        usage = getattr(function, "usage", None)
        raise FormulaSyntaxError("wrong-argument-count", span, **arguments, **({"usage": usage} if usage else {}))


def _refuse_keyword(nodes: tuple[Node, ...]) -> None:
    for node in nodes:
        if isinstance(node, Comparing) and isinstance(node.first, Name) and node.rest[0][0] == "=":
            raise FormulaSyntaxError("keyword-argument", node.span, name=node.first.name)


def _check_places(call: Call, written: str) -> None:
    places = _whole(call.arguments[1])
    if places is None or places > MAX_PLACES:
        raise FormulaSyntaxError("places-wanted", call.span, function=written, limit=str(MAX_PLACES))


def _check_date(call: Call, written: str) -> None:
    parts = [_whole(argument) for argument in call.arguments]
    try:
        datetime.date(*(-1 if part is None else part for part in parts))
    except (ValueError, OverflowError):
        raise FormulaSyntaxError("no-such-date", call.span, function=written) from None


def _whole(node: Node) -> int | None:
    if isinstance(node, Number) and not node.percent and node.value.denominator == 1:
        return node.value.numerator
    return None


_CHECKS: Final = {ROUND: _check_places, DATE: _check_date}

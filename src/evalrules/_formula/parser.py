"""The text of a formula or sentence read into its tree; any text gives a tree or a `FormulaSyntaxError`."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple, NoReturn, cast

from attrs import define, field

from evalrules._formula.functions import BY_SPELLING, IF
from evalrules._formula.functions.numbers import MAX_PLACES
from evalrules._formula.functions.row import Builtin, Signature
from evalrules._formula.meant import near_function, near_sign, near_word
from evalrules._formula.tokens import FormulaSyntaxError, Token, read_tokens
from evalrules._formula.tree import (
    MAX_DEPTH,
    MAX_NAMES,
    MAX_NODES,
    Arithmetic,
    Both,
    Call,
    Comparing,
    Comparison,
    Either,
    Formula,
    If,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Operator,
    Placeholder,
    Sentence,
    Span,
)
from evalrules._numbers import read_decimal
from evalrules._patterns import regex
from evalrules._problems import Location
from evalrules._quantities.units import is_unit

# Operands and signs that were read, joined into nodes; what a call must hold is checked here, for all readings.


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
    if function is IF:
        return If(nodes[0], nodes[1], nodes[2], span)
    call = Call(function.name, nodes, span)
    _refuse_keyword(function, nodes)
    code = function.refused(call) if isinstance(function, Builtin) else None
    if code is not None:
        raise FormulaSyntaxError(code, span, function=called.text, limit=str(MAX_PLACES))
    return call


def _check_count(function: Signature, called: Token, operands: list[Operand], span: Span) -> None:
    if not function.takes(len(operands)):
        arguments = {"function": called.text, "count": str(len(operands)), "expected": function.expected}
        usage = {"usage": function.usage} if isinstance(function, Builtin) else {}
        raise FormulaSyntaxError("wrong-argument-count", span, **arguments, **usage)


def _refuse_keyword(function: Signature, nodes: tuple[Node, ...]) -> None:
    for place, node in enumerate(nodes):
        if isinstance(function, Builtin) and function.argument(place).kind == "condition":
            continue
        if isinstance(node, Comparing) and isinstance(node.first, Name) and node.rest[0][0] == "=":
            raise FormulaSyntaxError("keyword-argument", node.span, name=node.first.name)


# The text of a formula read into its tree; any text gives a tree or a `FormulaSyntaxError` and nothing else.
#
# Operator precedence with stacks of our own: whatever the nesting, the parser takes a handful of frames, so the same
# text has the same answer from any caller. From loose to tight: ``a if c else b``, 或, 且, 非, comparisons, ``+ −``,
# ``× ÷``, a leading ``−``.


_BRACKET, _CHOOSE, _EITHER, _BOTH, _NOT, _COMPARE, _ADD, _MULTIPLY, _SIGN = range(-1, 8)
_TIGHTNESS: Final = {
    "或": _EITHER, "且": _BOTH, **dict.fromkeys("=≠<≤>≥", _COMPARE), **dict.fromkeys("+-", _ADD),
    **dict.fromkeys("*/", _MULTIPLY),
}  # fmt: skip


@lru_cache(maxsize=16384)
def read_tree(text: str, extra: frozenset[Signature] = frozenset()) -> Node:
    """Read a formula; ``extra`` are the functions that plug-ins add. Raises `FormulaSyntaxError`.

    >>> read_tree("分值 × 60%") == read_tree("分值*60％")
    True
    """
    return _Parser(read_tokens(text), _functions(extra)).read()


@lru_cache(maxsize=64)
def _functions(extra: frozenset[Signature]) -> dict[str, Signature]:
    added = {spelling: one for one in extra for spelling in (one.name, one.english) if spelling}
    return {**added, **BY_SPELLING}


class _OpenBracket(NamedTuple):
    """A bracket not closed yet; ``function`` and ``base`` (operands below it) matter where it is a call's."""

    token: Token
    function: Signature | None
    called: Token | None
    base: int
    tightness: int = _BRACKET


@define
class _Pending:
    """An operator that waits for its right side; ``signs`` grows with a chain (``a < b ≤ c``, ``a 且 b 且 c``)."""

    tightness: int
    signs: list[str]
    token: Token


@define
class _Parser:
    tokens: list[Token]
    functions: dict[str, Signature]
    position: int = 0
    wants_operand: bool = True
    operands: list[Operand] = field(factory=list)
    pending: list[_OpenBracket | _Pending] = field(factory=list)
    depth: int = 0
    nodes: int = 0
    names: set[str] = field(factory=set)

    def read(self) -> Node:
        if len(self.tokens) == 1:
            raise FormulaSyntaxError("formula-empty", (0, self.tokens[0].end))
        for position, token in enumerate(self.tokens):
            self.position = position
            table = _WHERE_OPERAND if self.wants_operand else _WHERE_OPERATOR
            table[token.kind](self, token)
        return self.operands[0].node

    # ---- where an operand is wanted ----

    def number(self, token: Token) -> None:
        percent = token.text.endswith("%")
        value = read_decimal(token.text.rstrip("%"))
        assert value is not None
        self._push(
            Number(value / 100 if percent else value, percent, (token.start, token.end)), 1, token.start, token.end
        )
        self.wants_operand = False

    def name(self, token: Token) -> None:
        if self.tokens[self.position + 1].kind == "(":
            return
        self.names.add(token.text)
        if len(self.names) > MAX_NAMES:
            raise FormulaSyntaxError("formula-too-many-names", (token.start, token.end), limit=str(MAX_NAMES))
        self._push(Name(token.text, (token.start, token.end)), 1, token.start, token.end)
        self.wants_operand = False

    def open(self, token: Token) -> None:
        before = self.tokens[self.position - 1] if self.position else None
        called = before if before is not None and before.kind == "name" else None
        function = self._function(called) if called else None
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaSyntaxError("formula-too-deep", (token.start, token.end), limit=str(MAX_DEPTH))
        self.pending.append(_OpenBracket(token, function, called, len(self.operands)))

    def _function(self, called: Token) -> Signature:
        span = (called.start, called.end)
        function = self.functions.get(called.text)
        if function is None:
            raise FormulaSyntaxError(
                "unknown-function", span, name=called.text, **near_function(called.text, self.functions)
            )
        return function

    def prefix(self, token: Token) -> None:
        if self.pending and self.pending[-1].tightness >= _ADD:
            self._refuse_row(self.tokens[self.position - 1], token)
        self.pending.append(_Pending(_SIGN, [token.kind], token))

    def _refuse_row(self, first: Token, second: Token) -> NoReturn:
        span, signs = (first.start, second.end), {"first": first.text, "second": second.text}
        raise FormulaSyntaxError("operators-in-a-row", span, **signs, **near_sign(first.kind, second.kind, second.text))

    def negation(self, token: Token) -> None:
        if self.pending and self.pending[-1].tightness > _NOT:
            raise FormulaSyntaxError("not-needs-brackets", (token.start, token.end), word=token.text)
        self.pending.append(_Pending(_NOT, ["非"], token))

    def close_empty(self, token: Token) -> None:
        top = self.pending[-1] if self.pending else None
        if not isinstance(top, _OpenBracket) or top.function is None or self.tokens[self.position - 1] is not top.token:
            self.no_operand(token)
        else:
            self._finish_call(top, token)

    def no_operand(self, token: Token) -> None:
        before = self.tokens[self.position - 1] if self.position else None
        span = (token.start, token.end)
        if token.kind in ("if", "else"):
            raise FormulaSyntaxError("conditional-form", span)
        if before is not None and before.kind in _TIGHTNESS and token.kind in _TIGHTNESS:
            self._refuse_row(before, token)
        if before is None or before.kind in ("(", ","):
            raise FormulaSyntaxError(
                "nothing-before" if token.kind != "end" else "formula-cut-off", span, sign=token.text
            )
        raise FormulaSyntaxError("nothing-after", (before.start, before.end), sign=before.text)

    # ---- where an operator is wanted ----

    def infix(self, token: Token) -> None:
        tightness = _TIGHTNESS[token.kind]
        self._reduce(tightness + (tightness < _ADD))
        top = self.pending[-1] if self.pending else None
        if isinstance(top, _Pending) and top.tightness == tightness:
            top.signs.append(token.kind)
        else:
            self.pending.append(_Pending(tightness, [token.kind], token))
        self.wants_operand = True

    def choose(self, token: Token) -> None:
        self._reduce(_EITHER)
        top = self.pending[-1] if self.pending else None
        if isinstance(top, _Pending) and top.signs == ["if"]:
            raise FormulaSyntaxError("conditional-form", (token.start, token.end))
        self.pending.append(_Pending(_CHOOSE, ["if"], token))
        self.wants_operand = True

    def otherwise(self, token: Token) -> None:
        self._reduce(_EITHER)
        top = self.pending[-1] if self.pending else None
        while isinstance(top, _Pending) and top.signs == ["else"]:
            self._build(top)
            top = self.pending[-1] if self.pending else None
        if not isinstance(top, _Pending):
            raise FormulaSyntaxError("conditional-form", (token.start, token.end))
        top.signs = ["else"]
        self.wants_operand = True

    def comma(self, token: Token) -> None:
        self._reduce(_CHOOSE)
        top = self.pending[-1] if self.pending else None
        if not isinstance(top, _OpenBracket) or top.function is None:
            raise FormulaSyntaxError("comma-outside-call", (token.start, token.end), **self._thousands())
        self.wants_operand = True

    def _thousands(self) -> dict[str, str]:
        """Give the number whose thousands a comma parts, as the argument ``number``, or nothing."""
        before, _, after = self.tokens[self.position - 1 : self.position + 2]
        return {"number": before.text + after.text} if before.kind == after.kind == "number" else {}

    def close(self, token: Token) -> None:
        self._reduce(_CHOOSE)
        top = self.pending[-1] if self.pending else None
        if not isinstance(top, _OpenBracket):
            raise FormulaSyntaxError("bracket-not-opened", (token.start, token.end), bracket=token.text)
        if top.function is not None:
            self._finish_call(top, token)
        else:
            self.pending.pop()
            self.depth -= 1
            self.operands[-1] = self.operands[-1]._replace(start=top.token.start, end=token.end)

    def _finish_call(self, top: _OpenBracket, token: Token) -> None:
        assert top.function is not None
        assert top.called is not None
        self.pending.pop()
        self.depth -= 1
        arguments = self.operands[top.base :]
        del self.operands[top.base :]
        span = (top.called.start, token.end)
        node = build_call(top.function, top.called, arguments, span)
        self._push(node, 1 + max((argument.height for argument in arguments), default=0), *span)
        self.wants_operand = False

    def no_operator(self, token: Token) -> None:
        before = self.tokens[self.position - 1]
        span = (before.start, token.end)
        if before.kind == "number" and is_unit(token.text):
            text = f"{before.text} {token.text}"
            raise FormulaSyntaxError("formula-number-with-word", span, text=text, number=before.text)
        raise FormulaSyntaxError(
            "nothing-between", span, first=before.text, second=token.text, **near_word(before[:2], token[:2])
        )

    def finish(self, _: Token) -> None:
        self._reduce(_CHOOSE)
        if self.pending:
            top = cast("_OpenBracket", self.pending[-1])
            raise FormulaSyntaxError("bracket-not-closed", (top.token.start, top.token.end), bracket=top.token.text)

    # ---- operands and operators joined ----

    def _reduce(self, tightness: int) -> None:
        while self.pending:
            top = self.pending[-1]
            if isinstance(top, _OpenBracket) or top.tightness < tightness:
                return
            self._build(top)

    def _build(self, top: _Pending) -> None:
        if top.signs == ["if"]:
            raise FormulaSyntaxError("conditional-form", (top.token.start, top.token.end))
        self.pending.pop()
        if top.tightness in (_SIGN, _NOT):
            self._replace(1, build_prefix(top.signs[0], top.token.start, self.operands[-1]), top.token.start)
        elif top.tightness == _CHOOSE:
            then, condition, other = (operand.node for operand in self.operands[-3:])
            self._replace(3, If(condition, then, other, (self.operands[-3].start, self.operands[-1].end)))
        else:
            count = len(top.signs) + 1
            self._replace(count, build_chain(top.signs, self.operands[-count:]))

    def _replace(self, count: int, node: Node, start: int | None = None) -> None:
        taken = self.operands[-count:]
        del self.operands[-count:]
        if node is taken[0].node:
            self.operands.append(taken[0])
            return
        first = taken[0].start if start is None else start
        self._push(node, 1 + max(operand.height for operand in taken), first, taken[-1].end)

    def _push(self, node: Node, height: int, start: int, end: int) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise FormulaSyntaxError("formula-too-large", (start, end), limit=str(MAX_NODES))
        if height > MAX_DEPTH:
            raise FormulaSyntaxError("formula-too-deep", (start, end), limit=str(MAX_DEPTH))
        self.operands.append(Operand(node, height, start, end))


_Step = Callable[[_Parser, Token], None]
_WHERE_OPERAND: Final[dict[str, _Step]] = {
    **dict.fromkeys(("且", "或", *"=≠<≤>≥*/", ",", "else", "end"), _Parser.no_operand),
    "number": _Parser.number, "name": _Parser.name, "(": _Parser.open, "-": _Parser.prefix, "+": _Parser.prefix,
    "非": _Parser.negation, ")": _Parser.close_empty, "if": _Parser.no_operand,
}  # fmt: skip
_WHERE_OPERATOR: Final[dict[str, _Step]] = {
    **dict.fromkeys(_TIGHTNESS, _Parser.infix), **dict.fromkeys(("number", "name", "(", "非"), _Parser.no_operator),
    ",": _Parser.comma, ")": _Parser.close, "if": _Parser.choose, "else": _Parser.otherwise, "end": _Parser.finish,
}  # fmt: skip


# A sentence's text read into text and placeholders; a formula in braces is read by the parser of all formulas.


_PIECE: Final = regex(r"\{\{|\}\}|\{(?P<inside>[^{}]*)\}|(?P<stray>[{}])|[^{}]+")
_FORMAT: Final = regex(r"[:：]\s*+(?P<format>[^:：]*+)\Z")
_WIDE: Final = regex(r"(?P<open>[{｛])(?P<inside>[^{}｛｝]*+)(?P<close>[}｝])")
MAX_SENTENCE: Final = 2_000


def read_sentence(text: str, location: Location | None = None, extra: frozenset[Signature] = frozenset()) -> Sentence:
    """Read a sentence; raises `FormulaSyntaxError` with the place in the whole text.

    >>> [part for part in read_sentence("完成值 {完成值:%}，扣 {分值 − 1} 分").parts if isinstance(part, str)]
    ['完成值 ', '，扣 ', ' 分']
    """
    if len(text) > MAX_SENTENCE:
        raise FormulaSyntaxError("sentence-too-long", (MAX_SENTENCE, len(text)), limit=str(MAX_SENTENCE))
    _refuse_wide_braces(text, extra)
    parts: list[str | Placeholder] = []
    for found in _PIECE.finditer(text):
        if found["stray"]:
            raise FormulaSyntaxError("sentence-brace", found.span(), brace=found["stray"])
        if found["inside"] is not None:
            parts.append(_placeholder(found["inside"], found.start() + 1, location, extra))
        else:
            _add_text(parts, {"{{": "{", "}}": "}"}.get(found[0], found[0]))
    return Sentence(text, tuple(parts), location)


def _refuse_wide_braces(text: str, extra: frozenset[Signature]) -> None:
    """Refuse full-width braces around what is a formula: it would be shown as it is written."""
    for found in _WIDE.finditer(text):
        wide = next((name for name in ("open", "close") if found[name] in "｛｝"), None)
        if wide is None:
            continue
        try:
            _placeholder(found["inside"], 0, None, extra)
        except FormulaSyntaxError:
            continue
        raise FormulaSyntaxError("sentence-wide-brace", found.span(wide), brace=found[wide])


def _add_text(parts: list[str | Placeholder], text: str) -> None:
    if parts and isinstance(parts[-1], str):
        parts[-1] += text
    else:
        parts.append(text)


def _placeholder(inside: str, start: int, location: Location | None, extra: frozenset[Signature]) -> Placeholder:
    formatted = _FORMAT.search(inside)
    text = inside[: formatted.start()] if formatted else inside
    if not text.strip():
        raise FormulaSyntaxError("sentence-placeholder-empty", (start - 1, start + len(inside) + 1))
    if formatted and formatted["format"].strip() not in ("%", "％"):
        span = (start + formatted.start(), start + len(inside))
        raise FormulaSyntaxError("sentence-format", span, format=formatted["format"].strip())
    try:
        tree = read_tree(text, extra)
    except FormulaSyntaxError as error:
        raise _moved(error, start) from None
    place = None if location is None else location.moved(start)
    return Placeholder(Formula(text, tree, place), formatted is not None)


def _moved(error: FormulaSyntaxError, characters: int) -> FormulaSyntaxError:
    span = (error.span[0] + characters, error.span[1] + characters)
    return FormulaSyntaxError(error.code, span, **error.arguments)


# Text read into trees, formulas and sentences. Everything that reads formulas starts here.


def read_formula(text: str, location: Location | None = None, extra: frozenset[Signature] = frozenset()) -> Formula:
    """Read a formula and keep its text and the place of its first character.

    ``extra`` are the functions that plug-ins add (`signatures`). Raises `FormulaSyntaxError`.
    """
    return Formula(text, read_tree(text, extra), location)

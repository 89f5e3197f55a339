"""Formulas as Python source over pairs of integers, from the allow-listed tree only.

No text of a user reaches the source: values are read through slots, names and places of faults through constants.
A name is loaded, and a binding computed, where it is first read on each path; so a blank that is not reached does no
harm. A binding that several paths may read is a function of its own, which remembers its value for one run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from evalrules._formula.emit_calls import CALLS, plugin
from evalrules._formula.emit_frame import Frame, Subject
from evalrules._formula.functions import BLANK, FILLED
from evalrules._formula.limits import MAX_DEPTH
from evalrules._formula.pairs import INPUT_BITS, Emitted, Pair, compared, constant, returned
from evalrules._formula.program import ACTUAL, ATTAINMENT, ATTAINMENT_BINDING, JUDGED, POINTS, TARGET
from evalrules._formula.scope import Variable
from evalrules._formula.shapes import MAIN, Body, made
from evalrules._formula.tree import (
    Arithmetic,
    Both,
    Call,
    Choice,
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
)

ARGUMENTS: Final = {POINTS: "points", TARGET: "target", ACTUAL: "actual", JUDGED: "judged"}
COMPARISONS: Final = {"=": "==", "≠": "!=", "<": "<", "≤": "<=", ">": ">", "≥": ">="}


class Emitter(Frame):
    """Emits the body of one function; ``limit`` is how many of the bindings its formulas can see."""

    def __init__(self, subject: Subject, limit: int) -> None:
        super().__init__(subject)
        self.limit = limit
        self.depth = 0

    def formula_value(self, formula: Formula) -> Emitted:
        """Emit a formula that sees the same bindings as the whole function."""
        self.formula = formula
        return self.emit(formula.tree)

    def formula_number(self, formula: Formula) -> Pair:
        """Emit a formula that is a number."""
        self.formula = formula
        return self.number(formula.tree)

    def formula_condition(self, formula: Formula) -> str:
        """Emit a formula that is a condition."""
        self.formula = formula
        return self.condition(formula.tree)

    @contextmanager
    def reading(self, formula: Formula, limit: int) -> Iterator[None]:
        """Emit parts of another formula, which sees so many bindings."""
        outer = self.formula, self.limit
        self.formula, self.limit = formula, limit
        yield
        self.formula, self.limit = outer

    def emit(self, node: Node) -> Emitted:
        """Emit what a node needs and give its value; it may be read anywhere behind."""
        self.depth += 1
        value = _NODES[type(node)](self, node)
        self.depth -= 1
        return value

    # ---- conditions ----

    def comparing(self, node: Comparing) -> Emitted:
        """Emit a chain of comparisons."""
        return self._chain(self.emit(node.first), node.rest)

    def _chain(self, left: Emitted, rest: tuple[tuple[Comparison, Node], ...]) -> str:
        (sign, operand), *more = rest
        right = self.emit(operand)
        if not more:
            return _comparison(left, sign, right)
        right = self.atomic(right)
        return self.stopping(_comparison(left, sign, right), partial(self._chain, right, tuple(more)), stop=False)

    def several(self, node: Both | Either) -> Emitted:
        """Emit 且 or 或."""
        condition = self.condition(node.operands[0])
        for operand in node.operands[1:]:
            condition = self.stopping(condition, partial(self.emit, operand), stop=isinstance(node, Either))
        return condition

    def stopping(self, first: str, second: Callable[[], Emitted], *, stop: bool) -> str:
        """Emit a condition whose second part is reached only where the first is not ``stop``."""
        part = self.captured(second)
        if not part.lines:
            return f"({first} {'or' if stop else 'and'} {part.value})"
        held = self.kept(first)
        self.line(f"if not {held}:" if stop else f"if {held}:")
        self.assigned(held, part)
        return held

    def choosing(self, node: If) -> Emitted:
        """Emit 若: only the chosen arm is reached."""
        condition = self.condition(node.condition)
        then = self.captured(partial(self.emit, node.then))
        otherwise = self.captured(partial(self.emit, node.otherwise))
        value = self.common(then.value, otherwise.value)
        self.line(f"if {condition}:")
        self.assigned(value, then)
        self.line("else:")
        self.assigned(value, otherwise)
        return value

    def filled(self, node: Call) -> str:
        """Emit 已填 or 未填: whether a name has a value, without needing it."""
        subject = node.arguments[0]
        if isinstance(subject, Name) and not self._is_computed(subject.name):
            held = f"({self._source(subject.name, self.subject.scope.get(subject.name))} is not None)"
        else:
            held = self._tried(subject)
        return held if node.function == FILLED else f"(not {held})"

    def _is_computed(self, name: str) -> bool:
        return self.subject.place(name, self.limit) is not None or (name == ATTAINMENT and self.subject.of_row)

    def _tried(self, subject: Node) -> str:
        part = self.captured(partial(self.emit, subject))
        held = self.kept("True")
        self.line("try:")
        self.lines += [*part.lines, self.indent + " pass"]
        self.line("except F as fault:")
        self.line(f" {held} = not_blank(fault)")
        return held

    # ---- names ----

    def name(self, node: Name) -> Emitted:
        """Emit a name: known from before, bound, or read from the values."""
        place = self.subject.place(node.name, self.limit)
        found = self.known.get(node.name if place is None else place)
        if found is not None:
            return found
        return self._loaded(node) if place is None else self._bound(place)

    def _bound(self, place: int) -> Emitted:
        binding = self.subject.bindings[place]
        if isinstance(binding.formula.tree, Number):
            return constant(binding.formula.tree.value)
        apart = self.rows or self.depth > MAX_DEPTH or (self.maybe and self.subject.uses(binding.name) > 1)
        if apart:
            value = self._remembered(place)
        else:
            with self.reading(binding.formula, place):
                value = self.atomic(self.emit(binding.formula.tree))
            if self.subject.recording:
                self.line(f"m[{place}] = {returned(value)}")
        self.known[place] = value
        return value

    def _remembered(self, place: int) -> Emitted:
        """Call the function of a binding; its body is made later, so a long chain of bindings needs no deep stack."""
        name = self.subject.remembered.setdefault(place, f"b{place}")
        call = f"{name}({self.subject.parameters}, m)"
        return self.given(call) if self.subject.is_number(place) else self.kept(call)

    def _loaded(self, node: Name) -> Emitted:
        if node.name == ATTAINMENT and self.subject.of_row:
            with self.reading(ATTAINMENT_BINDING.formula, self.limit):
                return self.emit(ATTAINMENT_BINDING.formula.tree)
        variable = self.subject.scope[node.name]
        source = self._source(node.name, variable)
        fault = self.fault("blank", node.name, node.span)
        if variable.kind == "number":
            bits = self.subject.bits.get(node.name, (INPUT_BITS, INPUT_BITS))
            value: Emitted = Pair(self.temporary(), self.temporary(), *bits)
            self.line(f"{value[0]}, {value[1]} = {source} or blank({fault})")
        else:
            value = self.kept(source)
            self.line(f"if {value} is None: blank({fault})")
        self.known[node.name] = value
        return value

    def _source(self, name: str, variable: Variable | None) -> str:
        if self.subject.of_row and name in ARGUMENTS:
            return ARGUMENTS[name]
        if variable is not None and variable.table is not None:
            return f"{self.rows[variable.table]}[{self.subject.constant(name)}]"
        return f"v[{self.subject.slots[name]}]"


def compiled(emitter: Emitter) -> Callable[..., Any]:
    """Give the function with the body that was emitted; those of bindings that it calls stand before it."""
    subject = emitter.subject
    bodies: list[Body] = []
    while len(bodies) < len(subject.remembered):
        bodies.append(_remembering(subject, *list(subject.remembered.items())[len(bodies)]))
    remembering = subject.remembered or subject.recording
    lines = [*(["  m = {}"] if remembering else []), *emitter.lines]
    return made([*bodies, Body(MAIN, subject.parameters, lines)], subject.constants)


def _remembering(subject: Subject, place: int, name: str) -> Body:
    emitter = Emitter(subject, place)
    value = emitter.formula_value(subject.bindings[place].formula)
    key = subject.constant(place)
    lines = [
        f"  if {key} in m: return m[{key}]",
        *emitter.lines,
        f"  m[{key}] = value = {returned(value)}",
        "  return value",
    ]
    return Body(name, f"{subject.parameters}, m", lines)


def _comparison(left: Emitted, sign: str, right: Emitted) -> str:
    if isinstance(left, str) or isinstance(right, str):
        return f"{left} {COMPARISONS[sign]} {right}"
    return compared(left, COMPARISONS[sign], right)


def _literal(_: Emitter, node: Number) -> Emitted:
    return constant(node.value)


def _choice(emitter: Emitter, node: Choice) -> Emitted:
    return emitter.subject.constant(node.value)


def _negative(emitter: Emitter, node: Negative) -> Emitted:
    pair = emitter.number(node.operand)
    return constant(-pair.value) if pair.value is not None else pair._replace(n="-" + pair.n, positive=False)


def _not(emitter: Emitter, node: Not) -> Emitted:
    return f"(not {emitter.condition(node.operand)})"


def _call(emitter: Emitter, node: Call) -> Emitted:
    if node.function in (FILLED, BLANK):
        return emitter.filled(node)
    return CALLS.get(node.function, plugin)(emitter, node)


_NODES: Final[Mapping[type, Callable[[Emitter, Any], Emitted]]] = {
    Number: _literal,
    Name: Emitter.name,
    Choice: _choice,
    Negative: _negative,
    Arithmetic: Emitter.arithmetic,
    Comparing: Emitter.comparing,
    Both: Emitter.several,
    Either: Emitter.several,
    Not: _not,
    If: Emitter.choosing,
    Call: _call,
}

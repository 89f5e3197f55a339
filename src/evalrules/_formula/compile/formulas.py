"""Formulas as Python source over pairs of integers, made into functions once for each shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import lru_cache, partial
from math import gcd
from typing import Any, Final, NamedTuple

from evalrules._formula.frame import (
    INPUT_BITS,
    Compilation,
    Emitted,
    Frame,
    Pair,
    compared,
    constant,
    returned,
)
from evalrules._formula.functions import BY_NAME, FILLED, call_function
from evalrules._formula.functions.row import Aggregate, Plain, Valued
from evalrules._formula.program import ACTUAL, ATTAINMENT, ATTAINMENT_BINDING, JUDGED, POINTS, TARGET
from evalrules._formula.scope import Function, Variable
from evalrules._formula.tree import (
    MAX_DEPTH,
    NUMBER_BUDGET,
    Arithmetic,
    Both,
    Call,
    Choice,
    Comparing,
    Comparison,
    Either,
    Fault,
    Formula,
    If,
    Name,
    Negative,
    Node,
    Not,
    Number,
    walk,
)
from evalrules._numbers import rounded_units
from evalrules._patterns import regex

# Source made into functions, once for each shape.
#
# Rules of the same kind differ in numbers, slots and the places of their faults. These are taken out of the source
# and handed in, so that the rules of an edition, of which there are few kinds, need few compilations.


IntegerPair = tuple[int, int]
Place = tuple[str, str, tuple[int, int], Formula | None]
MAIN: Final = "main"
_CONSTANT: Final = regex(r"(?<!\w)[kn][0-9]+(?!\w)")
_LITERAL: Final = regex(r"(?<!\w)(?:[2-9]|[1-9][0-9]+)(?!\w)")


class Body(NamedTuple):
    """A function of the source: its name, its parameters, and its lines."""

    name: str
    parameters: str
    lines: Sequence[str]


def made(bodies: Sequence[Body], constants: Sequence[object]) -> Callable[..., Any]:
    """Give the last of these functions, in which ``k0``, ``k1``… are the constants."""
    numbers: list[int] = []

    def name(found: re.Match[str]) -> str:
        numbers.append(int(found[0]))
        return f"n{len(numbers) - 1}"

    shape = "\n ".join(_written(body, _LITERAL.sub(name, "\n ".join(body.lines))) for body in bodies)
    return _factory(shape, len(constants), len(numbers))(*constants, *numbers)  # type: ignore[no-any-return]


def _written(body: Body, lines: str) -> str:
    """Write a function; the constants that it reads are defaults of parameters, not cells of a closure.

    A cell is an object that Python's collector visits, and an edition of thousands of rules would have ten for each.
    """
    read = dict.fromkeys(_CONSTANT.findall(lines))
    return f"def {body.name}({', '.join([body.parameters, *(f'{each}={each}' for each in read)])}):\n {lines}"


@lru_cache(maxsize=4096)
def _factory(shape: str, constants: int, numbers: int) -> Callable[..., Any]:
    names = ", ".join([*(f"k{place}" for place in range(constants)), *(f"n{place}" for place in range(numbers))])
    space: dict[str, Any] = {"__builtins__": {}, **_RUNTIME}
    source = f"def make({names}):\n {shape}\n return {MAIN}"
    exec(compile(source, "<formula>", "exec"), space)  # noqa: S102 - generated from checked trees alone
    return space["make"]  # type: ignore[no-any-return]


# ---- what generated code may call ----------------------------------------------------------------------------------


def _blank(place: Place) -> IntegerPair:
    """Raise the fault of a blank."""
    raise Fault(*place)  # type: ignore[arg-type]


def _turn(n: int, d: int, place: Place) -> IntegerPair:
    """Give the sign of a denominator to the numerator; a denominator of 0 is the fault."""
    if d == 0:
        raise Fault(*place)  # type: ignore[arg-type]
    return -n, -d


def _shrink(n: int, d: int, place: Place) -> IntegerPair:
    """Bring to lowest terms; what is too long even then is the fault."""
    common = gcd(n, d)
    n, d = n // common, d // common
    if not -NUMBER_BUDGET < n < NUMBER_BUDGET or d >= NUMBER_BUDGET:
        raise Fault(*place)  # type: ignore[arg-type]
    return n, d


def _called(place: Place, function: Callable[..., Any], *values: Any) -> IntegerPair:
    """Call a function of exact numbers; its fault arises at the place of the call."""
    _, _, span, formula = place
    try:
        result = function(*map(_exact, values))
    except Fault as fault:
        raise Fault(fault.kind, fault.detail, span, formula) from fault.__cause__
    return result.numerator, result.denominator


def _exact(value: Any) -> Any:
    """Give a pair as a Fraction, also within the values of all rows; a day and a condition as they are."""
    if isinstance(value, list):
        return [_exact(one) for one in value]
    return Fraction(*value) if isinstance(value, tuple) else value


def _not_blank(fault: Fault) -> bool:
    """Tell a blank from other faults, which go on."""
    if fault.kind != "blank":
        raise fault
    return False


_RUNTIME: Final[Mapping[str, object]] = {
    "F": Fault,
    "L": NUMBER_BUDGET,
    "blank": _blank,
    "turn": _turn,
    "shrink": _shrink,
    "called": _called,
    "not_blank": _not_blank,
    "rounded": rounded_units,
}


# Formulas as Python source over pairs of integers, from the allow-listed tree only.
#
# No text of a user reaches the source: values are read through slots, names and places of faults through constants. A
# name is loaded, and a binding computed, where it is first read on each path; so a blank that is not reached does no
# harm. A binding that several paths may read is a function of its own, which remembers its value for one run.


ARGUMENTS: Final = {POINTS: "points", TARGET: "target", ACTUAL: "actual", JUDGED: "judged"}
COMPARISONS: Final = {"=": "==", "≠": "!=", "<": "<", "≤": "<=", ">": ">", "≥": ">="}


class Emitter(Frame):
    """Emits the body of one function; ``limit`` is how many of the bindings its formulas can see."""

    def __init__(self, subject: Compilation, limit: int) -> None:
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
        return held if node.function == FILLED.name else f"(not {held})"

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
        return self.given(call) if _is_number(self.subject, place) else self.kept(call)

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


def _remembering(subject: Compilation, place: int, name: str) -> Body:
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


_CONDITIONS: Final = (Comparing, Both, Either, Not, Choice)


def _is_number(subject: Compilation, place: int) -> bool:
    """Tell whether a binding is a number, from its formula alone: no condition, date or choice."""
    node: Node = subject.bindings[place].formula.tree
    while isinstance(node, If | Name):
        if isinstance(node, If):
            node = node.then
            continue
        before = subject.place(node.name, place)
        if before is None:
            return subject.scope[node.name].kind == "number"
        place, node = before, subject.bindings[before].formula.tree
    if isinstance(node, Call):
        row = BY_NAME.get(node.function)
        return row is None or (isinstance(row, Valued) and row.unit is not None)
    return not isinstance(node, _CONDITIONS)


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
    row = BY_NAME.get(node.function)
    if isinstance(row, Aggregate):
        return _aggregated(emitter, row, node)
    if isinstance(row, Plain):
        if row.emit is not None:
            return row.emit(emitter, node)
        return emitter.called(node, row.exact, [emitter.emit(argument) for argument in node.arguments])
    return emitter.filled(node) if row else _plugin(emitter, node)


def _plugin(emitter: Emitter, node: Call) -> Pair:
    """Emit a call of a function that a plug-in adds."""
    function = emitter.subject.functions[node.function]
    values = [emitter.number(argument) for argument in node.arguments]
    return emitter.called(node, partial(_call_plugin, function), values)


def _call_plugin(function: Function, *arguments: Fraction) -> Fraction:
    return call_function(function, arguments)


def _aggregated(emitter: Emitter, row: Aggregate, node: Call) -> Pair:
    """Emit a function over a table: the values of all rows are gathered, then reckoned with."""
    table = _table(emitter, node)
    rows, row_name = emitter.kept(f"v[{emitter.subject.slots[table]}]"), emitter.temporary()
    emitter.line(f"if {rows} is None: {emitter.fail('blank', table, node.span)}")
    gathered = [emitter.kept("[]") for _ in node.arguments]
    outer, emitter.rows = emitter.rows, {**emitter.rows, table: row_name}
    part = emitter.captured(lambda: _gathered(emitter, gathered, node.arguments))
    emitter.rows = outer
    emitter.line(f"for {row_name} in {rows}:")
    emitter.lines += part.lines
    return emitter.called(node, row.exact, gathered)


def _gathered(emitter: Emitter, lists: Sequence[str], arguments: Sequence[Node]) -> str:
    values = [emitter.emit(argument) for argument in arguments]
    for name, value in zip(lists, values, strict=True):
        emitter.line(f"{name}.append({returned(value)})")
    return ""


def _table(emitter: Emitter, node: Call) -> str:
    variables = (emitter.subject.scope[part.name] for part in walk(node) if isinstance(part, Name))
    return next(variable.table for variable in variables if variable.table is not None)


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

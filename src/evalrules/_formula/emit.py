"""Formulas as Python source over pairs of integers, from the allow-listed tree only.

No text of a user reaches the source: values are read through slots, names and places of faults through constants.
A name is loaded, and a binding computed, where it is first read on each path; so a blank that is not reached does no
harm. A binding that several paths may read is a function of its own, which remembers its value for one run.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Final, NamedTuple, cast

from attrs import define, field

from evalrules._formula import functions as names
from evalrules._formula.faults import FaultKind
from evalrules._formula.limits import BUDGET_BITS, MAX_DEPTH, NUMBER_BUDGET
from evalrules._formula.pairs import INPUT_BITS, ZERO, Pair, compared, constant, product, times
from evalrules._formula.program import ACTUAL, ATTAINMENT, ATTAINMENT_BINDING, JUDGED, POINTS, TARGET, Binding
from evalrules._formula.scope import Functions, Scope, Variable
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
    Span,
    walk,
)

ARGUMENTS: Final = {POINTS: "points", TARGET: "target", ACTUAL: "actual", JUDGED: "judged"}
COMPARISONS: Final = {"=": "==", "≠": "!=", "<": "<", "≤": "<=", ">": ">", "≥": ">="}
_CONDITIONS: Final = (Comparing, Both, Either, Not, Choice)
_NO_NUMBERS: Final = frozenset({names.DATE, names.FILLED, names.BLANK})
Emitted = Pair | str
"""A number, or the expression of anything else: a condition, a date's ordinal, a choice."""


@define
class Module:
    """What functions made together share: their source, and the constants that it names."""

    slots: Mapping[str, int]
    functions: Functions
    lines: list[str] = field(factory=list)
    constants: list[object] = field(factory=list)
    bits: dict[str, tuple[int, int]] = field(factory=dict)
    made: int = 0

    def constant(self, value: object) -> str:
        """Keep a value for the generated code and give the name it has there."""
        self.constants.append(value)
        return f"k{len(self.constants) - 1}"

    def function_name(self) -> str:
        """Give a name that no other function has."""
        self.made += 1
        return f"f{self.made}"


@define
class Subject:
    """What a job computes with: the kinds of names, the bindings, and which of them became functions."""

    scope: Scope
    bindings: Sequence[Binding] = ()
    formulas: Sequence[Formula] = ()
    of_row: bool = False
    remembered: dict[int, str] = field(factory=dict)
    _uses: Counter[str] | None = None

    @property
    def parameters(self) -> str:
        """The parameters of its function."""
        return "v, points, target, actual, judged" if self.of_row else "v"

    def is_number(self, place: int) -> bool:
        """Tell whether a binding is a number, from its formula alone: neither a condition nor a date nor a choice."""
        node: Node = self.bindings[place].formula.tree
        while isinstance(node, If | Name):
            if isinstance(node, If):
                node = node.then
                continue
            name = node.name
            before = next((one for one in range(place - 1, -1, -1) if self.bindings[one].name == name), None)
            if before is None:
                return self.scope[name].kind == "number"
            place, node = before, self.bindings[before].formula.tree
        return not isinstance(node, _CONDITIONS) and not (isinstance(node, Call) and node.function in _NO_NUMBERS)

    def uses(self, name: str) -> int:
        """Count where a name is read."""
        if self._uses is None:
            formulas = (*self.formulas, *(binding.formula for binding in self.bindings))
            parts = (part for formula in formulas for part in walk(formula.tree))
            self._uses = Counter(part.name for part in parts if isinstance(part, Name))
        return self._uses[name]


class Captured(NamedTuple):
    """Lines that were emitted for a part that may not run, and its value."""

    lines: list[str]
    value: Emitted


class Emitter:
    """Emits the body of one function; ``limit`` is how many of the bindings its formulas can see."""

    def __init__(self, module: Module, subject: Subject, limit: int) -> None:
        self.module = module
        self.subject = subject
        self.limit = limit
        self.formula: Formula | None = None
        self.lines: list[str] = []
        self.indent = " "
        self.known: dict[int | str, Emitted] = {}
        self.rows: dict[str, str] = {}
        self.maybe = 0
        self.depth = 0
        self.temporaries = 0

    # ---- lines ----

    def line(self, text: str) -> None:
        """Add a line to the body."""
        self.lines.append(self.indent + text)

    def temporary(self) -> str:
        """Give a name of its own in this function."""
        self.temporaries += 1
        return f"t{self.temporaries}"

    def fail(self, kind: FaultKind, detail: str = "", span: Span = (0, 0)) -> str:
        """Write the statement that raises this fault."""
        return f"raise F(*{self.place(kind, detail, span)})"

    def place(self, kind: FaultKind, detail: str = "", span: Span = (0, 0)) -> str:
        """Keep what a fault says as a constant."""
        return self.module.constant((kind, detail, span, self.formula))

    def captured(self, make: Callable[[], Emitted], *, maybe: bool = True) -> Captured:
        """Emit a part one level deeper, to be placed later; what it loads is not known behind it."""
        outer, known = self.lines, self.known
        self.lines, self.known, self.indent = [], dict(known), self.indent + " "
        self.maybe += maybe
        value = make()
        self.maybe -= maybe
        lines, self.lines, self.known, self.indent = self.lines, outer, known, self.indent[1:]
        return Captured(lines, value)

    @contextmanager
    def reading(self, formula: Formula, limit: int) -> Iterator[None]:
        """Emit parts of this formula, which sees so many bindings."""
        outer = self.formula, self.limit
        self.formula, self.limit = formula, limit
        yield
        self.formula, self.limit = outer

    def formula_value(self, formula: Formula) -> Emitted:
        """Emit a formula that sees all bindings."""
        self.formula = formula
        return self.emit(formula.tree)

    def atomic(self, value: Emitted) -> Emitted:
        """Make sure that a value can be named often at no cost."""
        if isinstance(value, str):
            return value if value.isidentifier() else self._kept(value)
        n = self._kept(value.n) if not _is_atom(value.n) else value.n
        d = self._kept(value.d) if not _is_atom(value.d) else value.d
        return value._replace(n=n, d=d)

    def _kept(self, text: str) -> str:
        name = self.temporary()
        self.line(f"{name} = {text}")
        return name

    # ---- nodes ----

    def emit(self, node: Node) -> Emitted:
        """Emit what a node needs and give its value; it may be read anywhere behind."""
        self.depth += 1
        value = _EMIT[type(node)](self, node)
        self.depth -= 1
        return value

    def number(self, node: Node) -> Pair:
        """Emit a node that is a number."""
        return cast("Pair", self.emit(node))

    def _number(self, node: Number) -> Pair:
        return constant(node.value)

    def _choice(self, node: Choice) -> str:
        return self.module.constant(node.value)

    def _negative(self, node: Negative) -> Pair:
        pair = self.number(node.operand)
        if pair.value is not None:
            return constant(-pair.value)
        return pair._replace(n="-" + pair.n, positive=False)

    def _arithmetic(self, node: Arithmetic) -> Pair:
        left, right = self.emit(node.left), self.emit(node.right)
        if isinstance(left, str) or isinstance(right, str):
            return Pair(f"({left} - {right})", "1", INPUT_BITS, 1)
        if node.operator == "*":
            return self.budgeted(product(left, right), node.span)
        if node.operator == "/":
            return self.budgeted(self._quotient(left, right, node), node.span)
        return self.budgeted(self.total(left, node.operator, right), node.span)

    def total(self, left: Pair, sign: str, right: Pair) -> Pair:
        """Emit ``left + right`` or ``left - right``."""
        if left.value is not None and right.value is not None:
            return constant(left.value + right.value if sign == "+" else left.value - right.value)
        if right.value == 0:
            return left
        if left.value == 0:
            return right if sign == "+" else right._replace(n="-" + right.n, positive=False)
        positive = sign == "+" and left.positive and right.positive
        if left.d == right.d:
            bits = max(left.n_bits, right.n_bits) + 1
            return Pair(self._kept(f"{left.n} {sign} {right.n}"), left.d, bits, left.d_bits, None, positive)
        n = self._kept(f"{times(left.n, right.d)} {sign} {times(right.n, left.d)}")
        d = times(left.d, right.d)
        bits = max(left.n_bits + right.d_bits, right.n_bits + left.d_bits) + 1
        return Pair(n, d if _is_atom(d) else self._kept(d), bits, left.d_bits + right.d_bits, None, positive)

    def _quotient(self, left: Pair, right: Pair, node: Arithmetic) -> Pair:
        if right.value == 0:
            self.line(self.fail("zero-division", "", node.right.span))
            return ZERO
        if right.value is not None:
            return product(left, constant(1 / right.value))
        n, d = times(left.n, right.d), times(left.d, right.n)
        bits = (left.n_bits + right.d_bits, left.d_bits + right.n_bits)
        if not right.positive:
            n, d = self._kept(n), self._kept(d)
            self.line(f"if {d} <= 0: {n}, {d} = turn({n}, {d}, {self.place('zero-division', '', node.right.span)})")
        return Pair(n, d, *bits, None, right.positive and left.positive)

    def budgeted(self, pair: Pair, span: Span) -> Pair:
        """Hold a result to the digit budget, where it can exceed it at all."""
        if pair.n_bits <= BUDGET_BITS and pair.d_bits <= BUDGET_BITS:
            return pair
        if pair.value is not None:
            if abs(pair.value.numerator) < NUMBER_BUDGET and pair.value.denominator < NUMBER_BUDGET:
                return pair
            self.line(self.fail("digits", "", span))
            return ZERO
        n, d = self._kept(pair.n), self._kept(pair.d)
        self.line(f"if not -L < {n} < L or {d} >= L: {n}, {d} = shrink({n}, {d}, {self.place('digits', '', span)})")
        return Pair(n, d, BUDGET_BITS + 1, BUDGET_BITS + 1, None, pair.positive)

    def _comparing(self, node: Comparing) -> str:
        left = self.emit(node.first)
        sign, operand = node.rest[0]
        if len(node.rest) == 1:
            return _comparison(left, sign, self.emit(operand))
        right = self.atomic(self.emit(operand))
        rest = Comparing(operand, node.rest[1:], node.span)
        return self.both(_comparison(left, sign, right), lambda: self._chain(right, rest), stop="False")

    def _chain(self, left: Emitted, node: Comparing) -> str:
        (sign, operand), *more = node.rest
        right = self.emit(operand)
        if not more:
            return _comparison(left, sign, right)
        right = self.atomic(right)
        rest = Comparing(operand, tuple(more), node.span)
        return self.both(_comparison(left, sign, right), lambda: self._chain(right, rest), stop="False")

    def both(self, first: str, second: Callable[[], Emitted], *, stop: str) -> str:
        """Emit a condition whose second part is reached only if the first does not decide it (``stop``)."""
        part = self.captured(second)
        word = "and" if stop == "False" else "or"
        if not part.lines:
            return f"({first} {word} {part.value})"
        held = self._kept(first)
        self.line(f"if {held}:" if stop == "False" else f"if not {held}:")
        self.lines += part.lines
        self.line(f" {held} = {part.value}")
        return held

    def _both(self, node: Both | Either) -> str:
        stop = "False" if isinstance(node, Both) else "True"
        condition = cast("str", self.emit(node.operands[0]))
        for operand in node.operands[1:]:
            condition = self.both(condition, lambda operand=operand: self.emit(operand), stop=stop)  # type: ignore[misc]
        return condition

    def _not(self, node: Not) -> str:
        return f"(not {self.emit(node.operand)})"

    def _if(self, node: If) -> Emitted:
        condition = cast("str", self.emit(node.condition))
        then = self.captured(lambda: self.emit(node.then))
        otherwise = self.captured(lambda: self.emit(node.otherwise))
        return self._chosen(condition, then, otherwise)

    def _chosen(self, condition: str, then: Captured, otherwise: Captured) -> Emitted:
        value = self._common(then.value, otherwise.value)
        self.line(f"if {condition}:")
        self._assign(value, then)
        self.line("else:")
        self._assign(value, otherwise)
        return value

    def _common(self, *values: Emitted) -> Emitted:
        """Give new names that can hold any of these values."""
        if any(isinstance(value, str) for value in values):
            return self.temporary()
        pairs = cast("tuple[Pair, ...]", values)
        d = "1" if all(pair.d == "1" for pair in pairs) else self.temporary()
        bits = max(pair.n_bits for pair in pairs), max(pair.d_bits for pair in pairs)
        return Pair(self.temporary(), d, *bits, None, all(pair.positive for pair in pairs))

    def _assign(self, value: Emitted, part: Captured) -> None:
        self.lines += part.lines
        self.line(" " + _assignment(value, part.value))

    # ---- names ----

    def _name(self, node: Name) -> Emitted:
        place = self._binding(node.name)
        found = self.known.get(node.name if place is None else place)
        if found is not None:
            return found
        if place is None:
            return self._loaded(node)
        return self._bound(place)

    def _binding(self, name: str) -> int | None:
        bindings = self.subject.bindings
        return next((place for place in range(self.limit - 1, -1, -1) if bindings[place].name == name), None)

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
        self.known[place] = value
        return value

    def _remembered(self, place: int) -> Emitted:
        """Call the function of a binding; its body is made later, so that a long chain of bindings needs no deep stack."""
        name = self.subject.remembered.get(place)
        if name is None:
            name = self.subject.remembered[place] = self.module.function_name()
        call = f"{name}({self.subject.parameters}, m)"
        return self._given(call) if self.subject.is_number(place) else self._kept(call)

    def _loaded(self, node: Name) -> Emitted:
        if node.name == ATTAINMENT and self.subject.of_row:
            with self.reading(ATTAINMENT_BINDING.formula, self.limit):
                return self.emit(ATTAINMENT_BINDING.formula.tree)
        variable = self.subject.scope[node.name]
        source = self.source(node.name, variable)
        if not source.isidentifier():
            source = self._kept(source)
        if source != ARGUMENTS[POINTS]:
            self.line(f"if {source} is None: {self.fail('blank', node.name, node.span)}")
        value: Emitted = source
        if variable.kind == "number":
            bits = self.module.bits.get(node.name, (INPUT_BITS, INPUT_BITS))
            value = Pair(self.temporary(), self.temporary(), *bits)
            self.line(f"{value.n}, {value.d} = {source}")
        self.known[node.name] = value
        return value

    def source(self, name: str, variable: Variable | None) -> str:
        """Write where the value of an input is read."""
        if self.subject.of_row and name in ARGUMENTS:
            return ARGUMENTS[name]
        if variable is not None and variable.table is not None:
            return f"{self.rows[variable.table]}[{self.module.constant(name)}]"
        return f"v[{self.module.slots[name]}]"

    # ---- calls ----

    def _call(self, node: Call) -> Emitted:
        make = _CALLS.get(node.function)
        return self._plugin(node) if make is None else make(self, node)

    def _extreme(self, node: Call) -> Pair:
        pairs = [self.number(argument) for argument in node.arguments]
        if all(pair.value is not None for pair in pairs):
            choose = max if node.function == names.MAXIMUM else min
            return constant(choose(cast("Fraction", pair.value) for pair in pairs))
        found = cast("Pair", self._common(*pairs))
        self.line(_assignment(found, pairs[0]))
        for pair in pairs[1:]:
            better = compared(pair, ">" if node.function == names.MAXIMUM else "<", found)
            self.line(f"if {better}: {_assignment(found, pair)}")
        positive = any if node.function == names.MAXIMUM else all
        return found._replace(positive=positive(pair.positive for pair in pairs))

    def _absolute(self, node: Call) -> Pair:
        pair = self.number(node.arguments[0])
        if pair.value is not None:
            return constant(abs(pair.value))
        n = self._kept(pair.n)
        self.line(f"if {n} < 0: {n} = -{n}")
        return pair._replace(n=n)

    def _floor(self, node: Call) -> Pair:
        pair = self.number(node.arguments[0])
        return pair if pair.d == "1" else Pair(self._kept(f"{pair.n}//({pair.d})"), "1", pair.n_bits + 1, 1)

    def _ceiling(self, node: Call) -> Pair:
        pair = self.number(node.arguments[0])
        return pair if pair.d == "1" else Pair(self._kept(f"-(-{pair.n}//({pair.d}))"), "1", pair.n_bits + 1, 1)

    def _round(self, node: Call) -> Pair:
        pair, places = self.number(node.arguments[0]), cast("Number", node.arguments[1]).value
        if pair.d == "1":
            return pair
        scale = 10 ** int(places)
        n = self._kept(half_up(pair, scale))
        return self.budgeted(Pair(n, str(scale), pair.n_bits + scale.bit_length() + 1, scale.bit_length()), node.span)

    def _date(self, node: Call) -> str:
        year, month, day = (int(cast("Number", argument).value) for argument in node.arguments)
        return str(datetime.date(year, month, day).toordinal())

    def _days(self, node: Call) -> Pair:
        first, last = (self.emit(argument) for argument in node.arguments)
        return Pair(f"({last} - {first})", "1", INPUT_BITS, 1)

    def _months(self, node: Call) -> Pair:
        first, last = (self.emit(argument) for argument in node.arguments)
        return Pair(self._kept(f"months({first}, {last})"), "1", INPUT_BITS, 1)

    def _interpolated(self, node: Call) -> Pair:
        pairs = [self.number(argument) for argument in node.arguments]
        xs, ys = [pair.value for pair in pairs[1::2]], [pair.value for pair in pairs[2::2]]
        short = all(pair.n_bits + pair.d_bits <= 2 * INPUT_BITS for pair in pairs[1:])
        if not short or None in xs or None in ys or sorted(set(xs)) != xs:  # type: ignore[type-var]
            return self._called(node, "interpolate", pairs)
        x = cast("Pair", self.atomic(pairs[0]))
        return self.budgeted(self._segments(x, cast("list[Fraction]", xs), cast("list[Fraction]", ys)), node.span)

    def _segments(self, x: Pair, xs: list[Fraction], ys: list[Fraction]) -> Pair:
        """Emit straight lines between anchors that are known."""
        points = list(zip(xs, ys, strict=True))
        parts = [Captured([], constant(ys[0]))]
        for (x1, y1), (x2, y2) in zip(points, points[1:], strict=False):
            slope = (y2 - y1) / (x2 - x1)
            rise, start = product(constant(slope), x), constant(y1 - slope * x1)
            parts.append(self.captured(lambda rise=rise, start=start: self.total(rise, "+", start)))  # type: ignore[misc]
        parts.append(Captured([], constant(ys[-1])))
        value = cast("Pair", self._common(*(part.value for part in parts)))
        tests = [f"if {compared(x, '<=', constant(end))}:" for end in xs]
        for test, part in zip([tests[0], *("el" + test for test in tests[1:]), "else:"], parts, strict=True):
            self.line(test)
            self._assign(value, part)
        return value

    def _plugin(self, node: Call) -> Pair:
        function = self.module.constant(self.module.functions[node.function])
        return self._called(node, f"plugin({function})", [self.number(argument) for argument in node.arguments])

    def _called(self, node: Call, function: str, pairs: Sequence[Pair]) -> Pair:
        arguments = ", ".join(returned(pair) for pair in pairs)
        return self._given(f"called({self.place('function', '', node.span)}, {function}, {arguments})")

    def _given(self, call: str) -> Pair:
        n, d = self.temporary(), self.temporary()
        self.line(f"{n}, {d} = {call}")
        return Pair(n, d, BUDGET_BITS + 1, BUDGET_BITS + 1)

    def _filled(self, node: Call) -> str:
        subject = node.arguments[0]
        if isinstance(subject, Name) and not self._is_computed(subject.name):
            held = f"({self.source(subject.name, self.subject.scope.get(subject.name))} is not None)"
        else:
            held = self._tried(subject)
        return held if node.function == names.FILLED else f"(not {held})"

    def _is_computed(self, name: str) -> bool:
        return self._binding(name) is not None or (name == ATTAINMENT and self.subject.of_row)

    def _tried(self, subject: Node) -> str:
        part = self.captured(lambda: self.emit(subject))
        held = self._kept("True")
        self.line("try:")
        self.lines += part.lines
        self.line(" pass")
        self.line("except F as fault:")
        self.line(f" {held} = not_blank(fault)")
        return held

    def _aggregate(self, node: Call) -> Pair:
        table = self._table(node)
        rows, row = self._rows_of(table, node.span), self.temporary()
        gathered = [self._kept("[]") for _ in node.arguments]
        outer, self.rows = self.rows, {**self.rows, table: row}
        part = self.captured(lambda: self._gather(gathered, node.arguments))
        self.rows = outer
        self.line(f"for {row} in {rows}:")
        self.lines += part.lines
        if node.function == names.COUNT:
            return Pair(self._kept(f"count({gathered[0]})"), "1", INPUT_BITS, 1)
        lists = ", ".join(gathered)
        return self._given(f"aggregated({self.place('domain', node.function, node.span)}, {lists})")

    def _gather(self, gathered: Sequence[str], arguments: Sequence[Node]) -> str:
        values = [self.emit(argument) for argument in arguments]
        for name, value in zip(gathered, values, strict=True):
            self.line(f"{name}.append({returned(value)})")
        return ""

    def _table(self, node: Call) -> str:
        variables = (self.subject.scope[part.name] for part in walk(node) if isinstance(part, Name))
        return next(variable.table for variable in variables if variable.table is not None)

    def _rows_of(self, table: str, span: Span) -> str:
        rows = self._kept(f"v[{self.module.slots[table]}]")
        self.line(f"if {rows} is None: {self.fail('blank', table, span)}")
        return rows


def returned(value: Emitted) -> str:
    """Write a value as generated functions return it: a number as a tuple of two."""
    return value if isinstance(value, str) else f"({value.n}, {value.d})"


def half_up_of_positive(pair: Pair, scale: int) -> str:
    """Write ``pair × scale`` rounded half up to an integer, for a pair of at least 0."""
    if pair.d == "1":
        return f"{scale}*{pair.n}"
    return f"({2 * scale}*{pair.n} + {pair.d})//({times('2', pair.d)})"


def half_up(pair: Pair, scale: int) -> str:
    """Write ``pair × scale`` rounded to an integer, ties away from zero."""
    negative = f"-(({pair.d} - {2 * scale}*{pair.n})//({times('2', pair.d)}))"
    return f"{half_up_of_positive(pair, scale)} if {pair.n} >= 0 else {negative}"


def _assignment(target: Emitted, value: Emitted) -> str:
    if isinstance(target, str):
        return f"{target} = {value}"
    pair = cast("Pair", value)
    return f"{target.n} = {pair.n}" if target.d == "1" else f"{target.n} = {pair.n}; {target.d} = {pair.d}"


def _comparison(left: Emitted, sign: str, right: Emitted) -> str:
    if isinstance(left, str) or isinstance(right, str):
        return f"{left} {COMPARISONS[sign]} {right}"
    return compared(left, COMPARISONS[sign], right)


def _is_atom(text: str) -> bool:
    return text.isidentifier() or text.isdigit()


_EMIT: Final[Mapping[type, Callable[[Emitter, Node], Emitted]]] = cast(
    "Mapping[type, Callable[[Emitter, Node], Emitted]]",
    {
        Number: Emitter._number,
        Name: Emitter._name,
        Choice: Emitter._choice,
        Negative: Emitter._negative,
        Arithmetic: Emitter._arithmetic,
        Comparing: Emitter._comparing,
        Both: Emitter._both,
        Either: Emitter._both,
        Not: Emitter._not,
        If: Emitter._if,
        Call: Emitter._call,
    },
)
_CALLS: Final[Mapping[str, Callable[[Emitter, Call], Emitted]]] = {
    names.MAXIMUM: Emitter._extreme,
    names.MINIMUM: Emitter._extreme,
    names.ABSOLUTE: Emitter._absolute,
    names.FLOOR: Emitter._floor,
    names.CEILING: Emitter._ceiling,
    names.ROUND: Emitter._round,
    names.INTERPOLATE: Emitter._interpolated,
    names.DATE: Emitter._date,
    names.DAYS: Emitter._days,
    names.MONTHS: Emitter._months,
    names.FILLED: Emitter._filled,
    names.BLANK: Emitter._filled,
    **dict.fromkeys(names.AGGREGATES, Emitter._aggregate),
}

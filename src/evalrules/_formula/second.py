"""The second reading: the same value by simpleeval over the tree lowered to `ast`, held against the exact one by laws.

It shares the tree with the exact reading and nothing else: no compiled code, no texts, no arithmetic. What a function
means here is the ``second`` of its row.
"""

from __future__ import annotations

import ast
import datetime
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, Final, cast

from simpleeval import SimpleEval

from evalrules._formula.functions import ASKING, BUILTINS, BY_NAME, FILLED, call_function
from evalrules._formula.functions.row import Aggregate, Plain
from evalrules._formula.program import (
    ATTAINMENT,
    ATTAINMENT_BINDING,
    JUDGED,
    POINTS,
    PointsBetween,
    Program,
    Requirement,
    Rule,
)
from evalrules._formula.scope import Functions
from evalrules._formula.tree import (
    MAX_BUDGET_DIGITS,
    Arithmetic,
    Both,
    Call,
    Choice,
    Comparing,
    Either,
    Fault,
    Formula,
    If,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Span,
    names,
)
from evalrules._values import frozen

# simpleeval over our tree lowered to Python's `ast`: the nodes, operators and functions are our own.
#
# The evaluator of the package is used with none of its defaults: its tables are replaced before anything is
# evaluated, its limits for strings, powers and shifts have nothing to hold, and no setting of its module is read.


Value = Any
Lookup = Callable[[str], Value]
Rows = tuple[Mapping[str, Value], ...]


# ---- the tree as Python's ast --------------------------------------------------------------------------------------

_ARITHMETIC: Final[Mapping[str, ast.operator]] = {"+": ast.Add(), "-": ast.Sub(), "*": ast.Mult(), "/": ast.Div()}
_COMPARISONS: Final[Mapping[str, ast.cmpop]] = {
    "=": ast.Eq(), "≠": ast.NotEq(), "<": ast.Lt(), "≤": ast.LtE(), ">": ast.Gt(), "≥": ast.GtE(),
}  # fmt: skip


@lru_cache(maxsize=4096)
def lowered_once(formula: Formula) -> ast.expr:
    """Lower the tree of a formula, once while it is remembered; equal formulas have their spans in common."""
    return lowered(formula.tree)


def lowered(node: Node) -> ast.expr:
    """Lower a tree to Python's `ast`; each node keeps ours as ``source``."""
    made = _lowered(node)
    made.source = node  # type: ignore[attr-defined]
    return made


def _lowered(node: Node) -> ast.expr:
    match node:
        case Number(value) | Choice(value):
            return ast.Constant(cast("Any", value))  # the evaluator takes the value as it is
        case Name(name):
            return ast.Name(name, ast.Load())
        case Negative(operand):
            return ast.UnaryOp(ast.USub(), lowered(operand))
        case Not(operand):
            return ast.UnaryOp(ast.Not(), lowered(operand))
        case Arithmetic(sign, left, right):
            return ast.BinOp(lowered(left), _ARITHMETIC[sign], lowered(right))
        case Comparing(first, rest):
            signs = [_COMPARISONS[sign] for sign, _ in rest]
            return ast.Compare(lowered(first), signs, [lowered(operand) for _, operand in rest])
        case Both(operands):
            return ast.BoolOp(ast.And(), [lowered(operand) for operand in operands])
        case Either(operands):
            return ast.BoolOp(ast.Or(), [lowered(operand) for operand in operands])
        case If(condition, then, otherwise):
            return ast.IfExp(lowered(condition), lowered(then), lowered(otherwise))
        case Call(function, arguments):
            return ast.Call(ast.Name(function, ast.Load()), [lowered(argument) for argument in arguments], [])


# ---- what may be done ----------------------------------------------------------------------------------------------


def _minus(left: Value, right: Value) -> Fraction:
    if isinstance(left, datetime.date):
        return Fraction((left - right).days)
    return left - right  # type: ignore[no-any-return]


_OPERATORS: Final[Mapping[type[ast.AST], Callable[..., Value]]] = {
    ast.Add: operator.add,
    ast.Sub: _minus,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
    ast.Not: operator.not_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_FUNCTIONS: Final[Mapping[str, Callable[..., Value]]] = {
    row.name: row.second for row in BUILTINS if isinstance(row, Plain)
}
_LARGEST: Final = 10**MAX_BUDGET_DIGITS


def _held(value: Value) -> Value:
    """Hold a number to the digit budget; whole numbers become rational ones."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = Fraction(value)
    if isinstance(value, Fraction) and max(abs(value.numerator), value.denominator) >= _LARGEST:
        raise Fault("digits")
    return value


# ---- the evaluator -------------------------------------------------------------------------------------------------


class Evaluator(SimpleEval):  # type: ignore[misc]
    """Evaluates one formula once; ``lookup`` gives the value of a name, None for a blank; ``tables`` has the tables."""

    def __init__(self, lookup: Lookup, tables: Mapping[str, Value], functions: Functions) -> None:
        # The constructor of the package is not called: it installs defaults that we do not want, and touches the
        # filters of warnings, which threads share.
        self.lookup = lookup
        self.tables = tables
        self.plugins = functions
        self.formula: Formula | None = None
        self.row: Mapping[str, Value] = {}
        self.expr = ""
        self.names: Mapping[str, Value] = {}
        self.allowed_attrs: Mapping[type, set[str]] = {}
        self.operators = _OPERATORS
        self.functions = _FUNCTIONS
        self.nodes: Mapping[type[ast.AST], Callable[[Any], Value]] = {
            ast.Constant: lambda node: node.value,
            ast.Name: self._name,
            ast.UnaryOp: self._eval_unaryop,
            ast.BinOp: self._arithmetic,
            ast.BoolOp: self._eval_boolop,
            ast.Compare: self._eval_compare,
            ast.IfExp: self._eval_ifexp,
            ast.Call: self._call,
        }

    def value(self, node: Node) -> Value:
        """Give the value of a tree, or raise `Fault`."""
        return self._eval(lowered(node))

    def formula_value(self, formula: Formula) -> Value:
        """Give the value of a formula, or raise `Fault` with it."""
        self.formula = formula
        return self._eval(lowered_once(formula))

    def _fault(self, fault: Fault, span: Span) -> Fault:
        return Fault(fault.kind, fault.detail, span, self.formula)

    def _name(self, node: ast.Name) -> Value:
        name = node.id
        value = self.row[name] if name in self.row else self.lookup(name)
        if value is None:
            raise Fault("blank", name, _source(node).span, self.formula)
        return value if type(value) is not int else Fraction(value)

    def _arithmetic(self, node: ast.BinOp) -> Value:
        try:
            return _held(self._eval_binop(node))
        except ZeroDivisionError:
            raise Fault("zero-division", "", _source(node.right).span, self.formula) from None
        except Fault as fault:
            raise fault if fault.placed else self._fault(fault, _source(node).span) from None

    def _call(self, node: ast.Call) -> Value:
        call = cast("Call", _source(node))
        try:
            if call.function in ASKING:
                return self._is_filled(node.args[0]) == (call.function == FILLED.name)
            if call.function in self.plugins:
                return call_function(self.plugins[call.function], [self._eval(argument) for argument in node.args])
            row = BY_NAME[call.function]
            return _held(self._aggregate(row, call, node.args) if isinstance(row, Aggregate) else self._eval_call(node))
        except Fault as fault:
            raise fault if fault.placed else self._fault(fault, call.span) from None

    def _is_filled(self, node: ast.expr) -> bool:
        try:
            self._eval(node)
        except Fault as fault:
            if fault.kind != "blank":
                raise
            return False
        return True

    def _aggregate(self, row: Aggregate, call: Call, arguments: list[ast.expr]) -> Value:
        table = self._table(call)
        rows = self.tables.get(table)
        if rows is None:
            raise Fault("blank", table, call.span, self.formula)
        columns: list[list[Value]] = [[] for _ in arguments]
        outer = self.row
        for cells in rows:
            self.row = {**outer, **cells}
            for column, argument in zip(columns, arguments, strict=True):
                column.append(self._eval(argument))
        self.row = outer
        return row.second(*columns)

    def _table(self, call: Call) -> str:
        """Find the table whose columns the call reads: the one whose name and ``_`` begin the name of a column."""
        for name in names(call):
            parts = name.split("_")
            for length in range(len(parts) - 1, 0, -1):
                table = "_".join(parts[:length])
                if name not in self.tables and table in self.tables:
                    return table
        raise Fault("blank", call.function)


def _source(node: ast.expr) -> Node:
    return node.source  # type: ignore[attr-defined, no-any-return]


# Formulas and programs by this reading: whoever doubts a score has a second opinion here, and the laws hold the two to
# each other on every rule. A name's value is a `fractions.Fraction`, bool, `datetime.date`, str, or for a table a tuple
# of mappings from the columns' full names; None is a blank.


_NONE: Final[Functions] = MappingProxyType({})
_MOST_NESTED: Final = 2


def evaluate_node(node: Node, values: Mapping[str, Value], functions: Functions | None = None) -> Value:
    """Give the value of a formula: a Fraction, bool, date or str. Raises `Fault`; a name without a value is a blank.

    >>> from evalrules._formula.parser import read_tree
    >>> evaluate_node(read_tree("分值 × 95%"), {"分值": Fraction(10)})
    Fraction(19, 2)
    """
    return Evaluator(values.get, values, functions or _NONE).value(node)


@frozen
class Traced:
    """A rule that gave, took, or would have taken points.

    ``amount`` is what it says, exact (None where an excused rule has no value); of it, ``uncollected`` could not be
    taken because nothing was left. ``before`` and ``after`` are the running score, exact.
    """

    rule: Rule
    amount: Fraction | None
    before: Fraction
    after: Fraction
    excused: bool = False
    uncollected: Fraction = Fraction(0)


@frozen
class Trace:
    """How a program came to its score: the rules that held, in order; the score, exact."""

    rules: tuple[Traced, ...]
    score: Fraction


def trace_program(program: Program, values: Mapping[str, Value], functions: Functions | None = None) -> Trace:
    """Run a program step by step. Raises the same `Fault` as the exact reading."""
    return _Interpreter(program, values, functions or _NONE).trace()


class _Postponed(Exception):
    """A binding is to be computed first, from the top: however long a chain of bindings is, the stack stays short."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


class _Interpreter:
    """One run of one program; a binding is computed when it is first read."""

    def __init__(self, program: Program, values: Mapping[str, Value], functions: Functions) -> None:
        self.program = program
        self.values = values
        self.functions = functions
        self.bindings = program.all_bindings
        self.computed: dict[int, Value] = {}
        self.nesting = 0

    def trace(self) -> Trace:
        """Run the program."""
        for requirement in self.program.requirements:
            self._require(requirement)
        rules = self._deduct() if self.program.form == "deduct" else self._award()
        score = rules[-1].after if rules else self.read(POINTS)
        return Trace(tuple(rules), score)

    # ---- values ----

    def evaluate(self, formula: Formula) -> Value:
        """Evaluate a formula of a rule."""
        return self._from_the_top(partial(self._evaluated, formula, len(self.bindings)))

    def _from_the_top(self, attempt: Callable[[], Value]) -> Value:
        """Try again, each time that a binding is postponed, when it has been computed."""
        waiting: list[int] = []
        while True:
            try:
                if not waiting:
                    return attempt()
                self._compute(waiting[-1])
                waiting.pop()
            except _Postponed as postponed:
                waiting.append(postponed.place)

    def _evaluated(self, formula: Formula, limit: int) -> Value:
        lookup = partial(self.lookup, limit=limit)
        return Evaluator(lookup, self.values, self.functions).formula_value(formula)

    def lookup(self, name: str, limit: int) -> Value:
        """Give the value of a name: of its last binding, else as given; None for a blank."""
        for place in range(limit - 1, -1, -1):
            if self.bindings[place].name == name:
                return self._compute(place)
        if name == ATTAINMENT:
            return self._evaluated(ATTAINMENT_BINDING.formula, limit)
        return self.values.get(name)

    def read(self, name: str) -> Value:
        """Give the value of a name that must have one."""
        value = self._from_the_top(partial(self.lookup, name, len(self.bindings)))
        if value is None:
            raise Fault("blank", name)
        return value

    def _compute(self, place: int) -> Value:
        computed = self.computed
        if place not in computed:
            if self.nesting == _MOST_NESTED:
                raise _Postponed(place)
            self.nesting += 1
            try:
                computed[place] = self._evaluated(self.bindings[place].formula, place)
            finally:
                self.nesting -= 1
        return computed[place]

    def _require(self, requirement: Requirement) -> None:
        if not requirement.bounds.admits(self.read(requirement.name)):
            raise Fault("outside-range", requirement.name)

    # ---- rules ----

    def _deduct(self) -> list[Traced]:
        running, traced = self.read(POINTS), []
        for rule in self.program.rules:
            if rule.when is None or self.evaluate(rule.when):
                traced.append(self._taken(rule, running))
                running = traced[-1].after
        return traced

    def _taken(self, rule: Rule, before: Fraction) -> Traced:
        points = rule.points
        assert isinstance(points, Formula)
        if rule.unless is not None and self.evaluate(rule.unless):
            return Traced(rule, self._amount_excused(points), before, before, excused=True)
        amount = self.evaluate(points)
        if amount < 0:
            raise Fault("points-out-of-bounds", rule.label, points.tree.span, points)
        after = self._budgeted(max(Fraction(0), before - amount), points)
        return Traced(rule, amount, before, after, False, amount - (before - after))

    def _amount_excused(self, points: Formula) -> Fraction | None:
        try:
            return self.evaluate(points)  # type: ignore[no-any-return]
        except Fault:
            return None

    def _budgeted(self, running: Fraction, points: Formula) -> Fraction:
        try:
            return _held(running)  # type: ignore[no-any-return]
        except Fault as fault:
            raise Fault(fault.kind, "", points.tree.span, points) from None

    def _award(self) -> list[Traced]:
        for rule in self.program.rules:
            if rule.when is None or self.evaluate(rule.when):
                return [self._given(rule)]
        raise Fault("undecided")

    def _given(self, rule: Rule) -> Traced:
        if isinstance(rule.points, PointsBetween):
            score, span, formula = self._judged(rule.label, rule.points), (0, 0), None
        else:
            score, span, formula = self.evaluate(rule.points), rule.points.tree.span, rule.points
        points = self.read(POINTS)
        if not 0 <= score <= points:
            raise Fault("points-out-of-bounds", rule.label, span, formula)
        return Traced(rule, score, points, score)

    def _judged(self, label: str, between: PointsBetween) -> Fraction:
        score = self.lookup(JUDGED, len(self.bindings))
        if score is None:
            raise Fault("not-judged", label)
        low, high = self.evaluate(between.low), self.evaluate(between.high)
        if score < low or score > high or (between.high_open and score == high):
            raise Fault("judged-outside", label)
        return score  # type: ignore[no-any-return]

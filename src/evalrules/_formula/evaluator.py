"""simpleeval over our tree lowered to Python's `ast`: the nodes, operators and functions are our own.

The evaluator of the package is used with none of its defaults: its tables are replaced before anything is evaluated,
its limits for strings, powers and shifts have nothing to hold, and no setting of its module is read.
"""

from __future__ import annotations

import ast
import datetime
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, cast

from simpleeval import SimpleEval

from evalrules._formula import functions as known
from evalrules._formula.faults import Fault
from evalrules._formula.meaning import aggregate, budgeted, call_function, interpolate, months_between
from evalrules._formula.scope import Functions
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
    names,
)
from evalrules._numbers import rounded

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


def _date(year: Fraction, month: Fraction, day: Fraction) -> datetime.date:
    return datetime.date(int(year), int(month), int(day))


def _months(first: datetime.date, last: datetime.date) -> Fraction:
    return Fraction(months_between(first.toordinal(), last.toordinal()))


def _round(number: Fraction, places: Fraction) -> Fraction:
    return budgeted(rounded(number, int(places)))


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
    known.MAXIMUM: max,
    known.MINIMUM: min,
    known.ABSOLUTE: abs,
    known.FLOOR: lambda number: Fraction(number.__floor__()),
    known.CEILING: lambda number: Fraction(number.__ceil__()),
    known.ROUND: _round,
    known.INTERPOLATE: interpolate,
    known.DATE: _date,
    known.DAYS: lambda first, last: _minus(last, first),
    known.MONTHS: _months,
}


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
            return budgeted(self._eval_binop(node))
        except ZeroDivisionError:
            raise Fault("zero-division", "", _source(node.right).span, self.formula) from None
        except Fault as fault:
            raise fault if fault.placed else self._fault(fault, _source(node).span) from None

    def _call(self, node: ast.Call) -> Value:
        call = cast("Call", _source(node))
        try:
            if call.function in (known.FILLED, known.BLANK):
                return self._is_filled(node.args[0]) == (call.function == known.FILLED)
            if call.function in known.AGGREGATES:
                return self._aggregate(call, node.args)
            if call.function in self.plugins:
                return call_function(self.plugins[call.function], [self._eval(argument) for argument in node.args])
            return self._eval_call(node)
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

    def _aggregate(self, call: Call, arguments: list[ast.expr]) -> Fraction:
        table = self._table(call)
        rows = self.tables.get(table)
        if rows is None:
            raise Fault("blank", table, call.span, self.formula)
        columns: list[list[Value]] = [[] for _ in arguments]
        outer = self.row
        for row in rows:
            self.row = {**outer, **row}
            for column, argument in zip(columns, arguments, strict=True):
                column.append(self._eval(argument))
        self.row = outer
        return Fraction(sum(columns[0])) if call.function == known.COUNT else aggregate(call.function, columns)

    def _table(self, call: Call) -> str:
        """Find the table whose columns the call reads: the one whose name and ``_`` begin the name of a column."""
        for name in names(call):
            parts = name.split("_")
            for length in range(len(parts) - 1, 0, -1):
                table = "_".join(parts[:length])
                if name not in self.tables and table in self.tables:
                    return table
        raise Fault("blank", known.SUM)


def _source(node: ast.expr) -> Node:
    return node.source  # type: ignore[attr-defined, no-any-return]

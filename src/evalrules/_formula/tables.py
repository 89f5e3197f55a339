"""Aggregates over rows that are known, as formulas without aggregates: for whoever puts a table to a rule."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from evalrules._formula.functions import BY_NAME
from evalrules._formula.functions.row import Aggregate
from evalrules._formula.program import ALWAYS, NEVER, settled
from evalrules._formula.tree import Call, Choice, Name, Node, Number, children, names, with_children

Cells = Mapping[str, Node]
"""One row: what stands for each column, by the name that formulas have for it."""


def as_node(value: Fraction | bool | str | datetime.date) -> Node:  # noqa: FBT001
    """Give a value as formulas over ranges hold it: a day as its ordinal, a truth as a condition."""
    match value:
        case bool():
            return ALWAYS if value else NEVER
        case str():
            return Choice(value)
        case datetime.date():
            return Number(Fraction(value.toordinal()))
    return Number(value)


def over_rows(node: Node, rows: Sequence[Cells], columns: frozenset[str]) -> Node:
    """Write the aggregates over a table out over its rows; a mean of too few stays as it is, without a value.

    A column that stands by itself, as in a condition inside an aggregate, is that of the last row.

    >>> from evalrules._formula.words import formula_words
    >>> total = Call("合计", (Name("明细_金额"),))
    >>> rows = [{"明细_金额": Number(Fraction(2))}, {"明细_金额": Name("甲")}]
    >>> formula_words(over_rows(total, rows, frozenset({"明细_金额"})))
    '2 + 甲'
    """

    def written(row: Aggregate, call: Call) -> Node:
        found = row.written(*([settled(each, cells) for cells in rows] for each in call.arguments))
        return call if found is None else found

    return _written(node, columns, written, rows[-1] if rows else {})


def over_equal_rows(node: Node, row: Cells, count: Node, columns: frozenset[str]) -> Node:
    """Write the aggregates over a table out over so many rows that are all alike."""

    def written(aggregate: Aggregate, call: Call) -> Node:
        return aggregate.repeated(count, *(settled(each, row) for each in call.arguments))

    return _written(node, columns, written, row)


def _written(node: Node, columns: frozenset[str], written: Callable[[Aggregate, Call], Node], last: Cells) -> Node:
    if columns.isdisjoint(names(node)):
        return node
    if isinstance(node, Name):
        return last.get(node.name, node)
    row = BY_NAME.get(node.function) if isinstance(node, Call) else None
    if isinstance(node, Call) and isinstance(row, Aggregate):
        return written(row, node)
    return with_children(node, [_written(child, columns, written, last) for child in children(node)])

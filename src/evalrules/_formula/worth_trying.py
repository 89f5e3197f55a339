"""The inputs worth trying of a rule: what each can be, and the values at which something can change, with those beside.

Checking, laws, examples, differences, drawn submissions and the sentence of what would have been enough all ask here.
A value is worth trying at every edge of a rule and one step beside it, between two edges, far beyond the outermost, at
the ends of its declared range, blank where a formula asks whether it is filled in; a choice in each of its values; the
points of a row in each amount that it can carry; a table without rows, with one and with several, its cells at edges.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, partial
from itertools import islice, pairwise, product
from typing import TYPE_CHECKING, Any

from attrs import define

from evalrules._formula.edges import thresholds
from evalrules._formula.functions import ASKING, BY_NAME
from evalrules._formula.functions.row import Aggregate
from evalrules._formula.intervals import overlap, point, whole
from evalrules._formula.program import ALWAYS, NEVER, dependencies, settled
from evalrules._formula.ranges import Ranges
from evalrules._formula.ranges import Values as Truths
from evalrules._formula.scope import ANY, PERCENT, Bounds, Variable
from evalrules._formula.tree import Call, Choice, Name, Node, Number, children, names, walk, with_children
from evalrules._numbers import is_decimal
from evalrules._values import frozen

if TYPE_CHECKING:
    from random import Random

RATE_STEP, STEP, WHOLE = Fraction(1, 10_000), Fraction(1, 100), Fraction(1)
MOST_STARTS, MOST_MARKS, MOST_ROWS, MOST_TABLES = 16, 15, 60, 60
_FAR, _SEVERAL, _CHANCES = 10, 3, 10**6
_DAYS = (-400, -30, -1, 0, 1, 30, 400)
_FIRST_DAY, _LAST_DAY = datetime.date(1949, 1, 1).toordinal(), datetime.date(2999, 12, 31).toordinal()
_SAID = "已说明"

Value = Fraction | bool | str | datetime.date | tuple[Mapping[str, Any], ...] | None
"""What an input holds; a table is a tuple of mappings from column to value, None is a blank."""
Values = Mapping[str, Value]


def step_of(variable: Variable) -> Fraction:
    """Give the step by which people write an input: one of a count, 0.01% of a rate, a hundredth of others."""
    if variable.integer:
        return WHOLE
    return RATE_STEP if variable.unit == PERCENT else STEP


def on_grid(number: Fraction, step: Fraction) -> tuple[Fraction, Fraction]:
    """Give the multiples of a step at or beside a number."""
    return math.floor(number / step) * step, math.ceil(number / step) * step


def may_be_blank(nodes: Sequence[Node], formulas: Mapping[str, Node]) -> frozenset[str]:
    """Give the inputs of which a formula asks whether they are filled in; of a computed name all that it reads."""
    read = {name for node in nodes for name in dependencies(node, formulas)}
    trees = (*nodes, *(formulas[name] for name in read if name in formulas))
    calls = (part for tree in trees for part in walk(tree) if isinstance(part, Call) and part.function in ASKING)
    asked = {name for call in calls for name in dependencies(call, formulas)}
    return frozenset(name for name in asked if name not in formulas)


@frozen
class Domain:
    """What one input can be: numbers or days within a range, or the values that are ``listed``.

    ``usual`` is what it is while others vary. ``columns`` are those of a table, each what a cell of it can be.
    """

    name: str
    kind: str
    usual: Value
    bounds: Bounds = ANY
    step: Fraction = STEP
    listed: tuple[Value, ...] = ()
    may_be_blank: bool = False
    columns: tuple[Domain, ...] = ()

    @property
    def reads(self) -> frozenset[str]:
        """The names that formulas have for the columns of a table."""
        return frozenset(f"{self.name}_{column.name}" for column in self.columns)

    def admits(self, value: Value) -> bool:
        """Tell whether a submission can hold a value here: in range, written with digits, whole where it must be."""
        if not isinstance(value, Fraction):
            return value is not None or self.may_be_blank
        if self.listed:
            return value in self.listed
        return self.bounds.admits(value) and is_decimal(value) and not (self.is_whole and value.denominator > 1)

    def by_chance(self, chance: Random) -> Fraction:
        """Give a number within the range such as people write: a simple one, one near its ends, or any."""
        low, high = self.bounds.low, self.bounds.high
        usual = self.usual if isinstance(self.usual, Fraction) else Fraction(1)
        width = max(abs(usual), WHOLE) * chance.choice((1, 2, _FAR))
        start = low if low is not None else usual - width if high is None else high - width
        end = high if high is not None else start + 2 * width
        found = on_grid(start + (end - start) * chance.randrange(_CHANCES) / _CHANCES, self.step)[0]
        return next((number for number in (found, found + self.step) if self.bounds.admits(number)), usual)

    def around(self, edges: Iterable[Fraction], *, beside: bool = True) -> list[Value]:
        """Give the values to try where something changes at these edges, days by their ordinals, lowest first."""
        if self.listed or self.kind not in ("number", "date"):
            return list(self.listed) or [self.usual]
        marks = _spread(sorted(set(edges)))
        if self.kind == "date":
            return list(map(datetime.date.fromordinal, self._days(marks)))
        return list(self._numbers(marks) if beside else self._few(marks))

    def beside(self, edges: Iterable[Fraction]) -> list[Value]:
        """Give the values at these edges and one step beside them, alone; what is listed, in full."""
        if self.listed or self.kind not in ("number", "date"):
            return list(self.listed) or [self.usual]
        marks = _spread(sorted(set(edges)))
        if self.kind == "date":
            days = sorted({math.floor(mark) + away for mark in marks for away in (-1, 0, 1)})
            return [datetime.date.fromordinal(day) for day in days if _FIRST_DAY <= day <= _LAST_DAY]
        return list(self._kept({*_around(marks, self.step), *filter(is_decimal, marks)}))

    def _numbers(self, edges: Sequence[Fraction]) -> list[Fraction]:
        """Give numbers at and beside every edge and end, between each two, and far beyond; such as people write."""
        step, ends = self.step, [end for end in (self.bounds.low, self.bounds.high) if end is not None]
        marks = sorted({*edges, *ends, Fraction(0), WHOLE})
        between = {on_grid((low + high) / 2, step)[0] for low, high in pairwise(marks)}
        far = {on_grid(marks[-1] * _FAR + step, step)[0], on_grid(marks[0] * _FAR - step, step)[0]}
        return self._kept({*filter(is_decimal, marks), *_around(marks, step), *between, *far})

    def _few(self, edges: Sequence[Fraction]) -> list[Fraction]:
        """Give numbers at every edge and end, between each two, and beyond the outermost."""
        ends = [end for end in (self.bounds.low, self.bounds.high) if end is not None]
        marks = sorted({*edges, *ends}) or [Fraction(0)]
        beyond = WHOLE if ends else max(WHOLE, abs(marks[-1]) / _FAR)
        between = {(low + high) / 2 for low, high in pairwise(marks)}
        found = {marks[0] - beyond, *marks, *between, marks[-1] + beyond}
        return self._kept({near for number in found for near in on_grid(number, WHOLE)} if self.is_whole else found)

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers can be written."""
        return self.step == WHOLE

    def _kept(self, numbers: Iterable[Fraction]) -> list[Fraction]:
        whole_only = self.is_whole
        return sorted(
            number for number in numbers if self.bounds.admits(number) and not (whole_only and number.denominator > 1)
        )

    def _days(self, edges: Iterable[Fraction]) -> list[int]:
        assert isinstance(self.usual, datetime.date)
        around = {math.floor(edge) + away for edge in edges for away in (-1, 0, 1)}
        far = {self.usual.toordinal() + away for away in _DAYS}
        return sorted(number for number in {*around, *far} if _FIRST_DAY <= number <= _LAST_DAY)


def _around(marks: Iterable[Fraction], step: Fraction) -> set[Fraction]:
    return {near + away for mark in marks for near in on_grid(mark, step) for away in (-step, 0, step)}


def domain(variable: Variable, *, wished: Iterable[Value] = (), within: Bounds = ANY, **more: Any) -> Domain:
    """Give what a name with this declaration can be; ``wished`` are usual values, the first that can be is taken."""
    bounds = whole(variable.bounds) if variable.integer else variable.bounds
    bounds = overlap(bounds, within) or bounds
    listed: tuple[Value, ...] = (False, True) if variable.kind == "yes_no" else variable.choices
    if variable.kind == "number":
        usual: Value = _usual_number(variable, bounds, [each for each in wished if isinstance(each, Fraction)])
    elif variable.kind == "date":
        usual = next((each for each in wished if isinstance(each, datetime.date)), datetime.date(2024, 12, 31))
    else:
        usual = listed[0] if listed else _SAID
    known = {"step": step_of(variable), "listed": listed, **more}
    return Domain(variable.name, variable.kind, usual, bounds, **known)


def _usual_number(variable: Variable, bounds: Bounds, wished: Sequence[Fraction]) -> Fraction:
    common = (WHOLE if variable.unit == PERCENT else Fraction(100), WHOLE, Fraction(0))
    return next((number for number in (*wished, *common) if bounds.admits(number)), _inside(bounds))


def _inside(bounds: Bounds) -> Fraction:
    if bounds.low is not None and bounds.high is not None:
        return (bounds.low + bounds.high) / 2
    if bounds.low is not None:
        return bounds.low + 1
    return Fraction(0) if bounds.high is None else bounds.high - 1


def _spread(edges: list[Fraction]) -> list[Fraction]:
    """Keep edges from the whole of a long list."""
    if len(edges) <= MOST_MARKS:
        return edges
    return [edges[len(edges) * number // MOST_MARKS] for number in range(MOST_MARKS)] + edges[-1:]


@define(slots=False, eq=False)
class WorthTrying:
    """The inputs of one rule. ``terms`` are 0 where something can change, ``formulas`` the names that are computed.

    ``known`` are values that are no inputs here: 分值 of a row that always carries the same.
    """

    domains: Mapping[str, Domain]
    terms: Sequence[Node]
    formulas: Mapping[str, Node]
    known: Values

    def starts(self) -> Iterator[dict[str, Value]]:
        """Give usual inputs, for every combination of listed values (the first 16)."""
        usual = [each.listed or (each.usual,) for each in self.domains.values()]
        for values in islice(product(*usual), MOST_STARTS):
            yield dict(zip(self.domains, values, strict=True))

    def usual(self) -> dict[str, Value]:
        """Give usual inputs."""
        return next(self.starts())

    def values(self, name: str, start: Values) -> list[Any]:
        """Give what one input can be while the others are as they are, lowest first, a blank last."""
        tried = self.domains[name]
        if tried.kind == "table":
            return self.tables(tried, start)
        blank: list[Value] = [None] if tried.may_be_blank else []
        return [*tried.around(self.turns(name, start)), *blank]

    def few(self, name: str, start: Values) -> list[Any]:
        """Give only values at the edges of one input and between them."""
        return self.domains[name].around(self.turns(name, start)[:MOST_MARKS], beside=False)

    def turns(self, name: str, start: Values) -> list[Fraction]:
        """Give the numbers of one input, a day's ordinal for a date, at which a rule can change, lowest first."""
        tried = self.domains[name]
        if tried.listed or tried.kind not in ("number", "date"):
            return []
        at = self.at({**start, name: tried.usual if start.get(name) is None else start[name]})
        return thresholds(name, self.terms_over(start), at)

    def at(self, start: Values) -> Ranges:
        """Give what the inputs say, every number at one value, so that each formula has one too."""
        values = {**self.known, **start}
        numbers = {name: point(number) for name, value in values.items() if (number := as_number(value)) is not None}
        truths: dict[str, Truths] = {
            name: frozenset({value}) for name, value in values.items() if isinstance(value, bool | str)
        }
        formulas = self.formulas
        if self._tables:
            formulas = {name: self._over(formula, start) for name, formula in formulas.items()}
        return Ranges(numbers, truths, formulas)

    def terms_over(self, start: Values) -> Sequence[Node]:
        """Give the terms with their aggregates written out over the rows of the tables at hand."""
        return [self._over(term, start) for term in self.terms] if self._tables else self.terms

    @cached_property
    def _tables(self) -> tuple[Domain, ...]:
        return tuple(each for each in self.domains.values() if each.kind == "table")

    def _over(self, node: Node, start: Values) -> Node:
        for table in self._tables:
            rows = start.get(table.name)
            if isinstance(rows, tuple):
                node = over_rows(node, [_cells(table, row) for row in rows], table.reads)
        return node

    # ---- tables ----

    def tables(self, table: Domain, start: Values) -> list[tuple[Mapping[str, Value], ...]]:
        """Give tables of no row, of one and of several, with cells and numbers of rows at the edges of the rules."""
        first, second = rows_of(table)
        found: list[tuple[Mapping[str, Value], ...]] = [(), (first,), (first, second), (first, first, first)]
        for column in table.columns:
            rows = [{**first, column.name: cell} for cell in self._cells(table, column, first, (), 1, start)]
            found += [(row,) for row in rows]
            found += [(row,) * count for row in rows for count in self._turns_of_count(table, row, start)]
        for column in table.columns:
            alike = self._cells(table, column, first, (), _SEVERAL, start)
            found += [({**first, column.name: cell},) * _SEVERAL for cell in alike]
            last = self._cells(table, column, first, (first, second), 1, start)
            found += [(first, second, {**first, column.name: cell}) for cell in last]
        return list({str(rows): rows for rows in found}.values())[:MOST_TABLES]

    def _cells(
        self,
        table: Domain,
        column: Domain,
        row: Mapping[str, Value],
        before: Sequence[Mapping[str, Value]],
        times: int,
        start: Values,
    ) -> list[Value]:
        """Give what a cell can be at the edges of the rules: of a row that stands so many times behind others."""
        name = f"{table.name}_{column.name}"
        rows = [_cells(table, each) for each in before] + [{**_cells(table, row), name: Name(name)}] * times
        over = partial(over_rows, rows=rows, columns=table.reads)
        turns = () if column.listed else self._turns_in(table, over, name, {**start, name: column.usual})
        return column.beside(turns)

    def _turns_of_count(self, table: Domain, row: Mapping[str, Value], start: Values) -> list[int]:
        """Find the numbers of equal rows beside those at which something changes."""
        count, cells = Name(table.name), _cells(table, row)
        over = partial(over_equal_rows, row=cells, count=count, columns=table.reads)
        turns = self._turns_in(table, over, count.name, {**start, count.name: WHOLE})
        around = {math.floor(turn) + away for turn in turns for away in (-1, 0, 1, 2)}
        return sorted(number for number in around if 1 < number <= MOST_ROWS)

    def _turns_in(self, table: Domain, over: Callable[[Node], Node], name: str, start: Values) -> list[Fraction]:
        """Find where terms turn in a name once the aggregates over a table are written out so."""
        others = {each: value for each, value in start.items() if each == name or each != table.name}
        rest = WorthTrying(
            {each: known for each, known in self.domains.items() if each != table.name},
            [over(term) for term in self.terms],
            {each: over(formula) for each, formula in self.formulas.items()},
            self.known,
        )
        return thresholds(name, rest.terms_over(others), rest.at(others))


def _cells(table: Domain, row: Mapping[str, Value]) -> Cells:
    """Give a row as what stands for its columns in formulas; a blank stays unknown."""
    return {
        f"{table.name}_{name}": as_node(value) for name, value in row.items() if not isinstance(value, tuple | None)
    }


def as_number(value: Any) -> Fraction | None:
    """Give a number or a day's ordinal as formulas over ranges hold it; None for anything else."""
    if isinstance(value, datetime.date):
        return Fraction(value.toordinal())
    return value if isinstance(value, Fraction) else None


def rows_of(table: Domain) -> tuple[Mapping[str, Value], Mapping[str, Value]]:
    """Give two usual rows of a table that differ in every column that can."""
    first = {column.name: column.usual for column in table.columns}
    return first, {column.name: _other(column) for column in table.columns}


def _other(column: Domain) -> Value:
    if column.listed:
        return column.listed[1 % len(column.listed)]
    if column.kind != "number" or not isinstance(column.usual, Fraction):
        return column.usual
    wished = (column.usual * Fraction(2, 5), column.usual + 1)
    return next((number for number in wished if column.bounds.admits(number)), column.usual)


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

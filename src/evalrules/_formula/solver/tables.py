"""Tables as terms of the solver: rows of a sort are counted and added up, so one question is about any number of them.

What bounds the cells of each row of a sort bounds their sums, so many times as there are rows. What a table can come to
is never left out; where cells are multiplied, divided or rounded a sum may be given more than it can be, so refutations
are looked for among rows that are alike within their sort, and put to the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from evalrules._formula.functions.row import Aggregate
from evalrules._formula.intervals import hull
from evalrules._formula.scope import ANY, Bounds, Scope
from evalrules._formula.solver.rows import Answers, Linear, Sort, Split
from evalrules._formula.solver.terms import Term, Terms, ask
from evalrules._formula.tree import Call, FaultKind
from evalrules._values import frozen

MOST_SORTS: Final = 24
_MOST_WRITTEN, _FEW, _SHORT = 200, 3, 1000
_SECONDS: Final = 0.2


class ManySorts(Exception):
    """The conditions on the cells of a row part more sorts than can be told apart."""


Faulty = tuple[FaultKind, str, Term]
Added = tuple[Any, ...]
"""What of a row is added up for one call: numbers of the row, or conditions."""
Read = Callable[[Sort, Call], tuple[Added, tuple[Faulty, ...]]]
"""Reads the arguments of a call within a row of a sort, with the faults that arise there."""


@frozen(eq=False)
class Rows:
    """The rows of one sort: how many there are, and what their cells come to when added up."""

    sort: Sort
    added: Mapping[Call, Added]
    faults: Mapping[Call, tuple[Faulty, ...]]
    count: Term
    sums: Mapping[str, Term]

    def total(self, value: Any) -> Term:
        """Add up a number of the rows."""
        return self.sort.number(value).totalled(self.sums, self.count)


class Tabled:
    """A table with any number of rows, as far as calls read it; ``conditions`` hold of every table.

    ``alike`` are further conditions: rows of a sort are all alike, so that rows can be written down that come to these
    sums. They leave tables out. ``one`` is a row that is told apart from the others.
    """

    def __init__(self, name: str, terms: Terms, rows: Sequence[Rows], suffix: str) -> None:
        self.name, self.terms, self.rows, self.suffix = name, terms, tuple(rows), suffix
        self.conditions: list[Term] = []
        self.alike: list[Term] = []
        self.one: OneRow | None = None
        self.rest: Tabled | None = None
        self.is_loose = False
        self._taken: dict[int, int] = {}
        self._values: dict[Call, tuple[Term, tuple[Faulty, ...]]] = {}

    @property
    def count(self) -> Term:
        """How many rows there are."""
        return self._added(rows.count for rows in self.rows)

    def value(self, row: Aggregate, call: Call) -> tuple[Term, tuple[Faulty, ...]]:
        """Give what a call comes to, with the faults of its rows and its own."""
        if call not in self._values:
            reckoning = _Reckoning(self, call)
            found = row.solver(reckoning, *zip(*(rows.added[call] for rows in self.rows), strict=True))
            self._values[call] = found, (*self._faults(call), *reckoning.faults)
        return self._values[call]

    def untaken(self, by: object) -> list[Term]:
        """Give the conditions that somebody has not been given yet."""
        first = self._taken.get(id(by), 0)
        self._taken[id(by)] = len(self.conditions)
        return self.conditions[first:]

    def _faults(self, call: Call) -> Iterator[Faulty]:
        for rows in self.rows:
            for kind, detail, condition in rows.faults[call]:
                yield kind, detail, self.terms.all_of((rows.count > 0, condition))

    def _added(self, parts: Iterable[Term]) -> Term:
        return sum(parts, self.terms.number(0))

    def cells(self, value: Callable[[Term], Any]) -> Iterator[dict[str, Any]]:
        """Write down rows that come to the sums, their cells by the names of the columns; ``value`` is of a model."""
        if self.one is not None:
            yield from (self.rest or self).others(value)
            yield self.one.cells(value)
        else:
            yield from self.others(value)

    def others(self, value: Callable[[Term], Any]) -> Iterator[dict[str, Any]]:
        """Write down the rows but for the one that is told apart."""
        for rows in (self if self.rest is None else self.rest).rows:
            count = int(value(rows.count) or 0)
            sums = {name: value(rows.sums[name]) for name in rows.sums if name in rows.sort.scope}
            for place in range(min(count, _MOST_WRITTEN)):
                shares = {
                    name: _share(total, count, place, name in rows.sort.whole_cells) for name, total in sums.items()
                }
                yield {**shares, **rows.sort.picked_cells}

    def short(self) -> Iterator[Term]:
        """Give conditions for tables that are short and hold short numbers."""
        for rows in self.rows:
            yield rows.count <= _FEW
            for name, added in rows.sums.items():
                if name in rows.sort.scope and rows.sort.scope[name].kind == "number":
                    hundredths = added * self.terms.number(100)
                    yield from (added <= _SHORT, added >= -_SHORT, self.terms.floor(hundredths) == hundredths)

    def certain(self) -> list[Term] | None:
        """Give conditions under which rows are certain to be there; None where that cannot be told."""
        if any(rows.sort.is_loose for rows in self.rows) or self.is_loose:
            return None
        return [*self.alike, *(rows.count <= 1 for rows in self.rows)]

    # ---- a row that moves ----

    def moved(self, column: str) -> Tabled:
        """Give the table with another cell in one column of one row, all else equal."""
        if self.one is None:
            self.one, self.rest = self._told_apart()
        return self.one.moved(self, column)

    def _told_apart(self) -> tuple[OneRow, Tabled]:
        one = OneRow(self.terms, self.rows, self.suffix)
        rest = Tabled(self.name, self.terms, one.without(self.rows), self.suffix)
        self.conditions += [*one.conditions, *(fact for rows in rest.rows for fact in _facts(self.terms, rows))]
        return one, rest


def _share(total: Any, count: int, place: int, is_whole: bool) -> Any:  # noqa: FBT001
    """Give one of so many rows its share of a sum; where only whole numbers can be, some get one more."""
    if not isinstance(total, Fraction):
        return total
    if not is_whole:
        return total / count
    each, more = divmod(int(total), count)
    return Fraction(each + (place < more))


class _Reckoning:
    """What a function over a table reckons with; see `Aggregating`."""

    def __init__(self, table: Tabled, call: Call) -> None:
        self.table, self.terms, self.call = table, table.terms, call
        self.faults: list[Faulty] = []

    @property
    def count(self) -> Term:
        return self.table.count

    def fail(self, kind: FaultKind, detail: str, condition: Term) -> None:
        self.faults.append((kind, detail, condition))

    def total(self, values: Sequence[Any]) -> Term:
        return self.table._added(rows.total(each) for rows, each in zip(self.table.rows, values, strict=True))  # noqa: SLF001

    def held(self, conditions: Sequence[Term]) -> Term:
        zero = self.terms.number(0)
        pairs = zip(self.table.rows, conditions, strict=True)
        return self.table._added(self.terms.choose(each, rows.count, zero) for rows, each in pairs)  # noqa: SLF001

    def range_of(self, values: Sequence[Any]) -> Bounds:
        pairs = zip(self.table.rows, values, strict=True)
        found = [rows.sort.range_of(rows.sort.number(each)) for rows, each in pairs]
        return hull(found) if found else ANY

    def within(self, name: str, bounds: Bounds, where: Term) -> Term:
        found = self.terms.real_named(f"{name}{self.table.suffix}·{len(self.table.conditions)}·{self.table.name}")
        facts = [found >= self.terms.number(bounds.low)] if bounds.low is not None else []
        facts += [found <= self.terms.number(bounds.high)] if bounds.high is not None else []
        self.know(self.terms.any_of((self.terms.no(where), self.terms.all_of(facts))))
        return found

    def know(self, fact: Term) -> None:
        self.table.conditions.append(fact)

    def quotient(self, name: str, over: Term, under: Term, bounds: Bounds) -> Term:
        where = under != self.terms.number(0)
        found = self.within(name, bounds, where)
        self.know(self.terms.any_of((self.terms.no(where), found * under == over)))
        return found

    def alike(self, condition: Term) -> None:
        self.table.alike.append(condition)
        self.table.is_loose = True


# ---- making one ----------------------------------------------------------------------------------------------------


def table_of(name: str, terms: Terms, scope: Scope, calls: Iterable[Call], read: Read, suffix: str) -> Tabled:
    """Give a table that is not known: `ManySorts` where its rows are of too many sorts to be told apart."""
    rows = []
    for place, (sort, parts) in enumerate(_sorts(terms, scope, tuple(calls), read)):
        count = terms.real_named(f"{name}{suffix}·{place}")
        names = {each for linear in _numbers_of(sort, parts) for each in linear.parts}
        sums = {each: terms.real_named(f"{each}{suffix}·{place}") for each in sorted(names)}
        added, faults = ({call: found[part] for call, found in parts.items()} for part in (0, 1))
        rows.append(Rows(sort, added, faults, count, sums))
    if not rows:
        raise ManySorts
    table = Tabled(name, terms, rows, suffix)
    table.conditions += [fact for each in rows for fact in _facts(terms, each)]
    table.alike += [fact for each in rows for fact in _alike(terms, each)]
    return table


def _numbers_of(sort: Sort, parts: Mapping[Call, tuple[Added, tuple[Faulty, ...]]]) -> Iterator[Linear]:
    """Go through all numbers of a row that are told or added up."""
    yield from (linear for linear, _ in sort.facts())
    yield from (part for found, _ in parts.values() for part in found if isinstance(part, Linear))
    yield from (linear for equal in sort.equal for linear in equal)
    yield from (linear for _, linear in sort.rounded)


def _sorts(
    terms: Terms, scope: Scope, calls: Sequence[Call], read: Read
) -> Iterator[tuple[Sort, dict[Call, tuple[Added, tuple[Faulty, ...]]]]]:
    waiting: list[Answers] = [{}]
    told = 0
    while waiting:
        sort = Sort(terms, scope, waiting.pop())
        try:
            parts = {call: read(sort, call) for call in calls}
        except Split as split:
            new = [{**sort.decided, split.key: (answer, split.linear)} for answer in split.answers]
            waiting += [answers for answers in new if _can_be(sort, answers)]
        else:
            told += 1
            yield sort, parts
        if told + len(waiting) > MOST_SORTS:
            raise ManySorts


def _can_be(sort: Sort, answers: Answers) -> bool:
    """Tell whether a row can be of a sort, as far as is decided."""
    tried = Sort(sort.terms, sort.scope, answers)
    tried.bounds, tried.known = sort.bounds, sort.known
    facts = list(tried.facts())
    cells = {name: sort.terms.real_named(name) for linear, _ in facts for name in linear.parts}
    one, zero = sort.terms.number(1), sort.terms.number(0)
    conditions = [_at_least(linear.totalled(cells, one), zero, strict) for linear, strict in facts]
    return ask(conditions, sort.terms.context, _SECONDS)[0] != "unsat"


def _at_least(term: Term, zero: Term, strict: bool) -> Term:  # noqa: FBT001
    return term > zero if strict else term >= zero


def _facts(terms: Terms, rows: Rows) -> Iterator[Term]:
    """Tell of rows what holds of each of them, added up."""
    zero, one, count = terms.number(0), terms.number(1), rows.count
    yield from (terms.floor(count) == count, terms.any_of((count == zero, count >= one)))
    for linear, strict in rows.sort.facts():
        amount = linear.totalled(rows.sums, count)
        yield amount >= zero
        if strict:
            yield terms.any_of((count == zero, amount > zero))
    for name, added in rows.sums.items():
        yield terms.any_of((count >= one, added == zero))
        if name in rows.sort.whole_cells:
            yield terms.floor(added) == added


def _alike(terms: Terms, rows: Rows) -> Iterator[Term]:
    """Tell of rows that they are all alike: what is a product in each is one of the sums, so many times."""
    for result, one, other in rows.sort.equal:
        found = (linear.totalled(rows.sums, rows.count) for linear in (result, one, other))
        total, left, right = found
        yield total * rows.count == left * right
    if rows.sort.rounded:
        yield rows.count <= 1
    for name, value in rows.sort.rounded:
        yield rows.sums[name] == terms.floor(value.totalled(rows.sums, rows.count))


# ---- one row told apart --------------------------------------------------------------------------------------------


class OneRow:
    """A row of which it is not known which sort it is of: a truth for each sort, and its cells."""

    def __init__(
        self, terms: Terms, rows: Sequence[Rows], suffix: str, cells: Mapping[str, Term] | None = None
    ) -> None:
        self.terms, self.of = terms, tuple(rows)
        self.is_of = [terms.truth_named(f"row{suffix}·{place}·{rows[place].count}") for place in range(len(rows))]
        names = {name for each in rows for name in each.sums}
        known = cells or {}
        self.values = {name: known.get(name, terms.real_named(f"row{suffix}·{name}")) for name in sorted(names)}
        self.conditions = list(self._facts())

    def _facts(self) -> Iterator[Term]:
        terms, one, zero = self.terms, self.terms.number(1), self.terms.number(0)
        yield terms.any_of(self.is_of)
        for place, first in enumerate(self.is_of):
            yield from (terms.no(terms.all_of((first, second))) for second in self.is_of[:place])
        for is_of, rows in zip(self.is_of, self.of, strict=True):
            sort = rows.sort
            facts = [_at_least(linear.totalled(self.values, one), zero, strict) for linear, strict in sort.facts()]
            facts += [
                self.values[name] == terms.floor(self.values[name]) for name in sort.whole_cells & rows.sums.keys()
            ]
            for result, left, right in sort.equal:
                found, times, by = (linear.totalled(self.values, one) for linear in (result, left, right))
                facts.append(found == times * by)
            facts += [
                self.values[name] == terms.floor(value.totalled(self.values, one)) for name, value in sort.rounded
            ]
            yield terms.any_of((terms.no(is_of), terms.all_of(facts)))

    def without(self, rows: Sequence[Rows]) -> list[Rows]:
        """Give the others of some rows."""
        return [self._beside(each, is_of, -1) for each, is_of in zip(rows, self.is_of, strict=True)]

    def together(self, rows: Sequence[Rows]) -> list[Rows]:
        """Give rows with this one."""
        return [self._beside(each, is_of, 1) for each, is_of in zip(rows, self.is_of, strict=True)]

    def _beside(self, rows: Rows, is_of: Term, sign: int) -> Rows:
        terms, zero = self.terms, self.terms.number(0)
        count = rows.count + terms.choose(is_of, terms.number(sign), zero)
        sums = {
            name: added + terms.choose(is_of, self.values[name] * terms.number(sign), zero)
            for name, added in rows.sums.items()
        }
        return Rows(rows.sort, rows.added, rows.faults, count, sums)

    def moved(self, table: Tabled, column: str) -> Tabled:
        """Give the table in which this row has another cell in one column."""
        assert table.rest is not None
        scope = self.of[0].sort.scope
        kept = {name: term for name, term in self.values.items() if name in scope and name != column}
        other = OneRow(self.terms, self.of, f"{table.suffix}′", kept)
        found = Tabled(table.name, self.terms, other.together(table.rest.rows), f"{table.suffix}′")
        found.one, found.rest = other, table.rest
        found.conditions += [*other.conditions, *self._picked_alike(other, column)]
        return found

    def _picked_alike(self, other: OneRow, column: str) -> Iterator[Term]:
        for first, one in zip(self.is_of, self.of, strict=True):
            for second, beside in zip(other.is_of, other.of, strict=True):
                mine, others = one.sort.picked_cells, beside.sort.picked_cells
                if any(mine[name] != others[name] for name in mine.keys() & others.keys() if name != column):
                    yield self.terms.no(self.terms.all_of((first, second)))

    def cells(self, value: Callable[[Term], Any]) -> dict[str, Any]:
        """Write the row down."""
        for is_of, rows in zip(self.is_of, self.of, strict=True):
            if value(is_of) is True:
                named = {name: value(self.values[name]) for name in rows.sums if name in rows.sort.scope}
                return {**named, **rows.sort.picked_cells}
        return {}

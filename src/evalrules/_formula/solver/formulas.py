"""Formulas as terms of the solver over unknown inputs, and the questions that are put to it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any, Final, Literal, cast

from evalrules._formula.functions import BY_NAME, FILLED
from evalrules._formula.functions.row import Aggregate, Plain
from evalrules._formula.program import ATTAINMENT, ATTAINMENT_BINDING
from evalrules._formula.scope import ANY, Bounds, Functions, Kind, Scope, Variable
from evalrules._formula.solver.calendar import FIRST_DAY, LAST_DAY, exactly, loosely
from evalrules._formula.solver.rows import FILLED as CELL_FILLED
from evalrules._formula.solver.rows import Sort
from evalrules._formula.solver.tables import Added, Faulty, ManySorts, Tabled, table_of
from evalrules._formula.solver.terms import Term, Terms, ask, in_model, without_floors
from evalrules._formula.tree import (
    Arithmetic,
    Both,
    Call,
    Choice,
    Comparing,
    Comparison,
    Either,
    Fault,
    FaultKind,
    Formula,
    If,
    Name,
    Negative,
    Node,
    Not,
    Number,
    literal,
    names,
    walk,
)
from evalrules._values import frozen

# A tree as a term of the solver, with what stands in the way of its value.


class Meaningless(Exception):
    """What has no meaning for the solver: ``part`` names it in the language of formulas."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@frozen(eq=False)
class Failing:
    """A fault and the condition under which it arises, provided that none before it does."""

    kind: FaultKind
    detail: str
    condition: Term


@frozen(eq=False)
class Meaning:
    """The value of a tree, which it has unless one of the faults arises; the first that does is the fault."""

    value: Term
    faults: tuple[Failing, ...] = ()


Names = Callable[[str], Meaning]
Codes = Callable[[str], int]


@frozen(eq=False)
class Vocabulary:
    """What names and choices mean to the solver, and which functions plug-ins add."""

    terms: Terms
    meaning: Names
    code: Codes
    functions: Functions
    aggregated: Callable[[_Encoder, Aggregate, Call], Term]


def read_term(node: Node, words: Vocabulary) -> Meaning:
    """Read a checked tree; raises `Meaningless` for a function that has no meaning for the solver.

    >>> from evalrules._formula.solver.formulas import Inputs
    >>> from evalrules._formula.solver.terms import settled
    >>> from evalrules._formula.parser import read_tree
    >>> words = Inputs(Terms(), {}).words
    >>> settled(read_term(read_tree("上取整(7 ÷ 2)"), words).value)
    Fraction(4, 1)
    """
    return _Encoder(words).read(node)


class _Encoder:
    """Reads one formula; faults are gathered in the order in which the running readings meet them."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self.terms = words.terms
        self.reached: Term = words.terms.truth(True)
        self.faults: list[Failing] = []

    def read(self, node: Node) -> Meaning:
        """Give the meaning of the whole formula."""
        value = self.value(node)
        return Meaning(value, tuple(self.faults))

    def fail(self, kind: FaultKind, detail: str, condition: Term) -> None:
        """Note that a fault arises where the condition holds and the place is reached at all."""
        guarded = self.terms.all_of((self.reached, condition))
        if not self.terms.is_impossible(guarded):
            self.faults.append(Failing(kind, detail, guarded))

    def value_where(self, condition: Term, node: Node) -> Term:
        """Give the value of a part that is only reached under a condition."""
        outside = self.reached
        self.reached = self.terms.all_of((outside, condition))
        found = self.value(node)
        self.reached = outside
        return found

    def value(self, node: Node) -> Term:
        """Give the value of a part."""
        match node:
            case Number(value):
                return self.terms.number(value)
            case Choice(value):
                return self.terms.whole(self.words.code(value))
            case Name(name):
                return self.name(name)
            case Negative(operand):
                return -self.value(operand)
            case Not(operand):
                return self.terms.no(self.value(operand))
            case Arithmetic(sign, left, right):
                return self.arithmetic(sign, self.value(left), self.value(right))
            case Comparing():
                return self.compared(node)
            case Both(operands):
                return self.stopping(operands, stop=False)
            case Either(operands):
                return self.stopping(operands, stop=True)
            case If(condition, then, otherwise):
                decided = self.value(condition)
                arms = (self.value_where(decided, then), self.value_where(self.terms.no(decided), otherwise))
                return self.terms.choose(decided, *arms)
            case Call():
                return self.call(node)

    def name(self, name: str) -> Term:
        """Give what a name stands for; its faults are met here."""
        found = self.words.meaning(name)
        for fault in found.faults:
            self.fail(fault.kind, fault.detail, fault.condition)
        return found.value

    def arithmetic(self, sign: str, left: Term, right: Term) -> Term:
        """Reckon with two numbers; two dates give the days between them."""
        match sign:
            case "+":
                return left + right
            case "-":
                return self.terms.as_number(left - right)
            case "*":
                return left * right
        self.fail("zero-division", "", right == self.terms.number(0))
        return left / right

    def compared(self, node: Comparing) -> Term:
        """Compare from left to right, as far as the first comparison that fails."""
        left, holds = self.value(node.first), self.terms.truth(True)
        for sign, operand in node.rest:
            right = self.value_where(holds, operand)
            holds = self.terms.all_of((holds, _COMPARED[sign](left, right)))
            left = right
        return holds

    def stopping(self, operands: Sequence[Node], *, stop: bool) -> Term:
        """Go through conditions as far as the first that is decisive."""
        terms = self.terms
        combined, going = (terms.any_of, terms.no) if stop else (terms.all_of, lambda term: term)
        found: list[Term] = []
        for operand in operands:
            found.append(self.value_where(terms.all_of(going(each) for each in found), operand))
        return combined(found)

    # ---- calls ----

    def call(self, node: Call) -> Term:
        """Give the value of a call."""
        row = BY_NAME.get(node.function)
        if isinstance(row, Aggregate):
            return self.words.aggregated(self, row, node)
        if isinstance(row, Plain):
            return row.solver(self, *(self.argument(row, place, each) for place, each in enumerate(node.arguments)))
        if row is not None:
            return self.is_filled(node.arguments[0], row is FILLED)
        return self.plugin(node.function, [self.value(argument) for argument in node.arguments])

    def argument(self, row: Plain, place: int, node: Node) -> Term:
        """Give the value of an argument; a whole number as written is the number itself."""
        return literal(node) if row.argument(place).kind == "whole" else self.value(node)

    def is_filled(self, node: Node, wanted: bool) -> Term:  # noqa: FBT001
        """Tell whether a name has a value; other faults than that it is blank arise here as well."""
        found = self.words.meaning(cast("Name", node).name)
        blank: list[Term] = []
        before: list[Term] = []
        for fault in found.faults:
            here = self.terms.all_of((*map(self.terms.no, before), fault.condition))
            if fault.kind == "blank":
                blank.append(here)
            else:
                self.fail(fault.kind, fault.detail, here)
            before.append(fault.condition)
        missing = self.terms.any_of(blank)
        return self.terms.no(missing) if wanted else missing

    def plugin(self, name: str, values: list[Term]) -> Term:
        """Call a function of a plug-in by the meaning that it brings for the solver."""
        function = self.words.functions[name]
        if function.solver is None:
            raise Meaningless(str(function))
        try:
            return self.terms.as_number(function.solver(*values))
        except Fault as fault:
            raise Meaningless(fault.detail) from fault
        except Exception as error:  # whatever somebody else's code raises is its own fault
            raise Meaningless(f"{function}: {type(error).__name__}: {error}") from error


class _RowReader(_Encoder):
    """Reads a formula within a row of a table: numbers are `Linear`, conditions on cells are decided."""

    def call(self, node: Call) -> Term:
        """Give the value of a call; of months no more is known than how many there can be."""
        row, sort = BY_NAME.get(node.function), cast("Sort", self.terms)
        if not isinstance(row, Plain) or not row.steps:
            return super().call(node)
        days = [sort.number(self.value(argument)) for argument in node.arguments]
        bounds = row.ranges(*map(sort.range_of, days))
        return sort.apart(f"{row.name} {[day.key for day in days]}", bounds)


def first_of_each_kind(terms: Terms, faults: Iterable[Failing]) -> tuple[Failing, ...]:
    """Bring faults to one of each sort, so that formulas that read one another stay short; no two arise at once."""
    conditions: dict[tuple[FaultKind, str], list[Term]] = {}
    for fault in faults:
        sort = (fault.kind, fault.detail)
        others = (terms.any_of(found) for known_sort, found in conditions.items() if known_sort != sort)
        here = terms.all_of((fault.condition, *(terms.no(other) for other in others)))
        conditions.setdefault(sort, []).append(here)
    return tuple(Failing(kind, detail, terms.any_of(found)) for (kind, detail), found in conditions.items())


_COMPARED: Final[dict[Comparison, Callable[[Term, Term], Term]]] = {
    "=": lambda left, right: left == right,
    "≠": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "≤": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    "≥": lambda left, right: left >= right,
}


# What formulas read, as unknowns of the solver within their declared ranges.


Value = Fraction | bool | str | datetime.date | tuple[Mapping[str, Any], ...] | None


class Inputs:
    """Unknowns by name, made when they are first read, and what is computed from them.

    ``optional`` are the names that may be blank. ``figures`` are computed in order; a formula sees None of a figure
    that has no value. An input keeps within its declared range: see `conditions`.
    """

    def __init__(
        self, terms: Terms, scope: Scope, functions: Functions | None = None, optional: Iterable[str] = ()
    ) -> None:
        self.terms = terms
        self.scope = scope
        self.optional = frozenset(optional)
        self.given: dict[str, Term] = {}
        self.present: dict[str, Term] = {}
        self.conditions: list[Term] = []
        self.computed: dict[str, Meaning | Meaningless] = {}
        self.codes: dict[str, int] = {}
        self.words = Vocabulary(terms, self.meaning, self.code, functions or {}, self.aggregated)
        self.tables: dict[str, Tabled] = {}
        self.like: Inputs | None = None
        self.shares_tables = False
        self._suffix = ""
        self._calls: dict[str, dict[Call, None]] = {}
        self._awaited: frozenset[str] = frozenset()
        self._moved: frozenset[str] = frozenset()
        self._outer: dict[str, dict[str, Meaning]] = {}

    def beside(self, moved: Iterable[str], suffix: str = "′") -> Inputs:
        """Give the same inputs once more: those of ``moved`` are others, all else is equal. Nothing is computed yet."""
        other = Inputs(self.terms, self.scope, self.words.functions, self.optional)
        left_out = frozenset(moved)
        other.given = {name: term for name, term in self.given.items() if name not in left_out}
        other.present = {name: term for name, term in self.present.items() if name not in left_out}
        other.codes = self.codes
        other._suffix = suffix
        other.like, other._moved = self, left_out
        other._calls, other._awaited = self._calls, self._awaited
        return other

    def share_tables(self, other: Inputs) -> None:
        """Read the tables of others: where these declare them otherwise, they cannot be read."""
        self.like, self.shares_tables = other, True

    def code(self, choice: str) -> int:
        """Give the number that stands for a choice."""
        return self.codes.setdefault(choice, len(self.codes))

    def choice(self, code: int) -> str | None:
        """Give the choice that a number stands for."""
        return next((choice for choice, known in self.codes.items() if known == code), None)

    def kind(self, name: str) -> Kind:
        """Give what an input is; a table, like a section, can only be asked whether it is filled in."""
        variable = self.scope.get(name)
        return "section" if variable is None else variable.kind

    # ---- tables ----

    def expect(self, nodes: Iterable[Node], computed: Iterable[str] = ()) -> None:
        """Make known which calls will read tables, and which names will be computed, before the first is read."""
        self._awaited |= frozenset(computed)
        for part in (part for node in nodes for part in walk(node)):
            if isinstance(part, Call) and isinstance(BY_NAME.get(part.function), Aggregate):
                self._calls.setdefault(self._table_of(part), {})[part] = None

    def _table_of(self, call: Call) -> str:
        known = (self.scope.get(name) for name in names(call))
        return next((each.table for each in known if each is not None and each.table is not None), "")

    def aggregated(self, reader: _Encoder, row: Aggregate, call: Call) -> Term:
        """Give what a call over the rows of a table comes to."""
        name = self._table_of(call)
        if not name or call not in self._calls.get(name, ()):
            raise Meaningless(row.name)
        if name not in self.tables:
            self.tables[name] = self._tabled(name, row)
        if name in self.optional:
            filled = self.present.setdefault(name, self.terms.truth_named(f"{name}{self._suffix}·已填"))
            reader.fail("blank", name, self.terms.no(filled))
        value, faults = self.tables[name].value(row, call)
        self.conditions += self.tables[name].untaken(self)
        for fault in faults:
            reader.fail(*fault)
        return value

    def _tabled(self, name: str, row: Aggregate) -> Tabled:
        """Give a table: that of the inputs these are like, but for a cell that moves, if rows mean the same there."""
        column = next((each for each in self._moved if each in self.scope and self.scope[each].table == name), None)
        shared = None if self.like is None else self.like.tables.get(name)
        if shared is not None and name not in self._moved and self._reads_alike(name):
            self.conditions += shared.untaken(self)
            if column is None:
                return shared
            moved = shared.moved(column)
            self.conditions += shared.untaken(self)
            return moved
        if self.shares_tables:
            raise Meaningless(row.name)
        try:
            return table_of(name, self.terms, self.scope, self._calls[name], self._read_in_row, self._suffix)
        except ManySorts:
            raise Meaningless(row.name) from None

    def _reads_alike(self, name: str) -> bool:
        """Tell whether what rows are held against, beside their cells, is the same as in the inputs these are like."""
        assert self.like is not None
        columns = (each for each in self.scope if self.scope[each].table == name) if self.shares_tables else ()
        return all(self.scope[each] == self.like.scope.get(each) for each in columns) and all(
            len(found.faults) == len(known.faults)
            and found.value.eq(known.value)
            and all(one.condition.eq(other.condition) for one, other in zip(found.faults, known.faults, strict=True))
            for outer, known in self.like._outer.get(name, {}).items()  # noqa: SLF001 - one of its kind
            for found in (self.meaning(outer),)
        )

    def _read_in_row(self, sort: Sort, call: Call) -> tuple[Added, tuple[Faulty, ...]]:
        row, table = BY_NAME[call.function], self._table_of(call)
        assert isinstance(row, Aggregate)

        def meaning(name: str) -> Meaning:
            variable = self.scope.get(name)
            if variable is None or variable.table is None:
                return self._beside_rows(sort, table, name, row)
            return self._cell(sort, name, variable)

        words = Vocabulary(cast("Terms", sort), meaning, self.code, self.words.functions, self.aggregated)
        reader = _RowReader(words)
        found = row.added(*(reader.value(argument) for argument in call.arguments))
        return found, tuple((fault.kind, fault.detail, fault.condition) for fault in reader.faults)

    def _cell(self, sort: Sort, name: str, variable: Variable) -> Meaning:
        if name in self.optional and not sort.picked((CELL_FILLED, name), (True, False)):
            nothing = sort.truth(False) if variable.kind in ("yes_no", "text") else sort.number(0)
            return Meaning(nothing, (Failing("blank", name, sort.truth(True)),))
        match variable.kind:
            case "choice":
                return Meaning(sort.number(self.code(sort.picked(name, variable.choices))))
            case "yes_no":
                return Meaning(sort.truth(sort.picked(name, (False, True))))
            case "text":
                return Meaning(sort.truth(True))
        return Meaning(sort.cell(name))

    def _beside_rows(self, sort: Sort, table: str, name: str, row: Aggregate) -> Meaning:
        """Give what a name within a row means that is no cell of it."""
        if name not in self.computed and (name in self._awaited or name not in self.scope):
            raise Meaningless(row.name)
        found = self._outer.setdefault(table, {}).setdefault(name, self.meaning(name))
        value = found.value if self.terms.is_truth(found.value) else sort.number(found.value)
        return Meaning(value, found.faults)

    # ---- names ----

    def meaning(self, name: str) -> Meaning:
        """Give what a name stands for."""
        found = self.computed.get(name)
        if isinstance(found, Meaningless):
            raise found
        if found is None and name == ATTAINMENT:  # read before what it is computed from is bound anew
            return read_term(ATTAINMENT_BINDING.formula.tree, self.words)
        return found if found is not None else self._input(name)

    def compute(self, name: str, formula: Formula) -> None:
        """Compute a figure; whoever reads it finds it blank where it has no value, which its own name tells."""
        try:
            found = read_term(formula.tree, self.words)
        except Meaningless as part:
            self.computed[name] = part
            return
        faults = first_of_each_kind(self.terms, found.faults)
        blank = tuple(fault for fault in faults if fault.kind == "blank")
        missing = self.terms.any_of(fault.condition for fault in faults if fault.kind != "blank")
        without_value = () if self.terms.is_impossible(missing) else (Failing("blank", name, missing),)
        self.computed[name] = Meaning(found.value, (*blank, *without_value))

    def bind(self, name: str, formula: Formula) -> None:
        """Bind a name for the formulas that are read from now on; its faults are theirs where they read it."""
        try:
            found = read_term(formula.tree, self.words)
        except Meaningless as part:
            self.computed[name] = part
            return
        self.computed[name] = Meaning(found.value, first_of_each_kind(self.terms, found.faults))

    def put(self, name: str, term: Term) -> None:
        """Let a name stand for a term, whatever it is computed from."""
        self.computed[name] = Meaning(term)

    def _input(self, name: str) -> Meaning:
        variable = self.scope.get(name)
        if name in self.optional and name not in self.present:
            self.present[name] = self.terms.truth_named(f"{name}{self._suffix}·已填")
        if name not in self.given:
            self.given[name] = self._unknown(name, variable)
        faults = (Failing("blank", name, self.terms.no(self.present[name])),) if name in self.present else ()
        return Meaning(self._as_read(name), faults)

    def _as_read(self, name: str) -> Term:
        term = self.given[name]
        return self.terms.as_number(term) if self.kind(name) == "number" else term

    def _unknown(self, name: str, variable: Variable | None) -> Term:
        terms, called, kind = self.terms, f"{name}{self._suffix}", self.kind(name)
        if variable is not None and variable.table is not None:
            raise Meaningless(name)
        if kind in ("date", "choice") or (kind == "number" and variable is not None and variable.integer):
            term = terms.whole_named(called)
        else:
            term = terms.real_named(called) if kind == "number" else terms.truth_named(called)
        self.conditions += self.declared(name, term)
        return term

    def declared(self, name: str, term: Term) -> list[Term]:
        """Give the conditions that an input is blank or in its declared range; whole where its term can be else."""
        filled = self.present.get(name)
        found = self._in_range(name, term)
        return found if filled is None else [self.terms.any_of((self.terms.no(filled), each)) for each in found]

    def _in_range(self, name: str, term: Term) -> list[Term]:
        variable, kind, terms = self.scope.get(name), self.kind(name), self.terms
        if kind == "date":
            return [term >= FIRST_DAY, term <= LAST_DAY]
        if variable is None or kind not in ("number", "choice"):
            return []
        if kind == "choice":
            return [terms.any_of(term == self.code(choice) for choice in variable.choices)]
        number = terms.as_number(term)
        whole = [terms.floor(number) == number] if variable.integer and terms.is_number(term) else []
        return [*within(terms, number, variable.bounds), *whole]


def within(terms: Terms, term: Term, bounds: Bounds) -> list[Term]:
    """Give the conditions that a number lies in a range."""
    found: list[Term] = []
    if bounds is ANY:
        return found
    if bounds.low is not None:
        low = terms.number(bounds.low)
        found.append(term > low if bounds.low_open else term >= low)
    if bounds.high is not None:
        high = terms.number(bounds.high)
        found.append(term < high if bounds.high_open else term <= high)
    return found


# Questions to the solver, each whether some input meets several conditions at once.


Found = Literal["none", "some", "unknown"]


@frozen(eq=False)
class Model:
    """Inputs that the solver found."""

    found: Any

    def number(self, term: Term) -> Fraction | None:
        """Give what a number is here."""
        value = in_model(self.found, term)
        return value if isinstance(value, Fraction) else None

    def holds(self, term: Term) -> bool:
        """Tell whether a condition holds here."""
        return in_model(self.found, term) is True

    def values(self, inputs: Inputs) -> dict[str, Value]:
        """Give the inputs by name; a blank is None."""
        found: dict[str, Value] = {name: self._value(inputs, name) for name in inputs.given}
        return {**found, **{name: self._rows(inputs, name) for name in inputs.tables}}

    def _rows(self, inputs: Inputs, name: str) -> Value:
        present, table = inputs.present.get(name), inputs.tables[name]
        if present is not None and not self.holds(present):
            return None
        written = table.cells(partial(in_model, self.found))
        return tuple({_column(name, of): self._cell(inputs, of, cell) for of, cell in row.items()} for row in written)

    def _cell(self, inputs: Inputs, name: str, cell: Value) -> Value:
        is_day = inputs.scope[name].kind == "date"
        return datetime.date.fromordinal(int(cell)) if is_day and isinstance(cell, Fraction) else cell

    def _value(self, inputs: Inputs, name: str) -> Value:
        present = inputs.present.get(name)
        if present is not None and not self.holds(present):
            return None
        value, kind = in_model(self.found, inputs.given[name]), inputs.kind(name)
        if isinstance(value, Fraction) and kind == "date":
            return datetime.date.fromordinal(int(value))
        if isinstance(value, Fraction) and kind == "choice":
            return inputs.choice(int(value))
        return "已说明" if kind == "text" else value


def _column(table: str, name: str) -> str:
    return name.removeprefix(f"{table}_")


@frozen(eq=False)
class Question:
    """Conditions, and how long one answer may take, in seconds."""

    terms: Terms
    seconds: float = 2.0

    def answer(self, conditions: Iterable[Term]) -> tuple[Found, Model | None]:
        """Tell whether some input meets all conditions, with one that does.

        >>> terms = Terms()
        >>> x = terms.real_named("x")
        >>> verdict, model = Question(terms).answer([x * x == 4, x > 0])
        >>> verdict, model.number(x)
        ('some', Fraction(2, 1))
        """
        asked = list(conditions)
        if self.terms.floors or self.terms.days:
            loose = without_floors(self.terms, loosely(self.terms, asked))
            if ask(loose, self.terms.context, self.seconds)[0] == "unsat":
                return "none", None
        answer, model = ask(exactly(self.terms, asked), self.terms.context, self.seconds)
        if answer == "sat":
            return "some", Model(model)
        return ("none" if answer == "unsat" else "unknown"), None

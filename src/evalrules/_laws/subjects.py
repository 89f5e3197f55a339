"""What laws are held to: each indicator, each default of open rows, each method as its own cases put it to use."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property, reduce
from typing import Any, TypeVar

from attrs import define, evolve, field

from evalrules._check.way import RuleReading, formulas_of
from evalrules._edition.forms import ITEM, TIER
from evalrules._edition.model import (
    Case,
    Catalogue,
    Defaults,
    Indicator,
    Method,
    MethodCall,
    Parameter,
    Path,
    Scoring,
    ScoringKind,
    Section,
    Target,
    TargetKind,
)
from evalrules._edition.scopes import carried_points, movers_to
from evalrules._formula.compile.programs import Job, compile_jobs
from evalrules._formula.edges import edge_terms
from evalrules._formula.intervals import overlap
from evalrules._formula.program import (
    ACTUAL,
    EVIDENCE,
    JUDGED,
    POINTS,
    TARGET,
    PointsBetween,
    Program,
    dependencies,
    free_names,
)
from evalrules._formula.scope import ANY, Functions, Scope, Variable
from evalrules._formula.tree import (
    Arithmetic,
    Both,
    Call,
    Comparing,
    Either,
    Fault,
    Formula,
    Name,
    Node,
    Not,
    Number,
    children,
)
from evalrules._formula.worth_trying import Domain, Value, WorthTrying, domain, may_be_blank, rows_of
from evalrules._problems import Location, listed, phrase
from evalrules._quantities import Cell, Date, Quantity, yes_or_no
from evalrules._score.compiling import compile_ruleset
from evalrules._score.form import ScoredForm
from evalrules._score.ruleset import Plan, Row, Ruleset
from evalrules._values import frozen

# Methods put to use as their own cases put them: each setting of parameters as an indicator of a form made for it.


USUAL_POINTS = Fraction(10)
_MOST_LINKED = 4


@frozen
class Setting:
    """How a method is put to use: its parameters as written, the points, the unit of 完成值, whether it is a day."""

    method: str
    parameters: tuple[tuple[str, Cell], ...]
    points: Fraction = USUAL_POINTS
    unit: str = ""
    dated: bool = False


@frozen(eq=False)
class Bench:
    """A form with one row for each setting of an edition's own methods."""

    ruleset: Ruleset
    rows: Mapping[Setting, Row]


def setting_of(method: Method, case: Case | None) -> Setting:
    """Give the setting that a case puts the method to; without a case every parameter has its default."""
    given = {} if case is None else dict(case.inputs)
    names = {parameter.name for parameter in method.parameters}
    units = (cell.unit for cell in (given.get(ACTUAL), given.get(TARGET)) if isinstance(cell, Quantity))
    points = given.get(POINTS)
    return Setting(
        method.title,
        tuple(sorted(((name, cell) for name, cell in given.items() if name in names), key=lambda pair: pair[0])),
        points.number if isinstance(points, Quantity) else USUAL_POINTS,
        next(units, ""),
        any(isinstance(given.get(word), Date) for word in (ACTUAL, TARGET)),
    )


def own_methods(catalogue: Catalogue) -> tuple[Method, ...]:
    """Give the methods that the edition wrote itself."""
    return tuple(method for method in catalogue.methods.values() if method.edition in ("", catalogue.name))


def bench_of(catalogue: Catalogue, functions: Functions | None = None) -> Bench:
    """Compile the methods of an edition by themselves. Its figures stay, its form gives way to that of the bench."""
    settings = list(dict.fromkeys(_settings(own_methods(catalogue))))
    parts = tuple(
        _bench_indicator(catalogue.methods[setting.method], setting, str(n)) for n, setting in enumerate(settings)
    )
    form = evolve(
        catalogue, parts=parts, open=False, defaults=Defaults(), score_caps=(), grades=(), grade_caps=(), checks=()
    )
    ruleset = compile_ruleset(form, functions)
    return Bench(ruleset, dict(zip(settings, ruleset.rows, strict=True)))


def _settings(methods: Iterable[Method]) -> Iterator[Setting]:
    for method in methods:
        yield from (setting_of(method, case) for case in method.cases)
        if not method.cases and all(parameter.default is not None for parameter in method.parameters):
            yield setting_of(method, None)


def _bench_indicator(method: Method, setting: Setting, number: str) -> Indicator:
    parameters = {parameter.name: parameter for parameter in method.parameters}
    arguments = tuple((name, _argument(parameters[name], cell)) for name, cell in setting.parameters)
    units = tuple((name, cell.unit) for name, cell in setting.parameters if isinstance(cell, Quantity) and cell.unit)
    call = MethodCall(method.title, arguments, units=units, location=method.location)
    return Indicator(
        (f"{method.title}·{number}",),
        setting.points,
        call,
        unit=setting.unit,
        target=Target("date") if setting.dated else None,
        location=method.location,
        waive=method.waive,
    )


def _argument(parameter: Parameter, cell: Cell) -> Formula:
    """Write what a case gives for a parameter as the formula that a call would give."""
    if parameter.choices:
        return Formula(cell.text, Name(cell.text.strip()))
    if isinstance(cell, Date):
        parts = (cell.day.year, cell.day.month, cell.day.day)
        return Formula(cell.text, Call("日期", tuple(Number(Fraction(part)) for part in parts)))
    if isinstance(cell, Quantity):
        return Formula(cell.text, Number(cell.number, percent=cell.unit == "%"))
    answer = Number(Fraction(bool(yes_or_no(cell.text))))
    return Formula(cell.text, Comparing(answer, (("=", Number(Fraction(1))),)))


# What laws are held to: each indicator, each default for the rows of open sections, each method by itself.


NUMERIC: tuple[TargetKind, ...] = ("≥", ">", "≤", "<", "=", "interval")
_OF_ROWS = frozenset({POINTS, TARGET, ACTUAL, JUDGED, EVIDENCE, TIER})
DIRECTED: tuple[TargetKind, ...] = (*NUMERIC, "date")


@define(slots=False, eq=False, repr=False)
class Subject:
    """A rule with the row that it scores. ``waive`` are the laws that it means to break, each with its reason.

    ``direction`` is the comparator of the row's target, None where there is none or the rule is judged. ``free`` are
    the words of the row that are inputs here: 分值 and 指标值 of an open row, 指标值 of a method. ``family`` is what
    the settings of one method share, and the subject's own name otherwise.
    """

    name: str
    ruleset: Ruleset
    row: Row
    plan: Plan
    direction: TargetKind | None = None
    waive: Mapping[str, str] = field(factory=dict)
    location: Location | None = None
    free: frozenset[str] = frozenset()
    is_method: bool = False
    family: str = field()

    @family.default
    def _family(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<Subject {self.name}>"

    @property
    def indicator(self) -> Indicator:
        """The indicator, or what stands for one."""
        return self.row.indicator

    @property
    def program(self) -> Program:
        """Its rules, brought to their core."""
        return self.plan.program

    @cached_property
    def reading(self) -> RuleReading:
        """Its rules read with ranges: what is computed from what, and what is known of it."""
        figures = {figure.name: figure.formula for _, figure, _ in self.ruleset.computed if figure.formula is not None}
        return RuleReading(self.program, self.plan.scope, figures, self.indicator.applies)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every formula that decides its points, and, where they are compared, 完成值 and 指标值 themselves."""
        found = [formula.tree for rule in self.program.rules for formula in formulas_of(rule)]
        found += [Name(requirement.name) for requirement in self.program.requirements]
        found += [formula.tree for formula in self._of_indicator()]
        found += [Name(word) for word in (ACTUAL, TARGET) if self.direction is not None and self.has(word)]
        return tuple(found)

    @cached_property
    def inputs(self) -> tuple[Variable, ...]:
        """What can be another, in the order of first use; a table stands for its columns."""
        names = list(free_names(self.nodes, self.reading.trees))
        if any(isinstance(rule.points, PointsBetween) for rule in self.program.rules):
            names.append(JUDGED)
        if len(self.carried) > 1 and POINTS not in names:
            names.append(POINTS)
        known = [self.plan.scope[name] for name in names if name in self.plan.scope]
        kept = (variable for variable in known if variable.name not in (POINTS, TARGET) or self._varies(variable.name))
        return tuple({variable.table or variable.name: _or_table(variable) for variable in kept}.values())

    def _varies(self, word: str) -> bool:
        return word in self.free or (word == POINTS and len(self.carried) > 1)

    @cached_property
    def carried(self) -> tuple[Fraction, ...]:
        """The points that the row can carry, its own first, where they are fixed: others may move theirs to it."""
        return carried_points(self.ruleset.catalogue, self.indicator)

    @cached_property
    def linked(self) -> Mapping[Path, Formula]:
        """When others apply whose points can come to it, where that is said of its own inputs: both go together."""
        found: dict[Path, Formula] = {}
        for mover in movers_to(self.ruleset.catalogue, self.indicator.path) if len(self.carried) > 1 else ():
            read = () if mover.applies is None else free_names([mover.applies.tree], self.reading.trees)
            if mover.applies is not None and self._inputs_behind(read):
                found[mover.path] = mover.applies
        return found if len(found) <= _MOST_LINKED else {}

    def carried_where(self, applies: Mapping[Path, bool | None]) -> tuple[Fraction, ...]:
        """Give the points that the row can carry where these others apply, or do not."""
        return carried_points(self.ruleset.catalogue, self.indicator, lambda mover: applies.get(mover.path))

    def may_carry(self, form: ScoredForm) -> bool:
        """Tell whether the points of the one row of a form can go with its figures."""
        if not self.linked:
            return True
        cells = _cells(form)
        told = {path: _truth(self._compiled[path], cells) for path in self.linked}
        return Fraction(*cells[1]) in self.carried_where(told)

    @cached_property
    def trying(self) -> WorthTrying:
        """The inputs worth trying."""
        formulas = self.reading.trees
        terms = (*edge_terms(self.nodes, formulas), *self._of_target(), *self._of_judgement(), *self._of_ranges())
        return WorthTrying(
            {variable.name: self._domain(variable) for variable in self.inputs},
            terms,
            formulas,
            {POINTS: self.indicator.points},
        )

    @cached_property
    def may_be_blank(self) -> frozenset[str]:
        """The inputs of which a formula asks whether they are filled in."""
        return may_be_blank(self.nodes, self.reading.trees)

    def _domain(self, variable: Variable) -> Domain:
        """Give what an input can be, the requirements of the rule included."""
        if variable.table is not None:
            columns = self.ruleset.catalogue.tables[variable.table].columns
            scope = self.plan.scope
            cells = (domain(scope[f"{variable.table}_{each.name}"], wished=self._wished(variable)) for each in columns)
            named = (evolve(cell, name=each.name) for cell, each in zip(cells, columns, strict=True))
            table = Domain(variable.name, "table", (), columns=tuple(named))
            return evolve(table, usual=rows_of(table))
        more: dict[str, Any] = {"may_be_blank": variable.name in self.may_be_blank}
        if variable.name in (POINTS, JUDGED):
            more["step"] = Fraction(1, self.ruleset.place)
        if variable.name == POINTS and POINTS not in self.free:
            more["listed"] = self.carried
        required = (each.bounds for each in self.program.requirements if each.name == variable.name)
        within = reduce(lambda one, other: overlap(one, other) or one, required, ANY)
        return domain(variable, wished=self._wished(variable), within=within, **more)

    def _wished(self, variable: Variable) -> Iterator[Value]:
        """Give usual values: full points, a target just met, the highest that a figure can be, the end of the year."""
        target, years = self.indicator.target, self.ruleset.catalogue.fiscal_years
        if variable.kind == "date":
            known = target is not None and target.day is not None
            yield target.day if known and target is not None else datetime.date(years[0] if years else 2024, 12, 31)
        elif variable.name in (POINTS, JUDGED):
            yield self.indicator.points
        elif variable.name not in (ACTUAL, TARGET) and variable.bounds.high is not None:
            yield variable.bounds.high

    def _of_target(self) -> Iterator[Node]:
        """Give what is 0 where the target is just met."""
        target = self.indicator.target
        if not self.has(ACTUAL) or self.direction is None:
            return
        if self.has(TARGET):
            yield Arithmetic("-", Name(ACTUAL), Name(TARGET))
        elif target is not None and target.kind == "interval":
            yield from _ends(ACTUAL, (target.low, target.high))

    def _of_judgement(self) -> Iterator[Node]:
        """Give what is 0 at the ends of the ranges of points that an assessor chooses from."""
        between = (rule.points for rule in self.program.rules if isinstance(rule.points, PointsBetween))
        for points in between:
            yield from (Arithmetic("-", Name(JUDGED), end.tree) for end in (points.low, points.high))

    def _of_ranges(self) -> Iterator[Node]:
        """Give what is 0 where a computed name leaves the range that the rule requires."""
        for requirement in self.program.requirements:
            if requirement.name in self.reading.trees:
                yield from _ends(requirement.name, (requirement.bounds.low, requirement.bounds.high))

    def excuses(self, name: str) -> bool:
        """Tell whether a range of this name excuses what lies outside it: nothing but cells of the row decides it."""
        read = {each for each in dependencies(Name(name), self.reading.trees) if each not in self.reading.trees}
        return bool(read) and all(each in _OF_ROWS or each.startswith(ITEM) for each in read)

    @cached_property
    def moving(self) -> frozenset[str]:
        """The inputs that 完成值 is computed from; none where it is an input itself."""
        computed = self.reading.trees if self.reads_value else {}
        return self._inputs_behind(dependencies(computed[ACTUAL], computed)) if computed else frozenset()

    @property
    def reads_value(self) -> bool:
        """Whether 完成值 is computed."""
        return any(binding.name == ACTUAL for binding in self.program.bindings)

    @cached_property
    def read_beside(self) -> frozenset[str]:
        """The inputs that the rules, or 指标值, read otherwise than by 完成值."""
        beside = {name: tree for name, tree in self.reading.trees.items() if name != ACTUAL}
        rules = [formula.tree for rule in self.program.rules for formula in formulas_of(rule)]
        return self._inputs_behind(free_names([*rules, *([beside[TARGET]] if TARGET in beside else [])], beside))

    def _inputs_behind(self, names: Iterable[str]) -> frozenset[str]:
        """Give the inputs among some names; a column stands for its table."""
        known = (self.plan.scope[name] for name in names if name in self.plan.scope)
        return frozenset({each.table or each.name for each in known} & {each.name for each in self.inputs})

    @property
    def is_directed(self) -> bool:
        """Whether it can be told what is better of the rule's actual."""
        if self.direction is None or not self.has(ACTUAL):
            return False
        return self.direction == "interval" or self.has(TARGET)

    def has(self, word: str) -> bool:
        """Tell whether the row has this word: in scope, and an input or computed."""
        bound = {binding.name for binding in self.program.bindings}
        return word in self.plan.scope and (word in bound or word == ACTUAL or word in self.free)

    def measure(self, word: str, form: ScoredForm) -> Any:
        """Give 完成值 or 指标值 as the compiled rule computes it: a pair, a day's ordinal; raises `Fault`."""
        return self._compiled[word](*_cells(form))

    @cached_property
    def _compiled(self) -> dict[object, Callable[..., Any]]:
        scope: Scope = self.plan.scope
        formulas: dict[object, Formula] = {
            word: Formula(word, Name(word)) for word in (ACTUAL, TARGET) if word in self.plan.scope
        }
        for number, rule in enumerate(self.program.rules):
            conditions = {(number, "when"): rule.when, (number, "unless"): rule.unless}
            formulas |= {key: condition for key, condition in conditions.items() if condition is not None}
        formulas |= {node: Formula("", node) for node in self._comparisons}
        formulas.update(self.linked.items())
        jobs = [Job(formula, scope, program=self.program) for formula in formulas.values()]
        made = compile_jobs(jobs, self.ruleset.slots, self.ruleset.functions)
        return dict(zip(formulas, made, strict=True))

    def applied(self, form: ScoredForm) -> Iterator[int]:
        """Go through the numbers of the rules that gave or took points, in their order; raises `Fault`."""
        cells = _cells(form)

        def holds(number: int, condition: str, default: bool) -> bool:  # noqa: FBT001
            compiled = self._compiled.get((number, condition))
            return default if compiled is None else bool(compiled(*cells))

        for number in range(len(self.program.rules)):
            if holds(number, "when", True) and not holds(number, "unless", False):
                yield number
                if self.program.form == "award":
                    return

    def decided(self, form: ScoredForm) -> tuple[bool | None, ...]:
        """Tell which single comparisons of the conditions hold, None where one has no value."""
        cells = _cells(form)
        return tuple(_truth(self._compiled[node], cells) for node in self._comparisons)

    @cached_property
    def _comparisons(self) -> tuple[Node, ...]:
        conditions = [each.tree for rule in self.program.rules for each in (rule.when, rule.unless) if each is not None]
        return tuple(dict.fromkeys(part for condition in conditions for part in _single(condition)))

    def _of_indicator(self) -> tuple[Formula, ...]:
        otherwise = self.indicator.otherwise
        formulas = (self.indicator.applies, None if otherwise is None else otherwise.points)
        return tuple(formula for formula in formulas if formula is not None)


def _cells(form: ScoredForm) -> tuple[Any, ...]:
    """Give what the compiled rules of the one row of a form take."""
    row = form.rows[0]
    return form.values, row.row.points, row.target, row.actual, row.judged


def _single(condition: Node) -> Iterator[Node]:
    """Go through what a condition joins by 且, 或 and 非."""
    if isinstance(condition, Both | Either | Not):
        for part in children(condition):
            yield from _single(part)
    else:
        yield condition


def _truth(compiled: Callable[..., Any], cells: tuple[Any, ...]) -> bool | None:
    try:
        return bool(compiled(*cells))
    except Fault:
        return None


def _ends(name: str, ends: Iterable[Fraction | None]) -> Iterator[Node]:
    yield from (Arithmetic("-", Name(name), Number(end)) for end in ends if end is not None)


def _or_table(variable: Variable) -> Variable:
    return variable if variable.table is None else Variable(variable.table, "text", None, table=variable.table)


def subjects(ruleset: Ruleset) -> tuple[Subject, ...]:
    """Give everything in an edition that laws are held to, in the order of the edition."""
    return (*_methods(ruleset), *indicator_subjects(ruleset), *_open_rows(ruleset))


def indicator_subjects(ruleset: Ruleset) -> Iterator[Subject]:
    """Go through the indicators alone; one without a target of its own stands for each kind of target."""
    for row in ruleset.rows:
        title = "/".join(row.indicator.path)
        if row.plan is not None:
            yield _indicator(title, ruleset, row, row.plan)
            continue
        for kind, plan in _apart(row.plans).items():
            if _takes(plan, kind):
                given = evolve(row, plan=plan, target=_target(kind))
                yield _indicator(phrase("subject-kind", title=title, kind=kind), ruleset, given, plan)


def _indicator(name: str, ruleset: Ruleset, row: Row, plan: Plan) -> Subject:
    indicator, target = row.indicator, row.target
    return Subject(
        name,
        ruleset,
        row,
        plan,
        _direction(plan, None if target is None else target.kind),
        {**_waived_by(ruleset, plan.called), **dict(indicator.waive)},
        indicator.location,
        frozenset() if indicator.target is not None else frozenset({TARGET}),
    )


def _open_rows(ruleset: Ruleset) -> Iterator[Subject]:
    """Give one subject for all open sections where rows with the same kind of target are scored alike."""
    known: dict[tuple[object, ...], Subject] = {}
    for path in ruleset.open_parts:
        for kind, subject in open_rows(ruleset, path).items():
            plan = subject.plan
            known.setdefault(
                (plan.called, plan.program.requirements, None if plan.scoring.is_assessed else kind), subject
            )
    yield from known.values()


Kinds = TypeVar("Kinds", ScoringKind, ScoringKind | None)


def _apart(plans: Mapping[Kinds, Plan | None]) -> dict[Kinds, Plan]:
    """Give the plans that there are by the kind of target; that of money only where it has one of its own."""
    money, equal = plans.get("money"), plans.get("=")
    alike = money is not None and equal is not None and money.called == equal.called
    return {kind: plan for kind, plan in plans.items() if plan is not None and not (alike and kind == "money")}


def _target(kind: ScoringKind) -> Target:
    return Target("=", unit="元") if kind == "money" else Target(kind)


def open_rows(ruleset: Ruleset, path: Path) -> dict[ScoringKind | None, Subject]:
    """Give the rows that an open section takes, by the kind of their target."""
    section, plans = ruleset.open_parts[path].section, ruleset.open_parts[path].plans
    known = {kind: plan for kind, plan in _apart(plans).items() if _takes(plan, kind)}
    return {kind: _open_row(ruleset, section, plan, kind) for kind, plan in known.items()}


def _open_row(ruleset: Ruleset, section: Section, plan: Plan, kind: ScoringKind | None) -> Subject:
    title = plan.called.method if isinstance(plan.called, MethodCall) else "/".join(section.path)
    assessed = plan.scoring.is_assessed
    name = phrase("subject-open" if assessed else "subject-open-kind", title=title, kind=kind)
    places = 10**ruleset.catalogue.rounding.places
    indicator = Indicator(
        (*section.path, title), points=USUAL_POINTS, origin="submission", location=plan.called.location
    )
    units = int(USUAL_POINTS * places)
    row = Row(indicator, plan, (int(USUAL_POINTS), 1), units, None if kind is None else _target(kind))
    waive = _waived_by(ruleset, plan.called)
    direction = _direction(plan, None if row.target is None else row.target.kind)
    return Subject(name, ruleset, row, plan, direction, waive, plan.called.location, frozenset({POINTS, TARGET}))


def _methods(ruleset: Ruleset) -> Iterator[Subject]:
    """Give each method once for every setting of parameters among its cases.

    What direction is better is not known of a method before it is put to use.
    """
    bench = bench_of(ruleset.catalogue, ruleset.functions)
    known: set[tuple[object, ...]] = set()
    for setting, row in bench.rows.items():
        key = (setting.method, setting.parameters, setting.dated)
        if key in known or row.plan is None:
            continue
        known.add(key)
        yield Subject(
            _named(setting),
            bench.ruleset,
            row,
            row.plan,
            waive=dict(row.indicator.waive),
            location=row.indicator.location,
            free=frozenset({TARGET}),
            is_method=True,
            family=phrase("subject-method", method=setting.method),
        )


def _named(setting: Setting) -> str:
    given = listed((f"{name} {cell.text}" for name, cell in setting.parameters), "comma")
    method = phrase("subject-method", method=setting.method)
    return phrase("subject-given", method=method, given=given) if given else method


def _waived_by(ruleset: Ruleset, called: Scoring | MethodCall | None) -> dict[str, str]:
    method = ruleset.catalogue.methods.get(called.method) if isinstance(called, MethodCall) else None
    return {} if method is None else dict(method.waive)


def _direction(plan: Plan, kind: TargetKind | None) -> TargetKind | None:
    return kind if kind in DIRECTED and not plan.scoring.is_assessed else None


def _takes(plan: Plan, kind: ScoringKind | None) -> bool:
    """Tell whether a row with a target of this kind can be scored so: days by days, numbers by numbers."""
    if plan.scoring.is_assessed:
        return True
    numbers = plan.scope[ACTUAL].kind == "number"
    if plan.scope[ACTUAL].kind == "date":
        return kind == "date"
    return numbers and (kind == "money" or kind in NUMERIC) and kind != "interval"

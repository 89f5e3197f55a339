"""Methods put to use as their own cases put them: each setting of parameters as an indicator of a form made for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from attrs import evolve, frozen

from evalrules._catalogue.model import Case, Catalogue, Defaults, Indicator, Method, MethodCall, Parameter, Target
from evalrules._formula.program import ACTUAL, POINTS, TARGET
from evalrules._formula.scope import Functions
from evalrules._formula.tree import Call, Comparing, Formula, Name, Number
from evalrules._quantities import Cell, Date, Quantity
from evalrules._ruleset import Row, Ruleset, compile_ruleset
from evalrules._scoring.figures import YES_NO

USUAL_POINTS = Fraction(10)


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
    parts = tuple(_indicator(catalogue.methods[setting.method], setting, str(n)) for n, setting in enumerate(settings))
    form = evolve(catalogue, parts=parts, defaults=Defaults(), grades=(), grade_caps=(), checks=())
    ruleset = compile_ruleset(form, functions)
    return Bench(ruleset, dict(zip(settings, ruleset.rows, strict=True)))


def _settings(methods: Iterable[Method]) -> Iterator[Setting]:
    for method in methods:
        yield from (setting_of(method, case) for case in method.cases)
        if not method.cases and all(parameter.default is not None for parameter in method.parameters):
            yield setting_of(method, None)


def _indicator(method: Method, setting: Setting, number: str) -> Indicator:
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
    answer = Number(Fraction(bool(YES_NO.get(cell.text.strip().lower()))))
    return Formula(cell.text, Comparing(answer, (("=", Number(Fraction(1))),)))

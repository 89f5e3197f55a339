"""``scoring`` and ``methods`` read: the written-out forms, calls of methods with their parameters, worked cases."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from typing import get_args

from attrs import evolve

from evalrules._documents import Fields, Node, Problems, Scalar, Sequence, as_decimal, as_scalar, shown
from evalrules._documents import Mapping as Document
from evalrules._edition.keys import FORMS, SCORING_FORMS
from evalrules._edition.model import (
    AwardRow,
    Case,
    ChecklistItem,
    DeductRule,
    JudgedBy,
    Let,
    Method,
    MethodCall,
    Parameter,
    Scoring,
    Tier,
)
from evalrules._edition.read_data import figure_kind
from evalrules._edition.reading import (
    bounds_of,
    cell_of,
    entries,
    formula,
    name_of,
    names_of,
    opened,
    path_text,
    ranges_of,
    sentence,
    title_of,
    unit_of,
    waivers_of,
)
from evalrules._formula.program import ACTUAL
from evalrules._formula.tree import Formula, Number
from evalrules._patterns import regex
from evalrules._problems import Problem, listed, problem
from evalrules._quantities import Cell, Interval, Quantity, convert

# Calls of methods: what each parameter is given, in the unit that the method declares for it.


_NUMBER_WITH_UNIT = regex(r"[0-9][0-9.,]*[^\W\d_]+")


def read_call(fields: Fields, methods: Mapping[str, Method]) -> MethodCall | None:
    """Read a call of a method with its parameters."""
    problems, arguments, units = fields.problems, list[tuple[str, Formula]](), list[tuple[str, str]]()
    for key, value in entries(fields.node, Problems()):
        if key.text in ("method", "judged_by"):
            continue
        given, unit = _argument(value, problems)
        if given is not None:
            arguments.append((name_of(key, problems), given))
        if unit:
            units.append((name_of(key, problems), unit))
    title = fields.text("method")
    if title is None:
        return None
    place = fields.place("method")
    call = MethodCall(path_text(title), tuple(arguments), tuple(units), judged_by(fields), place)
    settled, misfits = settle_units(call, methods)
    problems.extend(misfits)
    return settled


def _argument(node: Node, problems: Problems) -> tuple[Formula | None, str]:
    scalar = as_scalar(node, problems)
    if scalar is not None and _NUMBER_WITH_UNIT.fullmatch(scalar.text):
        cell = cell_of(scalar, problems)
        if isinstance(cell, Quantity):
            return Formula(scalar.text, Number(cell.number), scalar.location), cell.unit
    return formula(scalar, problems), ""


def settle_units(call: MethodCall, methods: Mapping[str, Method]) -> tuple[MethodCall, tuple[Problem, ...]]:
    """Bring arguments that were written with a unit to the unit that the method's parameter declares."""
    if not call.units or call.method not in methods:
        return call, ()
    declared = {parameter.name: parameter.unit for parameter in methods[call.method].parameters if parameter.unit}
    arguments, kept, misfits = dict(call.arguments), list[tuple[str, str]](), list[Problem]()
    for name, unit in call.units:
        if name not in declared:
            kept.append((name, unit))
            continue
        settled = _in_unit(arguments[name], unit, declared[name])
        if settled is None:
            given = {"text": arguments[name].text, "unit": declared[name]}
            misfits.append(problem("unit-does-not-convert", arguments[name].location, **given))
        else:
            arguments[name] = settled
    return evolve(call, arguments=tuple(arguments.items()), units=tuple(kept)), tuple(misfits)


def _in_unit(written: Formula, unit: str, declared: str) -> Formula | None:
    number = written.tree.value if isinstance(written.tree, Number) else None
    converted = None if number is None else convert(Quantity(number, unit), declared)
    return None if converted is None else evolve(written, tree=Number(converted, percent=declared == "%"))


def read_default(node: Node, declared: str, problems: Problems) -> Formula | None:
    """Read the default of a parameter, in the unit that it declares."""
    written, unit = _argument(node, problems)
    settled = _in_unit(written, unit, declared) if written is not None and unit else written
    if settled is None and written is not None:
        problems.report("unit-does-not-convert", node, text=written.text, unit=declared)
    return settled


# ``scoring`` and ``methods``: the written-out forms, calls of methods, and worked cases.


_JUDGES: tuple[JudgedBy, ...] = get_args(JudgedBy)


def judged_by(fields: Fields) -> JudgedBy | None:
    """Read who may judge a row."""
    word = fields.choice("judged_by", _JUDGES)
    return next((known for known in _JUDGES if known == word), None)


def read_scoring(node: Node | None, problems: Problems, methods: Mapping[str, Method]) -> Scoring | MethodCall | None:
    """Read ``scoring``: the title of a method, a call with parameters, or one of the four written-out forms."""
    if isinstance(node, Scalar):
        return MethodCall(path_text(node.text), (), location=node.location)
    if isinstance(node, Document) and node.get("method") is not None:
        return read_call(opened(node, "method_call", problems), methods)
    fields = opened(node, "scoring", problems)
    return written_out(fields, problems) if fields.nodes else None


def written_out(fields: Fields, problems: Problems) -> Scoring | None:
    """Read the one form that stands among the keys; none or several are reported."""
    given = [form for form in SCORING_FORMS if form in fields.nodes]
    if not given:
        problems.report("scoring-missing", fields.location, forms=listed(SCORING_FORMS))
        return None
    for another in given[1:]:
        problems.report("scoring-several", fields.place(another), first=given[0], second=another)
    form = given[0]
    let = tuple(_lets(fields))
    items = _ITEMS[_SHAPES[form]](fields, form)
    return Scoring(form, items, let, judged_by(fields), fields.location)  # type: ignore[arg-type]  # _ITEMS pairs shape and class


def _lets(fields: Fields) -> list[Let]:
    problems, lets = fields.problems, list[Let]()
    for key, value in entries(fields.get("let"), problems):
        read = formula(value, problems)
        if read is not None:
            lets.append(Let(name_of(key, problems), read))
    return lets


# ---- rules and rows ------------------------------------------------------------------------------------------------


def _deduct(fields: Fields, key: str) -> tuple[DeductRule, ...]:
    return fields.each(key, _deduct_rule)


def _deduct_rule(node: Node, problems: Problems) -> DeductRule | None:
    fields = opened(node, "deduct_rule", problems)
    points, because = fields.read("points", formula), fields.read("because", sentence)
    when, unless = fields.read("when", formula), fields.read("unless", formula)
    if points is None or because is None:
        return None
    return DeductRule(points, because, when, unless, fields.location)


def _award(fields: Fields, key: str) -> tuple[AwardRow, ...]:
    return fields.each(key, _award_row)


def _award_row(node: Node, problems: Problems) -> AwardRow | None:
    fields = opened(node, "award_row", problems)
    points = fields.read("points", _row_points)
    when, because = fields.read("when", partial(formula, about=ACTUAL)), fields.read("because", sentence)
    return None if points is None else AwardRow(points, when, because, fields.location)


def _row_points(node: Node, problems: Problems) -> Formula | tuple[Formula, Formula] | None:
    if not isinstance(node, Sequence):
        return formula(node, problems)
    edges = [formula(item, problems) for item in node.items]
    if len(edges) != 2:  # noqa: PLR2004  # a range has two edges
        problems.report("points-range", node)
        return None
    low, high = edges
    return None if low is None or high is None else (low, high)


def _checklist(fields: Fields, key: str) -> tuple[ChecklistItem, ...]:
    problems, items = fields.problems, list[ChecklistItem]()
    for item, value in entries(fields.get(key), problems):
        points = as_decimal(value, problems)
        if points is not None:
            items.append(ChecklistItem(title_of(item, problems), points, item.location))
    return tuple(items)


def _judged(fields: Fields, key: str) -> tuple[Tier, ...]:
    found = (_tier(title, value, fields.problems) for title, value in entries(fields.get(key), fields.problems))
    return tuple(tier for tier in found if tier is not None)


def _tier(title: Scalar, node: Node, problems: Problems) -> Tier | None:
    """Read a tier: its range, or an object with ``range`` and ``also``."""
    fields = opened(node, "tier", problems) if isinstance(node, Document) else None
    shares = _shares(node, problems) if fields is None else fields.read("range", _shares)
    also = () if fields is None else fields.texts("also")
    return None if shares is None else Tier(title_of(title, problems), *shares, also, title.location)


def _shares(node: Node, problems: Problems) -> tuple[Fraction, Fraction] | None:
    scalar = as_scalar(node, problems)
    cell = None if scalar is None else cell_of(scalar, problems)
    if isinstance(cell, Interval) and cell.unit == "%" and 0 <= cell.low < cell.high <= 1:
        return cell.low, cell.high
    if scalar is not None and cell is not None:
        problems.report("tier-range", scalar, text=shown(scalar.text))
    return None


_SHAPES = {key.name: key.shape for key in FORMS}
_ITEMS = {"[deduct_rule]": _deduct, "[award_row]": _award, "{points}": _checklist, "{share_range | tier}": _judged}


# ---- methods -------------------------------------------------------------------------------------------------------


def read_methods(node: Node | None, edition: str, problems: Problems) -> dict[str, Method]:
    """Read ``methods`` of the edition with this name, by title."""
    methods: dict[str, Method] = {}
    for key, value in entries(node, problems):
        title, fields = title_of(key, problems), opened(value, "method", problems)
        scoring = written_out(fields, problems) if fields.nodes else None
        if title in methods:
            problems.report("method-twice", key, title=title, first=edition, second=edition)
        elif scoring is not None:
            methods[title] = Method(
                title,
                scoring,
                about=fields.text("about") or "",
                parameters=tuple(_parameters(fields)),
                ranges=ranges_of(fields),
                cases=fields.each("cases", read_case),
                reference=fields.texts("reference"),
                waive=waivers_of(fields),
                edition=edition,
                location=key.location,
            )
    return methods


def _parameters(fields: Fields) -> list[Parameter]:
    problems = fields.problems
    return [
        _parameter(key, opened(value, "parameter", problems))
        for key, value in entries(fields.get("parameters"), problems)
    ]


def _parameter(key: Scalar, fields: Fields) -> Parameter:
    unit = unit_of(fields)
    return Parameter(
        name_of(key, fields.problems),
        type=figure_kind(fields),
        unit=unit,
        integer=fields.boolean("integer") or False,
        default=fields.read("default", lambda node, problems: read_default(node, unit, problems)),
        choices=names_of(fields, "choices"),
        bounds=bounds_of(fields, unit),
        location=key.location,
    )


# ---- cases ---------------------------------------------------------------------------------------------------------


def read_case(node: Node, problems: Problems) -> Case | None:
    """Read an example: inputs as written, ``score`` (blank or ``unscored``: it cannot be scored), ``judged``."""
    mapping = node if isinstance(node, Document) else None
    if mapping is None or mapping.get("score") is None:
        opened(node, "case", problems)
        return None
    score, judged = mapping.get("score"), mapping.get("judged")
    inputs: list[tuple[str, Cell]] = []
    for key, value in mapping.pairs:
        scalar = None if key.text in ("score", "judged") else _input(value, problems)
        cell = None if scalar is None else cell_of(scalar, problems)
        if cell is not None:
            inputs.append((path_text(key.text), cell))
    return Case(tuple(inputs), _score(score, problems), _judgement(judged, problems), mapping.location)


def _input(node: Node, problems: Problems) -> Scalar | None:
    return node if isinstance(node, Scalar) else as_scalar(node, problems)


def _score(node: Node | None, problems: Problems) -> Fraction | None:
    scalar = as_scalar(node, problems)
    return None if scalar is None or scalar.text == "unscored" else as_decimal(scalar, problems)


def _judgement(node: Node | None, problems: Problems) -> tuple[str | None, Fraction | None] | None:
    if node is None:
        return None
    fields = opened(node, "case_judgement", problems)
    return fields.text("tier"), fields.decimal("score")

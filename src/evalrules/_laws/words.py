"""Inputs in the bureau's words: ``完成值 89.99% 得 8 分，90.00% 得 6 分``, each in its own unit."""

from __future__ import annotations

import datetime
from fractions import Fraction

from evalrules._catalogue.lower import ITEM, TIER, item_name
from evalrules._formula.program import ACTUAL
from evalrules._formula.scope import Unit
from evalrules._formula.units import unit_text
from evalrules._formula.words import show
from evalrules._laws.alone import Value
from evalrules._laws.trials import Trial
from evalrules._numbers import as_decimal, decimal_text, is_decimal, rounded_units
from evalrules._quantities import Cell
from evalrules._rationale.values import row_scope

_MOST_PLACES, _USUAL_PLACES = 4, 2


def scored_pair(first: Trial, second: Trial, name: str) -> str:
    """Tell two trials that differ in one input, with what each scored."""
    shared = [part for part in _parts(first) if part[0] not in (name, ACTUAL)]
    before = "、".join(f"{input_name(first, shown)} {text}" for shown, text in shared)
    one, other = _differing(first, second, name), _differing(second, first, name)
    scores = tuple(decimal_text(trial.points) for trial in (first, second))
    start = f"{before} 时，" if before else ""
    return f"{start}{_word(first, name)} {one} 得 {scores[0]} 分，{other} 得 {scores[1]} 分"


def inputs_of(trial: Trial) -> str:
    """Tell the inputs of a trial: ``在职人员数 67人、编制数 65人``; 完成值 first, also where it is computed."""
    parts = [f"{input_name(trial, name)} {text}" for name, text in _parts(trial)]
    if trial.actual is not None and ACTUAL not in trial.values:
        parts.insert(0, f"{ACTUAL} {_measured(trial, trial.actual)}")
    return "、".join(parts) or "任何数据"


def _parts(trial: Trial) -> list[tuple[str, str]]:
    return [(name, input_text(trial, name, value)) for name, value in trial.values.items()]


def _word(trial: Trial, name: str) -> str:
    return ACTUAL if trial.actual is not None else input_name(trial, name)


def input_name(trial: Trial, name: str) -> str:
    """Give the name that the form has for an input."""
    for number, item in enumerate(trial.subject.plan.scoring.checklist):
        if name == item_name(number):
            return item.title
    return "档次" if name == TIER else "评分" if name.startswith(ITEM) else name


def _differing(trial: Trial, beside: Trial, name: str) -> str:
    """Tell what 完成值 is here, and where it is computed, the figure that makes it so."""
    if trial.actual is None or beside.actual is None:
        return input_text(trial, name, trial.values[name])
    text = _measured(trial, trial.actual, beside.actual)
    return text if name == ACTUAL else f"{text}（{name} {input_text(trial, name, trial.values[name])}）"


def _measured(trial: Trial, actual: Fraction, beside: Fraction | None = None) -> str:
    variable = row_scope(trial.form, 0)[ACTUAL]
    if variable.kind == "date":
        return show(datetime.date.fromordinal(int(actual)))
    return _number(actual, variable.unit, beside)


def _number(number: Fraction, unit: Unit | None, beside: Fraction | None = None) -> str:
    """Write a number with its unit, with as many decimals as the one beside it needs."""
    size, mark = (100, "%") if unit is not None and unit.percent else (1, "" if unit is None else unit_text(unit))
    shown = [size * each for each in (number, beside) if each is not None]
    places = max(_places(each) for each in shown)
    units = rounded_units(shown[0].numerator, shown[0].denominator, places)
    return f"{as_decimal(units, places)}{mark}".replace("-", "−")


def _places(number: Fraction) -> int:
    if not is_decimal(number):
        return _USUAL_PLACES
    return next((places for places in range(_MOST_PLACES) if (number * 10**places).denominator == 1), _MOST_PLACES)


def input_text(trial: Trial, name: str, value: Value) -> str:
    """Write a value of an input with the unit that it has there."""
    if isinstance(value, Cell):
        return value.text or show(None)
    if isinstance(value, tuple):
        return f"{len(value)} 行"
    scope = row_scope(trial.form, 0)
    return show(value, scope[name].unit if name in scope else None)

"""Rules over whole columns against the engine: the same units in every row, and a mask where the engine faults."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalrules._formula.compile.programs import compile_program
from evalrules._formula.program import Program
from evalrules._formula.tree import Fault
from evalrules.batch.reading import floor_of_doubles
from evalrules.batch.rules import Rules
from evalrules.batch.source import (
    ChoiceColumn,
    Formulas,
    KernelSource,
    NotByColumnsError,
    NumberColumn,
    Truth,
    Value,
    made,
)
from strategies import CHOICES, CONDITIONS, DATES, NUMBERS, SLOTS, in_slots, program_scope, programs, stored, value_maps

COLUMNS = (*NUMBERS, "分值", "指标值", "完成值")
Values = list[dict[str, Any]]


def names() -> dict[str, Value]:
    """Give what rules may read: numbers over one denominator, days, answers and choices, each with a mask."""
    found: dict[str, Value] = {
        name: NumberColumn(f"x{place}", "D", f"X{place}", "D", f"k{place}") for place, name in enumerate(COLUMNS)
    }
    found |= {
        name: NumberColumn(f"y{place}", "1", f"Y{place}", "1", f"l{place}", None, 1) for place, name in enumerate(DATES)
    }
    return {**found, CONDITIONS[0]: Truth("(z0 != 0)", "h0"), "地区": ChoiceColumn("z1", "h1")}


def arrays(values: Values, unit: int) -> dict[str, Any]:
    """Give the columns of these values, a blank as 1, which can be divided by."""
    found: dict[str, Any] = {"D": unit}
    for letters, columns, scale in (("xk", COLUMNS, unit), ("yl", DATES, 1), ("zh", (CONDITIONS[0], "地区"), 1)):
        for place, name in enumerate(columns):
            cells = [row[name] for row in values]
            known = [1 if cell is None else _whole(cell, scale) for cell in cells]
            found[f"{letters[0]}{place}"] = np.array(known, np.int64)
            found[f"{letters[1]}{place}"] = np.array([cell is not None for cell in cells])
            found[f"{letters[0].upper()}{place}"] = max(map(abs, known))
    return found


def is_short(cell: Any) -> bool:
    """Tell what the reading of columns takes; longer numbers are left to the engine before anything is reckoned."""
    return not isinstance(cell, Fraction) or abs(cell.numerator) < 10**12 > cell.denominator


def _whole(cell: Any, scale: int) -> int:
    if isinstance(cell, str):
        return CHOICES.index(cell)
    return int(cell * scale) if isinstance(cell, Fraction | bool) else int(stored(cell))


def by_engine(program: Program, values: Values, mode: Any) -> list[int | None]:
    """Score each row by the engine; None where it faults."""
    score = compile_program(program, program_scope(program), SLOTS, mode=mode)
    found: list[int | None] = []
    for row in values:
        points, target, actual = (stored(row[name]) for name in ("分值", "指标值", "完成值"))
        try:
            found.append(score(in_slots(row), points, target, actual, None))
        except Fault:
            found.append(None)
    return found


@given(
    programs(),
    st.lists(value_maps(), min_size=1, max_size=6),
    st.sampled_from(("half_up", "half_even", "down", "up")),
)
def test_columns_are_the_engine_in_every_row(program: Program, values: Values, mode: Any) -> None:
    """Wherever the engine has a score the columns have it too, to the unit; wherever it faults they say that."""
    values = [{**row, "评判得分": None} for row in values if all(map(is_short, row.values()))]
    source = KernelSource({choice: place for place, choice in enumerate(CHOICES)})
    try:
        rules = Rules(Formulas(source, program_scope(program), names(), program.all_bindings), program, 2, mode)
    except NotByColumnsError:
        return
    if not values:
        return
    numbers = [row[name] for row in values for name in COLUMNS if row[name] is not None]
    unit = math.lcm(*(number.denominator for number in numbers))
    given_columns = arrays(values, unit)
    most = [line.split(" = ", 1)[0] for line in source.most]
    upper = [name for name in given_columns if name[0] in "DXYZ"]
    reach = made("reach", upper, source.most, f"max({', '.join([*upper, *most])})")(
        **{name: given_columns[name] for name in upper}
    )
    expected = by_engine(program, values, mode)
    lower = [name for name in given_columns if name[0] not in "XYZ"]
    for limit, floor, kind in ((2**53, floor_of_doubles, np.float64), (2**62, np.floor_divide, np.int64)):
        if reach >= limit:
            continue
        run = made("score", lower, source.lines, f"{rules.units}, {rules.sound}", np=np, floor=floor)
        units, sound = run(
            **{
                name: value.astype(kind) if name[0] in "xyz" else value
                for name, value in given_columns.items()
                if name in lower
            }
        )
        units, sound = (np.broadcast_to(np.asarray(found), len(values)) for found in (units, sound))
        assert [int(score) if known else None for score, known in zip(units, sound, strict=True)] == expected


@pytest.mark.parametrize("over", [2**52 - 1, 2**40 + 1, 7, -7, 0, -(2**50) + 1])
@pytest.mark.parametrize("under", [1, 2, 3, 7, 2**20 - 1, 2**50])
def test_doubles_are_rounded_down_right(over: int, under: int) -> None:
    """A quotient just below a whole number is not taken for it while both parts together stay below 2⁵³."""
    for near in (over, over - over % under, over - over % under - 1, over - over % under + 1):
        if abs(near) + under < 2**53:
            assert int(floor_of_doubles(np.float64(near), under)) == near // under

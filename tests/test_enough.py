"""What is told to be enough is enough once it is filled in, can be filled in, and is the least that is."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalrules._engine import LoadedCatalogue, evaluate, load_catalogue, load_submission
from evalrules._evaluation import IndicatorResult

STEPS = {"%": Fraction(1, 100), "人": Fraction(1), "万元": Fraction(1, 100)}


def bands(unit: str) -> st.SearchStrategy[Any]:
    """Draw rows that fall with the actual, or such as say that a target was set too low."""
    edge = st.integers(1, 60).map(lambda number: f"{number}{'%' if unit == '%' else ''}")
    return st.builds(
        lambda low, high, points: {
            "award": [
                {"when": f"完成值 ≥ {high}", "points": points, "because": "高"},
                {"when": f"完成值 {'≥' if points % 2 else '>'} {low}", "points": "分值"},
                {"points": 1, "because": "低"},
            ]
        },
        edge,
        edge,
        st.integers(2, 10),
    )


def methods(unit: str) -> st.SearchStrategy[Any]:
    """Draw calls of standard methods."""
    each = st.integers(1, 9).map(lambda number: f"{number}%" if unit == "%" else number)
    steps = st.sampled_from(("不计", "按一步", "折算"))
    over = st.builds(
        lambda method, every, costs, step: {"method": method, "每": every, "扣": costs, "不足一步": step},
        st.sampled_from(("超标扣分", "不足扣分")),
        each,
        st.sampled_from(("0.5", "1", "3")),
        steps,
    )
    return st.one_of(st.sampled_from(("比例得分", "反向线性", "反向比例", "超额调减得分")), over)


@st.composite
def rows(draw: st.DrawFn) -> tuple[dict[str, Any], str, str]:
    """Draw an edition with one row, its unit, and an actual for it."""
    unit = draw(st.sampled_from(tuple(STEPS)))
    number = draw(st.integers(1, 60))
    row: dict[str, Any] = {
        "points": 10,
        "unit": unit,
        "target": f"{draw(st.sampled_from('≥≤'))} {number}{unit}",
        "ranges": {"完成值": {"min": 0}},
        "scoring": draw(st.one_of(methods(unit), bands(unit))),
        **({"integer": True} if unit == "人" else {}),
    }
    edition = {
        "evalrules": 1, "id": "one", "edition": "1", "title": "示例", "points": 10, "uses": ["standard-methods@1"],
        "rounding": {"places": draw(st.integers(0, 2)), "mode": draw(st.sampled_from(("half_up", "down", "up")))},
        "sections": {"一项": row},
    }  # fmt: skip
    actual = f"{draw(st.integers(0, 90))}{draw(st.sampled_from(('', '', '.25'))) if unit != '人' else ''}{unit}"
    return edition, unit, actual


def row_with(catalogue: LoadedCatalogue, actual: str) -> IndicatorResult:
    """Score a form whose only row has this actual."""
    entries = [{"indicator": "一项", "actual": actual}]
    form = {"organisation": "某单位", "fiscal_year": 2024, "entries": entries}
    return evaluate(catalogue, load_submission(form)).indicators[0]


@given(rows())
def test_what_is_enough_is_and_is_the_least(drawn: tuple[dict[str, Any], str, str]) -> None:
    """The value that is told avoids the loss; one step nearer to the actual does not."""
    edition, unit, actual = drawn
    try:
        catalogue = load_catalogue(edition, plugins=())
    except Exception:  # noqa: BLE001 - a rule that the check refuses has nothing to tell
        return
    for lost in row_with(catalogue, actual).deductions:
        told = nearest(str(lost.enough or ""), actual, unit)
        if told is None:
            continue
        kind, value, is_least = told
        assert avoids(catalogue, kind, lost.rule, value, unit), lost.enough
        nearer = value + (1 if number(actual) > value else -1) * STEPS[unit]
        if is_least and nearer != number(actual):
            assert not avoids(catalogue, kind, lost.rule, nearer, unit), lost.enough


def nearest(enough: str, actual: str, unit: str) -> tuple[str, Fraction, bool] | None:
    """Give of what is told the value nearest to the actual, and whether it can be asked if it is the least."""
    said = re.match(r"要(得满分|不扣分)：(?:(\S+) ([≤<]) )?完成值 ?(?:([≥≤<>=]) (\S+?))?(?:，|；|$)", enough)
    if said is None:
        return None
    kind, low, low_sign, sign, edge = said.groups()
    ends = [(low, "≥" if low_sign == "≤" else ">")] if low else []
    ends += [(edge, sign)] if edge else []
    text, comparison = min(ends, key=lambda end: abs(number(end[0]) - number(actual)))
    value = number(text)
    if comparison in "<>":
        value += STEPS[unit] * (1 if comparison == ">" else -1)
    return kind, value, comparison != "="


def number(text: str) -> Fraction:
    """Read the number of a value in its unit."""
    return Fraction(re.sub(r"[^\d.]", "", text))


def avoids(catalogue: LoadedCatalogue, kind: str, rule: str, value: Fraction, unit: str) -> bool:
    """Tell whether a value loses nothing, by this rule or at all."""
    row = row_with(catalogue, f"{float(value):.4f}{unit}" if unit != "人" else f"{value}{unit}")
    if row.score is None:
        return False
    return row.score == row.points if kind == "得满分" else all(lost.rule != rule for lost in row.deductions)


BODY: dict[str, Any] = {
    "evalrules": 1, "id": "one", "edition": "1", "title": "示例", "points": 10, "uses": ["standard-methods@1"],
    "rounding": {"places": 1, "mode": "half_up"},
}  # fmt: skip
UPPER = {"award": [{"when": "完成值 ≤ 5%", "points": "分值"}, {"points": 0, "because": "高"}]}
TOO_LOW = {
    "award": [
        {"when": "完成值 ≥ 130%", "points": 8, "because": "指标值偏低"},
        {"when": "完成值 ≥ 90%", "points": "分值"},
        {"points": 5, "because": "低"},
    ]
}


@pytest.mark.parametrize(
    ("target", "scoring", "actual", "enough"),
    [
        ("≤ 5%", UPPER, "8%", "要得满分：完成值 ≤ 5%，多出 3 个百分点"),
        ("≤ 5%", UPPER, "5.005%", "要得满分：完成值 ≤ 5%，多出 0.005 个百分点"),
        ("≥ 100%", "比例得分", "80%", "要得满分：完成值 ≥ 99.5%，还差 19.5 个百分点"),
        ("≥ 90%", TOO_LOW, "130%", "要得满分：90% ≤ 完成值 < 130%"),
        ("≥ 90%", TOO_LOW, "70%", "要得满分：90% ≤ 完成值 < 130%，还差 20 个百分点"),
    ],
)
def test_both_ends_the_direction_and_all_decimals_are_told(target: str, scoring: Any, actual: str, enough: str) -> None:
    """Not ``= 5%`` for an upper limit, no rounded edge, no gap of 0, and the lower end where there is an upper one."""
    row = {"points": 10, "unit": "%", "target": target, "ranges": {"完成值": {"min": 0}}, "scoring": scoring}
    (lost,) = row_with(load_catalogue({**BODY, "sections": {"一项": row}}, plugins=()), actual).deductions
    assert lost.enough == enough


@pytest.mark.parametrize(
    ("figures", "data", "condition", "enough"),
    [
        ({"编制": 10, "人": 13}, {"integer": True, "min": 0}, "人 > 编制 × 1.05", "要不扣分：人 ≤ 10，多出 3"),
        ({"编制": 0, "人": 2}, {"integer": True, "min": 1}, "人 > 0", None),
        ({"编制": 1, "人": "0.2"}, {"min": 0}, "人 < 编制 ÷ 3", "要不扣分：人 ≥ 0.34，还差 0.14"),
    ],
)
def test_only_what_a_figure_can_be_is_told(
    figures: dict[str, Any], data: dict[str, Any], condition: str, enough: str | None
) -> None:
    """Whole people, nobody less than the range has, and of a third what can be written."""
    scoring = {"deduct": [{"when": condition, "points": 3, "because": "多"}]}
    edition = {**BODY, "data": {"编制": {}, "人": data}, "sections": {"一项": {"points": 10, "scoring": scoring}}}
    form = {"organisation": "某单位", "fiscal_year": 2024, "data": figures}
    row = evaluate(load_catalogue(edition, plugins=()), load_submission(form)).indicators[0]
    (lost,) = row.deductions
    assert lost.enough is None if enough is None else str(lost.enough).startswith(enough)

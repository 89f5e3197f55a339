"""Whether an actual meets its target: a number as the target says, a bound only if all that it admits does."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audited import edition, found, submission, told, with_entry
from evalrules._audit.agreement import meets, target_range
from evalrules._formula.scope import Bounds

QUALITY = 2
SIGNS = st.sampled_from(["≥", ">", "≤", "<", "="])
NUMBERS = st.integers(-3, 3).map(Fraction)
NEAR = [Fraction(number, 2) for number in range(-8, 9)]


@given(kind=SIGNS, wanted=NUMBERS, actual=NUMBERS)
def test_a_number_meets_its_target_as_the_sign_says(kind: Any, wanted: Fraction, actual: Fraction) -> None:
    """Exactly one of met and missed, as comparing the two numbers says."""
    compared = {"≥": actual >= wanted, ">": actual > wanted, "≤": actual <= wanted, "<": actual < wanted}
    expected = compared.get(kind, actual == wanted)
    assert meets(target_range(kind, wanted), Bounds(actual, actual)) is expected


@given(kind=SIGNS, wanted=NUMBERS, sign=SIGNS, number=NUMBERS)
def test_a_bound_meets_a_target_only_if_all_that_it_admits_does(
    kind: Any, wanted: Fraction, sign: Any, number: Fraction
) -> None:
    """What is said to be met holds for every value around; what is not said so has a value that misses, or is open."""
    target, actual = target_range(kind, wanted), target_range(sign, number)
    admitted = [near for near in NEAR if actual.admits(near)]
    assert (meets(target, actual) is True) is all(target.admits(near) for near in [*admitted, *_far(actual)])


def _far(bounds: Bounds) -> list[Fraction]:
    far = [Fraction(-100)] if bounds.low is None else []
    return far + ([Fraction(100)] if bounds.high is None else [])


@pytest.mark.parametrize(
    ("target", "actual", "is_met"),
    [
        ("80%-90%", "85%", True),
        ("80%-90%", "82%-88%", True),
        ("80%-90%", "91%", False),
        ("80%-90%", "85%-91%", False),
        ("≥1万元", "10000元", True),
        ("≥1万元", "9999元", False),
        ("≥1万元", "5件", False),
        ("2024年11月30日", "2024年11月30日", True),
        ("2024年11月30日", "2024年12月1日", False),
        ("2024年11月30日", "2024.11.1-11.30", True),
        ("2024年11月30日", "完成", False),
        ("=95%", "95%", True),
        ("=95%", "96%", False),  # whether more is as good is for the scoring to say
    ],
)
def test_points_lost_are_held_to_every_kind_of_target(target: str, actual: str, *, is_met: bool) -> None:
    """Intervals, units of one family and deadlines are compared as the scoring compares them."""
    submitted = with_entry(QUALITY, target=target, actual=actual, claimed_score=28)
    by = edition()
    by["defaults"]["scoring"]["interval"] = {
        "award": [{"when": "完成值 ≥ 80%", "points": "分值"}, {"points": 0, "because": "低"}]
    }
    assert bool(found("points-lost-target-met", submitted, by)) is is_met


def test_a_target_and_an_actual_from_figures_are_compared() -> None:
    """Where the edition computes both, their values are shown and compared."""
    by = edition()
    by["sections"]["执行率"] |= {"target": "≥ 执行目标"}
    by["data"]["执行目标"] = {"unit": "%"}
    submitted = with_entry(0, claimed_score=9)
    submitted["data"] |= {"执行目标": "95%"}
    assert told("points-lost-target-met", submitted, by) == [
        "执行率: 完成值 100% 达到指标值 ≥95%，仍只得 9（分值 10），没有说明原因"
    ]
    submitted["data"]["执行目标"] = None
    assert not found("points-lost-target-met", submitted, by)


def test_a_row_without_a_target_is_not_compared() -> None:
    """A checklist has no target to meet."""
    submitted = submission()
    submitted["entries"][4] |= {"claimed_score": 9}
    assert not found("points-lost-target-met", submitted)

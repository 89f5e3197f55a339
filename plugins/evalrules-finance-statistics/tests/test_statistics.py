from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import evalrules_finance_statistics as plugin
import pytest
from evalrules_finance_statistics import interpolated, ranked, weighted
from hypothesis import given
from hypothesis import strategies as st

import evalrules
from evalrules.testing import check_plugin

EDITION = Path(__file__).parent / "edition.yaml"
SHARES = st.fractions(0, 1, max_denominator=1000)


def numbers(*values: object) -> list[Fraction]:
    """Give numbers as formulas do."""
    return [Fraction(str(value)) for value in values]


def evaluated(**data: object) -> evalrules.Evaluation:
    """Evaluate the example edition on these figures."""
    figures = {
        "优良率": "90%",
        "名次": 3,
        "家数": 9,
        "甲项执行率": "90%",
        "甲项资金": 100,
        "乙项执行率": "60%",
        "乙项资金": 50,
    }
    submission = {
        "organisation": "某局",
        "fiscal_year": 2024,
        "data": {**figures, **data},
        "entries": [{"indicator": "优良"}, {"indicator": "排名"}, {"indicator": "执行"}],
    }
    catalogue = evalrules.load_catalogue(EDITION, plugins=evalrules.load_plugins(names=[], objects=[plugin]))
    return evalrules.evaluate(catalogue, evalrules.load_submission(submission))


def test_plugin_keeps_the_contract() -> None:
    """Names, hooks and functions are as evalrules demands."""
    check_plugin(plugin)


def test_an_edition_calls_all_three() -> None:
    """90% lies halfway between 80% and 100%; third of nine; 80% by funds."""
    scores = {result.name: result.score for result in evaluated().indicators}
    assert scores == {"优良": Decimal("4.00"), "排名": Decimal("4.00"), "执行": Decimal("4.00")}


def test_rationale_shows_the_call() -> None:
    """The reason for a lost point shows the function with its values."""
    (lost,) = evaluated().indicators[1].deductions
    assert "名次得分(3, 9, 5, 1)" in lost.steps[-1]


@pytest.mark.parametrize(("data", "indicator"), [({"名次": 10}, "排名"), ({"甲项资金": 0, "乙项资金": 0}, "执行")])
def test_without_a_value_the_indicator_alone_is_unscored(data: dict[str, object], indicator: str) -> None:
    """A place beyond the last, or no funds at all, leaves one indicator without score and names the plug-in."""
    evaluation = evaluated(**data)
    assert [result.name for result in evaluation.indicators if result.status == "unscored"] == [indicator]
    assert plugin.__name__ in evaluation.problems[0].message


@given(SHARES)
def test_interpolation_meets_its_anchors_and_never_leaves_them(x: Fraction) -> None:
    """Between 0 and 1 the line from 2 to 5 stays between 2 and 5, whichever end is written first."""
    value = interpolated(x, *numbers(0, 2, 1, 5))
    assert value == interpolated(x, *numbers(1, 5, 0, 2)) == 2 + 3 * x


def test_interpolation_refuses_an_anchor_twice() -> None:
    """Two values at one anchor are no function."""
    with pytest.raises(ValueError, match="两次"):
        interpolated(*numbers(1, 2, 3, 2, 4))


@given(st.integers(2, 50))
def test_ranks_fall_evenly_from_first_to_last(units: int) -> None:
    """The first gets all, the last what it is promised, neighbours differ by the same."""
    scores = [ranked(*numbers(place, units, 5, 1)) for place in range(1, units + 1)]
    assert (scores[0], scores[-1]) == (5, 1)
    assert len({left - right for left, right in pairwise(scores)}) == 1


def test_one_unit_alone_is_first() -> None:
    """There is no last beside it."""
    assert ranked(*numbers(1, 1, 5, 1)) == 5


@given(st.lists(st.tuples(SHARES, st.integers(1, 10**6)), min_size=1, max_size=5))
def test_weighted_mean_lies_between_its_rates(pairs: list[tuple[Fraction, int]]) -> None:
    """Whatever the funds are."""
    rates = [rate for rate, _ in pairs]
    assert min(rates) <= weighted(*(Fraction(part) for pair in pairs for part in pair)) <= max(rates)

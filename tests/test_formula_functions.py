"""The functions of the language, each in every reading: what they give, and what must hold of all of them."""

from __future__ import annotations

import datetime
from fractions import Fraction
from pathlib import Path

import pytest

from editions import edition, row, scored
from evalrules._formula.functions import months_between
from evalrules._formula.parser import read_tree
from evalrules._formula.ranges import Ranges
from evalrules._formula.scope import ANY, Bounds
from evalrules._formula.solver import Inputs, Terms, read_term
from evalrules._formula.solver.formulas import constants
from evalrules._formula.solver.terms import settled
from evalrules._formula.tree import Fault
from evalrules._laws.verdicts import verdicts
from strategies import SCOPE, SLOTS
from test_formula_readings import of_exact, of_plain, of_steps

FROM_ZERO = Bounds(Fraction(0))

# ---- 月数 ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2024-01-31", "2024-02-29", 1),
        ("2024-01-31", "2024-02-28", 0),
        ("2023-01-31", "2023-02-28", 1),
        ("2024-08-31", "2024-09-30", 1),
        ("2019-08-30", "2020-02-29", 6),
        ("2024-02-29", "2025-02-28", 12),
        ("2024-02-29", "2028-02-28", 47),
        ("2024-02-29", "2024-03-29", 1),
        ("2024-01-30", "2024-03-01", 1),
        ("2024-01-15", "2024-02-14", 0),
        ("2023-12-31", "2024-12-31", 12),
        ("2024-02-29", "2024-01-31", -1),
        ("2024-09-30", "2024-08-31", -1),
        ("2020-02-29", "2019-08-30", -6),
        ("2024-03-31", "2024-03-31", 0),
    ],
)
def test_months_are_whole_on_the_corresponding_day_or_the_last_of_the_month(
    first: str, last: str, expected: int
) -> None:
    """A month that lacks the day is whole on its last day; in every reading, in either order."""
    tree = read_tree("月数(开工日, 完工日)")
    days = {"开工日": datetime.date.fromisoformat(first), "完工日": datetime.date.fromisoformat(last)}
    values = {**dict.fromkeys(SLOTS), **days}
    terms = Terms()
    inputs = Inputs(terms, SCOPE)
    meaning = read_term(tree, inputs.words)
    found = [of_exact(tree, values), of_steps(tree, values), of_plain(tree, values)]
    found.append(("value", settled(meaning.value, constants(terms, inputs, values))))
    assert found == [("value", expected)] * 4


def test_what_is_no_day_has_no_months() -> None:
    """A trial may try days that no calendar has: they are a fault of the formula, not of the program."""
    for ordinal in (0, -400, datetime.date.max.toordinal() + 1, 10**20):
        with pytest.raises(Fault) as fault:
            months_between(datetime.date(2024, 1, 31).toordinal(), ordinal)
        assert (fault.value.kind, fault.value.detail) == ("domain", "月数")


def test_rules_on_two_dates_are_explained_and_tried(tmp_path: Path) -> None:
    """What would have avoided a deduction is looked for among days alone, and the laws are held against such a rule."""
    catalogue = edition(
        tmp_path,
        """
        data: {期限: {type: date}, 完成日: {type: date}}
        sections:
          甲:
            points: 10
            scoring:
              deduct:
                - {when: "月数(期限, 完成日) > 2", points: 4, because: "晚 {月数(期限, 完成日)}"}
                - {when: "天数(期限, 完成日) > 100", points: 1, because: "晚 {天数(期限, 完成日)}"}
        """,
    )
    evaluation = scored(catalogue, "data: {期限: 2024-01-31, 完成日: 2024-05-30}")
    assert [lost.because for lost in row(evaluation, "甲").deductions] == ["晚 3月", "晚 120天"]
    assert {verdict.outcome for verdict in verdicts(catalogue.ruleset)} == {"holds"}


# ---- 加权平均 ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        (FROM_ZERO, Bounds(Fraction(0), Fraction(1))),
        (Bounds(None, Fraction(0)), Bounds(Fraction(0), Fraction(1))),
        (ANY, ANY),
        (Bounds(Fraction(-1), Fraction(5)), ANY),
    ],
)
def test_a_weighted_mean_may_lie_beyond_its_numbers(weights: Bounds, expected: Bounds) -> None:
    """Rows (1, 2) and (0, −1) have the weighted mean 2; with weights of one sign it lies among the numbers."""
    known = Ranges({"明细_预算": Bounds(Fraction(0), Fraction(1)), "明细_决算": weights})
    assert known.bounds(read_tree("加权平均(明细_预算, 明细_决算)")) == expected


def test_a_weighted_mean_beyond_its_numbers_is_in_reach(tmp_path: Path) -> None:
    """A row for it is no row that is never reached."""
    catalogue = edition(
        tmp_path,
        """
        data: {表: {type: table, columns: {分: {min: 0, max: 1}, 权: {}}}}
        sections:
          甲:
            points: 10
            scoring:
              award:
                - {when: "加权平均(表_分, 表_权) > 1", points: 5, because: 超过}
                - {points: 10}
        """,
    )
    evaluation = scored(catalogue, "data: {表: [{分: 1, 权: 2}, {分: 0, 权: -1}]}")
    assert row(evaluation, "甲").score == 5

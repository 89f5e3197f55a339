"""The inputs worth trying: nothing outside its range, every edge with what lies beside it, tables as they can be."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evalrules._formula.edges import edge_terms
from evalrules._formula.functions import BUILTINS
from evalrules._formula.functions.row import Aggregate
from evalrules._formula.intervals import is_point, point
from evalrules._formula.parser import read_tree
from evalrules._formula.ranges import Ranges
from evalrules._formula.scope import PERCENT, Bounds, Variable
from evalrules._formula.tree import Name, Number
from evalrules._formula.worth_trying import (
    Domain,
    WorthTrying,
    as_node,
    domain,
    may_be_blank,
    over_equal_rows,
    over_rows,
)
from strategies import COLUMNS, NUMBERS, TABLE, aggregates, value_maps
from test_formula_readings import of_exact

numbers = st.fractions(-100, 100, max_denominator=1000)
bounds = st.builds(
    lambda low, width, opens: Bounds(low, None if width is None else low + width, *opens),
    numbers,
    st.none() | st.fractions(1, 50, max_denominator=4),
    st.tuples(st.booleans(), st.booleans()),
)
variables = st.builds(
    lambda unit, integer, within: Variable("甲", "number", unit, integer, within),
    st.sampled_from((PERCENT, None)),
    st.booleans(),
    bounds,
)


@given(variables, st.lists(numbers, max_size=5))
def test_only_what_a_submission_can_hold_is_tried(variable: Variable, edges: list[Fraction]) -> None:
    """Every value lies in the declared range and is whole where only whole numbers can be."""
    tried = domain(variable)
    values = [value for value in tried.around(edges) if isinstance(value, Fraction)]
    assert all(variable.bounds.admits(value) for value in values)
    assert not variable.integer or all(value.denominator == 1 for value in values)
    assert values == sorted(set(values))


@given(variables, st.lists(numbers, min_size=1, max_size=5))
def test_every_edge_is_tried_with_what_lies_beside_it(variable: Variable, edges: list[Fraction]) -> None:
    """At or next to each edge within the range there is a value on either side, no farther than two steps."""
    tried = domain(variable)
    values = [value for value in tried.around(edges) if isinstance(value, Fraction)]
    for edge in edges:
        for near in (edge - 2 * tried.step, edge + 2 * tried.step):
            if tried.bounds.admits(near) and tried.bounds.admits(edge):
                low, high = sorted((edge, near))
                assert any(low <= value <= high for value in values)


@given(st.lists(numbers, max_size=5), st.booleans())
def test_few_values_lie_at_between_and_beyond_the_edges(edges: list[Fraction], integer: bool) -> None:  # noqa: FBT001
    """Every edge is there, or the whole numbers at either side of it; something lies beyond the outermost."""
    found = domain(Variable("甲", "number", integer=integer)).around(edges, beside=False)
    values = [value for value in found if isinstance(value, Fraction)]
    for edge in edges:
        assert edge in values or (integer and min(abs(edge - value) for value in values) <= 1)
    if edges:
        assert values[0] < min(edges)
        assert values[-1] > max(edges)
    within = domain(Variable("甲", "number", bounds=Bounds(Fraction(0), Fraction(6), low_open=True)))
    assert within.around([Fraction(5)], beside=False) == [Fraction(5, 2), Fraction(5), Fraction(11, 2), Fraction(6)]


def test_ends_of_the_range_a_blank_and_what_lies_far_are_tried() -> None:
    """A figure of 0 to 100 is tried at both ends, blank where a formula asks, and one without an end far beyond."""
    tried = domain(Variable("甲", "number", bounds=Bounds(Fraction(0), Fraction(100))), may_be_blank=True)
    trying = WorthTrying({"甲": tried}, edge_terms([read_tree("甲 > 60")], {}), {}, {})
    values = trying.values("甲", trying.usual())
    assert {Fraction(0), Fraction(60), Fraction(100), None} <= set(values)
    far = domain(Variable("甲", "number")).around([Fraction(60)])
    assert max(value for value in far if isinstance(value, Fraction)) > 599


def test_days_and_listed_values() -> None:
    """A deadline is tried on the day, the day before and after; a choice in each of its values."""
    day = datetime.date(2024, 6, 30)
    tried = domain(Variable("期限", "date"), wished=(day,)).around([Fraction(day.toordinal())])
    assert {day + datetime.timedelta(away) for away in (-1, 0, 1)} <= set(tried)
    assert domain(Variable("地区", "choice", choices=("东部", "西部"))).around([]) == ["东部", "西部"]
    assert domain(Variable("有", "yes_no")).around([]) == [False, True]


@pytest.mark.parametrize(
    ("formula", "blank"),
    [
        ("未填(甲) 或 甲 > 乙", {"甲"}),
        ("甲 > 乙", set()),
        ("已填(率) 且 丙 > 1", {"甲", "乙"}),
        ("丁 > 1", {"丙"}),
    ],
)
def test_blank_is_what_a_formula_asks_about(formula: str, blank: set[str]) -> None:
    """A computed figure that is asked about is blank where one that it reads is; so is what a computed one asks."""
    formulas = {"率": read_tree("甲 ÷ 乙"), "丁": read_tree("若(未填(丙), 1, 2)")}
    assert may_be_blank([read_tree(formula)], formulas) == blank


# ---- tables --------------------------------------------------------------------------------------------------------

CELLS = tuple(domain(Variable(column.removeprefix(f"{TABLE}_"), "number")) for column in COLUMNS)


@pytest.mark.parametrize("function", [row for row in BUILTINS if isinstance(row, Aggregate)], ids=lambda row: row.name)
@given(data=st.data(), values=value_maps(blanks=False))
def test_an_aggregate_over_known_rows_is_what_it_is_written_out_to(
    function: Aggregate, data: st.DataObject, values: dict[str, Any]
) -> None:
    """Written out over the rows at hand, or over so many that are alike, it has its exact value."""
    tree, columns = data.draw(aggregates(function)), frozenset(COLUMNS)
    if data.draw(st.booleans()) and values[TABLE]:
        values = {**values, TABLE: values[TABLE][:1] * data.draw(st.integers(1, 4))}
    exact = of_exact(tree, values)
    assume(exact[0] == "value")
    rows = [{column: as_node(row[column]) for column in COLUMNS} for row in values[TABLE]]
    known = Ranges({name: point(values[name]) for name in NUMBERS})
    assert known.bounds(over_rows(tree, rows, columns)) == point(exact[1])
    if rows and all(row == rows[0] for row in rows):
        count = Number(Fraction(len(rows)))
        assert known.bounds(over_equal_rows(tree, rows[0], count, columns)) == point(exact[1])


@pytest.mark.parametrize(
    "condition",
    [
        "合计(明细_预算) ≥ 130",
        "平均(明细_预算) ≥ 85%",
        "计数(明细_预算 > 30) ≥ 7",
        "合计(明细_决算) ÷ 合计(明细_预算) ≥ 90%",
        "加权平均(明细_决算, 明细_预算) > 12",
        "去极值平均(明细_预算) ≤ 4",
    ],
)
def test_tables_reach_the_edges_of_what_is_computed_from_them(condition: str) -> None:
    """Among the tables are such as lie on the edge, and on either side of it."""
    tree = read_tree(condition)
    table = Domain(TABLE, "table", (), columns=CELLS)
    trying = WorthTrying({TABLE: table}, edge_terms([tree], {}), {}, {})
    (term,) = [term for term in trying.terms if term not in edge_terms([read_tree("明细_预算 > 30")], {})]
    found = []
    for rows in trying.values(TABLE, trying.usual()):
        at = trying.at({TABLE: rows})
        bounds = at.bounds(trying.terms_over({TABLE: rows})[trying.terms.index(term)])
        if is_point(bounds) and bounds.low is not None:
            found.append(bounds.low)
    assert 0 in found
    assert min(found) < 0 < max(found)
    assert () in trying.values(TABLE, trying.usual())


def test_a_column_by_itself_is_turned_in_the_last_row() -> None:
    """A condition inside an aggregate has its edges in the cells of a row."""
    tree = read_tree("计数(明细_预算 > 30) ≥ 1")
    trying = WorthTrying({TABLE: Domain(TABLE, "table", (), columns=CELLS)}, edge_terms([tree], {}), {}, {})
    cells = {rows[-1]["预算"] for rows in trying.values(TABLE, trying.usual()) if rows}
    assert {Fraction(30), Fraction(3001, 100)} <= cells
    assert Name(COLUMNS[0]) not in trying.terms_over(trying.usual())

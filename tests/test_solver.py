from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest
import z3
from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evalrules._formula.parser import read_tree
from evalrules._formula.program import Program
from evalrules._formula.scope import ANY, Bounds, Function, Variable
from evalrules._formula.solver import (
    Failing,
    Inputs,
    Meaningless,
    Question,
    Terms,
    read_program,
    read_term,
    rounded_term,
)
from evalrules._formula.solver.rows import FILLED
from evalrules._formula.solver.tables import OneRow, Tabled
from evalrules._formula.solver.terms import settled
from evalrules._formula.tree import Binding, Call, Name, Node, walk
from evalrules._numbers import RoundingMode, rounded
from solved import constants
from strategies import COLUMNS, OVER_ROWS, SCOPE, SLOTS, aggregates, formula, program_scope, programs, trees, value_maps
from test_formula_readings import of_exact, score_of_exact

AGGREGATES = ("合计", "计数", "平均", "加权平均", "去极值平均")
Outcome = tuple[Any, ...]


def is_readable(tree: Node) -> bool:
    """Whether a tree is free of tables, which the solver cannot read."""
    return all(getattr(part, "function", "") not in AGGREGATES for part in walk(tree))


@st.composite
def readable_trees(draw: st.DrawFn) -> Node:
    """Trees without tables."""
    tree = draw(trees)
    assume(is_readable(tree))
    return tree


@st.composite
def readable_programs(draw: st.DrawFn) -> Program:
    """Programs without tables."""
    program = draw(programs())
    formulas = (*program.formulas, *(binding.formula for binding in program.bindings))
    assume(all(is_readable(each.tree) for each in formulas))
    return program


def fault_of(faults: tuple[Failing, ...], put_in: dict[Any, Any]) -> Outcome | None:
    """Give the first fault that arises."""
    return next((("fault", each.kind, each.detail) for each in faults if settled(each.condition, put_in)), None)


# ---- the whole language --------------------------------------------------------------------------------------------


@settings(max_examples=400)
@given(readable_trees(), st.lists(value_maps(), min_size=6, max_size=6))
def test_the_solver_and_the_exact_reading_of_a_formula_agree(tree: Node, inputs_tried: list[dict[str, Any]]) -> None:
    """With values put in for what is unknown, the term has the exact value, or the same fault: 2,400 inputs in all."""
    terms = Terms()
    inputs = Inputs(terms, SCOPE, optional=SLOTS)
    meaning = read_term(tree, inputs.words)
    for values in inputs_tried:
        put_in = constants(terms, inputs, values)
        exact = of_exact(tree, values)[:3]
        if exact[:2] != ("fault", "digits"):
            assert (fault_of(meaning.faults, put_in) or ("value", settled(meaning.value, put_in))) == exact


@settings(max_examples=150)
@given(
    readable_programs(),
    st.lists(value_maps(), min_size=3, max_size=3),
    st.sampled_from(("half_up", "half_even", "down", "up")),
)
def test_the_solver_and_the_exact_reading_of_a_program_agree(
    program: Program, inputs_tried: list[dict[str, Any]], mode: RoundingMode
) -> None:
    """The rounded score is the same, or a fault of the same kind leaves it unscored."""
    terms = Terms()
    inputs = Inputs(terms, program_scope(program), optional=(*SLOTS, "指标值", "完成值", "评判得分"))
    scored = read_program(program, inputs)
    score = rounded_term(terms, scored.score, 2, mode)
    for values in inputs_tried:
        put_in = constants(terms, inputs, values)
        exact = score_of_exact(program, values, mode)
        fault = fault_of(scored.faults, put_in)
        if exact[:2] == ("fault", "digits"):
            continue
        assert fault is None or fault[:2] == exact[:2]
        if fault is None:
            assert ("value", settled(score * 100, put_in)) == exact


@settings(max_examples=60)
@given(readable_trees(), value_maps())
def test_the_solver_finds_the_exact_value_by_itself(tree: Node, values: dict[str, Any]) -> None:
    """Told what the inputs are, the solver finds no other value than the exact one."""
    exact = of_exact(tree, values)
    if exact[0] == "fault":
        return
    terms = Terms()
    inputs = Inputs(terms, SCOPE, optional=SLOTS)
    meaning = read_term(tree, inputs.words)
    told = [unknown == value for unknown, value in constants(terms, inputs, values).items()]
    other = meaning.value != (exact[1] if isinstance(exact[1], bool) else terms.number(Fraction(exact[1])))
    verdict, _ = Question(terms).answer([*told, other])
    assert verdict in ("none", "unknown")


@given(
    st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)),
    st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)),
)
def test_months_are_counted_by_the_calendar(first: datetime.date, last: datetime.date) -> None:
    """月数 has the exact value for any two days, leap years and centuries included."""
    values = {**dict.fromkeys(SLOTS), "开工日": first, "完工日": last}
    tree = read_tree("月数(开工日, 完工日)")
    terms = Terms()
    inputs = Inputs(terms, SCOPE)
    meaning = read_term(tree, inputs.words)
    assert ("value", settled(meaning.value, constants(terms, inputs, values))) == of_exact(tree, values)


DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31))
EDGES = st.builds(
    lambda year, month, away: datetime.date(year, month, 1) + datetime.timedelta(away),
    st.sampled_from((1904, 1999, 2000, 2024, 2096, 2100, 2104, 2198)),
    st.integers(1, 12),
    st.sampled_from((-1, 0)),
)


@settings(max_examples=40)
@given(first=st.one_of(EDGES, DAYS), last=st.one_of(EDGES, DAYS), written=st.booleans())
def test_what_the_solver_is_told_of_months_is_so(first: datetime.date, last: datetime.date, *, written: bool) -> None:
    """Of two days, unknown or one of them written, it finds the months that the exact reading counts, and no others."""
    begin = f"日期({first.year}, {first.month}, {first.day})" if written else "开工日"
    tree = read_tree(f"月数({begin}, 完工日)")
    terms = Terms()
    inputs = Inputs(terms, SCOPE)
    months = read_term(tree, inputs.words).value
    values = {"开工日": first, "完工日": last}
    told = [inputs.given[name] == terms.whole(values[name].toordinal()) for name in inputs.given]
    exact = of_exact(tree, {**dict.fromkeys(SLOTS), **values})[1]
    assert Question(terms).answer([*told, months != terms.number(exact)])[0] == "none"
    assert Question(terms).answer([*told, months == terms.number(exact)])[0] == "some"


def test_no_month_is_whole_within_27_days() -> None:
    """What holds of all days is settled at once: February has 28, and seven months are at most 215 days."""
    terms = Terms()
    inputs = Inputs(terms, SCOPE)
    scope = {
        "月数(开工日, 完工日) ≥ 1 且 天数(开工日, 完工日) < 28": "none",
        "月数(开工日, 完工日) ≥ 1 且 天数(开工日, 完工日) = 28": "some",
        "月数(开工日, 完工日) < 7 且 天数(开工日, 完工日) > 215": "none",
        "月数(开工日, 完工日) = 6 且 天数(开工日, 完工日) > 212": "some",
    }
    for condition, expected in scope.items():
        holds = read_term(read_tree(condition), inputs.words).value
        assert Question(terms).answer([*inputs.conditions, holds])[0] == expected, condition


@given(st.fractions(0, 100), st.integers(0, 4), st.sampled_from(("half_up", "half_even", "down", "up")))
def test_scores_are_rounded_as_the_engine_rounds(score: Fraction, places: int, mode: RoundingMode) -> None:
    """Every way of rounding is the same, ties included."""
    terms = Terms()
    assert settled(rounded_term(terms, terms.number(score), places, mode)) == rounded(score, places, mode)


# ---- tables --------------------------------------------------------------------------------------------------------

RANGES: tuple[dict[str, Bounds], ...] = (
    {},
    {"明细_预算": Bounds(Fraction(0), low_open=True), "明细_决算": Bounds(Fraction(0), Fraction(1))},
    {"明细_预算": Bounds(Fraction(-2), Fraction(3)), "明细_决算": Bounds(Fraction(-3), Fraction(-1, 2))},
)


HALVES, BLANK = [Fraction(half, 2) for half in range(-6, 9)], [None]


def these_rows(table: Tabled, rows: Sequence[Mapping[str, Any]]) -> Iterator[Any]:
    """Give the conditions that a table has these rows: each is of one sort and has these cells."""
    terms, nothing = table.terms, table.terms.number(0)
    found = [evolve(each, count=nothing, sums=dict.fromkeys(each.sums, nothing)) for each in table.rows]
    for place, row in enumerate(rows):
        known = {name: terms.number(cell) for name, cell in row.items() if cell is not None}
        one = OneRow(terms, table.rows, f"·{place}", known)
        yield from one.conditions
        for is_of, each in zip(one.is_of, table.rows, strict=True):
            blank = {key[1]: not answer for key, (answer, _) in each.sort.decided.items() if key[0] == FILLED}
            if any(is_blank != (row[name] is None) for name, is_blank in blank.items()):
                yield terms.no(is_of)
        found = one.together(found)
    for each, same in zip(table.rows, found, strict=True):
        yield each.count == same.count
        yield from (each.sums[name] == same.sums[name] for name in each.sums)


WRITTEN = [
    read_tree(text)
    for text in (
        "合计(明细_预算 × 明细_决算)",
        "加权平均(明细_预算, 明细_决算)",
        "去极值平均(明细_预算) − 平均(明细_预算)",
        "平均(明细_决算 ÷ 明细_预算)",
        "合计(若(明细_预算 > 0, 明细_决算 ÷ 明细_预算, 明细_决算))",
        "合计(下取整(明细_预算 ÷ 2)) − 合计(四舍五入(明细_决算, 0))",
        "合计(最大(明细_预算, 明细_决算)) + 合计(绝对值(明细_预算 − 甲))",
        "计数(明细_预算 × 明细_决算 ≥ 1) ÷ 计数(明细_预算 > 0)",
    )
]


@settings(max_examples=80)
@given(
    st.data(),
    st.one_of(st.sampled_from(WRITTEN), st.sampled_from(OVER_ROWS).flatmap(aggregates)),
    st.sampled_from(RANGES),
)
def test_no_table_is_left_out(data: st.DataObject, tree: Node, ranges: dict[str, Bounds]) -> None:
    """Of every table what an aggregate comes to is among what the solver takes it to come to, and so is its fault."""
    values = data.draw(value_maps(blanks=data.draw(st.integers(0, 5)) == 0))
    halves = {name: [half for half in HALVES if ranges.get(name, ANY).admits(half)] for name in COLUMNS}
    cells = {name: st.sampled_from([*halves[name], *BLANK]) for name in COLUMNS}
    count = data.draw(st.integers(0, 5))
    rows = values["明细"] = data.draw(st.tuples(*[st.fixed_dictionaries(cells)] * count))
    scope = {name: evolve(each, bounds=ranges.get(name, each.bounds)) for name, each in SCOPE.items()}
    terms = Terms()
    inputs = Inputs(terms, scope, optional=(*SLOTS, *COLUMNS))
    inputs.expect([tree])
    meaning = read_term(tree, inputs.words)
    told = [unknown == value for unknown, value in constants(terms, inputs, values).items()]
    told += these_rows(inputs.tables["明细"], rows)
    outcome, exact = of_exact(tree, values)[:2]
    if outcome == "fault":
        expected = terms.any_of(fault.condition for fault in meaning.faults if fault.kind == exact)
    else:
        unfailing = (terms.no(fault.condition) for fault in meaning.faults)
        expected = terms.all_of((*unfailing, meaning.value == terms.number(exact)))
    assert exact == "digits" or Question(terms).answer([*inputs.conditions, *told, expected])[0] != "none"


# ---- what cannot be read -------------------------------------------------------------------------------------------


def test_rows_of_too_many_sorts_are_named() -> None:
    """Conditions part the rows of a table; of more sorts than can be told apart the function is named."""
    sorts = " + ".join(f"计数(明细_预算 × 明细_决算 > {edge} 或 明细_决算 > {edge})" for edge in range(6))
    inputs = Inputs(Terms(), SCOPE)
    inputs.expect([read_tree(sorts)])
    with pytest.raises(Meaningless) as refused:
        read_term(read_tree(sorts), inputs.words)
    assert refused.value.part == "计数"


def of_plugin(solver: Any) -> Any:
    """Read a call of a plug-in's function that has this meaning for the solver."""
    half = Function("减半", ("",), "", lambda number: number / 2, solver=solver, origin="插件")
    return read_term(Call(half.name, (Name("甲"),)), Inputs(Terms(), SCOPE, {half.name: half}).words)


def test_a_function_of_a_plugin_without_a_meaning_is_named() -> None:
    """The function and the plug-in it comes from are told."""
    with pytest.raises(Meaningless) as refused:
        of_plugin(None)
    assert refused.value.part == "减半（插件）"


def test_a_function_of_a_plugin_is_read_by_the_meaning_it_brings() -> None:
    """What its ``solver`` builds over terms stands for the call."""
    assert str(of_plugin(lambda number: number / 2).value) == "甲/2"


def test_a_fault_of_a_meaning_is_told_as_what_cannot_be_read() -> None:
    """Somebody else's mistake does not end a proof of everything else."""
    with pytest.raises(Meaningless, match="ZeroDivisionError"):
        of_plugin(lambda number: number / (1 // 0))


# ---- names ---------------------------------------------------------------------------------------------------------


def test_inputs_keep_within_their_declared_ranges() -> None:
    """A whole number of at least 1 is never below it, nor a fraction."""
    terms = Terms()
    staff = Variable("编制数", "number", integer=True, bounds=Bounds(Fraction(0), low_open=True))
    inputs = Inputs(terms, {"编制数": staff})
    number = inputs.meaning("编制数").value
    assert Question(terms).answer([*inputs.conditions, number < 1])[0] == "none"
    assert Question(terms).answer([*inputs.conditions, number == terms.number(Fraction(3, 2))])[0] == "none"


def test_a_figure_without_a_value_is_blank_for_whoever_reads_it() -> None:
    """The fault tells the figure that has none, not what it was computed from."""
    inputs = Inputs(Terms(), SCOPE)
    inputs.compute("比率", formula(read_tree("甲 ÷ 乙")))
    (fault,) = read_term(read_tree("比率 + 1"), inputs.words).faults
    assert (fault.kind, fault.detail) == ("blank", "比率")
    filled = read_term(read_tree("已填(比率)"), inputs.words).value
    assert settled(filled, constants(inputs.terms, inputs, {"乙": Fraction(0)})) is False


def test_another_filling_in_differs_only_where_it_is_told_to() -> None:
    """What is not moved is the same unknown."""
    terms = Terms()
    inputs = Inputs(terms, SCOPE)
    first = read_term(read_tree("甲 + 乙"), inputs.words).value
    second = read_term(read_tree("甲 + 乙"), inputs.beside({"甲"}).words).value
    apart = second - first
    assert Question(terms).answer([apart != z3.Real("甲′", terms.context) - z3.Real("甲", terms.context)])[0] == "none"


def test_long_chains_of_bindings_stay_short() -> None:
    """Each binding reads the one before it twice; what is kept of their faults does not double each time."""
    bindings = [Binding("步0", formula(read_tree("1 ÷ 甲")))]
    bindings += [Binding(f"步{n}", formula(read_tree(f"步{n - 1} ÷ 步{n - 1} + 步{n - 1}"))) for n in range(1, 40)]
    program = Program("award", (), tuple(bindings))
    inputs = Inputs(Terms(), SCOPE)
    read_program(program, inputs, asked=["步39"])
    assert len(inputs.meaning("步39").faults) == 1


# ---- questions -----------------------------------------------------------------------------------------------------


def test_a_step_of_rounding_never_falls() -> None:
    """That a rounded quotient grows with what is divided is proved without a whole number."""
    terms = Terms()
    x, y, step = (terms.real_named(name) for name in "xyz")
    falls = [step > 0, x <= y, terms.floor(x / step) > terms.floor(y / step)]
    assert Question(terms).answer(falls)[0] == "none"


def test_whole_numbers_are_known_where_order_does_not_do() -> None:
    """What only holds of whole numbers is proved as well."""
    terms = Terms()
    x = terms.real_named("x")
    assert Question(terms).answer([terms.floor(x) > 1, terms.floor(x) < 2])[0] == "none"


def test_a_question_that_takes_too_long_is_not_answered() -> None:
    """No answer is no proof."""
    terms = Terms()
    a, b, c = (terms.whole_named(name) for name in "abc")
    cubes = a * a * a + b * b * b + c * c * c
    assert Question(terms, 0.05).answer([cubes == 114, a > b, b > c])[0] == "unknown"

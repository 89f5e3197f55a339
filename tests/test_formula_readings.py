from __future__ import annotations

import datetime
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from evalrules._formula.compile.programs import compile_formula, compile_program, compile_recorded
from evalrules._formula.parser import read_tree
from evalrules._formula.program import Program
from evalrules._formula.second import evaluate_node, trace_program
from evalrules._formula.tree import Fault, Node
from evalrules._formula.words import formula_words
from evalrules._numbers import RoundingMode, rounded_units
from function_cases import NoValueError
from plain import plain_score, plain_value
from strategies import (
    SCOPE,
    SLOTS,
    formula,
    in_slots,
    program_scope,
    programs,
    stored,
    trees,
    unresolved,
    value_maps,
)

Outcome = tuple[Any, ...]
ROW = ("分值", "指标值", "完成值", "评判得分")


def of_exact(tree: Node, values: dict[str, Any]) -> Outcome:
    """Give the outcome of the exact reading, its pair as a Fraction."""
    compute = compile_formula(formula(tree), SCOPE, SLOTS)
    try:
        value = compute(in_slots(values))
    except Fault as fault:
        return ("fault", fault.kind, fault.detail, fault.span)
    return ("value", Fraction(*value) if isinstance(value, tuple) else value)


def of_steps(tree: Node, values: dict[str, Any]) -> Outcome:
    """Give the outcome of the second reading, a date as its ordinal."""
    try:
        value = evaluate_node(tree, values)
    except Fault as fault:
        return ("fault", fault.kind, fault.detail, fault.span)
    return ("value", value.toordinal() if isinstance(value, datetime.date) else value)


def of_plain(tree: Node, values: dict[str, Any]) -> Outcome:
    """Give the outcome of the independent evaluator."""
    try:
        value = plain_value(tree, values.__getitem__, values)
    except NoValueError as fault:
        return ("fault", *fault.args)
    return ("value", value.toordinal() if isinstance(value, datetime.date) else value)


@settings(max_examples=20 * settings().max_examples)  # the readings are what all else rests on
@given(trees, value_maps())
def test_all_running_readings_of_a_formula_agree(tree: Node, values: dict[str, Any]) -> None:
    """Exact, steps and an independent evaluator give the same value, or the same fault at the same place."""
    exact, steps, plain = of_exact(tree, values), of_steps(tree, values), of_plain(tree, values)
    assert exact == steps
    assert exact[:3] == plain


@settings(max_examples=5 * settings().max_examples)  # the readings are what all else rests on
@given(trees)
def test_words_read_back_as_the_same_tree(tree: Node) -> None:
    """What the words reading writes is the formula itself, with a choice read as a name again."""
    assert read_tree(formula_words(tree)) == unresolved(tree)


# ---- programs ------------------------------------------------------------------------------------------------------


def score_of_exact(program: Program, values: dict[str, Any], mode: RoundingMode = "half_up") -> Outcome:
    """Give the rounded score of the exact reading, in cents."""
    score = compile_program(program, program_scope(program), SLOTS, mode=mode)
    row = [stored(values[name]) for name in ROW]
    try:
        return ("value", score(in_slots(values), *row))
    except Fault as fault:
        return ("fault", fault.kind, fault.detail, fault.span, fault.formula)


def score_of_steps(program: Program, values: dict[str, Any], mode: RoundingMode = "half_up") -> Outcome:
    """Give the same from the trace."""
    try:
        score = trace_program(program, values).score
    except Fault as fault:
        return ("fault", fault.kind, fault.detail, fault.span, fault.formula)
    return ("value", rounded_units(score.numerator, score.denominator, 2, mode))


def score_of_plain(program: Program, values: dict[str, Any], mode: RoundingMode) -> Outcome:
    """Give the same from the independent evaluator."""
    try:
        score = plain_score(program, values)
    except NoValueError as fault:
        return ("fault", *fault.args)
    return ("value", rounded_units(score.numerator, score.denominator, 2, mode))


@settings(max_examples=5 * settings().max_examples)  # the readings are what all else rests on
@given(programs(), value_maps(), st.sampled_from(("half_up", "half_even", "down", "up")))
def test_all_running_readings_of_a_program_agree(program: Program, values: dict[str, Any], mode: RoundingMode) -> None:
    """Exact, steps and an independent evaluator give the same score, or the same fault of the same formula."""
    exact, steps = score_of_exact(program, values, mode), score_of_steps(program, values, mode)
    assert exact == steps
    assert exact[:3] == score_of_plain(program, values, mode)


@given(programs(), value_maps())
def test_a_score_lies_between_0_and_its_points(program: Program, values: dict[str, Any]) -> None:
    """Whatever a program says, no score is below 0 or above 分值."""
    outcome = score_of_exact(program, values)
    assert outcome[0] == "fault" or 0 <= outcome[1] <= values["分值"] * 100


@given(programs(), value_maps())
def test_what_a_trace_tells_adds_up(program: Program, values: dict[str, Any]) -> None:
    """The rules of a trace lead from 分值 to the score without a gap, and what was not collected is told."""
    try:
        trace = trace_program(program, values)
    except Fault:
        return
    running = values["分值"]
    for traced in trace.rules:
        assert traced.before == running
        running = traced.after
        if program.form == "deduct" and not traced.excused:
            assert traced.amount == traced.before - traced.after + traced.uncollected
    assert trace.score == running


# ---- what is told of the way ---------------------------------------------------------------------------------------


def told_by_steps(program: Program, values: dict[str, Any]) -> Outcome:
    """Give each rule that held with its amount and what was left behind it."""
    try:
        trace = trace_program(program, values)
    except Fault as fault:
        return ("fault", fault.kind, fault.detail, fault.span, fault.formula)
    return tuple((traced.rule, None if traced.excused else traced.amount, traced.after) for traced in trace.rules)


def told_by_record(program: Program, values: dict[str, Any]) -> Outcome:
    """Give the same of the compiled program that records."""
    row = (stored(values[name]) for name in ROW)
    try:
        _, rules = compile_recorded(program, program_scope(program), SLOTS)(in_slots(values), *row)
    except Fault as fault:
        return ("fault", fault.kind, fault.detail, fault.span, fault.formula)
    return tuple(
        (program.rules[number], None if n is None or d is None else Fraction(n, d), max(Fraction(0), Fraction(*left)))
        for number, n, d, *left in rules
    )


@settings(max_examples=5 * settings().max_examples)  # the readings are what all else rests on
@given(programs(), value_maps())
def test_what_is_recorded_is_what_the_steps_come_to(program: Program, values: dict[str, Any]) -> None:
    """The compiled rules and simpleeval tell the same rules, amounts and rests, or fail at the same place."""
    assert told_by_record(program, values) == told_by_steps(program, values)

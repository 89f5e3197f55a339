"""The same work for other engines, each used as its documentation says is fast: read once, run often.

An engine takes the figures in its own numbers and gives its scores in its own numbers; cents are taken outside, and
what is timed is what gives scores, total and grade. None of them gives a reason, but the one written by hand.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import datalogic_py
import rule_engine
import simpleeval
import zen
from attrs import frozen
from cel_expr_python import cel
from cel_expr_python.ext import ext_math
from work import GRADES, POINTS, Indicator, Scores, indicators

FORM = indicators()
Number = Any
Given = tuple[list[Number], Number, str]


@frozen
class Engine:
    """An engine: how it takes figures, and how it gives scores, total and grade."""

    name: str
    numbers: Callable[[Mapping[str, Fraction]], Mapping[str, Number]]
    run: Callable[[Mapping[str, Number]], Given]

    def scores(self, figures: Mapping[str, Fraction]) -> Scores:
        """Score a submission; cents as the engine's own numbers show them."""
        found, total, grade = self.run(self.numbers(figures))
        return Scores(tuple(round(score * 100) for score in found), round(total * 100), grade)


def _floats(figures: Mapping[str, Fraction]) -> dict[str, float]:
    return {_ascii(name): float(value) for name, value in figures.items()}


def _decimals(figures: Mapping[str, Fraction]) -> dict[str, Decimal]:
    return {_ascii(name): Decimal(value.numerator) / value.denominator for name, value in figures.items()}


def _ascii(name: str) -> str:
    """Give a name that every engine can read."""
    return name.replace("实际", "a").replace("计划", "p")


def _ratio(indicator: Indicator) -> str:
    return f"{_ascii(indicator.actual)} / {_ascii(indicator.planned)}"


def _grade(total: Number) -> str:
    return next(grade for grade, least in GRADES if total >= least)


# ---- simpleeval -----------------------------------------------------------------------------------------------------

_PYTHON = (
    "min(5, 5 * ({r}))",
    "max(0, 5 - 50 * max(({r}) - 1, 0))",
    "max(0, 5 - 2 * max(ceil((({r}) - 1) / 0.05), 0))",
    "5 if {r} >= 0.9 else 4 if {r} >= 0.8 else 3 if {r} >= 0.7 else 0",
    "max(0, min(5, 5 * (2 - {r})))",
)


def _half_up(score: float) -> float:
    return math.floor(score * 100 + 0.5) / 100


def simpleeval_engine() -> Engine:
    """Trees parsed once; one evaluator, whose names are set for each submission."""
    evaluator = simpleeval.SimpleEval(functions={"min": min, "max": max, "ceil": math.ceil})
    texts = [_PYTHON[one.rule].format(r=_ratio(one)) for one in FORM]
    trees = [(text, evaluator.parse(text)) for text in texts]

    def run(names: Mapping[str, float]) -> Given:
        evaluator.names = names
        scores = [_half_up(evaluator.eval(text, previously_parsed=tree)) for text, tree in trees]
        total = sum(scores)
        return scores, total, _grade(total)

    return Engine("simpleeval, parsed trees", _floats, run)


# ---- zen-engine -----------------------------------------------------------------------------------------------------

_ZEN = (
    "min([5, 5 * ({r})])",
    "max([0, 5 - 50 * max([({r}) - 1, 0])])",
    "max([0, 5 - 2 * max([ceil((({r}) - 1) / 0.05), 0])])",
    "({r}) >= 0.9 ? 5 : (({r}) >= 0.8 ? 4 : (({r}) >= 0.7 ? 3 : 0))",
    "max([0, min([5, 5 * (2 - {r})])])",
)


def zen_engine() -> Engine:
    """One compiled expression an indicator, given its own two names alone, which is much faster than all 38."""
    rules = [
        zen.compile_expression(f"floor(({_ZEN[one.rule].format(r='a / p')}) * 100 + 0.5) / 100").evaluate
        for one in FORM
    ]
    rows = [(rule, _ascii(one.actual), _ascii(one.planned)) for rule, one in zip(rules, FORM, strict=True)]
    steps = " : ".join(f'total >= {least} ? "{grade}"' for grade, least in GRADES[:-1])
    grade = zen.compile_expression(f'{steps} : "{GRADES[-1][0]}"')

    def run(names: Mapping[str, float]) -> Given:
        scores = [rule({"a": names[actual], "p": names[planned]}) for rule, actual, planned in rows]
        total = sum(scores)
        return scores, total, grade.evaluate({"total": total})

    return Engine("zen-engine, compiled expressions", _floats, run)


def _zen_graph() -> dict[str, Any]:
    """Give a decision whose single expression node computes every indicator, the total and the grade."""
    rules = [f"floor(({_ZEN[one.rule].format(r=_ratio(one))}) * 100 + 0.5) / 100" for one in FORM]
    written = [{"id": f"s{number}", "key": f"s{number}", "value": rule} for number, rule in enumerate(rules)]
    summed = ", ".join(f"$.s{number}" for number in range(len(rules)))
    written.append({"id": "total", "key": "total", "value": f"sum([{summed}])"})
    steps = " : ".join(f'$.total >= {least} ? "{grade}"' for grade, least in GRADES[:-1])
    written.append({"id": "grade", "key": "grade", "value": f'{steps} : "{GRADES[-1][0]}"'})
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "rules", "name": "rules", "type": "expressionNode", "content": {"expressions": written}},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": "e1", "sourceId": "in", "targetId": "rules", "type": "edge"},
        {"id": "e2", "sourceId": "rules", "targetId": "out", "type": "edge"},
    ]
    return {"nodes": nodes, "edges": edges}


_KEYS = [f"s{number}" for number in range(len(FORM))]


def _zen_result(result: Mapping[str, Any]) -> Given:
    return [result[key] for key in _KEYS], result["total"], result["grade"]


def zen_decision() -> Engine:
    """Take the decision from a static loader, which keeps it compiled: the fast way."""
    evaluate = zen.ZenEngine({"loader": {"type": "static", "content": {"form": _zen_graph()}}}).evaluate
    return Engine("zen-engine, one decision", _floats, lambda names: _zen_result(evaluate("form", names)["result"]))


def zen_created() -> Engine:
    """Take it from ``create_decision``, which compiles anew at each call: the slow way, shown for comparison."""
    evaluate = zen.ZenEngine().create_decision(json.dumps(_zen_graph())).evaluate
    name = "zen-engine, created decision (slow way)"
    return Engine(name, _floats, lambda names: _zen_result(evaluate(names)["result"]))


# ---- JSONLogic ------------------------------------------------------------------------------------------------------


def _plus(tree: Any, constant: float) -> Any:
    return {"+": [tree, constant]}


def _json_logic(rule: int, ratio: Any) -> Any:
    over = {"max": [0, _plus(ratio, -1)]}
    return (
        {"min": [5, {"*": [5, ratio]}]},
        {"max": [0, {"-": [5, {"*": [50, over]}]}]},
        {"max": [0, {"-": [5, {"*": [2, {"ceil": {"/": [over, 0.05]}}]}]}]},
        {"if": [{">=": [ratio, 0.9]}, 5, {">=": [ratio, 0.8]}, 4, {">=": [ratio, 0.7]}, 3, 0]},
        {"max": [0, {"min": [5, {"*": [5, {"-": [2, ratio]}]}]}]},
    )[rule]


def datalogic_engine() -> Engine:
    """One compiled rule that gives the list of all scores."""

    def score(one: Indicator) -> Any:
        ratio = {"/": [{"val": _ascii(one.actual)}, {"val": _ascii(one.planned)}]}
        return {"/": [{"floor": _plus({"*": [_json_logic(one.rule, ratio), 100]}, 0.5)}, 100]}

    evaluate = datalogic_py.Engine().compile([score(one) for one in FORM]).evaluate

    def run(names: Mapping[str, float]) -> Given:
        scores = evaluate(names)
        total = sum(scores)
        return scores, total, _grade(total)

    return Engine("datalogic, one rule", _floats, run)


# ---- CEL ------------------------------------------------------------------------------------------------------------

_CEL = (
    "{r} >= 1.0 ? 5.0 : 5.0 * ({r})",
    "math.greatest(0.0, 5.0 - 50.0 * math.greatest({r} - 1.0, 0.0))",
    "math.greatest(0.0, 5.0 - 2.0 * math.greatest(math.ceil(({r} - 1.0) / 0.05), 0.0))",
    "{r} >= 0.9 ? 5.0 : {r} >= 0.8 ? 4.0 : {r} >= 0.7 ? 3.0 : 0.0",
    "math.greatest(0.0, math.least(5.0, 5.0 * (2.0 - {r})))",
)


def cel_engine() -> Engine:
    """One checked expression that gives the list of all scores."""
    variables = {_ascii(name): cel.Type.DOUBLE for one in FORM for name in (one.actual, one.planned)}
    environment = cel.NewEnv(variables=variables, extensions=[ext_math.ExtMath()])
    rules = (f"math.floor(({_CEL[one.rule].format(r=_ratio(one))}) * 100.0 + 0.5) / 100.0" for one in FORM)
    program = environment.compile(f"[{', '.join(rules)}]")

    def run(names: Mapping[str, float]) -> Given:
        scores = [score.plain_value() for score in program.eval(data=names).value()]
        total = sum(scores)
        return scores, total, _grade(total)

    return Engine("cel-expr-python, one expression", _floats, run)


# ---- rule-engine ----------------------------------------------------------------------------------------------------

_RULE = (
    "{r} >= 1 ? 5 : 5 * ({r})",
    "{r} <= 1 ? 5 : ({r} >= 1.1 ? 0 : 5 - 50 * ({r} - 1))",
    "{r} <= 1 ? 5 : ({r} <= 1.05 ? 3 : ({r} <= 1.1 ? 1 : 0))",  # it has no rounding up
    "{r} >= 0.9 ? 5 : ({r} >= 0.8 ? 4 : ({r} >= 0.7 ? 3 : 0))",
    "{r} <= 1 ? 5 : ({r} >= 2 ? 0 : 5 * (2 - {r}))",
)


def rule_engine_engine() -> Engine:
    """One rule an indicator, over its Decimal numbers."""
    rules = [rule_engine.Rule(_RULE[one.rule].format(r=_ratio(one))) for one in FORM]
    cent = Decimal("0.01")

    def run(names: Mapping[str, Decimal]) -> Given:
        scores = [rule.evaluate(names).quantize(cent, ROUND_HALF_UP) for rule in rules]
        total = sum(scores)
        return scores, total, _grade(total)

    return Engine("rule-engine, parsed rules", _decimals, run)


# ---- by hand --------------------------------------------------------------------------------------------------------


def _by_hand(rule: int, ratio: Decimal) -> tuple[Decimal, str]:
    """Give score and sentence, as a careful programmer writes one indicator."""
    full, one = Decimal(POINTS), Decimal(1)
    if rule == 0:
        score = min(full, full * ratio)
    elif rule == 1:
        score = max(Decimal(0), full - 50 * max(ratio - one, Decimal(0)))
    elif rule == 2:  # noqa: PLR2004
        steps = ((ratio - one) / Decimal("0.05")).to_integral_value(ROUND_CEILING)
        score = max(Decimal(0), full - 2 * max(steps, Decimal(0)))
    elif rule == 3:  # noqa: PLR2004
        bands = ((Decimal("0.9"), 5), (Decimal("0.8"), 4), (Decimal("0.7"), 3))
        score = Decimal(next((points for edge, points in bands if ratio >= edge), 0))
    else:
        score = max(Decimal(0), min(full, full * (2 - ratio)))
    score = score.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return score, "" if score == full else f"完成值 {ratio:.2%}，扣 {full - score} 分"


def decimal_engine() -> Engine:
    """Decimal written by hand, with a sentence a deduction: what a script in an office does."""
    rows = [(one.rule, _ascii(one.actual), _ascii(one.planned)) for one in FORM]

    def run(names: Mapping[str, Decimal]) -> Given:
        found = [_by_hand(rule, names[actual] / names[planned]) for rule, actual, planned in rows]
        scores = [score for score, _ in found]
        total = sum(scores)
        return scores, total, _grade(total)

    return Engine("Decimal by hand, with sentences", _decimals, run)


PEERS = (
    zen_decision,
    zen_created,
    zen_engine,
    datalogic_engine,
    cel_engine,
    simpleeval_engine,
    rule_engine_engine,
    decimal_engine,
)

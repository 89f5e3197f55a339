"""Feeds the formula reader with text that follows its branches: any text is a formula or has a code, and nothing else.

What types right is compiled and run: both running readings agree, or fail with the same fault. Run by ``make fuzz``.
"""

from __future__ import annotations

import datetime
import sys
from fractions import Fraction
from typing import Any

import atheris

with atheris.instrument_imports(include=["evalrules"]):
    from evalrules._formula.compile.programs import compile_formula
    from evalrules._formula.parser import read_formula
    from evalrules._formula.scope import Variable
    from evalrules._formula.second import evaluate_node
    from evalrules._formula.tokens import FormulaSyntaxError
    from evalrules._formula.tree import Fault, Formula
    from evalrules._formula.typing import check_node
    from evalrules._formula.words import formula_words

WORDS = (
    *(
        "甲",
        "乙",
        "是否",
        "日期",
        "最大",
        "最小",
        "绝对值",
        "上取整",
        "下取整",
        "四舍五入",
        "插值",
        "若",
        "已填",
        "未填",
    ),
    *("且", "或", "非", "天数", "月数", "总和", "(", ")", "（", "）", ",", "，", "+", "−", "-", "×", "*", "÷", "/"),
    *("≥", "≤", "=", "≠", "<", ">", "%", ".", " ", "0", "1", "2", "95", "100%", "0.1", "999999999", "日期(2024,2,29)"),
)
SCOPE = {
    "甲": Variable("甲", "number"),
    "乙": Variable("乙", "number"),
    "是否": Variable("是否", "yes_no"),
    "日期": Variable("日期", "date"),
}
SLOTS = {name: slot for slot, name in enumerate(SCOPE)}
DAY = datetime.date(2024, 2, 29)


def text_of(chosen: atheris.FuzzedDataProvider) -> str:
    """Make text of words of the language, with anything at all between."""
    parts: list[str] = []
    while chosen.remaining_bytes():
        number = chosen.ConsumeIntInRange(0, len(WORDS) + 1)
        parts.append(WORDS[number] if number < len(WORDS) else chosen.ConsumeUnicode(3))
    return "".join(parts)


def outcome(run: Any) -> Any:
    """Give a value, or the kind of the fault."""
    try:
        return run()
    except Fault as fault:
        return fault.kind


def plain(value: Any, kind: str) -> Any:
    """Give the exact reading's value as the second reading writes it."""
    if isinstance(value, tuple):
        return Fraction(*value)
    return datetime.date.fromordinal(value) if kind == "date" and type(value) is int else value


def run_both(formula: Formula, kind: str, given: tuple[Fraction, Fraction]) -> None:
    """Hold the two readings against each other."""
    values = {"甲": given[0], "乙": given[1], "是否": given[0] > given[1], "日期": DAY}
    stored = [(one.numerator, one.denominator) for one in given] + [values["是否"], DAY.toordinal()]
    exact = outcome(lambda: compile_formula(formula, SCOPE, SLOTS)(stored))
    steps = outcome(lambda: evaluate_node(formula.tree, values))
    if isinstance(exact, str) or isinstance(steps, str):
        assert exact == steps, (formula.text, given, exact, steps)
    else:
        assert plain(exact, kind) == steps, (formula.text, given, exact, steps)


def test_one_input(raw: bytes) -> None:
    """Read, type, compile, run, write in words."""
    chosen = atheris.FuzzedDataProvider(raw)
    first, second = (Fraction(chosen.ConsumeIntInRange(-200, 200), chosen.ConsumeIntInRange(1, 20)) for _ in range(2))
    text = text_of(chosen)
    try:
        formula = read_formula(text)
    except FormulaSyntaxError:
        return
    typing = check_node(formula.tree, SCOPE)
    if typing.faults or typing.kind not in ("number", "condition", "date"):
        return
    again = read_formula(formula_words(formula.tree))
    assert formula_words(again.tree) == formula_words(formula.tree), text
    run_both(Formula(formula.text, typing.node), typing.kind, (first, second))


if __name__ == "__main__":
    atheris.Setup(sys.argv, test_one_input)
    atheris.Fuzz()

"""The table of functions that formulas may call: those of the language, and how those of plug-ins join them.

A function of the language is one row of `numbers`, `calendar` or `tables`; everything that reads formulas asks its row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from evalrules._formula.functions import calendar, numbers, tables
from evalrules._formula.functions.row import CONDITION, NAME, Builtin, Signature, X, budgeted
from evalrules._formula.scope import Function, Functions
from evalrules._formula.tree import MAX_BUDGET_DIGITS, Call, Fault, Formula, Name, walk

IF: Final = Builtin(
    name="若",
    usage="若(条件, a, b)",
    about="条件成立时取 a，否则取 b；只计算选中的一个",
    habits=("if", "iif", "如果"),
    arguments=(CONDITION, X, X),
)
FILLED: Final = Builtin(
    name="已填",
    english="filled",
    usage="已填(名称)",
    about="该数据已填写；指标或分组有任一行填了完成值即为已填，不论按该值计分还是按数据计分"
    "（只有数据、没有填行的不算：问数据本身）",
    habits=("非空",),
    arguments=(NAME,),
)
BLANK: Final = Builtin(
    name="未填",
    english="blank",
    usage="未填(名称)",
    about="该数据未填写",
    habits=("isblank", "为空"),
    arguments=(NAME,),
)
ASKING: Final = frozenset({FILLED.name, BLANK.name})
"""The functions that ask whether a name has a value, and do not need it."""

BUILTINS: Final = (IF, *numbers.ROWS, *calendar.ROWS, FILLED, BLANK, *tables.ROWS)
BY_NAME: Final = MappingProxyType({builtin.name: builtin for builtin in BUILTINS})
BY_SPELLING: Final = MappingProxyType(
    {spelling: builtin for builtin in BUILTINS for spelling in (builtin.name, builtin.english) if spelling}
)
HABITS: Final = MappingProxyType({habit: builtin.name for builtin in BUILTINS for habit in builtin.habits})
"""What people write out of habit, from spreadsheets or from speech, and what they mean."""


def asked_names(formulas: Iterable[Formula]) -> frozenset[str]:
    """Give the names of which formulas ask whether they are filled."""
    calls = (part for formula in formulas for part in walk(formula.tree) if isinstance(part, Call))
    asking = (call for call in calls if call.function in ASKING)
    return frozenset(name.name for call in asking for name in call.arguments if isinstance(name, Name))


def signatures(functions: Functions) -> frozenset[Signature]:
    """Give the signatures of functions from plug-ins, as the parser takes them."""
    return frozenset(
        Signature(function.name, function.english, len(function.arguments), function.repeating)
        for function in functions.values()
    )


# ---- functions of plug-ins -----------------------------------------------------------------------------------------


_LONGEST_REASON: Final = 200


def call_function(function: Function, arguments: Sequence[Fraction]) -> Fraction:
    """Call a function of a plug-in; whatever it does wrong is the fault ``function`` with the reason in its detail."""
    try:
        result = function.call(*arguments)
    except Fault:
        raise
    except Exception as error:  # whatever somebody else's code raises is its own fault
        raise Fault("function", f"{function}: {type(error).__name__}: {error}"[:_LONGEST_REASON]) from error
    return budgeted(_exact(function, result))  # type: ignore[no-any-return]


def _exact(function: Function, result: object) -> Fraction:
    if isinstance(result, int | Fraction) and not isinstance(result, bool):
        return Fraction(result)
    if isinstance(result, Decimal) and result.is_finite():
        if abs(result.adjusted()) > MAX_BUDGET_DIGITS:
            raise Fault("digits")
        return Fraction(result)
    raise Fault("function", f"{function}: {result!r}"[:_LONGEST_REASON])

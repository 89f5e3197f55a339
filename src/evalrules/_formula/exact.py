"""The exact reading: formulas and programs as Python functions over integers, made in one compilation.

Values are read from a list ``v`` by slot: a number is a pair (numerator, denominator above 0) that need not be in lowest
terms, a date its ordinal, yes_no a bool, a choice or text a str, a table a tuple of mappings from the columns' full
names, a section anything but None where it is filled; None is a blank. The generated code has no builtins in reach.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import gcd
from types import MappingProxyType
from typing import Any, Final

from attrs import field, frozen

from evalrules._formula.emit import Emitter, Module, Subject, returned
from evalrules._formula.emit_program import close, emit_program
from evalrules._formula.faults import Fault
from evalrules._formula.limits import NUMBER_BUDGET
from evalrules._formula.meaning import aggregate, call_function, interpolate, months_between
from evalrules._formula.pairs import Pair
from evalrules._formula.program import Program
from evalrules._formula.scope import Function, Functions, Scope
from evalrules._formula.tree import Formula
from evalrules._numbers import RoundingMode, rounded_units

IntegerPair = tuple[int, int]
Compute = Callable[[list[Any]], Any]
Score = Callable[[list[Any], Any, Any, Any, Any], int]
_NONE: Final[Functions] = MappingProxyType({})


@frozen
class Job:
    """A formula to compile, ``f(v)``; with ``program``, one of its row that sees its names: ``f(v, points, target, …)``.

    ``name`` is given where the value is written back to the slot of that name for later jobs.
    """

    formula: Formula
    scope: Scope = field(repr=False)
    program: Program | None = None
    name: str | None = None


@frozen
class ProgramJob:
    """A program to compile, ``f(v, points, target, actual, judged)`` → the score in units of the last place."""

    program: Program
    scope: Scope = field(repr=False)


def compile_jobs(
    jobs: Sequence[Job | ProgramJob],
    slots: Mapping[str, int],
    functions: Functions = _NONE,
    *,
    places: int = 2,
    mode: RoundingMode = "half_up",
) -> tuple[Callable[..., Any], ...]:
    """Compile checked formulas and programs, in order, in one go.

    A function of a formula gives a pair, a bool or a date's ordinal. ``points``, ``target``, ``actual`` and ``judged``
    are pairs (a date: its ordinal) or None. Every function raises `Fault` and nothing else on values of these kinds.
    """
    module = Module(slots, functions)
    names = [_emit(module, job, places, mode) for job in jobs]
    made: dict[str, Any] = {"__builtins__": {}, **_RUNTIME}
    made.update((f"k{place}", value) for place, value in enumerate(module.constants))
    exec(compile("\n".join(module.lines), "<formulas>", "exec"), made)  # noqa: S102 - generated from the tree alone
    return tuple(made[name] for name in names)


def compile_formula(formula: Formula, scope: Scope, slots: Mapping[str, int], functions: Functions = _NONE) -> Compute:
    """Compile one formula.

    >>> from evalrules._formula.scope import Variable
    >>> from evalrules._formula.syntax import read_formula
    >>> half = compile_formula(read_formula("x ÷ 2"), {"x": Variable("x", "number")}, {"x": 0})
    >>> half([(3, 1)])
    (3, 2)
    """
    return compile_jobs([Job(formula, scope)], slots, functions)[0]


def compile_program(
    program: Program,
    scope: Scope,
    slots: Mapping[str, int],
    functions: Functions = _NONE,
    *,
    places: int = 2,
    mode: RoundingMode = "half_up",
) -> Score:
    """Compile one program."""
    return compile_jobs([ProgramJob(program, scope)], slots, functions, places=places, mode=mode)[0]


def _emit(module: Module, job: Job | ProgramJob, places: int, mode: RoundingMode) -> str:
    if isinstance(job, ProgramJob):
        return emit_program(module, job.program, job.scope, places, mode)
    bindings = job.program.all_bindings if job.program is not None else ()
    subject = Subject(job.scope, bindings, (job.formula,), of_row=job.program is not None)
    emitter = Emitter(module, subject, len(bindings))
    value = emitter.formula_value(job.formula)
    emitter.line(f"return {returned(value)}")
    if job.name is not None and isinstance(value, Pair):
        module.bits[job.name] = (value.n_bits, value.d_bits)
    return close(emitter)


# ---- what generated code may call ----------------------------------------------------------------------------------

_Place = tuple[str, str, tuple[int, int], Formula | None]


def _turn(n: int, d: int, place: _Place) -> IntegerPair:
    """Give the sign of a denominator to the numerator; a denominator of 0 is the fault."""
    if d == 0:
        raise Fault(*place)  # type: ignore[arg-type]
    return -n, -d


def _shrink(n: int, d: int, place: _Place) -> IntegerPair:
    """Bring to lowest terms; what is too long even then is the fault."""
    common = gcd(n, d)
    n, d = n // common, d // common
    if not -NUMBER_BUDGET < n < NUMBER_BUDGET or d >= NUMBER_BUDGET:
        raise Fault(*place)  # type: ignore[arg-type]
    return n, d


def _called(place: _Place, function: Callable[..., Fraction], *pairs: IntegerPair) -> IntegerPair:
    _, _, span, formula = place
    try:
        result = function(*(Fraction(*pair) for pair in pairs))
    except Fault as fault:
        raise Fault(fault.kind, fault.detail, span, formula) from None
    return result.numerator, result.denominator


def _aggregated(place: _Place, *lists: Sequence[IntegerPair]) -> IntegerPair:
    _, name, span, formula = place
    try:
        result = aggregate(name, [[Fraction(*pair) for pair in pairs] for pairs in lists])
    except Fault as fault:
        raise Fault(fault.kind, fault.detail, span, formula) from None
    return result.numerator, result.denominator


def _plugin(function: Function) -> Callable[..., Fraction]:
    return lambda *arguments: call_function(function, arguments)


def _not_blank(fault: Fault) -> bool:
    """Tell a blank from other faults, which go on."""
    if fault.kind != "blank":
        raise fault
    return False


_RUNTIME: Final[Mapping[str, object]] = MappingProxyType(
    {
        "F": Fault,
        "L": NUMBER_BUDGET,
        "turn": _turn,
        "shrink": _shrink,
        "called": _called,
        "aggregated": _aggregated,
        "plugin": _plugin,
        "interpolate": interpolate,
        "months": months_between,
        "count": sum,
        "not_blank": _not_blank,
        "rounded": rounded_units,
    }
)

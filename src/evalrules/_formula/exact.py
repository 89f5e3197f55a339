"""The exact reading: formulas and programs as Python functions over integers.

Values are read from a list ``v`` by slot: a number is a pair (numerator, denominator above 0), in lowest terms or not,
a date its ordinal, yes_no a bool, a choice or text a str, a table a tuple of mappings from the columns' full
names, a section anything but None where it is filled; None is a blank. The generated code has no builtins in reach.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from attrs import field, frozen

from evalrules._formula.emit import Emitter, compiled
from evalrules._formula.emit_frame import Subject
from evalrules._formula.emit_program import emit_program
from evalrules._formula.pairs import Pair, returned
from evalrules._formula.program import Program
from evalrules._formula.scope import Functions, Scope
from evalrules._formula.tree import Formula
from evalrules._numbers import RoundingMode

Compute = Callable[[list[Any]], Any]
Score = Callable[[list[Any], Any, Any, Any, Any], int]
_NONE: Final[Functions] = MappingProxyType({})


@frozen
class Job:
    """A formula to compile, ``f(v)``; with ``program``, one that sees the names of its row: ``f(v, points, …)``.

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
    places: int | None = 2,
    mode: RoundingMode = "half_up",
) -> tuple[Callable[..., Any], ...]:
    """Compile checked formulas and programs, in order.

    A function of a formula gives a pair, a bool or a date's ordinal. ``points``, ``target``, ``actual`` and ``judged``
    are pairs (a date: its ordinal) or None. Every function raises `Fault` and nothing else on values of these kinds.
    """
    bits: dict[str, tuple[int, int]] = {}
    compiling = _Compiling(slots, functions, bits, places, mode)
    return tuple(compiling.function(job) for job in jobs)


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
    places: int | None = 2,
    mode: RoundingMode = "half_up",
) -> Score:
    """Compile one program; without ``places`` the function gives the exact score, as a pair."""
    return compile_jobs([ProgramJob(program, scope)], slots, functions, places=places, mode=mode)[0]


@frozen
class _Compiling:
    slots: Mapping[str, int]
    functions: Functions
    bits: dict[str, tuple[int, int]]
    places: int | None
    mode: RoundingMode

    def function(self, job: Job | ProgramJob) -> Callable[..., Any]:
        """Compile one job."""
        if isinstance(job, ProgramJob):
            emitter = self._emitter(job.scope, job.program, job.program.formulas)
            emit_program(emitter, job.program, self.places, self.mode)
        else:
            emitter = self._emitter(job.scope, job.program, (job.formula,))
            value = emitter.formula_value(job.formula)
            emitter.line(f"return {returned(value)}")
            if job.name is not None and isinstance(value, Pair):
                self.bits[job.name] = (value.n_bits, value.d_bits)
        return compiled(emitter)

    def _emitter(self, scope: Scope, program: Program | None, formulas: Sequence[Formula]) -> Emitter:
        bindings = () if program is None else program.all_bindings
        of_row = program is not None
        subject = Subject(scope, self.slots, self.functions, self.bits, bindings, formulas, of_row)
        return Emitter(subject, len(bindings))

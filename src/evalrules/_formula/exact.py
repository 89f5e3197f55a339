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
from evalrules._formula.emit_program import emit_program, emit_recorded
from evalrules._formula.pairs import Pair, returned
from evalrules._formula.program import Program
from evalrules._formula.scope import Functions, Scope
from evalrules._formula.tree import Formula
from evalrules._numbers import RoundingMode

Compute = Callable[[list[Any]], Any]
Score = Callable[[list[Any], Any, Any, Any, Any], int]
RuleTold = tuple[int, int | None, int | None, int, int]
"""A rule that held: its number, its amount as a pair (None twice where it was excused), and what was then left.

What is left is a pair whose numerator is below 0 where more was to be taken than was left.
"""
Recorded = tuple[dict[int, Any], list[RuleTold]]
"""The bindings that were computed, by their places, and the rules that held, in order."""
Record = Callable[[list[Any], Any, Any, Any, Any], Recorded]
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


def compile_recorded(program: Program, scope: Scope, slots: Mapping[str, int], functions: Functions = _NONE) -> Record:
    """Compile a program so that it tells what it went through; it raises what the same program raises for its score."""
    emitter = _Compiling(slots, functions, {}, None, "half_up").emitter(
        scope, program, program.formulas, recording=True
    )
    emit_recorded(emitter, program)
    return compiled(emitter)


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
            emitter = self.emitter(job.scope, job.program, job.program.formulas)
            emit_program(emitter, job.program, self.places, self.mode)
        else:
            emitter = self.emitter(job.scope, job.program, (job.formula,))
            value = emitter.formula_value(job.formula)
            emitter.line(f"return {returned(value)}")
            if job.name is not None and isinstance(value, Pair):
                self.bits[job.name] = (value.n_bits, value.d_bits)
        return compiled(emitter)

    def emitter(
        self, scope: Scope, program: Program | None, formulas: Sequence[Formula], *, recording: bool = False
    ) -> Emitter:
        """Give what a function over these formulas is written with."""
        bindings = () if program is None else program.all_bindings
        of_row = program is not None
        subject = Subject(scope, self.slots, self.functions, self.bits, bindings, formulas, of_row, recording)
        return Emitter(subject, len(bindings))

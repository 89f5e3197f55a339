"""The exact reading: programs as Python functions over integers, which give a score or what a rule went through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from attrs import field

from evalrules._formula.compile.formulas import Emitter, compiled
from evalrules._formula.frame import (
    INPUT_BITS,
    ZERO,
    Compilation,
    Pair,
    compared,
    constant,
    half_up_of_positive,
    returned,
    times,
)
from evalrules._formula.program import JUDGED, POINTS, PointsBetween, Program, Requirement, Rule
from evalrules._formula.scope import Bounds, Functions, Scope
from evalrules._formula.tree import BUDGET_BITS, Formula, Name
from evalrules._numbers import RoundingMode, rounded_units
from evalrules._values import frozen

# Programs as Python source: requirements, then rules in order, then the score in units of the last place.
#
# A recorded program computes the same, and tells of each rule that holds what it took and what was then left.


_POINTS, _JUDGED = Name(POINTS), Name(JUDGED)
_RUNNING: Final = Pair("rn", "rd", INPUT_BITS, INPUT_BITS)


def emit_program(emitter: Emitter, program: Program, places: int | None, mode: RoundingMode) -> None:
    """Emit the body of a program's function; without ``places`` it gives the exact score, as a pair."""
    _emit(_RuleEmitter(emitter, places, mode), program)


def emit_recorded(emitter: Emitter, program: Program) -> None:
    """Emit the body of a program's function that gives what it went through, see `exact.Recorded`."""
    emitter.line("r = []")
    _emit(_Recorder(emitter, None, "half_up"), program)


def _emit(writer: _RuleEmitter, program: Program) -> None:
    for requirement in program.requirements:
        writer.requirement(requirement)
    (writer.deduct if program.form == "deduct" else writer.award)(program.rules)


class _RuleEmitter:
    def __init__(self, emitter: Emitter, places: int | None, mode: RoundingMode) -> None:
        self.emitter = emitter
        self.places = places
        self.mode = mode
        self.points_given = emitter.subject.place(POINTS, emitter.limit) is None

    def requirement(self, requirement: Requirement) -> None:
        """Test a range, and know from then on what it says."""
        emitter = self.emitter
        emitter.formula = None
        pair = emitter.atomic_pair(emitter.number(Name(requirement.name)))
        failing = _outside(pair, requirement.bounds)
        if failing:
            emitter.line(f"if {' or '.join(failing)}: {emitter.fail('outside-range', requirement.name)}")
        if _is_positive(requirement.bounds):
            for name, known in emitter.known.items():
                if known == pair:
                    emitter.known[name] = pair._replace(positive=True)

    # ---- deduct ----

    def deduct(self, rules: tuple[Rule, ...]) -> None:
        """Take the points of each rule that holds and is not excused; below 0 nothing is left to take."""
        emitter = self.emitter
        if self.points_given:
            emitter.line("rn, rd = points")
        else:
            points = emitter.number(_POINTS)
            emitter.line(f"rn = {points.n}; rd = {points.d}")
        running = _RUNNING
        for number, rule in enumerate(rules):
            running = self._rule(number, rule, running)
        emitter.line("if rn <= 0: rn = 0")
        emitter.line(f"return {self._result(running)}")

    def _rule(self, number: int, rule: Rule, running: Pair) -> Pair:
        """Emit one rule and give what is then known of the running score."""
        test = self._test(rule)
        if test is None:
            return self._less(number, rule, running)
        return self._where(f"if {test}:", partial(self._less, number, rule, running), running)

    def _where(self, test: str, taking: Callable[[], Pair], running: Pair) -> Pair:
        """Emit what takes points behind a test."""
        part = self.emitter.captured(taking)
        self.emitter.line(test)
        self.emitter.lines += part.lines
        after = part.value
        assert isinstance(after, Pair)
        return Pair("rn", "rd", max(running.n_bits, after.n_bits), max(running.d_bits, after.d_bits))

    def _test(self, rule: Rule) -> str | None:
        """Emit whether a rule takes its points: it holds and is not excused."""
        when = None if rule.when is None else self.emitter.formula_condition(rule.when)
        if rule.unless is None:
            return when
        excused = partial(self._not_excused, rule.unless)
        return excused() if when is None else self.emitter.stopping(when, excused, stop=False)

    def _not_excused(self, unless: Formula) -> str:
        return f"(not {self.emitter.formula_condition(unless)})"

    def _less(self, number: int, rule: Rule, running: Pair) -> Pair:
        """Emit that a rule takes its points."""
        emitter = self.emitter
        assert isinstance(rule.points, Formula)
        amount = emitter.atomic_pair(emitter.formula_number(rule.points))
        if not amount.positive and amount.value is None:
            emitter.line(f"if {amount.n} < 0: {self._out_of_bounds(rule)}")
        elif amount.value is not None and amount.value < 0:
            emitter.line(self._out_of_bounds(rule))
        emitter.line(f"rn = {times('rn', amount.d)} - {times(amount.n, 'rd')}")
        if amount.d != "1":
            emitter.line(f"rd = rd*{amount.d}")
        bits = max(running.n_bits + amount.d_bits, running.d_bits + amount.n_bits) + 1
        after = self._kept_short(rule.points, Pair("rn", "rd", bits, running.d_bits + amount.d_bits))
        self._took(number, amount)
        return after

    def _took(self, number: int, amount: Pair) -> None:
        """Emit what is told of a rule that took this amount: nothing, where only the score is asked for."""

    def _kept_short(self, points: Formula, running: Pair) -> Pair:
        """Hold the running score to the digit budget, where it can exceed it at all."""
        if running.n_bits <= BUDGET_BITS and running.d_bits <= BUDGET_BITS:
            return running
        emitter = self.emitter
        fault = emitter.fault("digits", "", points.tree.span)
        emitter.line("if rn <= 0: rn = 0; rd = 1")
        emitter.line(f"if rn >= L or rd >= L: rn, rd = shrink(rn, rd, {fault})")
        return Pair("rn", "rd", BUDGET_BITS + 1, BUDGET_BITS + 1)

    # ---- award ----

    def award(self, rules: tuple[Rule, ...]) -> None:
        """Give the points of the first row that holds."""
        emitter = self.emitter
        for number, rule in enumerate(rules):
            if rule.when is None:
                self._given(number, rule)
                return
            test = emitter.formula_condition(rule.when)
            part = emitter.captured(partial(self._given, number, rule), maybe=False)
            emitter.line(f"if {test}:")
            emitter.lines += part.lines
        emitter.formula = None
        emitter.line(emitter.fail("undecided"))

    def _given(self, number: int, rule: Rule) -> str:
        """Emit that a row gives its points."""
        emitter = self.emitter
        if isinstance(rule.points, PointsBetween):
            score = self._judged(rule, rule.points)
        else:
            score = emitter.formula_number(rule.points)
        if score.value != 0:
            score = self._within(score, emitter.number(_POINTS), rule)
        self._gave(number, score)
        emitter.line(f"return {self._result(score)}")
        return ""

    def _gave(self, number: int, score: Pair) -> None:
        """Emit what is told of a row that gave these points: nothing, where only the score is asked for."""

    def _within(self, score: Pair, points: Pair, rule: Rule) -> Pair:
        """Hold the points of a row to 0…分值; 分值 itself, where it is given, is at least 0."""
        if score == points and self.points_given:
            return score
        score = self.emitter.atomic_pair(score)
        tests = [compared(score, ">", points)] if score != points else []
        if not score.positive:
            tests.insert(0, compared(score, "<", ZERO))
        failing = " or ".join(test for test in tests if test != "False")
        if failing:
            self.emitter.line(f"if {failing}: {self._out_of_bounds(rule)}")
        return score

    def _judged(self, rule: Rule, between: PointsBetween) -> Pair:
        """Emit that an assessor's score counts, if it lies in the range of the row."""
        emitter = self.emitter
        emitter.formula = None
        emitter.line(f"if judged is None: {emitter.fail('not-judged', rule.label)}")
        score = emitter.number(_JUDGED)
        low, high = emitter.formula_number(between.low), emitter.formula_number(between.high)
        tests = (compared(score, "<", low), compared(score, ">=" if between.high_open else ">", high))
        emitter.formula = None
        emitter.line(f"if {' or '.join(tests)}: {emitter.fail('judged-outside', rule.label)}")
        return score

    # ---- both ----

    def _out_of_bounds(self, rule: Rule) -> str:
        """Write the fault of a rule that would take less than 0 or give what 分值 does not hold."""
        span = (0, 0) if isinstance(rule.points, PointsBetween) else rule.points.tree.span
        return self.emitter.fail("points-out-of-bounds", rule.label, span)

    def _result(self, score: Pair) -> str:
        """Write the score, at least 0, rounded to units of the last place; without places, as an exact pair."""
        if self.places is None:
            return f"{score.n}, {score.d}"
        if score.value is not None:
            return str(rounded_units(score.value.numerator, score.value.denominator, self.places, self.mode))
        if self.mode == "half_up":
            return half_up_of_positive(score, 10**self.places)
        mode = self.emitter.subject.constant(self.mode)
        return f"rounded({score.n}, {score.d}, {self.places}, {mode})"


class _Recorder(_RuleEmitter):
    """Keeps what each rule that held did, and gives it in place of the score."""

    def _rule(self, number: int, rule: Rule, running: Pair) -> Pair:
        holding = partial(self._holding, number, rule, running)
        if rule.when is None:
            return holding()
        return self._where(f"if {self.emitter.formula_condition(rule.when)}:", holding, running)

    def _holding(self, number: int, rule: Rule, running: Pair) -> Pair:
        """Emit that a rule holds: it is excused, or it takes its points."""
        if rule.unless is None:
            return self._less(number, rule, running)
        excused = self.emitter.formula_condition(rule.unless)
        self.emitter.line(f"if {excused}: r.append(({number}, None, None, rn, rd))")
        return self._where("else:", partial(self._less, number, rule, running), running)

    def _took(self, number: int, amount: Pair) -> None:
        self.emitter.line(f"r.append(({number}, {amount.n}, {amount.d}, rn, rd))")

    def _gave(self, number: int, score: Pair) -> None:
        self.emitter.line(f"r.append(({number}, {score.n}, {score.d}, {score.n}, {score.d}))")

    def _result(self, _: Pair) -> str:
        return "m, r"


def _outside(pair: Pair, bounds: Bounds) -> list[str]:
    """Write the tests of which one holds outside the range."""
    tests = []
    if bounds.low is not None:
        tests.append(compared(pair, "<=" if bounds.low_open else "<", constant(bounds.low)))
    if bounds.high is not None:
        tests.append(compared(pair, ">=" if bounds.high_open else ">", constant(bounds.high)))
    return tests


def _is_positive(bounds: Bounds) -> bool:
    return bounds.low is not None and (bounds.low > 0 or (bounds.low == 0 and bounds.low_open))


# The exact reading: formulas and programs as Python functions over integers.
#
# Values are read from a list ``v`` by slot: a number is a pair (numerator, denominator above 0), in lowest terms or
# not, a date its ordinal, yes_no a bool, a choice or text a str, a table a tuple of mappings from the columns' full
# names, a section anything but None where it is filled; None is a blank. The generated code has no builtins in reach.


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
    compiling = _JobCompiler(slots, functions, bits, places, mode)
    return tuple(compiling.function(job) for job in jobs)


def compile_formula(formula: Formula, scope: Scope, slots: Mapping[str, int], functions: Functions = _NONE) -> Compute:
    """Compile one formula.

    >>> from evalrules._formula.scope import Variable
    >>> from evalrules._formula.parser import read_formula
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
    emitter = _JobCompiler(slots, functions, {}, None, "half_up").emitter(
        scope, program, program.formulas, recording=True
    )
    emit_recorded(emitter, program)
    return compiled(emitter)


@frozen
class _JobCompiler:
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
        subject = Compilation(scope, self.slots, self.functions, self.bits, bindings, formulas, of_row, recording)
        return Emitter(subject, len(bindings))

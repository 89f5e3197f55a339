"""Programs as Python source: requirements, then rules in order, then the score in units of the last place."""

from __future__ import annotations

from typing import Final, cast

from evalrules._formula.emit import Emitter, Module, Subject, half_up_of_positive, returned
from evalrules._formula.limits import BUDGET_BITS
from evalrules._formula.pairs import ZERO, Pair, compared, constant, times
from evalrules._formula.program import JUDGED, POINTS, PointsBetween, Program, Requirement, Rule
from evalrules._formula.scope import Bounds, Scope
from evalrules._formula.tree import Formula, Name
from evalrules._numbers import RoundingMode, rounded_units

_NAMES: Final = {POINTS: Name(POINTS), JUDGED: Name(JUDGED)}


def emit_program(module: Module, program: Program, scope: Scope, places: int, mode: RoundingMode) -> str:
    """Add the function of a program to the module and give its name."""
    bindings = program.all_bindings
    subject = Subject(scope, bindings, program.formulas, of_row=True)
    writer = _Writer(Emitter(module, subject, len(bindings)), places, mode)
    for requirement in program.requirements:
        writer.requirement(requirement)
    (writer.deduct if program.form == "deduct" else writer.award)(program.rules)
    return close(writer.emitter)


def close(emitter: Emitter) -> str:
    """Add a function with this body to the module, and those of bindings that it calls; give its name."""
    module, subject = emitter.module, emitter.subject
    name = module.function_name()
    head = " m = {}" if subject.remembered else ""
    module.lines += [f"def {name}({subject.parameters}):", *filter(None, [head]), *emitter.lines]
    made = 0
    while made < len(subject.remembered):
        place, function = list(subject.remembered.items())[made]
        _remembering(module, subject, place, function)
        made += 1
    return name


def _remembering(module: Module, subject: Subject, place: int, function: str) -> None:
    emitter = Emitter(module, subject, place)
    value = emitter.formula_value(subject.bindings[place].formula)
    module.lines += [
        f"def {function}({subject.parameters}, m):",
        f" if {place} in m: return m[{place}]",
        *emitter.lines,
        f" m[{place}] = value = {returned(value)}",
        " return value",
    ]


class _Writer:
    def __init__(self, emitter: Emitter, places: int, mode: RoundingMode) -> None:
        self.emitter = emitter
        self.places = places
        self.mode = mode

    def requirement(self, requirement: Requirement) -> None:
        """Test a range, and know from then on what it says."""
        emitter = self.emitter
        emitter.formula = None
        pair = cast("Pair", emitter.atomic(emitter.emit(Name(requirement.name))))
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
        points = self.points()
        emitter.line(f"rn = {points.n}; rd = {points.d}")
        running = points._replace(n="rn", d="rd", positive=False)
        for rule in rules:
            running = self.taken(rule, running)
        emitter.line("if rn <= 0: return 0")
        emitter.line(f"return {self.rounded(running)}")

    def taken(self, rule: Rule, running: Pair) -> Pair:
        """Emit one rule and give what is then known of the running score."""
        emitter = self.emitter
        conditions = [condition for condition in (rule.when, rule.unless) if condition is not None]
        if not conditions:
            return self.less(rule, running)
        test = cast("str", emitter.formula_value(conditions[0]))
        if rule.when is None:
            test = f"not {test}"
        elif rule.unless is not None:
            unless = rule.unless
            test = emitter.both(test, lambda: f"(not {emitter.formula_value(unless)})", stop="False")
        part = emitter.captured(lambda: self.less(rule, running))
        emitter.line(f"if {test}:")
        emitter.lines += part.lines
        after = cast("Pair", part.value)
        bits = max(running.n_bits, after.n_bits), max(running.d_bits, after.d_bits)
        return Pair("rn", "rd", *bits)

    def less(self, rule: Rule, running: Pair) -> Pair:
        """Emit that a rule takes its points."""
        emitter = self.emitter
        amount = cast("Pair", emitter.formula_value(cast("Formula", rule.points)))
        if amount.value is None:
            amount = cast("Pair", emitter.atomic(amount))
        if not amount.positive and (amount.value is None or amount.value < 0):
            negative = "True" if amount.value is not None else f"{amount.n} < 0"
            emitter.line(f"if {negative}: {self.out_of_bounds(rule)}")
        emitter.line(f"rn = {times('rn', amount.d)} - {times(amount.n, 'rd')}")
        if amount.d != "1":
            emitter.line(f"rd = rd*{amount.d}")
        bits = max(running.n_bits + amount.d_bits, running.d_bits + amount.n_bits) + 1
        return self.kept_short(rule, Pair("rn", "rd", bits, running.d_bits + amount.d_bits))

    def kept_short(self, rule: Rule, running: Pair) -> Pair:
        """Hold the running score to the digit budget, where it can exceed it at all."""
        if running.n_bits <= BUDGET_BITS and running.d_bits <= BUDGET_BITS:
            return running
        emitter = self.emitter
        place = emitter.place("digits", "", cast("Formula", rule.points).tree.span)
        emitter.line("if rn <= 0: rn = 0; rd = 1")
        emitter.line(f"if rn >= L or rd >= L: rn, rd = shrink(rn, rd, {place})")
        return Pair("rn", "rd", BUDGET_BITS + 1, BUDGET_BITS + 1)

    # ---- award ----

    def award(self, rules: tuple[Rule, ...]) -> None:
        """Give the points of the first row that holds."""
        emitter = self.emitter
        for rule in rules:
            if rule.when is None:
                self.given(rule)
                return
            test = emitter.formula_value(rule.when)
            part = emitter.captured(lambda rule=rule: self.given(rule), maybe=False)  # type: ignore[misc]
            emitter.line(f"if {test}:")
            emitter.lines += part.lines
        emitter.formula = None
        emitter.line(emitter.fail("undecided"))

    def given(self, rule: Rule) -> str:
        """Emit that a row gives its points."""
        emitter = self.emitter
        if isinstance(rule.points, PointsBetween):
            score = self.judged(rule, rule.points)
        else:
            score = cast("Pair", emitter.formula_value(rule.points))
            points = self.points()
            if score.value is None and score != points:
                score = cast("Pair", emitter.atomic(score))
            self.within(score, points, rule)
        emitter.line(f"return {self.rounded(score)}")
        return ""

    def within(self, score: Pair, points: Pair, rule: Rule) -> None:
        """Hold the points of a row to 0…分值."""
        below = "" if score.positive or score.value == 0 else compared(score, "<", ZERO)
        above = "" if score == points or score.value == 0 else compared(score, ">", points)
        failing = " or ".join(test for test in (below, above) if test and test != "False")
        if failing:
            self.emitter.line(f"if {failing}: {self.out_of_bounds(rule)}")

    def judged(self, rule: Rule, between: PointsBetween) -> Pair:
        """Emit that an assessor's score counts, if it lies in the range of the row."""
        emitter = self.emitter
        emitter.formula = None
        emitter.line(f"if judged is None: {emitter.fail('not-judged', rule.label)}")
        score = cast("Pair", emitter.emit(_NAMES[JUDGED]))
        low = cast("Pair", emitter.formula_value(between.low))
        high = cast("Pair", emitter.formula_value(between.high))
        tests = (compared(score, "<", low), compared(score, ">=" if between.high_open else ">", high))
        emitter.formula = None
        emitter.line(f"if {' or '.join(tests)}: {emitter.fail('judged-outside', rule.label)}")
        self.within(score, self.points(), rule)
        return score

    # ---- both ----

    def points(self) -> Pair:
        """Give 分值."""
        return cast("Pair", self.emitter.emit(_NAMES[POINTS]))

    def out_of_bounds(self, rule: Rule) -> str:
        """Write the fault of a rule that would take less than 0 or give what 分值 does not hold."""
        span = (0, 0) if isinstance(rule.points, PointsBetween) else rule.points.tree.span
        return self.emitter.fail("points-out-of-bounds", rule.label, span)

    def rounded(self, score: Pair) -> str:
        """Write the score, at least 0, rounded to units of the last place."""
        if score.value is not None:
            return str(rounded_units(score.value.numerator, score.value.denominator, self.places, self.mode))
        if self.mode == "half_up":
            return half_up_of_positive(score, 10**self.places)
        return f"rounded({score.n}, {score.d}, {self.places}, {self.mode!r})"


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

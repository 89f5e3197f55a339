"""A rule whose 完成值 or 指标值 is entered where the edition computes or fixes it: editors ask about these."""

from __future__ import annotations

from attrs import evolve

from evalrules._formula.exact import compile_program
from evalrules._formula.intervals import overlap
from evalrules._formula.program import ACTUAL, TARGET
from evalrules._formula.scope import ANY, Bounds, layered
from evalrules._formula.tree import Name
from evalrules._laws.subjects import Subject
from evalrules._ruleset import Plan


def with_free_actual(subject: Subject) -> Subject:
    """Let 完成值 be an input, unless the rules also read the figures that it is computed from."""
    if not _is_bound(subject, ACTUAL) or subject.moving & subject.read_beside:
        return subject
    row = evolve(subject.row, indicator=evolve(subject.indicator, value=None))
    known = subject.reading.known
    bounds = ANY if known is None else known.bounds(Name(ACTUAL))
    return _without(evolve(subject, row=row), ACTUAL, bounds)


def with_free_target(subject: Subject) -> Subject:
    """Let 指标值 be an input."""
    freed = evolve(subject, free=subject.free | {TARGET})
    return _without(freed, TARGET) if _is_bound(subject, TARGET) else freed


def _is_bound(subject: Subject, word: str) -> bool:
    return any(binding.name == word for binding in subject.program.bindings)


def _without(subject: Subject, word: str, bounds: Bounds = ANY) -> Subject:
    """Leave a binding out. The plan lives as long as the edition, which remembers what it worked out of a plan."""
    plan = subject.ruleset.once(("plan without", id(subject.plan), word), lambda: _plan_without(subject, word, bounds))
    return evolve(subject, plan=plan, row=evolve(subject.row, plan=plan))


def _plan_without(subject: Subject, word: str, bounds: Bounds) -> Plan:
    """Compile the rule anew; ``bounds`` are what the figures of the name allow it to be."""
    kept = tuple(binding for binding in subject.program.bindings if binding.name != word)
    program = evolve(subject.program, bindings=kept)
    scope = subject.plan.scope
    scope = layered({word: evolve(scope[word], bounds=overlap(scope[word].bounds, bounds) or bounds)}, scope)
    ruleset, rounding = subject.ruleset, subject.ruleset.catalogue.rounding
    score = compile_program(
        program, scope, ruleset.slots, ruleset.functions, places=rounding.places, mode=rounding.mode
    )
    return evolve(subject.plan, program=program, scope=scope, score=score)

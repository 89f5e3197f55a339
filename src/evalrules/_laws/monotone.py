"""The law ``monotone``: a better actual, in the target's direction, never scores less, all else equal.

One figure that 完成值 is computed from moves at a time, the others stay, also where the rule reads it besides. For
``=`` and intervals each side of the target is looked at by itself; what lies within an interval is no better or worse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import combinations, groupby, pairwise
from typing import TYPE_CHECKING, Any

from evalrules._formula.program import ACTUAL, TARGET, dependencies
from evalrules._formula.tree import Name
from evalrules._laws.law import HOLDS, VACUOUS, Law, Outcome, breach_of, each_proved, each_tried, worst
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Breach, Profile, Trial, attempt, scored_pair

if TYPE_CHECKING:
    from evalrules._formula.solver import Model, Term
    from evalrules._laws.proof.prover import Prover
    from evalrules._laws.proof.sheets import Sheet


def _tried(subject: Subject, profiles: Sequence[Profile]) -> Outcome:
    found = VACUOUS
    for profile in profiles:
        if profile.name not in (subject.moving or {ACTUAL}):
            continue
        for worse, better in _ordered_pairs(subject, profile):
            if worse.points > better.points:
                pair = sorted((worse, better), key=_actual)
                return breach_of(subject, "law-monotone", pair=scored_pair(pair[0], pair[1], profile.name))
            found = HOLDS
    return found


def _ordered_pairs(subject: Subject, profile: Profile) -> Iterator[tuple[Trial, Trial]]:
    """Go through trials with the same target, the worse actual first; of tables only such as differ in one cell."""
    scored = [trial for trial in profile.trials if trial.is_scored and trial.actual is not None]
    if profile.name in subject.ruleset.catalogue.tables:
        for pair in combinations(scored, 2):
            if (
                _differ_in_one_cell(*(trial.values[profile.name] for trial in pair))
                and pair[0].target == pair[1].target
            ):
                yield from _in_direction(subject, sorted(pair, key=_actual), pair[0].target)
        return
    for target in dict.fromkeys(trial.target for trial in scored):
        same = sorted((trial for trial in scored if trial.target == target), key=_actual)
        yield from _in_direction(subject, same, target)


def _actual(trial: Trial) -> Fraction:
    return trial.actual or Fraction(0)


def _differ_in_one_cell(one: Any, other: Any) -> bool:
    if not isinstance(one, tuple) or not isinstance(other, tuple) or len(one) != len(other):
        return False
    apart = [name for row, beside in zip(one, other, strict=True) for name in row if row[name] != beside[name]]
    return len(apart) == 1


def _in_direction(subject: Subject, rising: Sequence[Trial], target: Fraction | None) -> Iterator[tuple[Trial, Trial]]:
    match subject.direction:
        case "≥" | ">":
            yield from _neighbours(rising)
        case "≤" | "<" | "date":
            yield from _neighbours(rising[::-1])
        case "=" if target is not None:
            yield from _towards(rising, target, target)
        case "interval":
            own = subject.indicator.target
            if own is not None and own.low is not None and own.high is not None:
                yield from _towards(rising, own.low, own.high)


def _neighbours(trials: Sequence[Trial]) -> Iterator[tuple[Trial, Trial]]:
    """Pair neighbouring actuals: what scored most with one, and what scored least with the next."""
    groups = [list(group) for _, group in groupby(trials, key=_actual)]
    for worse, better in pairwise(groups):
        yield max(worse, key=lambda trial: trial.points), min(better, key=lambda trial: trial.points)


def _towards(rising: Sequence[Trial], low: Fraction, high: Fraction) -> Iterator[tuple[Trial, Trial]]:
    """From each side towards the target; what lies within it is no better or worse."""
    yield from _neighbours([trial for trial in rising if _actual(trial) <= low])
    yield from _neighbours([trial for trial in rising if _actual(trial) >= high][::-1])
    inside = [trial for trial in rising if low < _actual(trial) < high]
    outside = [trial for trial in rising if not low <= _actual(trial) <= high]
    yield from ((worse, better) for worse in outside for better in inside)


def _proved(prover: Prover, subject: Subject) -> Outcome:
    """First for any 完成值 at all, which covers the figures that are read by way of it alone; then one by one."""
    if not subject.moving:
        return _never_falls(prover, subject, ACTUAL)
    alone = subject.moving - subject.read_beside
    together = _never_falls(prover, subject, None) if alone else VACUOUS
    settled = alone if together.result in ("proved", "vacuous") else frozenset[str]()
    moved = (each for name in sorted(subject.moving - settled) for each in _cells(subject, name))
    single = [_never_falls(prover, subject, name) for name in moved]
    return worst([together, *single] if settled else single)


def _cells(subject: Subject, name: str) -> list[str]:
    """Give the columns of a table that 完成值 is computed from, of whose cells one moves; of a figure itself."""
    if name not in subject.ruleset.catalogue.tables:
        return [name]
    read = dependencies(Name(ACTUAL), subject.reading.trees)
    return sorted(each for each in read if each in subject.plan.scope and subject.plan.scope[each].table == name)


def _never_falls(prover: Prover, subject: Subject, moved: str | None) -> Outcome:
    """Claim that of two fillings-in that differ in one input alone the better never scores less.

    With nothing to move 完成值 itself is left free, whatever it is computed from.
    """
    worse = prover.sheet(subject, free_actual=moved is None)
    met = [*worse.met(), *worse.has_word(ACTUAL)]
    better = worse.beside(frozenset() if moved is None else {moved})
    met += [*better.met(), *better.has_word(ACTUAL)]
    falls = worse.scored.score > better.scored.score
    closer = [worse.rounded(worse.scored.score) > better.rounded(better.scored.score)]
    confirm = partial(_fall, worse, better, moved)
    return prover.settle(
        prover.claim_of((worse, better), confirm, [*met, order], [falls], closer) for order in _orders(worse, better)
    )


def _fall(worse: Sheet, better: Sheet, moved: str | None, model: Model) -> Breach | None:
    """Let the engine score both; what leaves 完成值 free is no filling-in that the engine knows."""
    if moved is None:
        return None
    name = worse.subject.plan.scope[moved].table or moved
    values, other = worse.values(model), better.values(model)
    trials = (attempt(worse.subject, values), attempt(worse.subject, {**values, name: other[name]}))
    return LAW.breach(worse.subject, [Profile(name, trials)])


def _orders(worse: Sheet, better: Sheet) -> Iterator[Term]:
    """Give, for each side of the target, the condition that the second actual is the better one."""
    terms, subject, target = worse.terms, worse.subject, worse.subject.indicator.target
    one, other = worse.word(ACTUAL), better.word(ACTUAL)
    if subject.direction == "interval":
        assert target is not None
        assert target.low is not None
        assert target.high is not None
        yield from _towards_target(worse, (one, other), (terms.number(target.low), terms.number(target.high)))
        return
    wanted = worse.word(TARGET)
    same = [*worse.has_word(TARGET), *better.has_word(TARGET), wanted == better.word(TARGET)]
    match subject.direction:
        case "≥" | ">":
            yield terms.all_of([*same, one < other])
        case "≤" | "<" | "date":
            yield terms.all_of([*same, one > other])
        case "=":
            yield from (terms.all_of([*same, side]) for side in _towards_target(worse, (one, other), (wanted, wanted)))


def _towards_target(sheet: Sheet, actuals: tuple[Term, Term], ends: tuple[Term, Term]) -> Iterator[Term]:
    """From each side towards the target; what lies within it is no better or worse."""
    (one, other), (low, high), all_of = actuals, ends, sheet.terms.all_of
    yield all_of((one < other, other <= low))
    yield all_of((one > other, other >= high))
    if low is not high:
        yield all_of((sheet.terms.any_of((one < low, one > high)), other > low, other < high))


LAW = Law("monotone", each_tried(_tried), each_proved(_proved), concerns=lambda subject: subject.is_directed)

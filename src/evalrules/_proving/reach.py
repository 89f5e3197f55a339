"""The law that nothing is written in vain: every rule can apply, and full marks can be had."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from evalrules._catalogue.model import Scoring
from evalrules._formula.program import Rule
from evalrules._formula.solver import Term
from evalrules._laws.breaches import Breach
from evalrules._laws.rules import rule_words
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Trial
from evalrules._proving.asking import PROVED, Claim, Outcome, settle, worst
from evalrules._proving.confirming import tried
from evalrules._proving.sheets import Sheet, sheet_of


def reachable(family: Sequence[Subject], seconds: float) -> Outcome:
    """Every row and every rule can apply to some input, and full marks can be had.

    An indicator that calls a method need not use every rule of it; the method does, in one setting or another.
    """
    sheets = [sheet_of(subject) for subject in family]
    rules = _own_rules(family)
    found = [_reached(sheets, number, rule, seconds) for number, rule in enumerate(rules.values(), 1)]
    return worst([*found, _full(sheets, seconds)])


def _own_rules(family: Sequence[Subject]) -> dict[str, Rule]:
    written = (each for each in family if each.is_method or isinstance(each.plan.called, Scoring))
    return {rule.label: rule for subject in written for rule in subject.program.rules}


def _reached(sheets: Sequence[Sheet], number: int, rule: Rule, seconds: float) -> Outcome:
    subject = sheets[0].subject
    arguments = {"number": str(number), "rule": rule_words(rule)}
    unreached = Breach("proof-rule-unreachable", subject.family, tuple(arguments.items()), subject.location)

    def attempts() -> Iterable[Outcome]:
        for sheet in sheets:
            places = [place for place, each in enumerate(sheet.scored.rules) if each.rule.label == rule.label]
            for place in places:
                conditions = [*sheet.met(), sheet.scored.rules[place].condition]
                yield _found(sheet, conditions, partial(_applies, place), seconds)

    return _any(attempts(), unreached)


def _applies(place: int, trial: Trial) -> bool:
    return place in trial.applied


def _full(sheets: Sequence[Sheet], seconds: float) -> Outcome:
    subject = sheets[0].subject
    unreached = Breach("proof-full-unreachable", subject.family, (), subject.location)

    def attempts() -> Iterable[Outcome]:
        for exact in (True, False):  # few scores are full marks only once they are rounded
            for sheet in sheets:
                score = sheet.scored.score if exact else sheet.rounded(sheet.scored.score)
                yield _found(sheet, [*sheet.met(), score == sheet.scored.points], lambda trial: trial.is_full, seconds)

    return _any(attempts(), unreached)


def _found(sheet: Sheet, conditions: list[Term], confirm: Callable[[Trial], bool], seconds: float) -> Outcome:
    """Tell whether there is an input that the engine confirms: proved, if so; refuted, if there is none."""
    shown = Breach("", sheet.subject.name)
    claim = Claim(conditions, (sheet,), lambda model: shown if confirm(tried(sheet, model)) else None)
    found = settle(claim, seconds)
    match found.verdict:
        case "refuted":
            return PROVED
        case "proved":
            return Outcome("refuted")
    return found


def _any(attempts: Iterable[Outcome], unreached: Breach) -> Outcome:
    """Give what becomes of a claim that one of several inputs has to bear out."""
    undecided: Outcome | None = None
    for outcome in attempts:
        if outcome is PROVED:
            return PROVED
        if outcome.verdict == "undecided":
            undecided = outcome
    return undecided or Outcome("refuted", unreached)

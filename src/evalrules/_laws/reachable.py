"""The law ``reachable``: every row and every rule can apply to some input, and full marks can be had.

An indicator that calls a method need not use every row of it; the method does, with one setting or another. Of the
form it says that every condition of a cap, on the grade or on a section, can hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from evalrules._edition.model import Scoring
from evalrules._edition.scopes import cap_scope, grade_scope
from evalrules._formula.program import TOTAL, Rule, free_names
from evalrules._formula.scope import Scope
from evalrules._formula.tree import Formula
from evalrules._laws.fillings import BlankForm, holds
from evalrules._laws.law import HOLDS, PROVED, VACUOUS, Law, Outcome, Tried, breach_of, worst
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Breach, Trial, trials_of
from evalrules._problems import phrase
from evalrules._score.ruleset import Compiled, Ruleset
from evalrules._score.score import score_form

if TYPE_CHECKING:
    from evalrules._formula.solver import Term
    from evalrules._laws.proof.prover import Prover
    from evalrules._laws.proof.sheets import Sheet


def _tried(family: Sequence[Tried]) -> Outcome:
    trials = [(subject, trial) for subject, profiles in family for trial in trials_of(profiles)]
    if not trials:
        return VACUOUS
    first = family[0][0]
    reached = {subject.program.rules[number].label for subject, trial in trials for number in trial.applied}
    for number, rule in enumerate(_own_rules([subject for subject, _ in family]).values(), 1):
        if rule.label not in reached:
            return breach_of(first, "law-rule-unreached", number=str(number), rule=rule_words(rule))
    if any(trial.is_scored and trial.is_full for _, trial in trials):
        return HOLDS
    return breach_of(first, "law-full-unreached")


def _own_rules(family: Sequence[Subject]) -> dict[str, Rule]:
    written = (each for each in family if each.is_method or isinstance(each.plan.called, Scoring))
    return {rule.label: rule for subject in written for rule in subject.program.rules}


def rule_words(rule: Rule) -> str:
    """Name a rule by its condition."""
    return phrase("trial-otherwise") if rule.when is None else rule.when.text


def _proved(prover: Prover, family: Sequence[Subject]) -> Outcome:
    sheets = [prover.sheet(subject) for subject in family]
    rules = _own_rules(family)
    found = [_reached(prover, sheets, number, rule) for number, rule in enumerate(rules.values(), 1)]
    return worst([*found, _full(prover, sheets)])


def _reached(prover: Prover, sheets: Sequence[Sheet], number: int, rule: Rule) -> Outcome:
    subject = sheets[0].subject
    arguments = {"number": str(number), "rule": rule_words(rule)}
    unreached = Breach("proof-rule-unreachable", subject.family, tuple(arguments.items()), subject.location)

    def attempts() -> Iterable[Outcome]:
        for sheet in sheets:
            places = [place for place, each in enumerate(sheet.scored.rules) if each.rule.label == rule.label]
            for place in places:
                conditions = [*sheet.met(), sheet.scored.rules[place].condition]
                yield _found(prover, sheet, conditions, partial(_applies, place))

    return _any(attempts(), unreached)


def _applies(place: int, trial: Trial) -> bool:
    return place in trial.applied


def _full(prover: Prover, sheets: Sequence[Sheet]) -> Outcome:
    subject = sheets[0].subject
    unreached = Breach("proof-full-unreachable", subject.family, (), subject.location)

    def attempts() -> Iterable[Outcome]:
        for exact in (True, False):  # few scores are full marks only once they are rounded
            for sheet in sheets:
                score = sheet.scored.score if exact else sheet.rounded(sheet.scored.score)
                yield _found(prover, sheet, [*sheet.met(), score == sheet.scored.points], lambda trial: trial.is_full)

    return _any(attempts(), unreached)


def _found(prover: Prover, sheet: Sheet, conditions: list[Term], confirm: Callable[[Trial], bool]) -> Outcome:
    """Tell whether there is an input that the engine confirms: proved, if so; refuted, if there is none."""
    shown = Breach("", sheet.subject.name)
    claim = prover.claim_of((sheet,), lambda model: shown if confirm(sheet.tried(model)) else None, [], conditions)
    found = prover.answer(claim)
    match found.result:
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
        if outcome.result == "undecided":
            undecided = outcome
    return undecided or Outcome("refuted", unreached)


# ---- the caps of the form ------------------------------------------------------------------------------------------


def _castable(prover: Prover, ruleset: Ruleset) -> Outcome:
    """Every condition of a cap, on the grade, on the total or on a section, can hold."""
    catalogue = ruleset.catalogue
    of_grade = zip(catalogue.grade_caps, ruleset.grade_caps, strict=True)
    found = [_can_hold(prover, ruleset, grade_scope(catalogue), cap.when, made) for cap, made in of_grade]
    caps = [(part.cap, ruleset.caps[part.path]) for part in catalogue.sections if part.cap is not None]
    caps += zip(catalogue.score_caps, ruleset.score_caps, strict=True)
    conditions = [(cap.when, made) for cap, made in caps if cap.when is not None]
    found += [_can_hold(prover, ruleset, cap_scope(catalogue), when, made) for when, made in conditions]
    return worst(found)


def _can_hold(prover: Prover, ruleset: Ruleset, scope: Scope, when: Formula, made: Compiled) -> Outcome:
    """Tell whether a condition can hold; one that reads what rows score has to hold on a form that the engine scores.

    What rows and sections score, and the total, do not move apart from one another as figures do.
    """
    inputs = prover.form_inputs(ruleset, scope, [when.tree])
    meaning = prover.read(when.tree, inputs)
    faults = [inputs.terms.no(fault.condition) for fault in meaning.faults]
    conditions = [*inputs.conditions, *faults, meaning.value]
    result, _ = prover.ask(inputs.terms, conditions)
    if result == "none":
        return Outcome("refuted", Breach("proof-cap-unreachable", when.text, (), when.location))
    if result == "unknown":
        return Outcome("undecided", why="time")
    certain = [table.certain() for table in inputs.tables.values()]
    rows = [each for found in certain for each in found or ()]
    is_there = None not in certain and (not certain or prover.ask(inputs.terms, [*conditions, *rows])[0] == "some")
    if is_there and not made.titles and TOTAL not in free_names([when.tree], {}):
        return PROVED
    forms = (score_form(ruleset, each.submission) for each in BlankForm(ruleset).fillings())
    return PROVED if any(holds(form, made) for form in forms) else Outcome("undecided", why="unconfirmed")


def _has_caps(ruleset: Ruleset) -> bool:
    return bool(ruleset.catalogue.grade_caps or ruleset.catalogue.caps)


LAW = Law("reachable", _tried, _proved, form_proving=_castable, concerns_form=_has_caps, together=True)

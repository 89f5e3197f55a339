"""Everything that is told of one rule: of an indicator, of the rows of an open section, of a method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import asdict, field

from evalrules._edition.model import ScoringKind
from evalrules._explain.examples import (
    Abscissa,
    Example,
    Examples,
    Point,
    base_values,
    curve,
    edges,
    example,
    examples,
    others_text,
)
from evalrules._explain.lookup import Question, looked_up, values_asked, with_free_actual, with_free_target
from evalrules._explain.words import Fact, FactWriter, RuleWords, RuleWriter
from evalrules._formula.program import TARGET
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Value, attempt
from evalrules._problems import Language, Phrases, listed
from evalrules._reasons.sentences import Deduction
from evalrules._score.ruleset import Ruleset
from evalrules._values import frozen


@frozen
class Tried:
    """What was asked for, what it scored and why; ``given`` tells all inputs, those taken for granted too."""

    given: str
    outcome: Example
    deductions: tuple[Deduction, ...]


@frozen
class RuleExplanation:
    """One rule: what is known of it, its lines, the figures it reads, its examples, and what was asked."""

    title: str
    facts: tuple[Fact, ...]
    rule: RuleWords
    figures: tuple[Fact, ...]
    examples: tuple[Examples, ...]
    tried: Tried | None = None
    subject: Subject | None = field(default=None, eq=False, repr=False)
    given: Mapping[str, Value] = field(factory=dict, eq=False, repr=False)

    def curve(self) -> tuple[Point, ...]:
        """Give the scores at and between all edges of 完成值, lowest value first, all else as it usually is."""
        return () if self.subject is None else curve(self.subject, self.given)

    def edges(self) -> tuple[Abscissa, ...]:
        """Give the 完成值 at which the rule itself turns, lowest first; none where 完成值 cannot be set by itself."""
        return () if self.subject is None else edges(self.subject, self.given)

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain values."""
        tried = self.tried
        found = asdict(self, filter=lambda part, _: part.name not in ("tried", "subject", "given"))
        if tried is not None:
            lost = [deduction.to_dict() for deduction in tried.deductions]
            found["tried"] = {"given": tried.given, **asdict(tried.outcome), "deductions": lost}
        return found


def explain_rules(
    ruleset: Ruleset, name: str, question: Question | None = None, language: Language = "zh"
) -> tuple[RuleExplanation, ...]:
    """Explain what a path or title names: one rule, or in an open section each that its rows can have.

    Raises `CatalogueError` where the name or the question does not fit the edition.
    """
    question, said = question or Question(), Phrases(language, "explain")
    groups = looked_up(ruleset, name, question.target_cell())
    return tuple(_explained(subject, kinds, question, said) for subject, kinds in groups)


def _explained(
    subject: Subject, kinds: tuple[ScoringKind | None, ...], question: Question, said: Phrases
) -> RuleExplanation:
    facts = FactWriter(subject, said)
    if question.target is not None:
        subject = with_free_target(subject)
    asked = values_asked(subject, question)
    free = with_free_actual(subject)
    target = {name: value for name, value in asked.items() if name == TARGET}
    return RuleExplanation(
        title=_title(subject, kinds, said),
        facts=facts.facts(),
        rule=RuleWriter(subject, said).words(),
        figures=facts.figures(),
        examples=examples(free, said, target),
        subject=free,
        given=asked,
        tried=None if question.is_empty else _tried(free if question.actual is not None else subject, asked, said),
    )


def _tried(subject: Subject, asked: Mapping[str, Value], said: Phrases) -> Tried:
    trial = attempt(subject, base_values(subject, asked))
    return Tried(others_text(trial), example(trial, said), trial.result.deductions)


def _title(subject: Subject, kinds: tuple[ScoringKind | None, ...], said: Phrases) -> str:
    if subject.is_method:
        return subject.name
    if not kinds:
        return subject.name
    named = [kind if kind in "≥>≤<=" else said(f"kind-{kind}") for kind in kinds if kind is not None]
    if None in kinds or len(named) > _MOST_KINDS:
        return said("rows-any", path=subject.name)
    return said("rows-of", path=subject.name, kinds=listed(named))


_MOST_KINDS = 5

"""The difference between two editions in meaning: what was declared otherwise, and what scores otherwise."""

from __future__ import annotations

from collections.abc import Callable

from attrs import field, frozen

from evalrules._catalogue.model import Catalogue
from evalrules._compare.changes import Change, changes
from evalrules._compare.forms import FormWitness, form_witnesses
from evalrules._compare.grades import GradeShift, grade_shifts
from evalrules._compare.matching import Matching
from evalrules._compare.pairs import Pair, pairs
from evalrules._compare.relations import Comparison, Prover, compare
from evalrules._compare.rule_lines import Line, changed_lines, is_same_rule, reason_lines, rule_lines
from evalrules._ruleset import Ruleset


@frozen(eq=False)
class RuleChange:
    """A rule that is written otherwise, or reads figures that are; ``lines`` are those that only one edition has."""

    pair: Pair
    lines: tuple[Line, ...]
    comparison: Comparison


@frozen(eq=False)
class Difference:
    """All that changed from ``old`` to ``new``; two editions with the same digest differ in nothing.

    ``reasons`` are rules that score alike and say so in other words.
    """

    old: Catalogue
    new: Catalogue
    changes: tuple[Change, ...] = ()
    rules: tuple[RuleChange, ...] = ()
    reasons: tuple[RuleChange, ...] = ()
    grades: tuple[GradeShift, ...] = ()
    forms: tuple[FormWitness, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Whether the editions mean the same."""
        return not (self.changes or self.rules or self.reasons or self.grades or self.forms)

    @property
    def has_witness(self) -> bool:
        """Whether there is an input that the two score or grade differently."""
        return bool(self.grades or self.forms or any(rule.comparison.witnesses for rule in self.rules))


Progress = Callable[[int, int], None]


def difference(
    old: Ruleset, new: Ruleset, *, prover: Prover | None = None, progress: Progress | None = None
) -> Difference:
    """Compare two checked editions.

    Each changed rule is put to inputs at all edges of both, and to the prover where there is one. ``progress`` is told
    how many rules of how many are done.
    """
    matching = Matching(old.catalogue, new.catalogue)
    rules: list[RuleChange] = []
    reasons: list[RuleChange] = []
    waiting = list(pairs(old, new, matching))
    for number, pair in enumerate(waiting):
        if not is_same_rule(pair.old, pair.new, matching.called):
            rules.append(_rule_change(pair, matching, prover))
        elif reason_lines(pair.old) != reason_lines(pair.new):
            lines = changed_lines(reason_lines(pair.old), reason_lines(pair.new))
            reasons.append(RuleChange(pair, lines, Comparison("equal", proved=True)))
        if progress is not None:
            progress(number + 1, len(waiting))
    return Difference(
        old.catalogue,
        new.catalogue,
        changes(matching),
        tuple(rules),
        tuple(reasons),
        grade_shifts(old, new),
        form_witnesses(old, new, matching),
    )


def _rule_change(pair: Pair, matching: Matching, prover: Prover | None) -> RuleChange:
    lines = changed_lines(rule_lines(pair.old, matching.called), rule_lines(pair.new, {}))
    return RuleChange(pair, lines, compare(pair.old, pair.new, matching.called, prover))

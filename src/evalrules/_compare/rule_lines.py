"""A rule as lines of text: two rules with equal lines score alike, and what differs can be read line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Literal

from attrs import frozen

from evalrules._catalogue.digest import meaning
from evalrules._catalogue.model import Figure
from evalrules._compare.wording import bounds_words, sentence_words, shown
from evalrules._formula.edges import dependencies
from evalrules._formula.program import PointsBetween, Rule
from evalrules._formula.tree import Formula
from evalrules._formula.units import unit_text
from evalrules._formula.words import formula_words
from evalrules._laws.subjects import Subject

Names = Mapping[str, str]
"""Other names for figures, by those that a formula has."""


@frozen
class Line:
    """One line of a rule that only one of two editions has."""

    side: Literal["−", "+"]
    text: str


def rule_lines(subject: Subject, called: Names) -> tuple[str, ...]:
    """Write what decides the points, in the order in which it is computed."""
    return tuple(_lines(subject, called))


def reason_lines(subject: Subject) -> tuple[str, ...]:
    """Write the reasons of the rules, in their order."""
    return tuple(sentence_words(rule.because) for rule in subject.program.rules)


def changed_lines(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[Line, ...]:
    """Give the lines that only one of the two has, in their order.

    >>> [line.side + line.text for line in changed_lines(("a", "b", "c"), ("a", "d", "c"))]
    ['−b', '+d']
    """
    found: list[Line] = []
    for tag, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            found += [Line("−", text) for text in old[first:last]]
            found += [Line("+", text) for text in new[begin:end]]
    return tuple(found)


def figures_read(subject: Subject) -> dict[str, Figure]:
    """Give the figures that the points depend on, those behind computed ones included."""
    data = subject.ruleset.catalogue.data
    found = {name for node in subject.nodes for name in dependencies(node, subject.reading.trees)}
    return {name: data[name] for name in sorted(found) if name in data}


def is_same_rule(old: Subject, new: Subject, called: Names) -> bool:
    """Tell whether two rules are written alike and read figures that are declared alike, so that they must agree."""
    return _all_of(old, called) == _all_of(new, {})


def _all_of(subject: Subject, called: Names) -> tuple[object, ...]:
    return (
        rule_lines(subject, called),
        None if subject.free else subject.indicator.points,
        subject.indicator.unit,
        subject.direction,
        subject.ruleset.catalogue.rounding,
        {called.get(name, name): _declared(figure, called) for name, figure in figures_read(subject).items()},
    )


def _declared(figure: Figure, called: Names) -> dict[str, object]:
    kept = {key: value for key, value in meaning(figure).items() if key not in ("where", "name", "grid", "formula")}
    formula = None if figure.formula is None else formula_words(figure.formula.tree, called)
    return {**kept, "formula": formula}


def _lines(subject: Subject, called: Names) -> Iterator[str]:
    indicator, program = subject.indicator, subject.program
    if indicator.applies is not None:
        yield f"applies: {formula_words(indicator.applies.tree, called)}"
    if indicator.otherwise is not None:
        yield f"otherwise: {shown(indicator.otherwise)}"
    for binding in program.bindings:
        unit = "" if binding.unit is None else unit_text(binding.unit)
        formula = formula_words(binding.formula.tree, called)
        told = "" if formula.endswith(unit) else f" ({unit})"
        yield f"{called.get(binding.name, binding.name)} = {formula}{told}"
    for requirement in program.requirements:
        yield bounds_words(requirement.bounds, called.get(requirement.name, requirement.name))
    yield from (_rule(rule, program.form, called) for rule in program.rules)


def _rule(rule: Rule, form: str, called: Names) -> str:
    """Write a rule by the keys and signs of an edition, which are the same in every language."""

    def said(formula: Formula) -> str:
        return formula_words(formula.tree, called)

    when = "" if rule.when is None else f"when {said(rule.when)} "
    excused = "" if rule.unless is None else f"unless {said(rule.unless)} "
    sign = "−" if form == "deduct" else ""
    if isinstance(rule.points, PointsBetween):
        edge = "<" if rule.points.high_open else "≤"
        return f"{when}{excused}→ {said(rule.points.low)} ≤ … {edge} {said(rule.points.high)}"
    points = said(rule.points)
    return f"{when}{excused}→ {sign}({points})" if sign and " " in points else f"{when}{excused}→ {sign}{points}"

"""How two rules score the same inputs, their lines side by side, and values of the model in few words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import SequenceMatcher
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol

from attrs import define, evolve, field

from evalrules._edition.digest import meaning
from evalrules._edition.model import (
    AwardRow,
    Cap,
    ChecklistItem,
    DeductRule,
    Figure,
    MethodCall,
    Otherwise,
    Parameter,
    Rounding,
    Scoring,
    Target,
    Tier,
)
from evalrules._formula.program import POINTS, PointsBetween, Rule, dependencies
from evalrules._formula.scope import ANY, Bounds, unit_text
from evalrules._formula.tree import Formula, Sentence
from evalrules._formula.words import formula_words
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Trial, Value, Values, attempt, cell_of, input_parts, inputs_of, profiles, trials_of
from evalrules._numbers import decimal_text
from evalrules._problems import listed, phrase
from evalrules._quantities import Quantity
from evalrules._values import frozen

if TYPE_CHECKING:
    from evalrules._laws.proof.comparing import Comparison, Difference  # which needs a solver

# Values of the model in few words, as a difference shows them beside one another.


NOTHING = "—"


def shown(value: Any) -> str:
    """Write any value of the model; what is not there is a dash.

    >>> shown(Fraction(5, 2)), shown(None), shown(("a", "b")), shown(Bounds(Fraction(0), Fraction(1), high_open=True))
    ('2.5', '—', 'a、b', '0 ≤ … < 1')
    """
    if value is None or value in ((), ""):
        return NOTHING
    return _SHOWN.get(type(value), str)(value)


def bounds_words(bounds: Bounds, name: str = "…") -> str:
    """Write a range with the name that lies in it."""
    if bounds == ANY:
        return NOTHING
    low = "" if bounds.low is None else f"{decimal_text(bounds.low)} {'<' if bounds.low_open else '≤'} "
    high = "" if bounds.high is None else f" {'<' if bounds.high_open else '≤'} {decimal_text(bounds.high)}"
    return f"{low}{name}{high}"


def sentence_words(sentence: Sentence | None) -> str:
    """Write a reason as the edition has it."""
    return NOTHING if sentence is None or not sentence.text else sentence.text


def _target(target: Target) -> str:
    return target.text or target.kind


def _otherwise(otherwise: Otherwise) -> str:
    if otherwise.policy == "move_to":
        return f"move_to: {otherwise.move_to}"
    return otherwise.policy if otherwise.points is None else f"points: {shown(otherwise.points)}"


def _cap(cap: Cap) -> str:
    parts = {"at_most": cap.at_most, "when": cap.when, "because": cap.because}
    return ", ".join(f"{name}: {shown(value)}" for name, value in parts.items() if shown(value) != NOTHING)


def _parameter(parameter: Parameter) -> str:
    keys = ("unit", "choices", "default")
    parts = [f"{key} {shown(getattr(parameter, key))}" for key in keys if shown(getattr(parameter, key)) != NOTHING]
    ranges = [] if parameter.bounds == ANY else [bounds_words(parameter.bounds)]
    told = listed((*parts, *ranges), "comma")
    return phrase("rule-called", method=parameter.name, given=told) if told else parameter.name


def _call(call: MethodCall) -> str:
    given = listed((f"{name} {shown(formula)}" for name, formula in call.arguments), "comma")
    return phrase("rule-called", method=call.method, given=given) if given else call.method


def _scoring(scoring: Scoring) -> str:
    return phrase("rule-written", form=scoring.form, items=listed(map(_item, scoring.items), "stop"))


def _item(item: DeductRule | AwardRow | ChecklistItem | Tier) -> str:
    match item:
        case ChecklistItem():
            return f"{item.title} {shown(item.points)}"
        case Tier():
            return f"{item.title} {shown(item.low * 100)}%–{shown(item.high * 100)}%"
    points = item.points if isinstance(item.points, tuple) else (item.points,)
    return f"{'' if item.when is None else shown(item.when)} → {'–'.join(map(shown, points))}"


_SHOWN: Mapping[type, Callable[[Any], str]] = {
    bool: lambda value: "是" if value else "否",
    Fraction: decimal_text,
    Formula: lambda formula: formula_words(formula.tree),
    Sentence: sentence_words,
    Bounds: bounds_words,
    Rounding: lambda rounding: f"{rounding.places} {rounding.mode}",
    Target: _target,
    Otherwise: _otherwise,
    Cap: _cap,
    Parameter: _parameter,
    MethodCall: _call,
    Scoring: _scoring,
    Quantity: lambda quantity: quantity.text or f"{decimal_text(quantity.number)}{quantity.unit}",
    tuple: lambda values: listed(map(shown, values)),
}


# A rule as lines of text: two rules with equal lines score alike, and what differs can be read line by line.


Names = Mapping[str, str]
"""Other names for figures, by those that a formula has."""


@frozen
class ChangedLine:
    """One line of a rule that only one of two editions has."""

    side: Literal["−", "+"]
    text: str


def rule_lines(subject: Subject, called: Names) -> tuple[str, ...]:
    """Write what decides the points, in the order in which it is computed."""
    return tuple(_lines(subject, called))


def reason_lines(subject: Subject) -> tuple[str, ...]:
    """Write the reasons of the rules, in their order."""
    return tuple(sentence_words(rule.because) for rule in subject.program.rules)


def changed_lines(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[ChangedLine, ...]:
    """Give the lines that only one of the two has, in their order.

    >>> [line.side + line.text for line in changed_lines(("a", "b", "c"), ("a", "d", "c"))]
    ['−b', '+d']
    """
    found: list[ChangedLine] = []
    for tag, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            found += [ChangedLine("−", text) for text in old[first:last]]
            found += [ChangedLine("+", text) for text in new[begin:end]]
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


# How two rules score the same inputs: which is stricter, and what shows it.
#
# Inputs are those at and beside every edge of either rule, put to both through the engine itself. What a search
# cannot show, that no input scores differently, is left to a prover, where there is one.


_ODD_POINTS = (1, 3, 7, 13, 99)

Relation = Literal["equal", "stricter", "looser", "neither", "unlike"]
Sort = Literal["fewer", "more", "other"]
_SORTS: tuple[Sort, ...] = ("fewer", "more", "other")


@frozen(eq=False)
class Witness:
    """Inputs that the two rules score differently, each as the engine scored them.

    The new rule gives ``fewer`` points, ``more``, or, with ``other``, only one of the two gives a score.
    """

    sort: Sort
    old: Trial
    new: Trial

    @cached_property
    def inputs(self) -> str:
        """The inputs in the bureau's words."""
        told = dict.fromkeys((*input_parts(self.old), *input_parts(self.new)))
        return listed(told) or inputs_of(self.old)

    @property
    def change(self) -> Fraction:
        """How many points more the new rule gives; 0 where one of the two gives no score."""
        return Fraction(0) if self.sort == "other" else self.new.points - self.old.points


@frozen(eq=False)
class Compared:
    """How a new rule stands to an old one over all inputs that both score.

    ``stricter`` never gives more points and sometimes fewer, ``looser`` the other way round, ``neither`` both. Where
    both score alike whatever both score, and only one of them scores some inputs, they are ``unlike``. Unless
    ``proved``, this holds of the ``tried`` inputs alone; ``why`` is then what the prover cannot read, "" where it found
    no answer in time, and None where there is no prover.
    """

    relation: Relation
    witnesses: tuple[Witness, ...] = ()
    proved: bool = False
    tried: int = 0
    why: str | None = None


class Proving(Protocol):
    """Compares two rules over all inputs; ``called`` gives the new names of figures that were renamed."""

    def __call__(self, old: Subject, new: Subject, /, *, called: Names) -> Comparison: ...


def compare(old: Subject, new: Subject, called: Names, prover: Proving | None = None) -> Compared:
    """Compare two rules; ``called`` gives the new names of figures that were renamed."""
    searched = _Searching(old, new, called).comparison()
    if searched.relation == "neither":
        return evolve(searched, proved=True)
    if prover is None:
        return searched
    if not _measured_alike(old, new, called):
        return evolve(searched, why=phrase("diff-units"))
    return _settled(searched, prover(old, new, called=called))


def _measured_alike(old: Subject, new: Subject, called: Names) -> bool:
    """Tell whether the figures that both read have the same units: a prover takes numbers as they stand."""
    before = {called.get(name, name): figure.unit for name, figure in figures_read(old).items()}
    return all(before.get(name, figure.unit) == figure.unit for name, figure in figures_read(new).items())


def _settled(searched: Compared, proof: Comparison) -> Compared:
    """Join what was found with what is proved; what was found is certain, as the engine itself scored it."""
    found = {witness.sort: witness for witness in searched.witnesses}
    proofs: tuple[tuple[Sort, Difference | None], ...]
    proofs = (("fewer", proof.fewer), ("more", proof.more), ("other", proof.apart))
    for sort, shown in proofs:
        if shown is not None and sort not in found:
            found[sort] = Witness(sort, shown.old, shown.new)
    relation = relation_of(found)
    proved = relation in {proof.change, "neither"}
    witnesses = tuple(found[sort] for sort in _SORTS if sort in found)
    return Compared(relation, witnesses, proved, searched.tried, None if proved else proof.why)


def relation_of(found: Mapping[Any, Witness]) -> Relation:
    """Tell the relation from the sorts of witnesses that there are."""
    match "fewer" in found, "more" in found:
        case True, True:
            return "neither"
        case True, False:
            return "stricter"
        case False, True:
            return "looser"
    return "unlike" if "other" in found else "equal"


@define(slots=False, eq=False)
class _Searching:
    """The search for inputs that two rules score differently."""

    old: Subject
    new: Subject
    called: Names
    found: dict[Sort, list[Witness]] = field(factory=dict, init=False)
    tried: int = field(default=0, init=False)

    def comparison(self) -> Compared:
        for old, new in self._trials():
            self.tried += 1
            sort = _sort(old, new)
            if sort is not None:
                self.found.setdefault(sort, []).append(Witness(sort, old, new))
        best = {sort: min(found, key=_simplicity) for sort, found in self.found.items()}
        return Compared(relation_of(best), tuple(best[sort] for sort in _SORTS if sort in best), tried=self.tried)

    def _trials(self) -> Iterator[tuple[Trial, Trial]]:
        """Go through the inputs worth trying of either rule, each put to both."""
        regions: dict[object, Trial] = {}
        for trial in trials_of(profiles(self.old)):
            regions.setdefault(trial.region, trial)
            yield trial, attempt(self.new, self._translated(trial.values, self.old, self.new))
        for trial in trials_of(profiles(self.new)):
            yield attempt(self.old, self._translated(trial.values, self.new, self.old)), trial
        for trial in regions.values():
            yield from self._of_other_points(trial)

    def _of_other_points(self, trial: Trial) -> Iterator[tuple[Trial, Trial]]:
        """Try points that are hard to share out, where a row may carry any: roundings differ there."""
        if POINTS not in self.old.free or POINTS not in self.new.free:
            return
        place = 10**self.old.ruleset.catalogue.rounding.places
        for units in _ODD_POINTS:
            values = {**trial.values, POINTS: Fraction(units, place)}
            yield attempt(self.old, values), attempt(self.new, self._translated(values, self.old, self.new))

    def _translated(self, values: Values, source: Subject, other: Subject) -> dict[str, Value]:
        """Give the same inputs to the other rule, which may read more of them, or call and measure them otherwise."""
        names = self.called if other is self.new else {new: old for old, new in self.called.items()}
        same = {names.get(name, name): _carried(name, value, source) for name, value in values.items()}
        return {name: same.get(name, tried.usual) for name, tried in other.trying.domains.items()}


def _carried(name: str, value: Value, source: Subject) -> Value:
    """Let a figure carry its unit, so that an edition that declares another one converts it."""
    figure = source.ruleset.catalogue.data.get(name)
    return cell_of(value, figure.unit) if figure is not None and isinstance(value, Fraction) else value


def _sort(old: Trial, new: Trial) -> Sort | None:
    """Tell how two trials of the same inputs differ; None where they do not."""
    if old.units is None or new.units is None:
        same = old.units is new.units and old.row.state == new.row.state
        return None if same else "other"
    if old.points == new.points:
        return None
    return "fewer" if new.points < old.points else "more"


def _simplicity(witness: Witness) -> tuple[Fraction, int, int]:
    """Rank witnesses: the largest change first, then the shortest numbers."""
    numbers = [value for value in witness.old.values.values() if isinstance(value, Fraction)]
    length = sum(len(str(number.limit_denominator(10**6))) for number in numbers)
    zeros = sum(number == 0 for number in numbers)
    return -abs(witness.change), zeros, length

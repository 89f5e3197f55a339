"""How two rules score the same inputs: which is stricter, and what shows it.

Inputs are those at and beside every edge of either rule, put to both through the engine itself. What a search cannot
show, that no input scores differently, is left to a prover, where there is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, Protocol

from attrs import define, evolve, field, frozen

from evalrules._compare.rule_lines import Names, figures_read
from evalrules._formula.program import POINTS
from evalrules._laws.alone import Value, Values, cell_of
from evalrules._laws.exploring import Exploring, profiles
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Trial, attempt
from evalrules._laws.words import inputs_of

_ODD_POINTS = (1, 3, 7, 13, 99)

Relation = Literal["equal", "stricter", "looser", "neither"]
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
        told = (*inputs_of(self.old).split("、"), *inputs_of(self.new).split("、"))
        return "、".join(dict.fromkeys(told))

    @property
    def change(self) -> Fraction:
        """How many points more the new rule gives; 0 where one of the two gives no score."""
        return Fraction(0) if self.sort == "other" else self.new.points - self.old.points


@frozen(eq=False)
class Comparison:
    """How a new rule stands to an old one over all inputs that both score.

    ``stricter`` never gives more points and sometimes fewer, ``looser`` the other way round, ``neither`` both. Unless
    ``proved``, this holds of the ``tried`` inputs alone; ``why`` is then what the prover cannot read, "" where it found
    no answer in time, and None where there is no prover.
    """

    relation: Relation
    witnesses: tuple[Witness, ...] = ()
    proved: bool = False
    tried: int = 0
    why: str | None = None


class Shown(Protocol):
    """An input that a prover found."""

    @property
    def old(self) -> Trial: ...
    @property
    def new(self) -> Trial: ...


class Proved(Protocol):
    """What a prover says: ``change`` is a `Relation` or ``undecided``, and then ``why`` is a part it cannot read."""

    @property
    def change(self) -> str: ...
    @property
    def fewer(self) -> Shown | None: ...
    @property
    def more(self) -> Shown | None: ...
    @property
    def why(self) -> str: ...


class Prover(Protocol):
    """Compares two rules over all inputs; ``called`` gives the new names of figures that were renamed."""

    def __call__(self, old: Subject, new: Subject, /, *, called: Names) -> Proved: ...


def compare(old: Subject, new: Subject, called: Names, prover: Prover | None = None) -> Comparison:
    """Compare two rules; ``called`` gives the new names of figures that were renamed."""
    searched = _Searching(old, new, called).comparison()
    if searched.relation == "neither":
        return evolve(searched, proved=True)
    if prover is None:
        return searched
    if not _measured_alike(old, new, called):
        return evolve(searched, why="单位")
    return _settled(searched, prover(old, new, called=called))


def _measured_alike(old: Subject, new: Subject, called: Names) -> bool:
    """Tell whether the figures that both read have the same units: a prover takes numbers as they stand."""
    before = {called.get(name, name): figure.unit for name, figure in figures_read(old).items()}
    return all(before.get(name, figure.unit) == figure.unit for name, figure in figures_read(new).items())


def _settled(searched: Comparison, proof: Proved) -> Comparison:
    """Join what was found with what is proved; what was found is certain, as the engine itself scored it."""
    found = {witness.sort: witness for witness in searched.witnesses}
    proofs: tuple[tuple[Sort, Shown | None], ...] = (("fewer", proof.fewer), ("more", proof.more))
    for sort, shown in proofs:
        if shown is not None and sort not in found:
            found[sort] = Witness(sort, shown.old, shown.new)
    relation = relation_of(found)
    proved = relation in {proof.change, "neither"}
    witnesses = tuple(found[sort] for sort in _SORTS if sort in found)
    return Comparison(relation, witnesses, proved, searched.tried, None if proved else proof.why)


def relation_of(found: Mapping[Any, Witness]) -> Relation:
    """Tell the relation from the sorts of witnesses that there are."""
    match "fewer" in found, "more" in found:
        case True, True:
            return "neither"
        case True, False:
            return "stricter"
        case False, True:
            return "looser"
    return "equal"


@define(slots=False, eq=False)
class _Searching:
    """The search for inputs that two rules score differently."""

    old: Subject
    new: Subject
    called: Names
    found: dict[Sort, list[Witness]] = field(factory=dict, init=False)
    tried: int = field(default=0, init=False)

    def comparison(self) -> Comparison:
        for old, new in self._trials():
            self.tried += 1
            sort = _sort(old, new)
            if sort is not None:
                self.found.setdefault(sort, []).append(Witness(sort, old, new))
        best = {sort: min(found, key=_simplicity) for sort, found in self.found.items()}
        return Comparison(relation_of(best), tuple(best[sort] for sort in _SORTS if sort in best), tried=self.tried)

    def _trials(self) -> Iterator[tuple[Trial, Trial]]:
        """Go through the inputs worth trying of either rule, each put to both."""
        regions: dict[object, Trial] = {}
        for trial in _tried(self.old):
            regions.setdefault(trial.region, trial)
            yield trial, attempt(self.new, self._translated(trial.values, self.old, self.new))
        for trial in _tried(self.new):
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
        return {
            variable.name: same.get(variable.name, self._usual(other).get(variable.name)) for variable in other.inputs
        }

    def _usual(self, subject: Subject) -> Mapping[str, Value]:
        return self._usual_new if subject is self.new else self._usual_old

    @cached_property
    def _usual_old(self) -> Mapping[str, Value]:
        return next(Exploring(self.old).starts(), {})

    @cached_property
    def _usual_new(self) -> Mapping[str, Value]:
        return next(Exploring(self.new).starts(), {})


def _tried(subject: Subject) -> Iterator[Trial]:
    for profile in profiles(subject):
        yield from profile.trials


def _carried(name: str, value: Value, source: Subject) -> Value:
    """Let a figure carry its unit, so that an edition that declares another one converts it."""
    figure = source.ruleset.catalogue.data.get(name)
    return cell_of(value, figure.unit) if figure is not None and isinstance(value, Fraction) else value


def _sort(old: Trial, new: Trial) -> Sort | None:
    """Tell how two trials of the same inputs differ; None where they do not."""
    if old.units is None or new.units is None:
        same = old.units is new.units and old.form.states[0] == new.form.states[0]
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

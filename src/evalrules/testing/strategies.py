"""What submissions to an edition can hold, as Hypothesis strategies: documents of the shape that people hand in."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any, Literal, cast

import simplejson
from attrs import define, field
from hypothesis import assume, note
from hypothesis import strategies as st

from evalrules._callers import hold
from evalrules._edition.forms import TIER, item_name
from evalrules._edition.model import Indicator, Path, Section, Target, Tier
from evalrules._edition.scopes import data_scope
from evalrules._engine import LoadedCatalogue
from evalrules._formula.program import ACTUAL, EVIDENCE, JUDGED, POINTS, TARGET
from evalrules._formula.scope import Bounds
from evalrules._formula.tree import Node
from evalrules._formula.worth_trying import STEP, Domain, Value, Values, domain
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import attempt, cell_of
from evalrules._numbers import decimal_text
from evalrules._quantities import dump
from evalrules._score.form import ScoredForm
from evalrules._score.score import score_form
from evalrules._submission import Submission
from evalrules._submission_reading import read_submission
from evalrules._values import frozen
from evalrules.testing.worth_drawing import Worth, open_rules, rules_of, worth_of, worth_of_the_form

# Strategies for single inputs: what is at and beside an edge more often, and simple numbers that people write.


_WIDTH = 100_000


def values_of(tried: Domain, edges: Sequence[Any]) -> st.SearchStrategy[Any]:
    """Draw what one input of a rule can be; ``edges`` are the values at and around its edges."""
    if tried.kind == "table":
        return st.sampled_from(edges or [tried.usual])
    others = of_kind(tried)
    known = sorted(edge for edge in set(edges) if edge is not None and tried.kind == "number" and not tried.listed)
    if len(known) > 1:
        others = st.one_of(numbers(Bounds(known[0], known[-1]), tried.step), others)
    return often(edges, others)


def often(edges: Sequence[Any], others: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw edges twice as often as others."""
    known = st.sampled_from(list(dict.fromkeys(edges))) if edges else others
    return st.one_of(known, known, others)


def of_kind(tried: Domain) -> st.SearchStrategy[Any]:
    """Draw a value of the kind that an input has, within its range.

    >>> from evalrules._formula.scope import Variable
    >>> from hypothesis import find
    >>> find(of_kind(domain(Variable("地区", "choice", choices=("东部", "西部")))), lambda _: True)
    '东部'
    """
    if tried.listed:
        return st.sampled_from(tried.listed)
    match tried.kind:
        case "date":
            return st.dates(datetime.date(2000, 1, 1), datetime.date(2050, 12, 31))
        case "number":
            return numbers(tried.bounds, tried.step)
        case _:
            return st.just(tried.usual)


def numbers(bounds: Bounds, step: Fraction = STEP) -> st.SearchStrategy[Fraction]:
    """Draw multiples of a step within a range, simple ones first; a range that holds none gives its own number.

    >>> from hypothesis import find
    >>> from evalrules._formula.worth_trying import WHOLE
    >>> find(numbers(Bounds(Fraction(0), None, low_open=True), WHOLE), lambda number: number > 5)
    Fraction(6, 1)
    """
    low, high = _ends(bounds, step)
    if low > high:
        return st.just(bounds.low if bounds.low is not None else Fraction(0))
    return st.integers(low, high).map(lambda count: count * step)


def _ends(bounds: Bounds, step: Fraction) -> tuple[int, int]:
    """Give the range in steps, of a sensible width where it has no end."""
    low = None if bounds.low is None else math.ceil(bounds.low / step) + _left_out(bounds.low, step, bounds.low_open)
    high = (
        None if bounds.high is None else math.floor(bounds.high / step) - _left_out(bounds.high, step, bounds.high_open)
    )
    if low is None:
        low = -_WIDTH if high is None else high - _WIDTH
    return low, low + 2 * _WIDTH if high is None else high


def _left_out(end: Fraction, step: Fraction, is_open: bool) -> int:  # noqa: FBT001
    return int(is_open and (end / step).denominator == 1)


# What is drawn of each rule.


@frozen(eq=False)
class Chosen:
    """Inputs drawn for a rule.

    Where other rules decided some of its figures before, the rest is to come to full marks, or to as little as may be,
    as ``wish`` says, or to an ``edge`` of the rule, and to anything by ``chance``.
    """

    values: Values
    wish: Literal["most", "least"] | None = None
    edge: Node | None = None
    chance: float = 0


Pick = Callable[[Random, Worth], Chosen]


def any_kind(chance: Random, worth: Worth) -> Chosen:
    """Choose one of the edges or ways that a rule comes out, then inputs for it; at times a number by chance."""
    edge, inputs = chance.choice(worth.kinds) if worth.kinds else (None, [worth.trying.usual()])
    found = dict(chance.choice(inputs))
    numeric = [name for name, tried in worth.trying.domains.items() if tried.kind == "number" and not tried.listed]
    numeric = [name for name in numeric if name not in (POINTS, JUDGED)]
    if numeric and chance.randrange(_ONE_OF) == 0:
        name = chance.choice(numeric)
        found[name] = worth.trying.domains[name].by_chance(chance)
    return Chosen(found, None, edge, chance.random())


def at_best(chance: Random, worth: Worth) -> Chosen:
    """Choose inputs that earn full marks."""
    return Chosen(chance.choice(worth.full), "most") if worth.full else any_kind(chance, worth)


def at_worst(chance: Random, worth: Worth) -> Chosen:
    """Choose inputs that earn as little as any."""
    return Chosen(chance.choice(worth.least), "least") if worth.least else any_kind(chance, worth)


def fitted(choice: Chosen, subject: Subject, fixed: Values) -> Values:
    """Give the inputs of a rule where some of its figures are decided already; an assessor's score fits them."""
    values = {**choice.values, **{name: value for name, value in fixed.items() if name in choice.values}}
    left = [name for name in choice.values if name in subject.trying.domains and name not in fixed]
    if values == choice.values or not left:
        return values
    found = _aimed(choice, subject, values, left)
    if JUDGED not in found or attempt(subject, found).problem is None:
        return found
    others = ({**found, JUDGED: score} for score in subject.trying.values(JUDGED, found))
    return next((other for other in others if attempt(subject, other).problem is None), found)


def _aimed(choice: Chosen, subject: Subject, values: Values, left: Sequence[str]) -> Values:
    """Bring a rule by the figures that are left to what was wished of it."""
    if choice.edge is not None:
        edge, worth = choice.edge, worth_of(subject)
        found = ((name, value) for name in left for value in worth.at_edge(edge, name, values))
        name, value = next(found, (left[0], values[left[0]]))
        return {**values, name: value}
    if choice.wish is None:
        name = left[int(choice.chance * len(left))]
        known = subject.trying.values(name, values)
        return {**values, name: known[int(choice.chance * len(left) % 1 * len(known))]}
    tried = [attempt(subject, {**values, name: each}) for name in left for each in subject.trying.values(name, values)]
    scored = sorted((trial for trial in tried if trial.units is not None), key=lambda trial: trial.units or 0)
    return cast("Values", scored[-1 if choice.wish == "most" else 0].values) if scored else values


# Whole submissions.


Document = dict[str, Any]
OWN_LEVEL = "自设一级指标"
"""A first level as a department names it, in a form that leaves that to it."""
_MOST_ROWS, _ONE_OF, _FREE = 3, 8, 20
_COMPARATORS = ("≥", ">", "≤", "<", "=")


def _hold(function: str, catalogue: object) -> None:
    hold(function, "what load_catalogue gives", catalogue, LoadedCatalogue)


def submissions(catalogue: LoadedCatalogue, *, grade: str | None = None) -> st.SearchStrategy[Submission]:
    """Draw whole submissions that the edition takes: open sections are filled so that their points add up.

    Every edge of every rule, every way that a rule comes out, full marks and every grade are drawn often. With
    ``grade`` only submissions that have it, by its title or another word for it; an unknown one is a `KeyError`.

    >>> from evalrules import evaluate, load_catalogue
    >>> from hypothesis import find
    >>> catalogue = load_catalogue("hubei-project@2020")
    >>> evaluate(catalogue, find(submissions(catalogue, grade="良"), lambda _: True)).grade
    '良'
    """
    _hold("submissions", catalogue)
    hold("submissions", "the title of a grade", grade, str, type(None))
    titles = {word: each.title for each in catalogue.grades for word in (each.title, *each.also)}
    if grade is not None and grade not in titles:
        raise KeyError(f"{catalogue.name} has no grade {grade}; it has {', '.join(titles)}")
    if grade is not None:
        return _graded(catalogue, titles[grade])
    of_grades, free = [_graded(catalogue, each.title) for each in catalogue.grades], _drawn(catalogue)
    # `one_of` takes a strategy that it is given several times for one.
    ways = st.sampled_from([*range(len(of_grades)), *[len(of_grades)] * _FREE])
    return ways.flatmap(lambda way: [*of_grades, free][way])


def data(catalogue: LoadedCatalogue) -> st.SearchStrategy[Document]:
    """Draw figures and tables, each cell a text as people write it; computed figures are left to the edition.

    >>> from evalrules import load_catalogue
    >>> from hypothesis import find
    >>> sorted(find(data(load_catalogue("hubei-project@2020")), lambda figures: True))
    ['全年执行数', '全年预算数', '资金来源']
    """
    _hold("data", catalogue)

    def filled(seed: int) -> Document:
        form = _Form(catalogue, Random(seed))  # noqa: S311 - no secret
        return form.data(form.decided(form.choices(any_kind))[0])

    return _SEEDS.map(filled)


def entries(catalogue: LoadedCatalogue, indicator: str) -> st.SearchStrategy[Document]:
    """Draw rows for an indicator that the edition fixes, named by its title or path; an unknown one is a `KeyError`."""
    _hold("entries", catalogue)
    hold("entries", "the title or path of an indicator", indicator, str)
    rules = rules_of(catalogue.ruleset)
    found = [subject for path in rules if indicator in (path[-1], "/".join(path)) for subject in rules[path]]
    if not found:
        raise KeyError(indicator)

    def entry(seed: int) -> Document:
        chance = Random(seed)  # noqa: S311 - no secret
        part = _Part(chance.choice(found))
        return part.entry(any_kind(chance, worth_of(part.subject)).values)

    return _SEEDS.map(entry)


# A submission is made of one drawn number: Hypothesis repeats parts of what it drew, and would repeat the same rows.
_SEEDS = st.integers(0, 2**32)


def _drawn(catalogue: LoadedCatalogue) -> st.SearchStrategy[Submission]:
    """Draw submissions in which some rules, most often all, come out in any way, and the others earn full marks.

    What fails is brought down to as few of the former as show it.
    """

    @st.composite
    def drawn(draw: st.DrawFn) -> Submission:  # no arguments, which Hypothesis would write out
        form = _Form(catalogue, Random(draw(_SEEDS)))  # noqa: S311 - no secret
        best, others = form.choices(at_best), form.choices(any_kind)
        count = draw(st.sampled_from([*range(len(best) + 1), *[len(best)] * (4 * len(best))]))
        order = form.shuffled()
        choices = [(others if place in order[:count] else best)[place] for place in range(len(best))]
        document = form.document(choices, order)
        submission = read_submission(document)
        assume(_scored(catalogue, submission) is not None)
        return _noted(document, submission)

    return drawn()


def _graded(catalogue: LoadedCatalogue, grade: str) -> st.SearchStrategy[Submission]:
    """Draw submissions with a grade."""

    @st.composite
    def graded(draw: st.DrawFn) -> Submission:
        form = _Form(catalogue, Random(draw(_SEEDS)))  # noqa: S311 - no secret
        found = _ForGrade(catalogue, grade, form).document()
        assume(found is not None)
        document = cast("Document", found)
        return _noted(document, read_submission(document))

    return graded()


def _noted(document: Document, submission: Submission) -> Submission:
    """Let Hypothesis show what a submission was read from, where a test fails: it can be saved and evaluated."""
    note(simplejson.dumps(document, ensure_ascii=False, indent=1))
    return submission


def _scored(catalogue: LoadedCatalogue, submission: Submission) -> ScoredForm | None:
    """Score a submission; None where points that move to an open section change what its rows must add up to."""
    form = score_form(catalogue.ruleset, submission)
    return None if form.defects else form


# ---- the form --------------------------------------------------------------------------------------------------------


@frozen(eq=False)
class _Part:
    """A row to be drawn: its rule, and of one that the submission adds itself its points and its title.

    What is ``declined`` is said not to apply, where that is for the entry to say. What is ``chosen`` among several is
    claimed, so that it is the one that is answered where figures of the others are filled in as well.
    """

    subject: Subject
    points: Fraction | None = None
    title: str = ""
    declined: bool = False
    chosen: bool = False

    def entry(self, values: Values) -> Document:
        """Write the row with these inputs."""
        subject, path = self.subject, self.subject.indicator.path
        section = path[:-1] or (() if self.points is None else (OWN_LEVEL,))
        document: Document = {"section": "/".join(section)} if section else {}
        document["indicator"] = self.title or path[-1]
        if self.declined:
            return {**document, "not_applicable": "本年无此事项"}
        target = subject.row.target
        if self.points is not None:
            document["points"] = decimal_text(self.points)
        if subject.free:
            document["target"] = _target(target, values.get(TARGET))
        evidence = values.get(EVIDENCE)
        if isinstance(evidence, Fraction):
            document["evidence"] = [f"材料{number}" for number in range(math.floor(evidence))]
        if ACTUAL in values:
            document["actual"] = _text(
                values[ACTUAL], subject.indicator.unit or ("" if target is None else target.unit)
            )
        if self.chosen:
            document["claimed_score"] = decimal_text(subject.indicator.points)
        return {**document, **self._assessment(values)}

    def _assessment(self, values: Values) -> Document:
        """Write what an assessor enters: a tier and a score inside it, a score in a range, answers to a checklist."""
        scoring = self.subject.plan.scoring
        if scoring.form == "checklist":
            given = [(item, values.get(item_name(place))) for place, item in enumerate(scoring.checklist)]
            return {"answers": {item.title: _answer(points, item.points) for item, points in given}}
        score = values.get(JUDGED)
        if not isinstance(score, Fraction):
            return {}
        tiers = [each for each in scoring.items if isinstance(each, Tier)]
        if not tiers:
            return {"judged": {"score": decimal_text(score), "because": "酌情"}}
        tiers.sort(key=lambda each: each.title != values.get(TIER))
        title, units = next(found for tier in tiers for found in self._inside(tier, score))
        inside = decimal_text(Fraction(units, self.subject.ruleset.place))
        return {"judged": {"tier": title, "score": inside, "because": "综合评定"}}

    def _inside(self, tier: Tier, score: Fraction) -> Iterator[tuple[str, int]]:
        """Give a score inside a tier, as far from its ends as it is in a row of the usual points; few have no room."""
        carried, place = self.subject.indicator.points, self.subject.ruleset.place
        points = carried if self.points is None else self.points
        low, end = (math.ceil(share * points * place) for share in (tier.low, tier.high))
        high = math.floor(points * place) if tier.high == 1 else end - 1
        if low <= high:
            yield tier.title, min(max(round(score / carried * points * place), low), high)


def _answer(points: Value, full: Fraction) -> Any:
    if points == full or points is None:
        return "是" if points == full else ""
    return "否" if points == 0 else {"points": decimal_text(cast("Fraction", points)), "because": "部分符合"}


def _target(given: Target | None, value: Value) -> str | None:
    if given is None or given.kind == "text":
        return None if given is None else "达到要求"
    if value is None:
        value = Fraction(100)
    return (given.kind if given.kind in _COMPARATORS else "") + _text(value, given.unit)


def _text(value: Value, unit: str = "") -> str:
    return dump(cell_of(value, unit))


@define(slots=False, eq=False, repr=False)
class _Form:
    """The rows of one submission being drawn, and what the edition's figures hold where no rule decides them."""

    catalogue: LoadedCatalogue
    chance: Random
    parts: list[_Part] = field(init=False)
    of_form: Chosen = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.parts = [*self._fixed(), *self._filled(self.catalogue.parts, self.catalogue.points, ())]
        self.of_form = any_kind(self.chance, worth_of_the_form(self.catalogue.ruleset))

    def choices(self, pick: Pick) -> list[Chosen]:
        """Choose inputs for every row."""
        return [pick(self.chance, worth_of(part.subject)) for part in self.parts]

    def shuffled(self) -> list[int]:
        """Give the rows in any order."""
        return self.chance.sample(range(len(self.parts)), len(self.parts))

    def between(self, choices: Sequence[Chosen], place: int | None) -> Iterator[list[Chosen]]:
        """Give the same choices with one rule coming out in every other way."""
        if place is not None:
            for edge, inputs in worth_of(self.parts[place].subject).kinds:
                yield [*choices[:place], Chosen(inputs[0], edge=edge), *choices[place + 1 :]]

    def document(self, choices: Sequence[Chosen], order: Sequence[int] = ()) -> Document:
        """Write the submission; of rules that share figures the one that is first in order decides them."""
        figures, cells = self.decided(choices, order)
        return {
            "catalogue": self.catalogue.name,
            "organisation": "某单位",
            "fiscal_year": self.catalogue.fiscal_years[0] if self.catalogue.fiscal_years else 2024,
            "data": self.data(figures),
            "entries": [part.entry(values) for part, values in zip(self.parts, cells, strict=True)],
        }

    def decided(self, choices: Sequence[Chosen], order: Sequence[int] = ()) -> tuple[Values, list[Values]]:
        """Give the figures and tables that the rules decide, one after the other, and the inputs of each rule."""
        figures: dict[str, Value] = {}
        cells: dict[int, Values] = {}
        for place in order or range(len(choices)):
            cells[place] = fitted(choices[place], self.parts[place].subject, figures)
            figures.update({name: value for name, value in cells[place].items() if self._is_given(name)})
        figures = {**self.of_form.values, **figures}
        return figures, [cells[place] for place in range(len(choices))]

    def _is_given(self, name: str) -> bool:
        return name in self.catalogue.tables or name in self.catalogue.data

    def data(self, figures: Values) -> Document:
        """Write every figure and table, those that no rule decides as usual."""
        document: Document = {}
        scope, catalogue = data_scope(self.catalogue), self.catalogue
        for figure in catalogue.data.values():
            if figure.formula is None:
                value = figures[figure.name] if figure.name in figures else domain(scope[figure.name]).usual
                document[figure.name] = _text(value, figure.unit)
        for table in catalogue.tables.values():
            units = {column.name: column.unit for column in table.columns}
            rows = cast("tuple[Mapping[str, Value], ...]", figures.get(table.name, ()))
            document[table.name] = [{name: _text(row[name], unit) for name, unit in units.items()} for row in rows]
        return document

    # ---- rows ----

    def _fixed(self) -> Iterator[_Part]:
        """Go through the rows that the edition fixes, in a choice of one through one of them."""
        rules, chance = rules_of(self.catalogue.ruleset), self.chance
        chosen: dict[Path, Path] = {}
        for section in self.catalogue.ruleset.choices:
            chosen[section.path] = chance.choice([path for path in rules if path[:-1] == section.path])
        for path, found in rules.items():
            if chosen.get(path[:-1], path) == path:
                indicator = found[0].indicator
                may_decline = indicator.otherwise is not None and indicator.applies is None
                declined = may_decline and chance.randrange(_ONE_OF) == 0
                yield _Part(chance.choice(found), declined=declined, chosen=path[:-1] in chosen)

    def _filled(self, parts: Sequence[Section | Indicator], points: Fraction, path: Path) -> Iterator[_Part]:
        """Share out among the parts that state no points what the others leave; an open section takes rows itself."""
        inside = [part for part in parts if not (isinstance(part, Section) and (part.bonus or part.penalty))]
        left = points - sum((_stated(part) for part in inside), Fraction(0))
        takers: list[Path] = [part.path for part in inside if isinstance(part, Section) and part.points is None]
        takers += [path] if path in self.catalogue.ruleset.open_parts else []
        shares = dict(zip(takers, self._shares(left, len(takers)), strict=True))
        for part in inside:
            if isinstance(part, Section) and not part.one_of:
                own = _stated(part) + shares.get(part.path, Fraction(0))
                yield from self._filled(part.parts, own, part.path)
        if path in self.catalogue.ruleset.open_parts and shares[path] > 0:
            yield from self._rows(path, shares[path])

    def _rows(self, path: Path, points: Fraction) -> Iterator[_Part]:
        known = open_rules(self.catalogue.ruleset)[path]
        shares = self._shares(points, self.chance.randint(1, _MOST_ROWS))
        for number, share in enumerate(share for share in shares if share):
            yield _Part(self.chance.choice(known), share, f"自设指标{number + 1}")

    def _shares(self, points: Fraction, count: int) -> list[Fraction]:
        """Draw so many shares of the points, in units of the last place."""
        place = self.catalogue.ruleset.place
        units = max(0, int(points * place))
        cuts = sorted(self.chance.randint(0, units) for _ in range(count - 1))
        ends = [0, *cuts, units]
        return [Fraction(high - low, place) for low, high in pairwise(ends)] if count else []


def _stated(part: Section | Indicator) -> Fraction:
    """Give the points that a part states, by itself or by what stands in it."""
    if part.points is not None:
        return part.points
    return sum((_stated(inner) for inner in part.parts), Fraction(0))


@frozen(eq=False, repr=False)
class _ForGrade:
    """A submission made for its grade: full marks in all rules but so many that the total is no higher than that."""

    catalogue: LoadedCatalogue
    grade: str
    form: _Form

    def document(self) -> Document | None:
        """Give the submission; None where none was found."""
        best, worst, others = (self.form.choices(pick) for pick in (at_best, at_worst, any_kind))
        order, places = self.form.shuffled(), range(len(best))
        mixes = [
            [(worst if place in order[:count] else best)[place] for place in places] for count in range(len(best) + 1)
        ]
        count = self._fewest(mixes)
        for choices in (mixes[count], *self.form.between(mixes[count], order[count - 1] if count else None)):
            rank, document = self._ranked(choices)
            if rank == self._wanted:
                return self._varied(choices, others) or document
        return None

    def _fewest(self, mixes: Sequence[list[Chosen]]) -> int:
        """Find the fewest rules at their worst with which the grade is as low as it should be."""
        low, high = 0, len(mixes) - 1
        while low < high:
            middle = (low + high) // 2
            rank = self._ranked(mixes[middle])[0]
            low, high = (low, middle) if rank is None or rank >= self._wanted else (middle + 1, high)
        return low

    def _varied(self, choices: list[Chosen], others: Sequence[Chosen]) -> Document | None:
        """Let one rule come out otherwise, where the grade is still the same then."""
        if not choices:
            return None
        place = self.form.chance.randrange(len(choices))
        rank, document = self._ranked([*choices[:place], others[place], *choices[place + 1 :]])
        return document if rank == self._wanted else None

    def _ranked(self, choices: Sequence[Chosen]) -> tuple[int | None, Document]:
        """Write a submission and find the place of its grade, 0 the best."""
        document = self.form.document(choices)
        scored = _scored(self.catalogue, read_submission(document))
        return None if scored is None or scored.grade is None else self._titles.index(scored.grade), document

    @property
    def _titles(self) -> list[str]:
        return [each.title for each in self.catalogue.grades]

    @property
    def _wanted(self) -> int:
        return self._titles.index(self.grade)

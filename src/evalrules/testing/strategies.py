"""What submissions to an edition can hold, as Hypothesis strategies: documents of the shape that people hand in."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any

from attrs import frozen
from hypothesis import assume
from hypothesis import strategies as st

from evalrules._edition.model import Catalogue, Figure, Indicator, Path, Section, Table, TargetKind, Tier
from evalrules._edition.scopes import data_scope
from evalrules._engine import LoadedCatalogue
from evalrules._formula.program import ACTUAL, JUDGED, TARGET
from evalrules._formula.scope import Bounds
from evalrules._formula.worth_trying import STEP, Domain, domain
from evalrules._laws.subjects import Subject, open_rows, subjects
from evalrules._laws.trials import Value, cell_of
from evalrules._numbers import decimal_text
from evalrules._quantities import dump
from evalrules._remembered import once_for_each
from evalrules._score.ruleset import Ruleset
from evalrules._score.score import score_form
from evalrules._submission import Submission
from evalrules._submission_reading import read_submission

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


Document = dict[str, Any]
_MOST_ROWS, _MOST_TABLE_ROWS = 3, 3
_COMPARATORS = ("≥", ">", "≤", "<", "=")
_ROW_WORDS = frozenset({ACTUAL, TARGET})


def data(catalogue: LoadedCatalogue) -> st.SearchStrategy[Document]:
    """Draw figures and tables, each cell a text as people write it; computed figures are left to the edition.

    >>> from evalrules import load_catalogue
    >>> from hypothesis import find
    >>> found = find(data(load_catalogue("hubei-project@2020")), lambda figures: True)
    >>> found
    {'全年预算数': '0万元', '全年执行数': '0万元'}
    """
    edges = _edges(catalogue.ruleset)
    figures = {
        figure.name: _cells(catalogue, figure, edges.get(figure.name, []))
        for figure in catalogue.data.values()
        if figure.formula is None
    }
    tables = {table.name: _tables(catalogue, table) for table in catalogue.tables.values()}
    return st.fixed_dictionaries({**figures, **tables})


def entries(catalogue: LoadedCatalogue, indicator: str) -> st.SearchStrategy[Document]:
    """Draw rows for an indicator that the edition fixes, named by its title or path; an unknown one is a `KeyError`."""
    found = [each for each in subjects(catalogue.ruleset) if _is_fixed(each, indicator)]
    if not found:
        raise KeyError(indicator)
    return st.one_of([_entry(subject, None) for subject in found])


def submissions(catalogue: LoadedCatalogue) -> st.SearchStrategy[Submission]:
    """Draw whole submissions that the edition takes: open sections are filled so that their points add up."""
    form = _Form(catalogue)
    figures, rows = data(catalogue), list(form.fixed())

    @st.composite
    def submission(draw: st.DrawFn) -> Submission:  # no arguments, which Hypothesis would write out
        drawn = read_submission(
            {
                "catalogue": catalogue.name,
                "organisation": "某单位",
                "fiscal_year": str(catalogue.fiscal_years[0] if catalogue.fiscal_years else 2024),
                "data": draw(figures),
                "entries": [*(draw(row) for row in rows), *form.fill(draw)],
            }
        )
        # Points that move to an open section change what its rows must add up to.
        assume(not score_form(catalogue.ruleset, drawn).defects)
        return drawn

    return submission()


def _is_fixed(subject: Subject, indicator: str) -> bool:
    path = subject.indicator.path
    fixed = not subject.is_method and subject.indicator.origin == "catalogue"
    return fixed and indicator in (path[-1], "/".join(path))


# ---- data ----------------------------------------------------------------------------------------------------------


@once_for_each
def _edges(ruleset: Ruleset) -> Mapping[str, Sequence[Any]]:
    """Give the values of each figure at and around the edges of every rule that reads it."""
    found: dict[str, dict[Any, None]] = {}
    for subject in subjects(ruleset):
        for name, values in subject.trying.edges().items():
            if name in ruleset.catalogue.data:
                found.setdefault(name, {}).update(dict.fromkeys(values))
    return {name: [value for value in values if value is not None] for name, values in found.items()}


def _cells(catalogue: Catalogue, figure: Figure, edges: Sequence[Any]) -> st.SearchStrategy[str | None]:
    variable = data_scope(catalogue)[figure.name]
    cells = often(edges, of_kind(domain(variable))).map(lambda value: _text(value, figure.unit))
    return cells if figure.required else st.one_of(cells, cells, st.none())


def _tables(catalogue: Catalogue, table: Table) -> st.SearchStrategy[list[Document]]:
    scope = data_scope(catalogue)
    columns = {
        column.name: of_kind(domain(variable)).map(partial(_text, unit=column.unit))
        for column in table.columns
        for variable in (scope[f"{table.name}_{column.name}"],)
    }
    return st.lists(st.fixed_dictionaries(columns), max_size=_MOST_TABLE_ROWS)


def _text(value: Value, unit: str = "") -> str:
    return dump(cell_of(value, unit))


# ---- rows ----------------------------------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class _Form:
    """The rows of an edition, those that it fixes and those that its open sections take."""

    catalogue: LoadedCatalogue

    def fixed(self) -> Iterator[st.SearchStrategy[Document]]:
        """Go through the fixed indicators that have cells of their own; of a choice only the first is answered."""
        choices = {section.path for section in self.catalogue.sections if section.one_of}
        answered: set[Path] = set()
        kinds: dict[Path, list[Subject]] = {}
        for subject in subjects(self.catalogue.ruleset):
            if not subject.is_method and subject.indicator.origin == "catalogue":
                kinds.setdefault(subject.indicator.path, []).append(subject)
        for path, found in kinds.items():
            section = path[:-1]
            if section not in choices or section not in answered:
                answered.add(section)
                yield st.one_of([_entry(subject, None) for subject in found])

    def fill(self, draw: st.DrawFn) -> Iterator[Document]:
        """Draw the rows of all open sections."""
        yield from self._parts(draw, self.catalogue.parts, self.catalogue.points, ())

    def _parts(
        self, draw: st.DrawFn, parts: Sequence[Section | Indicator], points: Fraction, path: Path
    ) -> Iterator[Document]:
        """Share out among the parts that state no points what the others leave; an open section takes rows itself."""
        inside = [part for part in parts if not (isinstance(part, Section) and (part.bonus or part.penalty))]
        left = points - sum((_stated(part) for part in inside), Fraction(0))
        takers: list[Path] = [part.path for part in inside if isinstance(part, Section) and part.points is None]
        takers += [path] if path in self.catalogue.ruleset.open_sections else []
        shares = dict(zip(takers, draw(self._shares(left, len(takers))), strict=True))
        for part in inside:
            if isinstance(part, Section) and not part.one_of:
                own = _stated(part) + shares.get(part.path, Fraction(0))
                yield from self._parts(draw, part.parts, own, part.path)
        if path in self.catalogue.ruleset.open_sections:
            yield from self._rows(draw, path, shares[path])

    def _rows(self, draw: st.DrawFn, path: Path, points: Fraction) -> Iterator[Document]:
        if points <= 0:
            return
        known = list(open_rows(self.catalogue.ruleset, path).values())
        shares = draw(st.integers(1, _MOST_ROWS).flatmap(lambda count: self._shares(points, count)))
        for number, share in enumerate(share for share in shares if share):
            entry = draw(st.sampled_from(known).flatmap(partial(_entry, points=share)))
            yield {**entry, "section": "/".join(path), "indicator": f"自设指标{number + 1}"}

    def _shares(self, points: Fraction, count: int) -> st.SearchStrategy[list[Fraction]]:
        """Draw so many shares of the points, in units of the last place."""
        place = 10**self.catalogue.rounding.places
        units = max(0, int(points * place))
        cuts = st.lists(st.integers(0, units), min_size=max(0, count - 1), max_size=max(0, count - 1)).map(sorted)

        def between(cut: Sequence[int]) -> list[Fraction]:
            ends = [0, *cut, units]
            return [Fraction(high - low, place) for low, high in pairwise(ends)]

        return cuts.map(between) if count else st.just([])


def _stated(part: Section | Indicator) -> Fraction:
    """Give the points that a part states, by itself or by what stands in it."""
    if part.points is not None:
        return part.points
    return sum((_stated(inner) for inner in part.parts), Fraction(0))


def _entry(subject: Subject, points: Fraction | None) -> st.SearchStrategy[Document]:
    """Draw a row for a rule; ``points`` are those of a row that the submission adds itself."""

    @st.composite
    def entry(draw: st.DrawFn) -> Document:
        return _row(draw, subject, points)

    return entry()


def _row(draw: st.DrawFn, subject: Subject, points: Fraction | None) -> Document:
    path, trying = subject.indicator.path, subject.trying
    document: Document = {"indicator": path[-1]}
    if points is not None:
        document["points"] = decimal_text(points)
    elif path[:-1]:
        document["section"] = "/".join(path[:-1])
    edges = trying.edges()
    words = [variable for variable in subject.inputs if variable.name in _ROW_WORDS]
    drawn = {variable.name: draw(values_of(trying.domains[variable.name], edges[variable.name])) for variable in words}
    if subject.free:
        document["target"] = _target(subject.row.target.kind if subject.row.target else None, drawn.get(TARGET))
    if ACTUAL in drawn:
        document["actual"] = _text(drawn[ACTUAL], subject.indicator.unit)
    carried = subject.indicator.points if points is None else points
    return {**document, **draw(_assessment(subject, carried))}


def _target(kind: TargetKind | None, value: Value) -> str | None:
    if kind in (None, "text"):
        return None if kind is None else "达到要求"
    if value is None:
        value = Fraction(100)
    return (kind if kind in _COMPARATORS else "") + _text(value)


def _assessment(subject: Subject, points: Fraction) -> st.SearchStrategy[Document]:
    """Draw what an assessor enters: a tier and a score inside it, a score in a range, the answers to a checklist."""
    scoring, place = subject.plan.scoring, Fraction(1, 10**subject.ruleset.catalogue.rounding.places)
    if scoring.form == "checklist":
        answers = {item.title: st.sampled_from(("是", "否")) for item in scoring.checklist}
        return st.fixed_dictionaries({"answers": st.fixed_dictionaries(answers)})
    if scoring.form == "judged":
        tiers = [item for item in scoring.items if isinstance(item, Tier)]
        return st.sampled_from(tiers).flatmap(lambda tier: _judged(tier, points, place))
    if any(variable.name == JUDGED for variable in subject.inputs):
        scores = numbers(Bounds(Fraction(0), points), place)
        return scores.map(lambda score: {"judged": {"score": decimal_text(score), "because": "酌情"}})
    return st.just({})


def _judged(tier: Tier, points: Fraction, place: Fraction) -> st.SearchStrategy[Document]:
    inside = Bounds(points * tier.low, points * tier.high, high_open=tier.high != 1)
    return numbers(inside, place).map(
        lambda score: {"judged": {"tier": tier.title, "score": decimal_text(score), "because": "综合评定"}}
    )

"""An edition as functions over columns, where it can be had so: made once an edition, run over blocks of rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Final

import numpy as np
import pyarrow as pa
from attrs import evolve, field

from evalrules._edition.model import Figure, Indicator, Path
from evalrules._edition.scopes import data_scope, target_scope
from evalrules._formula.program import POINTS, TOTAL
from evalrules._formula.typing import resolved
from evalrules._score.ruleset import Compiled, Row, Ruleset
from evalrules._values import frozen
from evalrules.batch import cells
from evalrules.batch.cells import Cells, Doubles, Ints, Mask
from evalrules.batch.forms import HEAD
from evalrules.batch.open_rows import OpenRows, by_figures, open_rows
from evalrules.batch.reading import BLOCK, SCALE, Kernels, in_parts, reading
from evalrules.batch.rules import Rules
from evalrules.batch.source import (
    ALWAYS,
    ChoiceColumn,
    Formulas,
    KernelSource,
    NotByColumnsError,
    NumberColumn,
    Truth,
    Value,
    both,
    constant,
)

_SAMPLE, _MOSTLY = 500, 0.9
_NAMES: Final = frozenset({"project", "competent_department", "implementing_unit", "filled_by", "reviewed_by"})


@frozen(eq=False)
class Scores:
    """What columns gave for some rows: units of each indicator and the total, the rank among grades, and where."""

    words: Ints
    """Of each row and indicator the two words of a decimal, the upper of which is 0."""
    total: Ints
    rank: Ints
    sound: Mask
    open: OpenRows | None = None

    @classmethod
    def of(cls, indicators: int, count: int, added: OpenRows | None) -> Scores:
        """Make room for the scores of so many rows."""
        words, total, rank = (np.zeros(shape, np.int64) for shape in ((count, indicators, 2), count, count))
        return cls(words, total, rank, np.zeros(count, np.bool_), added)

    @property
    def units(self) -> Ints:
        """The units of each row and indicator."""
        return self.words[..., 0]

    def within(self, rows: slice) -> Scores:
        """Give the room of some rows, to be written into."""
        return Scores(self.words[rows], self.total[rows], self.rank[rows], self.sound[rows])


@frozen(eq=False)
class _Vectorised:
    """An edition over the columns of some figures; behind them comes what the open rows of each form scored."""

    figures: tuple[Figure, ...]
    reading: Kernels


# The edition as source.


class _EditionWriter:
    """Writes the whole of an edition; raises `NotByColumnsError` for the first part that columns do not give."""

    def __init__(self, ruleset: Ruleset, *, blanks: bool) -> None:
        self.ruleset, self.blanks = ruleset, blanks
        self.rounding = ruleset.catalogue.rounding
        self.source = KernelSource(choice_numbers(ruleset))
        self.figures = tuple(place.figure for place in ruleset.given if place.figure.type != "text")
        self.given: dict[str, Value] = {
            figure.name: _given(number, figure, blanks=blanks) for number, figure in enumerate(self.figures)
        }
        self.scores: dict[Path, tuple[str, str]] = {}
        """The units of each indicator and the most that they can be."""
        scope = data_scope(ruleset.catalogue)
        for _, figure, _ in ruleset.computed:
            assert figure.formula is not None
            try:
                tree = resolved(figure.formula, scope).tree
                self.given[figure.name] = Formulas(self.source, scope, self.given).value(tree)
            except NotByColumnsError:  # it matters only where it is read
                continue

    def written(self) -> _Vectorised:
        """Write everything."""
        units, most, sound = [], [], []
        for row in self.ruleset.rows:
            assert row.plan is not None
            rules = self.rules(row.plan, constant(Fraction(*row.points)))
            units.append(rules.units)
            most.append(rules.most)
            sound += [rules.sound, self.applies(row.indicator)]
        for row, *score in zip(self.ruleset.rows, units, most, strict=True):
            self.scores[row.indicator.path] = (score[0], score[1])
        count = len(self.figures)
        all_units, all_most = ([*parts, f"{x}{count}"] for parts, x in ((units, "x"), (most, "X")))
        total, place = self.source.kept(" + ".join(all_units)), str(self.ruleset.place)
        self._levels(
            NumberColumn(total, place, self.source.reaching(" + ".join(all_most)), place, ALWAYS, None, 0), sound
        )
        self.source.lines.append(f"sound = {both(*sound)}")
        result = f"({''.join(f'{each}, ' for each in units)}), total, rank, sound"
        return _Vectorised(self.figures, reading(self.source, count + 1, result, masks=count * self.blanks))

    def applies(self, indicator: Indicator) -> str:
        """Tell in which rows an indicator applies; the engine gets the others."""
        if indicator.applies is None:
            return ALWAYS
        scope = target_scope(self.ruleset.catalogue, indicator)
        test = Formulas(self.source, scope, self.given).truth(resolved(indicator.applies, scope).tree)
        return self.source.kept(both(test.ok, test.text))

    def rules(self, compiled: Compiled, points: NumberColumn, **more: Value) -> Rules:
        """Write a program over the figures."""
        given = {**self.given, **more, **self._titles(compiled), POINTS: points}
        formulas = Formulas(self.source, compiled.scope, given, compiled.program.all_bindings)
        return Rules(formulas, compiled.program, self.rounding.places, self.rounding.mode)

    def _titles(self, compiled: Compiled) -> dict[str, Value]:
        """Give the scores of indicators and sections that a cap or a grade reads."""
        found: dict[str, Value] = {}
        for name in compiled.titles:
            path = self.ruleset.title_words[name].path
            inside = [score for below, score in self.scores.items() if below[: len(path)] == path]
            units, most = (" + ".join(part) for part in zip(*inside, strict=True))
            place = str(self.ruleset.place)
            found[name] = NumberColumn(
                self.source.kept(units), place, self.source.reaching(most), place, ALWAYS, None, 0
            )
        return found

    def _levels(self, total: NumberColumn, sound: list[str]) -> None:
        """Write the caps of the total and the grade."""
        ruleset, source, place = self.ruleset, self.source, str(self.ruleset.place)
        for cap in ruleset.score_caps:
            left = self.rules(cap, total)
            sound.append(left.sound)
            total = evolve(total, n=source.kept(f"np.minimum({total.n}, {left.units})"))
        source.lines.append(f"total = {total.n}")
        if ruleset.grading is None:
            source.lines.append("rank = 0")
            return
        found = self.rules(ruleset.grading, constant(len(ruleset.titles) - 1), **{TOTAL: total})
        sound.append(found.sound)
        rank = found.units
        for limit in ruleset.grade_caps:
            left = self.rules(limit, NumberColumn(found.units, place, found.most, place), **{TOTAL: total})
            sound.append(left.sound)
            rank = source.kept(f"np.minimum({rank}, {left.units})")
        source.lines.append(f"rank = {rank} // {place}")


def _given(number: int, figure: Figure, *, blanks: bool) -> Value:
    ok = f"k{number}" if blanks else ALWAYS
    match figure.type:
        case "yes_no":
            return Truth(f"(x{number} != 0)", ok)
        case "choice":
            return ChoiceColumn(f"x{number}", ok)
        case "date":
            return NumberColumn(f"x{number}", "1", f"X{number}", "1", ok, None, 1)
    low = figure.bounds.low
    least = -1 if low is None or low < 0 else int(low > 0 or figure.bounds.low_open)
    return NumberColumn(f"x{number}", SCALE, f"X{number}", SCALE, ok, None, least)


def choice_numbers(ruleset: Ruleset) -> dict[str, int]:
    """Give every choice of an edition's figures a number."""
    found = (choice for figure in ruleset.catalogue.data.values() for choice in figure.choices)
    return {choice: number for number, choice in enumerate(dict.fromkeys(found))}


def editions(ruleset: Ruleset) -> tuple[_Vectorised, _Vectorised]:
    """Give the edition over columns without blanks and over those with some, made once.

    Raises `NotByColumnsError` where some part of the edition is not to be had by columns.
    """
    found: tuple[_Vectorised, _Vectorised] | NotByColumnsError = ruleset.once("columns", partial(_editions, ruleset))
    if isinstance(found, NotByColumnsError):
        raise found
    return found


def _editions(ruleset: Ruleset) -> tuple[_Vectorised, _Vectorised] | NotByColumnsError:
    try:
        for reason in whole_reasons(ruleset):
            return NotByColumnsError(reason)
        return _EditionWriter(ruleset, blanks=False).written(), _EditionWriter(ruleset, blanks=True).written()
    except NotByColumnsError as reason:
        return reason


def whole_reasons(ruleset: Ruleset) -> Iterator[str]:
    """Name what an edition has that keeps whole forms from being scored by columns."""
    if not all(map(_by_figures, ruleset.rows)) or not (ruleset.rows or ruleset.takers):
        yield "entries"
    if any(part.bonus or part.penalty or part.cap or part.one_of for part in ruleset.catalogue.sections):
        yield "levels"
    levels = () if ruleset.grading is None else (ruleset.grading,)
    caps = (*ruleset.score_caps, *ruleset.grade_caps)
    words = [ruleset.title_words[name] for level in (*caps, *levels) for name in level.titles]
    if not all(word.asks == "score" and _is_fixed(ruleset, word.path) for word in words):
        yield "titles"


def _by_figures(row: Row) -> bool:
    """Tell whether a row is scored by figures alone wherever it applies."""
    return row.plan is not None and by_figures(row.plan)


def _is_fixed(ruleset: Ruleset, path: Path) -> bool:
    """Tell whether a part has rows, all of them fixed by the edition."""
    below = [each for each in (*ruleset.row_at, *ruleset.takers) if each[: len(path)] == path]
    return bool(below) and ruleset.takers.keys().isdisjoint(below)


# Rows scored by columns.


@np.errstate(over="ignore", invalid="ignore")
def by_columns(ruleset: Ruleset, batch: pa.RecordBatch) -> Scores:
    """Score the rows of a batch that can be scored by columns; ``sound`` tells which these are."""
    count = batch.num_rows
    added = open_rows(ruleset, batch) if ruleset.takers else None
    usable = _usable(ruleset, batch)
    if ruleset.takers:
        usable &= added is not None and added.sound
    scores = Scores.of(len(ruleset.rows), count, added)
    table = _ColumnBatch(ruleset, batch, None if added is None else added.sums(added.scores))
    for start in range(0, count, BLOCK):
        rows = slice(start, min(start + BLOCK, count))
        waiting = usable[rows]
        for scale in range(table.scale, cells.FINEST + 1, 2):
            if not waiting.any():
                break
            waiting = _scored(table, rows, waiting, scale, scores.within(rows))
    return scores


@frozen(eq=False)
class _ColumnBatch:
    """The columns of a batch that an edition reads, and what the open rows of each form scored."""

    ruleset: Ruleset
    batch: pa.RecordBatch
    added: Ints | None
    written: tuple[_Vectorised, _Vectorised] = field(init=False)
    arrays: tuple[pa.Array | Doubles | None, ...] = field(init=False)
    """The column of each figure; None where there is none."""
    scale: int = field(init=False)
    """So many decimals most rows need; one number for all columns, so that quotients need no more."""

    @written.default
    def _written(self) -> tuple[_Vectorised, _Vectorised]:
        return editions(self.ruleset)

    @arrays.default
    def _arrays(self) -> tuple[pa.Array | Doubles | None, ...]:
        names, figures = set(self.batch.schema.names), self.written[0].figures
        return tuple(cells.prepared(self.batch.column(each.name)) if each.name in names else None for each in figures)

    @scale.default
    def _scale(self) -> int:
        numbers = [place for place, figure in enumerate(self.written[0].figures) if figure.type == "number"]
        for scale in range(0, cells.FINEST, 2):
            fits = np.ones(len(self.batch[:_SAMPLE]), np.bool_)
            for place in numbers:
                fits &= self.cells(place, slice(0, _SAMPLE), scale).fits
                if fits.mean() < _MOSTLY:
                    break
            else:
                return scale
        return cells.FINEST

    def cells(self, place: int, rows: slice, scale: int) -> Cells:
        """Read the cells of a figure in some rows."""
        figure, array = self.written[0].figures[place], self.arrays[place]
        if array is None:
            many = len(range(*rows.indices(self.batch.num_rows)))
            return Cells(np.zeros(many, np.int64), np.zeros(many, np.bool_), np.ones(many, np.bool_))
        array = array[rows]
        match figure.type:
            case "date":
                return cells.days(array)
            case "yes_no":
                return cells.answers(array)
            case "choice":
                return cells.choices(array, choice_numbers(self.ruleset), figure.choices)
        return cells.numbers(array, scale, texts=figure.unit != "%")

    def bounds(self, scale: int) -> tuple[tuple[int | None, int | None], ...]:
        """Give the least and the most that each figure takes, in units of the last of so many decimals."""
        figures = self.written[0].figures
        return self.ruleset.once(("bounds", scale), lambda: tuple(_bounds(each, 10**scale) for each in figures))


def _bounds(figure: Figure, unit: int) -> tuple[int | None, int | None]:
    low, high = (None if edge is None else edge * unit for edge in (figure.bounds.low, figure.bounds.high))
    return (
        None if low is None else math.floor(low) + 1 if figure.bounds.low_open else math.ceil(low),
        None if high is None else math.ceil(high) - 1 if figure.bounds.high_open else math.floor(high),
    )


def _scored(table: _ColumnBatch, rows: slice, waiting: Mask, scale: int, scores: Scores) -> Mask:
    """Score those of a block's waiting rows whose numbers need no more decimals; give those that need more."""
    figures = table.written[0].figures
    columns = [table.cells(place, rows, scale) for place in range(len(figures))]
    fitting, refused = waiting, []
    for figure, column, (low, high) in zip(figures, columns, table.bounds(scale), strict=True):
        if column.ends is None:
            fitting = fitting & column.fits
        if figure.type == "number":
            refused += _refused(figure, column, 10**scale, low, high)
    wrong = np.any(refused, axis=0) if refused else np.False_
    rest, fitting = waiting & ~fitting & ~wrong, fitting & ~wrong
    if not fitting.any():
        return rest
    added = np.zeros(len(waiting), np.int64) if table.added is None else table.added[rows]
    values = [*(column.values for column in columns), added]
    score = partial(_score, table.written, 10**scale, columns, added, scores)
    in_parts(score, slice(0, len(fitting)) if fitting.all() else np.flatnonzero(fitting), values)
    return rest


def _refused(figure: Figure, column: Cells, unit: int, low: int | None, high: int | None) -> list[Mask]:
    """Tell in which rows a number is none that the figure takes; the engine says why."""
    least, most = column.ends or (None, None)
    wrong = []
    if low is not None and (least is None or least < low):
        wrong.append(column.values < low)
    if high is not None and (most is None or most > high):
        wrong.append(column.values > high)
    if figure.integer:
        wrong.append(column.values % unit != 0)
    return wrong if column.ends else [each & column.filled & column.fits for each in wrong]


def _usable(ruleset: Ruleset, batch: pa.RecordBatch) -> Mask:
    """Tell which rows hold nothing but figures, and a head of which nothing is to be told."""
    present = set(batch.schema.names)
    if not {"organisation", "fiscal_year"} <= present:
        return np.zeros(batch.num_rows, np.bool_)
    usable = cells.names(batch.column("organisation")) & cells.years(batch.column("fiscal_year"))
    texts = {place.figure.name for place in ruleset.given if place.figure.type == "text"}
    apart = (HEAD | texts | ruleset.catalogue.tables.keys() | ruleset.catalogue.grids.keys()) & present
    read = {"organisation", "fiscal_year"} | ({"entries"} if ruleset.takers else set())
    for name in apart - read:
        blank = cells.nothing(batch.column(name))
        if name in ruleset.catalogue.tables:
            blank &= ~batch.column(name).is_valid().to_numpy(zero_copy_only=False)
        usable &= blank | cells.names(batch.column(name)) if name in _NAMES else blank
    return usable


def _score(
    written: tuple[_Vectorised, _Vectorised],
    unit: int,
    columns: Sequence[Cells],
    added: Ints,
    scores: Scores,
    rows: Ints | slice,
) -> None:
    values = [column.values[rows] for column in columns]
    filled = [column.filled[rows] for column in columns]
    complete = all(column.ends is not None or known.all() for column, known in zip(columns, filled, strict=True))
    if complete:
        filled = []
    else:  # a blank is never read; a 1 can be divided by
        values = [np.where(known, column, 1) for column, known in zip(values, filled, strict=True)]
    units, total, rank, sound = written[not complete].reading(unit, [*values, added[rows]], filled)
    for number, found in enumerate(units):
        scores.units[rows, number] = found
    scores.total[rows], scores.rank[rows], scores.sound[rows] = total, rank, sound


def reasons_for(ruleset: Ruleset) -> Mapping[tuple[str, ...], str]:
    """Give for each indicator that columns do not give what keeps them from it."""
    writer, found = _EditionWriter(ruleset, blanks=True), dict[tuple[str, ...], str]()
    for row in ruleset.rows:
        if row.plan is None or not _by_figures(row):
            found[row.indicator.path] = "entries"
            continue
        try:
            writer.rules(row.plan, constant(Fraction(*row.points)))
            writer.applies(row.indicator)
        except NotByColumnsError as reason:
            found[row.indicator.path] = reason.reason
    return found

"""The rows that units add, those of all forms as one long column: texts are read once each, numbers scored together.

What decides how a row is scored, beside its numbers, is the sort that it is of: its section, what its name says, the
comparators and units of its cells. There are few sorts, and what a row of a sort comes to is asked of the engine
itself. What else a row can be, words, days or what an assessor chose, is scored by the engine, once for all rows with
the same in their cells. The form of a row that has no score so, or of which something is to be told, is left to it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import MAXYEAR
from fractions import Fraction
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, field, frozen

from evalrules._documents.nodes import FORBIDDEN
from evalrules._documents.typed import read_number
from evalrules._edition.model import Path, TargetKind
from evalrules._form_words import is_nameless
from evalrules._formula.program import ACTUAL, POINTS, TARGET
from evalrules._patterns import regex
from evalrules._quantities import Bound, CellError, Quantity, Text, is_blank_text, read_cell
from evalrules._quantities.deadlines import can_be_day, can_be_month, with_days
from evalrules._quantities.names import says_deadline, says_rate, says_satisfaction
from evalrules._score.bind import names_of, own_row, section_path, without_blanks
from evalrules._score.cells import Misfit, actual_value, target_value
from evalrules._score.ruleset import Plan, Ruleset
from evalrules._score.score import score_form
from evalrules._submission import Entry, Pair
from evalrules._submission_reading import read_submission, with_unit
from evalrules.batch.cells import MOST, Ints, Mask, is_text, nothing, one_chunk
from evalrules.batch.reading import BLOCK, SCALE, Kernels, in_parts, reading
from evalrules.batch.rules import Rules
from evalrules.batch.source import ALWAYS, Formulas, KernelSource, NotByColumnsError, NumberColumn, Value

_FINE, _COARSE = 6, 2
"""Decimals of numbers, and those of large ones."""
_ONE: Final = 10**_FINE
_LARGE: Final = 10**12
_MOST_ROWS: Final = 1000
_MOST_KNOWN: Final = 1 << 18
_MOST_KEYS: Final = 1 << 62
_A_YEAR, _HUNDRED = 2024, 100
_DIGITS: Final = regex(
    r"(?!(?:(?:19|20)[0-9]{2}(?:[0-9]{4}|\.[0-9]{1,2})?|[0-9]{1,2}\.[0-9]{1,2})\Z)"
    r"([≥≤><=]?)(0|[1-9][0-9]{0,11})(?:\.([0-9]{1,9}))?([%‰]|[^\W\d_]{0,6})"
)
"""A number with a sign before and a word behind it; one that can be a day or a month by its digits alone is none."""
_SAMPLES: Final = ("7", "1", "100", "0.5", "12", "73.251", "300.125", "8000000")
_DAYS: Final = ("6.1", "12.31", "2024", "2024.6", "20241231")
_PARTS: Final = ("numerator", "denominator")
_ALONE: Final = ("section", "points", "target", "actual", "unit", "claimed_score")
"""The cells by which the engine scores a row beside its name."""
_TEXTS: Final = ("indicator", *_ALONE)
_SAID: Final = frozenset({"deviation_reason", "improvement", "note"})
"""Words beside a row that change nothing of its score."""


@frozen(eq=False)
class OpenRows:
    """The rows of a batch: ``ends`` are where each form's end, behind a 0; the sections are numbers of ``takers``."""

    ends: Ints
    section: Ints
    name: _Texts
    points: Ints
    scores: Ints
    sound: Mask
    """The forms of which every row is scored and the points add up."""

    def sums(self, rows: Ints | Mask) -> Ints:
        """Add up numbers of rows for each form."""
        starts, filled = self.ends[:-1], np.diff(self.ends) > 0
        found = np.zeros(len(starts), np.int64)
        found[filled] = np.add.reduceat(rows, starts[filled], dtype=np.int64) if len(rows) else 0
        return found


# Texts, each read once.


@frozen(eq=False)
class _Texts:
    """A column of texts: the number of each among ``words``, the last of which is None, for what is no text."""

    codes: Ints
    words: tuple[str | None, ...]

    def each(self, find: Callable[[str], Any], otherwise: Any) -> np.ndarray[Any, Any]:
        """Give along the column what is found of its texts."""
        return np.array([otherwise if word is None else find(word) for word in self.words])[self.codes]


def _texts(column: pa.Array) -> _Texts:
    if not is_text(column):
        return _Texts(np.zeros(len(column), np.int64), (None,))
    encoded = column.dictionary_encode()
    words = (*encoded.dictionary.to_pylist(), None)
    codes = encoded.indices.fill_null(len(words) - 1) if encoded.null_count else encoded.indices
    return _Texts(codes.to_numpy(zero_copy_only=False), words)


def _alike(found: Iterable[Hashable | None]) -> Ints:
    """Give numbers to what is alike; -1 to None."""
    known: dict[Hashable, int] = {}
    return np.array([-1 if each is None else known.setdefault(each, len(known)) for each in found], np.int64)


def _together(*columns: Ints) -> tuple[Ints, Ints]:
    """Give a number to the rows that are alike in all columns; give also one row for each number."""
    key = columns[0].astype(np.int64)
    for codes in columns[1:]:
        many = int(codes.max(initial=0)) + 1
        if (int(key.max(initial=0)) + 1) * many > _MOST_KEYS:
            key = pa.array(key).dictionary_encode().indices.to_numpy().astype(np.int64)
        key = key * many + codes
    encoded = pa.array(key).dictionary_encode()
    numbers, one = encoded.indices.to_numpy(), np.empty(len(encoded.dictionary), np.int64)
    one[numbers] = np.arange(len(key))
    return numbers, one


# Numbers in cells.


@frozen(cache_hash=True)
class _Kind:
    """A cell with a number, in units of the finest decimals; those that the engine treats alike are equal."""

    cell: Bound | Quantity = field(eq=False)
    units: int = field(eq=False)
    unit: tuple[str | None, str]
    """Its comparator and unit."""
    size: tuple[bool, ...]
    when: tuple[bool, ...]
    """Whether it can be a month or a day."""


_Number = tuple[int, _Kind]
"""The units of a number, and a cell like the one that it is from."""


def _kind(text: str, unit: str | None) -> _Kind | None:
    """Read a cell as the engine does; None for one that holds no number, or none in another year."""
    if FORBIDDEN.search(text) or (unit is not None and FORBIDDEN.search(unit)):
        return None
    try:
        cell = read_cell(text)
        if cell != read_cell(text, _A_YEAR):
            return None
    except CellError:
        return None
    cell = with_unit(cell, None if unit is None or is_blank_text(unit) else unit.strip())
    quantity = cell.quantity if isinstance(cell, Bound) else cell
    if not isinstance(quantity, Quantity) or not isinstance(cell, Bound | Quantity):
        return None
    units = quantity.number * _ONE
    if units.denominator != 1 or abs(units) > MOST:
        return None
    comparator = cell.comparator if isinstance(cell, Bound) else None
    when = can_be_month(cell), can_be_day(cell)
    return _Kind(cell, int(units), (comparator, quantity.unit), _size(int(units)), when)


def _size(units: int) -> tuple[bool, ...]:
    """Tell what of a number the engine asks: its sign, whether a rate could be meant, whether it is a bare 100%."""
    return units > 0, units < 0, units <= _ONE, units == _HUNDRED * _ONE


@frozen(eq=False)
class _Around:
    """What numbers with the same sign and word around them have in common, and one of them of each size."""

    times: int
    by: int
    kinds: dict[tuple[bool, ...], _Kind | None] = field(factory=dict)


def _around(before: str, after: str, unit: str | None) -> _Around | None:
    """Find what all numbers between these come to; None where it is not the same for all: some are months there."""
    samples = (*_SAMPLES, *_DAYS) if before or after else _SAMPLES
    kinds = [_kind(f"{before}{sample}{after}", unit) for sample in samples]
    known = [kind for kind in kinds if kind is not None]
    factors = {Fraction(kind.units) / Fraction(sample) for kind, sample in zip(known, samples, strict=False)}
    alike = len(known) == len(kinds) and len({kind.unit for kind in known}) == len(factors) == 1
    if not alike or any(True in kind.when for kind in known):
        return None
    (factor,) = factors
    return _Around(factor.numerator, factor.denominator)


def _number(ruleset: Ruleset, text: str, unit: str | None) -> _Number | None:
    """Read a number; where one with the same around it was read before, only its digits."""
    found = _DIGITS.fullmatch(text)
    before, whole, part, after = ("", "", "", "") if found is None else found.groups("")
    around = _remembered(ruleset, _around, before, after, unit) if found else None
    if around is None:
        kind = _kind(text, unit)
        return None if kind is None else (kind.units, kind)
    units, rest = divmod(int(whole + part) * around.times, 10 ** len(part) * around.by)
    if rest or units > MOST:
        return None
    size = _size(units)
    kind = around.kinds.get(size) or around.kinds.setdefault(size, _kind(text, unit))
    return None if kind is None else (units, kind)


# What else a row says.


def _is_in_words(text: str | None) -> bool:
    """Tell a cell that is read as words wherever it stands; no score asks which."""
    if text is None or FORBIDDEN.search(text):
        return False
    try:
        found = read_cell(text), read_cell(text, _A_YEAR)
    except CellError:
        return False
    return all(isinstance(cell, Text) and not can_be_day(cell) for cell in found)


def _points(ruleset: Ruleset, text: str) -> int:
    """Give points in units of the last place; 0 for what is left to the engine."""
    number = read_number(text)
    units = Fraction(0) if number is None else number * ruleset.place
    return int(units) if units.denominator == 1 and 0 < units <= MOST else 0


@frozen
class _Name:
    """The name of a row; those that say alike which way is better, and what the row is about, are equal."""

    text: str = field(eq=False)
    directions: tuple[TargetKind | None, ...]
    about: tuple[bool, ...]


def _name(ruleset: Ruleset, name: str) -> _Name | None:
    """Read a name; None for that of a row that the edition fixes, and for what is not shown as it is written."""
    fixed = name in ruleset.paths_by_title or name in ruleset.paths_by_word
    if fixed or is_nameless(name) or name != without_blanks(name) or FORBIDDEN.search(name):
        return None
    direction = ruleset.catalogue.defaults.named_direction
    of_count = direction(name, is_rate=False)
    of_rate = None if of_count is None else direction(name, is_rate=True)  # no other words decide it for a rate
    return _Name(name, (of_count, of_rate), (says_deadline("", name), says_rate(name), says_satisfaction(name)))


def _taker(ruleset: Ruleset, takers: Sequence[Path], section: str) -> int:
    """Give the section that takes the rows that name it so; -1 where none does, or one that would have to be made."""
    found = names_of(ruleset).find(section_path(section))
    plain = len(found) == 1 and not FORBIDDEN.search(section) and found[0] in ruleset.takers
    return takers.index(found[0]) if plain else -1


# How a row of a sort is scored.


@frozen
class _Sort:
    """The plan of the rows of a sort, and what their numbers are multiplied with to be in one unit."""

    plan: int
    target: Fraction = Fraction(1)
    actual: Fraction = Fraction(1)


_ODD: Final = _Sort(-1)
"""What is left to the engine."""


def _sort(ruleset: Ruleset, section: str, name: _Name, target: _Kind, actual: _Kind) -> _Sort:
    """Ask the engine what rows like this one come to."""
    cells, title = (target.cell, actual.cell), name.text
    path = names_of(ruleset).find(section_path(section))[0]
    days, wrong = with_days(section, title, cells, _A_YEAR)
    if wrong is not None or days != cells or (says_deadline(section, title) and any(map(can_be_day, cells))):
        return _ODD
    entry = Entry(title, section, Fraction(1), *cells)
    made = own_row(ruleset, path, ruleset.takers[path], entry, Fraction(1))
    plans = [plan for plan, _ in plans_by_columns(ruleset)]
    try:
        values = target_value(made, actual.cell), actual_value(made, actual.cell)
    except Misfit:
        return _ODD
    if made.plan not in plans or not all(isinstance(value, tuple) for value in values):
        return _ODD
    factors = [_factor(*each) for each in zip(values, (target, actual), strict=True)]
    plain = all(0 < max(factor.numerator, factor.denominator) <= MOST for factor in factors)
    return _Sort(plans.index(made.plan), *factors) if plain else _ODD


def _factor(value: Pair, kind: _Kind) -> Fraction:
    return Fraction(*value) * _ONE / kind.units if kind.units else Fraction(1)


def plans_by_columns(ruleset: Ruleset) -> tuple[tuple[Plan, Kernels], ...]:
    """Give the plans of open rows that columns have themselves: those for a number, which read no figure."""
    return ruleset.once("plans by columns", lambda: tuple(_plans_by_columns(ruleset)))


def _plans_by_columns(ruleset: Ruleset) -> Iterator[tuple[Plan, Kernels]]:
    for plan in dict.fromkeys(plan for taker in ruleset.takers.values() for plan in taker.plans.values()):
        if plan is not None and by_figures(plan) and ACTUAL in plan.scope and plan.scope[ACTUAL].kind == "number":
            try:
                yield plan, _reading(ruleset, plan)
            except NotByColumnsError:
                continue


def by_figures(plan: Plan) -> bool:
    """Tell whether nothing is judged, answered or counted of evidence."""
    return not (plan.scoring.is_assessed or plan.reads_evidence)


def _reading(ruleset: Ruleset, plan: Plan) -> Kernels:
    """Write a plan over points, targets and actuals."""
    source, place, rounding = KernelSource({}), str(ruleset.place), ruleset.catalogue.rounding
    given: dict[str, Value] = {POINTS: NumberColumn("x0", place, "X0", place, ALWAYS, None, 1)}
    given |= {name: NumberColumn(f"x{at}", SCALE, f"X{at}", SCALE) for at, name in enumerate((TARGET, ACTUAL), 1)}
    formulas = Formulas(source, plan.scope, given, plan.program.all_bindings)
    rules = Rules(formulas, plan.program, rounding.places, rounding.mode)
    return reading(source, len(given), f"{rules.units}, {rules.sound}")


def _score_alone(ruleset: Ruleset, year: int, name: _Name, *cells: str | None) -> int | None:
    """Let the engine score a row as the only one of its form; None where anything is to be told of it."""
    written = {cell: text for cell, text in zip(_ALONE, cells, strict=True) if text is not None}
    entry = {"indicator": name.text, **written}
    submission = read_submission({"organisation": name.text, "fiscal_year": year, "entries": [entry]})
    own = [row for row in score_form(ruleset, submission).rows if row.indicator.origin == "submission"]
    plain = len(own) == 1 and not submission.problems and own[0].problem is None and own[0].doubt is None
    return own[0].score if plain and not _reads_figures(ruleset, own[0].row.plan) else None


def _reads_figures(ruleset: Ruleset, plan: Plan | None) -> bool:
    """Tell whether a plan reads of the form around its row."""
    read = (*ruleset.catalogue.data, *ruleset.catalogue.tables)
    return plan is not None and ruleset.once(("reads figures", plan), lambda: any(map(plan.program.reads, read)))


# All rows of a batch.


def open_rows(ruleset: Ruleset, batch: pa.RecordBatch) -> OpenRows | None:
    """Score the rows of a batch; None where there are none that could be scored."""
    column = one_chunk(batch.column("entries")) if "entries" in batch.schema.names else pa.nulls(batch.num_rows)
    if not (pa.types.is_list(column.type) and pa.types.is_struct(column.type.value_type)):
        return None
    flat = column.flatten()
    columns = dict.fromkeys(_TEXTS, pa.nulls(len(flat)))
    columns |= {each.name: pc.struct_field(flat, each.name) for each in flat.type}
    lengths = np.asarray(pc.list_value_length(column).fill_null(0).to_numpy(zero_copy_only=False), np.int64)
    ends = np.concatenate(([0], np.cumsum(lengths)))
    texts = {name: _texts(columns[name]) for name in _TEXTS}
    takers = tuple(ruleset.takers)
    taker = texts["section"].each(lambda text: _taker(ruleset, takers, text), -1)
    points = texts["points"].each(lambda text: _points(ruleset, text), 0)
    form = np.repeat(np.arange(len(lengths)), lengths)
    rows = _Rows(ruleset, texts, points, form, _years(batch)[form])
    usable = (taker >= 0) & (points > 0) & (rows.said >= 0) & _nothing_else(columns)
    made = OpenRows(ends, taker, texts["indicator"], points, rows.scores, np.zeros(0, np.bool_))
    whole = (made.sums(~usable) == 0) & (lengths > 0) & (lengths <= _MOST_ROWS)
    for below, expected in ruleset.once("balances", lambda: tuple(_balances(ruleset))):
        whole &= made.sums(np.where(below[taker], points, 0)) == expected
    rows.score_numbers(np.flatnonzero(whole[form]))
    rows.score_others(np.flatnonzero(whole[form] & ~rows.sound), whole)
    return evolve(made, sound=whole)


def _years(batch: pa.RecordBatch) -> Ints:
    """Give the years of the forms; 0 where there is none."""
    column = one_chunk(batch.column("fiscal_year")) if "fiscal_year" in batch.schema.names else pa.nulls(0)
    if not pa.types.is_signed_integer(column.type):
        return np.zeros(batch.num_rows, np.int64)
    found = np.asarray(column.fill_null(0).to_numpy(zero_copy_only=False)).astype(np.int64)
    return np.where((found > 0) & (found <= MAXYEAR), found, 0)


def _nothing_else(columns: Mapping[str, pa.Array]) -> Mask:
    """Tell which rows hold nothing else that could change a score, or of which something would be told."""
    plain = np.ones(len(columns["section"]), np.bool_)
    for name, column in columns.items():
        if is_text(column) and name in _SAID:
            plain &= _texts(column).each(lambda text: FORBIDDEN.search(text) is None, otherwise=True)
        elif is_text(column) and name == "claimed_score":
            plain &= _texts(column).each(lambda text: read_number(text) is not None, otherwise=True)
        elif not (is_text(column) and name in _TEXTS) and column.null_count < len(column):
            plain &= nothing(column)
    return plain


def _balances(ruleset: Ruleset) -> Iterator[tuple[Mask, int]]:
    """Give the open sections whose points are fixed: which takers lie in them, and what their rows must come to."""
    for section in (*ruleset.catalogue.sections, ruleset.catalogue.form):
        depth = len(section.path)
        below = np.array([path[:depth] == section.path for path in ruleset.takers])
        if section.points is not None and below.any():
            fixed = sum(row.units for path, row in ruleset.row_at.items() if path[:depth] == section.path)
            yield below, int(section.points * ruleset.place) - fixed


@frozen(eq=False)
class _Numbers:
    """A column of numbers: of each row its units, its sort (-1 for none), and which of ``kinds`` it is of."""

    units: Ints
    sort: Ints
    codes: Ints
    kinds: Sequence[_Kind | None]


def _numbers(ruleset: Ruleset, texts: _Texts, unit: _Texts) -> _Numbers:
    codes, words = texts.codes, [(word, None) for word in texts.words]
    if len(unit.words) > 1:
        codes, one = _together(texts.codes, unit.codes)
        words = [(texts.words[texts.codes[row]], unit.words[unit.codes[row]]) for row in one]
    read = [None if word is None else _remembered(ruleset, _number, ruleset, word, beside) for word, beside in words]
    units = np.array([0 if each is None else each[0] for each in read], np.int64)
    kinds = [None if each is None else each[1] for each in read]
    return _Numbers(units[codes], _alike(kinds)[codes], codes, kinds)


def _remembered(ruleset: Ruleset, find: Callable[..., Any], *asked: Hashable) -> Any:
    """Find what was found before in memory: a text is read once, however many batches it is in."""
    memory: dict[Hashable, Any] = ruleset.once("read of open rows", dict)
    key = (find, *asked)
    found = memory.get(key, memory)  # which is none of what it holds; another thread may clear it at any time
    if found is memory:
        if len(memory) >= _MOST_KNOWN:
            memory.clear()
        found = memory[key] = find(*asked)
    return found


@frozen(eq=False)
class _Rows:
    """The rows of a batch; ``form`` and ``year`` are those of each, ``said`` numbers what their names say alike."""

    ruleset: Ruleset
    texts: Mapping[str, _Texts]
    points: Ints
    form: Ints
    year: Ints
    names: Sequence[_Name | None] = field(init=False)
    said: Ints = field(init=False)
    scores: Ints = field(init=False)
    sound: Mask = field(init=False)
    """Which rows have a score."""

    @names.default
    def _names(self) -> Sequence[_Name | None]:
        words = self.texts["indicator"].words
        return [None if word is None else _remembered(self.ruleset, _name, self.ruleset, word) for word in words]

    @said.default
    def _said(self) -> Ints:
        return _alike(self.names)[self.texts["indicator"].codes]

    @scores.default
    def _no_scores(self) -> Ints:
        return np.zeros(len(self.points), np.int64)

    @sound.default
    def _none_sound(self) -> Mask:
        return np.zeros(len(self.points), np.bool_)

    def name(self, row: int) -> _Name | None:
        """Give the name of a row."""
        return self.names[int(self.texts["indicator"].codes[row])]

    def word(self, cell: str, row: int) -> str | None:
        """Give the text in a cell of a row."""
        return self.texts[cell].words[int(self.texts[cell].codes[row])]

    def score_numbers(self, rows: Ints) -> None:
        """Score those of some rows in which a number stands beside a number."""
        ruleset, unit, section = self.ruleset, self.texts["unit"], self.texts["section"].codes
        target, actual = (_numbers(ruleset, self.texts[cell], unit) for cell in ("target", "actual"))
        rows = rows[(target.sort[rows] >= 0) & (actual.sort[rows] >= 0)]
        alike, one = _together(*(codes[rows] for codes in (section, self.said, target.sort, actual.sort)))
        sorts = []
        for row in rows[one]:
            kinds = [each.kinds[each.codes[row]] for each in (target, actual)]
            sorts.append(_remembered(ruleset, _sort, ruleset, self.word("section", row), self.name(row), *kinds))
        plan = np.array([sort.plan for sort in sorts], np.int64)[alike]
        targets, whole = _times(target.units[rows], [sort.target for sort in sorts], alike)
        actuals, also = _times(actual.units[rows], [sort.actual for sort in sorts], alike)
        values = self.points[rows], targets, actuals
        self.scores[rows], self.sound[rows] = _by_plans(ruleset, np.where(whole & also, plan, -1), values)

    def score_others(self, rows: Ints, whole: Mask) -> None:
        """Let the engine score other rows, all with the same cells once; ``whole`` keeps the forms that have a score.

        One row of each form after the other, so that nothing is asked of a form that goes to the engine anyway.
        """
        turn = np.arange(len(rows)) - np.searchsorted(self.form[rows], self.form[rows])
        codes = self._codes_alone(rows)
        for number in range(turn.max(initial=-1) + 1):
            still = (turn == number) & whole[self.form[rows]]
            now = rows[still]
            alike, one = _together(self.year[now], self.said[now], *(each[still] for each in codes))
            found = [self._scored_alone(row) for row in now[one]]
            self.scores[now] = np.array([each or 0 for each in found], np.int64)[alike]
            without = np.array([each is None for each in found], np.bool_)[alike]
            whole[self.form[now[without]]] = False

    def _codes_alone(self, rows: Ints) -> list[Ints]:
        """Give numbers to the cells by which the engine scores rows; all words for a target in words are alike."""
        codes = {cell: self.texts[cell].codes[rows] for cell in _ALONE}
        in_words = np.ones(len(rows), np.bool_)
        for cell in ("target", "actual"):
            words, (found, places) = self.texts[cell].words, np.unique(codes[cell], return_inverse=True)
            plain = [_remembered(self.ruleset, _is_in_words, words[int(code)]) for code in found]
            in_words &= np.array(plain, np.bool_)[places]
            codes[cell] = np.where(in_words, len(words), codes[cell])
        return list(codes.values())

    def _scored_alone(self, row: int) -> int | None:
        cells = (self.word(cell, row) for cell in _ALONE)
        return _remembered(self.ruleset, _score_alone, self.ruleset, int(self.year[row]), self.name(row), *cells)  # type: ignore[no-any-return]


def _times(units: Ints, factors: Sequence[Fraction], numbers: Ints) -> tuple[Ints, Mask]:
    """Multiply numbers with the factors of their sorts; tell also which are whole ones that columns can hold."""
    if all(factor == 1 for factor in factors):
        return units, np.ones(len(units), np.bool_)
    above, below = (np.array([getattr(factor, part) for factor in factors])[numbers] for part in _PARTS)
    fits = np.abs(units) <= MOST // above
    product = np.where(fits, units, 0) * above
    return product // below, fits & (product % below == 0)


def _by_plans(ruleset: Ruleset, plan: Ints, values: tuple[Ints, Ints, Ints]) -> tuple[Ints, Mask]:
    """Score rows, those of one plan together; of large numbers fewer decimals are looked at."""
    _, target, actual = values
    step = 10 ** (_FINE - _COARSE)
    large = (np.maximum(np.abs(target), np.abs(actual)) >= _LARGE) & (target % step == 0) & (actual % step == 0)
    sort = (2 * plan + large).astype(np.int8)
    order = np.argsort(sort, kind="stable")
    points, target, actual = (column[order] for column in values)
    scores, sound = np.zeros(len(plan), np.int64), np.zeros(len(plan), np.bool_)
    for number, (_, made) in enumerate(plans_by_columns(ruleset)):
        for scale, less in ((_ONE, 1), (10**_COARSE, step)):

            def score(rows: Any, made: Kernels = made, scale: int = scale, less: int = less) -> None:
                found = made(scale, (points[rows], target[rows] // less, actual[rows] // less))
                scores[order[rows]], sound[order[rows]] = found

            start, end = np.searchsorted(sort, (2 * number + (less > 1), 2 * number + (less > 1) + 1), sorter=order)
            for first in range(start, end, BLOCK):
                in_parts(score, slice(first, min(first + BLOCK, end)), (points, target, actual))
    return scores, sound

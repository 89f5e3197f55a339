"""A submission's document → `Submission`: every cell read as people write it, every problem with its place."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from bisect import bisect_right
from collections import Counter, abc
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from attrs import define, evolve, field

from evalrules._documents import (
    UNSEEN,
    Fields,
    Mapping,
    Node,
    Problems,
    Scalar,
    Sequence,
    as_bool,
    as_decimal,
    as_list,
    as_mapping,
    as_text,
    document_from,
    fields,
    is_blank,
    kind_of,
    read_document,
    read_file,
    read_number,
    shown,
    walk_named,
)
from evalrules._edition.find import is_edition_name
from evalrules._edition.keys import KINDS
from evalrules._edition.reading import is_another_document, share, strange_keys
from evalrules._form_words import form_words, plain_word, without_numbering
from evalrules._patterns import regex
from evalrules._problems import Location, Problem, SubmissionError, chosen_language
from evalrules._quantities import (
    BLANK,
    Blank,
    Bound,
    Cell,
    CellError,
    Interval,
    Quantity,
    Text,
    Unclear,
    is_blank_text,
    normalised,
    read_cell,
    with_days,
)
from evalrules._quantities.dates import year_in
from evalrules._submission import (
    Adjustment,
    Answer,
    Claimed,
    Entry,
    Figure,
    Goals,
    Judgement,
    Project,
    Review,
    Submission,
    shared,
)

_FIRST_YEAR, _LAST_YEAR = 1990, 2199
_NOT_CONTENT = frozenset({"expect"})
_COLUMNS, _ITEMS = "{列: 数}", "{评价要点: 是}"
_ANSWERS = frozenset({"是", "否", "true", "false"})
_ENTRY = regex(r"entries\[(?P<index>[0-9]+)\](?:\.(?P<cell>[^.\[]+))?")
_WEIGHT = regex(r"\s*(\d+(?:\.\d+)?)\s*%\s*")
_POINTS_UNIT = regex(r"(?<!\s)\s*+(?:分|\(分\))?\s*+。?$")

Source = Path | str | abc.Mapping[str, object]


def read_submission(
    source: Source,
    *,
    name: str | None = None,
    places: abc.Mapping[str, str] | None = None,
    lang: str | None = None,
) -> Submission:
    r"""Read a submission from a path, a mapping of the same shape, or a YAML text (a str of more than one line).

    ``name`` is how problems call it. ``places`` say where a person finds what stands at a path of a mapping; a path
    without one has that of what is around it::

        {"entries[11]": "自评表.docx 表2 第14行", "entries[11].target": "自评表.docx 表2 第14行“年度指标值”",
         "data.编制数": …, "data.经费.三公经费_本年决算数": …, "data.专项资金[0].预算数": …, "claimed.score": …}

    What cannot be read is among the submission's ``problems``, and what depends on it will be unscored. Raises
    `SubmissionError`, in ``lang`` (default: the chosen language), only where nothing can be read at all.

    >>> read = read_submission("organisation: 县政府办\nfiscal_year: 2024\ndata: {编制数: 65人, 在职: 五}\nentrys: []")
    >>> read.data["编制数"].cell.unit, read.entries, [(found.code, found.path) for found in read.problems]
    ('人', (), [('unknown-key', 'entrys')])
    """
    problems = Problems()
    submission = submission_from(_document(source, name, places or {}, problems), problems)
    if submission is None:
        raise SubmissionError(problems, chosen_language(lang))
    return submission


def _document(source: Source, name: str | None, places: abc.Mapping[str, str], problems: Problems) -> Mapping | None:
    if isinstance(source, abc.Mapping):
        return document_from(source, problems, name or "submission", _flat(places))
    if isinstance(source, str) and "\n" in source:
        return read_document(source, name or "submission", problems, lenient=True)
    return read_file(source, problems, name, lenient=True)


def _flat(places: abc.Mapping[str, str]) -> abc.Mapping[str, str]:
    """Name the cells of grids as problems do: ``data.经费.三公经费.决算数`` as ``data.经费.三公经费_决算数``."""
    cell = re.compile(r"(data\.[^.\[]+\.[^.\[]+)\.([^.\[]+)")
    return {cell.sub(r"\1_\2", path) if cell.fullmatch(path) else path: place for path, place in places.items()}


def submission_from(document: Mapping | None, problems: Problems) -> Submission | None:
    """Read a submission from a document; what is wrong goes to ``problems``. None only where there is none."""
    if document is None or is_another_document(document, KINDS["submission"], problems):
        return None
    return _DocumentReader(problems, _spoilt(document, problems)).submission(document)


# ---- what the document itself could not hold ------------------------------------------------------------------------


def _spoilt(document: Mapping, problems: Problems) -> dict[str, Problem]:
    """Give the paths at which the document itself has problems, and put the paths into these problems.

    A key that stands twice spoils its value only where the two say otherwise.
    """
    if not document.line:
        return {found.path: found for found in problems}
    nodes = list(walk_named(document))
    if not problems:
        return {}
    nodes.sort(key=lambda node: (node.line, node.column))
    starts = [(node.line, node.column) for node in nodes]
    harmless = _said_twice(nodes)
    found: dict[str, Problem] = {}
    for number, told in enumerate(problems):
        place = told.location
        if place is None:
            continue
        node = nodes[max(0, bisect_right(starts, (place.line, place.column)) - 1)]
        problems[number] = named = evolve(told, location=evolve(place, path=node.path))
        hidden = told.code == "forbidden-character" and not (isinstance(node, Scalar) and UNSEEN in node.text)
        if not hidden and not (told.code == "key-duplicate" and node.path in harmless):
            found.setdefault(node.path, named)
    return found


def _said_twice(nodes: abc.Iterable[Node]) -> set[str]:
    """Give the paths of keys that stand twice with the same value."""
    mappings = [node for node in nodes if isinstance(node, Mapping) and node.dropped]
    kept = {key.path: _plain(value) for mapping in mappings for key, value in mapping.pairs}
    again = [(key.path, _plain(value)) for mapping in mappings for key, value in mapping.dropped if key.path in kept]
    return {path for path, _ in again} - {path for path, value in again if kept[path] != value}


def _edition_name(node: Node, problems: Problems) -> str | None:
    """Read the name of an edition; a path is none, for a form may come from anybody."""
    name = as_text(node, problems)
    if name is None or is_edition_name(name):
        return name
    problems.report("edition-name", node, name=shown(name))
    return None


def opened(node: Node | None, kind: str, problems: Problems) -> Fields:
    known = KINDS[kind]
    strange = strange_keys(node, known, problems)
    allowed = known.names | strange if strange else known.names
    return fields(node, problems, allowed, known.required, known.example)


@define
class _DocumentReader:
    """Reads one document. ``year`` is that of a deadline which names none."""

    problems: Problems
    spoilt: dict[str, Problem]
    year: int | None = None

    def _year(self, found: Fields) -> int | None:
        """Read the fiscal year, which people write with its word too; what is no year is told as no number."""
        node = found.get("fiscal_year")
        year = year_in(node.text) if isinstance(node, Scalar) else None
        if year is not None and _FIRST_YEAR <= year <= _LAST_YEAR:
            return year
        return found.integer("fiscal_year", low=_FIRST_YEAR, high=_LAST_YEAR)

    def submission(self, document: Mapping) -> Submission:
        problems = self.problems
        found = opened(document, "submission", problems)
        self.year = self._year(found)
        data = _Data(self)
        data.read(found.mapping("data"))
        entries, left_out = self.entries(found)
        claimed = found.read("claimed", _claimed) or Claimed()
        return Submission(
            catalogue=found.read("catalogue", _edition_name),
            organisation=found.text("organisation") or "",
            fiscal_year=self.year,
            data=data.figures,
            tables=data.tables,
            entries=entries,
            claimed=claimed,
            digest=partial(digest, document),
            project=found.read("project", read_project),
            competent_department=_words(found, "competent_department"),
            implementing_unit=_words(found, "implementing_unit"),
            goals=found.read("goals", _goals),
            filled_by=_words(found, "filled_by"),
            reviewed_by=_words(found, "reviewed_by"),
            date=_words(found, "date"),
            signatures=found.read("signatures", _signatures) or {},
            left_out=left_out,
            problems=tuple(sorted(problems, key=lambda told: told.location or Location(""))),
            location=document.location,
            grids=data.grids,
            table_places=data.table_places,
        )

    # ---- cells

    def cell(self, node: Node | None) -> tuple[Cell, Problem | None]:
        """Read a cell; one that is not understood is unclear, and comes with its problem."""
        if node is None:
            return BLANK, None
        if self.spoilt and node.path in self.spoilt:
            return Unclear(kind_of(node)), self.spoilt[node.path]
        if not isinstance(node, Scalar):
            return self.unclear(node, "cell-not-single", found=kind_of(node))
        if node.plain and node.is_blank:  # one that is not is a blank as a cell
            return BLANK, None
        try:
            return read_cell(node.text, self.year), None
        except CellError as error:
            return self.unclear(node, error.code, **error.arguments)

    def unclear(self, node: Node, code: str, /, **arguments: str) -> tuple[Cell, Problem]:
        """Report a cell that is not understood."""
        self.problems.report(code, node, **arguments)
        return Unclear(node.text.strip() if isinstance(node, Scalar) else kind_of(node)), self.problems[-1]

    def rename(self, written: str, path: str) -> None:
        """Give a problem of the document itself the path that the cell has everywhere else."""
        known = self.spoilt[written]
        assert known.location is not None
        self.spoilt[path] = renamed = evolve(known, location=evolve(known.location, path=path))
        self.problems[self.problems.index(known)] = renamed

    # ---- entries

    def entries(self, found: Fields) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """Give the rows, and those that say that they do not apply; what is no row is passed over."""
        kept: list[Entry] = []
        left_out: list[Entry] = []
        counts: Counter[str | None] = Counter()
        told, twice = _by_entry(self.spoilt.values()), self.spoilt.get("entries")
        for index, node in enumerate(as_list(found.get("entries"), self.problems)):
            if isinstance(node, Mapping):
                before = len(self.problems)
                row = opened(node, "entry", self.problems)
                entry = self.entry(row, f"entries[{index}]")
                faults = _faults((*told.get(index, ()), *self.problems[before:], *filter(None, (twice,))))
                entry = evolve(entry, faults=faults) if faults else entry
                if _is_no_row(entry):
                    continue
                section = _last_word(entry.section)
                counts[section] += 1
                entry = evolve(entry, where=_where(entry, section, counts[section]))
                if _says_not_applicable(entry):
                    left_out.append(entry)
                else:
                    kept.append(entry)
            elif not is_blank(node):
                example = KINDS["entry"].example
                self.problems.report("expected-mapping", node, found=kind_of(node), example=example)
        return tuple(kept), tuple(left_out)

    def entry(self, row: Fields, path: str) -> Entry:
        reason, improvement = _deviation(row)
        unit, points = _words(row, "unit") or _unit_beside(row.get("target")), _full_points(row)
        indicator, section = row.text("indicator") or "", section_named(row)
        cells = [with_unit(self.target(row), unit), with_unit(self.cell(row.get("actual"))[0], unit)]
        target, actual = self.days(row, section or "", indicator, cells)
        return Entry(
            indicator=indicator,
            section=section,
            points=points,
            target=target,
            actual=actual,
            claimed_score=_claimed_score(row, points),
            claims_full=_claims_full(row),
            judged=row.read("judged", _judgement),
            answers=tuple(_answers(row)),
            not_applicable=_words(row, "not_applicable"),
            adjust=row.read("adjust", read_adjustment),
            deviation_reason=reason,
            improvement=improvement,
            evidence=tuple(filter(None, _evidence(row))),
            note=_words(row, "note"),
            standard=_words(row, "standard"),
            unit=unit,
            scale=_words(row, "scale"),
            last_year=with_unit(self.cell(row.get("last_year"))[0], unit),
            path=path,
            location=row.location,
            places={key: node.location for key, node in row.nodes.items()},
        )

    def days(self, row: Fields, section: str, indicator: str, cells: list[Cell]) -> tuple[Cell, ...]:
        """Read the target and actual of a deadline as days; what may be a month and may be a number is a problem."""
        days, wrong = with_days(section, indicator, cells, self.year)
        for key, cell, day in zip(("target", "actual"), cells, days, strict=True):
            if wrong is not None and isinstance(day, Unclear) and not isinstance(cell, Unclear):
                self.problems.report(wrong, row.nodes[key], text=cell.text)
        return days

    def target(self, row: Fields) -> Cell:
        """Read a target, in one cell or split as forms split it: ``{operator: ≥, value: 98, unit: "%"}``."""
        node = row.get("target")
        if not isinstance(node, Mapping) or node.path in self.spoilt:
            return self.cell(node)[0]
        split = opened(node, "split_target", self.problems)
        operator, value = split.text("operator") or "", split.text("value") or ""
        if plain_word(operator) in form_words().qualitative:
            words = value or row.text("scale") or ""
            return BLANK if is_blank_text(words) else Text(words)
        cell = split.get("value")
        if not isinstance(cell, Scalar) or is_blank_text(value):
            return BLANK
        return self.cell(evolve(cell, text=f"{'' if is_blank_text(operator) else operator}{value}"))[0]


def _unit_beside(target: Node | None) -> str | None:
    """Give the unit of a split target: forms have one column of units for target and actual."""
    unit = target.get("unit") if isinstance(target, Mapping) else None
    return unit.text.strip() if isinstance(unit, Scalar) and not is_blank_text(unit.text) else None


def with_unit(cell: Cell, unit: str | None) -> Cell:
    """Give a number without a unit the one that the form has in a cell of its own."""
    if unit is None:
        return cell
    written = "%" if plain_word(unit) in form_words().percent else unit
    plain, share = "".join(written.split()), 100 if written == "%" else 1
    match cell:
        case Bound(comparator, Quantity(number, "")):
            return Bound(comparator, Quantity(number / share, plain), cell.text + written)
        case Quantity(number, ""):
            return Quantity(number / share, plain, cell.text + written)
        case Interval(low, high, ""):
            return Interval(low / share, high / share, plain, cell.text + written)
    return cell


# ---- which rows are rows -------------------------------------------------------------------------------------------


def _is_no_row(entry: Entry) -> bool:
    """Tell a row that was left as it was printed: no name but the template's numbering, and nothing in its cells."""
    if entry.faults or entry.carries_points or without_numbering(entry.indicator):
        return False
    return all(not text or plain_word(text) in form_words().placeholders for text in _texts(entry))


def section_named(row: Fields) -> str | None:
    """Read where a row belongs: a path with ``/`` of either width, without what is left empty; a dash is nothing."""
    text = _words(row, "section")
    parts = [] if text is None else [part for part in re.split("[/／]", text) if part.strip()]
    return "/".join(parts) or None


def _texts(entry: Entry) -> list[str]:
    """Give what stands in the cells of a row beside its name and points; a dash is nothing, a slash is something."""
    cells = [entry.target.text, entry.actual.text, entry.deviation_reason, entry.improvement, entry.not_applicable]
    texts = [*cells, *entry.evidence, entry.note]
    assessed = ["judged"] * bool(entry.judged) + ["answers"] * bool(entry.answers) + ["adjust"] * bool(entry.adjust)
    return [text for text in (*texts, *assessed) if text and (text == "/" or not is_blank_text(text))]


def _says_not_applicable(entry: Entry) -> bool:
    """Tell a row without points whose cells all say 无, ``/`` or 不适用."""
    if entry.faults or entry.points or entry.claimed_score or entry.not_applicable:
        return False
    known = form_words().not_applicable
    name, texts = without_numbering(entry.indicator), _texts(entry)
    said = [plain_word(text) in known for text in texts]
    if name and plain_word(name) not in known:
        return bool(said) and all(said)
    return all(said) and bool(said or name)


def _last_word(section: str | None) -> str | None:
    """Give the innermost of the titles by which a row names its section."""
    return None if section is None else "".join(section.rsplit("/", 1)[-1].split())


def _where(entry: Entry, section: str | None, number: int) -> str:
    """Name a row as people do: ``质量指标第1行 验收合格率``, counted within its section; by its title elsewhere."""
    if section is None:
        return entry.indicator or f"第{number}行"
    return f"{section}第{number}行 {entry.indicator}".rstrip()


def _by_entry(problems: abc.Iterable[Problem]) -> dict[int, list[Problem]]:
    found: dict[int, list[Problem]] = {}
    for told in problems:
        entry = _ENTRY.match(told.path)
        if entry:
            found.setdefault(int(entry["index"]), []).append(told)
    return found


def _faults(problems: abc.Iterable[Problem]) -> dict[str, Problem]:
    """Give the problems of an entry by its cells; what is no cell of an entry, a key that is none, by ``""``."""
    faults: dict[str, Problem] = {}
    for told in problems:
        entry = _ENTRY.match(told.path)
        cell = entry["cell"] if entry else None
        faults.setdefault(cell if cell in KINDS["entry"].names else "", told)
    return faults


# ---- data ----------------------------------------------------------------------------------------------------------


@define
class _Data:
    """The figures and tables read so far. A grid's cells become figures named ``row_column``."""

    reader: _DocumentReader
    figures: dict[str, Figure] = field(factory=dict)
    tables: dict[str, tuple[abc.Mapping[str, Figure], ...]] = field(factory=dict)
    grids: dict[str, Location | None] = field(factory=dict)
    table_places: dict[str, Location | None] = field(factory=dict)

    def read(self, mapping: Mapping | None) -> None:
        for key, node in mapping.pairs if mapping else ():
            if isinstance(node, Scalar):  # first, as most are
                cell, fault = self.reader.cell(node)
                self._keep(key, Figure(cell, node, fault))
            elif isinstance(node, Mapping):
                self.grids[_name(key)] = key.location
                self._grid(key, node, self.reader.spoilt.get(key.path))
            else:
                self._table(key, node)
        twice = self.reader.spoilt.get("data")
        if twice is not None:
            self.figures |= {name: Figure(Unclear(""), twice.location, twice) for name in (*self.figures, *self.tables)}
            self.tables.clear()

    def _figure(self, node: Node, fault: Problem | None = None) -> Figure:
        """Read a cell; nobody can say what one is worth that stands in what is given twice."""
        cell, own = self.reader.cell(node)
        return Figure(Unclear(cell.text), node, fault) if fault else Figure(cell, node, own)

    def _grid(self, grid: Scalar, rows: Mapping, whole: Problem | None) -> None:
        for row, cells in rows.pairs:
            columns = as_mapping(cells, self.reader.problems, _COLUMNS)
            fault = whole or self.reader.spoilt.get(row.path)
            for column, node in columns.pairs if columns else ():
                name = evolve(column, text=f"{_name(row)}_{_name(column)}")
                written, path = node.path, f"data.{grid.text}.{row.text}_{column.text}"
                node.path = column.path = name.path = path
                if written in self.reader.spoilt:
                    self.reader.rename(written, path)
                self._keep(name, self._figure(node, fault))

    def _table(self, key: Scalar, node: Sequence) -> None:
        """Keep the rows of a table that say something; one in which no row does is blank like a figure."""
        name, twice = _name(key), self.reader.spoilt.get(key.path)
        rows = [self._row(key, row) for row in node.items]
        filled = tuple(row for row in rows if any(not isinstance(cell.cell, Blank) for cell in row.values()))
        if twice is not None:
            self.figures[name] = Figure(Unclear(kind_of(node)), node, twice)
        elif rows and not filled:
            self._keep(key, Figure(BLANK, node))
        elif name in self.figures or name in self.tables:
            self._tell_twice(key, same=self.tables.get(name) == (() if _says_none(filled) else filled))
        else:
            self.tables[name] = () if _says_none(filled) else filled
            self.table_places[name] = node.location

    def _row(self, table: Scalar, node: Node) -> abc.Mapping[str, Figure]:
        if not isinstance(node, Mapping) and not is_blank(node):
            problems = self.reader.problems
            problems.report("table-row-not-mapping", node, table=shown(table.text), found=kind_of(node))
            return {"": Figure(Unclear(kind_of(node)), node.location, problems[-1])}
        pairs = node.pairs if isinstance(node, Mapping) else ()
        return {_name(key): self._figure(cell) for key, cell in pairs}

    def _keep(self, key: Scalar, figure: Figure) -> None:
        """Keep a figure; one that is given twice, and not the same, is unclear."""
        name = _name(key)
        if name not in self.figures and name not in self.tables:
            self.figures[name] = figure
            return
        known = self.figures.get(name)
        self._tell_twice(key, same=known is not None and known.cell == figure.cell)

    def _tell_twice(self, key: Scalar, *, same: bool) -> None:
        name, problems = _name(key), self.reader.problems
        problems.report("figure-twice", key, figure=shown(name))
        if not same:
            self.tables.pop(name, None)
            known = self.figures.get(name)
            text, place = (known.cell.text, known.location) if known else ("", key.location)
            self.figures[name] = Figure(Unclear(text), place, problems[-1])


def _says_none(rows: tuple[abc.Mapping[str, Figure], ...]) -> bool:
    """Tell a table whose one row says 无, with nothing but 0 beside it: it has no rows."""
    texts = {plain_word(one.cell.text) for row in rows for one in row.values() if not isinstance(one.cell, Blank)}
    words = form_words().not_applicable
    return len(rows) == 1 and not words.isdisjoint(texts) and texts <= words | {"0"}


def _name(key: Scalar) -> str:
    """Names are compared NFKC-normalised, as formulas write them."""
    return (_known_name if len(key.text) <= _LONGEST_KNOWN else _known_name.__wrapped__)(key.text)


@lru_cache(maxsize=4096)
def _known_name(text: str) -> str:
    return shared(unicodedata.normalize("NFKC", text.strip()))  # those of one form are those of the next


_LONGEST_KNOWN = 100


# ---- the cells of a row --------------------------------------------------------------------------------------------


def _words(row: Fields, key: str) -> str | None:
    """Read a text cell, where ``-`` and ``/`` say nothing, as in every cell."""
    text = row.text(key)
    return None if text is None or is_blank_text(text) else text


def _points(row: Fields, key: str) -> Fraction | None:
    """Read points, which people write with their unit too (``7分``); ``-`` and ``/`` say nothing, as in every cell."""
    node = row.get(key)
    return None if isinstance(node, Scalar) and is_blank_text(node.text) else as_decimal(_bare(node), row.problems)


def _full_points(row: Fields) -> Fraction | None:
    """Read the points that can be had, which forms with a column of weights give as shares of a hundred (``7%``)."""
    node = row.get("points")
    weight = _WEIGHT.fullmatch(normalised(node.text)) if isinstance(node, Scalar) else None
    number = read_number(weight[1]) if weight else None
    return _points(row, "points") if number is None else number


def _bare(node: Node | None) -> Node | None:
    """Give points of one width without their unit: ``7分`` and ``７（分）`` as ``7``; anything else as it is."""
    if not isinstance(node, Scalar):
        return node
    number = _POINTS_UNIT.sub("", normalised(node.text))
    return node if read_number(number) is None else evolve(node, text=number)


def _claims_full(row: Fields) -> bool:
    """Tell a claim of ``满分``."""
    node = row.get("claimed_score")
    return isinstance(node, Scalar) and plain_word(node.text) in form_words().full_points


def _claimed_score(row: Fields, points: Fraction | None) -> Fraction | None:
    """Read what a row claims: a number, or ``满分``, which is its points."""
    return points if _claims_full(row) else _points(row, "claimed_score")


def _deviation(row: Fields) -> tuple[str | None, str | None]:
    """Forms have one cell for reason and improvement, or two; never three."""
    both, reason, improvement = (_words(row, key) for key in ("deviation", "deviation_reason", "improvement"))
    if both and (reason or improvement):
        row.problems.report("deviation-twice", row.nodes["deviation"])
    return reason or both, improvement or both


def _judgement(node: Node, problems: Problems) -> Judgement:
    found = opened(node, "judgement", problems)
    return Judgement(found.text("tier"), _points(found, "score"), found.text("because"))


def read_adjustment(node: Node, problems: Problems) -> Adjustment:
    """Read a reviewer's change: points, a score or a cut, one of the three."""
    found = opened(node, "adjustment", problems)
    points, score, cut = _points(found, "points"), _points(found, "score"), found.read("cut", share)
    if isinstance(node, Mapping) and sum(map(found.has, ("points", "score", "cut"))) != 1:
        problems.report("adjustment-incomplete", node)
    return Adjustment(points, found.text("because") or "", score, cut, found.text("clause"))


def _evidence(row: Fields) -> abc.Iterator[str]:
    """Go through the evidence: titles, or mappings that say of what kind each is and of which day as well."""
    node = row.get("evidence")
    for each in node.items if isinstance(node, Sequence) else () if node is None else (node,):
        if isinstance(each, Mapping):
            found = opened(each, "evidence", row.problems)
            yield " ".join(text for text in map(found.text, ("kind", "title", "date")) if text)
        elif not is_blank(each):
            yield as_text(each, row.problems) or ""


def _answers(row: Fields) -> abc.Iterator[Answer]:
    """Go through the answers that were given: an item beside which nothing stands is not answered."""
    answers = as_mapping(row.get("answers"), row.problems, _ITEMS)
    for key, node in answers.pairs if answers else ():
        item = key.text.strip()
        if isinstance(node, Mapping):
            found = opened(node, "answer", row.problems)
            yield Answer(item, points=_points(found, "points"), because=found.text("because"))
        elif isinstance(node, Scalar) and node.text in _ANSWERS:
            yield Answer(item, yes=as_bool(node, row.problems))
        elif not (isinstance(node, Scalar) and (node.is_blank or is_blank_text(node.text))):
            row.problems.report("answer-not-readable", node, item=shown(item), found=kind_of(node))


# ---- head and claims -----------------------------------------------------------------------------------------------


def read_project(node: Node, problems: Problems) -> Project:
    """Read a project: its name, or name and code."""
    if isinstance(node, Scalar):
        return Project(node.text.strip())
    found = opened(node, "project", problems)
    return Project(found.text("name") or "", found.text("code"))


def _signatures(node: Node, problems: Problems) -> dict[str, str]:
    found = as_mapping(node, problems, "{联系电话: …}")
    pairs = ((key.text.strip(), as_text(value, problems)) for key, value in (found.pairs if found else ()))
    return {name: text for name, text in pairs if text is not None and not is_blank_text(text)}


def _goals(node: Node, problems: Problems) -> Goals:
    found = opened(node, "goals", problems)
    return Goals(_words(found, "planned"), _words(found, "achieved"))


def _claimed(node: Node, problems: Problems) -> Claimed:
    found = opened(node, "claimed", problems)
    sections = found.mapping("sections")
    pairs = sections.pairs if sections else ()
    stated = ((key.text.strip(), as_decimal(_bare(value), problems)) for key, value in pairs)
    return Claimed(
        places={key: given.location for key, given in found.nodes.items()},
        score=_as_written(found),
        grade=found.text("grade"),
        points=_full_points(found),
        sections={title: score for title, score in stated if score is not None},
    )


def _as_written(claimed: Fields) -> Decimal | None:
    """Keep the decimals of the claimed total: ``93`` and ``93.0`` are shown as they were claimed."""
    node = _bare(claimed.get("score"))
    if as_decimal(node, claimed.problems) is None:
        return None
    assert isinstance(node, Scalar)
    return Decimal(node.text.replace("−", "-"))


def owner_of(form: Submission | Review) -> tuple[str, str | None, str]:
    """Give the unit, the project's name (None where there is no project) and its code, as words are compared."""
    project = form.project
    name, code = (None, "") if project is None else (plain_word(project.name), plain_word(project.code or ""))
    return plain_word(form.organisation or ""), name, code


# ---- digest --------------------------------------------------------------------------------------------------------


def digest(document: Mapping) -> str:
    """Name the content of a submission: ``sha256:`` and hex digits.

    Layout, comments, quotes, the order of keys and keys without a value change nothing; the order of entries and how
    a number is written (``95.10%``) belong to the content. ``expect`` of a case does not.

    >>> from evalrules._documents import Problems
    >>> one, other = ({"a": 1, "b": None}, {"a": "1"})
    >>> digest(document_from(one, Problems())) == digest(document_from(other, Problems()))
    True
    """
    content = {key.text: node for key, node in document.pairs if key.text not in _NOT_CONTENT}
    plain = {key: _plain(node) for key, node in content.items() if not is_blank(node)}
    canonical = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(canonical.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _dropped(node: Mapping) -> abc.Iterator[tuple[Scalar, Node]]:
    """Give what stands under keys that stood before: it belongs to the content."""
    return ((key, value) for key, value in node.dropped if isinstance(key, Scalar))


def _plain(node: Node) -> Any:
    if isinstance(node, Mapping):
        pairs = [*node.pairs, *((evolve(key, text=f"{key.text} ×"), value) for key, value in _dropped(node))]
        return {key.text.strip(): _plain(value) for key, value in pairs if not is_blank(value)}
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return None if node.is_blank else node.text.strip()

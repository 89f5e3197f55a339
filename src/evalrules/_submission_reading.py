"""A submission's document → `Submission`: every cell read as people write it, every problem with its place."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections import abc
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from attrs import define, evolve, field

from evalrules._documents import (
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
)
from evalrules._edition.find import is_edition_name
from evalrules._edition.keys import KINDS, is_another_document, strange_keys
from evalrules._problems import Location, Problem, SubmissionError, chosen_language
from evalrules._quantities import BLANK, Cell, CellError, is_blank_text, read_cell
from evalrules._submission import Adjustment, Answer, Claimed, Entry, Figure, Judgement, Submission

_FIRST_YEAR, _LAST_YEAR = 1990, 2199
_NOT_CONTENT = frozenset({"expect"})
_COLUMNS, _ITEMS = "{列: 数}", "{评价要点: 是}"
_ANSWERS = frozenset({"是", "否", "true", "false"})

Source = Path | str | abc.Mapping[str, object]


def read_submission(source: Source, *, name: str | None = None, lang: str | None = None) -> Submission:
    r"""Read a submission from a path, a mapping of the same shape, or a YAML text (a str of more than one line).

    ``name`` is how problems call it. Raises `SubmissionError` with all problems, in ``lang`` (default: the chosen
    language).

    >>> read = read_submission("organisation: 县政府办\nfiscal_year: 2024\ndata: {编制数: 65人}")
    >>> read.data["编制数"].cell.unit, read.entries
    ('人', ())
    """
    submission, problems = read_in_part(source, name=name)
    if problems or submission is None:
        raise SubmissionError(problems, chosen_language(lang))
    return submission


def read_in_part(source: Source, *, name: str | None = None) -> tuple[Submission | None, tuple[Problem, ...]]:
    """Read what can be read: a cell that cannot is blank and a problem. None where there is no document at all."""
    problems = Problems()
    return submission_from(_document(source, name, problems), problems), tuple(problems)


def _document(source: Source, name: str | None, problems: Problems) -> Mapping | None:
    if isinstance(source, abc.Mapping):
        return document_from(source, problems, name or "submission")
    if isinstance(source, str) and "\n" in source:
        return read_document(source, name or "submission", problems)
    return read_file(source, problems, name)


def submission_from(document: Mapping | None, problems: Problems) -> Submission | None:
    """Read a submission from a document; what is wrong goes to ``problems``. None only where there is none."""
    if document is None or is_another_document(document, KINDS["submission"], problems):
        return None
    found = _opened(document, "submission", problems)
    year = found.integer("fiscal_year", low=_FIRST_YEAR, high=_LAST_YEAR)
    data = _Data(problems, year)
    data.read(found.mapping("data"))
    return Submission(
        catalogue=found.read("catalogue", _edition_name),
        organisation=found.text("organisation") or "",
        fiscal_year=year or 0,
        data=data.figures,
        tables=data.tables,
        entries=tuple(_entries(found, year)),
        claimed=found.read("claimed", _claimed) or Claimed(),
        digest=digest(document),
        location=document.location,
        grids=data.grids,
    )


def _edition_name(node: Node, problems: Problems) -> str | None:
    """Read the name of an edition; a path is none, for a form may come from anybody."""
    name = as_text(node, problems)
    if name is None or is_edition_name(name):
        return name
    problems.report("edition-name", node, name=shown(name))
    return None


def _opened(node: Node | None, kind: str, problems: Problems) -> Fields:
    known = KINDS[kind]
    strange = strange_keys(node, known, problems)
    allowed = known.names | strange if strange else known.names
    return fields(node, problems, allowed, known.required, known.example)


# ---- data ----------------------------------------------------------------------------------------------------------


@define
class _Data:
    """The figures and tables read so far. A grid's cells become figures named ``row_column``."""

    problems: Problems
    year: int | None
    figures: dict[str, Figure] = field(factory=dict)
    tables: dict[str, tuple[abc.Mapping[str, Figure], ...]] = field(factory=dict)
    grids: dict[str, Location | None] = field(factory=dict)

    def read(self, mapping: Mapping | None) -> None:
        for key, node in mapping.pairs if mapping else ():
            if isinstance(node, Mapping):
                self.grids[_name(key)] = key.location
                self._grid(node)
            elif isinstance(node, Sequence):
                self._keep(self.tables, key, tuple(self._row(key, row) for row in node.items))
            else:
                self._keep(self.figures, key, Figure(_cell(node, self.problems, self.year), node.location))

    def _grid(self, grid: Mapping) -> None:
        for row, cells in grid.pairs:
            columns = as_mapping(cells, self.problems, _COLUMNS)
            for column, node in columns.pairs if columns else ():
                name = evolve(column, text=f"{row.text}_{column.text}")
                self._keep(self.figures, name, Figure(_cell(node, self.problems, self.year), node.location))

    def _row(self, table: Scalar, node: Node) -> abc.Mapping[str, Figure]:
        if not isinstance(node, Mapping) and not is_blank(node):
            self.problems.report("table-row-not-mapping", node, table=shown(table.text), found=kind_of(node))
        pairs = node.pairs if isinstance(node, Mapping) else ()
        return {_name(key): Figure(_cell(cell, self.problems, self.year), cell.location) for key, cell in pairs}

    def _keep(self, into: dict[str, Any], key: Scalar, value: object) -> None:
        name = _name(key)
        if name in self.figures or name in self.tables:
            self.problems.report("figure-twice", key, figure=shown(name))
        else:
            into[name] = value


def _name(key: Scalar) -> str:
    """Names are compared NFKC-normalised, as formulas write them."""
    return unicodedata.normalize("NFKC", key.text.strip())


def _cell(node: Node | None, problems: Problems, year: int | None) -> Cell:
    """Read a cell; the fiscal year is that of a deadline which names none."""
    if node is None or is_blank(node):
        return BLANK
    if not isinstance(node, Scalar):
        problems.report("cell-not-single", node, found=kind_of(node))
        return BLANK
    try:
        return read_cell(node.text, year)
    except CellError as error:
        problems.report(error.code, node, **error.arguments)
        return BLANK


# ---- entries -------------------------------------------------------------------------------------------------------


def _entries(found: Fields, year: int | None) -> abc.Iterator[Entry]:
    for index, node in enumerate(as_list(found.get("entries"), found.problems)):
        if isinstance(node, Mapping):
            yield _entry(_opened(node, "entry", found.problems), index, year)
        else:
            code, example = "entry-blank" if is_blank(node) else "expected-mapping", KINDS["entry"].example
            found.problems.report(code, node, found=kind_of(node), example=example)


def _entry(row: Fields, index: int, year: int | None) -> Entry:
    indicator = row.text("indicator") or ""
    reason, improvement = _deviation(row)
    return Entry(
        indicator=indicator,
        section=row.text("section"),
        points=_points(row, "points"),
        target=_cell(row.get("target"), row.problems, year),
        actual=_cell(row.get("actual"), row.problems, year),
        claimed_score=_points(row, "claimed_score"),
        judged=row.read("judged", _judgement),
        answers=tuple(_answers(row)),
        not_applicable=_words(row, "not_applicable"),
        adjust=row.read("adjust", _adjustment),
        deviation_reason=reason,
        improvement=improvement,
        evidence=row.texts("evidence"),
        note=_words(row, "note"),
        where=f"entries[{index}] {indicator}".rstrip(),
        location=row.location,
        places=_places(row),
    )


def _words(row: Fields, key: str) -> str | None:
    """Read a text cell, where ``-`` and ``/`` say nothing, as in every cell."""
    text = row.text(key)
    return None if text is None or is_blank_text(text) else text


def _points(row: Fields, key: str) -> Fraction | None:
    """Read points, which people write with their unit too (``7分``); ``-`` and ``/`` say nothing, as in every cell."""
    node = row.get(key)
    return None if isinstance(node, Scalar) and is_blank_text(node.text) else as_decimal(_bare(node), row.problems)


def _bare(node: Node | None) -> Node | None:
    """Give points without their unit: ``7分`` as ``7``; anything else as it is."""
    if not isinstance(node, Scalar) or not node.text.endswith("分"):
        return node
    number = node.text.removesuffix("分").rstrip()
    return node if read_number(number) is None else evolve(node, text=number)


def _places(row: Fields) -> dict[str, Location]:
    return {key: node.location for key, node in row.nodes.items()}


def _deviation(row: Fields) -> tuple[str | None, str | None]:
    """Forms have one cell for reason and improvement, or two; never three."""
    both, reason, improvement = (_words(row, key) for key in ("deviation", "deviation_reason", "improvement"))
    if both and (reason or improvement):
        row.problems.report("deviation-twice", row.place("deviation"))
    return reason or both, improvement or both


def _judgement(node: Node, problems: Problems) -> Judgement:
    found = _opened(node, "judgement", problems)
    return Judgement(found.text("tier"), _points(found, "score"), found.text("because"))


def _adjustment(node: Node, problems: Problems) -> Adjustment:
    found = _opened(node, "adjustment", problems)
    return Adjustment(_points(found, "points") or Fraction(0), found.text("because") or "")


def _answers(row: Fields) -> abc.Iterator[Answer]:
    answers = as_mapping(row.get("answers"), row.problems, _ITEMS)
    for key, node in answers.pairs if answers else ():
        item = key.text.strip()
        if isinstance(node, Mapping):
            found = _opened(node, "answer", row.problems)
            yield Answer(item, points=_points(found, "points"), because=found.text("because"))
        elif isinstance(node, Scalar) and (is_blank(node) or node.text in _ANSWERS):
            yield Answer(item, yes=as_bool(node, row.problems))
        else:
            row.problems.report("answer-not-readable", node, item=shown(item), found=kind_of(node))


# ---- claims --------------------------------------------------------------------------------------------------------


def _claimed(node: Node, problems: Problems) -> Claimed:
    found = _opened(node, "claimed", problems)
    sections = found.mapping("sections")
    pairs = sections.pairs if sections else ()
    stated = ((key.text.strip(), as_decimal(_bare(value), problems)) for key, value in pairs)
    return Claimed(
        score=_as_written(found),
        grade=found.text("grade"),
        sections={title: score for title, score in stated if score is not None},
    )


def _as_written(claimed: Fields) -> Decimal | None:
    """Keep the decimals of the claimed total: ``93`` and ``93.0`` are shown as they were claimed."""
    node = _bare(claimed.get("score"))
    if as_decimal(node, claimed.problems) is None:
        return None
    assert isinstance(node, Scalar)
    return Decimal(node.text.replace("−", "-"))


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
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def _plain(node: Node) -> object:
    if isinstance(node, Mapping):
        return {key.text.strip(): _plain(value) for key, value in node.pairs if not is_blank(value)}
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return None if node.is_blank else node.text.strip()

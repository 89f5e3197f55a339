"""``form``: the tables of an edition on paper, read with what their words stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from evalrules._documents import Fields, Mapping, Node, Problems, Sequence, as_text, as_texts, shown
from evalrules._edition.model import Catalogue
from evalrules._edition.paper import (
    Block,
    FiguresBlock,
    GridBlock,
    HeadBlock,
    IndicatorsBlock,
    Labels,
    PaperForm,
    PaperTable,
    RowBlock,
    TableBlock,
)
from evalrules._edition.reading import entries, opened
from evalrules._problems import Location, listed

HEAD: Final = (
    "organisation", "fiscal_year", "project", "project_code", "competent_department", "implementing_unit",
    "filled_by", "reviewed_by", "date", "claimed_score", "claimed_grade",
)  # fmt: skip
GOALS: Final = ("planned", "achieved")
COLUMNS: Final = (
    "section", "indicator", "target", "operator", "unit", "actual", "points", "claimed_score", "deviation",
    "deviation_reason", "improvement", "standard", "note", "evidence", "last_year", "completion", "number",
)  # fmt: skip
_MOST_ROWS = 50


def read_paper(node: Node | None, catalogue: Catalogue, problems: Problems) -> PaperForm | None:
    """Read ``form``; the grids and tables that it names are those of ``catalogue``. None where there is none."""
    if node is None:
        return None
    fields = opened(node, "form", problems)
    tables = tuple(
        _table(key.text.strip(), key.location, opened(value, "form_table", problems), catalogue)
        for key, value in entries(fields.get("tables"), problems)
    )
    return PaperForm(tables, fields.texts("signatures"), fields.location)


def _table(name: str, location: Location | None, fields: Fields, catalogue: Catalogue) -> PaperTable:
    def block(node: Node, problems: Problems) -> Block | None:
        return _block(opened(node, "form_block", problems), catalogue)

    blocks: tuple[Block, ...] = fields.each("blocks", block)
    return PaperTable(name, fields.text("title") or name, blocks, fields.texts("notes"), location)


def _block(fields: Fields, catalogue: Catalogue) -> Block | None:
    kinds = [kind for kind in _READERS if fields.has(kind)]
    if len(kinds) != 1:
        given = {"kinds": listed(_READERS), "found": listed(kinds) or None}
        fields.problems.report("form-block-kind" if kinds else "form-block-empty", fields.location, **given)
        return None
    return _READERS[kinds[0]](fields, catalogue)


def _figures(fields: Fields, _: Catalogue) -> Block:
    return FiguresBlock(_labels(fields, "figures"), "figures", fields.text("heading"), fields.location)


def _prose(fields: Fields, _: Catalogue) -> Block:
    return FiguresBlock(_labels(fields, "prose"), "prose", fields.text("heading"), fields.location)


def _text(fields: Fields, _: Catalogue) -> Block:
    name = fields.text("text") or ""
    return FiguresBlock(((name, fields.texts("label") or (name,)),), "text", fields.text("heading"), fields.location)


def _grid(fields: Fields, catalogue: Catalogue) -> Block:
    name = fields.text("grid") or ""
    grid = catalogue.grids.get(name)
    columns = _all(_labels(fields, "columns"), grid.columns if grid else ())
    rows = _all(_labels(fields, "rows"), grid.rows if grid else ())
    return GridBlock(name, columns, rows, fields.text("heading"), fields.location)


def _own_table(fields: Fields, catalogue: Catalogue) -> Block:
    name = fields.text("table") or ""
    table = catalogue.tables.get(name)
    columns = _all(_labels(fields, "columns"), [column.name for column in table.columns] if table else ())
    blank = fields.integer("blank_rows", low=0, high=_MOST_ROWS)
    after, heading = fields.text("after"), fields.text("heading")
    return TableBlock(name, columns, after, 2 if blank is None else blank, heading, fields.location)


def _row(fields: Fields, _: Catalogue) -> Block:
    row = opened(fields.get("row"), "form_row", fields.problems)
    indicator, heading = row.text("indicator"), fields.text("heading")
    return RowBlock(row.texts("label"), _labels(row, "cells"), indicator, heading, row.location)


def _head(fields: Fields, _: Catalogue) -> Block:
    return HeadBlock(_keyed(fields, "head", HEAD), "head", fields.text("heading"), fields.location)


def _goals(fields: Fields, _: Catalogue) -> Block:
    return HeadBlock(_keyed(fields, "goals", GOALS), "goals", fields.text("heading"), fields.location)


def _indicators(fields: Fields, _: Catalogue) -> Block:
    node = fields.get("indicators")
    items = node.items if isinstance(node, Sequence) else ()
    columns = tuple(column for item in items for column in _column(item, fields.problems))
    return IndicatorsBlock(columns, fields.text("heading"), fields.location)


def _column(node: Node, problems: Problems) -> Iterable[tuple[str, str | None]]:
    """Read a column: its word, or ``{field: word}`` where the words of forms do not tell what it holds."""
    if not isinstance(node, Mapping):
        text = as_text(node, problems)
        return [(text, None)] if text else []
    return [
        (text, key.text)
        for key, value in node.pairs
        if _is_one_of(key.text, COLUMNS, key.location, problems) and (text := as_text(value, problems))
    ]


_READERS: Final[dict[str, Callable[[Fields, Catalogue], Block]]] = {
    "figures": _figures,
    "prose": _prose,
    "text": _text,
    "grid": _grid,
    "table": _own_table,
    "row": _row,
    "head": _head,
    "goals": _goals,
    "indicators": _indicators,
}


def _labels(fields: Fields, key: str) -> Labels:
    pairs = entries(fields.get(key), fields.problems)
    return tuple((name.text.strip(), as_texts(value, fields.problems)) for name, value in pairs)


def _all(said: Labels, names: Iterable[str]) -> Labels:
    """Give every name with its words: those said, else the name itself; what is no name comes last, for the check."""
    known = dict(said)
    own = tuple(names)
    others = ((name, words) for name, words in said if name not in own)
    return (*((name, known.get(name, (name,))) for name in own), *others)


def _keyed(fields: Fields, key: str, allowed: tuple[str, ...]) -> Labels:
    """Read labels whose names are keys of ours."""
    node = fields.get(key)
    places = {name.text: name.location for name, _ in node.pairs} if isinstance(node, Mapping) else {}
    return tuple(
        (name, words)
        for name, words in _labels(fields, key)
        if _is_one_of(name, allowed, places.get(name), fields.problems)
    )


def _is_one_of(word: str, allowed: tuple[str, ...], where: Location | None, problems: Problems) -> bool:
    if word not in allowed:
        problems.report("expected-one-of", where, text=shown(word), choices=listed(allowed))
    return word in allowed

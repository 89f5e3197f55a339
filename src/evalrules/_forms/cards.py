"""Indicators that have a block of labels each, with the value beside every label, and no header over them all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from evalrules._forms.cells import Cell
from evalrules._forms.drafts import Page, Row, Value
from evalrules._forms.tables import header_at, may_be_label
from evalrules._forms.words import Words
from evalrules._values import frozen

_RESULTS: Final = frozenset({"target", "actual"})
_OF_ROWS: Final = frozenset({"points", "claimed_score"})


@frozen
class _Entry:
    """A label of a card: what it asks for, and the cell beside it, where there is something in it."""

    field: str
    label: Cell
    value: Cell | None = None


def cards_at(page: Page, words: Words, row: int) -> tuple[list[Row], int]:
    """Read the cards that begin in this row, and give the row after them; none where what stands there is no card."""
    cards: list[list[_Entry]] = [[]]
    end = row
    while end < page.grid.height and ((entries := _entries(page, words, end)) or not page.own(end)):
        for entry in entries:
            if any(entry.field == known.field for known in cards[-1]):
                cards.append([])
            cards[-1].append(entry)
        end += 1
    filled = [card for card in cards if any(not words.says_nothing(each.value.text) for each in card if each.value)]
    if not filled or not all(map(_is_card, filled)):
        return [], row
    page.use(entry.label for card in cards for entry in card)
    return [_row(page, words, card) for card in filled], end


def _entries(page: Page, words: Words, row: int) -> list[_Entry]:
    """Read a row of labels with their values beside them; none where it is none. 指标1 at its side says nothing."""
    cells = page.own(row)
    known = cells[1:] if cells and words.says_nothing(cells[0].text) else cells
    found: list[_Entry] = []
    for cell, after in pairwise([*known, None]):
        field = _field(words, cell, after) if cell else None
        if cell and field is not None:
            found.append(_Entry(field, cell))
        elif found and found[-1].value is None:
            found[-1] = _Entry(found[-1].field, found[-1].label, cell)
        else:
            return []
    return found if header_at(words, page.grid, row) is None else []


def _field(words: Words, cell: Cell, after: Cell | None) -> str | None:
    """Tell what a label asks for; one that is not known asks for the section that stands beside it."""
    if not may_be_label(cell):
        return None
    level = words.section_level(after.text) if after is not None else None
    unknown = level is not None and words.section_level(cell.text) is None
    return words.column(cell.text) or (str(level) if unknown else None)


def _is_card(card: list[_Entry]) -> bool:
    said = {entry.field for entry in card}
    name = _name(card)
    return bool(said & _RESULTS and said & _OF_ROWS) and name is not None and name.value is not None


def _name(card: list[_Entry]) -> _Entry | None:
    """Give the indicator's name, else its deepest level."""
    named = next((entry for entry in card if entry.field == "indicator"), None)
    return named or max(_levels(card), key=lambda entry: entry.field, default=None)


def _levels(card: list[_Entry]) -> Iterator[_Entry]:
    return (entry for entry in sorted(card, key=lambda entry: entry.field) if entry.field.isdigit())


def _row(page: Page, words: Words, card: list[_Entry]) -> Row:
    name = _name(card)
    cells = {
        "indicator" if entry is name else entry.field: _value(page, entry)
        for entry in card
        if entry is name or not entry.field.isdigit()
    }
    levels = [entry.value for entry in _levels(card) if entry is not name and entry.value is not None]
    page.use(levels)
    section = tuple("/".join(words.section_path(cell.text)) for cell in levels if not words.says_nothing(cell.text))
    return Row(section, cells, {}, f"{page.file} {page.grid.row_place(card[0].label.row)}")


def _value(page: Page, entry: _Entry) -> Value:
    label = entry.label
    if entry.value is None:
        return page.blank(label.row, label.column + label.columns, label.words)
    return page.value([entry.value], label.words)

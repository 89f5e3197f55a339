"""The figures of a form under the names of its edition: each label looked up in the tables of the edition's form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from attrs import define, evolve, field

from evalrules._edition.paper import Block, FiguresBlock, GridBlock, PaperTable, RowBlock, TableBlock
from evalrules._forms.cells import Line, compact
from evalrules._forms.drafts import Area, AreaRow, Draft, Pair, Value
from evalrules._forms.layout import Layout, named
from evalrules._forms.mapping import (
    FilledForm,
    Paths,
    claimed,
    entry_of_funds,
    execution_of,
    filled_entries,
    head_of,
    told_faults,
)
from evalrules._forms.words import unit_of
from evalrules._patterns import regex

_BARE = regex(r"[-+−]?[\d,，]+(?:\.\d+)?")
_BETWEEN = r"(?:共计|合计|共有|共|为|是|[:：])*\s*"
_AMOUNT = r"(?P<number>[-−]?\d[\d,]*(?:\.\d+)?)\s*(?P<unit>%|％|[万亿]?元|人|分|名|个|家|次|期|件|项)?"
_FUND_SCORES: Final = {"分值": "points", "得分": "claimed_score"}
_LABEL_YEAR = regex(r"(?:19|20)\d{2}(?=年)")


@define
class Naming:
    """Names the figures of one form. ``data`` grows; what no name was found for is told."""

    draft: Draft
    layout: Layout
    paths: Paths = field(factory=Paths)
    data: dict[str, Any] = field(factory=dict)
    entries: list[dict[str, Any]] = field(factory=list)
    stated: dict[tuple[int, str], list[tuple[str, str]]] = field(factory=dict)

    def filled(self, lines: Iterable[Line]) -> FilledForm:
        """Give the submission of the form; ``lines`` are those of a report around it."""
        content: dict[str, Any] = {"catalogue": self.layout.catalogue.name, **head_of(self.draft, self.paths)}
        for area in self.draft.areas:
            self.area(area)
        self.prose(tuple(lines))
        self.goals(content)
        self.tell_units()
        before = len(self.entries)
        self.entries += filled_entries(self.draft, self.layout.words, self.paths, before)
        content |= {"data": self.data, "entries": self.entries, "claimed": claimed(self.draft, self.paths)}
        kept = {key: value for key, value in content.items() if value not in (None, {}, [])}
        return FilledForm(
            self.draft.file, kept, self.paths.places, (*self.draft.told, *told_faults(self.draft)), self.paths.spots
        )

    @property
    def year(self) -> int | None:
        """The fiscal year that the form states, else the latest that its columns name."""
        if self.draft.year is not None:
            return self.draft.year
        said = (word for area in self.draft.areas for word in area.columns)
        return max((int(found[0]) for word in said if (found := _LABEL_YEAR.search(word))), default=None)

    def tables(self, area: Area) -> list[PaperTable]:
        """Give the tables of the edition, first the one that a grid of the form has most words of."""
        mine = [one for one in self.draft.areas if one.table == area.table]
        return sorted(self.layout.paper.tables, key=lambda table: -sum(self._fits(one, table) for one in mine))

    def _fits(self, area: Area, table: PaperTable) -> int:
        labels = [*(row.label for row in area.rows), *(pair.label for pair in area.pairs), *area.columns]
        return sum(any(self._knows(block, label) for block in table.blocks) for label in labels)

    def _knows(self, block: Block, label: str) -> bool:
        match block:
            case FiguresBlock():
                return named(block.labels, label, self.year) is not None
            case GridBlock():
                return any(named(labels, label, self.year) for labels in (block.rows, block.columns))
            case RowBlock():
                return self._is_row(block, label) or named(block.cells, label, self.year) is not None
        return False

    def area(self, area: Area) -> None:
        """Name everything in a block of figures."""
        blocks = [block for table in self.tables(area) for block in table.blocks]
        for row in area.rows:
            if not any(self._row(block, area, row) for block in blocks) and not self._lone(row, area, blocks):
                self._tell_row(row)
        for pair in area.pairs:
            self.pair(pair, area, blocks)

    def goals(self, content: dict[str, Any]) -> None:
        """Give the goals in the head as well, where the edition has them among its figures."""
        for area in self.draft.areas:
            for pair in area.pairs:
                kind = self.layout.words.goal(pair.label)
                if kind is not None and pair.value.line:
                    text = self.paths.text(f"goals.{kind}", pair.value, long=True)
                    content.setdefault("goals", {}).setdefault(kind, text)

    # ---- single figures

    def pair(self, pair: Pair, area: Area, blocks: list[Block]) -> None:
        """Name a figure with a label of its own."""
        for block in blocks:
            name = named(block.labels, pair.label, self.year) if isinstance(block, FiguresBlock) else None
            if name is not None and name not in self.data:
                self.data[name] = self._figure(f"data.{name}", name, pair.value, pair.label, area)
                return
        if pair.value.line and not self.layout.words.says_nothing(pair.value.line):
            self._tell_value(pair.value)

    def _lone(self, row: AreaRow, area: Area, blocks: list[Block]) -> bool:
        """Name a figure that stands alone in a row below a header of others; tell whether it is one."""
        filled = [value for value in row.cells.values() if value.line]
        single = any(isinstance(block, FiguresBlock) and self._knows(block, row.label) for block in blocks)
        if not single or len(filled) != 1:
            return False
        self.pair(Pair(row.label, filled[0]), area, blocks)
        return True

    def _figure(
        self, path: str, name: str, value: Value, label: str, area: Area, unit: str | None = None
    ) -> str | None:
        """Give a figure, with the unit that its header states where it has none of its own."""
        figure = self.layout.catalogue.data.get(name)
        text = self.paths.text(path, value, long=figure is not None and figure.type == "text")
        declared = compact(self.layout.unit(name) if unit is None else unit)
        stated = unit_of(label) or unit_of(area.block) or (self.draft.money if area.kind == "funds" else "")
        if text is None or not stated or (stated == declared and stated != "%") or not _BARE.fullmatch(text):
            return text
        if not declared or (declared == "%") != (stated == "%"):
            return text
        place = value.place.removeprefix(self.draft.file).strip()
        self.stated.setdefault((area.table, stated), []).append((place, text))
        return f"{text}{stated}"

    def tell_units(self) -> None:
        """Tell, once a table and unit, which figures have the unit of their header."""
        for (_, unit), figures in self.stated.items():
            place, text = figures[0]
            self.draft.tell("form-unit-from-header", place, text=text, count=len(figures), unit=unit)

    # ---- rows

    def _row(self, block: Block, area: Area, row: AreaRow) -> bool:
        """Name a row of figures by this block; tell whether it is one of the block's."""
        match block:
            case RowBlock():
                return self._is_row(block, row.label) and self._single_row(block, area, row)
            case GridBlock():
                name = named(block.rows, row.label, self.year)
                return name is not None and self._grid_row(block, name, area, row)
            case TableBlock():
                return self._table_row(block, area, row)
        return False

    def _is_row(self, block: RowBlock, label: str) -> bool:
        words = self.layout.words
        total = words.is_fund_total(label) and any(words.is_fund_total(word) for word in block.label)
        return total or named((("", block.label),), label, self.year) is not None

    def _columns(self, area: Area, labels: Iterable[tuple[str, tuple[str, ...]]]) -> dict[int, str]:
        """Give the name of each column of a block: by its words, or by what the words of forms take for the same."""
        known, words = tuple(labels), self.layout.words
        meanings = {fund: name for name, said in reversed(known) for word in said if (fund := words.fund(word))}
        found: dict[int, str] = {}
        for at, column in enumerate(area.columns):
            name = named(known, column, self.year) or meanings.get(words.fund(column) or "")
            if name is not None and name not in found.values():
                found[at] = name
        return found

    def _single_row(self, block: RowBlock, area: Area, row: AreaRow) -> bool:
        columns = self._columns(area, block.cells)
        if not columns:
            return False
        for at, name in columns.items():
            figure = self.layout.catalogue.data.get(name)
            grid, line, column = figure.grid if figure is not None and figure.grid else ("", "", name)
            into = self.data.setdefault(grid, {}).setdefault(line, {}) if grid else self.data
            if at in row.cells and column not in into:
                path = f"data.{grid}.{name}" if grid else f"data.{name}"
                into[column] = self._figure(path, name, row.cells[at], area.columns[at], area)
        scored = {
            _FUND_SCORES[meaning]: value
            for at, value in row.cells.items()
            if at not in columns and (meaning := self.layout.words.fund(area.columns[at])) in _FUND_SCORES
        }
        if block.indicator and scored and not self.entries:
            self.entries.append(entry_of_funds(block.indicator, row.place, scored, self.paths))
        elif self.layout.catalogue.open and not self.entries:  # a row like any other that the unit has made
            self.entries += execution_of(self.draft, row.place, scored, self.layout.words, self.paths)
        return True

    def _grid_row(self, block: GridBlock, name: str, area: Area, row: AreaRow) -> bool:
        columns = self._columns(area, block.columns)
        grid = self.data.setdefault(block.grid, {})
        if not columns or name in grid:
            return bool(columns)
        grid[name] = row_of_grid = {}
        for at, column in columns.items():
            figure = f"{name}_{column}"
            path = f"data.{block.grid}.{figure}"
            row_of_grid[column] = self._figure(path, figure, row.cells[at], area.columns[at], area)
        return True

    def _table_row(self, block: TableBlock, area: Area, row: AreaRow) -> bool:
        """Name a row that the unit has named itself: its label goes to the first column of texts."""
        table = self.layout.catalogue.tables.get(block.table)
        columns = self._columns(area, block.columns)
        if table is None or not columns:
            return False
        texts = (one.name for one in table.columns if one.type == "text")
        title = next((name for name in texts if name not in columns.values()), None)
        words = self.layout.words
        filled = [value for at, value in row.cells.items() if at in columns and not words.says_nothing(value.line)]
        if words.says_nothing(row.label) or (not filled and words.fund_row(row.label)):
            return True
        rows = self.data.setdefault(block.table, [])
        path = f"data.{block.table}[{len(rows)}]"
        self.paths.places[path] = row.place
        units = {one.name: one.unit for one in table.columns}
        content: dict[str, Any] = {title: compact(_plain(row.label))} if title else {}
        for at, column in columns.items():
            value = row.cells[at]
            value = evolve(value, text="") if words.says_nothing(value.line) else value
            content[column] = self._figure(f"{path}.{column}", "", value, area.columns[at], area, units[column])
        rows.append(content)
        return True

    # ---- figures in sentences

    def prose(self, lines: tuple[Line, ...]) -> None:
        """Read figures out of the sentences of a report: the number right behind the words; 无 before them is 0."""
        for block in self.layout.paper.blocks:
            if isinstance(block, FiguresBlock) and block.kind == "prose":
                for name, words in block.labels:
                    self._sentence(name, words, lines)

    def _sentence(self, name: str, words: tuple[str, ...], lines: tuple[Line, ...]) -> None:
        found = [one for word in words for one in _amounts(word, lines)]
        amounts = dict.fromkeys(amount for amount, _ in found)
        if not amounts or name in self.data:
            return
        amount, number = found[0]
        place = f"第{number}段“{words[0]}”"
        self.data[name] = amount
        self.paths.places[f"data.{name}"] = f"{self.draft.file} {place}"
        if len(amounts) > 1:
            others = "、".join(list(amounts)[1:])
            self.draft.tell("form-prose-differs", place, text=amount, others=others)

    # ---- what no name was found for

    def _tell_row(self, row: AreaRow) -> None:
        words = self.layout.words
        filled = [value for value in row.cells.values() if not words.says_nothing(value.line)]
        if filled:
            place = row.place.removeprefix(self.draft.file).strip()
            self.draft.tell("form-row-unread", place, label=compact(row.label), count=len(filled))

    def _tell_value(self, value: Value) -> None:
        self.draft.tell("form-cell-unread", value.place.removeprefix(self.draft.file).strip(), text=value.line[:20])


def _plain(label: str) -> str:
    """Give the name that a unit wrote, without 其中 and the numbering before it."""
    return re.sub(r"^\s*(?:其中\s*[:：]?|\d{1,2}[、.．]|[①-⑳])\s*", "", label)


def _amounts(word: str, lines: Iterable[Line]) -> Iterator[tuple[str, int]]:
    """Give the amounts right behind a word, each with the number of its line, counted from 1."""
    pattern = re.compile(rf"{re.escape(word)}{_BETWEEN}{_AMOUNT}")
    for number, line in enumerate(lines, 1):
        text = compact(line.text)
        for found in pattern.finditer(text):
            yield f"{found['number']}{found['unit'] or ''}", number
        if f"无{word}" in text:
            yield "0", number

"""Blocks of figures, funds and base data, below a header of their own: rows with labels, figures alone, pairs."""

from __future__ import annotations

import re
from itertools import pairwise

from evalrules._forms.cells import Cell, compact, in_one_line
from evalrules._forms.drafts import Area, AreaRow, Draft, Page, Pair, Value
from evalrules._forms.tables import goal_labels, header_at, is_figure_column, may_be_label
from evalrules._forms.words import Words, core, yearless
from evalrules._patterns import regex
from evalrules._values import frozen

_DIGIT = regex(r"\d|[:：]")
_FIGURE = regex(r"[-+]?[\d,]+(?:\.\d+)?(?:%|[^\d%]{1,4})?")
_CHINESE = regex(r"[\u4e00-\u9fff]")
_ALL = "资金总额"
"""What figures are of that stand below their header, or beside it, without words of their own: of all funds."""
_PAIR = regex(r"(?P<label>[^:：]{1,40})[:：](?P<value>.*)", re.DOTALL)


def pair_in(cell: Cell) -> tuple[str, str] | None:
    """Read a label and its value out of one cell: ``其中：一般公共预算：1524``."""
    text = re.sub(r"^\s*其中\s*[:：]", "", cell.text)
    found = _PAIR.fullmatch(text.strip())
    if found is None or not _CHINESE.search(found["label"]):
        return None
    return found["label"].strip(), found["value"].strip()


def funds_of_all(page: Page, row: int, figures: dict[str, Value]) -> Area:
    """Give the figures of all funds that stand in a row under words of their own."""
    only = AreaRow(_ALL, dict(enumerate(figures.values())), f"{page.file} {page.grid.row_place(row)}")
    return Area("funds", "", tuple(map(in_one_line, figures)), page.number, [only])


def _is_below(cell: Cell, over: Cell) -> bool:
    """Tell a cell that stands below a part of another."""
    return over.column <= cell.column < over.column + over.columns


@frozen
class AreaReader:
    """Reads blocks of figures of one page into a form. ``figures`` are further labels, those of an edition."""

    page: Page
    draft: Draft
    words: Words
    figures: frozenset[str]

    def header(self, row: int) -> list[Cell]:
        """Give the header cells of a block that begins in this row; none where it has no such header."""
        cells = self.page.own(row)
        found = [cell for cell in cells if may_be_label(cell) and is_figure_column(self.words, cell, self.figures)]
        if found and found[-1].rows > 1:
            parted = [cell for cell in cells if cell.columns > 1 and cell.rows < found[-1].rows]
            below = [one for cell in parted for one in self.page.own(row + cell.rows) if _is_below(one, cell)]
            said = [cell for cell in below if may_be_label(cell) and is_figure_column(self.words, cell, self.figures)]
            whole = [cell for cell in found if not any(_is_below(part, cell) for part in said)]
            found = sorted([*whole, *said], key=lambda cell: cell.column)
        if len(found) > 1 and found[0].rows > max(cell.rows for cell in found[1:]):  # 预算执行率 at the side of its row
            del found[0]
        weak = [cell for cell in found if self.words.fund(cell.text) in ("分值", "得分")]
        return found if len(found) - len(weak) > 1 or (weak and len(found) > len(weak)) else []

    def beside_figures(self, row: int) -> list[Cell]:
        """Give the labels of a row whose figures stand beside them and not below: 预算数 | 45.2 | 执行数 | 45.2."""
        cells = self.page.own(row)
        labels = [cell for cell in cells if may_be_label(cell) and self.words.fund(cell.text) is not None]
        apart = all(before.column + before.columns < after.column for before, after in pairwise(labels))
        first = labels[0].column if labels else 0
        figures = [cell for cell in cells if cell.column > first and cell not in labels]
        plain = figures and all(_FIGURE.fullmatch(cell.key) or self.words.says_nothing(cell.text) for cell in figures)
        return labels if len(labels) > 1 and apart and plain else []

    def read_beside(self, row: int, columns: list[Cell]) -> int:
        """Read rows of labels with their figures beside them, below the first as far as their block goes."""
        grid, first = self.page.grid, columns[0].column
        block = next((cell for cell in grid.lines[row] if cell.column < first and not cell.is_blank), None)
        area = Area("funds", block.text if block else "", tuple(cell.words for cell in columns), self.page.number)
        self.draft.areas.append(area)
        end = block.row + block.rows if block is not None else row + 1
        for at in range(row, min(end, grid.height)):
            labels = [grid.at(at, cell.column) for cell in columns]
            if any(label is None or label.is_blank or not may_be_label(label) for label in labels):
                return at
            self.page.use(([block] if block else []) + [label for label in labels if label])
            cells = {
                number: self._right_of(label, labels, columns[number]) for number, label in enumerate(labels) if label
            }
            label = labels[0]
            assert label is not None
            area.rows.append(AreaRow(label.text, cells, f"{self.page.file} {grid.row_place(at)}"))
        return end

    def _right_of(self, label: Cell, labels: list[Cell | None], head: Cell) -> Value:
        cells = [cell for cell in self.page.own(label.row) if cell.column > label.column]
        if cells and cells[0] not in labels:
            return self.page.value(cells[:1], head.words)
        return self.page.blank(label.row, label.column + label.columns, head.words)

    def is_base(self, columns: list[Cell]) -> bool:
        """Tell a block of base data from one of funds."""
        return any(self.words.fund(cell.text) is None for cell in columns)

    def read(self, row: int, columns: list[Cell]) -> int:
        """Read a block below its header as far as its rows go, and give the row after it."""
        grid = self.page.grid
        left = [cell for cell in grid.lines[row] if cell.column < columns[0].column and not cell.is_blank]
        of_head = frozenset(self.page.used)  # labels beside those of the figures, with values below
        left = [cell for cell in left if cell not in of_head]
        block = left[0] if left else None
        names = tuple(cell.words for cell in columns)
        area = Area("base" if self.is_base(columns) else "funds", block.text if block else "", names, self.page.number)
        self.draft.areas.append(area)
        self.page.use([*columns, *left])
        first = at = max(cell.row + cell.rows for cell in columns)
        end = block.row + block.rows if block is not None and block.row + block.rows > first else grid.height
        while at < end:
            cells = self.page.own(at)
            if cells and self._ends(at, cells, columns):
                break
            if cells:
                labels = [
                    cell
                    for cell in grid.lines[at]
                    if cell.column < columns[0].column
                    and may_be_label(cell)
                    and cell not in of_head
                    and (cell.row >= first or (cell is not block and self.words.fund_row(cell.text)))
                ]
                self._row(at, area, columns, labels)
            at += 1
        return at

    def _ends(self, row: int, cells: list[Cell], columns: list[Cell]) -> bool:
        if header_at(self.words, self.page.grid, row) or self.header(row):
            return True
        if self.words.head_labels.match(cells[0].text.strip()):
            return True
        figures = [
            cell for cell in cells if cell.column >= columns[0].column and not self.words.says_nothing(cell.text)
        ]
        if not self.is_base(columns) and figures and not any(_DIGIT.search(cell.key) for cell in figures):
            return True
        if goal_labels(self.words, cells) or self.words.is_note(cells[0].text):
            return True
        if not self.is_base(columns) and self.words.section_level(cells[0].text) is not None:
            return True
        if self.words.is_total(cells[0].text) and not self.words.fund_row(cells[0].text):
            return True
        label = self.words.label(cells[0].text) if may_be_label(cells[0]) else None
        if label is not None and not self.words.fund_row(cells[0].text) and yearless(cells[0].text) not in self.figures:
            return True
        across = len(cells) == 1 and cells[0].columns >= max(self.page.grid.width - 1, 2)
        return across and pair_in(cells[0]) is None

    def _row(self, row: int, area: Area, columns: list[Cell], labels: list[Cell]) -> None:
        """Read one row: cells that hold label and figure, a label with its figures, or figures alone."""
        cells = self.page.own(row)
        pairs = [(cell, found) for cell in cells if (found := pair_in(cell))]
        if len(pairs) == len(cells):
            self.pairs(area, pairs)
            return
        below = {
            at: cell
            for at, head in enumerate(columns)
            for cell in self.page.grid.lines[row]
            if cell.row == row and self.page.grid.shares(cell, head.column, head.column + head.columns - 1)
        }
        if labels:
            self._labelled(row, area, columns, labels, below)
        elif area.kind == "funds" and not area.rows and self._figures_alone(below):
            cells_below = {at: self._figure(row, head, below.get(at)) for at, head in enumerate(columns)}
            area.rows.append(AreaRow(_ALL, cells_below, f"{self.page.file} {self.page.grid.row_place(row)}"))
        elif any(not cell.is_blank for cell in below.values()):
            for at, head in enumerate(columns):
                area.pairs.append(Pair(head.text, self._figure(row, head, below.get(at))))

    def _figures_alone(self, below: dict[int, Cell]) -> bool:
        """Tell figures each of which stands below its own word."""
        filled = [cell for cell in below.values() if not cell.is_blank]
        return len(filled) > 1 and len(set(filled)) == len(filled) and all(_DIGIT.search(cell.key) for cell in filled)

    def pairs(self, area: Area, pairs: list[tuple[Cell, tuple[str, str]]]) -> None:
        """Keep figures that stand in one cell with their labels; a heading of the kind has no figure."""
        for cell, (label, value) in pairs:
            self.page.use([cell])
            if value or not self.words.is_block(label):
                place = f"{self.page.file} {self.page.grid.place(cell, core(label))}"
                area.pairs.append(
                    Pair(label, Value(value, place, cell.fault, self.page.grid.spot(cell.row, cell.column)))
                )

    def _labelled(self, row: int, area: Area, columns: list[Cell], labels: list[Cell], below: dict[int, Cell]) -> None:
        self.page.use(labels)
        label = labels[-1]
        filled = {cell for cell in below.values() if not cell.is_blank}
        if len(filled) == 1 and sum(cell in filled for cell in below.values()) > 1:  # one text across the columns
            area.pairs.append(Pair(label.text, self.page.value(filled, label.words)))
            return
        cells: dict[int, Value] = {}
        for at, head in enumerate(columns):
            cell = below.get(at)
            repeated = cell is not None and any(below.get(before) is cell for before in range(at))
            cells[at] = self._figure(row, head, None if repeated else cell)
        area.rows.append(AreaRow(label.text, cells, f"{self.page.file} {self.page.grid.row_place(row)}"))

    def _figure(self, row: int, head: Cell, cell: Cell | None) -> Value:
        if cell is None or cell.is_blank:
            return self.page.blank(row, head.column, head.words)
        return self.page.value([cell], head.words)

    def beside(self, row: int) -> bool:
        """Read labels of the edition's figures that stand beside their values, outside of every block."""
        cells = self.page.own(row)
        area = Area("base", "", (), self.page.number)
        labels = [cell for cell in cells if may_be_label(cell) and yearless(cell.text) in self.figures]
        for label in labels:
            follows = next((cell for cell in cells if cell.column > label.column), None)
            self.page.use([label])
            if follows is not None and follows not in labels:
                area.pairs.append(Pair(label.text, self.page.value([follows], label.words)))
            else:
                area.pairs.append(Pair(label.text, self.page.blank(row, label.column + label.columns, label.words)))
        inside = [(cell, found) for cell in cells if (found := pair_in(cell)) and yearless(found[0]) in self.figures]
        self.pairs(area, inside)
        if not area.pairs and self._funds_beside(row, cells):
            return True
        if not area.pairs and len(cells) == 2 and self._goes_with_figures(cells):  # noqa: PLR2004 - label and text
            self.page.use(cells[:1])
            area.pairs.append(Pair(cells[0].text, self.page.value(cells[1:], cells[0].words)))
        if area.pairs:
            self.draft.areas.append(area)
        return bool(area.pairs)

    def _funds_beside(self, row: int, cells: list[Cell]) -> bool:
        """Read figures of all funds that have their words beside them, or before a colon: 预算金额：60万元."""
        found: dict[str, Value] = {}
        for at, cell in enumerate(cells):
            pair, follows = pair_in(cell), cells[at + 1] if at + 1 < len(cells) else None
            label = pair[0] if pair else cell.text
            if self.words.fund(label) in (None, "分值", "得分") or not may_be_label(cell):
                continue
            if self.words.is_subtotal(label) or self.words.is_total(label):
                continue
            if pair and _FIGURE.fullmatch(compact(pair[1])):
                place = f"{self.page.file} {self.page.grid.place(cell, core(label))}"
                found[label] = Value(pair[1], place, cell.fault, self.page.grid.spot(cell.row, cell.column))
                self.page.use([cell])
            elif follows is not None and _FIGURE.fullmatch(follows.key):
                self.page.use([cell])
                found[label] = self.page.value([follows], cell.words)
        if found:
            self.draft.areas.append(funds_of_all(self.page, row, found))
        return bool(found)

    def _goes_with_figures(self, cells: list[Cell]) -> bool:
        """Tell a label with a text across the columns of base data: 厉行节约保障措施."""
        among = any(area.kind == "base" and area.table == self.page.number for area in self.draft.areas)
        return among and may_be_label(cells[0]) and cells[1].columns > 1

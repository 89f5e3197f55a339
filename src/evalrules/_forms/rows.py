"""The rows of an indicators' table: indicators with the sections they stand in, totals, and what is no row."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import Final

from attrs import define, evolve, field

from evalrules._forms.cells import Cell, compact
from evalrules._forms.drafts import Draft, Page, Row, Value
from evalrules._forms.tables import (
    Column,
    Header,
    cells_of,
    goal_labels,
    header_at,
    is_number,
    level_key,
    may_be_label,
    name_key,
    scored_cells,
)
from evalrules._forms.words import Words, core, without_points
from evalrules._patterns import regex

_MERGED: Final = frozenset(
    {"target", "actual", "both", "points", "claimed_score", "deviation", "deviation_reason", "improvement"}
)
_TITLE = regex(r"(?:自评|评价|评分|指标|数据)[^。；]{0,8}表|自评报告")
_MOST_LABELS = 4
_NUMBERED = regex(r"(?P<number>\d{1,2})(?:=.*)?|(?P<letter>[A-Z])(?:=.*)?")
_IN_BRACKETS = regex(r"\([^()]*\)")
_SIGNATURE = regex(r"(?:签字|签章|盖章|签名)\)?[::]?")
_LAST_BRACKETS = regex(r"([^()（）]+)[(（]([^()（）]+)[)）]")
_WORD = regex(r"(?!满分|全分)[\u4e00-\u9fff]{2,}")
_FEWEST_NUMBERED = 4
_FEWEST_FUNDS = 3


@define
class RowReader:
    """Reads the rows below one header. ``section`` is where the row before stood, and goes on from table to table.

    ``summed`` is the section of the rows above a row of totals. ``last`` is the last row of a project that has its
    rows in a table with others: a sum there is that of the project.
    """

    page: Page
    draft: Draft
    words: Words
    header: Header
    section: list[str]
    filled_down: list[str] = field(factory=list)
    summed: str = ""
    last: int = -1

    def read(self, row: int) -> int:
        """Read rows until something else begins, and give that row."""
        grid = self.page.grid
        while row < grid.height:
            cells = self.page.own(row)
            if cells and (header_at(self.words, grid, row) or self._ends(row, cells)):
                break
            if cells and self._is_foreign(row):
                row = max(row + 1, cells[0].row + cells[0].rows)
                continue
            if cells and not self._numbers_columns(cells) and not self._explains_columns(cells):
                self._row(row, cells)
            row += 1
        if self.filled_down:
            self.draft.tell("form-filled-down", self.filled_down[0], count=len(self.filled_down))
        return row

    def _numbers_columns(self, cells: list[Cell]) -> bool:
        """Tell the row below a header that numbers its columns, 1, 2, … or A, B, …; it is read then."""
        found = [_NUMBERED.fullmatch(cell.key) for cell in cells]
        marks = [int(one["number"]) if one["number"] else ord(one["letter"]) for one in found if one]
        in_order = len(marks) == len(cells) and all(after == before + 1 for before, after in pairwise(marks))
        if in_order and len(cells) >= _FEWEST_NUMBERED:
            self.page.use(cells)
        return in_order and len(cells) >= _FEWEST_NUMBERED

    def _explains_columns(self, cells: list[Cell]) -> bool:
        """Tell the row below a header that says in brackets what goes into its columns; it is read then."""
        explained = len(cells) > 1 and all(_IN_BRACKETS.fullmatch(cell.key) for cell in cells)
        if explained:
            self.page.use(cells)
        return explained

    def _is_foreign(self, row: int) -> bool:
        """Tell a row with other words than points and a score where those stand: the header of something else."""
        found = cells_of(self.page.grid, row, self.header)
        scores = [[cell for cell in found.get(key, []) if cell.row == row] for key in ("points", "claimed_score")]
        words = (cell.key for cells in scores for cell in cells if not self.words.says_nothing(cell.text))
        return all(scores) and sum(_WORD.fullmatch(word) is not None for word in words) > 1

    def _ends(self, row: int, cells: list[Cell]) -> bool:
        first = cells[0]
        named = self._has_name(row)
        if (self.draft.total and not named and not self._is_larger_total(row, cells)) or self._is_of_another_block(
            cells
        ):
            return True
        if self.words.is_note(first.text) and (first.columns > 1 or len(cells) <= 2):  # noqa: PLR2004 - word and note
            return True
        if self.words.head_labels.match(first.text.strip()) and all(":" in cell.key for cell in cells):
            return True
        if goal_labels(self.words, cells):
            return True
        if len(cells) == 1:
            title = first.columns > 1 and _TITLE.search(first.key) and self.words.section_level(first.text) is None
            return bool(title)
        return self._is_head(cells, named=named) and not scored_cells(self.page.grid, row, self.header)

    def _is_head(self, cells: list[Cell], *, named: bool) -> bool:
        """Tell a row of labels, each with its value beside it, or of places to sign."""
        labels = [self.words.label(cell.text) if may_be_label(cell) else None for cell in cells]
        several = sum(label is not None for label in labels[::2]) > 1 and not any(labels[1::2])
        single = labels[0] not in (None, "claimed_score", "other") and len(cells) <= _MOST_LABELS
        signed = _SIGNATURE.search(cells[0].key) is not None and cells[0].key.endswith(":")
        return signed or ((several or single) and (not named or cells[0].column <= self.header.name.first))

    def _is_of_another_block(self, cells: list[Cell]) -> bool:
        """Tell a row that begins a block of funds, a further goal, or what the form claims of itself as a whole."""
        funds = sum(self.words.fund(cell.text) is not None for cell in cells if may_be_label(cell))
        labels = [self.words.label(cell.text) for cell in cells]
        claims = labels[0] == "claimed_score" and "claimed_grade" in labels
        return funds >= _FEWEST_FUNDS or claims or self._is_goal(cells)

    def _is_goal(self, cells: list[Cell]) -> bool:
        """Tell the label of a goal with its text beside it."""
        scored = scored_cells(self.page.grid, cells[0].row, self.header)
        goal = len(cells) == 2 and self.words.goal(cells[0].text) is not None and not scored  # noqa: PLR2004
        return goal and (core(cells[0].text)[-1].isdigit() or self._is_text(cells))

    def _has_name(self, row: int) -> bool:
        found = cells_of(self.page.grid, row, self.header).get(name_key(self.header), [])
        return any(cell.row == row and not cell.is_blank for cell in found)

    def _row(self, row: int, cells: list[Cell]) -> None:
        """Read one row: of an indicator, a section, a total; or pass over what a template leaves there."""
        found = cells_of(self.page.grid, row, self.header)
        names = found.get(name_key(self.header), [])
        name = next((cell for cell in names if not cell.is_blank), None)
        if self._total(row, cells, found, name) or self._subtotal(cells, found) or self._section_row(cells):
            return
        if self._is_text(cells):
            return
        if (name is None or not self.header.levels) and self._sum_above(row, found):
            return
        found = self._named_by_level(row, found, name)
        names = found.get(name_key(self.header), [])
        name = next((cell for cell in names if not cell.is_blank), None)
        self._sections(row, found, name)
        first = self.header.all[0].first
        self.page.use([cell for cell in cells if cell.column + cell.columns <= first])  # words at the form's side
        own = {key: [cell for cell in here if cell.row == row and not cell.is_blank] for key, here in found.items()}
        others = [cell for column in self.header.columns for cell in own.get(column.field, [])]
        nothing = all(self.words.says_nothing(cell.text) and cell.fault is None for cell in others)
        if nothing and (name is None or name.row < row or self.words.says_nothing(name.text)):
            self.page.use([*others, *names])
        else:
            self._end_of_section()
            self._entry(row, [cell for cell in names if not cell.is_blank], own)

    # ---- what is no indicator

    def _total(self, row: int, cells: list[Cell], found: dict[str, list[Cell]], name: Cell | None) -> bool:
        """Read the row of totals: of the points, and of the scores that the unit gave itself."""
        beside = all(is_number(cell) for cell in cells[1:])  # a label right before its sums
        inside = (cell for cell in cells if cell.column <= self.header.name.last or beside)
        closing = self.words.subtotals if row == self.last else frozenset()
        label = next((cell for cell in inside if self.words.is_total(cell.text) or core(cell.text) in closing), None)
        if label is None or not (name is None or name is label or name.row < row or is_number(name)):
            return False
        self.page.use([label])
        self.draft.kinds.add("indicators")
        if self._sums_below(row, [cell for cell in cells if cell is not label]):
            return True
        if self._is_larger_total(row, [label]):
            self._end_of_section()
        self.summed = self.section[0] if self.draft.rows and self.section else ""
        for key in ("points", "claimed_score"):
            here = [cell for cell in found.get(key, []) if not cell.is_blank and cell is not label]
            column = self.header.get(key)
            if here and column is not None:
                self.draft.total.setdefault(key, self.page.value(here, column.word))
        left = [cell for cell in cells if cell not in self.page.used and is_number(cell)]
        if left and "claimed_score" not in self.draft.total:
            self.draft.total["claimed_score"] = self.page.value(left[-1:], label.words)
        self.page.use(cell for cell in left if cell.column <= self.header.name.last)  # sums of the levels' points
        grades = [cell for cell in cells if cell.key in self.words.grades]
        if grades:
            self.draft.head.setdefault("claimed_grade", self.page.value(grades, label.words))
        return True

    def _sums_below(self, row: int, heads: list[Cell]) -> bool:
        """Read totals that stand below words of their own: 总分值 | 总得分 | 自评等级."""
        grid = self.page.grid
        labels = [self.words.label(cell.text) for cell in heads]
        kinds = [
            label if label == "claimed_grade" else self.words.hinted_column(cell.text)
            for cell, label in zip(heads, labels, strict=True)
        ]
        if not heads or any(kind not in ("points", "claimed_score", "claimed_grade") for kind in kinds):
            return False
        for cell, kind in zip(heads, kinds, strict=True):
            below = grid.at(row + 1, cell.column)
            if below is not None and not below.is_blank:
                into = self.draft.head if kind == "claimed_grade" else self.draft.total
                into.setdefault(kind or "", self.page.value([below], cell.words))
        self.page.use(heads)
        return True

    def _subtotal(self, cells: list[Cell], found: dict[str, list[Cell]]) -> bool:
        """Read the sum of a section, where it is one of the first level: it is a claim of its own."""
        inside = [cell for cell in cells if cell.column <= self.header.name.last]
        part = next((cell for cell in inside if self.words.is_subtotal(cell.text)), None)
        if part is None:
            return False
        self.page.use(cells)
        scores = [cell for cell in found.get("claimed_score", []) if not cell.is_blank]
        second = self.header.levels[1] if len(self.header.levels) > 1 else self.header.name
        named = without_points(self.words.summed(part.text))
        of_first = self.words.section_level(named) == 0 if named else part.column <= second.first
        section = named or "".join(self.section[:1])
        if scores and section and of_first:
            self.draft.subtotals.setdefault(section, self.page.value(scores, part.words))
        return True

    def _sum_above(self, row: int, found: dict[str, list[Cell]]) -> bool:
        """Read the sum of a section above the rows that make it up: it names a section and has points, and no value."""
        fresh = [
            column
            for column in self.header.levels
            for cell in found.get(level_key(column), [])
            if cell.row == row and cell.rows == 1 and not cell.is_blank
        ]
        values = [cell for key in ("target", "actual", "both") for cell in found.get(key, []) if not cell.is_blank]
        scores = scored_cells(self.page.grid, row, self.header)
        below = next((at for at in range(row + 1, self.page.grid.height) if self.page.own(at)), None)
        if values or not scores or below is None:
            return False
        if not self.header.levels:
            return {"target", "actual"} <= {column.field for column in self.header.columns} and self._names_section(
                row, found
            )
        if not fresh:
            return False
        inside = [column for column in (*self.header.levels, self.header.name) if column.first > fresh[-1].first]
        first = self.page.own(below)[0]
        if not any(first.column in range(column.first, column.last + 1) for column in inside):
            return False
        self._sections(row, found, None)
        self.page.use(scores)
        claims = [cell for cell in found.get("claimed_score", []) if cell in scores]
        if claims and fresh[-1] is self.header.levels[0]:
            self.draft.subtotals.setdefault(self.section[0], self.page.value(claims, fresh[-1].word))
        return True

    def _names_section(self, row: int, found: dict[str, list[Cell]]) -> bool:
        """Read the sum of a section in a table that has sections and indicators in one column."""
        names = [cell for cell in found.get(name_key(self.header), []) if cell.row == row and not cell.is_blank]
        level = self.words.section_level(names[0].text) if names else None
        if level is None:
            return False
        self.section[level:] = ["/".join(self.words.section_path(names[0].text))]
        claims = [cell for cell in found.get("claimed_score", []) if not cell.is_blank]
        self.page.use(cell for here in found.values() for cell in here if cell.row == row)
        if claims and level == 0:
            self.draft.subtotals.setdefault(self.section[0], self.page.value(claims, names[0].words))
        return True

    def _section_row(self, cells: list[Cell]) -> bool:
        """Read a section that has a row to itself: ``一、产出指标（50分）`` across the table."""
        cell = cells[0]
        level = self.words.section_level(cell.text)
        if len(cells) > 1 or level is None or cell.column > self.header.name.last:
            return False
        column = next((one for one in self.header.levels if one.first == cell.column), None)
        inside = cell.columns == 1 and self.header.levels and cell.column >= self.header.levels[0].first
        if inside and (column is None or int(column.field) <= level):  # it stands where sections of its level do
            return False
        self.section[level:] = ["/".join(self.words.section_path(cell.text))]
        self.page.use([cell])
        return True

    def _is_text(self, cells: list[Cell]) -> bool:
        """Tell a text across the table, with or without a label: 其他需要说明的问题. It is no indicator."""
        last = cells[-1]
        end = last.column + last.columns - 1
        covered = sum(column.first <= end and last.column <= column.last for column in self.header.all)
        wide = last.columns > 2 and covered > 1 and end > self.header.name.last + 1  # noqa: PLR2004 - name and a value
        label = cells[0].column <= self.header.name.first
        remark = self.words.is_remark(cells[0].text) and cells[0].column < self.header.name.first
        return (wide or remark) and label and len(cells) <= 2  # noqa: PLR2004 - label and text

    # ---- sections and indicators

    def _named_by_level(self, row: int, found: dict[str, list[Cell]], name: Cell | None) -> dict[str, list[Cell]]:
        """Take the deepest level that begins in a row for its name, where it has values and no name.

        On the page it reaches over the name; files of separated values keep no merged cells. A section's name is none.
        """
        values = [cell for column in self.header.columns for cell in found.get(column.field, []) if cell.row == row]
        keys = [level_key(column) for column in self.header.levels]
        deepest = next((key for key in reversed(keys) if any(cell.row == row for cell in found.get(key, []))), None)
        if name is not None or deepest is None or not any(is_number(cell) for cell in values):
            return found
        fresh = [cell for cell in found[deepest] if not cell.is_blank]
        if not fresh or self.words.section_level(fresh[0].text) is not None or self.words.says_nothing(fresh[0].text):
            return found
        return {**found, deepest: [], name_key(self.header): fresh}

    def _sections(self, row: int, found: dict[str, list[Cell]], name: Cell | None) -> None:
        """Bring the sections up to date: a new one of an outer level ends those inside it, blank ones go on.

        A name that reaches over levels, 预算执行率 across all of them, stands in none of those.
        """
        over = [column for column in self.header.levels if name and name.row == row and name.column <= column.first]
        if over:
            del self.section[int(over[0].field) :]
        for column in self.header.levels:
            depth = int(column.field)
            cells = [cell for cell in found.get(level_key(column), []) if not cell.is_blank]
            fresh = [cell for cell in cells if cell.row == row]
            self.page.use(fresh)
            if fresh and not self.words.says_nothing(fresh[0].text):
                section = "/".join(self.words.section_path(fresh[0].text))
                if self.section[depth : depth + 1] != [section]:
                    self.section[depth:] = [*[""] * (depth - len(self.section)), section]
            elif fresh and self.words.is_dash(fresh[0].text):
                del self.section[depth:]
            elif not cells and self.section[depth : depth + 1] not in ([], [""]) and self._has_name(row):
                self.filled_down.append(f"{self.page.grid.row_place(row)}“{column.word}”")

    def _is_larger_total(self, row: int, cells: list[Cell]) -> bool:
        """Tell a total that is more than the one before it, which then was that of a section."""
        before = self.draft.total.get("claimed_score")
        scores = [cell for cell in scored_cells(self.page.grid, row, self.header) if self.words.is_total(cells[0].text)]
        return bool(self.summed and scores and before) and _amount(scores[-1].key) > _amount(
            before.line if before else ""
        )

    def _end_of_section(self) -> None:
        """Take what looked like the total of the form for that of a section, for there are rows before and after it."""
        claimed = self.draft.total.get("claimed_score")
        if claimed is not None and self.summed:
            self.draft.subtotals.setdefault(self.summed, claimed)
            self.draft.total.clear()
        self.summed = ""

    def _entry(self, row: int, names: list[Cell], own: dict[str, list[Cell]]) -> None:
        """Keep a row of an indicator, every column that the form has in it, blank ones too."""
        cells: dict[str, Value] = {}
        if names:
            cells["indicator"] = self.page.value(names, self.header.name.word)
        for column in self.header.columns:
            here = own.get(column.field, [])
            value = self.page.value(here, column.word) if here else self.page.blank(row, column.first, column.word)
            cells |= self._parted(value, column)
            if column.field in _MERGED:
                self._tell_merged(row, here, column)
        units = {column.field: column.unit for column in self.header.columns if column.unit}
        section = tuple(part for part in self.section if part)
        self.draft.rows.append(Row(section, cells, units, f"{self.page.file} {self.page.grid.row_place(row)}"))

    def _parted(self, value: Value, column: Column) -> dict[str, Value]:
        """Give target and actual apart, where they stand in one cell; elsewhere the cell as what its column holds."""
        alone = column.field == "actual" and self.header.get("target") is None
        parts = self.words.both_in(value.text) if alone or column.field == "both" else None
        if column.field != "both" and parts is None:
            return {column.field: value}
        parts = parts or _halves(value.text)
        if parts is None and not self.words.says_nothing(value.text):
            place = value.place.removeprefix(self.draft.file).strip()
            self.draft.tell("form-cell-not-parted", place, text=value.line)
        return {
            key: evolve(value, text=part) for key, part in zip(("target", "actual"), parts or ("", ""), strict=True)
        }

    def _tell_merged(self, row: int, cells: list[Cell], column: Column) -> None:
        for cell in cells:
            if cell.rows > 1:
                place, last = self.page.grid.place(cell, column.word), self.page.grid.row_name(row + cell.rows - 1)
                self.draft.tell("form-cell-merged", place, word=column.word, text=compact(cell.text), last=last)


def _halves(text: str) -> tuple[str, str] | None:
    """Give the two values in a text with a sign between them, or of which one is in brackets; None where that is open.

    >>> _halves("≥90%/95%"), _halves("3000元/人/2800元/人"), _halves("≥90%（95%）"), _halves("3000元/人")
    (('≥90%', '95%'), ('3000元/人', '2800元/人'), ('≥90%', '95%'), None)
    """
    text = text.strip()
    if inside := _LAST_BRACKETS.fullmatch(text):
        return inside[1], inside[2]
    for sign in ("\n", "；", ";", "/", "／", "，"):
        parts = [part.strip() for part in text.split(sign)]
        middle = len(parts) // 2
        halves = sign.join(parts[:middle]), sign.join(parts[middle:])
        alike = len({any(letter.isdigit() for letter in half) for half in halves}) == 1
        if len(parts) % 2 == 0 and all(halves) and alike:
            return halves
    return None


def _amount(text: str) -> Decimal:
    """Give the number of points that a cell states; 0 where it states none."""
    found = re.match(r"\d+(?:\.\d+)?", text.replace(",", ""))
    return Decimal(found[0]) if found else Decimal(0)

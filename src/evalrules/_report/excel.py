"""Reports as Excel workbooks, a sheet for each part that has a table (extra ``office``).

A number is a number, with the places that it is shown with; every other text is text, whatever it begins with.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from math import ceil
from typing import Any, Final
from urllib.parse import quote

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from rich.cells import cell_len

from evalrules._forms.package import REPORT
from evalrules._patterns import regex
from evalrules._problems import Phrases, visible
from evalrules._report.blocks import (
    Bars,
    Block,
    Chart,
    Column,
    Document,
    Facts,
    Heading,
    Items,
    Line,
    Paragraph,
    Row,
    Table,
    line,
    on_paper,
    plain,
    row,
)
from evalrules._report.office import FILLED_IN, SHADE, finished, mark_workbook

_NUMBER = regex(r"-?[0-9]+(?:\.(?P<places>[0-9]+))?")
_UNFIT: Final = regex(r"[\[\]:*?/\\]")
_LONGEST: Final = 32_000
"""Characters that a cell shows; Excel takes no more than 32,767."""
_LONGEST_LIST: Final = 255
"""Characters of a list of choices that Excel takes."""
_SIDE = Side(style="thin", color="808080")
_BORDER = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_SHADE, _TO_FILL = (PatternFill("solid", fgColor=colour) for colour in (SHADE, FILLED_IN))
_RED = "B3261E"
_CHARACTERS: Final = 3
"""How wide a column is for each share of a page that it takes."""


def write(document: Document) -> bytes:
    """Write a report as a ``.xlsx`` file; the same report gives the same bytes."""
    workbook = _ExcelWriter(on_paper(document)).written()
    mark_workbook(workbook, document.mark or REPORT)
    return finished(workbook)


class _ExcelWriter:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.colon = Phrases(document.language, "report").sign("colon")
        self.workbook = Workbook()
        self.workbook.properties.creator = "evalrules"
        self.workbook.properties.title = visible(document.full_title)
        self.sheet: Any = self.workbook.active
        self.at = 1
        self.holds_table = False

    def written(self) -> Workbook:
        self._set_up(self.document.title)
        self._text(line(self.document.full_title), size=14, bold=True)
        for block in self.document.blocks:
            self._block(block)
        return self.workbook

    # ---- sheets ----

    def _set_up(self, title: str) -> None:
        sheet = self.sheet
        sheet.title = self._sheet_name(title)
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.oddFooter.center.text = "&P / &N"

    def _sheet_name(self, title: str) -> str:
        """Give a name that Excel takes: short, without its signs, and no other sheet's."""
        name = _UNFIT.sub("-", visible(title)).strip("' ")[:28] or "-"
        others = {sheet.title.casefold() for sheet in self.workbook.worksheets if sheet is not self.sheet}
        names = (name, *(f"{name[:25]} {number}" for number in range(2, 1000)))
        return next(each for each in names if each.casefold() not in others)

    def _part(self, heading: Heading) -> None:
        """Begin a sheet for a part where the one at hand has its table already; else name it after the part."""
        if self.holds_table:
            self.sheet, self.at, self.holds_table = self.workbook.create_sheet(), 1, False
            self._set_up(plain(heading.text))
        elif self.at <= 1 or self.sheet.title == self._sheet_name(self.document.title):
            self.sheet.title = self._sheet_name(plain(heading.text))
        self._text(heading.text, size=12, bold=True)

    # ---- blocks ----

    def _block(self, block: Block, depth: int = 0) -> None:
        match block:
            case Heading(_, 2):
                self._part(block)
            case Heading(shown):
                self._text(shown, bold=True)
            case Paragraph(shown):
                self._text(shown, depth=depth)
            case Facts(pairs):
                for name, value in pairs:
                    self._text(line(f"{name}{self.colon}", *value), depth=depth)
            case Items(items):
                for number, item in enumerate(items, 1):
                    self._text(line(f"{number}. " if block.is_numbered else "", *item.text), depth=depth)
                    for below in item.below:
                        self._block(below, depth + 1)
            case Table():
                self._table(block)
            case Bars(heads, bars, name):
                self._counts(heads, (row(bar.name, bar.change, bar.left) for bar in bars), name)
            case Chart(name, series, groups):
                self._counts((name, *series), (row(each.label, str(each.old), str(each.new)) for each in groups), name)

    def _text(self, shown: Line, *, size: int = 11, bold: bool = False, depth: int = 0) -> None:
        """Write a line across the sheet; one too long for it is wrapped."""
        cell = self.sheet.cell(self.at, 1)
        _put(cell, plain(shown))
        cell.alignment = Alignment(wrap_text=True, vertical="top", indent=2 * depth)
        cell.font = Font(size=size, bold=bold, color=_RED if shown and shown[0].tone == "lost" else None)
        self.sheet.merge_cells(start_row=self.at, end_row=self.at, start_column=1, end_column=_ACROSS)
        rows = ceil(cell_len(plain(shown)) / _WIDE)
        self.sheet.row_dimensions[self.at].height = 1.5 * size * max(1, min(rows, 20))
        self.at += 1

    def _counts(self, heads: tuple[str, str, str], rows: Iterable[Row], name: str) -> None:
        columns = (Column(head, is_number=place > 0, width=2 if place else 6) for place, head in enumerate(heads))
        self._table(Table(tuple(columns), tuple(rows), name))

    def _table(self, table: Table) -> None:
        for place, column in enumerate(table.columns, 1):
            dimension = self.sheet.column_dimensions[get_column_letter(place)]
            known = dimension.width if self.holds_table else 0
            dimension.width = max(known, 1 + _CHARACTERS * column.width)
        if table.has_head:
            self._head(table)
        first = self.at
        for each in table.rows:
            self._row(each, table)
        for place, column in enumerate(table.columns, 1):
            if column.choices and table.rows:
                self._choices(
                    column.choices, f"{get_column_letter(place)}{first}:{get_column_letter(place)}{self.at - 1}"
                )
        self.holds_table = True
        self.at += 1

    def _head(self, table: Table) -> None:
        """Write the names of the columns; those of a sheet's first table stay in sight and head every page."""
        for place, column in enumerate(table.columns, 1):
            cell = self.sheet.cell(self.at, place)
            _put(cell, column.name)
            cell.font, cell.fill, cell.border = Font(bold=True), _SHADE, _BORDER
            cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        self._set_height([(column.name, place, 1) for place, column in enumerate(table.columns)])
        if self.holds_table:
            self.sheet.print_title_rows = None
        else:
            self.sheet.print_title_rows = f"{self.at}:{self.at}"
            self.sheet.freeze_panes = self.sheet.cell(self.at + 1, 1)
        self.at += 1

    def _choices(self, choices: Iterable[str], cells: str) -> None:
        """Offer a choice in cells, where the list fits into what Excel takes; other texts may be written too."""
        listed = ",".join(choices)
        if len(listed) <= _LONGEST_LIST and listed.count(",") == len(tuple(choices)) - 1 and '"' not in listed:
            offered = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=False)
            offered.add(cells)
            self.sheet.add_data_validation(offered)

    def _set_height(self, texts: Iterable[tuple[str, int, int]], least: int = 1) -> None:
        """Make room for the longest of texts, each with its column and how many it takes; not every program does."""
        rows = least
        for text, place, columns in texts:
            taken = range(place + 1, place + columns + 1)
            width = sum(self.sheet.column_dimensions[get_column_letter(each)].width - 1 for each in taken)
            rows = max(rows, ceil(cell_len(text) / width))
        self.sheet.row_dimensions[self.at].height = 15.5 * min(rows, 25)

    def _row(self, each: Row, table: Table) -> None:
        for place, found in enumerate(each.cells, 1):
            cell = self.sheet.cell(self.at, place)
            cell.border = _BORDER
            if found is None:
                continue
            column = table.columns[place - 1]
            if found.text and found.text[0].link and not found.text[0].link.startswith("#"):
                cell.hyperlink = quote(found.text[0].link)
            _put(cell, plain(found.text), is_number=column.is_number)
            cell.font = Font(bold=bool(each.kind), color=_RED if found.text and found.text[0].tone == "lost" else None)
            cell.fill = _SHADE if each.kind else _TO_FILL if column.to_fill else PatternFill()
            cell.alignment = Alignment(
                wrap_text=True, vertical="center", horizontal="right" if column.is_number else None
            )
            if found.rows > 1 or found.columns > 1:
                self.sheet.merge_cells(
                    start_row=self.at,
                    end_row=self.at + found.rows - 1,
                    start_column=place,
                    end_column=place + found.columns - 1,
                )
        shown = [(place, found) for place, found in enumerate(each.cells) if found is not None]
        texts = [(plain(found.text), place, found.columns) for place, found in shown if found.rows == 1]
        self._set_height(texts, max((found.height for _, found in shown), default=1))
        self.at += 1


_ACROSS: Final = 8
_WIDE: Final = 110
"""Columns that a line of text takes, and how many characters they hold together, about."""


def _put(cell: Any, text: str, *, is_number: bool = False) -> None:
    """Put a text into a cell: as a number where it is one and the column holds numbers, else never as a formula."""
    number = _NUMBER.fullmatch(text) if is_number else None
    if number is not None:
        cell.value = Decimal(text)
        cell.number_format = f"0.{'0' * len(number['places'])}" if number["places"] else "0"
        return
    shown = visible(text)
    cell.value = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
    cell.data_type = "s"
    cell.quotePrefix = shown[:1] in tuple("=+-@'")

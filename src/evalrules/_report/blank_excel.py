"""Blank forms as Excel workbooks, a sheet for each table: a cell to fill in has a hidden name, by which it is read.

A cell to fill in holds text, so that what is written there stays as it is written: ``95%``, ``6.10``, ``2024.6``;
sheets reckon with it all the same. Everything else is locked (extra ``office``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import accumulate, count
from math import ceil
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from rich.cells import cell_len

from evalrules._forms.issued import PRINTED
from evalrules._forms.package import MARKED, OUR_LISTS
from evalrules._formula.tree import Arithmetic, Name, Negative, Node, Number, names
from evalrules._numbers import decimal_text, is_decimal
from evalrules._patterns import regex
from evalrules._problems import visible
from evalrules._report.blank import Box, Leaf, Part, PrintableForm, Strip
from evalrules._report.office import FILLED_IN, SHADE, finished, mark_workbook
from evalrules._report.word import CELL

_ROOM: Final = 92
"""How many characters a line of a page holds, about."""
_LINE: Final = 16
_SIDE = Side(style="thin", color="000000")
_BORDER = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_UNFIT: Final = regex(r"[\[\]:*?/\\']")
_ROW: Final = regex(rb'<row r="([0-9]+)"[^>]*>')
_FOOT: Final = b"</headerFooter>"
_AS_TEXT: Final = b'<ignoredErrors><ignoredError sqref="A1:XFD9999" numberStoredAsText="1"/></ignoredErrors>'
"""Numbers that are kept as text are meant to be: no program need point at each of them."""
_SHORT: Final = 12
_CENTRED: Final = (".target", ".actual", ".points", ".claimed_score", ".score", ".given")
_LISTED: Final = 250
"""Characters that the choices of a cell may take together."""


def write(blank: PrintableForm) -> bytes:
    """Write a blank form as a ``.xlsx`` file; the same form gives the same bytes."""
    writer = _BlankExcelWriter(blank)
    workbook = writer.written()
    mark_workbook(workbook, blank.issued.text)
    sheets = {f"xl/worksheets/sheet{number}.xml": title for number, title in enumerate(workbook.sheetnames, 1)}

    def mended(name: str, part: bytes) -> bytes:
        growing = {row for title, row in writer.growing if title == sheets.get(name)}
        return _quiet(part, growing) if name in sheets else part

    return finished(workbook, mended)


def _quiet(part: bytes, growing: set[int]) -> bytes:
    """Say in a sheet what openpyxl has no words for: which rows may grow, and that numbers are meant to be texts."""

    def row(found: re.Match[bytes]) -> bytes:
        return found[0].replace(b' customHeight="1"', b"") if int(found[1]) in growing else found[0]

    return _ROW.sub(row, part.replace(_FOOT, _FOOT + _AS_TEXT, 1))


class _BlankExcelWriter:
    def __init__(self, blank: PrintableForm) -> None:
        self.blank, self.workbook, self.numbers = blank, Workbook(), count(1)
        self.places: dict[str, str] = {}
        self.computed: list[tuple[Any, Box]] = []
        self.growing: set[tuple[str, int]] = set()
        """The rows for which sheets make room when more is written into them: those without merged cells."""

    def written(self) -> Workbook:
        self.workbook.properties.creator = "evalrules"
        self.workbook.properties.title = visible(self.blank.title)
        for number, leaf in enumerate(self.blank.leaves, 1):
            sheet: Any = self.workbook.active if number == 1 else self.workbook.create_sheet()
            sheet.title = (_UNFIT.sub("-", visible(leaf.name))[:28] or str(number)) if leaf.name else str(number)
            _SheetWriter(self, sheet, leaf).write(self.blank.guide if number == 1 else "")
        for cell, box in self.computed:
            self._compute(cell, box)
        return self.workbook

    def name(self, cell: Any, mark: str) -> None:
        """Give a cell the hidden name that says what it is for."""
        name = f"{MARKED}{next(self.numbers)}.{mark}"
        sheet = cell.parent.title.replace("'", "''")
        place = f"'{sheet}'!${cell.column_letter}${cell.row}"
        self.workbook.defined_names[name] = DefinedName(name, attr_text=place, hidden=True)

    def _compute(self, cell: Any, box: Box) -> None:
        """Let a sheet compute what it can: sums and quotients of figures that stand on the form."""
        tree = box.computed
        read = names(tree) if tree is not None else []
        known = {name: self.places[name] for name in read if name in self.places}
        formula = _formula(tree, known) if tree is not None and set(known) == set(read) and known else None
        if formula is not None:
            blank = ",".join(f'{place}=""' for place in dict.fromkeys(known.values()))
            cell.value = f'=IF(OR({blank}),"",IFERROR({formula},""))'
            cell.number_format = "0.00%" if box.is_rate else "0.00"


def _formula(tree: Node, places: Mapping[str, str]) -> str | None:
    """Write a formula as sheets do; None for one that takes more than arithmetic."""
    match tree:
        case Name(name):
            return places.get(name)
        case Number(value) if is_decimal(value):
            return decimal_text(value)
        case Negative(operand):
            inner = _formula(operand, places)
            return None if inner is None else f"(-{inner})"
        case Arithmetic(operator, left, right):
            one, other = _formula(left, places), _formula(right, places)
            return None if one is None or other is None else f"({one}{operator}{other})"
    return None


class _SheetWriter:
    """Writes one sheet. Its columns are those of the part that has most; the cells of others reach over several."""

    def __init__(self, book: _BlankExcelWriter, sheet: Any, leaf: Leaf) -> None:
        self.book, self.sheet, self.leaf, self.at = book, sheet, leaf, 1
        widest = max((part.widths for part in leaf.parts), key=len, default=(1,))
        self.widths = [_ROOM * width / sum(widest) for width in widest]
        self.choices: dict[tuple[tuple[str, ...], bool], DataValidation] = {}

    def write(self, guide: str) -> None:
        sheet = self.sheet
        if self.leaf.is_wide:
            sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 9, 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_margins.left = sheet.page_margins.right = 0.6
        sheet.print_options.horizontalCentered = True
        sheet.oddFooter.center.text = "&P / &N"
        for place, width in enumerate(self.widths, 1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        if self.leaf.name:
            self._text(self.leaf.name, bold=True)
        self._text(self.leaf.title, size=16, bold=True, horizontal="center")
        if guide:
            self._text(guide, size=9)
        for part in self.leaf.parts:
            self._part(part)
        for note in self.leaf.notes:
            self._text(note, size=10)
        for rule in self.choices.values():
            sheet.add_data_validation(rule)
        sheet.protection.sheet = True
        for allowed in ("insertRows", "deleteRows", "formatCells", "formatColumns", "formatRows"):
            setattr(sheet.protection, allowed, False)  # what is forbidden is named

    def _text(self, text: str, *, size: int = 11, bold: bool = False, horizontal: str = "left") -> None:
        cell = self.sheet.cell(self.at, 1)
        _put(cell, text)
        cell.font = Font(name=CELL, size=size, bold=bold)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal=horizontal)
        self.book.name(cell, PRINTED)
        self._merge(0, len(self.widths), 1)
        self.sheet.row_dimensions[self.at].height = 1.5 * size * max(1, ceil(cell_len(text) * size / 11 / _ROOM))
        self.at += 1

    def _merge(self, first: int, end: int, rows: int) -> None:
        if end - first > 1 or rows > 1:
            self.sheet.merge_cells(
                start_row=self.at, end_row=self.at + rows - 1, start_column=first + 1, end_column=end
            )

    def _part(self, part: Part) -> None:
        if part.heading:
            self._text(part.heading, bold=True)
        edges = self._edges(part.widths)
        if part.widths and len(part.widths) == len(self.widths) and part.strips and part.strips[0].is_header:
            self.sheet.print_title_rows = f"{self.at}:{self.at}"
        for strip in part.strips:
            self._strip(strip, edges)

    def _edges(self, widths: tuple[int, ...]) -> list[int]:
        """Give the sheet's columns at which those of a part begin, and where the last ends: as near as may be."""
        own = list(accumulate(self.widths, initial=0.0))
        share = own[-1] / sum(widths)
        best: dict[int, tuple[float, list[int]]] = {0: (0.0, [0])}
        for wanted in (width * share for width in widths):
            ways = (
                (cost + _strain(own[at] - own[edges[-1]], wanted), [*edges, at])
                for cost, edges in best.values()
                for at in range(edges[-1] + 1, len(own))
            )
            best = {way[1][-1]: way for way in sorted(ways, reverse=True)}
        return best[len(self.widths)][1]

    def _strip(self, strip: Strip, edges: list[int]) -> None:
        is_printed = not any(box is not None and box.slot is not None for box in strip.boxes)
        height = 1
        for place, box in enumerate(strip.boxes):
            if box is None:
                continue
            first, end = edges[place], edges[place + box.columns]
            for row in range(self.at, self.at + box.rows):
                for column in range(first + 1, end + 1):
                    self.sheet.cell(row, column).border = _BORDER
            cell = self.sheet.cell(self.at, first + 1)
            self._box(cell, box)
            if is_printed:
                self.book.name(cell, PRINTED)
                is_printed = False
            self._merge(first, end, box.rows)
            if box.rows == 1:
                height = max(
                    height,
                    box.lines,
                    ceil(
                        cell_len(box.text or (box.slot.text if box.slot else ""))
                        * 1.15
                        / (sum(self.widths[first:end]) - 1)
                    ),
                )
        self.sheet.row_dimensions[self.at].height = _LINE * min(height, 24) + 4
        if len(edges) == len(self.widths) + 1 and height == 1 and not strip.is_header:
            self.book.growing.add((self.sheet.title, self.at))
        self.at += 1

    def _box(self, cell: Any, box: Box) -> None:
        fill = FILLED_IN if box.slot is not None else SHADE
        cell.fill = PatternFill("solid", fgColor=fill)
        cell.font = Font(name=CELL, size=10, bold=box.is_head)
        is_short = box.is_head or cell_len(box.text) <= _SHORT
        if box.slot is not None:
            is_figure = box.slot.mark.startswith("data.") and box.lines == 1
            is_short = is_figure or box.slot.mark.endswith(_CENTRED)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center" if is_short else None)
        if box.figure:
            sheet = self.sheet.title.replace("'", "''")
            self.book.places[box.figure] = f"'{sheet}'!{cell.column_letter}{cell.row}"
        if box.slot is None:
            _put(cell, box.text)
            if box.computed is not None:
                self.book.computed.append((cell, box))
            return
        cell.number_format = "@"
        cell.protection = Protection(locked=False)
        self.book.name(cell, box.slot.mark)
        _put(cell, box.slot.text)
        if box.slot.choices:
            self._choice(cell, box.slot.choices, is_free=box.slot.is_free)

    def _choice(self, cell: Any, words: tuple[str, ...], *, is_free: bool) -> None:
        key = (words, is_free)
        if key not in self.choices:
            listed = ",".join(words)
            if len(listed) > _LISTED or any("," in word or '"' in word for word in words):
                listed = self._kept(words)
            else:
                listed = f'"{listed}"'
            rule = DataValidation(type="list", formula1=listed, allow_blank=True, showErrorMessage=not is_free)
            self.choices[key] = rule
        self.choices[key].add(cell)

    def _kept(self, words: tuple[str, ...]) -> str:
        """Keep choices that are too long for a cell on a sheet of their own, which nobody sees."""
        book = self.book.workbook
        name = OUR_LISTS
        sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
        sheet.sheet_state = "veryHidden"
        column = sheet.max_column + 1 if sheet.cell(1, 1).value is not None else 1
        for row, word in enumerate(words, 1):
            _put(sheet.cell(row, column), word)
        letter = get_column_letter(column)
        return f"{name}!${letter}$1:${letter}${len(words)}"


def _strain(width: float, wanted: float) -> float:
    """Tell how ill a column has the width that it should have: what is too narrow is worse than what is too wide."""
    return (max(width, wanted) / min(width, wanted)) ** 2 * (1 if width >= wanted else 2)


def _put(cell: Any, text: str) -> None:
    if text:
        cell.value, cell.data_type = visible(text), "s"

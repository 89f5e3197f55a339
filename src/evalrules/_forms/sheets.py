"""A workbook as its pages show it: every cell by its number format, without what is hidden, from four kinds of file."""

from __future__ import annotations

import csv
import io
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Any, Final

from attrs import define, field

from evalrules._forms.cells import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, PICTURE, Cell, Grid, letters
from evalrules._forms.numbers import BUILT_IN, GENERAL, shown_number, shown_text
from evalrules._forms.package import MARKED, OUR_LISTS, Element, Package, Unreadable, elements, stream
from evalrules._patterns import regex
from evalrules._problems import Location, Problem, listed, problem
from evalrules._values import frozen

Span = tuple[int, int, int, int]
"""First row, first column, last row, last column, counted from 0."""

_MOST_ELEMENTS: Final = 4_000_000
"""A sheet that is formatted to its last column has a million empty cells in sixty rows."""
_MOST_MERGED: Final = 20_000
_MOST_PICTURES: Final = 200
_ESCAPED = regex(r"_x([0-9A-Fa-f]{4})_")
_ERRORS: Final = "form-cell-error"
_UNCALCULATED: Final = "form-cell-uncalculated"
_PICTURE: Final = "DISPIMG("
"""The function by which WPS keeps a picture in a cell."""


@frozen
class FilledCell:
    """A cell with something in it: its place in the file, from 0, its text as shown, and what is wrong with it."""

    row: int
    column: int
    text: str
    fault: str | None = None


@define
class Sheet:
    """A sheet as it is in the file, hidden parts included."""

    name: str
    cells: list[FilledCell] = field(factory=list)
    merged: list[Span] = field(factory=list)
    hidden_rows: set[int] = field(factory=set)
    hidden_columns: list[tuple[int, int]] = field(factory=list)
    hidden: bool = False
    marks: dict[tuple[int, int], str] = field(factory=dict)

    def keep(self, cell: FilledCell) -> None:
        """Keep a cell that says something, within the limits."""
        if cell.text.strip() or cell.fault:
            if len(self.cells) >= MAX_CELLS:
                raise Unreadable("form-too-many-cells", limit=MAX_CELLS)
            self.cells.append(cell)

    def is_hidden(self, cell: FilledCell) -> bool:
        """Tell whether the row or column of a cell is hidden."""
        return cell.row in self.hidden_rows or self.is_narrow(cell.column)

    def is_narrow(self, column: int) -> bool:
        """Tell whether a column is hidden."""
        return any(low <= column <= high for low, high in self.hidden_columns)


def grids(file: str, sheets: Iterable[Sheet]) -> tuple[list[Grid], list[Problem]]:
    """Give what is on the pages of the sheets, and tell what is hidden on them and has something in it."""
    pages: list[Grid] = []
    told: list[Problem] = []
    for sheet in sheets:
        if sheet.hidden:
            if sheet.cells:
                told.append(problem("form-sheet-hidden", Location(file), sheet=sheet.name))
            continue
        told += [*_hidden(file, sheet), *_uncovered(file, sheet)]
        pages.append(_page(sheet))
    return pages, told


def _hidden(file: str, sheet: Sheet) -> Iterator[Problem]:
    rows = sorted({cell.row + 1 for cell in sheet.cells if cell.row in sheet.hidden_rows})
    columns = sorted({cell.column for cell in sheet.cells if sheet.is_narrow(cell.column)})
    if rows:
        yield problem("form-rows-hidden", Location(file), sheet=sheet.name, rows=_ranges(rows))
    if columns:
        yield problem("form-columns-hidden", Location(file), sheet=sheet.name, columns=listed(map(letters, columns)))


def _uncovered(file: str, sheet: Sheet) -> Iterator[Problem]:
    """Leave out what stands in a cell below a merged one, which some programs keep and none shows, and tell it."""
    lines: dict[int, list[FilledCell]] = {}
    for cell in sheet.cells:
        lines.setdefault(cell.row, []).append(cell)
    rows, looked_at = sorted(lines), 0
    covered: dict[Span, list[FilledCell]] = {}
    for span in sheet.merged:
        top, left, bottom, right = span
        for row in rows[bisect_left(rows, top) : bisect_left(rows, bottom + 1)]:
            looked_at += len(lines[row])
            if looked_at > MAX_CELLS * 10:
                raise Unreadable("form-too-many-cells", limit=MAX_CELLS)
            inside = (cell for cell in lines[row] if left <= cell.column <= right and (row, cell.column) != (top, left))
            covered.setdefault(span, []).extend(inside)
    written = {(cell.row, cell.column) for cell in sheet.cells if cell.text or cell.fault}
    covering = [span for span, cells in covered.items() if cells]
    # No office program leaves the first cell of a merged one blank, and none puts one over a row with several.
    if any(span[:2] not in written or len(covered[span]) > span[2] - span[0] + 1 for span in covering):
        moved = min(span[0] for span in covering)
        sheet.merged = [span for span in sheet.merged if span[0] < moved]
        yield problem("form-merges-moved", Location(f"{file} {sheet.name}"), row=moved + 1)
        return
    unseen = {cell for span in covering for cell in covered[span]}
    if unseen:
        sheet.cells = [cell for cell in sheet.cells if cell not in unseen]
        first = min(unseen, key=lambda cell: (cell.row, cell.column))
        place = f"{file} {sheet.name}!{letters(first.column)}{first.row + 1}"
        yield problem("form-cells-covered", Location(place), text=first.text, count=len(unseen))


def _ranges(numbers: list[int]) -> str:
    """Write numbers in order with their runs: ``3–5、9``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return listed(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _page(sheet: Sheet) -> Grid:
    """Lay out what is not hidden; rows and columns in which nothing is written are left out of the page."""
    merged = {(span[0], span[1]): span for span in sheet.merged}
    seen = [cell for cell in sheet.cells if not sheet.is_hidden(cell)]
    reaching = [span for cell in sheet.cells if (span := merged.get((cell.row, cell.column)))]
    rows = sorted({cell.row for cell in seen} | {row for row in _reached(reaching, 0) if row not in sheet.hidden_rows})
    columns = sorted(
        {cell.column for cell in seen} | {column for column in _reached(reaching, 1) if not sheet.is_narrow(column)}
    )
    if len(rows) > MAX_ROWS or len(columns) > MAX_COLUMNS:
        raise Unreadable("form-too-many-rows", sheet=sheet.name, rows=MAX_ROWS, columns=MAX_COLUMNS)
    cells, covered = [], 0
    for written in sheet.cells:
        span = merged.get((written.row, written.column), (written.row, written.column, written.row, written.column))
        top, bottom = bisect_left(rows, span[0]), bisect_left(rows, span[2] + 1)
        left, right = bisect_left(columns, span[1]), bisect_left(columns, span[3] + 1)
        covered += (bottom - top) * (right - left)
        if covered > MAX_CELLS * 10:
            raise Unreadable("form-too-many-cells", limit=MAX_CELLS)
        if bottom > top and right > left:
            mark = sheet.marks.get((written.row, written.column), "")
            cells.append(Cell(written.text, top, left, bottom - top, right - left, written.fault, mark))
    names = tuple(map(letters, columns))
    return Grid(sheet.name, tuple(cells), sheet=True, row_names=tuple(row + 1 for row in rows), column_names=names)


def _reached(spans: list[Span], way: int) -> set[int]:
    """Give the rows (0) or columns (1) that merged cells reach into, as far as a form does."""
    most = (MAX_ROWS, MAX_COLUMNS)[way]
    return {at for span in spans for at in range(span[way], min(span[way + 2], span[way] + most) + 1)}


# ---- .xlsx ---------------------------------------------------------------------------------------------------------


def read_workbook(package: Package) -> list[Sheet]:
    """Read the sheets of an ``.xlsx`` or ``.xlsm``; macros are not looked at."""
    workbook = package.tree(package.main)
    related = package.related(package.main)
    properties = workbook.first("workbookPr")
    since_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    part_of = {kind: name for kind, name in related.values() if kind in ("sharedStrings", "styles")}
    shared = _shared_strings(package, part_of.get("sharedStrings"))
    styles = _styles(package, part_of.get("styles"))
    sheets, marks = [], _marks(workbook)
    listed = workbook.first("sheets")
    for entry in listed.all("sheet") if listed is not None else []:
        kind, part = related.get(entry.get("r:id"), ("", ""))
        if kind != "worksheet" or part not in package.names:
            continue
        if entry.get("name") == OUR_LISTS and entry.get("state") == "veryHidden":
            continue
        sheet = Sheet(entry.get("name"), hidden=entry.get("state", "visible") in ("hidden", "veryHidden"))
        reader = _SheetReader(sheet, shared, styles, since_1904=since_1904)
        stream(package.chunks(part), reader.start, reader.end, reader.text, _MOST_ELEMENTS)
        sheet.marks = marks.get(sheet.name, {})
        written = {(cell.row, cell.column) for cell in sheet.cells}
        sheet.cells += [FilledCell(*place, "") for place in sheet.marks if place not in written]
        sheet.cells += _pictured(package, part, sheet)
        sheets.append(sheet)
    if not sheets:
        raise Unreadable("form-file-damaged")
    return sheets


def _pictured(package: Package, part: str, sheet: Sheet) -> Iterator[FilledCell]:
    """Give the blank cells of the form on which a picture begins: what it shows is not read, and that is told."""
    written = {(cell.row, cell.column) for cell in sheet.cells}
    rows, columns = {row for row, _ in written}, {column for _, column in written}
    drawings = [name for kind, name in package.related(part).values() if kind == "drawing" and name in package.names]
    anchors = [anchor for name in drawings for anchor in elements(package.tree(name).children) if anchor.all("?pic")]
    for anchor in anchors[:_MOST_PICTURES]:
        corner = [anchor.first("?from", way) for way in ("?row", "?col")]
        row, column = (int(at.text) if at is not None and at.text.strip().isdecimal() else -1 for at in corner)
        spans = (span for span in sheet.merged if span[0] <= row <= span[2] and span[1] <= column <= span[3])
        place = next(spans, (row, column))[:2]
        if place not in written and row in rows and column in columns:
            written.add(place)
            yield FilledCell(*place, "", PICTURE)


def _marks(workbook: Element) -> dict[str, dict[tuple[int, int], str]]:
    """Give what the cells of a blank form of ours are for, by sheet: the names of the cells, without their number."""
    found: dict[str, dict[tuple[int, int], str]] = {}
    names = workbook.first("definedNames")
    for name in names.all("definedName") if names is not None else []:
        number, _, mark = name.get("name").removeprefix(MARKED).partition(".")
        sheet, _, cell = name.text.rpartition("!")
        place = _place(cell.partition(":")[0])
        if name.get("name").startswith(MARKED) and number.isdecimal() and place is not None:
            found.setdefault(sheet.strip("'").replace("''", "'"), {})[place] = mark
    return found


def _shared_strings(package: Package, part: str | None) -> list[str]:
    """Read the texts that cells share: runs put together, phonetic guides left out."""
    if part is None or part not in package.names:
        return []
    reader = _Strings()
    stream(package.chunks(part), reader.start, reader.end, reader.text)
    return reader.strings


@define
class _Strings:
    strings: list[str] = field(factory=list)
    _pieces: list[str] = field(factory=list)
    _reading: bool = False
    _guides: int = 0

    def start(self, tag: str, _: dict[str, str]) -> None:
        if tag == "si":
            self._pieces = []
        elif tag == "rPh":
            self._guides += 1
        elif tag == "t":
            self._reading = not self._guides

    def end(self, tag: str) -> None:
        if tag == "si":
            self.strings.append("".join(self._pieces))
        elif tag == "rPh":
            self._guides -= 1
        elif tag == "t":
            self._reading = False

    def text(self, content: str) -> None:
        if self._reading:
            self._pieces.append(content)


def _styles(package: Package, part: str | None) -> list[str]:
    """Give the number format of each cell style."""
    if part is None or part not in package.names:
        return []
    tree = package.tree(part)
    own = tree.first("numFmts")
    named = {entry.get("numFmtId"): entry.get("formatCode") for entry in (own.all("numFmt") if own else [])}
    formats = tree.first("cellXfs")
    ids = [entry.get("numFmtId", "0") for entry in (formats.all("xf") if formats else [])]
    return [named.get(number) or BUILT_IN.get(int(number) if number.isdecimal() else 0, GENERAL) for number in ids]


@define
class _SheetReader:
    """Takes the events of one sheet; ``dimension`` is not asked, for it is wrong where some programs write it."""

    sheet: Sheet
    shared: list[str]
    styles: list[str]
    since_1904: bool = field(kw_only=True)
    _row: int = -1
    _column: int = -1
    _cell: dict[str, str] | None = None
    _value: list[str] | None = None
    _content: str = ""
    _formula: bool = False
    _guides: int = 0
    _into: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._begin_cell(attributes)
        elif tag == "row":
            self._begin_row(attributes)
        elif self._cell is not None:
            if tag == "v" or (tag == "t" and not self._guides):
                self._into = True
            elif tag == "f":
                self._formula = True
            elif tag == "rPh":
                self._guides += 1
        elif tag == "col":
            self._column_range(attributes)
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        self._row = int(number) - 1 if number.isdecimal() and number != "0" else self._row + 1
        self._column = -1
        if _is_hidden(attributes, "ht"):
            self.sheet.hidden_rows.add(self._row)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        place = _place(attributes.get("r", ""))
        self._column = place[1] if place else self._column + 1
        self._row = place[0] if place else max(self._row, 0)
        self._cell, self._content, self._formula, self._into = attributes, "", False, False

    def _column_range(self, attributes: dict[str, str]) -> None:
        low, high = attributes.get("min", ""), attributes.get("max", "")
        if _is_hidden(attributes, "width") and low.isdecimal() and high.isdecimal():
            self.sheet.hidden_columns.append((int(low) - 1, int(high) - 1))

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        top, bottom = _place(first), _place(last or first)
        if top and bottom and len(self.sheet.merged) < _MOST_MERGED:
            self.sheet.merged.append((*top, *bottom))

    def text(self, content: str) -> None:
        if self._into:
            self._content += content

    def end(self, tag: str) -> None:
        if tag == "c" and self._cell is not None:
            if self._content or self._formula:
                self.sheet.keep(self._shown(self._cell))
            self._cell = None
        elif tag in ("v", "t"):
            self._into = False
        elif tag == "rPh":
            self._guides = max(0, self._guides - 1)

    def _shown(self, cell: dict[str, str]) -> FilledCell:
        style, kind = self._style(cell), cell.get("t", "n")
        place, content = (self._row, self._column), self._content
        if not content.strip() and self._formula and kind != "str":
            return FilledCell(*place, "", _UNCALCULATED)
        match kind:
            case "s":
                index = int(content) if content.strip().isdecimal() else -1
                text = self.shared[index] if 0 <= index < len(self.shared) else ""
                return FilledCell(*place, shown_text(_unescaped(text), style))
            case "str" if self._formula and _PICTURE in content:
                return FilledCell(*place, "", PICTURE)
            case "str" | "inlineStr":
                return FilledCell(*place, shown_text(_unescaped(content), style))
            case "b":
                return FilledCell(*place, "TRUE" if content.strip() == "1" else "FALSE")
            case "e":
                return FilledCell(*place, content.strip(), _ERRORS)
            case "d":
                return FilledCell(*place, content.strip().removesuffix("T00:00:00"))
        return FilledCell(*place, shown_number(content.strip(), style, since_1904=self.since_1904))

    def _style(self, cell: dict[str, str]) -> str:
        index = cell.get("s", "0")
        number = int(index) if index.isdecimal() else 0
        return self.styles[number] if number < len(self.styles) else GENERAL


def _unescaped(text: str) -> str:
    """Give a text without the escapes of sheets: ``_x000D_`` is the end of a line."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _is_hidden(attributes: dict[str, str], size: str) -> bool:
    """Tell a row or column that is hidden, or made so low or narrow that nothing of it is seen."""
    if attributes.get("hidden") in ("1", "true"):
        return True
    try:
        return float(attributes.get(size, "1")) == 0
    except ValueError:
        return False


_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


def _place(reference: str) -> tuple[int, int] | None:
    """Read a cell's name.

    >>> _place("H14"), _place("$A$1"), _place("x")
    ((13, 7), (0, 0), None)
    """
    name = reference.replace("$", "").upper()
    digits = name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    column = 0
    for letter in name[: len(name) - len(digits)][:4]:
        column = column * 26 + ord(letter) - ord("A") + 1
    row = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 8 else 0  # noqa: PLR2004
    return (row - 1, column - 1) if 0 < row <= _LAST_ROW and 0 < column <= _LAST_COLUMN else None


# ---- .ods ----------------------------------------------------------------------------------------------------------


def read_open_sheets(package: Package) -> list[Sheet]:
    """Read the sheets of an ``.ods``, which keeps beside each value how it is shown."""
    tree = package.tree("content.xml")
    styles = tree.first("office:automatic-styles")
    unseen = {
        style.get("style:name")
        for style in (styles.all("style:style") if styles else [])
        if (one := style.first("style:table-properties")) is not None and one.get("table:display") == "false"
    }
    book = tree.first("office:body", "office:spreadsheet")
    return [_open_sheet(table, unseen) for table in (book.all("table:table") if book else [])]


def _open_sheet(table: Element, unseen: set[str]) -> Sheet:
    sheet = Sheet(table.get("table:name"), hidden=table.get("table:style-name") in unseen)
    column = 0
    for part in _nested(table, "table:table-column"):
        count = _repeated(part, "table:number-columns-repeated")
        if part.get("table:visibility", "visible") != "visible":
            sheet.hidden_columns.append((column, column + count - 1))
        column += count
    row = 0
    for part in _nested(table, "table:table-row"):
        count = _repeated(part, "table:number-rows-repeated")
        hidden = part.get("table:visibility", "visible") != "visible"
        filled = _open_row(sheet, part, row)
        repeats = min(count, MAX_ROWS) if filled else 1
        for further in range(1, repeats):
            _open_row(sheet, part, row + further)
        if hidden:
            sheet.hidden_rows.update(range(row, row + repeats))
        row += count
    return sheet


def _nested(table: Element, tag: str) -> Iterator[Element]:
    """Give rows or columns in order, whatever groups they stand in."""
    for child in elements(table.children):
        if child.tag == tag:
            yield child
        elif child.tag.startswith("table:table-") and child.tag.rsplit("-", 1)[-1] in ("group", "columns", "rows"):
            yield from _nested(child, tag)


def _open_row(sheet: Sheet, row: Element, number: int) -> bool:
    """Read the cells of a row; tell whether any says something."""
    column, filled = 0, False
    for cell in elements(row.children):
        count = _repeated(cell, "table:number-columns-repeated")
        if cell.tag == "table:table-cell":
            text = "\n".join(_open_text(line) for line in cell.all("text:p"))
            rows, columns = (_repeated(cell, f"table:number-{way}-spanned") for way in ("rows", "columns"))
            pictured = not text.strip() and any(frame.all("?image") for frame in cell.all("?frame"))
            if text.strip() or pictured:
                filled = True
                fault = PICTURE if pictured else _open_fault(text)
                for further in range(min(count, MAX_COLUMNS)):
                    sheet.keep(FilledCell(number, column + further, text, fault))
                if rows > 1 or columns > 1:
                    sheet.merged.append((number, column, number + rows - 1, column + columns - 1))
        column += count
    return filled


def _open_text(line: Element) -> str:
    pieces = []
    for child in line.children:
        if isinstance(child, str):
            pieces.append(child)
        elif child.tag == "text:s":
            pieces.append(" ")
        elif child.tag in ("text:line-break", "text:tab"):
            pieces.append("\n" if child.tag == "text:line-break" else " ")
        elif child.tag not in ("text:note", "office:annotation", "text:ruby-text"):
            pieces.append(_open_text(child))
    return "".join(pieces)


def _open_fault(text: str) -> str | None:
    return _ERRORS if text.startswith("#") and text.rstrip("!?").isupper() else None


def _repeated(element: Element, attribute: str) -> int:
    text = element.get(attribute, "1")
    return min(max(int(text), 1), _LAST_ROW) if text.isascii() and text.isdecimal() and len(text) < 8 else 1  # noqa: PLR2004


# ---- .xls ----------------------------------------------------------------------------------------------------------

MAX_OLD_FILE: Final = 10_000_000


def read_old_workbook(content: bytes) -> list[Sheet]:
    """Read the sheets of an ``.xls`` or ``.et`` with xlrd, which knows their number formats."""
    try:
        import xlrd  # noqa: PLC0415 - an extra, imported when it is used
    except ImportError:
        raise Unreadable("form-needs-extra", extra="office") from None
    if len(content) > MAX_OLD_FILE:
        raise Unreadable("form-file-large", limit=MAX_OLD_FILE // 1_000_000)
    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
        return [_old_sheet(book, sheet) for sheet in book.sheets()]
    except xlrd.XLRDError as refused:
        code = "form-file-password" if "encrypted" in str(refused) else "form-file-damaged"
        raise Unreadable(code) from None
    except Unreadable:
        raise
    except Exception:  # noqa: BLE001 - xlrd meets a damaged file with errors of every kind
        raise Unreadable("form-file-damaged") from None


def _old_sheet(book: Any, old: Any) -> Sheet:
    sheet = Sheet(old.name, hidden=old.visibility != 0)
    sheet.merged = [(top, left, bottom - 1, right - 1) for top, bottom, left, right in old.merged_cells][:_MOST_MERGED]
    sheet.hidden_rows = {row for row, info in old.rowinfo_map.items() if info.hidden or info.height == 0}
    sheet.hidden_columns = [
        (column, column) for column, info in old.colinfo_map.items() if info.hidden or not info.width
    ]
    for row in range(old.nrows):
        for column, cell in enumerate(old.row(row)):
            if cell.ctype not in (0, 6):
                sheet.keep(_old_cell(book, row, column, cell))
    return sheet


def _old_cell(book: Any, row: int, column: int, cell: Any) -> FilledCell:
    style = book.format_map[book.xf_list[cell.xf_index].format_key].format_str or GENERAL
    match cell.ctype:
        case 1:
            return FilledCell(row, column, shown_text(cell.value, style))
        case 4:
            return FilledCell(row, column, "TRUE" if cell.value else "FALSE")
        case 5:
            return FilledCell(row, column, "#", _ERRORS)
    return FilledCell(row, column, shown_number(repr(cell.value), style, since_1904=book.datemode == 1))


# ---- .csv ----------------------------------------------------------------------------------------------------------

_ENCODINGS = ("utf-8-sig", "gb18030")
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS = ",\t;，|"


def read_separated(content: bytes) -> Sheet:
    """Read a text of separated values, in UTF-8, UTF-16 or GB18030; what separates them is what is most frequent."""
    text = decoded(content)
    sample = [line for line in text[:20_000].splitlines() if line.strip()]
    separator = max(_SEPARATORS, key=lambda sign: sum(min(line.count(sign), 30) for line in sample))
    if not sample or not any(separator in line for line in sample):
        raise Unreadable("form-file-other")
    sheet = Sheet("")
    try:
        for row, values in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator)):
            for column, value in enumerate(values):
                if column < MAX_COLUMNS * 4:
                    sheet.keep(FilledCell(row, column, value))
    except csv.Error:
        raise Unreadable("form-file-damaged") from None
    return sheet


def decoded(content: bytes) -> str:
    """Read a text in UTF-8, UTF-16 or GB18030. Raises `Unreadable`."""
    for encoding in (*(name for mark, name in _MARKS if content.startswith(mark)), *_ENCODINGS):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Unreadable("form-file-other")

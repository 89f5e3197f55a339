"""A Word document as its pages show it: the body's own XML walked, tracked changes taken as accepted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

from attrs import define, evolve, field

from evalrules._forms.cells import MAX_CELLS, PICTURE, Block, Cell, Grid, Line
from evalrules._forms.package import MARKED, Element, Package, Unreadable, elements
from evalrules._patterns import regex
from evalrules._values import frozen

_WIDEST = 63
"""Columns that a table of Word can have; a cell that claims to be wider is taken to end there."""
_GONE: Final = frozenset({"w:del", "w:moveFrom", "w:instrText", "w:delText", "w:rt", "w:pPr", "w:rPr", "w:sectPr"})
_PICTURES: Final = ("?blip", "?imagedata")
_HAIR: Final = 100
"""Twentieths of a point between lines of a grid that are one: within two millimetres no letter has room."""
_OFF: Final = frozenset({"0", "false", "off", "none"})
_SIMPLE: Final = {
    "w:tab": " ",
    "w:ptab": " ",
    "w:br": "\n",
    "w:cr": "\n",
    "w:noBreakHyphen": "-",
}
# What signs of the font Symbol look like where they are no letters: forms write ≥ and ≤ with it.
_SYMBOLS: Final = {0xA3: "≤", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xA5: "∞"}
_TICKS: Final = {0xFE: "☑", 0xFC: "√", 0x52: "☑", 0x50: "√", 0xA8: "□", 0xA3: "□", 0x6F: "□", 0xFD: "☒", 0x54: "☒"}
_BOOKMARK: Final = regex(r"evr_\d+_([a-z_0-9]+)")
_SMALLEST_NESTED = (2, 3)
"""Rows and columns from which on a table inside a cell is read as a table of its own."""


def read_word(package: Package) -> list[Block]:
    """Give the lines and tables of a document in their order, tables of text boxes and big nested ones among them."""
    main = package.tree(package.main)
    body = main.first("w:body")
    if body is None:
        raise Unreadable("form-file-damaged")
    return _Walk().document(body)


def has_pictures(package: Package) -> bool:
    """Tell whether the package holds pictures."""
    return any("/media/" in name for name in package.names)


@define
class _Walk:
    """Goes through a body once. ``blocks`` grow in the order of the pages."""

    blocks: list[Block] = field(factory=list)
    tables: int = 0
    cells: int = 0
    numbers: dict[int, int] = field(factory=dict)

    def document(self, body: Element) -> list[Block]:
        self.numbers = {id(cell): number for number, cell in enumerate(_all(body, "w:tc"))}
        self.flow(body)
        return self.blocks

    def flow(self, parent: Element) -> None:
        """Read paragraphs and tables one after the other."""
        for child in _shown(parent):
            if child.tag == "w:p":
                self.paragraph(child)
            elif child.tag == "w:tbl":
                self.table(child)
            elif child.tag not in _GONE:
                self.flow(child)

    def paragraph(self, paragraph: Element) -> None:
        text = text_of(paragraph)
        if text.strip():
            self.blocks.extend(Line(part) for part in text.split("\n") if part.strip())
        for box in _boxes(paragraph):
            self.flow(box)

    def table(self, table: Element) -> None:
        self.tables += 1
        widths = _by_width(table)
        reading = _Table(f"表{self.tables}", widths.ruler if widths else _ruler(table), self.numbers, widths)
        for row in _rows(table):
            reading.row(row)
            self.cells += len(reading.latest)
            if self.cells > MAX_CELLS:
                raise Unreadable("form-too-many-cells", limit=MAX_CELLS)
        self.blocks.append(reading.grid())
        for inner in reading.inside:
            self.flow(inner)


@frozen
class _Ruler:
    """The columns of a table: ``edges`` are their left edges, ``columns`` say which of them each line of the grid is.

    Lines that nobody can tell apart are one: where a border was drawn by hand, the rows above and below it are not
    quite flush, and the grid has a column as wide as a hair between them.
    """

    edges: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()

    def column(self, line: int) -> int:
        """Give the column that begins at a line of the grid; beyond the known ones each line begins one."""
        if not self.columns or line < len(self.columns):
            return self.columns[line] if self.columns else line
        return self.columns[-1] + line - len(self.columns) + 1


@frozen
class _Widths:
    """The columns of a table whose rows count them differently: only the widths of cells tell what is above what.

    ``places`` are the columns between which each cell lies, by its identity.
    """

    ruler: _Ruler
    places: dict[int, tuple[int, int]]

    def placed(self, row: Element) -> Iterator[tuple[Element, int, int]]:
        """Give the cells of a row as `_placed` does."""
        return ((cell, *self.places[id(cell)]) for cell, _, _ in _placed(row))


@define
class _Table:
    """A table in the making. ``open`` holds, by column, the cell that a continued one goes on with."""

    name: str
    ruler: _Ruler
    numbers: dict[int, int]
    widths: _Widths | None = None
    cells: list[Cell] = field(factory=list)
    open: dict[int, int] = field(factory=dict)
    inside: list[Element] = field(factory=list)
    latest: list[int] = field(factory=list)
    height: int = 0

    def row(self, row: Element) -> None:
        self.latest = []
        continued: dict[int, int] = {}
        for cell, first, last in self.widths.placed(row) if self.widths else _placed(row):
            format_, column = cell.first("w:tcPr"), self.ruler.column(first)
            span = self.ruler.column(last) - column
            if not span:
                continue
            beside = format_.first("w:hMerge") if format_ is not None else None
            if beside is not None and beside.get("w:val", "continue") != "restart" and self.latest:
                self.widen(self.latest[-1], span)
                continue
            merge = format_.first("w:vMerge") if format_ is not None else None
            above = self.open.get(column)
            if merge is not None and merge.get("w:val", "continue") != "restart" and above is not None:
                self.extend(above)
                continued[column] = above
            else:
                index = self.add(cell, column, span)
                if merge is not None:
                    continued[column] = index
        self.open = continued
        self.height += 1

    def add(self, cell: Element, column: int, span: int) -> int:
        """Read a cell; a big table inside it is read by itself, and with it the lines around that table."""
        nested = [table for table in _within(cell, "w:tbl") if _is_big(table)]
        if nested:
            self.inside.append(cell)
        text = "" if nested else text_of(cell)
        pictured = not nested and not text.strip() and any(any(_all(cell, tag)) for tag in _PICTURES)
        fault, mark, number = PICTURE if pictured else None, _mark_of(cell), self.numbers[id(cell)]
        self.cells.append(Cell(text, self.height, column, 1, span, fault, mark, number))
        self.latest.append(len(self.cells) - 1)
        return len(self.cells) - 1

    def extend(self, index: int) -> None:
        """Let a cell reach one row further down."""
        self.cells[index] = evolve(self.cells[index], rows=self.height - self.cells[index].row + 1)

    def widen(self, index: int, span: int) -> None:
        """Let a cell reach further to the right."""
        self.cells[index] = evolve(self.cells[index], columns=self.cells[index].columns + span)

    def grid(self) -> Grid:
        return Grid(self.name, tuple(self.cells), edges=self.ruler.edges)


def _all(parent: Element, tag: str) -> Iterator[Element]:
    """Give the elements of this name, however deep, as they stand in the file: those that are not shown among them."""
    todo = [parent]
    while todo:
        element = todo.pop()
        if element.tag == tag:
            yield element
        todo += reversed(elements(element.children))


def _shown(parent: Element) -> Iterator[Element]:
    """Give the children that are on the page: of alternatives the first, of content controls what they hold."""
    for child in elements(parent.children):
        if child.tag in _GONE:
            continue
        if child.tag == "mc:AlternateContent":
            chosen = child.first("mc:Choice") or child.first("mc:Fallback")
            if chosen is not None:
                yield from _shown(chosen)
        elif child.tag == "w:sdt":
            content = child.first("w:sdtContent")
            if content is not None and child.first("w:sdtPr", "w:showingPlcHdr") is None:
                yield from _shown(content)
        elif child.tag in ("w:customXml", "w:smartTag", "w:ins", "w:moveTo"):
            yield from _shown(child)
        else:
            yield child


def _within(parent: Element, tag: str) -> list[Element]:
    """Give the elements of this name among what is shown."""
    return [child for child in _shown(parent) if child.tag == tag]


def _rows(table: Element) -> Iterator[Element]:
    """Give the rows that are on the page: not those that a tracked change deleted, and not hidden ones."""
    for row in _within(table, "w:tr"):
        properties = row.first("w:trPr")
        if properties is None or not (properties.first("w:del") or _is_on(properties.first("w:hidden"))):
            yield row


def _number(properties: Element | None, tag: str) -> int:
    found = properties.first(tag) if properties is not None else None
    text = found.get("w:val") if found is not None else ""
    return min(int(text), _WIDEST) if text.isascii() and text.isdigit() else 0


def _is_on(flag: Element | None) -> bool:
    return flag is not None and flag.get("w:val", "1") not in _OFF


def _placed(row: Element) -> Iterator[tuple[Element, int, int]]:
    """Give the cells of a row, each with the lines of the grid between which it lies."""
    line = _number(row.first("w:trPr"), "w:gridBefore")
    for cell in _within(row, "w:tc"):
        format_ = cell.first("w:tcPr")
        if format_ is None or format_.first("w:cellDel") is None:
            span = max(1, _number(format_, "w:gridSpan"))
            yield cell, line, line + span
            line += span


def _ruler(table: Element) -> _Ruler:
    grid = table.first("w:tblGrid")
    widths = [column.get("w:w") for column in (grid.all("w:gridCol") if grid is not None else [])[: _WIDEST + 1]]
    lines = [0, *accumulate(int(width) if width.isascii() and width.isdigit() else 0 for width in widths)]
    if not lines[-1]:
        return _Ruler()
    edges, columns = [0], [0]
    for line in lines[1:]:
        if line - edges[-1] > _HAIR:
            edges.append(line)
        columns.append(len(edges) - 1)
    plain = _Ruler(tuple(lines[:-1]))
    if len(edges) == len(lines):
        return plain
    ruler = _Ruler(tuple(edges[:-1]), tuple(columns))
    hidden = (
        cell
        for row in _rows(table)
        for cell, first, last in _placed(row)
        if ruler.column(first) == ruler.column(last) and text_of(cell).strip()
    )
    return plain if any(hidden) else ruler


def _by_width(table: Element) -> _Widths | None:
    """Give the columns by the widths of cells, where rows reach over different numbers of columns but are as wide."""
    rows = [(row, list(_placed(row))) for row in _rows(table)]
    counts = {cells[-1][2] + _number(row.first("w:trPr"), "w:gridAfter") for row, cells in rows if cells}
    if len(counts) < 2:  # noqa: PLR2004 - the rows agree
        return None
    lines = [_edges(row, cells) for row, cells in rows]
    known = [line for line in lines if line is not None]
    if len(known) < len(lines) or max(line[-1] for line in known) - min(line[-1] for line in known) > _HAIR:
        return None
    edges: list[int] = []
    for edge in sorted({edge for line in known for edge in line}):
        if not edges or edge - edges[-1] > _HAIR:
            edges.append(edge)
    places = {
        id(cell): (bisect_right(edges, left) - 1, bisect_right(edges, right) - 1)
        for (_, cells), line in zip(rows, known, strict=True)
        for (cell, _, _), left, right in zip(cells, line[:-1], line[1:], strict=True)
    }
    if any(first == last for first, last in places.values()):
        return None
    return _Widths(_Ruler(tuple(edges[:-1])), places)


def _edges(row: Element, cells: list[tuple[Element, int, int]]) -> list[int] | None:
    """Give the left edges of a row's cells and the right one of the last, by their widths; None where one has none."""
    widths = [_width(cell.first("w:tcPr", "w:tcW")) for cell, _, _ in cells]
    if not all(widths):
        return None
    return [*accumulate(widths, initial=_width(row.first("w:trPr", "w:wBefore")))]


def _width(width: Element | None) -> int:
    text = width.get("w:w") if width is not None and width.get("w:type", "dxa") == "dxa" else ""
    return int(text) if text.isascii() and text.isdigit() else 0


def _mark_of(cell: Element) -> str:
    """Give what a cell of a blank form of ours is for: the tag of the content control in it, else the bookmark there.

    Not every program keeps tags, and of a row that was copied only the tags are. What writes a cell anew keeps neither,
    but the cell's own attribute.
    """
    tags = (control.first("w:sdtPr", "w:tag") for control in _all(cell, "w:sdt"))
    found = next((tag.get("w:val") for tag in tags if tag is not None and tag.get("w:val").startswith(MARKED)), "")
    names = (_BOOKMARK.fullmatch(mark.get("w:name")) for mark in _all(cell, "w:bookmarkStart"))
    known = next((name[1] for name in names if name), "")
    return found.removeprefix(MARKED) or known.replace("__", ".") or cell.get("evr:mark")


def _is_big(table: Element) -> bool:
    rows = _within(table, "w:tr")
    least, columns = _SMALLEST_NESTED
    return len(rows) >= least and max(len(_within(row, "w:tc")) for row in rows) >= columns


# ---- text ----------------------------------------------------------------------------------------------------------


def text_of(parent: Element) -> str:
    """Give the text of a paragraph or cell as it is shown, a line a paragraph; a small table inside, a line a row."""
    if parent.tag == "w:p":
        return "".join(_pieces(parent))
    lines = []
    for child in _shown(parent):
        if child.tag == "w:tbl":
            lines += [" ".join(text_of(cell) for cell in _within(row, "w:tc")) for row in _rows(child)]
        elif child.tag == "w:p":
            lines.append(text_of(child))
            lines += [text_of(box) for box in _boxes(child)]
        elif child.tag != "w:tcPr":
            lines.append(text_of(child))
    return "\n".join(lines).strip("\n")


def _pieces(parent: Element) -> Iterator[str]:
    for child in _shown(parent):
        if child.tag in ("w:t", "m:t"):
            yield child.text
        elif child.tag in _SIMPLE:
            yield _SIMPLE[child.tag]
        elif child.tag == "w:sym":
            yield _symbol(child)
        elif child.tag == "w:r" and _is_hidden(child):
            continue
        elif child.tag == "m:f":
            numerator, denominator = child.first("m:num"), child.first("m:den")
            yield from _pieces(numerator) if numerator is not None else ()
            yield "/"
            yield from _pieces(denominator) if denominator is not None else ()
        elif child.tag == "w:ffData":
            yield _field(child)
        elif child.tag not in ("w:txbxContent", "w:tbl"):
            yield from _pieces(child)


def _is_hidden(run: Element) -> bool:
    return _is_on(run.first("w:rPr", "w:vanish"))


def _symbol(symbol: Element) -> str:
    try:
        code = int(symbol.get("w:char"), 16) & 0xFF
    except ValueError:
        return ""
    if symbol.get("w:font").lower() == "symbol":
        return _SYMBOLS.get(code) or (chr(code) if code < 0x80 else "")  # noqa: PLR2004 - what ASCII holds
    return _TICKS.get(code, "")


def _field(field_data: Element) -> str:
    """Give what an old form field shows beside its text: the chosen entry of a list, the tick of a box."""
    choices, box = field_data.first("w:ddList"), field_data.first("w:checkBox")
    if choices is not None:
        entries = [entry.get("w:val") for entry in choices.all("w:listEntry")]
        result = _number(choices, "w:result")
        return entries[result] if result < len(entries) else ""
    if box is not None:
        state = box.first("w:checked") or box.first("w:default")
        return "☑" if _is_on(state) else "□"
    return ""


def _boxes(parent: Element) -> Iterator[Element]:
    """Give the contents of the text boxes that hang on a paragraph."""
    for child in _shown(parent):
        if child.tag == "w:txbxContent":
            yield child
        elif child.tag not in ("w:tbl", "w:t"):
            yield from _boxes(child)

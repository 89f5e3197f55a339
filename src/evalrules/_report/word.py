"""Reports as Word documents on A4, as offices hand them in (extra ``office``).

Text is text: what control or direction characters stood in it are shown as codes, and nothing of it is a field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any, Final

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from evalrules._forms.package import REPORT
from evalrules._problems import Phrases, visible
from evalrules._report.blocks import (
    Bars,
    Block,
    Cell,
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
    Tone,
    line,
    on_paper,
    row,
)
from evalrules._report.office import FILLED_IN, SHADE, finished, mark_word

BODY, HEAD, TITLE, CELL = "仿宋", "黑体", "宋体", "宋体"
"""The typefaces that offices use; where one is missing the office program takes another Chinese one."""
_LATIN: Final = "Times New Roman"
_COLOURS: Final[dict[Tone, RGBColor]] = {
    "lost": RGBColor(0xB3, 0x26, 0x1E),
    "error": RGBColor(0xB3, 0x26, 0x1E),
    "warning": RGBColor(0x85, 0x53, 0x00),
    "info": RGBColor(0x1C, 0x5B, 0x99),
    "good": RGBColor(0x1B, 0x6B, 0x3A),
    "quiet": RGBColor(0x55, 0x60, 0x6D),
    "code": RGBColor(0x55, 0x60, 0x6D),
}
_NUMERALS: Final = "一二三四五六七八九十"
A4: Final = (Cm(21), Cm(29.7))
WIDTH: Final = Cm(21 - 2.6 - 2.4)
WIDE: Final = Cm(29.7 - 2 - 2)
"""Of a page on its long side."""


def write(document: Document) -> bytes:
    """Write a report as a ``.docx`` file; the same report gives the same bytes."""
    written = _WordWriter(on_paper(document)).written()
    mark_word(written, document.mark or REPORT)
    return finished(written)


class _WordWriter:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.word: WordDocument = docx.Document()
        self.numbers = count(1)

    def written(self) -> WordDocument:
        set_up(self.word, self.document.full_title)
        if self.document.is_wide:
            lay_wide(self.word)
        self._title()
        for block in self.document.blocks:
            self._block(block)
        return self.word

    def _title(self) -> None:
        title = self.word.add_paragraph()
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.paragraph_format.line_spacing = Pt(36)
        put_run(title, line(self.document.title), size=22, face=TITLE, bold=True)
        if self.document.about:
            about = self.word.add_paragraph()
            about.alignment = WD_ALIGN_PARAGRAPH.CENTER
            about.paragraph_format.space_after = Pt(16)
            put_run(about, line(self.document.about), size=16, face=BODY)

    # ---- blocks ----

    def _block(self, block: Block, depth: int = 0) -> None:
        match block:
            case Heading():
                self._heading(block)
            case Paragraph(shown):
                self._paragraph(shown, depth)
            case Facts(pairs, kind, leading):
                self._facts(pairs, depth, is_foot=kind == "foot", leading=leading)
            case Items(items):
                for number, item in enumerate(items, 1):
                    self._paragraph(line(f"{number}. " if len(items) > 1 else "", *item.text), depth, is_item=True)
                    for below in item.below:
                        self._block(below, depth + 1)
            case Table():
                self._table(block)
            case Bars(heads, bars, name):
                self._counts(heads, (row(bar.name, bar.change, bar.left, head=True) for bar in bars), name)
            case Chart(name, series, groups):
                counts = (row(each.label, str(each.old), str(each.new), head=True) for each in groups)
                self._counts((name, *series), counts, name)

    def _counts(self, heads: tuple[str, str, str], rows: Iterable[Row], name: str) -> None:
        """Write a picture as the table of its numbers."""
        columns = (Column(head, is_number=place > 0, width=2 if place else 6) for place, head in enumerate(heads))
        self._table(Table(tuple(columns), tuple(rows), name))

    def _heading(self, heading: Heading) -> None:
        numbered = "" if heading.is_annex or heading.level != 2 else self._number()  # noqa: PLR2004 - the parts
        paragraph = self.word.add_paragraph(style=f"Heading {min(heading.level, 3)}")
        form = paragraph.paragraph_format
        form.page_break_before, form.keep_with_next = heading.is_annex, True
        form.space_before, form.space_after, form.line_spacing = Pt(12), Pt(4), Pt(26)
        if heading.is_annex:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        put_run(paragraph, line(numbered, *heading.text), size=16 if heading.level == 2 else 13, face=HEAD, bold=False)  # noqa: PLR2004

    def _number(self) -> str:
        number = next(self.numbers)
        is_counted = self.document.language == "zh" and number <= len(_NUMERALS)
        return f"{_NUMERALS[number - 1]}、" if is_counted else f"{number}. "

    def _paragraph(self, shown: Line, depth: int, *, is_item: bool = False, size: float = 12) -> WordParagraph:
        paragraph = self.word.add_paragraph()
        form = paragraph.paragraph_format
        form.left_indent = Cm(0.85 * depth)
        if not is_item and not depth:
            form.first_line_indent = Pt(2 * size)
        put_run(paragraph, shown, size=size, face=BODY)
        return paragraph

    def _facts(self, pairs: tuple[tuple[str, Line], ...], depth: int, *, is_foot: bool, leading: int) -> None:
        colon = Phrases(self.document.language, "report").sign("colon")
        for place, (name, value) in enumerate(pairs):
            small = is_foot or depth
            paragraph = self._paragraph(
                line(f"{name}{colon}", *value), depth, size=10.5 if small else 12, is_item=bool(small)
            )
            if small:
                paragraph.paragraph_format.line_spacing = Pt(17)
            if place < leading:
                for run in paragraph.runs:
                    run.font.bold = True

    # ---- tables ----

    def _table(self, table: Table) -> None:
        size = 9 if len(table.columns) > 5 else 10.5  # noqa: PLR2004 - more stand narrow on A4
        shares = sum(column.width for column in table.columns)
        whole = WIDE if self.document.is_wide else WIDTH
        widths = [int(whole * column.width / shares / 635) for column in table.columns]  # twentieths of a point
        drawn = OxmlElement("w:tbl")
        drawn.append(table_properties(sum(widths)))
        grid = child_of(drawn, "w:tblGrid")
        for width in widths:
            child_of(grid, "w:gridCol", w=str(width))
        if table.has_head:
            head = Row(tuple(Cell(line(column.name), is_head=True) for column in table.columns), "total")
            drawn.append(_RowWriter(head, table, widths, size, {}).drawn(is_head=True))
        open_cells: dict[int, tuple[int, int]] = {}
        for each in table.rows:
            drawn.append(_RowWriter(each, table, widths, size, open_cells).drawn())
        body = self.word.element.body
        body.insert(len(body) - 1, drawn)  # the last element is that of the section
        after = self.word.add_paragraph()
        after.paragraph_format.line_spacing = Pt(8)


class _RowWriter:
    """Writes one row; ``open_cells`` are those from above: of a column the rows that are left and its columns."""

    def __init__(
        self, each: Row, table: Table, widths: list[int], size: float, open_cells: dict[int, tuple[int, int]]
    ) -> None:
        self.row, self.table, self.widths, self.size, self.open_cells = each, table, widths, size, open_cells

    def drawn(self, *, is_head: bool = False) -> Any:
        drawn = OxmlElement("w:tr")
        properties = child_of(drawn, "w:trPr")
        child_of(properties, "w:cantSplit")
        height = max((cell.height for cell in self.row.cells if cell is not None), default=1)
        if height > 1:
            child_of(properties, "w:trHeight", val=str(height * 440), hRule="atLeast")
        if is_head:
            child_of(properties, "w:tblHeader")
        for cell in self._cells(is_head=is_head):
            drawn.append(cell)
        return drawn

    def _cells(self, *, is_head: bool) -> Iterator[Any]:
        place = 0
        for found in self.row.cells:
            if found is None:
                if place in self.open_cells and self.open_cells[place][0] > 0:
                    left, taken = self.open_cells[place]
                    self.open_cells[place] = (left - 1, taken)
                    yield self._cell(Cell(), place, taken, merge="continue", is_head=False)
                place += 1
                continue
            if found.rows > 1:
                self.open_cells[place] = (found.rows - 1, found.columns)
            yield self._cell(found, place, found.columns, merge="restart" if found.rows > 1 else "", is_head=is_head)
            place += 1

    def _cell(self, cell: Cell, place: int, columns: int, *, merge: str, is_head: bool) -> Any:
        drawn = OxmlElement("w:tc")
        properties = child_of(drawn, "w:tcPr")
        child_of(properties, "w:tcW", w=str(sum(self.widths[place : place + columns])), type="dxa")
        if columns > 1:
            child_of(properties, "w:gridSpan", val=str(columns))
        if merge:
            child_of(properties, "w:vMerge", val=merge)
        if is_head or self.row.kind or self.table.columns[place].to_fill:
            fill = SHADE if is_head or self.row.kind else FILLED_IN
            child_of(properties, "w:shd", val="clear", color="auto", fill=fill)
        child_of(properties, "w:vAlign", val="center")
        paragraph = WordParagraph(child_of(drawn, "w:p"), None)  # type: ignore[arg-type] # it needs no part for its text
        form = paragraph.paragraph_format
        form.line_spacing, form.space_after = Pt(self.size + 4), Pt(0)
        if is_head or place < self.table.levels - 1:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif self.table.columns[place].is_number:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        put_run(paragraph, cell.text, size=self.size, face=CELL, bold=is_head or bool(self.row.kind) or None)
        return drawn


def lay_wide(word: WordDocument) -> None:
    """Lay the pages on their long side."""
    section = word.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, *reversed(A4)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)


def set_up(word: WordDocument, title: str) -> None:
    """Make the pages A4, with the typefaces of offices and numbers at the foot."""
    section = word.sections[0]
    section.page_width, section.page_height = A4
    section.left_margin, section.right_margin = Cm(2.6), Cm(2.4)
    section.top_margin, section.bottom_margin = Cm(3), Cm(2.6)
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = _LATIN, Pt(12)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = Pt(22)
    for level in (1, 2, 3):
        style = word.styles[f"Heading {level}"]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            del fonts.attrib[attribute]
        fonts.set(qn("w:eastAsia"), HEAD)
        fonts.set(qn("w:ascii"), _LATIN)
        fonts.set(qn("w:hAnsi"), _LATIN)
        style.font.color.rgb = RGBColor(0, 0, 0)
    properties = word.core_properties
    properties.title, properties.author, properties.comments = visible(title), "evalrules", ""
    _number_pages(section.footer.paragraphs[0])


def _number_pages(footer: WordParagraph) -> None:
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for field in ("PAGE", "NUMPAGES"):
        for kind, instruction in (("begin", ""), ("", field), ("separate", ""), ("text", "1"), ("end", "")):
            _field_part(footer.add_run(), kind, instruction)
        if field == "PAGE":
            footer.add_run(" / ")
    for run in footer.runs:
        run.font.size = Pt(10.5)


def table_properties(width: int) -> Any:
    """Give the properties of a table with lines around its cells, so many twentieths of a point wide."""
    properties = OxmlElement("w:tblPr")
    child_of(properties, "w:tblW", w=str(width), type="dxa")
    child_of(properties, "w:jc", val="center")
    borders = child_of(properties, "w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        child_of(borders, f"w:{side}", val="single", sz="4", space="0", color="000000")
    child_of(properties, "w:tblLayout", type="fixed")
    margins = child_of(properties, "w:tblCellMar")
    for side in ("left", "right"):
        child_of(margins, f"w:{side}", w="70", type="dxa")
    return properties


def child_of(parent: Any, name: str, **attributes: str) -> Any:
    """Put an element behind the children of another."""
    child = OxmlElement(name)
    for attribute, value in attributes.items():
        child.set(qn(f"w:{attribute}"), value)
    parent.append(child)
    return child


def _field_part(run: Any, kind: str, instruction: str) -> None:
    if kind == "text":
        run.text = instruction
    elif kind:
        child_of(run._r, "w:fldChar", fldCharType=kind)  # noqa: SLF001 - fields are no part of python-docx
    else:
        part = child_of(run._r, "w:instrText")  # noqa: SLF001
        part.text = instruction


def put_run(paragraph: WordParagraph, shown: Line, *, size: float, face: str, bold: bool | None = None) -> None:
    """Write a line into a paragraph, in a typeface of offices."""
    for piece in shown:
        run = paragraph.add_run(visible(piece.text))
        run.font.size, run.font.name = Pt(size), _LATIN
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)  # noqa: SLF001 - as above
        run.font.bold = True if piece.tone == "strong" else bold
        if piece.tone in _COLOURS:
            run.font.color.rgb = _COLOURS[piece.tone]

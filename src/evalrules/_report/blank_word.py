"""Blank forms as Word documents: a cell to fill in is a content control, by whose tag it is read (extra ``office``)."""

from __future__ import annotations

from itertools import count
from typing import Any, Final

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph as WordParagraph
from lxml import etree
from rich.cells import cell_len

from evalrules._forms.issued import PRINTED, REPEATED
from evalrules._forms.package import MARKED, MARKS
from evalrules._problems import visible
from evalrules._report.blank import Box, Leaf, Part, PrintableForm, Slot, Strip
from evalrules._report.blocks import line
from evalrules._report.office import FILLED_IN, SHADE, finished, mark_word
from evalrules._report.word import A4, BODY, CELL, HEAD, TITLE, WIDTH, child_of, put_run, set_up, table_properties

_COMPATIBILITY: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_SHORT: Final = 12
_LINE: Final = 360
"""Twentieths of a point of a line of writing."""
_ROOM: Final = "\u3000\u3000"
"""What stands in a cell until something is written there: enough to be found with the mouse."""


def write(blank: PrintableForm) -> bytes:
    """Write a blank form as a ``.docx`` file; the same form gives the same bytes."""
    written = _BlankWordWriter(blank).written()
    mark_word(written, blank.issued.text)
    return finished(written)


class _BlankWordWriter:
    def __init__(self, blank: PrintableForm) -> None:
        self.blank, self.word, self.ids, self.width = blank, docx.Document(), count(1), int(WIDTH)

    def written(self) -> Any:
        set_up(self.word, self.blank.title)
        for place, leaf in enumerate(self.blank.leaves):
            self._leaf(leaf, is_first=not place)
        _let_marks_be_ignored(self.word.element)
        return self.word

    def _leaf(self, leaf: Leaf, *, is_first: bool) -> None:
        turned = self._turn(leaf.is_wide, is_first=is_first)
        if leaf.name:
            self._line(leaf.name, size=12, face=HEAD).paragraph_format.page_break_before = not (is_first or turned)
        title = self._line(leaf.title, size=16, face=TITLE, bold=True)
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.paragraph_format.line_spacing = Pt(30)
        if is_first:
            self._line(self.blank.guide, size=9, face=BODY)
        for part in leaf.parts:
            if part.heading:
                heading = self._line(part.heading, size=12, face=HEAD)
                heading.paragraph_format.keep_with_next = True
                heading.paragraph_format.space_before = Pt(6)
            self._table(part)
        for note in leaf.notes:
            self._line(note, size=10.5, face=BODY)

    def _turn(self, is_wide: bool, *, is_first: bool) -> bool:  # noqa: FBT001 - the way that the page is to lie
        """Turn the page where it lies otherwise than it should, and tell whether it was turned."""
        if is_wide == (self.width > WIDTH):
            return False
        page = self.word.sections[0] if is_first else self.word.add_section()
        page.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
        page.page_width, page.page_height = (A4[1], A4[0]) if is_wide else A4
        self.width = int(WIDTH + (A4[1] - A4[0]) * is_wide)
        return True

    def _line(self, text: str, *, size: float, face: str, bold: bool = False) -> WordParagraph:
        paragraph = self.word.add_paragraph()
        paragraph.paragraph_format.line_spacing = Pt(size + 6)
        put_run(paragraph, line(text), size=size, face=face, bold=bold)
        return paragraph

    def _table(self, part: Part) -> None:
        size = 9 if len(part.widths) > 5 else 10.5  # noqa: PLR2004 - more stand narrow on A4
        widths = [int(self.width * width / sum(part.widths) / 635) for width in part.widths]  # twentieths of a point
        drawn = OxmlElement("w:tbl")
        drawn.append(table_properties(sum(widths)))
        grid = child_of(drawn, "w:tblGrid")
        for width in widths:
            child_of(grid, "w:gridCol", w=str(width))
        below: dict[int, int] = {}
        for strip in part.strips:
            drawn.append(self._row(strip, widths, size, below))
        body = self.word.element.body
        body.insert(len(body) - 1, drawn)  # the last element is that of the section
        self.word.add_paragraph().paragraph_format.line_spacing = Pt(4)

    def _row(self, strip: Strip, widths: list[int], size: float, below: dict[int, int]) -> Any:
        drawn = OxmlElement("w:tr")
        properties = child_of(drawn, "w:trPr")
        child_of(properties, "w:cantSplit")
        lines = max((box.lines for box in strip.boxes if box is not None), default=1)
        child_of(properties, "w:trHeight", val=str(_LINE * lines), hRule="atLeast")
        if strip.is_header:
            child_of(properties, "w:tblHeader")
        is_printed = not any(box is not None and box.slot is not None for box in strip.boxes)
        reached = 0
        for place, box in enumerate(strip.boxes):
            if box is None:
                if below.get(place, 0):
                    below[place] -= 1
                    drawn.append(self._cell(Box(), widths[place], 1, size, merge="continue"))
                continue
            assert place >= reached
            reached = place + box.columns
            below[place] = box.rows - 1
            merge = "restart" if box.rows > 1 else ""
            cell = self._cell(box, sum(widths[place:reached]), box.columns, size, merge=merge, printed=is_printed)
            is_printed = False
            drawn.append(cell)
        return drawn

    def _cell(self, box: Box, width: int, columns: int, size: float, *, merge: str = "", printed: bool = False) -> Any:
        drawn = OxmlElement("w:tc")
        mark = PRINTED if printed and box.slot is None else "" if box.slot is None else box.slot.mark
        if mark:
            drawn.set(f"{{{MARKS}}}mark", mark)
        properties = child_of(drawn, "w:tcPr")
        child_of(properties, "w:tcW", w=str(width), type="dxa")
        if columns > 1:
            child_of(properties, "w:gridSpan", val=str(columns))
        if merge:
            child_of(properties, "w:vMerge", val=merge)
        child_of(properties, "w:shd", val="clear", color="auto", fill=FILLED_IN if box.slot is not None else SHADE)
        child_of(properties, "w:vAlign", val="center")
        paragraph = WordParagraph(child_of(drawn, "w:p"), None)  # type: ignore[arg-type] # it needs no part for its text
        form = paragraph.paragraph_format
        form.line_spacing, form.space_after = Pt(size + 4), Pt(0)
        if box.is_head or (box.slot is None and cell_len(box.text) <= _SHORT):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        text = visible(box.text) if box.slot is None else visible(box.slot.text) or _ROOM
        put_run(paragraph, line(text), size=size, face=CELL, bold=box.is_head or None)
        if box.slot is not None:
            self._control(paragraph, box.slot)
        elif printed or box.computed is not None:
            self._control(paragraph, Slot(PRINTED if printed else ""))
        return drawn

    def _control(self, paragraph: WordParagraph, slot: Slot) -> None:
        """Put what stands in a paragraph into a content control, which stays where its row has to stay."""
        runs = list(paragraph.runs)
        number = str(next(self.ids))
        if slot.mark:
            name = f"evr_{number}_{slot.mark.replace('.', '__')}"
            child_of(paragraph._p, "w:bookmarkStart", id=number).set(qn("w:name"), name)  # noqa: SLF001 - as below
        control = child_of(paragraph._p, "w:sdt")  # noqa: SLF001 - content controls are no part of python-docx
        properties = child_of(control, "w:sdtPr")
        is_filled = slot.mark not in (PRINTED, "")
        if slot.mark:
            child_of(properties, "w:tag", val=f"{MARKED}{slot.mark}")
        child_of(properties, "w:id", val=number)
        if not slot.mark.startswith(REPEATED):
            child_of(properties, "w:lock", val="sdtLocked" if is_filled else "sdtContentLocked")
        if is_filled:
            if not slot.text:
                child_of(properties, "w:showingPlcHdr")
            _choices(properties, slot)
        content = child_of(control, "w:sdtContent")
        for run in runs:
            content.append(run._r)  # noqa: SLF001
        if slot.mark:
            child_of(paragraph._p, "w:bookmarkEnd", id=number)  # noqa: SLF001


def _let_marks_be_ignored(document: Any) -> None:
    """Declare the vocabulary of marks where the document begins, as one that whoever does not know it passes over."""
    kept = [prefix for prefix in document.nsmap if prefix]
    known = document.get(f"{{{_COMPATIBILITY}}}Ignorable", "").split()
    etree.cleanup_namespaces(document, top_nsmap={"evr": MARKS, "mc": _COMPATIBILITY}, keep_ns_prefixes=kept)
    document.set(f"{{{_COMPATIBILITY}}}Ignorable", " ".join([*known, "evr"]))


def _choices(properties: Any, slot: Slot) -> None:
    if not slot.choices:
        return  # any text: LibreOffice 7.4 writes what stands in a control for plain text several times
    choices = child_of(properties, "w:comboBox" if slot.is_free else "w:dropDownList")
    for choice in dict.fromkeys(slot.choices):
        child_of(choices, "w:listItem", displayText=choice, value=choice)

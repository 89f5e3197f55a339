"""Comments put on the cells of a department's own Word or Excel file, everything else in it as it was (``office``).

The package is edited part by part: a part that needs no comment is copied as it is, so that pictures, charts, macros
and settings stay. What would not survive it, a digital signature, is refused.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, Final

from attrs import define, field
from lxml import etree

from evalrules._documents import OutputError
from evalrules._forms.package import Kind, Package, Unreadable, kind_of_content
from evalrules._patterns import regex
from evalrules._problems import Finding, Language, Location, Phrases, Problem, problem, visible
from evalrules._report.blocks import in_marks
from evalrules._report.records import FileResult

_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_VML, _EXCEL, _SHAPES = (
    "urn:schemas-microsoft-com:vml",
    "urn:schemas-microsoft-com:office:excel",
    ("urn:schemas-microsoft-com:office:office"),
)
_WORD_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE: Final = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_AUTHOR: Final = "evalrules"
_SIGNED: Final = "_xmlsignatures/"
# What stands behind the drawing of comments in a sheet.
_BEHIND: Final = ("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts")
_CELL = regex(r"(?P<column>[A-Z]+)(?P<row>[0-9]+)")
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_IDS: Final = 1024
"""The numbers of shapes go by so many; a drawing has a block of its own."""

Comments = Mapping[str, Iterable[str]]
"""What is to be said of cells, by where they are (`Grid.spot`)."""


def annotated(content: bytes, name: str, comments: Comments) -> bytes:
    """Give a copy of a Word or Excel file with comments on its cells.

    Raises `OutputError` for a file of another kind, a signed one, and one with drawings that are not understood.
    """
    said = {spot: [visible(text) for text in texts] for spot, texts in comments.items()}
    try:
        package = _PackageParts(content)
        write = _writer(kind_of_content(content), package)
        write(package, {spot: texts for spot, texts in said.items() if texts})
    except Unreadable as refused:
        raise OutputError([problem(refused.code, Location(name), **refused.arguments)]) from None
    return package.written()


def _writer(kind: Kind, package: _PackageParts) -> Callable[[_PackageParts, Mapping[str, list[str]]], None]:
    if kind not in ("word", "sheets"):
        raise Unreadable("annotate-kind")
    if any(part.startswith(_SIGNED) for part in package.names):
        raise Unreadable("annotate-signed")
    return _in_word if kind == "word" else _in_sheets


# ---- the package ---------------------------------------------------------------------------------------------------


@define(slots=False)
class _PackageParts:
    """The parts of a package, those that were changed in place of what they were."""

    content: bytes
    trees: dict[str, Any] = field(factory=dict)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the parts that there were."""
        return Package(self.content).names

    def tree(self, name: str, empty: str = "") -> Any:
        """Give a part to be changed; where it is not there, one that is ``empty``."""
        if name not in self.trees:
            content = Package(self.content).read(name) if name in self.names else empty.encode()
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            try:
                tree = etree.fromstring(content, parser)
            except etree.XMLSyntaxError:
                raise Unreadable("annotate-part", part=name) from None
            if tree.getroottree().docinfo.doctype:
                raise Unreadable("form-file-dtd")
            self.trees[name] = tree
        return self.trees[name]

    def related(self, part: str, kind: str) -> tuple[str, str] | None:
        """Give what of a kind a part is related to: the id of the relation, and the name of the part."""
        found = Package(self.content).related(part).items()
        return next(((number, name) for number, (known, name) in found if known == kind), None)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Relate a part to another one, and give the id."""
        path = PurePosixPath(part)
        tree = self.tree(f"{path.parent}/_rels/{path.name}.rels", f'<Relationships xmlns="{_RELATIONS}"/>')
        known = {each.get("Id") for each in tree}
        number = next(f"rId{count}" for count in range(1, len(known) + 2) if f"rId{count}" not in known)
        strict = any(each.get("Type", "").startswith(_STRICT) for each in tree)
        base = _STRICT if strict else _OFFICE
        etree.SubElement(tree, f"{{{_RELATIONS}}}Relationship", Id=number, Type=f"{base}/{kind}", Target=f"/{target}")
        return number

    def declare(self, part: str, kind: str) -> None:
        """Say what kind of part one is."""
        tree = self.tree("[Content_Types].xml")
        etree.SubElement(tree, f"{{{_TYPES}}}Override", PartName=f"/{part}", ContentType=kind)

    def new(self, pattern: str) -> str:
        """Give a name for a part that is not there yet."""
        taken = {name.lower() for name in (*self.names, *self.trees)}
        return next(name for number in range(1, 10_000) if (name := pattern.format(number)).lower() not in taken)

    def written(self) -> bytes:
        """Give the package: parts that were not changed byte by byte, in the order that they had."""
        target = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(self.content)) as old, zipfile.ZipFile(target, "w") as new:
            for entry in old.infolist():
                part = self._serialised(entry.filename) if entry.filename in self.trees else old.read(entry)
                info = zipfile.ZipInfo(entry.filename, entry.date_time)
                info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, entry.external_attr
                new.writestr(info, part)
            for name in sorted(set(self.trees) - self.names):
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                new.writestr(info, self._serialised(name))
        return target.getvalue()

    def _serialised(self, name: str) -> bytes:
        tree = self.trees[name].getroottree()
        return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


# ---- Word ----------------------------------------------------------------------------------------------------------


def _in_word(package: _PackageParts, comments: Mapping[str, list[str]]) -> None:
    main = next(name for kind, name in Package(package.content).related("").values() if kind == "officeDocument")
    document = package.tree(main)
    word = etree.QName(document).namespace
    found = package.related(main, "comments")
    name = found[1] if found else f"{PurePosixPath(main).parent}/comments.xml"
    notes = package.tree(name, f'<w:comments xmlns:w="{word}"/>')
    if found is None:
        package.relate(main, "comments", name)
        package.declare(name, _WORD_TYPE)
    body = document.find(f"{{{word}}}body")
    cells = list(body.iter(f"{{{word}}}tc"))
    number = 1 + max((int(each.get(f"{{{word}}}id", "0")) for each in notes), default=-1)
    for spot in sorted(comments, key=int):
        _note(notes, word, number, comments[spot])
        _mark(cells[int(spot)], word, str(number))
        number += 1


def _note(notes: Any, word: str, number: int, texts: list[str]) -> None:
    """Write one comment, a paragraph a text."""

    def named(name: str) -> str:
        return f"{{{word}}}{name}"

    said = {named("id"): str(number), named("author"): _AUTHOR, named("initials"): _AUTHOR[:2]}
    note = etree.SubElement(notes, named("comment"), said)
    for text in texts:
        run = etree.SubElement(etree.SubElement(note, named("p")), named("r"))
        etree.SubElement(run, named("t"), {_SPACE: "preserve"}).text = text


def _mark(cell: Any, word: str, number: str) -> None:
    """Put the comment around what stands in a cell: from where its first paragraph begins to where its last ends."""
    paragraphs = list(cell.iter(f"{{{word}}}p"))
    inside = [each for each in paragraphs if next(each.iterancestors(f"{{{word}}}tc")) is cell] or paragraphs
    first, last = inside[0], inside[-1]
    start = etree.Element(f"{{{word}}}commentRangeStart", {f"{{{word}}}id": number})
    has_properties = len(first) > 0 and first[0].tag == f"{{{word}}}pPr"
    first.insert(int(has_properties), start)
    etree.SubElement(last, f"{{{word}}}commentRangeEnd", {f"{{{word}}}id": number})
    run = etree.SubElement(last, f"{{{word}}}r")
    etree.SubElement(run, f"{{{word}}}commentReference", {f"{{{word}}}id": number})


# ---- Excel ---------------------------------------------------------------------------------------------------------


def _in_sheets(package: _PackageParts, comments: Mapping[str, list[str]]) -> None:
    main = next(name for kind, name in Package(package.content).related("").values() if kind == "officeDocument")
    related = Package(package.content).related(main)
    book = Package(package.content).tree(main).first("sheets")
    parts = {each.get("name"): related[each.get("r:id")][1] for each in (book.all("sheet") if book else [])}
    of_sheets: dict[str, dict[str, list[str]]] = {}
    for spot, texts in comments.items():
        sheet, _, cell = spot.rpartition("!")
        of_sheets.setdefault(parts[sheet], {})[cell] = texts
    for part, cells in of_sheets.items():
        _on_sheet(package, part, cells)


def _on_sheet(package: _PackageParts, part: str, cells: Mapping[str, list[str]]) -> None:
    sheet = package.tree(part)
    main = etree.QName(sheet).namespace
    found = package.related(part, "comments")
    name = found[1] if found else package.new("xl/comments{}.xml")
    notes = package.tree(name, f'<comments xmlns="{main}"><authors/><commentList/></comments>')
    if found is None:
        package.relate(part, "comments", name)
        package.declare(name, _SHEET_TYPE)
    authors, listed = (notes.find(f"{{{main}}}{each}") for each in ("authors", "commentList"))
    etree.SubElement(authors, f"{{{main}}}author").text = _AUTHOR
    author = str(len(authors) - 1)
    known = {each.get("ref"): each for each in listed}
    new = []
    for cell in sorted(cells, key=_order):
        note = known.get(cell)
        if note is None:
            new.append(cell)
            note = etree.SubElement(listed, f"{{{main}}}comment", ref=cell, authorId=author)
            etree.SubElement(note, f"{{{main}}}text")
        _say(note.find(f"{{{main}}}text"), main, cells[cell], is_more=cell in known)
    listed[:] = sorted(listed, key=lambda each: _order(each.get("ref")))
    _draw(package, part, sheet, new)


def _say(into: Any, main: str, texts: list[str], *, is_more: bool) -> None:
    """Put texts into a comment, behind what stands in it."""
    run = etree.SubElement(into, f"{{{main}}}r")
    text = etree.SubElement(run, f"{{{main}}}t", {_SPACE: "preserve"})
    text.text = ("\n" if is_more else "") + "\n".join(texts)


def _order(cell: str) -> tuple[int, int, str]:
    found = _CELL.fullmatch(cell)
    return (0, 0, cell) if found is None else (int(found["row"]), len(found["column"]), found["column"])


def _draw(package: _PackageParts, part: str, sheet: Any, cells: list[str]) -> None:
    """Give each comment the shape in which it is shown when the mouse is over its cell."""
    drawing = sheet.find(f"{{{etree.QName(sheet).namespace}}}legacyDrawing")
    relation = next((key for key in drawing.attrib if key.endswith("}id")), "") if drawing is not None else ""
    related = Package(package.content).related(part)
    if drawing is not None:
        name = related[drawing.get(relation)][1]
        shapes = package.tree(name)
    else:
        name = package.new("xl/drawings/vmlDrawing{}.vml")
        shapes = package.tree(name, _EMPTY.format(block=_free_block(package)))
        number = package.relate(part, "vmlDrawing", name)
        package.declare(name, _VML_TYPE)
        _put_drawing(sheet, number)
    taken = [int(found[1]) for each in shapes if (found := re.fullmatch(r"_x0000_s(\d+)", each.get("id") or ""))]
    block = shapes.find(f"{{{_SHAPES}}}shapelayout/{{{_SHAPES}}}idmap")
    first = _IDS * int((block.get("data") if block is not None else "1").split(",")[0])
    if not any(each.get("id") == "_x0000_t202" for each in shapes):
        shapes.append(etree.fromstring(_KIND))
    for shape, cell in enumerate(cells, max([first, *taken]) + 1):
        row, _, column = _order(cell)
        shapes.append(etree.fromstring(_SHAPE.format(number=shape, row=row - 1, column=_column(column))))


def _free_block(package: _PackageParts) -> int:
    """Give a block of numbers that no other drawing of the workbook has."""
    return 1 + sum(name.endswith(".vml") for name in {*package.names, *package.trees})


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _put_drawing(sheet: Any, number: str) -> None:
    """Name the drawing in the sheet, at the place that it has among its parts."""
    main = etree.QName(sheet).namespace
    office = _STRICT if "purl.oclc.org" in main else _OFFICE
    drawing = etree.Element(f"{{{main}}}legacyDrawing", {f"{{{office}}}id": number}, nsmap={"r": office})
    behind = {f"{{{main}}}{name}" for name in (*_BEHIND, "extLst")}
    place = next((at for at, each in enumerate(sheet) if each.tag in behind), len(sheet))
    sheet.insert(place, drawing)


_NAMES: Final = f'xmlns:v="{_VML}" xmlns:o="{_SHAPES}" xmlns:x="{_EXCEL}"'
_EMPTY: Final = (
    f'<xml {_NAMES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{{block}}"/></o:shapelayout></xml>'
)
_KIND: Final = (
    f'<v:shapetype {_NAMES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE: Final = (
    f'<v:shape {_NAMES} id="_x0000_s{{number}}" type="#_x0000_t202" '
    'style="position:absolute;margin-left:60pt;margin-top:2pt;width:220pt;height:110pt;visibility:hidden" '
    'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note">'
    "<x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row>"
    "<x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


def comments_of(verdicts: Iterable[FileResult], language: Language) -> tuple[dict[str, list[str]], int]:
    """Give what is to be said of the cells of a file by what was found in its forms, and how much has no cell in it."""
    said = Phrases(language, "report")
    comments: dict[str, list[str]] = {}
    elsewhere = 0
    for verdict in verdicts:
        assert verdict.evaluation is not None
        found: tuple[Problem | Finding, ...] = (*verdict.evaluation.problems, *verdict.evaluation.findings)
        for told in found:
            worded = told.in_language(language)
            spot = spot_of(told.location.path if told.location is not None else "", verdict.spots)
            text = in_marks(f"{said(worded.severity)}{said.sign('colon')}{said.text(worded.message)}", language)
            if spot:
                texts = comments.setdefault(spot, [])
                texts += [] if text in texts else [text]
            else:
                elsewhere += 1
    return comments, elsewhere


def spot_of(path: str, spots: Mapping[str, str]) -> str:
    """Give where the cell is that a finding is about: its own, else that of the row's name, else nothing.

    >>> spots = {"entries[2].indicator": "表!C5", "entries[2].deviation": "表!H5", "data.编制数": "表!B2"}
    >>> spot_of("entries[2].improvement", spots), spot_of("entries[2]", spots), spot_of("data.人数", spots)
    ('表!H5', '表!C5', '')
    """
    row, _, cell = path.rpartition(".")
    of_both = f"{row}.deviation" if cell in ("deviation_reason", "improvement") else ""
    row = path if path.endswith("]") else row
    names = (path, of_both, f"{row}.indicator", f"{row}.claimed_score") if "[" in path else (path,)
    return next((spots[name] for name in names if spots.get(name)), "")

"""What a file is, told by its content, and a package opened within limits: no DTD, nothing fetched."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any, Final, Literal
from xml.parsers import expat

from attrs import define, field

from evalrules._patterns import regex

MAX_FILE: Final = 50_000_000
MAX_PART: Final = 64_000_000
"""Bytes of one part of a package when it is unpacked; a report of a hundred pages has some 3 million."""
MAX_UNPACKED: Final = 100_000_000
"""Bytes of all parts that are read of one package, however many there are."""
MAX_ELEMENTS: Final = 400_000
"""Elements of one part; a report of a hundred pages has some 50,000."""
MAX_DEPTH: Final = 250
MAX_ENTRIES: Final = 10_000
_CHUNK: Final = 1 << 20

MARK: Final = "evalrules"
"""The custom property by which files of ours say what they are: the edition of a blank form, or `REPORT`."""
MARKS: Final = "urn:evalrules:marks"
"""The vocabulary of ours in which a cell of a Word table keeps its mark, whatever is written into the cell."""
MARKED: Final = "evalrules."
"""How the tags and names begin that say of a cell what it is for."""
OUR_LISTS: Final = "evalrules"
"""The sheet of a blank form on which choices are kept."""
REPORT: Final = "report"
"""Its value for a report, which is never read as a form."""

Kind = Literal["word", "sheets", "open-sheets", "old-sheets", "text", "convert-text", "convert-sheets"]
"""How a file is read; what begins with ``convert`` only LibreOffice reads, as a text or as sheets."""


class Unreadable(Exception):
    """A file, or a part of it, that cannot be read: the code of the problem, and what its wording names."""

    def __init__(self, code: str, /, **arguments: object) -> None:
        super().__init__(code)
        self.code = code
        self.arguments = arguments


# ---- kinds ---------------------------------------------------------------------------------------------------------

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS: Final[tuple[tuple[str, Kind], ...]] = (
    ("WordDocument", "convert-text"),
    ("Workbook", "old-sheets"),
    ("Book", "old-sheets"),
)
_MARKUP: Final[tuple[tuple[re.Pattern[bytes], Kind], ...]] = (
    (regex(rb"urn:schemas-microsoft-com:office:spreadsheet"), "convert-sheets"),
    (regex(rb"schemas\.microsoft\.com/office/word/2003|2006/xmlPackage"), "convert-text"),
    (regex(rb"office:mimetype=\"application/vnd\.oasis\.opendocument\.spreadsheet"), "convert-sheets"),
    (regex(rb"(?i)<html|<table|<!doctype html|^mime-version:|\nmime-version:"), "convert-text"),
)
_HEAD = 4096


def kind_of_content(content: bytes) -> Kind:
    r"""Tell what a file is by its content, whatever its name says.

    Raises `Unreadable` for what holds no form: nothing at all, a password, a picture, a PDF, another kind of package.

    >>> kind_of_content(b"{\\rtf1\\ansi"), kind_of_content("指标,得分".encode("gb18030"))
    ('convert-text', 'text')
    """
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        raise Unreadable("form-file-empty")
    if content.startswith(b"PK"):
        return _kind_of_package(Package(content))
    if content.startswith(_COMPOUND):
        return _kind_of_compound(content)
    if head.startswith(b"{\\rtf"):
        _hold_groups(content)
        return "convert-text"
    if head.startswith(b"%PDF"):
        raise Unreadable("form-file-pdf")
    if head.startswith(_PICTURES):
        raise Unreadable("form-file-picture")
    markup = next((kind for pattern, kind in _MARKUP if pattern.search(_narrow(head))), None)
    return markup or "text"


def _hold_groups(content: bytes) -> None:
    """Refuse RTF whose groups stand in each other deeper than any program writes: converting them takes gigabytes."""
    depth = 0
    for brace in re.finditer(rb"(?<!\\)[{}]", content):
        depth += 1 if brace[0] == b"{" else -1
        if depth > MAX_DEPTH:
            raise Unreadable("form-file-expands")


def _narrow(head: bytes) -> bytes:
    """Give the bytes of UTF-16 text as those of ASCII, as far as it is."""
    return head.replace(b"\x00", b"") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head


def _kind_of_package(package: Package) -> Kind:
    if "mimetype" in package.names:
        manifest = "META-INF/manifest.xml"
        if manifest in package.names and b"encryption-data" in package.read(manifest):
            raise Unreadable("form-file-password")
        mimetype = package.read("mimetype").decode("ascii", "replace").strip()
        if "opendocument.spreadsheet" in mimetype:
            return "open-sheets"
        if "opendocument.text" in mimetype:
            return "convert-text"
        raise Unreadable("form-file-other")
    main = package.main_type
    if "wordprocessingml" in main or main.startswith("application/vnd.ms-word"):
        return "word"
    if "spreadsheetml" in main or main.startswith("application/vnd.ms-excel.sheet.macro"):
        return "sheets"
    if main.startswith("application/vnd.ms-excel"):
        return "convert-sheets"
    raise Unreadable("form-file-other")


def _kind_of_compound(content: bytes) -> Kind:
    names = {name: name.encode("utf-16-le") + b"\x00\x00" for name in ("EncryptedPackage", "WordDocument", "Workbook")}
    if names["EncryptedPackage"] in content:
        raise Unreadable("form-file-password")
    for name, kind in _STREAMS:
        if (name.encode("utf-16-le") + b"\x00\x00") in content:
            return kind
    raise Unreadable("form-file-other")


# ---- packages ------------------------------------------------------------------------------------------------------

_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
)
_ENCRYPTED = 0x1


@define
class Package:
    """The parts of a zipped office file, by their names without the leading slash; a part is read when asked for."""

    content: bytes = field(repr=False)
    names: frozenset[str] = field(init=False)
    _zip: zipfile.ZipFile = field(init=False, repr=False)
    _unpacked: int = field(default=0, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(self.content))
            entries = self._zip.infolist()
        except _DAMAGE:
            raise Unreadable("form-file-damaged") from None
        if len(entries) > MAX_ENTRIES:
            raise Unreadable("form-file-expands")
        self.names = frozenset(entry.filename for entry in entries)

    def read(self, name: str) -> bytes:
        """Unpack one part, never more than `MAX_PART` of it."""
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """Unpack one part piece by piece; what its entry says of its size is not relied on."""
        try:
            entry = self._zip.getinfo(name)
        except KeyError:
            raise Unreadable("form-file-damaged") from None
        if entry.flag_bits & _ENCRYPTED:
            raise Unreadable("form-file-password")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable("form-file-damaged")
        if entry.file_size > MAX_PART:
            raise Unreadable("form-file-expands")
        size = 0
        try:
            with self._zip.open(entry) as part:
                while piece := part.read(_CHUNK):
                    size += len(piece)
                    self._unpacked += len(piece)
                    if size > MAX_PART or self._unpacked > MAX_UNPACKED:
                        raise Unreadable("form-file-expands")
                    yield piece
        except _DAMAGE:
            raise Unreadable("form-file-damaged") from None

    def tree(self, name: str) -> Element:
        """Read one part as a tree."""
        return parse(self.chunks(name))

    @property
    def main(self) -> str:
        """The name of the part that the package is about: the document, or the workbook."""
        for kind, target in self.related("").values():
            if kind == "officeDocument":
                return target
        raise Unreadable("form-file-damaged")

    @property
    def main_type(self) -> str:
        """The content type of the main part."""
        if "[Content_Types].xml" not in self.names:
            raise Unreadable("form-file-other")
        main = self.main
        types = elements(self.tree("[Content_Types].xml").children)
        known = {kind.get("PartName").lstrip("/"): kind.get("ContentType") for kind in types}
        suffixes = {kind.get("Extension").lower(): kind.get("ContentType") for kind in types}
        return known.get(main) or suffixes.get(PurePosixPath(main).suffix[1:].lower(), "")

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Give what a part is related to, inside the package: id → (kind, name); what lies outside is left out."""
        path = PurePosixPath(part)
        name = f"{path.parent}/_rels/{path.name}.rels".removeprefix("./") if part else "_rels/.rels"
        if name not in self.names:
            return {}
        found = {}
        for child in elements(self.tree(name).children):
            if child.get("TargetMode") != "External":
                kind = child.get("Type").rsplit("/", 1)[-1]
                found[child.get("Id")] = (kind, _resolved(path.parent, child.get("Target")))
        return found

    @property
    def marks(self) -> dict[str, str]:
        """The custom properties of the document, by name: our blank forms and reports say there what they are."""
        if "docProps/custom.xml" not in self.names:
            return {}
        properties = elements(self.tree("docProps/custom.xml").children)
        return {child.get("name", ""): child.text.strip() for child in properties}


def _resolved(folder: PurePosixPath, target: str) -> str:
    """Give the name of a part that is named from a folder of the package."""
    parts: list[str] = [] if target.startswith("/") else list(folder.parts)
    for step in target.split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step not in ("", "."):
            parts.append(step)
    return "/".join(parts)


# ---- XML -----------------------------------------------------------------------------------------------------------

# Both the transitional and the strict names of each vocabulary; whatever is none of them keeps its bare name behind
# a ``?``, so that what another vocabulary calls ``t`` is not taken for a text.
_PREFIXES: Final = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w:",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w:",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m:",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "",
    "http://purl.oclc.org/ooxml/spreadsheetml/main": "",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r:",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r:",
    "http://schemas.openxmlformats.org/package/2006/relationships": "",
    "http://schemas.openxmlformats.org/package/2006/content-types": "",
    "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties": "",
    "http://purl.oclc.org/ooxml/officeDocument/customProperties": "",
    MARKS: "evr:",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table:",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text:",
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office:",
    "urn:oasis:names:tc:opendocument:xmlns:style:1.0": "style:",
}
_SEPARATOR = "\x1f"


def _short(name: str, known: dict[str, str]) -> str:
    """Give a name with the prefix that we have for its vocabulary."""
    space, separator, local = name.rpartition(_SEPARATOR)
    short = f"{_PREFIXES.get(space, '?')}{local}" if separator else local
    known[name] = short
    return short


class Element:
    """One element of a tree: its name, attributes, and children, texts among them."""

    __slots__ = ("attributes", "children", "tag")

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Element | str] = []

    def get(self, name: str, default: str = "") -> str:
        """Give an attribute."""
        return self.attributes.get(name, default)

    def first(self, *path: str) -> Element | None:
        """Give the first element down a path of names."""
        found: Element | None = self
        for tag in path:
            assert found is not None
            found = next(iter(found.all(tag)), None)
            if found is None:
                break
        return found

    def all(self, tag: str) -> list[Element]:
        """Give the children of this name."""
        return [child for child in self.children if type(child) is Element and child.tag == tag]

    @property
    def text(self) -> str:
        """All text inside, in order."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)


def elements(children: list[Element | str]) -> list[Element]:
    """Give the elements among children."""
    return [child for child in children if type(child) is Element]


Start = Callable[[str, dict[str, str]], None]


def stream(
    chunks: Iterator[bytes],
    start: Start,
    end: Callable[[str], None],
    text: Callable[[str], None],
    most: int = MAX_ELEMENTS,
) -> None:
    """Read XML piece by piece: a DTD is refused before anything in it is read, and depth and elements are limited."""
    reader: Any = expat.ParserCreate(namespace_separator=_SEPARATOR)
    reader.buffer_text = True
    reader.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    known: dict[str, str] = {}
    depth = count = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth += 1
        count += 1
        if depth > MAX_DEPTH or count > most:
            raise Unreadable("form-file-expands")
        for key in attributes:
            if _SEPARATOR in key:  # few attributes have a vocabulary: most are taken as they are
                attributes = {known.get(one) or _short(one, known): value for one, value in attributes.items()}
                break
        start(known.get(name) or _short(name, known), attributes)

    def finish(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(known.get(name) or _short(name, known))

    def refuse(*_: object) -> None:
        raise Unreadable("form-file-dtd")

    reader.StartElementHandler = begin
    reader.EndElementHandler = finish
    reader.CharacterDataHandler = text
    reader.StartDoctypeDeclHandler = reader.EntityDeclHandler = reader.ExternalEntityRefHandler = refuse
    try:
        for chunk in chunks:
            reader.Parse(chunk, False)
        reader.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError):  # not well formed; an encoding that is none
        raise Unreadable("form-file-damaged") from None


def parse(chunks: Iterator[bytes]) -> Element:
    """Read XML to a tree.

    >>> tree = parse(iter([b"<a><b c='1'>x</b>y</a>"]))
    >>> tree.first("b").get("c"), tree.text
    ('1', 'xy')
    """
    root = Element("", {})
    open_elements = [root]

    def start(tag: str, attributes: dict[str, str]) -> None:
        element = Element(tag, attributes)
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def end(_: str) -> None:
        open_elements.pop()

    def text(content: str) -> None:
        open_elements[-1].children.append(content)

    stream(chunks, start, end, text)
    found = elements(root.children)
    if not found:
        raise Unreadable("form-file-damaged")
    return found[0]

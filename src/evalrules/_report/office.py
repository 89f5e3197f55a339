"""What Word and Excel files of ours have in common: the mark that tells them from what departments hand in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from html import escape
from typing import Any

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from openpyxl.packaging.custom import StringProperty

from evalrules._forms.package import MARK, REPORT
from evalrules._patterns import regex

_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="%s"><vt:lpwstr>%s</vt:lpwstr></property>'
    "</Properties>"
)
FILLED_IN, SHADE = "FFF9E5", "F0F2F5"
"""The colours of cells that are to be filled in, and of those that are printed."""
_NEVER = (1980, 1, 1, 0, 0, 0)
_TIMES = regex(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def mark_word(document: WordDocument, mark: str = REPORT) -> None:
    """Say inside a Word document what it is: a report, or a blank form by what that says of itself."""
    package = document.part.package
    content = (_PROPERTIES % (MARK, escape(mark))).encode()
    package.relate_to(
        Part(PackURI("/docProps/custom.xml"), _TYPE, content, package), RELATIONSHIP_TYPE.CUSTOM_PROPERTIES
    )


def mark_workbook(workbook: Any, mark: str = REPORT) -> None:
    """Say inside an Excel workbook what it is, as `mark_word` does."""
    workbook.custom_doc_props.append(StringProperty(name=MARK, value=mark))


def finished(written: Any, mended: Callable[[str, bytes], bytes] = lambda _, part: part) -> bytes:
    """Give the bytes of a document or workbook without its times of writing: the same report is the same bytes.

    ``mended`` gives each part, by its name, as it is to be.
    """
    content, target = io.BytesIO(), io.BytesIO()
    written.save(content)
    with zipfile.ZipFile(content) as package, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as clean:
        for entry in package.infolist():
            part = mended(entry.filename, package.read(entry))
            if entry.filename == "docProps/core.xml":
                part = _TIMES.sub(rb"\g<1>1980-01-01T00:00:00Z", part)
            info = zipfile.ZipInfo(entry.filename, _NEVER)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            clean.writestr(info, part)
    return target.getvalue()

"""What Word and Excel files of ours have in common: the mark that tells them from what departments hand in."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from openpyxl.packaging.custom import StringProperty

from evalrules._forms.package import MARK, REPORT

_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="%s"><vt:lpwstr>%s</vt:lpwstr></property>'
    "</Properties>"
)
_NEVER = (1980, 1, 1, 0, 0, 0)
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def mark_word(document: WordDocument) -> None:
    """Mark a Word document as a report."""
    package = document.part.package
    content = (_PROPERTIES % (MARK, REPORT)).encode()
    package.relate_to(
        Part(PackURI("/docProps/custom.xml"), _TYPE, content, package), RELATIONSHIP_TYPE.CUSTOM_PROPERTIES
    )


def mark_workbook(workbook: Any) -> None:
    """Mark an Excel workbook as a report."""
    workbook.custom_doc_props.append(StringProperty(name=MARK, value=REPORT))


def finished(content: bytes) -> bytes:
    """Take the times of writing out of a package, so that the same report is the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as clean:
        for entry in package.infolist():
            part = package.read(entry)
            if entry.filename == "docProps/core.xml":
                part = _TIMES.sub(rb"\g<1>1980-01-01T00:00:00Z", part)
            info = zipfile.ZipInfo(entry.filename, _NEVER)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            clean.writestr(info, part)
    return target.getvalue()

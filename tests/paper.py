"""Writes Word and Excel files for tests, cell by cell: what an office program writes, and what none should."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from attrs import evolve, frozen

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = {
    W: "http://purl.oclc.org/ooxml/wordprocessingml/main",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}
_NAMES = (
    f'xmlns:w="{W}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)


@frozen
class Td:
    """A cell of a table: its text, how far it reaches, and XML in place of its text."""

    text: str = ""
    span: int = 1
    down: str | None = None
    """``restart`` or ``continue`` of a cell that is merged downwards."""
    xml: str | None = None
    around: str = "{}"
    properties: str = ""

    def written(self) -> str:
        """Write the cell as Word does."""
        span = f'<w:gridSpan w:val="{self.span}"/>' if self.span > 1 else ""
        down = f'<w:vMerge w:val="{self.down}"/>' if self.down else ""
        content = paragraphs(self.text) if self.xml is None else self.xml
        return self.around.replace("{}", f"<w:tc><w:tcPr>{span}{down}{self.properties}</w:tcPr>{content}</w:tc>")


Cells = Sequence["str | Td"]


def paragraphs(text: str) -> str:
    """Write a text, a paragraph a line."""
    return "".join(f"<w:p>{run(line)}</w:p>" for line in text.split("\n"))


def run(text: str) -> str:
    """Write a run of text in two halves, as Word splits it."""
    half = len(text) // 2
    return "".join(f'<w:r><w:t xml:space="preserve">{escape(part)}</w:t></w:r>' for part in (text[:half], text[half:]))


def row(cells: Cells, properties: str = "") -> str:
    """Write a row of a table."""
    inner = "".join((cell if isinstance(cell, Td) else Td(cell)).written() for cell in cells)
    return f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{inner}</w:tr>"


def table(rows: Iterable[Sequence[Any] | str], widths: Sequence[int] = ()) -> str:
    """Write a table; a row is a list of cells, or XML."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    inner = "".join(one if isinstance(one, str) else row(one) for one in rows)
    return f"<w:tbl><w:tblGrid>{grid}</w:tblGrid>{inner}</w:tbl>"


def docx(*blocks: str, parts: Mapping[str, str | bytes] | None = None, strict: bool = False) -> bytes:
    """Write a document of paragraphs (plain texts) and tables."""
    body = "".join(block if block.startswith("<") else paragraphs(block) for block in blocks)
    main = f'<?xml version="1.0" encoding="UTF-8"?><w:document {_NAMES}><w:body>{body}</w:body></w:document>'
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return package({"word/document.xml": main, **(parts or {})}, "word/document.xml", kind, strict=strict)


def package(parts: Mapping[str, str | bytes], main: str, kind: str, *, strict: bool = False) -> bytes:
    """Zip the parts of an office file, with the relationships and content types that it needs."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    whole = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/{main}" ContentType="{kind}"/></Types>'
        ),
        "_rels/.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{relations}/officeDocument" Target="{main}"/></Relationships>'
        ),
        **parts,
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in whole.items():
            text = content
            if strict and isinstance(text, str):
                for loose, firm in STRICT.items():
                    text = text.replace(loose, firm)
            archive.writestr(name, text)
    return file.getvalue()


# ---- workbooks -----------------------------------------------------------------------------------------------------


@frozen
class Tab:
    """A sheet: XML of its cells by name, and what else stands around them."""

    cells: Mapping[str, str]
    """``A1`` → the inside of a ``<c>``, with its attributes before a ``|``; or a plain text."""
    merged: Sequence[str] = ()
    rows: Mapping[int, str] = {}
    columns: str = ""
    state: str = "visible"
    dimension: str = ""


def tab(rows: Iterable[Sequence[Any]], **around: object) -> Tab:
    """Make a sheet of plain rows: texts as inline strings, numbers as numbers; None is no cell."""
    cells: dict[str, str] = {}
    for number, values in enumerate(rows, 1):
        for column, value in enumerate(values):
            if value is not None:
                name = f"{column_name(column)}{number}"
                cells[name] = f"|<v>{value}</v>" if isinstance(value, int | float) else str(value)
    return Tab(cells, **around)  # type: ignore[arg-type]


def column_name(column: int) -> str:
    """Name a column, counted from 0."""
    return (column_name(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)


def xlsx(
    tabs: Mapping[str, Tab],
    formats: Sequence[str] = (),
    strings: Sequence[str] = (),
    *,
    strict: bool = False,
    properties: str = "",
) -> bytes:
    """Write a workbook. A cell's attribute ``s="3"`` names the third of the ``formats``; ``strings`` are shared."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" state="{one.state}" r:id="s{at}"/>'
        for at, (name, one) in enumerate(tabs.items(), 1)
    )
    relations = "".join(
        f'<Relationship Id="s{at}" Type="{related}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(tabs) + 1)
    )
    relations += f'<Relationship Id="x" Type="{related}/sharedStrings" Target="sharedStrings.xml"/>'
    relations += f'<Relationship Id="y" Type="{related}/styles" Target="styles.xml"/>'
    own = "".join(f'<numFmt numFmtId="{200 + at}" formatCode="{escape(code)}"/>' for at, code in enumerate(formats))
    used = "".join(f'<xf numFmtId="{200 + at}"/>' for at in range(len(formats)))
    parts = {
        "xl/workbook.xml": (
            f'<workbook xmlns="{space}" xmlns:r="{related}">{properties}<sheets>{sheets}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>'
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{space}">{"".join(strings)}</sst>',
        "xl/styles.xml": (
            f'<styleSheet xmlns="{space}"><numFmts>{own}</numFmts>'
            f'<cellXfs><xf numFmtId="0"/>{used}</cellXfs></styleSheet>'
        ),
        **{f"xl/worksheets/sheet{at}.xml": _sheet(one, space) for at, one in enumerate(tabs.values(), 1)},
    }
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return package(parts, "xl/workbook.xml", kind, strict=strict)


def _sheet(one: Tab, space: str) -> str:
    rows: dict[int, list[str]] = {number: [] for number in one.rows}
    for name, content in one.cells.items():
        number = int(name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        before, bar, inside = content.partition("|")
        plain = not bar or "<" not in inside
        cell = (
            f'<c r="{name}" t="inlineStr"><is><t xml:space="preserve">{escape(content)}</t></is></c>'
            if plain
            else f'<c r="{name}" {before}>{inside}</c>'
        )
        rows.setdefault(number, []).append(cell)
    data = "".join(
        f'<row r="{number}" {one.rows.get(number, "")}>{"".join(rows[number])}</row>' for number in sorted(rows)
    )
    merged = "".join(f'<mergeCell ref="{reference}"/>' for reference in one.merged)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{space}">{one.dimension}'
        f"<cols>{one.columns}</cols><sheetData>{data}</sheetData><mergeCells>{merged}</mergeCells></worksheet>"
    ).replace("<cols></cols>", "")


# ---- a form --------------------------------------------------------------------------------------------------------

HEADER = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"]
ROWS = [
    ["产出指标（50分）", "数量指标", "新建机耕道", "≥12公里", "11.4公里", "20", "19", "雨季影响施工"],
    ["产出指标（50分）", "质量指标", "验收合格率", "100%", "100%", "30", "30", ""],
    ["效益指标（30分）", "社会效益指标", "受益农户数", "≥800户", "845户", "30", "30", ""],
    ["满意度指标（10分）", "服务对象满意度指标", "群众满意度", "≥90%", "93.5%", "10", "10", ""],
]
TITLE = "2023年度项目支出绩效自评表"
FIELDS = ("target", "actual", "points", "claimed_score", "deviation")


def expected(rows: Sequence[Sequence[str]] = ROWS) -> list[dict[str, object]]:
    """Give the entries that rows of this header are."""
    return [
        {
            "section": "/".join(part.split("（")[0] for part in cells[:2] if part),
            "indicator": cells[2] or None,
            **{field: cells[3 + at] or None for at, field in enumerate(FIELDS)},
        }
        for cells in rows
    ]


def merged_down(rows: Sequence[Sequence[str]], columns: Iterable[int] = (0, 1)) -> list[list[str | Td]]:
    """Merge what is equal in neighbouring rows of these columns, as forms do with their sections."""
    out: list[list[str | Td]] = [list(cells) for cells in rows]
    for column in columns:
        for at, cells in enumerate(rows):
            again = at > 0 and rows[at - 1][: column + 1] == cells[: column + 1]
            goes_on = at + 1 < len(rows) and rows[at + 1][: column + 1] == cells[: column + 1]
            if again or goes_on:
                out[at][column] = Td("" if again else cells[column], down="continue" if again else "restart")
    return out


def spanned(cell: str | Td, span: int) -> Td:
    """Let a cell reach over several columns."""
    return evolve(cell if isinstance(cell, Td) else Td(cell), span=span)

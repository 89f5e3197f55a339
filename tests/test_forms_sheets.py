"""Workbooks, open sheets, old sheets and separated values: what is shown is read, what is hidden is not."""

from __future__ import annotations

import decimal
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalrules._forms.numbers import shown_number, shown_text
from paper import HEADER, ROWS, TITLE, Tab, column_name, expected, tab, xlsx
from test_forms_word import entries_in, forms_in

PLAIN = [[TITLE], HEADER, *ROWS]


def sheet(**around: Any) -> Tab:
    """Make the sheet of the plain form."""
    return tab(PLAIN, **around)


def with_cells(cells: dict[str, str], **around: Any) -> Tab:
    """Make the sheet of the plain form with some cells written otherwise."""
    return Tab({**sheet().cells, **cells}, **around)


def indicators_in(content: bytes, folder: Path, name: str = "自评表.xlsx") -> list[dict[str, Any]]:
    """Give the rows of the only form of a workbook."""
    return entries_in(content, folder, name)


RICH = "<si><r><rPr><b/></rPr><t>新建</t></r><r><t>机耕道</t></r><rPh sb='0' eb='2'><t>xinjian</t></rPh></si>"

SAME = {
    "plain": xlsx({"自评表": sheet()}),
    "strict names of the vocabularies": xlsx({"自评表": sheet()}, strict=True),
    "wrong dimension": xlsx({"自评表": sheet(dimension='<dimension ref="A1"/>')}),
    "sections merged": xlsx(
        {"自评表": Tab({name: cell for name, cell in sheet().cells.items() if name != "A4"}, merged=["A3:A4", "A1:H1"])}
    ),
    "rich text with phonetic guides": xlsx({"自评表": with_cells({"C3": 't="s"|<v>0</v>'})}, strings=[RICH]),
    "hidden sheet of last year": xlsx(
        {"2022": sheet(state="hidden"), "自评表": sheet(), "旧": sheet(state="veryHidden")}
    ),
    "hidden row": xlsx(
        {
            "自评表": Tab(
                {**sheet().cells, **{f"{column_name(at)}7": text for at, text in enumerate(ROWS[0])}},
                rows={7: 'hidden="1"'},
            )
        }
    ),
    "row of no height": xlsx(
        {"自评表": Tab({**sheet().cells, "C7": "藏起来的指标", "G7": "5"}, rows={7: 'ht="0" customHeight="1"'})}
    ),
    "hidden column": xlsx(
        {"自评表": with_cells({"I2": "财政复核", "I3": "19"}, columns='<col min="9" max="9" width="8" hidden="1"/>')}
    ),
    "column of no width between": xlsx(
        {
            "自评表": tab(
                [[TITLE], [*HEADER[:3], "内部", *HEADER[3:]], *([*cells[:3], "x", *cells[3:]] for cells in ROWS)],
                columns='<col min="4" max="4" width="0" customWidth="1"/>',
            )
        }
    ),
    "formatted to its last column": xlsx(
        {
            "自评表": with_cells(
                {f"{column_name(at)}{row}": 's="1"|<v></v>' for row in (1, 3, 900) for at in range(9, 16_384, 5)}
            )
        },
        formats=["0.00"],
    ),
    "numbers with formats": xlsx(
        {
            "自评表": with_cells(
                {
                    "D3": 's="1"|<v>12</v>',
                    "E3": 's="2"|<v>11.399999999999999</v>',
                    "E4": 's="3"|<v>1</v>',
                    "E6": 's="4"|<v>0.93500000000000005</v>',
                    "F3": "|<v>20</v>",
                }
            )
        },
        formats=['"≥"0"公里"', '0.0"公里"', "0%", "0.0%"],
    ),
    "line ends as escapes": xlsx({"自评表": with_cells({"C3": "新建_x000D_\n机耕道"})}),
    "formulas with their values": xlsx(
        {"自评表": with_cells({"G3": "|<f>F3*0.95</f><v>19</v>", "E5": 't="str"|<f>A1</f><v>845户</v>'})}
    ),
    "sheet of notes beside it": xlsx({"自评表": sheet(), "填表说明": tab([["填表说明"], ["1.分值合计100分。"]])}),
    "form that begins further down and right": xlsx(
        {"自评表": tab([[], [], *([None, None, *cells] for cells in PLAIN)])}
    ),
}


@pytest.mark.parametrize("content", SAME.values(), ids=SAME.keys())
def test_an_awkward_sheet_reads_like_the_plain_one(content: bytes, tmp_path: Path) -> None:
    """However the workbook has it, the same page gives the same rows, and no other."""
    assert indicators_in(content, tmp_path) == expected()


def test_what_is_hidden_is_told(tmp_path: Path) -> None:
    """Hidden rows, columns and sheets are no part of the form, and the person hears of them."""
    cells = {**sheet().cells, "C7": "藏起来的指标", "K3": "内部"}
    hidden = Tab(cells, rows={7: 'hidden="1"'}, columns='<col min="11" max="11" hidden="1"/>')
    (read,) = forms_in(xlsx({"旧表": sheet(state="hidden"), "自评表": hidden}), tmp_path, "a.xlsx")
    told = {found.code: dict(found.arguments) for found in read.problems}
    assert told == {
        "form-sheet-hidden": {"sheet": "旧表"},
        "form-rows-hidden": {"sheet": "自评表", "rows": "7"},
        "form-columns-hidden": {"sheet": "自评表", "columns": "K"},
    }


def test_a_formula_never_calculated_is_a_problem_and_no_value(tmp_path: Path) -> None:
    """A score that no program has worked out is blank, and its cell is named; so is one that gives an error."""
    content = xlsx(
        {
            "附件1-2": with_cells(
                {"G3": "|<f>F3*0.95</f><v></v>", "G4": "|<f>1/0</f>", "E5": 't="e"|<f>1/0</f><v>#DIV/0!</v>'}
            )
        }
    )
    (read,) = forms_in(content, tmp_path, "自评表.xlsx")
    entries = read.content["entries"]
    assert [entry["claimed_score"] for entry in entries] == [None, None, "30", "10"]
    assert entries[2]["actual"] is None
    told = [(found.code, str(found.location)) for found in read.problems]
    assert told == [
        ("form-cell-uncalculated", "自评表.xlsx 附件1-2!G3"),
        ("form-cell-uncalculated", "自评表.xlsx 附件1-2!G4"),
        ("form-cell-error", "自评表.xlsx 附件1-2!E5"),
    ]


def test_what_a_merged_cell_covers_is_not_on_the_page(tmp_path: Path) -> None:
    """A text that stayed in a cell below a merged one is not read, and the person hears of it."""
    stayed = with_cells({"E3": "旧值", "A4": "旧类"}, merged=["A1:H1", "D3:E3", "A3:A4"])
    (read,) = forms_in(xlsx({"自评表": stayed}), tmp_path, "a.xlsx")
    assert [(entry["section"], entry["actual"]) for entry in read.content["entries"][:2]] == [
        ("产出指标/数量指标", None),
        ("产出指标/质量指标", "100%"),
    ]
    assert [(found.code, str(found.location)) for found in read.problems] == [
        ("form-cells-covered", "a.xlsx 自评表!E3")
    ]


def test_a_picture_in_a_cell_of_wps_is_told(tmp_path: Path) -> None:
    """The formula by which WPS puts a picture into a cell is no text of the form."""
    pictured = with_cells({"I2": "佐证材料", "I3": 't="str"|<f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v>'})
    (read,) = forms_in(xlsx({"自评表": pictured}), tmp_path, "a.xlsx")
    assert read.content["entries"][0]["evidence"] is None
    assert [(found.code, str(found.location)) for found in read.problems] == [("form-cell-picture", "a.xlsx 自评表!I3")]


def with_pictures(content: bytes, *corners: str) -> bytes:
    """Put a picture over a sheet's cells, each named as row and column counted from 0."""
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    anchors = "".join(
        f"<d:oneCellAnchor><d:from><d:col>{column}</d:col><d:colOff>9</d:colOff><d:row>{row}</d:row></d:from>"
        "<d:pic/></d:oneCellAnchor>"
        for row, column in (corner.split(",") for corner in corners)
    )
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(
            "xl/worksheets/_rels/sheet1.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="p" Type="{related}/drawing" Target="../drawings/drawing1.xml"/></Relationships>',
        )
        space = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
        archive.writestr("xl/drawings/drawing1.xml", f'<d:wsDr xmlns:d="{space}">{anchors}</d:wsDr>')
    return file.getvalue()


def test_a_picture_over_a_blank_cell_is_told(tmp_path: Path) -> None:
    """One that lies over a text, beside the form or over a cell that says nothing of the row is no matter."""
    plain = with_cells({"I2": "佐证材料", "I4": "见附件"})
    pictured = with_pictures(xlsx({"自评表": plain}), "2,8", "3,8", "0,0", "40,3", "2,20", "-1,2", "x,")
    (read,) = forms_in(pictured, tmp_path, "a.xlsx")
    assert [entry["evidence"] for entry in read.content["entries"][:2]] == [None, "见附件"]
    assert [(found.code, str(found.location)) for found in read.problems] == [("form-cell-picture", "a.xlsx 自评表!I3")]


def test_a_picture_in_a_cell_of_open_sheets_is_told(tmp_path: Path) -> None:
    """The frame of a picture stands in the cell."""
    frame = '</text:p><d:frame xmlns:d="d"><d:image/></d:frame><text:p>'
    rows = [[*row, "佐证材料" if at == 1 else frame if at == 2 else ""] for at, row in enumerate(PLAIN)]
    (read,) = forms_in(open_document(rows), tmp_path, "a.ods")
    assert [found.code for found in read.problems if found.severity == "warning"] == ["form-cell-picture"]


def test_two_projects_of_one_sheet_are_two_submissions(tmp_path: Path) -> None:
    """A second title below a finished form begins another."""
    one: list[Any] = [[TITLE], ["项目名称", "甲"], HEADER, *ROWS, ["合计", "", "", "", "", 90, 89]]
    two: list[Any] = [[TITLE], ["项目名称", "乙"], HEADER, *ROWS[:1], ["合计", "", "", "", "", 20, 19]]
    first, second = forms_in(xlsx({"自评表": tab([*one, [], [], *two])}), tmp_path, "a.xlsx")
    assert [(form.content["project"], len(form.content["entries"])) for form in (first, second)] == [
        ("甲", 4),
        ("乙", 1),
    ]
    assert second.places["entries[0].claimed_score"] == "a.xlsx 自评表!G14"


def test_a_sheet_a_project_is_a_submission_each(tmp_path: Path) -> None:
    """Sheets with titles of their own are forms of their own."""
    found = forms_in(xlsx({name: sheet() for name in ("甲", "乙", "丙")}), tmp_path, "a.xlsx")
    assert [len(form.content["entries"]) for form in found] == [4, 4, 4]


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", ","), ("gb18030", "\t"), ("utf-16", "\t"), ("utf-8", ";")],
)
@pytest.mark.parametrize("name", ["自评表.csv", "自评表.xls"])
def test_separated_values_are_read(encoding: str, separator: str, name: str, tmp_path: Path) -> None:
    """UTF-8, GB18030 and UTF-16, whatever separates the values and whatever the file is called."""
    lines = [separator.join(f'"{cell}"' if "\n" in cell else cell for cell in cells) for cells in PLAIN]
    assert indicators_in("\r\n".join(lines).encode(encoding), tmp_path, name) == expected()


def open_document(rows: list[list[str]], *, hidden: bool = False) -> bytes:
    """Write an ``.ods`` with the shown text of each cell, blank cells repeated to the edge."""
    names = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text", "style")
    )
    written = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value="0.1"><text:p>{cell}</text:p></table:table-cell>' for cell in cells)
        + '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        for cells in rows
    )
    hidden_row = (
        '<table:table-row table:visibility="collapse"><table:table-cell><text:p>藏</text:p></table:table-cell>'
        "</table:table-row>"
    )
    content = (
        f'<office:document-content {names}><office:automatic-styles><style:style style:name="ta2">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body>'
        f'<office:spreadsheet><table:table table:name="自评表">{written}{hidden_row if hidden else ""}'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row></table:table>'
        f'<table:table table:name="旧" table:style-name="ta2">{written}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return file.getvalue()


def test_open_sheets_are_read_as_shown(tmp_path: Path) -> None:
    """An ``.ods`` keeps the shown text of each cell; hidden rows and sheets are not on the page."""
    assert indicators_in(open_document(PLAIN, hidden=True), tmp_path, "自评表.ods") == expected()


def test_old_sheets_are_read_as_shown(tmp_path: Path) -> None:
    """An ``.xls`` gives numbers by their formats, merged cells, and nothing hidden."""
    xlwt = pytest.importorskip("xlwt", reason="xlwt writes the .xls that this test reads")
    book = xlwt.Workbook()
    page = book.add_sheet("自评表")
    for row, cells in enumerate(PLAIN):
        for column, text in enumerate(cells):
            if (row, column) not in ((3, 0), (5, 4), (2, 6)):
                page.write(row, column, text)
    page.merge(2, 3, 0, 0)
    page.write(5, 4, 0.935, xlwt.easyxf(num_format_str="0.0%"))
    page.write(2, 6, 19)
    page.write(6, 2, "藏起来的指标")
    page.row(6).hidden = True
    book.add_sheet("旧").write(0, 0, TITLE)
    book.get_sheet(1).visibility = 1
    file = io.BytesIO()
    book.save(file)
    assert indicators_in(file.getvalue(), tmp_path, "自评表.xls") == expected()


# ---- numbers as shown ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "style", "shown"),
    [
        ("0.999", "0.0%", "99.9%"),
        ("0.99949", "0.0%", "99.9%"),
        ("0.985", "0%", "99%"),
        ("56", '0"人"', "56人"),
        ("3049.6", '"≥"0"亩"', "≥3050亩"),
        ("1800", "#,##0.00", "1,800.00"),
        ("1234567", "#,##0", "1,234,567"),
        ("12345", '0!.0,"万"', "1.2万"),
        ("12345678", '0.00,,"百万"', "12.35百万"),
        ("0.30000000000000004", "General", "0.3"),
        ("1E-7", "General", "0.0000001"),
        ("123456789012", "General", "123456789012"),
        ("15", "0_ ;[Red]-0 ", "15"),
        ("-0.4", "0", "0"),
        ("-5", "0.0", "-5.0"),
        ("0", "#,##0;-#,##0;-", "-"),
        ("-3", "#,##0;(#,##0)", "(3)"),
        ("59", '[>=60]"及格";"不及格"', "不及格"),
        ("98.5", ";;;", ""),
        ("12.5", "[$¥-804]#,##0.00", "¥12.50"),
        ("45291", 'yyyy"年"m"月"d"日"', "2023年12月31日"),
        ("45306", "yyyy/m/d", "2024/1/15"),
        ("45306", "mm-dd-yy", "2024/1/15"),
        ("45306", "[$-F800]dddd, mmmm dd, yyyy", "2024年1月15日"),
        ("45306.5", "yyyy/m/d h:mm", "2024/1/15 12:00"),
        ("45306.75", "yyyy-mm-dd AM/PM h:mm:ss", "2024-01-15 PM 6:00:00"),
        ("1.5", "[h]:mm", "36:00"),
        ("45306", "aaaa", "星期一"),
        ("不是数", "0", "不是数"),
    ],
)
def test_a_number_is_shown_by_its_format(number: str, style: str, shown: str) -> None:
    """What people see in the cell is what counts."""
    assert shown_number(number, style) == shown


def test_dates_may_count_from_1904() -> None:
    """Workbooks of old Macs begin four years later."""
    assert shown_number("0", "yyyy/m/d", since_1904=True) == "1904/1/1"


def test_a_format_may_put_words_around_a_text() -> None:
    """``@`` stands for the text; a format whose fourth part is empty hides it."""
    assert [shown_text("甲", style) for style in ("General", '@"局"', "0;0;0;")] == ["甲", "甲局", ""]


@given(st.decimals(-(10**9), 10**9, places=4), st.text('0#,.%;"[]@_ \\亩E+-ymdhs?/*!', max_size=12))
def test_any_format_shows_any_number(number: Any, style: str) -> None:
    """No format that a file may hold stops the reading."""
    assert isinstance(shown_number(str(number), style), str)


@given(st.decimals(0, 10**9, places=3))
def test_a_plain_format_rounds_halves_up(number: Any) -> None:
    """Two places, thousands apart: the same that Python's exact decimals give."""
    rounded = number.quantize(decimal.Decimal("0.01"), decimal.ROUND_HALF_UP)
    assert shown_number(str(number), "#,##0.00") == f"{rounded:,}"


def test_cells_may_lack_their_names(tmp_path: Path) -> None:
    """Rows and cells that do not say where they stand follow each other."""
    full = zipfile.ZipFile(io.BytesIO(xlsx({"自评表": sheet()})))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in full.namelist():
            text = full.read(name)
            archive.writestr(name, re.sub(rb' r="[A-Z]*[0-9]+"', b"", text) if "sheet1" in name else text)
    assert indicators_in(file.getvalue(), tmp_path) == expected()


def test_texts_of_open_sheets_keep_their_blanks_and_lines(tmp_path: Path) -> None:
    """Blanks, tabs and line breaks inside a cell are elements of their own; remarks are not shown in it."""
    name = "新<text:s/>建<text:line-break/>机耕道<office:annotation><text:p>备注</text:p></office:annotation>"
    content = open_document([[TITLE], HEADER, [*ROWS[0][:2], name, *ROWS[0][3:]]])
    (entry,) = indicators_in(content, tmp_path, "自评表.ods")
    assert entry["indicator"] == "新 建机耕道"

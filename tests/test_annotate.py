"""Comments on the cells of a department's own file: each on its cell, and everything else as it was."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from lxml import etree
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment

from evalrules import load_catalogue, load_submission
from evalrules._cli.commands import root
from evalrules._documents import OutputError
from evalrules._report.annotate import annotated
from filling_in import with_part

FORM = Path(__file__).parent.parent / "examples" / "suining-2024.docx"
EDITION = "suining-department@2024"


def parts(content: bytes) -> dict[str, bytes]:
    """Give the parts of a package by their names."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def changed(before: bytes, after: bytes) -> set[str]:
    """Give the names of the parts that are not as they were."""
    old, new = parts(before), parts(after)
    assert set(old) <= set(new)
    return {name for name in new if old.get(name) != new[name]}


def test_each_comment_of_a_document_stands_in_the_cell_that_it_is_about(tmp_path: Path) -> None:
    """``evaluate --annotate`` comments on cells of the form; it reads as before, and no other part is touched."""
    copy = tmp_path / "批注.docx"
    arguments = ["evaluate", str(FORM), "--catalogue", EDITION, "--annotate", str(copy), "-o", str(tmp_path / "x.md")]
    ran = CliRunner().invoke(root, arguments)
    assert ran.exit_code == 0
    assert "annotate-elsewhere" in ran.stderr
    before, after = FORM.read_bytes(), copy.read_bytes()
    expected = {"word/document.xml", "word/comments.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"}
    assert changed(before, after) == expected
    catalogue = load_catalogue(EDITION)
    read, again = (load_submission(file, catalogue=catalogue) for file in (FORM, copy))
    assert read == again
    said = comments_by_cell(after)
    assert {text for text, notes in said.items() if any("自评偏低 1.5 分" in note for note in notes)} == {"8"}
    assert {text for text, notes in said.items() if any("是一个范围" in note for note in notes)} == {"≥98%"}
    assert any("未填改进措施" in note for note in said["县财政资金困难"])


def comments_by_cell(content: bytes) -> dict[str, list[str]]:
    """Give what is said of the cells of a document's tables, by what stands in them."""
    document = docx.Document(io.BytesIO(content))
    notes = {note.comment_id: note.text for note in document.comments}
    found: dict[str, list[str]] = {}
    for cell in document.element.body.iter("{*}tc"):
        own = [each for each in cell.iter("{*}commentReference") if next(each.iterancestors("{*}tc")) is cell]
        text = "".join(piece.text or "" for piece in cell.iter("{*}t"))
        for each in own:
            found.setdefault(text, []).append(notes.pop(int(next(iter(each.attrib.values())))))
    assert not notes
    return found


def workbook() -> bytes:
    """Give a workbook with a chart, a comment of somebody else, and two sheets."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet("附件1-2", 0)
    del book["Sheet"]
    for row in (("指标", "得分"), ("甲", 8), ("乙", 9)):
        sheet.append(row)
    sheet["B2"].comment = Comment("请核对", "科长")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "D2")
    book.create_sheet("封面")["A1"] = "某局"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_comments_of_a_workbook_join_those_that_are_there() -> None:
    """A comment of somebody else stays, with ours behind it; charts and other sheets are not touched."""
    before = workbook()
    after = annotated(before, "表.xlsx", {"附件1-2!B2": ["偏低"], "附件1-2!AB13": ["甲", "乙"], "封面!A1": ["单位"]})
    touched = changed(before, after)
    assert not {name for name in touched if "chart" in name or name in ("xl/workbook.xml", "xl/drawings/drawing1.xml")}
    book = openpyxl.load_workbook(io.BytesIO(after))
    notes = {cell.coordinate: cell.comment for row in book["附件1-2"].iter_rows() for cell in row if cell.comment}
    assert {place: note.text for place, note in notes.items()} == {"B2": "请核对\n偏低", "AB13": "甲\n乙"}
    assert notes["B2"].author == "科长"
    assert book["封面"]["A1"].comment.text == "单位"
    drawings = [etree.fromstring(part) for name, part in parts(after).items() if name.endswith(".vml")]
    columns = [each.text for drawing in drawings for each in drawing.iter("{*}Column")]
    assert sorted(columns) == ["0", "1", "27"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xe6\x8c\x87\xe6\xa0\x87,\xe5\xbe\x97\xe5\x88\x86", "annotate-kind"),
        (b"", "form-file-empty"),
    ],
)
def test_other_files_are_refused(content: bytes, code: str) -> None:
    """What is neither Word nor Excel has no place for comments."""
    with pytest.raises(OutputError) as refused:
        annotated(content, "表.csv", {})
    assert [found.code for found in refused.value.problems] == [code]


def test_what_would_not_survive_is_refused() -> None:
    """A signature would be broken, a drawing that is no XML could be lost: nothing is written."""
    signed, target = workbook(), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(signed)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("_xmlsignatures/sig1.xml", "<Signature/>")
    drawing = next(name for name in parts(signed) if name.endswith(".vml"))
    spoilt = with_part(signed, drawing, lambda part: part.replace(b"</xml>", b"<br></xml>"))
    for content, code in ((target.getvalue(), "annotate-signed"), (spoilt, "annotate-part")):
        with pytest.raises(OutputError) as refused:
            annotated(content, "表.xlsx", {"附件1-2!B3": ["甲"]})
        assert [found.code for found in refused.value.problems] == [code]


def test_the_file_that_was_read_is_never_written_over(tmp_path: Path) -> None:
    """The copy has a name of its own, with the ending of the file; nothing else is written in its place."""
    file = tmp_path / "表.docx"
    file.write_bytes(FORM.read_bytes())
    for name in (file, tmp_path / "表.xlsx"):
        arguments = [
            "evaluate",
            str(file),
            "--catalogue",
            EDITION,
            "--annotate",
            str(name),
            "-o",
            str(tmp_path / "x.md"),
        ]
        assert CliRunner().invoke(root, arguments).exit_code == 3
    assert file.read_bytes() == FORM.read_bytes()
    assert not (tmp_path / "表.xlsx").exists()


def test_a_folder_gets_a_copy_of_each_form(tmp_path: Path) -> None:
    """Forms of a folder are copied under their own names; what is no Word or Excel file is told."""
    folder = tmp_path / "各单位"
    folder.mkdir()
    for name in ("甲.docx", "乙.docx"):
        (folder / name).write_bytes(FORM.read_bytes())
    into = tmp_path / "批注"
    arguments = ["evaluate", str(folder), "--catalogue", EDITION, "--annotate", str(into), "-o", str(tmp_path / "x.md")]
    assert CliRunner().invoke(root, arguments).exit_code == 0
    assert sorted(file.name for file in into.iterdir()) == ["乙.docx", "甲.docx"]

"""Word and Excel: everything told, text stays text, files of ours are known, and LibreOffice opens and prints them."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import unicodedata
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

import evalrules
from evalrules._problems import Phrases, visible
from evalrules._report.blocks import Cell, Column, Document, Heading, Paragraph, Row, Table, line, row
from evalrules._report.evaluation import Told
from evalrules._report.formats import PAGES
from evalrules._report.records import FileResult
from evalrules._report.summary import summary_document

ROOT = Path(__file__).parent.parent
SOFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")


@pytest.fixture(scope="module")
def evaluation() -> evalrules.Evaluation:
    """Give the example's evaluation."""
    submission = evalrules.load_submission(ROOT / "examples" / "suining-2024.yaml")
    return evalrules.evaluate(evalrules.load_catalogue("suining-department@2024", plugins=()), submission)


def written(evaluation: evalrules.Evaluation, shape: str) -> bytes:
    """Write a report."""
    return PAGES[shape].write(PAGES[shape].document(evaluation))


def word_texts(content: bytes) -> list[str]:
    """Give the text of every paragraph, in tables and outside of them."""
    body = docx.Document(io.BytesIO(content)).element.body
    return ["".join(each.text or "" for each in found.iter(qn("w:t"))) for found in body.iter(qn("w:p"))]


def sheets(content: bytes) -> dict[str, Any]:
    """Give the sheets of a workbook by name."""
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: sheet for sheet in workbook.worksheets}


def cells(sheet: Any) -> list[Any]:
    """Give all cells with a value."""
    return [cell for each in sheet.iter_rows() for cell in each if cell.value is not None]


# ---- what they tell --------------------------------------------------------------------------------------------------


def test_who_signed_stands_where_it_is_signed(evaluation: evalrules.Evaluation) -> None:
    """What the form says of who filled it in, when, and by which telephone stands in the cells for it."""
    signed = {"联系电话": "0739-7611"}
    submission = attrs.evolve(
        evaluation.submission, filled_by="张三", reviewed_by="李四", date="2025年3月31日", signatures=signed
    )
    catalogue = evalrules.load_catalogue("suining-department@2024", plugins=())
    found = evalrules.evaluate(catalogue, submission)
    texts = word_texts(written(found, "docx"))
    pairs = {"填表人": "张三", "单位负责人": "李四", "联系电话": "0739-7611", "填报日期": "2025年3月31日"}
    assert {label: texts[texts.index(label) + 1] for label in pairs} == pairs
    assert found.to_dict()["signatures"] == signed


def test_the_paper_has_the_parts_of_a_report_in_their_order(evaluation: evalrules.Evaluation) -> None:
    """Unit, funds, scores, reasons, problems and measures, findings, both annexes, opinion and signatures."""
    said = Phrases("zh", "report")
    texts = word_texts(written(evaluation, "docx"))
    parts = ("who", "funds", "scores", "lost", "issues", "findings", "review", "signatures")
    headings = [f"{number}、{said(part)}" for number, part in zip("一二三四五六七八", parts, strict=True)]
    annexes = ["附件1-1 2024年度部门整体支出绩效评价基础数据表", "附件1-2 2024年度部门整体支出绩效自评表"]
    found = [texts.index(each) for each in (*headings[:6], *annexes, *headings[6:])]
    assert found == sorted(found)
    assert texts[0] == said("title-paper", year=2024)
    planned = "保证人员经费正常发放，保证单位工作正常运转，认真完成各项职能职责"
    assert texts.count(planned) == 2  # beside the funds, and in the annex
    assert texts[1] == "绥宁县人民政府办公室"


def test_every_loss_stands_beside_what_the_unit_says_of_it(evaluation: evalrules.Evaluation) -> None:
    """The table of problems has a row for each indicator that lost points, with reason and measure or their lack."""
    document = docx.Document(io.BytesIO(written(evaluation, "docx")))
    table = next(each for each in document.tables if each.cell(0, 2).text == "扣分的问题")
    shown = {each.cells[0].text: [cell.text for cell in each.cells[1:]] for each in table.rows[1:]}
    assert list(shown) == [result.name for result in evaluation.indicators if result.deductions]
    assert shown["资金拨付及时率"] == ["−0.5", "完成值 90% 为指标值 100% 的 90%，按比例得分", "县财政资金困难", "未填"]


def test_paper_has_quotation_marks(evaluation: evalrules.Evaluation) -> None:
    """What messages quote stands in marks, in both languages; nothing is in backticks, and nothing else changed."""
    for language in ("zh", "en"):
        plain = PAGES["docx"].document(evaluation, language)
        assert "`" in str(plain)
        texts = "\n".join(word_texts(PAGES["docx"].write(plain)))
        assert "`" not in texts
        assert ("填报“100%”，按" if language == "zh" else "“100%”") in texts
    for sheet in sheets(written(evaluation, "xlsx")).values():
        assert not [cell.value for cell in cells(sheet) if "`" in str(cell.value)]


def test_the_workbook_has_the_form_with_scores_and_reasons(evaluation: evalrules.Evaluation) -> None:
    """Each row of the form has its score as a number and its reasons beside it; findings are a sheet of their own."""
    found = sheets(written(evaluation, "xlsx"))
    assert list(found)[:3] == ["绩效自评表", "扣分及理由", "复核发现"]
    sheet = found["绩效自评表"]
    head = next(cell.row for cell in cells(sheet) if cell.value == "三级指标")
    names = {cell.value: cell.column for cell in sheet[head]}
    rate = next(cell.row for cell in cells(sheet) if cell.value == "验收合格率")
    values = {name: sheet.cell(rate, column).value for name, column in names.items()}
    assert (values["分值"], values["得分"], values["扣分"]) == (10, 9.5, 0.5)
    assert values["扣分理由"] == "完成值 95% 为指标值 100% 的 95%，按比例得分"
    assert sheet.cell(rate, names["得分"]).number_format == "0.0"
    told = sum(len(group) for _, group in Told(evaluation, Phrases("zh", "report")).findings)
    assert found["复核发现"].max_row == told + 2


def test_the_workbook_of_several_has_a_row_for_each_and_lists_of_all(evaluation: evalrules.Evaluation) -> None:
    """One summary row a unit, then every indicator, deduction and finding of all of them."""
    verdicts = [FileResult("甲.yaml", evaluation), FileResult("乙.yaml", evaluation)]
    found = sheets(PAGES["xlsx"].write(summary_document(verdicts, "zh", str, detailed=True)))
    pictures = ["总分分布（份）", "等级分布（份）"]
    parts = ["各单位", "各类发现", "指标得分", "扣分及理由", "复核发现"]
    assert list(found) == ["绩效自评复核汇总", *pictures, *parts]
    assert found["指标得分"].max_row == 2 + 2 * len(evaluation.indicators)
    assert [cell.value for cell in found["绩效自评复核汇总"][3]][:5] == [
        "绥宁县人民政府办公室",
        "2024",
        "suining-department@2024",
        95,
        "优秀",
    ]


@pytest.mark.parametrize("shape", ["docx", "xlsx"])
def test_the_same_report_is_the_same_bytes(evaluation: evalrules.Evaluation, shape: str) -> None:
    """No time of writing, and nothing of this machine, stands in the file."""
    content = written(evaluation, shape)
    assert written(evaluation, shape) == content
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("shape", ["docx", "xlsx"])
def test_a_report_is_marked_as_one_of_ours(evaluation: evalrules.Evaluation, shape: str) -> None:
    """A custom property says that this is a report, so that it is not read as a form."""
    with zipfile.ZipFile(io.BytesIO(written(evaluation, shape))) as package:
        properties = package.read("docProps/custom.xml").decode()
        assert 'name="evalrules"' in properties
        assert ">report<" in properties
        assert "custom-properties" in package.read("_rels/.rels").decode()
        assert "/docProps/custom.xml" in package.read("[Content_Types].xml").decode()


# ---- text stays text -------------------------------------------------------------------------------------------------


ANY = st.text(st.one_of(st.characters(), st.sampled_from("=+-@'\"<>&\u202e\u200b\x00\x07\ud800\ufffe1一")), max_size=40)
STARTS = st.sampled_from(["=", "+", "-", "@", "=cmd|' /C calc'!A0", '=HYPERLINK("http://a")', "'", ""])


def page(text: str) -> Document:
    """Make a report that holds a text wherever texts can stand."""
    table = Table(
        (Column(text), Column("乙", is_number=True)), (row(text, text), Row((Cell(line(text), columns=2), None)))
    )
    return Document(text or "题", (Heading(line(text)), Paragraph(line(text)), table), about=text)


@given(STARTS, ANY)
def test_a_cell_is_never_a_formula(start: str, rest: str) -> None:
    """Whatever a text begins with, its cell holds that text; what is shown instead of unseen characters is its code."""
    text = start + rest
    workbook = sheets(PAGES["xlsx"].write(page(text)))
    found = [cell for sheet in workbook.values() for cell in cells(sheet)]
    assert {cell.data_type for cell in found} <= {"s", "n"}
    assert not [cell for cell in found if cell.hyperlink]
    if visible(text).strip():
        assert visible(text) in [cell.value for cell in found if cell.data_type == "s"] or _NUMBER.fullmatch(text)


_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@given(STARTS, ANY)
def test_no_text_makes_a_field_or_hides_in_a_document(start: str, rest: str) -> None:
    """Word's file holds the text itself: no field but the page numbers, no link, no unseen character."""
    text = start + rest
    content = PAGES["docx"].write(page(text))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        body = package.read("word/document.xml").decode()
    assert "instrText" not in body
    assert "hyperlink" not in body.lower().replace(text.lower(), "").replace("=hyperlink(", "")
    shown = "".join(word_texts(content))
    assert visible(text) in shown
    assert not [one for one in shown if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")]


@pytest.mark.parametrize("text", ["10", "9.50", "-0.5", "100"])
def test_numbers_of_a_column_of_numbers_are_numbers(text: str) -> None:
    """With the places that they are shown with; elsewhere the same text stays text."""
    sheet = next(iter(sheets(PAGES["xlsx"].write(page(text))).values()))
    number = next(cell for cell in cells(sheet) if cell.data_type == "n")
    assert Decimal(str(number.value)) == Decimal(text)
    places = len(text.partition(".")[2])
    assert number.number_format == (f"0.{'0' * places}" if places else "0")


@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=6))
def test_any_heading_names_a_sheet(titles: list[str]) -> None:
    """Sheets have names that Excel takes, each its own, whatever the parts are called."""
    table = Table((Column("甲"),), (row("1"),))
    blocks = [block for title in titles for block in (Heading(line(title)), table)]
    found = list(sheets(PAGES["xlsx"].write(Document("题", tuple(blocks)))))
    assert len(found) == len(titles)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in found)


# ---- opened by an office program -------------------------------------------------------------------------------------


def printed(content: bytes, ending: str, folder: Path) -> tuple[str, int]:
    """Let LibreOffice print a file: the text on its pages, and how many they are."""
    assert SOFFICE is not None
    file = folder / f"out{ending}"
    file.write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(file)]
    done = subprocess.run(command, check=True, capture_output=True, timeout=300)
    assert b"Error" not in done.stdout + done.stderr
    order = "-layout" if ending == ".docx" else "-raw"  # cells of a sheet stand beside one another
    text = subprocess.run(["pdftotext", order, str(folder / "out.pdf"), "-"], check=True, capture_output=True)  # noqa: S607
    shown = text.stdout.decode()
    return re.sub(r"\s+", "", shown), shown.count("\f")


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize("shape", ["docx", "xlsx"])
def test_an_office_program_opens_and_prints_them(evaluation: evalrules.Evaluation, shape: str, tmp_path: Path) -> None:
    """Every deduction's sentence and every finding stands on a page, and nothing runs on to pages without end."""
    text, pages = printed(written(evaluation, shape), PAGES[shape].suffix, tmp_path)
    assert 3 <= pages <= 20
    for lost in (one for result in evaluation.indicators for one in result.deductions):
        assert "".join(lost.because.split()) in text

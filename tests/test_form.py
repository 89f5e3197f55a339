"""Blank forms: what is filled in is what is read, for every edition, in Word and in Excel; how they are laid out."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import docx
import openpyxl
import pytest
import yaml
from attrs import evolve
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from evalrules import load_catalogue, load_submission, load_submissions
from evalrules._cli.commands import root
from evalrules._engine import LoadedCatalogue
from evalrules._forms.cells import Cell, Grid
from evalrules._forms.issued import Issued, IssuedForm
from evalrules._forms.words import words_of
from evalrules._handed_in import handed_in
from evalrules._report import blank_excel, blank_word
from evalrules._report.annotate import annotated
from evalrules._report.blank import PrintableForm, blank_form
from evalrules._submission import Entry, Submission
from evalrules._submission_reading import read_submission
from evalrules.testing import submissions
from filling_in import Filling, fill_excel, fill_word, marks_of, named_cells, with_part
from paper import W
from test_report_office import SOFFICE, needs_office

SHIPPED = sorted((Path(__file__).parent.parent / "catalogue").glob("*/*.yaml"))
EDITIONS = [f"{file.parent.name}@{file.stem}" for file in SHIPPED if file.parent.name != "standard-methods"]
KINDS = {".docx": (blank_word.write, fill_word), ".xlsx": (blank_excel.write, fill_excel)}
few = settings(max_examples=max(2, settings().max_examples // 100))


@cache
def edition(name: str) -> LoadedCatalogue:
    """Give an edition, loaded once."""
    return load_catalogue(name)


@cache
def blank_of(name: str, year: int | None) -> PrintableForm:
    """Give the blank form of an edition, with room for all rows that are drawn."""
    return blank_form(edition(name).ruleset, year=year, rows=7)


@cache
def written(name: str, kind: str, year: int | None) -> bytes:
    """Give the blank form of an edition as a file."""
    return KINDS[kind][0](blank_of(name, year))


def said(submission: Submission) -> Submission:
    """Give what a submission says: rows in the order of their names, without those in which nothing stands."""
    nothing = Entry("")
    filled = [each for each in submission.entries if evolve(each, indicator="", section=None) != nothing]
    order = sorted(filled, key=lambda entry: (entry.section or "", entry.indicator))
    return evolve(submission, digest="", entries=tuple(order))


@pytest.mark.parametrize("name", EDITIONS)
def test_what_is_filled_in_is_what_is_read(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Figures, grids, tables, rows, answers, judgements, head, goals, claims, reasons and signatures come back."""
    folder = tmp_path_factory.mktemp("forms")

    @few
    @given(submissions(edition(name)), st.randoms(use_true_random=True), st.booleans())
    def holds(drawn: Submission, chance: Random, is_for_a_year: object) -> None:
        year = drawn.fiscal_year if is_for_a_year else None
        blank, filling = blank_of(name, year), Filling(edition(name), drawn, chance)
        texts = filling.texts(marks_of(blank))
        document = filling.document()
        document.setdefault("fiscal_year", blank.issued.year)
        document.setdefault("organisation", document.get("implementing_unit"))
        expected = said(read_submission(document))
        for kind, (_, fill) in KINDS.items():
            file = folder / f"自评表{kind}"
            file.write_bytes(fill(written(name, kind, year), texts))
            read = load_submission(file)
            assert not read.problems
            assert said(read) == expected

    holds()


SMALL = """
evalrules: 1
id: small
edition: "1"
title: 小表
fiscal_years: [2024]
points: 20
data:
  人数: {unit: 人, min: 0}
  定编: {unit: 人, above: 0}
  控制率: {unit: "%", formula: 人数 ÷ 定编}
  地区: {type: choice, choices: ["东部沿海", 西部]}
  公开: {type: yes_no}
  明细: {type: table, columns: {名称: {type: text}, 金额: {unit: 万元}}}
sections:
  控制率: {points: 5, value: 控制率, unit: "%", target: ≤ 100%,
    scoring: {award: [{when: 完成值 ≤ 指标值, points: 分值}, {points: 0, because: 超}]}}
  制度: {points: 5, otherwise: full_marks, scoring: {checklist: {有制度: 2, 执行制度: 3}}}
  产出: {points: 10, open: true}
defaults: {scoring: {"≥": {award: [{when: 完成值 ≥ 指标值, points: 分值}, {points: 0, because: 不足}]}}}
grades: {好: otherwise}
"""


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LoadedCatalogue:
    """Give an edition without a layout of its own, which lies where forms find it."""
    file = tmp_path / "catalogue" / "small" / "1.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(SMALL, "utf-8")
    monkeypatch.setenv("EVALRULES_PATH", str(tmp_path / "catalogue"))
    return load_catalogue("small@1")


ROWS = {
    "data.0": "65",
    "data.3": "东部沿海",
    "head.organisation": "某局",
    "open.0.indicator": "甲",
    "open.0.points": "5",
    "open.0.target": "≥ 5次",
    "open.0.actual": "6次",
    "answer.1.0.given": "是",
    "answer.1.1.given": "否",
    "answer.1.1.because": "没有执行",
}


def texts_of(blank: PrintableForm, said: dict[str, str]) -> list[tuple[str, str]]:
    """Give what is written into each cell: of rows that repeat into the first, then their name alone into the next."""
    again = {"open.0.indicator": "乙"}
    known = list(counted(blank))
    return [(mark, "" if number > 1 else (again if number else said).get(mark, "")) for number, mark in known]


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_that_was_put_in_is_read_like_the_one_above(small: LoadedCatalogue, kind: str, tmp_path: Path) -> None:
    """A row without marks, as programs insert it, has the columns of the row that it stands below."""
    blank = blank_form(small.ruleset)
    content = KINDS[kind][1](KINDS[kind][0](blank), texts_of(blank, ROWS))
    file = tmp_path / f"表{kind}"
    file.write_bytes(without_marks(content, kind, "乙"))
    read = load_submission(file)
    assert not read.problems
    assert [(entry.indicator, entry.section) for entry in read.entries if entry.section] == [
        ("甲", "产出"),
        ("乙", "产出"),
    ]
    assert [
        answer.points if answer.yes is None else answer.yes for entry in read.entries for answer in entry.answers
    ] == [True, 0]
    assert read.data["地区"].cell.text == "东部沿海"


def without_marks(content: bytes, kind: str, text: str) -> bytes:
    """Take the marks out of the row in which a text stands."""
    if kind == ".xlsx":
        workbook = openpyxl.load_workbook(io.BytesIO(content))
        found = dict(named_cells(workbook))
        row = next((f"'{cell.parent.title}'!", f"${cell.row}") for cell in found if cell.value == text)
        for name, place in list(workbook.defined_names.items()):
            if place.attr_text.startswith(row[0]) and place.attr_text.endswith(row[1]):
                del workbook.defined_names[name]
        target = io.BytesIO()
        workbook.save(target)
        return target.getvalue()

    def mended(part: bytes) -> bytes:
        tree = etree.fromstring(part)
        row = next(row for row in tree.iter(f"{{{W}}}tr") if text in "".join(row.itertext()))
        for control in list(row.iter(f"{{{W}}}sdt")):
            inner = control.find(f"{{{W}}}sdtContent")
            is_shown = control.find(f"{{{W}}}sdtPr/{{{W}}}showingPlcHdr") is None
            control.getparent().extend(list(inner) if is_shown else [])
            control.getparent().remove(control)
        return bytes(etree.tostring(tree))

    return with_part(content, "word/document.xml", mended)


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_of_an_edition_that_has_changed_is_read_as_any_form(
    small: LoadedCatalogue, kind: str, tmp_path: Path
) -> None:
    """Marks are numbers of what the edition had: once its meaning is another, they are told and not relied on."""
    blank = blank_form(small.ruleset)
    file = tmp_path / f"表{kind}"
    file.write_bytes(KINDS[kind][1](KINDS[kind][0](blank), texts_of(blank, ROWS)))
    (tmp_path / "catalogue" / "small" / "1.yaml").write_text(SMALL.replace("≤ 100%", "≤ 99%"), "utf-8")
    assert "form-edition-changed" in {found.code for each in load_submissions(file) for found in each.problems}


def test_a_sheet_computes_what_it_can_and_locks_the_rest(small: LoadedCatalogue) -> None:
    """What is filled in is open and text, with its choices; what is computed is a formula, locked."""
    workbook = openpyxl.load_workbook(io.BytesIO(blank_excel.write(blank_form(small.ruleset))))
    cells = {mark: cell for cell, mark in named_cells(workbook)}
    assert {cell.protection.locked for mark, cell in cells.items() if mark != "printed"} == {False}
    assert all(sheet.protection.sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible")
    formulas = [cell for sheet in workbook.worksheets for row in sheet.iter_rows() for cell in row if _computed(cell)]
    assert [cell.protection.locked for cell in formulas] == [True, True]
    read = set(re.findall(r"[A-Z]+[0-9]+", str(formulas[0].value)))
    assert {cells["data.0"].coordinate, cells["data.1"].coordinate} == read
    rules = cells["data.3"].parent.data_validations.dataValidation
    choices = {cell: rule.formula1 for rule in rules for cell in str(rule.sqref).split()}
    assert choices[cells["data.4"].coordinate] == '"是,否"'
    assert choices[cells["data.3"].coordinate] == '"东部沿海,西部"'
    assert any(sheet.print_title_rows for sheet in workbook.worksheets)


def _computed(cell: Any) -> bool:
    return isinstance(cell.value, str) and cell.value.startswith("=")


def test_a_document_heads_every_page_and_lists_choices(small: LoadedCatalogue) -> None:
    """Tables repeat their heads, choices are lists, and nobody takes the mark of the edition out by writing."""
    content = blank_word.write(blank_form(small.ruleset))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        body, custom = package.read("word/document.xml").decode(), package.read("docProps/custom.xml").decode()
    assert "<w:tblHeader/>" in body
    assert '<w:listItem w:displayText="东部沿海" w:value="东部沿海"/>' in body
    assert f"small@1 {small.digest} 2024" in custom
    assert blank_word.write(blank_form(small.ruleset)) == content


def test_only_a_wide_table_lies_across(small: LoadedCatalogue) -> None:
    """A table of more columns than a page takes upright has pages that lie across; those of others stand."""
    for catalogue, ways in ((small, {"portrait"}), (edition("hunan-department@2018"), {"portrait", "landscape"})):
        blank = blank_form(catalogue.ruleset)
        sheets = openpyxl.load_workbook(io.BytesIO(blank_excel.write(blank))).worksheets
        assert {sheet.page_setup.orientation or "portrait" for sheet in sheets} == ways
        sections = docx.Document(io.BytesIO(blank_word.write(blank))).sections
        across = {(section.page_width or 0) > (section.page_height or 0) for section in sections}
        assert across == {way == "landscape" for way in ways}


def test_marks_that_a_program_drops_are_found_in_bookmarks_or_told(small: LoadedCatalogue, tmp_path: Path) -> None:
    """Where tags of content controls are dropped, bookmarks have the same; where those are too, it is told."""
    blank, file = blank_form(small.ruleset), tmp_path / "表.docx"
    content = fill_word(blank_word.write(blank), texts_of(blank, ROWS))
    file.write_bytes(content)
    expected = load_submission(file)
    file.write_bytes(with_part(content, "word/document.xml", lambda part: re.sub(b"<w:tag [^>]*>", b"", part)))
    assert load_submission(file) == expected
    without = with_part(
        content, "word/document.xml", lambda part: re.sub(b"<w:(tag|bookmark)[^>]*>| evr:mark=[^ >]*", b"", part)
    )
    file.write_bytes(without)
    assert "form-marks-lost" in {found.code for each in load_submissions(file) for found in each.problems}


ODD = st.sampled_from(
    ["data.99999", "data.-1", "row.7", "row.0.target.x", "answer.1.9.given", "answer.0.0.given", "table.0.9", "table.0",
     "open.5.indicator", "signature.0", "judge.x", "judged.1.because", "head.catalogue", "head.entries", "", "x"]
) | st.text(max_size=20)  # fmt: skip


@given(st.lists(ODD, min_size=1, max_size=8), st.text(max_size=12))
def test_no_mark_does_harm(marks: list[str], text: str) -> None:
    """Whatever the cells of a file say that they are for, it is read or told: a form may come from anybody."""
    catalogue = load_catalogue(yaml.safe_load(SMALL))
    cells = tuple(Cell(text, 0, column, mark=mark) for column, mark in enumerate(marks))
    again = tuple(Cell("别的", 1, column, mark=mark) for column, mark in enumerate(marks))
    form = IssuedForm("表.docx", Issued("small@1"), catalogue, words_of())
    read = read_submission(form.filled([Grid("表1", (*cells, *again))]).content)
    assert read.catalogue == "small@1"


def test_a_cell_that_says_something_else_again_is_told(small: LoadedCatalogue) -> None:
    """Of a row of figures that was copied the first counts, and what is different in the other is told."""
    cells = [Cell(text, row, 0, mark="data.0") for row, text in enumerate(("65", "65", "66"))]
    form = IssuedForm("表.docx", Issued("small@1"), small, words_of())
    read = form.filled([Grid("表1", tuple(cells))])
    assert read.content["data"] == {"人数": "65"}
    assert [(found.code, str(found.location)) for found in read.problems] == [
        ("form-cell-unread", "表.docx 表1 第3行第1格")
    ]


def test_a_judgement_of_a_row_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A judgement names the row that it is of; where the form has none of that name it is told, with its place."""
    name = "hubei-project@2020"
    blank = blank_of(name, 2020)
    texts = [
        (mark, "没有这一行" if mark == "judge.indicator" and not number else "") for number, mark in counted(blank)
    ]
    file = tmp_path / "表.docx"
    file.write_bytes(fill_word(written(name, ".docx", 2020), texts))
    told = load_submission(file).problems
    assert [dict(found.arguments)["name"] for found in told if found.code == "form-judged-unknown"] == ["没有这一行"]


def counted(blank: PrintableForm) -> Iterator[tuple[int, str]]:
    """Give each mark with how often it stood before."""
    seen: Counter[str] = Counter()
    for mark in marks_of(blank):
        yield seen[mark], mark
        seen[mark] += 1


@pytest.mark.parametrize("ending", [".docx", ".xlsx"])
def test_the_command_writes_a_form_that_it_reads(ending: str, tmp_path: Path) -> None:
    """``form`` writes a blank form; ``read`` names its edition and year, and finds nothing wrong."""
    file = tmp_path / f"空白表{ending}"
    runner = CliRunner()
    assert runner.invoke(root, ["form", "suining-department@2024", "-o", str(file)]).exit_code == 0
    read = runner.invoke(root, ["read", str(file)])
    assert read.exit_code == 0
    assert read.stdout.startswith("catalogue: suining-department@2024\nfiscal_year: 2024\n")


def test_the_command_refuses_other_endings_and_unknown_editions(tmp_path: Path) -> None:
    """A name without an ending is wrong use, an edition that is not there has status 1."""
    runner = CliRunner()
    assert runner.invoke(root, ["form", "suining-department@2024", "-o", str(tmp_path / "表")]).exit_code == 2
    assert runner.invoke(root, ["form", "nowhere@1", "-o", str(tmp_path / "表.docx")]).exit_code == 1


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_an_office_program_saves_what_is_read(small: LoadedCatalogue, kind: str, tmp_path: Path) -> None:
    """A form that LibreOffice opened, computed, saved in its own way and commented on says the same."""
    assert SOFFICE is not None
    file = tmp_path / f"表{kind}"
    file.write_bytes(
        KINDS[kind][1](KINDS[kind][0](blank_form(small.ruleset)), texts_of(blank_form(small.ruleset), ROWS))
    )
    expected = load_submission(file)
    spot = next(spot for form in handed_in(file, lambda *_: small) for spot in form.spots.values())
    file.write_bytes(annotated(file.read_bytes(), file.name, {spot: ["请核对"]}))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    out = tmp_path / "out"
    command = [SOFFICE, profile, "--headless", "--convert-to", kind[1:], "--outdir", str(out), str(file)]
    done = subprocess.run(command, check=True, capture_output=True, timeout=300)
    assert b"Error" not in done.stdout + done.stderr
    assert load_submission(out / file.name) == expected
    with zipfile.ZipFile(out / file.name) as package:
        comments = [package.read(name).decode() for name in package.namelist() if "comments" in name]
    assert any("请核对" in comment for comment in comments)


def written_anew(file: Path, *, keeps_attributes: bool) -> None:
    """Write into the cells of a blank form as a program does that knows no content controls: each cell is made anew."""
    content = file.read_bytes()
    if not keeps_attributes:
        content = with_part(content, "word/document.xml", lambda part: re.sub(b' evr:mark="[^"]*"', b"", part))
    word = docx.Document(io.BytesIO(content))
    for table, row, column, text in (
        (0, 0, 1, "2023年"),
        (1, 0, 1, "农村公路养护"),
        (1, 1, 1, "某县公路养护中心"),
        (2, 1, 1, "120万元"),
        (2, 1, 2, "120.00"),
        (2, 1, 3, "118.5"),
        *((5, 1, place, text) for place, text in enumerate(("养护里程", "≥30公里", "32公里", "10", "10"), 2)),
        *((5, 4, place, text) for place, text in enumerate(("验收合格率", "100%", "100%", "10", "10", "无"), 2)),
        *((5, 25, place, text) for place, text in enumerate(("群众满意度", "≥90%", "92.3%", "10", "9"), 2)),
    ):
        word.tables[table].rows[row].cells[column].text = text
    word.save(str(file))


@pytest.mark.parametrize("keeps_attributes", [True, False])
def test_cells_that_are_written_anew_are_read_all_the_same(tmp_path: Path, *, keeps_attributes: bool) -> None:
    """The cell's own attribute still says what it is for; without that its row and its words do, which is told.

    No row comes into the section of the row above it, and nothing is dropped in silence.
    """
    catalogue = load_catalogue("mof-project@2020")
    file = tmp_path / "自评表.docx"
    file.write_bytes(blank_word.write(blank_form(catalogue.ruleset)))
    written_anew(file, keeps_attributes=keeps_attributes)
    read = load_submission(file)
    told = {found.code for found in read.problems if found.severity != "info"}
    assert told == (set() if keeps_attributes else {"form-marks-lost"})
    assert (read.fiscal_year, read.organisation) == (2023, "某县公路养护中心")
    assert read.project is not None
    assert read.project.name == "农村公路养护"
    funds = {name: str(figure.cell) for name, figure in read.data.items() if name.startswith("资金总额")}
    assert len(funds) == 3
    assert {(each.section, each.indicator) for each in read.entries} == {
        (None, "预算执行率"),
        ("产出指标/数量指标", "养护里程"),
        ("产出指标/质量指标", "验收合格率"),
        ("满意度指标/服务对象满意度指标", "群众满意度"),
    }


def test_note_beside_an_excel_form_is_told(tmp_path: Path) -> None:
    """Words to the right of the form are not read, and said to be unread; nothing else is, and no total is made up."""
    catalogue = load_catalogue("mof-project@2020")
    file = tmp_path / "自评表.xlsx"
    file.write_bytes(blank_excel.write(blank_form(catalogue.ruleset)))
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    sheet["C20"], sheet["D20"], sheet["E20"], sheet["F20"] = "养护里程", "≥30公里", "32公里", 10
    sheet["J20"] = "张三填"
    book.save(file)
    read = load_submission(file)
    assert [
        (found.code, str(found.location))
        for found in read.problems
        if found.code in ("form-cell-unread", "form-marks-lost")
    ] == [("form-cell-unread", "自评表.xlsx 自评表!J20")]
    assert [each.indicator for each in read.entries] == ["预算执行率", "养护里程"]
    assert read.claimed.points is None

"""Layouts that offices use, drawn in one table beside their readings by hand: Word, Excel and separated values."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from evalrules import SubmissionError, evaluate, load_catalogue, load_submission
from evalrules._documents import Problems
from evalrules._forms.filled import read_filled
from evalrules._forms.mapping import FilledForm
from layouts import Drawing, expected, head_of, layouts, plain, rows_of
from paper import Tab, xlsx
from test_forms_word import forms_in

LAYOUTS = layouts()
KINDS = ("docx", "xlsx", "csv")


def numbers_in(found: Any) -> set[str]:
    """Give everything that stands in the data of a form."""
    if isinstance(found, dict):
        return {text for inner in found.values() for text in numbers_in(inner)}
    return {plain(found)}


def check(form: FilledForm, wanted: dict[str, Any]) -> None:
    """Hold one form to its reading by hand."""
    assert rows_of(form.content) == expected(wanted["read"])
    head = head_of(form.content)
    for key, text in (wanted.get("head") or {}).items():
        assert plain(head.get(key)) == plain(text), key
    for key, text in (wanted.get("goals") or {}).items():
        assert form.content["goals"].get(key) == text
    assert {plain(number) for number in wanted.get("data") or []} <= numbers_in(form.content.get("data", {}))


@pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for name in LAYOUTS for kind in LAYOUTS[name].get("kinds", KINDS)]
)
def test_a_layout_is_read_as_a_person_reads_it(name: str, kind: str, tmp_path: Path) -> None:
    """Every row, head and figure of the page, nothing more; what must be told is."""
    wanted = LAYOUTS[name]
    content = getattr(Drawing.of(wanted["page"]), kind)()
    found = forms_in(content, tmp_path, f"自评表.{kind}")
    assert len(found) == len(wanted["forms"])
    for form, one in zip(found, wanted["forms"], strict=True):
        check(form, one)
    told = {problem.code for form in found for problem in form.problems}
    assert set(wanted.get("told", []) if kind != "csv" else []) <= told


@pytest.mark.parametrize("name", LAYOUTS)
def test_an_edition_takes_no_row_away(name: str, tmp_path: Path) -> None:
    """The words of an edition's own form name figures; the rows that are read stay the same."""
    catalogue = load_catalogue("mof-project@2020")
    (tmp_path / "自评表.docx").write_bytes(Drawing.of(LAYOUTS[name]["page"]).docx())
    found = read_filled(tmp_path / "自评表.docx", Problems(), edition=lambda _said, _year: catalogue)
    assert [rows_of(form.content) for form in found] == [expected(one["read"]) for one in LAYOUTS[name]["forms"]]


DISTURBED: dict[str, Callable[[list[str]], list[str]]] = {
    "an empty column before": lambda cells: ["", *cells],
    "an empty column behind": lambda cells: [*cells, ""],
    "two columns of the grid for each": lambda cells: [half for cell in cells for half in halves(cell)],
    "words broken over lines": lambda cells: [broken(cell, "⏎", cell[:2], cell[2:]) for cell in cells],
    "words spaced out": lambda cells: [broken(cell, " ", *cell) for cell in cells],
}


def halves(cell: str) -> tuple[str, str]:
    """Give a cell that reaches over two columns of the grid."""
    return cell, "<"


def broken(cell: str, sign: str, *parts: str) -> str:
    """Put a sign between the parts of a short word; a text in which more than words stand is left alone."""
    return sign.join(parts) if 2 < len(cell) < 7 and all("\u4e00" <= letter <= "\u9fff" for letter in cell) else cell


@pytest.mark.parametrize("disturbed", DISTURBED)
@pytest.mark.parametrize("name", LAYOUTS)
def test_what_changes_nothing_on_the_page_changes_nothing_that_is_read(
    name: str, disturbed: str, tmp_path: Path
) -> None:
    """Columns of the grid, empty ones beside the form, and breaks or blanks within words are no part of it."""
    parts = Drawing.of(LAYOUTS[name]["page"]).parts
    drawing = Drawing(tuple(part if isinstance(part, str) else [*map(DISTURBED[disturbed], part)] for part in parts))
    found = forms_in(drawing.docx(), tmp_path)
    assert [rows_of(form.content) for form in found] == [expected(one["read"]) for one in LAYOUTS[name]["forms"]]


@pytest.mark.filterwarnings("ignore:Workbook contains no")
@pytest.mark.parametrize("name", [name for name in LAYOUTS if "csv" in LAYOUTS[name].get("kinds", KINDS)])
def test_merged_cells_that_stayed_where_rows_moved_are_told(name: str, tmp_path: Path) -> None:
    """A program moves the rows of a sheet and not its merged cells: what stands there is read, or its loss is told."""
    workbook = load_workbook(BytesIO(Drawing.of(LAYOUTS[name]["page"]).xlsx()))
    sheet = workbook["Sheet1"]
    sheet.insert_rows(1)
    workbook.save(tmp_path / "自评表.xlsx")
    found = read_filled(tmp_path / "自评表.xlsx", Problems())
    told = {problem.code for form in found for problem in form.problems}
    as_read = [rows_of(form.content) for form in found] == [expected(one["read"]) for one in LAYOUTS[name]["forms"]]
    assert as_read or "form-cells-covered" in told


def test_where_rows_moved_from_their_merged_cells_is_told(tmp_path: Path) -> None:
    """From the first merged cell that lies over something else on, none of them counts."""
    lines = zip("4567", SHIFTED, strict=True)
    cells = {
        f"{column}{row}": text for row, line in lines for column, text in zip("ABCDEFG", line, strict=True) if text
    }
    sheet = Tab({"A1": "2024年度项目支出绩效自评表", **cells}, merged=["A1:G1", "A4:A5", "A6:E6"])
    (read,) = forms_in(xlsx({"表": sheet}), tmp_path, "a.xlsx")
    assert rows_of(read.content) == expected(
        "产出指标/数量指标 | 甲 | 10个 | 9个 | 60 | 55\n产出指标/质量指标 | 乙 | 90% | 91% | 40 | 40"
    )
    assert ("form-merges-moved", "a.xlsx 表") in [(found.code, str(found.location)) for found in read.problems]


SHIFTED = (
    ("一级指标", "二级指标", "三级指标", "指标值", "完成值", "分值", "得分"),
    ("产出指标", "数量指标", "甲", "10个", "9个", "60", "55"),
    ("", "质量指标", "乙", "90%", "91%", "40", "40"),
    ("合计", "", "", "", "", "100", "95"),
)


EDITIONS = ("mof-project@2020", "mof-department@2020", "hunan-department@2018", "suining-department@2024")
ODD_CELLS = (
    "甲乙",
    "约九成",
    "十二",
    "—",
    "95%以上左右",
    "1..2",
    "100个人，5天",
    "是",
    "80-90-100",
    "2024年13月",
    "不合格",
    "",
)
OUR_NAMES = re.compile(r"[\w-]+@\w+|form-words\.yaml|load_submissions")
"""Editions are called so in notices; the file is the bureau's; the function is for programs that ask for one form."""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_what_is_told_of_a_paper_names_no_keys(tmp_path: Path, data: st.DataObject) -> None:
    """Whoever fills in a paper knows no YAML: problems and findings, and what mends them, are in words."""
    parts = [
        part if isinstance(part, str) else [list(row) for row in part]
        for part in Drawing.of(LAYOUTS[data.draw(st.sampled_from(sorted(LAYOUTS)))]["page"]).parts
    ]
    rows = [row for part in parts if not isinstance(part, str) for row in part]
    cells = [(row, at) for row in rows for at, cell in enumerate(row) if cell not in ("<", "^")]
    for row, at in data.draw(st.lists(st.sampled_from(cells), max_size=5)):
        row[at] = data.draw(st.sampled_from(ODD_CELLS))
    catalogue = load_catalogue(data.draw(st.sampled_from(EDITIONS)), plugins=())
    (tmp_path / "自评表.docx").write_bytes(Drawing(tuple(parts)).docx())
    try:
        evaluation = evaluate(catalogue, load_submission(tmp_path / "自评表.docx", catalogue=catalogue))
        told = [f"{each.message} {each.hint or ''}" for each in evaluation.problems]
        told += [each.message for each in evaluation.findings]
    except SubmissionError as refused:
        told = [f"{each.message} {each.hint or ''}" for each in refused.problems]
    for said in told:
        assert not re.search(r"[A-Za-z_]{3,}", OUR_NAMES.sub("", said)), said

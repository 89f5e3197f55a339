"""The reviewer's sheet: written, filled in as people do, read back as the review that was meant."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import evalrules
from evalrules._cli.commands import root
from evalrules._report.formats import PAGES
from evalrules._report.review_sheet import review_sheet

ROOT = Path(__file__).parent.parent
FORM = ROOT / "examples" / "suining-2024.yaml"
SUINING = (ROOT / "catalogue" / "suining-department" / "2024.yaml").read_text("utf-8")
CLAUSES = "review: {无佐证资料: {cut: 100%, because: 没有材料}, 无法核实: {cut: [30%, 60%]}, '甲,乙': {cut: 50%}}\n"
CATALOGUE = evalrules.load_catalogue(
    SUINING.replace("edition: 2024", "edition: 复核").rstrip() + f"\n{CLAUSES}", plugins=()
)
SUBMISSION = evalrules.load_submission(FORM)
EVALUATION = evalrules.evaluate(CATALOGUE, SUBMISSION)
SHEETS = {shape: PAGES[shape].write(review_sheet(EVALUATION, "zh")) for shape in ("xlsx", "docx")}
COLUMNS = {"score": "复核得分", "cut": "扣分值的比例", "clause": "依据条款", "because": "复核意见"}
Written = dict[int, dict[str, str]]


def filled(shape: str, written: Written, by: str = "") -> bytes:
    """Fill rows (by number) and the reviewer's name into a sheet."""
    target = io.BytesIO()
    paper: Any
    if shape == "xlsx":
        paper = openpyxl.load_workbook(io.BytesIO(SHEETS[shape]))
        cells: list[list[Any]] = [list(row) for row in paper.active.iter_rows()]
        texts = [[cell.value for cell in row] for row in cells]
    else:
        paper = docx.Document(io.BytesIO(SHEETS[shape]))
        cells = [list(row.cells) for table in paper.tables for row in table.rows]
        texts = [[cell.text for cell in row] for row in cells]
    head = next(number for number, row in enumerate(texts) if "指标" in row)
    signed = next(number for number, row in enumerate(texts) if "复核人" in row)

    def put(row: int, column: int, text: str) -> None:
        if shape == "xlsx":
            cells[row][column].value = text
        else:
            cells[row][column].text = text

    for number, changes in written.items():
        for key, text in changes.items():
            put(head + 1 + number, texts[head].index(COLUMNS[key]), text)
    put(signed, texts[signed].index("复核人") + 1, by)
    paper.save(target)
    return target.getvalue()


def read(folder: Path, shape: str, written: Written, by: str = "李四") -> evalrules.Review:
    """Fill in a sheet, save it and read it."""
    path = folder / f"复核表.{shape}"
    path.write_bytes(filled(shape, written, by))
    return evalrules.load_review(path)


CHANGES = st.one_of(
    st.fixed_dictionaries({"score": st.sampled_from(["0", "0.5", "1"]), "because": st.just("抽查不符")}),
    st.fixed_dictionaries(
        {"cut": st.sampled_from(["30%", "60%"]), "clause": st.just("无法核实"), "because": st.just("没有台账")}
    ),
    st.fixed_dictionaries({"clause": st.sampled_from(["无佐证资料", "甲,乙"]), "because": st.just("没有材料")}),
)  # fmt: skip


@pytest.mark.parametrize("shape", ["xlsx", "docx"])
@settings(max_examples=15)  # each writes and reads an office file
@given(written=st.dictionaries(st.integers(0, len(EVALUATION.indicators) - 1), CHANGES, max_size=6))
def test_what_a_reviewer_writes_is_the_review_that_is_read(
    shape: str, written: Written, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each change as the same review in YAML has it: scores, reasons, findings and digest of the form."""
    review = read(tmp_path_factory.mktemp("sheet"), shape, written)
    shares = {"无佐证资料": "100%", "甲,乙": "50%"}
    entries: list[dict[str, Any]] = []
    for number, changes in sorted(written.items()):
        result = EVALUATION.indicators[number]
        asked: dict[str, Any] = dict(changes)
        if not {"score", "cut"} & asked.keys():
            asked["cut"] = shares[asked["clause"]]
        entries.append({"indicator": result.name, "section": "/".join(result.section) or None, "adjust": asked})
    meant = {"review_of": SUBMISSION.digest, "by": "李四", "entries": entries}
    assert review.problems == ()
    assert (review.of, review.by) == (SUBMISSION.digest, "李四")
    found, wanted = (evalrules.evaluate(CATALOGUE, SUBMISSION, one) for one in (review, meant))
    assert (found.score, found.submission.digest) == (wanted.score, SUBMISSION.digest)
    assert [each.to_dict() for each in found.indicators] == [each.to_dict() for each in wanted.indicators]
    assert [each.code for each in found.findings] == [each.code for each in wanted.findings]


@pytest.mark.parametrize("shape", ["xlsx", "docx"])
def test_what_is_wrong_is_told_at_its_cell(shape: str, tmp_path: Path) -> None:
    """Two ways at once, a number that is none, a clause of several shares without one; the other rows count."""
    written = {
        1: {"score": "1", "cut": "30%", "because": "甲"},
        2: {"score": "半分", "because": "乙"},
        3: {"clause": "无法核实", "because": "丙"},
        4: {"score": "0", "because": "丁"},
    }
    review = read(tmp_path, shape, written)
    assert [each.indicator for each in review.entries] == [EVALUATION.indicators[4].name]
    places = [str(each.location) for each in review.problems]
    assert [each.code for each in review.problems] == [
        "adjustment-incomplete", "expected-number", "adjustment-incomplete",
    ]  # fmt: skip
    assert all(place.startswith(f"复核表.{shape} ") for place in places)
    assert "“复核得分”" in places[1] if shape == "docx" else "!" in places[1]


def test_an_opinion_alone_changes_nothing(tmp_path: Path) -> None:
    """It is kept as a change of 0."""
    review = read(tmp_path, "xlsx", {0: {"because": "属实"}})
    evaluation = evalrules.evaluate(CATALOGUE, SUBMISSION, review)
    assert (review.problems, evaluation.score) == ((), EVALUATION.score)


def test_a_sheet_whose_mark_is_gone_is_of_whom_it_names(tmp_path: Path) -> None:
    """Typed again or saved by a program that drops it: the unit stands above the table."""
    book = openpyxl.Workbook()
    for row in (["单位：绥宁县人民政府办公室"], ["指标", "复核得分", "复核意见"], ["验收合格率", "7", "没有验收单"]):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(tmp_path / "typed.xlsx")
    review = evalrules.load_review(tmp_path / "typed.xlsx")
    evaluation = evalrules.evaluate(CATALOGUE, SUBMISSION, review)
    assert {each.name: str(each.score) for each in evaluation.indicators}["验收合格率"] == "7.0"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", SHEETS["xlsx"][:3000]])
def test_what_is_no_sheet_is_told(content: bytes, tmp_path: Path) -> None:
    """Empty, broken, and a blank form in its place."""
    (tmp_path / "x.xlsx").write_bytes(content)
    blank = tmp_path / "blank.xlsx"
    assert CliRunner().invoke(root, ["form", "suining-department@2024", "-o", str(blank)]).exit_code == 0
    for file, code in ((tmp_path / "x.xlsx", ""), (blank, "review-sheet-not-found")):
        with pytest.raises(evalrules.SubmissionError) as refused:
            evalrules.load_review(file)
        assert code in [each.code for each in refused.value.problems] or not code


def test_the_whole_way_by_commands(tmp_path: Path) -> None:
    """The sheet written, filled in, put to the form, and the result told again; the form stays what it was."""
    sheet, done = tmp_path / "sheet.xlsx", tmp_path / "done.xlsx"
    form, edition = str(FORM), "suining-department@2024"
    assert CliRunner().invoke(root, ["form", edition, "--review", form, "-o", str(sheet)]).exit_code == 0
    book = openpyxl.load_workbook(sheet)
    rows = list(book.active.iter_rows())  # type: ignore[union-attr]
    head = next(row for row in rows if row[0].value == "部分")
    at = {cell.value: place for place, cell in enumerate(head)}
    row = next(row for row in rows if row[at["指标"]].value == "验收合格率")
    row[at["复核得分"]].value, row[at["复核意见"]].value = 7, "没有验收单"
    book.save(done)
    result = tmp_path / "result.json"
    asked = ["evaluate", form, "--review", str(done), "-o", str(result)]
    assert CliRunner().invoke(root, asked).exit_code == 0
    assert '"because": "复核调减 2.5 分：没有验收单"' in result.read_text("utf-8")
    assert CliRunner().invoke(root, ["replay", str(result), form, "--review", str(done)]).exit_code == 0
    assert (
        CliRunner().invoke(root, ["form", edition, "--review", str(tmp_path / "none"), "-o", str(sheet)]).exit_code == 1
    )

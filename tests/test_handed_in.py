"""Submissions as they are handed in: files of every kind, several forms in one, folders, and the commands on them."""

from __future__ import annotations

import io
import runpy
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

import evalrules
from evalrules import SubmissionError, Submissions, evaluate, load_catalogue, load_submission, load_submissions
from evalrules._cli.commands import root
from evalrules._forms.package import MARK, REPORT
from layouts import Drawing, layouts
from paper import HEADER, ROWS, TITLE, docx, tab, table, xlsx

EXAMPLES = Path(__file__).parent.parent / "examples"
FORM = docx(TITLE, table([HEADER, *ROWS]))
TWO = xlsx({name: tab([[TITLE], ["项目名称", name], HEADER, *ROWS]) for name in ("甲", "乙")})
YAML = "organisation: 某单位\nfiscal_year: 2023\nentries: [{indicator: 甲}]\n"


def marked(content: bytes, value: str) -> bytes:
    """Mark a file as ours mark themselves."""
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a") as archive:
        space = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
        text = f'<Properties xmlns="{space}"><property name="{MARK}"><v>{value}</v></property></Properties>'
        archive.writestr("docProps/custom.xml", text)
    return file.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder as departments hand it in: forms of several kinds, a lock file, a report of ours, a scan."""
    (tmp_path / "农业局").mkdir()
    (tmp_path / "a.yaml").write_text(YAML, "utf-8")
    (tmp_path / "农业局" / "自评表.docx").write_bytes(FORM)
    (tmp_path / "农业局" / "项目.xlsx").write_bytes(TWO)
    (tmp_path / "农业局" / "~$自评表.docx").write_bytes(b"x")
    (tmp_path / "报告.docx").write_bytes(marked(FORM, REPORT))
    (tmp_path / "扫描.pdf").write_bytes(b"%PDF-1.4")
    return tmp_path


def test_the_example_document_is_evaluated_like_the_example() -> None:
    """The report's tables and sentences give the figures, rows and claims that stand in YAML."""
    catalogue = load_catalogue("suining-department@2024")
    read = load_submission(EXAMPLES / "suining-2024.docx", catalogue=catalogue)
    written = load_submission(EXAMPLES / "suining-2024.yaml")
    assert {name: figure.cell for name, figure in read.data.items()}.keys() == written.data.keys()
    assert [name for name, figure in written.data.items() if read.data[name].cell != figure.cell] == []
    assert [entry.actual for entry in read.entries] == [entry.actual for entry in written.entries]
    assert (read.claimed.score, read.claimed.grade) == (written.claimed.score, written.claimed.grade)
    one, other = evaluate(catalogue, read), evaluate(catalogue, written)
    judged = {"全县人民受益度", "保障县域经济可持续发展"}  # in YAML with the assessor's tier, which the form has not
    for first, second in zip(one.indicators, other.indicators, strict=True):
        assert first.name in judged or (first.score, first.deductions) == (second.score, second.deductions)
    of_checks = [{found.message for found in whole.findings if found.code == "check-failed"} for whole in (one, other)]
    assert of_checks[0] == of_checks[1]


def test_the_example_document_is_what_its_script_writes(tmp_path: Path) -> None:
    """``examples/make_suining.py`` writes the document that lies beside it."""
    runpy.run_path(str(EXAMPLES / "make_suining.py"))["main"](tmp_path / "a.docx")
    bodies = [
        zipfile.ZipFile(file).read("word/document.xml")
        for file in (tmp_path / "a.docx", EXAMPLES / "suining-2024.docx")
    ]
    assert bodies[0] == bodies[1]


def test_problems_name_the_cell(tmp_path: Path) -> None:
    """What is wrong with a cell of a form is told with its path for programs and its place for people."""
    rows = [[*ROWS[0][:4], "十二公里多", "二十", *ROWS[0][6:]], *ROWS[1:]]
    (tmp_path / "自评表.docx").write_bytes(docx(TITLE, table([HEADER, *rows])))
    read = load_submission(tmp_path / "自评表.docx")
    told = [
        (found.code, found.path, str(found.location)) for found in read.problems if found.path.startswith("entries")
    ]
    assert told == [("expected-number", "entries[0].points", "自评表.docx 表1 第2行“分值”")]


def test_every_form_of_a_folder_is_read(folder: Path) -> None:
    """Forms of all kinds and folders, in order; what cannot be read is told, lock files and reports are passed over."""
    found = load_submissions(folder, lang="zh")
    assert isinstance(found, Submissions)
    assert [len(form.entries) for form in found] == [1, 4, 4, 4]
    assert [form.project.name for form in found if form.project] == ["甲", "乙"]
    assert [(problem.code, str(problem.location)) for problem in found.problems] == [("form-file-pdf", "扫描.pdf")]


def test_one_form_is_asked_for_and_several_are_there(folder: Path) -> None:
    """A file with several forms is refused where one is wanted, with how to read them."""
    with pytest.raises(SubmissionError) as caught:
        load_submission(folder / "农业局" / "项目.xlsx", lang="en")
    (problem,) = caught.value.problems
    assert (problem.code, problem.message) == ("form-several", "the file holds 2 forms: 甲, 乙")


def test_a_report_of_ours_is_no_form(folder: Path) -> None:
    """What evalrules wrote is told as such, and not scored again."""
    with pytest.raises(SubmissionError) as caught:
        load_submission(folder / "报告.docx")
    assert [problem.code for problem in caught.value.problems] == ["form-is-report"]


def test_a_form_says_its_edition(tmp_path: Path) -> None:
    """What a blank form of ours says of itself comes before what the caller names."""
    (tmp_path / "a.docx").write_bytes(marked(FORM, "mof-project@2020"))
    read = load_submission(tmp_path / "a.docx", catalogue="suining-department@2024")
    assert read.catalogue == "mof-project@2020"


def test_an_id_is_found_by_the_year_of_the_form(tmp_path: Path) -> None:
    """An edition named by its id alone is the one that governs the form's fiscal year."""
    (tmp_path / "a.docx").write_bytes(docx("2015年度部门整体支出绩效自评表", table([HEADER, *ROWS])))
    assert load_submission(tmp_path / "a.docx", catalogue="hunan-department").catalogue == "hunan-department@2015"


def test_a_library_adds_words_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``form-words.yaml`` in a folder of editions says what local words mean."""
    header = [*HEADER[:4], "落地数", *HEADER[5:]]
    (tmp_path / "自评表.docx").write_bytes(docx(TITLE, table([header, *ROWS])))
    assert load_submission(tmp_path / "自评表.docx").entries[0].actual.text == ""
    (tmp_path / "库").mkdir()
    (tmp_path / "库" / "form-words.yaml").write_text("columns: {actual: [落地数]}\n", "utf-8")
    monkeypatch.setenv("EVALRULES_PATH", str(tmp_path / "库"))
    assert load_submission(tmp_path / "自评表.docx").entries[0].actual.text == "11.4公里"


@pytest.mark.parametrize(
    ("text", "code"), [("columns: {actual: [{落地数: 1}]}\n", "expected-text"), ("columns: [\n", "yaml-syntax")]
)
def test_words_of_a_library_that_cannot_be_read_are_told(
    text: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With each form that they were to help to read, at their own place."""
    (tmp_path / "自评表.docx").write_bytes(docx(TITLE, table([HEADER, *ROWS])))
    (tmp_path / "库").mkdir()
    (tmp_path / "库" / "form-words.yaml").write_text(text, "utf-8")
    monkeypatch.setenv("EVALRULES_PATH", str(tmp_path / "库"))
    submission = load_submission(tmp_path / "自评表.docx")
    assert len(submission.entries) == len(ROWS)
    assert [found.code for found in submission.problems if "form-words.yaml" in str(found.location)] == [code]


# ---- commands ------------------------------------------------------------------------------------------------------


def run(*arguments: object) -> tuple[int, str, str]:
    """Run a command; give its status, what it wrote, and what it told."""
    result = CliRunner().invoke(root, [*map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_read_writes_a_form_as_yaml(folder: Path) -> None:
    """What is written can be loaded again, and is the same submission."""
    status, text, _ = run("read", folder / "农业局" / "自评表.docx")
    (folder / "again.yaml").write_text(text, "utf-8")
    again = load_submission(folder / "again.yaml")
    read = load_submission(folder / "农业局" / "自评表.docx")
    assert (status, again.entries, again.digest) == (0, read.entries, read.digest)


def test_read_writes_several_forms_to_a_folder(folder: Path) -> None:
    """Each form gets a file named after it; the status says that something could not be read."""
    status, _, told = run("read", folder / "农业局", folder / "扫描.pdf", "-o", folder / "读出", "--lang", "zh")
    names = sorted(file.name for file in (folder / "读出").iterdir())
    assert (status, names) == (1, ["自评表.yaml", "项目 乙.yaml", "项目 甲.yaml"])
    assert "扫描.pdf: error: 这是 PDF" in told
    assert yaml.safe_load((folder / "读出" / "项目 甲.yaml").read_text("utf-8"))["project"] == "甲"


def test_read_tells_where_there_is_no_form(folder: Path) -> None:
    """A file without a form has a status of its own."""
    assert run("read", folder / "扫描.pdf")[0] == 2


def test_an_edition_that_is_not_there_is_told(folder: Path) -> None:
    """A name that no edition has ends both commands with what was looked for, and no traceback."""
    for command in ("read", "evaluate"):
        status, _, told = run(command, folder / "农业局" / "自评表.docx", "--catalogue", "nobody@1", "--lang", "en")
        assert (status, "[edition-missing]" in told) == (2, True)


def test_read_by_an_edition_names_its_figures() -> None:
    """With an edition the figures have its names."""
    status, text, _ = run("read", EXAMPLES / "suining-2024.docx", "--catalogue", "suining-department@2024")
    assert (status, yaml.safe_load(text)["data"]["在职人员数"]) == (0, 56)


def test_evaluate_takes_forms_of_every_kind(folder: Path) -> None:
    """A folder is evaluated form by form; those of one file are told apart by their project."""
    _, text, _ = run("evaluate", folder, "--catalogue", "mof-project@2020", "--format", "jsonl")
    assert text.count("新建机耕道") >= 3


def test_a_form_that_names_no_edition_hears_which_fit(folder: Path) -> None:
    """Those that govern its year and have its sections are named, and no others."""
    status, _, told = run("evaluate", folder / "农业局" / "自评表.docx", "--lang", "zh")
    assert status == 2
    assert "适用的有 mof-department@2020、mof-project@2020" in told
    assert "hunan-department" not in told


def test_the_names_are_public() -> None:
    """What reads files is offered by the package."""
    assert {"load_submission", "load_submissions", "Submissions"} <= set(evalrules.__all__)


def test_what_the_head_of_a_paper_lacks_is_said_in_words(tmp_path: Path) -> None:
    """Whoever fills in a paper knows no keys: 填报单位 is missing there, `organisation` in a text of the language."""
    (tmp_path / "a.docx").write_bytes(FORM)
    (tmp_path / "b.yaml").write_text("fiscal_year: 2023\nentries: [{indicator: 甲}]\n", "utf-8")
    paper, text = (
        {found.code: found.message for found in load_submission(tmp_path / name).problems}
        for name in ("a.docx", "b.yaml")
    )
    assert paper["form-head-missing"] == "表头没有填填报单位"
    assert text["missing-key"] == "缺少 `organisation`"


def test_a_reason_merged_over_rows_is_the_reason_of_all_of_them(tmp_path: Path) -> None:
    """It stands in the first row; the others share its cell, and are not said to have none."""
    page = """
    2023年度项目支出绩效自评表
    | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析 |
    | 产出指标 | 数量指标 | 甲 | ≥10个 | 8个 | 20 | 16 | 疫情停工 |
    | ^ | ^ | 乙 | ≥10个 | 9个 | 20 | 18 | ^ |
    | ^ | ^ | 丙 | ≥10个 | 9个 | 10 | 9 |  |
    """
    drawing = Drawing.of("\n".join(line.strip() for line in page.splitlines()))
    catalogue = load_catalogue("mof-project@2020")
    for kind in ("docx", "xlsx"):
        (tmp_path / f"自评表.{kind}").write_bytes(getattr(drawing, kind)())
        read = load_submission(tmp_path / f"自评表.{kind}", catalogue=catalogue)
        found = [one.where for one in evaluate(catalogue, read).findings if one.code == "deviation-reason-missing"]
        assert found == ["数量指标第3行 丙"]


def layout(name: str, folder: Path) -> Path:
    """Write a layout of the table of layouts as a Word document."""
    (folder / "自评表.docx").write_bytes(Drawing.of(layouts()[name]["page"]).docx())
    return folder / "自评表.docx"


def test_what_the_budget_scores_counts_where_an_edition_has_no_row_for_it(tmp_path: Path) -> None:
    """The total of the form is that of its rows and of its budget: an edition with open sections takes both."""
    catalogue = load_catalogue("mof-department@2020")
    read = load_submission(
        layout("Hubei's department form with budget points in the label", tmp_path), catalogue=catalogue
    )
    assert [(entry.section, entry.claimed_score) for entry in read.entries][:1] == [("预算执行率", Fraction("19.2"))]
    assert not {one.code for one in evaluate(catalogue, read).findings} & {"claimed-total-differs", "entry-unknown"}


def test_a_form_on_paper_without_a_column_for_reasons_is_not_asked_for_them(tmp_path: Path) -> None:
    """What the form has no cell for is not missed."""
    catalogue = load_catalogue("mof-project@2020")
    read = load_submission(layout("a score merged over rows", tmp_path), catalogue=catalogue)
    assert "deviation_reason" in read.entries[2].places or "deviation" in read.entries[2].places
    read = load_submission(layout("a table for each first level", tmp_path), catalogue=catalogue)
    assert "deviation-reason-missing" not in {one.code for one in evaluate(catalogue, read).findings}

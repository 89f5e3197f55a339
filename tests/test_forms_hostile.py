"""Files that are broken, locked, or made to harm: each is told clearly, in bounded time and memory, no traceback."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalrules._documents import Problems
from evalrules._forms import convert
from evalrules._forms import package as packages
from evalrules._forms.filled import read_filled
from evalrules._forms.mapping import FilledForm
from evalrules._forms.package import MAX_DEPTH, MAX_FILE
from paper import HEADER, ROWS, TITLE, Tab, Td, docx, merged_down, package, tab, table, xlsx
from test_forms_sheets import open_document

PLAIN = [[TITLE], HEADER, *ROWS]
WORD = docx(TITLE, table([HEADER, *merged_down(ROWS)]))
SHEETS = xlsx({"自评表": tab(PLAIN, merged=["A1:H1"])}, formats=["0%"])
BOMB = '<!DOCTYPE x [<!ENTITY a "绩效"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def codes(content: bytes, folder: Path, name: str = "自评表.docx") -> list[str]:
    """Give the codes of what is told of a file in which no form was found."""
    problems = Problems()
    (folder / name).write_bytes(content)
    assert read_filled(folder / name, problems) == ()
    return [found.code for found in problems]


def with_prologue(content: bytes, part: str, prologue: str) -> bytes:
    """Put a prologue before the XML of one part of a package."""
    full = zipfile.ZipFile(io.BytesIO(content))
    parts = {name: full.read(name).decode() for name in full.namelist()}
    parts[part] = parts[part].replace("?>", f"?>{prologue}", 1) if "?>" in parts[part] else prologue + parts[part]
    return repacked(parts)


def repacked(parts: dict[str, str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Zip parts as they are."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


def big_part(name: str, size: int) -> bytes:
    """Make a workbook one part of which unpacks to more than a form has."""
    file = io.BytesIO(SHEETS)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w", force_zip64=True) as part:
        for _ in range(size // 1_000_000):
            part.write(b"<si><t>x</t></si>" * 58_824)
    return file.getvalue()


def compound(stream: str) -> bytes:
    """Make the outside of an old office file that holds a stream of this name."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + stream.encode("utf-16-le") + bytes(600)


def lying_entry() -> bytes:
    """Make a package whose entry says that it is small."""
    content = bytearray(docx(TITLE + "绩" * 200_000))
    at = content.rfind(b"word/document.xml") - 46
    content[at + 24 : at + 28] = (100).to_bytes(4, "little")
    return bytes(content)


REFUSED = {
    "form-file-empty": [b"", b" \r\n\t", b"\xef\xbb\xbf"],
    "form-file-password": [
        compound("EncryptedPackage"),
        repacked(
            {
                "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
                "META-INF/manifest.xml": "<m:encryption-data/>",
                "content.xml": "x",
            }
        ),
    ],
    "form-file-damaged": [
        WORD[:-200],
        WORD[: len(WORD) // 2],
        b"PK\x03\x04" + bytes(100),
        docx("<w:tbl>"),
        repacked({"[Content_Types].xml": "<Types/>", "_rels/.rels": "<Relationships/>"}),
        lying_entry(),
        compound("Workbook"),
        repacked({"[Content_Types].xml": "<Types/>", "_rels/.rels": "<Relationships><"}),
    ],
    "form-file-dtd": [
        with_prologue(WORD, "word/document.xml", BOMB),
        with_prologue(WORD, "word/document.xml", OUTSIDE),
        with_prologue(SHEETS, "xl/worksheets/sheet1.xml", BOMB),
        with_prologue(SHEETS, "xl/sharedStrings.xml", OUTSIDE),
        with_prologue(WORD, "[Content_Types].xml", BOMB),
    ],
    "form-file-expands": [
        b"{\\rtf1" + b"{" * 1000,
        docx("<w:sdt><w:sdtContent>" * MAX_DEPTH + "</w:sdtContent></w:sdt>" * MAX_DEPTH),
    ],
    "form-file-pdf": [b"%PDF-1.4\n%\xe2\xe3"],
    "form-file-picture": [b"\x89PNG\r\n\x1a\n" + bytes(50), b"\xff\xd8\xff\xe0" + bytes(50)],
    "form-file-other": [
        repacked({"a.txt": "x"}),
        package({"ppt/presentation.xml": "<p/>"}, "ppt/presentation.xml", MAIN.replace("word", "presentation")),
        compound("PowerPoint Document"),
        b"\x00\x01\x02\x03" * 50,
        repacked({"mimetype": "application/vnd.oasis.opendocument.presentation"}),
    ],
    "form-not-found": [
        docx(
            "2023年度部门预算执行情况表",
            table(
                [["科目编码", "年初预算数", "全年预算数", "全年执行数", "执行率"], ["2130101", "1", "1", "1", "100%"]]
            ),
        ),
        docx("没有表"),
        "只有一行文字，没有表".encode(),
        xlsx({"Sheet1": Tab({})}),
        xlsx({"Sheet1": tab([["姓名", "职务"], ["张三", "站长"]])}),
    ],
    "form-projects-listed": [
        docx(TITLE, table([["项目名称", "指标值", "完成值", "分值", "得分"], ["清淤", "9公里", "9公里", "100", "98"]])),
        xlsx({"表": tab([["项目名称", "预算数", "执行数", "年度绩效目标"], ["清淤", "9", "9", "清淤9公里"]])}),
    ],
    "form-not-found-pictures": [docx(TITLE + "（扫描件）", parts={"word/media/image1.png": "x"})],
    "form-too-many-rows": [xlsx({"数据": tab([row] for row in range(30_000))})],
}


@pytest.mark.parametrize(("code", "content"), [(code, one) for code, files in REFUSED.items() for one in files])
def test_what_is_no_form_is_told_by_what_it_is(code: str, content: bytes, tmp_path: Path) -> None:
    """Each file that cannot be read has one problem, which says why, whatever the file is called."""
    assert codes(content, tmp_path) == [code]
    assert codes(content, tmp_path, "自评表.xls") == [code]


@pytest.mark.parametrize("name", ["xl/sharedStrings2.xml", "xl/media/image1.bin"])
def test_a_part_that_is_not_needed_is_never_unpacked(name: str, tmp_path: Path) -> None:
    """A bomb in a part that no form needs does no harm, and does not keep the form from being read."""
    (tmp_path / "a.xlsx").write_bytes(big_part(name, 80_000_000))
    (form,) = read_filled(tmp_path / "a.xlsx", Problems())
    assert len(form.content["entries"]) == len(ROWS)


def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more of a part is unpacked than the limit, whatever its entry says."""
    monkeypatch.setattr(packages, "MAX_PART", 100_000)
    assert codes(docx(TITLE, "绩" * 200_000), tmp_path) == ["form-file-expands"]
    sheets = {str(number): tab(PLAIN * 20) for number in range(40)}
    monkeypatch.setattr(packages, "MAX_UNPACKED", 500_000)  # no part is too large, but there are many
    assert codes(xlsx(sheets), tmp_path) == ["form-file-expands"]


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    """A file of 100 MB is refused by its size."""
    with (tmp_path / "大.docx").open("wb") as file:
        file.truncate(MAX_FILE * 2)
    problems = Problems()
    assert read_filled(tmp_path / "大.docx", problems) == ()
    assert [found.code for found in problems] == ["file-too-large"]


def test_too_many_cells_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet with more cells than any form has, and merged cells that cover it over and over, are refused."""
    wide = Tab({f"A{row}": "x" for row in range(1, 300)}, merged=[f"A{row}:XFD1048576" for row in range(1, 300)])
    assert codes(xlsx({"表": wide}), tmp_path, "a.xlsx") in (["form-too-many-rows"], ["form-too-many-cells"])
    monkeypatch.setattr("evalrules._forms.sheets.MAX_CELLS", 30)
    assert codes(SHEETS, tmp_path, "b.xlsx") == ["form-too-many-cells"]
    monkeypatch.setattr("evalrules._forms.word.MAX_CELLS", 30)
    assert codes(WORD, tmp_path) == ["form-too-many-cells"]


def test_absurd_spans_do_not_blow_up(tmp_path: Path) -> None:
    """A cell that claims to be two thousand million columns wide is cut to what Word allows."""
    rows: list[Any] = [[Td("甲", span=2_000_000_000)], *([HEADER, *ROWS])]
    (tmp_path / "a.docx").write_bytes(docx(TITLE, table(rows)))
    (form,) = read_filled(tmp_path / "a.docx", Problems())
    assert len(form.content["entries"]) == len(ROWS)


def test_macros_and_linked_parts_are_not_looked_at(tmp_path: Path) -> None:
    """A relation to somewhere outside is passed over; the form is read."""
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r9" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        'Target="http://example.invalid/a.dotm" TargetMode="External"/></Relationships>'
    )
    parts = {"word/_rels/document.xml.rels": relations, "word/vbaProject.bin": "x"}
    (tmp_path / "a.docm").write_bytes(docx(TITLE, table([HEADER, *ROWS]), parts=parts))
    (form,) = read_filled(tmp_path / "a.docm", Problems())
    assert len(form.content["entries"]) == len(ROWS)


def test_without_libreoffice_the_person_hears_how_to_save_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A format that only LibreOffice reads is refused with what to do, where it is not installed."""
    monkeypatch.setattr(convert, "converter", lambda: None)
    problems = Problems()
    (tmp_path / "自评表.doc").write_bytes(b"{\\rtf1\\ansi x}")
    assert read_filled(tmp_path / "自评表.doc", problems) == ()
    assert [(found.code, found.hint) for found in problems] == [
        ("form-needs-libreoffice", "在 Word、Excel 或 WPS 中打开，另存为 .docx")
    ]


@pytest.mark.slow
@pytest.mark.skipif(convert.converter() is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    "content",
    [
        "<html><body><p>{title}</p><table>{rows}</table></body></html>",
        r"{{\rtf1\ansi\uc1 {title}\par {rows}}}",
    ],
    ids=["a web page named .xls", "RTF named .doc"],
)
def test_what_libreoffice_converts_is_read(content: str, tmp_path: Path) -> None:
    """Web pages and RTF under the names of office files are converted and read like others."""
    if content.startswith("<"):
        rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>" for cells in (HEADER, *ROWS))
        text = content.format(title=TITLE, rows=rows).replace("<body>", '<head><meta charset="utf-8"></head><body>')
    else:
        rows = "".join(
            r"\trowd " + "".join(rf"\cellx{900 * (at + 1)}" for at in range(8)) + " "
            + "".join(rf"\intbl {escaped(cell)}\cell " for cell in cells) + r"\row "
            for cells in (HEADER, *ROWS)
        )  # fmt: skip
        text = content.format(title=escaped(TITLE), rows=rows)
    (tmp_path / "自评表.xls").write_text(text, "utf-8")
    problems = Problems()
    (form,) = read_filled(tmp_path / "自评表.xls", problems)
    assert [entry["claimed_score"] for entry in form.content["entries"]] == ["19", "30", "30", "10"]


def escaped(text: str) -> str:
    """Write a text as RTF does."""
    return "".join(rf"\u{ord(sign) if ord(sign) < 32768 else ord(sign) - 65536}?" for sign in text)


@pytest.mark.skipif(convert.converter() is None, reason="a program of ours stands in for LibreOffice on POSIX alone")
def test_a_conversion_that_does_not_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A converter that hangs is ended with all that it started, and told."""
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nsleep 60 & wait\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv(convert.PROGRAM, str(program))
    monkeypatch.setattr(convert, "SECONDS", 0.2)
    assert codes(b"{\\rtf1 x}", tmp_path, "a.doc") == ["form-conversion-late"]
    program.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    assert codes(b"{\\rtf1 x}", tmp_path, "a.doc") == ["form-conversion-failed"]


# ---- mutated files -------------------------------------------------------------------------------------------------

SEEDS = {
    "a.docx": WORD,
    "a.xlsx": SHEETS,
    "a.ods": open_document(PLAIN),
    "a.csv": "\n".join(map(",".join, PLAIN)).encode(),
}


def read(content: bytes, name: str, folder: Path) -> tuple[FilledForm, ...]:
    """Read whatever this is; whatever it is, it ends in forms or in problems."""
    problems = Problems()
    (folder / name).write_bytes(content)
    found = read_filled(folder / name, problems)
    assert found or problems
    return found


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Spoil bytes of a file, inside its parts where it is a package."""
    if not content.startswith(b"PK") or chance.random() < 0.2:
        return spoilt(content, chance)
    full = zipfile.ZipFile(io.BytesIO(content))
    file = io.BytesIO()
    chosen = chance.choice(full.namelist())
    with zipfile.ZipFile(file, "w") as archive:
        for name in full.namelist():
            part = full.read(name)
            archive.writestr(name, spoilt(part, chance) if name == chosen else part)
    return file.getvalue()


def spoilt(content: bytes, chance: random.Random) -> bytes:
    """Change, drop, double or move some bytes."""
    out = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        at, much = chance.randrange(len(out) + 1), chance.randint(0, 60)
        match chance.randrange(5):
            case 0:
                out[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del out[at : at + much]
            case 2:
                out[at:at] = out[at : at + much] * chance.randint(1, 3)
            case 3:
                out[at : at + much] = chance.choice(
                    [b"<w:tbl>", b"</w:tr>", b"9" * 30, b'"', b"&#0;", b"\xff\xfe", b"-1"]
                )
            case 4:
                start = chance.randrange(len(out) + 1)
                out[at:at] = out[start : start + much]
    return bytes(out)


@given(st.sampled_from(sorted(SEEDS)), st.integers(0, 2**32))
def test_mutated_files_give_forms_or_problems(tmp_path_factory: pytest.TempPathFactory, name: str, seed: int) -> None:
    """However a file is spoilt, reading it ends without a traceback."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret hangs on it
    read(mutated(SEEDS[name], chance), name, tmp_path_factory.getbasetemp())


def test_a_sheet_of_headers_beside_each_other_is_no_form(tmp_path: Path) -> None:
    """Header words in hundreds of columns are not taken for as many tables side by side."""
    assert codes(xlsx({"表": tab([HEADER * 40] * 40)}), tmp_path, "a.xlsx") == ["form-not-found"]

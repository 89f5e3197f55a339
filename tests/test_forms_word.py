"""Word forms as departments hand them in: each difficulty alone, with the exact reading beside it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from evalrules._documents import Problems
from evalrules._forms.filled import read_filled
from evalrules._forms.mapping import FilledForm
from evalrules._forms.package import parse
from evalrules._forms.word import text_of
from paper import HEADER, ROWS, TITLE, Td, W, docx, expected, merged_down, paragraphs, row, run, table

Make = Callable[[], bytes]


def forms_in(content: bytes, folder: Path, name: str = "自评表.docx") -> tuple[FilledForm, ...]:
    """Read the forms of a file with this content; nothing of it may be unreadable."""
    (folder / name).write_bytes(content)
    problems = Problems()
    found = read_filled(folder / name, problems)
    assert not problems
    return found


def entries_in(content: bytes, folder: Path, name: str = "自评表.docx") -> list[dict[str, Any]]:
    """Give the entries of the only form in a file, without keys that only some forms have."""
    (form,) = forms_in(content, folder, name)
    return [comparable(entry) for entry in form.content.get("entries", [])]


def comparable(entry: dict[str, Any]) -> dict[str, Any]:
    """Give what every row of the test's header has."""
    fields = ("section", "indicator", "target", "actual", "points", "claimed_score")
    deviation = entry.get("deviation") or entry.get("deviation_reason")
    return {**{field: entry.get(field) for field in fields}, "deviation": deviation}


def body() -> list[list[str | Td]]:
    """Give the rows with their sections merged."""
    return merged_down(ROWS)


def ins(inner: str) -> str:
    """Write a tracked insertion."""
    return f'<w:ins w:id="1" w:author="甲">{inner}</w:ins>'


def gone(text: str) -> str:
    """Write a tracked deletion."""
    return f'<w:del w:id="2" w:author="甲"><w:r><w:delText>{text}</w:delText></w:r></w:del>'


def changed() -> str:
    """Write a cell in which 11.4公里 took the place of 10公里."""
    return f"<w:p>{gone('10')}{ins(run('11.4'))}{run('公里')}</w:p>"


def with_cell(at: tuple[int, int], cell: Td) -> list[list[str | Td]]:
    """Give the rows with one cell written otherwise."""
    rows = body()
    rows[at[0]][at[1]] = cell
    return rows


def form(rows: list[Any], *before: str, header: list[Any] | None = None) -> bytes:
    """Write a document with the title and one table."""
    return docx(TITLE, *before, table([header or HEADER, *rows]))


def in_a_content_control(xml: str) -> str:
    """Write XML inside a content control."""
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{xml}</w:sdtContent></w:sdt>"


def text_box(inner: str) -> str:
    """Write a text box with its fallback for old programs, which holds the same."""
    shape = f"<w:txbxContent>{inner}</w:txbxContent>"
    return (
        "<w:p><w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{shape}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{shape}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )


DELETED_ROW = row(["产出指标（50分）", "时效指标", "删去的指标", "1", "1", "5", "5", ""], '<w:del w:id="3"/>')
SYMBOL = '<w:p><w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r><w:r><w:t>12公里</w:t></w:r></w:p>'
MATHS = "<w:p><m:oMath><m:r><m:t>≥</m:t></m:r></m:oMath><w:r><w:t>12公里</w:t></w:r></w:p>"
PLACEHOLDER = (
    "<w:p><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>单击此处输入文字。</w:t></w:r>"
    "</w:sdtContent></w:sdt></w:p>"
)
HIDDEN_RUN = f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>草稿</w:t></w:r>{run('11.4公里')}</w:p>"
RUBY = (
    "<w:p><w:r><w:ruby><w:rt><w:r><w:t>xin</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>新</w:t></w:r></w:rubyBase></w:ruby></w:r>"
    "<w:r><w:t>建机耕道</w:t></w:r></w:p>"
)
LIST_BOX = (
    '<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="90%"/>'
    '<w:listEntry w:val="100%"/></w:ddList></w:ffData></w:fldChar></w:r></w:p>'
)

SAME: dict[str, Make] = {
    "plain": lambda: form([list(cells) for cells in ROWS]),
    "sections merged downwards": lambda: form(body()),
    "strict names of the vocabularies": lambda: docx(TITLE, table([HEADER, *body()]), strict=True),
    "content control round a cell": lambda: form(with_cell((0, 4), Td("11.4公里", around=in_a_content_control("{}")))),
    "content control round a row": lambda: docx(
        TITLE, table([HEADER, in_a_content_control(row(body()[0])), *body()[1:]])
    ),
    "content control round the table": lambda: docx(TITLE, in_a_content_control(table([HEADER, *body()]))),
    "content control inside a cell": lambda: form(
        with_cell((0, 4), Td(xml=f"<w:p>{in_a_content_control(run('11.4公里'))}</w:p>"))
    ),
    "tracked change in a cell": lambda: form(with_cell((0, 4), Td(xml=changed()))),
    "row that a tracked change deleted": lambda: docx(TITLE, table([HEADER, body()[0], DELETED_ROW, *body()[1:]])),
    "row that a tracked change inserted": lambda: docx(
        TITLE, table([HEADER, row(body()[0], '<w:ins w:id="4"/>'), *body()[1:]])
    ),
    "text moved here": lambda: form(
        with_cell((0, 4), Td(xml=f'<w:p><w:moveTo w:id="5">{run("11.4公里")}</w:moveTo></w:p>'))
    ),
    "hidden row": lambda: docx(
        TITLE,
        table([HEADER, *body()[:2], row(["", "", "隐藏的指标", "1", "1", "1", "1", ""], "<w:hidden/>"), *body()[2:]]),
    ),
    "hidden text": lambda: form(with_cell((0, 4), Td(xml=HIDDEN_RUN))),
    "line breaks inside words": lambda: form(
        with_cell((0, 2), Td("新建\n机耕道")),
        header=[
            "一级\n指标",
            "二级\n指标",
            "三级指标",
            "年度\n指标值",
            "实际完\n成值",
            "分 值",
            "得 分",
            "偏差原因\n分析及\n改进措施",
        ],
    ),
    "soft line break": lambda: form(
        with_cell((0, 2), Td(xml="<w:p><w:r><w:t>新建</w:t><w:br/><w:t>机耕道</w:t></w:r></w:p>"))
    ),
    "header repeated": lambda: docx(TITLE, table([HEADER, body()[0], HEADER, *body()[1:]])),
    "empty first column": lambda: docx(TITLE, table([["", *HEADER], *(["", *cells] for cells in body())])),
    "column of words at the side": lambda: docx(
        TITLE,
        table(
            [
                [Td("绩效指标\n（90分）", down="restart"), *HEADER],
                *([Td("", down="continue"), *cells] for cells in body()),
            ]
        ),
    ),
    "grid before": lambda: docx(
        TITLE, table([HEADER, row(ROWS[0]), row(ROWS[1][1:], '<w:gridBefore w:val="1"/>'), *ROWS[2:]])
    ),
    "sign of the font Symbol": lambda: form(with_cell((0, 3), Td(xml=SYMBOL))),
    "sign as a formula": lambda: form(with_cell((0, 3), Td(xml=MATHS))),
    "phonetic guide": lambda: form(with_cell((0, 2), Td(xml=RUBY))),
    "list box of an old form": lambda: form(with_cell((1, 4), Td(xml=LIST_BOX))),
    "cell of nothing but the form's prompt": lambda: form(with_cell((1, 7), Td(xml=PLACEHOLDER))),
    "table in a text box": lambda: docx(TITLE, text_box(table([HEADER, *body()]))),
    "table inside a table": lambda: docx(table([[Td(xml=paragraphs(TITLE) + table([HEADER, *body()]) + "<w:p/>")]])),
    "small table inside a cell": lambda: form(with_cell((0, 4), Td(xml=table([["11.4公里"]]) + "<w:p/>"))),
    "absurd width of a cell": lambda: docx(
        TITLE, table([[Td("项目名称", span=2_000_000_000), Td("机耕道", span=4)], HEADER, *body()])
    ),
    "merged to the right in the old way": lambda: docx(
        TITLE,
        table(
            [
                HEADER,
                *body()[:3],
                [*ROWS[3][:3], Td("≥90%", properties='<w:hMerge w:val="restart"/>'), *ROWS[3][4:]],
            ]
        ),
    ),
    "template rows left over": lambda: form(
        [
            *body(),
            ["满意度指标（10分）", "服务对象满意度指标", "指标2：", "", "", "", "", ""],
            ["", "", "……", "", "", "", "", ""],
            ["", "", "指标1:/", "/", "/", "", "", ""],
            ["", "", "", "", "", "", "", ""],
            ["", "", "××", "—", "-", "", "", ""],
        ]
    ),
    "sums, total and notes": lambda: form(
        [
            *body()[:2],
            ["", "小计", "", "", "", "50", "49", ""],
            *body()[2:],
            [Td("合计", span=5), "100", "98", ""],
            [Td("说明：1.分值设定100分。2.三级指标按需增减。", span=8)],
            [Td("2.得分不能超过分值。", span=8)],
        ],
        "填报人：张三    联系电话：",
    ),
    "a text across the table": lambda: form(
        [
            *body()[:3],
            [Td("其他需要说明的问题", span=3), Td("无", span=5)],
            *body()[3:],
            [Td("合计", span=5), "90", "89", ""],
            [Td("绩效自评结论", span=3), Td("目标都已完成。", span=5)],
            [Td("填报人：张三", span=3), Td("联系电话：123", span=3), Td("填报日期：2024-1-5", span=2)],
        ]
    ),
    "words for the columns that are not known": lambda: form(
        body(),
        header=[*HEADER[:3], "年度任务数", "当年落实结果", "标准分值情况", "单位得分结果", "没有完成的原因和整改措施"],
    ),
    "sections with rows of their own": lambda: docx(
        TITLE,
        table(
            [
                ["二级指标", *HEADER[2:]],
                [Td("一、产出指标（50分）", span=7)],
                *(cells[1:] for cells in ROWS[:2]),
                [Td("二、效益指标（30分）", span=7)],
                ROWS[2][1:],
                [Td("三、满意度指标（10分）", span=7)],
                ROWS[3][1:],
            ]
        ),
    ),
    "header of two rows": lambda: docx(
        TITLE,
        table(
            [
                [Td("绩效指标", span=3), *(Td(word, down="restart") for word in HEADER[3:])],
                [*HEADER[:3], *(Td("", down="continue") for _ in HEADER[3:])],
                *body(),
            ]
        ),
    ),
    "other words for the columns": lambda: form(
        body(),
        header=[
            *HEADER[:3],
            "年初目标值（A）",
            "全年实际完成指标值（B）",
            "权重",
            "自评得分",
            "未完成原因及拟采取的改进措施",
        ],
    ),
    "level cells cut at the page": lambda: form(
        [
            [Td("产出指标（50分）", down="restart"), *ROWS[0][1:]],
            [Td("产出指标（50分）", down="restart"), *ROWS[1][1:]],
            *body()[2:],
        ]
    ),
    "title and header above each page": lambda: docx(
        TITLE, table([HEADER, *ROWS[:1]]), TITLE, table([HEADER, *ROWS[1:]])
    ),
    "continued with a title that says so": lambda: docx(
        TITLE, table([HEADER, *ROWS[:2]]), f"{TITLE}（续）", table([HEADER, *ROWS[2:]])
    ),
    "a table for each section": lambda: docx(
        TITLE,
        "（一）产出指标（50分）",
        table([HEADER[1:], *(cells[1:] for cells in ROWS[:2])]),
        "（二）效益指标（30分）",
        table([HEADER[1:], ROWS[2][1:]]),
        "（三）满意度指标（10分）",
        table([HEADER[1:], ROWS[3][1:]]),
    ),
    "blank level cells": lambda: form([ROWS[0], ["", *ROWS[1][1:]], *ROWS[2:]]),
    "table cut in two by a paragraph": lambda: docx(TITLE, table([HEADER, *ROWS[:2]]), "（续）", table(ROWS[2:])),
    "table cut in two, the second with other grid columns": lambda: docx(
        TITLE,
        table([["", *HEADER], *(["", *cells] for cells in ROWS[:2])], [300, *[1000] * 8]),
        "",
        table([*ROWS[2:]], [1300, *[1000] * 7]),
    ),
}


@pytest.mark.parametrize("make", SAME.values(), ids=SAME.keys())
def test_an_awkward_form_reads_like_the_plain_one(make: Make, tmp_path: Path) -> None:
    """However Word has it, the same page gives the same rows, and no other."""
    assert entries_in(make(), tmp_path) == expected()


def test_a_merged_score_belongs_to_its_first_row(tmp_path: Path) -> None:
    """One score over two rows is kept once, with the first, and told."""
    rows = body()
    rows[0][6], rows[1][6] = Td("49", down="restart"), Td("", down="continue")
    (read,) = forms_in(form(rows), tmp_path)
    scores = [entry["claimed_score"] for entry in read.content["entries"]]
    assert scores == ["49", None, "30", "10"]
    told = [(found.code, str(found.location)) for found in read.problems]
    assert told == [("form-cell-merged", "自评表.docx 表1 第2行“得分”")]


def test_one_cell_for_reason_and_improvement_says_the_reason_alone_or_both(tmp_path: Path) -> None:
    """A cell in which no measure is named holds the reason; nothing is taken for a measure that is none."""
    rows: list[Any] = [[*ROWS[0][:7], "雨季影响施工"], [*ROWS[1][:7], "雨季影响施工，下一步加强调度"]]
    (read,) = forms_in(form(rows), tmp_path)
    first, second = read.content["entries"]
    assert (first.get("deviation"), first.get("deviation_reason")) == (None, "雨季影响施工")
    assert (second.get("deviation"), second.get("deviation_reason")) == ("雨季影响施工，下一步加强调度", None)


def test_split_columns_are_joined(tmp_path: Path) -> None:
    """Operator, value and unit in columns of their own are one target."""
    header = [*HEADER[:3], "指标性质", "指标值", "度量单位", "完成值", "权重", "得分"]
    rows = [
        ["产出指标", "数量指标", "购买电脑", "≥", "13", "台", "13", "30", "30"],
        ["效益指标", "社会效益指标", "保障安全", "定性", "优良中低差", "", "优", "30", "30"],
    ]
    (read,) = forms_in(docx(TITLE, table([header, *rows])), tmp_path)
    first, second = read.content["entries"]
    assert first["target"] == {"operator": "≥", "value": "13", "unit": "台"}
    assert (first["actual"], first["unit"]) == ("13", "台")
    assert second["target"] == {"operator": "定性", "value": "优良中低差"}


def test_a_data_row_may_be_finer_than_its_header(tmp_path: Path) -> None:
    """A target in two cells below one header is one target."""
    header: list[Any] = [*HEADER[:3], Td("年度指标值", span=2), *HEADER[4:]]
    rows: list[Any] = [["产出指标", "数量指标", "甲", "≥", "98%", "97%", "10", "9", "迟了"]]
    assert entries_in(docx(TITLE, table([header, *rows])), tmp_path)[0]["target"] == "≥98%"


@pytest.mark.parametrize("shift", [-300, -120, -20, 20, 120, 300])
def test_rows_need_not_be_flush_with_the_header(shift: int, tmp_path: Path) -> None:
    """Where borders were drawn by hand the grid has a narrow column between those of the header and of the rows."""
    inner = [800 * at for at in range(1, 8)]
    lines = sorted([0, *inner, *(line + shift for line in inner), 6400 + shift])
    widths = [after - before for before, after in pairwise(lines)]

    def placed(cells: list[Any], edges: list[int]) -> list[Td]:
        spans = [lines.index(after) - lines.index(before) for before, after in pairwise(edges)]
        return [Td(cell, span=span) for cell, span in zip(cells, spans, strict=True)]

    header = placed(HEADER, [0, *inner, 6400 + shift])
    rows = [placed(list(cells), [0, *(line + shift for line in inner), 6400 + shift]) for cells in ROWS]
    assert entries_in(docx(TITLE, table([header, *rows], widths)), tmp_path) == expected()


def test_columns_may_be_aligned_by_the_widths_of_cells_alone(tmp_path: Path) -> None:
    """Where rows reach over different numbers of columns of the grid, a cell lies where its width puts it."""
    widths = [600, 900, 1500, 1100, 1100, 600, 600, 1800]

    def placed(cells: list[Any], spans: list[int], drawn: int = 0) -> list[Td]:
        shifts = [drawn, -drawn, 0, 0, 0, drawn, 0, -drawn]
        sizes = [f'<w:tcW w:w="{width + shift}" w:type="dxa"/>' for width, shift in zip(widths, shifts, strict=True)]
        return [Td(cell, span=span, properties=size) for cell, span, size in zip(cells, spans, sizes, strict=True)]

    header = placed(HEADER, [1, 1, 2, 1, 1, 1, 1, 1])
    rows = [placed(list(cells), [1, 2, 1, 1, 2, 1, 1, 3], 30 * at) for at, cells in enumerate(ROWS)]
    assert entries_in(docx(TITLE, table([header, *rows], [900] * 12)), tmp_path) == expected()


def test_rows_that_end_early_are_placed_by_the_grid(tmp_path: Path) -> None:
    """Widths that give rows of different breadth tell nothing."""
    short = [Td(cell, properties='<w:tcW w:w="500" w:type="dxa"/>') for cell in ROWS[1][:7]]
    rows: list[Any] = [ROWS[0], short, *ROWS[2:]]
    assert entries_in(docx(TITLE, table([HEADER, *rows], [900] * 8)), tmp_path)[2:] == expected()[2:]


def test_points_of_levels_are_not_those_of_the_row(tmp_path: Path) -> None:
    """Where every level has a column of points, the row's are those behind its name."""
    header = ["一级指标", "分值", "二级指标", "分值", "三级指标", "分值", "评价标准", "指标说明", "得分"]
    rows = [["投入", "16", "预算配置", "16", "在职人员控制率", "8", "以100%为标准", "见附件", "7.5"]]
    (read,) = forms_in(docx("2018年度部门整体支出绩效评价指标表", table([header, *rows])), tmp_path)
    (entry,) = read.content["entries"]
    assert (entry["section"], entry["points"], entry["claimed_score"]) == ("投入/预算配置", "8", "7.5")
    assert (entry["standard"], entry["note"]) == ("以100%为标准", "见附件")


def test_a_row_without_a_name_is_kept_where_something_stands_in_it(tmp_path: Path) -> None:
    """Nothing that was filled in is dropped for the want of a name."""
    rows = [*body(), ["", "", "", "≥5个", "5个", "", "", ""]]
    last = entries_in(form(rows), tmp_path)[-1]
    assert (last["indicator"], last["target"], last["actual"]) == (None, "≥5个", "5个")


def test_the_head_is_read(tmp_path: Path) -> None:
    """Project, units, goals, funds and the year stand where people look for them."""
    head: list[Any] = [
        [Td("项目名称", span=3), Td("高标准农田", span=5)],
        [Td("主管部门及代码", span=2), "县农业农村局", Td("实施单位（盖章）", span=2), Td("县农田站", span=3)],
        [
            Td("项目资金\n（万元）", down="restart"),
            "",
            "年初预算数",
            "全年预算数（A）",
            "全年执行数（B）",
            "分值",
            "执行率（B/A）",
            "得分",
        ],
        [Td("", down="continue"), "年度资金总额", "500", "520", "494", "10", "95%", "9.5"],
        [Td("", down="continue"), "其中：当年财政拨款", "500", "520", "494", "—", "", "—"],
        [Td("年度总体目标", down="restart"), Td("年初设定目标", span=4), Td("全年实际完成情况", span=3)],
        [Td("", down="continue"), Td("建成农田。\n群众满意。", span=4), Td("都已完成。", span=3)],
    ]
    (read,) = forms_in(docx("项目支出绩效自评表", "（ 2023 年度）", table([*head, HEADER, *body()])), tmp_path)
    content = read.content
    assert (content["fiscal_year"], content["project"]) == (2023, "高标准农田")
    assert (content["organisation"], content["competent_department"]) == ("县农田站", "县农业农村局")
    assert content["goals"] == {"planned": "建成农田。\n群众满意。", "achieved": "都已完成。"}
    assert content["data"]["项目资金"]["年度资金总额"]["全年执行数"] == "494"
    assert content["entries"][0] == {"indicator": "预算执行率", "points": "10", "claimed_score": "9.5"}
    assert read.places["entries[1].claimed_score"] == "自评表.docx 表1 第9行“得分”"
    assert not read.problems


def test_two_forms_of_one_document_are_two_submissions(tmp_path: Path) -> None:
    """Another project's name begins another form; signatures stay with the form above them."""
    first: list[Any] = [
        [Td("项目名称", span=2), Td("甲项目", span=6)],
        HEADER,
        *body(),
        [Td("合计", span=5), "90", "89", ""],
    ]
    second: list[Any] = [[Td("项目名称", span=2), Td("乙项目", span=6)], HEADER, *body()[:2]]
    one, two = forms_in(docx(TITLE, table(first), "填报人：张三", TITLE, table(second), "填报人：李四"), tmp_path)
    assert (one.content["project"], one.content["filled_by"], len(one.content["entries"])) == ("甲项目", "张三", 4)
    assert (two.content["project"], two.content["filled_by"], len(two.content["entries"])) == ("乙项目", "李四", 2)
    assert one.content["claimed"] == {"score": "89", "points": "90"}


def test_what_was_not_understood_is_told_with_its_cell(tmp_path: Path) -> None:
    """A column of another meaning and a table of something else are told, and do not become rows."""
    rows = [[*HEADER, "抽查情况"], *([*cells, "已抽查"] for cells in ROWS)]
    other = table([["姓名", "职务"], ["张三", "站长"]])
    (read,) = forms_in(docx(TITLE, table(rows), other), tmp_path)
    assert [comparable(entry) for entry in read.content["entries"]] == expected()
    told = {(found.code, str(found.location)) for found in read.problems}
    assert told == {("form-cells-unread", "自评表.docx 表1 第1行第9格"), ("form-table-unread", "自评表.docx 表2")}


def test_a_picture_in_a_cell_is_told(tmp_path: Path) -> None:
    """Where a scan stands in place of a text, its cell is named."""
    scan = Td(xml='<w:p><w:r><w:drawing><x:blip xmlns:x="x" r="1"/></w:drawing></w:r></w:p>')
    (read,) = forms_in(form(with_cell((0, 7), scan)), tmp_path)
    assert comparable(read.content["entries"][0])["deviation"] is None
    assert [(found.code, str(found.location)) for found in read.problems] == [
        ("form-cell-picture", "自评表.docx 表1 第2行“偏差原因分析及改进措施”")
    ]


def test_the_claimed_total_may_stand_in_the_head(tmp_path: Path) -> None:
    """A score in a line above the table, and a year in Chinese numerals, are read."""
    (read,) = forms_in(docx("项目支出绩效自评表", "（二〇二三年度）", "自评总分: 95", table([HEADER, *ROWS])), tmp_path)
    assert (read.content["fiscal_year"], read.content["claimed"]) == (2023, {"score": "95"})


def test_sums_of_sections_are_claims(tmp_path: Path) -> None:
    """小计 below the first level is what the form claims of that section."""
    rows: list[Any] = [
        *ROWS[:2],
        ["产出指标小计", "", "", "", "", "50", "49", ""],
        ROWS[2],
        ["", "小计", "", "", "", "30", "30", ""],
    ]
    (read,) = forms_in(form(rows), tmp_path)
    assert read.content["claimed"] == {"sections": {"产出指标": "49", "效益指标": "30"}}
    assert len(read.content["entries"]) == 3


# ---- kinds of forms ------------------------------------------------------------------------------------------------


def test_a_guessed_column_is_told(tmp_path: Path) -> None:
    """A column that only a word in its header told is named, with what it was taken for."""
    (read,) = forms_in(form(body(), header=[*HEADER[:4], "当年落实结果", *HEADER[5:]]), tmp_path)
    told = [(found.code, str(found.location), dict(found.arguments)["usual"]) for found in read.problems]
    assert told == [("form-column-guessed", "自评表.docx 表1 第1行第5格", "完成值")]


def test_scores_of_others_are_not_the_units(tmp_path: Path) -> None:
    """A reviewer's column is not what the unit claims; it is told as not read."""
    rows = [[*HEADER[:7], "财政复核得分"], [*ROWS[0][:7], "18"]]
    (read,) = forms_in(docx(TITLE, table(rows)), tmp_path)
    assert read.content["entries"][0]["claimed_score"] == "19"
    assert [found.code for found in read.problems] == ["form-cells-unread"]


def test_units_may_stand_in_headers(tmp_path: Path) -> None:
    """A unit in the header of a column is that of the numbers below it, and told."""
    rows = [["三级指标", "指标值（%）", "完成值（%）", "分值（分）", "得分"], ["合格率", "95", "96", "50", "50"]]
    (read,) = forms_in(docx(TITLE, table(rows)), tmp_path)
    (entry,) = read.content["entries"]
    assert (entry["target"], entry["actual"], entry["unit"]) == ("95", "96", "%")
    assert [found.code for found in read.problems] == ["form-unit-from-header"]


def test_a_transfer_payment_form_has_no_scores(tmp_path: Path) -> None:
    """Its block on how the money is managed is told, and makes neither figures nor rows."""
    top = Td("资金投入情况（万元）", down="restart")
    rows: list[Any] = [
        ["专项名称", Td("农业生产发展资金", span=6)],
        ["中央主管部门", Td("农业农村部", span=3), "资金使用单位", Td("县农业农村局", span=2)],
        [top, Td("", span=2), "全年预算数（A）", "全年执行数（B）", Td("预算执行率（B/A×100%）", span=2)],
        [Td(down="continue"), Td("年度资金总额：", span=2), "1000", "980", Td("98%", span=2)],
        [Td("资金管理情况", down="restart"), Td("", span=2), Td("情况说明", span=2), Td("存在问题和改进措施", span=2)],
        [Td(down="continue"), Td("分配科学性", span=2), Td("按因素法分配", span=2), Td("", span=2)],
        [Td("总体目标完成情况", down="restart"), Td("总体目标", span=3), Td("全年实际完成情况", span=3)],
        [Td(down="continue"), Td("建成。", span=3), Td("已建成。", span=3)],
        ["绩效指标", "一级指标", "二级指标", "三级指标", "指标值", "全年实际完成值", "未完成原因和改进措施"],
        ["", "产出指标", "数量指标", "玉米面积", "≥10万亩", "10.2万亩", ""],
        ["说明", Td("请说明各级审计发现的问题。", span=6)],
    ]
    (read,) = forms_in(docx("中央对地方专项转移支付绩效自评表", "（2021年度）", table(rows)), tmp_path)
    content = read.content
    assert (content["project"], content["organisation"]) == ("农业生产发展资金", "县农业农村局")
    assert content["goals"] == {"planned": "建成。", "achieved": "已建成。"}
    assert list(content["data"]) == ["资金投入情况"]
    assert [entry["indicator"] for entry in content["entries"]] == ["玉米面积"]
    assert "points" not in content["entries"][0]
    assert {found.code for found in read.problems} == {"form-cell-unread", "form-cells-unread"}


def test_base_data_alone_are_a_form(tmp_path: Path) -> None:
    """A base-data table without rows is read, a figure given twice is told; a list of projects is no form."""
    base = [
        ["人员（人）", "编制数", "在职人数", "在职人数", "2021年在职人数"],
        ["", "65", "56", "55", "54"],
        ["填表人：张三", "填报日期：2023年3月1日", "", "", ""],
    ]
    (read,) = forms_in(docx("2022年度部门整体支出绩效评价基础数据表", table(base)), tmp_path)
    assert read.content["data"] == {"编制数": "65", "在职人数": "56", "2021年在职人数": "54"}
    assert [found.code for found in read.problems] == ["form-cell-unread"]  # 55 beside 56
    assert (read.content["filled_by"], read.content["date"]) == ("张三", "2023年3月1日")
    projects = [["序号", "项目", "全年预算数", "全年执行数", "自评得分"], ["1", "甲", "10", "9", "95"]]
    (tmp_path / "汇总.docx").write_bytes(docx("2022年度项目支出绩效自评汇总表", table(projects)))
    problems = Problems()
    assert read_filled(tmp_path / "汇总.docx", problems) == ()
    assert [found.code for found in problems] == ["form-not-found"]


def test_a_head_may_be_left_empty_or_hold_the_score(tmp_path: Path) -> None:
    """The label beside an empty cell is no value; a score may stand in a cell with its words."""
    head: list[Any] = [
        ["项目名称", "", "项目负责人", "张三", "自评得分98", "", "", ""],
        ["实施单位", Td("县农田站（盖章）", span=2), "评价年度", "2021年", "", "", ""],
    ]
    (read,) = forms_in(docx("项目支出绩效自评表", table([*head, HEADER, *ROWS])), tmp_path)
    assert (read.content.get("project"), read.content["organisation"]) == (None, "县农田站")
    assert (read.content["fiscal_year"], read.content["claimed"]) == (2021, {"score": "98"})


def test_a_form_begins_anew_where_its_sections_do(tmp_path: Path) -> None:
    """Two forms under one title, without heads and totals, are told apart by their sections."""
    found = forms_in(docx(TITLE, table([HEADER, *ROWS]), TITLE, table([HEADER, *ROWS[:2]])), tmp_path)
    assert [len(form.content["entries"]) for form in found] == [4, 2]


@pytest.mark.parametrize(
    ("xml", "shown"),
    [
        ('<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>', "≥"),
        ('<w:r><w:sym w:font="Symbol" w:char="F035"/></w:r>', "5"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', "☑"),
        ('<w:r><w:sym w:font="Wingdings" w:char="no"/></w:r>', ""),
        (
            "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>",
            "1/2",
        ),
        ("<w:r><w:fldChar><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>", "☑"),
        ('<w:r><w:fldChar><w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData></w:fldChar></w:r>', "□"),
        ("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:noBreakHyphen/></w:r>", "甲 乙-"),
        ("<w:fldSimple><w:r><w:t>3</w:t></w:r></w:fldSimple><w:r><w:instrText>PAGE</w:instrText></w:r>", "3"),
    ],
)
def test_what_is_no_plain_text_is_read_as_it_is_shown(xml: str, shown: str) -> None:
    """Signs of special fonts, formulas, boxes and fields are read as people see them."""
    names = f'xmlns:w="{W}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    assert text_of(parse(iter([f"<w:p {names}>{xml}</w:p>".encode()]))) == shown

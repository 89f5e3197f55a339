"""Figures of a form under the names of its edition, by the words of its tables, years relative to the fiscal year."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evalrules import load_catalogue
from evalrules._documents import Problems
from evalrules._edition.model import Catalogue
from evalrules._edition.read import read_edition
from evalrules._forms.filled import read_filled
from evalrules._forms.mapping import FilledForm
from paper import HEADER, ROWS, Td, docx, tab, table, xlsx

EDITION = """
evalrules: 1
id: test
edition: "1"
title: 测试表
points: 90
data:
  编制数: {unit: 人}
  控制率: {unit: "%"}
  经费: {type: grid, unit: 万元, columns: [上年决算数, 本年预算数], rows: [三公经费, 水电差旅费, 上级专项]}
  专项: {type: table, columns: {名称: {type: text}, 上年决算数: {unit: 万元}, 本年预算数: {unit: 万元}}}
  措施: {type: text}
  总预算: {unit: 万元}
  总支出: {unit: 万元}
  基本支出: {unit: 万元}
  项目支出: {unit: 万元}
  正文_编制: {unit: 人}
  正文_基金: {unit: 万元}
defaults: {scoring: {"≥": {award: [{when: 完成值 ≥ 指标值, points: 分值}, {points: 0, because: 不足}]}}}
sections:
  执行率: {points: 10, value: 总支出 ÷ 总预算, unit: "%", target: 100%, applies: 总预算 > 0, otherwise: full_marks,
    scoring: {award: [{when: 完成值 ≥ 1, points: 10}, {points: 0, because: 不足}]}}
  产出指标: {points: 80, open: true}
grades: {好: otherwise}
form:
  tables:
    附件1:
      title: "{year}年度基础数据表"
      blocks:
        - figures: {编制数: 编制数, 控制率: 控制率}
        - grid: 经费
          columns: {上年决算数: "{year-1}年决算数", 本年预算数: "{year}年预算数"}
          rows: {水电差旅费: [水费、电费、差旅费, 水电费]}
        - table: 专项
          columns: {上年决算数: "{year-1}年决算数", 本年预算数: "{year}年预算数"}
          after: 上级专项
        - {text: 措施, label: 厉行节约保障措施}
    附件2:
      title: "{year}年度绩效自评表"
      blocks:
        - head: {organisation: 报表单位}
        - row: {label: 年度资金总额, cells: {总预算: 全年预算数, 总支出: 全年执行数}, indicator: 执行率}
        - figures: {基本支出: 基本支出, 项目支出: 项目支出}
        - goals: {planned: 要做到的, achieved: 做到的}
        - indicators: [一级指标, 二级指标, 三级指标, 年度指标值, {actual: 落实数}, 分值, 得分]
    正文:
      blocks:
        - prose: {正文_编制: [核定编制, 共有编制], 正文_基金: 政府性基金支出}
"""

BASE: list[Any] = [
    [Td("人员（人）", down="restart"), "编制数", "控制率"],
    [Td("", down="continue"), "65", "100%"],
    ["经费（万元）", "2022年决算数", "2023年预算数"],
    ["三公经费", "14.76", ""],
    ["其中：1、水费、电费、差旅费", "157", "—"],
    ["项目支出：上级专项", "368", "9"],
    ["其中：竹笋加工", "368", ""],
    ["××专项资金", "", ""],
    ["厉行节约保障措施", Td("严控经费。", span=2)],
]
MAIN: list[Any] = [
    [Td("报表单位", span=2), Td("县政府办", span=6)],
    [Td("资金（元）", down="restart"), "", "全年预算数（A）", "全年执行数（B）", "分值", "执行率", "得分", ""],
    [Td("", down="continue"), "年度资金总额", "15,380,000", "1537万元", "10", "99.9%", "9.9", ""],
    [Td("", down="continue"), Td("其中：基本支出：1000", span=3), Td("项目支出：537", span=4)],
    [Td("", down="continue"), "其他来源", "3", "", "", "", "", ""],
    [Td("目标", down="restart"), Td("要做到的", span=3), Td("做到的", span=4)],
    [Td("", down="continue"), Td("建成。", span=3), Td("已建成。", span=4)],
    [*HEADER[:4], "落实数", *HEADER[5:]],
    *ROWS[:2],
]


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Give the edition of this test, which has nothing wrong with it."""
    file = tmp_path_factory.mktemp("edition") / "1.yaml"
    file.write_text(EDITION, "utf-8")
    catalogue, problems = read_edition(file)
    assert (catalogue is not None, problems) == (True, ())
    assert catalogue is not None
    return catalogue


def read(content: bytes, edition: Catalogue, folder: Path, name: str = "自评表.docx") -> FilledForm:
    """Read the only form of a file by the edition."""
    (folder / name).write_bytes(content)
    (form,) = read_filled(folder / name, Problems(), edition=lambda _said, _year: edition)
    return form


def test_every_block_of_the_form_is_read(edition: Catalogue, tmp_path: Path) -> None:
    """Figures, a grid, rows of the unit's own, texts, a row that is an indicator, pairs in cells, goals, sentences."""
    prose = ("年末共有编制65人，在职56人。", "全年无政府性基金支出。", "部门绩效为“优”。")
    content = docx("2023年度基础数据表", *prose, table(BASE), "2023年度绩效自评表", table(MAIN))
    form = read(content, edition, tmp_path)
    assert form.content["data"] == {
        "编制数": "65",
        "控制率": "100%",
        "经费": {
            "三公经费": {"上年决算数": "14.76", "本年预算数": None},
            "水电差旅费": {"上年决算数": "157", "本年预算数": "—"},
            "上级专项": {"上年决算数": "368", "本年预算数": "9"},
        },
        "专项": [{"名称": "竹笋加工", "上年决算数": "368", "本年预算数": None}],
        "措施": "严控经费。",
        "总预算": "15,380,000元",
        "总支出": "1537万元",
        "基本支出": "1000元",
        "项目支出": "537元",
        "正文_编制": "65人",
        "正文_基金": "0",
    }
    assert form.content["catalogue"] == "test@1"
    assert (form.content["organisation"], form.content["fiscal_year"]) == ("县政府办", 2023)
    assert form.content["goals"] == {"planned": "建成。", "achieved": "已建成。"}
    assert form.content["entries"][0] == {"indicator": "执行率", "points": "10", "claimed_score": "9.9"}
    assert form.content["entries"][1]["actual"] == "11.4公里"
    assert form.content["claimed"] == {"grade": "优"}


def test_places_and_what_was_told(edition: Catalogue, tmp_path: Path) -> None:
    """Each figure has the place where a person finds it; a row that the form does not know is told, and units taken."""
    form = read(docx("2023年度绩效自评表", table(BASE), table(MAIN)), edition, tmp_path)
    places = form.places
    assert places["data.编制数"] == "自评表.docx 表1 第2行“编制数”"
    assert places["data.经费.三公经费_上年决算数"] == "自评表.docx 表1 第4行“2022年决算数”"
    assert places["data.专项[0].上年决算数"] == "自评表.docx 表1 第7行“2022年决算数”"
    assert places["data.总支出"] == "自评表.docx 表2 第3行“全年执行数（B）”"
    told = [(found.code, str(found.location)) for found in form.problems]
    assert ("form-row-unread", "自评表.docx 表2 第5行") in told
    assert ("form-unit-from-header", "自评表.docx 表2 第3行“全年预算数（A）”") in told


def test_a_sheet_is_read_like_a_document(edition: Catalogue, tmp_path: Path) -> None:
    """The same tables on two sheets give the same figures."""
    plain = [[cell.text if isinstance(cell, Td) else cell for cell in cells] for cells in BASE]
    content = xlsx({"附件1": tab([["2023年度基础数据表"], *plain], merged=["A2:A3", "B10:C10"])})
    data = read(content, edition, tmp_path, "a.xlsx").content["data"]
    assert data["编制数"] == "65"
    assert data["经费"]["上级专项"] == {"上年决算数": "368", "本年预算数": "9"}
    assert data["专项"][0]["名称"] == "竹笋加工"


def test_sentences_that_differ_are_told(edition: Catalogue, tmp_path: Path) -> None:
    """A figure that the text states twice and unlike is the first, and told."""
    form = read(docx("共有编制65人。", "核定编制为66人。", "2023年度绩效自评表", table(MAIN)), edition, tmp_path)
    assert form.content["data"]["正文_编制"] == "66人"
    assert [dict(found.arguments) for found in form.problems if found.code == "form-prose-differs"] == [
        {"text": "66人", "others": "65人"}
    ]


SHIPPED = [
    "mof-project@2020",
    "mof-department@2020",
    "hubei-project@2020",
    "hunan-department@2018",
    "yueyang-highway@1",
]


@pytest.mark.parametrize(
    "name", [*SHIPPED, "suining-department@2024", "hunan-department@2017", "hunan-department@2015"]
)
def test_every_figure_of_a_shipped_edition_has_a_place_on_its_form(name: str) -> None:
    """A blank form of the edition can hold everything that a submission can; only what is computed may be missing."""
    catalogue = load_catalogue(name)
    assert catalogue.paper is not None
    labels = [getattr(block, "labels", getattr(block, "cells", ())) for block in catalogue.paper.blocks]
    placed = {name for block in labels for name, _ in block}
    grids = {getattr(block, "grid", getattr(block, "table", "")) for block in catalogue.paper.blocks}
    single = {figure.name for figure in catalogue.data.values() if figure.grid is None and figure.formula is None}
    assert single <= placed
    cells = {figure.grid[0] for figure in catalogue.data.values() if figure.grid and figure.name in placed}
    assert {*catalogue.grids, *catalogue.tables} <= {*grids, *cells}


def test_an_edition_without_a_form_has_a_plain_one(tmp_path: Path) -> None:
    """The figures' own names are the words of its tables."""
    document = {
        "evalrules": 1, "id": "a", "edition": "1", "title": "甲", "points": 80,
        "data": {"编制数": {"unit": "人"}, "经费": {"type": "grid", "columns": ["预算数", "决算数"], "rows": ["甲"]}},
        "sections": {"产出指标": {"points": 80, "open": True}}, "grades": {"好": "otherwise"},
    }  # fmt: skip
    catalogue, _ = read_edition(document)
    assert catalogue is not None
    rows: list[Any] = [["", "预算数", "决算数"], ["甲", "3", "4"], ["编制数", "65", ""]]
    form = read(docx("2023年度绩效自评表", table(rows), table([HEADER, *ROWS])), catalogue, tmp_path)
    assert form.content["data"] == {"经费": {"甲": {"预算数": "3", "决算数": "4"}}, "编制数": "65"}

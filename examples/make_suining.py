"""Writes ``suining-2024.docx``: the two tables of a county office's report as Word has them, and figures of its text.

The facts are those of ``suining-2024.yaml``, the words on the tables those of the edition's ``form:``. Sections are
merged downwards, header words broken over lines, and the second table is continued over a page, as in the original.
``python examples/make_suining.py FILE`` writes it anew; it needs evalrules[office].
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path
from typing import Any

import docx
import yaml
from docx.shared import Cm

HERE = Path(__file__).resolve().parent
YEAR = 2024
PROSE = (
    "2024年末共有编制65人，其中行政编制34人、工勤编制2人、事业编制29人；在职人员56人，退休人员32人，离休人员0人。",
    "全年基本支出共计1524万元，其中人员经费972万元、公用经费552万元。",
    "项目支出共计0万元，其中业务工作经费0万元、运行维护经费0万元、专项资金0万元。",
    "政府性基金预算支出9万元，无国有资本经营预算支出，无社会保险基金预算支出。",
    "自评得分93分，部门整体支出绩效为“优”。",
)
COLUMNS = (
    "一级指标",
    "二级指标",
    "三级指标",
    "年度\n指标值",
    "实际完成值",
    "分值",
    "得分",
    "偏差原因\n分析及\n改进措施",
)
FIELDS = ("target", "actual", "points", "claimed_score")
POINTS = {"产出指标": "50", "效益指标": "30", "满意度指标": "10"}


def main(target: Path) -> None:
    """Write the document."""
    facts = yaml.load((HERE / "suining-2024.yaml").read_text("utf-8"), yaml.BaseLoader)
    form = yaml.safe_load((HERE.parent / "catalogue/suining-department/2024.yaml").read_text("utf-8"))["form"]
    document = docx.Document()
    document.add_paragraph(f"{YEAR}年度部门整体支出绩效自评报告")
    document.add_paragraph(f"（{facts['organisation']}）")
    for text in PROSE:
        document.add_paragraph(text)
    for name, fill in (("附件1-1", base_data), ("附件1-2", evaluation)):
        document.add_paragraph(name)
        document.add_paragraph(printed(form["tables"][name]["title"]))
        fill(document, facts, form["tables"][name]["blocks"])
        for note in form["tables"][name]["notes"]:
            document.add_paragraph(note)
    document.save(str(target))


def printed(words: str | list[str]) -> str:
    """Give the words that are printed, with the years filled in."""
    text = words if isinstance(words, str) else words[0]
    return text.replace("{year}", str(YEAR)).replace("{year-1}", str(YEAR - 1))


def grid(document: Any, rows: list[list[tuple[str, int]]], columns: int) -> Any:
    """Add a table; each row is a list of texts and how many columns they take."""
    table = document.add_table(len(rows), columns, style="Table Grid")
    for row, cells in zip(table.rows, rows, strict=True):
        at = 0
        for text, span in cells:
            row.cells[at].merge(row.cells[at + span - 1]).text = text
            at += span
    table.columns[0].width = Cm(3)
    return table


def merge_down(table: Any, column: int, first: int, last: int) -> None:
    """Merge the cells of a column, which keep the text of the first."""
    text = table.cell(first, column).text
    for row in range(first + 1, last + 1):
        table.cell(row, column).text = ""
    table.cell(first, column).merge(table.cell(last, column)).text = text


def base_data(document: Any, facts: dict[str, Any], blocks: list[dict[str, Any]]) -> None:
    """Write 附件1-1: staff, the grid of expenses with the unit's own rows in it, buildings, and a text."""
    data, (staff, expenses, own, buildings, text) = facts["data"], blocks
    rows = [
        [(staff["heading"], 1), *((printed(words), 2) for words in staff["figures"].values())],
        [("", 1), *((data[name], 2) for name in staff["figures"])],
        [(expenses["heading"], 1), *((printed(words), 2) for words in expenses["columns"].values())],
    ]
    for name, figures in data["经费"].items():
        label = printed(expenses["rows"].get(name, name))
        rows.append([(label, 1), *((figures[column], 2) for column in expenses["columns"])])
        if name == own["after"]:
            rows += [
                [(f"其中：{line['名称']}", 1), *((line[column], 2) for column in own["columns"])]
                for line in data["专项资金"]
            ]
            rows.append([("××专项资金", 1), *(("\u3000", 2) for _ in own["columns"])])
    rows += [
        [(printed(buildings["heading"]), 1), *((words, 1) for words in buildings["figures"].values())],
        [("", 1), *((data[name], 1) for name in buildings["figures"])],
        [(text["text"], 1), (data[text["text"]], 6)],
    ]
    table = grid(document, rows, 7)
    merge_down(table, 0, 0, 1)
    merge_down(table, 0, len(rows) - 3, len(rows) - 2)


def evaluation(document: Any, facts: dict[str, Any], blocks: list[dict[str, Any]]) -> None:
    """Write 附件1-2: the unit, its funds, its goals, and every indicator with what the unit claims."""
    data, (head, funds, sources, goals, indicators) = facts["data"], blocks
    row = funds["row"]
    *amounts, rate = row["cells"].values()
    execution, *entries = facts["entries"]
    rows = [
        [(head["head"]["organisation"], 1), (facts["organisation"], 8)],
        [(funds["heading"], 1), ("", 2), *((words, 1) for words in amounts), ("分值", 1), (rate, 1), ("得分", 1)],
        [("", 1), (row["label"], 2), *((data[name], 1) for name in list(row["cells"])[:3]), ("10", 1)],
        [("", 1), ("按收入性质分：", 4), ("按支出性质分：", 4)],
    ]
    rows[2] += [(data["全年执行率"], 1), (execution["claimed_score"], 1)]
    income, spending = (
        [(words, data[name]) for name, words in sources["figures"].items() if name.startswith(kind)]
        for kind in ("收入", "支出")
    )
    for at, (words, amount) in enumerate(income):
        spent = f"{'' if at else '其中：'}{spending[at][0]}：{spending[at][1]}" if at < len(spending) else ""
        rows.append([("", 1), (f"{'' if at else '其中：'}{words}：{amount}", 4), (spent, 4)])
    rows += [
        [(goals["heading"], 1), *((words, 4) for words in goals["figures"].values())],
        [("", 1), *((data[name], 4) for name in goals["figures"])],
        [(indicators["heading"], 1), *((word, 1) for word in COLUMNS)],
    ]
    first = len(rows)
    rows += [[("", 1), *((cell, 1) for cell in cells)] for cells in written(entries)]
    rows.append([("总分", 6), ("100", 1), (facts["claimed"]["score"], 1), ("", 1)])
    table = grid(document, rows, 9)
    merge_down(table, 0, 1, first - 4)
    merge_down(table, 0, first - 1, len(rows) - 2)
    for column in (1, 2):
        levels = [
            tuple(cell.text for cell in table.rows[at].cells[1 : column + 1]) for at in range(first, len(rows) - 1)
        ]
        at = first
        for _, group in groupby(levels):
            count = len(list(group))
            if count > 1:
                merge_down(table, column, at, at + count - 1)
            at += count


def written(entries: list[dict[str, str]]) -> list[list[str]]:
    """Give the cells of the indicators' rows, with a blank row of the template below each second level."""
    rows = []
    for section, group in groupby(entries, key=lambda entry: entry["section"]):
        first, second = section.split("/")
        levels = [f"{first}（{POINTS[first]}分）", second.replace("数量指标", "数量   指标")]
        for entry in group:
            reason = entry.get("deviation_reason") or entry.get("deviation") or ""
            rows.append([*levels, entry["indicator"], *(entry[field] for field in FIELDS), reason])
        rows.append([*levels, *[""] * 6])
    return rows


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "suining-2024.docx")

"""Drawn forms: any facts, in any layout that forms have, read back exactly from Word, Excel and separated values."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import yaml
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from evalrules._form_words import FILE
from paper import TITLE, Td, docx, merged_down, tab, table, xlsx
from test_forms_word import forms_in

WORDS: dict[str, Any] = yaml.safe_load((Path(__file__).parent.parent / "catalogue" / FILE).read_text("utf-8"))
FIELDS = ("target", "actual", "points", "claimed_score", "deviation")
SECTIONS = {
    "产出指标": ["数量指标", "质量指标", "时效指标", "成本指标"],
    "效益指标": ["经济效益指标", "社会效益指标"],
    "满意度指标": ["服务对象满意度指标"],
}
NAMES = st.text("县镇修建培训机耕道路灯人次面积养护补贴发放", min_size=2, max_size=14)
NUMBERS = st.integers(0, 5000).map(str) | st.decimals(0, 100, places=2).map(str)
VALUES = st.builds(
    "{}{}{}".format, st.sampled_from(["", "≥", "≤", "="]), NUMBERS, st.sampled_from(["", "人", "%", "万元", "个"])
)
TEXTS = st.sampled_from(["", "", "雨季影响施工，下一步加强调度", "资金到位晚，拟提前申请", "—"])
DASHES = {"", "—"}


@frozen
class Form:
    """What stands on a drawn form, and how it is laid out."""

    rows: list[list[str]]
    order: list[str]
    words: dict[str, str]
    merge: bool
    side: bool
    points_in_levels: bool
    noise: list[tuple[int, str]]
    total: bool

    @property
    def header(self) -> list[str]:
        """The words of the header, in the order of the columns."""
        levels = ["一级\n指标", "二级指标", "三级指标"]
        return [*(["绩效指标"] if self.side else []), *levels, *(self.words[field] for field in self.order)]

    def lines(self) -> list[list[Any]]:
        """Give the rows of the table below its header."""
        printed = [
            [self.level(cells[0]), *cells[1:3], *(cells[3 + FIELDS.index(field)] for field in self.order)]
            for cells in self.rows
        ]
        body: list[list[Any]] = merged_down(printed) if self.merge else printed
        for at, kind in sorted(self.noise, reverse=True):
            body.insert(min(at, len(body)), self.noisy(kind))
        if self.total:
            width = len(self.order)
            sums = {"points": "100", "claimed_score": "97.5"}
            body.append(["合计", "", "", *(sums.get(field, "") for field in self.order)] if width else [])
        return [["", *cells] for cells in body] if self.side else body

    def noisy(self, kind: str) -> list[str]:
        """Give a row that is none."""
        if kind == "header":
            return self.header[1:] if self.side else self.header
        return ["", "", kind, *([""] * len(self.order))]

    def level(self, name: str) -> str:
        """Give a level with its points, where the form prints them there."""
        return f"{name}（50分）" if self.points_in_levels else name


def variants(field: str) -> st.SearchStrategy[str]:
    """Give the words of a column that the vocabulary lists, broken over lines or with what stands behind them."""
    return st.builds(
        lambda word, tail, cut: word[:cut] + ("\n" if cut else "") + word[cut:] + tail,
        st.sampled_from([word for word in WORDS["columns"][field] if len(word) > 1 and word != "目标"]),
        st.sampled_from(["", "（A）", "(分)"]),
        st.sampled_from([0, 0, 1]),
    )


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """Draw a form: sections in order, each with rows; columns in any order under any of their words."""
    rows: list[list[str]] = []
    for first, seconds in SECTIONS.items():
        for second in seconds:
            for _ in range(draw(st.integers(0, 2))):
                cells = [draw(VALUES), draw(VALUES), draw(NUMBERS), draw(NUMBERS), draw(TEXTS)]
                rows.append([first, second, f"{draw(NAMES)}{len(rows)}", *cells])
    if not rows:
        rows.append(["产出指标", "数量指标", "甲", "1个", "1个", "10", "10", ""])
    order = draw(st.permutations(FIELDS))
    places = st.integers(1, len(rows))
    # Noise between merged rows would cut them in two, as a page does.
    noise = draw(st.lists(st.tuples(places, st.sampled_from(["", "……", "指标2：", "header"])), max_size=2))
    merge = draw(st.booleans()) and not noise
    return Form(
        rows,
        list(order),
        {field: draw(variants(field)) for field in FIELDS},
        merge,
        draw(st.booleans()),
        draw(st.booleans()),
        noise,
        draw(st.booleans()),
    )


def expected(form: Form) -> list[tuple[str, ...]]:
    """Give what the entries are: what the form says, dashes being blank."""
    return [
        (f"{cells[0]}/{cells[1]}", cells[2], *("" if cell in DASHES else cell for cell in cells[3:]))
        for cells in form.rows
    ]


def found(content: bytes, folder: Path, name: str) -> list[tuple[str, ...]]:
    """Give what was read, in the same shape."""
    (read,) = forms_in(content, folder, name)
    out = []
    for entry in read.content["entries"]:
        deviation = entry.get("deviation") or entry.get("deviation_reason") or ""
        cells = [entry.get(field) or "" for field in FIELDS[:4]]
        values = ("" if cell in DASHES else cell for cell in (*cells, deviation))
        out.append((entry["section"], entry["indicator"], *values))
    return out


def plain(lines: list[list[Any]]) -> list[list[str]]:
    """Give rows without merged cells, as separated values have them."""
    return [[cell.text if isinstance(cell, Td) else cell for cell in cells] for cells in lines]


@given(forms())
def test_a_drawn_form_is_read_back(tmp_path_factory: Any, form: Form) -> None:
    """Whatever the order of the columns, their words, the merging and the noise, the rows are those of the form."""
    folder = tmp_path_factory.getbasetemp()
    lines = form.lines()
    assert found(docx(TITLE, table([form.header, *lines])), folder, "a.docx") == expected(form)
    rows = [[TITLE], form.header, *plain(lines)]
    assert found(
        xlsx({"自评表": tab([[cell or None for cell in cells] for cells in rows])}), folder, "a.xlsx"
    ) == expected(form)
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    assert found(text.getvalue().encode("gb18030"), folder, "a.csv") == expected(form)

"""Tables of forms whose rows units add: what columns give is, to the last field, what `evaluate` gives."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

import evalrules
from evalrules import batch
from evalrules._edition.model import Figure, Path
from evalrules._engine import LoadedCatalogue
from evalrules._score.ruleset import Ruleset
from evalrules.batch.columns import by_columns
from evalrules.batch.forms import forms_of, given_figures
from evalrules.batch.results import told

EDITIONS = (
    "mof-project@2020",
    "hubei-project@2020",
    "mof-department@2020",
    "suining-department@2024",
    "hunan-department@2015",
    "hunan-department@2018",
    "yueyang-highway@1",
)
NAMES = (
    *("培训人数", "验收合格率", "产品不合格率（月均）", "投诉处理", "无差错率", "群众满意度", "办结时间", "完成时间"),
    *("项目工期", "事故", "补助标准", "年度", "资金节约率", "A1类设备", "培训（含线上）≥3期", "未完成率", "占比例"),
)
ODD_NAMES = ("预算执行率", "在职人员控制率", "培训 人数", "", "-", "指标1", "甲\u200b乙", " 名称 ")
UNITS = (
    *("", "%", "‰", "个", "人", "人次", "万元", "元", "万"),
    *("分", "天", "个工作日", "小时", "月", "项", "亩", "万人次"),
)
SIGNS = ("≥", "≤", ">", "<", "=", "", "", "不少于", "不超过")
WORDS = (
    *(("及时", "及时"), ("有效提升", "有所提升"), ("2024年12月底前", "2024-12-20"), ("2020年6月", "2020.7")),
    *(("明显改善", "无"), ("按时完成任务", "95%"), ("第一季度", "4月"), ("提高10个百分点", "未提高"), ("优", "-")),
    *(("90%-95%", "93%"), ("80–90分", "96分"), ("≤5次", "无"), ("≥95%", "≥98%"), ("12月底前", "11月")),
)
ODD_CELLS = (
    *("", "-", "/", "无", "及时", "95%以上", "90%-95%", "2024年12月底前", "2024.6", "6月", "12.31", "2020", "20201231"),
    *(
        "≥95%",
        "六",
        "９５％",
        "1,000个",
        " 95% ",
        "95％。",
        "1/3",
        "1e3",
        "123456789012345678",
        "0.123456789",
        "-5",
        "1.5.2",
    ),
    *("完成", "10个,5人", "100%(含)", "约95%", "是", "\u200b95", "0123", "+5", "1 000人", "5万元/人", "百分之九十"),
)
NUMBERS = ("0", "1", "0.5", "100", "95", "99.995", "33.33", "66.667", "3", "7", "12345678.9", "0.95", "1.0", "250")
ODD_POINTS = ("", "0", "-5", "5分", "5.123", "五", "1e1", "05", None, "1000000000000000000")


def shares(ruleset: Ruleset) -> list[tuple[list[Path], int]]:
    """Give the open sections among which points are to be shared, and how many units, so that every sum is right."""
    found: list[tuple[list[Path], int]] = []
    taken: dict[Path, int] = {}
    pointed = [part for part in (*ruleset.catalogue.sections, ruleset.catalogue.form) if part.points is not None]
    for part in sorted(pointed, key=lambda part: -len(part.path)):
        depth = len(part.path)
        free = [path for path in ruleset.takers if path[:depth] == part.path and path not in taken and path]
        below = sum(units for path, units in taken.items() if path[:depth] == part.path)
        fixed = sum(row.units for path, row in ruleset.row_at.items() if path[:depth] == part.path)
        if free:
            units = int((part.points or 0) * ruleset.place) - fixed - below
            found += [(free, units)] if units else []
            taken |= {path: units if path == free[0] else 0 for path in free}
    return found


class Drawing:
    """Draws forms: most are plain in every cell, the others have one that is not."""

    def __init__(self, catalogue: LoadedCatalogue, seed: int) -> None:
        self.catalogue, self.ruleset = catalogue, catalogue.ruleset
        self.chance = random.Random(seed)  # noqa: S311 - the same forms each time
        self.shares = shares(self.ruleset)

    def form(self) -> dict[str, Any]:
        chance = self.chance
        data = {name: self.figure(figure) for name, figure in given_figures(self.catalogue).items()}
        entries = [each for each in self.entries() if chance.random() > 0.002]
        if chance.random() < 0.2:
            chance.shuffle(entries)
        if chance.random() < 0.3 and entries:
            self.spoil(chance.choice(entries))
        head = {"organisation": "某某县水利局", "fiscal_year": chance.choice([2020, 2020, 2020, 2024, 1995])}
        return {**head, **data, "entries": chance.choice([None, []]) if chance.random() < 0.01 else entries}

    def figure(self, figure: Figure) -> Any:
        chance = self.chance
        if chance.random() < 0.02:
            return None
        if figure.type != "number":
            options = {"yes_no": [True, False], "choice": figure.choices or [None]}
            return chance.choice(options.get(figure.type, [None]))
        if chance.random() < 0.02:
            return Decimal(chance.choice(["-1", "0", "123456789.123"]))
        least, most = int(figure.bounds.low or 0), figure.bounds.high
        number = Decimal(chance.randint(max(least, 1), 120))
        return min(number / 100 if figure.unit == "%" else number, Decimal(int(most)) if most is not None else number)

    def entries(self) -> Iterator[dict[str, Any]]:
        for sections, units in self.shares:
            count = self.chance.randint(1, 3)
            for number in range(count):
                share = units // count if number else units - units // count * (count - 1)
                yield self.entry(self.chance.choice(sections), Fraction(share, self.ruleset.place))

    def entry(self, path: Path, points: Fraction) -> dict[str, Any]:
        chance = self.chance
        unit = chance.choice(UNITS)
        other = unit if chance.random() < 0.9 else chance.choice(UNITS)
        target = self.number()
        actual = target if chance.random() < 0.1 else self.number(target)
        apart = chance.random() < 0.15
        words = chance.choice(WORDS) if chance.random() < 0.1 else (None, None)
        section = "/".join(path if chance.random() < 0.8 else path[-1:])
        return {
            "section": section,
            "indicator": chance.choice(NAMES),
            "points": str(Decimal(points.numerator) / points.denominator),
            "target": words[0] or f"{chance.choice(SIGNS)}{target}{'' if apart else unit}",
            "actual": words[1] or f"{actual}{'' if apart else other}",
            "unit": unit if apart and unit else None,
            "claimed_score": chance.choice([None, "3", "2.5"]),
            "note": chance.choice([None, None, "见附件"]),
        }

    def number(self, near: str = "100") -> str:
        chance = self.chance
        if chance.random() < 0.4:
            return chance.choice(NUMBERS)
        around = Decimal(near) * chance.randint(50, 130) / 100
        return f"{round(around, chance.choice([0, 1, 2, 3])):f}"

    def spoil(self, entry: dict[str, Any]) -> None:
        chance = self.chance
        ways: dict[str, tuple[Any, ...]] = {
            "target": ODD_CELLS,
            "actual": ODD_CELLS,
            "unit": ("%", "百分比", "月", "-", "个/人", " 人 ", "年"),
            "points": ODD_POINTS,
            "indicator": ODD_NAMES,
            "section": (
                "社会成本指标",
                "产出指标",
                "满意度",
                "没有这样的指标",
                "/",
                None,
                "时效指标",
                "新的/一节",
                "进度指标",
            ),
            "claimed_score": ("满分", "十", "3分", "-", "", "-1"),
            "note": ("", "a\x01b", "-"),
            "deviation_reason": ("无", "进度慢\u200b"),
            "not_applicable": ("不适用", ""),
            "evidence": ([], ["文件"]),
            "judged": ({"tier": "达成", "score": None, "because": None}, {"tier": None, "score": "3", "because": "好"}),
        }
        name = chance.choice([*ways, "target", "actual", "actual"])
        entry[name] = chance.choice(ways[name])
        if chance.random() < 0.1:
            entry.clear()

    def table(self, count: int) -> pa.Table:
        schema = batch.input_schema(self.catalogue)
        return pa.Table.from_pylist([self.form() for _ in range(count)], schema)


def assert_alike(name: str, count: int, seed: int, *, reasons: bool = False) -> float:
    """Hold every row of the results to `evaluate`; give the share of forms that went by columns, 1 where none may."""
    catalogue = evalrules.load_catalogue(name, plugins=())
    table = Drawing(catalogue, seed).table(count)
    made = batch.evaluate(catalogue, table, reasons=reasons)
    for number, (form, row) in enumerate(zip(forms_of(catalogue, table), made.to_pylist(), strict=True)):
        expected = told(evalrules.evaluate(catalogue, evalrules.load_submission(form)), made.schema.names)
        del row["id"]
        assert row == expected, (number, form)
    if not batch.plan(catalogue).by_columns:
        return 1
    return float(by_columns(catalogue.ruleset, table.combine_chunks().to_batches()[0]).sound.mean())


@pytest.mark.parametrize("name", EDITIONS)
def test_columns_give_what_the_engine_gives(name: str) -> None:
    """Totals, grades, ranges, scores and problems of plain and of dirty forms, by every edition that is open."""
    assert assert_alike(name, 350, 1) > 0.1
    assert_alike(name, 50, 3, reasons=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", EDITIONS)
def test_columns_give_what_the_engine_gives_of_many(name: str) -> None:
    """The same for many more."""
    assert assert_alike(name, 20_000, 2) > 0.1


def test_forms_keep_their_rows_in_batches_of_any_cut() -> None:
    """Slices of a table, forms without rows between others, and columns of other types give what the whole gives."""
    catalogue = evalrules.load_catalogue("mof-project@2020", plugins=())
    table = Drawing(catalogue, 4).table(60)
    whole = batch.evaluate(catalogue, table, reasons=False).to_pylist()
    parts = [table.slice(0, 7), table.slice(7, 1), table.slice(8, 30), table.slice(38)]
    assert [row for part in parts for row in batch.evaluate(catalogue, part, reasons=False).to_pylist()] == whole
    large = table.set_column(
        table.column_names.index("entries"), "entries", table["entries"].cast(pa.large_list(batch.ENTRY))
    )
    assert batch.evaluate(catalogue, large, reasons=False).to_pylist() == whole
    assert batch.evaluate(catalogue, table.slice(0, 0), reasons=False).num_rows == 0

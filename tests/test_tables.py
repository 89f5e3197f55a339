"""Tables of submissions: every result is that of `evaluate`, whatever a row holds, by columns or one by one."""

from __future__ import annotations

import datetime
import math
import os
import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
import yaml

import evalrules
from evalrules import batch

FIGURES = """
evalrules: 1
id: figures
edition: "1"
title: 只看数据
rounding: {places: 1, mode: half_up}
points: 60
fiscal_years: [2024]
data:
  预算数: {unit: 万元, above: 0}
  执行数: {unit: 万元, min: 0}
  人数: {integer: true, min: 0, required: false}
  满意率: {unit: "%", min: 0%, max: 100%}
  公开: {type: yes_no}
  地区: {type: choice, choices: [东部, 中部, 西部]}
  开工日: {type: date}
  完工日: {type: date, required: false}
  执行率: {unit: "%", formula: 执行数 ÷ 预算数}
sections:
  执行:
    points: 10
    value: 执行率
    unit: "%"
    target: 100%
    scoring:
      award:
        - {when: 完成值 > 110%, points: 0, because: 超支}
        - {when: 完成值 ≥ 95%, points: 分值}
        - {points: "分值 × 完成值", because: 按执行率}
  人均:
    points: 10
    value: 若(已填(人数), 执行数 ÷ 最大(人数, 1), 执行数)
    unit: 万元
    target: ≤ 20万元
    scoring: {deduct: [{when: 完成值 > 指标值, points: "(完成值 − 指标值) ÷ 3", because: 人均偏高}]}
  满意:
    points: 10
    value: 满意率
    unit: "%"
    target: ≥ 90%
    scoring: {award: [{points: "分值 × 插值(完成值, 60%, 0, 90%, 1)", because: 满意率偏低}]}
  工期:
    points: 10
    value: 天数(开工日, 完工日)
    unit: 天
    target: ≤ 100天
    scoring:
      deduct: [{when: 完成值 > 100, points: "上取整((完成值 − 100) ÷ 7) × 0.5", because: 超期}]
    waive: {monotone: 不看早晚}
  公开情况:
    points: 10
    value: 执行数
    unit: 万元
    target: "> 0"
    scoring:
      award:
        - {when: "公开 且 (地区 = 东部 或 执行数 ≥ 50)", points: 分值}
        - {when: "非 公开", points: 0, because: 没有公开}
        - {points: "四舍五入(分值 ÷ 3, 2)", because: 不是东部}
    waive: {monotone: 看公开}
  偏差:
    points: 10
    value: 绝对值(执行数 − 预算数)
    unit: 万元
    target: ≤ 5万元
    scoring: {deduct: [{points: "最小(分值, 下取整(完成值 ÷ 5) × 2.5)", because: 偏差}]}
grades:
  优: {when: 总分 ≥ 54}
  良: 总分 ≥ 45
  差: otherwise
grade_caps:
  - {when: 执行_得分 < 5, at_most: 良, because: 执行率过低}
"""
ROWS = 20_000 if os.environ.get("HYPOTHESIS_PROFILE", "ci") != "quick" else 400


@pytest.fixture(scope="module")
def figures() -> evalrules.Catalogue:
    """Give an edition that figures alone decide, with something of everything that columns can do."""
    return evalrules.load_catalogue(yaml.safe_load(FIGURES), plugins=())


def drawn(pen: random.Random) -> dict[str, Any]:
    """Draw a row: edges, zeros, ties and blanks, now and then a cell out of its range or beyond 62 bits."""
    budget = Decimal(pen.choice(["100", "99.99", "0.01", "3", "120.5", str(pen.randint(1, 10**6) / 100)]))
    spent = pen.choice(
        [Decimal(0), budget, budget * Decimal("0.95"), budget * Decimal("1.1"), Decimal(pen.randint(0, 20000)) / 100]
    )
    row: dict[str, Any] = {
        "organisation": pen.choice(["甲局", "乙局"]),
        "fiscal_year": 2024,
        "预算数": budget,
        "执行数": spent.quantize(Decimal("0.0001")),
        "人数": pen.choice([None, 0, 1, 7, 65]),
        "满意率": pen.choice(
            [Decimal("0.9"), Decimal("0.6"), Decimal("0.5999"), Decimal(1), Decimal(pen.randint(0, 1000)) / 1000]
        ),
        "公开": pen.choice([True, False]),
        "地区": pen.choice(["东部", "中部", "西部"]),
        "开工日": datetime.date(2024, pen.randint(1, 12), 28),
        "完工日": datetime.date(2024, pen.randint(1, 12), 1) + datetime.timedelta(pen.choice([0, 7, 100, 107, 108])),
    }
    if pen.random() < 0.2:
        row[pen.choice(list(row))] = None
    if pen.random() < 0.1:
        wrong: dict[str, Any] = {"预算数": Decimal(0), "执行数": Decimal(-1), "人数": -1, "满意率": Decimal("1.01")}
        wrong |= {"地区": "北部", "fiscal_year": 2020, "organisation": " "}
        name = pen.choice(list(wrong))
        row[name] = wrong[name]
    if pen.random() < 0.05:
        row["执行数"] = Decimal("123456789012345678901234.5678")
    return row


def written(value: Any, *, rate: bool) -> Any:
    """Write a number as a person would: without zeros at its end, and a rate with its sign."""
    if not isinstance(value, Decimal):
        return value
    number = Fraction(value) * (100 if rate else 1)
    text = f"{Decimal(number.numerator) / number.denominator:f}" if value < 10**20 else f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + ("%" if rate else "")


def alone(catalogue: evalrules.Catalogue, row: dict[str, Any]) -> dict[str, Any]:
    """Evaluate a row by itself, as a document that a programmer would write: a rate with its sign."""
    rates = {"满意率"}
    data = {
        name: written(value, rate=name in rates)
        for name, value in row.items()
        if value is not None and name not in ("organisation", "fiscal_year")
    }
    head = {name: row[name] for name in ("organisation", "fiscal_year") if row[name] is not None}
    found = evalrules.evaluate(catalogue, evalrules.load_submission({**head, "data": data}))
    return told(found)


def told(found: evalrules.Evaluation) -> dict[str, Any]:
    """Give what a table holds of a result, the words of its problems aside."""
    return {
        "score": found.score,
        "grade": found.grade,
        "possible": list(found.possible),
        "indicators": [(row.name, row.status, row.points, row.score) for row in found.indicators],
        "problems": [(each.code, each.path or None) for each in found.problems],
    }


def of_row(row: dict[str, Any]) -> dict[str, Any]:
    """Give the same of a row of the results."""
    rows = [
        tuple(each[name] for name in ("indicator", "status", "points", "score")) for each in row["indicators"] or ()
    ]
    problems = [(each["code"], each["path"]) for each in row["problems"]]
    return {name: row[name] for name in ("score", "grade", "possible")} | {"indicators": rows, "problems": problems}


def table(catalogue: evalrules.Catalogue, rows: list[dict[str, Any]]) -> pa.Table:
    """Write rows as a table of the edition's schema, with the columns that they have."""
    wide = {"预算数": pa.decimal128(38, 4), "执行数": pa.decimal128(38, 4), "满意率": pa.decimal128(38, 4)}
    schema = batch.input_schema(catalogue)
    columns = {name: pa.array([row[name] for row in rows], wide.get(name, schema.field(name).type)) for name in rows[0]}
    return pa.table(columns)


def test_columns_give_what_evaluate_gives(figures: evalrules.Catalogue) -> None:
    """Every score, grade, range and problem of every row: edges, zeros, ties, blanks, huge numbers and wrong cells."""
    pen = random.Random(22)  # noqa: S311 - a drawn table is no secret
    rows = [drawn(pen) for _ in range(ROWS)]
    found = batch.evaluate(figures, table(figures, rows), reasons=False).to_pylist()
    for row, result in zip(rows, found, strict=True):
        assert of_row(result) == alone(figures, row), row


def test_doubles_are_read_by_their_shortest_text(figures: evalrules.Catalogue) -> None:
    """0.1 is a tenth; a NaN is a blank; whole numbers and text serve as well."""
    rows = {
        "organisation": ["甲局"] * 4,
        "fiscal_year": [2024] * 4,
        "预算数": [0.1, 0.1, 1e300, 100.0],
        "执行数": [0.11, math.nan, 1.0, 99.85],
        "满意率": [0.9, 0.599, 1.0, 0.1 + 0.2],
        "公开": [True] * 4,
        "地区": ["东部"] * 4,
        "开工日": [datetime.date(2024, 1, 1)] * 4,
        "完工日": [datetime.date(2024, 2, 1)] * 4,
    }
    found = batch.evaluate(figures, pa.table(rows), reasons=False).to_pylist()
    exact = [dict(zip(rows, values, strict=True)) for values in zip(*rows.values(), strict=True)]
    for row in exact:
        for name in ("预算数", "执行数", "满意率"):
            row[name] = "" if row[name] != row[name] else Decimal(repr(row[name]))
    assert list(map(of_row, found)) == [alone(figures, row) for row in exact]
    assert found[0]["indicators"][0]["score"] == 10


def test_a_bad_row_stops_no_other(figures: evalrules.Catalogue) -> None:
    """A row without a head, and one that is blank, have problems and no score; those beside them have theirs."""
    good = drawn(random.Random(1))  # noqa: S311 - a drawn row is no secret
    good |= {"organisation": "甲局", "fiscal_year": 2024, "执行数": Decimal(95), "预算数": Decimal(100)}
    blank = dict.fromkeys(good)
    found = batch.evaluate(figures, table(figures, [good, blank, good]), reasons=True)
    assert found["score"][0].as_py() == found["score"][2].as_py() is not None
    assert found["score"][1].as_py() is None
    assert found["problems"][1].as_py()


def test_an_empty_table_gives_an_empty_table(figures: evalrules.Catalogue) -> None:
    """No rows, and all columns."""
    none = pa.table({"organisation": pa.array([], pa.string()), "fiscal_year": pa.array([], pa.int32())})
    assert batch.evaluate(figures, none, reasons=False).num_rows == 0
    assert batch.evaluate(figures, none).schema.equals(batch.output_schema(figures))

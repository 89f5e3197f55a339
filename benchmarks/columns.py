"""The same form for many submissions at once: our columns beside polars and duckdb over doubles, and reading memory.

    .venv/bin/pip install -e '.[bench,batch]' polars duckdb && .venv/bin/python benchmarks/columns.py 200000

All get one Arrow table of 38 doubles a row and give every score, total and grade. Wrong cells of each are counted first
against `Fraction` arithmetic; of ours there must be none. Nothing gives reasons here.

Beside it stand forms of twenty rows that a unit adds, which the others have no words for: those whose texts repeat, as
those of a province do, and those of which no name or actual was ever written before.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import work
from run import measured, written

import evalrules
from evalrules import batch
from evalrules.batch.forms import forms_of
from evalrules.batch.results import told

ROWS, CHECKED, ROUNDS = 200_000, 5_000, 5
_ONE_BY_ONE = 500
FORM = work.indicators()
_RULES: tuple[Callable[[pl.Expr], pl.Expr], ...] = (
    lambda r: pl.min_horizontal(pl.lit(5.0), 5 * r),
    lambda r: pl.max_horizontal(pl.lit(0.0), 5 - 50 * pl.max_horizontal(r - 1, pl.lit(0.0))),
    lambda r: pl.max_horizontal(pl.lit(0.0), 5 - 2 * pl.max_horizontal(((r - 1) / 0.05).ceil(), pl.lit(0.0))),
    lambda r: pl.when(r >= 0.9).then(5.0).when(r >= 0.8).then(4.0).when(r >= 0.7).then(3.0).otherwise(0.0),  # noqa: PLR2004
    lambda r: pl.max_horizontal(pl.lit(0.0), pl.min_horizontal(pl.lit(5.0), 5 * (2 - r))),
)
_SQL = (
    "least(5, 5 * ({r}))",
    "greatest(0, 5 - 50 * greatest(({r}) - 1, 0))",
    "greatest(0, 5 - 2 * greatest(ceil((({r}) - 1) / 0.05), 0))",
    "case when {r} >= 0.9 then 5 when {r} >= 0.8 then 4 when {r} >= 0.7 then 3 else 0 end",
    "greatest(0, least(5, 5 * (2 - {r})))",
)


def forms(count: int, different: int = CHECKED) -> tuple[pa.Table, list[work.Scores]]:
    """Draw forms, each many times where there are more; give also the right scores of the different ones."""
    chosen = random.Random(38)  # noqa: S311 - the same work each time
    drawn = [work.figures(chosen) for _ in range(different)]
    head = {"organisation": pa.array(["某单位"] * different), "fiscal_year": pa.array([2024] * different, pa.int32())}
    table = pa.table({**head, **{name: [float(each[name]) for each in drawn] for name in drawn[0]}})
    many = pa.concat_tables([table] * -(-count // different)).slice(0, count).combine_chunks()
    return many, [work.exact_scores(each) for each in drawn]


def by_polars(table: pa.Table) -> pa.Table:
    """Score over doubles, lazily, with all that polars does by itself."""
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    ratios = [_RULES[one.rule](pl.col(one.actual) / pl.col(one.planned)) for one in FORM]
    scores = [((rule * 100 + 0.5).floor() / 100).alias(f"s{place}") for place, rule in enumerate(ratios)]
    names = [f"s{place}" for place in range(len(FORM))]
    grade = pl.when(pl.col("total") >= 90).then(pl.lit("优")).when(pl.col("total") >= 80).then(pl.lit("良"))  # noqa: PLR2004
    grade = grade.when(pl.col("total") >= 60).then(pl.lit("中")).otherwise(pl.lit("差"))  # noqa: PLR2004
    made = frame.lazy().select(scores).with_columns(pl.sum_horizontal(names).alias("total"))
    return made.with_columns(grade.alias("grade")).collect().to_arrow()


def by_duckdb(table: pa.Table) -> pa.Table:
    """Score over doubles in one query, on one thread like the others."""
    rules = [_SQL[one.rule].format(r=f"{one.actual} / {one.planned}") for one in FORM]
    scores = ", ".join(f"floor(({rule}) * 100 + 0.5) / 100 as s{place}" for place, rule in enumerate(rules))
    total = " + ".join(f"s{place}" for place in range(len(FORM)))
    steps = " ".join(f"when total >= {least} then '{grade}'" for grade, least in work.GRADES[:-1])
    connection = duckdb.connect(config={"threads": 1})
    inner = f"select {scores} from forms"  # noqa: S608 - our own text
    summed = f"select *, {total} as total from ({inner})"  # noqa: S608
    query = f"select *, case {steps} else '差' end as grade from ({summed})"  # noqa: S608
    connection.register("forms", table)
    return connection.sql(query).to_arrow_table()


def reading(table: pa.Table) -> Any:
    """Only read what all have to read, and write as much as they write: no engine is faster."""
    columns = [table[name] for one in FORM for name in (one.actual, one.planned)]
    return [pc.add(left, right) for left, right in zip(columns[::2], columns[1::2], strict=True)]


def ours_wrong(made: pa.Table, right: list[work.Scores]) -> int:
    """Count our scores, totals and grades that are not the right ones."""
    wrong = 0
    for row, true in zip(made.to_pylist(), right, strict=False):
        cents = [int(part["score"] * 100) for part in row["indicators"]]
        wrong += sum(a != b for a, b in zip(cents, true.cents, strict=True))
        wrong += (int(row["score"] * 100) != true.total) + (row["grade"] != true.grade)
    return wrong


def theirs_wrong(made: pa.Table, right: list[work.Scores]) -> int:
    """Count theirs, cents as their doubles show them."""
    wrong = 0
    for row, true in zip(made.to_pylist(), right, strict=False):
        cents = [round(row[f"s{place}"] * 100) for place in range(len(FORM))]
        wrong += sum(a != b for a, b in zip(cents, true.cents, strict=True))
        wrong += (round(row["total"] * 100) != true.total) + (row["grade"] != true.grade)
    return wrong


# ---- forms of open rows ----------------------------------------------------------------------------------------------


_OF = ("培训", "道路建设", "设备采购", "危房改造", "验收", "宣传", "投诉处理", "检查", "管网维护", "资金拨付")
_WHAT = ("数量", "人数", "次数", "合格率", "完成率", "及时率", "面积", "个数", "控制率", "满意度")
_SECTIONS = ("数量指标", "质量指标", "时效指标", "成本指标") * 2 + ("数量指标", "质量指标")
_SECTIONS += ("经济效益指标", "社会效益指标", "生态效益指标") * 2 + ("服务对象满意度指标",) * 4
_IN_WORDS = (11, 12, 14)
"""The rows whose claimed score is the assessor's."""
_POINTS = ("5",) * 16 + ("2.5",) * 4
_UNITS = np.array(["个", "%", "%", "万元", "人", "项"])


def open_rows(count: int, *, own: bool) -> pa.Table:
    """Draw forms of twenty rows, three in words; those of their ``own`` words have each name and actual once."""
    chosen, many = np.random.default_rng(20), count * len(_SECTIONS)
    target = chosen.integers(50, 100, many)
    unit = _UNITS[np.tile(np.arange(len(_SECTIONS)) % len(_UNITS), count)]
    actual = (target * chosen.integers(700, 1300, many)).astype(np.int64)
    places = np.where(unit == "%", 1, np.where(unit == "万元", 2, 0)) if not own else np.full(many, 3)
    sign = np.where(unit == "万元", "≤", np.where(chosen.integers(5, size=many) == 0, "", "≥"))
    names = [f"{_OF[a]}{c}{_WHAT[b]}" for a, b, c in chosen.integers(0, (10, 10, 100), (many, 3))]
    in_words = np.tile(np.isin(np.arange(len(_SECTIONS)), _IN_WORDS), count)
    columns = {
        "section": _SECTIONS * count,
        "indicator": [f"{name}{number}" for number, name in enumerate(names)] if own else names,
        "points": _POINTS * count,
        "target": np.where(
            in_words, "有效提升", [f"{a}{b}{c}" for a, b, c in zip(sign, target, unit, strict=True)]
        ).tolist(),
        "actual": np.where(
            in_words, "有所提升", [f"{a / 1000:.{b}f}{c}" for a, b, c in zip(actual, places, unit, strict=True)]
        ).tolist(),
        "claimed_score": np.where(in_words, chosen.choice(["5", "4.5", "4"], many), None).tolist(),
    }
    fields = [
        pa.array(columns[each.name], each.type) if each.name in columns else pa.nulls(many, each.type)
        for each in batch.ENTRY
    ]
    starts = pa.array(np.arange(0, many + 1, len(_SECTIONS)), pa.int32())
    entries = pa.ListArray.from_arrays(starts, pa.StructArray.from_arrays(fields, fields=list(batch.ENTRY)))
    budget = chosen.integers(100, 900, count).astype(float)
    head = {"organisation": ["某单位"] * count, "fiscal_year": pa.array([2024] * count, pa.int32())}
    return pa.table({**head, "资金总额_全年预算数": budget, "资金总额_全年执行数": budget - 7.25, "entries": entries})


def rows_wrong(catalogue: evalrules.Catalogue, table: pa.Table) -> int:
    """Count the forms that are not in every score, total and grade what they are one by one."""
    made = batch.evaluate(catalogue, table, reasons=False).to_pylist()
    single = (evalrules.evaluate(catalogue, evalrules.load_submission(form)) for form in forms_of(catalogue, table))
    return sum(row != {"id": None, **told(one, list(row))} for row, one in zip(made, single, strict=True))


def measure_rows(count: int) -> None:
    """Hold some forms of open rows to the engine, then measure many."""
    catalogue = evalrules.load_catalogue("mof-project@2020", plugins=())
    tables = {"their texts repeat": open_rows(count, own=False), "no text twice": open_rows(count // 10, own=True)}
    if any(rows_wrong(catalogue, table.slice(0, _ONE_BY_ONE)) for table in tables.values()):
        sys.exit("evalrules gave a wrong form: nothing is timed")
    timed = {
        name: (lambda table=table: batch.evaluate(catalogue, table, reasons=False)) for name, table in tables.items()
    }
    found = measured(timed, dict.fromkeys(timed, 1), ROUNDS)
    print("\n| forms of twenty open rows | forms | a second, best | middle |\n|---|---:|---:|---:|")
    for name, seconds in found.items():
        forms_ = tables[name].num_rows
        print(f"| {name} | {forms_:,} | {forms_ / seconds.best:,.0f} | {forms_ / seconds.middle:,.0f} |")


def main() -> None:
    """Count wrong cells, then measure; an argument is the number of rows."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    catalogue = evalrules.load_catalogue(written(20), plugins=())
    table, right = forms(count)
    few = table.slice(0, min(count, CHECKED))
    runs = {
        "evalrules.batch": lambda of: batch.evaluate(catalogue, of, reasons=False),
        "polars, doubles": by_polars,
        "duckdb, doubles": by_duckdb,
        "only reading and adding": reading,
    }
    wrong = {"evalrules.batch": ours_wrong(runs["evalrules.batch"](few), right)}
    wrong |= {name: theirs_wrong(runs[name](few), right) for name in ("polars, doubles", "duckdb, doubles")}
    if wrong["evalrules.batch"]:
        sys.exit("evalrules gave a wrong score: nothing is timed")
    timed = {name: (lambda run=run: run(table)) for name, run in runs.items()}
    found = measured(timed, dict.fromkeys(timed, 1), ROUNDS)
    print(f"\n{count:,} forms, 20 indicators over 38 doubles; processor time\n")
    print("| engine | forms a second, best | middle | × polars | wrong of 22 cells a form |\n|---|---:|---:|---:|---:|")
    polars = found["polars, doubles"].best
    for name, seconds in found.items():
        missed = f"{wrong[name]:,} of {22 * few.num_rows:,}" if name in wrong else "–"
        rates = f"{count / seconds.best:,.0f} | {count / seconds.middle:,.0f} | {polars / seconds.best:.2f}"
        print(f"| {name} | {rates} | {missed} |")
    measure_rows(count)


if __name__ == "__main__":
    main()

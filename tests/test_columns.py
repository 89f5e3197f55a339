"""Tables of forms: each row is what `evaluate` gives for the form that it stands for."""

from __future__ import annotations

import datetime
import pickle
import random
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

import evalrules
from evalrules import batch
from evalrules._cli.commands import root
from evalrules._edition.read import read_edition
from evalrules._score.compiling import compile_ruleset
from evalrules._score.score import score_form
from evalrules.batch.columns import by_columns
from evalrules.batch.forms import forms_of


def told(evaluation: evalrules.Evaluation, *, findings: bool = False) -> dict[str, Any]:
    """Give of an evaluation what a row of the results holds, from its JSON."""
    result = evaluation.to_dict()
    lost = [
        {"section": "/".join(part["section"]), "indicator": part["name"], **_of_lost(each)}
        for part in result["indicators"]
        for each in part["deductions"]
    ]
    lost += [
        {"section": "/".join(part["path"]), "indicator": None, **_of_lost(each)}
        for part in result["sections"]
        for each in part["deductions"]
    ]
    lost += [{"section": None, "indicator": None, **_of_lost(each)} for each in result["deductions"]]
    row = {
        "organisation": result["organisation"],
        "fiscal_year": result["fiscal_year"],
        "score": result["score"],
        "grade": result["grade"],
        "possible": result["possible"],
        "indicators": [
            {
                "section": "/".join(part["section"]),
                "indicator": part["name"],
                **{name: part[name] for name in ("points", "status", "score")},
            }
            for part in result["indicators"]
        ],
        "deductions": lost,
        "problems": [{name: part[name] for name in ("code", "message", "path")} for part in result["problems"]],
    }
    if findings:
        named = ("code", "severity", "message", "where", "path")
        row["findings"] = [{name: part[name] for name in named} for part in result["findings"]]
    return row


def _of_lost(lost: dict[str, Any]) -> dict[str, Any]:
    return {name: lost[name] for name in ("points", "rule", "because", "formula", "steps")}


def scored(catalogue: evalrules.Catalogue, forms: pa.Table, **asked: bool) -> list[dict[str, Any]]:
    """Score a table and give its rows without their ids."""
    made = batch.evaluate(catalogue, forms, **asked)
    assert made.schema == batch.output_schema(catalogue, **asked)
    return [{name: value for name, value in row.items() if name != "id"} for row in made.to_pylist()]


def entries_table(forms: Sequence[dict[str, Any]]) -> pa.Table:
    """Write forms as a table whose figures are texts, as a person wrote them."""
    names = dict.fromkeys(name for form in forms for name in form.get("data", {}))
    rows = [
        {"organisation": form["organisation"], "fiscal_year": form["fiscal_year"], **form.get("data", {})}
        for form in forms
    ]
    columns: dict[str, Any] = {
        "organisation": pa.array([row["organisation"] for row in rows], pa.string()),
        "fiscal_year": pa.array([row["fiscal_year"] for row in rows], pa.int32()),
        **{name: pa.array([row.get(name) for row in rows], pa.string()) for name in names},
        "entries": pa.array([form.get("entries") for form in forms], pa.list_(batch.ENTRY)),
    }
    return pa.table(columns)


def test_open_rows_are_scored_as_one_by_one() -> None:
    """Entries in lists of structs give every score, deduction, problem and finding that the mapping gives."""
    entries = [
        {"indicator": "完成数量", "section": "产出指标/数量指标", "points": "20", "target": "≥10个", "actual": "9个"},
        {"indicator": "合格率", "section": "产出指标/质量指标", "points": "10", "target": "≥95%", "actual": "95%"},
        {"indicator": "及时率", "section": "产出指标/时效指标", "points": "10", "target": "100%", "actual": None},
        {"indicator": "成本", "section": "成本指标/经济成本指标", "points": "20", "target": "≤5万元", "actual": "六"},
    ]
    forms = [
        {"organisation": "甲单位", "fiscal_year": 2020, "entries": entries},
        {"organisation": "乙单位", "fiscal_year": 2020, "entries": entries[:2]},
        {"organisation": "丙单位", "fiscal_year": 2020, "entries": []},
    ]
    for name in ("mof-project@2020", "hubei-project@2020"):
        catalogue = evalrules.load_catalogue(name)
        plain = [_without_nulls(form) for form in forms]
        expected = [
            told(evalrules.evaluate(catalogue, evalrules.load_submission(form)), findings=True) for form in plain
        ]
        assert scored(catalogue, entries_table(forms), findings=True) == expected


def _without_nulls(form: dict[str, Any]) -> dict[str, Any]:
    entries = [{name: value for name, value in entry.items() if value is not None} for entry in form["entries"]]
    return {**form, "entries": entries}


def test_a_number_in_a_column_is_the_number_itself() -> None:
    """0.9 in the column of a rate is 90%, whether a double, a decimal or an integer holds it; NaN is a blank."""
    catalogue = evalrules.load_catalogue(
        {
            "evalrules": 1,
            "id": "rates",
            "edition": "1",
            "title": "率",
            "points": 10,
            "rounding": {"places": 2, "mode": "half_up"},
            "data": {"率": {"unit": "%", "min": 0, "max": 1}},
            "sections": {
                "甲": {
                    "points": 10,
                    "value": "率",
                    "unit": "%",
                    "target": "≥ 100%",
                    "scoring": {"award": [{"points": "分值 × 完成值", "because": "{完成值}"}]},
                }
            },
        },
        plugins=(),
    )
    head = {"organisation": ["某单位"] * 4, "fiscal_year": [2024] * 4}
    for column in (
        pa.array([0.9, 1.0, 0.1 + 0.2, float("nan")]),
        pa.array([Decimal("0.9"), Decimal(1), Decimal("0.30000000000000004"), None], pa.decimal128(38, 17)),
    ):
        rows = scored(catalogue, pa.table({**head, "率": column}))
        assert [row["score"] for row in rows] == [Decimal("9.00"), Decimal("10.00"), Decimal("3.00"), None]
        assert [found["code"] for found in rows[3]["problems"]] == ["figure-blank"]


def test_a_bad_row_keeps_no_other_from_being_scored() -> None:
    """Whatever a row holds comes back as its problems, and the row behind it is scored."""
    catalogue = evalrules.load_catalogue("hunan-department@2018")
    forms = pa.table({"id": [1, 2, 3], "organisation": [None, "", "某单位"], "fiscal_year": ["x", None, "2018"]})
    made = batch.evaluate(catalogue, forms, reasons=False)
    assert made["id"].to_pylist() == ["1", "2", "3"]
    assert all(made["problems"].to_pylist())


def test_batches_go_through_a_mapper_that_travels() -> None:
    """The function of batches can be pickled, and gives for each batch what `evaluate` gives."""
    catalogue = evalrules.load_catalogue("mof-department@2020")
    forms = pa.table({"id": ["1", "2"], "organisation": ["甲", "乙"], "fiscal_year": [2020, 2020]})
    score = pickle.loads(pickle.dumps(batch.mapper("mof-department@2020", reasons=False)))  # noqa: S301 - our own
    made = pa.Table.from_batches(score(forms.to_batches(max_chunksize=1)))
    assert made == batch.evaluate(catalogue, forms, reasons=False)
    assert made.num_rows == 2


FIGURES = {
    "evalrules": 1,
    "id": "figures",
    "edition": "1",
    "title": "只有数据",
    "uses": ["standard-methods@1"],
    "points": 60,
    "rounding": {"places": 2, "mode": "half_up"},
    "data": {
        "计划": {"unit": "万元", "min": 0},
        "实际": {"unit": "万元", "min": 0},
        "人数": {"unit": "人", "integer": True, "above": 0, "max": 5000},
        "率": {"unit": "%", "min": 0, "max": 2},
        "差额": {"unit": "万元", "required": False},
        "公开": {"type": "yes_no"},
        "地区": {"type": "choice", "choices": ["东部", "西部"]},
        "报送": {"type": "date"},
        "执行率": {"formula": "若(计划 = 0, 0, 实际 ÷ 计划)", "unit": "%"},
    },
    "sections": {
        "甲": {
            "points": 60,
            "indicators": {
                "比例": {"points": 10, "value": "执行率", "unit": "%", "target": "≥ 95%", "scoring": "比例得分"},
                "超支": {
                    "points": 10,
                    "value": "执行率",
                    "unit": "%",
                    "target": "≤ 100%",
                    "scoring": {"method": "超标扣分", "起点": "100%", "每": "5%", "扣": 1, "不足一步": "折算"},
                },
                "分档": {
                    "points": 10,
                    "value": "率",
                    "unit": "%",
                    "target": "≥ 90%",
                    "scoring": {
                        "award": [
                            {"when": "完成值 ≥ 90%", "points": "分值"},
                            {"when": "完成值 ≥ 80.5%", "points": "7.5", "because": "{完成值}"},
                            {"when": "地区 = 西部 或 公开", "points": "分值 × 完成值 ÷ 200%", "because": "{完成值}"},
                            {"points": 0, "because": "{完成值}"},
                        ]
                    },
                },
                "扣分": {
                    "points": 10,
                    "scoring": {
                        "deduct": [
                            {"when": "未填(差额)", "points": "1", "because": "没有差额"},
                            {"when": "已填(差额) 且 差额 < 0", "points": "1.25", "because": "{差额}"},
                            {
                                "when": "报送 > 日期(2025, 2, 28)",
                                "points": "0.1 × 天数(日期(2025, 2, 28), 报送)",
                                "unless": "公开",
                                "because": "{报送}",
                            },
                            {"when": "人数 > 100", "points": "0.3 × 上取整((人数 − 100) ÷ 7)", "because": "{人数}"},
                        ]
                    },
                },
                "人均": {
                    "points": 10,
                    "value": "实际 ÷ 人数",
                    "unit": "万元/人",
                    "target": "≤ 1万元/人",
                    "scoring": {
                        "award": [{"points": "插值(完成值, 0.5, 分值, 1, 8, 3, 0)", "because": "{完成值}"}],
                    },
                },
                "零头": {
                    "points": 10,
                    "scoring": {
                        "award": [
                            {
                                "points": "若(计划 = 0, 分值, 最大(0, 分值 − 8 × 绝对值(四舍五入(执行率, 3) − 1)))",
                                "because": "{计划}",
                            }
                        ]
                    },
                },
            },
        }
    },
    "grades": {"优": "总分 ≥ 50", "良": "总分 ≥ 40", "中": "总分 ≥ 30", "差": "otherwise"},
    "grade_caps": [
        {"when": "非 公开", "at_most": "良", "because": "没有公开"},
        {"when": "比例_得分 < 8.5 或 甲_得分 < 33", "at_most": "中", "because": "比例太低"},
    ],
    "score_caps": [{"when": "率 > 150%", "at_most": "45.5", "because": "率太高"}],
}


def drawn(chance: random.Random, count: int, *, kind: pa.DataType) -> pa.Table:
    """Draw forms of figures: whole ratios, edges and ties, zeros, blanks, and cells that no column can hold."""
    blank, huge = 0.02, 0.01

    def number(least: int, most: int, places: int) -> Decimal | None:
        if chance.random() < blank:
            return None
        if chance.random() < huge:
            return Decimal(chance.choice(["123456789012345678", "0.123456789", "-5", "0", "999999999999.99"]))
        units = chance.choice([0, least, most, chance.randint(least, most), 100 * (chance.randint(least, most) // 100)])
        return Decimal(units).scaleb(-places)

    def several(least: int, most: int, places: int) -> pa.Array:
        found = [number(least, most, places) for _ in range(count)]
        if kind == pa.string():
            return pa.array([None if each is None else f"{each:f}" for each in found], kind)
        return pa.array([None if each is None else float(each) for each in found]).cast(kind, safe=False)

    def one_of(*values: Any) -> list[Any]:
        return [chance.choice([*values, *values, *values, None]) for _ in range(count)]

    heads = ["某单位", "某某县政府办公室"] * 9 + [None, "", " ", "甲"]
    return pa.table(
        {
            "id": [str(place) for place in range(count)],
            "organisation": pa.array([chance.choice(heads) for _ in range(count)]),
            "fiscal_year": pa.array([chance.choice([2024] * 30 + [1, None]) for _ in range(count)], pa.int32()),
            "计划": several(1000, 3000, 1),
            "实际": several(1000, 3000, 1),
            "人数": pa.array([chance.choice([1, 50, 100, 101, 114, 5000, 0, 5001]) for _ in range(count)]),
            "率": pa.array(
                [chance.choice([0.0, 0.9, 0.805, 0.8049, 1.5, 1.501, 2.0, 2.1, 0.3, None]) for _ in range(count)]
            ),
            "差额": several(-300, 300, 2),
            "公开": pa.array(one_of(True, False)),
            "地区": pa.array(one_of("东部", "西部", "中部")),
            "报送": pa.array(one_of(datetime.date(2025, 2, 28), datetime.date(2025, 3, 1), datetime.date(2025, 6, 1))),
        }
    )


@pytest.mark.parametrize("kind", [pa.float64(), pa.decimal128(38, 10), pa.string()], ids=str)
def test_columns_give_what_the_engine_gives(kind: pa.DataType) -> None:
    """Totals, grades, scores, deductions and problems are the same to the last place, and most rows go by columns."""
    catalogue = evalrules.load_catalogue(FIGURES, plugins=())
    assert batch.plan(catalogue).by_columns
    forms = drawn(random.Random(7), 150, kind=kind)  # noqa: S311 - the same forms each time
    expected = [
        told(evalrules.evaluate(catalogue, evalrules.load_submission(form))) for form in forms_of(catalogue, forms)
    ]
    assert scored(catalogue, forms) == expected
    without = [{name: value for name, value in row.items() if name != "deductions"} for row in expected]
    assert scored(catalogue, forms, reasons=False) == without
    clean = [row for row in expected if not row["problems"]]
    assert by_columns(catalogue.ruleset, forms.to_batches()[0]).sound.sum() >= 0.9 * len(clean) > 20


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("计划", ["007", "7", "-0", "00.5", "0.5", "123456789.12345"]),
        ("报送", list(map(datetime.date.fromisoformat, ("1899-12-31", "1900-01-01", "2199-12-31", "2200-01-01")))),
    ],
)
def test_what_is_no_number_or_day_in_a_cell_is_none_in_a_column(name: str, values: list[Any]) -> None:
    """Zeros before a number and years that no cell may have are told as they are of a single form."""
    catalogue = evalrules.load_catalogue(FIGURES, plugins=())
    plain = drawn(random.Random(7), 150, kind=pa.float64()).slice(0, 1)  # noqa: S311 - the same form each time
    forms = pa.concat_tables([plain] * len(values)).set_column(plain.column_names.index(name), name, pa.array(values))
    told_singly = [
        told(evalrules.evaluate(catalogue, evalrules.load_submission(form))) for form in forms_of(catalogue, forms)
    ]
    assert scored(catalogue, forms) == told_singly
    assert 0 < sum(bool(row["problems"]) for row in told_singly) < len(values)


def test_rows_with_large_numbers_are_scored_apart_from_the_others() -> None:
    """Where a block has numbers too large to be scored with the rest, each row still has what it has alone."""
    catalogue = evalrules.load_catalogue(FIGURES, plugins=())
    head = {
        "organisation": "某单位",
        "fiscal_year": 2024,
        "公开": True,
        "地区": "东部",
        "报送": datetime.date(2025, 3, 1),
    }
    rows = [
        {**head, "计划": 100.5 + place, "实际": 99.25 + 2 * place, "人数": 50, "率": 0.9, "差额": -1.25 * place}
        for place in range(40)
    ]
    rows[7] |= {"计划": 4_999_999_999_999.25, "实际": 4_999_999_999_999.75}
    rows[23] |= {"计划": 999_999_999_999.99, "实际": 0.01, "差额": -999_999_999_999.99}
    forms = pa.Table.from_pylist(rows)
    assert scored(catalogue, forms) == [
        told(evalrules.evaluate(catalogue, evalrules.load_submission(form))) for form in forms_of(catalogue, forms)
    ]
    sound = by_columns(catalogue.ruleset, forms.to_batches()[0]).sound
    assert sound.sum() >= 38
    assert sound[[0, 39]].all()


def test_rows_keep_their_order_and_batches_their_kind() -> None:
    """Rows that the engine scores come back between those of the columns, and a batch gives a batch."""
    catalogue = evalrules.load_catalogue(FIGURES, plugins=())
    forms = drawn(random.Random(8), 40, kind=pa.float64())  # noqa: S311 - the same forms each time
    made = batch.evaluate(catalogue, forms, reasons=False)
    assert made["id"].to_pylist() == forms["id"].to_pylist()
    one = batch.evaluate(catalogue, forms.to_batches()[0], reasons=False)
    assert isinstance(one, pa.RecordBatch)
    assert one.to_pylist() == made.to_pylist()
    assert batch.evaluate(catalogue, forms.slice(0, 0)).num_rows == 0


def test_a_plan_names_what_keeps_forms_from_columns() -> None:
    """Open rows, judged indicators and functions that columns do not have are named with their part."""
    assert not batch.plan(evalrules.load_catalogue("hunan-department@2017")).by_columns
    edition = {
        **FIGURES,
        "points": 10,
        "sections": {
            "月": {"points": 10, "scoring": {"award": [{"points": "最小(分值, 月数(报送, 报送))", "because": "月"}]}}
        },
        "grades": {},
        "grade_caps": [],
        "score_caps": [],
    }
    found = batch.plan(evalrules.load_catalogue(edition, plugins=()))
    assert [(part.part, part.because) for part in found.engine] == [("月", "公式里有 月数")]


def command(*arguments: object) -> Result:
    """Run the command, and let any exception through."""
    return CliRunner().invoke(root, ["evaluate", *map(str, arguments)], catch_exceptions=False)


def test_the_command_scores_parquet_into_parquet(tmp_path: Path) -> None:
    """A table of forms becomes a table of results; --strict tells by its status that some row has no total."""
    forms = pa.table({"id": ["1", "2"], "organisation": ["甲", None], "fiscal_year": [2020, 2020]})
    pq.write_table(forms, tmp_path / "forms.parquet")
    asked = (tmp_path / "forms.parquet", "--catalogue", "mof-department@2020", "-o", tmp_path / "results.parquet")
    assert command(*asked).exit_code == 0
    catalogue = evalrules.load_catalogue("mof-department@2020")
    assert pq.read_table(tmp_path / "results.parquet") == batch.evaluate(catalogue, forms)
    assert command(*asked, "--strict").exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("forms.parquet", "-o", "results.parquet"),
        ("forms.parquet", "--catalogue", "mof-department@2020", "-o", "results.parquet", "--review", "review.yaml"),
        ("forms.parquet", "--catalogue", "mof-department@2020", "-o", "results.parquet", "--codes"),
        ("forms.parquet", "--catalogue", "mof-department@2020"),
        ("forms.parquet", "--catalogue", "mof-department@2020", "-o", "results.json"),
        ("forms.parquet", "form.yaml", "--catalogue", "mof-department@2020", "-o", "results.parquet"),
        ("forms.parquet", "--catalogue", "mof-department@2020", "-o", "results.parquet"),
        ("absent.parquet", "--catalogue", "mof-department@2020", "-o", "results.parquet"),
    ],
)
def test_a_table_that_cannot_be_scored_so_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """No edition, nowhere to write to, another form beside it, no Parquet: status 2, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    Path("forms.parquet").write_bytes(b"PAR1")
    assert command(*arguments).exit_code == 2
    assert not Path("results.parquet").exists()


ODD = (
    pa.array([b"\xff", None]),
    pa.array([datetime.time(1, 2), None]),
    pa.array([[1], None]),
    pa.array([{"a": 1}, None]),
    pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())),
    pa.array([2**63, None], pa.uint64()),
    pa.array([Decimal("1e30"), None], pa.decimal256(60, 2)),
    pa.array([float("inf"), -0.0]),
    pa.array([1e300, 5e-324]),
    pa.array([datetime.datetime(2024, 1, 1, 5), None]),  # noqa: DTZ001 - tables have such
    pa.array(["９\x00", "9" * 40]),
    pa.array(["12.5", "-"], pa.string_view()),
    pa.array(["a", "b"]).dictionary_encode(),
    pa.array([2**62, -(2**63)]),
    pa.nulls(2),
)


@pytest.mark.parametrize("column", ODD, ids=lambda column: str(column.type))
def test_no_type_of_a_column_stops_a_table(column: pa.Array) -> None:
    """Whatever Arrow can hold in any place, each row has its result, and it is that of the form it stands for."""
    plain = drawn(random.Random(9), 2, kind=pa.float64())  # noqa: S311 - the same forms each time
    catalogue = evalrules.load_catalogue(FIGURES, plugins=())
    for name in ("id", "organisation", "fiscal_year", "计划", "公开", "地区", "报送", "率", "entries", "project"):
        forms = plain.drop_columns([name] if name in plain.column_names else []).append_column(name, column)
        submissions = map(evalrules.load_submission, forms_of(catalogue, forms.to_batches()[0]))
        expected = [evalrules.evaluate(catalogue, one).score for one in submissions]
        assert [row["score"] for row in scored(catalogue, forms, reasons=False)] == expected


@pytest.mark.parametrize(
    "rule",
    [
        {"award": ["最小(分值, 甲 × 2)"]},
        {"award": ["最大(0, 最小(乙 − 3, 分值 × 甲 ÷ 5, 分值))"]},
        {"award": ["最大(甲, 最小(分值, 乙))"]},
        {"award": ["最小(分值, 乙 × 2) − 甲"]},
        {"award": ["乙"]},
        {"deduct": [("甲 > 乙", "2 × (甲 − 乙)"), ("甲 > 7", "-2 × (7 − 甲)")]},
        {"deduct": [("甲 > 乙", "-2 × (甲 − 乙)")]},
        {"deduct": [("甲 < 乙", "-0.5 × (甲 − 乙)")]},
        {"deduct": [("甲 < 乙", "上取整((甲 − 乙) ÷ 3)"), ("乙 ≤ 甲", "上取整((甲 − 乙) ÷ 3)")]},
        {"deduct": [("甲 > 乙", "(甲 − 乙) ÷ 丙"), ("甲 > 8", "9 − 甲")]},
        {"deduct": [("乙 > 甲", "(乙 − 甲) ÷ (丙 − 1)")]},
    ],
    ids=str,
)
def test_a_score_that_may_leave_its_points_is_looked_at(rule: dict[str, Any]) -> None:
    """What only seems to lie within 0 and 分值 is left to the engine in the rows where it does not."""
    rules = [
        {"when": each[0], "points": each[1]} if isinstance(each, tuple) else {"points": each}
        for each in next(iter(rule.values()))
    ]
    scoring = {next(iter(rule)): [{**each, "because": "{甲}"} for each in rules]}
    unchecked, _ = read_edition(
        {
            "evalrules": 1,
            "id": "beyond",
            "edition": "1",
            "title": "可能超出分值",
            "points": 10,
            "data": {name: {"min": 0} for name in "甲乙丙"},
            "sections": {"一": {"points": 10, "scoring": scoring}},
        }
    )
    assert unchecked is not None
    ruleset, numbers = compile_ruleset(unchecked), (0.0, 0.5, 4.0, 7.5, 9.0, 10.0, 10.5)
    rows = [
        {"organisation": "某单位", "fiscal_year": 2024, "甲": one, "乙": other, "丙": third}
        for one in numbers
        for other in numbers
        for third in (0.0, 1.0, 3.0)
    ]
    forms = pa.Table.from_pylist(rows)
    scores = by_columns(ruleset, forms.to_batches()[0])
    expected = [
        score_form(ruleset, evalrules.load_submission(form)).rows[0].score for form in forms_of(unchecked, forms)
    ]
    found = [int(units) if sound else None for units, sound in zip(scores.units[:, 0], scores.sound, strict=True)]
    assert found == expected
    assert scores.sound.any()

"""Spark maps batches of Arrow through an edition: its results are those of plain evaluation, Parquet to Parquet."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import evalrules
from evalrules import batch

if shutil.which("java") is None:
    pytest.skip("no Java, which Spark needs", allow_module_level=True)
sql = pytest.importorskip("pyspark.sql", reason="the extra spark is not installed")

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas")]
EDITION = "mof-project@2020"
FORMS = 20_000 if os.environ.get("HYPOTHESIS_PROFILE", "ci") != "quick" else 400


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """Start Spark on this machine alone, and stop it."""
    builder = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    with pytest.MonkeyPatch.context() as environment:
        # Spark starts the first `python3` of the path otherwise, which need not be the one that has evalrules.
        environment.setenv("PYSPARK_PYTHON", sys.executable)
        session = builder.getOrCreate()
        yield session
        session.stop()


def rows(count: int) -> list[dict[str, Any]]:
    """Make forms that differ in what they reached; every fiftieth has a cell that is no number, one has no head."""
    made = []
    for number in range(count):
        done = "若干公里" if number % 50 == 7 else f"{40 + number % 21}公里"
        entries = [
            {
                "section": "产出指标/数量指标",
                "indicator": "养护里程",
                "points": "50",
                "target": "≥50公里",
                "actual": done,
            },
            {
                "section": "效益指标/社会效益指标",
                "indicator": "通行",
                "points": "30",
                "target": "≥90%",
                "actual": "95%",
            },
            {
                "section": "满意度指标/服务对象满意度指标",
                "indicator": "群众",
                "points": "10",
                "target": "≥90%",
                "actual": "92%",
            },
        ]
        figures = {"资金总额_全年预算数": 180, "资金总额_全年执行数": 171 + number % 10}
        head = {"id": str(number), "organisation": None if number == 3 else f"某站{number}", "fiscal_year": 2024}
        made.append({**head, **figures, "entries": entries})
    return made


def test_spark_gives_what_plain_evaluation_gives(
    spark: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every score, grade, deduction and problem; a bad row stops none of the others."""
    catalogue = evalrules.load_catalogue(EDITION)
    schema = batch.input_schema(catalogue)
    some = rows(FORMS)
    given = pa.Table.from_pylist(some, schema=pa.schema([schema.field(name) for name in some[0]]))
    pq.write_table(given, tmp_path / "forms.parquet", row_group_size=FORMS // 4)
    began = time.perf_counter()
    plain = batch.evaluate(catalogue, given)
    alone = time.perf_counter() - began
    output = sql.pandas.types.from_arrow_schema(batch.output_schema(catalogue))
    began = time.perf_counter()
    frame = spark.read.parquet(str(tmp_path / "forms.parquet")).repartition(4)
    frame.mapInArrow(batch.mapper(EDITION), output).write.parquet(str(tmp_path / "results"))
    by_spark = time.perf_counter() - began
    found = pq.read_table(tmp_path / "results").sort_by("id").to_pylist()
    assert found == plain.sort_by("id").to_pylist()
    assert sum(row["score"] is None for row in found) == sum(number % 50 == 7 for number in range(FORMS))
    with capsys.disabled():
        print(f"\n{FORMS} forms: one process {FORMS / alone:.0f}/s, Spark on two cores {FORMS / by_spark:.0f}/s")  # noqa: T201

"""Spark beside plain processes over the same Parquet: forms of twenty rows that a unit adds, by columns, with reasons.

    .venv/bin/pip install -e '.[bench,spark]' && .venv/bin/python benchmarks/spark.py 131072 4096

Both read one file with as many groups of rows as processes take turns at, score them, and write a file for each group.
The first round is shown apart: in it processes start and load the edition. What Spark gives is held against one plain
call before anything is told; what Spark takes to hand the forms through Python unread is shown beside it. Time is the
clock's, for several processes work at once: on a busy machine only the ratio says something.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from columns import open_rows
from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

import evalrules
from evalrules import batch

FORMS, WITH_REASONS, ROUNDS = 131_072, 4_096, 3
PROCESSES, PARTS = 2, 8
EDITION = "mof-project@2020"
Run = Callable[[Path], object]


@contextmanager
def spark_session(most: int) -> Iterator[Any]:
    """Start Spark on this machine alone, with batches of at most so many rows, and stop it."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master(f"local[{PROCESSES}]").config("spark.ui.enabled", "false")
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "2g",
        "spark.sql.execution.arrow.maxRecordsPerBatch": str(most),
        "spark.sql.files.maxPartitionBytes": "1m",  # a partition for each group of rows
        "spark.sql.files.openCostInBytes": "0",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()


def by_spark(session: Any, file: Path, reasons: bool, out: Path) -> None:  # noqa: FBT001 - bound by its place
    """Score a file by Spark, Parquet to Parquet."""
    schema = from_arrow_schema(batch.output_schema(evalrules.load_catalogue(EDITION), reasons=reasons))
    frame = session.read.parquet(str(file)).repartition(PARTS)
    frame.mapInArrow(batch.mapper(EDITION, reasons=reasons), schema).write.parquet(str(out))


def handed_through(session: Any, file: Path, out: Path) -> None:
    """Let Spark hand the forms to Python and back as they are, Parquet to Parquet."""
    frame = session.read.parquet(str(file))
    frame.repartition(PARTS).mapInArrow(lambda batches: batches, frame.schema).write.parquet(str(out))


def by_processes(pool: ProcessPoolExecutor, file: Path, reasons: bool, out: Path) -> None:  # noqa: FBT001 - as above
    """Score a file by plain processes, a group of rows at a time each."""
    out.mkdir()
    list(pool.map(partial(group, file, reasons, out), range(PARTS)))


def group(file: Path, reasons: bool, out: Path, number: int) -> None:  # noqa: FBT001 - as above
    """Score one group of rows."""
    given = pq.ParquetFile(file).read_row_group(number)
    made = batch.mapper(EDITION, reasons=reasons)(given.combine_chunks().to_batches())
    pq.write_table(pa.Table.from_batches(made), out / f"{number}.parquet")


def same(file: Path, out: Path, *, reasons: bool) -> bool:
    """Tell whether results are those of one plain call."""
    plain = batch.evaluate(evalrules.load_catalogue(EDITION), pq.read_table(file), reasons=reasons)
    found = pq.read_table(out).sort_by("id").to_pylist()
    return bool(found == plain.sort_by("id").to_pylist())


def timed(runs: dict[str, Run], folder: Path) -> dict[str, list[float]]:
    """Run each in every round, and give the seconds by the clock."""
    found: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(ROUNDS):
        for place, (name, run) in enumerate(runs.items()):
            begun = time.perf_counter()
            run(folder / f"{place}-{number}")
            found[name].append(time.perf_counter() - begun)
    return found


def main() -> None:
    """Measure both sorts of work; arguments are the numbers of forms by columns and with reasons."""
    counts = [int(each) for each in sys.argv[1:]]
    columns, with_reasons = counts + [FORMS, WITH_REASONS][len(counts) :]
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as scratch:
        print("| work | forms | engine | first round, forms a second | best | middle |\n|---|---:|---|---:|---:|---:|")
        for sort, count, reasons in (("by columns", columns, False), ("with reasons", with_reasons, True)):
            folder = Path(scratch) / sort
            folder.mkdir()
            table = open_rows(count, own=False)
            table = table.add_column(0, "id", pa.array([f"{number:07}" for number in range(count)]))
            file = folder / "forms.parquet"
            pq.write_table(table, file, row_group_size=-(-count // PARTS))
            with spark_session(1 << 16) as session, ProcessPoolExecutor(PROCESSES, context) as pool:
                runs: dict[str, Run] = {
                    f"{PROCESSES} plain processes": partial(by_processes, pool, file, reasons),
                    f"Spark, local[{PROCESSES}]": partial(by_spark, session, file, reasons),
                    "Spark, handing the forms through": partial(handed_through, session, file),
                }
                found = timed(runs, folder)
            for place, (name, seconds) in enumerate(found.items()):
                if place < len(found) - 1 and not same(file, folder / f"{place}-0", reasons=reasons):
                    sys.exit(f"{name}: not what a plain call gives")
                rates = [count / each for each in (seconds[0], min(seconds), sorted(seconds)[len(seconds) // 2])]
                print(f"| {sort} | {count:,} | {name} | {rates[0]:,.0f} | {rates[1]:,.0f} | {rates[2]:,.0f} |")


if __name__ == "__main__":
    main()

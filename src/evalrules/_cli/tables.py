"""``evalrules evaluate`` of a Parquet file: a table of forms in, a table of results out, a part at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import click

from evalrules._cli.speech import said
from evalrules._documents import OutputError, written_whole
from evalrules._engine import LoadedCatalogue
from evalrules._problems import problem

SUFFIX: Final = ".parquet"
_AT_ONCE: Final = 1 << 16


def is_table(name: str) -> bool:
    """Tell whether a table of forms is named."""
    return name.lower().endswith(SUFFIX)


def refuse_others(options: Iterable[str]) -> None:
    """Refuse the options that say nothing of a table, each row of which is a form."""
    for option in options:
        raise click.BadParameter(said("table-option"), param_hint=option)


def evaluate_table(names: Sequence[str], catalogue: LoadedCatalogue | None, output: Path | None) -> bool:
    """Score every row of a Parquet file into another one; tell whether each has a total.

    A file of any length goes through: so many rows at once are held.
    """
    if len(names) > 1:
        raise click.BadParameter(said("table-alone"), param_hint=names[1])
    if catalogue is None:
        raise click.BadParameter(said("table-needs-edition"), param_hint="--catalogue")
    if output is None or not is_table(str(output)):
        raise click.BadParameter(said("table-needs-file"), param_hint="-o")
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        from pyarrow import parquet  # noqa: PLC0415

        from evalrules import batch  # noqa: PLC0415
    except ModuleNotFoundError:
        raise OutputError([problem("format-extra-missing", None, format="parquet", extra="batch")]) from None
    try:
        forms = parquet.ParquetFile(names[0])
    except (OSError, pa.ArrowException):
        raise click.BadParameter(said("table-unreadable"), param_hint=names[0]) from None
    complete = True
    with (
        forms,
        written_whole(output, names) as beside,
        parquet.ParquetWriter(beside, batch.output_schema(catalogue)) as into,
    ):
        for part in forms.iter_batches(_AT_ONCE):
            made = batch.evaluate(catalogue, part)
            complete = complete and not made["score"].null_count
            into.write_batch(made)
    return bool(complete)

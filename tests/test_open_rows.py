"""Tables of forms whose rows units add: what columns give is, to the last field, what `evaluate` gives."""

from __future__ import annotations

import pyarrow as pa
import pytest

import evalrules
from columns_compared import SHIPPED, Held, hold_figures, hold_open
from evalrules import batch
from tables_drawn import Drawing


@pytest.mark.parametrize("name", SHIPPED)
def test_columns_give_what_the_engine_gives(name: str) -> None:
    """Totals, grades, ranges, scores and problems of plain and of dirty forms, by every shipped edition."""
    drawing, held = Drawing(evalrules.load_catalogue(name, plugins=()), 1), Held()
    held.hold(name, drawing, 350, 350)
    assert held.differences == []
    assert held.by_columns > 35 or not batch.plan(drawing.catalogue).by_columns


def test_columns_give_what_the_engine_gives_by_drawn_editions() -> None:
    """The same by editions that no one wrote, with columns of every type."""
    held = hold_figures(3_000, 5)
    assert held.differences == []
    assert held.by_columns > 1_500


@pytest.mark.slow
def test_columns_give_what_the_engine_gives_of_many() -> None:
    """The same for many more; by hand a million (`columns_compared`)."""
    figures, own = hold_figures(8_000, 1_000), hold_open(6_000, 2_000)
    assert figures.differences + own.differences == []
    assert figures.by_columns > 1_000 < own.by_columns


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

"""Holds tables of forms to `evaluate`, every field of every row, and counts the rows that differ.

``python tests/columns_compared.py [FIGURES OPEN [SEED]]``, by hand: so many forms of figures, by drawn editions, and so
many with rows of the unit's own, by the shipped editions and drawn ones; 1,000,000 and 200,000 unless told. The status
is 1 where a row differs. Tests hold 20,000 in all.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from attrs import define, field

import evalrules
from evalrules import batch
from evalrules._engine import LoadedCatalogue
from evalrules.batch.columns import by_columns
from evalrules.batch.forms import forms_of
from evalrules.batch.results import told, unread
from tables_drawn import Drawing, drawn_edition

SHIPPED = (
    *("mof-project@2020", "hubei-project@2020", "mof-department@2020", "suining-department@2024"),
    *("hunan-department@2015", "hunan-department@2018", "hunan-department@2017", "yueyang-highway@1"),
)
FIGURES, OPEN = 1_000_000, 200_000
FEW, MANY, OWN = 200, 2_000, 1_600
"""Forms in a table: the first by a drawn edition, further ones of figures, and of those with rows of their own."""
REASONS, ALSO = 5, 4
"""Of so many forms one has its reasons compared too, which the engine words, and which take most of the time. Of the
forms that columns leave to the engine one of so many is compared: they are evaluated by the very same call."""


@define
class Held:
    """What was compared so far, by the sort of forms."""

    rows: int = 0
    editions: int = 0
    by_columns: int = 0
    """Rows that columns scored, whoever tells their reasons."""
    with_score: int = 0
    with_problems: int = 0
    differences: list[str] = field(factory=list)

    def drawn(self, seed: int, sizes: Sequence[int], most: int, *, opens: bool) -> None:
        """Hold tables of these sizes by a drawn edition, the next one only where columns score forms of the first."""
        drawing = Drawing(drawn_edition(seed, opens=opens), seed)
        self.editions += 1
        for number, size in enumerate(sizes):
            before = self.by_columns
            self.hold(f"drawn {seed}.{number}", drawing, most, size)
            if self.by_columns - before < size // 4:
                break

    def hold(self, name: str, drawing: Drawing, most: int, size: int) -> None:
        """Hold a table to the engine, with no more rows than are left of so many."""
        if self.rows >= most:
            return
        catalogue, table = drawing.catalogue, drawing.table(min(size, most - self.rows))
        sound = np.zeros(table.num_rows, np.bool_)
        if batch.plan(catalogue).by_columns:
            sound = by_columns(catalogue.ruleset, table.combine_chunks().to_batches()[0]).sound
        self.by_columns += int(sound.sum())
        table = table.take(pa.array(np.flatnonzero(sound | (np.arange(len(sound)) % ALSO == 0))))
        made = batch.evaluate(catalogue, table, reasons=False).to_pylist()
        explained = batch.evaluate(catalogue, table.take(pa.array(np.arange(0, len(made), REASONS)))).to_pylist()
        for number, (form, row) in enumerate(zip(forms_of(catalogue, table), made, strict=True)):
            found = [row] if number % REASONS else [row, explained[number // REASONS]]
            expected = by_engine(catalogue, form, list(found[-1]))
            self.with_score += expected["score"] is not None
            self.with_problems += bool(expected["problems"])
            for each in found:
                self.differ(f"{name} {number}", expected, each)
        self.rows += table.num_rows
        print(f"\r{self}", end="", file=sys.stderr, flush=True)  # noqa: T201 - how far it is

    def differ(self, place: str, expected: Mapping[str, Any], row: Mapping[str, Any]) -> None:
        """Note each field of a row that is not what the engine gives."""
        for name, value in row.items():
            if name != "id" and value != expected[name]:
                self.differences.append(f"{place}: {name}: {value!r}, not {expected[name]!r}")

    def __str__(self) -> str:
        return (
            f"{self.rows:,} forms by {self.editions} editions: {self.by_columns:,} by columns, {self.with_score:,} "
            f"with a score, {self.with_problems:,} with problems; {len(self.differences):,} differences"
        )


def by_engine(catalogue: LoadedCatalogue, form: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Give the row with these columns of what the engine makes of a form, as it stands or as it could not be read."""
    try:
        submission = evalrules.load_submission(form)
    except evalrules.SubmissionError as error:
        return dict.fromkeys(names) | unread(form, error.problems)
    return told(evalrules.evaluate(catalogue, submission), names)


def hold_figures(count: int, seed: int) -> Held:
    """Compare forms of figures, by drawn editions; those by which columns score more than a few get more forms."""
    held = Held()
    while held.rows < count:
        held.drawn(seed + held.editions, (FEW, MANY, MANY, MANY, MANY), count, opens=False)
    return held


def hold_open(count: int, seed: int) -> Held:
    """Compare forms with rows of the unit's own, half by the shipped editions and half by drawn ones."""
    shipped = {name: evalrules.load_catalogue(name, plugins=()) for name in SHIPPED}
    drawings = {name: Drawing(catalogue, seed) for name, catalogue in shipped.items()}
    held = Held(editions=len(shipped))
    while held.rows < count:
        for name, drawing in drawings.items():
            held.hold(f"{name} {held.rows}", drawing, count, OWN // len(SHIPPED))
        held.drawn(seed + held.editions, (FEW, OWN), count, opens=True)
    return held


def main(figures: int, open_rows: int, seed: int) -> int:
    """Compare both sorts, and tell the counts and the first differences."""
    failed = False
    for name, hold, count in (("figures", hold_figures, figures), ("open rows", hold_open, open_rows)):
        began = time.process_time()
        held = hold(count, seed)
        print(f"\n{name}: {held}; {time.process_time() - began:,.0f} s of the processor")  # noqa: T201 - its purpose
        print("\n".join(held.differences[:50]))  # noqa: T201 - as above
        failed |= bool(held.differences)
    return int(failed)


if __name__ == "__main__":
    counts = [int(each) for each in sys.argv[1:]]
    sys.exit(main(*(counts + [FIGURES, OPEN, 1][len(counts) :])))

"""Small editions for tests, as the YAML that a bureau would write."""

from __future__ import annotations

import textwrap
from pathlib import Path

from evalrules._engine import LoadedCatalogue, evaluate, load_catalogue, load_submission
from evalrules._evaluation import Evaluation, IndicatorResult

HEAD = """\
evalrules: 1
id: sample
edition: "1"
title: 示例
uses: [standard-methods@1]
rounding: {{places: {places}, mode: half_up}}
points: {points}
grades: {{优: 总分 ≥ {edge}, 差: otherwise}}
"""


def edition(folder: Path, body: str, *, points: int = 10, places: int = 1) -> LoadedCatalogue:
    """Write an edition with this body into a folder and load it."""
    home = folder / "sample"
    home.mkdir(exist_ok=True)
    file = home / "1.yaml"
    file.write_text(
        HEAD.format(points=points, places=places, edge=points * 4 // 5) + textwrap.dedent(body), encoding="utf-8"
    )
    return load_catalogue(file)


def scored(catalogue: LoadedCatalogue, body: str = "") -> Evaluation:
    """Evaluate a submission with this body."""
    head = "catalogue: sample@1\norganisation: 某单位\nfiscal_year: 2024\n"
    return evaluate(catalogue, load_submission(head + textwrap.dedent(body)))


def row(evaluation: Evaluation, name: str) -> IndicatorResult:
    """Give the indicator of this name."""
    return next(result for result in evaluation.indicators if result.name == name)

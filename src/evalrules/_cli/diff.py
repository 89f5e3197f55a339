"""``evalrules diff``: what changed in meaning from one edition to another."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

import click

from evalrules._cli.comparing import installed_prover, load_both, with_progress, write_out
from evalrules._cli.plugins_in_use import plugins_option
from evalrules._cli.speech import language_option, said
from evalrules._compare.diff import Difference, difference
from evalrules._report.difference import difference_json, difference_lines, difference_title
from evalrules._report.outline import as_markdown, plain
from evalrules._wording import Language

Shape = Literal["text", "json", "markdown"]
SHAPES: tuple[Shape, ...] = get_args(Shape)


@click.command(
    help=said(
        "比较两个版本的指标体系：增删改名的指标、分值、指标值、数据、等级、勾稽关系；每条变了的规则给出一组计分不同的数据、"
        "两版的得分和理由，以及更严还是更宽。\n\n退出码：0 已比较；2 有版本不能用。",
        "Compare two editions in meaning: what came, went or was renamed; for each changed rule inputs that score "
        "differently, with both reasons, and whether it is stricter.\n\n"
        "Exit status: 0 compared; 2 an edition is faulty.",
    )
)
@click.argument("old", metavar=said("旧版", "OLD"))
@click.argument("new", metavar=said("新版", "NEW"))
@click.option("--format", "shape", type=click.Choice(SHAPES), default="text", help=said("输出格式", "output format"))
@click.option("-o", "--output", type=click.Path(path_type=Path), help=said("写到此文件", "write to this file"))
@click.option(
    "--no-prove", is_flag=True, help=said("不求证，只试各处分界的数据", "try inputs at every edge only, prove nothing")
)
@plugins_option
@language_option
def diff(old: str, new: str, shape: Shape, output: Path | None, language: Language, *, no_prove: bool) -> None:
    """Compare two editions and write what changed."""
    before, after = load_both(old, new, language)
    prover = None if no_prove else installed_prover()
    found = with_progress(lambda told: difference(before.ruleset, after.ruleset, prover=prover, progress=told))
    write_out(_written(found, shape, language), output)


def _written(found: Difference, shape: Shape, language: Language) -> str:
    if shape == "json":
        return f"{difference_json(found, language)}\n"
    write = as_markdown if shape == "markdown" else plain
    return write(difference_title(found), difference_lines(found, language))

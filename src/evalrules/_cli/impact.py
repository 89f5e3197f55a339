"""``evalrules impact``: whom a new edition touches, how much, and because of which line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Literal, get_args

import click

from evalrules._cli.comparing import Told, load_both, with_progress, write_out
from evalrules._cli.plugins_in_use import plugins_option
from evalrules._cli.speech import explained, language_option, said
from evalrules._compare.impact import Impact, changed_places, impact
from evalrules._engine import LoadedCatalogue, evaluate, load_submission
from evalrules._report.impact import impact_html, impact_json, impact_lines, impact_title
from evalrules._report.outline import as_markdown, plain
from evalrules._submission import Submission
from evalrules._wording import Language

Shape = Literal["text", "json", "markdown", "html"]
SHAPES: tuple[Shape, ...] = get_args(Shape)
_BY_SUFFIX: dict[str, Shape] = {".json": "json", ".md": "markdown", ".html": "html"}


@click.command(
    "impact",
    help=said(
        "把每份自评表按新旧两版各评一次：得分和等级前后怎样，谁跨了等级，各由哪条规则引起多少分（合计等于变化），"
        "以及前后的分布。自评表可以是文件，也可以是文件夹。一份有错不影响其他份。\n\n退出码：0 已评；2 有版本不能用。",
        "Evaluate every submission by both editions: scores and grades before and after, which rule is responsible for "
        "how many points (they add up to the change), and the distributions. A faulty submission stops nothing.\n\n"
        "Exit status: 0 done; 2 an edition is faulty.",
    ),
)
@click.argument("old", metavar=said("旧版", "OLD"))
@click.argument("new", metavar=said("新版", "NEW"))
@click.argument(
    "submissions",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    metavar=said("自评表…", "SUBMISSION…"),
)
@click.option("--format", "shape", type=click.Choice(SHAPES), help=said("输出格式，默认 text", "default: text"))
@click.option("-o", "--output", type=click.Path(path_type=Path), help=said("写到此文件", "write to this file"))
@plugins_option
@language_option
def impact_command(
    old: str, new: str, submissions: tuple[Path, ...], shape: Shape | None, output: Path | None, language: Language
) -> None:
    """Evaluate submissions by two editions and write what became of them."""
    before, after = load_both(old, new, language)
    files = [file for given in submissions for file in _files(given)]
    found = with_progress(partial(_impact, before, after, files))
    chosen = shape or _BY_SUFFIX.get("" if output is None else output.suffix.lower(), "text")
    write_out(_written(found, chosen, language), output)
    sys.exit(0)


def _files(given: Path) -> Iterator[Path]:
    """Give the file, or all YAML files in the folder and below, by name."""
    if given.is_dir():
        yield from sorted(file for file in given.rglob("*") if file.suffix in (".yaml", ".yml") and file.is_file())
    else:
        yield given


def _impact(old: LoadedCatalogue, new: LoadedCatalogue, files: Sequence[Path], told: Told) -> Impact:
    def waiting() -> Iterator[tuple[str, Callable[[], Submission]]]:
        for number, file in enumerate(files):
            told(number, len(files))
            yield str(file), partial(load_submission, file)

    places = changed_places(old.ruleset, new.ruleset)
    return impact((old, partial(evaluate, old)), (new, partial(evaluate, new)), waiting(), places)


def _written(found: Impact, shape: Shape, language: Language) -> str:
    explain = partial(explained, language=language)
    match shape:
        case "json":
            return f"{impact_json(found)}\n"
        case "html":
            return impact_html(found, explain, language)
        case "markdown":
            return as_markdown(impact_title(found), impact_lines(found, explain, language))
    return plain(impact_title(found), impact_lines(found, explain, language))

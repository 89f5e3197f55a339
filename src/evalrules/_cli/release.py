"""``evalrules release``: records the digest of a finished edition, which from then on may not change in meaning."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from evalrules._cases import case_problems
from evalrules._catalogue.editions import as_seen, folder_of
from evalrules._catalogue.release import RELEASES, record
from evalrules._cli.plugins_in_use import load_with_plugins, plugins_option
from evalrules._cli.speech import in_words, language_option, said, tell
from evalrules._engine import LoadedCatalogue
from evalrules._problems import CatalogueError, Problem, problem
from evalrules._wording import Language


@click.command(
    help=said(
        "发布一个版本：检查、运行算例，都通过后把校验码记入所在文件夹的 releases.yaml。"
        "此后只能改注释和排版，改了内容的通不过 evalrules check；要改就另立新版本。\n\n退出码：0 已发布；1 没有发布。",
        "Release an edition: when it is sound and its cases hold, its digest is recorded in releases.yaml beside it. "
        "From then on only comments and layout may change.\n\nExit status: 0 released; 1 refused.",
    )
)
@click.argument("edition", metavar=said("指标体系", "EDITION"))
@plugins_option
@language_option
def release(edition: str, language: Language) -> None:
    """Check an edition and record its digest."""
    try:
        catalogue = load_with_plugins(edition)
    except CatalogueError as refused:
        tell((*refused.problems, problem("release-with-errors", None, name=edition)), language)
        sys.exit(1)
    folder = _folder(catalogue)
    problems = _problems(catalogue, folder)
    tell(problems, language)
    if folder is None or problems:
        sys.exit(1)
    where = as_seen(folder / RELEASES)
    done = f"{catalogue.name} {catalogue.digest}"
    click.echo(in_words(language, f"已发布 {done}，记在 {where}", f"released {done}, recorded in {where}"))


def _folder(catalogue: LoadedCatalogue) -> Path | None:
    place = catalogue.location
    return None if place is None or not place.line else folder_of(Path(place.file))


def _problems(catalogue: LoadedCatalogue, folder: Path | None) -> tuple[Problem, ...]:
    """Give what keeps the edition from being released; record it where nothing does."""
    if folder is None:
        return (problem("release-without-file", None, name=catalogue.name),)
    failing = tuple(case_problems(catalogue, catalogue.functions))
    if failing:
        return (*failing, problem("release-with-errors", catalogue.location, name=catalogue.name))
    return record(catalogue, folder)

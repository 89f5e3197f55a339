"""Where reports go: to standard output, to a file, or one file a submission in a folder with an index."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

import click
from attrs import evolve
from rich.console import Console, RenderableType

from evalrules._cli.speech import explained
from evalrules._evaluation import Evaluation
from evalrules._problems import Problem
from evalrules._report.html import html_report
from evalrules._report.markdown import markdown_report
from evalrules._report.summary import Review, summary_html, summary_json, summary_markdown, summary_table
from evalrules._report.table import PIPE_WIDTH, table_report, table_text
from evalrules._wording import Language

Shape = Literal["table", "json", "markdown", "html"]
SHAPES: tuple[Shape, ...] = get_args(Shape)
_SUFFIXES: dict[Shape, str] = {"table": ".txt", "json": ".json", "markdown": ".md", "html": ".html"}
_UNFIT_FOR_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


def shape_of(output: Path | None) -> Shape:
    """Tell the format from the ending of the output file; a table where it tells nothing."""
    suffix = output.suffix.lower() if output else ""
    return next((shape for shape, known in _SUFFIXES.items() if known == suffix), "table")


def write_one(review: Review, shape: Shape, output: Path | None, language: Language) -> None:
    """Write the report of one submission to the output, a file or a folder, or to standard output."""
    if review.evaluation is None:
        return
    report = _report(review.evaluation, shape, language)
    if output is None:
        _print(report)
    else:
        _save(output / _name(review, shape, set()) if output.is_dir() else output, _text(report))


def write_all(reviews: Sequence[Review], shape: Shape, folder: Path | None, language: Language) -> None:
    """Write the summary; with a folder also one report a submission, to which the summary then links."""
    if folder is None:
        _print(_summary(reviews, shape, language))
        return
    linked = _write_reports(reviews, shape, folder, language)
    _save(folder / f"index{_SUFFIXES[shape]}", _text(_summary(linked, shape, language)))


def _write_reports(reviews: Sequence[Review], shape: Shape, folder: Path, language: Language) -> list[Review]:
    taken = {f"index{_SUFFIXES[shape]}"}
    linked = []
    for review in reviews:
        name = "" if review.evaluation is None else _name(review, shape, taken)
        if review.evaluation is not None:
            _save(folder / name, _text(_report(review.evaluation, shape, language)))
        linked.append(evolve(review, report=name))
    return linked


def _name(review: Review, shape: Shape, taken: set[str]) -> str:
    """Name the report after its submission; a second one of the same name gets a number."""
    stem = _UNFIT_FOR_NAMES.sub("-", "stdin" if review.file == "-" else Path(review.file).stem)
    names = (f"{stem}{number}{_SUFFIXES[shape]}" for number in ("", *(f"-{count}" for count in range(2, 10**6))))
    name = next(name for name in names if name not in taken)
    taken.add(name)
    return name


def _report(evaluation: Evaluation, shape: Shape, language: Language) -> RenderableType:
    match shape:
        case "table":
            return table_report(evaluation, language)
        case "json":
            return f"{evaluation.to_json()}\n"
        case "markdown":
            return markdown_report(evaluation, language)
        case "html":
            return html_report(evaluation, language)


def _summary(reviews: Sequence[Review], shape: Shape, language: Language) -> RenderableType:
    def explain(found: Problem) -> str:
        return explained(found, language)

    match shape:
        case "table":
            return summary_table(reviews, language)
        case "json":
            return f"{summary_json(reviews)}\n"
        case "markdown":
            return summary_markdown(reviews, language, explain)
        case "html":
            return summary_html(reviews, language, explain)


def _text(report: RenderableType) -> str:
    return report if isinstance(report, str) else table_text(report)


def _print(report: RenderableType) -> None:
    console = Console()
    if isinstance(report, str):
        click.echo(report, nl=False)
    elif console.is_terminal:
        console.print(report)
    else:
        click.echo(table_text(report, PIPE_WIDTH), nl=False)


def _save(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8", newline="\n")
    except OSError as refused:
        raise click.FileError(str(file), hint=refused.strerror) from refused

"""``evalrules replay``: evaluates again and says whether a recorded result can still be had."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from evalrules._cli.comparing import UNREADABLE
from evalrules._cli.plugins_in_use import load_with_plugins, plugins_option
from evalrules._cli.speech import explained, in_words, language_option, said, tell
from evalrules._compare.replay import Recorded, Replay, read_recorded
from evalrules._compare.replay import replay as compare
from evalrules._documents import Problems, read_bytes
from evalrules._engine import evaluate, load_submission
from evalrules._problems import EvalrulesError, problem
from evalrules._report.escape import visible
from evalrules._wording import Language


@click.command(
    help=said(
        "按结果文件记载的指标体系版本重新评一次，说明与原结果完全一致，或者逐项列出哪里不同、为什么"
        "（指标体系、程序、插件、自评表）。\n\n退出码：0 完全一致；1 有不同；2 读不了或不能评。",
        "Evaluate again by the edition that a result names, and say that it is identical, or exactly what differs and "
        "why (edition, engine, plug-ins, submission).\n\nExit status: 0 identical; 1 something differs; 2 unreadable.",
    )
)
@click.argument("result", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="RESULT.json")
@click.argument("submission", type=click.Path(exists=True, path_type=Path), metavar=said("自评表", "SUBMISSION"))
@click.option(
    "--catalogue", help=said("按此版本或文件，不看结果里写的", "this edition or file, not that of the result")
)
@plugins_option
@language_option
def replay(result: Path, submission: Path, catalogue: str | None, language: Language) -> None:
    """Evaluate again and compare field by field."""
    recorded = _recorded(result, language)
    try:
        edition = load_with_plugins(catalogue or recorded.edition)
        found = compare(recorded, evaluate(edition, load_submission(submission)))
    except EvalrulesError as refused:
        tell(refused.problems, language)
        sys.exit(UNREADABLE)
    _say(found, language)
    sys.exit(0 if found.is_identical else 1)


def _recorded(file: Path, language: Language) -> Recorded:
    problems = Problems()
    content = read_bytes(file, str(file), problems)
    recorded = None if content is None else read_recorded(content.decode("utf-8", "replace"))
    if recorded is None:
        tell((*problems, problem("replay-unreadable", None, file=file)), language)
        sys.exit(UNREADABLE)
    return recorded


def _say(found: Replay, language: Language) -> None:
    if found.is_identical:
        click.echo(in_words(language, "完全一致", "identical"))
        return
    for cause in found.causes:
        click.echo(explained(cause, language))
    if not found.fields:
        click.echo(in_words(language, "评价结果各项一致", "every field of the result is the same"))
    for field in found.fields:
        click.echo(visible(f"{field.path}{in_words(language, '：', ': ')}{field.old} → {field.new}"))

"""``evalrules explain``: a rule in words, with examples at every edge, and what a given input would score."""

from __future__ import annotations

from collections.abc import Mapping

import click
from rich.console import Console

from evalrules._cli.plugins_in_use import load_with_plugins, plugins_option
from evalrules._cli.speech import language_option, said, tell
from evalrules._explaining import explain as explained
from evalrules._explaining.trial import Question
from evalrules._problems import CatalogueError, Location, problem
from evalrules._report.explanation import explanation_report
from evalrules._report.table import PIPE_WIDTH, table_text
from evalrules._wording import Language

REFUSED = 1


@click.command(
    help=said(
        "用文字说明一个指标、开放分组或方法怎样计分，在每一处分界上下各举算例；"
        "给出完成值、指标值或数据时，另算出得几分、为什么。\n\n"
        "退出码：0 已说明；1 找不到，或给出的数看不懂。",
        "Tell in words how an indicator, an open section or a method scores, with examples at and on both sides of "
        "every edge; with an actual, a target or figures also what they would score and why.\n\n"
        "Exit status: 0 told; 1 nothing of that name, or a value that cannot be read.",
    )
)
@click.argument("edition", metavar=said("指标体系", "EDITION"))
@click.argument("indicator", metavar=said("指标", "INDICATOR"))
@click.option("--actual", metavar=said("完成值", "ACTUAL"), help=said("试算此完成值，如 95%", "try this actual: 95%"))
@click.option(
    "--target", metavar=said("指标值", "TARGET"), help=said("换成此指标值，如 ≥90%", "with this target: ≥90%")
)
@click.option(
    "--set",
    "inputs",
    multiple=True,
    metavar=said("名称=值", "NAME=VALUE"),
    help=said("试算此数据，如 编制数=65，可写多次", "try this figure; may be repeated"),
)
@plugins_option
@language_option
def explain(
    edition: str, indicator: str, actual: str | None, target: str | None, inputs: tuple[str, ...], language: Language
) -> None:
    """Explain one part of an edition on standard output."""
    try:
        question = Question(actual, target, _pairs(inputs))
        explanations = explained(load_with_plugins(edition).ruleset, indicator, question, language)
    except CatalogueError as refused:
        tell(refused.problems, language)
        raise SystemExit(REFUSED) from None
    report = explanation_report(explanations, language)
    console = Console()
    if console.is_terminal:
        console.print(report)
    else:
        click.echo(table_text(report, PIPE_WIDTH), nl=False)


def _pairs(inputs: tuple[str, ...]) -> Mapping[str, str]:
    """Read ``name=value``; a full-width sign serves as well."""
    wrong = [text for text in inputs if "=" not in text.replace("＝", "=")]
    if wrong:
        raise CatalogueError([problem("explain-set-form", Location("--set"), text=text) for text in wrong])
    parts = (text.replace("＝", "=").partition("=") for text in inputs)
    return {name.strip(): value.strip() for name, _, value in parts}

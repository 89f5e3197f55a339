"""``evalrules plugins``: what is installed, what each plug-in contributes, what was refused and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import click

from evalrules._catalogue.editions import Library
from evalrules._cli.plugins_in_use import plugins_in_use, plugins_option
from evalrules._cli.speech import explained, in_words, language_option, said
from evalrules._engine import load_catalogue
from evalrules._formula.scope import Function
from evalrules._numbers import decimal_text
from evalrules._plugins import Plugin, Plugins
from evalrules._plugins.contributions import Brought, contributions_of
from evalrules._problems import CatalogueError, Problem
from evalrules._report.escape import visible
from evalrules._wording import Language


@click.command(
    help=said(
        "列出已安装的插件、各自提供的内容，以及没有采用的部分和原因。",
        "Tell which plug-ins are installed, what each contributes, and what was refused of them and why.",
    )
)
@plugins_option
@language_option
def plugins(language: Language) -> None:
    """Write one paragraph a plug-in, then everything that was refused."""
    in_use = plugins_in_use()
    for plugin in in_use.loaded:
        click.echo("\n".join(map(visible, _lines(plugin, in_use, language))))
    if not in_use.loaded:
        click.echo(in_words(language, "没有可用的插件", "no plug-in is in use"))
    refused = list(dict.fromkeys(_refused(in_use)))
    if refused:
        click.echo(in_words(language, "\n没有采用：", "\nrefused:"))
    for found in refused:
        click.echo(explained(found, language))


def _lines(plugin: Plugin, in_use: Plugins, language: Language) -> Iterator[str]:
    yield str(plugin)
    yield f"  {in_words(language, '接口：', 'hooks: ')}{'、'.join(plugin.hooks)}"
    for function in in_use.functions_of(plugin):
        yield f"  {in_words(language, '函数：', 'function: ')}{_usage(function)} {_first_line(function.about)}"
    for edition in Library(in_use.folders_of(plugin)).editions():
        yield f"  {in_words(language, '指标体系：', 'edition: ')}{edition.name}"
    for brought in contributions_of(in_use).read:
        if brought.plugin == plugin:
            yield f"  {in_words(language, '指标：', 'indicators: ')}{_contributed(brought, language)}"


def _usage(function: Function) -> str:
    units = [unit or "…" for unit in function.arguments]
    more = ", …" if function.repeating else ""
    return f"{function.name}({', '.join(units)}{more})"


def _first_line(text: str) -> str:
    return text.strip().split("\n", 1)[0]


def _contributed(brought: Brought, language: Language) -> str:
    own = [added.indicator for added in brought.contribution.indicators]
    points = decimal_text(sum((indicator.points for indicator in own), Fraction(0)))
    size = in_words(language, f"{len(own)} 项 {points} 分", f"{len(own)} of {points} points")
    return f"{brought.contribution.contributes_to} {brought.department} {size}"


def _refused(in_use: Plugins) -> Iterable[Problem]:
    yield from in_use.problems
    yield from contributions_of(in_use).problems
    for edition in dict.fromkeys(one.contribution.contributes_to for one in contributions_of(in_use).read):
        try:
            catalogue = load_catalogue(edition, plugins=in_use)
        except CatalogueError as error:
            yield from error.problems
        else:
            yield from catalogue.departments.problems

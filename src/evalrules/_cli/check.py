"""``evalrules check``: everything an edition can get wrong, all at once, each with its place."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click

from evalrules._cases import case_problems
from evalrules._catalogue.check import check as check_catalogue
from evalrules._catalogue.editions import Library
from evalrules._catalogue.read import read_edition
from evalrules._catalogue.release import released_problems
from evalrules._cli.plugins_in_use import plugins_in_use, plugins_option, tell_once
from evalrules._cli.speech import in_words, language_option, said, tell
from evalrules._plugins import Plugins
from evalrules._plugins.absent import read_with_stand_ins
from evalrules._plugins.departments import Departments
from evalrules._problems import Location, Problem
from evalrules._wording import Language


@click.command(
    help=said(
        "检查指标体系写得对不对，列出全部问题及其位置；不写时检查找得到的全部指标体系。\n\n"
        "退出码：0 没有错误；1 有错误。",
        "Tell everything that editions get wrong; all that are found where none is named.\n\n"
        "Exit status: 0 no errors; 1 some.",
    )
)
@click.argument("editions", nargs=-1, metavar=said("[指标体系…]", "[EDITION…]"))
@plugins_option
@language_option
def check(editions: tuple[str, ...], language: Language) -> None:
    """Check each edition by itself; warnings are told and do not change the exit status."""
    plugins = plugins_in_use()
    tell_once(plugins.problems)
    library = Library.standard(of_plugins=plugins.catalogue_folders)
    wrong = 0
    for edition in editions or [str(found.path) for found in library.editions()]:
        problems = _problems_of(edition, library, plugins)
        errors = sum(found.severity == "error" for found in problems)
        tell(problems, language)
        click.echo(f"{edition}{in_words(language, '：', ': ')}{_verdict(errors, len(problems) - errors, language)}")
        wrong += errors > 0
    sys.exit(1 if wrong else 0)


def _problems_of(edition: str, library: Library, plugins: Plugins) -> list[Problem]:
    reading = partial(read_edition, _source(edition), library=library)
    catalogue, problems, functions = read_with_stand_ins(lambda known: reading(functions=known), plugins)
    if catalogue is not None:
        contributed = Departments(catalogue, functions, plugins).problems
        own = check_catalogue(catalogue, partial(case_problems, functions=functions), functions)
        problems = (*problems, *own, *contributed, *released_problems(catalogue))
    return sorted(problems, key=lambda found: (found.location or Location(""), found.code))


def _source(edition: str) -> str | Path:
    return Path(edition) if Path(edition).exists() else edition


def _verdict(errors: int, others: int, language: Language) -> str:
    if not errors + others:
        return in_words(language, "没有问题", "nothing wrong")
    return in_words(language, f"{errors} 个错误，{others} 个提醒", f"{errors} errors, {others} warnings")

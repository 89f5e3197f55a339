"""What the command says besides its results: help in the user's language, problems on standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click

from evalrules._excerpt import render_problem
from evalrules._problems import Problem
from evalrules._report.escape import visible
from evalrules._wording import Language, chosen_language


def said(chinese: str, english: str) -> str:
    """Choose the text of a help page by ``EVALRULES_LANG`` or the locale."""
    return english if chosen_language() == "en" else chinese


def in_words(language: Language, chinese: str, english: str) -> str:
    """Choose the text of an output by its language."""
    return english if language == "en" else chinese


def language_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--lang`` to a command, which then takes a ``language``."""
    option = click.option(
        "--lang",
        "language",
        type=click.Choice(["zh", "en"]),
        callback=lambda _context, _option, value: chosen_language(value),
        help=said(
            "信息和报告框架的语言（默认看 EVALRULES_LANG 和系统设置）", "language of messages and of the reports' frame"
        ),
    )
    return option(command)


def tell(problems: Iterable[Problem], language: Language) -> None:
    """Write problems to standard error, each with its line and a caret under the place."""
    for found in problems:
        click.echo(explained(found, language), err=True)


def explained(found: Problem, language: Language) -> str:
    """Write a problem in full, safe to show on a terminal."""
    return "\n".join(visible(line) for line in render_problem(found, language).split("\n"))

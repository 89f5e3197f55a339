"""``evalrules plugins``, what is installed, and ``evalrules plugin new``, a working package to begin with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from evalrules._cli.speech import in_words, language_option, plugins_in_use, plugins_option, said, say, sign
from evalrules._cli.usage import PATH, command, group
from evalrules._documents import is_file, is_folder, write_file
from evalrules._edition.contributions import name_prefix
from evalrules._edition.find import Library
from evalrules._engine import problems_of
from evalrules._formula.scope import Function
from evalrules._numbers import decimal_text
from evalrules._patterns import regex
from evalrules._plugins import Plugin, Plugins
from evalrules._plugins.departments import Brought, contributions_of
from evalrules._problems import Language, render_problem
from evalrules._version import __version__

# ``evalrules plugins``: what is installed, what each plug-in contributes, what was refused and why.


@command(help=said("plugins"))
@plugins_option
@language_option
def plugins(language: Language) -> None:
    """Write one paragraph a plug-in, then everything that was refused."""
    in_use = plugins_in_use()
    for plugin in in_use.loaded:
        say("\n".join(_lines(plugin, in_use, language)))
    if not in_use.loaded:
        say(in_words(language, "no-plugins"))
    refused = list(dict.fromkeys(problems_of(in_use, contributions_of(in_use).editions)))
    if refused:
        say(in_words(language, "refused"))
    for found in refused:
        say(render_problem(found, language))


def _lines(plugin: Plugin, in_use: Plugins, language: Language) -> Iterator[str]:
    yield str(plugin)
    yield f"  {in_words(language, 'hooks')}{sign(language, 'and').join(plugin.hooks)}"
    for function in in_use.functions_of(plugin):
        yield f"  {in_words(language, 'function')}{_usage(function)} {_first_line(function.about)}"
    for edition in Library(in_use.folders_of(plugin)).editions():
        yield f"  {in_words(language, 'edition')}{edition.name}"
    for brought in contributions_of(in_use).read:
        if brought.plugin == plugin:
            yield f"  {in_words(language, 'indicators')}{_contributed(brought, language)}"


def _usage(function: Function) -> str:
    units = [unit or "…" for unit in function.arguments]
    more = ", …" if function.repeating else ""
    return f"{function.name}({', '.join(units)}{more})"


def _first_line(text: str) -> str:
    return text.strip().split("\n", 1)[0]


def _contributed(brought: Brought, language: Language) -> str:
    own = [added.indicator for added in brought.contribution.indicators]
    points = decimal_text(sum((indicator.points for indicator in own), Fraction(0)))
    size = in_words(language, "points", count=len(own), points=points)
    return f"{brought.contribution.contributes_to} {brought.department} {size}"


# ``evalrules plugin new``: a working package for a department to begin with.


_NAME = regex(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_SUFFIX = ".template"


@group(help=said("plugin"))
def plugin() -> None:
    """Hold the subcommands together."""


@command(help=said("plugin-new"))
@click.argument("name", metavar=said("meta-name"))
@click.option("--department", default="某单位", show_default=True, help=said("plugin-new-department"))
@click.option(
    "-o",
    "--output",
    type=PATH,
    default=Path(),
    help=said("plugin-new-output"),
)
@language_option
def new(name: str, department: str, output: Path, language: Language) -> None:
    """Write the package into a new folder of its name."""
    if not _NAME.fullmatch(name):
        wrong = in_words(language, "plugin-name")
        raise click.BadParameter(f"{name}: {wrong}", param_hint=in_words(language, "meta-name"))
    if '"' in department or not department.isprintable() or not department.strip():
        wrong = in_words(language, "plugin-department")
        raise click.BadParameter(wrong, param_hint="--department")
    folder = output / name
    if is_file(folder) or is_folder(folder):
        raise click.ClickException(in_words(language, "exists", folder=folder))
    values = {
        "NAME": name,
        "MODULE": name.replace("-", "_"),
        "DEPARTMENT": department,
        "PREFIX": name_prefix(department),
        "VERSION": __version__,
    }
    for path, text in sorted(_written(files("evalrules") / "_plugin_template", values).items()):
        file = folder / path
        write_file(file, text)
        say(file)


def _written(folder: Traversable, values: dict[str, str], above: str = "") -> dict[str, str]:
    """Give the files of the template by path, names and texts filled in."""
    found: dict[str, str] = {}
    for entry in folder.iterdir():
        path = above + _filled(entry.name, values)
        if entry.is_dir():
            found |= _written(entry, values, f"{path}/")
        elif path.endswith(_SUFFIX):
            found[path.removesuffix(_SUFFIX)] = _filled(entry.read_text("utf-8"), values)
    return found


def _filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"__([A-Z]+)__", lambda place: values.get(place[1], place[0]), text)


plugin.add_command(new)

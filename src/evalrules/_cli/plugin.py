"""``evalrules plugin new``: a working package for a department to begin with."""

from __future__ import annotations

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from evalrules._catalogue.department import name_prefix
from evalrules._cli.speech import in_words, language_option, said
from evalrules._version import __version__
from evalrules._wording import Language

_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_SUFFIX = ".template"


@click.group(help=said("编写插件。", "Write plug-ins."))
def plugin() -> None:
    """Hold the subcommands together."""


@plugin.command(
    help=said(
        "写出一个可以安装的插件：一份自设指标、一个函数、测试和说明。",
        "Write a package that installs: a contribution, a function, a test and a README.",
    )
)
@click.argument("name", metavar=said("插件名", "NAME"))
@click.option(
    "--department", default="某单位", show_default=True, help=said("填报单位的名称", "the organisation that it is for")
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help=said("写到此文件夹，默认当前文件夹", "write into this folder; default: the current one"),
)
@language_option
def new(name: str, department: str, output: Path, language: Language) -> None:
    """Write the package into a new folder of its name."""
    if not _NAME.fullmatch(name):
        wrong = in_words(
            language, "插件名由小写字母、数字和连字符组成", "a name holds lower-case letters, digits and hyphens"
        )
        raise click.BadParameter(f"{name}: {wrong}", param_hint="NAME")
    if '"' in department or not department.isprintable() or not department.strip():
        wrong = in_words(
            language, "单位名称不能有引号或控制字符", "the department cannot hold quotes or control characters"
        )
        raise click.BadParameter(wrong, param_hint="--department")
    folder = output / name
    if folder.exists():
        raise click.ClickException(in_words(language, f"{folder} 已存在", f"{folder} exists"))
    values = {
        "NAME": name,
        "MODULE": name.replace("-", "_"),
        "DEPARTMENT": department,
        "PREFIX": name_prefix(department),
        "VERSION": __version__,
    }
    for path, text in sorted(_written(files("evalrules") / "_plugin_template", values).items()):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8", newline="\n")
        click.echo(file)


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

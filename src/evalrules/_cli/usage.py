"""Help pages, and what is wrong with the words after the command, in the user's language."""

from __future__ import annotations

import math
import os
import re
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from evalrules._cli.speech import FOLDERS, said
from evalrules._documents import is_folder
from evalrules._problems import listed, visible

# What is written after an option or in the place of an argument.


class PathName(click.types.StringParamType):
    """A path that a system can have; ``of`` says what has to be there: a ``file``, or a file or folder (``any``)."""

    name = "path"

    def __init__(self, of: str = "") -> None:
        """Say what has to be there, if anything."""
        self._of = of

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give the path; of one that holds a NUL or what no system encodes, no system call could say what is wrong."""
        path = Path(value)
        try:
            fit = b"\0" not in os.fsencode(path)
        except UnicodeEncodeError:
            fit = False
        if not fit:
            self.fail(said("use-no-path", path=value), param, ctx)
        if value == "-" and self._of == "any":
            return path  # standard input
        if value and self._of == "file" and is_folder(path):
            self.fail(said("use-folder", path=value), param, ctx)
        if value and self._of and not os.path.lexists(path):
            self.fail(said("use-not-there", path=value), param, ctx)
        if ctx is not None and str(value).endswith(("/", os.sep)):
            ctx.meta.setdefault(FOLDERS, set()).add(path)
        return path

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002 - as click asks
        """Say what is written there."""
        return said("meta-path")


class CellText(click.types.StringParamType):
    """What would stand in a cell of a form, which may be blank."""

    name = "cell"


class FiniteNumber(click.FloatRange):
    """A number between two others; what is no number (``nan``) lies between none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give the number."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value}", param, ctx)
        return number


PATH: Final = PathName()
CELL: Final = CellText()

# How a command is told.


class LocalisedCommand(click.Command):
    """A command whose help page and errors of use are in the user's language, set by the width of its signs."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Give the option that shows this page."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = said("help-option")
        return option

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the page: how it is called, what it does, its options, and for a group its commands."""
        from evalrules._cli.pages import help_page  # noqa: PLC0415 - whoever runs a command needs no page

        lists = [(said("help-options"), self._options(ctx))]
        if isinstance(self, LocalisedGroup):
            lists.append((said("help-commands"), self.thoughts(ctx)))
        formatter.write(help_page(self._call(ctx), self.help or "", lists, formatter.width))

    def get_usage(self, ctx: click.Context) -> str:
        """Give the line that says how it is called, as it stands above an error of use."""
        return self._call(ctx)

    def _call(self, ctx: click.Context) -> str:
        return said("help-usage", call=" ".join([ctx.command_path, *self.collect_usage_pieces(ctx)]))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; one too many is told in the user's language."""
        if isinstance(self, click.Group):
            return super().parse_args(ctx, args)
        ctx.allow_extra_args = True
        self._refuse_empty(ctx, args)
        rest = super().parse_args(ctx, args)
        if ctx.args and not ctx.resilient_parsing:
            ctx.fail(said("use-too-many", words=listed([f"`{word}`" for word in ctx.args])))
        return rest

    def _refuse_empty(self, ctx: click.Context, args: list[str]) -> None:
        """Refuse an empty word, as a variable that is not set leaves it: it names nothing."""
        values, _, _ = self.make_parser(ctx).parse_args(list(args))
        for param in self.get_params(ctx):
            given = values.get(param.name or "")
            if "" in (given if isinstance(given, list | tuple) else (given,)) and not isinstance(param.type, CellText):
                ctx.fail(said("use-empty", name=_written(param)))

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Give what is written after the command."""
        pieces = [said("meta-options")] if self.options_metavar else []
        pieces += [piece for param in self.get_params(ctx) for piece in param.get_usage_pieces(ctx)]
        return [*pieces, said("meta-command")] if isinstance(self, click.Group) else pieces

    def _options(self, ctx: click.Context) -> list[tuple[str, str]]:
        return [_record(param, ctx) for param in self.get_params(ctx) if isinstance(param, click.Option)]


class LocalisedGroup(LocalisedCommand, click.Group):
    """A group of commands, told alike."""

    def thoughts(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Give each command with the first thought of its help."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        return [(name, first_thought(of.help or "")) for name, of in commands if of]


def _record(option: click.Option, ctx: click.Context) -> tuple[str, str]:
    """Give an option as its line of the help page: how it is written, and what it does."""
    held = (
        "" if option.is_flag or option.is_eager else f" {option.make_metavar(ctx) if _own(option) else _kind(option)}"
    )
    told = [said("help-required")] if option.required else []
    if option.show_default and option.default is not None:
        told.append(said("help-default", value=f"{option.default}"))
    if isinstance(option.type, click.IntRange | click.FloatRange):
        told.append(_range(option.type))
    more = said("help-more", what=said("help-and").join(told)) if told else ""
    return ", ".join(option.opts) + held, f"{option.help or ''}{more}"


def _own(option: click.Option) -> bool:
    return bool(option.metavar) or isinstance(option.type, click.Choice | PathName)


def _kind(option: click.Option) -> str:
    return said("meta-number" if isinstance(option.type, click.IntRange | click.FloatRange) else "meta-text")


def _range(numbers: click.IntRange | click.FloatRange) -> str:
    if numbers.max is None:
        return said("help-least", low=numbers.min)
    return said("help-range", low=numbers.min, high=numbers.max)


command = partial(click.command, cls=LocalisedCommand)
group = partial(click.group, cls=LocalisedGroup)


def first_thought(text: str) -> str:
    """Give the first thought of a command's help, as a list of commands shows it."""
    return re.split(said("thought-ends"), text.strip(), maxsplit=1)[0]


def tell_wrong_use(wrong: click.ClickException) -> None:
    """Write to standard error how the command is called and what was wrong; what the user wrote reaches it harmless."""
    lines = []
    if isinstance(wrong, click.UsageError) and wrong.ctx is not None:
        lines += [wrong.ctx.get_usage(), said("help-see", call=f"{wrong.ctx.command_path} --help"), ""]
    lines.append(said("use-wrong", what=visible(_what(wrong))))
    click.echo("\n".join(lines), err=True)


def _what(wrong: click.ClickException) -> str:
    """Say what is wrong; what only a programmer can cause stays as it is."""
    match wrong:
        case click.MissingParameter(param=click.Parameter() as missing):
            return said("use-missing", what=missing.make_metavar(wrong.ctx or click.get_current_context()))
        case click.NoSuchOption():
            return said("use-no-option", name=wrong.option_name) + _meant(wrong.possibilities)
        case click.NoSuchCommand():
            return said("use-no-command", name=wrong.command_name) + _meant(wrong.possibilities)
        case click.BadParameter(param=click.Parameter(type=click.Choice() as choice) as given):
            names = listed([f"`{name}`" for name in choice.choices])
            return said("use-no-choice", name=_written(given), choices=names)
        case click.BadParameter(param=click.Parameter(type=click.IntRange() as numbers) as given):
            return said("use-no-integer", name=_written(given), range=_range(numbers))
        case click.BadParameter(param=click.Parameter(type=click.FloatRange() as numbers) as given):
            return said("use-no-number", name=_written(given), range=_range(numbers))
        case click.BadParameter(param=click.Parameter() as given):
            return said("use-bad", name=_written(given), why=wrong.message)
        case click.BadParameter(param_hint=str() as name):
            return said("use-bad", name=name, why=wrong.message)
        case click.BadOptionUsage():
            return said("use-option-bare", name=wrong.option_name)
        case _:
            return wrong.format_message()


def _meant(possibilities: list[str] | None) -> str:
    return said("use-meant", names=listed([f"`{name}`" for name in possibilities])) if possibilities else ""


def _written(param: click.Parameter) -> str:
    return max(param.opts, key=len) if isinstance(param, click.Option) else str(param.metavar or param.name)


__all__ = [
    "CELL",
    "PATH",
    "FiniteNumber",
    "LocalisedGroup",
    "PathName",
    "command",
    "first_thought",
    "group",
    "tell_wrong_use",
]

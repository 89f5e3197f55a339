"""Help pages, and what is wrong with the words after the command, in the user's language."""

from __future__ import annotations

import re
from functools import partial

import click

from evalrules._cli.speech import said
from evalrules._problems import listed, visible


class Told(click.Command):
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
        if isinstance(self, ToldGroup):
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
        rest = super().parse_args(ctx, args)
        if ctx.args and not ctx.resilient_parsing:
            ctx.fail(said("use-too-many", words=listed([f"`{word}`" for word in ctx.args])))
        return rest

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Give what is written after the command."""
        pieces = [said("meta-options")] if self.options_metavar else []
        pieces += [piece for param in self.get_params(ctx) for piece in param.get_usage_pieces(ctx)]
        return [*pieces, said("meta-command")] if isinstance(self, click.Group) else pieces

    def _options(self, ctx: click.Context) -> list[tuple[str, str]]:
        records = [param.get_help_record(ctx) for param in self.get_params(ctx) if isinstance(param, click.Option)]
        return [record for record in records if record]


class ToldGroup(Told, click.Group):
    """A group of commands, told alike."""

    def thoughts(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Give each command with the first thought of its help."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        return [(name, first_thought(of.help or "")) for name, of in commands if of]


command = partial(click.command, cls=Told)
group = partial(click.group, cls=ToldGroup)


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


__all__ = ["ToldGroup", "command", "first_thought", "group", "tell_wrong_use"]

"""The command ``evalrules``, which only knows its subcommands; each has the exit status that its help names."""

from __future__ import annotations

import sys

import click

from evalrules._cli.compare import diff, impact_command, replay
from evalrules._cli.editions import check, explain, prove, release, schema, test
from evalrules._cli.evaluate import evaluate
from evalrules._cli.plugins import plugin, plugins
from evalrules._cli.speech import said
from evalrules._version import __version__

# The command itself, which only knows its subcommands.


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=said(
        "按财政部门写在 YAML 里的评分标准给绩效自评表计分，每一分扣在哪里、为什么，都有说明。",
        "Score performance self-evaluations by rules that finance staff write, with a reason for every point lost.",
    ),
)
@click.version_option(__version__, prog_name="evalrules")
def root() -> None:
    """Hold the subcommands together."""


for command in (check, diff, evaluate, explain, impact_command, plugin, plugins, prove, release, replay, schema, test):
    root.add_command(command)


def main() -> None:
    """Run the command; text that the terminal cannot show is written as codes rather than failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    root(prog_name="evalrules")


# The command ``evalrules``: one module a subcommand, each with the exit status that its help names.


__all__ = ["main"]

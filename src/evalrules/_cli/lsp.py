"""``evalrules lsp``: the checker as a language server, for editors that start it and speak to its standard streams."""

from __future__ import annotations

import sys

import click

from evalrules._cli.speech import language_option, said, tell
from evalrules._cli.usage import command
from evalrules._problems import Language, problem


@command("lsp", help=said("lsp"))
@click.option("--stdio", is_flag=True, help=said("lsp-stdio"))
@language_option
def lsp_command(language: Language, *, stdio: bool) -> None:  # noqa: ARG001 - what editors say, and the only way there is
    """Serve until the editor says that it is done."""
    try:
        import pygls  # noqa: F401, PLC0415 - an optional extra
    except ImportError:
        tell([problem("lsp-extra-missing")], language)
        sys.exit(1)
    from evalrules._lsp import server  # noqa: PLC0415 - needs the extra

    server(language).start_io()


__all__ = ["lsp_command"]

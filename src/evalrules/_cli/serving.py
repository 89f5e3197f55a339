"""``evalrules workbench`` and ``evalrules lsp``: what serves a browser or an editor until it is stopped."""

from __future__ import annotations

import socket
import sys
import webbrowser
from pathlib import Path

import click

from evalrules._cli.speech import language_option, said, say, tell
from evalrules._cli.usage import PATH, command
from evalrules._documents import is_folder
from evalrules._problems import Language, problem


@command("workbench", help=said("workbench"))
@click.argument("folder", default=".", type=PATH, metavar=said("meta-folder"))
@click.option("--port", type=click.IntRange(0, 65535), default=0, help=said("workbench-port"))
@click.option("--no-open", is_flag=True, help=said("workbench-no-open"))
@language_option
def workbench_command(folder: Path, port: int, language: Language, *, no_open: bool) -> None:
    """Serve the page on the loopback address until a signal stops it."""
    try:
        import starlette  # noqa: F401, PLC0415 - an optional extra
        import uvicorn  # noqa: PLC0415 - the same
    except ImportError:
        tell([problem("workbench-extra-missing")], language)
        sys.exit(1)
    from evalrules.workbench.desk import Shelf  # noqa: PLC0415
    from evalrules.workbench.server import Workbench  # noqa: PLC0415 - needs the extra

    if not is_folder(folder):
        tell([problem("workbench-no-folder", None, folder=folder)], language)
        sys.exit(1)
    try:
        listening = socket.create_server(("127.0.0.1", port))
    except OSError:
        tell([problem("workbench-port", None, port=port)], language)
        sys.exit(1)
    with listening:
        page = Workbench(Shelf(folder, language), listening.getsockname()[1])
        say(page.address)
        sys.stdout.flush()
        if not no_open:
            webbrowser.open(page.address)
        settings = uvicorn.Config(page.application(), log_level="error", access_log=False)
        uvicorn.Server(settings).run(sockets=[listening])


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

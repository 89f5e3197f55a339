"""The command ``evalrules``; what it needs is imported when it is known what is asked."""

from __future__ import annotations

import atexit
import gc
import sys
from contextlib import suppress

from evalrules._version import __version__


def main() -> None:
    """Run the command; the version is told without loading anything else, where standard output takes it."""
    if sys.argv[1:] == ["--version"] and sys.stdout is not None:
        with suppress(OSError):
            sys.stdout.write(f"evalrules {__version__}\n")
            sys.stdout.flush()
            return
    gc.set_threshold(200_000)  # what a command loads stays to its end: looking through it for garbage is in vain,
    atexit.register(gc.freeze)  # at its end as well
    from evalrules._cli.commands import run  # noqa: PLC0415 - as above

    run()


__all__ = ["main"]

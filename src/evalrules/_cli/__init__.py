"""The command ``evalrules``: one module a subcommand, each with the exit status that its help names."""

from __future__ import annotations

from evalrules._cli.root import main

__all__ = ["main"]

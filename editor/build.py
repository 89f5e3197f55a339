"""Bundles the workbench's editor while a package is built, where node is; without it the page has a plain text area."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = ("editor.js", "package.json", "package-lock.json")


class Editor(BuildHookInterface[Any]):
    """Puts the bundle beside the page; one that is no older than its sources stays."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Bundle, or say why the page will do without."""
        home = Path(self.root) / "editor"
        bundle = Path(self.root) / "src/evalrules/workbench/static/editor.js"
        npm = shutil.which("npm")
        newest = max((home / name).stat().st_mtime for name in SOURCES)
        if bundle.is_file() and bundle.stat().st_mtime >= newest:
            return
        if npm is None:
            self.app.display_warning("npm is not here: the workbench will have a plain text area")
            return
        for command in (("ci", "--ignore-scripts"), ("run", "build")):
            done = subprocess.run([npm, *command], cwd=home, capture_output=True, text=True, check=False)
            if done.returncode:
                self.app.display_warning(f"npm {command[0]} failed: the workbench will have a plain text area")
                self.app.display_warning(done.stderr)
                return

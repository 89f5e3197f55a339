"""The pytest plug-in of evalrules: edition files are tests. ``pytest catalogue/`` runs their cases and laws.

A module by itself, outside the package: pytest imports it at every start, and evalrules only where there is an edition.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

NOTE = "evalrules"
"""The property under which a test tells what should be known besides its outcome."""
_FOLDER_FILE = "catalogue.yaml"
_LONGEST_HEAD = 10_000


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect an edition that lies where editions lie, ``<id>/<edition>.yaml``, or that the command line names."""
    if file_path.suffix != ".yaml":
        return None
    head = _head(file_path)
    if not re.search(r"^evalrules:", head, re.MULTILINE) or re.search(r"^contributes_to:", head, re.MULTILINE):
        return None
    if not _lies_as_editions_do(file_path, head) and not parent.session.isinitpath(file_path):
        return None
    from evalrules.testing._collecting import EditionTests  # noqa: PLC0415 - only where there is something to test

    edition: pytest.Collector = EditionTests.from_parent(parent, path=file_path, note=NOTE)
    return edition


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show every waiver with its reason, and what could not be tried: none is hidden behind a dot."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    told = (value for report in reports for name, value in getattr(report, "user_properties", ()) if name == NOTE)
    notes = list(dict.fromkeys(told))
    if notes:
        terminalreporter.section("豁免的定律和无从检验的定律")
        for note in notes:
            terminalreporter.line(str(note))


def _head(file: Path) -> str:
    with file.open(encoding="utf-8", errors="replace") as text:
        return text.read(_LONGEST_HEAD)


def _lies_as_editions_do(file: Path, head: str) -> bool:
    home = file.parent.parent if file.name == _FOLDER_FILE else file.parent
    return re.search(rf"^id:\s*[\"']?{re.escape(home.name)}[\"']?\s*(#.*)?$", head, re.MULTILINE) is not None

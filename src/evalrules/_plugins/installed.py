"""Which installed packages bring a plug-in.

Most have none installed, so this is asked cheaply first: no package of the standard library that reads metadata is
imported before a file that names the group was seen.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from attrs import field, frozen

from evalrules._hookspecs import PROJECT
from evalrules._plugins.values import Plugin

_SECTION = f"[{PROJECT}]".encode()
Key = tuple[tuple[str, int], ...]


@frozen(order=True)
class Candidate:
    """A plug-in that can be loaded; ``load`` gives its module or object, or raises whatever its import raises."""

    plugin: Plugin
    load: Callable[[], Any] = field(eq=False, order=False)


def folders_now() -> Key:
    """Give the folders that packages are installed in, with the time of the last change of each."""
    return tuple(_stamped(entry or os.curdir) for entry in dict.fromkeys(sys.path))


def _stamped(folder: str) -> tuple[str, int]:
    try:
        return folder, Path(folder).stat().st_mtime_ns
    except OSError:
        return folder, 0


def any_installed(folders: Key) -> bool:
    """Tell whether some installed package names the group at all."""
    return any(_names_group(*folder) for folder in folders)


@lru_cache(maxsize=256)
def _names_group(folder: str, _changed: int) -> bool:
    if Path(folder).is_file():
        return True  # an archive: only reading its metadata can tell
    return any(_SECTION in _content(Path(folder) / name / "entry_points.txt") for name in _metadata_folders(folder))


def _metadata_folders(folder: str) -> Iterator[str]:
    try:
        names = os.listdir(folder)  # noqa: PTH208 - a Path for each of a thousand entries costs ten times as much
    except OSError:
        return
    yield from (name for name in names if name.endswith((".dist-info", ".egg-info")))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def installed() -> tuple[Candidate, ...]:
    """Give the plug-ins that installed packages name, in order of name, version and package."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - costs as much as all of evalrules; few need it

    return tuple(sorted(_candidate(point) for point in entry_points(group=PROJECT)))


def _candidate(point: Any) -> Candidate:
    package = point.dist
    name, version = ("", "") if package is None else (str(package.name), str(package.version))
    return Candidate(Plugin(point.name, version, name), point.load)


def given(plugin: object) -> Candidate:
    """Make a candidate of a module or object that a caller hands over; ``__version__`` is its version."""
    name = getattr(plugin, "__name__", None) or type(plugin).__name__
    return Candidate(Plugin(str(name), str(getattr(plugin, "__version__", ""))), lambda: plugin)

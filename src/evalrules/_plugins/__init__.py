"""Plug-ins as values: who they are, and what was taken on; the modules of the folder find, vet and guard them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs
from attrs import field

from evalrules._formula.scope import Function, Functions
from evalrules._problems import Problem, listed
from evalrules._values import Remembering, frozen

Calls = Mapping[str, Callable[..., Any]]


@attrs.frozen(order=True)
class Plugin:
    """A plug-in: its name, its version, and the package that brought it (empty for an object given directly)."""

    name: str
    version: str = ""
    package: str = ""
    hooks: tuple[str, ...] = field(default=(), eq=False, order=False, repr=False)
    calls: Calls = field(factory=dict, eq=False, order=False, repr=False)

    def __str__(self) -> str:
        package = f"{self.package or self.name} {self.version}".strip()
        return package if self.package in ("", self.name) else f"{self.name} ({package})"


@frozen
class ContributionFile:
    """A file of contributed indicators and the plug-in that brought it; one that is ``plain`` came without a package.

    It counts as a plug-in of its own name.
    """

    path: Path
    plugin: Plugin
    plain: bool = False


@frozen
class Plugins(Remembering):
    """What `load_plugins` gives: the plug-ins taken on, what they bring, and why others were refused.

    ``absent`` names plug-ins that were refused or blocked; a function of formulas that nobody brings may be theirs.
    Frozen; two are equal when they hold the same plug-ins, whatever the order of installation was.
    """

    loaded: tuple[Plugin, ...] = ()
    catalogue_origins: tuple[tuple[Path, Plugin], ...] = ()
    contribution_files: tuple[ContributionFile, ...] = ()
    functions: Functions = field(factory=dict)
    problems: tuple[Problem, ...] = ()
    absent: tuple[str, ...] = ()
    asked: tuple[Any, ...] = field(default=(), eq=False, repr=False)

    @property
    def catalogue_folders(self) -> tuple[Path, ...]:
        """The folders of whole editions, in the order that they are searched."""
        return tuple(dict.fromkeys(folder for folder, _ in self.catalogue_origins))

    @property
    def plugins(self) -> tuple[tuple[str, str], ...]:
        """Name and version of each plug-in, in order of their names."""
        return tuple((plugin.name, plugin.version) for plugin in self.loaded)

    def implementing(self, hook: str) -> tuple[Plugin, ...]:
        """Give the plug-ins that implement this hook."""
        return tuple(plugin for plugin in self.loaded if hook in plugin.hooks)

    def folders_of(self, plugin: Plugin) -> tuple[Path, ...]:
        """Give the folders of editions that this plug-in brings."""
        return tuple(folder for folder, origin in self.catalogue_origins if origin == plugin)

    def functions_of(self, plugin: Plugin) -> tuple[Function, ...]:
        """Give the functions that this plug-in brings."""
        return tuple(function for function in self.functions.values() if function.origin == str(plugin))


NONE = Plugins()


class PluginWarning(UserWarning):
    """Plug-ins were loaded without being asked for, and some of what they bring was refused."""


def named(plugins: Iterable[Plugin]) -> str:
    """List plug-ins with their versions: ``甲 1.0、乙 2.0``."""
    return listed(str(plugin) for plugin in sorted(plugins))

"""Plug-ins: found, vetted, kept apart from each other, and given to the engine as values."""

from __future__ import annotations

from evalrules._plugins.load import installed_plugins, load_plugins
from evalrules._plugins.values import NONE, Plugin, Plugins, PluginWarning

__all__ = ["NONE", "Plugin", "PluginWarning", "Plugins", "installed_plugins", "load_plugins"]

"""Registering one plug-in with pluggy, in a manager of its own: its hooks are known, and its faults are its own."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import cache
from types import ModuleType
from typing import Any

import pluggy
from attrs import evolve

from evalrules import _hookspecs
from evalrules._documents import closest
from evalrules._hookspecs import PROJECT, PROTOCOL, PROTOCOL_NAME
from evalrules._plugins.guard import described, guarded
from evalrules._plugins.values import Plugin
from evalrules._problems import Problem, problem

_PREFIX = f"{PROJECT}_"
_MARK = f"{PROJECT}_impl"


@cache
def hooks() -> dict[str, tuple[str, ...]]:
    """Give the hooks with the names of their arguments."""
    functions = {name: getattr(_hookspecs, name) for name in dir(_hookspecs) if name.startswith(_PREFIX)}
    return {name: tuple(inspect.signature(function).parameters) for name, function in functions.items()}


@cache
def _specifications() -> ModuleType:
    """Give the specifications alone: pluggy looks at every name of what holds them, for every plug-in."""
    alone = ModuleType(_hookspecs.__name__)
    vars(alone).update({name: getattr(_hookspecs, name) for name in hooks()})
    return alone


def register(plugin: Plugin, loaded: object) -> tuple[Plugin, tuple[Problem, ...]]:
    """Register what was imported; gives the plug-in with its hooks, and everything that is wrong with it."""
    later = tuple(_protocol(plugin, loaded))
    if later:
        return plugin, later
    members = guarded(lambda: dict(_members(loaded)), "plugin-import-failed")
    problems = [*_unmarked(plugin, members), *_arguments(plugin, members)]
    if problems:
        return plugin, tuple(problems)
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(_specifications())
    guarded(lambda: manager.register(loaded, plugin.name), "plugin-import-failed")
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as pending:
        return plugin, (problem("plugin-import-failed", plugin=plugin, fault=pending),)
    calls = {name: _first(manager, name) for name in hooks() if getattr(manager.hook, name).get_hookimpls()}
    if not calls:
        problems.append(problem("plugin-empty", plugin=plugin, known="、".join(hooks())))
    return evolve(plugin, hooks=tuple(sorted(calls)), calls=calls), tuple(problems)


def _first(manager: pluggy.PluginManager, name: str) -> Callable[..., Any]:
    def call(**arguments: object) -> Any:
        results = getattr(manager.hook, name)(**arguments)
        return results[0] if results else None

    return call


def _members(loaded: object) -> Iterator[tuple[str, Any]]:
    for name in dir(loaded):
        if name.startswith(_PREFIX):
            yield name, getattr(loaded, name)
            continue
        member = inspect.getattr_static(loaded, name, None)
        if getattr(member, _MARK, None) is not None:
            yield name, member


def _protocol(plugin: Plugin, loaded: object) -> Iterator[Problem]:
    stated = getattr(loaded, PROTOCOL_NAME, PROTOCOL)
    if not isinstance(stated, int) or isinstance(stated, bool) or not 1 <= stated <= PROTOCOL:
        found = described(stated).strip("`")
        yield problem("plugin-protocol", plugin=plugin, found=found, known=PROTOCOL)


def _unmarked(plugin: Plugin, members: dict[str, Any]) -> Iterator[Problem]:
    for name, member in members.items():
        if not callable(member):
            continue
        marked = getattr(member, _MARK, None) is not None
        specified = getattr(member, _MARK, None) or {}
        if (specified.get("specname") or name) not in hooks():
            yield problem("plugin-hook-unknown", plugin=plugin, hook=name, suggestion=closest(name, list(hooks())))
        elif not marked:
            yield problem("plugin-hook-unmarked", plugin=plugin, hook=name)


def _arguments(plugin: Plugin, members: dict[str, Any]) -> Iterator[Problem]:
    for name, member in members.items():
        if name not in hooks() or not callable(member):
            continue
        known = hooks()[name]
        asked = [parameter for parameter in _parameters(member) if parameter not in known]
        if asked:
            there = "、".join(known) or "（无）"
            yield problem("plugin-hook-arguments", plugin=plugin, hook=name, found="、".join(asked), known=there)


def _parameters(member: Any) -> list[str]:
    try:
        parameters = inspect.signature(member).parameters.values()
    except (TypeError, ValueError):
        return []
    return [parameter.name for parameter in parameters if parameter.default is parameter.empty]

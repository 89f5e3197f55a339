"""Loading plug-ins: each is imported and registered by itself, so that a fault of one is no fault of another."""

from __future__ import annotations

import copyreg
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from attrs import evolve, frozen

from evalrules._documents import closest
from evalrules._formula.scope import Function
from evalrules._plugins.guard import PluginFault, Watch, described, guarded
from evalrules._plugins.installed import Candidate, Key, any_installed, folders_now, given, installed
from evalrules._plugins.registering import register
from evalrules._plugins.values import NONE, ContributionFile, Plugin, Plugins, named
from evalrules._plugins.vetting import vetted
from evalrules._problems import PluginError, Problem, problem
from evalrules._wording import chosen_language

NO_PLUGINS = "EVALRULES_NO_PLUGINS"


def load_plugins(
    names: Iterable[str] | None = None,
    *,
    blocked: Iterable[str] = (),
    objects: Iterable[object] = (),
    lang: str | None = None,
) -> Plugins:
    """Import plug-ins, vet what they bring, and give what was taken on as one frozen value.

    ``names`` chooses among the installed ones (None: all of them), ``blocked`` leaves some out, and ``objects`` are
    modules or objects given directly. ``EVALRULES_NO_PLUGINS=1`` leaves out all installed ones that are not asked for
    by name. A plug-in with a fault is left out and named in ``problems``; raises `PluginError`, worded in ``lang``,
    only where one that ``names`` asks for is missing or refused.

    >>> load_plugins(names=[]).plugins
    ()
    """
    wanted = None if names is None else tuple(dict.fromkeys(names))
    asked = (wanted, tuple(dict.fromkeys(blocked)), tuple(objects))
    candidates, problems = _chosen(*asked)
    with Watch() as watch:
        admitted = [_admitted(candidate, watch) for candidate in candidates]
    whole = _together([found for found in admitted if isinstance(found, _Brought)])
    refused = [found for found in admitted if not isinstance(found, _Brought)]
    for found in refused:
        problems += found.problems
    failed = [found for found in problems if found.severity == "error"]
    if wanted and failed:
        raise PluginError(failed, chosen_language(lang))
    absent = {*_not_in_use((*whole.problems, *problems)), *(str(found.plugin) for found in refused)}
    ordered = sorted((*whole.problems, *problems), key=lambda found: (found.code, found.message))
    return evolve(whole, problems=tuple(ordered), absent=tuple(sorted(absent)), asked=asked)


def installed_plugins() -> Plugins:
    """Give all installed plug-ins, loaded once for as long as the same packages are installed."""
    folders = folders_now()
    if os.environ.get(NO_PLUGINS, "") not in ("", "0") or not any_installed(folders):
        return NONE
    return _loaded(folders)


@lru_cache(maxsize=4)
def _loaded(_folders: Key) -> Plugins:
    return load_plugins()


# ---- pickling -------------------------------------------------------------------------------------------------------


@frozen
class _Module:
    """A module by its name, since a module itself cannot be pickled."""

    name: str


def _reduced(plugins: Plugins) -> tuple[Any, ...]:
    """Pickle plug-ins as what was asked for: hooks are code, which is loaded again."""
    if not plugins.asked:
        return _again, ()
    names, blocked, objects = plugins.asked
    named_objects = tuple(_Module(one.__name__) if isinstance(one, ModuleType) else one for one in objects)
    return _again, (names, blocked, named_objects)


def _again(
    names: tuple[str, ...] | None = (), blocked: tuple[str, ...] = (), objects: tuple[object, ...] = ()
) -> Plugins:
    loaded = [import_module(one.name) if isinstance(one, _Module) else one for one in objects]
    return load_plugins(names, blocked=blocked, objects=loaded)


copyreg.pickle(Plugins, _reduced)


# ---- which ----------------------------------------------------------------------------------------------------------


def _chosen(
    wanted: tuple[str, ...] | None, blocked: tuple[str, ...], objects: tuple[object, ...]
) -> tuple[list[Candidate], list[Problem]]:
    switched_off = wanted is None and os.environ.get(NO_PLUGINS, "") not in ("", "0")
    known = () if switched_off or wanted == () or not any_installed(folders_now()) else installed()
    problems = [_missing(name, known) for name in wanted or () if name not in _names(known)]
    chosen = [one for one in known if wanted is None or one.plugin.name in wanted]
    chosen = sorted((*chosen, *(given(plugin) for plugin in objects)))
    problems += [problem("plugin-blocked", plugin=one.plugin) for one in chosen if one.plugin.name in blocked]
    chosen = [one for one in chosen if one.plugin.name not in blocked]
    twice = {name for name, count in Counter(one.plugin.name for one in chosen).items() if count > 1}
    problems += [
        problem("plugin-name-twice", name=name, plugins=named(one.plugin for one in chosen if one.plugin.name == name))
        for name in sorted(twice)
    ]
    return [one for one in chosen if one.plugin.name not in twice], problems


def _missing(name: str, known: Iterable[Candidate]) -> Problem:
    return problem("plugin-missing", name=name, suggestion=closest(name, sorted(_names(known))))


def _names(candidates: Iterable[Candidate]) -> set[str]:
    return {candidate.plugin.name for candidate in candidates}


def _not_in_use(problems: Iterable[Problem]) -> Iterator[str]:
    """Name the plug-ins of which something does not count though nothing is wrong with them by themselves."""
    for found in problems:
        if found.code in ("plugin-blocked", "plugin-name-twice", "function-twice"):
            arguments = dict(found.arguments)
            yield arguments.get("plugin") or arguments["plugins"]


# ---- one by one -----------------------------------------------------------------------------------------------------


@frozen
class _Brought:
    """A plug-in that was taken on, with what it brings."""

    plugin: Plugin
    folders: tuple[Path, ...]
    contributions: tuple[Path, ...]
    functions: tuple[Function, ...]
    problems: tuple[Problem, ...] = ()


@frozen
class _Refused:
    """A plug-in that was not taken on, and why."""

    plugin: Plugin
    problems: tuple[Problem, ...]


def _admitted(candidate: Candidate, watch: Watch) -> _Brought | _Refused:
    """Load one plug-in; whatever is wrong with it, all of it is told, and it is refused as a whole."""
    plugin = candidate.plugin
    try:
        with watch.over(plugin, "import"):
            loaded = guarded(candidate.load, "plugin-import-failed")
        plugin, problems = register(plugin, loaded)
    except PluginFault as fault:
        return _Refused(plugin, (_worded(plugin, fault),))
    if any(found.severity == "error" for found in problems):
        return _Refused(plugin, problems)
    return _asked(plugin, problems, watch)


def _asked(plugin: Plugin, problems: tuple[Problem, ...], watch: Watch) -> _Brought | _Refused:
    found = list(problems)
    ask = partial(_attempt, plugin, watch, found)
    folders = ask("evalrules_catalogues", _paths, Path.is_dir)
    contributions = ask("evalrules_contributions", _paths, Path.is_file)
    functions = ask("evalrules_functions", _functions, found)
    if any(each.severity == "error" for each in found):
        return _Refused(plugin, tuple(found))
    return _Brought(plugin, folders, contributions, functions, tuple(found))


def _attempt(
    plugin: Plugin, watch: Watch, problems: list[Problem], hook: str, read: Callable[..., tuple[Any, ...]], how: object
) -> tuple[Any, ...]:
    if hook not in plugin.hooks:
        return ()
    try:
        with watch.over(plugin, hook):
            return guarded(lambda: read(plugin, hook, how), "plugin-hook-failed", hook=hook)
    except PluginFault as fault:
        problems.append(_worded(plugin, fault))
        return ()


def _worded(plugin: Plugin, fault: PluginFault) -> Problem:
    return problem(fault.code, plugin=plugin, **fault.arguments)


def _paths(plugin: Plugin, hook: str, exists: Callable[[Path], bool]) -> tuple[Path, ...]:
    expected = "路径的列表"
    result = plugin.calls[hook]()
    if result is None or isinstance(result, str | bytes | Path):
        raise PluginFault("plugin-hook-result", hook=hook, found=described(result), expected=expected)
    paths = []
    for path in result:
        if not isinstance(path, str | Path):
            raise PluginFault("plugin-hook-result", hook=hook, found=described(path), expected=expected)
        if not exists(Path(path)):
            raise PluginFault("plugin-file-missing", hook=hook, path=path)
        paths.append(Path(path))
    return tuple(sorted(dict.fromkeys(paths)))


def _functions(plugin: Plugin, hook: str, problems: list[Problem]) -> tuple[Function, ...]:
    result = plugin.calls[hook]()
    if not isinstance(result, Mapping):
        raise PluginFault("plugin-hook-result", hook=hook, found=described(result), expected="函数名到函数的映射")
    functions = []
    for name, function in result.items():
        faults, taken = vetted(str(name), function, plugin)
        problems += faults
        if taken is not None:
            functions.append(taken)
    return tuple(functions)


# ---- together -------------------------------------------------------------------------------------------------------


def _together(brought: list[_Brought]) -> Plugins:
    """Put what the plug-ins bring together; a function that two of them bring counts for neither."""
    by_spelling: dict[str, list[tuple[Function, Plugin]]] = {}
    for one in brought:
        for function in one.functions:
            for spelling in filter(None, (function.name, function.english)):
                by_spelling.setdefault(spelling, []).append((function, one.plugin))
    twice = {spelling: [plugin for _, plugin in found] for spelling, found in by_spelling.items() if len(found) > 1}
    functions = {
        function.name: function
        for found in by_spelling.values()
        for function, _ in found
        if function.name not in twice and function.english not in twice
    }
    problems = [problem("function-twice", name=name, plugins=named(plugins)) for name, plugins in sorted(twice.items())]
    return Plugins(
        tuple(one.plugin for one in brought),
        tuple((folder, one.plugin) for one in brought for folder in one.folders),
        tuple(ContributionFile(path, one.plugin) for one in brought for path in one.contributions),
        dict(sorted(functions.items())),
        (*problems, *(found for one in brought for found in one.problems)),
    )

"""Plug-ins found, imported, vetted and registered, each by itself, so that a fault of one is no fault of another."""

from __future__ import annotations

import copyreg
import inspect
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache, partial
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final

import attrs
import pluggy
from attrs import evolve, field

from evalrules import _hookspecs
from evalrules._callers import each_of, hold_language
from evalrules._documents import closest, is_file, is_folder
from evalrules._formula.functions import BY_SPELLING
from evalrules._formula.scope import Function
from evalrules._formula.tokens import RESERVED, is_name
from evalrules._hookspecs import PROJECT, PROTOCOL, PROTOCOL_NAME
from evalrules._plugins import NONE, ContributionFile, Plugin, Plugins, named
from evalrules._plugins.guard import Guarded, GuardedSolver, PluginFault, attribute_text, class_name, described, guarded
from evalrules._problems import PluginError, Problem, chosen_language, listed, phrase, problem
from evalrules._values import frozen

# Registering one plug-in with pluggy, in a manager of its own: its hooks are known, and its faults are its own.


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
    members = dict(_members(loaded))
    problems = [*_unmarked(plugin, members), *_arguments(plugin, members)]
    if problems:
        return plugin, tuple(problems)
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(_specifications())
    manager.register(loaded, plugin.name)
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as pending:
        return plugin, (problem("plugin-import-failed", plugin=plugin, fault=pending),)
    calls = {name: _first(manager, name) for name in hooks() if getattr(manager.hook, name).get_hookimpls()}
    if not calls:
        problems.append(problem("plugin-empty", plugin=plugin, known=listed(hooks())))
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
            there = listed(known) or phrase("case-none")
            yield problem("plugin-hook-arguments", plugin=plugin, hook=name, found=listed(asked), known=there)


def _parameters(member: Any) -> list[str]:
    try:
        parameters = inspect.signature(member).parameters.values()
    except (TypeError, ValueError):
        return []
    several = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [one.name for one in parameters if one.default is one.empty and one.kind not in several]


# What a function of a plug-in must be before a formula may call it.


# What reads or runs more than it was given. No sandbox: it keeps out what comes in by mistake or by convenience.
_REFLECTIVE: Final = frozenset(
    {"getattr", "setattr", "delattr", "vars", "globals", "locals", "dir", "eval", "exec", "compile", "open", "input"}
    | {"__import__", "breakpoint", "attrgetter", "itemgetter", "methodcaller", "format", "format_map"}
)
_POSITIONAL: Final = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def vetted(name: Any, function: object, plugin: Plugin) -> tuple[tuple[Problem, ...], Function | None]:
    """Give everything that is wrong with a function, and, where nothing is, the function as formulas call it."""
    if type(name) is not str:
        return (problem("function-name", plugin=plugin, name=described(name).strip("`")),), None
    if type(function) is not Function:
        return (problem("function-not-one", plugin=plugin, name=name, found=described(function)),), None
    problems = tuple(
        problem(code, **{"plugin": plugin, "name": name, **arguments})
        for code, arguments in (
            *_named_wrong(name, function),
            *_declared_wrong(function),
            *_called_wrong(function),
        )
    )
    if problems:
        return problems, None
    about = str.__str__(function.about or inspect.getdoc(function.call) or "")
    taken = evolve(function, about=about, origin=str(plugin))
    solver = None if function.solver is None else GuardedSolver(function.solver, str(taken))
    return (), evolve(taken, call=Guarded(function.call, str(taken)), solver=solver)


Faults = Iterator[tuple[str, dict[str, object]]]


def _named_wrong(name: str, function: Any) -> Faults:
    for spelling in (function.name, function.english):
        if type(spelling) is not str and spelling is not None:
            yield "function-name", {"name": described(spelling).strip("`")}
            return
    if function.name != name:
        yield "function-key-differs", {"own": function.name}
    for spelling in (name, function.english):
        if spelling is None:
            continue
        if not is_name(spelling) or spelling in RESERVED:
            yield "function-name", {"name": spelling}
        elif spelling in BY_SPELLING:
            yield "function-name-taken", {"name": spelling}


def _declared_wrong(function: Any) -> Faults:  # declared types are what is in question here
    arguments = function.arguments
    if type(arguments) is not tuple:
        yield "function-unit", {"unit": described(arguments).strip("`")}
        return
    for unit in (*arguments, function.unit):
        if unit is not None and type(unit) is not str:
            yield "function-unit", {"unit": described(unit).strip("`")}
    if type(function.repeating) is not int or not 0 <= function.repeating <= len(arguments):
        yield "function-repeating", {"found": described(function.repeating).strip("`"), "declared": len(arguments)}
    if not (function.about or inspect.getdoc(function.call)):
        yield "function-undocumented", {}


def _called_wrong(function: Function) -> Faults:
    call = function.call
    if type(call) is not FunctionType:
        yield "function-reflective", {"found": _shown(call)}
        return
    for name in sorted(_used(call.__code__)):
        if name in _REFLECTIVE or name.startswith("__"):
            yield "function-reflective", {"found": name}
    signature = inspect.signature(call, follow_wrapped=False)
    parameters = signature.parameters.values()
    declared = len(function.arguments)
    several = any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters)
    single = [parameter for parameter in parameters if parameter.kind is not parameter.VAR_POSITIONAL]
    plain = all(parameter.kind in _POSITIONAL and parameter.default is parameter.empty for parameter in single)
    enough = len(single) <= declared if several else len(single) == declared
    if not plain or not enough or several != bool(function.repeating):
        yield "function-arguments", {"declared": declared, "found": signature}


def _shown(call: object) -> str:
    return attribute_text(call, "__qualname__") or class_name(call)


def _used(code: CodeType) -> set[str]:
    """Give all names that a function reads, those of functions inside it included."""
    inner = [_used(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    return set(code.co_names).union(*inner)


# Which installed packages bring a plug-in.
#
# Most have none installed, so this is asked cheaply first: no package of the standard library that reads metadata is
# imported before a file that names the group was seen.


_SECTION = f"[{PROJECT}]".encode()
Key = tuple[tuple[str, int], ...]


@attrs.frozen(order=True)
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
    name = attribute_text(plugin, "__name__") or class_name(plugin)
    return Candidate(Plugin(name, attribute_text(plugin, "__version__")), lambda: plugin)


# Loading plug-ins: each is imported and registered by itself, so that a fault of one is no fault of another.


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
    hold_language(lang)
    wanted = None if names is None else tuple(dict.fromkeys(each_of("load_plugins", "names", names, str)))
    asked = (wanted, tuple(dict.fromkeys(each_of("load_plugins", "names", blocked, str))), tuple(objects))
    candidates, problems = _chosen(*asked)
    admitted = [_admitted(candidate) for candidate in candidates]
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


def _admitted(candidate: Candidate) -> _Brought | _Refused:
    """Load one plug-in; whatever is wrong with it, all of it is told, and it is refused as a whole."""
    plugin = candidate.plugin
    try:
        loaded = guarded(candidate.load, "plugin-import-failed", plugin, "import")
        plugin, problems = guarded(lambda: register(plugin, loaded), "plugin-import-failed", plugin, "register")
    except PluginFault as fault:
        return _Refused(plugin, (_worded(plugin, fault),))
    if any(found.severity == "error" for found in problems):
        return _Refused(plugin, problems)
    return _asked(plugin, problems)


def _asked(plugin: Plugin, problems: tuple[Problem, ...]) -> _Brought | _Refused:
    found = list(problems)
    ask = partial(_attempt, plugin, found)
    folders = ask("evalrules_catalogues", _paths, is_folder)
    contributions = ask("evalrules_contributions", _paths, is_file)
    functions = ask("evalrules_functions", _functions, found)
    if any(each.severity == "error" for each in found):
        return _Refused(plugin, tuple(found))
    return _Brought(plugin, folders, contributions, functions, tuple(found))


def _attempt(
    plugin: Plugin, problems: list[Problem], hook: str, read: Callable[..., tuple[Any, ...]], how: object
) -> tuple[Any, ...]:
    if hook not in plugin.hooks:
        return ()
    try:
        return guarded(lambda: read(plugin, hook, how), "plugin-hook-failed", plugin, hook, hook=hook)
    except PluginFault as fault:
        problems.append(_worded(plugin, fault))
        return ()


def _worded(plugin: Plugin, fault: PluginFault) -> Problem:
    return problem(fault.code, plugin=plugin, **fault.arguments)


MOST_PATHS: Final = 10_000


def _paths(plugin: Plugin, hook: str, exists: Callable[[Path], bool]) -> tuple[Path, ...]:
    expected = phrase("plugin-expects-paths")
    result = plugin.calls[hook]()
    if result is None or isinstance(result, str | bytes | Path):
        raise PluginFault("plugin-hook-result", hook=hook, found=described(result), expected=expected)
    paths: list[Path] = []
    for given_path in result:
        if not isinstance(given_path, str | Path) or len(paths) == MOST_PATHS:
            raise PluginFault("plugin-hook-result", hook=hook, found=described(given_path), expected=expected)
        path = Path(str.__str__(os.fspath(given_path)))  # of no class of the plug-in's own
        if not exists(path):
            raise PluginFault("plugin-file-missing", hook=hook, path=path)
        paths.append(path)
    return tuple(sorted(dict.fromkeys(paths)))


def _functions(plugin: Plugin, hook: str, problems: list[Problem]) -> tuple[Function, ...]:
    result = plugin.calls[hook]()
    if not isinstance(result, Mapping):
        raise PluginFault(
            "plugin-hook-result", hook=hook, found=described(result), expected=phrase("plugin-expects-functions")
        )
    functions = []
    for name, function in result.items():
        faults, taken = vetted(name, function, plugin)
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

"""What a function of a plug-in must be before a formula may call it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any, Final

from attrs import evolve

from evalrules._formula.functions import BY_SPELLING
from evalrules._formula.scope import Function
from evalrules._formula.syntax import RESERVED, is_name
from evalrules._plugins.guard import Guarded, described
from evalrules._plugins.values import Plugin
from evalrules._problems import Problem, problem

# What reads or runs more than it was given. No sandbox: it keeps out what comes in by mistake or by convenience.
_REFLECTIVE: Final = frozenset(
    {"getattr", "setattr", "delattr", "vars", "globals", "locals", "dir", "eval", "exec", "compile", "open", "input"}
    | {"__import__", "breakpoint", "attrgetter", "itemgetter", "methodcaller", "format", "format_map"}
)
_POSITIONAL: Final = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def vetted(name: str, function: object, plugin: Plugin) -> tuple[tuple[Problem, ...], Function | None]:
    """Give everything that is wrong with a function, and, where nothing is, the function as formulas call it."""
    if not isinstance(function, Function):
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
    about = function.about or inspect.getdoc(function.call) or ""
    return (), evolve(function, call=Guarded(function.call), about=about, origin=str(plugin))


Faults = Iterator[tuple[str, dict[str, object]]]


def _named_wrong(name: str, function: Any) -> Faults:
    if function.name != name:
        yield "function-key-differs", {"own": function.name}
    for spelling in (name, function.english):
        if spelling is None:
            continue
        if not isinstance(spelling, str) or not is_name(spelling) or spelling in RESERVED:
            yield "function-name", {"name": spelling}
        elif spelling in BY_SPELLING:
            yield "function-name-taken", {"name": spelling}


def _declared_wrong(function: Any) -> Faults:  # declared types are what is in question here
    arguments = function.arguments
    if not isinstance(arguments, tuple):
        yield "function-unit", {"unit": described(arguments).strip("`")}
        return
    for unit in (*arguments, function.unit):
        if unit is not None and not isinstance(unit, str):
            yield "function-unit", {"unit": unit}
    if not isinstance(function.repeating, int) or not 0 <= function.repeating <= len(arguments):
        yield "function-repeating", {"found": function.repeating, "declared": len(arguments)}
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
    return getattr(call, "__qualname__", None) or type(call).__qualname__


def _used(code: CodeType) -> set[str]:
    """Give all names that a function reads, those of functions inside it included."""
    inner = [_used(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    return set(code.co_names).union(*inner)

"""Calls of somebody else's code: a fault of theirs becomes a value, and what they change of ours is put back."""

from __future__ import annotations

import decimal
import logging
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Self, TypeVar

from attrs import frozen

from evalrules._problems import chosen_language, problem

T = TypeVar("T")
PATIENCE: Final = 10.0
"""Seconds after which a hook that has not come back is named."""
LONGEST_FAULT, LONGEST_VALUE = 300, 80
_ADDRESS: Final = re.compile(r" at 0x[0-9a-fA-F]+")
_OWN_CONTEXT: Final = decimal.Context(prec=28, rounding=decimal.ROUND_HALF_EVEN)
_log = logging.getLogger("evalrules.plugins")


class PluginFault(Exception):
    """What a plug-in did wrong, as the code of a problem and what its wording names besides the plug-in."""

    def __init__(self, code: str, **arguments: Any) -> None:
        super().__init__(code, arguments)
        self.code = code
        self.arguments: dict[str, Any] = arguments


def told(error: BaseException) -> str:
    """Say in one line what was raised, at most 300 characters."""
    return _cut(f"{type(error).__name__}: {error}", LONGEST_FAULT)


def described(value: object) -> str:
    """Show a value that should not be there, in at most 80 characters; its own code is not trusted to show it."""
    try:
        return f"`{_cut(_ADDRESS.sub('', repr(value)), LONGEST_VALUE)}`"
    except Exception:  # noqa: BLE001 - whatever it raises, there is something to show
        return f"`<{type(value).__name__}>`"


def _cut(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[:longest]}…"


@contextmanager
def protected() -> Iterator[None]:
    """Give the code inside a decimal context of its own, and put back what it changes of the interpreter's settings."""
    limit, default = sys.getrecursionlimit(), decimal.DefaultContext.copy()
    try:
        with decimal.localcontext(_OWN_CONTEXT):
            yield
    finally:
        if sys.getrecursionlimit() != limit:
            sys.setrecursionlimit(limit)
        _put_back(default)


def _put_back(default: decimal.Context) -> None:
    now = decimal.DefaultContext
    for name in ("prec", "rounding", "Emin", "Emax", "capitals", "clamp"):
        if getattr(now, name) != getattr(default, name):
            setattr(now, name, getattr(default, name))
    for signal, trapped in default.traps.items():
        now.traps[signal] = trapped


def guarded(call: Callable[[], T], code: str, **arguments: object) -> T:
    """Give what the call gives; whatever it raises, an exit included, is a `PluginFault` with ``fault`` saying what.

    Only the user's interrupt goes through.
    """
    try:
        with protected():
            return call()
    except PluginFault:
        raise
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise PluginFault(code, **arguments, fault=told(error)) from error


class Watch:
    """Names on the log a plug-in whose hook does not come back, while it is still running.

    One thread watches over any number of hooks that run one after the other: ``with Watch() as watch``, and for each
    ``with watch.over(plugin, hook)``. A hook is named once, after between one and two times `PATIENCE`.
    """

    def __init__(self) -> None:
        self._running: tuple[str, str] | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    @contextmanager
    def over(self, plugin: object, hook: str) -> Iterator[None]:
        """Watch over one hook of a plug-in."""
        self._running = (str(plugin), hook)
        try:
            yield
        finally:
            self._running = None

    def _look(self) -> None:
        before = named = None
        while not self._over.wait(PATIENCE):
            running = self._running
            if running is not None and running is before and running is not named:
                _name(*running)
                named = running
            before = running


def _name(plugin: str, hook: str) -> None:
    slow = problem("plugin-slow", plugin=plugin, hook=hook, seconds=f"{PATIENCE:g}")
    _log.warning("%s", slow.in_language(chosen_language()).message)


@frozen
class Guarded:
    """A plug-in's function for formulas, called so that it can change nothing of ours and cannot end the program."""

    call: Callable[..., object]

    def __call__(self, *arguments: Any) -> object:
        """Call it in a decimal context of its own."""
        try:
            with protected():
                return self.call(*arguments)
        except (SystemExit, GeneratorExit) as error:
            raise RuntimeError(told(error)) from error

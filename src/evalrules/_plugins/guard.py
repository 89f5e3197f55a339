"""Calls of somebody else's code: whatever it raises becomes a value, what it prints goes to standard error."""

from __future__ import annotations

import decimal
import operator
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, TypeVar

from evalrules._formula.tree import Fault
from evalrules._patterns import regex
from evalrules._problems import chosen_language, problem
from evalrules._values import frozen

T = TypeVar("T")
PATIENCE: Final = 10.0
"""Seconds after which a hook or function is named, once it is back."""
LONGEST_FAULT, LONGEST_VALUE = 300, 80
_ADDRESS: Final = regex(r" at 0x[0-9a-fA-F]+")
_OWN_CONTEXT: Final = decimal.Context(prec=28, rounding=decimal.ROUND_HALF_EVEN)
_NAME_OF_CLASS: Final = type.__dict__["__name__"]


class PluginFault(Exception):
    """What a plug-in did wrong, as the code of a problem and what its wording names besides the plug-in."""

    def __init__(self, code: str, **arguments: Any) -> None:
        super().__init__(code, arguments)
        self.code = code
        self.arguments: dict[str, Any] = arguments


def guarded(call: Callable[[], T], code: str, plugin: object, name: str, **arguments: object) -> T:
    """Give what the call gives; whatever it raises, an exit included, is a `PluginFault` with ``fault`` saying what.

    ``name`` says what is called, for the log. Only the user's interrupt goes through. What of a plug-in's values is
    looked at belongs inside the call: their attributes, comparisons and texts are somebody else's code as well.
    """
    try:
        with _watched(plugin, name):
            return call()
    except (PluginFault, KeyboardInterrupt):
        raise
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is the plug-in's fault and goes no further
        raise PluginFault(code, **arguments, fault=told(error)) from None


@frozen
class Guarded:
    """A plug-in's function for formulas, called so that whatever it raises is a fault of the formula that called it.

    ``label`` names function and plug-in.
    """

    call: Callable[..., object]
    label: str

    def __call__(self, *arguments: Any) -> object:
        """Call it, and give an int, Fraction or Decimal that holds nothing of the plug-in's."""
        try:
            with _watched(self.label, "call"):
                return self._plain(self.call(*arguments))
        except (Fault, KeyboardInterrupt):
            raise
        except BaseException as error:  # noqa: BLE001 - as above
            raise Fault("function", f"{self.label}: {told(error)}") from None

    def _plain(self, number: object) -> object:
        """Copy a number of a class of the plug-in's own; anything else is a fault that shows it."""
        if type(number) in (int, Fraction, Decimal):
            return number
        if isinstance(number, Fraction):
            return Fraction(operator.index(number.numerator), operator.index(number.denominator))
        if isinstance(number, int) and not isinstance(number, bool):
            return operator.index(number)
        if isinstance(number, Decimal):
            return Decimal(number)
        raise Fault("function", f"{self.label}: {described(number).strip('`')}")


@frozen
class GuardedSolver:
    """The meaning that a plug-in's function brings for the solver, called in the same way."""

    call: Callable[..., object]
    label: str

    def __call__(self, *arguments: Any) -> object:
        """Call it; whatever it raises is told as the plug-in's."""
        try:
            with _watched(self.label, "solver"):
                return self.call(*arguments)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - as above
            raise Fault("function", f"{self.label}: {told(error)}") from None


@contextmanager
def _watched(plugin: object, hook: str) -> Iterator[None]:
    """Lead to standard error what is printed meanwhile, and name the plug-in where it took long.

    It computes with a decimal context of its own, which is that of this thread or task alone.
    """
    began = time.monotonic()
    _lay_outlet()
    running = _RUNNING.set(True)
    try:
        with decimal.localcontext(_OWN_CONTEXT):
            yield
    finally:
        _RUNNING.reset(running)
        seconds = time.monotonic() - began
        if seconds > PATIENCE:
            from logging import getLogger  # noqa: PLC0415 - plug-ins are seldom slow

            slow = problem("plugin-slow", plugin=plugin, hook=hook, seconds=f"{seconds:.0f}")
            getLogger("evalrules.plugins").warning("%s", slow.in_language(chosen_language()).message)


# ---- what it prints --------------------------------------------------------------------------------------------------

_RUNNING: ContextVar[bool] = ContextVar("evalrules.plugin_running", default=False)
"""Whether code of a plug-in runs here: of each thread and task by itself."""


class _Outlet:
    """Standard output for everybody but plug-ins, which have standard error in its place while they run.

    It is laid once and stays: exchanging and restoring ``sys.stdout`` around a call would be felt by other threads.
    """

    def __init__(self, stream: object) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(sys.stderr if _RUNNING.get() else self._stream, name)


def _lay_outlet() -> None:
    stream: Any = sys.stdout
    if stream is not None and type(stream) is not _Outlet:
        sys.stdout = _Outlet(stream)


# ---- what it shows ---------------------------------------------------------------------------------------------------


def told(error: BaseException) -> str:
    """Say in one line what was raised, at most 300 characters."""
    return _cut(f"{class_name(error)}: {_text(str, error)}".removesuffix(": "), LONGEST_FAULT)


def described(value: object) -> str:
    """Show a value that should not be there, in at most 80 characters; its own code is not trusted to show it."""
    shown = _text(repr, value)
    return f"`{_cut(_ADDRESS.sub('', shown), LONGEST_VALUE)}`" if shown else f"`<{class_name(value)}>`"


def class_name(value: object) -> str:
    """Name the class of a value, whatever the class says of itself."""
    name: str = _NAME_OF_CLASS.__get__(type(value))
    return name


def attribute_text(value: object, name: str) -> str:
    """Give an attribute as text; empty where there is none or it cannot be had."""
    return _text(lambda it: str(getattr(it, name, "")), value)


def _text(write: Callable[[Any], str], value: object) -> str:
    """Give the text that a value writes of itself; empty where it fails to."""
    try:
        return str.__str__(write(value))
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - it has nothing to show, which is what the empty text says
        return ""


def _cut(text: str, longest: int) -> str:
    line = " ".join(text[: 4 * longest].split())
    return line if len(line) <= longest else f"{line[:longest]}…"

"""Frozen values: attrs makes them, and how they compare and show is written here once instead of for each class.

What attrs writes and compiles for a class is the larger part of what loading a module of values takes. What was worked
out of a value is remembered as long as it lives.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

if TYPE_CHECKING:
    from attrs import frozen as frozen  # noqa: PLC0414 - told to type checkers as what it is
else:

    def frozen(cls: type | None = None, *, eq: bool = True, repr: bool = True, **how: Any) -> Any:  # noqa: A002
        """Make a class frozen, as `attrs.frozen` does: equal, and hashed, by the fields that take part in equality."""
        if cls is None:
            return partial(frozen, eq=eq, repr=repr, **how)
        own = cls.__dict__
        made = attrs.frozen(cls, eq=False, repr=False, **how)
        if eq and "__eq__" not in own:
            made.__eq__, made.__hash__ = _comparing([part for part in attrs.fields(made) if part.eq])
        if repr and "__repr__" not in own:
            made.__repr__ = _shown
        return made


def _comparing(compared: list[Any]) -> tuple[Any, Any]:
    if any(part.eq_key for part in compared):
        raise TypeError("a field is compared as it is; a class that compares otherwise is one of attrs.frozen")
    parts = attrgetter(*(part.name for part in compared)) if compared else type

    def equal(one: Any, other: Any) -> bool:
        return parts(one) == parts(other) if one.__class__ is other.__class__ else NotImplemented

    return equal, lambda one: hash(parts(one))


def _shown(value: Any) -> str:
    parts = (f"{part.name}={getattr(value, part.name)!r}" for part in attrs.fields(type(value)) if part.repr)
    return f"{type(value).__qualname__.rsplit('>.', 1)[-1]}({', '.join(parts)})"


# What was worked out of a frozen value, remembered for as long as that value lives.


Result = TypeVar("Result")


class Remembering:
    """A frozen value that carries what was worked out of it; neither compared nor pickled, and gone with the value.

    A table beside the values, by identity, would keep a value alive as soon as a result refers to it.
    """

    __slots__ = ("_known",)
    _known: dict[object, Any]


Subject = TypeVar("Subject", bound=Remembering)


def once_for_each(function: Callable[[Subject], Result]) -> Callable[[Subject], Result]:
    """Make a pure function of one frozen value work only once for each such value, known by identity.

    An edition is too large to be compared or hashed at every question. Two threads that ask at once at worst work it
    out twice.
    """

    @wraps(function)
    def remembered(subject: Subject) -> Result:
        try:
            known = subject._known  # noqa: SLF001 - the place is made for this function alone
        except AttributeError:
            known = {}
            object.__setattr__(subject, "_known", known)
        if function not in known:
            known[function] = function(subject)
        result: Result = known[function]
        return result

    return remembered

"""Remembering what was worked out of a frozen value, for as long as that value lives."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

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

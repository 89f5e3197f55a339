"""Remembering what was worked out of a frozen value, for as long as that value lives."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Subject = TypeVar("Subject")
Result = TypeVar("Result")


def once_for_each(function: Callable[[Subject], Result]) -> Callable[[Subject], Result]:
    """Make a pure function of one frozen value work only once for each such value, known by identity.

    An edition is too large to be compared or hashed at every question. Nothing is kept alive, and two threads that
    ask at once at worst work it out twice.
    """
    known: dict[int, tuple[weakref.ref[Subject], Result]] = {}

    @wraps(function)
    def remembered(subject: Subject) -> Result:
        key = id(subject)
        entry = known.get(key)
        if entry is not None and entry[0]() is subject:
            return entry[1]
        result = function(subject)
        known[key] = (weakref.ref(subject, lambda _: known.pop(key, None)), result)
        return result

    return remembered

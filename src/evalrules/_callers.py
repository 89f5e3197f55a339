"""What callers in Python give: of a type that is taken, else a `TypeError` that says what; one of a kind or several."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from typing import Any, cast


def hold(function: str, what: str, given: object, *kinds: type[Any]) -> None:
    """Raise a `TypeError` that says what a function takes, where something else was given.

    >>> hold("load", "the path of a form", 3, str)
    Traceback (most recent call last):
    TypeError: load takes the path of a form, not int
    """
    if not isinstance(given, kinds):
        raise TypeError(f"{function} takes {what}, not {type(given).__name__}")


def hold_language(lang: object) -> None:
    """Raise a `TypeError` where a language is no text."""
    hold("lang", '"zh" or "en"', lang, str, type(None))


def each_of(function: str, what: str, given: object, *kinds: type[Any]) -> tuple[Any, ...]:
    """Give what was given one by one; a text or path stands for itself alone, never for its letters.

    >>> each_of("load", "paths", "各单位/", str), each_of("load", "paths", ["a", "b"], str)
    (('各单位/',), ('a', 'b'))
    """
    alone = isinstance(given, str | PathLike)
    hold(function, what, given, str, PathLike, Iterable)
    each = (given,) if alone else tuple(cast(Iterable[Any], given))
    for one in each:
        hold(function, what, one, *kinds)
    return each

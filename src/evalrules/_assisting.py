"""What helps while an edition is typed: what may stand at a place, what a word there means, and what was meant instead.

Text is taken as it stands, in the middle of a word too: a place is found by indentation and brackets alone, and names
by the edition as far as it can be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Final, Literal

from evalrules._edition.keys import ANY_KEY, KINDS, Key
from evalrules._edition.model import Catalogue, Figure
from evalrules._edition.read import read_edition
from evalrules._formula.functions import BUILTINS
from evalrules._formula.program import ACTUAL, ATTAINMENT, POINTS, TARGET
from evalrules._mending import mended
from evalrules._problems import Problem
from evalrules._score.figures import bounds_words
from evalrules._values import frozen

_KEY: Final = re.compile(r"\s*+(?:-\s++)*+[\"']?([^:\"'{}\[\],#]++)[\"']?\s*+:(?=\s|$)")
_WORD: Final = re.compile(r"[\w一-鿿]+")
_CONSTANT: Final = re.compile(r"'([^']*)'")
_FORMULAS: Final = frozenset({"formula", "condition", "sentence"})
_OF_ROWS: Final = (POINTS, TARGET, ACTUAL, ATTAINMENT)
OfferKind = Literal["key", "value", "name", "function", "method"]


@frozen
class Offer:
    """Something that may stand at a place, and what it means."""

    text: str
    kind: OfferKind
    about: str = ""


@frozen
class Mending:
    """One way to put a problem right: the line as it would read, and what is written there instead."""

    line: int
    text: str
    written: str


@frozen
class _Place:
    """A place in a text: the shapes that may stand there, the key whose value is typed, and the keys beside it."""

    shapes: tuple[str, ...]
    key: Key | None = None
    beside: frozenset[str] = frozenset()


def offers(text: str, line: int, column: int, file: Path | None = None) -> tuple[Offer, ...]:
    r"""Give what may stand at a line and column, counted from 1; the word that is being typed does not narrow it.

    >>> found = offers("evalrules: 1\nid: a\nedition: '1'\ntitle: 甲\nrounding:\n  \n", 6, 3)
    >>> [offer.text for offer in found]
    ['places', 'mode']
    """
    place = _place(text, line, column)
    if place.key is None:
        keys = (key for shape in place.shapes for kind in _kinds(shape) for key in KINDS[kind].keys)
        wanted = (key for key in keys if key.name != ANY_KEY and key.name not in place.beside)
        return tuple({key.name: Offer(key.name, "key", _about(key)) for key in wanted}.values())
    words = set(re.findall(r"\w+", place.key.shape))
    constants = [Offer(each, "value") for each in _CONSTANT.findall(place.key.shape)]
    flags = [Offer(each, "value") for each in ("true", "false")] if "flag" in words else []
    catalogue = _read(text, file)
    methods = _methods(catalogue) if "method_call" in words or place.key.name == "method" else ()
    names = (*_names(catalogue), *_functions()) if words & _FORMULAS else ()
    return (*constants, *flags, *methods, *names)


def meaning(text: str, line: int, column: int, file: Path | None = None) -> str | None:
    r"""Tell what the word at a place means: a key, a figure with its unit and range, a method, a function.

    >>> meaning("evalrules: 1\nid: a\nedition: '1'\ntitle: 甲\npoints: 100\n", 5, 2)
    'points: 总分值 (默认 100)'
    """
    lines = text.split("\n")
    written = lines[line - 1] if 0 < line <= len(lines) else ""
    word = next((found[0] for found in _WORD.finditer(written) if found.start() < column <= found.end() + 1), None)
    if word is None:
        return None
    place = _place(text, line, 1 + len(written) - len(written.lstrip()))
    keys = (key for shape in place.shapes for kind in _kinds(shape) for key in KINDS[kind].keys)
    key = next((key for key in keys if key.name == word), None)
    if key is not None and f"{word}:" in written.replace(" :", ":"):
        return f"{word}: {_about(key)}"
    catalogue = _read(text, file)
    known = (*_names(catalogue), *_methods(catalogue), *_functions())
    return next((f"{offer.text}: {offer.about}" for offer in known if offer.text == word and offer.about), None)


def mendings(text: str, found: Problem, file: Path | None = None) -> tuple[Mending, ...]:
    """Give the ways in which a problem of this text can be put right by a click: only what can be meant."""
    place, lines = found.location, text.split("\n")
    if place is None or not 0 < place.line <= len(lines):
        return ()
    written, values = lines[place.line - 1], dict(found.arguments)
    suggested = values.get("suggestion") or ""
    wrong = max(
        (
            each
            for name, each in values.items()
            if name != "suggestion" and each and written.startswith(each, place.column - 1)
        ),
        key=len,
        default="",
    )
    if suggested and wrong and suggested != "None":
        line = written[: place.column - 1] + suggested + written[place.column - 1 + len(wrong) :]
        return (Mending(place.line, line, suggested),)
    _, mends = mended(text, partial(_problems_of, file))
    return tuple(
        Mending(mend.line, mend.after, mend.after.strip())
        for mend in mends
        if mend.line == place.line and mend.code == found.code
    )


def _problems_of(file: Path | None, text: str) -> Iterable[Problem]:
    return read_edition(f"{text}\n", file=file)[1]


# ---- where a place is ----------------------------------------------------------------------------------------------


def _place(text: str, line: int, column: int) -> _Place:
    lines = text.split("\n")
    typed = lines[line - 1][: column - 1] if 0 < line <= len(lines) else ""
    path = [found for number in _above(lines, line, column) for found in _key_of(lines[number])]
    inner = typed
    if typed.count("{") > typed.count("}"):
        path += _key_of(typed)
        inner = typed[typed.rindex("{") + 1 :].rpartition(",")[2]
    shapes: tuple[str, ...] = ("edition",)
    for word in path:
        shapes = tuple(shape for each in shapes for shape in _below(each, word))
    name = inner.partition(":")[0].strip().removeprefix("- ").strip("\"' ")
    if ":" in inner:
        keys = (key for shape in shapes for kind in _kinds(shape) for key in KINDS[kind].keys)
        own = next((key for key in keys if key.name == name), None)
        if own is None:
            shapes = tuple(shape for each in shapes for shape in _below(each, name))
            own = Key(name, " | ".join(shapes), "") if shapes else None
        return _Place(shapes, own or Key(name, "", ""))
    return _Place(shapes, None, frozenset(_beside(lines, line, column)))


def _above(lines: list[str], line: int, column: int) -> list[int]:
    """Give the lines that a place stands under, the outermost first."""
    written = lines[line - 1] if line <= len(lines) else ""
    indent = min(_indent(written), column - 1) if written.strip() else column - 1
    found = []
    for number in range(min(line, len(lines) + 1) - 2, -1, -1):
        each = lines[number]
        if each.strip() and not each.lstrip().startswith("#") and _indent(each) < indent:
            found.append(number)
            indent = _indent(each)
    return found[::-1]


def _indent(line: str) -> int:
    """Give where the keys of a line begin; those behind a dash stand deeper than the list."""
    bare = line.lstrip(" ")
    return len(line) - len(bare)


def _key_of(line: str) -> list[str]:
    found = _KEY.match(line)
    return [found[1].strip()] if found else []


def _beside(lines: list[str], line: int, column: int) -> Iterator[str]:
    """Give the keys that stand beside a place, in the mapping that it is in."""
    written = lines[line - 1] if line <= len(lines) else ""
    indent = _indent(written) if written.strip() else column - 1
    for step in (-1, 1):
        number = line - 1 + step
        while 0 <= number < len(lines):
            each = lines[number]
            if each.strip() and _indent(each) < indent:
                break
            if _indent(each) == indent:
                yield from _key_of(each)
            number += step


def _alternatives(shape: str) -> Iterator[str]:
    """Split ``a | {b | c}`` into what may stand there."""
    depth, begun = 0, 0
    for at, sign in enumerate(shape):
        depth += (sign in "{[") - (sign in "}]")
        if sign == "|" and depth == 0:
            yield shape[begun:at].strip()
            begun = at + 1
    yield shape[begun:].strip()


def _kinds(shape: str) -> Iterator[str]:
    """Give the kinds of objects whose keys may be typed where a shape stands."""
    for each in _alternatives(shape):
        inside = each[1:-1] if each.startswith("[") else each
        if inside in KINDS:
            yield inside
        elif each.startswith("["):
            yield from _kinds(inside)


def _below(shape: str, word: str) -> Iterator[str]:
    """Give what may stand under a key of what a shape says: an own title, or a key of the object."""
    for each in _alternatives(shape):
        if each.startswith("{"):
            yield each[1:-1]
        elif each.startswith("["):
            yield from _below(each[1:-1], word)
        elif each in KINDS:
            keys = {key.name: key.shape for key in KINDS[each].keys}
            if word in keys or ANY_KEY in keys:
                yield keys.get(word) or keys[ANY_KEY]


# ---- what words mean -----------------------------------------------------------------------------------------------


def _read(text: str, file: Path | None) -> Catalogue | None:
    return read_edition(f"{text}\n", file=file, incomplete=True)[0]


def _about(key: Key) -> str:
    return f"{key.title} ({key.about})" if key.about else key.title


def _names(catalogue: Catalogue | None) -> Iterator[Offer]:
    yield from (Offer(name, "name") for name in _OF_ROWS)
    for figure in () if catalogue is None else catalogue.data.values():
        yield Offer(figure.name, "name", " · ".join(filter(None, _said(figure))))


def _said(figure: Figure) -> tuple[str, ...]:
    """Tell of a figure its unit, its range, how it is computed and where it stands."""
    computed = "" if figure.formula is None else f"= {figure.formula.text}"
    return (figure.unit, bounds_words(figure), " / ".join(figure.choices), computed, figure.where or "")


def _methods(catalogue: Catalogue | None) -> Iterator[Offer]:
    for method in () if catalogue is None else catalogue.methods.values():
        yield Offer(method.title, "method", method.about)


def _functions() -> Iterator[Offer]:
    for function in BUILTINS:
        yield Offer(function.name, "function", f"{function.usage}: {function.about}")


__all__ = ["Mending", "Offer", "meaning", "mendings", "offers"]

"""What helps while an edition is typed: what may stand at a place, what a word there means, and what was meant instead.

What a text can only mean is put right, one slip of typing at a time, each held to what comes of it. Else a text is
taken as it stands, in the middle of a word too: a place is found by indentation and brackets alone, and names by the
edition as far as it can be read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Final, Literal

from evalrules._documents import (
    GBK,
    Mapping,
    Node,
    Problems,
    Scalar,
    Sequence,
    decode,
    is_file,
    read_bytes,
    read_document,
)
from evalrules._edition.find import FOLDER_FILE
from evalrules._edition.keys import ANY_KEY, KINDS, Key
from evalrules._edition.model import Catalogue, Figure
from evalrules._edition.read import read_edition
from evalrules._formula.functions import BUILTINS
from evalrules._formula.program import ACTUAL, ATTAINMENT, POINTS, TARGET
from evalrules._patterns import regex
from evalrules._problems import Problem
from evalrules._score.figures import bounds_words
from evalrules._values import frozen

MOST_MENDS = 1000
_CURLY = regex(r"[“”]([^“”\"\\]*)[“”]")
_NARROW = str.maketrans("｛｝［］", "{}[]")
_NEAR, _WIDTHS = 20, (1, 2, 4, 8)
_OTHER_SLIPS = frozenset({"yaml-fullwidth-colon", "yaml-fullwidth-comma", "yaml-fullwidth-bracket", "yaml-tight-colon"})
_WHERE_READING_STOPS = ("yaml-", "forbidden-", "document-", "key-without-")

ProblemsOf = Callable[[str], Iterable[Problem]]
Spot = tuple[str, int, int]


@frozen
class Mend:
    """One line put right, and the code of the problem that it had."""

    line: int
    before: str
    after: str
    code: str


@frozen
class Mended:
    """The text of a file after mending; ``encoding`` is what it was written in, where that was not UTF-8."""

    text: str
    mends: tuple[Mend, ...]
    encoding: str = ""

    @property
    def is_unchanged(self) -> bool:
        """Tell whether the file needs no writing."""
        return not self.mends and not self.encoding


def mended_file(file: Path) -> Mended | None:
    """Mend the text of an edition's file, or of one of its parts; None where it cannot be read as text."""
    content = read_bytes(file, str(file), Problems())
    if content is None:
        return None
    problems = Problems()
    text, encoding = decode(content, str(file), problems), ""
    if text is None:
        encoding = dict(problems[0].arguments)["encoding"]
        if encoding != GBK:
            return None
        text = content.decode("gb18030")
    of_part = file.parent / FOLDER_FILE
    is_part = file != of_part and is_file(of_part)
    found, mends = mended(text, partial(_of_part if is_part else _of_edition, file))
    return Mended(found, mends, encoding)


def _of_edition(file: Path, text: str) -> Iterable[Problem]:
    _, problems = read_edition(f"{text}\n", file=file)
    return (found for found in problems if found.location is not None and found.location.file == str(file))


def _of_part(file: Path, text: str) -> Iterable[Problem]:
    problems = Problems()
    read_document(text, str(file), problems)
    return problems


def mended(text: str, problems_of: ProblemsOf) -> tuple[str, tuple[Mend, ...]]:
    r"""Put right what can only mean one thing, and tell every change; all else stays as it is written.

    Full-width signs, curly quotes around a text, tabs and invisible blanks in the indentation, a colon or dash without
    its blank. A change is kept only where its problem is gone, none is new on the line, and no other way to mend it
    means something else.

    >>> def problems_of(text):
    ...     read_document(text, "-", problems := Problems())
    ...     return problems
    >>> mended("a: 1\nb：2\n", problems_of)[0]
    'a: 1\nb: 2\n'
    """
    mends: list[Mend] = []
    while len(mends) < MOST_MENDS:
        before = list(problems_of(text))
        told = ((each, _mended_at(text, each, before, problems_of)) for each in before)
        found, new = next(((each, whole) for each, whole in told if whole is not None), (None, None))
        if found is None or new is None:
            break
        pairs = enumerate(zip(text.split("\n"), new.split("\n"), strict=True), 1)
        mends += [Mend(number, old, line, found.code) for number, (old, line) in pairs if old != line]
        text = new
    return text, tuple(mends)


def _mended_at(text: str, found: Problem, before: list[Problem], problems_of: ProblemsOf) -> str | None:
    """Give the text with this problem mended, None where it can mean several things or nothing."""
    place, lines = found.location, text.split("\n")
    if place is None or not 0 < place.line <= len(lines):
        return None
    signs = {_with_line(text, place.line, new): False for new in _ways(lines[place.line - 1], place.column)}
    indents = dict.fromkeys(_indented_anew(lines, place.line), True)
    better = {}
    for whole, is_indent in {**signs, **indents}.items():
        after = list(problems_of(whole))
        if whole != text and _is_better(found, before, after, strictly=is_indent):
            better[whole] = len(after)
    best = [whole for whole, count in better.items() if count == min(better.values())]
    return best[0] if best and len({_shape(whole) for whole in best}) == 1 else None


def _indented_anew(lines: list[str], number: int) -> Iterator[str]:
    """Give the text with blanks for what else stands in an indentation: everywhere alike, or in one line.

    A wrong indentation is often told of the line below it. One line takes a width that is used near it.
    """
    strange = [n for n, line in enumerate(lines) if set(_indented(line)[0]) - {" ", "\r"}]
    for width in _WIDTHS if strange else ():
        yield "\n".join(_blanks(line, width) if n in strange else line for n, line in enumerate(lines))
    above = next((n for n in range(number - 2, -1, -1) if lines[n].strip()), -1)
    for each in {number - 1, above} & set(strange):
        near = (_indented(line)[0] for line in lines[max(0, each - _NEAR) : each + _NEAR])
        for width in sorted({len(known) for known in near if not set(known) - {" "}}):
            yield "\n".join(" " * width + line.lstrip() if n == each else line for n, line in enumerate(lines))


def _blanks(line: str, width: int) -> str:
    indent, rest = _indented(line)
    return "".join(sign if sign == " " else " " * width for sign in indent) + rest


def _indented(line: str) -> tuple[str, str]:
    rest = line.lstrip()
    return line[: len(line) - len(rest)], rest


def _ways(line: str, column: int) -> Iterator[str]:
    """Give the ways in which a line can have been meant that has a problem at this column."""
    head, tail = line[: column - 1], line[column:]
    match line[column - 1 : column]:
        case "：":
            yield f"{head}: {tail.lstrip()}"
        case "，" | "；" | "、" | ";":
            yield f"{head}, {tail.lstrip()}"
        case ":" | "-" as sign:
            yield f"{head}{sign} {tail.lstrip()}"
        case "｛" | "［":
            yield line.translate(_NARROW)
        case sign if sign and unicodedata.category(sign) in ("Cf", "Cc") and sign != "\t":
            yield head + tail
    if "｛" in line or "｝" in line:
        yield line.translate(_NARROW)
    yield from (line[: quoted.start()] + f'"{quoted[1]}"' + line[quoted.end() :] for quoted in _CURLY.finditer(line))


def _with_line(text: str, number: int, line: str) -> str:
    lines = text.split("\n")
    lines[number - 1] = line
    return "\n".join(lines)


def _is_better(found: Problem, before: list[Problem], after: list[Problem], *, strictly: bool) -> bool:
    """Tell whether a problem is gone and nothing is worse; where reading stopped at it, what follows comes to light.

    ``strictly`` that may only be a slip that has nothing to do with indentation.
    """
    known = {_key(each) for each in before}
    new = [each for each in after if _key(each) not in known]
    if _key(found) in map(_key, after):
        return False
    line = 0 if found.location is None else found.location.line
    later = all(each.location is not None and each.location.line > line for each in new)
    if strictly:
        return later and all(each.code in _OTHER_SLIPS for each in new)
    if found.code.startswith(_WHERE_READING_STOPS):
        return later
    return not any(each.severity == "error" for each in new)


def _key(found: Problem) -> Spot:
    place = found.location
    return (found.code, 0 if place is None else place.line, 0 if place is None else place.column)


def _shape(text: str) -> object:
    return _plain(read_document(text, "-", Problems()))


def _plain(node: Node | None) -> object:
    match node:
        case Mapping():
            return tuple((key.text, _plain(value)) for key, value in node.pairs)
        case Sequence():
            return tuple(map(_plain, node.items))
        case Scalar():
            return node.text
    return None


# What may stand at a place, what a word there means, and what was meant instead.


_KEY: Final = regex(r"\s*+(?:-\s++)*+[\"']?([^:\"'{}\[\],#]++)[\"']?\s*+:(?=\s|$)")
_WORD: Final = regex(r"[\w一-鿿]+")
_CONSTANT: Final = regex(r"'([^']*)'")
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

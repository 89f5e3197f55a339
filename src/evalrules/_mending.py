"""What the text of an edition can only mean: slips of typing put right one at a time, each held to what comes of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

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
from evalrules._edition.read import read_edition
from evalrules._problems import Problem
from evalrules._values import frozen

MOST_MENDS = 1000
_CURLY = re.compile(r"[“”]([^“”\"\\]*)[“”]")
_NARROW = str.maketrans("｛｝［］", "{}[]")
_NEAR, _WIDTHS = 20, (1, 2, 4, 8)
_OTHER_SLIPS = frozenset({"yaml-fullwidth-colon", "yaml-fullwidth-comma", "yaml-fullwidth-bracket", "yaml-tight-colon"})
_WHERE_READING_STOPS = ("yaml-", "forbidden-", "document-", "key-without-")

ProblemsOf = Callable[[str], Iterable[Problem]]
Key = tuple[str, int, int]


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


def _key(found: Problem) -> Key:
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


__all__ = ["Mend", "Mended", "mended", "mended_file"]

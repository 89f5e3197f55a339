"""A sentence's text read into text and placeholders; a formula in braces is read by the parser of all formulas."""

from __future__ import annotations

import re
from typing import Final

from evalrules._formula.functions import Signature
from evalrules._formula.parser import read_tree
from evalrules._formula.sentence import Placeholder, Sentence
from evalrules._formula.tokens import FormulaSyntaxError
from evalrules._formula.tree import Formula
from evalrules._problems import Location

_PIECE: Final = re.compile(r"\{\{|\}\}|\{(?P<inside>[^{}]*)\}|(?P<stray>[{}])|[^{}]+")
_FORMAT: Final = re.compile(r"[:：]\s*(?P<format>[^:：]*)\Z")
MAX_SENTENCE: Final = 2_000


def read_sentence(text: str, location: Location | None = None, extra: frozenset[Signature] = frozenset()) -> Sentence:
    """Read a sentence; raises `FormulaSyntaxError` with the place in the whole text.

    >>> [part for part in read_sentence("完成值 {完成值:%}，扣 {分值 − 1} 分").parts if isinstance(part, str)]
    ['完成值 ', '，扣 ', ' 分']
    """
    if len(text) > MAX_SENTENCE:
        raise FormulaSyntaxError("sentence-too-long", (MAX_SENTENCE, len(text)), limit=str(MAX_SENTENCE))
    parts: list[str | Placeholder] = []
    for found in _PIECE.finditer(text):
        if found["stray"]:
            raise FormulaSyntaxError("sentence-brace", found.span(), brace=found["stray"])
        if found["inside"] is not None:
            parts.append(_placeholder(found["inside"], found.start() + 1, location, extra))
        else:
            _add_text(parts, {"{{": "{", "}}": "}"}.get(found[0], found[0]))
    return Sentence(text, tuple(parts), location)


def _add_text(parts: list[str | Placeholder], text: str) -> None:
    if parts and isinstance(parts[-1], str):
        parts[-1] += text
    else:
        parts.append(text)


def _placeholder(inside: str, start: int, location: Location | None, extra: frozenset[Signature]) -> Placeholder:
    formatted = _FORMAT.search(inside)
    text = inside[: formatted.start()] if formatted else inside
    if not text.strip():
        raise FormulaSyntaxError("sentence-placeholder-empty", (start - 1, start + len(inside) + 1))
    if formatted and formatted["format"].strip() not in ("%", "％"):
        span = (start + formatted.start(), start + len(inside))
        raise FormulaSyntaxError("sentence-format", span, format=formatted["format"].strip())
    try:
        tree = read_tree(text, extra)
    except FormulaSyntaxError as error:
        raise _moved(error, start) from None
    place = None if location is None else location.moved(start)
    return Placeholder(Formula(text, tree, place), formatted is not None)


def _moved(error: FormulaSyntaxError, characters: int) -> FormulaSyntaxError:
    span = (error.span[0] + characters, error.span[1] + characters)
    return FormulaSyntaxError(error.code, span, **error.arguments)

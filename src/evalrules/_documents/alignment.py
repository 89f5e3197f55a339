"""Where a character of a scalar stands in the source, whatever the quoting, folding and indentation between them."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\(?:x..|u.{4}|U.{8}|.)")
_BLOCK_HEADER = re.compile(r"[|>][^\n]*\n")


def aligned(written: str, text: str, offset: int) -> int:
    r"""Give the offset in ``written`` (the source with its quotes) of the character ``text[offset]``.

    Line folding turns any run of blanks into one; an escape stands for one character. Where the two cannot be
    brought together the answer is 0, the beginning.

    >>> aligned("'it''s ok'", "it's ok", 5), aligned('"a\\u4e2db"', "a中b", 2)
    (7, 8)
    """
    quote, at = _opening(written)
    index = 0
    while index < min(offset, len(text)):
        step = _step(written, at, text, index, quote)
        if step is None:
            return 0
        at, index = step
    return _past_indent(written, at, text, index)


def _opening(written: str) -> tuple[str, int]:
    if written[:1] in ("'", '"'):
        return written[0], 1
    header = _BLOCK_HEADER.match(written)
    return "", header.end() if header else 0


def _step(written: str, at: int, text: str, index: int, quote: str) -> tuple[int, int] | None:
    found, wanted = written[at : at + 1], text[index]
    escape = _ESCAPE.match(written, at) if quote == '"' else None
    if escape:
        return escape.end(), index + 1
    if found == wanted:
        return at + (2 if found == quote == "'" else 1), index + 1
    if wanted.isspace():
        return _past_blanks(written, at), _past_blanks(text, index)
    return (at + 1, index) if found.isspace() else None


def _past_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _past_indent(written: str, at: int, text: str, index: int) -> int:
    return at if text[index : index + 1].isspace() else min(_past_blanks(written, at), max(len(written) - 1, 0))

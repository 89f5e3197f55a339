"""The text of a formula cut into tokens with their places, and what was probably meant by a misspelt word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple, NoReturn

from evalrules._formula.meant import bound_in_words, comparison_in_words, day_written, meant_sign
from evalrules._formula.tree import MAX_CHARACTERS, Span
from evalrules._numbers import MAX_DIGITS
from evalrules._patterns import regex
from evalrules._problems import Location, Problem, problem

# The text of a formula cut into tokens, each with the characters it was read from and spelt one way.


class FormulaSyntaxError(Exception):
    """A text that is no formula: the code of the problem, the characters it is about, and the values of its wording."""

    def __init__(self, code: str, span: Span, **arguments: str) -> None:
        super().__init__(code, span, arguments)
        self.code = code
        self.span = span
        self.arguments = arguments

    def problem(self, locate: Callable[[int], Location | None], about: str = "…") -> Problem:
        """Make the problem of this text; ``locate`` gives the place of a character of it.

        ``about`` is what a bound without a name is probably about: ``90分以上`` among grades is ``总分 ≥ 90``.
        """
        if self.code == "formula-bound":
            self.arguments["suggestion"] = self.arguments["suggestion"].replace("…", about)
        return problem(self.code, locate(self.span[0]), **self.arguments)


class Token(NamedTuple):
    """``kind`` is ``number``, ``name``, ``end``, or the one spelling of a sign or word (``*``, ``≤``, ``且``)."""

    kind: str
    text: str
    start: int
    end: int


# Full-width signs and digits become the plain ones; each stays one character, so offsets hold.
_NARROW: Final = {ord("！") + step: chr(ord("!") + step) for step in range(94)}
_WORDS: Final = {"且": "且", "and": "且", "或": "或", "or": "或", "非": "非", "not": "非", "if": "if", "else": "else"}
RESERVED: Final = frozenset({*_WORDS, "若"})
_SIGNS: Final = {
    "×": "*", "÷": "/", "−": "-", "==": "=", "!=": "≠", "<=": "≤", "≦": "≤", "⩽": "≤", ">=": "≥", "≧": "≥", "⩾": "≥",
    **{sign: sign for sign in ("+", "-", "*", "/", "=", "≠", "<", "≤", ">", "≥", "(", ")", ",")},
}  # fmt: skip
_TOKEN: Final = regex(
    r"[ \t\r\n\u00a0\u3000]*(?:(?P<number>[0-9]+(?:\.[0-9]+)?%?)|(?P<name>[^\W\d][\w\u0300-\u036f]*)"
    r"|(?P<sign>[<>=!]=|[-+×÷−*/=≠<≤≦⩽>≥≧⩾(),])|(?P<end>\Z)|(?P<other>.))",
    re.DOTALL,
)
_TRAILING_BLANKS: Final = " \t\r\n\u00a0\u3000"
_MONTH, _DAY = r"(0?[1-9]|1[0-2])", r"(0?[1-9]|[12][0-9]|3[01])"
_DATE: Final = regex(
    rf"(?<![\w.%)])((?:19|20|21)[0-9]{{2}})(?:([-/.]){_MONTH}\2{_DAY}(?![0-9.%(])|年{_MONTH}月(?:{_DAY}[日号]?)?(?![0-9.%(]))"
)
# Letters to Unicode, yet nothing to the eye.
_UNSEEN_LETTERS: Final = regex("[\u115f\u1160\u17b4\u17b5\u3164\uffa0\u034f]")
_UNSEEN_KINDS: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs", "Mn", "Me"})
_POWERS: Final = regex(r"\*\*|\^|↑")
_QUOTES: Final = frozenset("\"'`“”‘’「」『』")


def normal_name(text: str) -> str:
    """Give the one form of a name (NFKC): ``Ａ类`` and ``A类`` are the same name."""
    return text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)


def is_name(text: str) -> bool:
    """Tell whether formulas can use this text as a name: letters, digits and ``_``, no digit first, no reserved word.

    >>> is_name("在职人员数"), is_name("2024年预算"), is_name("且"), is_name("x且y")
    (True, False, False, True)
    """
    found = _TOKEN.fullmatch(text)
    return found is not None and found.lastgroup == "name" and found["name"] == text and not _name_fault(text)


def _name_fault(text: str) -> bool:
    name = normal_name(text)
    return name in RESERVED or _UNSEEN_LETTERS.search(text) is not None or not name.isidentifier()


def read_tokens(text: str) -> list[Token]:
    """Cut the text into tokens; the last one has the kind ``end``."""
    if len(text) > MAX_CHARACTERS:
        raise FormulaSyntaxError("formula-too-long", (MAX_CHARACTERS, len(text)), limit=str(MAX_CHARACTERS))
    plain = text if text.isascii() else text.translate(_NARROW)
    _refuse_date(plain)
    tokens: list[Token] = []
    for found in _TOKEN.finditer(plain):
        kind = found.lastgroup or ""
        start, end = found.span(kind)
        if kind == "name":
            tokens.append(_name(text[start:end], start, end))
        elif kind == "sign":
            tokens.append(_sign(text, plain, start, end))
        elif kind == "number":
            _check_number(plain, start, end)
            tokens.append(Token(kind, plain[start:end], start, end))
        elif kind == "end":
            tokens.append(Token(kind, "", start, end))
            break
        else:
            _refuse_character(text, plain, start)
    return tokens


def _sign(text: str, plain: str, start: int, end: int) -> Token:
    written = plain[start:end]
    if written == "*" and plain[end : end + 1] == "*":
        raise FormulaSyntaxError("formula-power", (start, end + 1), sign="**")
    return Token(_SIGNS[written], text[start:end], start, end)


def _name(written: str, start: int, end: int) -> Token:
    kind, name = _known_name(written)
    if kind == "unseen":
        place = written.index(name)
        _refuse_unseen(name, start + place)
    if kind == "malformed":
        raise FormulaSyntaxError("formula-name-form", (start, end), name=written)
    return Token(kind, name, start, end)


@lru_cache(maxsize=16384)
def _known_name(written: str) -> tuple[str, str]:
    """Give the kind and the text of a name's token; the same few names are read again and again."""
    unseen = _UNSEEN_LETTERS.search(written)
    if unseen:
        return "unseen", unseen[0]
    name = normal_name(written)
    if not name.isidentifier():
        return "malformed", written
    return _WORDS.get(name, "name"), name


def _check_number(plain: str, start: int, end: int) -> None:
    after = plain[end : end + 1]
    if after and (after == "_" or after.isalnum()):
        word = re.compile(r"\w+").match(plain, end)
        stop = word.end() if word else end + 1
        meant = bound_in_words(plain[start:stop])
        if meant:
            raise FormulaSyntaxError("formula-bound", (start, stop), text=plain[start:stop], suggestion=meant)
        raise FormulaSyntaxError(
            "formula-number-with-word", (start, stop), text=plain[start:stop], number=plain[start:end]
        )
    if end - start > MAX_DIGITS and sum(character.isdigit() for character in plain[start:end]) > MAX_DIGITS:
        raise FormulaSyntaxError("formula-number-too-long", (start, end), limit=str(MAX_DIGITS))


def _refuse_date(plain: str) -> None:
    found = _DATE.search(plain)
    if found:
        written = day_written(found[1], found[3] or found[5], found[4] or found[6])
        raise FormulaSyntaxError("formula-date-literal", found.span(), text=found[0], suggestion=written)


def _refuse_character(text: str, plain: str, position: int) -> NoReturn:
    character, span = plain[position], (position, position + 1)
    before, after = plain[:position].rstrip(_TRAILING_BLANKS), plain[position + 1 : position + 2]
    if unicodedata.category(character) in _UNSEEN_KINDS:
        _refuse_unseen(character, position)
    if _POWERS.match(plain, position):
        raise FormulaSyntaxError("formula-power", span, sign=character)
    if character in _QUOTES:
        whole = not before and plain.rstrip(_TRAILING_BLANKS)[-1] in _QUOTES
        raise FormulaSyntaxError("formula-in-quotes" if whole else "formula-string", span)
    if character == "%":
        _refuse_percent(before, span)
    if character in "[]":
        raise FormulaSyntaxError("formula-subscript", span)
    if character == ".":
        _refuse_point(before, after, span)
    _refuse_bound(plain, position)
    raise FormulaSyntaxError("formula-unknown-sign", span, sign=text[position], **meant_sign(plain, position))


_INCLUDED: Final = regex(r"\(含\)\Z")


def _refuse_bound(plain: str, position: int) -> None:
    """Refuse a range between two numbers (``80~90``) as a whole."""
    start = len(_INCLUDED.sub("", plain[:position].rstrip()).rstrip("0123456789.%"))
    found = re.match(r"[0-9.%]+(?:\(含\))?\s*\S\s*[0-9.]+%?", plain[start:])
    meant = bound_in_words(found[0]) if found else None
    if found and meant:
        span = (start, start + found.end())
        raise FormulaSyntaxError("formula-bound", span, text=found[0], suggestion=meant)


_NAME_BEFORE: Final = regex(r"(?<!\w)[0-9]*+[^\W0-9]\w*+\Z")


def _refuse_percent(before: str, span: Span) -> NoReturn:
    name = _NAME_BEFORE.search(before)
    if before[-1:].isdigit() and name is None:
        raise FormulaSyntaxError("formula-percent-apart", span)
    meant = comparison_in_words(f"{name[0]}%") if name else None
    if name and meant:
        raise FormulaSyntaxError("formula-bound", (name.start(), span[1]), text=f"{name[0]}%", suggestion=meant)
    raise FormulaSyntaxError("formula-percent-sign", span)


def _refuse_point(before: str, after: str, span: Span) -> NoReturn:
    if after.isdigit() and not (before and (before[-1].isalnum() or before[-1] in "_)")):
        raise FormulaSyntaxError("formula-bare-point", span)
    if before and (before[-1] == ")" or _NAME_BEFORE.search(before)):
        raise FormulaSyntaxError("formula-attribute", span)
    raise FormulaSyntaxError("formula-unknown-sign", span, sign=".")


def _refuse_unseen(character: str, position: int) -> NoReturn:
    named = unicodedata.name(character, "")
    found = f"U+{ord(character):04X}" + (f" {named}" if named else "")
    raise FormulaSyntaxError("formula-unseen-character", (position, position + 1), character=found)

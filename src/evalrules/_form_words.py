"""The words that forms of the country use, as data: ``catalogue/form-words.yaml``."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from functools import cache

from evalrules._documents import Mapping as Document
from evalrules._documents import Problems, as_texts, read_file
from evalrules._edition.find import shipped_folder
from evalrules._patterns import regex
from evalrules._quantities import is_blank_text
from evalrules._values import frozen

FILE = "form-words.yaml"
_NUMBERING = regex(r"(?:指标|目标)?\s*(?:(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})\s*)?[:：.．、]\s*(?P<rest>.*)")
_BARE_NUMBERING = regex(r"(?:指标|目标)\s*(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})")


@frozen
class FormWords:
    """What words mean in the cells of a form, each as `plain_word` has it.

    ``counting`` maps a counting word to its family: words of one family can be compared, those of two cannot.
    ``not_applicable`` say that there is no such thing, ``placeholders`` are printed on a blank form, ``no_reason`` say
    nothing where a reason is asked for, ``none`` say of what is counted that there was none, ``percent`` and
    ``qualitative`` stand in columns of their own, ``full_points`` claim all the points of a row. ``asks_why`` stand in
    the words of a column for reasons or measures.
    """

    counting: Mapping[str, str]
    percent: frozenset[str]
    qualitative: frozenset[str]
    not_applicable: frozenset[str]
    placeholders: frozenset[str]
    no_reason: frozenset[str]
    none: frozenset[str]
    full_points: frozenset[str]
    asks_why: tuple[str, ...]


def plain_word(text: str) -> str:
    """Give a word as it is compared: one width, no blanks, no full stop.

    >>> plain_word(" 不适 用。"), plain_word("／")
    ('不适用', '/')
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).rstrip("。.;；") or text.strip()


def said(text: str | None) -> str | None:
    """Give what a cell for a reason says; 无, 已完成 and the like say as little as a blank.

    >>> said("无。"), said("县财政资金困难")
    (None, '县财政资金困难')
    """
    return None if text is None or not text.strip() or plain_word(text) in form_words().no_reason else text


_NAMED_POINTS = regex(r"(?P<before>[^0-9]?)(?<![0-9])(?P<number>[0-9]++(?:\.[0-9]++)?)\s*+分(?!钟|制|以|别|之|值|项)")
_GIVING, _TAKING, _NONE = "计得给为,，;；:：。 ", "扣", "不得分"


def points_named(standard: str) -> tuple[frozenset[Fraction], bool]:
    """Give the points that a printed standard gives, and whether these are all that a row can have.

    >>> points_named("≥90%,计5分;80%(含)-90%,计4分;低于60%不得分")
    (frozenset({Fraction(0, 1), Fraction(4, 1), Fraction(5, 1)}), True)
    >>> points_named("≦100%,计5分;每超过一个百分点扣0.5分,扣完为止")
    (frozenset({Fraction(5, 1)}), False)
    """
    text = unicodedata.normalize("NFKC", standard)
    found = {
        Fraction(one["number"]) for one in _NAMED_POINTS.finditer(text) if one["before"] and one["before"] in _GIVING
    }
    banded = len(found) > 1 and _TAKING not in text
    return frozenset(found | {Fraction(0)} if _NONE in text else found), banded


@cache
def form_words() -> FormWords:
    """Read the words that come with the package, once."""
    problems = Problems()
    document = read_file(shipped_folder() / FILE, problems)
    if document is None or problems:
        raise ValueError(problems)
    families, hints = document.get("counting"), document.get("column_hints")
    asking = [hints.get(key) for key in ("deviation_reason", "improvement")] if isinstance(hints, Document) else []
    return FormWords(
        counting={
            word: family
            for family, words in (families if isinstance(families, Document) else ())
            for word in as_texts(words, problems)
        },
        asks_why=tuple(word for words in asking for word in as_texts(words, problems)),
        **{
            key: frozenset(map(plain_word, as_texts(document.get(key), problems)))
            for key in ("percent", "qualitative", "not_applicable", "placeholders", "no_reason", "none", "full_points")
        },
    )


def is_nameless(name: str) -> bool:
    """Tell a name that is blank, or no more than a placeholder or the template's numbering with its sign.

    >>> is_nameless("—"), is_nameless("指标2："), is_nameless("……"), is_nameless("指标2")
    (True, True, True, False)
    """
    return is_blank_text(name) or (not without_numbering(name) and _BARE_NUMBERING.fullmatch(name.strip()) is None)


def without_numbering(name: str) -> str:
    """Give the name of a row without the template's numbering; empty where nothing else is there.

    >>> without_numbering("指标1：验收合格率"), without_numbering("指标2:"), without_numbering("指标3")
    ('验收合格率', '', '')
    """
    numbered = _NUMBERING.fullmatch(name)
    rest = numbered["rest"] if numbered else name
    blank = is_blank_text(rest) and "/" not in rest
    return "" if blank or _BARE_NUMBERING.fullmatch(rest) or plain_word(rest) in form_words().placeholders else rest

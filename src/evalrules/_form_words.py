"""The words that forms of the country use, as data: ``catalogue/form-words.yaml``."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

from attrs import frozen

from evalrules._documents import Mapping as Document
from evalrules._documents import Problems, as_texts, read_file
from evalrules._edition.find import shipped_folder

FILE = "form-words.yaml"


@frozen
class FormWords:
    """What words mean in the cells of a form, each as `plain_word` has it.

    ``counting`` maps a counting word to its family: words of one family can be compared, those of two cannot.
    ``not_applicable`` say that there is no such thing, ``placeholders`` are printed on a blank form, ``no_reason`` say
    nothing where a reason is asked for, ``percent`` and ``qualitative`` stand in columns of their own, ``full_points``
    claim all the points of a row.
    """

    counting: Mapping[str, str]
    percent: frozenset[str]
    qualitative: frozenset[str]
    not_applicable: frozenset[str]
    placeholders: frozenset[str]
    no_reason: frozenset[str]
    full_points: frozenset[str]


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


@cache
def form_words() -> FormWords:
    """Read the words that come with the package, once."""
    problems = Problems()
    document = read_file(shipped_folder() / FILE, problems)
    if document is None or problems:
        raise ValueError(problems)
    families = document.get("counting")
    return FormWords(
        counting={
            word: family
            for family, words in (families if isinstance(families, Document) else ())
            for word in as_texts(words, problems)
        },
        **{
            key: frozenset(map(plain_word, as_texts(document.get(key), problems)))
            for key in ("percent", "qualitative", "not_applicable", "placeholders", "no_reason", "full_points")
        },
    )

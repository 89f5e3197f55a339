"""Text made fit for where it is shown: harmless in cells of a spreadsheet, in quotation marks on paper."""

from __future__ import annotations

import re
from typing import Any

import attrs

from evalrules._problems import Language, visible
from evalrules._report.blocks import Document, Text

_QUANTITY = re.compile(r"[=＝]?\s*+[+\-−]?\s*+[0-9][0-9,.]*+\s*+[%‰％]?\w*+|[-—/]*+")


def inert(text: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula: an apostrophe stands before it, as spreadsheets do it.

    Quantities as people write them, also signed and with ``=``, are left alone.

    >>> inert("=HYPERLINK(A1)"), inert("-5%"), inert("=100%"), inert("合格")
    ("'=HYPERLINK(A1)", '-5%', '=100%', '合格')
    """
    return f"'{text}" if text[:1] in tuple("=+-@") and not _QUANTITY.fullmatch(text) else text


def cell(text: str) -> str:
    """Make text fit for a cell: its unseen characters are shown, and no spreadsheet takes it for a formula."""
    return inert(visible(text).strip())


# What messages quote stands in backticks, which are for a screen; paper has quotation marks.


_QUOTED = {"zh": re.compile(r" ?`([^`]*)` ?"), "en": re.compile(r"`([^`]*)`")}


def in_marks(text: str, language: Language) -> str:
    """Put what a message quotes into quotation marks; Chinese has no blanks around them.

    >>> in_marks("填报 `100%`，计算为 86.15%", "zh"), in_marks("`a` is `b`", "en")
    ('填报“100%”，计算为 86.15%', '“a” is “b”')
    """
    return _QUOTED[language].sub(r"“\1”", text)


def on_paper(document: Document) -> Document:
    """Give a report with quotation marks in all that it says."""
    return attrs.evolve(document, blocks=_each(document.blocks, document.language))


def _each(value: Any, language: Language) -> Any:
    if isinstance(value, Text):
        return attrs.evolve(value, text=in_marks(value.text, language)) if "`" in value.text else value
    if isinstance(value, tuple):
        return tuple(_each(each, language) for each in value)
    if not attrs.has(type(value)):
        return value
    names = [field.name for field in attrs.fields(type(value))]
    return attrs.evolve(value, **{name: _each(getattr(value, name), language) for name in names})

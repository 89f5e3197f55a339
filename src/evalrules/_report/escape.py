"""Text that others wrote made harmless for a table's cell that may be pasted into a spreadsheet."""

from __future__ import annotations

import re

from evalrules._problems import visible

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

"""Makes text that others wrote harmless for the place it is shown in.

Each function takes any text and gives text; what is shown stays readable and says what stood there.
"""

from __future__ import annotations

import re
import unicodedata

_QUANTITY = re.compile(r"[=＝]?\s*[+\-−]?\s*[0-9][0-9,.]*\s*[%‰％]?\w*|[-—/]*")
_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~$&]")
_LIST_NUMBER = re.compile(r"^([0-9]+)([.)])(?=\s|$)")
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def visible(text: str) -> str:
    r"""Show control, direction and other unseen characters as their codes; line ends and tabs become a blank.

    So a cell can neither colour the terminal, move its cursor, nor turn the order of a line.

    >>> visible("合格\x1b[31m\u202e率")
    '合格\\x1b[31m\\u202e率'
    """
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character in "\t\n\r":
        return " "
    if unicodedata.category(character) not in _HIDDEN:
        return character
    code = f"{ord(character):x}"
    return f"\\x{code:>02}" if len(code) <= 2 else f"\\u{code:>04}"  # noqa: PLR2004 - two digits are one byte


def inert(text: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula: an apostrophe stands before it, as spreadsheets do it.

    Quantities as people write them, also signed and with ``=``, are left alone.

    >>> inert("=HYPERLINK(A1)"), inert("-5%"), inert("=100%"), inert("合格")
    ("'=HYPERLINK(A1)", '-5%', '=100%', '合格')
    """
    return f"'{text}" if text[:1] in tuple("=+-@") and not _QUANTITY.fullmatch(text) else text


def cell(text: str) -> str:
    """Make text fit for a cell of a table that may be pasted into a spreadsheet."""
    return inert(visible(text).strip())


def markdown(text: str) -> str:
    r"""Make text fit for one line of Markdown: its markup, HTML and table signs stand for themselves.

    >>> markdown("a|b *c* <script>")
    'a\\|b \\*c\\* \\<script\\>'
    """
    line = _MARKUP.sub(lambda found: f"\\{found[0]}", visible(text).strip())
    line = _LIST_NUMBER.sub(r"\1\\\2", line)
    return f"\\{line}" if line[:1] in tuple("-+=:") else line

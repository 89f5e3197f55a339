"""Characters that no document may hold: they hide text, reorder it on the screen, or end it early."""

from __future__ import annotations

import re
import unicodedata

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_CONTROLS = {"\x00": "NUL", "\x1b": "ESCAPE", "\x7f": "DELETE", "\x85": "NEXT LINE"}


def character_name(character: str) -> str:
    r"""Name a character that cannot be shown.

    >>> character_name("\u202e"), character_name("\x01")
    ('U+202E RIGHT-TO-LEFT OVERRIDE', 'U+0001')
    """
    name = _CONTROLS.get(character) or unicodedata.name(character, "")
    return f"U+{ord(character):04X} {name}".rstrip()


def shown(text: str, length: int = 40) -> str:
    """Give the text for a message: on one line, cut after ``length`` characters.

    >>> shown("一二三四五", 3)
    '一二三…'
    """
    line = " ".join(text[: 4 * length + 4].split())
    return line if len(line) <= length else f"{line[:length]}…"

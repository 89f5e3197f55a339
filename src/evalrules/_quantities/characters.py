"""One spelling for the characters of a cell: full-width digits and signs, look-alikes of ``≥``, ``%`` and blanks.

Only what means the same is brought together (NFKC would turn ``①`` into a number and ``㎡`` into ``m2``).
"""

from __future__ import annotations

import re

_SAME = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord(written): plain
    for plain, many in {
        " ": "\u3000\u00a0\u2002\u2003\u2009\t\r\n",
        "≥": "≧⩾",
        "≤": "≦⩽",
        ">": "﹥",
        "<": "﹤",
        "%": "﹪",
        "−": "﹣",
        "~": "〜∼",
    }.items()
    for written in many
}
_SIGNS = ((">=", "≥"), ("=>", "≥"), ("<=", "≤"), ("=<", "≤"), ("==", "="))
_GAPS = re.compile(r" {2,}")


def normalised(text: str) -> str:
    """Bring a cell to one spelling, without blanks around it.

    >>> normalised(" ＞＝９８．５％ ")
    '≥98.5%'
    """
    plain = text.translate(_SAME)
    for written, sign in _SIGNS:
        plain = plain.replace(written, sign)
    return _GAPS.sub(" ", plain).strip()

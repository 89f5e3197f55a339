"""What the name of a row says of its cells: which way is better, whether they are rates, days or satisfaction."""

from __future__ import annotations

import re
from collections.abc import Iterable

_BRACKETED = re.compile(r"[(（\[【〔][^()（）\[\]【】〔〕]*[)）\]】〕]")
_OF_COUNTS = frozenset(("投诉", "事故", "超支", "信访", "上访", "差错", "失误", "违规", "违纪", "纠纷", "隐患"))


def word_at_end(name: str, words: Iterable[str], *, is_rate: bool) -> str | None:
    """Give the word that ends furthest right in a name, of several that end there the longest; brackets are left out.

    Words for what had better not happen (投诉, 事故) are of counts: a rate is one of dealing with it.

    >>> word_at_end("产品不合格率（月均）", ["率", "合格率", "不合格率"], is_rate=True)
    '不合格率'
    >>> word_at_end("投诉处理", ["投诉"], is_rate=True), word_at_end("投诉处理", ["投诉"], is_rate=False)
    (None, '投诉')
    """
    plain = _BRACKETED.sub("", "".join(name.split()))
    found = [(plain.rfind(word) + len(word), len(word), word) for word in words if word in plain]
    return max((each for each in found if not (is_rate and each[2] in _OF_COUNTS)), default=(0, 0, None))[2]

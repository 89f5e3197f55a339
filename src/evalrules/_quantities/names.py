"""What the name of a row says of its cells: which way is better, whether they are rates, days or satisfaction."""

from __future__ import annotations

import re
from collections.abc import Iterable

_BRACKETED = re.compile(r"[(（\[【〔][^()（）\[\]【】〔〕]*[)）\]】〕]")
_DEADLINES = ("时间", "时限", "日期", "期限", "时点")
_RATE = re.compile(r"率|比例|(?<![年季制进长宽高])度$")
_OF_COUNTS = frozenset(
    ("投诉", "事故", "超支", "信访", "上访", "差错", "失误", "违规", "违纪", "死亡", "伤亡", "拖欠", "返工", "差评")
)


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


def says_deadline(section: str, name: str) -> bool:
    """Tell whether a row is about when something is done, by its section or its name."""
    return "时效" in section or any(word in name for word in _DEADLINES)


def says_rate(name: str) -> bool:
    """Tell whether a name is that of a rate, by 率, 比例 or a closing 度.

    >>> says_rate("验收合格率（%）"), says_rate("群众满意度"), says_rate("年度"), says_rate("培训人数")
    (True, True, False, False)
    """
    return _RATE.search(_BRACKETED.sub("", "".join(name.split()))) is not None


def says_satisfaction(name: str) -> bool:
    """Tell whether a row or a section is about satisfaction: people give points of 100 for it."""
    return "满意" in name

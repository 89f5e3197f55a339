"""What words say: names of which way is better, of rates, days or satisfaction, and an actual of the contrary."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from evalrules._patterns import regex
from evalrules._quantities.units import convert
from evalrules._quantities.values import Quantity

_BRACKETED = regex(r"[(（\[【〔][^()（）\[\]【】〔〕]*[)）\]】〕]")
_DURATIONS = ("天", "个月", "工作日")
_DEADLINES = ("时间", "时限", "日期", "期限", "时点")
_RATE = regex(r"率|比例|(?<![年季制进长宽高])度$")
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
    plain = _plain(name)
    found = [(plain.rfind(word) + len(word), len(word), word) for word in words if word in plain]
    return max((each for each in found if not (is_rate and each[2] in _OF_COUNTS)), default=(0, 0, None))[2]


def is_denied(name: str, word: str) -> bool:
    """Tell whether a word stands right behind 不, 未, 无 or 零 where it ends furthest right in a name.

    >>> is_denied("无差错率（全年）", "差错率"), is_denied("未完成率", "完成率"), is_denied("不动产登记率", "率")
    (True, True, False)
    """
    plain = _plain(name)
    return plain[: plain.rfind(word)].endswith(("不", "未", "无", "零"))


def _plain(name: str) -> str:
    return _BRACKETED.sub("", "".join(name.split()))


def says_deadline(section: str, name: str) -> bool:
    """Tell whether a row is about when something is done, by its section or its name."""
    return "时效" in section or any(word in name for word in _DEADLINES)


def says_how_long(section: str, unit: str) -> bool:
    """Tell a number of days, months or hours in a section about when things are done: how long they may take.

    >>> says_how_long("时效指标", "个工作日"), says_how_long("时效指标", "%"), says_how_long("数量指标", "天")
    (True, False, False)
    """
    one = Quantity(Fraction(1), unit)
    return "时效" in section and bool(unit) and any(convert(one, each) is not None for each in _DURATIONS)


def says_rate(name: str) -> bool:
    """Tell whether a name is that of a rate, by 率, 比例 or a closing 度.

    >>> says_rate("验收合格率（%）"), says_rate("群众满意度"), says_rate("年度"), says_rate("培训人数")
    (True, True, False, False)
    """
    return _RATE.search(_plain(name)) is not None


def says_satisfaction(name: str) -> bool:
    """Tell whether a row or a section is about satisfaction: people give points of 100 for it."""
    return "满意" in name


def denies(said: str, wanted: str) -> bool:
    """Tell words that say the opposite of others: 否 beside 是, 未通过 beside 通过.

    >>> denies("否", "是"), denies("验收未通过", "验收通过"), denies("发生", "未发生"), denies("是", "是")
    (True, True, True, False)
    """
    longer, shorter = sorted((said, wanted), key=len, reverse=True)
    denied = (longer.replace(word, "", 1) for word in _DENYING if word in longer)
    return {said, wanted} in _OPPOSITES or shorter in denied


_DENYING = ("不", "未", "没有", "尚未")
_OPPOSITES = ({"是", "否"}, {"有", "无"}, {"有", "没有"})

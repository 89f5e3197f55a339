"""Editions that a bureau could issue, drawn at random: ways of scoring, applicability, caps, bonus, open sections."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Document = dict[str, Any]
NUMBERS = ("甲数", "乙数", "丙数")
ANSWERS = ("是否公开", "是否违纪")
DATA: Document = {
    **{name: {"min": 0} for name in NUMBERS},
    "基数": {"above": 0},
    **{name: {"type": "yes_no"} for name in ANSWERS},
}
OPEN_SCORING = {"≥": "比例得分", "≤": "反向线性", "=": "等值得分", "date": "按期得分", "text": "三档评判"}

rates = st.integers(1, 20).map(lambda number: f"{number * 5}%")
values = st.builds(lambda name: f"{name} ÷ 基数", st.sampled_from(NUMBERS))
conditions = st.one_of(
    st.sampled_from(ANSWERS),
    st.builds(lambda name, number: f"{name} > {number}", st.sampled_from(NUMBERS), st.integers(0, 9)),
)


def bands(points: int) -> st.SearchStrategy[Document]:
    """Rows that fall with the actual, the last one deciding the rest."""
    edges = st.lists(st.integers(1, 40), min_size=1, max_size=min(4, points), unique=True)
    return edges.map(lambda found: {"award": [*rows(points, sorted(found, reverse=True)), LAST]})


LAST = {"points": 0, "because": "低，为 {完成值}"}


def rows(points: int, edges: list[int]) -> list[Document]:
    """One row for each edge, the highest with all points and each further one with one point less."""
    return [
        {"when": f"完成值 ≥ {edge * 5}%", "points": points - row, "because": "完成值 {完成值}"}
        for row, edge in enumerate(edges)
    ]


def deductions(points: int) -> st.SearchStrategy[Document]:
    """Rules that take something away for each step, some of them excused."""
    rule = st.fixed_dictionaries(
        {
            "when": st.one_of(st.just("完成值 < 100%"), st.just("丙数 > 5"), st.just("甲数 > 乙数")),
            "points": st.one_of(
                st.integers(0, points).map(str),
                st.just("分值 × 最小(1, 丙数 ÷ 基数)"),
                st.just("0.3 × 下取整(甲数 ÷ 基数)"),
            ),
            "because": st.just("甲数 {甲数}，扣分"),
        },
        optional={"unless": st.just("是否公开 且 乙数 > 3")},
    )
    return st.lists(rule, min_size=1, max_size=3).map(lambda rules: {"deduct": rules})


def checklists(points: int) -> st.SearchStrategy[Document]:
    """Items that are worth the points together."""
    return st.integers(0, points - 1).map(
        lambda first: {"checklist": {"有制度": points - first, **({"有执行": first} if first else {})}}
    )


def scorings(points: int) -> st.SearchStrategy[Document]:
    """Everything of an indicator that decides its score."""
    computed = st.fixed_dictionaries(
        {
            "value": values,
            "unit": st.just("%"),
            "target": rates.map("≥ {}".format),
            "scoring": st.one_of(
                bands(points),
                deductions(points),
                st.just("比例得分"),
                rates.map(lambda rate: {"method": "超标扣分", "起点": rate, "每": "5%", "扣": 1, "不足一步": "折算"}),
            ),
        }
    )
    assessed = st.one_of(checklists(points), st.just("三档评判")).map(lambda scoring: {"scoring": scoring})
    return st.one_of(computed, computed, assessed)


OTHERWISE = (
    "full_marks",
    {"points": "0", "because": "没有这项工作"},
    {"points": "分值 × 50%", "because": "没有这项工作"},
    "rescale_total",
)


@st.composite
def indicators(draw: st.DrawFn) -> Document:
    """Draw an indicator, which may not apply."""
    points = draw(st.integers(1, 12))
    found: Document = {"points": points, **draw(scorings(points))}
    if draw(st.integers(0, 3)) == 0:
        found |= {"applies": draw(conditions), "otherwise": draw(st.sampled_from(OTHERWISE))}
    return found


@st.composite
def sections(draw: st.DrawFn) -> Document:
    """Draw a section of indicators, perhaps with an open one inside, with a limit on its score at times."""
    inside = draw(st.lists(indicators(), min_size=2, max_size=3))
    own = draw(st.sampled_from((0, 0, 5)))
    titled = {f"指标{number}": indicator for number, indicator in enumerate(inside)}
    points = sum(indicator["points"] for indicator in inside) + own
    if draw(st.integers(0, 2)) == 0:
        titled["指标0"] = {key: value for key, value in titled["指标0"].items() if key not in ("applies", "otherwise")}
        moving = draw(st.sampled_from(("rescale", {"move_to": "指标0"})))
        titled["指标1"] |= {"applies": draw(conditions), "otherwise": moving}
    found: Document = {"points": points, "indicators": titled}
    if own:
        found["sections"] = {"自设": {"points": own, "open": "true"}}
    if draw(st.booleans()):
        found["cap"] = {"when": draw(conditions), "at_most": points // 2, "because": "有问题，只得一半"}
    return found


BONUS: Document = {
    "bonus": "true",
    "at_most": 3,
    "indicators": {"表彰": {"points": 5, "value": "甲数", "target": "≥ 5", "scoring": "比例得分"}},
}
FINES: Document = {"method": "次数扣分", "每次扣": 2}
PENALTY: Document = {
    "penalty": "true",
    "at_most": 4,
    "indicators": {"处罚": {"points": 6, "value": "乙数", "target": "≤ 0", "scoring": FINES}},
}
MODES = ("half_up", "half_even", "down")


@st.composite
def editions(draw: st.DrawFn) -> Document:
    """Draw a whole edition, as a mapping of the shape of its YAML."""
    found = draw(st.lists(sections(), min_size=1, max_size=2))
    total = sum(section["points"] for section in found)
    form = {f"部分{number}": renamed(section, number) for number, section in enumerate(found)}
    form |= {"加分项": BONUS} if draw(st.booleans()) else {}
    form |= {"扣分项": PENALTY} if draw(st.booleans()) else {}
    high = draw(st.integers(2, total))
    return {
        "evalrules": 1,
        "id": "drawn",
        "edition": "1",
        "title": "示例",
        "uses": ["standard-methods@1"],
        "rounding": {
            "places": draw(st.integers(0, 2)),
            "mode": draw(st.sampled_from(MODES)),
        },
        "points": total,
        "data": DATA,
        "defaults": {"scoring": OPEN_SCORING},
        "sections": form,
        "grades": {"优": f"总分 ≥ {high}", "良": f"总分 ≥ {high // 2}", "差": "otherwise"},
        "score_caps": [{"when": "是否违纪", "at_most": high - 1, "because": "有违纪"}],
        "grade_caps": [{"when": "是否违纪", "at_most": "良", "because": "有违纪"}],
    }


def renamed(section: Document, number: int) -> Document:
    """Give the indicators of a section titles that no other section has."""
    text: Document = {**section, "indicators": {}}
    for title, indicator in section["indicators"].items():
        moved = indicator.get("otherwise")
        if isinstance(moved, dict) and "move_to" in moved:
            indicator = {**indicator, "otherwise": {"move_to": f"{moved['move_to']}之{number}"}}  # noqa: PLW2901
        text["indicators"][f"{title}之{number}"] = indicator
    return text

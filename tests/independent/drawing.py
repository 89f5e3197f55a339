"""Editions that a bureau could issue, and submissions to them, drawn with every part of the language together.

An edition is drawn so that the checker takes it: kinds and units fit, divisors are above 0, points add up. What is
drawn are mappings of the shape of the YAML.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from attrs import define, field
from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]
Keys = dict[str, Any]


@cache
def whole(low: int, high: int) -> st.SearchStrategy[int]:
    """Give whole numbers."""
    return st.integers(low, high)


# ---- the base data -------------------------------------------------------------------------------------------------

BARE, RATE, PEOPLE, MONEY = "", "%", "人", "万元"
UNITS = (BARE, RATE, PEOPLE, MONEY)
FIGURES: Mapping[str, Keys] = {
    "甲数": {"min": 0},
    "乙数": {"min": 0, "max": 100},
    "丙数": {"required": False},
    "丁数": {"integer": True, "min": 0, "required": False},
    "基数": {"above": 0},
    "在编人数": {"unit": PEOPLE, "integer": True, "min": 0},
    "核定人数": {"unit": PEOPLE, "integer": True, "above": 0},
    "预算额": {"unit": MONEY, "above": 0},
    "执行额": {"unit": MONEY, "min": 0},
    "结余额": {"unit": MONEY, "required": False},
    "满意率": {"unit": RATE, "min": "0%", "max": "100%"},
    "增长率": {"unit": RATE, "required": False},
    "有采购": {"type": "yes_no"},
    "有违纪": {"type": "yes_no", "required": False},
    "地区": {"type": "choice", "choices": ["东部", "中部", "西部"]},
    "算法": {"type": "choice", "choices": ["不计", "按一步", "折算"], "required": False},
    "计划日": {"type": "date"},
    "完成日": {"type": "date", "required": False},
    "说明": {"type": "text", "required": False},
    "执行率": {"unit": RATE, "formula": "执行额 ÷ 预算额"},
    "合计数": {"formula": "甲数 + 乙数", "required": False},
    "是否超编": {"type": "yes_no", "formula": "在编人数 > 核定人数"},
    "较好": {"unit": RATE, "formula": "若(地区 = 东部, 满意率, 最大(满意率, 增长率))", "required": False},
}
GRID: Keys = {"type": "grid", "unit": MONEY, "min": 0, "columns": ["上年", "本年"], "rows": ["三公", "培训"]}
TABLE: Keys = {
    "type": "table",
    "columns": {
        "名称": {"type": "text"},
        "金额": {"unit": MONEY, "min": 0},
        "数量": {"min": 0},
        "比率": {"unit": RATE},
        "到位日": {"type": "date"},
        "合规": {"type": "yes_no"},
        "类别": {"type": "choice", "choices": ["基建", "采购"]},
    },
}
NUMBERS: Mapping[str, tuple[str, ...]] = {
    BARE: ("甲数", "乙数", "丙数", "丁数", "基数", "合计数"),
    RATE: ("满意率", "增长率", "执行率", "较好"),
    PEOPLE: ("在编人数", "核定人数"),
    MONEY: ("预算额", "执行额", "结余额", "三公_上年", "三公_本年", "培训_本年"),
}
DIVISORS = {BARE: ("基数",), PEOPLE: ("核定人数",), MONEY: ("预算额",)}
COLUMNS = {MONEY: "明细_金额", BARE: "明细_数量", RATE: "明细_比率"}
ANSWERS = ("有采购", "有违纪", "是否超编")
DAYS = ("计划日", "完成日")
FILLABLE = ("丙数", "丁数", "结余额", "增长率", "有违纪", "完成日", "说明", "合计数")
SIGNS = ("≥", ">", "≤", "<")


@define
class Pen:
    """Draws formulas, scoring rules, indicators and sections of one edition."""

    draw: Draw
    places: int = 2
    used: int = 0
    scored: list[str] = field(factory=list)
    """The titles of sections that are drawn already, which a cap may ask for."""
    own: Keys = field(factory=dict)
    """What sections say by default."""
    outside_points: bool = False
    """Whether a bonus or penalty is drawn, whose targets are the edition's."""

    def pick(self, *options: Any) -> Any:
        """Draw one of some options."""
        return options[self.whole(0, len(options) - 1)]

    def whole(self, low: int, high: int) -> int:
        """Draw a whole number."""
        return int(self.draw(whole(low, high)))

    def one_in(self, times: int) -> bool:
        """Draw what happens once in so many times."""
        return self.whole(1, times) == times

    def number(self, low: int, high: int) -> str:
        """Draw a number with a decimal at times."""
        found = self.whole(low * 2, high * 2)
        return str(found // 2) if found % 2 == 0 else f"{found // 2}.5"

    # ---- formulas ----------------------------------------------------------------------------------------------------

    def literal(self, unit: str) -> str:
        """Draw a number as a formula writes it beside this unit."""
        return f"{self.whole(1, 30) * 5}%" if unit == RATE else self.number(0, 40)

    def amount(self, unit: str, depth: int = 2) -> str:
        """Draw a formula that gives a number of a unit."""
        if depth == 0 or self.one_in(2):
            return str(self.pick(*NUMBERS[unit])) if not self.one_in(4) else self.literal(unit)
        kinds = ["sum", "minus", "times", "part", "most", "least", "if", "round", "of table"]
        kinds += ["whole", "count", "ratio", "line"] if unit == BARE else []
        kinds += ["ratio", "line"] if unit == RATE else []
        kinds += ["mean"] if unit in COLUMNS else []
        return self.combined(self.pick(*kinds), unit, depth - 1)

    def combined(self, kind: str, unit: str, depth: int) -> str:  # noqa: C901
        """Draw a formula of a kind."""
        match kind:
            case "sum":
                return f"({self.amount(unit, depth)} + {self.amount(unit, depth)})"
            case "minus":
                return f"({self.amount(unit, depth)} − {self.amount(unit, depth)})"
            case "times":
                return f"{self.amount(unit, depth)} × {self.whole(2, 5)}"
            case "part":
                return f"{self.amount(unit, depth)} ÷ {self.whole(2, 5)}"
            case "most":
                return f"最大({self.amount(unit, depth)}, {self.amount(unit, depth)})"
            case "least":
                return f"min({self.amount(unit, depth)}, {self.amount(unit, depth)})"
            case "if":
                condition, first, other = self.condition(depth), self.amount(unit, depth), self.amount(unit, depth)
                return str(self.pick(f"若({condition}, {first}, {other})", f"({first} if {condition} else {other})"))
            case "round":
                return f"四舍五入({self.amount(unit, depth)}, {self.whole(0, 3)})"
            case "whole":
                return f"{self.pick('上取整', '下取整', '绝对值')}({self.amount(unit, depth)} ÷ {self.whole(2, 5)})"
            case "count":
                return f"计数({self.of_row(depth)})"
            case "ratio":
                inner = self.pick(*DIVISORS)
                return f"{self.pick(*NUMBERS[inner])} ÷ {self.pick(*DIVISORS[inner])}"
            case "line":
                inside = self.amount(unit, depth)
                ends = (
                    ("0%, 0%, 50%, 20%, 100%, 100%", "10%, 100%, 40%, 0%")
                    if unit == RATE
                    else ("0, 0, 10, 5, 40, 8.5", "5, 9, 20, 1")
                )
                return f"插值({inside}, {self.pick(*ends)})"
            case "mean":
                return str(self.pick("平均({})", "去极值平均({})", "加权平均({}, 明细_数量)", "mean({} × 2)")).format(
                    COLUMNS[unit]
                )
        return f"合计({COLUMNS[unit]})" if unit in COLUMNS else f"({self.pick(*NUMBERS[unit])} + 0)"

    def day(self) -> str:
        """Draw a formula that gives a day."""
        return str(self.pick(*DAYS, f"日期({self.whole(2023, 2025)}, {self.whole(1, 12)}, {self.whole(1, 28)})"))

    def of_row(self, depth: int) -> str:
        """Draw a condition over a row of the table."""
        match self.whole(0, 5):
            case 0:
                return f"明细_金额 {self.pick(*SIGNS)} {self.amount(MONEY, 0)}"
            case 1:
                return f"明细_类别 = {self.pick('基建', '采购')}"
            case 2:
                return "明细_合规"
            case 3:
                return f"明细_到位日 {self.pick(*SIGNS)} {self.day()}"
            case 4:
                return (
                    f"{self.of_row(depth)} {self.pick('且', '或')} {self.of_row(depth)}" if depth else "明细_数量 > 3"
                )
        return f"明细_比率 {self.pick(*SIGNS)} {self.literal(RATE)}"

    def condition(self, depth: int = 1) -> str:
        """Draw a condition over figures."""
        match self.whole(0, 9):
            case 0:
                return str(self.pick(*ANSWERS))
            case 1:
                return f"地区 {self.pick('=', '≠')} {self.pick('东部', '中部', '西部')}"
            case 2:
                return f"{self.pick(*DAYS)} {self.pick(*SIGNS)} {self.day()}"
            case 3:
                return f"{self.pick('已填', '未填')}({self.pick(*FILLABLE)})"
            case 4 if depth:
                joined = f" {self.pick('且', '或', 'and')} "
                return f"({self.condition(depth - 1)}){joined}({self.condition(depth - 1)})"
            case 5 if depth:
                return f"非 ({self.condition(depth - 1)})"
            case 6:
                spell = self.pick("天数", "月数", "days", "months")
                return f"{spell}({self.pick(*DAYS)}, {self.day()}) {self.pick(*SIGNS)} {self.whole(-9, 40)}"
            case 7:
                low, high = self.pick("<", "≤"), self.pick("<", "≤")
                return f"{self.literal(BARE)} {low} {self.amount(BARE, depth)} {high} {self.whole(41, 90)}"
        unit = self.pick(*UNITS)
        return f"{self.pick(*NUMBERS[unit])} {self.pick(*SIGNS, '=', '≠')} {self.amount(unit, depth)}"

    # ---- scoring -----------------------------------------------------------------------------------------------------

    def share(self) -> str:
        """Draw points between none and all, as a formula."""
        return str(
            self.pick(
                "0", "分值", f"分值 × {self.whole(1, 19) * 5}%", "分值 ÷ 3",
                f"分值 × 最小(1, 最大(0, {self.amount(BARE, 1)} ÷ 10))", "若(有采购, 分值, 分值 ÷ 2)", "分值 × 满意率",
            )
        )  # fmt: skip

    def lets(self, unit: str | None) -> tuple[Keys, Callable[[str], str]]:
        """Draw names of intermediate values, and what puts one of them in the place of 完成值."""
        if unit is None or not self.one_in(3):
            return {}, lambda text: text
        lets = {"超出": f"完成值 − {self.amount(unit, 1)}", "倍数": f"超出 × {self.whole(1, 3)}"}
        lets |= {"不用": "甲数 ÷ (丁数 + 1)"} if self.one_in(3) else {}
        return lets, lambda text: text.replace("完成值", self.pick("超出", "倍数", "完成值"))

    def compared(self, unit: str | None, *, target: bool) -> str:
        """Draw a condition on the actual, or on figures alone where there is none."""
        if unit is None or self.one_in(6):
            return self.condition()
        against = self.pick(self.literal(unit), self.literal(unit), self.amount(unit, 1))
        if target and self.one_in(2):
            against = self.pick("指标值", f"指标值 × {self.whole(10, 25) * 5}%", f"指标值 + {self.literal(unit)}")
        return f"完成值 {self.pick(*SIGNS)} {against}"

    def award(self, points: int, unit: str | None, *, target: bool) -> Keys:
        """Draw rows of which the first that holds gives the points."""
        lets, renamed = self.lets(unit)
        rows: list[Keys] = []
        for _ in range(self.whole(1, 3)):
            row: Keys = {
                "when": renamed(self.compared(unit, target=target)),
                "points": self.share(),
                "because": "为 {分值}",
            }
            if self.one_in(8):
                row["points"] = [f"分值 × {self.whole(0, 4) * 10}%", f"分值 × {self.whole(5, 9) * 10}%"]
            rows.append(row)
        rows.append({"points": self.share(), "because": "其余情形"})
        full = rows[self.whole(0, len(rows) - 1)]
        full["points"] = self.pick("分值", points)
        return {"award": rows, **({"let": lets} if lets else {})}

    def deduct(self, points: int, unit: str | None, *, target: bool) -> Keys:
        """Draw rules that take something away, some of them excused."""
        lets, renamed = self.lets(unit)
        rules: list[Keys] = []
        for _ in range(self.whole(1, 3)):
            rule: Keys = {"points": self.taken(points, unit, target=target), "because": "扣分"}
            if rules or not self.one_in(8):
                rule["when"] = renamed(self.compared(unit, target=target))
            if self.one_in(4):
                rule["unless"] = self.condition()
            rules.append(rule)
        return {"deduct": rules, **({"let": lets} if lets else {})}

    def taken(self, points: int, unit: str | None, *, target: bool) -> str:
        """Draw what a rule takes, which is never below 0."""
        options = [f"{self.whole(0, points * 2)} ÷ 2", f"分值 × {self.whole(0, 20) * 5}%", "绝对值(丙数)", "分值 ÷ 7"]
        if unit is not None:
            step = self.literal(unit) if unit == RATE else str(self.whole(1, 9))
            against = "指标值" if target else self.literal(unit)
            scale = "" if unit == RATE else " ÷ " + ("基数" if unit == BARE else self.pick(*DIVISORS[unit]))
            gap = f"最大(0, 完成值 − {against})" if self.one_in(2) else f"绝对值({against} − 完成值)"
            options += [
                f"0.5 × {self.pick('下取整', '上取整')}({gap} ÷ {step})"
                if unit in (RATE, BARE)
                else f"3 × {gap}{scale}"
            ]
            options += [f"3 × {gap}{scale}"]
        return str(self.pick(*options))

    def method(self, unit: str, *, target: bool) -> Any:
        """Draw a call of a method, of the edition's own or of the library."""
        steps: Keys = {
            "每": self.literal(unit) if unit == RATE else self.whole(1, 9), "扣": self.number(0, 3),
            "不足一步": self.pick("不计", "按一步", "折算", "算法"),
        }  # fmt: skip
        begin = self.pick(self.literal(unit), self.amount(unit, 1))
        rates = {"每": f"{self.whole(1, 10)}%", "扣": "0.5", "不足一步": self.pick("不计", "按一步", "折算")}
        options: list[Any] = [
            {"method": "超标扣分", "起点": begin, **steps},
            {"method": "不足扣分", "起点": begin, **steps},
            {"method": "步步扣分", "线": begin, "步": steps["每"]},
        ]
        options += [] if unit == RATE else ["自有分档"]
        if target:
            options += [
                "比例得分", {"method": "比例得分", "底线": f"{self.whole(0, 20) * 5}%"}, "反向比例", "反向线性",
                "等值得分", "超额调减得分", {"method": "偏离扣分", **rates}, "容差分档", "完成率分档", "自有比例",
                {"method": "自有比例", "最低": f"{self.whole(0, 10) * 5}%", "基准": self.pick("指标值", begin)},
                {"method": "超标扣分", **steps}, {"method": "不足扣分", **steps},
            ]  # fmt: skip
        if unit == RATE:
            options += ["高值分档", "低值分档", "执行率得分", "满意度分档"]
            options += [{"method": "插值得分", "一线": "95%", "二线": "80%", "三线": "满意率 ÷ 2", "四线": "-5%"}]
        if unit == BARE:
            options += [{"method": "次数扣分", "每次扣": self.number(0, 3)}, {"method": "递增扣分", "首次扣": "0.5"}]
        return self.pick(*options)

    def checklist(self, points: int) -> Keys:
        """Draw items that are worth the points together."""
        count = min(points, self.whole(1, 4))
        worth = [points // count] * (count - 1)
        return {"checklist": {f"要点{number}": each for number, each in enumerate([*worth, points - sum(worth)], 1)}}

    def judged(self) -> Any:
        """Draw tiers."""
        middle, low = self.whole(12, 18) * 5, self.whole(1, 11) * 5
        tiers: Keys = {"好": f"{middle}% – 100%", "中": f"{low}%–{middle}%", "差": f"0% – {low}%"}
        return self.pick("三档评判", {"judged": tiers})

    # ---- indicators --------------------------------------------------------------------------------------------------

    def title(self, kind: str) -> str:
        """Give a title that nothing else has."""
        self.used += 1
        return f"{kind}{self.used}"

    def indicator(self, points: int) -> Keys:
        """Draw an indicator that is always answered or computed."""
        match self.whole(0, 9):
            case 0:
                return {"points": points, "scoring": self.checklist(points)}
            case 1:
                return {"points": points, "scoring": self.judged()}
            case 2:
                rule = self.award if self.one_in(2) else self.deduct
                return {"points": points, "scoring": rule(points, None, target=False)}
            case 3:
                return self.dated(points)
        return self.measured(points)

    def dated(self, points: int) -> Keys:
        """Draw an indicator whose actual is a day."""
        keys: Keys = {
            "points": points,
            "target": f"{self.whole(2023, 2025)}年{self.whole(1, 12)}月{self.whole(1, 28)}日",
        }
        if self.one_in(3):
            keys |= {"value": self.pick(*DAYS)}
        months = {"when": "月数(指标值, 完成值) > 2", "points": "分值 ÷ 2", "because": "晚了"}
        rows = [{"when": "完成值 ≤ 指标值", "points": "分值"}, months, {"points": "0", "because": "太晚"}]
        late = {"when": "完成值 > 指标值", "points": "0.5 × 月数(指标值, 完成值)", "because": "晚"}
        very = {"when": "天数(计划日, 完成值) > 30", "points": "分值 ÷ 3", "because": "比计划晚"}
        scoring = self.pick(
            "按期得分", {"method": "逾期扣分", "每天扣": self.pick("0.1", "0.5")}, {"award": rows}, {"deduct": [late]},
            {"deduct": [very, late]},
        )  # fmt: skip
        return keys | {"scoring": scoring}

    def measured(self, points: int) -> Keys:
        """Draw an indicator whose actual is a number, from the entry or from figures."""
        unit = self.pick(*UNITS, RATE)
        keys: Keys = {"points": points, **({"unit": unit} if unit else {})}
        if self.one_in(2):
            keys["value"] = self.amount(unit, 1) if self.one_in(3) else self.pick(*NUMBERS[unit])
        target = not self.one_in(4)
        if target and (self.outside_points or not self.one_in(5)):
            fixed = self.pick(self.literal(unit), self.literal(unit), self.pick(*NUMBERS[unit]))
            keys["target"] = f"{self.pick('≥ ', '≤ ', '> ', '< ', '= ')}{fixed}"
        match self.whole(0, 3):
            case 0:
                keys["scoring"] = self.award(points, unit, target=target)
            case 1:
                keys["scoring"] = self.deduct(points, unit, target=target)
            case _:
                keys["scoring"] = self.method(unit, target=target)
        if "value" not in keys and self.one_in(4):
            keys["ranges"] = {"完成值": {"min": "0%" if unit == RATE else 0}}
        return keys

    def otherwise(self, keys: Keys, options: Sequence[Any]) -> Keys:
        """Let an indicator not apply, by figures or because the entry says so."""
        said = {"otherwise": self.pick(*options)}
        return keys | said | ({} if self.one_in(3) else {"applies": self.condition()})

    # ---- sections ----------------------------------------------------------------------------------------------------

    def points(self) -> int:
        """Draw the points of an indicator."""
        return self.whole(1, 12)

    def section(self) -> tuple[str, Keys, int]:
        """Draw a section: its title, its keys, and its points."""
        match self.whole(0, 9):
            case 0:
                return self.one_of_section()
            case 1 | 2:
                return self.open_section()
            case 3 | 4:
                return self.nested_section()
        return self.plain_section()

    def plain_section(self) -> tuple[str, Keys, int]:
        """Draw a section of indicators, some of which need not apply."""
        title = self.title("部分")
        inside: Keys = {}
        for _ in range(self.whole(1, 3)):
            inside[self.title("指标")] = self.indicator(self.points())
        self.let_some_not_apply(inside)
        points = sum(int(each["points"]) for each in inside.values())
        return title, {"points": points, "indicators": inside, **self.cap(points)}, points

    def let_some_not_apply(self, inside: Keys) -> None:
        """Let indicators of a section not apply, with every policy that there is."""
        titles = list(inside)
        for before, title in pairwise(titles):
            if self.one_in(3):
                partly = {"points": self.pick("0", "分值 × 50%", "分值 ÷ 3"), "because": "不适用"}
                policies = ["full_marks", partly, "rescale", "rescale_total", {"move_to": before}]
                inside[title] = self.otherwise(inside[title], policies)
        if len(titles) == 1 and self.one_in(4):
            inside[titles[0]] = self.otherwise(inside[titles[0]], ["full_marks", "rescale_total"])

    def cap(self, points: int) -> Keys:
        """Draw a limit on the score of a section."""
        if not self.one_in(4):
            return {}
        most = self.whole(0, max(0, points - 1))
        when = self.condition()
        if self.scored and self.one_in(3):
            when = f"{self.pick(*self.scored)}_得分 {self.pick(*SIGNS)} {self.whole(0, 8)}"
        elif self.scored and self.one_in(3):
            when = f"{self.pick('已填', '未填')}({self.pick(*self.scored)})"
        return {"cap": {"when": when, "at_most": most, "because": "封顶 {有采购}"}}

    def one_of_section(self) -> tuple[str, Keys, int]:
        """Draw a section of which one indicator is answered."""
        title, points = self.title("择一"), self.points()
        inside = {self.title("任选"): self.indicator(points) for _ in range(2)}
        return title, {"points": points, "one_of": True, "indicators": inside, **self.cap(points)}, points

    def open_section(self) -> tuple[str, Keys, int]:
        """Draw a section in which the submission lists its own indicators."""
        title, points = f"{self.title('自设')}指标", self.whole(4, 20)
        if self.one_in(3):
            own = self.pick("三档评判", "比例得分", {"method": "超标扣分", "每": 1, "扣": "0.5", "不足一步": "折算"})
            kinds = {self.pick("=", "money", "≥", "interval"): self.pick("接近得分", "等值得分")}
            self.own[title] = self.pick({"scoring": own}, {"scoring": kinds}, {"bare_target": self.pick("≤", "=", "<")})
        ranges = {"ranges": {"完成值": {"min": 0}, "指标值": {"above": 0}}} if self.one_in(4) else {}
        return title, {"points": points, "open": True, **ranges, **self.cap(points)}, points

    def nested_section(self) -> tuple[str, Keys, int]:
        """Draw a section with sections inside."""
        title = self.title("上级")
        inside = [self.plain_section() if self.one_in(2) else self.open_section() for _ in range(2)]
        points = sum(each for _, _, each in inside)
        return (
            title,
            {"points": points, "sections": {name: keys for name, keys, _ in inside}, **self.cap(points)},
            points,
        )

    def outside(self) -> Keys:
        """Draw what stands outside the points."""
        found: Keys = {}
        self.outside_points = True
        for title, kind in (("加分项", "bonus"), ("减分项", "penalty")):
            if self.one_in(3):
                inside = {self.title(title[:2]): self.indicator(self.points()) for _ in range(self.whole(1, 2))}
                found[title] = {kind: True, "at_most": self.whole(1, 6), "indicators": inside}
        return found

    # ---- the edition -------------------------------------------------------------------------------------------------

    def edition(self) -> Keys:
        """Draw an edition."""
        sections: Keys = {}
        total = 0
        for _ in range(self.whole(1, 3)):
            title, keys, points = self.section()
            sections[title] = keys
            self.scored.append(title)
            total += points
        if self.one_in(3):
            points = self.points()
            keys = self.indicator(points)
            if self.one_in(2):
                goals = [title for title, keys in sections.items() if not keys.get("one_of")]
                moves = [{"move_to": goal} for goal in goals]
                keys = self.otherwise(keys, ["rescale", "rescale_total", "full_marks", *moves])
            sections[self.title("单列")] = keys
            total += points
        sections |= self.outside()
        return {
            "evalrules": 1, "id": "drawn", "edition": "1", "title": "示例", "uses": ["standard-methods@1"],
            "rounding": {"places": self.places, "mode": self.pick("half_up", "half_even", "down", "up")},
            "points": total,
            "data": {**FIGURES, "经费": GRID, "明细": TABLE},
            "methods": METHODS,
            "defaults": DEFAULTS | {"sections": self.own},
            "sections": sections,
            **self.grading(total, sections),
        }  # fmt: skip

    def grading(self, total: int, sections: Keys) -> Keys:
        """Draw grades, with a limit on the best of them."""
        high = self.whole(2, max(2, total))
        found: Keys = {
            "grades": {
                "优": f"总分 ≥ {high}",
                "良": {"when": f"总分 > {high // 2}", "also": ["良好"]},
                "差": "otherwise",
            }
        }
        if self.one_in(2):
            named = [title for title, keys in sections.items() if not keys.get("bonus") and not keys.get("penalty")]
            scored = f"{self.pick(*named)}_得分 < {self.whole(1, 8)}"
            when = self.pick("有违纪", scored, self.condition())
            found["grade_caps"] = [{"when": when, "at_most": self.pick("良", "差"), "because": "受限"}]
        if self.one_in(3):
            found["score_caps"] = [
                {"when": self.pick("有违纪", self.condition()), "at_most": self.whole(0, total), "because": "受限"}
                for _ in range(self.whole(1, 2))
            ]
        return found


METHODS: Keys = {
    "步步扣分": {
        "parameters": {"线": {}, "步": {"above": 0}, "倍": {"default": "1", "min": 0}},
        "let": {"差": "完成值 − 线", "几步": "上取整(差 ÷ 步)"},
        "deduct": [{"when": "差 > 0", "points": "倍 × 几步 × 0.3", "because": "超过 {线} 共 {几步} 步"}],
    },
    "自有比例": {
        "parameters": {"最低": {"unit": "%", "default": "10%"}, "基准": {"default": "指标值"}},
        "ranges": {"完成值": {"min": 0}},
        "award": [
            {"when": "完成值 ≥ 基准", "points": "分值"},
            {"when": "完成值 < 基准 × 最低", "points": 0, "because": "不到 {最低}"},
            {"points": "分值 × 完成值 ÷ 最大(基准, 1%)", "because": "按比例"},
        ],
    },
    "自有分档": {
        "let": {"折半": "分值 ÷ 2"},
        "award": [
            {"when": "完成值 > 20", "points": "分值"},
            {"when": "完成值 > 5", "points": "折半", "because": "中"},
            {"points": "分值 × 1 ÷ 3", "because": "低"},
        ],
    },
}  # fmt: skip
DEFAULTS: Keys = {
    "bare_target": "≥",
    "bare_target_words": {"≤": ["控制率", "不合格率", "投诉", "超支"], "≥": ["率", "合格率"]},
    "scoring": {
        "≥": "比例得分", ">": {"method": "不足扣分", "每": 1, "扣": 1, "不足一步": "按一步"}, "≤": "反向线性",
        "<": "反向比例", "=": "等值得分", "money": "接近得分", "interval": "接近得分",
        "date": "按期得分", "text": "三档评判",
    },
}  # fmt: skip

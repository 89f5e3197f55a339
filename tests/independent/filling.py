"""Submissions to a drawn edition: figures, entries and an assessor's judgement, filled in as people do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from attrs import define

from independent.drawing import BARE, MONEY, PEOPLE, RATE, Keys, Pen
from independent.editions import Edition, Indicator, Section
from independent.forms import Form

OPEN_NAMES = ("检查次数", "覆盖率", "事项投诉", "成本控制率（年度）", "产品不合格率", "其他工作")


@define
class Filler:
    """Fills in one form; ``gaps`` tells once in how many times something is left out."""

    pen: Pen
    edition: Edition
    gaps: int

    def submission(self) -> Keys:
        """Fill in a form."""
        found: Keys = {
            "catalogue": "drawn@1", "organisation": "某单位", "fiscal_year": 2024, "data": self.data(),
            "entries": [entry for part in self.edition.indicators for entry in self.entries(part)],
        }  # fmt: skip
        form = Form(self.edition, found)
        moved = form.moved_in()
        for part in self.edition.sections:
            if part.on("open"):
                assert part.points is not None
                found["entries"] += list(self.open_entries(part, part.points + moved.get(part.path, Fraction(0))))
        return found

    # ---- figures -----------------------------------------------------------------------------------------------------

    def data(self) -> Keys:
        """Fill in the base data."""
        found: Keys = {}
        for name, declared in self.edition.figures.items():
            gap = self.gaps if declared.get("required", True) else max(3, self.gaps // 15)
            if "formula" in declared or self.edition.keys["data"].get(name) is None or self.pen.one_in(gap):
                continue
            found[name] = self.cell(declared)
        grid = self.edition.keys["data"]["经费"]
        found["经费"] = {
            row: {column: self.cell(grid) for column in grid["columns"] if not self.pen.one_in(self.gaps)}
            for row in grid["rows"]
        }
        if not self.pen.one_in(self.gaps):
            found["明细"] = [self.table_row() for _ in range(self.pen.whole(0, 4))]
        return found

    def table_row(self) -> Keys:
        """Fill in a row of the table."""
        columns = self.edition.tables["明细"]
        return {name: self.cell(declared) for name, declared in columns.items() if not self.pen.one_in(self.gaps * 2)}

    def cell(self, declared: Mapping[str, Any]) -> Any:
        """Fill in a cell of a kind."""
        match declared.get("type", "number"):
            case "yes_no":
                return self.pen.pick("是", "否", True, False)
            case "choice":
                return self.pen.pick(*declared["choices"])
            case "text":
                return "若干"
            case "date":
                return self.day()
        unit = declared.get("unit", BARE)
        low = 1 if "above" in declared else 0
        if unit == RATE:
            most = 100 if "max" in declared else 130
            return f"{self.pen.pick(self.pen.whole(low, most), self.pen.whole(low, 19) * 5)}%"
        if declared.get("integer"):
            return self.pen.pick(self.pen.whole(low, 40), f"{self.pen.whole(low, 40)}{unit}")
        if unit == MONEY:
            amount = self.pen.whole(low, 40)
            return self.pen.pick(amount, f"{amount}.5万元", f"{amount * 10_000 + 5_000}元", f"{amount}万元")
        return self.pen.pick(self.pen.whole(low, 40), f"{self.pen.whole(low, 40)}.25")

    def day(self) -> str:
        """Write a day."""
        year, month = self.pen.whole(2023, 2025), self.pen.whole(1, 12)
        day = self.pen.pick(self.pen.whole(1, 28), 28)
        return str(self.pen.pick(f"{year}年{month}月{day}日", f"{year}-{month:02}-{day:02}"))

    # ---- entries -----------------------------------------------------------------------------------------------------

    def entries(self, part: Indicator) -> Iterator[Keys]:
        """Fill in the entry of an indicator of the edition, if any."""
        keys = part.keys
        chosen = any(each.on("one_of") and part.path[:-1] == each.path for each in self.edition.sections)
        if self.pen.one_in(2 if chosen else self.gaps):
            return
        entry: Keys = {"indicator": part.path[-1]}
        if self.pen.one_in(3):
            entry["section"] = "/".join(part.path[:-1]) if len(part.path) > 1 else None
        if entry.get("section") is None:
            entry.pop("section", None)
        if "otherwise" in keys and "applies" not in keys and self.pen.one_in(3):
            yield entry | {"not_applicable": "本年没有这项工作"}
            return
        if self.pen.one_in(8):
            entry["adjust"] = {
                "points": self.pen.pick(-1, 1, -20, "-0.5") if self.edition.places else -1,
                "because": "复核",
            }
        yield entry | self.answer(keys, keys.get("unit", BARE), part.points, self.kind_of(keys))

    def kind_of(self, keys: Mapping[str, Any]) -> str:
        """Tell what an indicator asks for."""
        scoring = keys["scoring"]
        if isinstance(scoring, Mapping):
            for form in ("checklist", "judged"):
                if form in scoring:
                    return form
        if scoring == "三档评判":
            return "judged"
        if "月" in str(keys.get("target", "")):
            return "date"
        return "number"

    def answer(self, keys: Mapping[str, Any], unit: str, points: Fraction, kind: str) -> Keys:
        """Fill in what an indicator asks for."""
        match kind:
            case "checklist":
                items = keys["scoring"]["checklist"]
                return {
                    "answers": {
                        item: self.pen.pick("", "—") if self.pen.one_in(self.gaps) else self.item(worth)
                        for item, worth in items.items()
                        if not self.pen.one_in(self.gaps)
                    }
                }
            case "judged":
                return self.judgement(keys, points)
        found: Keys = {}
        if not self.pen.one_in(self.gaps):
            found["actual"] = self.actual(unit, kind)
        if "target" not in keys and not self.pen.one_in(self.gaps):
            found["target"] = f"{self.pen.pick('', '≥', '≤', '=')}{self.value(unit)}"
        if self.ranged(keys["scoring"]) and not self.pen.one_in(self.gaps):
            score = decimal(points * self.pen.whole(0, 10) / 10, self.edition.places)
            found["judged"] = {"score": score, "because": "酌情"}
        return found

    def ranged(self, scoring: Any) -> bool:
        """Tell whether a row gives a range of points."""
        return isinstance(scoring, Mapping) and any(isinstance(row["points"], list) for row in scoring.get("award", ()))

    def item(self, worth: Any) -> Any:
        """Answer an item of a checklist."""
        partly = {"points": decimal(Fraction(str(worth)) / 3, 1), "because": "部分做到"}
        return self.pen.pick("是", "是", "否", partly)

    def judgement(self, keys: Mapping[str, Any], points: Fraction) -> Keys:
        """Give a tier and a score, at times outside the tier or without one of them."""
        scoring = keys["scoring"]
        tiers = LIBRARY_TIERS if isinstance(scoring, str) else scoring["judged"]
        score = decimal(points * self.pen.whole(0, 20) / 20, self.edition.places)
        tier = self.pen.pick(*tiers)
        if not self.pen.one_in(4):
            low, high = (
                Fraction(end.strip().rstrip("%")) / 100 for end in str(tiers[tier]).replace("–", "-").split("-")
            )
            score = decimal(points * (low + (high - low) * self.pen.whole(0, 9) / 10), self.edition.places)
        if self.pen.one_in(self.gaps):
            return {"judged": {"tier": tier}}
        return {"judged": {"tier": tier, "score": score, "because": "基本做到"}}

    def actual(self, unit: str, kind: str) -> str:
        """Fill in an actual: a value, a bound, a period."""
        if kind == "date":
            year, month = self.pen.whole(2023, 2025), self.pen.whole(1, 12)
            return str(self.pen.pick(self.day(), self.day(), f"{year}年{month}月", f"{year}年"))
        value = self.value(unit)
        return str(
            self.pen.pick(
                value, value, value, f"≥{value}", f"≤{value}", f"不低于{value}", f">{value}", f"<{value}", "-"
            )
            if self.pen.one_in(3)
            else value
        )

    def value(self, unit: str) -> str:
        """Fill in a number with its unit at times."""
        if unit == RATE:
            return str(self.pen.pick(f"{self.pen.whole(0, 26) * 5}%", f"{self.pen.whole(0, 130)}.3%"))
        if unit == MONEY:
            amount = self.pen.whole(0, 40)
            return str(self.pen.pick(f"{amount}", f"{amount}.5万元", f"{amount * 10_000 + 2_500}元"))
        number = self.pen.number(0, 40) if unit == BARE else str(self.pen.whole(0, 40))
        return f"{number}{self.pen.pick('', unit)}"

    # ---- open rows ---------------------------------------------------------------------------------------------------

    def open_entries(self, part: Section, points: Fraction) -> Iterator[Keys]:
        """Fill an open section with rows that share its points."""
        count = min(int(points), self.pen.whole(1, 4))
        worth = [Fraction(points // count)] * (count - 1)
        for number, each in enumerate([*worth, points - sum(worth)]):
            name = f"{self.pen.pick(*OPEN_NAMES)}{number}"
            section = "/".join(part.path)
            section = self.pen.pick(section, part.path[-1], part.path[-1].removesuffix("指标"))
            row = {"section": section, "indicator": name, "points": decimal(each, 0), **self.open_cells(part, each)}
            if row.get("target") in MONTHS:
                row["indicator"] = f"{self.pen.pick('完成时间', '办结时限')}{number}"
            yield row

    def open_cells(self, part: Section, points: Fraction) -> Keys:
        """Fill in target and actual of an open row, or a judgement."""
        own = self.edition.keys["defaults"]["sections"].get(part.path[-1], {}).get("scoring")
        match self.pen.whole(4 if isinstance(own, str) or "method" in (own or {}) else 0, 9):
            case 0:
                tier = self.pen.pick(*LIBRARY_TIERS)
                score = decimal(points * self.pen.whole(0, 20) / 20, self.edition.places)
                return {
                    "target": self.pen.pick(*WORDS),
                    "actual": self.pen.pick(*WORDS, "50%", "≥60%", "2024年3月"),
                    "judged": {"tier": tier, "score": score, "because": "有"},
                }
            case 1:
                deadline = f"{self.pen.whole(2023, 2025)}年{self.pen.whole(1, 12)}月底前"
                return {"target": self.pen.pick(self.day(), deadline), "actual": self.actual(BARE, "date")}
            case 2:
                return {"target": self.pen.pick(*MONTHS), "actual": self.pen.pick(*MONTHS, self.actual(BARE, "date"))}
        unit = self.pen.pick(RATE, PEOPLE, "次", "个", MONEY)
        number = self.pen.pick(self.pen.whole(0, 26) * 5, self.pen.whole(0, 100))
        sign = self.pen.pick("", "", "≥", "≤", "=", "<", ">")
        found: Keys = {"target": f"{sign}{number}{unit}"}
        if self.pen.one_in(8):
            found["target"] = f"{number}{unit} – {number + self.pen.whole(1, 40)}{unit}"
        if not self.pen.one_in(self.gaps):
            found["actual"] = self.actual(unit, "number")
            if unit in ALIKE and self.pen.one_in(3):
                found["actual"] = f"{self.pen.whole(0, 40)}{self.pen.pick(*ALIKE[unit])}"
        return found


WORDS = ("效果明显", "合格率≥90%", "100%覆盖", "完成时间为2022年12月30日", "良好")
"""Targets that stay words, a number or a date among them."""
MONTHS = ("2024.6", "6月", "12月底前", "2023.11", "2025.1", "3月")
"""Months as people write them where the row is about a deadline."""
ALIKE = {PEOPLE: ("名", "位", "人次", "户"), "次": ("场", "批", "人"), "个": ("项", "件", "所", "户")}
"""Counting words that say the same of a number as another, and one that does not."""
LIBRARY_TIERS = {
    "达成年度指标": "80% – 100%",
    "部分达成年度指标并具有一定效果": "60% – 80%",
    "未达成年度指标且效果较差": "0% – 60%",
}


def decimal(number: Fraction, places: int) -> str:
    """Write a number with so many decimals, the rest cut off."""
    scaled = int(number * 10**places)
    return f"{scaled // 10**places}.{scaled % 10**places:0{places}}" if places else str(scaled)

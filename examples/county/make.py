"""Makes up two years of a county: forty units, their forms, the list of those that are to report, and planted errors.

``python examples/county/make.py 某县 --seed 2024`` writes ``某县/2023/`` and ``某县/2024/`` with a form a file, for
each year a list ``名单-2024.csv``, what was approved in ``批复-2024/`` and reviews in ``复核-2024/``, and
``埋下的错误.json``: each error with its code, its year and the places where it is. The forms are of the edition
``examples/editions/county-reviewed/``.
All names and numbers are made up; the same seed makes the same county. ``--units`` makes a larger one.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

Form = dict[str, Any]
"""One form as a submission's mapping."""

YEARS = (2023, 2024)
EDITION = "county-reviewed@2024"
UNITS = (
    "水利局", "交通运输局", "农业农村局", "教育局", "卫生健康局", "民政局",
    "住房和城乡建设局", "生态环境局", "林业局", "文化旅游局", "科技局", "工业和信息化局",
    "商务局", "应急管理局", "公安局", "司法局", "人力资源和社会保障局", "自然资源局",
    "退役军人事务局", "审计局", "市场监督管理局", "统计局", "医疗保障局", "乡村振兴局",
    "信访局", "档案馆", "图书馆", "博物馆", "融媒体中心", "疾病预防控制中心",
    "人民医院", "中医院", "第一中学", "职业技术学校", "城市管理局", "供销合作社",
    "残疾人联合会", "妇女联合会", "红十字会", "气象局",
)  # fmt: skip
THINGS = ("灌区渠系", "农村公路", "高标准农田", "校舍", "诊室", "敬老院", "老旧小区", "监测站点", "苗圃", "文化礼堂")
SHORT = ("雨季停工", "材料涨价", "招标推迟", "人手不足", "设备晚到", "图纸变更")
MEANS = ("提前备料", "增派人员", "按月调度", "提前招标")
LONG = (
    "受连续强降雨和上游泄洪影响，施工便道被冲毁，作业队伍有四十多天不能进场",
    "主要供货厂家停产检修，替代产品须重新送检，检验报告到年底才出具齐全",
)
GOAL = "修缮{thing}{count}处，新添{unit}专用器材{more}件，服务{people}人"
CENT = Decimal("0.01")


class County:
    """A county being made up: its forms by year, and what was planted."""

    def __init__(self, seed: int, units: int) -> None:
        """Make all forms, still without an error."""
        self.draw = random.Random(seed)  # noqa: S311 - made-up forms, no secret
        self.units = [unit_name(number) for number in range(units)]
        self.forms = {
            year: [self._form(unit, number, year) for number, unit in enumerate(self.units)] for year in YEARS
        }
        self.expected = {year: list(self.units) for year in YEARS}
        self.approved: dict[int, list[Form]] = {year: [] for year in YEARS}
        self.reviews: dict[int, list[Form]] = {year: [] for year in YEARS}
        self.planted: list[dict[str, Any]] = []

    def _form(self, unit: str, number: int, year: int) -> Form:
        draw = self.draw
        budget = draw.randint(200, 900)
        spent = budget - draw.choice((0, 0, draw.randint(1, 9)))
        count, people = draw.randint(40, 400) * 2, draw.randint(1000, 9000)
        done = count - draw.choice((0, 0, 1))
        thing = f"{THINGS[number % len(THINGS)]}{chr(0x7532 + number % 7)}"
        day = f"{year}年{draw.randint(9, 11)}月{draw.randint(1, 28)}日"
        content = f"{draw.randint(91, 97)}.{draw.randint(1, 9)}%"
        goal = GOAL.format(thing=thing, count=count, unit=unit, more=draw.randint(11, 99), people=people)
        rows = [
            row("产出指标/数量指标", f"{unit}{thing}修缮数量", 20, f"≥{count}处", f"{done}处"),
            row("产出指标/质量指标", "验收合格率", 10, "≥98%", f"{draw.randint(98, 99)}.{draw.randint(1, 9)}%"),
            row("产出指标/时效指标", "完工时间", 10, f"{year}年12月31日", day),
            row("产出指标/成本指标", f"{unit}{thing}修缮成本", 10, f"≤{budget}万元", f"{spent}万元"),
            row("效益指标/社会效益指标", f"{unit}服务人数", 15, f"≥{people}人", f"{people + draw.randint(1, 300)}人"),
            row("效益指标/可持续影响指标", f"{unit}管护机制", 15, "健全", "基本健全"),
            row("满意度指标/服务对象满意度指标", "群众满意度", 10, "≥90%", content),
        ]
        rows[6]["evidence"] = ["满意度调查问卷", {"kind": "问卷", "title": "问卷汇总表", "date": day}][number % 2 :]
        if done < count:
            lose(rows[0], Decimal(20) * done / count, draw.choice(SHORT), draw.choice(MEANS))
        lose(rows[5], Decimal(draw.choice(("12.5", "13", "13.5", "14"))), draw.choice(SHORT), draw.choice(MEANS))
        execution = {"indicator": "预算执行率", "claimed_score": cents(Decimal(10) * spent / budget)}
        if spent < budget:
            execution |= {"deviation_reason": draw.choice(SHORT), "improvement": draw.choice(MEANS)}
        money = {"资金总额": {"年初预算数": budget, "全年预算数": budget, "全年执行数": spent}}
        form: Form = {
            "catalogue": EDITION, "organisation": unit, "project": f"{unit}{thing}修缮项目",
            "fiscal_year": year, "goals": {"planned": goal}, "data": {"年度资金总额": money},
            "entries": [execution, *rows],
        }  # fmt: skip
        return total(form)

    def plant(self, code: str, year: int, *places: tuple[int, str], spoil: Callable[[Form], object]) -> None:
        """Spoil the forms of these units, and note what is to be found there."""
        for number in dict.fromkeys(number for number, _ in places):
            spoil(self.forms[year][number])
        self.note(code, year, *places)

    def note(self, code: str, year: int, *places: tuple[int, str]) -> None:
        """Note what is to be found, at which places of which forms."""
        found = [{"organisation": self.forms[year][number]["organisation"], "path": path} for number, path in places]
        self.planted.append({"code": code, "year": year, "forms": found})


def unit_name(number: int) -> str:
    """Name a unit; more than there are names for are numbered."""
    name = UNITS[number % len(UNITS)]
    return f"某县{name}" if number < len(UNITS) else f"某县{name}第{number // len(UNITS) + 1}分局"


def row(section: str, indicator: str, points: int, target: str, actual: str) -> dict[str, Any]:
    """Make a row that claims full marks."""
    named = {"section": section, "indicator": indicator, "points": points, "target": target, "actual": actual}
    return {**named, "claimed_score": cents(Decimal(points))}


def lose(entry: dict[str, Any], score: Decimal, reason: str, means: str) -> None:
    """Let a row claim less than its points, with a reason and a measure."""
    entry |= {"claimed_score": cents(score), "deviation_reason": reason, "improvement": means}


def cents(number: Decimal) -> str:
    """Round as the edition does."""
    return f"{number.quantize(CENT, ROUND_HALF_UP)}"


def total(form: Form) -> Form:
    """Claim the sum of the rows, and its grade."""
    claimed = sum((Decimal(entry["claimed_score"]) for entry in form["entries"]), Decimal(0))
    titles = ((90, "优"), (80, "良"), (60, "中"), (0, "差"))
    grade = next(title for least, title in titles if claimed >= least)
    form["claimed"] = {"score": f"{claimed:f}", "grade": grade}
    return form


# ---- errors on one form ----------------------------------------------------------------------------------------------


def plant_in_rows(county: County, year: int, first: int) -> None:
    """Plant one error in one row each, in the forms of units from ``first`` on."""

    def set_row(index: int, **cells: object) -> Callable[[Form], object]:
        def spoil(form: Form) -> object:
            form["entries"][index].update(cells)
            return total(form)

        return spoil

    def without(index: int, key: str) -> Callable[[Form], object]:
        return lambda form: form["entries"][index].pop(key, None)

    less = {"claimed_score": "9", "deviation_reason": "材料涨价", "improvement": "提前备料"}
    last_year = {"target": f"{year - 1}年12月31日", "actual": f"{year - 1}年11月3日"}
    low = {"claimed_score": "12.50", "deviation_reason": "人手不足"}
    errors: list[tuple[str, str, Callable[[Form], object]]] = [
        ("claim-differs", "entries[2].claimed_score", set_row(2, **less)),
        ("deviation-reason-missing", "entries[6]", without(6, "deviation_reason")),
        ("improvement-missing", "entries[6].improvement", set_row(6, **low, improvement="")),
        ("actual-is-bound", "entries[7].actual", set_row(7, actual="≥93%")),
        ("rate-above-bound", "entries[7].actual", set_row(7, actual="103%")),
        ("deviation-reason-missing", "entries[5]", set_row(5, target="≥1000人", actual="2500人")),
        ("deadline-year", "entries[3].target", set_row(3, **last_year)),
        ("row-blank", "entries[6].actual", set_row(6, actual="")),
        ("claimed-total-differs", "claimed.score", lambda form: form["claimed"].update(score="88.88", grade="良")),
        ("claimed-grade-unknown", "claimed.grade", lambda form: form["claimed"].update(grade="特优")),
        ("check-failed", "", overspend),
    ]
    for number, (code, path, spoil) in enumerate(errors, first):
        county.plant(code, year, (number, path), spoil=spoil)


def overspend(form: Form) -> None:
    """Spend more than there was."""
    money = form["data"]["年度资金总额"]["资金总额"]
    money["全年执行数"] = money["全年预算数"] + 7
    form["entries"][0]["claimed_score"] = "10"
    total(form)


def plant_in_sense(county: County, year: int, first: int) -> None:
    """Plant rows whose numbers add up and that make no sense, in the forms of units from ``first`` on."""

    def set_row(index: int, **cells: object) -> Callable[[Form], object]:
        def spoil(form: Form) -> object:
            entry = form["entries"][index]
            entry.update(cells, claimed_score=cents(Decimal(entry["points"])))
            entry.pop("deviation_reason", None)
            entry.pop("improvement", None)
            return total(form)

        return spoil

    def twice(form: Form) -> object:
        same = {key: form["entries"][1][key] for key in ("indicator", "target", "actual")}
        return set_row(5, **same)(form) if same["actual"] == same["target"].lstrip("≥") else full(form) or twice(form)

    paid = {"indicator": "补助资金拨付数", "target": "≥300万元", "actual": "300万元"}
    errors: list[tuple[str, str, Callable[[Form], object]]] = [
        ("cost-not-capped", "entries[4].target", set_row(4, target="≥300万元", actual="300万元")),
        ("payment-as-quantity", "entries[1].target", set_row(1, **paid)),
        ("percentage-of-words", "entries[6].target", set_row(6, indicator="带动成效显著", target="≥95%", actual="96%")),
        ("survey-missing", "entries[7].evidence", set_row(7, evidence=["会议记录"])),
        ("evidence-missing", "entries[7].evidence", set_row(7, evidence=[])),
        ("not-accepted", "entries[2].actual", set_row(2, note="三处尚未验收")),
        ("indicator-twice", "entries[5].indicator", twice),
    ]
    for number, (code, path, spoil) in enumerate(errors, first):
        county.plant(code, year, (number, path), spoil=spoil)


# ---- errors of reviewers ---------------------------------------------------------------------------------------------


def plant_reviews(county: County, year: int, *units: int) -> None:
    """Let reviewers cut the rows of five units: unlike the clause, by no clause, unlike for one reason, well."""
    cuts = (("达标程度无法核实", "50%"), ("态度不好", "30%"), ("达标程度无法核实", "30%"), ("达标程度无法核实", "60%"))
    for number, (clause, cut) in zip(units, (*cuts, ("无佐证资料", "100%")), strict=True):
        form = county.forms[year][number]
        adjust = {"clause": clause, "cut": cut, "because": "缺验收单" if cut in ("30%", "60%") else "验收单不全"}
        changes = [{"section": "质量指标", "indicator": "验收合格率", "adjust": adjust}]
        named = {"organisation": form["organisation"], "project": form["project"]}
        county.reviews[year].append({"review_of": named, "by": "李四", "date": f"{year + 1}-03-12", "entries": changes})
        county.note("claim-differs", year, (number, "entries[2].claimed_score"))
    for number in units[:2]:
        county.note("review-cut-differs", year, (number, "entries[2].adjust"))
    county.note("cut-unlike", year, *((number, "entries[2]") for number in units[2:4]))


# ---- errors beside earlier forms -------------------------------------------------------------------------------------


def approve(county: County, year: int) -> None:
    """Approve every form as it is, without what is known only at the end of the year."""
    later = ("actual", "claimed_score", "deviation_reason", "improvement", "evidence", "note")
    for form in {form["organisation"] + form["project"]: form for form in reversed(county.forms[year])}.values():
        plain = {key: value for key, value in copied(form).items() if key != "claimed"}
        del plain["data"]["年度资金总额"]["资金总额"]["全年执行数"]
        rows = [{key: value for key, value in entry.items() if key not in later} for entry in form["entries"]]
        county.approved[year].append({**plain, "entries": rows[1:]})
    county.approved[year].reverse()


def plant_against_approved(county: County, year: int, first: int) -> None:
    """Let what was approved have been otherwise, for units from ``first`` on, and have one that was not approved."""
    target, points, budget, gone, none = (county.units[first + number] for number in range(5))
    rows = {each["organisation"]: each["entries"] for each in county.approved[year]}
    money = {each["organisation"]: each["data"]["年度资金总额"]["资金总额"] for each in county.approved[year]}

    def note(code: str, number: int, path: str, before: str) -> None:
        county.note(code, year, (number, path), (number, before))

    rows[target][4]["target"] = "≥99999人"
    note("baseline-target-changed", first, "entries[5].target", "entries[4].target")
    rows[points][4]["points"] = 20
    note("baseline-points-changed", first + 1, "entries[5].points", "entries[4].points")
    money[budget]["年初预算数"] += 40
    note("baseline-budget-changed", first + 2, "data.资金总额_年初预算数", "data.资金总额_年初预算数")
    rows[gone].append(row("效益指标/生态效益指标", "治理面积", 5, "≥10亩", ""))
    note("baseline-row-left-out", first + 3, "", "entries[7]")
    county.approved[year] = [each for each in county.approved[year] if each["organisation"] != none]
    county.note("baseline-missing", year, (first + 4, ""))


def plant_growth(county: County, year: int, unit: int) -> None:
    """Give a unit last year's form with more money."""
    form = json.loads(written(county.forms[year - 1][unit]).replace(f"{year - 1}年", f"{year}年"))
    money = form["data"]["年度资金总额"]["资金总额"]
    more = money["全年预算数"] + 50
    money |= {"年初预算数": more, "全年预算数": more}
    form["fiscal_year"] = year
    lose(form["entries"][0], Decimal(10) * money["全年执行数"] / more, "招标推迟", "提前招标")
    county.forms[year][unit] = total(form)
    county.note("budget-grew", year, (unit, "data.资金总额_年初预算数"), (unit, "data.资金总额_年初预算数"))


# ---- errors that are seen only across forms --------------------------------------------------------------------------


def plant_across(county: County, year: int, first: int) -> None:
    """Plant copies, crowding, full marks, and what is missing, in the forms of units from ``first`` on."""
    forms = county.forms[year]
    one, again, third, fourth, fifth, sixth = forms[first : first + 6]

    again |= {"entries": copied(one["entries"]), "data": copied(one["data"])}
    total(again)
    county.note("form-copied", year, (first, ""), (first + 1, ""))

    for index in (1, 4, 5):
        fourth["entries"][index] = copied(third["entries"][index])
    fourth["data"] = copied(third["data"])
    fourth["entries"][0] = copied(third["entries"][0])
    total(fourth)
    rows = [(number, f"entries[{index}]") for number in (first + 2, first + 3) for index in (1, 4, 5)]
    county.note("row-copied", year, *rows)

    for number, form in ((first + 4, fifth), (first + 5, sixth)):
        lose(form["entries"][6], Decimal(13), LONG[year % 2].replace("四十", f"{number}"), "增派人员")
        total(form)
    county.note(
        "text-copied", year, (first + 4, "entries[6].deviation_reason"), (first + 5, "entries[6].deviation_reason")
    )

    crowd = range(first + 6, first + 11)
    for number in crowd:
        entries = forms[number]["entries"]
        others = sum((Decimal(entry["claimed_score"]) for entry in entries if entry is not entries[6]), Decimal(0))
        lose(entries[6], Decimal("90.1") - others + Decimal(number % 4) / 10, "人手不足", "增派人员")
        total(forms[number])
    county.note("totals-crowd", year, *((number, "") for number in crowd))


def plant_projects(county: County, year: int, unit: int) -> None:
    """Let one unit hand in three more projects that all claim full marks, two of them with one result."""
    forms, base = county.forms[year], county.forms[year][unit]
    full(base)
    for count in range(3):
        more = copied(base)
        more["project"] = f"{base['organisation']}另一项目{'甲乙丙'[count]}"
        for index in (1, 4, 5, 6):
            entry = more["entries"][index]
            entry["indicator"] = f"{'甲乙丙'[count]}项目{entry['indicator']}"
        more["goals"] = {"planned": f"{'购置更新改造'[2 * count : 2 * count + 2]}{count + 3}项"}
        forms.append(more)
    last = len(forms) - 1
    county.note("all-claim-full", year, (unit, ""), (last - 2, ""), (last - 1, ""), (last, ""))
    forms[last]["entries"][5] = copied(forms[last - 1]["entries"][5])
    county.note("indicator-in-two-forms", year, (last - 1, "entries[5]"), (last, "entries[5]"))


def copied(value: Any) -> Any:
    """Copy what a form is made of."""
    return json.loads(json.dumps(value))


def full(form: Form) -> None:
    """Let a form meet every target and claim all points."""
    money = form["data"]["年度资金总额"]["资金总额"]
    money["全年执行数"] = money["全年预算数"]
    form["entries"][1]["actual"] = form["entries"][1]["target"].lstrip("≥")
    for entry in form["entries"]:
        entry["claimed_score"] = cents(Decimal(entry.get("points", 10)))
        entry.pop("deviation_reason", None)
        entry.pop("improvement", None)
    total(form)


def plant_reports(county: County, year: int, missing: int, twice: int) -> None:
    """Leave a unit's form out, let one hand in two that differ, and keep one off the list."""
    forms, names = county.forms[year], county.units
    county.note("form-missing", year, (missing, ""))
    county.note("approved-not-reported", year, (missing, ""))
    county.expected[year].remove(names[twice + 1])
    county.note("form-unexpected", year, (twice + 1, ""))
    second = copied(forms[twice])
    second["entries"][7]["actual"] = "90.5%"
    forms.append(second)
    county.note("handed-in-twice", year, (twice, ""), (len(forms) - 1, ""))
    approve(county, year)
    forms[missing] = {}


def made(seed: int = 2024, units: int = len(UNITS)) -> County:
    """Make the county of a seed, with its planted errors: other units each year."""
    county = County(seed, units)
    for year, shift in zip(YEARS, (0, 2), strict=True):
        if year > YEARS[0]:
            plant_growth(county, year, 25)
        plant_in_rows(county, year, shift)
        plant_in_sense(county, year, shift + 30)
        plant_across(county, year, shift + 12)
        plant_projects(county, year, shift + 24)
        plant_reports(county, year, shift + 26, shift + 28)
        plant_reviews(county, year, *range(shift + 15, shift + 20))
        plant_against_approved(county, year, shift + 30)
    return county


def files(county: County) -> Iterator[tuple[str, str]]:
    """Give the files of a county: names and contents. JSON is YAML as well."""
    for year, forms in county.forms.items():
        for number, form in enumerate(forms, 1):
            if form:
                yield f"{year}/{number:03}-{form['organisation']}.yaml", written(form)
        for kind, made_up in (("批复", county.approved), ("复核", county.reviews)):
            for number, each in enumerate(made_up[year], 1):
                name = each.get("organisation") or each["review_of"]["organisation"]
                yield f"{kind}-{year}/{number:03}-{name}.yaml", written(each)
        yield f"名单-{year}.csv", "\n".join(["单位", *county.expected[year], ""])
    yield "埋下的错误.json", written(county.planted)


def written(value: object) -> str:
    """Write a value as JSON with its Chinese as it is."""
    return f"{json.dumps(value, ensure_ascii=False, indent=1)}\n"


def main() -> None:
    """Write the county into a folder."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("folder", type=Path)
    reader.add_argument("--seed", type=int, default=2024)
    reader.add_argument("--units", type=int, default=len(UNITS))
    asked = reader.parse_args()
    for name, content in files(made(asked.seed, asked.units)):
        file = asked.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8")


if __name__ == "__main__":
    main()

"""Editions and submissions of any size, in every way in which they can be large: one function a kind of size.

Each gives an edition and a submission to it, as mappings; the edition is sound unless its kind is a kind of fault.
"""

# ruff: noqa: D401 - a docstring names what there is much of

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Document = dict[str, Any]
Both = tuple[Document, Document]
Growing = Callable[[int], Both]

SOUND: dict[str, Growing] = {}
"""What can be large in an edition without errors and in a submission that fits it."""
FAULTY: dict[str, Growing] = {}
"""What can be wrong many times over."""


def sound(grow: Growing) -> Growing:
    """Note a kind of size."""
    SOUND[grow.__name__.strip("_")] = grow
    return grow


def faulty(grow: Growing) -> Growing:
    """Note a kind of fault."""
    FAULTY[grow.__name__.strip("_")] = grow
    return grow


def edition(points: int = 10, **parts: Any) -> Document:
    """Give an edition of one indicator, 甲, with other parts beside it or instead."""
    head = {"evalrules": 1, "id": "a", "edition": "1", "title": "甲", "uses": ["standard-methods@1"], "points": points}
    body = {"rounding": {"places": 2, "mode": "half_up"}, "sections": {"甲": indicator(points)}}
    return {**head, **body, "grades": {"优": "总分 ≥ 8", "差": "otherwise"}, **parts}


def indicator(points: int = 10, **parts: Any) -> Document:
    """Give an indicator whose actual stands in its entry."""
    return {"points": points, "target": "100%", "unit": "%", "scoring": "比例得分", **parts}


def bare(**parts: Any) -> Document:
    """Give an indicator whose actual is a bare number."""
    return {"points": 10, **parts}


def submission(*entries: Document, **parts: Any) -> Document:
    """Give a submission with an entry for 甲."""
    first = {"indicator": "甲", "actual": "95%", "claimed_score": 9}
    head = {"catalogue": "a@1", "organisation": "某单位", "fiscal_year": 2024}
    return {**head, "entries": list(entries or (first,)), **parts}


def names(stem: str, count: int) -> list[str]:
    """Give names that are told apart by a number in the middle, as in 指标_7_值."""
    return [f"{stem}_{number}_值" for number in range(count)]


# ---- one rule --------------------------------------------------------------------------------------------------------


@sound
def bands(count: int) -> Both:
    """Award rows of one indicator."""
    rows = [
        {
            "when": f"完成值 ≥ {count - number}",
            "points": f"分值 × {count - number} ÷ {count + 1}",
            "because": "{完成值}",
        }
        for number in range(count)
    ]
    whole = {"when": f"完成值 ≥ {count + 1}", "points": "分值"}
    rule = {"award": [whole, *rows, {"points": 0, "because": "{完成值}"}]}
    one = bare(target=f"≥ {count + 1}", scoring=rule, ranges={"完成值": {"min": 0}})
    return edition(sections={"甲": one}), submission({"indicator": "甲", "actual": str(count // 2)})


@sound
def bands_that_read_another(count: int) -> Both:
    """Award rows that read a figure besides the actual."""
    rows = [
        {"when": f"数 ≥ {count - number}", "points": f"分值 × {count - number} ÷ {count + 1}", "because": "{数}"}
        for number in range(count)
    ]
    whole = {"when": f"数 ≥ {count + 1}", "points": "分值"}
    rule = {"award": [whole, *rows, {"points": 0, "because": "{数}"}]}
    one = bare(target=f"≥ {count + 1}", scoring=rule)
    document = edition(data={"数": {"min": 0}}, sections={"甲": one})
    return document, submission({"indicator": "甲", "actual": "1"}, data={"数": count // 2})


@sound
def deductions(count: int) -> Both:
    """Rules that take points away, all of which apply."""
    rules = [{"when": f"数 > {number}", "points": 0.01, "because": f"{{数}} 超过 {number}"} for number in range(count)]
    one = {"points": 10, "scoring": {"deduct": rules}}
    return edition(data={"数": {"min": 0}}, sections={"甲": one}), submission({"indicator": "甲"}, data={"数": count})


@sound
def items(count: int) -> Both:
    """Items of a checklist, all answered."""
    one = {"points": count, "scoring": {"checklist": dict.fromkeys(names("要点", count), 1)}}
    answers = {name: "否" if number % 2 else "是" for number, name in enumerate(names("要点", count))}
    return edition(count, sections={"甲": one}), submission({"indicator": "甲", "answers": answers})


@sound
def tiers(count: int) -> Both:
    """Tiers of a judgement."""
    edges = [f"{100 * (count - number) / count:.9f}".rstrip("0").rstrip(".") for number in range(count + 1)]
    ranges = {name: f"{low}% – {high}%" for name, high, low in zip(names("档", count), edges, edges[1:], strict=False)}
    one = {"points": 10, "scoring": {"judged": ranges}}
    judged = {"tier": names("档", count)[-1], "score": 0, "because": "差"}
    return edition(sections={"甲": one}), submission({"indicator": "甲", "judged": judged})


@sound
def cases(count: int) -> Both:
    """Worked cases of an indicator."""
    worked = [{"完成值": "95%", "score": 9.5} for _ in range(count)]
    return edition(sections={"甲": indicator(cases=worked)}), submission()


# ---- figures ---------------------------------------------------------------------------------------------------------


@sound
def figures(count: int) -> Both:
    """Figures that nothing reads."""
    data = {name: {"unit": "元", "min": 0} for name in names("数", count)}
    return edition(data=data), submission(data=dict.fromkeys(data, 5))


@sound
def computed_figures(count: int) -> Both:
    """Figures that are computed from others, each from two of its own."""
    data: Document = {}
    for number in range(count):
        data[f"分子_{number}"], data[f"分母_{number}"] = {"unit": "元", "min": 0}, {"unit": "元", "above": 0}
        data[f"比_{number}"] = {"unit": "%", "formula": f"分子_{number} ÷ 分母_{number}"}
    given = {name: 5 for name, figure in data.items() if "formula" not in figure}
    return edition(data=data), submission(data=given)


@sound
def grid_rows(count: int) -> Both:
    """Rows of a grid of two columns."""
    grid = {"type": "grid", "unit": "元", "min": 0, "columns": ["上年", "本年"], "rows": names("行", count)}
    cells = {row: {"上年": 1, "本年": 2} for row in names("行", count)}
    return edition(data={"表": grid}), submission(data={"表": cells})


@sound
def grid_columns(count: int) -> Both:
    """Columns of a grid of two rows."""
    grid = {"type": "grid", "unit": "元", "min": 0, "columns": names("列", count), "rows": ["上", "下"]}
    cells = {row: dict.fromkeys(names("列", count), 1) for row in ("上", "下")}
    return edition(data={"表": grid}), submission(data={"表": cells})


@sound
def table_columns(count: int) -> Both:
    """Columns of a table."""
    columns = {name: {"unit": "元"} for name in names("列", count)}
    return edition(data={"表": {"type": "table", "columns": columns}}), submission(
        data={"表": [dict.fromkeys(columns, 1)]}
    )


@sound
def table_rows(count: int) -> Both:
    """Rows that the submission gives in a table, read by a rule."""
    table = {"type": "table", "columns": {"名": {"type": "text"}, "数": {"unit": "元", "min": 0}}}
    rule = [{"when": "合计(表_数) > 5", "points": 3, "because": "{合计(表_数)}"}]
    one = {"points": 10, "scoring": {"deduct": rule}}
    rows = [{"名": f"项目{number}", "数": number} for number in range(count)]
    return edition(data={"表": table}, sections={"甲": one}), submission({"indicator": "甲"}, data={"表": rows})


@sound
def choices(count: int) -> Both:
    """Choices of a figure."""
    return edition(data={"类": {"type": "choice", "choices": names("类", count)}}), submission(data={"类": "类_0_值"})


# ---- the form --------------------------------------------------------------------------------------------------------


@sound
def indicators(count: int) -> Both:
    """Indicators of one section, each with an entry."""
    one = {"points": count, "indicators": {name: indicator(1) for name in names("指标", count)}}
    entries = [{"indicator": name, "actual": "95%", "claimed_score": 1} for name in names("指标", count)]
    return edition(count, sections={"产出": one}), submission(*entries)


@sound
def indicators_of_figures(count: int) -> Both:
    """Indicators whose actual is computed from figures of their own."""
    data = {name: {"unit": "元", "min": 0} for name in names("数", count)} | {"基数": {"unit": "元", "above": 0}}
    form = {f"指标{number}": indicator(1, value=f"{name} ÷ 基数") for number, name in enumerate(names("数", count))}
    given = dict.fromkeys(data, 5) | {"基数": 6}
    document = edition(count, data=data, sections={"产出": {"points": count, "indicators": form}})
    return document, submission({"indicator": "指标0", "claimed_score": 1}, data=given)


@sound
def sections(count: int) -> Both:
    """Sections, each with one indicator."""
    form = {name: {"points": 1, "indicators": {f"甲{name}": indicator(1)}} for name in names("分组", count)}
    entries = [{"indicator": f"甲{name}", "actual": "95%"} for name in names("分组", count)]
    claimed = {"sections": dict.fromkeys(form, 1)}
    return edition(count, sections=form), submission(*entries, claimed=claimed)


@sound
def open_sections(count: int) -> Both:
    """Open sections, each with one entry."""
    form = {name: {"points": 1, "open": True} for name in names("分组", count)}
    entries = [
        {"section": name, "indicator": f"甲{name}", "points": 1, "target": "≥95%", "actual": "90%"} for name in form
    ]
    return edition(count, sections=form, defaults=DEFAULTS), submission(*entries)


DEFAULTS = {"bare_target": "≥", "scoring": {"≥": "比例得分", "=": "等值得分", "≤": "反向线性", "text": "三档评判"}}


@sound
def entries(count: int) -> Both:
    """Entries of one open section."""
    form = {"产出": {"points": count, "open": True}}
    rows = [
        {"section": "产出", "indicator": name, "points": 1, "target": "≥95%", "actual": "90%", "claimed_score": 1}
        for name in names("指标", count)
    ]
    return edition(count, sections=form, defaults=DEFAULTS), submission(*rows)


@sound
def capped_sections(count: int) -> Both:
    """Sections with a cap that reads a figure."""
    cap = {"when": "数 > 1", "at_most": 0.5, "because": "{数}"}
    form = {name: {"points": 1, "cap": cap, "indicators": {f"甲{name}": indicator(1)}} for name in names("分组", count)}
    rows = [{"indicator": f"甲{name}", "actual": "95%"} for name in form]
    return edition(count, data={"数": {"min": 0}}, sections=form), submission(*rows, data={"数": 2})


@sound
def indicators_that_do_not_apply(count: int) -> Both:
    """Indicators that do not apply, for whose points the others stand."""
    part = {"applies": "有", "otherwise": "rescale"}
    form: Document = {name: indicator(1, **part) for name in names("指标", count)} | {"甲": indicator(10)}
    document = edition(
        count + 10, data={"有": {"type": "yes_no"}}, sections={"产出": {"points": count + 10, "indicators": form}}
    )
    return document, submission(data={"有": "否"})


@sound
def indicators_that_move(count: int) -> Both:
    """Indicators whose points move to another one where they do not apply."""
    part = {"applies": "有", "otherwise": {"move_to": "甲"}}
    form: Document = {name: indicator(1, **part) for name in names("指标", count)} | {"甲": indicator(10)}
    document = edition(count + 10, data={"有": {"type": "yes_no"}}, sections=form)
    return document, submission(data={"有": "否"})


@sound
def one_of(count: int) -> Both:
    """Indicators of which one is answered."""
    form = {"产出": {"points": 10, "one_of": True, "indicators": {name: indicator() for name in names("指标", count)}}}
    return edition(sections=form), submission({"indicator": "指标_0_值", "actual": "95%"})


@sound
def methods(count: int) -> Both:
    """Methods, each called once."""
    rule = {"award": [{"when": "完成值 ≥ 指标值", "points": "分值"}, {"points": 0, "because": "{完成值}"}]}
    document = edition(count, methods=dict.fromkeys(names("法", count), rule))
    document["sections"] = {f"甲{name}": indicator(1, scoring=name) for name in names("法", count)}
    return document, submission(*({"indicator": f"甲{name}", "actual": "95%"} for name in names("法", count)))


@sound
def parameters(count: int) -> Both:
    """Parameters of a method, all given."""
    known = {name: {"default": 1, "min": 0} for name in names("参数", count)}
    rows = [{"when": "完成值 ≥ 指标值", "points": "分值"}, {"points": 0, "because": "{完成值}"}]
    called = {"method": "法", **dict.fromkeys(known, 2)}
    document = edition(methods={"法": {"parameters": known, "award": rows}}, sections={"甲": indicator(scoring=called)})
    return document, submission()


@sound
def checks(count: int) -> Both:
    """Checks between figures, each of which fails."""
    data = {name: {"unit": "元"} for name in names("数", count)}
    rule = {name: {"expect": f"{name} = 1", "because": f"{{{name}}} 不对"} for name in names("数", count)}
    return edition(data=data, checks=rule), submission(data=dict.fromkeys(data, 2))


@sound
def checks_of_entries(count: int) -> Both:
    """Entries that one check is put to."""
    document, given = entries(count)
    document["checks"] = {"查": {"each": "产出", "expect": "完成值 = 指标值", "because": "{完成值} 不是 {指标值}"}}
    return document, given


@sound
def grades(count: int) -> Both:
    """Grades of the total."""
    words = {name: f"总分 ≥ {count - number}" for number, name in enumerate(names("等", count))}
    return edition(count, grades={**words, "差": "otherwise"}), submission()


@sound
def grade_caps(count: int) -> Both:
    """Caps of the grade, all of which hold."""
    caps = [{"when": f"数 > {number}", "at_most": "差", "because": "{数}"} for number in range(count)]
    return edition(data={"数": {"min": 0}}, grade_caps=caps), submission(data={"数": count})


@sound
def lets(count: int) -> Both:
    """Intermediate values of one rule, each read once."""
    let = {f"值{number}": f"完成值 + {number}" for number in range(count)}
    rows = [{"when": f"值{number} > {number + 2}", "points": "分值"} for number in range(count)]
    rule = {"let": let, "award": [*rows, {"points": 0, "because": "{完成值}"}]}
    one = bare(target="≥ 3", scoring=rule, ranges={"完成值": {"min": 0}}, waive={"reachable": "重复"})
    return edition(sections={"甲": one}), submission({"indicator": "甲", "actual": "1"})


# ---- words -----------------------------------------------------------------------------------------------------------


@sound
def long_titles(count: int) -> Both:
    """The title of an indicator, a section and an organisation."""
    title = "指" * count
    form = {"分" * count: {"points": 10, "indicators": {title: indicator()}}}
    return edition(sections=form), {**submission({"indicator": title, "actual": "95%"}), "organisation": "单" * count}


@sound
def long_cells(count: int) -> Both:
    """Cells of an entry that are in words."""
    words = "完成了" * count
    entry = {
        "indicator": "乙",
        "section": "产出",
        "points": 10,
        "target": words,
        "actual": words + "好",
        "claimed_score": 9,
    }
    entry |= {"deviation_reason": words, "improvement": words, "note": words, "evidence": [words]}
    return edition(sections={"产出": {"points": 10, "open": True}}, defaults=DEFAULTS), submission(entry)


@sound
def long_cells_of_signs(count: int) -> Both:
    """Cells of an entry that look like numbers, dates or lists without being any."""
    texts = (
        "1" * count + "!",
        "1," * count,
        "2024年" * count,
        "≥" * count,
        "-" * count,
        "1-" * count,
        " " * count + "x",
    )
    rows = [
        {"indicator": f"乙{number}", "section": "产出", "points": 1, "target": text, "actual": text + "。"}
        for number, text in enumerate(texts)
    ]
    points = len(texts)
    return edition(
        points + 8, sections={"产出": {"points": points, "open": True}, "甲": indicator(8)}, defaults=DEFAULTS
    ), submission(*rows)


@sound
def references(count: int) -> Both:
    """Clauses that an indicator rests on, and evidence of an entry."""
    one = indicator(reference=names("文", count), evidence=names("证", count))
    return edition(sections={"甲": one}), submission(
        {"indicator": "甲", "actual": "95%", "evidence": names("证", count)}
    )


# ---- faults ----------------------------------------------------------------------------------------------------------


@faulty
def unknown_keys(count: int) -> Both:
    """Keys that nobody knows."""
    strange = dict.fromkeys(names("pointz", count), 1)
    return edition(**strange), submission({"indicator": "甲", "actual": "95%", **strange}, **strange)


@faulty
def misspelt_names(count: int) -> Both:
    """Names in formulas that differ a little from those that are known, and figures that do."""
    data = {name: {"unit": "元"} for name in names("数", count)}
    rule = {f"查{number}": {"expect": f"数_{number}_殖 = 1", "because": "不对"} for number in range(count)}
    return edition(data=data, checks=rule), submission(data={f"数_{number}_殖": 1 for number in range(count)})


@faulty
def misspelt_figures(count: int) -> Both:
    """Figures in a submission that differ a little from those of the edition."""
    data = {name: {"unit": "元"} for name in names("数", count)}
    return edition(data=data), submission(data={f"数_{number}_殖": 1 for number in range(count)})


@faulty
def misspelt_titles(count: int) -> Both:
    """Entries that name no indicator of the form, and none of its sections."""
    document, _ = indicators(count)
    rows = [{"indicator": f"指标_{number}_殖", "actual": "95%"} for number in range(count)]
    return document, submission(*rows)


@faulty
def misspelt_sections(count: int) -> Both:
    """Entries that name no section of the form."""
    document, given = open_sections(count)
    for entry in given["entries"]:
        entry["section"] = entry["section"].replace("值", "殖")
    return document, given


@faulty
def cells_of_no_kind(count: int) -> Both:
    """Cells that cannot be read."""
    data = {name: {"unit": "元"} for name in names("数", count)}
    return edition(data=data), submission(data=dict.fromkeys(data, "1e5x%%"))


@faulty
def repeated_entries(count: int) -> Both:
    """Entries of one indicator."""
    return edition(), submission(*({"indicator": "甲", "actual": f"{number}%"} for number in range(count)))


@faulty
def indicators_without_points(count: int) -> Both:
    """Indicators that lack what they need."""
    return edition(sections={name: {"scoring": "没有的方法"} for name in names("指标", count)}), submission()


@faulty
def formulas_that_do_not_read(count: int) -> Both:
    """Formulas with a slip."""
    return edition(data={name: {"formula": "1 +"} for name in names("数", count)}), submission()


@faulty
def units_that_do_not_fit(count: int) -> Both:
    """Formulas that add what cannot be added."""
    data: Mapping[str, Document] = {"人": {"unit": "人"}, "钱": {"unit": "万元"}}
    rules = {name: {"expect": "人 + 钱 > 1", "because": "不对"} for name in names("查", count)}
    return edition(data=dict(data), checks=rules), submission(data={"人": 1, "钱": 1})

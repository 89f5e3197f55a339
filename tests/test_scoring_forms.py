"""The ways of scoring, each at its edges: deduct with excuses, award with ranges, checklists, judgements, methods."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from editions import edition, row, scored


def one(scoring: str, rest: str = "") -> str:
    """Give an edition of one indicator of 10 points with this scoring."""
    return f"{rest}\nsections:\n  甲:\n    points: 10\n    scoring: {scoring}\n"


EXCUSED = """
      let: {超出: 次数 − 1}
      deduct:
        - {when: 超出 > 0, unless: 因政策调整, points: 4 × 超出, because: "超出 {超出} 次"}
        - {when: 超出 > 1, points: 7, because: "超出 {超出} 次，多于 1 次"}
"""
EXCUSED_DATA = "data: {次数: {integer: true, min: 0}, 因政策调整: {type: yes_no, required: false}}"


@pytest.mark.parametrize(
    ("figures", "score", "deductions"),
    [
        ("次数: 1, 因政策调整: ", "10.0", []),
        ("次数: 2, 因政策调整: 否", "6.0", ["4.0"]),
        ("次数: 2, 因政策调整: 是", "10.0", []),
        ("次数: 3, 因政策调整: 否", "0.0", ["8.0", "2.0"]),
        ("次数: 2, 因政策调整: ", None, []),
    ],
)
def test_deductions_run_in_order_until_nothing_is_left(
    tmp_path: Path, figures: str, score: str | None, deductions: list[str]
) -> None:
    """扣完为止: a rule takes what is left; an excused one takes nothing; a blank that is reached leaves no score."""
    result = row(scored(edition(tmp_path, one(EXCUSED, EXCUSED_DATA)), f"data: {{{figures}}}"), "甲")
    assert result.score == (None if score is None else Decimal(score))
    assert [str(lost.points) for lost in result.deductions] == deductions


def test_what_could_not_be_collected_and_what_was_excused_is_told(tmp_path: Path) -> None:
    """Both cost nothing and are notes, not deductions."""
    catalogue = edition(tmp_path, one(EXCUSED, EXCUSED_DATA))
    collected = row(scored(catalogue, "data: {次数: 3, 因政策调整: 否}"), "甲")
    excused = row(scored(catalogue, "data: {次数: 2, 因政策调整: 是}"), "甲")
    assert any("应再扣 5 分" in note for note in collected.notes)
    assert any("未扣 4 分" in note and "超出 1 次" in note for note in excused.notes)


BANDS = """
      award:
        - {when: 时滞 ≤ 1, points: 分值}
        - {when: 时滞 ≤ 2, points: [8, 9], because: "时滞 {时滞}"}
        - {points: 0, because: "时滞 {时滞}，超过两个月"}
"""


@pytest.mark.parametrize(
    ("lag", "judged", "score", "code"),
    [
        ("1月", "", "10.0", None),
        ("1.01月", "judged: {score: 8.5, because: 较快}", "8.5", None),
        ("2月", "judged: {score: 9, because: 较快}", "9.0", None),
        ("2月", "judged: {score: 9.1}", None, "judgement-outside"),
        ("2月", "", None, "judgement-missing"),
        ("2.01月", "", "0.0", None),
    ],
)
def test_a_range_of_points_holds_an_assessors_score(
    tmp_path: Path, lag: str, judged: str, score: str | None, code: str | None
) -> None:
    """Both ends of a row's range belong to it; a score outside it, or none, leaves the row unscored."""
    catalogue = edition(tmp_path, one(BANDS, "data: {时滞: {unit: 月, min: 0}}"))
    entries = f"entries: [{{indicator: 甲, {judged}}}]" if judged else ""
    result = row(scored(catalogue, f"data: {{时滞: {lag}}}\n{entries}"), "甲")
    assert result.score == (None if score is None else Decimal(score))
    assert [found.code for found in result.problems] == ([code] if code else [])


def test_a_range_of_points_tells_the_band_above(tmp_path: Path) -> None:
    """Full marks are not had inside the range."""
    catalogue = edition(tmp_path, one(BANDS, "data: {时滞: {unit: 月, min: 0}}"))
    entries = "entries: [{indicator: 甲, judged: {score: 8.5, because: 较快}}]"
    enough = row(scored(catalogue, f"data: {{时滞: 1.5月}}\n{entries}"), "甲").deductions[0].enough
    assert enough == "要得满分：时滞 ≤ 1月，多出 0.5月"


@pytest.mark.parametrize(
    ("answers", "score", "reasons"),
    [
        ("{有制度: 是, 得到执行: 是}", "10.0", 0),
        ("{有制度: 是, 得到执行: 否}", "4.0", 1),
        ("{有制度: 否, 得到执行: {points: 1.5, because: 两项未修订}}", "1.5", 2),
        ("{有制度: 是}", None, 0),
        ("{有制度: 是, 得到执行: }", None, 0),
        ("{有制度: 是, 得到执行: ' '}", None, 0),
        ("{有制度: /, 得到执行: 是}", None, 0),
    ],
)
def test_a_checklist_takes_what_an_item_was_not_given(
    tmp_path: Path, answers: str, score: str | None, reasons: int
) -> None:
    """An item that is not answered is a blank, never a no."""
    catalogue = edition(tmp_path, one("{checklist: {有制度: 4, 得到执行: 6}}"))
    result = row(scored(catalogue, f"entries: [{{indicator: 甲, answers: {answers}}}]"), "甲")
    assert result.score == (None if score is None else Decimal(score))
    assert len(result.deductions) == reasons


def test_the_reason_of_a_part_answer_stands_in_the_sentence(tmp_path: Path) -> None:
    """The assessor's own words follow the item."""
    catalogue = edition(tmp_path, one("{checklist: {有制度: 4, 得到执行: 6}}"))
    answers = "{有制度: 是, 得到执行: {points: 5, because: 两项未修订}}"
    lost = row(scored(catalogue, f"entries: [{{indicator: 甲, answers: {answers}}}]"), "甲").deductions[0]
    assert "得到执行" in lost.because
    assert lost.because.endswith("两项未修订")


@pytest.mark.parametrize(
    ("answers", "code"),
    [("{有制度: 是, 得到执形: 是}", "answer-unknown"), ("{有制度: {points: 5, because: 好}}", "answer-points-outside")],
)
def test_answers_are_held_to_the_list(tmp_path: Path, answers: str, code: str) -> None:
    """An unknown item, or more points than it is worth, is a problem of the submission."""
    catalogue = edition(tmp_path, one("{checklist: {有制度: 4, 得到执行: 6}}"))
    evaluation = scored(catalogue, f"entries: [{{indicator: 甲, answers: {answers}}}]")
    assert code in [found.code for found in evaluation.problems]
    assert row(evaluation, "甲").status == "unscored"


@pytest.mark.parametrize(
    ("tier", "given", "score"),
    [
        ("达成年度指标", 10, "10.0"),
        ("达成年度指标", 8, "8.0"),
        ("达成年度指标", 7.9, None),
        ("部分达成年度指标并具有一定效果", 8, None),
        ("部分达成年度指标并具有一定效果", 7.9, "7.9"),
        ("部分达成年度指标并具有一定效果", 6, "6.0"),
        ("未达成年度指标且效果较差", 0, "0.0"),
        ("未达成年度指标且效果较差", 6, None),
    ],
)
def test_the_upper_edge_belongs_to_the_top_tier_alone(
    tmp_path: Path, tier: str, given: float, score: str | None
) -> None:
    """A lower edge belongs to its tier."""
    catalogue = edition(tmp_path, one("三档评判"))
    entry = f"entries: [{{indicator: 甲, judged: {{tier: {tier}, score: {given}}}}}]"
    assert row(scored(catalogue, entry), "甲").score == (None if score is None else Decimal(score))


def test_a_tier_stands_with_the_claimed_score(tmp_path: Path) -> None:
    """A tier without a score of its own is held to the claimed score."""
    catalogue = edition(tmp_path, one("三档评判"))
    entry = "entries: [{indicator: 甲, judged: {tier: 达成年度指标}, claimed_score: 9}]"
    assert row(scored(catalogue, entry), "甲").score == Decimal("9.0")


def test_an_unknown_tier_is_a_problem_of_the_submission(tmp_path: Path) -> None:
    """The tiers to choose from are named."""
    evaluation = scored(
        edition(tmp_path, one("三档评判")), "entries: [{indicator: 甲, judged: {tier: 基本实现, score: 9}}]"
    )
    (found,) = evaluation.problems
    assert (found.code, row(evaluation, "甲").problems) == ("tier-unknown", (found,))
    assert "达成年度指标" in (found.hint or "")


@pytest.mark.parametrize(
    ("rounding", "rate", "score"),
    [("不计", "103.2%", "8.5"), ("按一步", "103.2%", "8.0"), ("折算", "103.2%", "8.4"), ("不计", "140%", "0.0")],
)
def test_part_of_a_step_counts_as_the_edition_says(tmp_path: Path, rounding: str, rate: str, score: str) -> None:
    """103.2% is 3, 4 or 3.2 steps of 0.5 points above 100%."""
    scoring = f"{{method: 超标扣分, 起点: 100%, 每: 1%, 扣: 0.5, 不足一步: {rounding}}}"
    body = 'data: {率: {unit: "%", min: 0}}\nsections:\n  甲: {points: 10, value: 率, unit: "%", scoring: '
    body += f"{scoring}}}\n"
    assert row(scored(edition(tmp_path, body), f"data: {{率: {rate}}}"), "甲").score == Decimal(score)


GROUPS = """
      award:
        - {when: 地区 = 东部 且 率 ≥ 100%, points: 分值}
        - {when: 地区 ≠ 东部 且 率 ≥ 30%, points: 分值}
        - {points: 5, because: "{地区}，{率}，未达标准"}
"""


@pytest.mark.parametrize(
    ("region", "rate", "score"), [("东部", "99%", "5.0"), ("东部", "100%", "10.0"), ("西部", "30%", "10.0")]
)
def test_thresholds_may_depend_on_a_choice(tmp_path: Path, region: str, rate: str, score: str) -> None:
    """A choice is compared with its own values."""
    data = 'data: {地区: {type: choice, choices: [东部, 中部, 西部]}, 率: {unit: "%", min: 0}}'
    result = row(scored(edition(tmp_path, one(GROUPS, data)), f"data: {{地区: {region}, 率: {rate}}}"), "甲")
    assert result.score == Decimal(score)
    assert all(region in lost.because for lost in result.deductions)


TABLE = """\
data:
  项目:
    type: table
    columns: {名称: {type: text}, 资金: {unit: 万元, min: 0}, 完成率: {unit: "%", min: 0, max: 1}}
sections:
  甲: {points: 10, value: "加权平均(项目_完成率, 项目_资金)", unit: "%", target: ≥ 100%, scoring: 比例得分}
"""


def test_rows_that_the_unit_names_are_added_up_first(tmp_path: Path) -> None:
    """Rates are averaged weighted by funds: 100 at 90% and 300 at 98% are 96%."""
    rows = "data: {项目: [{名称: 一, 资金: 100, 完成率: 90%}, {名称: 二, 资金: 300, 完成率: 98%}]}"
    result = row(scored(edition(tmp_path, TABLE), rows), "甲")
    assert (result.actual, result.score) == ("96%", Decimal("9.6"))


def test_a_blank_cell_of_a_table_leaves_the_aggregate_blank(tmp_path: Path) -> None:
    """A missing rate is not 0%."""
    rows = "data: {项目: [{名称: 一, 资金: 100, 完成率: }, {名称: 二, 资金: 300, 完成率: 98%}]}"
    assert row(scored(edition(tmp_path, TABLE), rows), "甲").status == "unscored"


def test_rows_of_a_choice_are_counted(tmp_path: Path) -> None:
    """A column of choices is compared where nothing else of its table is read, and no figure is a choice."""
    counted = """\
data: {项目: {type: table, columns: {类别: {type: choice, choices: [基建, 采购]}}}}
sections: {甲: {points: 10, value: 计数(项目_类别 = 基建), scoring: {method: 次数扣分, 每次扣: 2}}}
"""
    rows = "data: {项目: [{类别: 基建}, {类别: 采购}, {类别: 基建}]}"
    assert row(scored(edition(tmp_path, counted), rows), "甲").score == Decimal("6.0")


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ("项目: [{名称: 一, 资: 100}]", "项目_资金"),
        ("项目目: [{名称: 一, 资金: 100}]", "项目"),
        ("费用: {公车: {上年: 1}}", "费用合计"),
    ],
)
def test_a_misspelt_column_table_or_grid_is_a_problem(tmp_path: Path, data: str, named: str) -> None:
    """Nothing that the edition does not know is taken or dropped silently, and what was meant is asked."""
    grid = "data:\n  费用合计: {type: grid, unit: 万元, required: false, columns: [上年], rows: [公车]}\n"
    evaluation = scored(edition(tmp_path, TABLE.replace("data:\n", grid)), f"data: {{{data}}}")
    (found,) = (told for told in evaluation.problems if told.code == "figure-unknown")
    assert evaluation.score is None
    assert found.hint is not None
    assert f"`{named}`" in found.hint


RANGED = """\
defaults: {bare_target: "≥", scoring: {"≥": 比例得分, date: 按期得分, text: 三档评判}}
sections: {组: {points: 10, open: true, ranges: {完成值: {min: 0, max: 9}, 指标值: {above: 0}}}}
"""


@pytest.mark.parametrize("actual", ["2024年5月6日", "2024年5月7日"])
def test_a_sections_own_scoring_that_cannot_read_days_scores_none(tmp_path: Path, actual: str) -> None:
    """A rule over numbers gives no points to a day, late or not; its row is unscored and says why."""
    own = RANGED.replace("scoring:", "sections: {组: {scoring: 比例得分}}, scoring:", 1)
    entry = f"{{section: 组, indicator: 一, points: 10, target: 2024年5月6日, actual: {actual}}}"
    result = row(scored(edition(tmp_path, own), f"entries: [{entry}]"), "一")
    assert (result.status, [found.code for found in result.problems]) == ("unscored", ["no-scoring"])


@pytest.mark.parametrize(
    ("cells", "score"),
    [
        ("target: 3次, actual: 9次", "10.0"),
        ("target: 3次, actual: 10次", None),
        ("target: 2024年底, actual: 2024年6月", "10.0"),
        ("target: 提高, actual: 提高, judged: {tier: 达成年度指标, score: 10}", "10.0"),
    ],
)
def test_a_sections_ranges_hold_its_numbers_alone(tmp_path: Path, cells: str, score: str | None) -> None:
    """Ranges of an open section are of numbers; its rows about days, and those an assessor judges, have none."""
    result = row(
        scored(edition(tmp_path, RANGED), f"entries: [{{section: 组, indicator: 一, points: 10, {cells}}}]"), "一"
    )
    assert result.score == (None if score is None else Decimal(score))


def test_an_actual_that_no_rule_reads_may_say_anything(tmp_path: Path) -> None:
    """Where a figure alone decides, the words in the actual's cell are shown and leave nothing unscored."""
    rule = "{award: [{when: 有制度, points: 分值}, {points: 0, because: 没有制度}]}"
    body = f"data: {{有制度: {{type: yes_no}}}}\nsections: {{甲: {{points: 10, scoring: {rule}}}}}\n"
    cells = "data: {有制度: 是}\nentries: [{indicator: 甲, target: 有, actual: 已印发制度}]"
    result = row(scored(edition(tmp_path, body), cells), "甲")
    assert (result.score, result.actual) == (Decimal("10.0"), "已印发制度")


@pytest.mark.parametrize("entries", ["[]", "[{indicator: 甲, actual: 1次}, {indicator: 乙, actual: 1次}]"])
def test_one_of_several_carries_its_points_whatever_was_answered(tmp_path: Path, entries: str) -> None:
    """二者择其一: with none or both answered the section has no score, and still its own points."""
    each = "{points: 10, target: ≥ 1次, scoring: 比例得分}"
    body = f"sections: {{组: {{points: 10, one_of: true, indicators: {{甲: {each}, 乙: {each}}}}}}}\n"
    (section,) = scored(edition(tmp_path, body), f"entries: {entries}").sections
    assert (section.points, section.score) == (Decimal(10), None)


OPEN = """\
defaults: {bare_target: "≥", scoring: {"≥": 比例得分}}
sections:
  甲组: {points: 5, open: true}
  乙组: {points: 5, open: true}
"""
FIRST = "{section: 甲组, indicator: 一, points: 5, target: 1次, actual: 1次}"


@pytest.mark.parametrize(
    ("second", "codes"),
    [
        ("{section: 乙组, indicator: 二, target: 1次, claimed_score: 5}", ["points-missing"]),
        ("{section: 乙组, indicator: 二, points: 5, target: 1, actual: 1, judged: {score: 3}}", ["judged-not-asked"]),
        ("{section: 乙组, indicator: 二, points: 4, target: 1次, actual: 1次}", ["section-points-sum"]),
        ("{section: 乙组, indicator: 二, points: 6, target: 1次, actual: 1次}", ["section-points-sum"]),
        ("{indicator: 二, points: 5}", ["entry-section-missing"]),
        ("{section: 丙组, indicator: 二, points: 5, target: 1次, actual: 1次}", ["section-unknown"]),
    ],
)
def test_a_refused_row_is_told_once(tmp_path: Path, second: str, codes: list[str]) -> None:
    """A row that is refused in an open section leaves the section's points open, instead of making them wrong too."""
    evaluation = scored(edition(tmp_path, OPEN), f"entries: [{FIRST}, {second}]")
    assert [found.code for found in evaluation.problems] == codes
    assert row(evaluation, "一").score == Decimal("5.0")


CAPPED = """\
data: {存在违纪违法: {type: yes_no, required: false}, 数: {min: 0}}
sections: {甲: {points: 10, value: 数, target: ≥ 10, scoring: 比例得分}}
grade_caps:
  - {when: 存在违纪违法, at_most: 差, because: 存在违纪违法行为, reference: 财会〔2025〕24号 第十六条}
"""


@pytest.mark.parametrize(("answer", "grade"), [("否", "优"), ("是", "差"), ("", None)])
def test_a_cap_holds_the_grade_and_not_the_score(tmp_path: Path, answer: str, grade: str | None) -> None:
    """一票否决 changes the grade alone; a blank condition leaves no grade, with a problem."""
    evaluation = scored(edition(tmp_path, CAPPED), f"data: {{存在违纪违法: {answer}, 数: 10}}")
    assert (evaluation.score, evaluation.grade) == (Decimal("10.0"), grade)
    assert [found.code for found in evaluation.problems] == ([] if grade else ["grade-undecided"])


def test_a_capped_grade_says_why(tmp_path: Path) -> None:
    """The edition's sentence stands in the notes of the evaluation."""
    evaluation = scored(edition(tmp_path, CAPPED), "data: {存在违纪违法: 是, 数: 10}")
    assert any("存在违纪违法行为" in note and "差" in note for note in evaluation.notes)


@pytest.mark.parametrize(
    ("actual", "enough"), [("85%", "完成值 ≥ 90%，还差 5 个百分点"), ("75%", "完成值 ≥ 80%，还差 5 个百分点")]
)
def test_a_band_tells_full_marks_and_the_next_band(tmp_path: Path, actual: str, enough: str) -> None:
    """What would have been enough is found at the rule's own edges."""
    scoring = """
      award:
        - {when: 完成值 ≥ 90%, points: 分值}
        - {when: 完成值 ≥ 80%, points: 8, because: "{完成值}"}
        - {points: 5, because: "{完成值}"}
"""
    body = f'sections:\n  甲:\n    points: 10\n    unit: "%"\n    target: ≥ 90%\n    scoring: {scoring}\n'
    result = row(scored(edition(tmp_path, body), f"entries: [{{indicator: 甲, actual: {actual}}}]"), "甲")
    assert enough in (result.deductions[0].enough or "")


@pytest.mark.parametrize(
    ("written", "score"),
    [
        ("2024年6月15日", "10.0"), ("2024-06-16", "0.0"), ("2024年6月上旬", None), ("2024年6月", None),
        ("2024年6月底", "0.0"), ("2024年5月底前", "10.0"), ("20240615", "10.0"), ("2024", None), ("6月", None),
        ("2024年", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["figure", "table"])
def test_a_month_is_no_day_in_a_figure(tmp_path: Path, place: str, written: str, score: str | None) -> None:
    """What may be any of several days is not taken for the last of them; an end that is named is a day."""
    data, read, given = {
        "figure": ("日: {type: date}", "日 > 日期(2024, 6, 15)", f"日: {written}"),
        "table": (
            "表: {type: table, columns: {日: {type: date}}}",
            "计数(表_日 > 日期(2024, 6, 15)) > 0",
            f"表: [{{日: {written}}}]",
        ),
    }[place]
    scoring = f'{{award: [{{when: "{read}", points: 0, because: 晚}}, {{points: 分值}}]}}'
    catalogue = edition(tmp_path, f"data: {{{data}}}\nsections: {{甲: {{points: 10, scoring: {scoring}}}}}\n")
    result = row(scored(catalogue, f"data: {{{given}}}\n"), "甲")
    assert result.score == (None if score is None else Decimal(score))


@pytest.mark.parametrize(
    ("section", "name", "told"),
    [
        ("产出指标／数量指标", "甲", None),
        ("产出指标/数量指标/", "甲", None),
        ("/数量指标", "甲", None),
        ("产出//数量", "甲", None),
        ("-", "甲", "entry-section-missing"),
        ("／", "甲", "entry-section-missing"),
        ("数量指标", "/", "name-missing"),
        ("数量指标", "——", "name-missing"),
        ("数量指标", "指标1：", "name-missing"),
        ("数量指标", "……", "name-missing"),
        ("数量指标", "指标1", None),
    ],
)
def test_sections_and_names_that_are_blank_are_blank(tmp_path: Path, section: str, name: str, told: str | None) -> None:
    """A dash or slash is no section and no name; parts of a path that are empty are none, and a wide slash is one."""
    body = """\
sections: {产出指标: {points: 10, sections: {数量指标: {open: true}, 质量指标: {open: true}}}}
defaults:
  bare_target: "≥"
  scoring: {"≥": 比例得分, ">": 比例得分, "≤": 反向比例, "<": 反向比例, "=": 等值得分, date: 按期得分, text: 三档评判}
"""
    entry = f"{{section: '{section}', indicator: '{name}', points: 10, target: ≥1个, actual: 1个}}"
    result = scored(edition(tmp_path, body), f"entries: [{entry}]\n")
    assert [each.code for each in result.problems] == ([] if told is None else [told])
    assert result.score == (None if told == "entry-section-missing" else Decimal("10.0"))
    assert not [each for each in result.findings if each.code == "section-unlisted"]

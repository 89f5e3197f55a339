from __future__ import annotations

import datetime
import re
import string
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evalrules._quantities import (
    Blank,
    Bound,
    Cell,
    CellError,
    Date,
    Interval,
    Period,
    Quantity,
    Several,
    Text,
    convert,
    dump,
    read_cell,
)

DAY = datetime.date


def quantity(number: str | int, unit: str = "") -> Quantity:
    """Make a quantity; ``number`` is the number itself, also for a percentage."""
    return Quantity(Fraction(number), unit)


# ---- cells as published ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " ", "-", "—", "——", "/", "－", "／", "　"])
def test_dashes_and_slashes_are_blank(text: str) -> None:
    """Nothing, a dash and a slash of either width stand for nothing, never for zero."""
    assert isinstance(read_cell(text), Blank)


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("1", "1", ""),
        ("0", "0", ""),
        ("8676", "8676", ""),
        ("100%", "1", "%"),
        ("95.10%", "0.951", "%"),
        ("百分之九十八", "0.98", "%"),
        ("百分之百", "1", "%"),
        ("500万元人民币", "500", "万元"),
        ("15000M2", "15000", "M2"),
        ("千分之五", "0.005", "‰"),
        ("一千零一人", "1001", "人"),
        ("二十户", "20", "户"),
        ("十五万人", "15", "万人"),
        ("零次", "0", "次"),
        ("五百万元", "500", "万元"),
        ("95 %", "0.95", "%"),
        ("3‰", "0.003", "‰"),
        ("195.5万元", "195.5", "万元"),
        ("200万", "200", "万"),
        ("38.5万人口", "38.5", "万人口"),
        ("21980人", "21980", "人"),
        ("87人次", "87", "人次"),
        ("12 种", "12", "种"),
        ("5830元/户", "5830", "元/户"),
        ("583元/人*月", "583", "元/人*月"),
        ("583元 / 人 · 月", "583", "元/人·月"),
        ("400元/人、天", "400", "元/人、天"),
        ("120㎡", "120", "㎡"),
        ("120m2", "120", "m2"),
        ("215,457.6", "215457.6", ""),
        ("215,457.6元", "215457.6", "元"),
        ("１，０００元", "1000", "元"),
        ("９８．５％", "0.985", "%"),
        ("−5", "-5", ""),
        ("-5%", "-0.05", "%"),
        ("+3件", "3", "件"),
        ("1年", "1", "年"),
        ("12月", "12", "月"),
        ("2024", "2024", ""),
        ("9999999999999999999999999999", "9999999999999999999999999999", ""),
        ("1 000人", "1000", "人"),
        ("12 345.67", "12345.67", ""),
        ("98(百分比)", "0.98", "%"),
        ("50（万元）", "50", "万元"),
        ("100%。", "1", "%"),
        ("8个、", "8", "个"),
    ],
)
def test_a_number_keeps_the_word_after_it(text: str, number: str, unit: str) -> None:
    """Any word after a number is its unit; the number is exact, whatever width its digits have."""
    assert read_cell(text) == quantity(number, unit)
    assert read_cell(text).text == text


@pytest.mark.parametrize(
    ("text", "comparator", "number", "unit"),
    [
        ("≥98%", "≥", "0.98", "%"),
        ("＞＝90%", "≥", "0.9", "%"),
        ("=>90%", "≥", "0.9", "%"),
        (">=21933人", "≥", "21933", "人"),
        (">=530元/人*月", "≥", "530", "元/人*月"),
        ("<=5300元/户", "≤", "5300", "元/户"),
        ("≤620万/月", "≤", "620", "万/月"),
        ("=100%", "=", "1", "%"),
        ("等于3次", "=", "3", "次"),
        ("不少于12 种", "≥", "12", "种"),
        ("不低于90%", "≥", "0.9", "%"),
        ("至少3次", "≥", "3", "次"),
        ("大于等于5", "≥", "5", ""),
        ("95%以上", "≥", "0.95", "%"),
        ("95%及以上", "≥", "0.95", "%"),
        ("95%（含）以上", "≥", "0.95", "%"),
        ("达到95%以上", "≥", "0.95", "%"),
        ("≥95%以上", "≥", "0.95", "%"),
        ("不超过5次", "≤", "5", "次"),
        ("不高于3%", "≤", "0.03", "%"),
        ("至多2次", "≤", "2", "次"),
        ("小于等于5", "≤", "5", ""),
        ("5次以下", "≤", "5", "次"),
        ("5次以内", "≤", "5", "次"),
        ("控制在5%以内", "≤", "0.05", "%"),
        ("3个工作日内", "≤", "3", "个工作日"),
        ("大于5次", ">", "5", "次"),
        ("高于80%", ">", "0.8", "%"),
        ("超过5次", ">", "5", "次"),
        ("5次以外", ">", "5", "次"),
        ("小于5次", "<", "5", "次"),
        ("低于3%", "<", "0.03", "%"),
        ("不满3次", "<", "3", "次"),
        ("≥95%（含）", "≥", "0.95", "%"),
        ("≥90分（含90分）", "≥", "90", "分"),
        ("═100%", "=", "1", "%"),
        ("〉95%", ">", "0.95", "%"),
        ("≥1 000人", "≥", "1000", "人"),
        (">=98%(百分比)", "≥", "0.98", "%"),
        ("≤5%；", "≤", "0.05", "%"),
        ("> =100%", "≥", "1", "%"),
        ("不能低于85%", "≥", "0.85", "%"),
        ("不可超过5次", "≤", "5", "次"),
        ("不到1%", "<", "0.01", "%"),
        ("不少于（含）20场次", "≥", "20", "场次"),
        ("12台（套）以上", "≥", "12", "台套"),
        ("100人（次）以内", "≤", "100", "人次"),
        ("50%（含50%）以上", "≥", "0.5", "%"),
    ],
)
def test_bounds_are_read_in_signs_and_words(text: str, comparator: str, number: str, unit: str) -> None:
    """以上, 以下 and 以内 include the number, 超过, 不满 and 以外 exclude it."""
    cell = read_cell(text)
    assert isinstance(cell, Bound)
    assert (cell.comparator, cell.quantity, cell.text) == (comparator, quantity(number, unit), text)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("18—54周岁", "18", "54", "周岁"),
        ("80% – 90%", "0.8", "0.9", "%"),
        ("80%-90%", "0.8", "0.9", "%"),
        ("80-90%", "0.8", "0.9", "%"),
        ("1~2月", "1", "2", "月"),
        ("3至5个", "3", "5", "个"),
        ("5%到5%", "0.05", "0.05", "%"),
        ("1.5～2.5万元", "1.5", "2.5", "万元"),
    ],
)
def test_a_range_has_both_ends(text: str, low: str, high: str, unit: str) -> None:
    """The unit may stand at one end or both."""
    assert read_cell(text) == Interval(Fraction(low), Fraction(high), unit)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-12-31", DAY(2024, 12, 31)),
        ("2024.1.5", DAY(2024, 1, 5)),
        ("2024/1/5", DAY(2024, 1, 5)),
        ("2024年1月5日", DAY(2024, 1, 5)),
        ("2024年12月31日前", DAY(2024, 12, 31)),
        ("截至2024年6月30日", DAY(2024, 6, 30)),
        ("2024年12月底前", DAY(2024, 12, 31)),
        ("2024年2月", DAY(2024, 2, 29)),
        ("2024-06", DAY(2024, 6, 30)),
        ("2024年6月中旬", DAY(2024, 6, 20)),
        ("2024年第三季度", DAY(2024, 9, 30)),
        ("2024年上半年", DAY(2024, 6, 30)),
        ("2024年底前完成", DAY(2024, 12, 31)),
        ("２０２４年", DAY(2024, 12, 31)),
        ("二〇二四年", DAY(2024, 12, 31)),
        ("二○二四年十二月三十一日前", DAY(2024, 12, 31)),
        ("二零二四年六月底", DAY(2024, 6, 30)),
        ("2024年度", DAY(2024, 12, 31)),
    ],
)
def test_a_deadline_is_its_last_day(text: str, day: datetime.date) -> None:
    """A month, quarter or year stands for its last day."""
    assert read_cell(text) == Date(day)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12月底前", DAY(2024, 12, 31)),
        ("6月份", DAY(2024, 6, 30)),
        ("9月30日前", DAY(2024, 9, 30)),
        ("年底前", DAY(2024, 12, 31)),
        ("2月中旬", DAY(2024, 2, 20)),
        ("十二月底", DAY(2024, 12, 31)),
        ("三月二十三日前", DAY(2024, 3, 23)),
        ("第三季度", DAY(2024, 9, 30)),
        ("不晚于9月30日", DAY(2024, 9, 30)),
    ],
)
def test_a_deadline_without_a_year_needs_one_from_outside(text: str, day: datetime.date) -> None:
    """The year is given, or the deadline stays words: no year is guessed."""
    assert read_cell(text) == Text(text)
    assert read_cell(text, year=2024) == Date(day)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021.1.1-12.31", DAY(2021, 1, 1), DAY(2021, 12, 31)),
        ("2023.07-2024.01", DAY(2023, 7, 1), DAY(2024, 1, 31)),
        ("2024.1-12", DAY(2024, 1, 1), DAY(2024, 12, 31)),
        ("2024年1-12月", DAY(2024, 1, 1), DAY(2024, 12, 31)),
        ("2024年1月1日至12月31日", DAY(2024, 1, 1), DAY(2024, 12, 31)),
        ("2024年3月1日—5日", DAY(2024, 3, 1), DAY(2024, 3, 5)),
        ("2024-01-01至2024-06-30", DAY(2024, 1, 1), DAY(2024, 6, 30)),
        ("2018-2020年", DAY(2018, 1, 1), DAY(2020, 12, 31)),
        ("二〇二三年七月至二〇二四年一月", DAY(2023, 7, 1), DAY(2024, 1, 31)),
    ],
)
def test_a_period_takes_from_its_beginning_what_its_end_leaves_out(
    text: str, first: datetime.date, last: datetime.date
) -> None:
    """Both days belong to the period."""
    assert read_cell(text) == Period(first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1-12月", DAY(2024, 1, 1), DAY(2024, 12, 31)),
        ("3月至9月份", DAY(2024, 3, 1), DAY(2024, 9, 30)),
        ("3月1日-6月30日", DAY(2024, 3, 1), DAY(2024, 6, 30)),
    ],
)
def test_a_period_of_months_is_one_of_the_year(text: str, first: datetime.date, last: datetime.date) -> None:
    """Months are those of the year that is given, and nothing without one; months that are counted are no period."""
    found = read_cell(text, year=2024)
    assert found == Period(first, last)
    assert getattr(found, "year_taken", False)
    assert not isinstance(read_cell(text), Period)
    assert read_cell("1-12个月", year=2024) == Interval(Fraction(1), Fraction(12), "个月")


def test_several_values_in_one_cell_are_kept_apart() -> None:
    """Counts, bounds and milestones separated by commas or semicolons; dates where the year is known."""
    assert read_cell("完成1部宣传片,2套方案") == Several((quantity(1, "部宣传片"), quantity(2, "套方案")))
    bounds = Several((Bound("≥", quantity("0.8", "%")), Bound("≤", quantity("0.9", "%"))))
    assert read_cell("≥80%，≤90%") == bounds
    text = "6月份完成宣传片制作;9月份完成文本;11月完成专家评审"
    assert read_cell(text) == Several(tuple(Text(part) for part in text.split(";")))
    days = (DAY(2024, 6, 30), DAY(2024, 9, 30), DAY(2024, 11, 30))
    assert read_cell(text, year=2024) == Several(tuple(Date(day) for day in days))


@pytest.mark.parametrize(
    "text",
    [
        "及时",
        "好坏",
        "完成",
        "无",
        "指导城市建设",
        "有利于城市生态、韧性发展",
        "不断提升，持续改善",
        "400多篇",
        "30余次",
        "约5次",
        "5次左右",
        "100%完成任务",
        "56人（含借调）",
        "1.完成初稿;2.完成评审",
        "①完成初稿",
        "3.5.2目标",
        "1:1",
        "NaN",
        "Infinity",
        "N/A",
        "长" * 300,
        "1-6期培训结束后及时考核",
        "3个乡镇完成改造",
        "2-3名教师参加培训",
        "18个月内完成",
        "3个（含新建）",
        "20万余人",
        "一次性",
        "三公经费",
        "二三十人",
        "¥95人",
        "一百五人",
        "二百五十零个",
        "一百零五十人",
        "1½个",
        "10²",
        "2⑤",
        "3〇人",
        "1万五千元",
        "2万零五百人",
        "3个（含新建）以上",
        "每月1次",
        "下降3%",
        "合格率100%",
        "=下降",
        "＝达到国家标准",
    ],
)
def test_words_and_what_is_only_nearly_a_number_stay_words(text: str) -> None:
    """An approximate number, a remark and an outline number are shown as written and never counted."""
    assert read_cell(text) == Text(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("7.50.", "cell-number"),
        ("1,2", "cell-number"),
        ("12,34元", "cell-number"),
        ("1.234,5", "cell-number"),
        ("1_000", "cell-number"),
        ("1e3", "cell-number"),
        ("1E+999999999", "cell-number"),
        ("0x1F", "cell-number"),
        ("0123", "cell-number"),
        (".5", "cell-number"),
        ("5.", "cell-number"),
        ("1 00元", "cell-number"),
        ("10 0000元", "cell-number"),
        ("٣", "cell-number"),
        ("≥7.5.", "cell-number"),
        ("不低于5.5.", "cell-number"),
        ("99999999999999999999999999999", "cell-digits"),
        (">=9…", "cell-cut-off"),
        ("≥", "cell-comparator"),
        ("＞去年", "cell-comparator"),
        ("≥95%以下", "cell-contradiction"),
        ("90%-80%", "cell-reversed"),
        ("2024.5-2024.3", "cell-reversed"),
        ("2024-13-45", "cell-date"),
        ("2024年2月30日", "cell-date"),
        ("2024年1-13月", "cell-date"),
    ],
)
def test_what_looks_like_a_value_and_is_none_is_an_error(text: str, code: str) -> None:
    """Nothing is guessed from a broken number, bound, range or date."""
    with pytest.raises(CellError) as caught:
        read_cell(text)
    assert caught.value.code == code
    assert caught.value.arguments["text"] == text


@given(
    st.sampled_from(
        [
            "2024年{m}月{d}日",
            "2024.{m}.{d}",
            "2024-{m}-{d}",
            "{m}月{d}日前",
            "2024.1.1-{m}.{d}",
            "2024年{m}月{d}日至2025年1月1日",
        ]
    ),
    st.integers(0, 13),
    st.integers(0, 32),
)
def test_a_day_is_one_of_the_calendar(form: str, month: int, day: int) -> None:
    """A month or day that the calendar lacks is never another one: 0月, 0日 and 2月30日 are told."""
    try:
        stated = DAY(2024, month, day)
    except ValueError:
        stated = None
    try:
        cell: Cell | None = read_cell(form.format(m=month, d=day), year=2024)
    except CellError:
        cell = None
    days = (cell.first, cell.last) if isinstance(cell, Period) else (cell.day,) if isinstance(cell, Date) else ()
    assert stated in days if stated else not days


@pytest.mark.parametrize(
    "form", ["2024年{m}月", "2024年{m}月底前", "2024-{m}", "{m}月底", "{m}月上旬", "2024年{m}月至2024年12月"]
)
def test_no_month_0_is_a_month(form: str) -> None:
    """Month 0 is not the last one of the year."""
    with pytest.raises(CellError):
        read_cell(form.format(m=0), year=2024)


def numeral(number: int) -> str:
    """Spell a number below 10000 as it is taught: 零 for the places left out, 一十 as 十 at the beginning."""
    digits, places = "零一二三四五六七八九", ("千", "百", "十", "")
    text = "".join(
        digits[int(digit)] + (place if digit != "0" else "")
        for digit, place in zip(f"{number:04}", places, strict=True)
    )
    return re.sub("零+", "零", text).strip("零").removeprefix("一" if 10 <= number < 20 else "") or "零"


@given(st.integers(0, 9999), st.sampled_from(["人", "个", "元", "万元"]))
def test_numerals_are_the_numbers_that_they_spell(number: int, unit: str) -> None:
    """Every number to 9999 in Chinese numerals."""
    assert read_cell(numeral(number) + unit) == quantity(number, unit)


@given(st.text("一二五十百千零", min_size=1, max_size=7))
def test_only_what_is_spelt_in_full_is_a_number(text: str) -> None:
    """A numeral that leaves a place out without 零 (一百五人) may be one of two numbers and is read as neither."""
    cell = read_cell(text + "人")
    if isinstance(cell, Quantity) and cell.unit == "人":
        assert text.replace("百十", "百一十").removeprefix("一" if text.startswith("一十") else "") == numeral(
            int(cell.number)
        )


@given(st.text("0123456789½²⑤Ⅲ〇零一五十百千万亿人元个", min_size=1, max_size=8))
def test_no_part_of_a_number_is_taken_for_a_unit(text: str) -> None:
    """What stands behind digits and is more of the number (½, ², 五千) is neither left out nor a unit."""
    try:
        cell = read_cell(text)
    except CellError:
        return
    if isinstance(cell, Quantity):
        assert not re.match("[万亿千百十]*[½²⑤Ⅲ〇零一五]", cell.unit)


# ---- units -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("15000元", "万元", "1.5"),
        ("1亿元", "万元", "10000"),
        ("38.5万人口", "人口", "385000"),
        ("38.5万人口", "人", "385000"),
        ("200万", "万元", "200"),
        ("200万", "元", "2000000"),
        ("200万", "公里", "2000000"),
        ("200万", "", "2000000"),
        ("620万/月", "万元/月", "620"),
        ("620万/月", "元/月", "6200000"),
        ("3万元/人·月", "元/人*月", "30000"),
        ("3元/人、天", "元/人·日", "3"),
        ("2元/斤", "元/公斤", "4"),
        ("5公里", "米", "5000"),
        ("5千米", "km", "5"),
        ("100亩", "公顷", "20/3"),
        ("2年", "个月", "24"),
        ("5期", "期", "5"),
        ("95", "%", "0.95"),
        ("95", "人", "95"),
        ("95%", "", "0.95"),
        ("3‰", "%", "0.003"),
        ("3万级", "级", "30000"),
    ],
)
def test_units_of_one_kind_convert_exactly(text: str, unit: str, number: str) -> None:
    """万 and 亿 stand before any word, a bare number takes the unit, and no digit is lost."""
    cell = read_cell(text)
    assert isinstance(cell, Quantity)
    assert convert(cell, unit) == Fraction(number)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("56人", "万元"),
        ("56人", ""),
        ("56人", "%"),
        ("95%", "人"),
        ("200万", "%"),
        ("5元/人", "元"),
        ("5元", "元/人"),
        ("5元/人", "元/户"),
        ("620万/月", "元"),
        ("5期", "次"),
        ("1年", "天"),
        ("5工作日", "天"),
    ],
)
def test_another_kind_of_unit_has_no_number(text: str, unit: str) -> None:
    """People are no money, a year is no number of days, and an unknown word is only itself."""
    cell = read_cell(text)
    assert isinstance(cell, Quantity)
    assert convert(cell, unit) is None


MONEY = st.sampled_from(["元", "千元", "万元", "百万元", "亿元", "万亿元", "角"])


@given(st.fractions(-(10**9), 10**9), MONEY, MONEY)
def test_converting_there_and_back_changes_nothing(number: Fraction, first: str, second: str) -> None:
    """A conversion is exact both ways."""
    there = convert(Quantity(number, first), second)
    assert there is not None
    assert convert(Quantity(there, second), first) == number


# ---- writing and reading ---------------------------------------------------------------------------------------------

NUMBERS = st.decimals(-(10**9), 10**9, places=4, allow_nan=False, allow_infinity=False).map(Fraction)
UNITS = st.sampled_from(["", "%", "‰", "人", "万元", "元/人·月", "㎡", "个工作日"])
QUANTITIES = st.builds(Quantity, NUMBERS, UNITS)
BOUNDS = st.builds(Bound, st.sampled_from(["≥", ">", "≤", "<", "="]), QUANTITIES)
DAYS = st.dates(DAY(1950, 1, 1), DAY(2150, 12, 31))
INTERVALS = st.builds(
    lambda ends, unit: Interval(min(ends), max(ends), unit), st.tuples(NUMBERS.map(abs), NUMBERS.map(abs)), UNITS
)
PERIODS = st.builds(lambda days: Period(min(days), max(days)), st.tuples(DAYS, DAYS))
PARTS = st.lists(QUANTITIES.filter(lambda cell: cell.unit != "") | BOUNDS, min_size=2, max_size=4)
CELLS = QUANTITIES | BOUNDS | INTERVALS | DAYS.map(Date) | PERIODS | PARTS.map(lambda parts: Several(tuple(parts)))


@given(CELLS)
def test_a_cell_made_in_a_program_is_read_back(cell: Cell) -> None:
    """What is written without a text of its own reads as an equal value."""
    assert read_cell(dump(cell)) == cell


@given(st.text(max_size=40) | st.text(string.digits + ".,%-~至≥≤年月日万元人;以上内 ", max_size=15))
def test_any_text_is_a_cell_or_a_cell_error(text: str) -> None:
    """Whatever stands in a cell, its text is kept, and reading what is kept gives the same cell."""
    try:
        cell = read_cell(text)
    except CellError:
        return
    assert dump(cell) == text.strip()
    assert read_cell(dump(cell)) == cell


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_thousands_separators_change_nothing(whole: int, part: int) -> None:
    """``215,457.6`` is 215457.6; every three digits have their comma."""
    assume(whole >= 1000)
    grouped = read_cell(f"{whole:,}.{part:02d}元")
    assert grouped == read_cell(f"{whole}.{part:02d}元")
    assert isinstance(grouped, Quantity)


def test_a_number_without_finite_decimals_cannot_be_written() -> None:
    """One third has no cell that would read as one third."""
    with pytest.raises(ValueError, match="1/3"):
        dump(Quantity(Fraction(1, 3)))


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,14})([.][0-9]{1,9})?%?", fullmatch=True), st.sampled_from([None, 2024]))
def test_a_plain_number_is_what_it_is_among_other_words(text: str, year: int | None) -> None:
    """The short way to a number gives what the long way gives, on which a blank before it leads."""
    short, long = read_cell(text, year), read_cell(f" {text}", year)
    assert (short, short.text) == (long, long.text)
    assert isinstance(short, Quantity)

"""Rules on figures: required blanks, and computed figures that are reported all the same."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from audited import edition, findings, found, submission, told, with_data


def test_a_required_blank_is_told() -> None:
    """A blank required figure is told, one that may be blank is not."""
    assert told("figure-missing", with_data(编制数=None, 在职人员控制率=None, 备注=None)) == ["编制数: 应填而未填"]


def test_a_figure_left_out_is_blank() -> None:
    """Not to mention a figure is to leave it blank."""
    data = {name: value for name, value in submission()["data"].items() if name not in ("有基建", "在职人员控制率")}
    assert told("figure-missing", submission(data=data)) == ["有基建: 应填而未填"]


def test_a_required_column_is_told_with_its_row() -> None:
    """In a table that the unit fills, each row has its required cells."""
    rows = [{"名称": "道路"}, {"金额": 3}]
    assert told("figure-missing", with_data(专项=rows)) == ["专项第2行 名称: 应填而未填"]


@pytest.mark.parametrize(
    ("given", "told", "rows"),
    [
        (None, ["专项"], None),
        ([{"名称": "", "金额": "/"}], ["专项"], None),
        ([], [], 0),
        ([{"名称": "无"}], [], 0),
        ([{"名称": "0", "金额": 0}], [], 0),
        ([{"金额": 0}], ["专项第1行 名称"], 1),
    ],
)
def test_a_table_left_out_is_blank_and_one_that_says_none_has_no_rows(
    given: Any, told: list[str], rows: int | None
) -> None:
    """What nobody filled in is missed; 无 and a name of 0 say that there is nothing; a row of numbers may be 0."""
    by = edition(checks={"几行": {"expect": "计数(专项_金额 ≥ 0) = 9", "because": "{计数(专项_金额 ≥ 0)}"}})
    found = findings(submission(data={**submission()["data"], "专项": given}), by)
    assert [one.where for one in found if one.code == "figure-missing"] == told
    counted = [one.message for one in found if one.code == "check-failed"]
    assert counted == ([] if rows is None else [f"{rows}"])


def test_a_reported_figure_that_differs_is_told_with_its_arithmetic() -> None:
    """The report's own case: 56 of 65 is not 100%."""
    assert told("reported-differs", with_data(在职人员控制率="100%")) == [
        "在职人员控制率: 填报 `100%`，按 56人 ÷ 65人 计算为 86.15%"
    ]


@pytest.mark.parametrize(
    ("reported", "agrees"),
    [
        ("86.15%", True),
        ("86.2%", True),
        ("86%", True),
        ("86.15", True),
        ("0.86", True),  # it is right but for the sign
        ("86.14%", False),
        ("86.16%", False),
        ("86.1%", False),
        ("87%", False),
        ("≥86.15%", False),
        ("达标", False),
    ],
)
def test_a_reported_figure_agrees_as_exactly_as_it_is_written(reported: str, *, agrees: bool) -> None:
    """Half a unit of the last written digit is allowed; 56 ÷ 65 is 86.1538…%."""
    assert bool(found("reported-differs", with_data(在职人员控制率=reported))) is not agrees


@pytest.mark.parametrize(
    ("reported", "is_told"),
    [
        ("0.86", True),
        ("0.8615", True),
        ("0.9", True),
        ("86.15", True),
        ("0.85", False),
        ("0.86%", False),
        ("0", False),
    ],
)
def test_a_computed_rate_that_lacks_its_percent_sign_is_told(reported: str, *, is_told: bool) -> None:
    """0.86 is right for 86.15% but for the sign; another number is only another number."""
    said = told("rate-without-percent", with_data(在职人员控制率=reported))
    assert bool(said) is is_told
    if reported == "0.86":
        assert said == ["在职人员控制率: `0.86` 没有写百分号，按 86% 计"]


def test_a_reported_figure_in_another_unit_is_converted() -> None:
    """The last written digit counts in the unit in which it was written."""
    by = edition()
    by["data"]["支出"] = {"unit": "万元"}
    by["data"]["支出额"] = {"unit": "万元", "formula": "支出 × 1"}
    for reported, agrees in (("15,370元", True), ("1.5万元", True), ("15300元", False), ("1.6万元", False)):
        assert bool(found("reported-differs", with_data(支出="15370元", 支出额=reported), by)) is not agrees


@pytest.mark.parametrize(("reported", "agrees"), [("是", True), ("否", False)])
def test_a_computed_yes_or_no_is_compared(reported: str, *, agrees: bool) -> None:
    """A computed condition that is reported must be the same."""
    by = edition()
    by["data"]["超编"] = {"type": "yes_no", "formula": "在职人员数 < 编制数"}
    assert bool(found("reported-differs", with_data(超编=reported), by)) is not agrees


def test_a_rate_reported_on_nothing_is_told() -> None:
    """0 ÷ 0 is not 100%."""
    assert told("zero-denominator", with_data(编制数=0, 在职人员数=0, 在职人员控制率="100%")) == [
        "在职人员控制率: 填报 `100%`，而 0人 ÷ 0人 的除数为 0，没有数值；没有发生的应填不适用或空着"
    ]


@pytest.mark.parametrize("reported", [None, "不适用", "-"])
def test_a_rate_on_nothing_that_is_not_reported_is_fine(reported: str | None) -> None:
    """Blank and 不适用 are what a rate without a value should read."""
    assert not found("zero-denominator", with_data(编制数=0, 在职人员数=0, 在职人员控制率=reported))


def test_a_reported_figure_on_blanks_cannot_be_verified() -> None:
    """It is told as not verified, with the blanks behind it, and never taken for right."""
    submitted = with_data(编制数=None, 在职人员控制率="86.15%")
    assert told("reported-not-checkable", submitted) == ["在职人员控制率: 填报 `86.15%`，所需的 编制数 未填，不能核对"]
    assert not found("reported-not-checkable", submission())


def test_figures_come_in_the_order_of_the_edition() -> None:
    """Findings on figures follow the form, not the rules."""
    submitted = with_data(编制数=0, 在职人员数=0, 在职人员控制率="100%", 预算数=None, 有基建=None)
    order = [one.where for one in findings(submitted) if one.code in ("zero-denominator", "figure-missing")]
    assert order == ["在职人员控制率", "预算数", "有基建"]


@given(staff=st.integers(0, 400), posts=st.integers(1, 400), places=st.integers(0, 3))
def test_a_rate_rounded_half_up_always_agrees(staff: int, posts: int, places: int) -> None:
    """Whoever rounds properly to any number of decimals has no finding."""
    scaled = Fraction(staff, posts) * 100 * 10**places
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    reported = f"{Decimal(units).scaleb(-places):f}%"
    assert not found("reported-differs", with_data(编制数=posts, 在职人员数=staff, 在职人员控制率=reported))


@given(staff=st.integers(0, 400), posts=st.integers(1, 400), off=st.sampled_from([-1, 1]))
def test_a_whole_unit_of_the_last_digit_off_is_always_told(staff: int, posts: int, off: int) -> None:
    """Who is off by one in the second decimal is told."""
    scaled = Fraction(staff, posts) * 10_000
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator) + off
    assume(units >= 0 and abs(units - scaled) * 2 > 1)
    reported = f"{Decimal(units).scaleb(-2):f}%"
    assert found("reported-differs", with_data(编制数=posts, 在职人员数=staff, 在职人员控制率=reported))


@pytest.mark.parametrize("changes", [{"fiscal_year": 2022}, {"fiscal_year": 2025}])
def test_a_year_that_the_edition_does_not_govern_is_told(changes: dict[str, Any]) -> None:
    """An edition says for which years it holds."""
    (one,) = told("fiscal-year-outside", submission(**changes))
    assert one == f"fiscal_year: 自评表是 {changes['fiscal_year']} 年度的，指标体系 `audited@1` 适用于 2023、2024 年度"


def test_an_edition_without_years_governs_any() -> None:
    """Where no years are named, none is outside."""
    assert not found("fiscal-year-outside", submission(fiscal_year=2030), edition(fiscal_years=[]))
    assert not found("fiscal-year-outside", submission(fiscal_year=2023))


def test_another_edition_than_the_named_one_is_told() -> None:
    """Scored by another edition than the submission names, or by the one that it names, or naming none."""
    assert told("catalogue-differs", submission(catalogue="audited@2"))[0].startswith("catalogue: ")
    assert not found("catalogue-differs", submission())
    assert not found("catalogue-differs", submission(catalogue=None))


@pytest.mark.parametrize(
    ("figure", "reported", "agrees"),
    [
        ({"type": "date", "formula": "日期(2024, 12, 31)"}, "2024年12月31日", True),
        ({"type": "date", "formula": "日期(2024, 12, 31)"}, "2024年12月30日", False),
        ({"type": "date", "formula": "日期(2024, 12, 31)"}, "未完成", False),
        ({"unit": "人", "formula": "编制数 − 在职人员数"}, "9人", True),
        ({"unit": "人", "formula": "编制数 − 在职人员数"}, "=9人", True),
        ({"unit": "人", "formula": "编制数 − 在职人员数"}, "9万元", False),
        ({"unit": "人", "formula": "编制数 − 在职人员数"}, "≤9人", False),
    ],
)
def test_computed_figures_of_every_kind_are_compared(figure: dict[str, Any], reported: str, *, agrees: bool) -> None:
    """Days and numbers; another unit or a bound is another value."""
    by = edition()
    by["data"]["另算"] = figure
    assert bool(found("reported-differs", with_data(另算=reported), by)) is not agrees

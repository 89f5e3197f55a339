"""What the page for those who fill in forms says is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from audited import found, with_entry
from evalrules._quantities import Blank, Bound, Cell, Date, Interval, Quantity, read_cell

PAGE = (Path(__file__).parents[1] / "docs" / "filling-in.md").read_text("utf-8")
QUALITY = 2


def spellings() -> dict[str, list[str]]:
    """Give the spellings that the page lists, by what it says they are read as."""
    _, _, below = PAGE.partition("| 写法 | 读作 |\n|---|---|\n")
    rows = [row.strip("| ").split(" | ") for row in below.partition("\n\n")[0].splitlines()]
    return {meaning: re.findall(r"`([^`]+)`", spelt) for spelt, meaning in rows}


def said(cell: Cell) -> str:
    """Say what a cell is as the page does."""
    match cell:
        case Blank():
            return "没有填"
        case Bound("≥", Quantity(number, "%")):
            return f"不低于 {number * 100}%"
        case Bound("≤", Quantity(number, unit)):
            return f"不超过 {number} {unit}"
        case Quantity(number, unit) if number.denominator > 1:
            return f"{float(number)} {unit}"
        case Quantity(number, unit):
            return f"{number} {unit}"
        case Interval(low, high, "%"):
            return f"{low * 100}% 到 {high * 100}% 之间"
        case Date(day):
            return f"{day.year} 年 {day.month} 月 {day.day} 日{'以前' if cell.text.endswith('前') else ''}"
    return cell.text


@pytest.mark.parametrize("meaning", spellings())
def test_spellings_are_read_as_the_page_says(meaning: str) -> None:
    """Each spelling of a row is the same."""
    assert {said(read_cell(text, 2024)) for text in spellings()[meaning]} == {meaning}


@pytest.mark.parametrize(
    ("cells", "code", "words"),
    [
        ({"actual": "≥98%", "target": "≥98%"}, "actual-is-bound", "完成值写实际数"),
        ({"target": "合格率≥90%", "actual": "合格率95%"}, "number-in-words", "数不要夹在话里"),
        ({"actual": "90%", "deviation_reason": "已完成"}, "deviation-reason-missing", "“已完成”"),
        ({"target": "优", "actual": "基本完成", "claimed_score": 30}, "tier-differs", "基本完成"),
    ],
)
def test_what_the_page_warns_of_is_told(cells: dict[str, str], code: str, words: str) -> None:
    """The advice and the finding speak of the same."""
    assert words in PAGE
    assert found(code, with_entry(QUALITY, **cells))

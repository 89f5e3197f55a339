"""Valid documents that are spoilt, a few of each kind; ``make fuzz`` goes on with them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import evalrules
from spoiling import TARGETS, at_each_place, dumped, once, tree_of

SEEDS = 4_000 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 25
FOUND = {
    "editions": [1789296771, 2480833840, 3242939510, 2481649348, 2638913444],
    "submissions": [642901973, 1701503938, 2534533345, 3363583693],
    "contributions": [1467487722],
    "arguments": [1681604233, 1272200457],
    "results": [1207867252],
}
"""Seeds that once led to a traceback."""


@pytest.mark.parametrize("name", TARGETS)
def test_spoilt_documents_are_told_and_nothing_else(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every door answers with problems or results: no traceback, no status beyond 3, nothing hidden on the terminal."""
    monkeypatch.setenv("EVALRULES_LANG", "zh")
    for seed in (*range(SEEDS), *FOUND.get(name, [])):
        once(name, seed, tmp_path / name)


HOLLOW: list[Any] = [
    None, "", [], {}, "0", "-1", "①", "甲", "<=", "{0}", "9" * 40, ["甲"], [None], {"甲": None}, ...,
]  # fmt: skip
"""What is put where something else belongs; ``...`` takes the place itself away."""
EDITION = Path(__file__).parent / "mutated/county-form/1.yaml"


@pytest.mark.parametrize("turn", [pytest.param(turn, marks=pytest.mark.slow) for turn in range(1, len(HOLLOW))] + [0])
def test_an_edition_hollow_at_any_place_is_checked_to_its_end(turn: int) -> None:
    """Each place of an edition in turn, each time with another odd value; what still loads is explained and scored."""
    loaded = 0
    for number, (place, put) in enumerate(at_each_place(tree_of(EDITION))):
        text = dumped(put(HOLLOW[(number + turn) % len(HOLLOW)])).decode()
        problems = evalrules.check(text)
        try:
            catalogue = evalrules.load_catalogue(text, plugins=())
        except evalrules.CatalogueError:
            assert any(each.severity == "error" for each in problems), place
            continue
        loaded += 1
        evalrules.explain(catalogue)
        blank = evalrules.load_submission({"catalogue": "county-form@1", "organisation": "甲", "fiscal_year": 2024})
        assert evalrules.evaluate(catalogue, blank).to_dict()["score"] is None, place
    assert loaded


# What stands twice, and not the same, is one of two things: nobody says which.


TWICE = """\
evalrules: 1
id: twice
edition: "1"
title: 示例
points: 100
grades: {优: 总分 ≥ 80, 差: otherwise}
data:
  数: {required: false}
  格: {type: grid, columns: [上年, 本年], rows: [甲, 乙]}
  表: {type: table, columns: {名: {type: text}, 钱: {unit: 万元}}}
sections:
  一: {points: 10, value: 数, target: ≥ 5, scoring: 按数}
  二: {points: 10, value: 甲_本年, target: ≥ 5, scoring: 按数}
  三: {points: 10, value: 合计(表_钱), unit: 万元, target: ≥ 5万元, scoring: 按数}
  四: {points: 20, target: ≥ 5, scoring: 按数}
  五: {points: 10, scoring: {checklist: {甲: 5, 乙: 5}}}
  六: {points: 10, scoring: {judged: {好: 80% – 100%, 差: 0% – 80%}}}
  七: {points: 10, target: ≥ 5, scoring: 按数, otherwise: full_marks}
  八: {points: 20, open: true}
defaults: {bare_target: "≥", scoring: {"≥": 按数, ">": 按数, "≤": 按数, "<": 按数, "=": 按数, date: 评, text: 评}}
methods:
  按数:
    award: [{when: 完成值 ≥ 指标值, points: 分值}, {points: 0, because: "完成值 {完成值}"}]
  评: {judged: {好: 80% – 100%, 差: 0% – 80%}}
"""
FORM: dict[str, Any] = {
    "organisation": "某局",
    "fiscal_year": "2024",
    "data": {"数": "5", "格": {"甲": {"上年": "5", "本年": "5"}}, "表": [{"名": "子", "钱": "5"}]},
    "entries": [
        {"indicator": "四", "actual": "5", "adjust": {"points": "-1", "because": "复核"}, "claimed_score": "9"},
        {"indicator": "五", "answers": {"甲": "是", "乙": {"points": "5", "because": "子"}}},
        {"indicator": "六", "judged": {"tier": "好", "score": "9", "because": "子"}},
        {"indicator": "七", "not_applicable": "没有"},
        {"section": "八", "indicator": "子", "points": "20", "actual": "5",
         "target": {"operator": "≥", "value": "5", "unit": "个"}},
    ],
    "claimed": {"score": "9", "sections": {"八": "9"}},
}  # fmt: skip
OTHER = {
    "5": "4",
    "9": "8",
    "20": "10",
    "是": "否",
    "好": "差",
    "≥": "≤",
    "-1": "-2",
    "没有": "-",
    "八": "一",
    "个": "人",
}


def _pairs(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the path of every key in a form."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if isinstance(value, dict):
            yield (*path, key)
        yield from _pairs(inner, (*path, key))


def _changed(value: Any) -> Any:
    """Give a value that says otherwise: each cell in it is another."""
    if isinstance(value, dict):
        return {key: _changed(inner) for key, inner in value.items()}
    return [*map(_changed, value)] if isinstance(value, list) else OTHER.get(value, f"{value}子")


def _written(value: Any, twice: tuple[Any, ...] = (), put: str = "both") -> str:
    """Write a form as YAML in which the key at a path stands twice, or once with the ``first`` or ``second`` value."""
    if not isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    parts = []
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        name = f"{json.dumps(key, ensure_ascii=False)}: " if isinstance(value, dict) else ""
        if twice == (key,):
            values = {"both": [inner, _changed(inner)], "first": [inner], "second": [_changed(inner)]}[put]
            parts += [name + _written(each) for each in values]
        else:
            parts.append(name + _written(inner, twice[1:] if twice[:1] == (key,) else (), put))
    return f"{{{', '.join(parts)}}}" if isinstance(value, dict) else f"[{', '.join(parts)}]"


@pytest.mark.parametrize("path", [path for path in _pairs(FORM) if path[0] not in ("organisation", "fiscal_year")])
def test_no_score_rests_on_one_of_two_values(path: tuple[Any, ...]) -> None:
    """A key that stands twice is told; a row has a score only where both values give it the same."""
    catalogue = evalrules.load_catalogue(TWICE, plugins=())
    both, first, second = (
        evalrules.evaluate(catalogue, evalrules.load_submission(_written(FORM, path, put) + "\n"))
        for put in ("both", "first", "second")
    )
    assert [each.code for each in both.problems if each.code == "key-duplicate"]
    alone = [{row.path: row.score for row in result.indicators} for result in (first, second)]
    for row in both.indicators:
        assert row.score is None or [each.get(row.path) for each in alone] == [row.score] * 2, row.path

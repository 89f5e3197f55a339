"""The figures of a submission bound together come to the same as each of them read by itself."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import evalrules
from evalrules._engine import LoadedCatalogue, load_catalogue, load_submission
from evalrules._problems import Problem
from evalrules._score.cells import Misfit
from evalrules._score.figures import bind_figures, figure_value
from evalrules._submission import Submission

DECLARED: dict[str, dict[str, object]] = {
    "收入": {"unit": "万元", "min": 0},
    "编制": {"unit": "人", "above": 0, "integer": True},
    "增减": {"unit": "万元"},
    "比率": {"unit": "%", "min": 0, "max": "100%"},
    "支出": {"unit": "万元", "above": 0},
    "次数": {"min": 0},
    "盈亏": {"formula": "收入 − 支出", "unit": "万元"},
    "亏损": {"unit": "万元", "below": 0},
    "是否公开": {"type": "yes_no"},
    "公开日期": {"type": "date"},
    "等次": {"type": "choice", "choices": ["甲", "乙"]},
}
CELLS = st.one_of(
    st.sampled_from(["", "-", "是", "甲", "2024-12-31", "≥5", "3万", "-0", "1.5人", "100%", "100.01%"]),
    st.builds("{}{}".format, st.integers(-3, 3), st.sampled_from(["", "万元", "元", "人", "%", "次", "公里"])),
)
NAMES = st.sampled_from([*DECLARED, "没有的"])


def sample(declared: dict[str, dict[str, object]], value: str) -> LoadedCatalogue:
    """Load an edition that declares these figures."""
    row = {"points": 10, "value": value, "target": "≥ 1", "scoring": {"award": [{"points": 10}]}}
    head = {"evalrules": 1, "id": "sample", "edition": "1", "title": "示例", "points": 10}
    return load_catalogue({**head, "data": declared, "sections": {"指标": row}})


def submitted(cells: dict[str, str]) -> Submission:
    """Read a submission of these figures."""
    return load_submission({"catalogue": "sample@1", "organisation": "甲", "fiscal_year": 2024, "data": cells})


@pytest.fixture(scope="module")
def catalogue() -> LoadedCatalogue:
    """Load an edition that declares figures of every type and range."""
    return sample(DECLARED, "收入 ÷ 支出")


def one_by_one(catalogue: LoadedCatalogue, submission: Submission) -> tuple[dict[str, Any], list[str]]:
    """Read each figure by itself: the values, and the codes of the misfits in the edition's order."""
    values: dict[str, Any] = {}
    codes: list[str] = []
    for name, figure in catalogue.data.items():
        given_in = submission.data.get(name)
        values[name] = None
        if figure.formula is not None or given_in is None:
            continue
        try:
            values[name] = figure_value(figure, given_in.cell)
        except Misfit as misfit:
            codes.append(misfit.code)
    unknown = ["figure-unknown"] * len(submission.data.keys() - catalogue.data.keys())
    return values, [*codes, *unknown]


@given(cells=st.dictionaries(NAMES, CELLS))
def test_figures_bound_together_are_those_read_one_by_one(catalogue: LoadedCatalogue, cells: dict[str, str]) -> None:
    """Units, signs, ranges, blanks, dates and unknown names: the same values, and the same misfits in one order."""
    submission = submitted(cells)
    problems: list[Problem] = []
    unread: dict[str, Problem] = {}
    bound = bind_figures(catalogue.ruleset, submission, problems, unread)
    values, codes = one_by_one(catalogue, submission)
    assert {name: bound[slot] for name, slot in catalogue.ruleset.slots.items() if name in values} == values
    assert [found.code for found in problems] == codes
    assert [found.code for found in unread.values()] == [code for code in codes if code != "figure-unknown"]


def test_a_figure_that_the_edition_computes_is_not_taken_from_a_submission(catalogue: LoadedCatalogue) -> None:
    """It is worked out from the others, whatever was submitted for it."""
    submission = submitted({"收入": "5", "支出": "2", "盈亏": "99"})
    bound = bind_figures(catalogue.ruleset, submission, [], {})
    assert bound[catalogue.ruleset.slots["盈亏"]] is None


@pytest.mark.parametrize("count", [1, 2, 5])
def test_figures_that_are_all_numbers_are_bound_in_their_slots(count: int) -> None:
    """Where all that is asked for is there, and nothing else, in whatever order it was written."""
    given_in: dict[str, dict[str, object]] = {f"数{number}": {"min": 0} for number in range(count)}
    catalogue = sample({"总和": {"formula": " + ".join(given_in)}, **given_in}, "总和")
    submission = submitted({f"数{number}": str(number) for number in reversed(range(count))})
    assert bind_figures(catalogue.ruleset, submission, [], {})[: count + 1] == [
        *((number, 1) for number in range(count)),
        None,
    ]


def test_names_of_figures_may_be_any_kind_of_text() -> None:
    """Others' mappings have keys that are only a kind of text, as those of enumerations are."""

    class Names(str, Enum):  # noqa: UP042 - what older code has
        COUNT = "数"

    catalogue = sample({Names.COUNT: {"min": 0}}, "数")
    submission = submitted({Names.COUNT: "3"})
    assert bind_figures(catalogue.ruleset, submission, [], {})[0] == (3, 1)
    again = evolve(submission, data={Names.COUNT: submission.data["数"]})
    assert bind_figures(catalogue.ruleset, again, [], {})[0] == (3, 1)


@pytest.mark.parametrize(
    ("required", "missing"),
    [
        ("true", ["合 上年", "合 本年", "子 上年", "子 本年"]),
        ("false", []),
        ("[]", []),
        ("[合]", ["合 上年", "合 本年"]),
        ("[子, 合]", ["合 上年", "合 本年", "子 上年", "子 本年"]),
    ],
)
def test_a_grid_says_which_rows_have_to_be_filled(required: str, missing: list[str]) -> None:
    """All, none, or those that are listed; a blank in any other row is not missed."""
    text = f"""evalrules: 1
id: a
edition: "1"
title: 示例
points: 10
data:
  其他: {{required: false}}
  格: {{type: grid, columns: [上年, 本年], rows: [合, 子], required: {required}}}
sections: {{甲: {{points: 10, scoring: {{award: [{{when: 其他 ≥ 1, points: 分值}}, {{points: 0, because: 无}}]}}}}}}
"""
    result = evalrules.evaluate(
        evalrules.load_catalogue(text, plugins=()),
        evalrules.load_submission({"organisation": "某局", "fiscal_year": 2024, "data": {"其他": 1}}),
    )
    found = [each.where for each in result.findings if each.code == "figure-missing"]
    blocks = [dict(each.arguments)["figures"] for each in result.findings if each.code == "block-blank"]
    assert (found or [name for each in blocks for name in each.split("、")]) == missing


LAST = "{points: 0, because: 无}"


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("value: 可空, target: ≥ 1, scoring: 达标", True),
        ("value: 由它算, target: ≥ 1, scoring: 达标", True),
        ("value: 合计(表_可空), target: ≥ 1, scoring: 达标", True),
        ("value: 要填, target: 可空, scoring: 达标", True),
        (f"scoring: {{award: [{{when: 可空 > 1, points: 分值}}, {LAST}]}}", True),
        ("scoring: {deduct: [{when: 要填 > 1, points: 1, because: x}, {when: 可空 > 1, points: 9, because: y}]}", True),
        (f"scoring: {{let: {{它: 可空 + 1}}, award: [{{when: 它 > 1, points: 分值}}, {LAST}]}}", True),
        ("value: 要填, target: ≥ 1, scoring: 达标", False),
        ("value: '若(要填 > 1, 可空, 2)', target: ≥ 1, scoring: 达标", False),
        (f"scoring: {{award: [{{when: 要填 > 1 且 可空 > 1, points: 分值}}, {LAST}]}}", False),
        (f"scoring: {{award: [{{when: 要填 > 1, points: 分值}}, {LAST[:-1]}, when: 可空 > 1}}, {LAST}]}}", False),
        (f"scoring: {{award: [{{when: 未填(可空) 或 可空 > 1, points: 分值}}, {LAST}]}}", False),
        ("applies: 要填 > 1, otherwise: full_marks, value: 可空, target: ≥ 1, scoring: 达标", False),
    ],
)  # fmt: skip
def test_what_a_score_needs_is_not_left_to_choice(rule: str, told: bool) -> None:  # noqa: FBT001
    """An optional figure that is read in any case is warned of, however far behind names it is read."""
    text = f"""evalrules: 1
id: a
edition: "1"
title: 示例
points: 10
data:
  可空: {{required: false}}
  要填: {{min: 0}}
  由它算: {{formula: 可空 × 2}}
  表: {{type: table, columns: {{可空: {{required: false}}}}}}
methods: {{达标: {{award: [{{when: 完成值 ≥ 指标值, points: 分值}}, {LAST}]}}}}
sections:
  甲: {{points: 10, {rule}}}
"""
    problems = evalrules.check(text)
    assert [each.code for each in problems] == ["optional-figure-read"] * told

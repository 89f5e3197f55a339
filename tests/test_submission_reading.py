from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalrules._documents import Problems, document_from
from evalrules._problems import SubmissionError
from evalrules._quantities import Blank, Bound, Date, Quantity, Text
from evalrules._submission import Adjustment, Answer, Claimed, Judgement, Submission
from evalrules._submission_reading import digest, read_submission, submission_from

HEAD = "organisation: 县政府办\nfiscal_year: 2024\n"


def entry(text: str) -> Any:
    """Read a submission whose only entry is this flow mapping's inside."""
    (only,) = read_submission(f"{HEAD}entries:\n  - {{indicator: 满意度, {text}}}\n").entries
    return only


def problems_of(source: Any) -> list[tuple[str, str]]:
    """Give code and place of every problem of a submission."""
    return [(found.code, str(found.location)) for found in read_submission(source, name="a.yaml").problems]


def test_a_whole_submission_is_read() -> None:
    """Figures, a grid, a table, an entry with all its cells and the claims, each as its value."""
    read = read_submission(
        """
catalogue: suining-department@2024
organisation: 绥宁县人民政府办公室
fiscal_year: 2024
data:
  编制数: 65
  经费: {三公经费: {上年决算数: 14.76, 本年预算数: }, 出国经费: {}}
  专项资金: [{名称: 竹笋加工, 预算数: 10万元}, {名称: 楠竹}]
entries:
  - section: 产出指标/质量指标
    indicator: 验收合格率
    points: 10
    target: ≥98%
    actual: 95%
    claimed_score: 8.5
    judged: {tier: 达成年度指标, score: 13, because: 好}
    adjust: {points: -0.5, because: 复核发现列支口径不符}
    deviation_reason: 雨季延误
    improvement: 提前开工
    evidence: [验收单, 照片]
    note: 见附件
claimed: {score: 93.0, grade: 优, sections: {产出指标: 47}}
"""
    )
    assert (read.catalogue, read.organisation, read.fiscal_year) == (
        "suining-department@2024",
        "绥宁县人民政府办公室",
        2024,
    )
    assert read.data["编制数"].cell == Quantity(Fraction(65))
    assert read.data["三公经费_上年决算数"].cell == Quantity(Fraction("14.76"))
    assert isinstance(read.data["三公经费_本年预算数"].cell, Blank)
    assert [{name: cell.cell.text for name, cell in row.items()} for row in read.tables["专项资金"]] == [
        {"名称": "竹笋加工", "预算数": "10万元"},
        {"名称": "楠竹"},
    ]
    (row,) = read.entries
    assert (row.section, row.indicator, row.where) == ("产出指标/质量指标", "验收合格率", "质量指标第1行 验收合格率")
    assert (row.points, row.claimed_score) == (Fraction(10), Fraction("8.5"))
    assert isinstance(row.target, Bound)
    assert row.actual == Quantity(Fraction(95, 100), "%")
    assert row.judged == Judgement("达成年度指标", Fraction(13), "好")
    assert row.adjust == Adjustment(Fraction(-1, 2), "复核发现列支口径不符")
    assert (row.deviation_reason, row.improvement, row.note) == ("雨季延误", "提前开工", "见附件")
    assert row.evidence == ("验收单", "照片")
    assert read.claimed == Claimed(Decimal("93.0"), "优", sections={"产出指标": Fraction(47)})
    assert str(read.claimed.score) == "93.0"


def test_every_cell_has_its_place() -> None:
    """A finding about a cell can point at it."""
    read = read_submission(
        f"{HEAD}data:\n  编制数: 65\nentries:\n  - indicator: 满意度\n    actual: 95%\n", name="a.yaml"
    )
    assert str(read.data["编制数"].location) == "a.yaml:4:8"
    assert str(read.entries[0].places["actual"]) == "a.yaml:7:13"
    assert str(read.entries[0].location) == "a.yaml:6:5"


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    """One wrong cell hides no other, and each problem has line and column."""
    found = problems_of(
        f"{HEAD}data:\n  编制数: 1_000\nentries:\n  - {{indicator: 甲, poinst: 3}}\n  - {{points: 十}}\n"
        "claimed: {score: 九}\n"
    )
    assert found == [
        ("cell-number", "a.yaml:4:8"),
        ("unknown-key", "a.yaml:6:20"),
        ("expected-number", "a.yaml:7:14"),
        ("expected-number", "a.yaml:8:18"),
    ]


def test_problems_of_a_mapping_have_paths_and_the_language_asked_for() -> None:
    """Without lines, the path names the cell; what cannot be read at all is told in the language asked for."""
    source = {"organisation": "a", "fiscal_year": 2024, "entries": [{"indicator": "甲", "actual": "7.50."}]}
    assert problems_of(source) == [("cell-number", "a.yaml: entries[0].actual")]
    assert "not a number that can be read" in read_submission(source).problems[0].in_language("en").message
    with pytest.raises(SubmissionError, match="there is no file"):
        read_submission("none.yaml", lang="en")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("actual: [95%]", "cell-not-single"),
        ("actual: {a: 1}", "cell-not-single"),
        ("target: {a: 1}", "unknown-key"),
        ("judged: 好", "expected-mapping"),
        ("judged: {teir: 好}", "unknown-key"),
        ("adjust: {points: 1}", "missing-key"),
        ("answers: [是]", "expected-mapping"),
        ("answers: {制度: 有}", "answer-not-readable"),
        ("answers: {制度: 1}", "answer-not-readable"),
        ("answers: {制度: {because: 无}}", "missing-key"),
        ("points: [1]", "expected-text"),
        ("claimed_score: 八分", "expected-number"),
        ("deviation: 甲, improvement: 乙", "deviation-twice"),
    ],
)
def test_a_wrong_shape_of_an_entry_is_a_problem(text: str, code: str) -> None:
    """What does not belong in a cell is told by its code."""
    assert code in [found for found, _ in problems_of(f"{HEAD}entries:\n  - {{indicator: 满意度, {text}}}\n")]


def test_points_may_be_written_with_their_unit() -> None:
    """People write 7分 where points belong; the decimals of a claimed total are kept, and 分值 is no number."""
    entry = "{indicator: 满意度, points: 10分, claimed_score: 7.5 分, adjust: {points: -1分, because: 甲}}"
    read = read_submission(f"{HEAD}entries:\n  - {entry}\nclaimed: {{score: 93.0分, sections: {{产出: 40分}}}}\n")
    (row,) = read.entries
    assert (row.points, row.claimed_score) == (Fraction(10), Fraction(15, 2))
    assert row.adjust is not None
    assert row.adjust.points == -1
    assert (str(read.claimed.score), read.claimed.sections) == ("93.0", {"产出": Fraction(40)})
    assert [code for code, _ in problems_of(f"{HEAD}claimed: {{score: 满分}}\n")] == ["expected-number"]


def test_points_may_be_weights_of_a_hundred() -> None:
    """Forms with a column 权重 write 15% where others write 15; a claim is never a share."""
    read = read_submission(
        f"{HEAD}entries: [{{indicator: 满意度, points: １５％, claimed_score: 14}}]\nclaimed: {{points: 100%}}\n"
    )
    assert (read.entries[0].points, read.claimed.points) == (Fraction(15), Fraction(100))
    body = f"{HEAD}entries: [{{indicator: 满意度, claimed_score: 15%}}]\n"
    assert [code for code, _ in problems_of(body)] == ["expected-number"]
    long = f"{HEAD}entries: [{{indicator: 满意度, points: {'9' * 40}%}}]\n"
    assert [code for code, _ in problems_of(long)] == ["expected-number"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("１０．５ 分", 10.5), ("7（分）", 7), ("7分。", 7), ("10²", None), ("①", None), ("⑩分", None), ("1½", None)],
)
def test_only_digits_are_points(text: str, number: float | None) -> None:
    """Digits of either width; a raised or circled digit is neither a digit nor a number."""
    body = f"{HEAD}entries: [{{indicator: 满意度, claimed_score: {text}}}]\nclaimed: {{sections: {{产出: {text}}}}}\n"
    read = read_submission(body)
    assert (read.entries[0].claimed_score, read.claimed.sections.get("产出")) == (number, number)
    assert [code for code, _ in problems_of(body)] == ["expected-number"] * 2 * (number is None)


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("entries: [{indicator: 甲, tier: 良}]", "`judged: {tier: …}`"),
        ("grade: 优", "`claimed: {grade: …}`"),
        ("target: 95%", "`entries`，指标的一行"),
        ("evalrules: 1", "指标体系的一个版本"),
    ],
)
def test_a_key_that_belongs_elsewhere_is_told_with_its_place(text: str, home: str) -> None:
    """Whoever writes a key in the wrong object is told in which one it belongs."""
    found = read_submission(f"{HEAD}{text}\n").problems
    assert [(told.code, told.hint) for told in found] == [("key-misplaced", f"它写在：{home}")]


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("entries: [{indicator: 甲, 分值: 1}]", "unknown-key", "是否应为 `points`"),
        ("entries: [{indicator: 甲, 完成值: 1}]", "unknown-key", "是否应为 `actual`"),
        ("entries: [{indicator: 甲, judged: 良}]", "expected-mapping", "写作 `{tier: …, score: …, because: …}`"),
        ("entries: [甲]", "expected-mapping", "写作 `{section: …, indicator: …, points: …}`"),
        ("claimed: 93分", "expected-mapping", "写作 `{score: …, grade: …, points: …}`"),
        ("data: {经费: {三公: 5}}", "expected-mapping", "写作 `{列: 数}`"),
    ],
)
def test_how_it_is_written_is_told(text: str, code: str, hint: str) -> None:
    """A key under its Chinese name, or a bare value where several belong, is answered with what to write."""
    found = read_submission(f"{HEAD}{text}\n").problems
    assert [(told.code, told.hint) for told in found] == [(code, hint)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("evalrules: 1\nid: a\nsections: {}\n", "指标体系的一个版本"),
        ("evalrules: 1\ncontributes_to: a@1\nindicators: {}\n", "部门自设的指标"),
        ("engine: {}\nindicators: []\norganisation: 甲\nfiscal_year: 2024\n", "评价结果"),
    ],
)
def test_a_document_of_another_kind_is_told_as_a_whole(text: str, found: str) -> None:
    """Whoever gives the wrong file is told which one it is, not that every key of it is wrong."""
    with pytest.raises(SubmissionError) as refused:
        read_submission(text)
    assert [problem.message for problem in refused.value.problems] == [f"这是{found}，不是一份自评表"]


def test_the_outer_shape_is_held() -> None:
    """Organisation and year are needed, the year is a year, and the lists are lists."""
    read = read_submission("data: 1\nentries: 1\nclaimed: 1\nfiscal_year: 24\n")
    assert [(found.code, found.path) for found in read.problems] == [
        ("missing-key", ""),
        ("expected-mapping", "data"),
        ("expected-list", "entries"),
        ("expected-mapping", "claimed"),
        ("number-out-of-range", "fiscal_year"),
    ]
    assert (read.organisation, read.fiscal_year) == ("", None)
    assert problems_of(f"{HEAD}entries:\n  -\n  - 满意度\n") == [("expected-mapping", "a.yaml:5:5")]


def test_checklist_answers_are_yes_no_or_points() -> None:
    """是, 否 and truth values answer; points come with their reason; nothing is no answer."""
    assert entry("answers: {甲: 是, 乙: false, 丙: , 丁: {points: 0.5, because: 未修订}}").answers == (
        Answer("甲", yes=True),
        Answer("乙", yes=False),
        Answer("丁", points=Fraction(1, 2), because="未修订"),
    )


def test_one_cell_for_deviation_fills_both() -> None:
    """Forms with one cell for reason and improvement lose neither."""
    row = entry("deviation: 人手不足，已招聘")
    assert (row.deviation_reason, row.improvement) == ("人手不足，已招聘", "人手不足，已招聘")


@pytest.mark.parametrize("blank", ["", "'-'", "/", "—", "~", "''"])
def test_blank_cells_of_every_kind_are_none(blank: str) -> None:
    """A dash where a number or reason belongs is nothing, neither zero nor a reason."""
    keys = ("points", "actual", "claimed_score", "deviation_reason", "note")
    row = entry(f"target: 95%, {', '.join(f'{key}: {blank}' for key in keys)}")
    assert (row.points, row.claimed_score, row.deviation_reason, row.note) == (None, None, None, None)
    assert isinstance(row.actual, Blank)


def test_a_deadline_takes_the_fiscal_year() -> None:
    """``12月底前`` in a form of 2024 is the end of 2024."""
    assert entry("target: 12月底前").target == Date(datetime.date(2024, 12, 31))


def test_names_of_figures_are_normalised_and_unique() -> None:
    """A full-width letter is the same name; a grid cell that repeats a figure is told."""
    assert "A编制数" in read_submission(f"{HEAD}data: {{Ａ编制数: 1}}\n").data
    found = problems_of(f"{HEAD}data:\n  三公_决算: 1\n  经费: {{三公: {{决算: 2}}}}\n  三公: [{{a: 1}}]\n  三公 : 1\n")
    assert [code for code, _ in found] == ["figure-twice", "key-duplicate"]


def test_a_file_and_a_mapping_are_read_alike(tmp_path: Path) -> None:
    """The same content gives an equal submission with the same digest, from a file, a text or Python values."""
    text = f"{HEAD}data: {{编制数: 65, 合规: true}}\nentries: [{{indicator: 满意度, actual: 95%, points: 10.5}}]\n"
    path = tmp_path / "a.yaml"
    path.write_text(text, "utf-8")
    mapping = {
        "organisation": "县政府办",
        "fiscal_year": 2024,
        "data": {"编制数": 65, "合规": True},
        "entries": [{"indicator": "满意度", "actual": "95%", "points": Decimal("10.5")}],
    }
    from_file, from_path = read_submission(str(path)), read_submission(path)
    assert from_file == from_path == read_submission(text) == read_submission(mapping)
    with pytest.raises(SubmissionError) as refused:
        read_submission(tmp_path / "none.yaml", name="a.yaml")
    assert [(found.code, str(found.location)) for found in refused.value.problems] == [("file-missing", "a.yaml")]


def test_the_digest_is_that_of_what_was_read() -> None:
    """It is worked out when it is asked for: what is done to the mapping meanwhile is not in it."""
    given = {"organisation": "县政府办", "fiscal_year": 2024, "data": {"编制数": "65"}}
    first, second = read_submission(given), read_submission(given)
    given["data"] = {"编制数": "66"}
    assert first == second
    assert first.digest == second.digest != read_submission(given).digest
    assert first != read_submission(given)


def test_the_digest_names_the_content_only() -> None:
    """Comments, quotes, key order and blank keys change nothing; a value, or the order of entries, does."""
    first = read_submission(f"{HEAD}data: {{a: 1, b: 2}}\nentries: [{{indicator: 甲}}, {{indicator: 乙}}]\n").digest
    same = (
        "fiscal_year: '2024'\norganisation: 县政府办 # 注\ndata:\n  b: 2\n  a: 1\n  c:\n"
        "entries:\n  - indicator: 甲\n  - indicator: 乙\n"
    )
    assert read_submission(same).digest == first
    assert read_submission(f"{same}expect: {{score: 1}}\n").digest == first
    assert read_submission(same.replace("a: 1", "a: 3")).digest != first
    assert read_submission(same.replace("甲", "丙")).digest != first
    swapped = same.replace("甲", "丁").replace("乙", "甲").replace("丁", "乙")
    assert read_submission(swapped).digest != first
    assert first.startswith("sha256:")


TEXTS = st.text("中a1.%≥-/ ", max_size=6)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
KEYS = ["indicator", "points", "actual", "judged", "answers", "evidence", "adjust", "deviation"]
ENTRIES = st.lists(st.dictionaries(st.sampled_from(KEYS), ANYTHING) | ANYTHING, max_size=3) | ANYTHING
SUBMISSIONS = st.fixed_dictionaries(
    {},
    optional={
        "organisation": ANYTHING,
        "fiscal_year": st.just(2024) | ANYTHING,
        "data": ANYTHING,
        "entries": ENTRIES,
        "claimed": ANYTHING,
    },
)


@given(SUBMISSIONS)
def test_any_mapping_is_a_submission_or_problems(source: dict[str, object]) -> None:
    """Whatever a caller hands in, what is wrong with it is told with its place, and the rest is read."""
    problems = Problems()
    read = submission_from(document_from(source, problems), problems)
    assert isinstance(read, Submission)
    assert problems or (read.organisation and read.fiscal_year)
    assert all(found.location and str(found.location).startswith("(mapping)") for found in problems)


@given(st.permutations(["编制数", "在职人员数", "执行数"]), st.booleans())
def test_the_order_of_keys_is_layout(names: list[str], blank: bool) -> None:  # noqa: FBT001 -- drawn, not passed
    """The same figures in any order are the same content."""
    problems = Problems()
    values: dict[str, object] = {name: len(name) for name in names}
    if blank:
        values["空"] = None
    document = document_from({"data": values}, problems)
    plain = document_from({"data": {"编制数": 3, "在职人员数": 5, "执行数": 3}}, problems)
    assert document is not None
    assert plain is not None
    assert digest(document) == digest(plain)


def test_no_document_is_no_submission() -> None:
    """A document that could not be read at all has been reported where it was read."""
    problems = Problems()
    assert submission_from(None, problems) is None
    assert not problems


def test_words_are_kept_as_written() -> None:
    """A qualitative actual is shown as it was written."""
    assert entry("actual: 有利于城市生态、韧性发展").actual == Text("有利于城市生态、韧性发展")


@pytest.mark.parametrize("text", ["2024", "2024年", "2024年度", "2024 年度", "２０２４", "二〇二四年"])
def test_year_is_read_as_people_write_it(text: str) -> None:
    """With its word or without; what is none is told."""
    assert read_submission(f"organisation: 县政府办\nfiscal_year: {text}\n").fiscal_year == 2024
    for other in ("24年", "2024-2025", "202年度", "1024年"):
        read = read_submission(f"organisation: 县政府办\nfiscal_year: {other}\n")
        assert (read.fiscal_year, [found.path for found in read.problems]) == (None, ["fiscal_year"])

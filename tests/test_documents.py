from __future__ import annotations

import datetime
import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from evalrules._documents import (
    Mapping,
    Node,
    Problems,
    Scalar,
    Sequence,
    as_bool,
    as_choice,
    as_decimal,
    as_int,
    as_list,
    as_mapping,
    as_text,
    as_texts,
    document_from,
    fields,
    read_document,
    read_file,
    write_document,
)
from evalrules._problems import render_problem


def read(text: str) -> tuple[Mapping | None, list[str]]:
    """Read a text; give its mapping and the codes of its problems."""
    problems = Problems()
    return read_document(text, "a.yaml", problems), [found.code for found in problems]


def codes(text: str) -> list[str]:
    """Give the codes of the text's problems."""
    return read(text)[1]


def scalar(text: str) -> Scalar:
    """Give the value written so after a key."""
    document, found = read(f"a: {text}")
    assert document is not None
    assert not found
    node = document.get("a")
    assert isinstance(node, Scalar)
    return node


# ---- attack inputs: YAML -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: !!python/object/apply:os.system [id]", "yaml-tag"),
        ("a: !!python/name:os.system x", "yaml-tag"),
        ("%TAG ! tag:yaml.org,2002:python/\n---\na: !name:os.system x", "yaml-directive"),
        ("a: !indicator {b: 1}", "yaml-tag"),
        ("a: !!set {b, c}", "yaml-tag"),
        ("a: !!omap [b: 1]", "yaml-tag"),
        ("a: !!binary aGk=", "yaml-tag"),
        ('a: !!int ""', "yaml-tag"),
        ("a: !!bool maybe", "yaml-tag"),
        ("a: !!timestamp x", "yaml-tag"),
        ("a: ! x", "yaml-tag"),
        ("weight: 10\nweight: 90", "key-duplicate"),
        ("a: &a [*a]", "yaml-anchor"),
        ("<<: {b: 1}", "yaml-merge"),
        ("1: a", "key-not-text"),
        ("true: a", "key-not-text"),
        ("1.0: a", "key-not-text"),
        ("~: a", "key-not-text"),
        ("? [1, 2]\n: a", "key-not-text"),
        (": a", "key-empty"),
        ("a: \0", "forbidden-character"),
        ("a: \u202eb", "forbidden-character"),
        ("验收\u200b率: 1", "forbidden-character"),
        ("a: \ud800", "forbidden-character"),
        ('a: "\\u202e"', "forbidden-character"),
        ('a: "\\0"', "forbidden-character"),
        ("a: 1\n---\nb: 1", "yaml-several-documents"),
        ("", "document-empty"),
        ("# 空\n", "document-empty"),
        ("- a", "document-not-mapping"),
        ("text", "document-not-mapping"),
    ],
)
def test_what_no_document_may_hold_is_refused(text: str, code: str) -> None:
    """Tags, anchors, merge keys, keys that are no text, hidden characters and wrong outer shapes have their code."""
    assert code in codes(text)


@pytest.mark.parametrize("text", ["[" * 50_000 + "]" * 50_000, "{a: " * 50_000, "- " * 100_000, "a:\n" + "- " * 30])
def test_deep_nesting_stops_at_the_limit(text: str) -> None:
    """Nesting beyond 20 levels is one problem, however deep it goes on."""
    assert codes(text) == ["yaml-too-deep"]


def test_twenty_levels_are_read() -> None:
    """The limit itself is allowed."""
    assert codes("a: " + "[" * 19 + "]" * 19) == []
    assert codes("a: " + "[" * 20 + "]" * 20) == ["yaml-too-deep"]


def test_alias_bombs_do_not_unfold() -> None:
    """Nine-fold aliases and merges are refused one by one and build nothing."""
    lines = ["a0: &a0 x"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 8)]
    document, found = read("\n".join(lines))
    assert document is not None
    assert set(found) == {"yaml-anchor", "yaml-alias"}
    merges = ["a0: &a0 {x: 1}"] + [f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}]}}" for i in range(1, 7)]
    assert set(codes("\n".join(merges))) == {"yaml-anchor", "yaml-alias", "yaml-merge"}


@pytest.mark.parametrize(
    "text",
    [
        "0x" + "f" * 1000,
        "0b1",
        "1:59:59",
        "0123",
        "1_000",
        "1e3",
        "1e400",
        ".inf",
        ".nan",
        "１２",
        "٣",
        "+-1",
        "1.",
        ".5",
    ],
)
def test_only_plain_decimals_are_numbers(text: str) -> None:
    """What YAML 1.1 or Python would turn into some number is none here."""
    problems = Problems()
    assert as_decimal(scalar(text), problems) is None
    assert [found.code for found in problems] == ["expected-number"]


def test_numbers_are_exact() -> None:
    """A number is what its text says, not the nearest binary float."""
    problems = Problems()
    assert as_decimal(scalar("33.333333333333333333333"), problems) == Fraction("33.333333333333333333333")
    assert as_decimal(scalar("0.1"), problems) == Fraction(1, 10)
    assert as_decimal(scalar("−0.5"), problems) == Fraction(-1, 2)
    assert as_decimal(scalar("90%"), problems, percent=True) == Fraction(9, 10)
    assert str(as_decimal(scalar("-0"), problems)) == "0"
    assert not problems


@pytest.mark.parametrize("text", ["NO", "yes", "on", "Off", "12:30:45", "2024-13-45", "2024-01-05", "=", "1.2.3"])
def test_words_stay_words(text: str) -> None:
    """Norway, times and dates are texts until somebody asks for more."""
    problems = Problems()
    assert as_text(scalar(text), problems) == text
    assert as_bool(scalar(text), problems) is None
    assert [found.code for found in problems] == ["expected-yes-no"]


def test_too_many_nodes_and_too_large_a_text_are_refused() -> None:
    """60,000 keys are read; a quarter of a million values or 10 MB are not."""
    assert codes("\n".join(f"k{i}: {i}" for i in range(60_000))) == []
    assert codes("a: [" + "1," * 250_000 + "]") == ["yaml-too-many-nodes"]
    assert codes("a: " + "x" * 10_000_001) == ["file-too-large"]


def test_a_repeated_key_names_both_lines() -> None:
    """The first line and the repeated one are both told, and the first value is kept."""
    problems = Problems()
    document = read_document("weight: 10\nname: a\nweight: 90\n", "a.yaml", problems)
    assert document is not None
    assert as_decimal(document.get("weight"), problems) == 10
    (found,) = problems
    assert dict(found.arguments) == {"key": "weight", "line": "3", "first": "1"}
    assert str(found.location) == "a.yaml:3:1"


# ---- editors' slips ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a:\n\tb: 1", "yaml-tab", 2, 1),
        ("编制数：65\nb: 1", "yaml-fullwidth-colon", 1, 4),
        ("编制数：65", "yaml-fullwidth-colon", 1, 4),
        ("a: {编制数：65}", "yaml-fullwidth-colon", 1, 8),
        ("points:10\nb: 1", "yaml-tight-colon", 1, 7),
        ("a: {points:10}", "yaml-tight-colon", 1, 11),
        ("a: 'x\nb: 1", "yaml-open-quote", 1, 4),
        ('a: "x\nb: 1', "yaml-open-quote", 1, 4),
        ("a: [1, 2\nb: 1", "yaml-open-bracket", 1, 4),
        ("a: {b: 1\nc: 2", "yaml-open-bracket", 1, 4),
        ("a: 1\nb: [1]]", "yaml-open-bracket", 2, 7),
        ("a: > 10", "yaml-unquoted-sign", 1, 4),
        ("a: |x", "yaml-unquoted-sign", 1, 4),
        ("a: %x", "yaml-unquoted-sign", 1, 4),
        ("a: @x", "yaml-unquoted-sign", 1, 4),
        ("a: `x`", "yaml-unquoted-sign", 1, 4),
        ("a: [b] > 3", "yaml-unquoted-sign", 1, 4),
        ("a: >5\nb: 1", "yaml-unquoted-sign", 1, 4),
        ("b: 1\na: |5", "yaml-unquoted-sign", 2, 4),
        ("a: {b: >99%, c: 1}", "yaml-unquoted-sign", 1, 8),
        ("a: {c: 1, b: @x}", "yaml-unquoted-sign", 1, 14),
        ("a: {完成值} 超过", "key-without-value", 1, 5),
        ("a: {b: 满意, 好}", "key-without-value", 1, 12),
        ("a: -\nb: 1", "yaml-dash-value", 1, 4),
        ("a: x: y", "yaml-colon-in-text", 1, 5),
        ('a: "x" y', "yaml-text-after-quote", 1, 8),
        ('a: "\\q"', "yaml-escape", 1, 5),
        ("a:\n  b: 1\n c: 1", "yaml-indentation", 3, 2),
        ("about: >\n  text\n c: 1", "yaml-indentation", 3, 2),
        ("a: 1\nb\nc: 1", "key-without-colon", 2, 1),
        ("a: {b: 1,, c: 2}", "yaml-syntax", 1, 10),
    ],
)
def test_each_slip_is_told_at_its_place(text: str, code: str, line: int, column: int) -> None:
    """The usual slips of an editor have their own code, and the caret stands where the slip is."""
    problems = Problems()
    read_document(text, "a.yaml", problems)
    (found,) = problems
    assert found.location is not None
    assert (found.code, found.location.line, found.location.column) == (code, line, column)


@pytest.mark.parametrize(
    "text", ["a: {b: , c: }", "a: {b: 1, c: [x, y]}", "a: -5", "a: ≥98%", "about: >-\n  x\n  y", "a: {b: -}"]
)
def test_what_only_looks_like_a_slip_is_read(text: str) -> None:
    """Blank values in braces, negative numbers and block texts are no slips."""
    assert codes(text) == []


# ---- places --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "offset", "line", "column"),
    [
        ("a: 在职人员数 ÷ 编制数", 8, 1, 12),
        ("a: '在职''人员'", 4, 1, 10),
        ('a: "在职\\u4e2d人员"', 3, 1, 13),
        ('a: "在职人员"', 2, 1, 7),
        ("a: |\n  第一行\n  第二行\n", 5, 3, 4),
        ("a: >\n  第一行\n  第二行\n", 4, 3, 3),
        ("a: 第一行\n   第二行", 4, 2, 4),
        ("a:\n  b:\n    深处", 1, 3, 6),
    ],
)
def test_an_offset_in_a_text_is_a_place_in_the_file(text: str, offset: int, line: int, column: int) -> None:
    """Quotes, escapes, folding and indentation do not move the caret of a formula's fault."""
    document, _ = read(text)
    assert document is not None
    node: Node | None = document.get("a")
    node = node.get("b") if isinstance(node, Mapping) else node
    assert isinstance(node, Scalar)
    place = node.locate(offset)
    assert (place.line, place.column) == (line, column)


@given(st.text("中文 ab'\"\\÷:#", min_size=1, max_size=30), st.sampled_from("'\""))
def test_a_quoted_character_is_found_again(text: str, quote: str) -> None:
    """In a quoted text on one line, the located character is the character, or its escape."""
    style = yaml.dump(text, default_style=quote, allow_unicode=True, width=10_000).rstrip("\n")
    document, found = read(f"键: {style}")
    assert document is not None
    assert not found
    node = document.get("键")
    assert isinstance(node, Scalar)
    assert node.text == text
    for offset, character in enumerate(text):
        place = node.locate(offset)
        written = f"键: {style}"[place.column - 1 :]
        assert written.startswith((character, f"\\{character}"))


def test_the_excerpt_points_past_wide_characters() -> None:
    """The caret line counts a Chinese character as two columns and keeps tabs."""
    problems = Problems()
    document = read_document("分值: 十分\n", "a.yaml", problems)
    assert document is not None
    as_decimal(document.get("分值"), problems)
    assert render_problem(problems[0]).splitlines()[:3] == [
        "a.yaml:1:5: error: `十分` 不是数 [expected-number]",
        "  分值: 十分",
        "        ^",
    ]
    assert "is not a number" in render_problem(problems[0], "en")


# ---- typed reading -------------------------------------------------------------------------------------------------


def test_a_wrong_shape_is_reported_and_reading_goes_on() -> None:
    """Every wrong value of a mapping is reported, with what was found."""
    problems = Problems()
    document = read_document("t: [1]\nl: x\nm: [1]\ni: 1.5\nr: 9\nc: re\nb: maybe\nn: 1/2", "a.yaml", problems)
    found = fields(document, problems, "tlmircbn")
    assert found.text("t") is None
    assert found.items("l") == ()
    assert found.mapping("m") is None
    assert found.integer("i") is None
    assert found.integer("r", low=0, high=6) is None
    assert found.choice("c", ["red", "green"]) is None
    assert found.boolean("b") is None
    assert found.decimal("n") is None
    assert [found.code for found in problems] == [
        "expected-text",
        "expected-list",
        "expected-mapping",
        "expected-integer",
        "number-out-of-range",
        "expected-one-of",
        "expected-yes-no",
        "expected-number",
    ]
    assert problems[5].hint == "是否应为 `red`"


def test_a_blank_or_absent_value_is_quietly_none() -> None:
    """Nothing written is no wrong shape."""
    problems = Problems()
    document = read_document("a:\nb: ~\nc: null\nd: ''\n", "a.yaml", problems)
    assert document is not None
    for key in "abcde":
        node = document.get(key)
        assert as_text(node, problems) is None
        assert as_decimal(node, problems) is None
        assert as_list(node, problems) == ()
        assert as_mapping(node, problems) is None
        assert as_texts(node, problems) == ()
        assert as_int(node, problems) is None
        assert as_choice(node, problems, "x") is None
    assert not problems


def test_unknown_and_missing_keys_are_told_together() -> None:
    """A misspelt key is named with the nearest allowed one, a required blank one is missing."""
    problems = Problems()
    document = read_document("poinst: 1\nid:\n", "a.yaml", problems)
    fields(document, problems, ["points"], required=["id"])
    assert [(found.code, found.hint) for found in problems] == [
        ("unknown-key", "是否应为 `points`"),
        ("missing-key", None),
    ]


def type_name(value: object) -> str:
    """Name a case by its type: some of these values cannot be written at all."""
    return type(value).__name__


# ---- Python values -------------------------------------------------------------------------------------------------


def test_a_python_mapping_is_the_same_document() -> None:
    """Values of Python types read like the same texts in a file, with paths for places."""
    problems = Problems()
    document = document_from(
        {
            "a": 1,
            "b": True,
            "c": None,
            "d": Decimal("0.10"),
            "e": 0.1,
            "f": datetime.date(2024, 1, 5),
            "g": [Fraction(1, 8)],
        },
        problems,
    )
    assert document is not None
    assert {key: node.text for key, node in document if isinstance(node, Scalar)} == {
        "a": "1",
        "b": "true",
        "c": "",
        "d": "0.10",
        "e": "0.1",
        "f": "2024-01-05",
    }
    sequence = document.get("g")
    assert isinstance(sequence, Sequence)
    assert str(sequence.items[0].location) == "(mapping): g[0]"
    assert as_decimal(sequence.items[0], problems) == Fraction(1, 8)
    assert not problems


@pytest.mark.parametrize(
    "value",
    [
        float("inf"),
        Decimal("Infinity"),
        Decimal("1E+999999999"),
        Decimal("1E-999999999"),
        9**399999,
        Fraction(1, 3),
        Fraction(1, 2**5000),
        datetime.datetime(2024, 1, 1, 8, tzinfo=datetime.UTC),
        b"x",
        {1, 2},
        object(),
    ],
    ids=type_name,
)
def test_a_value_that_no_file_could_hold_is_refused_with_its_path(value: object) -> None:
    """Endless and huge numbers, times of a day and foreign types are told with their path, and never written out."""
    problems = Problems()
    document_from({"entries": [{"actual": value}]}, problems)
    (found,) = problems
    assert found.code == "value-not-readable"
    assert found.location is not None
    assert found.location.path == "entries[0].actual"


def test_python_mappings_have_the_limits_of_files() -> None:
    """A mapping that holds itself, keys that are no text and hidden characters are problems too."""
    endless: dict[str, object] = {}
    endless["a"] = endless
    problems = Problems()
    document_from(endless, problems)
    document_from({1: "a", "": "b", "c": "\u202e"}, problems)
    assert document_from(["a"], problems) is None
    assert [found.code for found in problems] == [
        "yaml-too-deep",
        "key-not-text",
        "key-empty",
        "forbidden-character",
        "document-not-mapping",
    ]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text("中a 1:-'\"#{}", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("中文ab", min_size=1, max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text("中文ab", min_size=1, max_size=4), VALUES, max_size=4))
def test_a_mapping_and_its_yaml_are_the_same_document(value: dict[str, object]) -> None:
    """Dumped to YAML (here as JSON) and read back, a mapping gives the nodes that it gives directly."""
    problems = Problems()
    direct = document_from(value, problems)
    read_back = read_document(json.dumps(value, ensure_ascii=False), "a.yaml", problems)
    assert not problems
    assert direct is not None
    assert read_back is not None
    assert texts(direct) == texts(read_back)


def texts(node: Node) -> object:
    """Give what a document says, without its places."""
    if isinstance(node, Mapping):
        return {key: texts(value) for key, value in node}
    if isinstance(node, Sequence):
        return [texts(item) for item in node.items]
    return None if node.is_blank else node.text


@given(st.text(max_size=60) | st.text("a:：- \n\t{}[]'\"|>&*!%@#,?1", max_size=40))
def test_any_text_gives_a_mapping_or_problems(text: str) -> None:
    """Whatever is typed, the answer is a mapping or at least one problem with a place, and nothing else."""
    problems = Problems()
    document = read_document(text, "a.yaml", problems)
    assert document is not None or problems
    assert all(found.location is not None and render_problem(found) for found in problems)


# ---- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("编制数: 65".encode("gbk"), "GBK"),
        ("编制数: 65".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\xff", "Excel/Word/ZIP"),
        (b"a: \xff\xff", "?"),
    ],
)
def test_a_file_that_is_not_utf8_says_what_it_seems_to_be(tmp_path: Path, content: bytes, encoding: str) -> None:
    """A file saved by an office program is named as what it is."""
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    problems = Problems()
    assert read_file(path, problems) is None
    assert [(found.code, dict(found.arguments)["encoding"]) for found in problems] == [("file-not-utf8", encoding)]


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    """Editors on Windows put one before the first key."""
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1")
    problems = Problems()
    document = read_file(path, problems)
    assert document is not None
    assert [key for key, _ in document] == ["a"]
    assert not problems


def test_files_that_cannot_be_read_are_problems(tmp_path: Path) -> None:
    """A missing file, a folder, a name that no system takes, and a huge file end in a problem each."""
    huge = tmp_path / "huge.yaml"
    huge.write_bytes(b"#" * 10_000_001)
    problems = Problems()
    for path in (tmp_path / "none.yaml", tmp_path, "a\0b.yaml", huge):
        assert read_file(path, problems) is None
    assert [found.code for found in problems] == ["file-missing", "file-is-folder", "file-unreadable", "file-too-large"]


# ---- written again -------------------------------------------------------------------------------------------------

NAMES = st.text("甲乙丙abc", min_size=1, max_size=4)
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=12),
    st.sampled_from(
        ["null", "~", "true", "否", "0123", "1e3", "1_000", "12:30:45", "2024-01-15", "=", "- a", "a: b", "#", "10.00"]
    ),
    st.lists(st.text("甲乙。 ", max_size=4), min_size=2, max_size=3).map("\n".join),
)
VALUES = st.recursive(
    st.none() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=4))
def test_what_is_written_is_read_again(content: dict[str, Any]) -> None:
    """A document that is written as YAML and read is the one that it was, text for text."""
    problems = Problems()
    document = read_document(write_document(content), "a.yaml", problems)
    assert list(problems) == []
    assert said(document) == {key: kept(value) for key, value in content.items()}


def said(node: Any) -> Any:
    """Give what a document says: its texts, lists and mappings, None for what says nothing."""
    if isinstance(node, Mapping):
        return {key.text: said(value) for key, value in node.pairs}
    if isinstance(node, Sequence):
        return [said(item) for item in node.items]
    return node.text if node is not None and not node.is_blank else None


def kept(value: Any) -> Any:
    """Give the same of what was written."""
    if isinstance(value, dict):
        return {key: kept(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [kept(inner) for inner in value]
    return value if value is not None and value.strip() else None

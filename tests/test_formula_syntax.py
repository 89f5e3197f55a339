from __future__ import annotations

import sys
from collections.abc import Callable
from fractions import Fraction
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalrules._formula.functions import BUILTINS, signatures
from evalrules._formula.parser import read_formula, read_sentence, read_tree
from evalrules._formula.scope import Function
from evalrules._formula.tokens import RESERVED, FormulaSyntaxError, is_name, read_tokens
from evalrules._formula.tree import Arithmetic, Both, Call, Comparing, Either, If, Name, Negative, Not, Number
from evalrules._formula.words import formula_words
from evalrules._problems import Location

A, B, C, D = Name("a"), Name("b"), Name("c"), Name("d")
ONE = Number(Fraction(1))


def refused(text: str) -> FormulaSyntaxError:
    """Read a text that is no formula and give its error."""
    with pytest.raises(FormulaSyntaxError) as caught:
        read_tree(text)
    return caught.value


# ---- what is read --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("a × b ÷ c − d", "a * b / c - d"),
        ("ａ＊（ｂ＋ｃ）／ｄ", "a*(b+c)/d"),
        ("a ≤ b 且 c ≥ d 或 非 a ≠ b", "a <= b and c >= d or not a != b"),
        ("a ＝ b", "a == b"),
        ("a ≦ b ⩾ c", "a <= b >= c"),
        ("最大（a，b，６０％）", "max(a, b, 60%)"),
        ("若(a > b, c, d)", "c if a > b else d"),
        ("１２．５％", "12.5%"),
        ("a\n  + b\u3000", "a + b"),
    ],
)
def test_typographic_forms_are_the_same_formula(written: str, plain: str) -> None:
    """However officials type a formula, it is the same tree."""
    assert read_tree(written) == read_tree(plain)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a − b − c", Arithmetic("-", Arithmetic("-", A, B), C)),
        ("a − b × c", Arithmetic("-", A, Arithmetic("*", B, C))),
        ("−a × b", Arithmetic("*", Negative(A), B)),
        ("+a", A),
        ("a × (−b)", Arithmetic("*", A, Negative(B))),
        ("a < b ≤ c", Comparing(A, (("<", B), ("≤", C)))),
        ("a = b = c", Comparing(A, (("=", B), ("=", C)))),
        ("非 a = b", Not(Comparing(A, (("=", B),)))),
        ("非 非 a", Not(Not(A))),
        ("a 且 b 且 c", Both((A, B, C))),
        ("(a 且 b) 且 c", Both((Both((A, B)), C))),
        ("a 或 b 且 非 c", Either((A, Both((B, Not(C)))))),
        ("a if b else c if d else 1", If(B, A, If(D, C, ONE))),
        ("a if (b) else c", If(B, A, C)),
        ("a + 1 if b 或 c else d", If(Either((B, C)), Arithmetic("+", A, ONE), D)),
        ("x且y + 非税收入", Arithmetic("+", Name("x且y"), Name("非税收入"))),
        ("max(a, b)", Call("最大", (A, B))),
        ("60%", Number(Fraction(3, 5), percent=True)),
        ("0.10", Number(Fraction(1, 10))),
        ("Ａ类", Name("A类")),
    ],
)
def test_formula_has_this_tree(text: str, tree: object) -> None:
    """Tightness, chains and names are read as the language says."""
    assert read_tree(text) == tree


def test_spans_are_of_the_text_as_written() -> None:
    """Every node knows its characters, brackets of an operand included, whatever their width."""
    tree = read_tree("（ａ＋ｂ） × 最大(c, 10%)")
    assert isinstance(tree, Arithmetic)
    assert tree.span == (0, 18)
    assert tree.left.span == (1, 4)
    assert tree.right.span == (8, 18)


def test_formula_keeps_its_text_and_place() -> None:
    """A part of a formula is found in the file again."""
    formula = read_formula("分值 ÷ x", Location("e.yaml", 3, 9))
    assert isinstance(formula.tree, Arithmetic)
    assert formula.at(formula.tree.right.span) == Location("e.yaml", 3, 14)


def test_every_function_has_both_spellings() -> None:
    """The English alias of a function is the same call."""
    arguments = {"四舍五入": "a, 2", "日期": "2024, 1, 31"}
    for builtin in BUILTINS:
        if builtin.english is not None:
            written = arguments.get(builtin.name, ", ".join("abcdefg"[: builtin.least]))
            assert read_tree(f"{builtin.english}({written})") == read_tree(f"{builtin.name}({written})")


def test_functions_of_plugins_are_read_with_their_number_of_arguments() -> None:
    """A plug-in's function is known to the parser only where it is given."""
    added = signatures({"修正": Function("修正", ("", ""), "", max, english="adjust")})
    assert read_tree("adjust(a, b)", added) == Call("修正", (A, B))
    assert refused("修正(a, b)").code == "unknown-function"
    with pytest.raises(FormulaSyntaxError, match="wrong-argument-count"):
        read_tree("修正(a)", added)


def test_functions_of_plugins_cannot_replace_those_of_the_language() -> None:
    """A plug-in cannot change what 最大 takes."""
    assert read_tree("最大(a, b)", signatures({"最大": Function("最大", ("",), "", abs)})) == Call("最大", (A, B))


# ---- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "part", "suggestion"),
    [
        ("", "formula-empty", "", None),
        (" \n", "formula-empty", " \n", None),
        ("2024-12-31", "formula-date-literal", "2024-12-31", "日期(2024, 12, 31)"),
        ("a ≤ 2024年3月1日", "formula-date-literal", "2024年3月1日", "日期(2024, 3, 1)"),
        ("a ≤ 2024年2月", "formula-date-literal", "2024年2月", "日期(2024, 2, 29)"),
        ("a ** 2", "formula-power", "**", None),
        ("a ^ 2", "formula-power", "^", None),
        ("地区 = “东部”", "formula-string", "“", None),
        ("a = 'b", "formula-string", "'", None),
        ("'a'", "formula-in-quotes", "'", None),
        (" “a > 1” ", "formula-in-quotes", "“", None),
        ("90分以上", "formula-bound", "90分以上", "… ≥ 90"),
        ("a > 1 且 60%以下", "formula-bound", "60%以下", "… ≤ 60%"),
        ("80~90", "formula-bound", "80~90", "80 ≤ … < 90"),
        ("80 — 90.5%", "formula-bound", "80 — 90.5%", "80 ≤ … < 90.5%"),
        ("80至90", "formula-bound", "80至90", "80 ≤ … < 90"),
        ("a.b", "formula-attribute", ".", None),
        (".5", "formula-bare-point", ".", None),
        ("5.", "formula-unknown-sign", ".", None),
        ("a[0]", "formula-subscript", "[", None),
        ("5 %", "formula-percent-apart", "%", None),
        ("a%", "formula-percent-sign", "%", None),
        ("a % b", "formula-percent-sign", "%", None),
        ("10期", "formula-number-with-word", "10期", None),
        ("a > 5 万元", "formula-number-with-word", "5 万元", None),
        ("5‰", "formula-unknown-sign", "‰", "0.5%"),
        ("最大(a、b)", "formula-unknown-sign", "、", ","),
        ("最大(a, (b、c))", "formula-unknown-sign", "、", "+ / 且"),
        ("a、b", "formula-unknown-sign", "、", "+ / 且"),
        ("｛a｝", "formula-unknown-sign", "｛", "("),
        ("1e400", "formula-number-with-word", "1e400", None),
        ("a – b", "formula-unknown-sign", "–", "−"),
        ("a & b", "formula-unknown-sign", "&", "且"),
        ("a; b", "formula-unknown-sign", ";", ","),
        ("x := 1", "formula-unknown-sign", ":", None),
        ("a # b", "formula-unknown-sign", "#", None),
        ("a\u200bb", "formula-unseen-character", "\u200b", None),
        ("a\u202eb", "formula-unseen-character", "\u202e", None),
        ("a\x00", "formula-unseen-character", "\x00", None),
        ("a\u3164 + b", "formula-unseen-character", "\u3164", None),
        ("①", "formula-name-form", "①", None),
        ("(a", "bracket-not-closed", "(", None),
        ("最大(a, b", "bracket-not-closed", "(", None),
        ("a)", "bracket-not-opened", ")", None),
        ("a, b", "comma-outside-call", ",", None),
        ("1,000", "comma-outside-call", ",", None),
        ("(a, b)", "comma-outside-call", ",", None),
        ("a ×× b", "operators-in-a-row", "××", None),
        ("a <> b", "operators-in-a-row", "<>", "≠"),
        ("a × -b", "operators-in-a-row", "× -", "(-…)"),
        ("- - a", "operators-in-a-row", "- -", "(-…)"),
        ("且 a", "nothing-before", "且", None),
        ("()", "nothing-before", ")", None),
        ("最大(a,,b)", "nothing-before", ",", None),
        ("最大(*a)", "nothing-before", "*", None),
        ("a 且", "nothing-after", "且", None),
        ("(a +) b", "nothing-after", "+", None),
        ("a b", "nothing-between", "a b", None),
        ("a 并且 b", "nothing-between", "a 并且", "且"),
        ("a is b", "nothing-between", "a is", "="),
        ("a 除以 b", "nothing-between", "a 除以", "÷"),
        ("a 减去 b", "nothing-between", "a 减去", "−"),
        ("若 a > 1 则 b 否则 c", "nothing-between", "若 a", "若(…, a, b)"),
        ("合计 a", "nothing-between", "合计 a", "合计(…)"),
        ("2(a)", "nothing-between", "2(", "×"),
        ("(a)(b)", "nothing-between", ")(", "×"),
        ("a = 非 b", "not-needs-brackets", "非", None),
        ("a if b", "conditional-form", "if", None),
        ("if a else b", "conditional-form", "if", None),
        ("a else b", "conditional-form", "else", None),
        ("a if b if c else d else 1", "conditional-form", "if", None),
        ("(a if b) else c", "conditional-form", "if", None),
        ("lambda: 1", "formula-unknown-sign", ":", None),
        ("最大值(a, b)", "unknown-function", "最大值", "最大"),
        ("SUM(a)", "unknown-function", "SUM", "sum"),
        ("最大(a)", "wrong-argument-count", "最大(a)", None),
        ("最大()", "wrong-argument-count", "最大()", None),
        ("插值(a, 1, 2, 3)", "wrong-argument-count", "插值(a, 1, 2, 3)", None),
        ("最大(key = a, b)", "keyword-argument", "key = a", None),
        ("四舍五入(a, b)", "places-wanted", "四舍五入(a, b)", None),
        ("四舍五入(a, 13)", "places-wanted", "四舍五入(a, 13)", None),
        ("日期(2024, 2, 30)", "no-such-date", "日期(2024, 2, 30)", None),
        ("日期(99999, 2, 30)", "no-such-date", "日期(99999, 2, 30)", None),
        ("日期(a, 1, 1)", "no-such-date", "日期(a, 1, 1)", None),
    ],
)
def test_text_is_refused_with_its_part_and_a_hint(text: str, code: str, part: str, suggestion: str | None) -> None:
    """Each slip has its own code, the characters it is about, and, where there is one, what was meant."""
    error = refused(text)
    assert error.code == code
    assert text[slice(*error.span)] == part
    assert error.arguments.get("suggestion") == suggestion


def test_character_that_cannot_be_seen_is_named() -> None:
    """Whoever pasted a zero-width space is told which character it is."""
    assert refused("a\u200bb").arguments["character"] == "U+200B ZERO WIDTH SPACE"


def test_problem_of_a_formula_has_its_place_and_wording() -> None:
    """The error becomes a problem through the place of its first character."""
    problem = refused("分值 ÷÷ 2").problem(lambda offset: Location("e.yaml", 4, 10 + offset))
    assert problem.location == Location("e.yaml", 4, 13)
    assert problem.message == "`÷` 后面不能直接写 `÷`"
    assert problem.in_language("en").message == "`÷` cannot directly follow `÷`"


@given(
    st.text(
        st.sampled_from("分值a1.2%０９ +-×÷/*()（），,=<>≠≤且或非if else若最大[]{}'\"：:;&|!^~#@$\\\n\u200b\u202e"),
        max_size=40,
    )
)
def test_any_text_of_signs_is_a_formula_or_refused(text: str) -> None:
    """Nothing but a tree or a `FormulaSyntaxError` comes of a text, and its wording exists and can be filled."""
    check_any(text)


@settings(max_examples=10 * settings().max_examples)  # the readings are what all else rests on
@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_refused(text: str) -> None:
    """The same for any characters at all."""
    check_any(text)


def check_any(text: str) -> None:
    """Read a text and check what came of it."""
    error = error_of(lambda: read_tree(text))
    if error is None:
        assert read_tree(formula_words(read_tree(text))) == read_tree(text)
        return
    assert 0 <= error.span[0] <= error.span[1] <= len(text)
    assert error.problem(lambda _: None).message
    assert error.problem(lambda _: None).in_language("en").message


def error_of(read: Callable[[], object]) -> FormulaSyntaxError | None:
    """Give the error that reading raises, or None."""
    try:
        read()
    except FormulaSyntaxError as error:
        return error
    return None


@given(st.text(st.sampled_from("分值a1.2%０９ +-×÷()（），,=<≤且非"), max_size=40))
def test_tokens_cover_the_text(text: str) -> None:
    """Between the characters of two tokens stands nothing but blanks."""
    try:
        tokens = read_tokens(text)
    except FormulaSyntaxError:
        return
    ends = [0, *(token.end for token in tokens)]
    assert all(not text[end : token.start].strip() for end, token in zip(ends, tokens, strict=False))


# ---- limits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fits", "exceeds", "code"),
    [
        ("a" * 2000, "a" * 2001, "formula-too-long"),
        (" " * 1999 + "a", " " * 2000 + "a", "formula-too-long"),
        ("(" * 50 + "a" + ")" * 50, "(" * 51 + "a" + ")" * 51, "formula-too-deep"),
        ("+".join(["a"] * 50), "+".join(["a"] * 51), "formula-too-deep"),
        ("非 " * 49 + "a", "非 " * 50 + "a", "formula-too-deep"),
        (" 且 ".join(["a"] * 399), " 且 ".join(["a"] * 400), "formula-too-large"),
        ("9" * 28, "9" * 29, "formula-number-too-long"),
        ("0." + "9" * 27, "0." + "9" * 28, "formula-number-too-long"),
        (
            " 且 ".join(f"a{number}" for number in range(60)),
            " 且 ".join(f"a{number}" for number in range(61)),
            "formula-too-many-names",
        ),
    ],
)
def test_limits_hold_exactly(fits: str, exceeds: str, code: str) -> None:
    """What reaches a limit is read, one more is refused."""
    read_tree(fits)
    assert refused(exceeds).code == code


def test_the_answer_does_not_depend_on_the_caller() -> None:
    """Deep in a stack that is nearly full, the deepest formula is still read and one deeper still refused."""
    deep, deeper = "若(a, " * 24 + "−(b)" + ", c)" * 24, "(" * 51 + "a" + ")" * 51

    def descend(frames: int) -> str:
        if frames:
            return descend(frames - 1)
        read_tree.__wrapped__(deep)
        return refused(deeper).code

    left = sys.getrecursionlimit() - len(frames_above())
    assert descend(left - 60) == "formula-too-deep"


def frames_above() -> list[object]:
    """Give the frames of the stack."""
    frame: FrameType | None = sys._getframe()
    found: list[object] = []
    while frame is not None:
        found.append(frame)
        frame = frame.f_back
    return found


# ---- names and sentences -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["在职人员数", "x且y", "_a", "Ａ类", "三公经费_上年决算数", "非税收入"])
def test_name_can_be_used(name: str) -> None:
    """Names of letters, digits and underscores are read as names."""
    assert is_name(name)
    assert isinstance(read_tree(name), Name)


@pytest.mark.parametrize("name", ["", "2024预算", "a b", "a-b", "a%", "a\u200b", "①", "ａｎｄ", *sorted(RESERVED)])
def test_name_cannot_be_used(name: str) -> None:
    """What formulas cannot read as a name is no name."""
    assert not is_name(name)


def test_sentence_is_read_into_text_and_placeholders() -> None:
    """Placeholders hold formulas of any kind, doubled braces are braces."""
    sentence = read_sentence("完成值 {完成值} 为 {完成值 ÷ 指标值:%}，{{见注}}", Location("e.yaml", 2, 5))
    texts = [part if isinstance(part, str) else (part.formula.text, part.percent) for part in sentence.parts]
    assert texts == ["完成值 ", ("完成值", False), " 为 ", ("完成值 ÷ 指标值", True), "，{见注}"]
    second = sentence.parts[3]
    assert not isinstance(second, str)
    assert second.formula.location == Location("e.yaml", 2, 18)


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("扣 {a 分", "sentence-brace", "{"),
        ("扣 a} 分", "sentence-brace", "}"),
        ("扣 ｛a｝ 分", "sentence-wide-brace", "｛"),
        ("扣 {a｝ 分", "sentence-wide-brace", "｝"),
        ("扣 ｛a ÷ b:%} 分", "sentence-wide-brace", "｛"),
        ("扣 {} 分", "sentence-placeholder-empty", "{}"),
        ("扣 { :%} 分", "sentence-placeholder-empty", "{ :%}"),
        ("扣 {a:.2f} 分", "sentence-format", ":.2f"),
        ("扣 {a!r} 分", "formula-unknown-sign", "!"),
        ("扣 {a.__class__} 分", "formula-attribute", "."),
        ("扣 {a{b}} 分", "sentence-brace", "{"),
        ("扣 {a ÷ } 分", "nothing-after", "÷"),
        ("长" * 2001, "sentence-too-long", "长"),
    ],
)
def test_sentence_is_refused_with_its_part(text: str, code: str, part: str) -> None:
    """A slip in a sentence is placed in the whole sentence; no format but :% is known."""
    with pytest.raises(FormulaSyntaxError) as caught:
        read_sentence(text)
    assert caught.value.code == code
    assert text[slice(*caught.value.span)] == part


@given(st.text(st.sampled_from("完成 a{}:%.!÷"), max_size=20))
def test_any_sentence_is_read_or_refused(text: str) -> None:
    """Any text is a sentence or a `FormulaSyntaxError`."""
    error = error_of(lambda: read_sentence(text))
    assert error is None or 0 <= error.span[0] <= error.span[1] <= len(text)


def test_full_width_braces_of_a_text_are_text() -> None:
    """Only what would be a formula in plain braces is told."""
    assert read_sentence("见《办法》｛第 1 条｝").parts == ("见《办法》｛第 1 条｝",)

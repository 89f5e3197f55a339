from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from evalrules._problems import visible
from evalrules._report.blocks import Column, Document, Table, cell, inert, row
from evalrules._report.markdown import markdown, write

HOSTILE = st.text(st.one_of(st.sampled_from("`*_{}[]()<>#|~$&!-+=:.1 \t\n\r\\\x1b\u202e/@'\""), st.characters()))


@given(st.text())
def test_visible_text_holds_nothing_unseen(text: str) -> None:
    """Whatever stood in the text, no control, direction or unassigned character reaches the reader's screen."""
    assert not [one for one in visible(text) if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")]


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_ordinary_text_stays(text: str) -> None:
    """Letters, digits, signs and blanks of any script are shown as they are."""
    assert visible(text) == text


@pytest.mark.parametrize(
    "text", ["-5%", "=100%", "+3.5万元", "−2", "-", "—", "/", "≥98%", "56人", "", "= 0", "-1,234.5元"]
)
def test_quantities_are_no_spreadsheet_formulas(text: str) -> None:
    """A quantity as people write it is left alone, also with a sign or ``=`` before it."""
    assert inert(text) == text


@pytest.mark.parametrize(
    "text", ["=1+1", "=HYPERLINK(A1)", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "=A1"]
)
def test_spreadsheet_formulas_become_text(text: str) -> None:
    """What a spreadsheet would compute gets an apostrophe before it."""
    assert inert(text) == f"'{text}"


@given(HOSTILE)
def test_a_cell_never_begins_a_formula(text: str) -> None:
    """No text makes a cell that a spreadsheet computes, unless it is a mere quantity or dash."""
    shown = cell(text)
    assert shown[:1] not in ("=", "+", "@") or shown.strip("=+@＝ ")[:1].isdecimal()


def _inline(tokens: list[Token]) -> list[Token]:
    return [child for token in tokens if token.type == "inline" for child in token.children or ()]


@given(HOSTILE)
def test_markdown_text_stands_for_itself(text: str) -> None:
    """A list item made of any text shows exactly this text, and holds no markup, link, image or HTML."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(f"- {markdown(text)}")
    assert {token.type for token in tokens} <= {
        *("bullet_list_open", "list_item_open", "paragraph_open", "inline"),
        *("paragraph_close", "list_item_close", "bullet_list_close"),
    }
    children = _inline(tokens)
    assert all(child.type in ("text", "text_special") for child in children)
    assert "".join(child.content for child in children) == visible(text).strip()


@given(st.lists(st.lists(HOSTILE, min_size=2, max_size=2), min_size=1, max_size=3))
def test_markdown_tables_keep_their_shape(rows: list[list[str]]) -> None:
    """Whatever the cells hold, the table has as many rows and columns as were written, with the same text."""
    table = Table((Column("a"), Column("b")), tuple(row(*texts) for texts in rows))
    tokens = MarkdownIt("commonmark").enable("table").parse(write(Document("t", (table,))))
    assert [token.type for token in tokens].count("tr_open") == len(rows) + 1
    cells = [token for token in tokens if token.type == "inline"][1:]
    shown = ["".join(child.content for child in one.children or ()) for one in cells]
    assert shown == ["a", "b", *(cell(text) for texts in rows for text in texts)]

"""``check --fix``: what can only mean one thing is put right and told, everything else stays as it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from evalrules._assisting import mended, mended_file
from evalrules._cli.commands import root
from evalrules._edition.read import read_edition
from evalrules._problems import Problem

ROOT = Path(__file__).parent.parent
RIGHT = """evalrules: 1
id: small
edition: "1"
title: 小表
points: 10
data: {人: {unit: 人, min: 0}}
sections:
  甲:
    points: 10
    indicators:
      乙:
        points: 10
        value: 人
        unit: 人
        scoring:
          award:
            - {when: 完成值 ≥ 5, points: 分值}
            - {points: 0, because: "只有 {完成值}"}
grades: {优: {when: 总分 ≥ 9}, 差: otherwise}
"""
SLIPS = {
    "full-width colon": ("points: 10\ndata", "points：10\ndata"),
    "full-width colon deeper": ("        value: 人", "        value：人"),
    "colon without its blank": ("        value: 人", "        value:人"),
    "full-width comma": ("{unit: 人, min: 0}", "{unit: 人，min: 0}"),
    "full-width semicolon": ("{unit: 人, min: 0}", "{unit: 人；min: 0}"),
    "full-width brackets": ("{人: {unit: 人, min: 0}}", "｛人: {unit: 人, min: 0}｝"),
    "full-width braces in a sentence": ('{完成值}"', '｛完成值｝"'),
    "a tab": ("        value: 人", "\tvalue: 人"),
    "a tab of another width": ("    points: 10", "\tpoints: 10"),
    "tabs throughout": ("        ", "\t"),
    "blanks that do not break": ("        value: 人", "\u00a0" * 8 + "value: 人"),
    "such blanks throughout": ("        ", "\u00a0" * 8),
    "wide blanks": ("        value: 人", "\u3000" * 4 + "value: 人"),
    "as many wide blanks as the eye wants": ("        value: 人", "\u3000\u3000value: 人"),
    "a character of no width": ("        value: 人", "        val\u200bue: 人"),
    "curly quotes around a sentence": ('"只有 {完成值}"', "“只有 {完成值}”"),
    "curly quotes around a version": ('edition: "1"', "edition: “1”"),
    "dash without its blank": ("            - {when", "            -{when"),
}
OPEN = {
    "a missing comma or colon": ("unit: 人, min: 0", "unit: 人 min: 0"),
    "a missing bracket": ("人: {unit: 人, min: 0}}", "人: {unit: 人, min: 0}"),
    "a misspelt key": ("        value: 人", "        vaule: 人"),
    "a formula that cannot be read": ("value: 人", "value: 人 ×"),
}


def problems_of(text: str) -> tuple[Problem, ...]:
    """Read a text as an edition."""
    return read_edition(text)[1]


@pytest.mark.parametrize("slip", SLIPS)
def test_what_means_one_thing_is_mended(slip: str) -> None:
    """The text is the right one again, and each changed line is told."""
    right, wrong = SLIPS[slip]
    text = RIGHT.replace(right, wrong, 1 if slip == "a tab of another width" else -1)
    assert text != RIGHT
    found, mends = mended(text, problems_of)
    assert found == RIGHT
    changed = [n for n, (old, new) in enumerate(zip(text.split("\n"), RIGHT.split("\n"), strict=True), 1) if old != new]
    assert sorted(mend.line for mend in mends) == changed


@pytest.mark.parametrize("slip", OPEN)
def test_what_can_mean_several_things_is_left(slip: str) -> None:
    """Nobody guesses: the text stays, and the problem is told as before."""
    text = RIGHT.replace(*OPEN[slip])
    assert mended(text, problems_of) == (text, ())
    assert problems_of(text)


@given(st.lists(st.sampled_from(sorted(SLIPS)), min_size=2, max_size=4, unique=True))
def test_several_slips_are_mended_together(slips: list[str]) -> None:
    """Whatever is changed, a text without problems that comes out means what was meant."""
    text = RIGHT
    for slip in slips:
        text = text.replace(*SLIPS[slip], 1)
    found, mends = mended(text, problems_of)
    if not problems_of(found):
        assert read_edition(found)[0] == read_edition(RIGHT)[0]
    assert bool(mends) == (found != text)


@pytest.mark.parametrize("path", sorted((ROOT / "catalogue").glob("*/*.yaml")), ids=lambda path: path.stem)
def test_nothing_is_changed_in_what_is_right(path: Path) -> None:
    """A shipped edition needs no mending."""
    found = mended_file(path)
    assert found is not None
    assert found.is_unchanged


def test_the_command_mends_and_tells(tmp_path: Path) -> None:
    """A file in GBK with a full-width colon: rewritten, told line by line, checked as it is then."""
    file = tmp_path / "small" / "1.yaml"
    file.parent.mkdir()
    file.write_bytes(RIGHT.replace("points: 10\ndata", "points：10\ndata").encode("gb18030"))
    assert CliRunner().invoke(root, ["check", "--lang", "zh", str(file)]).exit_code == 1
    done = CliRunner().invoke(root, ["check", "--fix", "--lang", "zh", str(file)])
    assert done.exit_code == 0
    assert file.read_text("utf-8") == RIGHT
    assert "由 GBK 编码转为 UTF-8" in done.stdout
    assert ":5：`points：10` → `points: 10`" in done.stdout

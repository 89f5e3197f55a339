"""Mistakes of people who edit an edition by hand: place and hint are right, and nothing that only follows is told."""

from __future__ import annotations

import itertools
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

import evalrules
from evalrules._assisting import _of_edition, mended
from evalrules._cli.commands import root
from evalrules._problems import Problem

KNOWN = yaml.safe_load((Path(__file__).parent / "clerks_mistakes.yaml").read_text("utf-8"))
GOOD: str = KNOWN["good"]
MISTAKES: dict[str, dict[str, Any]] = KNOWN["mistakes"]
FILE = Path("small", "1.yaml")
# What stops the reading of the whole file, and what all entries depend on, hides what else is wrong.
HIDING = ("yaml-", "forbidden-", "key-without-", "edition-missing", "language-version")
APART = [
    name
    for name, mistake in MISTAKES.items()
    if mistake.get("told") and not mistake["told"].startswith(HIDING) and not mistake["old"].startswith("uses:")
]


def told(text: str) -> tuple[Problem, ...]:
    """Check a text that is not saved."""
    return evalrules.check(text, file=FILE, plugins=(), lang="zh")


def made(text: str, name: str) -> str:
    """Make a mistake in a text that holds it only once more or not at all."""
    mistake = MISTAKES[name]
    assert mistake["old"] in text
    return text.replace(mistake["old"], mistake["new"], 1)


def first_changed(text: str) -> int:
    """Give the first line that is not as in the good edition."""
    pairs = itertools.zip_longest(GOOD.split("\n"), text.split("\n"))
    return next(number for number, (old, new) in enumerate(pairs, 1) if old != new)


def part(name: str) -> int:
    """Give the line of the indicator, section or key at the top in which a mistake is."""
    at = first_changed(made(GOOD, name))
    return max(n for n, line in enumerate(GOOD.split("\n")[:at], 1) if re.match(r" {0,6}\S", line))


def _one_around(first: str, second: str) -> bool:
    """Tell whether two mistakes are in one entry, or one of them in the entry that holds the other's."""
    one, other = part(first), part(second)
    lines = GOOD.split("\n")
    between = lines[min(one, other) : max(one, other)]
    outer = len(lines[min(one, other) - 1]) - len(lines[min(one, other) - 1].lstrip())
    return one == other or all(len(line) - len(line.lstrip()) > outer for line in between)


def test_the_good_edition_is_good() -> None:
    """What the mistakes are made in is told nothing of."""
    assert told(GOOD) == ()


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_once_with_its_place_and_its_mend(name: str) -> None:
    """Each mistake brings one problem, in its line, with a hint that leads right; ``--fix`` mends what it can."""
    mistake, wrong = MISTAKES[name], made(GOOD, name)
    found = told(wrong)
    at = mistake.get("at", first_changed(wrong))
    assert [(each.code, each.location and each.location.line) for each in found] == (
        [(mistake["told"], at)] if "told" in mistake else []
    )
    assert all(mistake.get("hint", "") in (each.hint or "") for each in found)
    right, _ = mended(wrong, partial(_of_edition, FILE))
    if mistake.get("mended"):
        assert told(right) == ()
        assert yaml.safe_load(right) == yaml.safe_load(GOOD)
    else:
        assert right == wrong


@example(first="grade from to", second="last grade in Chinese")
@example(first="indicator twice", second="times for divided")
@example(first="indicator twice", second="points in words")
@given(first=st.sampled_from(APART), second=st.sampled_from(APART))
def test_mistakes_in_two_places_are_told_together(first: str, second: str) -> None:
    """Of two mistakes that do not touch neither hides the other, and together they bring nothing that neither has.

    What holds over all entries (that points add up, a total's grades, worked cases) is told where the other mistake
    leaves it certain.
    """
    wrong = made(GOOD, first)
    if wrong.count(MISTAKES[second]["old"]) != GOOD.count(MISTAKES[second]["old"]) or _one_around(first, second):
        return
    one, two = (told(made(GOOD, name))[0] for name in (first, second))
    both = {each.code for each in told(made(wrong, second))}
    assert both <= {one.code, two.code}
    assert {one.code, two.code} - both <= LATER


LATER = frozenset({
    "row-never-reached", "award-above-points", "grade-gap", "grade-never-reached", "points-do-not-add-up",
    "section-empty", "reason-quotes", "rows-score-alike",
    "grades-turned",
})  # fmt: skip
"""What is looked for only where formulas and figures are sound, or is unknown where points or grades are."""


def test_new_points_show_sums_cases_and_laws_together(tmp_path: Path) -> None:
    """Points given anew: what no longer adds up, which cases change, and that the laws hold is told in one run."""
    case = "        cases: [{完成值: 80%, score: 48}]\n"
    text = GOOD.replace("        points: 60\n", f"        points: 50\n{case}")
    (tmp_path / "1.yaml").write_text(text, "utf-8")
    run = CliRunner().invoke(root, ["test", str(tmp_path / "1.yaml"), "--lang", "zh"])
    assert run.exit_code == 1
    assert {"points-do-not-add-up", "case-fails"} == set(re.findall(r"\[([a-z-]+)\]", run.stderr))
    assert "算例 1 个，通过 0 个；定律" in run.stdout

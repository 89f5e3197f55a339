"""Editing mistakes: a good edition is made wrong in one place after another, and each is told with its line.

The edition lies in ``tests/mutated`` with its cases. Mistakes are generated from its text: an edge that is swapped, a
row or a line that is dropped, a name that is mistyped, a rate without its %, points that are doubled, and so on.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attrs import frozen

from evalrules._cases import case_problems
from evalrules._check import check
from evalrules._edition.read import read_edition
from evalrules._problems import Problem

HOME = Path(__file__).parent / "mutated"
EDITION = Path("county-form", "1.yaml")
LINES = (HOME / EDITION).read_text("utf-8").splitlines()
FORMULA = re.compile(r"\b(when|unless|points|value|applies|let|because|优秀|良好|较差): ")
CASE = re.compile(r"^ +- \{.*(score: |完成值: )")
EDGES = {"≥": ">", ">": "≥", "≤": "<", "<": "≤"}
# What says the same as before: at the edge both rows give the same, or the line only says how a value is shown.
SAME = {
    ("edge", "- {when: 完成值 ≥ 指标值, points: 分值}"),  # a ratio of 1 gives the points
    ("edge", "- when: 超出 > 0"),  # nothing is taken for 0 steps
    ("edge", "- when: 完成值 > 指标值"),
    ("line", 'unit: "%"'),  # 人 ÷ 人 is shown in % beside a target in % anyway
    ("line", '满意度: {unit: "%", min: 0, max: 1}'),
    ("line", "fiscal_years: [2024]"),
    ("line", "rounding: {places: 1, mode: half_up}"),  # two places by default, which hold all scores here
    ("line", "points: 100"),  # 100 by default
    ("line", "points: 40"),  # a section's points are otherwise those of its parts
    ("line", "points: 30"),
}


@frozen
class Mistake:
    """One wrong edition: what was done, to which line (counted from 1), and what the line says now, if anything."""

    kind: str
    line: int
    text: str | None

    def __str__(self) -> str:
        return f"{self.kind} {self.line}: {self.text}"


def changes(
    kind: str, pattern: str, replaced: str | Callable[[re.Match[str]], str], *, formulas: bool
) -> Iterator[Mistake]:
    """Change each place that the pattern finds, one at a time; cases and the words of reasons are left alone."""
    for number, line in enumerate(LINES, 1):
        if CASE.match(line) or line.startswith("#") or (formulas and not FORMULA.search(line)):
            continue
        until = len(line) if kind in ("name", "reason") else len(line.split("because:")[0])
        for found in re.finditer(pattern, line[:until]):
            new = replaced(found) if callable(replaced) else found.expand(replaced)
            yield Mistake(kind, number, line[: found.start()] + new + line[found.end() :])


def mistakes() -> Iterator[Mistake]:
    """Make every mistake."""
    yield from changes("edge", "[≥>≤<]", lambda found: EDGES[found[0]], formulas=True)
    yield from changes(
        "name", r"(?<=[ (:{])[一-鿿]{2,}(?= [≥>≤<=÷−×]|\)| ÷|})", lambda found: found[0] + "误", formulas=True
    )
    yield from changes("rate", r"(\d+)%(?! –)(?<!– \d\d%)(?<!– 100%)", r"\1", formulas=False)
    yield from changes("number", r"(\d+)(?=%)", lambda found: str(int(found[0]) + 1), formulas=True)
    yield from changes("points", r"(?<=points: )[1-9]\d*", lambda found: str(2 * int(found[0])), formulas=False)
    yield from changes("operator", "÷", "×", formulas=True)
    yield from changes("operator", " − ", " + ", formulas=True)
    yield from changes("unit", r"unit: (人|万元|㎡)", "unit: 元", formulas=False)
    yield from changes("reason", r', because: ".*?"', "", formulas=False)
    yield from dropped()


def dropped() -> Iterator[Mistake]:
    """Drop each line that nothing stands under, cases left alone."""
    for number, line in enumerate(LINES, 1):
        if (
            line.strip()
            and not line.endswith(":")
            and not CASE.match(line)
            and not line.lstrip().startswith(("#", "- when"))
        ):
            yield Mistake("line", number, None)


MISTAKES = [each for each in mistakes() if (each.kind, LINES[each.line - 1].strip()) not in SAME]


def told(folder: Path, mistake: Mistake | None) -> list[Problem]:
    """Make the mistake in a copy of the edition, and give what reading, checking and its cases tell of it."""
    lines = list(LINES)
    if mistake is not None:
        lines[mistake.line - 1 : mistake.line] = [] if mistake.text is None else [mistake.text]
    shutil.copytree(HOME, folder, dirs_exist_ok=True)
    (folder / EDITION).write_text("\n".join(lines) + "\n", "utf-8")
    catalogue, problems = read_edition(folder / EDITION)
    return [*problems, *(check(catalogue, case_problems) if catalogue is not None else ())]


def test_good_edition_is_told_nothing_of(tmp_path: Path) -> None:
    """The edition that is made wrong is right."""
    assert told(tmp_path, None) == []


def test_mistakes_are_many_and_of_every_kind() -> None:
    """There are far more than thirty, some of each kind."""
    kinds = {mistake.kind for mistake in MISTAKES}
    assert kinds == {"edge", "name", "rate", "number", "points", "operator", "unit", "reason", "line"}
    assert len(MISTAKES) > 100


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_mistake_is_told_with_its_line(mistake: Mistake, tmp_path: Path) -> None:
    """Each mistake is found by reading, by the checker or by a case, and what is told names a line."""
    found = told(tmp_path, mistake)
    assert found
    assert all(problem.location is not None and problem.location.line for problem in found)

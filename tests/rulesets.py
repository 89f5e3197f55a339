"""Rulesets of small editions for tests of laws, also of such as the check would not let pass."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from evalrules._edition.read import read_edition
from evalrules._laws.law import Verdict, verdicts
from evalrules._score.compiling import compile_ruleset
from evalrules._score.ruleset import Ruleset

HEAD = """\
evalrules: 1
id: sample
edition: "1"
title: 示例
uses: [standard-methods@1]
rounding: {places: 2, mode: half_up}
points: 10
"""
GRADES = "grades: {优: 总分 ≥ 8, 差: otherwise}\n"


def slow_but(always: str, names: Iterable[str]) -> list[Any]:
    """Mark all of these but one as slow: they are tried where there is time, that one on every run."""
    return [name if name == always else pytest.param(name, marks=pytest.mark.slow) for name in names]


def write(folder: Path, body: str, *, head: str = HEAD, grades: str = GRADES) -> Path:
    """Write an edition with this body where editions lie in a folder, and give its file."""
    file = folder / "sample" / "1.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(head + grades + textwrap.dedent(body), "utf-8")
    return file


def ruleset(folder: Path, body: str, *, head: str = HEAD, grades: str = GRADES) -> Ruleset:
    """Compile an edition with this body."""
    catalogue, problems = read_edition(write(folder, body, head=head, grades=grades))
    assert problems == ()
    assert catalogue is not None
    return compile_ruleset(catalogue)


def outcomes(ruleset: Ruleset) -> dict[str, Verdict]:
    """Give the verdicts of an edition with one rule, by law."""
    return {verdict.law: verdict for verdict in verdicts(ruleset)}


def broken(ruleset: Ruleset) -> dict[str, str]:
    """Give what is said of the laws that do not hold, by law."""
    found = (verdict for verdict in verdicts(ruleset) if not verdict.stands)
    return {verdict.law: verdict.problem.message for verdict in found if verdict.problem is not None}


def broken_in_all(ruleset: Ruleset) -> list[str]:
    """Give everything that is said of laws that do not hold, of all rules of an edition."""
    found = (verdict for verdict in verdicts(ruleset) if not verdict.stands)
    return [verdict.problem.message for verdict in found if verdict.problem is not None]

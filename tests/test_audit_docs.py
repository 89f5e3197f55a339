"""``docs/audit.md`` is complete and says of each code what the table of rules says; the table and the rules agree."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

import evalrules
from evalrules import Finding
from evalrules._audit import ROWS
from evalrules._audit.batch import ACROSS
from evalrules._audit.rows import PLACED, TOGETHER
from evalrules._audit.whole import BLOCKS, FIGURES, LEVELS, SUBMISSION
from evalrules._edition.audit_codes import CHECK_FAILED, rules
from evalrules._formula.scope import PERCENT
from evalrules._formula.words import show

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "audit.md").read_text("utf-8")
CELLS = {
    row[0].strip("` "): row for row in (line[1:-1].split("|") for line in PAGE.splitlines() if line.startswith("| `"))
}
BY_HAND = re.findall(r"^\| (\d+) \| (.+?) \| (.+) \|$", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def suining() -> tuple[Finding, ...]:
    """Give the findings on the real report."""
    submission = evalrules.load_submission(ROOT / "examples" / "suining-2024.yaml")
    return evalrules.evaluate(evalrules.load_catalogue(submission.catalogue or ""), submission).findings


def test_every_rule_has_its_function_and_every_function_its_rule() -> None:
    """What an edition may set is what the audit does."""
    of_forms = {*SUBMISSION, *BLOCKS, *FIGURES, *PLACED, *TOGETHER, *LEVELS}
    assert {*of_forms, *ROWS, *ACROSS, "check-not-checkable"} == set(rules())


def test_every_code_is_documented() -> None:
    """Each rule of the table, and the failing check, has a row, and nothing else has."""
    assert {code for code in CELLS if not code.startswith(("error", "warning", "info"))} == {*rules(), CHECK_FAILED}


@pytest.mark.parametrize("code", rules())
def test_defaults_are_documented(code: str) -> None:
    """Severity, whether the rule is on, and each threshold with its default."""
    rule, (_, _, _, default, limits) = rules()[code], CELLS[code]
    assert default.strip() == (f"不用，用时 {rule.severity}" if rule.is_silent else rule.severity)
    for name, value in rule.options.items():
        assert f"`{name}`：{_shown(name, value)}" in limits


def _shown(name: str, value: object) -> str:
    """Write a threshold as the page does: a share in percent, another number as it is, words one by one."""
    if isinstance(value, Fraction):
        return show(value, PERCENT) if name == "share" else show(value)
    return "、".join(value) if isinstance(value, tuple) else "须写"


def test_every_inconsistency_found_by_hand_has_its_row() -> None:
    """All 26, in order, each with the code that finds it or why none does."""
    assert [int(number) for number, _, _ in BY_HAND] == list(range(1, 27))
    for number, _, finders in BY_HAND:
        named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", finders))
        assert named or finders.startswith("没有："), number
        assert named <= {*rules(), CHECK_FAILED}


@pytest.mark.parametrize(("finders"), [finders for _, _, finders in BY_HAND if not finders.startswith("没有：")])
def test_what_the_page_promises_is_found(finders: str, suining: tuple[Finding, ...]) -> None:
    """Every code and check that the page names for the real report is among its findings."""
    found = {one.code for one in suining}
    checks = {one.where.split()[0] for one in suining if one.code in (CHECK_FAILED, "check-not-checkable")}
    for code, names in re.findall(r"`([a-z]+(?:-[a-z]+)+)`([^`；]*)", finders):
        assert code in found
        if code in (CHECK_FAILED, "check-not-checkable"):
            assert set(re.findall(r"[^\s、]+", names)) <= checks


def test_every_finding_can_be_said_in_english(suining: tuple[Finding, ...]) -> None:
    """Each finding has another sentence in English, with no part left open; a check keeps the edition's words."""
    for one in suining:
        english = one.in_language("en").message
        assert "{" not in english
        assert english != one.message or one.code == CHECK_FAILED

"""What breaks other engines, given through the front door: editions, submissions and settings of a hostile host."""

from __future__ import annotations

import decimal
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import evalrules

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "suining-2024.yaml"

# ruff: noqa: E501 - the attacks stand as they are written

# ---- files that hang or kill a process -------------------------------------------------------------------------------

# Each text is given as Python source, which the process under limits evaluates: some are megabytes.
FILES = {
    "alias bomb": r"""'\n'.join(['a0: &a0 x'] + ['a%d: &a%d [%s]' % (i, i, ', '.join(['*a%d' % (i-1)]*9)) for i in range(1, 9)])""",
    "merge bomb": r"""'\n'.join(['a0: &a0 {x: 1}'] + ['a%d: &a%d {<<: [%s]}' % (i, i, ', '.join(['*a%d' % (i-1)]*9)) for i in range(1, 9)])""",
    "list in itself": "'a: &a [*a]'",
    "brackets": "'a: ' + '['*50000 + ']'*50000",
    "open brackets": "'['*1000000",
    "mappings": "'{a: '*50000",
    "dashes": "'- '*100000",
    "question marks": "'? '*100000",
    "one long hexadecimal": "'points: 0x' + 'f'*1000000",
    "one long number": "'points: ' + '9'*1000000",
    "sexagesimal": "'points: ' + '1:59'*200000",
    "far exponent": "'points: 1E+999999999'",
    "long formula": "'evalrules: 1\\nid: a\\nedition: 1\\ntitle: a\\ndata:\\n  x: {formula: ' + '1+'*400000 + '1}'",
    "deep formula": "'evalrules: 1\\nid: a\\nedition: 1\\ntitle: a\\ndata:\\n  x: {formula: \"' + '('*400000 + '\"}'",
    "too large": "'a: ' + 'x'*30000000",
    "two documents": "'a: 1\\n---\\nb: 1'",
    "nothing": "''",
    "a list": "'- a'",
    "code": "'a: !!python/object/apply:os.system [exit]'",
    "figures that read each other": "'evalrules: 1\\nid: a\\nedition: 1\\ntitle: a\\ndata:\\n' + ''.join('  x%d: {formula: x%d + x%d}\\n' % (i, i+1, i+1) for i in range(2000))",
    "figures in a circle": "'evalrules: 1\\nid: a\\nedition: 1\\ntitle: a\\ndata:\\n' + ''.join('  x%d: {formula: x%d + 1}\\n' % (i, (i+1) % 3000) for i in range(3000))",
}  # fmt: skip

PROCESS = """
import resource, sys, pathlib
resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000))
resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
import evalrules
path = pathlib.Path(sys.argv[1]) / "a" / "1.yaml"
path.parent.mkdir()
path.write_text(eval(sys.stdin.read()), encoding="utf-8")
for load in (evalrules.load_catalogue, evalrules.load_submission):
    try:
        problems = getattr(load(path), "problems", ())
    except (evalrules.CatalogueError, evalrules.SubmissionError) as error:
        problems = error.problems
    print(load.__name__, len(problems), problems[0].code)
"""


@pytest.mark.parametrize("row", FILES)
def test_a_hostile_file_has_problems_and_harms_nothing(row: str, tmp_path: Path) -> None:
    """As an edition and as a submission, in bounded memory and time, it is refused with a problem that has a code."""
    done = subprocess.run(
        [sys.executable, "-c", PROCESS, tmp_path], input=FILES[row], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-500:]
    assert re.fullmatch(r"load_catalogue \d+ [a-z-]+\nload_submission \d+ [a-z-]+\n", done.stdout), done.stdout


def test_no_loader_of_yaml_that_makes_objects_is_named() -> None:
    """The package names no loader but its own, and calls none of the functions that choose one."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    assert not re.findall(r"\b(?:UnsafeLoader|FullLoader|yaml\.Loader|CLoader|full_load|unsafe_load)\b", sources)


# ---- data ------------------------------------------------------------------------------------------------------------

HEAD: dict[str, Any] = {"catalogue": "hostile@1", "organisation": "甲", "fiscal_year": 2024}


def edition(**figure: object) -> evalrules.Catalogue:
    """Give an edition with one indicator of 10 points, scored by one figure."""
    return evalrules.load_catalogue(
        {
            "evalrules": 1,
            "id": "hostile",
            "edition": "1",
            "title": "甲",
            "points": 10,
            "rounding": {"places": 2, "mode": "half_up"},
            "data": {"数": {"unit": "万元", **figure}},
            "sections": {
                "产出": {
                    "points": 10,
                    "scoring": {
                        "award": [
                            {"when": "数 ≥ 3.3 或 数 = 0.3", "points": 10},
                            {"when": "数 > 1", "points": "数", "because": "不足"},
                            {"points": 0, "because": "不足"},
                        ]
                    },
                }
            },
        }
    )


@pytest.mark.parametrize(
    "value",
    [
        decimal.Decimal("1E+999999999"), decimal.Decimal("1E-999999999"),
        decimal.Decimal("Infinity"), decimal.Decimal("-Infinity"), float("inf"), 10**400_000, 1j, object(),
        "1E+999999999", "NaN", "Infinity", "1_000", "٣", "1.234,5", "0x1F", "9" * 400, "1e3", ".5", "1,2", "95元/人", True,
        "1万人", "无", [1], {"a": 1}, b"1",
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_a_figure_that_is_no_number_is_a_problem_with_its_name(value: object) -> None:
    """Nothing is guessed, nothing is counted as 0, and nothing is computed with what is too long."""
    evaluation = evalrules.evaluate(edition(), evalrules.load_submission({**HEAD, "data": {"数": value}}))
    assert evaluation.score is None
    assert all("数" in str(found.location) or "数" in found.message for found in evaluation.problems)
    assert evaluation.problems


@pytest.mark.parametrize("value", [decimal.Decimal("NaN"), decimal.Decimal("sNaN"), float("nan")], ids=str)
def test_what_is_not_a_number_is_a_blank(value: object) -> None:
    """Tables of Python systems have NaN where nothing was filled in."""
    evaluation = evalrules.evaluate(edition(), evalrules.load_submission({**HEAD, "data": {"数": value}}))
    assert [found.code for found in evaluation.problems] == ["figure-blank"]


@pytest.mark.parametrize(
    ("value", "score"),
    [
        ("3.3", "10.00"),
        (1.1 * 3, "10.00"),
        ("2.675", "2.68"),
        ("2.665", "2.67"),
        ("2.6749999999999999999999999", "2.67"),
        ("１２", "10.00"),
        (" 95 ", "10.00"),
        ("33000元", "10.00"),
        ("-0", "0.00"),
        (decimal.Decimal("2.675"), "2.68"),
        (2.675, "2.68"),
        ("−5", "0.00"),
    ],
)
def test_a_number_is_what_it_says_and_halves_are_rounded_up(value: object, score: str) -> None:
    """A band's edge belongs to the band, a half cent is rounded up: what binary floats get wrong."""
    result = evalrules.evaluate(edition(), evalrules.load_submission({**HEAD, "data": {"数": value}}))
    assert str(result.score) == score


@pytest.mark.parametrize("value", [None, "", "—", "/"])
def test_a_figure_that_is_missing_is_never_zero(value: object) -> None:
    """An indicator that reads it is unscored and says which figure is missing; it is not given 0 points quietly."""
    result = evalrules.evaluate(edition(), evalrules.load_submission({**HEAD, "data": {"数": value}}))
    assert result.score is None
    assert result.indicators[0].status == "unscored"
    assert "数" in result.problems[0].message


# ---- a hostile host --------------------------------------------------------------------------------------------------

HOST = """
import decimal, json, sys
import evalrules, simpleeval
source = sys.argv[1]
if sys.argv[2] == "changed":
    decimal.getcontext().prec = 1
    decimal.getcontext().rounding = decimal.ROUND_UP
    decimal.getcontext().Emax = 2
    decimal.DefaultContext.prec = 2
    for name in [name for name in vars(simpleeval) if name.isupper()]:
        kind = type(getattr(simpleeval, name))
        setattr(simpleeval, name, kind())
    sys.setrecursionlimit(200)
    sys.set_int_max_str_digits(640)
submission = evalrules.load_submission(source)
catalogue = evalrules.load_catalogue(submission.catalogue)
sys.stdout.buffer.write(evalrules.evaluate(catalogue, submission).to_json().encode())
"""


def test_settings_of_the_process_change_no_byte_of_a_result() -> None:
    """Decimal context, simpleeval's settings, the recursion limit and the limit of digits have no part in a result."""
    usual, changed = (
        subprocess.run([sys.executable, "-c", HOST, EXAMPLE, state], capture_output=True, check=False)
        for state in ("usual", "changed")
    )
    assert changed.returncode == 0, changed.stderr.decode()[-800:]
    assert json.loads(usual.stdout)["score"] == 95.0
    assert changed.stdout == usual.stdout

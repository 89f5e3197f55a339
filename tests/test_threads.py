from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import evalrules

EXAMPLE = Path(__file__).parent.parent / "examples" / "suining-2024.yaml"
THREADS = 8
ROUNDS = {"quick": 400, "thorough": 100_000}.get(os.environ.get("HYPOTHESIS_PROFILE", ""), 4_000)
"""How often is evaluated; every hundredth result is written out with all its reasons."""


@pytest.fixture
def switching_often() -> Iterator[None]:
    """Let threads take turns a thousand times as often as usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    yield
    sys.setswitchinterval(usual)


def said(catalogue: evalrules.Catalogue, submission: evalrules.Submission, number: int) -> str:
    """Give the scores, or for every hundredth time the whole result."""
    evaluation = evalrules.evaluate(catalogue, submission)
    if number % 100 == 0:
        return evaluation.to_json()
    return f"{evaluation.score} {evaluation.grade} {[str(result.score) for result in evaluation.indicators]}"


def variants(folder: Path) -> list[evalrules.Submission]:
    """Give submissions that differ from the example in one figure, and so in what they score."""
    text = EXAMPLE.read_text(encoding="utf-8")
    assert "\n  在职人员数: 56\n" in text
    paths = [folder / f"{number}.yaml" for number in (56, 65, 66, 70)]
    for path in paths:
        path.write_text(text.replace("\n  在职人员数: 56\n", f"\n  在职人员数: {path.stem}\n"), encoding="utf-8")
    return [evalrules.load_submission(path) for path in paths]


@pytest.mark.usefixtures("switching_often")
def test_eight_threads_give_the_bytes_of_one(tmp_path: Path) -> None:
    """Threads that share an edition never used before, and evaluate different submissions, see nothing of each other.

    The edition that one thread used gives the expected texts; the threads begin with another, so that what is worked
    out at first use is worked out by several at once.
    """
    submissions = variants(tmp_path)
    alone, shared = (evalrules.load_catalogue("suining-department@2024") for _ in range(2))
    whole, short = ([said(alone, submission, number) for submission in submissions] for number in (0, 1))

    def agrees(number: int) -> bool:
        which = number // 100 % len(submissions)
        expected = whole[which] if number % 100 == 0 else short[which]
        return said(shared, submissions[which], number) == expected

    with ThreadPoolExecutor(THREADS) as threads:
        assert all(threads.map(agrees, range(ROUNDS), chunksize=1))
    assert len(set(whole)) > 1

"""Every problem of an edition or a submission has its smallest example, and is told exactly as expected there.

``tests/bad/<code>/`` holds ``edition.yaml`` (read and checked), ``submission.yaml`` (read), or both (evaluated), and
``expected.txt`` with what is told of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from evalrules._catalogue.check import check
from evalrules._catalogue.read import read_edition
from evalrules._excerpt import render_problem
from evalrules._problems import Problem, SubmissionError
from evalrules._submission_reading import read_submission

BAD = Path(__file__).parent / "bad"
CASES = sorted(folder.name for folder in BAD.iterdir())


def problems_of(folder: Path) -> Iterator[Problem]:
    """Read what lies in the folder as the command would, and give its problems."""
    if (folder / "edition.yaml").exists():
        catalogue, problems = read_edition("edition.yaml")
        yield from problems
        yield from check(catalogue) if catalogue is not None else ()
    else:
        try:
            read_submission(Path("submission.yaml"))
        except SubmissionError as error:
            yield from error.problems


@pytest.mark.parametrize("code", CASES)
def test_problem_is_told_exactly(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of a code gives that problem, with its place, its caret and its hint, and nothing else."""
    folder = BAD / code
    monkeypatch.chdir(folder)
    told = list(problems_of(folder))
    assert (
        "\n".join(render_problem(problem) for problem in told) == (folder / "expected.txt").read_text("utf-8").rstrip()
    )
    assert {problem.code for problem in told} == {code}

"""What is wrong with a folder of editions, a release or a contribution is told exactly as expected.

``tests/bad_catalogues/<code>/`` is such a folder: ``ask.txt`` names the edition and perhaps a year,
``contribution.yaml`` is merged with it where there is one, ``expected.txt`` is what is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from evalrules._edition.contributions import merge, read_contribution
from evalrules._edition.find import Library
from evalrules._edition.read import read_edition
from evalrules._edition.release import released_problems
from evalrules._problems import Problem, render_problem

BAD = Path(__file__).parent / "bad_catalogues"


def problems_of(asked: str) -> Iterator[Problem]:
    """Find, read and merge what lies in the current folder."""
    name, _, year = asked.strip().partition(" ")
    catalogue, problems = read_edition(name, library=Library((Path(),)), fiscal_year=int(year) if year else None)
    yield from problems
    if catalogue is not None:
        yield from released_problems(catalogue)
    if catalogue is not None and Path("contribution.yaml").exists():
        contribution, wrong = read_contribution("contribution.yaml")
        yield from wrong
        yield from merge(catalogue, contribution)[1] if contribution else ()


@pytest.mark.parametrize("code", sorted(folder.name for folder in BAD.iterdir()))
def test_problem_is_told_exactly(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of a code gives that problem and nothing else."""
    monkeypatch.chdir(BAD / code)
    told = list(problems_of(Path("ask.txt").read_text("utf-8")))
    assert "\n".join(map(render_problem, told)) == Path("expected.txt").read_text("utf-8").rstrip("\n")
    assert {problem.code for problem in told} == {code}

"""Puts plug-ins to an edition and says what became of it; runs in the tests, and by itself where they are installed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import evalrules
from evalrules._problems import render_problem

BAD = Path(__file__).parent / "plugins_bad"


def said(case: Path, plugins: evalrules.Plugins) -> Iterator[str]:
    """Say what was refused of plug-ins, what each row of the form got, and what plug-ins led to as findings."""
    told: tuple[evalrules.Problem, ...] = ()
    try:
        catalogue = evalrules.load_catalogue(beside(case, "edition.yaml"), plugins=plugins)
        told = catalogue.plugin_problems
        yield from map(render_problem, told)
        evaluation = evalrules.evaluate(catalogue, evalrules.load_submission(beside(case, "submission.yaml")))
    except evalrules.EvalrulesError as error:
        yield from (render_problem(found) for found in error.problems if found not in told)
        return
    for result in evaluation.indicators:
        yield f"{result.name} {result.status} {result.score}"
        yield from (f"  {found.message} [{found.code}]" for found in result.problems)
        lost = sum(deduction.points for deduction in result.deductions)
        if result.score is not None and result.score + lost != result.points:
            yield f"  扣分合计 {lost}"
    yield f"总分 {evaluation.score}"
    for found in evaluation.findings:
        if found.code.startswith("plugin-") or found.code == "of-a-plugin":
            yield f"{found.where}: {found.message} [{found.code}]"


def text(case: Path, plugins: evalrules.Plugins) -> str:
    """Give what is said as one text, with the files of the tests by their own names."""
    return "\n".join([*said(case, plugins), ""]).replace(f"{case}/", "").replace(f"{BAD}/", "")


def beside(case: Path, name: str) -> Path:
    """Give the case's own file, else the one that all cases share."""
    return case / name if (case / name).exists() else BAD / name


if __name__ == "__main__":
    print(text(Path(sys.argv[1]), evalrules.load_plugins()).replace(f"{sys.argv[2]}/", ""), end="")  # noqa: T201

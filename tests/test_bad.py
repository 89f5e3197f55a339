"""Every problem of an edition or a submission has its smallest example, and is told exactly as expected there.

``tests/bad/<code>/`` holds ``edition.yaml`` (read and checked), ``submission.yaml`` (read), or both (evaluated), and
``expected.txt`` with what is told of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
import yaml

import evalrules
from evalrules._check import check
from evalrules._edition.read import read_edition
from evalrules._engine import LoadedCatalogue
from evalrules._formula.scope import Function
from evalrules._problems import Problem, SubmissionError, render_problem

TESTS = Path(__file__).parent
BAD = TESTS / "bad"
CASES = sorted(folder.name for folder in BAD.iterdir())
MESSAGES = Path(evalrules.__file__).parent / "messages"
EDITION, SUBMISSION = Path("edition.yaml"), Path("submission.yaml")
OF_PROBLEMS = ("documents", "cells", "submission", "catalogue", "formula", "check", "evaluation")
# What a text in a file cannot bring about has its test where it can be brought about.
ELSEWHERE = {
    "form-head-missing": "test_handed_in",
    "edition-folder": "test_cli_arguments",
    "file-missing": "test_documents",
    "folder-without-files": "test_cli_arguments",
    "file-is-folder": "test_documents",
    "file-unreadable": "test_documents",
    "file-not-regular": "test_files",
    "file-too-large": "test_documents",
    "file-not-utf8": "test_documents",
    "catalogue-not-named": "test_cli",
    "formula-empty": "test_formula_syntax",
    "unscored-function": "test_bad",
    "yaml-too-many-nodes": "test_documents",
    "value-not-readable": "test_documents",
    "expected-without-units": "test_batch",
    "review-sheet-not-found": "test_review_sheet",
    "lsp-extra-missing": "test_lsp",
    "workbench-extra-missing": "test_workbench",
    "workbench-no-folder": "test_workbench",
    "workbench-port": "test_workbench",
    "results-filled-in": "test_rollup",
    "results-not-taken": "test_rollup",
    "review-entry-several": "test_review",
    "review-entry-twice": "test_review",
    "review-entry-unknown": "test_review",
    "review-of-another": "test_review",
    "review-of-none": "test_review",
    "review-of-several": "test_review",
    "review-second": "test_review",
    "review-of-nothing": "test_review",
    "output-no-database": "test_records",
    "format-extra-missing": "test_cli_output",
}
# What the checker keeps from happening; the evaluator words it all the same.
KEPT_FROM_HAPPENING = {
    "figure-without-value": "a divisor of what points depend on that can be 0",
    "judged-blank": "a range of points is asked for by `judgement-missing`",
    "unscored-zero-division": "a divisor that can be 0",
    "unscored-undecided": "an award without a last row",
    "unscored-points-out-of-bounds": "amounts outside the points",
}


def problems_of() -> Iterator[Problem]:
    """Read what lies in the current folder as the command would, and give its problems."""
    if not SUBMISSION.exists():
        catalogue, problems = read_edition(EDITION)
        yield from problems
        yield from check(catalogue) if catalogue is not None else ()
        return
    try:
        submission = evalrules.load_submission(SUBMISSION, lang="zh")
        if EDITION.exists():
            yield from evalrules.evaluate(evalrules.load_catalogue(EDITION, lang="zh"), submission).problems
        else:
            yield from submission.problems
    except SubmissionError as error:
        yield from error.problems


@pytest.mark.parametrize("code", CASES)
def test_problem_is_told_exactly(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of a code gives that problem, with its place, its caret and its hint, and nothing else."""
    folder = BAD / code
    monkeypatch.chdir(folder)
    told = list(problems_of())
    assert "\n".join(render_problem(found) for found in told) == (folder / "expected.txt").read_text("utf-8").rstrip()
    assert {found.code for found in told} == {code}


@pytest.mark.parametrize("area", OF_PROBLEMS)
def test_every_problem_has_its_example(area: str) -> None:
    """A code of a problem has its folder here or beside the catalogues, or is tested where it can come about."""
    entries = yaml.safe_load((MESSAGES / f"{area}.yaml").read_text("utf-8"))
    codes = [code for code, entry in entries.items() if isinstance(entry, dict)]  # others are phrases
    known = {*CASES, *(folder.name for folder in (TESTS / "bad_catalogues").iterdir())}
    missing = [
        code for code in codes if code not in known and code not in ELSEWHERE and code not in KEPT_FROM_HAPPENING
    ]
    assert missing == []


@pytest.mark.parametrize(("code", "module"), ELSEWHERE.items())
def test_what_has_no_folder_is_tested_elsewhere(code: str, module: str) -> None:
    """The module that is said to test a code names it."""
    assert code in (TESTS / f"{module}.py").read_text("utf-8")


def test_failing_function_leaves_its_row_unscored() -> None:
    """A function of a plug-in that fails on the data is named in the problem of the row that called it."""
    functions = {"评级": Function("评级", ("人",), "", call=lambda number: 1 / (number - 5))}
    indicator = {
        "points": 10,
        "value": "评级(编制数)",
        "scoring": {"award": [{"when": "完成值 > 0", "points": "分值"}]},
    }
    indicator["scoring"]["award"].append({"points": 0, "because": "评级为负"})  # type: ignore[index]
    document = {"evalrules": 1, "id": "bad", "edition": "1", "title": "测试", "points": 10}
    data, sections = {"编制数": {"unit": "人"}}, {"甲": indicator}
    catalogue, problems = read_edition({**document, "data": data, "sections": sections}, functions=functions)
    assert (problems, catalogue is None) == ((), False)
    assert catalogue is not None
    assert check(catalogue, functions=functions) == ()
    submission = evalrules.load_submission(
        {"catalogue": "bad@1", "organisation": "某单位", "fiscal_year": 2024, "data": {"编制数": 5}, "entries": []}
    )
    values = {part.name: getattr(catalogue, part.name) for part in attrs.fields(type(catalogue))}
    evaluation = evalrules.evaluate(LoadedCatalogue(**values, functions=functions), submission)
    assert [found.code for found in evaluation.problems] == ["unscored-function"]
    assert evaluation.score is None
